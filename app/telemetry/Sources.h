// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/telemetry/ServiceTarget.h"
#include "models/ports/Alerts.h"
#include "models/ports/LogSearch.h"
#include "models/ports/Metrics.h"

#include <memory>

namespace qd::telemetry {

/// Prometheus, or what speaks its HTTP API: Thanos, Mimir, VictoriaMetrics.
[[nodiscard]] std::shared_ptr<ports::MetricsSource> makePrometheus(ServiceTarget target);
[[nodiscard]] std::shared_ptr<ports::AlertsSource> makeAlertmanager(ServiceTarget target);
[[nodiscard]] std::shared_ptr<ports::LogSearch> makeLoki(ServiceTarget target);

}
