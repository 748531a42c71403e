// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/node/PodServers.h"
#include "app/demo/workload/Subject.h"
#include "models/core/Clock.h"

#include <QHash>
#include <QSet>

#include <mutex>

namespace qd::demo {

/// The programs inside the demo's pods: knows the pods, nodes and connections as they are on the API server and answers on the pods'
/// HTTP ports what such a program would. A port whose container does not run refuses, and so does every port that is not HTTP.
/// Fed on one thread, asked on another.
class Workload : public PodServers {
public:
    /// The clock outlives it.
    explicit Workload(const Clock &clock, quint64 seed) : m_clock(clock), m_seed(seed) { }

    /// An object as it is now; of kinds other than pods, nodes and connections nothing is kept. Objects share their data.
    void put(const QString &plural, const QJsonObject &object);
    void remove(const QString &plural, const QString &ns, const QString &name);

    /// A container with metrics, as it is now.
    struct Measured {
        QString ns, pod, address;
        quint16 port = 0;
        Subject subject;
    };
    [[nodiscard]] QList<Measured> measured() const;

    [[nodiscard]] bool listens(const QString &ns, const QString &pod, quint16 port) const override;
    [[nodiscard]] std::optional<Response> answer(
        const QString &ns, const QString &pod, quint16 port, const Request &request) const override;

private:
    /// Earlier times of one sort, so that counters do not forget them when they are over.
    struct Past {
        double seconds = 0;
        QDateTime ended = {};
        void add(const QDateTime &from, const QDateTime &to);
        [[nodiscard]] double since(const QDateTime &start) const { return ended.isValid() && ended > start ? seconds : 0.0; }
    };
    struct Silence {
        Past broken, cut;
    };
    [[nodiscard]] std::optional<Subject> subjectOf(const QString &ns, const QString &pod) const;
    [[nodiscard]] std::optional<Subject> subjectOfPod(const QString &ns, const QJsonObject &pod) const;   ///< with the lock held
    void putNode(const QString &key, const QJsonObject &object);
    void putConnection(const QString &key, const QJsonObject &object);
    void addDomains(Subject &subject, const QString &nodeKey) const;

    const Clock &m_clock;
    const quint64 m_seed;
    mutable std::mutex m_mutex;                           // guards what follows
    QHash<QString, QJsonObject> m_pods;                   // "ns/name"
    QHash<QString, QJsonObject> m_nodes;                  // "Kind/ns/name"
    QHash<QString, QJsonObject> m_connections;            // "ns/name"
    QHash<QString, QSet<QString>> m_connectionsOf;        // of a node -> its connections
    QHash<QString, Past> m_starved;                       // of a node
    QHash<QString, Silence> m_silences;                   // of a connection
};

}
