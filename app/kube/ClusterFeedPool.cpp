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
    const auto old = std::find_if(m_retired.begin(), m_retired.end(), [client](const Slot &s) { return s.client.get() == client; });
    if (old != m_retired.end() && --old->streams == 0) {
        old->client.release()->deleteLater();   // may be inside its own signal
        m_retired.erase(old);
    }
    pump();
}

void StreamPool::replace(HttpClient *client, std::unique_ptr<HttpClient> with)
{
    Slot *slot = find(client);
    if (!slot) {
        with.release()->deleteLater();
        return;
    }
    Slot old = std::exchange(*slot, Slot{std::move(with)});
    slot->known = slot->client->lastWasHttp2();
    if (old.streams > 0)
        m_retired.push_back(std::move(old));
    else
        old.client.release()->deleteLater();
    Q_EMIT replaced(client);
    pump();
}

void StreamPool::renew(HttpClient *client)
{
    if (find(client))
        replace(client, m_make());
}

std::vector<HttpClient *> StreamPool::shared() const
{
    std::vector<HttpClient *> out;
    for (const Slot &slot : m_slots) {
        if (slot.known && slot.client->lastWasHttp2())
            out.push_back(slot.client.get());
    }
    return out;
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
