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
    /// A client of nobody's yet, for a question on a connection of its own.
    [[nodiscard]] std::unique_ptr<HttpClient> spare() const { return m_make(); }
    /// `with` takes the place of `client`, which lives on until its last stream is released. Nothing when it is gone already.
    void replace(HttpClient *client, std::unique_ptr<HttpClient> with);
    /// The server has ended the connection of `client` (GOAWAY).
    void renew(HttpClient *client);
    /// No answer on a new stream of `client`: its connection should be asked whether it lives.
    void suspect(HttpClient *client) { Q_EMIT suspected(client); }
    /// The clients that have answered over HTTP/2, whose streams share one connection each.
    [[nodiscard]] std::vector<HttpClient *> shared() const;
    [[nodiscard]] size_t clients() const { return m_slots.size(); }

    bool noWatchList = false;   ///< this server does not do WatchList; remembered for the connection

Q_SIGNALS:
    /// The streams of `old` should be opened again.
    void replaced(qd::kube::HttpClient *old);
    void suspected(qd::kube::HttpClient *client);

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
    std::vector<Slot> m_retired;   ///< replaced, with streams still open
    std::deque<Waiter> m_waiters;
    bool m_pumping = false;
};

}
