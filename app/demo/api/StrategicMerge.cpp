// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Objects.h"

#include <QHash>
#include <QJsonArray>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

QJsonValue mergedValue(const Schema &schema, const QStringList &fields, const QJsonValue &live, const QJsonValue &patch);

bool sameKeys(const QJsonObject &a, const QJsonObject &b, const QStringList &keys)
{
    for (const QString &key : keys) {
        if (a.value(key) != b.value(key))
            return false;
    }
    return !keys.isEmpty();
}

QJsonArray mergedList(const Schema &schema, const QStringList &fields, QJsonArray live, const QJsonArray &patch)
{
    Schema::ListInfo list = schema.listAt(fields).value_or(Schema::ListInfo{});
    if (fields == QStringList{u"metadata"_s, u"ownerReferences"_s})
        list = {Schema::ListType::Map, {u"uid"_s}};
    else if (fields == QStringList{u"metadata"_s, u"finalizers"_s})
        list = {Schema::ListType::Set, {}};
    if (list.type == Schema::ListType::Atomic)
        return patch;
    for (const QJsonValue &element : patch) {
        if (list.type == Schema::ListType::Set) {
            if (!live.contains(element))
                live.append(element);
            continue;
        }
        QJsonObject given = element.toObject();
        const QString directive = given.take("$patch"_L1).toString();
        qsizetype at = 0;
        while (at < live.size() && !sameKeys(live.at(at).toObject(), given, list.keys))
            ++at;
        if (directive == "delete"_L1) {
            if (at < live.size())
                live.removeAt(at);
        } else if (at < live.size()) {
            live.replace(at, directive == "replace"_L1 ? QJsonValue(given) : mergedValue(schema, fields, live.at(at), given));
        } else {
            live.append(given);
        }
    }
    return live;
}

/// What the client put in order comes in that order; what it did not name stands behind.
QJsonArray ordered(const QJsonArray &live, const QJsonArray &order, const QStringList &keys)
{
    QJsonArray out;
    QJsonArray rest = live;
    for (const QJsonValue &wanted : order) {
        for (qsizetype i = 0; i < rest.size(); ++i) {
            if (sameKeys(rest.at(i).toObject(), wanted.toObject(), keys)) {
                out.append(rest.takeAt(i));
                break;
            }
        }
    }
    for (const QJsonValue &one : rest)
        out.append(one);
    return out;
}

QJsonObject mergedObject(const Schema &schema, const QStringList &fields, QJsonObject live, QJsonObject patch)
{
    const QString directive = patch.take("$patch"_L1).toString();
    if (directive == "replace"_L1)
        return patch;
    if (directive == "delete"_L1)
        return {};
    if (const QJsonArray retained = patch.take("$retainKeys"_L1).toArray(); !retained.isEmpty()) {
        const QStringList keys = live.keys();
        for (const QString &key : keys) {
            if (!retained.contains(key))
                live.remove(key);
        }
    }
    QHash<QString, QJsonArray> orders;
    for (auto member = patch.begin(); member != patch.end(); ++member) {
        const QString key = member.key();
        if (key.startsWith("$setElementOrder/"_L1)) {
            orders.insert(key.mid(17), member->toArray());
            continue;
        }
        if (key.startsWith("$deleteFromPrimitiveList/"_L1)) {
            const QString list = key.mid(25);
            QJsonArray left;
            for (const QJsonValue &one : live.value(list).toArray()) {
                if (!member->toArray().contains(one))
                    left.append(one);
            }
            live.insert(list, left);
        } else if (member->isNull()) {
            live.remove(key);
        } else {
            live.insert(key, mergedValue(schema, fields + QStringList{key}, live.value(key), *member));
        }
    }
    for (auto order = orders.begin(); order != orders.end(); ++order) {
        const Schema::ListInfo list = schema.listAt(fields + QStringList{order.key()}).value_or(Schema::ListInfo{});
        if (list.type == Schema::ListType::Map)
            live.insert(order.key(), ordered(live.value(order.key()).toArray(), *order, list.keys));
    }
    return live;
}

QJsonValue mergedValue(const Schema &schema, const QStringList &fields, const QJsonValue &live, const QJsonValue &patch)
{
    if (patch.isObject())
        return mergedObject(schema, fields, live.toObject(), patch.toObject());
    if (patch.isArray() && live.isArray())
        return mergedList(schema, fields, live.toArray(), patch.toArray());
    return patch;
}

}

QJsonObject strategicMerge(const Schema &schema, const QJsonObject &object, const QJsonObject &patch)
{
    return mergedObject(schema, {}, object, patch);
}

}
