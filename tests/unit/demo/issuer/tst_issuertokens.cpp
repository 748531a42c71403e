// SPDX-License-Identifier: GPL-3.0-or-later
// The demo's issuer as programs meet it: codes, refresh tokens, revocation, userinfo, and what a resource server takes.
#include "tests/unit/demo/issuer/IssuerClient.h"

#include <QTest>

using namespace qd;
using namespace qd::support;

class TestIssuerTokens : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aCodeGivesTokens()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        const demo::Response answer = browser.post(u"/token"_s, IssuerClient::exchange(browser.code()));
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.headers.value("cache-control"), QByteArray("no-store"));
        const QJsonObject tokens = IssuerClient::object(answer);
        QCOMPARE(tokens.value("expires_in"_L1).toInt(), 900);
        QCOMPARE(IssuerClient::text(tokens, "token_type"), u"Bearer"_s);
        const auto claims = world.issuer->claimsOf(IssuerClient::text(tokens, "id_token").toLatin1(), u"quarterdeck"_s);
        QVERIFY(claims);
        QCOMPARE(IssuerClient::text(*claims, "iss"), kIssuerUrl);
        QCOMPARE(IssuerClient::text(*claims, "aud"), u"quarterdeck"_s);
        QCOMPARE(IssuerClient::text(*claims, "nonce"), u"the nonce"_s);
        QCOMPARE(IssuerClient::text(*claims, "preferred_username"), u"paula"_s);
        QCOMPARE(claims->value("groups"_L1), QJsonValue(QJsonArray{u"qd:platform-admin"_s}));
        QCOMPARE(claims->value("exp"_L1).toInteger(), world.now.toSecsSinceEpoch() + 900);
        QCOMPARE(claims->value("iat"_L1).toInteger(), world.now.toSecsSinceEpoch());
        QCOMPARE(IssuerClient::text(*claims, "at_hash"), demo::halfHash(IssuerClient::text(tokens, "access_token").toLatin1()));
        QVERIFY(!claims->contains("email"_L1));
        // Without the scopes nothing of the person but the subject.
        const QJsonObject bare = IssuerClient::claims(IssuerClient::text(browser.tokens(u"paula"_s, with(authorization(), u"scope"_s, u"openid"_s)), "id_token"));
        QVERIFY(!bare.contains("preferred_username"_L1) && !bare.contains("groups"_L1));
        QCOMPARE(bare.value("sub"_L1), claims->value("sub"_L1));
    }

    void aCodeIsForOneExchange_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("error");
        QTest::newRow("wrong verifier") << u"code_verifier"_s << u"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXj"_s << u"invalid_grant"_s;
        QTest::newRow("the challenge as verifier") << u"code_verifier"_s << kChallenge << u"invalid_grant"_s;
        QTest::newRow("no verifier") << u"code_verifier"_s << QString() << u"invalid_request"_s;
        QTest::newRow("another port of the redirect") << u"redirect_uri"_s << u"http://127.0.0.1:41235/callback"_s << u"invalid_grant"_s;
        QTest::newRow("no redirect") << u"redirect_uri"_s << QString() << u"invalid_request"_s;
        QTest::newRow("another client") << u"client_id"_s << u"canton-tools"_s << u"invalid_grant"_s;
        QTest::newRow("no such client") << u"client_id"_s << u"x"_s << u"invalid_client"_s;
        QTest::newRow("a secret") << u"client_secret"_s << u"x"_s << u"invalid_client"_s;
        QTest::newRow("another code") << u"code"_s << u"x"_s << u"invalid_grant"_s;
        QTest::newRow("no type") << u"grant_type"_s << QString() << u"invalid_request"_s;
        QTest::newRow("password") << u"grant_type"_s << u"password"_s << u"unsupported_grant_type"_s;
    }

    void aCodeIsForOneExchange()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        QFETCH(QString, error);
        IssuerWorld world;
        IssuerClient browser(world);
        const Fields good = IssuerClient::exchange(browser.code());
        const demo::Response answer = browser.post(u"/token"_s, with(good, name, value));
        QCOMPARE(IssuerClient::error(answer), error);
        QCOMPARE(answer.status, error == "invalid_client"_L1 ? 401 : 400);
        // Who tried with the code but did not fit has ended it.
        const bool tried = error == "invalid_grant"_L1 && name != "code"_L1;
        QCOMPARE(browser.post(u"/token"_s, good).status, tried ? 400 : 200);
    }

    void replayRevokes()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        const Fields exchange = IssuerClient::exchange(browser.code());
        const QJsonObject tokens = IssuerClient::object(browser.post(u"/token"_s, exchange));
        world.now = world.now.addSecs(300);
        QCOMPARE(IssuerClient::error(browser.post(u"/token"_s, exchange)), u"invalid_grant"_s);
        QCOMPARE(IssuerClient::error(browser.refresh(IssuerClient::text(tokens, "refresh_token"))), u"invalid_grant"_s);
        QCOMPARE(browser.send("GET", u"/userinfo"_s, {}, {{"authorization", "Bearer " + IssuerClient::text(tokens, "access_token").toLatin1()}}).status, 401);
    }

    void aCodeLastsAMinute()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        const QString code = browser.code();
        world.now = world.now.addSecs(60);
        QCOMPARE(IssuerClient::error(browser.post(u"/token"_s, IssuerClient::exchange(code))), u"invalid_grant"_s);
    }

    void formsOnly()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        const Fields exchange = IssuerClient::exchange(browser.code());
        QCOMPARE(IssuerClient::error(browser.post(u"/token"_s, exchange, {{"content-type", "application/json"}})), u"invalid_request"_s);
        QCOMPARE(browser.send("POST", QString(u"/token?"_s + QString::fromLatin1(formOf(exchange)))).status, 400);
        Fields twice = exchange;
        twice.append({u"code"_s, u"x"_s});
        QCOMPARE(IssuerClient::error(browser.post(u"/token"_s, twice)), u"invalid_request"_s);
        QCOMPARE(IssuerClient::error(browser.post(u"/token"_s, exchange, {{"authorization", "Basic cXVhcnRlcmRlY2s6"}})), u"invalid_client"_s);
        QCOMPARE(browser.post(u"/token"_s, exchange).status, 200);
    }

    void refreshRotates()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        const QJsonObject first = browser.tokens();
        const QJsonObject before = IssuerClient::claims(IssuerClient::text(first, "id_token"));
        world.now = world.now.addSecs(800);
        const QJsonObject second = IssuerClient::object(browser.refresh(IssuerClient::text(first, "refresh_token")));
        QVERIFY(IssuerClient::text(first, "refresh_token") != IssuerClient::text(second, "refresh_token"));
        const QJsonObject after = IssuerClient::claims(IssuerClient::text(second, "id_token"));
        for (const char *same : {"iss", "sub", "aud", "auth_time", "sid", "preferred_username"})
            QCOMPARE(after.value(QLatin1StringView(same)), before.value(QLatin1StringView(same)));
        QVERIFY(!after.contains("nonce"_L1));
        QCOMPARE(after.value("exp"_L1).toInteger(), world.now.toSecsSinceEpoch() + 900);
        // The first once more: the whole family ends.
        QCOMPARE(IssuerClient::error(browser.refresh(IssuerClient::text(first, "refresh_token"))), u"invalid_grant"_s);
        QCOMPARE(IssuerClient::error(browser.refresh(IssuerClient::text(second, "refresh_token"))), u"invalid_grant"_s);
    }

    void aRefreshTokenIsItsClients()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        const QString token = IssuerClient::text(browser.tokens(), "refresh_token");
        QCOMPARE(IssuerClient::error(browser.refresh(token, u"canton-tools"_s)), u"invalid_grant"_s);
        QCOMPARE(IssuerClient::error(browser.refresh(token)), u"invalid_grant"_s);   // it is known elsewhere: it is over
    }

    void lessMayBeAskedForNeverMore()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        const auto refreshed = [&browser](const QString &token, const QString &scope) {
            return browser.post(u"/token"_s, {{u"grant_type"_s, u"refresh_token"_s}, {u"refresh_token"_s, token}, {u"client_id"_s, u"quarterdeck"_s}, {u"scope"_s, scope}});
        };
        const demo::Response less = refreshed(IssuerClient::text(browser.tokens(), "refresh_token"), u"openid"_s);
        QVERIFY(!IssuerClient::claims(IssuerClient::text(IssuerClient::object(less), "id_token")).contains("groups"_L1));
        QCOMPARE(IssuerClient::error(refreshed(IssuerClient::text(browser.tokens(), "refresh_token"), u"openid email"_s)), u"invalid_scope"_s);
    }

    void aSessionEnds()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        QString token = IssuerClient::text(browser.tokens(), "refresh_token");
        for (int i = 0; i < 31; ++i) {
            world.now = world.now.addSecs(900);
            token = IssuerClient::text(IssuerClient::object(browser.refresh(token)), "refresh_token");
            QVERIFY(!token.isEmpty());
        }
        world.now = world.now.addSecs(900);
        QCOMPARE(IssuerClient::error(browser.refresh(token)), u"invalid_grant"_s);
    }

    void revocation()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        const QJsonObject one = browser.tokens(), other = browser.tokens();
        const auto revoked = [&browser](const QString &token, const QString &client) {
            return browser.post(u"/revoke"_s, {{u"token"_s, token}, {u"client_id"_s, client}}).status;
        };
        QCOMPARE(revoked(u"unknown"_s, u"quarterdeck"_s), 200);
        QCOMPARE(revoked(IssuerClient::text(one, "refresh_token"), u"canton-tools"_s), 200);   // not theirs: nothing happens
        const QJsonObject next = IssuerClient::object(browser.refresh(IssuerClient::text(one, "refresh_token")));
        QCOMPARE(revoked(IssuerClient::text(next, "refresh_token"), u"quarterdeck"_s), 200);
        QCOMPARE(IssuerClient::error(browser.refresh(IssuerClient::text(next, "refresh_token"))), u"invalid_grant"_s);
        QCOMPARE(revoked(IssuerClient::text(other, "access_token"), u"quarterdeck"_s), 200);
        QCOMPARE(IssuerClient::error(browser.refresh(IssuerClient::text(other, "refresh_token"))), u"invalid_grant"_s);
        QCOMPARE(browser.post(u"/revoke"_s, {{u"client_id"_s, u"quarterdeck"_s}}).status, 400);
        QCOMPARE(revoked(u"x"_s, u"nobody"_s), 401);
    }

    void userInfo()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        const QJsonObject tokens = browser.tokens(u"vera"_s, with(authorization(), u"scope"_s, u"openid email profile"_s));
        const auto asked = [&browser](const QByteArray &header) { return browser.send("GET", u"/userinfo"_s, {}, {{"authorization", header}}); };
        const QByteArray access = IssuerClient::text(tokens, "access_token").toLatin1();
        const QJsonObject said = IssuerClient::object(asked("bearer " + access));
        QCOMPARE(said.value("sub"_L1), IssuerClient::claims(IssuerClient::text(tokens, "id_token")).value("sub"_L1));
        QCOMPARE(IssuerClient::text(said, "preferred_username"), u"vera"_s);
        QCOMPARE(IssuerClient::text(said, "email"), u"vera@demo.example"_s);
        QVERIFY(!said.contains("groups"_L1));
        QCOMPARE(asked("Bearer " + IssuerClient::text(tokens, "id_token").toLatin1()).status, 401);
        QCOMPARE(asked("Bearer x").status, 401);
        QVERIFY(asked("Bearer x").headers.value("www-authenticate").contains("invalid_token"));
        world.now = world.now.addSecs(900);
        QCOMPARE(asked("Bearer " + access).status, 401);
    }

    void whatAResourceServerTakes()
    {
        IssuerWorld world, stranger(QList<demo::SigningKey>{});
        IssuerClient browser(world), elsewhere(stranger);
        const QJsonObject tokens = browser.tokens();
        const QByteArray token = IssuerClient::text(tokens, "id_token").toLatin1();
        const auto taken = [&world](const QByteArray &one) { return world.issuer->claimsOf(one, u"quarterdeck"_s).has_value(); };
        QVERIFY(taken(token));
        QVERIFY(!taken(IssuerClient::text(tokens, "access_token").toLatin1()));
        QVERIFY(!taken(IssuerClient::text(elsewhere.tokens(), "id_token").toLatin1()));   // same issuer by name, other keys
        QVERIFY(!taken(token + "x"));
        const QList<QByteArray> parts = token.split('.');
        QJsonObject claims = IssuerClient::claims(QString::fromLatin1(token));
        claims.insert("preferred_username"_L1, u"admin"_s);
        QVERIFY(!taken(parts.at(0) + '.' + json::compact(claims).toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals) + '.' + parts.at(2)));
        const Fields tools = with(authorization(), u"client_id"_s, u"canton-tools"_s);
        const QJsonObject others = IssuerClient::object(browser.post(u"/token"_s, with(IssuerClient::exchange(browser.code(u"paula"_s, tools)), u"client_id"_s, u"canton-tools"_s)));
        QVERIFY(!taken(IssuerClient::text(others, "id_token").toLatin1()));                // good, but for somebody else
        QVERIFY(world.issuer->claimsOf(IssuerClient::text(others, "id_token").toLatin1(), u"canton-tools"_s));
        world.now = world.now.addSecs(899);
        QVERIFY(taken(token));
        world.now = world.now.addSecs(1);
        QVERIFY(!taken(token));
    }
};

QTEST_GUILESS_MAIN(TestIssuerTokens)
#include "tst_issuertokens.moc"
