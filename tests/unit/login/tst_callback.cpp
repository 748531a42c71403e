// SPDX-License-Identifier: GPL-3.0-or-later
// What the loopback listener makes of a request: fact sheet 1.8, row by row; discovery and the authorization request.
#include "app/login/tokens/Authorization.h"
#include "app/login/tokens/Callback.h"
#include "app/login/tokens/Provider.h"
#include "app/login/tokens/TokenErrors.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <QUrlQuery>

using namespace qd;
using namespace qd::login;
using namespace Qt::StringLiterals;
using Kind = CallbackVerdict::Kind;

class TestCallback : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theAnswer();
    void refused_data();
    void refused();
    void stateBeforeError();
    void issBeforeErrorAndCode();
    void issMissingWhereItIsPromised();
    void errorOfTheRightAttempt();
    void percentIsDecodedOnce();
    void pkceVector();
    void attemptsAreNeverAlike();
    void authorizationRequest();
    void logsHaveNoSecrets();
    void discoveryTaken();
    void discoveryRefused_data();
    void discoveryRefused();
    void issuerMustBeHttps_data();
    void issuerMustBeHttps();

private:
    [[nodiscard]] static CallbackRules rules()
    {
        return {{u"127.0.0.1:4711"_s}, u"/callback"_s, "st4te", u"https://id.example/realms/canton"_s, false};
    }
    static CallbackVerdict get(const QByteArray &target, const QByteArray &more = {}, const QByteArray &host = "127.0.0.1:4711")
    {
        return judgeCallback("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + more + "\r\n", rules());
    }
    static QJsonObject document()
    {
        const QString issuer = u"https://id.example/realms/canton"_s;
        return {{u"issuer"_s, issuer}, {u"authorization_endpoint"_s, QString(issuer + u"/auth"_s)}, {u"token_endpoint"_s, QString(issuer + u"/token"_s)},
            {u"jwks_uri"_s, QString(issuer + u"/keys"_s)}, {u"id_token_signing_alg_values_supported"_s, QJsonArray{u"RS256"_s, u"HS256"_s, u"EdDSA"_s}},
            {u"authorization_response_iss_parameter_supported"_s, true}};
    }
    static Result<ProviderMetadata> parsed(const QJsonObject &document)
    {
        return parseDiscovery(QJsonDocument(document).toJson(), u"https://id.example/realms/canton"_s);
    }
};

void TestCallback::theAnswer()
{
    const CallbackVerdict verdict = get("/callback?code=abc&state=st4te&session_state=x&iss=https%3A%2F%2Fid.example%2Frealms%2Fcanton");
    QCOMPARE(verdict.kind, Kind::Code);
    QCOMPARE(verdict.code, QByteArray("abc"));
    QCOMPARE(verdict.status, 200);
    QCOMPARE(get("/callback?code=abc&state=st4te", "Sec-Fetch-Mode: navigate\r\nAccept: */*\r\n").kind, Kind::Code);
}

void TestCallback::refused_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<int>("status");
    const QByteArray host = "Host: 127.0.0.1:4711\r\n";
    const QByteArray good = "/callback?code=abc&state=st4te";
    const auto row = [](const char *name, const QByteArray &head, int status) { QTest::newRow(name) << head << status; };
    const auto line = [&](const char *name, const QByteArray &target, int status) {
        QTest::newRow(name) << "GET " + target + " HTTP/1.1\r\n" + host + "\r\n" << status;
    };
    row("POST", "POST " + good + " HTTP/1.1\r\n" + host + "\r\n", 405);
    row("HEAD", "HEAD " + good + " HTTP/1.1\r\n" + host + "\r\n", 405);
    row("OPTIONS", "OPTIONS " + good + " HTTP/1.1\r\n" + host + "\r\n", 405);
    row("lower case method", "get " + good + " HTTP/1.1\r\n" + host + "\r\n", 405);
    row("rebound name", "GET " + good + " HTTP/1.1\r\nHost: attacker.example:4711\r\n\r\n", 421);
    row("other port", "GET " + good + " HTTP/1.1\r\nHost: 127.0.0.1:4712\r\n\r\n", 421);
    row("no port", "GET " + good + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 421);
    row("localhost not asked for", "GET " + good + " HTTP/1.1\r\nHost: localhost:4711\r\n\r\n", 421);
    row("no host", "GET " + good + " HTTP/1.1\r\n\r\n", 400);
    row("two hosts", "GET " + good + " HTTP/1.1\r\n" + host + host + "\r\n", 400);
    row("another origin", "GET " + good + " HTTP/1.1\r\n" + host + "Origin: https://attacker.example\r\n\r\n", 403);
    row("null origin", "GET " + good + " HTTP/1.1\r\n" + host + "Origin: null\r\n\r\n", 403);
    row("fetch of a page", "GET " + good + " HTTP/1.1\r\n" + host + "Sec-Fetch-Mode: no-cors\r\n\r\n", 403);
    row("prefetch", "GET " + good + " HTTP/1.1\r\n" + host + "Sec-Purpose: prefetch;prerender\r\n\r\n", 403);
    row("old prefetch", "GET " + good + " HTTP/1.1\r\n" + host + "Purpose: prefetch\r\n\r\n", 403);
    row("body", "GET " + good + " HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\n", 400);
    row("chunked", "GET " + good + " HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n", 400);
    row("absolute target", "GET http://127.0.0.1:4711" + good + " HTTP/1.1\r\n" + host + "\r\n", 400);
    row("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\n", 400);
    row("HTTP/0.9", "GET " + good + "\r\n\r\n", 400);
    row("two spaces", "GET  " + good + " HTTP/1.1\r\n" + host + "\r\n", 400);
    row("folded header", "GET " + good + " HTTP/1.1\r\n" + host + "A: b\r\n c\r\n\r\n", 400);
    row("space before colon", "GET " + good + " HTTP/1.1\r\nHost : 127.0.0.1:4711\r\n\r\n", 400);
    row("bare line feed", "GET " + good + " HTTP/1.1\nHost: 127.0.0.1:4711\n\n", 400);
    row("NUL", "GET " + good + QByteArray("\0", 1) + " HTTP/1.1\r\n" + host + "\r\n", 400);
    row("TLS hello", QByteArray::fromHex("160301020001000100"), 400);
    row("empty", "", 400);
    line("favicon", "/favicon.ico", 404);
    line("root", "/", 404);
    line("other path", "/callback/?code=abc&state=st4te", 404);
    line("prefix of the path", "/callbackx?code=abc&state=st4te", 404);
    line("encoded path", "/%63allback?code=abc&state=st4te", 404);
    line("fragment", "/callback?code=abc&state=st4te#x", 400);
    line("no query", "/callback", 400);
    line("no state", "/callback?code=abc", 400);
    line("empty state", "/callback?code=abc&state=", 400);
    line("wrong state", "/callback?code=abc&state=other", 400);
    line("start of the state", "/callback?code=abc&state=st4t", 400);
    line("no code", "/callback?state=st4te", 400);
    line("empty code", "/callback?code=&state=st4te", 400);
    line("code and error", "/callback?code=a&error=b&state=st4te", 400);
    line("code twice", "/callback?code=abc&code=def&state=st4te", 400);
    line("state twice", "/callback?code=abc&state=st4te&state=st4te", 400);
    line("state twice, escaped name", "/callback?code=abc&state=st4te&st%61te=other", 400);
    line("iss twice", "/callback?code=abc&state=st4te&iss=a&iss=b", 400);
    line("broken escape", "/callback?code=a%2&state=st4te", 400);
    line("line feed in a value", "/callback?code=a%0d%0aSet-Cookie:x&state=st4te", 400);
    line("not UTF-8", "/callback?code=%ff&state=st4te", 400);
}

void TestCallback::refused()
{
    QFETCH(QByteArray, head);
    QFETCH(int, status);
    const CallbackVerdict verdict = judgeCallback(head, rules());
    QCOMPARE(verdict.kind, Kind::Refused);
    QCOMPARE(verdict.status, status);
    QVERIFY(verdict.code.isEmpty());
}

void TestCallback::stateBeforeError()
{
    // Any web page can send the browser here: an error without the state ends nothing.
    QCOMPARE(get("/callback?error=access_denied").kind, Kind::Refused);
    QCOMPARE(get("/callback?error=access_denied&state=guess").kind, Kind::Refused);
    QCOMPARE(get("/callback?error=access_denied&iss=https%3A%2F%2Fattacker.example").kind, Kind::Refused);
    CallbackRules none = rules();
    none.state.clear();
    QCOMPARE(judgeCallback("GET /callback?code=a&state= HTTP/1.1\r\nHost: 127.0.0.1:4711\r\n\r\n", none).kind, Kind::Refused);
}

void TestCallback::issBeforeErrorAndCode()
{
    QCOMPARE(get("/callback?code=abc&state=st4te&iss=https%3A%2F%2Fattacker.example").kind, Kind::WrongIssuer);
    const CallbackVerdict verdict = get("/callback?error=access_denied&state=st4te&iss=https%3A%2F%2Fattacker.example");
    QCOMPARE(verdict.kind, Kind::WrongIssuer);
    QVERIFY(verdict.error.isEmpty() && verdict.code.isEmpty());
    QCOMPARE(get("/callback?code=abc&state=st4te&iss=").kind, Kind::WrongIssuer);
    QCOMPARE(get("/callback?code=abc&state=st4te&iss=https%3A%2F%2Fid.example%2Frealms%2Fcanton%2F").kind, Kind::WrongIssuer);
}

void TestCallback::issMissingWhereItIsPromised()
{
    CallbackRules promised = rules();
    promised.issNeeded = true;
    QCOMPARE(judgeCallback("GET /callback?code=abc&state=st4te HTTP/1.1\r\nHost: 127.0.0.1:4711\r\n\r\n", promised).kind, Kind::WrongIssuer);
}

void TestCallback::errorOfTheRightAttempt()
{
    const CallbackVerdict verdict = get("/callback?error=access_denied&error_description=You+said+%3Cno%3E&state=st4te");
    QCOMPARE(verdict.kind, Kind::ProviderSaysNo);
    QCOMPARE(verdict.error, u"access_denied"_s);
    QCOMPARE(verdict.description, u"You said <no>"_s);
}

void TestCallback::percentIsDecodedOnce()
{
    QCOMPARE(get("/callback?code=a%26b%253D&state=st4te").code, QByteArray("a&b%3D"));
    QCOMPARE(get("/callback?code=a%26state%3Dst4te").kind, Kind::Refused);
}

void TestCallback::pkceVector()
{
    QCOMPARE(challengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), QByteArray("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
}

void TestCallback::attemptsAreNeverAlike()
{
    QSet<QByteArray> seen;
    for (int i = 0; i < 200; ++i) {
        const Attempt attempt = newAttempt(u"http://127.0.0.1:1/callback"_s);
        for (const QByteArray &secret : {attempt.state, attempt.nonce, attempt.verifier}) {
            QCOMPARE(secret.size(), 43);   // 32 octets
            QVERIFY(!seen.contains(secret));
            seen.insert(secret);
        }
    }
}

void TestCallback::authorizationRequest()
{
    ProviderMetadata provider = *parsed(document());
    provider.authorization = QUrl(u"https://id.example/auth?tenant=a%26b"_s);
    ports::SignInSettings settings{.issuer = provider.issuer, .clientId = u"quarter deck&co"_s};
    const Attempt attempt = newAttempt(u"http://127.0.0.1:4711/callback"_s);
    const QUrl url = authorizationUrl(provider, settings, attempt);
    const QUrlQuery query(url);
    const auto value = [&](const char *name) { return query.queryItemValue(QLatin1String(name), QUrl::FullyDecoded); };
    QCOMPARE(value("tenant"), u"a&b"_s);
    QCOMPARE(value("response_type"), u"code"_s);
    QCOMPARE(value("client_id"), u"quarter deck&co"_s);
    QCOMPARE(value("redirect_uri"), attempt.redirectUri);
    QCOMPARE(value("scope"), u"openid profile email offline_access"_s);
    QCOMPARE(value("code_challenge_method"), u"S256"_s);   // though discovery says nothing of it
    QCOMPARE(value("code_challenge").toLatin1(), challengeOf(attempt.verifier));
    QCOMPARE(value("state").toLatin1(), attempt.state);
    QCOMPARE(value("nonce").toLatin1(), attempt.nonce);
    QCOMPARE(value("prompt"), u"consent"_s);
    QVERIFY(!url.toString().contains(QString::fromLatin1(attempt.verifier)));
    settings.scopes = {u"groups"_s, u"openid"_s};
    const QUrlQuery fewer(authorizationUrl(provider, settings, attempt));
    QCOMPARE(fewer.queryItemValue(u"scope"_s, QUrl::FullyDecoded), u"openid groups"_s);
    QVERIFY(!fewer.hasQueryItem(u"prompt"_s));
}

void TestCallback::logsHaveNoSecrets()
{
    const ports::SignInSettings settings{.issuer = u"https://id.example/realms/canton"_s, .clientId = u"quarterdeck"_s};
    const Attempt attempt = newAttempt(u"http://127.0.0.1:4711/callback"_s);
    const QString text = loggable(authorizationUrl(*parsed(document()), settings, attempt));
    QVERIFY(text.contains(u"client_id=quarterdeck"_s));
    for (const QByteArray &secret : {attempt.state, attempt.nonce, attempt.verifier, challengeOf(attempt.verifier)})
        QVERIFY(!text.contains(QString::fromLatin1(secret)));
}

void TestCallback::discoveryTaken()
{
    const Result<ProviderMetadata> provider = parsed(document());
    QVERIFY2(provider.ok(), provider ? "" : qPrintable(provider.error().text()));
    QCOMPARE(provider->token, QUrl(u"https://id.example/realms/canton/token"_s));
    QCOMPARE(provider->algorithms, (QStringList{u"RS256"_s, u"EdDSA"_s, u"Ed25519"_s}));
    QVERIFY(provider->saysIss);
    QVERIFY(provider->endSession.isEmpty());
    QJsonObject silent = document();
    silent.remove(u"id_token_signing_alg_values_supported"_s);
    QCOMPARE(parsed(silent)->algorithms, QStringList{u"RS256"_s});
}

void TestCallback::discoveryRefused_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QJsonValue>("value");
    QTest::newRow("issuer of another") << u"issuer"_s << QJsonValue(u"https://attacker.example"_s);
    QTest::newRow("issuer with a slash") << u"issuer"_s << QJsonValue(u"https://id.example/realms/canton/"_s);
    QTest::newRow("issuer missing") << u"issuer"_s << QJsonValue(QJsonValue::Null);
    for (const char *scheme : {"file:///etc/passwd", "smb://attacker.example/x", "http://id.example/x", "javascript:alert(1)",
             "http://127.0.0.1:1/x", "quarterdeck:x", "https://user:pw@id.example/x", "https:///x", "", "//id.example/x", "https://id.example/x#y"})
        QTest::addRow("authorization %s", scheme) << u"authorization_endpoint"_s << QJsonValue(QString::fromLatin1(scheme));
    QTest::newRow("token file") << u"token_endpoint"_s << QJsonValue(u"file:///tmp/x"_s);
    QTest::newRow("keys plain") << u"jwks_uri"_s << QJsonValue(u"http://id.example/keys"_s);
    QTest::newRow("end of session file") << u"end_session_endpoint"_s << QJsonValue(u"file:///tmp/x"_s);
    QTest::newRow("device plain") << u"device_authorization_endpoint"_s << QJsonValue(u"http://id.example/device"_s);
    QTest::newRow("token a list") << u"token_endpoint"_s << QJsonValue(QJsonArray());
    QTest::newRow("only HMAC") << u"id_token_signing_alg_values_supported"_s << QJsonValue(QJsonArray{u"HS256"_s, u"none"_s});
}

void TestCallback::discoveryRefused()
{
    QFETCH(QString, name);
    QFETCH(QJsonValue, value);
    QJsonObject wrong = document();
    wrong.insert(name, value);
    const Result<ProviderMetadata> provider = parsed(wrong);
    QVERIFY(!provider.ok());
    QCOMPARE(ports::faultOf(provider.error()), ports::SignInFault::IssuerInvalid);
    QVERIFY(!provider.error().remedy.isEmpty());
}

void TestCallback::issuerMustBeHttps_data()
{
    QTest::addColumn<QString>("issuer");
    QTest::addColumn<QString>("url");
    QTest::newRow("plain") << u"https://id.example"_s << u"https://id.example/.well-known/openid-configuration"_s;
    QTest::newRow("slash") << u"https://id.example/"_s << u"https://id.example/.well-known/openid-configuration"_s;
    QTest::newRow("path") << u"https://id.example/realms/a"_s << u"https://id.example/realms/a/.well-known/openid-configuration"_s;
    QTest::newRow("loopback") << u"http://127.0.0.1:8080/x"_s << u"http://127.0.0.1:8080/x/.well-known/openid-configuration"_s;
    QTest::newRow("loopback 6") << u"http://[::1]:8080"_s << u"http://[::1]:8080/.well-known/openid-configuration"_s;
    for (const char *wrong : {"http://id.example", "http://localhost:8080", "http://127.0.0.1.attacker.example", "file:///etc", "id.example", "",
             "https://id.example?x=y", "https://id.example#x", "https://u:p@id.example", "ftp://id.example"})
        QTest::addRow("wrong: %s", wrong) << QString::fromLatin1(wrong) << QString();
}

void TestCallback::issuerMustBeHttps()
{
    QFETCH(QString, issuer);
    QFETCH(QString, url);
    const Result<QUrl> made = discoveryUrl(issuer);
    QCOMPARE(made.ok(), !url.isEmpty());
    if (made)
        QCOMPARE(made->toString(), url);
}

QTEST_GUILESS_MAIN(TestCallback)
#include "tst_callback.moc"
