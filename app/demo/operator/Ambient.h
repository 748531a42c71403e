// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/operator/World.h"

#include <chrono>

namespace qd::demo {

// What goes on in a network without anybody's doing.

/// What a top-up buys, and what it costs in CC at a price of about 60 USD for a MB.
inline constexpr qint64 kTopUpBytes = 20'000'000;
inline constexpr double kTopUpCost = 1240.0;
/// So long lies between two ambient changes of an object: real time, not the network's; longer with more nodes.
[[nodiscard]] std::chrono::milliseconds ambientInterval(const World &world);
[[nodiscard]] std::chrono::milliseconds ambientInterval(qsizetype nodes);

}
