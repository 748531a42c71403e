// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/KubeConfig.h"

#include <span>

namespace qd::kube {

/// The fields of the kubeconfig types in the order kubectl prints them (client-go clientcmd/api/v1/types.go).
enum class FieldType { Text, Bool, Bytes, Texts, TextMap, TextsMap, Exec, AuthProvider, Env, Extensions, Any };

struct FieldSpec {
    const char *name;
    FieldType type;
    bool omitEmpty;
};

[[nodiscard]] std::span<const FieldSpec> clusterFields();
[[nodiscard]] std::span<const FieldSpec> userFields();
[[nodiscard]] std::span<const FieldSpec> contextFields();
[[nodiscard]] std::span<const FieldSpec> execFields();
[[nodiscard]] std::span<const FieldSpec> authProviderFields();
[[nodiscard]] std::span<const FieldSpec> envFields();

/// One file, decoded as strictly as kubectl does: a number where a text belongs is an error, unknown fields are ignored.
struct DecodedKubeConfig {
    QList<KubeEntry> clusters;
    QList<KubeEntry> users;
    QList<KubeEntry> contexts;
    QList<KubeEntry> extensions;
    QList<KubeEntry> preferenceExtensions;
    bool colors = false;
    QString current;
};

[[nodiscard]] Result<DecodedKubeConfig> decodeKubeConfig(const QByteArray &bytes, const QString &file);
/// A file's content, at most 16 MiB; pipes such as /dev/fd/63 too. `shown` names it in the error.
[[nodiscard]] Result<QByteArray> readConfigFile(const QString &path, const QString &shown);
/// Go's base64.StdEncoding: padded, line feeds ignored.
[[nodiscard]] std::optional<QByteArray> decodeBase64(const QString &text);

}
