// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Clock.h"

#include <QElapsedTimer>

namespace qd {

QDateTime SystemClock::now() const
{
    return QDateTime::currentDateTimeUtc();
}

qint64 SystemClock::monotonicMs() const
{
    QElapsedTimer timer;
    timer.start();
    return timer.msecsSinceReference();
}

}
