// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/JournalLog.h"

#include "models/core/Async.h"
#include "models/state/JournalReader.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QFileSystemWatcher>
#include <QSaveFile>
#include <QTimer>

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

/// About five hundred records: read and taken apart in some ten milliseconds.
constexpr qint64 kPageBytes = 1024 * 1024;
constexpr int kSoonMs = 60;

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(JournalLog)
};

Error cannotExport(const QString &file, const QString &why)
{
    return {ErrorKind::Storage, Words::tr("The journal was not exported: %1 cannot be written, %2.").arg(file, why),
        Words::tr("Choose a place that is writable and has room.")};
}

Result<int> writeLines(
    const Journal &journal, const QString &name, Journal::Format format, const std::optional<QSet<QString>> &only)
{
    QSaveFile file(name);
    if (!file.open(QIODevice::WriteOnly))
        return cannotExport(name, file.errorString());
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    int records = 0;
    const Result<Done> done = journal.forEach([&](const JournalRecord &record) {
        if (only && !only->contains(record.json.value("id"_L1).toString()))
            return true;
        ++records;
        const QByteArray line = Journal::exportLine(record, format) + '\n';
        return file.write(line) == line.size();
    });
    if (!done)
        return done.error();
    if (file.error() != QFileDevice::NoError || !file.commit())
        return cannotExport(name, file.errorString());
    return records;
}

}

JournalLog::JournalLog(const Journal *journal, QObject *parent)
    : QObject(parent)
    , m_journal(journal)
    , m_reader(new JournalReader(this))
    , m_watcher(new QFileSystemWatcher(this))
    , m_soon(new QTimer(this))
{
    m_soon->setSingleShot(true);
    m_soon->setInterval(kSoonMs);
    connect(m_soon, &QTimer::timeout, this, &JournalLog::refresh);
    const auto soon = [this] {
        if (!m_soon->isActive())
            m_soon->start();
    };
    connect(m_watcher, &QFileSystemWatcher::fileChanged, this, soon);
    connect(m_watcher, &QFileSystemWatcher::directoryChanged, this, soon);
}

JournalLog::~JournalLog()
{
    delete m_reader; // its thread reads the journal, its answers come to this object
}

void JournalLog::start()
{
    if (std::exchange(m_started, true))
        return;
    watch();
    m_loading = true;
    m_reader->add([this, journal = m_journal] {
        const Result<JournalPage> page = journal->readBack(-1, kPageBytes);
        return [this, page] {
            m_begin = page ? page->begin : 0;
            take(page, true);
        };
    });
}

/// The file itself once it is there, before that the nearest folder that is.
void JournalLog::watch()
{
    const QFileInfo file(m_journal->path());
    QString wanted = file.exists() ? file.absoluteFilePath() : file.absolutePath();
    while (!QFileInfo::exists(wanted) && wanted != QFileInfo(wanted).absolutePath())
        wanted = QFileInfo(wanted).absolutePath();
    if (m_watcher->files().contains(wanted) || m_watcher->directories().contains(wanted))
        return;
    if (!m_watcher->directories().isEmpty())
        m_watcher->removePaths(m_watcher->directories());
    m_watcher->addPath(wanted);
}

void JournalLog::loadOlder()
{
    if (m_started && m_loaded && !m_loading && hasOlder())
        readPage();
}

void JournalLog::loadAll()
{
    m_all = true;
    loadOlder();
}

void JournalLog::readPage()
{
    m_loading = true;
    m_reader->add([this, journal = m_journal, end = m_begin] {
        const Result<JournalPage> page = journal->readBack(end, kPageBytes);
        return [this, page] {
            m_begin = page ? page->begin : 0;
            take(page, true);
        };
    });
}

void JournalLog::poll()
{
    if (m_loaded && !m_loading && QFileInfo(m_journal->path()).size() != m_end)
        refresh();
}

void JournalLog::refresh()
{
    if (!m_started)
        return;
    watch();
    if (m_loading) {
        m_again = true;
        return;
    }
    if (QFileInfo(m_journal->path()).size() < m_end) { // not the file it was: from the start
        m_changes.clear();
        m_byId.clear();
        m_begin = m_end = 0;
        m_unreadable = 0;
        m_started = m_loaded = false;
        start();
        return;
    }
    m_loading = true;
    m_reader->add([this, journal = m_journal, begin = m_end] {
        const Result<JournalPage> page = journal->readOn(begin);
        return [this, page] { take(page, false); };
    });
}

void JournalLog::take(const Result<JournalPage> &page, bool older)
{
    const bool first = !std::exchange(m_loaded, true);
    const bool wrong = !m_error.message.isEmpty();
    m_loading = false;
    m_error = page ? Error{ErrorKind::Internal, {}} : page.error();
    if (page) {
        if (!older || first)
            m_end = page->end;
        m_unreadable += page->unreadable;
        for (const JournalRecord &record : page->records)
            insert(record);
        std::stable_sort(m_changes.begin(), m_changes.end(), [](const ChangePtr &a, const ChangePtr &b) { return a->seq() > b->seq(); });
    }
    if (first || !page || wrong || !page->records.isEmpty() || page->unreadable > 0)
        Q_EMIT changed();
    if (std::exchange(m_again, false))
        refresh();
    else if (m_all && hasOlder() && page)
        readPage();
}

/// A change others hold stays as it was: a copy takes its place.
void JournalLog::insert(const JournalRecord &record)
{
    const QString id = record.json.value("id"_L1).toString();
    const ChangePtr known = m_byId.value(id);
    auto fresh = known ? std::make_shared<JournaledChange>(*known) : std::make_shared<JournaledChange>();
    fresh->add(record);
    m_byId.insert(id, fresh);
    if (!known) {
        m_changes.prepend(fresh);
        return;
    }
    // the newest stand first: what goes on is found at once
    const auto at = std::find(m_changes.begin(), m_changes.end(), known);
    *at = fresh;
}

QList<ChangePtr> JournalLog::of(const ObjectId &object) const
{
    QList<ChangePtr> out;
    for (const ChangePtr &change : m_changes) {
        const auto same = [&object](const JournaledEdit &edit) {
            return edit.resource == object.gvr.name() && edit.ns == object.ns && edit.name == object.name;
        };
        if (change->cluster == object.cluster && std::any_of(change->edits.begin(), change->edits.end(), same))
            out.append(change);
    }
    return out;
}

QFuture<Result<JournalCheck>> JournalLog::verify()
{
    const SharedPromise<JournalCheck> promise;
    m_reader->add([journal = m_journal, promise] {
        const Result<JournalCheck> check = journal->verify();
        return [promise, check] { promise.finish(check); };
    });
    return promise.future();
}

QFuture<Result<int>> JournalLog::exportTo(
    const QString &file, Journal::Format format, const std::optional<QSet<QString>> &only)
{
    const SharedPromise<int> promise;
    m_reader->add([journal = m_journal, file, format, only, promise] {
        const Result<int> records = writeLines(*journal, file, format, only);
        return [promise, records] { promise.finish(records); };
    });
    return promise.future();
}

}
