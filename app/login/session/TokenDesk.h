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
    TokenDesk(QObject *session, Ask ask, std::shared_ptr<const Clock> clock, const QString &profile);
    /// From the session's destructor.
    void close();
    /// `renews`: another can be had without the person.
    void put(const Token &idToken, const Token &accessToken, bool renews);
    void clear() { put({}, {}, false); }
    /// The token, if it may be sent now: there, in time, not rejected by whom it was sent to, for the audience.
    [[nodiscard]] Result<ports::Credential> take(ports::BearerToken which, const QString &audience) const;
    /// A server said 401 to it. Counts once, and only where another token could help: not of one just obtained, with longer and longer
    /// waits when the one got for a refused one is refused as well, and not without renewal.
    void rejected(const QByteArray &token);
    /// Whether asking for another token could help: none, out of time, rejected.
    [[nodiscard]] bool stale(ports::BearerToken which) const;

    [[nodiscard]] QFuture<Result<ports::Credential>> credential(ports::BearerToken which, const QString &audience, std::stop_token stop);

private:
    void post(std::function<void()> call);
    [[nodiscard]] bool usable(const Token &token) const;
    [[nodiscard]] qint64 ageMs(const Token &token) const;
    [[nodiscard]] Error notSignedIn() const;
    [[nodiscard]] const Token &of(ports::BearerToken which) const { return which == ports::BearerToken::IdToken ? m_id : m_access; }
    mutable std::mutex m_mutex;
    QObject *m_session;
    Ask m_ask;
    std::shared_ptr<const Clock> m_clock;
    Token m_id;
    Token m_access;
    QString m_profile;
    qint64 m_putMs = 0;         ///< monotonic
    bool m_renews = false;
    QByteArray m_rejected;
    int m_refused = 0;          ///< tokens in a row that were obtained for one refused
};

[[nodiscard]] std::shared_ptr<ports::TokenSource> makeSessionTokens(std::shared_ptr<TokenDesk> desk, ports::BearerToken which,
                                                                    const QString &audience);

/// When a token is to be renewed: a tenth of its life before its end, a minute at most.
[[nodiscard]] QDateTime dueAt(const TokenDesk::Token &token);

}
