// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/ClusterConfig.h"
#include "models/core/Error.h"

#include <QNetworkReply>
#include <QSslError>

namespace qd::kube {

/// What is known about a request that failed below HTTP.
struct TransportFailure
{
    QNetworkReply::NetworkError code = QNetworkReply::NoError;
    QString says; ///< Qt's own words
    QList<QSslError> tls;
    QUrl url;
    bool answered = false; ///< a head was seen
    QString proxy; ///< scheme://host:port; empty without one
};

/// A sentence that names the server and the way out. reason is kNotSent when the request never reached the server.
[[nodiscard]] Error errorFromTransport(const TransportFailure &failure, const ClusterConfig &config);
/// scheme://host:port of a URL, for texts.
[[nodiscard]] QString placeOf(const QUrl &url);
[[nodiscard]] Error deadlineError(const QUrl &url, int milliseconds);
[[nodiscard]] Error silenceError(const QUrl &url, int milliseconds);

}
