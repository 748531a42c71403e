// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/ResourceStore.h"

#include <QSet>

#include <algorithm>

namespace qd::state {

using network::Row;
using network::RowBatch;

namespace {

/// How bad a phase is when several feeds (namespaces) make one list; the worst is shown.
int badness(LoadState::Phase phase)
{
    switch (phase) {
    case LoadState::Phase::Ready: return 0;
    case LoadState::Phase::Refreshing: return 1;
    case LoadState::Phase::NotYet: return 2;
    case LoadState::Phase::Loading: return 3;
    case LoadState::Phase::NotServed: return 4;
    case LoadState::Phase::Stale: return 5;
    case LoadState::Phase::Forbidden: return 6;
    case LoadState::Phase::Failed: return 7;
    }
    return 7;
}

}

ResourceStore::ResourceStore(QString cluster, network::KindInfo kind, QObject *parent)
    : QObject(parent)
    , m_cluster(std::move(cluster))
    , m_kind(std::move(kind))
{
}

ResourceStore::~ResourceStore() = default;

void ResourceStore::addFeed(const QString &ns, std::unique_ptr<ports::ResourceFeed> feed)
{
    m_feeds.push_back(std::make_unique<Feed>(Feed{ns, std::move(feed), {}, false}));
    Feed *entry = m_feeds.back().get();
    connect(entry->feed.get(), &ports::ResourceFeed::batch, this, [this, entry](const RowBatch &batch) {
        if (batch.sync == RowBatch::Sync::Complete)
            entry->complete = true;
        applyBatch(batch, entry->ns);
    });
    connect(entry->feed.get(), &ports::ResourceFeed::loadStateChanged, this,
            [this, entry](const LoadState &state) { adoptFeedState(*entry, state); });
    entry->feed->start();
}

void ResourceStore::dropFeeds()
{
    m_feeds.clear();
    m_complete = false;
    m_resourceVersion.clear();
    setLoadState({});
    const QStringList gone = m_rows.keys();
    m_rows.clear();
    if (!gone.isEmpty())
        Q_EMIT changed({}, gone);
}

void ResourceStore::holdRefusals(bool hold)
{
    m_holdRefusals = hold;
    showFeedStates();
}

void ResourceStore::retryNow()
{
    for (const auto &feed : m_feeds)
        feed->feed->retryNow();
}

void ResourceStore::applyBatch(const RowBatch &batch, const QString &ns)
{
    QStringList upserted, removed, newer;
    upserted.reserve(batch.upserts.size());
    QSet<QString> seen;
    // A first list grows without saying how far: fourfold steps move half as many rows as QHash's own.
    if (const qsizetype wanted = m_rows.size() + batch.upserts.size(); wanted > m_rows.capacity() && !batch.replace)
        m_rows.reserve(wanted * 4);
    for (qsizetype i = 0; i < batch.upserts.size(); ++i) {
        const Row &row = batch.upserts.at(i);
        if (batch.replace)
            seen.insert(row.uid);
        RowPtr &slot = m_rows[row.uid];
        const bool same = slot && slot->sameFace(row);
        const bool other = slot && slot->resourceVersion != row.resourceVersion;
        if (!slot) {
            slot = batch.upserts.share(i);
        } else if (other || !same) {
            auto next = std::make_shared<Row>(row);
            next->shareTexts(*slot);
            slot = std::move(next);
        }
        if (!same)
            upserted.append(row.uid);
        else if (other)
            newer.append(row.uid);
    }
    for (const QString &uid : batch.removedUids) {
        if (m_rows.remove(uid))
            removed.append(uid);
    }
    if (batch.replace) {
        for (auto it = m_rows.begin(); it != m_rows.end();) {
            const bool ours = ns.isEmpty() || it.value()->ns == ns;
            if (ours && !seen.contains(it.key())) {
                removed.append(it.key());
                it = m_rows.erase(it);
            } else {
                ++it;
            }
        }
    }
    if (!batch.resourceVersion.isEmpty())
        m_resourceVersion = batch.resourceVersion;
    if (!upserted.isEmpty() || !removed.isEmpty())
        Q_EMIT changed(upserted, removed);
    if (!newer.isEmpty())
        Q_EMIT renewed(newer);
    const bool all = std::all_of(m_feeds.begin(), m_feeds.end(), [](const auto &f) { return f->complete; });
    if (batch.sync == RowBatch::Sync::Complete && all && !m_complete) {
        m_complete = true;
        Q_EMIT completed();
    }
}

void ResourceStore::adoptFeedState(Feed &feed, const LoadState &state)
{
    feed.state = state;
    showFeedStates();
}

void ResourceStore::showFeedStates()
{
    if (m_feeds.empty())
        return;
    const auto worst = std::max_element(m_feeds.begin(), m_feeds.end(), [](const auto &a, const auto &b) {
        return badness(a->state.phase) < badness(b->state.phase);
    });
    const LoadState::Phase phase = (*worst)->state.phase;
    if (phase == LoadState::Phase::NotYet || (m_holdRefusals && phase == LoadState::Phase::Forbidden))
        return;
    setLoadState((*worst)->state);
}

void ResourceStore::setLoadState(const LoadState &state)
{
    if (m_loadState == state)
        return;
    m_loadState = state;
    Q_EMIT loadStateChanged();
}

RowPtr ResourceStore::find(const QString &ns, const QString &name) const
{
    for (const RowPtr &row : m_rows) {
        if (row->name == name && (ns.isEmpty() || row->ns == ns))
            return row;
    }
    return {};
}

ObjectId ResourceStore::idOf(const Row &row) const
{
    return {m_cluster, m_kind.gvr, row.ns, row.name, row.uid};
}

}
