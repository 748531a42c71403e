// SPDX-License-Identifier: GPL-3.0-or-later
// The gateway's writes: what is sent, never twice, and what a failure is told as.
#include "tests/unit/kube/http/GatewayRig.h"

using namespace qd;
using namespace qd::kube;
using namespace qd::kube::test;

class tst_gateway_write : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void writesAreNeverRepeated_data()
    {
        QTest::addColumn<FaultAnswer>("answer");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<bool>("ambiguous");
        QTest::newRow("429") << FaultAnswer::text(429, "busy").header("Retry-After", "0") << ErrorKind::TooMany
                             << false;
        QTest::newRow("503") << FaultAnswer::text(503, "down").header("Retry-After", "0") << ErrorKind::Internal
                             << false;
        QTest::newRow("504") << FaultAnswer::json(504, statusBody(504, "Timeout", "t")) << ErrorKind::Timeout << true;
        QTest::newRow("reset") << FaultAnswer::silent().reset() << ErrorKind::Network << true;
        QTest::newRow("cut in the answer") << FaultAnswer::stream().send("{\"a\"").cut() << ErrorKind::Network << true;
        QTest::newRow("hang") << FaultAnswer::silent().hang() << ErrorKind::Timeout << true;
    }
    void writesAreNeverRepeated()
    {
        QFETCH(FaultAnswer, answer);
        QFETCH(bool, ambiguous);
        Rig rig(500);
        rig.server.on(kOne, answer);
        const auto outcome = await(rig.gateway.write(patch(), {}));
        QVERIFY(!outcome);
        QTEST(outcome.error().kind, "kind");
        QCOMPARE(rig.server.count(), 1);
        QCOMPARE(outcome.error().remedy.contains(u"is not known"_s), ambiguous);
    }

    void unsentWriteIsNotAmbiguous()
    {
        Rig rig;
        rig.server.stopListening();
        const auto outcome = await(rig.gateway.write(patch(), {}));
        QCOMPARE(outcome.error().kind, ErrorKind::Network);
        QVERIFY(!outcome.error().remedy.contains(u"is not known"_s));
    }

    void writeRequests_data()
    {
        QTest::addColumn<int>("verb");
        QTest::addColumn<bool>("dryRun");
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("contentType");
        QTest::addColumn<QByteArray>("target");
        const QByteArray base = "/apis/canton.quarterdeck.io/v1alpha1/namespaces/main/validators";
        QTest::newRow("create") << int(Verb::Create) << false << QByteArray("POST") << QByteArray("application/json")
                                << QByteArray(base + "?fieldManager=quarterdeck&fieldValidation=Strict");
        QTest::newRow("update") << int(Verb::Update) << false << QByteArray("PUT") << QByteArray("application/json")
                                << QByteArray(base + "/northgate-1?fieldManager=quarterdeck&fieldValidation=Strict");
        QTest::newRow("merge, dry") << int(Verb::MergePatch) << true << QByteArray("PATCH")
                                    << QByteArray("application/merge-patch+json")
                                    << QByteArray(base
                                           + "/northgate-1?fieldManager=quarterdeck&fieldValidation=Strict&dryRun=All");
        QTest::newRow("json patch") << int(Verb::JsonPatch) << false << QByteArray("PATCH")
                                    << QByteArray("application/json-patch+json")
                                    << QByteArray(
                                           base + "/northgate-1?fieldManager=quarterdeck&fieldValidation=Strict");
    }
    void writeRequests()
    {
        QFETCH(int, verb);
        QFETCH(bool, dryRun);
        Rig rig;
        rig.server.fallback([](const FaultRequest &) {
            return FaultAnswer::json(200, R"({"metadata":{"resourceVersion":"8"}})")
                .header("Warning", "299 - \"careful\"");
        });
        ports::WriteRequest request = patch();
        request.verb = Verb(verb);
        request.dryRun = dryRun;
        const auto outcome = await(rig.gateway.write(request, {}));
        QVERIFY(outcome);
        QCOMPARE(outcome->warnings, QStringList{u"careful"_s});
        const FaultRequest got = rig.server.requests().at(0);
        QTEST(got.method, "method");
        QTEST(got.header("content-type"), "contentType");
        QTEST(got.target, "target");
        QCOMPARE(QJsonDocument::fromJson(got.body).object(), request.body.toObject());
    }

    void deleteRequest()
    {
        Rig rig;
        rig.server.on(kOne, FaultAnswer::json(200, R"({"kind":"Status","status":"Success"})"));
        ports::WriteRequest request = patch();
        request.verb = Verb::Delete;
        request.uid = u"u-1"_s;
        request.resourceVersion = u"7"_s;
        request.propagation = u"Foreground"_s;
        request.dryRun = true;
        QVERIFY(await(rig.gateway.write(request, {})));
        const FaultRequest got = rig.server.requests().at(0);
        QCOMPARE(got.method, QByteArray("DELETE"));
        QVERIFY(!got.query.hasQueryItem(u"fieldManager"_s));
        QCOMPARE(QJsonDocument::fromJson(got.body).object(),
            QJsonDocument::fromJson(
                R"({"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"u-1","resourceVersion":"7"},"propagationPolicy":"Foreground","dryRun":["All"]})")
                .object());
    }

    void changeOfNothingIsRefused()
    {
        Rig rig;
        ports::WriteRequest request = patch();
        request.verb = Verb::Delete;
        request.name.clear(); // would delete the whole collection
        QCOMPARE(await(rig.gateway.write(request, {})).error().kind, ErrorKind::Invalid);
        QCOMPARE(rig.server.count(), 0);
    }

    void failedTestIsAConflict_data()
    {
        QTest::addColumn<QByteArray>("live");
        QTest::addColumn<ErrorKind>("kind");
        QTest::newRow("version moved") << QByteArray(R"({"metadata":{"resourceVersion":"9"},"spec":{"version":"1"}})")
                                       << ErrorKind::Conflict;
        QTest::newRow("value moved") << QByteArray(R"({"metadata":{"resourceVersion":"7"},"spec":{"version":"2"}})")
                                     << ErrorKind::Conflict;
        QTest::newRow("really invalid") << QByteArray(R"({"metadata":{"resourceVersion":"7"},"spec":{"version":"1"}})")
                                        << ErrorKind::Invalid;
    }
    void failedTestIsAConflict()
    {
        QFETCH(QByteArray, live);
        Rig rig;
        rig.server.on(
            u"PATCH "_s + kOne, FaultAnswer::json(422, statusBody(422, "Invalid", "the server rejected our request")));
        rig.server.on(u"GET "_s + kOne, FaultAnswer::json(200, live));
        ports::WriteRequest request = patch();
        request.verb = Verb::JsonPatch;
        request.body = QJsonDocument::fromJson(R"([{"op":"test","path":"/metadata/resourceVersion","value":"7"},
            {"op":"test","path":"/spec/version","value":"1"},{"op":"replace","path":"/spec/version","value":"3"}])")
                           .array();
        const auto outcome = await(rig.gateway.write(request, {}));
        QVERIFY(!outcome);
        QTEST(outcome.error().kind, "kind");
        QCOMPARE(rig.server.count(), 2);
    }
};

QTEST_GUILESS_MAIN(tst_gateway_write)
#include "tst_gateway_write.moc"
