// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/GrafanaLink.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <QUrlQuery>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::items;

namespace {

QJsonObject paneOf(const QUrl &url)
{
    const QString panes = QUrlQuery(url).queryItemValue(u"panes"_s, QUrl::FullyEncoded);
    return QJsonDocument::fromJson(QByteArray::fromPercentEncoding(panes.toLatin1())).object().begin().value().toObject();
}

}

class TestGrafanaLink : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void explore()
    {
        const Grafana grafana{QUrl(u"https://grafana.example.com/g/"_s), u"uid-1"_s, u"prometheus"_s, 3};
        const QString query = u"rate(a{x=\"1+2 & 3#%\"}[5m]) > 0"_s;
        const QUrl url = exploreUrl(grafana, {query, u"up"_s}, {0, 1764396000.5, 1764417600});
        QVERIFY(url.isValid());
        QVERIFY(url.toString(QUrl::FullyEncoded).startsWith(u"https://grafana.example.com/g/explore?schemaVersion=1&orgId=3&panes=%7B"_s));
        QVERIFY2(!url.query(QUrl::FullyEncoded).contains(u'+'), "a plus is a space to a server");
        const QJsonObject pane = paneOf(url);
        QCOMPARE(pane.value(u"datasource"_s).toString(), u"uid-1"_s);
        const QJsonArray queries = pane.value(u"queries"_s).toArray();
        QCOMPARE(queries.size(), 2);
        QCOMPARE(queries.at(0).toObject().value(u"expr"_s).toString(), query);
        QCOMPARE(queries.at(1).toObject().value(u"refId"_s).toString(), u"B"_s);
        QCOMPARE(queries.at(0).toObject().value(u"datasource"_s).toObject().value(u"type"_s).toString(), u"prometheus"_s);
        QCOMPARE(pane.value(u"range"_s).toObject(), (QJsonObject{{u"from"_s, u"1764396000500"_s}, {u"to"_s, u"1764417600000"_s}}));
    }

    void live_data()
    {
        QTest::addColumn<qint64>("last");
        QTest::addColumn<QString>("from");
        QTest::newRow("hours") << qint64(6 * 3600) << u"now-6h"_s;
        QTest::newRow("days") << qint64(7 * 86400) << u"now-7d"_s;
        QTest::newRow("minutes") << qint64(900) << u"now-15m"_s;
        QTest::newRow("seconds") << qint64(90) << u"now-90s"_s;
    }
    void live()
    {
        QFETCH(qint64, last);
        QFETCH(QString, from);
        const QUrl url = exploreUrl({QUrl(u"http://grafana:3000"_s), u"u"_s}, {u"up"_s}, {last, 0, 0});
        QCOMPARE(url.path(), u"/explore"_s);
        QCOMPARE(paneOf(url).value(u"range"_s).toObject(), (QJsonObject{{u"from"_s, from}, {u"to"_s, u"now"_s}}));
    }

    void learns_data()
    {
        QTest::addColumn<QString>("address");
        QTest::addColumn<QString>("base");
        QTest::addColumn<QString>("uid");
        QTest::addColumn<QString>("type");
        const Grafana own{QUrl(u"https://g.example.com/sub"_s), u"abc"_s, u"loki"_s, 2};
        QTest::newRow("own") << exploreUrl(own, {u"{app=\"x\"}"_s}, {}).toString(QUrl::FullyEncoded) << u"https://g.example.com/sub"_s << u"abc"_s << u"loki"_s;
        QTest::newRow("left") << u"https://g.example.com/explore?orgId=1&left=%7B%22datasource%22:%22p1%22,%22queries%22:%5B%7B%22refId%22:%22A%22%7D%5D%7D"_s
                              << u"https://g.example.com"_s << u"p1"_s << u"prometheus"_s;
        QTest::newRow("not encoded") << u"http://g/explore?panes={\"x\":{\"datasource\":\"d\",\"queries\":[{\"datasource\":{\"type\":\"prometheus\",\"uid\":\"d2\"}}]}}"_s
                                     << u"http://g"_s << u"d2"_s << u"prometheus"_s;
    }
    void learns()
    {
        QFETCH(QString, address);
        QFETCH(QString, base);
        QFETCH(QString, uid);
        QFETCH(QString, type);
        const Result<Grafana> found = grafanaOf(address);
        QVERIFY2(found.ok(), found.ok() ? "" : qPrintable(found.error().message));
        QCOMPARE(found->base.toString(), base);
        QCOMPARE(found->uid, uid);
        QCOMPARE(found->type, type);
    }

    void theProfileSaysWhere_data()
    {
        QTest::addColumn<QString>("profile");
        QTest::addColumn<QString>("base");
        QTest::addColumn<QString>("uid");
        const Grafana own{QUrl(u"https://own.example.com"_s), u"mine"_s};
        QTest::newRow("none") << QString() << u"http://pasted/g"_s << u"abc"_s;
        QTest::newRow("base") << u"https://grafana.example.com/sub/"_s << u"https://grafana.example.com/sub"_s << u"abc"_s;
        QTest::newRow("Explore without a source") << u"https://grafana.example.com/explore?orgId=1"_s << u"https://grafana.example.com"_s << u"abc"_s;
        QTest::newRow("Explore") << exploreUrl(own, {u"up"_s}, {}).toString(QUrl::FullyEncoded) << u"https://own.example.com"_s << u"mine"_s;
        QTest::newRow("no address of the web") << u"file:///etc"_s << u"http://pasted/g"_s << u"abc"_s;
    }
    void theProfileSaysWhere()
    {
        QFETCH(QString, profile);
        QFETCH(QString, base);
        QFETCH(QString, uid);
        const QString pasted = exploreUrl({QUrl(u"http://pasted/g"_s), u"abc"_s}, {u"up"_s}, {}).toString(QUrl::FullyEncoded);
        const Result<Grafana> found = grafanaAt(profile, pasted);
        QVERIFY2(found.ok(), found.ok() ? "" : qPrintable(found.error().message));
        QCOMPARE(found->base.toString(), base);
        QCOMPARE(found->uid, uid);
        QVERIFY(!grafanaAt(u"https://grafana.example.com"_s, {}).ok());     // which source is not known
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("address");
        QTest::addColumn<QString>("said");
        QTest::newRow("nothing") << QString() << u"no http or https address"_s;
        QTest::newRow("script") << u"javascript:alert(1)//explore?panes={}"_s << u"no http or https address"_s;
        QTest::newRow("file") << u"file:///explore"_s << u"no http or https address"_s;
        QTest::newRow("dashboard") << u"https://g.example.com/d/abc/x"_s << u"no address of Grafana's Explore"_s;
        QTest::newRow("no source") << u"https://g.example.com/explore?panes=%7B%7D"_s << u"names no data source"_s;
    }
    void refuses()
    {
        QFETCH(QString, address);
        QFETCH(QString, said);
        const Result<Grafana> found = grafanaOf(address);
        QVERIFY(!found.ok());
        QVERIFY2(found.error().message.contains(said), qPrintable(found.error().message));
        QVERIFY(!found.error().remedy.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestGrafanaLink)
#include "tst_grafanalink.moc"
