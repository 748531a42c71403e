// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Status.h"

#include "app/demo/api/Kinds.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

QJsonObject details(const Failure &failure)
{
    QJsonObject details;
    const auto add = [&details](const char *key, const QString &value) {
        if (!value.isEmpty())
            details.insert(QLatin1String(key), value);
    };
    add("name", failure.name);
    add("group", failure.group);
    add("kind", failure.kind);
    add("uid", failure.uid);
    QJsonArray causes;
    for (const ErrorCause &cause : failure.causes) {
        QJsonObject one;
        if (!cause.reason.isEmpty())
            one.insert("reason"_L1, cause.reason);
        if (!cause.message.isEmpty())
            one.insert("message"_L1, cause.message);
        if (!cause.field.isEmpty())
            one.insert("field"_L1, cause.field);
        causes.append(one);
    }
    if (!causes.isEmpty())
        details.insert("causes"_L1, causes);
    if (failure.retryAfterSeconds >= 0)
        details.insert("retryAfterSeconds"_L1, failure.retryAfterSeconds);
    return details;
}

Failure about(const Kind &kind, const QString &name, int code, const QString &reason, const QString &message)
{
    Failure failure{code, reason, message};
    failure.name = name;
    failure.group = kind.gvr.group;
    failure.kind = kind.gvr.resource;
    return failure;
}

/// As field.ErrorList.ToAggregate().Error(): one sentence, or several in brackets, without repeats.
QString joined(const QList<ErrorCause> &causes)
{
    QStringList texts;
    for (const ErrorCause &cause : causes) {
        const QString text = cause.field.isEmpty() ? cause.message : QString(cause.field + u": "_s + cause.message);
        if (!texts.contains(text))
            texts.append(text);
    }
    return texts.size() == 1 ? texts.first() : QString(u'[' + texts.join(u", "_s) + u']');
}

}

QJsonObject Failure::status() const
{
    QJsonObject metadata;
    if (!continueToken.isEmpty())
        metadata.insert("continue"_L1, continueToken);
    QJsonObject status{{u"kind"_s, u"Status"_s}, {u"apiVersion"_s, u"v1"_s}, {u"metadata"_s, metadata},
        {u"status"_s, u"Failure"_s}, {u"message"_s, message}, {u"code"_s, code}};
    if (!reason.isEmpty())
        status.insert("reason"_L1, reason);
    if (const QJsonObject more = details(*this); generic || !more.isEmpty())
        status.insert("details"_L1, more);
    return status;
}

Response Failure::response() const
{
    Response response = json(code, status());
    if (retryAfterSeconds >= 0)
        response.headers.insert("retry-after", QByteArray::number(retryAfterSeconds));
    return response;
}

Failure notFound(const Kind &kind, const QString &name)
{
    return about(kind, name, 404, u"NotFound"_s, QString(kind.resource() + u" \""_s + name + u"\" not found"_s));
}

Failure alreadyExists(const Kind &kind, const QString &name)
{
    return about(
        kind, name, 409, u"AlreadyExists"_s, QString(kind.resource() + u" \""_s + name + u"\" already exists"_s));
}

Failure conflict(const Kind &kind, const QString &name, const QString &why)
{
    return about(kind, name, 409, u"Conflict"_s,
        QString(u"Operation cannot be fulfilled on "_s + kind.resource() + u" \""_s + name + u"\": "_s + why));
}

Failure invalid(const Kind &kind, const QString &name, const QList<ErrorCause> &causes)
{
    const QString qualified = kind.gvr.group.isEmpty() ? kind.kind : QString(kind.kind + u'.' + kind.gvr.group);
    Failure failure = about(
        kind, name, 422, u"Invalid"_s, QString(qualified + u" \""_s + name + u"\" is invalid: "_s + joined(causes)));
    failure.kind = kind.kind;
    failure.causes = causes;
    return failure;
}

Failure badRequest(const QString &message)
{
    return {400, u"BadRequest"_s, message};
}

Failure noSuchPath()
{
    Failure failure{404, u"NotFound"_s, u"the server could not find the requested resource"_s};
    failure.generic = true;
    return failure;
}

Response noSuchPage()
{
    Response response;
    response.status = 404;
    response.contentType = "text/plain; charset=utf-8";
    response.headers.insert("x-content-type-options", "nosniff");
    response.body = "404 page not found\n";
    return response;
}

Failure methodNotAllowed(const Kind *kind, const QByteArray &method)
{
    Failure failure{405, u"MethodNotAllowed"_s, u"the server does not allow this method on the requested resource"_s};
    failure.generic = true;
    if (kind != nullptr && !method.isEmpty()) {
        failure.group = kind->gvr.group;
        failure.kind = kind->gvr.resource;
    }
    return failure;
}

Failure expired(const QString &message)
{
    return {410, u"Expired"_s, message};
}

Failure unsupportedMediaType(const QStringList &accepted)
{
    return {415, u"UnsupportedMediaType"_s,
        QString(u"the body of the request was in an unknown format - accepted media types include: "_s
            + accepted.join(u", "_s))};
}

Response json(int status, const QJsonObject &body)
{
    Response response;
    response.status = status;
    response.body = QJsonDocument(body).toJson(QJsonDocument::Compact) + '\n';
    return response;
}

}
