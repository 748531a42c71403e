// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/Http2FaultServer.h"
#include "tests/support/TestPki.h"
#include "tests/unit/kube/watch/FaultRig.h"

#include <QTest>

using namespace qd;
using namespace qd::support;
using namespace Qt::StringLiterals;
using Phase = LoadState::Phase;

namespace {

/// The authority comes before the server that shows its certificate.
struct Authority {
    TestPki pki;
};

struct Http2Rig : private Authority, FaultRigOf<Http2FaultServer> {
    explicit Http2Rig(int silenceMs = 120000) : FaultRigOf(silenceMs, pki.serverConfiguration({})) { config.caData = pki.ca(); }
    /// A synchronised list of one row, fresh, its first watch held at the gate "more".
    bool synchronised()
    {
        script([this](const FaultRequest &request, int) { return watchFrom(request); });
        start();
        return QTest::qWaitFor([this] { return ready(1) && fresh() && server.waiting(u"more"_s) == 1; }, 30000);
    }
    /// A watch from version 5 brings b; from 6 nothing.
    FaultAnswer watchFrom(const FaultRequest &request) const
    {
        if (askOf(request) == Ask::WatchList)
            return synced(added("a", 1), 5).wait(u"more"_s).send(added("b", 6)).hang();
        const QByteArray news = request.q(u"resourceVersion"_s) == u"5"_s ? added("b", 6) : QByteArray();
        return FaultAnswer::stream().wait(u"later"_s).send(news).hang();
    }
    [[nodiscard]] int lastConnection() const { return server.requests(kParties).last().connection; }
};

}

/// What API servers do to HTTP/2 connections, and networks with them, under live lists. A server that is well is never shown as stale.
class TestWatchHttp2 : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void goAwayDuringAnIdleWatch();
    void goAwayWhileEventsFlow();
    void goAwayThatGivesTheStreamUp();
    void goAwayAtEveryConnection();
    void goAwayBehindANewWatch();
    void goAwayDuringTheFirstList();
    void goAwayThenClosed();
    void resetMidEvent();
    void refusedStreams();
    void hundredAndFirstStream();
    void fewStreamsAllowed();
    void forgottenConnection();
    void forgottenSecondConnection();
    void frozenServerIsStale();
    void slowHeartbeatMovesNothing();
    void livezThatIsNotWell_data();
    void livezThatIsNotWell();
};

/// As kube-apiserver with --goaway-chance: the watch goes on, but nothing new is answered on its connection.
void TestWatchHttp2::goAwayDuringAnIdleWatch()
{
    Http2Rig rig;
    rig.hasty();
    QVERIFY(rig.synchronised());
    QCOMPARE(rig.server.connections(), 1);
    rig.server.goAway();
    TRY_VERIFY(rig.asked == 2);   // opened again on a new connection
    QCOMPARE(rig.request(1).q(u"resourceVersion"_s), u"5"_s);
    QCOMPARE(rig.lastConnection(), 2);
    rig.server.openGate(u"later"_s);
    TRY_VERIFY(rig.ready(2));
    // and the heartbeat is on the new one
    const int before = rig.server.count(u"/livez"_s);
    TRY_VERIFY(rig.server.count(u"/livez"_s) > before + 1);
    QCOMPARE(rig.server.requests(u"/livez"_s).last().connection, 2);
    TRY_COMPARE(rig.server.openConnections(), 1);
    QVERIFY(rig.neverStale());
}

/// Events come on as long as the old stream lives, none is lost or doubled in between.
void TestWatchHttp2::goAwayWhileEventsFlow()
{
    Http2Rig rig;
    rig.hasty();
    rig.script([](const FaultRequest &request, int n) {
        FaultAnswer answer = n == 0 ? synced(added("n-0", 1), 1) : FaultAnswer::stream();
        for (int v = n == 0 ? 2 : request.q(u"resourceVersion"_s).toInt() + 1; v <= 60; ++v)
            answer.wait(u"tick"_s).send(added("n-" + QByteArray::number(v), v));
        return answer.hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(1) && rig.fresh());
    for (int v = 2; v <= 60; ++v) {
        if (v == 10)
            rig.server.goAway();
        TRY_VERIFY(rig.server.waiting(u"tick"_s) >= 1);
        rig.server.release(u"tick"_s);
        if (v < 10 || v > 50)
            TRY_VERIFY(rig.store.size() >= v - 1);
    }
    TRY_VERIFY(rig.asked >= 2 && rig.lastConnection() >= 2);
    rig.server.openGate(u"tick"_s);
    TRY_VERIFY(rig.ready(60));
    QVERIFY(rig.neverStale());
}

/// A last stream id before the watch: it is given up, and goes on elsewhere at once.
void TestWatchHttp2::goAwayThatGivesTheStreamUp()
{
    Http2Rig rig;   // not hasty: no heartbeat helps here
    QVERIFY(rig.synchronised());
    rig.server.goAway(0);
    TRY_VERIFY(rig.asked == 2);
    QCOMPARE(rig.request(1).q(u"resourceVersion"_s), u"5"_s);
    QVERIFY(rig.lastConnection() >= 2);
    rig.server.openGate(u"later"_s);
    TRY_VERIFY(rig.ready(2));
    QVERIFY(rig.neverStale());
}

/// A server that gives every watch up at once is no hot loop, and is said.
void TestWatchHttp2::goAwayAtEveryConnection()
{
    Http2Rig rig;
    QVERIFY(rig.synchronised());
    QObject::connect(&rig.server, &FaultScript::requested, &rig.server, [&rig](const FaultRequest &request) {
        if (request.path == kParties)
            QMetaObject::invokeMethod(&rig.server, [&rig] { rig.server.goAway(0); }, Qt::QueuedConnection);
    });
    QElapsedTimer timer;
    timer.start();
    rig.server.goAway(0);
    TRY_VERIFY(rig.was(Phase::Stale) || rig.asked >= 8);
    QVERIFY2(rig.asked - 1 <= 8 + timer.elapsed() * FaultRigOf<Http2FaultServer>::kFaster / 800, qPrintable(QString::number(rig.asked)));
}

/// A list opened after GOAWAY hangs in Qt; the missing head makes its connection suspected.
void TestWatchHttp2::goAwayBehindANewWatch()
{
    Http2Rig rig;
    rig.hasty();
    rig.options.heartbeatMs = 600000;   // only the new list finds out
    QVERIFY(rig.synchronised());
    rig.server.goAway();
    rig.server.release(u"more"_s);
    TRY_VERIFY(rig.ready(2));   // so the GOAWAY has come, too
    const QString path = u"/apis/canton.quarterdeck.io/v1alpha1/namespaces/other/parties"_s;
    rig.server.on(path, synced({}, 9).hang());
    auto second = rig.feed->watch({.kind = testKind(), .ns = u"other"_s});
    QList<Phase> phases;
    QObject::connect(second.get(), &ports::ResourceFeed::loadStateChanged, second.get(), [&phases](const LoadState &s) { phases.append(s.phase); });
    second->start();
    TRY_VERIFY(!phases.isEmpty() && phases.last() == Phase::Ready);
    QVERIFY(!phases.contains(Phase::Failed));
    QCOMPARE(rig.server.requests(path).last().connection, 2);
    QVERIFY(rig.neverStale());
}

void TestWatchHttp2::goAwayDuringTheFirstList()
{
    Http2Rig rig;
    rig.script([](const FaultRequest &, int n) {
        return n == 0 ? FaultAnswer::stream().send(added("a", 1)).wait(u"rest"_s).send(added("b", 2) + bookmark(5, true)).hang()
                      : synced(added("a", 1) + added("b", 2), 5).hang();
    });
    rig.start();
    TRY_COMPARE(rig.server.waiting(u"rest"_s), 1);
    rig.server.goAway();
    rig.server.release(u"rest"_s);
    TRY_VERIFY(rig.ready(2));   // served on to its end
    QVERIFY(!rig.was(Phase::Failed));
}

/// As an API server that shuts down behind a load balancer: GOAWAY, then the connection is closed, another server takes over.
void TestWatchHttp2::goAwayThenClosed()
{
    Http2Rig rig;
    QVERIFY(rig.synchronised());
    rig.server.goAway(Http2FaultServer::kNotice);
    rig.server.goAway();
    rig.server.dropAll();
    TRY_VERIFY(rig.asked == 2);
    rig.server.openGate(u"later"_s);
    TRY_VERIFY(rig.ready(2));
    QCOMPARE(rig.request(1).q(u"resourceVersion"_s), u"5"_s);
    QVERIFY(rig.neverStale());
}

void TestWatchHttp2::resetMidEvent()
{
    for (const quint32 code : {2U, 8U}) {   // a handler that panics; cancelled
        Http2Rig rig;
        const QByteArray second = added("b", 6);
        rig.script([&second, code](const FaultRequest &, int n) {
            return n == 0 ? synced(added("a", 1), 5).send(second.left(30)).wait(u"cut"_s).resetStream(code)
                          : FaultAnswer::stream().send(second).hang();
        });
        rig.start();
        TRY_VERIFY(rig.ready(1) && rig.server.waiting(u"cut"_s) == 1);
        rig.server.release(u"cut"_s);
        TRY_VERIFY(rig.ready(2));
        QCOMPARE(rig.request(1).q(u"resourceVersion"_s), u"5"_s);
        QVERIFY(rig.refusals.isEmpty());
        QCOMPARE(rig.server.connections(), 1);   // the others on it go on
        QVERIFY(rig.neverStale());
    }
}

void TestWatchHttp2::refusedStreams()
{
    Http2Rig rig;
    rig.script([](const FaultRequest &, int) { return synced(added("a", 1), 5).hang(); });
    rig.server.setRefusing(true);
    rig.start();
    TRY_VERIFY(rig.was(Phase::Failed));
    QVERIFY(!rig.failure().message.isEmpty());
    rig.server.setRefusing(false);
    TRY_VERIFY(rig.ready(1) && rig.fresh());
}

/// kube-apiserver allows 100 streams a connection: the 101st would never open, and the heartbeat behind it would hang.
void TestWatchHttp2::hundredAndFirstStream()
{
    Http2Rig rig;
    rig.server.fallback([](const FaultRequest &) { return synced({}, 5).hang(); });
    rig.connectTo();
    std::vector<std::unique_ptr<ports::ResourceFeed>> lists;
    int readyLists = 0;
    for (int i = 0; i < 101; ++i) {
        lists.push_back(rig.feed->watch({.kind = testKind(), .ns = u"ns-%1"_s.arg(i)}));
        QObject::connect(lists.back().get(), &ports::ResourceFeed::loadStateChanged, lists.back().get(),
                         [&readyLists](const LoadState &s) { readyLists += s.phase == Phase::Ready ? 1 : 0; });
        lists.back()->start();
    }
    TRY_COMPARE(readyLists, 101);
    TRY_COMPARE(rig.feed->freshness().state, Freshness::State::Fresh);
    QCOMPARE(rig.server.openConnections(), 2);
    QVERIFY(rig.server.openStreams() >= 101);
}

/// A gateway with a lower limit: two streams and the heartbeat fit.
void TestWatchHttp2::fewStreamsAllowed()
{
    Http2Rig rig;
    rig.server.setMaxStreams(3);
    QVERIFY(rig.synchronised());
    rig.server.openGate(u"more"_s);
    TRY_VERIFY(rig.ready(2));
    QVERIFY(rig.neverStale());
}

/// A NAT lost its table: nothing is closed, new connections work.
void TestWatchHttp2::forgottenConnection()
{
    Http2Rig rig;
    rig.hasty();
    QVERIFY(rig.synchronised());
    rig.server.forgetConnections();
    TRY_VERIFY(rig.asked == 2);
    QCOMPARE(rig.request(1).q(u"resourceVersion"_s), u"5"_s);
    rig.server.openGate(u"later"_s);
    TRY_VERIFY(rig.ready(2));
    QVERIFY(rig.neverStale());
}

/// Also one that the heartbeat is not on.
void TestWatchHttp2::forgottenSecondConnection()
{
    Http2Rig rig;
    rig.server.fallback([](const FaultRequest &) { return synced({}, 5).hang(); });
    rig.connectTo();
    std::vector<std::unique_ptr<ports::ResourceFeed>> lists;
    int readyLists = 0;
    const auto more = [&](int until) {
        for (int i = int(lists.size()); i < until; ++i) {
            lists.push_back(rig.feed->watch({.kind = testKind(), .ns = u"ns-%1"_s.arg(i)}));
            QObject::connect(lists.back().get(), &ports::ResourceFeed::loadStateChanged, lists.back().get(),
                             [&readyLists](const LoadState &s) { readyLists += s.phase == Phase::Ready ? 1 : 0; });
            lists.back()->start();
        }
    };
    more(82);
    TRY_COMPARE(readyLists, 82);
    TRY_COMPARE(rig.feed->freshness().state, Freshness::State::Fresh);
    QCOMPARE(rig.server.connections(), 2);
    const int before = rig.server.count();
    rig.server.forgetConnections();
    // Overdue after 3 s each: both are replaced, all 82 opened again.
    TRY_VERIFY(rig.server.count() >= before + 82);
    TRY_VERIFY(rig.server.connections() >= 4);
    TRY_COMPARE(rig.feed->freshness().state, Freshness::State::Fresh);
}

/// Half-open and no new connection answers either: stale in time, and back from the last version.
void TestWatchHttp2::frozenServerIsStale()
{
    Http2Rig rig;
    rig.hasty();
    QVERIFY(rig.synchronised());
    rig.server.setFrozen(true);
    TRY_COMPARE(rig.feed->freshness().state, Freshness::State::Stale);
    QVERIFY(rig.feed->freshness().reason.contains("devnet"_L1));
    rig.server.setFrozen(false);
    TRY_VERIFY(rig.fresh());
    rig.server.openGate(u"more"_s);
    rig.server.openGate(u"later"_s);
    TRY_VERIFY(rig.ready(2));
    QCOMPARE(rig.request(1).q(u"resourceVersion"_s), u"5"_s);
}

/// The first answer counts although it is late: the old connection lives.
void TestWatchHttp2::slowHeartbeatMovesNothing()
{
    Http2Rig rig;
    rig.hasty();
    rig.options.freshMs *= FaultRigOf<Http2FaultServer>::kFaster;
    QVERIFY(rig.synchronised());
    rig.server.forget(u"/livez"_s);
    rig.server.handle(u"/livez"_s, [](const FaultRequest &request) {
        return FaultAnswer::text(200, "ok").headAfter(request.connection == 1 ? u"first"_s : u"second"_s);
    });
    TRY_COMPARE(rig.server.waiting(u"second"_s), 1);   // overdue: asked on a second connection too
    rig.server.openGate(u"first"_s);
    TRY_COMPARE(rig.server.waiting(u"second"_s), 0);   // which is given up
    const int before = rig.server.count(u"/livez"_s);
    TRY_VERIFY(rig.server.count(u"/livez"_s) > before);
    QCOMPARE(rig.asked, 1);
    QVERIFY(rig.neverStale());
}

void TestWatchHttp2::livezThatIsNotWell_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("words");
    QTest::newRow("500 with what is missing") << 500 << QByteArray("[+]ping ok\n[-]etcd failed: reason withheld\nlivez check failed")
                                              << u"devnet answers /livez with status 500: etcd not well"_s;
    QTest::newRow("500") << 500 << QByteArray("panic") << u"devnet answers /livez with status 500"_s;
    QTest::newRow("503 of a gateway") << 503 << QByteArray("<html>no upstream</html>") << u"A gateway before devnet"_s;
}

/// The connection lives, the server does not: stale after the time, with the reason, and no connection is given up for it.
void TestWatchHttp2::livezThatIsNotWell()
{
    QFETCH(int, code);
    QFETCH(QByteArray, body);
    QFETCH(QString, words);
    Http2Rig rig;
    rig.hasty();
    QVERIFY(rig.synchronised());
    rig.server.forget(u"/livez"_s);
    rig.server.on(u"/livez"_s, FaultAnswer::text(code, body));
    TRY_COMPARE(rig.feed->freshness().state, Freshness::State::Stale);
    QVERIFY2(rig.feed->freshness().reason.contains(words), qPrintable(rig.feed->freshness().reason));
    QCOMPARE(rig.asked, 1);
    QCOMPARE(rig.server.connections(), 1);
    rig.server.forget(u"/livez"_s);
    rig.server.on(u"/livez"_s, FaultAnswer::text(200, "ok"));
    TRY_VERIFY(rig.fresh());
}

QTEST_GUILESS_MAIN(TestWatchHttp2)
#include "tst_watch_http2.moc"
