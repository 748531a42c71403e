// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/ports/ResourceGateway.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace qd::demo {

/// The machine the operator's pods stand on: a Node of its own, registered and kept alive as a kubelet does it (Lease in
/// kube-node-lease every 10 s, status every minute), tainted so that a scheduler puts nothing else there. Its kubelet endpoint is
/// ours on loopback. Only for the leader: start() when the Lease is held, stop() when it is lost; the Node stays and goes NotReady.
class VirtualNode : public QObject {
    Q_OBJECT
public:
    VirtualNode(std::shared_ptr<ports::ResourceGateway> gateway, const Clock &clock, quint16 kubeletPort,
                QObject *parent = nullptr);
    void start();
    void stop();
    /// Node and Lease as they are written; for tests.
    [[nodiscard]] static QJsonObject nodeObject();
    [[nodiscard]] QJsonObject statusObject() const;

Q_SIGNALS:
    /// The Node is there and Ready.
    void registered();
    void troubled(const qd::Error &error);

private:
    void beat();
    void writeNode();
    void writeStatus();
    void renew();
    void createLease();
    void createNamespace();
    [[nodiscard]] QJsonObject leaseSpec() const;

    std::shared_ptr<ports::ResourceGateway> m_gateway;
    const Clock &m_clock;
    quint16 m_port;
    QTimer m_timer;
    QString m_uid;
    qint64 m_statusAt = 0;              ///< monotonic; 0: never
    bool m_running = false;
    bool m_announced = false;
};

}
