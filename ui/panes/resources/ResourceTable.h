// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/ResourceModel.h"
#include "ui/theme/Metrics.h"

#include <QTableView>

class QTimer;

namespace qd::ui {

class CellDelegate;

/// The table of nodes: group rows painted across, columns that leave from the right when it gets narrow, rows that do not
/// move under the pointer, everything by keyboard. A QTableView because its repaint is half of a tree's (kubernetes.md 3.3).
class ResourceTable : public QTableView {
    Q_OBJECT
public:
    explicit ResourceTable(items::ResourceModel *model, QWidget *parent = nullptr);

    void setDensity(Density density);
    /// Optional columns a person asked for and plain ones he put away, by id.
    void setChosenColumns(const QStringList &ids);
    [[nodiscard]] QStringList chosenColumns() const { return m_chosen; }
    /// The columns that have room now.
    [[nodiscard]] QStringList shownColumns() const;
    [[nodiscard]] QStringList selectedUids() const;
    [[nodiscard]] QList<int> selectedObjectRows() const;
    void copyTsv() const;
    /// For skeletons, messages: covers the rows, never the header.
    void setCover(QWidget *cover);
    /// Ages on screen are a second older.
    void tick();

Q_SIGNALS:
    void openWanted();
    void closeWanted();
    void menuWanted(const QPoint &global);
    void selectedRowsChanged();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void changeEvent(QEvent *event) override;
    void selectionChanged(const QItemSelection &selected, const QItemSelection &deselected) override;

private:
    void layoutColumns();
    void layoutRows();
    void scheduleRows();
    bool foldByKey(int key);
    [[nodiscard]] int columnWidthOf(int column) const;
    [[nodiscard]] bool isGroup(int row) const;
    items::ResourceModel *m_model;
    CellDelegate *m_delegate;
    QWidget *m_cover = nullptr;
    QTimer *m_hold;
    QStringList m_chosen;
    QList<QPersistentModelIndex> m_groupRows;   ///< taller than the others
    Density m_density = Density::Compact;
    bool m_rowsDirty = false;
};

}
