// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/LogModel.h"

namespace qd::items {

/// How many lines of which level there are over time: the lines a LogModel shows, counted into steps of an even length (a second to
/// a day). A table, so that what is drawn can also be read. Times are nanoseconds since 1970. GUI thread.
class LogBuckets : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { From, Error, Warn, Info, Debug, ColumnCount };
    static constexpr int kMost = 72;
    struct Bucket {
        qint64 from = 0;
        std::array<int, 4> counts = {};     ///< Error, Warn, Info with those that say no level, Debug
        bool missing = false;               ///< lines are not there: a gap says so
        [[nodiscard]] int total() const { return counts[0] + counts[1] + counts[2] + counts[3]; }
    };
    using QAbstractTableModel::QAbstractTableModel;
    /// Counts anew.
    void read(const LogModel &model);
    [[nodiscard]] const QList<Bucket> &buckets() const { return m_buckets; }
    /// Length of each.
    [[nodiscard]] qint64 step() const { return m_step; }
    /// Lines in the fullest one.
    [[nodiscard]] int highest() const { return m_highest; }
    /// Which one a time falls into, the nearest; -1: there is none.
    [[nodiscard]] int at(qint64 time) const;
    /// "11:46:00 to 11:46:30: 3 errors, 12 warnings, 120 lines"
    [[nodiscard]] QString sentence(int bucket) const;
    /// Of all of it, for who cannot see it.
    [[nodiscard]] QString summary() const;
    [[nodiscard]] bool utc() const { return m_utc; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QList<Bucket> m_buckets;
    qint64 m_step = 1;
    int m_highest = 0;
    bool m_utc = true;
};

}
