// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"
#include "models/network/telemetry/TimeSeries.h"

#include <QDateTime>
#include <QFuture>

#include <stop_token>

namespace qd::ports {

struct RangeQuery {
    QString expr;
    double start = 0;       ///< epoch seconds
    double end = 0;
    double step = 15;       ///< seconds; (end - start) / step stays at 11,000 or less, more is Invalid without asking
};

/// What /metadata tells of a metric.
struct MetricInfo {
    QString name, type, help, unit;
};

/// An alert as Prometheus evaluates it (/api/v1/alerts, /api/v1/rules): pending ones too, which no Alertmanager knows.
struct RuleAlert {
    network::Labels labels;         ///< "alertname" among them
    network::Labels annotations;
    QString state;                  ///< pending or firing
    QDateTime activeAt;
    QString value;                  ///< as the server wrote it
    friend bool operator==(const RuleAlert &, const RuleAlert &) = default;
};

/// A rule and how its last evaluation went.
struct Rule {
    QString group, name, expr, type;    ///< type: alerting or recording
    double forSeconds = 0;
    network::Labels labels, annotations;
    QString state;                      ///< inactive, pending, firing
    QString health, lastError;          ///< ok, err, unknown
    QList<RuleAlert> alerts;
};

struct ScrapeTarget {
    QString job, instance, health, lastError, scrapeUrl;    ///< health: up, down, unknown
    QDateTime lastScrape;
    network::Labels labels;
};

/// A Prometheus, or what speaks its HTTP API (Thanos, Mimir, VictoriaMetrics). Thread safe; answers come on any thread: use whenFinished.
/// Every call has a deadline and a size cap; stop ends it as Cancelled. Errors: Invalid with the position for a query that does not
/// parse; NotFound, Network, … name the part that is missing (service, endpoints, port) and the way out.
class MetricsSource {
public:
    virtual ~MetricsSource() = default;
    /// At an instant; `at` 0: now. A scalar is one series without labels; native histograms count by their sum of observations' count.
    [[nodiscard]] virtual QFuture<Result<network::SeriesAnswer>> query(const QString &expr, double at = 0, std::stop_token stop = {}) = 0;
    [[nodiscard]] virtual QFuture<Result<network::SeriesAnswer>> range(const RangeQuery &query, std::stop_token stop = {}) = 0;
    /// Values of a label, sorted, of the series that match (selector, may be empty), in this time (0: all).
    [[nodiscard]] virtual QFuture<Result<QStringList>> labelValues(const QString &label, const QString &match = {}, double start = 0, double end = 0,
                                                                   std::stop_token stop = {}) = 0;
    [[nodiscard]] virtual QFuture<Result<QList<network::Labels>>> series(const QString &match, double start, double end, std::stop_token stop = {}) = 0;
    [[nodiscard]] virtual QFuture<Result<QList<MetricInfo>>> metadata(const QString &metric = {}, std::stop_token stop = {}) = 0;
    [[nodiscard]] virtual QFuture<Result<QList<Rule>>> rules(std::stop_token stop = {}) = 0;
    [[nodiscard]] virtual QFuture<Result<QList<RuleAlert>>> alerts(std::stop_token stop = {}) = 0;
    [[nodiscard]] virtual QFuture<Result<QList<ScrapeTarget>>> targets(std::stop_token stop = {}) = 0;
    /// "Prometheus 2.42.0"; what it is when it tells nothing: empty.
    [[nodiscard]] virtual QFuture<Result<QString>> build(std::stop_token stop = {}) = 0;
};

}
