// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/Heartbeat.h"
#include "tests/support/FakeHttpClient.h"
#include "tests/support/ManualTime.h"

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTest>

using namespace qd;
using namespace qd::kube;
using namespace qd::support;
using namespace Qt::StringLiterals;

namespace {

struct Rig {
    Rig()
        : time(std::make_shared<ManualTime>()), pool([this] {
              auto out = std::make_unique<FakeHttpClient>();
              if (client)
                  spare = out.get();
              else
                  client = out.get();
              return std::unique_ptr<HttpClient>(std::move(out));
          })
    {
        WatchOptions options;
        options.cluster = u"devnet"_s;
        options.time = time;
        heartbeat = std::make_unique<Heartbeat>(options);
    }
    void start() { heartbeat->start(&pool); }
    FakeExchange *now() const
    {
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        FakeExchange *last = client->last();
        return last && !last->aborted ? last : nullptr;
    }
    [[nodiscard]] Freshness::State state() const { return heartbeat->freshness().state; }

    std::shared_ptr<ManualTime> time;
    FakeHttpClient *client = nullptr;
    QPointer<FakeHttpClient> spare;   ///< of the question on a new connection
    StreamPool pool;
    std::unique_ptr<Heartbeat> heartbeat;
};

}

class TestHeartbeat : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void freshWhileAnswered();
    void everyAnswerIsTold();
    void staleAfterFifteenSecondsOfSilence();
    void halfOpenConnectionIsDropped();
    void comesBack();
    void neverAnswered();
    void overdueIsAskedOnANewConnection();
    void lateAnswerMovesNothing();
    void endedConnectionIsReplacedAtOnce();
    void nothingIsMovedBeforeTheFirstAnswer();
    void suspicionIsAskedAtOnce();
    void whatCountsAsAnAnswer();
    void notWellIsStaleWithTheReason();
    void sleepIsNoticed();
    void beingStoppedIsNoticed();
};

void TestHeartbeat::freshWhileAnswered()
{
    Rig rig;
    rig.start();
    QCOMPARE(rig.state(), Freshness::State::Connecting);
    QCOMPARE(rig.now()->request.pathAndQuery, u"/livez"_s);
    for (int i = 0; i < 10; ++i) {
        rig.now()->reply(200, "ok");
        QCOMPARE(rig.state(), Freshness::State::Fresh);
        QCOMPARE(rig.client->opened.size(), i + 1);
        rig.time->advance(10000);
    }
    QCOMPARE(rig.client->drops, 0);
}

/// The age people see is that of the last answer, so each one is a signal although the state stays.
void TestHeartbeat::everyAnswerIsTold()
{
    Rig rig;
    rig.start();
    QSignalSpy told(rig.heartbeat.get(), &Heartbeat::freshnessChanged);
    for (int i = 0; i < 3; ++i) {
        rig.now()->reply(200, "ok");
        QCOMPARE(told.size(), i + 1);
        QCOMPARE(told.last().first().value<Freshness>().lastAnswer, rig.time->clock().now());
        rig.time->advance(10000);
    }
}

void TestHeartbeat::staleAfterFifteenSecondsOfSilence()
{
    Rig rig;
    rig.start();
    rig.now()->reply(200, "ok");
    const QDateTime answered = rig.time->clock().now();
    rig.time->advance(14900);
    QCOMPARE(rig.state(), Freshness::State::Fresh);
    rig.time->advance(200);
    QCOMPARE(rig.state(), Freshness::State::Stale);
    QCOMPARE(rig.heartbeat->freshness().lastAnswer, answered);
    QVERIFY(rig.heartbeat->freshness().reason.contains("devnet"_L1));
}

void TestHeartbeat::halfOpenConnectionIsDropped()
{
    Rig rig;
    rig.start();
    rig.now()->reply(200, "ok");
    rig.time->advance(15100);
    QCOMPARE(rig.client->drops, 1);
    QVERIFY(rig.now());   // and asks again at once
}

void TestHeartbeat::comesBack()
{
    Rig rig;
    QSignalSpy back(rig.heartbeat.get(), &Heartbeat::cameBack);
    rig.start();
    rig.now()->reply(200, "ok");
    rig.time->advance(60000);
    QCOMPARE(rig.state(), Freshness::State::Stale);
    QCOMPARE(back.size(), 0);
    rig.now()->reply(200, "ok");
    QCOMPARE(rig.state(), Freshness::State::Fresh);
    QCOMPARE(back.size(), 1);
}

void TestHeartbeat::neverAnswered()
{
    Rig rig;
    rig.start();
    rig.now()->fail(ErrorKind::Network, u"Connection refused"_s);
    QCOMPARE(rig.state(), Freshness::State::NotConnected);
    QCOMPARE(rig.heartbeat->freshness().reason, u"Connection refused"_s);
    QVERIFY(rig.heartbeat->freshness().nextTry.isValid());
    rig.time->advance(2000);
    QVERIFY(rig.now());
    rig.now()->reply(200, "ok");
    QCOMPARE(rig.state(), Freshness::State::Fresh);
}

void TestHeartbeat::overdueIsAskedOnANewConnection()
{
    Rig rig;
    rig.start();
    QSignalSpy replaced(&rig.pool, &StreamPool::replaced);
    rig.now()->reply(200, "ok");
    rig.time->advance(10000);
    rig.time->advance(2900);
    QVERIFY(!rig.spare);
    rig.time->advance(200);
    QVERIFY(rig.spare);
    QCOMPARE(rig.spare->last()->request.pathAndQuery, u"/livez"_s);
    rig.spare->last()->reply(200, "ok");
    QCOMPARE(rig.state(), Freshness::State::Fresh);
    QCOMPARE(replaced.size(), 1);
    QCOMPARE(rig.pool.first(), rig.spare.data());
    QCOMPARE(rig.heartbeat->freshness().lastAnswer, rig.time->clock().now());
    // and goes on there
    rig.time->advance(7000);
    QCOMPARE(rig.spare->opened.size(), 2);
    rig.spare->last()->reply(200, "ok");
    rig.time->advance(14000);
    QCOMPARE(rig.state(), Freshness::State::Fresh);
}

void TestHeartbeat::lateAnswerMovesNothing()
{
    Rig rig;
    rig.start();
    QSignalSpy replaced(&rig.pool, &StreamPool::replaced);
    rig.now()->reply(200, "ok");
    rig.time->advance(13100);
    QVERIFY(rig.spare);
    rig.client->last()->reply(200, "ok");
    QVERIFY(rig.spare->last()->aborted);
    QCOMPARE(replaced.size(), 0);
    QCOMPARE(rig.pool.first(), rig.client);
    QCOMPARE(rig.state(), Freshness::State::Fresh);
}

/// An HTTP/2 connection on which the question fails is asked about at once; over HTTP/1.1 it was that connection's own end.
void TestHeartbeat::endedConnectionIsReplacedAtOnce()
{
    for (const bool http2 : {true, false}) {
        Rig rig;
        rig.start();
        rig.client->http2 = http2;
        rig.now()->reply(200, "ok");
        rig.time->advance(10000);
        rig.now()->fail(ErrorKind::Network, u"gone"_s);
        QCOMPARE(rig.spare != nullptr, http2);
        if (rig.spare) {
            rig.spare->last()->reply(200, "ok");
            QCOMPARE(rig.pool.first(), rig.spare.data());
        }
        QCOMPARE(rig.state(), Freshness::State::Fresh);
    }
}

void TestHeartbeat::nothingIsMovedBeforeTheFirstAnswer()
{
    Rig rig;
    rig.start();
    rig.time->advance(9000);
    QVERIFY(!rig.spare);
}

void TestHeartbeat::suspicionIsAskedAtOnce()
{
    Rig rig;
    rig.start();
    rig.now()->reply(200, "ok");
    rig.time->advance(1000);
    const qsizetype before = rig.client->opened.size();
    rig.pool.suspect(rig.client);
    QCOMPARE(rig.client->opened.size(), before + 1);
    rig.pool.suspect(rig.client);   // is being asked
    QCOMPARE(rig.client->opened.size(), before + 1);
    rig.time->advance(3100);
    QVERIFY(rig.spare);
}

void TestHeartbeat::whatCountsAsAnAnswer()
{
    for (const int code : {200, 401, 403, 404, 429}) {
        Rig rig;
        rig.start();
        rig.now()->reply(code, "x");
        QCOMPARE(rig.state(), Freshness::State::Fresh);
    }
    for (const int code : {302, 500, 502, 503, 504}) {
        Rig rig;
        rig.start();
        rig.now()->reply(code, "x");
        QCOMPARE(rig.state(), Freshness::State::NotConnected);
        QVERIFY(rig.heartbeat->freshness().reason.contains(QString::number(code)));
    }
}

void TestHeartbeat::notWellIsStaleWithTheReason()
{
    Rig rig;
    rig.start();
    rig.now()->reply(200, "ok");
    for (int i = 0; i < 20 && rig.state() == Freshness::State::Fresh; ++i) {
        rig.time->advance(1000);
        if (FakeExchange *asked = rig.now(); asked && asked != rig.client->opened.first())
            asked->reply(500, "[+]ping ok\n[-]etcd failed: reason withheld\n[-]poststarthook/x failed\nlivez check failed");
    }
    QCOMPARE(rig.state(), Freshness::State::Stale);
    QVERIFY2(rig.heartbeat->freshness().reason.contains("etcd, poststarthook/x"_L1), qPrintable(rig.heartbeat->freshness().reason));
    QCOMPARE(rig.client->drops, 0);   // the connection lives
    rig.time->advance(5000);
    rig.now()->reply(200, "ok");
    QCOMPARE(rig.state(), Freshness::State::Fresh);
    QVERIFY(rig.heartbeat->freshness().reason.isEmpty());
}

void TestHeartbeat::sleepIsNoticed()
{
    Rig rig;
    QSignalSpy back(rig.heartbeat.get(), &Heartbeat::cameBack);
    rig.start();
    rig.now()->reply(200, "ok");
    rig.time->advance(3000);
    QCOMPARE(back.size(), 0);
    rig.time->sleep(3600 * 1000);
    rig.time->advance(2000);
    QCOMPARE(back.size(), 1);
    QCOMPARE(rig.client->drops, 1);
    rig.time->advance(2000);
    QCOMPARE(back.size(), 1);
}

void TestHeartbeat::beingStoppedIsNoticed()
{
    // The tick comes 20 s late: the process was stopped, or the machine hung.
    Rig rig;
    QSignalSpy back(rig.heartbeat.get(), &Heartbeat::cameBack);
    rig.start();
    rig.now()->reply(200, "ok");
    rig.time->jump(20000);
    rig.time->advance(1);
    QCOMPARE(back.size(), 1);
}

QTEST_GUILESS_MAIN(TestHeartbeat)
#include "tst_heartbeat.moc"
