// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/Row.h"

#include <array>

namespace qd::items {

/// The whole text of a cell as a person reads it (look.md "Forms, focus, motion, words"): numbers by locale, times as ages
/// before `now` (epoch seconds) or "in 28 d", "–" for absent, "unknown" for not determined. `end`: something ends then.
[[nodiscard]] QString cellText(const network::Cell &cell, network::CellType type, qint64 now, bool end = false);
/// Absolute UTC time, the reason of an unknown, the whole list; empty when the text says all.
[[nodiscard]] QString cellToolTip(const network::Cell &cell, network::CellType type);
/// 0 normal, 1 warn, 2 bad: traffic below 25 and 10 per cent, components not all ready.
[[nodiscard]] int cellSeverity(const network::Cell &cell, network::CellType type);
/// True for types that stand right (numbers, ages, ratios).
[[nodiscard]] bool standsRight(network::CellType type);

/// A key whose byte order is the order people expect: case folded, digit runs by value ("node-2" before "node-10").
[[nodiscard]] QByteArray naturalKey(const QString &text);

/// What a column is sorted by; made once a row, compared often. In one piece: 50,000 rows sorted by a long text take no memory of their own.
struct SortKey {
    double number = 0;
    quint8 rank = 2;                 ///< 0 value, 1 unknown, 2 absent: always in this order, also descending
    std::array<char, 47> text{};     ///< the beginning of the natural key, zeros behind it; what is alike so far stands by name
    friend bool operator==(const SortKey &, const SortKey &) = default;
    /// <0, 0, >0 of two values of rank 0.
    [[nodiscard]] static int compareValue(const SortKey &a, const SortKey &b);
};
/// Times count backwards: the youngest has the smallest age.
[[nodiscard]] SortKey sortKey(const network::Cell &cell, network::CellType type);

}
