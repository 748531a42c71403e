// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/seed/Consortium.h"
#include "app/demo/seed/Documents.h"
#include "models/core/Json.h"

#include <QJsonArray>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace documents;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

constexpr int kHistoryHours = 48;
constexpr int kDumpDays = 3;

bool isNode(const QJsonObject &document)
{
    static const QStringList kinds{u"Validator"_s, u"Participant"_s, u"SuperValidator"_s, u"SyncDomain"_s};
    return kinds.contains(document.value("kind"_L1).toString());
}

/// A node and how often it is backed up.
struct Lane {
    QJsonObject node;
    QString kind, name, ns;
    QDateTime last;                     ///< completion of its newest good backup
    int everyHours = 4;
    [[nodiscard]] QStringList components() const
    {
        if (kind == "Participant"_L1)
            return {u"participant"_s};
        if (kind == "SyncDomain"_L1)
            return {u"sequencer"_s, u"mediator"_s};
        if (kind == "SuperValidator"_L1)
            return {u"sv"_s, u"scan"_s, u"validatorApp"_s, u"participant"_s, u"sequencer"_s, u"mediator"_s};
        return {u"validatorApp"_s, u"participant"_s};
    }
    [[nodiscard]] bool suspended() const { return json::at(node, u"/spec/suspend"_s).toBool(); }
};

QDateTime timeAt(const QJsonObject &document, const QString &pointer)
{
    return QDateTime::fromString(json::at(document, pointer).toString(), Qt::ISODate);
}

QJsonObject documentFor(const Lane &lane, const QString &kind, const QString &name, const QJsonObject &spec, const QJsonObject &status)
{
    QJsonObject labels = json::at(lane.node, u"/metadata/labels"_s).toObject();
    labels.insert("canton.quarterdeck.io/node"_L1, lane.name);
    return {{u"apiVersion"_s, u"canton.quarterdeck.io/v1alpha1"_s}, {u"kind"_s, kind},
        {u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, lane.ns}, {u"labels"_s, labels}}}, {u"spec"_s, spec},
        {u"status"_s, status}};
}

QJsonObject nodeRef(const Lane &lane)
{
    return {{u"kind"_s, lane.kind}, {u"name"_s, lane.name}};
}

QJsonObject storage(bool volume)
{
    if (volume)
        return {{u"volumeSnapshotClass"_s, u"ebs-csi"_s}};
    return {{u"s3"_s, QJsonObject{{u"bucket"_s, u"northgate-canton-backups"_s}, {u"prefix"_s, u"db"_s}, {u"region"_s, u"eu-central-1"_s},
        {u"secretRef"_s, QJsonObject{{u"name"_s, u"backup-bucket"_s}}}}}};
}

qint64 sizeOf(const QString &component, const QString &name, quint64 seed)
{
    const bool big = component == "participant"_L1 || component == "scan"_L1 || component == "sequencer"_L1;
    return qint64((big ? 17.6e9 : 2.0e6) * (1.0 + 0.06 * chanceOf(QString(name + component), seed)));
}

QString uriOf(const QString &backup, const QString &component, bool volume)
{
    return volume ? QString(u"snapshot://ebs-csi/"_s + backup + u'-' + component)
                  : QString(u"s3://northgate-canton-backups/db/"_s + backup + u'/' + component + u".dump"_s);
}

QJsonObject goodStatus(const Lane &lane, const QString &name, const QDateTime &end, bool volume, quint64 seed)
{
    const QStringList components = lane.components();
    const auto span = qint64(volume ? 90 : 240 + 360 * chanceOf(name, seed));
    const QDateTime start = end.addSecs(-span);
    QJsonArray artifacts;
    qint64 total = 0;
    for (qsizetype i = 0; i < components.size(); ++i) {
        // One after the other: the application's database ends before the participant's begins (catbm.md 4.15).
        const QString &component = components.at(i);
        const qint64 size = sizeOf(component, name, seed);
        total += size;
        artifacts.append(QJsonObject{{u"component"_s, component}, {u"uri"_s, uriOf(name, component, volume)}, {u"size"_s, size},
            {u"sha256"_s, digestOf(QString(name + u'/' + component))}, {u"start"_s, stampOf(start.addSecs(span * i / components.size()))},
            {u"end"_s, stampOf(start.addSecs(span * (i + 1) / components.size()))}});
    }
    return {{u"observedGeneration"_s, 1}, {u"phase"_s, u"Succeeded"_s},
        {u"conditions"_s, QJsonArray{conditionOf(u"OrderingRespected"_s, u"True"_s, u"InOrder"_s, end),
            conditionOf(u"Consistent"_s, u"True"_s, u"SameOffset"_s, end)}},
        {u"startTime"_s, stampOf(start)}, {u"completionTime"_s, stampOf(end)}, {u"artifacts"_s, artifacts},
        {u"usableUntil"_s, stampOf(end.addDays(30))}, {u"consistent"_s, true}, {u"size"_s, total},
        {u"lastReconcileTime"_s, stampOf(end)}};
}

QJsonObject failedStatus(const Lane &lane, const QDateTime &end, const QString &why)
{
    QJsonArray steps;
    for (const QString &component : lane.components()) {
        QString step = component;
        step[0] = step.at(0).toUpper();
        steps.append(QJsonObject{{u"name"_s, step}, {u"state"_s, u"Failed"_s}, {u"startTime"_s, stampOf(end.addSecs(-20))},
            {u"endTime"_s, stampOf(end)}, {u"message"_s, why}});
    }
    return {{u"observedGeneration"_s, 1}, {u"phase"_s, u"Failed"_s}, {u"message"_s, why},
        {u"conditions"_s, QJsonArray{conditionOf(u"Consistent"_s, u"False"_s, u"PartMissing"_s, end, why)}},
        {u"startTime"_s, stampOf(end.addSecs(-20))}, {u"completionTime"_s, stampOf(end)}, {u"consistent"_s, false},
        {u"steps"_s, steps}, {u"lastReconcileTime"_s, stampOf(end)}};
}

QJsonObject backup(const Lane &lane, const QString &name, const QDateTime &end, bool volume, const QString &failure, quint64 seed)
{
    const QJsonObject spec{{u"nodeRef"_s, nodeRef(lane)}, {u"type"_s, volume ? u"Volume"_s : u"Database"_s},
        {u"components"_s, QJsonArray::fromStringList(lane.components())},
        {u"method"_s, volume ? u"VolumeSnapshot"_s : u"PgDump"_s}, {u"storage"_s, storage(volume)},
        {u"retention"_s, QJsonObject{{u"keepFor"_s, u"30d"_s}, {u"hold"_s, false}}}};
    return documentFor(lane, u"Backup"_s, name, spec,
        failure.isEmpty() ? goodStatus(lane, name, end, volume, seed) : failedStatus(lane, end, failure));
}

/// What is told in the pictures of the failed ones; by node, runs before the newest.
QString failureOf(const Lane &lane, int before)
{
    if (lane.name == "carol-clearing"_L1 && before == 5)
        return u"upload: 503 SlowDown, the bucket asked to reduce the request rate"_s;
    return {};
}

void addBackups(QList<QJsonObject> &documents, const Lane &lane, quint64 seed)
{
    const QString newest = json::at(lane.node, u"/status/lastBackup/name"_s).toString();
    if (documentOf(documents, u"Backup"_s, newest).isEmpty())
        documents.append(backup(lane, newest, lane.last, false, {}, seed));
    const int runs = kHistoryHours / lane.everyHours;
    for (int before = 1; before <= runs; ++before) {
        const QString name = u"%1-run-%2"_s.arg(lane.name).arg(100 - before, 2, 10, QChar(u'0'));
        const auto late = qint64(240 * chanceOf(name, seed));
        const QDateTime end = lane.last.addSecs(late - 3600 * qint64(lane.everyHours) * before);
        documents.append(backup(lane, name, end, before % 6 == 3, failureOf(lane, before), seed));
    }
    if (lane.name == "bob-custody"_L1) {
        documents.append(backup(
            lane, u"bob-custody-run-101"_s, lane.last.addSecs(4 * 3600), false, u"pg_dump: connection refused"_s, seed));
    }
}

/// Both at whole hours of UTC, as the cron line says.
QDateTime boundary(const QDateTime &at, int everyHours)
{
    const qint64 span = qint64(everyHours) * 3600;
    return QDateTime::fromSecsSinceEpoch(at.toSecsSinceEpoch() / span * span, Qt::UTC);
}

void addSchedule(QList<QJsonObject> &documents, const Lane &lane, const SeedOptions &options)
{
    const QString name = u"%1-%2h"_s.arg(lane.name).arg(lane.everyHours);
    const QDateTime next = boundary(options.now, lane.everyHours).addSecs(qint64(lane.everyHours) * 3600);
    const QDateTime last = boundary(lane.suspended() ? lane.last : options.now, lane.everyHours);
    for (QJsonObject &document : documents) {
        if (document.value("kind"_L1).toString() != "BackupSchedule"_L1 || json::at(document, u"/metadata/name"_s).toString() != name)
            continue;
        QJsonValue changed = document;
        json::set(changed, u"/status/nextScheduleTime"_s, stampOf(next));
        json::set(changed, u"/status/lastScheduleTime"_s, stampOf(last));
        document = changed.toObject();
        return;
    }
    QJsonObject templateSpec{{u"nodeRef"_s, nodeRef(lane)}, {u"type"_s, u"Database"_s}, {u"method"_s, u"PgDump"_s},
        {u"components"_s, QJsonArray::fromStringList(lane.components())}, {u"storage"_s, storage(false)},
        {u"retention"_s, QJsonObject{{u"keepFor"_s, u"30d"_s}}}};
    const QJsonObject spec{{u"template"_s, templateSpec}, {u"schedule"_s, u"0 */%1 * * *"_s.arg(lane.everyHours)},
        {u"timeZone"_s, u"Etc/UTC"_s}, {u"keepLast"_s, 180}, {u"suspend"_s, lane.suspended()}};
    QJsonObject status{{u"observedGeneration"_s, 1}, {u"phase"_s, lane.suspended() ? u"Suspended"_s : u"Ready"_s},
        {u"conditions"_s, QJsonArray{conditionOf(u"OnTime"_s, lane.suspended() ? u"Unknown"_s : u"True"_s,
            lane.suspended() ? u"Suspended"_s : u"Fresh"_s, options.now.addDays(-30))}},
        {u"lastScheduleTime"_s, stampOf(last)}, {u"lastSuccessTime"_s, stampOf(lane.last)}, {u"failures"_s, 0},
        {u"lastReconcileTime"_s, stampOf(options.now.addSecs(-12))}};
    if (!lane.suspended())
        status.insert("nextScheduleTime"_L1, stampOf(next));
    documents.append(documentFor(lane, u"BackupSchedule"_s, name, spec, status));
}

QJsonObject dump(const Lane &lane, const QString &name, const QDateTime &at, bool exported)
{
    const bool validator = lane.kind == "Validator"_L1;
    const QJsonObject spec{{u"nodeRef"_s, nodeRef(lane)}, {u"kind"_s, lane.kind},
        {u"destination"_s, QJsonObject{{u"secretName"_s, name}}}};
    const QJsonObject status{{u"observedGeneration"_s, 1}, {u"phase"_s, u"Succeeded"_s},
        {u"conditions"_s, QJsonArray{conditionOf(u"Created"_s, u"True"_s, u"Written"_s, at),
            conditionOf(u"OffClusterCopy"_s, exported ? u"True"_s : u"False"_s, exported ? u"Exported"_s : u"NotExported"_s, at)}},
        {u"startTime"_s, stampOf(at.addSecs(-60))}, {u"completionTime"_s, stampOf(at)},
        {u"secretRef"_s, QJsonObject{{u"name"_s, name}}},
        {u"participantId"_s, json::at(lane.node, u"/status/participantId"_s).toString()}, {u"keyCount"_s, validator ? 5 : 4},
        {u"version"_s, json::at(lane.node, u"/status/version"_s).toString()}, {u"time"_s, stampOf(at)},
        {u"checksum"_s, digestOf(name)}, {u"exportedOutsideCluster"_s, exported}, {u"lastReconcileTime"_s, stampOf(at)}};
    return documentFor(lane, u"IdentityDump"_s, name, spec, status);
}

/// A sync domain's identity is its sequencer's: no kind of dump of its own.
void addDumps(QList<QJsonObject> &documents, const Lane &lane)
{
    const QString newest = json::at(lane.node, u"/status/lastIdentityDump/name"_s).toString();
    const QDateTime at = timeAt(lane.node, u"/status/lastIdentityDump/time"_s);
    if (newest.isEmpty() || !at.isValid() || lane.kind == "SyncDomain"_L1)
        return;
    for (int day = 0; day < kDumpDays; ++day) {
        const QString name = u"%1-identity-%2"_s.arg(lane.name).arg(day);
        if (documentOf(documents, u"IdentityDump"_s, name).isEmpty())
            documents.append(dump(lane, name, at.addDays(-day), true));
    }
}

/// The drill of last month read what there was then, both halves, and its steps took their time.
void addDrill(QList<QJsonObject> &documents, const Lane &lane, quint64 seed)
{
    const QString name = u"drill-october"_s;
    const QJsonObject drill = documentOf(documents, u"Restore"_s, name);
    const QDateTime start = timeAt(drill, u"/status/startTime"_s), end = timeAt(drill, u"/status/completionTime"_s);
    if (json::at(drill, u"/spec/nodeRef/name"_s).toString() != lane.name || !start.isValid() || !end.isValid())
        return;
    const QString backupName = QString(lane.name + u"-october"_s), dumpName = QString(lane.name + u"-identity-october"_s);
    QJsonValue held = backup(lane, backupName, start.addSecs(-14 * 60), false, {}, seed);   // the loss it tells
    json::set(held, u"/spec/retention/hold"_s, true);
    documents.append(held.toObject());
    documents.append(dump(lane, dumpName, start.addSecs(-9 * 3600), true));
    QJsonValue changed = drill;
    json::set(changed, u"/spec/backupRef/name"_s, backupName);
    json::set(changed, u"/spec/identityDumpRef/name"_s, dumpName);
    static const QHash<QString, int> shares{{u"Validate"_s, 1}, {u"StopNode"_s, 2}, {u"RestoreAppDb"_s, 6}, {u"RestoreParticipantDb"_s, 24},
        {u"ImportIdentity"_s, 2}, {u"StartNode"_s, 3}, {u"Reconnect"_s, 4}, {u"Verify"_s, 3}};
    QJsonArray steps;
    qint64 gone = 0;
    for (const QJsonValue &one : json::at(drill, u"/status/steps"_s).toArray()) {
        QJsonObject step = one.toObject();
        const qint64 share = shares.value(step.value("name"_L1).toString(), 1);
        step.insert("startTime"_L1, stampOf(start.addSecs(start.secsTo(end) * gone / 45)));
        gone += share;
        step.insert("endTime"_L1, stampOf(start.addSecs(start.secsTo(end) * std::min<qint64>(gone, 45) / 45)));
        steps.append(step);
    }
    json::set(changed, u"/status/steps"_s, steps);
    for (QJsonObject &document : documents) {
        if (document == drill)
            document = changed.toObject();
    }
}

}

void addRecoveryHistory(QList<QJsonObject> &documents, const SeedOptions &options)
{
    static const QHash<QString, int> intervals{{u"harbor"_s, 2}, {u"lighthouse-sv"_s, 2}, {u"northgate-dev-1"_s, 12}};
    const QList<QJsonObject> known = documents;
    for (const QJsonObject &node : known) {
        Lane lane{node, node.value("kind"_L1).toString(), json::at(node, u"/metadata/name"_s).toString(),
            json::at(node, u"/metadata/namespace"_s).toString(), timeAt(node, u"/status/lastBackup/time"_s)};
        if (!isNode(node) || !lane.last.isValid())
            continue;
        lane.everyHours = intervals.value(lane.name, 4);
        addBackups(documents, lane, options.seed);
        addSchedule(documents, lane, options);
        addDumps(documents, lane);
        addDrill(documents, lane, options.seed);
    }
}

}
