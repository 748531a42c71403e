// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/review/ConflictSheet.h"

#include "ui/theme/Tokens.h"

#include <QGridLayout>
#include <QPainter>

namespace qd::ui {

void ConflictSheet::setCurrent(int gridRow)
{
    m_row = gridRow;
    update();
}

void ConflictSheet::paintEvent(QPaintEvent *)
{
    if (m_row < 0)
        return;
    const auto *grid = static_cast<QGridLayout *>(layout());
    QRect row = grid->cellRect(m_row, 0);
    row.setLeft(0);
    row.setWidth(width());
    row.adjust(0, -grid->verticalSpacing(), 0, grid->verticalSpacing());
    QPainter painter(this);
    const Tokens t = tokens(this);
    painter.fillRect(row, t[Token::Sel]);
    painter.fillRect(QRect(layoutDirection() == Qt::RightToLeft ? row.right() - 2 : 0, row.y(), 3, row.height()), t[Token::Accent]);
}

}
