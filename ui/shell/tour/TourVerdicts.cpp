// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/tour/TourVerdicts.h"

#include "models/state/telemetry/Verdict.h"
#include "ui/shell/tour/TourTelemetry.h"
#include "ui/shell/tour/TourWorld.h"

#include <QRegularExpression>

#include <cmath>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::Labels;
using network::SeriesAnswer;
using network::TimeSeries;

namespace {

/// A node of the pictures: how long ago it saw its last event, and what is wrong with it.
struct TourNode {
    int environment;
    const char *name;
    const char *synchronizer;
    double eventAge;            ///< seconds; < 0: its participant is no target that answers
    bool wallet = false;
    double traffic = 5e6;       ///< bytes
    double eventsPerSecond = 2;
};

constexpr TourNode kNodes[]{{0, "northgate-validator-1", "global", 2, true, 14.2e6, 5},
                            {0, "northgate-validator-2", "global", 3, true, 1.2e5, 3.4},
                            {0, "alice-bank", "harbor", 2, false, 5e6, 38},
                            {0, "bob-custody", "harbor", -1, false, 5e6, 24},
                            {0, "carol-clearing", "harbor", 4, false, 5e6, 12},
                            {0, "harbor-bridge", "harbor", 2, true, 8.6e6, 9},
                            {0, "lighthouse-sv", "global", 1, true, 18e6, 44},
                            {1, "northgate-dev-1", "global", 3, true, 17e6, 1.5}};
constexpr const char *kSequencers[]{"harbor", "lighthouse-sv"};

void add(SeriesAnswer &out, const QString &node, const char *program, const QString &what, double value, double at, const Labels &more = {})
{
    Labels labels = more;
    labels.insert(what.startsWith(u'#') ? u"qd_signal"_s : u"__name__"_s, what.startsWith(u'#') ? what.mid(1) : what);
    labels.insert(u"pod"_s, QString(node + u'-' + QLatin1StringView(program) + u"-0"_s));
    labels.insert(u"component"_s, QLatin1StringView(program));
    out.series.push_back({labels, {{at, value}}});
}

void addNode(SeriesAnswer &out, const TourNode &node, double noon)
{
    const QString name = QLatin1StringView(node.name);
    const Labels domain{{u"synchronizer"_s, QLatin1StringView(node.synchronizer)}};
    const auto gauge = [&](const char *metric, double value, const Labels &more) { add(out, name, "participant", QLatin1StringView(metric), value, noon, more); };
    gauge("daml_sequencer_client_handler_last_sequencing_time_micros", (noon - node.eventAge) * 1e6, domain);
    gauge("daml_sequencer_client_sequencer_connection_pool_active_subscriptions", 3, domain);
    gauge("daml_sequencer_client_sequencer_connection_pool_subscription_threshold", 3, domain);
    gauge("daml_participant_sync_commitments_last_locally_completed", (noon - 1260) * 1e6, domain);
    gauge("daml_participant_sync_commitments_last_locally_checkpointed", (noon - 320) * 1e6, domain);
    if (!node.wallet)
        return;
    gauge("daml_sequencer_client_traffic_control_extra_traffic_purchased", 20e6, domain);
    gauge("daml_sequencer_client_traffic_control_extra_traffic_consumed", 20e6 - node.traffic, domain);
    gauge("daml_sequencer_client_traffic_control_base_traffic_remainder", 0, domain);
    gauge("splice_wallet_unlocked_amulet_balance", 812.4, {});
    gauge("splice_store_last_ingested_record_time_ms", (noon - node.eventAge - 2) * 1e3, {{u"store_name"_s, u"DbValidatorStore"_s}});
}

/// Days before today with an outage, and how long it was in minutes: picture 03.
struct Outage {
    const char *node;
    int daysAgo;
    double minutes;
};
constexpr Outage kOutages[]{{"northgate-validator-1", 17, 9}, {"northgate-validator-2", 24, 9}, {"northgate-validator-2", 23, 13}, {"northgate-validator-2", 6, 9},
                            {"alice-bank", 12, 13}, {"bob-custody", 9, 40}, {"bob-custody", 8, 60}, {"bob-custody", 1, 34}, {"bob-custody", 0, 30},
                            {"northgate-dev-1", 26, 25}, {"northgate-dev-1", 25, 22}, {"northgate-dev-1", 14, 28}, {"northgate-dev-1", 13, 20}};

/// A chart of the details: one line, for the one synchronizer.
SeriesAnswer ofOneNode(const ports::RangeQuery &query)
{
    const bool age = query.expr.contains("last_sequencing_time"_L1), traffic = query.expr.contains("extra_traffic"_L1), pool = query.expr.contains("connection_pool"_L1);
    TimeSeries series{{{u"synchronizer"_s, u"global"_s}}, {}};
    for (double at = query.start; at <= query.end + 1; at += query.step) {
        const double ago = (query.end - at) / 3600;
        const double swing = std::sin(ago * 23) * 0.5 + std::sin(ago * 61 + 1) * 0.3;
        series.samples.push_back({at, pool ? 3 : traffic ? 1.2e5 + 7.4e6 * std::pow(ago / 6, 0.8) : age ? 2.6 + swing : 3.4 + 1.2 * swing});
    }
    return {query.start, query.end, query.step, {series}, {}, {}};
}

SeriesAnswer availability(const ports::RangeQuery &query)
{
    static const QRegularExpression parts(u"pod=~\"([^\"]*?)-\\.\\*\".*?\"qd_node\", \"(\\d+)\""_s);
    SeriesAnswer out{query.start, query.end, query.step, {}, {}, {}};
    const bool counts = query.expr.startsWith(u"count"_s);
    for (QRegularExpressionMatchIterator it = parts.globalMatch(query.expr); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        const QString node = match.captured(1).remove(u'\\');
        if (std::none_of(std::begin(kNodes), std::end(kNodes), [&node](const TourNode &known) { return node == QLatin1StringView(known.name); }) && node != "harbor"_L1)
            continue;
        TimeSeries series{{{u"qd_node"_s, match.captured(2)}}, {}};
        for (double at = query.start; at <= query.end + 1; at += query.step) {
            const int daysAgo = int(std::lround((query.end - at) / 86400));
            double up = 1;
            for (const Outage &outage : kOutages) {
                if (node == QLatin1StringView(outage.node) && outage.daysAgo == daysAgo && query.step == 86400)
                    up -= outage.minutes / 1440;
            }
            const bool unknown = node == "northgate-dev-1"_L1 && daysAgo > 27;   // set up since
            const double looks = query.step / std::max(60.0, std::floor(query.step / 288 / 60) * 60);
            if (!unknown)
                series.samples.push_back({at, counts ? looks : up});
        }
        out.series.push_back(series);
    }
    return out;
}

}

void measureTour(TourWorld &world)
{
    for (int i = 0; i < 2; ++i)
        world.environment(i)->setTelemetry(std::make_shared<TourTelemetry>(i, world.clock().now()));
}

std::optional<SeriesAnswer> tourVerdicts(int environment, const QString &expr, double noon)
{
    const bool gauges = expr == state::verdictGauges(), rates = expr == state::verdictRates(), targets = expr == state::verdictTargets();
    if (!gauges && !rates && !targets)
        return std::nullopt;
    SeriesAnswer out{noon, noon, 0, {}, {}, {}};
    for (const TourNode &node : kNodes) {
        if (node.environment != environment)
            continue;
        if (targets)
            add(out, QLatin1StringView(node.name), "participant", u"#up"_s, node.eventAge >= 0, noon);
        if (gauges && node.eventAge >= 0)
            addNode(out, node, noon);
    }
    for (const char *name : kSequencers) {
        const QString node = QLatin1StringView(name);
        if (environment != 0)
            continue;
        if (targets)
            add(out, node, "sequencer", u"#up"_s, 1, noon);
        if (gauges)
            add(out, node, "sequencer", u"daml_sequencer_block_delay"_s, 420, noon);
        if (rates) {
            add(out, node, "sequencer", u"#blocks"_s, 148, noon);
            add(out, node, "sequencer", u"#accepted"_s, 620, noon);
        }
    }
    return out;
}

std::optional<SeriesAnswer> tourHistory(int environment, const ports::RangeQuery &query)
{
    if (query.expr.startsWith("avg_over_time("_L1) || query.expr.startsWith("count_over_time("_L1))
        return availability(query);
    if (query.expr.contains("by (synchronizer)"_L1) && query.expr.contains("pod=~"_L1))
        return ofOneNode(query);
    if (!query.expr.startsWith("sum by (namespace, pod) (rate(daml_sequencer_block_height{"_L1))
        return std::nullopt;
    SeriesAnswer out{query.start, query.end, query.step, {}, {}, {}};
    for (const TourNode &node : kNodes) {
        if (node.environment != environment)
            continue;
        TimeSeries series{{{u"pod"_s, QString(QLatin1StringView(node.name) + u"-participant-0"_s)}}, {}};
        const double seed = double(node.name[0] + node.name[QLatin1StringView(node.name).size() - 1]);
        for (double at = query.start; at <= query.end + 1; at += query.step) {
            const double ago = (query.end - at) / 60;
            if (node.eventAge < 0 && ago < 18)
                continue;
            const double swing = 0.5 * std::sin(ago / 7 + seed) + 0.3 * std::sin(ago / 2.3 + 2 * seed) + 0.2 * std::sin(ago / 1.1 + 3 * seed);
            series.samples.push_back({at, node.eventsPerSecond * (1 + 0.42 * swing)});
        }
        out.series.push_back(series);
    }
    TimeSeries blocks{{{u"pod"_s, u"harbor-sequencer-0"_s}}, {}};
    for (double at = query.start; environment == 0 && at <= query.end + 1; at += query.step)
        blocks.samples.push_back({at, 0.5 + 0.04 * std::sin((query.end - at) / 200)});
    out.series.push_back(blocks);
    return out;
}

}
