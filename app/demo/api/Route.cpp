// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/api/Route.h"

#include "app/demo/api/Options.h"

#include <QRegularExpression>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

QString verbOf(const Request &request, const Route &route)
{
    const QByteArray &method = request.method;
    if (method == "GET" || method == "HEAD") {
        if (!route.name.isEmpty())
            return u"get"_s;   // of one object, whatever watch says
        return truthy(request, u"watch"_s) ? u"watch"_s : u"list"_s;
    }
    if (method == "POST")
        return u"create"_s;
    if (method == "PUT")
        return u"update"_s;
    if (method == "PATCH")
        return u"patch"_s;
    if (method == "DELETE")
        return route.name.isEmpty() ? u"deletecollection"_s : u"delete"_s;
    return QString::fromLatin1(method).toLower();
}

/// The path behind /proxy as it was sent: its escapes belong to the backend.
QString proxied(const Request &request)
{
    const QByteArray path = request.target.left(request.target.indexOf('?') < 0 ? request.target.size() : request.target.indexOf('?'));
    const qsizetype at = path.indexOf("/proxy");
    return at < 0 ? QString() : QString::fromLatin1(path.mid(at + 6));
}

}

Attributes Route::attributes(const QString &path) const
{
    if (!isResource)
        return {verb, {}, {}, {}, {}, {}, {}, path};
    return {verb, group, version, resource, subresource, ns, name.isEmpty() ? chosen : name, path};
}

Route routeOf(const Request &request, const Kinds &kinds)
{
    QStringList parts = request.path.split(u'/', Qt::SkipEmptyParts);
    Route route;
    route.verb = QString::fromLatin1(request.method).toLower();
    const bool core = parts.value(0) == "api"_L1;
    if ((!core && parts.value(0) != "apis"_L1) || parts.size() < (core ? 3 : 4))
        return route;
    route.group = core ? QString() : parts.at(1);
    route.version = parts.at(core ? 1 : 2);
    parts = parts.mid(core ? 2 : 3);
    // /namespaces/NS/RESOURCE is in a namespace; /namespaces/NS and its subresources are the namespace itself.
    static const QStringList ofNamespace{u"status"_s, u"finalize"_s};
    if (parts.first() == "namespaces"_L1 && parts.size() > 2 && !ofNamespace.contains(parts.at(2))) {
        route.ns = parts.at(1);
        parts = parts.mid(2);
    } else if (parts.first() == "namespaces"_L1 && core && parts.size() > 1) {
        route.ns = parts.at(1);   // as RBAC sees it: a Role in the namespace may allow to get it
    }
    route.isResource = true;
    route.resource = parts.first();
    route.name = parts.value(1);
    route.subresource = parts.value(2);
    if (route.subresource == "proxy"_L1)
        route.rest = proxied(request);
    route.kind = kinds.find(route.group, route.version, route.resource);
    route.verb = verbOf(request, route);
    static const QRegularExpression one(u"(?:^|,)metadata\\.name==?([^,=!]+)"_s);
    if (route.verb == "list"_L1 || route.verb == "watch"_L1)
        route.chosen = one.match(request.queryValue(u"fieldSelector"_s)).captured(1);
    return route;
}

}
