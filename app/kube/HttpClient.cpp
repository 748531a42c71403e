// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/HttpClientImpl.h"
#include "app/kube/HttpErrors.h"

#include <QCoreApplication>
#include <QHttp2Configuration>
#include <QUuid>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

struct Tr
{
    Q_DECLARE_TR_FUNCTIONS(HttpClient)
};

/// Windows wide enough that a 50,000 object list is never stopped by flow control (Qt's default stream window is 64
/// KiB).
QHttp2Configuration http2Configuration()
{
    QHttp2Configuration configuration;
    configuration.setServerPushEnabled(false);
    configuration.setSessionReceiveWindowSize(64u << 20);
    configuration.setStreamReceiveWindowSize(32u << 20);
    configuration.setMaxFrameSize(1u << 20);
    return configuration;
}

QString protocolName(QSsl::SslProtocol protocol)
{
    switch (protocol) {
    case QSsl::TlsV1_2:
        return u"TLSv1.2"_s;
    case QSsl::TlsV1_3:
        return u"TLSv1.3"_s;
    default:
        return {};
    }
}

}

std::unique_ptr<HttpClient> HttpClient::make(const ClusterConfig &config, std::shared_ptr<ports::TokenSource> tokens)
{
    return makeHttpClient(config, std::move(tokens), {});
}

std::unique_ptr<HttpClient> makeHttpClient(
    const ClusterConfig &config, std::shared_ptr<ports::TokenSource> tokens, const HttpOptions &options)
{
    return std::make_unique<HttpClientImpl>(config, std::move(tokens), options);
}

HttpClientImpl::HttpClientImpl(
    const ClusterConfig &config, std::shared_ptr<ports::TokenSource> tokens, const HttpOptions &options)
    : m_config(config)
    , m_tokens(std::move(tokens))
    , m_options(options)
    , m_tls(config)
{
    if (!qEnvironmentVariableIsEmpty("DISABLE_HTTP2"))
        m_options.http2 = false;
}

HttpClientImpl::~HttpClientImpl() = default;

HttpExchange *HttpClientImpl::open(const HttpRequest &request, QObject *parent)
{
    return new HttpExchangeImpl(this, request, parent);
}

void HttpClientImpl::dropConnections()
{
    m_manager.reset();
}

QUrl HttpClientImpl::urlOf(const QString &pathAndQuery) const
{
    QByteArray base = m_config.server.toEncoded(
        QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment | QUrl::StripTrailingSlash);
    while (base.endsWith('/'))
        base.chop(1);
    return QUrl::fromEncoded(base + pathAndQuery.toUtf8());
}

Result<Done> HttpClientImpl::startManager()
{
    if (m_manager)
        return Done();
    const Result<ProxyChoice> choice = chooseProxy(m_config.proxyUrl, m_config.server, ProxyEnvironment::current());
    if (!choice)
        return choice.error();
    QNetworkProxy proxy = choice->proxy;
    m_proxy = choice->display;
    if (choice->tls && !m_relay) {
        // The proxy's certificate is checked against the system's authorities and the cluster's own, as kubectl does.
        QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
        tls.setProtocol(QSsl::TlsV1_2OrLater);
        tls.setPeerVerifyMode(m_config.insecureSkipTlsVerify ? QSslSocket::VerifyNone : QSslSocket::VerifyPeer);
        bool changed = false;
        if (const Result<QSslConfiguration> own = TlsSetup(m_config).configuration({}, changed); own)
            tls.addCaCertificates(own->caCertificates());
        m_relay = std::make_unique<HttpProxyRelay>(proxy.hostName(), proxy.port(), tls);
    }
    if (choice->tls) {
        if (m_relay->port() == 0)
            return Error{ErrorKind::Network,
                Tr::tr("No port on 127.0.0.1 could be opened for the way to the proxy %1.").arg(m_proxy)};
        proxy.setHostName(u"127.0.0.1"_s);
        proxy.setPort(m_relay->port());
    }
    m_manager = std::make_shared<QNetworkAccessManager>();
    m_manager->setProxy(proxy);
    m_manager->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    countHandshakes();
    return Done();
}

/// Qt's TLS (6.4, OpenSSL) keeps every session ticket a server sends, with the server's certificates, for two hours and for as
/// long as the manager lives; some 50 kB a connection. A server or a proxy that ends connections would have us grow.
void HttpClientImpl::countHandshakes()
{
    m_handshakes = std::make_shared<int>(0);
    auto told = std::make_shared<bool>(false);   // HTTP/2: by every request that waited for the connection
    QNetworkAccessManager *manager = m_manager.get();
    QObject::connect(manager, &QNetworkAccessManager::encrypted, manager, [manager, count = m_handshakes, told] {
        if (std::exchange(*told, true))
            return;
        ++*count;
        QMetaObject::invokeMethod(manager, [told] { *told = false; }, Qt::QueuedConnection);
    });
}

Result<Done> HttpClientImpl::addHeaders(
    QNetworkRequest &to, const HttpRequest &request, const ports::Credential &credential)
{
    const Result<HeaderLines> as = impersonationHeaders(m_config.as);
    if (!as)
        return as.error();
    to.setRawHeader("User-Agent", userAgent());
    to.setRawHeader("Audit-ID", QUuid::createUuid().toByteArray(QUuid::WithoutBraces));
    to.setRawHeader("Accept", request.accept);
    if (!request.contentType.isEmpty())
        to.setRawHeader("Content-Type", request.contentType);
    if (m_config.disableCompression)
        to.setRawHeader("Accept-Encoding", "identity");
    for (auto it = request.headers.cbegin(); it != request.headers.cend(); ++it)
        to.setRawHeader(it.key(), it.value());
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    // Here a request can hold several lines of a name, and refuses a line feed in a value.
    QHttpHeaders lines = to.headers();
    for (const auto &[name, value] : *as)
        lines.append(name, value);
    to.setHeaders(lines);
#else
    for (const auto &[name, value] : joinRepeated(*as))
        to.setRawHeader(name, value);
#endif
    to.setAttribute(QNetworkRequest::Http2AllowedAttribute, m_options.http2 && secure() && !hasRepeated(*as));
    if (!secure())
        return Done();
    if (!credential.bearer.isEmpty())
        to.setRawHeader("Authorization", "Bearer " + credential.bearer);
    else if (!credential.basicUser.isEmpty())
        to.setRawHeader(
            "Authorization", "Basic " + QByteArray(credential.basicUser + ':' + credential.basicPassword).toBase64());
    return Done();
}

Result<HttpClientImpl::Ready> HttpClientImpl::prepare(const HttpRequest &request, const ports::Credential &credential)
{
    Ready ready;
    ready.request.setUrl(urlOf(request.pathAndQuery));
    if (!ready.request.url().isValid() || ready.request.url().host().isEmpty())
        return Error{ErrorKind::Invalid,
            Tr::tr("The server address “%1” of context “%2” is not a web address.")
                .arg(m_config.server.toDisplayString(), m_config.context),
            Tr::tr("Write it as https://host:port.")};
    if (const Result<Done> r = addHeaders(ready.request, request, credential); !r)
        return r.error();
    if (secure()) {
        bool changed = false;
        const Result<QSslConfiguration> tls = m_tls.configuration(credential, changed);
        if (!tls)
            return tls.error();
        if (changed)
            dropConnections();
        ready.request.setSslConfiguration(*tls);
        if (!m_config.tlsServerName.isEmpty())
            ready.request.setPeerVerifyName(m_config.tlsServerName);
    }
    if (m_manager && *m_handshakes >= kHandshakes)
        dropConnections();
    if (const Result<Done> r = startManager(); !r)
        return r.error();
    ready.request.setHttp2Configuration(http2Configuration());
    ready.request.setDecompressedSafetyCheckThreshold(-1);
    ready.request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    ready.request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    ready.request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    ready.request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    ready.manager = m_manager;
    return ready;
}

void HttpClientImpl::answered(QNetworkReply *reply)
{
    m_lastWasHttp2 = reply->attribute(QNetworkRequest::Http2WasUsedAttribute).toBool();
    m_tlsVersion = secure() ? protocolName(reply->sslConfiguration().sessionProtocol()) : QString();
}

}
