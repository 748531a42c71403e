// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Qt>

namespace qd::items {

/// What item models say about a cell beside the standard roles. Raw values only: views choose looks.
/// Standard roles: DisplayRole is the whole text a person reads in the cell (formatted, never elided), ToolTipRole the
/// absolute time, the reason or the whole id, AccessibleTextRole one sentence of the cell, TextAlignmentRole the side.
/// A group row (IsGroupRole) has its data in column 0; its other columns are empty and the view paints it across.
enum Role {
    CellRole = Qt::UserRole + 1,   ///< network::Cell
    CellTypeRole,                  ///< int of network::CellType
    StateRole,                     ///< int of network::State: of the row, on group rows the worst
    StateWordRole,                 ///< QString: "Ready", "was Ready" when stale; a phase nobody knows keeps its word
    SortRole,                      ///< int, double or QString; invalid: sorts last
    UidRole,                       ///< QString; on group rows the group's key
    ObjectIdRole,                  ///< qd::ObjectId
    DriftRole,                     ///< bool; column name: the row drifts, other columns: this value is the one
    GitRole,                       ///< bool: Argo CD owns the object
    StaleRole,                     ///< bool: values are old
    KindIconRole,                  ///< QString: icon id, "validator"
    IsGroupRole,                   ///< bool
    GroupMarkRole,                 ///< QString: production, dev, test, private, demo, or empty
    GroupDetailRole,               ///< QString: "infra-prod, migration 4, 2 nodes"
    MutedRole,                     ///< bool: drawn in text2 (ages, absent, stale)
    SeverityRole,                  ///< int: 0 normal, 1 warn, 2 bad
    ReasonRole,                    ///< QString: why the value is unknown, or the last reported word of a stale row
    ExpandedRole,                  ///< bool, group rows
    ColumnIdRole                   ///< QString, also of headerData: "version"
};

}
