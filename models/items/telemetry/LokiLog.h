// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/LogReader.h"
#include "models/ports/LogSearch.h"

#include <QMultiHash>
#include <QObject>

#include <memory>

namespace qd::items {

/// "`…`" or "\"…\"": a text in LogQL.
[[nodiscard]] QString logqlQuoted(const QString &text);
/// Whole lower case hexadecimal numbers as traces have.
[[nodiscard]] bool looksLikeTrace(const QString &text);
/// What goes behind a selector, so that only lines with this text come: upper and lower case are one, unless `exact`; a text in JSON is
/// found as it reads.
[[nodiscard]] QString logqlWith(const QString &text, bool exact);
/// Likewise, without these levels: lines of which the stream or structured metadata say one of them do not come, unless a word of another
/// level stands in them; those they say nothing of do.
[[nodiscard]] QString logqlWithout(const QList<LogLevel> &levels);
/// Only this level or worse, likewise.
[[nodiscard]] QString logqlFrom(LogLevel least);
/// As the stream or structured metadata say it.
[[nodiscard]] LogLevel levelOfEntry(const ports::LogEntry &entry);
/// As it is to be read.
[[nodiscard]] LogText logTextOf(const ports::LogEntry &entry, int source);
/// {namespace="ns", pod=~"northgate-1-participant-.+"}: what the pods of an object wrote, of one component unless that is empty.
/// `others`: names of the other nodes of its namespace; whose name goes on from this one's ("northgate-1-b"), has pods of its own.
[[nodiscard]] QString podLogsExpr(const QString &ns, const QString &object, const QString &component, const QStringList &others);
/// Pods of a node, of some of its components or of all when there are none.
struct PodsOfNode {
    QString ns;
    QString name;
    QStringList components = {};
};
/// The same of several nodes at once. Where their namespaces or names cross, lines of others may be among them.
[[nodiscard]] QString nodeLogsExpr(const QList<PodsOfNode> &nodes, const QStringList &others);
/// The component in the name of an object's pod: "northgate-1-participant-0" is of "participant"; empty: it is none of its pods.
[[nodiscard]] QString componentOfPod(const QString &object, const QString &pod);

struct LokiRequest {
    QString expr;
    qint64 start = 0;           ///< nanoseconds
    qint64 end = 0;             ///< 0: until now
    int most = 20'000;          ///< lines read of the past: the newest of them
    bool follow = true;
    qsizetype mostBytes = LogHold::kBytes;   ///< of the past's texts and what is kept beside them, likewise
};

/// The lines of a time as Loki has them, oldest first, then what comes. GUI thread; destruction ends it.
class LokiLog : public QObject {
    Q_OBJECT
public:
    LokiLog(std::shared_ptr<ports::LogSearch> logs, LokiRequest request, qint64 now, QObject *parent = nullptr);
    ~LokiLog() override;
    void start();
    void setPaused(bool paused);
    /// Older lines were left out: older() after query() brings them.
    [[nodiscard]] bool cut() const { return m_cut; }
    /// Lines of the past that were told.
    [[nodiscard]] int count() const { return m_count; }
    [[nodiscard]] const ports::LogQuery &query() const { return m_query; }
    [[nodiscard]] const ports::LogPage &older() const { return m_page; }

Q_SIGNALS:
    void entries(const QList<qd::ports::LogEntry> &entries);
    /// The past is told.
    void caughtUp();
    void warned(const QString &sentence);
    void dropped(int count, qint64 from, qint64 to);
    void interrupted(const qd::Error &why);
    void resumed();
    void ended(const qd::Error &error);   ///< kind Cancelled: all was read, it is not followed

private:
    void ask();
    void came(const ports::LogPage &page);
    void tellPast();
    void follow(qint64 start);
    std::shared_ptr<ports::LogSearch> m_logs;
    LokiRequest m_request;
    ports::LogQuery m_query;
    ports::LogPage m_page;
    QList<ports::LogEntry> m_past;          ///< newest first
    QMultiHash<qint64, ports::LogEntry> m_atEnd;   ///< by time, what was told of the time the tail reads again
    std::unique_ptr<ports::LogTail> m_tail;
    std::stop_source m_stop;
    qsizetype m_pastBytes = 0;
    int m_count = 0;
    bool m_cut = false;
    bool m_paused = false;
    bool m_waits = false;                   ///< a page is wanted when it goes on
};

}
