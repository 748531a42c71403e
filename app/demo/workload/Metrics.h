// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/workload/MetricTable.h"
#include "app/demo/workload/Subject.h"

#include <memory>

namespace qd::demo {

/// The container's metrics in Prometheus' text format 0.0.4. Counters only rise while the container runs, and begin anew with it.
/// Histograms are native ones in Canton, of which the text tells nothing but +Inf, count and sum; with
/// ADDITIONAL_CONFIG_DISABLE_NATIVE_HISTOGRAMS among the container's variables they have buckets, as there.
[[nodiscard]] QByteArray metricsText(const QList<MetricRow> &table, const Subject &subject);

/// The same for one container at many moments (Subject::before, or as time goes on): what does not change is worked out once. The table
/// outlives it.
class MetricsTeller {
public:
    MetricsTeller(const QList<MetricRow> &table, const Subject &subject);
    ~MetricsTeller();
    MetricsTeller(MetricsTeller &&) noexcept;
    [[nodiscard]] QByteArray text(const Subject &subject) const;

private:
    friend class Telling;
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

}
