// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QDateTime>
#include <QJsonObject>
#include <QStringList>

#include <optional>

namespace qd::login {

/// What an ID token must say (OpenID Connect Core 3.1.3.7).
struct IdTokenRules {
    QString issuer;
    QString clientId;
    QStringList audiences = {};             ///< others that may stand beside the client id
    QDateTime now;
    int skewSeconds = 60;
    std::optional<QByteArray> nonce = {};   ///< first token of a code flow: must be there and equal
    QByteArray accessToken = {};            ///< for at_hash
    QString algorithm = {};                 ///< of the token's signature, for at_hash
    bool mayHaveEnded = false;              ///< one at rest, which says who and opens nothing
};

struct IdClaims {
    QString subject;
    QDateTime issuedAt;
    QDateTime expiresAt;
    std::optional<qint64> authTime;
    QString nonce;
    QJsonObject all;
};

/// `claims` are of a verified token. Errors name the claim, what was expected and what was received; badTime() for times.
[[nodiscard]] Result<IdClaims> checkIdToken(const QJsonObject &claims, const IdTokenRules &rules);

/// What a refreshed ID token must share with the first (OpenID Connect Core 12.2): issuer and subject, auth_time if both say
/// one, a nonce if it has one.
[[nodiscard]] Result<Done> checkRefreshed(const IdClaims &fresh, const IdClaims &first);

/// "aud" as a list; empty when there is none or it is something else than text and lists of text.
[[nodiscard]] QStringList audiencesOf(const QJsonObject &claims);
/// A NumericDate (RFC 7519 section 2) that is a number, not negative and a time a calendar knows.
[[nodiscard]] std::optional<QDateTime> timeOf(const QJsonObject &claims, const QString &name);

}
