// SPDX-License-Identifier: GPL-3.0-or-later
// The client of Prometheus over the real HTTP client: what it asks, what others answer, and every fault on the way.
#include "tests/unit/telemetry/PrometheusTest.h"

#include "app/telemetry/PrometheusAnswers.h"

#include <cmath>

using namespace qd;
using namespace qd::telemetry;
using namespace qd::telemetry::test;

namespace {

const QString kQuery = u"/api/v1/query"_s;
const QString kRange = u"/api/v1/query_range"_s;

QByteArray errorBody(const QByteArray &type, const QByteArray &says)
{
    return R"({"status":"error","errorType":")" + type + R"(","error":")" + says + R"("})";
}

}

class tst_prometheus : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void asksByForm()
    {
        Rig rig;
        rig.server.on(u"/prom"_s + kQuery, FaultAnswer::json(200, vectorOf("1")));
        ServiceTarget target = rig.byUrl(u"/prom/"_s);
        target.tenant = u"canton"_s;
        Prometheus prometheus(target);
        const auto answer = await(prometheus.query(u"up{a=\"b/c+d\"} & é"_s, 1700000000.25, {}));
        QVERIFY2(answer, qPrintable(answer ? QString() : answer.error().text()));
        QCOMPARE(answer->series.size(), std::size_t(1));
        QCOMPARE(answer->start, 1700000000.5);
        QCOMPARE(answer->step, 0.0);
        const FaultRequest got = rig.server.requests().at(0);
        QCOMPARE(got.method, QByteArray("POST"));
        QCOMPARE(got.header("content-type"), QByteArray("application/x-www-form-urlencoded"));
        QCOMPARE(got.header("x-scope-orgid"), QByteArray("canton"));
        QVERIFY(!got.headers.contains("authorization"));
        QCOMPARE(got.body, QByteArray("query=up%7Ba%3D%22b%2Fc%2Bd%22%7D%20%26%20%C3%A9&time=1700000000.250"));
    }

    void ranges()
    {
        Rig rig;
        rig.server.on(kRange, FaultAnswer::json(200, R"({"status":"success","data":{"resultType":"matrix","result":[]},"warnings":["one store is away"]})"));
        Prometheus prometheus(rig.byUrl());
        const auto answer = await(prometheus.range({u"up"_s, 1000, 2000, 15}, {}));
        QVERIFY(answer);
        QCOMPARE(answer->start, 1000.0);
        QCOMPARE(answer->step, 15.0);
        QCOMPARE(answer->warnings, QStringList{u"one store is away"_s});
        QCOMPARE(rig.server.requests().at(0).body, QByteArray("query=up&start=1000.000&end=2000.000&step=15.000"));
    }

    void tooManyPointsAreNotAsked_data()
    {
        QTest::addColumn<double>("end");
        QTest::addColumn<double>("step");
        QTest::addColumn<bool>("asked");
        QTest::newRow("11,001 points") << 1000.0 + 11'000 * 15 << 15.0 << true;   // the server's own limit
        QTest::newRow("11,002 points") << 1000.0 + 11'001 * 15 << 15.0 << false;
        QTest::newRow("no step") << 2000.0 << 0.0 << false;
        QTest::newRow("backwards") << 999.0 << 15.0 << false;
    }
    void tooManyPointsAreNotAsked()
    {
        QFETCH(double, end);
        QFETCH(double, step);
        QFETCH(bool, asked);
        Rig rig;
        rig.server.on(kRange, FaultAnswer::json(200, R"({"status":"success","data":{"resultType":"matrix","result":[]}})"));
        const auto answer = await(Prometheus(rig.byUrl()).range({u"up"_s, 1000, end, step}, {}));
        QCOMPARE(answer.ok(), asked);
        QCOMPARE(rig.server.count() > 0, asked);
        QVERIFY(asked || answer.error().kind == ErrorKind::Invalid);
    }

    /// By GET where a POST is not known, or where only reading is allowed; and from then on at once.
    void fallsBackToGet_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("again");
        QTest::newRow("405") << 405 << QByteArray("Method Not Allowed") << true;
        QTest::newRow("400 of a proxy") << 400 << QByteArray("no bodies here") << true;
        QTest::newRow("400 of the query") << 400 << errorBody("bad_data", "1:1: parse error: no") << false;
        QTest::newRow("500") << 500 << QByteArray("oh") << false;
    }
    void fallsBackToGet()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(bool, again);
        Rig rig;
        rig.server.on(u"POST "_s + kQuery, body.startsWith('{') ? FaultAnswer::json(status, body) : FaultAnswer::text(status, body));
        rig.server.on(u"GET "_s + kQuery, FaultAnswer::json(200, vectorOf("3")));
        Prometheus prometheus(rig.byUrl());
        const auto first = await(prometheus.query(u"a b"_s, 0, {}));
        QCOMPARE(first.ok(), again);
        if (!again) {
            QCOMPARE(rig.server.count(), 1);
            return;
        }
        QCOMPARE(first->series.at(0).samples.at(0).value, 3.0);
        QCOMPARE(rig.server.requests().at(1).q(u"query"_s), u"a b"_s);
        QVERIFY(await(prometheus.query(u"c"_s, 0, {})));
        QCOMPARE(rig.server.count(), 3);
        QCOMPARE(rig.server.requests().at(2).method, QByteArray("GET"));
    }

    void readersOfTheProxyMayOnlyGet()
    {
        Rig rig;
        const QString path = Rig::proxyPath(kQuery);
        rig.cluster.on(u"POST "_s + path, FaultAnswer::json(403, statusBody(403, "Forbidden", R"(services \"prometheus-operated:9090\" is forbidden)")));
        rig.cluster.on(u"GET "_s + path, FaultAnswer::json(200, vectorOf("3")));
        Prometheus prometheus(rig.byProxy());
        const auto answer = await(prometheus.query(u"up"_s, 0, {}));
        QVERIFY2(answer, qPrintable(answer ? QString() : answer.error().text()));
        QVERIFY(await(prometheus.query(u"up"_s, 0, {})));
        QByteArrayList methods;
        for (const FaultRequest &one : rig.cluster.requests()) {
            if (one.path == path)
                methods.append(one.method);
        }
        QCOMPARE(methods, (QByteArrayList{"POST", "GET", "GET"}));     // refused once, it is not tried again
    }

    void refusals_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("says");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("message");
        QTest::newRow("parse") << 400 << QByteArray("bad_data") << QByteArray(R"(invalid parameter \"query\": 1:4: parse error: unexpected end of input)")
                               << ErrorKind::Invalid << u"The query cannot be read at 1:4: unexpected end of input."_s;
        QTest::newRow("parameter") << 400 << QByteArray("bad_data") << QByteArray(R"(invalid parameter \"end\": end timestamp must not be before start time)")
                                   << ErrorKind::Invalid << u"Prometheus refuses the question: end timestamp must not be before start time."_s;
        QTest::newRow("execution") << 422 << QByteArray("execution") << QByteArray("found duplicate series") << ErrorKind::Invalid
                                   << u"Prometheus cannot work the query out: found duplicate series."_s;
        QTest::newRow("too much") << 422 << QByteArray("execution") << QByteArray("query processing would load too many samples into memory") << ErrorKind::TooMany
                                  << u"too many samples"_s;
        QTest::newRow("timeout") << 503 << QByteArray("timeout") << QByteArray("query timed out") << ErrorKind::Timeout << u"query timed out"_s;
        QTest::newRow("canceled") << 503 << QByteArray("canceled") << QByteArray("query was canceled") << ErrorKind::Timeout << u"gave the query up"_s;
        QTest::newRow("starting") << 500 << QByteArray("unavailable") << QByteArray("TSDB not ready") << ErrorKind::Internal << u"TSDB not ready"_s;
        QTest::newRow("internal") << 500 << QByteArray("internal") << QByteArray("disk") << ErrorKind::Internal << u"disk"_s;
        QTest::newRow("not found") << 404 << QByteArray("not_found") << QByteArray("no") << ErrorKind::NotFound << u"status 404: no"_s;
        QTest::newRow("error with 200") << 200 << QByteArray("execution") << QByteArray("half") << ErrorKind::Invalid << u"half"_s;
    }
    void refusals()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, says);
        QFETCH(QString, message);
        Rig rig;
        rig.server.on(kQuery, FaultAnswer::json(status, errorBody(type, says)));
        const auto answer = await(Prometheus(rig.byUrl()).query(u"sum("_s, 0, {}));
        QVERIFY(!answer);
        QTEST(answer.error().kind, "kind");
        QVERIFY2(answer.error().message.contains(message), qPrintable(answer.error().message));
        QCOMPARE(answer.error().causes.size(), type == "bad_data" ? 1 : 0);
    }

    void pagesInPlaceOfAnswers_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("says");
        const QByteArray page = "<html><head><title>t</title><style>b{}</style></head><body><h1>502 Bad Gateway</h1><script>x()</script>nginx "
            + QByteArray(500, 'y') + "</body></html>";
        QTest::newRow("502") << 502 << QByteArray("text/html") << page << u"status 502: 502 Bad Gateway nginx yyy"_s;
        QTest::newRow("a sign-in page with 200") << 200 << QByteArray("text/html; charset=utf-8") << page << u"a web page came in place of an answer: 502"_s;
        QTest::newRow("plain text") << 404 << QByteArray("text/plain") << QByteArray("404 page not found") << u"status 404: 404 page not found"_s;
        QTest::newRow("nothing") << 200 << QByteArray("application/json") << QByteArray() << u"gives an empty answer"_s;
        QTest::newRow("another JSON") << 200 << QByteArray("application/json") << QByteArray(R"({"kind":"Pod"})") << u"no answer of the Prometheus API"_s;
        QTest::newRow("cut JSON") << 200 << QByteArray("application/json") << QByteArray(R"({"status":"success","data":{)") << u"it ends too soon"_s;
    }
    void pagesInPlaceOfAnswers()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, body);
        QFETCH(QString, says);
        Rig rig;
        rig.server.on(kQuery, FaultAnswer::text(status, body, type));
        const auto answer = await(Prometheus(rig.byUrl()).query(u"up"_s, 0, {}));
        QVERIFY(!answer);
        QVERIFY2(answer.error().message.contains(says), qPrintable(answer.error().message));
        QVERIFY(answer.error().message.size() < 400 && !answer.error().message.contains(u'<') && !answer.error().message.contains(u"x()"_s));
    }

    void redirectsAreNotFollowed()
    {
        Rig rig;
        FaultServer other;
        rig.server.on(kQuery, FaultAnswer::text(302, "").header("Location", other.url().toEncoded() + "/login"));
        const auto answer = await(Prometheus(rig.byUrl()).query(u"up"_s, 0, {}));
        QVERIFY(!answer && answer.error().message.contains(u"sends us on to"_s));
        QCOMPARE(other.count(), 0);
    }

    void partsOfTheProxyThatAreMissing_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("reason");
        QTest::addColumn<QByteArray>("says");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("message");
        QTest::newRow("no endpoints") << 503 << QByteArray("ServiceUnavailable") << QByteArray(R"(no endpoints available for service \"x\")") << ErrorKind::NotFound
                                      << u"monitoring/prometheus-operated of Prometheus has no pod that is ready behind port 9090"_s;
        QTest::newRow("no port") << 503 << QByteArray("ServiceUnavailable") << QByteArray(R"(no service port 9090 found for service \"x\")") << ErrorKind::NotFound
                                 << u"has no port 9090"_s;
        QTest::newRow("down") << 503 << QByteArray("ServiceUnavailable") << QByteArray("error trying to reach service: dial tcp 10.0.0.1:9090: connect: connection refused")
                              << ErrorKind::Network << u"does not answer the API server"_s;
        QTest::newRow("no service") << 404 << QByteArray("NotFound") << QByteArray(R"(services \"x\" not found)") << ErrorKind::NotFound
                                    << u"There is no service monitoring/prometheus-operated for Prometheus"_s;
        QTest::newRow("no right") << 403 << QByteArray("Forbidden") << QByteArray(R"(services \"x\" is forbidden: User \"a\" cannot get resource \"services/proxy\")")
                                  << ErrorKind::Forbidden << u"the right to get services/proxy in monitoring is missing"_s;
    }
    void partsOfTheProxyThatAreMissing()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, reason);
        QFETCH(QByteArray, says);
        QFETCH(QString, message);
        Rig rig;
        rig.cluster.on(Rig::proxyPath(kQuery), FaultAnswer::json(status, statusBody(status, reason, says)));
        const auto answer = await(Prometheus(rig.byProxy()).query(u"up"_s, 0, {}));
        QVERIFY(!answer);
        QTEST(answer.error().kind, "kind");
        QVERIFY2(answer.error().message.contains(message), qPrintable(answer.error().message));
        QVERIFY(!answer.error().remedy.isEmpty());
    }

    /// The API server wants another right for each method.
    void theRightByTheMethod_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QString>("verb");
        QTest::newRow("GET") << QByteArray("GET") << u"get"_s;
        QTest::newRow("POST") << QByteArray("POST") << u"create"_s;
        QTest::newRow("DELETE") << QByteArray("DELETE") << u"delete"_s;
    }
    void theRightByTheMethod()
    {
        QFETCH(QByteArray, method);
        QFETCH(QString, verb);
        Rig rig;
        const QString path = u"/api/v2/silences"_s;
        rig.cluster.on(Rig::proxyPath(path), FaultAnswer::json(403, statusBody(403, "Forbidden", "services is forbidden")));
        TargetCall call{method, path};
        call.harmless = false;
        const auto answer = await(rig.byProxy().request(call));
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ErrorKind::Forbidden);
        QVERIFY2(answer.error().message.contains(u"the right to %1 services/proxy in monitoring is missing"_s.arg(verb)), qPrintable(answer.error().message));
    }

    void bombsAreGivenUp()
    {
        Rig rig;
        const QByteArray zlib = qCompress(QByteArray(qsizetype(300) << 20, ' '), 9).mid(4);   // 300 MiB of spaces in 300 KiB
        rig.server.on(kQuery, FaultAnswer::text(200, zlib, "application/json").header("Content-Encoding", "deflate"));
        const auto answer = await(Prometheus(rig.byUrl()).query(u"up"_s, 0, {}));
        QVERIFY(!answer);
        QVERIFY2(answer.error().message.contains(u"larger than 64 MiB"_s), qPrintable(answer.error().message));
        QVERIFY(answer.error().remedy.contains(u"longer step"_s));
    }

    void cutOnTheWay()
    {
        Rig rig;
        rig.server.on(kQuery, FaultAnswer::stream().send(vectorOf("1").left(60)).cut());
        const auto answer = await(Prometheus(rig.byUrl()).query(u"up"_s, 0, {}));
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ErrorKind::Network);
    }

    void hungAnswersEndAtTheDeadline()
    {
        Rig rig;
        rig.server.on(kQuery, FaultAnswer::silent().hang());
        ServiceTarget target = rig.byUrl();
        TargetCall call{"GET", kQuery};
        call.deadlineMs = 300;
        const auto answer = await(target.request(call));
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ErrorKind::Timeout);
    }

    void stopEndsItAtOnce()
    {
        Rig rig;
        rig.server.on(kQuery, FaultAnswer::silent().hang());
        Prometheus prometheus(rig.byUrl());
        std::stop_source stop;
        const auto future = prometheus.query(u"up"_s, 0, stop.get_token());
        QTRY_COMPARE(rig.server.count(), 1);
        stop.request_stop();
        const auto answer = await(future);
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ErrorKind::Cancelled);
        QTRY_COMPARE(rig.server.openConnections(), 0);
    }

    void tokens()
    {
        Rig rig;
        rig.server.handle(kQuery, [](const FaultRequest &request) {
            return request.header("authorization") == "Bearer new" ? FaultAnswer::json(200, vectorOf("1")) : FaultAnswer::text(401, "who?");
        });
        const auto source = std::make_shared<Tokens>(QList<QByteArray>{"old", "new"});
        ServiceTarget target = rig.byUrl();
        target.tokens = source;
        QVERIFY(await(Prometheus(target).query(u"up"_s, 0, {})));   // 127.0.0.1: a token may go there
        QCOMPARE(source->rejections, QList<QByteArray>{"old"});
        QCOMPARE(rig.server.count(), 2);
    }

    void tokensNeverGoInTheClear_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("refused");
        QTest::newRow("plain") << u"http://prom.example.invalid:9090"_s << true;
        QTest::newRow("plain by address") << u"http://10.1.2.3:9090"_s << true;
        QTest::newRow("looks like this machine") << u"http://127.0.0.1.example.invalid"_s << true;
        QTest::newRow("encrypted") << u"https://127.0.0.1:1"_s << false;
        QTest::newRow("this machine") << u"http://localhost:1"_s << false;
        QTest::newRow("this machine, IPv6") << u"http://[::1]:1"_s << false;
    }
    void tokensNeverGoInTheClear()
    {
        QFETCH(QString, url);
        QFETCH(bool, refused);
        Rig rig;
        const auto source = std::make_shared<Tokens>(QList<QByteArray>{"secret"});
        ServiceTarget target = rig.byUrl();
        target.address.url = url;
        target.tokens = source;
        const auto answer = await(Prometheus(target).query(u"up"_s, 0, {}));
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind == ErrorKind::Invalid && answer.error().message.contains(u"no token is sent there"_s), refused);
        QCOMPARE(source->asked == 0, refused);
    }

    void listsOfAllKinds()
    {
        Rig rig;
        rig.server.on(u"/api/v1/label/node/values"_s, FaultAnswer::json(200, R"({"status":"success","data":["b","a"]})"));
        rig.server.on(u"/api/v1/label/U__a_2f_b__c/values"_s, FaultAnswer::json(200, R"({"status":"success","data":[]})"));
        rig.server.on(u"/api/v1/series"_s, FaultAnswer::json(200, R"({"status":"success","data":[{"__name__":"up","job":"a"}]})"));
        rig.server.on(u"/api/v1/metadata"_s, FaultAnswer::json(200, R"({"status":"success","data":{"up":[{"type":"gauge","help":"Up?","unit":""}]}})"));
        rig.server.on(u"/api/v1/status/buildinfo"_s, FaultAnswer::json(200, R"({"status":"success","data":{"version":"2.42.0","revision":"x"}})"));
        Prometheus prometheus(rig.byUrl());
        QCOMPARE(*await(prometheus.labelValues(u"node"_s, u"up{a=\"b\"}"_s, 10, 20, {})), (QStringList{u"a"_s, u"b"_s}));
        const FaultRequest values = rig.server.requests().last();
        QVERIFY2(values.target.contains("match%5B%5D=up%7Ba%3D%22b%22%7D"), values.target.constData());
        QCOMPARE(values.q(u"start"_s), u"10.000"_s);
        QVERIFY(await(prometheus.labelValues(u"a/b_c"_s, {}, 0, 0, {}))->isEmpty());   // no %2F in a path: a proxy decodes it
        QCOMPARE(await(prometheus.series(u"up"_s, 1, 2, {}))->value(0).value(u"job"_s), u"a"_s);
        QCOMPARE(await(prometheus.metadata({}, {}))->value(0).help, u"Up?"_s);
        QCOMPARE(*await(prometheus.build({})), u"Prometheus 2.42.0"_s);
    }

    void rulesAlertsAndTargets()
    {
        Rig rig;
        const QByteArray alert = R"({"labels":{"alertname":"A"},"annotations":{"summary":"s"},"state":"firing","activeAt":"2026-11-29T10:00:00.123456789Z","value":"1e+00"})";
        const QByteArray alerting = R"({"state":"firing","name":"A","query":"up == 0","duration":60,"labels":{"severity":"critical"},"alerts":[)" + alert
            + R"(],"health":"ok","type":"alerting"})";
        const QByteArray recording = R"({"name":"r","query":"up","health":"err","lastError":"no","type":"recording"})";
        rig.server.on(u"/api/v1/rules"_s,
                      FaultAnswer::json(200, R"({"status":"success","data":{"groups":[{"name":"g","rules":[)" + alerting + "," + recording + "]}]}}"));
        rig.server.on(u"/api/v1/alerts"_s, FaultAnswer::json(200, R"({"status":"success","data":{"alerts":[)" + alert + "]}}"));
        const QByteArray target = R"({"labels":{"job":"j","instance":"i"},"scrapeUrl":"http://i/metrics","lastError":"refused",)"
                                  R"("lastScrape":"0001-01-01T00:00:00Z","health":"down"})";
        rig.server.on(u"/api/v1/targets"_s, FaultAnswer::json(200, R"({"status":"success","data":{"activeTargets":[)" + target + R"(],"droppedTargets":[]}})"));
        Prometheus prometheus(rig.byUrl());
        const auto rules = await(prometheus.rules({}));
        QVERIFY(rules && rules->size() == 2);
        QCOMPARE(rules->at(0).forSeconds, 60.0);
        QCOMPARE(rules->at(0).alerts.value(0).activeAt, QDateTime(QDate(2026, 11, 29), QTime(10, 0, 0, 123), Qt::UTC));
        QCOMPARE(rules->at(1).lastError, u"no"_s);
        QCOMPARE(await(prometheus.alerts({}))->value(0).state, u"firing"_s);
        const auto targets = await(prometheus.targets({}));
        QVERIFY(targets && targets->size() == 1);
        QCOMPARE(targets->at(0).instance, u"i"_s);
        QVERIFY(!targets->at(0).lastScrape.isValid());   // never
        QCOMPARE(rig.server.requests().last().q(u"state"_s), u"active"_s);
    }

    /// One that tells nothing of itself is taken all the same; a page is not.
    void builds()
    {
        Rig rig;
        const QString path = u"/api/v1/status/buildinfo"_s;
        rig.server.on(path, FaultAnswer::text(404, "404 page not found"));
        rig.server.on(path, FaultAnswer::json(200, R"({"status":"success","data":{"application":"Grafana Mimir","version":"2.10.0"}})"));
        rig.server.on(path, FaultAnswer::text(404, "<html>no</html>", "text/html"));
        Prometheus prometheus(rig.byUrl());
        QCOMPARE(*await(prometheus.build({})), QString());
        QCOMPARE(*await(prometheus.build({})), u"Grafana Mimir 2.10.0"_s);
        QVERIFY(!await(prometheus.build({})));
    }
};

QTEST_GUILESS_MAIN(tst_prometheus)
#include "tst_prometheus.moc"
