// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/HttpDispatcher.h"

#include "app/kube/HttpOptions.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

struct Tr
{
    Q_DECLARE_TR_FUNCTIONS(HttpDispatcher)
};

Error cancelled(const QString &what)
{
    return Error{ErrorKind::Cancelled, Tr::tr("%1: cancelled.").arg(what)};
}

/// Waits between tries without a Retry-After, in milliseconds; afterwards the error is told.
constexpr int kHeadMs = 3000;
constexpr int kListHeadMs = 12000;
constexpr int kLostWaits[] = {100, 200, 400};

bool isStatus(const QByteArray &body)
{
    return QJsonDocument::fromJson(body).object().value("kind"_L1).toString() == "Status"_L1;
}

}

struct HttpDispatcher::Job
{
    quint64 id = 0;
    HttpCall call;
    Done done;
    HttpReply reply;
    QPointer<HttpExchange> exchange;
    std::unique_ptr<QTimer> deadline;
    std::unique_ptr<QTimer> wait;
    std::optional<std::stop_callback<std::function<void()>>> stop;
    QElapsedTimer clock;
    int tries = 0;
    bool inFlight = false;
    Error last;
    bool waiting = false;
};

HttpDispatcher::HttpDispatcher(std::unique_ptr<HttpClient> client, int deadlineMs)
    : m_client(std::move(client))
    , m_mailbox(this)
    , m_deadlineMs(deadlineMs)
{
}

HttpDispatcher::~HttpDispatcher()
{
    m_mailbox.close();
    m_closed = true;
    const QList<JobPtr> jobs = m_jobs.values();
    for (const JobPtr &job : jobs)
        finish(job, cancelled(job->call.what));
}

void HttpDispatcher::send(HttpCall call, Done done)
{
    if (m_closed || call.stop.stop_requested()) {
        done(cancelled(call.what));
        return;
    }
    auto job = std::make_shared<Job>();
    job->id = ++m_lastId;
    job->call = std::move(call);
    job->done = std::move(done);
    m_jobs.insert(job->id, job);
    if (job->call.stop.stop_possible())
        job->stop.emplace(
            job->call.stop, [box = m_mailbox, this, id = job->id] { box.post([this, id] { cancel(id); }); });
    const int limit = job->call.request.deadlineMs > 0 ? job->call.request.deadlineMs : m_deadlineMs;
    job->call.request.deadlineMs = 0;
    job->deadline = std::make_unique<QTimer>();
    job->deadline->setSingleShot(true);
    connect(job->deadline.get(), &QTimer::timeout, this, [this, id = job->id, limit] {
        const JobPtr late = m_jobs.value(id);
        if (!late)
            return;
        if (late->waiting) // the server said why, and to come again later than we may wait
            return finish(late, late->last);
        // A service may take its time, or its connection is dead (headMs does not look after plain calls): the next takes another.
        if (late->call.plain && late->inFlight && late->reply.head.status == 0 && m_client->lastWasHttp2())
            m_client->dropConnections();
        finish(late,
            Error{ErrorKind::Timeout,
                Tr::tr("%1: the server did not answer within %2 s.").arg(late->call.what).arg(limit / 1000.0),
                Tr::tr("Check the network and the load of the server, then try again.")});
    });
    if (limit > 0) // 0 as kubectl's --request-timeout=0
        job->deadline->start(limit);
    m_queues[int(job->call.lane)].push_back(job);
    pump();
}

HttpDispatcher::JobPtr HttpDispatcher::next()
{
    for (std::deque<JobPtr> &queue : m_queues) {
        const bool lists = &queue == &m_queues[int(Lane::List)];
        const bool services = &queue == &m_queues[int(Lane::Service)];
        if (queue.empty() || (lists && m_lists >= kLists) || (services && m_services >= kServices))
            continue;
        const JobPtr job = queue.front();
        queue.pop_front();
        return job;
    }
    return {};
}

void HttpDispatcher::pump()
{
    while (m_inFlight < kInFlight) {
        const JobPtr job = next();
        if (!job)
            return;
        begin(job);
    }
}

void HttpDispatcher::begin(const JobPtr &job)
{
    ++m_inFlight;
    m_lists += job->call.lane == Lane::List;
    m_services += job->call.lane == Lane::Service;
    job->inFlight = true;
    job->waiting = false;
    ++job->tries;
    job->reply = {};
    job->clock.start();
    // A log's head waits for its first line; a long list may take its time.
    if ((job->call.retry || job->call.request.harmless) && !job->call.plain)
        job->call.request.headMs = job->call.lane == Lane::List ? kListHeadMs : kHeadMs;
    HttpExchange *exchange = m_client->open(job->call.request, this);
    job->exchange = exchange;
    const std::weak_ptr<Job> weak = job;
    connect(exchange, &HttpExchange::head, this, [weak](const HttpHead &head) {
        if (const JobPtr j = weak.lock()) {
            j->reply.head = head;
            j->reply.roundTripMs = j->clock.elapsed();
        }
    });
    connect(exchange, &HttpExchange::data, this, [this, weak](const QByteArray &bytes) {
        const JobPtr j = weak.lock();
        if (!j)
            return;
        j->reply.body += bytes;
        const qsizetype largest = j->call.largest > 0 ? j->call.largest : m_largest;
        if (j->reply.body.size() > largest)
            finish(j,
                Error{ErrorKind::Invalid,
                    Tr::tr("%1: the answer is larger than %2 MiB.").arg(j->call.what).arg(largest >> 20),
                    Tr::tr("Ask for less: fewer lines, a filter, or one namespace."), {}, QLatin1String(kTooLarge)});
    });
    connect(exchange, &HttpExchange::finished, this, [this, weak](bool clean, const Error &error) {
        if (const JobPtr j = weak.lock())
            ended(j, clean, error);
    });
}

void HttpDispatcher::ended(const JobPtr &job, bool clean, const Error &error)
{
    leave(job);
    Error failure = error;
    if (clean) {
        const HttpHead &head = job->reply.head;
        const bool unchanged = head.status == 304 && job->call.request.headers.contains("If-None-Match");
        const bool own = head.status < 300 || unchanged || (job->call.plain && !isStatus(job->reply.body));
        const bool overloaded
            = job->call.plain && (head.status == 429 || head.status >= 500) && head.headers.contains("retry-after");
        if (own && !overloaded) {
            finish(job, std::move(job->reply));
            return pump();
        }
        failure = errorFromAnswer(head, job->reply.body, job->call.what);
        if (own && !again(job, failure)) {
            finish(job, std::move(job->reply));
            return pump();
        }
        if (own)
            return pump();
    } else if (failure.kind != ErrorKind::Cancelled && failure.reason != QLatin1String(kNotSent)
        && !failure.message.contains(job->call.what)) {
        // What never left has nothing to do with the object: the server's address says it all.
        failure.message = Tr::tr("%1: %2").arg(job->call.what, failure.message);
    }
    if (!again(job, failure))
        finish(job, failure);
    pump();
}

/// Puts the job back with a wait when it may be sent again.
bool HttpDispatcher::again(const JobPtr &job, const Error &error)
{
    if (!job->call.retry || job->tries >= kTries)
        return false;
    int wait = -1;
    const bool busy = error.httpStatus == 429 || error.httpStatus >= 500;
    if (busy && error.retryAfterSeconds >= 0)
        wait = error.retryAfterSeconds * 1000;
    else if (error.kind == ErrorKind::Network && error.httpStatus == 0 && error.reason.isEmpty()
        && job->tries <= int(std::size(kLostWaits)))
        wait = kLostWaits[job->tries - 1];
    if (wait < 0)
        return false;
    if (job->deadline->isActive() && wait >= job->deadline->remainingTime())
        return false;
    job->waiting = true;
    job->last = error;
    job->wait = std::make_unique<QTimer>();
    job->wait->setSingleShot(true);
    connect(job->wait.get(), &QTimer::timeout, this, [this, id = job->id] {
        const JobPtr ready = m_jobs.value(id);
        if (!ready)
            return;
        m_queues[int(ready->call.lane)].push_front(ready);
        pump();
    });
    job->wait->start(wait);
    return true;
}

void HttpDispatcher::leave(const JobPtr &job)
{
    if (!job->inFlight)
        return;
    job->inFlight = false;
    --m_inFlight;
    m_lists -= job->call.lane == Lane::List;
    m_services -= job->call.lane == Lane::Service;
    if (job->exchange) {
        job->exchange->disconnect(this);
        job->exchange->abort();
        job->exchange->deleteLater();
        job->exchange.clear();
    }
}

void HttpDispatcher::finish(const JobPtr &job, Result<HttpReply> result)
{
    if (m_jobs.remove(job->id) == 0)
        return;
    leave(job);
    for (std::deque<JobPtr> &queue : m_queues)
        queue.erase(std::remove(queue.begin(), queue.end(), job), queue.end());
    job->stop.reset();
    job->deadline->stop();
    if (job->wait)
        job->wait->stop();
    const Done done = std::exchange(job->done, nullptr);
    if (!m_closed)
        QMetaObject::invokeMethod(this, &HttpDispatcher::pump, Qt::QueuedConnection);
    // The timers may be the callers of this.
    if (job->deadline)
        job->deadline.release()->deleteLater();
    if (job->wait)
        job->wait.release()->deleteLater();
    done(std::move(result));
}

void HttpDispatcher::cancel(quint64 id)
{
    if (const JobPtr job = m_jobs.value(id))
        finish(job, cancelled(job->call.what));
}

}
