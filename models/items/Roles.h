// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Qt>

namespace qd::items {

/// What item models give beside DisplayRole (the words, for search and copy), ToolTipRole (whole texts, reasons, UTC) and
/// AccessibleTextRole (the cell as a sentence). Values are raw; delegates in ui/ make shapes and colours of them.
/// "Row" roles are the same for every column of a row, "cell" roles belong to one column.
enum Role {
    CellRole = Qt::UserRole + 1,   ///< cell: network::Cell
    CellTypeRole,     ///< cell: int of network::CellType
    StateRole,        ///< row: int of network::State; on the phase column the delegate paints glyph and word
    StateWordRole,    ///< row: the phase's own word where it is not the state's ("Onboarding", "was Ready"); else empty
    SortRole,         ///< cell: what a proxy compares
    UidRole,          ///< row: QString
    ObjectIdRole,     ///< row: qd::ObjectId
    DriftRole,        ///< bool: on the name column the row drifts (badge), on another column that value does (warn cell)
    GitRole,          ///< row: bool, managed by Git
    StaleRole,        ///< row: bool, values are old and painted in text2
    KindIconRole,     ///< row: icon name ("validator") for the name column
    IsGroupRole,      ///< row: bool, a group header row
    GroupMarkRole,    ///< group: EnvironmentMark id ("production", "dev", "test", "private", "demo"), may be empty
    GroupDetailRole,  ///< group: text behind the mark ("infra-prod, migration 4, 2 nodes")
    MutedRole,        ///< cell: bool, painted in text2 although present (ages, absent values are muted anyway)
    SeverityRole,     ///< cell: int of network::State whose colour the value takes (Failed bad, Degraded warn); absent: none
    ReasonRole,       ///< cell: why a value is unknown
    CellPaintRole,    ///< cell: int of CellPaint, when the column's paint is not the one of its type
    TrendRole,        ///< cell: QList<double>, evenly spaced values up to now, NaN where there is none (CellPaint::Trend)
    ExpandedRole,     ///< group: bool
    ColumnIdRole      ///< cell and headerData: QString, "version"
};

/// How a column is painted; `Auto` follows CellType.
enum class CellPaint : int { Auto, Name, Status, Text, Number, Id, Age, Meter, Ratio, Trend };

}
