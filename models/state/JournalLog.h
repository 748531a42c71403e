// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/JournalChange.h"

#include <QFuture>
#include <QHash>
#include <QObject>
#include <QSet>

class QFileSystemWatcher;
class QTimer;

namespace qd::state {

class JournalReader;

/// The journal as a live list of changes, newest first. Reads on a thread of its own, the newest page first and older ones
/// when they are wanted, and goes on by itself when this or another console writes. GUI thread; borrows the journal.
class JournalLog : public QObject
{
    Q_OBJECT
public:
    explicit JournalLog(const Journal *journal, QObject *parent = nullptr);
    ~JournalLog() override;

    /// Reads the newest page; does nothing the second time.
    void start();
    [[nodiscard]] const QList<ChangePtr> &changes() const { return m_changes; } ///< by their first record, newest first
    [[nodiscard]] ChangePtr find(const QString &id) const { return m_byId.value(id); }
    /// The changes of an object, newest first, as far as they are loaded.
    [[nodiscard]] QList<ChangePtr> of(const ObjectId &object) const;
    [[nodiscard]] const Journal *journal() const { return m_journal; }
    /// The first page is there, or its error.
    [[nodiscard]] bool isLoaded() const { return m_loaded; }
    /// There are older records in the file than those in changes().
    [[nodiscard]] bool hasOlder() const { return m_begin > 0; }
    [[nodiscard]] bool isLoading() const { return m_loading; }
    void loadOlder();
    /// Page by page until the beginning.
    void loadAll();
    /// Why the file could not be read; empty message: it could.
    [[nodiscard]] const Error &error() const { return m_error; }
    /// Lines met that are no records: verify() says which.
    [[nodiscard]] int unreadable() const { return m_unreadable; }
    /// Looks again now; else within a moment of each write.
    void refresh();
    /// Looks again if the file has another size: where the system tells of no writes.
    void poll();

    [[nodiscard]] QFuture<Result<JournalCheck>> verify();
    /// Writes the records as lines to a file (0600), oldest first; `only`: of these changes. The number of records.
    [[nodiscard]] QFuture<Result<int>> exportTo(
        const QString &file, Journal::Format format, const std::optional<QSet<QString>> &only = std::nullopt);

Q_SIGNALS:
    void changed();

private:
    void take(const Result<JournalPage> &page, bool older);
    void insert(const JournalRecord &record);
    void readPage();
    void watch();
    const Journal *m_journal;
    JournalReader *m_reader;
    QFileSystemWatcher *m_watcher;
    QTimer *m_soon;
    QList<ChangePtr> m_changes;
    QHash<QString, ChangePtr> m_byId;
    qint64 m_begin = 0; ///< bytes of the file that are read
    qint64 m_end = 0;
    Error m_error{ErrorKind::Internal, {}};
    int m_unreadable = 0;
    bool m_started = false;
    bool m_loaded = false;
    bool m_loading = false;
    bool m_all = false;
    bool m_again = false; ///< written to while a page was read
    bool m_dirty = false;
};

}
