// SPDX-License-Identifier: GPL-3.0-or-later
// v1.PodLogOptions as kube-apiserver reads it, and its words for what a kubelet refuses.
#include "app/demo/api/PodLogs.h"

#include "app/demo/api/Kinds.h"

#include <QDateTime>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

std::optional<Failure> readNumber(const Request &request, const QString &key, std::optional<qint64> &number)
{
    if (!request.query.hasQueryItem(key))
        return std::nullopt;
    const QString text = request.queryValue(key);
    bool ok = false;
    number = text.toLongLong(&ok);
    if (!ok)
        return badRequest(QString(u"strconv.ParseInt: parsing \""_s + text + u"\": invalid syntax"_s));
    return std::nullopt;
}

ErrorCause tooSmall(const QString &field, qint64 value, const QString &why)
{
    return {field, u"FieldValueInvalid"_s, QString(u"Invalid value: "_s + QString::number(value) + u": "_s + why)};
}

/// What apimachinery makes of an answer that holds no Status.
Failure genericFailure(int code, const QString &pod)
{
    Failure failure;
    failure.code = code;
    failure.reason = u"Unknown"_s;
    failure.message = QString(u"the server responded with the status code "_s + QString::number(code) + u" but did not return more information"_s);
    if (code == 404) {
        failure.reason = u"NotFound"_s;
        failure.message = u"the server could not find the requested resource"_s;
    } else if (code == 422) {
        failure.reason = u"Invalid"_s;
        failure.message = u"the server rejected our request due to an error in our request"_s;
    }
    failure.message += u" ( pods/log "_s + pod + u')';
    failure.kind = u"pods/log"_s;
    failure.name = pod;
    return failure;
}

}

std::optional<Failure> checkPodLog(const Request &request, const QString &pod)
{
    std::optional<qint64> tailLines;
    std::optional<qint64> limitBytes;
    std::optional<qint64> sinceSeconds;
    for (const auto &[key, number] : {std::pair(u"tailLines"_s, &tailLines), {u"limitBytes"_s, &limitBytes}, {u"sinceSeconds"_s, &sinceSeconds}}) {
        if (auto failure = readNumber(request, key, *number))
            return failure;
    }
    const bool sinceTime = request.query.hasQueryItem(u"sinceTime"_s);
    const QString time = request.queryValue(u"sinceTime"_s);
    const QDateTime parsed = QDateTime::fromString(time, Qt::ISODateWithMs);
    if (sinceTime && (!parsed.isValid() || parsed.timeSpec() == Qt::LocalTime))
        return badRequest(QString(u"parsing time \""_s + time + u"\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \""_s + time + u"\" as \"2006\""_s));
    QList<ErrorCause> causes;
    if (tailLines && *tailLines < 0)
        causes.append(tooSmall(u"tailLines"_s, *tailLines, u"must be greater than or equal to 0"_s));
    if (limitBytes && *limitBytes < 1)
        causes.append(tooSmall(u"limitBytes"_s, *limitBytes, u"must be greater than 0"_s));
    if (sinceSeconds && sinceTime)
        causes.append({u"[]"_s, u"FieldValueForbidden"_s, u"Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified"_s});
    else if (sinceSeconds && *sinceSeconds < 1)
        causes.append(tooSmall(u"sinceSeconds"_s, *sinceSeconds, u"must be greater than 0"_s));
    if (request.query.hasQueryItem(u"stream"_s))
        causes.append({u"stream"_s, u"FieldValueForbidden"_s, u"Forbidden: may not be specified"_s});
    if (causes.isEmpty())
        return std::nullopt;
    Kind kind;
    kind.kind = u"PodLogOptions"_s;
    return invalid(kind, pod, causes);
}

Failure podLogRefused(int status, const QString &pod, const QByteArray &body)
{
    const QString text = QString::fromUtf8(body);
    if (status == 400)
        return badRequest(text);
    if (status != 500)
        return genericFailure(status, pod);
    Failure failure{500, u"InternalError"_s, QString(u"Internal error occurred: "_s + text)};
    failure.causes = {{{}, {}, text}};
    return failure;
}

}
