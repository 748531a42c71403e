// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Discovery.h"

#include "app/demo/api/Metadata.h"
#include "app/demo/api/Status.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

const QString kConventions = u"https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md"_s;

QJsonArray array(const QStringList &list)
{
    return QJsonArray::fromStringList(list);
}

QString hashOf(const QByteArray &bytes)
{
    return QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha512).toHex().toUpper());
}

/// The verbs and kinds of a subresource as discovery tells them.
struct Subresource {
    QString name;
    QString kind;
    QStringList verbs;
    QString group = {};
    QString version = {};
};

QList<Subresource> subresourcesOf(const Kind &kind)
{
    QList<Subresource> all;
    if (kind.status)
        all.append({u"status"_s, kind.kind, {u"get"_s, u"patch"_s, u"update"_s}});
    for (const QString &name : kind.subresources) {
        if (name == "log"_L1)
            all.append({name, u"Pod"_s, {u"get"_s}});
        else if (name == "portforward"_L1)
            all.append({name, u"PodPortForwardOptions"_s, {u"create"_s, u"get"_s}});
        else if (name == "proxy"_L1)
            all.append({name, QString(kind.kind + u"ProxyOptions"_s), {u"create"_s, u"delete"_s, u"get"_s, u"patch"_s, u"update"_s}});
        else if (name == "eviction"_L1)
            all.append({name, u"Eviction"_s, {u"create"_s}, u"policy"_s, u"v1"_s});
    }
    return all;
}

QJsonArray resourceList(const Kinds &kinds, const QString &group, const QString &version)
{
    QJsonArray resources;
    for (const Kind &kind : kinds.all()) {
        if (kind.gvr.group != group || kind.gvr.version != version)
            continue;
        QJsonObject one{{u"name"_s, kind.gvr.resource}, {u"singularName"_s, kind.singular}, {u"namespaced"_s, kind.namespaced},
            {u"kind"_s, kind.kind}, {u"verbs"_s, array(kind.verbs)}};
        if (!kind.shortNames.isEmpty())
            one.insert("shortNames"_L1, array(kind.shortNames));
        if (!kind.categories.isEmpty())
            one.insert("categories"_L1, array(kind.categories));
        if (kind.verbs.contains(u"list"_s))
            one.insert("storageVersionHash"_L1, hashOf(kind.resource().toUtf8()).left(12));
        resources.append(one);
        for (const Subresource &sub : subresourcesOf(kind)) {
            QJsonObject entry{{u"name"_s, QString(kind.gvr.resource + u'/' + sub.name)}, {u"singularName"_s, QString()},
                {u"namespaced"_s, kind.namespaced}, {u"kind"_s, sub.kind}, {u"verbs"_s, array(sub.verbs)}};
            if (!sub.group.isEmpty()) {
                entry.insert("group"_L1, sub.group);
                entry.insert("version"_L1, sub.version);
            }
            resources.append(entry);
        }
    }
    return resources;
}

QJsonObject aggregatedKind(const Kind &kind)
{
    const auto responseKind = [](const QString &group, const QString &version, const QString &name) {
        return QJsonObject{{u"group"_s, group}, {u"version"_s, version}, {u"kind"_s, name}};
    };
    QJsonArray subresources;
    for (const Subresource &sub : subresourcesOf(kind)) {
        const QString group = sub.group.isEmpty() ? kind.gvr.group : sub.group;
        const QString version = sub.version.isEmpty() ? kind.gvr.version : sub.version;
        subresources.append(QJsonObject{{u"subresource"_s, sub.name}, {u"responseKind"_s, responseKind(group, version, sub.kind)},
            {u"verbs"_s, array(sub.verbs)}});
    }
    QJsonObject one{{u"resource"_s, kind.gvr.resource}, {u"responseKind"_s, responseKind(kind.gvr.group, kind.gvr.version, kind.kind)},
        {u"scope"_s, kind.namespaced ? u"Namespaced"_s : u"Cluster"_s}, {u"singularResource"_s, kind.singular},
        {u"verbs"_s, array(kind.verbs)}};
    if (!kind.shortNames.isEmpty())
        one.insert("shortNames"_L1, array(kind.shortNames));
    if (!kind.categories.isEmpty())
        one.insert("categories"_L1, array(kind.categories));
    if (!subresources.isEmpty())
        one.insert("subresources"_L1, subresources);
    return one;
}

QJsonObject aggregated(const Kinds &kinds, bool core, const QString &form)
{
    QJsonArray groups;
    for (const QString &group : kinds.groups()) {
        if (group.isEmpty() != core)
            continue;
        QJsonArray versions;
        for (const QString &version : kinds.versions(group)) {
            QJsonArray resources;
            for (const Kind &kind : kinds.all()) {
                if (kind.gvr.group == group && kind.gvr.version == version)
                    resources.append(aggregatedKind(kind));
            }
            versions.append(QJsonObject{{u"version"_s, version}, {u"resources"_s, resources}, {u"freshness"_s, u"Current"_s}});
        }
        QJsonObject metadata;
        if (!group.isEmpty())
            metadata.insert("name"_L1, group);
        groups.append(QJsonObject{{u"metadata"_s, metadata}, {u"versions"_s, versions}});
    }
    return {{u"kind"_s, u"APIGroupDiscoveryList"_s}, {u"apiVersion"_s, QString(u"apidiscovery.k8s.io/"_s + form)},
        {u"metadata"_s, QJsonObject()}, {u"items"_s, groups}};
}

QJsonObject groupObject(const Kinds &kinds, const QString &group)
{
    QJsonArray versions;
    for (const QString &version : kinds.versions(group))
        versions.append(QJsonObject{{u"groupVersion"_s, QString(group + u'/' + version)}, {u"version"_s, version}});
    return {{u"name"_s, group}, {u"versions"_s, versions}, {u"preferredVersion"_s, versions.first()}};
}

QString definitionName(const Kind &kind)
{
    if (kind.custom) {
        QStringList parts = kind.gvr.group.split(u'.');
        std::reverse(parts.begin(), parts.end());
        return QString(parts.join(u'.') + u'.' + kind.gvr.version + u'.' + kind.kind);
    }
    const QString group = kind.gvr.group.isEmpty() ? u"core"_s : kind.gvr.group.section(u'.', 0, 0);
    return QString(u"io.k8s.api."_s + group + u'.' + kind.gvr.version + u'.' + kind.kind);
}

QJsonObject withGvk(QJsonObject schema, const Kind &kind)
{
    schema.insert("x-kubernetes-group-version-kind"_L1,
        QJsonArray{QJsonObject{{u"group"_s, kind.gvr.group}, {u"version"_s, kind.gvr.version}, {u"kind"_s, kind.kind}}});
    return schema;
}

QJsonObject operation(const Kind &kind, const QString &action)
{
    return {{u"x-kubernetes-action"_s, action},
        {u"x-kubernetes-group-version-kind"_s,
            QJsonObject{{u"group"_s, kind.gvr.group}, {u"version"_s, kind.gvr.version}, {u"kind"_s, kind.kind}}},
        // kubectl looks here whether dryRun, fieldValidation and fieldManager are known.
        {u"parameters"_s,
            QJsonArray{QJsonObject{{u"name"_s, u"dryRun"_s}, {u"in"_s, u"query"_s}, {u"schema"_s, QJsonObject{{u"type"_s, u"string"_s}}}},
                QJsonObject{{u"name"_s, u"fieldValidation"_s}, {u"in"_s, u"query"_s}, {u"schema"_s, QJsonObject{{u"type"_s, u"string"_s}}}},
                QJsonObject{{u"name"_s, u"fieldManager"_s}, {u"in"_s, u"query"_s}, {u"schema"_s, QJsonObject{{u"type"_s, u"string"_s}}}}}},
        {u"responses"_s, QJsonObject{{u"200"_s, QJsonObject{{u"description"_s, u"OK"_s}}}}}};
}

/// The OpenAPI v3 document of one group version: schemas, and the paths clients look verbs up in.
QJsonObject openApi(const Kinds &kinds, const QString &group, const QString &version)
{
    QJsonObject schemas{{u"io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"_s, metadata::schema()}};
    QJsonObject paths;
    const QString base = group.isEmpty() ? QString(u"/api/"_s + version) : QString(u"/apis/"_s + group + u'/' + version);
    for (const Kind &kind : kinds.all()) {
        if (kind.gvr.group != group || kind.gvr.version != version)
            continue;
        QJsonObject schema = kind.schema.source();
        QJsonObject properties = schema.value("properties"_L1).toObject();
        const auto field = [](const QString &description) { return QJsonObject{{u"type"_s, u"string"_s}, {u"description"_s, description}}; };
        properties.insert("apiVersion"_L1, field(QString(u"APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: "_s
            + kConventions + u"#resources"_s)));
        properties.insert("kind"_L1, field(QString(u"Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: "_s
            + kConventions + u"#types-kinds"_s)));
        properties.insert("metadata"_L1,
            QJsonObject{{u"allOf"_s, QJsonArray{QJsonObject{{u"$ref"_s, u"#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"_s}}}},
                {u"description"_s, QString(u"Standard object's metadata. More info: "_s + kConventions + u"#metadata"_s)}, {u"default"_s, QJsonObject()}});
        schema.insert("properties"_L1, properties);
        schemas.insert(definitionName(kind), withGvk(schema, kind));
        const QString collection = QString(base + (kind.namespaced ? u"/namespaces/{namespace}/"_s : u"/"_s) + kind.gvr.resource);
        paths.insert(collection, QJsonObject{{u"get"_s, operation(kind, u"list"_s)}, {u"post"_s, operation(kind, u"post"_s)}});
        paths.insert(QString(collection + u"/{name}"_s),
            QJsonObject{{u"get"_s, operation(kind, u"get"_s)}, {u"put"_s, operation(kind, u"put"_s)},
                {u"patch"_s, operation(kind, u"patch"_s)}, {u"delete"_s, operation(kind, u"delete"_s)}});
    }
    return {{u"openapi"_s, u"3.0.0"_s}, {u"info"_s, QJsonObject{{u"title"_s, u"Kubernetes"_s}, {u"version"_s, u"unversioned"_s}}},
        {u"paths"_s, paths}, {u"components"_s, QJsonObject{{u"schemas"_s, schemas}}}};
}

QString pathOf(const QString &group, const QString &version)
{
    return group.isEmpty() ? QString(u"api/"_s + version) : QString(u"apis/"_s + group + u'/' + version);
}

QString acceptedForm(const Request &request)
{
    const QByteArray accept = request.headers.value("accept");
    for (const QByteArray &one : accept.split(',')) {
        if (!one.contains("g=apidiscovery.k8s.io") || !one.contains("as=APIGroupDiscoveryList"))
            continue;
        if (one.contains("v=v2;") || one.trimmed().endsWith("v=v2"))
            return u"v2"_s;
        if (one.contains("v=v2beta1"))
            return u"v2beta1"_s;
    }
    return {};
}

/// With an ETag; 304 when the client has it already.
Response tagged(const Request &request, const QByteArray &body, const QByteArray &contentType)
{
    Response response;
    const QByteArray tag = '"' + hashOf(body).left(40).toLatin1() + '"';
    response.headers.insert("etag", tag);
    response.headers.insert("vary", "Accept");
    response.contentType = contentType;
    if (request.headers.value("if-none-match") == tag)
        response.status = 304;
    else
        response.body = body;
    return response;
}

QByteArray text(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

}

Discovery::Discovery(const Kinds &kinds, const QString &gitVersion) : m_kinds(kinds), m_gitVersion(gitVersion) { }

std::optional<Response> Discovery::answer(const Request &request) const
{
    const QStringList parts = request.path.split(u'/', Qt::SkipEmptyParts);
    if (request.path == "/version"_L1 || request.path == "/version/"_L1)
        return json(200, version());
    if (parts.value(0) == "openapi"_L1)
        return openApiAnswer(request, parts);
    if (parts.size() > 3 || (parts.value(0) != "api"_L1 && parts.value(0) != "apis"_L1))
        return std::nullopt;
    const bool core = parts.first() == "api"_L1;
    if (parts.size() == 1) {
        if (const QString form = acceptedForm(request); !form.isEmpty()) {
            return tagged(request, text(aggregated(m_kinds, core, form)),
                QByteArray("application/json;g=apidiscovery.k8s.io;v=" + form.toLatin1() + ";as=APIGroupDiscoveryList"));
        }
        return tagged(request, text(core ? apiVersions() : groupList()), "application/json");
    }
    if (core && parts.size() == 2 && m_kinds.versions({}).contains(parts.at(1)))
        return json(200, versionList({}, parts.at(1)));
    if (core || !m_kinds.groups().contains(parts.at(1)))
        return std::nullopt;
    if (parts.size() == 2) {
        QJsonObject group = groupObject(m_kinds, parts.at(1));
        group.insert("kind"_L1, u"APIGroup"_s);
        group.insert("apiVersion"_L1, u"v1"_s);
        return json(200, group);
    }
    if (!m_kinds.versions(parts.at(1)).contains(parts.at(2)))
        return std::nullopt;
    return json(200, versionList(parts.at(1), parts.at(2)));
}

QJsonObject Discovery::version() const
{
    const QString numbers = m_gitVersion.mid(1);
    return {{u"major"_s, numbers.section(u'.', 0, 0)}, {u"minor"_s, numbers.section(u'.', 1, 1)}, {u"gitVersion"_s, m_gitVersion},
        {u"gitCommit"_s, QString()}, {u"gitTreeState"_s, u"clean"_s}, {u"buildDate"_s, u"1970-01-01T00:00:00Z"_s},
        {u"goVersion"_s, u"go1.26"_s}, {u"compiler"_s, u"gc"_s}, {u"platform"_s, u"linux/amd64"_s}};
}

QJsonObject Discovery::apiVersions() const
{
    return {{u"kind"_s, u"APIVersions"_s}, {u"versions"_s, array(m_kinds.versions({}))},
        {u"serverAddressByClientCIDRs"_s, QJsonArray{QJsonObject{{u"clientCIDR"_s, u"0.0.0.0/0"_s}, {u"serverAddress"_s, u"127.0.0.1"_s}}}}};
}

QJsonObject Discovery::groupList() const
{
    QJsonArray groups;
    for (const QString &group : m_kinds.groups()) {
        if (!group.isEmpty())
            groups.append(groupObject(m_kinds, group));
    }
    return {{u"kind"_s, u"APIGroupList"_s}, {u"apiVersion"_s, u"v1"_s}, {u"groups"_s, groups}};
}

QJsonObject Discovery::versionList(const QString &group, const QString &version) const
{
    QJsonObject list{{u"kind"_s, u"APIResourceList"_s},
        {u"groupVersion"_s, group.isEmpty() ? version : QString(group + u'/' + version)},
        {u"resources"_s, resourceList(m_kinds, group, version)}};
    if (!group.isEmpty())
        list.insert("apiVersion"_L1, u"v1"_s);
    return list;
}

const Discovery::Document &Discovery::document(const QString &group, const QString &version) const
{
    Document &document = m_documents[pathOf(group, version)];
    if (document.text.isEmpty()) {
        document.text = text(openApi(m_kinds, group, version));
        document.hash = hashOf(document.text);
    }
    return document;
}

std::optional<Response> Discovery::openApiAnswer(const Request &request, const QStringList &parts) const
{
    if (parts.value(1) != "v3"_L1)
        return std::nullopt;
    QJsonObject paths;
    for (const QString &group : m_kinds.groups()) {
        for (const QString &version : m_kinds.versions(group)) {
            const QString path = pathOf(group, version);
            const Document &known = document(group, version);
            paths.insert(path,
                QJsonObject{{u"serverRelativeURL"_s, QString(u"/openapi/v3/"_s + path + u"?hash="_s + known.hash)}});
            if (parts.mid(2).join(u'/') != path)
                continue;
            Response response = tagged(request, known.text, "application/json");
            if (request.queryValue(u"hash"_s) == known.hash)
                response.headers.insert("cache-control", "public, immutable");
            return response;
        }
    }
    if (parts.size() == 2)
        return tagged(request, text({{u"paths"_s, paths}}), "application/json");
    return std::nullopt;
}

}
