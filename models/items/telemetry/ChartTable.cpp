// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/ChartTable.h"

#include "models/items/telemetry/ChartUnits.h"

#include <QDateTime>

#include <algorithm>
#include <cmath>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::Sample;

void ChartTable::setData(const ChartData &data)
{
    beginResetModel();
    m_data = data;
    m_times.clear();
    for (const ChartLine &line : m_data.lines) {
        if (!line.samples)
            continue;
        for (const Sample &sample : *line.samples)
            m_times.push_back(sample.at);
    }
    std::sort(m_times.begin(), m_times.end());
    m_times.erase(std::unique(m_times.begin(), m_times.end()), m_times.end());
    endResetModel();
}

void ChartTable::setUtc(bool utc)
{
    m_utc = utc;
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, 0);
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, 0));
}

int ChartTable::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_times.size());
}

int ChartTable::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_data.lines.size()) + 1;
}

int ChartTable::rowAt(double time) const
{
    if (m_times.empty())
        return -1;
    auto it = std::lower_bound(m_times.begin(), m_times.end(), time);
    if (it == m_times.end() || (it != m_times.begin() && time - *(it - 1) < *it - time))
        --it;
    return int(m_times.end() - it) - 1;
}

QVariant ChartTable::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((index.column() == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    const double time = timeAt(index.row());
    if (index.column() == 0) {
        const QDateTime at = QDateTime::fromMSecsSinceEpoch(std::llround(time * 1000), m_utc ? Qt::UTC : Qt::LocalTime);
        return role == Qt::DisplayRole ? QVariant(at.toString(u"yyyy-MM-dd HH:mm:ss"_s)) : role == Qt::UserRole ? QVariant(time) : QVariant();
    }
    const auto &samples = m_data.lines.at(index.column() - 1).samples;
    if (!samples || (role != Qt::DisplayRole && role != Qt::UserRole))
        return {};
    const auto it = std::lower_bound(samples->begin(), samples->end(), time, [](const Sample &sample, double at) { return sample.at < at; });
    if (it == samples->end() || it->at != time)
        return role == Qt::DisplayRole ? QVariant(u"–"_s) : QVariant();
    return role == Qt::DisplayRole ? QVariant(valueText(it->value, m_data, m_utc)) : QVariant(it->value);
}

QVariant ChartTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    if (section > 0)
        return m_data.lines.at(section - 1).name;
    const double newest = m_times.empty() ? 0 : m_times.back();
    return tr("Time (%1)").arg(m_utc ? u"UTC"_s : QDateTime::fromMSecsSinceEpoch(std::llround(newest * 1000)).timeZoneAbbreviation());
}

}
