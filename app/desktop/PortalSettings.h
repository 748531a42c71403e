// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/DesktopLook.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QObject>

namespace qd::desktop {

/// The appearance as the desktop portal tells it (org.freedesktop.portal.Settings, namespace org.freedesktop.appearance), now and
/// whenever it changes: Qt 6.4 does not ask (QStyleHints::colorScheme is of 6.5). Asked without waiting; a desktop without a portal,
/// or one that fails, is silent and leaves the look as it is, and one that starts later is asked then. GUI thread.
class PortalSettings : public QObject {
    Q_OBJECT
public:
    /// On the session's bus, when there is one.
    explicit PortalSettings(QObject *parent = nullptr);
    explicit PortalSettings(const QDBusConnection &bus, QObject *parent = nullptr);
    [[nodiscard]] const ports::DesktopLook &look() const { return m_look; }

Q_SIGNALS:
    void changed(const qd::ports::DesktopLook &look);

private Q_SLOTS:
    void settingChanged(const QDBusMessage &message);

private:
    void ask();
    void take(const QString &key, const QVariant &value);
    void tell(const ports::DesktopLook &before);
    QDBusConnection m_bus;
    ports::DesktopLook m_look;
};

}
