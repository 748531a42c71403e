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
    QJsonObject &place = m_objects[plural][namespaceOf(object)][nameOf(object)];
    unlink(plural, place);
    place = object;
    if (const QString node = nodeKeyOf(object); !node.isEmpty())
        m_ofNode[plural][node].insert(nameOf(object));
}

void World::remove(const QString &plural, const QString &ns, const QString &name)
{
    unlink(plural, find(plural, ns, name));
    m_objects[plural][ns].remove(name);
}

void World::unlink(const QString &plural, const QJsonObject &object)
{
    const QString node = nodeKeyOf(object);
    if (node.isEmpty())
        return;
    QHash<QString, QSet<QString>> &nodes = m_ofNode[plural];
    QSet<QString> &names = nodes[node];
    names.remove(nameOf(object));
    if (names.isEmpty())
        nodes.remove(node);
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
    const QSet<QString> names = m_ofNode.value(plural).value(nodeKey(ns, kind, name));
    for (const QString &one : names)
        found.append(find(plural, ns, one));
    return found;
}

qsizetype World::countOfNode(const QString &plural, const QString &ns, const QString &kind, const QString &name) const
{
    return m_ofNode.value(plural).value(nodeKey(ns, kind, name)).size();
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
