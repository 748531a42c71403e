// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Async.h"
#include "models/items/telemetry/ChartMarks.h"
#include "ui/charts/ChartGroup.h"
#include "ui/panes/telemetry/DashboardPage.h"
#include "ui/panes/telemetry/TelemetryPane.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/tour/Tour.h"
#include "ui/shell/tour/TourAlerts.h"
#include "ui/shell/tour/TourQuiet.h"
#include "ui/shell/tour/TourTelemetry.h"
#include "ui/shell/tour/TourWorld.h"

#include <QJsonArray>
#include <QJsonObject>

namespace qd::ui {

using namespace Qt::StringLiterals;
using network::Panel;

namespace {

constexpr QSize kWide{1440, 900};
constexpr QSize kSmall{1000, 700};

Panel panel(const QString &id, const QString &title, const QString &expr, const QString &unit, int span = 4, const QString &note = {})
{
    Panel out;
    out.id = id;
    out.title = title;
    out.unit = unit;
    out.span = span;
    out.note = note;
    out.legend = span == 12 ? network::LegendSide::Right : network::LegendSide::Below;
    out.queries = {{expr, u"{{@node}}"_s}};
    return out;
}

network::Dashboard board(const QString &id, const QString &tab, bool first, const QList<QList<Panel>> &rows)
{
    network::Dashboard out;
    out.id = id;
    out.title = out.tab = tab;
    out.first = first;
    out.path = u":/dashboards/"_s + id + u".yaml"_s;
    out.variables.append({u"network"_s, u"Network"_s, u"networks"_s, {}, {}, {}, true, {}});
    out.variables.append({u"node"_s, u"Node"_s, u"nodes"_s, {}, {}, {}, true, {}});
    for (const QList<Panel> &row : rows)
        out.rows.append({{}, row});
    return out;
}

network::Dashboard validators()
{
    Panel latency = panel(u"confirmation-latency"_s, u"Confirmation latency, 95th percentile"_s,
                          u"histogram_quantile(0.95, sum by (namespace, pod) (rate(daml_sequencer_client_submissions_sequencing_duration_seconds{pod=~\"$node\"}[$__rate_interval])))"_s,
                          u"seconds"_s, 12);
    latency.thresholds = {{0.6, u"alert above 600 ms for 5 m"_s, true}};
    latency.alerts = {u"*"_s};
    Panel traffic = panel(u"traffic-left"_s, u"Traffic left"_s, u"100 * extra_traffic_purchased"_s, u"percent"_s, 4, u"of purchased limit"_s);
    traffic.softMin = 0;
    traffic.softMax = 100;
    traffic.decimals = 0;
    traffic.thresholds = {{10, u"alert below 10 %"_s, true}};
    return board(u"validator"_s, u"Validators"_s, true,
                 {{latency},
                  {traffic, panel(u"coin"_s, u"Canton Coin balance"_s, u"splice_wallet_unlocked_amulet_balance"_s, u"coin"_s, 4, u"unlocked"_s),
                   panel(u"events"_s, u"Ledger events"_s, u"rate(daml_participant_api_indexer_events_total[1m])"_s, u"perSecond"_s, 4, u"per second"_s)}});
}

}

TourTelemetry::TourTelemetry(int environment, const QDateTime &noon)
    : alertsSource(std::make_shared<TourAlerts>(environment, noon))
    , m_metrics(std::make_shared<TourMetrics>(environment, double(noon.toSecsSinceEpoch())))
{
    metricsState.phase = alertsState.phase = ports::TelemetryState::Phase::Found;
    metricsState.address = u"monitoring/prometheus-operated:9090 through the API server"_s;
    logsState.phase = ports::TelemetryState::Phase::Missing;
    logsState.why = {ErrorKind::NotFound, u"No Loki was found in this cluster."_s, u"Install it, or name its address in the profile."_s};
}

ports::TelemetryState TourTelemetry::state(ports::TelemetryPart part) const
{
    return part == ports::TelemetryPart::Metrics ? metricsState : part == ports::TelemetryPart::Alerts ? alertsState : logsState;
}

std::shared_ptr<ports::MetricsSource> TourTelemetry::metrics() const
{
    return metricsState.phase == ports::TelemetryState::Phase::Found ? m_metrics : nullptr;
}

std::shared_ptr<ports::AlertsSource> TourTelemetry::alerts() const
{
    return alertsState.phase == ports::TelemetryState::Phase::Found ? alertsSource : nullptr;
}

TourDashboards::TourDashboards()
{
    files.dashboards = {
        validators(),
        board(u"sync-domain"_s, u"Sync domain"_s, true,
              {{panel(u"block-delay"_s, u"Sequencer block delay"_s, u"daml_sequencer_block_delay / 1000"_s, u"seconds"_s, 12)},
               {panel(u"height"_s, u"Blocks"_s, u"rate(daml_sequencer_block_height[1m])"_s, u"perSecond"_s, 6), panel(u"outstanding"_s, u"Requests outstanding"_s, u"daml_mediator_outstanding_requests"_s, u"count"_s, 6)}}),
        board(u"database"_s, u"Databases"_s, true,
              {{panel(u"db-wait"_s, u"Database wait, 95th percentile"_s, u"daml_db_storage_general_executor_waittime_duration_seconds"_s, u"seconds"_s, 12)},
               {panel(u"db-queue"_s, u"Tasks waiting"_s, u"daml_db_storage_general_executor_queued"_s, u"count"_s, 6),
                panel(u"backfilling"_s, u"History left to fill"_s, u"splice_history_backfilling_completed"_s, u"count"_s, 6)}}),
        board(u"network"_s, u"Network"_s, false, {{panel(u"event-age"_s, u"Age of the last event"_s, u"daml_sequencer_client_handler_last_sequencing_time_micros"_s, u"seconds"_s, 12)}}),
    };
}

QFuture<Result<ports::DashboardFiles>> TourDashboards::read()
{
    return readyFuture(Result<ports::DashboardFiles>(files));
}

QFuture<Result<ports::DashboardFiles>> TourDashboards::savePanel(const network::Dashboard &dashboard, const Panel &panel)
{
    if (saving)
        return readyFuture(Result<ports::DashboardFiles>(*saving));
    for (network::Dashboard &known : files.dashboards) {
        if (known.id != dashboard.id)
            continue;
        const Panel *now = known.panel(panel.id), *before = dashboard.panel(panel.id);
        if (!now != !before || (now && *now != *before))
            return readyFuture(Result<ports::DashboardFiles>(Error{ErrorKind::Conflict, u"The file says something else of the panel than when it was read."_s, u"Read the dashboards again."_s}));
        if (!known.panel(panel.id)) {
            if (known.rows.isEmpty())
                known.rows.append(network::PanelRow{});
            known.rows.last().panels.append(panel);
        }
        for (network::PanelRow &row : known.rows) {
            for (Panel &one : row.panels) {
                if (one.id == panel.id)
                    one = panel;
            }
        }
    }
    return read();
}

QFuture<Result<ports::DashboardFiles>> TourDashboards::removePanel(const network::Dashboard &dashboard, const QString &panel)
{
    if (saving)
        return readyFuture(Result<ports::DashboardFiles>(*saving));
    for (network::Dashboard &known : files.dashboards) {
        for (network::PanelRow &row : known.rows) {
            if (known.id == dashboard.id)
                row.panels.removeIf([&panel](const Panel &one) { return one.id == panel; });
        }
        known.rows.removeIf([](const network::PanelRow &row) { return row.panels.isEmpty(); });
    }
    return read();
}

QFuture<Result<ports::DashboardFiles>> TourDashboards::create(const network::Dashboard &dashboard)
{
    if (saving)
        return readyFuture(Result<ports::DashboardFiles>(*saving));
    files.dashboards.append(dashboard);
    files.dashboards.last().own = true;
    files.dashboards.last().path = folder() + u'/' + dashboard.id + u".yaml"_s;
    return read();
}

void fillTelemetry(TourWorld &world)
{
    world.fillConsortium();
    world.makeStale(2);
    world.settings().setValue(u"telemetry/utc"_s, true);
    world.setDashboards(std::make_shared<TourDashboards>());
    for (int i = 0; i < 3; ++i)
        world.environment(i)->setTelemetry(std::make_shared<TourTelemetry>(i, world.clock().now()));
}

TourTelemetry *tourTelemetry(const TourWorld &world, int environment)
{
    return static_cast<TourTelemetry *>(world.environment(environment)->telemetry().get());
}

namespace {

TelemetryPane *openTelemetry(MainWindow &window)
{
    window.panes()->show(u"telemetry"_s);
    return qobject_cast<TelemetryPane *>(window.panes()->currentPane());
}

std::function<void(TourWorld &, MainWindow &)> shown(const QString &tab, std::function<void(TourWorld &, TelemetryPane &)> act = {})
{
    return [tab, act = std::move(act)](TourWorld &world, MainWindow &window) {
        TelemetryPane *pane = openTelemetry(window);
        TourQuiet::then(&window, [pane, tab] { (void)pane->showTab(tab); });
        if (act)
            TourQuiet::then(&window, [&world, pane, act] { act(world, *pane); });
    };
}

/// As in the picture: the crosshair in the middle of what was slow, and what was deployed before.
void lookCloser(TourWorld &world, TelemetryPane &pane)
{
    const double noon = double(world.clock().now().toSecsSinceEpoch());
    if (DashboardPage *page = pane.dashboard(u"validator"_s))
        page->setMarks({{noon - 2.73 * 3600, u"0.4.16 on northgate-dev-1"_s, items::ChartMark::Kind::Deployment, {}}});
    pane.group()->setCrosshair(noon - 1.7 * 3600);
}

/// What the cluster told of a node within the hours of the picture.
void withEvents(TourWorld &world)
{
    fillTelemetry(world);
    QJsonArray events;
    const auto tell = [&](const char *type, const char *reason, const char *message, const char *pod, double hoursAgo, int count = 1) {
        const QString last = world.clock().now().addSecs(-qint64(hoursAgo * 3600)).toString(Qt::ISODate);
        events.append(QJsonObject{{u"metadata"_s, QJsonObject{{u"uid"_s, QString::number(events.size())}}}, {u"type"_s, QLatin1StringView(type)},
                                  {u"reason"_s, QLatin1StringView(reason)}, {u"message"_s, QLatin1StringView(message)}, {u"lastTimestamp"_s, last}, {u"count"_s, count},
                                  {u"involvedObject"_s, QJsonObject{{u"kind"_s, u"Pod"_s}, {u"namespace"_s, u"canton-mainnet"_s}, {u"name"_s, QLatin1StringView(pod)}}}});
    };
    tell("Normal", "Killing", "Stopping container participant", "northgate-validator-2-participant-0", 4.1);
    tell("Warning", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503", "northgate-validator-2-participant-0", 4, 7);
    tell("Warning", "BackOff", "Back-off restarting failed container participant", "northgate-validator-2-participant-0", 1.72, 12);
    tell("Warning", "BackOff", "Back-off restarting failed container validator", "northgate-validator-2-validator-0", 1.7, 3);
    world.gateway(0)->lists.insert(u"events"_s, QJsonObject{{u"items"_s, events}});
}

void without(TourWorld &world, const Error &why)
{
    fillTelemetry(world);
    for (int i = 0; i < 3; ++i) {
        TourTelemetry *telemetry = tourTelemetry(world, i);
        telemetry->metricsState.phase = telemetry->alertsState.phase = ports::TelemetryState::Phase::Missing;
        telemetry->metricsState.why = telemetry->alertsState.why = why;
    }
}

}

void Tour::addTelemetryScenes()
{
    const auto mood = [](TourMetrics::Mood wanted) {
        return [wanted](TourWorld &world) {
            fillTelemetry(world);
            for (int i = 0; i < 3; ++i)
                tourTelemetry(world, i)->formulas()->setMood(wanted);
        };
    };
    m_scenes.append({u"telemetry-validators"_s, kWide, fillTelemetry, shown(u"validator"_s, lookCloser)});
    m_scenes.append({u"telemetry-events"_s, kWide, withEvents, shown(u"validator"_s, [](TourWorld &, TelemetryPane &pane) { pane.tick(); })});
    m_scenes.append({u"telemetry-small"_s, kSmall, fillTelemetry, shown(u"validator"_s)});
    m_scenes.append({u"telemetry-databases"_s, kWide, fillTelemetry, shown(u"database"_s)});
    m_scenes.append({u"telemetry-loading"_s, kWide, mood(TourMetrics::Mood::Silent), shown(u"validator"_s)});
    m_scenes.append({u"telemetry-failing"_s, kWide, mood(TourMetrics::Mood::Failing), shown(u"validator"_s)});
    m_scenes.append({u"telemetry-nometric"_s, kWide, mood(TourMetrics::Mood::Missing), shown(u"validator"_s)});
    m_scenes.append({u"telemetry-missing"_s, kWide, [](TourWorld &world) {
                         without(world, {ErrorKind::NotFound, u"No Prometheus was found in infra-prod: no Service prometheus-operated, prometheus-k8s, prometheus-server or thanos-query in any namespace."_s,
                                         u"Install the Prometheus Operator, or name its address in the profile (telemetry.prometheus)."_s});
                     }, shown(u"validator"_s)});
    addAlertScenes();
}

}
