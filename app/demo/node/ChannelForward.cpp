// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/node/PortForward.h"

#include <vector>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

class ChannelForward : public ForwardSession {
public:
    ChannelForward(const ForwardHost &host, const QList<quint16> &ports, std::shared_ptr<WebSocket> socket)
        : m_host(host), m_ports(ports), m_socket(std::move(socket))
    {
    }

    void start() override
    {
        for (qsizetype i = 0; i < m_ports.size(); ++i) {
            const quint16 port = m_ports.at(i);
            const char little[] = {char(port & 0xff), char(port >> 8)};
            send(2 * i, QByteArray(little, 2), {});
            send(2 * i + 1, QByteArray(little, 2), {});
        }
        m_open = m_ports.size();
        for (qsizetype i = 0; i < m_ports.size(); ++i)
            m_links.push_back(link(i));
        const auto links = m_links;
        for (const auto &link : links)
            link->open();
        read();
    }

private:
    std::shared_ptr<ChannelForward> self() { return std::static_pointer_cast<ChannelForward>(shared_from_this()); }
    std::weak_ptr<ChannelForward> weak() { return self(); }

    std::shared_ptr<PodLink> link(qsizetype i)
    {
        return std::make_shared<PodLink>(m_host, m_ports.at(i),
            PodLink::Client{[weak = weak(), i](const QByteArray &bytes, std::function<void()> written) {
                                if (const auto session = weak.lock())
                                    session->send(2 * i, bytes, std::move(written));
                            },
                [weak = weak(), i](const QString &error) {
                    if (const auto session = weak.lock())
                        session->ended(i, error);
                }});
    }

    void read()
    {
        m_socket->read([weak = weak()](const std::optional<QByteArray> &message) {
            const auto session = weak.lock();
            if (!session)
                return;
            if (message)
                session->received(*message);
            else
                session->over();
        });
    }

    void received(const QByteArray &message)
    {
        const qsizetype channel = message.isEmpty() ? 1 : qsizetype(quint8(message.front()));
        // As a kubelet: what comes on an error channel or on none of ours is dropped.
        if (message.size() < 2 || channel % 2 == 1 || channel / 2 >= m_ports.size()) {
            read();
            return;
        }
        m_links.at(size_t(channel / 2))->write(message.mid(1), [weak = weak()] {
            if (const auto session = weak.lock())
                session->read();
        });
    }

    void ended(qsizetype i, const QString &error)
    {
        if (!error.isEmpty()) {
            send(2 * i + 1, QString(u"error forwarding port "_s + QString::number(m_ports.at(i)) + u" to pod "_s + m_host.pod + u", uid : "_s + error)
                     .toUtf8(), {});
        }
        if (--m_open == 0)
            flush();
    }

    void send(qsizetype channel, const QByteArray &bytes, std::function<void()> written)
    {
        m_queue.push_back({char(channel) + bytes, std::move(written)});
        flush();
    }

    void flush()
    {
        if (m_writing)
            return;
        if (m_queue.empty()) {
            if (m_open == 0 && !std::exchange(m_closed, true))
                m_socket->close(1000);
            return;
        }
        m_writing = true;
        const Message message = std::move(m_queue.front());
        m_queue.pop_front();
        m_socket->write(message.bytes, [weak = weak(), written = message.written](bool ok) {
            const auto session = weak.lock();
            if (!session)
                return;
            if (!ok) {
                session->over();
                return;
            }
            session->m_writing = false;
            if (written)
                written();
            session->flush();
        });
    }

    struct Message {
        QByteArray bytes;
        std::function<void()> written;
    };
    ForwardHost m_host;
    QList<quint16> m_ports;
    std::shared_ptr<WebSocket> m_socket;
    std::vector<std::shared_ptr<PodLink>> m_links;
    std::deque<Message> m_queue;
    qsizetype m_open = -1;
    bool m_writing = false;
    bool m_closed = false;
};

class StreamOver : public RawStream, public std::enable_shared_from_this<StreamOver> {
public:
    explicit StreamOver(std::shared_ptr<WebSocket> socket) : m_socket(std::move(socket)) { }

    void read(std::function<void(const QByteArray &)> handler) override
    {
        m_socket->read([self = shared_from_this(), handler = std::move(handler)](const std::optional<QByteArray> &message) {
            if (message && message->isEmpty())
                self->read(handler);
            else
                handler(message.value_or(QByteArray()));
        });
    }

    void write(const QByteArray &bytes, std::function<void(bool)> handler) override { m_socket->write(bytes, std::move(handler)); }
    void shutdown() override { }
    void close() override { m_socket->close(1000); }
    QString failure() const override { return {}; }

private:
    std::shared_ptr<WebSocket> m_socket;
};

}

std::shared_ptr<ForwardSession> channelForward(const ForwardHost &host, const QList<quint16> &ports, std::shared_ptr<WebSocket> socket)
{
    return std::make_shared<ChannelForward>(host, ports, std::move(socket));
}

std::shared_ptr<RawStream> streamOver(std::shared_ptr<WebSocket> socket)
{
    return std::make_shared<StreamOver>(std::move(socket));
}

}
