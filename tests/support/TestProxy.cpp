// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/TestProxy.h"

#include <QHostAddress>
#include <QSslServer>
#include <QTcpServer>
#include <QTcpSocket>

namespace qd::support {

using namespace Qt::StringLiterals;

TestProxy::TestProxy(Kind kind, const std::optional<QSslConfiguration> &tls, QObject *parent)
    : QObject(parent)
    , m_kind(kind)
{
    if (kind == Kind::Https) {
        auto *server = new QSslServer(this);
        server->setSslConfiguration(tls.value_or(QSslConfiguration()));
        m_server = server;
    } else {
        m_server = new QTcpServer(this);
    }
    connect(m_server, &QTcpServer::pendingConnectionAvailable, this, [this] {
        while (QTcpSocket *socket = m_server->nextPendingConnection())
            take(socket);
    });
    if (!m_server->listen(QHostAddress::LocalHost))
        qFatal("TestProxy: cannot listen on 127.0.0.1");
}

QUrl TestProxy::url() const
{
    QUrl url;
    url.setScheme(m_kind == Kind::Http ? u"http"_s : m_kind == Kind::Https ? u"https"_s : u"socks5"_s);
    url.setHost(u"127.0.0.1"_s);
    url.setPort(m_server->serverPort());
    return url;
}

void TestProxy::take(QTcpSocket *client)
{
    client->setParent(this);
    connect(client, &QAbstractSocket::disconnected, client, &QObject::deleteLater);
    const auto read = m_kind == Kind::Socks5 ? &TestProxy::readSocks : &TestProxy::readHttp;
    connect(client, &QIODevice::readyRead, this, [this, client, read] { (this->*read)(client); });
    if (client->bytesAvailable() > 0)
        (this->*read)(client);
}

void TestProxy::readHttp(QTcpSocket *client)
{
    const QByteArray seen = client->peek(65536);
    const qsizetype end = seen.indexOf("\r\n\r\n");
    if (end < 0)
        return;
    client->read(end + 4);
    const QList<QByteArray> lines = seen.left(end).split('\n');
    const QString target = QString::fromLatin1(lines.value(0).split(' ').value(1));
    m_authorization.clear();
    for (const QByteArray &line : lines) {
        if (line.toLower().startsWith("proxy-authorization:"))
            m_authorization = line.mid(20).trimmed();
    }
    m_targets.append(target);
    if (m_refuse != 0 || (m_require && m_authorization.isEmpty())) {
        const int status = m_refuse != 0 ? m_refuse : 407;
        client->write("HTTP/1.1 " + QByteArray::number(status)
            + " Refused\r\nContent-Type: text/html\r\nContent-Length: 20\r\n"
            + (status == 407 ? "Proxy-Authenticate: Basic realm=\"p\"\r\n" : "") + "\r\n<html>denied</html>\n");
        return;
    }
    const qsizetype colon = target.lastIndexOf(u':');
    tunnel(client, target.left(colon), target.mid(colon + 1).toUShort(), "HTTP/1.1 200 Connection established\r\n\r\n");
}

void TestProxy::readSocks(QTcpSocket *client)
{
    const QByteArray seen = client->peek(65536);
    if (!client->property("greeted").toBool()) {
        if (seen.size() < 2 || seen.size() < 2 + seen.at(1))
            return;
        client->read(2 + seen.at(1));
        client->setProperty("greeted", true);
        client->write(QByteArray("\x05\x00", 2));
        return;
    }
    if (seen.size() < 7)
        return;
    const auto at = [&seen](qsizetype i) { return static_cast<quint8>(seen.at(i)); };
    const bool name = at(3) == 3;
    const qsizetype length = name ? at(4) + 1 : 4;
    if (seen.size() < 4 + length + 2)
        return;
    client->read(4 + length + 2);
    const QString host = name
        ? QString::fromLatin1(seen.mid(5, at(4)))
        : QHostAddress((quint32(at(4)) << 24) | (quint32(at(5)) << 16) | (quint32(at(6)) << 8) | at(7)).toString();
    const auto port = quint16((at(4 + length) << 8) | at(5 + length));
    m_targets.append(host + u':' + QString::number(port));
    tunnel(client, host, port, QByteArray("\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", 10));
}

void TestProxy::tunnel(QTcpSocket *client, const QString &host, quint16 port, const QByteArray &hello)
{
    client->disconnect(this);
    auto *server = new QTcpSocket(client);
    connect(server, &QAbstractSocket::connected, client, [client, server, hello] {
        client->write(hello);
        server->write(client->readAll());
    });
    connect(client, &QIODevice::readyRead, server, [client, server] {
        if (server->state() == QAbstractSocket::ConnectedState)
            server->write(client->readAll());
    });
    connect(server, &QIODevice::readyRead, client, [client, server] { client->write(server->readAll()); });
    connect(server, &QAbstractSocket::disconnected, client, &QTcpSocket::disconnectFromHost);
    connect(server, &QAbstractSocket::errorOccurred, client, [client] { client->disconnectFromHost(); });
    connect(client, &QAbstractSocket::disconnected, client, &QObject::deleteLater);
    server->connectToHost(m_host.isEmpty() ? host : m_host, port);
}

}
