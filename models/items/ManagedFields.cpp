// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/ManagedFields.h"

#include "models/core/Json.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;

namespace {

/// k:{"name":"x"} selects a list item by its keys, v:"x" by its value, i:3 by its place; f:name is a field.
QString labelOf(const QString &key)
{
    if (key.startsWith("f:"_L1))
        return key.mid(2);
    const QString rest = key.mid(2);
    if (key.startsWith("k:"_L1)) {
        const QJsonObject keys = QJsonDocument::fromJson(rest.toUtf8()).object();
        QStringList parts;
        for (auto it = keys.begin(); it != keys.end(); ++it)
            parts.append(it.key() + u'=' + (it.value().isString() ? it.value().toString() : QString::fromUtf8(json::compact(it.value()))));
        return u'[' + parts.join(u", "_s) + u']';
    }
    if (key.startsWith("v:"_L1)) {
        const QJsonValue value = QJsonDocument::fromJson(QByteArray("[" + rest.toUtf8() + "]")).array().at(0);
        return u'[' + (value.isString() ? value.toString() : rest) + u']';
    }
    return u'[' + rest + u']';
}

QList<OwnedField> fieldsOf(const QJsonObject &set, const QString &above, int &count)
{
    QList<OwnedField> out;
    for (auto it = set.begin(); it != set.end(); ++it) {
        if (it.key() == "."_L1)
            continue;
        OwnedField field;
        field.label = labelOf(it.key());
        field.path = above.isEmpty() || field.label.startsWith(u'[') ? QString(above + field.label) : QString(above + u'.' + field.label);
        const QJsonObject inside = it.value().toObject();
        field.fields = fieldsOf(inside, field.path, count);
        field.leaf = field.fields.isEmpty() || inside.contains("."_L1);
        count += field.fields.isEmpty();
        out.append(field);
    }
    return out;
}

void collect(const QList<OwnedField> &fields, const QString &manager, QHash<QString, QStringList> &owners)
{
    for (const OwnedField &field : fields) {
        if (field.fields.isEmpty() && !owners[field.path].contains(manager))
            owners[field.path].append(manager);
        collect(field.fields, manager, owners);
    }
}

}

QList<FieldManager> fieldManagers(const QJsonObject &object)
{
    QList<FieldManager> out;
    const QJsonArray entries = json::at(object, u"/metadata/managedFields"_s).toArray();
    for (const QJsonValue &value : entries) {
        const QJsonObject entry = value.toObject();
        FieldManager manager;
        manager.manager = entry.value("manager"_L1).toString();
        manager.operation = entry.value("operation"_L1).toString();
        manager.subresource = entry.value("subresource"_L1).toString();
        manager.time = QDateTime::fromString(entry.value("time"_L1).toString(), Qt::ISODate);
        manager.fields = fieldsOf(entry.value("fieldsV1"_L1).toObject(), {}, manager.count);
        out.append(manager);
    }
    std::stable_sort(out.begin(), out.end(), [](const FieldManager &a, const FieldManager &b) { return a.time > b.time; });
    return out;
}

QHash<QString, QStringList> fieldOwners(const QList<FieldManager> &managers)
{
    QHash<QString, QStringList> out;
    for (const FieldManager &manager : managers)
        collect(manager.fields, manager.manager, out);
    return out;
}

}
