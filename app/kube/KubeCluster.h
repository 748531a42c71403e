// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/ClusterConfig.h"
#include "models/ports/BodyCodec.h"
#include "models/ports/ResourceFeed.h"
#include "models/ports/ResourceGateway.h"
#include "models/ports/ServiceHttp.h"
#include "models/ports/ServiceSocket.h"
#include "models/ports/TokenSource.h"

#include <memory>

namespace qd::kube {

/// One cluster's connection: a worker thread, the token source, one client for watches and one for requests.
/// Made and destroyed on the GUI thread; destruction stops everything and joins the thread.
class KubeCluster {
public:
    /// Starts the thread; nothing is sent before the first request or watch. `tokens` replaces the kubeconfig's own source.
    static std::unique_ptr<KubeCluster> make(const ClusterConfig &config, std::shared_ptr<ports::TokenSource> tokens = {});
    virtual ~KubeCluster() = default;
    [[nodiscard]] virtual std::shared_ptr<ports::ResourceGateway> gateway() const = 0;
    [[nodiscard]] virtual ports::ClusterFeed *feed() const = 0;
    [[nodiscard]] virtual std::shared_ptr<ports::ServiceHttp> services() const = 0;
    [[nodiscard]] virtual std::shared_ptr<ports::ServiceSockets> sockets() const = 0;
    /// A pod's log, followed unless it is that of the run before; the caller owns it.
    [[nodiscard]] virtual std::unique_ptr<ports::LogFeed> openLog(const ports::LogRequest &request) = 0;
    [[nodiscard]] std::unique_ptr<ports::LogFeed> follow(const QString &ns, const QString &pod, const QString &container, int tailLines)
    {
        return openLog({ns, pod, container, tailLines});
    }
};

/// LZ4 packing of row bodies.
[[nodiscard]] std::shared_ptr<ports::BodyCodec> makeBodyCodec();

}
