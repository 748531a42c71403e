// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ThreeWayMerge.h"

#include <QJsonObject>
#include <QString>

#include <utility>

namespace qd::state {

/// Whether a variable of this name holds a secret: *PASSWORD*, *PASSWD*, *TOKEN*, *SECRET*, *CREDENTIAL*, *KEY*.
[[nodiscard]] bool isSecretName(const QString &name);
/// Two versions of an object with the values of secrets masked: data of a Secret, env values and annotations of secret
/// names, and the last-applied annotation that repeats them. A value that differs reads "*** (before)" and "*** (after)", as in
/// kubectl diff.
[[nodiscard]] std::pair<QJsonObject, QJsonObject> masked(const QJsonObject &before, const QJsonObject &after);
[[nodiscard]] QJsonObject masked(const QJsonObject &object);
/// A conflict in an object of this kind, its values masked by the same rules.
[[nodiscard]] MergeConflict masked(MergeConflict conflict, const QString &kind);

}
