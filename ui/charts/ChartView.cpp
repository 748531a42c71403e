// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartView.h"

#include "models/core/Format.h"
#include "models/items/telemetry/ChartReadings.h"
#include "models/items/telemetry/ChartUnits.h"
#include "ui/charts/ChartCanvas.h"
#include "ui/charts/ChartOverlay.h"

#include <QKeyEvent>

#include <algorithm>
#include <cmath>

namespace qd::ui {

namespace {

constexpr int kQuietMs = 200;                       ///< of waiting before it is said (look.md "Tables")
constexpr double kShortest = 10;                    ///< seconds; no further in
constexpr double kLongest = 2 * 365.0 * 86400;      ///< no further out

}

ChartView::ChartView(QWidget *parent) : QWidget(parent), m_canvas(new ChartCanvas(this)), m_overlay(new ChartOverlay(this))
{
    setAccessibleRole(this, QAccessible::Chart);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    m_waitingLong.setSingleShot(true);
    m_waitingLong.setInterval(kQuietMs);
    connect(&m_waitingLong, &QTimer::timeout, this, &ChartView::redraw);
}

ChartView::~ChartView() = default;

void ChartView::setNumbers(items::SeriesNumbers *numbers)
{
    m_shared = numbers;
}

void ChartView::setTurns(ChartTurns *turns)
{
    m_canvas->setTurns(turns);
}

void ChartView::setData(const items::ChartData &data)
{
    if (m_dragging) {
        m_waiting = data;
        return;
    }
    take(data);
}

void ChartView::take(const items::ChartData &data)
{
    const bool moved = data.from != m_data.from || data.to != m_data.to;
    if (data.loading && !m_data.loading)
        m_waitingLong.start();
    m_data = data;
    if (moved || !(m_to > m_from)) {
        m_from = data.from;
        m_to = data.to;
    }
    QStringList keys;
    keys.reserve(data.lines.size());
    for (const items::ChartLine &line : data.lines)
        keys.append(line.key);
    // What is on the page is known there; what collides here keeps the number it got here.
    items::SeriesNumbers &numbers = m_shared ? *m_shared : m_own;
    m_numbers = numbers.assign(keys);
    tellAnew();
    Q_EMIT dataChanged();
}

void ChartView::redraw()
{
    m_canvas->invalidate();
    m_overlay->update();
    m_overlay->followTip();
}

void ChartView::tellAnew()
{
    redraw();
    m_twin.reset();
    if (isVisible())
        setAccessibleName(items::spokenChart(m_data, m_from, m_to, m_utc));
}

void ChartView::setTimes(double from, double to)
{
    if ((from == m_from && to == m_to) || !(to > from))
        return;
    m_from = from;
    m_to = to;
    tellAnew();
}

void ChartView::setUtc(bool utc)
{
    if (std::exchange(m_utc, utc) == utc)
        return;
    tellAnew();
    Q_EMIT utcChanged();
}

void ChartView::setCrosshair(std::optional<double> time)
{
    if (m_crosshair != time)
        place(time, Hand::None);
}

void ChartView::place(std::optional<double> time, Hand hand)
{
    m_hand = hand;
    if (m_crosshair != time) {
        m_overlay->moveCrosshair(m_crosshair, time);
        m_crosshair = time;
        m_twin.reset();
        Q_EMIT crosshairMoved(time);
    }
    m_overlay->followTip();
}

void ChartView::setPlain(bool plain)
{
    m_plain = plain;
    setFocusPolicy(plain ? Qt::NoFocus : Qt::StrongFocus);
    m_overlay->setAttribute(Qt::WA_TransparentForMouseEvents, plain);
    redraw();
}

void ChartView::setSolo(const QString &key)
{
    if (m_solo == key)
        return;
    m_solo = key;
    m_twin.reset();
    redraw();
    Q_EMIT linesChanged();
}

void ChartView::setHidden(const QSet<QString> &keys)
{
    if (m_hidden == keys)
        return;
    m_hidden = keys;
    m_twin.reset();
    redraw();
    Q_EMIT linesChanged();
}

void ChartView::setHighlighted(const QString &key)
{
    if (m_highlighted == key)
        return;
    m_highlighted = key;
    redraw();
    Q_EMIT linesChanged();
}

QRectF ChartView::plotArea() const
{
    return m_canvas->plot();
}

int ChartView::drawn() const
{
    return m_canvas->painted().drawn();
}

QPixmap ChartView::picture()
{
    return grab();
}

TableTwin ChartView::twin() const
{
    if (!m_twin)
        m_twin = makeTwin();
    return *m_twin;
}

/// A row for each line that is drawn, then what else is. The readings one by one are in the card's table.
TableTwin ChartView::makeTwin() const
{
    TableTwin out{m_data.title, {tr("Series"), m_crosshair ? tr("At the crosshair") : tr("Newest"), tr("Lowest"), tr("Highest"), tr("Missing")}, {}};
    const auto text = [this](std::optional<double> value) { return value ? items::valueText(*value, m_data, m_utc) : tr("no data"); };
    for (const qsizetype i : m_canvas->lines()) {
        const items::ChartLine &line = m_data.lines.at(i);
        const items::LineReading read = items::readLine(line, m_data, m_from, m_to, m_crosshair);
        double missing = 0;
        if (line.samples) {
            for (const items::DataGap &gap : items::gapsOf(*line.samples, m_data.step, m_from, m_to))
                missing += gap.to - gap.from;
        }
        out.rows.append({line.name, read.nan ? QStringLiteral("NaN") : text(read.now), text(read.low), text(read.high),
                         missing > 0 ? tr("no data %1").arg(formatAge(qint64(missing))) : QString()});
    }
    const auto said = [this](double at) { return items::timeText(at, 2 * 86400.0, m_utc); };
    for (const items::ChartThreshold &threshold : m_data.thresholds)
        out.rows.append({threshold.words, items::valueText(threshold.value, m_data, m_utc), {}, {}, {}});
    for (const items::ChartMark &mark : m_data.marks)
        out.rows.append({mark.text, said(mark.at), {}, {}, mark.detail});
    for (const items::ChartSpan &span : m_data.spans)
        out.rows.append({span.text, span.to > 0 ? tr("%1 to %2").arg(said(span.from), said(span.to)) : tr("since %1").arg(said(span.from)), {}, {}, {}});
    return out;
}

QSize ChartView::sizeHint() const
{
    return {320, 150};
}

QSize ChartView::minimumSizeHint() const
{
    return m_plain ? QSize(40, 20) : QSize(160, 90);
}

void ChartView::showEvent(QShowEvent *event)
{
    setAccessibleName(items::spokenChart(m_data, m_from, m_to, m_utc));
    QWidget::showEvent(event);
}

void ChartView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_canvas->setGeometry(rect());
    m_overlay->setGeometry(rect());
    m_canvas->invalidate();
    m_overlay->followTip();
}

void ChartView::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        redraw();
}

void ChartView::setDragging(bool on)
{
    if (std::exchange(m_dragging, on) == on)
        return;
    Q_EMIT interacting(on);
    if (on || !m_waiting)
        return;
    const items::ChartData waiting = *std::exchange(m_waiting, std::nullopt);
    take(waiting);
}

void ChartView::moveCrosshair(int steps)
{
    const double middle = m_crosshair.value_or(steps < 0 ? m_to : m_from);
    // From the edge onto the first sample there is; then one after the other.
    place(m_crosshair ? items::stepFrom(m_data, middle, steps, m_from, m_to) : std::clamp(items::nearestSample(m_data, middle).value_or(middle), m_from, m_to),
          Hand::Keys);
}

void ChartView::jumpToMark(int direction)
{
    const double now = m_crosshair.value_or(direction > 0 ? m_from - 1 : m_to + 1);
    std::optional<double> best;
    for (const items::ChartMark &mark : std::as_const(m_data.marks)) {
        const bool ahead = direction > 0 ? mark.at > now : mark.at < now;
        if (ahead && mark.at >= m_from && mark.at <= m_to && (!best || std::abs(mark.at - now) < std::abs(*best - now)))
            best = mark.at;
    }
    if (best)
        place(best, Hand::Keys);
}

void ChartView::zoom(double factor, double around)
{
    const double span = std::clamp((m_to - m_from) * factor, kShortest, kLongest);
    const double share = (around - m_from) / (m_to - m_from);
    const double from = around - span * share;
    Q_EMIT timesWanted(from, from + span);
}

void ChartView::pan(double share)
{
    const double by = (m_to - m_from) * share;
    Q_EMIT timesWanted(m_from + by, m_to + by);
}

bool ChartView::keyPressed(const QKeyEvent &event)
{
    const bool control = event.modifiers() & Qt::ControlModifier;
    const double middle = m_crosshair.value_or((m_from + m_to) / 2);
    switch (event.key()) {
    case Qt::Key_Left: control ? pan(-0.25) : moveCrosshair(event.modifiers() & Qt::ShiftModifier ? -10 : -1); return true;
    case Qt::Key_Right: control ? pan(0.25) : moveCrosshair(event.modifiers() & Qt::ShiftModifier ? 10 : 1); return true;
    case Qt::Key_Plus:
    case Qt::Key_Equal: zoom(0.5, middle); return true;
    case Qt::Key_Minus: zoom(2, middle); return true;
    case Qt::Key_Home: place(std::clamp(items::nearestSample(m_data, m_from).value_or(m_from), m_from, m_to), Hand::Keys); return true;
    case Qt::Key_End:
        // The newest there is; once more: back to what goes on.
        if (const double newest = std::clamp(items::nearestSample(m_data, m_to).value_or(m_to), m_from, m_to); m_crosshair != newest)
            place(newest, Hand::Keys);
        else
            Q_EMIT liveWanted();
        return true;
    case Qt::Key_M: jumpToMark(event.modifiers() & Qt::ShiftModifier ? -1 : 1); return true;
    case Qt::Key_Backspace: Q_EMIT backWanted(); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        for (const items::ChartMark &mark : std::as_const(m_data.marks)) {
            if (m_crosshair && mark.at == *m_crosshair) {
                Q_EMIT markClicked(mark);
                return true;
            }
        }
        return false;
    case Qt::Key_Escape:
        // Without something to take away Esc is somebody else's.
        if (m_overlay->cancelDrag())
            return true;
        if (!m_crosshair)
            return false;
        place(std::nullopt, Hand::Keys);
        return true;
    default: return false;
    }
}

void ChartView::keyPressEvent(QKeyEvent *event)
{
    if (!std::exchange(m_ring, true))
        m_overlay->update();
    if (!keyPressed(*event))
        QWidget::keyPressEvent(event);
}

void ChartView::focusInEvent(QFocusEvent *event)
{
    if (event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason || event->reason() == Qt::ShortcutFocusReason)
        m_ring = true;
    else if (event->reason() == Qt::MouseFocusReason)
        m_ring = false;
    // Whoever comes by key to where the crosshair of all charts stands reads it here.
    if (m_ring && m_hand == Hand::None)
        m_hand = Hand::Keys;
    m_overlay->update();
    m_overlay->followTip();
    QWidget::focusInEvent(event);
}

void ChartView::focusOutEvent(QFocusEvent *event)
{
    m_overlay->update();
    m_overlay->followTip();
    QWidget::focusOutEvent(event);
}

}
