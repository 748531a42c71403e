// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/GitDeclared.h"

#include "models/core/Json.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>

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


/// Fields of a set with their values here and in another object, elements of lists by what selects them.
class Leaves {
public:
    struct Leaf
    {
        QString path;
        QJsonValue here, there;
    };
    static QList<Leaf> of(const QJsonObject &here, const QJsonObject &there, const QJsonObject &fields)
    {
        Leaves leaves;
        leaves.walk(here, there, fields, {});
        return leaves.m_all;
    }

private:
    void walk(const QJsonValue &here, const QJsonValue &there, const QJsonObject &fields, const QStringList &path)
    {
        if (here.isUndefined())
            return;
        const qsizetype before = m_all.size();
        for (auto it = fields.begin(); it != fields.end(); ++it) {
            if (it.key().startsWith("f:"_L1))
                walk(here.toObject().value(it.key().mid(2)), there.toObject().value(it.key().mid(2)), it.value().toObject(), path + QStringList{it.key().mid(2)});
            else if (it.key() != "."_L1)
                element(it.key(), here.toArray(), there.toArray(), it.value().toObject(), path);
        }
        if (m_all.size() == before)
            m_all.append({json::join(path), here, there});
    }

    void element(const QString &key, const QJsonArray &here, const QJsonArray &there, QJsonObject fields, const QStringList &path)
    {
        const auto in = [&key](const QJsonArray &list) {
            for (int i = 0; i < int(list.size()); ++i) {
                if (selects(key, list.at(i), i))
                    return i;
            }
            return -1;
        };
        // what an element is found by differs in none that is found
        const QJsonObject keys = key.startsWith("k:"_L1) ? QJsonDocument::fromJson(key.mid(2).toUtf8()).object() : QJsonObject();
        for (auto it = keys.begin(); it != keys.end(); ++it)
            fields.remove(u"f:"_s + it.key());
        const int at = in(here), other = in(there);
        if (at >= 0)
            walk(here.at(at), other < 0 ? QJsonValue(QJsonValue::Undefined) : there.at(other), fields, path + QStringList{QString::number(at)});
    }
    QList<Leaf> m_all;
};

struct Entry
{
    QString manager, time;
    QJsonObject fields;
    bool argo = false, apply = false;
};

/// Who set what is declared: not the status.
QList<Entry> entriesOf(const QJsonObject &metadata)
{
    QList<Entry> out;
    const QJsonArray all = metadata.value("managedFields"_L1).toArray();
    for (const QJsonValue &value : all) {
        const QJsonObject entry = value.toObject();
        const QString manager = entry.value("manager"_L1).toString();
        if (entry.value("subresource"_L1).toString().isEmpty())
            out.append({manager, entry.value("time"_L1).toString(), entry.value("fieldsV1"_L1).toObject(), isArgo(manager),
                        entry.value("operation"_L1).toString() == "Apply"_L1});
    }
    return out;
}

/// What others own of it and was applied otherwise.
QList<GitDeclared::Overwritten> changedSince(const QJsonObject &applied, const QJsonObject &live, const QList<Entry> &entries)
{
    QList<GitDeclared::Overwritten> out;
    for (const Entry &entry : entries) {
        const QList<Leaves::Leaf> leaves = entry.argo ? QList<Leaves::Leaf>() : Leaves::of(live, applied, entry.fields);
        for (const Leaves::Leaf &leaf : leaves) {
            if (!leaf.there.isUndefined() && leaf.there != leaf.here)
                out.append({leaf.path, entry.manager, entry.time});
        }
    }
    return out;
}

/// What others came to own after Argo CD applied last and it does not own; had it been theirs before, Git declares nothing of it.
QList<GitDeclared::Overwritten> takenSince(const QJsonObject &live, const QList<Entry> &entries)
{
    const bool applies = std::any_of(entries.begin(), entries.end(), [](const Entry &e) { return e.argo && e.apply; });
    QString last;
    QSet<QString> kept;
    for (const Entry &entry : entries) {
        if (!entry.argo)
            continue;
        if (entry.apply || !applies)
            last = std::max(last, entry.time);
        const QList<Leaves::Leaf> leaves = Leaves::of(live, {}, entry.fields);
        for (const Leaves::Leaf &leaf : leaves)
            kept.insert(leaf.path);
    }
    QList<GitDeclared::Overwritten> out;
    for (const Entry &entry : entries) {
        if (entry.argo || (!entry.time.isEmpty() && entry.time < last))
            continue;
        const QList<Leaves::Leaf> leaves = Leaves::of(live, {}, entry.fields);
        for (const Leaves::Leaf &leaf : leaves) {
            if (!kept.contains(leaf.path))
                out.append({leaf.path, entry.manager, entry.time});
        }
    }
    return out;
}

}

GitDeclared gitDeclared(const QJsonObject &live)
{
    GitDeclared out;
    const QJsonObject metadata = live.value("metadata"_L1).toObject();
    const QList<Entry> entries = entriesOf(metadata);
    const QJsonObject applied = QJsonDocument::fromJson(metadata.value("annotations"_L1).toObject().value(kLastApplied).toString().toUtf8()).object();
    const bool onServer = std::any_of(entries.begin(), entries.end(), [](const Entry &e) { return e.argo && e.apply; });
    if (!applied.isEmpty() && !onServer)
        return {GitDeclared::From::LastApplied, applied, {}, {}, changedSince(applied, live, entries)};
    for (const Entry &entry : entries) {
        if (!entry.argo)
            continue;
        out.object = json::mergePatch(out.object, projected(live, entry.fields).toObject()).toObject();
        out.from = GitDeclared::From::Fields;
        if (entry.time >= out.time) {
            out.manager = entry.manager;
            out.time = entry.time;
        }
    }
    if (out.from == GitDeclared::From::Nothing)
        return out;
    out.overwritten = takenSince(live, entries);
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
