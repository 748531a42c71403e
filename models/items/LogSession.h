// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/items/LogModel.h"
#include "models/items/LogReader.h"
#include "models/ports/ResourceFeed.h"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace qd::items {

/// A log that is read into a session.
struct LogSource {
    QString key;                  ///< what it is a log of (pod's uid and container); stays over restarts
    QString name;                 ///< for people: "participant-0"
    ports::LogRequest request;
    QString run = {};             ///< another text: it runs anew, what had ended is opened again
};

/// Reads the logs of several sources into one model: follows them, keeps what comes while paused, says in words what
/// interrupts or ends a log, where its lines stand. Bounded: when nobody takes the lines, reading stops, to the server. GUI thread.
class LogSession : public QObject {
    Q_OBJECT
public:
    static constexpr int kTail = 2000;         ///< lines of each log that are read at first

    LogSession(LogModel *model, const Clock *clock, QObject *parent = nullptr);
    ~LogSession() override;
    void setOpener(ports::LogOpener opener) { m_opener = std::move(opener); }
    /// Those that are read already go on; others are closed, their lines stay until clear().
    void setSources(const QList<LogSource> &sources);
    void clear();
    /// Sources are not wanted any more: their logs are closed and their lines go. Their numbers stay their own.
    void forget(const QStringList &keys);
    /// Which its lines carry; -1: it was never read.
    [[nodiscard]] int number(const QString &key) const { return m_numbers.value(key, -1); }
    /// What is, or was, asked for a source; null: none has the number.
    [[nodiscard]] const ports::LogRequest *request(int number) const;
    /// Its log is followed, and what it writes is told at once; no value: it is none of those that are followed or were.
    [[nodiscard]] std::optional<bool> reads(int number) const;
    /// Time of the first line of a source that waits to be shown; 0: none does.
    [[nodiscard]] qint64 firstWaiting(int number) const;
    /// These lines of a source, oldest first, were had from elsewhere, where their times may be somewhat others: the log does not tell them
    /// again.
    void told(int number, const QList<LogLine> &lines);
    void setPaused(bool paused);
    [[nodiscard]] bool paused() const { return m_paused; }
    [[nodiscard]] int waiting() const { return int(m_kept.size()); }
    [[nodiscard]] int waitingErrors() const { return m_keptErrors; }
    /// Reading was stopped because too much waits.
    [[nodiscard]] bool held() const { return m_hold.held(); }
    [[nodiscard]] int open() const;            ///< logs that are followed now
    [[nodiscard]] int awaited() const;         ///< of these, without any word yet
    /// What keeps logs from being complete now, a sentence for each; empty: nothing.
    [[nodiscard]] QStringList troubles() const;
    /// Why logs ended that are not read any more.
    [[nodiscard]] QStringList endings() const;
    /// Every log is refused: the first refusal; null when one is read, or ended otherwise.
    [[nodiscard]] const Error *refusal() const;

Q_SIGNALS:
    void changed();

private:
    struct Stream {
        LogSource source;
        int number = 0;
        quint64 life = 0;              ///< tells it from one of the same number before
        QString nextRun = {};          ///< begun meanwhile, while the one before is still read
        std::unique_ptr<ports::LogFeed> feed = {};
        bool answered = false;
        bool told = false;             ///< it had a line since it was opened
        // What stands in the model of it:
        qint64 last = 0;               ///< time of the last line; what comes again after opening anew is older
        qint64 first = 0;
        int received = 0;              ///< since it was opened
        bool reopened = false;
        qint64 opened = 0;             ///< nanoseconds since 1970
        QDateTime interruptedAt = {};
        QString trouble = {};
        QString ending = {};
        std::optional<Error> refused = {};
    };
    struct Elsewhere {
        qint64 last = 0;                       ///< time of the last line
        QHash<size_t, QList<qint64>> times;    ///< by text, of what the log did not tell yet
    };
    void openStream(Stream &stream);
    [[nodiscard]] bool hadElsewhere(const LogLine &line);
    void took(Stream &stream, const QStringList &lines);
    void interrupted(Stream &stream, const Error &why);
    void resumed(Stream &stream);
    void ended(Stream &stream, const Error &error);
    [[nodiscard]] bool admit(Stream &stream, const LogLine &line, QList<LogLine> &before);
    void take(QList<LogLine> lines);
    void hold();
    void countKept(const QList<LogLine> &lines);
    void give(QList<LogLine> lines);
    void inOrder(const Stream &stream, std::function<void(Stream &)> call);
    void mark(Stream &stream, const QString &sentence, bool missing);
    [[nodiscard]] Stream *streamOf(int number) const;
    LogModel *m_model;
    const Clock *m_clock;
    ports::LogOpener m_opener;
    std::vector<std::unique_ptr<Stream>> m_streams;
    QHash<QString, int> m_numbers;     ///< by key: a source keeps its number
    QHash<int, qint64> m_closed;       ///< by number: time of the last line of a log that is not followed now; it goes on behind it
    QHash<int, Elsewhere> m_elsewhere; ///< likewise: what was had from elsewhere
    QStringList m_names;
    QHash<int, ports::LogRequest> m_requests;   ///< by number
    QList<LogLine> m_kept;             ///< while paused
    qsizetype m_keptBytes = 0;
    int m_keptErrors = 0;
    quint64 m_lives = 0;
    bool m_paused = false;
    LogHold m_hold;
    LogReader m_reader;
};

}
