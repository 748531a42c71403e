// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/ReflectorTime.h"

#include <QList>
#include <QPointer>
#include <QTimer>

namespace qd::support {

class ManualAlarm;

/// Time that stands still until a test moves it; alarms fire in the order of their time. One thread.
class ManualTime final : public kube::ReflectorTime {
public:
    [[nodiscard]] const Clock &clock() const override { return m_clock; }
    [[nodiscard]] kube::Alarm *makeAlarm(QObject *parent) override;
    [[nodiscard]] double chance() override { return luck; }
    /// Moves both clocks and fires what is due on the way.
    void advance(qint64 ms);
    /// Only the wall clock, as while the machine sleeps.
    void sleep(qint64 ms) { m_clock.wall = m_clock.wall.addMSecs(ms); }
    /// Both clocks, without ringing on the way, as while the process is stopped.
    void jump(qint64 ms)
    {
        m_clock.ms += ms;
        m_clock.wall = m_clock.wall.addMSecs(ms);
    }
    /// Milliseconds to the next alarm; -1: none is set.
    [[nodiscard]] qint64 nextAlarm() const;

    double luck = 0.5;

private:
    struct Standing final : Clock {
        QDateTime wall = QDateTime::fromSecsSinceEpoch(1767225600, Qt::UTC);
        qint64 ms = 0;
        [[nodiscard]] QDateTime now() const override { return wall; }
        [[nodiscard]] qint64 monotonicMs() const override { return ms; }
    };
    friend class ManualAlarm;
    [[nodiscard]] ManualAlarm *due(qint64 until) const;
    Standing m_clock;
    QList<QPointer<ManualAlarm>> m_alarms;
};

class ManualAlarm final : public kube::Alarm {
    Q_OBJECT
public:
    ManualAlarm(ManualTime *time, QObject *parent) : Alarm(parent), m_time(time) { }
    void start(int ms) override { m_at = m_time->clock().monotonicMs() + ms; }
    void stop() override { m_at = -1; }
    [[nodiscard]] bool active() const override { return m_at >= 0; }
    [[nodiscard]] qint64 at() const { return m_at; }
    void ring()
    {
        m_at = -1;
        Q_EMIT fired();
    }

private:
    ManualTime *m_time;
    qint64 m_at = -1;
};

/// Real time, but alarms of the adapter go `factor` times faster: back-off of seconds becomes milliseconds.
class FastTime final : public kube::ReflectorTime {
public:
    explicit FastTime(int factor) : m_factor(factor), m_system(kube::makeSystemTime()) { }
    [[nodiscard]] const Clock &clock() const override { return m_system->clock(); }
    [[nodiscard]] kube::Alarm *makeAlarm(QObject *parent) override;
    [[nodiscard]] double chance() override { return m_system->chance(); }

private:
    int m_factor;
    std::shared_ptr<kube::ReflectorTime> m_system;
};

class FastAlarm final : public kube::Alarm {
    Q_OBJECT
public:
    FastAlarm(kube::Alarm *inner, int factor, QObject *parent) : Alarm(parent), m_inner(inner), m_factor(factor)
    {
        inner->setParent(this);
        connect(inner, &kube::Alarm::fired, this, &kube::Alarm::fired);
    }
    void start(int ms) override { m_inner->start(ms / m_factor); }
    void stop() override { m_inner->stop(); }
    [[nodiscard]] bool active() const override { return m_inner->active(); }

private:
    kube::Alarm *m_inner;
    int m_factor;
};

}
