// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/tokens/Jwk.h"

namespace qd::login {

enum class SignatureVerdict {
    Valid,
    Wrong,          ///< the signature is not of this key over this text, or has the wrong length
    WeakKey,        ///< RSA under 2048 bits or with an exponent under 3; a point that is not on its curve
};

/// RS/PS/ES 256 to 512 and EdDSA over Ed25519, by OpenSSL. The algorithm and the key must fit (JwkSet::fitting).
[[nodiscard]] SignatureVerdict verifySignature(const QString &algorithm, const Jwk &key, const QByteArray &text,
                                               const QByteArray &signature);

/// The hash of the algorithm (SHA-512 for EdDSA), for at_hash.
[[nodiscard]] QByteArray hashFor(const QString &algorithm, const QByteArray &text);

/// `count` bytes nobody can guess, base64url: 32 make 43 characters. Ends the program when the system has none.
[[nodiscard]] QByteArray randomText(int count = 32);

/// Equal or not in a time that does not tell where they differ.
[[nodiscard]] bool sameSecret(const QByteArray &a, const QByteArray &b);

}
