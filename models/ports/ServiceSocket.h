// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/ServiceHttp.h"

#include <QObject>

#include <memory>

namespace qd::ports {

/// A WebSocket to a service. Lives on the thread that opened it; destruction closes it. A connection that went silent is found.
class ServiceSocket : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void start() = 0;

Q_SIGNALS:
    void opened();
    /// Whole messages, text as UTF-8.
    void messages(const QList<QByteArray> &messages);
    /// Once. `code` is the peer's (1000 and up); 0: it never opened (refused, no Upgrade on the way, not reachable) or was cut.
    /// kind TooMany: who reads fell too far behind, and what comes is not kept.
    void closed(int code, const qd::Error &why);
};

struct SocketCall {
    ServiceAddress to = {};
    QString pathAndQuery = {};                      ///< percent-encoded
    QMap<QByteArray, QByteArray> headers = {};      ///< never credentials of a cluster: these are added
    quint64 largestMessage = quint64(16) << 20;
    int openMs = 15'000;                            ///< until it has to be open
    int silenceMs = 30'000;                         ///< without a word, or an answer to a ping
};

/// WebSockets to services inside the cluster by the API server's proxy with the cluster's own TLS, credentials and proxy; to URLs with
/// none of these. Thread safe.
class ServiceSockets {
public:
    virtual ~ServiceSockets() = default;
    [[nodiscard]] virtual std::unique_ptr<ServiceSocket> open(const SocketCall &call) = 0;
};

}
