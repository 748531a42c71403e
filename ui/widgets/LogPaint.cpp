// SPDX-License-Identifier: GPL-3.0-or-later
// How LogTable draws its rows.
#include "ui/theme/Icons.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/StatePainter.h"
#include "ui/theme/Type.h"
#include "ui/widgets/LogTable.h"

#include <QPainter>
#include <QScrollBar>

#include <array>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::LogLevel;
using items::LogLine;

namespace {

constexpr int kGlyph = 13;
constexpr int kEdge = 10;
constexpr int kLead = 6;

/// The series of look.md "Charts": a colour and a dash each.
QPen seriesPen(int number)
{
    struct Series {
        QRgb color;
        std::initializer_list<qreal> dash;
    };
    static const std::array<Series, 10> kSeries{{{0xff2f7ed8, {}}, {0xffd9711a, {3, 1.5}}, {0xff1e9e78, {1, 1}}, {0xffc8489a, {4, 1.2, 1, 1.2}},
                                                 {0xff8a7a12, {}}, {0xff7b68d4, {3, 1.5}}, {0xff2a96b8, {4, 1.2, 1, 1.2}}, {0xff6b8f23, {1, 1}},
                                                 {0xff8c7b75, {5, 1.5, 1, 1.5, 1, 1.5}}, {0xffd6453d, {5, 1.5}}}};
    const Series &one = kSeries.at(size_t(number < 0 ? 0 : number) % kSeries.size());
    QPen pen(QColor::fromRgb(one.color), 2);
    pen.setCapStyle(Qt::FlatCap);
    if (one.dash.size() > 0)
        pen.setDashPattern(QList<qreal>(one.dash));
    return pen;
}

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
            paintGap(painter, rect, line, t);
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
    if (lanes.sourceWidth > 0) {
        if (lanes.narrow) {
            QPen pen = seriesPen(line.source);
            pen.setWidth(3);
            pen.setStyle(Qt::SolidLine);
            painter.setPen(pen);
            painter.drawLine(lanes.source + 1, first.y() + 4, lanes.source + 1, first.bottom() - 4);
        } else {
            painter.setPen(seriesPen(line.source));
            painter.drawLine(lanes.source, first.center().y(), lanes.source + 12, first.center().y());
            painter.setFont(typeFont(Type::Body));
            painter.setPen(t[Token::Text2]);
            painter.drawText(QRect(lanes.source + 18, first.y(), lanes.sourceWidth - 22, first.height()), Qt::AlignVCenter | Qt::TextSingleLine,
                             painter.fontMetrics().elidedText(m_log->sources().value(line.source), Qt::ElideMiddle, lanes.sourceWidth - 22));
        }
    }
    paintMessage(painter, rect.adjusted(lanes.message, 0, -kEdge, 0), row, lanes, t);
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

/// Missing lines are hatched and loud; a stream that was opened again without loss is only said.
void LogTable::paintGap(QPainter &painter, const QRect &rect, const LogLine &line, const Tokens &t) const
{
    const bool current = m_log->rowCount() > 0 && currentRow() >= 0 && m_log->lineAt(currentRow()).id == line.id;
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
    painter.setFont(typeFont(line.loud ? Type::Strong : Type::Caption));
    painter.setPen(t[line.loud ? Token::Text : Token::Text2]);
    const QRect text = rect.adjusted(kEdge + kGlyph + 8, 0, -kEdge, 0);
    const QString words = painter.fontMetrics().elidedText(line.message, Qt::ElideRight, text.width());
    if (line.loud)
        painter.fillRect(QRect(text.x() - 4, rect.y(), painter.fontMetrics().horizontalAdvance(words) + 8, rect.height()), t[Token::WarnSoft]);
    painter.drawText(text, Qt::AlignVCenter | Qt::TextSingleLine, words);
}

}
