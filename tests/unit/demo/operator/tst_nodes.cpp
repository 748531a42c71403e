// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/demo/operator/NodeCase.h"

#include <QRegularExpression>
#include <QTest>

using namespace qd;
using namespace qd::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString kNs = u"canton-dev"_s;
const QString kVal = u"validators"_s;

QJsonObject podOf(const PlanPlayer &play, const QString &name)
{
    return play.object(u"pods"_s, kNs, name);
}

QJsonObject containerOf(const PlanPlayer &play, const QString &name)
{
    return json::at(podOf(play, name), u"/status/containerStatuses/0"_s).toObject();
}

QJsonObject componentOf(const PlanPlayer &play, const QString &plural, const QString &node, const QString &name)
{
    for (const QJsonValue &one : play.at(plural, kNs, node, u"/status/components"_s).toArray()) {
        if (one.toObject().value("name"_L1).toString() == name)
            return one.toObject();
    }
    return {};
}

}

class TestNodes : public NodeCase {
    Q_OBJECT
private Q_SLOTS:
    void everyKindGetsReady_data();
    void everyKindGetsReady();
    void validatorReportsItself();
    void nodesMakeBuckets();
    void componentsStartOneAfterAnother();
    void waitsForItsNetwork();
    void aNewImageRolls();
    void replicasComeAndGo();
    void restartIsEchoed();
    void reconcileIsEchoed();
    void suspendAndResume();
    void aRestoreStopsIt();
    void storageGrows();
    void aDisabledComponentGoes();
    void aLostPodComesBack();
    void deletionEndsInOrder();
    void aDomainInUseStays();
    void theLastSuperValidatorStays();
    void bridgeWantsBothSides();
    void aliasesAreUnique();
    void missingReferences();
    void aMissingSecretHoldsThePod();
    void anEditWhileItIsTakenOver();

private:
    static QJsonObject externalDatabase();

};

void TestNodes::everyKindGetsReady_data()
{
    QTest::addColumn<QString>("plural");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QStringList>("phases");
    QTest::addColumn<QString>("joined");
    QTest::addColumn<int>("pods");
    QTest::newRow("validator") << u"validators"_s << u"Validator"_s
                               << QStringList{u"Pending"_s, u"Provisioning"_s, u"Onboarding"_s, u"Ready"_s} << u"Onboarded"_s << 5;
    QTest::newRow("participant") << u"participants"_s << u"Participant"_s
                                 << QStringList{u"Pending"_s, u"Provisioning"_s, u"Ready"_s} << u"Initialized"_s << 2;
    QTest::newRow("supervalidator") << u"supervalidators"_s << u"SuperValidator"_s
                                    << QStringList{u"Pending"_s, u"Provisioning"_s, u"Onboarding"_s, u"Ready"_s}
                                    << u"OnboardedToDso"_s << 8;
    QTest::newRow("syncdomain") << u"syncdomains"_s << u"SyncDomain"_s
                                << QStringList{u"Pending"_s, u"Provisioning"_s, u"Bootstrapping"_s, u"Ready"_s}
                                << u"Bootstrapped"_s << 5;
}

void TestNodes::everyKindGetsReady()
{
    QFETCH(QString, plural);
    QFETCH(QString, kind);
    QFETCH(QStringList, phases);
    QFETCH(QString, joined);
    QFETCH(int, pods);
    ready(node(kind, u"n1"_s), plural);
    QCOMPARE(m->phases(plural, kNs, u"n1"_s), phases);
    QCOMPARE(m->condition(plural, kNs, u"n1"_s, joined).value("status"_L1).toString(), u"True"_s);
    QCOMPARE(m->condition(plural, kNs, u"n1"_s, u"Ready"_s).value("status"_L1).toString(), u"True"_s);
    QCOMPARE(m->condition(plural, kNs, u"n1"_s, u"SpecAccepted"_s).value("status"_L1).toString(), u"True"_s);
    QCOMPARE(m->world.count(u"pods"_s), pods);
    QCOMPARE(m->at(plural, kNs, u"n1"_s, u"/status/version"_s).toString(), u"0.4.15"_s);
    QCOMPARE(m->at(plural, kNs, u"n1"_s, u"/status/observedGeneration"_s).toInt(), 1);
    const QString uid = m->at(plural, kNs, u"n1"_s, u"/status/uid"_s).toString();
    static const QRegularExpression shape(u"^1220[0-9a-f]{64}$"_s);
    QVERIFY2(shape.match(uid).hasMatch(), qPrintable(uid));
    QVERIFY(m->at(plural, kNs, u"n1"_s, u"/status/uptimeSince"_s).isString());
    for (const QJsonValue &one : m->at(plural, kNs, u"n1"_s, u"/status/components"_s).toArray()) {
        QCOMPARE(one.toObject().value("ready"_L1), one.toObject().value("desired"_L1));
        QCOMPARE(one.toObject().value("phase"_L1).toString(), u"Running"_s);
    }
    // Not too quick, not too slow: what a start takes, and no plan without need.
    const auto seconds = QDateTime::fromString(u"2026-11-27T12:00:00Z"_s, Qt::ISODate).secsTo(m->now);
    QVERIFY2(seconds > 20 && seconds < 200, qPrintable(QString::number(seconds)));
    QVERIFY2(m->writes < 130, qPrintable(QString::number(m->writes)));
}

void TestNodes::validatorReportsItself()
{
    ready(node(u"Validator"_s, u"val"_s));
    const auto status = [this](const QString &pointer) { return m->at(kVal, kNs, u"val"_s, QString(u"/status"_s + pointer)); };
    const QString uid = status(u"/uid"_s).toString();
    QCOMPARE(status(u"/participantId"_s).toString(), QString(u"PAR::val::"_s + uid));
    QCOMPARE(status(u"/ownerParty"_s).toString(), QString(u"acme-main-1::"_s + uid));
    QCOMPARE(status(u"/endpoints/ledgerApi"_s).toString(), u"val-participant.canton-dev.svc:5001"_s);
    QCOMPARE(status(u"/endpoints/walletUi"_s).toString(), u"https://wallet.val.dev.example.org"_s);
    QCOMPARE(status(u"/ports/json"_s).toInt(), 7575);
    QCOMPARE(status(u"/onboarded"_s).toBool(), true);
    QCOMPARE(status(u"/sponsor"_s).toString(), u"Lighthouse SV"_s);
    QCOMPARE(status(u"/currentMigrationId"_s).toInt(), 3);
    QCOMPARE(status(u"/kms/enabled"_s).toBool(true), false);
    QCOMPARE(status(u"/identity/managed"_s).toBool(), true);
    QCOMPARE(status(u"/connectedDomains/0/alias"_s).toString(), u"global"_s);
    QCOMPARE(status(u"/connectedDomains/0/healthy"_s).toBool(), true);
    QVERIFY(status(u"/balances/available"_s).toString().toDouble() > 100);
    QVERIFY(status(u"/traffic/limit"_s).toInteger() > status(u"/traffic/consumed"_s).toInteger());
    QCOMPARE(status(u"/license/version"_s).toString(), u"0.4.15"_s);
    for (const QString &type : {u"DatabaseReady"_s, u"IdentityProvisioned"_s, u"ParticipantReady"_s, u"Onboarded"_s,
             u"ConnectedToSynchronizer"_s, u"WalletUIReady"_s, u"CNSUIReady"_s, u"TrafficSufficient"_s, u"VersionSupported"_s})
        QVERIFY2(m->condition(kVal, kNs, u"val"_s, type).value("status"_L1).toString() == "True"_L1, qPrintable(type));
    QCOMPARE(m->condition(kVal, kNs, u"val"_s, u"IdentityBackedUp"_s).value("reason"_L1).toString(), u"NoDump"_s);
    QCOMPARE(m->at(kVal, kNs, u"val"_s, u"/metadata/finalizers"_s).toArray().size(), 2);
    const QJsonObject pod = podOf(*m, u"val-participant-0"_s);
    QCOMPARE(json::at(pod, u"/spec/nodeName"_s).toString(), u"canton-demo"_s);
    QCOMPARE(json::at(pod, u"/spec/containers/0/image"_s).toString(), u"registry.example.org/splice/canton-participant:0.4.15"_s);
    QCOMPARE(json::at(pod, u"/spec/containers/0/resources/requests/cpu"_s).toString(), u"1"_s);
    QCOMPARE(json::at(pod, u"/spec/containers/0/resources/limits/memory"_s).toString(), u"2Gi"_s);
    QCOMPARE(json::at(pod, u"/metadata/ownerReferences/0/uid"_s), m->at(kVal, kNs, u"val"_s, u"/metadata/uid"_s));
    QCOMPARE(json::at(pod, u"/metadata/labels"_s).toObject().value("canton.quarterdeck.io/component"_L1).toString(), u"participant"_s);
    QCOMPARE(json::at(pod, u"/status/phase"_s).toString(), u"Running"_s);
    QVERIFY(!m->logLines.filter(QRegularExpression(u"^val\\|participant\\|INFO\\|Starting Canton version 0.4.15"_s)).isEmpty());
}

void TestNodes::nodesMakeBuckets()
{
    const QString name = u"ADDITIONAL_CONFIG_DISABLE_NATIVE_HISTOGRAMS"_s;
    const QJsonArray own{QJsonObject{{u"name"_s, name}, {u"value"_s, u"own"_s}}};
    ready(node(u"Validator"_s, u"val"_s, {{u"participant"_s, QJsonObject{{u"spec"_s, QJsonObject{{u"envVars"_s, own}}}}}}));
    const auto values = [&](const QString &pod) {
        QStringList all;
        for (const QJsonValue &one : json::at(podOf(*m, pod), u"/spec/containers/0/env"_s).toArray()) {
            if (one.toObject().value("name"_L1).toString() == name)
                all.append(one.toObject().value("value"_L1).toString());
        }
        return all;
    };
    QCOMPARE(values(u"val-participant-0"_s), QStringList{u"own"_s});     // whoever wrote it keeps it
    QCOMPARE(values(u"val-validator-0"_s), QStringList{u"canton.monitoring.metrics.histograms=[]"_s});
    QCOMPARE(values(u"val-postgres-0"_s), QStringList());
}

void TestNodes::componentsStartOneAfterAnother()
{
    m->create(kVal, node(u"Validator"_s, u"val"_s));
    QStringList order;
    QVERIFY(m->runUntil(
        [&] {
            for (const QString &name : {u"postgres"_s, u"participant"_s, u"validator"_s, u"wallet-ui"_s, u"cns-ui"_s}) {
                const bool there = !podOf(*m, QString(u"val-"_s + name + u"-0"_s)).isEmpty();
                if (there && !order.contains(name)) {
                    order.append(name);
                    // Whatever is there before is ready.
                    if (name == "participant"_L1)
                        [&] { QVERIFY(containerOf(*m, u"val-postgres-0"_s).value("ready"_L1).toBool()); }();
                    if (name == "validator"_L1)
                        [&] { QVERIFY(containerOf(*m, u"val-participant-0"_s).value("ready"_L1).toBool()); }();
                }
            }
            return m->phase(kVal, kNs, u"val"_s) == "Ready"_L1;
        },
        10min));
    QCOMPARE(order, (QStringList{u"postgres"_s, u"participant"_s, u"validator"_s, u"wallet-ui"_s, u"cns-ui"_s}));
    const QStringList reasons = m->reasons(kVal, kNs, u"val"_s);
    QVERIFY(reasons.indexOf(u"Provisioning"_s) < reasons.indexOf(u"IdentityProvisioned"_s));
    QVERIFY(reasons.indexOf(u"IdentityProvisioned"_s) < reasons.indexOf(u"IdentityCreated"_s));
    QVERIFY(reasons.indexOf(u"IdentityCreated"_s) < reasons.indexOf(u"Onboarding"_s));
    QVERIFY(reasons.indexOf(u"Onboarding"_s) < reasons.indexOf(u"Onboarded"_s));
    QCOMPARE(reasons.count(u"Ready"_s), 1);
}

void TestNodes::waitsForItsNetwork()
{
    m->remove(u"cantonnetworks"_s, kNs, u"devnet"_s);
    m->create(kVal, node(u"Validator"_s, u"val"_s));
    m->run(5min);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Pending"_s);
    const QJsonObject refused = m->condition(kVal, kNs, u"val"_s, u"SpecAccepted"_s);
    QCOMPARE(refused.value("status"_L1).toString(), u"False"_s);
    QCOMPARE(refused.value("reason"_L1).toString(), u"NetworkNotFound"_s);
    QVERIFY(refused.value("message"_L1).toString().contains(u"spec.networkRef"_s));
    QCOMPARE(m->world.count(u"pods"_s), 0);
    QCOMPARE(m->reasons(kVal, kNs, u"val"_s).count(u"NetworkNotFound"_s), 1);
    m->create(u"cantonnetworks"_s, cantonNetwork());
    QVERIFY(m->runUntilPhase(kVal, kNs, u"val"_s, u"Ready"_s, 10min));
    QCOMPARE(m->condition(kVal, kNs, u"val"_s, u"SpecAccepted"_s).value("status"_L1).toString(), u"True"_s);
}

void TestNodes::aNewImageRolls()
{
    ready(node(u"Validator"_s, u"val"_s, {{u"participant"_s, QJsonObject{{u"spec"_s, QJsonObject{{u"resources"_s, QJsonObject{{u"replicas"_s, 2}}}}}}}}));
    const QString uid = m->at(kVal, kNs, u"val"_s, u"/status/uid"_s).toString();
    const QString database = json::at(podOf(*m, u"val-postgres-0"_s), u"/metadata/uid"_s).toString();
    m->patch(kVal, kNs, u"val"_s, {{u"spec"_s, QJsonObject{{u"imageTag"_s, u"0.4.16"_s}}}});
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Updating"_s);
    QCOMPARE(m->at(kVal, kNs, u"val"_s, u"/status/observedGeneration"_s).toInt(), 2);
    QCOMPARE(m->at(kVal, kNs, u"val"_s, u"/status/version"_s).toString(), u"0.4.15"_s);
    int least = 2;
    QVERIFY(m->runUntil(
        [&] {
            int up = 0;
            for (const QString &pod : {u"val-participant-0"_s, u"val-participant-1"_s})
                up += containerOf(*m, pod).value("ready"_L1).toBool() ? 1 : 0;
            least = std::min(least, up);
            return m->phase(kVal, kNs, u"val"_s) == "Ready"_L1;
        },
        10min));
    QCOMPARE(least, 1);   // one after the other
    QCOMPARE(m->at(kVal, kNs, u"val"_s, u"/status/version"_s).toString(), u"0.4.16"_s);
    QCOMPARE(m->at(kVal, kNs, u"val"_s, u"/status/uid"_s).toString(), uid);
    QCOMPARE(json::at(podOf(*m, u"val-postgres-0"_s), u"/metadata/uid"_s).toString(), database);
    QCOMPARE(json::at(podOf(*m, u"val-participant-1"_s), u"/spec/containers/0/image"_s).toString(),
        u"registry.example.org/splice/canton-participant:0.4.16"_s);
    QVERIFY(m->look(kVal, kNs, u"val"_s).nothing());
}

void TestNodes::replicasComeAndGo()
{
    ready(node(u"Validator"_s, u"val"_s));
    const auto scale = [this](int replicas) {
        m->patch(kVal, kNs, u"val"_s, {{u"spec"_s, QJsonObject{{u"walletUI"_s, QJsonObject{{u"spec"_s, QJsonObject{{u"resources"_s, QJsonObject{{u"replicas"_s, replicas}}}}}}}}}});
    };
    scale(3);
    QVERIFY(!podOf(*m, u"val-wallet-ui-2"_s).isEmpty());
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Updating"_s);
    QVERIFY(m->runUntilPhase(kVal, kNs, u"val"_s, u"Ready"_s, 5min));
    QCOMPARE(componentOf(*m, kVal, u"val"_s, u"wallet-ui"_s).value("ready"_L1).toInt(), 3);
    scale(1);
    m->run(5s);
    QVERIFY(podOf(*m, u"val-wallet-ui-1"_s).isEmpty());
    QVERIFY(podOf(*m, u"val-wallet-ui-2"_s).isEmpty());
    QVERIFY(!podOf(*m, u"val-wallet-ui-0"_s).isEmpty());
    scale(0);
    m->run(5s);
    QVERIFY(podOf(*m, u"val-wallet-ui-0"_s).isEmpty());
    QCOMPARE(componentOf(*m, kVal, u"val"_s, u"wallet-ui"_s).value("phase"_L1).toString(), u"Stopped"_s);
    QCOMPARE(m->condition(kVal, kNs, u"val"_s, u"WalletUIReady"_s).value("reason"_L1).toString(), u"ScaledToZero"_s);
}

void TestNodes::restartIsEchoed()
{
    ready(node(u"Validator"_s, u"val"_s));
    const QString database = json::at(podOf(*m, u"val-postgres-0"_s), u"/metadata/uid"_s).toString();
    const QString before = json::at(podOf(*m, u"val-participant-0"_s), u"/metadata/uid"_s).toString();
    const QString key = u"canton.quarterdeck.io/restart-requested-at"_s;
    m->annotate(kVal, kNs, u"val"_s, key, u"2026-11-27T12:10:00Z"_s);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Updating"_s);
    QVERIFY(m->at(kVal, kNs, u"val"_s, u"/status/handledRequests/restart"_s).isUndefined());
    QVERIFY(m->runUntilPhase(kVal, kNs, u"val"_s, u"Ready"_s, 10min));
    QCOMPARE(m->at(kVal, kNs, u"val"_s, u"/status/handledRequests/restart"_s).toString(), u"2026-11-27T12:10:00Z"_s);
    QVERIFY(json::at(podOf(*m, u"val-participant-0"_s), u"/metadata/uid"_s).toString() != before);
    QCOMPARE(json::at(podOf(*m, u"val-postgres-0"_s), u"/metadata/uid"_s).toString(), database);
    QCOMPARE(m->reasons(kVal, kNs, u"val"_s).count(u"Restarted"_s), 1);
    // The annotation is taken away: nothing happens for it.
    const QString after = json::at(podOf(*m, u"val-participant-0"_s), u"/metadata/uid"_s).toString();
    m->annotate(kVal, kNs, u"val"_s, key, QJsonValue::Null);
    m->run(1min);
    QCOMPARE(json::at(podOf(*m, u"val-participant-0"_s), u"/metadata/uid"_s).toString(), after);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Ready"_s);
}

void TestNodes::reconcileIsEchoed()
{
    ready(node(u"Participant"_s, u"par"_s), u"participants"_s);
    m->annotate(u"participants"_s, kNs, u"par"_s, u"canton.quarterdeck.io/reconcile-requested-at"_s, u"2026-11-27T12:11:00Z"_s);
    QCOMPARE(m->at(u"participants"_s, kNs, u"par"_s, u"/status/handledRequests/reconcile"_s).toString(), u"2026-11-27T12:11:00Z"_s);
    QCOMPARE(m->phase(u"participants"_s, kNs, u"par"_s), u"Ready"_s);
}

void TestNodes::suspendAndResume()
{
    ready(node(u"Validator"_s, u"val"_s));
    m->patch(kVal, kNs, u"val"_s, {{u"spec"_s, QJsonObject{{u"suspend"_s, true}}}});
    m->run(5s);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Suspended"_s);
    QCOMPARE(m->world.count(u"pods"_s), 0);
    QCOMPARE(componentOf(*m, kVal, u"val"_s, u"participant"_s).value("desired"_L1).toInt(), 1);
    QCOMPARE(componentOf(*m, kVal, u"val"_s, u"participant"_s).value("phase"_L1).toString(), u"Stopped"_s);
    QCOMPARE(m->condition(kVal, kNs, u"val"_s, u"ParticipantReady"_s).value("reason"_L1).toString(), u"Suspended"_s);
    QCOMPARE(m->condition(kVal, kNs, u"val"_s, u"Onboarded"_s).value("status"_L1).toString(), u"True"_s);
    QVERIFY(m->at(kVal, kNs, u"val"_s, u"/status/uptimeSince"_s).isUndefined());
    QCOMPARE(m->at(kVal, kNs, u"val"_s, u"/status/connectedDomains/0/healthy"_s).toBool(true), false);
    m->run(5min);
    QVERIFY(m->look(kVal, kNs, u"val"_s).nothing());
    m->patch(kVal, kNs, u"val"_s, {{u"spec"_s, QJsonObject{{u"suspend"_s, false}}}});
    QVERIFY(m->runUntilPhase(kVal, kNs, u"val"_s, u"Ready"_s, 10min));
    QVERIFY(!m->phases(kVal, kNs, u"val"_s).contains(u"Degraded"_s));
    QVERIFY(m->at(kVal, kNs, u"val"_s, u"/status/uptimeSince"_s).isString());
}

void TestNodes::aRestoreStopsIt()
{
    ready(node(u"Validator"_s, u"val"_s));
    const auto restore = [](const QString &stop, const QString &start) {
        const auto step = [](const QString &name, const QString &state) { return QJsonObject{{u"name"_s, name}, {u"state"_s, state}}; };
        return QJsonObject{{u"phase"_s, u"Running"_s}, {u"steps"_s, QJsonArray{step(u"StopNode"_s, stop), step(u"StartNode"_s, start)}}};
    };
    m->check = {};
    m->create(u"restores"_s, {{u"kind"_s, u"Restore"_s}, {u"metadata"_s, QJsonObject{{u"name"_s, u"back"_s}, {u"namespace"_s, kNs}}},
        {u"spec"_s, QJsonObject{{u"nodeRef"_s, QJsonObject{{u"kind"_s, u"Validator"_s}, {u"name"_s, u"val"_s}}}}},
        {u"status"_s, restore(u"Pending"_s, u"Pending"_s)}});
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Ready"_s);
    m->patch(u"restores"_s, kNs, u"back"_s, {{u"status"_s, restore(u"Running"_s, u"Pending"_s)}});
    m->run(5s);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Restoring"_s);
    QVERIFY(m->at(kVal, kNs, u"val"_s, u"/status/message"_s).toString().contains(u"back"_s));
    QCOMPARE(m->condition(kVal, kNs, u"val"_s, u"DatabaseReady"_s).value("reason"_L1).toString(), u"Restoring"_s);
    QVERIFY(podOf(*m, u"val-participant-0"_s).isEmpty());
    m->patch(u"restores"_s, kNs, u"back"_s, {{u"status"_s, restore(u"Succeeded"_s, u"Running"_s)}});
    QVERIFY(m->runUntilPhase(kVal, kNs, u"val"_s, u"Ready"_s, 10min));
    QVERIFY(!m->phases(kVal, kNs, u"val"_s).contains(u"Degraded"_s));
}

void TestNodes::storageGrows()
{
    ready(node(u"Validator"_s, u"val"_s));
    m->patch(kVal, kNs, u"val"_s, {{u"spec"_s, QJsonObject{{u"storageSize"_s, u"80Gi"_s}}}});
    QCOMPARE(m->condition(kVal, kNs, u"val"_s, u"StorageResized"_s).value("reason"_L1).toString(), u"Resizing"_s);
    m->run(20s);
    QCOMPARE(m->condition(kVal, kNs, u"val"_s, u"StorageResized"_s).value("status"_L1).toString(), u"True"_s);
    QVERIFY(m->condition(kVal, kNs, u"val"_s, u"StorageResized"_s).value("message"_L1).toString().contains(u"50Gi to 80Gi"_s));
    QCOMPARE(m->reasons(kVal, kNs, u"val"_s).filter(QRegularExpression(u"Resiz"_s)),
        (QStringList{u"Resizing"_s, u"FileSystemResizeSuccessful"_s}));
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Ready"_s);
}

void TestNodes::aDisabledComponentGoes()
{
    ready(node(u"Validator"_s, u"val"_s));
    m->patch(kVal, kNs, u"val"_s, {{u"spec"_s, QJsonObject{{u"walletUI"_s, QJsonObject{{u"spec"_s, QJsonObject{{u"enabled"_s, false}}}}}}}});
    m->run(5s);
    QVERIFY(podOf(*m, u"val-wallet-ui-0"_s).isEmpty());
    QVERIFY(componentOf(*m, kVal, u"val"_s, u"wallet-ui"_s).isEmpty());
    QCOMPARE(m->condition(kVal, kNs, u"val"_s, u"WalletUIReady"_s).value("reason"_L1).toString(), u"Disabled"_s);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Ready"_s);
}

void TestNodes::aLostPodComesBack()
{
    ready(node(u"Validator"_s, u"val"_s));
    m->remove(u"pods"_s, kNs, u"val-participant-0"_s);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Degraded"_s);
    QVERIFY(m->at(kVal, kNs, u"val"_s, u"/status/message"_s).toString().contains(u"participant"_s));
    QVERIFY(m->runUntilPhase(kVal, kNs, u"val"_s, u"Ready"_s, 5min));
    QCOMPARE(m->reasons(kVal, kNs, u"val"_s).last(), u"Recovered"_s);
}

void TestNodes::deletionEndsInOrder()
{
    ready(node(u"Validator"_s, u"val"_s));
    m->remove(kVal, kNs, u"val"_s);
    m->run(1min);
    QVERIFY(m->object(kVal, kNs, u"val"_s).isEmpty());
    QCOMPARE(m->world.count(u"pods"_s), 0);
    QCOMPARE(m->phases(kVal, kNs, u"val"_s).last(), u"Deleting"_s);
    const QStringList reasons = m->reasons(kVal, kNs, u"val"_s);
    QVERIFY(reasons.indexOf(u"Deleting"_s) < reasons.indexOf(u"SuccessfulDelete"_s));
    QVERIFY(reasons.lastIndexOf(u"SuccessfulDelete"_s) < reasons.indexOf(u"ClientsRemoved"_s));
    QVERIFY(reasons.indexOf(u"ClientsRemoved"_s) < reasons.indexOf(u"TornDown"_s));
    QStringList order;
    for (const PlanPlayer::Event &event : std::as_const(m->events)) {
        if (event.draft.reason == "SuccessfulDelete"_L1)
            order.append(event.draft.message.section(u' ', 2, 2));
    }
    QCOMPARE(order.first(), u"val-cns-ui-0:"_s);
    QCOMPARE(order.last(), u"val-postgres-0:"_s);
}

void TestNodes::aDomainInUseStays()
{
    const QString sd = u"syncdomains"_s;
    ready(node(u"SyncDomain"_s, u"harbor"_s), sd);
    QJsonObject edge{{u"kind"_s, u"SyncDomainConnection"_s}, {u"metadata"_s, QJsonObject{{u"name"_s, u"edge"_s}, {u"namespace"_s, kNs}}},
        {u"spec"_s, QJsonObject{{u"nodeRef"_s, QJsonObject{{u"kind"_s, u"Participant"_s}, {u"name"_s, u"par"_s}}}, {u"alias"_s, u"harbor"_s},
            {u"target"_s, QJsonObject{{u"syncDomainRef"_s, QJsonObject{{u"name"_s, u"harbor"_s}}}}}}},
        {u"status"_s, QJsonObject{{u"connected"_s, true}}}};
    m->create(u"syncdomainconnections"_s, edge);
    m->run(2min);
    QCOMPARE(m->at(sd, kNs, u"harbor"_s, u"/status/connectedParticipants"_s).toInt(), 1);
    m->remove(sd, kNs, u"harbor"_s);
    m->run(3min);
    QCOMPARE(m->phase(sd, kNs, u"harbor"_s), u"Deleting"_s);
    const QJsonObject blocked = m->condition(sd, kNs, u"harbor"_s, u"DeletionBlocked"_s);
    QCOMPARE(blocked.value("status"_L1).toString(), u"True"_s);
    QVERIFY(blocked.value("message"_L1).toString().contains(u"edge"_s));
    QVERIFY(m->world.count(u"pods"_s) > 0);
    m->remove(u"syncdomainconnections"_s, kNs, u"edge"_s);
    m->run(1min);
    QVERIFY(m->object(sd, kNs, u"harbor"_s).isEmpty());
    QCOMPARE(m->world.count(u"pods"_s), 0);
}

void TestNodes::theLastSuperValidatorStays()
{
    const QString sv = u"supervalidators"_s;
    ready(node(u"SuperValidator"_s, u"sv-1"_s), sv);
    ready(node(u"Validator"_s, u"val"_s));
    m->run(2min);
    QCOMPARE(m->at(sv, kNs, u"sv-1"_s, u"/status/connectedValidators"_s).toInt(), 1);
    m->remove(sv, kNs, u"sv-1"_s);
    m->run(1min);
    QCOMPARE(m->condition(sv, kNs, u"sv-1"_s, u"DeletionBlocked"_s).value("reason"_L1).toString(), u"LastSuperValidator"_s);
    m->remove(kVal, kNs, u"val"_s);
    m->run(2min);
    QVERIFY(m->object(sv, kNs, u"sv-1"_s).isEmpty());
}

void TestNodes::bridgeWantsBothSides()
{
    ready(node(u"Validator"_s, u"bridge"_s, {{u"role"_s, u"Bridge"_s}}));
    QJsonObject refused = m->condition(kVal, kNs, u"bridge"_s, u"SpecAccepted"_s);
    QCOMPARE(refused.value("reason"_L1).toString(), u"BridgeIncomplete"_s);
    QJsonObject edge{{u"kind"_s, u"SyncDomainConnection"_s}, {u"metadata"_s, QJsonObject{{u"name"_s, u"edge"_s}, {u"namespace"_s, kNs}}},
        {u"spec"_s, QJsonObject{{u"nodeRef"_s, QJsonObject{{u"kind"_s, u"Validator"_s}, {u"name"_s, u"bridge"_s}}}, {u"alias"_s, u"harbor"_s},
            {u"target"_s, QJsonObject{{u"syncDomainRef"_s, QJsonObject{{u"name"_s, u"harbor"_s}}}}}}},
        {u"status"_s, QJsonObject{{u"connected"_s, true}, {u"healthy"_s, true}, {u"domainId"_s, u"harbor::1220::34-0"_s}}}};
    m->create(u"syncdomainconnections"_s, edge);
    m->run(1min);
    QCOMPARE(m->condition(kVal, kNs, u"bridge"_s, u"SpecAccepted"_s).value("status"_L1).toString(), u"True"_s);
    QCOMPARE(m->at(kVal, kNs, u"bridge"_s, u"/status/connectedDomains/1/alias"_s).toString(), u"harbor"_s);
}

void TestNodes::aliasesAreUnique()
{
    const QString sd = u"syncdomains"_s;
    ready(node(u"SyncDomain"_s, u"one"_s), sd);
    m->create(sd, node(u"SyncDomain"_s, u"two"_s));
    m->run(2min);
    QCOMPARE(m->phase(sd, kNs, u"two"_s), u"Pending"_s);
    QCOMPARE(m->condition(sd, kNs, u"two"_s, u"SpecAccepted"_s).value("reason"_L1).toString(), u"AliasTaken"_s);
    QCOMPARE(m->condition(sd, kNs, u"one"_s, u"SpecAccepted"_s).value("status"_L1).toString(), u"True"_s);
}

void TestNodes::missingReferences()
{
    m->create(u"participants"_s, node(u"Participant"_s, u"par"_s, {{u"kmsConfigRef"_s, QJsonObject{{u"name"_s, u"aws"_s}}}}));
    m->run(1min);
    QCOMPARE(m->condition(u"participants"_s, kNs, u"par"_s, u"SpecAccepted"_s).value("reason"_L1).toString(), u"KmsConfigNotFound"_s);
    QCOMPARE(m->phase(u"participants"_s, kNs, u"par"_s), u"Pending"_s);
    // A dump that is not finished is as good as none; one that is lets the node begin.
    QJsonObject dump{{u"apiVersion"_s, u"canton.quarterdeck.io/v1alpha1"_s}, {u"kind"_s, u"IdentityDump"_s},
        {u"metadata"_s, QJsonObject{{u"name"_s, u"d"_s}, {u"namespace"_s, kNs}}},
        {u"spec"_s, QJsonObject{{u"nodeRef"_s, QJsonObject{{u"kind"_s, u"Participant"_s}, {u"name"_s, u"gone"_s}}}, {u"kind"_s, u"Participant"_s},
            {u"destination"_s, QJsonObject{{u"secretName"_s, u"d"_s}}}}},
        {u"status"_s, QJsonObject{{u"phase"_s, u"Running"_s}}}};
    m->create(u"identitydumps"_s, dump);
    m->create(u"participants"_s, node(u"Participant"_s, u"again"_s,
        {{u"identity"_s, QJsonObject{{u"mode"_s, u"FromDump"_s}, {u"identityDumpRef"_s, QJsonObject{{u"name"_s, u"d"_s}}}}}}));
    m->run(1min);
    QCOMPARE(m->condition(u"participants"_s, kNs, u"again"_s, u"SpecAccepted"_s).value("reason"_L1).toString(), u"IdentityDumpNotFinished"_s);
    QCOMPARE(m->phase(u"participants"_s, kNs, u"again"_s), u"Pending"_s);
    dump.insert("status"_L1, QJsonObject{{u"phase"_s, u"Succeeded"_s}});
    m->create(u"identitydumps"_s, dump);
    QVERIFY(m->runUntilPhase(u"participants"_s, kNs, u"again"_s, u"Ready"_s, 5min));
    m->patch(u"cantonnetworks"_s, kNs, u"devnet"_s, {{u"spec"_s, QJsonObject{{u"kmsConfigRef"_s, QJsonObject{{u"name"_s, u"aws"_s}}}}}});
    QCOMPARE(m->condition(u"cantonnetworks"_s, kNs, u"devnet"_s, u"SpecAccepted"_s).value("reason"_L1).toString(), u"KmsConfigNotFound"_s);
    m->create(u"participants"_s, node(u"Participant"_s, u"dar"_s, QJsonObject{{u"dars"_s, QJsonArray{QJsonObject{{u"name"_s, u"splice-amulet"_s}}}}}));
    m->run(1min);
    QVERIFY(m->condition(u"participants"_s, kNs, u"dar"_s, u"DependenciesReady"_s).value("message"_L1).toString().contains(u"DarPackage splice-amulet (spec.dars)"_s));
}

QJsonObject TestNodes::externalDatabase()
{
    return {{u"database"_s, QJsonObject{{u"mode"_s, u"External"_s}, {u"host"_s, u"db.example.org"_s},
        {u"secretRef"_s, QJsonObject{{u"name"_s, u"db"_s}}}}}};
}

void TestNodes::aMissingSecretHoldsThePod()
{
    m->create(kVal, node(u"Validator"_s, u"val"_s, externalDatabase()));
    m->run(3min);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Provisioning"_s);
    const auto said = [this](const QString &type) { return m->condition(kVal, kNs, u"val"_s, type).value("message"_L1).toString(); };
    QVERIFY(said(u"DependenciesReady"_s).contains(u"Secret db (spec.database.secretRef)"_s));
    QVERIFY(m->at(kVal, kNs, u"val"_s, u"/status/message"_s).toString().contains(u"Secret db, which is not there. Create it"_s));
    QCOMPARE(m->condition(kVal, kNs, u"val"_s, u"ParticipantReady"_s).value("reason"_L1).toString(), u"FailedMount"_s);
    const QString participant = u"val-participant-0"_s;
    QCOMPARE(json::at(container(participant), u"/state/waiting/reason"_s).toString(), u"ContainerCreating"_s);
    QCOMPARE(json::at(pod(participant), u"/spec/volumes/0/secret/secretName"_s).toString(), u"db"_s);
    QCOMPARE(m->reasons(u"pods"_s, kNs, participant), QStringList{u"FailedMount"_s});
    QVERIFY(!m->reasons(kVal, kNs, u"val"_s).contains(u"FailedMount"_s));
    QVERIFY(m->look(kVal, kNs, u"val"_s).nothing());
    // One that lacks a key is no better; then it is whole, and nobody has to tell the operator.
    m->create(u"secrets"_s, secret(u"db"_s, {u"user"_s}));
    m->run(1min);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Provisioning"_s);
    QVERIFY(said(u"DependenciesReady"_s).contains(u"key password of Secret db"_s));
    m->create(u"secrets"_s, secret(u"db"_s, {u"user"_s, u"password"_s}));
    QVERIFY(m->runUntilPhase(kVal, kNs, u"val"_s, u"Ready"_s, 3min));
    QCOMPARE(m->condition(kVal, kNs, u"val"_s, u"DependenciesReady"_s).value("status"_L1).toString(), u"True"_s);
    QVERIFY(pod(u"val-postgres-0"_s).isEmpty());
    QVERIFY(said(u"DatabaseReady"_s).contains(u"db.example.org"_s));
    QVERIFY(m->reasons(u"pods"_s, kNs, participant).contains(u"Started"_s));
    // What runs does not need it any more.
    m->remove(u"secrets"_s, kNs, u"db"_s);
    m->run(1min);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Ready"_s);
}

void TestNodes::anEditWhileItIsTakenOver()
{
    ready(node(u"Validator"_s, u"old"_s));
    QJsonObject taken = m->object(kVal, kNs, u"old"_s);
    QJsonValue value = taken;
    json::set(value, u"/metadata"_s, QJsonObject{{u"name"_s, u"val"_s}, {u"namespace"_s, kNs}, {u"generation"_s, 2}});
    QJsonArray conditions;
    for (const QJsonValue &one : json::at(value, u"/status/conditions"_s).toArray()) {
        if (one.toObject().value("type"_L1).toString() != "SpecAccepted"_L1)
            conditions.append(one);
    }
    json::set(value, u"/status/conditions"_s, conditions);
    // Somebody scaled it before this operator saw it.
    json::set(value, u"/spec/participant/spec/resources/replicas"_s, 2);
    json::set(value, u"/status/observedGeneration"_s, 0);
    m->create(kVal, value.toObject());
    QVERIFY(m->runUntil([this] { return componentOf(*m, kVal, u"val"_s, u"participant"_s).value("ready"_L1).toInt() == 2; }, 3min));
    m->run(1s);
    QCOMPARE(m->phase(kVal, kNs, u"val"_s), u"Ready"_s);
    QVERIFY2(!m->phases(kVal, kNs, u"val"_s).contains(u"Degraded"_s), qPrintable(m->phases(kVal, kNs, u"val"_s).join(u' ')));
    QCOMPARE(m->at(kVal, kNs, u"val"_s, u"/status/observedGeneration"_s), m->at(kVal, kNs, u"val"_s, u"/metadata/generation"_s));
}

QTEST_GUILESS_MAIN(TestNodes)
#include "tst_nodes.moc"
