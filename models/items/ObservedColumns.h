// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/TableColumns.h"
#include "models/network/Cell.h"

#include <QObject>
#include <QVariant>

namespace qd::items {

/// Columns of a table that no object reports: somebody else observes them. Asked for the rows that are painted or sorted. GUI thread.
class ObservedColumns : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    [[nodiscard]] virtual QList<TableColumn> columns() const = 0;
    [[nodiscard]] virtual network::Cell cell(const ObjectId &object, const QString &column) const = 0;
    /// Not valid: what the cell says anyway.
    [[nodiscard]] virtual QVariant data(const ObjectId &object, const QString &column, int role) const = 0;

Q_SIGNALS:
    /// Some cell is another: rows that are sorted by one may move.
    void valuesChanged();
    /// What is on screen says something else; after valuesChanged().
    void changed();
};

}
