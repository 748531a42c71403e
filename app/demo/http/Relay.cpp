// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes from here to there: upgraded connections, and backends on loopback (kubelet, services).
#include "app/demo/http/Core.h"

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

Response unreachable(const Forward &forward, const QString &why)
{
    if (forward.failed)
        return forward.failed(why);
    Response response;
    response.status = 503;
    response.contentType = "text/plain; charset=utf-8";
    response.body = why.toUtf8() + '\n';
    return response;
}

/// Reads the backend's answer so far as to know whether it is a refusal, and a refusal to its end.
class Verdict : public std::enable_shared_from_this<Verdict> {
public:
    Verdict(std::shared_ptr<RawStream> client, std::shared_ptr<RawStream> backend, const Forward &forward, Answer answer)
        : m_client(std::move(client)), m_backend(std::move(backend)), m_forward(forward), m_answer(std::move(answer))
    {
    }

    void read()
    {
        m_backend->read([self = shared_from_this()](const QByteArray &bytes) {
            self->m_bytes.append(bytes);
            self->look(bytes.isEmpty());
        });
    }

private:
    void look(bool end)
    {
        const int status = m_bytes.startsWith("HTTP/1.1 ") ? m_bytes.mid(9, 3).toInt() : 0;
        if (m_bytes.size() >= 12 && (status == 101 || status / 100 == 2)) {
            m_client->write(m_bytes, [self = shared_from_this()](bool ok) {
                if (ok)
                    copyBoth(self->m_client, self->m_backend);
                else
                    self->m_backend->close();
            });
            return;
        }
        if (!end && m_bytes.size() < kLongest) {
            read();
            return;
        }
        m_backend->close();
        const qsizetype head = m_bytes.indexOf("\r\n\r\n");
        m_answer(status == 0 || head < 0 ? unreachable(m_forward, u"EOF"_s) : m_forward.refused(status, m_bytes.mid(head + 4)));
    }

    static constexpr qsizetype kLongest = 64 * 1024;
    std::shared_ptr<RawStream> m_client;
    std::shared_ptr<RawStream> m_backend;
    Forward m_forward;
    Answer m_answer;
    QByteArray m_bytes;
};

/// The first bytes decide: without any the backend has closed on the request, and the client hears so.
void firstBytes(const std::shared_ptr<RawStream> &client, const std::shared_ptr<RawStream> &backend, const Forward &forward, const Answer &answer)
{
    backend->read([=](const QByteArray &bytes) {
        if (bytes.isEmpty()) {
            answer(unreachable(forward, backend->failure().isEmpty() ? u"EOF"_s : QString(u"read tcp: "_s + backend->failure())));
            return;
        }
        client->write(bytes, [client, backend](bool ok) {
            if (ok)
                copyBoth(client, backend);
            else
                backend->close();
        });
    });
}

void join(const std::shared_ptr<RawStream> &client, const std::shared_ptr<RawStream> &backend, const Forward &forward,
    const QByteArray &request, const Answer &answer)
{
    backend->write(request, [=](bool ok) {
        if (!ok)
            answer(unreachable(forward, u"EOF"_s));
        else if (forward.refused)
            std::make_shared<Verdict>(client, backend, forward, answer)->read();
        else
            firstBytes(client, backend, forward, answer);
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

void relayPlain(ServerCore &core, std::shared_ptr<RawStream> client, const Forward &forward, const QByteArray &request, Answer answer)
{
    auto backend = std::make_shared<TcpStream>(core.io);
    backend->expires_after(10s);
    backend->async_connect(net::ip::tcp::endpoint(net::ip::address_v4::loopback(), forward.port),
        [=](const error_code &why) {
            if (why) {
                answer(unreachable(forward, dialFailure(forward, why)));
                return;
            }
            backend->expires_never();
            join(client, std::make_shared<Raw<TcpStream>>(backend, QByteArray()), forward, request, answer);
        });
}

void relayTls(ServerCore &core, std::shared_ptr<RawStream> client, const Forward &forward, const QByteArray &request, Answer answer)
{
    auto backend = std::make_shared<TlsStream>(TcpStream(core.io), core.backendTls);
    TcpStream &lowest = beast::get_lowest_layer(*backend);
    lowest.expires_after(10s);
    lowest.async_connect(net::ip::tcp::endpoint(net::ip::address_v4::loopback(), forward.port), [=](const error_code &why) {
        if (why) {
            answer(unreachable(forward, dialFailure(forward, why)));
            return;
        }
        backend->async_handshake(net::ssl::stream_base::client, [=](const error_code &refused) {
            if (refused) {
                answer(unreachable(forward, QString(u"tls: "_s + QString::fromStdString(refused.message()))));
                return;
            }
            beast::get_lowest_layer(*backend).expires_never();
            auto stream = std::make_shared<Raw<TlsStream>>(backend, QByteArray());
            if (forward.podPath.isEmpty()) {
                join(client, stream, forward, request, answer);
                return;
            }
            std::make_shared<PodDial>(stream, forward, answer, [=](const QByteArray &rest) {
                join(client, std::make_shared<Raw<TlsStream>>(backend, rest), forward, request, answer);
            })->start();
        });
    });
}

}

void relay(ServerCore &core, std::shared_ptr<RawStream> client, const Forward &forward, const QByteArray &request,
    std::function<void(const Response &)> answer)
{
    if (forward.tls)
        relayTls(core, std::move(client), forward, request, std::move(answer));
    else
        relayPlain(core, std::move(client), forward, request, std::move(answer));
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
