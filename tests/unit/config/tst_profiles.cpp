// SPDX-License-Identifier: GPL-3.0-or-later
#include "ProfileTexts.h"
#include "app/config/Profiles.h"
#include "app/yaml/Yaml.h"

#include <QDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::config;

class TestProfiles : public QObject {
    Q_OBJECT

private:
    static Result<Profiles> read(const QByteArray &text) { return readProfiles(text, u"/etc/qd/profiles.yaml"_s, *yaml::makeYamlCodec()); }
    static QStringList causes(const QByteArray &text)
    {
        const Result<Profiles> profiles = read(text);
        QStringList out;
        if (!profiles) {
            for (const ErrorCause &cause : profiles.error().causes)
                out.append(cause.message);
        }
        return out;
    }

private Q_SLOTS:
    void everything()
    {
        const Result<Profiles> read = TestProfiles::read(kGoodProfiles);
        QVERIFY2(read.ok(), read ? "" : qPrintable(read.error().text()));
        QVERIFY(read->warnings.isEmpty());
        QCOMPARE(read->profiles.size(), 2);
        const Profile &prod = *read->find(u"prod"_s);
        QVERIFY(prod.production && !prod.readOnly);
        QCOMPARE(prod.accent, u"#8a2be2"_s);
        QCOMPARE(prod.kubeconfig, QDir::homePath() + u"/.kube/config"_s);
        QCOMPARE(prod.contexts, QStringList{u"prod-main"_s});
        QCOMPARE(prod.signIn->caFile, u"/etc/qd/ca.pem"_s);
        QCOMPARE(prod.signIn->redirectPorts, (QList<quint16>{8000, 18000}));
        QVERIFY(prod.signIn->bearer == Bearer::AccessToken);
        QVERIFY(prod.signIn->localhostName && prod.signIn->redirectPath.isEmpty());
        QCOMPARE(prod.signIn->audiences, QStringList{u"kubernetes"_s});
        QCOMPARE(prod.signIn->resource, u"https://canton.network.global"_s);
        QCOMPARE(prod.telemetry->prometheus->address.url, u"https://prom.example.com"_s);
        QCOMPARE(prod.telemetry->prometheus->address.caFile, u"/etc/qd/prom.pem"_s);
        QVERIFY(prod.telemetry->alertmanager->address.caFile.isEmpty());
        QVERIFY(prod.telemetry->prometheus->bearer == Bearer::AccessToken);
        QCOMPARE(prod.telemetry->alertmanager->address.ns, u"monitoring"_s);
        QCOMPARE(prod.telemetry->alertmanager->address.service, u"alertmanager-operated"_s);
        QCOMPARE(prod.telemetry->alertmanager->address.port, u"9093"_s);
        QCOMPARE(prod.telemetry->loki->tenant, u"canton"_s);
        QCOMPARE(prod.ledger->endpoints.first().kind, u"validators"_s);
        QVERIFY(prod.ledger->endpoints.first().tls);
        const Profile &test = *read->find(u"test"_s);
        QVERIFY(!test.signIn && !test.telemetry && !test.ledger && test.contexts.isEmpty() && test.kubeconfig.isEmpty());
        QVERIFY(!read->find(u"nobody"_s));
    }

    void emptyFile() { QVERIFY(read("# nothing yet\n")->profiles.isEmpty()); }

    void defaults()
    {
        const Profile profile = read("schema: 1\nprofiles: [{name: a, signIn: {issuer: 'http://127.0.0.1:5556/dex', clientId: c}}]\n")->profiles.first();
        QCOMPARE(profile.signIn->scopes, (QStringList{u"openid"_s, u"profile"_s, u"groups"_s}));
        QVERIFY(profile.signIn->bearer == Bearer::IdToken && profile.signIn->redirectPorts.isEmpty());
        QVERIFY(!profile.signIn->localhostName && profile.signIn->audiences.isEmpty() && profile.signIn->resource.isEmpty());
        QCOMPARE(profile.signIn->redirectPath, u"/callback"_s);
    }

    void allErrorsAtOnce()
    {
        QCOMPARE(causes(kBadProfiles),
                 (QStringList{
                     u"/etc/qd/profiles.yaml:3:9: profiles[0].name: It may have letters, digits, \".\", \"_\" and \"-\", and begins with a letter or digit."_s,
                     u"/etc/qd/profiles.yaml:4:15: profiles[0].production: It must be true or false, not a text."_s,
                     u"/etc/qd/profiles.yaml:5:11: profiles[0].accent: It must be a colour such as \"#8a2be2\", in quotes."_s,
                     u"/etc/qd/profiles.yaml:6:13: profiles[0].contexts: It must be a list, not a text."_s,
                     u"/etc/qd/profiles.yaml:7:16: profiles[0].namespaces[0]: \"Canton\" is not a name a namespace can have."_s,
                     u"/etc/qd/profiles.yaml:9:5: profiles[0].signIn.clientId: It is required."_s,
                     u"/etc/qd/profiles.yaml:9:13: profiles[0].signIn.issuer: It must be an https URL without query (http only on this machine)."_s,
                     u"/etc/qd/profiles.yaml:10:21: profiles[0].signIn.redirectPorts[0]: 0 is not a port; ports are 1 to 65535."_s,
                     u"/etc/qd/profiles.yaml:10:24: profiles[0].signIn.redirectPorts[1]: It must be a whole number, not a text."_s,
                     u"/etc/qd/profiles.yaml:11:13: profiles[0].signIn.scopes: The scope openid must be among them."_s,
                     u"/etc/qd/profiles.yaml:12:13: profiles[0].signIn.bearer: It must be idToken or accessToken."_s,
                     u"/etc/qd/profiles.yaml:13:13: profiles[0].signIn.roles[0]: It must be a JSON pointer such as /groups."_s,
                     u"/etc/qd/profiles.yaml:14:19: profiles[0].signIn.redirectPath: It must be a path such as /callback, or \"\"."_s,
                     u"/etc/qd/profiles.yaml:15:16: profiles[0].signIn.audiences: It must be a list, not a text."_s,
                     u"/etc/qd/profiles.yaml:17:23: profiles[0].telemetry.prometheus.url: It must be an http or https URL without a password."_s,
                     u"/etc/qd/profiles.yaml:18:29: profiles[0].telemetry.alertmanager.service: It must be NAMESPACE/NAME:PORT."_s,
                     u"/etc/qd/profiles.yaml:18:51: profiles[0].telemetry.alertmanager.caFile: It is of a url: a service is asked through the API server, which looks at its certificate itself."_s,
                     u"/etc/qd/profiles.yaml:19:52: profiles[0].telemetry.loki.caFile: It is of an https url: beside http no certificate is looked at."_s,
                     u"/etc/qd/profiles.yaml:20:14: profiles[0].telemetry.grafana.url: It is required."_s,
                     u"/etc/qd/profiles.yaml:23:14: profiles[0].ledger.endpoints[0].node: It must be KIND/NAME, for example validators/acme-mainnet."_s,
                     u"/etc/qd/profiles.yaml:23:45: profiles[0].ledger.endpoints[0].ledgerApi: It must be HOST:PORT."_s,
                     u"/etc/qd/profiles.yaml:24:7: profiles[0].ledger.endpoints[1].node: It is required."_s,
                     u"/etc/qd/profiles.yaml:24:7: profiles[0].ledger.endpoints[1].namespace: It is required."_s,
                     u"/etc/qd/profiles.yaml:24:7: profiles[0].ledger.endpoints[1]: It needs ledgerApi, adminApi or both."_s,
                     u"/etc/qd/profiles.yaml:26:9: profiles[2].name: The name \"b\" is taken by a profile above."_s,
                     u"/etc/qd/profiles.yaml:27:3: profiles[3]: It must be an object, not a number."_s,
                 }));
    }

    void schema()
    {
        QCOMPARE(causes("profiles: []\n"), QStringList{u"/etc/qd/profiles.yaml:1:1: schema: It is required: schema: 1."_s});
        QCOMPARE(causes("schema: 2\n"), QStringList{u"/etc/qd/profiles.yaml:1:9: schema: Version 2 is not known here; this program reads 1."_s});
        QCOMPARE(read("- a\n").error().causes.first().message, u"/etc/qd/profiles.yaml:1:1: It must be an object, not a list."_s);
        QVERIFY(read("schema: [\n").error().message.startsWith(u"/etc/qd/profiles.yaml: Line 2"_s));
        QVERIFY(read("schema: 1\nschema: 1\n").error().message.contains(u"Line 2, column 1: the key \"schema\" stands here twice"_s));
    }

    void unknownKeysAreWarnings()
    {
        const Result<Profiles> profiles = read("schema: 1\nprofiles:\n- name: a\n  readonly: true\n  qqqqq: 1\n  signIn: {issuer: 'https://i', clientID: x, clientId: yy}\n");
        QVERIFY(profiles.ok());
        QStringList texts;
        for (const FileProblem &warning : profiles->warnings)
            texts.append(problemText(u"p"_s, warning));
        QCOMPARE(texts, (QStringList{u"p:4:13: profiles[0].readonly: The key \"readonly\" is unknown and is ignored; did you mean \"readOnly\"?"_s,
                                     u"p:5:10: profiles[0].qqqqq: The key \"qqqqq\" is unknown and is ignored."_s,
                                     u"p:6:43: profiles[0].signIn.clientID: The key \"clientID\" is unknown and is ignored; did you mean \"clientId\"?"_s}));
    }
};

QTEST_GUILESS_MAIN(TestProfiles)
#include "tst_profiles.moc"
