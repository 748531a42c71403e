// SPDX-License-Identifier: GPL-3.0-or-later
// The gateway's reads and what it makes of every kind of answer.
#include "tests/unit/kube/http/GatewayRig.h"

#include <QElapsedTimer>

using namespace qd;
using namespace qd::kube;
using namespace qd::kube::test;

class tst_gateway : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void get()
    {
        Rig rig;
        rig.server.on(kOne, FaultAnswer::json(200, R"({"metadata":{"name":"northgate-1"}})"));
        const auto object = await(rig.get());
        QVERIFY(object);
        QCOMPARE(object->value("metadata"_L1).toObject().value("name"_L1).toString(), u"northgate-1"_s);
    }

    void errorNamesTheObject()
    {
        Rig rig;
        rig.server.on(
            kOne, FaultAnswer::json(404, statusBody(404, "NotFound", "x not found", R"({"name":"northgate-1"})")));
        const auto object = await(rig.get());
        QCOMPARE(object.error().kind, ErrorKind::NotFound);
        QVERIFY(object.error().message.contains(u"validators.canton.quarterdeck.io/northgate-1 in main"_s));
    }

    void webPageWithStatus200()
    {
        Rig rig;
        rig.server.on(kOne, FaultAnswer::text(200, "<html><title>Login</title></html>", "text/html"));
        const auto object = await(rig.get());
        QCOMPARE(object.error().kind, ErrorKind::Network);
        QVERIFY(object.error().message.contains(u"web page"_s));
    }

    void truncatedGzip()
    {
        Rig rig;
        const QByteArray whole
            = QByteArray::fromHex("1f8b0800000000000203ab56ca2c49cd2d56b28a36d431d2318ead0500eab8283d11000000");
        rig.server.on(
            kOne, FaultAnswer::text(200, whole.left(20), "application/json").header("Content-Encoding", "gzip"));
        const auto object = await(rig.get());
        QVERIFY(!object);
        QCOMPARE(object.error().kind, ErrorKind::Network);
    }

    void retries_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("retryAfter");
        QTest::addColumn<int>("failures");
        QTest::addColumn<int>("sent");
        QTest::addColumn<bool>("ok");
        QTest::newRow("429 twice") << 429 << QByteArray("0") << 2 << 3 << true;
        QTest::newRow("503") << 503 << QByteArray("0") << 1 << 2 << true;
        QTest::newRow("500 with Retry-After") << 500 << QByteArray("0") << 1 << 2 << true;
        QTest::newRow("ten times at most") << 429 << QByteArray("0") << 99 << 10 << false;
        QTest::newRow("500 without Retry-After") << 500 << QByteArray() << 1 << 1 << false;
        QTest::newRow("404 never") << 404 << QByteArray("0") << 1 << 1 << false;
        QTest::newRow("longer than the deadline") << 429 << QByteArray("60") << 1 << 1 << false;
    }
    void retries()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, retryAfter);
        QFETCH(int, failures);
        QFETCH(int, sent);
        Rig rig;
        int seen = 0;
        rig.server.handle(kOne, [&](const FaultRequest &) {
            if (++seen > failures)
                return FaultAnswer::json(200, "{}");
            FaultAnswer answer = FaultAnswer::text(status, "Too many requests, please try again later.");
            return retryAfter.isEmpty() ? answer : answer.header("Retry-After", retryAfter);
        });
        const auto object = await(rig.get());
        QTEST(object.ok(), "ok");
        QCOMPARE(rig.server.count(), sent);
        if (retryAfter == "60") {
            QCOMPARE(object.error().kind, ErrorKind::TooMany);
            QCOMPARE(object.error().retryAfterSeconds, 60);
        }
    }

    void retryAfterIsWaitedFor()
    {
        Rig rig;
        rig.server.on(kOne, FaultAnswer::text(429, "busy").header("Retry-After", "1"));
        rig.server.on(kOne, FaultAnswer::json(200, "{}"));
        QElapsedTimer clock;
        clock.start();
        QVERIFY(await(rig.get()));
        QVERIFY2(clock.elapsed() >= 950, qPrintable(QString::number(clock.elapsed())));
        QCOMPARE(rig.dispatcher->inFlight(), 0);
    }

    void lostConnectionIsReadAgain()
    {
        Rig rig;
        rig.server.on(kOne, FaultAnswer::stream().send("{").reset());
        rig.server.on(kOne, FaultAnswer::json(200, "{}"));
        QVERIFY(await(rig.get()));
        QCOMPARE(rig.server.count(), 2);
    }

    void cancel()
    {
        Rig rig;
        rig.server.on(kOne, FaultAnswer::silent().hang());
        std::stop_source stop;
        auto future = rig.get(stop.get_token());
        QTRY_COMPARE(rig.server.count(), 1);
        stop.request_stop();
        const auto object = await(future);
        QCOMPARE(object.error().kind, ErrorKind::Cancelled);
        QTRY_COMPARE(rig.server.openConnections(), 0);
        QCOMPARE(await(rig.get(stop.get_token())).error().kind, ErrorKind::Cancelled);
        QCOMPARE(rig.server.count(), 1);
        QCOMPARE(rig.dispatcher->inFlight(), 0);
    }

    void cancelWhileWaitingToRetry()
    {
        Rig rig;
        rig.server.on(kOne, FaultAnswer::text(429, "busy").header("Retry-After", "5"));
        std::stop_source stop;
        auto future = rig.get(stop.get_token());
        QTRY_COMPARE(rig.server.count(), 1);
        QTRY_COMPARE(rig.dispatcher->inFlight(), 0);
        stop.request_stop();
        QCOMPARE(await(future).error().kind, ErrorKind::Cancelled);
    }

    void deadline()
    {
        Rig rig(200);
        rig.server.on(kOne, FaultAnswer::silent().hang());
        const auto object = await(rig.get());
        QCOMPARE(object.error().kind, ErrorKind::Timeout);
        QVERIFY(object.error().message.contains(u"0.2 s"_s));
    }

    void noDeadlineWhenNoneIsWanted()
    {
        Rig rig(0);
        rig.server.on(kOne, FaultAnswer::text(429, "busy").header("Retry-After", "0"));
        rig.server.on(kOne, FaultAnswer::json(200, "{}").headAfter(u"g"_s));
        auto future = rig.get();
        QTRY_COMPARE(rig.server.waiting(u"g"_s), 1);
        rig.server.release(u"g"_s);
        QVERIFY(await(future));
    }

    void answerWithoutEndIsRefused()
    {
        Rig rig;
        rig.dispatcher->setLargestAnswer(3 << 20);
        FaultAnswer big = FaultAnswer::stream();
        for (int i = 0; i < 5; ++i)
            big.send(QByteArray(1 << 20, ' '));
        rig.server.on(kOne, big.hang());
        const auto object = await(rig.get());
        QCOMPARE(object.error().kind, ErrorKind::Invalid);
        QVERIFY(object.error().message.contains(u"larger than 3 MiB"_s));
        QTRY_COMPARE(rig.server.openConnections(), 0);
    }

    void dyingDispatcherCancels()
    {
        Rig rig;
        rig.server.on(kOne, FaultAnswer::silent().hang());
        auto future = rig.get();
        QTRY_COMPARE(rig.server.count(), 1);
        rig.dispatcher.reset();
        QCOMPARE(await(future).error().kind, ErrorKind::Cancelled);
        QCOMPARE(await(rig.get()).error().kind, ErrorKind::Cancelled);
    }

    void eightAtOnceInteractiveFirst()
    {
        Rig rig;
        // HTTP/1.1: Qt opens six connections, the dispatcher lets eight through; lists have two places.
        rig.server.handle(kList,
            [](const FaultRequest &) { return FaultAnswer::json(200, page("a", "1", "")).headAfter(u"list"_s); });
        rig.server.handle(kOne, [](const FaultRequest &) { return FaultAnswer::json(200, "{}").headAfter(u"get"_s); });
        QList<QFuture<Result<QJsonObject>>> lists;
        for (int i = 0; i < 5; ++i)
            lists.append(rig.gateway.list(kValidators, {.ns = u"main"_s}, {}));
        QTRY_COMPARE(rig.server.count(kList), 2);
        QList<QFuture<Result<QJsonObject>>> gets;
        for (int i = 0; i < 10; ++i)
            gets.append(rig.get());
        QTRY_COMPARE(rig.dispatcher->inFlight(), 8);
        QTRY_COMPARE(rig.server.count(kOne), 4);
        rig.server.openGate(u"get"_s);
        for (const auto &future : gets)
            QVERIFY(await(future));
        QCOMPARE(rig.server.count(kList), 2);
        rig.server.openGate(u"list"_s);
        for (const auto &future : lists)
            QVERIFY(await(future));
        QCOMPARE(rig.server.count(kList), 5);
    }

    void listFollowsPages()
    {
        Rig rig;
        rig.server.handle(kList, [](const FaultRequest &r) {
            const QString token = r.q(u"continue"_s);
            return FaultAnswer::json(200,
                token.isEmpty()           ? page("a b", "100", "t+1/=")
                    : token == "t+1/="_L1 ? page("c", "101", "t2")
                                          : page("d", "102", ""));
        });
        ports::ListQuery query;
        query.ns = u"main"_s;
        query.limit = 2;
        query.labelSelector = u"team in (a,b)"_s;
        const auto list = await(rig.gateway.list(kValidators, query, {}));
        QVERIFY(list);
        QCOMPARE(names(*list), (QStringList{u"a"_s, u"b"_s, u"c"_s, u"d"_s}));
        QCOMPARE(list->value("metadata"_L1).toObject(), (QJsonObject{{u"resourceVersion"_s, u"100"_s}}));
        QCOMPARE(rig.server.count(), 3);
        for (const FaultRequest &r : rig.server.requests()) {
            QVERIFY(!r.query.hasQueryItem(u"resourceVersion"_s));
            QCOMPARE(r.q(u"limit"_s), u"2"_s);
            QCOMPARE(r.q(u"labelSelector"_s), u"team in (a,b)"_s);
        }
    }

    void expiredContinueStartsOverInOnePiece()
    {
        Rig rig;
        rig.server.handle(kList, [](const FaultRequest &r) {
            if (!r.q(u"continue"_s).isEmpty())
                return FaultAnswer::json(410,
                    R"({"kind":"Status","status":"Failure","reason":"Expired","code":410,"message":"too old","metadata":{"continue":"inconsistent"}})");
            return FaultAnswer::json(
                200, r.query.hasQueryItem(u"limit"_s) ? page("a b", "100", "t1") : page("a b c", "200", ""));
        });
        const auto list = await(rig.gateway.list(kValidators, {.ns = u"main"_s, .limit = 2}, {}));
        QVERIFY(list);
        QCOMPARE(names(*list), (QStringList{u"a"_s, u"b"_s, u"c"_s}));
        QCOMPARE(list->value("metadata"_L1).toObject().value("resourceVersion"_L1).toString(), u"200"_s);
        QCOMPARE(rig.server.count(), 3);
    }

    void whatIsNotWantedIsDroppedAsItComes()
    {
        Rig rig;
        rig.server.handle(kList, [](const FaultRequest &r) {
            return FaultAnswer::json(200, r.q(u"continue"_s).isEmpty() ? page("a b", "100", "t1") : page("c d", "100", ""));
        });
        ports::ListQuery query{.ns = u"main"_s, .limit = 2};
        query.reduce = [](const QJsonObject &item) {
            const QString name = item["metadata"_L1]["name"_L1].toString();
            return name == "b"_L1 ? QJsonObject() : QJsonObject{{u"metadata"_s, QJsonObject{{u"name"_s, QString(name + u'!')}}}};
        };
        const auto list = await(rig.gateway.list(kValidators, query, {}));
        QVERIFY(list);
        QCOMPARE(names(*list), (QStringList{u"a!"_s, u"c!"_s, u"d!"_s}));
    }

    void metadataOnlyAndTable()
    {
        Rig rig;
        rig.server.handle(kList, [](const FaultRequest &r) {
            if (r.header("accept").contains("as=Table"))
                return r.q(u"continue"_s).isEmpty()
                    ? FaultAnswer::json(200,
                        R"({"kind":"Table","metadata":{"resourceVersion":"5","continue":"n"},"columnDefinitions":[{"name":"Name"}],"rows":[{"cells":["a"]}]})")
                    : FaultAnswer::json(200,
                        R"({"kind":"Table","metadata":{"resourceVersion":"5"},"columnDefinitions":null,"rows":[{"cells":["b"]}]})");
            return FaultAnswer::json(200, page("a", "1", ""));
        });
        QVERIFY(await(rig.gateway.list(kValidators, {.ns = u"main"_s, .metadataOnly = true}, {})));
        QVERIFY(rig.server.requests().last().header("accept").startsWith(
            "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"));
        const auto table = await(rig.gateway.table(kValidators, {.ns = u"main"_s}, {}));
        QVERIFY(table);
        QCOMPARE(table->value("rows"_L1).toArray().size(), 2);
        QCOMPARE(table->value("columnDefinitions"_L1).toArray().size(), 1);
    }

    void tableRefused()
    {
        Rig rig;
        rig.server.on(kList, FaultAnswer::json(200, page("a", "1", "")));
        QCOMPARE(await(rig.gateway.table(kValidators, {.ns = u"main"_s}, {})).error().kind, ErrorKind::Unsupported);
    }

    void reviews()
    {
        Rig rig;
        rig.server.handle(u"/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"_s, [](const FaultRequest &r) {
            const QJsonObject attributes = QJsonDocument::fromJson(r.body)
                                               .object()
                                               .value("spec"_L1)
                                               .toObject()
                                               .value("resourceAttributes"_L1)
                                               .toObject();
            const bool yes = attributes
                == QJsonObject{{u"verb"_s, u"create"_s}, {u"version"_s, u"v1"_s}, {u"resource"_s, u"pods"_s},
                    {u"subresource"_s, u"exec"_s}, {u"namespace"_s, u"main"_s}};
            return FaultAnswer::json(201,
                yes ? R"({"status":{"allowed":true,"reason":"RBAC"}})"
                    : R"({"status":{"allowed":false,"reason":"no"}})");
        });
        rig.server.on(u"/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"_s,
            FaultAnswer::json(201, R"({"status":{"incomplete":true,"resourceRules":[]}})"));
        const Gvr pods{{}, u"v1"_s, u"pods"_s};
        QCOMPARE(await(rig.gateway.mayI({u"create"_s, pods, u"exec"_s, u"main"_s, {}}, {}))->allowed, true);
        const auto no = await(rig.gateway.mayI({u"delete"_s, pods, {}, u"main"_s, {}}, {}));
        QVERIFY(no && !no->allowed);
        QCOMPARE(no->reason, u"no"_s);
        QCOMPARE(await(rig.gateway.rules(u"main"_s, {}))->value("incomplete"_L1).toBool(), true);
    }

    void reviewIsRepeatedLikeARead()
    {
        Rig rig;
        const QString path = u"/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"_s;
        rig.server.on(path, FaultAnswer::text(429, "busy").header("Retry-After", "0"));
        rig.server.on(path, FaultAnswer::json(201, R"({"status":{"allowed":true}})"));
        QVERIFY(await(rig.gateway.mayI({u"get"_s, kValidators, {}, {}, {}}, {}))->allowed);
        QCOMPARE(rig.server.count(), 2);
    }

    void whoAmIFallsBack()
    {
        Rig rig;
        rig.server.on(u"/apis/authentication.k8s.io/v1beta1/selfsubjectreviews"_s,
            FaultAnswer::json(201,
                R"({"status":{"userInfo":{"username":"alice","uid":"1","groups":["dev","system:authenticated"]}}})"));
        const auto identity = await(rig.gateway.whoAmI({}));
        QVERIFY(identity);
        QCOMPARE(identity->user, u"alice"_s);
        QCOMPARE(identity->groups, (QStringList{u"dev"_s, u"system:authenticated"_s}));
    }

    void version()
    {
        Rig rig;
        rig.server.on(u"/version"_s,
            FaultAnswer::json(200, R"({"gitVersion":"v1.36.3","platform":"linux/amd64"})")
                .header("Date", "Thu, 01 Jan 2026 00:00:00 GMT"));
        const auto version = await(rig.gateway.version({}));
        QVERIFY(version);
        QCOMPARE(version->gitVersion, u"v1.36.3"_s);
        QCOMPARE(version->date, QDateTime::fromString(u"2026-01-01T00:00:00Z"_s, Qt::ISODate));
        QVERIFY(version->tls.isEmpty());
        QVERIFY(version->roundTripMs >= 0);
    }

    void eventsNewestFirst()
    {
        Rig rig;
        rig.server.on(u"/api/v1/namespaces/main/events"_s, FaultAnswer::json(200, R"({"metadata":{},"items":[
            {"metadata":{"name":"old"},"lastTimestamp":"2026-01-01T00:00:00Z"},
            {"metadata":{"name":"series"},"lastTimestamp":"2025-01-01T00:00:00Z","series":{"lastObservedTime":"2026-01-03T00:00:00.000000Z"}},
            {"metadata":{"name":"micro"},"lastTimestamp":null,"eventTime":"2026-01-02T00:00:00.000000Z"},
            {"metadata":{"name":"created","creationTimestamp":"2026-01-04T00:00:00Z"}}]})"));
        const auto events = await(rig.gateway.events({u"c"_s, kValidators, u"main"_s, u"n"_s, u"u-1"_s}, {}));
        QVERIFY(events);
        QCOMPARE(names(*events), (QStringList{u"created"_s, u"series"_s, u"micro"_s, u"old"_s}));
        QCOMPARE(rig.server.requests().at(0).q(u"fieldSelector"_s), u"involvedObject.uid=u-1"_s);
    }

    void openApiIsCachedByItsHash()
    {
        Rig rig;
        int generation = 1;
        rig.server.handle(u"/openapi/v3"_s, [&](const FaultRequest &) {
            return FaultAnswer::json(200,
                "{\"paths\":{\"apis/canton.quarterdeck.io/v1alpha1\":{\"serverRelativeURL\":\"/openapi/v3/apis/"
                "canton.quarterdeck.io/v1alpha1?hash="
                    + QByteArray::number(generation) + "\"}}}");
        });
        const QString path = u"/openapi/v3/apis/canton.quarterdeck.io/v1alpha1"_s;
        rig.server.handle(path, [&](const FaultRequest &r) {
            return FaultAnswer::json(200, "{\"hash\":\"" + r.q(u"hash"_s).toUtf8() + "\"}");
        });
        QCOMPARE(await(rig.gateway.openApi(kValidators, {}))->value("hash"_L1).toString(), u"1"_s);
        QCOMPARE(await(rig.gateway.openApi(kValidators, {}))->value("hash"_L1).toString(), u"1"_s);
        QCOMPARE(rig.server.count(path), 1);
        generation = 2;
        QCOMPARE(await(rig.gateway.openApi(kValidators, {}))->value("hash"_L1).toString(), u"2"_s);
        QCOMPARE(await(rig.gateway.openApi({u"other"_s, u"v1"_s, u"x"_s}, {})).error().kind, ErrorKind::Unsupported);
    }

    void discovery_data()
    {
        QTest::addColumn<QByteArray>("contentType");
        QTest::addColumn<int>("requests");
        QTest::newRow("v2") << QByteArray("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList") << 2;
        QTest::newRow("v2beta1") << QByteArray(
            "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList")
                                 << 2;
        QTest::newRow("legacy") << QByteArray("application/json") << 5;
    }
    void discovery()
    {
        QFETCH(QByteArray, contentType);
        QFETCH(int, requests);
        Rig rig;
        if (contentType == "application/json") {
            rig.server.on(u"/api"_s, FaultAnswer::json(200, R"({"kind":"APIVersions","versions":["v1"]})"));
            rig.server.on(u"/apis"_s,
                FaultAnswer::json(200,
                    R"({"kind":"APIGroupList","groups":[{"name":"canton.quarterdeck.io","versions":[{"groupVersion":"canton.quarterdeck.io/v1alpha1"}]},{"name":"metrics.k8s.io","versions":[{"groupVersion":"metrics.k8s.io/v1beta1"}]}]})"));
            rig.server.on(u"/api/v1"_s,
                FaultAnswer::json(200,
                    R"({"resources":[{"name":"pods","kind":"Pod","namespaced":true,"verbs":["get"],"shortNames":["po"]},{"name":"pods/log","kind":"Pod","namespaced":true,"verbs":["get"]}]})"));
            rig.server.on(u"/apis/canton.quarterdeck.io/v1alpha1"_s,
                FaultAnswer::json(200,
                    R"({"resources":[{"name":"validators","kind":"Validator","namespaced":true,"verbs":["get","list"]}]})"));
            rig.server.on(u"/apis/metrics.k8s.io/v1beta1"_s,
                FaultAnswer::json(503, statusBody(503, "ServiceUnavailable", "down")));
        } else {
            rig.server.on(u"/api"_s,
                FaultAnswer::text(200,
                    R"({"items":[{"metadata":{},"versions":[{"version":"v1","freshness":"Current","resources":[{"resource":"pods","responseKind":{"kind":"Pod"},"scope":"Namespaced","verbs":["get"],"shortNames":["po"],"subresources":[{"subresource":"log"}]}]}]}]})",
                    contentType));
            rig.server.on(u"/apis"_s,
                FaultAnswer::text(200,
                    R"({"items":[{"metadata":{"name":"canton.quarterdeck.io"},"versions":[{"version":"v1alpha1","freshness":"Current","resources":[{"resource":"validators","responseKind":{"kind":"Validator"},"scope":"Namespaced","verbs":["get","list"]}]}]},{"metadata":{"name":"metrics.k8s.io"},"versions":[{"version":"v1beta1","freshness":"Stale"}]}]})",
                    contentType));
        }
        const auto served = await(rig.gateway.discover({}));
        QVERIFY2(served, qPrintable(served ? QString() : served.error().text()));
        QCOMPARE(served->size(), 3);
        QCOMPARE(served->at(0).gvr.name(), u"pods"_s);
        QCOMPARE(served->at(0).subresources, QStringList{u"log"_s});
        QCOMPARE(served->at(0).shortNames, QStringList{u"po"_s});
        QCOMPARE(served->at(1).gvr, kValidators);
        QCOMPARE(served->at(1).verbs, (QStringList{u"get"_s, u"list"_s}));
        QVERIFY(served->at(2).stale);
        QCOMPARE(served->at(2).gvr.group, u"metrics.k8s.io"_s);
        QCOMPARE(rig.server.count(), requests);
        QVERIFY(rig.server.requests(u"/apis"_s)
                    .at(0)
                    .header("accept")
                    .startsWith("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"));
    }

    void discoveryWithoutCoreApi()
    {
        Rig rig;
        rig.server.on(u"/apis"_s, FaultAnswer::json(200, R"({"kind":"APIGroupList","groups":[]})"));
        const auto served = await(rig.gateway.discover({}));
        QVERIFY(served && served->isEmpty());
    }

    void podLog()
    {
        Rig rig;
        rig.server.on(u"/api/v1/namespaces/main/pods/p/log"_s, FaultAnswer::text(200, "one\ntwo\n"));
        QCOMPARE(*await(rig.gateway.podLog(u"main"_s, u"p"_s, u"c"_s, 100, true, {})), QByteArray("one\ntwo\n"));
        QCOMPARE(rig.server.requests().at(0).target,
            QByteArray("/api/v1/namespaces/main/pods/p/log?container=c&tailLines=100&previous=true"));
    }
};

QTEST_GUILESS_MAIN(tst_gateway)
#include "tst_gateway.moc"
