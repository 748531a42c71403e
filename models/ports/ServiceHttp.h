// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QFuture>
#include <QMap>
#include <QString>

#include <stop_token>

namespace qd::ports {

/// A service by URL, or in the cluster as namespace/name:port reached by the API server's service proxy.
struct ServiceAddress {
    QString url = {};
    QString ns = {};
    QString service = {};
    QString port = {};
    QString scheme = {};    ///< "", http or https, in front of the service's name in the proxy path
    QString caFile = {};    ///< of a URL: the authorities, in PEM, its certificate may come from; empty: the system's
};

struct HttpAnswer {
    int status = 0;
    QMap<QByteArray, QByteArray> headers;   ///< names in lower case
    QByteArray body;
};

/// A request with its bounds.
struct ServiceCall {
    ServiceAddress to = {};
    QByteArray method = "GET";
    QString pathAndQuery = {};              ///< percent-encoded
    QMap<QByteArray, QByteArray> headers = {};
    QByteArray body = {};
    bool harmless = false;                  ///< changes nothing although it is a POST (a query): may be sent again
    qsizetype largest = 0;                  ///< a longer answer (decompressed) is given up while it comes, as Invalid; 0: the adapter's own bound
    int deadlineMs = 0;                     ///< of the whole call; 0: that of the cluster
};

/// HTTP to services inside the cluster (Prometheus, Alertmanager, Loki), with the cluster's own credentials.
/// %2F in a path is decoded by the proxy (live-rig.md 5.2): put such values in the query.
class ServiceHttp {
public:
    virtual ~ServiceHttp() = default;
    [[nodiscard]] virtual QFuture<Result<HttpAnswer>> request(const ServiceAddress &to, const QByteArray &method,
                                                              const QString &pathAndQuery,
                                                              const QMap<QByteArray, QByteArray> &headers = {},
                                                              const QByteArray &body = {}, std::stop_token stop = {}) = 0;
    /// The same with bounds. One that knows none sends it without.
    [[nodiscard]] virtual QFuture<Result<HttpAnswer>> send(const ServiceCall &call, std::stop_token stop = {})
    {
        return request(call.to, call.method, call.pathAndQuery, call.headers, call.body, stop);
    }
};

}
