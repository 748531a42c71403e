// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/overview/Overview.h"

#include <QCoreApplication>

namespace qd::items::overview {

struct OverviewWords {
    Q_DECLARE_TR_FUNCTIONS(Overview)
};

/// A store and its rows that are problems by themselves.
struct Overview::Watched {
    state::Environment *environment = nullptr;
    state::ResourceStore *store = nullptr;
    bool node = false;
    bool mayBeHistory = false;   ///< a run or a schedule: another object may say it better
    qsizetype traffic = -1, balance = -1, backup = -1;   ///< columns
    QHash<QString, state::RowPtr> bad;
    [[nodiscard]] const network::KindInfo &kind() const { return store->kind(); }
};

struct Overview::Schedule {
    const Watched *watched = nullptr;
    const network::Row *row = nullptr;
    qint64 every = 0;
    qint64 lastSuccess = 0;
    bool suspended = false;
};

struct Overview::Node {
    const Watched *watched = nullptr;
    const network::Row *row = nullptr;
    const Schedule *schedule = nullptr;
    qint64 lastBackup = 0;
    qint64 every = 0;
    Standing standing = Standing::NotDetermined;
    bool wanted = true;        ///< false: no backup is wanted of it now
};

struct Overview::Candidate {
    const Watched *watched = nullptr;
    const network::Row *row = nullptr;
};

/// A node by its name, as other objects point to it. Shares its texts.
struct NodeKey {
    QString cluster, ns, name;
    friend bool operator==(const NodeKey &, const NodeKey &) = default;
};

inline size_t qHash(const NodeKey &key, size_t seed = 0)
{
    return qHashMulti(seed, key.name, key.ns, key.cluster);
}

/// One report in the making.
struct Overview::Work {
    qint64 now = 0;
    Report report;
    QHash<NodeKey, Schedule> schedules;
    std::vector<Node> nodes;
    mutable QHash<NodeKey, size_t> places;   ///< of nodes, once somebody asked
    QHash<NodeKey, const network::Row *> lastTry;   ///< the newest failed backup of a node
    QList<Problem> problems;
    int notListed = 0;                       ///< problems that are not in the list
    QHash<QString, More> byKind;             ///< by Gvr::name: all problems
    void count(const network::KindInfo &kind, int problems)
    {
        More &more = byKind[kind.gvr.name()];
        more.pane = kind.pane;
        more.kind = kind.kind;
        more.title = kind.title;
        more.count += problems;
    }
    /// Null when there is none.
    [[nodiscard]] const Node *node(const NodeKey &key) const
    {
        if (places.isEmpty()) {
            places.reserve(qsizetype(nodes.size()));
            for (size_t i = 0; i < nodes.size(); ++i)
                places.insert({nodes[i].watched->store->cluster(), nodes[i].row->ns, nodes[i].row->name}, i);
        }
        const auto place = places.constFind(key);
        return place == places.constEnd() ? nullptr : &nodes[*place];
    }
};

}
