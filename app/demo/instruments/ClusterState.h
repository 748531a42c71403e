// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QHash>
#include <QJsonObject>
#include <QMap>

#include <mutex>

namespace qd::demo {

/// What measures a cluster around its programs: a kubelet (volumes), kube-state-metrics (pods, and the custom resources that
/// resources/rules/kube-state-metrics.yaml names) and postgres_exporters, in their metrics' names. Fed on one thread, asked on another.
class ClusterState {
public:
    enum class Page { Kubelet, StateMetrics, Postgres };

    explicit ClusterState(quint64 seed) : m_seed(seed) { }
    /// An object as it is now; what nobody measures is not kept. Objects share their data.
    void put(const QString &plural, const QJsonObject &object);
    void remove(const QString &plural, const QString &ns, const QString &name);
    /// In Prometheus' text format. At an earlier moment: as far as the objects tell.
    [[nodiscard]] QByteArray text(Page page, const QDateTime &now) const;

private:
    const quint64 m_seed;
    mutable std::mutex m_mutex;
    QMap<QString, QMap<QString, QJsonObject>> m_objects;   // plural -> "ns/name"
};

}
