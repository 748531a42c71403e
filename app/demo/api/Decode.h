// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Kinds.h"
#include "app/demo/api/Status.h"

namespace qd::demo {

/// How kube-apiserver refuses a body it cannot read as the kind it should be: Go's words, for they are what people search for.

/// encoding/json about text that is no JSON: "unexpected end of JSON input".
[[nodiscard]] QString jsonProblem(const QByteArray &body);
/// Members that an object names twice, as the strict decoder tells them: "spec.hint". The text is JSON that can be read.
[[nodiscard]] QStringList duplicateFields(const QByteArray &body);
/// "array", "string" … as encoding/json names what it found.
[[nodiscard]] QString goType(const QJsonValue &value);
/// 400: the object provided is unrecognized (must be of type X): WHY (first bytes)
[[nodiscard]] Failure unrecognized(const Kind &kind, const QString &why, const QByteArray &body);
/// 400: X in version "v1" cannot be handled as a X: WHY
[[nodiscard]] Failure undecodable(const Kind &kind, const QString &given, const QString &why);
/// 422: " "" is invalid: patch: Invalid value: "OBJECT": WHY", what a patch makes of an object that then cannot be read.
[[nodiscard]] Failure badPatch(const QJsonObject &patched, const QString &why);
/// metadata of types that do not fit: json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string
[[nodiscard]] std::optional<QString> mistyped(const Kind &kind, const QJsonObject &object);
/// Whether apiVersion and kind are those of the resource.
[[nodiscard]] std::optional<Failure> wrongKind(const Kind &kind, const QJsonObject &object);

}
