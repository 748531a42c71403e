// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/PaneHost.h"

#include <QScopedValueRollback>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {
/// As far back as anybody goes.
constexpr qsizetype kHistory = 100;
}

PaneHost::PaneHost(const ShellContext &context, QList<PaneInfo> panes, QWidget *parent)
    : PageStack(parent)
    , m_context(context)
    , m_panes(std::move(panes))
{
}

Pane *PaneHost::pane(const QString &id)
{
    if (Pane *known = m_made.value(id))
        return known;
    const auto info = std::find_if(m_panes.begin(), m_panes.end(), [&id](const PaneInfo &p) { return p.id == id; });
    if (info == m_panes.end())
        return nullptr;
    Pane *made = info->make(this);
    made->setAccessibleName(info->title);
    made->setNarrow(m_narrow);
    made->setDensity(m_density);
    if (m_paused)
        made->setPaused(true);
    connect(made, &Pane::opened, this, [this, id](const ObjectId &object) { remember({id, object}); });
    connect(made, &Pane::objectWanted, this, &PaneHost::openObject);
    connect(made, &Pane::objectMissing, this, &PaneHost::objectMissing);
    connect(made, &Pane::tabWanted, this, &PaneHost::openTab);
    connect(made, &Pane::listWanted, this, &PaneHost::showList);
    connect(made, &Pane::filterWanted, this, [this](const QString &page, const QString &filter) {
        showList(page, {}, false);
        if (m_current == page)
            currentPane()->setFilterText(filter);
    });
    connect(made, &Pane::changeWanted, this, &PaneHost::openChange);
    connect(made, &Pane::waitingChanged, this, &PaneHost::waitingChanged);
    connect(made, &Pane::viewsWanted, this, &PaneHost::viewsWanted);
    connect(made, &Pane::attentionChanged, this, &PaneHost::attentionChanged);
    connect(made, &Pane::hintsChanged, this, &PaneHost::hintsChanged);
    m_made.insert(id, made);
    addWidget(made);
    return made;
}

void PaneHost::enter(const QString &id)
{
    Pane *wanted = pane(id);
    if (!wanted)
        return;
    const bool changed = m_current != id;
    m_current = id;
    showInStack(this, wanted);
    wanted->enter();
    if (changed)
        Q_EMIT currentPaneChanged(id);
}

void PaneHost::show(const QString &id)
{
    enter(id);
    if (m_current == id)
        remember({id, currentPane()->openedObject()});
}

bool PaneHost::openObject(const ObjectId &object)
{
    const auto environment = std::find_if(m_context.environments.begin(), m_context.environments.end(),
                                          [&](const state::Environment *e) { return e->name() == object.cluster; });
    if (environment == m_context.environments.end())
        return false;
    const network::KindInfo *kind = (*environment)->kinds().find(object.gvr);
    if (!kind || !pane(kind->pane))
        return false;
    enter(kind->pane);
    if (!currentPane()->openObject(object))
        return false;
    // As the page has it, with what was not said of it: the same object is one place.
    const ObjectId open = currentPane()->openedObject();
    remember({m_current, open.name == object.name && open.ns == object.ns && open.gvr == object.gvr ? open : object});
    return true;
}

bool PaneHost::openChange(const QString &changeId)
{
    const auto page = u"changes"_s;
    if (!pane(page))
        return false;
    show(page);
    return currentPane()->openChange(changeId);
}

void PaneHost::openTab(const ObjectId &object, const QString &tab)
{
    if (openObject(object))
        currentPane()->setDetailsTab(tab);
}

void PaneHost::showList(const QString &id, const QString &kind, bool problemsOnly)
{
    show(id);
    if (m_current != id)
        return;
    if (!kind.isEmpty())
        (void)currentPane()->showKind(kind);
    currentPane()->setFilterText({});
    currentPane()->setProblemsOnly(problemsOnly);
}

/// What was ahead is forgotten once another way is taken.
void PaneHost::remember(const Place &place)
{
    if (m_going || (m_at >= 0 && m_history.at(m_at) == place))
        return;
    m_history.resize(m_at + 1);
    m_history.append(place);
    if (m_history.size() > kHistory)
        m_history.removeFirst();
    m_at = m_history.size() - 1;
    Q_EMIT historyChanged();
}

void PaneHost::go(qsizetype at)
{
    if (at < 0 || at >= m_history.size())
        return;
    const QScopedValueRollback going(m_going, true);
    m_at = at;
    const Place place = m_history.at(at);
    enter(place.pane);
    if (!place.object.uid.isEmpty())
        (void)currentPane()->openObject(place.object);
    Q_EMIT historyChanged();
}

void PaneHost::setNarrow(bool narrow)
{
    m_narrow = narrow;
    for (Pane *made : std::as_const(m_made))
        made->setNarrow(narrow);
}

void PaneHost::setDensity(Density density)
{
    m_density = density;
    for (Pane *made : std::as_const(m_made))
        made->setDensity(density);
}

void PaneHost::setPaused(bool paused)
{
    m_paused = paused;
    for (Pane *made : std::as_const(m_made))
        made->setPaused(paused);
}

int PaneHost::waiting() const
{
    int out = 0;
    for (const Pane *made : m_made)
        out += made->waiting();
    return out;
}

void PaneHost::addEnvironment(state::Environment *environment)
{
    for (Pane *made : std::as_const(m_made))
        made->addEnvironment(environment);
}

/// The way back does not lead into a cluster that is closed.
void PaneHost::removeEnvironment(state::Environment *environment)
{
    for (Pane *made : std::as_const(m_made))
        made->removeEnvironment(environment);
    for (Place &place : m_history) {
        if (place.object.cluster == environment->name())
            place.object = {};
    }
}

void PaneHost::saveState() const
{
    for (const Pane *made : m_made)
        made->saveState();
}

}
