// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Recovery.h"

#include "app/demo/operator/RecoveryParts.h"
#include "models/core/Json.h"

#include <QJsonArray>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace recovery;

namespace {

QString stateOf(const QJsonObject &object, const QString &step)
{
    for (const QJsonValue &one : json::at(object, u"/status/steps"_s).toArray()) {
        if (one.toObject().value("name"_L1).toString() == step)
            return one.toObject().value("state"_L1).toString();
    }
    return u"Pending"_s;
}

/// The newest succeeded one of the node, by completion, then by name.
QJsonObject newest(const World &world, const QString &plural, const QJsonObject &node)
{
    QJsonObject best;
    for (const QJsonObject &object : world.ofNode(plural, nsOf(node), text(node, u"/kind"_s), nameOf(node))) {
        if (phaseOf(object) != "Succeeded"_L1 || deleting(object))
            continue;
        const QDateTime time = timeOf(object, u"/status/completionTime"_s);
        const QDateTime old = timeOf(best, u"/status/completionTime"_s);
        if (best.isEmpty() || time > old || (time == old && nameOf(object) > nameOf(best)))
            best = object;
    }
    return best;
}

}

QJsonObject runningRestoreOf(const World &world, const QJsonObject &node)
{
    for (const QJsonObject &restore : world.ofNode(u"restores"_s, nsOf(node), text(node, u"/kind"_s), nameOf(node))) {
        if (phaseOf(restore) != "Running"_L1)
            continue;
        const QString stop = stateOf(restore, u"StopNode"_s);
        if ((stop == "Running"_L1 || stop == "Succeeded"_L1) && stateOf(restore, u"StartNode"_s) == "Pending"_L1)
            return restore;
    }
    return {};
}

QJsonObject lastBackupOf(const World &world, const QJsonObject &node)
{
    return newest(world, u"backups"_s, node);
}

QJsonObject lastIdentityDumpOf(const World &world, const QJsonObject &node)
{
    return newest(world, u"identitydumps"_s, node);
}

QJsonObject upgradeUnderWayOf(const World &world, const QJsonObject &node)
{
    static const QStringList under{u"Running"_s, u"Observing"_s, u"AwaitingApproval"_s};
    for (const QJsonObject &upgrade : world.all(u"upgrades"_s, nsOf(node))) {
        if (!under.contains(phaseOf(upgrade)) || stateOf(upgrade, u"ApplyVersion"_s) == "Pending"_L1)
            continue;
        for (const QJsonValue &value : json::at(upgrade, u"/status/perTarget"_s).toArray()) {
            const QJsonObject target = value.toObject();
            const QString phase = target.value("phase"_L1).toString();
            if (target.value("name"_L1).toString() == nameOf(node) && target.value("kind"_L1).toString() == text(node, u"/kind"_s)
                && (phase == "Running"_L1 || phase == "Observing"_L1 || phase == "RollingBack"_L1))
                return upgrade;
        }
    }
    return {};
}

void addRecoveryReconcilers(std::vector<std::unique_ptr<Reconciler>> &to)
{
    to.push_back(makeBackup());
    to.push_back(makeBackupSchedule());
    to.push_back(makeRestore());
    to.push_back(makeIdentityDump());
    to.push_back(makeIdentityDumpSchedule());
    to.push_back(makePruningSchedule());
}

}
