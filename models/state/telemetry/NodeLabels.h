// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Ids.h"
#include "models/network/telemetry/TimeSeries.h"

#include <QHash>
#include <QList>
#include <QStringList>

namespace qd::state {

/// Which of our nodes a series, target or alert of Prometheus tells about. The labels come from the scrape configuration and differ from
/// site to site, so they are tried from the surest to the weakest: the pod, the claim of a volume, the node_name that Splice
/// writes, the service or job, the only node of the namespace. What fits several nodes is ambiguous and belongs to none. A value.
class NodeLabels {
public:
    struct Match {
        ObjectId node;              ///< no name: none
        QList<ObjectId> several;    ///< it may be any of these
        QString by;                 ///< the label that told: "pod", "persistentvolumeclaim", "node_name", "service", "job", "namespace"
        [[nodiscard]] bool found() const { return !node.name.isEmpty(); }
    };
    NodeLabels() = default;
    explicit NodeLabels(const QList<ObjectId> &nodes);

    [[nodiscard]] Match find(const network::Labels &labels) const;
    /// PromQL matchers of the series of this node alone: namespace="canton",pod=~"alice-.*",pod!~"alice-bank-.*".
    [[nodiscard]] QString matchers(const ObjectId &node) const;
    [[nodiscard]] bool isEmpty() const { return m_nodes.isEmpty(); }

private:
    struct Key {
        QString ns, name;
        friend bool operator==(const Key &, const Key &) = default;
        friend size_t qHash(const Key &key, size_t seed = 0) { return qHashMulti(seed, key.ns, key.name); }
    };
    [[nodiscard]] Match byPrefix(const QString &ns, const QString &text, const network::Labels &labels, const char *by) const;
    [[nodiscard]] Match byClaim(const network::Labels &labels) const;
    [[nodiscard]] Match chosen(const QList<ObjectId> &candidates, const network::Labels &labels, const char *by) const;
    QHash<Key, QList<ObjectId>> m_nodes;            ///< of one name: kinds may share it
    QHash<QString, QList<ObjectId>> m_byName;       ///< in every namespace
    QHash<QString, QList<ObjectId>> m_ofNamespace;
};

}
