// SPDX-License-Identifier: GPL-3.0-or-later
// How LogTable draws its rows, and what its gaps offer.
#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/StatePainter.h"
#include "ui/theme/Type.h"
#include "ui/widgets/LogSeries.h"
#include "ui/widgets/LogTable.h"

#include <QPainter>
#include <QScrollBar>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::LogLevel;
using items::LogLine;

namespace {

constexpr int kGlyph = 13;
constexpr int kEdge = 10;
constexpr int kLead = 8;

}

void LogTable::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    const Tokens t = tokens(this);
    painter.fillRect(viewport()->rect(), t[Token::Base]);
    if (!m_log)
        return;
    const Lanes l = lanes();
    int y = 0;
    for (int row = verticalScrollBar()->value(); row < m_log->rowCount() && y < viewport()->height(); ++row) {
        const QRect rect(0, y, viewport()->width(), bodyHeight(row, l));
        const LogLine &line = m_log->lineAt(row);
        if (line.kind == LogLine::Kind::Gap)
            paintGap(painter, rect, row, t);
        else
            paintRow(painter, rect, row, l, t);
        y += heightOf(row, l);
    }
}

void LogTable::paintRow(QPainter &painter, const QRect &rect, int row, const Lanes &lanes, const Tokens &t) const
{
    const LogLine &line = m_log->lineAt(row);
    const bool selected = selectionModel()->isRowSelected(row, {});
    if (selected)
        painter.fillRect(rect, hasFocus() ? t[Token::Sel] : t[Token::Sel2]);
    else if (row == m_hover)
        painter.fillRect(rect, t[Token::Hover]);
    painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), mix(t[Token::Base], t[Token::Line], 0.6));
    if (row == currentRow())
        painter.fillRect(QRect(0, rect.y(), 3, rect.height()), t[Token::Accent]);
    else if (line.level == LogLevel::Error)
        painter.fillRect(QRect(0, rect.y(), 3, rect.height()), t[Token::Bad]);
    const QRect first(rect.x(), rect.y(), rect.width(), lineHeight() + kLead);
    painter.setFont(font());
    painter.setPen(t[Token::Text2]);
    painter.drawText(QRect(lanes.time, first.y(), lanes.level - lanes.time, first.height()), Qt::AlignVCenter | Qt::TextSingleLine,
                     items::logClock(line.time, m_log->utc(), !lanes.narrow));
    paintLevel(painter, QRect(lanes.level, first.y(), lanes.source - lanes.level, first.height()), line.level, !lanes.narrow, t);
    if (lanes.sourceWidth > 0)
        paintSource(painter, first, lanes, line, t);
    paintMessage(painter, QRect(lanes.message, rect.y(), lanes.end - lanes.message, rect.height()), row, lanes, t);
    if (lanes.trace > 0 && !line.trace.isEmpty()) {
        painter.setFont(font());
        painter.setPen(t[Token::Accent]);
        painter.drawText(QRect(lanes.trace, first.y(), viewport()->width() - lanes.trace, first.height()), Qt::AlignVCenter | Qt::TextSingleLine,
                         items::shortTrace(line.trace));
    }
}

void LogTable::paintSource(QPainter &painter, const QRect &first, const Lanes &lanes, const LogLine &line, const Tokens &t) const
{
    if (lanes.narrow) {
        QPen pen = seriesPen(line.source);
        pen.setWidth(3);
        pen.setStyle(Qt::SolidLine);
        painter.setPen(pen);
        painter.drawLine(lanes.source + 1, first.y() + 4, lanes.source + 1, first.bottom() - 4);
        return;
    }
    painter.setPen(seriesPen(line.source));
    painter.drawLine(lanes.source, first.center().y(), lanes.source + 12, first.center().y());
    painter.setFont(typeFont(Type::Body));
    painter.setPen(t[Token::Text2]);
    painter.drawText(QRect(lanes.source + 18, first.y(), lanes.sourceWidth - 22, first.height()), Qt::AlignVCenter | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(m_log->sources().value(line.source), Qt::ElideMiddle, lanes.sourceWidth - 22));
}

void LogTable::paintLevel(QPainter &painter, const QRect &rect, LogLevel level, bool word, const Tokens &t) const
{
    if (level == LogLevel::None)
        return;
    const QRectF glyph(rect.x(), rect.center().y() - kGlyph / 2.0 + 0.5, kGlyph, kGlyph);
    const bool loud = level == LogLevel::Error || level == LogLevel::Warn;
    if (level == LogLevel::Error)
        paintState(&painter, glyph, network::State::Failed, t);
    else if (level == LogLevel::Warn)
        paintState(&painter, glyph, network::State::Degraded, t);
    if (!loud) {
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(t[Token::Idle], 1.2));
        if (level == LogLevel::Info) {
            const QRectF ring = glyph.adjusted(1, 1, -1, -1);
            painter.drawEllipse(ring);
            painter.drawLine(QPointF(ring.center().x(), ring.center().y() - 0.5), QPointF(ring.center().x(), ring.bottom() - 2.6));
            painter.drawPoint(QPointF(ring.center().x(), ring.y() + 2.8));
        } else {
            painter.setBrush(t[Token::Idle]);
            painter.drawEllipse(glyph.center(), 1.5, 1.5);
        }
        painter.restore();
    }
    if (!word)
        return;
    painter.setFont(typeFont(loud ? Type::Strong : Type::Body));
    painter.setPen(t[level == LogLevel::Error ? Token::Bad : level == LogLevel::Warn ? Token::Warn : Token::Text2]);
    painter.drawText(rect.adjusted(kGlyph + 6, 0, 0, 0), Qt::AlignVCenter | Qt::TextSingleLine, items::logLevelWord(level));
}

void LogTable::paintMessage(QPainter &painter, const QRect &rect, int row, const Lanes &lanes, const Tokens &t) const
{
    const LogLine &line = m_log->lineAt(row);
    const QString &search = m_log->search();
    painter.save();
    painter.setClipRect(rect, Qt::IntersectClip);
    const QFontMetrics mono(font());
    const int step = qMax(1, mono.horizontalAdvance(u'0'));
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    const qsizetype first = m_wrap ? 0 : horizontalOffset() / step;
    const qsizetype perLine = m_wrap ? lanes.perLine : rect.width() / step + 3;
    const qsizetype size = m_wrap ? line.message.size() : qMin(line.message.size(), first + perLine);
    int y = rect.y() + kLead / 2;
    for (qsizetype from = first; from < size || from == first; from += perLine, y += lineHeight()) {
        const QString piece = line.message.mid(from, perLine);
        const int x = rect.x() - (m_wrap ? 0 : horizontalOffset() % step);
        painter.setFont(font());
        painter.setPen(t[Token::Text]);
        painter.drawText(QPoint(x, y + mono.ascent()), piece);
        for (qsizetype at = line.match ? piece.indexOf(search, 0, Qt::CaseInsensitive) : -1; at >= 0;
             at = piece.indexOf(search, at + search.size(), Qt::CaseInsensitive)) {
            const QString found = piece.mid(at, search.size());
            const QRect box(x + mono.horizontalAdvance(piece.left(at)) - 1, y - 1, mono.horizontalAdvance(found) + 2, mono.height() + 1);
            style::box(&painter, QRectF(box), metrics::kRadiusBadge, t[row == currentRow() ? Token::Base : Token::Sel],
                       row == currentRow() ? t[Token::Accent] : QColor(Qt::transparent));
            painter.setFont(bold);
            painter.setPen(t[Token::Accent]);
            painter.drawText(box.adjusted(1, 1, 4, 0), Qt::AlignLeft | Qt::AlignTop | Qt::TextSingleLine, found);
        }
    }
    painter.restore();
}

/// Where a gap offers its lines; null: it does not.
QRect LogTable::gapLink(int row) const
{
    if (!m_log || row < 0 || row >= m_log->rowCount() || !m_log->fillable() || !m_log->lineAt(row).fillable)
        return {};
    const QRect rect = rectOf(row);
    const int wide = QFontMetrics(typeFont(Type::Strong)).horizontalAdvance(gapWords()) + 2;
    return rect.isNull() ? QRect() : QRect(rect.right() - kEdge - wide, rect.y(), wide, rect.height());
}

bool LogTable::fillGap(int row)
{
    if (!m_log || row < 0 || row >= m_log->rowCount() || !m_log->fillable() || !m_log->lineAt(row).fillable)
        return false;
    Q_EMIT gapWanted(m_log->lineAt(row).id);
    return true;
}

/// Missing lines are hatched and loud; a stream that was opened again without loss is only said.
void LogTable::paintGap(QPainter &painter, const QRect &rect, int row, const Tokens &t) const
{
    const LogLine &line = m_log->lineAt(row);
    const bool current = row == currentRow();
    painter.fillRect(rect, line.loud ? t[Token::WarnSoft] : t[Token::Window]);
    if (line.loud) {
        painter.save();
        painter.setClipRect(rect, Qt::IntersectClip);
        painter.setPen(QPen(mix(t[Token::WarnSoft], t[Token::Warn], 0.22), 1));
        for (int x = rect.x() - rect.height(); x < rect.right(); x += 8)
            painter.drawLine(x, rect.bottom(), x + rect.height(), rect.y());
        painter.restore();
    }
    if (current)
        painter.fillRect(QRect(0, rect.y(), 3, rect.height()), t[Token::Accent]);
    const QRectF glyph(kEdge, rect.center().y() - kGlyph / 2.0 + 0.5, kGlyph, kGlyph);
    if (line.loud)
        paintState(&painter, glyph, network::State::Degraded, t);
    else
        paintIcon(&painter, glyph, u"refresh"_s, t[Token::Text2]);
    // What happened in strong words, to which and why behind it.
    const qsizetype colon = line.loud ? line.message.indexOf(": "_L1) : -1;
    const QRect link = gapLink(row);
    const QRect room = rect.adjusted(kEdge + kGlyph + 8, 0, link.isNull() ? -kEdge : link.x() - 12 - rect.right(), 0);
    if (!link.isNull()) {
        if (line.loud)
            painter.fillRect(link.adjusted(-6, 2, 6, -2), t[Token::WarnSoft]);
        painter.setFont(typeFont(Type::Strong));
        painter.setPen(t[Token::Accent]);
        painter.drawText(link, Qt::AlignVCenter | Qt::TextSingleLine, gapWords());
    }
    int x = room.x();
    const auto say = [&](const QString &words, Type type, Token token) {
        painter.setFont(typeFont(type));
        const QString fitted = painter.fontMetrics().elidedText(words, Qt::ElideRight, room.right() - x);
        const int wide = painter.fontMetrics().horizontalAdvance(fitted);
        if (line.loud)
            painter.fillRect(QRect(x - 4, rect.y() + 2, wide + 8, rect.height() - 4), t[Token::WarnSoft]);
        painter.setPen(t[token]);
        painter.drawText(QRect(x, room.y(), wide + 2, room.height()), Qt::AlignVCenter | Qt::TextSingleLine, fitted);
        x += wide + 10;
    };
    say(colon < 0 ? line.message : line.message.left(colon), line.loud ? Type::Strong : Type::Caption, line.loud ? Token::Text : Token::Text2);
    if (colon >= 0 && x < room.right() - 40)
        say(line.message.mid(colon + 2), Type::Caption, Token::Text);
}

}
