// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/SignInState.h"
#include "models/ports/TokenSource.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace qd::ports {

/// How a sign-out ended that did end the sign-in here.
struct SignOutEnd {
    bool wasIn = false;             ///< there was something to end: in this program, or remembered by the keychain
    bool told = false;              ///< the provider took back what there was
    std::optional<Error> untold = {};   ///< why it could not be told: its session ends by itself, or in its own pages
};

/// One person signed in at one issuer for one profile; any number live side by side. Lives on the thread that made it
/// (the GUI thread); the token sources it hands out are thread safe and outlive it (they then answer Unauthenticated).
/// Nothing here ever shows a token: tokens leave only through a TokenSource.
class SignInSession : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    [[nodiscard]] virtual QString profile() const = 0;
    [[nodiscard]] virtual const SignInSettings &settings() const = 0;
    [[nodiscard]] virtual SignInState state() const = 0;

    /// Takes up the sign-in the keychain remembers, without a browser: ends SignedIn, SignedOut (nothing remembered), Expired
    /// (the provider ended it) or Failed with a keychain fault (the entry stays; call again after unlocking).
    virtual void restore() = 0;
    /// Begins a sign-in; one that runs is cancelled first. Work that waits for a credential goes on when it succeeds.
    virtual void start(SignInWay way = SignInWay::Browser) = 0;
    /// Ends a waiting sign-in; a session that was there before stays as it was.
    virtual void cancel() = 0;
    /// Hands the same link to the browser again (WaitingForBrowser), or the page the code is typed in (WaitingForDevice).
    virtual void openBrowserAgain() = 0;
    /// Renews now, before it is due. Single flight, in this process and across processes.
    virtual void refresh() = 0;
    /// Forgets the tokens here and in the keychain, then revokes them at the provider (best effort, short); works offline.
    /// With `everywhere` the browser also ends the provider's own session. An error says what is left to do; that the provider could
    /// not be told is one only with `everywhere`, which asked for just that.
    [[nodiscard]] virtual QFuture<Result<SignOutEnd>> signOut(bool everywhere) = 0;
    /// What is kept from now on only in this process, for a keychain that is locked or not there; undone by restart.
    virtual void keepInMemoryOnly(bool on) = 0;

    /// The bearer for the API server, as the profile says (ID token or access token).
    [[nodiscard]] virtual std::shared_ptr<TokenSource> apiServerTokens() = 0;
    /// The access token for another service. With an audience the token must carry it, or the error names what was expected and
    /// what was received (a token is never sent to whom it is not for); empty: a service that does not check.
    [[nodiscard]] virtual std::shared_ptr<TokenSource> accessTokens(const QString &audience = {}) = 0;

Q_SIGNALS:
    /// The state differs from the last one told: phase, identity, deadline or error.
    void changed();
    /// The session ends soon and does not renew by itself; once per session.
    void endsSoon(const QDateTime &at);
};

/// What the editor's check learnt of an issuer without signing in.
struct IssuerCheck {
    qint64 roundTripMs = 0;
    int signingKeys = 0;            ///< of a kind this console can verify
    bool device = false;            ///< grants by device code
    bool endSession = false;
    bool revocation = false;
    QStringList scopes;             ///< scopes_supported; empty: not said
    QStringList algorithms;         ///< of its ID tokens, those accepted here
    std::optional<ClockOffset> clock;
};

/// The sessions of the program. GUI thread.
class SignInGateway {
public:
    virtual ~SignInGateway() = default;
    /// The session of this profile: the same object for the same profile and settings, a new one (and the old one cancelled)
    /// when the settings differ.
    [[nodiscard]] virtual std::shared_ptr<SignInSession> session(const QString &profile, const SignInSettings &settings) = 0;
    /// Discovery and keys only.
    [[nodiscard]] virtual QFuture<Result<IssuerCheck>> check(const SignInSettings &settings, std::stop_token stop = {}) = 0;
};

/// Opens a link in the person's browser; false when there is none. The window gives QDesktopServices, a command its --browser.
using BrowserOpener = std::function<bool(const QUrl &)>;

}
