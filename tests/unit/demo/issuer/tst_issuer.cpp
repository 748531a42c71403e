// SPDX-License-Identifier: GPL-3.0-or-later
// The demo's issuer as a browser meets it: authorization, login page, device page, sign-out; and who tries something else.
#include "tests/unit/demo/issuer/IssuerClient.h"

#include <QTest>

using namespace qd;
using namespace qd::support;

class TestIssuer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void discoverySaysWhatThereIs()
    {
        IssuerWorld world;
        IssuerClient program(world);
        const demo::Response answer = program.send("GET", u"/.well-known/openid-configuration"_s);
        QCOMPARE(answer.status, 200);
        const QJsonObject said = IssuerClient::object(answer);
        QCOMPARE(IssuerClient::text(said, "issuer"), kIssuerUrl);
        QCOMPARE(said.value("code_challenge_methods_supported"_L1), QJsonValue(QJsonArray{u"S256"_s}));
        QCOMPARE(said.value("authorization_response_iss_parameter_supported"_L1), QJsonValue(true));
        for (const char *name : {"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint", "revocation_endpoint",
                 "device_authorization_endpoint"}) {
            const QString url = IssuerClient::text(said, name);
            QVERIFY2(url.startsWith(QString(kIssuerUrl + u'/')), name);
            QVERIFY2(program.send("GET", url.mid(kIssuerUrl.size())).status != 404, name);
        }
        const QJsonArray keys = IssuerClient::object(program.send("GET", u"/jwks"_s)).value("keys"_L1).toArray();
        QCOMPARE(keys.size(), 2);
        for (const QJsonValue &key : keys)
            QVERIFY(!key.toObject().contains("d"_L1));
    }

    void signingInLeadsBackWithACode()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        const demo::Response page = browser.authorize();
        QCOMPARE(page.status, 200);
        QCOMPARE(page.contentType, QByteArray("text/html; charset=utf-8"));
        const QByteArray policy = page.headers.value("content-security-policy");
        QVERIFY2(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), policy.constData());
        QVERIFY2(policy.endsWith("form-action 'self' http://127.0.0.1:41234"), policy.constData());
        QVERIFY(!page.body.contains("<script"));
        QVERIFY(page.body.contains("value=\"paula\"") && page.body.contains("value=\"vera\""));
        QVERIFY(page.body.contains("All &amp; more."));
        QVERIFY(browser.send("GET", u"/style.css"_s).body.contains("prefers-color-scheme:dark"));

        const demo::Response back = browser.post(u"/login"_s, {{u"request"_s, IssuerClient::secretOf(page)}, {u"persona"_s, u"vera"_s}});
        QCOMPARE(back.status, 303);
        QVERIFY(back.headers.value("location").startsWith("http://127.0.0.1:41234/callback?code="));
        QCOMPARE(IssuerClient::parameter(back, u"state"_s), u"the state"_s);
        QCOMPARE(IssuerClient::parameter(back, u"iss"_s), kIssuerUrl);
        QVERIFY(back.headers.value("set-cookie").contains("; Secure; HttpOnly; SameSite=Lax"));
        QCOMPARE(back.headers.value("referrer-policy"), QByteArray("no-referrer"));
    }

    void noIsAnAnswer()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        const demo::Response back = browser.post(u"/login"_s, {{u"request"_s, IssuerClient::secretOf(browser.authorize())}, {u"decision"_s, u"cancel"_s}});
        QCOMPARE(IssuerClient::parameter(back, u"error"_s), u"access_denied"_s);
        QCOMPARE(IssuerClient::parameter(back, u"state"_s), u"the state"_s);
        QCOMPARE(IssuerClient::parameter(back, u"iss"_s), kIssuerUrl);
        QVERIFY(!back.headers.value("location").contains("code="));
    }

    void nothingLeadsElsewhere_data()
    {
        QTest::addColumn<QString>("redirect");
        QTest::addColumn<bool>("good");
        QTest::newRow("another port") << u"http://127.0.0.1:1/callback"_s << true;
        QTest::newRow("no port") << u"http://127.0.0.1/callback"_s << true;
        QTest::newRow("IPv6") << u"http://[::1]:5000/callback"_s << true;
        QTest::newRow("missing") << QString() << false;
        QTest::newRow("open redirect") << u"https://evil.example/callback"_s << false;
        QTest::newRow("another path") << u"http://127.0.0.1:41234/callback2"_s << false;
        QTest::newRow("below the path") << u"http://127.0.0.1:41234/callback/x"_s << false;
        QTest::newRow("path in other letters") << u"http://127.0.0.1:41234/Callback"_s << false;
        QTest::newRow("encoded path") << u"http://127.0.0.1:41234/%63allback"_s << false;
        QTest::newRow("dots") << u"http://127.0.0.1:41234/x/../callback"_s << false;
        QTest::newRow("a query") << u"http://127.0.0.1:41234/callback?a=b"_s << false;
        QTest::newRow("a fragment") << u"http://127.0.0.1:41234/callback#a"_s << false;
        QTest::newRow("https") << u"https://127.0.0.1:41234/callback"_s << false;
        QTest::newRow("localhost") << u"http://localhost:41234/callback"_s << false;
        QTest::newRow("a longer host") << u"http://127.0.0.1.evil.example/callback"_s << false;
        QTest::newRow("user info") << u"http://127.0.0.1:41234@evil.example/callback"_s << false;
        QTest::newRow("user info in front") << u"http://evil@127.0.0.1:41234/callback"_s << false;
        QTest::newRow("port 0") << u"http://127.0.0.1:0/callback"_s << false;
        QTest::newRow("port too large") << u"http://127.0.0.1:65536/callback"_s << false;
        QTest::newRow("port with sign") << u"http://127.0.0.1:+80/callback"_s << false;
        QTest::newRow("no number") << u"http://127.0.0.1:/callback"_s << false;
        QTest::newRow("a line break") << u"http://127.0.0.1:41234/callback\r\nX: y"_s << false;
        QTest::newRow("javascript") << u"javascript:alert(1)"_s << false;
    }

    void nothingLeadsElsewhere()
    {
        QFETCH(QString, redirect);
        QFETCH(bool, good);
        IssuerWorld world;
        IssuerClient browser(world);
        const demo::Response answer = browser.authorize(with(authorization(), u"redirect_uri"_s, redirect));
        QCOMPARE(answer.status, good ? 200 : 400);
        QVERIFY(!answer.headers.contains("location"));
    }

    void refusalsComeBackWithStateAndIssuer_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("error");
        QTest::newRow("no PKCE") << u"code_challenge"_s << QString() << u"invalid_request"_s;
        QTest::newRow("no method is plain") << u"code_challenge_method"_s << QString() << u"invalid_request"_s;
        QTest::newRow("plain") << u"code_challenge_method"_s << u"plain"_s << u"invalid_request"_s;
        QTest::newRow("s256 in other letters") << u"code_challenge_method"_s << u"s256"_s << u"invalid_request"_s;
        QTest::newRow("a short challenge") << u"code_challenge"_s << u"abc"_s << u"invalid_request"_s;
        QTest::newRow("a padded challenge") << u"code_challenge"_s << u"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c="_s << u"invalid_request"_s;
        QTest::newRow("token") << u"response_type"_s << u"token"_s << u"unsupported_response_type"_s;
        QTest::newRow("hybrid") << u"response_type"_s << u"code id_token"_s << u"unsupported_response_type"_s;
        QTest::newRow("fragment") << u"response_mode"_s << u"fragment"_s << u"invalid_request"_s;
        QTest::newRow("no openid") << u"scope"_s << u"profile"_s << u"invalid_scope"_s;
        QTest::newRow("a request object") << u"request"_s << u"eyJ9"_s << u"request_not_supported"_s;
        QTest::newRow("a request by reference") << u"request_uri"_s << u"https://evil.example/"_s << u"request_uri_not_supported"_s;
        QTest::newRow("nobody to ask") << u"prompt"_s << u"none"_s << u"login_required"_s;
        QTest::newRow("none and more") << u"prompt"_s << u"none login"_s << u"invalid_request"_s;
    }

    void refusalsComeBackWithStateAndIssuer()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        QFETCH(QString, error);
        IssuerWorld world;
        IssuerClient browser(world);
        const demo::Response back = browser.authorize(with(authorization(), name, value));
        QCOMPARE(back.status, 303);
        QVERIFY(back.headers.value("location").startsWith("http://127.0.0.1:41234/callback?"));
        QCOMPARE(IssuerClient::parameter(back, u"error"_s), error);
        QCOMPARE(IssuerClient::parameter(back, u"state"_s), u"the state"_s);
        QCOMPARE(IssuerClient::parameter(back, u"iss"_s), kIssuerUrl);
    }

    void stateIsNeededAndComesBackAsItWas()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        QCOMPARE(IssuerClient::parameter(browser.authorize(with(authorization(), u"state"_s, {})), u"error"_s), u"invalid_request"_s);
        const QString odd = u"a&b=c%26+\r\nSet-Cookie: x\"<ü>"_s;
        const demo::Response back = browser.signIn(u"paula"_s, with(authorization(), u"state"_s, odd));
        QCOMPARE(IssuerClient::parameter(back, u"state"_s), odd);
        QVERIFY(!back.headers.value("location").contains('\n'));
        QCOMPARE(browser.authorize(with(authorization(), u"state"_s, QString(4000, u'a'))).status, 400);
    }

    void doubledParametersAreRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("status");
        QTest::newRow("client_id") << u"client_id"_s << 400;
        QTest::newRow("redirect_uri") << u"redirect_uri"_s << 400;
        QTest::newRow("code_challenge") << u"code_challenge"_s << 303;
        QTest::newRow("scope") << u"scope"_s << 303;
    }

    void doubledParametersAreRefused()
    {
        QFETCH(QString, name);
        QFETCH(int, status);
        IssuerWorld world;
        IssuerClient browser(world);
        Fields fields = authorization();
        fields.append({name, u"x"_s});
        const demo::Response answer = browser.authorize(fields);
        QCOMPARE(answer.status, status);
        QVERIFY(status == 400 || IssuerClient::parameter(answer, u"error"_s) == "invalid_request"_L1);
    }

    void whatStrangersSendIsNotReflected()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        const demo::Response page = browser.authorize(with(authorization(), u"client_id"_s, u"<script>alert(1)</script>"_s));
        QCOMPARE(page.status, 400);
        QVERIFY(!page.body.contains("<script>"));
        QVERIFY(!browser.send("GET", u"/device?user_code=%22%3E%3Cb%3E"_s).body.contains("<b>"));
    }

    void aFormIsForOneBrowserAndOnce()
    {
        IssuerWorld world;
        IssuerClient browser(world), other(world);
        const QString secret = IssuerClient::secretOf(browser.authorize());
        const Fields form{{u"request"_s, secret}, {u"persona"_s, u"paula"_s}};
        QCOMPARE(other.post(u"/login"_s, form).status, 400);                       // no cookie at all
        (void)other.authorize();
        QCOMPARE(other.post(u"/login"_s, form).status, 400);                       // another browser's
        QCOMPARE(browser.post(u"/login"_s, form, {{"origin", "https://evil.example"}}).status, 400);
        QCOMPARE(browser.post(u"/login"_s, form, {{"origin", "null"}}).status, 400);
        QCOMPARE(browser.post(u"/login"_s, form, {{"sec-fetch-site", "same-site"}}).status, 400);
        QCOMPARE(browser.post(u"/logout/confirm"_s, form).status, 400);            // of another kind
        QCOMPARE(browser.post(u"/login"_s, with(form, u"request"_s, u"x"_s)).status, 400);
        QCOMPARE(browser.post(u"/login"_s, form, {{"origin", kIssuerUrl.toUtf8()}, {"sec-fetch-site", "same-origin"}}).status, 303);
        QCOMPARE(browser.post(u"/login"_s, form).status, 400);                     // once
    }

    void aFormGetsOld()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        const QString secret = IssuerClient::secretOf(browser.authorize());
        world.now = world.now.addSecs(601);
        QCOMPARE(browser.post(u"/login"_s, {{u"request"_s, secret}, {u"persona"_s, u"paula"_s}}).status, 400);
    }

    void nobodyElseSignsIn()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        const demo::Response back = browser.signIn(u"admin"_s);
        QCOMPARE(IssuerClient::parameter(back, u"error"_s), u"access_denied"_s);
        QVERIFY(browser.cookies.size() == 1);   // the browser's, no session's
    }

    void theSessionIsRemembered()
    {
        IssuerWorld world;
        IssuerClient browser(world), other(world);
        (void)browser.code(u"vera"_s);
        QVERIFY(browser.authorize().body.contains("signed in here"));
        QVERIFY(!other.authorize().body.contains("signed in here"));
        const demo::Response quiet = browser.authorize(with(authorization(), u"prompt"_s, u"none"_s));
        QVERIFY(!IssuerClient::parameter(quiet, u"code"_s).isEmpty());
        QVERIFY(!browser.authorize(with(authorization(), u"prompt"_s, u"login"_s)).body.contains("signed in here"));
        world.now = world.now.addDays(1);
        QCOMPARE(IssuerClient::parameter(browser.authorize(with(authorization(), u"prompt"_s, u"none"_s)), u"error"_s), u"login_required"_s);
    }

    void theDeviceIsToldByItsPage()
    {
        IssuerWorld world;
        IssuerClient program(world), browser(world);
        const QJsonObject begun = IssuerClient::object(program.post(u"/device_authorization"_s, {{u"client_id"_s, u"quarterdeck"_s}, {u"scope"_s, u"openid profile groups"_s}}));
        const QString userCode = IssuerClient::text(begun, "user_code");
        QCOMPARE(userCode.size(), 9);
        const Fields poll{{u"grant_type"_s, u"urn:ietf:params:oauth:grant-type:device_code"_s}, {u"device_code"_s, IssuerClient::text(begun, "device_code")},
            {u"client_id"_s, u"quarterdeck"_s}};
        QCOMPARE(IssuerClient::error(program.post(u"/token"_s, poll)), u"authorization_pending"_s);
        world.now = world.now.addSecs(1);
        QCOMPARE(IssuerClient::error(program.post(u"/token"_s, poll)), u"slow_down"_s);
        world.now = world.now.addSecs(6);   // ten are asked for now
        QCOMPARE(IssuerClient::error(program.post(u"/token"_s, poll)), u"slow_down"_s);
        QCOMPARE(IssuerClient::error(program.post(u"/token"_s, with(poll, u"client_id"_s, u"canton-tools"_s))), u"invalid_grant"_s);

        const demo::Response field = browser.send("GET", QString(u"/device?user_code="_s + userCode));
        QVERIFY(field.body.contains(userCode.toUtf8()));
        const demo::Response choice = browser.post(u"/device"_s, {{u"request"_s, IssuerClient::secretOf(field)}, {u"user_code"_s, QString(u" "_s + userCode.toLower().remove(u'-'))}});
        QCOMPARE(choice.status, 200);
        QCOMPARE(browser.post(u"/device/decide"_s, {{u"request"_s, IssuerClient::secretOf(choice)}, {u"persona"_s, u"vera"_s}}).status, 200);
        world.now = world.now.addSecs(60);
        const QJsonObject tokens = IssuerClient::object(program.post(u"/token"_s, poll));
        const QJsonObject claims = IssuerClient::claims(IssuerClient::text(tokens, "id_token"));
        QCOMPARE(IssuerClient::text(claims, "preferred_username"), u"vera"_s);
        QVERIFY(!claims.contains("nonce"_L1));
        QCOMPARE(IssuerClient::error(program.post(u"/token"_s, poll)), u"invalid_grant"_s);   // once
    }

    void theDeviceIsRefusedOrForgotten()
    {
        IssuerWorld world;
        IssuerClient program(world), browser(world);
        const auto begin = [&program] {
            return IssuerClient::object(program.post(u"/device_authorization"_s, {{u"client_id"_s, u"quarterdeck"_s}, {u"scope"_s, u"openid"_s}}));
        };
        const auto poll = [&program](const QJsonObject &begun) {
            return IssuerClient::error(program.post(u"/token"_s, {{u"grant_type"_s, u"urn:ietf:params:oauth:grant-type:device_code"_s},
                {u"device_code"_s, IssuerClient::text(begun, "device_code")}, {u"client_id"_s, u"quarterdeck"_s}}));
        };
        const QJsonObject denied = begin(), forgotten = begin();
        const demo::Response choice = browser.post(u"/device"_s, {{u"request"_s, IssuerClient::secretOf(browser.send("GET", u"/device"_s))},
            {u"user_code"_s, IssuerClient::text(denied, "user_code")}});
        (void)browser.post(u"/device/decide"_s, {{u"request"_s, IssuerClient::secretOf(choice)}, {u"decision"_s, u"cancel"_s}});
        QCOMPARE(poll(denied), u"access_denied"_s);
        world.now = world.now.addSecs(601);
        QCOMPARE(poll(forgotten), u"expired_token"_s);
        QCOMPARE(IssuerClient::error(program.post(u"/device_authorization"_s, {{u"client_id"_s, u"quarterdeck"_s}, {u"scope"_s, u"profile"_s}})), u"invalid_scope"_s);
    }

    void userCodesAreNotGuessed()
    {
        IssuerWorld world;
        IssuerClient program(world), browser(world);
        const QJsonObject begun = IssuerClient::object(program.post(u"/device_authorization"_s, {{u"client_id"_s, u"quarterdeck"_s}, {u"scope"_s, u"openid"_s}}));
        const auto tried = [&browser](const QString &code) {
            return browser.post(u"/device"_s, {{u"request"_s, IssuerClient::secretOf(browser.send("GET", u"/device"_s))}, {u"user_code"_s, code}}).status;
        };
        for (int i = 0; i < 20; ++i)
            QCOMPARE(tried(u"AAAA-AAAA"_s), 400);
        QCOMPARE(tried(IssuerClient::text(begun, "user_code")), 400);   // even the right one, for a minute
        world.now = world.now.addSecs(61);
        QCOMPARE(tried(IssuerClient::text(begun, "user_code")), 200);
    }

    void signingOutEndsTheSessionEverywhere()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        const QJsonObject tokens = browser.tokens();
        const Fields out{{u"id_token_hint"_s, IssuerClient::text(tokens, "id_token")}, {u"client_id"_s, u"quarterdeck"_s},
            {u"post_logout_redirect_uri"_s, u"http://127.0.0.1:5000/signed-out"_s}, {u"state"_s, u"s"_s}};
        world.now = world.now.addSecs(3600);   // the hint may have expired
        for (const QString &elsewhere : {u"https://evil.example/"_s, u"http://127.0.0.1:5000/elsewhere"_s})
            QCOMPARE(browser.send("GET", QString(u"/logout?"_s + QString::fromLatin1(formOf(with(out, u"post_logout_redirect_uri"_s, elsewhere))))).status, 400);
        QCOMPARE(browser.send("GET", QString(u"/logout?"_s + QString::fromLatin1(formOf(with(out, u"client_id"_s, u"canton-tools"_s))))).status, 400);
        QVERIFY(!IssuerClient::text(IssuerClient::object(browser.refresh(IssuerClient::text(tokens, "refresh_token"))), "refresh_token").isEmpty());
        const demo::Response back = browser.send("GET", QString(u"/logout?"_s + QString::fromLatin1(formOf(out))));
        QCOMPARE(back.headers.value("location"), QByteArray("http://127.0.0.1:5000/signed-out?state=s"));
        QCOMPARE(browser.cookies.size(), 1);
        QCOMPARE(IssuerClient::parameter(browser.authorize(with(authorization(), u"prompt"_s, u"none"_s)), u"error"_s), u"login_required"_s);
    }

    void withoutAHintThePersonIsAsked()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        const QString refresh = IssuerClient::text(browser.tokens(), "refresh_token");
        const demo::Response page = browser.send("GET", u"/logout?id_token_hint=a.b.c"_s);
        QVERIFY(page.body.contains("Sign out everywhere?"));
        QCOMPARE(browser.post(u"/logout/confirm"_s, {{u"request"_s, IssuerClient::secretOf(page)}, {u"decision"_s, u"no"_s}}).status, 200);
        QVERIFY(browser.authorize().body.contains("signed in here"));
        const demo::Response again = browser.send("GET", u"/logout"_s);
        QCOMPARE(browser.post(u"/logout/confirm"_s, {{u"request"_s, IssuerClient::secretOf(again)}, {u"decision"_s, u"yes"_s}}).status, 200);
        QCOMPARE(IssuerClient::error(browser.refresh(refresh)), u"invalid_grant"_s);
    }

    void withoutTlsTheCookiesSayNothingOfIt()
    {
        IssuerWorld world(sharedKeys(), u"http://127.0.0.1:4443"_s);
        IssuerClient browser(world);
        QVERIFY(!browser.authorize().headers.value("set-cookie").contains("Secure"));
        QVERIFY(!browser.code().isEmpty());
        QCOMPARE(browser.cookies.keys(), (QList<QByteArray>{"demo-browser-4443", "demo-session-4443"}));
    }

    void onlyItsOwnAddressAndMethods()
    {
        IssuerWorld world;
        IssuerClient browser(world);
        QCOMPARE(browser.send("GET", u"/jwks"_s, {}, {{"host", "rebound.example:4443"}}).status, 421);
        QCOMPARE(browser.send("GET", u"/token"_s).status, 405);
        QCOMPARE(browser.send("GET", u"/token"_s).headers.value("allow"), QByteArray("POST"));
        QCOMPARE(browser.send("HEAD", u"/authorize"_s).status, 405);
        QCOMPARE(browser.send("GET", u"/login"_s).status, 405);
        QCOMPARE(browser.send("GET", u"/favicon.ico"_s).status, 404);
        const demo::Response any = browser.send("GET", u"/jwks"_s, {}, {{"origin", "https://evil.example"}});
        QVERIFY(!any.headers.contains("access-control-allow-origin"));
        QCOMPARE(any.headers.value("x-content-type-options"), QByteArray("nosniff"));
    }
};

QTEST_GUILESS_MAIN(TestIssuer)
#include "tst_issuer.moc"
