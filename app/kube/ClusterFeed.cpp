// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/ClusterFeed.h"

#include "app/kube/HttpMailbox.h"

#include <QPointer>

namespace qd::kube {

using namespace Qt::StringLiterals;

ClusterWorker::ClusterWorker(HttpClientFactory makeClient, const WatchOptions &options)
    : m_pool(std::move(makeClient)), m_heartbeat(options)
{
    m_pool.setParent(this);        // so that they move along
    m_heartbeat.setParent(this);
    connect(&m_heartbeat, &Heartbeat::freshnessChanged, this, &ClusterWorker::freshnessChanged);
    connect(&m_heartbeat, &Heartbeat::cameBack, this, &ClusterWorker::reopen);
    connect(&m_pool, &StreamPool::replaced, this, &ClusterWorker::move);
}

ClusterWorker::~ClusterWorker()
{
    qDeleteAll(m_reflectors);
    m_reflectors.clear();
    m_heartbeat.setParent(nullptr);
    m_pool.setParent(nullptr);
}

void ClusterWorker::add(Reflector *reflector)
{
    m_reflectors.insert(reflector);
}

void ClusterWorker::startReflector(Reflector *reflector)
{
    if (!m_reflectors.contains(reflector))
        return;
    reflector->start(&m_pool);
    m_heartbeat.start(&m_pool);
}

void ClusterWorker::retry(Reflector *reflector)
{
    if (!m_reflectors.contains(reflector))
        return;
    reflector->retryNow();
    m_heartbeat.beatNow();
}

void ClusterWorker::remove(Reflector *reflector)
{
    if (m_reflectors.remove(reflector))
        delete reflector;
}

void ClusterWorker::reopen()
{
    for (Reflector *reflector : std::as_const(m_reflectors))
        reflector->resumed();
}

/// The streams of a connection that is no good any more go to the one that took its place, spread over a second.
void ClusterWorker::move(HttpClient *from)
{
    for (Reflector *reflector : std::as_const(m_reflectors))
        reflector->moveFrom(from);
}

void ClusterWorker::resumed()
{
    m_pool.dropConnections();
    reopen();
    m_heartbeat.beatNow();
}

namespace {

class Feed;

class ClusterFeedImpl final : public ports::ClusterFeed {
public:
    ClusterFeedImpl(HttpClientFactory makeClient, QThread *thread, const WatchOptions &options)
        : m_options(options), m_thread(thread), m_worker(new ClusterWorker(std::move(makeClient), options)),
          m_workerBox(m_worker), m_self(this)
    {
        // Runs on the worker; the boxes carry what crosses the threads.
        connect(m_worker, &ClusterWorker::freshnessChanged, m_worker, [this, box = m_self](const Freshness &freshness) {
            box.post([this, freshness] {
                m_freshness = freshness;
                Q_EMIT freshnessChanged(freshness);
            });
        });
        m_worker->moveToThread(thread);
    }

    ~ClusterFeedImpl() override
    {
        m_self.close();
        // A thread that was never started, or has ended, delivers no events any more.
        if (m_thread && m_thread->isRunning())
            m_workerBox.post([worker = m_worker] { worker->deleteLater(); });
        else
            delete m_worker;
    }

    std::unique_ptr<ports::ResourceFeed> watch(const ports::WatchRequest &request) override;
    Freshness freshness() const override { return m_freshness; }
    void resumed() override { post([](ClusterWorker *worker) { worker->resumed(); }); }

    template <typename Call>
    void post(Call call)
    {
        m_workerBox.post([worker = m_worker, call] { call(worker); });
    }
    [[nodiscard]] QThread *workerThread() const { return m_thread; }
    [[nodiscard]] const WatchOptions &options() const { return m_options; }

private:
    const WatchOptions m_options;
    QPointer<QThread> m_thread;
    ClusterWorker *m_worker;
    HttpMailbox m_workerBox;
    HttpMailbox m_self;
    Freshness m_freshness;
};

/// The caller's half of one live list. When the cluster's feed dies first, it stays silent.
class Feed final : public ports::ResourceFeed {
public:
    Feed(ClusterFeedImpl *cluster, const ports::WatchRequest &request)
        : m_cluster(cluster), m_reflector(new Reflector(request, cluster->options())), m_self(this)
    {
        // These run on the worker.
        connect(m_reflector, &Reflector::batch, m_reflector, [this, box = m_self](const network::RowBatch &rows) {
            box.post([this, rows] { Q_EMIT batch(rows); });
        });
        connect(m_reflector, &Reflector::loadStateChanged, m_reflector, [this, box = m_self](const LoadState &state) {
            box.post([this, state] { Q_EMIT loadStateChanged(state); });
        });
        connect(m_reflector, &Reflector::refused, m_reflector, [this, box = m_self](const Error &error) {
            box.post([this, error] { Q_EMIT refused(error); });
        });
        m_reflector->moveToThread(cluster->workerThread());
        tell([](ClusterWorker *worker, Reflector *reflector) { worker->add(reflector); });
    }

    ~Feed() override
    {
        m_self.close();
        tell([](ClusterWorker *worker, Reflector *reflector) { worker->remove(reflector); });
    }

    void start() override
    {
        if (!std::exchange(m_started, true))
            tell([](ClusterWorker *worker, Reflector *reflector) { worker->startReflector(reflector); });
    }

    void retryNow() override
    {
        tell([](ClusterWorker *worker, Reflector *reflector) { worker->retry(reflector); });
    }

private:
    template <typename Call>
    void tell(Call call)
    {
        if (m_cluster)
            m_cluster->post([reflector = m_reflector, call](ClusterWorker *worker) { call(worker, reflector); });
    }

    QPointer<ClusterFeedImpl> m_cluster;
    Reflector *m_reflector;   ///< owned by the worker
    HttpMailbox m_self;
    bool m_started = false;
};

std::unique_ptr<ports::ResourceFeed> ClusterFeedImpl::watch(const ports::WatchRequest &request)
{
    return std::make_unique<Feed>(this, request);
}

}

std::unique_ptr<ports::ClusterFeed> makeClusterFeed(HttpClientFactory makeClient, QThread *worker, const WatchOptions &options)
{
    static const bool registered = [] {
        qRegisterMetaType<network::RowBatch>();
        qRegisterMetaType<LoadState>();
        qRegisterMetaType<Freshness>();
        qRegisterMetaType<Error>();
        return true;
    }();
    Q_UNUSED(registered)
    WatchOptions checked = options;
    checked.selfCheck = options.selfCheck || qEnvironmentVariableIntValue("QD_SELF_CHECK") == 1;
    return std::make_unique<ClusterFeedImpl>(std::move(makeClient), worker, checked);
}

std::unique_ptr<ports::ClusterFeed> makeClusterFeed(HttpClientFactory makeClient, QThread *worker, const QString &cluster)
{
    return makeClusterFeed(std::move(makeClient), worker, WatchOptions{.cluster = cluster});
}

}
