// SPDX-License-Identifier: GPL-3.0-or-later
// One connection: TLS or none, requests one after the other, answers whole, pulled, relayed or upgraded.
#include "app/demo/http/Core.h"
#include "app/demo/http/Pki.h"
#include "app/demo/http/ResponseHead.h"

#include <QUrl>

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <array>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
namespace http = beast::http;
using boost::system::error_code;

namespace {

constexpr auto kDiscardLimit = 5s;     // for what a refused client still sends
constexpr qint64 kDiscardBytes = 64 * 1024 * 1024;
constexpr size_t kAhead = 4096;   // of the request behind a stream
constexpr auto kWriteLimit = 120s;   // a client that reads nothing for so long is let go

http::verb verbOf(const QByteArray &method)
{
    return http::string_to_verb(beast::string_view(method.constData(), size_t(method.size())));
}

QByteArray statusBody(int code, const char *reason, const QString &message)
{
    return QByteArray("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\"")
        + message.toUtf8().replace('"', '\'') + "\",\"reason\":\"" + reason + "\",\"code\":" + QByteArray::number(code) + "}\n";
}

/// The subject of the client's certificate, if one was shown.
QByteArray certificateOf(SSL *ssl)
{
    X509 *certificate = SSL_get_peer_certificate(ssl);
    if (certificate == nullptr)
        return {};
    BIO *memory = BIO_new(BIO_s_mem());
    QByteArray pem;
    if (PEM_write_bio_X509(memory, certificate) == 1) {
        char *data = nullptr;
        const long size = BIO_get_mem_data(memory, &data);
        pem = QByteArray(data, qsizetype(size));
    }
    BIO_free(memory);
    X509_free(certificate);
    return pem;
}

/// `Stream`: TlsStream, or TcpStream for a server in the clear.
template <typename Stream> class Session : public std::enable_shared_from_this<Session<Stream>> {
public:
    Session(ServerCore &core, net::ip::tcp::socket socket)
        : m_core(core), m_stream(streamOf(core, std::move(socket)))
    {
        ++m_core.connections;
        error_code ignored;
        lowest().socket().set_option(net::ip::tcp::no_delay(true), ignored);
    }
    ~Session() { --m_core.connections; }

    void start()
    {
        if constexpr (kTls)
            shakeHands();
        else
            readRequest();
    }

private:
    static constexpr bool kTls = std::is_same_v<Stream, TlsStream>;

    static std::shared_ptr<Stream> streamOf(ServerCore &core, net::ip::tcp::socket socket)
    {
        if constexpr (kTls)
            return std::make_shared<Stream>(TcpStream(std::move(socket)), core.tls);
        else
            return std::make_shared<Stream>(std::move(socket));
    }

    void shakeHands()
    {
        lowest().expires_after(30s);
        m_stream->async_handshake(net::ssl::stream_base::server, [self = this->shared_from_this()](const error_code &failed) {
            if (failed.category() == net::error::get_ssl_category()
                && ERR_GET_REASON(static_cast<unsigned long>(failed.value())) == SSL_R_HTTP_REQUEST)
                self->refusePlain();
            if (failed)
                return;
            self->identify();
            self->readRequest();
        });
    }

    TcpStream &lowest() { return beast::get_lowest_layer(*m_stream); }

    /// Without TLS: the words of Go's server, in the clear.
    void refusePlain()
    {
        static const std::string answer = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";
        lowest().expires_after(kDiscardLimit);
        net::async_write(lowest(), net::buffer(answer), [self = this->shared_from_this()](const error_code &, size_t) {
            error_code ignored;
            self->lowest().socket().shutdown(net::ip::tcp::socket::shutdown_send, ignored);
        });
    }

    void identify()
    {
        const QByteArray pem = certificateOf(m_stream->native_handle());
        if (pem.isEmpty())
            return;
        m_refused = SSL_get_verify_result(m_stream->native_handle()) != X509_V_OK;
        const auto subject = subjectOf(pem);
        if (m_refused || !subject || subject->commonName.isEmpty())
            return;
        m_user = {subject->commonName, {}, subject->organizations, {}};
        m_user.groups.append(u"system:authenticated"_s);
    }

    void readRequest()
    {
        m_parser.emplace();
        m_parser->header_limit(std::uint32_t(m_core.options.maxHeader));
        m_parser->body_limit(std::uint64_t(m_core.options.maxBody));
        lowest().expires_after(m_core.options.idle);
        http::async_read(*m_stream, m_buffer, *m_parser,
            [self = this->shared_from_this()](const error_code &failed, size_t) { self->requestRead(failed); });
    }

    void requestRead(const error_code &failed)
    {
        if (failed == http::error::end_of_stream || failed == beast::error::timeout) {
            close();
            return;
        }
        if (failed == http::error::body_limit) {
            refuseLarge();
            return;
        }
        if (failed == http::error::header_limit) {
            refuse(431, "BadRequest", u"the request's head is too large"_s);
            return;
        }
        if (failed && failed.category() == http::make_error_code(http::error::bad_method).category()) {
            refuse(400, "BadRequest", QString(u"this is no HTTP/1.1 request: "_s + QString::fromStdString(failed.message())));
            return;
        }
        if (failed)
            return;
        if (m_parser->get().version() == 11 && m_parser->get().count(http::field::host) == 0) {
            refuse(400, "BadRequest", u"missing required Host header"_s);
            return;
        }
        answer();
    }

    void refuse(int code, const char *reason, const QString &message)
    {
        Response response;
        response.status = code;
        response.body = statusBody(code, reason, message);
        m_close = true;
        m_head = false;
        m_discard = kDiscardBytes;
        if (m_unread > 0)
            discard([self = this->shared_from_this(), response] { self->send(response); });
        else
            send(response);
    }

    /// Clients that only listen when they have said everything get the answer then; who asked whether to go on gets it at once.
    void refuseLarge()
    {
        // The parser stopped in the middle of the head: what stands behind the empty line is body already.
        const qint64 length = bytesOf(m_parser->get()[http::field::content_length]).toLongLong();
        const QByteArray there(static_cast<const char *>(m_buffer.data().data()), qsizetype(m_buffer.size()));
        const qsizetype head = there.indexOf("\r\n\r\n");
        if (length > 0 && m_parser->get()[http::field::expect].empty())
            m_unread = std::min(length, kDiscardBytes) - (head < 0 ? there.size() : there.size() - head - 4);
        lowest().expires_after(kDiscardLimit);
        refuse(413, "RequestEntityTooLarge", u"Request entity too large: limit is "_s + QString::number(m_core.options.maxBody));
    }

    Request request()
    {
        auto &message = m_parser->get();
        Request request;
        request.method = bytesOf(message.method_string());
        request.target = bytesOf(message.target());
        const QUrl url = QUrl::fromEncoded(request.target, QUrl::TolerantMode);
        request.path = url.path(QUrl::FullyDecoded);
        QString query = url.query(QUrl::FullyEncoded);
        query.replace(u'+', u"%20"_s);
        request.query = QUrlQuery(query);
        for (const auto &field : message) {
            const QByteArray name = bytesOf(field.name_string()).toLower();
            const QByteArray value = bytesOf(field.value());
            joinField(request.headers, name, value);
            if (name == "impersonate-group")
                m_groups.append(QString::fromUtf8(value));
        }
        if (!m_groups.isEmpty())   // joined by line breaks: a group's name may hold a comma
            request.headers["impersonate-group"] = std::exchange(m_groups, {}).join(u'\n').toUtf8();
        request.body = QByteArray(message.body().data(), qsizetype(message.body().size()));
        request.user = m_user;
        request.certificateRefused = m_refused;
        return request;
    }

    void answer()
    {
        m_close = !m_parser->get().keep_alive();
        Request request = this->request();
        m_head = request.method == "HEAD";
        Response response;
        try {
            response = m_core.handler(request);
        } catch (const std::exception &failure) {
            response.status = 500;
            response.body = statusBody(500, "InternalError", QString::fromUtf8(failure.what()));
        }
        if (response.forward)
            forward(request, response);
        else if (response.webSocket)
            acceptMessages(*response.webSocket);
        else if (response.upgraded)
            upgrade(response);
        else
            send(response);
    }

    template <typename Message> void fill(Message &message, const Response &response) const
    {
        message.version(11);
        message.result(unsigned(response.status));
        for (const auto &[name, value] : headFields(response))
            message.insert(name, value);
        message.keep_alive(!m_close);
    }

    void send(const Response &response)
    {
        if (response.stream && !m_head) {
            sendStream(response);
            return;
        }
        auto message = std::make_shared<http::response<http::string_body>>();
        fill(*message, response);
        message->body() = response.body.toStdString();
        message->prepare_payload();
        if (response.length >= 0 && response.body.isEmpty())
            message->content_length(std::uint64_t(response.length));
        if (m_head)
            message->body().clear();
        lowest().expires_after(kWriteLimit);
        http::async_write(*m_stream, *message, [self = this->shared_from_this(), message](const error_code &failed, size_t) {
            if (failed)
                return;
            if (self->m_discard > 0) {
                self->m_unread = std::exchange(self->m_discard, 0);
                self->lowest().expires_after(kDiscardLimit);
                self->discard([self] { self->close(); });
            } else if (self->m_close)
                self->close();
            else
                self->readRequest();
        });
    }

    /// Reads away what a refused client still sends: closed on it, it would lose the answer to a reset.
    void discard(const std::function<void()> &then)
    {
        auto room = std::make_shared<std::array<char, 64 * 1024>>();
        m_stream->async_read_some(net::buffer(*room), [self = this->shared_from_this(), room, then](const error_code &failed, size_t size) {
            self->m_unread -= qint64(size);
            if (failed)
                self->close();
            else if (self->m_unread <= 0)
                then();
            else
                self->discard(then);
        });
    }

    void sendStream(const Response &response)
    {
        m_source = response.stream;
        auto message = std::make_shared<http::response<http::buffer_body>>();
        fill(*message, response);
        message->body().more = true;   // the pieces that pump() writes
        m_left = response.length;
        if (m_left < 0)
            message->chunked(true);
        else
            message->content_length(std::uint64_t(m_left));
        auto serializer = std::make_shared<http::response_serializer<http::buffer_body>>(*message);
        lowest().expires_after(kWriteLimit);
        http::async_write_header(
            *m_stream, *serializer, [self = this->shared_from_this(), message, serializer](const error_code &failed, size_t) {
                if (!failed)
                    self->pump();
            });
    }

    void pump()
    {
        // Woken twice, or while a piece is on its way: what came since is sent when that is done.
        if (!m_source || m_writing)
            return;
        m_chunk.clear();
        switch (m_source->next(m_chunk)) {
        case BodySource::Next::Bytes:
            if (m_left < 0)
                writePiece(http::make_chunk(net::buffer(m_chunk.constData(), size_t(m_chunk.size()))));
            else
                writeOfKnown();
            return;
        case BodySource::Next::Wait:
            waitForMore();
            return;
        case BodySource::Next::End:
            m_source.reset();
            if (m_left < 0)
                writePiece(http::make_chunk_last());
            else
                cut();   // less than was said
            return;
        case BodySource::Next::Broken:
            m_source.reset();
            cut();
        }
    }

    /// The last piece of a body whose length the client knows ends it: what it asks next may come at once.
    void writeOfKnown()
    {
        m_chunk.truncate(qsizetype(std::min<qint64>(m_left, m_chunk.size())));
        m_left -= m_chunk.size();
        if (m_left == 0)
            m_source.reset();
        writePiece(net::buffer(m_chunk.constData(), size_t(m_chunk.size())));
    }

    /// Of a body; the last one when there is no source any more.
    template <typename Buffers> void writePiece(const Buffers &buffers)
    {
        m_writing = true;
        lowest().expires_after(kWriteLimit);
        net::async_write(*m_stream, buffers, [self = this->shared_from_this(), last = !m_source](const error_code &failed, size_t) {
            self->m_writing = false;
            if (failed)
                self->m_source.reset();
            else if (!last)
                self->pump();
            // The read that is under way on a stream that once waited begins the next request.
            else if (self->m_close)
                self->close();
            else if (!self->m_watching)
                self->readRequest();
        });
    }

    void cut()
    {
        error_code ignored;
        lowest().socket().shutdown(net::ip::tcp::socket::shutdown_both, ignored);
        lowest().close();
    }

    void waitForMore()
    {
        m_source->onWake([weak = this->weak_from_this()] {
            // Woken in the middle of a write of someone else: go on when that is done.
            if (const auto self = weak.lock())
                net::post(self->m_core.io, [weak] {
                    if (const auto session = weak.lock())
                        session->pump();
                });
        });
        if (m_watching)
            return;
        // The client says nothing while it waits: bytes or an end mean that it is gone or speaks out of turn. Keeps us alive.
        m_watching = true;
        lowest().expires_never();
        m_stream->async_read_some(m_buffer.prepare(kAhead), [self = this->shared_from_this()](const error_code &failed, size_t size) {
            self->m_watching = false;
            if (failed || self->m_source) {
                self->m_source.reset();
                self->lowest().close();
                return;
            }
            self->m_buffer.commit(size);
            if (!self->m_writing)   // else the end of the stream is still on its way
                self->readRequest();
        });
    }

    void upgrade(const Response &response)
    {
        auto message = std::make_shared<http::response<http::empty_body>>();
        fill(*message, response);
        message->set(http::field::connection, "Upgrade");
        message->erase(http::field::content_type);
        http::async_write(*m_stream, *message,
            [self = this->shared_from_this(), message, take = response.upgraded](const error_code &failed, size_t) {
                if (!failed)
                    take(self->raw());
            });
    }

    void acceptMessages(const WebSocketAccept &accept)
    {
        if (m_buffer.size() > 0) {
            refuse(400, "BadRequest", u"messages before the answer to the WebSocket handshake"_s);
            return;
        }
        if constexpr (kTls) {
            lowest().expires_never();
            acceptWebSocket(*m_stream, m_parser->release(), accept);
        } else {
            refuse(400, "BadRequest", u"no WebSocket in the clear"_s);
        }
    }

    std::shared_ptr<RawStream> raw()
    {
        lowest().expires_never();
        const auto left = m_buffer.data();
        QByteArray already(static_cast<const char *>(left.data()), qsizetype(left.size()));
        m_buffer.consume(m_buffer.size());
        return rawStream(m_stream, already);
    }

    /// The fields of `outer` (the API server's own) stand before those of the backend, as its filters set them first.
    void forward(const Request &request, const Response &outer)
    {
        const bool upgrade = request.headers.contains("upgrade") && !outer.forward->refused;
        Relayed relayed{*outer.forward, headAndBody(request, *outer.forward, upgrade), m_head, {}, {}};
        if (upgrade)
            relayed.client = raw();
        else
            lowest().expires_never();
        relayed.answer = [self = this->shared_from_this(), first = outer.headers](Response response) {
            Headers all = first;
            for (auto field = response.headers.cbegin(); field != response.headers.cend(); ++field)
                joinField(all, field.key(), field.value());
            response.headers = all;
            self->send(response);
        };
        relay(m_core, relayed);
    }

    /// What the backend is sent: the client's request without what is between the client and us.
    QByteArray headAndBody(const Request &request, const Forward &forward, bool upgrade) const
    {
        http::request<http::string_body> message{verbOf(request.method),
            beast::string_view(forward.target.constData(), size_t(forward.target.size())), 11};
        for (const auto &field : m_parser->get()) {
            if (field.name() != http::field::authorization && field.name() != http::field::connection
                && field.name() != http::field::content_length && field.name() != http::field::expect
                && (upgrade || field.name() != http::field::upgrade)
                && !field.name_string().starts_with("Impersonate-"))
                message.insert(field.name_string(), field.value());
        }
        message.set(http::field::connection, upgrade ? "Upgrade" : "close");
        for (auto header = forward.headers.begin(); header != forward.headers.end(); ++header)
            message.set(header.key().toStdString(), header.value().toStdString());
        message.body() = request.body.toStdString();
        message.prepare_payload();
        std::ostringstream text;
        text << message;
        return QByteArray::fromStdString(text.str());
    }

    void close()
    {
        lowest().expires_after(5s);
        if constexpr (kTls) {
            m_stream->async_shutdown([self = this->shared_from_this()](const error_code &) { });
        } else {
            error_code ignored;
            lowest().socket().shutdown(net::ip::tcp::socket::shutdown_send, ignored);
        }
    }

    ServerCore &m_core;
    std::shared_ptr<Stream> m_stream;
    beast::flat_buffer m_buffer;
    std::optional<http::request_parser<http::string_body>> m_parser;
    User m_user{u"system:anonymous"_s, {}, {u"system:unauthenticated"_s}, {}};
    QStringList m_groups;
    std::shared_ptr<BodySource> m_source;
    QByteArray m_chunk;
    bool m_refused = false;
    bool m_close = false;
    qint64 m_left = -1;     // of the stream, where its length is known
    qint64 m_discard = 0;   // bytes to read away after the answer
    qint64 m_unread = 0;    // and now
    bool m_head = false;
    bool m_writing = false;             ///< a piece of a stream is on its way
    bool m_watching = false;
};

}

void startSession(ServerCore &core, net::ip::tcp::socket socket)
{
    if (core.options.plain)
        std::make_shared<Session<TcpStream>>(core, std::move(socket))->start();
    else
        std::make_shared<Session<TlsStream>>(core, std::move(socket))->start();
}

}
