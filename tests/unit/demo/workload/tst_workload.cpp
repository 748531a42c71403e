// SPDX-License-Identifier: GPL-3.0-or-later
// What listens in the demo's pods, and the pages it answers with.
#include "app/demo/workload/PortTable.h"
#include "tests/unit/demo/workload/WorkloadFixtures.h"

using namespace qd;
using namespace qd::demo;
using namespace Qt::StringLiterals;
using test::Rig;
using test::fromText;
using test::with;

class tst_workload : public QObject {
    Q_OBJECT

    static bool listens(const Rig &rig, const QString &pod, quint16 port) { return rig.workload.listens(u"canton-dev"_s, pod, port); }

private Q_SLOTS:
    void onlyHttpIsPlayed_data()
    {
        QTest::addColumn<QString>("pod");
        QTest::addColumn<int>("port");
        QTest::addColumn<bool>("answers");
        QTest::newRow("JSON API") << u"acme-1-participant-0"_s << 7575 << true;
        QTest::newRow("metrics") << u"acme-1-participant-0"_s << 10013 << true;
        QTest::newRow("Ledger API") << u"acme-1-participant-0"_s << 5001 << false;
        QTest::newRow("Admin API") << u"acme-1-participant-0"_s << 5002 << false;
        QTest::newRow("not declared") << u"acme-1-participant-0"_s << 8080 << false;
        QTest::newRow("validator") << u"acme-1-validator-0"_s << 5003 << true;
        QTest::newRow("another's port") << u"acme-1-validator-0"_s << 7575 << false;
        QTest::newRow("PostgreSQL") << u"acme-1-postgres-0"_s << 5432 << false;
        QTest::newRow("UI") << u"acme-1-wallet-ui-0"_s << 80 << true;
        QTest::newRow("sequencer") << u"harbor-sequencer-0"_s << 5008 << false;
        QTest::newRow("no pod") << u"acme-1-participant-1"_s << 7575 << false;
    }
    void onlyHttpIsPlayed()
    {
        QFETCH(QString, pod);
        QFETCH(int, port);
        QFETCH(bool, answers);
        const Rig rig;
        QCOMPARE(listens(rig, pod, quint16(port)), answers);
        QCOMPARE(rig.get(pod, quint16(port), "/").status != 0, answers);
    }

    void whatDoesNotRunRefuses()
    {
        Rig rig;
        const QString name = u"acme-1-participant-0"_s;
        const QJsonObject running = test::pod(test::validator(), u"participant"_s);
        const auto put = [&](const QByteArray &patch) { rig.workload.put(u"pods"_s, with(running, patch)); };
        put(R"({"status":{"containerStatuses":[{"name":"participant","ready":false,"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}})");
        QVERIFY(!listens(rig, name, 7575));
        put(R"({"status":{"containerStatuses":null}})");   // being created
        QVERIFY(!listens(rig, name, 7575));
        put(R"({"metadata":{"deletionTimestamp":"2026-11-28T10:59:00Z"}})");
        QVERIFY(!listens(rig, name, 7575));
        put("{}");
        QVERIFY(listens(rig, name, 7575));
        rig.workload.remove(u"pods"_s, u"canton-dev"_s, name);
        QVERIFY(!listens(rig, name, 7575));
        put("{}");
        // Its node is gone, or another one of the name has come.
        rig.workload.put(u"validators"_s, with(test::validator(), R"({"metadata":{"uid":"u-9"}})"));
        QVERIFY(!listens(rig, name, 7575));
        rig.workload.put(u"validators"_s, test::validator());
        QVERIFY(listens(rig, name, 7575));
        rig.workload.remove(u"validators"_s, u"canton-dev"_s, u"acme-1"_s);
        QVERIFY(!listens(rig, name, 7575));
    }

    void health_data()
    {
        QTest::addColumn<QString>("component");
        QTest::addColumn<int>("port");
        QTest::addColumn<QByteArray>("base");
        QTest::addColumn<bool>("silent");
        QTest::newRow("participant") << u"participant"_s << 7575 << QByteArray("") << false;
        QTest::newRow("validator") << u"validator"_s << 5003 << QByteArray("/api/validator") << true;
        QTest::newRow("scan") << u"scan"_s << 5012 << QByteArray("/api/scan") << true;
        QTest::newRow("sv") << u"sv"_s << 5014 << QByteArray("/api/sv") << true;
        QTest::newRow("UI") << u"wallet-ui"_s << 80 << QByteArray("") << false;
    }
    void health()
    {
        QFETCH(QString, component);
        QFETCH(int, port);
        QFETCH(QByteArray, base);
        QFETCH(bool, silent);
        Rig rig;
        const QString name = QString(u"acme-1-"_s + component + u"-0"_s);
        const auto status = [&](const QByteArray &path) { return rig.get(name, quint16(port), base + path).status; };
        rig.workload.put(u"pods"_s, test::pod(test::validator(), component));
        QCOMPARE(status("/livez"), 200);
        QCOMPARE(status("/readyz"), 200);
        QCOMPARE(rig.get(name, quint16(port), base + "/readyz").body.isEmpty(), silent);
        rig.workload.put(u"pods"_s, test::pod(test::validator(), component, false));   // starting, or not serving
        QCOMPARE(status("/livez"), 200);
        QCOMPARE(status("/readyz"), 503);
        QCOMPARE(rig.get(name, quint16(port), base + "/readyz", "POST").status, 405);
    }

    void facts()
    {
        Rig rig;
        const auto json = [&](const QString &component, quint16 port, const QByteArray &path) {
            return fromText(rig.get(QString(u"acme-1-"_s + component + u"-0"_s), port, path).body);
        };
        QCOMPARE(json(u"participant"_s, 7575, "/v2/version?x=1").value("version"_L1).toString(), u"3.5.2"_s);
        QCOMPARE(json(u"validator"_s, 5003, "/api/validator/v0/validator-user"),
            (QJsonObject{{u"party_id"_s, u"acme-1::1220ab"_s}, {u"user_name"_s, u"acme_wallet"_s}, {u"featured"_s, false}}));
        QCOMPARE(json::at(json(u"validator"_s, 5003, "/api/validator/status"), u"/success/uptime"_s).toString(), u"PT3600S"_s);
        rig.workload.put(u"pods"_s, test::pod(test::validator(), u"validator"_s, false));
        QVERIFY(json(u"validator"_s, 5003, "/api/validator/status").contains("not_initialized"_L1));
        QCOMPARE(rig.get(u"acme-1-validator-0"_s, 5003, "/api/validator/v0/validator-user").status, 503);
    }

    void whatIsNotPlayedSaysSo()
    {
        const Rig rig;
        for (const auto &[pod, port, path] : {std::tuple{u"acme-1-participant-0"_s, quint16(7575), QByteArray("/v2/parties")},
                 std::tuple{u"acme-1-validator-0"_s, quint16(5003), QByteArray("/api/validator/v0/wallet/balance")},
                 std::tuple{u"acme-1-wallet-ui-0"_s, quint16(80), QByteArray("/")}}) {
            const Response answer = rig.get(pod, port, path);
            QCOMPARE(answer.status, 501);
            QVERIFY2(answer.body.contains("does not play"), answer.body.constData());
        }
        QCOMPARE(rig.get(u"acme-1-participant-0"_s, 7575, "/nowhere").status, 404);
        QCOMPARE(rig.get(u"acme-1-participant-0"_s, 10013, "/").status, 404);
        QCOMPARE(rig.get(u"acme-1-validator-0"_s, 5003, "/readyz").status, 404);   // it stands below /api/validator
    }

    void portsHaveNames()
    {
        for (const QString &component : {u"participant"_s, u"sequencer"_s, u"mediator"_s, u"validator"_s, u"scan"_s, u"sv"_s, u"cometbft"_s}) {
            QSet<QString> names;
            for (const PodPort &port : podPorts(component)) {
                QVERIFY2(!port.name.isEmpty() && port.name.size() <= 15 && !names.contains(port.name), qPrintable(port.name));
                names.insert(port.name);
            }
            QVERIFY(hasService(component) && names.contains(u"metrics"_s));
        }
        QVERIFY(!hasService(u"postgres"_s) && podPorts(u"sequencer-postgres"_s).size() == 1 && podPorts(u"unknown"_s).isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_workload)
#include "tst_workload.moc"
