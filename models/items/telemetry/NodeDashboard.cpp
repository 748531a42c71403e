// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/NodeDashboard.h"

#include "models/state/telemetry/VerdictRules.h"

#include <QCoreApplication>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::Panel;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(NodeDashboard)
};

/// $M in an expression stands for the node's matchers.
Panel panelOf(const char *id, const QString &title, const char *unit, const QList<std::pair<const char *, const char *>> &queries, const QString &matchers)
{
    Panel out;
    out.id = QLatin1StringView(id);
    out.title = title;
    out.unit = QLatin1StringView(unit);
    out.span = 12;
    out.legend = network::LegendSide::Below;
    for (const auto &[expr, legend] : queries)
        out.queries.append({QString::fromLatin1(expr).replace("$M"_L1, matchers), QString::fromLatin1(legend)});
    return out;
}

QList<Panel> participantPanels(const QString &m, bool wallet)
{
    QList<Panel> out;
    Panel age = panelOf("last-event", Words::tr("Age of the last event"), "seconds",
                        {{"max by (synchronizer) (timestamp(daml_sequencer_client_handler_last_sequencing_time_micros{$M,component=\"participant\"})"
                          " - (daml_sequencer_client_handler_last_sequencing_time_micros{$M,component=\"participant\"} > 0) / 1e6)", "{{synchronizer}}"}}, m);
    const state::VerdictLevels::Level level = state::VerdictLevels::defaults().at(QLatin1StringView(state::levels::kLastEvent));
    age.thresholds = {{level.degraded, Words::tr("late above 1 m 30 s"), false}};
    out.append(age);
    out.append(panelOf("events", Words::tr("Events received"), "perSecond",
                       {{"sum by (synchronizer) (rate(daml_sequencer_client_handler_sequencer_events{$M,component=\"participant\"}[$__rate_interval]))", "{{synchronizer}}"}}, m));
    if (wallet)
        out.append(panelOf("ingestion", Words::tr("Ingestion behind the clock"), "seconds",
                           {{"max by (store_name) (timestamp(splice_store_last_ingested_record_time_ms{$M}) - (splice_store_last_ingested_record_time_ms{$M} > 0) / 1000)", "{{store_name}}"}}, m));
    out.append(panelOf("traffic", Words::tr("Traffic left"), "bytes",
                       {{"sum by (synchronizer) (daml_sequencer_client_traffic_control_extra_traffic_purchased{$M}) - sum by (synchronizer) (daml_sequencer_client_traffic_control_extra_traffic_consumed{$M})", "{{synchronizer}}"}}, m));
    out.append(panelOf("connections", Words::tr("Sequencers subscribed to"), "count",
                       {{"max by (synchronizer) (daml_sequencer_client_sequencer_connection_pool_active_subscriptions{$M,component=\"participant\"})", "{{synchronizer}}"},
                        {"max by (synchronizer) (daml_sequencer_client_sequencer_connection_pool_subscription_threshold{$M,component=\"participant\"})", "needed, {{synchronizer}}"}}, m));
    return out;
}

QList<Panel> sequencerPanels(const QString &m)
{
    return {panelOf("blocks", Words::tr("Blocks"), "perSecond", {{"sum by (pod) (rate(daml_sequencer_block_height{$M}[$__rate_interval]))", "{{pod}}"}}, m),
            panelOf("block-delay", Words::tr("Blocks handled after"), "seconds", {{"max by (pod) (daml_sequencer_block_delay{$M}) / 1000", "{{pod}}"}}, m),
            panelOf("requests", Words::tr("Confirmation requests"), "perSecond",
                    {{"sum (rate(daml_mediator_requests_total{$M}[$__rate_interval]))", "requests"}, {"sum (rate(daml_mediator_approved_requests_total{$M}[$__rate_interval]))", "approved"}}, m)};
}

QList<Panel> programPanels(const QString &m)
{
    return {panelOf("health", Words::tr("Healthy components"), "count", {{"sum by (pod) (daml_health_status{$M})", "{{pod}}"}}, m),
            panelOf("database", Words::tr("Tasks that wait for the database"), "count",
                    {{"max by (pod) ({__name__=~\"daml_db_storage_general_executor_queued|daml_sequencer_db_storage_general_executor_queued|splice_db_storage_general_executor_queued\",$M})", "{{pod}}"}}, m),
            panelOf("heap", Words::tr("Heap after collection"), "bytes", {{"sum by (pod) (jvm_memory_used_after_last_gc_bytes{$M})", "{{pod}}"}}, m)};
}

}

network::Dashboard nodeDashboard(const QString &kind, const QString &matchers)
{
    network::Dashboard out;
    out.id = u"node"_s;
    out.title = Words::tr("Metrics");
    QList<Panel> panels;
    if (kind == "SyncDomain"_L1 || kind == "SuperValidator"_L1)
        panels += sequencerPanels(matchers);
    if (kind != "SyncDomain"_L1)
        panels += participantPanels(matchers, kind != "Participant"_L1);
    panels += programPanels(matchers);
    // Alerts, events and what a series is about are of a whole cluster; those of other nodes have no place here.
    network::DashboardVariable node;
    node.name = QString::fromLatin1(kNodeVariable);
    node.title = Words::tr("Node");
    node.of = u"nodes"_s;
    out.variables = {node};
    for (Panel &panel : panels) {
        panel.alerts = {u"*"_s};
        out.rows.append({{}, {panel}});
    }
    return out;
}

}
