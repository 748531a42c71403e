// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/ports/BodyCodec.h"
#include "models/ports/ResourceFeed.h"
#include "models/ports/ResourceGateway.h"

#include <QJsonObject>
#include <QObject>

#include <functional>
#include <memory>

namespace qd::demo {

class Kubelet;

struct OperatorOptions {
    double speed = 1.0;
    quint64 seed = 1;
    QString identity;                   ///< holder of the Lease canton-operator in its namespace
    QString ns = QStringLiteral("canton-system");
    bool virtualNode = true;            ///< pods on a virtual Node with a Lease and a taint; false where pods have real machines
    /// Told of every object its watches bring, and of every one that is gone: what plays the pods' programs (workload/); may be empty.
    std::function<void(const QString &plural, const QJsonObject &object)> seen = {};
    std::function<void(const QString &plural, const QString &ns, const QString &name)> gone = {};
    std::shared_ptr<Kubelet> kubelet = {};   ///< serves logs and port-forward of those pods; empty: none
};

/// The reconciling part: a plain API client. Becomes leader by Lease, watches all kinds, looks at each changed or due object one at a
/// time (a later change waits), writes plans (conflict: look again), records events with counts, backs off on failures and says so
/// in status.retry. Lives on the thread it was made on; uses nothing but the ports, so it runs against any API server.
class Operator : public QObject {
    Q_OBJECT
public:
    Operator(std::shared_ptr<ports::ResourceGateway> gateway, ports::ClusterFeed &feed, std::shared_ptr<ports::BodyCodec> bodies,
             const OperatorOptions &options, QObject *parent = nullptr);
    ~Operator() override;
    void start();
    /// Lets the Lease go; stopped() follows.
    void stop();
    [[nodiscard]] bool leading() const;

Q_SIGNALS:
    /// All kinds are synchronised and the Lease is held.
    void working();
    void stopped();
    /// Cannot work: the CRDs are missing, nothing may be written, … The operator tries again by itself.
    void troubled(const qd::Error &error);

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

}
