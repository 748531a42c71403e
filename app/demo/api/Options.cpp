// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Options.h"

#include "models/core/Json.h"

#include <QJsonArray>

namespace qd::demo {

using namespace Qt::StringLiterals;
using Causes = QList<ErrorCause>;

namespace {

void forbid(Causes &causes, const QString &field, const QString &why)
{
    causes.append({field, u"FieldValueForbidden"_s, QString(u"Forbidden: "_s + why)});
}

void unsupported(Causes &causes, const QString &field, const QString &value, const QString &supported)
{
    causes.append({field, u"FieldValueNotSupported"_s, QString(u"Unsupported value: "_s + value + u": supported values: "_s + supported)});
}

QString quoted(const QString &text)
{
    return QString(u'"' + text + u'"');
}

Failure invalidOptions(const QString &kind, const Causes &causes)
{
    QStringList texts;
    for (const ErrorCause &cause : causes)
        texts.append(QString(cause.field + u": "_s + cause.message));
    Failure failure{422, u"Invalid"_s, {}};
    failure.message = QString(kind + u".meta.k8s.io \"\" is invalid: "_s + (texts.size() == 1 ? texts.first() : QString(u'[' + texts.join(u", "_s) + u']')));
    failure.group = u"meta.k8s.io"_s;
    failure.kind = kind;
    failure.causes = causes;
    return failure;
}

std::optional<Failure> notANumber(const Request &request, const QString &name)
{
    const QString text = request.queryValue(name);
    bool number = text.isEmpty();
    if (!number)
        text.toLongLong(&number);
    if (number)
        return std::nullopt;
    return badRequest(QString(u"strconv.ParseInt: parsing "_s + quoted(text) + u": invalid syntax"_s));
}

Causes listCauses(const Request &request, const ListOptions &options, bool watching)
{
    Causes causes;
    const QString field = u"resourceVersionMatch"_s;
    const QString &match = options.resourceVersionMatch;
    const bool asked = request.query.hasQueryItem(u"sendInitialEvents"_s);
    if (watching && asked && match != "NotOlderThan"_L1)
        forbid(causes, field, u"sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"_s);
    if (watching && !options.continueToken.isEmpty() && match.isEmpty())
        forbid(causes, field, u"resourceVersionMatch is forbidden when continue is provided"_s);
    if (!match.isEmpty() && watching) {
        if (!asked)
            forbid(causes, field, u"resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"_s);
        if (match != "NotOlderThan"_L1)
            unsupported(causes, field, quoted(match), u"\"NotOlderThan\""_s);
    } else if (!match.isEmpty()) {
        if (options.resourceVersion.isEmpty())
            forbid(causes, field, u"resourceVersionMatch is forbidden unless resourceVersion is provided"_s);
        if (!options.continueToken.isEmpty())
            forbid(causes, field, u"resourceVersionMatch is forbidden when continue is provided"_s);
        if (match != "Exact"_L1 && match != "NotOlderThan"_L1)
            unsupported(causes, field, quoted(match), u"\"Exact\", \"NotOlderThan\", \"\""_s);
        if (match == "Exact"_L1 && options.resourceVersion == "0"_L1)
            forbid(causes, field, u"resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""_s);
    }
    if (!watching && asked)
        forbid(causes, u"sendInitialEvents"_s, u"sendInitialEvents is forbidden for list"_s);
    return causes;
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

void checkDryRun(Causes &causes, const QStringList &given)
{
    if (!given.isEmpty() && given != QStringList{u"All"_s})
        unsupported(causes, u"dryRun"_s, QString::fromUtf8(json::compact(QJsonArray::fromStringList(given))), u"\"All\""_s);
}

QStringList dryRunOf(const Request &request)
{
    QStringList given = request.query.allQueryItemValues(u"dryRun"_s, QUrl::FullyDecoded);
    given.removeAll(QString());
    return given;
}

}

bool truthy(const Request &request, const QString &name)
{
    if (!request.query.hasQueryItem(name))
        return false;
    const QString value = request.queryValue(name);
    return value != "0"_L1 && value.compare("false"_L1, Qt::CaseInsensitive) != 0;
}

Outcome<ListOptions> listOptions(const Request &request, const Route &route)
{
    for (const QString &name : {u"limit"_s, u"timeoutSeconds"_s}) {
        if (const auto refused = notANumber(request, name))
            return *refused;
    }
    ListOptions options;
    options.ns = route.kind->namespaced ? route.ns : QString();
    options.name = route.name;
    options.labelSelector = request.queryValue(u"labelSelector"_s);
    options.fieldSelector = request.queryValue(u"fieldSelector"_s);
    options.limit = std::max(qint64(0), request.queryValue(u"limit"_s).toLongLong());
    options.continueToken = request.queryValue(u"continue"_s);
    options.resourceVersion = request.queryValue(u"resourceVersion"_s);
    options.resourceVersionMatch = request.queryValue(u"resourceVersionMatch"_s);
    options.include = includeOf(request.queryValue(u"includeObject"_s));
    options.allowBookmarks = truthy(request, u"allowWatchBookmarks"_s);
    options.sendInitialEvents = truthy(request, u"sendInitialEvents"_s);
    options.timeoutSeconds = request.queryValue(u"timeoutSeconds"_s).toInt();
    if (const Causes causes = listCauses(request, options, route.verb == "watch"_L1); !causes.isEmpty())
        return invalidOptions(u"ListOptions"_s, causes);
    return options;
}

Outcome<WriteOptions> writeOptions(const Request &request, const Route &route, bool applied)
{
    using Validation = WriteOptions::Validation;
    const bool patch = route.verb == "patch"_L1;
    Causes causes;
    const QString manager = request.queryValue(u"fieldManager"_s);
    if (patch && !applied && request.query.hasQueryItem(u"force"_s))
        forbid(causes, u"force"_s, u"may not be specified for non-apply patch"_s);
    if (applied && manager.isEmpty())
        causes.append({u"fieldManager"_s, u"FieldValueRequired"_s, u"Required value: is required for apply patch"_s});
    if (manager.toUtf8().size() > 128)
        causes.append({u"fieldManager"_s, u"FieldValueTooLong"_s, u"Too long: may not be more than 128 bytes"_s});
    const QStringList dryRun = dryRunOf(request);
    checkDryRun(causes, dryRun);
    const QString validation = request.queryValue(u"fieldValidation"_s);
    if (!validation.isEmpty() && validation != "Strict"_L1 && validation != "Warn"_L1 && validation != "Ignore"_L1)
        unsupported(causes, u"fieldValidation"_s, quoted(validation), u"\"\", \"Ignore\", \"Strict\", \"Warn\""_s);
    if (!causes.isEmpty())
        return invalidOptions(patch ? u"PatchOptions"_s : route.verb == "update"_L1 ? u"UpdateOptions"_s : u"CreateOptions"_s, causes);
    WriteOptions options;
    options.dryRun = !dryRun.isEmpty();
    options.validation = validation == "Strict"_L1 ? Validation::Strict : validation == "Ignore"_L1 ? Validation::Ignore : Validation::Warn;
    options.manager = managerOf(request);
    options.force = truthy(request, u"force"_s);
    options.patch = patch;
    options.subresource = route.subresource;
    return options;
}

Outcome<DeleteOptions> deleteOptions(const Request &request, const QJsonObject &body)
{
    const QString kind = body.value("kind"_L1).toString();
    if (!kind.isEmpty() && kind != "DeleteOptions"_L1) {
        return badRequest(QString(u"no kind "_s + quoted(kind) + u" is registered for version "_s + quoted(body.value("apiVersion"_L1).toString())
            + u" in scheme \"pkg/runtime/scheme.go:111\""_s));
    }
    DeleteOptions how;
    how.uid = json::at(body, u"/preconditions/uid"_s).toString();
    how.resourceVersion = json::at(body, u"/preconditions/resourceVersion"_s).toString();
    const bool told = !request.body.trimmed().isEmpty();   // then the query is not looked at
    how.propagation = told ? body.value("propagationPolicy"_L1).toString() : request.queryValue(u"propagationPolicy"_s);
    how.gracePeriodSeconds = body.value("gracePeriodSeconds"_L1).toInt(-1);
    bool grace = false;
    if (const int seconds = request.queryValue(u"gracePeriodSeconds"_s).toInt(&grace); grace && !told)
        how.gracePeriodSeconds = seconds;
    Causes causes;
    const QString field = u"propagationPolicy"_s;
    const QJsonValue orphans = body.value("orphanDependents"_L1);
    if (orphans.isBool() && !how.propagation.isEmpty()) {
        causes.append({field, u"FieldValueInvalid"_s,
            QString(u"Invalid value: "_s + quoted(how.propagation) + u": orphanDependents and deletionPropagation cannot be both set"_s)});
    }
    static const QStringList known{QString(), u"Background"_s, u"Foreground"_s, u"Orphan"_s};
    if (!known.contains(how.propagation))
        unsupported(causes, field, quoted(how.propagation), u"\"Foreground\", \"Background\", \"Orphan\", \"nil\""_s);
    QStringList dryRun = told ? QStringList() : dryRunOf(request);
    for (const QJsonValue &one : body.value("dryRun"_L1).toArray())
        dryRun.append(one.toString());
    checkDryRun(causes, dryRun);
    if (!causes.isEmpty())
        return invalidOptions(u"DeleteOptions"_s, causes);
    if (orphans.isBool())
        how.propagation = orphans.toBool() ? u"Orphan"_s : u"Background"_s;
    how.dryRun = !dryRun.isEmpty();
    return how;
}

}
