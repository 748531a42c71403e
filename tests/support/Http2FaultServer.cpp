// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/Http2FaultServer.h"

#include <QHostAddress>
#include <QSslServer>
#include <QSslSocket>

#include <nghttp2/nghttp2.h>

#include <map>
#include <memory>
#include <optional>

namespace qd::support {

using namespace Qt::StringLiterals;

/// One connection with its session and the script of each stream.
class Http2FaultConnection : public QObject
{
public:
    Http2FaultConnection(Http2FaultServer *server, QSslSocket *socket, int number);
    ~Http2FaultConnection() override;
    void goAway(qint64 last, quint32 error);
    void forget() { m_forgotten = true; }
    void pump();
    void close();
    [[nodiscard]] bool open() const { return !m_left; }
    [[nodiscard]] int streams() const { return int(m_streams.size()); }

private:
    struct Stream
    {
        FaultRequest request;
        std::optional<FaultAnswer> script;
        qsizetype at = 0;
        QString gate;
        QByteArray out;
        bool ended = false;
    };

    static int onBegin(nghttp2_session *session, const nghttp2_frame *frame, void *self);
    static int onHeader(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t nameSize,
        const uint8_t *value, size_t valueSize, uint8_t flags, void *self);
    static int onBody(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *bytes, size_t size, void *self);
    static int onFrame(nghttp2_session *session, const nghttp2_frame *frame, void *self);
    static int onClose(nghttp2_session *session, int32_t id, uint32_t code, void *self);
    static ssize_t onRead(nghttp2_session *session, int32_t id, uint8_t *to, size_t size, uint32_t *flags,
        nghttp2_data_source *source, void *self);

    [[nodiscard]] bool dead() const { return m_left || m_forgotten || m_server->m_frozen; }
    Stream *find(int32_t id)
    {
        const auto it = m_streams.find(id);
        return it == m_streams.end() ? nullptr : &it->second;
    }
    void leave();
    void taken(int32_t id);
    void later(int32_t id);
    void step(int32_t id);
    void head(int32_t id, const FaultAnswer &script);
    void atGate(const QString &gate);

    Http2FaultServer *m_server;
    QSslSocket *m_socket;
    int m_number;
    nghttp2_session *m_session = nullptr;
    std::map<int32_t, Stream> m_streams;
    bool m_forgotten = false;
    bool m_left = false;
};

Http2FaultConnection::Http2FaultConnection(Http2FaultServer *server, QSslSocket *socket, int number)
    : QObject(server)
    , m_server(server)
    , m_socket(socket)
    , m_number(number)
{
    socket->setParent(this);
    std::unique_ptr<nghttp2_session_callbacks, decltype(&nghttp2_session_callbacks_del)> callbacks(
        [] {
            nghttp2_session_callbacks *made = nullptr;
            nghttp2_session_callbacks_new(&made);
            return made;
        }(),
        &nghttp2_session_callbacks_del);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks.get(), &onBegin);
    nghttp2_session_callbacks_set_on_header_callback(callbacks.get(), &onHeader);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks.get(), &onBody);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks.get(), &onFrame);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks.get(), &onClose);
    nghttp2_session_server_new(&m_session, callbacks.get(), this);
    const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, server->m_maxStreams}};
    nghttp2_submit_settings(m_session, NGHTTP2_FLAG_NONE, settings, 1);
    connect(socket, &QIODevice::readyRead, this, &Http2FaultConnection::pump);
    connect(socket, &QAbstractSocket::disconnected, this, &Http2FaultConnection::leave);
    connect(server, &FaultScript::gateOpened, this, &Http2FaultConnection::atGate);
    QMetaObject::invokeMethod(this, &Http2FaultConnection::pump, Qt::QueuedConnection);
    if (socket->state() != QAbstractSocket::ConnectedState)
        QMetaObject::invokeMethod(this, &Http2FaultConnection::leave, Qt::QueuedConnection);
}

Http2FaultConnection::~Http2FaultConnection()
{
    nghttp2_session_del(m_session);
}

void Http2FaultConnection::leave()
{
    if (std::exchange(m_left, true))
        return;
    for (auto &[id, stream] : m_streams) {
        if (!stream.gate.isEmpty())
            --m_server->m_waiting[stream.gate];
    }
    m_streams.clear();
    deleteLater();
}

void Http2FaultConnection::close()
{
    m_socket->flush();
    m_socket->disconnectFromHost();
}

void Http2FaultConnection::goAway(qint64 last, quint32 error)
{
    if (last == Http2FaultServer::kNotice)
        nghttp2_submit_shutdown_notice(m_session);
    else
        nghttp2_submit_goaway(m_session, NGHTTP2_FLAG_NONE,
            last >= 0 ? int32_t(last) : nghttp2_session_get_last_proc_stream_id(m_session), error, nullptr, 0);
    pump();
}

/// Reads what came, writes what waits; ends a connection the session is done with.
void Http2FaultConnection::pump()
{
    if (dead())
        return;
    const QByteArray in = m_socket->readAll();
    if (!in.isEmpty()
        && nghttp2_session_mem_recv(m_session, reinterpret_cast<const uint8_t *>(in.constData()), size_t(in.size())) < 0)
        return close();
    const uint8_t *bytes = nullptr;
    while (true) {
        const ssize_t size = nghttp2_session_mem_send(m_session, &bytes);
        if (size <= 0)
            break;
        m_socket->write(reinterpret_cast<const char *>(bytes), size);
    }
    m_socket->flush();
    if (!nghttp2_session_want_read(m_session) && !nghttp2_session_want_write(m_session))
        close();
}

int Http2FaultConnection::onBegin(nghttp2_session *session, const nghttp2_frame *frame, void *self)
{
    auto *me = static_cast<Http2FaultConnection *>(self);
    if (frame->headers.cat != NGHTTP2_HCAT_REQUEST)
        return 0;
    if (me->m_server->m_refusing) {
        nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_REFUSED_STREAM);
        return 0;
    }
    me->m_streams[frame->hd.stream_id].request.connection = me->m_number;
    return 0;
}

int Http2FaultConnection::onHeader(nghttp2_session *, const nghttp2_frame *frame, const uint8_t *name, size_t nameSize,
    const uint8_t *value, size_t valueSize, uint8_t, void *self)
{
    Stream *stream = static_cast<Http2FaultConnection *>(self)->find(frame->hd.stream_id);
    if (!stream)
        return 0;
    FaultRequest &request = stream->request;
    const QByteArray key(reinterpret_cast<const char *>(name), qsizetype(nameSize));
    const QByteArray text(reinterpret_cast<const char *>(value), qsizetype(valueSize));
    if (key == ":method")
        request.method = text;
    else if (key == ":path")
        request.target = text;
    else
        request.headers[key].append(text);
    return 0;
}

int Http2FaultConnection::onBody(nghttp2_session *, uint8_t, int32_t id, const uint8_t *bytes, size_t size, void *self)
{
    if (Stream *stream = static_cast<Http2FaultConnection *>(self)->find(id))
        stream->request.body.append(reinterpret_cast<const char *>(bytes), qsizetype(size));
    return 0;
}

int Http2FaultConnection::onFrame(nghttp2_session *, const nghttp2_frame *frame, void *self)
{
    const bool carries = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (carries && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
        static_cast<Http2FaultConnection *>(self)->taken(frame->hd.stream_id);
    return 0;
}

int Http2FaultConnection::onClose(nghttp2_session *, int32_t id, uint32_t, void *self)
{
    auto *me = static_cast<Http2FaultConnection *>(self);
    if (const Stream *stream = me->find(id); stream && !stream->gate.isEmpty())
        --me->m_server->m_waiting[stream->gate];
    me->m_streams.erase(id);
    return 0;
}

ssize_t Http2FaultConnection::onRead(
    nghttp2_session *, int32_t id, uint8_t *to, size_t size, uint32_t *flags, nghttp2_data_source *, void *self)
{
    Stream *stream = static_cast<Http2FaultConnection *>(self)->find(id);
    if (!stream)
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const auto count = std::min(qsizetype(size), stream->out.size());
    memcpy(to, stream->out.constData(), size_t(count));
    stream->out.remove(0, count);
    if (stream->out.isEmpty() && stream->ended)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    else if (count == 0)
        return NGHTTP2_ERR_DEFERRED;
    return ssize_t(count);
}

void Http2FaultConnection::taken(int32_t id)
{
    Stream *stream = find(id);
    if (!stream || stream->script)
        return;
    const QUrl url = QUrl::fromEncoded(stream->request.target);
    stream->request.path = url.path(QUrl::FullyEncoded);
    stream->request.query = QUrlQuery(url.query(QUrl::FullyEncoded));
    const FaultRequest request = stream->request;
    stream->script = m_server->answer(request);
    Q_EMIT m_server->requested(request);
    later(id);
}

void Http2FaultConnection::later(int32_t id)
{
    QMetaObject::invokeMethod(this, [this, id] { step(id); }, Qt::QueuedConnection);
}

void Http2FaultConnection::atGate(const QString &gate)
{
    for (auto &[id, stream] : m_streams) {
        if (stream.gate == gate && m_server->pass(gate)) {
            --m_server->m_waiting[gate];
            stream.gate.clear();
            later(id);
        }
    }
}

void Http2FaultConnection::head(int32_t id, const FaultAnswer &script)
{
    const QByteArray status = QByteArray::number(script.m_status);
    QList<std::pair<QByteArray, QByteArray>> lines{{":status", status}};
    for (const auto &[name, value] : script.m_headers)
        lines.append({name.toLower(), value});
    if (!script.m_chunked)
        lines.append({"content-length", QByteArray::number(script.m_body.size())});
    std::vector<nghttp2_nv> fields;
    for (auto &[name, value] : lines)
        fields.push_back({reinterpret_cast<uint8_t *>(name.data()), reinterpret_cast<uint8_t *>(value.data()),
            size_t(name.size()), size_t(value.size()), NGHTTP2_NV_FLAG_NONE});
    find(id)->out += script.m_body;
    nghttp2_data_provider body{};
    body.read_callback = &onRead;
    nghttp2_submit_response(m_session, id, fields.data(), fields.size(), &body);
}

void Http2FaultConnection::step(int32_t id)
{
    using Step = FaultAnswer::Step;
    Stream *stream = find(id);
    if (!stream || m_left || !stream->gate.isEmpty())
        return;
    const bool over = stream->at >= stream->script->m_items.size();
    if (over && stream->script->m_silent)
        return;
    const FaultAnswer::Item item = over ? FaultAnswer::Item{Step::Done, {}, {}} : stream->script->m_items.at(stream->at++);
    switch (item.step) {
    case Step::Head:
        head(id, *stream->script);
        break;
    case Step::Bytes:
    case Step::Raw:
        stream->out += item.bytes;
        nghttp2_session_resume_data(m_session, id);
        break;
    case Step::Wait:
        if (m_server->pass(item.gate))
            break;
        stream->gate = item.gate;
        ++m_server->m_waiting[item.gate];
        return pump();
    case Step::Close:
    case Step::Reset:
        pump();
        return close();
    case Step::ResetStream:
        pump();   // what was said before goes out first
        nghttp2_submit_rst_stream(m_session, NGHTTP2_FLAG_NONE, id, item.code);
        return pump();
    case Step::Hang:
        return pump();
    case Step::Done:
        stream->ended = true;
        nghttp2_session_resume_data(m_session, id);
        return pump();
    }
    pump();
    later(id);
}

Http2FaultServer::Http2FaultServer(const QSslConfiguration &tls, QObject *parent)
    : FaultScript(parent)
    , m_server(new QSslServer(this))
{
    QSslConfiguration h2 = tls;
    h2.setAllowedNextProtocols({QSslConfiguration::ALPNProtocolHTTP2});
    m_server->setSslConfiguration(h2);
    connect(m_server, &QTcpServer::pendingConnectionAvailable, this, [this] {
        while (QTcpSocket *socket = m_server->nextPendingConnection())
            m_list.append(new Http2FaultConnection(this, qobject_cast<QSslSocket *>(socket), ++m_connections));
    });
    if (!m_server->listen(QHostAddress::LocalHost))
        qFatal("Http2FaultServer: cannot listen on 127.0.0.1: %s", qPrintable(m_server->errorString()));
}

Http2FaultServer::~Http2FaultServer() = default;

QUrl Http2FaultServer::url(const QString &host) const
{
    QUrl url;
    url.setScheme(u"https"_s);
    url.setHost(host);
    url.setPort(m_server->serverPort());
    return url;
}

void Http2FaultServer::goAway(qint64 last, quint32 error)
{
    for (const auto &connection : std::as_const(m_list)) {
        if (connection && connection->open())
            connection->goAway(last, error);
    }
}

void Http2FaultServer::forgetConnections()
{
    for (const auto &connection : std::as_const(m_list)) {
        if (connection)
            connection->forget();
    }
}

void Http2FaultServer::setFrozen(bool frozen)
{
    m_frozen = frozen;
    for (const auto &connection : std::as_const(m_list)) {
        if (connection)
            connection->pump();
    }
}

void Http2FaultServer::dropAll()
{
    for (const auto &connection : std::as_const(m_list)) {
        if (connection && connection->open())
            connection->close();
    }
}

int Http2FaultServer::openConnections() const
{
    return int(std::count_if(m_list.begin(), m_list.end(), [](const auto &c) { return c && c->open(); }));
}

int Http2FaultServer::openStreams() const
{
    int streams = 0;
    for (const auto &connection : m_list)
        streams += connection && connection->open() ? connection->streams() : 0;
    return streams;
}

}
