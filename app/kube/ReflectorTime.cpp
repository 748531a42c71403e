// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/ReflectorTime.h"

#include <QRandomGenerator>
#include <QTimer>

namespace qd::kube {

namespace {

class TimerAlarm final : public Alarm {
public:
    explicit TimerAlarm(QObject *parent) : Alarm(parent), m_timer(this)
    {
        m_timer.setSingleShot(true);
        connect(&m_timer, &QTimer::timeout, this, &Alarm::fired);
    }
    void start(int ms) override { m_timer.start(ms); }
    void stop() override { m_timer.stop(); }
    bool active() const override { return m_timer.isActive(); }

private:
    QTimer m_timer;
};

class SystemTime final : public ReflectorTime {
public:
    const Clock &clock() const override { return m_clock; }
    Alarm *makeAlarm(QObject *parent) override { return new TimerAlarm(parent); }
    double chance() override { return QRandomGenerator::global()->generateDouble(); }

private:
    SystemClock m_clock;
};

}

std::shared_ptr<ReflectorTime> makeSystemTime()
{
    return std::make_shared<SystemTime>();
}

}
