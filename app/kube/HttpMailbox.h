// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace qd::kube {

/// Hands closures to the thread of one object, in order. Copies share one box; post() is thread safe and says whether
/// the box is still open. Everything that crosses threads in this folder goes through such a box (or a QPromise): its
/// own mutex is what orders the data, Qt's event queue only wakes the receiver.
class HttpMailbox
{
public:
    /// Closures run on the thread of `receiver`; close() the box before it dies.
    explicit HttpMailbox(QObject *receiver);
    bool post(std::function<void()> work) const;
    /// No closure runs after this returns (when called on the receiver's thread); those waiting are dropped.
    void close() const;

private:
    struct State
    {
        std::mutex mutex;
        QObject *receiver = nullptr;
        std::vector<std::function<void()>> work;
    };
    static void drain(const std::shared_ptr<State> &state);
    std::shared_ptr<State> m_state;
};

}
