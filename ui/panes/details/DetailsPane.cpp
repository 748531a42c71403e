// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/DetailsPane.h"

#include "models/core/Async.h"
#include "models/core/Json.h"
#include "ui/panes/details/EventsTab.h"
#include "ui/panes/details/OverviewTab.h"
#include "ui/panes/details/RelationsTab.h"
#include "ui/panes/details/YamlTab.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/Tabs.h"

#include <QKeyEvent>
#include <QStackedWidget>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

/// The verbs that get a button, first choice first; the rest is under "…".
QList<QAction *> buttonVerbs(const QList<QAction *> &all, bool suspended)
{
    const QStringList wanted = suspended ? QStringList{u"change.resume"_s, u"change.scale"_s, u"change.restart"_s}
                                         : QStringList{u"change.scale"_s, u"change.restart"_s, u"change.suspend"_s};
    QList<QAction *> out;
    for (const QString &id : wanted) {
        for (QAction *action : all) {
            if (action->objectName() == id)
                out.append(action);
        }
    }
    for (QAction *action : all) {
        if (out.size() < 3 && !out.contains(action) && action->objectName() != "change.delete"_L1)
            out.append(action);
    }
    return out;
}

}

QWidget *makeActionButton(QAction *action, bool primary, QWidget *parent)
{
    QPushButton *button = makeButton(action->text(), primary ? ButtonKind::Primary : ButtonKind::Normal, {}, parent);
    const auto follow = [button, action] {
        button->setText(action->text());
        button->setIcon(action->icon());
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
{
    setAccessibleName(tr("Details"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    buildHeader();
    buildTabs();
    setMinimumSize(320, 180);
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
    auto *glyph = new StateGlyph(network::State::Unknown, 18, this);
    m_icon = glyph;
    m_name = new ElidedLabel({}, Type::Title, Token::Text, Qt::ElideRight, this);
    m_place = makeIconButton(u"pinbottom"_s, tr("Move the details below or right"), this);
    m_pin = makeIconButton(u"pin"_s, tr("Pin, so that the selection can move on"), this);
    m_pin->setCheckable(true);
    auto *close = makeIconButton(u"x"_s, tr("Close the details (Esc)"), this);
    head->addWidget(m_icon);
    head->addWidget(m_name, 1);
    head->addWidget(m_place);
    head->addWidget(m_pin);
    head->addWidget(close);
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
    connect(close, &QToolButton::clicked, this, &DetailsPane::closeWanted);
    connect(m_actions, &ActionRegistry::refreshed, this, [this] {
        const QString why = m_target.environment ? m_actions->whyNot(u"edit"_s, m_target) : QString();
        m_yaml->setEditAction(why.isEmpty(), why);
    });
}

void DetailsPane::buildTabs()
{
    auto *column = static_cast<QVBoxLayout *>(layout());
    m_tabs = new Tabs(this);
    m_tabs->setName(tr("Details"));
    m_tabs->setIndent(10);   // the first underline stands at the margin
    m_tabs->addTab(u"overview"_s, tr("Overview"));
    m_tabs->addTab(u"conditions"_s, tr("Conditions"));
    m_tabs->addTab(u"events"_s, tr("Events"));
    m_tabs->addTab(u"yaml"_s, tr("YAML"));
    m_tabs->addTab(u"relations"_s, tr("Relations"));
    column->addWidget(m_tabs);
    m_headline = new NoticeBar(network::State::Degraded, {}, {}, this);
    m_problem = new NoticeBar(network::State::Unknown, {}, {}, this);
    m_headline->hide();
    m_problem->hide();
    column->addWidget(m_headline);
    column->addWidget(m_problem);
    m_stack = new QStackedWidget(this);
    m_overview = new OverviewTab(m_stack);
    m_conditions = new ConditionsTab(m_stack);
    m_events = new EventsTab(m_context.clock, m_stack);
    m_yaml = new YamlTab(m_context.yaml, m_stack);
    m_relations = new RelationsTab(m_context.bodies, m_stack);
    for (QWidget *page : std::initializer_list<QWidget *>{m_overview, m_conditions, m_events, m_yaml, m_relations})
        m_stack->addWidget(page);
    column->addWidget(m_stack, 1);
    connect(m_tabs, &Tabs::currentChanged, this, [this](const QString &id) {
        m_stack->setCurrentIndex(int(m_tabs->ids().indexOf(id)));
        refreshTab();
    });
    connect(m_relations, &RelationsTab::objectWanted, this, &DetailsPane::objectWanted);
    connect(m_yaml, &YamlTab::editWanted, this, [this] {
        if (m_context.changes)
            m_context.changes->editYaml(m_target, window());
    });
    m_tabs->setCurrent(u"overview"_s);
}

void DetailsPane::setBelow(bool below)
{
    if (below != m_below) {
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
    m_below = below;
    m_overview->setWide(below);
    m_place->setIcon(icon(below ? u"pinright"_s : u"pinbottom"_s));
    m_place->setToolTip(below ? tr("Move the details to the right") : tr("Move the details below"));
    m_place->setAccessibleName(m_place->toolTip());
}

void DetailsPane::refreshTrend()
{
    if (!m_readings || !m_target.row || !m_target.environment || !isVisible())
        return;
    const QDateTime now = m_context.clock->now();
    m_overview->setTrend(items::objectFacts(m_object, m_target.kind, *m_context.kinds, m_target.environment->name(), now), *m_readings,
                         m_target.environment->name(), now);
}

void DetailsPane::setTab(const QString &id)
{
    m_tabs->setCurrent(id);
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
    const bool same = m_target.row && target.row && m_target.row->uid == target.row->uid
        && m_target.environment == target.environment;
    if (same || !target.row || !target.environment)
        return;
    m_stop.request_stop();
    m_target = target;
    m_live = false;
    m_name->setText(target.row->name);
    m_problem->hide();
    m_events->clear();
    rebuildVerbs();
    QJsonObject body;
    if (m_context.bodies && !target.row->body.isEmpty()) {
        if (const Result<QJsonObject> opened = m_context.bodies->open(target.row->body))
            body = *opened;
    }
    if (body.isEmpty())
        body = {{u"metadata"_s, QJsonObject{{u"name"_s, target.row->name}, {u"namespace"_s, target.row->ns}, {u"uid"_s, target.row->uid}}}};
    present(body, false);
    fetchLive();
}

void DetailsPane::clearTarget()
{
    m_stop.request_stop();
    m_target = {};
    m_object = {};
}

void DetailsPane::rowChanged(const state::RowPtr &row)
{
    if (!m_target.row || !row || row == m_target.row || row->uid != m_target.row->uid)
        return;
    const bool newer = row->resourceVersion != m_target.row->resourceVersion;
    m_target.row = row;
    rebuildVerbs();
    if (!newer || !m_context.bodies || row->body.isEmpty())
        return;
    if (const Result<QJsonObject> opened = m_context.bodies->open(row->body))
        present(*opened, false);
}

void DetailsPane::fetchLive()
{
    m_stop = std::stop_source{};
    if (!m_target.environment || !m_target.environment->gateway())
        return;
    const ObjectId object = m_target.object();
    whenFinished(m_target.environment->gateway()->get(object.gvr, object.ns, object.name, m_stop.get_token()), this,
                 [this, object](const Result<QJsonObject> &live) {
                     if (m_target.object() != object)
                         return;
                     if (live)
                         present(*live, true);
                     else if (live.error().kind != ErrorKind::Cancelled)
                         showProblem(live.error());
                 });
}

void DetailsPane::showProblem(const Error &error)
{
    m_problem->setState(error.kind == ErrorKind::Forbidden ? network::State::Unknown : network::State::Stale);
    m_problem->setTexts(tr("Shown as the list knows it"), error.text());
    m_problem->show();
}

void DetailsPane::present(const QJsonObject &object, bool live)
{
    m_object = object;
    m_live = live;
    if (live)
        m_problem->hide();
    const items::ObjectFacts facts =
        items::objectFacts(object, m_target.kind, *m_context.kinds, m_target.environment->name(), m_context.clock->now());
    const bool stale = m_target.environment->freshness().state == Freshness::State::Stale;
    auto *glyph = static_cast<StateGlyph *>(m_icon);
    glyph->setSymbol(m_target.kind.icon, Token::Text2, m_target.kind.title);
    setAccessibleName(tr("Details of %1, %2").arg(m_target.row->name, network::stateWord(stale ? network::State::Stale : facts.state)));
    m_headline->setVisible(facts.headline.has_value());
    if (facts.headline) {
        m_headline->setState(facts.headline->state);
        m_headline->setTexts(facts.headline->title, facts.headline->detail);
    }
    m_overview->setFacts(facts, m_context.clock->now());
    if (m_readings)
        m_overview->setTrend(facts, *m_readings, m_target.environment->name(), m_context.clock->now());
    m_conditions->setFacts(facts, m_context.clock->now());
    refreshTab();
}

/// Tabs that cost something are filled when they are looked at.
void DetailsPane::refreshTab()
{
    if (!m_target.row || !m_target.environment)
        return;
    const QString tab = m_tabs->current();
    if (tab == "yaml"_L1)
        m_yaml->setObject(m_object, m_live);
    else if (tab == "events"_L1)
        m_events->load(m_target.environment->gateway(), m_target.object());
    else if (tab == "relations"_L1)
        m_relations->setFacts(items::objectFacts(m_object, m_target.kind, *m_context.kinds, m_target.environment->name(), m_context.clock->now()),
                              m_target.environment);
}

void DetailsPane::rebuildVerbs()
{
    const QList<QAction *> all = m_actions->changesOf(m_target.kind);
    const bool suspended = m_target.row->state == network::State::Suspended;
    const QList<QAction *> first = buttonVerbs(all, suspended);
    QString key = m_target.kind.kind;
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
        QWidget *button = makeActionButton(action, index == 0, this);
        m_verbs->insertWidget(index++, button);
        m_verbButtons.append(button);
    }
    m_verbActions = first;
    m_otherVerbs = all;
    m_otherVerbs.removeIf([&first](QAction *action) { return first.contains(action); });
    fitVerbs();
}

/// Verbs never elide: a button without room goes under "…".
void DetailsPane::fitVerbs()
{
    const int margins = m_verbs->contentsMargins().left() + m_verbs->contentsMargins().right();
    int room = (m_below ? width() / 2 : width()) - margins - m_more->sizeHint().width() - m_verbs->spacing();
    QList<QAction *> rest;
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
    if (event->key() == Qt::Key_Escape)
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
