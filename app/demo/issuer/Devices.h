// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/issuer/Grants.h"

namespace qd::demo {

/// A device's wish to be signed in (RFC 8628): it polls with its device code until somebody has typed the user code and decided.
class Devices {
public:
    static constexpr qint64 kLifetime = 600;
    static constexpr qint64 kInterval = 5;

    explicit Devices(std::function<QDateTime()> now) : m_now(std::move(now)) { }

    struct Begun {
        QByteArray deviceCode;
        QString userCode;               ///< BDFG-HJKL: no vowels, nothing that looks like something else
    };
    [[nodiscard]] Begun begin(const QString &client, const QStringList &scopes);

    struct Wish {
        QByteArray deviceDigest;
        QString client;
        QStringList scopes;
    };
    /// As people type it: any letters' case, spaces and dashes anywhere. Nothing when nobody waits with it, or when too many wrong
    /// ones were tried within the last minute.
    [[nodiscard]] std::optional<Wish> find(const QString &userCode);
    void allow(const QByteArray &deviceDigest, const QString &user, const QString &sid, qint64 authTime);
    void deny(const QByteArray &deviceDigest);
    [[nodiscard]] OrOAuthError<Granted> poll(const QByteArray &deviceCode, const QString &client);

private:
    enum class State : quint8 { Pending, Allowed, Denied };
    struct Device {
        QString userCode;
        Granted granted;
        State state = State::Pending;
        qint64 interval = kInterval;
        qint64 polled = 0;              ///< milliseconds; 0: not yet
        qint64 until = 0;
    };
    [[nodiscard]] qint64 now() const { return m_now().toSecsSinceEpoch(); }

    std::function<QDateTime()> m_now;
    QHash<QByteArray, Device> m_devices;
    QList<qint64> m_wrong;              ///< when a wrong user code was tried
};

}
