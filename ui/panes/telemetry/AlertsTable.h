// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/AlertsModel.h"
#include "ui/widgets/GroupedTable.h"

namespace qd::ui {

/// A table of keyed rows with a column that shares what the others leave; tips are plain text. Enter opens, Esc closes, Left and Right
/// fold.
class KeyedTable : public GroupedTable {
    Q_OBJECT
public:
    KeyedTable(items::KeyedRows *rows, QWidget *parent);
    void copyTsv() const;
    void showKey(const QString &key);
    [[nodiscard]] QStringList shownColumns() const;

Q_SIGNALS:
    /// Somebody chose another row; not when rows went and another became current for it.
    void currentMoved();
    void linkWanted(int row);

protected:
    /// Who has room first, and the sample of a column's widest text; what is in neither shares the rest.
    struct Fixed {
        int column;
        QString sample;
        bool leaves = true;     ///< it goes when there is no room
    };
    [[nodiscard]] virtual QList<Fixed> fixedColumns() const = 0;
    /// Columns that share the rest, and how many parts of it.
    [[nodiscard]] virtual QList<std::pair<int, int>> sharing() const = 0;
    /// Accent text that leads somewhere; -1: none.
    [[nodiscard]] virtual int linkColumn() const { return -1; }
    void layoutColumns() override;
    [[nodiscard]] QList<int> groupRows() const override { return m_keyed->groupRows(); }
    void setExpanded(int row, bool expanded) override { m_keyed->setExpanded(row, expanded); }
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;

private:
    [[nodiscard]] bool isLink(const QPoint &at) const;
    items::KeyedRows *m_keyed;
};

/// The alerts: state, alert, about whom, what, value, since, silenced until; the environment where there are several.
class AlertsTable : public KeyedTable {
    Q_OBJECT
public:
    explicit AlertsTable(items::AlertsModel *model, QWidget *parent = nullptr);
    void setSeveral(bool several);
    [[nodiscard]] const items::Alert *current() const;
    /// Of the selected rows, in their order.
    [[nodiscard]] QList<items::Alert> selected() const;

protected:
    [[nodiscard]] QList<Fixed> fixedColumns() const override;
    [[nodiscard]] QList<std::pair<int, int>> sharing() const override;
    [[nodiscard]] int linkColumn() const override { return items::AlertsModel::About; }

private:
    items::AlertsModel *m_model;
    bool m_several = false;
};

/// The silences: state, matchers, how many alerts, when they end, by whom, why.
class SilencesTable : public KeyedTable {
    Q_OBJECT
public:
    explicit SilencesTable(items::SilencesModel *model, QWidget *parent = nullptr);
    void setSeveral(bool several);
    [[nodiscard]] const items::SilenceLine *current() const;

protected:
    [[nodiscard]] QList<Fixed> fixedColumns() const override;
    [[nodiscard]] QList<std::pair<int, int>> sharing() const override;

private:
    items::SilencesModel *m_model;
    bool m_several = false;
};

}
