// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>
#include <QPromise>

#include <memory>

namespace qd {

/// Calls handler(Result<T>) exactly once on the thread of `context` when the future ends, never after the context died.
/// An abandoned promise arrives as Cancelled. Not QFuture::then(context): Qt 6.4 aborts when the context dies first
/// (qfuture_impl.h:596).
template <typename T, typename Handler>
void whenFinished(QFuture<Result<T>> future, QObject *context, Handler handler)
{
    auto *watcher = new QFutureWatcher<Result<T>>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context, [watcher, h = std::move(handler)]() mutable {
        watcher->deleteLater();
        const QFuture<Result<T>> done = watcher->future();
        h(done.resultCount() > 0 ? done.resultAt(0) : Result<T>());
    });
    watcher->setFuture(std::move(future));
}

/// A future that is already there.
template <typename T>
QFuture<Result<T>> readyFuture(Result<T> value)
{
    QPromise<Result<T>> promise;
    promise.start();
    promise.addResult(std::move(value));
    promise.finish();
    return promise.future();
}

/// A promise that several lambdas may share; finishes once, later calls are ignored. Not thread safe: one thread at a time.
template <typename T>
class SharedPromise {
public:
    SharedPromise() : m_state(std::make_shared<State>()) { m_state->promise.start(); }
    [[nodiscard]] QFuture<Result<T>> future() const { return m_state->promise.future(); }
    [[nodiscard]] bool finished() const { return m_state->finished; }
    void finish(Result<T> result) const
    {
        if (m_state->finished)
            return;
        m_state->finished = true;
        m_state->promise.addResult(std::move(result));
        m_state->promise.finish();
    }

private:
    struct State {
        QPromise<Result<T>> promise;
        bool finished = false;
    };
    std::shared_ptr<State> m_state;
};

}
