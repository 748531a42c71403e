// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Internal to http/: what the server's parts share. The only headers that know Boost.
#include "app/demo/http/HttpServer.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <atomic>

namespace qd::demo {

namespace net = boost::asio;
namespace beast = boost::beast;
using TcpStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

/// One server's settings and event loop; outlives its sessions.
struct ServerCore {
    ServerOptions options;
    HttpServer::Handler handler;
    net::io_context io{1};
    net::ssl::context tls{net::ssl::context::tls_server};
    net::ssl::context backendTls{net::ssl::context::tls_client};
    std::atomic<int> connections{0};
};

[[nodiscard]] inline QByteArray bytesOf(beast::string_view text) { return QByteArray(text.data(), qsizetype(text.size())); }

/// Takes over an accepted connection and answers its requests until it is closed.
void startSession(ServerCore &core, net::ip::tcp::socket socket);

/// A request on its way to a backend: its head and body, and who is to hear what comes back.
struct Relayed {
    Forward forward;
    QByteArray request;
    bool head = false;                          ///< a HEAD, whose answer has no body
    /// Set for an upgrade: what the backend says is copied to it, then both ways until a side closes.
    std::shared_ptr<RawStream> client = {};
    /// Hears the answer where there is no client; with one only what is answered instead of the backend (it cannot be reached,
    /// or refuses what Forward::refused tells in other words).
    std::function<void(const Response &)> answer;
};

void relay(ServerCore &core, const Relayed &relayed);

[[nodiscard]] std::shared_ptr<RawStream> rawStream(std::shared_ptr<TlsStream> stream, QByteArray already);
[[nodiscard]] std::shared_ptr<RawStream> rawStream(std::shared_ptr<TcpStream> stream, QByteArray already);

/// Connects to a port of loopback within 10 seconds.
void dial(ServerCore &core, quint16 port, std::function<void(std::shared_ptr<RawStream>, const QString &why)> handler);

/// Answers the handshake and hands the messages over; what is no handshake is answered 400. Takes the connection out of `stream`.
void acceptWebSocket(TlsStream &stream, beast::http::request<beast::http::string_body> request, const WebSocketAccept &accept);

}
