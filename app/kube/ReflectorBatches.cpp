// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/ReflectorBatches.h"

#include <algorithm>

namespace qd::kube {

using network::Row;
using network::RowBatch;

quint64 ReflectorBatches::nameKey(const Row &row)
{
    const size_t ns = qHash(row.ns, size_t(0x51ED270B));
    return quint64(qHash(row.name, ns));
}

void ReflectorBatches::Pile::catchUp()
{
    for (qsizetype i = index.size(); i < batch.upserts.size(); ++i)
        index.insert(batch.upserts.at(i).uid, i);
}

void ReflectorBatches::Pile::put(Row &&row, bool known)
{
    if (known) {
        catchUp();
        const auto at = index.constFind(row.uid);
        if (at != index.constEnd()) {
            batch.upserts.replace(*at, std::move(row));
            return;
        }
    }
    if (!batch.removedUids.isEmpty())
        batch.removedUids.removeAll(row.uid);
    batch.upserts.append(std::move(row));
}

void ReflectorBatches::Pile::drop(const QString &uid)
{
    catchUp();
    const auto at = index.constFind(uid);
    if (at == index.constEnd())
        return;
    const qsizetype place = *at;
    index.erase(at);
    batch.upserts.removeUnordered(place);
    if (place < batch.upserts.size())
        index.insert(batch.upserts.at(place).uid, place);
}

void ReflectorBatches::beginSync()
{
    m_mode = m_syncedOnce || m_shown ? Mode::Collect : Mode::Provisional;
    m_collected = {};
    if (m_mode == Mode::Provisional) {
        m_pending = {};
        m_versions.clear();
        m_pending.batch.sync = RowBatch::Sync::Provisional;
    }
}

void ReflectorBatches::upsert(Row row)
{
    if (row.uid.isEmpty())
        row.uid = row.ns + u'/' + row.name;
    const bool collect = m_mode == Mode::Collect;
    Pile &pile = collect ? m_collected : m_pending;
    if (pile.names.size() == pile.names.capacity())   // fourfold steps: rows move half as often as in QHash's own
        pile.names.reserve(std::max<qsizetype>(256, pile.names.size() * 4));
    QString &owner = pile.names[nameKey(row)];
    const bool known = owner == row.uid;
    if (!known && !owner.isEmpty()) {   // deleted and created again under the same name
        pile.drop(owner);
        if (!collect)
            pile.batch.removedUids.append(owner);
        m_versions.remove(owner);
    }
    if (known)
        row.uid = owner;    // one text for it, as long as the object lives
    else
        owner = row.uid;
    if (m_keepVersions && !collect)
        m_versions.insert(row.uid, row.resourceVersion);
    pile.put(std::move(row), known);
}

void ReflectorBatches::remove(const Row &row)
{
    const QString uid = row.uid.isEmpty() ? QString(row.ns + u'/' + row.name) : row.uid;
    const bool collect = m_mode == Mode::Collect;
    Pile &pile = collect ? m_collected : m_pending;
    const auto owner = pile.names.constFind(nameKey(row));
    if (owner != pile.names.constEnd() && *owner == uid)
        pile.names.erase(owner);
    pile.drop(uid);
    if (collect)
        return;
    m_versions.remove(uid);
    pile.batch.removedUids.append(uid);
}

void ReflectorBatches::complete()
{
    if (m_mode == Mode::Collect) {
        m_collected.batch.bytes = m_pending.batch.bytes;
        m_pending = std::exchange(m_collected, {});
        m_pending.batch.replace = true;
        m_versions.clear();
        if (m_keepVersions) {
            for (const Row &row : std::as_const(m_pending.batch.upserts))
                m_versions.insert(row.uid, row.resourceVersion);
        }
    }
    m_pending.batch.sync = RowBatch::Sync::Complete;
    m_mode = Mode::Running;
    m_syncedOnce = true;
    m_shown = false;
}

bool ReflectorBatches::pending() const
{
    return urgent() || !m_pending.batch.upserts.isEmpty() || !m_pending.batch.removedUids.isEmpty();
}

RowBatch ReflectorBatches::take()
{
    RowBatch out = std::exchange(m_pending.batch, {});
    m_pending.index.clear();
    if (m_mode == Mode::Provisional) {
        m_pending.batch.sync = RowBatch::Sync::Provisional;
        m_shown = true;
    }
    return out;
}

}
