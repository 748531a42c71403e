// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace qd::kube {

class HttpMailboxWaker;

/// Hands closures to the thread of one object, in order. Copies share one box; post() is thread safe and says whether the
/// box is still open. Everything that crosses threads in this folder goes through such a box (or a QPromise): its own
/// mutex is what orders the data, Qt's event queue only wakes the receiver and carries nothing.
class HttpMailbox {
public:
    /// Closures run on the thread of `receiver`, also after it moved. Make the box on the thread the receiver lives on
    /// then. The box closes when the receiver dies, or before that by close().
    explicit HttpMailbox(QObject *receiver);
    bool post(std::function<void()> work) const;
    /// No closure runs after this returns (when called on the receiver's thread); those waiting are dropped.
    void close() const;

private:
    friend class HttpMailboxWaker;
    struct State {
        std::mutex mutex;
        QObject *waker = nullptr;
        std::vector<std::function<void()>> work;
    };
    static void close(State &state);
    static void drain(State &state);
    std::shared_ptr<State> m_state;
};

/// Lives with the receiver of a box, as its child.
class HttpMailboxWaker : public QObject {
    Q_OBJECT
public:
    HttpMailboxWaker(std::shared_ptr<HttpMailbox::State> state, QObject *receiver)
        : QObject(receiver), m_state(std::move(state))
    {
    }
    ~HttpMailboxWaker() override { HttpMailbox::close(*m_state); }

public Q_SLOTS:
    void wake()
    {
        const std::shared_ptr<HttpMailbox::State> state = look();   // a closure may end the receiver and with it this
        HttpMailbox::drain(*state);
    }

private:
    /// On its own for the sanitizer's suppression: the first look comes through Qt's event queue, which it cannot see.
    [[nodiscard]] std::shared_ptr<HttpMailbox::State> look() const;
    std::shared_ptr<HttpMailbox::State> m_state;
};

}
