// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/tokens/Provider.h"

#include "app/login/tokens/Jwk.h"
#include "app/login/tokens/StrictJson.h"
#include "app/login/tokens/TokenErrors.h"

#include <QCoreApplication>
#include <QJsonArray>

namespace qd::login {

using namespace Qt::StringLiterals;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(Provider)
};

struct Endpoint {
    QLatin1StringView field;
    QUrl ProviderMetadata::*place;
    bool needed;
};

constexpr Endpoint kEndpoints[] = {
    {"authorization_endpoint"_L1, &ProviderMetadata::authorization, true},
    {"token_endpoint"_L1, &ProviderMetadata::token, true},
    {"jwks_uri"_L1, &ProviderMetadata::jwks, true},
    {"userinfo_endpoint"_L1, &ProviderMetadata::userinfo, false},
    {"end_session_endpoint"_L1, &ProviderMetadata::endSession, false},
    {"revocation_endpoint"_L1, &ProviderMetadata::revocation, false},
    {"device_authorization_endpoint"_L1, &ProviderMetadata::deviceAuthorization, false},
};

QStringList textsOf(const QJsonValue &value)
{
    QStringList out;
    const QJsonArray list = value.toArray();
    for (const QJsonValue &one : list) {
        if (one.isString())
            out.append(one.toString());
    }
    return out;
}

Result<Done> takeEndpoints(const QJsonObject &document, ProviderMetadata &out)
{
    const bool plain = isPlainLoopback(QUrl(out.issuer, QUrl::StrictMode));
    for (const Endpoint &endpoint : kEndpoints) {
        const QJsonValue value = document.value(endpoint.field);
        if (value.isUndefined() && !endpoint.needed)
            continue;
        if (!value.isString())
            return badDocument(Tr::tr("The issuer's discovery document has no %1.").arg(endpoint.field));
        const QUrl url(value.toString(), QUrl::StrictMode);
        if (!allowedUrl(url, plain)) {
            return badDocument(Tr::tr("The issuer's discovery document has a %1 that is no https address: %2.")
                                   .arg(endpoint.field, quoted(value.toString())));
        }
        out.*endpoint.place = url;
    }
    return Done{};
}

}

bool isPlainLoopback(const QUrl &url)
{
    return url.scheme() == "http"_L1 && (url.host() == "127.0.0.1"_L1 || url.host() == "::1"_L1);
}

bool allowedUrl(const QUrl &url, bool plainLoopback)
{
    if (!url.isValid() || url.host().isEmpty() || !url.userInfo().isEmpty() || url.hasFragment())
        return false;
    return url.scheme() == "https"_L1 || (plainLoopback && isPlainLoopback(url));
}

Result<QUrl> discoveryUrl(const QString &issuer)
{
    QUrl url(issuer, QUrl::StrictMode);
    if (!allowedUrl(url, true) || url.hasQuery()) {
        return signInError(ports::SignInFault::IssuerInvalid, Tr::tr("The issuer \"%1\" is no https address.").arg(quoted(issuer)),
                           Tr::tr("Set signIn.issuer to the address the identity provider calls itself, without query."));
    }
    QString path = url.path(QUrl::FullyEncoded);
    if (path.endsWith(u'/'))
        path.chop(1);
    url.setPath(QString(path + u"/.well-known/openid-configuration"_s), QUrl::StrictMode);
    return url;
}

Result<ProviderMetadata> parseDiscovery(const QByteArray &text, const QString &issuer)
{
    const Result<QJsonObject> document = strictObject(text, Tr::tr("The issuer's discovery document"));
    if (!document)
        return document.error();
    ProviderMetadata out;
    out.issuer = document->value("issuer"_L1).toString();
    if (out.issuer != issuer) {
        const bool slash = out.issuer == QString(issuer + u'/') || issuer == QString(out.issuer + u'/');
        Error error = badDocument(Tr::tr("The identity provider calls itself \"%1\", the profile \"%2\".").arg(quoted(out.issuer), issuer));
        error.remedy = slash ? Tr::tr("They differ by the slash at the end: write signIn.issuer as the provider does.")
                             : Tr::tr("Write signIn.issuer as the provider calls itself, if that is the one you trust.");
        return error;
    }
    if (const Result<Done> taken = takeEndpoints(*document, out); !taken)
        return taken.error();
    const QJsonValue algorithms = document->value("id_token_signing_alg_values_supported"_L1);
    for (const QString &name : algorithms.isUndefined() ? QStringList{u"RS256"_s} : textsOf(algorithms)) {
        if (acceptedAlgorithms().contains(name))
            out.algorithms.append(name);
    }
    if (out.algorithms.contains(u"EdDSA"_s) && !out.algorithms.contains(u"Ed25519"_s))
        out.algorithms.append(u"Ed25519"_s);
    if (out.algorithms.isEmpty())
        return badDocument(Tr::tr("The issuer signs its ID tokens in no way that is accepted here (%1).")
                               .arg(acceptedAlgorithms().join(u", "_s)));
    out.scopes = textsOf(document->value("scopes_supported"_L1));
    out.saysIss = document->value("authorization_response_iss_parameter_supported"_L1).toBool();
    return out;
}

}
