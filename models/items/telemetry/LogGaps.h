// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/LogReader.h"
#include "models/items/LogSession.h"
#include "models/ports/LogSearch.h"

#include <functional>

namespace qd::items {

/// Fills gaps in the logs of pods from Loki, each once: the lines of exactly that time, of that container, in their places; of a log whose
/// older lines were not read those of the hour before. Where Loki itself is read, what was left out of the past, piece by piece. What keeps
/// it from that is said at the gap. GUI thread.
class LogGaps : public QObject {
    Q_OBJECT
public:
    static constexpr int kMost = 5000;         ///< lines of a gap, the newest of them; fewer where they are long
    static constexpr int kMostPages = 25;      ///< also where most of them are another container's
    LogGaps(LogModel *model, LogSession *session, const Clock *clock, QObject *parent = nullptr);
    ~LogGaps() override;
    /// Null: there is none, gaps are not offered.
    void setLogs(std::shared_ptr<ports::LogSearch> logs);
    void load(quint64 id);
    /// What Loki has left to tell of a time: `query` after `page`. `source`: of a stream in the model; -1: nobody wants its lines.
    struct Older {
        ports::LogQuery query = {};
        ports::LogPage page = {};
        std::function<int(const network::Labels &stream)> source = {};
    };
    /// A gap before the oldest line, of which this is loaded.
    void addOlder(Older older, qint64 oldest, const QString &sentence);

private:
    struct Ask {
        quint64 id = 0;
        int source = 0;
        bool older = false;
        QString said = {};                     ///< at the gap, before it was asked for
        QString container = {};
        ports::LogQuery query = {};
        ports::LogPage page = {};
        int pages = 0;
        qsizetype bytes = 0;
        QList<ports::LogEntry> entries = {};   ///< newest first
        QStringList warnings = {};             ///< of Loki: what of them it could not give
    };
    [[nodiscard]] int sourceOf(const Ask &one, const ports::LogEntry &entry) const;
    void ask(const std::shared_ptr<Ask> &one);
    void came(const std::shared_ptr<Ask> &one, const Result<ports::LogPage> &page);
    [[nodiscard]] qint64 nextAfter(const LogModel::GapSpan &span) const;
    void leaveWhatCame(const Ask &one, QList<LogLine> &lines);
    void fill(const Ask &one, QList<LogLine> lines, bool cut);
    LogModel *m_model;
    LogSession *m_session;
    const Clock *m_clock;
    std::shared_ptr<ports::LogSearch> m_logs;
    std::stop_source m_stop;
    QHash<quint64, QString> m_said;            ///< at a gap, before it was asked for
    Older m_older;
    quint64 m_olderId = 0;
    QList<LogLine> m_read;
    LogReader m_reader;
};

}
