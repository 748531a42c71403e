// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/OwnerGraph.h"

#include <QHash>
#include <QJsonArray>
#include <QSet>

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;

namespace {

/// Who belongs to whom, by places in the lists: of tens of thousands of objects only a few are below one.
struct Graph {
    struct Place {
        const OwnedKind *kind;
        const QJsonArray *items;
        qsizetype at;
    };
    QString cluster;
    QHash<QString, QList<Place>> children;   ///< by the owner's uid

    [[nodiscard]] OwnedObject objectAt(const Place &place) const
    {
        const QJsonObject meta = place.items->at(place.at)["metadata"_L1].toObject();
        return {place.kind->kind, {cluster, place.kind->gvr, meta.value("namespace"_L1).toString(), meta.value("name"_L1).toString(),
                                   meta.value("uid"_L1).toString()}, {}};
    }
    QList<OwnedObject> below(const QString &uid, QSet<QString> seen) const
    {
        seen.insert(uid);
        QList<OwnedObject> out;
        const QList<Place> own = children.value(uid);
        for (const Place &place : own) {
            OwnedObject child = objectAt(place);
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
    Graph graph{cluster, {}};
    QList<QJsonArray> arrays;
    for (const OwnedList &known : lists)
        arrays.append(known.list.value("items"_L1).toArray());
    for (qsizetype list = 0; list < lists.size(); ++list) {
        const QJsonArray &items = arrays.at(list);
        for (qsizetype at = 0; at < items.size(); ++at) {
            const QJsonArray owners = items.at(at)["metadata"_L1]["ownerReferences"_L1].toArray();
            for (const QJsonValue &owner : owners)
                graph.children[owner["uid"_L1].toString()].append({&lists.at(list).kind, &items, at});
        }
    }
    return uid.isEmpty() ? QList<OwnedObject>() : graph.below(uid, {});
}

}
