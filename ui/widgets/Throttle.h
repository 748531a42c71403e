// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QTimer>

#include <functional>
#include <utility>

namespace qd::ui {

/// Work that is wanted often and done at most once in a time: at once when that time is over since it was done last, else when it
/// is, once for all who wanted it meanwhile. Work that goes on after it was begun says so: what is wanted until it ends comes after
/// that. It may not delete the throttle. GUI thread.
class Throttle {
public:
    Throttle(int ms, std::function<void()> work)
        : m_ms(ms)
        , m_work(std::move(work))
    {
        m_timer.setSingleShot(true);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { now(); });
    }
    void want()
    {
        if (m_timer.isActive() || m_busy) {
            m_again = m_busy;
            return;
        }
        const qint64 since = m_done.isValid() ? m_done.elapsed() : m_ms;
        since >= m_ms ? now() : m_timer.start(int(m_ms - since));
    }
    /// Whatever was done before.
    void now()
    {
        m_timer.stop();
        m_done.start();
        m_work();
    }
    /// The work goes on, until end(): a slow answer is waited for, else none would ever come.
    void begin() { m_busy = true; }
    void end()
    {
        m_busy = false;
        if (std::exchange(m_again, false))
            want();
    }
    /// Nobody wants it any more, and the next who does has it at once.
    void forget()
    {
        m_timer.stop();
        m_done.invalidate();
        m_busy = m_again = false;
    }
    [[nodiscard]] bool waits() const { return m_timer.isActive(); }

private:
    int m_ms;
    bool m_busy = false, m_again = false;   ///< it goes on; and it was wanted meanwhile
    std::function<void()> m_work;
    QTimer m_timer;
    QElapsedTimer m_done;
};

}
