// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QSslConfiguration>
#include <QString>

class QTcpServer;
class QTcpSocket;

namespace qd::kube {

/// The way to a proxy that is itself reached by TLS (https:// in proxy-url), which Qt has no client for: a port on
/// 127.0.0.1 whose bytes go to the proxy inside TLS. It holds no credential: user name and password of the proxy come
/// from the client inside the tunnelled CONNECT, so a stranger on the port gains nothing over going to the proxy
/// himself.
class HttpProxyRelay : public QObject
{
    Q_OBJECT
public:
    HttpProxyRelay(const QString &host, quint16 port, const QSslConfiguration &tls);
    /// 0 when the loopback port could not be opened.
    [[nodiscard]] quint16 port() const;

private:
    void take(QTcpSocket *client);
    QString m_host;
    quint16 m_port;
    QSslConfiguration m_tls;
    QTcpServer *m_server;
};

}
