// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Kinds.h"

namespace qd::demo {

/// What kube-apiserver's validation says of its own kinds beyond their schema: keys of ConfigMaps and Secrets, what a type of Secret
/// needs, what cannot be changed once it is there. `old` is empty on create. (k8s.io/kubernetes/pkg/apis/core/validation and siblings.)
[[nodiscard]] QList<ErrorCause> checkBuiltin(const Kind &kind, const QJsonObject &object, const QJsonObject &old);
/// What Go cannot decode though it is a text: base64. "illegal base64 data at input byte 2"
[[nodiscard]] std::optional<QString> undecodableText(const Kind &kind, const QJsonObject &object);

}
