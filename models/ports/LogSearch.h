// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Result.h"
#include "models/network/telemetry/TimeSeries.h"

#include <QFuture>
#include <QObject>

#include <memory>
#include <stop_token>

namespace qd::ports {

/// A line as Loki keeps it.
struct LogEntry {
    qint64 at = 0;                  ///< nanoseconds since the epoch
    QString line;                   ///< as written; foreign text
    network::Labels stream;
    network::Labels metadata = {};  ///< structured metadata of the line
    friend bool operator==(const LogEntry &, const LogEntry &) = default;
};

struct LogQuery {
    QString expr;                   ///< LogQL, a log query
    qint64 start = 0;               ///< nanoseconds, inclusive
    qint64 end = 0;                 ///< nanoseconds, exclusive
    int limit = 1000;
    bool backward = true;           ///< the newest first
};

/// What of a time came: in order of the query; `rest` says that there is more, which the same query with `next` as its end (start,
/// forward) brings, without losing a line or telling one twice.
struct LogPage {
    QList<LogEntry> entries;
    bool rest = false;
    qint64 next = 0;
    QList<LogEntry> told = {};      ///< entries at `next` already told: the page before is given back, and the next one leaves them out
    QStringList warnings;
};

/// Lines as they come. Lives on the thread that asked; destruction ends it.
class LogTail : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void start() = 0;
    virtual void setPaused(bool paused) = 0;

Q_SIGNALS:
    void entries(const QList<qd::ports::LogEntry> &entries);
    /// The server left lines of this time out, because this client was too slow or it limits itself; 0: it does not say of when.
    void dropped(int count, qint64 from, qint64 to);
    /// Lines are missing, or may be, nobody knows how many: in words.
    void warned(const QString &sentence);
    /// Not complete from now on; goes on by itself. And complete again, all that came meanwhile told.
    void interrupted(const qd::Error &why);
    void resumed();
    void ended(const qd::Error &error);
};

/// A Loki. Thread safe.
class LogSearch {
public:
    virtual ~LogSearch() = default;
    [[nodiscard]] virtual QFuture<Result<LogPage>> page(const LogQuery &query, const LogPage &before = {}, std::stop_token stop = {}) = 0;
    [[nodiscard]] virtual QFuture<Result<QStringList>> labelValues(const QString &label, qint64 start, qint64 end, std::stop_token stop = {}) = 0;
    /// From `start` on (nanoseconds): what was written since, then what comes. WebSocket, else asked again and again.
    [[nodiscard]] virtual std::unique_ptr<LogTail> tail(const QString &expr, qint64 start) = 0;
};

}
