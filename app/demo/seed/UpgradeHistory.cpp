// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/seed/Consortium.h"
#include "app/demo/seed/Documents.h"
#include "models/core/Json.h"

#include <QJsonArray>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace documents;

namespace {

struct TargetTold {
    QString kind, name, phase;
    QString message = {};
};

/// An upgrade as the history tells it: everything up to `reached` has succeeded.
struct UpgradeTold {
    QString name, ns, network, environment, from, to, phase;
    QList<TargetTold> targets;
    qint64 begun = 0;                   ///< seconds before now
    qint64 lasted = 0;                  ///< 0: under way
    QString reached = {};
    QString failedStep = {};
    QString message = {};
    QString requestedBy = {}, reason = {}, approvedBy = {};
    bool abort = false;
    QString rollbackTo = {};
};

QStringList stepNames(bool approval)
{
    QStringList names{u"PreCheck"_s};
    if (approval)
        names.append(u"AwaitApproval"_s);
    names.append({u"IdentityDump"_s, u"Backup"_s, u"ApplyVersion"_s, u"WaitReady"_s, u"Observe"_s});
    return names;
}

QJsonArray stepsOf(const UpgradeTold &told, const QDateTime &begin, const QDateTime &end)
{
    const QStringList names = stepNames(!told.approvedBy.isEmpty());
    const qsizetype reached = names.indexOf(told.reached);
    const qsizetype span = begin.secsTo(end);
    QJsonArray steps;
    for (qsizetype i = 0; i < names.size(); ++i) {
        QJsonObject step{{u"name"_s, names.at(i)}};
        const QDateTime at = begin.addSecs(span * i / names.size());
        if (i <= reached) {
            step.insert("state"_L1, u"Succeeded"_s);
            step.insert("startTime"_L1, stampOf(at));
            step.insert("endTime"_L1, stampOf(begin.addSecs(span * (i + 1) / names.size())));
        } else if (names.at(i) == told.failedStep) {
            step.insert("state"_L1, u"Failed"_s);
            step.insert("startTime"_L1, stampOf(at));
            step.insert("endTime"_L1, stampOf(end));
            step.insert("message"_L1, told.message);
        } else {
            step.insert("state"_L1, told.lasted == 0 && i == reached + 1 ? u"Running"_s : told.lasted == 0 ? u"Pending"_s : u"Skipped"_s);
            if (told.lasted == 0 && i == reached + 1)
                step.insert("startTime"_L1, stampOf(end));
        }
        steps.append(step);
    }
    return steps;
}

QJsonArray conditionsOf(const UpgradeTold &told, const QDateTime &at)
{
    const QStringList names = stepNames(!told.approvedBy.isEmpty());
    const qsizetype reached = names.indexOf(told.reached);
    QJsonArray conditions;
    const auto tell = [&](const QString &type, const QString &step) {
        if (reached >= names.indexOf(step))
            conditions.append(conditionOf(type, u"True"_s, u"Passed"_s, at));
        else if (told.failedStep == step)
            conditions.append(conditionOf(type, u"False"_s, u"Failed"_s, at, told.message));
    };
    tell(u"PreChecksPassed"_s, u"PreCheck"_s);
    if (!told.approvedBy.isEmpty())
        tell(u"Approved"_s, u"AwaitApproval"_s);
    tell(u"Applied"_s, u"ApplyVersion"_s);
    tell(u"Observed"_s, u"Observe"_s);
    return conditions;
}

QJsonObject statusOf(const UpgradeTold &told, const QDateTime &now)
{
    const QDateTime begin = now.addSecs(-told.begun);
    const QDateTime end = told.lasted == 0 ? now.addSecs(-60) : begin.addSecs(told.lasted);
    QJsonArray perTarget;
    for (const TargetTold &target : told.targets) {
        QJsonObject one{{u"kind"_s, target.kind}, {u"name"_s, target.name}, {u"phase"_s, target.phase}, {u"from"_s, told.from},
            {u"to"_s, told.to}};
        if (target.phase != "Pending"_L1)
            one.insert("startTime"_L1, stampOf(begin));
        if (target.phase == "Succeeded"_L1 || target.phase == "Failed"_L1 || target.phase == "RolledBack"_L1)
            one.insert("endTime"_L1, stampOf(end));
        if (!target.message.isEmpty())
            one.insert("message"_L1, target.message);
        perTarget.append(one);
    }
    QJsonObject status{{u"observedGeneration"_s, 1}, {u"phase"_s, told.phase}, {u"conditions"_s, conditionsOf(told, end)},
        {u"perTarget"_s, perTarget}, {u"steps"_s, stepsOf(told, begin, end)}, {u"canRollback"_s, told.lasted == 0},
        {u"startTime"_s, stampOf(begin)}, {u"lastReconcileTime"_s, stampOf(end)}};
    if (!told.message.isEmpty())
        status.insert("message"_L1, told.message);
    if (told.lasted != 0)
        status.insert("completionTime"_L1, stampOf(end));
    return status;
}

QJsonObject documentOf(const UpgradeTold &told, const QDateTime &now)
{
    QJsonArray targets, order;
    for (const TargetTold &target : told.targets) {
        targets.append(QJsonObject{{u"kind"_s, target.kind}, {u"name"_s, target.name}});
        order.append(target.name);
    }
    QJsonObject promotion{{u"requireApproval"_s, !told.approvedBy.isEmpty()}};
    if (!told.approvedBy.isEmpty())
        promotion.insert("approvedBy"_L1, told.approvedBy);
    QJsonObject spec{{u"targets"_s, targets}, {u"class"_s, u"Patch"_s}, {u"toVersion"_s, told.to}, {u"fromVersion"_s, told.from},
        {u"order"_s, order}, {u"observation"_s, QJsonObject{{u"duration"_s, u"1h"_s},
            {u"checks"_s, QJsonArray{u"PodsReady"_s, u"MetricsHealthy"_s}}}}, {u"promotion"_s, promotion}};
    if (told.abort)
        spec.insert("abort"_L1, true);
    if (!told.rollbackTo.isEmpty())
        spec.insert("rollback"_L1, QJsonObject{{u"auto"_s, true}, {u"toRevision"_s, told.rollbackTo}});
    QJsonObject metadata{{u"name"_s, told.name}, {u"namespace"_s, told.ns},
        {u"labels"_s, QJsonObject{{u"canton.quarterdeck.io/network"_s, told.network},
            {u"canton.quarterdeck.io/environment"_s, told.environment}}}};
    metadata.insert("annotations"_L1, QJsonObject{{u"canton.quarterdeck.io/requested-by"_s, told.requestedBy},
        {u"canton.quarterdeck.io/change-reason"_s, told.reason}});
    return {{u"apiVersion"_s, u"canton.quarterdeck.io/v1alpha1"_s}, {u"kind"_s, u"Upgrade"_s}, {u"metadata"_s, metadata},
        {u"spec"_s, spec}, {u"status"_s, statusOf(told, now)}};
}

constexpr qint64 kHour = 3600;
constexpr qint64 kDay = 24 * kHour;

QList<UpgradeTold> history()
{
    const QString validator = u"Validator"_s, participant = u"Participant"_s;
    UpgradeTold halfDone{u"mainnet-0-4-15"_s, u"canton-mainnet"_s, u"mainnet"_s, u"production"_s, u"0.4.14"_s, u"0.4.15"_s, u"Failed"_s,
        {{validator, u"northgate-validator-1"_s, u"Succeeded"_s},
            {validator, u"northgate-validator-2"_s, u"Failed"_s, u"The top-up failed: 812.40 CC are available."_s}},
        12 * kDay, 13 * kHour, u"WaitReady"_s, u"Observe"_s, u"Done on 1 of 2: northgate-validator-2 had too little traffic to observe."_s,
        u"jonas.weber"_s, u"quarterly maintenance"_s, u"mira.koenig"_s};
    UpgradeTold rolledBack{u"mainnet-0-4-14"_s, u"canton-mainnet"_s, u"mainnet"_s, u"production"_s, u"0.4.13"_s, u"0.4.14"_s, u"RolledBack"_s,
        {{validator, u"northgate-validator-1"_s, u"RolledBack"_s, u"The balance fell during the observation."_s},
            {validator, u"northgate-validator-2"_s, u"Pending"_s}},
        41 * kDay, 18 * 60, u"WaitReady"_s, u"Observe"_s, u"Rolled back to 0.4.13: the balance fell during the observation."_s,
        u"mira.koenig"_s, u"fees of 0.4.14"_s, u"jonas.weber"_s};
    rolledBack.rollbackTo = u"0.4.13"_s;
    UpgradeTold aborted{u"devnet-0-4-14"_s, u"canton-devnet"_s, u"devnet"_s, u"dev"_s, u"0.4.13"_s, u"0.4.14"_s, u"Aborted"_s,
        {{validator, u"northgate-dev-1"_s, u"Pending"_s}}, 44 * kDay, 9 * 60, u"PreCheck"_s, {}, u"Aborted before anything was applied."_s,
        u"dana.roth"_s, u"fees of 0.4.14"_s};
    aborted.abort = true;
    const UpgradeTold done{u"devnet-0-4-15"_s, u"canton-devnet"_s, u"devnet"_s, u"dev"_s, u"0.4.14"_s, u"0.4.15"_s, u"Succeeded"_s,
        {{validator, u"northgate-dev-1"_s, u"Succeeded"_s}}, 16 * kDay, 3 * kHour, u"Observe"_s, {}, {}, u"mira.koenig"_s,
        u"quarterly maintenance"_s};
    // Under way: one of four is being applied; the others wait for it.
    const UpgradeTold harbor{u"harbor-3-5-3"_s, u"canton-private"_s, u"harbor"_s, u"private"_s, u"3.5.2"_s, u"3.5.3"_s, u"Running"_s,
        {{participant, u"carol-clearing"_s, u"Running"_s}, {participant, u"alice-bank"_s, u"Pending"_s}},
        11 * 60, 0, u"ApplyVersion"_s, {}, u"carol-clearing is updating, 1 of 2."_s, u"mira.koenig"_s,
        u"Canton 3.5.3 understands the schema bob-custody has"_s};
    return {halfDone, rolledBack, aborted, done, harbor};
}

}

void addUpgradeHistory(QList<QJsonObject> &documents, const SeedOptions &options)
{
    for (const UpgradeTold &told : history())
        documents.append(documentOf(told, options.now));
}

}
