// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/KindTable.h"
#include "models/state/ArgoApplication.h"
#include "models/state/GitDeclared.h"
#include "ui/panes/review/DialogFrame.h"
#include "ui/panes/review/ReviewDialog.h"

#include <stop_token>

namespace qd::ui {

class DiffView;

/// What Argo CD declares of an object beside the object in the cluster, or beside a text that is being edited (picture 19,
/// "Compare with Git"). The repository is not read: it compares what the object keeps of the last apply, and says so; where
/// the object says nothing, nothing is compared. Reads the Application for repository, revision and how the object stands.
class GitCompareDialog : public DialogFrame {
    Q_OBJECT
public:
    struct Subject {
        network::KindInfo kind;
        QJsonObject live;               ///< as a GET answers it
        QJsonObject edited = {};        ///< compared instead of the live object; empty: the live one
        bool unreadable = false;        ///< there is a text, but it cannot be read: the live object stands in for it
    };
    GitCompareDialog(const ReviewContext &context, Subject subject, QWidget *parent);
    ~GitCompareDialog() override;
    /// Whether Argo CD keeps the object for certain: there is something to compare.
    [[nodiscard]] static bool offered(const QJsonObject &live);
    [[nodiscard]] const state::GitDeclared &declared() const { return m_declared; }
    [[nodiscard]] int differences() const { return m_differences; }
    /// Of those shown, how many somebody else has set since; each has its note.
    [[nodiscard]] int overwritten() const { return m_overwritten; }

private:
    void build(const QString &cluster);
    void buildHead();
    void askApplication(const QString &cluster);
    void showSource(const state::ArgoApplication &application);
    [[nodiscard]] QString declaredText() const;
    [[nodiscard]] QString comparedText() const;
    void noteOverwritten(const QJsonObject &declared, const QJsonObject &shown, const QString &text);
    [[nodiscard]] QString noteOf(const state::GitDeclared::Overwritten &one) const;
    ReviewContext m_context;
    Subject m_subject;
    state::GitDeclared m_declared;
    state::ArgoOwner m_owner;
    int m_differences = 0;
    int m_overwritten = 0;
    DiffView *m_diff = nullptr;
    Label *m_source = nullptr;
    std::stop_source m_stop;
};

}
