// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/workload/MetricTable.h"
#include "app/demo/workload/Subject.h"

namespace qd::demo {

/// The container's metrics in Prometheus' text format 0.0.4. Counters only rise while the container runs, and begin anew with it.
/// Histograms are native ones in Canton, of which the text tells nothing but +Inf, count and sum; with
/// ADDITIONAL_CONFIG_DISABLE_NATIVE_HISTOGRAMS among the container's variables they have buckets, as there.
[[nodiscard]] QByteArray metricsText(const QList<MetricRow> &table, const Subject &subject);

}
