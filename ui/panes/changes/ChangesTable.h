// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/ChangesModel.h"
#include "ui/widgets/GroupedTable.h"

namespace qd::ui {

/// The table of changes: a heading for each day painted across, columns that leave when it gets narrow (reason, who,
/// environment, took; never time, change, outcome), everything by keyboard.
class ChangesTable : public GroupedTable {
    Q_OBJECT
public:
    explicit ChangesTable(items::ChangesModel *model, QWidget *parent = nullptr);
    /// Null: none, or a heading.
    [[nodiscard]] state::ChangePtr current() const;
    void showChange(const QString &id);
    void copyTsv() const;
    [[nodiscard]] QStringList shownColumns() const;

Q_SIGNALS:
    void currentMoved();

protected:
    void layoutColumns() override;
    [[nodiscard]] QList<int> groupRows() const override;
    void setExpanded(int row, bool expanded) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;

private:
    [[nodiscard]] int widthOf(int column) const;
    items::ChangesModel *m_model;
};

}
