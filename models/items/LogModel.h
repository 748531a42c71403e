// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/LogLine.h"

#include <QAbstractTableModel>
#include <QSet>
#include <QStringList>
#include <QStringMatcher>

#include <array>
#include <deque>
#include <optional>

namespace qd::items {

/// The lines of one or several logs, merged by time, in bounded memory: the oldest go, and a gap at the top says how many. What
/// is shown is chosen by level and fields; the search marks lines and hides none. Knows nothing of where lines come from (pods,
/// Loki). GUI thread.
class LogModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Time, Level, Source, Message, Trace, ColumnCount };
    /// Key of a filter that stands for the trace, whatever a log calls it.
    static constexpr QLatin1StringView kTraceKey{"trace"};
    static constexpr qsizetype kMost = 100'000;
    static constexpr qsizetype kMostBytes = 96 * 1024 * 1024;

    explicit LogModel(QObject *parent = nullptr);
    void setLimits(qsizetype lines, qsizetype bytes);
    /// Names of the sources, by the numbers lines carry.
    void setSources(const QStringList &names);
    [[nodiscard]] const QStringList &sources() const { return m_sources; }
    void setUtc(bool utc);
    [[nodiscard]] bool utc() const { return m_utc; }

    /// Lines of any sources in any order; they find their places by time. One without a time stands behind the one before it.
    void append(QList<LogLine> lines);
    /// `source`: -1: of no source. `missing`: lines are not there; else only said. `fillable`: they can be had. The number of the gap.
    quint64 addGap(qint64 time, int source, const QString &sentence, bool missing, bool fillable = false);
    struct GapSpan {
        int source = 0;
        qint64 from = 0;          ///< behind the line of its source before it; 0: there is none
        qint64 to = 0;            ///< of the next one; 0: there is none
        QString said = {};
        bool fillable = false;
    };
    /// Which lines of its source a gap stands for; nothing: it is gone.
    [[nodiscard]] std::optional<GapSpan> gapSpan(quint64 id) const;
    /// What is said at a gap from now on.
    void sayAtGap(quint64 id, const QString &sentence, bool fillable);
    /// The lines of a gap find their places; it is no gap any more and says so.
    void fillGap(quint64 id, QList<LogLine> lines, const QString &sentence, bool missing);
    void setFillable(bool fillable);   ///< gaps that may be filled offer it
    [[nodiscard]] bool fillable() const { return m_fillable; }
    void clear();
    /// The lines of these sources go; of the others nothing moves.
    void forget(const QSet<int> &sources);
    /// Lines may be left out between those that come: a further line of an exception is of the line before only where it follows at once.
    void setThinned(bool thinned) { m_thinned = thinned; }

    void setLevelShown(LogLevel level, bool shown);
    [[nodiscard]] bool levelShown(LogLevel level) const { return m_levels.at(size_t(level)); }
    /// Of all lines that are kept.
    [[nodiscard]] int count(LogLevel level) const { return m_counts.at(size_t(level)); }
    [[nodiscard]] qsizetype kept() const { return qsizetype(m_all.size()); }
    [[nodiscard]] quint64 dropped() const { return m_dropped; }
    /// Lines that came so far and are chosen by level and filters; of these, errors. Never less than before, until clear().
    [[nodiscard]] quint64 arrived() const { return m_arrived; }
    [[nodiscard]] quint64 arrivedErrors() const { return m_arrivedErrors; }
    /// A line said which trace it belongs to.
    [[nodiscard]] bool hasTraces() const { return m_traces; }
    /// Lines of each source since then, shown or not.
    [[nodiscard]] QHash<int, int> since(qint64 time) const;
    [[nodiscard]] qint64 lastTime() const { return m_all.empty() ? 0 : m_all.back().time; }
    /// The first row that is not older; the last one when all are; -1 without rows.
    [[nodiscard]] int rowFrom(qint64 time) const;
    /// What the lines take up, by our own reckoning; never more than the limit.
    [[nodiscard]] qsizetype bytes() const { return m_bytes; }
    void setFilters(const QList<LogFilter> &filters);
    [[nodiscard]] const QList<LogFilter> &filters() const { return m_filters; }

    void setSearch(const QString &text);
    [[nodiscard]] const QString &search() const { return m_search; }
    /// Among the rows shown.
    [[nodiscard]] int matches() const { return m_matches; }
    /// 1 for the first; 0 when the row is none.
    [[nodiscard]] int matchNumber(int row) const;
    /// The next (or the one before) match, error: round the end. -1: there is none.
    [[nodiscard]] int nextMatch(int row, bool forward) const;
    [[nodiscard]] int nextError(int row, bool forward) const;

    [[nodiscard]] const LogLine &lineAt(int row) const { return m_all.at(size_t(m_shown.at(size_t(row)) - m_first)); }
    /// -1: it is gone or not shown.
    [[nodiscard]] int rowOf(quint64 id) const;
    /// Characters of the longest message so far.
    [[nodiscard]] int longest() const { return m_longest; }
    /// "2026-11-27T11:59:45.310Z participant-0 text", as written.
    [[nodiscard]] QString plainText(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    /// Lines came or went, or the search has others.
    void countsChanged();

private:
    [[nodiscard]] bool shows(const LogLine &line) const;
    [[nodiscard]] bool finds(const LogLine &line) const;
    void enter(LogLine &line);
    [[nodiscard]] bool passes(const LogFilter &filter, const LogLine &line, QList<QPair<QString, QString>> &fields) const;
    void addBehind(QList<LogLine> lines);
    QList<LogLine> takeTail(qint64 from);
    void dropOldest();
    [[nodiscard]] qsizetype placeOf(quint64 id) const;
    void rebuild();
    [[nodiscard]] int walk(int row, bool forward, bool (*wanted)(const LogLine &)) const;
    std::deque<LogLine> m_all;
    std::deque<quint64> m_shown;        ///< places in m_all, counted from the first line ever
    quint64 m_first = 0;                ///< place of m_all.front()
    quint64 m_nextId = 1;
    quint64 m_dropped = 0;
    quint64 m_arrived = 0;
    quint64 m_arrivedErrors = 0;
    bool m_traces = false;
    qsizetype m_bytes = 0;
    qsizetype m_most = kMost;
    qsizetype m_mostBytes = kMostBytes;
    std::array<bool, 5> m_levels{true, true, true, true, true};
    std::array<int, 5> m_counts{};
    struct Last { LogLevel level = LogLevel::None; qint64 time = 0; };
    QHash<int, Last> m_last;            ///< by source, for what belongs to the line before
    QStringList m_sources;
    QList<LogFilter> m_filters;
    QString m_search;
    QStringMatcher m_matcher;           ///< its table is made once a search, not once a line
    int m_matches = 0;
    int m_longest = 0;
    bool m_utc = true;
    bool m_fillable = false;
    bool m_thinned = false;
};

}
