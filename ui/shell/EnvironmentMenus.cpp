// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/EnvironmentMenus.h"

#include "models/core/Async.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/EnvironmentMark.h"

#include <QActionGroup>
#include <QJsonArray>
#include <QJsonObject>

namespace qd::ui {

using namespace Qt::StringLiterals;

OpenEnvironmentMenu::OpenEnvironmentMenu(const EnvironmentSource *source, QWidget *parent)
    : QMenu(parent)
{
    setToolTipsVisible(true);
    const QList<EnvironmentSource::Context> contexts = source ? source->contexts() : QList<EnvironmentSource::Context>();
    int shown = 0;
    for (const EnvironmentSource::Context &context : contexts) {
        if (context.open)
            continue;
        ++shown;
        const QString iconName = mark::iconName(markId(context.mark));
        QAction *action = addAction(iconName.isEmpty() ? QIcon() : ui::icon(iconName),
                                    context.issuer.isEmpty() ? tr("Open %1").arg(context.name) : tr("Open %1 and sign in").arg(context.name));
        const QString cluster = context.ns.isEmpty() ? tr("Cluster %1").arg(context.cluster) : tr("Cluster %1, namespace %2").arg(context.cluster, context.ns);
        action->setToolTip(context.issuer.isEmpty() ? cluster : tr("%1. You sign in at %2.").arg(cluster, context.issuer));
        connect(action, &QAction::triggered, this, [this, name = context.name] { Q_EMIT contextWanted(name); });
    }
    if (shown == 0) {
        QAction *none = addAction(contexts.isEmpty() ? tr("The kubeconfig names no context") : tr("Every context is open"));
        none->setEnabled(false);
    }
    addSeparator();
    connect(addAction(ui::icon(u"play"_s), tr("Demo network in a window of its own")), &QAction::triggered, this, &OpenEnvironmentMenu::demoWanted);
}

NamespaceMenu::NamespaceMenu(state::Environment *environment, QWidget *parent)
    : QMenu(tr("Namespace"), parent)
    , m_environment(environment)
{
    fill(environment->seenNamespaces());
    const Gvr namespaces{{}, u"v1"_s, u"namespaces"_s};
    whenFinished(environment->gateway()->list(namespaces, {.metadataOnly = true}), this, [this](const Result<QJsonObject> &answer) {
        if (!answer)
            return;
        QStringList names;
        const QJsonArray items = answer->value("items"_L1).toArray();
        for (const QJsonValue &item : items)
            names.append(item["metadata"_L1]["name"_L1].toString());
        fill(names);
    });
}

void NamespaceMenu::fill(QStringList names)
{
    const QStringList chosen = m_environment->info().namespaces;
    names += m_environment->seenNamespaces();
    names += chosen;
    names.removeDuplicates();
    names.removeAll(QString());
    names.sort();
    clear();
    auto *group = new QActionGroup(this);
    const auto add = [&](const QString &text, const QString &ns, bool on) {
        QAction *action = addAction(text);
        action->setCheckable(true);
        action->setChecked(on);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, ns] { Q_EMIT namespaceWanted(ns); });
    };
    add(tr("All namespaces"), {}, chosen.isEmpty());
    addSeparator();
    for (const QString &name : std::as_const(names))
        add(name, name, chosen.size() == 1 && chosen.first() == name);
}

}
