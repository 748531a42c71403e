// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/telemetry/Prometheus.h"

#include "app/telemetry/Chain.h"
#include "app/telemetry/PrometheusAnswers.h"
#include "app/telemetry/Sources.h"

#include <QCoreApplication>

#include <cmath>

namespace qd::telemetry {

using namespace Qt::StringLiterals;
using Items = QList<std::pair<QString, QString>>;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(Telemetry)
};

constexpr int kShortMs = 10'000;

QString numberText(double value)
{
    return QString::number(value, 'f', 3);
}

void addTimes(Items &items, double start, double end)
{
    if (start > 0)
        items.append({u"start"_s, numberText(start)});
    if (end > 0)
        items.append({u"end"_s, numberText(end)});
}

std::optional<Error> wrongWith(const ports::RangeQuery &query)
{
    if (!(query.step > 0) || !std::isfinite(query.step))
        return Error{ErrorKind::Invalid, Tr::tr("The step of a query must be longer than nothing.")};
    if (!std::isfinite(query.start) || !std::isfinite(query.end) || query.end < query.start)
        return Error{ErrorKind::Invalid, Tr::tr("The time of a query ends before it starts.")};
    if (std::floor((query.end - query.start) / query.step) > double(Prometheus::kMostSteps))
        return Error{ErrorKind::Invalid, Tr::tr("The query asks for more than %1 points of a series.").arg(QLocale::c().toString(Prometheus::kMostSteps)),
                     Tr::tr("Ask for a longer step or a shorter time.")};
    return std::nullopt;
}

template <typename T>
QFuture<Result<T>> readDataOnPool(QFuture<Result<ports::HttpAnswer>> answer, const ServiceTarget &target, QJsonValue::Type type, T (*read)(const QJsonValue &))
{
    return readOnPool<T>(std::move(answer), [target, type, read](const ports::HttpAnswer &got) -> Result<T> {
        const Result<QJsonValue> data = readData(target, got, type);
        if (!data)
            return data.error();
        return read(*data);
    });
}

}

Prometheus::Prometheus(ServiceTarget target)
    : m_target(std::move(target))
{
}

QFuture<Result<ports::HttpAnswer>> Prometheus::ask(TargetCall call, std::stop_token stop) const
{
    if (m_getOnly->load())
        call.method = "GET";
    if (call.method == "GET")
        return m_target.request(call, stop);
    auto promise = std::make_shared<QPromise<Result<ports::HttpAnswer>>>();
    promise->start();
    const auto done = [promise](const Result<ports::HttpAnswer> &answer) {
        promise->addResult(answer);
        promise->finish();
    };
    chain(m_target.request(call, stop), [done, call, stop, target = m_target, getOnly = m_getOnly](const Result<ports::HttpAnswer> &answer) {
        const bool again = answer ? wantsGet(*answer) : answer.error().kind == ErrorKind::Forbidden;
        if (!again)
            return done(answer);
        TargetCall get = call;
        get.method = "GET";
        chain(target.request(get, stop), [done, getOnly](const Result<ports::HttpAnswer> &second) {
            if (second && second->status < 400)
                getOnly->store(true);
            done(second);
        });
    });
    return promise->future();
}

QFuture<Result<network::SeriesAnswer>> Prometheus::query(const QString &expr, double at, std::stop_token stop)
{
    Items items{{u"query"_s, expr}};
    if (at > 0)
        items.append({u"time"_s, numberText(at)});
    return readOnPool<network::SeriesAnswer>(ask({"POST", u"/api/v1/query"_s, items}, stop), [target = m_target, at, stop](ports::HttpAnswer answer) {
        Result<network::SeriesAnswer> read = readSeriesAnswer(target, std::move(answer), stop);
        if (read && !read->series.empty() && !read->series.front().samples.empty())
            read->start = read->end = read->series.front().samples.front().at;
        else if (read)
            read->start = read->end = at;
        return read;
    });
}

QFuture<Result<network::SeriesAnswer>> Prometheus::range(const ports::RangeQuery &query, std::stop_token stop)
{
    if (const std::optional<Error> error = wrongWith(query))
        return readyFuture<network::SeriesAnswer>(*error);
    const Items items{{u"query"_s, query.expr}, {u"start"_s, numberText(query.start)}, {u"end"_s, numberText(query.end)}, {u"step"_s, numberText(query.step)}};
    return readOnPool<network::SeriesAnswer>(ask({"POST", u"/api/v1/query_range"_s, items}, stop), [target = m_target, query, stop](ports::HttpAnswer answer) {
        Result<network::SeriesAnswer> read = readSeriesAnswer(target, std::move(answer), stop);
        if (read) {
            read->start = query.start;
            read->end = query.end;
            read->step = query.step;
        }
        return read;
    });
}

QFuture<Result<QStringList>> Prometheus::labelValues(const QString &label, const QString &match, double start, double end, std::stop_token stop)
{
    Items items;
    if (!match.isEmpty())
        items.append({u"match[]"_s, match});
    addTimes(items, start, end);
    TargetCall call{"GET", QString(u"/api/v1/label/"_s + labelInPath(label) + u"/values"_s), items};
    return readDataOnPool(ask(call, stop), m_target, QJsonValue::Array, textsOf);
}

QFuture<Result<QList<network::Labels>>> Prometheus::series(const QString &match, double start, double end, std::stop_token stop)
{
    Items items{{u"match[]"_s, match}};
    addTimes(items, start, end);
    return readDataOnPool(ask({"POST", u"/api/v1/series"_s, items}, stop), m_target, QJsonValue::Array, labelSetsOf);
}

QFuture<Result<QList<ports::MetricInfo>>> Prometheus::metadata(const QString &metric, std::stop_token stop)
{
    const Items items = metric.isEmpty() ? Items() : Items{{u"metric"_s, metric}};
    return readDataOnPool(ask({"GET", u"/api/v1/metadata"_s, items}, stop), m_target, QJsonValue::Object, metadataOf);
}

QFuture<Result<QList<ports::Rule>>> Prometheus::rules(std::stop_token stop)
{
    return readDataOnPool(ask({"GET", u"/api/v1/rules"_s}, stop), m_target, QJsonValue::Object, rulesOf);
}

QFuture<Result<QList<ports::RuleAlert>>> Prometheus::alerts(std::stop_token stop)
{
    return readDataOnPool(ask({"GET", u"/api/v1/alerts"_s}, stop), m_target, QJsonValue::Object, alertsOf);
}

QFuture<Result<QList<ports::ScrapeTarget>>> Prometheus::targets(std::stop_token stop)
{
    return readDataOnPool(ask({"GET", u"/api/v1/targets"_s, {{u"state"_s, u"active"_s}}}, stop), m_target, QJsonValue::Object, targetsOf);
}

/// One that tells nothing of itself (404) may answer everything else.
QFuture<Result<QString>> Prometheus::build(std::stop_token stop)
{
    TargetCall call{"GET", u"/api/v1/status/buildinfo"_s};
    call.deadlineMs = kShortMs;
    return readOnPool<QString>(ask(call, stop), [target = m_target](const ports::HttpAnswer &answer) -> Result<QString> {
        if (answer.status == 404 && !answer.headers.value("content-type").startsWith("text/html"))
            return QString();
        const Result<QJsonValue> data = readData(target, answer, QJsonValue::Object);
        if (!data)
            return data.error();
        return buildOf(*data);
    });
}

std::shared_ptr<ports::MetricsSource> makePrometheus(ServiceTarget target)
{
    return std::make_shared<Prometheus>(std::move(target));
}

}
