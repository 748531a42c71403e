// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/TelemetryPane.h"

#include "models/core/Async.h"
#include "ui/charts/ChartGroup.h"
#include "ui/panes/telemetry/AlertsPage.h"
#include "ui/panes/telemetry/DashboardPage.h"
#include "ui/panes/telemetry/GrafanaDoor.h"
#include "ui/panes/telemetry/LogsPage.h"
#include "ui/panes/telemetry/RangeButton.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/Stacks.h"
#include "ui/widgets/Tabs.h"

#include <QBoxLayout>
#include <QPushButton>
#include <QToolButton>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
const QString kAlerts = u"alerts"_s;
const QString kLogs = u"logs"_s;
constexpr int kMarkTicks = 60;
}

TelemetryPane::TelemetryPane(const ShellContext &context, ActionRegistry *actions, QWidget *parent)
    : Pane(parent), m_context(context), m_actions(actions), m_group(new ChartGroup(context.clock, this)), m_deployments(new items::ChartDeployments(this)), m_events(new items::ChartEvents(this))
{
    setAccessibleName(tr("Telemetry"));
    setFocusPolicy(Qt::StrongFocus);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Window);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    buildBar(layout);
    m_notice = new NoticeBar(network::State::Failed, {}, {}, this);
    m_notice->setDismissable(true);
    m_notice->hide();
    layout->addWidget(m_notice);
    m_grafana = new GrafanaDoor(context, this);
    connect(m_grafana, &GrafanaDoor::failed, this, &TelemetryPane::say);
    m_stack = new PageStack(this);
    layout->addWidget(m_stack, 1);
    connect(m_tabs, &Tabs::currentChanged, this, [this](const QString &id) { (void)showTab(id); });
    connect(m_group, &ChartGroup::rangeWanted, this, &TelemetryPane::apply);
    connect(m_group, &ChartGroup::historyChanged, this, &TelemetryPane::updateHistory);
    if (m_context.alerts)
        connect(m_context.alerts, &items::AlertsSession::changed, this, [this] {
            updateTabs();
            Q_EMIT attentionChanged();
        });
    if (m_context.changeLog) {
        connect(m_context.changeLog, &state::JournalLog::changed, this, &TelemetryPane::updateMarks);
        m_context.changeLog->start();
    }
    connect(m_events, &items::ChartEvents::changed, this, &TelemetryPane::updateMarks);
    connect(m_deployments, &items::ChartDeployments::changed, this, &TelemetryPane::updateMarks);
    for (state::Environment *environment : m_context.environments)
        follow(environment);
    registerActions();
    setMarksShown(m_context.settings->value(u"telemetry/marks"_s, true).toBool());
    m_wantedTab = m_context.settings->value(u"telemetry/tab"_s).toString();
    const qint64 last = m_context.settings->value(u"telemetry/last"_s, 6 * 3600).toLongLong();
    setUtc(m_context.settings->value(u"telemetry/utc"_s, false).toBool());
    setInterval(m_context.settings->value(u"telemetry/interval"_s, 15).toInt());
    m_group->setRange({last > 0 ? last : 6 * 3600, 0, 0});
    apply(m_group->range());
    updateTabs();
    readDashboards();
}

TelemetryPane::~TelemetryPane()
{
    qDeleteAll(m_pages);    // before the group of their charts
}

void TelemetryPane::readDashboards()
{
    if (!m_context.dashboards)
        return;
    whenFinished(m_context.dashboards->read(), this, [this](const Result<ports::DashboardFiles> &files) { takeDashboards(files); });
}

void TelemetryPane::takeDashboards(const Result<ports::DashboardFiles> &files)
{
    QStringList problems;
    if (!files) {
        problems.append(files.error().text());
    } else {
        for (const Error &error : files->errors)
            problems += error.message.split(u'\n');
        problems += files->warnings;
        m_dashboards = files->dashboards;
    }
    m_notice->setVisible(!problems.isEmpty());
    if (!problems.isEmpty())
        m_notice->setTexts(tr("%n problem(s) in the files of dashboards.", nullptr, int(problems.size())), problems.mid(0, 3).join(u'\n'));
    for (const network::Dashboard &dashboard : std::as_const(m_dashboards)) {
        if (DashboardPage *page = this->dashboard(dashboard.id))
            page->setDashboard(dashboard);
    }
    updateTabs();
    const QString wanted = std::exchange(m_wantedTab, {});
    if (!wanted.isEmpty() && showTab(wanted))
        return;
    if (!currentPage() && !m_tabs->ids().isEmpty())
        (void)showTab(m_tabs->ids().first());
}

/// Dashboards that are looked at most, alerts, logs; then the others, under "more" where there is no room.
void TelemetryPane::updateTabs()
{
    QStringList order;
    const QStringList known = m_tabs->ids();
    const auto put = [&](const QString &id, const QString &text) {
        if (known.contains(id))
            m_tabs->setTabText(id, text);
        else
            m_tabs->addTab(id, text);
        m_tabs->setTabShown(id, true);
        order.append(id);
    };
    for (const network::Dashboard &dashboard : std::as_const(m_dashboards)) {
        if (dashboard.first)
            put(dashboard.id, dashboard.tab);
    }
    const int firing = attention(m_context).problems;
    if (m_context.alerts)
        put(kAlerts, firing > 0 ? tr("Alerts (%1)").arg(firing) : tr("Alerts"));
    put(kLogs, tr("Logs"));
    for (const network::Dashboard &dashboard : std::as_const(m_dashboards)) {
        if (!dashboard.first)
            put(dashboard.id, dashboard.tab);
    }
    for (const QString &id : known) {
        if (!order.contains(id))
            m_tabs->setTabShown(id, false);
    }
    m_tabs->setOrder(order);
}

items::Attention::Count TelemetryPane::attention(const ShellContext &context)
{
    if (!context.alerts)
        return {};
    return {context.alerts->counts().firing, context.alerts->counts().worst};
}

DashboardPage *TelemetryPane::dashboard(const QString &id) const
{
    return qobject_cast<DashboardPage *>(m_pages.value(id));
}

bool TelemetryPane::showTab(const QString &id)
{
    TelemetryPage *before = currentPage();
    TelemetryPage *page = m_pages.value(id);
    if (!page)
        page = makePage(id);
    if (!page) {
        m_wantedTab = id;   // its dashboard may not be read yet
        return false;
    }
    if (before != page) {
        if (before)
            before->setShown(false);
        m_current = page;
        showInStack(m_stack, page);
        m_tabs->setCurrent(id);
        m_context.settings->keep(u"telemetry/tab"_s, id);
        if (isVisible())
            page->setShown(true);
        updateChoices();
        m_eventsOld = true;
        Q_EMIT hintsChanged();
    }
    return true;
}

TelemetryPage *TelemetryPane::makePage(const QString &id)
{
    TelemetryPage *page = nullptr;
    if (id == kAlerts && m_context.alerts)
        page = new AlertsPage(m_context, m_stack);
    if (id == kLogs) {
        page = new LogsPage(m_context, m_stack);
        for (state::Environment *environment : m_context.environments)
            page->addEnvironment(environment);      // those that were open before it was wanted
    }
    for (const network::Dashboard &dashboard : std::as_const(m_dashboards)) {
        if (dashboard.id != id)
            continue;
        const bool foot = id == m_dashboards.constFirst().id;
        auto *made = new DashboardPage(m_context, m_group, dashboard, foot, m_stack);
        made->setInterval(m_interval);
        connect(made->session(), &items::DashboardSession::variablesChanged, this, [this] { m_eventsOld = true; });
        connect(made, &DashboardPage::grafanaWanted, this, &TelemetryPane::takeGrafana);
        connect(made, &DashboardPage::editWanted, this, [this, id](const QString &panel) { editPanel(id, panel); });
        connect(made, &DashboardPage::removeWanted, this, [this, id](const QString &panel) { removePanel(id, panel); });
        connect(made, &DashboardPage::addWanted, this, [this, id] { editPanel(id, {}); });
        connect(made, &DashboardPage::alertWanted, this, [this](const QString &key) {
            if (showTab(kAlerts) && !key.isEmpty())
                static_cast<AlertsPage *>(m_pages.value(kAlerts))->showAlert(key);
        });
        page = made;
    }
    if (!page)
        return nullptr;
    connectPage(page);
    page->setRange(m_group->range());
    page->setUtc(m_utc);
    page->setNarrow(m_narrow);
    page->setDensity(m_density);
    page->setPaused(m_paused);
    m_pages.insert(id, page);
    m_stack->addWidget(page);
    updateMarks();
    return page;
}

void TelemetryPane::connectPage(TelemetryPage *page)
{
    connect(page, &TelemetryPage::objectWanted, this, &Pane::objectWanted);
    connect(page, &TelemetryPage::tabWanted, this, &Pane::tabWanted);
    connect(page, &TelemetryPage::changeWanted, this, &Pane::changeWanted);
    connect(page, &TelemetryPage::rangeWanted, this, &TelemetryPane::setRange);
    connect(page, &TelemetryPage::nodeLogsWanted, this, [this](const ObjectId &object, const items::TimeRange &range) {
        setRange(range);
        if (showTab(kLogs) && !static_cast<LogsPage *>(m_pages.value(kLogs))->choose(object))
            say(tr("The logs of %1 cannot be chosen.").arg(object.name), tr("It is not among the nodes that are known here. What is shown is of another node."));
    });
    connect(page, &TelemetryPage::hintsChanged, this, &Pane::hintsChanged);
    connect(page, &TelemetryPage::countChanged, this, [this] {
        updateTabs();
        Q_EMIT attentionChanged();
    });
}

void TelemetryPane::setRange(const items::TimeRange &range)
{
    m_group->setRange(range);
    apply(range);
}

void TelemetryPane::apply(const items::TimeRange &range)
{
    m_range->setRange(range);
    for (TelemetryPage *page : std::as_const(m_pages))
        page->setRange(range);
    if (range.live())
        m_context.settings->keep(u"telemetry/last"_s, range.last);
    updateHistory();
}

void TelemetryPane::setInterval(int seconds)
{
    m_interval = seconds;
    m_context.settings->keep(u"telemetry/interval"_s, seconds);
    for (TelemetryPage *page : std::as_const(m_pages)) {
        if (auto *dashboard = qobject_cast<DashboardPage *>(page))
            dashboard->setInterval(seconds);
    }
    m_refresh->setText(intervalText(seconds));
    m_refresh->setAccessibleName(seconds > 0 ? tr("Refreshed every %1").arg(intervalText(seconds)) : tr("Refreshed by hand"));
}

void TelemetryPane::setUtc(bool utc)
{
    m_utc = utc;
    m_utcAction->setChecked(utc);
    m_context.settings->keep(u"telemetry/utc"_s, utc);
    m_range->setUtc(utc);
    showZone();
    m_group->setUtc(utc);
    for (TelemetryPage *page : std::as_const(m_pages))
        page->setUtc(utc);
}

void TelemetryPane::setNarrow(bool narrow)
{
    m_narrow = narrow;
    m_annotate->setVisible(!narrow);
    for (TelemetryPage *page : std::as_const(m_pages))
        page->setNarrow(narrow);
}

void TelemetryPane::setDensity(Density density)
{
    m_density = density;
    for (TelemetryPage *page : std::as_const(m_pages))
        page->setDensity(density);
}

void TelemetryPane::setPaused(bool paused)
{
    m_paused = paused;
    for (TelemetryPage *page : std::as_const(m_pages))
        page->setPaused(paused);
}

void TelemetryPane::addEnvironment(state::Environment *environment)
{
    for (TelemetryPage *page : std::as_const(m_pages))
        page->addEnvironment(environment);
    follow(environment);
    updateMarks();
}

void TelemetryPane::follow(state::Environment *environment)
{
    connect(environment, &state::Environment::signInChanged, this, [this, environment] {
        if (environment->needsSignIn())
            forgetReadings(environment->name());    // what was read as somebody is nobody else's
        m_eventsOld = true;
    });
}

void TelemetryPane::removeEnvironment(state::Environment *environment)
{
    for (TelemetryPage *page : std::as_const(m_pages))
        page->removeEnvironment(environment);
    environment->disconnect(this);
    forgetReadings(environment->name());
}

void TelemetryPane::forgetReadings(const QString &cluster)
{
    m_deployments->forget(cluster);
    m_events->forget(cluster);
    updateMarks();
}

void TelemetryPane::tick()
{
    if (TelemetryPage *page = currentPage(); page && !m_group->interacting())
        page->tick();
    const bool due = m_ticks++ % kMarkTicks == 0;
    if (due && m_marksShown)
        askArgo();
    if ((due || m_eventsOld) && !m_paused)
        askEvents();
}

void TelemetryPane::saveState() const
{
    for (const TelemetryPage *page : m_pages)
        page->saveState();
}

void TelemetryPane::enter()
{
    if (TelemetryPage *page = currentPage())
        page->enter();
    else
        m_tabs->setFocus();
}

void TelemetryPane::setFilterText(const QString &text)
{
    if (auto *alerts = qobject_cast<AlertsPage *>(currentPage()))
        alerts->setFilterText(text);
}

QString TelemetryPane::keyHints() const
{
    return currentPage() ? currentPage()->keyHints() : QString();
}

void TelemetryPane::showEvent(QShowEvent *event)
{
    Pane::showEvent(event);
    if (currentPage())
        currentPage()->setShown(true);
}

void TelemetryPane::hideEvent(QHideEvent *event)
{
    Pane::hideEvent(event);
    if (currentPage())
        currentPage()->setShown(false);
}

}
