// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/ChartLegendModel.h"

#include "models/core/Format.h"
#include "models/items/CellText.h"
#include "models/items/telemetry/ChartUnits.h"
#include "ui/charts/ChartView.h"

#include <algorithm>
#include <cmath>

namespace qd::ui {

ChartLegendModel::ChartLegendModel(ChartView *view) : QAbstractTableModel(view), m_view(view)
{
    connect(view, &ChartView::dataChanged, this, &ChartLegendModel::follow);
    connect(view, &ChartView::crosshairMoved, this, [this] { valuesChanged(false); });
    connect(view, &ChartView::linesChanged, this, [this] { valuesChanged(true); });
    follow();
}

void ChartLegendModel::valuesChanged(bool all)
{
    if (!m_rows.isEmpty())
        Q_EMIT dataChanged(index(0, all ? 0 : Value), index(rowCount() - 1, all ? High : Value));
    Q_EMIT headerDataChanged(Qt::Horizontal, Value, Value);
}

QList<ChartLegendModel::Row> ChartLegendModel::wanted() const
{
    QList<Row> out;
    const items::ChartData &data = m_view->data();
    for (qsizetype i = 0; i < data.lines.size(); ++i) {
        const items::ChartLine &line = data.lines.at(i);
        if (m_filter.isEmpty() || line.name.contains(m_filter, Qt::CaseInsensitive) || line.key.contains(m_filter, Qt::CaseInsensitive))
            out.append({line.key, i});
    }
    if (m_column < 0)
        return out;
    // Who has no value stands last, whichever way it is sorted.
    const auto number = [this](const Row &row) {
        const items::LineReading &read = reading(row);
        return m_column == Low ? read.low : m_column == High ? read.high : read.now;
    };
    const bool down = m_order == Qt::DescendingOrder;
    std::stable_sort(out.begin(), out.end(), [&](const Row &a, const Row &b) {
        if (m_column == Name) {
            const QByteArray left = items::naturalKey(data.lines.at(a.line).name), right = items::naturalKey(data.lines.at(b.line).name);
            return down ? right < left : left < right;
        }
        const std::optional<double> left = number(a), right = number(b);
        if (!left || !right)
            return left.has_value() && !right.has_value();
        return down ? *right < *left : *left < *right;
    });
    return out;
}

void ChartLegendModel::follow()
{
    m_all.clear();
    for (const items::ChartLine &line : m_view->data().lines)
        m_all.append(line.key);
    QList<Row> rows = wanted();
    const auto same = [](const Row &a, const Row &b) { return a.key == b.key; };
    if (std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(), same)) {
        m_rows = rows;
        return valuesChanged(true);
    }
    // Rows go and come; those that stay keep who points to them.
    QHash<QString, int> now;
    for (int i = 0; i < rows.size(); ++i)
        now.insert(rows.at(i).key, i);
    for (int i = int(m_rows.size()) - 1; i >= 0; --i) {
        if (now.contains(m_rows.at(i).key))
            continue;
        int first = i;
        while (first > 0 && !now.contains(m_rows.at(first - 1).key))
            --first;
        beginRemoveRows({}, first, i);
        m_rows.remove(first, i - first + 1);
        endRemoveRows();
        i = first;
    }
    const int kept = int(m_rows.size());
    if (kept < rows.size()) {
        QSet<QString> known;
        for (const Row &row : std::as_const(m_rows))
            known.insert(row.key);
        beginInsertRows({}, kept, int(rows.size()) - 1);
        for (const Row &row : std::as_const(rows)) {
            if (!known.contains(row.key))
                m_rows.append(row);
        }
        endInsertRows();
    }
    Q_EMIT layoutAboutToBeChanged();
    const QModelIndexList before = persistentIndexList();
    QModelIndexList after;
    for (const QModelIndex &one : before)
        after.append(index(now.value(m_rows.at(one.row()).key), one.column()));
    m_rows = rows;
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged();
    Q_EMIT headerDataChanged(Qt::Horizontal, Value, Value);
}

void ChartLegendModel::setFilter(const QString &text)
{
    if (std::exchange(m_filter, text.trimmed()) != text.trimmed())
        follow();
}

void ChartLegendModel::sort(int column, Qt::SortOrder order)
{
    m_column = column;
    m_order = order;
    follow();
}

QString ChartLegendModel::keyAt(int row) const
{
    return row >= 0 && row < m_rows.size() ? m_rows.at(row).key : QString();
}

int ChartLegendModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int ChartLegendModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(Columns);
}

const items::LineReading &ChartLegendModel::reading(const Row &row) const
{
    if (!row.reading)
        row.reading = items::readLine(m_view->data().lines.at(row.line), m_view->data(), m_view->from(), m_view->to(), std::nullopt);
    return *row.reading;
}

bool ChartLegendModel::silent(const Row &row) const
{
    const std::optional<double> time = m_view->crosshair();
    if (!time)
        return !reading(row).now && !reading(row).nan;
    const network::Sample *sample = items::sampleAt(m_view->data().lines.at(row.line), m_view->data(), *time);
    return !sample;
}

QString ChartLegendModel::valueOf(const Row &row) const
{
    const items::ChartData &data = m_view->data();
    if (const std::optional<double> time = m_view->crosshair()) {
        const network::Sample *sample = items::sampleAt(data.lines.at(row.line), data, *time);
        return sample ? items::valueText(sample->value, data, m_view->utc()) : tr("no data");
    }
    const items::LineReading &read = reading(row);
    if (read.now || read.nan)
        return read.nan ? QStringLiteral("NaN") : items::valueText(*read.now, data, m_view->utc());
    return read.silent > 0 ? tr("no data, %1").arg(formatAge(read.silent)) : tr("no data");
}

QVariant ChartLegendModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_rows.size() || m_rows.at(index.row()).line >= m_view->data().lines.size())
        return {};
    const Row &row = m_rows.at(index.row());
    const items::ChartData &data = m_view->data();
    const items::ChartLine &line = data.lines.at(row.line);
    const auto text = [&](std::optional<double> value) { return value ? items::valueText(*value, data, m_view->utc()) : QStringLiteral("–"); };
    switch (role) {
    case Qt::DisplayRole:
        return index.column() == Name ? line.name : index.column() == Value ? valueOf(row) : text(index.column() == Low ? reading(row).low : reading(row).high);
    case Qt::AccessibleTextRole:
        if (index.column() != Name)
            return {};
        return m_view->hidden().contains(row.key) ? tr("%1, hidden").arg(line.name) : m_view->solo() == row.key ? tr("%1, alone").arg(line.name) : QVariant();
    case Qt::TextAlignmentRole: return int((index.column() == Name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case KeyRole: return row.key;
    case NumberRole: return m_view->number(row.key);
    case HiddenRole: return m_view->hidden().contains(row.key);
    case StrongRole: return m_view->solo() == row.key || m_view->highlighted() == row.key;
    case SilentRole: return data.stale || data.error || silent(row);
    default: return {};
    }
}

QString ChartLegendModel::valueHeader(std::optional<double> time) const
{
    return time ? tr("at %1").arg(items::timeText(*time, m_view->to() - m_view->from(), m_view->utc())) : tr("now");
}

QVariant ChartLegendModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name: return tr("Series");
    case Value: return valueHeader(m_view->crosshair());
    case Low: return tr("min");
    default: return tr("max");
    }
}

}
