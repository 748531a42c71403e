// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/ClusterConfig.h"
#include "models/core/Result.h"
#include "models/ports/TokenSource.h"

namespace qd::kube {

/// KUBERNETES_EXEC_INFO: one line of JSON, byte for byte as kubectl writes it (client-go exec.go).
[[nodiscard]] QByteArray execInfo(const ClusterConfig &config, bool interactive);

/// What a plugin printed: exactly one ExecCredential of the configured version with a token or a certificate and its key.
/// Errors (Unauthenticated) name the plugin and never quote what it printed: that may hold the secret.
[[nodiscard]] Result<ports::Credential> parseExecCredential(const QByteArray &output, const ExecConfig &exec);

}
