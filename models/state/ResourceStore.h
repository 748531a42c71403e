// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/LoadState.h"
#include "models/network/Row.h"
#include "models/ports/ResourceFeed.h"

#include <QHash>
#include <QObject>

#include <memory>
#include <vector>

namespace qd::state {

using network::RowPtr;

/// The rows of one kind in one cluster: owns truth and how good it is. Fed by one feed, or one for each namespace.
/// GUI thread. Rows are immutable; a change is a new pointer. Never emptied by a refresh.
class ResourceStore : public QObject {
    Q_OBJECT
public:
    ResourceStore(QString cluster, network::KindInfo kind, QObject *parent = nullptr);
    ~ResourceStore() override;

    /// `ns` empty: the feed covers all namespaces. Starts it.
    void addFeed(const QString &ns, std::unique_ptr<ports::ResourceFeed> feed);
    /// Ends what fills it and forgets its rows: other feeds follow, of other namespaces.
    void dropFeeds();
    /// While on, a feed that is refused (403) still counts as loading: whether the person may is being asked.
    void holdRefusals(bool hold);
    void retryNow();
    /// Without a feed: rows of a recording, the tour or a test.
    void applyBatch(const network::RowBatch &batch, const QString &ns = {});
    void setLoadState(const LoadState &state);

    [[nodiscard]] const QString &cluster() const { return m_cluster; }
    [[nodiscard]] const network::KindInfo &kind() const { return m_kind; }
    [[nodiscard]] const QHash<QString, RowPtr> &rows() const { return m_rows; }
    [[nodiscard]] RowPtr row(const QString &uid) const { return m_rows.value(uid); }
    [[nodiscard]] RowPtr find(const QString &ns, const QString &name) const;
    [[nodiscard]] const LoadState &loadState() const { return m_loadState; }
    /// False until the first synchronisation is complete: rows are provisional.
    [[nodiscard]] bool complete() const { return m_complete; }
    [[nodiscard]] const QString &resourceVersion() const { return m_resourceVersion; }
    [[nodiscard]] ObjectId idOf(const network::Row &row) const;

Q_SIGNALS:
    /// Uids whose rows are new or different, and uids that are gone.
    void changed(const QStringList &upserted, const QStringList &removed);
    /// Uids whose rows are newer and look as before: another resource version, another body (a message, an annotation). Who keeps
    /// rows takes these, or both stay in memory; who shows bodies shows them.
    void renewed(const QStringList &uids);
    void completed();
    void loadStateChanged();

private:
    struct Feed {
        QString ns;
        std::unique_ptr<ports::ResourceFeed> feed;
        LoadState state;
        bool complete = false;
    };
    void adoptFeedState(Feed &feed, const LoadState &state);
    void showFeedStates();
    QString m_cluster;
    network::KindInfo m_kind;
    std::vector<std::unique_ptr<Feed>> m_feeds;
    QHash<QString, RowPtr> m_rows;
    LoadState m_loadState;
    QString m_resourceVersion;
    bool m_complete = false;
    bool m_holdRefusals = false;
};

}
