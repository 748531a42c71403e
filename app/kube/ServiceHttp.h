// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/HttpDispatcher.h"
#include "models/ports/ServiceHttp.h"

#include <map>

namespace qd::kube {

/// Worker's side: services by the API server's proxy with the cluster's credentials; URLs with none of them, by clients
/// of their own, one for each origin and its authorities, so that a token never leaves for another host.
class ServiceHttpWorker : public QObject
{
    Q_OBJECT
public:
    using Reply = std::function<void(Result<ports::HttpAnswer>)>;
    ServiceHttpWorker(HttpDispatcher *cluster, const QString &context, int deadlineMs)
        : m_cluster(cluster)
        , m_context(context)
        , m_deadlineMs(deadlineMs)
    {
    }
    void request(const ports::ServiceAddress &to, HttpCall call, Reply reply);

private:
    HttpDispatcher *direct(const QUrl &url, const QString &caFile);
    HttpDispatcher *m_cluster;
    QString m_context;
    int m_deadlineMs;
    std::map<QString, std::unique_ptr<HttpDispatcher>> m_direct;
};

/// See ports::ServiceHttp. Thread safe.
class ServiceHttp final : public ports::ServiceHttp
{
public:
    ServiceHttp(HttpMailbox worker, ServiceHttpWorker *object)
        : m_worker(std::move(worker))
        , m_object(object)
    {
    }
    QFuture<Result<ports::HttpAnswer>> request(const ports::ServiceAddress &to, const QByteArray &method,
        const QString &pathAndQuery, const QMap<QByteArray, QByteArray> &headers, const QByteArray &body,
        std::stop_token stop) override;
    QFuture<Result<ports::HttpAnswer>> send(const ports::ServiceCall &call, std::stop_token stop) override;

private:
    HttpMailbox m_worker;
    ServiceHttpWorker *m_object;
};

}
