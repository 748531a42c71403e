// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Charts.h"

#include "models/core/Format.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"
#include "ui/widgets/CellPainter.h"

#include <QPainterPath>

#include <algorithm>

namespace qd::ui {

Meter::Meter(const QString &name, QWidget *parent) : QWidget(parent), m_name(name)
{
    setAccessibleRole(this, QAccessible::ProgressBar);
    setPercent(0);
}

void Meter::setPercent(double percent)
{
    m_percent = percent;
    setAccessibleName(tr("%1: %2 %").arg(m_name, formatNumber(percent, 0)));
    setToolTip(accessibleName());
    update();
}

void Meter::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    drawMeter(&painter, rect(), m_percent, tokens(this));
}

Sparkline::Sparkline(QWidget *parent) : QWidget(parent)
{
    setAccessibleRole(this, QAccessible::Chart);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void Sparkline::setSeries(const QString &name, const QList<std::optional<double>> &values, const QString &from, const QString &to)
{
    m_name = name;
    m_values = values;
    m_from = from;
    m_to = to;
    std::optional<double> low, high, last;
    for (const std::optional<double> &value : values) {
        if (!value)
            continue;
        low = low ? qMin(*low, *value) : *value;
        high = high ? qMax(*high, *value) : *value;
        last = value;
    }
    setAccessibleName(low ? tr("%1: now %2, lowest %3, highest %4").arg(name, formatNumber(*last, 2), formatNumber(*low, 2), formatNumber(*high, 2))
                          : tr("%1: no data").arg(name));
    setToolTip(accessibleName());
    update();
}

void Sparkline::setThreshold(std::optional<double> value, const QString &words)
{
    m_threshold = value;
    m_words = words;
    update();
}

void Sparkline::setSpan(qint64 seconds, const QString &before)
{
    m_span = seconds;
    m_before = before;
    update();
}

bool Sparkline::hasData() const
{
    return std::any_of(m_values.begin(), m_values.end(), [](const auto &value) { return value.has_value(); });
}

/// Newest first: a reader hears what is now before what was.
TableTwin Sparkline::twin() const
{
    TableTwin out{m_name, {tr("Ago"), tr("Value")}, {}};
    const qsizetype last = m_values.size() - 1;
    for (qsizetype i = last; i >= 0; --i) {
        const qint64 seconds = last > 0 ? m_span * (last - i) / last : 0;
        const QString ago = i == last ? tr("now") : m_span > 0 ? formatAge(seconds) : tr("%1 before").arg(last - i);
        out.rows.append({ago, m_values.at(i) ? formatNumber(*m_values.at(i), 2) : tr("no data")});
    }
    return out;
}

/// Hatched, with words where they have room.
void Sparkline::paintGaps(QPainter &painter, const QRectF &plot, const QFontMetrics &fm) const
{
    const Tokens t = tokens(this);
    const qsizetype count = m_values.size();
    const double step = count > 1 ? plot.width() / double(count - 1) : plot.width();
    for (qsizetype i = 0; i < count;) {
        if (m_values.at(i)) {
            ++i;
            continue;
        }
        qsizetype end = i;
        while (end < count && !m_values.at(end))
            ++end;
        const double left = i == 0 ? plot.x() : plot.x() + double(i - 1) * step;
        const double right = end == count ? plot.right() : plot.x() + double(end) * step;
        const QRectF gap(left, plot.y(), right - left, plot.height());
        painter.fillRect(gap, QBrush(t[Token::Line], Qt::BDiagPattern));
        const qint64 seconds = qint64(double(m_span) * (right - left) / plot.width());
        QString text = i == 0 && end < count && !m_before.isEmpty() ? m_before
            : m_span > 0 && end - i < count                               ? tr("no data %1").arg(formatAge(seconds))
                                                                          : tr("no data");
        if (fm.horizontalAdvance(text) + 4 > gap.width())
            text = tr("no data");
        const double wide = fm.horizontalAdvance(text) + 4;
        if (wide <= gap.width()) {
            const QRectF label(gap.center().x() - wide / 2, gap.center().y() - fm.height() / 2.0 - 1, wide, fm.height() + 2);
            painter.fillRect(label, t[Token::Base]);
            painter.setPen(t[Token::Text2]);
            painter.drawText(label, Qt::AlignCenter, text);
        }
        i = end;
    }
}

void Sparkline::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    const QFont micro = typeFont(Type::Micro);
    painter.setFont(micro);
    const QFontMetrics fm(micro);
    const QRectF plot(0, 6, width(), height() - fm.height() - 12);
    double low = 0;
    double high = std::max(m_threshold.value_or(0), m_top.value_or(0));
    for (const std::optional<double> &value : m_values) {
        low = qMin(low, value.value_or(low));
        high = qMax(high, value.value_or(high));
    }
    if (high <= low)
        high = low + 1;
    const auto y = [&](double v) { return plot.bottom() - (v - low) / (high - low) * plot.height(); };
    const double step = m_values.size() > 1 ? plot.width() / double(m_values.size() - 1) : plot.width();
    for (const double share : {0.0, 0.5, 1.0})
        painter.fillRect(QRectF(plot.x(), std::floor(plot.y() + share * plot.height()), plot.width(), 1), t[Token::Line]);
    if (m_span > 0)
        paintGaps(painter, plot, fm);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor series(0x2F, 0x7E, 0xD8);
    QPainterPath line;
    qsizetype start = -1;
    const auto flush = [&](qsizetype end) {
        if (start < 0)
            return;
        QPainterPath area = line;
        area.lineTo(plot.x() + double(end) * step, plot.bottom());
        area.lineTo(plot.x() + double(start) * step, plot.bottom());
        QColor soft = series;
        soft.setAlpha(t.dark() ? 48 : 32);
        painter.fillPath(area, soft);
        if (line.elementCount() == 1)
            line.lineTo(line.currentPosition() + QPointF(end == m_values.size() - 1 ? -1 : 1, 0));
        painter.strokePath(line, QPen(series, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        start = -1;
    };
    for (qsizetype i = 0; i < m_values.size(); ++i) {
        if (!m_values.at(i)) {
            flush(i - 1);
            continue;
        }
        const QPointF point(plot.x() + double(i) * step, y(*m_values.at(i)));
        if (start < 0) {
            start = i;
            line = QPainterPath(point);
        } else {
            line.lineTo(point);
        }
    }
    flush(m_values.size() - 1);
    painter.setRenderHint(QPainter::Antialiasing, false);
    paintWords(painter, plot, m_threshold ? y(*m_threshold) : 0);
}

/// The threshold with its words, and what the ends of the time stand for.
void Sparkline::paintWords(QPainter &painter, const QRectF &plot, double threshold) const
{
    const Tokens t = tokens(this);
    const QFontMetrics fm = painter.fontMetrics();
    if (m_threshold && (m_span == 0 || hasData())) {
        QPen pen(t[Token::Bad], 1);
        pen.setDashPattern({5, 3});
        painter.setPen(pen);
        const double at = std::floor(threshold) + 0.5;
        painter.drawLine(QPointF(plot.x(), at), QPointF(plot.right(), at));
        painter.drawText(QRectF(plot.x() + plot.width() * 0.3, at - fm.height() - 1, plot.width() * 0.6, fm.height()), Qt::AlignLeft, m_words);
    }
    painter.setPen(t[Token::Text]);
    painter.drawText(QRectF(0, height() - fm.height(), width(), fm.height()), Qt::AlignLeft, m_from);
    painter.drawText(QRectF(0, height() - fm.height(), width(), fm.height()), Qt::AlignRight, m_to);
}

}
