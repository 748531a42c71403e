// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/LogView.h"

#include "models/core/Format.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/LogTable.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/StatePage.h"

#include <QAccessible>
#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QPushButton>
#include <QSaveFile>
#include <QStackedLayout>
#include <QStandardPaths>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::LogFilter;
using items::LogLevel;

namespace {

/// What fits on a chip beside the others.
QString shortCount(int count)
{
    return count < 10'000 ? formatInteger(count) : u"%1k"_s.arg(count / 1000);
}

}

LogView::LogView(items::LogModel *model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_trouble(new NoticeBar(network::State::Stale, {}, {}, this))
    , m_table(new LogTable(this))
    , m_page(new StatePage(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_bars = new QBoxLayout(QBoxLayout::TopToBottom);
    m_bars->setContentsMargins(12, 6, 10, 6);
    m_bars->setSpacing(6);
    column->addLayout(m_bars);
    buildSearch();
    buildLevels();
    buildMenu();
    m_filterBar = new QWidget(this);
    auto *filters = new QHBoxLayout(m_filterBar);
    filters->setContentsMargins(12, 0, 10, 6);
    filters->setSpacing(6);
    m_filterBar->hide();
    column->addWidget(m_filterBar);
    m_trouble->hide();
    column->addWidget(m_trouble);
    auto *body = new QWidget(this);
    m_stack = new QStackedLayout(body);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_page);
    column->addWidget(body, 1);
    buildFoot();
    column->addWidget(m_foot);
    m_table->setModel(model);
    connect(model, &items::LogModel::countsChanged, this, &LogView::updateCounts);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &LogView::updateCounts);
    connect(m_table, &LogTable::filterWanted, this, &LogView::addFilter);
    connect(m_table, &LogTable::copyWanted, this, &LogView::copyLines);
    connect(m_table, &LogTable::pauseWanted, this, [this] { Q_EMIT pauseWanted(!m_paused); });
    connect(m_table, &LogTable::followChanged, m_follow, &QPushButton::setChecked);
    setFocusProxy(m_table);
    updateCounts();
}

void LogView::buildSearch()
{
    m_first = new QHBoxLayout;
    m_first->setSpacing(4);
    m_search = new SearchField(u"search"_s, tr("Search the lines"), tr("Search the lines"), this);
    m_search->setKeyHint(u"Ctrl+F"_s);
    m_found = new Label({}, Type::Caption, Token::Text2, this);
    QToolButton *previous = makeIconButton(u"up"_s, tr("Match before (Shift+F3)"), this);
    QToolButton *next = makeIconButton(u"down"_s, tr("Next match (F3)"), this);
    m_first->addWidget(m_search, 1);
    m_first->addWidget(m_found);
    m_first->addWidget(previous);
    m_first->addWidget(next);
    m_bars->addLayout(m_first, 1);
    connect(previous, &QToolButton::clicked, this, [this] { find(false); });
    connect(next, &QToolButton::clicked, this, [this] { find(true); });
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_model->setSearch(text);
        // The newest match is seen while the person types on.
        if (m_model->matches() > 0 && m_model->matchNumber(m_table->currentRow()) == 0)
            m_table->goTo(m_model->nextMatch(-1, false));
        updateCounts();
    });
    connect(m_search, &QLineEdit::returnPressed, this, [this] { find(true); });
}

void LogView::buildLevels()
{
    m_second = new QHBoxLayout;
    m_second->setSpacing(4);
    addChip(LogLevel::Error, u"state-failed"_s, int(Token::Bad));
    addChip(LogLevel::Warn, u"state-degraded"_s, int(Token::Warn));
    addChip(LogLevel::Info, u"info"_s, int(Token::Text2));
    addChip(LogLevel::Debug, u"dot"_s, int(Token::Text2));
    m_second->addStretch(1);
    m_follow = new PillButton(tr("Follow"), this);
    m_follow->setIcon(icon(u"play"_s));
    m_follow->setChecked(true);
    m_follow->setToolTip(tr("Stay at the newest line (End)"));
    m_second->addWidget(m_follow);
    m_bars->addLayout(m_second);
    connect(m_follow, &QPushButton::clicked, this, [this](bool follow) { m_table->setFollow(follow); });
}

void LogView::addChip(LogLevel level, const QString &iconName, int token)
{
    auto *chip = new PillButton({}, this);
    chip->setIcon(icon(iconName, Token(token)));
    chip->setIconSize({14, 14});
    chip->setChecked(true);
    m_chips.insert(level, chip);
    m_second->addWidget(chip);
    connect(chip, &QPushButton::toggled, this, [this, level](bool shown) {
        m_model->setLevelShown(level, shown);
        // Lines that say no level go with the everyday ones.
        if (level == LogLevel::Info)
            m_model->setLevelShown(LogLevel::None, shown);
    });
}

QAction *LogView::addEntry(const QString &text, const QString &iconName, const QString &key, bool checkable)
{
    auto *action = new QAction(icon(iconName), text, this);
    action->setCheckable(checkable);
    if (!key.isEmpty()) {
        action->setShortcut(QKeySequence(key, QKeySequence::PortableText));
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    }
    m_menu->addAction(action);
    addAction(action);
    return action;
}

void LogView::buildMenu()
{
    m_menu = new QMenu(tr("Log"), this);
    m_more = new OverflowMenuButton(tr("More for this log"), this);
    connect(addEntry(tr("Next error"), u"down"_s, {}, false), &QAction::triggered, this,
            [this] { m_table->goTo(m_model->nextError(m_table->currentRow(), true)); });
    connect(addEntry(tr("Last error"), u"alert"_s, u"Ctrl+E"_s, false), &QAction::triggered, this, &LogView::jumpToLastError);
    connect(addEntry(tr("Wrap long lines"), u"columns"_s, u"Alt+Z"_s, true), &QAction::toggled, m_table, &LogTable::setWrap);
    connect(addEntry(tr("Local time"), u"clock"_s, {}, true), &QAction::toggled, this, [this](bool local) { m_model->setUtc(!local); });
    connect(addEntry(tr("Copy lines"), u"copy"_s, {}, false), &QAction::triggered, this, &LogView::copyLines);
    connect(addEntry(tr("Save lines…"), u"download"_s, {}, false), &QAction::triggered, this, &LogView::saveLines);
    m_more->addActions(m_menu->actions());
    m_first->addWidget(m_more);
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
    m_footText = new Label({}, Type::Caption, Token::Text2, m_foot);
    m_footText->setWordWrap(true);
    m_resume = makeButton({}, ButtonKind::Normal, u"down"_s, m_foot);
    row->addWidget(glyph);
    row->addWidget(m_footTitle);
    row->addWidget(m_footText, 1);
    row->addWidget(m_resume);
    m_foot->hide();
    connect(m_resume, &QPushButton::clicked, this, [this] {
        Q_EMIT pauseWanted(false);
        m_table->setFollow(true);
        m_table->setFocus();
    });
}

void LogView::setWide(bool wide)
{
    m_wide = wide;
    m_bars->setDirection(wide ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_search->setMaximumWidth(wide ? 320 : QWIDGETSIZE_MAX);
    updateCounts();
}

void LogView::showPage(bool page)
{
    m_stack->setCurrentIndex(page ? 1 : 0);
}

void LogView::setTrouble(const QString &title, const QString &detail)
{
    m_trouble->setVisible(!title.isEmpty());
    if (!title.isEmpty())
        m_trouble->setTexts(title, detail);
}

void LogView::setPaused(bool paused, const QDateTime &since, int waiting, int errors, bool held)
{
    m_paused = paused;
    m_foot->setVisible(paused);
    if (!paused)
        return;
    const QDateTime at = m_model->utc() ? since.toUTC() : since.toLocalTime();
    m_footTitle->setText(tr("Paused at %1").arg(at.toString(u"HH:mm:ss"_s)));
    QStringList words{waiting == 0 ? tr("no new lines since") : tr("%n new line(s) since", nullptr, waiting)};
    if (errors > 0)
        words.append(tr("%n error(s)", nullptr, errors));
    if (held)
        words.append(tr("the rest waits at the server"));
    m_footText->setText(words.join(u", "_s));
    m_resume->setText(waiting == 0 ? tr("Go on") : tr("Show %n new line(s)", nullptr, waiting));
}

void LogView::updateCounts()
{
    const auto set = [this](LogLevel level, int count) {
        QPushButton *chip = m_chips.value(level);
        const QString word = items::logLevelWord(level);
        chip->setText(m_wide ? u"%1 %2"_s.arg(word, formatInteger(count)) : shortCount(count));
        chip->setAccessibleName(tr("%1: %n line(s)", nullptr, count).arg(word));
        chip->setToolTip(chip->isChecked() ? tr("Hide lines of level %1").arg(word) : tr("Show lines of level %1").arg(word));
    };
    set(LogLevel::Error, m_model->count(LogLevel::Error));
    set(LogLevel::Warn, m_model->count(LogLevel::Warn));
    set(LogLevel::Info, m_model->count(LogLevel::Info) + m_model->count(LogLevel::None));
    set(LogLevel::Debug, m_model->count(LogLevel::Debug));
    if (m_model->search().isEmpty())
        m_found->clear();
    else if (const int number = m_model->matchNumber(m_table->currentRow()); number > 0)
        m_found->setText(tr("%1 of %2").arg(formatInteger(number), formatInteger(m_model->matches())));
    else
        m_found->setText(m_model->matches() == 0 ? tr("not found") : tr("%n match(es)", nullptr, m_model->matches()));
}

void LogView::find(bool forward)
{
    if (const int row = m_model->nextMatch(m_table->currentRow(), forward); row >= 0)
        m_table->goTo(row);
    updateCounts();
}

void LogView::clearFilters()
{
    for (QPushButton *chip : std::as_const(m_chips))
        chip->setChecked(true);
    m_model->setFilters({});
    m_search->clear();
    showFilters();
}

void LogView::jumpToLastError()
{
    m_table->goTo(m_model->nextError(-1, false));
    m_table->setFocus();
}

void LogView::focusLines()
{
    m_table->setFocus();
}

void LogView::addFilter(const LogFilter &filter)
{
    QList<LogFilter> filters = m_model->filters();
    if (!filters.contains(filter))
        filters.append(filter);
    m_model->setFilters(filters);
    showFilters();
}

/// A button a filter, which takes it away.
void LogView::showFilters()
{
    qDeleteAll(m_filterBar->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly));
    auto *row = static_cast<QHBoxLayout *>(m_filterBar->layout());
    while (QLayoutItem *item = row->takeAt(0))
        delete item;
    for (const LogFilter &filter : m_model->filters()) {
        const QString words = u"%1 %2 %3"_s.arg(filter.key, filter.exclude ? u"≠"_s : u"="_s, filter.value);
        QPushButton *chip = makeButton(fontMetrics().elidedText(words, Qt::ElideRight, 220), ButtonKind::Normal, u"x"_s, m_filterBar);
        chip->setToolTip(plainTip(tr("Take away: %1").arg(words)));
        chip->setAccessibleName(tr("Take away: %1").arg(words));
        row->addWidget(chip);
        connect(chip, &QPushButton::clicked, this, [this, filter] {
            QList<LogFilter> rest = m_model->filters();
            rest.removeAll(filter);
            m_model->setFilters(rest);
            showFilters();
            m_table->setFocus();
        }, Qt::QueuedConnection);
    }
    row->addStretch(1);
    m_filterBar->setVisible(!m_model->filters().isEmpty());
}

void LogView::say(const QString &sentence)
{
    m_found->setText(sentence);
    QAccessibleEvent event(m_found, QAccessible::NameChanged);
    QAccessible::updateAccessibility(&event);
}

/// The chosen lines, all that are shown when there is only one.
void LogView::copyLines()
{
    QList<int> rows = m_table->selectedRows();
    if (rows.isEmpty()) {
        for (int row = 0; row < m_model->rowCount(); ++row)
            rows.append(row);
    }
    QStringList lines;
    lines.reserve(rows.size());
    for (const int row : std::as_const(rows))
        lines.append(m_model->plainText(row));
    QGuiApplication::clipboard()->setText(lines.join(u'\n'));
    say(tr("%n line(s) copied", nullptr, int(rows.size())));
}

void LogView::saveLines()
{
    auto *dialog = new QFileDialog(window(), tr("Save lines"), QStandardPaths::writableLocation(QStandardPaths::DownloadLocation),
                                   tr("Logs (*.log)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"log"_s);
    dialog->selectFile(m_fileName.isEmpty() ? u"lines.log"_s : m_fileName);
    connect(dialog, &QFileDialog::fileSelected, this, &LogView::writeTo);
    dialog->open();
}

/// Whole or not at all.
void LogView::writeTo(const QString &path)
{
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly)) {
        for (int row = 0; row < m_model->rowCount(); ++row)
            file.write(m_model->plainText(row).toUtf8() + '\n');
    }
    const bool saved = file.isOpen() && file.commit();
    const QString sentence = saved ? tr("%n line(s) saved", nullptr, m_model->rowCount()) : tr("%1 could not be written: %2").arg(path, file.errorString());
    say(saved ? sentence : tr("not saved"));
    Q_EMIT noticed(sentence, !saved);
}

void LogView::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && m_search->hasFocus()) {
        m_search->clear();
        m_table->setFocus();
        return;
    }
    QWidget::keyPressEvent(event);
}

}
