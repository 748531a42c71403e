// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Kinds.h"

#include "app/demo/api/EventForms.h"

#include "models/core/Json.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

QStringList texts(const QJsonValue &list)
{
    QStringList all;
    for (const QJsonValue &one : list.toArray())
        all.append(one.toString());
    return all;
}

Error problem(const QJsonObject &definition, const QString &what)
{
    Error error{ErrorKind::Invalid, {}};
    error.message = QCoreApplication::translate("qd::demo::Kinds", "The definition %1 cannot be served: %2")
                        .arg(json::at(definition, u"/metadata/name"_s).toString(), what);
    return error;
}

QList<PrinterColumn> columnsOf(const QJsonObject &version)
{
    QList<PrinterColumn> columns;
    for (const QJsonValue &value : version.value("additionalPrinterColumns"_L1).toArray()) {
        const QJsonObject column = value.toObject();
        columns.append({column.value("name"_L1).toString(), column.value("type"_L1).toString(),
            column.value("format"_L1).toString(), column.value("description"_L1).toString(),
            column.value("priority"_L1).toInt(), column.value("jsonPath"_L1).toString()});
    }
    return columns;
}

/// `.spec.nodeName` as selectableFields name it, to the field selector's spec.nodeName.
QStringList selectable(const QJsonObject &version)
{
    QStringList fields;
    for (const QJsonValue &value : version.value("selectableFields"_L1).toArray())
        fields.append(value.toObject().value("jsonPath"_L1).toString().mid(1));
    return fields;
}

/// The annotation demo.quarterdeck.io/builtin of a definition that stands for a kind of Kubernetes itself:
/// words among "verbs=get,list", "subresources=log,proxy", "nogeneration".
void readBuiltin(Kind &kind, const QString &annotation)
{
    kind.custom = false;
    kind.schema.setTyped(true);
    for (const QString &word : annotation.split(u' ', Qt::SkipEmptyParts)) {
        if (word.startsWith("verbs="_L1))
            kind.verbs = word.mid(6).split(u',');
        else if (word.startsWith("subresources="_L1))
            kind.subresources = word.mid(13).split(u',');
        else if (word == "stored=events"_L1) {
            kind.storedAs = u"events"_s;
            kind.shown = eventView;
        } else if (word == "nogeneration"_L1)
            kind.generation = false;
    }
    kind.verbs.sort();
}

Result<Kind> kindOf(const QJsonObject &definition, const QJsonObject &version)
{
    const QJsonObject spec = definition.value("spec"_L1).toObject();
    const QJsonObject names = spec.value("names"_L1).toObject();
    const QJsonValue openApi = json::at(version, u"/schema/openAPIV3Schema"_s);
    auto schema = Schema::compile(openApi.toObject());
    if (!schema)
        return problem(definition, schema.error().text());
    Kind kind{{spec.value("group"_L1).toString(), version.value("name"_L1).toString(), names.value("plural"_L1).toString()},
        names.value("kind"_L1).toString(), names.value("singular"_L1).toString(), texts(names.value("shortNames"_L1)),
        texts(names.value("categories"_L1)), {}, true, false, true, true, {}, {}, {}, *schema};
    kind.verbs = {u"delete"_s, u"deletecollection"_s, u"get"_s, u"list"_s, u"patch"_s, u"create"_s, u"update"_s, u"watch"_s};
    kind.namespaced = spec.value("scope"_L1).toString() == "Namespaced"_L1;
    kind.status = version.value("subresources"_L1).toObject().contains("status"_L1);
    kind.columns = columnsOf(version);
    kind.selectableFields = selectable(version);
    const QJsonValue builtin = json::at(definition, u"/metadata/annotations/demo.quarterdeck.io~1builtin"_s);
    if (builtin.isString())
        readBuiltin(kind, builtin.toString());
    // Built-in definitions cannot have an empty group in a real CustomResourceDefinition; "core" stands for it.
    if (!kind.custom && kind.gvr.group == "core"_L1)
        kind.gvr.group.clear();
    return kind;
}

}

Result<Kinds> Kinds::load(const QList<QJsonObject> &definitions)
{
    Kinds kinds;
    for (const QJsonObject &definition : definitions) {
        for (const QJsonValue &version : json::at(definition, u"/spec/versions"_s).toArray()) {
            if (!version.toObject().value("served"_L1).toBool())
                continue;
            const auto kind = kindOf(definition, version.toObject());
            if (!kind)
                return kind.error();
            const QString path = kind->gvr.apiVersion() + u'/' + kind->gvr.resource;
            if (kinds.m_byPath.contains(path))
                return problem(definition, QCoreApplication::translate("qd::demo::Kinds", "it is defined twice"));
            kinds.m_byPath.insert(path, int(kinds.m_all.size()));
            kinds.m_byKind.insert(QString(kind->gvr.apiVersion() + u'/' + kind->kind), int(kinds.m_all.size()));
            kinds.m_all.append(*kind);
        }
    }
    return kinds;
}

const Kind *Kinds::find(const QString &group, const QString &version, const QString &plural) const
{
    const auto found = m_byPath.find(QString(Gvr{group, version, plural}.apiVersion() + u'/' + plural));
    return found == m_byPath.end() ? nullptr : &m_all.at(*found);
}

const Kind *Kinds::byResource(const QString &resource) const
{
    const auto found = std::find_if(
        m_all.begin(), m_all.end(), [&resource](const Kind &kind) { return kind.resource() == resource; });
    return found == m_all.end() ? nullptr : &*found;
}

const Kind *Kinds::byKind(const QString &apiVersion, const QString &kind) const
{
    const auto found = m_byKind.find(QString(apiVersion + u'/' + kind));
    return found == m_byKind.end() ? nullptr : &m_all.at(*found);
}

QStringList Kinds::groups() const
{
    QStringList groups;
    for (const Kind &kind : m_all) {
        if (!groups.contains(kind.gvr.group))
            groups.append(kind.gvr.group);
    }
    std::sort(groups.begin(), groups.end());
    return groups;
}

QStringList Kinds::versions(const QString &group) const
{
    QStringList versions;
    for (const Kind &kind : m_all) {
        if (kind.gvr.group == group && !versions.contains(kind.gvr.version))
            versions.append(kind.gvr.version);
    }
    return versions;
}

}
