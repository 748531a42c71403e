// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/login/tokens/Callback.h"
#include "models/core/Result.h"

#include <QList>
#include <QObject>
#include <QTcpServer>

class QTcpSocket;

namespace qd::login {

/// Waits on 127.0.0.1 for the browser to come back, for one attempt (fact sheet 1.8): never another address, no port shared,
/// 8 KiB of head, 8 sockets, 5 s for each, pages of fixed text. What is not the answer is refused and the waiting goes on;
/// with the answer it stops listening. GUI thread.
class LoopbackListener : public QObject {
    Q_OBJECT
public:
    struct Limits {
        int headBytes = 8 * 1024;
        int sockets = 8;
        int socketMs = 5'000;
    };
    explicit LoopbackListener(QObject *parent = nullptr) : LoopbackListener(Limits{}, parent) { }
    LoopbackListener(const Limits &limits, QObject *parent);
    ~LoopbackListener() override;

    /// One of the ports, or any free one. The error says which were taken.
    [[nodiscard]] Result<Done> listen(const QList<quint16> &ports);
    [[nodiscard]] bool listening() const { return m_server.isListening(); }
    [[nodiscard]] quint16 port() const { return m_port; }
    /// rules.hosts gets 127.0.0.1:PORT, and localhost:PORT with `localhostName`.
    void expect(CallbackRules rules, bool localhostName);
    /// No further connections; this object goes when those that are open are done, in two seconds at the latest.
    void retire();

Q_SIGNALS:
    /// Once: Code, ProviderSaysNo or WrongIssuer.
    void answered(const qd::login::CallbackVerdict &verdict);

private:
    void accept();
    void read(QTcpSocket *socket);
    void reply(QTcpSocket *socket, int status, const QString &heading, const QString &text);
    void refuse(QTcpSocket *socket, int status);

    Limits m_limits;
    QTcpServer m_server;
    quint16 m_port = 0;
    CallbackRules m_rules;
    QList<QTcpSocket *> m_open;
    bool m_answered = false;
    bool m_retired = false;
};

}
