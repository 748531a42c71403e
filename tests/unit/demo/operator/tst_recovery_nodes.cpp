// SPDX-License-Identifier: GPL-3.0-or-later
// Recovery and upgrades with the real reconcilers of nodes below them: what a person who restores or upgrades sees of the node.
#include "tests/unit/demo/operator/NodeFixtures.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace qd;
using namespace qd::test;

namespace {

const QString kNs = u"canton-dev"_s;

QJsonObject made(const QString &kind, const QString &name, const QByteArray &spec)
{
    return {{u"apiVersion"_s, u"canton.quarterdeck.io/v1alpha1"_s}, {u"kind"_s, kind},
        {u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, kNs}}},
        {u"spec"_s, QJsonDocument::fromJson(spec).object()}};
}

}

class TestRecoveryNodes : public QObject {
    Q_OBJECT
private:
    std::unique_ptr<PlanPlayer> m_player;
private Q_SLOTS:
    void init()
    {
        m_player = std::make_unique<PlanPlayer>(demo::makeReconcilers());
        m_player->create(u"cantonnetworks"_s, cantonNetwork());
        m_player->create(u"validators"_s, node(u"Validator"_s, u"v1"_s));
        QVERIFY(m_player->runUntilPhase(u"validators"_s, kNs, u"v1"_s, u"Ready"_s, 2h));
    }
    void restore();
    void upgrade();
};

void TestRecoveryNodes::restore()
{
    m_player->create(u"backups"_s, made(u"Backup"_s, u"b"_s, R"({"nodeRef":{"kind":"Validator","name":"v1"},"storage":{"s3":{"bucket":"bkt"}}})"));
    m_player->create(u"identitydumps"_s, made(u"IdentityDump"_s, u"d"_s, R"({"nodeRef":{"kind":"Validator","name":"v1"}})"));
    QVERIFY(m_player->runUntilPhase(u"backups"_s, kNs, u"b"_s, u"Succeeded"_s));
    QCOMPARE(m_player->at(u"validators"_s, kNs, u"v1"_s, u"/status/lastBackup/name"_s).toString(), u"b"_s);
    QCOMPARE(m_player->at(u"validators"_s, kNs, u"v1"_s, u"/status/lastIdentityDump/name"_s).toString(), u"d"_s);
    m_player->create(u"restores"_s, made(u"Restore"_s, u"r"_s, R"({"nodeRef":{"kind":"Validator","name":"v1"},"mode":"FullFromBackup","confirm":"v1",
        "backupRef":{"name":"b"},"identityDumpRef":{"name":"d"}})"));
    QVERIFY(m_player->runUntilPhase(u"validators"_s, kNs, u"v1"_s, u"Restoring"_s));
    QVERIFY(m_player->runUntil([this] { return m_player->condition(u"restores"_s, kNs, u"r"_s, u"NodeStopped"_s).value("status"_L1) == "True"_L1; }));
    const auto pods = [this] {   // of the node; the Restore has one of its own
        const QList<QJsonObject> all = m_player->world.all(u"pods"_s, kNs);
        return std::count_if(all.begin(), all.end(), [](const QJsonObject &pod) {
            return json::at(pod, u"/metadata/ownerReferences/0/kind"_s).toString() == "Validator"_L1;
        });
    };
    QCOMPARE(pods(), 0);
    QCOMPARE(json::at(m_player->object(u"pods"_s, kNs, u"r-restore-0"_s), u"/status/phase"_s).toString(), u"Running"_s);
    QVERIFY(m_player->runUntilPhase(u"restores"_s, kNs, u"r"_s, u"Succeeded"_s));
    QCOMPARE(m_player->phase(u"validators"_s, kNs, u"v1"_s), u"Ready"_s);
    QCOMPARE(pods(), 5);
    QVERIFY(!m_player->logLines.filter(u"r|restore|INFO|step RestoreParticipantDb: done"_s).isEmpty());
    QVERIFY(m_player->reasons(u"validators"_s, kNs, u"v1"_s).contains(u"Restoring"_s));
    QCOMPARE(m_player->problems, QStringList());
}

void TestRecoveryNodes::upgrade()
{
    m_player->create(u"upgrades"_s, made(u"Upgrade"_s, u"u"_s, R"({"targets":[{"kind":"Validator","name":"v1"}],"class":"Patch","fromVersion":"0.4.15",
        "toVersion":"0.4.16","observation":{"duration":"10m"},"promotion":{"requireApproval":false}})"));
    QVERIFY(m_player->runUntil([this] { return m_player->condition(u"validators"_s, kNs, u"v1"_s, u"Upgrading"_s).value("status"_L1) == "True"_L1; }));
    QVERIFY(m_player->runUntilPhase(u"validators"_s, kNs, u"v1"_s, u"Updating"_s));
    QVERIFY2(m_player->runUntilPhase(u"upgrades"_s, kNs, u"u"_s, u"Succeeded"_s, 2h),
        qPrintable(m_player->at(u"upgrades"_s, kNs, u"u"_s, u"/status/message"_s).toString()));
    QCOMPARE(m_player->at(u"validators"_s, kNs, u"v1"_s, u"/status/version"_s).toString(), u"0.4.16"_s);
    QCOMPARE(m_player->condition(u"validators"_s, kNs, u"v1"_s, u"Upgrading"_s).value("status"_L1).toString(), u"False"_s);
    QCOMPARE(m_player->problems, QStringList());
}

QTEST_GUILESS_MAIN(TestRecoveryNodes)
#include "tst_recovery_nodes.moc"
