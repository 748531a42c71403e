// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/LogSession.h"
#include "models/items/PodList.h"

#include <map>

namespace qd::items {

/// A node whose pods' logs are read.
struct LogNode {
    QString key;                  ///< stays with it
    QString name;
    QString ns;
    PodSelection pods;
    friend bool operator==(const LogNode &a, const LogNode &b) { return a.key == b.key; }
};

/// The logs of the pods of several nodes of a cluster, merged by time into one model, as pods come and go. Bounded: each log is a
/// connection; what is left out is counted. GUI thread.
class NodeLogs : public QObject {
    Q_OBJECT
public:
    static constexpr int kMostNodes = 12;      ///< whose pods are watched at once
    static constexpr int kMostLogs = 24;       ///< that are followed at once
    /// Whether a component of a node is wanted.
    using Wanted = std::function<bool(const QString &key, const QString &component)>;

    NodeLogs(LogModel *model, const ports::BodyCodec *bodies, const Clock *clock, QObject *parent = nullptr);
    ~NodeLogs() override;
    /// From now on these; what was read and is still wanted goes on, the lines of others go. `feed` is borrowed.
    void read(ports::ClusterFeed *feed, ports::LogOpener opener, const QList<LogNode> &nodes, Wanted wanted);
    void clear();
    void retry();
    [[nodiscard]] LogSession *session() { return &m_session; }
    [[nodiscard]] int nodesLeftOut() const { return m_nodesLeftOut; }
    [[nodiscard]] int logsLeftOut() const { return m_logsLeftOut; }
    [[nodiscard]] int logs() const { return m_logs; }
    /// The first list of pods is whole for every node, or failed.
    [[nodiscard]] bool complete() const;
    /// Why the pods of a node cannot be listed; null: all can.
    [[nodiscard]] const Error *failure() const;
    /// Of the pods of a node, sorted.
    [[nodiscard]] QStringList components(const QString &key) const;
    /// Numbers of a component's sources in the model.
    [[nodiscard]] QList<int> numbers(const QString &key, const QString &component) const;
    /// All of its logs are followed, and what they write is told: those of its pods that are gone have nothing to tell.
    [[nodiscard]] bool reads(const QString &key, const QString &component) const;

Q_SIGNALS:
    void changed();

private:
    struct Source {
        QString key;              ///< of its node
        QString component;
    };
    void update();
    [[nodiscard]] static QString componentOf(const LogNode &node, const PodFacts &pod);
    const ports::BodyCodec *m_bodies;
    LogSession m_session;
    ports::ClusterFeed *m_feed = nullptr;
    QList<LogNode> m_nodes;
    std::map<QString, std::unique_ptr<PodList>> m_pods;   ///< by the node's key
    QHash<QString, Source> m_sources;                     ///< by the session's key
    Wanted m_wanted;
    int m_nodesLeftOut = 0;
    int m_logsLeftOut = 0;
    QSet<QPair<QString, QString>> m_leftOut;              ///< node's key and component, of whose logs some are
    int m_logs = 0;
};

}
