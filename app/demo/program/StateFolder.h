// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QString>

#include <memory>

namespace qd::demo {

/// The folder a demo network writes to: ours alone (0700) and held by one process at a time (a lock file, given up at the end and
/// when the process dies). What was made for it is taken away again when nothing was put in.
class StateFolder {
public:
    /// Errors: no folder, not ours, open to others and not empty, held by a running process.
    [[nodiscard]] static Result<std::shared_ptr<StateFolder>> open(const QString &path);
    /// Takes away what demo networks that were killed left among the temporary files: folders with the names this one gives
    /// them, ours alone, whose lock nobody holds any more. One that is starting or running is left alone.
    static void sweep(const QString &parent);
    virtual ~StateFolder() = default;
    [[nodiscard]] virtual QString path() const = 0;         ///< absolute
    [[nodiscard]] virtual QString file(const QString &name) const = 0;
    /// Written whole or not at all, 0600; removed at the end with `passing`.
    [[nodiscard]] virtual std::optional<Error> write(const QString &name, const QByteArray &bytes, bool passing) = 0;
};

}
