// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/charts/ChartWorld.h"
#include "ui/charts/ChartView.h"
#include "ui/theme/SeriesStyle.h"

#include <QImage>
#include <QMouseEvent>
#include <QTest>
#include <QWheelEvent>

namespace qd::test {

using namespace Qt::StringLiterals;
using ui::ChartView;

/// Counts paintings of a widget.
class Paintings : public QObject {
public:
    explicit Paintings(QWidget *widget) { widget->installEventFilter(this); }
    bool eventFilter(QObject *, QEvent *event) override
    {
        count += event->type() == QEvent::Paint;
        return false;
    }
    int count = 0;
};

/// How many pixels of a column of the plot have about this colour.
inline int inked(const QImage &image, const QRectF &plot, double x, const QColor &color)
{
    const double ratio = image.devicePixelRatio();
    int found = 0;
    for (int y = int(plot.top() * ratio) + 2; y < int(plot.bottom() * ratio) - 2; ++y) {
        const QColor here = image.pixelColor(int(x * ratio), y);
        const int away = std::abs(here.red() - color.red()) + std::abs(here.green() - color.green()) + std::abs(here.blue() - color.blue());
        found += away < 120;
    }
    return found;
}

inline double xAt(const ChartView &view, double time)
{
    const QRectF plot = view.plotArea();
    return plot.left() + (time - view.from()) / (view.to() - view.from()) * plot.width();
}

inline QPoint pointAt(const ChartView &view, double time)
{
    return {int(std::lround(xAt(view, time))), int(view.plotArea().center().y())};
}

inline QWidget *overlay(ChartView &view)
{
    return view.childAt(view.rect().center());
}

/// A solid line in the middle, `step` seconds apart, nothing from minute 120 to 180.
inline items::ChartData gapped(double step)
{
    items::ChartData data = chart(u"Gapped"_s);
    data.step = step;
    data.softMax = 10;
    data.lines.append(line(u"node-solid"_s, [](double minute) { return minute > 120 && minute < 180 ? double(INFINITY) : 5.3; }, step));
    return data;
}

/// The pointer over it. QTest::mouseMove goes by the cursor, which the offscreen platform does not always move.
inline void move(QWidget *widget, const QPoint &at, Qt::MouseButtons buttons = Qt::NoButton)
{
    QMouseEvent event(QEvent::MouseMove, at, widget->mapToGlobal(at), Qt::NoButton, buttons, Qt::NoModifier);
    QCoreApplication::sendEvent(widget, &event);
}

inline void wheel(QWidget *widget, const QPoint &at, int delta, Qt::KeyboardModifiers modifiers)
{
    QWheelEvent event(at, widget->mapToGlobal(at), {}, {0, delta}, Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(widget, &event);
}

/// A chart's window, shown.
inline void show(QWidget &widget, const QSize &size = {600, 220})
{
    widget.resize(size);
    widget.show();
    QVERIFY(QTest::qWaitForWindowExposed(&widget));
}

}
