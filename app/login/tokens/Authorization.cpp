// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/tokens/Authorization.h"

#include "app/login/tokens/Base64Url.h"
#include "app/login/tokens/Signature.h"

#include <QCryptographicHash>
#include <QUrlQuery>

namespace qd::login {

using namespace Qt::StringLiterals;

Attempt newAttempt(const QString &redirectUri)
{
    return {randomText(), randomText(), randomText(), redirectUri};
}

QByteArray challengeOf(const QByteArray &verifier)
{
    return toBase64Url(QCryptographicHash::hash(verifier, QCryptographicHash::Sha256));
}

QStringList scopesOf(const ports::SignInSettings &settings)
{
    QStringList out{u"openid"_s};
    out += settings.scopes.isEmpty() ? QStringList{u"profile"_s, u"email"_s, u"offline_access"_s} : settings.scopes;
    out.removeDuplicates();
    return out;
}

QByteArray formBody(const QList<std::pair<QByteArray, QByteArray>> &fields)
{
    QByteArray out;
    for (const auto &[name, value] : fields) {
        if (value.isEmpty())
            continue;
        if (!out.isEmpty())
            out += '&';
        out += name + '=' + value.toPercentEncoding();
    }
    return out;
}

QUrl authorizationUrl(const ProviderMetadata &provider, const ports::SignInSettings &settings, const Attempt &attempt)
{
    const QStringList scopes = scopesOf(settings);
    QList<std::pair<QByteArray, QByteArray>> fields = {
        {"response_type", "code"},
        {"client_id", settings.clientId.toUtf8()},
        {"redirect_uri", attempt.redirectUri.toUtf8()},
        {"scope", scopes.join(u' ').toUtf8()},
        {"state", attempt.state},
        {"nonce", attempt.nonce},
        {"code_challenge", challengeOf(attempt.verifier)},
        {"code_challenge_method", "S256"},
        {"resource", settings.resource.toUtf8()},
    };
    // OpenID Connect Core 11: a refresh token beyond the browser's session needs the person's consent.
    if (scopes.contains(u"offline_access"_s))
        fields.emplaceBack("prompt", "consent");
    QUrl url = provider.authorization;
    QByteArray query = url.query(QUrl::FullyEncoded).toLatin1();
    if (!query.isEmpty())
        query += '&';
    url.setQuery(QString::fromLatin1(query + formBody(fields)), QUrl::StrictMode);
    return url;
}

QString loggable(const QUrl &url)
{
    QUrlQuery query(url);
    for (const QString &secret : {u"state"_s, u"nonce"_s, u"code_challenge"_s, u"code"_s, u"id_token_hint"_s, u"login_hint"_s})
        query.removeAllQueryItems(secret);
    QUrl out = url.adjusted(QUrl::RemoveUserInfo | QUrl::RemoveFragment);
    out.setQuery(query);
    return out.toString(QUrl::FullyEncoded);
}

}
