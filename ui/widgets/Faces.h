// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAccessible>
#include <QStringList>

#include <optional>

class QAbstractItemModel;

namespace qd::ui {

/// A table that says what a drawing shows: one row for each thing drawn, in the order it is drawn.
struct TableTwin {
    QString name;
    QStringList columns;
    QList<QStringList> rows;
};

/// A widget that draws values mixes this in, so that a screen reader reads them (look.md "Accessibility"): the table is a child
/// of the widget in the accessible tree, and a percentage its value. Asked whenever somebody reads; keep it cheap.
class Drawn {
public:
    Drawn() = default;
    Drawn(const Drawn &) = delete;
    Drawn &operator=(const Drawn &) = delete;
    virtual ~Drawn() = default;
    /// Without rows: there is no table (now).
    [[nodiscard]] virtual TableTwin twin() const { return {}; }
    /// Instead of twin(), where there is a model of what is drawn: its cells are read one by one, as AccessibleTextRole has them.
    [[nodiscard]] virtual const QAbstractItemModel *twinModel() const { return nullptr; }
    [[nodiscard]] virtual std::optional<double> percent() const { return std::nullopt; }
};

/// What a widget of ours is to a screen reader; Qt takes every one it does not know for a filler, and a window of our own class
/// for no window. To be called in its constructor. A window given a role this way has its open panels and menus as children,
/// which Qt leaves out. GUI thread.
void setAccessibleRole(QWidget *widget, QAccessible::Role role);

/// The keyboard went to another cell of a drawn widget's table: it is read out.
void tellCurrentCell(QWidget *widget, int row, int column = 0);

}
