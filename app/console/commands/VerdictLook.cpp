// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/commands/VerdictLook.h"

#include "models/state/telemetry/VerdictSubjects.h"

#include <chrono>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

/// Lists, discovery and the queries have deadlines of their own; this is for the sum of them.
constexpr std::chrono::seconds kLimit{45};

}

VerdictLook::VerdictLook(Session *session, const SessionCluster &cluster, const QString &ns, const QString &otherwise, QObject *parent)
    : QObject(parent)
    , m_session(session)
    , m_cluster(cluster)
    , m_ns(ns)
    , m_otherwise(otherwise)
    , m_environment(std::make_unique<state::Environment>(cluster.info, session->kinds(), cluster.kube->gateway(), nullptr, session->clock()))
    , m_verdicts(std::make_unique<state::VerdictSession>(m_environment.get(), session->clock()))
{
    m_environment->setTelemetry(session->telemetryOf(cluster));
    m_limit.setSingleShot(true);
    connect(&m_limit, &QTimer::timeout, this, &VerdictLook::finish);
    connect(m_verdicts.get(), &state::VerdictSession::changed, this, &VerdictLook::finish);
}

VerdictLook::~VerdictLook()
{
    m_feeds.clear();
}

void VerdictLook::start()
{
    m_limit.start(kLimit);
    for (const network::KindInfo &kind : m_session->kinds()->kinds()) {
        if (!state::tellsOfNodes(kind))
            continue;
        m_open.insert(kind.gvr.name());
        watch(kind, kind.namespaced ? m_ns : QString());
    }
}

void VerdictLook::watch(const network::KindInfo &kind, const QString &ns)
{
    state::ResourceStore *store = m_environment->store(kind);
    m_feeds.push_back(m_cluster.kube->feed()->watch({kind, ns, {}, false}));
    ports::ResourceFeed *feed = m_feeds.back().get();
    connect(feed, &ports::ResourceFeed::batch, this, [this, store, kind](const network::RowBatch &batch) {
        store->applyBatch(batch);
        if (batch.sync == network::RowBatch::Sync::Complete)
            listed(kind);
    });
    connect(feed, &ports::ResourceFeed::loadStateChanged, this, [this, kind, ns](const LoadState &state) { judge(kind, ns, state); });
    feed->start();
}

void VerdictLook::judge(const network::KindInfo &kind, const QString &ns, const LoadState &state)
{
    using Phase = LoadState::Phase;
    if (!m_open.contains(kind.gvr.name()) || (state.phase != Phase::Failed && state.phase != Phase::Forbidden && state.phase != Phase::NotServed))
        return;
    if (state.phase == Phase::Forbidden && ns.isEmpty() && kind.namespaced) {
        QMetaObject::invokeMethod(this, [this, kind] { watch(kind, m_otherwise); }, Qt::QueuedConnection);
        return;
    }
    // Networks, connections, schedules and wallets only sharpen a verdict; without nodes there is none.
    if (state.phase != Phase::NotServed && kind.pane == "nodes"_L1)
        m_errors.append(state.error);
    listed(kind);
}

void VerdictLook::listed(const network::KindInfo &kind)
{
    if (m_open.remove(kind.gvr.name()) && m_open.isEmpty())
        m_verdicts->look(this);
}

void VerdictLook::finish()
{
    if (m_done)
        return;
    m_done = true;
    m_limit.stop();
    m_verdicts->leave(this);
    Q_EMIT ready();
}

}
