// SPDX-License-Identifier: GPL-3.0-or-later
// A backend's answer taken apart, so that only its head and its body reach the client.
#include "app/demo/http/RelayedAnswer.h"

#include "app/demo/http/Core.h"
#include "app/demo/http/ResponseHead.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <array>
#include <limits>

namespace qd::demo {

using namespace Qt::StringLiterals;
namespace http = beast::http;
using boost::system::error_code;

namespace {

using Answer = std::function<void(const Response &)>;

constexpr size_t kPiece = 64 * 1024;
constexpr qsizetype kLongestRefusal = 64 * 1024;

/// RFC 9110, 7.6.1: what is meant for the connection to the backend and not for the client.
bool ofOneHop(http::field name)
{
    switch (name) {
    case http::field::connection:
    case http::field::content_length:   // Response::length
    case http::field::keep_alive:
    case http::field::proxy_authenticate:
    case http::field::proxy_connection:
    case http::field::te:
    case http::field::trailer:
    case http::field::transfer_encoding:
    case http::field::upgrade:
        return true;
    default:
        return false;
    }
}

/// The bytes a backend sends, as the body of its answer.
class Backend {
public:
    Backend(std::shared_ptr<RawStream> stream, bool head) : m_stream(std::move(stream))
    {
        m_parser.body_limit(std::numeric_limits<std::uint64_t>::max());   // Boost 1.74 takes none for zero
        m_parser.header_limit(1024 * 1024);
        m_parser.skip(head);
    }
    Q_DISABLE_COPY_MOVE(Backend)
    ~Backend() { close(); }

    void close() { m_stream->close(); }

    [[nodiscard]] bool hasHead() const { return m_parser.is_header_done(); }
    [[nodiscard]] bool isDone() const { return m_parser.is_done(); }
    /// Why there is no more, though the answer is not whole; empty while it may go on.
    [[nodiscard]] QString failure() const { return m_failure; }
    QByteArray takeBody() { return std::exchange(m_body, {}); }
    [[nodiscard]] const QByteArray &body() const { return m_body; }

    /// Reads once; `done` is called when there is more of the head or body, the end, or a failure.
    void read(std::function<void()> done)
    {
        m_stream->read([this, done = std::move(done)](const QByteArray &bytes) {
            if (bytes.isEmpty())
                end();
            else
                take(bytes);
            done();
        });
    }

    [[nodiscard]] Response response()
    {
        const auto &message = m_parser.get();
        Response out;
        out.status = int(message.result_int());
        out.contentType.clear();
        for (const auto &field : message) {
            if (ofOneHop(field.name()))
                continue;
            joinField(out.headers, bytesOf(field.name_string()).toLower(), bytesOf(field.value()));
        }
        if (const auto length = m_parser.content_length())
            out.length = qint64(*length);
        return out;
    }

private:
    void take(const QByteArray &bytes)
    {
        const auto room = m_buffer.prepare(size_t(bytes.size()));
        m_buffer.commit(boost::asio::buffer_copy(room, boost::asio::buffer(bytes.constData(), size_t(bytes.size()))));
        while (m_buffer.size() > 0 && !m_parser.is_done() && m_failure.isEmpty()) {
            const size_t used = put();
            m_buffer.consume(used);
            if (used == 0)
                return;
        }
    }

    size_t put()
    {
        auto &body = m_parser.get().body();
        body.data = m_piece.data();
        body.size = m_piece.size();
        body.more = true;
        error_code failed;
        const size_t used = m_parser.put(m_buffer.data(), failed);
        m_body.append(m_piece.data(), qsizetype(m_piece.size() - body.size));
        if (failed && failed != http::error::need_more && failed != http::error::need_buffer)
            m_failure = QString(u"net/http: HTTP/1.x transport connection broken: "_s + QString::fromStdString(failed.message()));
        return used;
    }

    void end()
    {
        error_code failed;
        if (m_parser.got_some())
            m_parser.put_eof(failed);
        if (!m_parser.is_done() && m_failure.isEmpty())
            m_failure = !m_stream->failure().isEmpty() ? QString(u"read tcp: "_s + m_stream->failure())
                : m_parser.got_some()                  ? u"unexpected EOF"_s
                                                       : u"EOF"_s;
    }

    std::shared_ptr<RawStream> m_stream;
    http::response_parser<http::buffer_body> m_parser;
    beast::flat_buffer m_buffer;
    std::array<char, kPiece> m_piece;
    QByteArray m_body;
    QString m_failure;
};

/// The body, pulled: read from the backend only when the client has taken what there was.
class Body : public BodySource {
public:
    explicit Body(std::shared_ptr<Backend> backend) : m_backend(std::move(backend)) { }
    Q_DISABLE_COPY_MOVE(Body)
    ~Body() override { m_backend->close(); }   // a read under way ends too

    Next next(QByteArray &bytes) override
    {
        bytes = m_backend->takeBody();
        if (!bytes.isEmpty())
            return Next::Bytes;
        if (m_backend->isDone())
            return Next::End;
        return m_backend->failure().isEmpty() ? Next::Wait : Next::Broken;
    }

    void onWake(std::function<void()> wake) override
    {
        m_wake->call = std::move(wake);
        if (std::exchange(m_wake->reading, true))
            return;
        m_backend->read([backend = m_backend, woken = m_wake] {
            woken->reading = false;
            woken->call();
        });
    }

private:
    struct Wake {
        std::function<void()> call;
        bool reading = false;
    };
    std::shared_ptr<Backend> m_backend;
    std::shared_ptr<Wake> m_wake = std::make_shared<Wake>();
};

class Reader : public std::enable_shared_from_this<Reader> {
public:
    Reader(std::shared_ptr<RawStream> stream, const Forward &forward, bool head, Answer answer)
        : m_backend(std::make_shared<Backend>(std::move(stream), head)), m_forward(forward), m_answer(std::move(answer))
    {
    }

    void read()
    {
        m_backend->read([self = shared_from_this()] { self->look(); });
    }

private:
    void look()
    {
        const bool over = m_backend->isDone() || !m_backend->failure().isEmpty();
        if (!m_backend->hasHead()) {
            if (over)
                m_answer(unreachable(m_forward, m_backend->failure()));
            else
                read();
            return;
        }
        Response response = m_backend->response();
        if (m_forward.refused && response.status / 100 != 2) {
            if (!over && m_backend->body().size() < kLongestRefusal)
                read();
            else
                m_answer(m_forward.refused(response.status, m_backend->takeBody()));
            return;
        }
        if (m_backend->isDone() && m_backend->body().isEmpty())
            m_answer(response);   // nothing to stream: HEAD, 204, 304, or an empty body
        else {
            response.stream = std::make_shared<Body>(m_backend);
            m_answer(response);
        }
    }

    std::shared_ptr<Backend> m_backend;
    Forward m_forward;
    Answer m_answer;
};

}

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

void readAnswer(std::shared_ptr<RawStream> backend, const Forward &forward, bool head, std::function<void(const Response &)> answer)
{
    std::make_shared<Reader>(std::move(backend), forward, head, std::move(answer))->read();
}

}
