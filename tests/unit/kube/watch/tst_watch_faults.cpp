// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/kube/watch/FaultRig.h"

#include <QJsonDocument>
#include <QTest>

using namespace qd;
using namespace qd::support;
using namespace Qt::StringLiterals;
using Phase = LoadState::Phase;

/// The cases of kubernetes.md 5.2 that concern live lists, over a real socket through the real client.
class TestWatchFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void chunksOfOneByte();
    void prettyPrintedAndCrlf();
    void fiveMegabyteObject();
    void bookmarkFirst();
    void error410InStream();
    void error429WithRetryAfterInStream();
    void error500InStream();
    void watchListNotSupportedByEtcd();
    void refusedAtOpen_data();
    void refusedAtOpen();
    void htmlErrorPage();
    void watchThatEndsAtOnce();
    void halfOpenStream();
    void acceptedAndNeverAnswered();
    void proxyThatBuffersTheHead();
    void resume();
    void resetMidEvent();
    void allConnectionsDropped();
    void connectionRefused();
    void gzipStream();
    void gzipOfSeveralMembers();
    void truncatedGzip();
    void gzipList();
    void oldServer422();
    void continue410();
    void pageTwoRejectsTheVersion();
    void serverIgnoringSendInitialEvents();
    void deleteAndRecreate();
    void versionTooLarge();
    void twentyFourWatchesOverHttp1();
    void frozenServerIsStaleAndComesBack();
    void destroyedInAnyOrder();
};

void TestWatchFaults::chunksOfOneByte()
{
    FaultRig rig;
    QByteArray text = eventLine("ADDED", object("a", "uid-a", 1, R"(,"spec":{"hint":"é 日本 😀 \u00e9 \\ \" }{"})"));
    rig.script([&](const FaultRequest &, int) { return FaultAnswer::stream().send(text + added("b", 2) + bookmark(3, true), 1).hang(); });
    rig.start();
    TRY_VERIFY(rig.ready(2));
    QCOMPARE(rig.store.value(u"uid-a"_s).cells.at(0).text, u"é 日本 😀 é \\ \" }{"_s);
}

void TestWatchFaults::prettyPrintedAndCrlf()
{
    FaultRig rig;
    QByteArray text;
    for (const QByteArray &event : {added("a", 1), added("b", 2), bookmark(3, true)})
        text += QJsonDocument::fromJson(event).toJson(QJsonDocument::Indented).replace("\n", "\r\n") + "\r\n";
    rig.script([&](const FaultRequest &, int) { return FaultAnswer::stream().send(text, 33).hang(); });
    rig.start();
    TRY_VERIFY(rig.ready(2));
}

void TestWatchFaults::fiveMegabyteObject()
{
    FaultRig rig;
    const QByteArray big = eventLine("ADDED", object("big", "uid-big", 1, R"(,"spec":{"note":")" + QByteArray(5 << 20, 'x') + R"(","hint":"end"})"));
    rig.script([&](const FaultRequest &, int) { return FaultAnswer::stream().send(big, 65536).send(bookmark(3, true)).hang(); });
    rig.start();
    TRY_VERIFY(rig.ready(1));
    QCOMPARE(rig.store.first().cells.at(0).text, u"end"_s);
}

void TestWatchFaults::bookmarkFirst()
{
    FaultRig rig;
    rig.script([](const FaultRequest &, int) { return FaultAnswer::stream().send(bookmark(1)).send(added("a", 1) + bookmark(3, true)).hang(); });
    rig.start();
    TRY_VERIFY(rig.ready(1));
}

void TestWatchFaults::error410InStream()
{
    FaultRig rig;
    rig.script([](const FaultRequest &, int n) {
        return n == 0 ? synced(added("a", 1) + added("b", 2), 5).send(eventLine("ERROR", status(410, "Expired", "too old"))).hang()
                      : synced(added("b", 2), 90).hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(1) && rig.asked == 2);
    QCOMPARE(askOf(rig.request(1)), Ask::WatchList);
    QVERIFY(!rig.request(1).query.hasQueryItem(u"resourceVersion"_s));
}

void TestWatchFaults::error429WithRetryAfterInStream()
{
    FaultRig rig;
    rig.script([](const FaultRequest &, int n) {
        return n == 0 ? synced(added("a", 1), 5)
                            .send(eventLine("ERROR", status(429, "TooManyRequests", "busy", R"({"retryAfterSeconds":2})")))
                            .hang()
                      : FaultAnswer::stream().send(added("b", 6)).hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(2));
    QVERIFY(rig.was(Phase::Stale));
    QCOMPARE(askOf(rig.request(1)), Ask::Watch);
    QCOMPARE(rig.request(1).q(u"resourceVersion"_s), u"5"_s);
}

void TestWatchFaults::error500InStream()
{
    FaultRig rig;
    rig.script([](const FaultRequest &, int n) {
        return n == 0 ? synced(added("a", 1), 5).send(eventLine("ERROR", status(500, "InternalError", "etcd"))).hang()
                      : FaultAnswer::stream().send(added("b", 6)).hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(2));
    QCOMPARE(rig.request(1).q(u"resourceVersion"_s), u"5"_s);
}

void TestWatchFaults::watchListNotSupportedByEtcd()
{
    FaultRig rig;
    rig.script([](const FaultRequest &request, int) {
        if (askOf(request) == Ask::WatchList)
            return FaultAnswer::stream().send(
                eventLine("ERROR", status(500, "InternalError", "the required storage feature RequestWatchProgress is disabled")));
        return askOf(request) == Ask::List ? FaultAnswer::json(200, list({object("a", "uid-a", 1)}, 7)) : FaultAnswer::stream().hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(1) && rig.asked >= 3);
    QCOMPARE(askOf(rig.request(1)), Ask::List);
    QCOMPARE(rig.request(2).q(u"resourceVersion"_s), u"7"_s);
    // Remembered: another list on this connection asks LIST first.
    auto second = rig.feed->watch({.kind = testKind(), .ns = u"other"_s});
    const QString path = u"/apis/canton.quarterdeck.io/v1alpha1/namespaces/other/parties"_s;
    second->start();
    TRY_COMPARE(rig.server.count(path), 1);
    QCOMPARE(askOf(rig.server.requests(path).at(0)), Ask::List);
}

void TestWatchFaults::refusedAtOpen_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<Phase>("phase");
    QTest::addColumn<QString>("words");
    QTest::newRow("401") << 401 << Phase::Failed << u""_s;
    QTest::newRow("403") << 403 << Phase::Forbidden << u"watch parties.canton.quarterdeck.io"_s;
    QTest::newRow("404") << 404 << Phase::NotServed << u"does not serve Parties"_s;
    QTest::newRow("410") << 410 << Phase::Loading << u""_s;
    QTest::newRow("429") << 429 << Phase::Failed << u""_s;
    QTest::newRow("503") << 503 << Phase::Failed << u""_s;
}

void TestWatchFaults::refusedAtOpen()
{
    QFETCH(int, code);
    QFETCH(Phase, phase);
    QFETCH(QString, words);
    FaultRig rig;
    rig.script([code](const FaultRequest &, int n) {
        return n == 0 ? FaultAnswer::json(code, status(code, "", "said so")).header("Retry-After", "1") : synced(added("a", 1), 5).hang();
    });
    rig.start();
    QTRY_VERIFY2_WITH_TIMEOUT(rig.ready(1), qPrintable(rig.failure().message), 30000);
    QVERIFY(rig.was(phase));
    QVERIFY2(rig.failure().message.contains(words), qPrintable(rig.failure().message));
}

void TestWatchFaults::htmlErrorPage()
{
    FaultRig rig;
    rig.script([](const FaultRequest &, int n) {
        return n == 0 ? FaultAnswer::text(502, "<html><body><h1>Bad gateway</h1></body></html>", "text/html") : synced({}, 5).hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(0));
    QVERIFY(rig.was(Phase::Failed));
    QVERIFY2(rig.failure().message.contains("502"_L1) || rig.failure().detail.contains("Bad gateway"_L1), qPrintable(rig.failure().message));
}

void TestWatchFaults::watchThatEndsAtOnce()
{
    FaultRig rig;
    rig.script([](const FaultRequest &request, int n) {
        return n == 0 || askOf(request) != Ask::Watch ? synced({}, 5) : FaultAnswer::stream();
    });
    rig.start();
    TRY_VERIFY(rig.was(Phase::Stale));
    const int before = rig.asked;
    QVERIFY2(before <= 6, qPrintable(QString::number(before)));
    QVERIFY(rig.failure().message.contains("at once"_L1));
}

void TestWatchFaults::halfOpenStream()
{
    FaultRig rig(300);
    rig.script([](const FaultRequest &, int n) {
        return n == 0 ? synced(added("a", 1), 5).hang() : FaultAnswer::stream().send(added("b", 6)).hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(2));
    QCOMPARE(askOf(rig.request(1)), Ask::Watch);
    QCOMPARE(rig.request(1).q(u"resourceVersion"_s), u"5"_s);
}

void TestWatchFaults::acceptedAndNeverAnswered()
{
    FaultRig rig;
    rig.hasty();
    rig.script([](const FaultRequest &, int n) { return n == 0 ? FaultAnswer::silent().hang() : synced(added("a", 1), 5).hang(); });
    rig.start();
    TRY_VERIFY(rig.ready(1));
    QVERIFY(rig.was(Phase::Failed));
    QVERIFY(rig.failure().message.contains("devnet does not answer"_L1));
}

void TestWatchFaults::proxyThatBuffersTheHead()
{
    FaultRig rig;
    rig.script([](const FaultRequest &, int n) {
        return n == 0 ? synced(added("a", 1), 5).headAfter(u"first byte"_s).hang() : FaultAnswer::stream().hang();
    });
    rig.start();
    TRY_COMPARE(rig.server.waiting(u"first byte"_s), 1);
    rig.server.release(u"first byte"_s);
    TRY_VERIFY(rig.ready(1));
    QCOMPARE(rig.asked, 1);
}

void TestWatchFaults::resume()
{
    FaultRig rig;
    rig.script([](const FaultRequest &, int n) {
        return n == 0 ? synced(added("a", 1), 5).hang() : FaultAnswer::stream().send(added("b", 6)).hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(1));
    rig.feed->resumed();
    TRY_VERIFY(rig.ready(2));
    QCOMPARE(rig.request(1).q(u"resourceVersion"_s), u"5"_s);
}

void TestWatchFaults::resetMidEvent()
{
    FaultRig rig;
    const QByteArray second = added("b", 6);
    rig.script([&second](const FaultRequest &, int n) {
        return n == 0 ? synced(added("a", 1), 5).send(second.left(30)).reset() : FaultAnswer::stream().send(second).hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(2));
    QCOMPARE(rig.request(1).q(u"resourceVersion"_s), u"5"_s);
    QVERIFY(rig.refusals.isEmpty());
}

void TestWatchFaults::allConnectionsDropped()
{
    FaultRig rig;
    rig.script([](const FaultRequest &, int n) {
        return n == 0 ? synced(added("a", 1), 5).hang() : FaultAnswer::stream().send(added("b", 6)).hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(1));
    rig.server.dropAll();
    TRY_VERIFY(rig.ready(2));
    QCOMPARE(rig.request(1).q(u"resourceVersion"_s), u"5"_s);
}

void TestWatchFaults::connectionRefused()
{
    FaultRig rig;
    rig.script([](const FaultRequest &, int) { return synced(added("a", 1), 5).hang(); });
    rig.server.stopListening();
    rig.start();
    TRY_VERIFY(rig.was(Phase::Failed));
    TRY_COMPARE(rig.feed->freshness().state, Freshness::State::NotConnected);
    QVERIFY(rig.server.listenAgain());
    TRY_VERIFY(rig.ready(1));
    TRY_COMPARE(rig.feed->freshness().state, Freshness::State::Fresh);
}

void TestWatchFaults::gzipStream()
{
    FaultRig rig;
    rig.script([](const FaultRequest &, int) {
        return FaultAnswer::stream().header("Content-Encoding", "gzip").send(gzip(added("a", 1) + bookmark(5, true))).hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(1));
    QVERIFY(rig.request(0).header("accept-encoding").contains("gzip"));
}

void TestWatchFaults::gzipOfSeveralMembers()
{
    // kube-apiserver 1.37 flushes one gzip member after another.
    FaultRig rig;
    rig.script([](const FaultRequest &, int) {
        return FaultAnswer::stream()
            .header("Content-Encoding", "gzip")
            .send(gzip(added("a", 1)))
            .send(gzip(added("b", 2)) + gzip(added("c", 3)))
            .send(gzip(bookmark(5, true)), 5)
            .hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(3));
}

void TestWatchFaults::truncatedGzip()
{
    FaultRig rig;
    rig.script([](const FaultRequest &, int n) {
        const QByteArray whole = gzip(added("a", 1) + added("b", 2) + bookmark(5, true));
        return n == 0 ? FaultAnswer::stream().header("Content-Encoding", "gzip").send(whole.left(whole.size() / 2)).cut()
                      : synced(added("a", 1) + added("b", 2), 5).hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(2));
    QVERIFY(rig.asked >= 2);
}

void TestWatchFaults::gzipList()
{
    FaultRig rig;
    rig.script([](const FaultRequest &request, int) {
        if (askOf(request) == Ask::WatchList)
            return FaultAnswer::json(422, status(422, "Invalid", "sendInitialEvents is forbidden for watch"));
        return askOf(request) == Ask::List
            ? FaultAnswer::json(200, gzip(list({object("a", "uid-a", 1), object("b", "uid-b", 2)}, 7))).header("Content-Encoding", "gzip")
            : FaultAnswer::stream().hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(2));
}

void TestWatchFaults::oldServer422()
{
    FaultRig rig;
    rig.script([](const FaultRequest &request, int) {
        if (askOf(request) == Ask::WatchList)
            return FaultAnswer::json(422, status(422, "Invalid", "resourceVersionMatch: Forbidden: is forbidden for watch"));
        return askOf(request) == Ask::List ? FaultAnswer::json(200, list({object("a", "uid-a", 1)}, 7))
                                           : FaultAnswer::stream().send(added("b", 8)).hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(2));
    QCOMPARE(rig.request(1).q(u"resourceVersion"_s), u"0"_s);
    QVERIFY(!rig.was(Phase::Failed));
}

void TestWatchFaults::continue410()
{
    FaultRig rig;
    rig.script([](const FaultRequest &request, int n) {
        if (askOf(request) == Ask::WatchList)
            return FaultAnswer::json(422, status(422, "Invalid", "sendInitialEvents"));
        if (askOf(request) == Ask::Page)
            return FaultAnswer::json(410, status(410, "Expired", "continue too old").replace("\"metadata\":{}", R"("metadata":{"continue":"inc"})"));
        if (askOf(request) == Ask::List)
            return n == 1 ? FaultAnswer::json(200, list({object("a", "uid-a", 1), object("x", "uid-x", 1)}, 7, "t"))
                          : FaultAnswer::json(200, list({object("a", "uid-a", 1), object("b", "uid-b", 2), object("c", "uid-c", 2)}, 9));
        return FaultAnswer::stream().hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(3));
    const FaultRequest full = rig.request(3);
    QCOMPARE(askOf(full), Ask::List);
    QVERIFY(!full.query.hasQueryItem(u"limit"_s) && !full.query.hasQueryItem(u"continue"_s));
}

void TestWatchFaults::pageTwoRejectsTheVersion()
{
    FaultRig rig;
    rig.script([](const FaultRequest &request, int) {
        if (askOf(request) == Ask::WatchList)
            return FaultAnswer::json(400, status(400, "BadRequest", "sendInitialEvents"));
        if (askOf(request) == Ask::Page) {
            if (request.query.hasQueryItem(u"resourceVersion"_s) || request.query.hasQueryItem(u"resourceVersionMatch"_s))
                return FaultAnswer::json(400, status(400, "BadRequest", "specifying resource version is not allowed when using continue"));
            return FaultAnswer::json(200, list({object("b", "uid-b", 2)}, 8));
        }
        return askOf(request) == Ask::List ? FaultAnswer::json(200, list({object("a", "uid-a", 1)}, 7, "t")) : FaultAnswer::stream().hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(2));
    TRY_COMPARE(rig.asked, 4);
    QCOMPARE(rig.request(3).q(u"resourceVersion"_s), u"7"_s);
}

void TestWatchFaults::serverIgnoringSendInitialEvents()
{
    FaultRig rig;
    rig.hasty();
    rig.script([](const FaultRequest &request, int) {
        if (askOf(request) == Ask::List)
            return FaultAnswer::json(200, list({object("a", "uid-a", 1)}, 7));
        return askOf(request) == Ask::WatchList ? FaultAnswer::stream().send(added("a", 1) + added("old", 2)).hang() : FaultAnswer::stream().hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(1));
    QCOMPARE(askOf(rig.request(1)), Ask::List);
}

void TestWatchFaults::deleteAndRecreate()
{
    FaultRig rig;
    rig.script([](const FaultRequest &, int) {
        return synced(added("a", 1), 5).send(eventLine("MODIFIED", object("a", "uid-second", 9))).hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(1) && rig.store.contains(u"uid-second"_s));
}

void TestWatchFaults::versionTooLarge()
{
    FaultRig rig;
    rig.script([](const FaultRequest &request, int n) {
        if (n == 0)
            return synced(added("a", 1), 5000).send(eventLine("ERROR", status(410, "Expired", "x"))).hang();
        if (n == 1)
            return FaultAnswer::json(504, status(504, "Timeout", "Too large resource version: 5000, current: 12",
                                                 R"({"causes":[{"reason":"ResourceVersionTooLarge","message":"Too large resource version"}]})"));
        return request.query.hasQueryItem(u"resourceVersion"_s) ? FaultAnswer::json(504, status(504, "Timeout", "Too large resource version"))
                                                                 : synced(added("b", 2), 12).hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(1) && rig.store.contains(u"uid-b"_s));
}

void TestWatchFaults::twentyFourWatchesOverHttp1()
{
    // QNetworkAccessManager opens six connections a host: the seventh watch would never start.
    FaultRig rig;
    rig.server.fallback([](const FaultRequest &) { return synced({}, 5).hang(); });
    rig.connectTo();
    std::vector<std::unique_ptr<ports::ResourceFeed>> lists;
    int readyLists = 0;
    for (int i = 0; i < 24; ++i) {
        lists.push_back(rig.feed->watch({.kind = testKind(), .ns = u"ns-%1"_s.arg(i)}));
        QObject::connect(lists.back().get(), &ports::ResourceFeed::loadStateChanged, lists.back().get(),
                         [&readyLists](const LoadState &s) { readyLists += s.phase == Phase::Ready ? 1 : 0; });
        lists.back()->start();
    }
    TRY_COMPARE(readyLists, 24);
    TRY_COMPARE(rig.feed->freshness().state, Freshness::State::Fresh);
    QVERIFY(rig.server.openConnections() >= 24);
}

void TestWatchFaults::frozenServerIsStaleAndComesBack()
{
    FaultRig rig;
    rig.hasty();
    rig.script([](const FaultRequest &, int n) {
        return n == 0 ? synced(added("a", 1), 5).hang() : FaultAnswer::stream().send(added("b", 6)).hang();
    });
    rig.start();
    TRY_VERIFY(rig.ready(1));
    TRY_COMPARE(rig.feed->freshness().state, Freshness::State::Fresh);
    rig.server.setFrozen(true);
    TRY_COMPARE(rig.feed->freshness().state, Freshness::State::Stale);
    QVERIFY(rig.feed->freshness().lastAnswer.isValid());
    rig.server.setFrozen(false);
    TRY_COMPARE(rig.feed->freshness().state, Freshness::State::Fresh);
    TRY_VERIFY(rig.ready(2));   // opened again from the same version
    QCOMPARE(rig.request(1).q(u"resourceVersion"_s), u"5"_s);
}

void TestWatchFaults::destroyedInAnyOrder()
{
    for (int order = 0; order < 3; ++order) {
        FaultRig rig;
        rig.script([](const FaultRequest &, int) { return FaultAnswer::stream().send(added("a", 1)).hang(); });
        rig.start();
        TRY_VERIFY(rig.store.size() == 1);
        if (order == 0)
            rig.list.reset();
        if (order == 1)
            rig.feed.reset();
        if (order < 2) {
            TRY_COMPARE(rig.server.openConnections() <= 1, true);
            if (rig.list)
                rig.list->retryNow();
        }
    }
}

QTEST_GUILESS_MAIN(TestWatchFaults)
#include "tst_watch_faults.moc"
