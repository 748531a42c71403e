// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/Gateway.h"
#include "app/kube/GatewayPaths.h"
#include "app/kube/HttpOptions.h"
#include "app/kube/StatusError.h"
#include "models/core/Json.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

namespace qd::kube {

using namespace Qt::StringLiterals;
using ports::Verb;

namespace {

struct Tr
{
    Q_DECLARE_TR_FUNCTIONS(Gateway)
};

QString textOf(const ports::WriteRequest &request)
{
    const QString name = !request.name.isEmpty()
        ? request.name
        : request.body.toObject().value("metadata"_L1).toObject().value("name"_L1).toString();
    return objectText(request.gvr, request.ns, name);
}

QJsonObject deleteOptions(const ports::WriteRequest &request)
{
    QJsonObject options{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"DeleteOptions"_s}};
    QJsonObject preconditions;
    if (!request.uid.isEmpty())
        preconditions.insert(u"uid"_s, request.uid);
    if (!request.resourceVersion.isEmpty())
        preconditions.insert(u"resourceVersion"_s, request.resourceVersion);
    if (!preconditions.isEmpty())
        options.insert(u"preconditions"_s, preconditions);
    if (!request.propagation.isEmpty())
        options.insert(u"propagationPolicy"_s, request.propagation);
    if (request.dryRun)
        options.insert(u"dryRun"_s, QJsonArray{u"All"_s});
    return options;
}

HttpRequest httpRequest(const ports::WriteRequest &request, const QString &fieldManager)
{
    HttpRequest http;
    const bool remove = request.verb == Verb::Delete;
    switch (request.verb) {
    case Verb::Create:
        http.method = "POST";
        http.contentType = "application/json";
        break;
    case Verb::Update:
        http.method = "PUT";
        http.contentType = "application/json";
        break;
    case Verb::MergePatch:
        http.method = "PATCH";
        http.contentType = "application/merge-patch+json";
        break;
    case Verb::JsonPatch:
        http.method = "PATCH";
        http.contentType = "application/json-patch+json";
        break;
    case Verb::Delete:
        http.method = "DELETE";
        http.contentType = "application/json";
        break;
    }
    const QString name = request.verb == Verb::Create && request.subresource.isEmpty() ? QString() : request.name;
    http.pathAndQuery = withQuery(resourcePath(request.gvr, request.ns, name, request.subresource),
        {{u"fieldManager"_s, remove ? QString() : fieldManager},
            {u"fieldValidation"_s, request.strict && !remove ? u"Strict"_s : QString()},
            {u"dryRun"_s, request.dryRun ? u"All"_s : QString()}});
    http.body = json::compact(remove ? QJsonValue(deleteOptions(request)) : request.body);
    return http;
}

bool hasTests(const ports::WriteRequest &request)
{
    if (request.verb != Verb::JsonPatch)
        return false;
    for (const QJsonValue &operation : request.body.toArray()) {
        if (operation.toObject().value("op"_L1).toString() == "test"_L1)
            return true;
    }
    return false;
}

}

void GatewayWorker::write(const ports::WriteRequest &request, std::stop_token stop, Reply<ports::WriteOutcome> reply)
{
    if (request.name.isEmpty() && request.verb != Verb::Create)
        return reply(Error{ErrorKind::Invalid,
            Tr::tr("A change of %1 names no object.").arg(objectText(request.gvr, request.ns, {}))});
    HttpCall call;
    call.request = httpRequest(request, m_fieldManager);
    call.what = textOf(request);
    call.stop = stop;
    m_dispatcher->send(std::move(call), [this, request, stop, reply](Result<HttpReply> answer) {
        if (answer)
            return written(request, *answer, reply);
        writeFailed(request, answer.error(), stop, reply);
    });
}

void GatewayWorker::written(
    const ports::WriteRequest &request, const HttpReply &answer, const Reply<ports::WriteOutcome> &reply) const
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(answer.body, &problem);
    if (!document.isObject()) {
        Error error = errorNotJson(answer.head, answer.body, textOf(request), problem.errorString());
        error.remedy = Tr::tr("The change may have been made: read the object back before you try again.");
        return reply(error);
    }
    reply(ports::WriteOutcome{document.object(), answer.head.warnings});
}

void GatewayWorker::writeFailed(
    const ports::WriteRequest &request, const Error &error, std::stop_token stop, Reply<ports::WriteOutcome> reply)
{
    if (error.httpStatus == 422 && hasTests(request))
        return checkTests(request, error, stop, std::move(reply));
    const bool ambiguous = (error.kind == ErrorKind::Network || error.kind == ErrorKind::Timeout)
        && error.reason != QLatin1String(kNotSent) && !request.dryRun
        && (error.httpStatus == 0 || error.httpStatus >= 500);
    if (!ambiguous)
        return reply(error);
    Error told = error;
    told.remedy
        = Tr::tr("Whether the change was made is not known: read the object back and compare before you try again.");
    reply(told);
}

/// The API server answers 422 to a failed test of a JSON patch as to an invalid object (kubernetes.md 2.5): the live
/// object tells which it was.
void GatewayWorker::checkTests(
    const ports::WriteRequest &request, const Error &error, std::stop_token stop, Reply<ports::WriteOutcome> reply)
{
    const QString what = textOf(request);
    get(resourcePath(request.gvr, request.ns, request.name), what, stop,
        [request, error, what, reply](Result<QJsonObject> live) {
            if (!live)
                return reply(live.error().kind == ErrorKind::NotFound || live.error().kind == ErrorKind::Cancelled
                        ? live.error()
                        : error);
            for (const QJsonValue &value : request.body.toArray()) {
                const QJsonObject operation = value.toObject();
                if (operation.value("op"_L1).toString() != "test"_L1)
                    continue;
                const QString pointer = operation.value("path"_L1).toString();
                if (json::at(*live, pointer) == operation.value("value"_L1))
                    continue;
                Error conflict{ErrorKind::Conflict,
                    Tr::tr("%1 was changed by someone else since it was read.").arg(what),
                    Tr::tr("Read it again and repeat the change."), error.detail, u"Conflict"_s};
                conflict.httpStatus = error.httpStatus;
                conflict.causes.append(
                    ErrorCause{pointer, u"TestFailed"_s, Tr::tr("The value is not the expected one any more.")});
                return reply(conflict);
            }
            reply(error);
        });
}

}
