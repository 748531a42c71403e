// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/demo/operator/RecoveryCase.h"

#include <QCryptographicHash>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace qd;
using namespace qd::test;

namespace {

const QString kNs = u"canton-dev"_s;
constexpr char kBucket[] = R"("storage":{"s3":{"bucket":"canton-backups","prefix":"db","secretRef":{"name":"backup-bucket"}}})";

QByteArray backupSpec(const QByteArray &more = {}, const QByteArray &kind = "Validator", const QByteArray &node = "v1")
{
    return R"({"nodeRef":{"kind":")" + kind + R"(","name":")" + node + R"("},"type":"Database","method":"PgDump",)" + kBucket + more + '}';
}

QByteArray dumpSpec(const QByteArray &more = {})
{
    return R"({"nodeRef":{"kind":"Validator","name":"v1"},"kind":"Validator")" + more + '}';
}

QJsonObject stepOf(const QJsonObject &object, const QString &name)
{
    for (const QJsonValue &one : json::at(object, u"/status/steps"_s).toArray()) {
        if (one.toObject().value("name"_L1).toString() == name)
            return one.toObject();
    }
    return {};
}

QStringList states(const QJsonObject &object)
{
    QStringList all;
    for (const QJsonValue &one : json::at(object, u"/status/steps"_s).toArray())
        all.append(QString(one.toObject().value("name"_L1).toString() + u' ' + one.toObject().value("state"_L1).toString()));
    return all;
}

/// A backup and a dump of v1, both succeeded.
void makeHalves(PlanPlayer &player)
{
    player.create(u"backups"_s, made(u"Backup"_s, u"b"_s, backupSpec()));
    player.create(u"identitydumps"_s, made(u"IdentityDump"_s, u"d"_s, dumpSpec()));
    QVERIFY(player.runUntilPhase(u"backups"_s, kNs, u"b"_s, u"Succeeded"_s));
    QVERIFY(player.runUntilPhase(u"identitydumps"_s, kNs, u"d"_s, u"Succeeded"_s));
}

QByteArray restoreSpec(const QByteArray &more = {}, const QByteArray &mode = "FullFromBackup")
{
    return R"({"nodeRef":{"kind":"Validator","name":"v1"},"mode":")" + mode + R"(","confirm":"v1")" + more + '}';
}

const QByteArray kHalves = R"(,"backupRef":{"name":"b"},"identityDumpRef":{"name":"d"})";

}

class TestRecovery : public RecoveryCase {
    Q_OBJECT
private Q_SLOTS:
    void backupSucceeds();
    void backupOfEachKind_data();
    void backupOfEachKind();
    void backupOnlyRecorded();
    void backupFailsAtUpload();
    void backupOfANodeThatIsDown_data();
    void backupOfANodeThatIsDown();
    void backupWaits();
    void backupRefused_data();
    void backupRefused();
    void backupCancelled();
    void backupVerified();
    void backupHeld();
    void backupAges();
    void dumpWritesItsSecret();
    void dumpElsewhere();
    void dumpRefused();
    void restoreFull();
    void restoreDryRun();
    void restoreRefused_data();
    void restoreRefused();
    void restoreWaits();
    void restoreCancelled();
    void restoreNotCancellableLater();
    void restoreIdentityOnly();
    void restorePointInTime();
    void restoreRolledBack();
    void restoreFails();
    void samePieceForTheSameSeed();
    void speedDividesTheWork();
    void touched();
};

void TestRecovery::backupSucceeds()
{
    m_player->create(u"backups"_s, made(u"Backup"_s, u"b"_s, backupSpec()));
    QVERIFY(m_player->runUntilPhase(u"backups"_s, kNs, u"b"_s, u"Succeeded"_s, 10min));
    QCOMPARE(m_player->phases(u"backups"_s, kNs, u"b"_s), QStringList({u"Running"_s, u"Succeeded"_s}));
    const QJsonObject backup = m_player->object(u"backups"_s, kNs, u"b"_s);
    QCOMPARE(states(backup), QStringList({u"ValidatorApp Succeeded"_s, u"Participant Succeeded"_s, u"Upload Succeeded"_s}));
    const QJsonArray artifacts = json::at(backup, u"/status/artifacts"_s).toArray();
    QCOMPARE(artifacts.size(), 2);
    const QJsonObject app = artifacts.at(0).toObject();
    const QJsonObject participant = artifacts.at(1).toObject();
    QCOMPARE(app.value("component"_L1).toString(), u"validatorApp"_s);
    // The app's database is finished before the participant's starts.
    QVERIFY(app.value("end"_L1).toString() <= participant.value("start"_L1).toString());
    QVERIFY(participant.value("end"_L1).toString() > participant.value("start"_L1).toString());
    QVERIFY(app.value("ledgerOffset"_L1).toInteger() < participant.value("ledgerOffset"_L1).toInteger());
    QCOMPARE(app.value("uri"_L1).toString(), u"s3://canton-backups/db/b/validatorApp.dump"_s);
    QVERIFY(app.value("sha256"_L1) != participant.value("sha256"_L1));
    QCOMPARE(json::at(backup, u"/status/size"_s).toInteger(), app.value("size"_L1).toInteger() + participant.value("size"_L1).toInteger());
    const auto completed = QDateTime::fromString(json::at(backup, u"/status/completionTime"_s).toString(), Qt::ISODate);
    QCOMPARE(QDateTime::fromString(json::at(backup, u"/status/usableUntil"_s).toString(), Qt::ISODate), completed.addDays(30));
    QCOMPARE(json::at(backup, u"/status/consistent"_s), QJsonValue(true));
    QCOMPARE(json::at(backup, u"/status/migrationId"_s).toInteger(), 3);
    QCOMPARE(json::at(backup, u"/status/version"_s).toString(), u"0.4.15"_s);
    QCOMPARE(reason(u"backups"_s, u"b"_s, u"OrderingRespected"_s), u"InOrder"_s);
    QCOMPARE(m_player->reasons(u"backups"_s, kNs, u"b"_s), QStringList({u"BackupStarted"_s, u"SuccessfulCreate"_s, u"BackupSucceeded"_s}));
    QCOMPARE(json::at(demo::lastBackupOf(m_player->world, m_player->object(u"validators"_s, kNs, u"v1"_s)), u"/metadata/name"_s).toString(), u"b"_s);
    atRest(u"backups"_s, u"b"_s);
}

void TestRecovery::backupOfEachKind_data()
{
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<QString>("plural");
    QTest::addColumn<QStringList>("components");
    QTest::newRow("participant") << QByteArray("Participant") << u"participants"_s << QStringList{u"participant"_s};
    QTest::newRow("super validator") << QByteArray("SuperValidator") << u"supervalidators"_s
                                     << QStringList{u"sv"_s, u"scan"_s, u"validatorApp"_s, u"participant"_s, u"sequencer"_s, u"mediator"_s};
    QTest::newRow("sync domain") << QByteArray("SyncDomain") << u"syncdomains"_s << QStringList{u"sequencer"_s, u"mediator"_s};
}

void TestRecovery::backupOfEachKind()
{
    QFETCH(QByteArray, kind);
    QFETCH(QString, plural);
    QFETCH(QStringList, components);
    m_player->create(plural, servingNode(QString::fromLatin1(kind), u"n"_s));
    m_player->create(u"backups"_s, made(u"Backup"_s, u"b"_s, backupSpec({}, kind, "n")));
    QVERIFY(m_player->runUntilPhase(u"backups"_s, kNs, u"b"_s, u"Succeeded"_s));
    QStringList found;
    for (const QJsonValue &one : m_player->at(u"backups"_s, kNs, u"b"_s, u"/status/artifacts"_s).toArray())
        found.append(one.toObject().value("component"_L1).toString());
    QCOMPARE(found, components);
    atRest(u"backups"_s, u"b"_s);
}

void TestRecovery::backupOnlyRecorded()
{
    m_player->create(u"backups"_s, made(u"Backup"_s, u"b"_s, R"({"nodeRef":{"kind":"Validator","name":"v1"},"method":"External"})"));
    QCOMPARE(m_player->phase(u"backups"_s, kNs, u"b"_s), u"Succeeded"_s);
    QCOMPARE(reason(u"backups"_s, u"b"_s, u"Consistent"_s), u"NotChecked"_s);
    QVERIFY(m_player->at(u"backups"_s, kNs, u"b"_s, u"/status/artifacts"_s).isUndefined());
    atRest(u"backups"_s, u"b"_s);
}

void TestRecovery::backupFailsAtUpload()
{
    m_player->annotate(u"validators"_s, kNs, u"v1"_s, u"demo.quarterdeck.io/fault"_s, u"broken-backup"_s);
    m_player->create(u"backups"_s, made(u"Backup"_s, u"b"_s, backupSpec()));
    QVERIFY(m_player->runUntilPhase(u"backups"_s, kNs, u"b"_s, u"Failed"_s));
    const QJsonObject backup = m_player->object(u"backups"_s, kNs, u"b"_s);
    QCOMPARE(states(backup), QStringList({u"ValidatorApp Succeeded"_s, u"Participant Succeeded"_s, u"Upload Failed"_s}));
    QVERIFY(json::at(backup, u"/status/message"_s).toString().contains(u"403 AccessDenied"_s));
    QVERIFY(json::at(backup, u"/status/message"_s).toString().contains(u"backup-bucket"_s));
    QCOMPARE(json::at(backup, u"/status/consistent"_s), QJsonValue(false));
    QVERIFY(json::at(backup, u"/status/usableUntil"_s).isUndefined());
    QVERIFY(m_player->reasons(u"backups"_s, kNs, u"b"_s).contains(u"BackupFailed"_s));
    atRest(u"backups"_s, u"b"_s);
}

void TestRecovery::backupOfANodeThatIsDown_data()
{
    QTest::addColumn<QString>("phase");
    for (const char *phase : {"Suspended", "Failed", "Restoring", "Deleting"})
        QTest::newRow(phase) << QString::fromLatin1(phase);
}

void TestRecovery::backupOfANodeThatIsDown()
{
    QFETCH(QString, phase);
    m_player->create(u"participants"_s, servingNode(u"Participant"_s, u"p"_s,
        R"({"metadata":{"annotations":{"stubborn":""}},"status":{"phase":")" + phase.toLatin1() + R"("}})"));
    m_player->create(u"backups"_s, made(u"Backup"_s, u"b"_s, backupSpec({}, "Participant", "p")));
    QCOMPARE(m_player->phase(u"backups"_s, kNs, u"b"_s), u"Failed"_s);
    const QString message = m_player->at(u"backups"_s, kNs, u"b"_s, u"/status/message"_s).toString();
    QVERIFY2(message.contains(u"Connection refused"_s) && message.contains(phase), qPrintable(message));
    QCOMPARE(states(m_player->object(u"backups"_s, kNs, u"b"_s)), QStringList({u"Participant Failed"_s, u"Upload Skipped"_s}));
    atRest(u"backups"_s, u"b"_s);
}

void TestRecovery::backupWaits()
{
    m_player->create(u"backups"_s, made(u"Backup"_s, u"b"_s, backupSpec({}, "Participant", "p")));
    QCOMPARE(m_player->phase(u"backups"_s, kNs, u"b"_s), u"Pending"_s);
    QCOMPARE(reason(u"backups"_s, u"b"_s, u"SpecAccepted"_s), u"NodeNotFound"_s);
    m_player->run(5min);
    QCOMPARE(m_player->reasons(u"backups"_s, kNs, u"b"_s), QStringList({u"SpecRefused"_s}));   // said once
    m_player->create(u"participants"_s, servingNode(u"Participant"_s, u"p"_s, R"({"metadata":{"annotations":{"stubborn":""}},"status":{"phase":"Provisioning"}})"));
    m_player->run(1min);
    QCOMPARE(m_player->phase(u"backups"_s, kNs, u"b"_s), u"Pending"_s);
    QVERIFY(m_player->at(u"backups"_s, kNs, u"b"_s, u"/status/message"_s).toString().contains(u"Provisioning"_s));
    m_player->patch(u"participants"_s, kNs, u"p"_s, fromJson(R"({"status":{"phase":"Ready"}})"));
    QVERIFY(m_player->runUntilPhase(u"backups"_s, kNs, u"b"_s, u"Succeeded"_s));
    QCOMPARE(m_player->phases(u"backups"_s, kNs, u"b"_s), QStringList({u"Pending"_s, u"Running"_s, u"Succeeded"_s}));
    atRest(u"backups"_s, u"b"_s);
}

void TestRecovery::backupRefused_data()
{
    QTest::addColumn<QByteArray>("more");
    QTest::addColumn<QString>("phase");
    QTest::addColumn<QString>("reason");
    QTest::newRow("component of another kind") << QByteArray(R"(,"components":["sequencer"])") << u"Failed"_s << u"ComponentNotThere"_s;
    QTest::newRow("no such key store") << QByteArray(R"(,"encryption":{"kmsConfigRef":{"name":"aws"}})") << u"Pending"_s << u"KmsConfigNotFound"_s;
}

void TestRecovery::backupRefused()
{
    QFETCH(QByteArray, more);
    QFETCH(QString, phase);
    QFETCH(QString, reason);
    m_player->create(u"backups"_s, made(u"Backup"_s, u"b"_s, backupSpec(more)));
    m_player->run(1min);
    QCOMPARE(m_player->phase(u"backups"_s, kNs, u"b"_s), phase);
    const QJsonObject condition = m_player->condition(u"backups"_s, kNs, u"b"_s, u"SpecAccepted"_s);
    QCOMPARE(condition.value("status"_L1).toString(), u"False"_s);
    QCOMPARE(condition.value("reason"_L1).toString(), reason);
    QVERIFY(condition.value("message"_L1).toString().startsWith(u"spec."_s));
    atRest(u"backups"_s, u"b"_s);
}

void TestRecovery::backupCancelled()
{
    m_player->create(u"backups"_s, made(u"Backup"_s, u"b"_s, backupSpec()));
    m_player->run(60s);
    m_player->patch(u"backups"_s, kNs, u"b"_s, fromJson(R"({"spec":{"cancel":true}})"));
    QCOMPARE(m_player->phase(u"backups"_s, kNs, u"b"_s), u"Cancelled"_s);
    const QJsonObject backup = m_player->object(u"backups"_s, kNs, u"b"_s);
    QCOMPARE(states(backup), QStringList({u"ValidatorApp Succeeded"_s, u"Participant Failed"_s, u"Upload Skipped"_s}));
    QVERIFY(json::at(backup, u"/status/artifacts"_s).isUndefined());
    QCOMPARE(json::at(backup, u"/status/observedGeneration"_s).toInteger(), 2);
    m_player->run(1h);
    QCOMPARE(m_player->phase(u"backups"_s, kNs, u"b"_s), u"Cancelled"_s);
    atRest(u"backups"_s, u"b"_s);
}

void TestRecovery::backupVerified()
{
    makeHalves(*m_player);
    QVERIFY(m_player->condition(u"backups"_s, kNs, u"b"_s, u"Verified"_s).isEmpty());
    m_player->patch(u"backups"_s, kNs, u"b"_s, fromJson(R"({"spec":{"verify":true}})"));
    QCOMPARE(reason(u"backups"_s, u"b"_s, u"Verified"_s), u"Verifying"_s);
    m_player->run(2min);
    QCOMPARE(reason(u"backups"_s, u"b"_s, u"Verified"_s), u"ChecksumsMatch"_s);
    atRest(u"backups"_s, u"b"_s);
    // Asked for again, now that the bucket refuses.
    m_player->annotate(u"validators"_s, kNs, u"v1"_s, u"demo.quarterdeck.io/fault"_s, u"broken-backup"_s);
    m_player->patch(u"backups"_s, kNs, u"b"_s, fromJson(R"({"spec":{"verify":false}})"));
    m_player->run(5min);
    QCOMPARE(reason(u"backups"_s, u"b"_s, u"Verified"_s), u"ChecksumsMatch"_s);
    m_player->patch(u"backups"_s, kNs, u"b"_s, fromJson(R"({"spec":{"verify":true}})"));
    m_player->run(5min);
    QCOMPARE(reason(u"backups"_s, u"b"_s, u"Verified"_s), u"NotReadable"_s);
    QCOMPARE(m_player->phase(u"backups"_s, kNs, u"b"_s), u"Succeeded"_s);
    atRest(u"backups"_s, u"b"_s);
}

void TestRecovery::backupHeld()
{
    makeHalves(*m_player);
    m_player->patch(u"backups"_s, kNs, u"b"_s, fromJson(R"({"spec":{"retention":{"hold":true}}})"));
    m_player->remove(u"backups"_s, kNs, u"b"_s);
    m_player->run(10min);
    QVERIFY(m_player->at(u"backups"_s, kNs, u"b"_s, u"/status/message"_s).toString().contains(u"spec.retention.hold"_s));
    QCOMPARE(m_player->reasons(u"backups"_s, kNs, u"b"_s).count(u"DeletionBlocked"_s), 1);
    atRest(u"backups"_s, u"b"_s);
    m_player->patch(u"backups"_s, kNs, u"b"_s, fromJson(R"({"spec":{"retention":{"hold":false}}})"));
    QVERIFY(m_player->object(u"backups"_s, kNs, u"b"_s).isEmpty());
}

void TestRecovery::backupAges()
{
    makeHalves(*m_player);
    m_player->run(std::chrono::hours(24 * 31));
    QVERIFY(m_player->at(u"backups"_s, kNs, u"b"_s, u"/status/message"_s).toString().startsWith(u"Not usable since 2026-12-27T12:0"_s));
    QCOMPARE(m_player->phase(u"backups"_s, kNs, u"b"_s), u"Succeeded"_s);
    atRest(u"backups"_s, u"b"_s);
}

void TestRecovery::dumpWritesItsSecret()
{
    m_player->create(u"identitydumps"_s, made(u"IdentityDump"_s, u"d"_s, dumpSpec()));
    QVERIFY(m_player->runUntilPhase(u"identitydumps"_s, kNs, u"d"_s, u"Succeeded"_s, 1min));
    QCOMPARE(m_player->phases(u"identitydumps"_s, kNs, u"d"_s), QStringList({u"Running"_s, u"Succeeded"_s}));
    QCOMPARE(m_player->at(u"identitydumps"_s, kNs, u"d"_s, u"/status/secretRef/name"_s).toString(), u"d"_s);
    const QJsonObject secret = m_player->object(u"secrets"_s, kNs, u"d"_s);
    QCOMPARE(secret.value("apiVersion"_L1).toString(), u"v1"_s);
    QCOMPARE(secret.value("kind"_L1).toString(), u"Secret"_s);
    QCOMPARE(secret.value("type"_L1).toString(), u"canton.quarterdeck.io/identity-dump"_s);
    QVERIFY(!secret.contains("spec"_L1));
    QCOMPARE(json::at(secret, u"/metadata/labels"_s).toObject().value("canton.quarterdeck.io/network"_L1).toString(), u"devnet"_s);
    const QByteArray content = QByteArray::fromBase64(json::at(secret, u"/data/identity.json"_s).toString().toLatin1());
    QVERIFY(content.contains("PAR::validator::1220aa"));
    QVERIFY(content.contains("this is the demo network, there is no key"));
    QCOMPARE(m_player->at(u"identitydumps"_s, kNs, u"d"_s, u"/status/checksum"_s).toString(),
        QString::fromLatin1(QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex()));
    QCOMPARE(m_player->at(u"identitydumps"_s, kNs, u"d"_s, u"/status/exportedOutsideCluster"_s), QJsonValue(false));
    QCOMPARE(reason(u"identitydumps"_s, u"d"_s, u"OffClusterCopy"_s), u"NotExported"_s);
    QCOMPARE(json::at(demo::lastIdentityDumpOf(m_player->world, m_player->object(u"validators"_s, kNs, u"v1"_s)), u"/metadata/name"_s).toString(), u"d"_s);
    atRest(u"identitydumps"_s, u"d"_s);
    m_player->remove(u"identitydumps"_s, kNs, u"d"_s);
    QVERIFY(m_player->object(u"identitydumps"_s, kNs, u"d"_s).isEmpty());
    QVERIFY(m_player->object(u"secrets"_s, kNs, u"d"_s).isEmpty());
}

void TestRecovery::dumpElsewhere()
{
    m_player->create(u"identitydumps"_s, made(u"IdentityDump"_s, u"d"_s, dumpSpec(R"(,"destination":{"vault":{"address":"https://vault.example.org","path":"canton/v1"}})")));
    QVERIFY(m_player->runUntilPhase(u"identitydumps"_s, kNs, u"d"_s, u"Succeeded"_s));
    QCOMPARE(m_player->at(u"identitydumps"_s, kNs, u"d"_s, u"/status/exportedOutsideCluster"_s), QJsonValue(true));
    QVERIFY(m_player->at(u"identitydumps"_s, kNs, u"d"_s, u"/status/secretRef"_s).isUndefined());
    QVERIFY(m_player->world.all(u"secrets"_s).isEmpty());
    m_player->annotate(u"validators"_s, kNs, u"v1"_s, u"demo.quarterdeck.io/fault"_s, u"broken-backup"_s);
    m_player->create(u"identitydumps"_s, made(u"IdentityDump"_s, u"e"_s, dumpSpec(R"(,"destination":{"s3":{"bucket":"ids"}})")));
    QVERIFY(m_player->runUntilPhase(u"identitydumps"_s, kNs, u"e"_s, u"Failed"_s));
    QVERIFY(m_player->at(u"identitydumps"_s, kNs, u"e"_s, u"/status/message"_s).toString().contains(u"s3://ids: 403"_s));
    atRest(u"identitydumps"_s, u"e"_s);
}

void TestRecovery::dumpRefused()
{
    m_player->create(u"secrets"_s, fromJson(R"({"kind":"Secret","metadata":{"name":"mine","namespace":"canton-dev"}})"));
    m_player->create(u"identitydumps"_s, made(u"IdentityDump"_s, u"d"_s, dumpSpec(R"(,"destination":{"secretName":"mine"})")));
    QCOMPARE(reason(u"identitydumps"_s, u"d"_s, u"SpecAccepted"_s), u"SecretTaken"_s);
    QCOMPARE(m_player->phase(u"identitydumps"_s, kNs, u"d"_s), u"Failed"_s);
    m_player->create(u"identitydumps"_s, made(u"IdentityDump"_s, u"e"_s, R"({"nodeRef":{"kind":"SyncDomain","name":"harbor"}})"));
    QCOMPARE(reason(u"identitydumps"_s, u"e"_s, u"SpecAccepted"_s), u"NoIdentityToDump"_s);
    m_player->create(u"identitydumps"_s, made(u"IdentityDump"_s, u"f"_s, R"({"nodeRef":{"kind":"Participant","name":"nobody"}})"));
    QCOMPARE(reason(u"identitydumps"_s, u"f"_s, u"SpecAccepted"_s), u"NodeNotFound"_s);
    QCOMPARE(m_player->phase(u"identitydumps"_s, kNs, u"f"_s), u"Pending"_s);
    atRest(u"identitydumps"_s, u"d"_s);
    atRest(u"identitydumps"_s, u"f"_s);
}

void TestRecovery::restoreFull()
{
    makeHalves(*m_player);
    m_player->run(2h + 14min);
    m_player->create(u"restores"_s, made(u"Restore"_s, u"r"_s, restoreSpec(kHalves)));
    QVERIFY(m_player->runUntil([this] { return m_player->phase(u"validators"_s, kNs, u"v1"_s) == "Restoring"_L1; }));
    QVERIFY(!demo::runningRestoreOf(m_player->world, m_player->object(u"validators"_s, kNs, u"v1"_s)).isEmpty());
    QVERIFY(m_player->runUntilPhase(u"restores"_s, kNs, u"r"_s, u"Succeeded"_s));
    QCOMPARE(m_player->phases(u"restores"_s, kNs, u"r"_s), QStringList({u"Running"_s, u"Succeeded"_s}));
    const QJsonObject restore = m_player->object(u"restores"_s, kNs, u"r"_s);
    QCOMPARE(states(restore), QStringList({u"Validate Succeeded"_s, u"StopNode Succeeded"_s, u"RestoreAppDb Succeeded"_s, u"RestoreParticipantDb Succeeded"_s,
                                  u"ImportIdentity Succeeded"_s, u"StartNode Succeeded"_s, u"Reconnect Succeeded"_s, u"Verify Succeeded"_s}));
    QVERIFY(stepOf(restore, u"RestoreAppDb"_s).value("endTime"_L1).toString() <= stepOf(restore, u"RestoreParticipantDb"_s).value("startTime"_L1).toString());
    QVERIFY(json::at(restore, u"/status/estimatedLoss"_s).toString().startsWith(u"2h"_s));
    for (const char *type : {"SpecAccepted", "BackupUsable", "IdentityAvailable", "NodeStopped", "Verified"})
        QCOMPARE(m_player->condition(u"restores"_s, kNs, u"r"_s, QString::fromLatin1(type)).value("status"_L1).toString(), u"True"_s);
    QCOMPARE(m_player->phases(u"validators"_s, kNs, u"v1"_s), QStringList({u"Ready"_s, u"Restoring"_s, u"Updating"_s, u"Ready"_s}));
    QVERIFY(demo::runningRestoreOf(m_player->world, m_player->object(u"validators"_s, kNs, u"v1"_s)).isEmpty());
    QVERIFY(json::at(restore, u"/metadata/finalizers"_s).toArray().isEmpty());
    atRest(u"restores"_s, u"r"_s);
}

void TestRecovery::restoreDryRun()
{
    makeHalves(*m_player);
    m_player->create(u"restores"_s, made(u"Restore"_s, u"r"_s, restoreSpec(kHalves + R"(,"dryRun":true)")));
    QVERIFY(m_player->runUntilPhase(u"restores"_s, kNs, u"r"_s, u"Succeeded"_s));
    QCOMPARE(states(m_player->object(u"restores"_s, kNs, u"r"_s)).filter(u"Skipped"_s).size(), 7);
    QCOMPARE(m_player->phases(u"validators"_s, kNs, u"v1"_s), QStringList({u"Ready"_s}));
    QCOMPARE(reason(u"restores"_s, u"r"_s, u"Verified"_s), u"DryRun"_s);
    atRest(u"restores"_s, u"r"_s);
}

void TestRecovery::restoreRefused_data()
{
    QTest::addColumn<QByteArray>("backup");
    QTest::addColumn<QByteArray>("dump");
    QTest::addColumn<QByteArray>("spec");
    QTest::addColumn<QString>("reason");
    QTest::addColumn<QString>("condition");
    const QByteArray none = "{}";
    const QByteArray full = restoreSpec(kHalves);
    QTest::newRow("backup too old") << QByteArray(R"({"status":{"usableUntil":"2026-11-27T11:00:00Z"}})") << none << full << u"Expired"_s << u"BackupUsable"_s;
    QTest::newRow("backup of another migration") << QByteArray(R"({"status":{"migrationId":2}})") << none << full << u"OtherMigration"_s << u"BackupUsable"_s;
    QTest::newRow("backup failed") << QByteArray(R"({"status":{"phase":"Failed"}})") << none << full << u"NotFinished"_s << u"BackupUsable"_s;
    QTest::newRow("backup inconsistent") << QByteArray(R"({"status":{"consistent":false}})") << none << full << u"Inconsistent"_s << u"BackupUsable"_s;
    QTest::newRow("backup of another node") << QByteArray(R"({"spec":{"nodeRef":{"name":"v2"}}})") << none << full << u"OtherNode"_s << u"BackupUsable"_s;
    QTest::newRow("backup of another kind") << QByteArray(R"({"spec":{"nodeRef":{"kind":"Participant"}}})") << none << full << u"OtherNode"_s << u"BackupUsable"_s;
    QTest::newRow("backup without a database") << QByteArray(R"({"spec":{"type":"IdentityDump"}})") << none << full << u"NoDatabase"_s << u"BackupUsable"_s;
    QTest::newRow("dump failed") << none << QByteArray(R"({"status":{"phase":"Failed"}})") << full << u"NotFinished"_s << u"IdentityAvailable"_s;
    QTest::newRow("dump of another node") << none << QByteArray(R"({"spec":{"nodeRef":{"name":"v2"}}})") << full << u"OtherNode"_s << u"IdentityAvailable"_s;
    QTest::newRow("time before the backup") << none << none
                                            << restoreSpec(R"(,"backupRef":{"name":"b"},"targetTime":"2026-11-27T10:00:00Z")", "PointInTime")
                                            << u"TimeNotCovered"_s << u"BackupUsable"_s;
    QTest::newRow("snapshot in the future") << none << none << restoreSpec(R"(,"dataSnapshot":{"timestamp":"2026-12-27T10:00:00Z"})", "NetworkDisaster")
                                            << u"SnapshotInFuture"_s << QString();
}

void TestRecovery::restoreRefused()
{
    QFETCH(QByteArray, backup);
    QFETCH(QByteArray, dump);
    QFETCH(QByteArray, spec);
    QFETCH(QString, reason);
    QFETCH(QString, condition);
    m_player->create(u"validators"_s, servingNode(u"Validator"_s, u"v2"_s));
    makeHalves(*m_player);
    m_player->patch(u"backups"_s, kNs, u"b"_s, fromJson(backup));
    m_player->patch(u"identitydumps"_s, kNs, u"d"_s, fromJson(dump));
    m_player->create(u"restores"_s, made(u"Restore"_s, u"r"_s, spec));
    QCOMPARE(m_player->phase(u"restores"_s, kNs, u"r"_s), u"Failed"_s);
    QCOMPARE(this->reason(u"restores"_s, u"r"_s, u"SpecAccepted"_s), reason);
    if (!condition.isEmpty())
        QCOMPARE(this->reason(u"restores"_s, u"r"_s, condition), reason);
    QVERIFY(m_player->at(u"restores"_s, kNs, u"r"_s, u"/status/message"_s).toString().startsWith(u"spec."_s));
    m_player->run(1h);
    QCOMPARE(m_player->phases(u"validators"_s, kNs, u"v1"_s), QStringList({u"Ready"_s}));   // never touched
    atRest(u"restores"_s, u"r"_s);
}

void TestRecovery::restoreWaits()
{
    m_player->create(u"restores"_s, made(u"Restore"_s, u"r"_s, restoreSpec(kHalves)));
    QCOMPARE(m_player->phase(u"restores"_s, kNs, u"r"_s), u"Pending"_s);
    QCOMPARE(reason(u"restores"_s, u"r"_s, u"BackupUsable"_s), u"BackupNotFound"_s);
    QCOMPARE(reason(u"restores"_s, u"r"_s, u"IdentityAvailable"_s), u"DumpNotFound"_s);
    makeHalves(*m_player);
    QCOMPARE(m_player->phase(u"restores"_s, kNs, u"r"_s), u"Running"_s);
    // A second one waits for the first.
    m_player->create(u"restores"_s, made(u"Restore"_s, u"r2"_s, restoreSpec(kHalves)));
    QCOMPARE(m_player->phase(u"restores"_s, kNs, u"r2"_s), u"Pending"_s);
    QVERIFY(m_player->at(u"restores"_s, kNs, u"r2"_s, u"/status/message"_s).toString().contains(u"Restore r "_s));
    QVERIFY(m_player->runUntilPhase(u"restores"_s, kNs, u"r2"_s, u"Succeeded"_s));
    QVERIFY(m_player->at(u"restores"_s, kNs, u"r2"_s, u"/status/startTime"_s).toString() >= m_player->at(u"restores"_s, kNs, u"r"_s, u"/status/completionTime"_s).toString());
    atRest(u"restores"_s, u"r2"_s);
    // What the CRD's rule would refuse: nothing runs without the right name.
    m_player->check = {};
    m_player->create(u"restores"_s, made(u"Restore"_s, u"r3"_s, restoreSpec(kHalves).replace(R"("confirm":"v1")", R"("confirm":"v")")));
    QCOMPARE(m_player->phase(u"restores"_s, kNs, u"r3"_s), u"AwaitingConfirmation"_s);
    m_player->run(1h);
    atRest(u"restores"_s, u"r3"_s);
    m_player->patch(u"restores"_s, kNs, u"r3"_s, fromJson(R"({"spec":{"confirm":"v1"}})"));
    QCOMPARE(m_player->phase(u"restores"_s, kNs, u"r3"_s), u"Running"_s);
}

void TestRecovery::restoreCancelled()
{
    makeHalves(*m_player);
    m_player->create(u"restores"_s, made(u"Restore"_s, u"r"_s, restoreSpec(kHalves)));
    QVERIFY(m_player->runUntil([this] { return m_player->phase(u"validators"_s, kNs, u"v1"_s) == "Restoring"_L1; }));
    m_player->remove(u"restores"_s, kNs, u"r"_s);
    QVERIFY(m_player->object(u"restores"_s, kNs, u"r"_s).isEmpty());
    QCOMPARE(m_player->phases(u"restores"_s, kNs, u"r"_s).last(), u"Cancelled"_s);
    QVERIFY(m_player->runUntilPhase(u"validators"_s, kNs, u"v1"_s, u"Ready"_s));
    QCOMPARE(m_player->problems, QStringList());
}

void TestRecovery::restoreNotCancellableLater()
{
    makeHalves(*m_player);
    m_player->create(u"restores"_s, made(u"Restore"_s, u"r"_s, restoreSpec(kHalves)));
    QVERIFY(m_player->runUntil([this] { return stepOf(m_player->object(u"restores"_s, kNs, u"r"_s), u"RestoreAppDb"_s).value("state"_L1) == "Running"_L1; }));
    m_player->remove(u"restores"_s, kNs, u"r"_s);
    QCOMPARE(m_player->phase(u"restores"_s, kNs, u"r"_s), u"Running"_s);
    QCOMPARE(reason(u"restores"_s, u"r"_s, u"SpecAccepted"_s), u"CancelRefused"_s);
    m_player->remove(u"backups"_s, kNs, u"b"_s);   // it is being read
    m_player->run(1min);
    QVERIFY(!m_player->object(u"backups"_s, kNs, u"b"_s).isEmpty());
    QVERIFY(m_player->runUntil([this] { return m_player->object(u"restores"_s, kNs, u"r"_s).isEmpty(); }));
    QCOMPARE(m_player->phases(u"restores"_s, kNs, u"r"_s).last(), u"Succeeded"_s);
    QCOMPARE(m_player->reasons(u"restores"_s, kNs, u"r"_s).count(u"CancelRefused"_s), 1);
    m_player->run(1min);
    QVERIFY(m_player->object(u"backups"_s, kNs, u"b"_s).isEmpty());
    QCOMPARE(m_player->problems, QStringList());
}

void TestRecovery::restoreIdentityOnly()
{
    makeHalves(*m_player);
    m_player->create(u"validators"_s, servingNode(u"Validator"_s, u"v2"_s));
    m_player->create(u"restores"_s, made(u"Restore"_s, u"r"_s, R"({"nodeRef":{"kind":"Validator","name":"v2"},"mode":"IdentityOnly",
        "confirm":"v2","identityDumpRef":{"name":"d"},"newParticipantIdentifier":"v2-new","migrateValidatorParty":true})"));
    QVERIFY(m_player->runUntilPhase(u"restores"_s, kNs, u"r"_s, u"Succeeded"_s));
    const QStringList steps = states(m_player->object(u"restores"_s, kNs, u"r"_s));
    QVERIFY(steps.contains(u"RestoreAppDb Skipped"_s) && steps.contains(u"RestoreParticipantDb Skipped"_s) && steps.contains(u"ImportIdentity Succeeded"_s));
    QCOMPARE(m_player->at(u"restores"_s, kNs, u"r"_s, u"/status/estimatedLoss"_s).toString(), u"history"_s);
    atRest(u"restores"_s, u"r"_s);
}

void TestRecovery::restorePointInTime()
{
    makeHalves(*m_player);
    m_player->run(3h);
    m_player->create(u"restores"_s, made(u"Restore"_s, u"r"_s, restoreSpec(R"(,"backupRef":{"name":"b"},"targetTime":"2026-11-27T14:50:00Z")", "PointInTime")));
    QVERIFY(m_player->runUntilPhase(u"restores"_s, kNs, u"r"_s, u"Succeeded"_s));
    QCOMPARE(stepOf(m_player->object(u"restores"_s, kNs, u"r"_s), u"ImportIdentity"_s).value("state"_L1).toString(), u"Skipped"_s);
    QCOMPARE(m_player->at(u"restores"_s, kNs, u"r"_s, u"/status/estimatedLoss"_s).toString(), u"14m"_s);
    atRest(u"restores"_s, u"r"_s);
}

void TestRecovery::restoreRolledBack()
{
    makeHalves(*m_player);
    m_player->annotate(u"validators"_s, kNs, u"v1"_s, u"demo.quarterdeck.io/fault"_s, u"broken-backup"_s);
    m_player->create(u"restores"_s, made(u"Restore"_s, u"r"_s, restoreSpec(kHalves)));
    QVERIFY(m_player->runUntilPhase(u"restores"_s, kNs, u"r"_s, u"RolledBack"_s));
    QVERIFY(m_player->at(u"restores"_s, kNs, u"r"_s, u"/status/message"_s).toString().contains(u"s3://canton-backups/db/b/validatorApp.dump: 403"_s));
    QVERIFY(m_player->runUntilPhase(u"validators"_s, kNs, u"v1"_s, u"Ready"_s));
    atRest(u"restores"_s, u"r"_s);
}

void TestRecovery::restoreFails()
{
    makeHalves(*m_player);
    m_player->annotate(u"validators"_s, kNs, u"v1"_s, u"demo.quarterdeck.io/fault"_s, u"disk-full"_s);
    m_player->create(u"restores"_s, made(u"Restore"_s, u"r"_s, restoreSpec(kHalves)));
    QVERIFY(m_player->runUntilPhase(u"restores"_s, kNs, u"r"_s, u"Failed"_s));
    QVERIFY(m_player->at(u"restores"_s, kNs, u"r"_s, u"/status/message"_s).toString().contains(u"No space left on device"_s));
    atRest(u"restores"_s, u"r"_s);
}

void TestRecovery::samePieceForTheSameSeed()
{
    const auto played = [](quint64 seed) {
        const auto player = recoveryPlayer(1.0, seed);
        makeHalves(*player);
        QByteArray all;
        for (const QString &plural : {u"backups"_s, u"identitydumps"_s}) {
            for (const QJsonObject &object : player->world.all(plural, kNs))
                all += json::compact(object.value("status"_L1));
        }
        return all;
    };
    QCOMPARE(played(1), played(1));
    QVERIFY(played(1) != played(2));
}

void TestRecovery::speedDividesTheWork()
{
    const auto fast = recoveryPlayer(50.0);
    fast->create(u"backups"_s, made(u"Backup"_s, u"b"_s, backupSpec()));
    QVERIFY(fast->runUntilPhase(u"backups"_s, kNs, u"b"_s, u"Succeeded"_s, 8s));
    QCOMPARE(fast->problems, QStringList());
    QVERIFY(!m_player->runUntilPhase(u"backups"_s, kNs, u"b"_s, u"Succeeded"_s, 8s));
}

void TestRecovery::touched()
{
    makeHalves(*m_player);
    m_player->create(u"restores"_s, made(u"Restore"_s, u"r"_s, restoreSpec(kHalves + R"(,"dryRun":true)")));
    std::vector<std::unique_ptr<demo::Reconciler>> all;
    demo::addRecoveryReconcilers(all);
    QStringList seen;
    for (const auto &reconciler : all) {
        for (const QJsonObject &object : m_player->world.all(reconciler->plural(), kNs)) {
            for (const auto &[plural, name] : reconciler->touches(object, m_player->world))
                seen.append(QString(reconciler->plural() + u'>' + plural + u'/' + name));
        }
    }
    seen.sort();
    QCOMPARE(seen, QStringList({u"backups>restores/canton-dev/r"_s, u"backups>validators/canton-dev/v1"_s, u"identitydumps>restores/canton-dev/r"_s,
                       u"identitydumps>validators/canton-dev/v1"_s, u"restores>validators/canton-dev/v1"_s}));
    QCOMPARE(all.size(), size_t(6));
}

QTEST_GUILESS_MAIN(TestRecovery)
#include "tst_recovery.moc"
