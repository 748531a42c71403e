// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/KeyedRows.h"

#include <QScopedValueRollback>

#include <algorithm>

namespace qd::items {

namespace {

/// Headings and things have keys of their own.
template <typename Row>
QString idOf(const Row &row)
{
    return row.item < 0 ? QString(u'\x1c' + row.group) : row.key;
}

}

QList<int> KeyedRows::groupRows() const
{
    QList<int> out;
    for (int row = 0; row < int(m_rows.size()); ++row) {
        if (isHeading(row))
            out.append(row);
    }
    return out;
}

int KeyedRows::rowOf(const QString &key) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(), [&key](const Row &row) { return row.item >= 0 && row.key == key; });
    return found == m_rows.end() ? -1 : int(found - m_rows.begin());
}

void KeyedRows::setExpanded(int row, bool expanded)
{
    if (!isHeading(row) || m_placing)
        return;
    if (expanded)
        m_folded.remove(m_rows.at(row).group);
    else
        m_folded.insert(m_rows.at(row).group);
    setRows(QList<Row>(m_all));
}

void KeyedRows::setRows(const QList<Row> &all)
{
    const QScopedValueRollback placing(m_placing, true);
    m_all = all;
    QList<Row> fresh;
    for (const Row &row : all) {
        if (row.item < 0 || !m_folded.contains(row.group))
            fresh.append(row);
    }
    place(fresh);
    if (!m_rows.isEmpty())
        Q_EMIT dataChanged(index(0, 0), index(int(m_rows.size()) - 1, columnCount() - 1));
}

void KeyedRows::shiftItems(int by)
{
    for (QList<Row> *rows : {&m_all, &m_rows}) {
        for (Row &row : *rows)
            row.item -= row.item >= 0 ? by : 0;
    }
}

void KeyedRows::place(const QList<Row> &fresh)
{
    QSet<QString> wanted, there;
    for (const Row &row : fresh)
        wanted.insert(idOf(row));
    bool moved = false;
    for (int row = int(m_rows.size()) - 1; row >= 0; --row) {
        if (wanted.contains(idOf(m_rows.at(row)))) {
            there.insert(idOf(m_rows.at(row)));
            continue;
        }
        beginRemoveRows({}, row, row);
        m_rows.removeAt(row);
        endRemoveRows();
        moved = true;
    }
    for (int row = 0; row < int(fresh.size()); ++row) {
        const QString id = idOf(fresh.at(row));
        if (row < m_rows.size() && idOf(m_rows.at(row)) == id) {
            m_rows[row] = fresh.at(row);
            continue;
        }
        moved = true;
        if (there.contains(id)) {
            const auto from = std::find_if(m_rows.begin() + row, m_rows.end(), [&id](const Row &other) { return idOf(other) == id; });
            const int at = int(from - m_rows.begin());
            beginMoveRows({}, at, at, {}, row);
            m_rows.move(at, row);
            m_rows[row] = fresh.at(row);
            endMoveRows();
            continue;
        }
        int last = row;
        while (last + 1 < int(fresh.size()) && !there.contains(idOf(fresh.at(last + 1))))
            ++last;
        beginInsertRows({}, row, last);
        for (int i = row; i <= last; ++i)
            m_rows.insert(i, fresh.at(i));
        endInsertRows();
        row = last;
    }
    if (moved)
        Q_EMIT structureChanged();
}

}
