// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/tokens/Provider.h"
#include "models/ports/SignInState.h"

#include <QByteArray>

namespace qd::login {

/// The secrets of one attempt: made for it, used once, in memory only.
struct Attempt {
    QByteArray state;
    QByteArray nonce;
    QByteArray verifier;
    QString redirectUri;
};

[[nodiscard]] Attempt newAttempt(const QString &redirectUri);
/// RFC 7636 section 4.2, S256.
[[nodiscard]] QByteArray challengeOf(const QByteArray &verifier);
/// The scopes to ask for: openid always and first, each once.
[[nodiscard]] QStringList scopesOf(const ports::SignInSettings &settings);
/// What the browser opens. S256 always, whatever discovery says of it.
[[nodiscard]] QUrl authorizationUrl(const ProviderMetadata &provider, const ports::SignInSettings &settings, const Attempt &attempt);
/// For logs: without the values that belong to one attempt.
[[nodiscard]] QString loggable(const QUrl &url);

/// application/x-www-form-urlencoded, in order. Empty values are left out.
[[nodiscard]] QByteArray formBody(const QList<std::pair<QByteArray, QByteArray>> &fields);

}
