// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/LogView.h"

#include "models/core/Format.h"
#include "ui/theme/Icons.h"
#include "ui/widgets/Buttons.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/LogChip.h"
#include "ui/widgets/LogHistogram.h"
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
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::LogFilter;
using items::LogLevel;

LogView::LogView(items::LogModel *model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_count(this)
    , m_trouble(new NoticeBar(network::State::Stale, {}, {}, this))
    , m_body(new QWidget(this))
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
    buildHistogram();
    m_filterBar = new QWidget(this);
    auto *filters = new QHBoxLayout(m_filterBar);
    filters->setContentsMargins(12, 0, 10, 6);
    filters->setSpacing(6);
    m_filterBar->hide();
    column->addWidget(m_filterBar);
    m_trouble->hide();
    column->addWidget(m_trouble);
    column->addWidget(m_histogram);
    column->addWidget(m_twin);
    m_stack = new QStackedLayout(m_body);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_page);
    m_page->setMinimumHeight(60);
    m_table->setMinimumHeight(m_table->heightFor(2));
    column->addWidget(m_body, 1);
    m_pill = makeButton({}, ButtonKind::Primary, u"down"_s, m_body);
    m_pill->hide();
    buildFoot();
    column->addWidget(m_foot);
    connectTable();
    setFocusProxy(m_table);
    updateCounts();
}

void LogView::connectTable()
{
    m_table->setModel(m_model);
    connect(m_model, &items::LogModel::countsChanged, this, &LogView::updateCounts);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &LogView::updateCounts);
    connect(m_table, &LogTable::filterWanted, this, &LogView::addFilter);
    connect(m_table, &LogTable::copyWanted, this, &LogView::copyLines);
    connect(m_table, &LogTable::pauseWanted, this, [this] { Q_EMIT pauseWanted(!m_paused); });
    connect(m_table, &LogTable::seenChanged, this, &LogView::updateSeen);
    connect(m_table, &LogTable::followChanged, this, [this](bool follow) {
        if (!follow) {
            m_readArrived = m_model->arrived();
            m_readErrors = m_model->arrivedErrors();
        }
        updateFollow();
        updatePill();
    });
    connect(m_pill, &QPushButton::clicked, this, [this] {
        m_table->setFollow(true);
        m_table->setFocus();
    });
}

/// Following looks chosen; what leads back to it looks like the next thing to do.
void LogView::updateFollow()
{
    const bool follows = m_table->follow() && !m_paused;
    m_follow->setChecked(follows);
    setButtonKind(m_follow, follows ? ButtonKind::Normal : ButtonKind::Primary);
    arrange();
}

/// What came below while one reads above; nothing moves under the reader's eyes.
void LogView::updatePill()
{
    const quint64 arrived = m_model->arrived();
    if (arrived < m_readArrived) {   // begun anew
        m_readArrived = 0;
        m_readErrors = 0;
    }
    const int lines = int(std::min<quint64>(arrived - m_readArrived, 2'000'000'000));
    const int errors = int(m_model->arrivedErrors() - m_readErrors);
    const bool shown = !m_table->follow() && !m_paused && lines > 0;
    m_pill->setVisible(shown);
    if (!shown)
        return;
    QString text = tr("%n new line(s)", nullptr, lines);
    if (errors > 0)
        text = u"%1, %2"_s.arg(text, tr("%n error(s)", nullptr, errors));
    if (text == m_pill->text())
        return;
    m_pill->setText(text);
    arrange();
    m_pill->raise();
}

void LogView::countNow()
{
    m_count.stop();
    m_buckets.read(*m_model);
    updateSeen();
}

void LogView::updateSeen()
{
    const auto [first, last] = m_table->seenRows();
    if (first < 0 || m_buckets.rowCount() == 0)
        return m_histogram->setSeen(0, 0);
    m_histogram->setSeen(m_model->lineAt(first).time, m_model->lineAt(last).time, first == 0 && last == m_model->rowCount() - 1);
}

void LogView::showPage(bool page)
{
    if (m_stack->currentIndex() == (page ? 1 : 0))
        return;
    m_stack->setCurrentIndex(page ? 1 : 0);
    arrange();
}

void LogView::setTrouble(const QString &title, const QString &detail)
{
    m_trouble->setVisible(!title.isEmpty());
    if (!title.isEmpty())
        m_trouble->setTexts(title, detail);
    m_trouble->setMinimumHeight(title.isEmpty() ? 0 : m_trouble->sizeHint().height());   // lines give way, not words
}

void LogView::setPaused(bool paused, const QDateTime &since, int waiting, int errors, bool held)
{
    m_paused = paused;
    m_foot->setVisible(paused);
    updateFollow();
    updatePill();
    if (!paused)
        return;
    const QDateTime at = m_model->utc() ? since.toUTC() : since.toLocalTime();
    m_footTitle->setText(tr("Paused at %1").arg(at.toString(u"HH:mm:ss"_s)));
    QStringList words{waiting < 0 ? tr("what was written since is not read") : waiting == 0 ? tr("no new lines since") : tr("%n new line(s) since", nullptr, waiting)};
    if (errors > 0)
        words.append(tr("%n error(s)", nullptr, errors));
    if (held)
        words.append(tr("the rest waits at the server"));
    m_footText->setText(words.join(u", "_s));
    m_resume->setText(waiting <= 0 ? tr("Go on") : tr("Show %n new line(s)", nullptr, waiting));
}

void LogView::updateCounts()
{
    const auto set = [this](LogLevel level, int count) { m_chips.value(level)->setCount(m_unread.contains(level) ? -1 : count); };
    if (!m_count.isActive())
        m_count.start();
    updatePill();
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
    arrange();
}

void LogView::setFarSearch(bool far)
{
    m_far = far;
    for (const QString &id : {u"searchChosen"_s, u"searchAll"_s}) {
        m_entries.value(id)->setVisible(far);
        m_entries.value(id)->setEnabled(far && !m_search->text().trimmed().isEmpty());
    }
}

void LogView::setUnread(const QList<LogLevel> &levels)
{
    if (std::exchange(m_unread, levels) != levels)
        updateCounts();
}

QList<LogLevel> LogView::hiddenLevels() const
{
    QList<LogLevel> out;
    for (const LogLevel level : {LogLevel::Error, LogLevel::Warn, LogLevel::Info, LogLevel::Debug}) {
        if (!m_chips.value(level)->isChecked())
            out.append(level);
    }
    return out;
}

void LogView::find(bool forward)
{
    if (const int row = m_model->nextMatch(m_table->currentRow(), forward); row >= 0)
        m_table->goTo(row);
    updateCounts();
}

void LogView::clearFilters()
{
    for (LogChip *chip : std::as_const(m_chips))
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
        const QString key = filter.key == items::LogModel::kTraceKey ? tr("Trace") : filter.key;
        const QString words = u"%1 %2 %3"_s.arg(key, filter.exclude ? u"≠"_s : u"="_s, filter.value);
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
