// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/map/MapLegend.h"

#include "ui/panes/map/MapPainter.h"
#include "ui/theme/Metrics.h"
#include "ui/widgets/Faces.h"
#include "ui/widgets/Label.h"

#include <QGridLayout>

#include <algorithm>

namespace qd::ui {

using Line = items::MapEdge::Line;

LineSample::LineSample(Line line, QWidget *parent) : QWidget(parent), m_line(line)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAccessibleRole(this, QAccessible::Graphic);
    setAccessibleName(tr("Line: %1").arg(items::lineWord(line)));
}

void LineSample::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(mapPen(m_line, tokens(this)));
    painter.drawLine(QPointF(0, height() / 2.0), QPointF(width(), height() / 2.0));
}

MapLegend::MapLegend(QWidget *parent)
    : QWidget(parent)
    , m_keys(new ElidedLabel(tr("Arrows move, + and - zoom, Enter opens, L lists the same as a table"), Type::Caption, Token::Text2, Qt::ElideRight, this))
    , m_grid(new QGridLayout(this))
{
    setAccessibleName(tr("Legend"));
    m_grid->setContentsMargins(metrics::kPageEdge, 6, 16, 6);
    m_grid->setHorizontalSpacing(16);
    m_grid->setVerticalSpacing(4);
    m_grid->setSizeConstraint(QLayout::SetNoConstraint);
    for (const Line line : {Line::Connected, Line::Degraded, Line::Failed, Line::Changing, Line::Off, Line::Unknown}) {
        auto *meaning = new QWidget(this);
        auto *row = new QHBoxLayout(meaning);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(8);
        row->addWidget(new LineSample(line, meaning));
        row->addWidget(new Label(items::lineWord(line), Type::Caption, Token::Text2, meaning));
        m_meanings.append(meaning);
    }
    m_keys->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    arrange();
}

/// So many columns as have room; the keys stand at the right of a single row only.
void MapLegend::arrange()
{
    const int room = width() - metrics::kPageEdge - 16;
    int columns = 2, used = 0;
    for (const int wanted : {int(m_meanings.size()), 3}) {
        int needed = 0;
        for (int c = 0; c < wanted; ++c) {
            int widest = 0;
            for (int i = c; i < int(m_meanings.size()); i += wanted)
                widest = std::max(widest, m_meanings.at(i)->sizeHint().width());
            needed += widest + m_grid->horizontalSpacing();
        }
        if (needed <= room) {
            columns = wanted;
            used = needed;
            break;
        }
    }
    m_keys->setVisible(columns == int(m_meanings.size()) && used + m_keys->sizeHint().width() <= room);
    if (columns == m_columns)
        return;
    m_columns = columns;
    for (int i = 0; i < int(m_meanings.size()); ++i)
        m_grid->addWidget(m_meanings.at(i), i / columns, i % columns);
    m_grid->addWidget(m_keys, 0, columns);
    for (int c = 0; c <= int(m_meanings.size()); ++c)
        m_grid->setColumnStretch(c, c == columns ? 1 : 0);
    updateGeometry();
}

QSize MapLegend::minimumSizeHint() const
{
    return {200, m_grid->minimumSize().height()};
}

void MapLegend::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void MapLegend::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        arrange();
}

}
