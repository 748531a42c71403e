// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/ResourceModel.h"

#include "models/items/ResourceModelPrivate.h"

#include <QSet>

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;
using Id = RowIndex::Id;
using network::State;

namespace {
/// More structural changes than this in one batch go out as one layoutChanged.
constexpr size_t kSingly = 24;
/// More runs of changed rows than this go out as one range.
constexpr qsizetype kRuns = 128;
}

ResourceModel::ResourceModel(const Clock *clock, const ports::BodyCodec *codec, QObject *parent)
    : QAbstractTableModel(parent)
    , m_clock(clock)
    , m_codec(codec)
    , m_columns(unionOfColumns({}))
{
}

ResourceModel::~ResourceModel() = default;

void ResourceModel::addEnvironment(state::Environment *environment, const QList<const network::KindInfo *> &kinds)
{
    auto network = std::make_unique<Network>();
    network->environment = environment;
    network->cluster = environment->name();
    network->place = (environment->isProduction() ? 0 : 1000) + int(m_networks.size());
    if (const network::KindInfo *info = environment->kinds().find(u"CantonNetwork"_s)) {
        network->store = environment->store(*info);
        connect(network->store, &state::ResourceStore::changed, this,
                [this, cluster = environment->name()] { refreshGroups(cluster); });
    }
    m_networks.push_back(std::move(network));
    for (const network::KindInfo *kind : kinds)
        addStore(environment, environment->store(*kind));
    connect(environment, &state::Environment::freshnessChanged, this, [this, environment] {
        for (size_t i = 0; i < m_sources.size(); ++i) {
            if (m_sources[i]->alive && m_sources[i]->environment == environment)
                reevaluate(int(i));
        }
    });
    connect(environment, &QObject::destroyed, this, [this, cluster = environment->name()] { removeEnvironment(cluster); });
}

void ResourceModel::addStore(state::Environment *environment, state::ResourceStore *store)
{
    QList<const network::KindInfo *> kinds;
    for (const auto &known : m_sources) {
        if (known->alive)
            kinds.append(&known->kind);
    }
    kinds.append(&store->kind());
    const QList<TableColumn> columns = withObserved(unionOfColumns(kinds));
    if (columns != m_columns) {
        beginResetModel();
        m_columns = columns;
        for (const auto &known : m_sources)
            known->cellOf = known->alive ? columnMap(m_columns, known->kind) : QList<int>();
        m_sortColumn = 0;
        endResetModel();
    }
    auto source = std::make_unique<Source>();
    source->environment = environment;
    source->store = store;
    source->cluster = store->cluster();
    source->kind = store->kind();
    source->cellOf = columnMap(m_columns, store->kind());
    source->stale = isStale(*source);
    const int id = int(m_sources.size());
    m_sources.push_back(std::move(source));
    connect(store, &state::ResourceStore::changed, this,
            [this, id](const QStringList &upserted, const QStringList &removed) { adopt(id, upserted, removed); });
    connect(store, &state::ResourceStore::renewed, this, [this, id](const QStringList &uids) { renew(id, uids); });
    connect(store, &state::ResourceStore::loadStateChanged, this, [this, id] { reevaluate(id); });
    adopt(id, store->rows().keys(), {});
}

void ResourceModel::removeEnvironment(const QString &cluster)
{
    for (const auto &source : m_sources) {
        if (source->alive && source->cluster == cluster)
            forget(*source);
    }
    std::erase_if(m_networks, [&](const auto &n) { return n->cluster == cluster; });
}

void ResourceModel::forget(Source &source)
{
    if (source.store)
        disconnect(source.store, nullptr, this, nullptr);
    Plan plan;
    plan.gone.assign(source.ids.begin(), source.ids.end());
    source.ids.clear();
    applyBulk(plan);
    flushDirty();
    source.alive = false;
}

bool ResourceModel::isStale(const Source &source) const
{
    if (!source.environment || !source.store)
        return true;
    const Freshness::State fresh = source.environment->freshness().state;
    const LoadState::Phase phase = source.store->loadState().phase;
    return fresh == Freshness::State::Stale || phase == LoadState::Phase::Stale || phase == LoadState::Phase::Failed;
}

/// Networks themselves, and kinds that name none.
bool ResourceModel::groupedByNamespace(const network::KindInfo &kind)
{
    return kind.networkPointer.isEmpty() || kind.networkPointer == "/metadata/name"_L1;
}

ResourceModel::Entry ResourceModel::makeEntry(int source, const state::RowPtr &row)
{
    Entry out;
    out.row = row;
    out.source = source;
    out.state = isStale(*m_sources[size_t(source)]) ? State::Stale : row->state;
    out.nameKey = naturalKey(row->name);
    out.searchText = state::FilterQuery::searchText(*row);
    out.group = groupFor(source, groupedByNamespace(m_sources[size_t(source)]->kind) ? row->ns : row->network);
    out.key = keyOf(out);
    out.shown = accepts(out, m_filter.isEmpty() ? 0 : m_clock->now().toSecsSinceEpoch());
    return out;
}

SortKey ResourceModel::keyOf(const Entry &entry) const
{
    const QString &id = m_columns.at(m_sortColumn).id;
    SortKey key;
    if (id == "name"_L1) {
        key.rank = 0;
        return key;
    }
    if (id == "phase"_L1) {
        key.rank = 0;
        key.number = double(entry.state);
        return key;
    }
    return sortKey(cellOf(entry, m_sortColumn), m_columns.at(m_sortColumn).type);
}

bool ResourceModel::accepts(const Entry &entry, qint64 now) const
{
    if (m_problemsOnly && !network::isProblem(entry.state))
        return false;
    if (m_filter.isEmpty())
        return true;
    const Source &source = *m_sources[size_t(entry.source)];
    return m_filter.matches(*entry.row, source.kind, now, entry.searchText, source.cluster);
}

int ResourceModel::groupFor(int source, const QString &network)
{
    const Source &from = *m_sources[size_t(source)];
    const int known = m_index.findGroup(from.cluster, network);
    if (known >= 0)
        return known;
    RowIndex::Group group;
    group.cluster = from.cluster;
    group.network = network;
    group.byNamespace = groupedByNamespace(from.kind);
    group.titleKey = naturalKey(network);
    describe(group, from.environment);
    return m_index.addGroup(std::move(group));
}

void ResourceModel::adopt(int source, const QStringList &upserted, const QStringList &removed)
{
    if (hold(source, upserted, removed))
        return;
    Source &from = *m_sources[size_t(source)];
    Plan plan;
    m_drift.clear();
    for (const QString &uid : removed) {
        const auto it = from.ids.constFind(uid);
        if (it != from.ids.constEnd()) {
            plan.gone.push_back(*it);
            from.ids.erase(it);
        }
    }
    QSet<QString> seen;   // a batch may name an object twice
    for (const QString &uid : upserted) {
        if (seen.contains(uid))
            continue;
        seen.insert(uid);
        const state::RowPtr row = from.store ? from.store->row(uid) : nullptr;
        if (!row)
            continue;
        Entry next = makeEntry(source, row);
        const Id id = from.ids.value(uid, RowIndex::kNone);
        if (id == RowIndex::kNone) {
            plan.fresh.push_back(std::move(next));
            continue;
        }
        const Entry &old = m_index.entry(id);
        if (m_held && next.key != old.key && next.group == old.group && next.nameKey == old.nameKey) {
            next.key = old.key;
            m_keysOld = true;
        }
        if (next.group != old.group || next.shown != old.shown || next.key != old.key || next.nameKey != old.nameKey) {
            plan.moved.emplace_back(id, std::move(next));
        } else {
            m_index.setState(id, next.state);
            m_index.entry(id).row = row;
            m_index.entry(id).searchText = std::move(next.searchText);
            m_dirty.push_back(id);
            m_dirtyGroups.push_back(next.group);
        }
    }
    if (plan.size() > kSingly)
        applyBulk(plan);
    else
        applySingly(plan);
    flushDirty();
}

/// The store's rows in place of those that look alike, so that one is kept of each; what drifts is told by the body.
void ResourceModel::renew(int source, const QStringList &uids)
{
    const Source &from = *m_sources[size_t(source)];
    m_drift.clear();
    for (const QString &uid : uids) {
        const Id id = from.ids.value(uid, RowIndex::kNone);
        const state::RowPtr row = id != RowIndex::kNone && from.store ? from.store->row(uid) : nullptr;
        if (!row || !row->sameFace(*m_index.entry(id).row))
            continue;   // during a pause it keeps what it says
        m_index.entry(id).row = row;
        if (row->drift)
            m_dirty.push_back(id);
    }
    flushDirty();
    Q_EMIT renewed();
}

/// Load states and freshness change often (each heartbeat); what they do to rows changes only when they turn stale or back.
void ResourceModel::reevaluate(int source)
{
    Source &known = *m_sources[size_t(source)];
    const bool stale = isStale(known);
    if (known.stale == stale || m_paused)
        return;
    known.stale = stale;
    adopt(source, m_sources[size_t(source)]->ids.keys(), {});
}

void ResourceModel::applySingly(Plan &plan)
{
    for (const Id id : plan.gone) {
        takeOut(id);
        m_index.freeEntry(id);
    }
    Plan rest;
    for (auto &[id, next] : plan.moved) {
        const Entry &old = m_index.entry(id);
        const bool both = old.shown && next.shown;
        if (both && old.group != next.group) {
            rest.moved.emplace_back(id, std::move(next));
        } else if (both && !m_index.group(old.group).collapsed) {
            moveWithin(id, std::move(next));
        } else if (both) {
            m_index.unlink(id);
            m_index.entry(id) = std::move(next);
            m_index.link(id);
            m_dirtyGroups.push_back(m_index.entry(id).group);
        } else {
            takeOut(id);
            m_index.entry(id) = std::move(next);
            putIn(id);
        }
    }
    for (Entry &entry : plan.fresh) {
        Source &from = *m_sources[size_t(entry.source)];
        const QString uid = entry.row->uid;
        const Id id = m_index.addEntry(std::move(entry));
        from.ids.insert(uid, id);
        putIn(id);
    }
    if (rest.size() > 0)
        applyBulk(rest);
    if (plan.size() > 0)
        Q_EMIT structureChanged();
}

void ResourceModel::takeOut(Id id)
{
    const RowIndex::Entry &e = m_index.entry(id);
    const RowIndex::Group &g = m_index.group(e.group);
    m_dirtyGroups.push_back(e.group);
    if (!e.shown || (g.collapsed && g.shown.size() > 1)) {
        m_index.unlink(id);
        return;
    }
    const int header = m_index.headerOf(e.group);
    const int first = g.shown.size() == 1 ? header : m_index.rowOf(id);
    beginRemoveRows({}, first, g.collapsed ? first : g.shown.size() == 1 ? first + 1 : first);
    m_index.unlink(id);
    endRemoveRows();
}

void ResourceModel::putIn(Id id)
{
    const RowIndex::Entry &e = m_index.entry(id);
    const RowIndex::Group &g = m_index.group(e.group);
    m_dirtyGroups.push_back(e.group);
    if (!e.shown || (g.collapsed && !g.shown.empty())) {
        m_index.link(id);
        return;
    }
    const bool first = g.shown.empty();
    const int row = first ? m_index.headerSlot(e.group) : m_index.headerOf(e.group) + 1 + m_index.position(id);
    beginInsertRows({}, row, first && !g.collapsed ? row + 1 : row);
    m_index.link(id);
    endInsertRows();
}

void ResourceModel::moveWithin(Id id, Entry next)
{
    const int row = m_index.rowOf(id);
    const int header = m_index.headerOf(next.group);
    const int place = m_index.position(id);
    // Where it will stand: found among the others with the new key, in rows before the move.
    const std::vector<Id> shown = m_index.group(next.group).shown;
    std::vector<Id> others = shown;
    others.erase(others.begin() + place);
    Entry &entry = m_index.entry(id);
    std::swap(entry, next);
    RowIndex::Group &group = m_index.group(entry.group);
    group.shown = others;
    int target = m_index.position(id);
    group.shown = shown;
    std::swap(entry, next);
    target = header + 1 + (target > place ? target + 1 : target);
    const bool moves = target != row && target != row + 1;
    if (moves)
        beginMoveRows({}, row, row, {}, target);
    m_index.unlink(id);
    m_index.entry(id) = std::move(next);
    m_index.link(id);
    if (moves)
        endMoveRows();
    m_dirty.push_back(id);
    m_dirtyGroups.push_back(m_index.entry(id).group);
}

void ResourceModel::applyBulk(Plan &plan)
{
    restructure([&] {
        std::vector<Id> out = plan.gone, in;
        for (const auto &[id, next] : plan.moved)
            out.push_back(id);
        m_index.unlinkAll(out);
        for (const Id id : plan.gone)
            m_index.freeEntry(id);
        for (auto &[id, next] : plan.moved) {
            m_index.entry(id) = std::move(next);
            in.push_back(id);
            m_dirty.push_back(id);
        }
        for (Entry &entry : plan.fresh) {
            Source &from = *m_sources[size_t(entry.source)];
            const QString uid = entry.row->uid;
            in.push_back(m_index.addEntry(std::move(entry)));
            from.ids.insert(uid, in.back());
        }
        m_index.linkAll(in);
        m_dirtyGroups = m_index.order();
    });
}

/// Runs a change of any size between the signals it needs; persistent indexes follow their objects.
template <typename Change>
void ResourceModel::restructure(Change change)
{
    if (m_index.rowCount() == 0) {
        change();
        if (const int count = m_index.rowCount(); count > 0) {
            m_empty = true;
            beginInsertRows({}, 0, count - 1);
            m_empty = false;
            endInsertRows();
        }
        Q_EMIT structureChanged();
        return;
    }
    Q_EMIT layoutAboutToBeChanged();
    const QModelIndexList before = persistentIndexList();
    std::vector<std::pair<RowIndex::Place, QString>> kept;
    for (const QModelIndex &index : before) {
        const RowIndex::Place place = m_index.at(index.row());
        kept.emplace_back(place, place.entry == RowIndex::kNone ? QString() : m_index.entry(place.entry).row->uid);
    }
    change();
    QModelIndexList after;
    for (size_t i = 0; i < kept.size(); ++i) {
        const RowIndex::Place &place = kept[i].first;
        int row = -1;
        if (place.entry == RowIndex::kNone)
            row = place.group < 0 ? -1 : m_index.headerOf(place.group);
        else if (const state::RowPtr &now = m_index.entry(place.entry).row; now && now->uid == kept[i].second)
            row = m_index.rowOf(place.entry);
        after.append(row < 0 ? QModelIndex() : index(row, before.at(qsizetype(i)).column()));
    }
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged();
    Q_EMIT structureChanged();
}

/// A narrower filter brings nothing back, a wider one takes nothing away.
void ResourceModel::refilter(bool narrower, bool wider)
{
    bool different = false;
    const qint64 now = m_clock->now().toSecsSinceEpoch();
    for (Id id = 0; id < m_index.idEnd(); ++id) {
        Entry &entry = m_index.entry(id);
        if (!entry.row || (entry.shown ? wider : narrower))
            continue;
        const bool shown = accepts(entry, now);
        different = different || shown != entry.shown;
        entry.shown = shown;
    }
    if (!different)
        return;
    // The lists still say the old rows: `shown` of an entry counts only when they are made again.
    restructure([this] { m_index.rebuild(false); });
    flushDirty();
}

void ResourceModel::setFilter(const state::FilterQuery &filter)
{
    const bool narrower = filter.narrows(m_filter);
    const bool wider = m_filter.narrows(filter);
    m_filter = filter;
    refilter(narrower, wider);
}

void ResourceModel::setProblemsOnly(bool only)
{
    if (m_problemsOnly == only)
        return;
    m_problemsOnly = only;
    const bool lasting = m_filter.narrows(m_filter);   // no age decides
    refilter(only && lasting, !only && lasting);
}

void ResourceModel::setOrderHeld(bool held)
{
    m_held = held;
    if (held || !m_keysOld)
        return;
    m_keysOld = false;
    sort(m_sortColumn, m_sortOrder);
}

void ResourceModel::sort(int column, Qt::SortOrder order)
{
    if (column < 0 || column >= m_columns.size())
        return;
    m_sortColumn = column;
    m_sortOrder = order;
    restructure([this] {
        m_index.setDescending(m_sortOrder == Qt::DescendingOrder);
        for (Id id = 0; id < m_index.idEnd(); ++id) {
            if (Entry &entry = m_index.entry(id); entry.row)
                entry.key = keyOf(entry);
        }
        m_index.rebuild(true);
    });
}

void ResourceModel::setExpanded(int row, bool expanded)
{
    const RowIndex::Place place = m_index.at(row);
    if (place.group < 0 || m_index.group(place.group).collapsed != expanded)
        return;
    RowIndex::Group &group = m_index.group(place.group);
    const int header = m_index.headerOf(place.group);
    const int count = int(group.shown.size());
    if (expanded)
        beginInsertRows({}, header + 1, header + count);
    else
        beginRemoveRows({}, header + 1, header + count);
    group.collapsed = !expanded;
    m_index.relayout();
    if (expanded)
        endInsertRows();
    else
        endRemoveRows();
    m_dirtyGroups.push_back(place.group);
    flushDirty();
    Q_EMIT structureChanged();
}

bool ResourceModel::unfold(const QString &cluster, const QString &uid)
{
    for (const auto &source : m_sources) {
        const Id id = source->alive && source->cluster == cluster ? source->ids.value(uid, RowIndex::kNone) : RowIndex::kNone;
        if (id == RowIndex::kNone)
            continue;
        const Entry &entry = m_index.entry(id);
        if (entry.group >= 0 && entry.shown)
            setExpanded(m_index.headerOf(entry.group), true);
        return true;
    }
    return false;
}

void ResourceModel::refreshGroups(const QString &cluster)
{
    state::Environment *environment = nullptr;
    for (const auto &known : m_networks) {
        if (known->cluster == cluster)
            environment = known->environment;
    }
    if (!environment)
        return;
    restructure([&] {
        // By the group each row is in: not all are called as their rows' network (kinds without one stand by namespace).
        QSet<int> groups;
        for (const auto &source : m_sources) {
            for (const Id id : std::as_const(source->ids)) {
                if (source->environment == environment)
                    groups.insert(m_index.entry(id).group);
            }
        }
        for (const int id : std::as_const(groups)) {
            describe(m_index.group(id), environment);
            m_dirtyGroups.push_back(id);
        }
        m_index.relayout();
    });
    flushDirty();
}

void ResourceModel::flushDirty()
{
    std::vector<int> rows;
    for (const Id id : m_dirty) {
        if (m_index.entry(id).row)
            rows.push_back(m_index.rowOf(id));
    }
    for (const int group : m_dirtyGroups)
        rows.push_back(m_index.headerOf(group));
    m_dirty.clear();
    m_dirtyGroups.clear();
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    std::erase(rows, -1);
    QList<QPair<int, int>> runs;
    for (const int row : rows) {
        if (!runs.isEmpty() && runs.last().second == row - 1)
            runs.last().second = row;
        else
            runs.append({row, row});
    }
    if (runs.size() > kRuns)
        runs = {{runs.first().first, runs.last().second}};
    for (const auto &[first, last] : std::as_const(runs))
        Q_EMIT dataChanged(index(first, 0), index(last, int(m_columns.size()) - 1));
    recount();
}

void ResourceModel::recount()
{
    Counts counts;
    counts.total = m_index.total();
    counts.shown = m_index.shownTotal();
    for (int i = 0; i < m_index.groupCount(); ++i) {
        const RowIndex::Group &group = m_index.group(i);
        counts.problems += group.problems();
        if (!group.all.empty())
            counts.worst = network::worse(counts.worst, group.worst());
    }
    if (counts == m_counts)
        return;
    m_counts = counts;
    Q_EMIT countsChanged();
}

}
