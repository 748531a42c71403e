// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/UpgradesChecks.h"

#include "app/demo/operator/Faults.h"
#include "app/demo/operator/Recovery.h"
#include "models/core/Json.h"

#include <QJsonArray>
#include <QVersionNumber>

#include <algorithm>

namespace qd::demo::upgrades {

using namespace Qt::StringLiterals;
using namespace recovery;

namespace {

bool migrates(const Target &target)
{
    const QString kind = target.ref.value("kind"_L1).toString();
    return kind == "Validator"_L1 || kind == "SuperValidator"_L1;
}

/// Users of the node that may act for nobody: after an upgrade their tokens stop to work.
QStringList usersWithoutRights(const Target &target, const World &world)
{
    QStringList names;
    for (const QJsonObject &user : world.all(u"ledgerusers"_s, nsOf(target.node))) {
        if (!refersTo(user, u"/spec/nodeRef"_s, target.node))
            continue;
        const QJsonObject rights = json::at(user, u"/spec/rights"_s).toObject();
        const bool any = std::any_of(rights.begin(), rights.end(),
            [](const QJsonValue &right) { return right.toBool() || !right.toArray().isEmpty(); });
        if (!any)
            names.append(nameOf(user));
    }
    names.sort();
    return names;
}

bool provenOnDevNet(const QString &version, const World &world)
{
    for (const QJsonObject &other : world.all(u"upgrades"_s)) {
        if (phaseOf(other) != "Succeeded"_L1 || text(other, u"/spec/toVersion"_s) != version)
            continue;
        for (const Target &target : targetsOf(other, world)) {
            if (networkTypeOf(world, target.node) == "DevNet"_L1)
                return true;
        }
    }
    return false;
}

}

QList<Target> targetsOf(const QJsonObject &upgrade, const World &world)
{
    const QJsonArray targets = json::at(upgrade, u"/spec/targets"_s).toArray();
    const QJsonArray order = json::at(upgrade, u"/spec/order"_s).toArray();
    QList<Target> all;
    const auto add = [&](const QJsonObject &ref) {
        const bool known = std::any_of(all.begin(), all.end(), [&ref](const Target &one) { return one.ref == ref; });
        if (!known)
            all.append({ref, nodeOf(world, nsOf(upgrade), ref)});
    };
    for (const QJsonValue &name : order) {
        for (const QJsonValue &target : targets) {
            if (target.toObject().value("name"_L1) == name)
                add(target.toObject());
        }
    }
    for (const QJsonValue &target : targets)
        add(target.toObject());
    return all;
}

bool onMainNet(const QList<Target> &targets, const World &world)
{
    return std::any_of(targets.begin(), targets.end(),
        [&world](const Target &target) { return networkTypeOf(world, target.node) == "MainNet"_L1; });
}

bool readyWith(const QJsonObject &node, const QString &version)
{
    const QString phase = phaseOf(node);
    const bool serves = phase == "Ready"_L1 || (phase == "Degraded"_L1 && conditionTrue(node, u"Ready"_s));
    return serves && text(node, u"/status/version"_s) == version
        && json::at(node, u"/status/observedGeneration"_s).toInteger() >= json::at(node, u"/metadata/generation"_s).toInteger();
}

std::optional<Finding> specProblem(const QJsonObject &upgrade, const QList<Target> &targets)
{
    const QString kind = text(upgrade, u"/spec/class"_s);
    const qint64 wanted = json::at(upgrade, u"/spec/toMigrationId"_s).toInteger();
    for (const Target &target : targets) {
        const std::optional<qint64> now = migrationOf(target.node);
        if (kind == "MajorMigration"_L1 && migrates(target) && now && *now + 1 != wanted)
            return Finding{u"WrongMigrationId"_s, u"spec.toMigrationId: %1 is at %2, the next is %3, not %4"_s.arg(target.text()).arg(*now)
                                                      .arg(*now + 1).arg(wanted)};
    }
    return std::nullopt;
}

std::optional<Finding> preCheckProblem(const QJsonObject &upgrade, const QList<Target> &targets, const World &world)
{
    const QString from = text(upgrade, u"/spec/fromVersion"_s);
    const QString to = text(upgrade, u"/spec/toVersion"_s);
    if (text(upgrade, u"/spec/class"_s) == "CatBm"_L1)
        return std::nullopt;
    for (const Target &target : targets) {
        const QString tag = text(target.node, u"/spec/imageTag"_s);
        if (!from.isEmpty() && tag != from)
            return Finding{u"VersionMismatch"_s, u"spec.fromVersion: %1 has %2, not %3"_s.arg(target.text(), tag, from)};
        if (tag == to)
            return Finding{u"AlreadyThere"_s, u"spec.toVersion: %1 has %2 already"_s.arg(target.text(), to)};
        const QVersionNumber old = QVersionNumber::fromString(tag);
        const QVersionNumber next = QVersionNumber::fromString(to);
        if (!old.isNull() && !next.isNull() && next < old)
            return Finding{u"Downgrade"_s, u"spec.toVersion: %1 has %2, which is newer than %3; a node cannot go back but by rollback.toRevision"_s.arg(
                                               target.text(), tag, to)};
        if (json::at(upgrade, u"/spec/preChecks/ledgerHealthy"_s).toBool(true) && !readyWith(target.node, versionOf(target.node)))
            return Finding{u"NotHealthy"_s, u"spec.preChecks.ledgerHealthy: %1 is %2%3"_s.arg(target.text(), phaseOf(target.node),
                                                text(target.node, u"/status/message"_s).isEmpty()
                                                    ? QString() : QString(u": "_s + text(target.node, u"/status/message"_s)))};
        const QStringList users = usersWithoutRights(target, world);
        if (text(upgrade, u"/spec/preChecks/usersWithoutPartyRights"_s) == "block"_L1 && !users.isEmpty())
            return Finding{u"UsersWithoutPartyRights"_s, u"spec.preChecks.usersWithoutPartyRights: %1 on %2 have no right; give them one or delete them"_s.arg(
                                                             users.join(u", "_s), target.text())};
    }
    return std::nullopt;
}

std::optional<Finding> warningOf(const QJsonObject &upgrade, const QList<Target> &targets, const World &world)
{
    const QString to = text(upgrade, u"/spec/toVersion"_s);
    if (onMainNet(targets, world) && !provenOnDevNet(to, world))
        return Finding{u"NotProvenOnDevNet"_s, u"%1 has not been brought to DevNet with success before it comes to MainNet"_s.arg(to)};
    const QString wanted = text(upgrade, u"/spec/preChecks/usersWithoutPartyRights"_s);
    if (!wanted.isEmpty() && wanted != "warn"_L1)
        return std::nullopt;
    for (const Target &target : targets) {
        const QStringList users = usersWithoutRights(target, world);
        if (!users.isEmpty())
            return Finding{u"UsersWithoutPartyRights"_s, u"%1 on %2 have no right"_s.arg(users.join(u", "_s), target.text())};
    }
    return std::nullopt;
}

QString otherWork(const QJsonObject &upgrade, const QList<Target> &targets, const World &world)
{
    static const QStringList under{u"PreChecking"_s, u"Running"_s, u"Observing"_s, u"AwaitingApproval"_s};
    const QString ns = nsOf(upgrade);
    QStringList found;
    for (const Target &target : targets) {
        const QString kind = target.ref.value("kind"_L1).toString();
        const QString name = target.ref.value("name"_L1).toString();
        for (const QJsonObject &other : world.referring(u"upgrades"_s, u"/spec/targets"_s, ns, kind, name)) {
            if (nameOf(other) != nameOf(upgrade) && under.contains(phaseOf(other)))
                found.append(u"Upgrade %1 of %2"_s.arg(nameOf(other), target.text()));
        }
        for (const QJsonObject &restore : world.referring(u"restores"_s, u"/spec/nodeRef"_s, ns, kind, name)) {
            if (phaseOf(restore) == "Running"_L1)
                found.append(u"Restore %1 of %2"_s.arg(nameOf(restore), target.text()));
        }
    }
    found.sort();
    return found.value(0);
}

std::optional<Finding> gateProblem(const QJsonObject &upgrade, const Target &target, const Moment &moment)
{
    const QJsonArray given = json::at(upgrade, u"/spec/observation/checks"_s).toArray();
    const auto wants = [&given](const QString &check) { return given.isEmpty() ? check == "PodsReady"_L1 : given.contains(check); };
    const auto found = [](const QString &check, const QString &what) { return Finding{check, QString(check + u": "_s + what)}; };
    if (hasFault(upgrade, moment, u"failed-gate"_s))
        return found(u"MetricsHealthy"_s, u"4.1 % of the submissions of %1 fail since the change (limit 1 %)"_s.arg(target.text()));
    if (wants(u"PodsReady"_s)) {
        for (const QJsonValue &value : json::at(target.node, u"/status/components"_s).toArray()) {
            const QJsonObject component = value.toObject();
            if (component.value("ready"_L1).toInteger() < component.value("desired"_L1).toInteger())
                return found(u"PodsReady"_s, u"%1 of %2 has %3 of %4 pods ready"_s.arg(component.value("name"_L1).toString(), target.text())
                                                 .arg(component.value("ready"_L1).toInteger()).arg(component.value("desired"_L1).toInteger()));
        }
        if (!serving(target.node))
            return found(u"PodsReady"_s, u"%1 is %2"_s.arg(target.text(), phaseOf(target.node)));
    }
    if (wants(u"MetricsHealthy"_s)) {
        const std::optional<Fault> fault = faultOf(target.node, moment.now);
        if (fault && (fault->name == "crash"_L1 || fault->name == "disk-full"_L1))
            return found(u"MetricsHealthy"_s, u"the error rate of %1 is over its limit"_s.arg(target.text()));
    }
    const QDateTime recorded = timeOf(target.node, u"/status/balances/recordTime"_s);
    if (wants(u"CcBalanceIncreasing"_s) && recorded.isValid() && recorded.secsTo(moment.now) > 900)
        return found(u"CcBalanceIncreasing"_s, u"the balance of %1 has not moved since %2"_s.arg(target.text(), stampOf(recorded)));
    if (wants(u"TrafficSufficient"_s)) {
        for (const QJsonValue &value : json::at(target.node, u"/status/conditions"_s).toArray()) {
            const QJsonObject condition = value.toObject();
            if (condition.value("type"_L1) == "TrafficSufficient"_L1 && condition.value("status"_L1) == "False"_L1)
                return found(u"TrafficSufficient"_s, u"%1: %2"_s.arg(target.text(), condition.value("message"_L1).toString()));
        }
    }
    return std::nullopt;
}

QJsonObject backupSpecFor(const Target &target, const World &world)
{
    QList<QJsonObject> schedules;
    for (const QJsonObject &schedule : world.all(u"backupschedules"_s, nsOf(target.node))) {
        if (refersTo(schedule, u"/spec/template/nodeRef"_s, target.node))
            schedules.append(schedule);
    }
    std::sort(schedules.begin(), schedules.end(), [](const QJsonObject &a, const QJsonObject &b) { return nameOf(a) < nameOf(b); });
    if (!schedules.isEmpty())
        return json::at(schedules.first(), u"/spec/template"_s).toObject();
    QJsonObject spec{{u"nodeRef"_s, target.ref}};
    const QJsonObject last = lastBackupOf(world, target.node);
    const QJsonObject storage = json::at(last, u"/spec/storage"_s).toObject();
    const bool bucket = storage.contains("s3"_L1);
    spec.insert("type"_L1, bucket ? u"Database"_s : u"Volume"_s);
    spec.insert("method"_L1, bucket ? u"PgDump"_s : u"VolumeSnapshot"_s);
    if (!storage.isEmpty())
        spec.insert("storage"_L1, storage);
    return spec;
}

}
