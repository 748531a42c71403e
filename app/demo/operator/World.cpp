// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/World.h"

#include "models/core/Json.h"

#include <QJsonArray>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

QString nameOf(const QJsonObject &object)
{
    return object.value("metadata"_L1).toObject().value("name"_L1).toString();
}

QString namespaceOf(const QJsonObject &object)
{
    return object.value("metadata"_L1).toObject().value("namespace"_L1).toString();
}

QString nodeKey(const QString &ns, const QString &kind, const QString &name)
{
    return QString(ns + u'/' + kind + u'/' + name);
}

/// Empty when the object belongs to no node.
QString nodeKeyOf(const QJsonObject &object)
{
    const QJsonObject ref = object.value("spec"_L1).toObject().value("nodeRef"_L1).toObject();
    return ref.isEmpty() ? QString()
                         : nodeKey(namespaceOf(object), ref.value("kind"_L1).toString(), ref.value("name"_L1).toString());
}

/// Whether a reference says this object: {name}, with the kind where it says one.
bool says(const QJsonValue &reference, const QString &kind, const QString &name)
{
    const QJsonObject object = reference.toObject();
    const QString wanted = object.value("kind"_L1).toString();
    return object.value("name"_L1).toString() == name && (wanted.isEmpty() || kind.isEmpty() || wanted == kind);
}

}

void World::put(const QString &plural, const QJsonObject &object)
{
    const QString name = nameOf(object);
    QJsonObject &place = m_objects[plural][namespaceOf(object)][name];
    const QString node = nodeKeyOf(object);
    if (nodeKeyOf(place) != node) {
        unlink(plural, place);
        if (!node.isEmpty())
            m_ofNode[plural][node].insert(name);
    }
    place = object;
}

void World::remove(const QString &plural, const QString &ns, const QString &name)
{
    unlink(plural, find(plural, ns, name));
    const auto kind = m_objects.find(plural);
    if (kind == m_objects.end())
        return;
    const auto names = kind->find(ns);
    if (names == kind->end())
        return;
    names->remove(name);
    if (names->isEmpty())
        kind->erase(names);
}

void World::unlink(const QString &plural, const QJsonObject &object)
{
    const QString node = nodeKeyOf(object);
    if (node.isEmpty())
        return;
    QHash<QString, std::set<QString>> &nodes = m_ofNode[plural];
    const auto names = nodes.find(node);
    if (names == nodes.end())
        return;
    names->erase(nameOf(object));
    if (names->empty())
        nodes.erase(names);
}

QJsonObject World::find(const QString &plural, const QString &ns, const QString &name) const
{
    const auto kind = m_objects.constFind(plural);
    if (kind == m_objects.constEnd())
        return {};
    const auto names = kind->constFind(ns);
    return names == kind->constEnd() ? QJsonObject() : names->value(name);
}

QList<QJsonObject> World::all(const QString &plural, const QString &ns) const
{
    const auto kind = m_objects.constFind(plural);
    if (kind == m_objects.constEnd())
        return {};
    if (!ns.isEmpty())
        return kind->value(ns).values();
    QList<QJsonObject> found;
    for (const Names &names : *kind)
        found.append(names.values());
    return found;
}

QList<QJsonObject> World::ofNode(
    const QString &plural, const QString &ns, const QString &kind, const QString &name) const
{
    QList<QJsonObject> found;
    const auto nodes = m_ofNode.constFind(plural);
    if (nodes == m_ofNode.constEnd())
        return found;
    const auto names = nodes->constFind(nodeKey(ns, kind, name));
    if (names == nodes->constEnd())
        return found;
    for (const QString &one : *names)
        found.append(find(plural, ns, one));
    return found;
}

qsizetype World::countOfNode(const QString &plural, const QString &ns, const QString &kind, const QString &name) const
{
    const auto nodes = m_ofNode.constFind(plural);
    if (nodes == m_ofNode.constEnd())
        return 0;
    const auto names = nodes->constFind(nodeKey(ns, kind, name));
    return names == nodes->constEnd() ? 0 : qsizetype(names->size());
}

QList<QJsonObject> World::referring(
    const QString &plural, const QString &pointer, const QString &ns, const QString &kind, const QString &name) const
{
    QList<QJsonObject> found;
    for (const QJsonObject &object : all(plural, ns)) {
        const QJsonValue reference = json::at(object, pointer);
        bool hit = says(reference, kind, name);
        for (const QJsonValue &one : reference.toArray())
            hit = hit || says(one, kind, name);
        if (hit)
            found.append(object);
    }
    return found;
}

qsizetype World::count(const QString &plural) const
{
    qsizetype all = 0;
    const auto kind = m_objects.constFind(plural);
    if (kind == m_objects.constEnd())
        return 0;
    for (const Names &names : *kind)
        all += names.size();
    return all;
}

}
