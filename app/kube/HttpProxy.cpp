// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/HttpProxy.h"

#include <QCoreApplication>
#include <QHostAddress>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

struct Tr
{
    Q_DECLARE_TR_FUNCTIONS(HttpProxy)
};

QString variable(const char *upper, const char *lower)
{
    const QString value = qEnvironmentVariable(upper);
    return value.isEmpty() ? qEnvironmentVariable(lower) : value;
}

QString bare(QString host)
{
    if (host.startsWith(u'[') && host.endsWith(u']'))
        host = host.mid(1, host.size() - 2);
    return host.toLower();
}

/// "host:port", "[v6]:port", "host": the port, 0 when none; host without it.
int takePort(QString &entry)
{
    const qsizetype colon = entry.lastIndexOf(u':');
    if (colon < 0 || entry.endsWith(u']') || (!entry.startsWith(u'[') && entry.count(u':') > 1))
        return 0;
    bool ok = false;
    const int port = entry.mid(colon + 1).toInt(&ok);
    if (ok)
        entry.truncate(colon);
    return ok ? port : 0;
}

bool entryMatches(QString entry, const QString &host, int port)
{
    if (entry == u'*')
        return true;
    const QHostAddress address(host);
    if (entry.contains(u'/')) {
        const auto subnet = QHostAddress::parseSubnet(entry);
        return subnet.second >= 0 && !address.isNull() && address.protocol() == subnet.first.protocol()
            && address.isInSubnet(subnet);
    }
    const int wanted = takePort(entry);
    if (wanted != 0 && wanted != port)
        return false;
    entry = bare(entry);
    if (const QHostAddress other(entry); !other.isNull())
        return !address.isNull() && other == address;
    if (entry.startsWith("*."_L1))
        entry.remove(0, 1);
    if (entry.startsWith(u'.'))
        return host.endsWith(entry);
    return host == entry || host.endsWith(QString(u'.' + entry));
}

QUrl parseProxy(const QString &text)
{
    const QUrl url = text.contains("://"_L1) ? QUrl(text) : QUrl(u"http://"_s + text);
    return url;
}

}

ProxyEnvironment ProxyEnvironment::current()
{
    return {
        variable("HTTPS_PROXY", "https_proxy"), variable("HTTP_PROXY", "http_proxy"), variable("NO_PROXY", "no_proxy")};
}

bool noProxy(const QString &list, const QString &host, int port)
{
    const QString name = bare(host);
    for (const QString &part : list.split(u',', Qt::SkipEmptyParts)) {
        const QString entry = part.trimmed().toLower();
        if (!entry.isEmpty() && entryMatches(entry, name, port))
            return true;
    }
    return false;
}

Result<ProxyChoice> chooseProxy(const QString &proxyUrl, const QUrl &server, const ProxyEnvironment &environment)
{
    const bool https = server.scheme() == "https"_L1;
    QString text = proxyUrl;
    if (text.isEmpty()) {
        text = https ? environment.https : environment.http;
        const QString host = bare(server.host());
        const bool loopback
            = host == "localhost"_L1 || host.endsWith(".localhost"_L1) || QHostAddress(host).isLoopback();
        if (text.isEmpty() || loopback || noProxy(environment.none, host, server.port(https ? 443 : 80)))
            return ProxyChoice();
    }
    const QUrl url = parseProxy(text);
    const QString scheme = url.scheme();
    const bool socks = scheme == "socks5"_L1 || scheme == "socks5h"_L1;
    if (!url.isValid() || url.host().isEmpty() || !(socks || scheme == "http"_L1 || scheme == "https"_L1))
        return Error{ErrorKind::Invalid,
            Tr::tr("The proxy address “%1” for %2 is not one of http://, https:// or socks5://.")
                .arg(url.toDisplayString(QUrl::RemoveUserInfo), server.toDisplayString()),
            proxyUrl.isEmpty() ? Tr::tr("Correct HTTPS_PROXY in the environment.")
                               : Tr::tr("Correct proxy-url in the kubeconfig.")};
    ProxyChoice choice;
    const int port = url.port(socks ? 1080 : scheme == "https"_L1 ? 443 : 80);
    choice.tls = scheme == "https"_L1;
    choice.proxy = QNetworkProxy(socks ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy, url.host(),
        quint16(port), url.userName(QUrl::FullyDecoded), url.password(QUrl::FullyDecoded));
    choice.display = scheme + u"://"_s + url.host() + u':' + QString::number(port);
    return choice;
}

}
