// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QNetworkProxy>
#include <QString>
#include <QUrl>

namespace qd::kube {

/// The environment's say on proxies, as Go's golang.org/x/net/http/httpproxy reads it.
struct ProxyEnvironment
{
    QString https; ///< HTTPS_PROXY, https_proxy
    QString http; ///< HTTP_PROXY, http_proxy
    QString none; ///< NO_PROXY, no_proxy
    [[nodiscard]] static ProxyEnvironment current();
};

struct ProxyChoice
{
    QNetworkProxy proxy = QNetworkProxy(QNetworkProxy::NoProxy);
    bool tls = false; ///< the proxy itself is reached by TLS (https://)
    QString display; ///< scheme://host:port without credentials; empty without a proxy
};

/// Whether NO_PROXY takes host:port out: *, names with their subdomains, .suffix, addresses, CIDR, each with an
/// optional port.
[[nodiscard]] bool noProxy(const QString &list, const QString &host, int port);

/// kubeconfig's proxy-url (http, https, socks5) wins and knows no exceptions; else the environment, which never proxies
/// localhost and loopback addresses.
[[nodiscard]] Result<ProxyChoice> chooseProxy(
    const QString &proxyUrl, const QUrl &server, const ProxyEnvironment &environment);

}
