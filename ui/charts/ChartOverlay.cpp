// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartOverlay.h"

#include "models/core/Format.h"
#include "models/items/telemetry/ChartReadings.h"
#include "models/items/telemetry/ChartUnits.h"
#include "ui/charts/ChartCanvas.h"
#include "ui/charts/ChartTip.h"
#include "ui/charts/ChartView.h"
#include "ui/theme/Type.h"
#include "ui/widgets/CellPainter.h"

#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace qd::ui {

namespace {

constexpr double kClick = 4;    ///< a drag shorter than this is none
constexpr double kNear = 5;     ///< to a mark, with the pointer
constexpr int kDot = 5;
constexpr qsizetype kRows = 12;     ///< of the tip
constexpr qsizetype kEvents = 4;

}

ChartOverlay::ChartOverlay(ChartView *view) : QWidget(view), m_view(view)
{
    setMouseTracking(true);
    setAttribute(Qt::WA_NoSystemBackground);
}

ChartOverlay::~ChartOverlay()
{
    delete m_tip;
}

QRectF ChartOverlay::plot() const
{
    return m_view->m_canvas->plot();
}

double ChartOverlay::xOf(double time) const
{
    const QRectF area = plot();
    if (m_view->m_to <= m_view->m_from)     // no time is shown yet
        return area.left();
    return area.left() + (time - m_view->m_from) / (m_view->m_to - m_view->m_from) * area.width();
}

double ChartOverlay::timeAt(double x) const
{
    const QRectF area = plot();
    return m_view->m_from + (x - area.left()) / area.width() * (m_view->m_to - m_view->m_from);
}

double ChartOverlay::yOf(double value) const
{
    const QRectF area = plot();
    return area.bottom() - m_view->m_canvas->scale().share(value) * area.height();
}

QRect ChartOverlay::tagOf(double time) const
{
    const QFontMetrics fm(typeFont(Type::Micro));
    const QString text = items::timeText(time, m_view->m_to - m_view->m_from, m_view->m_utc);
    const int wide = tabularWidth(fm, text) + 12, high = fm.height() + 4;
    const int left = std::clamp(int(xOf(time)) - wide / 2, 0, std::max(0, width() - wide));
    return {left, std::min(int(plot().bottom()) + 3, height() - high), wide, high};
}

void ChartOverlay::moveCrosshair(std::optional<double> from, std::optional<double> to)
{
    for (const std::optional<double> &time : {from, to}) {
        if (!time)
            continue;
        const int x = int(xOf(*time));
        update(QRect(x - kDot - 1, 0, 2 * kDot + 3, height()));
        update(tagOf(*time).adjusted(-1, -1, 1, 1));
    }
}

bool ChartOverlay::cancelDrag()
{
    const Drag drag = std::exchange(m_drag, Drag::None);
    if (drag == Drag::None)
        return false;
    if (drag == Drag::Pan)
        m_view->setTimes(m_from, m_to);
    m_view->setDragging(false);
    update();
    followTip();
    return true;
}

/// Nobody will tell that the button was let go.
void ChartOverlay::hideEvent(QHideEvent *event)
{
    cancelDrag();
    m_pointer.reset();
    if (m_view->m_hand == ChartView::Hand::Mouse)
        m_view->place(std::nullopt, ChartView::Hand::Mouse);
    followTip();
    QWidget::hideEvent(event);
}

void ChartOverlay::mouseMoveEvent(QMouseEvent *event)
{
    if (!(event->buttons() & Qt::LeftButton))
        cancelDrag();   // a dialog took what ended it
    const QRectF area = plot();
    const double x = std::clamp(event->position().x(), area.left(), area.right());
    if (m_drag == Drag::Pan) {
        const double by = (m_pressed.x() - event->position().x()) / area.width() * (m_to - m_from);
        m_view->setTimes(m_from + by, m_to + by);
        return;
    }
    if (m_drag == Drag::Zoom) {
        m_at = x;
        update();
    }
    if (!area.adjusted(-2, -2, 2, 2).contains(event->position()) && m_drag == Drag::None) {
        m_pointer.reset();
        m_view->place(std::nullopt, ChartView::Hand::Mouse);
        return;
    }
    m_pointer = x;
    setCursor(markAt(event->position()) ? Qt::PointingHandCursor : Qt::CrossCursor);
    const double time = timeAt(x);
    // On the sample that counts there, so that what the legend says is what was measured.
    const double reach = m_view->m_data.step > 0 ? m_view->m_data.step : (m_view->m_to - m_view->m_from) / area.width();
    const std::optional<double> sample = items::nearestSample(m_view->m_data, time);
    m_view->place(sample && std::abs(*sample - time) <= reach && *sample >= m_view->m_from && *sample <= m_view->m_to ? *sample : time, ChartView::Hand::Mouse);
}

void ChartOverlay::mousePressEvent(QMouseEvent *event)
{
    m_view->setFocus(Qt::MouseFocusReason);
    if (event->button() != Qt::LeftButton || !plot().adjusted(-2, -2, 2, 20).contains(event->position()))
        return QWidget::mousePressEvent(event);
    m_pressed = event->position();
    m_at = m_pressed.x();
    m_from = m_view->m_from;
    m_to = m_view->m_to;
    m_drag = event->modifiers() & Qt::ShiftModifier ? Drag::Pan : Drag::Zoom;
    m_view->setDragging(true);
    followTip();
    event->accept();
}

void ChartOverlay::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || m_drag == Drag::None)
        return QWidget::mouseReleaseEvent(event);
    const Drag drag = std::exchange(m_drag, Drag::None);
    const double from = timeAt(std::min(m_pressed.x(), m_at)), to = timeAt(std::max(m_pressed.x(), m_at));
    const double shownFrom = m_view->m_from, shownTo = m_view->m_to;
    m_view->setDragging(false);
    update();
    followTip();
    if (drag == Drag::Pan) {
        if (shownFrom != m_from)
            Q_EMIT m_view->timesWanted(shownFrom, shownTo);
    } else if (std::abs(m_pressed.x() - m_at) > kClick) {
        // No closer than ten seconds, around the middle of what was marked.
        const double middle = (from + to) / 2, half = std::max((to - from) / 2, 5.0);
        Q_EMIT m_view->timesWanted(middle - half, middle + half);
    } else if (const items::ChartMark *mark = markAt(event->position())) {
        const items::ChartMark clicked = *mark;
        Q_EMIT m_view->markClicked(clicked);
    }
}

void ChartOverlay::mouseDoubleClickEvent(QMouseEvent *event)
{
    cancelDrag();
    if (event->button() == Qt::LeftButton)
        Q_EMIT m_view->backWanted();
}

void ChartOverlay::wheelEvent(QWheelEvent *event)
{
    // Without Ctrl the page scrolls.
    if (!(event->modifiers() & Qt::ControlModifier) || event->angleDelta().y() == 0)
        return event->ignore();
    const QRectF area = plot();
    m_view->zoom(std::pow(0.8, event->angleDelta().y() / 120.0), timeAt(std::clamp(event->position().x(), area.left(), area.right())));
    event->accept();
}

void ChartOverlay::leaveEvent(QEvent *event)
{
    if (m_drag == Drag::None) {
        m_pointer.reset();
        m_view->place(std::nullopt, ChartView::Hand::Mouse);
    }
    QWidget::leaveEvent(event);
}

const items::ChartMark *ChartOverlay::markAt(const QPointF &position) const
{
    const items::ChartMark *best = nullptr;
    for (const items::ChartMark &mark : m_view->m_data.marks) {
        const double away = std::abs(xOf(mark.at) - position.x());
        if (away <= kNear && (!best || away < std::abs(xOf(best->at) - position.x())))
            best = &mark;
    }
    return best;
}

/// What is said alike stands once, with its number: one rule fires of several automations of a node.
QStringList ChartOverlay::counted(const QStringList &lines)
{
    QHash<QString, int> times;
    QStringList out;
    for (const QString &line : lines) {
        if (++times[line] == 1)
            out.append(line);
    }
    for (QString &line : out) {
        if (const int count = times.value(line); count > 1)
            line = QStringLiteral("%1 (%2)").arg(line, formatInteger(count));
    }
    return out;
}

/// Marks that stand there, and alerts that fired then.
QStringList ChartOverlay::eventsAt(double x) const
{
    const double span = m_view->m_to - m_view->m_from;
    QStringList out;
    for (const items::ChartMark &mark : m_view->m_data.marks) {
        if (std::abs(xOf(mark.at) - x) <= kNear)
            out.append(tr("%1: %2").arg(items::timeText(mark.at, span, m_view->m_utc), mark.text) + (mark.detail.isEmpty() ? QString() : QString(u'\n' + mark.detail)));
    }
    for (const items::ChartSpan &alert : m_view->m_data.spans) {
        const double end = alert.to > 0 ? alert.to : m_view->m_to;
        if (xOf(alert.from) - 2 <= x && xOf(end) + 2 >= x)
            out.append(alert.to > 0 ? tr("%1, for %2").arg(alert.text, formatAge(qint64(end - alert.from)))
                                    : tr("%1, since %2").arg(alert.text, items::timeText(alert.from, span, m_view->m_utc)));
    }
    out = counted(out);
    if (const qsizetype left = out.size() - kEvents; left > 1) {
        out.resize(kEvents);
        out.append(tr("and %n more", nullptr, int(left)));
    }
    return out;
}

void ChartOverlay::followTip()
{
    const std::optional<double> time = m_view->m_crosshair;
    const bool here = m_view->m_hand == ChartView::Hand::Mouse ? m_pointer.has_value() : m_view->m_hand == ChartView::Hand::Keys && m_view->hasFocus();
    if (!here || !time || *time < m_view->m_from || *time > m_view->m_to || m_drag != Drag::None || m_view->m_plain || !isVisible()
        || m_view->m_canvas->lines().isEmpty()) {
        if (m_tip)
            m_tip->hide();
        return;
    }
    const items::ChartData &data = m_view->m_data;
    const QString strong = !m_view->m_highlighted.isEmpty() ? m_view->m_highlighted : m_view->m_solo;
    const items::MomentReadings read = items::readMoment(data, m_view->m_canvas->lines(), *time, kRows, strong);
    ChartTip::Words words;
    words.time = items::timeText(*time, m_view->m_to - m_view->m_from, m_view->m_utc);
    words.left = read.left;
    for (const items::MomentReadings::Row &row : read.rows) {
        const items::ChartLine &line = data.lines.at(row.line);
        const QString value = !row.sample ? tr("no data") : items::valueText(row.sample->value, data, m_view->m_utc);
        words.rows.append({line.name, value, m_view->number(line.key), line.key == strong, !row.sample});
    }
    words.events = eventsAt(m_pointer && m_view->m_hand == ChartView::Hand::Mouse ? *m_pointer : xOf(*time));
    if (!m_tip)
        m_tip = new ChartTip(m_view);
    m_tip->tell(words, int(xOf(*time)), int(plot().top()));
}

}
