// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QStringList>
#include <QUrl>

namespace qd::login {

/// What discovery says of a provider (OpenID Connect Discovery 1.0), checked.
struct ProviderMetadata {
    QString issuer;
    QUrl authorization;
    QUrl token;
    QUrl jwks;
    QUrl userinfo;              ///< empty: none, as the ones below
    QUrl endSession;
    QUrl revocation;
    QUrl deviceAuthorization;
    QStringList algorithms;     ///< of ID tokens, in the accept list; RS256 when the document names none
    QStringList scopes;         ///< empty: not said
    bool saysIss = false;       ///< RFC 9207: every authorization response must carry iss
    friend bool operator==(const ProviderMetadata &, const ProviderMetadata &) = default;
};

/// The address of the document. Errors: the issuer is no https URL (http only for 127.0.0.1 and [::1]), has a query, a
/// fragment or a password.
[[nodiscard]] Result<QUrl> discoveryUrl(const QString &issuer);

/// The issuer must be the one asked for, character by character. Every endpoint must be https, or http on a loopback
/// address when the issuer is too; nothing else is ever opened or asked.
[[nodiscard]] Result<ProviderMetadata> parseDiscovery(const QByteArray &text, const QString &issuer);

/// Whether a browser may be sent there: the rule of the endpoints.
[[nodiscard]] bool allowedUrl(const QUrl &url, bool plainLoopback);
/// Of a URL: http on a loopback address written as one.
[[nodiscard]] bool isPlainLoopback(const QUrl &url);

}
