// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/schema/Schema.h"

#include <QJsonObject>
#include <QJsonValue>
#include <QStringList>

namespace qd::demo::fieldset {

/// Sets of field paths in the form FieldsV1 has (structured-merge-diff): {"f:spec": {"f:env": {"k:{\"name\":\"A\"}": {".": {}, "f:value": {}}}}}.
/// A member without children is {}, one with children has ".".
using Set = QJsonObject;

/// The paths of everything the value names, leaf by leaf; what the server alone writes in metadata is left out.
[[nodiscard]] Set of(const Schema &schema, const QJsonObject &object);
/// Paths whose values differ or that are new in `after`.
[[nodiscard]] Set changed(const Schema &schema, const QJsonObject &before, const QJsonObject &after);
[[nodiscard]] Set unite(const Set &a, const Set &b);
[[nodiscard]] Set without(const Set &a, const Set &b);
[[nodiscard]] Set common(const Set &a, const Set &b);
/// Where the object is no list though the schema says so, or names one key twice: ".spec.a: duplicate entries for key [name=\"x\"]".
[[nodiscard]] QString problem(const Schema &schema, const QJsonObject &object);
/// Human readable members: .spec.env[name="A"].value
[[nodiscard]] QStringList paths(const Set &set);
/// The object without these members (leaves, and list elements by key).
[[nodiscard]] QJsonObject removed(const Schema &schema, const QJsonObject &object, const Set &set);
/// `over` laid over the live object: maps and list maps merge, sets unite, everything else is replaced.
[[nodiscard]] QJsonObject merged(const Schema &schema, const QJsonObject &live, const QJsonObject &over);

}
