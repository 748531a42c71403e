// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/Watch.h"
#include "tests/support/FaultServer.h"
#include "tests/support/ManualTime.h"
#include "tests/support/WatchTexts.h"

#include <QMap>
#include <QThread>

namespace qd::support {

inline const QString kParties = QStringLiteral("/apis/canton.quarterdeck.io/v1alpha1/parties");

/// What a live list asks, in the words of the tests.
enum class Ask { WatchList, List, Page, Watch };
[[nodiscard]] inline Ask askOf(const FaultRequest &request)
{
    if (request.q(QStringLiteral("watch")) != QStringLiteral("1"))
        return request.query.hasQueryItem(QStringLiteral("continue")) ? Ask::Page : Ask::List;
    return request.q(QStringLiteral("sendInitialEvents")) == QStringLiteral("true") ? Ask::WatchList : Ask::Watch;
}

// A machine under load (sanitizers, other tests) may need longer than Qt's 5 s.
#define TRY_VERIFY(expression) QTRY_VERIFY_WITH_TIMEOUT(expression, 30000)
#define TRY_COMPARE(left, right) QTRY_COMPARE_WITH_TIMEOUT(left, right, 30000)

/// A cluster feed with the real client and its own thread, against a fault server; alarms go 20 times faster, so that a
/// back-off of seconds does not last. What watches over silence (heartbeat, first answer, bookmark) keeps its real length, or a
/// machine that hangs for half a second would count as a dead server; a test of that silence calls hasty().
template <typename Server>
class FaultRigOf {
public:
    template <typename... Given>
    explicit FaultRigOf(int silenceMs, Given &&...given) : server(std::forward<Given>(given)...)
    {
        for (const char *name : {"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "DISABLE_HTTP2"})
            qunsetenv(name);
        server.on(QStringLiteral("/livez"), FaultAnswer::text(200, "ok"));
        config.server = server.url();
        options.cluster = QStringLiteral("devnet");
        options.silenceMs = silenceMs;
        options.time = std::make_shared<FastTime>(kFaster);
        for (int *ms : {&options.freshMs, &options.overdueMs, &options.answerMs, &options.bookmarkWaitMs})
            *ms *= kFaster;
    }
    ~FaultRigOf()
    {
        list.reset();
        feed.reset();
        thread.quit();
        thread.wait();
    }
    /// Silence is noticed 20 times earlier, too: heartbeat every 500 ms, overdue after 150, stale after 750, first answer 1,500.
    void hasty()
    {
        for (int *ms : {&options.freshMs, &options.overdueMs, &options.answerMs, &options.bookmarkWaitMs})
            *ms /= kFaster;
    }
    void connectTo()
    {
        thread.start();
        feed = kube::makeClusterFeed([config = config] { return kube::HttpClient::make(config, {}); }, &thread, options);
    }
    void start()
    {
        connectTo();
        QObject::connect(feed.get(), &ports::ClusterFeed::freshnessChanged, feed.get(), [this](const Freshness &f) {
            if (freshness.isEmpty() || freshness.last() != f.state)
                freshness.append(f.state);
        });
        list = feed->watch({.kind = testKind()});
        QObject::connect(list.get(), &ports::ResourceFeed::batch, list.get(), [this](const network::RowBatch &b) { apply(b); });
        QObject::connect(list.get(), &ports::ResourceFeed::loadStateChanged, list.get(), [this](const LoadState &s) { states.append(s); });
        QObject::connect(list.get(), &ports::ResourceFeed::refused, list.get(), [this](const Error &e) { refusals.append(e); });
        list->start();
    }
    /// Answers for the collection: each request takes the next; the last one stays.
    void script(std::function<FaultAnswer(const FaultRequest &, int)> answer)
    {
        server.handle(kParties, [this, answer](const FaultRequest &request) { return answer(request, asked++); });
    }
    void apply(const network::RowBatch &batch)
    {
        if (batch.replace)
            store.clear();
        for (const QString &uid : batch.removedUids)
            store.remove(uid);
        for (const network::Row &row : batch.upserts)
            store.insert(row.uid, row);
        syncs.append(batch.sync);
    }
    [[nodiscard]] LoadState::Phase phase() const { return states.isEmpty() ? LoadState::Phase::NotYet : states.last().phase; }
    [[nodiscard]] bool ready(qsizetype rows) const { return phase() == LoadState::Phase::Ready && store.size() == rows; }
    [[nodiscard]] bool was(LoadState::Phase phase) const
    {
        return std::any_of(states.begin(), states.end(), [phase](const LoadState &s) { return s.phase == phase; });
    }
    [[nodiscard]] FaultRequest request(int index) const { return server.requests(kParties).value(index); }
    [[nodiscard]] Error failure() const
    {
        for (auto it = states.crbegin(); it != states.crend(); ++it) {
            if (!it->error.message.isEmpty())
                return it->error;
        }
        return {};
    }

    [[nodiscard]] bool fresh() const { return !freshness.isEmpty() && freshness.last() == Freshness::State::Fresh; }
    /// Neither the list nor the cluster was ever shown as anything but up to date since it was for the first time.
    [[nodiscard]] bool neverStale() const
    {
        return !was(LoadState::Phase::Stale) && !was(LoadState::Phase::Failed) && !freshness.contains(Freshness::State::Stale);
    }

    static constexpr int kFaster = 20;
    Server server;
    kube::ClusterConfig config;
    QThread thread;
    kube::WatchOptions options;
    std::unique_ptr<ports::ClusterFeed> feed;
    std::unique_ptr<ports::ResourceFeed> list;
    QMap<QString, network::Row> store;
    QList<LoadState> states;
    QList<Freshness::State> freshness;   ///< every state once it changes
    QList<Error> refusals;
    QList<network::RowBatch::Sync> syncs;
    int asked = 0;
};

class FaultRig : public FaultRigOf<FaultServer> {
public:
    explicit FaultRig(int silenceMs = 120000) : FaultRigOf(silenceMs) { }
};

/// A WatchList answered whole, the stream left open.
[[nodiscard]] inline FaultAnswer synced(const QByteArray &initial, int version)
{
    return FaultAnswer::stream().send(initial + bookmark(version, true));
}

}
