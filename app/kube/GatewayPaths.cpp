// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/GatewayPaths.h"

#include <QCoreApplication>
#include <QUrl>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

struct Tr
{
    Q_DECLARE_TR_FUNCTIONS(GatewayPaths)
};

QString escaped(const QString &part)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(part));
}

}

QString groupPath(const Gvr &gvr)
{
    return gvr.group.isEmpty() ? QString(u"/api/"_s + escaped(gvr.version))
                               : QString(u"/apis/"_s + escaped(gvr.group) + u'/' + escaped(gvr.version));
}

QString resourcePath(const Gvr &gvr, const QString &ns, const QString &name, const QString &subresource)
{
    QString path = groupPath(gvr);
    if (!ns.isEmpty())
        path += u"/namespaces/"_s + escaped(ns);
    path += u'/' + escaped(gvr.resource);
    if (!name.isEmpty())
        path += u'/' + escaped(name);
    if (!subresource.isEmpty())
        path += u'/' + escaped(subresource);
    return path;
}

QString withQuery(const QString &path, std::initializer_list<std::pair<QString, QString>> items)
{
    QString text = path;
    QChar separator = u'?';
    for (const auto &[name, value] : items) {
        if (value.isEmpty())
            continue;
        text += separator + escaped(name) + u'=' + escaped(value);
        separator = u'&';
    }
    return text;
}

QString servicePath(const ports::ServiceAddress &to, const QString &pathAndQuery)
{
    QString service = escaped(to.service);
    if (!to.scheme.isEmpty())
        service.prepend(escaped(to.scheme) + u':');
    if (!to.port.isEmpty())
        service += u':' + escaped(to.port);
    else if (!to.scheme.isEmpty())
        service += u':';
    return u"/api/v1/namespaces/"_s + escaped(to.ns) + u"/services/"_s + service + u"/proxy"_s
        + (pathAndQuery.startsWith(u'/') ? QString() : u"/"_s) + pathAndQuery;
}

QString objectText(const Gvr &gvr, const QString &ns, const QString &name)
{
    const QString object = name.isEmpty() ? gvr.name() : QString(gvr.name() + u'/' + name);
    return ns.isEmpty() ? object : Tr::tr("%1 in %2").arg(object, ns);
}

}
