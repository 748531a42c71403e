// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/Alerts.h"
#include "models/ports/LogSearch.h"
#include "models/ports/Metrics.h"

#include <QObject>

#include <optional>

namespace qd::ports {

enum class TelemetryPart : quint8 { Metrics, Alerts, Logs };

/// How one of the three stands.
struct TelemetryState {
    enum class Phase : quint8 { Looking, Found, Missing };
    Phase phase = Phase::Looking;
    QString address = {};       ///< for people: "monitoring/prometheus-operated:9090 through the API server", or the URL
    bool fromProfile = false;
    Error why = {};             ///< of Missing: what was looked for and what to do
    friend bool operator==(const TelemetryState &, const TelemetryState &) = default;
};

/// What measures one cluster: found through its API server, or named by the profile. GUI thread; the sources are thread safe and may be
/// kept as long as wanted. Looks when it is asked first, again when told to.
class Telemetry : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    /// Starts looking if nobody has yet; changed() tells what came of it. Cheap to call again.
    virtual void look() = 0;
    /// Looks once more, whatever was found.
    virtual void lookAgain() = 0;
    [[nodiscard]] virtual TelemetryState state(TelemetryPart part) const = 0;
    /// Null unless found.
    [[nodiscard]] virtual std::shared_ptr<MetricsSource> metrics() const = 0;
    [[nodiscard]] virtual std::shared_ptr<AlertsSource> alerts() const = 0;
    [[nodiscard]] virtual std::shared_ptr<LogSearch> logs() const = 0;
    /// Base of links, from the profile; empty: none.
    [[nodiscard]] virtual QString grafana() const = 0;

Q_SIGNALS:
    void changed();
};

}
