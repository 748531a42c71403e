// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Async.h"
#include "models/ports/Telemetry.h"

#include <functional>
#include <memory>
#include <mutex>
#include <utility>

namespace qd::test {

/// A Prometheus that a test plays. Answers come at once from the functions below, or, while `hold` is set, when the test lets them go, so that a
/// test decides the order. What was asked is kept.
class FakeMetrics final : public ports::MetricsSource {
public:
    struct Asked {
        QString what;               ///< query, range, labels, series, metadata, rules, alerts, targets, build
        QString text;               ///< expression, label or selector
        double start = 0, end = 0, step = 0;
        std::stop_token stop = {};
    };
    std::function<Result<network::SeriesAnswer>(const ports::RangeQuery &)> onRange = [](const ports::RangeQuery &query) {
        return Result<network::SeriesAnswer>(network::SeriesAnswer{query.start, query.end, query.step, {}, {}, {}});
    };
    std::function<Result<network::SeriesAnswer>(const QString &, double)> onQuery = [](const QString &, double at) {
        return Result<network::SeriesAnswer>(network::SeriesAnswer{at, at, 0, {}, {}, {}});
    };
    std::function<Result<QStringList>(const QString &label, const QString &match)> onLabelValues = [](const QString &, const QString &) {
        return Result<QStringList>(QStringList());
    };
    Result<QList<network::Labels>> seriesAnswer = QList<network::Labels>();
    Result<QList<ports::MetricInfo>> metadataAnswer = QList<ports::MetricInfo>();
    Result<QList<ports::Rule>> rulesAnswer = QList<ports::Rule>();
    Result<QList<ports::RuleAlert>> alertsAnswer = QList<ports::RuleAlert>();
    Result<QList<ports::ScrapeTarget>> targetsAnswer = QList<ports::ScrapeTarget>();
    Result<QString> buildAnswer = QStringLiteral("Prometheus 2.42.0");
    bool hold = false;
    QList<Asked> asked;

    /// Of a kind, in their order.
    [[nodiscard]] QList<Asked> askedFor(const QString &what) const
    {
        QList<Asked> out;
        for (const Asked &one : asked) {
            if (one.what == what)
                out.append(one);
        }
        return out;
    }
    [[nodiscard]] qsizetype held() const { return m_held.size(); }
    /// Lets the answer that waits longest go, or the one at this place.
    void letGo(qsizetype at = 0) { m_held.takeAt(at)(); }
    void letAllGo()
    {
        while (!m_held.isEmpty())
            letGo();
    }

    QFuture<Result<network::SeriesAnswer>> query(const QString &expr, double at, std::stop_token stop) override
    {
        asked.append({QStringLiteral("query"), expr, at, at, 0, stop});
        return answer<network::SeriesAnswer>(stop, [this, expr, at] { return onQuery(expr, at); });
    }
    QFuture<Result<network::SeriesAnswer>> range(const ports::RangeQuery &query, std::stop_token stop) override
    {
        asked.append({QStringLiteral("range"), query.expr, query.start, query.end, query.step, stop});
        return answer<network::SeriesAnswer>(stop, [this, query] { return onRange(query); });
    }
    QFuture<Result<QStringList>> labelValues(const QString &label, const QString &match, double start, double end, std::stop_token stop) override
    {
        asked.append({QStringLiteral("labels"), match.isEmpty() ? label : QString(label + QLatin1Char(' ') + match), start, end, 0, stop});
        return answer<QStringList>(stop, [this, label, match] { return onLabelValues(label, match); });
    }
    QFuture<Result<QList<network::Labels>>> series(const QString &match, double start, double end, std::stop_token stop) override
    {
        asked.append({QStringLiteral("series"), match, start, end, 0, stop});
        return answer<QList<network::Labels>>(stop, [this] { return seriesAnswer; });
    }
    QFuture<Result<QList<ports::MetricInfo>>> metadata(const QString &metric, std::stop_token stop) override
    {
        asked.append({QStringLiteral("metadata"), metric, 0, 0, 0, stop});
        return answer<QList<ports::MetricInfo>>(stop, [this] { return metadataAnswer; });
    }
    QFuture<Result<QList<ports::Rule>>> rules(std::stop_token stop) override
    {
        asked.append({QStringLiteral("rules"), {}, 0, 0, 0, stop});
        return answer<QList<ports::Rule>>(stop, [this] { return rulesAnswer; });
    }
    QFuture<Result<QList<ports::RuleAlert>>> alerts(std::stop_token stop) override
    {
        asked.append({QStringLiteral("alerts"), {}, 0, 0, 0, stop});
        return answer<QList<ports::RuleAlert>>(stop, [this] { return alertsAnswer; });
    }
    QFuture<Result<QList<ports::ScrapeTarget>>> targets(std::stop_token stop) override
    {
        asked.append({QStringLiteral("targets"), {}, 0, 0, 0, stop});
        return answer<QList<ports::ScrapeTarget>>(stop, [this] { return targetsAnswer; });
    }
    QFuture<Result<QString>> build(std::stop_token stop) override
    {
        asked.append({QStringLiteral("build"), {}, 0, 0, 0, stop});
        return answer<QString>(stop, [this] { return buildAnswer; });
    }

private:
    template <typename T>
    QFuture<Result<T>> answer(const std::stop_token &stop, std::function<Result<T>()> make)
    {
        SharedPromise<T> promise;
        const auto finish = [promise, stop, make = std::move(make)] {
            promise.finish(stop.stop_requested() ? Result<T>(Error{ErrorKind::Cancelled, QStringLiteral("cancelled")}) : make());
        };
        if (hold)
            m_held.append(finish);
        else
            finish();
        return promise.future();
    }
    QList<std::function<void()>> m_held;
};

/// An Alertmanager that a test plays.
class FakeAlerts final : public ports::AlertsSource {
public:
    Result<QList<ports::ManagedAlert>> alertsAnswer = QList<ports::ManagedAlert>();
    Result<QList<ports::AlertGroup>> groupsAnswer = QList<ports::AlertGroup>();
    int groupsAsked = 0;
    Result<QList<ports::Silence>> silencesAnswer = QList<ports::Silence>();
    std::function<Result<QList<ports::Silence>>()> onSilences;      ///< over silencesAnswer
    std::function<Result<QString>(const ports::Silence &)> onSet = [](const ports::Silence &) { return Result<QString>(QStringLiteral("silence-1")); };
    std::function<Result<Done>(const QString &)> onExpire = [](const QString &) { return Result<Done>(Done{}); };
    QList<ports::Silence> set;
    QStringList expired;

    QFuture<Result<QList<ports::ManagedAlert>>> alerts(std::stop_token) override { return readyFuture(alertsAnswer); }
    QFuture<Result<QList<ports::AlertGroup>>> groups(std::stop_token) override
    {
        ++groupsAsked;
        return readyFuture(groupsAnswer);
    }
    QFuture<Result<QList<ports::Silence>>> silences(std::stop_token) override { return readyFuture(onSilences ? onSilences() : silencesAnswer); }
    QFuture<Result<QString>> setSilence(const ports::Silence &silence, std::stop_token) override
    {
        set.append(silence);
        return readyFuture(onSet(silence));
    }
    QFuture<Result<Done>> expireSilence(const QString &id, std::stop_token) override
    {
        expired.append(id);
        return readyFuture(onExpire(id));
    }
    QFuture<Result<QString>> build(std::stop_token) override { return readyFuture(Result<QString>(QStringLiteral("Alertmanager 0.25.0"))); }
};

/// What measures a cluster, as a test wants it: parts that are set are found, others are looked for until they are missing.
class FakeTelemetry final : public ports::Telemetry {
public:
    using Telemetry::Telemetry;
    std::shared_ptr<ports::MetricsSource> metricsSource;
    std::shared_ptr<ports::AlertsSource> alertsSource;
    std::shared_ptr<ports::LogSearch> logSource;
    QHash<ports::TelemetryPart, ports::TelemetryState> states;      ///< over what is set
    QString grafanaUrl;
    int looks = 0;
    bool tellsInLook = false;       ///< once, before look() returns: whoever asks from changed() is asked in the middle of asking

    void look() override
    {
        ++looks;
        if (std::exchange(tellsInLook, false))
            Q_EMIT changed();
    }
    void lookAgain() override
    {
        ++looks;
        Q_EMIT changed();
    }
    [[nodiscard]] ports::TelemetryState state(ports::TelemetryPart part) const override
    {
        if (states.contains(part))
            return states.value(part);
        ports::TelemetryState out;
        const bool there = part == ports::TelemetryPart::Metrics ? bool(metricsSource) : part == ports::TelemetryPart::Alerts ? bool(alertsSource) : bool(logSource);
        out.phase = there ? ports::TelemetryState::Phase::Found : ports::TelemetryState::Phase::Looking;
        return out;
    }
    [[nodiscard]] std::shared_ptr<ports::MetricsSource> metrics() const override { return metricsSource; }
    [[nodiscard]] std::shared_ptr<ports::AlertsSource> alerts() const override { return alertsSource; }
    [[nodiscard]] std::shared_ptr<ports::LogSearch> logs() const override { return logSource; }
    [[nodiscard]] QString grafana() const override { return grafanaUrl; }
    void setMissing(ports::TelemetryPart part, const Error &why)
    {
        states.insert(part, {ports::TelemetryState::Phase::Missing, {}, false, why});
        Q_EMIT changed();
    }
    void tell() { Q_EMIT changed(); }
};

}
