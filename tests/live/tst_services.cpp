// SPDX-License-Identifier: GPL-3.0-or-later
// Services in the cluster through kube-apiserver's service proxy: a service with a pod, whose port is a scripted server of ours; what
// passes unchanged, and what the API server says itself (live-rig.md 5.2).
#include "app/kube/KubeConfig.h"
#include "tests/live/LiveClient.h"
#include "tests/live/LiveRig.h"
#include "tests/support/FaultServer.h"
#include "tests/unit/demo/NodeClient.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace qd;
using support::FaultAnswer;
using support::FaultRequest;
using test::awaited;
using test::kPatience;

namespace {

const Gvr kPods{{}, u"v1"_s, u"pods"_s};
const Gvr kServices{{}, u"v1"_s, u"services"_s};
const QString kSpace = u"default"_s;

}

class ServicesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_rig = std::make_unique<test::LiveRig>(QStringList{u"--bare"_s, u"--kubelet"_s, u"--controllers"_s, u"--egress"_s});
        if (m_rig->skipped())
            QSKIP(qPrintable(m_rig->why()));
        QVERIFY2(m_rig->ready(), qPrintable(m_rig->why()));
        m_client = std::make_unique<test::SecondClient>(m_rig->kubeconfig());
        QVERIFY2(m_client->trouble().isEmpty(), qPrintable(m_client->trouble()));
        const Gvr accounts{{}, u"v1"_s, u"serviceaccounts"_s};
        QTRY_VERIFY_WITH_TIMEOUT(!m_client->list(accounts)["items"_L1].toArray().isEmpty(), kPatience);   // admission wants one
        QTRY_VERIFY_WITH_TIMEOUT(awaited(m_client->cluster()->gateway()->get(accounts, kSpace, u"default"_s)).ok(), kPatience);
        const QJsonObject labels{{u"app"_s, u"prometheus"_s}};
        m_client->write(ports::Verb::Create, {kPods, kSpace, u"prometheus-0"_s},
                        {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Pod"_s}, {u"metadata"_s, QJsonObject{{u"name"_s, u"prometheus-0"_s}, {u"labels"_s, labels}}},
                         {u"spec"_s, QJsonObject{{u"nodeName"_s, u"standin"_s},
                             {u"containers"_s, QJsonArray{QJsonObject{{u"name"_s, u"p"_s}, {u"image"_s, u"prom/prometheus:2"_s}}}}}}});
        makeService(u"prometheus"_s, labels);
        makeService(u"deserted"_s, {{u"app"_s, u"nobody"_s}});
        // Until the controller has made the endpoints of the pod.
        const Gvr endpoints{{}, u"v1"_s, u"endpoints"_s};
        QTRY_VERIFY_WITH_TIMEOUT([&] {
            const auto made = awaited(m_client->cluster()->gateway()->get(endpoints, kSpace, u"prometheus"_s));
            return made && !(*made)["subsets"_L1][0]["addresses"_L1].toArray().isEmpty();
        }(), kPatience);
        m_backend.on(u"/api/v1/query"_s, FaultAnswer::json(200, R"({"status":"success"})").header("X-Own", "1"));
    }

    void cleanupTestCase() { m_client.reset(); }

    void getAndFormPass()
    {
        const auto got = ask(u"prometheus"_s, u"web"_s, "GET", u"/api/v1/query?query=up%7Ba%3D%22b%2Fc%22%7D"_s);
        QVERIFY2(got.ok(), got ? "" : qPrintable(got.error().text()));
        QCOMPARE(got->status, 200);
        QCOMPARE(got->body, QByteArray(R"({"status":"success"})"));
        QCOMPARE(got->headers.value("x-own"), QByteArray("1"));
        const auto posted = ask(u"prometheus"_s, u"9090"_s, "POST", u"/api/v1/query"_s,
                                {{"Content-Type", "application/x-www-form-urlencoded"}, {"X-Scope-OrgID", "tenant"}}, "query=up&time=1");
        QVERIFY2(posted.ok(), posted ? "" : qPrintable(posted.error().text()));
        QCOMPARE(posted->status, 200);
        const QList<FaultRequest> requests = m_backend.requests(u"/api/v1/query"_s);
        QCOMPARE(requests.size(), 2);
        QCOMPARE(requests.at(0).q(u"query"_s), u"up{a=\"b/c\"}"_s);
        QVERIFY(!requests.at(0).headers.contains("authorization"));   // the API server keeps our credential
        QCOMPARE(requests.at(1).method, QByteArray("POST"));
        QCOMPARE(requests.at(1).body, QByteArray("query=up&time=1"));
        QCOMPARE(requests.at(1).header("content-type"), QByteArray("application/x-www-form-urlencoded"));
        QCOMPARE(requests.at(1).header("x-scope-orgid"), QByteArray("tenant"));
    }

    /// What the service itself refuses is its answer, not an error of ours.
    void itsOwnRefusalIsAnAnswer()
    {
        m_backend.on(u"/bad"_s, FaultAnswer::json(422, R"({"status":"error","errorType":"bad_data"})"));
        m_backend.on(u"/down"_s, FaultAnswer::text(503, "compacting"));
        const auto bad = ask(u"prometheus"_s, u"web"_s, "GET", u"/bad"_s);
        QVERIFY2(bad.ok(), bad ? "" : qPrintable(bad.error().text()));
        QCOMPARE(bad->status, 422);
        const auto down = ask(u"prometheus"_s, u"web"_s, "POST", u"/down"_s);
        QVERIFY2(down.ok(), down ? "" : qPrintable(down.error().text()));
        QCOMPARE(down->status, 503);
        QCOMPARE(down->body, QByteArray("compacting"));
    }

    /// Answers of services end no connection (the demo's API server does the same: test_demopods).
    void theConnectionIsKept()
    {
        m_backend.on(u"/bad"_s, FaultAnswer::json(422, R"({"status":"error","errorType":"bad_data"})"));
        kube::KubeConfigOptions options = kube::KubeConfigOptions::fromEnvironment();
        options.explicitPath = m_rig->kubeconfig();
        const auto config = kube::KubeConfig::load(options)->resolve(u"admin"_s);
        QVERIFY2(config.ok(), config ? "" : qPrintable(config.error().text()));
        support::NodeClient peer(quint16(config->server.port()), config->caData, {config->auth.clientCertificateData, config->auth.clientKeyData});
        QVERIFY(peer.connected());
        for (const char *path : {"/api/v1/query", "/bad", "/api/v1/query"}) {
            const QByteArray head = peer.request("GET", QByteArray("/api/v1/namespaces/default/services/prometheus:web/proxy") + path);
            QVERIFY2(head.startsWith("HTTP/1.1 200") || head.startsWith("HTTP/1.1 422"), head.constData());
            QVERIFY2(!head.contains("connection: close"), head.constData());
            QVERIFY(peer.body(head).startsWith("{\"status\""));
        }
    }

    void theApiServersRefusals_data()
    {
        QTest::addColumn<QString>("service");
        QTest::addColumn<QString>("port");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("says");
        QTest::newRow("no endpoints") << u"deserted"_s << u"web"_s << 503 << u"no endpoints available for service"_s;
        QTest::newRow("wrong name") << u"prometheus"_s << u"admin"_s << 503 << u"no endpoints available for service"_s;
        QTest::newRow("wrong number") << u"prometheus"_s << u"9999"_s << 503 << u"no service port 9999 found for service"_s;
        QTest::newRow("no service") << u"grafana"_s << u"web"_s << 404 << u"does not exist in this cluster"_s;
    }
    void theApiServersRefusals()
    {
        QFETCH(QString, service);
        QFETCH(QString, port);
        QFETCH(QString, says);
        const auto answer = ask(service, port, "POST", u"/api/v1/query"_s);   // a POST is not sent again
        QVERIFY(!answer.ok());
        QTEST(answer.error().httpStatus, "status");
        QVERIFY2(answer.error().message.contains(says) && answer.error().message.contains(QString(service + u" in default"_s)),
                 qPrintable(answer.error().message));
    }

    void aBackendThatIsDown()
    {
        m_backend.stopListening();
        m_backend.dropAll();
        const auto answer = ask(u"prometheus"_s, u"web"_s, "POST", u"/api/v1/query"_s);
        QVERIFY(!answer.ok());
        QCOMPARE(answer.error().httpStatus, 503);
        QVERIFY2(answer.error().message.contains(u"error trying to reach service"_s), qPrintable(answer.error().message));
        QVERIFY(m_backend.listenAgain());
        const auto again = ask(u"prometheus"_s, u"web"_s, "GET", u"/api/v1/query"_s);
        QVERIFY2(again.ok(), again ? "" : qPrintable(again.error().text()));
    }

private:
    Result<ports::HttpAnswer> ask(const QString &service, const QString &port, const QByteArray &method, const QString &path,
                                  const QMap<QByteArray, QByteArray> &headers = {}, const QByteArray &body = {})
    {
        return awaited(m_client->cluster()->services()->request({{}, kSpace, service, port, {}}, method, path, headers, body, {}));
    }

    void makeService(const QString &name, const QJsonObject &selector)
    {
        const QJsonObject port{{u"name"_s, u"web"_s}, {u"port"_s, 9090}, {u"targetPort"_s, int(m_backend.port())}};
        m_client->write(ports::Verb::Create, {kServices, kSpace, name},
                        {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Service"_s}, {u"metadata"_s, QJsonObject{{u"name"_s, name}}},
                         {u"spec"_s, QJsonObject{{u"selector"_s, selector}, {u"ports"_s, QJsonArray{port}}}}});
    }

    std::unique_ptr<test::LiveRig> m_rig;
    std::unique_ptr<test::SecondClient> m_client;
    support::FaultServer m_backend;
};

QTEST_GUILESS_MAIN(ServicesTest)
#include "tst_services.moc"
