// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/GitDeclared.h"

#include "models/core/Json.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView kLastApplied{"kubectl.kubernetes.io/last-applied-configuration"};

QJsonValue projected(const QJsonValue &value, const QJsonObject &fields);

/// k:{"name":"x"} selects an element by its keys, v:"x" by its value, i:3 by its place.
bool selects(const QString &key, const QJsonValue &element, int place)
{
    const QString rest = key.mid(2);
    if (key.startsWith("i:"_L1))
        return rest.toInt() == place;
    if (key.startsWith("v:"_L1))
        return QJsonDocument::fromJson(QByteArray("[" + rest.toUtf8() + "]")).array().at(0) == element;
    const QJsonObject keys = QJsonDocument::fromJson(rest.toUtf8()).object(), object = element.toObject();
    for (auto it = keys.begin(); it != keys.end(); ++it) {
        if (object.value(it.key()) != it.value())
            return false;
    }
    return true;
}

QJsonArray projectedList(const QJsonArray &list, const QJsonObject &fields)
{
    QJsonArray out;
    for (int i = 0; i < int(list.size()); ++i) {
        for (auto it = fields.begin(); it != fields.end(); ++it) {
            if (it.key() == "."_L1 || it.key().startsWith("f:"_L1) || !selects(it.key(), list.at(i), i))
                continue;
            out.append(projected(list.at(i), it.value().toObject()));
            break;
        }
    }
    return out;
}

/// The part of a value that a set of fieldsV1 names.
QJsonValue projected(const QJsonValue &value, const QJsonObject &fields)
{
    if (fields.isEmpty() || (fields.size() == 1 && fields.contains("."_L1)))
        return value;
    if (value.isArray())
        return projectedList(value.toArray(), fields);
    const QJsonObject object = value.toObject();
    QJsonObject out;
    for (auto it = fields.begin(); it != fields.end(); ++it) {
        const QString name = it.key().mid(2);
        if (it.key().startsWith("f:"_L1) && object.contains(name))
            out.insert(name, projected(object.value(name), it.value().toObject()));
    }
    return out;
}

bool isArgo(const QString &manager)
{
    static const QStringList kManagers{u"argocd-controller"_s, u"argocd-application-controller"_s, u"argocd"_s, u"argocd-server"_s};
    return kManagers.contains(manager);
}

}

GitDeclared gitDeclared(const QJsonObject &live)
{
    GitDeclared out;
    const QJsonObject metadata = live.value("metadata"_L1).toObject();
    const QJsonObject applied = QJsonDocument::fromJson(metadata.value("annotations"_L1).toObject().value(kLastApplied).toString().toUtf8()).object();
    if (!applied.isEmpty())
        return {GitDeclared::From::LastApplied, applied, {}, {}};
    const QJsonArray entries = metadata.value("managedFields"_L1).toArray();
    for (const QJsonValue &value : entries) {
        const QJsonObject entry = value.toObject();
        const QString manager = entry.value("manager"_L1).toString(), time = entry.value("time"_L1).toString();
        if (!isArgo(manager) || !entry.value("subresource"_L1).toString().isEmpty())
            continue;
        const QJsonObject part = projected(live, entry.value("fieldsV1"_L1).toObject()).toObject();
        out.object = json::mergePatch(out.object, part).toObject();
        out.from = GitDeclared::From::Fields;
        if (time >= out.time) {
            out.manager = manager;
            out.time = time;
        }
    }
    if (out.from == GitDeclared::From::Nothing)
        return out;
    // Nobody owns what an object is called.
    QJsonObject names = out.object.value("metadata"_L1).toObject();
    for (const auto key : {"name"_L1, "namespace"_L1}) {
        if (metadata.contains(key))
            names.insert(key, metadata.value(key));
    }
    out.object.insert("metadata"_L1, names);
    for (const auto key : {"apiVersion"_L1, "kind"_L1})
        out.object.insert(key, live.value(key));
    return out;
}

GitSource gitSource(const QJsonObject &application, const QString &group, const QString &kind, const QString &ns, const QString &name)
{
    GitSource out;
    const QJsonArray several = json::at(application, u"/spec/sources"_s).toArray();
    const QJsonObject source = several.isEmpty() ? json::at(application, u"/spec/source"_s).toObject() : several.first().toObject();
    out.repository = source.value("repoURL"_L1).toString();
    out.path = source.value("path"_L1).toString(source.value("chart"_L1).toString());
    out.target = source.value("targetRevision"_L1).toString();
    out.revision = json::at(application, u"/status/sync/revision"_s).toString(json::at(application, u"/status/sync/revisions/0"_s).toString());
    static const QRegularExpression commit(u"^[0-9a-f]{40}$"_s);
    if (commit.match(out.revision).hasMatch())
        out.revision.truncate(7);
    out.sync = json::at(application, u"/status/sync/status"_s).toString();
    const QJsonArray resources = json::at(application, u"/status/resources"_s).toArray();
    for (const QJsonValue &value : resources) {
        const QJsonObject one = value.toObject();
        if (one.value("group"_L1).toString() == group && one.value("kind"_L1).toString() == kind && one.value("namespace"_L1).toString() == ns
            && one.value("name"_L1).toString() == name && one.contains("status"_L1))
            out.sync = one.value("status"_L1).toString();
    }
    return out;
}

}
