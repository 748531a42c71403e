// SPDX-License-Identifier: GPL-3.0-or-later
// A whole connection with its thread: made, used from several threads, and gone under load.
#include "tests/unit/kube/http/HttpTest.h"

#include "app/kube/KubeCluster.h"

#include <QDir>
#include <QThread>

#include <thread>

using namespace qd;
using namespace qd::kube;
using namespace qd::kube::test;

namespace {

const Gvr kPods{{}, u"v1"_s, u"pods"_s};

int threadCount()
{
    return int(QDir(u"/proc/self/task"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size());
}

void serve(FaultServer &server)
{
    server.fallback([](const FaultRequest &r) {
        if (r.path.endsWith(u"/hang"_s))
            return FaultAnswer::silent().hang();
        if (r.path.endsWith(u"/log"_s))
            return FaultAnswer::stream(200, "text/plain")
                .send("2026-01-01T00:00:00Z one\n2026-01-01T00:00:00Z two\n")
                .hang();
        if (r.query.hasQueryItem(u"watch"_s))
            return FaultAnswer::stream().hang();
        return FaultAnswer::json(200, R"({"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[]})");
    });
}

}

class tst_kube_cluster : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nothingIsSentBeforeTheFirstRequest()
    {
        FaultServer server;
        serve(server);
        const auto cluster = KubeCluster::make(configOf(server));
        QCOMPARE(cluster->gateway()->cluster(), u"staging"_s);
        QCOMPARE(cluster->gateway()->serverUrl(), server.url().toString());
        QVERIFY(await(cluster->gateway()->version()));
        QCOMPARE(server.count(), 1);
    }

    void usedFromSeveralThreads()
    {
        FaultServer server;
        serve(server);
        const auto cluster = KubeCluster::make(configOf(server));
        std::atomic<int> good = 0;
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([gateway = cluster->gateway(), &good] {
                for (int i = 0; i < 25; ++i) {
                    std::stop_source stop;
                    auto future = gateway->list(kPods, {}, stop.get_token());
                    if (i % 5 == 4)
                        stop.request_stop();
                    future.waitForFinished();
                    const bool cancelled = future.resultCount() == 0 || !future.resultAt(0).ok();
                    if (cancelled == (i % 5 == 4) || i % 5 == 4)
                        ++good;
                }
            });
        }
        QTRY_COMPARE_WITH_TIMEOUT(good.load(), 100, 60000);
    }

    void goneUnderLoad()
    {
        FaultServer server;
        serve(server);
        const int threads = threadCount();
        for (int round = 0; round < 10; ++round) {
            const int before = server.count();
            auto cluster = KubeCluster::make(configOf(server));
            const auto gateway = cluster->gateway();
            const auto services = cluster->services();
            QList<QFuture<Result<QJsonObject>>> all;
            for (int i = 0; i < 40; ++i)
                all.append(i % 3 == 0 ? gateway->get(kPods, u"x"_s, u"hang"_s) : gateway->list(kPods, {}));
            auto feed = cluster->follow(u"x"_s, u"p"_s, u"c"_s, 10);
            feed->start();
            network::KindInfo kind;
            kind.kind = u"Pod"_s;
            kind.gvr = kPods;
            auto watch = cluster->feed()->watch({kind});
            watch->start();
            const auto service = services->request({{}, u"x"_s, u"s"_s, u"80"_s, {}}, "GET", u"/hang"_s);
            if (round % 2 == 0) // every connection is busy; else: at once, with most of it not begun
                QTRY_VERIFY(server.count() >= before + 6);
            // In any order, the way an owner may do it.
            if (round % 3 == 0) {
                feed.reset();
                watch.reset();
                cluster.reset();
            } else if (round % 3 == 1) {
                watch.reset();
                cluster.reset();
                feed.reset();
            } else {
                watch.reset();
                feed.reset();
                cluster.reset();
            }
            for (const auto &future : all) {
                const auto result = await(future);
                QVERIFY(result || result.error().kind == ErrorKind::Cancelled);
            }
            QVERIFY(!await(service));
            QCOMPARE(await(gateway->version()).error().kind, ErrorKind::Cancelled);
        }
        QTRY_COMPARE(server.openConnections(), 0);
        QTRY_VERIFY2(threadCount() <= threads, qPrintable(QString::number(threadCount()))); // fewer: one from before has ended meanwhile
    }

    void logArrivesOnTheCallersThread()
    {
        FaultServer server;
        serve(server);
        const auto cluster = KubeCluster::make(configOf(server));
        const auto feed = cluster->follow(u"x"_s, u"p"_s, u"c"_s, 10);
        QStringList lines;
        QThread *thread = nullptr;
        connect(feed.get(), &ports::LogFeed::lines, this, [&](const QStringList &more) {
            lines += more;
            thread = QThread::currentThread();
        });
        feed->start();
        QTRY_COMPARE(lines, (QStringList{u"one"_s, u"two"_s}));
        QCOMPARE(thread, this->thread());
    }
};

QTEST_GUILESS_MAIN(tst_kube_cluster)
#include "tst_kube_cluster.moc"
