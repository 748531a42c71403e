// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/session/Flow.h"

#include "app/login/tokens/Authorization.h"
#include "app/login/tokens/TokenErrors.h"

#include <QCoreApplication>

namespace qd::login {

using namespace Qt::StringLiterals;
using ports::SignInFault;
using ports::SignInPhase;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(DeviceFlow)
};

}

void DeviceFlow::start()
{
    show({.phase = SignInPhase::Discovering});
    if (over())
        return;
    m_client->metadata(attempt(), [this](const Result<ProviderMetadata> &provider) {
        if (!provider)
            return end(provider.error());
        begin(*provider);
    });
}

void DeviceFlow::begin(const ProviderMetadata &provider)
{
    if (provider.deviceAuthorization.isEmpty()) {
        return end(signInError(SignInFault::ClientRefused, Tr::tr("The identity provider %1 knows no sign-in with a device code.").arg(m_settings.issuer),
                               Tr::tr("Sign in through the browser.")));
    }
    // RFC 8628 knows no PKCE; Keycloak wants it here as well from a client that must use it, and others ignore it.
    m_verifier = newAttempt({}).verifier;
    m_client->ask(provider.deviceAuthorization, {{"scope", scopesOf(m_settings).join(u' ').toUtf8()}, {"resource", m_settings.resource.toUtf8()},
                                                 {"code_challenge", challengeOf(m_verifier)}, {"code_challenge_method", "S256"}},
                  attempt(), [this](const Result<QJsonObject> &answer) {
        if (!answer)
            return end(answer.error());
        wait(*answer);
    });
}

void DeviceFlow::wait(const QJsonObject &answer)
{
    const bool plain = isPlainLoopback(QUrl(m_settings.issuer, QUrl::StrictMode));
    ports::SignInState waiting{.phase = SignInPhase::WaitingForDevice};
    m_deviceCode = answer.value("device_code"_L1).toString().toUtf8();
    waiting.userCode = quoted(answer.value("user_code"_L1).toString());
    waiting.verificationUrl = QUrl(answer.value("verification_uri"_L1).toString(), QUrl::StrictMode);
    const QUrl complete(answer.value("verification_uri_complete"_L1).toString(), QUrl::StrictMode);
    if (allowedUrl(complete, plain))
        waiting.verificationUrlComplete = complete;
    if (m_deviceCode.isEmpty() || waiting.userCode.isEmpty() || !allowedUrl(waiting.verificationUrl, plain))
        return end(badDocument(Tr::tr("The identity provider's device code is not whole, or its page is no https address.")));
    const int seconds = qBound(10, answer.value("expires_in"_L1).toInt(m_settings.waitSeconds), 3600);
    m_interval = qBound(1, answer.value("interval"_L1).toInt(5), 120);
    waiting.deadline = m_parts.clock->now().addSecs(seconds);
    deadline(waiting.deadline);
    show(waiting);
    if (over())
        return;
    m_parts.later(std::chrono::seconds(m_interval), attempt(), [this] { poll(); });
}

void DeviceFlow::openBrowserAgain()
{
    if (m_progress.phase == SignInPhase::WaitingForDevice && m_parts.openBrowser)
        m_parts.openBrowser(m_progress.verificationUrl);
}

void DeviceFlow::poll()
{
    if (over())
        return;
    m_client->grant({{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"}, {"device_code", m_deviceCode}, {"code_verifier", m_verifier}}, attempt(),
                    [this](const Result<TokenSet> &tokens) { polled(tokens); });
}

void DeviceFlow::polled(const Result<TokenSet> &tokens)
{
    if (over())
        return;
    if (tokens) {
        show({.phase = SignInPhase::Exchanging});
        if (over())
            return;
        return finishWith(*tokens, std::nullopt);   // RFC 8628 has no nonce
    }
    const Error &error = tokens.error();
    const QString name = error.detail.section(u' ', 0, 0);
    if (name == "slow_down"_L1) {
        m_interval += 5;
    } else if (error.retryable() && error.httpStatus == 0) {
        m_interval = qMin(m_interval * 2, 120);   // RFC 8628 3.5: exponential backoff on connection timeouts
    } else if (name == "expired_token"_L1) {
        return end(signInError(SignInFault::TimedOut, Tr::tr("The device code of %1 has expired.").arg(m_settings.issuer), Tr::tr("Start the sign-in again."), error.detail));
    } else if (name != "authorization_pending"_L1 && !error.retryable()) {
        return end(error);
    }
    m_parts.later(std::chrono::seconds(m_interval), attempt(), [this] { poll(); });
}

}
