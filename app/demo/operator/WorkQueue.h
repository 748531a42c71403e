// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QString>

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <tuple>

namespace qd::demo {

/// One object of the operator's work.
struct WorkKey {
    QString plural, ns, name;
    friend bool operator==(const WorkKey &, const WorkKey &) = default;
};
inline size_t qHash(const WorkKey &key, size_t seed = 0)
{
    return qHashMulti(seed, key.plural, key.ns, key.name);
}

/// What is to be looked at now, and what later: as client-go's delaying, rate limiting queue. A key stands in it once; one that is
/// under way is put off until it is done. Everything costs the same however many keys there are; what is due at the same time comes
/// in the order in which it was first known. Times are monotonic milliseconds.
class WorkQueue {
public:
    /// Now; forgets a later time.
    void add(const WorkKey &key);
    void addAt(const WorkKey &key, qint64 at);
    /// Adds what is due.
    void ripen(qint64 now);
    [[nodiscard]] std::optional<qint64> nextDue() const;
    [[nodiscard]] bool empty() const { return m_ready.empty(); }
    [[nodiscard]] std::optional<WorkKey> take();

    void begin(const WorkKey &key);
    /// No longer under way; true when it was added meanwhile, which is forgotten.
    bool end(const WorkKey &key);
    [[nodiscard]] size_t underWay() const { return m_underWay; }

    /// Counts one more failure in a row.
    int failed(const WorkKey &key);
    /// How many there were; from now on none.
    int recovered(const WorkKey &key);
    /// It is gone: no later time, no failures.
    void forget(const WorkKey &key);
    [[nodiscard]] qsizetype known() const { return m_items.size(); }

private:
    struct Item {
        WorkKey key;
        quint64 serial = 0;
        std::optional<qint64> at = {};
        int failures = 0;
        bool ready = false;
        bool underWay = false;
        bool again = false;
    };
    struct Sooner {
        bool operator()(const Item *a, const Item *b) const
        {
            return std::tie(*a->at, a->serial) < std::tie(*b->at, b->serial);
        }
    };
    Item &item(const WorkKey &key);
    void unset(Item &item);
    void dropIfIdle(const WorkKey &key);

    QHash<WorkKey, std::shared_ptr<Item>> m_items;
    std::deque<WorkKey> m_ready;
    std::set<Item *, Sooner> m_later;
    quint64 m_serial = 0;
    size_t m_underWay = 0;
};

}
