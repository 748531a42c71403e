// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/Watch.h"

#include <QPointer>

#include <deque>
#include <memory>
#include <vector>

namespace qd::kube {

/// The clients of a cluster's watches. kube-apiserver allows 100 streams a connection and QNetworkAccessManager opens only 6
/// over HTTP/1.1, so streams are spread: 80 a client over HTTP/2, 5 a client else (architecture.md "Decisions"). Until a client
/// has had an answer it takes 5 and lets the others wait for it. Lives on the worker thread.
class StreamPool : public QObject {
    Q_OBJECT
public:
    explicit StreamPool(HttpClientFactory makeClient) : m_make(std::move(makeClient)) { }
    /// Calls back with a client, at once or when there is room; not after `context` died.
    void acquire(QObject *context, std::function<void(HttpClient *)> ready);
    /// The stream ended.
    void release(HttpClient *client);
    /// An answer's head came.
    void answered(HttpClient *client);
    /// The client that also carries the heartbeat.
    [[nodiscard]] HttpClient *first();
    void dropConnections();
    [[nodiscard]] size_t clients() const { return m_slots.size(); }

    bool noWatchList = false;   ///< this server does not do WatchList; remembered for the connection

private:
    struct Slot {
        std::unique_ptr<HttpClient> client;
        int streams = 0;
        bool known = false;
        [[nodiscard]] int capacity() const { return known && client->lastWasHttp2() ? 80 : 5; }
    };
    struct Waiter {
        QPointer<QObject> context;
        std::function<void(HttpClient *)> ready;
    };
    Slot *room();
    Slot *find(const HttpClient *client);
    void pump();

    HttpClientFactory m_make;
    std::vector<Slot> m_slots;
    std::deque<Waiter> m_waiters;
    bool m_pumping = false;
};

}
