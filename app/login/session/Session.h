// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/session/Flow.h"
#include "app/login/session/TokenDesk.h"
#include "app/login/session/Vault.h"
#include "app/login/tokens/Roles.h"

namespace qd::login {

/// preferred_username, else email, else the subject.
[[nodiscard]] QString userOf(const QJsonObject &claims, const QString &subject);

/// A sign-out under way.
struct SignOut {
    void owe(const QByteArray &refreshToken);
    int era = 0;
    bool everywhere = false;
    bool theirs = false;                ///< the entry is another person's
    bool wasIn = false;                 ///< there was a session here, or the keychain remembers one
    bool told = false;                  ///< the provider took one back
    QByteArrayList owed;                ///< refresh tokens the provider is to be told of
    QByteArrayList known;               ///< and was, or will be
    std::optional<Error> kept;          ///< why the keychain has the entry yet
    std::optional<Error> heldBy;        ///< who did not let go of the lock
    std::optional<Error> untold;        ///< why the provider does not know
    SharedPromise<ports::SignOutEnd> promise;
};

/// See ports::SignInSession.
///
/// A sign-in at rest while the issuer cannot be asked: its ID token serves until it ends, if its signature and claims hold with the keys
/// that were fetched with it and lie beside it in the keychain. What is older then is only the news of a withdrawn key: the API server
/// verifies the token itself, and what this console shows of it (who, roles) decides nothing there. An issuer that answers and answers
/// wrongly, or whose certificate is not trusted, is not away: nothing at rest is used then. What is due to be renewed waits for it.
///
/// Somebody else who signs in for the same profile ends the sign-in that was there: its entry is written over, so nobody could end it any
/// more, and its refresh token is revoked once the new one is kept. The same person signing in anew leaves the old token to end by itself:
/// at Keycloak its revocation would end the session both share.
///
/// Phases and the person's calls are in Session.cpp, what happens to tokens in
/// SessionRenewal.cpp, their end in SessionSignOut.cpp.
class Session final : public ports::SignInSession {
    Q_OBJECT
public:
    Session(const QString &profile, const ports::SignInSettings &settings, const SessionParts &parts);
    ~Session() override;

    [[nodiscard]] QString profile() const override { return m_profile; }
    [[nodiscard]] const ports::SignInSettings &settings() const override { return m_settings; }
    [[nodiscard]] ports::SignInState state() const override { return m_state; }
    void restore() override;
    void start(ports::SignInWay way) override;
    void cancel() override;
    void openBrowserAgain() override;
    void refresh() override;
    [[nodiscard]] QFuture<Result<ports::SignOutEnd>> signOut(bool everywhere) override;
    void keepInMemoryOnly(bool on) override;
    [[nodiscard]] std::shared_ptr<ports::TokenSource> apiServerTokens() override;
    [[nodiscard]] std::shared_ptr<ports::TokenSource> accessTokens(const QString &audience = {}) override;

private:
    using Guard = ports::SessionLock::Guard;

    // phases
    void show(ports::SignInState next);
    void settle(const ports::SignInState &next);
    void fail(const Error &error);
    void dropFlow();
    void flowEnded(const Result<FlowEnd> &end);
    void keepAgain();
    void keepFirst(const Guard &guard, const FlowEnd &end, const std::function<void()> &then);

    // the end
    void removeEntry(const std::shared_ptr<SignOut> &leaving, const std::function<void()> &then);
    void signOutLocked(const std::shared_ptr<SignOut> &leaving, const Result<Guard> &guard, const std::function<void()> &then);
    void revoke(const std::shared_ptr<SignOut> &leaving, const std::function<void()> &then);
    void signedOut(const std::shared_ptr<SignOut> &leaving);
    [[nodiscard]] std::optional<Error> openEndSession();

    // tokens
    void takeUp(const StoredSignIn &stored, const std::function<void()> &otherwise);
    void serve(const TokenWaiter &waiter);
    void serveAll();
    /// `restoring`: another process may just have done it.
    void renew(bool restoring = false);
    void renewWith(const Guard &guard, bool restoring);
    void renewBy(const Guard &guard, const QByteArray &used);
    void renewed(const Guard &guard, const QByteArray &used, const Result<TokenSet> &answer);
    void keep(const Guard &guard, const TokenSet &tokens, const std::function<void()> &then);
    void check(const Guard &guard, const TokenSet &tokens, bool fresh);
    void goOn(const TokenSet &tokens);
    void identify(const TokenSet &tokens, const Error &why);
    void endedElsewhere();
    void renewalFailed(const Error &error);
    void adopt(const TokenSet &tokens, const IdClaims &claims, const QDateTime &obtainedAt = {});
    void gatherRoles(const std::function<void(QList<ClaimSource>, QStringList)> &then);
    [[nodiscard]] ports::SignInIdentity identityOf(const IdClaims &claims, const QList<ClaimSource> &sources, const QStringList &notes) const;
    void forgetTokens();
    [[nodiscard]] TokenDesk::Token idToken() const;
    [[nodiscard]] TokenDesk::Token accessToken() const;
    [[nodiscard]] QDateTime bearerExpiry() const;
    [[nodiscard]] QDateTime dueTime() const;
    [[nodiscard]] bool mayTry() const;
    void plan();
    void tick();

    QString m_profile;
    ports::SignInSettings m_settings;
    SessionParts m_parts;
    ProviderClient m_client;
    Vault m_vault;
    std::shared_ptr<TokenDesk> m_desk;
    ports::SignInState m_state;
    ports::SignInState m_before;        ///< shown again when a flow is cancelled
    QPointer<Flow> m_flow;
    std::list<TokenWaiter> m_waiting;

    TokenSet m_tokens;
    QDateTime m_obtainedAt;
    std::optional<IdClaims> m_claims;   ///< of the session's first ID token, then of each renewed one
    QString m_subject;                  ///< whose session it is; of the keychain until a token says it
    std::shared_ptr<SignOut> m_leaving;
    QByteArray m_keySet;                ///< at rest beside the ID token
    QStringList m_algorithms;
    std::shared_ptr<void> m_hurry;      ///< while what is at rest is taken up
    QString m_note;                     ///< for the identity that comes next
    std::optional<Error> m_keychainError;
    bool m_atRest = false;              ///< the keychain has this session
    bool m_displaced = false;           ///< another person signed in for this profile, in another process: theirs is the entry
    bool m_renewing = false;
    int m_era = 0;                      ///< counts sign-ins and sign-outs: what was begun in another is dropped
    int m_plan = 0;
    int m_failures = 0;
    QDateTime m_retryAt;
    bool m_saidEndsSoon = false;
};

}
