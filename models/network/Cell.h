// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/KindTable.h"

#include <QJsonValue>
#include <QList>
#include <QString>

#include <bit>
#include <initializer_list>
#include <iterator>

namespace qd::network {

/// One value of a table. Raw, unformatted: delegates and the command line make texts of it.
/// Absent ("–", does not apply or is not there) is not Unknown ("unknown", could not be determined): never swap them.
struct Cell {
    enum class Is : quint8 { Absent, Unknown, Text, Integer, Number, Boolean, Ratio };
    Is is = Is::Absent;
    QString text = {};       ///< Text; for Quantity as written; for List joined by ", "; for Unknown the reason
    union {
        qint64 integer = 0;  ///< Integer, Boolean, Time (epoch seconds), Ratio: the part; List and Count: the size
        double number;       ///< Number, Quantity (value), Left (per cent)
    };
    qint64 whole = 0;        ///< Ratio: the whole
    [[nodiscard]] bool equals(const Cell &other) const;
    friend bool operator==(const Cell &a, const Cell &b) { return a.equals(b); }
    /// As in `watch` JSON: string, number, bool, "5/5"; null when absent or unknown.
    [[nodiscard]] QJsonValue toJson(CellType type) const;
    /// <0, 0, >0; absent sorts last.
    [[nodiscard]] static int compare(const Cell &a, const Cell &b);
};

/// The cells of a row, in the order of the kind's columns; absent ones among the first 64 take no room (50,000 rows of a kind
/// with mostly empty columns would hold 30 MB of nothing). Reads like a QList<Cell>; references live as long as the row.
class CellList {
public:
    class const_iterator {
    public:
        using iterator_category = std::random_access_iterator_tag;
        using value_type = Cell;
        using difference_type = qsizetype;
        using pointer = const Cell *;
        using reference = const Cell &;
        const_iterator() = default;
        const_iterator(const CellList *list, qsizetype at) : m_list(list), m_at(at) { }
        reference operator*() const { return m_list->at(m_at); }
        pointer operator->() const { return &m_list->at(m_at); }
        const_iterator &operator++() { return *this += 1; }
        const_iterator operator++(int) { return std::exchange(*this, *this + 1); }
        const_iterator &operator--() { return *this += -1; }
        const_iterator &operator+=(difference_type n) { m_at += n; return *this; }
        friend const_iterator operator+(const_iterator it, difference_type n) { return it += n; }
        friend difference_type operator-(const const_iterator &a, const const_iterator &b) { return a.m_at - b.m_at; }
        friend bool operator==(const const_iterator &a, const const_iterator &b) { return a.m_at == b.m_at; }

    private:
        const CellList *m_list = nullptr;
        qsizetype m_at = 0;
    };

    CellList() = default;
    CellList(std::initializer_list<Cell> cells) : CellList(QList<Cell>(cells)) { }
    CellList(const QList<Cell> &cells);
    [[nodiscard]] qsizetype size() const { return m_size; }
    [[nodiscard]] bool isEmpty() const { return m_size == 0; }
    [[nodiscard]] const Cell &at(qsizetype column) const
    {
        return has(column) ? m_present.at(place(column)) : absent();
    }
    [[nodiscard]] const Cell &operator[](qsizetype column) const { return at(column); }
    /// Makes the cell, to be written.
    [[nodiscard]] Cell &operator[](qsizetype column);
    [[nodiscard]] Cell value(qsizetype column) const { return column >= 0 && column < m_size ? at(column) : Cell(); }
    void append(const Cell &cell);
    void resize(qsizetype columns);
    /// Likewise Row::shareTexts: all of the old cells when they are alike, else each text that is.
    void shareTexts(const CellList &old);
    [[nodiscard]] const_iterator begin() const { return {this, 0}; }
    [[nodiscard]] const_iterator end() const { return {this, m_size}; }
    friend bool operator==(const CellList &a, const CellList &b) { return a.equals(b); }

private:
    [[nodiscard]] static const Cell &absent();
    [[nodiscard]] bool equals(const CellList &other) const;
    [[nodiscard]] bool has(qsizetype column) const { return column >= 64 || ((m_mask >> column) & 1U) != 0; }
    [[nodiscard]] qsizetype place(qsizetype column) const
    {
        return column >= 64 ? std::popcount(m_mask) + column - 64 : std::popcount(m_mask & ((quint64(1) << column) - 1));
    }
    quint64 m_mask = 0;      ///< of the first 64 columns: those in m_present
    qsizetype m_size = 0;
    QList<Cell> m_present;   ///< in column order; columns from the 65th on are always here
};

}

Q_DECLARE_TYPEINFO(qd::network::Cell, Q_RELOCATABLE_TYPE);
