// SPDX-License-Identifier: GPL-3.0-or-later
// The transport against scripted faults, over plain HTTP where TLS does not matter.
#include "tests/unit/kube/http/HttpTest.h"

#include "app/kube/HttpOptions.h"

#include <QSignalSpy>

using namespace qd;
using namespace qd::kube;
using namespace qd::kube::test;

namespace {

// gzip of {"items":[1,2,3]}
QByteArray gzipped()
{
    return QByteArray::fromHex("1f8b0800000000000203ab56ca2c49cd2d56b28a36d431d2318ead0500eab8283d11000000");
}

}

class tst_http_client : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        for (const char *name :
            {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy", "DISABLE_HTTP2"})
            qunsetenv(name);
    }

    void answerArrivesOnce()
    {
        FaultServer server;
        server.on(u"/base/api/v1/pods"_s,
            FaultAnswer::json(200, R"({"a":1})")
                .header("Warning", R"(299 - "one")")
                .header("Warning", R"(299 - "two, three")")
                .header("Warning", R"(299 - "one")"));
        ClusterConfig config = configOf(server);
        config.server.setPath(u"/base/"_s);
        const auto client = HttpClient::make(config, {});
        HttpRequest r = request(u"/api/v1/pods?limit=5&fieldSelector=a%3Db"_s);
        r.headers.insert("X-Extra", "yes");
        Exchange e(client.get(), r);
        QCOMPARE(server.count(), 0); // nothing is sent before the event loop turns
        QVERIFY(e.wait());
        QVERIFY(e.clean);
        QCOMPARE(e.error.kind, ErrorKind::Cancelled);
        QCOMPARE(e.error.httpStatus, 200);
        QCOMPARE(e.heads, 1);
        QCOMPARE(e.finishes, 1);
        QCOMPARE(e.body, QByteArray(R"({"a":1})"));
        QCOMPARE(e.head.warnings, (QStringList{u"one"_s, u"two, three"_s}));
        const FaultRequest got = server.requests().at(0);
        QCOMPARE(got.target, QByteArray("/base/api/v1/pods?limit=5&fieldSelector=a%3Db"));
        QVERIFY(got.header("user-agent").startsWith("quarterdeck/"));
        QCOMPARE(got.header("audit-id").size(), 36);
        QCOMPARE(got.header("x-extra"), QByteArray("yes"));
        QCOMPARE(got.header("accept"), QByteArray("application/json"));
        QVERIFY(got.header("accept-encoding").contains("gzip"));
        QVERIFY(!client->lastWasHttp2());
        e.handle->abort();
        QCoreApplication::sendPostedEvents();
        QCOMPARE(e.finishes, 1);
    }

    void disableCompression()
    {
        FaultServer server;
        server.on(u"/x"_s, FaultAnswer::json(200, "{}"));
        ClusterConfig config = configOf(server);
        config.disableCompression = true;
        const auto client = HttpClient::make(config, {});
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QCOMPARE(server.requests().at(0).header("accept-encoding"), QByteArray("identity"));
    }

    void methodsAndBodies_data()
    {
        QTest::addColumn<QByteArray>("method");
        for (const char *method : {"POST", "PUT", "PATCH", "DELETE"})
            QTest::newRow(method) << QByteArray(method);
    }
    void methodsAndBodies()
    {
        QFETCH(QByteArray, method);
        FaultServer server;
        server.on(u"/x"_s, FaultAnswer::json(200, "{}"));
        const auto client = HttpClient::make(configOf(server), {});
        for (const QByteArray &body : {QByteArray("{\"b\":2}"), QByteArray(300000, 'y'), QByteArray()}) {
            HttpRequest r = request(u"/x"_s, method);
            r.body = body;
            r.contentType = "application/merge-patch+json";
            Exchange e(client.get(), r);
            QVERIFY(e.wait());
            QVERIFY2(e.clean, qPrintable(e.error.text()));
            const FaultRequest got = server.requests().last();
            QCOMPARE(got.method, method);
            QCOMPARE(got.body, body);
            QCOMPARE(got.header("content-type"), QByteArray("application/merge-patch+json"));
        }
    }

    void noCredentialWithoutTls()
    {
        FaultServer server;
        server.on(u"/x"_s, FaultAnswer::json(200, "{}"));
        auto tokens = std::make_shared<Tokens>(QList<QByteArray>{"secret"});
        const auto client = HttpClient::make(configOf(server), tokens);
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QVERIFY(!server.requests().at(0).headers.contains("authorization"));
        QCOMPARE(tokens->asked, 0);
    }

    void impersonatedGroupsAreLinesOfTheirOwn()
    {
        FaultServer server;
        server.on(u"/x"_s, FaultAnswer::json(200, "{}"));
        ClusterConfig config = configOf(server);
        config.as.user = u"jane"_s;
        config.as.groups = {u"dev"_s, u"ops"_s, u"a, b"_s};
        config.as.extra.insert(u"scope"_s, {u"1"_s, u"2"_s});
        const auto client = HttpClient::make(config, {});
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        const FaultRequest got = server.requests().at(0);
        QCOMPARE(got.headers.value("impersonate-user"), QList<QByteArray>{"jane"});
        QCOMPARE(got.headers.value("impersonate-group"), (QList<QByteArray>{"dev", "ops", "a, b"}));
        QCOMPARE(got.headers.value("impersonate-extra-scope"), (QList<QByteArray>{"1", "2"}));
    }

    void smuggledGroupIsNotSent()
    {
        FaultServer server;
        ClusterConfig config = configOf(server);
        config.as.user = u"jane"_s;
        config.as.groups = {u"dev\r\nImpersonate-Group: system:masters"_s};
        const auto client = HttpClient::make(config, {});
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QVERIFY(!e.clean);
        QCOMPARE(e.error.kind, ErrorKind::Invalid);
        QCOMPARE(server.count(), 0);
    }

    void redirectIsNotFollowed()
    {
        FaultServer server;
        FaultServer elsewhere;
        server.on(u"/x"_s, FaultAnswer::text(302, "").header("Location", elsewhere.url().toEncoded() + "/x"));
        const auto client = HttpClient::make(configOf(server), {});
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QVERIFY(e.clean);
        QCOMPARE(e.head.status, 302);
        QCOMPARE(server.count(), 1);
        QCOMPARE(elsewhere.count(), 0);
    }

    void statusIsAnAnswer_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {400, 401, 403, 404, 405, 409, 410, 415, 422, 429, 500, 502, 503, 504})
            QTest::addRow("%d", status) << status;
    }
    void statusIsAnAnswer()
    {
        QFETCH(int, status);
        FaultServer server;
        const QByteArray body = statusBody(status, "Whatever", "m");
        server.on(u"/x"_s, FaultAnswer::json(status, body).header("WWW-Authenticate", "Basic realm=\"k\""));
        const auto client = HttpClient::make(configOf(server), {});
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QVERIFY2(e.clean, qPrintable(e.error.text()));
        QCOMPARE(e.head.status, status);
        QCOMPARE(e.body, body);
        QCOMPARE(server.count(), 1);
    }

    void refused()
    {
        FaultServer server;
        server.stopListening();
        const auto client = HttpClient::make(configOf(server), {});
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QVERIFY(!e.clean);
        QCOMPARE(e.heads, 0);
        QCOMPARE(e.error.kind, ErrorKind::Network);
        QCOMPARE(e.error.reason, QLatin1String(kNotSent));
        QVERIFY(e.error.message.contains(u"http://127.0.0.1:%1"_s.arg(server.port())));
        QVERIFY(e.error.remedy.contains(u"staging"_s));
    }

    void unknownHost()
    {
        FaultServer server;
        ClusterConfig config = configOf(server);
        config.server.setHost(u"no-such-host.invalid"_s);
        const auto client = HttpClient::make(config, {});
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QCOMPARE(e.error.kind, ErrorKind::Network);
        QVERIFY(e.error.message.contains(u"no-such-host.invalid"_s));
        QVERIFY(e.error.remedy.contains(u"DNS"_s));
    }

    void brokenAnswers_data()
    {
        QTest::addColumn<FaultAnswer>("answer");
        QTest::newRow("cut before the head") << FaultAnswer::silent().cut();
        QTest::newRow("reset before the head") << FaultAnswer::silent().reset();
        QTest::newRow("cut in a chunked body") << FaultAnswer::stream().send("{\"a\":").cut();
        QTest::newRow("reset in a chunked body") << FaultAnswer::stream().send("{\"a\":").reset();
        QTest::newRow("cut in a counted body")
            << FaultAnswer::text(200, "{\"a\":").header("Content-Length", "100").cut();
        QTest::newRow("not HTTP") << FaultAnswer::silent().raw("SSH-2.0-OpenSSH_9.2\r\n").cut();
    }
    void brokenAnswers()
    {
        QFETCH(FaultAnswer, answer);
        FaultServer server;
        server.on(u"/x"_s, answer);
        const auto client = HttpClient::make(configOf(server), {});
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QVERIFY(!e.clean);
        QCOMPARE(e.finishes, 1);
        QCOMPARE(e.error.kind, ErrorKind::Network);
        QVERIFY2(e.error.message.contains(u"127.0.0.1:%1"_s.arg(server.port())), qPrintable(e.error.text()));
        QVERIFY(!e.error.remedy.isEmpty());
    }

    void writeIsNeverSentTwice_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<FaultAnswer>("answer");
        for (const char *method : {"POST", "PATCH", "DELETE"}) {
            QTest::addRow("%s cut", method) << QByteArray(method) << FaultAnswer::silent().cut();
            QTest::addRow("%s reset", method) << QByteArray(method) << FaultAnswer::silent().reset();
        }
    }
    void writeIsNeverSentTwice()
    {
        QFETCH(QByteArray, method);
        QFETCH(FaultAnswer, answer);
        FaultServer server;
        server.on(u"/warm"_s, FaultAnswer::json(200, "{}"));
        server.on(u"/x"_s, answer);
        const auto client = HttpClient::make(configOf(server), {});
        Exchange warm(client.get(), request(u"/warm"_s)); // a kept connection, as in life
        QVERIFY(warm.wait());
        HttpRequest r = request(u"/x"_s, method);
        r.body = "{}";
        r.contentType = "application/json";
        Exchange e(client.get(), r);
        QVERIFY(e.wait());
        QVERIFY(!e.clean);
        QCOMPARE(e.error.kind, ErrorKind::Network);
        QVERIFY(e.error.reason.isEmpty());
        QCOMPARE(server.count(u"/x"_s), 1);
    }

    void streamOfOneByteChunks()
    {
        FaultServer server;
        const QByteArray text = "{\"object\":{\"name\":\"gr\xc3\xbc\xc3\x9f e\\u00e9\"}}\n";
        server.on(u"/w"_s, FaultAnswer::stream().send(text, 1).wait(u"more"_s).send(text, 1).end());
        const auto client = HttpClient::make(configOf(server), {});
        Exchange e(client.get(), request(u"/w"_s));
        QTRY_COMPARE(e.body, text);
        QCOMPARE(e.finishes, 0);
        server.release(u"more"_s);
        QVERIFY(e.wait());
        QVERIFY(e.clean);
        QCOMPARE(e.body, QByteArray(text + text));
    }

    void gzipBody()
    {
        FaultServer server;
        server.on(
            u"/whole"_s, FaultAnswer::text(200, gzipped(), "application/json").header("Content-Encoding", "gzip"));
        server.on(u"/members"_s,
            FaultAnswer::stream()
                .header("Content-Encoding", "gzip")
                .send(gzipped())
                .wait(u"second"_s)
                .send(gzipped())
                .end());
        const auto client = HttpClient::make(configOf(server), {});
        Exchange whole(client.get(), request(u"/whole"_s));
        QVERIFY(whole.wait());
        QVERIFY2(whole.clean, qPrintable(whole.error.text()));
        QCOMPARE(whole.body, QByteArray("{\"items\":[1,2,3]}"));
        Exchange members(client.get(), request(u"/members"_s));
        QTRY_COMPARE(members.body, QByteArray("{\"items\":[1,2,3]}"));
        server.release(u"second"_s);
        QVERIFY(members.wait());
        QVERIFY(members.clean);
        QCOMPARE(members.body, QByteArray("{\"items\":[1,2,3]}{\"items\":[1,2,3]}"));
    }

    void hugeRatioOfCompressionIsFine()
    {
        // 20 MB of one letter: Qt's own check would call it a bomb.
        FaultServer server;
        QByteArray z = qCompress(QByteArray(20 << 20, 'a'), 9).mid(4);
        server.on(u"/z"_s, FaultAnswer::text(200, z).header("Content-Encoding", "deflate"));
        const auto client = HttpClient::make(configOf(server), {});
        Exchange e(client.get(), request(u"/z"_s));
        QVERIFY(e.wait());
        QVERIFY2(e.clean, qPrintable(e.error.text()));
        QCOMPARE(e.body.size(), qsizetype(20 << 20));
    }

    void abortFinishesOnce()
    {
        FaultServer server;
        server.on(u"/w"_s, FaultAnswer::stream().send("x").hang());
        const auto client = HttpClient::make(configOf(server), {});
        Exchange e(client.get(), request(u"/w"_s));
        QTRY_COMPARE(e.body, QByteArray("x"));
        e.handle->abort();
        QCOMPARE(e.finishes, 1);
        QVERIFY(!e.clean);
        QCOMPARE(e.error.kind, ErrorKind::Cancelled);
        QTRY_COMPARE(server.openConnections(), 0);
    }

    void deletionClosesTheStream()
    {
        FaultServer server;
        server.on(u"/w"_s, FaultAnswer::stream().send("x").hang());
        const auto client = HttpClient::make(configOf(server), {});
        auto e = std::make_unique<Exchange>(client.get(), request(u"/w"_s));
        QTRY_COMPARE(e->body, QByteArray("x"));
        e.reset();
        QTRY_COMPARE(server.openConnections(), 0);
    }

    void clientDiesFirst()
    {
        FaultServer server;
        server.on(u"/w"_s, FaultAnswer::stream().send("x").wait(u"g"_s).send("y").end());
        auto client = HttpClient::make(configOf(server), {});
        Exchange e(client.get(), request(u"/w"_s));
        QTRY_COMPARE(e.body, QByteArray("x"));
        client.reset();
        server.release(u"g"_s);
        QVERIFY(e.wait());
        QVERIFY(e.clean);
    }

    void deadline()
    {
        FaultServer server;
        server.on(u"/w"_s, FaultAnswer::stream().send("x").hang());
        const auto client = HttpClient::make(configOf(server), {});
        HttpRequest r = request(u"/w"_s);
        r.deadlineMs = 150;
        Exchange e(client.get(), r);
        QVERIFY(e.wait());
        QVERIFY(!e.clean);
        QCOMPARE(e.error.kind, ErrorKind::Timeout);
        QCOMPARE(e.body, QByteArray("x"));
        QVERIFY(e.error.message.contains(u"0.15"_s));
    }

    void silence()
    {
        FaultServer server;
        server.setFrozen(true);
        const auto client = HttpClient::make(configOf(server), {});
        HttpRequest r = request(u"/w"_s);
        r.silenceMs = 150;
        Exchange e(client.get(), r);
        QVERIFY(e.wait());
        QCOMPARE(e.error.kind, ErrorKind::Timeout);
        QVERIFY(e.error.message.contains(u"silent"_s));
    }

    void pausedReadsNothing()
    {
        FaultServer server;
        server.on(u"/w"_s, FaultAnswer::stream().send("one").wait(u"g"_s).send("two").end());
        const auto client = HttpClient::make(configOf(server), {});
        Exchange e(client.get(), request(u"/w"_s));
        QTRY_COMPARE(e.body, QByteArray("one"));
        e.handle->setPaused(true);
        server.release(u"g"_s);
        Exchange other(client.get(), request(u"/other"_s));
        QVERIFY(other.wait());
        QCOMPARE(e.body, QByteArray("one"));
        QCOMPARE(e.finishes, 0);
        e.handle->setPaused(false);
        QVERIFY(e.wait());
        QVERIFY(e.clean);
        QCOMPARE(e.body, QByteArray("onetwo"));
    }

    void pauseReachesTheServer()
    {
        FaultServer server;
        // More than every buffer on the way: the server's socket holds the rest.
        FaultAnswer big = FaultAnswer::stream();
        for (int i = 0; i < 64; ++i)
            big.send(QByteArray(1 << 20, 'a'));
        server.on(u"/w"_s, big);
        const auto client = makeHttpClient(configOf(server), {}, HttpOptions{false, 256 << 10});
        Exchange e(client.get(), request(u"/w"_s));
        QTRY_VERIFY(!e.body.isEmpty());
        e.handle->setPaused(true);
        const qsizetype read = e.body.size();
        Exchange other(client.get(), request(u"/other"_s));
        QVERIFY(other.wait());
        QCOMPARE(e.body.size(), read);
        e.handle->setPaused(false);
        QVERIFY(e.wait());
        QVERIFY(e.clean);
        QCOMPARE(e.body.size(), qsizetype(64 << 20));
    }

    void dropConnectionsOpensANewOne()
    {
        FaultServer server;
        server.on(u"/w"_s, FaultAnswer::stream().send("x").wait(u"g"_s).end());
        server.on(u"/x"_s, FaultAnswer::json(200, "{}"));
        const auto client = HttpClient::make(configOf(server), {});
        Exchange stream(client.get(), request(u"/w"_s));
        QTRY_COMPARE(stream.body, QByteArray("x"));
        for (int i = 0; i < 2; ++i) {
            Exchange e(client.get(), request(u"/x"_s));
            QVERIFY(e.wait());
        }
        const int before = server.connections();
        client->dropConnections();
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QCOMPARE(server.connections(), before + 1);
        QCOMPARE(stream.finishes, 0); // what is under way goes on
        server.release(u"g"_s);
        QVERIFY(stream.wait());
        QVERIFY(stream.clean);
    }

    void plainProxySeesTheTunnelAndItsPassword()
    {
        FaultServer server;
        server.on(u"/x"_s, FaultAnswer::json(200, "{}"));
        TestProxy proxy(TestProxy::Kind::Socks5);
        ClusterConfig config = configOf(server);
        config.proxyUrl = proxy.url().toString();
        const auto client = HttpClient::make(config, {});
        Exchange e(client.get(), request(u"/x"_s));
        QVERIFY(e.wait());
        QVERIFY2(e.clean, qPrintable(e.error.text()));
        QCOMPARE(proxy.targets(), QStringList{u"127.0.0.1:%1"_s.arg(server.port())});
    }
};

QTEST_GUILESS_MAIN(tst_http_client)
#include "tst_http_client.moc"
