// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/SecretStore.h"

#include <QHash>
#include <QStringList>

#include <mutex>

namespace qd::login {

/// Secrets for this run only: nothing is written anywhere, and place() says so. What is replaced, removed or left at the end is
/// overwritten (a best effort: Qt may have copied it). Thread safe; results are there at once.
class MemorySecrets final : public ports::SecretStore {
public:
    ~MemorySecrets() override;
    [[nodiscard]] QFuture<Result<QByteArray>> read(const QString &key) override;
    [[nodiscard]] QFuture<Result<Done>> write(const QString &key, const QByteArray &value) override;
    [[nodiscard]] QFuture<Result<Done>> remove(const QString &key) override;
    [[nodiscard]] ports::SecretPlace place() const override { return ports::SecretPlace::MemoryOnly; }
    /// There is no keychain here: back to one is refused.
    [[nodiscard]] QFuture<Result<Done>> keepIn(ports::SecretPlace place) override;

    [[nodiscard]] QStringList keys() const;
    [[nodiscard]] bool take(const QString &key, QByteArray &value) const;

private:
    mutable std::mutex m_mutex;
    QHash<QString, QByteArray> m_values;
};

}
