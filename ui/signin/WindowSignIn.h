// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/ShellContext.h"
#include "ui/signin/SignInCard.h"

#include <QPointer>

namespace qd::ui {

class NoticeBar;
class Popup;

/// The sign-ins of a window: a bar for each session that has ended or ends soon, the card that signs in, opened by itself for what was
/// never signed in. Sessions belong to environments (one may serve several); pages, drafts and filters know nothing of this. GUI thread.
class WindowSignIn : public QObject {
    Q_OBJECT
public:
    /// `bars`: where bars stand, under the bar of the environments. Everything is borrowed.
    WindowSignIn(const ShellContext &context, QVBoxLayout *bars, QWidget *window);
    /// After environments were added or removed.
    void environmentsChanged();
    /// The card of an environment's session; null for one that signs in as the kubeconfig says.
    Popup *openCard(state::Environment *environment);
    void signOut(state::Environment *environment, bool everywhere);
    /// For an environment that signs in through another program: a session of this console's own from now on, and its card. Null when that
    /// cannot be; why is told.
    Popup *signInHere(state::Environment *environment);
    [[nodiscard]] QList<NoticeBar *> bars() const;

Q_SIGNALS:
    void whoAmIWanted();
    void profileWanted(const QString &profile);
    void told(qd::network::State state, const QString &title, const QString &detail);

private:
    struct Known {
        std::shared_ptr<ports::SignInSession> session;
        QPointer<state::Environment> environment;   ///< the first that goes by it
        QPointer<NoticeBar> bar;
        QPointer<Popup> card;
        QDateTime endsAt;                           ///< told to end without renewal
        bool asked = false;                         ///< the card came up by itself
        QObject life;                               ///< what is connected ends with it
    };
    /// Another program signs in for it; when that fails, it is offered here.
    struct Offered {
        QPointer<state::Environment> environment;
        QPointer<NoticeBar> bar;
        QObject life;
    };
    void add(state::Environment *environment);
    void addOffer(state::Environment *environment);
    void lookAt(Offered &offered);
    void look(Known &known);
    void tellEnded(Known &known);
    void tellEndsSoon(Known &known);
    NoticeBar *barOf(Known &known, network::State state);
    void setButton(Known &known, const QString &text);
    [[nodiscard]] QString work() const;
    [[nodiscard]] QString names(const Known &known) const;
    const ShellContext &m_context;
    QVBoxLayout *m_bars;
    QWidget *m_window;
    std::vector<std::unique_ptr<Known>> m_known;
    std::vector<std::unique_ptr<Offered>> m_offered;
};

}
