// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/ResourceModelPrivate.h"

namespace qd::items {

bool ResourceModel::hold(int source, const QStringList &upserted, const QStringList &removed)
{
    if (!m_paused)
        return false;
    QSet<QString> &waiting = m_waiting[source];
    for (const QString &uid : upserted)
        waiting.insert(uid);
    for (const QString &uid : removed)
        waiting.insert(uid);
    Q_EMIT waitingChanged();
    return true;
}

int ResourceModel::waiting() const
{
    qsizetype all = 0;
    for (const QSet<QString> &uids : m_waiting)
        all += uids.size();
    return int(all);
}

void ResourceModel::setPaused(bool paused)
{
    if (m_paused == paused)
        return;
    m_paused = paused;
    const QHash<int, QSet<QString>> waiting = std::exchange(m_waiting, {});
    for (auto it = waiting.begin(); it != waiting.end(); ++it) {
        const Source &source = *m_sources[size_t(it.key())];
        QStringList there, gone;
        for (const QString &uid : it.value())
            (source.alive && source.store && source.store->row(uid) ? there : gone).append(uid);
        adopt(it.key(), there, gone);
    }
    for (int source = 0; !paused && source < int(m_sources.size()); ++source) {
        if (m_sources[size_t(source)]->alive)
            reevaluate(source);
    }
    if (!paused && m_observed) {    // what was read meanwhile is told once
        observedMoved();
        observedChanged();
    }
    Q_EMIT waitingChanged();
}

}
