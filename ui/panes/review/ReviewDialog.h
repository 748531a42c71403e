// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/YamlCodec.h"
#include "models/state/ArgoApplication.h"
#include "models/state/ChangePipeline.h"
#include "ui/panes/review/DialogFrame.h"

#include <QPointer>

#include <functional>

class QPushButton;

namespace qd::state {
class Operations;
}

namespace qd::ui {

class NoticeBar;
class ReviewPages;
class ReviewSide;
class StepBar;

/// Where reviewed changes go. Pointers outlive the dialogs.
struct ReviewContext {
    state::ChangePipeline::Environment environment;
    const ports::YamlCodec *yaml = nullptr;        ///< objects are shown as JSON without it
    state::Operations *operations = nullptr;       ///< takes over the pipeline once it is confirmed, so the dialog may close
    QString markId = {};                           ///< EnvironmentMark id
    state::ChangePipeline::Options options = {};
    std::function<bool(const state::ChangeDraft &)> productionFor = {};   ///< besides what environment says: it belongs to a MainNet
    bool fromEditor = false;                       ///< closing it leads back there as long as nothing was sent or kept
    std::function<bool()> readOnlyNow = {};        ///< asked again before anything is sent; empty: as environment says
};

/// The one dialog every change goes through (look.md "Review change", picture 04). Drives a ChangePipeline: shows its steps,
/// diff, consequences and what the server says, asks for the confirmation its danger needs, and shows it settle. Failure
/// stays in the dialog. Esc and Cancel before Apply send nothing; while following, Close leaves it to the operations.
class ReviewDialog : public DialogFrame {
    Q_OBJECT
public:
    ReviewDialog(ReviewContext context, QWidget *parent);
    ~ReviewDialog() override;
    /// Starts the pipeline and opens the dialog.
    void begin(const state::ChangeDraft &draft);
    [[nodiscard]] state::ChangePipeline *pipeline() const { return m_pipeline; }
    /// Closing it leads back to the editor the draft comes from.
    [[nodiscard]] bool leadsBack() const { return m_context.fromEditor && !m_sent && !m_kept; }
    /// What keeps it from being confirmed now; empty: the button is enabled.
    [[nodiscard]] QString missing() const;

public Q_SLOTS:
    void reject() override;

Q_SIGNALS:
    void confirmed();
    void ended(const qd::state::ChangeOutcome &outcome);
    /// "Save draft" or "Keep as draft"; the buttons are there when somebody listens.
    void draftKept(const qd::state::ChangeDraft &draft);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void buildFooter();
    void startPipeline();
    void dropPipeline();
    void showReview();
    void showSteps();
    void refresh();
    void confirm();
    void chooseConflicts();
    void showOutcome(const state::ChangeOutcome &outcome);
    void focusFirst();
    void askArgo();
    void copyForGit();
    void saveForGit();
    void present();
    void offerRest(const state::ChangeOutcome &outcome);
    void pauseSelfHeal();
    void keep();
    ReviewContext m_context;
    state::ChangeDraft m_draft;
    std::unique_ptr<state::ChangePipeline> m_own;
    QPointer<state::ChangePipeline> m_pipeline;
    StepBar *m_steps;
    NoticeBar *m_notice;
    ReviewPages *m_pages;
    ReviewSide *m_side;
    QPushButton *m_copy;
    QPushButton *m_save;
    QPushButton *m_cancel;
    QPushButton *m_rest;                 ///< several objects: what is left, as a new change
    QPushButton *m_confirm;
    state::ChangeDraft m_left;           ///< what m_rest begins
    state::ArgoApplication m_argo;
    QString m_argoAsked;                 ///< the owner asked about
    std::stop_source m_argoStop;
    bool m_failed = false;
    bool m_sent = false;                 ///< confirmed, and as far as is known something was applied
    bool m_kept = false;                 ///< as a draft
    bool m_closing = false;
};

}
