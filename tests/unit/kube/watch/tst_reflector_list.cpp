// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/kube/watch/ReflectorRig.h"

#include <QTest>

using namespace qd;
using namespace qd::kube;
using namespace qd::support;
using namespace Qt::StringLiterals;
using network::RowBatch;
using Phase = LoadState::Phase;

/// The fallback LIST + WATCH (kubernetes.md 2.1.2, 5.2), without a network.
class TestReflectorList : public QObject {
    Q_OBJECT

private:
    /// A rig whose server has said that it does no WatchList; the LIST is open.
    static void listing(ReflectorRig *rig);
    static QByteArray item(const QByteArray &name, int version) { return object(name, "uid-" + name, version); }

private Q_SLOTS:
    void oldServer422FallsBackAtOnceAndIsRemembered();
    void parameterRefusals_data();
    void parameterRefusals();
    void inStream500RequestWatchProgress();
    void otherInStream500IsOnlyForThisRound();
    void serverThatIgnoresSendInitialEvents();
    void watchListThatEndsWithoutBookmark();
    void pagesClearTheVersion();
    void firstItemsOfAPageAreShownWhileItComes();
    void continue410BecomesOneFullList();
    void deleteAndRecreateBetweenPages();
    void relistAfter410InTheWatch();
    void laterListIsAtLeastAsFresh();
    void tooLargeVersionIsDropped();
    void cutListIsReadAgain();
    void forbiddenListNamesList();
    void namespaceAndSelectorAreEncoded();
};

void TestReflectorList::listing(ReflectorRig *rig)
{
    rig->pool.noWatchList = true;
    rig->start();
}

void TestReflectorList::oldServer422FallsBackAtOnceAndIsRemembered()
{
    ReflectorRig rig;
    rig.start();
    rig.now()->reply(422, status(422, "Invalid",
                                 "ListOptions.meta.k8s.io \\\"\\\" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is "
                                 "forbidden for watch unless the WatchList feature gate is enabled"));
    FakeExchange *x = rig.now();
    QVERIFY(x);
    QVERIFY(!x->has(u"watch"_s));
    QCOMPARE(x->q(u"resourceVersion"_s), u"0"_s);
    QCOMPARE(x->q(u"limit"_s), u"500"_s);
    QVERIFY(rig.pool.noWatchList);
    QCOMPARE(rig.phase(), Phase::Loading);
}

void TestReflectorList::parameterRefusals_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("403 parameter") << 403 << status(403, "Forbidden", "resourceVersionMatch is forbidden for watch");
    QTest::newRow("400") << 400 << status(400, "BadRequest", "unknown parameter");
    QTest::newRow("500 at open") << 500 << status(500, "InternalError", "storage feature RequestWatchProgress is disabled");
}

void TestReflectorList::parameterRefusals()
{
    QFETCH(int, code);
    QFETCH(QByteArray, answer);
    ReflectorRig rig;
    rig.start();
    rig.now()->reply(code, answer);
    QVERIFY(rig.now());
    QCOMPARE(rig.now()->q(u"limit"_s), u"500"_s);
    QVERIFY(rig.pool.noWatchList);
}

void TestReflectorList::inStream500RequestWatchProgress()
{
    ReflectorRig rig;
    rig.start();
    rig.now()->answer(200);
    rig.now()->send(eventLine("ERROR", status(500, "InternalError",
                                              "a watch stream was requested by the client but the required storage feature "
                                              "RequestWatchProgress is disabled")));
    FakeExchange *x = rig.now();
    QVERIFY(x);
    QVERIFY(!x->has(u"watch"_s));
    QVERIFY(rig.pool.noWatchList);
    x->reply(200, list({item("a", 1)}, 7));
    QCOMPARE(rig.phase(), Phase::Ready);
    QCOMPARE(rig.uids(), QStringList{u"uid-a"_s});
    QCOMPARE(rig.now()->q(u"watch"_s), u"1"_s);
    QCOMPARE(rig.now()->q(u"resourceVersion"_s), u"7"_s);
    QVERIFY(!rig.now()->has(u"sendInitialEvents"_s));
}

void TestReflectorList::otherInStream500IsOnlyForThisRound()
{
    ReflectorRig rig;
    rig.start();
    rig.now()->answer(200);
    rig.now()->send(eventLine("ERROR", status(500, "InternalError", "etcd is away")));
    QVERIFY(rig.now());
    QVERIFY(!rig.now()->has(u"watch"_s));
    QVERIFY(!rig.pool.noWatchList);
    rig.now()->reply(200, list({}, 7));
    rig.reflector->retryNow();
    QCOMPARE(rig.now()->q(u"sendInitialEvents"_s), u"true"_s);
}

void TestReflectorList::serverThatIgnoresSendInitialEvents()
{
    ReflectorRig rig;
    rig.start();
    rig.now()->answer();
    rig.now()->send(added("a", 1) + added("b", 2));
    rig.time->advance(9000);
    rig.now()->send(bookmark(9));
    rig.time->advance(29000);
    QCOMPARE(rig.phase(), Phase::Loading);
    QCOMPARE(rig.now()->q(u"sendInitialEvents"_s), u"true"_s);
    rig.time->advance(1100);
    QVERIFY(rig.pool.noWatchList);
    FakeExchange *x = rig.now();
    QVERIFY(!x->has(u"watch"_s));
    x->reply(200, list({item("a", 1)}, 12));
    QCOMPARE(rig.phase(), Phase::Ready);
    QCOMPARE(rig.uids(), QStringList{u"uid-a"_s});
}

void TestReflectorList::watchListThatEndsWithoutBookmark()
{
    ReflectorRig rig;
    rig.start();
    for (int i = 0; i < 2; ++i) {
        rig.now()->answer();
        rig.now()->send(added("a", 1));
        rig.now()->end();
        if (!rig.now())
            rig.time->advance(3000);
    }
    QVERIFY(rig.now());
    QVERIFY(!rig.now()->has(u"watch"_s));
    QVERIFY(!rig.pool.noWatchList);
}

void TestReflectorList::pagesClearTheVersion()
{
    ReflectorRig rig;
    listing(&rig);
    rig.now()->reply(200, list({item("a", 1), item("b", 2)}, 7, "token 1/2"));
    QCOMPARE(rig.uids().size(), 2);   // page 1 is shown at once
    QCOMPARE(rig.batches.last().sync, RowBatch::Sync::Provisional);
    FakeExchange *x = rig.now();
    QCOMPARE(x->q(u"continue"_s), u"token 1/2"_s);
    QCOMPARE(x->q(u"limit"_s), u"500"_s);
    QVERIFY(!x->has(u"resourceVersion"_s));
    QVERIFY(!x->has(u"resourceVersionMatch"_s));
    x->reply(200, list({item("c", 3)}, 99));
    QCOMPARE(rig.uids().size(), 3);
    QCOMPARE(rig.batches.last().sync, RowBatch::Sync::Complete);
    QCOMPARE(rig.now()->q(u"resourceVersion"_s), u"7"_s);   // the first page's
}

void TestReflectorList::firstItemsOfAPageAreShownWhileItComes()
{
    ReflectorRig rig;
    listing(&rig);
    const QByteArray text = list({item("a", 1), item("b", 2)}, 7);
    rig.now()->answer();
    rig.now()->send(text.left(text.indexOf("uid-b")));
    QCOMPARE(rig.uids(), QStringList{u"uid-a"_s});
}

void TestReflectorList::continue410BecomesOneFullList()
{
    ReflectorRig rig;
    listing(&rig);
    rig.now()->reply(200, list({item("a", 1), item("old", 2)}, 7, "t"));
    QByteArray gone = status(410, "Expired", "The provided continue parameter is too old");
    gone.replace("\"metadata\":{}", "\"metadata\":{\"continue\":\"inconsistent\"}");
    rig.now()->reply(410, gone);
    rig.turn();
    FakeExchange *x = rig.now();
    QVERIFY(x);
    QVERIFY2(!x->has(u"continue"_s), "the inconsistent token is never used for a store");
    QVERIFY(!x->has(u"limit"_s));
    QVERIFY(!x->has(u"resourceVersion"_s));
    x->reply(200, list({item("a", 5), item("b", 6)}, 50));
    QVERIFY(rig.batches.last().replace);
    QCOMPARE(rig.uids(), (QStringList{u"uid-a"_s, u"uid-b"_s}));
    QCOMPARE(rig.now()->q(u"resourceVersion"_s), u"50"_s);
}

void TestReflectorList::deleteAndRecreateBetweenPages()
{
    ReflectorRig rig;
    listing(&rig);
    rig.now()->reply(200, list({object("a", "uid-old", 1)}, 7, "t"));
    rig.now()->reply(200, list({object("a", "uid-new", 9), item("z", 2)}, 7));
    QCOMPARE(rig.uids(), (QStringList{u"uid-new"_s, u"uid-z"_s}));
}

void TestReflectorList::relistAfter410InTheWatch()
{
    ReflectorRig rig;
    listing(&rig);
    rig.now()->reply(200, list({item("a", 1), item("b", 2)}, 7));
    rig.now()->answer();
    rig.time->advance(2000);
    rig.now()->send(eventLine("ERROR", status(410, "Expired", "too old")));
    rig.turn();
    FakeExchange *x = rig.now();
    QVERIFY(!x->has(u"watch"_s));
    QVERIFY2(!x->has(u"resourceVersion"_s), "after 410 the list is the quorum's");
    QCOMPARE(rig.uids().size(), 2);
    x->reply(200, list({item("b", 2)}, 70));
    QCOMPARE(rig.uids(), QStringList{u"uid-b"_s});
}

void TestReflectorList::laterListIsAtLeastAsFresh()
{
    ReflectorRig rig;
    listing(&rig);
    rig.now()->reply(200, list({item("a", 1)}, 7));
    rig.now()->answer();
    rig.reflector->retryNow();
    QCOMPARE(rig.now()->q(u"resourceVersion"_s), u"7"_s);
    QVERIFY2(!rig.now()->has(u"limit"_s), "with a version, paging would go past the server's cache");
}

void TestReflectorList::tooLargeVersionIsDropped()
{
    ReflectorRig rig;
    listing(&rig);
    rig.now()->reply(200, list({item("a", 1)}, 7000));
    rig.now()->answer();
    rig.reflector->retryNow();
    rig.now()->reply(504, status(504, "Timeout", "Too large resource version: 7000, current: 12"));
    rig.turn();
    QVERIFY(!rig.now()->has(u"resourceVersion"_s));
    QVERIFY(!rig.now()->has(u"watch"_s));
}

void TestReflectorList::cutListIsReadAgain()
{
    ReflectorRig rig;
    listing(&rig);
    const QByteArray text = list({item("a", 1), item("b", 2)}, 7);
    rig.now()->answer();
    rig.now()->send(text.left(text.size() / 2));
    rig.now()->end();
    QVERIFY(rig.phase() != Phase::Ready);
    QVERIFY(!rig.now());
    rig.time->advance(2000);
    rig.now()->reply(200, text);
    QCOMPARE(rig.phase(), Phase::Ready);
    QCOMPARE(rig.uids().size(), 2);
}

void TestReflectorList::forbiddenListNamesList()
{
    ReflectorRig rig;
    listing(&rig);
    rig.now()->reply(403, status(403, "Forbidden", "cannot list resource"));
    QCOMPARE(rig.phase(), Phase::Forbidden);
    QVERIFY(rig.states.last().error.message.contains("list parties.canton.quarterdeck.io"_L1));
}

void TestReflectorList::namespaceAndSelectorAreEncoded()
{
    ports::WatchRequest request{.kind = testKind(), .ns = u"a b"_s, .labelSelector = u"x in (1,2),y=z&w"_s};
    QCOMPARE(listPath(request, u"0"_s, 500),
             u"/apis/canton.quarterdeck.io/v1alpha1/namespaces/a%20b/parties?limit=500&resourceVersion=0&labelSelector="
             "x%20in%20%281%2C2%29%2Cy%3Dz%26w"_s);
    request.kind.gvr = {QString(), u"v1"_s, u"pods"_s};
    request.ns.clear();
    QCOMPARE(collectionPath(request), u"/api/v1/pods"_s);
}

QTEST_GUILESS_MAIN(TestReflectorList)
#include "tst_reflector_list.moc"
