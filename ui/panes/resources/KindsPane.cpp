// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/resources/KindsPane.h"

#include "ui/panes/resources/ResourcePane.h"
#include "ui/widgets/Stacks.h"
#include "ui/widgets/Tabs.h"

#include <QApplication>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

KindsPane::KindsPane(const ShellContext &context, ActionRegistry *actions, const items::Attention *attention, QList<ListSpec> lists,
                     QWidget *parent)
    : Pane(parent)
    , m_context(context)
    , m_actions(actions)
    , m_attention(attention)
    , m_lists(std::move(lists))
    , m_stack(new PageStack(this))
    , m_tabs(new Tabs(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    setFocusProxy(m_stack);
    m_tabs->setName(tr("Kinds"));
    m_tabs->setIndent(14);
    for (const ListSpec &spec : std::as_const(m_lists))
        m_tabs->addTab(spec.id, spec.tab);
    updateTabs();
    const QString last = m_context.settings->value(m_lists.first().id.section(u'/', 0, 0) + u"/tab"_s).toString();
    const bool known = std::any_of(m_lists.begin(), m_lists.end(), [&last](const ListSpec &spec) { return spec.id == last; });
    show(known ? last : m_lists.first().id);
    connect(m_tabs, &Tabs::currentChanged, this, [this](const QString &id) {
        const bool inTabs = m_tabs->isAncestorOf(QApplication::focusWidget());
        if (show(id) && isVisible() && !inTabs)
            list()->enter();
    });
    connect(m_attention, &items::Attention::changed, this, &KindsPane::updateCounts);
    for (state::Environment *environment : m_context.environments)
        connect(environment, &state::Environment::servedChanged, this, &KindsPane::updateTabs);
    updateCounts();
}

ResourcePane *KindsPane::list() const
{
    return static_cast<ResourcePane *>(m_stack->currentWidget());
}

ResourcePane *KindsPane::make(const ListSpec &spec)
{
    auto *made = new ResourcePane(m_context, m_actions, spec, m_stack);
    made->setDensity(m_density);
    made->setNarrow(m_narrow);
    if (m_paused)
        made->setPaused(true);
    connect(made, &Pane::opened, this, &Pane::opened);
    connect(made, &Pane::objectWanted, this, &Pane::objectWanted);
    connect(made, &Pane::objectMissing, this, &Pane::objectMissing);
    connect(made, &Pane::changeWanted, this, &Pane::changeWanted);
    connect(made, &Pane::waitingChanged, this, &Pane::waitingChanged);
    connect(made, &Pane::viewsWanted, this, &Pane::viewsWanted);
    m_stack->addWidget(made);
    m_made.insert(spec.id, made);
    return made;
}

bool KindsPane::show(const QString &id)
{
    const auto spec = std::find_if(m_lists.begin(), m_lists.end(), [&id](const ListSpec &s) { return s.id == id; });
    if (spec == m_lists.end())
        return false;
    ResourcePane *known = m_made.value(id);
    ResourcePane *shown = known ? known : make(*spec);
    if (m_lists.size() > 1) {
        const bool focused = m_tabs->isAncestorOf(QApplication::focusWidget());
        shown->setTabs(m_tabs);
        showInStack(m_stack, shown);
        if (focused)
            m_tabs->setFocus();
    } else {
        m_tabs->hide();
        showInStack(m_stack, shown);
    }
    m_tabs->setCurrent(id);
    shown->activate();
    setAccessibleName(spec->name);
    return true;
}

bool KindsPane::showKind(const QString &kind)
{
    for (const ListSpec &spec : std::as_const(m_lists)) {
        if (std::any_of(spec.kinds.begin(), spec.kinds.end(), [&kind](const network::KindInfo &k) { return k.kind == kind; })) {
            show(spec.id);
            return true;
        }
    }
    return false;
}

/// A kind of ours that is not served says so on its page; one of others is left out.
void KindsPane::updateTabs()
{
    int shown = 0;
    for (const ListSpec &spec : std::as_const(m_lists)) {
        const bool own = std::any_of(spec.kinds.begin(), spec.kinds.end(), [](const network::KindInfo &k) { return k.own; });
        const bool served = std::any_of(m_context.environments.begin(), m_context.environments.end(), [&spec](const state::Environment *e) {
            return std::any_of(spec.kinds.begin(), spec.kinds.end(), [e](const network::KindInfo &k) { return e->serves(k); });
        });
        m_tabs->setTabShown(spec.id, own || served);
        shown += own || served;
    }
    // One kind alone needs no tab.
    m_tabs->setVisible(shown > 1);
}

void KindsPane::updateCounts()
{
    for (const ListSpec &spec : std::as_const(m_lists)) {
        int problems = 0;
        for (const network::KindInfo &kind : spec.kinds)
            problems += m_attention->ofKind(kind.gvr.name()).problems;
        m_tabs->setTabText(spec.id, problems > 0 ? tr("%1 (%2)").arg(spec.tab).arg(problems) : spec.tab);
    }
}

void KindsPane::setNarrow(bool narrow)
{
    m_narrow = narrow;
    for (ResourcePane *list : std::as_const(m_made))
        list->setNarrow(narrow);
}

void KindsPane::setDensity(Density density)
{
    m_density = density;
    for (ResourcePane *list : std::as_const(m_made))
        list->setDensity(density);
}

void KindsPane::setPaused(bool paused)
{
    m_paused = paused;
    for (ResourcePane *list : std::as_const(m_made))
        list->setPaused(paused);
}

void KindsPane::addEnvironment(state::Environment *environment)
{
    connect(environment, &state::Environment::servedChanged, this, &KindsPane::updateTabs);
    for (ResourcePane *list : std::as_const(m_made))
        list->addEnvironment(environment);
    updateTabs();
}

void KindsPane::removeEnvironment(state::Environment *environment)
{
    for (ResourcePane *list : std::as_const(m_made))
        list->removeEnvironment(environment);
    updateTabs();
}

int KindsPane::waiting() const
{
    return list()->waiting();
}

void KindsPane::tick()
{
    list()->tick();
}

void KindsPane::saveState() const
{
    m_context.settings->keep(m_lists.first().id.section(u'/', 0, 0) + u"/tab"_s, m_tabs->current());
    for (const ResourcePane *list : std::as_const(m_made))
        list->saveState();
}

void KindsPane::enter()
{
    list()->enter();
}

bool KindsPane::openObject(const ObjectId &object)
{
    for (const ListSpec &spec : std::as_const(m_lists)) {
        if (std::any_of(spec.kinds.begin(), spec.kinds.end(), [&](const network::KindInfo &k) { return k.gvr == object.gvr; })) {
            show(spec.id);
            return list()->openObject(object);
        }
    }
    return false;
}

ObjectId KindsPane::openedObject() const
{
    return list()->openedObject();
}

void KindsPane::setProblemsOnly(bool only)
{
    list()->setProblemsOnly(only);
}

void KindsPane::setDetailsTab(const QString &tab)
{
    list()->setDetailsTab(tab);
}

std::optional<ListView> KindsPane::listView() const
{
    return list()->listView();
}

void KindsPane::showListView(const ListView &view)
{
    show(view.list);
    list()->showListView(view);
}

void KindsPane::setFilterText(const QString &text)
{
    list()->setFilterText(text);
}

QString KindsPane::keyHints() const
{
    return list()->keyHints();
}

}
