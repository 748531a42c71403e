// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/ThreadTime.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QList>

#include <functional>

namespace qd::bench {

/// Seconds since the kernel started this process.
[[nodiscard]] double sinceStart();
/// Peak resident set of this process, bytes.
[[nodiscard]] qint64 peakMemory();
/// CPU seconds of all threads of this process.
[[nodiscard]] double cpuSeconds();
/// The value below which `part` (0..1) of the values lie; 0 without values.
[[nodiscard]] double quantile(QList<double> values, double part);

/// An application that times the turns of its event loop: everything the GUI thread does between two waits, painting
/// included. `idle` runs at the end of each turn, before the loop waits again.
class WindowMeter : public QApplication {
    Q_OBJECT
public:
    WindowMeter(int &argc, char **argv);
    bool notify(QObject *receiver, QEvent *event) override;

    /// Runs the event loop until `done`, asked after every turn, or until `seconds` are over; says whether it was done.
    [[nodiscard]] bool until(const std::function<bool()> &done, double seconds);
    void waitFor(double seconds);
    /// What the meter and who plays the person do in a turn is none of the window's time.
    template <typename Call> auto own(Call call)
    {
        struct Own {
            explicit Own(WindowMeter *meter) : m_meter(meter) { m_timer.start(); }
            ~Own()
            {
                m_meter->m_busy -= m_timer.nsecsElapsed();
                m_meter->m_worked -= threadSeconds() - m_cpu;
            }
            Q_DISABLE_COPY_MOVE(Own)
            WindowMeter *m_meter;
            QElapsedTimer m_timer;
            double m_cpu = threadSeconds();
        } const taken(this);
        return call();
    }
    /// Calls back when everything asked to be painted by now is painted.
    void afterPaint(std::function<void()> call);
    /// From now on turns are kept.
    void record();
    /// Milliseconds of every turn that did something (half a millisecond or more, or a paint) since record().
    [[nodiscard]] QList<double> turns() const { return m_turns; }
    /// Of each of them the milliseconds this thread had a processor: the rest it waited for one.
    [[nodiscard]] QList<double> work() const { return m_work; }
    /// Paint turns done so far.
    [[nodiscard]] int paints() const { return m_paints; }
    /// With that of this turn, if it has painted already.
    [[nodiscard]] int paintsBegun() const { return m_paints + int(m_painted); }

protected:
    bool event(QEvent *event) override;

private:
    void turnEnds();
    std::function<void()> m_afterPaint;
    QList<double> m_turns, m_work;
    qint64 m_busy = 0;
    double m_worked = 0;   ///< seconds
    int m_depth = 0;
    int m_paints = 0;
    bool m_painted = false;
    bool m_recording = false;
};

}
