// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Async.h"
#include "models/ports/SecretStore.h"

#include <QMap>

#include <optional>

namespace qd::test {

/// A keychain in memory that a test locks, lets fail or lets hang. Two sessions that share one are two processes at one
/// keychain.
class FakeSecrets final : public ports::SecretStore
{
public:
    QFuture<Result<QByteArray>> read(const QString &key) override
    {
        ++reads;
        if (hang)
            return m_never.emplaceBack().future();
        if (broken)
            return readyFuture<QByteArray>(*broken);
        if (!entries.contains(key))
            return readyFuture<QByteArray>(Error{ErrorKind::NotFound, QStringLiteral("no such entry")});
        return readyFuture<QByteArray>(entries.value(key));
    }
    QFuture<Result<Done>> write(const QString &key, const QByteArray &value) override
    {
        ++writes;
        if (broken)
            return readyFuture<Done>(*broken);
        entries.insert(key, value);
        return readyFuture<Done>(Done{});
    }
    QFuture<Result<Done>> remove(const QString &key) override
    {
        if (broken)
            return readyFuture<Done>(*broken);
        entries.remove(key);
        return readyFuture<Done>(Done{});
    }
    [[nodiscard]] ports::SecretPlace place() const override { return m_place; }
    QFuture<Result<Done>> keepIn(ports::SecretPlace place) override
    {
        m_place = place;
        return readyFuture<Done>(Done{});
    }
    void lock() { broken = Error{ErrorKind::Forbidden, QStringLiteral("locked"), QStringLiteral("unlock"), {}, QString::fromLatin1(ports::secret::kLocked)}; }
    void vanish() { broken = Error{ErrorKind::Network, QStringLiteral("gone"), QStringLiteral("again"), {}, QString::fromLatin1(ports::secret::kVanished)}; }

    QMap<QString, QByteArray> entries;
    std::optional<Error> broken;
    bool hang = false;
    int reads = 0;
    int writes = 0;

private:
    QList<SharedPromise<QByteArray>> m_never;
    ports::SecretPlace m_place = ports::SecretPlace::Keychain;
};

}
