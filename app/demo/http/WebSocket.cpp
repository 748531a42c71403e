// SPDX-License-Identifier: GPL-3.0-or-later
// Messages after a WebSocket handshake, by Beast.
#include "app/demo/http/Core.h"

#include <boost/asio/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

namespace qd::demo {

using namespace std::chrono_literals;
namespace websocket = beast::websocket;
namespace http = beast::http;
using boost::system::error_code;

namespace {

constexpr auto kGoodbye = 10s;   // for the handshake, and for the peer's answer to a close frame

/// Ends with FIN behind the close frame: many clients never answer the TLS goodbye that Beast would wait for.
class MessageStream : public TlsStream {
public:
    explicit MessageStream(TlsStream &&stream) : TlsStream(std::move(stream)) { }
};

template <typename Handler> void async_teardown(beast::role_type role, MessageStream &stream, Handler &&handler)
{
    using websocket::async_teardown;
    async_teardown(role, beast::get_lowest_layer(stream).socket(), std::forward<Handler>(handler));
}

class Messages : public WebSocket, public std::enable_shared_from_this<Messages> {
public:
    Messages(TlsStream &stream, const WebSocketAccept &accept) : m_stream(MessageStream(std::move(stream))), m_accept(accept)
    {
        m_stream.set_option(websocket::stream_base::timeout{kGoodbye, websocket::stream_base::none(), false});
        m_stream.read_message_max(size_t(accept.maxMessage));
        m_stream.auto_fragment(false);
        m_stream.binary(true);
        m_stream.set_option(websocket::stream_base::decorator([name = accept.subprotocol](websocket::response_type &response) {
            response.set(http::field::server, "quarterdeck-demo");
            if (!name.isEmpty())
                response.set(http::field::sec_websocket_protocol, name.toStdString());
        }));
    }

    void start(http::request<http::string_body> request)
    {
        m_request = std::move(request);
        m_stream.async_accept(m_request, [self = shared_from_this()](const error_code &failed) {
            const auto handler = std::exchange(self->m_accept.handler, {});
            if (!failed)
                handler(self);
        });
    }

    void read(std::function<void(std::optional<QByteArray>)> handler) override
    {
        m_stream.async_read(m_buffer, [self = shared_from_this(), handler = std::move(handler)](const error_code &failed, size_t) {
            if (failed) {
                handler(std::nullopt);
                return;
            }
            const auto data = self->m_buffer.data();
            const QByteArray message(static_cast<const char *>(data.data()), qsizetype(data.size()));
            self->m_buffer.consume(self->m_buffer.size());
            handler(message);
        });
    }

    void write(const QByteArray &message, std::function<void(bool)> handler) override
    {
        m_writing = message;
        m_stream.async_write(net::buffer(m_writing.constData(), size_t(m_writing.size())),
            [self = shared_from_this(), handler = std::move(handler)](const error_code &failed, size_t) { handler(!failed); });
    }

    void close(quint16 code) override
    {
        m_stream.async_close(websocket::close_reason(code), [self = shared_from_this()](const error_code &) { });
    }

private:
    websocket::stream<MessageStream> m_stream;
    WebSocketAccept m_accept;
    http::request<http::string_body> m_request;
    beast::flat_buffer m_buffer;
    QByteArray m_writing;
};

}

void acceptWebSocket(TlsStream &stream, http::request<http::string_body> request, const WebSocketAccept &accept)
{
    std::make_shared<Messages>(stream, accept)->start(std::move(request));
}

}
