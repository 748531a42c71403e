// SPDX-License-Identifier: GPL-3.0-or-later
// Scenes of alerts, silences, the page of logs, and what charts show besides lines.
#include "ui/charts/ChartCard.h"
#include "ui/charts/ChartView.h"
#include "ui/panes/telemetry/AlertsPage.h"
#include "ui/panes/telemetry/AlertsTable.h"
#include "ui/panes/telemetry/DashboardPage.h"
#include "ui/panes/telemetry/LogNodes.h"
#include "ui/panes/telemetry/LogsPage.h"
#include "ui/panes/telemetry/MatcherEditor.h"
#include "ui/panes/telemetry/PanelEditor.h"
#include "ui/panes/telemetry/QueryEdit.h"
#include "ui/panes/telemetry/RangeButton.h"
#include "ui/panes/telemetry/SilenceDialog.h"
#include "ui/panes/telemetry/SilenceExpireDialog.h"
#include "ui/panes/telemetry/TelemetryPane.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/tour/Tour.h"
#include "ui/shell/tour/TourAlerts.h"
#include "ui/shell/tour/TourQuiet.h"
#include "ui/shell/tour/TourLogs.h"
#include "ui/shell/tour/TourTelemetry.h"
#include "ui/widgets/LogChip.h"
#include "ui/widgets/LogTable.h"
#include "ui/widgets/LogView.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTreeWidget>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using Phase = ports::TelemetryState::Phase;

namespace {

constexpr QSize kWide{1440, 900};
constexpr QSize kSmall{1000, 700};

using Step = std::function<void(TourWorld &, TelemetryPane &)>;

/// The tab, then the steps, each after what the one before made has come to rest.
std::function<void(TourWorld &, MainWindow &)> at(const QString &tab, const QList<Step> &steps = {})
{
    return [tab, steps](TourWorld &world, MainWindow &window) {
        window.panes()->show(u"telemetry"_s);
        auto *pane = qobject_cast<TelemetryPane *>(window.panes()->currentPane());
        TourQuiet::then(&window, [pane, tab] { (void)pane->showTab(tab); });
        for (const Step &step : steps)
            TourQuiet::then(&window, [&world, pane, step] { step(world, *pane); });
    };
}

AlertsPage *alertsOf(const TelemetryPane &pane)
{
    return qobject_cast<AlertsPage *>(pane.page(u"alerts"_s));
}

LogsPage *logsOf(const TelemetryPane &pane)
{
    return qobject_cast<LogsPage *>(pane.page(u"logs"_s));
}

/// Before anything is read: Loki leaves them out.
void hideLevels(TourWorld &, TelemetryPane &pane)
{
    for (const items::LogLevel level : {items::LogLevel::Info, items::LogLevel::Debug})
        logsOf(pane)->view()->chip(level)->click();
    logsOf(pane)->refresh();
}

ports::LogTail *tailOf(const TourWorld &world)
{
    return static_cast<TourLoki *>(tourTelemetry(world, 0)->logSource.get())->last;
}

void dropLines(TourWorld &world, TelemetryPane &)
{
    const qint64 now = world.clock().now().toMSecsSinceEpoch() * 1'000'000;
    if (ports::LogTail *tail = tailOf(world))
        Q_EMIT tail->dropped(1240, now - 140'000'000'000, now - 70'000'000'000);
}

void interruptLoki(TourWorld &world, TelemetryPane &)
{
    if (ports::LogTail *tail = tailOf(world))
        Q_EMIT tail->interrupted({ErrorKind::Network, u"monitoring/loki-gateway:80 could not be reached through the API server: no endpoints are ready."_s, u"Look at the pods of Loki in monitoring."_s});
}

/// Every environment's Alertmanager is told what to do.
auto told(const std::function<void(TourAlerts &)> &what)
{
    return [what](TourWorld &world) {
        fillTelemetry(world);
        for (int i = 0; i < 3; ++i)
            what(*tourAlerts(world, i));
    };
}

const Error kForbidden{ErrorKind::Forbidden, u"mira.koenig may not get services/proxy in monitoring of infra-prod."_s, u"Ask for the role quarterdeck-telemetry of resources/rbac."_s, {}, {}, 403};
const Error kAway{ErrorKind::Network, u"monitoring/alertmanager-operated:9093 could not be reached through the API server: no endpoints are ready."_s,
                  u"Look at the pods of Alertmanager in monitoring."_s, {}, {}, 503};

void tellNothing(TourAlerts &alerts)
{
    alerts.told.clear();
    alerts.known.clear();
}

/// Prometheus tells them, nobody silences them.
void withoutAlertmanager(TourWorld &world)
{
    fillTelemetry(world);
    for (int i = 0; i < 3; ++i) {
        TourTelemetry *telemetry = tourTelemetry(world, i);
        for (const ports::ManagedAlert &alert : std::as_const(tourAlerts(world, i)->told)) {
            ports::RuleAlert rule;
            rule.labels = alert.labels;
            rule.annotations = alert.annotations;
            rule.state = u"firing"_s;
            rule.activeAt = alert.startsAt;
            rule.value = u"1e+00"_s;
            telemetry->formulas()->evaluated.append(rule);
        }
        telemetry->alertsState.phase = Phase::Missing;
        telemetry->alertsState.why = {ErrorKind::NotFound, u"No Alertmanager was found in %1: no Service alertmanager-operated or alertmanager-main."_s.arg(world.environment(i)->name()),
                                      u"Install it, or name its address in the profile (telemetry.alertmanager)."_s};
    }
}

Step first(const QString &name)
{
    return [name](TourWorld &, TelemetryPane &pane) {
        for (const items::Alert &alert : alertsOf(pane)->session()->alerts()) {
            if (alert.name == name)
                (void)alertsOf(pane)->showAlert(alert.key);
        }
    };
}

void allFail(TourWorld &world, TelemetryPane &pane)
{
    for (int i = 0; i < 3; ++i)
        tourAlerts(world, i)->refused = kAway;
    alertsOf(pane)->session()->refresh();
}

void silences(TourWorld &, TelemetryPane &pane)
{
    alertsOf(pane)->showSilences(true);
}

void manySilences(TourWorld &world)
{
    fillTelemetry(world);
    TourAlerts *alerts = tourAlerts(world, 0);
    for (int i = 0; i < 60; ++i)
        alerts->known.append(alerts->silence(u"s%1"_s.arg(i), i % 3 == 0 ? u"PodRestarts"_s : u"IngestionLag"_s, i % 4 == 3 ? -600 * i : 1800 + 5400 * i, u"Ticket OPS-%1: works on the storage."_s.arg(4100 + i)));
}

SilenceDialog *openSilence(TourWorld &world, TelemetryPane &pane, int environment)
{
    const QList<items::Alert> &alerts = alertsOf(pane)->session()->alerts();
    const QString cluster = world.environment(environment)->name();
    const auto down = std::find_if(alerts.cbegin(), alerts.cend(), [&](const items::Alert &alert) { return alert.cluster == cluster && alert.name == "ParticipantDown"_L1; });
    if (down != alerts.cend())
        return SilenceDialog::openFor(alertsOf(pane)->session(), {*down}, pane.window());
    auto *dialog = new SilenceDialog(alertsOf(pane)->session(), {cluster}, pane.window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
    return dialog;
}

void newSilence(TourWorld &world, TelemetryPane &pane)
{
    (void)openSilence(world, pane, 1);
}

void productionSilence(TourWorld &world, TelemetryPane &pane)
{
    if (SilenceDialog *dialog = openSilence(world, pane, 0))
        dialog->setComment(u"The participant is moved to the new storage class."_s);
}

void endSilence(TourWorld &, TelemetryPane &pane)
{
    AlertsPage *page = alertsOf(pane);
    page->showSilences(true);
    page->silencesTable()->setCurrentIndex(page->silencesTable()->model()->index(1, 1));
    page->expireCurrent();
}

void refusedEnd(TourWorld &world, TelemetryPane &pane)
{
    tourAlerts(world, 0)->writeRefused = Error{ErrorKind::Forbidden, u"mira.koenig may not delete services/proxy in monitoring of infra-prod."_s, u"Ask for the role quarterdeck-node-operator of resources/rbac."_s, {}, {}, 403};
    endSilence(world, pane);
    SilenceExpireDialog *dialog = alertsOf(pane)->expireDialog();
    dialog->typedName()->setText(dialog->cluster());
    dialog->confirm();
}

void chooseEnvironment(TourWorld &, TelemetryPane &pane)
{
    alertsOf(pane)->table()->clearSelection();
    alertsOf(pane)->newSilence();
}

void wrongPattern(TourWorld &world, TelemetryPane &pane)
{
    SilenceDialog *dialog = openSilence(world, pane, 1);
    dialog->matchers()->setMatchers({{u"alertname"_s, u"Participant(Down"_s, true}});
    Q_EMIT dialog->matchers()->edited();
    dialog->setComment(u"Works on the network."_s);
}

void refusedSilence(TourWorld &world, TelemetryPane &pane)
{
    tourAlerts(world, 1)->writeRefused = Error{ErrorKind::Forbidden, u"mira.koenig may not create services/proxy in monitoring of infra-dev."_s, u"Ask for the role quarterdeck-node-operator of resources/rbac."_s, {}, {}, 403};
    SilenceDialog *dialog = openSilence(world, pane, 1);
    dialog->matchers()->setMatchers({{u"alertname"_s, u"ParticipantDown"_s}});
    Q_EMIT dialog->matchers()->edited();
    dialog->setComment(u"Works on the network."_s);
    dialog->confirm();
}

/// Half an hour, of the node that writes.
void theNode(TourWorld &, TelemetryPane &pane)
{
    pane.setRange({1800, 0, 0});
    QTreeWidget *tree = logsOf(pane)->nodes()->tree();
    logsOf(pane)->nodes()->choose({});
    if (QTreeWidgetItem *node = tree->findItems(u"northgate-validator-2"_s, Qt::MatchExactly).value(0)) {
        node->setCheckState(0, Qt::Checked);
        node->setExpanded(true);
    }
}

void lastError(TourWorld &, TelemetryPane &pane)
{
    LogView *view = logsOf(pane)->view();
    view->jumpToLastError();
    view->table()->unfold(view->table()->currentRow());
}

void theTrace(TourWorld &, TelemetryPane &pane)
{
    logsOf(pane)->view()->jumpToLastError();
    logsOf(pane)->traceButton()->click();
}

/// Four logs of three nodes, and the match of a search.
void severalNodes(TourWorld &, TelemetryPane &pane)
{
    pane.setRange({1800, 0, 0});
    LogNodes *nodes = logsOf(pane)->nodes();
    nodes->choose({});
    for (const QString &name : {u"bob-custody"_s, u"alice-bank"_s, u"harbor"_s}) {
        if (QTreeWidgetItem *node = nodes->tree()->findItems(name, Qt::MatchExactly).value(0))
            node->setCheckState(0, Qt::Checked);
    }
}

void manyNodesWrite(TourWorld &world)
{
    const auto loki = addTourLoki(world);
    const TourPods *pods = world.environment(0)->findChild<TourPods *>();
    const auto of = [pods](const QString &component) { return pods->lines.value(u"northgate-validator-2-%1-0"_s.arg(component)); };
    loki->add(u"bob-custody-participant-0"_s, of(u"participant"_s), u"canton-harbor"_s);
    loki->add(u"alice-bank-participant-0"_s, of(u"validator"_s), u"canton-harbor"_s);
    loki->add(u"harbor-postgres-0"_s, of(u"postgres"_s), u"canton-harbor"_s);
    loki->add(u"harbor-sequencer-0"_s, tourLines(900), u"canton-harbor"_s);
}

void fromThePods(TourWorld &, TelemetryPane &pane)
{
    logsOf(pane)->podsButton()->click();
}

/// The log of the database ends, and nobody wanted it to.
void tornLog(TourWorld &world, TelemetryPane &)
{
    if (TourLog *log = world.environment(0)->findChild<TourPods *>()->log(u"northgate-validator-2-postgres-0"_s))
        Q_EMIT log->ended({ErrorKind::Network, u"the kubelet of worker-3 does not answer"_s});
}

void theGap(TourWorld &, TelemetryPane &pane)
{
    const items::LogModel *model = logsOf(pane)->model();
    for (int row = model->rowCount() - 1; row >= 0; --row) {
        if (model->lineAt(row).loud)
            return logsOf(pane)->view()->table()->goTo(row);
    }
}

void quietLoki(TourWorld &world)
{
    addTourLoki(world)->lines.clear();
}

void forbiddenLoki(TourWorld &world)
{
    addTourLoki(world)->refused = Error{ErrorKind::Forbidden, u"mira.koenig may not get services/proxy in monitoring of infra-prod."_s, u"Ask for the role quarterdeck-logs of resources/rbac."_s, {}, {}, 403};
}

ChartCard *card(TelemetryPane &pane, const QString &panel)
{
    return pane.dashboard(u"validator"_s)->card(panel);
}

void edit(TourWorld &, TelemetryPane &pane)
{
    Q_EMIT pane.dashboard(u"validator"_s)->editWanted(u"confirmation-latency"_s);
}

void refuseEdit(TourWorld &world, TelemetryPane &pane)
{
    static_cast<TourDashboards *>(world.dashboards())->saving = Error{ErrorKind::Storage, u"/home/mira/.config/quarterdeck/dashboards/validator.yaml cannot be written: the disk is full."_s, u"Make room, then save again."_s};
    auto *editor = pane.window()->findChild<PanelEditor *>();
    editor->query(0)->setPlainText(u"1000 * rate(daml_sequencer_client_submissions_sequencing_duration_seconds{pod=~\"$node\"}[$__rate_interval])"_s);
    editor->applyNow();
    editor->save();
}

/// By key: what all lines say there.
void crosshair(TourWorld &, TelemetryPane &pane)
{
    ChartView *view = pane.dashboard(u"validator"_s)->card(u"confirmation-latency"_s)->view();
    view->setFocus(Qt::TabFocusReason);
    QKeyEvent press(QEvent::KeyPress, Qt::Key_Home, Qt::NoModifier);
    QCoreApplication::sendEvent(view, &press);
    for (int i = 0; i < 30; ++i) {
        QKeyEvent on(QEvent::KeyPress, Qt::Key_Right, Qt::ShiftModifier);
        QCoreApplication::sendEvent(view, &on);
    }
}

void addPanel(TourWorld &, TelemetryPane &pane)
{
    Q_EMIT pane.dashboard(u"validator"_s)->addWanted();
}

void removePanel(TourWorld &, TelemetryPane &pane)
{
    Q_EMIT pane.dashboard(u"validator"_s)->removeWanted(u"coin"_s);
}

void badQuery(TourWorld &, TelemetryPane &pane)
{
    auto *editor = pane.window()->findChild<PanelEditor *>();
    editor->query(0)->setPlainText(u"rate(daml_sequencer_client_submissions{pod=~\"$nod\"}[1m])"_s);
    editor->applyNow();
}

void fixedTime(TourWorld &world, TelemetryPane &pane)
{
    const double noon = double(world.clock().now().toSecsSinceEpoch());
    pane.setRange({0, noon - 3 * 3600, noon - 3600});
}

void annotate(TourWorld &, TelemetryPane &pane)
{
    const QList<QPushButton *> buttons = pane.findChildren<QPushButton *>();
    for (QPushButton *button : buttons) {
        if (button->text() == TelemetryPane::tr("Annotate…"))
            button->click();
    }
}

void emptyDashboard(TourWorld &world)
{
    fillTelemetry(world);
    network::Dashboard mine;
    mine.id = u"mine"_s;
    mine.title = mine.tab = u"Night shift"_s;
    (void)static_cast<TourDashboards *>(world.dashboards())->create(mine);
}

void fifty(TourWorld &world)
{
    fillTelemetry(world);
    network::Dashboard &board = static_cast<TourDashboards *>(world.dashboards())->files.dashboards.first();
    const QList<network::Panel> three = board.rows.at(1).panels;
    for (int i = 0; i < 15; ++i) {
        network::PanelRow row;
        for (network::Panel panel : three) {
            panel.id += u"-%1"_s.arg(i);
            row.panels.append(panel);
        }
        board.rows.append(row);
    }
}

void withoutOne(TourWorld &world)
{
    fillTelemetry(world);
    TourTelemetry *telemetry = tourTelemetry(world, 1);
    telemetry->metricsState.phase = telemetry->alertsState.phase = Phase::Missing;
    telemetry->metricsState.why = telemetry->alertsState.why = {ErrorKind::NotFound, u"No Prometheus was found in infra-dev."_s, u"Name it in the profile (telemetry.prometheus)."_s};
}

}

void Tour::addAlertScenes()
{
    const auto usual = fillTelemetry;
    m_scenes.append({u"alerts-three"_s, kWide, usual, at(u"alerts"_s)});
    m_scenes.append({u"alerts-details"_s, kWide, usual, at(u"alerts"_s, {first(u"ParticipantDown"_s)})});
    m_scenes.append({u"alerts-silenced"_s, kWide, usual, at(u"alerts"_s, {first(u"DatabaseGrowth"_s)})});
    m_scenes.append({u"alerts-small"_s, kSmall, usual, at(u"alerts"_s)});
    m_scenes.append({u"alerts-none"_s, kWide, told(tellNothing), at(u"alerts"_s)});
    m_scenes.append({u"alerts-many"_s, kWide, told([](TourAlerts &alerts) { alerts.addMany(200); }), at(u"alerts"_s)});
    m_scenes.append({u"alerts-filtered"_s, kWide, usual, at(u"alerts"_s, {[](TourWorld &, TelemetryPane &pane) { alertsOf(pane)->setFilterText(u"node:nobody"_s); }})});
    m_scenes.append({u"alerts-loading"_s, kWide, told([](TourAlerts &alerts) { alerts.silent = true; }), at(u"alerts"_s)});
    m_scenes.append({u"alerts-failing"_s, kWide, told([](TourAlerts &alerts) { alerts.refused = kAway; }), at(u"alerts"_s)});
    m_scenes.append({u"alerts-forbidden"_s, kWide, told([](TourAlerts &alerts) { alerts.refused = kForbidden; }), at(u"alerts"_s)});
    m_scenes.append({u"alerts-stale"_s, kWide, usual, at(u"alerts"_s, {allFail})});
    m_scenes.append({u"alerts-noalertmanager"_s, kWide, withoutAlertmanager, at(u"alerts"_s)});
    m_scenes.append({u"silences-list"_s, kWide, manySilences, at(u"alerts"_s, {silences})});
    m_scenes.append({u"silences-none"_s, kWide, told(tellNothing), at(u"alerts"_s, {silences})});
    m_scenes.append({u"silence-new"_s, kWide, usual, at(u"alerts"_s, {newSilence})});
    m_scenes.append({u"silence-production"_s, kWide, usual, at(u"alerts"_s, {productionSilence})});
    m_scenes.append({u"silence-expire"_s, kWide, usual, at(u"alerts"_s, {endSilence})});
    m_scenes.append({u"silence-expire-small"_s, kSmall, told([](TourAlerts &alerts) { for (ports::Silence &one : alerts.known) one.comment = QString(one.comment + u' ').repeated(12); }), at(u"alerts"_s, {endSilence})});
    m_scenes.append({u"silence-expire-refused"_s, kWide, usual, at(u"alerts"_s, {refusedEnd})});
    m_scenes.append({u"silence-environment"_s, kWide, usual, at(u"alerts"_s, {chooseEnvironment})});
    m_scenes.append({u"silence-pattern"_s, kWide, usual, at(u"alerts"_s, {wrongPattern})});
    m_scenes.append({u"silence-refused"_s, kWide, usual, at(u"alerts"_s, {refusedSilence})});
    addLokiScenes();
    m_scenes.append({u"telemetry-fixed"_s, kWide, usual, at(u"validator"_s, {fixedTime})});
    m_scenes.append({u"telemetry-fixed-dialog"_s, kWide, usual, at(u"validator"_s, {[](TourWorld &, TelemetryPane &pane) { pane.findChild<RangeButton *>()->chooseFixed(); }})});
    m_scenes.append({u"telemetry-annotate"_s, kWide, usual, at(u"validator"_s, {annotate})});
    m_scenes.append({u"telemetry-grafana"_s, kWide, usual, at(u"validator"_s, {[](TourWorld &, TelemetryPane &pane) {
                         const ChartView *view = card(pane, u"coin"_s)->view();
                         Q_EMIT card(pane, u"coin"_s)->grafanaWanted(view->data().queries, view->from(), view->to());
                     }})});
    m_scenes.append({u"telemetry-table"_s, kWide, usual, at(u"validator"_s, {[](TourWorld &, TelemetryPane &pane) {
                         card(pane, u"confirmation-latency"_s)->showTable(true);
                         card(pane, u"coin"_s)->showTable(true);
                     }})});
    m_scenes.append({u"telemetry-old"_s, kWide, [](TourWorld &world) {
                         fillTelemetry(world);
                         for (int i = 0; i < 3; ++i)
                             tourTelemetry(world, i)->formulas()->setMood(TourMetrics::Mood::Old);
                     }, at(u"validator"_s)});
    m_scenes.append({u"telemetry-stale"_s, kWide, usual, at(u"validator"_s, {[](TourWorld &world, TelemetryPane &pane) {
                         for (int i = 0; i < 3; ++i)
                             tourTelemetry(world, i)->formulas()->setMood(TourMetrics::Mood::Failing);
                         pane.dashboard(u"validator"_s)->refresh();
                     }})});
    m_scenes.append({u"telemetry-partial"_s, kWide, withoutOne, at(u"validator"_s)});
    m_scenes.append({u"telemetry-fifty"_s, kWide, fifty, at(u"validator"_s)});
    m_scenes.append({u"telemetry-editor"_s, kWide, usual, at(u"validator"_s, {edit})});
    m_scenes.append({u"telemetry-crosshair"_s, kWide, usual, at(u"validator"_s, {crosshair})});
    m_scenes.append({u"telemetry-editor-new"_s, kWide, usual, at(u"validator"_s, {addPanel})});
    m_scenes.append({u"telemetry-panel-remove"_s, kWide, usual, at(u"validator"_s, {removePanel})});
    m_scenes.append({u"telemetry-dashboard-empty"_s, kWide, emptyDashboard, at(u"mine"_s, {})});
    m_scenes.append({u"telemetry-editor-problem"_s, kWide, usual, at(u"validator"_s, {edit, badQuery})});
    m_scenes.append({u"telemetry-editor-refused"_s, kWide, usual, at(u"validator"_s, {edit, refuseEdit})});
}

void Tour::addLokiScenes()
{
    const auto loki = [](TourWorld &world) { (void)addTourLoki(world); };
    m_scenes.append({u"telemetry-logs"_s, kWide, loki, at(u"logs"_s, {theNode, lastError})});
    m_scenes.append({u"telemetry-logs-several"_s, kWide, manyNodesWrite, at(u"logs"_s, {severalNodes, lastError})});
    m_scenes.append({u"telemetry-logs-many"_s, kWide, [](TourWorld &world) { addTourLoki(world)->add(u"northgate-validator-2-participant-0"_s, tourLines(10'000)); },
                     at(u"logs"_s, {theNode, [](TourWorld &, TelemetryPane &pane) { pane.setRange({3 * 3600, 0, 0}); }})});
    m_scenes.append({u"telemetry-logs-few"_s, kWide, [](TourWorld &world) {
                         const auto few = addTourLoki(world);
                         few->lines.clear();
                         few->add(u"northgate-validator-2-participant-0"_s, tourLines(3));
                     }, at(u"logs"_s, {theNode})});
    m_scenes.append({u"telemetry-logs-gap"_s, kWide, loki, at(u"logs"_s, {theNode, fromThePods, tornLog, theGap})});
    m_scenes.append({u"telemetry-logs-small"_s, kSmall, loki, at(u"logs"_s, {theNode})});
    m_scenes.append({u"telemetry-logs-trace"_s, kWide, loki, at(u"logs"_s, {theNode, theTrace})});
    m_scenes.append({u"telemetry-logs-levels"_s, kWide, loki, at(u"logs"_s, {theNode, hideLevels})});
    m_scenes.append({u"telemetry-logs-dropped"_s, kWide, loki, at(u"logs"_s, {theNode, dropLines, theGap})});
    m_scenes.append({u"telemetry-logs-interrupted"_s, kWide, loki, at(u"logs"_s, {theNode, interruptLoki})});
    m_scenes.append({u"telemetry-logs-none"_s, kWide, quietLoki, at(u"logs"_s, {theNode})});
    m_scenes.append({u"telemetry-logs-forbidden"_s, kWide, forbiddenLoki, at(u"logs"_s, {theNode})});
    m_scenes.append({u"telemetry-logs-loading"_s, kWide, [](TourWorld &world) { addTourLoki(world)->silent = true; }, at(u"logs"_s, {theNode})});
    m_scenes.append({u"telemetry-logs-paused"_s, kWide, loki, at(u"logs"_s, {theNode, [](TourWorld &, TelemetryPane &pane) { Q_EMIT logsOf(pane)->view()->pauseWanted(true); }})});
    m_scenes.append({u"telemetry-logs-pods"_s, kWide, [](TourWorld &world) {
                         (void)addTourLoki(world);
                         tourTelemetry(world, 0)->logSource.reset();
                         tourTelemetry(world, 0)->logsState = {Phase::Missing, {}, false, {ErrorKind::NotFound, u"No Loki was found in infra-prod."_s, u"Install it, or name its address in the profile."_s}};
                     }, at(u"logs"_s, {theNode})});
}

}
