// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/FaultScript.h"

#include <QSslConfiguration>
#include <QUrl>

#include <optional>

class QTcpServer;
class QTcpSocket;

namespace qd::support {

/// A scripted HTTP/1.1 server on 127.0.0.1, plain or TLS, for the thread that made it.
class FaultServer : public FaultScript
{
    Q_OBJECT
public:
    /// Plain HTTP, or with `tls` (see TestPki::serverConfiguration) HTTPS.
    explicit FaultServer(const std::optional<QSslConfiguration> &tls = {}, QObject *parent = nullptr);
    ~FaultServer() override;

    [[nodiscard]] QUrl url(const QString &host = QStringLiteral("127.0.0.1")) const;
    [[nodiscard]] quint16 port() const;
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
    void thawed();
    void dropping(bool reset);

private:
    friend class FaultConnection;
    void take(QTcpSocket *socket);
    QTcpServer *m_server;
    quint16 m_port = 0;
    bool m_tls;
    bool m_frozen = false;
    int m_connections = 0;
    int m_open = 0;
};

}
