// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QSet>

namespace qd::items {

/// A table of things known by a key that stand in groups, each below its heading. What is given anew is put in by rows that go, come and
/// move: selection and scroll survive. Headings fold.
class KeyedRows : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;
    [[nodiscard]] QList<int> groupRows() const;
    [[nodiscard]] bool isHeading(int row) const { return row >= 0 && row < m_rows.size() && m_rows.at(row).item < 0; }
    /// The row of a thing; -1: it is not there, or folded away.
    [[nodiscard]] int rowOf(const QString &key) const;
    void setExpanded(int row, bool expanded);
    /// Rows go, come and move just now: what is current moves with them, and nobody chose it.
    [[nodiscard]] bool isPlacing() const { return m_placing; }
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(m_rows.size()); }

Q_SIGNALS:
    /// Rows came, went or moved.
    void structureChanged();

protected:
    struct Row {
        QString group;
        QString key;            ///< of the thing; a heading has its group's
        int item = -1;          ///< where the subclass has it; -1: a heading
        int inGroup = 0;        ///< heading: how many
        int firing = 0;         ///< heading: of them
    };
    /// All rows there are to be, headings first in their groups, folded things among them. Until it returns, rows that go or wait for their
    /// turn have the items they had: what those mean has to stand so long.
    void setRows(const QList<Row> &all);
    /// The subclass has dropped its first things, so many of them: nothing looks different.
    void shiftItems(int by);
    void fold(const QString &group) { m_folded.insert(group); }
    [[nodiscard]] bool isFolded(const QString &group) const { return m_folded.contains(group); }
    [[nodiscard]] const Row *at(int row) const { return row < 0 || row >= m_rows.size() ? nullptr : &m_rows.at(row); }

private:
    void place(const QList<Row> &fresh);
    QList<Row> m_all;
    QList<Row> m_rows;
    QSet<QString> m_folded;
    bool m_placing = false;
};

}
