// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/Environment.h"

namespace qd::state {

/// A sentence where an answer is not whole, since a store behind the server did not answer; empty: it is.
[[nodiscard]] QString partialOf(const network::SeriesAnswer &answer);

/// The metrics of a cluster for who asks them now and then: why they cannot be asked, and whether something else is there since.
/// GUI thread.
class MetricsLook {
public:
    /// Null: they are being looked for, and Telemetry::changed() tells, which may also come from within.
    [[nodiscard]] Result<std::shared_ptr<ports::MetricsSource>> look(const Environment &environment);
    /// Something else than what look() gave last; news of Alertmanager or Loki are none. The environment has a telemetry.
    [[nodiscard]] bool moved(const Environment &environment) const;

private:
    std::shared_ptr<ports::MetricsSource> m_source;
    ports::TelemetryState m_standing;
    quint64 m_looks = 0;
};

}
