// SPDX-License-Identifier: GPL-3.0-or-later
// What the page of telemetry is made of: its bar, menu and actions, marks and ways to Grafana.
#include "ui/panes/telemetry/TelemetryPane.h"

#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/items/telemetry/ChartMarks.h"
#include "ui/charts/ChartGroup.h"
#include "ui/panes/review/LineDialog.h"
#include "ui/panes/telemetry/DashboardPage.h"
#include "ui/panes/telemetry/GrafanaDoor.h"
#include "ui/panes/telemetry/PanelEditor.h"
#include "ui/panes/telemetry/RangeButton.h"
#include "ui/theme/Icons.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/Tabs.h"

#include <QActionGroup>
#include <QBoxLayout>
#include <QMenu>

#include <array>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array kIntervals{0, 5, 10, 15, 30, 60, 300};

const QString kAlertsTab = u"alerts"_s;
const QString kLogsTab = u"logs"_s;

/// One question, answered by its verb or not at all.
class AskDialog final : public DialogFrame {
public:
    AskDialog(const QString &heading, const QString &context, const QString &question, const QString &consequence, const QString &verb, QWidget *parent) : DialogFrame(parent)
    {
        setHeading(heading, {}, context);
        const QFontMetrics fm(font());
        const auto high = [&fm](const QString &text) { return fm.boundingRect(QRect(0, 0, 480, 1000), Qt::TextWordWrap, text).height(); };
        setWishedSize({540, 170 + high(question) + high(consequence)});
        body()->setContentsMargins(20, 16, 20, 16);
        body()->setSpacing(8);
        for (const auto &[text, type, token] : {std::tuple(question, Type::Strong, Token::Text), std::tuple(consequence, Type::Body, Token::Text2)}) {
            auto *label = new Label(text, type, token, this);
            label->setWordWrap(true);
            body()->addWidget(label);
        }
        body()->addStretch(1);
        QPushButton *cancel = makeButton(TelemetryPane::tr("Cancel"), ButtonKind::Normal, {}, this);
        QPushButton *ok = makeButton(verb, ButtonKind::Danger, {}, this);
        ok->setObjectName(u"confirm"_s);
        footerRight()->addWidget(cancel);
        footerRight()->addWidget(ok);
        cancel->setDefault(true);
        cancel->setFocus();
        connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
        connect(ok, &QPushButton::clicked, this, &QDialog::accept);
    }
};

}

QString TelemetryPane::intervalText(int seconds)
{
    return seconds > 0 ? formatAge(seconds) : tr("Off");
}

void TelemetryPane::buildBar(QVBoxLayout *layout)
{
    auto *bar = new QWidget(this);
    bar->setFixedHeight(metrics::kPageBar);
    m_bar = new QHBoxLayout(bar);
    m_bar->setContentsMargins(metrics::kPageEdge, 0, 16, 0);
    m_bar->setSpacing(8);
    m_bar->addWidget(new Label(tr("Telemetry"), Type::Heading, Token::Text, bar));
    m_bar->addSpacing(8);
    m_tabs = new Tabs(bar);
    m_tabs->setName(tr("Dashboards, alerts and logs"));
    m_tabs->setTabHeight(metrics::kPageBar);
    m_tabs->setProperty("bare", true);   // the line below is the bar's
    m_bar->addWidget(m_tabs, 1);
    m_range = new RangeButton(m_context.clock, bar);
    m_bar->addWidget(m_range);
    m_zone = makeButton({}, ButtonKind::Ghost, {}, bar);
    m_zone->setObjectName(u"zone"_s);
    m_bar->addWidget(m_zone);
    connect(m_zone, &QPushButton::clicked, this, [this] { setUtc(!m_utc); });
    m_back = makeIconButton(u"left"_s, tr("The time before"), bar);
    m_forward = makeIconButton(u"right"_s, tr("The time after"), bar);
    m_bar->addWidget(m_back);
    m_bar->addWidget(m_forward);
    m_refresh = makeButton({}, ButtonKind::Ghost, u"refresh"_s, bar);
    auto *intervals = new QMenu(m_refresh);
    auto *group = new QActionGroup(this);
    connect(intervals->addAction(icon(u"refresh"_s), tr("Refresh now")), &QAction::triggered, this, &TelemetryPane::refreshNow);
    intervals->addSeparator();
    for (const int seconds : kIntervals) {
        QAction *action = intervals->addAction(seconds > 0 ? tr("Every %1").arg(intervalText(seconds)) : tr("Off"));
        action->setCheckable(true);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, seconds] { setInterval(seconds); });
        connect(intervals, &QMenu::aboutToShow, action, [this, action, seconds] { action->setChecked(seconds == m_interval); });
    }
    m_refresh->setMenu(intervals);
    m_bar->addWidget(m_refresh);
    m_annotate = makeButton(tr("Annotate…"), ButtonKind::Normal, u"edit"_s, bar);
    m_bar->addWidget(m_annotate);
    buildMenu();
    layout->addWidget(bar);
    layout->addWidget(new Hairline(Qt::Horizontal, this));
    connect(m_range, &RangeButton::rangeChosen, this, &TelemetryPane::setRange);
    connect(m_back, &QToolButton::clicked, m_group, &ChartGroup::back);
    connect(m_forward, &QToolButton::clicked, m_group, &ChartGroup::forward);
    connect(m_annotate, &QPushButton::clicked, this, &TelemetryPane::annotate);
}

void TelemetryPane::buildMenu()
{
    auto *more = new OverflowMenuButton(tr("More"), m_bar->parentWidget());
    m_bar->addWidget(more);
    const auto add = [this, more](const QString &text, const QString &iconName, auto call) {
        auto *action = new QAction(iconName.isEmpty() ? QIcon() : icon(iconName), text, this);
        connect(action, &QAction::triggered, this, call);
        more->addAction(action);
        return action;
    };
    m_annotateAction = add(tr("Annotate…"), u"edit"_s, [this] { annotate(); });
    m_marksAction = add(tr("Marks over the charts"), u"tag"_s, [this] { setMarksShown(m_marksAction->isChecked()); });
    m_marksAction->setCheckable(true);
    m_utcAction = add(tr("Times in UTC"), u"clock"_s, [this] { setUtc(m_utcAction->isChecked()); });
    m_utcAction->setCheckable(true);
    m_grafanaAction = add(tr("Open in Grafana…"), u"external"_s, [this] {
        QStringList queries;
        if (auto *page = qobject_cast<DashboardPage *>(currentPage()); page && !page->dashboard().rows.isEmpty() && !page->dashboard().rows.first().panels.isEmpty())
            queries = page->session()->data(page->dashboard().rows.first().panels.first().id).queries;
        m_grafana->open(queries, m_group->range());
    });
    add(tr("Address of Grafana…"), {}, [this] { m_grafana->ask(); });
    if (m_context.dashboards) {
        m_addAction = add(tr("Add panel…"), u"plus"_s, [this] { editPanel(m_tabs->current(), {}); });
        add(tr("New dashboard…"), u"plus"_s, [this] { newDashboard(); });
        add(tr("Open the dashboards folder"), u"storage"_s, [this] {
            if (!m_context.dashboards->openFolder())
                say(tr("No file manager could be started."), m_context.dashboards->folder());
        });
        add(tr("Read the dashboards again"), u"refresh"_s, [this] { readDashboards(); });
    }
}

void TelemetryPane::showZone()
{
    const QString local = m_context.clock->now().toLocalTime().timeZoneAbbreviation();
    m_zone->setText(m_utc ? u"UTC"_s : local);
    m_zone->setToolTip(plainTip(m_utc ? tr("Times are in UTC. Click for local time, %1.").arg(local) : tr("Times are local, %1. Click for UTC.").arg(local)));
    m_zone->setAccessibleName(m_utc ? tr("Times in UTC") : tr("Times in local time, %1").arg(local));
}

void TelemetryPane::registerActions()
{
    m_actions->share({u"list.refresh"_s, tr("Ask the clusters again"), u"refresh"_s, {QKeySequence(u"F5"_s)}, u"list"_s}, this, [this] { refreshNow(); });
    m_actions->share({u"telemetry.annotate"_s, tr("Annotate the charts…"), u"edit"_s, {QKeySequence(u"Ctrl+Shift+A"_s)}, u"telemetry"_s}, this, [this] { annotate(); });
    m_actions->share({u"telemetry.live"_s, tr("Charts up to now"), u"play"_s, {QKeySequence(u"Ctrl+Shift+N"_s)}, u"telemetry"_s}, this, [this] { m_group->goLive(); });
    m_actions->share({u"telemetry.time"_s, tr("Fixed time of the charts…"), u"clock"_s, {QKeySequence(u"Ctrl+Shift+F"_s)}, u"telemetry"_s}, this, [this] { m_range->chooseFixed(); });
}

void TelemetryPane::refreshNow()
{
    if (currentPage())
        currentPage()->refresh();
}

void TelemetryPane::say(const QString &title, const QString &detail)
{
    m_notice->setTexts(title, detail);
    m_notice->show();
}

void TelemetryPane::updateHistory()
{
    m_back->setEnabled(m_group->canGoBack());
    m_forward->setEnabled(m_group->canGoForward());
}

/// Only what the page on screen has to do with.
void TelemetryPane::updateChoices()
{
    const bool charts = qobject_cast<DashboardPage *>(currentPage()) != nullptr;
    m_refresh->setEnabled(charts);
    m_annotate->setEnabled(charts);
    m_annotateAction->setEnabled(charts);
    m_grafanaAction->setEnabled(charts);
    if (m_addAction)
        m_addAction->setEnabled(charts);
}

void TelemetryPane::updateMarks()
{
    QSet<QString> clusters;
    QList<items::ChartMark> marks;
    if (!m_marksShown) {
        giveMarks(marks);
        return;
    }
    marks = items::noteMarks(m_context.settings->value(u"telemetry/notes"_s).toList());
    for (const state::Environment *environment : m_context.environments) {
        clusters.insert(environment->name());
        marks += m_deployments->marks(environment->name());
    }
    if (m_context.changeLog)
        marks += items::journalMarks(m_context.changeLog->changes(), clusters);
    marks += m_events->marks();
    giveMarks(marks);
}

void TelemetryPane::giveMarks(const QList<items::ChartMark> &marks)
{
    for (TelemetryPage *page : std::as_const(m_pages)) {
        if (auto *dashboard = qobject_cast<DashboardPage *>(page))
            dashboard->setMarks(marks);
    }
}

void TelemetryPane::setMarksShown(bool shown)
{
    m_marksShown = shown;
    m_marksAction->setChecked(shown);
    m_context.settings->keep(u"telemetry/marks"_s, shown);
    m_eventsOld = true;
    updateMarks();
}

/// What the clusters told of the nodes on this page.
void TelemetryPane::askEvents()
{
    const auto *page = qobject_cast<DashboardPage *>(currentPage());
    if (!page || !m_marksShown)
        return;
    const QMap<QString, QStringList> namespaces = page->session()->namespaces();
    m_eventsOld = namespaces.isEmpty();     // asked for once nodes are known
    for (state::Environment *environment : m_context.environments) {
        if (namespaces.contains(environment->name()))
            m_events->ask(environment, namespaces.value(environment->name()));
    }
}

void TelemetryPane::askArgo()
{
    for (state::Environment *environment : m_context.environments)
        m_deployments->ask(environment);
}

void TelemetryPane::annotate()
{
    if (!qobject_cast<DashboardPage *>(currentPage()))
        return;
    const double now = double(m_context.clock->now().toSecsSinceEpoch());
    const double at = m_group->crosshair().value_or(m_group->range().end(now));
    const QDateTime moment = m_utc ? QDateTime::fromSecsSinceEpoch(qint64(at), Qt::UTC) : QDateTime::fromSecsSinceEpoch(qint64(at));
    auto *dialog = new LineDialog(tr("Annotate the charts"), moment.toString(u"yyyy-MM-dd HH:mm:ss"_s) + u' ' + (m_utc ? u"UTC"_s : moment.timeZoneAbbreviation()), tr("Note"),
                                  tr("Shown over all charts at the time of the crosshair; kept on this computer."), tr("Add note"), window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, at] { addNote(at, dialog->text()); });
    dialog->open();
}

void TelemetryPane::addNote(double at, const QString &text)
{
    m_context.settings->update(u"telemetry/notes"_s, [at, text](const QVariant &notes) { return QVariant(items::withNote(notes.toList(), at, text)); });
    updateMarks();
}

void TelemetryPane::editPanel(const QString &dashboard, const QString &panel)
{
    const DashboardPage *page = this->dashboard(dashboard);
    if (!page || (!panel.isEmpty() && !page->dashboard().panel(panel)))
        return;
    auto *editor = new PanelEditor(m_context, page->dashboard(), panel, page->session()->sources(), page->nodes(), m_group->range(), window());
    editor->setAttribute(Qt::WA_DeleteOnClose);
    for (const auto signal : {&PanelEditor::saved, &PanelEditor::foundChanged})
        connect(editor, signal, this, [this](const ports::DashboardFiles &files) { takeDashboards(files); });
    editor->open();
}

/// What is taken out of a file does not come back: it is asked first, and says which file.
void TelemetryPane::removePanel(const QString &dashboard, const QString &panel)
{
    const DashboardPage *page = this->dashboard(dashboard);
    const network::Panel *there = page ? page->dashboard().panel(panel) : nullptr;
    if (!there)
        return;
    const network::Dashboard whole = page->dashboard();
    const QString where = whole.own ? whole.path : QString(m_context.dashboards->folder() + u'/' + whole.id + u".yaml"_s);
    const QString what = whole.own ? tr("It is taken out of %1 with its queries. What else the file says stays as it is written.").arg(where)
                                   : tr("A copy of the dashboard without it is saved as %1 and shown from now on. Without that file the dashboard is as before.").arg(where);
    auto *dialog = new AskDialog(tr("Remove panel"), whole.title, tr("Remove the panel “%1”?").arg(there->title), what, tr("Remove panel"), window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, whole, panel] {
        whenFinished(m_context.dashboards->removePanel(whole, panel), this, [this](const Result<ports::DashboardFiles> &files) {
            if (files)
                takeDashboards(files);
            else
                say(files.error().message, files.error().remedy);
        });
    });
    dialog->open();
}

void TelemetryPane::newDashboard()
{
    auto *dialog = new LineDialog(tr("New dashboard"), {}, tr("Title"), tr("Saved as a file in %1, with this console's networks and nodes to choose from; it has no panels at first.").arg(m_context.dashboards->folder()),
                                  tr("Make dashboard"), window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { createDashboard(dialog->text()); });
    dialog->open();
}

void TelemetryPane::createDashboard(const QString &title)
{
    network::Dashboard made;
    made.title = made.tab = title;
    QStringList taken{kAlertsTab, kLogsTab};
    for (const network::Dashboard &dashboard : std::as_const(m_dashboards))
        taken.append(dashboard.id);
    made.id = network::freeId(title, taken, u"dashboard"_s);
    network::DashboardVariable networks, nodes;
    networks.name = u"network"_s;
    networks.title = tr("Network");
    networks.of = u"networks"_s;
    nodes.name = u"node"_s;
    nodes.title = tr("Node");
    nodes.of = u"nodes"_s;
    made.variables = {networks, nodes};
    whenFinished(m_context.dashboards->create(made), this, [this, id = made.id](const Result<ports::DashboardFiles> &files) {
        if (!files)
            return say(files.error().message, files.error().remedy);
        takeDashboards(files);
        (void)showTab(id);
    });
}

void TelemetryPane::takeGrafana(const QStringList &queries, double from, double to)
{
    m_grafana->openChart(queries, from, to, m_group->range());
}

}
