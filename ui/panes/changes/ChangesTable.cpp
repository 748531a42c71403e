// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/changes/ChangesTable.h"

#include "models/core/Format.h"
#include "models/items/Roles.h"
#include "ui/widgets/CellPainter.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>

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
    : GroupedTable(model, parent)
    , m_model(model)
{
    setAccessibleName(tr("Changes"));
    horizontalHeader()->setSectionsClickable(false);
    connect(m_model, &ChangesModel::structureChanged, this, &ChangesTable::scheduleRows);
    setDensity(Density::Compact);
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

QList<int> ChangesTable::groupRows() const
{
    return m_model->groupRows();
}

void ChangesTable::setExpanded(int row, bool expanded)
{
    m_model->setExpanded(row, expanded);
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
    GroupedTable::keyPressEvent(event);
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

void ChangesTable::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    GroupedTable::currentChanged(current, previous);
    Q_EMIT currentMoved();
}

}
