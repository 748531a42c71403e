// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Async.h"
#include "models/ports/DashboardStore.h"
#include "models/ports/Telemetry.h"

namespace qd::ui {

class TourWorld;

/// A Prometheus that answers from formulas: the six hours of picture 07, of the nodes of one environment of the tour.
class TourMetrics final : public ports::MetricsSource {
public:
    enum class Mood : quint8 { Usual, Silent /* never answers */, Failing, Missing /* no metric is there */, Old /* the last hour is not there */ };
    TourMetrics(int environment, double noon, Mood mood = Mood::Usual) : m_environment(environment), m_noon(noon), m_mood(mood) { }
    void setMood(Mood mood) { m_mood = mood; }
    QList<ports::RuleAlert> evaluated;      ///< what its rules found
    [[nodiscard]] QFuture<Result<network::SeriesAnswer>> query(const QString &expr, double at, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<network::SeriesAnswer>> range(const ports::RangeQuery &query, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QStringList>> labelValues(const QString &label, const QString &match, double start, double end,
                                                           std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QList<network::Labels>>> series(const QString &match, double start, double end, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QList<ports::MetricInfo>>> metadata(const QString &metric, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QList<ports::Rule>>> rules(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QList<ports::RuleAlert>>> alerts(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QList<ports::ScrapeTarget>>> targets(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<QString>> build(std::stop_token stop) override;

private:
    int m_environment;
    double m_noon;
    Mood m_mood;
    std::vector<SharedPromise<network::SeriesAnswer>> m_waiting;
};

/// What measures an environment of the tour. Also used by tests/ui.
class TourTelemetry final : public ports::Telemetry {
    Q_OBJECT
public:
    TourTelemetry(int environment, const QDateTime &noon);
    ports::TelemetryState metricsState, alertsState, logsState;
    QString grafanaUrl;
    void look() override { }
    void lookAgain() override { Q_EMIT changed(); }
    [[nodiscard]] ports::TelemetryState state(ports::TelemetryPart part) const override;
    [[nodiscard]] std::shared_ptr<ports::MetricsSource> metrics() const override;
    [[nodiscard]] std::shared_ptr<ports::AlertsSource> alerts() const override;
    [[nodiscard]] std::shared_ptr<ports::LogSearch> logs() const override { return logSource; }
    [[nodiscard]] QString grafana() const override { return grafanaUrl; }
    [[nodiscard]] const std::shared_ptr<TourMetrics> &formulas() const { return m_metrics; }
    std::shared_ptr<ports::AlertsSource> alertsSource;
    std::shared_ptr<ports::LogSearch> logSource;

private:
    std::shared_ptr<TourMetrics> m_metrics;
};

/// Dashboards of picture 07, in memory; what is saved is kept until the end.
class TourDashboards final : public ports::DashboardStore {
    Q_OBJECT
public:
    TourDashboards();
    ports::DashboardFiles files;
    std::optional<Error> saving;
    [[nodiscard]] QString folder() const override { return QStringLiteral("/home/mira/.config/quarterdeck/dashboards"); }
    [[nodiscard]] QFuture<Result<ports::DashboardFiles>> read() override;
    [[nodiscard]] QFuture<Result<ports::DashboardFiles>> savePanel(const network::Dashboard &dashboard, const network::Panel &panel) override;
    [[nodiscard]] QFuture<Result<ports::DashboardFiles>> removePanel(const network::Dashboard &dashboard, const QString &panel) override;
    [[nodiscard]] QFuture<Result<ports::DashboardFiles>> create(const network::Dashboard &dashboard) override;
    [[nodiscard]] bool openFolder() override { return true; }
};

/// Every environment is measured, and there are dashboards.
void fillTelemetry(TourWorld &world);
[[nodiscard]] TourTelemetry *tourTelemetry(const TourWorld &world, int environment);

}
