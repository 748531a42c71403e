// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/resources/ResourcePane.h"

#include "models/core/Format.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/StatePage.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QScrollBar>
#include <QSplitter>
#include <QTimer>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
constexpr int kSeenMs = 250;
}

ResourcePane::ResourcePane(const ShellContext &context, ActionRegistry *actions, ListSpec spec, QWidget *parent)
    : ListPane(context, actions, parent)
    , m_spec(std::move(spec))
    , m_model(new items::ResourceModel(context.clock, context.bodies, this))
    , m_readings(m_spec.readings ? new items::Readings(context.clock, this) : nullptr)
    , m_stateTimer(new QTimer(this))
{
    for (const network::KindInfo &kind : std::as_const(m_spec.kinds))
        m_kinds.append(&kind);
    if (m_spec.readings && context.verdicts) {
        m_progress = new items::NodeProgress(context.verdicts, context.clock, this);
        m_model->setObserved(m_progress);
    }
    build();
    registerActions();
    connectSignals();
    for (state::Environment *environment : context.environments)
        adopt(environment);
    restoreState();
    updateCounts();
    updateState();
    updateTargets();
}

ResourcePane::~ResourcePane() = default;

QList<const network::KindInfo *> ResourcePane::kindsOf(const state::Environment &environment) const
{
    QList<const network::KindInfo *> out;
    for (const network::KindInfo &kind : environment.kinds().kinds()) {
        if (m_spec.shows(kind))
            out.append(&kind);
    }
    return out;
}

/// The settings of this list.
QString ResourcePane::key(const char *name) const
{
    return m_spec.id + u'/' + QLatin1StringView(name);
}

void ResourcePane::build()
{
    QHBoxLayout *bar = buildBar({m_spec.title, m_spec.name, m_spec.filterHint});
    QWidget *host = bar->parentWidget();
    m_views = makeIconButton(u"pin"_s, tr("Saved views (Ctrl+B)"), host);
    bar->addWidget(m_views);
    addProblems(bar);
    m_columns = makeIconButton(u"columns"_s, tr("Columns and order"), host);
    bar->addWidget(m_columns);
    m_primary = makeButton(m_spec.createText, ButtonKind::Primary, u"plus"_s, host);
    m_primary->setVisible(!m_spec.create.isEmpty());
    bar->addWidget(m_primary);
    m_table = new ResourceTable(m_model, this);
    m_table->setAccessibleName(m_spec.name);
    buildRows(m_table);
    m_details = new DetailsPane(m_context, m_actions, this);
    m_details->setReadings(m_readings);
    addDetails(m_details);
}

/// The same actions for every list, made by the first one; they act in the list that is on screen.
void ResourcePane::registerActions()
{
    shareFilter();
    share(u"list.columns"_s, tr("Columns and order"), u"columns"_s, QKeySequence(u"Ctrl+Shift+O"_s), [this] { showColumns(); });
    share(u"list.views"_s, tr("Saved views"), u"pin"_s, QKeySequence(u"Ctrl+B"_s), [this] { Q_EMIT viewsWanted(m_views); });
    share(u"list.refresh"_s, tr("Ask the clusters again"), u"refresh"_s, QKeySequence(u"F5"_s), [this] {
        for (state::Environment *environment : m_context.environments) {
            for (const network::KindInfo *kind : kindsOf(*environment))
                environment->store(*kind)->retryNow();
        }
        m_details->renew();
    });
    share(u"list.copy"_s, tr("Copy rows as text"), u"copy"_s, {}, [this] { m_table->copyTsv(); });
    share(u"list.pin"_s, tr("Move details right or below"), u"pinbottom"_s, QKeySequence(u"Ctrl+Shift+D"_s),
        [this] { Q_EMIT m_details->placeToggled(); });
    share(u"list.alone"_s, tr("Details alone on the page"), u"maximize"_s, QKeySequence(u"F11"_s), [this] {
        if (m_details->isVisible())
            m_details->setMaximized(!m_details->maximized());
    });
    const QList<QAction *> all = m_actions->actions();
    for (QAction *action : all) {
        if (action->objectName().startsWith("change."_L1) || action->objectName().startsWith("object."_L1))
            m_table->addAction(action);
    }
}

void ResourcePane::connectSignals()
{
    connect(m_filter, &FilterField::filterEdited, this, &ResourcePane::applyFilter);
    connect(m_problems, &QPushButton::toggled, m_model, &items::ResourceModel::setProblemsOnly);
    connect(m_problems, &QPushButton::toggled, this, &ResourcePane::updateState);
    connect(m_columns, &QToolButton::clicked, this, &ResourcePane::showColumns);
    connect(m_views, &QToolButton::clicked, this, [this] { Q_EMIT viewsWanted(m_views); });
    connect(m_primary, &QPushButton::clicked, this, [this] { setUp(); });
    if (m_progress) {
        m_seen = new QTimer(this);
        m_seen->setSingleShot(true);
        m_seen->setInterval(kSeenMs);
        connect(m_seen, &QTimer::timeout, this, &ResourcePane::showProgress);
        const auto later = [this] {
            if (isVisible())
                m_seen->start();
        };
        connect(m_table->verticalScrollBar(), &QScrollBar::valueChanged, this, later);
        connect(m_table->verticalScrollBar(), &QScrollBar::rangeChanged, this, later);
        connect(m_model, &items::ResourceModel::structureChanged, this, later);
    }
    connect(m_model, &items::ResourceModel::countsChanged, this, &ResourcePane::updateCounts);
    connect(m_model, &items::ResourceModel::waitingChanged, this, &Pane::waitingChanged);
    connect(m_table, &ResourceTable::selectedRowsChanged, this, &ResourcePane::updateTargets);
    connect(m_table, &ResourceTable::openWanted, this, &ResourcePane::showDetails);
    connect(m_table, &ResourceTable::closeWanted, this, &ResourcePane::closeDetails);
    connect(m_table, &ResourceTable::menuWanted, this, &ResourcePane::showMenu);
    connect(m_page, &StatePage::clicked, this, [this](StatePage::Button button) { onPageButton(int(button)); });
    connect(m_details, &DetailsPane::closeWanted, this, &ResourcePane::closeDetails);
    connect(m_details, &DetailsPane::placeToggled, this, [this] {
        const bool below = m_splitter->orientation() == Qt::Vertical;
        saveSplit();
        m_splitter->setOrientation(below ? Qt::Horizontal : Qt::Vertical);
        m_details->setBelow(!below);
        m_context.settings->setValue(key("detailsBelow"), !below);
        applySplit();
    });
    connect(m_details, &DetailsPane::maximizeToggled, this, [this](bool alone) {
        if (alone)
            saveSplit();
        m_list->setVisible(!alone);
        if (!alone)
            applySplit();
        m_details->focusTab();
    });
    connect(m_splitter, &QSplitter::splitterMoved, this, &ResourcePane::saveSplit);
    connect(m_details, &DetailsPane::objectWanted, this, [this](const ObjectId &id) {
        if (!openObject(id))
            Q_EMIT objectWanted(id);
    });
    connect(m_details, &DetailsPane::changeWanted, this, &Pane::changeWanted);
    connect(m_actions, &ActionRegistry::refreshed, this, &ResourcePane::updatePrimary);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &ResourcePane::followRows);
    connect(m_model, &items::ResourceModel::renewed, this, &ResourcePane::followRows);
    connect(m_model, &items::ResourceModel::structureChanged, this, &ResourcePane::followRows);
    m_stateTimer->setInterval(1000);
    connect(m_stateTimer, &QTimer::timeout, this, &ResourcePane::updateState);
}

void ResourcePane::restoreState()
{
    SettingsStore *settings = m_context.settings;
    showListView({m_spec.id, settings->value(key("filter")).toString(), settings->value(key("problems"), false).toBool(),
                  settings->value(key("columns")).toStringList(), settings->value(key("sort"), u"name"_s).toString(),
                  settings->value(key("descending"), false).toBool()});
    m_details->setTab(settings->value(key("tab"), u"overview"_s).toString());
    m_reopen = settings->value(key("open")).toStringList();
    if (m_context.theme)
        setDensity(m_context.theme->density());
}

std::optional<ListView> ResourcePane::listView() const
{
    const QHeaderView *header = m_table->horizontalHeader();
    return ListView{m_spec.id, m_filter->text(), m_problems->isChecked(), m_table->chosenColumns(),
                    m_model->columnIds().value(header->sortIndicatorSection(), u"name"_s),
                    header->sortIndicatorOrder() == Qt::DescendingOrder};
}

void ResourcePane::showListView(const ListView &view)
{
    m_table->setChosenColumns(view.columns);
    m_table->sortByColumn(std::max(0, m_model->columnOf(view.sort)), view.descending ? Qt::DescendingOrder : Qt::AscendingOrder);
    setFilterText(view.filter);
    m_problems->setChecked(view.problemsOnly);
}

void ResourcePane::saveState() const
{
    SettingsStore *settings = m_context.settings;
    const ListView view = *listView();
    settings->keep(key("columns"), view.columns);
    settings->keep(key("sort"), view.sort);
    settings->keep(key("descending"), view.descending);
    settings->keep(key("filter"), view.filter);
    settings->keep(key("problems"), view.problemsOnly);
    settings->keep(key("tab"), m_details->tab());
    const ObjectId open = m_details->target().object();
    settings->keep(key("open"), m_details->isVisible() ? QStringList{open.cluster, open.uid} : m_reopen);
    saveSplit();
}

bool ResourcePane::hasCurrent() const
{
    return m_model->rowAt(m_table->currentIndex().row()) != nullptr;
}

/// Details that stand in its place go to their own again.
void ResourcePane::showList()
{
    m_details->setMaximized(false);
}

void ResourcePane::setProblemsOnly(bool only)
{
    m_problems->setChecked(only);
}

void ResourcePane::applyFilter(const QString &text)
{
    const Result<state::FilterQuery> query = state::FilterQuery::parse(text, m_model->columnIds());
    m_filterError = query ? QString() : query.error().text();
    m_filter->setProblem(m_filterError);
    if (query)
        m_model->setFilter(*query);
    updateCounts();
    updateState();
}

void ResourcePane::updateCounts()
{
    const items::ResourceModel::Counts counts = m_model->counts();
    QString text;
    if (counts.shown != counts.total)
        text = tr("%1 of %2").arg(formatInteger(counts.shown), formatInteger(counts.total));
    else if (counts.problems > 0)
        text = m_spec.counted(counts.total) + u", "_s
            + (counts.problems == 1 ? tr("1 needs attention") : tr("%1 need attention").arg(formatInteger(counts.problems)));
    else
        text = m_spec.counted(counts.total);
    m_counts->setText(text);
    updateState();
    reopen();
}

/// The object whose details were open when the window closed, once its row is there and nothing else was chosen.
void ResourcePane::reopen()
{
    if (m_reopen.size() != 2 || m_model->rowOf(m_reopen.first(), m_reopen.last()) < 0)
        return;
    const QStringList wanted = std::exchange(m_reopen, {});
    if (m_table->selectedUids().isEmpty())
        (void)openObject(wanted.first(), wanted.last());
}

void ResourcePane::setNarrow(bool narrow)
{
    m_narrow = narrow;
    const bool below = m_context.settings->value(key("detailsBelow"), narrow).toBool() || narrow;
    m_splitter->setOrientation(below ? Qt::Vertical : Qt::Horizontal);
    m_details->setBelow(below);
    applySplit();
}

void ResourcePane::tick()
{
    m_table->tick();
    constexpr int kTrendTicks = 15;
    if (++m_ticks % kTrendTicks == 0)
        m_details->renew();
}

void ResourcePane::setPaused(bool paused)
{
    m_model->setPaused(paused);
    m_details->setHeld(paused);
    followRows();
    updateState();
}

/// Where an object of the list's kind could be made; none: why not.
QList<ActionTarget> ResourcePane::creatable(const QString &wanted, QString *whyNot, bool *asks) const
{
    QList<ActionTarget> out;
    *whyNot = tr("No environment is open");
    for (state::Environment *environment : m_context.environments) {
        const network::KindInfo *kind = environment->kinds().find(wanted.isEmpty() ? m_spec.create : wanted);
        if (!kind)
            continue;
        const LoadState::Phase phase = environment->store(*kind)->loadState().phase;
        if (phase == LoadState::Phase::Failed)
            *whyNot = tr("Not connected to %1, so nothing can be changed").arg(environment->name());
        else if (phase == LoadState::Phase::NotServed)
            *whyNot = tr("%1 does not serve %2").arg(environment->name(), kind->gvr.resource);
        else
            *whyNot = m_actions->whyNot(u"create"_s, {environment, *kind, nullptr});
        if (whyNot->isEmpty())
            out.append({environment, *kind, nullptr});
        else if (asks)
            *asks = *asks || *whyNot == ActionRegistry::asking(*environment);
    }
    if (!out.isEmpty())
        whyNot->clear();
    return out;
}

void ResourcePane::updatePrimary()
{
    if (m_spec.create.isEmpty() || !isVisible())
        return;
    QString why;
    (void)creatable({}, &why);
    m_primary->setEnabled(why.isEmpty());
    m_primary->setToolTip(why);
    m_primary->setAccessibleDescription(why);
    const bool locked = std::all_of(m_context.environments.begin(), m_context.environments.end(), [](auto *e) { return e->readOnly(); });
    m_primary->setIcon(icon(locked && !m_context.environments.isEmpty() ? u"lock"_s : u"plus"_s));
    if (!m_setUp.isEmpty())
        setUp(QString(m_setUp));
}

/// Where several environments could take it, a person says which.
void ResourcePane::setUp(const QString &kind)
{
    QString why;
    bool asks = false;
    const QList<ActionTarget> targets = creatable(kind, &why, &asks);
    m_setUp = asks ? (kind.isEmpty() ? m_spec.create : kind) : QString();
    if (asks || !m_context.changes)
        return;
    if (targets.isEmpty()) {
        Q_EMIT refused(why);
        return;
    }
    const auto start = [this](const ActionTarget &target) { m_context.changes->startAction(u"create"_s, {target}, {}, window()); };
    if (targets.size() == 1) {
        start(targets.first());
        return;
    }
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const ActionTarget &target : targets)
        connect(menu->addAction(tr("In %1").arg(target.environment->name())), &QAction::triggered, this, [start, target] { start(target); });
    menu->popup(m_primary->mapToGlobal(QPoint(0, m_primary->height() + 4)));
}

void ResourcePane::adopt(state::Environment *environment)
{
    const QList<const network::KindInfo *> kinds = kindsOf(*environment);
    m_model->addEnvironment(environment, kinds);
    if (m_readings)
        m_readings->addEnvironment(environment, kinds);
    connect(environment, &state::Environment::freshnessChanged, this, &ResourcePane::updateState);
    connect(environment, &state::Environment::readOnlyChanged, this, &ResourcePane::updatePrimary);
    connect(environment->permissions(), &state::Permissions::changed, this, &ResourcePane::updatePrimary);
    for (const network::KindInfo *kind : kinds)
        connect(environment->store(*kind), &state::ResourceStore::loadStateChanged, this, &ResourcePane::updateState);
}

void ResourcePane::addEnvironment(state::Environment *environment)
{
    adopt(environment);
    updateCounts();
    updatePrimary();
}

void ResourcePane::removeEnvironment(state::Environment *environment)
{
    if (m_details->target().environment == environment) {
        m_details->setMaximized(false);   // or nothing is left on the page
        m_details->hide();
        m_details->clearTarget();
    }
    m_model->removeEnvironment(environment->name());
    m_retry.removeIf([environment](const state::ResourceStore *store) { return store->cluster() == environment->name(); });
    m_barsShown.clear();
    environment->disconnect(this);
    updateTargets();
    updateCounts();
    updatePrimary();
}

void ResourcePane::setDetailsTab(const QString &tab)
{
    m_details->setTab(tab);
    m_details->focusTab();
}

void ResourcePane::setTabs(QWidget *tabs)
{
    const bool shown = !tabs->isHidden();
    belowBar()->addWidget(tabs);
    tabs->setVisible(shown);
}

void ResourcePane::enter()
{
    updateTargets();
    m_table->setFocus();
}

}
