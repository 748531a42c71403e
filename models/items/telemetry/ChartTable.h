// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/ChartData.h"

#include <QAbstractTableModel>

namespace qd::items {

/// The same data as a table: a row for each moment at which a line has a sample, the newest first, a column for the time and for each
/// line. Cells are worked out when they are looked at. `–` where a line has no sample.
class ChartTable : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;
    void setData(const ChartData &data);
    void setUtc(bool utc);
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    /// The moment of a row, epoch seconds.
    [[nodiscard]] double timeAt(int row) const { return m_times.at(m_times.size() - 1 - size_t(row)); }
    [[nodiscard]] int rowAt(double time) const;
    using QAbstractTableModel::setData;

private:
    ChartData m_data;
    std::vector<double> m_times;   // ascending
    bool m_utc = true;
};

}
