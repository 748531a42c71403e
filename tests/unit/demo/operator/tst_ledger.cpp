// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/LedgerDarTable.h"
#include "tests/unit/demo/operator/LedgerFixtures.h"

#include <QCryptographicHash>

using namespace qd;
using namespace qd::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString kParties = u"parties"_s;
const QString kUsers = u"ledgerusers"_s;
const QString kWallets = u"walletusers"_s;
const QString kPackages = u"darpackages"_s;
const QString kDeployments = u"dardeployments"_s;
const QString kApps = u"applications"_s;
const QString kUtil3 = u"7ef5a7ee5988fe37379db98f59f4716ec054da4a4ac052ff20139c258c2f78ca"_s;
const QString kUtil4 = u"39fe005a1999345a8188b6c3f861730804675403004afb0fda03ad67f2099fe7"_s;
const QString kOldLf = u"cd35c5d26b2d2f4e477530c8ee45661558c2c1d49a3f046de1fd5243c804e1d6"_s;

QJsonObject party(const QString &name, const QString &hint, const QString &node = u"par-1"_s)
{
    QJsonValue object = made("Party", name, "{'nodeRef':{'kind':'Participant','name':'x'},'hint':'x','type':'Local'}");
    json::set(object, u"/spec/hint"_s, hint);
    json::set(object, u"/spec/nodeRef/name"_s, node);
    return object.toObject();
}

QJsonObject package(const QString &name, const QString &sha256, const QString &file, qint64 size = 1048576)
{
    QJsonValue object = made("DarPackage", name, "{'source':{'http':{'url':'https://dars.example.org/x.dar'}},'origin':'Upload'}");
    json::set(object, u"/spec/sha256"_s, sha256);
    json::set(object, u"/spec/fileName"_s, file);
    json::set(object, u"/spec/size"_s, size);
    return object.toObject();
}

QString anySha(const QString &seed)
{
    return QString::fromLatin1(QCryptographicHash::hash(seed.toUtf8(), QCryptographicHash::Sha256).toHex());
}

const char *const kDeployUtil = "{'darRef':{'name':'util'},'targets':[{'kind':'Participant','name':'par-1'},{'kind':'Participant','name':'par-2'}],'vet':true}";
const char *const kBackend = "{'type':'backend','validatorRef':{'name':'val-1'},'source':{'image':{'imageRepo':'registry.example.org/acme/settle',"
                             "'imageTag':'1.0'}},'resources':{'replicas':2},'ingress':{'path':'/api'}}";

}

class TestLedger : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void partyAllocates();
    void partyHintIsUnique();
    void partyWaitsForNode();
    void partyIsHostedElsewhere();
    void partyExternal();
    void partyGoesAtOnce();
    void userGetsRights();
    void userDrifts();
    void userIsDeactivated();
    void userRefusals();
    void userIsDeleted();
    void walletUser();
    void walletUserRefusals();
    void realDars();
    void packageTakesItsTime();
    void packageSameVersion();
    void packageUnreachable();
    void packageStaysWhileDeployed();
    void deploymentNodeByNode();
    void deploymentPartly();
    void deploymentRefusedByNodes();
    void deploymentUnvets();
    void deploymentBySelector();
    void applicationRollsOut();
    void applicationNewImageAndBack();
    void applicationRestartSuspend();
    void applicationNeeds();
    void applicationRefusals();
    void applicationUninstalls();
    void sameSeedSamePiece();

private:
    std::unique_ptr<LedgerRig> m;
};

void TestLedger::init()
{
    m = std::make_unique<LedgerRig>();
}

void TestLedger::cleanup()
{
    QCOMPARE(m->problems.join(u'\n').left(1500), QString());
}

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

void TestLedger::partyIsHostedElsewhere()
{
    m->create(kParties, party(u"p"_s, u"acme"_s));
    QVERIFY(m->reaches(kParties, u"p"_s, u"Ready"_s));
    m->patch(kParties, kHome, u"p"_s, json5("{'spec':{'hosting':[{'nodeRef':{'kind':'Participant','name':'par-1'},'permission':'Submission'},"
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
    m->patch(kParties, kHome, u"p"_s, json5("{'spec':{'hosting':[{'nodeRef':{'kind':'Participant','name':'par-1'},'permission':'Confirmation'}]}}"));
    QVERIFY(m->runUntil([&] { return m->status(kParties, u"p"_s, u"/hostedOn"_s).toArray().size() == 1; }, 1min));
    QVERIFY(m->reaches(kParties, u"p"_s, u"Ready"_s, 30s));
    QCOMPARE(m->status(kParties, u"p"_s, u"/hostedOn/0/permission"_s).toString(), u"Confirmation"_s);
    QCOMPARE(m->restless(kParties, u"p"_s), QString());
}

void TestLedger::partyExternal()
{
    m->create(kParties, made("Party", u"e"_s, "{'nodeRef':{'kind':'Participant','name':'par-1'},'hint':'fund','type':'External','external':{'publicKeys':['MCow']}}"));
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
    m->create(kParties, made("Party", u"w"_s, "{'nodeRef':{'kind':'Participant','name':'par-1'},'hint':'vault','type':'External','external':{'walletProviderRef':{'name':'wp'}}}"));
    QVERIFY(m->reaches(kParties, u"w"_s, u"AwaitingExternalSignature"_s));
    m->run(10min);
    m->create(u"walletproviders"_s, made("WalletProvider", u"wp"_s, "{'type':'Fireblocks','endpoint':'https://vault.example.org','credentialsSecretRef':{'name':'s'}}"));
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
    m->create(kUsers, made("LedgerUser", u"u"_s, "{'nodeRef':{'kind':'Participant','name':'par-1'},'userId':'desk','primaryParty':{'name':'p'},"
        "'rights':{'participantAdmin':true,'actAs':[{'name':'p'},{'name':'p'}],'readAs':[{'partyId':'other::1220aa'}]}}"));
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
    m->create(kUsers, made("LedgerUser", u"u"_s, "{'nodeRef':{'kind':'Participant','name':'par-1'},'userId':'desk','rights':{'actAs':[{'name':'later'}]}}"));
    m->run(10s);
    QCOMPARE(m->is(kUsers, u"u"_s, u"RightsApplied"_s), u"False PartiesMissing"_s);
    QCOMPARE(m->status(kUsers, u"u"_s, u"/drift"_s).toArray(),
        (QJsonArray{QJsonObject{{u"right"_s, u"actAs"_s}, {u"party"_s, u"later"_s}, {u"want"_s, true}, {u"have"_s, false}}}));
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
    m->create(kUsers, made("LedgerUser", u"c"_s, "{'nodeRef':{'kind':'Participant','name':'par-1'},'userId':'x','identityProviderRef':{'name':'none'}}"));
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
    m->create(kWallets, made("WalletUser", u"w"_s, "{'validatorRef':{'name':'val-1'},'username':'mira.koenig','party':{'mode':'OnboardNew'}}"));
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
    m->create(kWallets, made("WalletUser", u"c"_s, "{'validatorRef':{'name':'val-1'},'username':'tom','createInIdp':true}"));
    QCOMPARE(m->is(kWallets, u"c"_s, u"SpecAccepted"_s), u"False ProviderNotManaged"_s);
    m->create(kWallets, made("WalletUser", u"d"_s, "{'validatorRef':{'name':'val-1'},'username':'ann','party':{'mode':'Existing','partyRef':{'name':'none'}}}"));
    QCOMPARE(m->is(kWallets, u"d"_s, u"DependenciesReady"_s), u"False PartyNotFound"_s);
    m->patch(u"validators"_s, kHome, u"val-1"_s, json5("{'spec':{'auth':{'mode':'IntegratedKeycloak'}}}"));
    QVERIFY(m->reaches(kWallets, u"c"_s, u"Ready"_s, 2min));
}

void TestLedger::realDars()
{
    // The ids are those of the published files.
    const auto util = demo::knownDar(kUtil4);
    QVERIFY(util.has_value());
    QCOMPARE(util->packageId, u"b7356fbb2cf8a3b22194d8c743c3c216d9c7527b257c8c38b257eb22942be358"_s);
    QCOMPARE(util->name, u"splice-util"_s);
    QCOMPARE(util->dependencies.size(), 29);
    const auto amulet = demo::knownDar(u"053f4f05e86987f3e73cfd1fbebcbaab983e0246328336c92b0e6517cd9d2d17"_s);
    QCOMPARE(amulet->dependencies.size(), 36);
    QCOMPARE(json::at(amulet->dependencies.last(), u"/packageId"_s).toString(), util->packageId);
    const demo::DarFacts other = demo::darNamed(u"harbor-settlement-1.10.0.dar"_s, anySha(u"x"_s), 5);
    QCOMPARE(other.name, u"harbor-settlement"_s);
    QCOMPARE(other.version, u"1.10.0"_s);
    QCOMPARE(other.packageId.size(), 64);
    QVERIFY(demo::olderVersion(u"1.9.2"_s, u"1.10.0"_s));
}

void TestLedger::packageTakesItsTime()
{
    m->create(kPackages, package(u"util-3"_s, kUtil3, u"splice-util-0.1.3.dar"_s));
    QVERIFY(m->reaches(kPackages, u"util-3"_s, u"Parsed"_s));
    QCOMPARE(m->status(kPackages, u"util-3"_s, u"/upgradeCheck/result"_s).toString(), u"Skipped"_s);
    m->create(kPackages, package(u"util-4"_s, kUtil4, u"splice-util-0.1.4.dar"_s));
    QVERIFY(m->reaches(kPackages, u"util-4"_s, u"Parsed"_s));
    QCOMPARE(m->status(kPackages, u"util-4"_s, u"/mainPackageId"_s).toString(), demo::knownDar(kUtil4)->packageId);
    QCOMPARE(m->status(kPackages, u"util-4"_s, u"/version"_s).toString(), u"0.1.4"_s);
    QCOMPARE(m->status(kPackages, u"util-4"_s, u"/upgradeCheck/result"_s).toString(), u"Passed"_s);
    QCOMPARE(m->status(kPackages, u"util-4"_s, u"/upgradeCheck/against"_s).toString(), demo::knownDar(kUtil3)->packageId);
    QCOMPARE(m->phases(kPackages, kHome, u"util-4"_s), QStringList({u"Fetching"_s, u"Parsed"_s}));
    QCOMPARE(m->restless(kPackages, u"util-4"_s), QString());
    // Ten times the size takes longer.
    m->create(kPackages, package(u"big"_s, anySha(u"big"_s), u"big-2.0.0.dar"_s, 10 * 1048576));
    m->run(10s);
    QCOMPARE(m->phaseOf(kPackages, u"big"_s), u"Fetching"_s);
    QVERIFY(m->reaches(kPackages, u"big"_s, u"Parsed"_s, 5s));
    QCOMPARE(m->status(kPackages, u"big"_s, u"/name"_s).toString(), u"big"_s);
}

void TestLedger::packageSameVersion()
{
    m->create(kPackages, package(u"a"_s, anySha(u"1"_s), u"acme-1.0.0.dar"_s));
    QVERIFY(m->reaches(kPackages, u"a"_s, u"Parsed"_s));
    m->create(kPackages, package(u"b"_s, anySha(u"2"_s), u"acme-1.0.0.dar"_s));
    QVERIFY(m->reaches(kPackages, u"b"_s, u"Failed"_s));
    QCOMPARE(m->is(kPackages, u"b"_s, u"SpecAccepted"_s), u"False VersionTaken"_s);
    QVERIFY(m->said(kPackages, u"b"_s, u"SpecAccepted"_s).contains(u"higher version"_s));
    QCOMPARE(m->restless(kPackages, u"b"_s), QString());
    m->remove(kPackages, kHome, u"a"_s);
    QVERIFY(m->reaches(kPackages, u"b"_s, u"Parsed"_s));
}

void TestLedger::packageUnreachable()
{
    QJsonValue far = package(u"a"_s, anySha(u"1"_s), u"acme-1.0.0.dar"_s);
    json::set(far, u"/spec/source/http/url"_s, u"https://dars.invalid/a.dar"_s);
    m->create(kPackages, far.toObject());
    m->run(1min);
    QCOMPARE(m->is(kPackages, u"a"_s, u"Fetched"_s), u"False FetchFailed"_s);
    QVERIFY(m->status(kPackages, u"a"_s, u"/retry/attempts"_s).toInt() >= 3);
    m->patch(kPackages, kHome, u"a"_s, json5("{'spec':{'source':{'http':{'url':'https://dars.example.org/a.dar'}}}}"));
    QVERIFY(m->reaches(kPackages, u"a"_s, u"Parsed"_s, 10s));
}

void TestLedger::packageStaysWhileDeployed()
{
    m->create(kPackages, package(u"util"_s, kUtil4, u"splice-util-0.1.4.dar"_s));
    m->create(kDeployments, made("DarDeployment", u"d"_s, kDeployUtil));
    QVERIFY(m->reaches(kDeployments, u"d"_s, u"Ready"_s));
    QCOMPARE(m->status(kPackages, u"util"_s, u"/deployedOn"_s).toInt(), 2);
    m->remove(kPackages, kHome, u"util"_s);
    QCOMPARE(m->phaseOf(kPackages, u"util"_s), u"Deleting"_s);
    QCOMPARE(m->is(kPackages, u"util"_s, u"DeletionBlocked"_s), u"True Deployed"_s);
    QVERIFY(m->said(kPackages, u"util"_s, u"DeletionBlocked"_s).contains(u"DarDeployment d"_s));
    m->run(10min);
    QVERIFY(!m->object(kPackages, kHome, u"util"_s).isEmpty());
    QCOMPARE(m->restless(kPackages, u"util"_s), QString());
    m->remove(kDeployments, kHome, u"d"_s);
    m->run(30s);
    QVERIFY(m->object(kDeployments, kHome, u"d"_s).isEmpty());
    QVERIFY(m->object(kPackages, kHome, u"util"_s).isEmpty());
}

void TestLedger::deploymentNodeByNode()
{
    m->create(kDeployments, made("DarDeployment", u"d"_s, kDeployUtil));
    QCOMPARE(m->is(kDeployments, u"d"_s, u"DependenciesReady"_s), u"False DarPackageNotFound"_s);
    m->create(kPackages, package(u"util"_s, kUtil4, u"splice-util-0.1.4.dar"_s));
    QStringList seen;
    QVERIFY(m->runUntil([&] {
        const QJsonArray targets = m->status(kDeployments, u"d"_s, u"/targets"_s).toArray();
        QString now;
        for (const QJsonValue &target : targets)
            now += json::at(target, u"/vetted"_s).toBool() ? u'v' : json::at(target, u"/uploaded"_s).toBool() ? u'u' : u'-';
        if (!now.isEmpty() && (seen.isEmpty() || seen.last() != now))
            seen.append(now);
        return m->phaseOf(kDeployments, u"d"_s) == "Ready"_L1;
    }, 2min));
    QCOMPARE(seen, QStringList({u"--"_s, u"u-"_s, u"v-"_s, u"vu"_s, u"vv"_s}));
    QCOMPARE(m->phases(kDeployments, kHome, u"d"_s), QStringList({u"Pending"_s, u"Uploading"_s, u"Vetting"_s, u"Ready"_s}));
    QCOMPARE(m->status(kDeployments, u"d"_s, u"/targets/1/packageId"_s).toString(), demo::knownDar(kUtil4)->packageId);
    QVERIFY(m->status(kDeployments, u"d"_s, u"/targets/1/knownSince"_s).isString());
    QCOMPARE(m->is(kDeployments, u"d"_s, u"VettedEverywhere"_s), u"True All"_s);
    QCOMPARE(m->restless(kDeployments, u"d"_s), QString());
    // One node more, and one less.
    m->patch(kDeployments, kHome, u"d"_s, json5("{'spec':{'targets':[{'kind':'Participant','name':'par-2'},{'kind':'Validator','name':'val-1'}]}}"));
    QVERIFY(m->phaseOf(kDeployments, u"d"_s) != u"Ready"_s);
    QVERIFY(m->reaches(kDeployments, u"d"_s, u"Ready"_s));
    QCOMPARE(m->status(kDeployments, u"d"_s, u"/targets"_s).toArray().size(), 2);
    QCOMPARE(m->status(kDeployments, u"d"_s, u"/targets/1/name"_s).toString(), u"val-1"_s);
}

void TestLedger::deploymentPartly()
{
    m->setPhase(u"participants"_s, u"par-2"_s, u"Failed"_s);
    m->create(kPackages, package(u"util"_s, kUtil4, u"splice-util-0.1.4.dar"_s));
    m->create(kDeployments, made("DarDeployment", u"d"_s, kDeployUtil));
    QVERIFY(m->reaches(kDeployments, u"d"_s, u"PartiallyFailed"_s));
    QVERIFY(m->status(kDeployments, u"d"_s, u"/targets/0/vetted"_s).toBool());
    QVERIFY(m->status(kDeployments, u"d"_s, u"/targets/1/message"_s).toString().startsWith(u"UNAVAILABLE: Participant par-2"_s));
    QVERIFY(m->status(kDeployments, u"d"_s, u"/retry/attempts"_s).toInt() >= 1);
    m->run(2min);
    QCOMPARE(m->phaseOf(kDeployments, u"d"_s), u"PartiallyFailed"_s);
    m->setPhase(u"participants"_s, u"par-2"_s, u"Ready"_s);
    QVERIFY(m->reaches(kDeployments, u"d"_s, u"Ready"_s, 30s));
    QVERIFY(m->status(kDeployments, u"d"_s, u"/targets/1/message"_s).isUndefined());
}

void TestLedger::deploymentRefusedByNodes()
{
    m->create(kPackages, package(u"util"_s, kOldLf, u"dummy-1.15.dar"_s, 475));
    m->create(kDeployments, made("DarDeployment", u"d"_s, kDeployUtil));
    QVERIFY(m->reaches(kDeployments, u"d"_s, u"Failed"_s));
    QVERIFY(m->status(kDeployments, u"d"_s, u"/targets/0/message"_s).toString().contains(u"Daml-LF 1.15"_s));
}

void TestLedger::deploymentUnvets()
{
    m->create(kPackages, package(u"util"_s, kUtil4, u"splice-util-0.1.4.dar"_s));
    m->create(kDeployments, made("DarDeployment", u"d"_s, kDeployUtil));
    QVERIFY(m->reaches(kDeployments, u"d"_s, u"Ready"_s));
    m->patch(kDeployments, kHome, u"d"_s, json5("{'spec':{'vet':false}}"));
    m->run(1s);
    QCOMPARE(m->phaseOf(kDeployments, u"d"_s), u"Vetting"_s);
    QVERIFY(m->reaches(kDeployments, u"d"_s, u"Ready"_s));
    QCOMPARE(m->status(kDeployments, u"d"_s, u"/targets/0/vetted"_s).toBool(true), false);
    QCOMPARE(m->status(kDeployments, u"d"_s, u"/targets/1/uploaded"_s).toBool(), true);
    QCOMPARE(m->is(kDeployments, u"d"_s, u"VettedEverywhere"_s), u"False NotWanted"_s);
    QCOMPARE(m->restless(kDeployments, u"d"_s), QString());
}

void TestLedger::deploymentBySelector()
{
    m->create(kPackages, package(u"util"_s, kUtil4, u"splice-util-0.1.4.dar"_s));
    m->create(kDeployments, made("DarDeployment", u"d"_s, "{'darRef':{'name':'util'},'selector':{'matchLabels':{'tier':'gold'}}}"));
    m->run(20s);
    QCOMPARE(m->is(kDeployments, u"d"_s, u"DependenciesReady"_s), u"False NoTargets"_s);
    m->patch(u"participants"_s, kHome, u"par-2"_s, json5("{'metadata':{'labels':{'tier':'gold'}}}"));
    QVERIFY(m->reaches(kDeployments, u"d"_s, u"Ready"_s));
    QCOMPARE(m->status(kDeployments, u"d"_s, u"/targets/0/name"_s).toString(), u"par-2"_s);
}

void TestLedger::applicationRollsOut()
{
    m->create(kApps, made("Application", u"settle"_s, kBackend));
    QCOMPARE(m->phaseOf(kApps, u"settle"_s), u"InProgress"_s);
    QVERIFY(m->reaches(kApps, u"settle"_s, u"Ready"_s));
    QCOMPARE(m->status(kApps, u"settle"_s, u"/readyReplicas"_s).toInt(), 2);
    QCOMPARE(m->status(kApps, u"settle"_s, u"/desiredReplicas"_s).toInt(), 2);
    QCOMPARE(m->status(kApps, u"settle"_s, u"/url"_s).toString(), u"https://settle.dev.example.org/api"_s);
    QCOMPARE(m->status(kApps, u"settle"_s, u"/image"_s).toString(), u"registry.example.org/acme/settle:1.0"_s);
    QCOMPARE(m->status(kApps, u"settle"_s, u"/history"_s).toArray().size(), 1);
    QVERIFY(!m->object(u"pods"_s, kHome, u"settle-settle-1"_s).isEmpty());
    for (const QString &type : {u"ArtifactReady"_s, u"DarsDeployed"_s, u"LedgerAccess"_s, u"IngressReady"_s, u"SpecAccepted"_s, u"Ready"_s})
        QVERIFY2(m->is(kApps, u"settle"_s, type).startsWith("True"_L1), qPrintable(type));
    QCOMPARE(m->restless(kApps, u"settle"_s), QString());
    m->create(kApps, made("Application", u"desk"_s, "{'type':'ui','validatorRef':{'name':'val-1'},'source':{'artifact':{'http':{'url':'https://a.example.org/desk-1.zip'}}}}"));
    QVERIFY(m->reaches(kApps, u"desk"_s, u"Ready"_s));
    QVERIFY(!m->object(u"pods"_s, kHome, u"desk-web-0"_s).isEmpty());
    QCOMPARE(m->status(kApps, u"desk"_s, u"/url"_s).toString(), u"https://desk.dev.example.org"_s);
}

void TestLedger::applicationNewImageAndBack()
{
    m->create(kApps, made("Application", u"settle"_s, kBackend));
    QVERIFY(m->reaches(kApps, u"settle"_s, u"Ready"_s));
    m->patch(kApps, kHome, u"settle"_s, json5("{'spec':{'source':{'image':{'imageTag':'1.1'}}}}"));
    QCOMPARE(m->phaseOf(kApps, u"settle"_s), u"InProgress"_s);
    int least = 2;
    QVERIFY(m->runUntil([&] {
        least = std::min(least, m->status(kApps, u"settle"_s, u"/readyReplicas"_s).toInt());
        return m->phaseOf(kApps, u"settle"_s) == "Ready"_L1;
    }, 5min));
    QCOMPARE(least, 1);   // one after the other
    QCOMPARE(m->at(u"pods"_s, kHome, u"settle-settle-0"_s, u"/spec/containers/0/image"_s).toString(), u"registry.example.org/acme/settle:1.1"_s);
    m->patch(kApps, kHome, u"settle"_s, json5("{'spec':{'source':{'image':{'imageTag':'1.0'}}}}"));
    QVERIFY(m->reaches(kApps, u"settle"_s, u"Ready"_s));
    const QJsonArray history = m->status(kApps, u"settle"_s, u"/history"_s).toArray();
    QCOMPARE(history.size(), 3);
    QCOMPARE(json::at(history.last(), u"/revision"_s).toInt(), 3);
    QVERIFY(json::at(history.last(), u"/source"_s).toString().endsWith(u":1.0"_s));
    // A registry that cannot be found fails, and what runs goes on.
    m->patch(kApps, kHome, u"settle"_s, json5("{'spec':{'source':{'image':{'imageRepo':'registry.invalid/x'}}}}"));
    m->run(1min);
    QCOMPARE(m->phaseOf(kApps, u"settle"_s), u"Failing"_s);
    QCOMPARE(m->is(kApps, u"settle"_s, u"ArtifactReady"_s), u"False ImagePullBackOff"_s);
    QCOMPARE(m->status(kApps, u"settle"_s, u"/readyReplicas"_s).toInt(), 2);
}

void TestLedger::applicationRestartSuspend()
{
    m->create(kApps, made("Application", u"settle"_s, kBackend));
    QVERIFY(m->reaches(kApps, u"settle"_s, u"Ready"_s));
    const QString before = m->at(u"pods"_s, kHome, u"settle-settle-0"_s, u"/metadata/uid"_s).toString();
    m->annotate(kApps, kHome, u"settle"_s, u"canton.quarterdeck.io/restart-requested-at"_s, u"2026-11-27T13:00:00Z"_s);
    m->run(2min);
    QCOMPARE(m->status(kApps, u"settle"_s, u"/handledRequests/restart"_s).toString(), u"2026-11-27T13:00:00Z"_s);
    QVERIFY(m->at(u"pods"_s, kHome, u"settle-settle-0"_s, u"/metadata/uid"_s).toString() != before);
    QCOMPARE(m->phaseOf(kApps, u"settle"_s), u"Ready"_s);
    m->patch(kApps, kHome, u"settle"_s, json5("{'spec':{'suspend':true}}"));
    m->run(10s);
    QCOMPARE(m->phaseOf(kApps, u"settle"_s), u"Suspended"_s);
    QCOMPARE(m->status(kApps, u"settle"_s, u"/readyReplicas"_s).toInt(), 0);
    QCOMPARE(m->world.count(u"pods"_s), 0);
    QCOMPARE(m->restless(kApps, u"settle"_s), QString());
    m->patch(kApps, kHome, u"settle"_s, json5("{'spec':{'suspend':false}}"));
    QVERIFY(m->reaches(kApps, u"settle"_s, u"Ready"_s));
}

void TestLedger::applicationNeeds()
{
    QJsonValue app = made("Application", u"settle"_s, kBackend);
    json::set(app, u"/spec/dars"_s, QJsonArray{QJsonObject{{u"name"_s, u"util"_s}}});
    json::set(app, u"/spec/auth"_s, json5("{'ledgerUserRef':{'name':'u'}}"));
    m->create(kApps, app.toObject());
    m->run(10s);
    QCOMPARE(m->is(kApps, u"settle"_s, u"DarsDeployed"_s), u"False DarPackageNotFound"_s);
    m->create(kPackages, package(u"util"_s, kUtil4, u"splice-util-0.1.4.dar"_s));
    m->run(10s);
    QCOMPARE(m->is(kApps, u"settle"_s, u"DarsDeployed"_s), u"False DarNotDeployed"_s);
    m->create(kDeployments, made("DarDeployment", u"d"_s, "{'darRef':{'name':'util'},'targets':[{'kind':'Validator','name':'val-1'}]}"));
    QVERIFY(m->runUntil([&] { return m->is(kApps, u"settle"_s, u"DarsDeployed"_s) == "True All"_L1; }, 1min));
    QCOMPARE(m->is(kApps, u"settle"_s, u"LedgerAccess"_s), u"False LedgerUserNotFound"_s);
    QCOMPARE(m->world.count(u"pods"_s), 0);
    m->create(kUsers, made("LedgerUser", u"u"_s, "{'nodeRef':{'kind':'Validator','name':'val-1'},'userId':'settle'}"));
    QVERIFY(m->reaches(kApps, u"settle"_s, u"Ready"_s));
    // Who loses the ledger fails, and comes back with it.
    m->patch(kUsers, kHome, u"u"_s, json5("{'spec':{'active':false}}"));
    QVERIFY(m->reaches(kApps, u"settle"_s, u"Failing"_s, 3min));
    QCOMPARE(m->is(kApps, u"settle"_s, u"LedgerAccess"_s), u"False LedgerUserInactive"_s);
    m->patch(kUsers, kHome, u"u"_s, json5("{'spec':{'active':true}}"));
    QVERIFY(m->reaches(kApps, u"settle"_s, u"Ready"_s, 3min));
}

void TestLedger::applicationRefusals()
{
    const char *const spec = "{'type':'ui','validatorRef':{'name':'val-1'},'source':{'artifact':{'oci':{'ref':'r.example.org/desk:1'}}},'ingress':{'host':'desk.example.org'}}";
    m->create(kApps, made("Application", u"a"_s, spec));
    m->run(1s);
    m->create(kApps, made("Application", u"b"_s, spec));
    QCOMPARE(m->is(kApps, u"b"_s, u"SpecAccepted"_s), u"False HostTaken"_s);
    QVERIFY(m->said(kApps, u"b"_s, u"SpecAccepted"_s).startsWith(u"spec.ingress.host: "_s));
    QJsonValue nowhere = made("Application", u"c"_s, kBackend);
    json::set(nowhere, u"/spec/validatorRef/name"_s, u"nobody"_s);
    m->create(kApps, nowhere.toObject());
    QCOMPARE(m->is(kApps, u"c"_s, u"DependenciesReady"_s), u"False NodeNotFound"_s);
    QCOMPARE(m->phaseOf(kApps, u"c"_s), u"Pending"_s);
}

void TestLedger::applicationUninstalls()
{
    m->create(kApps, made("Application", u"settle"_s, kBackend));
    QVERIFY(m->reaches(kApps, u"settle"_s, u"Ready"_s));
    m->remove(kApps, kHome, u"settle"_s);
    QCOMPARE(m->phaseOf(kApps, u"settle"_s), u"Deleting"_s);
    m->run(10s);
    QVERIFY(m->object(kApps, kHome, u"settle"_s).isEmpty());
    QCOMPARE(m->world.count(u"pods"_s), 0);
}

void TestLedger::sameSeedSamePiece()
{
    const auto play = [](double speed) {
        LedgerRig rig(speed, 3);
        rig.create(kParties, party(u"p"_s, u"acme"_s));
        rig.create(kPackages, package(u"util"_s, kUtil4, u"splice-util-0.1.4.dar"_s));
        rig.create(kDeployments, made("DarDeployment", u"d"_s, kDeployUtil));
        rig.create(kApps, made("Application", u"settle"_s, kBackend));
        const bool reached = rig.runUntil([&] {
            return rig.phaseOf(kDeployments, u"d"_s) == "Ready"_L1 && rig.phaseOf(kApps, u"settle"_s) == "Ready"_L1;
        }, speed > 1 ? 30s : 120s);
        QByteArray all = reached && rig.problems.isEmpty() ? "ok" : "not ready";
        for (const QString &plural : {kParties, kPackages, kDeployments, kApps}) {
            for (const QJsonObject &object : rig.world.all(plural))
                all += json::compact(object.value("status"_L1));
        }
        return all;
    };
    QVERIFY(play(1).startsWith("ok"));
    QCOMPARE(play(1), play(1));
    QVERIFY(play(50).startsWith("ok"));
}

QTEST_GUILESS_MAIN(TestLedger)
#include "tst_ledger.moc"
