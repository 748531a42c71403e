// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"
#include "models/network/telemetry/TimeSeries.h"

#include <QDateTime>
#include <QFuture>

#include <stop_token>

namespace qd::ports {

/// An alert as Alertmanager v2 tells it (gettableAlert of its openapi.yaml).
struct ManagedAlert {
    network::Labels labels;
    network::Labels annotations;
    QDateTime startsAt, endsAt, updatedAt;      ///< endsAt of a firing one lies ahead: when it counts as resolved if nothing more is heard
    QString fingerprint;
    QString generatorUrl;                       ///< of the Prometheus, by its own name: often not reachable from here
    QStringList receivers;
    QString state;                              ///< unprocessed, active, suppressed
    QStringList silencedBy, inhibitedBy;
    friend bool operator==(const ManagedAlert &, const ManagedAlert &) = default;
};

/// Alerts that a route puts together: what one notice of a receiver tells of (alertGroup of Alertmanager's openapi.yaml).
struct AlertGroup {
    network::Labels labels;                     ///< of group_by; empty: the route does not group
    QString receiver;
    QStringList fingerprints;                   ///< ManagedAlert::fingerprint
    friend bool operator==(const AlertGroup &, const AlertGroup &) = default;
};

struct Matcher {
    QString name, value;
    bool isRegex = false;
    bool isEqual = true;                        ///< false: != or !~
    friend bool operator==(const Matcher &, const Matcher &) = default;
};

struct Silence {
    QString id;                                 ///< empty: a new one; Alertmanager gives another id when a matcher changes
    QList<Matcher> matchers;
    QDateTime startsAt, endsAt, updatedAt = {};
    QString createdBy, comment;
    QString state;                              ///< pending, active, expired; of what was read
    friend bool operator==(const Silence &, const Silence &) = default;
};

/// An Alertmanager (API v2). Thread safe; answers come on any thread: use whenFinished. A write is never sent twice.
class AlertsSource {
public:
    virtual ~AlertsSource() = default;
    [[nodiscard]] virtual QFuture<Result<QList<ManagedAlert>>> alerts(std::stop_token stop = {}) = 0;
    [[nodiscard]] virtual QFuture<Result<QList<AlertGroup>>> groups(std::stop_token stop = {}) = 0;
    [[nodiscard]] virtual QFuture<Result<QList<Silence>>> silences(std::stop_token stop = {}) = 0;
    /// Creates one, or changes that of this id; the id it has now. Invalid names the field that is wrong.
    [[nodiscard]] virtual QFuture<Result<QString>> setSilence(const Silence &silence, std::stop_token stop = {}) = 0;
    [[nodiscard]] virtual QFuture<Result<Done>> expireSilence(const QString &id, std::stop_token stop = {}) = 0;
    [[nodiscard]] virtual QFuture<Result<QString>> build(std::stop_token stop = {}) = 0;    ///< "Alertmanager 0.25.0"
};

}
