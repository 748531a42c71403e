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

/// A cluster feed with the real client and its own thread, against the fault server; alarms go 20 times faster.
class FaultRig {
public:
    explicit FaultRig(int silenceMs = 120000)
    {
        qunsetenv("HTTP_PROXY");
        qunsetenv("http_proxy");
        server.on(QStringLiteral("/livez"), FaultAnswer::text(200, "ok"));
        options.cluster = QStringLiteral("devnet");
        options.silenceMs = silenceMs;
        options.time = std::make_shared<FastTime>(20);
    }
    ~FaultRig()
    {
        list.reset();
        feed.reset();
        thread.quit();
        thread.wait();
    }
    void connectTo()
    {
        kube::ClusterConfig config;
        config.server = server.url();
        thread.start();
        feed = kube::makeClusterFeed([config] { return kube::HttpClient::make(config, {}); }, &thread, options);
    }
    void start()
    {
        connectTo();
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

    FaultServer server;
    QThread thread;
    kube::WatchOptions options;
    std::unique_ptr<ports::ClusterFeed> feed;
    std::unique_ptr<ports::ResourceFeed> list;
    QMap<QString, network::Row> store;
    QList<LoadState> states;
    QList<Error> refusals;
    QList<network::RowBatch::Sync> syncs;
    int asked = 0;
};

/// A WatchList answered whole, the stream left open.
[[nodiscard]] inline FaultAnswer synced(const QByteArray &initial, int version)
{
    return FaultAnswer::stream().send(initial + bookmark(version, true));
}

}
