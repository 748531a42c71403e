// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/demo/operator/LedgerCase.h"

using namespace qd;
using namespace qd::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString kEdges = u"syncdomainconnections"_s;
const QString kChanges = u"topologychanges"_s;
const QString kInvitations = u"validatoronboardings"_s;

QJsonObject edge(const QString &name, const QString &node = u"par-1"_s, const QString &alias = u"harbor"_s)
{
    QJsonObject object = made("SyncDomainConnection", name,
        "{'nodeRef':{'kind':'Participant','name':'x'},'target':{'syncDomainRef':{'name':'harbor'}},'alias':'x','state':"
        "'Connected'}");
    QJsonValue value = object;
    json::set(value, u"/spec/nodeRef/name"_s, node);
    json::set(value, u"/spec/alias"_s, alias);
    return value.toObject();
}

QJsonObject hosting(const QString &name, const QString &other)
{
    QJsonObject object = made("TopologyChange", name,
        "{'nodeRef':{'kind':'Participant','name':'par-1'},'type':'PartyHosting','mapping':{'partyHosting':{'partyId':'"
        "x','threshold':1,"
        "'participants':[{'participantId':'x','permission':'Observation'}]}}}");
    QJsonValue value = object;
    json::set(value, u"/spec/mapping/partyHosting/partyId"_s, QString(u"alice::"_s + keyFor(u"par-1"_s)));
    json::set(value, u"/spec/mapping/partyHosting/participants/0/participantId"_s, other);
    return value.toObject();
}

}

class TestEdges : public LedgerCase
{
    Q_OBJECT
private Q_SLOTS:
    void connects();
    void waitsForPermission();
    void permissionByTopologyChange();
    void rests();
    void stalls();
    void exposes();
    void closesAndComesBack();
    void domainsCertificate();
    void nodeGone();
    void nodeDownAndBack();
    void refusals();
    void globalDomain();
    void deletes();
    void domainThatCannotGo();
    void lives();
    void topologyOneAfterAnother();
    void topologyApproved();
    void topologyRejected();
    void topologyRefused();
    void topologyLate();
    void invitation();
    void invitationUsed();
    void invitationExpires();
    void invitationRevoked();
    void invitationRefused();
    void sameSeedSamePiece();

private:
    void prepare() override;
};

void TestEdges::prepare()
{
    m->create(u"syncdomains"_s, standing("SyncDomain", u"harbor"_s, "{'alias':'harbor'}"));
}

void TestEdges::connects()
{
    m->create(kEdges, edge(u"e"_s));
    QCOMPARE(m->phaseOf(kEdges, u"e"_s), u"Registering"_s);
    m->run(2900ms);
    QVERIFY(!m->status(kEdges, u"e"_s, u"/registered"_s).toBool());
    m->run(200ms);
    QVERIFY(m->status(kEdges, u"e"_s, u"/registered"_s).toBool());
    QVERIFY(!m->status(kEdges, u"e"_s, u"/connected"_s).toBool());
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Connected"_s, 3s));
    QCOMPARE(m->phases(kEdges, kHome, u"e"_s), QStringList({u"Registering"_s, u"Connected"_s}));
    QCOMPARE(
        m->status(kEdges, u"e"_s, u"/domainId"_s), m->at(u"syncdomains"_s, kHome, u"harbor"_s, u"/status/domainId"_s));
    QCOMPARE(m->status(kEdges, u"e"_s, u"/permission"_s).toString(), u"Submission"_s);
    for (const QString &type : {u"Registered"_s, u"Connected"_s, u"Healthy"_s, u"SpecAccepted"_s,
             u"DependenciesReady"_s, u"AgreementAccepted"_s})
        QVERIFY2(m->is(kEdges, u"e"_s, type).startsWith("True"_L1), qPrintable(type));
    QCOMPARE(m->status(kEdges, u"e"_s, u"/observedGeneration"_s).toInt(), 1);
    QCOMPARE(m->at(kEdges, kHome, u"e"_s, u"/metadata/finalizers"_s).toArray(),
        QJsonArray{u"canton.quarterdeck.io/ledger"_s});
    QCOMPARE(m->reasons(kEdges, kHome, u"e"_s),
        QStringList({u"Registering"_s, u"Registered"_s, u"Connecting"_s, u"Connected"_s}));
    QCOMPARE(m->restless(kEdges, u"e"_s), QString());
    m->annotate(kEdges, kHome, u"e"_s, u"canton.quarterdeck.io/reconcile-requested-at"_s, u"2026-11-27T13:00:00Z"_s);
    QCOMPARE(m->status(kEdges, u"e"_s, u"/handledRequests/reconcile"_s).toString(), u"2026-11-27T13:00:00Z"_s);
    m->patch(kEdges, kHome, u"e"_s, json5("{'spec':{'priority':7}}"));
    QCOMPARE(m->status(kEdges, u"e"_s, u"/observedGeneration"_s).toInt(), 2);
    QVERIFY(m->reasons(kEdges, kHome, u"e"_s).contains(u"ConnectionUpdated"_s));
}

void TestEdges::waitsForPermission()
{
    m->patch(u"syncdomains"_s, kHome, u"harbor"_s, json5("{'spec':{'permissioned':{'enabled':true,'members':[]}}}"));
    m->create(kEdges, edge(u"e"_s));
    QVERIFY(m->reaches(kEdges, u"e"_s, u"AwaitingPermission"_s));
    QCOMPARE(m->is(kEdges, u"e"_s, u"Connected"_s), u"False AwaitingPermission"_s);
    QVERIFY(m->said(kEdges, u"e"_s, u"Connected"_s).contains(u"spec.permissioned.members"_s));
    m->run(1min);
    QCOMPARE(m->phaseOf(kEdges, u"e"_s), u"AwaitingPermission"_s);
    QCOMPARE(m->restless(kEdges, u"e"_s), QString());
    const QString member = QString(u"PAR::par-1::"_s + keyFor(u"par-1"_s));
    m->patch(u"syncdomains"_s, kHome, u"harbor"_s,
        {{u"spec"_s,
            QJsonObject{{u"permissioned"_s,
                QJsonObject{{u"members"_s,
                    QJsonArray{QJsonObject{{u"participantId"_s, member}, {u"permission"_s, u"Confirmation"_s}}}}}}}}});
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Connected"_s, 20s));
    QCOMPARE(m->status(kEdges, u"e"_s, u"/permission"_s).toString(), u"Confirmation"_s);
    // Taken out again it is thrown out.
    m->patch(u"syncdomains"_s, kHome, u"harbor"_s, json5("{'spec':{'permissioned':{'members':[]}}}"));
    QVERIFY(m->reaches(kEdges, u"e"_s, u"AwaitingPermission"_s, 1min));
    QVERIFY(!m->status(kEdges, u"e"_s, u"/connected"_s).toBool());
}

void TestEdges::permissionByTopologyChange()
{
    m->patch(u"syncdomains"_s, kHome, u"harbor"_s,
        {{u"spec"_s,
            QJsonObject{{u"permissioned"_s, QJsonObject{{u"enabled"_s, true}}},
                {u"owners"_s,
                    QJsonObject{{u"members"_s, QJsonArray{QString(u"PAR::o::"_s + keyFor(u"other-owner"_s))}},
                        {u"threshold"_s, 1}}}}}});
    m->create(kEdges, edge(u"e"_s));
    QVERIFY(m->reaches(kEdges, u"e"_s, u"AwaitingPermission"_s));
    QJsonValue change = made("TopologyChange", u"permit"_s,
        "{'nodeRef':{'kind':'SyncDomain','name':'harbor'},'type':'ParticipantPermission','synchronizer':'harbor',"
        "'mapping':{'participantPermission':{'participantId':'x','permission':'Observation'}}}");
    json::set(
        change, u"/spec/mapping/participantPermission/participantId"_s, QString(u"par-1::"_s + keyFor(u"par-1"_s)));
    m->create(kChanges, change.toObject());
    QVERIFY(m->reaches(kChanges, u"permit"_s, u"Effective"_s));
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Connected"_s, 20s));
    QCOMPARE(m->status(kEdges, u"e"_s, u"/permission"_s).toString(), u"Observation"_s);
}

void TestEdges::rests()
{
    m->create(kEdges, edge(u"e"_s));
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Connected"_s));
    m->patch(kEdges, kHome, u"e"_s, json5("{'spec':{'state':'Disconnected'}}"));
    QCOMPARE(m->phaseOf(kEdges, u"e"_s), u"Disconnected"_s);
    QCOMPARE(m->is(kEdges, u"e"_s, u"Connected"_s), u"False DisconnectedOnRequest"_s);
    m->run(10min);
    QCOMPARE(m->restless(kEdges, u"e"_s), QString());
    m->patch(kEdges, kHome, u"e"_s, json5("{'spec':{'state':'Connected'}}"));
    QVERIFY(m->phaseOf(kEdges, u"e"_s) != u"Connected"_s);
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Connected"_s, 4s));
}

void TestEdges::exposes()
{
    m->create(kEdges, edge(u"e"_s));
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Connected"_s));
    QVERIFY(m->is(kEdges, u"e"_s, u"ExposureApplied"_s).isEmpty());
    m->patch(kEdges, kHome, u"e"_s, json5("{'spec':{'exposure':{'parties':[{'name':'p'}]}}}"));
    m->run(1s);
    QCOMPARE(m->is(kEdges, u"e"_s, u"ExposureApplied"_s), u"False PartyNotHosted"_s);
    QVERIFY(m->said(kEdges, u"e"_s, u"ExposureApplied"_s).contains(u"does not host p; host them there"_s));
    const QJsonObject node = m->object(kEdges, kHome, u"e"_s).value("spec"_L1).toObject().value("nodeRef"_L1).toObject();
    QJsonObject party = made("Party", u"p"_s, "{'hint':'p'}");
    QJsonValue value = party;
    json::set(value, u"/spec/nodeRef"_s, node);
    m->create(u"parties"_s, value.toObject());
    QVERIFY(m->reaches(u"parties"_s, u"p"_s, u"Ready"_s));
    m->run(20s);
    QCOMPARE(m->is(kEdges, u"e"_s, u"ExposureApplied"_s), u"True Restricted"_s);
    m->patch(kEdges, kHome, u"e"_s, {{u"spec"_s, QJsonObject{{u"exposure"_s, QJsonValue::Null}}}});
    m->run(1s);
    QCOMPARE(m->is(kEdges, u"e"_s, u"ExposureApplied"_s), u"True Everything"_s);
    const QStringList said = m->reasons(kEdges, kHome, u"e"_s);
    for (const QString &reason : {u"PartyNotHosted"_s, u"ExposureApplied"_s, u"ExposureLifted"_s})
        QCOMPARE(said.count(reason), 1);
}

void TestEdges::stalls()
{
    m->create(kEdges, edge(u"e"_s));
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Connected"_s));
    m->run(1min);
    const QString until = m->now.addSecs(120).toUTC().toString(Qt::ISODate);
    m->annotate(kEdges, kHome, u"e"_s, u"demo.quarterdeck.io/fault"_s, QString(u"stalled-sync until "_s + until));
    const QString frozen = m->status(kEdges, u"e"_s, u"/lastSequencedTime"_s).toString();
    QCOMPARE(m->is(kEdges, u"e"_s, u"Healthy"_s), u"False SequencerStalled"_s);
    QCOMPARE(m->phaseOf(kEdges, u"e"_s), u"Connected"_s);
    m->run(100s);
    QCOMPARE(m->status(kEdges, u"e"_s, u"/lastSequencedTime"_s).toString(), frozen);
    QVERIFY(!m->status(kEdges, u"e"_s, u"/healthy"_s).toBool());
    QCOMPARE(m->restless(kEdges, u"e"_s), QString());
    m->run(40s); // healed by its time
    QVERIFY(m->status(kEdges, u"e"_s, u"/healthy"_s).toBool());
    QVERIFY(m->status(kEdges, u"e"_s, u"/lastSequencedTime"_s).toString() > frozen);
    QVERIFY(m->reasons(kEdges, kHome, u"e"_s).contains(u"Recovered"_s));
}

void TestEdges::closesAndComesBack()
{
    m->create(kEdges, edge(u"e"_s));
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Connected"_s));
    m->annotate(kEdges, kHome, u"e"_s, u"demo.quarterdeck.io/fault"_s, u"disconnected-domain"_s);
    QCOMPARE(m->phaseOf(kEdges, u"e"_s), u"Failed"_s);
    QCOMPARE(m->is(kEdges, u"e"_s, u"Connected"_s), u"False SequencerClosedConnection"_s);
    QCOMPARE(m->status(kEdges, u"e"_s, u"/retry/attempts"_s).toInt(), 1);
    m->run(2min);
    const int attempts = m->status(kEdges, u"e"_s, u"/retry/attempts"_s).toInt();
    QVERIFY2(attempts >= 4 && attempts <= 6, qPrintable(QString::number(attempts)));
    QVERIFY(m->status(kEdges, u"e"_s, u"/retry/lastError"_s).toString().contains(u"UNAVAILABLE"_s));
    m->annotate(kEdges, kHome, u"e"_s, u"demo.quarterdeck.io/fault"_s, QJsonValue::Null);
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Connected"_s, 4s));
    QVERIFY(m->status(kEdges, u"e"_s, u"/retry"_s).isUndefined());
}

void TestEdges::domainsCertificate()
{
    m->create(kEdges, edge(u"e"_s));
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Connected"_s));
    m->annotate(u"syncdomains"_s, kHome, u"harbor"_s, u"demo.quarterdeck.io/fault"_s, u"expired-certificate"_s);
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Failed"_s, 30s));
    QCOMPARE(m->is(kEdges, u"e"_s, u"Connected"_s), u"False CertificateExpired"_s);
}

void TestEdges::nodeGone()
{
    m->create(kEdges, edge(u"e"_s, u"nobody"_s));
    QCOMPARE(m->phaseOf(kEdges, u"e"_s), u"Pending"_s);
    QCOMPARE(m->is(kEdges, u"e"_s, u"DependenciesReady"_s), u"False NodeNotFound"_s);
    QVERIFY(m->said(kEdges, u"e"_s, u"DependenciesReady"_s).contains(u"Participant nobody of spec.nodeRef"_s));
    QCOMPARE(m->status(kEdges, u"e"_s, u"/retry/attempts"_s).toInt(), 1);
    m->create(u"participants"_s, standing("Participant", u"nobody"_s, "{}", u"Provisioning"_s));
    m->run(3s);
    QCOMPARE(m->is(kEdges, u"e"_s, u"DependenciesReady"_s), u"False NodeNotReady"_s);
    m->setPhase(u"participants"_s, u"nobody"_s, u"Ready"_s);
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Connected"_s, 10s));
    QVERIFY(m->status(kEdges, u"e"_s, u"/retry"_s).isUndefined());
}

void TestEdges::nodeDownAndBack()
{
    m->create(kEdges, edge(u"e"_s));
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Connected"_s));
    m->setPhase(u"participants"_s, u"par-1"_s, u"Failed"_s);
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Failed"_s, 20s));
    QVERIFY(m->status(kEdges, u"e"_s, u"/registered"_s).toBool());
    m->setPhase(u"participants"_s, u"par-1"_s, u"Suspended"_s);
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Disconnected"_s, 20s));
    m->setPhase(u"participants"_s, u"par-1"_s, u"Ready"_s);
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Connected"_s, 1min));
}

void TestEdges::refusals()
{
    m->create(kEdges, edge(u"a"_s));
    m->run(1s);
    m->create(u"syncdomains"_s, standing("SyncDomain", u"quay"_s, "{'alias':'quay'}"));
    QJsonValue second = edge(u"b"_s);
    json::set(second, u"/spec/target/syncDomainRef/name"_s, u"quay"_s);
    m->create(kEdges, second.toObject());
    QCOMPARE(m->phaseOf(kEdges, u"b"_s), u"Failed"_s);
    QCOMPARE(m->is(kEdges, u"b"_s, u"SpecAccepted"_s), u"False AliasTaken"_s);
    QVERIFY(m->said(kEdges, u"b"_s, u"SpecAccepted"_s).startsWith(u"spec.alias: "_s));
    m->create(kEdges, edge(u"c"_s, u"par-1"_s, u"other"_s));
    QCOMPARE(m->is(kEdges, u"c"_s, u"SpecAccepted"_s), u"False AlreadyRegistered"_s);
    m->create(kEdges, edge(u"d"_s, u"par-2"_s)); // another node may use the alias
    QVERIFY(m->reaches(kEdges, u"d"_s, u"Connected"_s));
    QCOMPARE(m->restless(kEdges, u"b"_s), QString());
    // The way out: the other one goes.
    m->remove(kEdges, kHome, u"a"_s);
    QVERIFY(m->reaches(kEdges, u"b"_s, u"Connected"_s));
    QCOMPARE(m->is(kEdges, u"b"_s, u"SpecAccepted"_s), u"True Accepted"_s);
}

void TestEdges::globalDomain()
{
    m->create(kEdges,
        made("SyncDomainConnection", u"g"_s,
            "{'nodeRef':{'kind':'Validator','name':'val-1'},'target':{'networkRef':{'name':'devnet'}},'alias':'global',"
            "'connectionType':'bft'}"));
    QVERIFY(m->reaches(kEdges, u"g"_s, u"Connected"_s));
    QVERIFY(m->status(kEdges, u"g"_s, u"/domainId"_s).toString().startsWith(u"global-domain::1220"_s));
    m->create(u"cantonnetworks"_s, standing("CantonNetwork", u"closed"_s, "{'type':'Private'}"));
    m->create(kEdges,
        made("SyncDomainConnection", u"h"_s,
            "{'nodeRef':{'kind':'Validator','name':'val-1'},'target':{'networkRef':{'name':'closed'}},'alias':'closed'"
            "}"));
    QCOMPARE(m->is(kEdges, u"h"_s, u"SpecAccepted"_s), u"False NoGlobalSynchronizer"_s);
    m->create(kEdges,
        made("SyncDomainConnection", u"u"_s,
            "{'nodeRef':{'kind':'Validator','name':'val-1'},'target':{'url':'https://"
            "sequencer.invalid'},'alias':'far'}"));
    QCOMPARE(m->is(kEdges, u"u"_s, u"DependenciesReady"_s), u"False SequencerUnreachable"_s);
}

void TestEdges::deletes()
{
    m->create(kEdges, edge(u"e"_s));
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Connected"_s));
    m->remove(kEdges, kHome, u"e"_s);
    QCOMPARE(m->phaseOf(kEdges, u"e"_s), u"Deleting"_s);
    QVERIFY(!m->status(kEdges, u"e"_s, u"/connected"_s).toBool());
    m->run(3s);
    QVERIFY(m->object(kEdges, kHome, u"e"_s).isEmpty());
    QVERIFY(m->reasons(kEdges, kHome, u"e"_s).contains(u"Disconnected"_s));
}

void TestEdges::domainThatCannotGo()
{
    m->create(kEdges, edge(u"e"_s));
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Connected"_s));
    m->patch(u"syncdomains"_s, kHome, u"harbor"_s,
        json5("{'metadata':{'finalizers':['canton.quarterdeck.io/teardown']},'status':{'phase':'Deleting',"
              "'conditions':[{'type':'DeletionBlocked','status':'True'}]}}"));
    m->remove(u"syncdomains"_s, kHome, u"harbor"_s);
    m->run(5min);
    QCOMPARE(m->phaseOf(kEdges, u"e"_s), u"Connected"_s);
    m->patch(u"syncdomains"_s, kHome, u"harbor"_s, json5("{'status':{'conditions':[]}}"));
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Failed"_s, 1min));
    QCOMPARE(m->is(kEdges, u"e"_s, u"Connected"_s), u"False SyncDomainNotReady"_s);
}

void TestEdges::lives()
{
    m->create(kEdges, edge(u"e"_s));
    QVERIFY(m->reaches(kEdges, u"e"_s, u"Connected"_s));
    const QString first = m->status(kEdges, u"e"_s, u"/lastSequencedTime"_s).toString();
    const qsizetype writes = m->writes;
    m->run(5min);
    QVERIFY(m->status(kEdges, u"e"_s, u"/lastSequencedTime"_s).toString() > first);
    QVERIFY(m->status(kEdges, u"e"_s, u"/latency"_s).toString().endsWith(u"ms"_s));
    QVERIFY2(m->writes - writes <= 21, qPrintable(QString::number(m->writes - writes)));
}

void TestEdges::topologyOneAfterAnother()
{
    const QString other = QString(u"PAR::elsewhere::"_s + keyFor(u"elsewhere"_s));
    QJsonValue change = hosting(u"t"_s, other);
    json::set(change, u"/spec/mapping/partyHosting/participants/-"_s,
        QJsonObject{
            {u"participantId"_s, QString(u"PAR::far::"_s + keyFor(u"far"_s))}, {u"permission"_s, u"Observation"_s}});
    m->create(kChanges, change.toObject());
    QVERIFY(m->reaches(kChanges, u"t"_s, u"Proposed"_s));
    QCOMPARE(m->status(kChanges, u"t"_s, u"/pendingSigners"_s).toArray().size(), 3);
    QCOMPARE(m->status(kChanges, u"t"_s, u"/serial"_s).toInt(), 1);
    QVERIFY(m->reaches(kChanges, u"t"_s, u"AwaitingSignatures"_s));
    QList<int> seen;
    QVERIFY(m->runUntil(
        [&] {
            const int count = int(m->status(kChanges, u"t"_s, u"/signatures"_s).toArray().size());
            if (seen.isEmpty() || seen.last() != count)
                seen.append(count);
            return m->phaseOf(kChanges, u"t"_s) == "Effective"_L1;
        },
        2min));
    QCOMPARE(seen, QList<int>({1, 2, 3}));
    QCOMPARE(m->phases(kChanges, kHome, u"t"_s),
        QStringList({u"Pending"_s, u"Proposed"_s, u"AwaitingSignatures"_s, u"Effective"_s}));
    QVERIFY(m->status(kChanges, u"t"_s, u"/effectiveTime"_s).isString());
    for (const QJsonValue &step : m->status(kChanges, u"t"_s, u"/steps"_s).toArray())
        QCOMPARE(json::at(step, u"/state"_s).toString(), u"Succeeded"_s);
    QCOMPARE(m->restless(kChanges, u"t"_s), QString());
}

void TestEdges::topologyApproved()
{
    m->create(kChanges, hosting(u"t"_s, QString(u"PAR::par-2::"_s + keyFor(u"par-2"_s))));
    QVERIFY(m->reaches(kChanges, u"t"_s, u"AwaitingSignatures"_s));
    m->run(1h); // a node that is run here does not sign by itself
    QCOMPARE(m->phaseOf(kChanges, u"t"_s), u"AwaitingSignatures"_s);
    QCOMPARE(m->status(kChanges, u"t"_s, u"/pendingSigners"_s).toArray(), QJsonArray{keyFor(u"par-2"_s)});
    QVERIFY(m->reasons(kChanges, kHome, u"t"_s).contains(u"AwaitingApproval"_s));
    m->patch(kChanges, kHome, u"t"_s, json5("{'spec':{'authorize':{'approved':true,'by':'mira'}}}"));
    QVERIFY(m->reaches(kChanges, u"t"_s, u"Effective"_s, 10s));
    m->create(kChanges, hosting(u"t2"_s, QString(u"PAR::far::"_s + keyFor(u"far"_s))));
    QVERIFY(m->reaches(kChanges, u"t2"_s, u"Effective"_s));
    QCOMPARE(m->status(kChanges, u"t2"_s, u"/serial"_s).toInt(), 2);
}

void TestEdges::topologyRejected()
{
    m->create(kChanges, hosting(u"t"_s, QString(u"PAR::par-2::"_s + keyFor(u"par-2"_s))));
    QVERIFY(m->reaches(kChanges, u"t"_s, u"AwaitingSignatures"_s));
    m->patch(kChanges, kHome, u"t"_s, json5("{'spec':{'authorize':{'rejected':true,'by':'mira'}}}"));
    QCOMPARE(m->phaseOf(kChanges, u"t"_s), u"Rejected"_s);
    m->run(1h);
    QCOMPARE(m->phaseOf(kChanges, u"t"_s), u"Rejected"_s);
    QCOMPARE(m->restless(kChanges, u"t"_s), QString());
}

void TestEdges::topologyRefused()
{
    m->create(kChanges,
        made("TopologyChange", u"t"_s,
            "{'nodeRef':{'kind':'Participant','name':'par-1'},'type':'KeyRotation','mapping':{'keyRotation':"
            "{'member':'PAR::x::1220aa','oldKey':'1220aa','newKey':'1220aa'}}}"));
    QCOMPARE(m->is(kChanges, u"t"_s, u"SpecAccepted"_s), u"False SameKey"_s);
    QVERIFY(m->said(kChanges, u"t"_s, u"SpecAccepted"_s).startsWith(u"spec.mapping.keyRotation.newKey"_s));
    // Not begun, so it may be corrected.
    QCOMPARE(m->phaseOf(kChanges, u"t"_s), u"Pending"_s);
    m->patch(kChanges, kHome, u"t"_s, json5("{'spec':{'mapping':{'keyRotation':{'newKey':'1220bb'}}}}"));
    QVERIFY(m->reaches(kChanges, u"t"_s, u"Effective"_s));
}

void TestEdges::topologyLate()
{
    m->create(kChanges, hosting(u"t"_s, QString(u"PAR::par-2::"_s + keyFor(u"par-2"_s))));
    QVERIFY(m->reaches(kChanges, u"t"_s, u"Failed"_s, 24h * 8));
    QVERIFY(m->status(kChanges, u"t"_s, u"/message"_s).toString().contains(u"create the change anew"_s));
    QCOMPARE(m->restless(kChanges, u"t"_s), QString());
}

void TestEdges::invitation()
{
    m->create(kInvitations,
        made("ValidatorOnboarding", u"i"_s,
            "{'superValidatorRef':{'name':'sv-1'},'validatorName':'acme-1','expiresIn':'48h','secretName':'acme-"
            "invitation'}"));
    QCOMPARE(m->phaseOf(kInvitations, u"i"_s), u"Pending"_s);
    m->run(1900ms);
    QCOMPARE(m->phaseOf(kInvitations, u"i"_s), u"Pending"_s);
    m->run(200ms);
    QCOMPARE(m->phaseOf(kInvitations, u"i"_s), u"Issued"_s);
    const QJsonObject secret = m->object(u"secrets"_s, kHome, u"acme-invitation"_s);
    QCOMPARE(json::at(secret, u"/metadata/labels"_s).toObject().value("canton.quarterdeck.io/network"_L1).toString(),
        u"devnet"_s);
    QVERIFY(QByteArray::fromBase64(json::at(secret, u"/data/secret"_s).toString().toLatin1()).size() >= 32);
    QCOMPARE(m->status(kInvitations, u"i"_s, u"/secretRef/name"_s).toString(), u"acme-invitation"_s);
    const auto issued
        = QDateTime::fromString(m->status(kInvitations, u"i"_s, u"/issuedTime"_s).toString(), Qt::ISODate);
    const auto expires
        = QDateTime::fromString(m->status(kInvitations, u"i"_s, u"/expiresTime"_s).toString(), Qt::ISODate);
    QCOMPARE(issued.secsTo(expires), 48 * 3600);
    QCOMPARE(m->restless(kInvitations, u"i"_s), QString());
}

void TestEdges::invitationUsed()
{
    m->create(kInvitations,
        made("ValidatorOnboarding", u"i"_s, "{'superValidatorRef':{'name':'sv-1'},'validatorName':'acme-1'}"));
    QVERIFY(m->reaches(kInvitations, u"i"_s, u"Issued"_s));
    m->run(1min);
    QJsonValue validator = standing("Validator", u"acme"_s, "{'partyHint':'acme-1'}");
    json::set(validator, u"/status/onboarded"_s, true);
    json::set(validator, u"/status/onboardedTime"_s, m->now.toUTC().toString(Qt::ISODate));
    json::set(validator, u"/status/ownerParty"_s, u"acme-1::1220aa"_s);
    m->create(u"validators"_s, validator.toObject());
    QVERIFY(m->reaches(kInvitations, u"i"_s, u"Used"_s, 1min));
    QCOMPARE(m->status(kInvitations, u"i"_s, u"/validatorParty"_s).toString(), u"acme-1::1220aa"_s);
    QVERIFY(m->status(kInvitations, u"i"_s, u"/usedTime"_s).isString());
    m->remove(kInvitations, kHome, u"i"_s);
    m->run(5s);
    QVERIFY(m->object(kInvitations, kHome, u"i"_s).isEmpty());
}

void TestEdges::invitationExpires()
{
    m->create(kInvitations,
        made("ValidatorOnboarding", u"i"_s,
            "{'superValidatorRef':{'name':'sv-1'},'validatorName':'acme-1','expiresIn':'10m'}"));
    QVERIFY(m->reaches(kInvitations, u"i"_s, u"Issued"_s));
    QVERIFY(!m->object(u"secrets"_s, kHome, u"i"_s).isEmpty());
    m->run(9min);
    QCOMPARE(m->phaseOf(kInvitations, u"i"_s), u"Issued"_s);
    m->run(2min);
    QCOMPARE(m->phaseOf(kInvitations, u"i"_s), u"Expired"_s);
    QVERIFY(m->object(u"secrets"_s, kHome, u"i"_s).isEmpty());
    QCOMPARE(m->restless(kInvitations, u"i"_s), QString());
}

void TestEdges::invitationRevoked()
{
    m->create(kInvitations,
        made("ValidatorOnboarding", u"i"_s, "{'superValidatorRef':{'name':'sv-1'},'validatorName':'acme-1'}"));
    QVERIFY(m->reaches(kInvitations, u"i"_s, u"Issued"_s));
    m->remove(kInvitations, kHome, u"i"_s);
    QCOMPARE(m->phaseOf(kInvitations, u"i"_s), u"Revoked"_s);
    QVERIFY(m->object(u"secrets"_s, kHome, u"i"_s).isEmpty());
    m->run(5s);
    QVERIFY(m->object(kInvitations, kHome, u"i"_s).isEmpty());
    QCOMPARE(m->reasons(kInvitations, kHome, u"i"_s).count(u"Revoked"_s), 1);
}

void TestEdges::invitationRefused()
{
    m->create(kInvitations,
        made("ValidatorOnboarding", u"a"_s, "{'superValidatorRef':{'name':'sv-1'},'validatorName':'acme-1'}"));
    m->run(5s);
    m->create(kInvitations,
        made("ValidatorOnboarding", u"b"_s, "{'superValidatorRef':{'name':'sv-1'},'validatorName':'acme-1'}"));
    QCOMPARE(m->is(kInvitations, u"b"_s, u"SpecAccepted"_s), u"False AlreadyInvited"_s);
    m->create(
        u"secrets"_s, QJsonObject{{u"metadata"_s, QJsonObject{{u"name"_s, u"taken"_s}, {u"namespace"_s, kHome}}}});
    m->create(kInvitations,
        made("ValidatorOnboarding", u"c"_s,
            "{'superValidatorRef':{'name':'sv-1'},'validatorName':'acme-2','secretName':'taken'}"));
    QCOMPARE(m->is(kInvitations, u"c"_s, u"SpecAccepted"_s), u"False SecretExists"_s);
    m->create(kInvitations,
        made("ValidatorOnboarding", u"d"_s, "{'superValidatorRef':{'name':'sv-9'},'validatorName':'acme-3'}"));
    QCOMPARE(m->is(kInvitations, u"d"_s, u"DependenciesReady"_s), u"False NodeNotFound"_s);
}

void TestEdges::sameSeedSamePiece()
{
    const auto play = [](quint64 seed, double speed) {
        LedgerRig rig(speed, seed);
        rig.create(u"syncdomains"_s, standing("SyncDomain", u"harbor"_s, "{'alias':'harbor'}"));
        rig.create(kEdges, edge(u"e"_s));
        rig.create(kChanges, hosting(u"t"_s, QString(u"PAR::far::"_s + keyFor(u"far"_s))));
        rig.run(10min);
        return QString::fromUtf8(
            json::compact(rig.status(kEdges, u"e"_s, {})) + json::compact(rig.status(kChanges, u"t"_s, {})));
    };
    QCOMPARE(play(3, 1), play(3, 1));
    QVERIFY(play(3, 1) != play(4, 1));
    LedgerRig fast(50, 3);
    fast.create(u"syncdomains"_s, standing("SyncDomain", u"harbor"_s, "{'alias':'harbor'}"));
    fast.create(kEdges, edge(u"e"_s));
    QVERIFY(fast.reaches(kEdges, u"e"_s, u"Connected"_s, 1s));
    QCOMPARE(fast.problems, QStringList());
}

QTEST_APPLESS_MAIN(TestEdges)
#include "tst_edges.moc"
