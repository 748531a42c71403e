// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ActionCatalogue.h"
#include "ui/panes/review/DialogFrame.h"
#include "ui/panes/review/ReviewDialog.h"
#include "ui/widgets/YamlView.h"

#include <stop_token>

class QPushButton;
class QTimer;

namespace qd::ui {

class ChangedFields;
class Hairline;
class ProblemList;
class StateGlyph;
class YamlHints;

/// Edits an object (or a new one) as YAML (picture 19): changed lines marked, syntax checked at once, the server's dry run
/// 700 ms after the last key, its refusals at their lines with a list beside, the fields
/// of the server's schema offered while typing. What only the server writes is left out and can be shown above. Review… ends in draftReady().
class EditYamlDialog : public DialogFrame {
    Q_OBJECT
public:
    struct Subject {
        network::KindInfo kind;
        QJsonObject live;               ///< empty: create
        state::DraftContext context;    ///< with the codec
        QString initialText = {};       ///< create: what to start from
        QString typed = {};             ///< what somebody has made of it already; empty: nothing
    };
    EditYamlDialog(const state::ActionCatalogue *catalogue, const ReviewContext &review, Subject subject, QWidget *parent);
    ~EditYamlDialog() override;
    [[nodiscard]] YamlView *editor() const { return m_editor; }
    [[nodiscard]] YamlHints *hints() const { return m_hints; }
    [[nodiscard]] const QList<YamlView::Problem> &problems() const { return m_editor->problems(); }
    /// Everything that was typed has been judged by the server.
    [[nodiscard]] bool checked() const { return m_checked; }

public Q_SLOTS:
    void reject() override;

Q_SIGNALS:
    void draftReady(const qd::state::ChangeDraft &draft);
    void checkedByServer();

private:
    void build();
    QWidget *makeSide();
    QWidget *makeReadOnly();
    QPushButton *makeCompare(QWidget *parent);
    void compare();
    void tellCompared(bool readable);
    void askArgo();
    void askSchema();
    void edited();
    void validate();
    void judged(const Result<ports::WriteOutcome> &outcome, const QString &text);
    void showProblems(const QList<YamlView::Problem> &problems, const QString &state, bool fromServer = false);
    void showChanges(bool changed);
    void showBase(const QJsonObject &previewed);
    [[nodiscard]] int changeCount() const;
    void finish();
    [[nodiscard]] Result<state::ChangeDraft> draft() const;
    const state::ActionCatalogue *m_catalogue;
    ReviewContext m_review;
    Subject m_subject;
    QString m_original;
    YamlView *m_editor;
    ProblemList *m_list;
    ChangedFields *m_changed;
    Label *m_base;
    Label *m_count;
    Label *m_state;
    YamlHints *m_hints;
    StateGlyph *m_baseGlyph = nullptr;
    StateGlyph *m_refused = nullptr;
    Hairline *m_changesLine = nullptr;
    QPushButton *m_compare = nullptr;
    QPushButton *m_undo;
    QPushButton *m_redo;
    QPushButton *m_discard;
    QPushButton *m_next;
    QTimer *m_timer;
    std::stop_source m_stop;
    std::stop_source m_schemaStop;
    bool m_checked = false;
    bool m_discarding = false;
};

}
