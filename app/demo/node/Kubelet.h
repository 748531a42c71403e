// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <memory>

namespace qd::demo {

class PodServers;

struct KubeletOptions {
    quint16 port = 0;                   ///< 0: any free one
    QByteArray certificate;             ///< PEM of the serving certificate
    QByteArray key;
    QByteArray clientAuthority;         ///< PEM: only the API server's client certificate gets in
    std::shared_ptr<PodServers> servers = {};   ///< what answers on ports that setPort() knows nothing of; empty: nothing
};

/// The machine our pods pretend to run on: what a kubelet answers an API server. /containerLogs/NS/POD/CONTAINER (follow, tailLines,
/// sinceSeconds, sinceTime, timestamps, limitBytes, previous) from ring buffers of lines; /portForward/NS/POD by WebSocket
/// v4.channel.k8s.io, by SPDY/3.1 (portforward.k8s.io) and by SPDY/3.1 in WebSocket (SPDY/3.1+portforward.k8s.io), to loopback ports
/// registered for the pod's ports or to PodServers. Answers as kubelet 1.36 with containerd does (a direction's end cuts the other a
/// second later). One path is this network's own: /podConnect/NS/POD/PORT, for the proxies of pods and services, which on a real
/// network dial the pod's address; after the upgrade a line says "connected" or why not, then the connection's bytes follow.
/// A pod is known from the first word about it (runs, addLine, setPort) until it is forgotten.
/// Thread safe; has a thread of its own, which ends with the last reference.
class Kubelet {
public:
    /// The port is taken, the certificate does not fit, …: an Error that says so.
    [[nodiscard]] static Result<std::shared_ptr<Kubelet>> start(const KubeletOptions &options);
    virtual ~Kubelet() = default;
    [[nodiscard]] virtual quint16 port() const = 0;
    /// The pod has these containers: their logs are empty, not unknown.
    virtual void runs(const QString &ns, const QString &pod, const QStringList &containers) = 0;
    /// Written now. Line breaks divide it into lines; what is longer than 64 KiB is cut.
    virtual void addLine(const QString &ns, const QString &pod, const QString &container, const QByteArray &line) = 0;
    /// The container ended and a new one began: what was written becomes `previous`, who followed it reads its end.
    virtual void restarted(const QString &ns, const QString &pod, const QString &container) = 0;
    /// The pod is gone: followed logs end; open forwards live as long as their connections.
    virtual void forget(const QString &ns, const QString &pod) = 0;
    /// A connection to the pod's port reaches this port on 127.0.0.1; 0: PodServers, if they listen, else connection refused.
    virtual void setPort(const QString &ns, const QString &pod, quint16 podPort, quint16 localPort) = 0;
};

}
