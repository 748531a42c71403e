// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/ResourceModel.h"

#include <QPointer>

namespace qd::items {

/// The rows of one kind in one cluster, as the model knows them.
struct ResourceModel::Source {
    QPointer<state::Environment> environment;
    QPointer<state::ResourceStore> store;
    QString cluster;
    network::KindInfo kind;
    QList<int> cellOf;                       ///< table column -> cell of the row, or -1
    QHash<QString, RowIndex::Id> ids;        ///< by uid
    bool alive = true;
    bool stale = false;                      ///< what the entries' states were made with
};

/// What the CantonNetwork objects of a cluster say about the groups.
struct ResourceModel::Network {
    QPointer<state::Environment> environment;
    QPointer<state::ResourceStore> store;
    QString cluster;
    int place = 0;
};

/// What a batch does to the table.
struct ResourceModel::Plan {
    std::vector<RowIndex::Id> gone;
    std::vector<Entry> fresh;
    std::vector<std::pair<RowIndex::Id, Entry>> moved;
    [[nodiscard]] size_t size() const { return gone.size() + fresh.size() + moved.size(); }
};

}
