// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHashFunctions>
#include <QString>

namespace qd {

/// Group, version and resource (plural) of a kind; group empty for the core group.
struct Gvr {
    QString group;
    QString version;
    QString resource;
    friend bool operator==(const Gvr &, const Gvr &) = default;
    /// "validators.canton.quarterdeck.io", "pods".
    [[nodiscard]] QString name() const { return group.isEmpty() ? resource : QString(resource + u'.' + group); }
    /// apiVersion as in an object: "v1", "canton.quarterdeck.io/v1alpha1".
    [[nodiscard]] QString apiVersion() const { return group.isEmpty() ? version : QString(group + u'/' + version); }
};

inline size_t qHash(const Gvr &g, size_t seed = 0)
{
    return qHashMulti(seed, g.group, g.version, g.resource);
}

/// One object in one cluster. `cluster` is the name of the environment (kubeconfig context). uid may be empty where not known.
struct ObjectId {
    QString cluster;
    Gvr gvr;
    QString ns;     ///< empty for cluster-scoped kinds
    QString name;
    QString uid;
    friend bool operator==(const ObjectId &, const ObjectId &) = default;
    /// "validators/northgate-1", as on the command line.
    [[nodiscard]] QString shortName() const { return gvr.resource + u'/' + name; }
};

inline size_t qHash(const ObjectId &id, size_t seed = 0)
{
    return qHashMulti(seed, id.cluster, id.gvr, id.ns, id.name, id.uid);
}

}
