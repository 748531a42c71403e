// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/LogModel.h"

#include "models/core/Format.h"

#include <algorithm>
#include <tuple>

namespace qd::items {

using namespace Qt::StringLiterals;

namespace {

bool earlier(const LogLine &a, const LogLine &b)
{
    return a.time < b.time;
}

}

LogModel::LogModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

void LogModel::setLimits(qsizetype lines, qsizetype bytes)
{
    m_most = lines;
    m_mostBytes = bytes;
    dropOldest();
}

void LogModel::setSources(const QStringList &names)
{
    m_sources = names;
    if (!m_shown.empty())
        Q_EMIT dataChanged(index(0, Source), index(rowCount() - 1, Source));
}

void LogModel::setUtc(bool utc)
{
    if (std::exchange(m_utc, utc) == utc)
        return;
    Q_EMIT headerDataChanged(Qt::Horizontal, Time, Time);
    if (!m_shown.empty())
        Q_EMIT dataChanged(index(0, Time), index(rowCount() - 1, Time));
}

bool LogModel::shows(const LogLine &line) const
{
    if (line.kind == LogLine::Kind::Gap)
        return true;
    if (!m_levels.at(size_t(line.level)))
        return false;
    QList<QPair<QString, QString>> fields;
    return std::all_of(m_filters.begin(), m_filters.end(), [&](const LogFilter &filter) { return passes(filter, line, fields); });
}

/// `fields` are read once a line, when a filter asks for one.
bool LogModel::passes(const LogFilter &filter, const LogLine &line, QList<QPair<QString, QString>> &fields) const
{
    bool has = false;
    if (filter.key == kTraceKey) {
        has = QLatin1StringView(line.trace) == filter.value;
    } else {
        if (fields.isEmpty())
            fields = logFields(line);
        const auto field = std::find_if(fields.cbegin(), fields.cend(), [&filter](const auto &one) { return one.first == filter.key; });
        has = field != fields.cend() ? fields.contains(std::pair(filter.key, filter.value)) : !line.json && !filter.beside && line.message.contains(filter.value);
    }
    return has != filter.exclude;
}

bool LogModel::finds(const LogLine &line) const
{
    return !m_search.isEmpty() && line.kind == LogLine::Kind::Line && m_matcher.indexIn(line.message) >= 0;
}

/// Takes a line in: its number, its share of the counts, and the level of the one it continues.
void LogModel::enter(LogLine &line)
{
    line.id = m_nextId++;
    if (line.kind == LogLine::Kind::Line) {
        // Where lines between may be left out, the one before may be of something else.
        const Last last = m_last.value(line.source);
        if (line.level == LogLevel::None && !line.json && continuesLine(line.raw) && (!m_thinned || line.time - last.time < kLogTogether))
            line.level = last.level;
        m_last.insert(line.source, {line.level, line.time});
        ++m_counts.at(size_t(line.level));
        m_longest = std::max(m_longest, int(line.message.size()));
    }
    line.match = finds(line);
    line.shown = shows(line);
    m_traces = m_traces || !line.trace.isEmpty();
    if (line.shown && line.kind == LogLine::Kind::Line) {
        ++m_arrived;
        m_arrivedErrors += line.level == LogLevel::Error ? 1 : 0;
    }
    m_bytes += logLineCost(line);
}

void LogModel::append(QList<LogLine> lines)
{
    if (lines.isEmpty())
        return;
    qint64 last = m_all.empty() ? 0 : m_all.back().time;
    QHash<int, qint64> before;
    for (LogLine &line : lines) {
        if (line.time == 0)
            line.time = before.value(line.source, last);
        before.insert(line.source, line.time);
        enter(line);
    }
    if (!std::is_sorted(lines.cbegin(), lines.cend(), earlier))
        std::stable_sort(lines.begin(), lines.end(), earlier);
    if (!m_all.empty() && lines.first().time < m_all.back().time) {
        // Another log's lines are older than some that stand here: these are taken off and come back in order.
        QList<LogLine> tail = takeTail(lines.first().time);
        QList<LogLine> merged;
        merged.reserve(tail.size() + lines.size());
        std::merge(std::make_move_iterator(tail.begin()), std::make_move_iterator(tail.end()), std::make_move_iterator(lines.begin()),
                   std::make_move_iterator(lines.end()), std::back_inserter(merged), earlier);
        addBehind(std::move(merged));
    } else {
        addBehind(std::move(lines));
    }
    dropOldest();
    Q_EMIT countsChanged();
}

QList<LogLine> LogModel::takeTail(qint64 from)
{
    const auto cut = std::upper_bound(m_all.begin(), m_all.end(), from, [](qint64 time, const LogLine &line) { return time < line.time; });
    const quint64 place = m_first + quint64(cut - m_all.begin());
    const auto shown = std::lower_bound(m_shown.begin(), m_shown.end(), place);
    const int row = int(shown - m_shown.begin());
    if (shown != m_shown.end()) {
        beginRemoveRows({}, row, rowCount() - 1);
        for (auto it = shown; it != m_shown.end(); ++it)
            m_matches -= m_all.at(size_t(*it - m_first)).match;
        m_shown.erase(shown, m_shown.end());
        endRemoveRows();
    }
    QList<LogLine> tail(std::make_move_iterator(cut), std::make_move_iterator(m_all.end()));
    m_all.erase(cut, m_all.end());
    return tail;
}

void LogModel::addBehind(QList<LogLine> lines)
{
    const auto move = [&] { m_all.insert(m_all.end(), std::make_move_iterator(lines.begin()), std::make_move_iterator(lines.end())); };
    QList<quint64> shown;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (!lines.at(i).shown)
            continue;
        shown.append(m_first + m_all.size() + quint64(i));
        m_matches += lines.at(i).match;
    }
    if (shown.isEmpty()) {
        move();
        return;
    }
    beginInsertRows({}, rowCount(), rowCount() + int(shown.size()) - 1);
    move();
    m_shown.insert(m_shown.end(), shown.begin(), shown.end());
    endInsertRows();
}

/// A fiftieth at a time, so that not every line costs the rows a move; the gap at the top counts.
void LogModel::dropOldest()
{
    while (qsizetype(m_all.size()) > m_most || (m_bytes > m_mostBytes && m_all.size() > 2)) {
        const size_t over = qsizetype(m_all.size()) > m_most ? m_all.size() - size_t(m_most) : 1;
        const size_t drop = std::min(std::max(over, size_t(m_most / 50)) + 1, m_all.size() - 1);
        for (size_t i = 0; i < drop; ++i) {
            const LogLine &line = m_all.at(i);
            m_bytes -= logLineCost(line);
            if (line.kind != LogLine::Kind::Line)
                continue;
            ++m_dropped;
            --m_counts.at(size_t(line.level));
        }
        const int rows = int(std::lower_bound(m_shown.begin(), m_shown.end(), m_first + drop) - m_shown.begin());
        if (rows > 0)
            beginRemoveRows({}, 0, rows - 1);
        for (int i = 0; i < rows; ++i)
            m_matches -= m_all.at(size_t(m_shown.at(size_t(i)) - m_first)).match;
        m_shown.erase(m_shown.begin(), m_shown.begin() + rows);
        LogLine gap;
        gap.kind = LogLine::Kind::Gap;
        gap.loud = true;
        gap.source = -1;
        gap.id = m_nextId++;
        gap.time = m_all.at(drop - 1).time;
        gap.message = tr("%n older line(s) dropped: this view keeps the last %1", nullptr, int(std::min<quint64>(m_dropped, 2'000'000'000)))
                          .arg(formatInteger(m_most));
        m_all.erase(m_all.begin(), m_all.begin() + qsizetype(drop));
        m_first += drop;
        if (rows > 0)
            endRemoveRows();
        beginInsertRows({}, 0, 0);
        m_all.push_front(gap);
        --m_first;
        m_shown.push_front(m_first);
        m_bytes += logLineCost(gap);
        endInsertRows();
    }
}

quint64 LogModel::addGap(qint64 time, int source, const QString &sentence, bool missing, bool fillable)
{
    LogLine gap;
    gap.kind = LogLine::Kind::Gap;
    gap.time = time;
    gap.source = source;
    gap.loud = missing;
    gap.message = sentence;
    gap.fillable = fillable;
    const quint64 id = m_nextId;
    append({gap});
    return id;
}

/// Of a gap in m_all; -1: it is gone. There are few, and the one that is asked for is mostly near an end.
qsizetype LogModel::placeOf(quint64 id) const
{
    const auto found = std::find_if(m_all.cbegin(), m_all.cend(), [id](const LogLine &line) { return line.id == id && line.kind == LogLine::Kind::Gap; });
    return found == m_all.cend() ? -1 : qsizetype(found - m_all.cbegin());
}

std::optional<LogModel::GapSpan> LogModel::gapSpan(quint64 id) const
{
    const qsizetype place = placeOf(id);
    if (place < 0)
        return std::nullopt;
    const LogLine &gap = m_all.at(size_t(place));
    const auto own = [&gap](const LogLine &line) { return line.kind == LogLine::Kind::Line && line.source == gap.source; };
    GapSpan span{gap.source, 0, 0, gap.message, gap.fillable};
    const auto next = std::find_if(m_all.cbegin() + place, m_all.cend(), own);
    span.to = next == m_all.cend() ? 0 : next->time;
    const auto before = std::find_if(std::make_reverse_iterator(m_all.cbegin() + place), m_all.crend(), own);
    span.from = before == m_all.crend() ? 0 : before->time + 1;
    return span;
}

void LogModel::sayAtGap(quint64 id, const QString &sentence, bool fillable)
{
    const qsizetype place = placeOf(id);
    if (place < 0)
        return;
    LogLine &gap = m_all.at(size_t(place));
    m_bytes -= logLineCost(gap);
    gap.message = sentence;
    gap.fillable = fillable;
    m_bytes += logLineCost(gap);
    if (const int row = rowOf(id); row >= 0)
        Q_EMIT dataChanged(index(row, Time), index(row, Trace));
}

void LogModel::fillGap(quint64 id, QList<LogLine> lines, const QString &sentence, bool missing)
{
    const qsizetype place = placeOf(id);
    if (place < 0)
        return;
    m_all.at(size_t(place)).loud = missing;
    sayAtGap(id, sentence, false);
    // These are no news.
    const std::pair before(m_arrived, m_arrivedErrors);
    const QHash<int, Last> last = std::exchange(m_last, {});
    append(std::move(lines));
    m_last = last;
    std::tie(m_arrived, m_arrivedErrors) = before;
    Q_EMIT countsChanged();
}

void LogModel::setFillable(bool fillable)
{
    if (std::exchange(m_fillable, fillable) != fillable && !m_shown.empty())
        Q_EMIT dataChanged(index(0, Message), index(rowCount() - 1, Message));
}

void LogModel::clear()
{
    beginResetModel();
    m_all.clear();
    m_shown.clear();
    m_first = 0;
    m_dropped = 0;
    m_bytes = 0;
    m_counts = {};
    m_last.clear();
    m_matches = 0;
    m_longest = 0;
    m_arrived = 0;
    m_arrivedErrors = 0;
    m_traces = false;
    endResetModel();
    Q_EMIT countsChanged();
}

void LogModel::forget(const QSet<int> &sources)
{
    for (const int source : sources)
        m_last.remove(source);
    if (std::none_of(m_all.cbegin(), m_all.cend(), [&sources](const LogLine &line) { return sources.contains(line.source); }))
        return;
    beginResetModel();
    std::deque<LogLine> rest;
    for (LogLine &line : m_all) {
        if (!sources.contains(line.source)) {
            rest.push_back(std::move(line));
            continue;
        }
        m_bytes -= logLineCost(line);
        if (line.kind == LogLine::Kind::Line)
            --m_counts.at(size_t(line.level));
    }
    m_all = std::move(rest);
    m_first = 0;
    m_shown.clear();
    m_matches = 0;
    for (size_t i = 0; i < m_all.size(); ++i) {
        if (!m_all.at(i).shown)
            continue;
        m_shown.push_back(i);
        m_matches += m_all.at(i).match;
    }
    endResetModel();
    Q_EMIT countsChanged();
}

void LogModel::rebuild()
{
    beginResetModel();
    m_shown.clear();
    m_matches = 0;
    for (size_t i = 0; i < m_all.size(); ++i) {
        m_all.at(i).shown = shows(m_all.at(i));
        if (!m_all.at(i).shown)
            continue;
        m_shown.push_back(m_first + i);
        m_matches += m_all.at(i).match;
    }
    endResetModel();
    Q_EMIT countsChanged();
}

void LogModel::setLevelShown(LogLevel level, bool shown)
{
    if (std::exchange(m_levels.at(size_t(level)), shown) != shown)
        rebuild();
}

void LogModel::setFilters(const QList<LogFilter> &filters)
{
    if (filters == m_filters)
        return;
    m_filters = filters;
    rebuild();
}

void LogModel::setSearch(const QString &text)
{
    if (text == m_search)
        return;
    m_search = text;
    m_matcher = QStringMatcher(text, Qt::CaseInsensitive);
    for (LogLine &line : m_all)
        line.match = finds(line);
    m_matches = int(std::count_if(m_shown.begin(), m_shown.end(), [this](quint64 place) { return m_all.at(size_t(place - m_first)).match; }));
    if (!m_shown.empty())
        Q_EMIT dataChanged(index(0, Message), index(rowCount() - 1, Message));
    Q_EMIT countsChanged();
}

int LogModel::matchNumber(int row) const
{
    if (row < 0 || row >= rowCount() || !lineAt(row).match)
        return 0;
    int number = 1;
    for (int i = 0; i < row; ++i)
        number += lineAt(i).match;
    return number;
}

int LogModel::walk(int row, bool forward, bool (*wanted)(const LogLine &)) const
{
    const int rows = rowCount();
    if (rows == 0)
        return -1;
    int at = row < 0 && !forward ? 0 : row;
    for (int i = 0; i < rows; ++i) {
        at = forward ? (at + 1) % rows : (at - 1 + rows) % rows;
        if (wanted(lineAt(at)))
            return at;
    }
    return -1;
}

int LogModel::nextMatch(int row, bool forward) const
{
    return m_matches == 0 ? -1 : walk(row, forward, [](const LogLine &line) { return line.match; });
}

int LogModel::nextError(int row, bool forward) const
{
    return walk(row, forward, [](const LogLine &line) { return line.kind == LogLine::Kind::Line && line.level == LogLevel::Error; });
}

int LogModel::rowOf(quint64 id) const
{
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (lineAt(row).id == id)
            return row;
    }
    return -1;
}

QHash<int, int> LogModel::since(qint64 time) const
{
    QHash<int, int> out;
    for (auto it = m_all.rbegin(); it != m_all.rend() && it->time >= time; ++it) {
        if (it->kind == LogLine::Kind::Line)
            ++out[it->source];
    }
    return out;
}

int LogModel::rowFrom(qint64 time) const
{
    if (m_shown.empty())
        return -1;
    const auto found = std::lower_bound(m_shown.begin(), m_shown.end(), time,
                                        [this](quint64 place, qint64 wanted) { return m_all.at(size_t(place - m_first)).time < wanted; });
    return std::min(int(found - m_shown.begin()), rowCount() - 1);
}

QString LogModel::plainText(int row) const
{
    const LogLine &line = lineAt(row);
    QStringList parts{logStamp(line.time)};
    if (const QString source = m_sources.value(line.source); !source.isEmpty())
        parts.append(source);
    parts.append(line.kind == LogLine::Kind::Gap ? u"--- "_s + line.message : QString::fromUtf8(line.raw));
    return parts.join(u' ');
}

int LogModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_shown.size());
}

int LogModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant LogModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const LogLine &line = lineAt(index.row());
    const bool gap = line.kind == LogLine::Kind::Gap;
    if (role == Qt::ToolTipRole && index.column() == Time)
        return logStamp(line.time);
    if (role == Qt::ToolTipRole && index.column() == Trace)
        return QString::fromLatin1(line.trace);
    if (role == Qt::AccessibleTextRole && gap)
        return line.fillable && m_fillable ? tr("Gap: %1. Enter loads its lines from Loki.").arg(line.message) : tr("Gap: %1").arg(line.message);
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole && role != Qt::ToolTipRole)
        return {};
    switch (index.column()) {
    case Time: return logClock(line.time, m_utc, true);
    case Level: return logLevelWord(line.level);
    case Source: return m_sources.value(line.source);
    case Message: return line.message;
    case Trace: return shortTrace(line.trace);
    default: return {};
    }
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Time: return m_utc ? tr("Time, UTC") : tr("Time, local");
    case Level: return tr("Level");
    case Source: return tr("Source");
    case Trace: return tr("Trace");
    default: return tr("Message");
    }
}

}
