// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace qd::items {

/// The time that the pages of telemetry look at: the last so many seconds up to now (live), or a fixed stretch (zoomed, panned).
struct TimeRange {
    qint64 last = 6 * 3600;     ///< seconds; 0: fixed
    double from = 0;            ///< epoch seconds, of a fixed one
    double to = 0;
    [[nodiscard]] bool live() const { return last > 0; }
    [[nodiscard]] double start(double now) const { return live() ? now - double(last) : from; }
    [[nodiscard]] double end(double now) const { return live() ? now : to; }
    friend bool operator==(const TimeRange &, const TimeRange &) = default;
};

}
