// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/HttpClientImpl.h"
#include "app/kube/HttpErrors.h"
#include "models/core/Async.h"

#include <QCoreApplication>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

struct Tr
{
    Q_DECLARE_TR_FUNCTIONS(HttpExchange)
};

constexpr qint64 kPiece = 4 << 20;

/// A body that can be read once. Qt sends a request again by itself when a kept connection closes under it, writes too;
/// with a body it cannot rewind it reports an error in place of that.
class OnceBody final : public QIODevice
{
public:
    OnceBody(const QByteArray &bytes, QObject *parent)
        : QIODevice(parent)
        , m_bytes(bytes)
    {
        open(ReadOnly | Unbuffered);
    }
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

/// A child of a reply that lives as long. (Held by a connection it could end on Qt's HTTP thread, which frees those too.)
class ManagerKeeper final : public QObject
{
public:
    ManagerKeeper(std::shared_ptr<QNetworkAccessManager> manager, QObject *reply)
        : QObject(reply)
        , m_manager(std::move(manager))
    {
    }

private:
    std::shared_ptr<QNetworkAccessManager> m_manager;
};

Error cancelled()
{
    return Error{ErrorKind::Cancelled, Tr::tr("Cancelled.")};
}

}

HttpExchangeImpl::HttpExchangeImpl(HttpClientImpl *client, HttpRequest request, QObject *parent)
    : HttpExchange(parent)
    , m_client(client)
    , m_request(std::move(request))
{
    m_deadline.setSingleShot(true);
    m_silence.setSingleShot(true);
    m_headTimer.setSingleShot(true);
    connect(&m_headTimer, &QTimer::timeout, this, [this] {
        if (reads())
            resendWithoutHead();
        else if (m_alive)
            askElsewhere();
        else
            askWhetherItLives();
    });
    connect(&m_deadline, &QTimer::timeout, this, [this] { finish(false, deadlineError(url(), m_request.deadlineMs)); });
    connect(&m_silence, &QTimer::timeout, this, [this] { finish(false, silenceError(url(), m_request.silenceMs)); });
    QMetaObject::invokeMethod(this, &HttpExchangeImpl::start, Qt::QueuedConnection);
}

HttpExchangeImpl::~HttpExchangeImpl()
{
    m_stop.request_stop();
    dropQuestions();
    dropReply();
}

QUrl HttpExchangeImpl::url() const
{
    return m_client ? m_client->urlOf(m_request.pathAndQuery) : QUrl();
}

void HttpExchangeImpl::start()
{
    if (m_finished)
        return;
    if (!m_client)
        return finish(false, cancelled());
    if (m_request.deadlineMs > 0 && !m_deadline.isActive())
        m_deadline.start(m_request.deadlineMs);
    if (m_request.silenceMs > 0)
        m_silence.start(m_request.silenceMs);
    // Qt 6.4 opens new streams on a connection after the server's GOAWAY, and they never get an answer. kube-apiserver
    // sends it by chance (--goaway-chance) and after every 401. A read is sent again on a new connection; a write, which
    // may not be, has a connection of its own from the start.
    const bool http2 = m_client->lastWasHttp2();
    if (http2 && !reads()) {
        m_client->dropConnections();
        m_headTimer.start(m_client->m_options.writeAskMs);
    }
    if (http2 && reads() && m_request.headMs > 0 && m_headTries < 2)
        m_headTimer.start(m_request.headMs);
    if (!m_client->m_tokens || !m_client->secure())
        return send({});
    whenFinished(
        m_client->m_tokens->credential(m_stop.get_token()), this, [this](const Result<ports::Credential> &credential) {
            if (m_finished)
                return;
            if (!credential) {
                Error error = credential.error();
                if (error.reason.isEmpty())
                    error.reason = QLatin1String(kNotSent);
                return finish(false, error);
            }
            send(*credential);
        });
}

bool HttpExchangeImpl::reads() const
{
    return m_request.method == "GET" || m_request.method == "HEAD" || m_request.harmless;
}

void HttpExchangeImpl::resendWithoutHead()
{
    if (m_headSent || m_finished || m_resending || !m_client)
        return;
    ++m_headTries;
    m_client->dropConnections();
    dropReply();
    start();
}

/// A write takes its time (admission), or its connection is dead and it would hang until the deadline: a question on the same
/// connection tells. The write itself is never sent again.
void HttpExchangeImpl::askWhetherItLives()
{
    if (m_headSent || m_finished || !m_reply || !m_client)
        return;
    HttpRequest question;
    question.pathAndQuery = u"/livez"_s;
    question.accept = "*/*";
    const Result<HttpClientImpl::Ready> ready = m_client->prepare(question, m_credential);
    if (!ready)
        return;
    m_alive = m_manager->get(ready->request);
    m_alive->setParent(nullptr);
    if (m_client->m_config.insecureSkipTlsVerify)
        m_alive->ignoreSslErrors();
    connect(m_alive, &QNetworkReply::metaDataChanged, this, [this] {
        dropQuestions();
        if (m_client)
            m_headTimer.start(m_client->m_options.writeAskMs);
    });
    m_headTimer.start(m_client->m_options.overdueMs);
}

/// The connection of a write does not answer. When a new one does, the write is given up: what became of it can be read back.
void HttpExchangeImpl::askElsewhere()
{
    if (m_headSent || m_finished || !m_client || m_other)
        return;
    m_other = makeHttpClient(m_client->m_config, m_client->m_tokens, m_client->m_options);
    HttpRequest question;
    question.pathAndQuery = u"/livez"_s;
    question.accept = "*/*";
    question.deadlineMs = 2 * m_client->m_options.overdueMs;
    HttpExchange *second = m_other->open(question, m_other.get());
    connect(second, &HttpExchange::head, this, [this](const HttpHead &) {
        finish(false,
            Error{ErrorKind::Network,
                Tr::tr("%1 answers, but not on the connection this was sent on.").arg(placeOf(url())),
                Tr::tr("The connection was lost on the way.")});
    });
    connect(second, &HttpExchange::finished, this, [this] {
        dropQuestions();
        if (m_client && !m_headSent && !m_finished)
            m_headTimer.start(m_client->m_options.writeAskMs);
    });
}

void HttpExchangeImpl::dropQuestions()
{
    if (m_alive)
        retire(std::exchange(m_alive, nullptr), m_manager);
    if (m_other) {
        for (HttpExchange *question : m_other->findChildren<HttpExchange *>())
            question->disconnect(this);
        m_other.release()->deleteLater();
    }
}

void HttpExchangeImpl::send(const ports::Credential &credential)
{
    if (!m_client)
        return finish(false, cancelled());
    m_credential = credential;
    Result<HttpClientImpl::Ready> ready = m_client->prepare(m_request, credential);
    if (!ready) {
        Error error = ready.error();
        error.reason = QLatin1String(kNotSent);
        return finish(false, error);
    }
    m_manager = ready->manager;
    if (m_request.method == "GET")
        m_reply = m_manager->get(ready->request);
    else if (m_request.method == "HEAD")
        m_reply = m_manager->head(ready->request);
    else
        sendBody(ready->request);
    if (m_client->m_options.readBufferBytes > 0)
        m_reply->setReadBufferSize(m_client->m_options.readBufferBytes);
    connectReply();
}

void HttpExchangeImpl::sendBody(QNetworkRequest request)
{
    request.setHeader(QNetworkRequest::ContentLengthHeader, m_request.body.size());
    auto *body = new OnceBody(m_request.body, nullptr);
    m_reply = m_manager->sendCustomRequest(request, m_request.method, body);
    body->setParent(m_reply);
}

void HttpExchangeImpl::connectReply()
{
    m_reply->setParent(nullptr);
    m_tlsErrors.clear();
    m_replyDone = false;
    if (m_client->m_config.insecureSkipTlsVerify)
        m_reply->ignoreSslErrors();
    connect(m_reply, &QNetworkReply::sslErrors, this, [this](const QList<QSslError> &errors) { m_tlsErrors = errors; });
    connect(m_reply, &QNetworkReply::metaDataChanged, this, &HttpExchangeImpl::onHead);
    connect(m_reply, &QIODevice::readyRead, this, &HttpExchangeImpl::onData);
    connect(m_reply, &QNetworkReply::finished, this, &HttpExchangeImpl::onReplyFinished);
}

void HttpExchangeImpl::onHead()
{
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (m_headSent || m_finished || m_resending || status < 200)
        return;
    if (m_request.silenceMs > 0)
        m_silence.start();
    if (m_client)
        m_client->answered(m_reply);
    // The body of a 401 that will be asked again is nobody's business.
    if (status == 401 && m_client && m_client->m_tokens && m_client->secure()) {
        if (resendAfter401())
            return;
    }
    HttpHead head;
    head.status = status;
    head.http2 = m_reply->attribute(QNetworkRequest::Http2WasUsedAttribute).toBool();
    for (const auto &[name, value] : m_reply->rawHeaderPairs())
        head.headers.insert(name.toLower(), value);
    head.warnings = parseWarnings(head.headers.value("warning"));
    m_headSent = true;
    m_headTimer.stop();
    dropQuestions();
    Q_EMIT this->head(head);
}

bool HttpExchangeImpl::resendAfter401()
{
    const bool empty = m_credential == ports::Credential();
    if (!empty)
        m_client->m_tokens->rejected(m_credential);
    if (empty || m_resent || !reads())
        return false;
    m_resent = true;
    m_resending = true;
    // Not from inside the reply's own signal.
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_resending = false;
            dropReply();
            if (m_client && m_client->lastWasHttp2())
                m_client->dropConnections();
            start();
        },
        Qt::QueuedConnection);
    return true;
}

void HttpExchangeImpl::onData()
{
    if (m_finished)
        return;
    if (m_request.silenceMs > 0 && !m_paused)
        m_silence.start();
    // In pieces: what a few kilobytes of gzip unfold to is given up by whoever counts it before it fills the memory.
    const QPointer<HttpExchangeImpl> self(this);
    while (self && !m_paused && m_headSent && !m_finished && m_reply && m_reply->bytesAvailable() > 0) {
        const QByteArray bytes = m_reply->read(qMin(m_reply->bytesAvailable(), kPiece));
        if (bytes.isEmpty())
            return;
        Q_EMIT data(bytes);
    }
}

void HttpExchangeImpl::onReplyFinished()
{
    m_replyDone = true;
    if (m_finished)
        return;
    onHead();
    if (!m_reply || m_finished || m_resending)
        return;
    if (m_paused && m_reply->bytesAvailable() > 0)
        return;
    const QPointer<HttpExchangeImpl> self(this);
    onData();
    if (!self || m_finished || !m_reply || (m_paused && m_reply->bytesAvailable() > 0))
        return;
    // Qt makes errors of the status codes; they are answers here.
    const QNetworkReply::NetworkError code = m_reply->error();
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const bool byStatus = m_headSent && status >= 300 && code >= QNetworkReply::ContentAccessDenied
        && code != QNetworkReply::ProtocolFailure && code != QNetworkReply::ProtocolUnknownError;
    if (code == QNetworkReply::NoError || byStatus)
        return finish(true, cancelled());
    TransportFailure failure{code, m_reply->errorString(), m_tlsErrors, m_reply->url(), m_headSent,
        m_client ? m_client->m_proxy : QString()};
    Error error = errorFromTransport(failure, m_client ? m_client->m_config : ClusterConfig());
    if (goneAway(code)) {
        if (m_request.headMs > 0 && !m_headSent && m_headTries < 2)
            return resendWithoutHead();
        if (m_request.headMs == 0)
            error.reason = QLatin1String(kGoneAway);
    }
    finish(false, error);
}

/// A read that the server gave up with GOAWAY; Qt says ContentReSendError then.
bool HttpExchangeImpl::goneAway(QNetworkReply::NetworkError code) const
{
    return code == QNetworkReply::ContentReSendError && m_client && m_client->lastWasHttp2() && reads();
}

void HttpExchangeImpl::abort()
{
    finish(false, cancelled());
}

void HttpExchangeImpl::setPaused(bool paused)
{
    if (paused == m_paused)
        return;
    m_paused = paused;
    if (paused)
        m_silence.stop();
    else if (m_request.silenceMs > 0)
        m_silence.start(m_request.silenceMs);
    if (paused || !m_reply)
        return;
    // Not from inside the caller, and what came meanwhile first.
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (m_paused || m_finished || !m_reply)
                return;
            m_replyDone ? onReplyFinished() : onData();
        },
        Qt::QueuedConnection);
}

void HttpExchangeImpl::finish(bool clean, const Error &error)
{
    if (m_finished)
        return;
    m_finished = true;
    m_deadline.stop();
    m_silence.stop();
    m_headTimer.stop();
    Error told = error;
    if (clean && m_reply)
        told.httpStatus = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    m_stop.request_stop();
    dropQuestions();
    dropReply();
    Q_EMIT finished(clean, told);
}

void HttpExchangeImpl::dropReply()
{
    if (!m_reply)
        return;
    retire(std::exchange(m_reply, nullptr), std::exchange(m_manager, {}));
}

void HttpExchangeImpl::retire(QNetworkReply *reply, HttpClientImpl::Manager manager)
{
    reply->disconnect(this);
    if (!reply->isFinished())
        reply->abort();
    // A reply may be inside its own signal. It keeps its manager alive, as its backend does not outlive that.
    new ManagerKeeper(std::move(manager), reply);
    reply->deleteLater();
}

}
