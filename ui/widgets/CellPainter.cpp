// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/CellPainter.h"

#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/Type.h"

#include <QFontMetricsF>
#include <QGlyphRun>
#include <QPainter>
#include <QRawFont>

#include <algorithm>
#include <cmath>

namespace qd::ui {

namespace {

qreal widestDigit(const QFontMetricsF &fm)
{
    qreal width = 0;
    for (char16_t digit = u'0'; digit <= u'9'; ++digit)
        width = qMax(width, fm.horizontalAdvance(QChar(digit)));
    return width;
}

/// Whether a text is told character by character: digits, signs and units of two letters at most. Words are drawn whole, so that their kerning stays,
/// and so is what is more than a glyph a character.
bool isFigure(const QString &text)
{
    int letters = 0;
    return std::all_of(text.begin(), text.end(), [&letters](QChar c) {
        letters = c.isLetter() ? letters + 1 : 0;
        return letters < 3 && !c.isSurrogate() && !c.isMark() && c.direction() != QChar::DirR && c.direction() != QChar::DirAL;
    });
}

template <typename Emit>
qreal walkTabular(const QFontMetricsF &fm, const QString &text, Emit emitRun)
{
    const qreal digit = widestDigit(fm);
    const bool figure = isFigure(text);
    qreal x = 0;
    qsizetype i = 0;
    while (i < text.size()) {
        if (text.at(i).isDigit() || figure) {
            const qreal own = fm.horizontalAdvance(text.at(i));   // of one character: nothing is shaped
            const qreal wide = text.at(i).isDigit() ? digit : own;
            emitRun(x + (wide - own) / 2, i, 1);
            x += wide;
            ++i;
            continue;
        }
        qsizetype end = i;
        while (end < text.size() && !text.at(end).isDigit())
            ++end;
        emitRun(x, i, end - i);
        x += fm.horizontalAdvance(text.mid(i, end - i));
        i = end;
    }
    return x;
}

qreal widthOf(const QFontMetricsF &fm, const QString &text)
{
    return walkTabular(fm, text, [](qreal, qsizetype, qsizetype) { });
}

/// At once and unshaped, where the font has a glyph for each character.
bool drawFigure(QPainter *painter, const QPointF &at, const QString &text)
{
    if (!isFigure(text))
        return false;
    const QRawFont font = QRawFont::fromFont(painter->font());
    const QList<quint32> glyphs = font.glyphIndexesForString(text);
    if (glyphs.size() != text.size() || glyphs.contains(0))
        return false;
    QList<QPointF> positions;
    walkTabular(QFontMetricsF(painter->fontMetrics()), text, [&positions](qreal x, qsizetype, qsizetype) { positions.append({x, 0}); });
    QGlyphRun run;
    run.setRawFont(font);
    run.setGlyphIndexes(glyphs);
    run.setPositions(positions);
    painter->drawGlyphRun(at, run);
    return true;
}

}

int tabularWidth(const QFontMetrics &metrics, const QString &text)
{
    return static_cast<int>(std::ceil(widthOf(QFontMetricsF(metrics), text)));
}

void drawTabular(QPainter *painter, const QRect &rect, Qt::Alignment alignment, const QString &text)
{
    const QFontMetrics fm = painter->fontMetrics();
    const QFontMetricsF exact(fm);
    QString shown = text;
    qreal width = widthOf(exact, shown);
    if (std::ceil(width) > rect.width()) {
        const QString dots = QString(QChar(0x2026));
        while (!shown.isEmpty() && tabularWidth(fm, shown + dots) > rect.width())
            shown.chop(1);
        shown += dots;
        width = widthOf(exact, shown);
        if (std::ceil(width) > rect.width())
            return;
    }
    qreal x = rect.x();
    if (alignment.testFlag(Qt::AlignRight))
        x = rect.right() + 1 - width;
    else if (alignment.testFlag(Qt::AlignHCenter))
        x = rect.x() + (rect.width() - width) / 2;
    const int y = rect.y() + (rect.height() - fm.height()) / 2 + fm.ascent();
    if (!drawFigure(painter, QPointF(x, y), shown))
        walkTabular(exact, shown, [&](qreal at, qsizetype from, qsizetype count) { painter->drawText(QPointF(x + at, y), shown.mid(from, count)); });
}

int drawBadge(QPainter *painter, const QRect &rect, const QString &text, Token color, Token soft, const Tokens &t, const QFont &body)
{
    QFont font = typeFont(Type::Micro, body);
    const QFontMetrics fm(font);
    const int width = fm.horizontalAdvance(text) + 12;
    if (!painter)
        return width;
    const int height = qMin(rect.height(), fm.height() + 4);
    const QRect box(rect.x(), rect.y() + (rect.height() - height) / 2, width, height);
    style::box(painter, box, metrics::kRadiusBadge, t[soft], Qt::transparent);
    painter->save();
    painter->setFont(font);
    painter->setPen(t[color]);
    painter->drawText(box, Qt::AlignCenter | Qt::TextSingleLine, text);
    painter->restore();
    return width;
}

Token meterToken(double percent)
{
    return percent < 10 ? Token::Bad : percent < 25 ? Token::Warn : Token::Idle;
}

void drawMeter(QPainter *painter, const QRectF &rect, double percent, const Tokens &t)
{
    const QRectF track(rect.x(), rect.center().y() - 2, rect.width(), 4);
    style::box(painter, track, 2, t[Token::Line], Qt::transparent);
    const qreal width = qMax(percent > 0 ? 3.0 : 0.0, track.width() * qBound(0.0, percent, 100.0) / 100);
    if (width > 0)
        style::box(painter, QRectF(track.x(), track.y(), width, 4), 2, t[meterToken(percent)], Qt::transparent);
}

void drawTrend(QPainter *painter, const QRectF &rect, const QList<double> &values, const QColor &color)
{
    double most = 0;
    for (const double value : values)
        most = std::max(most, std::isnan(value) ? 0.0 : value);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    QPen pen(color, 1.25);
    pen.setJoinStyle(Qt::RoundJoin);
    pen.setCapStyle(Qt::RoundCap);
    painter->setPen(pen);
    QPolygonF run;
    const auto flush = [&run, painter] {
        if (run.size() == 1)
            painter->drawPoint(run.first());
        else if (!run.isEmpty())
            painter->drawPolyline(run);
        run.clear();
    };
    const double step = values.size() > 1 ? (rect.width() - 1) / double(values.size() - 1) : 0;
    for (qsizetype i = 0; i < values.size(); ++i) {
        if (std::isnan(values.at(i)))
            flush();
        else
            run.append(QPointF(rect.x() + 0.5 + double(i) * step, rect.bottom() - 0.5 - (most > 0 ? values.at(i) / most : 0) * (rect.height() - 1)));
    }
    flush();
    painter->restore();
}

}
