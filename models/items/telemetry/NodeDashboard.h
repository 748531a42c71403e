// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/telemetry/Dashboard.h"

namespace qd::items {

/// What chooses the node in nodeDashboard().
inline constexpr const char *kNodeVariable = "node";

/// The few charts that matter for one node, of a kind of ours, with all alerts of the node that is chosen. `matchers`: NodeLabels::matchers().
[[nodiscard]] network::Dashboard nodeDashboard(const QString &kind, const QString &matchers);

}
