// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/core/Result.h"

#include <QDateTime>
#include <QFuture>
#include <QJsonObject>
#include <QList>

#include <functional>
#include <memory>
#include <mutex>

namespace qd::state {

class JournalWorker;

/// One line of the journal as read back: the JSON without `hash`, and where it stands.
struct JournalRecord
{
    int line = 0; ///< from 1
    QString hash;
    QJsonObject json; ///< schema, seq, time, type (intent|result), id, action, user, …, prev
};

struct JournalCheck
{
    bool ok = true;
    int records = 0;
    int brokenLine = 0; ///< first broken record, from 1; 0: none
    QString message; ///< a sentence that names the record and what is wrong with it
};

/// A piece of the file: its records, oldest first (their `line` is 0), and where it begins and ends.
struct JournalPage
{
    QList<JournalRecord> records;
    qint64 begin = 0;
    qint64 end = 0;
    int unreadable = 0; ///< lines that are no records
};

/// The record of every change made here (architecture.md, pipeline step 7): append-only JSON Lines under a lock file,
/// each record chained by SHA-256 to the one before. Never holds the value of a secret: callers pass masked values
/// (Redaction.h). append() belongs to the thread that made the journal and works on a thread of its own, in order; the
/// rest is thread safe. Errors are ErrorKind::Storage and name the file.
class Journal
{
public:
    Journal(QString path, const Clock *clock);
    ~Journal();
    Journal(const Journal &) = delete;
    Journal &operator=(const Journal &) = delete;

    [[nodiscard]] QString path() const { return m_path; }
    /// Adds schema, seq, time, prev and hash; the file is on disk (fsync) when the future ends.
    [[nodiscard]] QFuture<Result<Done>> append(const QJsonObject &record);
    [[nodiscard]] Result<Done> appendNow(const QJsonObject &record);
    /// Records not older than `since` (null: all), oldest first; an absent file is empty.
    [[nodiscard]] Result<QList<JournalRecord>> read(const QDateTime &since = {}) const;
    [[nodiscard]] Result<JournalCheck> verify() const;
    /// The records that end before the byte `end` (negative: the end of the file), as many as about `bytes` hold: a page
    /// backwards. What is not a whole record yet is left out.
    [[nodiscard]] Result<JournalPage> readBack(qint64 end, qint64 bytes) const;
    /// The whole records from the byte `begin` on.
    [[nodiscard]] Result<JournalPage> readOn(qint64 begin) const;
    /// Every record to `take`, oldest first, one in memory at a time; ends early when it says false.
    [[nodiscard]] Result<Done> forEach(const std::function<bool(const JournalRecord &)> &take) const;

    enum class Format : quint8 { Json, Cef, Syslog };
    /// One record as a line: JSON with its hash, CEF:0, or RFC 5424.
    [[nodiscard]] static QByteArray exportLine(const JournalRecord &record, Format format);

private:
    [[nodiscard]] Result<Done> write(const QJsonObject &record);
    QString m_path;
    const Clock *m_clock;
    std::mutex m_mutex;
    std::unique_ptr<JournalWorker> m_worker;
};

}
