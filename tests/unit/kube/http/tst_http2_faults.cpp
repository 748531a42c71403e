// SPDX-License-Identifier: GPL-3.0-or-later
// What API servers and networks do to HTTP/2 connections, through the real client and the dispatcher of single requests.
#include "tests/unit/kube/http/HttpTest.h"

#include "app/kube/HttpDispatcher.h"
#include "app/kube/HttpOptions.h"
#include "tests/support/Http2FaultServer.h"

using namespace qd;
using namespace qd::kube;
using namespace qd::kube::test;
using support::Http2FaultServer;

namespace {

struct Rig
{
    Rig()
        : server(pki.serverConfiguration({}))
    {
        for (const char *name : {"HTTPS_PROXY", "https_proxy", "DISABLE_HTTP2"})
            qunsetenv(name);
        config.context = u"staging"_s;
        config.server = server.url();
        config.caData = pki.ca();
        server.on(u"/livez"_s, FaultAnswer::text(200, "ok"));
        server.on(u"/version"_s, FaultAnswer::json(200, "{}"));
        client = HttpClient::make(config, {});
    }
    /// Silence is noticed after tenths of a second.
    void hasty()
    {
        HttpOptions options;
        options.writeAskMs = 300;
        options.overdueMs = 400;
        client = makeHttpClient(config, {}, options);
    }
    static void send(HttpDispatcher &dispatcher, const QString &path, bool &done, bool &good)
    {
        HttpCall call;
        call.request = request(path);
        call.what = path;
        call.retry = true;
        dispatcher.send(call, [&done, &good](const Result<HttpReply> &reply) {
            done = true;
            good = reply && reply->head.status == 200;
        });
    }
    static bool get(HttpDispatcher &dispatcher, const QString &path)
    {
        bool done = false;
        bool good = false;
        send(dispatcher, path, done, good);
        return QTest::qWaitFor([&done] { return done; }, 20000) && good;
    }
    TestPki pki;
    Http2FaultServer server;
    ClusterConfig config;
    std::unique_ptr<HttpClient> client;
};

}

class tst_http2_faults : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    /// Qt lets it hang without a word; it is sent again on a new connection.
    void readBehindGoAway()
    {
        Rig rig;
        rig.server.on(u"/watch"_s, FaultAnswer::stream().send("one").wait(u"more"_s).send("two").hang());
        HttpDispatcher dispatcher(std::move(rig.client), 20000);
        QVERIFY(rig.get(dispatcher, u"/version"_s));
        Exchange watch(dispatcher.client(), request(u"/watch"_s));
        QTRY_COMPARE(watch.body, "one");
        rig.server.goAway();
        rig.server.release(u"more"_s);
        QTRY_COMPARE(watch.body, "onetwo"); // the GOAWAY has come, and the open stream is served on
        QVERIFY(rig.get(dispatcher, u"/version"_s));
        QCOMPARE(rig.server.connections(), 2);
        QCOMPARE(rig.server.requests(u"/version"_s).last().connection, 2);
    }

    void goAwayWhileAReadIsOpen_data()
    {
        QTest::addColumn<qint64>("last");
        QTest::addColumn<int>("asked");
        QTest::newRow("served on") << Http2FaultServer::kLastSeen << 1;
        QTest::newRow("notice") << Http2FaultServer::kNotice << 1;
        QTest::newRow("given up") << qint64(1) << 2;
    }
    void goAwayWhileAReadIsOpen()
    {
        QFETCH(qint64, last);
        QFETCH(int, asked);
        Rig rig;
        rig.server.handle(u"/slow"_s, [](const FaultRequest &r) {
            return r.connection == 1 ? FaultAnswer::json(200, "{}").headAfter(u"slow"_s) : FaultAnswer::json(200, "{}");
        });
        HttpDispatcher dispatcher(std::move(rig.client), 20000);
        QVERIFY(rig.get(dispatcher, u"/version"_s));
        bool done = false;
        bool good = false;
        rig.send(dispatcher, u"/slow"_s, done, good);
        QTRY_COMPARE(rig.server.waiting(u"slow"_s), 1);
        rig.server.goAway(last);
        rig.server.openGate(u"slow"_s);
        QTRY_VERIFY_WITH_TIMEOUT(done, 20000);
        QVERIFY(good);
        QCOMPARE(rig.server.count(u"/slow"_s), asked);
    }

    /// The connection the reads used is ending: a write has one of its own, and is sent once.
    void goAwayBeforeAWrite()
    {
        Rig rig;
        rig.server.on(u"/watch"_s, FaultAnswer::stream().send("one").hang());
        rig.server.on(u"PATCH /thing"_s, FaultAnswer::json(200, "{}"));
        Exchange watch(rig.client.get(), request(u"/watch"_s));
        QTRY_COMPARE(watch.body, "one");
        rig.server.goAway();
        Exchange write(rig.client.get(), request(u"/thing"_s, "PATCH"));
        QVERIFY(write.wait());
        QVERIFY2(write.clean, qPrintable(write.error.message));
        QCOMPARE(rig.server.count(u"/thing"_s), 1);
        QCOMPARE(rig.server.requests(u"/thing"_s).first().connection, 2);
    }

    void goAwayWhileAWriteIsUnderWay_data()
    {
        QTest::addColumn<qint64>("last");
        QTest::addColumn<bool>("answered");
        QTest::newRow("served on") << Http2FaultServer::kLastSeen << true;
        QTest::newRow("notice") << Http2FaultServer::kNotice << true;
        QTest::newRow("given up") << qint64(0) << false;
    }
    /// Never sent twice; what is not served on ends at once, to be read back.
    void goAwayWhileAWriteIsUnderWay()
    {
        QFETCH(qint64, last);
        QFETCH(bool, answered);
        Rig rig;
        rig.server.on(u"PATCH /thing"_s, FaultAnswer::json(200, "{}").headAfter(u"write"_s));
        Exchange first(rig.client.get(), request(u"/version"_s));
        QVERIFY(first.wait());
        Exchange write(rig.client.get(), request(u"/thing"_s, "PATCH"));
        QTRY_COMPARE(rig.server.waiting(u"write"_s), 1);
        rig.server.goAway(last);
        if (answered)
            rig.server.openGate(u"write"_s);
        QVERIFY(write.wait());
        QCOMPARE(write.clean, answered);
        if (!answered)
            QCOMPARE(write.error.kind, ErrorKind::Network);
        HttpRequest read = request(u"/version"_s);
        read.headMs = 500; // as the dispatcher gives it
        Exchange next(rig.client.get(), read);
        QVERIFY(next.wait());
        QVERIFY(next.clean);
        QCOMPARE(rig.server.count(u"/thing"_s), 1);
    }

    /// The network forgot the connection of the write, but not the server: known long before the deadline of 30 s.
    void halfOpenUnderAWrite()
    {
        Rig rig;
        rig.hasty();
        rig.server.on(u"PATCH /thing"_s, FaultAnswer::json(200, "{}").headAfter(u"write"_s));
        Exchange first(rig.client.get(), request(u"/version"_s));
        QVERIFY(first.wait());
        Exchange write(rig.client.get(), request(u"/thing"_s, "PATCH"));
        QTRY_COMPARE(rig.server.waiting(u"write"_s), 1);
        rig.server.forgetConnections();
        QVERIFY(write.wait());
        QVERIFY(!write.clean);
        QCOMPARE(write.error.kind, ErrorKind::Network);
        QVERIFY2(write.error.message.contains("not on the connection"_L1), qPrintable(write.error.message));
        QVERIFY(write.error.reason.isEmpty()); // it may have been made
        QCOMPARE(rig.server.count(u"/thing"_s), 1);
    }

    /// A write that only takes long (a webhook) is waited for: its connection answers.
    void slowWriteIsWaitedFor()
    {
        Rig rig;
        rig.hasty();
        rig.server.on(u"PATCH /thing"_s, FaultAnswer::json(200, "{}").headAfter(u"write"_s));
        Exchange first(rig.client.get(), request(u"/version"_s));
        QVERIFY(first.wait());
        Exchange write(rig.client.get(), request(u"/thing"_s, "PATCH"));
        QTRY_COMPARE(rig.server.waiting(u"write"_s), 1);
        QTRY_VERIFY(rig.server.count(u"/livez"_s) >= 3);
        QCOMPARE(write.finishes, 0);
        rig.server.openGate(u"write"_s);
        QVERIFY(write.wait());
        QVERIFY(write.clean);
        QCOMPARE(rig.server.requests(u"/livez"_s).last().connection, rig.server.requests(u"/thing"_s).first().connection);
    }

    /// The server stands still altogether: nothing is known, the write waits for its deadline.
    void frozenServerUnderAWrite()
    {
        Rig rig;
        rig.hasty();
        rig.server.on(u"PATCH /thing"_s, FaultAnswer::json(200, "{}").headAfter(u"write"_s));
        Exchange first(rig.client.get(), request(u"/version"_s));
        QVERIFY(first.wait());
        HttpRequest r = request(u"/thing"_s, "PATCH");
        r.deadlineMs = 3000;
        Exchange write(rig.client.get(), r);
        QTRY_COMPARE(rig.server.waiting(u"write"_s), 1);
        rig.server.setFrozen(true);
        QVERIFY(write.wait());
        QCOMPARE(write.error.kind, ErrorKind::Timeout);
        rig.server.setFrozen(false);
    }

    /// A handler that panics resets the stream behind 200: that is no whole answer.
    void resetBehindTheHead()
    {
        for (const quint32 code : {2U, 7U, 8U}) {
            Rig rig;
            rig.server.on(u"/list"_s, FaultAnswer::stream().send(R"({"items":[)").wait(u"cut"_s).resetStream(code));
            Exchange list(rig.client.get(), request(u"/list"_s));
            QTRY_COMPARE(list.body, R"({"items":[)");
            rig.server.release(u"cut"_s);
            QVERIFY(list.wait());
            QVERIFY(!list.clean);
        }
    }

    /// Nobody sends a service's slow question again, so a dead connection is noticed at its deadline, and left.
    void plainCallLeavesADeadConnection()
    {
        Rig rig;
        rig.server.on(u"/service"_s, FaultAnswer::json(200, "{}"));
        HttpDispatcher dispatcher(std::move(rig.client), 20000);
        const auto ask = [&dispatcher](int deadlineMs) {
            HttpCall call;
            call.request = request(u"/service"_s);
            call.request.deadlineMs = deadlineMs;
            call.plain = call.retry = true;
            std::optional<bool> good;
            dispatcher.send(call, [&good](const Result<HttpReply> &reply) { good = reply.ok(); });
            return QTest::qWaitFor([&good] { return good.has_value(); }, 20000) && *good;
        };
        QVERIFY(ask(5000));
        rig.server.forgetConnections();
        QVERIFY(!ask(300));
        QVERIFY(ask(5000));
        QCOMPARE(rig.server.connections(), 2);
    }

    void refusedStreamIsReadAgain()
    {
        Rig rig;
        rig.server.on(u"/version2"_s, FaultAnswer::silent().resetStream(7));
        rig.server.on(u"/version2"_s, FaultAnswer::json(200, "{}"));
        HttpDispatcher dispatcher(std::move(rig.client), 20000);
        QVERIFY(rig.get(dispatcher, u"/version2"_s));
        QCOMPARE(rig.server.count(u"/version2"_s), 2);
    }
};

QTEST_GUILESS_MAIN(tst_http2_faults)
#include "tst_http2_faults.moc"
