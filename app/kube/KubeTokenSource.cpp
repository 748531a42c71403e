// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/KubeTokenSource.h"

#include "app/kube/CredentialFiles.h"
#include "app/kube/ExecPlugin.h"
#include "models/core/Async.h"

#include <QElapsedTimer>
#include <QMutex>
#include <QThread>

#include <algorithm>
#include <chrono>

namespace qd::kube {

using ports::Credential;

namespace {

/// The plugin's one flight: everything but request(), rejected() and close() happens on its thread. What crosses over
/// lies in the inbox under the mutex; turn() is posted by name, so that nothing is handed over inside Qt's event queue.
class ExecKeeper : public QObject {
    Q_OBJECT
public:
    ExecKeeper(const ClusterConfig &config, const ExecPrompt &prompt) : m_config(config), m_prompt(prompt) { }

    QFuture<Result<Credential>> request(const std::stop_token &stop)
    {
        if (stop.stop_requested())
            return readyFuture(Result<Credential>());
        const SharedPromise<Credential> promise;
        QFuture<Result<Credential>> future = promise.future();
        {
            const QMutexLocker lock(&m_mutex);
            if (valid())
                return readyFuture(Result<Credential>(*m_cached));
            m_inbox.push_back({promise, stop});
        }
        post();
        return future;
    }

    void rejected(const Credential &credential)
    {
        const QMutexLocker lock(&m_mutex);
        if (m_cached && *m_cached == credential)   // a late 401 to an older credential must not run the plugin again
            m_cached.reset();
    }

    /// Cancels what runs and ends the thread.
    void close()
    {
        {
            const QMutexLocker lock(&m_mutex);
            m_closing = true;
        }
        post();
    }

private:
    using StopCallback = std::stop_callback<std::function<void()>>;
    struct Request {
        SharedPromise<Credential> promise;
        std::stop_token stop;
    };
    struct Waiter {
        quint64 id = 0;
        SharedPromise<Credential> promise;
        std::unique_ptr<StopCallback> stopped;
    };

    [[nodiscard]] QDateTime now() const { return m_prompt.now ? m_prompt.now() : QDateTime::currentDateTimeUtc(); }
    [[nodiscard]] bool valid() const { return m_cached && (m_cached->expiresAt.isNull() || now() <= m_cached->expiresAt); }
    void post() { QMetaObject::invokeMethod(this, "turn", Qt::QueuedConnection); }

    Q_INVOKABLE void turn()
    {
        std::vector<Request> inbox;
        std::vector<quint64> leaving;
        bool closing = false;
        {
            const QMutexLocker lock(&m_mutex);
            inbox.swap(m_inbox);
            leaving.swap(m_leaving);
            closing = m_closing;
        }
        for (const Request &request : inbox)
            admit(request, closing);
        for (const quint64 id : leaving)
            leave(id);
        if (!closing)
            return;
        delete std::exchange(m_run, nullptr);
        answer(Result<Credential>());
        thread()->quit();
    }

    void admit(const Request &request, bool closing)
    {
        std::optional<Credential> cached;
        {
            const QMutexLocker lock(&m_mutex);
            if (valid())
                cached = m_cached;
        }
        if (closing || request.stop.stop_requested())
            return request.promise.finish(Result<Credential>());
        if (cached)
            return request.promise.finish(*cached);
        if (m_failure && !m_run && m_failedFor.isValid() && m_failedFor.elapsed() < m_prompt.failureHoldMs)
            return request.promise.finish(*m_failure);
        const quint64 id = ++m_lastId;
        auto waiter = std::make_unique<Waiter>(Waiter{id, request.promise, nullptr});
        if (request.stop.stop_possible())
            waiter->stopped = std::make_unique<StopCallback>(request.stop, [this, id] {
                {
                    const QMutexLocker lock(&m_mutex);
                    m_leaving.push_back(id);
                }
                post();
            });
        m_waiters.push_back(std::move(waiter));
        if (!m_run)
            run();
    }

    void run()
    {
        m_run = new ExecPlugin(m_config, m_prompt, this);
        connect(m_run, &ExecPlugin::finished, this, [this](const Result<Credential> &result) {
            std::exchange(m_run, nullptr)->deleteLater();
            m_failure.reset();
            if (result) {
                const QMutexLocker lock(&m_mutex);
                m_cached = *result;
            } else {
                m_failure = result.error();
                m_failedFor.start();
            }
            answer(result);
        });
        m_run->start();
    }

    void answer(const Result<Credential> &result)
    {
        const std::vector<std::unique_ptr<Waiter>> waiters = std::exchange(m_waiters, {});
        for (const std::unique_ptr<Waiter> &waiter : waiters) {
            waiter->stopped.reset();
            waiter->promise.finish(result);
        }
    }

    /// One caller does not want it any more; when nobody does, the plugin is ended.
    void leave(quint64 id)
    {
        const auto it = std::find_if(m_waiters.begin(), m_waiters.end(), [id](const auto &waiter) { return waiter->id == id; });
        if (it == m_waiters.end())
            return;
        const std::unique_ptr<Waiter> waiter = std::move(*it);
        m_waiters.erase(it);
        if (m_waiters.empty())
            delete std::exchange(m_run, nullptr);
        waiter->stopped.reset();
        waiter->promise.finish(Result<Credential>());
    }

    const ClusterConfig m_config;
    const ExecPrompt m_prompt;
    QMutex m_mutex;
    std::optional<Credential> m_cached;   ///< under m_mutex, as the next three
    std::vector<Request> m_inbox;
    std::vector<quint64> m_leaving;
    bool m_closing = false;
    std::vector<std::unique_ptr<Waiter>> m_waiters;
    ExecPlugin *m_run = nullptr;
    std::optional<Error> m_failure;
    QElapsedTimer m_failedFor;
    quint64 m_lastId = 0;
};

qint64 monotonicMs()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

class KubeTokenSource : public ports::TokenSource {
public:
    KubeTokenSource(const ClusterConfig &config, const ExecPrompt &prompt)
        : m_tls(config.server.scheme() == QLatin1String("https")), m_files(config.auth, monotonicMs)
    {
        if (!m_tls || !config.auth.exec)
            return;
        m_thread = new QThread;
        m_thread->setObjectName(QStringLiteral("credentials"));
        m_exec = new ExecKeeper(config, prompt);
        m_exec->moveToThread(m_thread);
    }

    ~KubeTokenSource() override
    {
        if (!m_exec)
            return;
        QObject::connect(m_thread, &QThread::finished, m_exec, &QObject::deleteLater);
        if (!m_thread->isRunning()) {
            delete m_exec;
            delete m_thread;
            return;
        }
        m_exec->close();
        if (QThread::currentThread() == m_thread) {   // the last owner let go in a continuation of its own future
            QObject::connect(m_thread, &QThread::finished, m_thread, &QObject::deleteLater);
            return;
        }
        m_thread->wait();
        delete m_thread;
    }

    QFuture<Result<Credential>> credential(std::stop_token stop) override
    {
        if (!m_tls)
            return readyFuture(Result<Credential>(Credential{}));
        if (!m_exec)
            return readyFuture(stop.stop_requested() ? Result<Credential>() : m_files.current());
        {
            const QMutexLocker lock(&m_mutex);
            if (!m_thread->isRunning())
                m_thread->start();
        }
        return m_exec->request(stop);
    }

    void rejected(const Credential &credential) override
    {
        if (m_exec)
            m_exec->rejected(credential);
        else
            m_files.rejected(credential);
    }

private:
    const bool m_tls;
    CredentialFiles m_files;
    QMutex m_mutex;
    QThread *m_thread = nullptr;
    ExecKeeper *m_exec = nullptr;
};

}

std::shared_ptr<ports::TokenSource> makeKubeTokenSource(const ClusterConfig &config, const ExecPrompt &prompt)
{
    return std::make_shared<KubeTokenSource>(config, prompt);
}

}

#include "KubeTokenSource.moc"
