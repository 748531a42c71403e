// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QEvent>
#include <QTest>
#include <QWidget>

namespace qd::test {

/// Counts how often a window is painted, which it borrows.
class PaintCount : public QObject {
public:
    explicit PaintCount(QWidget *of)
        : m_of(of)
    {
        of->installEventFilter(this);
    }
    /// Shows it until it is painted and stands still.
    [[nodiscard]] bool showStill() const
    {
        m_of->show();
        if (!QTest::qWaitForWindowExposed(m_of))
            return false;
        while (goesOn())
            continue;
        return m_count > 0;
    }
    /// Whether it is painted within a moment.
    [[nodiscard]] bool goesOn() const { return QTest::qWaitFor([this, before = m_count] { return m_count > before; }, 300); }
    bool eventFilter(QObject *, QEvent *event) override
    {
        m_count += event->type() == QEvent::Paint;
        return false;
    }

private:
    QWidget *m_of;
    int m_count = 0;
};

}
