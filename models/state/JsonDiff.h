// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/JsonPatch.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QList>
#include <QStringList>

namespace qd::state {

/// One difference between two values. `path` is a JSON pointer into the new value (into the old one for remove);
/// elements of a list map keep their identity when they move.
struct JsonChange
{
    QString op; ///< add, remove, replace
    QString path;
    QJsonValue from; ///< undefined for add
    QJsonValue to; ///< undefined for remove
    QString label = {}; ///< for people: spec.envVars[LOG_LEVEL].value
    [[nodiscard]] QJsonObject toJson() const; ///< {op, path, from, to}
    friend bool operator==(const JsonChange &, const JsonChange &) = default;
};

/// The fields that are the key of a list map: every element of every list is an object, has them as texts, and no two
/// of a list are alike. Empty: the list is atomic.
[[nodiscard]] QStringList listMapKeys(const QList<QJsonArray> &lists);
/// The identity of an element: "LOG_LEVEL", "Validator/acme".
[[nodiscard]] QString listMapId(const QJsonValue &element, const QStringList &keys);

[[nodiscard]] QList<JsonChange> diffJson(const QJsonValue &from, const QJsonValue &to);
using json::mergePatchFor;
/// RFC 6902: operations that make `to` of `from`; changed lists are replaced whole.
[[nodiscard]] QJsonArray jsonPatchFor(const QJsonObject &from, const QJsonObject &to);
using json::applyJsonPatch;

/// The object without what only the server writes: managedFields, resourceVersion, generation, uid, creationTimestamp,
/// selfLink, deletion fields and, with `status`, the status too.
[[nodiscard]] QJsonObject withoutServerFields(QJsonObject object, bool status);

}
