// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/ReflectorRequests.h"

#include "models/ports/ResourceGateway.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>

#include <algorithm>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

QString encoded(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

void add(QString *query, QLatin1StringView name, const QString &value)
{
    if (value.isEmpty())
        return;
    *query += query->isEmpty() ? u'?' : u'&';
    *query += name + u'=' + encoded(value);
}

QString watch(const ports::WatchRequest &request, const QString &version, int timeoutSeconds, bool initial)
{
    QString query;
    add(&query, "watch"_L1, u"1"_s);
    add(&query, "allowWatchBookmarks"_L1, u"true"_s);
    if (initial) {
        add(&query, "sendInitialEvents"_L1, u"true"_s);
        add(&query, "resourceVersionMatch"_L1, u"NotOlderThan"_s);
    }
    add(&query, "resourceVersion"_L1, version);
    add(&query, "timeoutSeconds"_L1, QString::number(timeoutSeconds));
    add(&query, "labelSelector"_L1, request.labelSelector);
    return collectionPath(request) + query;
}

QString list(const ports::WatchRequest &request, const QString &version, const QString &match, const QString &token, int limit)
{
    QString query;
    add(&query, "limit"_L1, limit > 0 ? QString::number(limit) : QString());
    add(&query, "continue"_L1, token);
    add(&query, "resourceVersion"_L1, version);
    add(&query, "resourceVersionMatch"_L1, match);
    add(&query, "labelSelector"_L1, request.labelSelector);
    return collectionPath(request) + query;
}

bool mentions(const Error &error, QLatin1StringView word)
{
    const auto cause = [word](const ErrorCause &c) {
        return c.field.contains(word) || c.message.contains(word) || c.reason.contains(word);
    };
    return error.message.contains(word, Qt::CaseInsensitive) || error.detail.contains(word, Qt::CaseInsensitive)
        || std::any_of(error.causes.begin(), error.causes.end(), cause);
}

}

QString collectionPath(const ports::WatchRequest &request)
{
    const Gvr &gvr = request.kind.gvr;
    QString path = gvr.group.isEmpty() ? QString(u"/api/"_s + encoded(gvr.version))
                                       : QString(u"/apis/"_s + encoded(gvr.group) + u'/' + encoded(gvr.version));
    if (!request.ns.isEmpty() && request.kind.namespaced)
        path += u"/namespaces/"_s + encoded(request.ns);
    return path + u'/' + encoded(gvr.resource);
}

QString watchListPath(const ports::WatchRequest &request, const QString &version, int timeoutSeconds)
{
    return watch(request, version, timeoutSeconds, true);
}

QString watchPath(const ports::WatchRequest &request, const QString &version, int timeoutSeconds)
{
    return watch(request, version, timeoutSeconds, false);
}

QString listPath(const ports::WatchRequest &request, const QString &version, int limit)
{
    return list(request, version, {}, {}, limit);
}

QString nextPagePath(const ports::WatchRequest &request, const QString &continueToken, int limit)
{
    return list(request, {}, {}, continueToken, limit);
}

QString exactListPath(const ports::WatchRequest &request, const QString &version)
{
    return list(request, version, u"Exact"_s, {}, 0);
}

Verdict judge(const Error &error, bool watchList, bool inStream)
{
    if (error.kind == ErrorKind::Gone || error.httpStatus == 410)
        return Verdict::Relist;
    if (mentions(error, "ResourceVersionTooLarge"_L1) || mentions(error, "Too large resource version"_L1))
        return Verdict::DropVersion;
    if (error.kind == ErrorKind::TooMany || error.httpStatus == 429)
        return Verdict::BackOff;
    if (watchList) {
        const bool parameters = mentions(error, "resourceVersionMatch"_L1) || mentions(error, "sendInitialEvents"_L1)
            || mentions(error, "RequestWatchProgress"_L1);
        if (parameters || error.httpStatus == 400 || error.httpStatus == 422)
            return Verdict::NeverWatchList;
        if (inStream && error.httpStatus != 504)
            return Verdict::ListInstead;
    }
    if (error.kind == ErrorKind::Forbidden || error.httpStatus == 403)
        return Verdict::Forbidden;
    if (error.kind == ErrorKind::NotFound || error.httpStatus == 404)
        return Verdict::NotServed;
    if (watchList && error.httpStatus >= 400 && error.httpStatus < 500 && error.httpStatus != 401)
        return Verdict::ListInstead;
    return Verdict::BackOff;
}

Error errorFromStatus(const QByteArray &status, const QString &what)
{
    HttpHead head;
    head.status = QJsonDocument::fromJson(status).object().value("code"_L1).toInt(500);
    head.headers.insert("content-type", "application/json");
    Error error = errorFromAnswer(head, status, what);
    error.httpStatus = head.status;
    return error;
}

Error missingRight(const ports::WatchRequest &request, const QString &verb, const QString &cluster, const Error &answer)
{
    const ports::AccessQuestion right{.verb = verb, .gvr = request.kind.gvr, .ns = request.ns};
    Error error = answer;
    error.kind = ErrorKind::Forbidden;
    error.detail = answer.message;
    // Asked as somebody else, it may be that alone which is not allowed.
    if (QString(answer.message + answer.detail).contains("cannot impersonate"_L1)) {
        error.message = QCoreApplication::translate("Reflector", "You may not look at %1: the right to impersonate is missing.").arg(cluster);
        error.remedy = QCoreApplication::translate("Reflector", "Ask an administrator of the cluster for the right \"impersonate\" on this user "
                                                                "and these groups, or look as yourself.");
        return error;
    }
    error.message = QCoreApplication::translate("Reflector", "You may not see %1 in %2: the right \"%3\" is missing.")
                        .arg(request.kind.title, cluster, right.text());
    error.remedy = QCoreApplication::translate("Reflector", "Ask an administrator of the cluster for the rights to list and watch "
                                                            "%1, or choose a namespace you may see.")
                       .arg(request.kind.gvr.name());
    return error;
}

Error notServed(const ports::WatchRequest &request, const QString &cluster, const Error &answer)
{
    Error error = answer;
    error.kind = ErrorKind::NotFound;
    error.message = QCoreApplication::translate("Reflector", "%1 does not serve %2 (%3).")
                        .arg(cluster, request.kind.title, QString(request.kind.gvr.resource + u'.' + request.kind.gvr.apiVersion()));
    error.remedy = QCoreApplication::translate("Reflector", "Install the custom resource definitions on the cluster, or map the "
                                                            "kind to the site's own group in the kinds table.");
    error.detail = answer.message;
    return error;
}

}
