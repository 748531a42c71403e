// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartGroup.h"

#include "models/core/Clock.h"
#include "ui/charts/ChartTurns.h"
#include "ui/charts/ChartView.h"

#include <algorithm>

namespace qd::ui {

namespace {

constexpr qsizetype kRemembered = 50;
constexpr qint64 kGestureMs = 800;   ///< turns of the wheel and presses of a key that follow each other are one step of the history

const Clock *machineClock()
{
    static const SystemClock clock;
    return &clock;
}

}

ChartGroup::ChartGroup(const Clock *clock, QObject *parent) : QObject(parent), m_clock(clock ? clock : machineClock()), m_turns(new ChartTurns(this)) { }

void ChartGroup::add(ChartView *view)
{
    if (m_views.contains(view))
        return;
    m_views.append(view);
    view->setNumbers(&m_numbers);
    view->setTurns(m_turns);
    view->setUtc(m_utc);
    view->setCrosshair(m_crosshair);
    connect(view, &ChartView::crosshairMoved, this, &ChartGroup::setCrosshair);
    connect(view, &ChartView::timesWanted, this, [this](double from, double to) {
        // Nothing was measured after now.
        const double late = std::max(0.0, to - now());
        want({0, from - late, to - late});
    });
    connect(view, &ChartView::backWanted, this, &ChartGroup::back);
    connect(view, &ChartView::liveWanted, this, &ChartGroup::goLive);
    connect(view, &ChartView::interacting, this, [this](bool on) {
        if (std::exchange(m_interacting, on) != on)
            Q_EMIT interactingChanged(on);
    });
    connect(view, &QObject::destroyed, this, [this](QObject *gone) {
        m_views.removeIf([gone](const ChartView *one) { return static_cast<const QObject *>(one) == gone; });
        endInteraction();
    });
}

/// Whoever dragged may be gone.
void ChartGroup::endInteraction()
{
    if (std::exchange(m_interacting, false))
        Q_EMIT interactingChanged(false);
}

void ChartGroup::remove(ChartView *view)
{
    if (m_views.removeAll(view) == 0)
        return;
    view->disconnect(this);
    view->setNumbers(nullptr);
    view->setTurns(nullptr);
    endInteraction();
}

double ChartGroup::now() const
{
    return double(m_clock->now().toMSecsSinceEpoch()) / 1000;
}

void ChartGroup::showTimes()
{
    const double at = now();
    for (ChartView *view : std::as_const(m_views))
        view->setTimes(m_range.start(at), m_range.end(at));
}

void ChartGroup::remember()
{
    m_back.append(m_range);
    if (m_back.size() > kRemembered)
        m_back.removeFirst();
    m_forward.clear();
}

void ChartGroup::setRange(const items::TimeRange &range)
{
    if (range == m_range)
        return;
    if (m_ranged)
        remember();
    m_ranged = true;
    m_lastGesture = -1;
    m_range = range;
    if (range.live())
        m_lastLive = range.last;
    showTimes();
    Q_EMIT historyChanged();
}

void ChartGroup::want(const items::TimeRange &range)
{
    const qint64 at = m_clock->monotonicMs();
    if (m_lastGesture < 0 || at - m_lastGesture > kGestureMs)
        remember();
    m_lastGesture = at;
    go(range);
}

void ChartGroup::go(const items::TimeRange &range)
{
    m_ranged = true;
    m_range = range;
    if (range.live())
        m_lastLive = range.last;
    showTimes();
    Q_EMIT rangeWanted(m_range);
    Q_EMIT historyChanged();
}

void ChartGroup::back()
{
    if (m_back.isEmpty())
        return;
    m_lastGesture = -1;
    m_forward.append(m_range);
    go(m_back.takeLast());
}

void ChartGroup::forward()
{
    if (m_forward.isEmpty())
        return;
    m_lastGesture = -1;
    m_back.append(m_range);
    go(m_forward.takeLast());
}

void ChartGroup::goLive()
{
    if (m_range.live())
        return;
    remember();
    m_lastGesture = -1;
    go({m_lastLive, 0, 0});
}

void ChartGroup::setUtc(bool utc)
{
    m_utc = utc;
    for (ChartView *view : std::as_const(m_views))
        view->setUtc(utc);
}

void ChartGroup::setCrosshair(std::optional<double> time)
{
    if (m_crosshair == time)
        return;
    m_crosshair = time;
    for (ChartView *view : std::as_const(m_views))
        view->setCrosshair(time);
    Q_EMIT crosshairMoved(time);
}

}
