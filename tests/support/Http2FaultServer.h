// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/FaultScript.h"

#include <QPointer>
#include <QSslConfiguration>
#include <QUrl>

class QSslServer;

namespace qd::support {

class Http2FaultConnection;

/// A scripted HTTP/2 server (TLS, ALPN h2) on 127.0.0.1 for the thread that made it; libnghttp2 does the framing. Runs the
/// same scripts as FaultServer, and does to connections what API servers and networks do.
class Http2FaultServer : public FaultScript
{
    Q_OBJECT
public:
    explicit Http2FaultServer(const QSslConfiguration &tls, QObject *parent = nullptr);
    ~Http2FaultServer() override;

    /// The last stream a GOAWAY names.
    static constexpr qint64 kLastSeen = -1; ///< the last one taken, as kube-apiserver does; it serves those on
    static constexpr qint64 kNotice = 0x7fffffff; ///< RFC 9113's notice of a graceful end: no stream is given up
    /// On every connection open now. Streams behind `last` are given up; the others go on, and what the client opens
    /// later gets no answer. Connections without streams end.
    void goAway(qint64 last = kLastSeen, quint32 error = 0);
    /// SETTINGS_MAX_CONCURRENT_STREAMS of connections accepted from now on.
    void setMaxStreams(quint32 count) { m_maxStreams = count; }
    /// Every new stream is answered with RST_STREAM(REFUSED_STREAM) while set.
    void setRefusing(bool refusing) { m_refusing = refusing; }
    /// The connections open now read and write nothing any more and stay open; new ones work (a NAT forgot them).
    void forgetConnections();
    /// While set no connection reads or writes, new ones neither (the server is stopped).
    void setFrozen(bool frozen);
    /// Ends every connection (FIN).
    void dropAll();

    [[nodiscard]] QUrl url(const QString &host = QStringLiteral("127.0.0.1")) const;
    [[nodiscard]] int connections() const { return m_connections; } ///< ever accepted, after the handshake
    [[nodiscard]] int openConnections() const;
    /// Streams open now, over all connections.
    [[nodiscard]] int openStreams() const;

private:
    friend class Http2FaultConnection;
    QSslServer *m_server;
    QList<QPointer<Http2FaultConnection>> m_list;
    quint32 m_maxStreams = 100; // as kube-apiserver
    int m_connections = 0;
    bool m_refusing = false;
    bool m_frozen = false;
};

}
