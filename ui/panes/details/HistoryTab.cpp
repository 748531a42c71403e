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
#include <QStackedLayout>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace qd::ui {

using namespace Qt::StringLiterals;
using items::HistoryEntry;

namespace {
constexpr int kChangeRole = Qt::UserRole;
constexpr int kAgeColumn = 3;
}

HistoryTab::HistoryTab(const Clock *clock, state::Journal *journal, QWidget *parent)
    : DetailsTab(parent)
    , m_clock(clock)
    , m_journal(journal)
    , m_rows(new QWidget(this))
    , m_stack(new QStackedLayout(this))
    , m_tree(new QTreeWidget(m_rows))
    , m_note(new Label({}, Type::Caption, Token::Text2, m_rows))
    , m_page(new StatePage(this))
{
    setAccessibleName(tr("History"));
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
    header->resizeSection(0, 146);
    header->resizeSection(1, 72);
    column->addWidget(m_tree, 1);
    m_note->setWordWrap(true);
    m_note->setContentsMargins(16, 8, 16, 8);
    column->addWidget(m_note);
    m_stack->addWidget(m_rows);
    m_stack->addWidget(m_page);
    connect(m_tree, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem *item) {
        if (const QString change = item->data(0, kChangeRole).toString(); !change.isEmpty())
            Q_EMIT changeWanted(change);
    });
    connect(m_page, &StatePage::clicked, this, &HistoryTab::load);
}

HistoryTab::~HistoryTab()
{
    m_stop.request_stop();
    m_reader.waitForDone();
}

void HistoryTab::leave()
{
    m_stop.request_stop();
    m_tree->clear();
    m_object = {};
    m_version.clear();
    m_changes.reset();
    m_events.reset();
}

void HistoryTab::present(const DetailsSubject &subject)
{
    const ObjectId object = subject.target.object();
    const QString version = json::at(subject.object, u"/metadata/resourceVersion"_s).toString();
    if (object == m_object && version == m_version)
        return;
    if (object != m_object)
        leave();
    m_object = object;
    m_version = version;
    m_gateway = subject.target.environment ? subject.target.environment->gateway() : nullptr;
    load();
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
    whenFinished(m_gateway->events(m_object, m_stop.get_token()), this, [this, object = m_object](const Result<QJsonObject> &events) {
        if (object != m_object || (!events && events.error().kind == ErrorKind::Cancelled))
            return;
        m_events = events ? Result<QList<HistoryEntry>>(items::eventsOf(*events)) : Result<QList<HistoryEntry>>(events.error());
        fill();
    });
}

/// Shown when both have answered: rows do not move under the pointer because the slower one came.
void HistoryTab::fill()
{
    if (!m_changes || !m_events)
        return;
    const QDateTime now = m_clock->now();
    const auto of = [](const Result<QList<HistoryEntry>> &list) { return list ? *list : QList<HistoryEntry>(); };
    const QList<HistoryEntry> entries = items::merged(of(*m_changes), of(*m_events));
    m_tree->clear();
    for (const HistoryEntry &entry : entries) {
        const bool change = entry.is == HistoryEntry::Is::Change;
        // All of them are of this object: its name says nothing.
        QString title = entry.what;
        if (change && title.endsWith(u' ' + m_object.name))
            title.chop(m_object.name.size() + 1);
        const QString what = entry.count > 1 ? tr("%1 (%2)").arg(title, formatInteger(entry.count)) : title;
        auto *item = new QTreeWidgetItem(m_tree, {what, entry.who, entry.outcome, formatAge(entry.time, now)});
        item->setIcon(0, change ? icon(stateIcon(entry.state), stateToken(entry.state))
                                : icon(u"bell"_s, entry.state == network::State::Degraded ? Token::Warn : Token::Text2));
        item->setTextAlignment(kAgeColumn, Qt::AlignRight | Qt::AlignVCenter);
        item->setToolTip(0, change ? tr("%1\nEnter shows the change").arg(entry.what) : tr("Event %1").arg(entry.what));
        item->setToolTip(1, entry.who);
        item->setToolTip(2, entry.detail.isEmpty() ? entry.outcome : tr("%1\nReason: %2").arg(entry.outcome, entry.detail));
        item->setToolTip(kAgeColumn, formatRfc3339(entry.time));
        item->setData(0, kChangeRole, entry.changeId);
        item->setData(0, Qt::AccessibleTextRole, u"%1: %2"_s.arg(change ? tr("Change") : tr("Event"), what));
    }
    showNotes();
    if (!entries.isEmpty() || !m_note->text().isEmpty()) {
        m_stack->setCurrentWidget(m_rows);
        return;
    }
    m_page->showEmpty(tr("Nothing happened yet."), tr("Changes made with this console are kept; the cluster keeps events for about an hour."));
    m_stack->setCurrentWidget(m_page);
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
