// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/GroupedTable.h"

#include "models/items/Roles.h"
#include "ui/widgets/CellDelegate.h"

#include <QAccessible>
#include <QHeaderView>
#include <QMouseEvent>

#include <utility>

namespace qd::ui {

GroupedTable::GroupedTable(QAbstractItemModel *model, QWidget *parent)
    : QTableView(parent)
    , m_delegate(new CellDelegate(this))
{
    setModel(model);
    setItemDelegate(m_delegate);
    setShowGrid(false);
    setWordWrap(false);
    setFrameShape(QFrame::NoFrame);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTabKeyNavigation(false);
    setMouseTracking(true);
    setCornerButtonEnabled(false);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(1);
    QHeaderView *header = horizontalHeader();
    header->setHighlightSections(false);
    header->setMinimumSectionSize(24);
    header->setSectionResizeMode(QHeaderView::Fixed);
    header->setFocusPolicy(Qt::NoFocus);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
}

void GroupedTable::setDensity(Density density)
{
    m_density = density;
    m_delegate->setDensity(density);
    verticalHeader()->setDefaultSectionSize(metrics::rowHeight(density, fontMetrics()));
    horizontalHeader()->setFixedHeight(metrics::atLeast(metrics::kControl, fontMetrics()));
    layoutColumns();
    layoutRows();
}

void GroupedTable::setCover(QWidget *cover)
{
    m_cover = cover;
    cover->setParent(viewport());
    cover->setGeometry(viewport()->rect());
}

bool GroupedTable::isGroup(int row) const
{
    return model()->index(row, 0).data(items::IsGroupRole).toBool();
}

void GroupedTable::toggle(int row)
{
    setExpanded(row, !model()->index(row, 0).data(items::ExpandedRole).toBool());
}

void GroupedTable::scheduleRows()
{
    if (!std::exchange(m_rowsDirty, true))
        QMetaObject::invokeMethod(this, &GroupedTable::layoutRows, Qt::QueuedConnection);
}

void GroupedTable::layoutRows()
{
    m_rowsDirty = false;
    const int plain = metrics::rowHeight(m_density, fontMetrics()), group = metrics::groupRowHeight(fontMetrics());
    QHeaderView *rows = verticalHeader();
    // The header's sizes follow their objects as persistent indexes do, so only rows that were or are headings are looked at.
    for (const QPersistentModelIndex &was : std::as_const(m_groupRows)) {
        if (was.isValid() && !isGroup(was.row()))
            rows->resizeSection(was.row(), plain);
    }
    m_groupRows.clear();
    const QList<int> groups = groupRows();
    for (const int row : groups) {
        if (rows->sectionSize(row) != group)
            rows->resizeSection(row, group);
        m_groupRows.append(model()->index(row, 0));
    }
}

void GroupedTable::mousePressEvent(QMouseEvent *event)
{
    const QModelIndex at = indexAt(event->position().toPoint());
    if (at.isValid() && isGroup(at.row()) && event->button() == Qt::LeftButton)
        toggle(at.row());
    else
        QTableView::mousePressEvent(event);
}

void GroupedTable::mouseDoubleClickEvent(QMouseEvent *event)
{
    const QModelIndex at = indexAt(event->position().toPoint());
    if (at.isValid() && !isGroup(at.row()))
        Q_EMIT openWanted();
}

void GroupedTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    layoutColumns();
    if (m_cover)
        m_cover->setGeometry(viewport()->rect());
}

void GroupedTable::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        setDensity(m_density);
}

void GroupedTable::dataChanged(const QModelIndex &first, const QModelIndex &last, const QList<int> &roles)
{
    // Before the first picture, or where rows moved, places are not known yet.
    if (first == last || m_rowsDirty || !isVisible())
        return QTableView::dataChanged(first, last, roles);
    const int top = rowViewportPosition(first.row()), bottom = rowViewportPosition(last.row()) + rowHeight(last.row());
    QRect place;
    for (int column = first.column(); column <= last.column(); ++column)
        place |= QRect(columnViewportPosition(column), top, columnWidth(column), bottom - top);
    if (place.intersects(viewport()->rect()))
        viewport()->update(place);
    if (!QAccessible::isActive())
        return;
    QAccessibleTableModelChangeEvent event(this, QAccessibleTableModelChangeEvent::DataChanged);
    event.setFirstRow(first.row());
    event.setFirstColumn(first.column());
    event.setLastRow(last.row());
    event.setLastColumn(last.column());
    QAccessible::updateAccessibility(&event);
}

void GroupedTable::paintEvent(QPaintEvent *event)
{
    if (m_rowsDirty)
        layoutRows();
    QTableView::paintEvent(event);
    QPainter painter(viewport());
    QStyleOptionViewItem option;
    initViewItemOption(&option);
    // Headings go across all columns: painted once more over the cells, whole.
    const QList<int> groups = groupRows();
    for (const int row : groups) {
        const int top = rowViewportPosition(row), height = rowHeight(row);
        if (top + height < 0 || top > viewport()->height())
            continue;
        option.rect = QRect(0, top, viewport()->width(), height);
        if (!event->region().intersects(option.rect))
            continue;   // only what is painted anew: an age of one row changes more often than a heading
        option.state.setFlag(QStyle::State_Selected, selectionModel()->isRowSelected(row));
        option.state.setFlag(QStyle::State_HasFocus, hasFocus() && currentIndex().row() == row);
        m_delegate->paint(&painter, option, model()->index(row, 0));
    }
}

}
