// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/Discovery.h"
#include "app/kube/GatewayPaths.h"
#include "app/kube/HttpHeaders.h"
#include "app/kube/HttpProxy.h"

#include <QJsonDocument>
#include <QTest>

using namespace qd;
using namespace qd::kube;
using namespace Qt::StringLiterals;

class tst_http_headers : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void warnings_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QStringList>("texts");
        QTest::newRow("none") << QByteArray() << QStringList();
        QTest::newRow("one") << QByteArray("299 - \"deprecated\"") << QStringList{u"deprecated"_s};
        QTest::newRow("three, one twice, commas inside")
            << QByteArray("299 - \"a, b\", 299 - \"c\", 299 - \"a, b\"") << QStringList{u"a, b"_s, u"c"_s};
        QTest::newRow("escapes") << QByteArray("299 - \"say \\\"hi\\\" \\\\ there\"")
                                 << QStringList{u"say \"hi\" \\ there"_s};
        QTest::newRow("date") << QByteArray("299 agent \"x\" \"Tue, 15 Nov 1994 08:12:31 GMT\", 299 - \"y\"")
                              << QStringList{u"x"_s, u"y"_s};
        QTest::newRow("other code") << QByteArray("199 - \"no\", 299 - \"yes\"") << QStringList{u"yes"_s};
        QTest::newRow("broken then good") << QByteArray("299, 299 - \"yes\"") << QStringList{u"yes"_s};
        QTest::newRow("unclosed") << QByteArray("299 - \"open") << QStringList();
        QTest::newRow("utf-8") << QByteArray("299 - \"gr\xc3\xbc\xc3\x9f\"") << QStringList{u"grüß"_s};
    }
    void warnings()
    {
        QFETCH(QByteArray, value);
        QTEST(parseWarnings(value), "texts");
    }

    void impersonation()
    {
        Impersonation as;
        QVERIFY(impersonationHeaders(as)->isEmpty());
        as.user = u"jane"_s;
        as.uid = u"42"_s;
        as.groups = {u"dev"_s, u"ops, really"_s, u"grüße"_s};
        as.extra.insert(u"Scopes/View"_s, {u"a"_s, u"b"_s});
        const Result<HeaderLines> lines = impersonationHeaders(as);
        QVERIFY(lines);
        const HeaderLines expected{{"Impersonate-User", "jane"}, {"Impersonate-Uid", "42"},
            {"Impersonate-Group", "dev"}, {"Impersonate-Group", "ops, really"},
            {"Impersonate-Group",
                "gr\xc3\xbc\xc3\x9f"
                "e"},
            {"Impersonate-Extra-scopes%2Fview", "a"}, {"Impersonate-Extra-scopes%2Fview", "b"}};
        QCOMPARE(*lines, expected);
        QVERIFY(hasRepeated(*lines));
        const HeaderLines joined = joinRepeated(*lines);
        QCOMPARE(joined.size(), 4);
        QCOMPARE(joined.at(2).second,
            QByteArray("dev\r\nImpersonate-Group: ops, really\r\nImpersonate-Group: gr\xc3\xbc\xc3\x9f"
                       "e"));
        as.groups = {u"dev"_s};
        as.extra.clear();
        QVERIFY(!hasRepeated(*impersonationHeaders(as)));
    }

    void impersonationRefused_data()
    {
        QTest::addColumn<QString>("user");
        QTest::addColumn<QString>("group");
        QTest::addColumn<QString>("extra");
        QTest::newRow("group without user") << QString() << u"dev"_s << u"v"_s;
        QTest::newRow("line feed in group") << u"jane"_s << u"dev\nAuthorization: x"_s << u"v"_s;
        QTest::newRow("carriage return in group") << u"jane"_s << u"dev\r\nX: y"_s << u"v"_s;
        QTest::newRow("line feed in user") << u"jane\nX: y"_s << u"dev"_s << u"v"_s;
        QTest::newRow("line feed in extra") << u"jane"_s << u"dev"_s << u"v\nX: y"_s;
        QTest::newRow("NUL") << u"jane"_s << QString(QChar(u'\0')) << u"v"_s;
        QTest::newRow("empty group") << u"jane"_s << QString() << u"v"_s;
    }
    void impersonationRefused()
    {
        QFETCH(QString, user);
        QFETCH(QString, group);
        QFETCH(QString, extra);
        Impersonation as;
        as.user = user;
        as.groups = {group};
        as.extra.insert(u"k"_s, {extra});
        const Result<HeaderLines> lines = impersonationHeaders(as);
        QVERIFY(!lines);
        QCOMPARE(lines.error().kind, ErrorKind::Invalid);
    }

    void retryAfter_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<int>("seconds");
        QTest::newRow("none") << QByteArray() << -1;
        QTest::newRow("seconds") << QByteArray("7") << 7;
        QTest::newRow("zero") << QByteArray("0") << 0;
        QTest::newRow("negative") << QByteArray("-3") << 0;
        QTest::newRow("date") << QByteArray("Thu, 01 Jan 2026 00:00:30 GMT") << 30;
        QTest::newRow("past") << QByteArray("Wed, 31 Dec 2025 23:00:00 GMT") << 0;
        QTest::newRow("rubbish") << QByteArray("soon") << -1;
    }
    void retryAfter()
    {
        QFETCH(QByteArray, value);
        QTEST(parseRetryAfter(value, QDateTime::fromString(u"2026-01-01T00:00:00Z"_s, Qt::ISODate)), "seconds");
    }

    void noProxyList_data()
    {
        QTest::addColumn<QString>("list");
        QTest::addColumn<QString>("host");
        QTest::addColumn<int>("port");
        QTest::addColumn<bool>("direct");
        QTest::newRow("empty") << u""_s << u"k.example.com"_s << 443 << false;
        QTest::newRow("star") << u"*"_s << u"k.example.com"_s << 443 << true;
        QTest::newRow("name") << u"a.com, example.com"_s << u"example.com"_s << 443 << true;
        QTest::newRow("subdomain") << u"example.com"_s << u"k.example.com"_s << 443 << true;
        QTest::newRow("suffix only") << u".example.com"_s << u"example.com"_s << 443 << false;
        QTest::newRow("suffix") << u".example.com"_s << u"k.EXAMPLE.com"_s << 443 << true;
        QTest::newRow("star suffix") << u"*.example.com"_s << u"k.example.com"_s << 443 << true;
        QTest::newRow("not a suffix") << u"example.com"_s << u"badexample.com"_s << 443 << false;
        QTest::newRow("port") << u"example.com:6443"_s << u"example.com"_s << 6443 << true;
        QTest::newRow("other port") << u"example.com:6443"_s << u"example.com"_s << 443 << false;
        QTest::newRow("cidr") << u"10.0.0.0/8"_s << u"10.9.8.7"_s << 443 << true;
        QTest::newRow("outside cidr") << u"10.0.0.0/8"_s << u"11.9.8.7"_s << 443 << false;
        QTest::newRow("cidr and name") << u"10.0.0.0/8"_s << u"ten.example.com"_s << 443 << false;
        QTest::newRow("v6 cidr") << u"fd00::/8"_s << u"[fd12::1]"_s << 443 << true;
        QTest::newRow("address") << u"192.168.1.1"_s << u"192.168.1.1"_s << 443 << true;
        QTest::newRow("address and port") << u"192.168.1.1:6443"_s << u"192.168.1.1"_s << 6443 << true;
        QTest::newRow("v6 with port") << u"[fd12::1]:6443"_s << u"fd12::1"_s << 6443 << true;
    }
    void noProxyList()
    {
        QFETCH(QString, list);
        QFETCH(QString, host);
        QFETCH(int, port);
        QTEST(noProxy(list, host, port), "direct");
    }

    void proxyChoice_data()
    {
        QTest::addColumn<QString>("proxyUrl");
        QTest::addColumn<QString>("server");
        QTest::addColumn<QString>("display"); // "!": an error
        QTest::newRow("environment") << u""_s << u"https://k.example.com:6443"_s << u"http://envproxy:3128"_s;
        QTest::newRow("environment, plain") << u""_s << u"http://k.example.com"_s << u"http://plain:80"_s;
        QTest::newRow("no_proxy") << u""_s << u"https://10.1.2.3:6443"_s << u""_s;
        QTest::newRow("loopback never") << u""_s << u"https://127.0.0.1:6443"_s << u""_s;
        QTest::newRow("localhost never") << u""_s << u"https://localhost:6443"_s << u""_s;
        QTest::newRow("kubeconfig wins, no exceptions")
            << u"socks5://u:p@p.example.com"_s << u"https://10.1.2.3"_s << u"socks5://p.example.com:1080"_s;
        QTest::newRow("https proxy") << u"https://p.example.com:8443"_s << u"https://127.0.0.1"_s
                                     << u"https://p.example.com:8443"_s;
        QTest::newRow("ftp") << u"ftp://p.example.com"_s << u"https://k.example.com"_s << u"!"_s;
    }
    void proxyChoice()
    {
        QFETCH(QString, proxyUrl);
        QFETCH(QString, server);
        QFETCH(QString, display);
        const ProxyEnvironment environment{u"envproxy:3128"_s, u"http://plain"_s, u"10.0.0.0/8"_s};
        const Result<ProxyChoice> choice = chooseProxy(proxyUrl, QUrl(server), environment);
        QCOMPARE(choice.ok(), display != u"!"_s);
        if (!choice) {
            QVERIFY(choice.error().message.contains(u"ftp://p.example.com"_s));
            return;
        }
        QCOMPARE(choice->display, display);
        QCOMPARE(choice->proxy.type() == QNetworkProxy::NoProxy, display.isEmpty());
        QVERIFY(!choice->display.contains(u"u:p"_s));
    }

    void paths()
    {
        const Gvr validators{u"canton.quarterdeck.io"_s, u"v1alpha1"_s, u"validators"_s};
        QCOMPARE(resourcePath(validators, u"canton-mainnet"_s, u"a b"_s, u"status"_s),
            u"/apis/canton.quarterdeck.io/v1alpha1/namespaces/canton-mainnet/validators/a%20b/status"_s);
        QCOMPARE(resourcePath({{}, u"v1"_s, u"nodes"_s}, {}), u"/api/v1/nodes"_s);
        QCOMPARE(withQuery(u"/x"_s, {{u"a"_s, u"1+1=2&3"_s}, {u"b"_s, {}}, {u"c"_s, u"k in (v)"_s}}),
            u"/x?a=1%2B1%3D2%263&c=k%20in%20%28v%29"_s);
        QCOMPARE(servicePath({{}, u"mon"_s, u"prom"_s, u"9090"_s, u"http"_s}, u"api/v1/query?query=up"_s),
            u"/api/v1/namespaces/mon/services/http:prom:9090/proxy/api/v1/query?query=up"_s);
        QCOMPARE(servicePath({{}, u"mon"_s, u"prom"_s, {}, {}}, u"/-/ready"_s),
            u"/api/v1/namespaces/mon/services/prom/proxy/-/ready"_s);
    }

    void discoveryParsers()
    {
        QVERIFY(isAggregated("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"));
        QVERIFY(!isAggregated("application/json"));
        const QJsonObject list
            = QJsonDocument::fromJson("{\"kind\":\"APIGroupDiscoveryList\",\"items\":["
                                      "{\"metadata\":{\"name\":\"canton.quarterdeck.io\"},\"versions\":[{\"version\":"
                                      "\"v1alpha1\",\"freshness\":\"Current\",\"resources\":["
                                      "{\"resource\":\"validators\",\"responseKind\":{\"group\":\"canton.quarterdeck."
                                      "io\",\"version\":\"v1alpha1\",\"kind\":\"Validator\"},\"scope\":\"Namespaced\","
                                      "\"shortNames\":[\"val\"],\"verbs\":[\"get\",\"list\"],\"subresources\":[{"
                                      "\"subresource\":\"status\"},{\"subresource\":\"scale\"}]}]}]},"
                                      "{\"metadata\":{\"name\":\"metrics.k8s.io\"},\"versions\":[{\"version\":"
                                      "\"v1beta1\",\"freshness\":\"Stale\"}]}]}")
                  .object();
        const QList<ports::ServedResource> served = parseAggregated(list);
        QCOMPARE(served.size(), 2);
        QCOMPARE(served.at(0).kind, u"Validator"_s);
        QCOMPARE(served.at(0).gvr.name(), u"validators.canton.quarterdeck.io"_s);
        QCOMPARE(served.at(0).subresources, (QStringList{u"status"_s, u"scale"_s}));
        QCOMPARE(served.at(0).shortNames, QStringList{u"val"_s});
        QVERIFY(served.at(0).namespaced && !served.at(0).stale);
        QVERIFY(served.at(1).stale && served.at(1).gvr.resource.isEmpty());
        QCOMPARE(served.at(1).gvr.group, u"metrics.k8s.io"_s);
    }
};

QTEST_GUILESS_MAIN(tst_http_headers)
#include "tst_http_headers.moc"
