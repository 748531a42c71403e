// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/ApiCore.h"

#include "app/demo/api/Decode.h"
#include "app/demo/api/Lists.h"
#include "app/demo/api/Options.h"
#include "app/demo/api/Protobuf.h"
#include "app/yaml/Yaml.h"
#include "models/core/Json.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

const QStringList kReviews{u"selfsubjectaccessreviews"_s, u"selfsubjectrulesreviews"_s, u"subjectaccessreviews"_s, u"selfsubjectreviews"_s, u"localsubjectaccessreviews"_s};
const QStringList kConnects{u"log"_s, u"portforward"_s, u"proxy"_s};

Response written(const Outcome<Written> &outcome, const Kind &kind, const Request &request)
{
    if (!outcome)
        return outcome.failure().response();
    const auto form = formOf(request.headers.value("accept"), kind, false);
    const Include include = includeOf(request.queryValue(u"includeObject"_s));
    Response response = json(outcome->created ? 201 : 200,
        form ? inForm(kind, outcome->object, *form, include, QDateTime::currentDateTimeUtc()) : outcome->object);
    response.warnings = outcome->warnings;
    return response;
}

}

namespace {

/// Below a group that is built in the router says 404 in a Status; elsewhere there is nobody to say it.
bool knownGroup(const Kinds &kinds, const Route &route)
{
    return std::any_of(kinds.all().begin(), kinds.all().end(),
        [&route](const Kind &kind) { return !kind.custom && kind.gvr.group == route.group; });
}

/// Nothing when the body may come in this form.
std::optional<Failure> unacceptable(const Kind &kind, const QByteArray &type, bool patch)
{
    QList<QByteArray> accepted{"application/json", "application/yaml", "application/vnd.kubernetes.protobuf"};
    if (patch) {
        accepted = {"application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"};
        if (!kind.custom)
            accepted.append("application/strategic-merge-patch+json");
    }
    if (accepted.contains(type) && !(kind.custom && type.contains("protobuf")))
        return std::nullopt;
    if (patch && !kind.custom) {
        Failure failure{415, u"UnsupportedMediaType"_s, u"415: Unsupported Media Type"_s};
        failure.generic = true;
        return failure;
    }
    QStringList types;
    for (const QByteArray &one : accepted)
        types.append(QString::fromLatin1(one));
    return unsupportedMediaType(types);
}

/// Methods that a path has not: on a collection those of an object and the other way round.
std::optional<Failure> misdirected(const Request &request, const Route &route)
{
    const bool custom = route.kind->custom;
    static const QStringList methods{u"GET"_s, u"HEAD"_s, u"POST"_s, u"PUT"_s, u"PATCH"_s, u"DELETE"_s};
    if (!methods.contains(QString::fromLatin1(request.method)) || (request.method == "HEAD" && !custom)) {
        Failure failure = methodNotAllowed(nullptr, {});
        if (custom) {
            failure.message = QString(u" is not supported on resources of kind \""_s + route.kind->resource() + u'"');
            failure.group = route.kind->gvr.group;
            failure.kind = route.kind->gvr.resource;
        }
        return failure;
    }
    const QByteArray type = request.headers.value("content-type", "application/json").split(';').first().trimmed().toLower();
    if (custom && request.method == "PATCH" && route.name.isEmpty()) {
        if (const auto refused = unacceptable(*route.kind, type, true))
            return refused;
    }
    const bool single = request.method == "PUT" || request.method == "PATCH";
    if (route.name.isEmpty() && single)
        return custom ? badRequest(u"name must be provided"_s) : methodNotAllowed(nullptr, {});
    const bool everywhere = route.kind->namespaced && route.ns.isEmpty();
    if (!custom && request.method == "POST" && (!route.name.isEmpty() || everywhere))
        return methodNotAllowed(nullptr, {});
    if (!custom && request.method == "DELETE" && everywhere)
        return methodNotAllowed(nullptr, {});
    return std::nullopt;
}

}

ApiCore::ApiCore(const ApiOptions &given, Kinds loaded)
    : options(given), kinds(std::move(loaded)), access(store), admission(store), objects(store, admission, given.now),
      discovery(kinds, given.gitVersion), collector(store, kinds, objects, given.later), m_yaml(yaml::makeYamlCodec())
{
}

Response ApiCore::resource(Request &request, const Route &route)
{
    Response response = answer(request, route);
    static const QList<int> unread{404, 405, 406};
    const bool there = route.subresource.isEmpty() && (!unread.contains(response.status) || response.body.contains("not found"));
    if (there && route.kind != nullptr && route.kind->resource() == "endpoints"_L1)
        response.warnings.append(u"v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"_s);
    return response;
}

Response ApiCore::answer(Request &request, const Route &route)
{
    if (kReviews.contains(route.resource))
        return review(request, route);
    if (route.kind == nullptr)
        return (knownGroup(kinds, route) ? noSuchPath().response() : noSuchPage());
    if (kConnects.contains(route.subresource)) {
        if (route.subresource == "log"_L1 && request.method != "GET")
            return methodNotAllowed(nullptr, {}).response();
        return connect(request, route);
    }
    if (route.subresource == "scale"_L1 && hasScale(*route.kind))
        return scale(request, route);
    const bool known = route.subresource.isEmpty() || (route.subresource == "status"_L1 && route.kind->status)
        || (route.subresource == "finalize"_L1 && route.resource == "namespaces"_L1);
    if (!route.kind->namespaced && !route.ns.isEmpty() && route.resource != "namespaces"_L1)
        return noSuchPath().response();
    if (!known)
        return (route.kind->custom ? notFound(*route.kind, route.name) : noSuchPath()).response();
    if (route.kind->custom && route.kind->namespaced && route.ns.isEmpty() && request.method == "POST")
        return noSuchPage();
    if (const auto refused = misdirected(request, route))
        return refused->response();
    static const QStringList many{u"list"_s, u"watch"_s, u"deletecollection"_s};
    if (!route.kind->storedAs.isEmpty() && !many.contains(route.verb))
        return viewedEvent(request, route);
    if (route.verb == "get"_L1 || route.verb == "list"_L1 || route.verb == "watch"_L1)
        return read(request, route);
    if (!route.kind->verbs.contains(route.verb))
        return methodNotAllowed(nullptr, {}).response();
    if (route.verb == "delete"_L1 || route.verb == "deletecollection"_L1)
        return remove(request, route);
    return write(request, route);
}

Response ApiCore::read(const Request &request, const Route &route)
{
    const auto form = formOf(request.headers.value("accept"), *route.kind, route.verb == "list"_L1);
    if (!form) {
        Failure failure = form.failure();
        if (route.verb == "watch"_L1 && failure.generic)
            failure.message += u", application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"_s;
        return failure.response();
    }
    if (route.verb == "get"_L1) {
        const QString ns = route.kind->namespaced ? route.ns : QString();
        const auto object = objects.get(*route.kind, ns, route.name);
        if (!object)
            return object.failure().response();
        const Include include = includeOf(request.queryValue(u"includeObject"_s));
        return json(200, inForm(*route.kind, *object, *form, include, options.now()));
    }
    const auto asked = listOptions(request, route);
    if (!asked)
        return asked.failure().response();
    ListOptions wanted = *asked;
    wanted.form = *form;
    return route.verb == "watch"_L1 ? watch(store, *route.kind, wanted, options.later) : list(store, *route.kind, wanted);
}

/// The body's value; what is wrong with it is a sentence for the caller to put into its own.
Outcome<QJsonValue> ApiCore::bodyOf(const Request &request, const QByteArray &type) const
{
    if (type.contains("protobuf")) {
        const auto object = fromProtobuf(request.body);
        if (!object)
            return object.failure();
        return QJsonValue(*object);
    }
    if (type.contains("yaml") && !request.body.trimmed().isEmpty()) {
        const auto document = m_yaml->parse(request.body);
        if (!document)
            return badRequest(QString(u"yaml: "_s + document.error().text()));
        return document->value;
    }
    const QJsonDocument document = QJsonDocument::fromJson(request.body);
    if (document.isNull())
        return badRequest(jsonProblem(request.body));
    return document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
}

namespace {

/// A body that is no object of the kind, as create, update and the patches refuse it.
Failure badBody(const Request &request, const Kind &kind, const QByteArray &type, Failure failure)
{
    if (failure.code != 400)
        return failure;   // protobuf says itself what it does not know
    const bool yaml = type.contains("yaml");
    if (request.method == "PATCH")
        failure.message = QString((yaml ? u"error decoding YAML: "_s : u"error decoding patch: "_s) + failure.message);
    else if (yaml)
        return unrecognized(kind, failure.message, request.body);
    else
        return unrecognized(kind, QString(u"couldn't get version/kind; json parse error: "_s + failure.message), request.body);
    return failure;
}

/// Where an object is wanted and something else came.
Failure noObject(const Request &request, const Kind &kind, const QByteArray &type, const QJsonValue &value)
{
    const QString found = QString(u"json: cannot unmarshal "_s + goType(value) + u" into Go value of type "_s);
    if (type == "application/json-patch+json")
        return badRequest(QString(u"error decoding patch: "_s + found + u"[]handlers.jsonPatchOp"_s));
    if (type == "application/apply-patch+yaml")
        return badRequest(QString(u"error decoding YAML: error unmarshaling JSON: while decoding JSON: "_s + found + u"map[string]interface {}"_s));
    if (request.method == "PATCH")
        return badRequest(QString(u"error decoding patch: "_s + found + u"map[string]interface {}"_s));
    return unrecognized(kind, QString(u"couldn't get version/kind; json parse error: "_s + found
        + u"struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }"_s), request.body);
}


}

Response ApiCore::write(const Request &request, const Route &route)
{
    const Kind &kind = *route.kind;
    const QByteArray type = request.headers.value("content-type", "application/json").split(';').first().trimmed().toLower();
    const bool patch = route.verb == "patch"_L1;
    if (const auto refused = unacceptable(kind, type, patch))
        return refused->response();
    const bool applied = patch && type == "application/apply-patch+yaml";
    const auto how = writeOptions(request, route, applied);
    if (!how)
        return how.failure().response();
    const auto body = bodyOf(request, type);
    if (!body)
        return badBody(request, kind, type, body.failure()).response();
    WriteOptions chosen = *how;
    if (!type.contains("yaml") && !type.contains("protobuf") && how->validation != WriteOptions::Validation::Ignore)
        chosen.duplicates = duplicateFields(request.body);
    if (type == "application/json-patch+json" ? !body->isArray() : !body->isObject())
        return noObject(request, kind, type, *body).response();
    const QString ns = kind.namespaced ? route.ns : QString();
    if (patch && !applied)
        return written(objects.patch(kind, ns, route.name, type, *body, request.user, chosen), kind, request);
    if (applied)
        return written(objects.apply(kind, ns, route.name, body->toObject(), request.user, chosen), kind, request);
    if (route.verb == "update"_L1)
        return written(objects.update(kind, ns, route.name, body->toObject(), request.user, chosen), kind, request);
    return written(objects.create(kind, ns, body->toObject(), request.user, chosen), kind, request);
}

Response ApiCore::remove(const Request &request, const Route &route)
{
    QJsonObject body;
    if (!request.body.trimmed().isEmpty()) {
        const auto given = bodyOf(request, request.headers.value("content-type"));
        if (!given) {
            Failure failure = given.failure();
            if (failure.code == 400)
                failure.message = QString(u"couldn't get version/kind; json parse error: "_s + failure.message);
            return failure.response();
        }
        body = given->toObject();
    }
    const auto asked = deleteOptions(request, body);
    if (!asked)
        return asked.failure().response();
    DeleteOptions how = *asked;
    QStringList warnings;
    if (route.kind->resource() == "jobs.batch"_L1 && how.propagation.isEmpty()) {
        how.propagation = u"Orphan"_s;
        warnings.append(u"child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning"_s);
    }
    if (route.verb == "deletecollection"_L1)
        return removeAll(request, route, how);
    const QString ns = route.kind->namespaced ? route.ns : QString();
    const auto gone = objects.remove(*route.kind, ns, route.name, request.user, how);
    Response response = gone ? json(200, *gone) : gone.failure().response();
    response.warnings = warnings;
    return response;
}

Response ApiCore::removeAll(const Request &request, const Route &route, const DeleteOptions &how)
{
    const auto selector = Selector::parse(*route.kind, request.queryValue(u"labelSelector"_s), request.queryValue(u"fieldSelector"_s));
    if (!selector)
        return selector.failure().response();
    const Snapshot snapshot = store.snapshot(route.kind->stored());
    QJsonArray items;
    QJsonObject metadata{{u"resourceVersion"_s, QString::number(store.revision())}};
    if (route.kind->custom)
        metadata.insert("continue"_L1, QString());
    for (const StoredPtr &object : *snapshot.objects) {
        if ((!route.ns.isEmpty() && object->ns != route.ns) || !selector->matches(*object))
            continue;
        const auto gone = objects.remove(*kinds.byResource(route.kind->stored()), object->ns, object->name, request.user, how);
        if (!gone && gone.failure().code != 404)
            return gone.failure().response();
        QJsonObject item = object->object();
        if (!route.kind->custom) {
            item.remove("apiVersion"_L1);
            item.remove("kind"_L1);
        }
        items.append(item);
    }
    return json(200, QJsonObject{{u"kind"_s, QString(route.kind->kind + u"List"_s)}, {u"apiVersion"_s, route.kind->gvr.apiVersion()},
                         {u"metadata"_s, metadata}, {u"items"_s, items}});
}

}
