// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace qd::demo {

/// A port a component of a node listens on, as the images of Canton and Splice do.
struct PodPort {
    enum class Speaks { Http, Grpc, Postgres, Peers };
    quint16 number = 0;
    QString name;                       ///< of the container's and the Service's port
    Speaks speaks = Speaks::Http;
    /// On the demo network only HTTP is answered: any other port refuses, and its pod says so.
    [[nodiscard]] bool played() const { return speaks == Speaks::Http; }
};

/// The ports of a component ("participant", "wallet-ui", "sequencer-postgres"); of one that is not known none.
[[nodiscard]] QList<PodPort> podPorts(const QString &component);
/// Has a Service of its name, NODE-COMPONENT: others of the network talk to it.
[[nodiscard]] bool hasService(const QString &component);
/// Reports /metrics in the words of the JVM, Canton or CometBFT there; 0: none.
[[nodiscard]] quint16 metricsPort(const QString &component);

}
