// SPDX-License-Identifier: GPL-3.0-or-later
// What the demo's components tell at /metrics: the table itself, the text format, counters that only rise, and what faults do to them.
#include "app/demo/workload/Metrics.h"
#include "app/demo/workload/PortTable.h"
#include "tests/unit/demo/workload/WorkloadFixtures.h"

#include <QRegularExpression>

using namespace qd;
using namespace qd::demo;
using namespace Qt::StringLiterals;
using test::Rig;
using test::kStart;
using test::with;

namespace {

using Series = QMap<QByteArray, double>;

/// The samples, after every rule of the text format was looked at.
Series read(const QByteArray &text, QString *wrong)
{
    static const QRegularExpression line(
        u"^([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{(?:[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\",?)+\\})? ([-+0-9.e]+|NaN)$"_s);
    Series series;
    QByteArray family, type;
    QSet<QByteArray> families;
    if (!text.endsWith('\n'))
        *wrong = u"no line break at the end"_s;
    for (const QByteArray &one : text.split('\n')) {
        if (one.isEmpty())
            continue;
        if (one.startsWith("# HELP ")) {
            family = one.split(' ').at(2);
            if (families.contains(family))
                *wrong = QString(u"twice: "_s + QString::fromUtf8(family));
            families.insert(family);
            continue;
        }
        if (one.startsWith("# TYPE ")) {
            type = one.split(' ').at(3);
            if (one.split(' ').at(2) != family)
                *wrong = QString(u"HELP and TYPE differ: "_s + QString::fromUtf8(one));
            continue;
        }
        const auto match = line.match(QString::fromUtf8(one));
        QByteArray name = match.captured(1).toUtf8();
        if (type == "histogram")
            name = name.left(name.lastIndexOf('_'));
        if (!match.hasMatch() || name != family)
            *wrong = QString(u"not of its family or no sample: "_s + QString::fromUtf8(one));
        if (type == "counter" && !name.endsWith("_total"))
            *wrong = QString(u"a counter without _total: "_s + QString::fromUtf8(name));
        const QByteArray key = QString(match.captured(1) + match.captured(2)).toUtf8();
        if (series.contains(key))
            *wrong = QString(u"twice: "_s + QString::fromUtf8(key));
        bool number = false;
        series.insert(key, match.captured(3).toDouble(&number));
        if (!number)
            *wrong = QString(u"no number: "_s + QString::fromUtf8(one));
    }
    return series;
}

Series seriesOf(const Rig &rig, const QString &pod = u"acme-1-participant-0"_s)
{
    QString wrong;
    const Series series = read(rig.metrics(pod), &wrong);
    return wrong.isEmpty() ? series : Series();
}

/// The sum of a name's series.
double sum(const Series &series, const QByteArray &name, const QByteArray &label = {})
{
    double all = 0;
    for (auto one = series.begin(); one != series.end(); ++one) {
        if ((one.key() == name || one.key().startsWith(QByteArray(name + '{'))) && one.key().contains(label))
            all += one.value();
    }
    return all;
}

const QByteArray kLast = "daml_sequencer_client_handler_last_sequencing_time_micros";
const QByteArray kDelay = "daml_sequencer_client_handler_delay";
const QByteArray kDelivered = "daml_sequencer_client_traffic_control_event_delivered_cost_total";
const QByteArray kRejected = "daml_sequencer_client_traffic_control_event_rejected_cost_total";
const QByteArray kErrors = "daml_sequencer_client_submissions_attempt_sync_errors_total";

double micros(const QDateTime &time)
{
    return double(time.toMSecsSinceEpoch()) * 1000;
}

const QByteArray kOutOfTraffic = R"({"status":{"traffic":{"consumed":22000000},"conditions":[{"type":"TrafficSufficient","status":"False",
    "reason":"OutOfTraffic","lastTransitionTime":"2026-11-28T11:00:00Z"}]}})";

}

class tst_metrics : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theTableIsSound()
    {
        QVERIFY(metricTable().size() > 200);
        QSet<QByteArray> closed;
        QByteArray last;
        for (const MetricRow &row : metricTable()) {
            QVERIFY2(!row.help.isEmpty(), row.name.constData());
            QVERIFY2((row.type == MetricRow::Type::Counter) == row.name.endsWith("_total"), row.name.constData());
            for (const QString &component : row.components)
                QVERIFY2(metricsPort(component) != 0, qPrintable(component));
            if (row.name != last) {
                QVERIFY2(!closed.contains(row.name), row.name.constData());   // rows of one name stand together
                closed.insert(row.name);
                last = row.name;
            }
        }
    }

    void aBrokenTableSaysWhere_data()
    {
        QTest::addColumn<QByteArray>("row");
        QTest::addColumn<QString>("says");
        QTest::newRow("columns") << QByteArray("a\tb") << u"six columns"_s;
        QTest::newRow("type") << QByteArray("participant\tx\tsummary\t\tconst 1\th") << u"\"summary\" is no type"_s;
        QTest::newRow("value") << QByteArray("participant\tx\tgauge\t\trandom 1\th") << u"\"random\" is none of"_s;
        QTest::newRow("clock") << QByteArray("participant\tx\tgauge\t\trate 1 noon\th") << u"\"noon\" is none of"_s;
        QTest::newRow("number") << QByteArray("participant\tx\tgauge\t\tconst one\th") << u"\"one\" is no number"_s;
        QTest::newRow("early") << QByteArray("participant\tx\tgauge\t\trate 1\th") << u"ends too early"_s;
        QTest::newRow("more") << QByteArray("participant\tx\tgauge\t\tconst 1 ? db : 0 0\th") << u"\"0\" is too much"_s;
        QTest::newRow("label") << QByteArray("participant\tx\tgauge\tlabel\tconst 1\th") << u"\"label\" is no label"_s;
        QTest::newRow("histogram") << QByteArray("participant\tx\tgauge\t\thist 1 1 up\th") << u"only a histogram"_s;
    }
    void aBrokenTableSaysWhere()
    {
        QFETCH(QByteArray, row);
        QFETCH(QString, says);
        const auto read = readMetricTable("# note\n" + row + '\n');
        QVERIFY(!read.ok());
        QVERIFY2(read.error().message.contains(says) && read.error().message.contains("Line 2"_L1), qPrintable(read.error().message));
    }

    void theFormatHolds_data()
    {
        QTest::addColumn<QString>("pod");
        QTest::addColumn<QByteArray>("one");
        QTest::newRow("participant") << u"acme-1-participant-0"_s << QByteArray("daml_participant_api_indexer_updates");
        QTest::newRow("validator") << u"acme-1-validator-0"_s << QByteArray("splice_wallet_unlocked_amulet_balance");
        QTest::newRow("sequencer") << u"harbor-sequencer-0"_s << QByteArray("daml_sequencer_block_height");
        QTest::newRow("mediator") << u"harbor-mediator-0"_s << QByteArray("daml_mediator_requests_total");
    }
    void theFormatHolds()
    {
        QFETCH(QString, pod);
        QFETCH(QByteArray, one);
        const Rig rig;
        const Response page = rig.get(pod, 10013, "/metrics");
        QCOMPARE(page.status, 200);
        QCOMPARE(page.contentType, QByteArray("text/plain; version=0.0.4; charset=utf-8"));
        QString wrong;
        const Series series = read(page.body, &wrong);
        QCOMPARE(wrong, QString());
        QVERIFY2(series.size() > 40, page.body.constData());
        QVERIFY2(sum(series, one) > 0, page.body.constData());
    }

    void theObjectsFactsAreTold()
    {
        const Rig rig;
        const Series validator = seriesOf(rig, u"acme-1-validator-0"_s);
        QCOMPARE(validator.value("splice_wallet_unlocked_amulet_balance{owner=\"acme-1::1220ab\",node_type=\"validator\",node_name=\"acme-1\"}"), 120.5);
        const Series participant = seriesOf(rig);
        const double bought = sum(participant, "daml_sequencer_client_traffic_control_extra_traffic_purchased");
        const double used = sum(participant, "daml_sequencer_client_traffic_control_extra_traffic_consumed");
        QCOMPARE(bought, 20000000.0);
        QCOMPARE(bought - used, 22000000.0 - 5000000.0);   // what is left, as the status says
        const Series sequencer = seriesOf(rig, u"harbor-sequencer-0"_s);
        QCOMPARE(sum(sequencer, "daml_sequencer_public_api_subscriptions"), 3.0);
        QVERIFY(sum(sequencer, "daml_sequencer_block_events_total", "PAR::b::1220b1") > 0);
    }

    void whatIsNotKnownIsNotTold()
    {
        Rig rig;
        rig.workload.put(u"validators"_s, with(test::validator(), R"({"status":{"traffic":null,"ownerParty":null,"connectedDomains":null}})"));
        QVERIFY(!rig.metrics(u"acme-1-participant-0"_s).contains("traffic_purchased"));
        QVERIFY(!rig.metrics(u"acme-1-participant-0"_s).contains("last_sequencing_time"));
        QVERIFY(!rig.metrics(u"acme-1-validator-0"_s).contains("owner="));
    }

    void theSameSeedTellsTheSame()
    {
        QCOMPARE(Rig(7).metrics(u"acme-1-participant-0"_s), Rig(7).metrics(u"acme-1-participant-0"_s));
        QVERIFY(Rig(7).metrics(u"acme-1-participant-0"_s) != Rig(8).metrics(u"acme-1-participant-0"_s));
    }

    void countersOnlyRise()
    {
        Rig rig;
        for (const QString &pod : {u"acme-1-participant-0"_s, u"acme-1-validator-0"_s, u"harbor-sequencer-0"_s, u"harbor-mediator-0"_s}) {
            Series before = seriesOf(rig, pod);
            const Series first = before;
            for (const int step : {1, 1, 30, 400, 400, 400, 3600}) {
                rig.clock.advance(std::chrono::seconds(step));
                const Series now = seriesOf(rig, pod);
                QCOMPARE(now.keys(), before.keys());
                for (auto one = now.begin(); one != now.end(); ++one) {
                    const bool counts = one.key().contains("_total") || one.key().contains("_count") || one.key().contains("_bucket");
                    if (counts && !one.key().startsWith("jvm_thread_count"))
                        QVERIFY2(one.value() >= before.value(one.key()), one.key().constData());
                }
                before = now;
            }
            QVERIFY(sum(before, "jvm_cpu_time_seconds_total") > sum(first, "jvm_cpu_time_seconds_total") + 60);
        }
    }

    void whatIsCountedTwiceIsTheSame()
    {
        const Series series = seriesOf(Rig());
        const double begun = sum(series, "daml_grpc_server_started_total", "GetLedgerEnd");
        QVERIFY(begun > 1000);
        QCOMPARE(sum(series, "daml_grpc_server_handled_total", "GetLedgerEnd"), begun);
        QCOMPARE(sum(series, "daml_grpc_server_duration_seconds_count", "GetLedgerEnd"), begun);
    }

    void aRestartBeginsAnew()
    {
        Rig rig;
        const double before = sum(seriesOf(rig), "daml_participant_api_commands_valid_submissions_total");
        rig.workload.put(u"pods"_s, test::pod(test::validator(), u"participant"_s, true, kStart.addSecs(3590)));
        const double after = sum(seriesOf(rig), "daml_participant_api_commands_valid_submissions_total");
        QVERIFY2(before > 300 && after < 20, qPrintable(u"%1 %2"_s.arg(before).arg(after)));
    }

    void bucketsOnlyWithoutNativeHistograms()
    {
        Rig rig;
        QVERIFY(!rig.metrics(u"acme-1-participant-0"_s).contains("le=\"0.25\""));
        rig.workload.put(u"pods"_s, with(test::pod(test::validator(), u"participant"_s),
            R"({"spec":{"containers":[{"name":"participant","env":[{"name":"ADDITIONAL_CONFIG_DISABLE_NATIVE_HISTOGRAMS","value":"canton.monitoring.metrics.histograms=[]"}]}]}})"));
        const Series series = seriesOf(rig);
        const QByteArray name = "daml_participant_api_commands_submissions_duration_seconds";
        QVERIFY(sum(series, QByteArray(name + "_bucket"), "le=\"0.05\"") < sum(series, QByteArray(name + "_bucket"), "le=\"0.25\""));
        QCOMPARE(sum(series, QByteArray(name + "_bucket"), "le=\"+Inf\""), sum(series, QByteArray(name + "_count")));
    }

    void aStalledSyncAges()
    {
        Rig rig;
        const QDateTime stalled = rig.clock.now();
        QVERIFY(micros(stalled) - sum(seriesOf(rig), kLast) < 1e6);
        rig.workload.put(u"syncdomainconnections"_s, test::connection(true, false, stalled));
        rig.clock.advance(std::chrono::seconds(300));
        const Series series = seriesOf(rig);
        QCOMPARE(sum(series, kLast), micros(stalled));
        QCOMPARE(sum(series, kDelay), 300000.0);
        QVERIFY(sum(series, kErrors) > 10);
        QCOMPARE(sum(series, "daml_health_status", "sequencer-client"), 0.0);
        QCOMPARE(sum(series, "daml_sequencer_client_sequencer_connection_pool_validated_connections"), 4.0);   // it stands, and is silent
        // Healed: events come again, and what was counted is not forgotten.
        rig.workload.put(u"syncdomainconnections"_s, test::connection(true, true, rig.clock.now()));
        rig.clock.advance(std::chrono::seconds(10));
        const Series healed = seriesOf(rig);
        QVERIFY(micros(rig.clock.now()) - sum(healed, kLast) < 1e6);
        QVERIFY(sum(healed, kErrors) >= sum(series, kErrors));
        QCOMPARE(sum(healed, "daml_health_status", "sequencer-client"), 1.0);
    }

    void aLostConnectionIsNoStall()
    {
        Rig rig;
        rig.workload.put(u"validators"_s, with(test::validator(), R"({"status":{"connectedDomains":[]}})"));
        rig.workload.put(u"syncdomainconnections"_s, test::connection(false, false, rig.clock.now()));
        rig.clock.advance(std::chrono::seconds(60));
        const Series series = seriesOf(rig);
        QCOMPARE(sum(series, "daml_sequencer_client_sequencer_connection_pool_validated_connections"), 0.0);
        QCOMPARE(sum(series, "daml_sequencer_client_sequencer_connection_pool_connection_health"), 0.0);
        QVERIFY(sum(series, "daml_sequencer_client_submissions_no_connection_available_total") > 0);
        QCOMPARE(sum(series, kDelay), 60000.0);
    }

    void withoutTrafficNothingIsSubmitted()
    {
        Rig rig;
        rig.workload.put(u"validators"_s, with(test::validator(), kOutOfTraffic));   // since this moment
        const Series dry = seriesOf(rig);
        rig.clock.advance(std::chrono::seconds(600));
        const Series later = seriesOf(rig);
        QCOMPARE(sum(later, kDelivered), sum(dry, kDelivered));
        QVERIFY(sum(later, kRejected) > sum(dry, kRejected) + 1000);
        QCOMPARE(sum(later, "daml_sequencer_client_traffic_control_extra_traffic_purchased")
                - sum(later, "daml_sequencer_client_traffic_control_extra_traffic_consumed"), 0.0);
        QVERIFY(sum(later, kLast) > sum(dry, kLast));   // it still hears
        // Traffic is bought: submissions go on where they stopped, the rejected ones stay counted.
        rig.workload.put(u"validators"_s, test::validator());
        const Series bought = seriesOf(rig);
        QVERIFY(sum(bought, kDelivered) - sum(later, kDelivered) < 1000);
        QVERIFY(sum(bought, kRejected) >= sum(later, kRejected));
        rig.clock.advance(std::chrono::seconds(600));
        QVERIFY(sum(seriesOf(rig), kDelivered) > sum(bought, kDelivered) + 1000);
        QCOMPARE(sum(seriesOf(rig), kRejected), sum(bought, kRejected));
    }

    void aFullDiskShows()
    {
        Rig rig;
        rig.workload.put(u"validators"_s, with(test::validator(), R"({"status":{"conditions":[{"type":"DatabaseReady","status":"False",
            "reason":"DiskFull","lastTransitionTime":"2026-11-28T11:00:00Z"}]}})"));
        rig.workload.put(u"pods"_s, with(test::pod(test::validator(), u"participant"_s, false),
            R"({"status":{"conditions":[{"type":"Ready","status":"False","lastTransitionTime":"2026-11-28T11:00:00Z"}]}})"));
        rig.clock.advance(std::chrono::seconds(120));
        const Series series = seriesOf(rig);
        QCOMPARE(sum(series, "daml_health_status", "db-storage"), 0.0);
        QCOMPARE(sum(series, "daml_db_storage_write_executor_queued"), 512.0);
        QCOMPARE(sum(series, "daml_db_storage_write_executor_load"), 1.0);
        QCOMPARE(sum(series, kLast), micros(kStart.addSecs(3600)));
    }

    void anExpiredCertificateKeepsEverybodyOut()
    {
        Rig rig;
        const double before = sum(seriesOf(rig, u"harbor-sequencer-0"_s), "daml_sequencer_public_api_processed_total");
        rig.workload.put(u"syncdomains"_s, with(test::syncDomain(), R"({"status":{"conditions":[{"type":"SequencerReady","status":"False",
            "reason":"CertificateExpired","lastTransitionTime":"2026-11-28T11:00:00Z"}]}})"));
        rig.clock.advance(std::chrono::seconds(600));
        const Series series = seriesOf(rig, u"harbor-sequencer-0"_s);
        QCOMPARE(sum(series, "daml_sequencer_public_api_subscriptions"), 0.0);
        QCOMPARE(sum(series, "daml_sequencer_public_api_processed_total"), before);
    }
};

QTEST_GUILESS_MAIN(tst_metrics)
#include "tst_metrics.moc"
