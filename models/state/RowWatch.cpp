// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/RowWatch.h"

#include "models/state/Environment.h"

namespace qd::state {

RowWatch::RowWatch(const Environment *environment, const std::function<bool(const network::KindInfo &)> &wanted, QObject *parent)
    : QObject(parent)
    , m_environment(environment)
{
    if (!environment)
        return;
    connect(environment, &Environment::storeAdded, this, [this, wanted](const ResourceStore *store) { m_others = m_others || wanted(store->kind()); });
    const QList<ResourceStore *> stores = environment->stores();
    for (const ResourceStore *store : stores) {
        if (wanted(store->kind()))
            watch(store);
    }
}

void RowWatch::watch(const ResourceStore *store)
{
    for (auto it = store->rows().cbegin(); it != store->rows().cend(); ++it)
        m_uids.insert(it.key());
    connect(store, &QObject::destroyed, this, [this] { m_others = true; });
    connect(store, &ResourceStore::changed, this, [this](const QStringList &upserted, const QStringList &removed) {
        m_others = m_others || !removed.isEmpty();
        for (const QString &uid : upserted) {
            if (m_uids.contains(uid))
                m_changed.insert(uid);
            else
                m_others = true;
        }
    });
}

}
