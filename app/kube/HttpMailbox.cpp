// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/HttpMailbox.h"

namespace qd::kube {

HttpMailbox::HttpMailbox(QObject *receiver)
    : m_state(std::make_shared<State>())
{
    m_state->waker = new HttpMailboxWaker(m_state, receiver);
}

[[gnu::noinline]] std::shared_ptr<HttpMailbox::State> HttpMailboxWaker::look() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state;
}

bool HttpMailbox::post(std::function<void()> work) const
{
    const std::lock_guard lock(m_state->mutex);
    if (!m_state->waker)
        return false;
    m_state->work.push_back(std::move(work));
    if (m_state->work.size() == 1)
        QMetaObject::invokeMethod(m_state->waker, "wake", Qt::QueuedConnection);
    return true;
}

void HttpMailbox::close() const
{
    close(*m_state);
}

void HttpMailbox::close(State &state)
{
    // Destroyed after the lock is gone: a closure may hold the last reference to something that posts.
    std::vector<std::function<void()>> dropped;
    const std::lock_guard lock(state.mutex);
    state.waker = nullptr;
    dropped.swap(state.work);
}

void HttpMailbox::drain(State &state)
{
    std::vector<std::function<void()>> taken;
    {
        const std::lock_guard lock(state.mutex);
        taken.swap(state.work);
    }
    for (std::function<void()> &work : taken) {
        {
            // A closure before may have closed the box.
            const std::lock_guard lock(state.mutex);
            if (!state.waker)
                return;
        }
        work();
        work = nullptr;
    }
}

}
