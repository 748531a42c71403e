// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/ObjectCommands.h"

#include "models/items/PodList.h"
#include "models/state/KubectlCommand.h"
#include "ui/theme/Icons.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QGuiApplication>
#include <QMenu>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using state::KubectlRead;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ObjectCommands)
};

constexpr QLatin1StringView kPrefix{"object."};
constexpr int kMostWindows = 10;

bool hasObjects(const ActionRegistry &registry)
{
    const QList<ActionTarget> &targets = registry.targets();
    return !targets.isEmpty()
        && std::all_of(targets.begin(), targets.end(), [](const ActionTarget &t) { return t.row && t.environment; });
}

/// Why it cannot be done with what is selected; empty: it can.
QString whyNot(const ActionRegistry &registry, const QString &id)
{
    if (!hasObjects(registry))
        return Words::tr("Nothing is selected");
    const network::KindInfo &kind = registry.targets().first().kind;
    if ((id == "object.logs"_L1 || id == "object.pods"_L1) && !items::hasPods(kind))
        return Words::tr("%1 has no pods").arg(kind.kind);
    if (id == "object.window"_L1 && registry.targets().size() > kMostWindows)
        return Words::tr("At most %1 windows are opened at once").arg(kMostWindows);
    return {};
}

void copyAs(const ActionRegistry &registry, KubectlRead what)
{
    QStringList lines;
    for (const ActionTarget &target : registry.targets()) {
        if (target.row && target.environment)
            lines.append(state::kubectlRead(what, target.object(), target.environment->name()));
    }
    if (!lines.isEmpty())
        QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

}

void registerObjectCommands(ActionRegistry *registry)
{
    const auto add = [registry](const QString &id, const QString &text, const QString &iconName, const QString &key, auto call) {
        const QList<QKeySequence> keys = key.isEmpty() ? QList<QKeySequence>() : QList<QKeySequence>{QKeySequence(key, QKeySequence::PortableText)};
        QAction *action = registry->add({id, text, iconName, keys, u"object"_s, false});
        action->setEnabled(false);
        QObject::connect(action, &QAction::triggered, registry, call);
    };
    add(u"object.copyName"_s, Words::tr("Copy name for kubectl"), u"copy"_s, {}, [registry] { copyAs(*registry, KubectlRead::Name); });
    add(u"object.copyGet"_s, Words::tr("Copy as kubectl get"), u"copy"_s, u"Ctrl+Shift+K"_s, [registry] { copyAs(*registry, KubectlRead::Get); });
    add(u"object.copyDescribe"_s, Words::tr("Copy as kubectl describe"), u"copy"_s, {},
        [registry] { copyAs(*registry, KubectlRead::Describe); });
    add(u"object.copyEdit"_s, Words::tr("Copy as kubectl edit"), u"copy"_s, {}, [registry] { copyAs(*registry, KubectlRead::Edit); });
    add(u"object.window"_s, Words::tr("Open in a new window"), u"external"_s, u"Ctrl+Return"_s, [registry] {
        const QList<ActionTarget> targets = registry->targets();
        for (const ActionTarget &target : targets)
            Q_EMIT registry->windowWanted(target);
    });
    add(u"object.logs"_s, Words::tr("Open logs"), u"terminal"_s, u"L"_s, [registry] {
        const QList<ActionTarget> targets = registry->targets();
        if (!targets.isEmpty())
            Q_EMIT registry->tabWanted(targets.first(), u"logs"_s);
    });
    add(u"object.pods"_s, Words::tr("Show pods"), u"applications"_s, {}, [registry] {
        const QList<ActionTarget> targets = registry->targets();
        if (!targets.isEmpty())
            Q_EMIT registry->tabWanted(targets.first(), u"pods"_s);
    });
    add(u"object.history"_s, Words::tr("Show history"), u"changes"_s, u"H"_s, [registry] {
        const QList<ActionTarget> targets = registry->targets();
        if (!targets.isEmpty())
            Q_EMIT registry->tabWanted(targets.first(), u"history"_s);
    });
    QObject::connect(registry, &ActionRegistry::refreshed, registry, [registry] {
        const QList<QAction *> all = registry->actions();
        for (QAction *action : all) {
            if (!action->objectName().startsWith(kPrefix))
                continue;
            const QString why = whyNot(*registry, action->objectName());
            action->setEnabled(why.isEmpty());
            action->setToolTip(actionToolTip(action, why));
            action->setStatusTip(why);
        }
    });
}

QMenu *makeKubectlMenu(ActionRegistry *registry, QWidget *parent)
{
    auto *menu = new QMenu(Words::tr("Copy as kubectl"), parent);
    menu->setIcon(icon(u"copy"_s));
    for (const QString &id : {u"object.copyName"_s, u"object.copyGet"_s, u"object.copyDescribe"_s, u"object.copyEdit"_s}) {
        if (QAction *action = registry->action(id))
            menu->addAction(action);
    }
    return menu;
}

}
