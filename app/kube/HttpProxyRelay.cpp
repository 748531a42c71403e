// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/HttpProxyRelay.h"

#include <QHostAddress>
#include <QNetworkProxy>
#include <QSslSocket>
#include <QTcpServer>

namespace qd::kube {

namespace {

constexpr qint64 kAhead = 1 << 20;

/// Moves what is there from one side to the other, never more than kAhead ahead of the slower one.
void pump(QTcpSocket *from, QTcpSocket *to)
{
    while (from->bytesAvailable() > 0 && to->bytesToWrite() < kAhead)
        to->write(from->read(qMin(from->bytesAvailable(), kAhead)));
}

}

HttpProxyRelay::HttpProxyRelay(const QString &host, quint16 port, const QSslConfiguration &tls)
    : m_host(host)
    , m_port(port)
    , m_tls(tls)
    , m_server(new QTcpServer(this))
{
    connect(m_server, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket *client = m_server->nextPendingConnection())
            take(client);
    });
    m_server->listen(QHostAddress::LocalHost);
}

quint16 HttpProxyRelay::port() const
{
    return m_server->isListening() ? m_server->serverPort() : quint16(0);
}

void HttpProxyRelay::take(QTcpSocket *client)
{
    auto *proxy = new QSslSocket(client);
    proxy->setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
    proxy->setSslConfiguration(m_tls);
    client->setReadBufferSize(kAhead);
    proxy->setReadBufferSize(kAhead);
    connect(proxy, &QSslSocket::encrypted, client, [client, proxy] { pump(client, proxy); });
    connect(client, &QIODevice::readyRead, proxy, [client, proxy] {
        if (proxy->isEncrypted())
            pump(client, proxy);
    });
    connect(proxy, &QIODevice::readyRead, client, [client, proxy] { pump(proxy, client); });
    connect(proxy, &QSslSocket::encryptedBytesWritten, client, [client, proxy] { pump(client, proxy); });
    connect(client, &QIODevice::bytesWritten, proxy, [client, proxy] { pump(proxy, client); });
    connect(proxy, &QAbstractSocket::disconnected, client, [client, proxy] {
        client->write(proxy->readAll());
        client->disconnectFromHost();
    });
    connect(proxy, &QAbstractSocket::errorOccurred, client, [client] { client->disconnectFromHost(); });
    connect(client, &QAbstractSocket::disconnected, client, &QObject::deleteLater);
    proxy->connectToHostEncrypted(m_host, m_port);
}

}
