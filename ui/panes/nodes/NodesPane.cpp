// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/nodes/NodesPane.h"

#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/nodes/NodesTable.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/StatePage.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QSplitter>
#include <QTimer>

namespace qd::ui {

using namespace Qt::StringLiterals;

NodesPane::NodesPane(const ShellContext &context, ActionRegistry *actions, QWidget *parent)
    : QWidget(parent)
    , m_context(context)
    , m_actions(actions)
    , m_kinds(context.kinds->ofPane(u"nodes"_s))
    , m_model(new items::NodesModel(context.clock, context.bodies, this))
    , m_readings(new items::Readings(context.clock, this))
    , m_stateTimer(new QTimer(this))
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    for (state::Environment *environment : context.environments) {
        m_model->addEnvironment(environment, environment->kinds().ofPane(u"nodes"_s));
        m_readings->addEnvironment(environment, environment->kinds().ofPane(u"nodes"_s));
    }
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    buildBar(layout);
    buildBody(layout);
    registerActions();
    connectSignals();
    restoreState();
    updateCounts();
    updateState();
    updateTargets();
}

NodesPane::~NodesPane() = default;

void NodesPane::buildBar(QVBoxLayout *layout)
{
    auto *bar = new QWidget(this);
    bar->setFixedHeight(metrics::kPageBar);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(metrics::kPageEdge, 0, 16, 0);
    row->setSpacing(8);
    row->addWidget(new Label(tr("Nodes"), Type::Heading, Token::Text, bar));
    row->addSpacing(6);
    m_counts = new Label({}, Type::Body, Token::Text2, bar);
    row->addWidget(m_counts);
    row->addStretch(1);
    m_filter = new FilterField(bar);
    m_filter->setPlaceholderText(tr("Filter: phase:degraded net:mainnet"));
    m_filter->setAccessibleName(tr("Filter nodes"));
    m_filter->setMinimumWidth(120);
    m_filter->setMaximumWidth(300);
    m_filter->installEventFilter(this);
    row->addWidget(m_filter, 2);
    m_problems = new PillButton(tr("Problems only"), bar);
    row->addWidget(m_problems);
    m_columns = makeIconButton(u"columns"_s, tr("Columns and order"), bar);
    row->addWidget(m_columns);
    m_primary = makeButton(tr("Set up validator…"), ButtonKind::Primary, u"plus"_s, bar);
    row->addWidget(m_primary);
    layout->addWidget(bar);
    layout->addWidget(new Hairline(Qt::Horizontal, this));
}

void NodesPane::buildBody(QVBoxLayout *layout)
{
    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(1);
    auto *list = new QWidget(m_splitter);
    auto *column = new QVBoxLayout(list);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_bars = new QVBoxLayout;
    m_bars->setSpacing(0);
    column->addLayout(m_bars);
    m_table = new NodesTable(m_model, list);
    column->addWidget(m_table, 1);
    m_page = new StatePage(m_table);
    m_page->setClock(m_context.clock);
    m_table->setCover(m_page);
    column->insertWidget(0, m_page->takeBusyBar());
    m_page->hide();
    m_details = new DetailsPane(m_context, m_actions, m_splitter);
    m_details->setReadings(m_readings);
    m_details->hide();
    m_splitter->addWidget(list);
    m_splitter->addWidget(m_details);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 0);
    layout->addWidget(m_splitter, 1);
}

void NodesPane::registerActions()
{
    const auto add = [this](const QString &id, const QString &text, const QString &iconName, const QKeySequence &key, auto call) {
        QAction *action = m_actions->action(id);
        if (!action)
            action = m_actions->add({id, text, iconName, key.isEmpty() ? QList<QKeySequence>() : QList<QKeySequence>{key}, u"nodes"_s, false});
        addAction(action);
        connect(action, &QAction::triggered, this, call);
        return action;
    };
    add(u"nodes.filter"_s, tr("Filter nodes"), u"filter"_s, QKeySequence(u"/"_s), [this] {
        m_filter->setFocus(Qt::ShortcutFocusReason);
        m_filter->selectAll();
    });
    add(u"nodes.problems"_s, tr("Problems only"), u"alert"_s, QKeySequence(u"Ctrl+P"_s), [this] { m_problems->toggle(); });
    add(u"nodes.columns"_s, tr("Columns and order"), u"columns"_s, QKeySequence(u"Ctrl+Shift+O"_s), [this] { showColumns(); });
    add(u"nodes.refresh"_s, tr("Ask the clusters again"), u"refresh"_s, QKeySequence(u"F5"_s), [this] {
        for (state::Environment *environment : m_context.environments) {
            for (const network::KindInfo *kind : m_kinds)
                environment->store(*kind)->retryNow();
        }
    });
    add(u"nodes.copy"_s, tr("Copy rows as text"), u"copy"_s, {}, [this] { m_table->copyTsv(); });
    add(u"nodes.pin"_s, tr("Move details right or below"), u"pinbottom"_s, QKeySequence(u"Ctrl+Shift+D"_s),
        [this] { Q_EMIT m_details->placeToggled(); });
    const QList<QAction *> changes = m_actions->changes();
    for (QAction *action : changes)
        m_table->addAction(action);
}

void NodesPane::connectSignals()
{
    connect(m_filter, &FilterField::filterEdited, this, &NodesPane::applyFilter);
    connect(m_problems, &QPushButton::toggled, m_model, &items::NodesModel::setProblemsOnly);
    connect(m_problems, &QPushButton::toggled, this, &NodesPane::updateState);
    connect(m_columns, &QToolButton::clicked, this, &NodesPane::showColumns);
    connect(m_primary, &QPushButton::clicked, this, &NodesPane::setUp);
    connect(m_model, &items::NodesModel::countsChanged, this, &NodesPane::updateCounts);
    connect(m_table, &NodesTable::selectedRowsChanged, this, &NodesPane::updateTargets);
    connect(m_table, &NodesTable::openWanted, this, &NodesPane::showDetails);
    connect(m_table, &NodesTable::closeWanted, this, &NodesPane::closeDetails);
    connect(m_table, &NodesTable::menuWanted, this, &NodesPane::showMenu);
    connect(m_page, &StatePage::clicked, this, [this](StatePage::Button button) { onPageButton(int(button)); });
    connect(m_details, &DetailsPane::closeWanted, this, &NodesPane::closeDetails);
    connect(m_details, &DetailsPane::placeToggled, this, [this] {
        const bool below = m_splitter->orientation() == Qt::Vertical;
        m_splitter->setOrientation(below ? Qt::Horizontal : Qt::Vertical);
        m_details->setBelow(!below);
        m_context.settings->setValue(u"nodes/detailsBelow"_s, !below);
    });
    connect(m_details, &DetailsPane::objectWanted, this, [this](const ObjectId &id) { (void)openObject(id.cluster, id.uid); });
    connect(m_actions, &ActionRegistry::refreshed, this, &NodesPane::updatePrimary);
    connect(m_model, &QAbstractItemModel::dataChanged, this, [this] {
        if (m_details->isVisible() && m_details->target().row && m_details->target().environment)
            m_details->rowChanged(m_details->target().environment->store(m_details->target().kind)->row(m_details->target().row->uid));
    });
    for (state::Environment *environment : m_context.environments) {
        connect(environment, &state::Environment::freshnessChanged, this, &NodesPane::updateState);
        connect(environment, &state::Environment::readOnlyChanged, this, &NodesPane::updatePrimary);
        connect(environment->permissions(), &state::Permissions::changed, this, &NodesPane::updatePrimary);
        for (const network::KindInfo *kind : m_kinds)
            connect(environment->store(*kind), &state::ResourceStore::loadStateChanged, this, &NodesPane::updateState);
    }
    m_stateTimer->setInterval(1000);
    connect(m_stateTimer, &QTimer::timeout, this, &NodesPane::updateState);
}

void NodesPane::restoreState()
{
    SettingsStore *settings = m_context.settings;
    m_table->setChosenColumns(settings->value(u"nodes/columns"_s).toStringList());
    const int column = m_model->columnOf(settings->value(u"nodes/sort"_s, u"name"_s).toString());
    const bool descending = settings->value(u"nodes/descending"_s, false).toBool();
    m_table->sortByColumn(std::max(0, column), descending ? Qt::DescendingOrder : Qt::AscendingOrder);
    setFilterText(settings->value(u"nodes/filter"_s).toString());
    m_problems->setChecked(settings->value(u"nodes/problems"_s, false).toBool());
    m_details->setTab(settings->value(u"nodes/tab"_s, u"overview"_s).toString());
    m_reopen = settings->value(u"nodes/open"_s).toStringList();
    if (m_context.theme)
        setDensity(m_context.theme->density());
}

void NodesPane::saveState() const
{
    SettingsStore *settings = m_context.settings;
    const QHeaderView *header = m_table->horizontalHeader();
    settings->setValue(u"nodes/columns"_s, m_table->chosenColumns());
    settings->setValue(u"nodes/sort"_s, m_model->columnIds().value(header->sortIndicatorSection(), u"name"_s));
    settings->setValue(u"nodes/descending"_s, header->sortIndicatorOrder() == Qt::DescendingOrder);
    settings->setValue(u"nodes/filter"_s, m_filter->text());
    settings->setValue(u"nodes/problems"_s, m_problems->isChecked());
    settings->setValue(u"nodes/tab"_s, m_details->tab());
    const ObjectId open = m_details->target().object();
    settings->setValue(u"nodes/open"_s, m_details->isVisible() ? QStringList{open.cluster, open.uid} : m_reopen);
    if (m_details->isVisible())
        settings->setValue(u"nodes/split"_s, m_splitter->orientation() == Qt::Horizontal ? m_details->width() : m_details->height());
}

QString NodesPane::keyHints()
{
    return tr("/ filter    Enter open    ? keys");
}

/// Enter and Down lead from the filter into the rows, Esc too once it is empty.
bool NodesPane::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_filter && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter)
            applyFilter(m_filter->text());
        if (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Down || (key == Qt::Key_Escape && m_filter->text().isEmpty())) {
            m_table->setFocus();
            if (!m_model->rowAt(m_table->currentIndex().row()) && m_model->rowCount() > 1)
                m_table->setCurrentIndex(m_model->index(1, 0));
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void NodesPane::setFilterText(const QString &text)
{
    m_filter->setText(text);
    applyFilter(text);
}

QString NodesPane::filterText() const
{
    return m_filter->text();
}

void NodesPane::setProblemsOnly(bool only)
{
    m_problems->setChecked(only);
}

void NodesPane::applyFilter(const QString &text)
{
    const Result<state::FilterQuery> query = state::FilterQuery::parse(text, m_model->columnIds());
    m_filterError = query ? QString() : query.error().text();
    m_filter->setProblem(m_filterError);
    if (query)
        m_model->setFilter(*query);
    updateCounts();
    updateState();
}

void NodesPane::updateCounts()
{
    const items::NodesModel::Counts counts = m_model->counts();
    QString text;
    if (counts.shown != counts.total)
        text = tr("%1 of %2").arg(counts.shown).arg(counts.total);
    else if (counts.problems > 0)
        text = tr("%n node(s)", nullptr, counts.total) + u", "_s
            + (counts.problems == 1 ? tr("1 needs attention") : tr("%1 need attention").arg(counts.problems));
    else
        text = tr("%n node(s)", nullptr, counts.total);
    m_counts->setText(text);
    updateState();
    reopen();
}

/// The object whose details were open when the window closed, once its row is there and nothing else was chosen.
void NodesPane::reopen()
{
    if (m_reopen.size() != 2 || m_model->rowOf(m_reopen.first(), m_reopen.last()) < 0)
        return;
    const QStringList wanted = std::exchange(m_reopen, {});
    if (m_table->selectedUids().isEmpty())
        (void)openObject(wanted.first(), wanted.last());
}

void NodesPane::setNarrow(bool narrow)
{
    m_narrow = narrow;
    const bool below = m_context.settings->value(u"nodes/detailsBelow"_s, narrow).toBool() || narrow;
    m_splitter->setOrientation(below ? Qt::Vertical : Qt::Horizontal);
    m_details->setBelow(below);
}

void NodesPane::setDensity(Density density)
{
    m_table->setDensity(density);
}

void NodesPane::tick()
{
    m_table->tick();
    constexpr int kTrendTicks = 15;
    if (++m_ticks % kTrendTicks == 0)
        m_details->refreshTrend();
}

void NodesPane::setPaused(bool paused)
{
    m_model->setPaused(paused);
    updateState();
}

void NodesPane::updatePrimary()
{
    QString why = tr("No environment is open");
    for (state::Environment *environment : m_context.environments) {
        const network::KindInfo *kind = environment->kinds().find(u"Validator"_s);
        if (!kind)
            continue;
        const LoadState::Phase phase = environment->store(*kind)->loadState().phase;
        const bool served = phase != LoadState::Phase::NotServed;
        why = phase == LoadState::Phase::Failed ? tr("Not connected to %1, so nothing can be changed").arg(environment->name()) : served ? m_actions->whyNot(u"create"_s, {environment, *kind, nullptr}) : tr("%1 does not serve validators").arg(environment->name());
        if (why.isEmpty())
            break;
    }
    m_primary->setEnabled(why.isEmpty());
    m_primary->setToolTip(why);
    m_primary->setAccessibleDescription(why);
    const bool locked = std::all_of(m_context.environments.begin(), m_context.environments.end(), [](auto *e) { return e->readOnly(); });
    m_primary->setIcon(icon(locked && !m_context.environments.isEmpty() ? u"lock"_s : u"plus"_s));
}

void NodesPane::setUp()
{
    for (state::Environment *environment : m_context.environments) {
        const network::KindInfo *kind = environment->kinds().find(u"Validator"_s);
        if (kind && m_context.changes && m_actions->whyNot(u"create"_s, {environment, *kind, nullptr}).isEmpty()) {
            m_context.changes->startAction(u"create"_s, {{environment, *kind, nullptr}}, {}, window());
            return;
        }
    }
}

}
