// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/session/Flow.h"

#include "app/login/tokens/TokenErrors.h"

#include <QCoreApplication>

namespace qd::login {

using namespace Qt::StringLiterals;
using ports::SignInFault;
using ports::SignInPhase;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(SignInFlow)
};

}

void Flow::show(const ports::SignInState &progress)
{
    m_progress = progress;
    m_progress.clock = m_client->clock();
    Q_EMIT progressed();
}

void Flow::abandon()
{
    m_over = true;
    m_attempt.reset();
}

void Flow::end(const Result<FlowEnd> &result)
{
    if (!std::exchange(m_over, true))
        Q_EMIT ended(result);
}

void Flow::finishWith(const TokenSet &tokens, const std::optional<QByteArray> &nonce)
{
    if (tokens.idToken.isEmpty()) {
        return end(badDocument(Tr::tr("The identity provider %1 gave no ID token.").arg(m_settings.issuer), Tr::tr("Is \"openid\" among the scopes it allows this client?")));
    }
    m_client->verify(tokens, nonce, ProviderClient::Age::InTime, attempt(), [this, tokens](const Result<IdClaims> &claims) {
        end(claims ? Result<FlowEnd>(FlowEnd{tokens, *claims}) : Result<FlowEnd>(claims.error()));
    });
}

void Flow::deadline(const QDateTime &at)
{
    const auto left = std::chrono::milliseconds(qMax<qint64>(0, m_parts.clock->now().msecsTo(at)));
    m_parts.later(left, attempt(), [this] {
        if (m_progress.phase != SignInPhase::Exchanging) {
            end(signInError(SignInFault::TimedOut, Tr::tr("The sign-in at %1 was not finished in time.").arg(m_settings.issuer),
                            Tr::tr("Start it again when you are ready; nothing else was changed.")));
        }
    });
}

}
