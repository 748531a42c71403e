// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace qd::ui {

/// The table of the conflict chooser; the field with the keyboard has the selection and its bar, from edge to edge.
class ConflictSheet : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    /// A row of its QGridLayout; -1: none.
    void setCurrent(int gridRow);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int m_row = -1;
};

}
