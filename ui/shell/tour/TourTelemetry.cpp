// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/tour/TourTelemetry.h"

#include "models/core/Async.h"
#include "ui/shell/tour/TourVerdicts.h"
#include "ui/shell/tour/TourWorld.h"

#include <algorithm>
#include <cmath>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::Labels;
using network::Sample;
using network::TimeSeries;

namespace {

/// A line of the picture: where it runs and how much it moves. Hours before noon.
struct Line {
    int environment;
    const char *node;
    double mean, amplitude;
    double ends = 0;        ///< hours before noon; 0: goes on
};

constexpr Line kLatency[]{{0, "northgate-validator-1", 190, 18}, {0, "northgate-validator-2", 240, 24}, {0, "harbor-bridge", 320, 36},
                          {0, "alice-bank", 118, 10}, {0, "bob-custody", 152, 14, 1}, {0, "carol-clearing", 94, 9}, {0, "dora-exchange", 70, 8, 4},
                          {0, "lighthouse-sv", 412, 40}, {1, "northgate-dev-1", 268, 26}, {1, "northgate-dev-2", 520, 48, 0}};
constexpr Line kTraffic[]{{0, "northgate-validator-1", 74.5, 0}, {0, "northgate-validator-2", 0, 0}, {0, "harbor-bridge", 47, 0}};
constexpr Line kCoin[]{{0, "northgate-validator-1", 46500, 0}, {0, "northgate-validator-2", 0, 0}, {0, "harbor-bridge", 6402.18, 0}};
constexpr Line kEvents[]{{0, "alice-bank", 38, 11}, {0, "bob-custody", 24, 7, 1}, {0, "carol-clearing", 12.5, 2.6}};

/// Between -1 and 1, the same for the same moment and line, neighbours alike.
double noise(const char *node, double hours, double perHour)
{
    const double seed = double(qHash(QLatin1StringView(node)) % 1000) / 159.0;
    const double x = hours * perHour;
    return 0.45 * std::sin(x * 2.1 + seed) + 0.3 * std::sin(x * 5.3 + seed * 2) + 0.25 * std::sin(x * 11.7 + seed * 3.7);
}

double smooth(double x)
{
    x = std::clamp(x, 0.0, 1.0);
    return x * x * (3 - 2 * x);
}

/// `ago`: hours before noon, 6 to 0.
double latency(const Line &line, double ago)
{
    double out = line.mean + line.amplitude * noise(line.node, -ago, 9);
    if (QLatin1StringView(line.node) == "northgate-validator-2"_L1) {
        const double up = smooth((2.2 - ago) / 0.6), down = smooth((1.5 - ago) / 0.75);
        out += 530 * (up - down) * (1 + 0.09 * noise(line.node, -ago, 30));
    } else if (QLatin1StringView(line.node) == "northgate-dev-2"_L1) {
        out -= 240 * smooth((ago - 1.75) / 0.25);
    }
    return out / 1000;
}

double traffic(const Line &line, double ago)
{
    const QLatin1StringView node(line.node);
    if (node == "northgate-validator-1"_L1)
        return 71 + 7 * ago / 6;
    if (node == "northgate-validator-2"_L1)
        return 6 + 40 * std::pow(ago / 6, 0.8);
    return 43 + 9 * ago / 6;
}

double coin(const Line &line, double ago)
{
    const QLatin1StringView node(line.node);
    if (node == "northgate-validator-1"_L1)
        return 48120.55 - 560 * ago;
    if (node == "northgate-validator-2"_L1)
        return ago < 0.66 ? 812.4 : 9200 + 480 * (6 - ago);
    return 6402.18;
}

template <std::size_t Count, typename Value>
void add(network::SeriesAnswer &out, const Line (&lines)[Count], int environment, const ports::RangeQuery &query, double noon, Value value,
         const std::function<bool(const Line &, double)> &gap = {})
{
    for (const Line &line : lines) {
        if (line.environment != environment)
            continue;
        TimeSeries series;
        series.labels.insert(u"node_name"_s, QLatin1StringView(line.node));
        series.labels.insert(u"pod"_s, QString(QLatin1StringView(line.node) + u"-participant-0"_s));
        for (double at = query.start; at <= query.end + 0.5; at += query.step) {
            const double ago = (noon - at) / 3600;
            if (ago >= line.ends && (!gap || !gap(line, ago)))
                series.samples.push_back({at, value(line, ago)});
        }
        if (!series.samples.empty())
            out.series.push_back(std::move(series));
    }
}

void addSpans(network::SeriesAnswer &out, int environment, const ports::RangeQuery &query, double noon)
{
    if (environment != 0)
        return;
    TimeSeries series;
    series.labels = {{u"alertname"_s, u"ConfirmationSlow"_s}, {u"severity"_s, u"critical"_s}};
    for (double at = query.start; at <= query.end; at += query.step) {
        const double ago = (noon - at) / 3600;
        if (ago < 1.72 && ago > 1.22)
            series.samples.push_back({at, 1});
    }
    out.series.push_back(std::move(series));
}

/// Other charts: a line for each of three nodes, told apart by what is asked.
void addOthers(network::SeriesAnswer &out, int environment, const ports::RangeQuery &query, double noon)
{
    static const QHash<QString, double> means{{u"block_delay"_s, 0.42}, {u"waittime"_s, 0.0009}, {u"last_sequencing"_s, 3}, {u"queued"_s, 2}};
    double mean = 12;
    for (auto it = means.cbegin(); it != means.cend(); ++it) {
        if (query.expr.contains(it.key()))
            mean = *it;
    }
    add(out, kCoin, environment, query, noon, [mean](const Line &line, double ago) {
        return mean * (1 + 0.2 * double(line.node[0] == 'h')) * (1 + 0.25 * noise(line.node, -ago, 12));
    });
}

}

QFuture<Result<network::SeriesAnswer>> TourMetrics::range(const ports::RangeQuery &query, std::stop_token)
{
    if (m_mood == Mood::Silent) {
        m_waiting.emplace_back();
        return m_waiting.back().future();
    }
    if (m_mood == Mood::Failing)
        return readyFuture(Result<network::SeriesAnswer>(Error{ErrorKind::Network, u"monitoring/prometheus-operated:9090 could not be reached through the API server: no endpoints are ready."_s,
                                                               u"Look at the pods of Prometheus in monitoring."_s, {}, {}, 503}));
    network::SeriesAnswer out{query.start, query.end, query.step, {}, {}, {}};
    if (m_mood == Mood::Missing)
        return readyFuture(Result<network::SeriesAnswer>(out));
    if (const std::optional<network::SeriesAnswer> history = tourHistory(m_environment, query))
        return readyFuture(Result<network::SeriesAnswer>(*history));
    if (query.expr.contains("sequencing_duration"_L1)) {
        add(out, kLatency, m_environment, query, m_noon, latency);
    } else if (query.expr.contains("extra_traffic_purchased"_L1)) {
        add(out, kTraffic, m_environment, query, m_noon, traffic, [](const Line &line, double ago) {
            return QLatin1StringView(line.node) == "northgate-validator-2"_L1 && ago < 3.85 && ago > 3.2;
        });
    } else if (query.expr.contains("amulet_balance"_L1)) {
        add(out, kCoin, m_environment, query, m_noon, coin);
    } else if (query.expr.contains("events_total"_L1)) {
        add(out, kEvents, m_environment, query, m_noon, [](const Line &line, double ago) { return std::max(0.0, line.mean + line.amplitude * noise(line.node, -ago, 26)); });
    } else if (query.expr.startsWith("ALERTS"_L1)) {
        addSpans(out, m_environment, query, m_noon);
    } else if (!query.expr.contains("splice_history"_L1)) {
        addOthers(out, m_environment, query, m_noon);
    }
    if (m_mood == Mood::Old) {
        for (TimeSeries &one : out.series)
            std::erase_if(one.samples, [this](const Sample &sample) { return sample.at > m_noon - 3600; });
    }
    return readyFuture(Result<network::SeriesAnswer>(out));
}

QFuture<Result<network::SeriesAnswer>> TourMetrics::query(const QString &expr, double at, std::stop_token)
{
    if (const std::optional<network::SeriesAnswer> verdicts = m_mood == Mood::Usual ? tourVerdicts(m_environment, expr, m_noon) : std::nullopt)
        return readyFuture(Result<network::SeriesAnswer>(*verdicts));
    return readyFuture(Result<network::SeriesAnswer>(network::SeriesAnswer{at, at, 0, {}, {}, {}}));
}

QFuture<Result<QStringList>> TourMetrics::labelValues(const QString &label, const QString &, double, double, std::stop_token)
{
    if (label == "__name__"_L1)
        return readyFuture(Result<QStringList>(QStringList{u"daml_participant_api_indexer_events_total"_s, u"daml_sequencer_block_delay"_s, u"daml_sequencer_block_height"_s,
            u"daml_sequencer_client_submissions_sequencing_duration_seconds"_s, u"daml_sequencer_client_traffic_control_extra_traffic_consumed"_s,
            u"daml_sequencer_client_traffic_control_extra_traffic_purchased"_s, u"splice_wallet_unlocked_amulet_balance"_s, u"up"_s}));
    return readyFuture(Result<QStringList>(label == "synchronizer"_L1 ? QStringList{u"global"_s, u"harbor"_s} : QStringList()));
}

QFuture<Result<QList<Labels>>> TourMetrics::series(const QString &, double, double, std::stop_token)
{
    return readyFuture(Result<QList<Labels>>(QList<Labels>()));
}

QFuture<Result<QList<ports::MetricInfo>>> TourMetrics::metadata(const QString &, std::stop_token)
{
    return readyFuture(Result<QList<ports::MetricInfo>>(QList<ports::MetricInfo>{
        {u"daml_participant_api_indexer_events"_s, u"counter"_s, u"Number of events processed (transactions, un/assigns, party events, command rejections)."_s, {}},
        {u"daml_sequencer_client_traffic_control_extra_traffic_purchased"_s, u"gauge"_s, u"Extra traffic purchased"_s, {}},
        {u"splice_wallet_unlocked_amulet_balance"_s, u"gauge"_s, u"Unlocked <b>amulet</b> balance"_s, {}}}));
}

QFuture<Result<QList<ports::Rule>>> TourMetrics::rules(std::stop_token)
{
    return readyFuture(Result<QList<ports::Rule>>(QList<ports::Rule>()));
}

QFuture<Result<QList<ports::RuleAlert>>> TourMetrics::alerts(std::stop_token)
{
    return readyFuture(Result<QList<ports::RuleAlert>>(evaluated));
}

QFuture<Result<QList<ports::ScrapeTarget>>> TourMetrics::targets(std::stop_token)
{
    return readyFuture(Result<QList<ports::ScrapeTarget>>(QList<ports::ScrapeTarget>()));
}

QFuture<Result<QString>> TourMetrics::build(std::stop_token)
{
    return readyFuture(Result<QString>(u"Prometheus 2.42.0"_s));
}

}
