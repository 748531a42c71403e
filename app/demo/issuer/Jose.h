// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QList>

#include <memory>

namespace qd::demo {

enum class SigningAlgorithm : quint8 { RS256, ES256 };

/// A key pair that is made at start and never leaves the process: RSA of 2048 bits or EC P-256. Copies share it; any thread.
class SigningKey {
public:
    [[nodiscard]] static Result<SigningKey> make(SigningAlgorithm algorithm);
    [[nodiscard]] SigningAlgorithm algorithm() const;
    [[nodiscard]] QString kid() const;              ///< the thumbprint of RFC 7638
    /// The public half for a JWKS: kty, use, alg, kid, and n, e or crv, x, y.
    [[nodiscard]] QJsonObject jwk() const;
    /// A compact JWS of these claims (RFC 7515); empty when the library failed.
    [[nodiscard]] QByteArray sign(const QJsonObject &claims, const QString &type) const;
    [[nodiscard]] bool verifies(const QByteArray &signedPart, const QByteArray &signature) const;

private:
    class Impl;
    std::shared_ptr<const Impl> m_impl;
};

/// The claims of a token that one of these keys has signed: three parts of strict base64url, the type, and the key that kid and
/// alg name. Times, issuer and audience are for the caller to look at.
[[nodiscard]] std::optional<QJsonObject> openToken(const QByteArray &token, const QString &type, const QList<SigningKey> &keys);

/// base64url(left half of SHA-256), the at_hash of a token signed with RS256 or ES256.
[[nodiscard]] QString halfHash(const QByteArray &token);
/// base64url of so many random octets of the library's generator.
[[nodiscard]] QByteArray randomText(int octets = 32);
/// base64url(SHA-256), as PKCE's S256, and what stands for a secret where one is kept.
[[nodiscard]] QByteArray digestText(const QByteArray &secret);
/// In the same time whatever differs.
[[nodiscard]] bool sameSecret(const QByteArray &one, const QByteArray &other);

}
