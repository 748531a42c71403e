// SPDX-License-Identifier: GPL-3.0-or-later
// How ChartOverlay looks.
#include "models/core/Format.h"
#include "models/items/telemetry/ChartReadings.h"
#include "models/items/telemetry/ChartUnits.h"
#include "ui/charts/ChartCanvas.h"
#include "ui/charts/ChartOverlay.h"
#include "ui/charts/ChartView.h"
#include "ui/theme/SeriesStyle.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/Type.h"
#include "ui/widgets/CellPainter.h"

#include <QPainterPath>
#include <QPaintEvent>

#include <algorithm>
#include <cmath>

namespace qd::ui {

namespace {

/// Words of marks stand in charts from this width on; a row of small ones would say them once each. The tooltip says them everywhere.
constexpr double kWordsFrom = 480;
constexpr double kLeastWords = 110;     ///< px; less of a mark's words says nothing

Token markToken(const items::ChartMark &mark)
{
    using Kind = items::ChartMark::Kind;
    return mark.kind == Kind::Deployment ? Token::Prod : mark.kind == Kind::Event && !mark.normal ? Token::Warn : Token::Text2;
}

/// A line from top to bottom, one pixel wide and none of it between two of the screen's, whatever the scale.
QRectF hairline(const QPainter &painter, double x, double top, double height)
{
    const QTransform &device = painter.deviceTransform();
    const double left = std::floor(device.map(QPointF(x, 0)).x());
    return {device.inverted().map(QPointF(left, 0)).x(), top, std::max(1.0, std::floor(device.m11())) / device.m11(), height};
}

/// A triangle for what somebody did, a dot for what the cluster told.
QPainterPath markHead(const items::ChartMark &mark, double x, double top)
{
    QPainterPath out;
    if (mark.kind == items::ChartMark::Kind::Event) {
        out.addEllipse(QPointF(x, top + 3.5), 3.5, 3.5);
        return out;
    }
    out.moveTo(x - 5, top);
    out.lineTo(x + 5, top);
    out.lineTo(x, top + 7);
    out.closeSubpath();
    return out;
}

}

void ChartOverlay::paintValues(QPainter &painter, const Tokens &t) const
{
    const QFontMetrics fm(painter.font());
    const QRectF area = plot();
    painter.setPen(t[Token::Text2]);
    const QList<items::ChartTick> &ticks = m_view->m_canvas->scale().ticks;
    double last = height() + fm.height();
    for (const items::ChartTick &tick : ticks) {
        const double y = yOf(tick.at);
        if (last - y < fm.height())
            continue;
        last = y;
        drawTabular(&painter, QRect(0, int(std::round(y)) - fm.height() / 2 - 1, int(area.left()) - 7, fm.height() + 2), Qt::AlignRight | Qt::AlignVCenter, tick.text);
    }
    if (m_view->m_canvas->scale().hidden) {
        const QString note = tr("values of 0 and below are not shown");
        painter.drawText(QPointF(area.right() - fm.horizontalAdvance(note), area.top() + fm.ascent()), note);
    }
}

void ChartOverlay::paintTimes(QPainter &painter, const Tokens &t) const
{
    const QFontMetrics fm(painter.font());
    const QRectF area = plot();
    const double span = m_view->m_to - m_view->m_from;
    // Seconds are written only where they tell something; try with what is shorter first.
    const double wide = tabularWidth(fm, span < 600 ? QStringLiteral("00:00:00") : QStringLiteral("00:00")) + 22;
    painter.setPen(t[Token::Text2]);
    double reached = 0;
    for (const items::ChartTick &tick : items::timeTicks(m_view->m_from, m_view->m_to, span * wide / area.width(), m_view->m_utc)) {
        const int text = tabularWidth(fm, tick.text);
        const double left = std::clamp(xOf(tick.at) - text / 2.0, 3.0, double(std::max(3, width() - text - 3)));
        if (left < reached)
            continue;
        reached = left + text + 8;
        drawTabular(&painter, QRect(int(left), int(area.bottom()) + 5, text + 1, fm.height()), Qt::AlignLeft | Qt::AlignVCenter, tick.text);
    }
}

void ChartOverlay::paintGapWords(QPainter &painter, const Tokens &t) const
{
    const QFontMetrics fm(painter.font());
    const QRectF area = plot();
    double reached = area.left();
    // Below the words of marks, where there are some, or their heads.
    const double top = area.top() + 1 + (m_view->m_data.marks.isEmpty() ? 0 : area.width() < kWordsFrom ? 8 : fm.height() + 2);
    for (const items::DataGap &gap : m_view->m_canvas->gaps()) {
        const double left = xOf(gap.from), right = xOf(gap.to);
        const bool whole = gap.from <= m_view->m_from && gap.to >= m_view->m_to;
        if (right - left < 4 || whole)
            continue;
        const QString text = tr("no data %1").arg(formatAge(qint64(std::lround(gap.to - gap.from))));
        const double wide = fm.horizontalAdvance(text) + 6;
        const double x = std::clamp((left + right - wide) / 2, area.left(), area.right() - wide);
        if (x < reached)
            continue;
        reached = x + wide + 4;
        const QRectF box(x, top, wide, fm.height() + 2);
        painter.fillRect(box, t[Token::Base]);
        painter.setPen(t[Token::Text2]);
        painter.drawText(box, Qt::AlignCenter, text);
    }
}

void ChartOverlay::paintThresholds(QPainter &painter, const Tokens &t) const
{
    const QFontMetrics fm(painter.font());
    const QRectF area = plot();
    for (const items::ChartThreshold &threshold : std::as_const(m_view->m_data.thresholds)) {
        const QColor color = t[threshold.critical ? Token::Bad : Token::Warn];
        const double share = m_view->m_canvas->scale().share(threshold.value);
        if (std::isnan(share))
            continue;
        QString words = threshold.words;
        double y = std::round(area.bottom() - share * area.height()) + 0.5;
        if (share > 1 || share < 0) {
            // Out of sight: an arrow says where it is.
            words.prepend(share > 1 ? QStringLiteral("↑ ") : QStringLiteral("↓ "));
            y = share > 1 ? area.top() : area.bottom() - fm.height() - 6;
        } else {
            QPen pen(color, 1.5, Qt::CustomDashLine, Qt::FlatCap);
            pen.setDashPattern({5 / 1.5, 3 / 1.5});
            painter.setPen(pen);
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        }
        const bool below = y - fm.height() - 4 < area.top();
        const QString shown = fm.elidedText(words, Qt::ElideRight, int(area.width()) - 16);
        const QRectF box(area.left() + 8, below ? y + 3 : y - fm.height() - 4, fm.horizontalAdvance(shown) + 4, fm.height() + 1);
        QColor ground = t[Token::Base];
        ground.setAlphaF(0.8F);
        painter.fillRect(box, ground);
        painter.setPen(color);
        painter.drawText(box, Qt::AlignCenter, shown);
    }
}

void ChartOverlay::paintSpans(QPainter &painter, const Tokens &t) const
{
    const QRectF area = plot();
    painter.setPen(Qt::NoPen);
    for (const items::ChartSpan &span : std::as_const(m_view->m_data.spans)) {
        const double left = std::max(area.left(), xOf(span.from));
        const double right = std::min(area.right(), span.to > 0 ? xOf(span.to) : area.right());
        if (right < area.left() || left > area.right())
            continue;
        painter.setBrush(t[span.critical ? Token::Bad : Token::Warn]);
        painter.drawRoundedRect(QRectF(left, area.bottom() - 3, std::max(3.0, right - left), 4), 1, 1);
    }
}

void ChartOverlay::paintMarks(QPainter &painter, const Tokens &t) const
{
    const QFontMetrics fm(painter.font());
    const QRectF area = plot();
    double reached = area.left();
    QList<items::ChartMark> marks = m_view->m_data.marks;
    std::sort(marks.begin(), marks.end(), [](const items::ChartMark &a, const items::ChartMark &b) { return a.at < b.at; });
    for (qsizetype i = 0; i < marks.size(); ++i) {
        const items::ChartMark &mark = marks.at(i);
        const double end = i + 1 < marks.size() ? std::min(area.right(), xOf(marks.at(i + 1).at) - 6) : area.right();
        const double x = std::round(xOf(mark.at)) + 0.5;
        if (x < area.left() || x > area.right())
            continue;
        const QColor color = t[markToken(mark)];
        painter.fillRect(hairline(painter, x - 0.5, area.top() + 4, area.height() - 4), color);
        painter.fillPath(markHead(mark, x, area.top()), color);
        if (area.width() < kWordsFrom)
            continue;
        // Left of its line, else right of it, else as much as fits on the wider side; where there is next to nothing the tooltip says it.
        const double before = x - 7 - reached, after = x + 7 >= reached ? end - x - 7 : 0, whole = fm.horizontalAdvance(mark.text) + 4;
        const bool left = before >= whole || (after < whole && before >= after);
        const double room = std::min(left ? before : after, std::min(whole, area.width() / 2));
        if (room < std::min(whole, kLeastWords)) {
            reached = std::max(reached, x + 6);
            continue;
        }
        const QString shown = fm.elidedText(mark.text, Qt::ElideRight, int(room) - 3);
        const double wide = fm.horizontalAdvance(shown) + 4;
        const QRectF box(left ? x - 7 - wide : x + 7, area.top() - 1, wide, fm.height() + 1);
        reached = std::max(x + 6, box.right() + 4);
        QColor ground = t[Token::Base];
        ground.setAlphaF(0.8F);
        painter.fillRect(box, ground);
        painter.setPen(t[Token::Text2]);
        painter.drawText(box, Qt::AlignCenter, shown);
    }
}

void ChartOverlay::paintCrosshair(QPainter &painter, const Tokens &t) const
{
    const std::optional<double> time = m_view->m_crosshair;
    const QRectF area = plot();
    if (!time || *time < m_view->m_from || *time > m_view->m_to || m_view->m_canvas->lines().isEmpty())
        return;
    const QRectF hair = hairline(painter, xOf(*time), area.top(), area.height());
    painter.fillRect(hair, t[Token::Text]);
    const QString strong = !m_view->m_highlighted.isEmpty() ? m_view->m_highlighted : m_view->m_solo;
    for (const qsizetype i : m_view->m_canvas->lines()) {
        const items::ChartLine &line = m_view->m_data.lines.at(i);
        const network::Sample *sample = items::sampleAt(line, m_view->m_data, *time);
        const double y = sample && std::isfinite(sample->value) ? yOf(sample->value) : std::nan("");
        if (!(y >= area.top() - 1 && y <= area.bottom() + 1) || (!strong.isEmpty() && line.key != strong))
            continue;
        painter.setPen(QPen(t[Token::Base], 1.5));
        painter.setBrush(seriesColor(m_view->number(line.key)));
        painter.drawEllipse(QPointF(hair.center().x(), y), 4, 4);
    }
    const QRect tag = tagOf(*time);
    painter.setPen(Qt::NoPen);
    painter.setBrush(t[Token::Text]);
    painter.drawRoundedRect(tag, metrics::kRadiusBadge, metrics::kRadiusBadge);
    painter.setPen(t[Token::Base]);
    drawTabular(&painter, tag, Qt::AlignCenter, items::timeText(*time, m_view->m_to - m_view->m_from, m_view->m_utc));
}

void ChartOverlay::paintSelection(QPainter &painter, const Tokens &t) const
{
    const QRectF area = plot();
    const double left = std::max(area.left(), std::min(m_pressed.x(), m_at)), right = std::min(area.right(), std::max(m_pressed.x(), m_at));
    QColor fill = t[Token::Accent];
    fill.setAlphaF(0.16F);
    painter.fillRect(QRectF(left, area.top(), right - left, area.height()), fill);
    for (const double x : {left, right})
        painter.fillRect(QRectF(std::round(x), area.top(), 1, area.height()), t[Token::Accent]);
}

/// Grey lines that are none: nothing came yet.
void ChartOverlay::paintWaiting(QPainter &painter, const Tokens &t) const
{
    if (m_view->m_waitingLong.isActive())
        return;
    const QRectF area = plot();
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.dark() ? t[Token::Hover] : mix(t[Token::Base], t[Token::Sunken], 0.9));
    for (const auto &[at, from, to] : {std::tuple(0.28, 0.0, 0.86), std::tuple(0.55, 0.0, 1.0), std::tuple(0.8, 0.1, 0.94)})
        painter.drawRoundedRect(QRectF(area.left() + from * area.width(), area.top() + at * area.height() - 4, (to - from) * area.width(), 8), 3, 3);
}

/// What stands where there are no lines. A reading of nothing is not zero: no grid words of a made-up scale beside it.
void ChartOverlay::paintEmpty(QPainter &painter, const Tokens &t) const
{
    const items::ChartData &data = m_view->m_data;
    QString title, detail;
    if (!data.missing.isEmpty()) {
        title = data.missing;
    } else if (data.error) {
        title = data.error->message;
        detail = data.error->remedy;
    } else if (data.loading) {
        return paintWaiting(painter, t);
    } else {
        title = tr("No data in this time.");
    }
    painter.setFont(typeFont(Type::Body));
    const QRectF area = QRectF(rect()).adjusted(12, 8, -12, -8);
    painter.setPen(t[data.error && data.missing.isEmpty() ? Token::Bad : Token::Text2]);
    const QString text = detail.isEmpty() ? title : QString(title + u'\n' + detail);
    painter.drawText(area, Qt::AlignCenter | Qt::TextWordWrap, text);
}

void ChartOverlay::paintStill(QPainter &painter, const Tokens &t) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(typeFont(Type::Micro));
    const items::ChartData &data = m_view->m_data;
    const bool nothing = m_view->m_canvas->scale().empty;
    if (!m_view->m_plain && (!nothing || data.lines.size() > 0)) {
        paintValues(painter, t);
        paintGapWords(painter, t);
    }
    if (!m_view->m_plain && m_view->m_to > m_view->m_from && (!nothing || data.lines.size() > 0))
        paintTimes(painter, t);
    if (nothing)
        return paintEmpty(painter, t);
    paintThresholds(painter, t);
    paintMarks(painter, t);
    paintSpans(painter, t);
}

void ChartOverlay::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(typeFont(Type::Micro));
    if (m_drag == Drag::Zoom && m_at != m_pressed.x())
        paintSelection(painter, t);
    paintCrosshair(painter, t);
    if (m_view->hasFocus() && m_view->m_ring)
        style::focusRing(&painter, QRectF(rect()).adjusted(1, 1, -1, -1), metrics::kRadiusControl, t[Token::Accent]);
}

}
