// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/http/Exchange.h"

#include <QList>

#include <chrono>
#include <deque>

namespace qd::demo {

/// What a forward needs of its kubelet. All on the server's thread.
struct ForwardHost {
    QString pod;
    /// Connects to the pod's port: a stream, or none and why.
    std::function<void(quint16 port, std::function<void(std::shared_ptr<RawStream>, const QString &why)>)> dial;
    std::function<void(std::chrono::milliseconds, std::function<void()>)> after;
};

/// A client's port-forward connection. The kubelet keeps it until it says it is over, or until the kubelet ends.
class ForwardSession : public std::enable_shared_from_this<ForwardSession> {
public:
    virtual ~ForwardSession() = default;
    virtual void start() = 0;
    void onOver(std::function<void(ForwardSession *)> over) { m_over = std::move(over); }

protected:
    /// Lets go of this session; it dies with the callback it is in.
    void over()
    {
        if (const auto tell = std::exchange(m_over, {}))
            tell(this);
    }

private:
    std::function<void(ForwardSession *)> m_over;
};

/// v4.channel.k8s.io: channel 2n carries the data of the n-th port, 2n+1 its error; each begins with the port, little-endian.
[[nodiscard]] std::shared_ptr<ForwardSession> channelForward(
    const ForwardHost &host, const QList<quint16> &ports, std::shared_ptr<WebSocket> socket);
/// SPDY/3.1 with protocol portforward.k8s.io: a pair of streams (error, data) for each connection.
[[nodiscard]] std::shared_ptr<ForwardSession> spdyForward(const ForwardHost &host, std::shared_ptr<RawStream> stream);
/// The bytes of a stream in the messages of a WebSocket, cut anywhere.
[[nodiscard]] std::shared_ptr<RawStream> streamOver(std::shared_ptr<WebSocket> socket);

/// The connection to the pod behind one forwarded connection. As containerd: when one direction ended, the other is cut a second later.
class PodLink : public std::enable_shared_from_this<PodLink> {
public:
    struct Client {
        std::function<void(const QByteArray &bytes, std::function<void()> written)> data;   ///< the next comes after written()
        std::function<void(const QString &error)> ended;   ///< the last call; an empty error after an orderly end
    };
    PodLink(const ForwardHost &host, quint16 port, Client client);
    ~PodLink();
    void open();
    /// Bytes from the client; `taken` when there is room for more, at once when the link has ended.
    void write(const QByteArray &bytes, std::function<void()> taken);
    void clientEnded();

private:
    void opened(std::shared_ptr<RawStream> stream, const QString &why);
    void pull();
    void push();
    void halfEnded();
    void end(const QString &error);

    struct Piece {
        QByteArray bytes;
        std::function<void()> taken;
    };
    ForwardHost m_host;
    quint16 m_port;
    Client m_client;
    std::shared_ptr<RawStream> m_stream;
    std::deque<Piece> m_queue;          ///< waits for the connection
    bool m_pushing = false;
    bool m_clientEnded = false;
    bool m_podEnded = false;
    bool m_ended = false;
};

}
