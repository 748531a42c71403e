// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/Scheduler.h"

#include <QTimer>

namespace qd::state {

Scheduler timerScheduler()
{
    return [](std::chrono::milliseconds delay, QObject *context, std::function<void()> call) {
        QTimer::singleShot(delay, context, std::move(call));
    };
}

}
