// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/demo/operator/LedgerCase.h"

using namespace qd;
using namespace qd::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString kParties = u"parties"_s;
const QString kUsers = u"ledgerusers"_s;
const QString kWallets = u"walletusers"_s;

QJsonObject party(const QString &name, const QString &hint, const QString &node = u"par-1"_s)
{
    QJsonValue object = made("Party", name, "{'nodeRef':{'kind':'Participant','name':'x'},'hint':'x','type':'Local'}");
    json::set(object, u"/spec/hint"_s, hint);
    json::set(object, u"/spec/nodeRef/name"_s, node);
    return object.toObject();
}

}

class TestLedger : public LedgerCase {
    Q_OBJECT
private Q_SLOTS:
    void partyAllocates();
    void partyHasANameInTheNameService();
    void partyHintIsUnique();
    void partyWaitsForNode();
    void partyWaitsForItsDomain();
    void partyIsHostedElsewhere();
    void partyFollowsItsTopology();
    void partyExternal();
    void partyGoesAtOnce();
    void userGetsRights();
    void userDrifts();
    void userIsDeactivated();
    void userRefusals();
    void userIsDeleted();
    void walletUser();
    void walletUserRefusals();

};

void TestLedger::partyAllocates()
{
    m->create(kParties, party(u"p"_s, u"acme-treasury"_s));
    QCOMPARE(m->phaseOf(kParties, u"p"_s), u"Allocating"_s);
    m->run(3900ms);
    QCOMPARE(m->phaseOf(kParties, u"p"_s), u"Allocating"_s);
    m->run(200ms);
    QCOMPARE(m->phaseOf(kParties, u"p"_s), u"Ready"_s);
    QCOMPARE(m->status(kParties, u"p"_s, u"/partyId"_s).toString(), QString(u"acme-treasury::"_s + keyFor(u"par-1"_s)));
    QCOMPARE(m->status(kParties, u"p"_s, u"/hostedOn/0/permission"_s).toString(), u"Submission"_s);
    QVERIFY(m->status(kParties, u"p"_s, u"/effectiveSince"_s).isString());
    for (const QString &type : {u"Allocated"_s, u"HostedEverywhere"_s, u"Synced"_s, u"SpecAccepted"_s})
        QVERIFY2(m->is(kParties, u"p"_s, type).startsWith("True"_L1), qPrintable(type));
    QCOMPARE(m->restless(kParties, u"p"_s), QString());
    m->patch(kParties, kHome, u"p"_s, json5("{'spec':{'displayName':'Treasury'}}"));
    QCOMPARE(m->phaseOf(kParties, u"p"_s), u"Updating"_s);
    QVERIFY(m->reaches(kParties, u"p"_s, u"Ready"_s, 2s));
    QCOMPARE(m->status(kParties, u"p"_s, u"/observedGeneration"_s).toInt(), 2);
    QCOMPARE(m->restless(kParties, u"p"_s), QString());
}

void TestLedger::partyHasANameInTheNameService()
{
    m->create(kParties, made("Party", u"v"_s, "{'nodeRef':{'kind':'Validator','name':'val-1'},'hint':'Acme Desk:1'}"));
    m->create(kParties, party(u"p"_s, u"acme"_s));
    QVERIFY(m->reaches(kParties, u"v"_s, u"Ready"_s));
    QVERIFY(m->reaches(kParties, u"p"_s, u"Ready"_s));
    QCOMPARE(m->status(kParties, u"v"_s, u"/ansName"_s).toString(), u"acme_desk_1.unverified.ans"_s);
    QVERIFY(m->status(kParties, u"p"_s, u"/ansName"_s).isUndefined());   // a stand-alone participant has no name service
    QCOMPARE(m->restless(kParties, u"v"_s), QString());
}

void TestLedger::partyHintIsUnique()
{
    m->create(kParties, party(u"a"_s, u"acme"_s));
    m->run(1s);
    m->create(kParties, party(u"b"_s, u"acme"_s));
    m->create(kParties, party(u"c"_s, u"acme"_s, u"par-2"_s));
    QCOMPARE(m->is(kParties, u"b"_s, u"SpecAccepted"_s), u"False HintTaken"_s);
    QCOMPARE(m->phaseOf(kParties, u"b"_s), u"Failed"_s);
    QVERIFY(m->said(kParties, u"b"_s, u"SpecAccepted"_s).startsWith(u"spec.hint: Participant par-1"_s));
    QVERIFY(m->reaches(kParties, u"a"_s, u"Ready"_s));
    QVERIFY(m->reaches(kParties, u"c"_s, u"Ready"_s));
    QCOMPARE(m->restless(kParties, u"b"_s), QString());
}

void TestLedger::partyWaitsForNode()
{
    m->setPhase(u"participants"_s, u"par-1"_s, u"Provisioning"_s);
    m->create(kParties, party(u"p"_s, u"acme"_s));
    QCOMPARE(m->is(kParties, u"p"_s, u"DependenciesReady"_s), u"False NodeNotReady"_s);
    m->run(1min);
    QVERIFY(m->status(kParties, u"p"_s, u"/retry/attempts"_s).toInt() >= 3);
    m->setPhase(u"participants"_s, u"par-1"_s, u"Ready"_s);
    QVERIFY(m->reaches(kParties, u"p"_s, u"Ready"_s, 10s));
    QVERIFY(m->status(kParties, u"p"_s, u"/retry"_s).isUndefined());
    // What is on the ledger stays there while the node sleeps.
    m->setPhase(u"participants"_s, u"par-1"_s, u"Suspended"_s);
    m->run(10min);
    QCOMPARE(m->phaseOf(kParties, u"p"_s), u"Ready"_s);
}

void TestLedger::partyWaitsForItsDomain()
{
    m->create(kParties, made("Party", u"p"_s,
        "{'nodeRef':{'kind':'Participant','name':'par-1'},'hint':'p','type':'Local','synchronizers':['harbor']}"));
    m->run(30s);
    QCOMPARE(m->phaseOf(kParties, u"p"_s), u"Pending"_s);
    QVERIFY(m->status(kParties, u"p"_s, u"/message"_s).toString().startsWith(
        u"Participant par-1 is not connected to harbor of spec.synchronizers: connect it"_s));
    m->create(u"syncdomains"_s, standing("SyncDomain", u"harbor"_s, "{'alias':'harbor'}"));
    m->create(u"syncdomainconnections"_s, made("SyncDomainConnection", u"e"_s,
        "{'nodeRef':{'kind':'Participant','name':'par-1'},'target':{'syncDomainRef':{'name':'harbor'}},'alias':'harbor'}"));
    QVERIFY(m->reaches(kParties, u"p"_s, u"Ready"_s, 1min));
    QCOMPARE(m->restless(kParties, u"p"_s), QString());
}

void TestLedger::partyIsHostedElsewhere()
{
    m->create(kParties, party(u"p"_s, u"acme"_s));
    QVERIFY(m->reaches(kParties, u"p"_s, u"Ready"_s));
    m->patch(kParties, kHome, u"p"_s,
        json5("{'spec':{'hosting':[{'nodeRef':{'kind':'Participant','name':'par-1'},'permission':'Submission'},"
              "{'nodeRef':{'kind':'Participant','name':'par-2'},'permission':'Observation'},"
              "{'nodeRef':{'kind':'Participant','name':'par-3'},'permission':'Confirmation'}]}}"));
    QCOMPARE(m->phaseOf(kParties, u"p"_s), u"Updating"_s);
    m->run(10s);
    QCOMPARE(m->status(kParties, u"p"_s, u"/hostedOn"_s).toArray().size(), 2);
    QCOMPARE(m->is(kParties, u"p"_s, u"HostedEverywhere"_s), u"False Hosting"_s);
    QCOMPARE(m->is(kParties, u"p"_s, u"DependenciesReady"_s), u"False NodeNotFound"_s);
    QVERIFY(m->said(kParties, u"p"_s, u"DependenciesReady"_s).contains(u"spec.hosting[2].nodeRef"_s));
    m->create(u"participants"_s, standing("Participant", u"par-3"_s));
    QVERIFY(m->reaches(kParties, u"p"_s, u"Ready"_s, 30s));
    QCOMPARE(m->status(kParties, u"p"_s, u"/hostedOn"_s).toArray().size(), 3);
    m->patch(kParties, kHome, u"p"_s,
        json5("{'spec':{'hosting':[{'nodeRef':{'kind':'Participant','name':'par-1'},'permission':'Confirmation'}]}}"));
    QVERIFY(m->runUntil([&] { return m->status(kParties, u"p"_s, u"/hostedOn"_s).toArray().size() == 1; }, 1min));
    QVERIFY(m->reaches(kParties, u"p"_s, u"Ready"_s, 30s));
    QCOMPARE(m->status(kParties, u"p"_s, u"/hostedOn/0/permission"_s).toString(), u"Confirmation"_s);
    QCOMPARE(m->restless(kParties, u"p"_s), QString());
}

void TestLedger::partyFollowsItsTopology()
{
    m->create(kParties, party(u"p"_s, u"acme"_s));
    QVERIFY(m->reaches(kParties, u"p"_s, u"Ready"_s));
    QJsonValue change = made("TopologyChange", u"t"_s,
        "{'nodeRef':{'kind':'Participant','name':'par-1'},'type':'PartyHosting','mapping':{'partyHosting':{'partyId':'x',"
        "'participants':[{'participantId':'x','permission':'Observation'}]}}}");
    json::set(change, u"/spec/mapping/partyHosting/partyId"_s, m->status(kParties, u"p"_s, u"/partyId"_s));
    json::set(change, u"/spec/mapping/partyHosting/participants/0/participantId"_s,
        QString(u"PAR::far::"_s + keyFor(u"far"_s)));
    m->create(u"topologychanges"_s, change.toObject());
    QVERIFY(m->reaches(u"topologychanges"_s, u"t"_s, u"Effective"_s));
    QCOMPARE(m->phaseOf(kParties, u"p"_s), u"Updating"_s);
    QVERIFY(m->reaches(kParties, u"p"_s, u"Ready"_s, 10s));
    QCOMPARE(m->status(kParties, u"p"_s, u"/hostedOn"_s).toArray().size(), 2);
    QCOMPARE(m->status(kParties, u"p"_s, u"/hostedOn/1/permission"_s).toString(), u"Observation"_s);
    QCOMPARE(m->restless(kParties, u"p"_s), QString());
}

void TestLedger::partyExternal()
{
    m->create(kParties,
        made("Party", u"e"_s,
            "{'nodeRef':{'kind':'Participant','name':'par-1'},'hint':'fund','type':'External','external':{'publicKeys':"
            "['MCow']}}"));
    QVERIFY(m->reaches(kParties, u"e"_s, u"AwaitingExternalSignature"_s));
    m->run(1h);
    QCOMPARE(m->phaseOf(kParties, u"e"_s), u"AwaitingExternalSignature"_s);
    QVERIFY(m->status(kParties, u"e"_s, u"/message"_s).toString().contains(u"spec.external.signingFingerprints"_s));
    QCOMPARE(m->restless(kParties, u"e"_s), QString());
    m->patch(kParties, kHome, u"e"_s, json5("{'spec':{'external':{'signingFingerprints':['1220abcd']}}}"));
    QVERIFY(m->reaches(kParties, u"e"_s, u"Ready"_s, 10s));
    QCOMPARE(m->status(kParties, u"e"_s, u"/partyId"_s).toString(), u"fund::1220abcd"_s);
    QCOMPARE(m->status(kParties, u"e"_s, u"/isLocal"_s).toBool(true), false);
    // By a wallet provider, once that works.
    m->create(kParties,
        made("Party", u"w"_s,
            "{'nodeRef':{'kind':'Participant','name':'par-1'},'hint':'vault','type':'External','external':{'"
            "walletProviderRef':{'name':'wp'}}}"));
    QVERIFY(m->reaches(kParties, u"w"_s, u"AwaitingExternalSignature"_s));
    m->run(10min);
    m->create(u"walletproviders"_s,
        made("WalletProvider", u"wp"_s,
            "{'type':'Fireblocks','endpoint':'https://vault.example.org','credentialsSecretRef':{'name':'s'}}"));
    m->run(1min);
    QCOMPARE(m->phaseOf(kParties, u"w"_s), u"AwaitingExternalSignature"_s);
    QVERIFY(m->reaches(kParties, u"w"_s, u"Ready"_s, 3min));
}

void TestLedger::partyGoesAtOnce()
{
    m->create(kParties, party(u"p"_s, u"acme"_s));
    QVERIFY(m->reaches(kParties, u"p"_s, u"Ready"_s));
    m->remove(kParties, kHome, u"p"_s);
    QVERIFY(m->object(kParties, kHome, u"p"_s).isEmpty());
}

void TestLedger::userGetsRights()
{
    m->create(kParties, party(u"p"_s, u"acme"_s));
    QVERIFY(m->reaches(kParties, u"p"_s, u"Ready"_s));
    m->create(kUsers,
        made("LedgerUser", u"u"_s,
            "{'nodeRef':{'kind':'Participant','name':'par-1'},'userId':'desk','primaryParty':{'name':'p'},"
            "'rights':{'participantAdmin':true,'actAs':[{'name':'p'},{'name':'p'}],'readAs':[{'partyId':'other::1220aa'"
            "}]}}"));
    QCOMPARE(m->phaseOf(kUsers, u"u"_s), u"Pending"_s);
    QVERIFY(m->reaches(kUsers, u"u"_s, u"Ready"_s, 5s));
    QCOMPARE(m->phases(kUsers, kHome, u"u"_s), QStringList({u"Pending"_s, u"Updating"_s, u"Ready"_s}));
    const QString id = m->status(kParties, u"p"_s, u"/partyId"_s).toString();
    QCOMPARE(m->status(kUsers, u"u"_s, u"/primaryParty"_s).toString(), id);
    QCOMPARE(m->status(kUsers, u"u"_s, u"/appliedRights/actAs"_s).toArray(), QJsonArray{id});
    QCOMPARE(m->status(kUsers, u"u"_s, u"/appliedRights/readAs"_s).toArray(), QJsonArray{u"other::1220aa"_s});
    QVERIFY(m->status(kUsers, u"u"_s, u"/appliedRights/participantAdmin"_s).toBool());
    QVERIFY(m->status(kUsers, u"u"_s, u"/active"_s).toBool());
    QVERIFY(m->status(kUsers, u"u"_s, u"/drift"_s).isUndefined());
    QCOMPARE(m->restless(kUsers, u"u"_s), QString());
    m->patch(kUsers, kHome, u"u"_s, json5("{'spec':{'rights':{'actAs':[]}}}"));
    QCOMPARE(m->phaseOf(kUsers, u"u"_s), u"Updating"_s);
    QVERIFY(m->reaches(kUsers, u"u"_s, u"Ready"_s, 3s));
    QCOMPARE(m->status(kUsers, u"u"_s, u"/appliedRights/actAs"_s).toArray(), QJsonArray());
}

void TestLedger::userDrifts()
{
    m->create(kUsers,
        made("LedgerUser", u"u"_s,
            "{'nodeRef':{'kind':'Participant','name':'par-1'},'userId':'desk','rights':{'actAs':[{'name':'later'}]}}"));
    m->run(10s);
    QCOMPARE(m->is(kUsers, u"u"_s, u"RightsApplied"_s), u"False PartiesMissing"_s);
    QCOMPARE(m->status(kUsers, u"u"_s, u"/drift"_s).toArray(),
        (QJsonArray{
            QJsonObject{{u"right"_s, u"actAs"_s}, {u"party"_s, u"later"_s}, {u"want"_s, true}, {u"have"_s, false}}}));
    QVERIFY(m->said(kUsers, u"u"_s, u"RightsApplied"_s).contains(u"spec.rights"_s));
    QVERIFY(m->status(kUsers, u"u"_s, u"/retry/attempts"_s).toInt() >= 1);
    m->create(kParties, party(u"later"_s, u"later"_s));
    QVERIFY(m->reaches(kUsers, u"u"_s, u"Ready"_s, 30s));
    QVERIFY(m->status(kUsers, u"u"_s, u"/drift"_s).isUndefined());
    QVERIFY(m->status(kUsers, u"u"_s, u"/retry"_s).isUndefined());
}

void TestLedger::userIsDeactivated()
{
    m->create(kUsers, made("LedgerUser", u"u"_s, "{'nodeRef':{'kind':'Participant','name':'par-1'},'userId':'desk'}"));
    QVERIFY(m->reaches(kUsers, u"u"_s, u"Ready"_s));
    m->patch(kUsers, kHome, u"u"_s, json5("{'spec':{'active':false}}"));
    m->run(3s);
    QCOMPARE(m->phaseOf(kUsers, u"u"_s), u"Ready"_s);
    QCOMPARE(m->status(kUsers, u"u"_s, u"/active"_s).toBool(true), false);
    QVERIFY(m->reasons(kUsers, kHome, u"u"_s).contains(u"Deactivated"_s));
}

void TestLedger::userRefusals()
{
    m->create(kUsers, made("LedgerUser", u"a"_s, "{'nodeRef':{'kind':'Participant','name':'par-1'},'userId':'desk'}"));
    m->run(1s);
    m->create(kUsers, made("LedgerUser", u"b"_s, "{'nodeRef':{'kind':'Participant','name':'par-1'},'userId':'desk'}"));
    QCOMPARE(m->is(kUsers, u"b"_s, u"SpecAccepted"_s), u"False UserIdTaken"_s);
    m->create(kUsers,
        made("LedgerUser", u"c"_s,
            "{'nodeRef':{'kind':'Participant','name':'par-1'},'userId':'x','identityProviderRef':{'name':'none'}}"));
    QCOMPARE(m->is(kUsers, u"c"_s, u"DependenciesReady"_s), u"False IdentityProviderConfigNotFound"_s);
    QVERIFY(m->said(kUsers, u"c"_s, u"DependenciesReady"_s).contains(u"spec.identityProviderRef"_s));
}

void TestLedger::userIsDeleted()
{
    m->create(kUsers, made("LedgerUser", u"u"_s, "{'nodeRef':{'kind':'Participant','name':'par-1'},'userId':'desk'}"));
    QVERIFY(m->reaches(kUsers, u"u"_s, u"Ready"_s));
    m->remove(kUsers, kHome, u"u"_s);
    QCOMPARE(m->phaseOf(kUsers, u"u"_s), u"Deleting"_s);
    QCOMPARE(m->status(kUsers, u"u"_s, u"/active"_s).toBool(true), false);
    m->run(3s);
    QVERIFY(m->object(kUsers, kHome, u"u"_s).isEmpty());
    QCOMPARE(m->reasons(kUsers, kHome, u"u"_s).mid(2), QStringList({u"Deactivated"_s, u"Deleting"_s, u"Removed"_s}));
}

void TestLedger::walletUser()
{
    m->create(kWallets,
        made("WalletUser", u"w"_s,
            "{'validatorRef':{'name':'val-1'},'username':'mira.koenig','party':{'mode':'OnboardNew'}}"));
    QCOMPARE(m->status(kWallets, u"w"_s, u"/status"_s).toString(), u"Pending"_s);
    m->run(4100ms);
    QCOMPARE(m->status(kWallets, u"w"_s, u"/status"_s).toString(), u"Active"_s);
    QCOMPARE(m->status(kWallets, u"w"_s, u"/installed"_s).toBool(true), false);
    QVERIFY(m->reaches(kWallets, u"w"_s, u"Ready"_s, 3s));
    QCOMPARE(m->status(kWallets, u"w"_s, u"/partyId"_s).toString(), QString(u"mira_koenig::"_s + keyFor(u"val-1"_s)));
    QCOMPARE(m->restless(kWallets, u"w"_s), QString());
    m->remove(kWallets, kHome, u"w"_s);
    QCOMPARE(m->is(kWallets, u"w"_s, u"UserOnboarded"_s), u"False Offboarding"_s);
    m->run(3s);
    QVERIFY(m->object(kWallets, kHome, u"w"_s).isEmpty());
}

void TestLedger::walletUserRefusals()
{
    m->create(kWallets, made("WalletUser", u"a"_s, "{'validatorRef':{'name':'val-1'},'username':'mira'}"));
    m->run(1s);
    m->create(kWallets, made("WalletUser", u"b"_s, "{'validatorRef':{'name':'val-1'},'username':'mira'}"));
    QCOMPARE(m->is(kWallets, u"b"_s, u"SpecAccepted"_s), u"False UsernameTaken"_s);
    m->create(
        kWallets, made("WalletUser", u"c"_s, "{'validatorRef':{'name':'val-1'},'username':'tom','createInIdp':true}"));
    QCOMPARE(m->is(kWallets, u"c"_s, u"SpecAccepted"_s), u"False ProviderNotManaged"_s);
    m->create(kWallets,
        made("WalletUser", u"d"_s,
            "{'validatorRef':{'name':'val-1'},'username':'ann','party':{'mode':'Existing','partyRef':{'name':'none'}}"
            "}"));
    QCOMPARE(m->is(kWallets, u"d"_s, u"DependenciesReady"_s), u"False PartyNotFound"_s);
    m->patch(u"validators"_s, kHome, u"val-1"_s, json5("{'spec':{'auth':{'mode':'IntegratedKeycloak'}}}"));
    QVERIFY(m->reaches(kWallets, u"c"_s, u"Ready"_s, 2min));
}

QTEST_GUILESS_MAIN(TestLedger)
#include "tst_ledger.moc"
