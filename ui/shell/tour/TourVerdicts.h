// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/Metrics.h"

#include <optional>

namespace qd::ui {

class TourWorld;

/// The environments of pictures 01 and 03 are measured; the stale one is not.
void measureTour(TourWorld &world);

/// What the tour's Prometheus answers when the console judges nodes; empty: it was asked something else.
[[nodiscard]] std::optional<network::SeriesAnswer> tourVerdicts(int environment, const QString &expr, double noon);
/// How available the nodes of picture 03 were, and the small lines of picture 01.
[[nodiscard]] std::optional<network::SeriesAnswer> tourHistory(int environment, const ports::RangeQuery &query);

}
