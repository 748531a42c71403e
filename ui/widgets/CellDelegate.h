// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/Roles.h"
#include "models/network/State.h"
#include "ui/theme/Metrics.h"

#include <QStyledItemDelegate>

namespace qd::ui {

class Tokens;

/// Paints every cell of our tables from the roles of models/items/Roles.h: name, status, text, number, id, age, meter, n/m
/// and group rows. Group rows are painted whole in the first column (the view spans it); other columns of them stay empty.
/// Texts are the model's DisplayRole; shapes, colours and elision are made here. Nothing is painted outside the rectangle.
class CellDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    explicit CellDelegate(QObject *parent = nullptr);
    void setDensity(Density density) { m_density = density; }
    [[nodiscard]] Density density() const { return m_density; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

    /// The paint of a cell: CellPaintRole, else by CellTypeRole.
    [[nodiscard]] static items::CellPaint paintOf(const QModelIndex &index);

private:
    struct Cell;
    void paintGroup(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const;
    void paintDrift(const Cell &cell) const;
    void paintName(const Cell &cell) const;
    void paintStatus(const Cell &cell) const;
    void paintMeter(const Cell &cell) const;
    void paintTrend(const Cell &cell) const;
    void paintRight(const Cell &cell) const;
    void paintText(const Cell &cell, bool mono) const;
    Density m_density = Density::Comfortable;
};

}
