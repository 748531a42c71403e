// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/ComponentPaths.h"

#include "models/core/Json.h"
#include "models/network/Pods.h"

#include <QHash>
#include <QJsonArray>

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

ComponentPath at(const QString &name, const QString &base, const QString &replicas = {}, const QString &storage = {})
{
    return {name, base, replicas.isEmpty() ? QString(base + u"/resources/replicas"_s) : QString(base + replicas),
        base + u"/resources"_s, base + u"/envVars"_s, base + u"/imageTag"_s, storage};
}

ComponentPath block(const QString &name, const QString &replicas = {}, bool storage = false)
{
    const QString base = u"/spec/"_s + name + u"/spec"_s;
    return at(name, base, replicas, storage ? QString(base + u"/storageSize"_s) : QString());
}

QString plain(QString name)
{
    return name.toLower().remove(u'-').remove(u'_');
}

}

QList<ComponentPath> componentsOf(const QString &kind)
{
    if (kind == "Validator"_L1)
        return {at(u"validatorApp"_s, u"/spec"_s, {}, u"/spec/storageSize"_s), block(u"participant"_s),
            block(u"walletUI"_s), block(u"applicationCantonNameServer"_s)};
    if (kind == "Participant"_L1)
        return {at(u"participant"_s, u"/spec"_s, {}, u"/spec/storageSize"_s)};
    if (kind == "SuperValidator"_L1)
        return {block(u"svApp"_s, {}, true), block(u"scan"_s, {}, true), block(u"validatorApp"_s, {}, true),
            block(u"participant"_s, {}, true), block(u"sequencer"_s, {}, true), block(u"mediator"_s, {}, true)};
    if (kind == "SyncDomain"_L1)
        return {block(u"sequencer"_s, u"/instances"_s), block(u"mediator"_s, u"/instances"_s)};
    if (kind == "Application"_L1)
        return {at(u"application"_s, u"/spec"_s)};
    return {};
}

ComponentPath findComponent(const QString &kind, const QString &name)
{
    const QList<ComponentPath> all = componentsOf(kind);
    const auto it = std::find_if(
        all.begin(), all.end(), [&name](const ComponentPath &c) { return plain(c.name) == plain(name); });
    return it == all.end() ? ComponentPath() : *it;
}

QString ailingComponent(const QString &kind, const QJsonObject &live)
{
    // As the operator calls what the spec calls otherwise.
    static const QHash<QString, QString> kSpecNames{{u"validator"_s, u"validatorApp"_s}, {u"cns-ui"_s, u"applicationCantonNameServer"_s}, {u"sv"_s, u"svApp"_s}};
    const QJsonArray components = json::at(live, u"/status/components"_s).toArray();
    for (const QJsonValue &component : components) {
        const QString told = component["name"_L1].toString();
        const QString name = findComponent(kind, kSpecNames.value(told, told)).name;
        const network::PodCount pods = network::PodCount::of(component.toObject());
        if (!name.isEmpty() && pods.ready < pods.desired)
            return name;
    }
    return {};
}

QStringList componentNames(const QString &kind)
{
    QStringList out;
    const QList<ComponentPath> all = componentsOf(kind);
    for (const ComponentPath &component : all)
        out.append(component.name);
    return out;
}

bool isNodeKind(const QString &kind)
{
    static const QStringList kNodes{u"Validator"_s, u"Participant"_s, u"SuperValidator"_s, u"SyncDomain"_s};
    return kNodes.contains(kind);
}

QString suspendPointer(const QString &kind)
{
    static const QStringList kSuspendable{
        u"Application"_s, u"BackupSchedule"_s, u"IdentityDumpSchedule"_s, u"PruningSchedule"_s};
    if (isNodeKind(kind) || kSuspendable.contains(kind))
        return u"/spec/suspend"_s;
    return kind == "Upgrade"_L1 ? u"/spec/paused"_s : QString();
}

QString cancelPointer(const QString &kind)
{
    if (kind == "Backup"_L1)
        return u"/spec/cancel"_s;
    return kind == "Upgrade"_L1 ? u"/spec/abort"_s : QString();
}

bool deleteIsGuarded(const QString &kind)
{
    return isNodeKind(kind);
}

bool requesterStays(const QString &kind)
{
    return kind == "Upgrade"_L1 || kind == "Restore"_L1;
}

}
