// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Async.h"

#include <QJsonObject>
#include <QObject>

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace qd::state {

/// Writes records one after another on a thread of its own (started by the first) and delivers the results on the
/// thread that made it, which needs an event loop. Only plain values cross, under one mutex. Its end waits for what is
/// queued.
class JournalWorker final : public QObject
{
    Q_OBJECT
public:
    using Write = std::function<Result<Done>(const QJsonObject &)>;
    explicit JournalWorker(Write write);
    ~JournalWorker() override;
    [[nodiscard]] QFuture<Result<Done>> add(const QJsonObject &record);

private Q_SLOTS:
    void deliver();

private:
    struct Job
    {
        quint64 id = 0;
        QJsonObject record;
    };
    void run();

    Write m_write;
    std::map<quint64, SharedPromise<Done>> m_waiting; ///< of the maker's thread only
    quint64 m_last = 0;
    std::mutex m_mutex; ///< guards what follows
    std::condition_variable m_wake;
    std::deque<Job> m_jobs;
    std::deque<std::pair<quint64, Result<Done>>> m_done;
    bool m_end = false;
    std::thread m_thread;
};

}
