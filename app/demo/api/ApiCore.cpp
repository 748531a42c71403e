// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/ApiCore.h"

#include "app/demo/api/Lists.h"
#include "app/demo/api/Protobuf.h"
#include "app/yaml/Yaml.h"
#include "models/core/Json.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

const QStringList kReviews{u"selfsubjectaccessreviews"_s, u"selfsubjectrulesreviews"_s, u"subjectaccessreviews"_s, u"selfsubjectreviews"_s};
const QStringList kConnects{u"log"_s, u"portforward"_s, u"proxy"_s};

bool truthy(const QString &value)
{
    return value == "true"_L1 || value == "1"_L1;
}

ListOptions listOptions(const Request &request, const Route &route)
{
    ListOptions options;
    options.ns = route.kind->namespaced ? route.ns : QString();
    options.name = route.name;
    options.labelSelector = request.queryValue(u"labelSelector"_s);
    options.fieldSelector = request.queryValue(u"fieldSelector"_s);
    options.limit = request.queryValue(u"limit"_s).toLongLong();
    options.continueToken = request.queryValue(u"continue"_s);
    options.resourceVersion = request.queryValue(u"resourceVersion"_s);
    options.resourceVersionMatch = request.queryValue(u"resourceVersionMatch"_s);
    options.includeObject = request.queryValue(u"includeObject"_s) == "Object"_L1;
    options.allowBookmarks = truthy(request.queryValue(u"allowWatchBookmarks"_s));
    options.sendInitialEvents = truthy(request.queryValue(u"sendInitialEvents"_s));
    options.timeoutSeconds = request.queryValue(u"timeoutSeconds"_s).toInt();
    return options;
}

/// fieldManager, or the program's name in the User-Agent.
QString managerOf(const Request &request)
{
    const QString given = request.queryValue(u"fieldManager"_s);
    if (!given.isEmpty())
        return given;
    const QString agent = QString::fromUtf8(request.headers.value("user-agent"));
    const QString name = agent.section(u'/', 0, 0).section(u' ', 0, 0);
    return name.isEmpty() ? u"unknown"_s : name;
}

Outcome<WriteOptions> writeOptions(const Request &request, const Route &route)
{
    using Validation = WriteOptions::Validation;
    WriteOptions options;
    const QString dryRun = request.queryValue(u"dryRun"_s);
    if (!dryRun.isEmpty() && dryRun != "All"_L1) {
        Failure failure{422, u"Invalid"_s, QString(u"CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: \""_s + dryRun + u"\": supported values: \"All\""_s)};
        failure.causes = {{u"dryRun"_s, u"FieldValueNotSupported"_s, QString(u"Unsupported value: \""_s + dryRun + u"\": supported values: \"All\""_s)}};
        return failure;
    }
    options.dryRun = !dryRun.isEmpty();
    const QString validation = request.queryValue(u"fieldValidation"_s);
    if (!validation.isEmpty() && validation != "Strict"_L1 && validation != "Warn"_L1 && validation != "Ignore"_L1)
        return badRequest(QString(u"fieldValidation: Unsupported value: \""_s + validation + u"\": supported values: \"Ignore\", \"Strict\", \"Warn\""_s));
    options.validation = validation == "Strict"_L1 ? Validation::Strict : validation == "Ignore"_L1 ? Validation::Ignore : Validation::Warn;
    options.manager = managerOf(request);
    options.force = truthy(request.queryValue(u"force"_s));
    options.subresource = route.subresource;
    return options;
}

Response written(const Outcome<Written> &outcome, const Kind &kind, const Request &request)
{
    if (!outcome)
        return outcome.failure().response();
    const auto form = formOf(request.headers.value("accept"));
    const bool include = request.queryValue(u"includeObject"_s) == "Object"_L1;
    Response response = json(outcome->created ? 201 : 200,
        form ? inForm(kind, outcome->object, *form, include, QDateTime::currentDateTimeUtc()) : outcome->object);
    response.warnings = outcome->warnings;
    return response;
}

}

ApiCore::ApiCore(const ApiOptions &given, Kinds loaded)
    : options(given), kinds(std::move(loaded)), access(store), admission(store), objects(store, admission, given.now),
      discovery(kinds, given.gitVersion), collector(store, kinds, objects, given.later), m_yaml(yaml::makeYamlCodec())
{
}

Response ApiCore::resource(Request &request, const Route &route)
{
    if (kReviews.contains(route.resource))
        return review(request, route);
    if (route.kind == nullptr)
        return noSuchPath().response();
    if (kConnects.contains(route.subresource))
        return connect(request, route);
    const bool known = route.subresource.isEmpty() || (route.subresource == "status"_L1 && route.kind->status)
        || (route.subresource == "finalize"_L1 && route.resource == "namespaces"_L1);
    if (!known || (!route.kind->namespaced && !route.ns.isEmpty() && route.resource != "namespaces"_L1))
        return noSuchPath().response();
    if (route.verb == "get"_L1 || route.verb == "list"_L1 || route.verb == "watch"_L1)
        return read(request, route);
    if (!route.kind->verbs.contains(route.verb))
        return methodNotAllowed(route.kind, request.method).response();
    if (route.verb == "delete"_L1 || route.verb == "deletecollection"_L1)
        return remove(request, route);
    return write(request, route);
}

Response ApiCore::read(const Request &request, const Route &route)
{
    const auto form = formOf(request.headers.value("accept"));
    if (!form)
        return form.failure().response();
    if (route.verb == "get"_L1) {
        const QString ns = route.kind->namespaced ? route.ns : QString();
        const auto object = objects.get(*route.kind, ns, route.name);
        if (!object)
            return object.failure().response();
        const bool include = request.queryValue(u"includeObject"_s) == "Object"_L1;
        return json(200, inForm(*route.kind, *object, *form, include, options.now()));
    }
    ListOptions wanted = listOptions(request, route);
    wanted.form = *form;
    return route.verb == "watch"_L1 ? watch(store, *route.kind, wanted, options.later) : list(store, *route.kind, wanted);
}

Outcome<QJsonValue> ApiCore::bodyOf(const Request &request, const QByteArray &type) const
{
    if (request.body.trimmed().isEmpty())
        return badRequest(u"the request's body is empty; an object is expected"_s);
    if (type.contains("protobuf")) {
        const auto object = fromProtobuf(request.body);
        if (!object)
            return object.failure();
        return QJsonValue(*object);
    }
    if (type.contains("yaml")) {
        const auto document = m_yaml->parse(request.body);
        if (!document)
            return badRequest(QString(u"error decoding YAML: "_s + document.error().text()));
        return document->value;
    }
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(request.body, &problem);
    if (document.isNull())
        return badRequest(QString(u"couldn't get version/kind; json parse error: "_s + problem.errorString() + u" at byte "_s + QString::number(problem.offset)));
    return document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
}

Response ApiCore::write(const Request &request, const Route &route)
{
    const Kind &kind = *route.kind;
    const auto how = writeOptions(request, route);
    if (!how)
        return how.failure().response();
    const QByteArray type = request.headers.value("content-type", "application/json").split(';').first().trimmed().toLower();
    QList<QByteArray> whole{"application/json", "application/yaml"};
    if (!kind.custom)
        whole.append("application/vnd.kubernetes.protobuf");
    QList<QByteArray> patches{"application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"};
    if (!kind.custom)
        patches.append("application/strategic-merge-patch+json");
    const bool patch = route.verb == "patch"_L1;
    if (!(patch ? patches : whole).contains(type)) {
        QStringList accepted;
        for (const QByteArray &one : patch ? patches : whole)
            accepted.append(QString::fromLatin1(one));
        return unsupportedMediaType(accepted).response();
    }
    const auto body = bodyOf(request, type);
    if (!body)
        return body.failure().response();
    const QString ns = kind.namespaced ? route.ns : QString();
    if (patch && type != "application/apply-patch+yaml")
        return written(objects.patch(kind, ns, route.name, type, *body, request.user, *how), kind, request);
    if (!body->isObject())
        return badRequest(u"the body must be one object"_s).response();
    if (patch) {
        if (request.queryValue(u"fieldManager"_s).isEmpty()) {
            Failure failure{422, u"Invalid"_s, u"PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch"_s};
            failure.causes = {{u"fieldManager"_s, u"FieldValueRequired"_s, u"Required value: is required for apply patch"_s}};
            return failure.response();
        }
        return written(objects.apply(kind, ns, route.name, body->toObject(), request.user, *how), kind, request);
    }
    if (route.verb == "update"_L1)
        return written(objects.update(kind, ns, route.name, body->toObject(), request.user, *how), kind, request);
    if (kind.namespaced && ns.isEmpty())
        return methodNotAllowed(&kind, request.method).response();
    return written(objects.create(kind, ns, body->toObject(), request.user, *how), kind, request);
}

Response ApiCore::remove(const Request &request, const Route &route)
{
    DeleteOptions how;
    QJsonObject body;
    if (!request.body.trimmed().isEmpty()) {
        const auto given = bodyOf(request, request.headers.value("content-type"));
        if (!given)
            return given.failure().response();
        body = given->toObject();
    }
    how.uid = json::at(body, u"/preconditions/uid"_s).toString();
    how.resourceVersion = json::at(body, u"/preconditions/resourceVersion"_s).toString();
    how.propagation = body.value("propagationPolicy"_L1).toString(request.queryValue(u"propagationPolicy"_s));
    how.gracePeriodSeconds = body.value("gracePeriodSeconds"_L1).toInt(-1);
    how.dryRun = body.value("dryRun"_L1).toArray().contains(u"All"_s) || request.queryValue(u"dryRun"_s) == "All"_L1;
    static const QStringList known{QString(), u"Background"_s, u"Foreground"_s, u"Orphan"_s};
    if (!known.contains(how.propagation)) {
        Failure failure{422, u"Invalid"_s, {}};
        const QString why = QString(u"Unsupported value: \""_s + how.propagation + u"\": supported values: \"Background\", \"Foreground\", \"Orphan\""_s);
        failure.message = QString(u"DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: "_s + why);
        failure.causes = {{u"propagationPolicy"_s, u"FieldValueNotSupported"_s, why}};
        return failure.response();
    }
    if (route.verb == "deletecollection"_L1)
        return removeAll(request, route, how);
    const QString ns = route.kind->namespaced ? route.ns : QString();
    const auto gone = objects.remove(*route.kind, ns, route.name, request.user, how);
    return gone ? json(200, *gone) : gone.failure().response();
}

Response ApiCore::removeAll(const Request &request, const Route &route, const DeleteOptions &how)
{
    const auto selector = Selector::parse(*route.kind, request.queryValue(u"labelSelector"_s), request.queryValue(u"fieldSelector"_s));
    if (!selector)
        return selector.failure().response();
    const Snapshot snapshot = store.snapshot(route.kind->resource());
    QJsonArray items;
    for (const StoredPtr &object : *snapshot.objects) {
        if ((!route.ns.isEmpty() && object->ns != route.ns) || !selector->matches(*object))
            continue;
        const auto gone = objects.remove(*route.kind, object->ns, object->name, request.user, how);
        if (!gone && gone.failure().code != 404)
            return gone.failure().response();
        items.append(object->object());
    }
    return json(200, QJsonObject{{u"kind"_s, QString(route.kind->kind + u"List"_s)}, {u"apiVersion"_s, route.kind->gvr.apiVersion()},
                         {u"metadata"_s, QJsonObject{{u"resourceVersion"_s, QString::number(store.revision())}}}, {u"items"_s, items}});
}

}
