// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QFuture>
#include <QPromise>
#include <QThreadPool>

#include <functional>
#include <memory>

namespace qd {

/// What reads or writes a disk or works for long, beside the GUI thread, on the program's pool. The call owns all it needs.
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
