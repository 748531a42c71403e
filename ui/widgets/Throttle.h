// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QTimer>

#include <functional>

namespace qd::ui {

/// Work that is wanted often and done at most once in a time: at once when that time is over since it was done last, else when it
/// is, once for all who wanted it meanwhile. It may not delete the throttle. GUI thread.
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
        if (m_timer.isActive())
            return;
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
    /// Nobody wants it any more, and the next who does has it at once.
    void forget()
    {
        m_timer.stop();
        m_done.invalidate();
    }
    [[nodiscard]] bool waits() const { return m_timer.isActive(); }

private:
    int m_ms;
    std::function<void()> m_work;
    QTimer m_timer;
    QElapsedTimer m_done;
};

}
