// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/KubeCluster.h"

#include <QJsonObject>
#include <QTest>

#include <memory>

namespace qd::test {

inline constexpr int kPatience = 60000;

/// Somebody else at the same API server, as the rig's admin. What it cannot do fails the running test.
class SecondClient {
public:
    struct Target {
        Gvr gvr;
        QString ns;
        QString name;
        QString subresource = {};
    };
    explicit SecondClient(const QString &kubeconfig);
    [[nodiscard]] QString trouble() const { return m_trouble; }   ///< why there is no connection; empty: there is one
    [[nodiscard]] kube::KubeCluster *cluster() const { return m_cluster.get(); }
    QJsonObject list(const Gvr &gvr);
    QJsonObject get(const Gvr &gvr, const QString &ns, const QString &name);
    void write(ports::Verb verb, const Target &target, const QJsonObject &body);

private:
    std::unique_ptr<kube::KubeCluster> m_cluster;
    QString m_trouble;
};

/// What a future ends in; waits in the event loop. A future that does not end within kPatience fails the test.
template <typename T>
Result<T> awaited(const QFuture<Result<T>> &future)
{
    if (!QTest::qWaitFor([&future] { return future.isFinished(); }, kPatience))
        return Error{ErrorKind::Timeout, QStringLiteral("no answer within a minute")};
    return future.result();
}

}
