// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QObject>

#include <chrono>
#include <functional>

namespace qd::login {

/// Where a session bus listens, as DBUS_SESSION_BUS_ADDRESS says it; unix sockets only.
struct BusSocket {
    QString name;
    bool abstract = false;   ///< in the kernel's namespace, no file
    friend bool operator==(const BusSocket &, const BusSocket &) = default;
};

/// The unix sockets of a list of D-Bus addresses (D-Bus specification, "Server addresses"), in its order. Others are passed over.
[[nodiscard]] QList<BusSocket> busSockets(const QString &addresses, const QString &runtimeFolder);

/// Whether there is a session bus to ask: without an address libdbus would start one of its own, on which nobody has a keyring.
[[nodiscard]] bool hasSessionBus();

/// Whether the session bus takes connections now. It says what libdbus says first (the user's id, for the bus to accept) on a
/// connection of its own and waits for any line: libdbus waits for that for ever, and QtDBus with it. Calls `handler` once, later, and
/// goes; never after `parent` died. Unknown: it is no unix socket, or nothing listens there, which libdbus finds out as fast.
class BusProbe final : public QObject {
    Q_OBJECT
public:
    enum class Answer { Answers, Silent, Unknown };
    using Handler = std::function<void(Answer)>;
    BusProbe(std::chrono::milliseconds limit, QObject *parent, Handler handler);

private:
    void next();
    void finish(Answer answer);
    QList<BusSocket> m_sockets;
    Handler m_handler;
};

}
