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
    connect(environment, &state::Environment::freshnessChanged, this, &Attention::recount);
    connect(environment, &QObject::destroyed, this, [this, environment] {
        m_environments.removeAll(environment);
        recount();
    });
    recount();
}

void Attention::addStore(state::ResourceStore *store)
{
    const auto later = [this] {
        if (!m_timer.isActive())
            m_timer.start();
    };
    connect(store, &state::ResourceStore::changed, this, later);
    connect(store, &state::ResourceStore::completed, this, &Attention::recount);
}

/// A cluster that does not answer makes each of its objects stale, as the lists show them.
void Attention::recount()
{
    QHash<QString, Count> panes, kinds;
    for (const state::Environment *environment : std::as_const(m_environments)) {
        const bool stale = environment->freshness().state == Freshness::State::Stale;
        const QList<state::ResourceStore *> stores = environment->stores();
        for (const state::ResourceStore *store : stores) {
            Count &pane = panes[store->kind().pane];
            Count &kind = kinds[store->kind().gvr.name()];
            for (const state::RowPtr &row : store->rows()) {
                const State state = stale ? State::Stale : row->state;
                add(pane, state);
                add(kind, state);
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
