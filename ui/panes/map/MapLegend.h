// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/map/NetworkMap.h"

#include <QWidget>

class QGridLayout;

namespace qd::ui {

class ElidedLabel;

/// The line of an edge, as the map draws it.
class LineSample : public QWidget {
    Q_OBJECT
public:
    explicit LineSample(items::MapEdge::Line line, QWidget *parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override { return {28, 14}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    items::MapEdge::Line m_line;
};

/// What the lines of the map mean, and the keys that walk it: in one row, or in as many as it takes.
class MapLegend : public QWidget {
    Q_OBJECT
public:
    explicit MapLegend(QWidget *parent = nullptr);
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void arrange();
    QList<QWidget *> m_meanings;
    ElidedLabel *m_keys;
    QGridLayout *m_grid;
    int m_columns = 0;
};

}
