// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Metrics.h"

#include <QTableView>

namespace qd::ui {

class CellDelegate;

/// A table whose rows stand in groups (look.md "Tables"): headings taller than the rows and painted across, folded by click and
/// key; density, cover and menu as everywhere. The model tells headings by items::IsGroupRole and items::ExpandedRole. A
/// QTableView because its repaint is half of a tree's (kubernetes.md 3.3). What the columns are is the subclass's, which calls
/// setDensity() once it is made.
class GroupedTable : public QTableView {
    Q_OBJECT
public:
    GroupedTable(QAbstractItemModel *model, QWidget *parent);
    void setDensity(Density density);
    /// For skeletons, messages: covers the rows, never the header.
    void setCover(QWidget *cover);

Q_SIGNALS:
    void openWanted();
    void closeWanted();
    void menuWanted(const QPoint &global);

protected:
    /// Widths, and who has to leave, for the room there is now.
    virtual void layoutColumns() = 0;
    /// Rows that are headings.
    [[nodiscard]] virtual QList<int> groupRows() const = 0;
    virtual void setExpanded(int row, bool expanded) = 0;
    [[nodiscard]] bool isGroup(int row) const;
    void toggle(int row);
    /// Rows came, went or moved: headings are looked for before the next picture.
    void scheduleRows();

    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    /// Only what is on screen and changed is painted: QTableView paints all of it for a cell that nobody sees.
    void dataChanged(const QModelIndex &first, const QModelIndex &last, const QList<int> &roles) override;

private:
    void layoutRows();
    CellDelegate *m_delegate;
    QWidget *m_cover = nullptr;
    QList<QPersistentModelIndex> m_groupRows;   ///< taller than the others
    Density m_density = Density::Compact;
    bool m_rowsDirty = false;
};

}
