// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/telemetry/Dashboard.h"

namespace qd::items {

/// The few charts that matter for one node, of a kind of ours. `matchers`: NodeLabels::matchers().
[[nodiscard]] network::Dashboard nodeDashboard(const QString &kind, const QString &matchers);

}
