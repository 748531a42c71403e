// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/resources/ResourceTable.h"

#include "models/core/Format.h"
#include "models/items/CellText.h"
#include "ui/widgets/CellPainter.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QScrollBar>
#include <QTimer>

#include <algorithm>
#include <utility>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::ResourceModel;

namespace {
constexpr int kNameMinimum = 224;
constexpr int kCellPadding = 16;
constexpr int kMostMeasured = 120;      ///< rows
constexpr int kHoldMs = 2000;
constexpr qint64 kLongAgeSeconds = 20 * 3600 + 59 * 60;
/// Columns of moments that are to come, "in 20 h 59 m"; others are past.
const QStringList kToCome{u"next"_s, u"renewal"_s, u"effective"_s, u"notBefore"_s};
constexpr int kCalmTicks = 9;
constexpr double kMostAir = 0.45;
}

ResourceTable::ResourceTable(ResourceModel *model, QWidget *parent)
    : GroupedTable(model, parent)
    , m_model(model)
    , m_hold(new QTimer(this))
{
    setAccessibleName(tr("Nodes"));
    QHeaderView *header = horizontalHeader();
    header->setSectionsMovable(false);
    header->setSectionsClickable(true);
    header->setSortIndicatorShown(true);
    sortByColumn(0, Qt::AscendingOrder);
    setSortingEnabled(true);
    m_hold->setSingleShot(true);
    m_hold->setInterval(kHoldMs);
    connect(m_hold, &QTimer::timeout, m_model, [this] { m_model->setOrderHeld(false); });
    connect(m_model, &ResourceModel::structureChanged, this, &ResourceTable::scheduleRows);
    connect(m_model, &ResourceModel::structureChanged, this, [this] {
        if (m_tight && m_model->rowCount() <= kMostMeasured)
            layoutColumns();
    });
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] {
        m_needed.clear();
        layoutColumns();
    });
    connect(header, &QHeaderView::sortIndicatorChanged, this, &ResourceTable::layoutColumns);
    // Other rows stand there, or they say something else: the next tick looks anew.
    const auto forget = [this] { m_toldHolds = false; };
    connect(m_model, &QAbstractItemModel::modelReset, this, forget);
    connect(m_model, &QAbstractItemModel::layoutChanged, this, forget);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, forget);
    connect(m_model, &QAbstractItemModel::rowsRemoved, this, forget);
    connect(m_model, &QAbstractItemModel::dataChanged, this, forget);
    setDensity(Density::Compact);
}

void ResourceTable::setChosenColumns(const QStringList &ids)
{
    m_chosen = ids;
    layoutColumns();
}

QStringList ResourceTable::shownColumns() const
{
    QStringList out;
    for (int i = 0; i < int(m_model->columns().size()); ++i) {
        if (!isColumnHidden(i))
            out.append(m_model->columns().at(i).id);
    }
    return out;
}

/// The same few words are asked for at every step of a splitter that is drawn.
int ResourceTable::advance(const QString &text) const
{
    if (m_measuredIn != font()) {
        m_measuredIn = font();
        m_measured.clear();
        m_needed.clear();
    }
    const auto known = m_measured.constFind(text);
    return known != m_measured.constEnd() ? *known : *m_measured.insert(text, QFontMetrics(font()).horizontalAdvance(text));
}

int ResourceTable::columnWidthOf(int column) const
{
    const items::TableColumn &info = m_model->columns().at(column);
    const QFontMetrics fm(font());
    // Points and spaces are narrower than digits: seven eighths of the mean digit is what texts of that length take.
    int digits = info.width * advance(u"0123456789"_s) * 87 / 1000;
    // Units and words are as long as the language makes them.
    // What is not determined says so.
    if (info.type == network::CellType::Text && info.source == network::Source::Reported && !info.optional && info.id != "phase"_L1)
        digits = std::max(digits, fm.horizontalAdvance(items::cellText(network::Cell{network::Cell::Is::Unknown}, info.type, 0)));
    const int there = m_tight && info.type == network::CellType::Time ? widestIn(column) : 0;
    if (there > 0)
        digits = there;
    else if (info.type == network::CellType::Time)
        digits = tabularWidth(fm, info.end ? formatEnd(kLongAgeSeconds) : kToCome.contains(info.id) ? formatMoment(-kLongAgeSeconds) : formatAge(kLongAgeSeconds));
    digits = std::max(digits, m_needed.value(info.id));
    for (int state = 0; info.id == "phase"_L1 && state <= int(network::State::Waiting); ++state)
        digits = std::max(digits, advance(network::stateWord(network::State(state))) + metrics::kGlyph + 8);
    // The header never elides; the sort arrow has its room where it is.
    const bool sorted = horizontalHeader()->sortIndicatorSection() == column;
    const int title = advance(info.title) + (sorted ? 16 : 2);
    return std::max(digits, title) + kCellPadding;
}

/// Of the texts that are there; 0 where there are too many to look at, or none yet.
int ResourceTable::widestIn(int column) const
{
    const int rows = m_model->rowCount();
    if (rows > kMostMeasured)
        return 0;
    int widest = 0;
    const QFontMetrics fm(font());
    for (int row = 0; row < rows; ++row) {
        if (!isGroup(row))
            widest = std::max(widest, tabularWidth(fm, m_model->index(row, column).data().toString()));
    }
    return widest;
}

void ResourceTable::layoutColumns()
{
    const QList<items::TableColumn> &columns = m_model->columns();
    const auto wants = [&](int i) { return i > 0 && (m_chosen.isEmpty() ? !columns.at(i).optional : m_chosen.contains(columns.at(i).id)); };
    m_tight = false;
    int all = kNameMinimum;
    for (int i = 1; i < int(columns.size()); ++i)
        all += wants(i) ? columnWidthOf(i) : 0;
    m_tight = all > viewport()->width();
    int room = viewport()->width() - kNameMinimum;
    bool full = false;
    for (int i = 0; i < int(columns.size()); ++i) {
        const items::TableColumn &column = columns.at(i);
        const bool wanted = wants(i);
        if (i == 0)
            continue;
        const int width = columnWidthOf(i);
        const bool fits = wanted && !full && (room >= width || column.id == "phase"_L1);
        full = full || (wanted && !fits);
        if (fits) {
            room -= width;
            setColumnWidth(i, width);
        }
        setColumnHidden(i, !fits);
    }
    // Room to spare goes to all columns alike, until they have air enough; the rest is the name's.
    int used = kNameMinimum;
    for (int i = 1; i < int(columns.size()); ++i)
        used += isColumnHidden(i) ? 0 : columnWidth(i);
    const double share = std::clamp(double(room) / used, 0.0, kMostAir);
    for (int i = 1; i < int(columns.size()); ++i) {
        if (isColumnHidden(i))
            continue;
        const int more = int(columnWidth(i) * share);
        setColumnWidth(i, columnWidth(i) + more);
        room -= more;
    }
    setColumnWidth(0, std::max(kNameMinimum, kNameMinimum + room));
}

QList<int> ResourceTable::selectedObjectRows() const
{
    QList<int> out;
    const QModelIndexList rows = selectionModel()->selectedRows();
    for (const QModelIndex &index : rows) {
        if (!isGroup(index.row()))
            out.append(index.row());
    }
    std::sort(out.begin(), out.end());
    return out;
}

QStringList ResourceTable::selectedUids() const
{
    QStringList out;
    for (const int row : selectedObjectRows())
        out.append(m_model->index(row, 0).data(items::UidRole).toString());
    return out;
}

void ResourceTable::copyTsv() const
{
    QStringList lines;
    for (const int row : selectedObjectRows()) {
        QStringList cells;
        for (int column = 0; column < m_model->columnCount(); ++column) {
            if (!isColumnHidden(column))
                cells.append(m_model->index(row, column).data().toString());
        }
        lines.append(cells.join(u'\t'));
    }
    QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

/// Ages in seconds change at every tick; once all of them are told in minutes, a look in five is enough.
void ResourceTable::tick()
{
    if (m_toldHolds && m_calm > 0) {
        --m_calm;
        return;
    }
    QList<int> times;
    for (int i = 0; i < int(m_model->columns().size()); ++i) {
        if (m_model->columns().at(i).type == network::CellType::Time && !isColumnHidden(i))
            times.append(i);
    }
    const bool told = std::exchange(m_toldHolds, true);
    QHash<QPair<int, int>, QString> texts;
    bool wider = false, different = !told;
    /// Whether it says something else than at the last tick.
    const auto look = [&](const QModelIndex &index, int role, const QRect &place) {
        const QPair<int, int> key{index.row(), index.column()};
        const QString text = index.data(role).toString();
        const bool other = !told || m_told.value(key) != text;
        if (other)
            viewport()->update(place);
        different = different || other;
        texts.insert(key, text);
        return other;
    };
    for (int row = rowAt(0); row >= 0 && row < model()->rowCount() && rowViewportPosition(row) < viewport()->height(); ++row) {
        // A heading says how old the last answer of its cluster is.
        if (isGroup(row)) {
            look(m_model->index(row, 0), items::GroupDetailRole, QRect(0, rowViewportPosition(row), viewport()->width(), rowHeight(row)));
            continue;
        }
        for (const int column : std::as_const(times)) {
            const QModelIndex index = m_model->index(row, column);
            if (look(index, Qt::DisplayRole, visualRect(index)))
                wider = outgrown(column, texts.value({row, column})) || wider;
        }
    }
    m_told = texts;
    m_calm = different ? 0 : kCalmTicks;
    if (wider)
        layoutColumns();
}

/// A text that its column has no room for, wider than any before: the column is laid out for it from now on. So a tick lays columns out
/// once for each text that is wider still, never because of one that stands there.
bool ResourceTable::outgrown(int column, const QString &text)
{
    const int needed = tabularWidth(QFontMetrics(font()), text);
    int &most = m_needed[m_model->columns().at(column).id];
    if (needed + kCellPadding <= columnWidth(column) || needed <= most)
        return false;
    most = needed;
    return true;
}

void ResourceTable::scrollContentsBy(int dx, int dy)
{
    m_toldHolds = false;
    GroupedTable::scrollContentsBy(dx, dy);
}

QList<int> ResourceTable::groupRows() const
{
    return m_model->groupRows();
}

void ResourceTable::setExpanded(int row, bool expanded)
{
    m_model->setExpanded(row, expanded);
}

bool ResourceTable::foldByKey(int key)
{
    const int row = currentIndex().row();
    if (row < 0)
        return false;
    if (isGroup(row)) {
        m_model->setExpanded(row, key == Qt::Key_Right);
        return true;
    }
    if (key == Qt::Key_Right)
        return false;
    const QList<int> groups = m_model->groupRows();
    const auto above = std::upper_bound(groups.begin(), groups.end(), row);
    if (above != groups.begin())
        setCurrentIndex(m_model->index(*(above - 1), 0));
    return true;
}

void ResourceTable::keyPressEvent(QKeyEvent *event)
{
    const int row = currentIndex().row();
    if (event->matches(QKeySequence::Copy)) {
        copyTsv();
        return;
    }
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (row >= 0 && isGroup(row))
            toggle(row);
        else if (row >= 0)
            Q_EMIT openWanted();
        return;
    case Qt::Key_Escape:
        Q_EMIT closeWanted();
        return;
    case Qt::Key_Left:
    case Qt::Key_Right:
        if (foldByKey(event->key()))
            return;
        break;
    case Qt::Key_Space:
        if (row >= 0 && isGroup(row))
            toggle(row);
        else if (row >= 0)
            selectionModel()->select(m_model->index(row, 0), QItemSelectionModel::Toggle | QItemSelectionModel::Rows);
        return;
    default:
        break;
    }
    GroupedTable::keyPressEvent(event);
}

void ResourceTable::mouseMoveEvent(QMouseEvent *event)
{
    m_model->setOrderHeld(true);
    m_hold->start();
    GroupedTable::mouseMoveEvent(event);
}

void ResourceTable::leaveEvent(QEvent *event)
{
    m_hold->stop();
    m_model->setOrderHeld(false);
    GroupedTable::leaveEvent(event);
}

void ResourceTable::contextMenuEvent(QContextMenuEvent *event)
{
    if (event->reason() == QContextMenuEvent::Keyboard && currentIndex().isValid()) {
        const QRect rect = visualRect(currentIndex());
        Q_EMIT menuWanted(viewport()->mapToGlobal(rect.bottomLeft() + QPoint(24, 0)));
        return;
    }
    const QModelIndex at = indexAt(event->pos());
    if (at.isValid() && !selectionModel()->isRowSelected(at.row()))
        setCurrentIndex(at);
    Q_EMIT menuWanted(event->globalPos());
}

void ResourceTable::selectionChanged(const QItemSelection &selected, const QItemSelection &deselected)
{
    GroupedTable::selectionChanged(selected, deselected);
    Q_EMIT selectedRowsChanged();
}

}
