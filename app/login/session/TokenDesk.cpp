// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/session/TokenDesk.h"

#include "app/login/tokens/IdToken.h"
#include "app/login/tokens/Jws.h"
#include "app/login/tokens/TokenErrors.h"

#include <QCoreApplication>

namespace qd::login {

using namespace Qt::StringLiterals;
using ports::BearerToken;
using ports::Credential;
using ports::SignInFault;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(TokenDesk)
};

constexpr qint64 kJustObtainedMs = 30'000;
constexpr int kMostRefused = 6;     // then half an hour

/// A token is never sent to whom it is not for.
std::optional<Error> audienceProblem(const QByteArray &token, const QString &audience)
{
    if (audience.isEmpty())
        return std::nullopt;
    const QStringList received = audiencesOf(unverifiedClaims(token));
    if (received.contains(audience))
        return std::nullopt;
    return signInError(SignInFault::WrongAudience,
                       Tr::tr("The access token is for %1; expected is \"%2\".")
                           .arg(received.isEmpty() ? Tr::tr("an audience it does not name") : quoted(received.join(u", "_s)), audience),
                       Tr::tr("Let the identity provider add the audience for this client, or change ledger.audience of the profile."));
}

qint64 lifeMs(const TokenDesk::Token &token)
{
    return qMax<qint64>(0, token.obtainedAt.msecsTo(token.expiresAt));
}

class SessionTokens final : public ports::TokenSource {
public:
    SessionTokens(std::shared_ptr<TokenDesk> desk, BearerToken which, const QString &audience)
        : m_desk(std::move(desk)), m_which(which), m_audience(audience) { }
    QFuture<Result<Credential>> credential(std::stop_token stop) override { return m_desk->credential(m_which, m_audience, std::move(stop)); }
    void rejected(const Credential &credential) override { m_desk->rejected(credential.bearer); }

private:
    std::shared_ptr<TokenDesk> m_desk;
    BearerToken m_which;
    QString m_audience;
};

}

std::shared_ptr<ports::TokenSource> makeSessionTokens(std::shared_ptr<TokenDesk> desk, BearerToken which, const QString &audience)
{
    return std::make_shared<SessionTokens>(std::move(desk), which, audience);
}

QDateTime dueAt(const TokenDesk::Token &token)
{
    return token.expiresAt.isValid() ? token.expiresAt.addMSecs(-qMin<qint64>(60'000, lifeMs(token) / 10)) : QDateTime();
}

TokenDesk::TokenDesk(QObject *session, Ask ask, std::shared_ptr<const Clock> clock, const QString &profile)
    : m_session(session), m_ask(std::move(ask)), m_clock(std::move(clock)), m_profile(profile)
{
}

void TokenDesk::close()
{
    const std::lock_guard lock(m_mutex);
    m_session = nullptr;
    m_id = {};
    m_access = {};
}

Error TokenDesk::notSignedIn() const
{
    return Error{ErrorKind::Unauthenticated, Tr::tr("Not signed in for the profile %1.").arg(m_profile), Tr::tr("Sign in.")};
}

void TokenDesk::put(const Token &idToken, const Token &accessToken, bool renews)
{
    const std::lock_guard lock(m_mutex);
    m_id = idToken;
    m_access = accessToken;
    m_renews = renews;
    m_putMs = m_clock->monotonicMs();
    m_refused = m_rejected.isEmpty() ? 0 : qMin(m_refused + 1, kMostRefused);
    m_rejected.clear();
}

/// By whichever clock says more: one stands still while the machine sleeps, the other is set back.
qint64 TokenDesk::ageMs(const Token &token) const
{
    return qMax(token.obtainedAt.msecsTo(m_clock->now()), m_clock->monotonicMs() - m_putMs);
}

bool TokenDesk::usable(const Token &token) const
{
    if (token.text.isEmpty() || token.text == m_rejected)
        return false;
    const qint64 life = lifeMs(token);
    return !token.expiresAt.isValid() || ageMs(token) < life - qMin<qint64>(5'000, life / 20);
}

bool TokenDesk::stale(BearerToken which) const
{
    const std::lock_guard lock(m_mutex);
    return !usable(of(which));
}

Result<Credential> TokenDesk::take(BearerToken which, const QString &audience) const
{
    const std::lock_guard lock(m_mutex);
    const Token &token = of(which);
    if (!usable(token))
        return notSignedIn();
    if (const std::optional<Error> problem = audienceProblem(token.text, audience))
        return *problem;
    Credential credential;
    credential.bearer = token.text;
    credential.expiresAt = token.expiresAt;
    return credential;
}

void TokenDesk::rejected(const QByteArray &token)
{
    const std::lock_guard lock(m_mutex);
    for (const Token &mine : {m_id, m_access}) {
        if (m_renews && !token.isEmpty() && mine.text == token && ageMs(mine) >= kJustObtainedMs << m_refused)
            m_rejected = token;
    }
}

void TokenDesk::post(std::function<void()> call)
{
    const std::lock_guard lock(m_mutex);
    if (m_session)
        QMetaObject::invokeMethod(m_session, std::move(call), Qt::QueuedConnection);
}

QFuture<Result<Credential>> TokenDesk::credential(BearerToken which, const QString &audience, std::stop_token stop)
{
    const Result<Credential> now = take(which, audience);
    if (now || ports::faultOf(now.error()) == SignInFault::WrongAudience)
        return readyFuture<Credential>(now);
    TokenWaiter waiter{true, which, audience, std::move(stop), {}};
    if (waiter.stop.stop_possible()) {
        // The session looks for waiters that gave up.
        waiter.onStop = std::make_shared<std::stop_callback<std::function<void()>>>(waiter.stop, [weak = weak_from_this()] {
            if (const auto desk = weak.lock())
                desk->post([desk] { desk->m_ask({}); });
        });
    }
    const std::lock_guard lock(m_mutex);
    if (!m_session)
        return readyFuture<Credential>(notSignedIn());
    QMetaObject::invokeMethod(m_session, [ask = m_ask, waiter] { ask(waiter); }, Qt::QueuedConnection);
    return waiter.promise.future();
}

}
