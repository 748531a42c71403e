// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/http/Pki.h"
#include "app/demo/node/SpdyFrames.h"

#include <QSslSocket>

#include <functional>

namespace qd::support {

/// A WebSocket frame of a server.
struct WsFrame {
    int opcode = -1;                    ///< 1 text, 2 binary, 8 close, 9 ping, 10 pong; -1: none came
    QByteArray payload = {};
    friend bool operator==(const WsFrame &, const WsFrame &) = default;
};

/// A client of a kubelet that shows its bytes: HTTP/1.1, chunks, WebSocket frames, SPDY in both. Waits at most 5 seconds.
class NodeClient : public QObject {
    Q_OBJECT
public:
    NodeClient(quint16 port, const QByteArray &authority, const demo::KeyPair &pair, QObject *parent = nullptr);
    [[nodiscard]] bool connected();
    void send(const QByteArray &bytes) { m_socket.write(bytes); }
    /// Sends a request; the answer's head, lower case names, without the blank line.
    [[nodiscard]] QByteArray request(const QByteArray &method, const QByteArray &target, const QByteArray &headers = {});
    /// The body by Content-Length, or all chunks until the last one.
    [[nodiscard]] QByteArray body(const QByteArray &head);
    /// The next chunk's bytes; empty at the last chunk; "?" when nothing comes.
    [[nodiscard]] QByteArray chunk();
    [[nodiscard]] QByteArray bytes(qsizetype size);
    [[nodiscard]] bool ended();
    void cut() { m_socket.abort(); }

    [[nodiscard]] QByteArray upgrade(const QByteArray &target, const QByteArray &subprotocols);   ///< the head
    void message(const QByteArray &payload, int opcode = 2);
    [[nodiscard]] WsFrame frame();

    [[nodiscard]] std::optional<demo::SpdyFrame> spdy(bool inMessages = false);

private:
    [[nodiscard]] bool wait(const std::function<bool()> &done);
    QSslSocket m_socket;
    QByteArray m_in;
    demo::SpdyReader m_spdy;
};

}
