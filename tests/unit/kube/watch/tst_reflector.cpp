// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/kube/watch/ReflectorRig.h"

#include <QTest>

using namespace qd;
using namespace qd::kube;
using namespace qd::support;
using namespace Qt::StringLiterals;
using network::RowBatch;
using Phase = LoadState::Phase;

/// The steady watch and the WatchList (kubernetes.md 2.1.1, 2.2, 5.2), without a network.
class TestReflector : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void asksForAWatchListFirst();
    void firstRowsAtOnceThenTheBookmark();
    void emptyListIsComplete();
    void bookmarkFirstIsNoRow();
    void neverAdvancesFromSyntheticEvents();
    void firstSynchronisationBegunAgainSwaps();
    void cleanEndGoesOnAtOnceFromTheLastVersion();
    void timeoutSecondsIsSpread();
    void deletedRemovesAndAdvances();
    void deleteAndRecreateUnderOneName();
    void error410InStreamRelistsAndSwaps();
    void error410AgainAndAgainBacksOff();
    void error410BehindEverySyncIsNoHotLoop();
    void watchThatEndsBehindAnEventIsNoHotLoop();
    void error429InStreamWaitsAsTold();
    void error500And504InStreamRetrySameVersion();
    void statusIsNeverARow();
    void http410AtOpenRelists();
    void http429And503AtOpenKeepTheVersion();
    void http401Fails();
    void http403NamesTheMissingRight();
    void http404IsNotServedAndAskedAgain();
    void tooLargeVersionIsDropped();
    void watchThatEndsAtOnceIsNoHotLoop();
    void backOffGrowsAndIsForgotten();
    void connectionRefusedAtFirst();
    void halfOpenStreamIsOpenedAgainFromTheSameVersion();
    void serverThatNeverAnswersIsNamed();
    void resetMidEventLosesNothing();
    void resumeOpensAgainWithinASecond();
    void retryNowInBackOffAndWhenReady();
    void atMostTenBatchesASecond();
    void unreadableObjectIsRefusedAlone();
    void htmlInsteadOfAStream();
};

void TestReflector::asksForAWatchListFirst()
{
    ReflectorRig rig;
    rig.start();
    FakeExchange *x = rig.now();
    QVERIFY(x);
    QCOMPARE(x->path(), u"/apis/canton.quarterdeck.io/v1alpha1/parties"_s);
    QCOMPARE(x->q(u"watch"_s), u"1"_s);
    QCOMPARE(x->q(u"sendInitialEvents"_s), u"true"_s);
    QCOMPARE(x->q(u"resourceVersionMatch"_s), u"NotOlderThan"_s);
    QCOMPARE(x->q(u"allowWatchBookmarks"_s), u"true"_s);
    QVERIFY(!x->has(u"resourceVersion"_s));
    const int timeout = x->q(u"timeoutSeconds"_s).toInt();
    QVERIFY(timeout >= 300 && timeout < 600);
    QCOMPARE(x->request.silenceMs, 120000);
    QCOMPARE(rig.phase(), Phase::Loading);
}

void TestReflector::firstRowsAtOnceThenTheBookmark()
{
    ReflectorRig rig;
    rig.start();
    FakeExchange *x = rig.now();
    x->answer();
    x->send(added("a", 30) + added("b", 20));
    QCOMPARE(rig.batches.size(), 1);
    QCOMPARE(rig.batches.at(0).sync, RowBatch::Sync::Provisional);
    QCOMPARE(rig.uids(), (QStringList{u"uid-a"_s, u"uid-b"_s}));
    QCOMPARE(rig.phase(), Phase::Loading);
    x->send(added("c", 10) + bookmark(40, true));
    QCOMPARE(rig.batches.last().sync, RowBatch::Sync::Complete);
    QVERIFY(!rig.batches.last().replace);
    QCOMPARE(rig.batches.last().resourceVersion, u"40"_s);
    QCOMPARE(rig.uids().size(), 3);
    QCOMPARE(rig.phase(), Phase::Ready);
    QCOMPARE(rig.now(), x);   // the same stream goes on
    rig.time->advance(100);
    x->send(added("d", 41));
    QCOMPARE(rig.uids().size(), 4);
    QCOMPARE(rig.batches.last().sync, RowBatch::Sync::Running);
}

void TestReflector::emptyListIsComplete()
{
    ReflectorRig rig;
    rig.sync({}, 9);
    QCOMPARE(rig.batches.size(), 1);
    QCOMPARE(rig.batches.at(0).sync, RowBatch::Sync::Complete);
    QCOMPARE(rig.phase(), Phase::Ready);
}

void TestReflector::bookmarkFirstIsNoRow()
{
    ReflectorRig rig;
    rig.start();
    rig.now()->answer();
    rig.now()->send(bookmark(5));
    QVERIFY(rig.batches.isEmpty());
    QCOMPARE(rig.phase(), Phase::Loading);
    rig.now()->send(added("a", 3) + bookmark(6, true));
    QCOMPARE(rig.uids(), QStringList{u"uid-a"_s});
}

void TestReflector::neverAdvancesFromSyntheticEvents()
{
    ReflectorRig rig;
    rig.start();
    rig.now()->answer();
    rig.now()->send(added("a", 30) + added("b", 20));
    rig.now()->fail(ErrorKind::Network, u"reset"_s);
    QVERIFY(!rig.now());
    rig.time->advance(2000);
    QVERIFY(rig.now());
    QVERIFY(!rig.now()->has(u"resourceVersion"_s));
    QCOMPARE(rig.now()->q(u"sendInitialEvents"_s), u"true"_s);
}

void TestReflector::firstSynchronisationBegunAgainSwaps()
{
    ReflectorRig rig;
    rig.start();
    rig.now()->answer();
    rig.now()->send(added("a", 30) + added("gone", 20));
    rig.now()->fail(ErrorKind::Network, u"reset"_s);
    QCOMPARE(rig.uids().size(), 2);   // stay while we try again
    rig.time->advance(2000);
    rig.now()->answer();
    rig.now()->send(added("a", 31));
    QCOMPARE(rig.uids().size(), 2);
    rig.now()->send(bookmark(32, true));
    QVERIFY(rig.batches.last().replace);
    QCOMPARE(rig.uids(), QStringList{u"uid-a"_s});
    QCOMPARE(rig.store.value(u"uid-a"_s).resourceVersion, u"31"_s);
}

void TestReflector::cleanEndGoesOnAtOnceFromTheLastVersion()
{
    ReflectorRig rig;
    rig.sync(added("a", 1), 5);
    rig.time->advance(5000);
    rig.now()->send(added("b", 7) + bookmark(9));
    rig.now()->end();
    rig.turn();
    FakeExchange *x = rig.now();
    QVERIFY(x);
    QCOMPARE(x->q(u"resourceVersion"_s), u"9"_s);
    QVERIFY(!x->has(u"sendInitialEvents"_s));
    QVERIFY(!x->has(u"resourceVersionMatch"_s));
    QCOMPARE(x->q(u"allowWatchBookmarks"_s), u"true"_s);
    QCOMPARE(rig.phase(), Phase::Ready);
}

void TestReflector::timeoutSecondsIsSpread()
{
    ReflectorRig rig;
    rig.time->luck = 0;
    rig.sync({}, 5);
    QCOMPARE(rig.now()->q(u"timeoutSeconds"_s), u"300"_s);
    rig.time->luck = 0.9999;
    rig.time->advance(5000);
    rig.now()->end();
    rig.turn();
    QCOMPARE(rig.now()->q(u"timeoutSeconds"_s), u"599"_s);
}

void TestReflector::deletedRemovesAndAdvances()
{
    ReflectorRig rig;
    rig.sync(added("a", 1) + added("b", 2), 5);
    rig.time->advance(2000);
    rig.now()->send(eventLine("DELETED", object("a", "uid-a", 8)));
    QCOMPARE(rig.uids(), QStringList{u"uid-b"_s});
    rig.now()->end();
    rig.turn();
    QCOMPARE(rig.now()->q(u"resourceVersion"_s), u"8"_s);
}

void TestReflector::deleteAndRecreateUnderOneName()
{
    ReflectorRig rig;
    rig.sync(added("a", 1), 5);
    rig.time->advance(2000);
    rig.now()->send(eventLine("MODIFIED", object("a", "uid-new", 8)));
    QCOMPARE(rig.uids(), QStringList{u"uid-new"_s});
    // The old one's deletion may still come: it does not touch the new one.
    rig.time->advance(2000);
    rig.now()->send(eventLine("DELETED", object("a", "uid-a", 9)));
    QCOMPARE(rig.uids(), QStringList{u"uid-new"_s});
}

void TestReflector::error410InStreamRelistsAndSwaps()
{
    ReflectorRig rig;
    rig.sync(added("a", 1) + added("b", 2), 5);
    rig.time->advance(2000);
    rig.now()->send(eventLine("ERROR", status(410, "Expired", "too old resource version: 5 (900)")));
    rig.turn();
    FakeExchange *x = rig.now();
    QVERIFY(x);
    QCOMPARE(x->q(u"sendInitialEvents"_s), u"true"_s);
    QVERIFY(!x->has(u"resourceVersion"_s));
    QCOMPARE(rig.phase(), Phase::Refreshing);
    QCOMPARE(rig.uids().size(), 2);
    x->answer();
    x->send(added("b", 2));
    rig.time->advance(500);
    QCOMPARE(rig.uids().size(), 2);   // nothing flashes while the list is incomplete
    x->send(bookmark(901, true));
    QVERIFY(rig.batches.last().replace);
    QCOMPARE(rig.uids(), QStringList{u"uid-b"_s});
    QCOMPARE(rig.phase(), Phase::Ready);
}

void TestReflector::error410AgainAndAgainBacksOff()
{
    ReflectorRig rig;
    rig.start();
    for (int i = 0; i < 20; ++i) {
        rig.now()->answer();
        rig.now()->send(eventLine("ERROR", status(410, "Expired", "too old")));
        rig.turn();
        if (!rig.now())
            break;
    }
    QVERIFY(!rig.now());
    QVERIFY(rig.requests() < 6);
    QVERIFY(rig.time->nextAlarm() >= 800);
    QCOMPARE(rig.phase(), Phase::Failed);
}

void TestReflector::error410BehindEverySyncIsNoHotLoop()
{
    ReflectorRig rig;
    rig.start();
    for (int i = 0; i < 20 && rig.now(); ++i) {
        rig.now()->answer();
        rig.now()->send(added("a", 1) + bookmark(5, true) + eventLine("ERROR", status(410, "Expired", "too old")));
        rig.turn();
    }
    QCOMPARE(rig.requests(), 2);
    QCOMPARE(rig.phase(), Phase::Stale);
    QVERIFY(rig.time->nextAlarm() >= 800);
    QCOMPARE(rig.uids(), QStringList{u"uid-a"_s});
    rig.time->advance(2000);
    QVERIFY(rig.now());
    QCOMPARE(rig.now()->q(u"sendInitialEvents"_s), u"true"_s);
}

void TestReflector::watchThatEndsBehindAnEventIsNoHotLoop()
{
    ReflectorRig rig;
    rig.sync(added("a", 1), 5);
    rig.time->advance(2000);
    rig.now()->end();
    rig.turn();
    for (int i = 6; i < 9; ++i) {
        QVERIFY(rig.now());
        rig.now()->answer();
        rig.now()->send(bookmark(i));
        rig.now()->end();
        rig.turn();
        QVERIFY(!rig.now());
        rig.time->advance(900);
        QVERIFY(!rig.now());
        rig.time->advance(100);
    }
    QVERIFY(rig.now());
    QCOMPARE(rig.now()->q(u"resourceVersion"_s), u"8"_s);
}

void TestReflector::error429InStreamWaitsAsTold()
{
    ReflectorRig rig;
    rig.sync(added("a", 1), 5);
    rig.time->advance(2000);
    rig.now()->send(eventLine("ERROR", status(429, "TooManyRequests", "slow down", R"({"retryAfterSeconds":7})")));
    QVERIFY(!rig.now());
    QCOMPARE(rig.phase(), Phase::Stale);
    QCOMPARE(rig.states.last().asOf, rig.time->clock().now());   // the last byte came just now
    QCOMPARE(rig.states.last().retryAt, rig.time->clock().now().addSecs(7));
    rig.time->advance(6900);
    QVERIFY(!rig.now());
    rig.time->advance(200);
    QVERIFY(rig.now());
    QCOMPARE(rig.now()->q(u"resourceVersion"_s), u"5"_s);
    QVERIFY(!rig.now()->has(u"sendInitialEvents"_s));
    rig.now()->answer();
    QCOMPARE(rig.phase(), Phase::Ready);
}

void TestReflector::error500And504InStreamRetrySameVersion()
{
    for (const int code : {500, 504}) {
        ReflectorRig rig;
        rig.sync(added("a", 1), 5);
        rig.time->advance(2000);
        rig.now()->send(eventLine("ERROR", status(code, code == 500 ? "InternalError" : "Timeout", "etcd is away")));
        QVERIFY(!rig.now());
        rig.time->advance(2000);
        QVERIFY(rig.now());
        QCOMPARE(rig.now()->q(u"resourceVersion"_s), u"5"_s);
        QCOMPARE(rig.uids(), QStringList{u"uid-a"_s});
    }
}

void TestReflector::statusIsNeverARow()
{
    ReflectorRig rig;
    rig.sync({}, 5);
    rig.time->advance(2000);
    rig.now()->send(eventLine("ERROR", status(500, "InternalError", "x")) + eventLine("HELLO", "{}"));
    QVERIFY(rig.store.isEmpty());
}

void TestReflector::http410AtOpenRelists()
{
    ReflectorRig rig;
    rig.sync(added("a", 1), 5);
    rig.time->advance(2000);
    rig.now()->end();
    rig.turn();
    rig.now()->reply(410, status(410, "Expired", "too old resource version"));
    rig.turn();
    QVERIFY(rig.now());
    QCOMPARE(rig.now()->q(u"sendInitialEvents"_s), u"true"_s);
    QVERIFY(!rig.now()->has(u"resourceVersion"_s));
}

void TestReflector::http429And503AtOpenKeepTheVersion()
{
    for (const int code : {429, 503, 500, 504}) {
        ReflectorRig rig;
        rig.sync(added("a", 1), 5);
        rig.time->advance(2000);
        rig.now()->end();
        rig.turn();
        rig.now()->reply(code, status(code, code == 429 ? "TooManyRequests" : "ServiceUnavailable", "busy"),
                         {{"content-type", "application/json"}, {"retry-after", "4"}});
        QVERIFY(!rig.now());
        QCOMPARE(rig.phase(), Phase::Stale);
        QVERIFY(rig.states.last().retryAt.isValid());
        rig.time->advance(4100);
        QVERIFY(rig.now());
        QCOMPARE(rig.now()->q(u"resourceVersion"_s), u"5"_s);
        QVERIFY(!rig.now()->has(u"sendInitialEvents"_s));
    }
}

void TestReflector::http401Fails()
{
    ReflectorRig rig;
    rig.start();
    rig.now()->reply(401, status(401, "Unauthorized", "Unauthorized"));
    QCOMPARE(rig.phase(), Phase::Failed);
    QCOMPARE(rig.states.last().error.kind, ErrorKind::Unauthenticated);
    rig.time->advance(2000);
    QVERIFY(rig.now());
}

void TestReflector::http403NamesTheMissingRight()
{
    ReflectorRig rig;
    rig.start();
    rig.now()->reply(403, status(403, "Forbidden", "parties.canton.quarterdeck.io is forbidden: User \\\"eve\\\" cannot watch"));
    QCOMPARE(rig.phase(), Phase::Forbidden);
    const Error error = rig.states.last().error;
    QCOMPARE(error.kind, ErrorKind::Forbidden);
    QVERIFY2(error.message.contains("watch parties.canton.quarterdeck.io"_L1), qPrintable(error.message));
    QVERIFY(error.detail.contains("eve"_L1));
    rig.time->advance(30000);
    QVERIFY(!rig.now());
    rig.time->advance(40000);
    QVERIFY(rig.now());
}

void TestReflector::http404IsNotServedAndAskedAgain()
{
    ReflectorRig rig;
    rig.start();
    rig.now()->reply(404, "404 page not found\n", {{"content-type", "text/plain"}});
    QCOMPARE(rig.phase(), Phase::NotServed);
    QVERIFY(rig.states.last().error.message.contains("Parties"_L1));
    rig.time->advance(75000);
    QVERIFY(rig.now());
    rig.now()->answer();
    rig.now()->send(added("a", 1) + bookmark(5, true));
    QCOMPARE(rig.phase(), Phase::Ready);
}

void TestReflector::tooLargeVersionIsDropped()
{
    ReflectorRig rig;
    rig.sync(added("a", 1), 5000);
    rig.time->advance(2000);
    rig.reflector->retryNow();
    QCOMPARE(rig.now()->q(u"resourceVersion"_s), u"5000"_s);
    rig.now()->reply(504, status(504, "Timeout", "Too large resource version: 5000, current: 100",
                                 R"({"retryAfterSeconds":1,"causes":[{"reason":"ResourceVersionTooLarge","message":"Too large resource version"}]})"));
    rig.turn();
    QVERIFY(rig.now());
    QVERIFY(!rig.now()->has(u"resourceVersion"_s));
    QCOMPARE(rig.now()->q(u"sendInitialEvents"_s), u"true"_s);
}

void TestReflector::watchThatEndsAtOnceIsNoHotLoop()
{
    ReflectorRig rig;
    rig.sync({}, 5);
    rig.time->advance(2000);
    rig.now()->end();
    qsizetype before = rig.requests();
    for (int ms = 0; ms < 60000; ms += 10) {
        rig.time->advance(10);
        if (FakeExchange *x = rig.now()) {
            x->answer();
            x->end();
        }
    }
    QVERIFY2(rig.requests() - before <= 9, qPrintable(QString::number(rig.requests() - before)));
    QCOMPARE(rig.phase(), Phase::Stale);
    QVERIFY(rig.states.last().error.message.contains("at once"_L1));
    // It stays said, without flicker, until a watch proves itself.
    rig.states.clear();
    rig.time->advance(70000);
    rig.now()->answer();
    QVERIFY(rig.states.isEmpty() || rig.states.last().phase == Phase::Stale);
    rig.now()->send(bookmark(6));
    QCOMPARE(rig.phase(), Phase::Ready);
}

void TestReflector::backOffGrowsAndIsForgotten()
{
    ReflectorRig rig;
    rig.time->luck = 0;
    rig.sync({}, 5);
    rig.time->advance(2000);
    rig.now()->end();
    rig.turn();
    QList<qint64> waits;
    for (int i = 0; i < 9; ++i) {
        rig.now()->fail(ErrorKind::Network, u"connection refused"_s);
        waits.append(rig.time->nextAlarm());
        rig.time->advance(waits.last());
        QCOMPARE(rig.now()->q(u"resourceVersion"_s), u"5"_s);
    }
    QCOMPARE(waits, (QList<qint64>{800, 1600, 3200, 6400, 12800, 25600, 30000, 30000, 30000}));
    rig.now()->answer();
    rig.time->advance(130000);
    rig.now()->end();
    rig.turn();
    rig.time->luck = 0.999;
    rig.now()->fail(ErrorKind::Network, u"connection refused"_s);
    QVERIFY2(rig.time->nextAlarm() >= 1590 && rig.time->nextAlarm() < 1600, "again from the start, with jitter up to twice");
}

void TestReflector::connectionRefusedAtFirst()
{
    ReflectorRig rig;
    rig.start();
    rig.now()->fail(ErrorKind::Network, u"Connection refused"_s);
    QCOMPARE(rig.phase(), Phase::Failed);
    QCOMPARE(rig.states.last().error.message, u"Connection refused"_s);
    QVERIFY(rig.states.last().retryAt > rig.time->clock().now());
    rig.time->advance(2000);
    rig.now()->answer();
    rig.now()->send(bookmark(1, true));
    QCOMPARE(rig.phase(), Phase::Ready);
}

void TestReflector::halfOpenStreamIsOpenedAgainFromTheSameVersion()
{
    ReflectorRig rig;
    rig.sync(added("a", 1), 5);
    QCOMPARE(rig.now()->request.silenceMs, 120000);   // the client's watchdog; what follows is its answer
    rig.time->advance(120000);
    rig.now()->fail(ErrorKind::Timeout, u"no byte for 120 s"_s);
    rig.time->advance(300);
    QVERIFY(rig.now());
    QCOMPARE(rig.now()->q(u"resourceVersion"_s), u"5"_s);
    QVERIFY(!rig.now()->has(u"sendInitialEvents"_s));
}

void TestReflector::serverThatNeverAnswersIsNamed()
{
    ReflectorRig rig;
    rig.start();
    rig.time->advance(31000);
    QCOMPARE(rig.phase(), Phase::Failed);
    QCOMPARE(rig.states.last().error.kind, ErrorKind::Timeout);
    QVERIFY(rig.states.last().error.message.contains("devnet"_L1));
}

void TestReflector::resetMidEventLosesNothing()
{
    ReflectorRig rig;
    rig.sync(added("a", 1), 5);
    rig.time->advance(2000);
    const QByteArray second = added("c", 8);
    rig.now()->send(added("b", 7) + second.left(40));
    rig.now()->fail(ErrorKind::Network, u"reset"_s);
    rig.time->advance(300);
    QCOMPARE(rig.now()->q(u"resourceVersion"_s), u"7"_s);
    rig.now()->answer();
    rig.now()->send(second);
    rig.time->advance(200);
    QCOMPARE(rig.uids().size(), 3);
    QCOMPARE(rig.phase(), Phase::Ready);
}

void TestReflector::resumeOpensAgainWithinASecond()
{
    ReflectorRig rig;
    rig.sync(added("a", 1), 5);
    rig.time->advance(2000);
    FakeExchange *before = rig.now();
    QPointer<FakeExchange> old(before);
    rig.reflector->resumed();
    QVERIFY(!rig.now());
    rig.time->advance(1000);
    QVERIFY(rig.now());
    QVERIFY(!old);
    QCOMPARE(rig.now()->q(u"resourceVersion"_s), u"5"_s);
}

void TestReflector::retryNowInBackOffAndWhenReady()
{
    ReflectorRig rig;
    rig.start();
    rig.now()->fail(ErrorKind::Network, u"x"_s);
    QVERIFY(!rig.now());
    rig.reflector->retryNow();
    QVERIFY(rig.now());
    rig.now()->answer();
    rig.now()->send(added("a", 1) + bookmark(5, true));
    rig.reflector->retryNow();
    QCOMPARE(rig.phase(), Phase::Refreshing);
    QCOMPARE(rig.uids().size(), 1);
    QCOMPARE(rig.now()->q(u"sendInitialEvents"_s), u"true"_s);
    QCOMPARE(rig.now()->q(u"resourceVersion"_s), u"5"_s);
    rig.now()->answer();
    rig.now()->send(bookmark(6, true));
    QVERIFY(rig.uids().isEmpty());
    QCOMPARE(rig.phase(), Phase::Ready);
}

void TestReflector::atMostTenBatchesASecond()
{
    ReflectorRig rig;
    rig.sync({}, 5);
    rig.time->advance(1000);
    rig.batches.clear();
    for (int i = 0; i < 1000; ++i) {
        rig.now()->send(added("p" + QByteArray::number(i % 50), 10 + i));
        rig.time->advance(1);
    }
    QVERIFY2(rig.batches.size() >= 9 && rig.batches.size() <= 11, qPrintable(QString::number(rig.batches.size())));
    rig.time->advance(100);
    QCOMPARE(rig.uids().size(), 50);
    QCOMPARE(rig.store.value(u"uid-p49"_s).resourceVersion, u"1009"_s);
}

void TestReflector::unreadableObjectIsRefusedAlone()
{
    ReflectorRig rig;
    QByteArray bad = added("bad", 2);
    bad.replace("\"generation\":1", "\"generation\":1,\"x\":\"\xff\"");
    rig.sync(added("a", 1) + bad + added("c", 3), 5);
    QCOMPARE(rig.uids(), (QStringList{u"uid-a"_s, u"uid-c"_s}));
    QCOMPARE(rig.refusals.size(), 1);
    QVERIFY(rig.refusals.at(0).message.contains("canton/bad"_L1));
    QCOMPARE(rig.phase(), Phase::Ready);
}

void TestReflector::htmlInsteadOfAStream()
{
    ReflectorRig rig;
    rig.start();
    rig.now()->answer(200, {{"content-type", "text/html"}});
    rig.now()->send("<html><title>Sign in</title></html>");
    QCOMPARE(rig.phase(), Phase::Failed);
    QVERIFY(rig.states.last().error.message.contains("Sign in"_L1));
    QVERIFY(!rig.now());
}

QTEST_GUILESS_MAIN(TestReflector)
#include "tst_reflector.moc"
