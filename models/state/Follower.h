// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"
#include "models/state/ChangeDraft.h"
#include "models/state/Scheduler.h"

#include <QObject>

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>

namespace qd::state {

/// A source of one object's states: the store's rows and bodies, or polling. GUI thread.
class ObjectWatcher : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void start(const ObjectId &object) = 0;

Q_SIGNALS:
    void updated(const QJsonObject &object);
    void gone(); ///< the name or the uid is no longer there
    void trouble(const qd::Error &error); ///< no answer this time; goes on by itself
};

using WatcherFactory = std::function<std::unique_ptr<ObjectWatcher>()>;

/// GET every `interval`, one request at a time.
class PollingWatcher final : public ObjectWatcher
{
    Q_OBJECT
public:
    PollingWatcher(std::shared_ptr<ports::ResourceGateway> gateway, Scheduler scheduler,
        std::chrono::milliseconds interval = std::chrono::seconds(2), QObject *parent = nullptr);
    ~PollingWatcher() override;
    void start(const ObjectId &object) override;

private:
    void ask();
    std::shared_ptr<ports::ResourceGateway> m_gateway;
    Scheduler m_scheduler;
    std::chrono::milliseconds m_interval;
    ObjectId m_object;
    std::stop_source m_stop;
};

/// Whether an object has reached a follow target, from its JSON alone.
struct FollowVerdict
{
    enum class Is : quint8 { Waiting, Settled, Failed };
    Is is = Is::Waiting;
    QString message; ///< what is waited for, or what failed
    int done = 0; ///< of `of` parts, while its status counts them: pods ready, steps of a run behind it
    int of = 0; ///< 0: not known
};
[[nodiscard]] FollowVerdict judge(const FollowTarget &target, const QJsonObject &object, qint64 generation);

/// Follows one edit until it settles, fails or the time is over (architecture.md, pipeline step 6).
class Follower : public QObject
{
    Q_OBJECT
public:
    enum class End : quint8 { Settled, Failed, Timeout };
    Q_ENUM(End)
    Follower(std::unique_ptr<ObjectWatcher> watcher, Scheduler scheduler, QObject *parent = nullptr);
    /// `generation` is metadata.generation as the server answered the write.
    void start(
        const ObjectId &object, const FollowTarget &target, qint64 generation, std::chrono::milliseconds timeout);

Q_SIGNALS:
    void progress(const QString &text);
    void measured(int done, int of); ///< FollowVerdict::done; of 0: not known any more
    void finished(qd::state::Follower::End end, const QString &message);

private:
    void end(End how, const QString &message);
    std::unique_ptr<ObjectWatcher> m_watcher;
    Scheduler m_scheduler;
    ObjectId m_object;
    FollowTarget m_target;
    qint64 m_generation = 0;
    QString m_waitingFor;
    int m_parts = -1;
    int m_partsDone = -1;
    bool m_done = false;
};

}
