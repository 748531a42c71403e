// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QMap>
#include <QObject>
#include <QSet>
#include <QSslConfiguration>
#include <QUrl>
#include <QUrlQuery>

#include <functional>
#include <optional>

class QTcpServer;
class QTcpSocket;

namespace qd::support {

/// A request as it came over the wire.
struct FaultRequest
{
    QByteArray method;
    QString path; ///< percent-encoded, without the query
    QUrlQuery query;
    QByteArray target; ///< the whole request target
    QMap<QByteArray, QList<QByteArray>> headers; ///< names in lower case, every line of a repeated header
    QByteArray body;
    int connection = 0; ///< number of the connection, from 1
    [[nodiscard]] QByteArray header(const QByteArray &name) const { return headers.value(name).value(0); }
    [[nodiscard]] QString q(const QString &name) const { return query.queryItemValue(name, QUrl::FullyDecoded); }
};

/// What the server does with one request, step by step; each step in a turn of the event loop of its own. A stream that
/// has no last step of its own ends cleanly; any other answer carries Content-Length and keeps the connection.
class FaultAnswer
{
public:
    static FaultAnswer json(int status, const QByteArray &body);
    static FaultAnswer text(int status, const QByteArray &body, const QByteArray &contentType = "text/plain");
    /// 200 and Transfer-Encoding: chunked; go on with send().
    static FaultAnswer stream(int status = 200, const QByteArray &contentType = "application/json");
    /// No head at all; go on with raw(), wait(), cut(), reset() or nothing (hangs).
    static FaultAnswer silent();

    FaultAnswer &header(const QByteArray &name, const QByteArray &value);
    /// Wait for FaultServer::release(gate) before the head goes out.
    FaultAnswer &headAfter(const QString &gate);
    /// One chunk, or, with `every`, chunks of so many bytes.
    FaultAnswer &send(const QByteArray &bytes, qsizetype every = 0);
    /// Bytes as they are, outside of any framing.
    FaultAnswer &raw(const QByteArray &bytes);
    FaultAnswer &wait(const QString &gate);
    FaultAnswer &end(); ///< the last chunk; the connection stays
    FaultAnswer &cut(); ///< FIN where we are
    FaultAnswer &reset(); ///< RST where we are
    FaultAnswer &hang(); ///< nothing more ever comes, the connection stays open

private:
    friend class FaultConnection;
    enum class Step { Head, Bytes, Wait, Close, Reset, Hang, Done };
    FaultAnswer &add(Step step, const QByteArray &bytes = {}, const QString &gate = {});
    struct Item
    {
        Step step;
        QByteArray bytes;
        QString gate;
    };
    [[nodiscard]] QByteArray headBytes() const;
    int m_status = 200;
    bool m_chunked = false;
    bool m_silent = false;
    QByteArray m_body;
    QList<std::pair<QByteArray, QByteArray>> m_headers;
    QList<Item> m_items;
};

/// A scripted HTTP/1.1 server on 127.0.0.1, plain or TLS, for the thread that made it. No sleeps: a script waits for
/// gates.
class FaultServer : public QObject
{
    Q_OBJECT
public:
    using Handler = std::function<FaultAnswer(const FaultRequest &)>;

    /// Plain HTTP, or with `tls` (see TestPki::serverConfiguration) HTTPS.
    explicit FaultServer(const std::optional<QSslConfiguration> &tls = {}, QObject *parent = nullptr);
    ~FaultServer() override;

    [[nodiscard]] QUrl url(const QString &host = QStringLiteral("127.0.0.1")) const;
    [[nodiscard]] quint16 port() const;
    /// Answers for "/path" or "GET /path", one after another; the last one stays. Further calls add. Others get a 404
    /// Status.
    void on(const QString &route, const FaultAnswer &answer);
    void handle(const QString &route, Handler handler);
    /// For every request no route takes.
    void fallback(Handler handler);
    void forget(const QString &route);

    /// Lets `count` waits of the gate pass, those that wait now or the next that come.
    void release(const QString &gate, int count = 1);
    /// Lets all waits of the gate pass from now on.
    void openGate(const QString &gate);
    /// How many scripts stand at the gate now.
    [[nodiscard]] int waiting(const QString &gate) const { return m_waiting.value(gate); }

    [[nodiscard]] QList<FaultRequest> requests(const QString &path = {}) const;
    [[nodiscard]] int count(const QString &path = {}) const { return int(requests(path).size()); }
    [[nodiscard]] int connections() const { return m_connections; } ///< ever accepted (TLS: after the handshake)
    [[nodiscard]] int openConnections() const { return m_open; }
    /// Ends every connection with RST (or FIN).
    void dropAll(bool reset = true);
    /// Accept connections and read, but answer nothing until set to false again (half-open network).
    void setFrozen(bool frozen);
    /// Stop listening: new connections are refused. The port stays known; listenAgain() takes it back.
    void stopListening();
    bool listenAgain();

Q_SIGNALS:
    void requested(const qd::support::FaultRequest &request);
    void gateOpened(const QString &gate);
    void thawed();
    void dropping(bool reset);

private:
    friend class FaultConnection;
    void take(QTcpSocket *socket);
    FaultAnswer answer(const FaultRequest &request);
    bool pass(const QString &gate);
    QTcpServer *m_server;
    quint16 m_port = 0;
    bool m_tls;
    bool m_frozen = false;
    int m_connections = 0;
    int m_open = 0;
    QHash<QString, QList<FaultAnswer>> m_answers;
    QHash<QString, Handler> m_handlers;
    Handler m_fallback;
    QHash<QString, int> m_tickets;
    QHash<QString, int> m_waiting;
    QSet<QString> m_openGates;
    QList<FaultRequest> m_requests;
};

}
