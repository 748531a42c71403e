// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
};

/// What measures the cluster behind `gateway`. What the profile names counts as found at once, it says itself what is wrong with it; what is
/// looked for must answer. Missing parts are looked for again by look(), ten seconds after the last time at the earliest.
[[nodiscard]] std::shared_ptr<ports::Telemetry> makeTelemetry(std::shared_ptr<ports::ResourceGateway> gateway, std::shared_ptr<ports::ServiceHttp> services,
                                                              TelemetrySettings settings);

}
