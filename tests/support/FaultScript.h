// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QMap>
#include <QObject>
#include <QSet>
#include <QUrlQuery>

#include <functional>

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

/// What a server does with one request, step by step; each step in a turn of the event loop of its own. A stream that
/// has no last step of its own ends cleanly; any other answer carries Content-Length and keeps the connection. The same
/// scripts serve FaultServer (HTTP/1.1) and Http2FaultServer.
class FaultAnswer
{
public:
    static FaultAnswer json(int status, const QByteArray &body);
    static FaultAnswer text(int status, const QByteArray &body, const QByteArray &contentType = "text/plain");
    /// 200 without a length (HTTP/1.1: Transfer-Encoding: chunked); go on with send().
    static FaultAnswer stream(int status = 200, const QByteArray &contentType = "application/json");
    /// No head at all; go on with raw(), wait(), cut(), reset(), resetStream() or nothing (hangs).
    static FaultAnswer silent();

    FaultAnswer &header(const QByteArray &name, const QByteArray &value);
    /// Wait for release(gate) before the head goes out.
    FaultAnswer &headAfter(const QString &gate);
    /// One chunk, or, with `every`, chunks of so many bytes.
    FaultAnswer &send(const QByteArray &bytes, qsizetype every = 0);
    /// HTTP/1.1: bytes as they are, outside of any framing.
    FaultAnswer &raw(const QByteArray &bytes);
    FaultAnswer &wait(const QString &gate);
    FaultAnswer &end(); ///< the stream ends cleanly; the connection stays
    FaultAnswer &cut(); ///< FIN where we are
    FaultAnswer &reset(); ///< RST of the connection where we are
    FaultAnswer &resetStream(quint32 code); ///< HTTP/2: RST_STREAM where we are (2 internal, 7 refused, 8 cancel)
    FaultAnswer &hang(); ///< nothing more ever comes, the connection stays open

private:
    friend class FaultConnection;
    friend class Http2FaultConnection;
    enum class Step { Head, Bytes, Raw, Wait, Close, Reset, ResetStream, Hang, Done };
    FaultAnswer &add(Step step, const QByteArray &bytes = {}, const QString &gate = {});
    struct Item
    {
        Step step;
        QByteArray bytes;
        QString gate;
        quint32 code = 0;
    };
    [[nodiscard]] QByteArray headBytes() const;
    [[nodiscard]] QByteArray chunk(const QByteArray &bytes) const;
    int m_status = 200;
    bool m_chunked = false;
    bool m_silent = false;
    QByteArray m_body;
    QList<std::pair<QByteArray, QByteArray>> m_headers;
    QList<Item> m_items;
};

/// Which request gets which answer, the gates the scripts wait at, and what was asked. No sleeps: a script waits for gates.
class FaultScript : public QObject
{
    Q_OBJECT
public:
    using Handler = std::function<FaultAnswer(const FaultRequest &)>;
    using QObject::QObject;

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

Q_SIGNALS:
    void requested(const qd::support::FaultRequest &request);
    void gateOpened(const QString &gate);

protected:
    friend class FaultConnection;
    friend class Http2FaultConnection;
    FaultAnswer answer(const FaultRequest &request);
    bool pass(const QString &gate);

private:
    QHash<QString, QList<FaultAnswer>> m_answers;
    QHash<QString, Handler> m_handlers;
    Handler m_fallback;
    QHash<QString, int> m_tickets;
    QHash<QString, int> m_waiting;
    QSet<QString> m_openGates;
    QList<FaultRequest> m_requests;
};

}
