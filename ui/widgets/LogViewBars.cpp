// SPDX-License-Identifier: GPL-3.0-or-later
// What stands around the lines of a LogView, and how it finds room.
#include "ui/theme/Icons.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/LogChip.h"
#include "ui/widgets/LogHistogram.h"
#include "ui/widgets/LogTable.h"
#include "ui/widgets/LogView.h"

#include <QAction>
#include <QHeaderView>
#include <QMenu>
#include <QStackedLayout>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::LogLevel;

namespace {

/// At the body size of look.md: from this height on there is room for lines over time.
constexpr int kWithTimes = 330;
constexpr int kBodyHeight = 16;

}

void LogView::buildSearch()
{
    m_lead = new QHBoxLayout;
    m_lead->setSpacing(6);
    m_upper = new QBoxLayout(QBoxLayout::TopToBottom);
    m_upper->setSpacing(6);
    m_bars->addLayout(m_upper, 1);
    m_upper->addLayout(m_lead);
    m_first = new QHBoxLayout;
    m_first->setSpacing(4);
    m_search = new SearchField(u"search"_s, tr("Search the lines"), tr("Search the lines"), this);
    m_search->setKeyHint(u"Ctrl+F"_s);
    m_search->setMinimumWidth(120);
    m_found = new Label({}, Type::Caption, Token::Text2, this);
    QToolButton *previous = makeIconButton(u"up"_s, tr("Match before (Shift+F3)"), this);
    QToolButton *next = makeIconButton(u"down"_s, tr("Next match (F3)"), this);
    m_first->addWidget(m_search, 1);
    m_first->addWidget(m_found);
    m_first->addWidget(previous);
    m_first->addWidget(next);
    m_upper->addLayout(m_first, 1);
    connect(previous, &QToolButton::clicked, this, [this] { find(false); });
    connect(next, &QToolButton::clicked, this, [this] { find(true); });
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_model->setSearch(text);
        // The newest match is seen while the person types on.
        if (m_model->matches() > 0 && m_model->matchNumber(m_table->currentRow()) == 0)
            m_table->goTo(m_model->nextMatch(-1, false));
        updateCounts();
        setFarSearch(m_far);
    });
    connect(m_search, &QLineEdit::returnPressed, this, [this] { find(true); });
}

void LogView::addLead(QWidget *control, int stretch)
{
    m_lead->addWidget(control, stretch);
}

void LogView::buildLevels()
{
    m_second = new QHBoxLayout;
    m_second->setSpacing(6);
    for (const LogLevel level : {LogLevel::Error, LogLevel::Warn, LogLevel::Info, LogLevel::Debug})
        addChip(level);
    m_second->addStretch(1);
    m_follow = new PillButton(tr("Follow"), this);
    m_follow->setIcon(icon(u"play"_s));
    m_follow->setChecked(true);
    m_follow->setToolTip(tr("Stay at the newest line (End)"));
    m_follow->setAccessibleName(tr("Follow"));
    m_second->addWidget(m_follow);
    m_bars->addLayout(m_second);
    connect(m_follow, &QPushButton::clicked, this, [this](bool follow) {
        if (follow && m_paused)
            Q_EMIT pauseWanted(false);
        m_table->setFollow(follow);
        updateFollow();
    });
}

void LogView::addChip(LogLevel level)
{
    auto *chip = new LogChip(level, this);
    m_chips.insert(level, chip);
    m_second->addWidget(chip);
    connect(chip, &LogChip::toggled, this, [this, level](bool shown) {
        m_model->setLevelShown(level, shown);
        // Lines that say no level go with the everyday ones.
        if (level == LogLevel::Info)
            m_model->setLevelShown(LogLevel::None, shown);
        Q_EMIT levelsChanged();
    });
}

QAction *LogView::addEntry(const QString &id, const QString &text, const QString &iconName, const QString &key, bool checkable)
{
    auto *action = new QAction(icon(iconName), text, this);
    action->setCheckable(checkable);
    if (!key.isEmpty()) {
        action->setShortcut(QKeySequence(key, QKeySequence::PortableText));
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    }
    m_menu->addAction(action);
    addAction(action);
    m_entries.insert(id, action);
    return action;
}

void LogView::buildMenu()
{
    m_menu = new QMenu(tr("Log"), this);
    m_more = new OverflowMenuButton(tr("More for this log"), this);
    connect(addEntry(u"nextError"_s, tr("Next error"), u"down"_s, {}, false), &QAction::triggered, this,
            [this] { m_table->goTo(m_model->nextError(m_table->currentRow(), true)); });
    connect(addEntry(u"lastError"_s, tr("Last error"), u"alert"_s, {}, false), &QAction::triggered, this, &LogView::jumpToLastError);
    for (const bool everywhere : {false, true}) {
        QAction *far = addEntry(everywhere ? u"searchAll"_s : u"searchChosen"_s, everywhere ? tr("Search all nodes") : tr("Read only lines with this text"), u"search"_s,
                                everywhere ? u"Ctrl+Shift+Return"_s : u"Ctrl+Return"_s, false);
        connect(far, &QAction::triggered, this, [this, everywhere] { Q_EMIT searchWanted(m_search->text().trimmed(), everywhere); });
    }
    setFarSearch(false);
    m_menu->addSeparator();
    QAction *times = addEntry(u"times"_s, tr("Lines over time"), u"telemetry"_s, u"Alt+H"_s, true);
    times->setChecked(true);
    connect(times, &QAction::toggled, this, &LogView::arrange);
    connect(addEntry(u"timesTable"_s, tr("Lines over time as a table"), u"columns"_s, u"Alt+Shift+H"_s, true), &QAction::toggled, this, [this](bool on) {
        arrange();
        if (on)
            m_twin->setFocus();
    });
    connect(addEntry(u"wrap"_s, tr("Wrap long lines"), u"undo"_s, u"Alt+Z"_s, true), &QAction::toggled, m_table, &LogTable::setWrap);
    connect(addEntry(u"local"_s, tr("Local time"), u"clock"_s, {}, true), &QAction::toggled, this, [this](bool local) {
        m_model->setUtc(!local);
        countNow();
    });
    m_menu->addSeparator();
    connect(addEntry(u"copy"_s, tr("Copy lines"), u"copy"_s, {}, false), &QAction::triggered, this, &LogView::copyLines);
    connect(addEntry(u"save"_s, tr("Save lines…"), u"download"_s, u"Ctrl+S"_s, false), &QAction::triggered, this, &LogView::saveLines);
    m_more->addActions(m_menu->actions());
    m_second->addWidget(m_more);
    buildKeys();
}

void LogView::buildKeys()
{
    const auto key = [this](const QKeySequence &sequence, auto call) {
        auto *action = new QAction(this);
        action->setShortcut(sequence);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
        connect(action, &QAction::triggered, this, call);
    };
    key(QKeySequence(Qt::Key_F3), [this] { find(true); });
    key(QKeySequence(Qt::SHIFT | Qt::Key_F3), [this] { find(false); });
    key(QKeySequence(Qt::CTRL | Qt::Key_F), [this] {
        m_search->setFocus();
        m_search->selectAll();
    });
}

void LogView::buildHistogram()
{
    m_histogram = new LogHistogram(&m_buckets, this);
    m_twin = new QTableView(this);
    m_twin->setModel(&m_buckets);
    m_twin->setAccessibleName(tr("Lines over time"));
    m_twin->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_twin->setSelectionMode(QAbstractItemView::SingleSelection);
    m_twin->setFrameShape(QFrame::NoFrame);
    m_twin->setShowGrid(false);
    m_twin->setTabKeyNavigation(false);
    m_twin->verticalHeader()->hide();
    m_twin->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    m_twin->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_twin->setFixedHeight((fontMetrics().height() + 8) * 5);
    m_twin->hide();
    const auto jump = [this](qint64 time) {
        m_table->goTo(m_model->rowFrom(time));
        m_table->scrollTo(m_table->currentIndex(), QAbstractItemView::PositionAtTop);
    };
    connect(m_histogram, &LogHistogram::jumpWanted, this, jump);
    connect(m_twin, &QTableView::activated, this, [this, jump](const QModelIndex &index) { jump(m_buckets.buckets().at(index.row()).from); });
    m_count.setSingleShot(true);
    m_count.setInterval(300);
    connect(&m_count, &QTimer::timeout, this, &LogView::countNow);
}

void LogView::buildFoot()
{
    m_foot = new QWidget(this);
    m_foot->setAutoFillBackground(true);
    m_foot->setBackgroundRole(QPalette::Window);
    auto *row = new QHBoxLayout(m_foot);
    row->setContentsMargins(12, 6, 10, 6);
    auto *glyph = new StateGlyph(network::State::Suspended, 14, m_foot);
    glyph->setSymbol(u"pause"_s, Token::Warn, tr("Paused"));
    m_footTitle = new Label({}, Type::Strong, Token::Text, m_foot);
    m_footText = new Label({}, Type::Body, Token::Text2, m_foot);
    m_footText->setWordWrap(true);
    m_footHint = new Label(tr("Space pauses, End follows"), Type::Caption, Token::Text2, m_foot);
    m_resume = makeButton({}, ButtonKind::Normal, u"down"_s, m_foot);
    row->addWidget(glyph);
    row->addWidget(m_footTitle);
    row->addWidget(m_footText, 1);
    row->addWidget(m_footHint);
    row->addWidget(m_resume);
    m_foot->hide();
    connect(m_resume, &QPushButton::clicked, this, [this] {
        Q_EMIT pauseWanted(false);
        m_table->setFollow(true);
        m_table->setFocus();
    });
}

/// Width that all controls in one row take, with words on the chips or without.
int LogView::needed(bool words) const
{
    int out = m_bars->contentsMargins().left() + m_bars->contentsMargins().right() + 2 * m_bars->spacing();
    for (const QHBoxLayout *part : {m_lead, m_first, m_second})
        out += part->minimumSize().width();
    for (const LogChip *chip : std::as_const(m_chips))
        out += chip->widthFor(words) - chip->sizeHint().width();
    return out;
}

/// All in one row where there is width, words on the chips where there is more; lines over time where there is height.
void LogView::arrange()
{
    const int unit = std::max(1, fontMetrics().height());
    m_follow->setText(tr("Follow"));
    // What they remember of their parts may be of before.
    for (QHBoxLayout *part : {m_lead, m_first, m_second})
        part->invalidate();
    const bool oneRow = needed(false) <= width();
    const int second = m_second->minimumSize().width() + m_bars->contentsMargins().left() + m_bars->contentsMargins().right();
    int growth = 0;
    for (const LogChip *chip : std::as_const(m_chips))
        growth += chip->widthFor(true) - chip->sizeHint().width();
    const bool words = oneRow ? needed(true) <= width() : second + growth <= width();
    m_bars->setDirection(oneRow ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    const QMargins edges = m_bars->contentsMargins();
    const int upper = m_lead->minimumSize().width() + m_first->minimumSize().width() + m_upper->spacing() + edges.left() + edges.right();
    m_upper->setDirection(oneRow || upper <= width() ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_search->setMaximumWidth(oneRow ? 260 : QWIDGETSIZE_MAX);
    for (LogChip *chip : std::as_const(m_chips))
        chip->setShort(!words);
    // The glyph alone where not even that has room: names and tooltip stay.
    m_second->invalidate();
    if (!oneRow && m_second->minimumSize().width() > width() - m_bars->contentsMargins().left() - m_bars->contentsMargins().right())
        m_follow->setText({});
    const bool high = height() * kBodyHeight >= kWithTimes * unit && m_stack->currentIndex() == 0;
    const bool table = m_entries.value(u"timesTable"_s)->isChecked();
    m_histogram->setVisible(high && !table && m_entries.value(u"times"_s)->isChecked());
    m_twin->setVisible(table);
    m_footHint->setVisible(oneRow);
    const QSize pill = m_pill->sizeHint();
    m_pill->setGeometry((m_body->width() - pill.width()) / 2, m_body->height() - pill.height() - 14, pill.width(), pill.height());
}

void LogView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

bool LogView::event(QEvent *event)
{
    const bool done = QWidget::event(event);
    if (event->type() == QEvent::FontChange)
        arrange();
    return done;
}

}
