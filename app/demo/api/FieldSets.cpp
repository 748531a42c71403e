// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/FieldSets.h"

#include "models/core/Json.h"

#include <QJsonArray>
#include <QHash>
#include <QJsonDocument>

namespace qd::demo::fieldset {

using namespace Qt::StringLiterals;
using ListType = Schema::ListType;

namespace {

const QStringList kServerOnly{u"name"_s, u"namespace"_s, u"uid"_s, u"resourceVersion"_s, u"creationTimestamp"_s, u"selfLink"_s,
    u"generation"_s, u"managedFields"_s, u"deletionTimestamp"_s, u"deletionGracePeriodSeconds"_s};

/// List types of metadata, which no schema of ours says.
Schema::ListInfo listInfo(const Schema &schema, const QStringList &fields)
{
    if (fields == QStringList{u"metadata"_s, u"finalizers"_s})
        return {ListType::Set, {}};
    if (fields == QStringList{u"metadata"_s, u"ownerReferences"_s})
        return {ListType::Map, {u"uid"_s}};
    return schema.listAt(fields).value_or(Schema::ListInfo{});
}

QString elementKey(const QJsonValue &element, const Schema::ListInfo &list)
{
    if (list.type == ListType::Set)
        return QString(u"v:"_s + QString::fromUtf8(json::compact(element)));
    QJsonObject keys;
    for (const QString &key : list.keys) {
        const QJsonValue value = element.toObject().value(key);
        keys.insert(key, value.isUndefined() ? list.fallback.value(key) : value);
    }
    return QString(u"k:"_s + QString::fromUtf8(json::compact(keys)));
}

/// Structs without a pointer in Go's types, and lists that are written even when they are empty.
bool alwaysThere(const Schema &schema, const QStringList &path)
{
    static const QStringList names{u"metadata"_s, u"spec"_s, u"status"_s, u"template"_s, u"jobTemplate"_s, u"containers"_s, u"strategy"_s, u"updateStrategy"_s,
        u"involvedObject"_s, u"source"_s, u"roleRef"_s};
    return path == QStringList{u"metadata"_s} || (schema.typed() && (names.contains(path.last()) || path == QStringList{u"spec"_s, u"resources"_s}));
}

bool structured(const Schema &schema, const QStringList &fields, const QJsonValue &value, bool element)
{
    if (element && fields == QStringList{u"metadata"_s, u"ownerReferences"_s})
        return false;   // x-kubernetes-map-type: atomic
    if (value.isObject())
        return !value.toObject().isEmpty() && !schema.atomicMapAt(fields);
    return value.isArray() && !value.toArray().isEmpty() && listInfo(schema, fields).type != ListType::Atomic;
}

/// Walks two values (either may be absent); `all`: every leaf of `after`, else only what differs.
Set walk(const Schema &schema, const QStringList &fields, const QJsonValue &before, const QJsonValue &after, bool all)
{
    Set set;
    const auto add = [&](const QString &key, const QStringList &path, const QJsonValue &was, const QJsonValue &is, bool element) {
        if (!all && was == is)
            return;
        if (!element && alwaysThere(schema, path) && is.toObject().isEmpty() && is.toArray().isEmpty())
            return;
        if (!structured(schema, path, is, element)) {
            set.insert(key, QJsonObject());
            return;
        }
        Set inner = walk(schema, path, was, is, all);
        if (was.isUndefined() && (element || (!all && !alwaysThere(schema, path))))
            inner.insert("."_L1, QJsonObject());
        if (!inner.isEmpty())
            set.insert(key, inner);
    };
    if (after.isObject()) {
        const QJsonObject object = after.toObject();
        const QJsonObject old = before.toObject();
        for (auto member = object.begin(); member != object.end(); ++member) {
            if (fields.isEmpty() && (member.key() == "apiVersion"_L1 || member.key() == "kind"_L1))
                continue;
            if (fields == QStringList{u"metadata"_s} && kServerOnly.contains(member.key()))
                continue;
            add(QString(u"f:"_s + member.key()), fields + QStringList{member.key()}, old.value(member.key()), *member, false);
        }
        return set;
    }
    const Schema::ListInfo list = listInfo(schema, fields);
    QHash<QString, QJsonValue> old;
    for (const QJsonValue &element : before.toArray())
        old.insert(elementKey(element, list), element);
    for (const QJsonValue &element : after.toArray()) {
        const QString key = elementKey(element, list);
        if (list.type == ListType::Set) {
            if (all || !old.contains(key))
                set.insert(key, QJsonObject());
            continue;
        }
        add(key, fields, old.value(key, QJsonValue(QJsonValue::Undefined)), element, true);
    }
    return set;
}

bool isMember(const QJsonValue &node)
{
    return node.toObject().isEmpty() || node.toObject().contains("."_L1);
}

Set childrenOf(const QJsonValue &node)
{
    Set children = node.toObject();
    children.remove("."_L1);
    return children;
}

QJsonObject nodeOf(const Set &children, bool member)
{
    QJsonObject node = children;
    if (member && !children.isEmpty())
        node.insert("."_L1, QJsonObject());
    return node;
}

void collect(const Set &set, const QString &prefix, QStringList &out)
{
    for (auto child = set.begin(); child != set.end(); ++child) {
        if (child.key() == "."_L1)
            continue;
        QString here;
        const QString rest = child.key().mid(2);
        if (child.key().startsWith("f:"_L1)) {
            here = QString(prefix + u'.' + rest);
        } else if (child.key().startsWith("k:"_L1)) {
            QStringList parts;
            const QJsonObject keys = QJsonDocument::fromJson(rest.toUtf8()).object();
            for (auto key = keys.begin(); key != keys.end(); ++key)
                parts.append(QString(key.key() + u'=' + QString::fromUtf8(json::compact(*key))));
            here = QString(prefix + u'[' + parts.join(u',') + u']');
        } else {
            here = QString(prefix + u"[="_s + rest + u']');
        }
        if (isMember(*child))
            out.append(here);
        collect(childrenOf(*child), here, out);
    }
}

QJsonValue cut(const Schema &schema, const QStringList &fields, const QJsonValue &value, const Set &set)
{
    if (value.isObject()) {
        QJsonObject object = value.toObject();
        for (auto child = set.begin(); child != set.end(); ++child) {
            const QString name = child.key().mid(2);
            if (!child.key().startsWith("f:"_L1) || !object.contains(name))
                continue;
            const Set inner = childrenOf(*child);
            if (inner.isEmpty()) {
                object.remove(name);
                continue;
            }
            const QJsonValue left = cut(schema, fields + QStringList{name}, object.value(name), inner);
            const bool empty = (left.isObject() && left.toObject().isEmpty()) || (left.isArray() && left.toArray().isEmpty());
            if (empty && isMember(*child))
                object.remove(name);
            else
                object.insert(name, left);
        }
        return object;
    }
    if (!value.isArray())
        return value;
    const Schema::ListInfo list = listInfo(schema, fields);
    QJsonArray kept;
    for (const QJsonValue &element : value.toArray()) {
        const auto child = set.constFind(elementKey(element, list));
        if (list.type == ListType::Atomic || child == set.constEnd())
            kept.append(element);
        else if (!isMember(*child))
            kept.append(cut(schema, fields, element, childrenOf(*child)));
    }
    return kept;
}

QJsonValue laid(const Schema &schema, const QStringList &fields, const QJsonValue &live, const QJsonValue &over)
{
    if (live.isObject() && over.isObject() && !schema.atomicMapAt(fields)) {
        QJsonObject object = live.toObject();
        const QJsonObject upper = over.toObject();
        for (auto member = upper.begin(); member != upper.end(); ++member)
            object.insert(member.key(), laid(schema, fields + QStringList{member.key()}, object.value(member.key()), *member));
        return object;
    }
    const Schema::ListInfo list = listInfo(schema, fields);
    if (!live.isArray() || !over.isArray() || list.type == ListType::Atomic)
        return over;
    QJsonArray array = live.toArray();
    for (const QJsonValue &element : over.toArray()) {
        const QString key = elementKey(element, list);
        bool found = false;
        for (qsizetype i = 0; i < array.size() && !found; ++i) {
            found = elementKey(array.at(i), list) == key;
            if (found)
                array.replace(i, laid(schema, fields, array.at(i), element));
        }
        if (!found)
            array.append(element);
    }
    return array;
}

}

namespace {

QString problemAt(const Schema &schema, const QStringList &fields, const QString &path, const QJsonValue &value)
{
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        for (auto member = object.begin(); member != object.end(); ++member) {
            const QString why = problemAt(schema, fields + QStringList{member.key()}, QString(path + u'.' + member.key()), *member);
            if (!why.isEmpty())
                return why;
        }
        return {};
    }
    if (!schema.listAt(fields))
        return {};
    if (value.isString())
        return QString(path + u": expected list, got &{"_s + value.toString() + u'}');
    const Schema::ListInfo list = listInfo(schema, fields);
    if (!value.isArray() || list.type != ListType::Map)
        return {};
    QStringList seen;
    for (const QJsonValue &element : value.toArray()) {
        const QString key = elementKey(element, list);
        QStringList shown;
        collect(QJsonObject{{key, QJsonObject()}}, {}, shown);
        if (seen.contains(key))
            return QString(path + u": duplicate entries for key "_s + shown.value(0));
        seen.append(key);
        if (const QString why = problemAt(schema, fields, QString(path + shown.value(0)), element.toObject()); !why.isEmpty())
            return why;
    }
    return {};
}

}

QString problem(const Schema &schema, const QJsonObject &object)
{
    return problemAt(schema, {}, {}, object);
}

Set of(const Schema &schema, const QJsonObject &object)
{
    return walk(schema, {}, QJsonValue(QJsonValue::Undefined), object, true);
}

Set changed(const Schema &schema, const QJsonObject &before, const QJsonObject &after)
{
    return walk(schema, {}, before, after, false);
}

Set unite(const Set &a, const Set &b)
{
    Set out = a;
    for (auto child = b.begin(); child != b.end(); ++child) {
        if (child.key() == "."_L1)
            out.insert("."_L1, QJsonObject());
        else if (!out.contains(child.key()))
            out.insert(child.key(), *child);
        else
            out.insert(child.key(), nodeOf(unite(childrenOf(out.value(child.key())), childrenOf(*child)), isMember(out.value(child.key())) || isMember(*child)));
    }
    return out;
}

Set without(const Set &a, const Set &b)
{
    Set out;
    for (auto child = a.begin(); child != a.end(); ++child) {
        if (child.key() == "."_L1)
            continue;
        if (!b.contains(child.key())) {
            out.insert(child.key(), *child);
            continue;
        }
        const QJsonValue other = b.value(child.key());
        const bool member = isMember(*child) && !isMember(other);
        const Set children = without(childrenOf(*child), childrenOf(other));
        if (member || !children.isEmpty())
            out.insert(child.key(), nodeOf(children, member));
    }
    return out;
}

Set common(const Set &a, const Set &b)
{
    Set out;
    for (auto child = a.begin(); child != a.end(); ++child) {
        if (child.key() == "."_L1 || !b.contains(child.key()))
            continue;
        const QJsonValue other = b.value(child.key());
        const bool member = isMember(*child) && isMember(other);
        const Set children = common(childrenOf(*child), childrenOf(other));
        if (member || !children.isEmpty())
            out.insert(child.key(), nodeOf(children, member));
    }
    return out;
}

QStringList paths(const Set &set)
{
    QStringList out;
    collect(set, {}, out);
    return out;
}

QJsonObject removed(const Schema &schema, const QJsonObject &object, const Set &set)
{
    return cut(schema, {}, object, set).toObject();
}

QJsonObject merged(const Schema &schema, const QJsonObject &live, const QJsonObject &over)
{
    return laid(schema, {}, live, over).toObject();
}

}
