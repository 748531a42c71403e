// SPDX-License-Identifier: GPL-3.0-or-later
// pods/log, pods/portforward, pods/proxy and services/proxy: requests that go on to the node or the service.
#include "app/demo/api/ApiCore.h"
#include "app/demo/api/PodLogs.h"

#include "models/core/Json.h"

#include <QJsonArray>
#include <QUrl>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

/// On this network a pod's ports are open on loopback under other numbers: "5001=40123,…", written by who runs the pod.
const QString kLocalPorts = u"demo.quarterdeck.io/local-ports"_s;

quint16 localPort(const QJsonObject &pod, int port)
{
    const QString given = json::at(pod, u"/metadata/annotations"_s).toObject().value(kLocalPorts).toString();
    for (const QString &pair : given.split(u',', Qt::SkipEmptyParts)) {
        if (pair.section(u'=', 0, 0).toInt() == port)
            return quint16(pair.section(u'=', 1).toUShort());
    }
    return 0;
}

QStringList containersOf(const QJsonObject &pod)
{
    QStringList names;
    for (const auto list : {"containers"_L1, "initContainers"_L1}) {
        for (const QJsonValue &container : pod.value("spec"_L1).toObject().value(list).toArray())
            names.append(container.toObject().value("name"_L1).toString());
    }
    return names;
}

/// The container whose log is meant, or why it cannot be told.
Outcome<QString> containerOf(const QJsonObject &pod, const QString &wanted)
{
    const QStringList names = containersOf(pod);
    const QString name = json::at(pod, u"/metadata/name"_s).toString();
    if (!wanted.isEmpty()) {
        if (names.contains(wanted))
            return wanted;
        return badRequest(QString(u"container "_s + wanted + u" is not valid for pod "_s + name));
    }
    if (names.size() == 1)
        return names.first();
    return badRequest(QString(u"a container name must be specified for pod "_s + name + u", choose one of: ["_s + names.join(u' ') + u']'));
}

bool waiting(const QJsonObject &pod, const QString &container, QString &reason)
{
    for (const QJsonValue &value : json::at(pod, u"/status/containerStatuses"_s).toArray()) {
        if (value.toObject().value("name"_L1).toString() != container)
            continue;
        reason = json::at(value, u"/state/waiting/reason"_s).toString();
        return !reason.isEmpty() && value.toObject().value("restartCount"_L1).toInteger(0) == 0;
    }
    return false;
}

Failure serviceFailure(const QString &message)
{
    return {503, u"ServiceUnavailable"_s, message};
}

/// The kubelet's port of the pod's node, as its Node object says.
Outcome<quint16> kubeletPort(const Store &store, const QJsonObject &pod)
{
    const QString node = json::at(pod, u"/spec/nodeName"_s).toString();
    const QString name = json::at(pod, u"/metadata/name"_s).toString();
    if (node.isEmpty())
        return badRequest(QString(u"pod "_s + name + u" does not have a host assigned"_s));
    const StoredPtr stored = store.find(u"nodes"_s, {}, node);
    if (!stored) {
        Failure failure{404, u"NotFound"_s, QString(u"nodes \""_s + node + u"\" not found"_s)};
        failure.name = node;
        failure.kind = u"nodes"_s;
        return failure;
    }
    const qint64 port = json::at(stored->object(), u"/status/daemonEndpoints/kubeletEndpoint/Port"_s).toInteger(0);
    return quint16(port);
}

QByteArray logQuery(const Request &request)
{
    QUrlQuery query;
    for (const auto &name : {u"follow"_s, u"previous"_s, u"sinceSeconds"_s, u"sinceTime"_s, u"timestamps"_s, u"tailLines"_s, u"limitBytes"_s}) {
        if (request.query.hasQueryItem(name))
            query.addQueryItem(name, request.query.queryItemValue(name, QUrl::FullyEncoded));
    }
    return query.toString(QUrl::FullyEncoded).toLatin1();
}

}

Response ApiCore::connect(const Request &request, const Route &route)
{
    const bool known = route.kind->subresources.contains(route.subresource);
    if (!known || route.name.isEmpty())
        return noSuchPath().response();
    return route.resource == "services"_L1 ? serviceProxy(request, route) : podConnect(request, route);
}

Response ApiCore::podConnect(const Request &request, const Route &route)
{
    const bool log = route.subresource == "log"_L1;
    if (log) {
        if (const auto failure = checkPodLog(request, route.name))
            return failure->response();
    }
    const StoredPtr stored = store.find(u"pods"_s, route.ns, route.name.section(u':', 0, 0));
    if (!stored)
        return notFound(*route.kind, route.name).response();
    const QJsonObject pod = stored->object();
    const auto container = log ? containerOf(pod, request.queryValue(u"container"_s)) : Outcome<QString>(QString());
    if (!container)
        return container.failure().response();
    if (log && json::at(pod, u"/spec/nodeName"_s).toString().isEmpty()) {
        Response nothing;   // a pod that waits for a machine has written nothing yet
        nothing.status = 204;
        return nothing;
    }
    const auto port = kubeletPort(store, pod);
    if (!port)
        return port.failure().response();
    Forward forward;
    forward.tls = true;
    forward.port = *port;
    const QString where = QString(u'/' + route.ns + u'/' + route.name);
    if (log) {
        if (QString reason; waiting(pod, *container, reason)) {
            return badRequest(QString(u"container \""_s + *container + u"\" in pod \""_s + route.name + u"\" is waiting to start: "_s + reason)).response();
        }
        forward.target = QString(u"/containerLogs"_s + where + u'/' + *container).toUtf8() + '?' + logQuery(request);
        forward.refused = [name = route.name](int status, const QByteArray &body) { return podLogRefused(status, name, body).response(); };
        forward.failed = [port = *port, target = forward.target](const QString &why) {
            return Failure{500, u"InternalError"_s,
                QString(u"Get \"https://127.0.0.1:"_s + QString::number(port) + QString::fromLatin1(target) + u"\": "_s + why)}.response();
        };
    } else {
        if (!request.headers.contains("upgrade"))
            return badRequest(u"Upgrade request required"_s).response();
        forward.target = QByteArray("/portForward" + where.toUtf8() + '?' + request.query.toString(QUrl::FullyEncoded).toLatin1());
        forward.failed = [](const QString &why) {
            return Failure{500, u"InternalError"_s, QString(u"error dialing backend: "_s + why)}.response();
        };
    }
    Response response;
    response.forward = forward;
    return response;
}

Response ApiCore::serviceProxy(const Request &request, const Route &route)
{
    // [scheme:]name[:port]
    const QStringList parts = route.name.split(u':');
    const QString name = parts.size() == 3 ? parts.at(1) : parts.first();
    const QString wanted = parts.size() == 3 ? parts.at(2) : parts.value(1);
    const StoredPtr service = store.find(u"services"_s, route.ns, name);
    if (!service)
        return notFound(*route.kind, name).response();
    QJsonObject chosen;
    const QJsonArray ports = json::at(service->object(), u"/spec/ports"_s).toArray();
    for (const QJsonValue &value : ports) {
        const QJsonObject port = value.toObject();
        const bool unnamed = wanted.isEmpty() && (ports.size() == 1 || port.value("name"_L1).toString().isEmpty());
        if (unnamed || port.value("name"_L1).toString() == wanted || QString::number(port.value("port"_L1).toInteger()) == wanted)
            chosen = port;
    }
    bool number = false;
    wanted.toInt(&number);
    if (chosen.isEmpty() && number)
        return serviceFailure(QString(u"no service port "_s + wanted + u" found for service \""_s + name + u'"')).response();
    const StoredPtr endpoints = store.find(u"endpoints"_s, route.ns, name);
    const QJsonObject address = endpoints ? json::at(endpoints->object(), u"/subsets/0/addresses/0"_s).toObject() : QJsonObject();
    if (chosen.isEmpty() || address.isEmpty())
        return serviceFailure(QString(u"no endpoints available for service \""_s + name + u'"')).response();
    const StoredPtr pod = store.find(u"pods"_s, route.ns, json::at(address, u"/targetRef/name"_s).toString());
    const int target = int(chosen.value("targetPort"_L1).toInteger(chosen.value("port"_L1).toInteger()));
    Forward forward;
    forward.port = pod ? localPort(pod->object(), target) : quint16(0);
    const QString query = QUrl::fromEncoded(request.target).query(QUrl::FullyEncoded);
    forward.target = (route.rest.isEmpty() ? u"/"_s : route.rest).toLatin1() + (query.isEmpty() ? QByteArray() : '?' + query.toLatin1());
    forward.headers.insert("x-forwarded-uri", request.target.split('?').first());
    forward.headers.insert("x-forwarded-for", "127.0.0.1");
    forward.failed = [](const QString &why) { return serviceFailure(QString(u"error trying to reach service: "_s + why)).response(); };
    Response response;
    response.forward = forward;
    return response;
}

}
