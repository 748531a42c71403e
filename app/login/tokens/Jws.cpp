// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/tokens/Jws.h"

#include "app/login/tokens/Base64Url.h"
#include "app/login/tokens/Signature.h"
#include "app/login/tokens/StrictJson.h"
#include "app/login/tokens/TokenErrors.h"

#include <QCoreApplication>

namespace qd::login {

using namespace Qt::StringLiterals;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(Jws)
};

constexpr qsizetype kMaxToken = 64 * 1024;

Result<Done> takeHeader(const QJsonObject &header, Jws &jws)
{
    const QJsonValue algorithm = header.value("alg"_L1);
    if (!algorithm.isString())
        return badToken(Tr::tr("The token does not say how it is signed."));
    jws.algorithm = algorithm.toString();
    if (!acceptedAlgorithms().contains(jws.algorithm)) {
        return badToken(Tr::tr("The token is signed with \"%1\", which is never accepted.").arg(quoted(jws.algorithm.left(20))),
                        Tr::tr("Accepted are %1.").arg(acceptedAlgorithms().join(u", "_s)));
    }
    if (header.contains("crit"_L1) || header.contains("b64"_L1))
        return badToken(Tr::tr("The token asks for an extension that is not known here (crit)."));
    const QJsonValue kid = header.value("kid"_L1);
    if (!kid.isUndefined() && !kid.isString())
        return badToken(Tr::tr("The token's key id is no text."));
    if (kid.isString())
        jws.kid = kid.toString();
    jws.type = header.value("typ"_L1).toString();
    return Done{};
}

}

Result<Jws> parseJws(const QByteArray &token)
{
    if (token.size() > kMaxToken)
        return badToken(Tr::tr("The token is longer than 64 KiB."));
    const QList<QByteArray> parts = token.split('.');
    if (parts.size() == 5)
        return badToken(Tr::tr("The token is encrypted, which is not supported."),
                        Tr::tr("Switch the encryption of ID tokens off for this client at the identity provider."));
    if (parts.size() != 3)
        return badToken(Tr::tr("The token does not have three parts."));
    const std::optional<QByteArray> header = fromBase64Url(parts.at(0));
    const std::optional<QByteArray> payload = fromBase64Url(parts.at(1));
    const std::optional<QByteArray> signature = fromBase64Url(parts.at(2));
    if (!header || !payload || !signature)
        return badToken(Tr::tr("A part of the token is not base64url."));
    if (signature->isEmpty())
        return badToken(Tr::tr("The token is not signed."));
    const Result<QJsonObject> object = strictObject(*header, Tr::tr("The token's header"));
    if (!object)
        return badToken(object.error().message);
    Jws jws{{}, {}, {}, *payload, parts.at(0) + '.' + parts.at(1), *signature};
    if (const Result<Done> taken = takeHeader(*object, jws); !taken)
        return taken.error();
    return jws;
}

Result<QJsonObject> verifyJws(const Jws &jws, const JwkSet &keys, const QStringList &algorithms)
{
    if (!algorithms.contains(jws.algorithm)) {
        return badToken(Tr::tr("The token is signed with %1, but the issuer says it signs with %2.")
                            .arg(jws.algorithm, algorithms.isEmpty() ? Tr::tr("nothing known here") : algorithms.join(u", "_s)));
    }
    const QList<Jwk> fitting = keys.fitting(jws.algorithm, jws.kid);
    if (fitting.isEmpty()) {
        Error error = badToken(jws.kid ? Tr::tr("The issuer has no key \"%1\" for %2.").arg(quoted(*jws.kid).left(80), jws.algorithm)
                                       : Tr::tr("The token does not say with which of the issuer's keys it is signed."));
        error.detail = QLatin1String(kUnknownKey);
        return error;
    }
    SignatureVerdict verdict = SignatureVerdict::Wrong;
    for (const Jwk &key : fitting) {
        verdict = verifySignature(jws.algorithm, key, jws.signedText, jws.signature);
        if (verdict == SignatureVerdict::Valid)
            return strictObject(jws.payload, Tr::tr("The token's content"));
    }
    if (verdict == SignatureVerdict::WeakKey)
        return badToken(Tr::tr("The issuer's key is too weak or broken: RSA needs 2048 bits."));
    return badToken(Tr::tr("The token's signature is wrong."));
}

QJsonObject unverifiedClaims(const QByteArray &token)
{
    const QList<QByteArray> parts = token.size() > kMaxToken ? QList<QByteArray>() : token.split('.');
    const std::optional<QByteArray> payload = parts.size() == 3 ? fromBase64Url(parts.at(1)) : std::nullopt;
    const Result<QJsonObject> object = payload ? strictObject(*payload, {}) : Result<QJsonObject>();
    return object ? *object : QJsonObject();
}

}
