// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/CellText.h"
#include "models/state/ResourceStore.h"

#include <QHash>

#include <array>
#include <vector>

namespace qd::items {

/// The order of a grouped, sorted and filtered table as plain data: which row stands where. No signals, no Qt model.
/// Entries (objects) live in groups; each group keeps all its entries sorted, and those that are shown. The flat rows of
/// the table are, for each group with something to show, its header and, unless collapsed, its shown entries.
/// Finding a row's place costs one binary search; there is no flat vector to rebuild.
class RowIndex {
public:
    using Id = int;      ///< of an entry; stable while it lives
    static constexpr Id kNone = -1;

    struct Entry {
        state::RowPtr row;
        int source = -1;
        int group = -1;
        network::State state = network::State::Unknown;   ///< effective: Stale when the source is
        bool shown = false;
        SortKey key;
        QByteArray nameKey;
        QByteArray searchText;    ///< for the filter
    };
    struct Group {
        QString cluster;
        QString network;         ///< or the namespace, for kinds that belong to no network themselves
        bool byNamespace = false;
        int place = 0;            ///< order of the environment
        int markRank = 0;
        QByteArray titleKey;
        bool collapsed = false;
        std::vector<Id> all;
        std::vector<Id> shown;
        std::array<int, 16> states{};
        bool alive = false;
        [[nodiscard]] network::State worst() const;
        [[nodiscard]] int problems() const;
    };
    /// A flat row: a group's header (entry == kNone) or an entry.
    struct Place {
        int group = -1;
        Id entry = kNone;
    };

    void setDescending(bool descending) { m_descending = descending; }
    [[nodiscard]] int rowCount() const { return m_rowCount; }
    [[nodiscard]] Place at(int flatRow) const;
    /// -1 when it is not on screen.
    [[nodiscard]] int rowOf(Id entry) const;
    [[nodiscard]] int headerOf(int group) const;
    /// Where the header of a group stands or would stand.
    [[nodiscard]] int headerSlot(int group) const;
    [[nodiscard]] const std::vector<int> &order() const { return m_order; }

    [[nodiscard]] const Entry &entry(Id id) const { return m_entries[size_t(id)]; }
    [[nodiscard]] Entry &entry(Id id) { return m_entries[size_t(id)]; }
    [[nodiscard]] const Group &group(int id) const { return m_groups[size_t(id)]; }
    [[nodiscard]] Group &group(int id) { return m_groups[size_t(id)]; }
    [[nodiscard]] int groupCount() const { return int(m_groups.size()); }
    [[nodiscard]] int total() const { return m_total; }
    /// Ids are below this; those that are free have no row. Going through ids in order is kind to the cache.
    [[nodiscard]] Id idEnd() const { return Id(m_entries.size()); }
    [[nodiscard]] int shownTotal() const;

    [[nodiscard]] int findGroup(const QString &cluster, const QString &network) const;
    int addGroup(Group group);
    Id addEntry(Entry entry);              ///< not in any list yet
    void freeEntry(Id id);
    void setState(Id id, network::State state);

    /// Puts an entry into its group's lists by its key; `link` and `unlink` keep the flat layout right.
    void link(Id id);
    void unlink(Id id);
    /// Position in the group's shown list, where it is or would be.
    [[nodiscard]] int position(Id id) const;
    /// Sorts and filters everything anew; `shown` of each entry is what it says already.
    void rebuild(bool resort);
    /// Links many entries at once.
    void linkAll(const std::vector<Id> &ids);
    /// Unlinks many entries at once. Their keys may have changed already.
    void unlinkAll(const std::vector<Id> &ids);
    void relayout();

private:
    [[nodiscard]] bool less(Id a, Id b) const;
    [[nodiscard]] bool groupLess(int a, int b) const;
    std::vector<Entry> m_entries;
    std::vector<Id> m_free;
    std::vector<Group> m_groups;
    QHash<QPair<QString, QString>, int> m_byName;
    std::vector<int> m_order;      ///< groups with something to show
    std::vector<int> m_starts;     ///< flat row of each header in m_order
    int m_rowCount = 0;
    int m_total = 0;
    bool m_descending = false;
};

}
