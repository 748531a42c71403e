// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/http/HttpServer.h"

#include "app/demo/http/Core.h"

#include <QCoreApplication>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <openssl/ssl.h>

#include <thread>

namespace qd::demo {

using namespace Qt::StringLiterals;
using tcp = net::ip::tcp;

namespace {

Error problem(const QString &message, const boost::system::error_code &why)
{
    Error error{ErrorKind::Network, message};
    error.detail = QString::fromStdString(why.message());
    error.message += u": "_s + error.detail;
    return error;
}

/// We speak HTTP/1.1; who offers nothing we know goes on without ALPN.
int chooseProtocol(SSL *, const unsigned char **out, unsigned char *length, const unsigned char *in, unsigned int size, void *)
{
    static const unsigned char kOurs[] = "\x08http/1.1";
    unsigned char *chosen = nullptr;
    if (SSL_select_next_proto(&chosen, length, kOurs, sizeof kOurs - 1, in, size) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

boost::system::error_code useKey(
    net::ssl::context &context, const QByteArray &certificate, const QByteArray &key)
{
    boost::system::error_code failed;
    context.use_certificate_chain(net::buffer(certificate.constData(), size_t(certificate.size())), failed);
    if (!failed)
        context.use_private_key(net::buffer(key.constData(), size_t(key.size())), net::ssl::context::pem, failed);
    return failed;
}

boost::system::error_code setUpTls(ServerCore &core)
{
    const ServerOptions &options = core.options;
    SSL_CTX_set_min_proto_version(core.tls.native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_mode(core.tls.native_handle(), SSL_MODE_RELEASE_BUFFERS);   // thousands of watches that wait
    SSL_CTX_set_alpn_select_cb(core.tls.native_handle(), chooseProtocol, nullptr);
    boost::system::error_code failed = useKey(core.tls, options.certificate, options.key);
    if (!failed && !options.clientAuthority.isEmpty()) {
        core.tls.add_certificate_authority(
            net::buffer(options.clientAuthority.constData(), size_t(options.clientAuthority.size())), failed);
        int mode = net::ssl::verify_peer;
        if (options.requireClientCertificate)
            mode |= net::ssl::verify_fail_if_no_peer_cert;
        core.tls.set_verify_mode(mode);
        // A certificate that is not ours is no reason to break the connection: the request gets its 401, as from kube-apiserver.
        if (!options.requireClientCertificate)
            core.tls.set_verify_callback([](bool, net::ssl::verify_context &) { return true; });
    }
    if (!failed && !options.backendCertificate.isEmpty())
        failed = useKey(core.backendTls, options.backendCertificate, options.backendKey);
    if (!failed && !options.backendAuthority.isEmpty()) {
        core.backendTls.add_certificate_authority(
            net::buffer(options.backendAuthority.constData(), size_t(options.backendAuthority.size())), failed);
        core.backendTls.set_verify_mode(net::ssl::verify_peer);
    }
    return failed;
}

class Server : public HttpServer {
public:
    explicit Server(const ServerOptions &options, Handler handler)
    {
        m_core.options = options;
        m_core.handler = std::move(handler);
    }

    ~Server() override
    {
        m_core.io.stop();
        if (m_thread.joinable())
            m_thread.join();
    }

    std::optional<Error> listen()
    {
        boost::system::error_code failed = m_core.options.plain ? boost::system::error_code() : setUpTls(m_core);
        if (failed)
            return problem(QCoreApplication::translate("qd::demo::HttpServer", "The server's certificates cannot be used"), failed);
        const tcp::endpoint place(net::ip::address_v4::loopback(), m_core.options.port);
        m_acceptor.open(place.protocol(), failed);
        if (!failed)
            m_acceptor.set_option(net::socket_base::reuse_address(true), failed);
        if (!failed)
            m_acceptor.bind(place, failed);
        if (!failed)
            m_acceptor.listen(1024, failed);
        if (failed) {
            Error error = problem(QCoreApplication::translate("qd::demo::HttpServer", "Port %1 on 127.0.0.1 cannot be opened")
                                      .arg(m_core.options.port), failed);
            error.remedy = QCoreApplication::translate("qd::demo::HttpServer", "Free the port, or leave it out to take any free one.");
            return error;
        }
        m_port = m_acceptor.local_endpoint().port();
        accept();
        m_thread = std::thread([this] { m_core.io.run(); });
        return std::nullopt;
    }

    quint16 port() const override { return m_port; }
    int connections() const override { return m_core.connections; }
    void post(std::function<void()> task) override { net::post(m_core.io, std::move(task)); }

    void postAfter(std::chrono::milliseconds after, std::function<void()> task) override
    {
        net::post(m_core.io, [this, after, task = std::move(task)] {
            auto timer = std::make_shared<net::steady_timer>(m_core.io, after);
            timer->async_wait([timer, task](const boost::system::error_code &failed) {
                if (!failed)
                    task();
            });
        });
    }

    void dial(quint16 port, std::function<void(std::shared_ptr<RawStream>, const QString &)> handler) override
    {
        qd::demo::dial(m_core, port, std::move(handler));
    }

private:
    void accept()
    {
        m_acceptor.async_accept([this](const boost::system::error_code &failed, tcp::socket socket) {
            if (failed == net::error::operation_aborted)
                return;
            if (failed) {
                // Out of descriptors, mostly: what is there goes on, and a little later there may be room.
                postAfter(std::chrono::milliseconds(100), [this] { accept(); });
                return;
            }
            if (m_core.connections < m_core.options.maxConnections && (!m_core.options.admits || m_core.options.admits()))
                startSession(m_core, std::move(socket));
            accept();
        });
    }

    ServerCore m_core;
    tcp::acceptor m_acceptor{m_core.io};
    std::thread m_thread;
    quint16 m_port = 0;
};

}

Result<std::shared_ptr<HttpServer>> HttpServer::start(const ServerOptions &options, Handler handler)
{
    auto server = std::make_shared<Server>(options, std::move(handler));
    if (auto failed = server->listen())
        return *failed;
    return std::shared_ptr<HttpServer>(std::move(server));
}

}
