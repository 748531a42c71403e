// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/tokens/Jwk.h"

#include <QJsonObject>

namespace qd::login {

/// A token in compact form, taken apart; nothing of it is believed before verifyJws().
struct Jws {
    QString algorithm;
    std::optional<QString> kid;
    QString type;               ///< "JWT", "at+jwt"; empty: not said
    QByteArray payload;
    QByteArray signedText;      ///< header "." payload as they came
    QByteArray signature;
};

/// Exactly three parts of strict base64url, at most 64 KiB, an accepted algorithm, no "crit", no "b64"; jku, jwk, x5u and x5c
/// are never looked at. Errors name the rule, never the token.
[[nodiscard]] Result<Jws> parseJws(const QByteArray &token);

/// UnknownKey as the error's detail means: fetch the key set again and try once more.
inline constexpr char kUnknownKey[] = "unknown key";

/// The claims, if the signature is of one of the fitting keys. `algorithms` is what the provider says it signs with, in the
/// accept list.
[[nodiscard]] Result<QJsonObject> verifyJws(const Jws &jws, const JwkSet &keys, const QStringList &algorithms);

/// The claims of a token nobody has verified, to explain a refusal; empty when it is none.
[[nodiscard]] QJsonObject unverifiedClaims(const QByteArray &token);

}
