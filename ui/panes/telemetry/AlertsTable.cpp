// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/telemetry/AlertsTable.h"

#include "models/items/Roles.h"
#include "ui/theme/Tokens.h"
#include "ui/widgets/CellDelegate.h"
#include "ui/widgets/CellPainter.h"
#include "ui/widgets/Label.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::AlertsModel;
using items::SilencesModel;

namespace {

constexpr int kPadding = 20;
constexpr int kEdge = 8;      ///< of a cell, as the other cells have it
constexpr int kShareLeast = 150;

/// Texts that lead to an object, in the accent; all else as everywhere.
class LinkDelegate final : public CellDelegate {
public:
    using CellDelegate::CellDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        if (!index.data(items::ObjectIdRole).isValid())
            return CellDelegate::paint(painter, option, index);
        painter->save();
        const QStyle *style = option.widget ? option.widget->style() : nullptr;
        if (style)
            style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
        const QRect rect = option.rect.adjusted(kEdge, 0, -kEdge, -1);
        painter->setFont(option.font);
        painter->setPen(tokens(option.palette)[Token::Accent]);
        const bool rtl = option.direction == Qt::RightToLeft;
        painter->drawText(rect, Qt::AlignVCenter | Qt::TextSingleLine | (Qt::AlignAbsolute | (rtl ? Qt::AlignRight : Qt::AlignLeft)),
                          QFontMetrics(option.font).elidedText(index.data().toString(), Qt::ElideRight, rect.width()));
        painter->restore();
    }
};

}

KeyedTable::KeyedTable(items::KeyedRows *rows, QWidget *parent)
    : GroupedTable(rows, parent)
    , m_keyed(rows)
{
    horizontalHeader()->setSectionsClickable(false);
    connect(rows, &items::KeyedRows::structureChanged, this, &KeyedTable::scheduleRows);
}

void KeyedTable::layoutColumns()
{
    const QFontMetrics fm(font());
    const auto widthOf = [&](const Fixed &fixed) {
        const QString title = model()->headerData(fixed.column, Qt::Horizontal, Qt::DisplayRole).toString();
        return std::max(tabularWidth(fm, fixed.sample), fm.horizontalAdvance(title)) + kPadding;
    };
    const QList<std::pair<int, int>> shares = sharing();
    int parts = 0;
    for (const auto &share : shares)
        parts += share.second;
    int room = viewport()->width() - kShareLeast * int(shares.size());
    bool full = false;
    QSet<int> named;
    const QList<Fixed> fixed = fixedColumns();
    for (const Fixed &column : fixed) {
        const int width = widthOf(column);
        const bool hidden = column.leaves && (full || room < width);
        full = full || hidden;
        named.insert(column.column);
        setColumnHidden(column.column, hidden);
        setColumnWidth(column.column, width);
        room -= hidden ? 0 : width;
    }
    const int more = std::max(0, room);
    int given = 0;
    for (qsizetype i = 0; i < shares.size(); ++i) {
        const int extra = i + 1 == shares.size() ? more - given : more * shares.at(i).second / std::max(1, parts);
        given += extra;
        named.insert(shares.at(i).first);
        setColumnHidden(shares.at(i).first, false);
        setColumnWidth(shares.at(i).first, kShareLeast + extra);
    }
    for (int column = 0; column < model()->columnCount(); ++column) {
        if (!named.contains(column))
            setColumnHidden(column, true);
    }
}

QStringList KeyedTable::shownColumns() const
{
    QStringList out;
    for (int column = 0; column < model()->columnCount(); ++column) {
        if (!isColumnHidden(column))
            out.append(model()->headerData(column, Qt::Horizontal, items::ColumnIdRole).toString());
    }
    return out;
}

void KeyedTable::showKey(const QString &key)
{
    if (const int row = m_keyed->rowOf(key); row >= 0) {
        setCurrentIndex(m_keyed->index(row, 1));
        scrollTo(currentIndex());
    }
}

void KeyedTable::copyTsv() const
{
    QStringList lines;
    const QModelIndexList rows = selectionModel()->selectedRows();
    for (const QModelIndex &row : rows) {
        if (isGroup(row.row()))
            continue;
        QStringList cells;
        for (int column = 0; column < model()->columnCount(); ++column)
            cells.append(row.siblingAtColumn(column).data().toString());
        lines.append(cells.join(u'\t'));
    }
    QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

void KeyedTable::keyPressEvent(QKeyEvent *event)
{
    const int row = currentIndex().row();
    if (event->matches(QKeySequence::Copy))
        return copyTsv();
    const bool group = row >= 0 && isGroup(row);
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (group)
            toggle(row);
        else if (row >= 0)
            Q_EMIT openWanted();
        return;
    case Qt::Key_Escape:
        Q_EMIT closeWanted();
        return;
    case Qt::Key_Left:
    case Qt::Key_Right:
        if (group) {
            setExpanded(row, event->key() == Qt::Key_Right);
        } else if (event->key() == Qt::Key_Left) {
            for (int above = row; above >= 0; --above) {
                if (isGroup(above))
                    return setCurrentIndex(m_keyed->index(above, 0));
            }
        }
        return;
    default: break;
    }
    // Letters are keys of the page, no search for a row.
    if (event->key() >= Qt::Key_A && event->key() <= Qt::Key_Z && event->modifiers() == Qt::NoModifier)
        event->ignore();
    else
        GroupedTable::keyPressEvent(event);
}

void KeyedTable::contextMenuEvent(QContextMenuEvent *event)
{
    const bool keyboard = event->reason() == QContextMenuEvent::Keyboard;
    const QModelIndex at = keyboard ? currentIndex() : indexAt(event->pos());
    if (!at.isValid() || isGroup(at.row()))
        return;
    if (!selectionModel()->isRowSelected(at.row()))
        setCurrentIndex(at);
    Q_EMIT menuWanted(keyboard ? viewport()->mapToGlobal(visualRect(at).bottomLeft() + QPoint(24, 0)) : event->globalPos());
}

bool KeyedTable::isLink(const QPoint &at) const
{
    const QModelIndex index = indexAt(at);
    if (!index.isValid() || index.column() != linkColumn() || !index.data(items::ObjectIdRole).isValid())
        return false;
    // The words lead there, not the room behind them.
    const int words = QFontMetrics(font()).horizontalAdvance(index.data().toString()) + kEdge;
    const QRect cell = visualRect(index);
    return isRightToLeft() ? cell.right() - at.x() <= words : at.x() - cell.left() <= words;
}

void KeyedTable::mouseReleaseEvent(QMouseEvent *event)
{
    GroupedTable::mouseReleaseEvent(event);
    const QPoint at = event->position().toPoint();
    if (event->button() == Qt::LeftButton && event->modifiers() == Qt::NoModifier && isLink(at))
        Q_EMIT linkWanted(indexAt(at).row());
}

void KeyedTable::mouseMoveEvent(QMouseEvent *event)
{
    GroupedTable::mouseMoveEvent(event);
    viewport()->setCursor(isLink(event->position().toPoint()) ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

/// Foreign texts are read as they are written.
bool KeyedTable::viewportEvent(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return GroupedTable::viewportEvent(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const QString tip = indexAt(help->pos()).data(Qt::ToolTipRole).toString();
    QToolTip::showText(help->globalPos(), tip.isEmpty() ? QString() : plainTip(tip), viewport());
    return true;
}

void KeyedTable::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    GroupedTable::currentChanged(current, previous);
    if (!m_keyed->isPlacing())
        Q_EMIT currentMoved();
}

AlertsTable::AlertsTable(AlertsModel *model, QWidget *parent)
    : KeyedTable(model, parent)
    , m_model(model)
{
    setAccessibleName(tr("Alerts"));
    setItemDelegateForColumn(AlertsModel::About, new LinkDelegate(this));
    setDensity(Density::Compact);
}

void AlertsTable::setSeveral(bool several)
{
    m_several = several;
    layoutColumns();
}

QList<KeyedTable::Fixed> AlertsTable::fixedColumns() const
{
    QList<Fixed> out{{AlertsModel::State, tr("Inhibited") + u"00000"_s, false}, {AlertsModel::Since, u"00 h 00 m"_s, false}};
    if (m_several)
        out.append({AlertsModel::EnvironmentName, u"northgate-can"_s});
    out.append({AlertsModel::Until, u"00 Mmm 00:00 UTC"_s});
    out.append({AlertsModel::Value, u"0.000000"_s});
    return out;
}

QList<std::pair<int, int>> AlertsTable::sharing() const
{
    return {{AlertsModel::Name, 3}, {AlertsModel::About, 3}, {AlertsModel::What, 6}};
}

const items::Alert *AlertsTable::current() const
{
    return m_model->alertAt(currentIndex().row());
}

QList<items::Alert> AlertsTable::selected() const
{
    QList<items::Alert> out;
    QModelIndexList rows = selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    for (const QModelIndex &row : std::as_const(rows)) {
        if (const items::Alert *alert = m_model->alertAt(row.row()))
            out.append(*alert);
    }
    return out;
}

SilencesTable::SilencesTable(SilencesModel *model, QWidget *parent)
    : KeyedTable(model, parent)
    , m_model(model)
{
    setAccessibleName(tr("Silences"));
    setSelectionMode(QAbstractItemView::SingleSelection);
    setDensity(Density::Compact);
}

void SilencesTable::setSeveral(bool several)
{
    m_several = several;
    layoutColumns();
}

QList<KeyedTable::Fixed> SilencesTable::fixedColumns() const
{
    QList<Fixed> out{{SilencesModel::State, tr("Not begun") + u"00000"_s, false}, {SilencesModel::Alerts, u"unknown"_s, false}, {SilencesModel::Ends, u"ended 00 h 00 m ago"_s, false}};
    if (m_several)
        out.append({SilencesModel::EnvironmentName, u"northgate-can"_s});
    out.append({SilencesModel::Author, u"mira.koenig@ex"_s});
    return out;
}

QList<std::pair<int, int>> SilencesTable::sharing() const
{
    return {{SilencesModel::Matchers, 5}, {SilencesModel::Comment, 4}};
}

const items::SilenceLine *SilencesTable::current() const
{
    return m_model->lineAt(currentIndex().row());
}

}
