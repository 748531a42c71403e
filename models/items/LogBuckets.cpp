// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/LogBuckets.h"

#include "models/core/Format.h"

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kSecond = 1'000'000'000;

/// The shortest even step that needs no more than the most buckets.
qint64 stepFor(qint64 span)
{
    static constexpr std::array<qint64, 18> kSteps{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 43200, 86400};
    for (const qint64 seconds : kSteps) {
        if (span / (seconds * kSecond) + 1 < LogBuckets::kMost)
            return seconds * kSecond;
    }
    const qint64 day = kSteps.back() * kSecond;
    return day * (span / (day * (LogBuckets::kMost - 1)) + 1);
}

size_t placeOf(LogLevel level)
{
    switch (level) {
    case LogLevel::Error: return 0;
    case LogLevel::Warn: return 1;
    case LogLevel::Debug: return 3;
    case LogLevel::None:
    case LogLevel::Info: break;
    }
    return 2;
}

}

void LogBuckets::read(const LogModel &model)
{
    beginResetModel();
    m_buckets.clear();
    m_highest = 0;
    m_utc = model.utc();
    // Lines stand in the order of time; what says no time at all stands at the beginning and in no bucket.
    int row = 0;
    while (row < model.rowCount() && model.lineAt(row).time < kSecond)
        ++row;
    if (row < model.rowCount()) {
        const qint64 first = model.lineAt(row).time;
        m_step = stepFor(model.lineAt(model.rowCount() - 1).time - first);
        const qint64 from = first - first % m_step;
        for (; row < model.rowCount(); ++row) {
            const LogLine &line = model.lineAt(row);
            const qint64 place = (line.time - from) / m_step;
            while (m_buckets.size() <= place)
                m_buckets.append(Bucket{from + m_buckets.size() * m_step});
            Bucket &bucket = m_buckets[place];
            if (line.kind == LogLine::Kind::Gap)
                bucket.missing = bucket.missing || line.loud;
            else
                ++bucket.counts.at(placeOf(line.level));
        }
    }
    for (const Bucket &bucket : std::as_const(m_buckets))
        m_highest = std::max(m_highest, bucket.total());
    endResetModel();
}

int LogBuckets::at(qint64 time) const
{
    if (m_buckets.isEmpty())
        return -1;
    return int(std::clamp<qint64>((time - m_buckets.first().from) / m_step, 0, m_buckets.size() - 1));
}

QString LogBuckets::sentence(int bucket) const
{
    if (bucket < 0 || bucket >= m_buckets.size())
        return {};
    const Bucket &one = m_buckets.at(bucket);
    QStringList words{tr("%n line(s)", nullptr, one.total())};
    if (one.counts[0] > 0)
        words.append(tr("%n error(s)", nullptr, one.counts[0]));
    if (one.counts[1] > 0)
        words.append(tr("%n warning(s)", nullptr, one.counts[1]));
    if (one.missing)
        words.append(tr("lines are missing"));
    return tr("%1 to %2: %3").arg(logClock(one.from, m_utc, false), logClock(one.from + m_step, m_utc, false), words.join(u", "_s));
}

QString LogBuckets::summary() const
{
    if (m_buckets.isEmpty())
        return tr("Lines over time: none");
    const auto fullest = std::max_element(m_buckets.begin(), m_buckets.end(), [](const Bucket &a, const Bucket &b) { return a.total() < b.total(); });
    return tr("Lines over time, %1 to %2, most %3").arg(logClock(m_buckets.first().from, m_utc, false),
                                                         logClock(m_buckets.last().from + m_step, m_utc, false),
                                                         sentence(int(fullest - m_buckets.begin())));
}

int LogBuckets::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_buckets.size());
}

int LogBuckets::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant LogBuckets::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_buckets.size())
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment(index.column() == From ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::AccessibleDescriptionRole || role == Qt::ToolTipRole)
        return sentence(index.row());
    if (role != Qt::DisplayRole)
        return {};
    const Bucket &bucket = m_buckets.at(index.row());
    if (index.column() == From)
        return bucket.missing ? tr("%1, lines are missing").arg(logClock(bucket.from, m_utc, false)) : logClock(bucket.from, m_utc, false);
    return formatInteger(bucket.counts.at(size_t(index.column() - Error)));
}

QVariant LogBuckets::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::Alignment(section == From ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case From: return m_utc ? tr("From, UTC") : tr("From, local");
    case Error: return logLevelWord(LogLevel::Error);
    case Warn: return logLevelWord(LogLevel::Warn);
    case Info: return logLevelWord(LogLevel::Info);
    default: return logLevelWord(LogLevel::Debug);
    }
}

}
