// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Async.h"
#include "models/core/Clock.h"
#include "models/ports/SignIn.h"

#include <list>
#include <mutex>

namespace qd::login {

/// One who waits for a token, on any thread; answered on the session's.
struct TokenWaiter {
    bool real = false;      ///< false: only look who gave up
    ports::BearerToken which = ports::BearerToken::IdToken;
    QString audience;
    std::stop_token stop;
    SharedPromise<ports::Credential> promise;
    std::shared_ptr<std::stop_callback<std::function<void()>>> onStop = {};
};

/// Where the tokens of a session lie for those who send them: the session puts them down, token sources take them from any
/// thread. A token that is good for some time yet is taken at once, anything else asks the session. Thread safe.
class TokenDesk : public std::enable_shared_from_this<TokenDesk> {
public:
    struct Token {
        QByteArray text;
        QDateTime expiresAt;        ///< UTC; null: not said
        QDateTime obtainedAt;
    };
    using Ask = std::function<void(TokenWaiter)>;       ///< called on the session's thread
    TokenDesk(QObject *session, Ask ask, std::shared_ptr<const Clock> clock);
    /// From the session's destructor.
    void close();
    void put(const Token &idToken, const Token &accessToken);
    void clear() { put({}, {}); }
    /// The token, if it may be sent now: there, in time, not rejected by whom it was sent to, for the audience.
    [[nodiscard]] Result<ports::Credential> take(ports::BearerToken which, const QString &audience) const;
    /// A server said 401 to it. Not of a token just obtained: another would be refused the same.
    void rejected(const QByteArray &token);
    /// Whether asking for another token could help: none, out of time, rejected.
    [[nodiscard]] bool stale(ports::BearerToken which) const;

    [[nodiscard]] QFuture<Result<ports::Credential>> credential(ports::BearerToken which, const QString &audience, std::stop_token stop);

private:
    void post(std::function<void()> call);
    [[nodiscard]] bool usable(const Token &token) const;
    [[nodiscard]] const Token &of(ports::BearerToken which) const { return which == ports::BearerToken::IdToken ? m_id : m_access; }
    mutable std::mutex m_mutex;
    QObject *m_session;
    Ask m_ask;
    std::shared_ptr<const Clock> m_clock;
    Token m_id;
    Token m_access;
    QByteArray m_rejected;
};

[[nodiscard]] std::shared_ptr<ports::TokenSource> makeSessionTokens(std::shared_ptr<TokenDesk> desk, ports::BearerToken which,
                                                                    const QString &audience);

/// When a token is to be renewed: a tenth of its life before its end, a minute at most.
[[nodiscard]] QDateTime dueAt(const TokenDesk::Token &token);

}
