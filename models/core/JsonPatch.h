// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QJsonArray>
#include <QJsonObject>

namespace qd::json {

/// RFC 7386: the smallest patch that makes `to` of `from`; an empty object when they are equal.
[[nodiscard]] QJsonObject mergePatchFor(const QJsonObject &from, const QJsonObject &to);
/// RFC 6902; a failed test is Conflict, a path that is not there Invalid; both name the operation. So is what adds more than 3 MiB by
/// copying, as the API server has it.
[[nodiscard]] Result<QJsonObject> applyJsonPatch(const QJsonObject &object, const QJsonArray &operations);

}
