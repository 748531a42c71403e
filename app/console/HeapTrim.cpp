// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/HeapTrim.h"

#include <malloc.h>

namespace qd::console {

HeapTrim::HeapTrim(int loadedMs, int busyMs)
    : m_loadedMs(loadedMs)
    , m_busyMs(busyMs)
{
    m_timer.setSingleShot(true);
    m_pool.setMaxThreadCount(1);
    m_pool.setExpiryTimeout(1000);
    connect(&m_timer, &QTimer::timeout, this, &HeapTrim::trim);
}

HeapTrim::~HeapTrim()
{
    m_pool.waitForDone();
}

void HeapTrim::watch(state::Environment *environment)
{
    const QList<state::ResourceStore *> stores = environment->stores();
    for (state::ResourceStore *store : stores)
        watchStore(store);
    connect(environment, &state::Environment::storeAdded, this, &HeapTrim::watchStore);
}

void HeapTrim::watchStore(state::ResourceStore *store)
{
    connect(store, &state::ResourceStore::completed, this, [this] { m_timer.start(m_loadedMs); });
    const auto busy = [this] {
        if (!m_timer.isActive())
            m_timer.start(m_busyMs);
    };
    connect(store, &state::ResourceStore::changed, this, busy);
    connect(store, &state::ResourceStore::renewed, this, busy);
}

void HeapTrim::trim()
{
    m_pool.start([] { malloc_trim(0); });
}

}
