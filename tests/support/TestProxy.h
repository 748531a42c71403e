// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QSslConfiguration>
#include <QUrl>

#include <optional>

class QTcpServer;
class QTcpSocket;

namespace qd::support {

/// A proxy on 127.0.0.1: HTTP CONNECT (plain, or itself behind TLS) or SOCKS5. Remembers what it was asked to reach.
class TestProxy : public QObject
{
    Q_OBJECT
public:
    enum class Kind { Http, Https, Socks5 };
    explicit TestProxy(Kind kind, const std::optional<QSslConfiguration> &tls = {}, QObject *parent = nullptr);
    [[nodiscard]] QUrl url() const;
    [[nodiscard]] QStringList targets() const { return m_targets; } ///< host:port of every tunnel asked for
    [[nodiscard]] QByteArray authorization() const { return m_authorization; } ///< last Proxy-Authorization
    /// Refuse every tunnel with this HTTP status, body "<html>…" (Http and Https).
    void refuse(int status) { m_refuse = status; }
    /// Every host is reached at this address in place of its own.
    void redirect(const QString &host) { m_host = host; }
    void requireAuthorization() { m_require = true; }

private:
    void take(QTcpSocket *client);
    void readHttp(QTcpSocket *client);
    void readSocks(QTcpSocket *client);
    void tunnel(QTcpSocket *client, const QString &host, quint16 port, const QByteArray &hello);
    Kind m_kind;
    QTcpServer *m_server;
    QStringList m_targets;
    QByteArray m_authorization;
    QString m_host;
    int m_refuse = 0;
    bool m_require = false;
};

}
