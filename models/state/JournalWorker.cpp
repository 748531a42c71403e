// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/JournalWorker.h"

namespace qd::state {

JournalWorker::JournalWorker(Write write)
    : m_write(std::move(write))
{
}

JournalWorker::~JournalWorker()
{
    {
        const std::lock_guard guard(m_mutex);
        m_end = true;
    }
    m_wake.notify_one();
    if (m_thread.joinable())
        m_thread.join();
    deliver();
}

QFuture<Result<Done>> JournalWorker::add(const QJsonObject &record)
{
    const quint64 id = ++m_last;
    const QFuture<Result<Done>> future = m_waiting[id].future();
    {
        const std::lock_guard guard(m_mutex);
        m_jobs.push_back({id, record});
    }
    if (!m_thread.joinable())
        m_thread = std::thread([this] { run(); });
    m_wake.notify_one();
    return future;
}

void JournalWorker::run()
{
    while (true) {
        Job job;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_end || !m_jobs.empty(); });
            if (m_jobs.empty())
                return;
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
        }
        Result<Done> result = m_write(job.record);
        {
            const std::lock_guard guard(m_mutex);
            m_done.emplace_back(job.id, std::move(result));
        }
        QMetaObject::invokeMethod(this, "deliver", Qt::QueuedConnection);
    }
}

void JournalWorker::deliver()
{
    std::deque<std::pair<quint64, Result<Done>>> done;
    {
        const std::lock_guard guard(m_mutex);
        done.swap(m_done);
    }
    for (auto &[id, result] : done) {
        const auto waiting = m_waiting.find(id);
        const SharedPromise<Done> promise = waiting->second;
        m_waiting.erase(waiting);
        promise.finish(std::move(result));
    }
}

}
