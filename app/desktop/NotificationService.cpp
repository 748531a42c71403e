// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/NotificationService.h"

#include "app/desktop/SessionBus.h"

#include <QCoreApplication>
#include <QDBusError>
#include <QDBusPendingCallWatcher>
#include <QDBusServiceWatcher>
#include <QVariantMap>

namespace qd::desktop {

using namespace Qt::StringLiterals;

namespace {

constexpr int kAnswerMs = 5000;

const QString &service()
{
    static const QString name = u"org.freedesktop.Notifications"_s;
    return name;
}

const QString &path()
{
    static const QString name = u"/org/freedesktop/Notifications"_s;
    return name;
}

QDBusMessage call(const QString &method, const QVariantList &arguments = {})
{
    QDBusMessage out = QDBusMessage::createMethodCall(service(), path(), service(), method);
    out.setArguments(arguments);
    return out;
}

}

NotificationService::NotificationService(QObject *parent)
    : NotificationService(sessionBus(), parent)
{
}

NotificationService::NotificationService(const QDBusConnection &bus, QObject *parent)
    : ports::DesktopNotices(parent)
    , m_bus(bus)
{
    if (!m_bus.isConnected())
        return;
    m_bus.connect(service(), path(), service(), u"ActionInvoked"_s, u"us"_s, this, SLOT(actionInvoked(QDBusMessage)));
    m_bus.connect(service(), path(), service(), u"ActivationToken"_s, u"us"_s, this, SLOT(activationToken(QDBusMessage)));
    m_bus.connect(service(), path(), service(), u"NotificationClosed"_s, u"uu"_s, this, SLOT(closed(QDBusMessage)));
    auto *watcher = new QDBusServiceWatcher(service(), m_bus, QDBusServiceWatcher::WatchForOwnerChange, this);
    connect(watcher, &QDBusServiceWatcher::serviceOwnerChanged, this, [this](const QString &, const QString &, const QString &owner) {
        // Its numbers mean nothing to the next one.
        m_shown.clear();
        m_tokens.clear();
        if (owner.isEmpty())
            setAvailable(false);
        else
            ask();
    });
    ask();
}

/// What the service can do; a desktop that starts it on demand does so now.
void NotificationService::ask()
{
    auto *answer = new QDBusPendingCallWatcher(m_bus.asyncCall(call(u"GetCapabilities"_s), kAnswerMs), this);
    connect(answer, &QDBusPendingCallWatcher::finished, this, [this, answer] {
        answer->deleteLater();
        const QDBusMessage reply = answer->reply();
        if (reply.type() != QDBusMessage::ReplyMessage || reply.signature() != "as"_L1) {
            qInfo("the desktop shows no notices: %s", qUtf8Printable(answer->error().message()));
            return setAvailable(false);
        }
        const QStringList capabilities = reply.arguments().constFirst().toStringList();
        m_markup = capabilities.contains(u"body-markup"_s);
        m_actions = capabilities.contains(u"actions"_s);
        setAvailable(true);
    });
}

void NotificationService::setAvailable(bool available)
{
    if (std::exchange(m_available, available) != available)
        Q_EMIT availableChanged();
}

void NotificationService::show(const ports::DesktopNotice &notice)
{
    if (!m_available)
        return;
    const auto known = m_shown.find(notice.id);
    if (known != m_shown.end() && known->number == 0) {
        known->next = notice;
        known->withdrawn = false;
        return;
    }
    send(notice, known == m_shown.end() ? 0 : known->number);
}

void NotificationService::send(const ports::DesktopNotice &notice, uint replaces)
{
    m_shown.insert(notice.id, {});
    QStringList actions;
    if (m_actions)
        actions = {u"default"_s, notice.actionText.isEmpty() ? notice.title : notice.actionText};
    if (m_actions && !notice.actionText.isEmpty())
        actions += {u"open"_s, notice.actionText};
    const QVariantMap hints{{u"urgency"_s, QVariant::fromValue(uchar(notice.critical ? 2 : 1))},
                            {u"desktop-entry"_s, u"quarterdeck"_s}, {u"category"_s, u"network.error"_s}};
    const QString text = m_markup ? notice.text.toHtmlEscaped() : notice.text;
    const QDBusMessage message = call(u"Notify"_s, {QCoreApplication::applicationName(), replaces, u"quarterdeck"_s, notice.title, text, actions, hints, -1});
    auto *answer = new QDBusPendingCallWatcher(m_bus.asyncCall(message, kAnswerMs), this);
    connect(answer, &QDBusPendingCallWatcher::finished, this, [this, answer, id = notice.id] {
        answer->deleteLater();
        answered(id, answer->reply());
    });
}

void NotificationService::answered(const QString &id, const QDBusMessage &reply)
{
    const auto shown = m_shown.find(id);
    if (shown == m_shown.end())
        return;     // another service has come meanwhile
    if (reply.type() != QDBusMessage::ReplyMessage || reply.signature() != "u"_L1) {
        qWarning("a notice could not be shown by the desktop: %s", qUtf8Printable(reply.errorMessage()));
        m_shown.erase(shown);
        return;
    }
    shown->number = reply.arguments().constFirst().toUInt();
    if (shown->withdrawn) {
        close(shown->number);
        m_shown.erase(shown);
    } else if (shown->next) {
        const ports::DesktopNotice next = *shown->next;
        send(next, shown->number);
    }
}

void NotificationService::withdraw(const QString &id)
{
    const auto shown = m_shown.find(id);
    if (shown == m_shown.end())
        return;
    if (shown->number == 0) {
        shown->withdrawn = true;
        shown->next.reset();
        return;
    }
    close(shown->number);
    m_shown.erase(shown);
}

void NotificationService::close(uint number)
{
    m_bus.asyncCall(call(u"CloseNotification"_s, {number}), kAnswerMs);
}

QString NotificationService::idOf(uint number) const
{
    for (auto it = m_shown.cbegin(); it != m_shown.cend(); ++it) {
        if (it->number == number && number != 0)
            return it.key();
    }
    return {};
}

/// Signals go to everybody on the bus: those of others' notices are none of ours.
void NotificationService::actionInvoked(const QDBusMessage &message)
{
    const uint number = message.arguments().value(0).toUInt();
    if (const QString id = idOf(number); !id.isEmpty())
        Q_EMIT activated(id, m_tokens.take(number));
}

void NotificationService::activationToken(const QDBusMessage &message)
{
    const uint number = message.arguments().value(0).toUInt();
    if (!idOf(number).isEmpty())
        m_tokens.insert(number, message.arguments().value(1).toString());
}

void NotificationService::closed(const QDBusMessage &message)
{
    const uint number = message.arguments().value(0).toUInt();
    m_tokens.remove(number);
    if (const QString id = idOf(number); !id.isEmpty())
        m_shown.remove(id);
}

}
