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
    void everyAnswerCountsButAGateways();
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

void TestHeartbeat::everyAnswerCountsButAGateways()
{
    for (const int code : {200, 401, 403, 404, 500}) {
        Rig rig;
        rig.start();
        rig.now()->reply(code, "x");
        QCOMPARE(rig.state(), Freshness::State::Fresh);
    }
    for (const int code : {502, 503, 504}) {
        Rig rig;
        rig.start();
        rig.now()->reply(code, "x");
        QCOMPARE(rig.state(), Freshness::State::NotConnected);
        QVERIFY(rig.heartbeat->freshness().reason.contains(QString::number(code)));
    }
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
