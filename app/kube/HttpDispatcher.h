// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/Http.h"
#include "app/kube/HttpMailbox.h"
#include "models/core/Result.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>

#include <deque>
#include <functional>
#include <optional>
#include <stop_token>

namespace qd::kube {

struct HttpReply
{
    HttpHead head;
    QByteArray body;
    qint64 roundTripMs = 0;
};

/// Who goes first when eight requests are under way; lists have two places of them at most, services of the cluster four.
enum class Lane { Interactive, Background, List, Service };

struct HttpCall
{
    HttpRequest request;
    QString what; ///< the object, for error texts
    Lane lane = Lane::Interactive;
    bool retry = false; ///< no effect on the server: may be sent again
    qsizetype largest = 0; ///< bytes of the answer; 0: the dispatcher's bound
    bool plain = false; ///< status codes from 300 on are answers too, except a Status of the API server
    std::stop_token stop = {};
};

/// Sends one-shot requests of one cluster: at most eight at once, by lane; reads again on 429 and 5xx with Retry-After
/// and on a lost connection, ten times at most, within the deadline; a requested stop ends a call at once. Lives on the
/// adapter's thread. Every callback is called exactly once, also when the dispatcher dies (Cancelled).
class HttpDispatcher : public QObject
{
    Q_OBJECT
public:
    using Done = std::function<void(Result<HttpReply>)>;
    HttpDispatcher(std::unique_ptr<HttpClient> client, int deadlineMs);
    ~HttpDispatcher() override;
    void send(HttpCall call, Done done);
    [[nodiscard]] HttpClient *client() const { return m_client.get(); }
    [[nodiscard]] int inFlight() const { return m_inFlight; }
    /// A longer answer is refused, so that a broken server cannot eat the memory.
    void setLargestAnswer(qsizetype bytes) { m_largest = bytes; }
    [[nodiscard]] const HttpMailbox &mailbox() const { return m_mailbox; }

    static constexpr int kInFlight = 8;
    static constexpr int kLists = 2;
    static constexpr int kServices = 4;
    static constexpr int kTries = 10;

private:
    struct Job;
    using JobPtr = std::shared_ptr<Job>;
    void pump();
    [[nodiscard]] JobPtr next();
    void begin(const JobPtr &job);
    void ended(const JobPtr &job, bool clean, const Error &error);
    bool again(const JobPtr &job, const Error &error);
    void leave(const JobPtr &job);
    void finish(const JobPtr &job, Result<HttpReply> result);
    void cancel(quint64 id);
    std::unique_ptr<HttpClient> m_client;
    HttpMailbox m_mailbox;
    int m_deadlineMs;
    qsizetype m_largest = qsizetype(256) << 20;
    std::deque<JobPtr> m_queues[4];
    QHash<quint64, JobPtr> m_jobs;
    quint64 m_lastId = 0;
    int m_inFlight = 0;
    int m_lists = 0;
    int m_services = 0;
    bool m_closed = false;
};

}
