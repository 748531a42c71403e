// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/ResourceModel.h"
#include "ui/widgets/GroupedTable.h"

class QTimer;

namespace qd::ui {

/// The table of a list of objects: columns that leave from the right when it gets narrow, rows that do not move under the
/// pointer, everything by keyboard.
class ResourceTable : public GroupedTable {
    Q_OBJECT
public:
    explicit ResourceTable(items::ResourceModel *model, QWidget *parent = nullptr);

    /// Optional columns a person asked for and plain ones he put away, by id.
    void setChosenColumns(const QStringList &ids);
    [[nodiscard]] QStringList chosenColumns() const { return m_chosen; }
    /// The columns that have room now.
    [[nodiscard]] QStringList shownColumns() const;
    [[nodiscard]] QStringList selectedUids() const;
    [[nodiscard]] QList<int> selectedObjectRows() const;
    void copyTsv() const;
    /// Ages on screen are a second older: those that say something else now are painted.
    void tick();

Q_SIGNALS:
    void selectedRowsChanged();

protected:
    void layoutColumns() override;
    void scrollContentsBy(int dx, int dy) override;
    [[nodiscard]] QList<int> groupRows() const override;
    void setExpanded(int row, bool expanded) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void selectionChanged(const QItemSelection &selected, const QItemSelection &deselected) override;

private:
    bool foldByKey(int key);
    [[nodiscard]] int columnWidthOf(int column) const;
    [[nodiscard]] int advance(const QString &text) const;
    [[nodiscard]] int widestIn(int column) const;
    [[nodiscard]] bool outgrown(int column, const QString &text);
    items::ResourceModel *m_model;
    QTimer *m_hold;
    QStringList m_chosen;
    mutable QFont m_measuredIn;
    mutable QHash<QString, int> m_measured;   ///< widths in that font
    mutable QHash<QString, int> m_needed;     ///< by column: the widest of its texts that it had no room for
    QHash<QPair<int, int>, QString> m_told;   ///< row and column: the time as the last tick found it
    bool m_toldHolds = false;
    int m_calm = 0;              ///< ticks until the times are looked at again
    bool m_tight = false;   ///< no room for every column: times are as wide as what stands there
};

}
