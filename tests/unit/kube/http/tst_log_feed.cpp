// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/kube/http/HttpTest.h"

#include "app/kube/HttpOptions.h"
#include "app/kube/LogFeed.h"
#include "app/kube/ServiceHttp.h"

using namespace qd;
using namespace qd::kube;
using namespace qd::kube::test;

namespace {

const QString kLog = u"/api/v1/namespaces/main/pods/p/log"_s;
const QString kPod = u"/api/v1/namespaces/main/pods/p"_s;
const QByteArray kRunning
    = R"({"metadata":{"name":"p"},"status":{"phase":"Running","containerStatuses":[{"name":"c","state":{"running":{}}}]}})";
const QByteArray kTerminated
    = R"({"metadata":{"name":"p"},"status":{"phase":"Running","containerStatuses":[{"name":"c","state":{"terminated":{}}}]}})";

struct Rig
{
    Rig()
        : dispatcher(std::make_unique<HttpDispatcher>(HttpClient::make(configOf(server), {}), 5000))
    {
        feed = std::make_unique<PodLogFeed>(dispatcher->mailbox(), [this](LogFollower::Sink sink) {
            auto *follower = new LogFollower(makeHttpClient(configOf(server), {}, HttpOptions{false, 64 << 10}),
                dispatcher.get(), {u"main"_s, u"p"_s, u"c"_s, 10}, std::move(sink));
            follower->setParent(&followers);
            return follower;
        });
        QObject::connect(
            feed.get(), &ports::LogFeed::lines, feed.get(), [this](const QStringList &more) { lines += more; });
        QObject::connect(feed.get(), &ports::LogFeed::ended, feed.get(), [this](const Error &error) { ended = error; });
    }
    FaultServer server;
    std::unique_ptr<HttpDispatcher> dispatcher;
    QObject followers;
    std::unique_ptr<PodLogFeed> feed;
    QStringList lines;
    std::optional<Error> ended;
};

}

class tst_log_feed : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void linesAreCutAnywhere()
    {
        LogLines log;
        QStringList out;
        const QByteArray text = "2026-01-01T00:00:00.123456789Z gr\xc3\xbc\xc3\x9f\n2026-01-01T00:00:01Z "
                                "\r\n2026-01-01T00:00:01Z  indented\n";
        for (const char c : text)
            out += log.take(QByteArray(1, c));
        QCOMPARE(out, (QStringList{u"grüß"_s, u""_s, u" indented"_s}));
        QCOMPARE(log.lastStamp(), u"2026-01-01T00:00:01Z"_s);
        log.take("2026-01-01T00:00:02Z no line feed");
        QCOMPARE(log.flush(), QStringList{u"no line feed"_s});
    }

    void whatComesAgainIsLeftOut()
    {
        LogLines log;
        log.take("2026-01-01T00:00:00.1Z a\n2026-01-01T00:00:00.25Z same\n2026-01-01T00:00:00.25Z "
                 "same\n2026-01-01T00:00:00.25Z b\n");
        log.resume();
        // sinceTime is cut to the second: everything of that second comes again, then the new.
        const QStringList out
            = log.take("2026-01-01T00:00:00.1Z a\n2026-01-01T00:00:00.25Z same\n2026-01-01T00:00:00.25Z "
                       "same\n2026-01-01T00:00:00.25Z b\n"
                       "2026-01-01T00:00:00.25Z late\n2026-01-01T00:00:00.3Z same\n2026-01-01T00:00:01Z a\n");
        QCOMPARE(out, (QStringList{u"late"_s, u"same"_s, u"a"_s}));
    }

    void endlessLineComesInPieces()
    {
        LogLines log;
        const QStringList out = log.take("2026-01-01T00:00:00Z " + QByteArray(LogLines::kLongest + 10, 'x'));
        QCOMPARE(out.size(), 1);
        QCOMPARE(out.at(0).size(), LogLines::kLongest + 10);
    }

    void followsAndEnds()
    {
        Rig rig;
        rig.server.on(kLog,
            FaultAnswer::stream(200, "text/plain")
                .send("2026-01-01T00:00:00Z one\n")
                .wait(u"more"_s)
                .send("2026-01-01T00:00:01Z two\n")
                .end());
        rig.server.on(kPod, FaultAnswer::json(200, kTerminated));
        rig.feed->start();
        QTRY_COMPARE(rig.lines, QStringList{u"one"_s});
        QCOMPARE(rig.server.requests().at(0).target,
            QByteArray("/api/v1/namespaces/main/pods/p/log?container=c&follow=true&timestamps=true&tailLines=10"));
        rig.server.release(u"more"_s);
        QTRY_VERIFY(rig.ended);
        QCOMPARE(rig.ended->kind, ErrorKind::Cancelled);
        QCOMPARE(rig.lines, (QStringList{u"one"_s, u"two"_s}));
    }

    void cleanEndOfARunningContainerIsOpenedAgain()
    {
        Rig rig;
        rig.server.on(kLog, FaultAnswer::stream(200, "text/plain").send("2026-01-01T00:00:00.5Z one\n").end());
        rig.server.on(kLog,
            FaultAnswer::stream(200, "text/plain")
                .send("2026-01-01T00:00:00.5Z one\n2026-01-01T00:00:02Z two\n")
                .hang());
        rig.server.on(kPod, FaultAnswer::json(200, kRunning));
        rig.feed->start();
        QTRY_COMPARE(rig.lines, (QStringList{u"one"_s, u"two"_s}));
        QCOMPARE(rig.server.requests(kLog).at(1).q(u"sinceTime"_s), u"2026-01-01T00:00:00.5Z"_s);
        QVERIFY(!rig.server.requests(kLog).at(1).query.hasQueryItem(u"tailLines"_s));
        QVERIFY(!rig.ended);
    }

    void lostConnectionIsOpenedAgain()
    {
        Rig rig;
        rig.server.on(kLog,
            FaultAnswer::stream(200, "text/plain").send("2026-01-01T00:00:00Z one\n2026-01-01T00:00:00Z tw").reset());
        rig.server.on(kLog,
            FaultAnswer::stream(200, "text/plain").send("2026-01-01T00:00:00Z one\n2026-01-01T00:00:00Z two\n").hang());
        rig.feed->start();
        QTRY_COMPARE(rig.lines, (QStringList{u"one"_s, u"two"_s}));
    }

    void errorsEnd_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<ErrorKind>("kind");
        QTest::newRow("400 waiting to start") << 400 << ErrorKind::Invalid;
        QTest::newRow("403") << 403 << ErrorKind::Forbidden;
        QTest::newRow("404") << 404 << ErrorKind::NotFound;
    }
    void errorsEnd()
    {
        QFETCH(int, status);
        Rig rig;
        rig.server.on(kLog, FaultAnswer::json(status, statusBody(status, "", "the words", R"({"name":"p"})")));
        rig.feed->start();
        QTRY_VERIFY(rig.ended);
        QTEST(rig.ended->kind, "kind");
        QVERIFY(rig.ended->message.contains(u"pods/p in main"_s));
        QCOMPARE(rig.server.count(kLog), 1);
    }

    void pause()
    {
        Rig rig;
        rig.server.on(kLog,
            FaultAnswer::stream(200, "text/plain")
                .send("2026-01-01T00:00:00Z one\n")
                .wait(u"g"_s)
                .send("2026-01-01T00:00:01Z two\n")
                .hang());
        rig.feed->start();
        QTRY_COMPARE(rig.lines, QStringList{u"one"_s});
        rig.feed->setPaused(true);
        rig.server.openGate(u"g"_s);
        QTRY_COMPARE(rig.server.waiting(u"g"_s), 0);
        HttpCall call;
        bool other = false;
        call.request.pathAndQuery = u"/other"_s;
        rig.dispatcher->send(call, [&other](const Result<HttpReply> &) { other = true; });
        QTRY_VERIFY(other);
        QCOMPARE(rig.lines, QStringList{u"one"_s});
        rig.feed->setPaused(false);
        QTRY_COMPARE(rig.lines, (QStringList{u"one"_s, u"two"_s}));
    }

    void deletionStopsTheStream()
    {
        Rig rig;
        rig.server.on(kLog, FaultAnswer::stream(200, "text/plain").send("2026-01-01T00:00:00Z one\n").hang());
        rig.feed->start();
        QTRY_COMPARE(rig.lines, QStringList{u"one"_s});
        rig.feed.reset();
        QTRY_COMPARE(rig.server.openConnections(), 0);
    }

    void ownerMayDeleteItWhileLinesArrive()
    {
        Rig rig;
        rig.server.on(kLog, FaultAnswer::stream(200, "text/plain").send("2026-01-01T00:00:00Z one\n").hang());
        connect(rig.feed.get(), &ports::LogFeed::lines, this, [&rig] { rig.feed.reset(); });
        rig.feed->start();
        QTRY_VERIFY(!rig.feed);
        QTRY_COMPARE(rig.server.openConnections(), 0);
    }

    // ServiceHttp

    void servicesByProxy()
    {
        Rig rig;
        ServiceHttpWorker worker(rig.dispatcher.get(), u"staging"_s, 5000);
        ServiceHttp services(rig.dispatcher->mailbox(), &worker);
        const QString path = u"/api/v1/namespaces/mon/services/prom:9090/proxy/api/v1/query"_s;
        rig.server.on(
            path, FaultAnswer::json(422, R"({"status":"error","errorType":"bad_data"})").header("X-Own", "1"));
        const ports::ServiceAddress prom{{}, u"mon"_s, u"prom"_s, u"9090"_s, {}};
        const auto answer = await(services.request(prom, "POST", u"/api/v1/query?time=1"_s,
            {{"Content-Type", "application/x-www-form-urlencoded"}, {"X-Scope-OrgID", "t"}}, "query=up", {}));
        QVERIFY2(answer, qPrintable(answer ? QString() : answer.error().text()));
        QCOMPARE(answer->status, 422); // the service's own answer
        QCOMPARE(answer->headers.value("x-own"), QByteArray("1"));
        const FaultRequest got = rig.server.requests().at(0);
        QCOMPARE(got.body, QByteArray("query=up"));
        QCOMPARE(got.header("content-type"), QByteArray("application/x-www-form-urlencoded"));
        QCOMPARE(got.header("x-scope-orgid"), QByteArray("t"));
        rig.server.forget(path);
        rig.server.on(path,
            FaultAnswer::json(503, statusBody(503, "ServiceUnavailable", "no endpoints available for service prom")));
        const auto down = await(services.request(prom, "GET", u"/api/v1/query"_s, {}, {}, {}));
        QVERIFY(!down); // the API server's
        QVERIFY(down.error().message.contains(u"no endpoints available"_s)
            && down.error().message.contains(u"prom in mon"_s));
    }

    void servicesByUrlGetNoCredential()
    {
        TestPki pki;
        FaultServer cluster(pki.serverConfiguration({}));
        FaultServer other;
        other.on(u"/prefix/-/ready"_s, FaultAnswer::text(200, "ok"));
        HttpDispatcher dispatcher(
            HttpClient::make(configOf(cluster, &pki), std::make_shared<Tokens>(QList<QByteArray>{"secret"})), 5000);
        ServiceHttpWorker worker(&dispatcher, u"staging"_s, 5000);
        ServiceHttp services(dispatcher.mailbox(), &worker);
        ports::ServiceAddress to;
        to.url = other.url().toString() + u"/prefix/"_s;
        const auto answer = await(services.request(to, "GET", u"/-/ready"_s, {}, {}, {}));
        QVERIFY2(answer, qPrintable(answer ? QString() : answer.error().text()));
        QCOMPARE(answer->body, QByteArray("ok"));
        QVERIFY(!other.requests().at(0).headers.contains("authorization"));
        QCOMPARE(cluster.count(), 0);
        to.url = u"ftp://x"_s;
        QCOMPARE(await(services.request(to, "GET", u"/"_s, {}, {}, {})).error().kind, ErrorKind::Invalid);
    }
};

QTEST_GUILESS_MAIN(tst_log_feed)
#include "tst_log_feed.moc"
