// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/ports/SecretStore.h"
#include "models/ports/SignIn.h"
#include "ui/signin/SignInWords.h"

#include <QPointer>
#include <QWidget>

class QRadioButton;
class QTimer;
class QVBoxLayout;

namespace qd::ui {

/// One session as a card: who and how long, or what is waited for, or what is wrong and the way out (look.md picture 16). Follows the
/// session; what a person does here goes to the session, and what is not its business is a signal. GUI thread.
class SignInCard : public QWidget {
    Q_OBJECT
public:
    struct Subject {
        std::shared_ptr<ports::SignInSession> session;
        QString name;                                     ///< what is signed in to: an environment, or a profile
        state::Environment *environment = nullptr;        ///< may be null
        std::shared_ptr<ports::SecretStore> secrets = {}; ///< null: the card offers no unlocking, only another try
    };
    SignInCard(Subject subject, const Clock *clock, QWidget *parent = nullptr);
    ~SignInCard() override;
    [[nodiscard]] const SignInFace &face() const { return m_face; }
    /// The button that leads on, else the first one.
    [[nodiscard]] QWidget *firstButton() const;

Q_SIGNALS:
    void whoAmIWanted();
    void openWanted();
    void profileWanted();
    void notNow();
    /// Another face: its size is another one.
    void faceChanged();

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void follow();
    void build();
    void tick();
    void addHead(QVBoxLayout *column);
    void addLink(QVBoxLayout *column);
    void addCode(QVBoxLayout *column);
    void addFacts(QVBoxLayout *column);
    void addKeychainChoice(QVBoxLayout *column);
    void addButtons(QVBoxLayout *column);
    void act(SignInDo what);
    void unlock();
    void copy(const QString &text);
    Subject m_subject;
    const Clock *m_clock;
    SignInFace m_face;
    QVBoxLayout *m_outer;
    QPointer<QWidget> m_content;
    QPointer<class Label> m_text;
    QPointer<QRadioButton> m_memoryOnly;
    QTimer *m_timer;
    std::stop_source m_stop;        ///< of an unlocking
    QString m_unlockProblem;
};

}
