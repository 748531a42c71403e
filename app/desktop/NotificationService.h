// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/DesktopNotices.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QHash>

namespace qd::desktop {

/// Notices by org.freedesktop.Notifications (Desktop Notifications 1.2). Whether a service answers is asked once it is needed or comes to
/// the bus, without waiting; without one nothing is shown and available() says so. Markup is written only where the service reads it,
/// and then escaped. GUI thread.
class NotificationService : public ports::DesktopNotices {
    Q_OBJECT
public:
    /// On the session's bus, when there is one.
    explicit NotificationService(QObject *parent = nullptr);
    explicit NotificationService(const QDBusConnection &bus, QObject *parent = nullptr);
    [[nodiscard]] bool available() const override { return m_available; }
    void show(const ports::DesktopNotice &notice) override;
    void withdraw(const QString &id) override;

private Q_SLOTS:
    void actionInvoked(const QDBusMessage &message);
    void activationToken(const QDBusMessage &message);
    void closed(const QDBusMessage &message);

private:
    struct Shown {
        uint number = 0;            ///< of the service; 0: its answer is awaited
        bool withdrawn = false;     ///< before that answer came
        std::optional<ports::DesktopNotice> next = {};  ///< another of the id came before that answer
    };
    void ask();
    void send(const ports::DesktopNotice &notice, uint replaces);
    void answered(const QString &id, const QDBusMessage &reply);
    void setAvailable(bool available);
    void close(uint number);
    [[nodiscard]] QString idOf(uint number) const;
    QDBusConnection m_bus;
    QHash<QString, Shown> m_shown;
    QHash<uint, QString> m_tokens;
    bool m_available = false;
    bool m_markup = false;
    bool m_actions = false;
};

}
