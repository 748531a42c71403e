// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusConnection>
#include <QFile>

namespace qd::desktop {

/// The session's bus, where there is one; else a connection that is none. Without an address libdbus would start a bus of its own.
[[nodiscard]] inline QDBusConnection sessionBus()
{
    const bool named = !qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS");
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    const bool there = named || (!runtime.isEmpty() && QFile::exists(QString(runtime + QStringLiteral("/bus"))));
    return there ? QDBusConnection::sessionBus() : QDBusConnection(QStringLiteral("no session"));
}

}
