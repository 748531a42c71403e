// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace qd::login {

/// A public key of a provider (RFC 7517, 8037), bytes decoded.
struct Jwk {
    std::optional<QString> kid;
    QString kty;        ///< RSA, EC, OKP
    QString crv;        ///< P-256, P-384, P-521, Ed25519
    QString alg;        ///< empty: any that fits
    QByteArray n;       ///< RSA, big endian without leading zeros
    QByteArray e;
    QByteArray x;       ///< EC: padded to the field; OKP
    QByteArray y;
    friend bool operator==(const Jwk &, const Jwk &) = default;
};

/// The signature algorithms accepted here, never "none" nor HMAC. RFC 7518, 8037, 9864.
[[nodiscard]] const QStringList &acceptedAlgorithms();

/// The signing keys of a JWKS document. Keys of a kind that is not used here (encryption, other curves) are passed over; a
/// document without any usable key is fine too, as a provider may be rotating.
struct JwkSet {
    QList<Jwk> keys;
    int passedOver = 0;
    /// The keys a token with this header may be verified with: kty and crv fit the algorithm, and with a kid only keys of
    /// that kid, without one only if exactly one key fits. Empty: unknown here.
    [[nodiscard]] QList<Jwk> fitting(const QString &algorithm, const std::optional<QString> &kid) const;
    friend bool operator==(const JwkSet &, const JwkSet &) = default;
};

/// Errors: no object, no "keys", more than 100 keys.
[[nodiscard]] Result<JwkSet> parseJwks(const QByteArray &text);

}
