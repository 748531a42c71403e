// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/JsonDiff.h"

#include "models/core/Json.h"

#include <QCoreApplication>
#include <QSet>

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

/// Where the walk stands: the pointer for machines, the label for people.
struct Place
{
    QString path;
    QString label;

    [[nodiscard]] Place key(const QString &name) const
    {
        const bool plain = !name.contains(u'.') && !name.contains(u'/');
        QString text = plain ? QString(label.isEmpty() ? name : QString(label + u'.' + name))
                             : QString(label + u'[' + name + u']');
        return {path + json::join({name}), text};
    }
    [[nodiscard]] Place element(qsizetype index, const QString &id) const
    {
        return {path + u'/' + QString::number(index), label + u'[' + id + u']'};
    }
};

void walk(const QJsonValue &from, const QJsonValue &to, const Place &at, QList<JsonChange> &out);

void report(const QJsonValue &from, const QJsonValue &to, const Place &at, QList<JsonChange> &out)
{
    const QString op = from.isUndefined() ? u"add"_s : to.isUndefined() ? u"remove"_s : u"replace"_s;
    out.append({op, at.path, from, to, at.label});
}

QStringList keysOf(const QJsonObject &a, const QJsonObject &b)
{
    QStringList keys = a.keys();
    const QStringList more = b.keys();
    for (const QString &key : more) {
        if (!a.contains(key))
            keys.append(key);
    }
    std::sort(keys.begin(), keys.end());
    return keys;
}

qsizetype indexOf(const QJsonArray &list, const QStringList &keys, const QString &id)
{
    for (qsizetype i = 0; i < list.size(); ++i) {
        if (listMapId(list.at(i), keys) == id)
            return i;
    }
    return -1;
}

void walkList(const QJsonArray &from, const QJsonArray &to, const Place &at, QList<JsonChange> &out)
{
    const QStringList keys = listMapKeys({from, to});
    if (keys.isEmpty() || from.isEmpty() || to.isEmpty())
        return report(from, to, at, out);
    const qsizetype before = out.size();
    for (qsizetype i = 0; i < from.size(); ++i) {
        const QString id = listMapId(from.at(i), keys);
        if (indexOf(to, keys, id) < 0)
            report(from.at(i), QJsonValue(QJsonValue::Undefined), at.element(i, id), out);
    }
    for (qsizetype i = 0; i < to.size(); ++i) {
        const QString id = listMapId(to.at(i), keys);
        const qsizetype old = indexOf(from, keys, id);
        walk(old < 0 ? QJsonValue(QJsonValue::Undefined) : from.at(old), to.at(i), at.element(i, id), out);
    }
    if (out.size() == before) // only the order differs
        report(from, to, at, out);
}

void walk(const QJsonValue &from, const QJsonValue &to, const Place &at, QList<JsonChange> &out)
{
    if (from == to)
        return;
    if (from.isArray() && to.isArray())
        return walkList(from.toArray(), to.toArray(), at, out);
    if (!from.isObject() || !to.isObject())
        return report(from, to, at, out);
    const QJsonObject a = from.toObject();
    const QJsonObject b = to.toObject();
    const QStringList keys = keysOf(a, b);
    for (const QString &key : keys)
        walk(a.value(key), b.value(key), at.key(key), out);
}

void patchWalk(const QJsonObject &from, const QJsonObject &to, const QString &path, QJsonArray &out)
{
    const QStringList keys = keysOf(from, to);
    for (const QString &key : keys) {
        const QJsonValue a = from.value(key);
        const QJsonValue b = to.value(key);
        const QString here = path + json::join({key});
        if (a == b)
            continue;
        if (a.isObject() && b.isObject())
            patchWalk(a.toObject(), b.toObject(), here, out);
        else if (b.isUndefined())
            out.append(QJsonObject{{u"op"_s, u"remove"_s}, {u"path"_s, here}});
        else
            out.append(
                QJsonObject{{u"op"_s, a.isUndefined() ? u"add"_s : u"replace"_s}, {u"path"_s, here}, {u"value"_s, b}});
    }
}

}

QJsonObject JsonChange::toJson() const
{
    QJsonObject out{{u"op"_s, op}, {u"path"_s, path}};
    if (!from.isUndefined())
        out.insert("from"_L1, from);
    if (!to.isUndefined())
        out.insert("to"_L1, to);
    return out;
}

QStringList listMapKeys(const QList<QJsonArray> &lists)
{
    static const QList<QStringList> kCandidates{{u"kind"_s, u"name"_s}, {u"name"_s}, {u"type"_s}, {u"alias"_s},
        {u"participantId"_s}, {u"fromParty"_s}, {u"beneficiary"_s}, {u"party"_s}, {u"uid"_s}, {u"id"_s}};
    const auto fits = [](const QJsonArray &list, const QStringList &keys) {
        QSet<QString> seen;
        for (const QJsonValue &element : list) {
            const QJsonObject object = element.toObject();
            for (const QString &key : keys) {
                if (!object.value(key).isString())
                    return false;
            }
            seen.insert(listMapId(element, keys));
        }
        return seen.size() == list.size();
    };
    for (const QStringList &keys : kCandidates) {
        if (std::all_of(lists.begin(), lists.end(), [&](const QJsonArray &list) { return fits(list, keys); }))
            return keys;
    }
    return {};
}

QString listMapId(const QJsonValue &element, const QStringList &keys)
{
    QStringList parts;
    for (const QString &key : keys)
        parts.append(element.toObject().value(key).toString());
    return parts.join(u'/');
}

QList<JsonChange> diffJson(const QJsonValue &from, const QJsonValue &to)
{
    QList<JsonChange> out;
    walk(from, to, {}, out);
    return out;
}

QJsonArray jsonPatchFor(const QJsonObject &from, const QJsonObject &to)
{
    QJsonArray out;
    patchWalk(from, to, {}, out);
    return out;
}

QJsonObject withoutServerFields(QJsonObject object, bool status)
{
    QJsonObject metadata = object.value("metadata"_L1).toObject();
    for (const auto key : {"managedFields"_L1, "resourceVersion"_L1, "generation"_L1, "uid"_L1, "creationTimestamp"_L1,
             "selfLink"_L1, "deletionTimestamp"_L1, "deletionGracePeriodSeconds"_L1})
        metadata.remove(key);
    object.insert("metadata"_L1, metadata);
    if (status)
        object.remove("status"_L1);
    return object;
}

}
