// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Kinds.h"

#include <QDateTime>
#include <QJsonObject>

namespace qd::demo::metadata {

/// Five letters as generateName gets them.
[[nodiscard]] QString suffix();
/// ObjectMeta of a new object: uid, creationTimestamp, generation; what only the server may say is dropped.
[[nodiscard]] QJsonObject fresh(QJsonObject given, const Kind &kind, const QDateTime &now);
/// ObjectMeta of an update: what cannot be changed stays as it was.
[[nodiscard]] QJsonObject kept(const QJsonObject &live, QJsonObject given, bool keepManagedFields);
/// Names, labels, annotations, finalizers, owner references (apimachinery validation.ValidateObjectMeta).
[[nodiscard]] QList<ErrorCause> validate(const Kind &kind, const QJsonObject &object, const QJsonObject &old);

/// ObjectMeta for OpenAPI: names, types and one line each.
[[nodiscard]] QJsonObject schema();

}
