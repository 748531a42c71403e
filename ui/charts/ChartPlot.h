// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/ChartUnits.h"
#include "models/items/telemetry/Decimate.h"
#include "ui/theme/Tokens.h"

#include <QHash>
#include <QImage>
#include <QSet>

#include <memory>

namespace qd::ui {

/// Lines that are drawn at most; more are told, not drawn.
inline constexpr qsizetype kLinesDrawn = 200;

/// Everything that the picture of the lines depends on. Borrows the data for the time of a call.
struct ChartPicture {
    const items::ChartData *data = nullptr;
    double from = 0;
    double to = 0;
    items::ValueScale scale;
    QRect plot;                     ///< in the widget
    const QHash<QString, int> *numbers = nullptr;
    QList<qsizetype> lines;         ///< that are drawn, positions in the data
    QString strong;                 ///< key of the line that stands out; the others are at 35 %
    bool faded = false;             ///< old data
    std::vector<items::DataGap> gaps;
};

/// Draws the lines of a chart, with grid and hatched gaps, into an image: by Qt Charts with one series per run, decimated and replaced;
/// where that would be more than kQtChartsPoints points or kQtChartsRuns runs, in columns of pixels. Internal to ui/charts.
class ChartPlot {
public:
    ChartPlot();
    ~ChartPlot();
    ChartPlot(const ChartPlot &) = delete;
    ChartPlot &operator=(const ChartPlot &) = delete;

    /// Qt Charts outlines every line for the mouse and strokes dashes slowly: about 2.4 µs a point, and 3 and more of them drawn, so
    /// that 10 lines of 4,000 points take 340 ms (bench_charts).
    static constexpr qsizetype kQtChartsPoints = 300;
    static constexpr size_t kQtChartsRuns = 30;
    void draw(QImage &image, const ChartPicture &picture, const Tokens &tokens);
    /// What Qt Charts keeps goes; it is made again with the next picture.
    void release();
    [[nodiscard]] int drawn() const { return m_drawn; }
    /// The last picture was made by Qt Charts.
    [[nodiscard]] bool byQtCharts() const { return m_byQtCharts; }

private:
    class Charts;
    void drawByQtCharts(QPainter &painter, const ChartPicture &picture, const std::vector<std::vector<items::SampleRun>> &runs);
    std::unique_ptr<Charts> m_charts;   // made when it is needed
    int m_drawn = 0;
    bool m_byQtCharts = false;
};

/// Lines in columns of pixels: what each column of the image covers is filled with soft ends. `scale` is the image's device pixel
/// ratio. Costs the columns, not the samples. Dashes are measured along the line; where a column holds several samples they are
/// measured along the time and pale instead of open, so that no spike is lost in one.
void drawColumns(QImage &image, const ChartPicture &picture, const std::vector<std::vector<items::SampleRun>> &runs);

/// How strong a line of the picture is drawn, 0 to 1, and how wide.
[[nodiscard]] double strengthOf(const ChartPicture &picture, const QString &key);
[[nodiscard]] double widthOf(const ChartPicture &picture, const QString &key);

}
