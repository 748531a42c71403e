// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/PodsTab.h"

#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/core/Json.h"
#include "models/items/ObjectHistory.h"
#include "models/state/KubectlCommand.h"
#include "ui/theme/Icons.h"
#include "ui/theme/StatePainter.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/StatePage.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QPushButton>
#include <QStackedLayout>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::ContainerFacts;
using items::PodFacts;
using state::KubectlPod;

namespace {

const Gvr kPods{{}, u"v1"_s, u"pods"_s};
const Gvr kNodes{{}, u"v1"_s, u"nodes"_s};
constexpr int kPodRole = Qt::UserRole;
constexpr int kContainerRole = Qt::UserRole + 1;

}

PodsTab::PodsTab(const ports::BodyCodec *bodies, const Clock *clock, QWidget *parent)
    : DetailsTab(parent)
    , m_clock(clock)
    , m_pods(bodies)
    , m_tree(new QTreeWidget(this))
    , m_page(new StatePage(this))
    , m_foot(new QWidget(this))
{
    setAccessibleName(tr("Pods"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 0);
    column->setSpacing(0);
    auto *body = new QWidget(this);
    body->setMinimumHeight(12);   // the words below keep their room in a low pane
    m_stack = new QStackedLayout(body);
    m_stack->addWidget(m_tree);
    m_stack->addWidget(m_page);
    column->addWidget(body, 1);
    buildTree();
    buildFoot();
    column->addWidget(m_foot);
    setFocusProxy(m_tree);
    m_page->setClock(clock);
    setWide(false);
    connect(&m_pods, &items::PodList::changed, this, [this] {
        fill();
        updatePage();
    });
    connect(m_page, &StatePage::clicked, this, [this](StatePage::Button) { m_pods.retry(); });
}

PodsTab::~PodsTab()
{
    m_stop.request_stop();
}

void PodsTab::buildTree()
{
    m_tree->setAccessibleName(tr("Pods"));
    m_tree->setHeaderLabels({tr("Pod"), tr("State"), tr("Ready"), tr("Restarts"), tr("Last exit"), tr("Node, zone"), tr("Age")});
    m_tree->setUniformRowHeights(true);
    m_tree->setIconSize(QSize(14, 14));
    m_tree->setIndentation(14);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    for (const int number : {Ready, Restarts, Age})
        m_tree->headerItem()->setTextAlignment(number, Qt::AlignRight | Qt::AlignVCenter);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_tree->header()->setSectionResizeMode(Name, QHeaderView::Stretch);
    connect(m_tree, &QTreeWidget::currentItemChanged, this, &PodsTab::updateFoot);
    connect(m_tree, &QTreeWidget::itemActivated, this, [this] {
        const Place place = current();
        if (m_logs->isEnabled())
            Q_EMIT logWanted(place.pod, place.container, false);
    });
    connect(m_tree, &QTreeWidget::customContextMenuRequested, this, [this](const QPoint &pos) {
        if (m_tree->itemAt(pos) && m_copy->isEnabled())
            m_menu->popup(m_tree->viewport()->mapToGlobal(pos));
    });
}

void PodsTab::buildFoot()
{
    m_foot->setBackgroundRole(QPalette::Window);
    m_foot->setAutoFillBackground(true);
    m_footLayout = new QBoxLayout(QBoxLayout::TopToBottom, m_foot);
    m_footLayout->setContentsMargins(16, 8, 12, 8);
    m_footLayout->setSpacing(6);
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    m_title = new Label({}, Type::Strong, Token::Text, m_foot);
    m_title->setWordWrap(true);
    m_text = new Label({}, Type::Body, Token::Text2, m_foot);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    words->addWidget(m_title);
    words->addWidget(m_text);
    m_footLayout->addLayout(words, 1);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    m_logs = makeButton(tr("Logs"), ButtonKind::Normal, u"terminal"_s, m_foot);
    m_previous = makeButton(tr("Previous run"), ButtonKind::Normal, u"undo"_s, m_foot);
    m_copy = makeButton(tr("Copy"), ButtonKind::Normal, u"copy"_s, m_foot);
    m_menu = new QMenu(tr("Copy"), this);
    const QList<QPair<QString, int>> commands{{tr("Pod's name"), -1}, {tr("kubectl logs"), int(KubectlPod::Logs)},
                                              {tr("kubectl logs --previous"), int(KubectlPod::PreviousLogs)}, {tr("kubectl exec"), int(KubectlPod::Exec)},
                                              {tr("kubectl port-forward"), int(KubectlPod::PortForward)}};
    for (const QPair<QString, int> &command : commands)
        connect(m_menu->addAction(icon(u"copy"_s), command.first), &QAction::triggered, this, [this, what = command.second] { copyCommand(what); });
    m_copy->setMenu(m_menu);
    for (QPushButton *button : {m_logs, m_previous, m_copy})
        buttons->addWidget(button);
    buttons->addStretch(1);
    m_footLayout->addLayout(buttons);
    connect(m_logs, &QPushButton::clicked, this, [this] { Q_EMIT logWanted(current().pod, current().container, false); });
    connect(m_previous, &QPushButton::clicked, this, [this] { Q_EMIT logWanted(current().pod, current().container, true); });
}

void PodsTab::setWide(bool wide)
{
    m_wide = wide;
    m_footLayout->setDirection(wide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);   // below the list height is dear
    m_tree->setColumnHidden(LastExit, !wide);
    m_tree->setColumnHidden(Node, !wide);
    m_tree->setColumnHidden(Age, !wide);
    QHeaderView *header = m_tree->header();
    for (const int column : {State, Ready, Restarts}) {
        header->setSectionResizeMode(column, wide ? QHeaderView::ResizeToContents : QHeaderView::Fixed);
        // Beside the list the pod's name has what is left.
        const int text = m_tree->fontMetrics().horizontalAdvance(column == State ? u"CrashLoopBackOff"_s : m_tree->headerItem()->text(column));
        if (!wide)
            header->resizeSection(column, text + (column == State ? 40 : 20));
    }
    updateFoot();
}

void PodsTab::leave()
{
    m_stop.request_stop();
    m_stop = std::stop_source{};
    m_pods.close();
    m_tree->clear();
    m_zones.clear();
    m_causes.clear();
    m_object = {};
    m_subject = {};
}

void PodsTab::present(const DetailsSubject &subject)
{
    const ObjectId object = subject.target.object();
    if (object == m_object) {
        m_subject = subject;
        return fill();   // what should be there may be another now
    }
    leave();
    m_object = object;
    m_subject = subject;
    if (subject.target.environment)
        m_pods.watch(subject.target.environment->feed(), object.ns, items::podSelection(subject.target.kind, object.name, object.uid));
    updatePage();
}

void PodsTab::renew()
{
    for (QTreeWidgetItemIterator it(m_tree); *it; ++it) {
        const QDateTime since = (*it)->data(Age, Qt::UserRole).toDateTime();
        (*it)->setText(Age, since.isValid() ? formatAge(since, m_clock->now()) : (*it)->text(Age));
    }
    updateFoot();
}

/// Rows stay where they are: the current one by its name.
void PodsTab::fill()
{
    const Place before = current();
    const bool blocked = m_tree->blockSignals(true);
    m_tree->setRootIsDecorated(false);
    m_tree->clear();
    const QList<PodFacts> pods = m_pods.pods();
    for (const PodFacts &pod : pods)
        addPod(pod);
    if (m_pods.complete()) {
        const QStringList missing = items::missingPods(m_subject.object, pods);
        for (const QString &pod : missing)
            addMissing(pod);
    }
    QTreeWidgetItem *wanted = m_tree->topLevelItem(0);
    for (QTreeWidgetItemIterator it(m_tree); *it; ++it) {
        if ((*it)->data(Name, kPodRole).toString() == before.pod && (*it)->data(Name, kContainerRole).toString() == before.container)
            wanted = *it;
    }
    m_tree->setCurrentItem(wanted);
    m_tree->blockSignals(blocked);
    updateFoot();
}

void PodsTab::addPod(const PodFacts &pod)
{
    auto *item = new QTreeWidgetItem(m_tree);
    fillRow(item, pod, pod.containers.size() == 1 ? &pod.containers.first() : nullptr);
    if (pod.containers.size() > 1) {
        for (const ContainerFacts &container : pod.containers)
            fillRow(new QTreeWidgetItem(item), pod, &container);
        item->setExpanded(true);
        m_tree->setRootIsDecorated(true);
    }
    if (!pod.node.isEmpty())
        askZone(pod.node);
    if (pod.waitsForNothingSaid)
        askCause(pod);
    else
        m_causes.remove(pod.uid);
}

void PodsTab::fillRow(QTreeWidgetItem *item, const PodFacts &pod, const ContainerFacts *container)
{
    const bool child = item->parent() != nullptr;
    const QString name = child ? (container->init ? tr("%1 (init)").arg(container->name) : container->name) : pod.name;
    const QString shown = child ? name : shortName(pod.name);
    const QString cause = m_causes.value(pod.uid);
    const network::State state = child ? container->state : !cause.isEmpty() ? network::State::Degraded : pod.state;
    const QString word = child ? container->word : !cause.isEmpty() ? cause.section(u':', 0, 0) : pod.word;
    item->setText(Name, shown);
    item->setToolTip(Name, name);
    item->setIcon(State, icon(stateIcon(state), stateToken(state)));
    item->setText(State, word);
    item->setToolTip(State, child ? container->message : !cause.isEmpty() ? cause : pod.message);
    item->setText(Ready, child ? QString() : u"%1/%2"_s.arg(pod.ready).arg(std::count_if(pod.containers.begin(), pod.containers.end(), [](const auto &c) { return !c.init; })));
    item->setText(Restarts, formatInteger(child ? container->restarts : pod.restarts));
    item->setText(LastExit, container ? items::lastExitText(*container) : QString());
    item->setText(Node, child ? QString() : pod.node.isEmpty() ? tr("none yet") : zoneOf(pod.node).isEmpty() ? pod.node : u"%1, %2"_s.arg(pod.node, zoneOf(pod.node)));
    item->setToolTip(Node, item->text(Node));
    item->setText(Age, formatAge(child ? container->startedAt : pod.created, m_clock->now()));
    item->setData(Age, Qt::UserRole, child ? container->startedAt : pod.created);
    item->setToolTip(Age, formatRfc3339(child ? container->startedAt : pod.created));
    for (const int number : {Ready, Restarts, Age})
        item->setTextAlignment(number, Qt::AlignRight | Qt::AlignVCenter);
    item->setData(Name, kPodRole, pod.name);
    item->setData(Name, kContainerRole, container ? container->name : QString());
    item->setData(Name, Qt::AccessibleTextRole, tr("%1, %2, %n restart(s)", nullptr, child ? container->restarts : pod.restarts).arg(name, word));
}

/// The object's name is said above.
QString PodsTab::shortName(const QString &pod) const
{
    const QString prefix = m_object.name + u'-';
    return pod.startsWith(prefix) ? pod.mid(prefix.size()) : pod;
}

void PodsTab::addMissing(const QString &pod)
{
    auto *item = new QTreeWidgetItem(m_tree, {shortName(pod), tr("Missing")});
    item->setToolTip(Name, pod);
    item->setIcon(State, icon(stateIcon(network::State::Degraded), Token::Warn));
    item->setToolTip(State, tr("status.components wants this pod, and the cluster does not have it."));
    item->setData(Name, Qt::AccessibleTextRole, tr("%1 is missing").arg(pod));
    item->setForeground(Name, palette().placeholderText());
}

PodsTab::Place PodsTab::current() const
{
    const QTreeWidgetItem *item = m_tree->currentItem();
    if (!item)
        return {};
    Place place{item->data(Name, kPodRole).toString(), item->data(Name, kContainerRole).toString()};
    return place;
}

const ContainerFacts *PodsTab::containerOf(const PodFacts &pod, const QString &name) const
{
    // Of a pod as a whole the one that is worst off, which is what a person looks for.
    const ContainerFacts *worst = nullptr;
    for (const ContainerFacts &container : pod.containers) {
        if (container.name == name)
            return &container;
        if (!container.init && (!worst || (worst->ready && !container.ready)))
            worst = &container;
    }
    return worst;
}

void PodsTab::updateFoot()
{
    const Place place = current();
    const PodFacts *pod = place.pod.isEmpty() ? nullptr : m_pods.find(place.pod);
    const ContainerFacts *container = pod ? containerOf(*pod, place.container) : nullptr;
    m_foot->setVisible(m_tree->currentItem() != nullptr);
    m_logs->setEnabled(container);
    m_copy->setEnabled(pod);
    m_previous->setEnabled(container && container->previous);
    m_previous->setToolTip(m_previous->isEnabled() ? tr("The log of the run before") : tr("This container has not run before"));
    if (!container) {
        m_title->setText(m_tree->currentItem() ? m_tree->currentItem()->data(Name, Qt::AccessibleTextRole).toString() : QString());
        m_text->setText(pod ? pod->message : tr("The operator makes it again, or says why not in the conditions."));
        return;
    }
    const QString cause = m_causes.value(pod->uid);
    m_title->setText(u"%1: %2"_s.arg(pod->containers.size() > 1 ? container->name : pod->name, cause.isEmpty() ? container->word : cause.section(u':', 0, 0)));
    QStringList lines;
    if (const QString said = cause.isEmpty() ? container->message : cause.section(u':', 1).trimmed(); !said.isEmpty())
        lines.append(said);
    // Below the list the table has columns of these.
    if (container->lastExit && !m_wide) {
        const QString ago = tr("%1 ago").arg(formatAge(container->lastEnded, m_clock->now()));
        lines.append(tr("Last run: %1, %2").arg(items::lastExitText(*container), ago));
    }
    if (container->lastExit && !container->lastMessage.isEmpty() && container->lastMessage != container->message)
        lines.append(container->lastMessage);
    if (const QString zone = zoneOf(pod->node); !m_wide && !pod->node.isEmpty())
        lines.append(zone.isEmpty() ? tr("Node %1").arg(pod->node) : tr("Node %1, zone %2").arg(pod->node, zone));
    if (!m_wide)
        lines.append(tr("Age %1").arg(formatAge(pod->created, m_clock->now())));
    lines.append(container->image);
    m_text->setText(lines.join(u'\n'));
}

QString PodsTab::zoneOf(const QString &node) const
{
    return m_zones.value(node);
}

/// A pod does not say its zone; its node does, once. Who may not read nodes sees none.
void PodsTab::askZone(const QString &node)
{
    state::Environment *environment = m_subject.target.environment;
    if (m_zones.contains(node) || !environment || !environment->gateway())
        return;
    m_zones.insert(node, {});
    whenFinished(environment->gateway()->get(kNodes, {}, node, m_stop.get_token()), this,
                 [this, node, stop = m_stop.get_token()](const Result<QJsonObject> &object) {
                     if (stop.stop_requested() || !object)
                         return;
                     const QString zone = json::at(*object, u"/metadata/labels"_s)["topology.kubernetes.io/zone"_L1].toString();
                     if (zone.isEmpty())
                         return;
                     m_zones.insert(node, zone);
                     fill();
                 });
}

/// Volumes that cannot be mounted are told by events only.
void PodsTab::askCause(const PodFacts &pod)
{
    state::Environment *environment = m_subject.target.environment;
    if (m_causes.contains(pod.uid) || !environment || !environment->gateway())
        return;
    m_causes.insert(pod.uid, {});
    const ObjectId id{environment->name(), kPods, pod.ns, pod.name, pod.uid};
    whenFinished(environment->gateway()->events(id, m_stop.get_token()), this,
                 [this, uid = pod.uid, stop = m_stop.get_token()](const Result<QJsonObject> &events) {
                     if (stop.stop_requested() || !events)
                         return;
                     for (const items::HistoryEntry &event : items::eventsOf(*events)) {
                         if (event.state != network::State::Degraded)
                             continue;
                         m_causes.insert(uid, u"%1: %2"_s.arg(event.what, event.outcome));
                         return fill();
                     }
                 });
}

void PodsTab::updatePage()
{
    const state::Environment *environment = m_subject.target.environment;
    const LoadState &state = m_pods.state();
    const bool rows = m_tree->topLevelItemCount() > 0;
    m_stack->setCurrentIndex(rows ? 0 : 1);
    m_foot->setVisible(rows);
    if (rows || !environment)
        return;
    if (!environment->feed())
        m_page->showError({ErrorKind::Network, tr("Pods need a connection to %1.").arg(environment->name())});
    else if (state.phase == LoadState::Phase::Forbidden)
        m_page->showForbidden(state.error);
    else if (state.phase == LoadState::Phase::Failed)
        m_page->showError(state.error, state.retryAt);
    else if (!m_pods.complete())
        m_page->showLoading(tr("%1: pods of %2").arg(environment->name(), m_object.name));
    else
        m_page->showEmpty(tr("%1 has no pods now.").arg(m_object.name), tr("Events and conditions say why."));
}

void PodsTab::copyCommand(int what)
{
    const Place place = current();
    const PodFacts *pod = m_pods.find(place.pod);
    const state::Environment *environment = m_subject.target.environment;
    if (!pod || !environment)
        return;
    const ContainerFacts *container = containerOf(*pod, place.container);
    const ObjectId id{environment->name(), kPods, pod->ns, pod->name, pod->uid};
    const QString text = what < 0 ? pod->name
                                  : state::kubectlPod(KubectlPod(what), id, container ? container->name : QString(),
                                                      pod->ports.isEmpty() ? quint16(0) : pod->ports.first(), environment->name());
    QGuiApplication::clipboard()->setText(text);
}

}
