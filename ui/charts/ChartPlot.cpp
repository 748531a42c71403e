// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartPlot.h"

#include "ui/theme/SeriesStyle.h"

#include <QChart>
#include <QGraphicsLayout>
#include <QGraphicsScene>
#include <QLegend>
#include <QLineSeries>
#include <QPainter>
#include <QPainterPath>
#include <QValueAxis>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qd::ui {

namespace {

constexpr double kPale = 0.35;
constexpr double kFaded = 0.45;

double shareOf(const ChartPicture &picture, double at)
{
    return (at - picture.from) / (picture.to - picture.from);
}

/// Sloping lines as far as `area` goes, at the same places wherever a gap begins.
void hatch(QPainter &painter, const QRectF &area, const QColor &color)
{
    constexpr double kApart = 6;
    painter.save();
    painter.setClipRect(area);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1));
    for (double x = std::floor((area.left() - area.height()) / kApart) * kApart; x < area.right(); x += kApart)
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x + area.height(), area.top()));
    painter.restore();
}

void drawGround(QPainter &painter, const ChartPicture &picture, const Tokens &t)
{
    const QRectF plot(picture.plot);
    for (const items::DataGap &gap : picture.gaps) {
        const double left = plot.left() + shareOf(picture, gap.from) * plot.width(), right = plot.left() + shareOf(picture, gap.to) * plot.width();
        hatch(painter, QRectF(left, plot.top(), right - left, plot.height()), mix(t[Token::Base], t[Token::Edge], 0.5));
    }
    for (const items::ChartTick &tick : picture.scale.ticks) {
        const double y = std::round(plot.bottom() - picture.scale.share(tick.at) * plot.height());
        const bool zero = tick.at == 0 || tick.at == picture.scale.low;
        painter.fillRect(QRectF(plot.left(), y, plot.width(), 1), zero ? mix(t[Token::Line], t[Token::Edge], 0.4) : t[Token::Line]);
    }
}

/// Below the line, only where there is one line.
void drawArea(QPainter &painter, const ChartPicture &picture, const std::vector<items::SampleRun> &runs, const QColor &color, bool dark)
{
    const QRectF plot(picture.plot);
    QColor soft = color;
    soft.setAlpha(dark ? 44 : 30);
    const double ground = plot.bottom() - std::clamp(picture.scale.logarithmic ? 0.0 : picture.scale.share(0), 0.0, 1.0) * plot.height();
    for (const items::SampleRun run : runs) {
        QPolygonF area;
        const QList<QPointF> points = items::decimate(run, picture.from, picture.to, picture.plot.width());
        for (const QPointF &point : points) {
            const double share = picture.scale.share(point.y());
            area.append({plot.left() + shareOf(picture, point.x()) * plot.width(), plot.bottom() - (std::isnan(share) ? 0 : share) * plot.height()});
        }
        if (area.size() < 2)
            continue;
        area.append({area.constLast().x(), ground});
        area.append({area.constFirst().x(), ground});
        painter.setPen(Qt::NoPen);
        painter.setBrush(soft);
        painter.drawPolygon(area);
    }
}

}

double strengthOf(const ChartPicture &picture, const QString &key)
{
    return (picture.strong.isEmpty() || picture.strong == key ? 1 : kPale) * (picture.faded ? kFaded : 1);
}

double widthOf(const ChartPicture &picture, const QString &key)
{
    return !picture.strong.isEmpty() && picture.strong == key ? 2.5 : 1.5;
}

/// The chart of Qt Charts that draws the runs. Its axes go from 0 to 1: a new scale or a later time is in the points, which are
/// replaced anyway, instead of in the axes, which would have it work out all the old points once more.
class ChartPlot::Charts {
public:
    Charts()
    {
        m_chart->setAnimationOptions(QChart::NoAnimation);
        m_chart->setBackgroundVisible(false);
        m_chart->setPlotAreaBackgroundVisible(false);
        m_chart->setMargins({});
        m_chart->legend()->hide();
        m_chart->layout()->setContentsMargins(0, 0, 0, 0);
        for (QValueAxis *axis : {m_times, m_values}) {
            axis->setRange(0, 1);
            axis->setVisible(false);
        }
        m_chart->addAxis(m_times, Qt::AlignBottom);
        m_chart->addAxis(m_values, Qt::AlignLeft);
        m_scene.addItem(m_chart);
    }
    void resize(const QSize &size)
    {
        if (m_chart->size().toSize() == size)
            return;
        m_chart->resize(size);
        m_chart->setPlotArea(QRectF(QPointF(0, 0), size));
    }
    void begin() { m_used = 0; }
    void add(const QList<QPointF> &points, const QPen &pen)
    {
        if (m_used == m_series.size()) {
            auto *series = new QLineSeries;   // without a name: names are HTML there
            m_chart->addSeries(series);
            series->attachAxis(m_times);
            series->attachAxis(m_values);
            m_series.append(series);
        }
        QLineSeries *series = m_series.at(m_used++);
        if (series->pen() != pen)
            series->setPen(pen);
        series->replace(points);
    }
    void render(QPainter &painter, const QRectF &plot)
    {
        for (qsizetype i = m_used; i < m_series.size(); ++i) {
            if (!m_series.at(i)->points().isEmpty())
                m_series.at(i)->replace(QList<QPointF>());
        }
        m_scene.render(&painter, plot, QRectF(QPointF(0, 0), plot.size()), Qt::IgnoreAspectRatio);
    }

private:
    QGraphicsScene m_scene;   // owns the chart, the chart its axes and series
    QChart *m_chart = new QChart;
    QValueAxis *m_times = new QValueAxis;
    QValueAxis *m_values = new QValueAxis;
    QList<QLineSeries *> m_series;
    qsizetype m_used = 0;
};

ChartPlot::ChartPlot() = default;
ChartPlot::~ChartPlot() = default;

void ChartPlot::release()
{
    m_charts.reset();
}

void ChartPlot::drawByQtCharts(QPainter &painter, const ChartPicture &picture, const std::vector<std::vector<items::SampleRun>> &runs)
{
    if (!m_charts)
        m_charts = std::make_unique<Charts>();
    m_charts->resize(picture.plot.size());
    m_charts->begin();
    for (size_t i = 0; i < runs.size(); ++i) {
        const QString &key = picture.data->lines.at(picture.lines.at(qsizetype(i))).key;
        QPen pen = linePen(picture.numbers->value(key), widthOf(picture, key));
        QColor color = pen.color();
        color.setAlphaF(float(strengthOf(picture, key)));
        pen.setColor(color);
        for (const items::SampleRun run : runs[i]) {
            QList<QPointF> points = items::decimate(run, picture.from, picture.to, picture.plot.width());
            for (QPointF &point : points)
                point = {shareOf(picture, point.x()), picture.scale.share(point.y())};
            // What the scale has no place for ends the line there.
            QList<QPointF> piece;
            const auto draw = [&] {
                // One reading alone is a line as long as the pen is wide.
                if (piece.size() == 1)
                    piece.append(piece.constFirst() + QPointF(2.0 / picture.plot.width(), 0));
                if (!piece.isEmpty())
                    m_charts->add(std::exchange(piece, {}), pen);
            };
            for (const QPointF &point : std::as_const(points)) {
                if (std::isnan(point.y()))
                    draw();
                else
                    piece.append(point);
            }
            draw();
        }
    }
    m_charts->render(painter, QRectF(picture.plot));
}

void ChartPlot::draw(QImage &image, const ChartPicture &picture, const Tokens &t)
{
    ++m_drawn;
    image.fill(t[Token::Base]);
    if (picture.plot.isEmpty() || !(picture.to > picture.from))
        return;
    std::vector<std::vector<items::SampleRun>> runs;
    qsizetype points = 0;
    for (const qsizetype line : picture.lines) {
        const auto &samples = picture.data->lines.at(line).samples;
        runs.push_back(samples ? items::runsOf(*samples, picture.data->step, picture.from, picture.to) : std::vector<items::SampleRun>());
        for (const items::SampleRun run : runs.back())
            points += std::min(qsizetype(run.size()), qsizetype(4) * picture.plot.width());
    }
    QPainter painter(&image);
    if (!picture.scale.empty)
        drawGround(painter, picture, t);
    painter.setRenderHint(QPainter::Antialiasing);
    if (picture.data->lines.size() == 1 && !runs.empty())
        drawArea(painter, picture, runs.front(), seriesColor(picture.numbers->value(picture.data->lines.constFirst().key)), t.dark());
    painter.setBrush(Qt::NoBrush);   // Qt Charts draws dashed lines as paths, and would fill them
    // Each run is an item of its scene that stays: many short ones cost more than many points.
    const size_t pieces = std::accumulate(runs.begin(), runs.end(), size_t(0), [](size_t sum, const auto &line) { return sum + line.size(); });
    m_byQtCharts = points <= kQtChartsPoints && pieces <= kQtChartsRuns;
    if (m_byQtCharts)
        return drawByQtCharts(painter, picture, runs);
    painter.end();
    drawColumns(image, picture, runs);
}

}
