// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/changes/ChangesTable.h"

#include "models/core/Format.h"
#include "models/items/Roles.h"
#include "ui/widgets/CellDelegate.h"
#include "ui/widgets/CellPainter.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>

#include <array>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::ChangesModel;

namespace {

constexpr int kPadding = 20;
constexpr int kChangeLeast = 230;
constexpr int kReasonLeast = 120;
/// Who has room first.
constexpr std::array kOrder{ChangesModel::Time, ChangesModel::Outcome, ChangesModel::Took, ChangesModel::EnvironmentName, ChangesModel::Who};

}

ChangesTable::ChangesTable(ChangesModel *model, QWidget *parent)
    : QTableView(parent)
    , m_model(model)
    , m_delegate(new CellDelegate(this))
{
    setModel(model);
    setItemDelegate(m_delegate);
    setAccessibleName(tr("Changes"));
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
    header->setSectionsClickable(false);
    header->setMinimumSectionSize(24);
    header->setSectionResizeMode(QHeaderView::Fixed);
    header->setFocusPolicy(Qt::NoFocus);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    connect(m_model, &ChangesModel::structureChanged, this, [this] {
        if (!std::exchange(m_rowsDirty, true))
            QMetaObject::invokeMethod(this, &ChangesTable::layoutRows, Qt::QueuedConnection);
    });
    setDensity(Density::Compact);
}

void ChangesTable::setDensity(Density density)
{
    m_density = density;
    m_delegate->setDensity(density);
    verticalHeader()->setDefaultSectionSize(metrics::rowHeight(density, fontMetrics()));
    horizontalHeader()->setFixedHeight(metrics::atLeast(metrics::kControl, fontMetrics()));
    layoutColumns();
    layoutRows();
}

int ChangesTable::widthOf(int column) const
{
    const QFontMetrics fm(font());
    int width = 0;
    switch (column) {
    case ChangesModel::Time: width = tabularWidth(fm, u"00:00:00"_s); break;
    case ChangesModel::Took: width = tabularWidth(fm, formatAge(86340)); break;
    case ChangesModel::Outcome:
        for (const QString &word : {tr("Not determined"), tr("Settled since"), tr("Failed since")})
            width = std::max(width, fm.horizontalAdvance(word) + metrics::kGlyph + 8);
        break;
    default: width = fm.horizontalAdvance(u"northgate-canto"_s); break;
    }
    return std::max(width, fm.horizontalAdvance(m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString())) + kPadding;
}

/// The change and the reason share what the others leave.
void ChangesTable::layoutColumns()
{
    int room = viewport()->width() - kChangeLeast;
    bool full = false;
    for (const int column : kOrder) {
        const int width = widthOf(column);
        full = full || (room < width && column != ChangesModel::Outcome && column != ChangesModel::Time);
        setColumnHidden(column, full);
        setColumnWidth(column, width);
        room -= full ? 0 : width;
    }
    const bool reason = !full && room > kReasonLeast;
    setColumnHidden(ChangesModel::Reason, !reason);
    const int more = std::max(0, room - (reason ? kReasonLeast : 0));
    setColumnWidth(ChangesModel::Change, kChangeLeast + (reason ? more / 2 : more));
    setColumnWidth(ChangesModel::Reason, kReasonLeast + more - more / 2);
}

bool ChangesTable::isGroup(int row) const
{
    return row >= 0 && row < m_model->rowCount() && !m_model->changeAt(row);
}

void ChangesTable::layoutRows()
{
    m_rowsDirty = false;
    const int plain = metrics::rowHeight(m_density, fontMetrics()), group = metrics::groupRowHeight(fontMetrics());
    QHeaderView *rows = verticalHeader();
    for (const QPersistentModelIndex &was : std::as_const(m_groupRows)) {
        if (was.isValid() && !isGroup(was.row()))
            rows->resizeSection(was.row(), plain);
    }
    m_groupRows.clear();
    const QList<int> groups = m_model->groupRows();
    for (const int row : groups) {
        if (rows->sectionSize(row) != group)
            rows->resizeSection(row, group);
        m_groupRows.append(m_model->index(row, 0));
    }
}

state::ChangePtr ChangesTable::current() const
{
    return m_model->changeAt(currentIndex().row());
}

void ChangesTable::showChange(const QString &id)
{
    if (const int row = m_model->rowOf(id); row >= 0) {
        setCurrentIndex(m_model->index(row, ChangesModel::Change));
        scrollTo(currentIndex());
    }
}

void ChangesTable::setCover(QWidget *cover)
{
    m_cover = cover;
    cover->setParent(viewport());
    cover->setGeometry(viewport()->rect());
}

QStringList ChangesTable::shownColumns() const
{
    QStringList out;
    for (int column = 0; column < ChangesModel::ColumnCount; ++column) {
        if (!isColumnHidden(column))
            out.append(m_model->headerData(column, Qt::Horizontal, items::ColumnIdRole).toString());
    }
    return out;
}

void ChangesTable::copyTsv() const
{
    QStringList lines;
    const QModelIndexList rows = selectionModel()->selectedRows(ChangesModel::Change);
    for (const QModelIndex &row : rows) {
        const state::ChangePtr change = m_model->changeAt(row.row());
        if (!change)
            continue;
        QStringList cells{formatRfc3339(change->begun())};   // a time of day alone says nothing elsewhere
        for (int column = ChangesModel::Change; column < ChangesModel::ColumnCount; ++column)
            cells.append(m_model->index(row.row(), column).data().toString());
        lines.append(cells.join(u'\t'));
    }
    QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

void ChangesTable::toggle(int row)
{
    m_model->setExpanded(row, !m_model->index(row, 0).data(items::ExpandedRole).toBool());
}

void ChangesTable::keyPressEvent(QKeyEvent *event)
{
    const int row = currentIndex().row();
    if (event->matches(QKeySequence::Copy)) {
        copyTsv();
        return;
    }
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (isGroup(row))
            toggle(row);
        else if (row >= 0)
            Q_EMIT openWanted();
        return;
    case Qt::Key_Escape:
        Q_EMIT closeWanted();
        return;
    case Qt::Key_Left:
    case Qt::Key_Right:
        if (isGroup(row)) {
            m_model->setExpanded(row, event->key() == Qt::Key_Right);
            return;
        }
        if (event->key() == Qt::Key_Left) {
            for (int above = row; above >= 0; --above) {
                if (isGroup(above)) {
                    setCurrentIndex(m_model->index(above, ChangesModel::Change));
                    return;
                }
            }
        }
        return;
    default:
        break;
    }
    QTableView::keyPressEvent(event);
}

void ChangesTable::mousePressEvent(QMouseEvent *event)
{
    const QModelIndex at = indexAt(event->position().toPoint());
    if (at.isValid() && isGroup(at.row()) && event->button() == Qt::LeftButton)
        toggle(at.row());
    else
        QTableView::mousePressEvent(event);
}

void ChangesTable::mouseDoubleClickEvent(QMouseEvent *event)
{
    const QModelIndex at = indexAt(event->position().toPoint());
    if (at.isValid() && !isGroup(at.row()))
        Q_EMIT openWanted();
}

void ChangesTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    layoutColumns();
    if (m_cover)
        m_cover->setGeometry(viewport()->rect());
}

void ChangesTable::contextMenuEvent(QContextMenuEvent *event)
{
    if (event->reason() == QContextMenuEvent::Keyboard && current()) {
        Q_EMIT menuWanted(viewport()->mapToGlobal(visualRect(currentIndex()).bottomLeft() + QPoint(24, 0)));
        return;
    }
    const QModelIndex at = indexAt(event->pos());
    if (!at.isValid() || isGroup(at.row()))
        return;
    if (!selectionModel()->isRowSelected(at.row()))
        setCurrentIndex(at);
    Q_EMIT menuWanted(event->globalPos());
}

void ChangesTable::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        setDensity(m_density);
}

void ChangesTable::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTableView::currentChanged(current, previous);
    Q_EMIT currentMoved();
}

void ChangesTable::paintEvent(QPaintEvent *event)
{
    if (m_rowsDirty)
        layoutRows();
    QTableView::paintEvent(event);
    QPainter painter(viewport());
    QStyleOptionViewItem option;
    initViewItemOption(&option);
    // Headings go across all columns: painted once more over the cells, whole.
    for (const QPersistentModelIndex &index : std::as_const(m_groupRows)) {
        const int row = index.row();
        const int top = rowViewportPosition(row), height = rowHeight(row);
        if (!index.isValid() || top + height < 0 || top > viewport()->height())
            continue;
        option.rect = QRect(0, top, viewport()->width(), height);
        option.state.setFlag(QStyle::State_Selected, selectionModel()->isRowSelected(row));
        option.state.setFlag(QStyle::State_HasFocus, hasFocus() && currentIndex().row() == row);
        m_delegate->paint(&painter, option, index);
    }
}

}
