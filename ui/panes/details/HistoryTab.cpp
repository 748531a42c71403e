// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/details/HistoryTab.h"

#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/core/Json.h"
#include "ui/theme/Icons.h"
#include "ui/theme/StatePainter.h"
#include "ui/widgets/Label.h"
#include "ui/widgets/StatePage.h"

#include <QHeaderView>
#include <QScrollBar>
#include <QStackedLayout>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::HistoryEntry;

namespace {
constexpr int kChangeRole = Qt::UserRole;
constexpr int kWholeRole = Qt::UserRole + 1;
constexpr int kKeyRole = Qt::UserRole + 2;
constexpr int kAgeColumn = 3;
// px
constexpr int kWhatLeast = 120, kWhatMost = 170, kWhoLeast = 72, kWhoMost = 110, kCellRoom = 24;

int widest(const QTreeWidget *tree, int column)
{
    int width = 0;
    for (int i = 0; i < tree->topLevelItemCount(); ++i) {
        const QTreeWidgetItem *item = tree->topLevelItem(i);
        width = std::max(width, tree->fontMetrics().horizontalAdvance(item->text(column)) + (item->icon(column).isNull() ? 0 : 2 * tree->iconSize().width()));
    }
    return width + kCellRoom;
}

/// What a column needs, within limits that are those of the body size of 16 px a line.
int between(const QTreeWidget *tree, int column, int least, int most)
{
    const int line = std::max(16, tree->fontMetrics().height());
    return std::clamp(widest(tree, column), least, most * line / 16);
}

QString keyOf(const QTreeWidgetItem *item)
{
    return item ? item->data(0, kKeyRole).toString() : QString();
}

/// The same entry of another reading: an event that repeats stays the one it is.
QString keyOf(const HistoryEntry &entry)
{
    if (!entry.changeId.isEmpty())
        return u"change "_s + entry.changeId;
    const bool write = entry.is == HistoryEntry::Is::Write;
    return QStringList{entry.who, entry.what, write ? formatRfc3339(entry.time) : entry.outcome}.join(u'\n');
}

}

HistoryTab::HistoryTab(const Clock *clock, state::Journal *journal, const state::JournalLog *log, QWidget *parent)
    : DetailsTab(parent)
    , m_clock(clock)
    , m_journal(journal)
    , m_log(log)
    , m_rows(new QWidget(this))
    , m_stack(new QStackedLayout(this))
    , m_tree(new QTreeWidget(m_rows))
    , m_whole(new Label({}, Type::Body, Token::Text, m_rows))
    , m_note(new Label({}, Type::Caption, Token::Text2, m_rows))
    , m_page(new StatePage(this))
{
    setAccessibleName(tr("History"));
    setFocusProxy(m_tree);
    m_reader.setMaxThreadCount(1);
    auto *column = new QVBoxLayout(m_rows);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_tree->setAccessibleName(tr("History"));
    m_tree->setHeaderLabels({tr("What"), tr("Who"), tr("Outcome"), tr("Age")});
    m_tree->headerItem()->setTextAlignment(kAgeColumn, Qt::AlignRight | Qt::AlignVCenter);
    m_tree->setRootIsDecorated(false);
    m_tree->setUniformRowHeights(true);
    m_tree->setIconSize(QSize(14, 14));
    m_tree->setFrameShape(QFrame::NoFrame);
    QHeaderView *header = m_tree->header();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(0, QHeaderView::Interactive);
    header->setSectionResizeMode(1, QHeaderView::Interactive);
    header->setSectionResizeMode(2, QHeaderView::Stretch);
    header->setSectionResizeMode(kAgeColumn, QHeaderView::ResizeToContents);
    header->setMinimumSectionSize(24);
    column->addWidget(m_tree, 1);
    column->addWidget(new Hairline(Qt::Horizontal, m_rows));
    m_whole->setWordWrap(true);
    m_whole->setAccessibleName(tr("Nothing is chosen"));
    m_whole->setContentsMargins(16, 10, 16, 10);
    m_whole->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(m_whole);
    m_note->setWordWrap(true);
    m_note->setContentsMargins(16, 8, 16, 8);
    column->addWidget(m_note);
    m_stack->addWidget(m_rows);
    m_stack->addWidget(m_page);
    connect(m_tree, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem *item) {
        if (const QString change = item->data(0, kChangeRole).toString(); !change.isEmpty())
            Q_EMIT changeWanted(change);
    });
    connect(m_tree, &QTreeWidget::currentItemChanged, this, [this](const QTreeWidgetItem *item) {
        m_whole->setText(item ? item->data(0, kWholeRole).toString() : QString());
        m_whole->setAccessibleName(m_whole->text().isEmpty() ? tr("Nothing is chosen") : m_whole->text());
    });
    connect(m_page, &StatePage::clicked, this, [this] { m_loading.now(); });
    if (m_log)
        connect(m_log, &state::JournalLog::changed, this, &HistoryTab::journalChanged);
}

HistoryTab::~HistoryTab()
{
    m_stop.request_stop();
    m_reader.waitForDone();
}

void HistoryTab::leave()
{
    m_stop.request_stop();
    m_loading.forget();
    m_renewing.forget();
    m_tree->clear();
    m_object = {};
    m_version.clear();
    m_ownChoice.clear();
    m_live = {};
    m_changes.reset();
    m_events.reset();
}

void HistoryTab::present(const DetailsSubject &subject)
{
    const ObjectId object = subject.target.object();
    const QString version = json::at(subject.object, u"/metadata/resourceVersion"_s).toString();
    const bool same = object == m_object && version == m_version;
    if (object != m_object)
        leave();
    m_object = object;
    m_version = version;
    if (subject.lastLive != m_live) {
        m_live = subject.lastLive;
        fill();
    }
    if (same)
        return;
    m_gateway = subject.target.environment ? subject.target.environment->gateway() : nullptr;
    m_loading.want();
}

QString HistoryTab::journalFace() const
{
    QString out;
    const QList<state::ChangePtr> changes = m_log ? m_log->of(m_object) : QList<state::ChangePtr>();
    for (const state::ChangePtr &change : changes)
        out += change->id + u' ' + change->outcome() + u'\n';
    return out;
}

/// A change settles a while after its object changed last, and another console may write too.
void HistoryTab::journalChanged()
{
    if (!m_object.name.isEmpty() && journalFace() != m_journalFace)
        loadChanges();
}

/// No watch tells of events, and many come while the object stays as it is.
void HistoryTab::renew()
{
    const bool forbidden = m_events && !*m_events && m_events->error().kind == ErrorKind::Forbidden;
    if (!m_object.name.isEmpty() && !forbidden)
        m_renewing.want();
}

void HistoryTab::load()
{
    m_stop.request_stop();
    m_stop = std::stop_source{};
    if (m_tree->topLevelItemCount() == 0) {
        m_page->showLoading(tr("%1: journal and events").arg(m_object.cluster));
        m_stack->setCurrentWidget(m_page);
    }
    loadChanges();
    loadEvents();
}

void HistoryTab::loadChanges()
{
    m_journalFace = journalFace();
    if (!m_journal) {
        m_changes = Result<QList<HistoryEntry>>(Error{ErrorKind::Storage, tr("There is no journal, so changes made here are not known.")});
        return;
    }
    auto promise = std::make_shared<QPromise<Result<QList<HistoryEntry>>>>();
    promise->start();
    whenFinished(promise->future(), this, [this, object = m_object, stop = m_stop.get_token()](const Result<QList<HistoryEntry>> &changes) {
        if (object != m_object || stop.stop_requested())
            return;
        m_changes = changes;
        fill();
    });
    m_reader.start([promise, journal = m_journal, object = m_object, stop = m_stop.get_token()] {
        if (!stop.stop_requested()) {
            const Result<QList<state::JournalRecord>> records = journal->read();
            promise->addResult(records ? Result<QList<HistoryEntry>>(items::changesOf(*records, object))
                                       : Result<QList<HistoryEntry>>(records.error()));
        }
        promise->finish();
    });
}

void HistoryTab::loadEvents()
{
    if (!m_gateway) {
        m_events = Result<QList<HistoryEntry>>(Error{ErrorKind::Network, tr("Events need a connection to %1.").arg(m_object.cluster)});
        fill();
        return;
    }
    m_loading.begin();
    whenFinished(m_gateway->events(m_object, m_stop.get_token()), this, [this, stop = m_stop.get_token()](const Result<QJsonObject> &events) {
        if (stop.stop_requested())
            return;
        m_loading.end();
        if (!events && events.error().kind == ErrorKind::Cancelled)
            return;
        m_events = events ? Result<QList<HistoryEntry>>(items::eventsOf(*events)) : Result<QList<HistoryEntry>>(events.error());
        fill();
    });
}

/// Where there is no room for the outcome in words, its glyph says it, and the text below.
void HistoryTab::resizeEvent(QResizeEvent *event)
{
    DetailsTab::resizeEvent(event);
    const bool narrow = width() < 36 * fontMetrics().averageCharWidth() * 2;
    if (m_tree->isColumnHidden(2) == narrow)
        return;
    m_tree->setColumnHidden(2, narrow);
    m_tree->header()->setSectionResizeMode(0, narrow ? QHeaderView::Stretch : QHeaderView::Interactive);
    if (!narrow)
        m_tree->header()->resizeSection(0, between(m_tree, 0, kWhatLeast, kWhatMost));
}

/// Shown when both have answered: rows do not move under the pointer because the slower one came.
void HistoryTab::fill()
{
    if (!m_changes || !m_events)
        return;
    const QDateTime now = m_clock->now();
    const auto of = [](const Result<QList<HistoryEntry>> &list) { return list ? *list : QList<HistoryEntry>(); };
    const QList<HistoryEntry> changes = of(*m_changes);
    const QList<HistoryEntry> entries = items::merged(changes + items::writesOf(m_live, changes), of(*m_events));
    QString was = keyOf(m_tree->currentItem());
    if (was == m_ownChoice)   // nobody has chosen yet: what came since may be the better one
        was.clear();
    const int scroll = m_tree->verticalScrollBar()->value();
    m_tree->clear();
    for (const HistoryEntry &entry : entries)
        addEntry(entry, now);
    if (m_tree->topLevelItemCount() > 0) {
        choose(entries, was);
        m_tree->header()->resizeSection(0, between(m_tree, 0, kWhatLeast, kWhatMost));
        m_tree->header()->resizeSection(1, between(m_tree, 1, kWhoLeast, kWhoMost));
    }
    if (scroll > 0) {   // somebody reads there: nothing moves away from them
        m_tree->doItemsLayout();
        m_tree->verticalScrollBar()->setValue(scroll);
    }
    showNotes();
    if (!entries.isEmpty() || !m_note->text().isEmpty()) {
        m_stack->setCurrentWidget(m_rows);
        return;
    }
    m_page->showEmpty(tr("Nothing happened yet."), tr("Changes made with this console are kept; the cluster keeps events for about an hour."));
    m_stack->setCurrentWidget(m_page);
}

/// All of an entry in words, for the one that is current: columns have little room, and tooltips no key.
QString HistoryTab::wholeOf(const HistoryEntry &entry, const QString &what) const
{
    QStringList lines{entry.who.isEmpty() ? tr("%1, %2").arg(what, formatRfc3339(entry.time)) : tr("%1, by %2, %3").arg(what, entry.who, formatRfc3339(entry.time))};
    if (!entry.outcome.isEmpty())
        lines.append(entry.outcome);
    if (!entry.detail.isEmpty())
        lines.append(tr("Reason: %1").arg(entry.detail));
    return lines.join(u'\n');
}

/// What was chosen before; at first the last thing somebody did, whatever the cluster told since.
void HistoryTab::choose(const QList<HistoryEntry> &entries, const QString &was)
{
    int at = 0;
    for (int i = int(entries.size()) - 1; i >= 0; --i) {
        if (was.isEmpty() ? entries.at(i).is != HistoryEntry::Is::Event : keyOf(m_tree->topLevelItem(i)) == was)
            at = i;
    }
    m_tree->setCurrentItem(m_tree->topLevelItem(at));
    if (was.isEmpty())
        m_ownChoice = keyOf(m_tree->currentItem());
}

void HistoryTab::addEntry(const HistoryEntry &entry, const QDateTime &now)
{
    const bool change = entry.is == HistoryEntry::Is::Change, write = entry.is == HistoryEntry::Is::Write;
    // All of them are of this object: its name says nothing.
    QString title = entry.what;
    if (change && title.endsWith(u' ' + m_object.name))
        title.chop(m_object.name.size() + 1);
    const QString what = entry.count > 1 ? tr("%1 (%2)").arg(title, formatInteger(entry.count)) : title;
    // Why somebody wrote says more than the path, where they said it.
    const QString shown = write && !entry.detail.isEmpty() ? entry.detail : entry.outcome;
    auto *item = new QTreeWidgetItem(m_tree, {what, entry.who, shown, formatAge(entry.time, now)});
    if (write)
        item->setIcon(0, icon(u"edit"_s, Token::Text2));
    else
        item->setIcon(0, change ? icon(stateIcon(entry.state), stateToken(entry.state))
                                : icon(u"bell"_s, entry.state == network::State::Degraded ? Token::Warn : Token::Text2));
    item->setTextAlignment(kAgeColumn, Qt::AlignRight | Qt::AlignVCenter);
    item->setToolTip(0, change ? tr("%1\nEnter shows the change").arg(entry.what)
                        : write ? tr("%1\nAs the object's managed fields tell").arg(entry.what) : tr("Event %1").arg(entry.what));
    item->setToolTip(1, entry.who);
    item->setToolTip(2, entry.detail.isEmpty() ? entry.outcome : tr("%1\nReason: %2").arg(entry.outcome, entry.detail));
    item->setToolTip(kAgeColumn, formatRfc3339(entry.time));
    item->setData(0, kChangeRole, entry.changeId);
    item->setData(0, kKeyRole, keyOf(entry));
    item->setData(0, kWholeRole, wholeOf(entry, what));
    item->setData(0, Qt::AccessibleTextRole, u"%1: %2"_s.arg(change ? tr("Change") : write ? tr("Write") : tr("Event"), what));
}

void HistoryTab::showNotes()
{
    QStringList notes;
    for (const auto *part : {&*m_changes, &*m_events}) {
        if (!*part)
            notes.append(part->error().text());
    }
    m_note->setText(notes.join(u'\n'));
    m_note->setVisible(!notes.isEmpty());
}

}
