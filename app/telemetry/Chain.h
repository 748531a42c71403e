// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Async.h"

#include <QFuture>
#include <QPromise>
#include <QThreadPool>

#include <memory>
#include <utility>

namespace qd::telemetry {

/// Calls step(Result<T>) on the thread that finishes `before`; what an abandoned one leads to is abandoned with it (Cancelled, for who
/// asks with whenFinished). Without a context, so that it serves any thread: the trap of QFuture::then is the one with a context.
template <typename T, typename Step>
void chain(QFuture<Result<T>> before, Step step)
{
    before.then(QtFuture::Launch::Sync, [step = std::move(step)](const Result<T> &result) mutable { step(result); });
}

/// before -> future of step(value) -> one future; an error of `before` ends it.
template <typename U, typename T, typename Step>
[[nodiscard]] QFuture<Result<U>> chainTo(QFuture<Result<T>> before, Step step)
{
    auto promise = std::make_shared<QPromise<Result<U>>>();
    promise->start();
    const QFuture<Result<U>> future = promise->future();
    chain(std::move(before), [promise, step = std::move(step)](const Result<T> &result) mutable {
        if (!result) {
            promise->addResult(Result<U>(result.error()));
            promise->finish();
            return;
        }
        chain(step(*result), [promise](const Result<U> &last) {
            promise->addResult(last);
            promise->finish();
        });
    });
    return future;
}

/// read(value) on the pool, beside whoever asks. (Never takeResult() here: it takes the state of "finished" away as well, and a promise that
/// dies afterwards runs its continuation a second time.)
template <typename U, typename T, typename Read>
[[nodiscard]] QFuture<Result<U>> readOnPool(QFuture<Result<T>> before, Read read)
{
    return before.then(QThreadPool::globalInstance(), [read = std::move(read)](const Result<T> &result) mutable -> Result<U> {
        return result ? read(*result) : Result<U>(result.error());
    });
}

}
