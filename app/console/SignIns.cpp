// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/SignIns.h"

#include "app/login/secrets/KeychainSecrets.h"
#include "app/login/session/FileLock.h"
#include "app/login/session/Gateway.h"
#include "app/login/session/Vault.h"
#include "models/core/Async.h"

namespace qd::console {

using namespace Qt::StringLiterals;

ports::SignInSettings signInSettings(const config::SignIn &signIn)
{
    ports::SignInSettings out{.issuer = signIn.issuer, .clientId = signIn.clientId};
    out.caFile = signIn.caFile;
    out.scopes = signIn.scopes;
    out.redirectPorts = signIn.redirectPorts;
    out.localhostName = signIn.localhostName;
    out.redirectPath = signIn.redirectPath;
    out.bearer = signIn.bearer == config::Bearer::AccessToken ? ports::BearerToken::AccessToken : ports::BearerToken::IdToken;
    out.roleClaims = signIn.roles;
    out.audiences = signIn.audiences;
    out.resource = signIn.resource;
    return out;
}

SignIns::~SignIns() = default;

void SignIns::openWith(ports::BrowserOpener opener)
{
    *m_opener = std::move(opener);
}

std::shared_ptr<ports::SecretStore> SignIns::secrets()
{
    if (!m_secrets)
        m_secrets = login::makeKeychainSecrets({.service = u"quarterdeck"_s});
    return m_secrets;
}

std::shared_ptr<ports::SignInGateway> SignIns::gateway()
{
    if (!m_gateway)
        m_gateway = makeGateway();
    return m_gateway;
}

std::shared_ptr<ports::SignInGateway> SignIns::makeGateway()
{
    login::SessionParts parts;
    parts.secrets = secrets();
    parts.lock = login::makeFileLock(m_folder);
    parts.stateFolder = m_folder;
    parts.openBrowser = [opener = m_opener](const QUrl &url) { return *opener && (*opener)(url); };
    return login::makeSignInGateway(parts);
}

/// A gateway of its own: the program's has one session a profile, and by now the profile may name another.
QFuture<Result<ports::SignOutEnd>> SignIns::end(const QString &profile, const ports::SignInSettings &settings)
{
    const std::shared_ptr<ports::SignInSession> session = makeGateway()->session(profile, settings);
    const QFuture<Result<ports::SignOutEnd>> out = session->signOut(false);
    auto *holder = new QObject;
    whenFinished(out, holder, [holder, session](const Result<ports::SignOutEnd> &) { holder->deleteLater(); });
    return out;
}

std::shared_ptr<ports::SignInSession> SignIns::session(const QString &profile, const ports::SignInSettings &settings)
{
    return gateway()->session(profile, settings);
}

bool SignIns::remembers(const QString &profile, const ports::SignInSettings &settings) const
{
    login::SessionParts parts;
    parts.stateFolder = m_folder;
    return login::Vault(profile, settings, parts).remembers();
}

void ChosenTokens::choose(std::shared_ptr<ports::TokenSource> source)
{
    // What is replaced goes outside the lock: it may end a thread of its own.
    std::unique_lock lock(m_mutex);
    m_source.swap(source);
    lock.unlock();
}

std::shared_ptr<ports::TokenSource> ChosenTokens::chosen() const
{
    const std::lock_guard lock(m_mutex);
    return m_source;
}

}
