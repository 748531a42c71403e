// SPDX-License-Identifier: GPL-3.0-or-later
// What measures a cluster: which of its Services that are, and what is said when there is none, it does not answer, or may not be looked for.
#include "tests/unit/telemetry/PrometheusTest.h"

#include "app/telemetry/Discovery.h"
#include "app/telemetry/Telemetry.h"
#include "tests/support/FakeGateway.h"
#include "tests/support/ManualClock.h"

#include <QJsonArray>
#include <QSignalSpy>

using namespace qd;
using namespace qd::telemetry;
using namespace qd::telemetry::test;
using ports::TelemetryPart;
using Phase = ports::TelemetryState::Phase;

namespace {

struct Port {
    QString name;
    int number;
};

QJsonObject service(const QString &name, const QList<Port> &ports, const QJsonObject &labels = {}, const QString &ns = u"monitoring"_s)
{
    QJsonArray list;
    for (const Port &port : ports)
        list.append(QJsonObject{{u"name"_s, port.name}, {u"port"_s, port.number}});
    return {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Service"_s},
            {u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, ns}, {u"labels"_s, labels}}}, {u"spec"_s, QJsonObject{{u"ports"_s, list}}}};
}

QString textOf(const Candidate &c)
{
    return QString((c.address.scheme.isEmpty() ? QString() : QString(c.address.scheme + u':')) + c.address.ns + u'/' + c.address.service + u':' + c.address.port + c.prefix);
}

const QString kBuild = u"/api/v1/status/buildinfo"_s;
const QByteArray kVersion = R"({"status":"success","data":{"version":"2.42.0"}})";

}

class tst_telemetry : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void services_data()
    {
        QTest::addColumn<QJsonObject>("object");
        QTest::addColumn<QString>("found");
        const auto name = [](const QString &value) { return QJsonObject{{u"app.kubernetes.io/name"_s, value}}; };
        const auto component = [](const QString &value, const QString &part) {
            return QJsonObject{{u"app.kubernetes.io/name"_s, value}, {u"app.kubernetes.io/component"_s, part}};
        };
        QTest::newRow("of the operator") << service(u"prometheus-operated"_s, {{u"http-web"_s, 9090}}) << u"monitoring/prometheus-operated:9090"_s;
        QTest::newRow("of the stack, with a reloader") << service(u"kps-kube-prometheus-stack-prometheus"_s, {{u"reloader-web"_s, 8080}, {u"http-web"_s, 9090}})
                                                       << u"monitoring/kps-kube-prometheus-stack-prometheus:9090"_s;
        QTest::newRow("of the chart") << service(u"prometheus-server"_s, {{u"http"_s, 80}}) << u"monitoring/prometheus-server:80"_s;
        QTest::newRow("by its label") << service(u"metrics"_s, {{u"web"_s, 9091}}, name(u"prometheus"_s)) << u"monitoring/metrics:9091"_s;
        QTest::newRow("node exporter") << service(u"prometheus-node-exporter"_s, {{u"metrics"_s, 9100}}, name(u"prometheus-node-exporter"_s)) << QString();
        QTest::newRow("operator itself") << service(u"kube-prometheus-stack-operator"_s, {{u"https"_s, 443}}, name(u"kube-prometheus-stack-prometheus-operator"_s)) << QString();
        QTest::newRow("Thanos") << service(u"thanos-query"_s, {{u"grpc"_s, 10901}, {u"http"_s, 9090}}) << u"monitoring/thanos-query:9090"_s;
        QTest::newRow("OpenShift") << service(u"thanos-querier"_s, {{u"web"_s, 9091}}) << u"https:monitoring/thanos-querier:9091"_s;
        QTest::newRow("Mimir") << service(u"lgtm-mimir-nginx"_s, {{u"http-metric"_s, 80}}) << u"monitoring/lgtm-mimir-nginx:80/prometheus"_s;
        QTest::newRow("vmselect") << service(u"vmcluster-vmselect"_s, {{u"http"_s, 8481}}) << u"monitoring/vmcluster-vmselect:8481/select/0/prometheus"_s;
        QTest::newRow("Alertmanager") << service(u"alertmanager-operated"_s, {{u"http-web"_s, 9093}, {u"tcp-mesh"_s, 9094}}) << u"monitoring/alertmanager-operated:9093"_s;
        QTest::newRow("Alertmanager by TLS") << service(u"alertmanager"_s, {{u"https"_s, 9443}}) << u"https:monitoring/alertmanager:9443"_s;
        QTest::newRow("Alertmanager's headless twin") << service(u"prometheus-alertmanager-headless"_s, {{u"http"_s, 9093}}) << QString();
        QTest::newRow("Loki's gateway") << service(u"loki-gateway"_s, {{u"http-metrics"_s, 80}}) << u"monitoring/loki-gateway:80"_s;
        QTest::newRow("Loki's reader by label") << service(u"l-r"_s, {{u"http-metrics"_s, 3100}, {u"grpc"_s, 9095}}, component(u"loki"_s, u"read"_s)) << u"monitoring/l-r:3100"_s;
        QTest::newRow("Loki's writer") << service(u"loki-write"_s, {{u"http-metrics"_s, 3100}, {u"grpc"_s, 9095}}, component(u"loki"_s, u"write"_s)) << QString();
        QTest::newRow("Loki's ring") << service(u"loki-memberlist"_s, {{u"tcp"_s, 7946}}, component(u"loki"_s, u"read"_s)) << QString();
        QTest::newRow("no port that could be it") << service(u"prometheus"_s, {{u"grpc"_s, 10901}, {u"mesh"_s, 9094}}) << QString();
        QTest::newRow("anything else") << service(u"kubernetes"_s, {{u"https"_s, 443}}) << QString();
    }
    void services()
    {
        QFETCH(QJsonObject, object);
        QFETCH(QString, found);
        const QList<Candidate> candidates = candidatesIn({{u"items"_s, QJsonArray{object}}});
        QCOMPARE(candidates.isEmpty() ? QString() : textOf(candidates.first()), found);
        const QJsonObject kept = judged(object);   // what is kept of a list says the same
        QCOMPARE(kept.isEmpty(), found.isEmpty());
        QCOMPARE(candidatesIn({{u"items"_s, QJsonArray{kept}}}), candidates);
    }

    void theOperatorsComesFirst()
    {
        const QJsonArray all{service(u"thanos-query"_s, {{u"http"_s, 9090}}), service(u"prometheus-server"_s, {{u"http"_s, 80}}, {}, u"openshift-monitoring"_s),
                             service(u"prometheus-server"_s, {{u"http"_s, 80}}), service(u"prometheus-operated"_s, {{u"web"_s, 9090}})};
        QStringList names;
        for (const Candidate &candidate : candidatesIn({{u"items"_s, all}}))
            names.append(textOf(candidate));
        QCOMPARE(names, (QStringList{u"monitoring/prometheus-operated:9090"_s, u"monitoring/prometheus-server:80"_s, u"openshift-monitoring/prometheus-server:80"_s, u"monitoring/thanos-query:9090"_s}));
    }

    /// Whoever may make a Service in a namespace of theirs may call it as they like.
    void usualNamespacesComeFirst()
    {
        const QJsonArray all{service(u"prometheus-operated"_s, {{u"web"_s, 9090}}, {}, u"aaa"_s), service(u"thanos-query"_s, {{u"http"_s, 9090}}),
                             service(u"prometheus-server"_s, {{u"http"_s, 80}}, {}, u"canton"_s)};
        const QList<Candidate> found = candidatesIn({{u"items"_s, all}});
        const auto names = [](const QList<Candidate> &of) {
            QStringList out;
            for (const Candidate &candidate : of)
                out.append(textOf(candidate));
            return out;
        };
        QCOMPARE(names(found), (QStringList{u"monitoring/thanos-query:9090"_s, u"aaa/prometheus-operated:9090"_s, u"canton/prometheus-server:80"_s}));
        QCOMPARE(names(inOrder(found, {u"canton"_s})),
                 (QStringList{u"canton/prometheus-server:80"_s, u"monitoring/thanos-query:9090"_s, u"aaa/prometheus-operated:9090"_s}));
    }

    /// Which was taken is said, and what decides; where the profile names its namespaces, no other's are taken at all.
    void saysWhichWasTaken()
    {
        Rig rig;
        const auto gateway = std::make_shared<qd::test::FakeGateway>();
        const QString foreign = u"/api/v1/namespaces/aaa/services/team-prometheus:9090/proxy"_s + kBuild;
        gateway->put(service(u"team-prometheus"_s, {{u"web"_s, 9090}}, {}, u"aaa"_s));
        rig.cluster.on(foreign, FaultAnswer::json(200, kVersion));
        const auto strict = makeTelemetry(gateway, rig.http, {.within = {u"canton"_s}});
        strict->look();
        QTRY_COMPARE(strict->state(TelemetryPart::Metrics).phase, Phase::Missing);
        const Error why = strict->state(TelemetryPart::Metrics).why;
        QVERIFY2(why.message.startsWith(u"aaa/team-prometheus looks like Prometheus"_s) && why.remedy.contains(u"telemetry"_s), qPrintable(why.text()));
        QVERIFY(rig.cluster.requests().isEmpty());

        gateway->put(service(u"prometheus-operated"_s, {{u"web"_s, 9090}}));
        rig.cluster.on(Rig::proxyPath(kBuild), FaultAnswer::json(200, kVersion));
        const auto telemetry = makeTelemetry(gateway, rig.http, {});
        telemetry->look();
        QTRY_COMPARE(telemetry->state(TelemetryPart::Metrics).phase, Phase::Found);
        QCOMPARE(telemetry->state(TelemetryPart::Metrics).address,
                 u"monitoring/prometheus-operated:9090 through the API server (others are in aaa; telemetry in the profile decides)"_s);
    }

    /// Who made the cluster knows best why a part is not there, and what to do.
    void whoMadeItSaysWhy()
    {
        Rig rig;
        const QString why = u"The program prometheus is not installed; on Debian the package prometheus has it (./run setup installs it)."_s;
        const auto telemetry = makeTelemetry(std::make_shared<qd::test::FakeGateway>(), rig.http, {.absent = {{TelemetryPart::Metrics, why}}});
        telemetry->look();
        QTRY_COMPARE(telemetry->state(TelemetryPart::Metrics).phase, Phase::Missing);
        QCOMPARE(telemetry->state(TelemetryPart::Metrics).why.message, u"No service of the cluster looks like Prometheus."_s);
        QCOMPARE(telemetry->state(TelemetryPart::Metrics).why.remedy, why);
        QTRY_COMPARE(telemetry->state(TelemetryPart::Alerts).phase, Phase::Missing);
        QVERIFY(telemetry->state(TelemetryPart::Alerts).why.remedy.startsWith(u"Install it in the cluster"_s));
    }

    /// A program without the page that tells its version is no Prometheus, unless it counts.
    void hasToCount()
    {
        Rig rig;
        const auto gateway = std::make_shared<qd::test::FakeGateway>();
        const auto at = [](const QString &name, const QString &path) { return QString(u"/api/v1/namespaces/monitoring/services/"_s + name + u"/proxy"_s + path); };
        gateway->put(service(u"payments-prometheus"_s, {{u"metrics"_s, 9102}}));
        gateway->put(service(u"thanos-query"_s, {{u"http"_s, 9090}}));
        const FaultAnswer none = FaultAnswer::text(404, "404 page not found\n");
        for (const QString &path : {kBuild, u"/api/v1/query"_s})
            rig.cluster.on(at(u"payments-prometheus:9102"_s, path), none);
        rig.cluster.on(at(u"thanos-query:9090"_s, kBuild), none);
        rig.cluster.on(at(u"thanos-query:9090"_s, u"/api/v1/query"_s), FaultAnswer::json(200, vectorOf("1")));
        const auto telemetry = makeTelemetry(gateway, rig.http, {});
        telemetry->look();
        QTRY_COMPARE(telemetry->state(TelemetryPart::Metrics).phase, Phase::Found);
        QCOMPARE(telemetry->state(TelemetryPart::Metrics).address, u"monitoring/thanos-query:9090 through the API server"_s);
    }

    /// While a part is missing the others are left alone, and nobody is told what they know.
    void looksForTheMissingAlone()
    {
        Rig rig;
        qd::test::ManualClock clock;
        const auto gateway = std::make_shared<qd::test::FakeGateway>();
        gateway->put(service(u"prometheus-operated"_s, {{u"web"_s, 9090}}));
        rig.cluster.on(Rig::proxyPath(kBuild), FaultAnswer::json(200, kVersion));
        rig.cluster.on(Rig::proxyPath(kBuild), FaultAnswer::json(503, statusBody(503, "ServiceUnavailable", "no endpoints available for service x")));
        const auto telemetry = makeTelemetry(gateway, rig.http, {.clock = &clock});
        telemetry->look();
        QTRY_COMPARE(telemetry->state(TelemetryPart::Metrics).phase, Phase::Found);
        QTRY_COMPARE(telemetry->state(TelemetryPart::Logs).phase, Phase::Missing);
        const auto source = telemetry->metrics();
        QSignalSpy changed(telemetry.get(), &ports::Telemetry::changed);
        for (int looks = 2; looks < 5; ++looks) {
            clock.advance(std::chrono::minutes(10));
            telemetry->look();
            QCOMPARE(telemetry->state(TelemetryPart::Logs).phase, Phase::Missing);      // it is no news that it is looked for
            QCOMPARE(gateway->count(u"list"_s), looks);
            QCoreApplication::processEvents();      // the look ends
        }
        QVERIFY(changed.isEmpty());
        QCOMPARE(telemetry->metrics(), source);
        QCOMPARE(rig.cluster.requests().size(), 1);
        // What has come is told once.
        gateway->put(service(u"alertmanager-operated"_s, {{u"web"_s, 9093}}));
        rig.cluster.on(u"/api/v1/namespaces/monitoring/services/alertmanager-operated:9093/proxy/api/v2/status"_s,
                       FaultAnswer::json(200, R"({"versionInfo":{"version":"0.25.0"},"cluster":{"status":"ready"},"config":{"original":""},"uptime":""})"));
        clock.advance(std::chrono::minutes(10));
        telemetry->look();
        QTRY_COMPARE(telemetry->state(TelemetryPart::Alerts).phase, Phase::Found);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(telemetry->metrics(), source);
    }

    void looksMoreSeldom_data()
    {
        QTest::addColumn<bool>("answers");
        QTest::addColumn<QList<int>>("gaps");
        QTest::newRow("there is none") << true << QList<int>{10, 20, 40, 80, 160, 320, 600, 600};
        QTest::newRow("the API server does not answer") << false << QList<int>{10, 20, 40, 60, 60};
    }
    void looksMoreSeldom()
    {
        QFETCH(bool, answers);
        QFETCH(QList<int>, gaps);
        Rig rig;
        qd::test::ManualClock clock;
        const auto gateway = std::make_shared<qd::test::FakeGateway>();
        for (int i = 0; !answers && i < 10; ++i)
            gateway->failNext(u"list"_s, Error{ErrorKind::Network, u"no route to host"_s});
        const auto telemetry = makeTelemetry(gateway, rig.http, {.clock = &clock});
        telemetry->look();
        QTRY_COMPARE(telemetry->state(TelemetryPart::Logs).phase, Phase::Missing);
        QList<int> seen;
        int seconds = 0;
        while (seen.size() < gaps.size() && seconds < 1000) {
            const int before = gateway->count(u"list"_s);
            clock.advance(std::chrono::seconds(1));
            ++seconds;
            telemetry->look();
            QCoreApplication::processEvents();
            if (gateway->count(u"list"_s) > before)
                seen.append(std::exchange(seconds, 0));
        }
        QCOMPARE(seen, gaps);
        // A person who wants it looked at does not wait.
        const int before = gateway->count(u"list"_s);
        telemetry->lookAgain();
        QCOMPARE(telemetry->state(TelemetryPart::Logs).phase, Phase::Looking);
        QCOMPARE(gateway->count(u"list"_s), before + 1);
    }

    /// Who has thousands of Services does not pay for them each time one is looked for; whether one that is there answers is asked all the same.
    void manyServicesAreListedSeldom()
    {
        Rig rig;
        qd::test::ManualClock clock;
        const auto gateway = std::make_shared<qd::test::FakeGateway>();
        gateway->put(service(u"prometheus-operated"_s, {{u"web"_s, 9090}}));
        for (int i = 0; i < 1999; ++i)
            gateway->put(service(u"node-%1"_s.arg(i), {{u"grpc"_s, 5001}}, {}, u"canton"_s));
        rig.cluster.on(Rig::proxyPath(kBuild), FaultAnswer::json(503, statusBody(503, "ServiceUnavailable", "no endpoints available for service x")));
        const auto telemetry = makeTelemetry(gateway, rig.http, {.clock = &clock});
        telemetry->look();
        QTRY_COMPARE(telemetry->state(TelemetryPart::Metrics).phase, Phase::Missing);
        QCOMPARE(gateway->count(u"list"_s), 1);
        rig.cluster.forget(Rig::proxyPath(kBuild));
        rig.cluster.on(Rig::proxyPath(kBuild), FaultAnswer::json(200, kVersion));
        clock.advance(std::chrono::seconds(60));
        telemetry->look();
        QTRY_COMPARE(telemetry->state(TelemetryPart::Metrics).phase, Phase::Found);
        QCOMPARE(gateway->count(u"list"_s), 1);
        clock.advance(std::chrono::seconds(100));   // 150 s in all, for 2,000
        telemetry->look();
        QTRY_COMPARE(gateway->count(u"list"_s), 2);
        // A person who wants it looked at does not wait.
        telemetry->lookAgain();
        QCOMPARE(gateway->count(u"list"_s), 3);
    }

    void findsTheFirstThatAnswers()
    {
        Rig rig;
        const auto gateway = std::make_shared<qd::test::FakeGateway>();
        gateway->put(service(u"prometheus-operated"_s, {{u"web"_s, 9090}}));
        gateway->put(service(u"prometheus-server"_s, {{u"http"_s, 80}}));
        rig.cluster.on(Rig::proxyPath(kBuild), FaultAnswer::json(503, statusBody(503, "ServiceUnavailable", "no endpoints available for service x")));
        rig.cluster.on(u"/api/v1/namespaces/monitoring/services/prometheus-server:80/proxy"_s + kBuild, FaultAnswer::json(200, kVersion));
        const auto telemetry = makeTelemetry(gateway, rig.http, {});
        QCOMPARE(telemetry->state(TelemetryPart::Metrics).phase, Phase::Looking);
        QVERIFY(gateway->calls.isEmpty());   // nobody has asked
        telemetry->look();
        telemetry->look();
        QTRY_COMPARE(telemetry->state(TelemetryPart::Metrics).phase, Phase::Found);
        QCOMPARE(gateway->count(u"list"_s), 1);
        QCOMPARE(telemetry->state(TelemetryPart::Metrics).address, u"monitoring/prometheus-server:80 through the API server"_s);
        QVERIFY(!telemetry->state(TelemetryPart::Metrics).fromProfile);
        QCOMPARE(*await(telemetry->metrics()->build()), u"Prometheus 2.42.0"_s);
        QTRY_COMPARE(telemetry->state(TelemetryPart::Logs).phase, Phase::Missing);
        QCOMPARE(telemetry->state(TelemetryPart::Logs).why.message, u"No service of the cluster looks like Loki."_s);
        QVERIFY(!telemetry->state(TelemetryPart::Logs).why.remedy.isEmpty() && !telemetry->logs());
    }

    void saysWhyTheFirstDoesNotAnswer()
    {
        Rig rig;
        const auto gateway = std::make_shared<qd::test::FakeGateway>();
        gateway->put(service(u"prometheus-operated"_s, {{u"web"_s, 9090}}));
        rig.cluster.on(Rig::proxyPath(kBuild), FaultAnswer::json(503, statusBody(503, "ServiceUnavailable", "no endpoints available for service x")));
        rig.cluster.on(Rig::proxyPath(kBuild), FaultAnswer::json(200, kVersion));
        const auto telemetry = makeTelemetry(gateway, rig.http, {});
        telemetry->look();
        QTRY_COMPARE(telemetry->state(TelemetryPart::Metrics).phase, Phase::Missing);
        QVERIFY(telemetry->state(TelemetryPart::Metrics).why.message.contains(u"has no pod that is ready"_s));
        telemetry->look();   // too soon after the last
        QCOMPARE(telemetry->state(TelemetryPart::Metrics).phase, Phase::Missing);
        QSignalSpy changed(telemetry.get(), &ports::Telemetry::changed);
        telemetry->lookAgain();
        QCOMPARE(telemetry->state(TelemetryPart::Metrics).phase, Phase::Looking);
        QTRY_COMPARE(telemetry->state(TelemetryPart::Metrics).phase, Phase::Found);
        QVERIFY(changed.size() >= 2);
    }

    void whereListingIsNotAllowed()
    {
        Rig rig;
        const auto gateway = std::make_shared<qd::test::FakeGateway>();
        for (int i = 0; i < 8; ++i)   // all, the one given and the usual ones
            gateway->failNext(u"list"_s, Error{ErrorKind::Forbidden, u"no"_s});
        const auto telemetry = makeTelemetry(gateway, rig.http, {.namespaces = {u"canton"_s}});
        telemetry->look();
        QTRY_COMPARE(telemetry->state(TelemetryPart::Alerts).phase, Phase::Missing);
        const Error why = telemetry->state(TelemetryPart::Alerts).why;
        QCOMPARE(why.kind, ErrorKind::Forbidden);
        QVERIFY2(why.message.contains(u"the right to list services is missing"_s) && why.remedy.contains(u"profile"_s), qPrintable(why.text()));
    }

    void theNamespaceIsEnough()
    {
        Rig rig;
        const auto gateway = std::make_shared<qd::test::FakeGateway>();
        gateway->put(service(u"prometheus-operated"_s, {{u"web"_s, 9090}}));
        gateway->failNext(u"list"_s, Error{ErrorKind::Forbidden, u"no"_s});   // of all namespaces; one of them may be listed
        rig.cluster.on(Rig::proxyPath(kBuild), FaultAnswer::json(200, kVersion));
        const auto telemetry = makeTelemetry(gateway, rig.http, {.namespaces = {u"canton"_s, u"monitoring"_s}});
        telemetry->look();
        QTRY_COMPARE(telemetry->state(TelemetryPart::Metrics).phase, Phase::Found);
    }

    /// The profile's words are not looked for, and what is wrong with them is said by the answers.
    void theProfileNamesThem()
    {
        Rig rig;
        const auto gateway = std::make_shared<qd::test::FakeGateway>();
        TelemetrySettings settings;
        settings.metrics = NamedTarget{{rig.server.url().toString(), {}, {}, {}, {}}, u"canton"_s};
        settings.alerts = NamedTarget{{{}, u"monitoring"_s, u"alertmanager"_s, u"9093"_s, {}}};
        settings.logs = NamedTarget{{rig.server.url().toString(), {}, {}, {}, {}}};
        settings.grafana = u"https://grafana.example.com"_s;
        const auto telemetry = makeTelemetry(gateway, rig.http, settings);
        for (const TelemetryPart part : {TelemetryPart::Metrics, TelemetryPart::Alerts, TelemetryPart::Logs}) {
            QCOMPARE(telemetry->state(part).phase, Phase::Found);
            QVERIFY(telemetry->state(part).fromProfile);
        }
        QCOMPARE(telemetry->state(TelemetryPart::Alerts).address, u"monitoring/alertmanager:9093 through the API server"_s);
        QCOMPARE(telemetry->grafana(), u"https://grafana.example.com"_s);
        telemetry->look();
        telemetry->lookAgain();
        QVERIFY(gateway->calls.isEmpty());
        QVERIFY(!await(telemetry->metrics()->query(u"up"_s)));
        QCOMPARE(rig.server.requests().at(0).header("x-scope-orgid"), QByteArray("canton"));
    }

    /// Whoever keeps a source may ask it after the telemetry has gone.
    void sourcesOutliveIt()
    {
        Rig rig;
        rig.server.on(u"/api/v1/query"_s, FaultAnswer::json(200, vectorOf("1")));
        TelemetrySettings settings;
        settings.metrics = NamedTarget{{rig.server.url().toString(), {}, {}, {}, {}}};
        auto telemetry = makeTelemetry(std::make_shared<qd::test::FakeGateway>(), rig.http, settings);
        const auto source = telemetry->metrics();
        telemetry->look();
        telemetry.reset();
        QVERIFY(await(source->query(u"up"_s)));
    }
};

QTEST_GUILESS_MAIN(tst_telemetry)
#include "tst_telemetry.moc"
