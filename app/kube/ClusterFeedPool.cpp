// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/ClusterFeedPool.h"

#include <algorithm>

namespace qd::kube {

HttpClient *StreamPool::first()
{
    if (m_slots.empty())
        m_slots.push_back({m_make()});
    return m_slots.front().client.get();
}

StreamPool::Slot *StreamPool::find(const HttpClient *client)
{
    const auto it = std::find_if(m_slots.begin(), m_slots.end(), [client](const Slot &s) { return s.client.get() == client; });
    return it == m_slots.end() ? nullptr : &*it;
}

StreamPool::Slot *StreamPool::room()
{
    if (m_slots.empty())
        m_slots.push_back({m_make()});
    for (Slot &slot : m_slots) {
        if (slot.streams < slot.capacity())
            return &slot;
    }
    // A client without an answer yet may turn out to take 80: wait for it instead of opening one connection more.
    if (std::any_of(m_slots.begin(), m_slots.end(), [](const Slot &s) { return !s.known; }))
        return nullptr;
    m_slots.push_back({m_make()});
    return &m_slots.back();
}

void StreamPool::acquire(QObject *context, std::function<void(HttpClient *)> ready)
{
    m_waiters.push_back({context, std::move(ready)});
    pump();
}

void StreamPool::pump()
{
    if (m_pumping)
        return;
    m_pumping = true;
    while (!m_waiters.empty()) {
        if (!m_waiters.front().context) {
            m_waiters.pop_front();
            continue;
        }
        Slot *slot = room();
        if (!slot)
            break;
        ++slot->streams;
        const Waiter waiter = std::move(m_waiters.front());
        m_waiters.pop_front();
        waiter.ready(slot->client.get());
    }
    m_pumping = false;
}

void StreamPool::release(HttpClient *client)
{
    if (Slot *slot = find(client))
        --slot->streams;
    pump();
}

void StreamPool::answered(HttpClient *client)
{
    if (Slot *slot = find(client))
        slot->known = true;
    pump();
}

void StreamPool::dropConnections()
{
    for (const Slot &slot : m_slots)
        slot.client->dropConnections();
}

}
