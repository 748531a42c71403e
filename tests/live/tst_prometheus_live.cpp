// SPDX-License-Identifier: GPL-3.0-or-later
// Debian's Prometheus 2.42 by our client, at its URL and through kube-apiserver's service proxy: six hours of a past that is known to the
// point, its rules and alerts, its own targets, what it refuses and with which words; found among the Services of the cluster.
#include "app/telemetry/Prometheus.h"
#include "app/telemetry/Telemetry.h"
#include "tests/live/LiveClient.h"
#include "tests/live/LiveRig.h"
#include "tests/live/LiveServer.h"

#include <QJsonArray>
#include <QSignalSpy>

#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;
using namespace qd;
using test::awaited;
using test::kPatience;

namespace {

constexpr qint64 kStart = 1'790'000'000 - 1'790'000'000 % 15;
constexpr int kSteps = 1440;            // six hours of 15 s
constexpr int kGapFrom = 400, kGapTo = 440;

/// A counter with a gap and a restart, and a gauge with all that is no number.
QByteArray past()
{
    QByteArray out = "# HELP canton_events Events that were sequenced.\n# TYPE canton_events counter\n";
    for (int i = 0; i < kSteps; ++i) {
        if (i < kGapFrom || i >= kGapTo)
            out += "canton_events_total{node=\"a/b \\\"c\\\"\"} " + QByteArray::number(i < 1000 ? 3 * i : 3 * (i - 1000)) + ' ' + QByteArray::number(kStart + 15 * i) + '\n';
    }
    out += "# TYPE odd gauge\n";
    const char *values[] = {"NaN", "+Inf", "-Inf", "1e+06", "0.30000000000000004"};
    for (int i = 0; i < 5; ++i)
        out += QByteArray("odd ") + values[i] + ' ' + QByteArray::number(kStart + 15 * i) + '\n';
    return out + "# EOF\n";
}

/// What both ways have to answer.
void checkPast(ports::MetricsSource *source)
{
    const double end = kStart + 15 * (kSteps - 1);
    const auto counter = awaited(source->range({u"canton_events_total"_s, double(kStart), end, 15}));
    QVERIFY2(counter.ok(), counter ? "" : qPrintable(counter.error().text()));
    QCOMPARE(counter->series.size(), std::size_t(1));
    const network::TimeSeries &series = counter->series.front();
    QCOMPARE(series.labels.value(u"node"_s), u"a/b \"c\""_s);
    QCOMPARE(series.samples.front(), (network::Sample{double(kStart), 0}));
    QCOMPARE(series.samples.back(), (network::Sample{end, 3.0 * (kSteps - 1 - 1000)}));
    // Five minutes of the gap are bridged by the server (its look-back), the rest is left out, not NaN.
    QCOMPARE(int(series.samples.size()), kSteps - (kGapTo - kGapFrom) + 20);
    int gaps = 0;
    for (std::size_t i = 1; i < series.samples.size(); ++i)
        gaps += network::isGap(series.samples[i - 1], series.samples[i], 15) ? 1 : 0;
    QCOMPARE(gaps, 1);
    const double expected[] = {std::nan(""), std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(), 1e6, 0.30000000000000004};
    for (int i = 0; i < 5; ++i) {
        const auto odd = awaited(source->query(u"odd"_s, kStart + 15 * i));
        QVERIFY2(odd.ok(), odd ? "" : qPrintable(odd.error().text()));
        const double got = odd->series.at(0).samples.at(0).value;
        QVERIFY(std::isnan(expected[i]) ? std::isnan(got) : got == expected[i]);
        QCOMPARE(odd->start, double(kStart + 15 * i));
    }
}

}

class PrometheusTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QFile rules(m_folder.filePath(u"rules.yml"_s));
        QVERIFY(rules.open(QIODevice::WriteOnly));
        rules.write("groups:\n- name: canton\n  rules:\n"
                    "  - {alert: AlwaysFiring, expr: 'vector(1)', labels: {severity: critical}, annotations: {summary: \"<b>s</b>\"}}\n"
                    "  - {alert: Waiting, expr: 'vector(1)', for: 1h}\n"
                    "  - {record: 'job:up:sum', expr: 'sum by (job) (up)'}\n");
        rules.close();
        m_server = std::make_unique<test::LiveServer>(test::LiveServer::Kind::Prometheus,
                                                      "rule_files: ['" + rules.fileName().toUtf8()
                                                          + "']\nscrape_configs:\n- {job_name: self, static_configs: [{targets: ['127.0.0.1:%PORT%']}]}\n"
                                                            "- {job_name: away, static_configs: [{targets: ['127.0.0.1:1']}]}\n",
                                                      past());
        if (m_server->skipped())
            QSKIP(qPrintable(m_server->why()));
        QVERIFY2(m_server->ready(), qPrintable(m_server->why()));
        kube::ClusterConfig nowhere;
        nowhere.context = u"none"_s;
        nowhere.server = QUrl(u"https://127.0.0.1:1"_s);
        m_nowhere = kube::KubeCluster::make(nowhere);
        telemetry::ServiceTarget target{m_nowhere->services(), {m_server->url().toString(), {}, {}, {}, {}}};
        target.what = u"Prometheus"_s;
        m_source = std::make_unique<telemetry::Prometheus>(target);
    }

    void cleanupTestCase()
    {
        m_source.reset();
        m_nowhere.reset();
        m_admin.reset();
    }

    void itSaysItsVersion()
    {
        const auto build = awaited(m_source->build({}));
        QVERIFY2(build.ok(), build ? "" : qPrintable(build.error().text()));
        QVERIFY2(build->startsWith(u"Prometheus 2."_s), qPrintable(*build));
    }

    void thePastToThePoint() { checkPast(m_source.get()); }

    void scalarsTextsAndNothing()
    {
        const auto scalar = awaited(m_source->query(u"scalar(vector(1.5)) * 2"_s, 0, {}));
        QVERIFY(scalar && scalar->series.size() == 1 && scalar->series[0].labels.isEmpty());
        QCOMPARE(scalar->series[0].samples[0].value, 3.0);
        QVERIFY(std::abs(scalar->start - double(QDateTime::currentSecsSinceEpoch())) < 60);
        const auto text = awaited(m_source->query(u"\"a text\""_s, 0, {}));
        QVERIFY(text && text->series.empty());
        const auto none = awaited(m_source->query(u"there_is_no_such_metric"_s, 0, {}));
        QVERIFY(none && none->series.empty());
    }

    void refusals_data()
    {
        QTest::addColumn<QString>("expr");
        QTest::addColumn<QString>("says");
        QTest::addColumn<QString>("place");
        QTest::newRow("parse") << u"sum("_s << u"The query cannot be read at 1:5: unclosed left parenthesis."_s << u"1:5"_s;
        QTest::newRow("second line") << u"up\n+ +* 2"_s << u"The query cannot be read at 2:4"_s << u"2:4"_s;
        QTest::newRow("type") << u"rate(up)"_s << u"The query cannot be read at 1:6"_s << u"1:6"_s;
        QTest::newRow("matching") << u"{__name__=~\".+\"} + on(job) {__name__=~\".+\"}"_s << u"Prometheus cannot work the query out"_s << QString();
    }
    void refusals()
    {
        QFETCH(QString, expr);
        QFETCH(QString, says);
        QFETCH(QString, place);
        QTRY_VERIFY_WITH_TIMEOUT(!awaited(m_source->query(u"up == 1"_s, 0, {}))->series.empty(), kPatience);
        const auto answer = awaited(m_source->query(expr, 0, {}));
        QVERIFY(!answer.ok());
        QCOMPARE(answer.error().kind, ErrorKind::Invalid);
        QVERIFY2(answer.error().message.startsWith(says), qPrintable(answer.error().message));
        QCOMPARE(answer.error().causes.isEmpty() ? QString() : answer.error().causes.first().reason, place);
    }

    /// Its limit is ours: (end - start) / step of 11,000 is answered, 11,001 is refused here and there.
    void theMostPoints()
    {
        const auto most = awaited(m_source->range({u"vector(1)"_s, double(kStart), double(kStart + 11'000 * 15), 15}, {}));
        QVERIFY2(most.ok(), most ? "" : qPrintable(most.error().text()));
        QCOMPARE(most->series.at(0).samples.size(), std::size_t(11'001));
        const auto more = awaited(m_source->range({u"vector(1)"_s, double(kStart), double(kStart + 11'001 * 15), 15}, {}));
        QVERIFY(!more && more.error().kind == ErrorKind::Invalid);
    }

    void labelsSeriesAndMetadata()
    {
        const double end = kStart + 15 * kSteps;
        const auto values = awaited(m_source->labelValues(u"node"_s, u"canton_events_total"_s, kStart, end, {}));
        QVERIFY2(values.ok(), values ? "" : qPrintable(values.error().text()));
        QCOMPARE(*values, QStringList{u"a/b \"c\""_s});
        const auto series = awaited(m_source->series(u"{__name__=~\"canton.*|odd\"}"_s, kStart, end, {}));
        QVERIFY2(series.ok(), series ? "" : qPrintable(series.error().text()));
        QCOMPARE(series->size(), 2);
        QTRY_VERIFY_WITH_TIMEOUT(!awaited(m_source->metadata(u"prometheus_build_info"_s, {}))->isEmpty(), kPatience);
        QCOMPARE(awaited(m_source->metadata(u"prometheus_build_info"_s, {}))->first().type, u"gauge"_s);
    }

    void rulesAlertsAndTargets()
    {
        QTRY_COMPARE_WITH_TIMEOUT(awaited(m_source->alerts({}))->size(), 2, kPatience);
        const QList<ports::RuleAlert> alerts = *awaited(m_source->alerts({}));
        const auto firing = std::find_if(alerts.begin(), alerts.end(), [](const ports::RuleAlert &alert) { return alert.state == "firing"_L1; });
        QVERIFY(firing != alerts.end());
        QCOMPARE(firing->labels.value(u"alertname"_s), u"AlwaysFiring"_s);
        QCOMPARE(firing->annotations.value(u"summary"_s), u"<b>s</b>"_s);
        QVERIFY(firing->activeAt.isValid() && firing->activeAt.secsTo(QDateTime::currentDateTimeUtc()) < 600);
        const auto rules = awaited(m_source->rules({}));
        QVERIFY(rules && rules->size() == 3);
        QCOMPARE(rules->at(1).forSeconds, 3600.0);
        QCOMPARE(rules->at(1).state, u"pending"_s);
        QCOMPARE(rules->at(2).type, u"recording"_s);
        const auto health = [this](const QString &job) {
            const auto targets = awaited(m_source->targets({}));
            for (const ports::ScrapeTarget &target : targets ? *targets : QList<ports::ScrapeTarget>()) {
                if (target.job == job)
                    return target.health;
            }
            return QString();
        };
        QTRY_COMPARE_WITH_TIMEOUT(health(u"self"_s), u"up"_s, kPatience);
        QTRY_COMPARE_WITH_TIMEOUT(health(u"away"_s), u"down"_s, kPatience);
    }

    /// The same through the API server, found by its usual name; then gone, and what is said of it.
    void throughTheApiServer()
    {
        test::LiveRig rig(QStringList{u"--bare"_s, u"--kubelet"_s, u"--controllers"_s, u"--egress"_s});
        if (rig.skipped())
            QSKIP(qPrintable(rig.why()));
        QVERIFY2(rig.ready(), qPrintable(rig.why()));
        m_admin = std::make_unique<test::SecondClient>(rig.kubeconfig());
        QVERIFY2(m_admin->trouble().isEmpty(), qPrintable(m_admin->trouble()));
        makePrometheus();
        const auto found = telemetry::makeTelemetry(m_admin->cluster()->gateway(), m_admin->cluster()->services(), {});
        found->look();
        QTRY_VERIFY_WITH_TIMEOUT(found->state(ports::TelemetryPart::Metrics).phase != ports::TelemetryState::Phase::Looking, kPatience);
        const ports::TelemetryState state = found->state(ports::TelemetryPart::Metrics);
        QVERIFY2(state.phase == ports::TelemetryState::Phase::Found, qPrintable(state.why.text()));
        QCOMPARE(state.address, u"default/prometheus-operated:9090 through the API server"_s);
        checkPast(found->metrics().get());
        const auto bad = awaited(found->metrics()->query(u"sum("_s));
        QVERIFY(!bad && bad.error().message.startsWith(u"The query cannot be read at 1:5"_s));   // its own words come through
        QTRY_VERIFY_WITH_TIMEOUT(found->state(ports::TelemetryPart::Alerts).phase == ports::TelemetryState::Phase::Missing, kPatience);
        QCOMPARE(found->state(ports::TelemetryPart::Alerts).why.message, u"No service of the cluster looks like Alertmanager."_s);

        m_server->kill();
        const auto gone = awaited(found->metrics()->query(u"up"_s));
        QVERIFY(!gone.ok());
        QVERIFY2(gone.error().message.contains(u"The pod behind the service default/prometheus-operated of Prometheus does not answer the API server"_s),
                 qPrintable(gone.error().message));
        found->lookAgain();
        QTRY_VERIFY_WITH_TIMEOUT(found->state(ports::TelemetryPart::Metrics).phase == ports::TelemetryState::Phase::Missing, kPatience);
        QVERIFY(found->metrics() == nullptr);
    }

private:
    void makePrometheus()
    {
        const QString space = u"default"_s;
        const Gvr accounts{{}, u"v1"_s, u"serviceaccounts"_s};
        QTRY_VERIFY_WITH_TIMEOUT(awaited(m_admin->cluster()->gateway()->get(accounts, space, u"default"_s)).ok(), kPatience);   // admission wants one
        const QJsonObject labels{{u"app"_s, u"prometheus"_s}};
        m_admin->write(ports::Verb::Create, {{{}, u"v1"_s, u"pods"_s}, space, u"prometheus-0"_s},
                       {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Pod"_s}, {u"metadata"_s, QJsonObject{{u"name"_s, u"prometheus-0"_s}, {u"labels"_s, labels}}},
                        {u"spec"_s, QJsonObject{{u"nodeName"_s, u"standin"_s},
                            {u"containers"_s, QJsonArray{QJsonObject{{u"name"_s, u"p"_s}, {u"image"_s, u"prom/prometheus:2"_s}}}}}}});
        const QJsonObject port{{u"name"_s, u"web"_s}, {u"port"_s, 9090}, {u"targetPort"_s, int(m_server->port())}};
        m_admin->write(ports::Verb::Create, {{{}, u"v1"_s, u"services"_s}, space, u"prometheus-operated"_s},
                       {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Service"_s}, {u"metadata"_s, QJsonObject{{u"name"_s, u"prometheus-operated"_s}}},
                        {u"spec"_s, QJsonObject{{u"selector"_s, labels}, {u"ports"_s, QJsonArray{port}}}}});
        QTRY_VERIFY_WITH_TIMEOUT([&] {
            const auto made = awaited(m_admin->cluster()->gateway()->get({{}, u"v1"_s, u"endpoints"_s}, space, u"prometheus-operated"_s));
            return made && !(*made)["subsets"_L1][0]["addresses"_L1].toArray().isEmpty();
        }(), kPatience);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<test::LiveServer> m_server;
    std::unique_ptr<kube::KubeCluster> m_nowhere;
    std::unique_ptr<ports::MetricsSource> m_source;
    std::unique_ptr<test::SecondClient> m_admin;
};

QTEST_GUILESS_MAIN(PrometheusTest)
#include "tst_prometheus_live.moc"
