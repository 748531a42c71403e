// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/map/MapPane.h"

#include "models/state/telemetry/Verdicts.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/map/MapView.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/StatePage.h"
#include "ui/widgets/Tabs.h"

#include <QApplication>
#include <QBoxLayout>
#include <QElapsedTimer>
#include <QKeyEvent>
#include <QMenu>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
const QString kMap = u"map/map"_s;           // the tab
const QString kShown = u"map/shown"_s;       // a setting
constexpr int kSoon = 500;       ///< ms
constexpr int kShare = 20;       ///< of the time the map may take: one in so many
}

MapPane::MapPane(const ShellContext &context, ActionRegistry *actions, const items::Attention *attention, QList<ListSpec> lists,
                 const items::Readings *readings, QWidget *parent)
    : KindsPane(context, actions, attention, lists, parent)
    , m_context(context)
    , m_actions(actions)
    , m_nodes(ListSpec::ofPane(u"nodes"_s, *context.kinds).value(0))
    , m_page(new QWidget(this))
    , m_soon(new QTimer(this))
{
    m_nodes.none = tr("No network yet.");
    m_nodes.noneDetail = tr("Networks, nodes and their connections are drawn here once there are some.");
    for (const ListSpec &spec : std::as_const(lists)) {
        if (!spec.kinds.isEmpty() && !spec.kinds.first().runOnce)
            m_nodes.kinds += spec.kinds;
    }
    auto *layout = new QVBoxLayout(m_page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_page->setAutoFillBackground(true);
    m_page->setBackgroundRole(QPalette::Window);
    buildBar(layout);
    buildBody(layout);
    m_details->setReadings(readings);
    this->layout()->addWidget(m_page);
    registerActions();
    m_soon->setSingleShot(true);
    m_soon->setInterval(kSoon);
    connect(m_soon, &QTimer::timeout, this, [this] {
        if (m_onMap && isVisible() && !m_held)
            refresh();   // else when it is looked at, or goes on
    });
    tabs()->addTab(kMap, tr("Map"));
    QStringList order{kMap};
    for (const ListSpec &spec : std::as_const(lists))
        order.append(spec.id);
    tabs()->setOrder(order);
    connect(tabs(), &Tabs::currentChanged, this, [this](const QString &id) { showMap(id == kMap); });
    for (state::Environment *environment : m_context.environments)
        adopt(environment);
    m_reader.setVerdicts(m_context.verdicts);
    if (m_context.verdicts)
        connect(m_context.verdicts, &state::Verdicts::changed, this, &MapPane::soon);
    m_problems->setChecked(m_context.settings->value(u"map/problems"_s, false).toBool());
    m_latency->setChecked(m_context.settings->value(u"map/latency"_s, true).toBool());
    m_onMap = !m_context.settings->value(kShown, true).toBool();   // so that showMap changes it
    showMap(!m_onMap);
    updatePrimary();
}

MapPane::~MapPane() = default;

void MapPane::adopt(state::Environment *environment)
{
    for (const network::KindInfo &kind : environment->kinds().kinds()) {
        if (m_nodes.shows(kind))
            watchStore(environment->store(kind));
    }
    connect(environment, &state::Environment::freshnessChanged, this, &MapPane::soon);
    connect(environment, &state::Environment::readOnlyChanged, this, &MapPane::updatePrimary);
    connect(environment->permissions(), &state::Permissions::changed, this, &MapPane::updatePrimary);
}

void MapPane::watchStore(state::ResourceStore *store)
{
    const auto shown = [this, store] {
        const ActionTarget &target = m_details->target();
        const bool here = !m_details->isHidden() && target.row && target.environment && store->cluster() == target.environment->name()
            && store->kind().gvr == target.kind.gvr;
        return here ? target.row->uid : QString();
    };
    connect(store, &state::ResourceStore::changed, this, [this, shown](const QStringList &upserted, const QStringList &removed) {
        soon();
        if (upserted.contains(shown()) || removed.contains(shown()))
            followShown();
    });
    connect(store, &state::ResourceStore::renewed, this, [this, shown](const QStringList &uids) {
        if (m_details->isVisible() && uids.contains(shown()))   // behind another page it looks when it is shown
            followShown();
    });
    connect(store, &state::ResourceStore::loadStateChanged, this, &MapPane::soon);
}

void MapPane::addEnvironment(state::Environment *environment)
{
    KindsPane::addEnvironment(environment);
    adopt(environment);
    refresh();
    updatePrimary();
}

void MapPane::removeEnvironment(state::Environment *environment)
{
    if (m_details->target().environment == environment)
        closeDetails();
    const QList<state::ResourceStore *> stores = environment->stores();
    for (state::ResourceStore *store : stores)
        store->disconnect(this);
    environment->disconnect(this);
    environment->permissions()->disconnect(this);
    KindsPane::removeEnvironment(environment);
    refresh();
    updatePrimary();
}

void MapPane::soon()
{
    m_old = true;
    if (m_onMap && isVisible() && !m_held && !m_soon->isActive())
        m_soon->start();
}

items::MapWishes MapPane::wishes() const
{
    return {m_problems->isChecked(), m_latency->isChecked(), m_find->text().trimmed()};
}

void MapPane::refresh()
{
    m_soon->stop();
    m_old = false;
    QElapsedTimer took;
    took.start();
    m_reader.follow(m_context.environments);
    m_view->setMap(m_reader.map(wishes(), m_context.clock->now()));
    m_soon->setInterval(std::max(kSoon, int(took.elapsed()) * kShare));
    const items::NetworkMap &map = m_view->map();
    QStringList counts{tr("%Ln node(s)", nullptr, map.nodeCount), tr("%Ln connection(s)", nullptr, map.edgeCount)};
    if (map.problems > 0)
        counts.append(tr("%Ln with problems", nullptr, map.problems));
    m_counts->setText(counts.join(u", "_s));
    updatePage();
    // The verbs see the object as it is now.
    const QList<ActionTarget> &targets = m_actions->targets();
    if (const ActionTarget now = targetOf(m_view->objectOf(m_view->current())); now.row && targets.size() == 1 && now.row != targets.first().row)
        updateTargets();
}

/// What stands in place of the map while there is nothing to draw.
void MapPane::updatePage()
{
    const items::NetworkMap &map = m_view->map();
    const bool drawn = !map.zones.isEmpty();
    m_scroll->setVisible(drawn);
    m_legend->setVisible(drawn);
    if (drawn) {
        m_state->hide();
        m_shownState.clear();
        return;
    }
    const bool filtered = map.nodeCount > 0;
    const ListState state = ListState::of(m_context.environments, m_nodes, map.nodeCount, {}, m_context.clock->now());
    if (map.nodeCount == 0 && state.page != ListState::Page::Empty)
        m_counts->setText({});   // none is a reading
    const QString key = filtered ? u"filtered"_s : QString::number(int(state.page)) + state.waitingFor + state.error.text() + state.title + QString::number(m_notWaiting);
    if (key != m_shownState) {
        m_shownState = key;
        m_error = state.error;
        if (filtered)
            m_state->showFiltered(tr("Nothing on the map needs attention."), tr("%Ln node(s) hidden.", nullptr, map.nodeCount));
        else if (state.page == ListState::Page::Loading && m_notWaiting)
            m_state->showError({ErrorKind::Cancelled, tr("Not waiting any more for %1.").arg(state.waitingFor)});
        else if (state.page == ListState::Page::Loading)
            m_state->showLoading(state.waitingFor);
        else if (state.page == ListState::Page::Error)
            m_state->showError(state.error, state.retryAt);
        else if (state.page == ListState::Page::Forbidden)
            m_state->showForbidden(state.error);
        else if (state.page == ListState::Page::NotServed)
            m_state->showNotServed(state.title, state.detail);
        else
            m_state->showEmpty(state.title, state.detail);
    }
    m_state->show();
}

void MapPane::showMap(bool map)
{
    if (map == m_onMap)
        return;
    m_onMap = map;
    const bool inTabs = tabs()->isAncestorOf(QApplication::focusWidget());   // who walks the tabs stays there
    m_page->setVisible(map);
    stack()->setVisible(!map);
    if (map) {
        m_tabsHost->addWidget(tabs());
        tabs()->show();
        tabs()->setCurrent(kMap);
        setAccessibleName(tr("Map"));
        // Not the drawing: Tab would come to it with the page, before all that stands above it (Qt takes a proxy's policy).
        setFocusProxy(nullptr);
        refresh();
    } else {
        setFocusProxy(stack());
        (void)show(list()->spec().id);
    }
    if (isVisible() && !inTabs)
        enter();
    else if (isVisible())
        tabs()->setFocus();
    lookAtVerdicts();
    Q_EMIT hintsChanged();
}

ActionTarget MapPane::targetOf(const ObjectId &object) const
{
    for (state::Environment *environment : m_context.environments) {
        const network::KindInfo *kind = environment->name() == object.cluster ? environment->kinds().find(object.gvr) : nullptr;
        const state::ResourceStore *store = kind ? environment->known(*kind) : nullptr;
        if (store)
            return {environment, *kind, object.uid.isEmpty() ? store->find(object.ns, object.name) : store->row(object.uid)};
    }
    return {};
}

/// The verbs act on what is chosen.
void MapPane::updateTargets()
{
    if (!m_onMap || !isVisible())
        return;
    const ActionTarget target = targetOf(m_view->objectOf(m_view->current()));
    m_actions->setTargets(target.row ? QList<ActionTarget>{target} : QList<ActionTarget>());
    if (m_details->isVisible() && target.row && !m_details->pinned())
        m_details->setTarget(target);
}

/// An object's details; of a group the list of its nodes.
void MapPane::openCurrent()
{
    const MapView::Item item = m_view->current();
    if (item.node >= 0 && m_view->map().nodes.at(item.node).count > 1)
        Q_EMIT filterWanted(u"nodes"_s, m_view->map().nodes.at(item.node).filter);
    else if (item.edge >= 0 && m_view->map().edges.at(item.edge).count > 1)
        Q_EMIT filterWanted(u"nodes"_s, m_view->map().nodes.at(m_view->map().edges.at(item.edge).node).filter);
    else
        showDetails();
}

void MapPane::showDetails()
{
    const ActionTarget target = targetOf(m_view->objectOf(m_view->current()));
    if (!target.row)
        return;
    const bool opened = m_details->isHidden();
    m_details->setTarget(target);
    m_details->show();
    // Objects of the page of nodes lead there on the way back, those of this page here.
    if (target.kind.pane == "map"_L1)
        Q_EMIT this->opened(target.object());
    if (opened)
        applySplit();
}

void MapPane::closeDetails()
{
    if (m_details->isHidden())
        return;
    m_details->setMaximized(false);
    const bool inDetails = m_details->isAncestorOf(QApplication::focusWidget());
    m_details->hide();
    m_details->clearTarget();
    if (inDetails)
        m_view->setFocus();
}

void MapPane::applySplit()
{
    if (m_details->isHidden())
        return;
    const bool right = m_splitter->orientation() == Qt::Horizontal;
    const int room = right ? m_splitter->width() : m_splitter->height();
    const int wanted = right ? metrics::kDetails : std::max(252, room * 9 / 20);
    m_splitter->setSizes({room - wanted, wanted});
}

void MapPane::showMenu(const QPoint &global)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction *open = menu->addAction(tr("Open"));
    open->setShortcut(QKeySequence(Qt::Key_Return));
    connect(open, &QAction::triggered, this, &MapPane::openCurrent);
    if (const QList<ActionTarget> targets = m_actions->targets(); !targets.isEmpty()) {
        menu->addSeparator();
        menu->addActions(m_actions->changesOf(targets.first().kind));
    }
    menu->setToolTipsVisible(true);
    menu->popup(global);
}

void MapPane::updatePrimary()
{
    QString why = tr("No environment is open");
    for (state::Environment *environment : m_context.environments) {
        const network::KindInfo *kind = environment->kinds().find(u"SyncDomainConnection"_s);
        if (kind)
            why = m_actions->whyNot(u"create"_s, {environment, *kind, nullptr});
        if (why.isEmpty())
            break;
    }
    m_primary->setEnabled(why.isEmpty());
    m_primary->setToolTip(why);
    m_primary->setAccessibleDescription(why);
    m_primary->setIcon(icon(why.isEmpty() ? u"link"_s : u"lock"_s));
}

/// Where several environments could take it, a person says which.
void MapPane::connectNodes()
{
    QList<ActionTarget> targets;
    for (state::Environment *environment : m_context.environments) {
        const network::KindInfo *kind = environment->kinds().find(u"SyncDomainConnection"_s);
        if (kind && m_actions->whyNot(u"create"_s, {environment, *kind, nullptr}).isEmpty())
            targets.append({environment, *kind, nullptr});
    }
    if (targets.isEmpty() || !m_context.changes)
        return;
    const auto start = [this](const ActionTarget &target) { m_context.changes->startAction(u"create"_s, {target}, {}, window()); };
    if (targets.size() == 1) {
        start(targets.first());
        return;
    }
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const ActionTarget &target : std::as_const(targets))
        connect(menu->addAction(tr("In %1").arg(target.environment->name())), &QAction::triggered, this, [start, target] { start(target); });
    menu->popup(m_primary->mapToGlobal(QPoint(0, m_primary->height() + 4)));
}

bool MapPane::showKind(const QString &kind)
{
    if (!KindsPane::showKind(kind))
        return false;
    showMap(false);
    return true;
}

void MapPane::setProblemsOnly(bool only)
{
    m_onMap ? m_problems->setChecked(only) : KindsPane::setProblemsOnly(only);
}

void MapPane::setDetailsTab(const QString &tab)
{
    if (!m_onMap)
        return KindsPane::setDetailsTab(tab);
    m_details->setTab(tab);
    m_details->focusTab();
}

std::optional<ListView> MapPane::listView() const
{
    return m_onMap ? std::nullopt : KindsPane::listView();
}

void MapPane::showListView(const ListView &view)
{
    showMap(false);
    KindsPane::showListView(view);
}

void MapPane::setNarrow(bool narrow)
{
    KindsPane::setNarrow(narrow);
    const bool below = narrow || m_context.settings->value(u"map/detailsBelow"_s, false).toBool();
    m_splitter->setOrientation(below ? Qt::Vertical : Qt::Horizontal);
    m_details->setBelow(below);
    m_latency->setVisible(!narrow);
    applySplit();
}

void MapPane::setPaused(bool paused)
{
    KindsPane::setPaused(paused);
    m_held = paused;
    m_details->setHeld(paused);
    if (!paused && m_old && m_onMap && isVisible())
        refresh();
    followShown();
}

/// The details show the object as it is now; beside a map that waits they wait too.
void MapPane::followShown()
{
    const ActionTarget target = m_details->target();
    const state::ResourceStore *store = m_held || m_details->isHidden() || !target.row || !target.environment ? nullptr : target.environment->known(target.kind);
    if (!store)
        return;
    if (const state::RowPtr now = store->row(target.row->uid))
        m_details->rowChanged(now);
    else
        closeDetails();   // of what is not there any more nothing is told
}

void MapPane::tick()
{
    if (!m_onMap)
        return KindsPane::tick();
    updatePage();
    constexpr int kTrendTicks = 15;
    if (++m_ticks % kTrendTicks == 0)
        m_details->renew();
}

void MapPane::saveState() const
{
    KindsPane::saveState();
    m_context.settings->keep(kShown, m_onMap);
    m_context.settings->keep(u"map/problems"_s, m_problems->isChecked());
    m_context.settings->keep(u"map/latency"_s, m_latency->isChecked());
}

void MapPane::enter()
{
    if (!m_onMap)
        return KindsPane::enter();
    updateTargets();
    m_view->setFocus(Qt::OtherFocusReason);
}

bool MapPane::openObject(const ObjectId &object)
{
    const MapView::Item item = m_onMap ? m_view->itemOf(object) : MapView::Item();
    if (item == MapView::Item()) {
        if (!KindsPane::openObject(object))
            return false;
        showMap(false);
        return true;
    }
    m_view->setCurrent(item);
    showDetails();
    m_view->setFocus();
    return true;
}

ObjectId MapPane::openedObject() const
{
    if (!m_onMap)
        return KindsPane::openedObject();
    const bool own = m_details->isVisible() && m_details->target().kind.pane == "map"_L1;
    return own ? m_details->target().object() : ObjectId();
}

void MapPane::setFilterText(const QString &text)
{
    if (!m_onMap)
        return KindsPane::setFilterText(text);
    m_find->setText(text);
    refresh();
}

QString MapPane::keyHints() const
{
    return m_onMap ? tr("Arrows move    Enter open    L lists") : KindsPane::keyHints();
}

void MapPane::showEvent(QShowEvent *event)
{
    KindsPane::showEvent(event);
    lookAtVerdicts();
    if (m_onMap && m_old && !m_held)
        refresh();
    followShown();   // what happened to it behind another page
}

void MapPane::hideEvent(QHideEvent *event)
{
    KindsPane::hideEvent(event);
    lookAtVerdicts();
}

/// Clusters are asked whether nodes get on while the map is seen.
void MapPane::lookAtVerdicts()
{
    if (m_context.verdicts)
        m_onMap && isVisible() ? m_context.verdicts->look(this) : m_context.verdicts->leave(this);
}

/// The map fills what there is; Down and Enter lead from the search to what it found.
bool MapPane::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_scroll && (event->type() == QEvent::Resize || event->type() == QEvent::Show))
        m_view->setRoom(m_scroll->maximumViewportSize());
    if (watched == m_find && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        const bool leads = key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Down;
        if (leads) {
            refresh();
            const items::NetworkMap &map = m_view->map();
            const auto found = std::find_if(map.nodes.begin(), map.nodes.end(), [](const items::MapNode &n) { return n.found; });
            m_view->setFocus();
            if (!m_find->text().isEmpty() && found != map.nodes.end())
                m_view->setCurrent({int(found - map.nodes.begin()), -1});
        } else if (key == Qt::Key_Escape && m_find->text().isEmpty()) {
            m_view->setFocus();
        }
        if (leads || key == Qt::Key_Escape)
            return leads;
    }
    return KindsPane::eventFilter(watched, event);
}

}
