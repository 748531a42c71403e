// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/Reflector.h"
#include "tests/support/FakeHttpClient.h"
#include "tests/support/ManualTime.h"
#include "tests/support/WatchTexts.h"

#include <QCoreApplication>
#include <QMap>

namespace qd::support {

/// A reflector with a client answered by hand, time moved by hand, and a store that applies what it says.
struct ReflectorRig {
    explicit ReflectorRig(bool selfCheck = false)
        : time(std::make_shared<ManualTime>()), pool([this] {
              auto out = std::make_unique<FakeHttpClient>();
              clients.append(out.get());
              return std::unique_ptr<kube::HttpClient>(std::move(out));
          })
    {
        kube::WatchOptions options;
        options.cluster = QStringLiteral("devnet");
        options.selfCheck = selfCheck;
        options.time = time;
        reflector = std::make_unique<kube::Reflector>(ports::WatchRequest{.kind = testKind(), .ns = {}, .labelSelector = {}}, options);
        QObject::connect(reflector.get(), &kube::Reflector::batch, reflector.get(), [this](const network::RowBatch &b) { apply(b); });
        QObject::connect(reflector.get(), &kube::Reflector::loadStateChanged, reflector.get(),
                         [this](const LoadState &s) { states.append(s); });
        QObject::connect(reflector.get(), &kube::Reflector::refused, reflector.get(), [this](const Error &e) { refusals.append(e); });
    }

    void start() { reflector->start(&pool); }
    /// The exchange that is open now; null when none is.
    FakeExchange *now()
    {
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        FakeExchange *last = clients.isEmpty() ? nullptr : clients.first()->last();
        return last && !last->aborted ? last : nullptr;
    }
    [[nodiscard]] qsizetype requests() const { return clients.isEmpty() ? 0 : clients.first()->opened.size(); }
    [[nodiscard]] LoadState::Phase phase() const { return states.isEmpty() ? LoadState::Phase::NotYet : states.last().phase; }
    /// Lets retries that are due at once happen.
    void turn() { time->advance(0); }

    /// Starts and brings the list in by WatchList.
    void sync(const QByteArray &initial, int version)
    {
        start();
        now()->answer();
        now()->send(initial + bookmark(version, true));
    }

    void apply(const network::RowBatch &batch)
    {
        batches.append(batch);
        if (batch.replace)
            store.clear();
        for (const QString &uid : batch.removedUids)
            store.remove(uid);
        for (const network::Row &row : batch.upserts)
            store.insert(row.uid, row);
    }
    [[nodiscard]] QStringList uids() const { return store.keys(); }

    std::shared_ptr<ManualTime> time;
    QList<FakeHttpClient *> clients;
    kube::StreamPool pool;
    std::unique_ptr<kube::Reflector> reflector;
    QList<network::RowBatch> batches;
    QList<LoadState> states;
    QList<Error> refusals;
    QMap<QString, network::Row> store;
};

}
