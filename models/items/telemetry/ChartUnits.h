// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/ChartData.h"

#include <QList>
#include <QSet>
#include <QString>

namespace qd::items {

/// A value as a person reads it: "682 ms", "71 %", "48,120.55 CC", "41.2 /s", "1.2 GiB", by locale; NaN is "NaN", a date is UTC or local.
/// `decimals` -1: as many as tell it from its neighbours (three digits).
[[nodiscard]] QString valueText(double value, const ChartData &data, bool utc = true);
[[nodiscard]] QString valueText(double value, ChartUnit unit, int decimals = -1, const QMap<double, QString> &words = {}, bool utc = true);

/// A line of the grid and what stands at it.
struct ChartTick {
    double at = 0;
    QString text;
    friend bool operator==(const ChartTick &, const ChartTick &) = default;
};

/// The scale of the values: ends that fall on ticks, and the ticks, all in one unit ("0, 200 ms, 400 ms").
struct ValueScale {
    double low = 0;
    double high = 1;
    bool logarithmic = false;
    bool hidden = false;            ///< values of zero or below are left out of a log scale
    bool empty = true;              ///< there was no finite value
    QList<ChartTick> ticks;
    /// 0 at the bottom, 1 at the top; outside of them too. NaN where a log scale has no place for it.
    [[nodiscard]] double share(double value) const;
};
/// For the values of all lines but the `hidden` that lie in from..to, with about `lines` grid lines. From zero where the data say so,
/// at least the soft ends, thresholds in sight where they are near; a flat line gets room around it.
[[nodiscard]] ValueScale valueScale(const ChartData &data, double from, double to, int lines, const QSet<QString> &hidden = {}, bool utc = true);

/// Ticks of time at round moments of local time or UTC, no closer than `least` seconds: "10:00", "10:00:30", and at a change of the day
/// "28 Nov".
[[nodiscard]] QList<ChartTick> timeTicks(double from, double to, double least, bool utc);
/// The moment as the crosshair's tag has it: seconds where the range is short, the day where it is longer than one.
[[nodiscard]] QString timeText(double at, double span, bool utc);
/// "28 Nov, 06:00 to 12:00 UTC": what a chart shows, for the ear.
[[nodiscard]] QString rangeText(double from, double to, bool utc);

}
