// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/unit/demo/NodeClient.h"

#include <QMap>

#include <memory>

namespace qd::support {

/// SPDY/3.1 of a client, plain or in the messages of a WebSocket; frames as words.
struct SpdyPeer {
    SpdyPeer(std::unique_ptr<NodeClient> to, bool inMessages) : client(std::move(to)), tunnel(inMessages) { }

    [[nodiscard]] bool open(const QByteArray &target)
    {
        if (tunnel) {
            head = client->upgrade(target, "v4.channel.k8s.io, SPDY/3.1+portforward.k8s.io");
            return head.startsWith("HTTP/1.1 101") && head.contains("sec-websocket-protocol: spdy/3.1+portforward.k8s.io");
        }
        head = client->request("POST", target,
            "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: portforward.k8s.io\r\nContent-Length: 0\r\n");
        return head.startsWith("HTTP/1.1 101") && head.contains("upgrade: spdy/3.1")
            && head.contains("x-stream-protocol-version: portforward.k8s.io");
    }

    void send(const QByteArray &bytes)
    {
        // Cut anywhere; an empty message says nothing.
        for (qsizetype at = 0; tunnel && at < bytes.size(); at += 7) {
            client->message(bytes.mid(at, 7));
            client->message({});
        }
        if (!tunnel)
            client->send(bytes);
    }

    /// Opens the streams of a connection as kubectl does; the two answers.
    [[nodiscard]] QByteArray pair(quint32 first, const QByteArray &port, const QByteArray &id)
    {
        demo::SpdyHeaders headers{{"streamtype", "error"}, {"port", port}};
        if (!id.isEmpty())
            headers.insert("requestid", id);
        QByteArray both = out.synStream(first, 0, headers) + demo::SpdyWriter::data(first, demo::SpdyFrame::kFin, {});
        headers.insert("streamtype", "data");
        both += out.synStream(first + 2, 0, headers);
        send(both);
        const QByteArray one = next();
        return one + ", " + next();
    }

    [[nodiscard]] QByteArray next()
    {
        const auto frame = client->spdy(tunnel);
        if (!frame)
            return "nothing";
        static const QMap<int, QByteArray> names{{demo::SpdyFrame::Data, "data"}, {demo::SpdyFrame::SynReply, "reply"}, {demo::SpdyFrame::Reset, "reset"},
            {demo::SpdyFrame::Ping, "ping"}, {demo::SpdyFrame::GoAway, "goaway"}};
        QByteArray text = names.value(frame->type, "other") + ' ' + QByteArray::number(frame->stream);
        if (!frame->payload.isEmpty())
            text += ' ' + frame->payload;
        if (frame->fin())
            text += " fin";
        if (frame->status != 0)
            text += ' ' + QByteArray::number(frame->status);
        return text;
    }

    std::unique_ptr<NodeClient> client;
    bool tunnel;
    demo::SpdyWriter out;
    QByteArray head;
};

}
