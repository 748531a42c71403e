// SPDX-License-Identifier: GPL-3.0-or-later
// events.k8s.io/v1: reads and writes of single events through the core group's storage. Lists and watches: Lists.cpp, Watches.cpp.
#include "app/demo/api/ApiCore.h"
#include "app/demo/api/Decode.h"
#include "app/demo/api/EventForms.h"
#include "app/demo/api/Options.h"
#include "models/core/Json.h"
#include "models/core/JsonPatch.h"

#include <QJsonArray>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

/// A refusal about the stored kind as it reads for the view.
Response refusal(Failure failure, const Kind &view)
{
    if (failure.code == 404 && failure.kind == "events"_L1)
        failure = notFound(view, failure.name);
    return failure.response();
}

std::optional<Failure> incomplete(const Kind &stored, const QJsonObject &event)
{
    QList<ErrorCause> causes;
    const auto require = [&](const QString &field) {
        if (event.value(field).toString().isEmpty())
            causes.append({field, u"FieldValueRequired"_s, u"Required value"_s});
    };
    for (const QString &field : {u"eventTime"_s, u"reportingController"_s, u"reportingInstance"_s, u"action"_s, u"reason"_s})
        require(field);
    if (causes.isEmpty())
        return std::nullopt;
    return invalid(stored, json::at(event, u"/metadata/name"_s).toString(), causes);
}

}

Response ApiCore::viewedEvent(const Request &request, const Route &route)
{
    const Kind &view = *route.kind;
    const Kind &stored = *kinds.byResource(view.storedAs);
    if (request.method == "DELETE") {
        const auto body = request.body.trimmed().isEmpty() ? Outcome<QJsonValue>(QJsonObject()) : bodyOf(request, request.headers.value("content-type"));
        const auto how = deleteOptions(request, body ? body->toObject() : QJsonObject());
        if (!how)
            return how.failure().response();
        auto gone = objects.remove(stored, route.ns, route.name, request.user, *how);
        if (!gone)
            return refusal(gone.failure(), view);
        QJsonObject answer = *gone;
        QJsonObject details = answer.value("details"_L1).toObject();
        if (details.isEmpty())
            return json(200, eventView(answer));
        details.insert("group"_L1, view.gvr.group);
        answer.insert("details"_L1, details);
        return json(200, answer);
    }
    const auto form = formOf(request.headers.value("accept"), view, false);
    if (!form)
        return form.failure().response();
    const Include include = includeOf(request.queryValue(u"includeObject"_s));
    if (route.verb == "get"_L1) {
        const auto event = objects.get(stored, route.ns, route.name);
        return event ? json(200, inForm(view, eventView(*event), *form, include, options.now())) : refusal(event.failure(), view);
    }
    const auto how = writeOptions(request, route, false);
    if (!how)
        return how.failure().response();
    const auto event = eventOf(request, route, stored);
    if (!event)
        return refusal(event.failure(), view);
    const auto written = route.verb == "create"_L1 ? objects.create(stored, route.ns, *event, request.user, *how)
                                                   : objects.update(stored, route.ns, route.name, *event, request.user, *how);
    if (!written)
        return refusal(written.failure(), view);
    Response response = json(written->created ? 201 : 200, inForm(view, eventView(written->object), *form, include, options.now()));
    response.warnings = written->warnings;
    return response;
}

/// The event to store: the body, or what the patch makes of the event that is there.
Outcome<QJsonObject> ApiCore::eventOf(const Request &request, const Route &route, const Kind &stored)
{
    const QByteArray type = request.headers.value("content-type", "application/json").split(';').first().trimmed().toLower();
    const auto body = bodyOf(request, type);
    if (!body)
        return unrecognized(*route.kind, QString(u"couldn't get version/kind; json parse error: "_s + body.failure().message), request.body);
    if (route.verb != "patch"_L1) {
        const QJsonObject given = body->toObject();
        if (const auto refused = wrongKind(*route.kind, given))
            return *refused;
        if (route.verb == "create"_L1) {
            if (const auto refused = incomplete(stored, given))
                return *refused;
        }
        return eventOfView(given);
    }
    const auto live = objects.get(stored, route.ns, route.name);
    if (!live)
        return live.failure();
    const QJsonObject now = eventView(*live);
    if (type == "application/json-patch+json") {
        const auto patched = json::applyJsonPatch(now, body->toArray());
        if (!patched)
            return badRequest(patched.error().message);
        return eventOfView(*patched);
    }
    return eventOfView(json::mergePatch(now, *body).toObject());
}

}
