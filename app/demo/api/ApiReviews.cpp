// SPDX-License-Identifier: GPL-3.0-or-later
// Who am I, may I, what may I: authorization.k8s.io/v1 and authentication.k8s.io/v1.
#include "app/demo/api/ApiCore.h"

#include "app/demo/api/Decode.h"
#include "app/demo/api/ManagedFields.h"
#include "app/demo/api/Options.h"
#include "models/core/Json.h"

#include <QJsonArray>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

QJsonObject userInfo(const User &user)
{
    QJsonObject info{{u"username"_s, user.name}, {u"groups"_s, QJsonArray::fromStringList(user.groups)}};
    if (!user.uid.isEmpty())
        info.insert("uid"_L1, user.uid);
    QJsonObject extra;
    for (auto one = user.extra.begin(); one != user.extra.end(); ++one)
        extra.insert(one.key(), QJsonArray::fromStringList(one.value()));
    if (!extra.isEmpty())
        info.insert("extra"_L1, extra);
    return info;
}

Attributes attributesOf(const QJsonObject &spec)
{
    const QJsonObject resource = spec.value("resourceAttributes"_L1).toObject();
    const QJsonObject path = spec.value("nonResourceAttributes"_L1).toObject();
    const auto text = [](const QJsonObject &object, const char *name) { return object.value(QLatin1String(name)).toString(); };
    if (!path.isEmpty())
        return {text(path, "verb"), {}, {}, {}, {}, {}, {}, text(path, "path")};
    return {text(resource, "verb"), text(resource, "group"), text(resource, "version"), text(resource, "resource"),
        text(resource, "subresource"), text(resource, "namespace"), text(resource, "name"), {}};
}

User subjectOf(const QJsonObject &spec)
{
    User user{spec.value("user"_L1).toString(), spec.value("uid"_L1).toString(), {}, {}};
    for (const QJsonValue &group : spec.value("groups"_L1).toArray())
        user.groups.append(group.toString());
    return user;
}

std::optional<Failure> incomplete(const QJsonObject &spec, bool self)
{
    if (!self && spec.value("user"_L1).toString().isEmpty() && spec.value("groups"_L1).toArray().isEmpty()) {
        const QString who = u"Invalid value: \"\": at least one of user or group must be specified"_s;
        Failure failure{422, u"Invalid"_s, QString(u".authorization.k8s.io \"\" is invalid: spec.user: "_s + who)};
        failure.group = u"authorization.k8s.io"_s;
        failure.causes = {{u"spec.user"_s, u"FieldValueInvalid"_s, who}};
        return failure;
    }
    const bool resource = spec.contains("resourceAttributes"_L1);
    const bool path = spec.contains("nonResourceAttributes"_L1);
    if (resource != path)
        return std::nullopt;
    const QString why = u"exactly one of nonResourceAttributes or resourceAttributes must be specified"_s;
    Failure failure{422, u"Invalid"_s, QString(u".authorization.k8s.io \"\" is invalid: spec.resourceAttributes: Invalid value: null: "_s + why)};
    failure.group = u"authorization.k8s.io"_s;
    failure.causes = {{u"spec.resourceAttributes"_s, u"FieldValueInvalid"_s, QString(u"Invalid value: null: "_s + why)}};
    return failure;
}

}

Response ApiCore::review(const Request &request, const Route &route)
{
    if (route.verb != "create"_L1)
        return methodNotAllowed(nullptr, request.method).response();
    const auto body = bodyOf(request, request.headers.value("content-type", "application/json"));
    if (!body) {
        Failure failure = body.failure();
        if (failure.code == 400 && route.kind != nullptr)
            failure = unrecognized(*route.kind, QString(u"couldn't get version/kind; json parse error: "_s + failure.message), request.body);
        return failure.response();
    }
    QJsonObject answer = body->toObject();
    const QJsonObject spec = answer.value("spec"_L1).toObject();
    answer.insert("metadata"_L1, route.ns.isEmpty() ? QJsonObject() : QJsonObject{{u"namespace"_s, route.ns}});
    if (route.kind != nullptr) {
        if (const auto refused = wrongKind(*route.kind, answer))
            return refused->response();
        const auto how = writeOptions(request, route, false);
        if (how)
            answer = managed::afterUpdate(route.kind->schema, {}, answer, {how->manager, false, {}, route.kind->gvr.apiVersion(), options.now()});
    }
    answer.insert("apiVersion"_L1, QString(route.group + u'/' + route.version));
    if (route.resource == "selfsubjectreviews"_L1) {
        answer.insert("kind"_L1, u"SelfSubjectReview"_s);
        answer.insert("metadata"_L1, QJsonObject{{u"creationTimestamp"_s, options.now().toUTC().toString(u"yyyy-MM-ddTHH:mm:ssZ"_s)}});
        answer.insert("status"_L1, QJsonObject{{u"userInfo"_s, userInfo(request.user)}});
        return json(201, answer);
    }
    if (route.resource == "selfsubjectrulesreviews"_L1) {
        const QString ns = spec.value("namespace"_L1).toString();
        if (ns.isEmpty())
            return badRequest(u"no namespace on request"_s).response();
        answer.insert("kind"_L1, u"SelfSubjectRulesReview"_s);
        answer.insert("spec"_L1, QJsonObject());
        answer.insert("metadata"_L1, QJsonObject());
        answer.insert("status"_L1, access.rules(request.user, ns));
        return json(201, answer);
    }
    const bool self = route.resource == "selfsubjectaccessreviews"_L1;
    const QString kind = route.kind != nullptr ? route.kind->kind : u"SubjectAccessReview"_s;
    if (const auto failure = incomplete(spec, self))
        return failure->response();
    const Decision decision = access.decide(self ? request.user : subjectOf(spec), attributesOf(spec));
    QJsonObject status{{u"allowed"_s, decision.allowed}};
    if (!decision.reason.isEmpty())
        status.insert("reason"_L1, decision.reason);
    answer.insert("kind"_L1, kind);
    answer.insert("status"_L1, status);
    return json(201, answer);
}

}
