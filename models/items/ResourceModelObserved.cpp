// SPDX-License-Identifier: GPL-3.0-or-later
// Columns that no object reports: their cells come from who observes them.
#include "models/items/ResourceModel.h"
#include "models/items/ResourceModelPrivate.h"

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;

void ResourceModel::setObserved(ObservedColumns *observed)
{
    m_observed = observed;
    connect(observed, &ObservedColumns::valuesChanged, this, &ResourceModel::observedMoved);
    connect(observed, &ObservedColumns::changed, this, &ResourceModel::observedChanged);
    beginResetModel();
    m_columns = withObserved(m_columns);
    endResetModel();
}

/// Behind what the objects say: where there is no room these leave first.
QList<TableColumn> ResourceModel::withObserved(QList<TableColumn> columns) const
{
    if (!m_observed)
        return columns;
    const QList<TableColumn> own = m_observed->columns();
    auto before = std::find_if(columns.begin(), columns.end(), [](const TableColumn &c) { return c.id == "age"_L1; });
    if (before != columns.end())
        ++before;
    for (const TableColumn &column : own) {
        if (!column.optional) {
            before = columns.insert(before, column) + 1;
            continue;
        }
        const qptrdiff at = before - columns.begin();
        columns.append(column);
        before = columns.begin() + at;
    }
    return columns;
}

bool ResourceModel::isObserved(const QString &column) const
{
    if (!m_observed)
        return false;
    const QList<TableColumn> own = m_observed->columns();
    return std::any_of(own.begin(), own.end(), [&column](const TableColumn &c) { return c.id == column; });
}

ObjectId ResourceModel::idOf(const Entry &entry) const
{
    const Source &source = *m_sources[size_t(entry.source)];
    return {source.cluster, source.kind.gvr, entry.row->ns, entry.row->name, entry.row->uid};
}

/// Rows move only when they are sorted by it and nothing holds them.
void ResourceModel::observedMoved()
{
    if (m_paused || rowCount() == 0 || !isObserved(m_columns.at(m_sortColumn).id))
        return;
    if (m_held)
        m_keysOld = true;
    else
        sort(m_sortColumn, m_sortOrder);
}

/// What is on screen is painted anew.
void ResourceModel::observedChanged()
{
    if (m_paused || rowCount() == 0)
        return;
    for (int column = 0; column < int(m_columns.size()); ++column) {
        if (isObserved(m_columns.at(column).id))
            Q_EMIT dataChanged(index(0, column), index(rowCount() - 1, column));
    }
}

}
