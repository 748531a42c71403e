// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QJsonObject>

namespace qd::login {

/// One JSON object of a provider. Refuses what two readers could read differently: a member twice at any depth (also when
/// one of them is written with escapes), anything that is no object, broken UTF-8. `what` names the document in errors,
/// which never quote it.
[[nodiscard]] Result<QJsonObject> strictObject(const QByteArray &text, const QString &what);

}
