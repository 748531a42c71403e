// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/seed/Consortium.h"
#include "tests/unit/demo/operator/LedgerCase.h"

using namespace qd;
using namespace qd::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString kIdps = u"identityproviderconfigs"_s;
const QString kWalletProviders = u"walletproviders"_s;
const QString kKms = u"kmsconfigs"_s;
const QString kUsers = u"ledgerusers"_s;

const char *const kKeycloak = "{'provider':'Keycloak','managed':true,'issuer':'https://id.example.org/realms/"
                              "main','audience':'https://canton.network',"
                              "'scope':{'nodeRefs':[{'kind':'Validator','name':'val-1'}]},'clients':{'validator':{'"
                              "clientId':'v'},'walletUi':{'clientId':'w'}},"
                              "'ledger':{'identityProviderId':'main'}}";
const char *const kVault = "{'type':'Fireblocks','endpoint':'https://"
                           "vault.example.org','credentialsSecretRef':{'name':'s'},'networkRefs':[{'name':'devnet'}]}";
QString pluralFor(const QJsonObject &document)
{
    static const QHash<QString, QString> plurals{{u"SyncDomainConnection"_s, u"syncdomainconnections"_s},
        {u"TopologyChange"_s, u"topologychanges"_s}, {u"ValidatorOnboarding"_s, u"validatoronboardings"_s},
        {u"Party"_s, u"parties"_s}, {u"LedgerUser"_s, u"ledgerusers"_s}, {u"WalletUser"_s, u"walletusers"_s},
        {u"DarPackage"_s, u"darpackages"_s}, {u"DarDeployment"_s, u"dardeployments"_s},
        {u"Application"_s, u"applications"_s}, {u"IdentityProviderConfig"_s, u"identityproviderconfigs"_s},
        {u"WalletProvider"_s, u"walletproviders"_s}, {u"KmsConfig"_s, u"kmsconfigs"_s},
        {u"CantonNetwork"_s, u"cantonnetworks"_s}, {u"Validator"_s, u"validators"_s},
        {u"Participant"_s, u"participants"_s}, {u"SuperValidator"_s, u"supervalidators"_s},
        {u"SyncDomain"_s, u"syncdomains"_s}};
    return plurals.value(document.value("kind"_L1).toString());
}

const char *const kAws = "{'provider':'AWS','region':'eu-central-1','auth':{'serviceAccount':'kms'}}";

}

class TestAccessKinds : public LedgerCase
{
    Q_OBJECT
private Q_SLOTS:
    void providerGetsReady();
    void providerEdits();
    void providerCertificate();
    void providerUnreachable();
    void providerWaitsForNodes();
    void providerRefusals();
    void providerStaysWhileUsersRefer();
    void providerDeactivated();
    void walletProvider();
    void walletProviderRefusals();
    void walletProviderStaysWhileBound();
    void kms();
    void kmsStaysWhileUsed();
    void takesOverTheConsortium();
    void buildsTheConsortiumFromNothing();

};

void TestAccessKinds::providerGetsReady()
{
    m->create(kIdps, made("IdentityProviderConfig", u"i"_s, kKeycloak));
    QCOMPARE(m->phaseOf(kIdps, u"i"_s), u"Pending"_s);
    m->run(2100ms);
    QCOMPARE(m->is(kIdps, u"i"_s, u"DiscoveryReachable"_s), u"True Answered"_s);
    QCOMPARE(m->is(kIdps, u"i"_s, u"ClientsProvisioned"_s), u"False Making"_s);
    QVERIFY(m->reaches(kIdps, u"i"_s, u"Ready"_s, 5s));
    QCOMPARE(m->status(kIdps, u"i"_s, u"/provisionedClients"_s).toArray(), QJsonArray({u"v"_s, u"w"_s}));
    QCOMPARE(m->status(kIdps, u"i"_s, u"/discovered/jwksUrl"_s).toString(),
        u"https://id.example.org/realms/main/protocol/openid-connect/certs"_s);
    QCOMPARE(m->is(kIdps, u"i"_s, u"AudienceRestricted"_s), u"True Restricted"_s);
    QCOMPARE(m->is(kIdps, u"i"_s, u"Ready"_s), u"True Serving"_s);
    QCOMPARE(m->at(kIdps, kHome, u"i"_s, u"/metadata/finalizers"_s).toArray().size(), 2);
    QCOMPARE(m->restless(kIdps, u"i"_s), QString());
    const QString probe = m->status(kIdps, u"i"_s, u"/lastProbe"_s).toString();
    m->run(2min);
    QVERIFY(m->status(kIdps, u"i"_s, u"/lastProbe"_s).toString() > probe);
    m->annotate(kIdps, kHome, u"i"_s, u"canton.quarterdeck.io/trigger-at"_s, u"2026-11-27T13:00:00Z"_s);
    QCOMPARE(m->status(kIdps, u"i"_s, u"/handledRequests/trigger"_s).toString(), u"2026-11-27T13:00:00Z"_s);
}

void TestAccessKinds::providerEdits()
{
    m->create(kIdps, made("IdentityProviderConfig", u"i"_s, kKeycloak));
    QVERIFY(m->reaches(kIdps, u"i"_s, u"Ready"_s));
    m->patch(kIdps, kHome, u"i"_s, json5("{'spec':{'allowAllAudiences':true,'clients':{'cns':{'clientId':'c'}}}}"));
    QCOMPARE(m->phaseOf(kIdps, u"i"_s), u"Updating"_s);
    QVERIFY(m->reaches(kIdps, u"i"_s, u"Ready"_s, 10s));
    QCOMPARE(m->status(kIdps, u"i"_s, u"/provisionedClients"_s).toArray().size(), 3);
    QCOMPARE(m->is(kIdps, u"i"_s, u"AudienceRestricted"_s), u"False AllAudiences"_s);
    QCOMPARE(m->status(kIdps, u"i"_s, u"/observedGeneration"_s).toInt(), 2);
    QCOMPARE(m->restless(kIdps, u"i"_s), QString());
}

void TestAccessKinds::providerCertificate()
{
    m->create(kIdps, made("IdentityProviderConfig", u"i"_s, kKeycloak));
    QVERIFY(m->reaches(kIdps, u"i"_s, u"Ready"_s));
    m->annotate(kIdps, kHome, u"i"_s, u"demo.quarterdeck.io/fault"_s, u"expired-certificate"_s);
    QCOMPARE(m->phaseOf(kIdps, u"i"_s), u"Degraded"_s);
    QCOMPARE(m->is(kIdps, u"i"_s, u"DiscoveryReachable"_s), u"False CertificateExpired"_s);
    QCOMPARE(m->is(kIdps, u"i"_s, u"Ready"_s), u"False CertificateExpired"_s);
    m->run(2min);
    QVERIFY(m->status(kIdps, u"i"_s, u"/retry/attempts"_s).toInt() >= 3);
    m->annotate(kIdps, kHome, u"i"_s, u"demo.quarterdeck.io/fault"_s, QJsonValue::Null);
    QVERIFY(m->reaches(kIdps, u"i"_s, u"Ready"_s, 5s));
    QVERIFY(m->status(kIdps, u"i"_s, u"/retry"_s).isUndefined());
}

void TestAccessKinds::providerUnreachable()
{
    m->create(kIdps, made("IdentityProviderConfig", u"i"_s, "{'issuer':'https://id.invalid','audience':'a'}"));
    m->run(10s);
    QCOMPARE(m->phaseOf(kIdps, u"i"_s), u"Pending"_s);
    QVERIFY(m->said(kIdps, u"i"_s, u"DiscoveryReachable"_s).startsWith(u"spec.issuer: https://id.invalid"_s));
    m->patch(kIdps, kHome, u"i"_s, json5("{'spec':{'issuer':'https://id.example.org'}}"));
    QVERIFY(m->reaches(kIdps, u"i"_s, u"Ready"_s, 10s));
    QCOMPARE(m->is(kIdps, u"i"_s, u"ClientsProvisioned"_s), u"True NotManaged"_s);
}

void TestAccessKinds::providerWaitsForNodes()
{
    m->setPhase(u"validators"_s, u"val-1"_s, u"Provisioning"_s);
    m->create(kIdps, made("IdentityProviderConfig", u"i"_s, kKeycloak));
    m->run(10s);
    QCOMPARE(m->is(kIdps, u"i"_s, u"ClientsProvisioned"_s), u"True Made"_s); // a new validator needs them
    QCOMPARE(m->is(kIdps, u"i"_s, u"LedgerConfigured"_s), u"False NodeNotReady"_s);
    m->setPhase(u"validators"_s, u"val-1"_s, u"Ready"_s);
    QVERIFY(m->reaches(kIdps, u"i"_s, u"Ready"_s, 10s));
}

void TestAccessKinds::providerRefusals()
{
    m->create(kIdps, made("IdentityProviderConfig", u"i"_s, kKeycloak));
    m->run(1s);
    m->create(kIdps, made("IdentityProviderConfig", u"j"_s, kKeycloak));
    QCOMPARE(m->is(kIdps, u"j"_s, u"SpecAccepted"_s), u"False IssuerTaken"_s);
    m->patch(kIdps, kHome, u"j"_s, json5("{'spec':{'issuer':'https://other.example.org'}}"));
    QCOMPARE(m->is(kIdps, u"j"_s, u"SpecAccepted"_s), u"False ProviderIdTaken"_s);
    m->patch(kIdps, kHome, u"j"_s, json5("{'spec':{'ledger':{'identityProviderId':'other'}}}"));
    QVERIFY(m->reaches(kIdps, u"j"_s, u"Ready"_s));
}

void TestAccessKinds::providerStaysWhileUsersRefer()
{
    m->create(kIdps, made("IdentityProviderConfig", u"i"_s, kKeycloak));
    m->create(kUsers,
        made("LedgerUser", u"u"_s,
            "{'nodeRef':{'kind':'Validator','name':'val-1'},'userId':'x','identityProviderRef':{'name':'i'}}"));
    QVERIFY(m->reaches(kUsers, u"u"_s, u"Ready"_s));
    QCOMPARE(m->status(kIdps, u"i"_s, u"/users"_s).toInt(), 1);
    m->remove(kIdps, kHome, u"i"_s);
    QCOMPARE(m->phaseOf(kIdps, u"i"_s), u"Deleting"_s);
    QCOMPARE(m->is(kIdps, u"i"_s, u"DeletionBlocked"_s), u"True UsersRefer"_s);
    m->run(1min);
    QCOMPARE(m->restless(kIdps, u"i"_s), QString());
    m->remove(kUsers, kHome, u"u"_s);
    m->run(10s);
    QVERIFY(m->object(kIdps, kHome, u"i"_s).isEmpty());
}

void TestAccessKinds::providerDeactivated()
{
    m->create(kIdps, made("IdentityProviderConfig", u"i"_s, kKeycloak));
    m->create(kUsers,
        made("LedgerUser", u"u"_s,
            "{'nodeRef':{'kind':'Validator','name':'val-1'},'userId':'x','identityProviderRef':{'name':'i'}}"));
    QVERIFY(m->reaches(kUsers, u"u"_s, u"Ready"_s));
    m->patch(kIdps, kHome, u"i"_s, json5("{'spec':{'ledger':{'deactivated':true}}}"));
    m->run(10s);
    QCOMPARE(m->is(kIdps, u"i"_s, u"Ready"_s), u"True Deactivated"_s);
    QCOMPARE(m->status(kUsers, u"u"_s, u"/active"_s).toBool(true), false);
    QCOMPARE(m->restless(kUsers, u"u"_s), QString());
}

void TestAccessKinds::walletProvider()
{
    m->create(kWalletProviders, made("WalletProvider", u"w"_s, kVault));
    QCOMPARE(m->phaseOf(kWalletProviders, u"w"_s), u"Pending"_s);
    QVERIFY(m->reaches(kWalletProviders, u"w"_s, u"Ready"_s, 5s));
    QVERIFY(m->status(kWalletProviders, u"w"_s, u"/reachable"_s).toBool());
    QCOMPARE(m->status(kWalletProviders, u"w"_s, u"/supportedKeys"_s).toArray(),
        QJsonArray({u"Ed25519"_s, u"EcdsaSecp256k1"_s}));
    QCOMPARE(m->is(kWalletProviders, u"w"_s, u"CredentialsValid"_s), u"True Accepted"_s);
    QCOMPARE(m->restless(kWalletProviders, u"w"_s), QString());
    // Test the connection.
    m->annotate(kWalletProviders, kHome, u"w"_s, u"canton.quarterdeck.io/trigger-at"_s, u"2026-11-27T13:00:00Z"_s);
    QCOMPARE(m->phaseOf(kWalletProviders, u"w"_s), u"Updating"_s);
    QVERIFY(m->reaches(kWalletProviders, u"w"_s, u"Ready"_s, 5s));
    QCOMPARE(m->status(kWalletProviders, u"w"_s, u"/handledRequests/trigger"_s).toString(), u"2026-11-27T13:00:00Z"_s);
    m->patch(kWalletProviders, kHome, u"w"_s, json5("{'spec':{'enabled':false}}"));
    m->run(10s);
    QCOMPARE(m->is(kWalletProviders, u"w"_s, u"Ready"_s), u"False Disabled"_s);
    QCOMPARE(m->restless(kWalletProviders, u"w"_s), QString());
}

void TestAccessKinds::walletProviderRefusals()
{
    QJsonValue odd = made("WalletProvider", u"w"_s, kVault);
    json::set(odd, u"/spec/signing"_s, json5("{'keyAlgorithm':'EcdsaP256'}"));
    m->create(kWalletProviders, odd.toObject());
    QCOMPARE(m->is(kWalletProviders, u"w"_s, u"SpecAccepted"_s), u"False KeyNotSupported"_s);
    m->patch(kWalletProviders, kHome, u"w"_s,
        json5("{'spec':{'signing':{'keyAlgorithm':'Ed25519'},'networkRefs':[{'name':'nonet'}]}}"));
    QCOMPARE(m->is(kWalletProviders, u"w"_s, u"DependenciesReady"_s), u"False CantonNetworkNotFound"_s);
    m->patch(kWalletProviders, kHome, u"w"_s, json5("{'spec':{'networkRefs':[],'endpoint':'https://x.invalid'}}"));
    QCOMPARE(m->is(kWalletProviders, u"w"_s, u"Reachable"_s), u"False Unreachable"_s);
    m->run(1min);
    QVERIFY(m->status(kWalletProviders, u"w"_s, u"/retry/attempts"_s).toInt() >= 3);
}

void TestAccessKinds::walletProviderStaysWhileBound()
{
    m->create(kWalletProviders, made("WalletProvider", u"w"_s, kVault));
    m->create(u"parties"_s,
        made("Party", u"p"_s,
            "{'nodeRef':{'kind':'Participant','name':'par-1'},'hint':'fund','type':'External','external':{'"
            "walletProviderRef':{'name':'w'}}}"));
    QVERIFY(m->reaches(u"parties"_s, u"p"_s, u"Ready"_s));
    m->run(1min);
    QCOMPARE(m->status(kWalletProviders, u"w"_s, u"/partiesBound"_s).toInt(), 1);
    QVERIFY(m->status(kWalletProviders, u"w"_s, u"/lastSignTime"_s).isString());
    m->remove(kWalletProviders, kHome, u"w"_s);
    QCOMPARE(m->is(kWalletProviders, u"w"_s, u"DeletionBlocked"_s), u"True PartiesBound"_s);
    m->remove(u"parties"_s, kHome, u"p"_s);
    m->run(30s);
    QVERIFY(m->object(kWalletProviders, kHome, u"w"_s).isEmpty());
}

void TestAccessKinds::kms()
{
    m->create(kKms, made("KmsConfig", u"k"_s, kAws));
    QVERIFY(m->reaches(kKms, u"k"_s, u"Ready"_s, 5s));
    QCOMPARE(m->is(kKms, u"k"_s, u"PermissionsOk"_s), u"True Checked"_s);
    QCOMPARE(m->status(kKms, u"k"_s, u"/usedBy"_s).toArray(), QJsonArray());
    QCOMPARE(m->restless(kKms, u"k"_s), QString());
    m->patch(u"participants"_s, kHome, u"par-1"_s, json5("{'spec':{'kmsConfigRef':{'name':'k'}}}"));
    m->run(1min);
    QCOMPARE(m->status(kKms, u"k"_s, u"/usedBy/0/name"_s).toString(), u"par-1"_s);
    QCOMPARE(m->status(kKms, u"k"_s, u"/keysCreated"_s).toInt(), 4);
    m->create(kKms,
        made("KmsConfig", u"v"_s,
            "{'provider':'HashiCorpVault','address':'https://vault.invalid','auth':{'secretRef':{'name':'s'}}}"));
    QCOMPARE(m->phaseOf(kKms, u"v"_s), u"Failed"_s);
    QVERIFY(m->said(kKms, u"v"_s, u"Reachable"_s).startsWith(u"spec.address: "_s));
}

void TestAccessKinds::kmsStaysWhileUsed()
{
    m->create(kKms, made("KmsConfig", u"k"_s, kAws));
    m->patch(u"participants"_s, kHome, u"par-1"_s, json5("{'spec':{'kmsConfigRef':{'name':'k'}}}"));
    QVERIFY(m->reaches(kKms, u"k"_s, u"Ready"_s));
    m->remove(kKms, kHome, u"k"_s);
    QCOMPARE(m->is(kKms, u"k"_s, u"DeletionBlocked"_s), u"True NodesUseIt"_s);
    m->remove(u"participants"_s, kHome, u"par-1"_s);
    m->run(30s);
    QVERIFY(m->object(kKms, kHome, u"k"_s).isEmpty());
}

void TestAccessKinds::takesOverTheConsortium()
{
    const auto codec = yaml::makeYamlCodec();
    demo::SeedOptions options;
    options.now = m->now;
    const auto documents = demo::consortium(options, *codec);
    QVERIFY(bool(documents));
    QList<std::pair<QString, QJsonObject>> mine;
    // What is referred to first, as a list at the start brings everything before the first look.
    for (const QJsonObject &document : *documents) {
        const QString plural = pluralFor(document);
        if (plural.isEmpty())
            continue;
        QJsonValue stored = document;
        json::set(stored, u"/metadata/uid"_s, json::at(document, u"/metadata/name"_s));
        json::set(stored, u"/metadata/generation"_s, 1);
        m->world.put(plural, stored.toObject());
        mine.append({plural, stored.toObject()});
    }
    for (const auto &[plural, document] : std::as_const(mine))
        m->create(plural, document);
    m->run(2min);
    int looked = 0;
    for (const auto &[plural, document] : std::as_const(mine)) {
        const QString kind = document.value("kind"_L1).toString();
        const QString ns = json::at(document, u"/metadata/namespace"_s).toString();
        const QString name = json::at(document, u"/metadata/name"_s).toString();
        const QString was = json::at(document, u"/status/phase"_s).toString();
        if (was.isEmpty() || kind == "Application"_L1 || kind == "Party"_L1)
            continue;
        ++looked;
        QVERIFY2(m->phase(plural, ns, name) == was,
            qPrintable(QString(kind + u' ' + name + u" was "_s + was + u", is "_s + m->phase(plural, ns, name) + u": "_s
                + QString::fromUtf8(json::compact(m->at(plural, ns, name, u"/status"_s))))));
    }
    QVERIFY(looked > 20);
    // Parties that are on the ledger keep their ids.
    for (const auto &[plural, document] : std::as_const(mine)) {
        const QString id = json::at(document, u"/status/partyId"_s).toString();
        if (document.value("kind"_L1).toString() == "Party"_L1 && !id.isEmpty())
            QCOMPARE(m->at(plural, json::at(document, u"/metadata/namespace"_s).toString(),
                          json::at(document, u"/metadata/name"_s).toString(), u"/status/partyId"_s)
                         .toString(),
                id);
    }
    QCOMPARE(m->phase(u"applications"_s, u"canton-mainnet"_s, u"treasury-desk"_s), u"Ready"_s);
    QCOMPARE(
        m->at(u"applications"_s, u"canton-mainnet"_s, u"treasury-desk"_s, u"/status/history"_s).toArray().size(), 2);
    QCOMPARE(m->phase(u"applications"_s, u"canton-mainnet"_s, u"settlement-service"_s), u"Failing"_s);
}

/// The specs alone, with nodes that live: everything finds what it needs, in whatever order.
void TestAccessKinds::buildsTheConsortiumFromNothing()
{
    demo::SeedOptions options;
    options.now = m->now;
    const auto codec = yaml::makeYamlCodec();
    const auto documents = demo::consortium(options, *codec);
    QVERIFY(bool(documents));
    auto reconcilers = LedgerRig::reconcilers();
    demo::addNodeReconcilers(reconcilers);
    PlanPlayer play(std::move(reconcilers), 10.0, 1);
    play.check = ledgerVerdict;
    // Whoever sets it up makes the Secrets its nodes mount.
    for (const QString &secret : {u"harbor-sequencer-tls"_s, u"lighthouse-sv-key"_s})
        play.create(u"secrets"_s, {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Secret"_s},
            {u"metadata"_s, QJsonObject{{u"name"_s, secret}, {u"namespace"_s, u"canton-private"_s}}}});
    QStringList names;
    for (qsizetype i = documents->size() - 1; i >= 0; --i) { // the last first
        QJsonObject document = documents->at(i);
        const QString plural = pluralFor(document);
        if (plural.isEmpty())
            continue;
        document.remove("status"_L1);
        QJsonValue bare = document;
        json::remove(bare, u"/metadata/annotations"_s);
        json::remove(bare, u"/metadata/creationTimestamp"_s);
        play.create(plural, bare.toObject());
        names.append(QString(plural + u'/' + json::at(bare, u"/metadata/namespace"_s).toString() + u'/'
            + json::at(bare, u"/metadata/name"_s).toString()));
    }
    play.run(5min);
    QStringList open;
    for (const QString &name : std::as_const(names)) {
        const QString phase = play.phase(name.section(u'/', 0, 0), name.section(u'/', 1, 1), name.section(u'/', 2));
        static const QStringList fine{u"Ready"_s, u"Connected"_s, u"Parsed"_s, u"Issued"_s, u"Effective"_s, u"Used"_s};
        if (!fine.contains(phase) && !name.startsWith("cantonnetworks/"_L1))
            open.append(QString(name.section(u'/', 0, 0) + u'/' + name.section(u'/', 2) + u' ' + phase));
    }
    open.sort();
    // One node is suspended, and the domain's members are named by the identities of other keys.
    QCOMPARE(open,
        QStringList({u"participants/dora-exchange Suspended"_s, u"parties/dora-exchange Pending"_s,
            u"syncdomainconnections/alice-bank-harbor AwaitingPermission"_s,
            u"syncdomainconnections/bob-custody-harbor AwaitingPermission"_s,
            u"syncdomainconnections/carol-clearing-harbor AwaitingPermission"_s,
            u"syncdomainconnections/dora-exchange-harbor Pending"_s,
            u"syncdomainconnections/harbor-bridge-harbor AwaitingPermission"_s}));
    QCOMPARE(play.problems.join(u'\n').left(1500), QString());
}

QTEST_GUILESS_MAIN(TestAccessKinds)
#include "tst_accesskinds.moc"
