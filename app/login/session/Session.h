// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/session/Flow.h"
#include "app/login/session/TokenDesk.h"
#include "app/login/session/Vault.h"
#include "app/login/tokens/Roles.h"

namespace qd::login {

/// See ports::SignInSession. Phases and the person's calls are in Session.cpp, what happens to tokens in SessionRenewal.cpp.
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
    [[nodiscard]] QFuture<Result<Done>> signOut(bool everywhere) override;
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
    void openEndSession();
    void keepAgain();

    // tokens
    void serve(const TokenWaiter &waiter);
    void serveAll();
    void renew();
    void renewWith(const Guard &guard);
    void renewed(const Guard &guard, const QByteArray &used, const Result<TokenSet> &answer);
    void keep(const Guard &guard, const TokenSet &tokens, const std::function<void()> &then);
    void check(const TokenSet &tokens, bool fresh);
    void goOn(const TokenSet &tokens);
    void renewalFailed(const Error &error);
    void adopt(const TokenSet &tokens, const IdClaims &claims, const std::function<void()> &then);
    void gatherRoles(const std::function<void(QList<ClaimSource>)> &then);
    [[nodiscard]] ports::SignInIdentity identityOf(const IdClaims &claims, const QList<ClaimSource> &sources) const;
    void forgetTokens();
    [[nodiscard]] TokenDesk::Token idToken() const;
    [[nodiscard]] TokenDesk::Token accessToken() const;
    [[nodiscard]] QDateTime bearerExpiry() const;
    [[nodiscard]] QDateTime dueTime() const;
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
    std::optional<Error> m_keychainError;
    bool m_renewing = false;
    int m_era = 0;                      ///< counts sign-ins and sign-outs: what was begun in another is dropped
    int m_plan = 0;
    int m_failures = 0;
    QDateTime m_retryAt;
    bool m_saidEndsSoon = false;
};

}
