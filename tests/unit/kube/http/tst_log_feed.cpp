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
    explicit Rig(const LogTiming &timing = {})
        : dispatcher(std::make_unique<HttpDispatcher>(HttpClient::make(configOf(server), {}), 5000))
    {
        feed = std::make_unique<PodLogFeed>(dispatcher->mailbox(), [this, timing](LogFollower::Sink sink) {
            auto *follower = new LogFollower(makeHttpClient(configOf(server), {}, HttpOptions{false, 64 << 10}),
                dispatcher.get(), {u"main"_s, u"p"_s, u"c"_s, 10}, std::move(sink), timing);
            follower->setParent(&followers);
            return follower;
        });
        QObject::connect(
            feed.get(), &ports::LogFeed::lines, feed.get(), [this](const QStringList &more) { lines += more; });
        QObject::connect(feed.get(), &ports::LogFeed::ended, feed.get(), [this](const Error &error) { ended = error; });
        QObject::connect(feed.get(), &ports::LogFeed::interrupted, feed.get(),
            [this](const Error &why) { interruptions.append(why.text()); });
        QObject::connect(feed.get(), &ports::LogFeed::resumed, feed.get(), [this] { ++resumptions; });
    }
    FaultServer server;
    std::unique_ptr<HttpDispatcher> dispatcher;
    QObject followers;
    std::unique_ptr<PodLogFeed> feed;
    /// The log as a server has it: `streams` for those who follow, one after another, `last` for who asks for the last line.
    void serve(const QList<FaultAnswer> &streams, const QByteArray &last)
    {
        server.handle(kLog, [this, streams, last](const FaultRequest &request) {
            if (request.q(u"follow"_s) == "true"_L1)
                return streams.at(qMin(followed++, streams.size() - 1));
            ++probes;
            return FaultAnswer::text(200, last);
        });
    }
    QStringList lines;
    QStringList interruptions;
    int resumptions = 0;
    qsizetype followed = 0;
    int probes = 0;
    std::optional<Error> ended;
};

/// A log that is asked after a moment of silence.
constexpr LogTiming kSoon{100, 100, 400};

FaultAnswer logOf(const QByteArray &text)
{
    return FaultAnswer::stream(200, "text/plain").send(text);
}

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

    /// The connection is forgotten by a network in between: nothing comes, and nobody says so.
    void forgottenConnectionIsOpenedAgain()
    {
        Rig rig(kSoon);
        const QByteArray one = "2026-01-01T00:00:00.500000000Z one\n";
        const QByteArray two = "2026-01-01T00:00:00.600000000Z two\n";
        rig.serve({logOf(one).hang(), logOf(one + two).hang()}, two);
        rig.feed->start();
        QTRY_COMPARE(rig.lines, (QStringList{u"one"_s, u"two"_s}));
        QCOMPARE(rig.followed, 2);
        QVERIFY(rig.probes >= 2); // a line under way has a moment
        QVERIFY(!rig.ended);
        QCOMPARE(rig.server.requests(kLog).constLast().path, kLog);
        const int probes = rig.probes;
        QTRY_VERIFY(rig.probes >= probes + 3);
        QCOMPARE(rig.followed, 2);
        QCOMPARE(rig.lines.size(), 2);
    }

    /// A log may be silent for ever; also one whose last line never comes with that stamp opens it once only.
    void silentLogStaysOpen()
    {
        Rig rig(kSoon);
        rig.serve({logOf("2026-01-01T00:00:00.5Z one\n").hang()}, "2026-01-01T00:00:00.500000000Z one\n");
        rig.feed->start();
        QTRY_VERIFY(rig.probes >= 4);
        QCOMPARE(rig.followed, 1);
        QCOMPARE(rig.lines, QStringList{u"one"_s});
        QCOMPARE(rig.interruptions, QStringList());
        Rig part(kSoon);
        part.serve({logOf("2026-01-01T00:00:00.5Z one\n").hang()}, "2026-01-01T00:00:00.6Z the end of a long line\n");
        part.feed->start();
        QTRY_VERIFY(part.probes >= 6);
        QCOMPARE(part.followed, 2);
        QCOMPARE(part.lines, QStringList{u"one"_s});
    }

    /// Nobody answers: the log is marked; once somebody does, it is opened again and complete.
    void silentNetworkIsSaid()
    {
        Rig rig(kSoon);
        const QByteArray one = "2026-01-01T00:00:00.5Z one\n";
        const QByteArray two = "2026-01-01T00:00:07Z two\n";
        rig.serve({logOf(one).hang(), logOf(one + two).hang()}, two);
        rig.feed->start();
        QTRY_COMPARE(rig.lines, QStringList{u"one"_s});
        rig.server.setFrozen(true);
        QTRY_COMPARE(rig.interruptions.size(), 1);
        QVERIFY2(rig.interruptions.first().contains(u"Log of pods/p in main"_s), qPrintable(rig.interruptions.first()));
        QCOMPARE(rig.resumptions, 0);
        rig.server.setFrozen(false);
        QTRY_COMPARE(rig.lines, (QStringList{u"one"_s, u"two"_s}));
        QTRY_COMPARE(rig.resumptions, 1);
        QVERIFY(!rig.ended);
    }

    /// The kubelet is down: 500 of the API server is said and tried again.
    void kubeletDownIsSaid()
    {
        Rig rig;
        rig.serve({logOf("2026-01-01T00:00:00Z one\n").end(),
                      FaultAnswer::json(500, statusBody(500, "InternalError", "dial tcp: connection refused")),
                      logOf("2026-01-01T00:00:00Z one\n2026-01-01T00:00:09Z two\n").hang()},
            {});
        rig.server.on(kPod, FaultAnswer::json(200, kRunning));
        rig.feed->start();
        QTRY_COMPARE(rig.lines, (QStringList{u"one"_s, u"two"_s}));
        QCOMPARE(rig.interruptions.size(), 1);
        QVERIFY2(rig.interruptions.first().contains(u"connection refused"_s), qPrintable(rig.interruptions.first()));
        QCOMPARE(rig.resumptions, 1);
    }

    void podWithoutNodeIsSaid()
    {
        Rig rig;
        rig.serve({FaultAnswer::text(204, {}), logOf("2026-01-01T00:00:00Z one\n").hang()}, {});
        rig.server.on(kPod, FaultAnswer::json(200, R"({"metadata":{"name":"p"},"status":{"phase":"Pending"}})"));
        rig.feed->start();
        QTRY_COMPARE(rig.lines, QStringList{u"one"_s});
        QCOMPARE(rig.interruptions.size(), 1);
        QVERIFY2(rig.interruptions.first().contains(u"p has no node yet"_s), qPrintable(rig.interruptions.first()));
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

    /// A call with bounds: given up as soon as it is too large, or too late.
    void servicesWithBounds()
    {
        Rig rig;
        ServiceHttpWorker worker(rig.dispatcher.get(), u"staging"_s, 5000);
        ServiceHttp services(rig.dispatcher->mailbox(), &worker);
        ports::ServiceCall call{{{}, u"mon"_s, u"prom"_s, u"9090"_s, {}}, "GET", u"/big"_s};
        const QString path = u"/api/v1/namespaces/mon/services/prom:9090/proxy"_s;
        rig.server.on(path + u"/big"_s, FaultAnswer::stream().send(QByteArray(5000, ' ')).wait(u"never"_s));
        rig.server.on(path + u"/hung"_s, FaultAnswer::silent().hang());
        call.largest = 4000;
        const auto big = await(services.send(call, {}));
        QVERIFY(!big);
        QCOMPARE(big.error().reason, u"TooLarge"_s);
        call.pathAndQuery = u"/hung"_s;
        call.deadlineMs = 100;
        QCOMPARE(await(services.send(call, {})).error().kind, ErrorKind::Timeout);
        QTRY_COMPARE(rig.server.openConnections(), 0);
    }

    /// A megabyte of zeros in a kilobyte of gzip, a thousand times: it is not unfolded whole before somebody can say stop.
    void bombsUnfoldInPieces()
    {
        Rig rig;
        const QByteArray zlib = qCompress(QByteArray(qsizetype(200) << 20, '0'), 9).mid(4);
        rig.server.on(u"/bomb"_s, FaultAnswer::text(200, zlib, "text/plain").header("Content-Encoding", "deflate"));
        HttpRequest request;
        request.pathAndQuery = u"/bomb"_s;
        HttpExchange *exchange = rig.dispatcher->client()->open(request, this);
        qint64 most = 0, all = 0;
        bool finished = false;
        connect(exchange, &HttpExchange::data, this, [&](const QByteArray &bytes) {
            most = qMax(most, qint64(bytes.size()));
            all += bytes.size();
        });
        connect(exchange, &HttpExchange::finished, this, [&](bool clean) { finished = clean; });
        QTRY_VERIFY_WITH_TIMEOUT(finished, 30000);
        QCOMPARE(all, qint64(200) << 20);
        QVERIFY2(most <= qint64(8) << 20, qPrintable(QString::number(most)));
        delete exchange;
    }

    /// Charts that wait for a slow Prometheus leave the way free for a person's request.
    void servicesTakeNotAllPlaces()
    {
        Rig rig;
        ServiceHttpWorker worker(rig.dispatcher.get(), u"staging"_s, 5000);
        ServiceHttp services(rig.dispatcher->mailbox(), &worker);
        const QString path = u"/api/v1/namespaces/mon/services/prom:9090/proxy/slow"_s;
        rig.server.on(path, FaultAnswer::text(200, "ok").headAfter(u"g"_s));
        rig.server.on(u"/version"_s, FaultAnswer::json(200, "{}"));
        QList<QFuture<Result<ports::HttpAnswer>>> slow;
        for (int i = 0; i < 10; ++i)
            slow.append(services.send({{{}, u"mon"_s, u"prom"_s, u"9090"_s, {}}, "GET", u"/slow"_s}, {}));
        QTRY_COMPARE(rig.server.waiting(u"g"_s), HttpDispatcher::kServices);
        HttpCall call;
        call.request.pathAndQuery = u"/version"_s;
        bool answered = false;
        rig.dispatcher->send(call, [&answered](const Result<HttpReply> &reply) { answered = reply.ok(); });
        QTRY_VERIFY(answered);
        QCOMPARE(rig.server.count(path), HttpDispatcher::kServices);
        rig.server.openGate(u"g"_s);
        for (const auto &future : slow)
            QVERIFY(await(future));
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
