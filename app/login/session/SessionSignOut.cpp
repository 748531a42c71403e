// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/session/Session.h"

#include "app/login/tokens/TokenErrors.h"

#include <QCoreApplication>
#include <QUrlQuery>

namespace qd::login {

using namespace Qt::StringLiterals;
using ports::SignInFault;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(Session)
};

}

void SignOut::owe(const QByteArray &refreshToken)
{
    if (refreshToken.isEmpty() || known.contains(refreshToken))
        return;
    known.append(refreshToken);
    owed.append(refreshToken);
}

/// The entry goes at once, so that it is gone whatever stops the program. Then the lock is waited for: whoever renews now, here or in
/// another process, writes and brings a newer token until it lets go of the lock, and both go then. Meanwhile the provider is told of
/// what is known.
QFuture<Result<ports::SignOutEnd>> Session::signOut(bool everywhere)
{
    ++m_era;
    dropFlow();
    m_renewing = false;
    const auto leaving = std::make_shared<SignOut>();
    leaving->era = m_era;
    leaving->everywhere = everywhere;
    leaving->theirs = m_displaced;
    leaving->wasIn = m_state.identity || !m_tokens.idToken.isEmpty() || !m_tokens.refreshToken.isEmpty() || (!m_displaced && m_vault.remembers());
    leaving->owe(m_tokens.refreshToken);
    m_leaving = leaving;
    forgetTokens();
    show({});
    serveAll();
    removeEntry(leaving, [this, leaving] {
        const auto left = std::make_shared<int>(2);
        const auto both = [this, leaving, left] {
            if (--*left == 0)
                revoke(leaving, [this, leaving] { signedOut(leaving); });
        };
        m_vault.lock([this, leaving, both](const Result<Guard> &guard) { signOutLocked(leaving, guard, both); });
        revoke(leaving, both);
    });
    return leaving->promise.future();
}

void Session::removeEntry(const std::shared_ptr<SignOut> &leaving, const std::function<void()> &then)
{
    if (leaving->theirs)
        return then();
    m_vault.read([leaving](const Result<StoredSignIn> &stored) {
        if (stored)
            leaving->owe(stored->refreshToken);
    });
    m_vault.remove([leaving, then](const Result<Done> &removed) {
        if (!removed)
            leaving->kept = removed.error();
        then();
    });
}

void Session::signOutLocked(const std::shared_ptr<SignOut> &leaving, const Result<Guard> &guard, const std::function<void()> &then)
{
    if (!guard && guard.error().kind == ErrorKind::Timeout)
        leaving->heldBy = guard.error();
    // Who signs in again meanwhile writes over what is there: that entry is theirs.
    if (leaving->era != m_era || leaving->kept)
        return then();
    removeEntry(leaving, [then, held = guard ? *guard : Guard()] { then(); });
}

void Session::revoke(const std::shared_ptr<SignOut> &leaving, const std::function<void()> &then)
{
    if (leaving->untold || (leaving->owed.isEmpty() && !leaving->everywhere))
        return then();
    // Without a discovery document of this run it is asked for: a session restored and ended offline ends here all the same.
    const auto hurry = m_client.hurry();
    m_client.metadata(this, [this, leaving, then](const Result<ProviderMetadata> &provider) {
        if (!provider)
            leaving->untold = provider.error();
        if (leaving->untold || leaving->owed.isEmpty())
            return then();
        const auto again = m_client.hurry();
        const bool there = !m_client.known()->revocation.isEmpty();
        m_client.revoke(leaving->owed.takeFirst(), this, [this, leaving, then, there](const Result<Done> &done) {
            if (!done)
                leaving->untold = done.error();
            else if (there)
                leaving->told = true;
            else
                leaving->untold = Error{ErrorKind::Unsupported, Tr::tr("%1 has no address where a sign-in is taken back.").arg(m_settings.issuer)};
            revoke(leaving, then);
        });
    });
}

/// Revoked first, then the browser: Keycloak's page ends the browser's session, and an offline session goes on without it.
void Session::signedOut(const std::shared_ptr<SignOut> &leaving)
{
    if (m_leaving == leaving)
        m_leaving.reset();
    const std::optional<Error> unopened = leaving->everywhere && m_client.known() ? openEndSession() : std::nullopt;
    if (leaving->kept)
        return leaving->promise.finish(*leaving->kept);
    if (leaving->heldBy) {
        return leaving->promise.finish(Error{ErrorKind::Timeout, Tr::tr("Signed out here. %1 It may keep the sign-in again.").arg(leaving->heldBy->message),
                                             Tr::tr("End that process and sign out again.")});
    }
    if (leaving->everywhere && leaving->untold && leaving->untold->kind != ErrorKind::Unsupported) {
        Error error = *leaving->untold;
        error.message = Tr::tr("Signed out here. The identity provider could not be told: %1").arg(error.message);
        error.remedy = Tr::tr("End the session in the provider's own pages.");
        return leaving->promise.finish(error);
    }
    if (unopened)
        return leaving->promise.finish(*unopened);
    leaving->promise.finish(ports::SignOutEnd{leaving->wasIn, leaving->told && !leaving->untold, leaving->untold});
}

/// RP-initiated logout 1.0, with client_id only. No id_token_hint: the link stands in a command line and in the browser's history,
/// where no token belongs; the provider then asks the person. No post_logout_redirect_uri: nobody listens for the way back, and a
/// provider that does not know it (it must be registered) refuses the whole request.
std::optional<Error> Session::openEndSession()
{
    if (m_client.known()->endSession.isEmpty()) {
        return Error{ErrorKind::Unsupported, Tr::tr("Signed out here. %1 has no page that ends the browser's own session.").arg(m_settings.issuer),
                     Tr::tr("Sign out in the provider's own pages.")};
    }
    QUrl url = m_client.known()->endSession;
    QUrlQuery query(url);
    query.addQueryItem(u"client_id"_s, QString::fromLatin1(m_settings.clientId.toUtf8().toPercentEncoding()));
    url.setQuery(query);
    if (m_parts.openBrowser && m_parts.openBrowser(url))
        return std::nullopt;
    return signInError(SignInFault::NoBrowser, Tr::tr("Signed out here. No browser could be opened to end the session at %1.").arg(m_settings.issuer),
                       Tr::tr("Open %1 in a browser.").arg(url.toString(QUrl::FullyEncoded)));
}

}
