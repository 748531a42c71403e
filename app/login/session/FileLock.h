// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/session/SessionParts.h"

namespace qd::login {

/// SessionLock by lock files in the folder, one per key (its hash, no names in it). On Unix a lock of the kernel's on an open file
/// (flock): whatever ends a process ends its hold, and neither a new name of the machine nor a process id used again keeps it.
[[nodiscard]] std::shared_ptr<ports::SessionLock> makeFileLock(const QString &folder, const Later &later = timerLater());

}
