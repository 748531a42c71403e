// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/KindTable.h"

#include <QList>

#include <optional>

namespace qd::items {

/// A column of a table that shows several kinds.
struct TableColumn {
    QString id;
    QString title;
    network::CellType type = network::CellType::Text;
    network::Source source = network::Source::Metadata;
    bool optional = false;     ///< hidden until the person asks for it
    int width = 10;            ///< in digits of the body font
    bool end = false;          ///< a time at which something ends
    friend bool operator==(const TableColumn &, const TableColumn &) = default;
};

/// The union of the columns of several kinds by id, in the order people know (name, phase, version, …, age, then the
/// optional ones). Name, phase, network, kind, namespace, cluster and age come from the object itself.
[[nodiscard]] QList<TableColumn> unionOfColumns(const QList<const network::KindInfo *> &kinds);

/// For each table column the index in the kind's columns, or -1 (implicit columns and those the kind lacks).
[[nodiscard]] QList<int> columnMap(const QList<TableColumn> &table, const network::KindInfo &kind);

}
