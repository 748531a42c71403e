// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/ServiceHttp.h"
#include "models/ports/ServiceSocket.h"
#include "models/ports/TokenSource.h"

#include <QList>
#include <QString>

#include <memory>
#include <utility>

namespace qd::telemetry {

/// One call to a service that measures: what differs from call to call.
struct TargetCall {
    QByteArray method = "GET";
    QString path;                                   ///< percent-encoded, below the service's prefix: /api/v1/query. No %2F in it.
    QList<std::pair<QString, QString>> query = {};  ///< as it is meant; encoded here; empty values are sent too
    QByteArray body = {};                           ///< with its type; a POST without one sends the query as a form
    QByteArray contentType = {};
    bool harmless = true;                           ///< false: a write, never sent twice
    qsizetype largest = qsizetype(64) << 20;        ///< decompressed
    int deadlineMs = 30'000;
    QMap<QByteArray, QByteArray> headers = {};      ///< of this service's own
};

/// A Prometheus, an Alertmanager or a Loki as it is reached: what the three clients share. A value; thread safe to use.
struct ServiceTarget {
    std::shared_ptr<ports::ServiceHttp> http;
    ports::ServiceAddress address;                  ///< a url keeps its path as prefix
    QString prefix = {};                            ///< in front of every path of a service of the cluster: /prometheus; empty: none
    QString tenant = {};                            ///< X-Scope-OrgID; empty: none
    /// Whose token is sent, to a URL only: the API server's proxy strips it. Null: none. Never over http:// to another host.
    std::shared_ptr<ports::TokenSource> tokens = {};
    QString what = {};                              ///< "Prometheus", in errors
    std::shared_ptr<ports::ServiceSockets> sockets = {};   ///< for who listens; null: it asks again and again

    /// "monitoring/prometheus-operated:9090 through the API server", or the URL without its password.
    [[nodiscard]] QString place() const;
    /// What the service itself answered, whatever the status; what stands in its way (no service, no endpoints, wrong port, no right to
    /// the proxy, not reachable, no token) is an Error that names the part and the way out. Answers come on any thread.
    [[nodiscard]] QFuture<Result<ports::HttpAnswer>> request(const TargetCall &call, std::stop_token stop = {}) const;
    /// The same call for a WebSocket, with the token; one that may not be sent there is an error.
    [[nodiscard]] QFuture<Result<ports::SocketCall>> socketCall(const TargetCall &call, std::stop_token stop = {}) const;
    /// Of an answer that is none of the service's own words: HTML of a proxy, plain text, an empty body.
    [[nodiscard]] Error errorOf(const ports::HttpAnswer &answer) const;
    /// The same with the words of the service.
    [[nodiscard]] Error errorOf(int status, const QString &says) const;
};

/// Whether the Content-Type says JSON (also +json).
[[nodiscard]] bool saysJson(const ports::HttpAnswer &answer);
/// A foreign text as one line of plain text of 200 characters at most: tags of HTML left out, entities as they are written.
[[nodiscard]] QString plainExcerpt(const QByteArray &text, const QByteArray &contentType);

}
