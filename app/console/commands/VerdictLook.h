// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/Session.h"
#include "models/state/telemetry/VerdictSession.h"

#include <QSet>
#include <QTimer>

namespace qd::console {

/// One look at the verdicts of a cluster's nodes: lists the nodes and what tells about them, asks what measures the cluster, then says
/// ready() once, whatever came of it.
class VerdictLook : public QObject {
    Q_OBJECT
public:
    /// `ns` empty: all namespaces, and where they may not be listed together `otherwise`.
    VerdictLook(Session *session, const SessionCluster &cluster, const QString &ns, const QString &otherwise, QObject *parent = nullptr);
    ~VerdictLook() override;
    void start();
    [[nodiscard]] const state::Environment &environment() const { return *m_environment; }
    [[nodiscard]] state::NodeVerdict of(const ObjectId &node) const { return m_verdicts->of(node); }
    [[nodiscard]] const QHash<ObjectId, state::NodeVerdict> &all() const { return m_verdicts->all(); }
    /// Kinds of nodes that could not be listed; a cluster that serves no such kind has none.
    [[nodiscard]] const QList<Error> &errors() const { return m_errors; }

Q_SIGNALS:
    void ready();

private:
    void watch(const network::KindInfo &kind, const QString &ns);
    void judge(const network::KindInfo &kind, const QString &ns, const LoadState &state);
    void listed(const network::KindInfo &kind);
    void finish();
    Session *m_session;
    const SessionCluster &m_cluster;
    QString m_ns, m_otherwise;
    std::unique_ptr<state::Environment> m_environment;
    std::vector<std::unique_ptr<ports::ResourceFeed>> m_feeds;
    std::unique_ptr<state::VerdictSession> m_verdicts;
    QSet<QString> m_open;           ///< kinds that are still being listed
    QList<Error> m_errors;
    QTimer m_limit{this};
    bool m_done = false;
};

}
