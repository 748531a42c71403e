// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/SeriesNumbers.h"
#include "models/items/telemetry/TimeRange.h"

#include <QList>
#include <QObject>

#include <optional>

namespace qd {
class Clock;
}

namespace qd::ui {

class ChartTurns;
class ChartView;

/// The charts of a page move together: one crosshair, one time, one history of zooms, the same colour for the same thing. The page
/// asks for data of rangeWanted() and gives them to the charts; until they come the charts show what they have, at the new time.
/// Outlives its charts' use of it; charts that go are forgotten. GUI thread.
class ChartGroup : public QObject {
    Q_OBJECT
public:
    /// `clock` is borrowed; null: the machine's.
    explicit ChartGroup(const Clock *clock = nullptr, QObject *parent = nullptr);

    /// Takes part from now on, with the group's crosshair and local or UTC time.
    void add(ChartView *view);
    void remove(ChartView *view);
    [[nodiscard]] const QList<ChartView *> &views() const { return m_views; }

    /// The page's time is another (chosen there). The one before goes into the history; nothing is emitted.
    void setRange(const items::TimeRange &range);
    [[nodiscard]] const items::TimeRange &range() const { return m_range; }
    void setUtc(bool utc);
    [[nodiscard]] bool utc() const { return m_utc; }
    void setCrosshair(std::optional<double> time);
    [[nodiscard]] std::optional<double> crosshair() const { return m_crosshair; }

    [[nodiscard]] bool canGoBack() const { return !m_back.isEmpty(); }
    [[nodiscard]] bool canGoForward() const { return !m_forward.isEmpty(); }
    void back();
    void forward();
    /// To the last live range there was.
    void goLive();
    /// Somebody drags: a page that asks again now would move the ground under him.
    [[nodiscard]] bool interacting() const { return m_interacting; }

Q_SIGNALS:
    void rangeWanted(const qd::items::TimeRange &range);
    void historyChanged();
    void crosshairMoved(std::optional<double> time);
    void interactingChanged(bool on);

private:
    void want(const items::TimeRange &range);
    void go(const items::TimeRange &range);
    void remember();
    void showTimes();
    void endInteraction();
    [[nodiscard]] double now() const;
    const Clock *m_clock;
    items::SeriesNumbers m_numbers;
    ChartTurns *m_turns;
    QList<ChartView *> m_views;
    items::TimeRange m_range;
    qint64 m_lastLive = 6 * 3600;
    QList<items::TimeRange> m_back;
    QList<items::TimeRange> m_forward;
    std::optional<double> m_crosshair;
    qint64 m_lastGesture = -1;   ///< monotonic milliseconds; -1: the next one is a step of its own
    bool m_ranged = false;       ///< the range is one that somebody chose
    bool m_utc = false;
    bool m_interacting = false;
};

}
