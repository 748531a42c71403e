// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/session/ProviderHttp.h"

#include "app/login/tokens/Provider.h"
#include "app/login/tokens/TokenErrors.h"

#include <QCoreApplication>
#include <QFile>
#include <QLocale>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QPointer>
#include <QSslConfiguration>
#include <QSslError>
#include <QTimer>

#include <openssl/crypto.h>

namespace qd::login {

using namespace Qt::StringLiterals;
using ports::SignInFault;

namespace {

constexpr int kHurryMs = 5'000;

/// As in app/kube/TlsSetup.cpp: OpenSSL must not tidy up at exit beside Qt's network threads.
[[maybe_unused]] const int s_kept = OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);

struct Tr {
    Q_DECLARE_TR_FUNCTIONS(ProviderHttp)
};

/// A body that can be read once: Qt sends a request again by itself when its connection closes before the answer, and a
/// refresh token sent twice ends the session (RFC 9700 2.2.2). With a body it cannot rewind it reports an error instead.
class OnceBody final : public QIODevice {
public:
    explicit OnceBody(const QByteArray &bytes) : m_bytes(bytes) { open(ReadOnly | Unbuffered); }
    [[nodiscard]] bool isSequential() const override { return true; }
    [[nodiscard]] qint64 bytesAvailable() const override { return m_bytes.size() - m_at + QIODevice::bytesAvailable(); }
    [[nodiscard]] bool atEnd() const override { return m_at == m_bytes.size(); }
    bool seek(qint64) override { return false; }
    bool reset() override { return false; }

protected:
    qint64 readData(char *to, qint64 size) override
    {
        const qint64 count = qMin(size, qint64(m_bytes.size() - m_at));
        if (count <= 0)
            return -1;
        memcpy(to, m_bytes.constData() + m_at, size_t(count));
        m_at += count;
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_bytes;
    qsizetype m_at = 0;
};

/// As the environment says (https_proxy, no_proxy); loopback never goes through a proxy.
class Proxies final : public QNetworkProxyFactory {
public:
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override
    {
        const QString host = query.peerHostName();
        if (host == "127.0.0.1"_L1 || host == "::1"_L1 || host == "localhost"_L1)
            return {QNetworkProxy(QNetworkProxy::NoProxy)};
        return systemProxyForQuery(query);
    }
};

QString placeOf(const QUrl &url)
{
    return url.port() > 0 ? QString(url.host() + u':' + QString::number(url.port())) : url.host();
}

}

Later timerLater()
{
    return [](std::chrono::milliseconds delay, QObject *context, std::function<void()> call) {
        QTimer::singleShot(delay, context, std::move(call));
    };
}

/// One request; deletes itself when it has told the handler, or with its context.
class ProviderExchange final : public QObject {
    Q_OBJECT
public:
    ProviderExchange(ProviderHttp *http, QObject *context, ProviderHttp::Handler handler)
        : QObject(context), m_http(http), m_handler(std::move(handler))
    {
        connect(http, &ProviderHttp::closing, this, [this] {
            m_done = true;
            delete m_reply;
            deleteLater();
        });
        m_deadline.setSingleShot(true);
        connect(&m_deadline, &QTimer::timeout, this, [this] {
            finish(failed(Tr::tr("%1 did not answer within %n s.", nullptr, m_seconds).arg(placeOf(m_url))));
        });
    }
    ~ProviderExchange() override
    {
        if (m_reply) {
            m_reply->disconnect(this);
            m_reply->abort();
            m_reply->deleteLater();
        }
    }
    void start(const Result<QNetworkRequest> &request, const std::optional<QByteArray> &form)
    {
        if (!request) {
            QMetaObject::invokeMethod(this, [this, error = request.error()] { finish(error); }, Qt::QueuedConnection);
            return;
        }
        m_url = request->url();
        m_posts = form.has_value();
        if (form) {
            auto *body = new OnceBody(*form);
            QNetworkRequest with = *request;
            with.setHeader(QNetworkRequest::ContentLengthHeader, form->size());
            m_reply = m_http->m_manager.post(with, body);
            body->setParent(m_reply);
        } else {
            m_reply = m_http->m_manager.get(*request);
        }
        m_reply->setReadBufferSize(m_http->m_limits.maxBytes + 1);
        connect(m_reply, &QNetworkReply::requestSent, this, [this] { m_sent = true; });
        connect(m_reply, &QNetworkReply::sslErrors, this, [this](const QList<QSslError> &errors) { m_tls = errors; });
        connect(m_reply, &QIODevice::readyRead, this, &ProviderExchange::read);
        connect(m_reply, &QNetworkReply::finished, this, &ProviderExchange::ended);
        m_seconds = m_http->timeoutMs() / 1000;
        m_deadline.start(m_http->timeoutMs());
    }

private:
    void read()
    {
        m_body += m_reply->readAll();
        if (m_http && m_body.size() > m_http->m_limits.maxBytes)
            finish(badDocument(Tr::tr("The answer of %1 is longer than %n KiB.", nullptr, int(m_http->m_limits.maxBytes / 1024)).arg(placeOf(m_url))));
    }
    void ended()
    {
        const QPointer<ProviderExchange> self(this);    // who is told that it is too long may drop it
        read();
        if (!self || m_done || !m_http)
            return;
        const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        if (m_reply->hasRawHeader("Date"))
            m_http->sawDate(m_reply->rawHeader("Date"));
        if (status >= 300 && status < 400) {
            const QUrl to = m_url.resolved(QUrl::fromEncoded(m_reply->rawHeader("Location")));
            return finish(badDocument(Tr::tr("%1 redirects to %2 (HTTP %3). What is sent there is never sent on.")
                                          .arg(placeOf(m_url), quoted(placeOf(to)), QString::number(status))));
        }
        // A body that breaks off leaves its status behind.
        const QNetworkReply::NetworkError code = m_reply->error();
        const bool broken = (code != QNetworkReply::NoError && code < QNetworkReply::ContentAccessDenied)
            || code == QNetworkReply::ContentReSendError || code == QNetworkReply::ProtocolFailure;
        if (status == 0 || broken)
            return finish(transportError());
        finish(ProviderAnswer{status, m_body});
    }
    [[nodiscard]] Error transportError() const
    {
        if (!m_tls.isEmpty()) {
            m_http->m_untrusted = true;
            QStringList why;
            for (const QSslError &error : m_tls)
                why.append(error.errorString());
            why.removeDuplicates();
            return signInError(SignInFault::IssuerUnreachable, Tr::tr("The certificate of %1 is not trusted.").arg(placeOf(m_url)),
                               Tr::tr("Set signIn.caFile of the profile to the authority that signed it."), why.join(u"; "_s));
        }
        return failed(Tr::tr("%1 cannot be reached.").arg(placeOf(m_url)));
    }
    [[nodiscard]] Error failed(const QString &message) const
    {
        const QString says = m_reply ? quoted(m_reply->errorString()) : QString();
        if (m_posts && m_sent) {
            return signInError(SignInFault::ResponseLost, Tr::tr("%1 was asked, but its answer was lost.").arg(placeOf(m_url)),
                               Tr::tr("It is asked again; if the provider has counted the first time, sign in again."), says);
        }
        return signInError(SignInFault::IssuerUnreachable, message, Tr::tr("Check the network and the issuer's address."), says);
    }
    void finish(Result<ProviderAnswer> result)
    {
        if (std::exchange(m_done, true))
            return;
        m_deadline.stop();
        if (m_reply)
            m_reply->disconnect(this);
        deleteLater();
        const ProviderHttp::Handler handler = std::move(m_handler);
        handler(std::move(result));
    }

    QPointer<ProviderHttp> m_http;
    ProviderHttp::Handler m_handler;
    QPointer<QNetworkReply> m_reply;
    QUrl m_url;
    QByteArray m_body;
    QList<QSslError> m_tls;
    QTimer m_deadline;
    int m_seconds = 0;
    bool m_posts = false;
    bool m_sent = false;
    bool m_done = false;
};

ProviderHttp::ProviderHttp(const ports::SignInSettings &settings, const SessionParts &parts, QObject *parent)
    : QObject(parent), m_settings(settings), m_time(parts.clock), m_limits(parts.limits)
{
    m_manager.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_manager.setProxyFactory(new Proxies);
}

void ProviderHttp::get(const QUrl &url, const QByteArray &bearer, QObject *context, Handler handler)
{
    Result<QNetworkRequest> made = request(url);
    if (made && !bearer.isEmpty())
        made->setRawHeader("Authorization", "Bearer " + bearer);
    (new ProviderExchange(this, context, std::move(handler)))->start(made, std::nullopt);
}

void ProviderHttp::post(const QUrl &url, const QByteArray &form, QObject *context, Handler handler)
{
    Result<QNetworkRequest> made = request(url);
    if (made)
        made->setHeader(QNetworkRequest::ContentTypeHeader, u"application/x-www-form-urlencoded"_s);
    (new ProviderExchange(this, context, std::move(handler)))->start(made, form);
}

std::shared_ptr<void> ProviderHttp::hurry()
{
    std::shared_ptr<void> kept = m_hurry.lock();
    if (!kept)
        m_hurry = kept = std::make_shared<int>();
    return kept;
}

int ProviderHttp::timeoutMs() const
{
    return m_hurry.expired() ? m_limits.timeoutMs : std::min(m_limits.timeoutMs, kHurryMs);
}

Result<QNetworkRequest> ProviderHttp::request(const QUrl &url)
{
    m_untrusted = false;
    if (!allowedUrl(url, isPlainLoopback(QUrl(m_settings.issuer, QUrl::StrictMode))))
        return badDocument(Tr::tr("%1 is no https address.").arg(quoted(placeOf(url))));
    QNetworkRequest out(url);
    out.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    out.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    out.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    out.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    out.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    out.setRawHeader("Accept", "application/json");
    out.setRawHeader("Connection", "close");
    out.setHeader(QNetworkRequest::UserAgentHeader, u"quarterdeck"_s);
    if (url.scheme() != "https"_L1)
        return out;
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    if (!m_settings.caFile.isEmpty()) {
        QFile file(m_settings.caFile);
        const QList<QSslCertificate> authorities
            = file.open(QIODevice::ReadOnly) ? QSslCertificate::fromData(file.read(4 * 1024 * 1024), QSsl::Pem) : QList<QSslCertificate>();
        if (authorities.isEmpty()) {
            m_untrusted = true;
            return signInError(SignInFault::IssuerUnreachable, Tr::tr("signIn.caFile: %1 holds no certificates.").arg(m_settings.caFile),
                               Tr::tr("Name a PEM file with the authority of the identity provider."), file.errorString());
        }
        tls.setCaCertificates(authorities);
    }
    out.setSslConfiguration(tls);
    return out;
}

void ProviderHttp::sawDate(const QByteArray &date)
{
    QDateTime at = QLocale::c().toDateTime(QString::fromLatin1(date).chopped(date.endsWith(" GMT") ? 4 : 0), u"ddd, dd MMM yyyy HH:mm:ss"_s);
    at.setTimeSpec(Qt::UTC);
    if (at.isValid())
        m_clock = ports::ClockOffset{m_time->now(), at, m_settings.skewSeconds};
}

}

#include "ProviderHttp.moc"
