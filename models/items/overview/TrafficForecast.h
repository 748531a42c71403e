// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/Readings.h"

namespace qd::items::overview {

/// When a node's traffic runs out at the pace this console saw since the last top-up. Empty where that says nothing: not
/// reported, seen for less than ten minutes, or no use seen.
struct Forecast {
    enum class Why : quint8 { Known, NotReported, TooShort, NoUse, NothingSeen };
    std::optional<qint64> lasts;     ///< seconds
    Why why = Why::Known;
    qint64 seen = 0;                 ///< seconds that are looked at
    /// The reason, translated; empty when it is known.
    [[nodiscard]] QString text() const;
};

/// `readings`: per cent left, oldest first (Readings::of); `now` in epoch seconds.
[[nodiscard]] Forecast trafficForecast(const QList<Readings::Reading> &readings, qint64 now);
/// "Traffic runs out in about 7 h", as far as that is known; `left` in per cent.
[[nodiscard]] QString trafficTitle(double left, const Forecast &forecast);

}
