// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartTip.h"

#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/SeriesStyle.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"
#include "ui/widgets/CellPainter.h"

#include <QAbstractScrollArea>
#include <QEvent>
#include <QPainter>

#include <algorithm>

namespace qd::ui {

namespace {

constexpr int kAway = 12;           ///< from the crosshair
constexpr int kEdge = 10;           ///< inside
constexpr int kSample = 20;
constexpr int kGap = 8;
constexpr int kMostNames = 260;     ///< longer ones are elided
constexpr int kMostEvents = 320;
constexpr int kWrap = Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap;

QWidget *pageOf(QWidget *chart)
{
    for (QWidget *at = chart; at->parentWidget() && !at->isWindow(); at = at->parentWidget()) {
        const auto *area = qobject_cast<QAbstractScrollArea *>(at->parentWidget()->parentWidget());
        if (area && area->viewport() == at->parentWidget())
            return at;
    }
    return chart->window();
}

}

ChartTip::ChartTip(QWidget *chart) : QWidget(pageOf(chart)), m_chart(chart)
{
    setAccessibleRole(this, QAccessible::ToolTip);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    hide();
}

QString ChartTip::leftText() const
{
    return m_words.left > 0 ? tr("and %n more", nullptr, int(m_words.left)) : QString();
}

/// What of its parent is on screen.
QRect ChartTip::seen() const
{
    const QWidget *page = parentWidget();
    if (page->isWindow() || !page->parentWidget())
        return page->rect();
    return page->rect() & page->parentWidget()->rect().translated(-page->pos());
}

void ChartTip::measure(int most)
{
    const QFontMetrics body(typeFont(Type::Body)), strong(typeFont(Type::Strong)), caption(typeFont(Type::Caption));
    m_row = body.height() + 3;
    int names = caption.horizontalAdvance(leftText());
    m_values = 0;
    for (const Row &row : std::as_const(m_words.rows)) {
        names = std::max(names, std::min(kMostNames, (row.strong ? strong : body).horizontalAdvance(row.name) + 1));
        m_values = std::max(m_values, tabularWidth(row.silent ? body : strong, row.value) + 1);
    }
    int inside = kSample + kGap + names + 2 * kGap + m_values;
    inside = std::max(inside, caption.horizontalAdvance(m_words.time));
    int events = 0;
    for (const QString &event : std::as_const(m_words.events))
        events = std::max(events, caption.boundingRect(QRect(0, 0, kMostEvents, 1000), kWrap, event).width() + 1);
    inside = std::min(std::max({inside, events, m_widest}), most - 2 * kEdge);
    m_widest = inside;
    m_events = 0;
    for (const QString &event : std::as_const(m_words.events))
        m_events += caption.boundingRect(QRect(0, 0, inside, 1000), kWrap, event).height() + 2;
    const int rows = int(m_words.rows.size()) + (m_words.left > 0 ? 1 : 0);
    resize(inside + 2 * kEdge, 2 * kEdge - 4 + caption.height() + 3 + rows * m_row + (m_events > 0 ? m_events + 9 : 0));
}

void ChartTip::tell(const Words &words, int x, int top)
{
    QWidget *page = pageOf(m_chart);
    if (page != parentWidget())
        setParent(page);
    const QRect room = seen().adjusted(4, 4, -4, -4);
    if (isHidden())
        m_widest = 0;
    if (!(words == m_words) || isHidden()) {
        m_words = words;
        measure(room.width());
        update();
    }
    const QPoint at = m_chart->mapTo(page, QPoint(x, top));
    const int right = at.x() + kAway, before = at.x() - kAway - width();
    const auto fits = [this](int left, int from, int to) { return left >= from && left + width() <= to; };
    const int edge = m_chart->mapTo(page, QPoint()).x();
    int left = right;
    if (!fits(right, edge, edge + m_chart->width()) && (fits(before, edge, edge + m_chart->width()) || !fits(right, room.left(), room.right() + 1)))
        left = before;      // over the chart rather than over what is beside it
    left = std::max(room.left(), std::min(left, room.right() + 1 - width()));
    move(left, std::max(room.top(), std::min(at.y(), room.bottom() + 1 - height())));
    if (isHidden()) {
        raise();
        show();
    }
}

TableTwin ChartTip::twin() const
{
    TableTwin out{m_words.time, {tr("Series"), tr("Value")}, {}};
    for (const Row &row : m_words.rows)
        out.rows.append({row.name, row.value});
    if (m_words.left > 0)
        out.rows.append({leftText(), {}});
    for (const QString &event : m_words.events)
        out.rows.append({event, {}});
    return out;
}

void ChartTip::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        m_words = {};   // measured anew when it is told
}

void ChartTip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    painter.setRenderHint(QPainter::Antialiasing);
    style::box(&painter, QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), metrics::kRadiusControl, t[Token::Base], t[Token::Edge]);
    QRect line(kEdge, kEdge - 2, width() - 2 * kEdge, QFontMetrics(typeFont(Type::Caption)).height());
    painter.setFont(typeFont(Type::Caption));
    painter.setPen(t[Token::Text2]);
    drawTabular(&painter, line, Qt::AlignLeft | Qt::AlignVCenter, m_words.time);
    line = QRect(line.left(), line.bottom() + 4, line.width(), m_row);
    for (const Row &row : std::as_const(m_words.rows)) {
        painter.setPen(linePen(row.number, 2));
        const double middle = line.center().y() + 0.5;
        painter.drawLine(QPointF(line.left() + 1, middle), QPointF(line.left() + kSample, middle));
        const QRect name(line.left() + kSample + kGap, line.top(), line.width() - kSample - 3 * kGap - m_values, line.height());
        const QFont font = typeFont(row.strong ? Type::Strong : Type::Body);
        painter.setFont(font);
        painter.setPen(t[row.silent ? Token::Text2 : Token::Text]);
        painter.drawText(name, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, QFontMetrics(font).elidedText(row.name, Qt::ElideMiddle, name.width()));
        painter.setFont(typeFont(row.silent ? Type::Body : Type::Strong));
        drawTabular(&painter, line, Qt::AlignRight | Qt::AlignVCenter, row.value);
        line.translate(0, m_row);
    }
    painter.setFont(typeFont(Type::Caption));
    painter.setPen(t[Token::Text2]);
    if (m_words.left > 0) {
        painter.drawText(line.adjusted(kSample + kGap, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, leftText());
        line.translate(0, m_row);
    }
    if (m_words.events.isEmpty())
        return;
    painter.fillRect(QRect(line.left(), line.top() + 4, line.width(), 1), t[Token::Line]);
    QRect event(line.left(), line.top() + 9, line.width(), height());
    painter.setPen(t[Token::Text]);
    for (const QString &text : std::as_const(m_words.events)) {
        QRect drawn;
        painter.drawText(event, kWrap, text, &drawn);
        event.setTop(drawn.bottom() + 3);
    }
}

}
