// SPDX-License-Identifier: GPL-3.0-or-later
// The subresource scale of deployments and their siblings: autoscaling/v1 Scale.
#include "app/demo/api/ApiCore.h"
#include "app/demo/api/Decode.h"
#include "app/demo/api/Options.h"
#include "models/core/Json.h"
#include "models/core/JsonPatch.h"

#include <QJsonArray>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

QJsonObject scaleOf(const QJsonObject &object)
{
    QJsonObject metadata;
    for (const QString &name : {u"name"_s, u"namespace"_s, u"uid"_s, u"resourceVersion"_s, u"creationTimestamp"_s})
        metadata.insert(name, json::at(object, QString(u"/metadata/"_s + name)));
    QStringList selector;
    const QJsonObject labels = json::at(object, u"/spec/selector/matchLabels"_s).toObject();
    for (auto label = labels.begin(); label != labels.end(); ++label)
        selector.append(QString(label.key() + u'=' + label->toString()));
    QJsonObject spec;
    if (const qint64 replicas = json::at(object, u"/spec/replicas"_s).toInteger(0); replicas != 0)
        spec.insert("replicas"_L1, replicas);
    return {{u"kind"_s, u"Scale"_s}, {u"apiVersion"_s, u"autoscaling/v1"_s}, {u"metadata"_s, metadata}, {u"spec"_s, spec},
        {u"status"_s, QJsonObject{{u"replicas"_s, json::at(object, u"/status/replicas"_s).toInteger(0)}, {u"selector"_s, selector.join(u',')}}}};
}

std::optional<Failure> badScale(const QJsonObject &wanted, const QString &name, bool patch)
{
    const QJsonValue replicas = json::at(wanted, u"/spec/replicas"_s);
    if (!replicas.isUndefined() && !replicas.isDouble()) {
        const QString why = QString(u"json: cannot unmarshal "_s + goType(replicas) + u" into Go struct field ScaleSpec.spec.replicas of type int32"_s);
        if (patch)
            return badPatch(wanted, why);
        return badRequest(QString(u"Scale in version \"v1\" cannot be handled as a Scale: "_s + why));
    }
    if (replicas.toInteger(0) >= 0)
        return std::nullopt;
    const QString why = QString(u"Invalid value: "_s + QString::number(replicas.toInteger()) + u": must be greater than or equal to 0"_s);
    Failure failure{422, u"Invalid"_s, QString(u"Scale.autoscaling \""_s + name + u"\" is invalid: spec.replicas: "_s + why)};
    failure.name = name;
    failure.group = u"autoscaling"_s;
    failure.kind = u"Scale"_s;
    failure.causes = {{u"spec.replicas"_s, u"FieldValueInvalid"_s, why}};
    return failure;
}

}

bool hasScale(const Kind &kind)
{
    return kind.gvr.group == "apps"_L1;
}

Response ApiCore::scale(const Request &request, const Route &route)
{
    const Kind &kind = *route.kind;
    const bool patch = request.method == "PATCH";
    if (request.method != "GET" && request.method != "PUT" && !patch)
        return methodNotAllowed(nullptr, {}).response();
    const auto object = objects.get(kind, route.ns, route.name);
    if (!object)
        return object.failure().response();
    const QJsonObject now = scaleOf(*object);
    if (request.method == "GET")
        return json(200, now);
    const QByteArray type = request.headers.value("content-type", "application/json").split(';').first().trimmed().toLower();
    const auto how = writeOptions(request, route, type == "application/apply-patch+yaml");
    if (!how)
        return how.failure().response();
    const auto body = bodyOf(request, type);
    if (!body)
        return body.failure().response();
    QJsonObject wanted = patch ? json::mergePatch(now, *body).toObject() : body->toObject();
    if (type == "application/json-patch+json") {
        const auto patched = json::applyJsonPatch(now, body->toArray());
        if (!patched)
            return badRequest(patched.error().message).response();
        wanted = *patched;
    }
    if (const auto refused = badScale(wanted, route.name, patch))
        return refused->response();
    QJsonObject change{{u"spec"_s, QJsonObject{{u"replicas"_s, json::at(wanted, u"/spec/replicas"_s).toInteger(0)}}}};
    if (const QJsonValue version = json::at(wanted, u"/metadata/resourceVersion"_s); version.isString())
        change.insert("metadata"_L1, QJsonObject{{u"resourceVersion"_s, version}});
    const auto written = objects.patch(kind, route.ns, route.name, "application/merge-patch+json", change, request.user, *how);
    return written ? json(200, scaleOf(written->object)) : written.failure().response();
}

}
