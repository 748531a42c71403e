// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/ReflectorBatches.h"

namespace qd::kube {

using network::Row;
using network::RowBatch;

quint64 ReflectorBatches::nameKey(const Row &row)
{
    const size_t ns = qHash(row.ns, size_t(0x51ED270B));
    return quint64(qHash(row.name, ns));
}

void ReflectorBatches::put(RowBatch *batch, QHash<QString, qsizetype> *index, Row row) const
{
    const auto at = index->constFind(row.uid);
    if (at != index->constEnd()) {
        batch->upserts[*at] = std::move(row);
        return;
    }
    if (!batch->removedUids.isEmpty())
        batch->removedUids.removeAll(row.uid);
    index->insert(row.uid, batch->upserts.size());
    batch->upserts.append(std::move(row));
}

void ReflectorBatches::drop(RowBatch *batch, QHash<QString, qsizetype> *index, const QString &uid)
{
    const auto at = index->constFind(uid);
    if (at == index->constEnd())
        return;
    const qsizetype place = *at;
    index->erase(at);
    const qsizetype last = batch->upserts.size() - 1;
    if (place != last) {
        batch->upserts[place] = std::move(batch->upserts[last]);
        index->insert(batch->upserts.at(place).uid, place);
    }
    batch->upserts.removeLast();
}

void ReflectorBatches::beginSync()
{
    m_mode = m_syncedOnce || m_shown ? Mode::Collect : Mode::Provisional;
    m_collected = {};
    m_collectedIndex.clear();
    m_collectedNames.clear();
    if (m_mode == Mode::Provisional) {
        m_pending = {};
        m_index.clear();
        m_names.clear();
        m_versions.clear();
        m_pending.sync = RowBatch::Sync::Provisional;
    }
}

void ReflectorBatches::upsert(Row row)
{
    if (row.uid.isEmpty())
        row.uid = row.ns + u'/' + row.name;
    const bool collect = m_mode == Mode::Collect;
    RowBatch *batch = collect ? &m_collected : &m_pending;
    auto *index = collect ? &m_collectedIndex : &m_index;
    QString &owner = (collect ? m_collectedNames : m_names)[nameKey(row)];
    if (!owner.isEmpty() && owner != row.uid) {   // deleted and created again under the same name
        drop(batch, index, owner);
        if (!collect)
            batch->removedUids.append(owner);
        m_versions.remove(owner);
    }
    owner = row.uid;
    if (m_keepVersions && !collect)
        m_versions.insert(row.uid, row.resourceVersion);
    put(batch, index, std::move(row));
}

void ReflectorBatches::remove(const Row &row)
{
    const QString uid = row.uid.isEmpty() ? QString(row.ns + u'/' + row.name) : row.uid;
    const bool collect = m_mode == Mode::Collect;
    auto &names = collect ? m_collectedNames : m_names;
    const auto owner = names.constFind(nameKey(row));
    if (owner != names.constEnd() && *owner == uid)
        names.erase(owner);
    if (collect) {
        drop(&m_collected, &m_collectedIndex, uid);
        return;
    }
    m_versions.remove(uid);
    drop(&m_pending, &m_index, uid);
    m_pending.removedUids.append(uid);
}

void ReflectorBatches::complete()
{
    if (m_mode == Mode::Collect) {
        m_collected.bytes = m_pending.bytes;
        m_pending = std::exchange(m_collected, {});
        m_pending.replace = true;
        m_names = std::exchange(m_collectedNames, {});
        m_collectedIndex.clear();
        m_versions.clear();
        if (m_keepVersions) {
            for (const Row &row : m_pending.upserts)
                m_versions.insert(row.uid, row.resourceVersion);
        }
        m_index.clear();
        for (qsizetype i = 0; i < m_pending.upserts.size(); ++i)
            m_index.insert(m_pending.upserts.at(i).uid, i);
    }
    m_pending.sync = RowBatch::Sync::Complete;
    m_mode = Mode::Running;
    m_syncedOnce = true;
    m_shown = false;
}

bool ReflectorBatches::pending() const
{
    return urgent() || !m_pending.upserts.isEmpty() || !m_pending.removedUids.isEmpty();
}

RowBatch ReflectorBatches::take()
{
    RowBatch out = std::exchange(m_pending, {});
    m_index.clear();
    if (m_mode == Mode::Provisional) {
        m_pending.sync = RowBatch::Sync::Provisional;
        m_shown = true;
    }
    return out;
}

}
