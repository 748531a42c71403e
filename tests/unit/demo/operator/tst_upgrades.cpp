// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/demo/operator/RecoveryFixtures.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace qd;
using namespace qd::test;

namespace {

const QString kNs = u"canton-dev"_s;
constexpr char kTwo[] = R"("targets":[{"kind":"Validator","name":"v1"},{"kind":"Validator","name":"v2"}])";

QByteArray spec(const QByteArray &more = {})
{
    return R"({"class":"Patch","toVersion":"0.4.16","fromVersion":"0.4.15",)" + QByteArray(kTwo) + more + '}';
}

/// Without the waits for dumps, backups and a second person.
const QByteArray kQuick = R"(,"preChecks":{"identityDumpRequired":false,"backupRequired":false},"promotion":{"requireApproval":false})";

}

class TestUpgrades : public QObject {
    Q_OBJECT
private:
    std::unique_ptr<PlanPlayer> m_player;
    [[nodiscard]] QString reason(const QString &type, const QString &name = u"u"_s) const
    {
        return m_player->condition(u"upgrades"_s, kNs, name, type).value("reason"_L1).toString();
    }
    [[nodiscard]] QString state(const QString &step, const QString &name = u"u"_s) const
    {
        for (const QJsonValue &one : m_player->at(u"upgrades"_s, kNs, name, u"/status/steps"_s).toArray()) {
            if (one.toObject().value("name"_L1).toString() == step)
                return one.toObject().value("state"_L1).toString();
        }
        return {};
    }
    [[nodiscard]] QString phase() const { return m_player->phase(u"upgrades"_s, kNs, u"u"_s); }
    [[nodiscard]] QString message() const { return m_player->at(u"upgrades"_s, kNs, u"u"_s, u"/status/message"_s).toString(); }
    [[nodiscard]] QString tag(const QString &node) const { return m_player->at(u"validators"_s, kNs, node, u"/spec/imageTag"_s).toString(); }
    [[nodiscard]] QString version(const QString &node) const { return m_player->at(u"validators"_s, kNs, node, u"/status/version"_s).toString(); }
    void start(const QByteArray &text, const QString &requester = u"jonas"_s)
    {
        QJsonObject upgrade = made(u"Upgrade"_s, u"u"_s, text);
        QJsonValue value = upgrade;
        json::set(value, u"/metadata/annotations"_s, QJsonObject{{u"canton.quarterdeck.io/requested-by"_s, requester}});
        m_player->create(u"upgrades"_s, value.toObject());
    }
    void edit(const QByteArray &patch) { QVERIFY(m_player->patch(u"upgrades"_s, kNs, u"u"_s, fromJson(patch))); }
    bool until(const QString &wanted, std::chrono::milliseconds atMost = 3h)
    {
        return m_player->runUntilPhase(u"upgrades"_s, kNs, u"u"_s, wanted, atMost);
    }
    bool untilStep(const QString &step)
    {
        return m_player->runUntil([&] { return state(step) == "Running"_L1; }, 3h);
    }
    void atRest()
    {
        QCOMPARE(m_player->problems, QStringList());
        const demo::Plan plan = m_player->look(u"upgrades"_s, kNs, u"u"_s);
        QVERIFY2(plan.nothing(), json::compact(plan.status).constData());
    }
private Q_SLOTS:
    void init()
    {
        m_player = recoveryPlayer();
        m_player->create(u"validators"_s, servingNode(u"Validator"_s, u"v2"_s));
    }
    void everyStep();
    void nothingIsChangedBeforeTheChecksAreTold();
    void approvalComesFirstOnMainNet();
    void approvalByTheSamePerson();
    void seedGoesOn();
    void takenOverInTheMiddle();
    void allAtOnce();
    void majorMigration();
    void softwareOfTheConsole();
    void paused();
    void abortedEarly();
    void abortedAfterTheChange();
    void tooLateToAbort();
    void failedGate();
    void failedGateGoesBackByItself();
    void rolledBackByHand();
    void noWayBackFromAMigration();
    void revertedByGit();
    void preChecks_data();
    void preChecks();
    void backupThatFails();
    void gates_data();
    void gates();
    void waits();
    void windowMissed();
    void provenOnDevNet();
    void nodesAreTold();
};

void TestUpgrades::everyStep()
{
    start(spec(R"(,"order":["v2","v1"],"announce":{"channel":"#ops","template":"0.4.16 is in use"})"));
    QCOMPARE(phase(), u"PreChecking"_s);
    QVERIFY(untilStep(u"IdentityDump"_s));
    QVERIFY(untilStep(u"Backup"_s));
    const QJsonObject dump = m_player->object(u"identitydumps"_s, kNs, u"u-v1-identity"_s);
    QCOMPARE(json::at(dump, u"/status/phase"_s).toString(), u"Succeeded"_s);
    QCOMPARE(json::at(dump, u"/metadata/ownerReferences/0/kind"_s).toString(), u"Upgrade"_s);
    QCOMPARE(tag(u"v2"_s), u"0.4.15"_s);
    QVERIFY(untilStep(u"WaitReady"_s));
    QCOMPARE(m_player->phase(u"backups"_s, kNs, u"u-v1-backup"_s), u"Succeeded"_s);
    QCOMPARE(tag(u"v2"_s), u"0.4.16"_s);      // the first of the order
    QCOMPARE(tag(u"v1"_s), u"0.4.15"_s);
    QCOMPARE(json::at(demo::upgradeUnderWayOf(m_player->world, m_player->object(u"validators"_s, kNs, u"v2"_s)), u"/metadata/name"_s).toString(), u"u"_s);
    QVERIFY(demo::upgradeUnderWayOf(m_player->world, m_player->object(u"validators"_s, kNs, u"v1"_s)).isEmpty());
    QVERIFY(until(u"Observing"_s));
    QCOMPARE(version(u"v2"_s), u"0.4.16"_s);
    QVERIFY(until(u"AwaitingApproval"_s));
    QCOMPARE(message(), u"Waits for a second person."_s);
    QCOMPARE(reason(u"Observed"_s), u"Passed"_s);
    m_player->run(24h);
    QCOMPARE(tag(u"v1"_s), u"0.4.15"_s);
    atRest();
    edit(R"({"spec":{"promotion":{"approvedBy":"maria"}}})");
    QVERIFY(until(u"Succeeded"_s));
    QCOMPARE(version(u"v1"_s), u"0.4.16"_s);
    QCOMPARE(m_player->phases(u"upgrades"_s, kNs, u"u"_s),
        QStringList({u"PreChecking"_s, u"Running"_s, u"Observing"_s, u"AwaitingApproval"_s, u"Running"_s, u"Succeeded"_s}));
    QStringList steps;
    for (const QJsonValue &one : m_player->at(u"upgrades"_s, kNs, u"u"_s, u"/status/steps"_s).toArray())
        steps.append(QString(one.toObject().value("name"_L1).toString() + u' ' + one.toObject().value("state"_L1).toString()));
    QCOMPARE(steps, QStringList({u"PreCheck Succeeded"_s, u"IdentityDump Succeeded"_s, u"Backup Succeeded"_s, u"ApplyVersion Succeeded"_s,
                        u"WaitReady Succeeded"_s, u"Migrate Skipped"_s, u"Observe Succeeded"_s, u"AwaitApproval Succeeded"_s, u"Promote Succeeded"_s,
                        u"Announce Succeeded"_s}));
    const QJsonObject target = m_player->at(u"upgrades"_s, kNs, u"u"_s, u"/status/perTarget/1"_s).toObject();
    QCOMPARE(target.value("name"_L1).toString(), u"v1"_s);
    QCOMPARE(target.value("phase"_L1).toString(), u"Succeeded"_s);
    QCOMPARE(target.value("from"_L1).toString(), u"0.4.15"_s);
    QVERIFY(m_player->reasons(u"upgrades"_s, kNs, u"u"_s).contains(u"Announced"_s));
    QVERIFY(m_player->at(u"upgrades"_s, kNs, u"u"_s, u"/status/canRollback"_s).toBool());
    atRest();
}

void TestUpgrades::nothingIsChangedBeforeTheChecksAreTold()
{
    start(spec(kQuick));
    m_player->run(1s);
    QCOMPARE(state(u"PreCheck"_s), u"Running"_s);
    m_player->now = m_player->now.addSecs(40);
    // The look that finds the checks passed: were its status lost, the next one would check again.
    const demo::Plan plan = m_player->look(u"upgrades"_s, kNs, u"u"_s);
    QVERIFY(json::compact(plan.status).contains("PreChecksPassed"));
    for (const ports::WriteRequest &write : plan.writes)
        QVERIFY2(write.gvr.resource != "validators"_L1, qPrintable(write.name));
    m_player->run(1s);
    QCOMPARE(tag(u"v1"_s), u"0.4.16"_s);
}

void TestUpgrades::approvalComesFirstOnMainNet()
{
    m_player->patch(u"cantonnetworks"_s, kNs, u"devnet"_s, fromJson(R"({"spec":{"type":"MainNet"}})"));
    start(spec());
    QVERIFY(until(u"AwaitingApproval"_s));
    m_player->run(48h);
    QCOMPARE(phase(), u"AwaitingApproval"_s);
    QCOMPARE(tag(u"v1"_s), u"0.4.15"_s);
    QVERIFY(m_player->world.all(u"backups"_s).isEmpty());
    edit(R"({"spec":{"promotion":{"approvedBy":"maria"}}})");
    QVERIFY(until(u"Succeeded"_s));
    QCOMPARE(version(u"v2"_s), u"0.4.16"_s);
    QCOMPARE(m_player->phases(u"upgrades"_s, kNs, u"u"_s),
        QStringList({u"PreChecking"_s, u"AwaitingApproval"_s, u"Running"_s, u"Observing"_s, u"Running"_s, u"Succeeded"_s}));
    atRest();
}

void TestUpgrades::approvalByTheSamePerson()
{
    start(spec(R"(,"preChecks":{"identityDumpRequired":false,"backupRequired":false},"promotion":{"approvedBy":"Jonas"})"));
    QVERIFY(until(u"AwaitingApproval"_s));
    m_player->run(24h);
    QCOMPARE(phase(), u"AwaitingApproval"_s);
    QCOMPARE(reason(u"Approved"_s), u"SamePerson"_s);
    QVERIFY(message().contains(u"another person"_s));
    QCOMPARE(m_player->reasons(u"upgrades"_s, kNs, u"u"_s).count(u"ApprovalRefused"_s), 1);
    atRest();
    edit(R"({"spec":{"promotion":{"approvedBy":"maria"}}})");
    QVERIFY(until(u"Succeeded"_s));
    QCOMPARE(reason(u"Approved"_s), u"Approved"_s);
}

void TestUpgrades::seedGoesOn()
{
    // As the consortium has it: half finished, with the two steps it needed until then.
    m_player->patch(u"cantonnetworks"_s, kNs, u"devnet"_s, fromJson(R"({"spec":{"type":"MainNet"}})"));
    QJsonObject upgrade = made(u"Upgrade"_s, u"u"_s, spec());
    upgrade.insert("status"_L1, fromJson(R"({"observedGeneration":1,"phase":"AwaitingApproval","message":"Waits for a second person.",
        "perTarget":[{"kind":"Validator","name":"v1","phase":"Pending","from":"0.4.15","to":"0.4.16"}],
        "steps":[{"name":"PreCheck","state":"Succeeded","startTime":"2026-11-27T09:04:31Z","endTime":"2026-11-27T09:06:31Z"},
                 {"name":"AwaitApproval","state":"Running","startTime":"2026-11-27T09:06:31Z"}],"canRollback":true})"));
    m_player->create(u"upgrades"_s, upgrade);
    m_player->run(24h);
    QCOMPARE(phase(), u"AwaitingApproval"_s);
    QCOMPARE(tag(u"v1"_s), u"0.4.15"_s);
    atRest();
    edit(R"({"spec":{"promotion":{"approvedBy":"maria"}}})");
    QVERIFY(until(u"Succeeded"_s));
    QCOMPARE(version(u"v1"_s), u"0.4.16"_s);
    QCOMPARE(version(u"v2"_s), u"0.4.16"_s);
    atRest();
}

void TestUpgrades::takenOverInTheMiddle()
{
    // Begun eleven minutes ago by an operator that played at another speed.
    m_player = recoveryPlayer(50.0);
    m_player->create(u"validators"_s, servingNode(u"Validator"_s, u"v2"_s));
    m_player->patch(u"validators"_s, kNs, u"v1"_s, fromJson(R"({"spec":{"imageTag":"0.4.16"}})"));
    QJsonObject upgrade = made(u"Upgrade"_s, u"u"_s, spec(kQuick));
    upgrade.insert("status"_L1, fromJson(R"({"observedGeneration":1,"phase":"Running","canRollback":true,"startTime":"2026-11-27T11:49:00Z",
        "perTarget":[{"kind":"Validator","name":"v1","phase":"Running","from":"0.4.15","to":"0.4.16","startTime":"2026-11-27T11:49:00Z"},
                     {"kind":"Validator","name":"v2","phase":"Pending","from":"0.4.15","to":"0.4.16"}],
        "steps":[{"name":"PreCheck","state":"Succeeded"},{"name":"ApplyVersion","state":"Running","startTime":"2026-11-27T11:49:00Z"}]})"));
    m_player->create(u"upgrades"_s, upgrade);
    QVERIFY2(until(u"Succeeded"_s), qPrintable(message()));
    QCOMPARE(version(u"v1"_s), u"0.4.16"_s);
    QCOMPARE(version(u"v2"_s), u"0.4.16"_s);
    atRest();
}

void TestUpgrades::allAtOnce()
{
    start(spec(kQuick + R"(,"strategy":"AllAtOnce")"));
    QVERIFY(untilStep(u"WaitReady"_s));
    QCOMPARE(tag(u"v1"_s), u"0.4.16"_s);
    QCOMPARE(tag(u"v2"_s), u"0.4.16"_s);
    QVERIFY(until(u"Succeeded"_s));
    QCOMPARE(state(u"AwaitApproval"_s), u"Skipped"_s);
    QCOMPARE(state(u"Announce"_s), u"Skipped"_s);
    atRest();
}

void TestUpgrades::majorMigration()
{
    start(R"({"class":"MajorMigration","toVersion":"0.5.0","toMigrationId":4,)" + QByteArray(kTwo) + kQuick + '}');
    QVERIFY(untilStep(u"Migrate"_s));
    QCOMPARE(m_player->at(u"upgrades"_s, kNs, u"u"_s, u"/status/canRollback"_s), QJsonValue(false));
    QVERIFY(until(u"Succeeded"_s));
    for (const QString &node : {u"v1"_s, u"v2"_s}) {
        QCOMPARE(version(node), u"0.5.0"_s);
        QCOMPARE(m_player->at(u"validators"_s, kNs, node, u"/status/currentMigrationId"_s).toInteger(), 4);
    }
    atRest();
}

void TestUpgrades::softwareOfTheConsole()
{
    start(R"({"class":"CatBm","toVersion":"2.1.0",)" + QByteArray(kTwo) + kQuick + '}');
    QVERIFY(until(u"Succeeded"_s));
    QCOMPARE(tag(u"v1"_s), u"0.4.15"_s);   // the nodes are not what is changed
    atRest();
}

void TestUpgrades::paused()
{
    start(spec(kQuick));
    edit(R"({"spec":{"paused":true}})");
    m_player->run(24h);
    QCOMPARE(phase(), u"PreChecking"_s);      // the step under way ended, no other began
    QCOMPARE(state(u"PreCheck"_s), u"Succeeded"_s);
    QVERIFY(message().startsWith(u"Paused before "_s));
    QCOMPARE(tag(u"v1"_s), u"0.4.15"_s);
    atRest();
    edit(R"({"spec":{"paused":false}})");
    QVERIFY(until(u"Succeeded"_s));
}

void TestUpgrades::abortedEarly()
{
    start(spec());
    edit(R"({"spec":{"abort":true}})");
    QCOMPARE(phase(), u"Aborted"_s);
    m_player->run(24h);
    QCOMPARE(tag(u"v1"_s), u"0.4.15"_s);
    atRest();
}

void TestUpgrades::abortedAfterTheChange()
{
    start(spec(kQuick));
    QVERIFY(untilStep(u"WaitReady"_s));
    QCOMPARE(tag(u"v1"_s), u"0.4.16"_s);
    edit(R"({"spec":{"abort":true}})");
    QCOMPARE(phase(), u"Aborted"_s);
    QCOMPARE(tag(u"v1"_s), u"0.4.15"_s);
    m_player->run(5min);
    QCOMPARE(version(u"v1"_s), u"0.4.15"_s);
    atRest();
}

void TestUpgrades::tooLateToAbort()
{
    start(spec(kQuick));
    QVERIFY(until(u"Observing"_s));
    edit(R"({"spec":{"abort":true}})");
    QCOMPARE(phase(), u"Observing"_s);
    QCOMPARE(reason(u"SpecAccepted"_s), u"TooLateToAbort"_s);
    QVERIFY(until(u"Succeeded"_s));
    QCOMPARE(m_player->reasons(u"upgrades"_s, kNs, u"u"_s).count(u"AbortRefused"_s), 1);
    atRest();
}

void TestUpgrades::failedGate()
{
    start(spec(kQuick));
    QVERIFY(until(u"Observing"_s));
    m_player->annotate(u"upgrades"_s, kNs, u"u"_s, u"demo.quarterdeck.io/fault"_s, u"failed-gate"_s);
    QVERIFY(until(u"Failed"_s));
    QCOMPARE(reason(u"Observed"_s), u"MetricsHealthy"_s);
    QVERIFY(message().startsWith(u"Observe: MetricsHealthy: 4.1 %"_s));
    QVERIFY(m_player->reasons(u"upgrades"_s, kNs, u"u"_s).contains(u"GateFailed"_s));
    QCOMPARE(tag(u"v1"_s), u"0.4.16"_s);      // stays, until somebody decides
    QCOMPARE(tag(u"v2"_s), u"0.4.15"_s);
    atRest();
    edit(R"({"spec":{"rollback":{"toRevision":"0.4.15"}}})");
    QVERIFY(until(u"RolledBack"_s));
    QCOMPARE(version(u"v1"_s), u"0.4.15"_s);
    QCOMPARE(m_player->at(u"upgrades"_s, kNs, u"u"_s, u"/status/canRollback"_s), QJsonValue(false));
    atRest();
}

void TestUpgrades::failedGateGoesBackByItself()
{
    start(spec(kQuick + R"(,"rollback":{"auto":true})"));
    m_player->annotate(u"upgrades"_s, kNs, u"u"_s, u"demo.quarterdeck.io/fault"_s, u"failed-gate"_s);
    QVERIFY(until(u"RolledBack"_s));
    QCOMPARE(version(u"v1"_s), u"0.4.15"_s);
    QCOMPARE(version(u"v2"_s), u"0.4.15"_s);
    QVERIFY(m_player->reasons(u"upgrades"_s, kNs, u"u"_s).contains(u"RollingBack"_s));
    atRest();
}

void TestUpgrades::rolledBackByHand()
{
    start(spec(kQuick));
    QVERIFY(until(u"Succeeded"_s));
    edit(R"({"spec":{"rollback":{"toRevision":"0.4.15"}}})");
    QCOMPARE(phase(), u"Running"_s);
    QVERIFY(until(u"RolledBack"_s));
    QCOMPARE(version(u"v1"_s), u"0.4.15"_s);
    QCOMPARE(version(u"v2"_s), u"0.4.15"_s);
    atRest();
}

void TestUpgrades::noWayBackFromAMigration()
{
    start(R"({"class":"MajorMigration","toVersion":"0.5.0","toMigrationId":4,)" + QByteArray(kTwo) + kQuick + '}');
    QVERIFY(until(u"Succeeded"_s));
    edit(R"({"spec":{"rollback":{"toRevision":"0.4.15"}}})");
    m_player->run(61min);   // its pod is gone by then
    QCOMPARE(phase(), u"Succeeded"_s);
    QCOMPARE(reason(u"SpecAccepted"_s), u"CannotRollBack"_s);
    QCOMPARE(version(u"v1"_s), u"0.5.0"_s);
    QCOMPARE(m_player->reasons(u"upgrades"_s, kNs, u"u"_s).count(u"RollbackRefused"_s), 1);
    atRest();
}

void TestUpgrades::revertedByGit()
{
    start(spec(kQuick + R"(,"gitops":{"repo":"https://git.example.org/canton","pullRequestUrl":"https://git.example.org/canton/pulls/1"})"));
    QVERIFY(untilStep(u"WaitReady"_s));
    m_player->patch(u"validators"_s, kNs, u"v1"_s, fromJson(R"({"spec":{"imageTag":"0.4.15"}})"));
    QVERIFY(until(u"Failed"_s));
    QVERIFY2(message().contains(u"by https://git.example.org/canton/pulls/1"_s), qPrintable(message()));
    QCOMPARE(reason(u"Applied"_s), u"StepFailed"_s);
    atRest();
}

void TestUpgrades::preChecks_data()
{
    QTest::addColumn<QByteArray>("node");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("reason");
    QTest::addColumn<QString>("condition");
    const QByteArray none = "{}";
    QTest::newRow("other version") << QByteArray(R"({"spec":{"imageTag":"0.4.14"},"status":{"version":"0.4.14"}})") << spec(kQuick) << u"VersionMismatch"_s << u"PreChecksPassed"_s;
    QTest::newRow("there already") << none << R"({"class":"Patch","toVersion":"0.4.15",)" + QByteArray(kTwo) + kQuick + '}' << u"AlreadyThere"_s << u"PreChecksPassed"_s;
    QTest::newRow("backwards") << none << R"({"class":"Patch","toVersion":"0.4.9",)" + QByteArray(kTwo) + kQuick + '}' << u"Downgrade"_s << u"PreChecksPassed"_s;
    QTest::newRow("not healthy") << QByteArray(R"({"metadata":{"annotations":{"stubborn":""}},"status":{"phase":"Degraded","message":"disk full",
        "conditions":[{"type":"Ready","status":"False","lastTransitionTime":"2026-11-01T00:00:00Z"}]}})") << spec(kQuick) << u"NotHealthy"_s << u"PreChecksPassed"_s;
    QTest::newRow("users without rights") << none
        << spec(R"(,"preChecks":{"usersWithoutPartyRights":"block"})") << u"UsersWithoutPartyRights"_s << u"PreChecksPassed"_s;
    QTest::newRow("migration id") << none << R"({"class":"MajorMigration","toVersion":"0.5.0","toMigrationId":5,)" + QByteArray(kTwo) + kQuick + '}'
                                  << u"WrongMigrationId"_s << u"SpecAccepted"_s;
}

void TestUpgrades::preChecks()
{
    QFETCH(QByteArray, node);
    QFETCH(QByteArray, text);
    QFETCH(QString, reason);
    QFETCH(QString, condition);
    m_player->patch(u"validators"_s, kNs, u"v2"_s, fromJson(node));
    m_player->create(u"ledgerusers"_s, fromJson(R"({"kind":"LedgerUser","metadata":{"name":"idle","namespace":"canton-dev"},
        "spec":{"nodeRef":{"kind":"Validator","name":"v1"},"userId":"idle","rights":{"participantAdmin":false,"actAs":[]}}})"));
    start(text);
    QVERIFY(until(u"Failed"_s));
    QCOMPARE(this->reason(condition), reason);
    QVERIFY(message().contains(u"spec."_s));
    m_player->run(1h);
    QCOMPARE(tag(u"v1"_s), u"0.4.15"_s);
    atRest();
}

void TestUpgrades::backupThatFails()
{
    m_player->create(u"backupschedules"_s, made(u"BackupSchedule"_s, u"s"_s, R"({"template":{"nodeRef":{"kind":"Validator","name":"v2"},"type":"Database",
        "method":"PgDump","storage":{"s3":{"bucket":"canton-backups"}}},"schedule":"0 0 1 1 *","suspend":true})"));
    m_player->annotate(u"validators"_s, kNs, u"v2"_s, u"demo.quarterdeck.io/fault"_s, u"broken-backup"_s);
    start(spec());
    QVERIFY(until(u"Failed"_s));
    QVERIFY2(message().contains(u"Backup: Backup u-v2-backup: Failed"_s) && message().contains(u"s3://canton-backups: 403"_s), qPrintable(message()));
    QCOMPARE(tag(u"v1"_s), u"0.4.15"_s);
    QCOMPARE(state(u"ApplyVersion"_s), u"Skipped"_s);
    atRest();
}

void TestUpgrades::gates_data()
{
    QTest::addColumn<QByteArray>("node");
    QTest::addColumn<QString>("reason");
    QTest::newRow("pods") << QByteArray(R"({"status":{"components":[{"name":"participant","ready":0,"desired":1}]}})") << u"PodsReady"_s;
    QTest::newRow("metrics") << QByteArray(R"({"metadata":{"annotations":{"demo.quarterdeck.io/fault":"crash:participant"}}})") << u"MetricsHealthy"_s;
    QTest::newRow("balance") << QByteArray(R"({"status":{"balances":{"recordTime":"2026-11-27T11:00:00Z"}}})") << u"CcBalanceIncreasing"_s;
    QTest::newRow("traffic") << QByteArray(R"({"status":{"conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-11-01T00:00:00Z"},
        {"type":"TrafficSufficient","status":"False","message":"none left","lastTransitionTime":"2026-11-01T00:00:00Z"}]}})") << u"TrafficSufficient"_s;
}

void TestUpgrades::gates()
{
    QFETCH(QByteArray, node);
    QFETCH(QString, reason);
    start(spec(kQuick + R"(,"observation":{"duration":"10m","checks":["PodsReady","MetricsHealthy","CcBalanceIncreasing","TrafficSufficient"]})"));
    QVERIFY(until(u"Observing"_s));
    m_player->patch(u"validators"_s, kNs, u"v1"_s, fromJson(node));
    QVERIFY(until(u"Failed"_s, 10min));
    QCOMPARE(this->reason(u"Observed"_s), reason);
    atRest();
}

void TestUpgrades::waits()
{
    start(spec(kQuick + R"(,"schedule":{"notBefore":"2026-11-27T20:00:00Z","window":"1h"})"));
    QCOMPARE(phase(), u"Pending"_s);
    QVERIFY(message().contains(u"2026-11-27T20:00:00Z"_s));
    atRest();
    m_player->run(8h + 1min);
    QCOMPARE(phase(), u"Running"_s);
    // Another one of the same node waits for it.
    m_player->create(u"upgrades"_s, made(u"Upgrade"_s, u"w"_s, R"({"class":"Patch","toVersion":"0.4.17","targets":[{"kind":"Validator","name":"v2"}])" + kQuick + '}'));
    QCOMPARE(m_player->phase(u"upgrades"_s, kNs, u"w"_s), u"Pending"_s);
    QVERIFY(m_player->at(u"upgrades"_s, kNs, u"w"_s, u"/status/message"_s).toString().contains(u"Upgrade u of Validator v2"_s));
    QVERIFY(m_player->runUntilPhase(u"upgrades"_s, kNs, u"w"_s, u"Succeeded"_s, 6h));
    QCOMPARE(version(u"v2"_s), u"0.4.17"_s);
    QCOMPARE(version(u"v1"_s), u"0.4.16"_s);
    // One of a node that is not there.
    m_player->create(u"upgrades"_s, made(u"Upgrade"_s, u"x"_s, R"({"class":"Patch","toVersion":"0.4.17","targets":[{"kind":"Participant","name":"p"}]})"));
    QCOMPARE(m_player->phase(u"upgrades"_s, kNs, u"x"_s), u"Pending"_s);
    QCOMPARE(reason(u"SpecAccepted"_s, u"x"_s), u"NodeNotFound"_s);
    QCOMPARE(m_player->problems, QStringList());
}

void TestUpgrades::windowMissed()
{
    start(spec(kQuick + R"(,"schedule":{"notBefore":"2026-11-27T08:00:00Z","window":"1h"})"));
    QCOMPARE(phase(), u"Failed"_s);
    QCOMPARE(reason(u"SpecAccepted"_s), u"WindowMissed"_s);
    atRest();
    edit(R"({"spec":{"rollback":{"toRevision":"0.4.15"}}})");   // nothing was changed: nothing to go back to
    QCOMPARE(phase(), u"Failed"_s);
    QCOMPARE(reason(u"SpecAccepted"_s), u"WindowMissed"_s);
}

void TestUpgrades::provenOnDevNet()
{
    m_player->create(u"cantonnetworks"_s, fromJson(R"({"kind":"CantonNetwork","metadata":{"name":"mainnet","namespace":"canton-main"},"spec":{"type":"MainNet"}})"));
    const auto mainNet = [this](const QString &name) {
        QJsonValue node = servingNode(u"Validator"_s, QString(u"m"_s + name), R"({"metadata":{"namespace":"canton-main"},"spec":{"networkRef":{"name":"mainnet"}}})");
        m_player->create(u"validators"_s, node.toObject());
        QJsonValue upgrade = made(u"Upgrade"_s, name, R"({"class":"Patch","toVersion":"0.4.16","targets":[{"kind":"Validator","name":"m)" + name.toLatin1() + R"("}]})");
        json::set(upgrade, u"/metadata/namespace"_s, u"canton-main"_s);
        m_player->create(u"upgrades"_s, upgrade.toObject());
        return m_player->condition(u"upgrades"_s, u"canton-main"_s, name, u"SpecAccepted"_s);
    };
    QCOMPARE(mainNet(u"early"_s).value("reason"_L1).toString(), u"NotProvenOnDevNet"_s);
    QCOMPARE(mainNet(u"early2"_s).value("status"_L1).toString(), u"True"_s);   // a warning, not a refusal
    QVERIFY(m_player->reasons(u"upgrades"_s, u"canton-main"_s, u"early"_s).contains(u"NotProvenOnDevNet"_s));
    start(spec(kQuick));
    QVERIFY(until(u"Succeeded"_s));
    QCOMPARE(mainNet(u"late"_s).value("reason"_L1).toString(), u"Accepted"_s);
    QCOMPARE(m_player->problems, QStringList());
}

void TestUpgrades::nodesAreTold()
{
    start(spec());
    std::vector<std::unique_ptr<demo::Reconciler>> all;
    demo::addUpgradeReconcilers(all);
    QCOMPARE(all.size(), size_t(1));
    const auto touched = all.front()->touches(m_player->object(u"upgrades"_s, kNs, u"u"_s), m_player->world);
    QCOMPARE(touched, (QList<std::pair<QString, QString>>{{u"validators"_s, u"canton-dev/v1"_s}, {u"validators"_s, u"canton-dev/v2"_s}}));
}

QTEST_GUILESS_MAIN(TestUpgrades)
#include "tst_upgrades.moc"
