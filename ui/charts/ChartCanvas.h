// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/ChartPlot.h"
#include "ui/charts/ChartTurns.h"

#include <QPointer>
#include <QWidget>

namespace qd::ui {

class ChartView;

/// The picture below: grid, gaps, lines and words, kept as an image until something in it is another. Works it out when it is painted.
/// Internal to ui/charts.
class ChartCanvas : public QWidget {
    Q_OBJECT
public:
    explicit ChartCanvas(ChartView *view);
    void invalidate();
    [[nodiscard]] const QRect &plot();
    [[nodiscard]] const items::ValueScale &scale();
    [[nodiscard]] const std::vector<items::DataGap> &gaps();
    [[nodiscard]] const QList<qsizetype> &lines();
    [[nodiscard]] const ChartPlot &painted() const { return m_plot; }
    /// Borrowed; null: drawn whenever it is painted.
    void setTurns(ChartTurns *turns) { m_turns = turns; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void layout();
    void draw(const QSize &pixels, qreal ratio);
    [[nodiscard]] bool forTheScreen() const;
    ChartView *m_view;
    ChartPlot m_plot;
    ChartPicture m_picture;
    QImage m_image;
    QPointer<ChartTurns> m_turns;
    bool m_laidOut = false;
    bool m_drawn = false;
};

}
