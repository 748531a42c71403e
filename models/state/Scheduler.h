// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <chrono>
#include <functional>

namespace qd::state {

/// "Call me later" as a dependency: runs the function once on the thread of `context` after the delay, never after the
/// context died. The default is QTimer; tests/support/ManualClock.h has one that a test advances.
using Scheduler = std::function<void(std::chrono::milliseconds delay, QObject *context, std::function<void()> call)>;

[[nodiscard]] Scheduler timerScheduler();

}
