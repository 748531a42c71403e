// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/PortalSettings.h"

#include "app/desktop/SessionBus.h"

#include <QDBusArgument>
#include <QDBusError>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusServiceWatcher>
#include <QDBusVariant>

namespace qd::desktop {

using namespace Qt::StringLiterals;

namespace {

constexpr int kAnswerMs = 5000;

const QString &service()
{
    static const QString name = u"org.freedesktop.portal.Desktop"_s;
    return name;
}

const QString &path()
{
    static const QString name = u"/org/freedesktop/portal/desktop"_s;
    return name;
}

const QString &interface()
{
    static const QString name = u"org.freedesktop.portal.Settings"_s;
    return name;
}

const QString &appearance()
{
    static const QString name = u"org.freedesktop.appearance"_s;
    return name;
}

/// A value may be wrapped once more: Read does so, and some portals in their signals.
QVariant bare(QVariant value)
{
    while (value.metaType() == QMetaType::fromType<QDBusVariant>())
        value = value.value<QDBusVariant>().variant();
    return value;
}

}

PortalSettings::PortalSettings(QObject *parent)
    : PortalSettings(sessionBus(), parent)
{
}

PortalSettings::PortalSettings(const QDBusConnection &bus, QObject *parent)
    : QObject(parent)
    , m_bus(bus)
{
    if (!m_bus.isConnected())
        return;
    if (!m_bus.connect(service(), path(), interface(), u"SettingChanged"_s, u"ssv"_s, this, SLOT(settingChanged(QDBusMessage))))
        qWarning("the desktop is not followed from light to dark: %s", qUtf8Printable(m_bus.lastError().message()));
    auto *watcher = new QDBusServiceWatcher(service(), m_bus, QDBusServiceWatcher::WatchForRegistration, this);
    connect(watcher, &QDBusServiceWatcher::serviceRegistered, this, &PortalSettings::ask);
    ask();
}

void PortalSettings::ask()
{
    QDBusMessage question = QDBusMessage::createMethodCall(service(), path(), interface(), u"ReadAll"_s);
    question.setArguments({QStringList{appearance()}});
    auto *answer = new QDBusPendingCallWatcher(m_bus.asyncCall(question, kAnswerMs), this);
    connect(answer, &QDBusPendingCallWatcher::finished, this, [this, answer] {
        answer->deleteLater();
        const QDBusMessage reply = answer->reply();
        if (reply.type() != QDBusMessage::ReplyMessage || reply.signature() != "a{sa{sv}}"_L1) {
            qInfo("the desktop does not say whether it is light or dark: %s", qUtf8Printable(answer->error().message()));
            return;
        }
        const auto sections = qdbus_cast<QMap<QString, QVariantMap>>(reply.arguments().constFirst());
        const QVariantMap settings = sections.value(appearance());
        const ports::DesktopLook before = m_look;
        for (auto it = settings.cbegin(); it != settings.cend(); ++it)
            take(it.key(), it.value());
        tell(before);
    });
}

void PortalSettings::settingChanged(const QDBusMessage &message)
{
    const QVariantList arguments = message.arguments();   // the signature is checked: section, key, value
    if (arguments.value(0).toString() != appearance())
        return;
    const ports::DesktopLook before = m_look;
    take(arguments.value(1).toString(), arguments.value(2));
    tell(before);
}

void PortalSettings::take(const QString &key, const QVariant &value)
{
    bool known = false;
    const uint number = bare(value).toUInt(&known);
    if (!known)
        return;
    // Numbers nobody knows yet are no preference (the portal's documentation says so of each).
    if (key == "color-scheme"_L1)
        m_look.dark = number == 1 ? std::optional(true) : number == 2 ? std::optional(false) : std::nullopt;
    else if (key == "contrast"_L1)
        m_look.highContrast = number == 1;
    else if (key == "reduced-motion"_L1)
        m_look.reducedMotion = number == 1;
}

void PortalSettings::tell(const ports::DesktopLook &before)
{
    if (m_look != before)
        Q_EMIT changed(m_look);
}

}
