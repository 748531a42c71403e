// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/session/Flow.h"

#include "app/login/session/LoopbackListener.h"
#include "app/login/tokens/Authorization.h"
#include "app/login/tokens/TokenErrors.h"

#include <QCoreApplication>

namespace qd::login {

using namespace Qt::StringLiterals;
using ports::SignInFault;
using ports::SignInPhase;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(CodeFlow)
};

Error refusedInBrowser(const CallbackVerdict &verdict, const QString &issuer)
{
    const QString says = QString(quoted(verdict.error) + u' ' + quoted(verdict.description)).trimmed();
    if (verdict.error == "access_denied"_L1 || verdict.error == "consent_required"_L1 || verdict.error == "login_required"_L1) {
        return signInError(SignInFault::Denied, Tr::tr("The sign-in at %1 was refused in the browser.").arg(issuer),
                           Tr::tr("Start it again, or ask for access at the identity provider."), says);
    }
    if (verdict.error == "server_error"_L1 || verdict.error == "temporarily_unavailable"_L1)
        return signInError(SignInFault::IssuerUnreachable, Tr::tr("The identity provider %1 is not able to sign anybody in now.").arg(issuer),
                           Tr::tr("Try again later."), says);
    return signInError(SignInFault::ClientRefused, Tr::tr("The identity provider %1 refused the request (%2).").arg(issuer, quoted(verdict.error)),
                       Tr::tr("Check signIn.clientId and signIn.scopes, and the client's registration: public, code with PKCE."), says);
}

}

CodeFlow::~CodeFlow()
{
    CodeFlow::abandon();
}

void CodeFlow::abandon()
{
    if (m_listener) {
        m_listener->disconnect(this);   // it still tells a browser that has come
        m_listener->retire();
    }
    m_listener.clear();
    m_verifier.clear();
    Flow::abandon();
}

void CodeFlow::start()
{
    show({.phase = SignInPhase::Discovering});
    if (over())
        return;
    m_client->metadata(attempt(), [this](const Result<ProviderMetadata> &provider) {
        if (provider)
            wait(*provider);
        else
            end(provider.error());
    });
}

void CodeFlow::wait(const ProviderMetadata &provider)
{
    m_listener = new LoopbackListener(this);
    if (const Result<Done> listening = m_listener->listen(m_settings.redirectPorts); !listening)
        return end(listening.error());
    const QString host = m_settings.localhostName ? u"localhost"_s : u"127.0.0.1"_s;
    const Attempt attempt = newAttempt(QString(u"http://"_s + host + u':' + QString::number(m_listener->port()) + m_settings.redirectPath));
    m_nonce = attempt.nonce;
    m_verifier = attempt.verifier;
    m_redirect = attempt.redirectUri;
    connect(m_listener, &LoopbackListener::answered, this, &CodeFlow::take);
    const QString path = m_settings.redirectPath.isEmpty() ? u"/"_s : m_settings.redirectPath;   // what a browser asks for
    m_listener->expect({{}, path, attempt.state, provider.issuer, provider.saysIss}, m_settings.localhostName);
    ports::SignInState waiting{.phase = SignInPhase::WaitingForBrowser};
    waiting.browserUrl = authorizationUrl(provider, m_settings, attempt);
    waiting.deadline = m_parts.clock->now().addSecs(m_settings.waitSeconds);
    waiting.browserOpened = m_parts.openBrowser && m_parts.openBrowser(waiting.browserUrl);
    if (over())
        return;
    deadline(waiting.deadline);
    show(waiting);
}

void CodeFlow::openBrowserAgain()
{
    if (m_progress.phase != SignInPhase::WaitingForBrowser)
        return;
    ports::SignInState waiting = m_progress;
    waiting.browserOpened = m_parts.openBrowser && m_parts.openBrowser(waiting.browserUrl);
    show(waiting);
}

void CodeFlow::take(const CallbackVerdict &verdict)
{
    if (m_listener)
        m_listener->retire();
    m_listener.clear();
    switch (verdict.kind) {
    case CallbackVerdict::Kind::Code:
        return redeem(verdict.code);
    case CallbackVerdict::Kind::ProviderSaysNo:
        return end(refusedInBrowser(verdict, m_settings.issuer));
    case CallbackVerdict::Kind::WrongIssuer:
        return end(signInError(SignInFault::IssuerInvalid, Tr::tr("Another identity provider answered than %1, which was asked (iss).").arg(m_settings.issuer),
                               Tr::tr("Nothing of its answer is used. Start the sign-in again; if it stays so, tell who runs the provider.")));
    case CallbackVerdict::Kind::Refused:
        break;
    }
}

void CodeFlow::redeem(const QByteArray &code)
{
    show({.phase = SignInPhase::Exchanging});
    if (over())
        return;
    const ProviderClient::Fields fields = {{"grant_type", "authorization_code"}, {"code", code}, {"redirect_uri", m_redirect.toUtf8()},
                                           {"code_verifier", m_verifier}, {"resource", m_settings.resource.toUtf8()}};
    m_verifier.clear();
    m_client->grant(fields, attempt(), [this](const Result<TokenSet> &tokens) {
        if (!tokens)
            return end(tokens.error());
        finishWith(*tokens, m_nonce);
    });
}

}
