// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/OwnerGraph.h"

#include <QHash>
#include <QJsonArray>
#include <QSet>

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;

namespace {

struct Graph {
    QHash<QString, QList<OwnedObject>> children;   ///< by the owner's uid

    QList<OwnedObject> below(const QString &uid, QSet<QString> seen) const
    {
        seen.insert(uid);
        QList<OwnedObject> out;
        const QList<OwnedObject> own = children.value(uid);
        for (OwnedObject child : own) {
            if (seen.contains(child.object.uid))
                continue;
            child.owned = below(child.object.uid, seen);
            out.append(child);
        }
        std::stable_sort(out.begin(), out.end(), [](const OwnedObject &a, const OwnedObject &b) {
            return a.kind != b.kind ? a.kind < b.kind : a.object.name < b.object.name;
        });
        return out;
    }
};

}

const QList<OwnedKind> &ownedKinds()
{
    static const QList<OwnedKind> kinds{
        {{u"apps"_s, u"v1"_s, u"statefulsets"_s}, u"StatefulSet"_s}, {{u"apps"_s, u"v1"_s, u"deployments"_s}, u"Deployment"_s},
        {{u"apps"_s, u"v1"_s, u"replicasets"_s}, u"ReplicaSet"_s},   {{u"batch"_s, u"v1"_s, u"jobs"_s}, u"Job"_s},
        {{{}, u"v1"_s, u"pods"_s}, u"Pod"_s},                        {{{}, u"v1"_s, u"services"_s}, u"Service"_s},
        {{{}, u"v1"_s, u"persistentvolumeclaims"_s}, u"PersistentVolumeClaim"_s},
        {{{}, u"v1"_s, u"configmaps"_s}, u"ConfigMap"_s},            {{{}, u"v1"_s, u"secrets"_s}, u"Secret"_s}};
    return kinds;
}

QList<OwnedObject> ownedBy(const QString &uid, const QString &cluster, const QList<OwnedList> &lists)
{
    Graph graph;
    for (const OwnedList &known : lists) {
        const QJsonArray items = known.list.value("items"_L1).toArray();
        for (const QJsonValue &item : items) {
            const QJsonObject meta = item["metadata"_L1].toObject();
            const QJsonArray owners = meta.value("ownerReferences"_L1).toArray();
            for (const QJsonValue &owner : owners)
                graph.children[owner["uid"_L1].toString()].append(
                    {known.kind.kind, {cluster, known.kind.gvr, meta.value("namespace"_L1).toString(), meta.value("name"_L1).toString(),
                                       meta.value("uid"_L1).toString()}, {}});
        }
    }
    return uid.isEmpty() ? QList<OwnedObject>() : graph.below(uid, {});
}

}
