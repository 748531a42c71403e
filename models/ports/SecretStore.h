// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QFuture>

namespace qd::ports {

/// The system keychain. Entries are small (< 2 KiB) byte strings under one key; nothing is ever written elsewhere.
class SecretStore {
public:
    virtual ~SecretStore() = default;
    [[nodiscard]] virtual QFuture<Result<QByteArray>> read(const QString &key) = 0;
    [[nodiscard]] virtual QFuture<Result<Done>> write(const QString &key, const QByteArray &value) = 0;
    [[nodiscard]] virtual QFuture<Result<Done>> remove(const QString &key) = 0;
};

}
