// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/session/LoopbackListener.h"

#include "app/login/tokens/TokenErrors.h"

#include <QCoreApplication>
#include <QTcpSocket>
#include <QTimer>

namespace qd::login {

using namespace Qt::StringLiterals;
using Kind = CallbackVerdict::Kind;

namespace {

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(LoopbackListener)
};

constexpr char kRead[] = "qd_read";

QByteArray phrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 410:
        return "Gone";
    case 421:
        return "Misdirected Request";
    case 431:
        return "Request Header Fields Too Large";
    default:
        return "Bad Request";
    }
}

/// Nothing of the request is in it, and it loads nothing and links nowhere.
QByteArray page(int status, const QString &heading, const QString &text)
{
    const QByteArray body = QString(u"<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>Quarterdeck</title><style>"
                                    "body{font:16px system-ui,sans-serif;margin:15vh auto;max-width:32em;padding:0 1em;"
                                    "color:#1b1f24;background:#fff}h1{font-size:1.4em}"
                                    "@media(prefers-color-scheme:dark){body{color:#e6e8eb;background:#15181c}}"
                                    "</style></head><body><h1>"_s
                                    + heading.toHtmlEscaped() + u"</h1><p>"_s + text.toHtmlEscaped() + u"</p></body></html>\n"_s)
                                .toUtf8();
    QByteArray out = "HTTP/1.1 " + QByteArray::number(status) + ' ' + phrase(status)
        + "\r\nContent-Type: text/html; charset=utf-8"
          "\r\nContent-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
          "\r\nX-Content-Type-Options: nosniff"
          "\r\nReferrer-Policy: no-referrer"
          "\r\nCache-Control: no-store"
          "\r\nConnection: close"
          "\r\nContent-Length: "
        + QByteArray::number(body.size());
    if (status == 405)
        out += "\r\nAllow: GET";
    return out + "\r\n\r\n" + body;
}

}

LoopbackListener::LoopbackListener(const Limits &limits, QObject *parent) : QObject(parent), m_limits(limits)
{
    m_server.setMaxPendingConnections(m_limits.sockets);
    connect(&m_server, &QTcpServer::newConnection, this, &LoopbackListener::accept);
}

LoopbackListener::~LoopbackListener()
{
    for (QTcpSocket *socket : m_open)
        socket->disconnect(this);   // the server takes them along, after m_open
}

Result<Done> LoopbackListener::listen(const QList<quint16> &ports)
{
    QStringList tried;
    for (const quint16 port : ports.isEmpty() ? QList<quint16>{0} : ports) {
        if (m_server.listen(QHostAddress(QHostAddress::LocalHost), port)) {
            m_port = m_server.serverPort();
            return Done{};
        }
        tried.append(QString::number(port));
    }
    return signInError(ports::SignInFault::NoListener,
                       ports.isEmpty() ? Tr::tr("No port of 127.0.0.1 can be opened for the browser to come back to.")
                                       : Tr::tr("signIn.redirectPorts: %1 of 127.0.0.1 cannot be opened.").arg(tried.join(u", "_s)),
                       Tr::tr("End what uses the port, or sign in with a device code."), m_server.errorString());
}

void LoopbackListener::expect(CallbackRules rules, bool localhostName)
{
    rules.hosts = {QString(u"127.0.0.1:"_s + QString::number(m_port))};
    if (localhostName)
        rules.hosts.append(QString(u"localhost:"_s + QString::number(m_port)));
    m_rules = std::move(rules);
}

void LoopbackListener::retire()
{
    m_server.close();
    if (std::exchange(m_retired, true))
        return;
    setParent(nullptr);
    if (m_open.isEmpty())
        return deleteLater();
    QTimer::singleShot(2000, this, &QObject::deleteLater);
}

void LoopbackListener::accept()
{
    while (QTcpSocket *socket = m_server.nextPendingConnection()) {
        if (m_open.size() >= m_limits.sockets || !socket->peerAddress().isLoopback()) {
            socket->abort();
            socket->deleteLater();
            continue;
        }
        m_open.append(socket);
        socket->setReadBufferSize(m_limits.headBytes + 1);
        auto *timer = new QTimer(socket);
        timer->setSingleShot(true);
        connect(timer, &QTimer::timeout, socket, &QAbstractSocket::abort);
        timer->start(m_limits.socketMs);
        connect(socket, &QIODevice::readyRead, this, [this, socket] { read(socket); });
        connect(socket, &QAbstractSocket::disconnected, this, [this, socket] {
            m_open.removeAll(socket);
            socket->deleteLater();
            if (m_retired && m_open.isEmpty())
                deleteLater();
        });
        if (socket->bytesAvailable() > 0)
            read(socket);
    }
}

void LoopbackListener::read(QTcpSocket *socket)
{
    if (socket->property("qd_told").toBool()) {
        socket->readAll();
        return;
    }
    QByteArray head = socket->property(kRead).toByteArray() + socket->readAll();
    const qsizetype end = head.indexOf("\r\n\r\n");
    if ((end < 0 ? head.size() : end + 4) > m_limits.headBytes)
        return refuse(socket, 431);
    if (end < 0) {
        socket->setProperty(kRead, head);
        return;
    }
    head.truncate(end + 4);
    const CallbackVerdict verdict = judgeCallback(head, m_rules);
    if (verdict.kind == Kind::Refused)
        return refuse(socket, verdict.status);
    if (std::exchange(m_answered, true))
        return reply(socket, 410, Tr::tr("This sign-in is already done"), Tr::tr("Close this page and go back to Quarterdeck."));
    m_server.close();
    if (verdict.kind == Kind::Code)
        reply(socket, 200, Tr::tr("Back to Quarterdeck"), Tr::tr("Quarterdeck goes on by itself. You can close this page."));
    else if (verdict.kind == Kind::ProviderSaysNo)
        reply(socket, 200, Tr::tr("Not signed in"), Tr::tr("The identity provider refused. Quarterdeck shows why."));
    else
        reply(socket, 400, Tr::tr("Not signed in"), Tr::tr("Another identity provider answered. Quarterdeck shows what happened."));
    Q_EMIT answered(verdict);
}

void LoopbackListener::refuse(QTcpSocket *socket, int status)
{
    reply(socket, status, Tr::tr("Not the answer Quarterdeck waits for"), Tr::tr("Go back to Quarterdeck. The sign-in there goes on waiting."));
}

void LoopbackListener::reply(QTcpSocket *socket, int status, const QString &heading, const QString &text)
{
    socket->setProperty("qd_told", true);
    socket->setProperty(kRead, QVariant());
    socket->write(page(status, heading, text));
    socket->disconnectFromHost();
}

}
