// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/ClusterConfig.h"
#include "models/core/Error.h"
#include "models/ports/TokenSource.h"

#include <QMap>
#include <QObject>

#include <memory>

namespace qd::kube {

struct HttpRequest {
    QByteArray method = "GET";
    QString pathAndQuery;               ///< percent-encoded, relative to the server's base path: /api/v1/pods?limit=500
    QByteArray body = {};
    QByteArray contentType = {};
    QByteArray accept = "application/json";
    QMap<QByteArray, QByteArray> headers = {};
    int deadlineMs = 0;                 ///< whole exchange; 0: none (streams)
    int silenceMs = 0;                  ///< abort after so long without a byte; 0: none
    int headMs = 0;                     ///< reads over HTTP/2: without a head for so long sent again on a new connection, twice; never
                                        ///< the heartbeat and the watches, whose own connection it must be
    bool harmless = false;              ///< changes nothing although it is a POST (a review): sent again after a 401 too
};

struct HttpHead {
    int status = 0;
    bool http2 = false;
    QMap<QByteArray, QByteArray> headers;   ///< names in lower case
    QStringList warnings;                   ///< texts of Warning: 299, deduplicated
};

/// One request on its way. Lives on its client's thread. Signals head once (when there was one), data any number of times
/// (decompressed, cut anywhere), then finished exactly once, also after abort(). Delete it (or its parent) any time.
/// finished: kind Cancelled with httpStatus set means the body ended cleanly; else what went wrong below HTTP.
class HttpExchange : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void abort() = 0;
    /// Stop or go on reading from the socket (back-pressure).
    virtual void setPaused(bool paused) = 0;

Q_SIGNALS:
    void head(const qd::kube::HttpHead &head);
    void data(const QByteArray &bytes);
    void finished(bool clean, const qd::Error &error);
};

/// HTTP to one API server: TLS 1.2 and up, HTTP/2 where offered, proxies, credentials (only over TLS), impersonation,
/// User-Agent, Audit-ID, no redirects. A 401 tells the TokenSource; what changes nothing is then sent once more with the
/// new credential.
/// One QNetworkAccessManager each: watches and requests have clients of their own. Lives on the adapter's thread.
class HttpClient : public QObject {
    Q_OBJECT
public:
    static std::unique_ptr<HttpClient> make(const ClusterConfig &config, std::shared_ptr<ports::TokenSource> tokens);
    /// The exchange starts on the next turn of the event loop, so that its signals can be connected first.
    [[nodiscard]] virtual HttpExchange *open(const HttpRequest &request, QObject *parent) = 0;
    /// Whether the last answer came by HTTP/2 (100 streams a connection) or not (6 connections a host).
    [[nodiscard]] virtual bool lastWasHttp2() const = 0;
    [[nodiscard]] virtual QString tlsVersion() const = 0;
    /// Drops kept connections, so that the next request opens a new one (resume from sleep).
    virtual void dropConnections() = 0;

protected:
    using QObject::QObject;
};

/// Error of an answered request: Status body or any text (HTML of a proxy is shortened), mapped by reason, then code.
[[nodiscard]] Error errorFromAnswer(const HttpHead &head, const QByteArray &body, const QString &what);

}
