// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QMap>
#include <QString>
#include <QStringList>
#include <QUrlQuery>

#include <functional>
#include <memory>
#include <optional>

namespace qd::demo {

/// Who sends a request: from the client certificate (CN, O) or a bearer token; after impersonation the impersonated one.
struct User {
    QString name;                       ///< system:anonymous when nothing was shown
    QString uid = {};
    QStringList groups = {};            ///< with system:authenticated or system:unauthenticated
    QMap<QString, QStringList> extra = {};
};

using Headers = QMap<QByteArray, QByteArray>;   ///< names in lower case

struct Request {
    QByteArray method;                  ///< GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS
    QByteArray target;                  ///< as sent: path and query, percent-encoded
    QString path;                       ///< decoded, without query
    QUrlQuery query;
    Headers headers;
    QByteArray body;
    User user;                          ///< as the certificate says; the handler may set another one (token, impersonation)
    bool certificateRefused = false;    ///< a client certificate was shown that our authority did not sign, or that has expired
    [[nodiscard]] QString queryValue(const QString &key) const { return query.queryItemValue(key, QUrl::FullyDecoded); }
};

/// A body that is pulled as the client reads it, so that a client that never reads costs one cursor and no memory.
/// Called on the server's thread only. After Wait the server calls next() again when the wake handler was called.
class BodySource {
public:
    enum class Next { Bytes, Wait, End, Broken };
    virtual ~BodySource() = default;
    /// Bytes: `bytes` holds the next piece (never empty; at best 16 to 256 KiB). Broken: there is no more though there should
    /// be; the client's connection is cut, so that it cannot take what it has for the whole.
    virtual Next next(QByteArray &bytes) = 0;
    virtual void onWake(std::function<void()> wake) = 0;
};

struct Response;

/// Bytes both ways after an upgrade. One read and one write at a time. Server's thread only.
class RawStream {
public:
    virtual ~RawStream() = default;
    /// The next bytes; empty at the end or on failure.
    virtual void read(std::function<void(const QByteArray &bytes)> handler) = 0;
    virtual void write(const QByteArray &bytes, std::function<void(bool ok)> handler) = 0;
    /// Nothing more will be written: the peer reads an end; reading goes on where the connection can be half closed.
    virtual void shutdown() = 0;
    virtual void close() = 0;
    /// Why the last read or write failed ("connection reset by peer"); empty after an orderly end.
    [[nodiscard]] virtual QString failure() const = 0;
};

/// Copies bytes both ways until one side ends; then both are closed.
void copyBoth(const std::shared_ptr<RawStream> &one, const std::shared_ptr<RawStream> &other);

/// Messages both ways after a WebSocket handshake (RFC 6455); pings are answered without a word. One read and one write at a
/// time; let go, the connection is cut. Server's thread only.
class WebSocket {
public:
    virtual ~WebSocket() = default;
    /// The next message, text or binary; nothing when the peer closed, is gone, or broke the rules.
    virtual void read(std::function<void(std::optional<QByteArray> message)> handler) = 0;
    /// One binary message.
    virtual void write(const QByteArray &message, std::function<void(bool ok)> handler) = 0;
    /// A close frame (1000: normal); the connection ends with the peer's answer, at the latest after 10 seconds.
    virtual void close(quint16 code) = 0;
};

struct WebSocketAccept {
    QByteArray subprotocol;             ///< one of those the client offered; empty: none is named
    qint64 maxMessage = 1024 * 1024;    ///< a longer one ends the connection with 1009
    std::function<void(std::shared_ptr<WebSocket>)> handler;
};

/// The server passes the request on to this backend on loopback and its answer back as it comes, on a connection that stays
/// open for the client's next request; with an Upgrade header it copies bytes both ways until one side closes. Authorization
/// is never passed on.
struct Forward {
    quint16 port = 0;                   ///< on 127.0.0.1
    bool tls = false;                   ///< with the server's own client certificate (a kubelet)
    QByteArray target;                  ///< path and query for the backend
    /// Set: the backend is a kubelet that is first asked with this path for a connection to a pod's port (Kubelet, /podConnect);
    /// the request goes to what answers there, called `peer` in what `failed` is told.
    QByteArray podPath = {};
    QString peer = {};                  ///< "10.244.1.2:5003"
    Headers headers = {};               ///< added (X-Forwarded-…)
    /// What is answered when the backend cannot be reached ("dial tcp 127.0.0.1:1: connect: connection refused").
    std::function<Response(const QString &why)> failed = {};
    /// Set: an answer of the backend that is not 2xx is not copied, this is answered for it; an Upgrade header counts for nothing
    /// (pods/log: kube-apiserver asks the kubelet by itself, genericrest.LocationStreamer).
    std::function<Response(int status, const QByteArray &body)> refused = {};
};

struct Response {
    int status = 200;
    QByteArray contentType = "application/json";
    Headers headers = {};
    QStringList warnings = {};          ///< texts of Warning: 299 - "…"
    QByteArray body = {};
    std::shared_ptr<BodySource> stream = {};   ///< instead of body, chunked where its length is not known
    qint64 length = -1;                 ///< of the stream, or of the body a HEAD would have got; -1: not known
    std::optional<Forward> forward = {};       ///< instead of both
    /// Instead of all: status 101 and the headers are sent, then the handler has the connection.
    std::function<void(std::shared_ptr<RawStream>)> upgraded = {};
    /// Instead of all: the WebSocket handshake (400 when the request is none), then the handler has the messages.
    std::optional<WebSocketAccept> webSocket = {};
};

}
