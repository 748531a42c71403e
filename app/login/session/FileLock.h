// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/session/SessionParts.h"

namespace qd::login {

/// SessionLock by lock files in the folder, one per key (its hash, no names in it). A process that died does not hold it.
[[nodiscard]] std::shared_ptr<ports::SessionLock> makeFileLock(const QString &folder, const Later &later = timerLater());

}
