// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/login/secrets/MemorySecrets.h"

#include "app/login/secrets/SecretErrors.h"
#include "models/core/Async.h"

namespace qd::login {

namespace {

/// A copy of its own is overwritten; a shared one belongs to somebody else too.
void wipe(QByteArray &value)
{
    if (!value.isDetached())
        return;
    volatile char *at = value.data();
    for (qsizetype i = 0; i < value.size(); ++i)
        at[i] = 0;
}

}

MemorySecrets::~MemorySecrets()
{
    for (QByteArray &value : m_values)
        wipe(value);
}

QFuture<Result<QByteArray>> MemorySecrets::read(const QString &key)
{
    QByteArray value;
    if (!take(key, value))
        return readyFuture<QByteArray>(secretError(ports::secret::kMissing, SecretDeed::Read, key));
    return readyFuture<QByteArray>(value);
}

QFuture<Result<Done>> MemorySecrets::write(const QString &key, const QByteArray &value)
{
    const std::scoped_lock lock(m_mutex);
    QByteArray &place = m_values[key];
    wipe(place);
    place = QByteArray(value.constData(), value.size());
    return readyFuture<Done>(Done{});
}

QFuture<Result<Done>> MemorySecrets::remove(const QString &key)
{
    const std::scoped_lock lock(m_mutex);
    const auto it = m_values.find(key);
    if (it != m_values.end()) {
        wipe(*it);
        m_values.erase(it);
    }
    return readyFuture<Done>(Done{});
}

QFuture<Result<Done>> MemorySecrets::keepIn(ports::SecretPlace place)
{
    if (place == ports::SecretPlace::MemoryOnly)
        return readyFuture<Done>(Done{});
    return readyFuture<Done>(secretError(ports::secret::kAbsent, SecretDeed::Look, {}));
}

QStringList MemorySecrets::keys() const
{
    const std::scoped_lock lock(m_mutex);
    return m_values.keys();
}

bool MemorySecrets::take(const QString &key, QByteArray &value) const
{
    const std::scoped_lock lock(m_mutex);
    const auto it = m_values.constFind(key);
    if (it == m_values.cend())
        return false;
    value = QByteArray(it->constData(), it->size());
    return true;
}

}
