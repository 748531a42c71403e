// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Format.h"
#include "models/core/Json.h"
#include "models/items/ResourceModel.h"
#include "models/items/ResourceModelPrivate.h"
#include "models/network/Drift.h"

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::Cell;
using network::CellType;
using network::State;

namespace {

constexpr qint64 kBackupPolicySeconds = 4 * 3600;

/// Ages of a node that is not meant to run, or whose last word is old, are no alarm.
bool alarming(State state)
{
    return state != State::Suspended && state != State::Deleting && state != State::Stale && state != State::Provisioning;
}

const Cell *cellById(const network::Row &row, const network::KindInfo &kind, const QString &id)
{
    for (qsizetype i = 0; i < std::min(row.cells.size(), kind.columns.size()); ++i) {
        if (kind.columns.at(i).id == id)
            return &row.cells.at(i);
    }
    return nullptr;
}

}

int ResourceModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() || m_empty ? 0 : m_index.rowCount();
}

int ResourceModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_columns.size());
}

Qt::ItemFlags ResourceModel::flags(const QModelIndex &index) const
{
    return index.isValid() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren : Qt::NoItemFlags;
}

QHash<int, QByteArray> ResourceModel::roleNames() const
{
    QHash<int, QByteArray> out = QAbstractTableModel::roleNames();
    out.insert(UidRole, "uid");
    out.insert(StateRole, "state");
    out.insert(SortRole, "sort");
    return out;
}

QStringList ResourceModel::columnIds() const
{
    QStringList out;
    for (const TableColumn &column : m_columns)
        out.append(column.id);
    return out;
}

int ResourceModel::columnOf(const QString &id) const
{
    return int(columnIds().indexOf(id));
}

int ResourceModel::countMatching(const state::FilterQuery &filter) const
{
    int out = 0;
    const qint64 now = m_clock->now().toSecsSinceEpoch();
    for (const auto &source : m_sources) {
        for (const RowIndex::Id id : std::as_const(source->ids))
            out += filter.matches(*m_index.entry(id).row, source->kind, now, m_index.entry(id).searchText, source->cluster);
    }
    return out;
}

QList<int> ResourceModel::groupRows() const
{
    QList<int> out;
    for (const int group : m_index.order())
        out.append(m_index.headerOf(group));
    return out;
}

QStringList ResourceModel::clustersShown() const
{
    QStringList out;
    for (const int group : m_index.order()) {
        if (!out.contains(m_index.group(group).cluster))
            out.append(m_index.group(group).cluster);
    }
    return out;
}

int ResourceModel::rowOf(const QString &cluster, const QString &uid) const
{
    for (const auto &source : m_sources) {
        const RowIndex::Id id = source->alive && source->cluster == cluster ? source->ids.value(uid, RowIndex::kNone)
                                                                            : RowIndex::kNone;
        if (id != RowIndex::kNone)
            return m_index.rowOf(id);
    }
    return -1;
}

state::RowPtr ResourceModel::rowAt(int row) const
{
    const RowIndex::Place place = m_index.at(row);
    return place.entry == RowIndex::kNone ? nullptr : m_index.entry(place.entry).row;
}

state::ResourceStore *ResourceModel::storeAt(int row) const
{
    const RowIndex::Place place = m_index.at(row);
    return place.entry == RowIndex::kNone ? nullptr : m_sources[size_t(m_index.entry(place.entry).source)]->store.data();
}

state::Environment *ResourceModel::environmentAt(int row) const
{
    const RowIndex::Place place = m_index.at(row);
    if (place.group < 0)
        return nullptr;
    for (const auto &known : m_networks) {
        if (known->cluster == m_index.group(place.group).cluster)
            return known->environment;
    }
    return nullptr;
}

namespace {

/// Bytes, read as MB: the unit stands in the header (look.md "Tables").
bool isSize(const TableColumn &column)
{
    return column.id == "size"_L1 && column.type == CellType::Integer;
}

/// Mono, elided in the middle, the last characters kept.
bool isLongId(const TableColumn &column)
{
    return column.type == CellType::Text && (column.id.endsWith("Id"_L1) || column.id == "sha256"_L1);
}

QString megabytes(qint64 bytes)
{
    const double mb = double(bytes) / 1e6;
    return formatNumber(mb, mb < 10 ? 2 : mb < 1000 ? 1 : 0);
}

}

QVariant ResourceModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= m_columns.size())
        return {};
    const TableColumn &column = m_columns.at(section);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return isSize(column) ? tr("%1, MB").arg(column.title) : column.title;
    case Qt::TextAlignmentRole:
        return int((standsRight(column.type) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::ToolTipRole:
        switch (column.source) {
        case network::Source::Declared: return tr("%1, as declared in the resource").arg(column.title);
        case network::Source::Reported: return tr("%1, as reported by the operator").arg(column.title);
        case network::Source::Observed: return tr("%1, as observed on the node").arg(column.title);
        case network::Source::Metadata: return column.title;
        }
        return {};
    case ColumnIdRole:
        return column.id;
    case CellTypeRole:
        return int(column.type);
    default:
        return {};
    }
}

QVariant ResourceModel::data(const QModelIndex &index, int role) const
{
    const RowIndex::Place place = index.isValid() ? m_index.at(index.row()) : RowIndex::Place{};
    if (place.group < 0)
        return {};
    if (place.entry == RowIndex::kNone)
        return groupData(place.group, index.column(), role);
    return entryData(m_index.entry(place.entry), index.column(), role);
}

QVariant ResourceModel::groupData(int id, int column, int role) const
{
    const RowIndex::Group &group = m_index.group(id);
    switch (role) {
    case IsGroupRole:
        return true;
    case UidRole:
        return QString(group.cluster + u'/' + group.network);
    case StateRole:
        return int(group.worst());
    case GroupMarkRole:
        return markOf(group);
    case GroupDetailRole:
        return groupDetail(id);
    case ExpandedRole:
        return !group.collapsed;
    case ColumnIdRole:
        return m_columns.at(column).id;
    default:
        break;
    }
    if (column != 0)
        return {};
    const QString title = titleOf(group);
    if (role == Qt::DisplayRole)
        return title;
    if (role == Qt::AccessibleTextRole)
        return (group.byNamespace ? tr("Namespace %1, %2, worst state %3, %4") : tr("Network %1, %2, worst state %3, %4"))
            .arg(title, groupDetail(id), network::stateWord(group.worst()), group.collapsed ? tr("folded") : tr("unfolded"));
    return role == Qt::ToolTipRole ? QVariant(QString(title + u", " + groupDetail(id))) : QVariant();
}

QVariant ResourceModel::entryData(const Entry &entry, int column, int role) const
{
    switch (role) {
    case IsGroupRole:
        return false;
    case UidRole:
        return entry.row->uid;
    case StateRole:
    case StateWordRole:
    case ObjectIdRole:
    case GitRole:
    case StaleRole:
    case KindIconRole:
        return rowData(entry, role);
    case ColumnIdRole:
        return m_columns.at(column).id;
    case CellTypeRole:
        return int(m_columns.at(column).type);
    default:
        break;
    }
    const QString &id = m_columns.at(column).id;
    if (id == "name"_L1)
        return nameData(entry, role);
    if (id != "phase"_L1)
        return cellData(entry, column, role);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return stateWordOf(entry);
    case SortRole:
        return int(entry.state);
    case CellPaintRole:
        return int(CellPaint::Status);
    case Qt::ToolTipRole:
        return entry.row->phase.isEmpty() ? tr("No status reported yet") : tr("Phase %1").arg(entry.row->phase);
    default:
        return {};
    }
}

QVariant ResourceModel::nameData(const Entry &entry, int role) const
{
    const Source &source = *m_sources[size_t(entry.source)];
    switch (role) {
    case Qt::DisplayRole:
    case SortRole:
        return entry.row->name;
    case CellPaintRole:
        return int(CellPaint::Name);
    case DriftRole:
        return entry.row->drift;
    case Qt::AccessibleTextRole:
    case Qt::ToolTipRole: {
        QString text = entry.row->ns.isEmpty() ? tr("%1 %2, cluster %3").arg(source.kind.kind, entry.row->name, source.cluster)
                                               : tr("%1 %2 in %3, cluster %4").arg(source.kind.kind, entry.row->name, entry.row->ns, source.cluster);
        if (entry.row->drift)
            text += u", "_s + tr("declared and reported differ");
        if (entry.row->managedByGit)
            text += u", "_s + tr("managed by Git");
        return text;
    }
    default:
        return {};
    }
}

QVariant ResourceModel::rowData(const Entry &entry, int role) const
{
    const Source &source = *m_sources[size_t(entry.source)];
    switch (role) {
    case StateRole:
        return int(entry.state);
    case StateWordRole: {
        const QString word = stateWordOf(entry);
        return word == network::stateWord(entry.state) ? QString() : word;
    }
    case ObjectIdRole:
        return QVariant::fromValue(idOf(entry));
    case GitRole:
        return entry.row->managedByGit;
    case StaleRole:
        return entry.state == State::Stale || entry.state == State::Deleting;
    case KindIconRole:
        return source.kind.icon;
    default:
        return {};
    }
}

QString ResourceModel::stateWordOf(const Entry &entry) const
{
    const network::Row &row = *entry.row;
    const QString word = network::stateWord(row.state);
    // A phase of its own ("Onboarding" is Provisioning to look.md) keeps the state's word; an unknown one keeps its own.
    const bool unknownPhase = row.state == State::Unknown && !row.phase.isEmpty() && row.phase != "Unknown"_L1;
    const QString plain = unknownPhase ? row.phase : word;
    return entry.state == State::Stale && row.state != State::Stale ? tr("was %1").arg(plain) : plain;
}

Cell ResourceModel::cellOf(const Entry &entry, int column) const
{
    const Source &source = *m_sources[size_t(entry.source)];
    const int index = source.cellOf.value(column, -1);
    if (index >= 0)
        return index < entry.row->cells.size() ? entry.row->cells.at(index) : Cell{};
    Cell cell;
    const QString &id = m_columns.at(column).id;
    if (m_columns.at(column).source == network::Source::Observed && isObserved(id))
        return m_observed->cell(idOf(entry), id);
    if (id == "age"_L1) {
        cell.is = entry.row->created > 0 ? Cell::Is::Integer : Cell::Is::Unknown;
        cell.integer = entry.row->created;
        return cell;
    }
    cell.text = id == "network"_L1 ? entry.row->network
        : id == "kind"_L1          ? source.kind.kind
        : id == "namespace"_L1     ? entry.row->ns
        : id == "cluster"_L1       ? source.cluster
                                   : QString();
    cell.is = cell.text.isEmpty() ? Cell::Is::Absent : Cell::Is::Text;
    return cell;
}

QVariant ResourceModel::cellData(const Entry &entry, int column, int role) const
{
    const TableColumn &info = m_columns.at(column);
    if (info.source == network::Source::Observed && isObserved(info.id)) {
        if (const QVariant own = m_observed->data(idOf(entry), info.id, role); own.isValid())
            return own;
    }
    const Cell cell = cellOf(entry, column);
    if (isSize(info) && cell.is == Cell::Is::Integer) {
        if (role == Qt::DisplayRole)
            return megabytes(cell.integer);
        if (role == Qt::AccessibleTextRole)
            return tr("%1 MB").arg(megabytes(cell.integer));
        if (role == Qt::ToolTipRole)
            return tr("%1 bytes").arg(formatInteger(cell.integer));
    }
    switch (role) {
    case CellPaintRole:
        return isLongId(info) ? QVariant(int(CellPaint::Id)) : QVariant();
    case Qt::DisplayRole:
        return cellText(cell, info.type, m_clock->now().toSecsSinceEpoch(), info.end);
    case Qt::AccessibleTextRole:
        if (cell.is == Cell::Is::Absent)
            return tr("does not apply");
        return cell.is == Cell::Is::Unknown ? cellToolTip(cell, info.type)
                                            : cellText(cell, info.type, m_clock->now().toSecsSinceEpoch(), info.end);
    case Qt::ToolTipRole:
        return entry.row->drift && driftingColumns(entry).contains(info.id)
            ? tr("Declared and reported differ, see the details")
            : cellToolTip(cell, info.type);
    case Qt::TextAlignmentRole:
        return int((standsRight(info.type) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case CellRole:
        return QVariant::fromValue(cell);
    case SortRole: {
        const SortKey key = sortKey(cell, info.type);
        return key.rank > 0 ? QVariant() : key.text.front() == 0 ? QVariant(key.number) : QVariant(QString::fromUtf8(naturalKey(cell.text)));
    }
    case DriftRole:
        return entry.row->drift && driftingColumns(entry).contains(info.id);
    case MutedRole:
        return info.type == CellType::Time || entry.state == State::Stale;
    case ReasonRole:
        return cell.is == Cell::Is::Unknown ? QVariant(cell.text) : QVariant();
    case SeverityRole: {
        int level = alarming(entry.state) || info.type == CellType::Ready ? cellSeverity(cell, info.type) : 0;
        const qint64 age = m_clock->now().toSecsSinceEpoch() - cell.integer;
        if (info.id == "backup"_L1 && cell.is == Cell::Is::Integer && age > kBackupPolicySeconds && alarming(entry.state))
            level = 2;
        return level == 0 ? QVariant() : QVariant(int(level == 2 ? State::Failed : State::Degraded));
    }
    default:
        return {};
    }
}

/// Which columns a drifting row should mark: its comparisons whose values differ and whose id is a column.
QStringList ResourceModel::driftingColumns(const Entry &entry) const
{
    const auto known = m_drift.constFind(entry.row.get());
    if (known != m_drift.constEnd())
        return *known;
    QStringList out;
    if (m_codec && !entry.row->body.isEmpty()) {
        if (const Result<QJsonObject> body = m_codec->open(entry.row->body)) {
            for (const network::Difference &difference : network::differencesOf(m_sources[size_t(entry.source)]->kind, *body))
                out.append(difference.pair->id);
        }
    }
    m_drift.insert(entry.row.get(), out);
    return out;
}

QString ResourceModel::titleOf(const RowIndex::Group &group) const
{
    if (group.byNamespace)
        return group.network.isEmpty() ? tr("Cluster-scoped") : group.network;
    if (group.network.isEmpty())
        return tr("No network");
    for (const auto &known : m_networks) {
        if (known->cluster != group.cluster || !known->store)
            continue;
        const state::RowPtr row = known->store->find({}, group.network);
        const Cell *name = row ? cellById(*row, known->store->kind(), u"displayName"_s) : nullptr;
        if (name && name->is == Cell::Is::Text && !name->text.isEmpty())
            return name->text;
    }
    return group.network;
}

/// A private network is private wherever it is; otherwise the environment's mark, else what the network is.
QString ResourceModel::markOf(const RowIndex::Group &group) const
{
    const auto known = std::find_if(m_networks.begin(), m_networks.end(),
                                    [&group](const auto &n) { return n->cluster == group.cluster; });
    if (known == m_networks.end() || !(*known)->environment)
        return {};
    QString type;
    if (const state::ResourceStore *store = (*known)->store) {
        const state::RowPtr row = group.byNamespace || group.network.isEmpty() ? nullptr : store->find({}, group.network);
        const Cell *cell = row ? cellById(*row, store->kind(), u"type"_s) : nullptr;
        type = cell ? cell->text : QString();
    }
    if (type == "Private"_L1)
        return u"private"_s;
    const QString own = markId((*known)->environment->info().mark);
    if (!own.isEmpty())
        return own;
    return type == "MainNet"_L1 ? u"production"_s : type == "DevNet"_L1 ? u"dev"_s : type == "TestNet"_L1 ? u"test"_s : QString();
}

void ResourceModel::describe(RowIndex::Group &group, const state::Environment *environment) const
{
    static const QStringList order{u"production"_s, u"private"_s, u"demo"_s, u"dev"_s, u"test"_s, QString()};
    group.markRank = int(order.indexOf(markOf(group)));
    for (const auto &known : m_networks) {
        if (known->environment == environment)
            group.place = known->place;
    }
}

QString ResourceModel::groupDetail(int id) const
{
    const RowIndex::Group &group = m_index.group(id);
    QStringList parts{group.cluster};
    for (const auto &known : m_networks) {
        if (known->cluster != group.cluster || !known->environment)
            continue;
        const Freshness fresh = known->environment->freshness();
        if (fresh.state == Freshness::State::Stale) {
            parts.append(tr("last answer %1 ago, values may be old").arg(formatAge(fresh.lastAnswer, m_clock->now())));
            return parts.join(u", "_s);
        }
        const state::RowPtr row = known->store && !group.byNamespace && !group.network.isEmpty() ? known->store->find({}, group.network) : nullptr;
        if (!row)
            continue;
        const Cell *type = cellById(*row, known->store->kind(), u"type"_s);
        const Cell *migration = cellById(*row, known->store->kind(), u"migration"_s);
        if (type && type->text == "Private"_L1)
            parts.append(tr("private subnet"));
        else if (migration && migration->is == Cell::Is::Integer)
            parts.append(tr("migration %1").arg(migration->integer));
    }
    const bool nodes = !m_sources.empty() && m_sources.front()->kind.pane == "nodes"_L1;
    const int count = int(group.all.size());
    parts.append(nodes ? tr("%n node(s)", nullptr, count) : tr("%n object(s)", nullptr, count));
    return parts.join(u", "_s);
}

}
