// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/kube/HttpHeaders.h"
#include "app/kube/HttpOptions.h"
#include "app/kube/HttpProxy.h"
#include "app/kube/HttpProxyRelay.h"
#include "app/kube/TlsSetup.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QPointer>
#include <QTimer>

namespace qd::kube {

class HttpExchangeImpl;

/// See HttpClient. The manager is replaced, never cleared, when connections must not be used any more: exchanges under
/// way keep the old one until they end.
class HttpClientImpl final : public HttpClient
{
    Q_OBJECT
public:
    HttpClientImpl(const ClusterConfig &config, std::shared_ptr<ports::TokenSource> tokens, const HttpOptions &options);
    ~HttpClientImpl() override;
    HttpExchange *open(const HttpRequest &request, QObject *parent) override;
    bool lastWasHttp2() const override { return m_lastWasHttp2; }
    QString tlsVersion() const override { return m_tlsVersion; }
    void dropConnections() override;

private:
    friend class HttpExchangeImpl;
    friend class SocketLink;
    using Manager = std::shared_ptr<QNetworkAccessManager>;
    static constexpr int kHandshakes = 50; ///< of one manager; then requests take another
    struct Ready
    {
        Manager manager;
        QNetworkRequest request;
    };
    /// Everything a request needs: proxy, TLS, headers. Errors name the field of the kubeconfig.
    Result<Ready> prepare(const HttpRequest &request, const ports::Credential &credential);
    Result<Done> startManager();
    void countHandshakes();
    Result<Done> addHeaders(QNetworkRequest &to, const HttpRequest &request, const ports::Credential &credential);
    [[nodiscard]] QUrl urlOf(const QString &pathAndQuery) const;
    [[nodiscard]] bool secure() const { return m_config.server.scheme() == QLatin1String("https"); }
    void answered(QNetworkReply *reply);

    ClusterConfig m_config;
    std::shared_ptr<ports::TokenSource> m_tokens;
    HttpOptions m_options;
    TlsSetup m_tls;
    Manager m_manager;
    std::shared_ptr<int> m_handshakes; ///< of the manager
    std::unique_ptr<HttpProxyRelay> m_relay;
    QString m_proxy;
    QString m_tlsVersion;
    bool m_lastWasHttp2 = false;
};

/// See HttpExchange: credential, then the reply, once more after a 401 to a GET.
class HttpExchangeImpl final : public HttpExchange
{
    Q_OBJECT
public:
    HttpExchangeImpl(HttpClientImpl *client, HttpRequest request, QObject *parent);
    ~HttpExchangeImpl() override;
    void abort() override;
    void setPaused(bool paused) override;

private:
    void start();
    void send(const ports::Credential &credential);
    void sendBody(QNetworkRequest request);
    void connectReply();
    void onHead();
    void onData();
    void onReplyFinished();
    bool resendAfter401();
    [[nodiscard]] bool reads() const;
    void resendWithoutHead();
    void askWhetherItLives();
    void askElsewhere();
    void dropQuestions();
    void retire(QNetworkReply *reply, HttpClientImpl::Manager manager);
    [[nodiscard]] bool goneAway(QNetworkReply::NetworkError code) const;
    void finish(bool clean, const Error &error);
    void dropReply();
    [[nodiscard]] QUrl url() const;

    QPointer<HttpClientImpl> m_client;
    HttpRequest m_request;
    HttpClientImpl::Manager m_manager;
    QNetworkReply *m_reply = nullptr;
    QNetworkReply *m_alive = nullptr; ///< GET /livez on the connection of a write
    std::unique_ptr<HttpClient> m_other; ///< and on a new one
    ports::Credential m_credential;
    QList<QSslError> m_tlsErrors;
    QTimer m_deadline;
    QTimer m_silence;
    QTimer m_headTimer;
    std::stop_source m_stop;
    bool m_headSent = false;
    bool m_paused = false;
    bool m_replyDone = false;
    bool m_resent = false;
    int m_headTries = 0;
    bool m_resending = false;
    bool m_finished = false;
};

}
