// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/actions/ActionRegistry.h"

#include "models/core/Format.h"
#include "models/state/ObjectTemplates.h"
#include "models/state/OwnVerbs.h"
#include "ui/theme/Icons.h"

#include <QWidget>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using Verdict = state::Permissions::Verdict;

namespace {
constexpr QLatin1StringView kChange{"change."};
constexpr qsizetype kJudgedAgain = 500;   ///< so many objects at most: of thousands it would take longer than a picture

/// Whether actions of two scopes can be meant by one key. The window's are there everywhere; the lists' are shared by the list of
/// changes and by those of objects, and these two are never on screen together.
bool together(const QString &a, const QString &b)
{
    const auto list = [](const QString &one, const QString &other) { return one == "list"_L1 && (other == "object"_L1 || other == "changes"_L1); };
    return a.isEmpty() || b.isEmpty() || a == b || list(a, b) || list(b, a);
}
}

QString actionToolTip(const QAction *action, const QString &whyNot)
{
    const QString key = action->shortcut().toString(QKeySequence::NativeText);
    const QString text = key.isEmpty() ? action->text() : QString(action->text() + u" ("_s + key + u')');
    return whyNot.isEmpty() ? text : whyNot;
}

ActionRegistry::ActionRegistry(const state::ActionCatalogue *catalogue, QObject *parent)
    : QObject(parent)
    , m_catalogue(catalogue)
{
    if (!m_catalogue)
        return;
    for (const state::ActionInfo &info : m_catalogue->actions()) {
        QList<QKeySequence> keys;
        for (const QString &key : info.keys)
            keys.append(QKeySequence(key, QKeySequence::PortableText));
        QAction *action = add({QString(kChange + info.id), info.title, info.icon, keys, u"object"_s, false});
        action->setEnabled(false);
        connect(action, &QAction::triggered, this, [this, id = info.id] { Q_EMIT changeRequested(id, m_targets); });
    }
}

QAction *ActionRegistry::add(const UiAction &spec)
{
    auto *action = new QAction(spec.text, this);
    action->setObjectName(spec.id);
    if (!spec.icon.isEmpty())
        action->setIcon(icon(spec.icon));
    action->setShortcuts(spec.keys);
    action->setShortcutContext(spec.scope.isEmpty() ? Qt::WindowShortcut : Qt::WidgetWithChildrenShortcut);
    action->setCheckable(spec.checkable);
    action->setToolTip(actionToolTip(action, {}));
    m_actions.insert(spec.id, action);
    m_scopes.insert(action, spec.scope);
    m_icons.insert(action, spec.icon);
    m_order.append(action);
    return action;
}

void ActionRegistry::share(const UiAction &spec, QWidget *page, const std::function<void()> &call)
{
    QAction *known = action(spec.id);
    QAction *shared = known ? known : add(spec);
    page->addAction(shared);
    connect(shared, &QAction::triggered, page, [page, call] {
        if (page->isVisible())
            call();
    });
}

QList<QAction *> ActionRegistry::changes() const
{
    QList<QAction *> out;
    std::copy_if(m_order.begin(), m_order.end(), std::back_inserter(out),
                 [](const QAction *a) { return a->objectName().startsWith(kChange); });
    return out;
}

QString ActionRegistry::idOf(const QAction *action) const
{
    return action->objectName();
}

QString ActionRegistry::scopeOf(const QAction *action) const
{
    return m_scopes.value(action);
}

QStringList ActionRegistry::conflicts() const
{
    QStringList out;
    for (qsizetype i = 0; i < m_order.size(); ++i) {
        for (qsizetype j = i + 1; j < m_order.size(); ++j) {
            if (!together(m_scopes.value(m_order.at(i)), m_scopes.value(m_order.at(j))))
                continue;
            const QList<QKeySequence> keys = m_order.at(j)->shortcuts();
            for (const QKeySequence &key : m_order.at(i)->shortcuts()) {
                if (keys.contains(key))
                    out.append(u"%1 is both %2 and %3"_s.arg(key.toString(), m_order.at(i)->objectName(), m_order.at(j)->objectName()));
            }
        }
    }
    return out;
}

QList<QAction *> ActionRegistry::changesOf(const network::KindInfo &kind) const
{
    QList<QAction *> out;
    if (!m_catalogue)
        return out;
    for (const state::ActionInfo &info : m_catalogue->actions()) {
        if (info.id != "create"_L1 && m_catalogue->applies(info.id, kind))
            out.append(m_actions.value(QString(kChange + info.id)));
    }
    return out;
}

void ActionRegistry::setTargets(const QList<ActionTarget> &targets)
{
    for (const QMetaObject::Connection &connection : std::as_const(m_watched))
        disconnect(connection);
    m_watched.clear();
    m_following.forget();
    m_targets = targets;
    QList<state::Environment *> seen;
    for (const ActionTarget &target : targets) {
        if (target.environment && !seen.contains(target.environment.data())) {
            seen.append(target.environment);
            watch(target.environment);
        }
    }
    refresh();
}

void ActionRegistry::followTargets()
{
    if (m_targets.size() == 1)
        m_following.now();
    else if (!m_targets.isEmpty())
        m_following.want();
}

/// One that is gone stays as it was: the change itself says that it is.
void ActionRegistry::renewTargets()
{
    bool other = false;
    for (qsizetype i = 0; i < m_targets.size(); ++i) {
        const ActionTarget &target = std::as_const(m_targets).at(i);
        const state::ResourceStore *store = target.environment && target.row ? target.environment->known(target.kind) : nullptr;
        const state::RowPtr now = store ? store->row(target.row->uid) : nullptr;
        if (!now || now == target.row)
            continue;
        m_targets[i].row = now;
        other = true;
    }
    if (other && m_targets.size() <= kJudgedAgain)
        refresh();
}

void ActionRegistry::watch(state::Environment *environment)
{
    m_watched.append(connect(environment, &state::Environment::readOnlyChanged, this, &ActionRegistry::refresh));
    const auto stale = [environment] { return environment->freshness().state == Freshness::State::Stale; };
    m_watched.append(connect(environment, &state::Environment::freshnessChanged, this, [this, stale, was = stale()]() mutable {
        if (std::exchange(was, stale()) != stale())     // not each heartbeat
            refresh();
    }));
    m_watched.append(connect(environment->permissions(), &state::Permissions::changed, this, &ActionRegistry::refresh));
}

QString ActionRegistry::applicability(const QString &actionId, const ActionTarget &target) const
{
    if (!m_catalogue->applies(actionId, target.kind))
        return tr("Does not apply to %1").arg(target.kind.title);
    if (!target.row)
        return {};
    if (target.row->deleted > 0)
        return tr("%1 is being deleted").arg(target.row->name);
    return {};
}

QString ActionRegistry::alreadySo(const QString &actionId, const ActionTarget &target) const
{
    return target.row ? state::whyNotNow(actionId, target.kind, *target.row) : QString();
}

QString ActionRegistry::whyNot(const QString &actionId, const ActionTarget &target) const
{
    const state::ActionInfo *info = m_catalogue ? m_catalogue->find(actionId) : nullptr;
    if (!info || !target.environment)
        return tr("Nothing is selected");
    if (QString why = applicability(actionId, target); !why.isEmpty())
        return why;
    if (QString why = alreadySo(actionId, target); !why.isEmpty())
        return why;
    return whyNotMay(*info, target);
}

QString ActionRegistry::whyNotMay(const state::ActionInfo &info, const ActionTarget &target) const
{
    if (target.environment->readOnly())
        return tr("Read-only: this profile allows no changes\nSwitch in the environment bar, Ctrl+Shift+L");
    if (target.environment->freshness().state == Freshness::State::Stale)
        return tr("Not connected to %1, so nothing can be changed").arg(target.environment->name());
    const QString ns = target.object().ns;
    bool denied = false;
    const QString why = whyNotIn(info, target, ns, &denied);
    if (!denied || target.row || !target.kind.namespaced)
        return why;
    // What is new begins in one namespace: a person may make it there and not everywhere.
    const QString begins = state::ObjectTemplates::namespaceFor(*target.environment);
    return begins == ns ? why : whyNotIn(info, target, begins, &denied);
}

QString ActionRegistry::asking(const state::Environment &environment)
{
    return tr("Asking %1 whether this is allowed").arg(environment.name());
}

/// The namespace first: one question for all its objects; the object's own only where that is denied (resourceNames).
QString ActionRegistry::whyNotIn(const state::ActionInfo &info, const ActionTarget &target, const QString &ns, bool *denied) const
{
    const ObjectId object = target.object();
    const QList<ports::AccessQuestion> questions = state::ActionCatalogue::questions(info, target.kind, ns, {});
    QString waits;
    QStringList missing;
    for (const ports::AccessQuestion &question : questions) {
        Verdict verdict = target.environment->permissions()->verdict(question);
        if (verdict == Verdict::Denied && !object.name.isEmpty() && question.verb != "create"_L1) {
            ports::AccessQuestion one = question;
            one.name = object.name;
            verdict = target.environment->permissions()->verdict(one);
        }
        if (verdict == Verdict::Denied)
            missing.append(question.text());
        if (verdict == Verdict::Unknown)
            waits = asking(*target.environment);
    }
    *denied = !missing.isEmpty();
    if (missing.isEmpty())
        return waits;
    return (missing.size() == 1 ? tr("Not allowed\nMissing right: %1") : tr("Not allowed\nMissing rights: %1")).arg(missing.join(u", "_s));
}

/// Several objects: those that are so already are left out of the change, unless it is all of them.
QString ActionRegistry::whyNotAll(const QString &actionId) const
{
    if (m_targets.isEmpty())
        return tr("Nothing is selected");
    if (m_targets.size() == 1)
        return whyNot(actionId, m_targets.first());
    const state::ActionInfo *info = m_catalogue->find(actionId);
    if (!info || actionId == "edit"_L1)
        return tr("For one object at a time, %1 are selected").arg(m_targets.size());
    QString already;
    bool open = false;
    for (const ActionTarget &target : m_targets) {
        if (!target.environment)
            return tr("Nothing is selected");
        if (QString why = applicability(actionId, target); !why.isEmpty())
            return why;
        if (QString why = whyNotMay(*info, target); !why.isEmpty())
            return target.row ? QString(target.row->name + u": "_s + why) : why;
        const QString so = alreadySo(actionId, target);
        open = open || so.isEmpty();
        already = already.isEmpty() ? so : already;
    }
    return open ? QString() : already;
}

void ActionRegistry::refresh()
{
    const QList<QAction *> changeActions = changes();
    for (QAction *action : changeActions) {
        const QString id = action->objectName().mid(kChange.size());
        const QString why = whyNotAll(id);
        action->setEnabled(why.isEmpty());
        action->setToolTip(actionToolTip(action, why));
        action->setStatusTip(why);
    }
    Q_EMIT refreshed();
}

}
