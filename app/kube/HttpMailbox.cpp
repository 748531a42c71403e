// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/HttpMailbox.h"

namespace qd::kube {

HttpMailbox::HttpMailbox(QObject *receiver)
    : m_state(std::make_shared<State>())
{
    m_state->receiver = receiver;
}

bool HttpMailbox::post(std::function<void()> work) const
{
    const std::lock_guard lock(m_state->mutex);
    if (!m_state->receiver)
        return false;
    m_state->work.push_back(std::move(work));
    if (m_state->work.size() == 1)
        QMetaObject::invokeMethod(
            m_state->receiver, [state = m_state] { drain(state); }, Qt::QueuedConnection);
    return true;
}

void HttpMailbox::close() const
{
    std::vector<std::function<void()>> dropped;
    const std::lock_guard lock(m_state->mutex);
    m_state->receiver = nullptr;
    dropped.swap(m_state->work);
}

void HttpMailbox::drain(const std::shared_ptr<State> &state)
{
    std::vector<std::function<void()>> taken;
    {
        const std::lock_guard lock(state->mutex);
        taken.swap(state->work);
    }
    for (std::function<void()> &work : taken) {
        {
            // A closure before may have closed the box.
            const std::lock_guard lock(state->mutex);
            if (!state->receiver)
                return;
        }
        work();
        work = nullptr;
    }
}

}
