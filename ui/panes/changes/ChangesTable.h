// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/ChangesModel.h"
#include "ui/theme/Metrics.h"

#include <QTableView>

namespace qd::ui {

class CellDelegate;

/// The table of changes: a heading for each day painted across, columns that leave when it gets narrow (reason, who,
/// environment, took; never time, change, outcome), everything by keyboard.
class ChangesTable : public QTableView {
    Q_OBJECT
public:
    explicit ChangesTable(items::ChangesModel *model, QWidget *parent = nullptr);
    void setDensity(Density density);
    /// Null: none, or a heading.
    [[nodiscard]] state::ChangePtr current() const;
    void showChange(const QString &id);
    /// Covers the rows, never the header.
    void setCover(QWidget *cover);
    void copyTsv() const;
    [[nodiscard]] QStringList shownColumns() const;

Q_SIGNALS:
    void openWanted();
    void closeWanted();
    void currentMoved();
    void menuWanted(const QPoint &global);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void changeEvent(QEvent *event) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;

private:
    void layoutColumns();
    void layoutRows();
    [[nodiscard]] int widthOf(int column) const;
    [[nodiscard]] bool isGroup(int row) const;
    void toggle(int row);
    items::ChangesModel *m_model;
    CellDelegate *m_delegate;
    QWidget *m_cover = nullptr;
    QList<QPersistentModelIndex> m_groupRows;
    Density m_density = Density::Compact;
    bool m_rowsDirty = false;
};

}
