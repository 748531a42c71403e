// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/ClusterFeedPool.h"
#include "app/kube/ReflectorTime.h"

namespace qd::kube {

/// One GET /livez on a connection of the watches. Unanswered for `overdueMs`, or refused because the server has ended the
/// HTTP/2 connection (GOAWAY: Qt 6.4 lets what is opened then hang without a word), a second one goes out on a connection of
/// its own. When that one is answered first, the server is well and the old connection is not: the pool takes the new one in
/// its place, and the streams move. A server that is only slow answers the first one first, and nothing moves.
/// Says answered or failed once. Worker thread; delete it any time.
class HeartbeatProbe : public QObject {
    Q_OBJECT
public:
    /// `mayMove`: whether the second question is asked at all (not before the first answer, and not while nothing answers).
    HeartbeatProbe(StreamPool *pool, HttpClient *client, const WatchOptions &options, ReflectorTime &time, bool mayMove, QObject *parent);
    ~HeartbeatProbe() override;
    [[nodiscard]] const HttpClient *client() const { return m_client; }
    [[nodiscard]] bool over() const { return m_over; }

    /// Whether an answer proves that the API server is there: 2xx, and 4xx too (who may not ask /livez still talks to it, and a
    /// credential that has run out shows where it is used). Not 5xx: the server says that it is not well, or a gateway
    /// that it is not there. Not 3xx: API servers do not redirect.
    [[nodiscard]] static bool proves(int status) { return status / 100 == 2 || status / 100 == 4; }

Q_SIGNALS:
    /// The body is empty for an answer that proves.
    void answered(const qd::kube::HttpHead &head, const QByteArray &body);
    void failed(const qd::Error &error);

private:
    struct Question {
        HttpExchange *exchange = nullptr;
        HttpHead head = {};
        QByteArray body = {};
    };
    void ask(Question &question, HttpClient *client);
    void askOnNewConnection();
    void onHead(Question &question, const HttpHead &head);
    void onFinished(Question &question, const Error &error);
    void drop(Question &question);
    void tell(const HttpHead &head, const QByteArray &body);

    StreamPool *m_pool;
    QPointer<HttpClient> m_client;
    const int m_deadlineMs;
    const bool m_mayMove;
    Alarm *m_overdue;
    Question m_own;
    Question m_second;
    std::unique_ptr<HttpClient> m_spare;   ///< of the second question; the pool's once it is answered
    Error m_error;
    bool m_over = false;
};

}
