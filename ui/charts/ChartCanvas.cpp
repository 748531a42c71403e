// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartCanvas.h"

#include "ui/charts/ChartOverlay.h"
#include "ui/charts/ChartView.h"
#include "ui/theme/Type.h"
#include "ui/widgets/CellPainter.h"

#include <QBackingStore>
#include <QElapsedTimer>
#include <QPainter>
#include <QPaintEvent>

#include <algorithm>
#include <cmath>

namespace qd::ui {

namespace {

constexpr int kLeft = 54;
constexpr int kTop = 9;
constexpr int kRight = 20;
constexpr int kLinesApart = 44;   ///< of the grid, at least

/// Where a third and more of the lines have nothing. One of ten that ended is told by the legend; a hatch over the nine others would
/// hide more than it says.
std::vector<items::DataGap> commonGaps(const items::ChartData &data, const QList<qsizetype> &lines, const QString &strong, double from, double to)
{
    struct Edge {
        double at;
        int by;
    };
    std::vector<Edge> edges;
    qsizetype counted = 0;
    for (const qsizetype i : lines) {
        const items::ChartLine &line = data.lines.at(i);
        if (!line.samples || (!strong.isEmpty() && line.key != strong))
            continue;
        ++counted;
        for (const items::DataGap &gap : items::gapsOf(*line.samples, data.step, from, to)) {
            edges.push_back({gap.from, 1});
            edges.push_back({gap.to, -1});
        }
    }
    std::sort(edges.begin(), edges.end(), [](const Edge &a, const Edge &b) { return a.at < b.at || (a.at == b.at && a.by > b.by); });
    const qsizetype enough = std::max<qsizetype>(1, (counted + 2) / 3);
    std::vector<items::DataGap> out;
    qsizetype missing = 0;
    for (const Edge &edge : edges) {
        const bool before = missing >= enough;
        missing += edge.by;
        if (!before && missing >= enough)
            out.push_back({edge.at, to});
        else if (before && missing < enough)
            out.back().to = edge.at;
    }
    return out;
}

}

ChartCanvas::ChartCanvas(ChartView *view) : QWidget(view), m_view(view)
{
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAttribute(Qt::WA_TransparentForMouseEvents);
}

void ChartCanvas::invalidate()
{
    m_laidOut = false;
    m_drawn = false;
    update();
}

const QRect &ChartCanvas::plot()
{
    layout();
    return m_picture.plot;
}

const items::ValueScale &ChartCanvas::scale()
{
    layout();
    return m_picture.scale;
}

const std::vector<items::DataGap> &ChartCanvas::gaps()
{
    layout();
    return m_picture.gaps;
}

const QList<qsizetype> &ChartCanvas::lines()
{
    layout();
    return m_picture.lines;
}

void ChartCanvas::layout()
{
    if (std::exchange(m_laidOut, true))
        return;
    const items::ChartData &data = m_view->m_data;
    const QFontMetrics fm(typeFont(Type::Micro));
    m_picture.data = &data;
    m_picture.from = m_view->m_from;
    m_picture.to = m_view->m_to;
    m_picture.numbers = &m_view->m_numbers;
    m_picture.strong = !m_view->m_highlighted.isEmpty() ? m_view->m_highlighted : m_view->m_solo;
    m_picture.faded = data.stale || data.error.has_value();
    m_picture.lines.clear();
    for (qsizetype i = 0; i < data.lines.size(); ++i) {
        const QString &key = data.lines.at(i).key;
        if (!m_view->m_hidden.contains(key) && (m_picture.lines.size() < kLinesDrawn || key == m_picture.strong))
            m_picture.lines.append(i);
    }
    const int bottom = m_view->m_plain ? 2 : fm.height() + 8, right = m_view->m_plain ? 2 : kRight;
    const int high = std::max(10, height() - kTop - bottom);
    m_picture.scale = items::valueScale(data, m_picture.from, m_picture.to, std::max(1, high / kLinesApart),
                                        m_view->m_hidden, m_view->m_utc);
    int left = m_view->m_plain ? 2 : kLeft;
    for (const items::ChartTick &tick : std::as_const(m_picture.scale.ticks)) {
        if (!m_view->m_plain)
            left = std::max(left, tabularWidth(fm, tick.text) + 14);
    }
    left = std::min(left, width() / 3);
    m_picture.plot = QRect(left, kTop, std::max(10, width() - left - right), high);
    m_picture.gaps = commonGaps(data, m_picture.lines, m_picture.strong, m_picture.from, m_picture.to);
}

void ChartCanvas::draw(const QSize &pixels, qreal ratio)
{
    layout();
    m_image = QImage(pixels, QImage::Format_RGB32);
    m_image.setDevicePixelRatio(ratio);
    m_plot.draw(m_image, m_picture, tokens(this));
    QPainter words(&m_image);
    m_view->m_overlay->paintStill(words, tokens(this));
    m_drawn = true;
}

/// Not into a picture somebody takes of it: that has to be whole.
bool ChartCanvas::forTheScreen() const
{
    QBackingStore *store = window()->backingStore();
    QPoint offset;
    return store && redirected(&offset) == store->paintDevice();
}

void ChartCanvas::paintEvent(QPaintEvent *event)
{
    const qreal ratio = devicePixelRatioF();
    const QSize pixels = (QSizeF(size()) * ratio).toSize();
    const bool old = !m_drawn || m_image.size() != pixels;
    if (old && (!m_turns || !forTheScreen() || m_turns->mayDraw(this))) {
        QElapsedTimer took;
        took.start();
        draw(pixels, ratio);
        if (m_turns)
            m_turns->drew(took.nsecsElapsed());
    }
    QPainter painter(this);
    painter.setClipRegion(event->region());
    // Until its turn comes it is as it was.
    if (m_image.size() != pixels)
        painter.fillRect(rect(), tokens(this)[Token::Base]);
    painter.drawImage(QPointF(0, 0), m_image);
}

/// What nobody sees keeps no picture: there are dozens of charts.
void ChartCanvas::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    if (event->spontaneous())
        return;
    m_image = {};
    m_drawn = false;
    m_plot.release();
}

}
