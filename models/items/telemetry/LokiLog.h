// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/LogSearch.h"

#include <QMultiHash>
#include <QObject>

#include <memory>

namespace qd::items {

/// "`…`" or "\"…\"": a text in LogQL.
[[nodiscard]] QString logqlQuoted(const QString &text);
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
};

/// The lines of a time as Loki has them, oldest first, then what comes. GUI thread; destruction ends it.
class LokiLog : public QObject {
    Q_OBJECT
public:
    LokiLog(std::shared_ptr<ports::LogSearch> logs, LokiRequest request, qint64 now, QObject *parent = nullptr);
    ~LokiLog() override;
    void start();
    void setPaused(bool paused);
    /// Older lines were left out.
    [[nodiscard]] bool cut() const { return m_cut; }

Q_SIGNALS:
    void entries(const QList<qd::ports::LogEntry> &entries);
    /// The past is told.
    void caughtUp();
    void warned(const QString &sentence);
    void dropped(int count, qint64 at);
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
    bool m_cut = false;
    bool m_paused = false;
    bool m_waits = false;                   ///< a page is wanted when it goes on
};

}
