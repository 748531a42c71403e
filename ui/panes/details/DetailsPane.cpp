// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/DetailsPane.h"

#include "models/core/Async.h"
#include "models/core/Json.h"
#include "models/core/ResourceVersion.h"
#include "models/items/overview/TrafficForecast.h"
#include "models/state/ArgoApplication.h"
#include "models/state/GitDeclared.h"
#include "ui/panes/details/ObjectCommands.h"
#include "ui/panes/details/OverviewTab.h"
#include "ui/panes/details/Verbs.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/Stacks.h"
#include "ui/widgets/Tabs.h"

#include <QKeyEvent>
#include <QMenu>
#include <QPainter>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
constexpr qint64 kGitHolds = 60;   ///< seconds until Argo CD is asked again
}

QWidget *makeActionButton(QAction *action, bool primary, QWidget *parent)
{
    QPushButton *button = makeButton(action->text(), primary ? ButtonKind::Primary : ButtonKind::Normal, {}, parent);
    const auto follow = [button, action] {
        button->setText(action->text());
        button->setIcon(button->property("plain").toBool() ? QIcon() : action->icon());
        button->setEnabled(action->isEnabled());
        button->setToolTip(action->toolTip());
        button->setAccessibleDescription(action->statusTip());
    };
    follow();
    QObject::connect(action, &QAction::changed, button, follow);
    QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
    return button;
}

DetailsPane::DetailsPane(const ShellContext &context, ActionRegistry *actions, QWidget *parent)
    : QWidget(parent)
    , m_context(context)
    , m_actions(actions)
    , m_own(new ActionRegistry(context.catalogue, this))
{
    registerObjectCommands(m_own);
    // The keys of the object work here too, of what is shown here, whatever is selected elsewhere.
    const QList<QAction *> all = m_own->actions();
    for (QAction *action : all)
        addAction(action);
    m_kubectl = makeKubectlMenu(m_own, this);
    connect(m_own, &ActionRegistry::windowWanted, m_actions, &ActionRegistry::windowWanted);
    connect(m_own, &ActionRegistry::tabWanted, this, [this](const ActionTarget &, const QString &id) {
        setTab(id);
        focusTab();
    });
    connect(m_own, &ActionRegistry::changeRequested, this, [this](const QString &id, const QList<ActionTarget> &targets) {
        if (m_context.changes && !targets.isEmpty())
            m_context.changes->startAction(id, targets, {}, window());
    });
    setAccessibleName(tr("Details"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    buildHeader();
    buildTabs();
    setMinimumSize(320, 180);
    setBackgroundRole(QPalette::Base);   // the tabs' too
}

DetailsPane::~DetailsPane()
{
    m_stop.request_stop();
}

void DetailsPane::buildHeader()
{
    auto *column = static_cast<QVBoxLayout *>(layout());
    m_head = new QHBoxLayout;
    QHBoxLayout *head = m_head;
    head->setContentsMargins(16, 10, 10, 2);
    head->setSpacing(8);
    m_icon = new StateGlyph(network::State::Unknown, 18, this);
    m_name = new ElidedLabel({}, Type::Title, Token::Text, Qt::ElideRight, this);
    m_maximize = makeIconButton(u"maximize"_s, tr("The details alone on the page (F11)"), this);
    m_maximize->setCheckable(true);
    m_place = makeIconButton(u"pinbottom"_s, tr("Move the details below or right"), this);
    m_pin = makeIconButton(u"pin"_s, tr("Pin, so that the selection can move on"), this);
    m_pin->setCheckable(true);
    m_close = makeIconButton(u"x"_s, tr("Close the details (Esc)"), this);
    head->addWidget(m_icon);
    head->addWidget(m_name, 1);
    head->addWidget(m_maximize);
    head->addWidget(m_place);
    head->addWidget(m_pin);
    head->addWidget(m_close);
    column->addLayout(head);
    m_verbsHost = new QWidget(this);
    auto *verbs = new QHBoxLayout(m_verbsHost);
    verbs->setContentsMargins(16, 4, 10, 8);
    verbs->setSpacing(6);
    m_verbs = verbs;
    m_more = new OverflowMenuButton(tr("More actions"), this);
    verbs->addStretch(1);
    verbs->addWidget(m_more);
    column->addWidget(m_verbsHost);
    connect(m_place, &QToolButton::clicked, this, &DetailsPane::placeToggled);
    connect(m_maximize, &QToolButton::clicked, this, &DetailsPane::setMaximized);
    connect(m_close, &QToolButton::clicked, this, &DetailsPane::closeWanted);
}

void DetailsPane::buildTabs()
{
    auto *column = static_cast<QVBoxLayout *>(layout());
    m_tabs = new Tabs(this);
    m_tabs->setName(tr("Details"));
    m_tabs->setIndent(10);   // the first underline stands at the margin
    m_infos = detailsTabs(m_context, m_own);
    for (const DetailsTabInfo &info : std::as_const(m_infos))
        m_tabs->addTab(info.id, info.title);
    column->addWidget(m_tabs);
    m_headline = new NoticeBar(network::State::Degraded, {}, {}, this);
    m_problem = new NoticeBar(network::State::Unknown, {}, {}, this);
    m_headline->hide();
    m_problem->hide();
    column->addWidget(m_headline);
    column->addWidget(m_problem);
    m_stack = new PageStack(this);
    column->addWidget(m_stack, 1);
    m_overview = qobject_cast<OverviewTab *>(tabOf(u"overview"_s));
    m_stack->setCurrentWidget(m_overview);
    connect(m_tabs, &Tabs::currentChanged, this, [this](const QString &id) {
        if (auto *before = qobject_cast<DetailsTab *>(m_stack->currentWidget()); before && before != m_overview)
            before->leave();
        showInStack(m_stack, tabOf(id));
        refreshTab();
    });
    m_tabs->setCurrent(u"overview"_s);
}

/// Made when it is looked at first.
DetailsTab *DetailsPane::tabOf(const QString &id)
{
    if (DetailsTab *known = m_made.value(id))
        return known;
    const auto info = std::find_if(m_infos.begin(), m_infos.end(), [&id](const DetailsTabInfo &i) { return i.id == id; });
    DetailsTab *made = info->make(m_stack);
    made->setWide(m_lying);
    if (m_inWindow)
        made->setInWindow();
    connect(made, &DetailsTab::windowWanted, this, [this, id] { Q_EMIT m_actions->windowWanted(m_subject.target, id); });
    connect(made, &DetailsTab::objectWanted, this, &DetailsPane::objectWanted);
    connect(made, &DetailsTab::logWanted, this, [this](const QString &pod, const QString &container, bool previous) {
        setTab(u"logs"_s);
        tabOf(u"logs"_s)->openLog(pod, container, previous);
        focusTab();
    });
    connect(made, &DetailsTab::changeWanted, this, &DetailsPane::changeWanted);
    connect(made, &DetailsTab::liveWanted, this, [this] { m_live.now(); });
    m_stack->addWidget(made);
    m_made.insert(id, made);
    return made;
}

/// Which tabs the kind has, and in which order.
void DetailsPane::arrangeTabs()
{
    const network::KindInfo &kind = m_subject.target.kind;
    m_tabs->setOrder(detailsTabOrder(kind));
    for (const DetailsTabInfo &info : std::as_const(m_infos))
        m_tabs->setTabShown(info.id, !info.applies || info.applies(kind));
}

QStringList DetailsPane::tabs() const
{
    QStringList out = m_tabs->ids();
    for (const DetailsTabInfo &info : m_infos) {
        if (info.applies && !info.applies(m_subject.target.kind))
            out.removeAll(info.id);
    }
    return out;
}

void DetailsPane::setAlone()
{
    for (QToolButton *button : {m_maximize, m_place, m_pin, m_close})
        button->hide();
    m_inWindow = true;
    for (DetailsTab *tab : std::as_const(m_made))
        tab->setInWindow();
}

void DetailsPane::setReadings(const items::Readings *readings)
{
    m_readings = readings;
    m_overview->setReadings(readings);
}

void DetailsPane::setBelow(bool below)
{
    m_below = below;
    setLying(below || m_maximized);
    m_place->setIcon(icon(below ? u"pinright"_s : u"pinbottom"_s));
    m_place->setToolTip(below ? tr("Move the details to the right") : tr("Move the details below"));
    m_place->setAccessibleName(m_place->toolTip());
}

void DetailsPane::setMaximized(bool maximized)
{
    if (std::exchange(m_maximized, maximized) == maximized)
        return;
    m_maximize->setChecked(maximized);
    m_maximize->setIcon(icon(maximized ? u"restore"_s : u"maximize"_s));
    m_maximize->setToolTip(maximized ? tr("The list beside the details again (F11, Esc)") : tr("The details alone on the page (F11)"));
    m_maximize->setAccessibleName(m_maximize->toolTip());
    m_place->setVisible(!maximized);
    setLying(m_below || maximized);
    Q_EMIT maximizeToggled(maximized);
}

void DetailsPane::setLying(bool below)
{
    if (below != m_lying) {
        // Below there is width but no height: the verbs stand beside the name.
        auto *column = static_cast<QVBoxLayout *>(layout());
        below ? m_head->insertWidget(2, m_verbsHost, 1) : column->insertWidget(1, m_verbsHost);
        m_head->setStretchFactor(m_name, below ? 0 : 1);
        m_name->setSizePolicy(below ? QSizePolicy::Maximum : QSizePolicy::Preferred, QSizePolicy::Fixed);
        m_verbs->removeWidget(m_more);
        m_verbs->insertWidget(below ? int(m_verbButtons.size()) : m_verbs->count(), m_more);
        m_verbs->setContentsMargins(below ? 12 : 16, below ? 0 : 4, 10, below ? 0 : 8);
        m_head->setContentsMargins(16, below ? 6 : 10, 10, below ? 4 : 2);
    }
    m_lying = below;
    for (DetailsTab *made : std::as_const(m_made))
        made->setWide(below);
}

void DetailsPane::renew()
{
    if (!m_subject.target.row || !m_subject.target.environment || !isVisible())
        return;
    const bool still = m_held || m_gone;
    if (!still && m_tabs->current() == "overview"_L1) {
        present(m_subject.object, m_subject.live);
    } else {
        m_overview->refreshTrend(m_subject);
        showHeadline();
    }
    if (!still)
        tabOf(m_tabs->current())->renew();
    if (m_subject.problem && m_subject.problem->retryable() && !m_asking && !m_held)
        m_live.want();
    if (m_gitAt.isValid() && m_gitAt.secsTo(m_context.clock->now()) >= kGitHolds) {   // it was synced, or Git went on
        m_gitAsked.clear();
        askGit();
    }
}

void DetailsPane::setTab(const QString &id)
{
    m_tabs->setCurrent(id);
}

void DetailsPane::focusTab()
{
    m_stack->currentWidget()->setFocus();
}

QString DetailsPane::tab() const
{
    return m_tabs->current();
}

bool DetailsPane::pinned() const
{
    return m_pin->isChecked();
}

void DetailsPane::setTarget(const ActionTarget &target)
{
    const bool same = m_subject.target.row && target.row && m_subject.target.row->uid == target.row->uid
        && m_subject.target.environment == target.environment;
    if (same || !target.row || !target.environment)
        return;
    m_stop.request_stop();
    for (DetailsTab *made : std::as_const(m_made))
        made->leave();
    m_subject = {target, {}, false, {}, std::nullopt, {}};
    m_gone = false;
    m_askedFor.clear();
    m_gitAsked.clear();
    m_gitSync.clear();
    m_gitAt = {};
    m_name->setText(target.row->name);
    m_problem->hide();
    m_own->setTargets({target});
    arrangeTabs();
    rebuildVerbs();
    QJsonObject body;
    if (m_context.bodies && !target.row->body.isEmpty()) {
        if (const Result<QJsonObject> opened = m_context.bodies->open(target.row->body))
            body = *opened;
    }
    if (body.isEmpty())
        body = {{u"metadata"_s, QJsonObject{{u"name"_s, target.row->name}, {u"namespace"_s, target.row->ns}, {u"uid"_s, target.row->uid}}}};
    m_asking = true;
    present(body, false);
    m_live.now();
}

void DetailsPane::clearTarget()
{
    m_stop.request_stop();
    m_live.forget();
    m_subject = {};
    m_gone = false;
    m_own->setTargets({});
    for (DetailsTab *made : std::as_const(m_made))
        made->leave();
}

void DetailsPane::present(const QJsonObject &object, bool live)
{
    const state::Environment *environment = m_subject.target.environment;
    m_subject.object = object;
    m_subject.live = live;
    m_subject.facts = items::objectFacts(object, m_subject.target.kind, *m_context.kinds, environment->name(), m_context.clock->now());
    const items::ObjectFacts &facts = m_subject.facts;
    const bool stale = environment->freshness().state == Freshness::State::Stale;
    m_icon->setSymbol(m_subject.target.kind.icon, Token::Text2, m_subject.target.kind.title);
    setAccessibleName(tr("Details of %1, %2").arg(m_subject.target.row->name, network::stateWord(stale ? network::State::Stale : facts.state)));
    tellGit();
    showHeadline();
    refreshTab();
    if (live)
        askGit();
}

/// Whether it is as Git says, in Argo CD's word: of its Application, where that can be read.
void DetailsPane::askGit()
{
    const state::ArgoOwner owner = state::argoOwnerOf(m_subject.object);
    const QString uid = m_subject.facts.object.uid;
    if (!owner.owned() || uid == m_gitAsked || !m_subject.target.environment->gateway())
        return;
    m_gitAsked = uid;
    m_gitAt = m_context.clock->now();
    state::Edit edit;
    edit.object = m_subject.target.object();
    edit.kind = m_subject.target.kind.kind;
    state::readArgoApplication(m_subject.target.environment->gateway(), owner, edit, this, m_stop.get_token(), [this, uid, edit](const state::ArgoApplication &application) {
        if (uid != m_subject.facts.object.uid)
            return;
        m_gitSync = application.object.isEmpty() ? QString()
            : state::gitSource(application.object, edit.object.gvr.group, edit.kind, edit.object.ns, edit.object.name).sync;
        tellGit();
        refreshTab();
    });
}

void DetailsPane::tellGit()
{
    if (m_gitAsked != m_subject.facts.object.uid)
        return;
    QList<items::Fact> &facts = m_subject.facts.identity;
    const auto of = [&facts](QLatin1StringView key) { return std::find_if(facts.begin(), facts.end(), [key](const items::Fact &f) { return f.key == key; }); };
    if (const auto before = of("gitSync"_L1); before != facts.end())
        facts.erase(before);
    const auto owner = of("managedBy"_L1);
    if (owner == facts.end())
        return;
    owner->value = owner->toolTip;
    if (m_gitSync.isEmpty())
        return;
    if (m_gitSync == "Synced"_L1) {
        owner->value = tr("%1, %2").arg(owner->toolTip, m_gitSync);
        return;
    }
    items::Fact sync{{}, m_gitSync, tr("As Argo CD says")};   // below it, with its colour
    sync.state = m_gitSync == "OutOfSync"_L1 ? network::State::Degraded : network::State::Unknown;
    sync.key = u"gitSync"_s;
    facts.insert(owner + 1, sync);
}

/// The worst condition; when traffic runs out is said as far as what was seen of it tells.
void DetailsPane::showHeadline()
{
    const items::ObjectFacts &facts = m_subject.facts;
    m_headline->setVisible(facts.headline.has_value());
    if (!facts.headline)
        return;
    QString title = facts.headline->title;
    if (facts.headline->condition == "TrafficSufficient"_L1 && facts.trafficLeft && m_readings) {
        const QList<items::Readings::Reading> seen = m_readings->of(m_subject.target.environment->name(), facts.object.uid, u"traffic"_s);
        title = items::overview::trafficTitle(*facts.trafficLeft, items::overview::trafficForecast(seen, m_context.clock->now().toSecsSinceEpoch()));
    }
    m_headline->setState(facts.headline->state);
    m_headline->setTexts(title, facts.headline->detail);
}

/// Tabs are filled when they are looked at.
void DetailsPane::refreshTab()
{
    if (!m_subject.target.row || !m_subject.target.environment)
        return;
    const QString tab = m_tabs->current();
    tabOf(tab)->present(m_subject);
    // Only the live object says who set what.
    if (!m_subject.live && !m_asking && !m_held && !m_subject.problem && (tab == "managed"_L1 || tab == "history"_L1 || tab == "yaml"_L1))
        m_live.want();
}

void DetailsPane::rebuildVerbs()
{
    const QList<QAction *> all = m_own->changesOf(m_subject.target.kind);
    const QList<QAction *> first = buttonVerbs(all, m_subject.target.kind, *m_subject.target.row);
    QString key = m_subject.target.kind.kind;
    for (QAction *action : first)
        key += action->objectName();
    if (key == m_verbsFor)
        return;
    m_verbsFor = key;
    for (QWidget *button : std::as_const(m_verbButtons))
        button->deleteLater();
    m_verbButtons.clear();
    int index = 0;
    for (QAction *action : first) {
        QWidget *button = makeActionButton(action, index == 0 && mayBePrimary(action), this);
        m_verbs->insertWidget(index++, button);
        m_verbButtons.append(button);
    }
    m_verbActions = first;
    m_otherVerbs = all;
    m_otherVerbs.removeIf([&first](QAction *action) { return first.contains(action); });
    m_otherVerbs.append(m_kubectl->menuAction());
    m_otherVerbs.append(m_own->action(u"object.window"_s));
    fitVerbs();
}

/// Verbs never elide: a button without room goes under "…".
void DetailsPane::fitVerbs()
{
    const int margins = m_verbs->contentsMargins().left() + m_verbs->contentsMargins().right();
    int room = (m_lying ? width() / 2 : width()) - margins - m_more->sizeHint().width() - m_verbs->spacing();
    QList<QAction *> rest;
    if (!m_verbButtons.isEmpty()) {
        // The last one lives without its icon before it has no room at all.
        auto *last = static_cast<QPushButton *>(m_verbButtons.last());
        last->setIcon(m_verbActions.last()->icon());
        int wanted = 0;
        for (const QWidget *button : std::as_const(m_verbButtons))
            wanted += button->sizeHint().width() + m_verbs->spacing();
        last->setProperty("plain", m_verbButtons.size() > 2 && wanted > room);
        if (last->property("plain").toBool())
            last->setIcon({});
    }
    for (qsizetype i = 0; i < m_verbButtons.size(); ++i) {
        const int wanted = m_verbButtons.at(i)->sizeHint().width() + m_verbs->spacing();
        const bool fits = i == 0 || (rest.isEmpty() && wanted <= room);
        m_verbButtons.at(i)->setVisible(fits);
        room -= wanted;
        if (!fits)
            rest.append(m_verbActions.at(i));
    }
    rest.append(m_otherVerbs);
    if (rest == m_more->actions())
        return;
    const QList<QAction *> old = m_more->actions();
    for (QAction *action : old)
        m_more->removeAction(action);
    m_more->addActions(rest);
}

void DetailsPane::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitVerbs();
}

void DetailsPane::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_F11 && m_maximize->isVisibleTo(this))
        setMaximized(!m_maximized);
    else if (event->key() == Qt::Key_Escape && m_maximized)
        setMaximized(false);
    else if (event->key() == Qt::Key_Escape)
        Q_EMIT closeWanted();
    else
        QWidget::keyPressEvent(event);
}

void DetailsPane::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens t = tokens(this);
    painter.fillRect(rect(), t[Token::Base]);
}

}
