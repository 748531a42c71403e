// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/Discovery.h"

#include <QJsonArray>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

QStringList strings(const QJsonValue &array)
{
    QStringList list;
    for (const QJsonValue &value : array.toArray())
        list.append(value.toString());
    return list;
}

Gvr gvrOf(const QString &apiVersion, const QString &resource)
{
    const qsizetype slash = apiVersion.indexOf(u'/');
    return slash < 0 ? Gvr{{}, apiVersion, resource} : Gvr{apiVersion.left(slash), apiVersion.mid(slash + 1), resource};
}

ports::ServedResource aggregatedResource(const Gvr &gvr, const QJsonObject &object, bool stale)
{
    ports::ServedResource resource;
    resource.gvr = gvr;
    resource.kind = object.value("responseKind"_L1).toObject().value("kind"_L1).toString();
    resource.namespaced = object.value("scope"_L1).toString() == "Namespaced"_L1;
    resource.verbs = strings(object.value("verbs"_L1));
    resource.shortNames = strings(object.value("shortNames"_L1));
    for (const QJsonValue &sub : object.value("subresources"_L1).toArray())
        resource.subresources.append(sub.toObject().value("subresource"_L1).toString());
    resource.stale = stale;
    return resource;
}

}

bool isAggregated(const QByteArray &contentType)
{
    return contentType.contains("g=apidiscovery.k8s.io") && contentType.contains("as=APIGroupDiscoveryList");
}

ports::ServedResource staleGroup(const QString &apiVersion)
{
    ports::ServedResource entry;
    entry.gvr = gvrOf(apiVersion, {});
    entry.stale = true;
    return entry;
}

QList<ports::ServedResource> parseAggregated(const QJsonObject &list)
{
    QList<ports::ServedResource> found;
    for (const QJsonValue &item : list.value("items"_L1).toArray()) {
        const QString group = item.toObject().value("metadata"_L1).toObject().value("name"_L1).toString();
        for (const QJsonValue &value : item.toObject().value("versions"_L1).toArray()) {
            const QJsonObject version = value.toObject();
            const QString name = version.value("version"_L1).toString();
            const bool stale = version.value("freshness"_L1).toString() == "Stale"_L1;
            const QJsonArray resources = version.value("resources"_L1).toArray();
            if (resources.isEmpty() && stale)
                found.append(staleGroup(Gvr{group, name, {}}.apiVersion()));
            for (const QJsonValue &resource : resources) {
                const QJsonObject object = resource.toObject();
                found.append(
                    aggregatedResource(Gvr{group, name, object.value("resource"_L1).toString()}, object, stale));
            }
        }
    }
    return found;
}

QStringList groupVersionsOf(const QJsonObject &list)
{
    if (list.contains("versions"_L1))
        return strings(list.value("versions"_L1));
    QStringList versions;
    for (const QJsonValue &group : list.value("groups"_L1).toArray()) {
        for (const QJsonValue &version : group.toObject().value("versions"_L1).toArray())
            versions.append(version.toObject().value("groupVersion"_L1).toString());
    }
    return versions;
}

QList<ports::ServedResource> parseResourceList(const QString &apiVersion, const QJsonObject &list)
{
    QList<ports::ServedResource> found;
    QHash<QString, qsizetype> index;
    QList<std::pair<QString, QString>> subresources;
    for (const QJsonValue &value : list.value("resources"_L1).toArray()) {
        const QJsonObject object = value.toObject();
        const QString name = object.value("name"_L1).toString();
        if (const qsizetype slash = name.indexOf(u'/'); slash >= 0) {
            subresources.append({name.left(slash), name.mid(slash + 1)});
            continue;
        }
        ports::ServedResource resource;
        resource.gvr = gvrOf(apiVersion, name);
        resource.kind = object.value("kind"_L1).toString();
        resource.namespaced = object.value("namespaced"_L1).toBool();
        resource.verbs = strings(object.value("verbs"_L1));
        resource.shortNames = strings(object.value("shortNames"_L1));
        index.insert(name, found.size());
        found.append(resource);
    }
    for (const auto &[parent, sub] : subresources) {
        if (const auto at = index.constFind(parent); at != index.constEnd())
            found[*at].subresources.append(sub);
    }
    return found;
}

}
