// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/LogHistogram.h"

#include "models/core/Format.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <cmath>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kBars = 56;
constexpr int kRight = 16;
constexpr int kTop = 10;
constexpr qint64 kSecond = 1'000'000'000;

/// A round number that is not smaller and has a half: 2, 4, 6, 8, 10, 20, 40, …
int roundTop(int highest)
{
    for (int unit = 1; unit < 1'000'000'000; unit *= 10) {
        for (const int step : {1, 2, 4, 6, 8}) {
            if (unit * step >= highest)
                return unit * step;
        }
    }
    return highest;
}

}

LogHistogram::LogHistogram(const items::LogBuckets *buckets, QWidget *parent)
    : QWidget(parent)
    , m_buckets(buckets)
{
    setAccessibleRole(this, QAccessible::Chart);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setLayoutDirection(Qt::LeftToRight);
    setAccessibleName(buckets->summary());
    setAccessibleDescription(tr("Left and Right choose a time, Enter goes to its first line. The same as a table: in the menu of the log."));
    connect(buckets, &QAbstractItemModel::modelReset, this, [this] {
        setAccessibleName(m_buckets->summary());
        // The buckets are others now: what was chosen is a time.
        m_chosen = m_chosen < 0 ? -1 : std::min(m_buckets->at(m_chosenFrom), m_buckets->rowCount() - 1);
        if (m_chosen >= 0)
            setAccessibleDescription(m_buckets->sentence(m_chosen));
        m_hover = -1;
        update();
    });
}

QSize LogHistogram::sizeHint() const
{
    return {400, kTop + kBars + QFontMetrics(typeFont(Type::Caption)).height() + 10};
}

QSize LogHistogram::minimumSizeHint() const
{
    return {160, sizeHint().height()};
}

void LogHistogram::setSeen(qint64 from, qint64 to, bool all)
{
    if (from == m_from && to == m_to && all == m_all)
        return;
    m_all = all;
    m_from = from;
    m_to = to;
    update();
}

int LogHistogram::top() const
{
    return roundTop(std::max(2, m_buckets->highest()));
}

QRectF LogHistogram::plot() const
{
    const QFontMetrics micro(typeFont(Type::Caption));
    const int left = 12 + micro.horizontalAdvance(tr("%n line(s)", nullptr, top())) + 8;
    return QRectF(left, kTop, std::max(20, width() - left - kRight), kBars);
}

double LogHistogram::xOf(qint64 time) const
{
    const QRectF area = plot();
    const double all = double(m_buckets->step()) * double(m_buckets->rowCount());
    return area.x() + std::clamp(double(time - m_buckets->buckets().first().from) / all, 0.0, 1.0) * area.width();
}

int LogHistogram::bucketAt(double x) const
{
    const QRectF area = plot();
    const int count = m_buckets->rowCount();
    if (count == 0 || x < area.x() || x > area.right())
        return -1;
    return std::min(count - 1, int((x - area.x()) / area.width() * count));
}

void LogHistogram::choose(int bucket)
{
    if (m_buckets->rowCount() == 0)
        return;
    m_chosen = std::clamp(bucket, 0, m_buckets->rowCount() - 1);
    m_chosenFrom = m_buckets->buckets().at(m_chosen).from;
    setAccessibleDescription(m_buckets->sentence(m_chosen));
    QAccessibleEvent said(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&said);
    update();
}

void LogHistogram::paintScale(QPainter &painter, const Tokens &t) const
{
    const QRectF area = plot();
    painter.setFont(typeFont(Type::Caption));
    const int high = top();
    for (const int half : {0, 1, 2}) {
        const double y = std::floor(area.bottom() - area.height() * half / 2.0);
        painter.fillRect(QRectF(area.x(), y, area.width(), 1), t[half == 0 ? Token::Edge : Token::Line]);
        if (half == 1 && high % 2 != 0)
            continue;
        painter.setPen(t[Token::Text2]);
        const QString text = half == 2 ? tr("%n line(s)", nullptr, high) : formatInteger(high * half / 2);
        painter.drawText(QRectF(0, y - 10, area.x() - 8, 20), Qt::AlignRight | Qt::AlignVCenter, text);
    }
}

void LogHistogram::paintBars(QPainter &painter, const Tokens &t) const
{
    const QRectF area = plot();
    const double slot = area.width() / m_buckets->rowCount();
    const double gap = slot > 5 ? 1.5 : slot > 2.5 ? 0.75 : 0;
    const double unit = area.height() / top();
    const QColor everyday = mix(t[Token::Base], t[Token::Idle], t.dark() ? 0.62 : 0.7);
    for (int i = 0; i < m_buckets->rowCount(); ++i) {
        const items::LogBuckets::Bucket &one = m_buckets->buckets().at(i);
        const double wide = std::max(1.0, std::min(slot - gap, 40.0));
        const double x = area.x() + slot * i + (slot - wide) / 2;
        if (i == m_hover || (i == m_chosen && hasFocus()))
            painter.fillRect(QRectF(area.x() + slot * i, area.y() - 4, slot, area.height() + 4), t[i == m_hover ? Token::Hover : Token::Sel]);
        if (one.missing) {
            QPen pen(mix(t[Token::Base], t[Token::Text2], 0.45), 1);
            painter.setPen(pen);
            painter.save();
            painter.setClipRect(QRectF(area.x() + slot * i, area.y(), std::max(slot, 8.0), area.height()));
            for (double at = area.x() + slot * i - area.height(); at < area.x() + slot * (i + 1) + 8; at += 4)
                painter.drawLine(QPointF(at, area.bottom()), QPointF(at + area.height(), area.y()));
            painter.restore();
        }
        double y = area.bottom();
        const auto piece = [&](int count, const QColor &color) {
            if (count == 0)
                return;
            const double high = std::max(1.0, count * unit);
            painter.fillRect(QRectF(x, y - high, wide, high), color);
            y -= high;
        };
        piece(one.counts[2] + one.counts[3], everyday);
        piece(one.counts[1], t[Token::Warn]);
        piece(one.counts[0], t[Token::Bad]);
        if (i == m_chosen && hasFocus())
            style::focusRing(&painter, QRectF(area.x() + slot * i - 1, area.y() - 4, std::max(slot, 4.0) + 2, area.height() + 6), 2, t[Token::Accent]);
    }
}

QRectF LogHistogram::seenTag() const
{
    // Who sees all of it needs no marks.
    if (m_from == 0 || m_buckets->rowCount() == 0 || xOf(m_to) - xOf(m_from) > plot().width() * 0.9 || m_all)
        return {};
    const QFontMetrics micro(typeFont(Type::Caption));
    const QString text = tr("%1 to %2").arg(items::logClock(m_from, m_buckets->utc(), false), items::logClock(m_to, m_buckets->utc(), false));
    const double wide = micro.horizontalAdvance(text) + 14;
    const double middle = (xOf(m_from) + xOf(m_to)) / 2;
    return {std::clamp(middle - wide / 2, 2.0, std::max(2.0, width() - wide - 2)), plot().bottom() + 3, wide, micro.height() + 4.0};
}

void LogHistogram::paintSeen(QPainter &painter, const Tokens &t, const QRectF &tag) const
{
    const QRectF area = plot();
    const double from = std::floor(xOf(m_from));
    const double to = std::max(std::ceil(xOf(m_to)), from + 3);
    painter.fillRect(QRectF(from, area.y() - 4, 1, area.height() + 4), t[Token::Accent]);
    painter.fillRect(QRectF(to - 1, area.y() - 4, 1, area.height() + 4), t[Token::Accent]);
    style::box(&painter, tag, metrics::kRadiusBadge, t[Token::Text], Qt::transparent);
    painter.setFont(typeFont(Type::Caption));
    painter.setPen(t[Token::Base]);
    painter.drawText(tag, Qt::AlignCenter, tr("%1 to %2").arg(items::logClock(m_from, m_buckets->utc(), false), items::logClock(m_to, m_buckets->utc(), false)));
}

/// As many as have room, at even times; none under the tag.
void LogHistogram::paintTimes(QPainter &painter, const Tokens &t, const QRectF &tag) const
{
    const QRectF area = plot();
    painter.setFont(typeFont(Type::Caption));
    const QFontMetrics fm = painter.fontMetrics();
    const qint64 from = m_buckets->buckets().first().from;
    const qint64 all = m_buckets->step() * m_buckets->rowCount();
    const qint64 room = qint64(double(all) * (fm.horizontalAdvance(u"00:00:00"_s) + 44) / area.width());
    static constexpr std::array<qint64, 16> kSteps{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200};
    const auto fitting = std::find_if(kSteps.begin(), kSteps.end(), [room](qint64 seconds) { return seconds * kSecond >= room; });
    const qint64 every = fitting == kSteps.end() ? (room / (86400 * kSecond) + 1) * 86400 * kSecond : *fitting * kSecond;
    const bool seconds = every < 60 * kSecond;
    const int wide = fm.horizontalAdvance(seconds ? u"00:00:00"_s : u"00:00"_s);
    painter.setPen(t[Token::Text2]);
    for (qint64 time = (from + every - 1) / every * every; time <= from + all; time += every) {
        const double x = area.x() + area.width() * double(time - from) / double(all);
        QRectF rect(x - wide / 2.0, area.bottom() + 5, wide + 2, fm.height());
        if (rect.right() > width() - 2)
            rect.moveRight(width() - 2);
        if (tag.isNull() || !rect.adjusted(-6, -4, 6, 4).intersects(tag))
            painter.drawText(rect, Qt::AlignCenter | Qt::TextSingleLine, items::logClock(time, m_buckets->utc(), false).left(seconds ? 8 : 5));
    }
}

void LogHistogram::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    painter.fillRect(rect(), t[Token::Base]);
    painter.fillRect(QRect(0, height() - 1, width(), 1), t[Token::Line]);
    paintScale(painter, t);
    if (m_buckets->rowCount() == 0)
        return;
    const QRectF tag = seenTag();
    if (!tag.isNull())
        painter.fillRect(QRectF(xOf(m_from), plot().y() - 4, std::max(3.0, xOf(m_to) - xOf(m_from)), plot().height() + 4),
                         mix(t[Token::Base], t[Token::Accent], t.dark() ? 0.18 : 0.12));
    paintBars(painter, t);
    paintTimes(painter, t, tag);
    if (!tag.isNull())
        paintSeen(painter, t, tag);
    if (hasFocus() && m_chosen < 0)
        style::focusRing(&painter, QRectF(rect()).adjusted(1, 1, -1, -2), metrics::kRadiusControl, t[Token::Accent]);
}

void LogHistogram::mouseMoveEvent(QMouseEvent *event)
{
    if (const int bucket = bucketAt(event->position().x()); std::exchange(m_hover, bucket) != bucket)
        update();
}

void LogHistogram::mousePressEvent(QMouseEvent *event)
{
    const int bucket = bucketAt(event->position().x());
    if (event->button() != Qt::LeftButton || bucket < 0)
        return QWidget::mousePressEvent(event);
    choose(bucket);
    Q_EMIT jumpWanted(m_buckets->buckets().at(bucket).from);
}

void LogHistogram::leaveEvent(QEvent *event)
{
    m_hover = -1;
    update();
    QWidget::leaveEvent(event);
}

bool LogHistogram::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        QToolTip::showText(help->globalPos(), m_buckets->sentence(bucketAt(help->pos().x())), this);
        return true;
    }
    if (event->type() == QEvent::ApplicationFontChange)
        updateGeometry();
    return QWidget::event(event);
}

void LogHistogram::focusInEvent(QFocusEvent *event)
{
    if (m_chosen < 0 && m_from != 0)
        choose(m_buckets->at(m_from));
    QWidget::focusInEvent(event);
}

void LogHistogram::keyPressEvent(QKeyEvent *event)
{
    const int now = m_chosen < 0 ? m_buckets->rowCount() : m_chosen;
    switch (event->key()) {
    case Qt::Key_Left: return choose(now - 1);
    case Qt::Key_Right: return choose(now + 1);
    case Qt::Key_Home: return choose(0);
    case Qt::Key_End: return choose(m_buckets->rowCount() - 1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (m_chosen >= 0 && m_chosen < m_buckets->rowCount())
            Q_EMIT jumpWanted(m_buckets->buckets().at(m_chosen).from);
        return;
    default: QWidget::keyPressEvent(event);
    }
}

}
