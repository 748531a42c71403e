// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/Attention.h"

#include <algorithm>

namespace qd::items {

using network::State;

namespace {

constexpr int kEveryMs = 500;

void add(Attention::Count &count, State state)
{
    if (!network::isProblem(state))
        return;
    ++count.problems;
    count.worst = std::min(count.worst, state);
}

}

Attention::Attention(QObject *parent) : QObject(parent)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(kEveryMs);
    connect(&m_timer, &QTimer::timeout, this, &Attention::recount);
}

void Attention::addEnvironment(state::Environment *environment)
{
    m_environments.append(environment);
    const QList<state::ResourceStore *> stores = environment->stores();
    for (state::ResourceStore *store : stores)
        addStore(store);
    connect(environment, &state::Environment::storeAdded, this, &Attention::addStore);
    // Told at every answer: only what makes rows stale, or fresh again, counts.
    connect(environment, &state::Environment::freshnessChanged, this, [this, environment] {
        if (m_stale.contains(environment) != (environment->freshness().state == Freshness::State::Stale))
            recount();
    });
    connect(environment, &QObject::destroyed, this, [this, environment] {
        m_environments.removeAll(environment);
        recount();
    });
    recount();
}

void Attention::addStore(state::ResourceStore *store)
{
    // Only what changed is looked at: a store may have a hundred thousand rows.
    adopt(m_bad[store], *store, store->rows().keys(), {});
    connect(store, &state::ResourceStore::changed, this, [this, store](const QStringList &upserted, const QStringList &removed) {
        adopt(m_bad[store], *store, upserted, removed);
        if (!m_timer.isActive())
            m_timer.start();
    });
    connect(store, &QObject::destroyed, this, [this, store] { m_bad.remove(store); });
    connect(store, &state::ResourceStore::completed, this, &Attention::recount);
}

void Attention::adopt(Bad &bad, const state::ResourceStore &store, const QStringList &upserted, const QStringList &removed)
{
    for (const QString &uid : upserted) {
        const state::RowPtr row = store.row(uid);
        if (row && network::isProblem(row->state))
            bad.insert(uid, row->state);
        else
            bad.remove(uid);
    }
    for (const QString &uid : removed)
        bad.remove(uid);
}

/// A cluster that does not answer makes each of its objects stale, as the lists show them.
void Attention::recount()
{
    QHash<QString, Count> panes, kinds;
    m_stale.clear();
    for (const state::Environment *environment : std::as_const(m_environments)) {
        const bool stale = environment->freshness().state == Freshness::State::Stale;
        if (stale)
            m_stale.insert(environment);
        const QList<state::ResourceStore *> stores = environment->stores();
        for (const state::ResourceStore *store : stores) {
            Count &pane = panes[store->kind().pane];
            Count &kind = kinds[store->kind().gvr.name()];
            Count own;
            if (stale && !store->rows().isEmpty()) {
                own = {int(store->rows().size()), State::Stale};
            } else {
                for (const State state : m_bad.value(store))
                    add(own, state);
            }
            for (Count *sum : {&pane, &kind}) {
                sum->problems += own.problems;
                sum->worst = std::min(sum->worst, own.worst);
            }
        }
    }
    if (panes == m_panes && kinds == m_kinds)
        return;
    m_panes = panes;
    m_kinds = kinds;
    Q_EMIT changed();
}

}
