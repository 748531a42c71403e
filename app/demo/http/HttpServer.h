// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/http/Exchange.h"
#include "models/core/Result.h"

#include <chrono>

namespace qd::demo {

struct ServerOptions {
    quint16 port = 0;                                   ///< 0: any free one
    QByteArray certificate;                             ///< PEM, the server's own
    QByteArray key;                                     ///< PEM
    bool plain = false;                                 ///< without TLS, and without WebSockets: what browsers meet on loopback
    QByteArray clientAuthority = {};                    ///< PEM: client certificates it signed are people; empty: none asked
    bool requireClientCertificate = false;              ///< a kubelet: no certificate, no connection
    QByteArray backendCertificate = {};                 ///< shown to TLS backends (Forward::tls)
    QByteArray backendKey = {};
    QByteArray backendAuthority = {};
    qint64 maxBody = 3 * 1024 * 1024;                   ///< as kube-apiserver: 413 RequestEntityTooLarge above
    int maxHeader = 64 * 1024;                          ///< 431 above
    int maxConnections = 4096;
    std::function<bool()> admits = {};                  ///< asked on the server's thread for each connection; false: it is cut at once
    std::chrono::seconds idle{90};                      ///< of a kept connection between requests, and for a request to arrive whole
};

/// HTTP/1.1 over TLS 1.2 and up (or none, see `plain`) on 127.0.0.1: kept connections, pipelining refused, chunked streams pulled by the reader,
/// upgrades and proxied requests copied to loopback backends. One thread of its own runs everything, the handler too.
class HttpServer {
public:
    /// Called on the server's thread; must not block. Anything it throws becomes a 500 Status.
    using Handler = std::function<Response(Request &)>;
    virtual ~HttpServer() = default;                    ///< closes all connections and joins the thread
    /// The port is taken, the certificate does not fit, …: an Error that says so.
    [[nodiscard]] static Result<std::shared_ptr<HttpServer>> start(const ServerOptions &options, Handler handler);
    [[nodiscard]] virtual quint16 port() const = 0;
    /// Runs a task on the server's thread, soon; after: not before so long. Thread safe.
    virtual void post(std::function<void()> task) = 0;
    virtual void postAfter(std::chrono::milliseconds after, std::function<void()> task) = 0;
    [[nodiscard]] virtual int connections() const = 0;
    /// Connects to a port on 127.0.0.1. Call it on the server's thread; the handler runs there, later: a stream, or none and why.
    virtual void dial(quint16 port, std::function<void(std::shared_ptr<RawStream> stream, const QString &why)> handler) = 0;
};

}
