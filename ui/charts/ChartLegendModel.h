// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/ChartReadings.h"

#include <QAbstractTableModel>

namespace qd::ui {

class ChartView;

/// The lines of a chart as rows: name, value at the crosshair or the newest one, lowest, highest. Follows its chart by key: rows stay
/// the rows they are while values change.
class ChartLegendModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column : quint8 { Name, Value, Low, High, Columns };
    enum Role : quint16 { KeyRole = Qt::UserRole + 1, NumberRole, HiddenRole, StrongRole, SilentRole };
    explicit ChartLegendModel(ChartView *view);
    /// Rows whose name or labels hold the text.
    void setFilter(const QString &text);
    [[nodiscard]] int all() const { return int(m_all.size()); }
    [[nodiscard]] QString keyAt(int row) const;
    [[nodiscard]] QString valueHeader(std::optional<double> time) const;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    /// Column -1: as the chart has them.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

private:
    struct Row {
        QString key;
        qsizetype line = 0;
        mutable std::optional<items::LineReading> reading = {};   ///< of the newest; worked out when it is looked at
    };
    void follow();
    void valuesChanged(bool all);
    [[nodiscard]] QList<Row> wanted() const;
    [[nodiscard]] const items::LineReading &reading(const Row &row) const;
    [[nodiscard]] QString valueOf(const Row &row) const;
    [[nodiscard]] bool silent(const Row &row) const;
    ChartView *m_view;
    QList<QString> m_all;
    QList<Row> m_rows;
    QString m_filter;
    int m_column = -1;
    Qt::SortOrder m_order = Qt::AscendingOrder;
};

}
