// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/LedgerDarTable.h"
#include "tests/unit/demo/operator/LedgerCase.h"

#include <QCryptographicHash>

using namespace qd;
using namespace qd::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString kParties = u"parties"_s;
const QString kUsers = u"ledgerusers"_s;
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
    QJsonValue object
        = made("DarPackage", name, "{'source':{'http':{'url':'https://dars.example.org/x.dar'}},'origin':'Upload'}");
    json::set(object, u"/spec/sha256"_s, sha256);
    json::set(object, u"/spec/fileName"_s, file);
    json::set(object, u"/spec/size"_s, size);
    return object.toObject();
}

QString anySha(const QString &seed)
{
    return QString::fromLatin1(QCryptographicHash::hash(seed.toUtf8(), QCryptographicHash::Sha256).toHex());
}

const char *const kDeployUtil = "{'darRef':{'name':'util'},'targets':[{'kind':'Participant','name':'par-1'},{'kind':'"
                                "Participant','name':'par-2'}],'vet':true}";
const char *const kBackend = "{'type':'backend','validatorRef':{'name':'val-1'},'source':{'image':{'imageRepo':'"
                             "registry.example.org/acme/settle',"
                             "'imageTag':'1.0'}},'resources':{'replicas':2},'ingress':{'path':'/api'}}";

}

class TestPackages : public LedgerCase {
    Q_OBJECT
private Q_SLOTS:
    void realDars();
    void packageTakesItsTime();
    void packageSameVersion();
    void packageUnreachable();
    void packageStaysWhileDeployed();
    void deploymentNodeByNode();
    void deploymentPartly();
    void deploymentRefusedByNodes();
    void deploymentToADomain();
    void deploymentUnvets();
    void deploymentBySelector();
    void applicationRollsOut();
    void applicationNewImageAndBack();
    void applicationRestartSuspend();
    void applicationNeeds();
    void applicationRefusals();
    void applicationUninstalls();
    void sameSeedSamePiece();

};

void TestPackages::realDars()
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

void TestPackages::packageTakesItsTime()
{
    m->create(kPackages, package(u"util-3"_s, kUtil3, u"splice-util-0.1.3.dar"_s));
    QVERIFY(m->reaches(kPackages, u"util-3"_s, u"Parsed"_s));
    QCOMPARE(m->status(kPackages, u"util-3"_s, u"/upgradeCheck/result"_s).toString(), u"Skipped"_s);
    m->create(kPackages, package(u"util-4"_s, kUtil4, u"splice-util-0.1.4.dar"_s));
    QVERIFY(m->reaches(kPackages, u"util-4"_s, u"Parsed"_s));
    QCOMPARE(m->status(kPackages, u"util-4"_s, u"/mainPackageId"_s).toString(), demo::knownDar(kUtil4)->packageId);
    QCOMPARE(m->status(kPackages, u"util-4"_s, u"/version"_s).toString(), u"0.1.4"_s);
    QCOMPARE(m->status(kPackages, u"util-4"_s, u"/upgradeCheck/result"_s).toString(), u"Passed"_s);
    QCOMPARE(
        m->status(kPackages, u"util-4"_s, u"/upgradeCheck/against"_s).toString(), demo::knownDar(kUtil3)->packageId);
    QCOMPARE(m->phases(kPackages, kHome, u"util-4"_s), QStringList({u"Fetching"_s, u"Parsed"_s}));
    QCOMPARE(m->restless(kPackages, u"util-4"_s), QString());
    // Ten times the size takes longer.
    m->create(kPackages, package(u"big"_s, anySha(u"big"_s), u"big-2.0.0.dar"_s, 10 * 1048576));
    m->run(10s);
    QCOMPARE(m->phaseOf(kPackages, u"big"_s), u"Fetching"_s);
    QVERIFY(m->reaches(kPackages, u"big"_s, u"Parsed"_s, 5s));
    QCOMPARE(m->status(kPackages, u"big"_s, u"/name"_s).toString(), u"big"_s);
}

void TestPackages::packageSameVersion()
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

void TestPackages::packageUnreachable()
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

void TestPackages::packageStaysWhileDeployed()
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
    QCOMPARE(m->phases(kDeployments, kHome, u"d"_s).count(u"Ready"_s), 1);   // what holds it is not disturbed
    QCOMPARE(m->restless(kPackages, u"util"_s), QString());
    m->remove(kDeployments, kHome, u"d"_s);
    m->run(30s);
    QVERIFY(m->object(kDeployments, kHome, u"d"_s).isEmpty());
    QVERIFY(m->object(kPackages, kHome, u"util"_s).isEmpty());
}

void TestPackages::deploymentNodeByNode()
{
    m->create(kDeployments, made("DarDeployment", u"d"_s, kDeployUtil));
    QCOMPARE(m->is(kDeployments, u"d"_s, u"DependenciesReady"_s), u"False DarPackageNotFound"_s);
    m->create(kPackages, package(u"util"_s, kUtil4, u"splice-util-0.1.4.dar"_s));
    QStringList seen;
    QVERIFY(m->runUntil(
        [&] {
            const QJsonArray targets = m->status(kDeployments, u"d"_s, u"/targets"_s).toArray();
            QString now;
            for (const QJsonValue &target : targets)
                now += json::at(target, u"/vetted"_s).toBool()  ? u'v'
                    : json::at(target, u"/uploaded"_s).toBool() ? u'u'
                                                                : u'-';
            if (!now.isEmpty() && (seen.isEmpty() || seen.last() != now))
                seen.append(now);
            return m->phaseOf(kDeployments, u"d"_s) == "Ready"_L1;
        },
        2min));
    QCOMPARE(seen, QStringList({u"--"_s, u"u-"_s, u"v-"_s, u"vu"_s, u"vv"_s}));
    QCOMPARE(
        m->phases(kDeployments, kHome, u"d"_s), QStringList({u"Pending"_s, u"Uploading"_s, u"Vetting"_s, u"Ready"_s}));
    QCOMPARE(m->status(kDeployments, u"d"_s, u"/targets/1/packageId"_s).toString(), demo::knownDar(kUtil4)->packageId);
    QVERIFY(m->status(kDeployments, u"d"_s, u"/targets/1/knownSince"_s).isString());
    QCOMPARE(m->is(kDeployments, u"d"_s, u"VettedEverywhere"_s), u"True All"_s);
    QCOMPARE(m->restless(kDeployments, u"d"_s), QString());
    // One node more, and one less.
    m->patch(kDeployments, kHome, u"d"_s,
        json5("{'spec':{'targets':[{'kind':'Participant','name':'par-2'},{'kind':'Validator','name':'val-1'}]}}"));
    QVERIFY(m->phaseOf(kDeployments, u"d"_s) != u"Ready"_s);
    QVERIFY(m->reaches(kDeployments, u"d"_s, u"Ready"_s));
    QCOMPARE(m->status(kDeployments, u"d"_s, u"/targets"_s).toArray().size(), 2);
    QCOMPARE(m->status(kDeployments, u"d"_s, u"/targets/1/name"_s).toString(), u"val-1"_s);
}

void TestPackages::deploymentPartly()
{
    m->setPhase(u"participants"_s, u"par-2"_s, u"Failed"_s);
    m->create(kPackages, package(u"util"_s, kUtil4, u"splice-util-0.1.4.dar"_s));
    m->create(kDeployments, made("DarDeployment", u"d"_s, kDeployUtil));
    QVERIFY(m->reaches(kDeployments, u"d"_s, u"PartiallyFailed"_s));
    QVERIFY(m->status(kDeployments, u"d"_s, u"/targets/0/vetted"_s).toBool());
    QVERIFY(m->status(kDeployments, u"d"_s, u"/targets/1/message"_s)
                .toString()
                .startsWith(u"UNAVAILABLE: Participant par-2"_s));
    QVERIFY(m->status(kDeployments, u"d"_s, u"/retry/attempts"_s).toInt() >= 1);
    m->run(2min);
    QCOMPARE(m->phaseOf(kDeployments, u"d"_s), u"PartiallyFailed"_s);
    m->setPhase(u"participants"_s, u"par-2"_s, u"Ready"_s);
    QVERIFY(m->reaches(kDeployments, u"d"_s, u"Ready"_s, 30s));
    QVERIFY(m->status(kDeployments, u"d"_s, u"/targets/1/message"_s).isUndefined());
}

void TestPackages::deploymentToADomain()
{
    m->create(kPackages, package(u"util"_s, kUtil4, u"splice-util-0.1.4.dar"_s));
    m->create(kDeployments, made("DarDeployment", u"d"_s,
        "{'darRef':{'name':'util'},'targets':[{'kind':'Participant','name':'par-1'}],'synchronizers':['harbor']}"));
    QVERIFY(m->reaches(kDeployments, u"d"_s, u"PartiallyFailed"_s));
    QVERIFY(m->status(kDeployments, u"d"_s, u"/targets/0/uploaded"_s).toBool());
    QVERIFY(!m->status(kDeployments, u"d"_s, u"/targets/0/vetted"_s).toBool());
    QVERIFY(m->status(kDeployments, u"d"_s, u"/targets/0/message"_s).toString().startsWith(
        u"FAILED_PRECONDITION: Participant par-1 is not connected to harbor of spec.synchronizers: connect it"_s));
    m->create(u"syncdomains"_s, standing("SyncDomain", u"harbor"_s, "{'alias':'harbor'}"));
    m->create(u"syncdomainconnections"_s, made("SyncDomainConnection", u"e"_s,
        "{'nodeRef':{'kind':'Participant','name':'par-1'},'target':{'syncDomainRef':{'name':'harbor'}},'alias':'harbor'}"));
    QVERIFY(m->reaches(u"syncdomainconnections"_s, u"e"_s, u"Connected"_s));
    QVERIFY(m->reaches(kDeployments, u"d"_s, u"Ready"_s, 1min));
    QCOMPARE(m->restless(kDeployments, u"d"_s), QString());
}

void TestPackages::deploymentRefusedByNodes()
{
    m->create(kPackages, package(u"util"_s, kOldLf, u"dummy-1.15.dar"_s, 475));
    m->create(kDeployments, made("DarDeployment", u"d"_s, kDeployUtil));
    QVERIFY(m->reaches(kDeployments, u"d"_s, u"Failed"_s));
    QVERIFY(m->status(kDeployments, u"d"_s, u"/targets/0/message"_s).toString().contains(u"Daml-LF 1.15"_s));
}

void TestPackages::deploymentUnvets()
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

void TestPackages::deploymentBySelector()
{
    m->create(kPackages, package(u"util"_s, kUtil4, u"splice-util-0.1.4.dar"_s));
    m->create(kDeployments,
        made("DarDeployment", u"d"_s, "{'darRef':{'name':'util'},'selector':{'matchLabels':{'tier':'gold'}}}"));
    m->run(20s);
    QCOMPARE(m->is(kDeployments, u"d"_s, u"DependenciesReady"_s), u"False NoTargets"_s);
    m->patch(u"participants"_s, kHome, u"par-2"_s, json5("{'metadata':{'labels':{'tier':'gold'}}}"));
    QVERIFY(m->reaches(kDeployments, u"d"_s, u"Ready"_s));
    QCOMPARE(m->status(kDeployments, u"d"_s, u"/targets/0/name"_s).toString(), u"par-2"_s);
}

void TestPackages::applicationRollsOut()
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
    for (const QString &type :
        {u"ArtifactReady"_s, u"DarsDeployed"_s, u"LedgerAccess"_s, u"IngressReady"_s, u"SpecAccepted"_s, u"Ready"_s})
        QVERIFY2(m->is(kApps, u"settle"_s, type).startsWith("True"_L1), qPrintable(type));
    QCOMPARE(m->restless(kApps, u"settle"_s), QString());
    m->create(kApps,
        made("Application", u"desk"_s,
            "{'type':'ui','validatorRef':{'name':'val-1'},'source':{'artifact':{'http':{'url':'https://a.example.org/"
            "desk-1.zip'}}}}"));
    QVERIFY(m->reaches(kApps, u"desk"_s, u"Ready"_s));
    QVERIFY(!m->object(u"pods"_s, kHome, u"desk-web-0"_s).isEmpty());
    QCOMPARE(m->status(kApps, u"desk"_s, u"/url"_s).toString(), u"https://desk.dev.example.org"_s);
}

void TestPackages::applicationNewImageAndBack()
{
    m->create(kApps, made("Application", u"settle"_s, kBackend));
    QVERIFY(m->reaches(kApps, u"settle"_s, u"Ready"_s));
    m->patch(kApps, kHome, u"settle"_s, json5("{'spec':{'source':{'image':{'imageTag':'1.1'}}}}"));
    QCOMPARE(m->phaseOf(kApps, u"settle"_s), u"InProgress"_s);
    int least = 2;
    QVERIFY(m->runUntil(
        [&] {
            least = std::min(least, m->status(kApps, u"settle"_s, u"/readyReplicas"_s).toInt());
            return m->phaseOf(kApps, u"settle"_s) == "Ready"_L1;
        },
        5min));
    QCOMPARE(least, 1); // one after the other
    QCOMPARE(m->at(u"pods"_s, kHome, u"settle-settle-0"_s, u"/spec/containers/0/image"_s).toString(),
        u"registry.example.org/acme/settle:1.1"_s);
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

void TestPackages::applicationRestartSuspend()
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

void TestPackages::applicationNeeds()
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
    m->create(kDeployments,
        made("DarDeployment", u"d"_s, "{'darRef':{'name':'util'},'targets':[{'kind':'Validator','name':'val-1'}]}"));
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

void TestPackages::applicationRefusals()
{
    const char *const spec = "{'type':'ui','validatorRef':{'name':'val-1'},'source':{'artifact':{'oci':{'ref':'r."
                             "example.org/desk:1'}}},'ingress':{'host':'desk.example.org'}}";
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

void TestPackages::applicationUninstalls()
{
    m->create(kApps, made("Application", u"settle"_s, kBackend));
    QVERIFY(m->reaches(kApps, u"settle"_s, u"Ready"_s));
    m->remove(kApps, kHome, u"settle"_s);
    QCOMPARE(m->phaseOf(kApps, u"settle"_s), u"Deleting"_s);
    m->run(10s);
    QVERIFY(m->object(kApps, kHome, u"settle"_s).isEmpty());
    QCOMPARE(m->world.count(u"pods"_s), 0);
}

void TestPackages::sameSeedSamePiece()
{
    const auto play = [](double speed) {
        LedgerRig rig(speed, 3);
        rig.create(kParties, party(u"p"_s, u"acme"_s));
        rig.create(kPackages, package(u"util"_s, kUtil4, u"splice-util-0.1.4.dar"_s));
        rig.create(kDeployments, made("DarDeployment", u"d"_s, kDeployUtil));
        rig.create(kApps, made("Application", u"settle"_s, kBackend));
        const bool reached = rig.runUntil(
            [&] {
                return rig.phaseOf(kDeployments, u"d"_s) == "Ready"_L1 && rig.phaseOf(kApps, u"settle"_s) == "Ready"_L1;
            },
            speed > 1 ? 30s : 120s);
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

QTEST_GUILESS_MAIN(TestPackages)
#include "tst_packages.moc"
