// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/State.h"
#include "models/ports/SignInState.h"
#include "models/state/Environment.h"

namespace qd::ui {

/// What can be done on a card of a sign-in; which of them stand there, and which one is the way on, follows from its state.
enum class SignInDo : quint8 {
    Start,          ///< in the browser
    StartWithCode,  ///< device grant: on any other device
    Cancel,
    OpenAgain,      ///< the link once more to the browser
    Retry,          ///< takes up what the keychain remembers again
    CopyCommand,
    CopyReport,     ///< for the administrator; holds no secret
    EditProfile,
    WhoAmI,
    Open,           ///< the environment
    NotNow,
    Unlock          ///< the keychain, or memory only, as chosen
};

struct SignInButton {
    SignInDo what = SignInDo::Start;
    QString text;
    QString icon = {};
    bool primary = false;
    bool quiet = false;   ///< at the left, without a border
};

struct SignInFact {
    QString label;
    QString text;
    bool mono = false;
    std::optional<network::State> state = {};
};

/// One state of a session as a card says it (look.md picture 16): a title, a sentence, facts side by side, a remedy, the ways on.
struct SignInFace {
    network::State state = network::State::Unknown;   ///< its glyph, unless `symbol` names another
    QString symbol = {};
    bool warn = false;                                ///< of the symbol: the colour of a warning
    QString title;
    QString text;
    QList<SignInFact> facts = {};
    QString note = {};
    QString link = {};                                ///< to copy, in a field
    QString code = {};                                ///< to type elsewhere, large
    QUrl codeUrl = {};
    bool chooseKeychain = false;                      ///< unlock, or memory only
    QList<SignInButton> buttons = {};
};

/// The words of a state. `name` is what is signed in to ("infra-dev"), `environment` may be null (its cluster user and rights are not
/// told then), `now` UTC: deadlines are said as what is left.
[[nodiscard]] SignInFace signInFace(const ports::SignInState &state, const ports::SignInSettings &settings, const QString &name,
                                    state::Environment *environment, const QDateTime &now);
/// "8 h, renews by itself", "ends in 4 m", "ended 2 m ago".
[[nodiscard]] QString sessionWords(const ports::SignInIdentity &identity, const QDateTime &now);
/// What to hand to an administrator: who, where, which rule, expected and received. Never a token, a code or a link with a state in it.
[[nodiscard]] QString signInReport(const ports::SignInState &state, const ports::SignInSettings &settings, const QString &name, const QDateTime &now);
/// The command that sets this computer's clock.
[[nodiscard]] QString clockCommand();

}
