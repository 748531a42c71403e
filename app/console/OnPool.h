// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QFuture>
#include <QPromise>
#include <QThreadPool>

#include <functional>
#include <memory>

namespace qd::console {

/// What reads or writes a disk, beside the GUI thread. The call owns all it needs.
template <typename T>
[[nodiscard]] QFuture<Result<T>> onPool(std::function<Result<T>()> call)
{
    auto promise = std::make_shared<QPromise<Result<T>>>();
    promise->start();
    QThreadPool::globalInstance()->start([promise, call = std::move(call)] {
        promise->addResult(call());
        promise->finish();
    });
    return promise->future();
}

}
