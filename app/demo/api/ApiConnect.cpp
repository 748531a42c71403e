// SPDX-License-Identifier: GPL-3.0-or-later
// pods/log, pods/portforward, pods/proxy and services/proxy: requests that go on to the node or the service.
#include "app/demo/api/ApiCore.h"
#include "app/demo/api/PodLogs.h"

#include "models/core/Json.h"

#include <QDir>
#include <QJsonArray>
#include <QRandomGenerator>
#include <QUrl>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

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

struct ProxyName {
    QString scheme, name, port;
};

/// [scheme:]name[:port], as SplitSchemeNamePort takes it apart.
std::optional<ProxyName> proxyName(const QString &text)
{
    const QStringList parts = text.split(u':');
    ProxyName out{parts.size() == 3 ? parts.at(0) : QString(), parts.value(parts.size() == 3 ? 1 : 0), parts.size() == 3 ? parts.at(2) : parts.value(1)};
    const bool scheme = out.scheme.isEmpty() || out.scheme == "http"_L1 || out.scheme == "https"_L1;
    if (parts.size() > 3 || !scheme || out.name.isEmpty() || (parts.size() == 2 && out.port.isEmpty()))
        return std::nullopt;
    return out;
}

/// The path behind /api/v1/namespaces/NS/RESOURCE/NAME/proxy for the backend: escapes decoded, dots cleaned, as kube-apiserver does it.
QByteArray proxiedPath(const Request &request)
{
    QByteArray path = request.target.split('?').first();
    qsizetype at = 0;
    for (int slash = 0; slash < 8 && at >= 0; ++slash)
        at = path.indexOf('/', slash == 0 ? 0 : at + 1);
    if (at < 0)
        return {};
    const QString decoded = QUrl::fromPercentEncoding(path.mid(at));
    QString clean = QDir::cleanPath(decoded);
    if (decoded.endsWith(u'/') && !clean.endsWith(u'/'))
        clean += u'/';
    return QUrl::toPercentEncoding(clean, "/:@!$&'()*+,;=");
}

Failure unreachable(bool upgrade, const QString &why)
{
    if (upgrade)
        return {500, u"InternalError"_s, QString(u"error dialing backend: "_s + why)};
    return {503, u"ServiceUnavailable"_s, QString(u"error trying to reach service: "_s + why)};
}

/// On to a port of a pod: through the pod's kubelet, since the addresses of this network's pods lead nowhere.
Response proxyTo(const Request &request, const Outcome<quint16> &kubelet, const QJsonObject &pod, quint16 port, bool tls)
{
    const bool upgrade = request.headers.contains("upgrade");
    const QByteArray path = proxiedPath(request);
    const qsizetype mark = request.target.indexOf('?');
    const QByteArray query = mark < 0 ? QByteArray() : request.target.mid(mark);
    if (path.isEmpty() && !upgrade) {
        Response moved;
        moved.status = 301;
        moved.contentType.clear();
        moved.headers.insert("Location", request.target.split('?').first() + '/' + query);
        return moved;
    }
    const QString peer = QString(json::at(pod, u"/status/podIP"_s).toString() + u':' + QString::number(port));
    if (!kubelet)
        return unreachable(upgrade, QString(u"dial tcp "_s + peer + u": connect: no route to host"_s)).response();
    if (tls)   // whatever answers there, it is not TLS
        return unreachable(upgrade, u"http: server gave HTTP response to HTTPS client"_s).response();
    Forward forward;
    forward.tls = true;
    forward.port = *kubelet;
    forward.podPath = QString(u"/podConnect/"_s + json::at(pod, u"/metadata/namespace"_s).toString() + u'/'
        + json::at(pod, u"/metadata/name"_s).toString() + u'/' + QString::number(port)).toLatin1();
    forward.peer = peer;
    forward.target = (path.isEmpty() ? QByteArray("/") : path) + query;
    forward.headers.insert("x-forwarded-uri", request.target.split('?').first());
    forward.headers.insert("x-forwarded-for", "127.0.0.1");
    forward.failed = [upgrade](const QString &why) { return unreachable(upgrade, why).response(); };
    Response response;
    response.forward = forward;
    return response;
}

Response podProxy(const Request &request, const Outcome<quint16> &kubelet, const QJsonObject &pod, const ProxyName &wanted)
{
    if (json::at(pod, u"/status/podIP"_s).toString().isEmpty())
        return badRequest(u"address not allowed"_s).response();
    int port = wanted.port.toInt();
    for (const QJsonValue &container : json::at(pod, u"/spec/containers"_s).toArray()) {
        if (wanted.port.isEmpty() && port == 0)
            port = json::at(container, u"/ports/0/containerPort"_s).toInt();
    }
    if (!wanted.port.isEmpty() && (port <= 0 || port > 65535))
        return unreachable(request.headers.contains("upgrade"), QString(u"dial tcp: lookup tcp/"_s + wanted.port + u": unknown port"_s)).response();
    return proxyTo(request, kubelet, pod, quint16(port == 0 ? 80 : port), wanted.scheme == "https"_L1);
}

/// The addresses of the endpoints' port of that name, and its number.
QJsonArray addressesOf(const QJsonObject &endpoints, const QString &portName, int &port)
{
    QJsonArray all;
    for (const QJsonValue &subset : endpoints.value("subsets"_L1).toArray()) {
        for (const QJsonValue &value : subset.toObject().value("ports"_L1).toArray()) {
            if (value.toObject().value("name"_L1).toString() != portName || !all.isEmpty())
                continue;
            port = value.toObject().value("port"_L1).toInt();
            all = subset.toObject().value("addresses"_L1).toArray();
        }
    }
    return all;
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
    const bool proxy = route.subresource == "proxy"_L1;
    const auto named = proxy ? proxyName(route.name) : std::optional(ProxyName{{}, route.name, {}});
    if (!named)
        return badRequest(QString(u"invalid pod request \""_s + route.name + u'"')).response();
    const StoredPtr stored = store.find(u"pods"_s, route.ns, named->name);
    if (!stored)
        return notFound(*route.kind, named->name).response();
    const QJsonObject pod = stored->object();
    if (proxy)
        return podProxy(request, kubeletPort(store, pod), pod, *named);
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
    const auto named = proxyName(route.name);
    if (!named)
        return badRequest(QString(u"invalid service request \""_s + route.name + u'"')).response();
    const auto unavailable = [](const QString &message) { return Failure{503, u"ServiceUnavailable"_s, message}.response(); };
    const StoredPtr service = store.find(u"services"_s, route.ns, named->name);
    if (!service)
        return notFound(*route.kind, named->name).response();
    // A number is a port of the Service, whose name then is looked for.
    QString portName = named->port;
    bool number = false;
    const int wanted = named->port.toInt(&number);
    if (number) {
        bool found = false;
        for (const QJsonValue &value : json::at(service->object(), u"/spec/ports"_s).toArray()) {
            if (!found && value.toObject().value("port"_L1).toInt() == wanted) {
                found = true;
                portName = value.toObject().value("name"_L1).toString();
            }
        }
        if (!found)
            return unavailable(u"no service port %1 found for service \"%2\""_s.arg(QString::number(wanted), named->name));
    }
    const StoredPtr endpoints = store.find(u"endpoints"_s, route.ns, named->name);
    int port = 0;
    const QJsonArray addresses = endpoints ? addressesOf(endpoints->object(), portName, port) : QJsonArray();
    const QJsonValue address = addresses.isEmpty() ? QJsonValue() : addresses.at(QRandomGenerator::global()->bounded(int(addresses.size())));
    const StoredPtr pod = store.find(u"pods"_s, route.ns, json::at(address, u"/targetRef/name"_s).toString());
    if (!pod)
        return unavailable(QString(u"no endpoints available for service \""_s + named->name + u'"'));
    const QJsonObject object = pod->object();
    return proxyTo(request, kubeletPort(store, object), object, quint16(port), named->scheme == "https"_L1);
}

}
