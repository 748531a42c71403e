// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QFuture>

#include <memory>
#include <stop_token>

namespace qd::ports {

/// One process at a time: a refresh token that rotates may be used once, and two windows, or a window and a command, share
/// it. Released when the last copy of the guard goes, and when the process ends however it ends. GUI thread.
class SessionLock {
public:
    using Guard = std::shared_ptr<void>;
    virtual ~SessionLock() = default;
    /// Waits without blocking. Errors: Timeout names the process that holds it, Storage when the place cannot be written.
    [[nodiscard]] virtual QFuture<Result<Guard>> acquire(const QString &key, int timeoutMs, std::stop_token stop = {}) = 0;
};

}
