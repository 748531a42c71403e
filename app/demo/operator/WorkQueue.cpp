// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/WorkQueue.h"

#include <utility>

namespace qd::demo {

WorkQueue::Item &WorkQueue::item(const WorkKey &key)
{
    std::shared_ptr<Item> &place = m_items[key];
    if (!place) {
        place = std::make_shared<Item>();
        place->key = key;
        place->serial = ++m_serial;
    }
    return *place;
}

void WorkQueue::unset(Item &item)
{
    if (!item.at)
        return;
    m_later.erase(&item);
    item.at.reset();
}

void WorkQueue::add(const WorkKey &key)
{
    Item &one = item(key);
    unset(one);
    if (one.underWay) {
        one.again = true;
    } else if (!one.ready) {
        one.ready = true;
        m_ready.push_back(one.key);
    }
}

void WorkQueue::addAt(const WorkKey &key, qint64 at)
{
    Item &one = item(key);
    unset(one);
    one.at = at;
    m_later.insert(&one);
}

void WorkQueue::ripen(qint64 now)
{
    while (!m_later.empty() && *(*m_later.begin())->at <= now)
        add(WorkKey((*m_later.begin())->key));
}

std::optional<qint64> WorkQueue::nextDue() const
{
    return m_later.empty() ? std::nullopt : (*m_later.begin())->at;
}

std::optional<WorkKey> WorkQueue::take()
{
    if (m_ready.empty())
        return std::nullopt;
    WorkKey key = m_ready.front();
    m_ready.pop_front();
    item(key).ready = false;
    dropIfIdle(key);
    return key;
}

void WorkQueue::begin(const WorkKey &key)
{
    Item &one = item(key);
    m_underWay += one.underWay ? 0 : 1;
    one.underWay = true;
}

bool WorkQueue::end(const WorkKey &key)
{
    Item &one = item(key);
    m_underWay -= one.underWay ? 1 : 0;
    one.underWay = false;
    const bool again = std::exchange(one.again, false);
    dropIfIdle(key);
    return again;
}

int WorkQueue::failed(const WorkKey &key)
{
    return ++item(key).failures;
}

int WorkQueue::recovered(const WorkKey &key)
{
    const auto found = m_items.constFind(key);
    if (found == m_items.constEnd())
        return 0;
    const int failures = std::exchange((*found)->failures, 0);
    dropIfIdle(key);
    return failures;
}

void WorkQueue::forget(const WorkKey &key)
{
    const auto found = m_items.constFind(key);
    if (found == m_items.constEnd())
        return;
    unset(**found);
    (*found)->failures = 0;
    dropIfIdle(key);
}

/// Nothing is known of it that a new entry would not say as well.
void WorkQueue::dropIfIdle(const WorkKey &key)
{
    const auto found = m_items.constFind(key);
    if (found == m_items.constEnd())
        return;
    const Item &one = **found;
    if (!one.ready && !one.underWay && !one.at && one.failures == 0)
        m_items.erase(found);
}

}
