// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace qd::state {

/// Reads the journal on a thread of its own (started by the first job), one job after another. A job returns what is to
/// be done with its outcome on the thread that made the reader, which needs an event loop. Its end drops what has not
/// begun and waits for what has.
class JournalReader final : public QObject
{
    Q_OBJECT
public:
    using Deliver = std::function<void()>;
    using Job = std::function<Deliver()>;
    explicit JournalReader(QObject *parent = nullptr);
    ~JournalReader() override;
    void add(Job job);
    /// Every job is done and delivered.
    [[nodiscard]] bool idle() const;

private Q_SLOTS:
    void deliver();

private:
    void run();
    mutable std::mutex m_mutex; ///< guards what follows
    std::condition_variable m_wake;
    std::deque<Job> m_jobs;
    std::deque<Deliver> m_done;
    bool m_busy = false;
    bool m_end = false;
    std::thread m_thread;
};

}
