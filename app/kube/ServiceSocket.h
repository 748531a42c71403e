// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/ClusterConfig.h"
#include "app/kube/HttpMailbox.h"
#include "models/ports/ServiceSocket.h"
#include "models/ports/TokenSource.h"

#include <QPointer>
#include <QSslError>
#include <QTimer>

#include <atomic>
#include <functional>
#include <memory>
#include <stop_token>

class QWebSocket;

namespace qd::kube {

class HttpClientImpl;

/// The worker's side of one WebSocket: through the API server's service proxy with the cluster's TLS, credentials, impersonation and
/// proxy, or to a URL with none of them.
class SocketLink : public QObject
{
    Q_OBJECT
public:
    struct Sink
    {
        std::function<void()> opened;
        std::function<void(QByteArray)> message;
        std::function<void(int, Error)> closed;
    };
    SocketLink(const ClusterConfig &config, std::shared_ptr<ports::TokenSource> tokens, ports::SocketCall call, Sink sink);
    ~SocketLink() override;
    void start();
    /// Who reads has fallen too far behind.
    void giveUp();

private:
    void connectTo(const ports::Credential &credential);
    void wire();
    void watch();
    void end(int code, const Error &error);
    [[nodiscard]] Error broken() const;
    std::unique_ptr<HttpClientImpl> m_client;
    std::shared_ptr<ports::TokenSource> m_tokens;
    ports::SocketCall m_call;
    Sink m_sink;
    QString m_path;
    QString m_what;
    bool m_anyPeer = false; ///< insecure-skip-tls-verify
    bool m_otherName = false; ///< tls-server-name, which QWebSocket cannot check
    QWebSocket *m_socket = nullptr;
    QList<QSslError> m_tlsErrors;
    QTimer m_deadline;
    QTimer m_watch;
    bool m_heard = false;
    bool m_asked = false;
    bool m_open = false;
    bool m_ended = false;
    std::stop_source m_stop;
};

/// See ports::ServiceSocket; on the caller's thread. Messages come at most twenty times a second.
class ServiceSocket final : public ports::ServiceSocket
{
    Q_OBJECT
public:
    using Make = std::function<SocketLink *(SocketLink::Sink)>;
    ServiceSocket(HttpMailbox worker, Make make);
    ~ServiceSocket() override;
    void start() override;

    static constexpr qsizetype kBehind = qsizetype(64) << 20; ///< bytes under way to the caller at which it is given up

private:
    struct Shared
    {
        SocketLink *link = nullptr; ///< worker's thread only
        std::atomic<qsizetype> underWay = 0;
    };
    void took(const QByteArray &message);
    HttpMailbox m_worker;
    HttpMailbox m_self;
    Make m_make;
    std::shared_ptr<Shared> m_shared;
    QList<QByteArray> m_ready;
    QTimer m_flush;
    bool m_started = false;
};

/// See ports::ServiceSockets.
class ServiceSockets final : public ports::ServiceSockets
{
public:
    using Make = std::function<SocketLink *(const ports::SocketCall &, SocketLink::Sink)>;
    /// `make` runs on the worker and gives a child of the worker's root.
    ServiceSockets(HttpMailbox worker, Make make)
        : m_worker(std::move(worker))
        , m_make(std::move(make))
    {
    }
    std::unique_ptr<ports::ServiceSocket> open(const ports::SocketCall &call) override;

private:
    HttpMailbox m_worker;
    Make m_make;
};

}
