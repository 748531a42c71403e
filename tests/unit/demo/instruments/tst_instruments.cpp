// SPDX-License-Identifier: GPL-3.0-or-later
// What the demo's Prometheus is told: the past of the programs, as samples with the labels their targets have, and the rules.
#include "app/demo/instruments/Configs.h"
#include "app/demo/instruments/History.h"
#include "app/demo/workload/Metrics.h"
#include "tests/unit/demo/workload/WorkloadFixtures.h"

using namespace qd;
using namespace qd::demo;
using namespace Qt::StringLiterals;
using test::kStart;
using test::Rig;
using test::with;

namespace {

QMap<QByteArray, double> samplesOf(const QByteArray &text)
{
    QMap<QByteArray, double> all;
    for (const QByteArray &line : text.split('\n')) {
        if (!line.isEmpty() && !line.startsWith('#'))
            all.insert(line.left(line.lastIndexOf(' ')), line.mid(line.lastIndexOf(' ') + 1).toDouble());
    }
    return all;
}

Subject subjectOf(const Rig &rig, const QString &pod)
{
    for (const Workload::Measured &one : rig.workload.measured()) {
        if (one.pod == pod)
            return one.subject;
    }
    return {};
}

const QString kParticipant = u"acme-1-participant-0"_s;

}

class tst_instruments : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsMeasured()
    {
        Rig rig;
        QStringList pods;
        for (const Workload::Measured &one : rig.workload.measured())
            pods.append(one.pod);
        // No database, no page of a wallet: those have no metrics.
        QCOMPARE(pods, (QStringList{kParticipant, u"acme-1-validator-0"_s, u"harbor-mediator-0"_s, u"harbor-sequencer-0"_s}));
        const QJsonArray targets = podTargets(rig.workload.measured(), u"https://127.0.0.1:1234"_s);
        QCOMPARE(targets.size(), 4);
        const QJsonObject labels = targets.at(0).toObject().value("labels"_L1).toObject();
        QCOMPARE(targets.at(0)["targets"_L1].toArray(), QJsonArray{u"127.0.0.1:1234"_s});
        QCOMPARE(labels.value("__metrics_path__"_L1).toString(), u"/api/v1/namespaces/canton-dev/pods/http:acme-1-participant-0:10013/proxy/metrics"_s);
        QCOMPARE(labels.value("job"_L1).toString(), u"acme-1-participant"_s);
        QCOMPARE(labels.value("instance"_L1).toString(), u"10.244.0.9:10013"_s);
        // Who has no address is dialled by nobody.
        rig.workload.put(u"pods"_s, with(test::pod(test::validator(), u"participant"_s), R"({"status":{"podIP":null}})"));
        QCOMPARE(podTargets(rig.workload.measured(), u"https://x"_s).size(), 3);
    }

    /// Told at a moment gone by, it tells what it told then.
    void thePastIsWhatItWas_data()
    {
        QTest::addColumn<QString>("pod");
        QTest::newRow("participant") << kParticipant;
        QTest::newRow("validator") << u"acme-1-validator-0"_s;
        QTest::newRow("sequencer") << u"harbor-sequencer-0"_s;
    }

    void thePastIsWhatItWas()
    {
        QFETCH(QString, pod);
        Rig rig;
        const QByteArray then = rig.metrics(pod);
        const QDateTime moment = rig.clock.now();
        rig.clock.advance(std::chrono::minutes(30));
        const auto told = samplesOf(metricsText(metricTable(), subjectOf(rig, pod).before(moment)));
        const auto was = samplesOf(then);
        QCOMPARE(told.keys(), was.keys());
        for (auto one = was.begin(); one != was.end(); ++one) {
            // What the status holds, nobody knows of the past but roughly: there it was less.
            const bool held = one.key().contains("traffic_control_extra") || one.key().contains("base_traffic") || one.key().contains("amulet_balance");
            if (held)
                QVERIFY2(told.value(one.key()) <= one.value() || one.key().contains("base_traffic"), one.key().constData());
            else
                QVERIFY2(told.value(one.key()) == one.value(), one.key().constData());
        }
    }

    void beforeItBeganThereIsNothing()
    {
        Rig rig;
        QVERIFY(!subjectOf(rig, kParticipant).before(kStart.addSecs(-1)).running);
        QVERIFY(subjectOf(rig, kParticipant).before(kStart).running);
    }

    void whatAilsItHadNotBegun()
    {
        Rig rig;
        rig.workload.put(u"validators"_s, with(test::validator(), R"({"status":{"traffic":{"consumed":22000000},"conditions":[
            {"type":"TrafficSufficient","status":"False","reason":"OutOfTraffic","lastTransitionTime":"2026-11-28T10:30:00Z"}]}})"));
        rig.workload.put(u"syncdomainconnections"_s, test::connection(true, false, kStart.addSecs(2400)));
        const Subject now = subjectOf(rig, kParticipant);
        QVERIFY(now.starved().isValid());
        QVERIFY(!now.holds(u"sync"_s, nullptr));
        const Subject earlier = now.before(kStart.addSecs(1200));
        QVERIFY(!earlier.starved().isValid());
        QVERIFY(earlier.holds(u"sync"_s, nullptr));
        const double left = json::at(earlier.node, u"/status/traffic/consumed"_s).toDouble();
        QVERIFY2(left < 22000000 && left > 2000000, qPrintable(QString::number(left)));
        // Between the two it is dry already, and events still come.
        const Subject between = now.before(kStart.addSecs(2000));
        QCOMPARE(json::at(between.node, u"/status/traffic/consumed"_s).toDouble(), 22000000.0);
        QVERIFY(between.holds(u"sync"_s, nullptr));
    }

    void oneTellerForManyMoments()
    {
        Rig rig;
        const Subject subject = subjectOf(rig, kParticipant);
        const MetricsTeller teller(metricTable(), subject);
        for (const int seconds : {3600, 1800, 60, 0}) {
            const Subject then = subject.before(kStart.addSecs(seconds));
            QCOMPARE(teller.text(then), metricsText(metricTable(), then));
        }
    }

    void samples_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("out");
        QTest::newRow("comments") << QByteArray("# HELP a b\n# TYPE a gauge\n\n") << QByteArray();
        QTest::newRow("no labels") << QByteArray("a 1\n") << QByteArray("a{job=\"j\",pod=\"p\"} 1 1700000000.005\n");
        QTest::newRow("labels") << QByteArray("a{x=\"1 } 2\"} 1.5\n") << QByteArray("a{x=\"1 } 2\",job=\"j\",pod=\"p\"} 1.5 1700000000.005\n");
        QTest::newRow("its own win") << QByteArray("a{pod=\"q\"} 1\n") << QByteArray("a{pod=\"q\",job=\"j\"} 1 1700000000.005\n");
        QTest::newRow("another's name ends so") << QByteArray("a{xpod=\"q\"} 1\n") << QByteArray("a{xpod=\"q\",job=\"j\",pod=\"p\"} 1 1700000000.005\n");
        QTest::newRow("empty labels") << QByteArray("a{} 1\n") << QByteArray("a{job=\"j\",pod=\"p\"} 1 1700000000.005\n");
        QTest::newRow("no break at the end") << QByteArray("a 1") << QByteArray("a{job=\"j\",pod=\"p\"} 1 1700000000.005\n");
    }

    void samples()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, out);
        QByteArray told;
        appendSamples(told, text, "job=\"j\",pod=\"p\"", 1700000000005);
        QCOMPARE(told, out);
    }

    void moments()
    {
        constexpr qint64 kEnd = 1700000000000, kHour = 3600000;
        QList<qint64> all;
        for (qint64 from = kEnd - 6 * kHour; from <= kEnd;) {
            const qint64 upTo = (from / (2 * kHour) + 1) * 2 * kHour;
            all += historyMoments(from, upTo, kEnd);
            from = upTo;
        }
        QCOMPARE(all.first(), kEnd - 6 * kHour);
        QCOMPARE(all.last(), kEnd);
        qint64 longest = 0, late = 0;
        for (qsizetype i = 1; i < all.size(); ++i) {
            QVERIFY(all.at(i) > all.at(i - 1));
            longest = std::max(longest, all.at(i) - all.at(i - 1));
            if (all.at(i - 1) > kEnd - kHour)
                late = std::max(late, all.at(i) - all.at(i - 1));
        }
        QCOMPARE(longest, 120000);   // less than half of Prometheus' patience
        QCOMPARE(late, 30000);
    }

    void rulesWaitLessOnAFastNetwork()
    {
        const QJsonObject document = test::fromText(R"({"spec":{"groups":[{"name":"g","rules":[{"alert":"A","expr":"x","for":"5m"},{"alert":"B","expr":"y"}]}]}})");
        const auto same = ruleFile({document}, 1);
        QVERIFY(same);
        QCOMPARE(same->value("groups"_L1), document["spec"_L1]["groups"_L1]);
        const auto fast = ruleFile({document}, 20);
        QCOMPARE(json::at(*fast, u"/groups/0/rules/0/for"_s).toString(), u"15000ms"_s);
        QVERIFY(json::at(*fast, u"/groups/0/rules/1/for"_s).isUndefined());
        QVERIFY(!ruleFile({}, 1));
    }

    void theAlertsOfTheHoursBefore()
    {
        const QJsonObject rules = test::fromText(R"({"groups":[{"name":"g","rules":[{"alert":"A","expr":"x > 1","for":"5m","labels":{"severity":"warning"}}]}]})");
        const QJsonValue past = json::at(alertRecorder(rules, false), u"/groups/0/rules/0"_s);
        QCOMPARE(past.toObject(), test::fromText(R"x({"record":"ALERTS","expr":"clamp((x > 1), 1, 1)","labels":{"alertname":"A","alertstate":"firing","severity":"warning"}})x"));
        const QJsonValue since = json::at(alertRecorder(rules, true), u"/groups/0/rules/0"_s);
        QCOMPARE(since.toObject(), test::fromText(R"x({"record":"ALERTS_FOR_STATE","expr":"min_over_time(timestamp(x > 1)[1h:1m])","labels":{"alertname":"A","severity":"warning"}})x"));
    }

    void theClusterAround()
    {
        ClusterState state(1);
        QJsonObject database = with(test::pod(test::validator(), u"postgres"_s),
            R"({"metadata":{"labels":{"canton.quarterdeck.io/node":"acme-1"},"annotations":{"canton.quarterdeck.io/storage-size":"100Gi"}},"status":{"phase":"Running"}})");
        state.put(u"validators"_s, test::validator());
        state.put(u"pods"_s, database);
        state.put(u"secrets"_s, test::fromText(R"({"metadata":{"name":"s","namespace":"canton-dev"}})"));
        state.put(u"backupschedules"_s, test::fromText(R"({"metadata":{"name":"b","namespace":"canton-dev"},
            "spec":{"template":{"nodeRef":{"kind":"Validator","name":"acme-1"}},"suspend":false},
            "status":{"lastSuccessTime":"2026-11-28T08:00:00Z","conditions":[{"type":"OnTime","status":"False","lastTransitionTime":"2026-11-28T10:30:00Z"},
            {"type":"Ready","status":"Unknown","lastTransitionTime":"2026-11-28T10:30:00Z"}]}})"));
        const QDateTime now = kStart.addSecs(3600);
        const auto value = [&state](ClusterState::Page page, const QDateTime &at, const QByteArray &beginning, const QByteArray &part = {}) {
            const auto all = samplesOf(state.text(page, at));
            for (auto one = all.begin(); one != all.end(); ++one) {
                if (one.key().startsWith(beginning) && one.key().contains(part))
                    return one.value();
            }
            return -1.0;
        };
        using Page = ClusterState::Page;
        const double capacity = value(Page::Kubelet, now, "kubelet_volume_stats_capacity_bytes{namespace=\"canton-dev\",persistentvolumeclaim=\"data-acme-1-postgres-0\"");
        QCOMPARE(capacity, 100 * 1073741824.0);
        QCOMPARE(value(Page::Kubelet, now, "kubelet_volume_stats_used") + value(Page::Kubelet, now, "kubelet_volume_stats_available"), capacity);
        QVERIFY(value(Page::Kubelet, now, "kubelet_volume_stats_used") > value(Page::Kubelet, kStart, "kubelet_volume_stats_used"));
        QCOMPARE(value(Page::Postgres, now, "pg_up"), 1.0);
        QCOMPARE(value(Page::StateMetrics, now, "kube_customresource_canton_condition", "OnTime"), 0.0);
        QCOMPARE(value(Page::StateMetrics, kStart, "kube_customresource_canton_condition", "OnTime"), 1.0);
        QCOMPARE(value(Page::StateMetrics, now, "kube_customresource_canton_condition", "BackupSchedule\",customresource_version=\"v1alpha1\",namespace=\"canton-dev\",name=\"b\",type=\"Ready\""), -1.0);
        QCOMPARE(value(Page::StateMetrics, now, "kube_customresource_canton_backup_last_success", "node_name=\"acme-1\""), double(kStart.addSecs(-7200).toSecsSinceEpoch()));
        QCOMPARE(value(Page::StateMetrics, kStart.addSecs(-9000), "kube_customresource_canton_backup_last_success"), double(kStart.addSecs(-7200 - 4 * 3600).toSecsSinceEpoch()));
        QCOMPARE(value(Page::StateMetrics, now, "kube_pod_status_ready", "condition=\"true\""), 1.0);
        QVERIFY(!state.text(Page::StateMetrics, now).contains("name=\"s\""));
        // A full disk; it was not full before.
        state.put(u"validators"_s, with(test::validator(), R"({"status":{"conditions":[{"type":"ParticipantReady","status":"False","reason":"DiskFull","lastTransitionTime":"2026-11-28T10:45:00Z"}]}})"));
        QVERIFY(value(Page::Kubelet, now, "kubelet_volume_stats_available") < 0.01 * capacity);
        QVERIFY(value(Page::Kubelet, kStart.addSecs(1800), "kubelet_volume_stats_available") > 0.5 * capacity);
        // Its container crashes: the volume is there all the same, the database does not answer.
        state.put(u"pods"_s, with(database, R"({"status":{"startTime":"2026-11-28T10:00:00Z","containerStatuses":[{"name":"postgres","ready":false,"restartCount":3,
            "state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}})"));
        QVERIFY(value(Page::Kubelet, now, "kubelet_volume_stats_available") < 0.01 * capacity);
        QCOMPARE(value(Page::Postgres, now, "pg_up"), 0.0);
        QCOMPARE(value(Page::StateMetrics, now, "kube_pod_container_status_waiting_reason", "CrashLoopBackOff"), 1.0);
        state.remove(u"pods"_s, u"canton-dev"_s, u"acme-1-postgres-0"_s);
        QCOMPARE(value(Page::Kubelet, now, "kubelet_volume_stats_capacity"), -1.0);
    }
};

QTEST_GUILESS_MAIN(tst_instruments)
#include "tst_instruments.moc"
