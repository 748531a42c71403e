// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/TimeRange.h"

#include <QPushButton>

class QDateTimeEdit;

namespace qd {
class Clock;
}

namespace qd::ui {

/// "Last 6 hours": the time that the charts show. Its menu has the usual ones, and a fixed time from … to.
class RangeButton : public QPushButton {
    Q_OBJECT
public:
    explicit RangeButton(const Clock *clock, QWidget *parent = nullptr);
    void setRange(const items::TimeRange &range);
    void setUtc(bool utc);
    /// "Last 6 hours", "28 Nov 10:05 – 10:45 UTC"; with the year where it is not that of `today`.
    [[nodiscard]] static QString textOf(const items::TimeRange &range, bool utc, const QDate &today);
    /// Opens the form for a fixed time.
    void chooseFixed();

Q_SIGNALS:
    void rangeChosen(const qd::items::TimeRange &range);

private:
    void showText();
    const Clock *m_clock;
    items::TimeRange m_range;
    bool m_utc = false;
};

}
