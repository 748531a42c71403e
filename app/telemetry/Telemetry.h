// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/ports/ResourceGateway.h"
#include "models/ports/ServiceHttp.h"
#include "models/ports/ServiceSocket.h"
#include "models/ports/Telemetry.h"
#include "models/ports/TokenSource.h"

#include <memory>
#include <optional>

namespace qd::telemetry {

/// One of the three as the profile names it.
struct NamedTarget {
    ports::ServiceAddress address;
    QString tenant = {};
    std::shared_ptr<ports::TokenSource> tokens = {};    ///< null: no token is sent
};

struct TelemetrySettings {
    std::optional<NamedTarget> metrics, alerts, logs;   ///< absent: looked for among the Services of the cluster
    QString grafana = {};
    std::shared_ptr<ports::ServiceSockets> sockets = {};    ///< for followed logs; null: they are asked for again and again
    QStringList namespaces = {};                        ///< looked into when not all Services may be listed
    QStringList within = {};                            ///< of the profile: services of others count only where charts usually put them
    QHash<ports::TelemetryPart, QString> absent = {};   ///< what to do about a part that is not there, where whoever made the cluster has said so
    const Clock *clock = nullptr;                       ///< borrowed; null: the system's
};

/// What measures the cluster behind `gateway`. What the profile names counts as found at once, it says itself what is wrong with it; what is
/// looked for must answer, and those in namespaces where charts put them come first: what looks like it elsewhere others may have made. look()
/// looks for missing parts again, ten seconds after the first time at the earliest, then twice as long each time, up to ten minutes (one
/// where something is there that does not answer); what is found is not asked again by it, and changed() tells only what is different.
[[nodiscard]] std::shared_ptr<ports::Telemetry> makeTelemetry(std::shared_ptr<ports::ResourceGateway> gateway, std::shared_ptr<ports::ServiceHttp> services,
                                                              TelemetrySettings settings);

}
