// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ManualTime.h"

namespace qd::support {

kube::Alarm *ManualTime::makeAlarm(QObject *parent)
{
    auto *alarm = new ManualAlarm(this, parent);
    m_alarms.append(alarm);
    return alarm;
}

ManualAlarm *ManualTime::due(qint64 until) const
{
    ManualAlarm *first = nullptr;
    for (const QPointer<ManualAlarm> &alarm : m_alarms) {
        if (alarm && alarm->active() && alarm->at() <= until && (!first || alarm->at() < first->at()))
            first = alarm;
    }
    return first;
}

void ManualTime::advance(qint64 ms)
{
    const qint64 target = m_clock.ms + ms;
    while (ManualAlarm *alarm = due(target)) {
        const qint64 step = std::max<qint64>(0, alarm->at() - m_clock.ms);
        m_clock.ms += step;
        m_clock.wall = m_clock.wall.addMSecs(step);
        alarm->ring();
    }
    m_clock.wall = m_clock.wall.addMSecs(target - m_clock.ms);
    m_clock.ms = target;
}

qint64 ManualTime::nextAlarm() const
{
    const ManualAlarm *alarm = due(std::numeric_limits<qint64>::max());
    return alarm ? alarm->at() - m_clock.ms : -1;
}

kube::Alarm *FastTime::makeAlarm(QObject *parent)
{
    return new FastAlarm(m_system->makeAlarm(nullptr), m_factor, parent);
}

}
