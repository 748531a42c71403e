// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/issuer/Devices.h"

#include "app/demo/issuer/Jose.h"

#include <QRandomGenerator>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMost = 500;
constexpr qsizetype kWrongPerMinute = 20;
constexpr qint64 kSlower = 5;
constexpr qint64 kJitterMs = 250;       // a poll that the network brought a little early
const QLatin1StringView kLetters("BCDFGHJKLMNPQRSTVWXZ");

QString newUserCode()
{
    QString code;
    for (int i = 0; i < 8; ++i) {
        if (i == 4)
            code += u'-';
        code += QLatin1Char(kLetters.at(QRandomGenerator::system()->bounded(int(kLetters.size()))));
    }
    return code;
}

QString plain(const QString &typed)
{
    QString code;
    for (const QChar &c : typed.left(64).toUpper()) {
        if (c != u'-' && !c.isSpace())
            code += c;
    }
    return code;
}

}

Devices::Begun Devices::begin(const QString &client, const QStringList &scopes)
{
    pruneTable(m_devices, now(), kMost);
    Device device;
    device.granted.client = client;
    device.granted.scopes = scopes;
    device.until = now() + kLifetime;
    device.userCode = newUserCode();
    const QByteArray code = randomText();
    m_devices.insert(digestText(code), device);
    return {code, device.userCode};
}

std::optional<Devices::Wish> Devices::find(const QString &userCode)
{
    pruneTable(m_devices, now(), kMost);
    m_wrong.removeIf([at = now()](qint64 when) { return when + 60 <= at; });
    if (m_wrong.size() >= kWrongPerMinute)
        return std::nullopt;
    const QString wanted = plain(userCode);
    for (auto it = m_devices.cbegin(); it != m_devices.cend(); ++it) {
        if (it->state == State::Pending && plain(it->userCode) == wanted)
            return Wish{it.key(), it->granted.client, it->granted.scopes};
    }
    m_wrong.append(now());
    return std::nullopt;
}

void Devices::allow(const QByteArray &deviceDigest, const QString &user, const QString &sid, qint64 authTime)
{
    const auto found = m_devices.find(deviceDigest);
    if (found == m_devices.end() || found->state != State::Pending)
        return;
    found->state = State::Allowed;
    found->granted.user = user;
    found->granted.sid = sid;
    found->granted.authTime = authTime;
}

void Devices::deny(const QByteArray &deviceDigest)
{
    const auto found = m_devices.find(deviceDigest);
    if (found != m_devices.end() && found->state == State::Pending)
        found->state = State::Denied;
}

OrOAuthError<Granted> Devices::poll(const QByteArray &deviceCode, const QString &client)
{
    const auto found = m_devices.find(digestText(deviceCode));
    if (found == m_devices.end() || found->granted.client != client)
        return OAuthError{"invalid_grant", u"the device code is unknown, or belongs to another client"_s};
    if (found->until <= now()) {
        m_devices.erase(found);
        return OAuthError{"expired_token", u"nobody decided in time; start again"_s};
    }
    const qint64 at = m_now().toMSecsSinceEpoch();
    const qint64 before = std::exchange(found->polled, at);
    if (before != 0 && at - before < found->interval * 1000 - kJitterMs) {
        found->interval += kSlower;
        return OAuthError{"slow_down", u"ask every %1 seconds"_s.arg(found->interval)};
    }
    if (found->state == State::Pending)
        return OAuthError{"authorization_pending", u"nobody has decided yet"_s};
    const Device device = *found;
    m_devices.erase(found);
    if (device.state == State::Denied)
        return OAuthError{"access_denied", u"the person said no"_s};
    return device.granted;
}

}
