// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/ports/SecretStore.h"
#include "models/ports/SessionLock.h"
#include "models/ports/SignIn.h"

#include <chrono>
#include <functional>
#include <memory>

namespace qd::login {

/// "Call me later" on the thread of `context`, never after it died.
using Later = std::function<void(std::chrono::milliseconds delay, QObject *context, std::function<void()> call)>;
[[nodiscard]] Later timerLater();

struct HttpLimits {
    int timeoutMs = 15'000;             ///< for one request, all of it
    qint64 maxBytes = 256 * 1024;       ///< of one answer
};

/// What sessions need of the world. Tests give clocks they move and stores that fail.
struct SessionParts {
    std::shared_ptr<ports::SecretStore> secrets;
    std::shared_ptr<ports::SessionLock> lock;
    std::shared_ptr<const Clock> clock = std::make_shared<SystemClock>();
    Later later = timerLater();
    ports::BrowserOpener openBrowser = {};
    QString stateFolder;                ///< for which profiles the keychain has something; no secrets
    HttpLimits limits = {};
};

}
