// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/KubeCluster.h"

#include "app/kube/Gateway.h"
#include "app/kube/HttpOptions.h"
#include "app/kube/KubeTokenSource.h"
#include "app/kube/LogFeed.h"
#include "app/kube/ServiceHttp.h"
#include "app/kube/ServiceSocket.h"
#include "app/kube/Watch.h"

#include <QThread>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

/// Read ahead of a paused log.
constexpr qint64 kLogBuffer = 256 << 10;

/// All that lives on the worker thread; deleted there. Members die in reverse order: who uses, first.
class ClusterRoot : public QObject
{
public:
    ClusterRoot(const ClusterConfig &config, const std::shared_ptr<ports::TokenSource> &tokens)
        : dispatcher(std::make_unique<HttpDispatcher>(HttpClient::make(config, tokens), config.requestTimeoutMs))
        , gateway(
              std::make_unique<GatewayWorker>(dispatcher.get(), config.server.toDisplayString(QUrl::RemoveUserInfo),
                  config.cacheFolder, config.fieldManager))
        , services(std::make_unique<ServiceHttpWorker>(dispatcher.get(), config.context, config.requestTimeoutMs))
        , followers(std::make_unique<QObject>())
    {
    }

    void moveTo(QThread *thread)
    {
        for (QObject *object : {static_cast<QObject *>(this), static_cast<QObject *>(dispatcher.get()),
                 static_cast<QObject *>(dispatcher->client()), static_cast<QObject *>(gateway.get()),
                 static_cast<QObject *>(services.get()), followers.get()})
            object->moveToThread(thread);
    }

    std::unique_ptr<HttpDispatcher> dispatcher;
    std::unique_ptr<GatewayWorker> gateway;
    std::unique_ptr<ServiceHttpWorker> services;
    std::unique_ptr<QObject> followers;
};

class KubeClusterImpl final : public KubeCluster
{
public:
    KubeClusterImpl(const ClusterConfig &config, const std::shared_ptr<ports::TokenSource> &tokens)
        : m_config(config)
        , m_tokens(tokens)
        , m_root(new ClusterRoot(config, tokens))
        , m_box(m_root->dispatcher->mailbox())
    {
        const QString url = config.server.toDisplayString(QUrl::RemoveUserInfo);
        m_gateway = std::make_shared<Gateway>(config.context, url, m_box, m_root->gateway.get());
        m_services = std::make_shared<ServiceHttp>(m_box, m_root->services.get());
        m_thread.setObjectName(u"kube "_s + config.context);
        m_sockets = std::make_shared<ServiceSockets>(m_box,
            [root = m_root, config, tokens](const ports::SocketCall &call, SocketLink::Sink sink) {
                auto *link = new SocketLink(config, tokens, call, std::move(sink));
                link->setParent(root->followers.get());
                return link;
            });
        m_root->moveTo(&m_thread);
        m_janitor->moveToThread(&m_thread);
        QObject::connect(&m_thread, &QThread::finished, m_janitor, &QObject::deleteLater);
        m_thread.start();
        m_feed = makeClusterFeed([config, tokens] { return HttpClient::make(config, tokens); }, &m_thread,
            WatchOptions{.cluster = config.context, .answerMs = config.requestTimeoutMs});
    }

    ~KubeClusterImpl() override
    {
        m_feed.reset();
        m_box.close();
        // Replies go by deleteLater, and what is deleted only as the thread finishes leaves its own deleteLater behind:
        // so the root is deleted inside the event loop, which then turns once more.
        m_janitorBox.post([root = m_root, box = m_janitorBox, thread = &m_thread] {
            delete root;
            box.post([thread] { thread->quit(); });
        });
        m_thread.wait();
    }

    std::shared_ptr<ports::ResourceGateway> gateway() const override { return m_gateway; }
    ports::ClusterFeed *feed() const override { return m_feed.get(); }
    std::shared_ptr<ports::ServiceHttp> services() const override { return m_services; }
    std::shared_ptr<ports::ServiceSockets> sockets() const override { return m_sockets; }

    std::unique_ptr<ports::LogFeed> openLog(const ports::LogRequest &request) override
    {
        return std::make_unique<PodLogFeed>(
            m_box, [root = m_root, target = request, config = m_config, tokens = m_tokens](LogFollower::Sink sink) {
                auto *follower = new LogFollower(makeHttpClient(config, tokens, HttpOptions{false, kLogBuffer}),
                    root->dispatcher.get(), target, std::move(sink));
                follower->setParent(root->followers.get());
                return follower;
            });
    }

private:
    ClusterConfig m_config;
    std::shared_ptr<ports::TokenSource> m_tokens;
    QThread m_thread;
    ClusterRoot *m_root;
    QObject *m_janitor = new QObject;
    HttpMailbox m_janitorBox{m_janitor};
    HttpMailbox m_box;
    std::shared_ptr<Gateway> m_gateway;
    std::shared_ptr<ServiceHttp> m_services;
    std::shared_ptr<ServiceSockets> m_sockets;
    std::unique_ptr<ports::ClusterFeed> m_feed;
};

}

std::unique_ptr<KubeCluster> KubeCluster::make(const ClusterConfig &config, std::shared_ptr<ports::TokenSource> tokens)
{
    if (!tokens)
        tokens = makeKubeTokenSource(config);
    return std::make_unique<KubeClusterImpl>(config, tokens);
}

}
