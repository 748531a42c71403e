// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/JournalReader.h"

namespace qd::state {

JournalReader::JournalReader(QObject *parent)
    : QObject(parent)
{
}

JournalReader::~JournalReader()
{
    {
        const std::lock_guard guard(m_mutex);
        m_end = true;
        m_jobs.clear();
    }
    m_wake.notify_one();
    if (m_thread.joinable())
        m_thread.join();
}

void JournalReader::add(Job job)
{
    {
        const std::lock_guard guard(m_mutex);
        m_jobs.push_back(std::move(job));
    }
    if (!m_thread.joinable())
        m_thread = std::thread([this] { run(); });
    m_wake.notify_one();
}

bool JournalReader::idle() const
{
    const std::lock_guard guard(m_mutex);
    return m_jobs.empty() && m_done.empty() && !m_busy;
}

void JournalReader::run()
{
    while (true) {
        Job job;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_end || !m_jobs.empty(); });
            if (m_end)
                return;
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
            m_busy = true;
        }
        Deliver done = job();
        {
            const std::lock_guard guard(m_mutex);
            m_done.push_back(std::move(done));
            m_busy = false;
        }
        QMetaObject::invokeMethod(this, "deliver", Qt::QueuedConnection);
    }
}

void JournalReader::deliver()
{
    std::deque<Deliver> done;
    {
        const std::lock_guard guard(m_mutex);
        done.swap(m_done);
    }
    for (const Deliver &each : done)
        each();
}

}
