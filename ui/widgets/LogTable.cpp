// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/LogTable.h"

#include "ui/theme/Metrics.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"
#include "ui/widgets/LogFields.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kEdge = 10;
constexpr int kLead = 8;                 ///< of a row, above its text height
constexpr int kGlyph = 13;
/// Wide enough for words beside the glyphs, at the body size of look.md.
constexpr int kWide = 640;
constexpr int kBodyHeight = 16;
/// From this width on there is room for the trace.
constexpr int kWithTrace = 820;

}

/// The titles above the lines.
class LogHeader final : public QWidget {
public:
    explicit LogHeader(LogTable *table) : QWidget(table), m_table(table) { }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Tokens t = tokens(this);
        painter.fillRect(rect(), t[Token::Window]);
        painter.fillRect(QRect(0, height() - 1, width(), 1), t[Token::Line]);
        if (!m_table->m_log)
            return;
        const LogTable::Lanes lanes = m_table->lanes();
        painter.setFont(typeFont(Type::Caption));
        painter.setPen(t[Token::Text2]);
        const auto title = [&](int column, int from, int to) {
            painter.drawText(QRect(from, 0, to - from, height()), Qt::AlignVCenter,
                             painter.fontMetrics().elidedText(m_table->m_log->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(),
                                                              Qt::ElideRight, to - from));
        };
        title(items::LogModel::Time, lanes.time, lanes.level - 4);
        if (!lanes.narrow)
            title(items::LogModel::Level, lanes.level, lanes.source - 4);
        if (lanes.sourceWidth > 0 && !lanes.narrow)
            title(items::LogModel::Source, lanes.source, lanes.message - 4);
        title(items::LogModel::Message, lanes.message, lanes.end);
        if (lanes.trace > 0)
            title(items::LogModel::Trace, lanes.trace, width());
    }

private:
    LogTable *m_table;
};

LogTable::LogTable(QWidget *parent)
    : QAbstractItemView(parent)
    , m_header(new LogHeader(this))
    , m_fields(new LogFields(viewport()))
{
    setAccessibleRole(this, QAccessible::Pane);
    setLayoutDirection(Qt::LeftToRight);
    setSelectionMode(ExtendedSelection);
    setSelectionBehavior(SelectRows);
    setEditTriggers(NoEditTriggers);
    setVerticalScrollMode(ScrollPerItem);
    setHorizontalScrollMode(ScrollPerPixel);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    setFrameShape(NoFrame);
    setProperty("bare", true);
    viewport()->setMouseTracking(true);
    viewport()->setBackgroundRole(QPalette::Base);
    setAccessibleName(tr("Log lines"));
    m_fields->hide();
    connect(m_fields, &LogFields::filterWanted, this, &LogTable::filterWanted);
    connect(m_fields, &LogFields::sizeWanted, this, [this] {
        updateGeometries();
        viewport()->update();
    });
    connect(m_fields, &LogFields::closeWanted, this, [this] {
        unfold(-1);
        setFocus();
    });
    restyle();
}

void LogTable::restyle()
{
    setFont(typeFont(Type::Mono));
    setViewportMargins(0, metrics::atLeast(26, QFontMetrics(typeFont(Type::Caption))), 0, 0);
    updateGeometries();
}

void LogTable::setModel(QAbstractItemModel *model)
{
    m_log = qobject_cast<items::LogModel *>(model);
    QAbstractItemView::setModel(model);
    connect(model, &QAbstractItemModel::rowsRemoved, this, [this] {
        updateGeometries();
        viewport()->update();
    });
    // Behind the selection model, which forgets what is current.
    connect(model, &QAbstractItemModel::modelReset, this, &LogTable::restoreCurrent);
    connect(model, &QAbstractItemModel::dataChanged, m_header, qOverload<>(&QWidget::update));
    connect(model, &QAbstractItemModel::headerDataChanged, m_header, qOverload<>(&QWidget::update));
}

LogTable::Lanes LogTable::lanes() const
{
    Lanes out;
    const QFontMetrics mono(font());
    const QFontMetrics body(typeFont(Type::Body));
    const int width = viewport()->width();
    out.narrow = width * kBodyHeight < kWide * body.height();
    out.time = kEdge;
    out.level = out.time + mono.horizontalAdvance(out.narrow ? u"00:00:00"_s : u"00:00:00.000"_s) + 14;
    out.source = out.level + kGlyph + (out.narrow ? 8 : 6 + QFontMetrics(typeFont(Type::Strong)).horizontalAdvance(tr("Error")) + 16);
    out.message = out.source;
    if (m_log && m_log->sources().size() > 1) {
        int widest = 0;
        for (const QString &name : m_log->sources())
            widest = qMax(widest, body.horizontalAdvance(name));
        out.sourceWidth = out.narrow ? 4 : qMin(width / 4, 18 + widest + 12);
        out.message = out.source + out.sourceWidth + (out.narrow ? 8 : 8);
    }
    out.end = width - kEdge;
    if (m_log && m_log->hasTraces() && width * kBodyHeight >= kWithTrace * body.height()) {
        out.trace = width - kEdge - mono.horizontalAdvance(u"0000…0000"_s) - 6;
        out.end = out.trace - 16;
    }
    out.perLine = qMax(8, (out.end - out.message) / qMax(1, mono.horizontalAdvance(u'0')));
    return out;
}

int LogTable::lineHeight() const
{
    return fontMetrics().height();
}

int LogTable::bodyHeight(int row, const Lanes &lanes) const
{
    const items::LogLine &line = m_log->lineAt(row);
    if (line.kind == items::LogLine::Kind::Gap)
        return qMax(28, lineHeight() + 12);
    const int lines = m_wrap ? qMax(1, (int(line.message.size()) + lanes.perLine - 1) / lanes.perLine) : 1;
    return lines * lineHeight() + kLead;
}

int LogTable::heightOf(int row, const Lanes &lanes) const
{
    const bool open = m_unfolded != 0 && m_log->lineAt(row).id == m_unfolded;
    return bodyHeight(row, lanes) + (open ? m_fields->sizeHint().height() : 0);
}

/// The first row with which the last one is whole on screen.
int LogTable::lastTop(const Lanes &lanes) const
{
    int room = viewport()->height();
    int row = m_log ? m_log->rowCount() : 0;
    while (row > 0) {
        room -= heightOf(row - 1, lanes);
        if (room < 0)
            break;
        --row;
    }
    return qMin(row, m_log ? qMax(0, m_log->rowCount() - 1) : 0);
}

QRect LogTable::rectOf(int row) const
{
    const int top = verticalScrollBar()->value();
    if (!m_log || row < top || row >= m_log->rowCount())
        return {};
    const Lanes l = lanes();
    int y = 0;
    for (int i = top; i < row && y < viewport()->height(); ++i)
        y += heightOf(i, l);
    return y >= viewport()->height() ? QRect() : QRect(0, y, viewport()->width(), bodyHeight(row, l));
}

QRect LogTable::visualRect(const QModelIndex &index) const
{
    const QRect row = rectOf(index.row());
    if (row.isNull())
        return {};
    const Lanes l = lanes();
    switch (index.column()) {
    case items::LogModel::Time: return row.adjusted(0, 0, l.level - row.right() - 1, 0);
    case items::LogModel::Level: return {l.level, row.y(), l.source - l.level, row.height()};
    case items::LogModel::Source: return {l.source, row.y(), l.message - l.source, row.height()};
    case items::LogModel::Trace: return l.trace > 0 ? row.adjusted(l.trace, 0, 0, 0) : QRect();
    default: return {l.message, row.y(), l.end - l.message, row.height()};
    }
}

QModelIndex LogTable::indexAt(const QPoint &point) const
{
    if (!m_log)
        return {};
    const Lanes l = lanes();
    int y = 0;
    for (int row = verticalScrollBar()->value(); row < m_log->rowCount() && y <= point.y(); ++row) {
        y += heightOf(row, l);
        if (point.y() < y)
            return m_log->index(row, point.x() < l.level ? 0 : point.x() < l.source ? 1 : point.x() < l.message ? 2 : l.trace > 0 && point.x() >= l.trace ? 4 : 3);
    }
    return {};
}

void LogTable::scrollTo(const QModelIndex &index, ScrollHint hint)
{
    if (!index.isValid() || !m_log)
        return;
    const int row = index.row();
    QScrollBar *bar = verticalScrollBar();
    const Lanes l = lanes();
    const auto above = [&](int room) {
        int top = row;
        while (top > 0 && room >= heightOf(top - 1, l))
            room -= heightOf(--top, l);
        return top;
    };
    if (hint == PositionAtCenter)
        return bar->setValue(above(viewport()->height() / 2));
    if (row < bar->value() || hint == PositionAtTop)
        return bar->setValue(row);
    const QRect rect = rectOf(row);
    if (hint == PositionAtBottom || rect.isNull() || rect.y() + heightOf(row, l) > viewport()->height())
        bar->setValue(above(viewport()->height() - heightOf(row, l)));
}

std::pair<int, int> LogTable::seenRows() const
{
    if (!m_log || m_log->rowCount() == 0)
        return {-1, -1};
    const Lanes l = lanes();
    const int first = qMin(verticalScrollBar()->value(), m_log->rowCount() - 1);
    int last = first;
    for (int y = heightOf(first, l); last + 1 < m_log->rowCount() && y + bodyHeight(last + 1, l) <= viewport()->height();)
        y += heightOf(++last, l);
    return {first, last};
}

int LogTable::heightFor(int lines) const
{
    return viewportMargins().top() + lines * (lineHeight() + kLead);
}

void LogTable::onlyTrace(int row)
{
    if (m_log && row >= 0 && row < m_log->rowCount() && !m_log->lineAt(row).trace.isEmpty())
        Q_EMIT filterWanted({items::LogModel::kTraceKey, QString::fromLatin1(m_log->lineAt(row).trace), false});
}

void LogTable::goTo(int row)
{
    if (!m_log || row < 0 || row >= m_log->rowCount())
        return;
    setFollow(false);
    const QModelIndex index = m_log->index(row, items::LogModel::Message);
    setCurrentIndex(index);
    if (rectOf(row).isNull())
        scrollTo(index, PositionAtCenter);
}

void LogTable::unfold(int row)
{
    const bool open = row >= 0 && row < m_log->rowCount() && m_log->lineAt(row).kind == items::LogLine::Kind::Line
        && m_log->lineAt(row).id != m_unfolded;
    m_unfolded = open ? m_log->lineAt(row).id : 0;
    if (open) {
        m_fields->setIndent(lanes().narrow ? 0 : lanes().level);
        m_fields->setRoom(viewport()->width());
        m_fields->setLine(m_log->lineAt(row));
        disconnect(m_fields, &LogFields::copyWanted, nullptr, nullptr);
        connect(m_fields, &LogFields::copyWanted, this, [](const QString &text) { QGuiApplication::clipboard()->setText(text); });
        setFollow(false);
    }
    updateGeometries();
    if (open)
        scrollTo(m_log->index(row, 0));
    placeFields();
    viewport()->update();
}

void LogTable::placeFields()
{
    const int row = m_unfolded == 0 || !m_log ? -1 : m_log->rowOf(m_unfolded);
    const QRect rect = row < 0 ? QRect() : rectOf(row);
    if (rect.isNull()) {
        m_fields->hide();
        return;
    }
    m_fields->setRoom(viewport()->width());
    m_fields->setGeometry(0, rect.bottom() + 1, viewport()->width(), m_fields->sizeHint().height());
    m_fields->show();
}

QList<int> LogTable::selectedRows() const
{
    QList<int> rows;
    for (const QItemSelectionRange &range : selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row)
            rows.append(row);
    }
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return rows;
}

void LogTable::setWrap(bool wrap)
{
    m_wrap = wrap;
    horizontalScrollBar()->setValue(0);
    updateGeometries();
    viewport()->update();
}

void LogTable::setFollow(bool follow)
{
    const bool other = std::exchange(m_follow, follow) != follow;
    if (follow) {
        unfold(-1);
        updateGeometries();
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    }
    if (other)
        Q_EMIT followChanged(follow);
}

QModelIndex LogTable::moveCursor(CursorAction action, Qt::KeyboardModifiers)
{
    if (!m_log || m_log->rowCount() == 0)
        return {};
    const int last = m_log->rowCount() - 1;
    const int page = qMax(1, viewport()->height() / (lineHeight() + kLead) - 1);
    const int now = currentIndex().isValid() ? currentIndex().row() : verticalScrollBar()->value();
    int row = now;
    switch (action) {
    case MoveUp:
    case MovePrevious: row = now - 1; break;
    case MoveDown:
    case MoveNext: row = now + 1; break;
    case MovePageUp: row = now - page; break;
    case MovePageDown: row = now + page; break;
    case MoveHome: row = 0; break;
    case MoveEnd: row = last; break;
    case MoveLeft: horizontalScrollBar()->triggerAction(QAbstractSlider::SliderSingleStepSub); break;
    case MoveRight: horizontalScrollBar()->triggerAction(QAbstractSlider::SliderSingleStepAdd); break;
    }
    setFollow(row == last && action != MoveLeft && action != MoveRight ? m_follow : false);
    return m_log->index(std::clamp(row, 0, last), items::LogModel::Message);
}

int LogTable::horizontalOffset() const
{
    return horizontalScrollBar()->value();
}

void LogTable::setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags flags)
{
    const QModelIndex from = indexAt({0, rect.normalized().top()});
    const QModelIndex to = indexAt({0, rect.normalized().bottom()});
    if (!from.isValid())
        return;
    const int last = to.isValid() ? to.row() : m_log->rowCount() - 1;
    selectionModel()->select({m_log->index(from.row(), 0), m_log->index(last, items::LogModel::ColumnCount - 1)}, flags);
}

QRegion LogTable::visualRegionForSelection(const QItemSelection &) const
{
    return viewport()->rect();
}

void LogTable::updateGeometries()
{
    const QRect area = contentsRect();
    m_header->setGeometry(area.x(), area.y(), viewport()->width(), viewportMargins().top());
    if (m_log) {
        const Lanes l = lanes();
        const bool scrolling = std::exchange(m_scrolling, true);
        verticalScrollBar()->setRange(0, lastTop(l));
        verticalScrollBar()->setPageStep(qMax(1, viewport()->height() / (lineHeight() + kLead) - 1));
        const int over = m_wrap ? 0 : qMax(0, m_log->longest() + 2 - l.perLine) * fontMetrics().horizontalAdvance(u'0');
        horizontalScrollBar()->setRange(0, over);
        horizontalScrollBar()->setSingleStep(fontMetrics().horizontalAdvance(u'0') * 8);
        horizontalScrollBar()->setPageStep(viewport()->width() / 2);
        m_scrolling = scrolling;
    }
    QAbstractItemView::updateGeometries();
    placeFields();
    Q_EMIT seenChanged();
}

void LogTable::rowsInserted(const QModelIndex &parent, int start, int end)
{
    QAbstractItemView::rowsInserted(parent, start, end);
    updateGeometries();
    if (m_restore != 0) {
        if (const int row = m_log->rowOf(std::exchange(m_restore, 0)); row >= 0)
            selectionModel()->setCurrentIndex(m_log->index(row, items::LogModel::Message),
                                              QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    }
    if (m_follow) {
        m_scrolling = true;
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
        m_scrolling = false;
    }
    viewport()->update();
    m_header->update();
}

/// Rows that go at the top move nothing under the reader's eyes; the end may be taken off to be merged and comes back at once.
void LogTable::rowsAboutToBeRemoved(const QModelIndex &parent, int start, int end)
{
    if (start > 0 && currentIndex().row() >= start)
        m_restore = m_log->lineAt(currentIndex().row()).id;
    QAbstractItemView::rowsAboutToBeRemoved(parent, start, end);
    if (start == 0 && !m_follow) {
        m_scrolling = true;
        verticalScrollBar()->setValue(qMax(0, verticalScrollBar()->value() - (end + 1)));
        m_scrolling = false;
    }
}

/// Not the base's: it asks for the place of every row that changed, and a search changes all of them.
void LogTable::dataChanged(const QModelIndex &, const QModelIndex &, const QList<int> &)
{
    viewport()->update();
}

void LogTable::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    // Not the base's: it scrolls to whatever is current, also while the end is taken off for a moment.
    if (current.isValid() && m_restore == 0)
        m_currentId = m_log->lineAt(current.row()).id;
    if (m_restore == 0)
        QAbstractItemView::currentChanged(current, previous);
    if (current.isValid() && m_restore == 0 && hasFocus())
        tellCurrentCell(this, current.row(), items::LogModel::Message);
    viewport()->update();
}

void LogTable::reset()
{
    QAbstractItemView::reset();
    updateGeometries();
    if (m_follow)
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    placeFields();
    viewport()->update();
    m_header->update();
}

/// Other rows are shown: the line that was read stays current where it is among them.
void LogTable::restoreCurrent()
{
    const int row = m_currentId != 0 ? m_log->rowOf(m_currentId) : -1;
    if (row < 0)
        return;
    setCurrentIndex(m_log->index(row, items::LogModel::Message));
    if (!m_follow)
        scrollTo(currentIndex(), PositionAtCenter);
}

void LogTable::scrollContentsBy(int, int dy)
{
    // A person who scrolls up reads; one who comes to the end follows again.
    if (!m_scrolling && dy != 0) {
        const bool atEnd = verticalScrollBar()->value() == verticalScrollBar()->maximum();
        if (m_follow && !atEnd) {
            m_follow = false;
            Q_EMIT followChanged(false);
        }
    }
    placeFields();
    viewport()->update();
    m_header->update();
    Q_EMIT seenChanged();
}

/// Not the item view's: it would choose the first line, and who follows has chosen none.
void LogTable::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void LogTable::keyPressEvent(QKeyEvent *event)
{
    const bool plain = !(event->modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier));
    if (event->matches(QKeySequence::Copy)) {
        Q_EMIT copyWanted();
    } else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && plain) {
        if (!fillGap(currentRow()))
            unfold(currentRow());
    } else if (event->key() == Qt::Key_Space && plain) {
        Q_EMIT pauseWanted();
    } else if (event->key() == Qt::Key_End && plain) {
        if (m_log && m_log->rowCount() > 0)
            setCurrentIndex(m_log->index(m_log->rowCount() - 1, items::LogModel::Message));
        setFollow(true);
    } else if (event->key() == Qt::Key_Escape && m_unfolded != 0) {
        unfold(-1);
    } else if (event->key() == Qt::Key_T && plain) {
        onlyTrace(currentRow());
    } else if (event->key() == Qt::Key_N && plain && m_log) {
        const bool forward = !event->modifiers().testFlag(Qt::ShiftModifier);
        // Nothing was chosen: the last error is what is looked for.
        goTo(currentRow() < 0 ? m_log->nextError(-1, false) : m_log->nextError(currentRow(), forward));
    } else if (event->key() == Qt::Key_Escape) {
        event->ignore();   // whoever has the log closes it
        return;
    } else {
        return QAbstractItemView::keyPressEvent(event);   // what it does not know is for who stands around it
    }
    event->accept();
}

/// A trace is a link to its lines.
void LogTable::mousePressEvent(QMouseEvent *event)
{
    const QModelIndex index = indexAt(event->position().toPoint());
    QAbstractItemView::mousePressEvent(event);
    if (event->button() == Qt::LeftButton && index.isValid() && index.column() == items::LogModel::Trace)
        onlyTrace(index.row());
    if (event->button() == Qt::LeftButton && index.isValid() && gapLink(index.row()).contains(event->position().toPoint()))
        fillGap(index.row());
}

void LogTable::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (const QModelIndex index = indexAt(event->position().toPoint()); index.isValid())
        unfold(index.row());
}

void LogTable::wheelEvent(QWheelEvent *event)
{
    if (event->angleDelta().y() > 0)
        setFollow(false);
    QAbstractItemView::wheelEvent(event);
}

void LogTable::resizeEvent(QResizeEvent *event)
{
    QAbstractItemView::resizeEvent(event);
    updateGeometries();
    if (m_follow)
        verticalScrollBar()->setValue(verticalScrollBar()->maximum());
}

void LogTable::changeEvent(QEvent *event)
{
    QAbstractItemView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        m_header->update();
}

bool LogTable::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ApplicationFontChange)
        restyle();
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const QModelIndex index = indexAt(help->pos());
        const QString text = index.data(index.column() == items::LogModel::Message ? Qt::DisplayRole : Qt::ToolTipRole).toString();
        // Escaped: a log line must not become rich text in a tooltip.
        QToolTip::showText(help->globalPos(), text.isEmpty() ? QString() : u"<span>"_s + text.left(2000).toHtmlEscaped() + u"</span>"_s, viewport());
        return true;
    }
    if (event->type() == QEvent::MouseMove || event->type() == QEvent::Leave) {
        const QModelIndex at = event->type() == QEvent::Leave ? QModelIndex() : indexAt(static_cast<QMouseEvent *>(event)->position().toPoint());
        const int row = at.row();
        const bool link = (at.column() == items::LogModel::Trace && !m_log->lineAt(row).trace.isEmpty())
            || (at.isValid() && event->type() == QEvent::MouseMove && gapLink(row).contains(static_cast<QMouseEvent *>(event)->position().toPoint()));
        viewport()->setCursor(link ? Qt::PointingHandCursor : Qt::ArrowCursor);
        if (std::exchange(m_hover, row) != row)
            viewport()->update();
    }
    return QAbstractItemView::viewportEvent(event);
}

}
