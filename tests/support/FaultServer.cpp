// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FaultServer.h"

#include <QHostAddress>
#include <QPointer>
#include <QSslServer>
#include <QTcpServer>
#include <QTcpSocket>

#include <sys/socket.h>

namespace qd::support {

using namespace Qt::StringLiterals;

/// One connection: reads requests, runs the script of each to its end, then takes the next.
class FaultConnection : public QObject
{
public:
    FaultConnection(FaultServer *server, QTcpSocket *socket, int number)
        : QObject(server)
        , m_server(server)
        , m_socket(socket)
        , m_number(number)
    {
        socket->setParent(this);
        ++server->m_open;
        connect(socket, &QIODevice::readyRead, this, &FaultConnection::read);
        connect(socket, &QAbstractSocket::disconnected, this, &FaultConnection::leave);
        connect(server, &FaultServer::gateOpened, this, &FaultConnection::atGate);
        connect(server, &FaultServer::thawed, this, &FaultConnection::next);
        connect(server, &FaultServer::dropping, this,
            [this](bool reset) { reset ? drop() : m_socket->disconnectFromHost(); });
        if (socket->bytesAvailable() > 0)
            QMetaObject::invokeMethod(this, &FaultConnection::read, Qt::QueuedConnection);
        if (socket->state() != QAbstractSocket::ConnectedState)
            QMetaObject::invokeMethod(this, &FaultConnection::leave, Qt::QueuedConnection);
    }

private:
    void leave()
    {
        if (m_left)
            return;
        m_left = true;
        if (!m_gate.isEmpty())
            --m_server->m_waiting[m_gate];
        --m_server->m_open;
        deleteLater();
    }

    void drop()
    {
        const linger now{1, 0};
        ::setsockopt(int(m_socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &now, sizeof now);
        m_socket->QTcpSocket::abort();
        leave();
    }

    void read()
    {
        m_in += m_socket->readAll();
        next();
    }

    /// Takes the next complete request, when no script is under way.
    void next()
    {
        if (m_script || m_left || m_server->m_frozen)
            return;
        const qsizetype end = m_in.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        FaultRequest r;
        const QList<QByteArray> lines = m_in.left(end).split('\n');
        const QList<QByteArray> first = lines.value(0).trimmed().split(' ');
        r.method = first.value(0);
        r.target = first.value(1);
        for (const QByteArray &line : lines.mid(1)) {
            const qsizetype colon = line.indexOf(':');
            r.headers[line.left(colon).toLower()].append(line.mid(colon + 1).trimmed());
        }
        const qsizetype length = r.header("content-length").toLongLong();
        if (m_in.size() < end + 4 + length)
            return;
        r.body = m_in.mid(end + 4, length);
        m_in.remove(0, end + 4 + length);
        const QUrl url = QUrl::fromEncoded(r.target);
        r.path = url.path(QUrl::FullyEncoded);
        r.query = QUrlQuery(url.query(QUrl::FullyEncoded));
        r.connection = m_number;
        m_script = m_server->answer(r);
        m_at = 0;
        Q_EMIT m_server->requested(r);
        later();
    }

    void later() { QMetaObject::invokeMethod(this, &FaultConnection::step, Qt::QueuedConnection); }

    void atGate(const QString &gate)
    {
        if (gate == m_gate && m_server->pass(gate)) {
            --m_server->m_waiting[m_gate];
            m_gate.clear();
            later();
        }
    }

    void step()
    {
        using Step = FaultAnswer::Step;
        if (!m_script || m_left || !m_gate.isEmpty())
            return;
        if (m_at >= m_script->m_items.size()) {
            if (m_script->m_silent)
                return;
            if (m_script->m_chunked)
                m_socket->write("0\r\n\r\n");
            done();
            return;
        }
        const FaultAnswer::Item item = m_script->m_items.at(m_at++);
        switch (item.step) {
        case Step::Head:
            put(m_script->headBytes());
            break;
        case Step::Bytes:
            put(m_script->chunk(item.bytes));
            break;
        case Step::Raw:
            put(item.bytes);
            break;
        case Step::Wait:
            if (!m_server->pass(item.gate)) {
                m_gate = item.gate;
                ++m_server->m_waiting[m_gate];
                return;
            }
            break;
        case Step::Close:
            m_socket->disconnectFromHost();
            return;
        case Step::Reset:
        case Step::ResetStream: // there are no streams here but the connection
            m_socket->flush();
            drop();
            return;
        case Step::Hang:
            return;
        case Step::Done:
            if (m_script->m_chunked)
                put("0\r\n\r\n");
            done();
            return;
        }
        later();
    }

    void put(const QByteArray &bytes)
    {
        m_socket->write(bytes);
        m_socket->flush();
    }

    void done()
    {
        m_socket->flush();
        m_script.reset();
        QMetaObject::invokeMethod(this, &FaultConnection::next, Qt::QueuedConnection);
    }

    FaultServer *m_server;
    QTcpSocket *m_socket;
    int m_number;
    bool m_left = false;
    QByteArray m_in;
    std::optional<FaultAnswer> m_script;
    qsizetype m_at = 0;
    QString m_gate;
};

FaultServer::FaultServer(const std::optional<QSslConfiguration> &tls, QObject *parent)
    : FaultScript(parent)
    , m_tls(tls.has_value())
{
    if (tls) {
        auto *server = new QSslServer(this);
        server->setSslConfiguration(*tls);
        m_server = server;
    } else {
        m_server = new QTcpServer(this);
    }
    connect(m_server, &QTcpServer::pendingConnectionAvailable, this, [this] {
        while (QTcpSocket *socket = m_server->nextPendingConnection())
            take(socket);
    });
    if (!m_server->listen(QHostAddress::LocalHost))
        qFatal("FaultServer: cannot listen on 127.0.0.1: %s", qPrintable(m_server->errorString()));
    m_port = m_server->serverPort();
}

FaultServer::~FaultServer() = default;

void FaultServer::take(QTcpSocket *socket)
{
    new FaultConnection(this, socket, ++m_connections);
}

QUrl FaultServer::url(const QString &host) const
{
    QUrl url;
    url.setScheme(m_tls ? u"https"_s : u"http"_s);
    url.setHost(host);
    url.setPort(m_port);
    return url;
}

quint16 FaultServer::port() const
{
    return m_port;
}

void FaultServer::dropAll(bool reset)
{
    Q_EMIT dropping(reset);
}

void FaultServer::setFrozen(bool frozen)
{
    m_frozen = frozen;
    if (!frozen)
        Q_EMIT thawed();
}

void FaultServer::stopListening()
{
    m_server->close();
}

bool FaultServer::listenAgain()
{
    return m_server->listen(QHostAddress::LocalHost, m_port);
}

}
