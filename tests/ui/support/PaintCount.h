// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QEvent>
#include <QTest>
#include <QWidget>

namespace qd::test {

/// Counts how often a widget is painted. Either may go first.
class PaintCount : public QObject {
public:
    explicit PaintCount(QWidget *of) { of->installEventFilter(this); }
    /// Of all so far.
    [[nodiscard]] int count() const { return m_count; }
    /// Whether it is painted within a moment.
    [[nodiscard]] bool goesOn() const { return QTest::qWaitFor([this, before = m_count] { return m_count > before; }, 300); }
    bool eventFilter(QObject *, QEvent *event) override
    {
        m_count += event->type() == QEvent::Paint;
        return false;
    }

private:
    int m_count = 0;
};

}
