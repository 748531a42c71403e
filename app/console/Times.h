// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QDateTime>

namespace qd::console {

/// The time that was given to an option, RFC 3339 with its zone, in UTC. Without a zone it would be another moment on every machine: that
/// is refused, with what to write instead.
[[nodiscard]] Result<QDateTime> readTime(const QString &option, const QString &text);

}
