// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Tokens.h"

#include <QPointer>
#include <QWidget>

#include <optional>

namespace qd::items {
struct ChartMark;
}

namespace qd::ui {

class ChartTip;
class ChartView;

/// What lies over the lines. Words of both axes, thresholds, marks and alert spans stand still and are part of the canvas' image;
/// crosshair with its time and the time somebody drags move, and are painted here: two narrow strips, whatever the chart holds. Beside the
/// crosshair, while it is moved in this chart, stands what the lines say there. It takes the mouse. Internal to ui/charts.
class ChartOverlay : public QWidget {
    Q_OBJECT
public:
    explicit ChartOverlay(ChartView *view);
    ~ChartOverlay() override;
    /// The tip as it should be now: there with what is so, or away.
    void followTip();
    void moveCrosshair(std::optional<double> from, std::optional<double> to);
    void paintStill(QPainter &painter, const Tokens &t) const;
    /// True: there was a drag, and it is over without effect.
    bool cancelDrag();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    enum class Drag : quint8 { None, Zoom, Pan };
    [[nodiscard]] double xOf(double time) const;
    [[nodiscard]] double timeAt(double x) const;
    [[nodiscard]] double yOf(double value) const;
    [[nodiscard]] QRectF plot() const;
    [[nodiscard]] QRect tagOf(double time) const;
    [[nodiscard]] const items::ChartMark *markAt(const QPointF &position) const;
    [[nodiscard]] static QStringList counted(const QStringList &lines);
    [[nodiscard]] QStringList eventsAt(double x) const;
    void paintValues(QPainter &painter, const Tokens &t) const;
    void paintTimes(QPainter &painter, const Tokens &t) const;
    void paintGapWords(QPainter &painter, const Tokens &t) const;
    void paintThresholds(QPainter &painter, const Tokens &t) const;
    void paintSpans(QPainter &painter, const Tokens &t) const;
    void paintMarks(QPainter &painter, const Tokens &t) const;
    void paintCrosshair(QPainter &painter, const Tokens &t) const;
    void paintSelection(QPainter &painter, const Tokens &t) const;
    void paintWaiting(QPainter &painter, const Tokens &t) const;
    void paintEmpty(QPainter &painter, const Tokens &t) const;
    ChartView *m_view;
    QPointer<ChartTip> m_tip;       ///< made when it is wanted; of the page around the chart
    std::optional<double> m_pointer;    ///< x of the mouse in the plot
    Drag m_drag = Drag::None;
    QPointF m_pressed;
    double m_at = 0;              ///< x of a zoom's other end
    double m_from = 0, m_to = 0;  ///< times before a pan
};

}
