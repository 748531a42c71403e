// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/KubeConfig.h"
#include "app/login/tokens/Found.h"
#include "models/ports/ServiceHttp.h"

#include <QFuture>

#include <memory>

namespace qd::console {

/// A sign-in that the user's entry of a context describes for another program, and which this one can do itself.
struct FoundInContext {
    QString program;            ///< kubelogin; empty: the retired auth-provider, which nothing else does any more
    login::FoundSignIn found;
    [[nodiscard]] bool only() const { return program.isEmpty(); }
};

/// Nothing: a context that goes another way, or whose user has other credentials beside, which win.
[[nodiscard]] std::optional<FoundInContext> foundIn(const kube::KubeConfig &config, const QString &context);

/// What a session takes; a certificate authority that was written into the entry comes into a file of `folder`.
[[nodiscard]] Result<ports::SignInSettings> settingsOf(const login::FoundSignIn &found, const QString &folder);

/// Asks an Argo CD how it signs people in: by its URL, or as a service through the API server; it tells this without any credentials.
/// `publicUrl` is its address for people, for the issuer of its own dex; empty: the URL. Errors: NotFound when it has no such sign-in,
/// Invalid when it is no Argo CD.
[[nodiscard]] QFuture<Result<login::FoundSignIn>> argoSignIn(const std::shared_ptr<ports::ServiceHttp> &services, const ports::ServiceAddress &argo,
                                                             const QString &publicUrl = {});

}
