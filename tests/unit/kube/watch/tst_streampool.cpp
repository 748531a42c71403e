// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/kube/watch/ReflectorRig.h"

#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace qd;
using namespace qd::kube;
using namespace qd::support;
using namespace Qt::StringLiterals;

/// Sharding of the streams, and the self-check.
class TestStreamPool : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void streamsAreSpreadOverClients();
    void selfCheckFindsWhatIsMissing();
    void selfCheckAgrees();
};

void TestStreamPool::streamsAreSpreadOverClients()
{
    QList<FakeHttpClient *> clients;
    StreamPool pool([&clients] {
        auto out = std::make_unique<FakeHttpClient>();
        out->http2 = clients.size() < 2;
        clients.append(out.get());
        return std::unique_ptr<HttpClient>(std::move(out));
    });
    QObject context;
    QHash<HttpClient *, int> streams;
    for (int i = 0; i < 200; ++i)
        pool.acquire(&context, [&streams](HttpClient *client) { ++streams[client]; });
    QCOMPARE(streams.value(clients.at(0)), 5);   // unknown yet: no more than HTTP/1.1 takes
    QCOMPARE(clients.size(), 1);
    pool.answered(clients.at(0));
    QCOMPARE(streams.value(clients.at(0)), 80);
    QCOMPARE(streams.value(clients.at(1)), 5);
    pool.answered(clients.at(1));
    QCOMPARE(streams.value(clients.at(1)), 80);
    pool.answered(clients.at(2));   // HTTP/1.1: groups of five
    QCOMPARE(streams.value(clients.at(2)), 5);
    for (int i = 3; i < clients.size(); ++i)
        pool.answered(clients.at(i));
    QCOMPARE(clients.size(), 2 + 8);
    pool.release(clients.at(0));
    pool.acquire(&context, [&streams](HttpClient *client) { ++streams[client]; });
    QCOMPARE(streams.value(clients.at(0)), 81);   // counted twice, open 80
}

void TestStreamPool::selfCheckFindsWhatIsMissing()
{
    ReflectorRig rig(true);
    QSignalSpy checked(rig.reflector.get(), &Reflector::checked);
    rig.sync(added("a", 1) + added("b", 2), 5);
    FakeExchange *x = rig.now();
    QCOMPARE(x->q(u"resourceVersion"_s), u"5"_s);
    QCOMPARE(x->q(u"resourceVersionMatch"_s), u"Exact"_s);
    QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"uid-c.*missing here"_s));
    QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"uid-b.*is 2 and 3"_s));
    x->reply(200, list({object("a", "uid-a", 1), object("b", "uid-b", 3), object("c", "uid-c", 4)}, 5));
    QCOMPARE(checked.size(), 1);
    QCOMPARE(checked.at(0).at(0).toInt(), 3);
    QCOMPARE(checked.at(0).at(1).toInt(), 2);
}

void TestStreamPool::selfCheckAgrees()
{
    ReflectorRig rig(true);
    QSignalSpy checked(rig.reflector.get(), &Reflector::checked);
    rig.sync(added("a", 1) + added("b", 2) + eventLine("DELETED", object("b", "uid-b", 3)), 5);
    rig.now()->reply(200, list({object("a", "uid-a", 1)}, 5));
    QCOMPARE(checked.at(0).at(1).toInt(), 0);
}

QTEST_GUILESS_MAIN(TestStreamPool)
#include "tst_streampool.moc"
