// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/RowIndex.h"

#include <algorithm>

namespace qd::items {

using network::State;

State RowIndex::Group::worst() const
{
    for (size_t i = 0; i < states.size(); ++i) {
        if (states[i] > 0)
            return State(i);
    }
    return State::Ready;
}

int RowIndex::Group::problems() const
{
    int out = 0;
    for (size_t i = 0; i < states.size(); ++i)
        out += network::isProblem(State(i)) ? states[i] : 0;
    return out;
}

bool RowIndex::less(Id a, Id b) const
{
    const Entry &x = m_entries[size_t(a)], &y = m_entries[size_t(b)];
    if (x.key.rank != y.key.rank)
        return x.key.rank < y.key.rank;
    const int value = SortKey::compareValue(x.key, y.key);
    if (value != 0)
        return m_descending ? value > 0 : value < 0;
    if (x.nameKey != y.nameKey)
        return x.nameKey < y.nameKey;
    return a < b;
}

bool RowIndex::groupLess(int a, int b) const
{
    const Group &x = group(a), &y = group(b);
    if (x.place != y.place)
        return x.place < y.place;
    if (x.network.isEmpty() != y.network.isEmpty())
        return y.network.isEmpty();
    if (x.markRank != y.markRank)
        return x.markRank < y.markRank;
    return x.titleKey != y.titleKey ? x.titleKey < y.titleKey : a < b;
}

RowIndex::Place RowIndex::at(int flatRow) const
{
    if (flatRow < 0 || flatRow >= m_rowCount)
        return {};
    const auto it = std::upper_bound(m_starts.begin(), m_starts.end(), flatRow) - 1;
    const int id = m_order[size_t(it - m_starts.begin())];
    const int offset = flatRow - *it;
    return {id, offset == 0 ? kNone : group(id).shown[size_t(offset - 1)]};
}

int RowIndex::headerOf(int id) const
{
    const auto it = std::lower_bound(m_order.begin(), m_order.end(), id, [this](int a, int b) { return groupLess(a, b); });
    return it != m_order.end() && *it == id ? m_starts[size_t(it - m_order.begin())] : -1;
}

int RowIndex::headerSlot(int id) const
{
    const auto it = std::lower_bound(m_order.begin(), m_order.end(), id, [this](int a, int b) { return groupLess(a, b); });
    return it == m_order.end() ? m_rowCount : m_starts[size_t(it - m_order.begin())];
}

int RowIndex::position(Id id) const
{
    const std::vector<Id> &shown = group(entry(id).group).shown;
    return int(std::lower_bound(shown.begin(), shown.end(), id, [this](Id a, Id b) { return less(a, b); }) - shown.begin());
}

int RowIndex::rowOf(Id id) const
{
    const Entry &e = entry(id);
    if (e.group < 0 || !e.shown || group(e.group).collapsed)
        return -1;
    const int header = headerOf(e.group);
    return header < 0 ? -1 : header + 1 + position(id);
}

int RowIndex::shownTotal() const
{
    int out = 0;
    for (const int id : m_order)
        out += int(group(id).shown.size());
    return out;
}

int RowIndex::findGroup(const QString &cluster, const QString &network) const
{
    return m_byName.value({cluster, network}, -1);
}

int RowIndex::addGroup(Group added)
{
    const int id = int(m_groups.size());
    m_byName.insert({added.cluster, added.network}, id);
    added.alive = true;
    m_groups.push_back(std::move(added));
    return id;
}

RowIndex::Id RowIndex::addEntry(Entry added)
{
    ++m_total;
    if (!m_free.empty()) {
        const Id id = m_free.back();
        m_free.pop_back();
        m_entries[size_t(id)] = std::move(added);
        return id;
    }
    m_entries.push_back(std::move(added));
    return Id(m_entries.size()) - 1;
}

void RowIndex::freeEntry(Id id)
{
    m_entries[size_t(id)] = Entry{};
    m_free.push_back(id);
    --m_total;
}

void RowIndex::setState(Id id, State state)
{
    Entry &e = entry(id);
    if (e.group >= 0) {
        --group(e.group).states[size_t(e.state)];
        ++group(e.group).states[size_t(state)];
    }
    e.state = state;
}

void RowIndex::link(Id id)
{
    const Entry &e = entry(id);
    Group &g = group(e.group);
    const auto before = [this](Id a, Id b) { return less(a, b); };
    g.all.insert(std::lower_bound(g.all.begin(), g.all.end(), id, before), id);
    ++g.states[size_t(e.state)];
    if (e.shown)
        g.shown.insert(std::lower_bound(g.shown.begin(), g.shown.end(), id, before), id);
    relayout();
}

void RowIndex::unlink(Id id)
{
    const Entry &e = entry(id);
    Group &g = group(e.group);
    const auto before = [this](Id a, Id b) { return less(a, b); };
    g.all.erase(std::lower_bound(g.all.begin(), g.all.end(), id, before));
    --g.states[size_t(e.state)];
    if (e.shown)
        g.shown.erase(std::lower_bound(g.shown.begin(), g.shown.end(), id, before));
    relayout();
}

void RowIndex::linkAll(const std::vector<Id> &ids)
{
    const auto before = [this](Id a, Id b) { return less(a, b); };
    std::vector<std::vector<Id>> byGroup(m_groups.size());
    for (const Id id : ids) {
        byGroup[size_t(entry(id).group)].push_back(id);
        ++group(entry(id).group).states[size_t(entry(id).state)];
    }
    for (size_t i = 0; i < byGroup.size(); ++i) {
        if (byGroup[i].empty())
            continue;
        std::vector<Id> &all = m_groups[i].all;
        const auto middle = std::ptrdiff_t(all.size());
        std::sort(byGroup[i].begin(), byGroup[i].end(), before);
        all.insert(all.end(), byGroup[i].begin(), byGroup[i].end());
        std::inplace_merge(all.begin(), all.begin() + middle, all.end(), before);
    }
    rebuild(false);
}

void RowIndex::unlinkAll(const std::vector<Id> &ids)
{
    std::vector<char> gone(m_entries.size(), 0);
    std::vector<char> touched(m_groups.size(), 0);
    for (const Id id : ids) {
        gone[size_t(id)] = 1;
        touched[size_t(entry(id).group)] = 1;
        --group(entry(id).group).states[size_t(entry(id).state)];
    }
    for (size_t i = 0; i < m_groups.size(); ++i) {
        if (!touched[i])
            continue;
        std::erase_if(m_groups[i].all, [&gone](Id id) { return gone[size_t(id)] != 0; });
        std::erase_if(m_groups[i].shown, [&gone](Id id) { return gone[size_t(id)] != 0; });
    }
}

void RowIndex::rebuild(bool resort)
{
    for (Group &g : m_groups) {
        if (resort)
            std::sort(g.all.begin(), g.all.end(), [this](Id a, Id b) { return less(a, b); });
        g.shown.clear();
        for (const Id id : g.all) {
            if (entry(id).shown)
                g.shown.push_back(id);
        }
    }
    relayout();
}

void RowIndex::relayout()
{
    m_order.clear();
    m_starts.clear();
    for (int i = 0; i < int(m_groups.size()); ++i) {
        if (!group(i).shown.empty())
            m_order.push_back(i);
    }
    std::sort(m_order.begin(), m_order.end(), [this](int a, int b) { return groupLess(a, b); });
    m_rowCount = 0;
    for (const int id : m_order) {
        m_starts.push_back(m_rowCount);
        m_rowCount += 1 + (group(id).collapsed ? 0 : int(group(id).shown.size()));
    }
}

}
