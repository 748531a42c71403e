// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/telemetry/ServiceTarget.h"
#include "models/ports/Metrics.h"

#include <atomic>

namespace qd::telemetry {

/// See ports::MetricsSource. Asks by POST form; by GET from then on where that is not known (405) or not allowed (the service proxy wants
/// the right to create services/proxy for a POST). Answers are taken apart on the pool.
class Prometheus final : public ports::MetricsSource {
public:
    explicit Prometheus(ServiceTarget target);
    [[nodiscard]] QFuture<Result<network::SeriesAnswer>> query(const QString &expr, double at, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<network::SeriesAnswer>> range(const ports::RangeQuery &query, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QStringList>> labelValues(const QString &label, const QString &match, double start, double end, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QList<network::Labels>>> series(const QString &match, double start, double end, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QList<ports::MetricInfo>>> metadata(const QString &metric, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QList<ports::Rule>>> rules(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QList<ports::RuleAlert>>> alerts(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QList<ports::ScrapeTarget>>> targets(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QString>> build(std::stop_token stop) override;

    /// (end - start) / step, whole: more is refused by the server.
    static constexpr qint64 kMostSteps = 11'000;

private:
    [[nodiscard]] QFuture<Result<ports::HttpAnswer>> ask(TargetCall call, std::stop_token stop) const;
    ServiceTarget m_target;
    std::shared_ptr<std::atomic<bool>> m_getOnly = std::make_shared<std::atomic<bool>>(false);
};

}
