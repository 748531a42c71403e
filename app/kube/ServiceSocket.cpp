// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/ServiceSocket.h"

#include "app/kube/GatewayPaths.h"
#include "app/kube/HttpClientImpl.h"
#include "app/kube/HttpErrors.h"
#include "models/core/Async.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QWebSocket>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

struct Tr
{
    Q_DECLARE_TR_FUNCTIONS(ServiceSocket)
};

constexpr int kTogetherMs = 50;

/// A client for where the call goes: the cluster's, or one for the URL's origin without anything of the cluster.
ClusterConfig configFor(const ClusterConfig &cluster, const ports::ServiceAddress &to)
{
    if (to.url.isEmpty())
        return cluster;
    const QUrl url(to.url);
    ClusterConfig config;
    config.context = cluster.context;
    config.clusterName = url.host();
    config.server = url.adjusted(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment | QUrl::RemoveUserInfo);
    config.caFile = to.caFile;
    config.ofProfile = true;
    return config;
}

QString pathFor(const ports::SocketCall &call)
{
    if (call.to.url.isEmpty())
        return servicePath(call.to, call.pathAndQuery);
    QString base = QUrl(call.to.url).path(QUrl::FullyEncoded);
    if (base.endsWith(u'/'))
        base.chop(1);
    return base + (call.pathAndQuery.startsWith(u'/') ? QString() : u"/"_s) + call.pathAndQuery;
}

}

SocketLink::SocketLink(
    const ClusterConfig &config, std::shared_ptr<ports::TokenSource> tokens, ports::SocketCall call, Sink sink)
    : m_client(std::make_unique<HttpClientImpl>(configFor(config, call.to), nullptr, HttpOptions{false}))
    , m_tokens(call.to.url.isEmpty() ? std::move(tokens) : nullptr)
    , m_call(std::move(call))
    , m_sink(std::move(sink))
    , m_path(pathFor(m_call))
    , m_what(m_call.to.url.isEmpty() ? Tr::tr("Service %1 in %2").arg(m_call.to.service, m_call.to.ns)
                                     : QUrl(m_call.to.url).toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery))
    , m_anyPeer(m_call.to.url.isEmpty() && config.insecureSkipTlsVerify)
    , m_otherName(m_call.to.url.isEmpty() && !config.tlsServerName.isEmpty())
    , m_deadline(this)
    , m_watch(this)
{
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        end(0, Error{ErrorKind::Timeout, Tr::tr("%1: no WebSocket was opened in time.").arg(m_what)});
    });
    connect(&m_watch, &QTimer::timeout, this, &SocketLink::watch);
}

SocketLink::~SocketLink()
{
    m_stop.request_stop();
    if (m_socket)
        m_socket->disconnect(this);
}

void SocketLink::start()
{
    m_deadline.start(m_call.openMs);
    if (m_otherName)
        return end(0, Error{ErrorKind::Unsupported, Tr::tr("%1: a WebSocket cannot check tls-server-name.").arg(m_what)});
    if (!m_tokens || !m_client->secure())
        return connectTo({});
    whenFinished(
        m_tokens->credential(m_stop.get_token()), this, [this](const Result<ports::Credential> &credential) {
            if (!m_ended)
                credential ? connectTo(*credential) : end(0, credential.error());
        });
}

void SocketLink::connectTo(const ports::Credential &credential)
{
    HttpRequest request;
    request.pathAndQuery = m_path;
    request.accept = "*/*";
    for (auto it = m_call.headers.cbegin(); it != m_call.headers.cend(); ++it)
        if (it.key().compare("accept", Qt::CaseInsensitive) != 0)
            request.headers.insert(it.key(), it.value());
    if (const QUrl to(m_call.to.url); !to.userName().isEmpty() && to.scheme() == "https"_L1)
        request.headers.insert("Authorization", "Basic " + to.userInfo(QUrl::FullyDecoded).toUtf8().toBase64());
    const Result<HttpClientImpl::Ready> ready = m_client->prepare(request, credential);
    if (!ready)
        return end(0, ready.error());
    QNetworkRequest handshake = ready->request;
    QUrl url = handshake.url();
    url.setScheme(m_client->secure() ? u"wss"_s : u"ws"_s);
    handshake.setUrl(url);
    m_socket = new QWebSocket(QString(), QWebSocketProtocol::VersionLatest, this);
    m_socket->setProxy(ready->manager->proxy());
    if (m_client->secure())
        m_socket->setSslConfiguration(handshake.sslConfiguration());
    m_socket->setMaxAllowedIncomingMessageSize(m_call.largestMessage);
    m_socket->setMaxAllowedIncomingFrameSize(m_call.largestMessage);
    wire();
    m_socket->open(handshake);
}

void SocketLink::wire()
{
    connect(m_socket, &QWebSocket::connected, this, [this] {
        m_open = true;
        m_deadline.stop();
        m_watch.start(m_call.silenceMs / 2);
        m_sink.opened();
    });
    connect(m_socket, &QWebSocket::textMessageReceived, this, [this](const QString &text) {
        m_heard = true;
        m_sink.message(text.toUtf8());
    });
    connect(m_socket, &QWebSocket::binaryMessageReceived, this, [this](const QByteArray &bytes) {
        m_heard = true;
        m_sink.message(bytes);
    });
    connect(m_socket, &QWebSocket::pong, this, [this] { m_heard = true; });
    connect(m_socket, &QWebSocket::sslErrors, this, [this](const QList<QSslError> &errors) {
        if (m_anyPeer)
            m_socket->ignoreSslErrors();
        else
            m_tlsErrors = errors;
    });
    connect(m_socket, &QWebSocket::disconnected, this, [this] {
        const int code = int(m_socket->closeCode());
        // Qt says 1000 for a connection that was cut, and for one that never opened
        const QString says = m_socket->closeReason();
        const bool told = m_open && (code != 1000 || m_socket->error() == QAbstractSocket::UnknownSocketError);
        end(told ? code : 0,
            told ? Error{ErrorKind::Network,
                says.isEmpty() ? Tr::tr("%1 closed the WebSocket (%2).").arg(m_what).arg(code)
                               : Tr::tr("%1 closed the WebSocket (%2): %3").arg(m_what).arg(code).arg(says.simplified().left(200))}
                 : broken());
    });
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(m_socket, &QWebSocket::errorOccurred, this, [this] {
#else
    connect(m_socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this, [this] {
#endif
        // an open one says how it was closed a moment later
        if (!m_open)
            end(0, broken());
    });
}

Error SocketLink::broken() const
{
    static const QRegularExpression status(u"http status code: (\\d{3})"_s);
    const QString says = m_socket->errorString();
    if (!m_open && !m_tlsErrors.isEmpty()) { // in the words of the other requests: which certificate, and the way out
        TransportFailure failure;
        failure.code = QNetworkReply::SslHandshakeFailedError;
        failure.says = says;
        failure.tls = m_tlsErrors;
        failure.url = m_socket->requestUrl();
        return errorFromTransport(failure, m_client->m_config);
    }
    Error error{ErrorKind::Network, m_open ? Tr::tr("%1: the WebSocket was cut.").arg(m_what) : Tr::tr("%1: there is no WebSocket.").arg(m_what), {}, says};
    error.httpStatus = status.match(says).captured(1).toInt();
    return error;
}

/// Without a word for half of the time it is asked for one; without an answer for the other half it is gone.
void SocketLink::watch()
{
    if (std::exchange(m_heard, false)) {
        m_asked = false;
        return;
    }
    if (m_asked)
        return end(0, Error{ErrorKind::Timeout, Tr::tr("%1: the WebSocket is silent.").arg(m_what)});
    m_asked = true;
    m_socket->ping();
}

void SocketLink::giveUp()
{
    end(0, Error{ErrorKind::TooMany, Tr::tr("%1: more comes than is read.").arg(m_what)});
}

void SocketLink::end(int code, const Error &error)
{
    if (std::exchange(m_ended, true))
        return;
    m_deadline.stop();
    m_watch.stop();
    m_stop.request_stop();
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket->abort();
        m_socket->deleteLater();
        m_socket = nullptr;
    }
    m_sink.closed(code, error);
}

ServiceSocket::ServiceSocket(HttpMailbox worker, Make make)
    : m_worker(std::move(worker))
    , m_self(this)
    , m_make(std::move(make))
    , m_shared(std::make_shared<Shared>())
    , m_flush(this)
{
    m_flush.setSingleShot(true);
    connect(&m_flush, &QTimer::timeout, this, [this] {
        qsizetype bytes = 0;
        for (const QByteArray &message : std::as_const(m_ready))
            bytes += message.size();
        m_shared->underWay -= bytes;
        Q_EMIT messages(std::exchange(m_ready, {}));
    });
}

ServiceSocket::~ServiceSocket()
{
    m_self.close();
    m_worker.post([shared = m_shared] { delete std::exchange(shared->link, nullptr); });
}

void ServiceSocket::start()
{
    if (std::exchange(m_started, true))
        return;
    SocketLink::Sink sink;
    sink.opened = [this, box = m_self] { box.post([this] { Q_EMIT opened(); }); };
    sink.message = [this, box = m_self, shared = m_shared](const QByteArray &message) {
        if ((shared->underWay += message.size()) > kBehind && shared->link)
            return shared->link->giveUp();
        box.post([this, message] { took(message); });
    };
    sink.closed = [this, box = m_self](int code, const Error &why) {
        box.post([this, code, why] {
            m_flush.stop();
            const QPointer<ServiceSocket> self(this);
            if (!m_ready.isEmpty())
                Q_EMIT messages(std::exchange(m_ready, {}));
            if (self)
                Q_EMIT closed(code, why);
        });
    };
    const bool posted = m_worker.post([shared = m_shared, make = m_make, sink] {
        shared->link = make(sink);
        shared->link->start();
    });
    if (!posted)
        m_self.post([this] { Q_EMIT closed(0, Error{ErrorKind::Cancelled, Tr::tr("The connection to the cluster was closed.")}); });
}

void ServiceSocket::took(const QByteArray &message)
{
    m_ready.append(message);
    if (!m_flush.isActive())
        m_flush.start(kTogetherMs);
}

std::unique_ptr<ports::ServiceSocket> ServiceSockets::open(const ports::SocketCall &call)
{
    return std::make_unique<ServiceSocket>(
        m_worker, [make = m_make, call](SocketLink::Sink sink) { return make(call, std::move(sink)); });
}

}
