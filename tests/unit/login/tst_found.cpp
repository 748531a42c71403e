// SPDX-License-Identifier: GPL-3.0-or-later
// Sign-ins others describe: kubelogin in a kubeconfig, kubectl's retired auth-provider, Argo CD.
#include "app/login/tokens/Found.h"

#include <QJsonArray>
#include <QTest>

using namespace qd;
using namespace qd::login;
using namespace Qt::StringLiterals;

class TestFound : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void kubelogin_data();
    void kubelogin();
    void kubeloginFlags();
    void otherPrograms_data();
    void otherPrograms();
    void authProvider();
    void argo();
    void argoWithDex();
};

void TestFound::kubelogin_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QStringList>("arguments");
    const QStringList flags{u"--oidc-issuer-url=https://id.example"_s, u"--oidc-client-id=kubernetes"_s};
    QTest::newRow("plugin") << u"kubectl"_s << QStringList{u"oidc-login"_s, u"get-token"_s} + flags;
    QTest::newRow("by path") << u"/usr/local/bin/kubectl"_s << QStringList{u"oidc-login"_s, u"get-token"_s} + flags;
    QTest::newRow("alone") << u"kubelogin"_s << QStringList{u"get-token"_s} + flags;
    QTest::newRow("plugin's file") << u"kubectl-oidc_login"_s << QStringList{u"get-token"_s} + flags;
    QTest::newRow("separate") << u"kubelogin"_s
                              << QStringList{u"get-token"_s, u"--oidc-issuer-url"_s, u"https://id.example"_s, u"--oidc-client-id"_s, u"kubernetes"_s};
}

void TestFound::kubelogin()
{
    QFETCH(QString, command);
    QFETCH(QStringList, arguments);
    const auto found = fromExec(command, arguments);
    QVERIFY(found);
    QCOMPARE(found->settings.issuer, u"https://id.example"_s);
    QCOMPARE(found->settings.clientId, u"kubernetes"_s);
    QCOMPARE(found->settings.scopes, QStringList{u"openid"_s});
    QVERIFY(found->settings.localhostName);
    QVERIFY(found->settings.redirectPath.isEmpty());
    QCOMPARE(found->settings.redirectPorts, (QList<quint16>{8000, 18000}));
    QVERIFY(found->problem.isEmpty());
}

void TestFound::kubeloginFlags()
{
    const auto found = fromExec(u"kubelogin"_s,
        {u"get-token"_s, u"--oidc-issuer-url=https://id.example"_s, u"--oidc-client-id=k"_s, u"--oidc-extra-scope=groups,email"_s,
            u"--oidc-extra-scope"_s, u"offline_access"_s, u"--certificate-authority=/etc/ca.pem"_s, u"--certificate-authority-data=UEVN"_s,
            u"--listen-address=127.0.0.1:12345,127.0.0.1:23456"_s, u"--oidc-use-access-token"_s, u"--oidc-client-secret=s"_s});
    QVERIFY(found);
    QCOMPARE(found->settings.scopes, (QStringList{u"openid"_s, u"groups"_s, u"email"_s, u"offline_access"_s}));
    QCOMPARE(found->settings.caFile, u"/etc/ca.pem"_s);
    QCOMPARE(found->caPem, QByteArray("PEM"));
    QCOMPARE(found->settings.redirectPorts, (QList<quint16>{12345, 23456}));
    QCOMPARE(found->settings.bearer, ports::BearerToken::AccessToken);
    QVERIFY(!found->problem.isEmpty() && !found->problem.contains(u"=s"_s));
    const auto redirected = fromExec(u"kubelogin"_s,
        {u"get-token"_s, u"--oidc-issuer-url=https://id.example"_s, u"--oidc-client-id=k"_s, u"--oidc-redirect-url=http://127.0.0.1:9999/cb"_s});
    QVERIFY(!redirected->settings.localhostName);
    QCOMPARE(redirected->settings.redirectPath, u"/cb"_s);
    QCOMPARE(redirected->settings.redirectPorts, QList<quint16>{9999});
}

void TestFound::otherPrograms_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("azure") << u"kubelogin"_s << QStringList{u"get-token"_s, u"--server-id"_s, u"x"_s, u"--client-id"_s, u"y"_s, u"--tenant-id"_s, u"z"_s};
    QTest::newRow("aws") << u"aws"_s << QStringList{u"eks"_s, u"get-token"_s};
    QTest::newRow("setup") << u"kubectl"_s << QStringList{u"oidc-login"_s, u"setup"_s, u"--oidc-issuer-url=https://id.example"_s};
    QTest::newRow("no client") << u"kubelogin"_s << QStringList{u"get-token"_s, u"--oidc-issuer-url=https://id.example"_s};
    QTest::newRow("flag without value") << u"kubelogin"_s << QStringList{u"get-token"_s, u"--oidc-client-id=k"_s, u"--oidc-issuer-url"_s};
    QTest::newRow("nothing") << u""_s << QStringList();
}

void TestFound::otherPrograms()
{
    QFETCH(QString, command);
    QFETCH(QStringList, arguments);
    QVERIFY(!fromExec(command, arguments));
}

void TestFound::authProvider()
{
    QJsonObject config{{u"idp-issuer-url"_s, u"https://id.example"_s}, {u"client-id"_s, u"k"_s}, {u"extra-scopes"_s, u"groups,email"_s},
        {u"idp-certificate-authority"_s, u"/etc/ca.pem"_s}, {u"refresh-token"_s, u"never read"_s}};
    const auto found = fromAuthProvider({{u"name"_s, u"oidc"_s}, {u"config"_s, config}});
    QVERIFY(found);
    QCOMPARE(found->settings.issuer, u"https://id.example"_s);
    QCOMPARE(found->settings.scopes, (QStringList{u"openid"_s, u"groups"_s, u"email"_s}));
    QVERIFY(found->problem.isEmpty());
    QVERIFY(!fromAuthProvider({{u"name"_s, u"gcp"_s}, {u"config"_s, config}}));
    config.insert(u"client-secret"_s, u"s"_s);
    QVERIFY(!fromAuthProvider({{u"name"_s, u"oidc"_s}, {u"config"_s, config}})->problem.isEmpty());
    config.remove(u"client-id"_s);
    QVERIFY(!fromAuthProvider({{u"name"_s, u"oidc"_s}, {u"config"_s, config}}));
}

void TestFound::argo()
{
    const QJsonObject oidc{{u"issuer"_s, u"https://id.example/realms/a"_s}, {u"clientID"_s, u"argo"_s}, {u"cliClientID"_s, u"argo-cli"_s},
        {u"scopes"_s, QJsonArray{u"openid"_s, u"groups"_s}}};
    const auto found = fromArgoSettings({{u"oidcConfig"_s, oidc}}, u"https://argo.example"_s);
    QVERIFY(found);
    QCOMPARE(found->settings.clientId, u"argo-cli"_s);
    QCOMPARE(found->settings.issuer, u"https://id.example/realms/a"_s);
    QCOMPARE(found->settings.scopes, (QStringList{u"openid"_s, u"groups"_s}));
    QCOMPARE(found->settings.redirectPath, u"/auth/callback"_s);
    QVERIFY(!fromArgoSettings({}, u"https://argo.example"_s));
}

void TestFound::argoWithDex()
{
    const QJsonObject dex{{u"connectors"_s, QJsonArray{QJsonObject{{u"name"_s, u"GitHub"_s}}}}};
    const auto found = fromArgoSettings({{u"dexConfig"_s, dex}}, u"https://argo.example/"_s);
    QVERIFY(found);
    QCOMPARE(found->settings.issuer, u"https://argo.example/api/dex"_s);
    QCOMPARE(found->settings.clientId, u"argo-cd-cli"_s);
}

QTEST_GUILESS_MAIN(TestFound)
#include "tst_found.moc"
