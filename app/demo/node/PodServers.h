// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/http/Exchange.h"

namespace qd::demo {

/// What the containers of a kubelet's pods answer on their ports, in this process: a connection to a port costs nothing until it is
/// made, however many pods there are. Called on the kubelet's thread.
class PodServers {
public:
    virtual ~PodServers() = default;
    /// Whether something listens there now; otherwise the connection is refused.
    [[nodiscard]] virtual bool listens(const QString &ns, const QString &pod, quint16 port) const = 0;
    /// The answer to a request (HTTP/1.1); nothing: nobody listens any more, the connection ends.
    [[nodiscard]] virtual std::optional<Response> answer(
        const QString &ns, const QString &pod, quint16 port, const Request &request) const = 0;
};

}
