// SPDX-License-Identifier: GPL-3.0-or-later
// TLS with real certificates, credentials and proxies.
#include "tests/unit/kube/http/HttpTest.h"

#include "app/kube/HttpOptions.h"
#include "app/kube/TlsSetup.h"

#include <QFile>
#include <QTemporaryDir>

using namespace qd;
using namespace qd::kube;
using namespace qd::kube::test;

namespace {

void writeFile(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(bytes);
}

}

class tst_http_tls : public QObject
{
    Q_OBJECT
    TestPki m_pki;

private Q_SLOTS:
    void init()
    {
        for (const char *name :
            {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy", "DISABLE_HTTP2"})
            qunsetenv(name);
    }

    void bearerOverTls()
    {
        FaultServer server(m_pki.serverConfiguration({}));
        server.on(u"/x"_s, FaultAnswer::json(200, "{}"));
        auto tokens = std::make_shared<Tokens>(QList<QByteArray>{"secret"});
        const auto client = HttpClient::make(configOf(server, &m_pki), tokens);
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QVERIFY2(e.clean, qPrintable(e.error.text()));
        QCOMPARE(server.requests().at(0).headers.value("authorization"), QList<QByteArray>{"Bearer secret"});
        QCOMPARE(client->tlsVersion(), u"TLSv1.3"_s);
    }

    /// A server that ends its connections: what OpenSSL keeps of each goes away with the manager, after fifty of them.
    void handshakesAreNotKeptForEver()
    {
        FaultServer server(m_pki.serverConfiguration({}));
        server.on(u"/close"_s, FaultAnswer::json(200, "{}").header("Connection", "close"));
        server.on(u"/keep"_s, FaultAnswer::json(200, "{}"));
        const auto client = HttpClient::make(configOf(server, &m_pki), std::make_shared<Tokens>(QList<QByteArray>{"secret"}));
        const auto asks = [&](const QString &path, int connections) {
            Exchange e(client.get(), request(path));
            QVERIFY(e.wait());
            QVERIFY2(e.clean, qPrintable(e.error.text()));
            QCOMPARE(server.connections(), connections);
        };
        for (int i = 1; i <= 48; ++i)
            asks(u"/close"_s, i);
        asks(u"/keep"_s, 49);
        asks(u"/keep"_s, 49);    // a connection that is there is used
        asks(u"/close"_s, 49);
        asks(u"/keep"_s, 50);
        asks(u"/keep"_s, 51);    // fifty were made: a new manager, though the other one's connection is there
        asks(u"/keep"_s, 51);
    }

    void basicOverTls()
    {
        FaultServer server(m_pki.serverConfiguration({}));
        server.on(u"/x"_s, FaultAnswer::json(200, "{}"));
        ports::Credential credential;
        credential.basicUser = "bob";
        credential.basicPassword = "pa:ss";
        const auto client = HttpClient::make(configOf(server, &m_pki), std::make_shared<Tokens>(credential));
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QCOMPARE(
            server.requests().at(0).header("authorization"), QByteArray("Basic " + QByteArray("bob:pa:ss").toBase64()));
    }

    void failures_data()
    {
        QTest::addColumn<TestPki::Options>("certificate");
        QTest::addColumn<QString>("serverName");
        QTest::addColumn<QString>("ca"); // own, other, none
        QTest::addColumn<QString>("says");
        QTest::addColumn<QString>("remedy");
        TestPki::Options good;
        TestPki::Options expired = good;
        expired.notBefore = -7200;
        expired.notAfter = -3600;
        TestPki::Options early = good;
        early.notBefore = 3600;
        TestPki::Options foreign = good;
        foreign.hosts = {u"DNS:kubernetes.default"_s, u"IP:10.96.0.1"_s};
        QTest::newRow("wrong CA") << good << QString() << u"other"_s << u"“test-ca”, not from the authority"_s
                                  << u"staging-cluster"_s;
        QTest::newRow("unknown CA") << good << QString() << u"none"_s << u"this computer does not trust"_s
                                    << u"certificate-authority-data"_s;
        QTest::newRow("expired") << expired << QString() << u"own"_s << u"expired on 20"_s << u"renewed"_s;
        QTest::newRow("not yet valid") << early << QString() << u"own"_s << u"is valid from 20"_s << u"clock"_s;
        QTest::newRow("host name") << foreign << QString() << u"own"_s
                                   << u"is for 10.96.0.1, kubernetes.default, not for 127.0.0.1"_s
                                   << u"tls-server-name"_s;
        QTest::newRow("tls-server-name") << good << u"api.example.com"_s << u"own"_s << u"not for api.example.com"_s
                                         << u"tls-server-name"_s;
    }
    void failures()
    {
        QFETCH(TestPki::Options, certificate);
        QFETCH(QString, serverName);
        QFETCH(QString, ca);
        QFETCH(QString, says);
        QFETCH(QString, remedy);
        FaultServer server(m_pki.serverConfiguration(certificate));
        ClusterConfig config = configOf(server, &m_pki);
        if (ca == "other"_L1)
            config.caData = TestPki(u"another-ca"_s).ca();
        else if (ca == "none"_L1)
            config.caData.clear();
        config.tlsServerName = serverName;
        const auto client = HttpClient::make(config, std::make_shared<Tokens>(QList<QByteArray>{"secret"}));
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QVERIFY(!e.clean);
        QCOMPARE(e.error.kind, ErrorKind::Network);
        QCOMPARE(e.error.reason, QLatin1String(kNotSent));
        QVERIFY2(e.error.message.contains(says), qPrintable(e.error.message));
        QVERIFY2(e.error.message.contains(QString::number(server.port())), qPrintable(e.error.message));
        QVERIFY2(e.error.remedy.contains(remedy), qPrintable(e.error.remedy));
        QCOMPARE(server.count(), 0); // no credential left this program
    }

    void tlsServerNameIsCheckedInPlaceOfTheHost()
    {
        TestPki::Options foreign;
        foreign.hosts = {u"DNS:api.example.com"_s};
        FaultServer server(m_pki.serverConfiguration(foreign));
        server.on(u"/x"_s, FaultAnswer::json(200, "{}"));
        ClusterConfig config = configOf(server, &m_pki);
        config.tlsServerName = u"api.example.com"_s;
        const auto client = HttpClient::make(config, {});
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QVERIFY2(e.clean, qPrintable(e.error.text()));
    }

    void insecureSkipsVerification()
    {
        TestPki::Options bad;
        bad.hosts = {u"DNS:other"_s};
        bad.notAfter = -1;
        FaultServer server(m_pki.serverConfiguration(bad));
        server.on(u"/x"_s, FaultAnswer::json(200, "{}"));
        ClusterConfig config = configOf(server);
        config.insecureSkipTlsVerify = true;
        const auto client = HttpClient::make(config, {});
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QVERIFY2(e.clean, qPrintable(e.error.text()));
    }

    void plainServerBehindHttps()
    {
        FaultServer server;
        ClusterConfig config = configOf(server, &m_pki);
        config.server.setScheme(u"https"_s);
        const auto client = HttpClient::make(config, {});
        // The server takes the hello for the start of a request and waits: let it end the connection.
        connect(&server, &FaultServer::requested, &server, [&server] { server.dropAll(); });
        Exchange e(client.get(), request(u"/x"_s));
        QTRY_VERIFY(server.openConnections() > 0);
        server.dropAll(false);
        QVERIFY(e.wait());
        QVERIFY(!e.clean);
        QCOMPARE(e.error.kind, ErrorKind::Network);
    }

    void tls11IsRefused()
    {
        QSslConfiguration old = m_pki.serverConfiguration({});
        QT_WARNING_PUSH
        QT_WARNING_DISABLE_DEPRECATED
        old.setProtocol(QSsl::TlsV1_1);
        QT_WARNING_POP
        FaultServer server(old);
        const auto client = HttpClient::make(configOf(server, &m_pki), {});
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QVERIFY(!e.clean);
        QCOMPARE(server.count(), 0);
    }

    void clientCertificate_data()
    {
        QTest::addColumn<TestPki::Key>("key");
        QTest::addColumn<bool>("traditional");
        QTest::newRow("EC PKCS#8") << TestPki::Key::Ec << false;
        QTest::newRow("EC SEC1") << TestPki::Key::Ec << true;
        QTest::newRow("RSA PKCS#8") << TestPki::Key::Rsa << false;
        QTest::newRow("RSA PKCS#1") << TestPki::Key::Rsa << true;
        QTest::newRow("Ed25519") << TestPki::Key::Ed25519 << false;
    }
    void clientCertificate()
    {
        QFETCH(TestPki::Key, key);
        QFETCH(bool, traditional);
        FaultServer server(m_pki.serverConfiguration({}, true));
        server.on(u"/x"_s, FaultAnswer::json(200, "{}"));
        TestPki::Options options;
        options.commonName = u"alice"_s;
        options.key = key;
        options.traditional = traditional;
        const TestPki::Pair pair = m_pki.issue(options);
        QTemporaryDir dir;
        ClusterConfig data = configOf(server, &m_pki);
        data.auth.clientCertificateData = pair.certificate;
        data.auth.clientKeyData = pair.key;
        ClusterConfig files = configOf(server, &m_pki);
        files.auth.clientCertificateFile = dir.filePath(u"c.crt"_s);
        files.auth.clientKeyFile = dir.filePath(u"c.key"_s);
        writeFile(files.auth.clientCertificateFile, pair.certificate);
        writeFile(files.auth.clientKeyFile, pair.key);
        ports::Credential plugin;
        plugin.clientCertificatePem = pair.certificate;
        plugin.clientKeyPem = pair.key;
        const std::pair<ClusterConfig, std::shared_ptr<Tokens>> ways[]
            = {{data, {}}, {files, {}}, {configOf(server, &m_pki), std::make_shared<Tokens>(plugin)}};
        for (const auto &[config, tokens] : ways) {
            const auto client = HttpClient::make(config, tokens);
            Exchange e(client.get(), request(u"/x"_s));
            QVERIFY(e.wait());
            QVERIFY2(e.clean, qPrintable(e.error.text() + e.error.detail));
        }
    }

    void noClientCertificate()
    {
        FaultServer server(m_pki.serverConfiguration({}, true));
        const auto client = HttpClient::make(configOf(server, &m_pki), {});
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QVERIFY(!e.clean);
        QVERIFY2(
            e.error.text().contains(u"client certificate"_s), qPrintable(e.error.text() + u" | "_s + e.error.detail));
        QCOMPARE(server.count(), 0);
    }

    void brokenMaterial_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("says");
        QTest::newRow("ca") << u"ca"_s << u"certificate-authority-data"_s;
        QTest::newRow("ca file") << u"ca file"_s << u"/no/such/ca.crt"_s;
        QTest::newRow("certificate") << u"certificate"_s << u"alice"_s;
        QTest::newRow("key") << u"key"_s << u"not a PEM key"_s;
        QTest::newRow("pair") << u"pair"_s << u"do not belong together"_s;
        QTest::newRow("passphrase") << u"passphrase"_s << u"passphrase"_s;
    }
    void brokenMaterial()
    {
        QFETCH(QString, what);
        QFETCH(QString, says);
        FaultServer server(m_pki.serverConfiguration({}));
        ClusterConfig config = configOf(server, &m_pki);
        const TestPki::Pair pair = m_pki.issue({});
        config.auth.clientCertificateData = pair.certificate;
        config.auth.clientKeyData = pair.key;
        if (what == "ca"_L1) {
            config.caData = "rubbish";
        } else if (what == "ca file"_L1) {
            config.caData.clear();
            config.caFile = u"/no/such/ca.crt"_s;
        } else if (what == "certificate"_L1) {
            config.auth.clientCertificateData = "rubbish";
        } else if (what == "key"_L1) {
            config.auth.clientKeyData = "rubbish";
        } else if (what == "pair"_L1) {
            config.auth.clientKeyData = m_pki.issue({}).key;
        } else {
            config.auth.clientKeyData
                = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n";
        }
        const auto client = HttpClient::make(config, {});
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QVERIFY(!e.clean);
        QCOMPARE(e.error.kind, ErrorKind::Invalid);
        QVERIFY2(e.error.message.contains(says), qPrintable(e.error.message));
        QVERIFY(!e.error.remedy.isEmpty());
    }

    void rotatedFilesAreReadAgain()
    {
        QTemporaryDir dir;
        const QString ca = dir.filePath(u"ca.crt"_s);
        FaultServer first(m_pki.serverConfiguration({}));
        first.on(u"/x"_s, FaultAnswer::json(200, "{}"));
        ClusterConfig config = configOf(first);
        config.caFile = ca;
        writeFile(ca, TestPki(u"a-quite-different-authority"_s).ca());
        const auto client = HttpClient::make(config, {});
        Exchange refused(client.get(), request(u"/x"_s));
        QVERIFY(refused.wait());
        QVERIFY(!refused.clean);
        writeFile(ca, m_pki.ca());
        Exchange accepted(client.get(), request(u"/x"_s));
        QVERIFY(accepted.wait());
        QVERIFY2(accepted.clean, qPrintable(accepted.error.text()));
        // Gone for a moment while it is replaced: the last good one stays.
        QVERIFY(QFile::remove(ca));
        Exchange kept(client.get(), request(u"/x"_s));
        QVERIFY(kept.wait());
        QVERIFY2(kept.clean, qPrintable(kept.error.text()));
    }

    void newClientCertificateOpensANewConnection()
    {
        FaultServer server(m_pki.serverConfiguration({}, true));
        server.on(u"/x"_s, FaultAnswer::json(200, "{}"));
        const TestPki::Pair a = m_pki.issue({});
        const TestPki::Pair b = m_pki.issue({});
        auto tokens = std::make_shared<Tokens>(ports::Credential{{}, {}, {}, a.certificate, a.key, {}});
        tokens->list.append(ports::Credential{{}, {}, {}, b.certificate, b.key, {}});
        const auto client = HttpClient::make(configOf(server, &m_pki), tokens);
        for (const int connections : {1, 1}) {
            Exchange e(client.get(), request(u"/x"_s));
            QVERIFY(e.wait());
            QVERIFY(e.clean);
            QCOMPARE(server.connections(), connections);
        }
        tokens->at = 1;
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QVERIFY(e.clean);
        QCOMPARE(server.connections(), 2);
    }

    void unauthorizedGetIsSentOnceMore_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<int>("refusals");
        QTest::addColumn<int>("sent");
        QTest::addColumn<int>("status");
        QTest::newRow("GET, new token is good") << QByteArray("GET") << 1 << 2 << 200;
        QTest::newRow("GET, new token is bad too") << QByteArray("GET") << 9 << 2 << 401;
        QTest::newRow("PATCH is not repeated") << QByteArray("PATCH") << 1 << 1 << 401;
        QTest::newRow("POST is not repeated") << QByteArray("POST") << 1 << 1 << 401;
        QTest::newRow("a review is") << QByteArray("review") << 1 << 2 << 200;
    }
    void unauthorizedGetIsSentOnceMore()
    {
        QFETCH(QByteArray, method);
        QFETCH(int, refusals);
        QFETCH(int, sent);
        QFETCH(int, status);
        FaultServer server(m_pki.serverConfiguration({}));
        int seen = 0;
        server.handle(u"/x"_s, [&](const FaultRequest &) {
            return ++seen <= refusals ? FaultAnswer::json(401, statusBody(401, "Unauthorized", "Unauthorized"))
                                            .header("WWW-Authenticate", "Bearer")
                                      : FaultAnswer::json(200, "{}");
        });
        auto tokens = std::make_shared<Tokens>(QList<QByteArray>{"old", "new", "newer"});
        const auto client = HttpClient::make(configOf(server, &m_pki), tokens);
        HttpRequest r = request(u"/x"_s, method == "review" ? QByteArray("POST") : method);
        r.harmless = method == "review";
        r.body = method == "GET" ? "" : "{}";
        Exchange e(client.get(), r);
        QVERIFY(e.wait());
        QVERIFY2(e.clean, qPrintable(e.error.text()));
        QCOMPARE(e.heads, 1);
        QCOMPARE(e.head.status, status);
        QCOMPARE(server.count(), sent);
        QCOMPARE(server.requests().at(0).header("authorization"), QByteArray("Bearer old"));
        if (sent == 2)
            QCOMPARE(server.requests().at(1).header("authorization"), QByteArray("Bearer new"));
        QCOMPARE(tokens->rejections.size(), qMin(refusals, sent));
        if (status == 401)
            QVERIFY(e.body.contains("Unauthorized"));
    }

    void noCredentialToBeHad()
    {
        FaultServer server(m_pki.serverConfiguration({}));
        auto tokens = std::make_shared<Tokens>(QList<QByteArray>{"x"});
        tokens->failure = Error{ErrorKind::Unauthenticated, u"the plugin failed"_s, u"install it"_s};
        const auto client = HttpClient::make(configOf(server, &m_pki), tokens);
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QVERIFY(!e.clean);
        QCOMPARE(e.error.message, u"the plugin failed"_s);
        QCOMPARE(e.error.remedy, u"install it"_s);
        QCOMPARE(server.count(), 0);
    }

    void proxies_data()
    {
        QTest::addColumn<TestProxy::Kind>("kind");
        QTest::newRow("http") << TestProxy::Kind::Http;
        QTest::newRow("https") << TestProxy::Kind::Https;
        QTest::newRow("socks5") << TestProxy::Kind::Socks5;
    }
    void proxies()
    {
        QFETCH(TestProxy::Kind, kind);
        FaultServer server(m_pki.serverConfiguration({}));
        const QByteArray big(200000, 'b');
        server.on(u"/x"_s, FaultAnswer::json(200, big));
        TestProxy proxy(kind, m_pki.serverConfiguration({}));
        ClusterConfig config = configOf(server, &m_pki);
        config.proxyUrl = proxy.url().toString();
        const auto client = HttpClient::make(config, std::make_shared<Tokens>(QList<QByteArray>{"secret"}));
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QVERIFY2(e.clean, qPrintable(e.error.text() + e.error.detail));
        QCOMPARE(e.body, big);
        QCOMPARE(proxy.targets(), QStringList{u"127.0.0.1:%1"_s.arg(server.port())});
    }

    void proxyPassword()
    {
        FaultServer server(m_pki.serverConfiguration({}));
        server.on(u"/x"_s, FaultAnswer::json(200, "{}"));
        for (const TestProxy::Kind kind : {TestProxy::Kind::Http, TestProxy::Kind::Https}) {
            TestProxy proxy(kind, m_pki.serverConfiguration({}));
            proxy.requireAuthorization();
            ClusterConfig config = configOf(server, &m_pki);
            QUrl url = proxy.url();
            url.setUserName(u"pu"_s);
            url.setPassword(u"pp"_s);
            config.proxyUrl = url.toString();
            const auto client = HttpClient::make(config, {});
            Exchange e(client.get(), request(u"/x"_s));
            QVERIFY(e.wait());
            QVERIFY2(e.clean, qPrintable(e.error.text() + e.error.detail));
            QCOMPARE(proxy.authorization(), QByteArray("Basic " + QByteArray("pu:pp").toBase64()));
        }
    }

    void proxyFromTheEnvironment()
    {
        FaultServer server(m_pki.serverConfiguration({}));
        server.on(u"/x"_s, FaultAnswer::json(200, "{}"));
        TestProxy proxy(TestProxy::Kind::Http);
        proxy.redirect(u"127.0.0.1"_s);
        ClusterConfig config = configOf(server, &m_pki);
        config.server.setHost(u"10.11.12.13"_s);
        config.tlsServerName = u"localhost"_s;
        qputenv("HTTPS_PROXY", proxy.url().toEncoded());
        const auto client = HttpClient::make(config, {});
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QVERIFY2(e.clean, qPrintable(e.error.text() + e.error.detail));
        QCOMPARE(proxy.targets(), QStringList{u"10.11.12.13:%1"_s.arg(server.port())});
    }

    void proxyRefuses()
    {
        FaultServer server(m_pki.serverConfiguration({}));
        TestProxy proxy(TestProxy::Kind::Http);
        proxy.refuse(403);
        ClusterConfig config = configOf(server, &m_pki);
        config.proxyUrl = proxy.url().toString();
        const auto client = HttpClient::make(config, {});
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QVERIFY(!e.clean);
        QCOMPARE(e.error.kind, ErrorKind::Network);
        QVERIFY2(e.error.message.contains(proxy.url().toString()), qPrintable(e.error.text() + e.error.detail));
        QVERIFY(e.error.remedy.contains(u"proxy-url"_s));
        QCOMPARE(server.count(), 0);
    }
};

QTEST_GUILESS_MAIN(tst_http_tls)
#include "tst_http_tls.moc"
