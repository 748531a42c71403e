// SPDX-License-Identifier: GPL-3.0-or-later
// What the chaos command does to the demo's issuer.
#include "app/demo/program/Chaos.h"
#include "app/demo/program/DemoIssuer.h"
#include "tests/support/ShippedFiles.h"
#include "tests/unit/demo/issuer/IssuerClient.h"

#include <QTest>

using namespace qd;
using namespace qd::support;

namespace {

Result<demo::ChaosOrder> order(const QStringList &typed, const QDateTime &now = QDateTime::fromString(u"2026-11-29T12:00:00Z"_s, Qt::ISODate))
{
    const auto arguments = demo::parseArguments(QStringList{u"chaos"_s} + typed);
    return arguments ? demo::chaosOrder(*arguments, *test::shippedKinds(), now) : Result<demo::ChaosOrder>(arguments.error());
}

QByteArray all(demo::BodySource &source)
{
    QByteArray body, piece;
    while (source.next(piece) == demo::BodySource::Next::Bytes)
        body += std::exchange(piece, {});
    return body;
}

}

class TestIssuerFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void orders()
    {
        const auto down = order({u"issuer/demo"_s, u"down"_s, u"--for"_s, u"10m"_s});
        QVERIFY(down);
        QCOMPARE(down->fault->annotation(), u"down until 2026-11-29T12:10:00Z"_s);
        QCOMPARE(down->object(), u"issuer/demo"_s);
        QCOMPARE(down->name, demo::DemoIssuer::objectName());
        QCOMPARE(down->ns, demo::DemoIssuer::objectNamespace());
        QCOMPARE(order({u"issuer/demo"_s, u"slow"_s})->fault->annotation(), u"slow"_s);
        QCOMPARE(order({u"issuer/demo"_s, u"rotate-keys"_s})->fault->annotation(), u"rotate-keys until 2026-11-29T12:00:01Z"_s);
        QVERIFY(!order({u"issuer/demo"_s, u"none"_s})->fault);
        for (const demo::IssuerFaultInfo &info : demo::issuerFaults())
            QVERIFY2(demo::chaosList().contains(info.summary), qPrintable(info.name));
    }

    void refusedOrders_data()
    {
        QTest::addColumn<QStringList>("typed");
        QTest::addColumn<QString>("says");
        QTest::newRow("another issuer") << QStringList{u"issuer/prod"_s, u"down"_s} << u"issuer/demo"_s;
        QTest::newRow("another fault") << QStringList{u"issuer/demo"_s, u"crash"_s} << u"rotate-keys"_s;
        QTest::newRow("a moment for a while") << QStringList{u"issuer/demo"_s, u"rotate-keys"_s, u"--for"_s, u"10m"_s} << u"once"_s;
        QTest::newRow("none for a while") << QStringList{u"issuer/demo"_s, u"none"_s, u"--for"_s, u"10m"_s} << u"at once"_s;
        QTest::newRow("too short") << QStringList{u"issuer/demo"_s, u"down"_s, u"--for"_s, u"10ms"_s} << u"--for"_s;
    }

    void refusedOrders()
    {
        QFETCH(QStringList, typed);
        QFETCH(QString, says);
        const auto refused = order(typed);
        QVERIFY(!refused);
        QVERIFY2(refused.error().text().contains(says), qPrintable(refused.error().text()));
    }

    void downUntilItIsOver()
    {
        IssuerWorld world;
        IssuerClient program(world);
        world.issuer->play(u"down until 2026-11-29T12:00:10Z"_s);
        QVERIFY(!world.issuer->reachable());
        QCOMPARE(program.send("GET", u"/jwks"_s).status, 503);   // on a connection that stood already
        world.now = world.now.addSecs(10);
        QVERIFY(world.issuer->reachable());
        QCOMPARE(program.send("GET", u"/jwks"_s).status, 200);
    }

    void failingUntilItIsHealed()
    {
        IssuerWorld world;
        IssuerClient program(world);
        world.issuer->play(u"failing"_s);
        QVERIFY(world.issuer->reachable());
        QCOMPARE(program.send("GET", u"/.well-known/openid-configuration"_s).status, 503);
        world.issuer->play({});
        QCOMPARE(program.send("GET", u"/.well-known/openid-configuration"_s).status, 200);
    }

    void slowAnswersComeLateAndWhole()
    {
        IssuerWorld world;
        IssuerClient program(world);
        const QByteArray prompt = program.send("GET", u"/jwks"_s).body;
        world.issuer->play(u"slow"_s);
        const demo::Response late = program.send("GET", u"/jwks"_s);
        QVERIFY(late.body.isEmpty() && late.stream);
        QByteArray piece;
        QCOMPARE(late.stream->next(piece), demo::BodySource::Next::Wait);
        bool woken = false;
        late.stream->onWake([&woken] { woken = true; });
        QCOMPARE(world.later.size(), 1);
        QCOMPARE(world.later.first().first, std::chrono::seconds(8));
        world.later.takeFirst().second();
        QVERIFY(woken);
        QCOMPARE(all(*late.stream), prompt);
        QCOMPARE(late.stream->next(piece), demo::BodySource::Next::End);
    }

    void aLostRefreshWasDone()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        const QString token = IssuerClient::text(browser.tokens(), "refresh_token");
        world.issuer->play(u"silent"_s);
        const demo::Response lost = browser.refresh(token);
        QByteArray piece;
        QCOMPARE(lost.stream->next(piece), demo::BodySource::Next::Wait);
        world.issuer->play({});
        QCOMPARE(IssuerClient::error(browser.refresh(token)), u"invalid_grant"_s);
    }

    void wrongClocksShow()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        world.issuer->play(u"clock-behind"_s);
        const demo::Response answer = browser.post(u"/token"_s, IssuerClient::exchange(browser.code()));
        QCOMPARE(answer.headers.value("date"), QByteArray("Sun, 29 Nov 2026 11:50:00 GMT"));
        const QJsonObject claims = IssuerClient::claims(IssuerClient::text(IssuerClient::object(answer), "id_token"));
        QCOMPARE(claims.value("iat"_L1).toInteger(), world.now.toSecsSinceEpoch() - 600);
        world.issuer->play(u"clock-ahead"_s);
        QCOMPARE(browser.send("GET", u"/jwks"_s).headers.value("date"), QByteArray("Sun, 29 Nov 2026 12:10:00 GMT"));
        world.issuer->play({});
        QVERIFY(!browser.send("GET", u"/jwks"_s).headers.contains("date"));
    }

    void rotatedKeysEndTokensButNoSession()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        const QJsonObject tokens = browser.tokens();
        const QByteArray before = browser.send("GET", u"/jwks"_s).body;
        world.issuer->play(u"rotate-keys until 2026-11-29T12:00:01Z"_s);
        const QByteArray after = browser.send("GET", u"/jwks"_s).body;
        QVERIFY(before != after);
        QVERIFY(!world.issuer->claimsOf(IssuerClient::text(tokens, "id_token").toLatin1(), u"quarterdeck"_s));
        const QJsonObject next = IssuerClient::object(browser.refresh(IssuerClient::text(tokens, "refresh_token")));
        QVERIFY(world.issuer->claimsOf(IssuerClient::text(next, "id_token").toLatin1(), u"quarterdeck"_s));
        world.issuer->play(u"rotate-keys until 2026-11-29T12:00:01Z"_s);   // said once more, not done once more
        QCOMPARE(browser.send("GET", u"/jwks"_s).body, after);
    }

    void endedSessionsAskAgain()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        const QJsonObject tokens = browser.tokens();
        world.issuer->play(u"end-sessions until 2026-11-29T12:00:01Z"_s);
        QCOMPARE(IssuerClient::error(browser.refresh(IssuerClient::text(tokens, "refresh_token"))), u"invalid_grant"_s);
        QVERIFY(world.issuer->claimsOf(IssuerClient::text(tokens, "id_token").toLatin1(), u"quarterdeck"_s));   // until it ends
    }
};

QTEST_GUILESS_MAIN(TestIssuerFaults)
#include "tst_issuerfaults.moc"
