// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Faults.h"
#include "app/demo/operator/PodLines.h"
#include "app/demo/operator/Pods.h"
#include "tests/unit/demo/operator/NodeCase.h"

#include <QTest>

using namespace qd;
using namespace qd::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString kNs = u"canton-dev"_s;
const QString kVal = u"validators"_s;

/// The nodes of the example consortium and what they refer to; bob-custody and harbor-bridge suffer as the seed makes them.
QList<QPair<QString, QJsonObject>> consortium()
{
    const QHash<QString, QString> plurals{{u"CantonNetwork"_s, u"cantonnetworks"_s}, {u"Validator"_s, u"validators"_s},
        {u"Participant"_s, u"participants"_s}, {u"SuperValidator"_s, u"supervalidators"_s}, {u"SyncDomain"_s, u"syncdomains"_s},
        {u"SyncDomainConnection"_s, u"syncdomainconnections"_s}, {u"KmsConfig"_s, u"kmsconfigs"_s},
        {u"IdentityProviderConfig"_s, u"identityproviderconfigs"_s}, {u"IdentityDump"_s, u"identitydumps"_s},
        {u"Backup"_s, u"backups"_s}, {u"PruningSchedule"_s, u"pruningschedules"_s}};
    QList<QPair<QString, QJsonObject>> nodes;
    const QStringList files = shippedFiles(u"resources/examples/consortium"_s);
    for (const QString &file : files) {
        const QList<QJsonObject> objects = shippedObjects(file);
        for (const QJsonObject &one : objects) {
            const QString plural = plurals.value(one.value("kind"_L1).toString());
            if (plural.isEmpty())
                continue;
            QJsonValue object = one;
            if (json::at(object, u"/metadata/name"_s).toString() == "bob-custody"_L1 && plural == "participants"_L1)
                json::set(object, json::join({u"metadata"_s, u"annotations"_s, QString::fromLatin1(demo::kFaultAnnotation)}), u"crash:participant"_s);
            if (json::at(object, u"/metadata/name"_s).toString() == "harbor-bridge"_L1 && plural == "validators"_L1)
                json::set(object, json::join({u"metadata"_s, u"annotations"_s, QString::fromLatin1(demo::kFaultAnnotation)}), u"few-connections:participant"_s);
            nodes.append({plural, object.toObject()});
        }
    }
    return nodes;
}

}

class TestNodesFaults : public NodeCase {
    Q_OBJECT
private Q_SLOTS:
    void crash_data();
    void crash();
    void crashEndsByItself();
    void crashedWhileRolling();
    void fewConnections();
    void diskFull();
    void diskFullOfAnExternalServer();
    void outOfTraffic();
    void expiredCertificate();
    void brokenBackupLeavesTheNodeAlone();
    void logFormats();
    void theConsortiumIsTakenOver();

private:
    void fault(const QString &plural, const QString &name, const QJsonValue &text);
    [[nodiscard]] QString status(const QString &type, const QString &field = u"status"_s, const QString &plural = kVal,
        const QString &name = u"val"_s) const
    {
        return m->condition(plural, kNs, name, type).value(field).toString();
    }
};

void TestNodesFaults::fault(const QString &plural, const QString &name, const QJsonValue &text)
{
    m->annotate(plural, kNs, name, QString::fromLatin1(demo::kFaultAnnotation), text);
}

void TestNodesFaults::crash_data()
{
    QTest::addColumn<QString>("fault");
    QTest::addColumn<QString>("component");
    QTest::addColumn<QString>("condition");
    QTest::newRow("main") << u"crash"_s << u"participant"_s << u"ParticipantReady"_s;
    QTest::newRow("database") << u"crash:postgres"_s << u"postgres"_s << u"DatabaseReady"_s;
    QTest::newRow("as the spec calls it") << u"crash:walletUI"_s << u"wallet-ui"_s << u"WalletUIReady"_s;
}

void TestNodesFaults::crash()
{
    QFETCH(QString, fault);
    QFETCH(QString, component);
    QFETCH(QString, condition);
    ready(node(u"Validator"_s, u"val"_s));
    const QString pod = QString(u"val-"_s + component + u"-0"_s);
    this->fault(kVal, u"val"_s, fault);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Degraded"_s);
    const QJsonObject down = container(pod);
    QCOMPARE(json::at(down, u"/state/waiting/reason"_s).toString(), u"CrashLoopBackOff"_s);
    QCOMPARE(json::at(down, u"/lastState/terminated/exitCode"_s).toInt(), 1);
    QCOMPARE(json::at(down, u"/ready"_s).toBool(true), false);
    QCOMPARE(status(condition), u"False"_s);
    QCOMPARE(status(condition, u"reason"_s), u"CrashLoop"_s);
    QCOMPARE(status(u"Ready"_s), u"False"_s);
    QVERIFY(m->reasons(u"pods"_s, kNs, pod).contains(u"BackOff"_s));   // as the kubelet tells it, of the pod
    QVERIFY(!m->reasons(kVal, kNs, u"val"_s).contains(u"BackOff"_s));
    QVERIFY(status(condition, u"message"_s).contains(QString(u"Read the log of pod "_s + pod)));
    QVERIFY(m->reasons(kVal, kNs, u"val"_s).contains(u"Degraded"_s));
    QVERIFY(!m->logLines.filter(QString(u"val|"_s + component + u"|ERROR|"_s)).isEmpty());
    const qsizetype writes = m->writes;
    m->run(10min);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Degraded"_s);
    // 10, 20, 40, 80, 160 s and 5 min: as a kubelet waits.
    const int restarts = container(pod).value("restartCount"_L1).toInt();
    QVERIFY2(restarts >= 5 && restarts <= 6, qPrintable(QString::number(restarts)));
    QVERIFY2(m->writes - writes < 120, qPrintable(QString::number(m->writes - writes)));
    for (const QJsonValue &one : m->at(kVal, kNs, u"val"_s, u"/status/components"_s).toArray()) {
        const QJsonObject told = one.toObject();
        if (told.value("name"_L1).toString() == component) {
            QCOMPARE(told.value("phase"_L1).toString(), u"CrashLoopBackOff"_s);
            QCOMPARE(told.value("restarts"_L1).toInt(), restarts);
        }
    }
    this->fault(kVal, u"val"_s, QJsonValue::Null);
    QVERIFY(m->runUntilPhase(kVal, kNs, u"val"_s, u"Ready"_s, 2min));
    QCOMPARE(container(pod).value("restartCount"_L1).toInt() >= restarts, true);
    QCOMPARE(m->reasons(kVal, kNs, u"val"_s).last(), u"Recovered"_s);
    QCOMPARE(status(u"Ready"_s), u"True"_s);
    QCOMPARE(json::at(container(pod), u"/lastState/terminated/exitCode"_s).toInt(), 1);   // what happened stays readable
}

void TestNodesFaults::fewConnections()
{
    const auto scale = [this](int replicas) {
        const QJsonObject resources{{u"resources"_s, QJsonObject{{u"replicas"_s, replicas}}}};
        m->patch(kVal, kNs, u"val"_s, {{u"spec"_s, QJsonObject{{u"participant"_s, QJsonObject{{u"spec"_s, resources}}}}}});
    };
    ready(node(u"Validator"_s, u"val"_s));
    fault(kVal, u"val"_s, u"few-connections:participant"_s);
    m->run(1min);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Ready"_s);   // one replica has all it needs
    scale(2);
    QVERIFY(m->runUntilPhase(kVal, kNs, u"val"_s, u"Degraded"_s, 2min));
    m->run(30min);   // and however often it starts, the node does not count as failed: the first one serves
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Degraded"_s);
    QCOMPARE(status(u"ParticipantReady"_s, u"reason"_s), u"NoConnections"_s);
    QVERIFY(status(u"ParticipantReady"_s, u"message"_s).contains(u"Scale participant back to 1"_s));
    QCOMPARE(container(u"val-participant-0"_s).value("ready"_L1).toBool(), true);
    QCOMPARE(container(u"val-participant-0"_s).value("restartCount"_L1).toInt(), 0);
    QVERIFY(container(u"val-participant-1"_s).value("restartCount"_L1).toInt() > 5);
    QVERIFY(!m->logLines.filter(u"val|participant#1|ERROR|"_s).isEmpty());
    QVERIFY(m->logLines.filter(u"val|participant|ERROR|"_s).isEmpty());
    scale(1);
    QVERIFY(m->runUntilPhase(kVal, kNs, u"val"_s, u"Ready"_s, 1min));
    QCOMPARE(status(u"ParticipantReady"_s), u"True"_s);
    QVERIFY(pod(u"val-participant-1"_s).isEmpty());
}

void TestNodesFaults::crashEndsByItself()
{
    ready(node(u"Participant"_s, u"par"_s), u"participants"_s);
    const demo::Fault timed{u"crash"_s, u"participant"_s, m->now.addSecs(60)};
    fault(u"participants"_s, u"par"_s, timed.annotation());
    QCOMPARE(m->phase(u"participants"_s, kNs, u"par"_s), u"Degraded"_s);
    QCOMPARE(m->at(u"participants"_s, kNs, u"par"_s, u"/status/state"_s).toString(), u"Passive"_s);
    m->run(3min);
    QCOMPARE(m->phase(u"participants"_s, kNs, u"par"_s), u"Ready"_s);
    QCOMPARE(m->at(u"participants"_s, kNs, u"par"_s, u"/status/state"_s).toString(), u"Active"_s);
}

void TestNodesFaults::crashedWhileRolling()
{
    ready(node(u"Validator"_s, u"val"_s));
    fault(kVal, u"val"_s, u"crash:validator"_s);
    m->patch(kVal, kNs, u"val"_s, {{u"spec"_s, QJsonObject{{u"imageTag"_s, u"0.4.16"_s}}}});
    m->run(5min);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Degraded"_s);
    fault(kVal, u"val"_s, QJsonValue::Null);
    QVERIFY(m->runUntilPhase(kVal, kNs, u"val"_s, u"Ready"_s, 10min));
    QCOMPARE(m->at(kVal, kNs, u"val"_s, u"/status/version"_s).toString(), u"0.4.16"_s);
}

void TestNodesFaults::diskFull()
{
    ready(node(u"Validator"_s, u"val"_s));
    fault(kVal, u"val"_s, u"disk-full"_s);
    m->run(1min);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Degraded"_s);
    QCOMPARE(status(u"DatabaseReady"_s, u"reason"_s), u"DiskFull"_s);
    QVERIFY(status(u"DatabaseReady"_s, u"message"_s).contains(u"spec.storageSize"_s));
    QVERIFY(status(u"DatabaseReady"_s, u"message"_s).contains(u"50Gi"_s));
    QCOMPARE(status(u"ParticipantReady"_s, u"reason"_s), u"DiskFull"_s);
    QCOMPARE(container(u"val-participant-0"_s).value("restartCount"_L1).toInt(), 0);
    QCOMPARE(container(u"val-participant-0"_s).value("ready"_L1).toBool(true), false);
    QVERIFY(m->reasons(u"pods"_s, kNs, u"val-participant-0"_s).contains(u"Unhealthy"_s));
    QVERIFY(!m->logLines.filter(u"No space left on device"_s).isEmpty());
    fault(kVal, u"val"_s, QJsonValue::Null);
    QVERIFY(m->runUntilPhase(kVal, kNs, u"val"_s, u"Ready"_s, 3min));
}

void TestNodesFaults::diskFullOfAnExternalServer()
{
    m->create(u"secrets"_s, secret(u"db"_s, {u"user"_s, u"password"_s}));
    ready(node(u"Validator"_s, u"val"_s,
        {{u"database"_s, QJsonObject{{u"mode"_s, u"External"_s}, {u"host"_s, u"db.example.org"_s}, {u"secretRef"_s, QJsonObject{{u"name"_s, u"db"_s}}}}}}));
    fault(kVal, u"val"_s, u"disk-full"_s);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Degraded"_s);
    QCOMPARE(status(u"DatabaseReady"_s, u"reason"_s), u"DiskFull"_s);
    QVERIFY(status(u"DatabaseReady"_s, u"message"_s).contains(u"db.example.org"_s));
    fault(kVal, u"val"_s, QJsonValue::Null);
    QVERIFY(m->runUntilPhase(kVal, kNs, u"val"_s, u"Ready"_s, 2min));
}

void TestNodesFaults::outOfTraffic()
{
    ready(node(u"Validator"_s, u"val"_s));
    const qint64 limit = m->at(kVal, kNs, u"val"_s, u"/status/traffic/limit"_s).toInteger();
    fault(kVal, u"val"_s, u"out-of-traffic"_s);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Degraded"_s);
    QCOMPARE(m->at(kVal, kNs, u"val"_s, u"/status/traffic/consumed"_s).toInteger(), limit);
    QCOMPARE(status(u"TrafficSufficient"_s, u"reason"_s), u"OutOfTraffic"_s);
    QCOMPARE(status(u"Ready"_s), u"True"_s);   // the pods are well
    QVERIFY(m->reasons(kVal, kNs, u"val"_s).contains(u"OutOfTraffic"_s));
    QVERIFY(!m->logLines.filter(u"Traffic balance below reserved traffic amount"_s).isEmpty());
    m->run(5min);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Degraded"_s);
    fault(kVal, u"val"_s, QJsonValue::Null);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Ready"_s);
    QVERIFY(m->at(kVal, kNs, u"val"_s, u"/status/traffic/limit"_s).toInteger() > limit);
    QVERIFY(m->reasons(kVal, kNs, u"val"_s).contains(u"TrafficBought"_s));
    QVERIFY(m->look(kVal, kNs, u"val"_s).nothing());
}

void TestNodesFaults::expiredCertificate()
{
    const QString sd = u"syncdomains"_s;
    ready(node(u"SyncDomain"_s, u"harbor"_s), sd);
    fault(sd, u"harbor"_s, u"expired-certificate"_s);
    QCOMPARE(m->phase(sd, kNs, u"harbor"_s), u"Degraded"_s);
    QCOMPARE(status(u"SequencerReady"_s, u"reason"_s, sd, u"harbor"_s), u"CertificateExpired"_s);
    QVERIFY(m->reasons(sd, kNs, u"harbor"_s).contains(u"CertificateExpired"_s));
    m->run(2min);
    QCOMPARE(m->phase(sd, kNs, u"harbor"_s), u"Degraded"_s);
    QCOMPARE(m->reasons(sd, kNs, u"harbor"_s).count(u"CertificateExpired"_s), 1);
    fault(sd, u"harbor"_s, QJsonValue::Null);
    QCOMPARE(m->phase(sd, kNs, u"harbor"_s), u"Ready"_s);
    QCOMPARE(m->reasons(sd, kNs, u"harbor"_s).last(), u"Recovered"_s);
}

void TestNodesFaults::brokenBackupLeavesTheNodeAlone()
{
    ready(node(u"Validator"_s, u"val"_s));
    fault(kVal, u"val"_s, u"broken-backup"_s);
    m->run(3min);
    QCOMPARE(m->phases(kVal, kNs, u"val"_s).last(), u"Ready"_s);
}

void TestNodesFaults::logFormats()
{
    const QDateTime now = QDateTime::fromString(u"2026-11-27T12:00:00.123Z"_s, Qt::ISODateWithMs);
    const QJsonObject canton = QJsonDocument::fromJson(demo::formatLine(u"participant"_s, u"WARN"_s, u"a \"quoted\" text"_s, now)).object();
    QCOMPARE(canton.value("message"_L1).toString(), u"a \"quoted\" text"_s);
    QCOMPARE(canton.value("level"_L1).toString(), u"WARN"_s);
    QCOMPARE(canton.value("@timestamp"_L1).toString(), u"2026-11-27T12:00:00.123Z"_s);
    QVERIFY(canton.value("logger_name"_L1).toString().contains(u"ParticipantNode"_s));
    QCOMPARE(demo::formatLine(u"postgres"_s, u"ERROR"_s, u"could not write"_s, now),
        QByteArray("2026-11-27 12:00:00.123 UTC [1] PANIC:  could not write"));
    QCOMPARE(demo::formatLine(u"wallet-ui"_s, u"INFO"_s, u"nginx/1.27.3"_s, now), QByteArray("2026/11/27 12:00:00 [notice] 1#1: nginx/1.27.3"));
    QVERIFY(demo::formatLine(u"cometbft"_s, u"INFO"_s, u"x"_s, now).startsWith("I[2026-11-27|12:00:00.123] x"));
    for (const QString &component : {u"participant"_s, u"postgres"_s, u"sequencer"_s, u"mediator"_s, u"validator"_s, u"cns-ui"_s, u"cometbft"_s, u"scan"_s}) {
        for (const double chance : {0.0, 0.5, 0.999}) {
            const QString line = demo::dailyLine(component, chance, now);
            QVERIFY2(line.startsWith(u"INFO|"_s) && line.size() > 10, qPrintable(component));
            QVERIFY2(!line.contains(u'%') || component == "postgres"_L1, qPrintable(line));
        }
    }
}

void TestNodesFaults::theConsortiumIsTakenOver()
{
    // The example documents with their status, as the seed writes them: nodes go on as they are.
    m->remove(u"cantonnetworks"_s, kNs, u"devnet"_s);
    m->now = QDateTime::fromString(u"2026-11-27T12:04:31Z"_s, Qt::ISODate);
    const QList<QPair<QString, QJsonObject>> nodes = consortium();
    // The world is known before anybody looks, as the watches have it.
    for (const auto &[plural, object] : nodes)
        m->world.put(plural, object);
    QVERIFY(nodes.size() > 12);
    for (const auto &[plural, object] : std::as_const(nodes))
        m->create(plural, object);
    m->run(5s);
    int taken = 0;
    for (const auto &[plural, object] : std::as_const(nodes)) {
        const QString ns = json::at(object, u"/metadata/namespace"_s).toString();
        const QString name = json::at(object, u"/metadata/name"_s).toString();
        const QString was = json::at(object, u"/status/phase"_s).toString();
        if (was != "Ready"_L1 || !object.value("status"_L1).toObject().contains("components"_L1))
            continue;
        ++taken;
        QVERIFY2(m->phases(plural, ns, name) == QStringList{u"Ready"_s}, qPrintable(QString(name + u": "_s + m->phases(plural, ns, name).join(u' '))));
        QCOMPARE(m->at(plural, ns, name, u"/status/uid"_s), json::at(object, u"/status/uid"_s));
        QCOMPARE(m->at(plural, ns, name, u"/status/uptimeSince"_s), json::at(object, u"/status/uptimeSince"_s));
        QCOMPARE(m->condition(plural, ns, name, u"SpecAccepted"_s).value("status"_L1).toString(), u"True"_s);
    }
    QVERIFY2(taken >= 5, qPrintable(QString::number(taken)));
    // Half of it serves and goes on doing so; the half that does not comes from what was told.
    const QString priv = u"canton-private"_s, bridge = u"harbor-bridge"_s;
    QCOMPARE(m->phases(u"validators"_s, priv, bridge), QStringList{u"Degraded"_s});
    const auto bridgePod = [&](int index) { return m->object(u"pods"_s, priv, demo::podName(bridge, u"participant"_s, index)); };
    QCOMPARE(json::at(bridgePod(0), u"/status/containerStatuses/0/restartCount"_s).toInt(), 0);
    QVERIFY(json::at(bridgePod(0), u"/status/containerStatuses/0/ready"_s).toBool());
    QVERIFY(json::at(bridgePod(1), u"/status/containerStatuses/0/restartCount"_s).toInt() >= 6);
    // What failed goes on failing, without a moment of health and without being counted from zero.
    QCOMPARE(m->phases(u"participants"_s, u"canton-private"_s, u"bob-custody"_s), QStringList{u"Failed"_s});
    QVERIFY(m->at(u"participants"_s, u"canton-private"_s, u"bob-custody"_s, u"/status/message"_s).toString().contains(u"schema is newer"_s));
    QVERIFY(!m->reasons(u"participants"_s, u"canton-private"_s, u"bob-custody"_s).contains(u"Ready"_s));
    const QJsonObject bob = m->object(u"pods"_s, u"canton-private"_s, u"bob-custody-participant-0"_s);
    QCOMPARE(json::at(bob, u"/status/containerStatuses/0/state/waiting/reason"_s).toString(), u"CrashLoopBackOff"_s);
    QVERIFY(json::at(bob, u"/status/containerStatuses/0/restartCount"_s).toInt() >= 17);
    m->run(10min);
    // Nobody is left half way.
    for (const auto &[plural, object] : std::as_const(nodes)) {
        const QString name = json::at(object, u"/metadata/name"_s).toString();
        const QString phase = m->phase(plural, json::at(object, u"/metadata/namespace"_s).toString(), name);
        if (object.value("status"_L1).toObject().contains("components"_L1))
            QVERIFY2(phase == "Ready"_L1 || name == "bob-custody"_L1 || phase == "Suspended"_L1 || phase == "Degraded"_L1, qPrintable(QString(name + u' ' + phase)));
    }
    QCOMPARE(m->phase(u"validators"_s, u"canton-mainnet"_s, u"northgate-validator-2"_s), u"Degraded"_s);
    QCOMPARE(m->condition(u"validators"_s, u"canton-mainnet"_s, u"northgate-validator-2"_s, u"TrafficSufficient"_s).value("reason"_L1).toString(),
        u"TopUpFailed"_s);
}

QTEST_GUILESS_MAIN(TestNodesFaults)
#include "tst_nodes_faults.moc"
