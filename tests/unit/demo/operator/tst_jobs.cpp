// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Faults.h"
#include "tests/unit/demo/operator/RecoveryCase.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace qd;
using namespace qd::test;

namespace {

const QString kNs = u"canton-dev"_s;
const QByteArray kBackup = R"({"nodeRef":{"kind":"Validator","name":"v1"},"type":"Database","method":"PgDump",
    "storage":{"s3":{"bucket":"canton-backups","prefix":"db","secretRef":{"name":"backup-bucket"}}}})";

}

/// The pods run-once objects work in, and requests that every kind of them answers.
class TestJobs : public RecoveryCase {
    Q_OBJECT
private Q_SLOTS:
    void backupWorksInAPod();
    void lookingAgainIsEchoed();
};

void TestJobs::backupWorksInAPod()
{
    m_player->create(u"backups"_s, made(u"Backup"_s, u"b"_s, kBackup));
    m_player->run(1s);
    const auto pod = [this] { return m_player->object(u"pods"_s, kNs, u"b-backup-0"_s); };
    QCOMPARE(json::at(pod(), u"/status/phase"_s).toString(), u"Running"_s);
    QCOMPARE(json::at(pod(), u"/metadata/labels"_s).toObject().value("canton.quarterdeck.io/node"_L1).toString(), u"v1"_s);
    QVERIFY(m_player->runUntilPhase(u"backups"_s, kNs, u"b"_s, u"Succeeded"_s, 10min));
    m_player->run(1s);
    QCOMPARE(json::at(pod(), u"/status/phase"_s).toString(), u"Succeeded"_s);
    QCOMPARE(json::at(pod(), u"/status/containerStatuses/0/state/terminated/exitCode"_s), QJsonValue(0));
    const QString log = m_player->logLines.join(u'\n');
    for (const QString &line : {u"b|backup|INFO|backup of Validator v1"_s, u"step ValidatorApp: begins"_s, u"participant: "_s, u"step Upload: done"_s, u"finished"_s})
        QVERIFY2(log.contains(line), qPrintable(line));
    m_player->run(59min);
    QVERIFY(!pod().isEmpty());
    m_player->run(2min);
    QVERIFY(pod().isEmpty());
    // One that failed stays, to be looked at; it goes with its object.
    m_player->annotate(u"validators"_s, kNs, u"v1"_s, QString::fromLatin1(demo::kFaultAnnotation), u"broken-backup"_s);
    m_player->create(u"backups"_s, made(u"Backup"_s, u"c"_s, kBackup));
    QVERIFY(m_player->runUntilPhase(u"backups"_s, kNs, u"c"_s, u"Failed"_s, 10min));
    m_player->run(3h);
    QCOMPARE(json::at(m_player->object(u"pods"_s, kNs, u"c-backup-0"_s), u"/status/phase"_s).toString(), u"Failed"_s);
    QVERIFY(!m_player->logLines.filter(u"c|backup|ERROR|step Upload: failed: s3://canton-backups: 403"_s).isEmpty());
    m_player->remove(u"backups"_s, kNs, u"c"_s);
    m_player->run(1s);
    QVERIFY(m_player->object(u"pods"_s, kNs, u"c-backup-0"_s).isEmpty());
}

void TestJobs::lookingAgainIsEchoed()
{
    m_player->create(u"backups"_s, made(u"Backup"_s, u"b"_s, kBackup));
    QVERIFY(m_player->runUntilPhase(u"backups"_s, kNs, u"b"_s, u"Succeeded"_s, 10min));
    m_player->annotate(u"backups"_s, kNs, u"b"_s, u"canton.quarterdeck.io/reconcile-requested-at"_s, u"2026-11-27T12:30:00Z"_s);
    m_player->run(1s);
    QCOMPARE(m_player->at(u"backups"_s, kNs, u"b"_s, u"/status/handledRequests/reconcile"_s).toString(), u"2026-11-27T12:30:00Z"_s);
    atRest(u"backups"_s, u"b"_s);
}

QTEST_GUILESS_MAIN(TestJobs)
#include "tst_jobs.moc"
