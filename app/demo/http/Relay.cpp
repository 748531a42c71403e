// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes from here to there: upgraded connections, and backends on loopback (kubelet, services).
#include "app/demo/http/Core.h"
#include "app/demo/http/RelayedAnswer.h"

#include <boost/asio/write.hpp>

#include <array>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using boost::system::error_code;

namespace {

constexpr size_t kPiece = 64 * 1024;

template <typename Stream> class Raw : public RawStream, public std::enable_shared_from_this<Raw<Stream>> {
public:
    Raw(std::shared_ptr<Stream> stream, QByteArray already) : m_stream(std::move(stream)), m_already(std::move(already)) { }

    void read(std::function<void(const QByteArray &)> handler) override
    {
        if (!m_already.isEmpty()) {
            handler(std::exchange(m_already, {}));
            return;
        }
        m_stream->async_read_some(net::buffer(m_piece),
            [self = this->shared_from_this(), handler = std::move(handler)](const error_code &failed, size_t size) {
                self->note(failed);
                handler(failed ? QByteArray() : QByteArray(self->m_piece.data(), qsizetype(size)));
            });
    }

    void write(const QByteArray &bytes, std::function<void(bool)> handler) override
    {
        m_writing = bytes;
        net::async_write(*m_stream, net::buffer(m_writing.constData(), size_t(m_writing.size())),
            [self = this->shared_from_this(), handler = std::move(handler)](const error_code &failed, size_t) {
                self->note(failed);
                handler(!failed);
            });
    }

    void shutdown() override
    {
        // TLS has no half close worth the name: there the end is told when the connection is closed.
        error_code ignored;
        if constexpr (std::is_same_v<Stream, TcpStream>)
            m_stream->socket().shutdown(net::ip::tcp::socket::shutdown_send, ignored);
    }

    QString failure() const override { return m_failure; }

    void close() override
    {
        error_code ignored;
        auto &socket = beast::get_lowest_layer(*m_stream).socket();
        socket.shutdown(net::ip::tcp::socket::shutdown_both, ignored);
        beast::get_lowest_layer(*m_stream).close();
    }

private:
    void note(const error_code &failed)
    {
        if (failed && failed != net::error::eof && failed != net::ssl::error::stream_truncated && failed != net::error::operation_aborted)
            m_failure = QString::fromStdString(failed.message()).toLower();
    }

    std::shared_ptr<Stream> m_stream;
    QString m_failure;
    QByteArray m_already;
    QByteArray m_writing;
    std::array<char, kPiece> m_piece;
};

/// One direction: read here, write there, until there is nothing more; then both sides are closed.
void copy(std::shared_ptr<RawStream> from, std::shared_ptr<RawStream> to)
{
    from->read([from, to](const QByteArray &bytes) {
        if (bytes.isEmpty()) {
            to->close();
            from->close();
            return;
        }
        to->write(bytes, [from, to](bool ok) {
            if (ok)
                copy(from, to);
            else
                from->close();
        });
    });
}

}

void copyBoth(const std::shared_ptr<RawStream> &one, const std::shared_ptr<RawStream> &other)
{
    copy(one, other);
    copy(other, one);
}

namespace {

using Answer = std::function<void(const Response &)>;

/// The first bytes decide: without any the backend has closed on the request, and the client hears so.
void firstBytes(const std::shared_ptr<RawStream> &backend, const Relayed &relayed)
{
    backend->read([=](const QByteArray &bytes) {
        if (bytes.isEmpty()) {
            relayed.answer(unreachable(relayed.forward, backend->failure().isEmpty() ? u"EOF"_s : QString(u"read tcp: "_s + backend->failure())));
            return;
        }
        relayed.client->write(bytes, [client = relayed.client, backend](bool ok) {
            if (ok)
                copyBoth(client, backend);
            else
                backend->close();
        });
    });
}

void join(const std::shared_ptr<RawStream> &backend, const Relayed &relayed)
{
    backend->write(relayed.request, [=](bool ok) {
        if (!ok)
            relayed.answer(unreachable(relayed.forward, u"EOF"_s));
        else if (!relayed.client)
            readAnswer(backend, relayed.forward, relayed.head, relayed.answer);
        else
            firstBytes(backend, relayed);
    });
}

/// Asks a kubelet for a connection to a pod's port: the head of its answer, a line, then the pod's bytes.
class PodDial : public std::enable_shared_from_this<PodDial> {
public:
    using Done = std::function<void(const QByteArray &rest)>;
    PodDial(std::shared_ptr<RawStream> kubelet, const Forward &forward, Answer answer, Done done)
        : m_kubelet(std::move(kubelet)), m_forward(forward), m_answer(std::move(answer)), m_done(std::move(done))
    {
    }

    void start()
    {
        const QByteArray head = "GET " + m_forward.podPath
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: quarterdeck-pod-stream\r\n\r\n";
        m_kubelet->write(head, [self = shared_from_this()](bool ok) {
            if (ok)
                self->read();
            else
                self->fail(u"the node closed the connection"_s);
        });
    }

private:
    void read()
    {
        m_kubelet->read([self = shared_from_this()](const QByteArray &bytes) {
            self->m_bytes.append(bytes);
            self->look(bytes.isEmpty());
        });
    }

    void look(bool end)
    {
        const qsizetype head = m_bytes.indexOf("\r\n\r\n");
        const qsizetype line = head < 0 ? -1 : m_bytes.indexOf('\n', head + 4);
        const bool other = head >= 0 && !m_bytes.startsWith("HTTP/1.1 101");
        if (line < 0 && !end && !other && m_bytes.size() < kLongest) {
            read();
            return;
        }
        if (line < 0 || other) {
            fail(u"the node does not lead to its pods"_s);
            return;
        }
        const QByteArray said = m_bytes.mid(head + 4, line - head - 4);
        if (said == "connected")
            m_done(m_bytes.mid(line + 1));
        else
            fail(QString(u"dial tcp "_s + m_forward.peer + u": connect: "_s + QString::fromUtf8(said)));
    }

    void fail(const QString &why)
    {
        m_kubelet->close();
        m_answer(unreachable(m_forward, why));
    }

    static constexpr qsizetype kLongest = 16 * 1024;
    std::shared_ptr<RawStream> m_kubelet;
    Forward m_forward;
    Answer m_answer;
    Done m_done;
    QByteArray m_bytes;
};

QString dialFailure(const Forward &forward, const error_code &why)
{
    QString text = QString::fromStdString(why.message()).toLower();
    return QString(u"dial tcp 127.0.0.1:"_s + QString::number(forward.port) + u": connect: "_s + text);
}

void relayPlain(ServerCore &core, const Relayed &relayed)
{
    auto backend = std::make_shared<TcpStream>(core.io);
    backend->expires_after(10s);
    backend->async_connect(net::ip::tcp::endpoint(net::ip::address_v4::loopback(), relayed.forward.port),
        [=](const error_code &why) {
            if (why) {
                relayed.answer(unreachable(relayed.forward, dialFailure(relayed.forward, why)));
                return;
            }
            backend->expires_never();
            join(std::make_shared<Raw<TcpStream>>(backend, QByteArray()), relayed);
        });
}

void relayTls(ServerCore &core, const Relayed &relayed)
{
    auto backend = std::make_shared<TlsStream>(TcpStream(core.io), core.backendTls);
    TcpStream &lowest = beast::get_lowest_layer(*backend);
    lowest.expires_after(10s);
    lowest.async_connect(net::ip::tcp::endpoint(net::ip::address_v4::loopback(), relayed.forward.port), [=](const error_code &why) {
        if (why) {
            relayed.answer(unreachable(relayed.forward, dialFailure(relayed.forward, why)));
            return;
        }
        backend->async_handshake(net::ssl::stream_base::client, [=](const error_code &refused) {
            if (refused) {
                relayed.answer(unreachable(relayed.forward, QString(u"tls: "_s + QString::fromStdString(refused.message()))));
                return;
            }
            beast::get_lowest_layer(*backend).expires_never();
            auto stream = std::make_shared<Raw<TlsStream>>(backend, QByteArray());
            if (relayed.forward.podPath.isEmpty()) {
                join(stream, relayed);
                return;
            }
            std::make_shared<PodDial>(stream, relayed.forward, relayed.answer, [=](const QByteArray &rest) {
                join(std::make_shared<Raw<TlsStream>>(backend, rest), relayed);
            })->start();
        });
    });
}

}

void relay(ServerCore &core, const Relayed &relayed)
{
    if (relayed.forward.tls)
        relayTls(core, relayed);
    else
        relayPlain(core, relayed);
}

void dial(ServerCore &core, quint16 port, std::function<void(std::shared_ptr<RawStream>, const QString &)> handler)
{
    auto stream = std::make_shared<TcpStream>(core.io);
    stream->expires_after(10s);
    stream->async_connect(net::ip::tcp::endpoint(net::ip::address_v4::loopback(), port),
        [stream, handler = std::move(handler)](const error_code &failed) {
            if (failed) {
                handler({}, QString::fromStdString(failed.message()).toLower());
                return;
            }
            error_code ignored;
            stream->socket().set_option(net::ip::tcp::no_delay(true), ignored);
            stream->expires_never();
            handler(std::make_shared<Raw<TcpStream>>(stream, QByteArray()), {});
        });
}

std::shared_ptr<RawStream> rawStream(std::shared_ptr<TlsStream> stream, QByteArray already)
{
    return std::make_shared<Raw<TlsStream>>(std::move(stream), std::move(already));
}

std::shared_ptr<RawStream> rawStream(std::shared_ptr<TcpStream> stream, QByteArray already)
{
    return std::make_shared<Raw<TcpStream>>(std::move(stream), std::move(already));
}

}
