// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartLegend.h"

#include "ui/charts/ChartLegendModel.h"
#include "ui/charts/ChartView.h"
#include "ui/theme/SeriesStyle.h"
#include "ui/theme/Metrics.h"
#include "ui/theme/QuarterdeckStyle.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"
#include "ui/widgets/CellPainter.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMouseEvent>
#include <QScrollBar>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

namespace {

constexpr int kSample = 20;
constexpr int kSearchFrom = 21;
constexpr int kBelowRows = 4;   ///< that are seen without scrolling below a chart

class LegendDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void setWide(bool wide) { m_wide = wide; }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Tokens t = tokens(option.palette);
        const bool hidden = index.data(ChartLegendModel::HiddenRole).toBool(), strong = index.data(ChartLegendModel::StrongRole).toBool();
        const bool silent = index.data(ChartLegendModel::SilentRole).toBool();
        painter->save();
        if (strong)
            painter->fillRect(option.rect, t[Token::Hover]);
        const bool name = index.column() == ChartLegendModel::Name;
        QRect area = option.rect.adjusted(name ? 0 : 4, 0, -2, 0);
        if (name) {
            QPen pen = linePen(index.data(ChartLegendModel::NumberRole).toInt(), 2);
            if (hidden)
                pen.setColor(t[Token::Text3]);
            painter->setPen(pen);
            const double y = area.center().y() + 0.5;
            painter->drawLine(QPointF(area.left() + 2, y), QPointF(area.left() + kSample, y));
            area.setLeft(area.left() + kSample + 8);
        }
        const bool value = index.column() == ChartLegendModel::Value;
        const QFont font = typeFont((name && strong) || (value && !m_wide) ? Type::Strong : Type::Body);
        painter->setFont(font);
        painter->setPen(t[hidden ? Token::Text3 : silent && (name || value) ? Token::Text2 : name || value ? Token::Text : Token::Text2]);
        const QString text = index.data().toString();
        if (name)
            painter->drawText(area, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, QFontMetrics(font).elidedText(text, Qt::ElideMiddle, area.width()));     // nodes of one owner differ at the end
        else
            drawTabular(painter, area, Qt::AlignRight | Qt::AlignVCenter, text);
        if (name && (option.state & QStyle::State_HasFocus))
            style::focusRing(painter, QRectF(option.rect).adjusted(0, 0, -1, 0), metrics::kRadiusControl, t[Token::Accent]);
        painter->restore();
    }

private:
    bool m_wide = false;
};

}

ChartLegendRows::ChartLegendRows(ChartView *view, ChartLegendModel *model, QWidget *parent) : QTableView(parent), m_view(view), m_model(model)
{
    setModel(model);
    setItemDelegate(new LegendDelegate(this));
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setProperty("plain", true);
    horizontalHeader()->setProperty("bare", true);
    setSelectionMode(NoSelection);
    setEditTriggers(NoEditTriggers);
    setTabKeyNavigation(false);
    setMouseTracking(true);
    setWordWrap(false);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setMinimumSectionSize(10);
    horizontalHeader()->setSectionsClickable(true);
    horizontalHeader()->setSortIndicatorShown(true);
    horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    horizontalHeader()->setMinimumSectionSize(20);
    // A third click gives the order of the chart back.
    horizontalHeader()->setSortIndicatorClearable(true);
    connect(horizontalHeader(), &QHeaderView::sortIndicatorChanged, model, &ChartLegendModel::sort);
    connect(model, &QAbstractItemModel::layoutChanged, this, &ChartLegendRows::layoutColumns);
    connect(view, &ChartView::dataChanged, this, &ChartLegendRows::layoutColumns);
    fit();
}

void ChartLegendRows::fit()
{
    verticalHeader()->setDefaultSectionSize(QFontMetrics(typeFont(Type::Body)).height() + 4);
    layoutColumns();
}

void ChartLegendRows::setWide(bool wide)
{
    m_wide = wide;
    static_cast<LegendDelegate *>(itemDelegate())->setWide(wide);
    horizontalHeader()->setVisible(wide);
    setColumnHidden(ChartLegendModel::Low, !wide);
    setColumnHidden(ChartLegendModel::High, !wide);
    layoutColumns();
}

int ChartLegendRows::rowsHeight(int most) const
{
    return std::min(most, m_model->rowCount()) * verticalHeader()->defaultSectionSize() + (m_wide ? horizontalHeader()->sizeHint().height() : 0) + 2;
}

/// Numbers get what the rows on screen need, whatever the crosshair finds, names the rest.
void ChartLegendRows::layoutColumns()
{
    const QFontMetrics fm(typeFont(Type::Strong)), numbers(typeFont(m_wide ? Type::Body : Type::Strong));
    int left = viewport()->width();
    const int first = std::max(0, rowAt(0)), count = std::min(m_model->rowCount(), first + 60);
    const int most = 22 * fm.averageCharWidth();
    int name = 12 * fm.averageCharWidth();   // less of it tells nothing
    for (int row = first; row < count && name < most; ++row)
        name = std::max(name, std::min(most, fm.horizontalAdvance(m_model->index(row, ChartLegendModel::Name).data().toString()) + 4));
    name += kSample + 8;
    for (const int column : {ChartLegendModel::Value, ChartLegendModel::Low, ChartLegendModel::High}) {
        if (column != ChartLegendModel::Value && !m_wide)
            continue;
        const bool value = column == ChartLegendModel::Value;
        const QString header = value ? m_model->valueHeader(m_view->to()) : m_model->headerData(column, Qt::Horizontal).toString();
        int wide = m_wide ? numbers.horizontalAdvance(header) + 18 : 0;
        for (int row = first; row < count; ++row) {
            // What the crosshair will find lies between the lowest and the highest.
            for (int other = column; other < (value ? int(ChartLegendModel::Columns) : column + 1); ++other)
                wide = std::max(wide, tabularWidth(numbers, m_model->index(row, other).data().toString()) + 12);
        }
        // 71 % and 79 % have 73.2 % between them.
        const items::ChartData &data = m_view->data();
        const bool decimals = data.decimals < 0 && data.unit != items::ChartUnit::Coin && data.unit != items::ChartUnit::Dollars;
        wide += value && decimals ? numbers.horizontalAdvance(QStringLiteral(".00")) : 0;
        // And that a line has nothing there is said in full.
        wide = value ? std::max(wide, tabularWidth(numbers, ChartLegendModel::tr("no data")) + 12) : wide;
        // Columns leave from the right where names would.
        const bool leaves = column != ChartLegendModel::Value && left - wide < name;
        setColumnHidden(column, leaves);
        if (leaves) {
            left = std::min(left, name + wide - 1);
            continue;
        }
        setColumnWidth(column, wide);
        left -= wide;
    }
    left = viewport()->width();
    for (int column = ChartLegendModel::Value; column < ChartLegendModel::Columns; ++column)
        left -= isColumnHidden(column) ? 0 : columnWidth(column);
    setColumnWidth(ChartLegendModel::Name, std::max(60, left));
}

void ChartLegendRows::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    layoutColumns();
}

void ChartLegendRows::changeEvent(QEvent *event)
{
    QTableView::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        fit();
}

void ChartLegendRows::solo(int row)
{
    const QString key = m_model->keyAt(row);
    if (!key.isEmpty())
        m_view->setSolo(m_view->solo() == key ? QString() : key);
}

void ChartLegendRows::toggle(int row)
{
    const QString key = m_model->keyAt(row);
    if (key.isEmpty())
        return;
    QSet<QString> hidden = m_view->hidden();
    if (!hidden.remove(key))
        hidden.insert(key);
    m_view->setHidden(hidden);
}

void ChartLegendRows::mouseMoveEvent(QMouseEvent *event)
{
    m_view->setHighlighted(m_model->keyAt(rowAt(event->position().toPoint().y())));
}

void ChartLegendRows::mousePressEvent(QMouseEvent *event)
{
    const int row = rowAt(event->position().toPoint().y());
    if (event->button() != Qt::LeftButton || row < 0)
        return QTableView::mousePressEvent(event);
    if (event->modifiers() & (Qt::ControlModifier | Qt::ShiftModifier))
        toggle(row);
    else
        solo(row);
}

void ChartLegendRows::leaveEvent(QEvent *event)
{
    m_view->setHighlighted({});
    QTableView::leaveEvent(event);
}

void ChartLegendRows::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTableView::currentChanged(current, previous);
    if (hasFocus())
        m_view->setHighlighted(m_model->keyAt(current.row()));
}

void ChartLegendRows::focusOutEvent(QFocusEvent *event)
{
    QTableView::focusOutEvent(event);
    m_view->setHighlighted({});
}

void ChartLegendRows::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter: return solo(currentIndex().row());
    case Qt::Key_Space: return toggle(currentIndex().row());
    case Qt::Key_Escape:
        if (m_view->solo().isEmpty() && m_view->hidden().isEmpty())
            break;
        m_view->setSolo({});
        m_view->setHidden({});
        return;
    default: break;
    }
    QTableView::keyPressEvent(event);
}

ChartLegend::ChartLegend(ChartView *view, QWidget *parent)
    : QWidget(parent)
    , m_view(view)
    , m_model(new ChartLegendModel(view))
    , m_rows(new ChartLegendRows(view, m_model, this))
    , m_search(new QLineEdit(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_search);
    column->addWidget(m_rows, 1);
    m_search->setPlaceholderText(tr("Filter series"));
    m_search->setAccessibleName(tr("Filter series"));
    m_search->setClearButtonEnabled(true);
    connect(m_search, &QLineEdit::textChanged, m_model, &ChartLegendModel::setFilter);
    connect(view, &ChartView::dataChanged, this, &ChartLegend::follow);
    follow();
}

void ChartLegend::follow()
{
    m_rows->setAccessibleName(tr("Series of %1").arg(m_view->data().title));
    m_search->setVisible(m_model->all() >= kSearchFrom);
    const int high = sizeHint().height();
    if (!m_wide)
        setFixedHeight(high);
}

void ChartLegend::setWide(bool wide)
{
    m_wide = wide;
    m_rows->setWide(wide);
    setMinimumHeight(0);
    setMaximumHeight(QWIDGETSIZE_MAX);
    follow();
}

QSize ChartLegend::sizeHint() const
{
    const int search = m_model->all() >= kSearchFrom ? m_search->sizeHint().height() + 6 : 0;
    return {(m_wide ? 60 : 28) * fontMetrics().averageCharWidth(), search + m_rows->rowsHeight(m_wide ? 1000 : search > 0 ? kBelowRows - 1 : kBelowRows)};
}

QSize ChartLegend::minimumSizeHint() const
{
    return {(m_wide ? 34 : 20) * fontMetrics().averageCharWidth(), m_wide ? 60 : sizeHint().height()};
}

}
