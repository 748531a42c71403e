// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/api/Status.h"

#include <QByteArray>
#include <QJsonObject>

namespace qd::demo {

/// A body in application/vnd.kubernetes.protobuf as JSON would have it. kubectl sends reviews and what `kubectl create KIND` makes
/// in this form and has no other one for them. Only those messages are known; a field that is not is named in the 415, never dropped.
[[nodiscard]] Outcome<QJsonObject> fromProtobuf(const QByteArray &body);

}
