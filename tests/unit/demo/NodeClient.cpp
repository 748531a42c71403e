// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/demo/NodeClient.h"

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QTest>
#include <QtEndian>

namespace qd::support {

using namespace Qt::StringLiterals;

NodeClient::NodeClient(quint16 port, const QByteArray &authority, const demo::KeyPair &pair, QObject *parent) : QObject(parent)
{
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setCaCertificates(QSslCertificate::fromData(authority));
    if (!pair.certificate.isEmpty()) {
        tls.setLocalCertificateChain(QSslCertificate::fromData(pair.certificate));
        tls.setPrivateKey(QSslKey(pair.key, QSsl::Ec));
    }
    m_socket.setSslConfiguration(tls);
    connect(&m_socket, &QSslSocket::readyRead, this, [this] { m_in.append(m_socket.readAll()); });
    m_socket.connectToHostEncrypted(u"127.0.0.1"_s, port);
}

bool NodeClient::wait(const std::function<bool()> &done)
{
    return QTest::qWaitFor([&] { return done() || m_socket.state() == QAbstractSocket::UnconnectedState; }, 5000) && done();
}

bool NodeClient::connected()
{
    return wait([this] { return m_socket.isEncrypted(); });
}

QByteArray NodeClient::request(const QByteArray &method, const QByteArray &target, const QByteArray &headers)
{
    send(method + ' ' + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n");
    if (!wait([this] { return m_in.contains("\r\n\r\n"); }))
        return {};
    const qsizetype end = m_in.indexOf("\r\n\r\n");
    const QByteArray head = m_in.left(end);
    m_in.remove(0, end + 4);
    const qsizetype line = head.indexOf("\r\n");
    return head.left(line) + head.mid(line).toLower();
}

QByteArray NodeClient::body(const QByteArray &head)
{
    const qsizetype at = head.indexOf("content-length: ");
    if (at >= 0)
        return bytes(head.mid(at + 16, head.indexOf('\r', at) < 0 ? -1 : head.indexOf('\r', at) - at - 16).toLongLong());
    QByteArray all;
    for (QByteArray next = chunk(); !next.isEmpty(); next = chunk()) {
        all.append(next);
        if (next == "?")
            break;
    }
    return all;
}

QByteArray NodeClient::chunk()
{
    if (!wait([this] { return m_in.contains("\r\n"); }))
        return "?";
    const qsizetype line = m_in.indexOf("\r\n");
    const qsizetype size = m_in.left(line).toLongLong(nullptr, 16);
    m_in.remove(0, line + 2);
    const QByteArray chunk = bytes(size + 2);
    return chunk.size() == size + 2 ? chunk.left(size) : QByteArray("?");
}

QByteArray NodeClient::bytes(qsizetype size)
{
    if (!wait([&] { return m_in.size() >= size; }))
        return {};
    const QByteArray some = m_in.left(size);
    m_in.remove(0, size);
    return some;
}

bool NodeClient::ended()
{
    return QTest::qWaitFor([this] { return m_socket.state() == QAbstractSocket::UnconnectedState; }, 5000) && m_in.isEmpty();
}

QByteArray NodeClient::upgrade(const QByteArray &target, const QByteArray &subprotocols)
{
    QByteArray headers = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    if (!subprotocols.isEmpty())
        headers += "Sec-WebSocket-Protocol: " + subprotocols + "\r\n";
    return request("GET", target, headers);
}

void NodeClient::message(const QByteArray &payload, int opcode)
{
    QByteArray bytes;
    bytes.append(char(0x80 | opcode));
    if (payload.size() < 126) {
        bytes.append(char(0x80 | payload.size()));
    } else {
        QByteArray size(8, Qt::Uninitialized);
        qToBigEndian(quint64(payload.size()), size.data());
        bytes.append(char(0x80 | 127)).append(size);
    }
    const QByteArray mask = "\x11\x22\x33\x44";
    bytes.append(mask);
    QByteArray masked = payload;
    for (qsizetype i = 0; i < masked.size(); ++i)
        masked[i] = char(masked.at(i) ^ mask.at(i % 4));
    send(bytes + masked);
}

WsFrame NodeClient::frame()
{
    const QByteArray head = bytes(2);
    if (head.size() < 2)
        return {};
    qsizetype size = quint8(head.at(1)) & 0x7f;
    if (size == 126)
        size = qFromBigEndian<quint16>(bytes(2).constData());
    else if (size == 127)
        size = qsizetype(qFromBigEndian<quint64>(bytes(8).constData()));
    WsFrame frame;
    frame.payload = bytes(size);
    // Whole frames only: the kubelet does not fragment.
    frame.opcode = (head.at(0) & 0x80) != 0 && frame.payload.size() == size ? head.at(0) & 0x0f : -1;
    return frame;
}

std::optional<demo::SpdyFrame> NodeClient::spdy(bool inMessages)
{
    for (;;) {
        if (const auto next = m_spdy.next())
            return next;
        QByteArray some;
        if (inMessages) {
            const WsFrame next = frame();
            some = next.opcode == 2 ? next.payload : QByteArray();
        } else if (wait([this] { return !m_in.isEmpty(); })) {
            some = std::exchange(m_in, {});
        }
        if (some.isEmpty())
            return std::nullopt;
        m_spdy.feed(some);
    }
}

}
