// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/demo/operator/RecoveryCase.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace qd;
using namespace qd::test;

namespace {

const QString kNs = u"canton-dev"_s;

QByteArray backupSpec()
{
    return R"({"nodeRef":{"kind":"Validator","name":"v1"},"type":"Database","method":"PgDump",
        "storage":{"s3":{"bucket":"canton-backups","prefix":"db","secretRef":{"name":"backup-bucket"}}}})";
}

const QByteArray kSchedule = R"({"template":)" + backupSpec() + R"(,"schedule":"0 */4 * * *","timeZone":"Etc/UTC","keepLast":3})";

QStringList names(const PlanPlayer &player, const QString &plural)
{
    QStringList all;
    for (const QJsonObject &object : player.world.all(plural, kNs))
        all.append(json::at(object, u"/metadata/name"_s).toString());
    all.sort();
    return all;
}

}

class TestSchedules : public RecoveryCase {
    Q_OBJECT
private Q_SLOTS:
    void scheduleRuns();
    void scheduleForbidsTwoAtOnce();
    void scheduleSuspendedAndTriggered();
    void scheduleMakesRoom();
    void scheduleLate();
    void scheduleMissesItsDeadline();
    void scheduleRefused_data();
    void scheduleRefused();
    void scheduleDeletedKeepsBackups();
    void dumpSchedule();
    void pruning();
    void pruningBlocked();
    void pruningRefused_data();
    void pruningRefused();
    void pruningByInterval();
};

void TestSchedules::scheduleRuns()
{
    m_player->create(u"backupschedules"_s, made(u"BackupSchedule"_s, u"s"_s, kSchedule));
    QCOMPARE(m_player->phase(u"backupschedules"_s, kNs, u"s"_s), u"Ready"_s);
    QCOMPARE(m_player->at(u"backupschedules"_s, kNs, u"s"_s, u"/status/nextScheduleTime"_s).toString(), u"2026-11-27T16:00:00Z"_s);
    QCOMPARE(names(*m_player, u"backups"_s), QStringList());
    atRest(u"backupschedules"_s, u"s"_s);
    m_player->run(4h + 1min);
    const QJsonObject backup = m_player->object(u"backups"_s, kNs, u"s-202611271600"_s);
    QCOMPARE(json::at(backup, u"/spec"_s).toObject(), fromJson(backupSpec()));
    const QJsonObject owner = json::at(backup, u"/metadata/ownerReferences/0"_s).toObject();
    QCOMPARE(owner.value("kind"_L1).toString(), u"BackupSchedule"_s);
    QCOMPARE(owner.value("uid"_L1), m_player->at(u"backupschedules"_s, kNs, u"s"_s, u"/metadata/uid"_s));
    QCOMPARE(json::at(backup, u"/metadata/labels"_s).toObject().value("canton.quarterdeck.io/node"_L1).toString(), u"v1"_s);
    QCOMPARE(m_player->at(u"backupschedules"_s, kNs, u"s"_s, u"/status/active/0/name"_s).toString(), u"s-202611271600"_s);
    QCOMPARE(m_player->at(u"backupschedules"_s, kNs, u"s"_s, u"/status/lastScheduleTime"_s).toString(), u"2026-11-27T16:00:00Z"_s);
    QCOMPARE(m_player->at(u"backupschedules"_s, kNs, u"s"_s, u"/status/nextScheduleTime"_s).toString(), u"2026-11-27T20:00:00Z"_s);
    m_player->run(10min);
    QVERIFY(m_player->at(u"backupschedules"_s, kNs, u"s"_s, u"/status/active"_s).toArray().isEmpty());
    QCOMPARE(m_player->at(u"backupschedules"_s, kNs, u"s"_s, u"/status/lastSuccessTime"_s), m_player->at(u"backups"_s, kNs, u"s-202611271600"_s, u"/status/completionTime"_s));
    QCOMPARE(m_player->at(u"backupschedules"_s, kNs, u"s"_s, u"/status/failures"_s).toInteger(), 0);
    QCOMPARE(m_player->phase(u"backupschedules"_s, kNs, u"s"_s), u"Ready"_s);
    atRest(u"backupschedules"_s, u"s"_s);
}

void TestSchedules::scheduleForbidsTwoAtOnce()
{
    QJsonObject schedule = made(u"BackupSchedule"_s, u"s"_s, R"({"template":)" + backupSpec() + R"(,"schedule":"* * * * *","keepLast":1000})");
    m_player->create(u"backupschedules"_s, schedule);
    m_player->run(30min + 1s);
    // Each takes nearly five minutes; the next begins when it has ended, for the latest minute that was missed.
    QDateTime ended;
    const QStringList all = names(*m_player, u"backups"_s);
    QVERIFY2(all.size() >= 5 && all.size() <= 7, qPrintable(all.join(u' ')));
    for (const QString &name : all) {
        const auto start = QDateTime::fromString(m_player->at(u"backups"_s, kNs, name, u"/status/startTime"_s).toString(), Qt::ISODate);
        QVERIFY(!ended.isValid() || start >= ended);
        const QString end = m_player->at(u"backups"_s, kNs, name, u"/status/completionTime"_s).toString();
        ended = QDateTime::fromString(end, Qt::ISODate);
    }
    QVERIFY(m_player->at(u"backupschedules"_s, kNs, u"s"_s, u"/status/message"_s).toString().contains(u"concurrencyPolicy Forbid"_s));
    QCOMPARE(m_player->problems, QStringList());
}

void TestSchedules::scheduleSuspendedAndTriggered()
{
    m_player->create(u"backupschedules"_s, made(u"BackupSchedule"_s, u"s"_s, kSchedule));
    m_player->patch(u"backupschedules"_s, kNs, u"s"_s, fromJson(R"({"spec":{"suspend":true}})"));
    QCOMPARE(m_player->phase(u"backupschedules"_s, kNs, u"s"_s), u"Suspended"_s);
    QVERIFY(m_player->at(u"backupschedules"_s, kNs, u"s"_s, u"/status/nextScheduleTime"_s).isUndefined());
    m_player->run(24h);
    QCOMPARE(names(*m_player, u"backups"_s), QStringList());
    QCOMPARE(m_player->condition(u"backupschedules"_s, kNs, u"s"_s, u"OnTime"_s).value("status"_L1).toString(), u"Unknown"_s);
    m_player->annotate(u"backupschedules"_s, kNs, u"s"_s, u"canton.quarterdeck.io/trigger-at"_s, u"2026-11-28T12:00:00Z"_s);
    QCOMPARE(names(*m_player, u"backups"_s).size(), 1);
    QVERIFY(names(*m_player, u"backups"_s).first().startsWith(u"s-manual-"_s));
    QCOMPARE(m_player->at(u"backupschedules"_s, kNs, u"s"_s, u"/status/handledRequests/trigger"_s).toString(), u"2026-11-28T12:00:00Z"_s);
    // A second wish waits for the first backup, and is only then said to be handled.
    m_player->annotate(u"backupschedules"_s, kNs, u"s"_s, u"canton.quarterdeck.io/trigger-at"_s, u"2026-11-28T12:00:01Z"_s);
    QCOMPARE(names(*m_player, u"backups"_s).size(), 1);
    QCOMPARE(m_player->at(u"backupschedules"_s, kNs, u"s"_s, u"/status/handledRequests/trigger"_s).toString(), u"2026-11-28T12:00:00Z"_s);
    m_player->run(10min);
    QCOMPARE(names(*m_player, u"backups"_s).size(), 2);
    QCOMPARE(m_player->at(u"backupschedules"_s, kNs, u"s"_s, u"/status/handledRequests/trigger"_s).toString(), u"2026-11-28T12:00:01Z"_s);
    m_player->run(10min);
    atRest(u"backupschedules"_s, u"s"_s);
}

void TestSchedules::scheduleMakesRoom()
{
    m_player->create(u"backupschedules"_s, made(u"BackupSchedule"_s, u"s"_s, kSchedule));
    m_player->run(4h + 30min);
    m_player->patch(u"backups"_s, kNs, u"s-202611271600"_s, fromJson(R"({"spec":{"retention":{"hold":true}}})"));
    m_player->run(20h);
    // The newest three are kept; the held one stays in any case.
    QCOMPARE(names(*m_player, u"backups"_s), QStringList({u"s-202611271600"_s, u"s-202611280400"_s, u"s-202611280800"_s, u"s-202611281200"_s}));
    QVERIFY(m_player->reasons(u"backupschedules"_s, kNs, u"s"_s).contains(u"SuccessfulDelete"_s));
    // From here on everything fails: the newest success is never deleted.
    m_player->annotate(u"validators"_s, kNs, u"v1"_s, u"demo.quarterdeck.io/fault"_s, u"broken-backup"_s);
    m_player->patch(u"backupschedules"_s, kNs, u"s"_s, fromJson(R"({"spec":{"keepLast":1}})"));
    m_player->run(24h);
    QCOMPARE(names(*m_player, u"backups"_s), QStringList({u"s-202611271600"_s, u"s-202611281200"_s, u"s-202611291200"_s}));
    QVERIFY(m_player->at(u"backupschedules"_s, kNs, u"s"_s, u"/status/failures"_s).toInteger() >= 1);
    QCOMPARE(m_player->problems, QStringList());
}

void TestSchedules::scheduleLate()
{
    m_player->annotate(u"validators"_s, kNs, u"v1"_s, u"demo.quarterdeck.io/fault"_s, u"broken-backup until 2026-11-28T00:00:00Z"_s);
    m_player->create(u"backupschedules"_s, made(u"BackupSchedule"_s, u"s"_s, kSchedule));
    QCOMPARE(reason(u"backupschedules"_s, u"s"_s, u"OnTime"_s), u"Fresh"_s);
    // Nobody has to wait for the next run to hear of it.
    QCOMPARE(reason(u"backupschedules"_s, u"s"_s, u"StorageReachable"_s), u"AccessDenied"_s);
    QCOMPARE(m_player->phase(u"backupschedules"_s, kNs, u"s"_s), u"Degraded"_s);
    QVERIFY(m_player->at(u"backupschedules"_s, kNs, u"s"_s, u"/status/message"_s).toString().contains(
        u"s3://canton-backups refuses backups of Validator v1: 403 AccessDenied for the credentials of Secret backup-bucket. Renew them"_s));
    m_player->run(4h + 30min);   // the first one has failed
    QCOMPARE(reason(u"backupschedules"_s, u"s"_s, u"OnTime"_s), u"TooOld"_s);
    QCOMPARE(m_player->phase(u"backupschedules"_s, kNs, u"s"_s), u"Degraded"_s);
    QCOMPARE(m_player->at(u"backupschedules"_s, kNs, u"s"_s, u"/status/failures"_s).toInteger(), 1);
    QVERIFY(m_player->reasons(u"backupschedules"_s, kNs, u"s"_s).contains(u"Late"_s));
    QVERIFY(m_player->at(u"backupschedules"_s, kNs, u"s"_s, u"/status/message"_s).toString().contains(u"Validator v1"_s));
    m_player->run(8h);           // healed at midnight, when the next one runs
    QCOMPARE(m_player->phase(u"backupschedules"_s, kNs, u"s"_s), u"Ready"_s);
    QCOMPARE(m_player->at(u"backupschedules"_s, kNs, u"s"_s, u"/status/failures"_s).toInteger(), 0);
    QCOMPARE(m_player->phases(u"backupschedules"_s, kNs, u"s"_s), QStringList({u"Degraded"_s, u"Ready"_s}));
    QCOMPARE(reason(u"backupschedules"_s, u"s"_s, u"StorageReachable"_s), u"Answered"_s);
    const QStringList said = m_player->reasons(u"backupschedules"_s, kNs, u"s"_s);
    QVERIFY(said.count(u"StorageRefused"_s) == 1 && said.count(u"StorageReachable"_s) == 1);
    atRest(u"backupschedules"_s, u"s"_s);
}

void TestSchedules::scheduleMissesItsDeadline()
{
    QJsonObject schedule = made(u"BackupSchedule"_s, u"s"_s, R"({"template":)" + backupSpec() + R"(,"schedule":"0 */4 * * *","startingDeadline":"30m"})");
    QJsonValue old = schedule;
    json::set(old, u"/metadata/creationTimestamp"_s, u"2026-11-27T05:00:00Z"_s);   // the runs of 08:00 and 12:00 are behind it
    m_player->now = QDateTime::fromString(u"2026-11-27T13:00:00Z"_s, Qt::ISODate);
    m_player->create(u"backupschedules"_s, old.toObject());
    QCOMPARE(names(*m_player, u"backups"_s), QStringList());
    QVERIFY(m_player->at(u"backupschedules"_s, kNs, u"s"_s, u"/status/message"_s).toString().startsWith(u"No Backup"_s));
    // Without a deadline the latest of them is made up for, and only that one.
    m_player->patch(u"backupschedules"_s, kNs, u"s"_s, fromJson(R"({"spec":{"startingDeadline":null}})"));
    QCOMPARE(names(*m_player, u"backups"_s), QStringList({u"s-202611271200"_s}));
    QCOMPARE(m_player->problems, QStringList());
}

void TestSchedules::scheduleRefused_data()
{
    QTest::addColumn<QByteArray>("patch");
    QTest::addColumn<QString>("reason");
    QTest::addColumn<QString>("phase");
    QTest::newRow("zone") << QByteArray(R"({"spec":{"timeZone":"Mars/Olympus"}})") << u"UnknownTimeZone"_s << u"Failed"_s;
    QTest::newRow("day that never comes") << QByteArray(R"({"spec":{"schedule":"0 0 31 2 *"}})") << u"NeverRuns"_s << u"Failed"_s;
    QTest::newRow("node") << QByteArray(R"({"spec":{"template":{"nodeRef":{"name":"nobody"}}}})") << u"NodeNotFound"_s << u"Pending"_s;
}

void TestSchedules::scheduleRefused()
{
    QFETCH(QByteArray, patch);
    QFETCH(QString, reason);
    QFETCH(QString, phase);
    m_player->create(u"backupschedules"_s, json::mergePatch(made(u"BackupSchedule"_s, u"s"_s, kSchedule), fromJson(patch)).toObject());
    QCOMPARE(m_player->phase(u"backupschedules"_s, kNs, u"s"_s), phase);
    QCOMPARE(this->reason(u"backupschedules"_s, u"s"_s, u"SpecAccepted"_s), reason);
    m_player->run(24h);
    QCOMPARE(names(*m_player, u"backups"_s), QStringList());
    atRest(u"backupschedules"_s, u"s"_s);
}

void TestSchedules::scheduleDeletedKeepsBackups()
{
    m_player->create(u"backupschedules"_s, made(u"BackupSchedule"_s, u"s"_s, kSchedule));
    m_player->run(9h);
    QCOMPARE(names(*m_player, u"backups"_s).size(), 2);
    m_player->remove(u"backupschedules"_s, kNs, u"s"_s);
    QVERIFY(m_player->object(u"backupschedules"_s, kNs, u"s"_s).isEmpty());
    QCOMPARE(names(*m_player, u"backups"_s).size(), 2);
    QVERIFY(m_player->at(u"backups"_s, kNs, u"s-202611271600"_s, u"/metadata/ownerReferences"_s).toArray().isEmpty());
    QCOMPARE(m_player->problems, QStringList());
}

void TestSchedules::dumpSchedule()
{
    m_player->create(u"identitydumpschedules"_s, made(u"IdentityDumpSchedule"_s, u"s"_s, R"({"nodeRef":{"kind":"Validator","name":"v1"},"cron":"0 3 * * *","maxDumpNumber":2})"));
    QCOMPARE(m_player->at(u"identitydumpschedules"_s, kNs, u"s"_s, u"/status/nextRunTime"_s).toString(), u"2026-11-28T03:00:00Z"_s);
    m_player->run(24h * 4);
    QCOMPARE(names(*m_player, u"identitydumps"_s), QStringList({u"s-202611300300"_s, u"s-202612010300"_s}));
    QCOMPARE(names(*m_player, u"secrets"_s), names(*m_player, u"identitydumps"_s));   // the Secrets of the old ones are gone too
    QCOMPARE(m_player->at(u"identitydumpschedules"_s, kNs, u"s"_s, u"/status/dumpCount"_s).toInteger(), 2);
    QCOMPARE(m_player->at(u"identitydumpschedules"_s, kNs, u"s"_s, u"/status/lastDump"_s).toString(), u"s-202612010300"_s);
    QCOMPARE(m_player->at(u"identitydumpschedules"_s, kNs, u"s"_s, u"/status/lastRunTime"_s).toString(), u"2026-12-01T03:00:00Z"_s);
    QCOMPARE(m_player->phases(u"identitydumpschedules"_s, kNs, u"s"_s), QStringList({u"Ready"_s}));
    atRest(u"identitydumpschedules"_s, u"s"_s);
    // One that fails makes it late an hour after it was due.
    m_player->patch(u"validators"_s, kNs, u"v1"_s, fromJson(R"({"metadata":{"annotations":{"stubborn":""}},"status":{"phase":"Suspended"}})"));
    m_player->run(24h);
    QCOMPARE(m_player->phase(u"identitydumpschedules"_s, kNs, u"s"_s), u"Degraded"_s);
    QCOMPARE(m_player->at(u"identitydumpschedules"_s, kNs, u"s"_s, u"/status/lastDump"_s).toString(), u"s-202612010300"_s);
    QCOMPARE(m_player->problems, QStringList());
}

void TestSchedules::pruning()
{
    m_player->create(u"pruningschedules"_s, made(u"PruningSchedule"_s, u"p"_s, R"({"nodeRef":{"kind":"Validator","name":"v1"},"target":"Participant",
        "cron":"0 0 2 * * ?","maxDuration":"60m","retention":"90d"})"));
    QCOMPARE(m_player->phase(u"pruningschedules"_s, kNs, u"p"_s), u"Ready"_s);
    QCOMPARE(m_player->at(u"pruningschedules"_s, kNs, u"p"_s, u"/status/nextRun"_s).toString(), u"2026-11-28T02:00:00Z"_s);
    atRest(u"pruningschedules"_s, u"p"_s);
    m_player->run(14h + 1min);
    QCOMPARE(m_player->condition(u"pruningschedules"_s, kNs, u"p"_s, u"Progressing"_s).value("status"_L1).toString(), u"True"_s);
    QCOMPARE(m_player->at(u"pruningschedules"_s, kNs, u"p"_s, u"/status/lastStart"_s).toString(), u"2026-11-28T02:00:00Z"_s);
    m_player->run(1h);
    QCOMPARE(reason(u"pruningschedules"_s, u"p"_s, u"Progressing"_s), u"Finished"_s);
    QVERIFY(m_player->at(u"pruningschedules"_s, kNs, u"p"_s, u"/status/prunedUpTo/time"_s).toString().startsWith(u"2026-08-30T02:"_s));
    QCOMPARE(m_player->at(u"pruningschedules"_s, kNs, u"p"_s, u"/status/nextRun"_s).toString(), u"2026-11-29T02:00:00Z"_s);
    atRest(u"pruningschedules"_s, u"p"_s);
    m_player->annotate(u"pruningschedules"_s, kNs, u"p"_s, u"canton.quarterdeck.io/trigger-at"_s, u"now"_s);
    QCOMPARE(m_player->condition(u"pruningschedules"_s, kNs, u"p"_s, u"Progressing"_s).value("status"_L1).toString(), u"True"_s);
    QCOMPARE(m_player->at(u"pruningschedules"_s, kNs, u"p"_s, u"/status/handledRequests/trigger"_s).toString(), u"now"_s);
    m_player->patch(u"pruningschedules"_s, kNs, u"p"_s, fromJson(R"({"spec":{"suspend":true}})"));
    m_player->run(48h);
    QCOMPARE(m_player->phase(u"pruningschedules"_s, kNs, u"p"_s), u"Suspended"_s);
    QVERIFY(m_player->at(u"pruningschedules"_s, kNs, u"p"_s, u"/status/nextRun"_s).isUndefined());
    QVERIFY(m_player->at(u"pruningschedules"_s, kNs, u"p"_s, u"/status/lastStart"_s).toString() < u"2026-11-29"_s);
    atRest(u"pruningschedules"_s, u"p"_s);
}

void TestSchedules::pruningBlocked()
{
    m_player->create(u"pruningschedules"_s, made(u"PruningSchedule"_s, u"p"_s, R"({"nodeRef":{"kind":"Validator","name":"v1"},"target":"Participant",
        "cron":"0 0 * * * ?","maxDuration":"60m","retention":"20d","requireBackupWithin":"4h"})"));
    QCOMPARE(m_player->phase(u"pruningschedules"_s, kNs, u"p"_s), u"Degraded"_s);
    QCOMPARE(reason(u"pruningschedules"_s, u"p"_s, u"BackupFresh"_s), u"NoBackup"_s);
    QCOMPARE(reason(u"pruningschedules"_s, u"p"_s, u"SpecAccepted"_s), u"ShortRetention"_s);   // 20d on DevNet
    m_player->run(61min);
    QVERIFY(m_player->at(u"pruningschedules"_s, kNs, u"p"_s, u"/status/lastStart"_s).isUndefined());
    QCOMPARE(m_player->reasons(u"pruningschedules"_s, kNs, u"p"_s).count(u"PruningBlocked"_s), 1);
    m_player->create(u"backups"_s, made(u"Backup"_s, u"b"_s, backupSpec()));
    QVERIFY(m_player->runUntilPhase(u"pruningschedules"_s, kNs, u"p"_s, u"Ready"_s));
    QCOMPARE(reason(u"pruningschedules"_s, u"p"_s, u"BackupFresh"_s), u"Fresh"_s);
    m_player->run(1h);
    QVERIFY(m_player->at(u"pruningschedules"_s, kNs, u"p"_s, u"/status/lastStart"_s).isString());
    m_player->run(5h);
    QCOMPARE(reason(u"pruningschedules"_s, u"p"_s, u"BackupFresh"_s), u"TooOld"_s);
    atRest(u"pruningschedules"_s, u"p"_s);
}

void TestSchedules::pruningRefused_data()
{
    QTest::addColumn<QByteArray>("spec");
    QTest::addColumn<QString>("reason");
    QTest::newRow("target") << QByteArray(R"({"nodeRef":{"kind":"Validator","name":"v1"},"target":"Sequencer","pruningInterval":"1h","retention":"30d"})") << u"TargetNotThere"_s;
    QTest::newRow("node") << QByteArray(R"({"syncDomainRef":{"name":"harbor"},"target":"Sequencer","pruningInterval":"1h","retention":"30d"})") << u"NodeNotFound"_s;
    QTest::newRow("day") << QByteArray(R"({"nodeRef":{"kind":"Validator","name":"v1"},"target":"Participant","cron":"0 0 0 30 2 ?","maxDuration":"1h","retention":"30d"})") << u"NeverRuns"_s;
}

void TestSchedules::pruningRefused()
{
    QFETCH(QByteArray, spec);
    QFETCH(QString, reason);
    m_player->create(u"pruningschedules"_s, made(u"PruningSchedule"_s, u"p"_s, spec));
    QCOMPARE(this->reason(u"pruningschedules"_s, u"p"_s, u"SpecAccepted"_s), reason);
    m_player->run(24h);
    QVERIFY(m_player->at(u"pruningschedules"_s, kNs, u"p"_s, u"/status/lastStart"_s).isUndefined());
    atRest(u"pruningschedules"_s, u"p"_s);
}

void TestSchedules::pruningByInterval()
{
    m_player->create(u"syncdomains"_s, servingNode(u"SyncDomain"_s, u"harbor"_s));
    m_player->create(u"pruningschedules"_s, made(u"PruningSchedule"_s, u"p"_s, R"({"syncDomainRef":{"name":"harbor"},"target":"Sequencer","pruningInterval":"1h","retention":"30d"})"));
    QCOMPARE(m_player->at(u"pruningschedules"_s, kNs, u"p"_s, u"/status/nextRun"_s).toString(), u"2026-11-27T13:00:00Z"_s);
    m_player->run(3h + 1min);
    QCOMPARE(m_player->reasons(u"pruningschedules"_s, kNs, u"p"_s).count(u"PruningStarted"_s), 3);
    QVERIFY(m_player->at(u"pruningschedules"_s, kNs, u"p"_s, u"/status/prunedUpTo/offset"_s).isUndefined());
    QCOMPARE(m_player->problems, QStringList());
}

QTEST_GUILESS_MAIN(TestSchedules)
#include "tst_schedules.moc"
