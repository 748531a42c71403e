// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/SignInState.h"

#include <QJsonObject>

#include <optional>

namespace qd::login {

/// A sign-in that something else on this computer or network describes, to be offered natively.
struct FoundSignIn {
    ports::SignInSettings settings;
    QByteArray caPem;           ///< certificate-authority-data; write it where settings.caFile can name it
    /// Why it cannot be used as it is (a client secret is asked for); empty: nothing stands against it.
    QString problem;
};

/// kubelogin (int128) as a kubeconfig's exec entry: `kubectl oidc-login get-token --oidc-issuer-url=…`, with its flags in both
/// spellings. Nothing for other programs, the one for Azure of the same name included.
[[nodiscard]] std::optional<FoundSignIn> fromExec(const QString &command, const QStringList &arguments);
/// The retired auth-provider of kubectl: {name: oidc, config: {...}}.
[[nodiscard]] std::optional<FoundSignIn> fromAuthProvider(const QJsonObject &authProvider);
/// Argo CD's GET /api/v1/settings; `server` is its address, for the issuer of its own dex.
[[nodiscard]] std::optional<FoundSignIn> fromArgoSettings(const QJsonObject &settings, const QString &server);

}
