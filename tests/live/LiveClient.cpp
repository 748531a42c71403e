// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/live/LiveClient.h"

#include "app/kube/KubeConfig.h"

namespace qd::test {

using namespace Qt::StringLiterals;

namespace {

template <typename T>
T wanted(const QFuture<Result<T>> &future, const QString &what)
{
    const Result<T> answer = awaited(future);
    if (answer)
        return *answer;
    QTest::qFail(qPrintable(u"The second client cannot %1: %2"_s.arg(what, answer.error().text())), __FILE__, __LINE__);
    return {};
}

}

SecondClient::SecondClient(const QString &kubeconfig)
{
    kube::KubeConfigOptions options = kube::KubeConfigOptions::fromEnvironment();
    options.explicitPath = kubeconfig;
    const auto config = kube::KubeConfig::load(options);
    const auto resolved = config ? config->resolve(u"admin"_s) : Result<kube::ClusterConfig>(config.error());
    if (resolved)
        m_cluster = kube::KubeCluster::make(*resolved);
    else
        m_trouble = resolved.error().text();
}

QJsonObject SecondClient::list(const Gvr &gvr)
{
    return wanted(m_cluster->gateway()->list(gvr, {}), u"list "_s + gvr.name());
}

QJsonObject SecondClient::get(const Gvr &gvr, const QString &ns, const QString &name)
{
    return wanted(m_cluster->gateway()->get(gvr, ns, name), u"get "_s + name);
}

void SecondClient::write(ports::Verb verb, const Target &target, const QJsonObject &body)
{
    ports::WriteRequest request;
    request.verb = verb;
    request.gvr = target.gvr;
    request.ns = target.ns;
    request.name = target.name;
    request.subresource = target.subresource;
    if (!body.isEmpty())
        request.body = body;
    wanted(m_cluster->gateway()->write(request), u"write "_s + target.name);
}

}
