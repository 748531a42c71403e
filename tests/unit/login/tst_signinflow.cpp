// SPDX-License-Identifier: GPL-3.0-or-later
// Signing in, and what a provider, a page or a clock can do to it.
#include "tests/unit/login/SignInRig.h"

#include "tests/support/TestPki.h"

#include <QFile>
#include <QJsonArray>
#include <QUrlQuery>

using namespace qd;
using namespace qd::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using support::FaultAnswer;

class TestSignIn : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void throughTheBrowser();
    void onlyRefreshAndIdTokenAtRest();
    void restartNeedsNoBrowser();
    void wrongTokens_data();
    void wrongTokens();
    void substitutedTokenOfAnotherKey();
    void algorithmNoneInTheAnswer();
    void accessTokenOfSomebodyElse();
    void redirectNeverGetsTheCode();
    void discoveryRedirects();
    void discoveryWithFileEndpoints();
    void discoveryTooLong();
    void discoveryNotThere();
    void issuerDown();
    void untrustedCertificate();
    void clockOffByTenMinutes();
    void personSaysNo();
    void wrongIssuerAnswers();
    void browserClosed();
    void personWaitsFiveMinutes();
    void noBrowserLeavesTheLink();
    void cancelClosesThePort();
    void newAttemptEndsTheOldOne();
    void codeIsUsedOnce();
    void localhostName();
    void deviceCode();
    void deviceDenied();
    void deviceExpired();
    void deviceNotOffered();
    void rolesFromUserinfoAndAccessToken();
    void tokensNotOfTypeBearer();
};

void TestSignIn::throughTheBrowser()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY2(rig.signIn(*session), session->state().error ? qPrintable(session->state().error->text()) : "");
    const ports::SignInIdentity who = *session->state().identity;
    QCOMPARE(who.subject, u"248"_s);
    QCOMPARE(who.user, u"olga"_s);
    QCOMPARE(who.name, u"Olga Operator"_s);
    const QList<ports::RoleGrant> roles{{u"canton-operators"_s, u"ID token /groups"_s}};
    QCOMPARE(who.roles, roles);
    QCOMPARE(who.expiresAt, rig.clock->now().addSecs(300));
    QVERIFY(who.renews && who.remembered);
    const auto bearer = SignInRig::credential(*session->apiServerTokens());
    QVERIFY(bearer.ok());
    QCOMPARE(bearer->bearer.count('.'), 2);
    QCOMPARE(rig.opened.size(), 1);
    const QUrlQuery query(rig.opened.first());
    QCOMPARE(query.queryItemValue(u"code_challenge_method"_s), u"S256"_s);
}

void TestSignIn::onlyRefreshAndIdTokenAtRest()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    QVERIFY(rig.stored());
    QCOMPARE(rig.stored()->refreshToken, rig.provider.lastRefresh);
    QCOMPARE(rig.stored()->subject, u"248"_s);
    const auto access = SignInRig::credential(*session->accessTokens());
    QVERIFY(access.ok());
    QVERIFY(!rig.secrets->entries.first().contains(access->bearer));
}

void TestSignIn::restartNeedsNoBrowser()
{
    SignInRig rig;
    QVERIFY(rig.signIn(*rig.session()));
    const auto next = rig.session();
    next->restore();
    QVERIFY(SignInRig::reaches(*next, SignInPhase::SignedIn));
    QCOMPARE(next->state().identity->user, u"olga"_s);
    QCOMPARE(rig.opened.size(), 1);
    const auto other = rig.session(u"another profile"_s);
    const int reads = rig.secrets->reads;
    other->restore();
    QVERIFY(SignInRig::reaches(*other, SignInPhase::SignedOut));
    QCOMPARE(rig.secrets->reads, reads);   // never asks for what was never written
}

void TestSignIn::wrongTokens_data()
{
    QTest::addColumn<QString>("claim");
    QTest::addColumn<QJsonValue>("value");
    QTest::addColumn<SignInFault>("fault");
    const double at = double(ManualClock().now().toSecsSinceEpoch());
    QTest::newRow("iss") << u"iss"_s << QJsonValue(u"https://attacker.example"_s) << SignInFault::TokenInvalid;
    QTest::newRow("aud") << u"aud"_s << QJsonValue(u"other"_s) << SignInFault::WrongAudience;
    QTest::newRow("aud beside ours") << u"aud"_s << QJsonValue(QJsonArray{u"quarterdeck"_s, u"other"_s}) << SignInFault::WrongAudience;
    QTest::newRow("azp") << u"azp"_s << QJsonValue(u"other"_s) << SignInFault::WrongAudience;
    QTest::newRow("exp") << u"exp"_s << QJsonValue(at - 61) << SignInFault::TokenInvalid;
    QTest::newRow("iat") << u"iat"_s << QJsonValue(at + 61) << SignInFault::TokenInvalid;
    QTest::newRow("at_hash") << u"at_hash"_s << QJsonValue(u"AAAAAAAAAAAAAAAAAAAAAA"_s) << SignInFault::TokenInvalid;
    QTest::newRow("sub") << u"sub"_s << QJsonValue() << SignInFault::TokenInvalid;
}

void TestSignIn::wrongTokens()
{
    QFETCH(QString, claim);
    QFETCH(QJsonValue, value);
    QFETCH(SignInFault, fault);
    SignInRig rig;
    rig.provider.claimChanges = {{claim, value}};
    const auto session = rig.session();
    QVERIFY(!rig.signIn(*session));
    QCOMPARE(session->state().fault, fault);
    QVERIFY(rig.secrets->entries.isEmpty());
    QVERIFY(!SignInRig::credential(*session->apiServerTokens()).ok());
    QVERIFY(!session->state().identity);
}

void TestSignIn::substitutedTokenOfAnotherKey()
{
    SignInRig rig;
    const support::TestSigner attacker(support::TestSigner::Kind::P256, u"one"_s);
    const double at = double(rig.clock->now().toSecsSinceEpoch());
    const QJsonObject claims{{u"iss"_s, rig.settings.issuer}, {u"sub"_s, u"248"_s}, {u"aud"_s, u"quarterdeck"_s}, {u"iat"_s, at}, {u"exp"_s, at + 300}};
    rig.provider.answerChanges = {{u"id_token"_s, QString::fromLatin1(attacker.token(u"ES256"_s, claims))}};
    const auto session = rig.session();
    QVERIFY(!rig.signIn(*session));
    QCOMPARE(session->state().fault, SignInFault::TokenInvalid);
    QVERIFY(session->state().error->message.contains(u"signature"_s));
    // A right one of an earlier sign-in has another nonce.
    rig.provider.answerChanges = {{u"id_token"_s, QString::fromLatin1(rig.provider.idToken({{u"nonce"_s, u"of another attempt"_s}}))}};
    QVERIFY(!rig.signIn(*session));
    QCOMPARE(session->state().fault, SignInFault::TokenInvalid);
    QVERIFY(session->state().error->message.contains(u"nonce"_s));
}

void TestSignIn::algorithmNoneInTheAnswer()
{
    SignInRig rig;
    const QByteArray payload = rig.provider.idToken().split('.').at(1);
    rig.provider.answerChanges = {{u"id_token"_s, QString::fromLatin1(support::base64Url(R"({"alg":"none"})") + '.' + payload + '.')}};
    const auto session = rig.session();
    QVERIFY(!rig.signIn(*session));
    QCOMPARE(session->state().fault, SignInFault::TokenInvalid);
    QVERIFY(rig.secrets->entries.isEmpty());
}

void TestSignIn::accessTokenOfSomebodyElse()
{
    SignInRig rig;
    rig.provider.answerChanges = {{u"access_token"_s, u"another-persons-token"_s}};
    rig.provider.claimChanges = {{u"at_hash"_s, u"f3M0LSqPSSAbUtMfKHUk0A"_s}};
    const auto session = rig.session();
    QVERIFY(!rig.signIn(*session));
    QVERIFY(session->state().error->message.contains(u"at_hash"_s));
}

void TestSignIn::redirectNeverGetsTheCode()
{
    for (const int status : {301, 302, 303, 307, 308}) {
        SignInRig rig;
        support::FaultServer elsewhere;
        elsewhere.fallback([](const support::FaultRequest &) { return FaultAnswer::json(200, "{}"); });
        rig.provider.failNext(FaultAnswer::text(status, "").header("Location", elsewhere.url().toEncoded() + "/steal"), false);
        const auto session = rig.session();
        QVERIFY(!rig.signIn(*session));
        QCOMPARE(session->state().fault, SignInFault::IssuerInvalid);
        QCOMPARE(elsewhere.connections(), 0);
    }
}

void TestSignIn::discoveryRedirects()
{
    SignInRig rig;
    support::FaultServer elsewhere;
    rig.provider.server.handle(u"/.well-known/openid-configuration"_s,
        [&](const support::FaultRequest &) { return FaultAnswer::text(302, "").header("Location", elsewhere.url().toEncoded()); });
    const auto session = rig.session();
    QVERIFY(!rig.signIn(*session));
    QCOMPARE(session->state().fault, SignInFault::IssuerInvalid);
    QCOMPARE(elsewhere.connections(), 0);
    QVERIFY(rig.opened.isEmpty());
}

void TestSignIn::discoveryWithFileEndpoints()
{
    for (const char *field : {"authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint"}) {
        for (const QString &url : {u"file:///etc/passwd"_s, u"http://attacker.example/x"_s, u"smb://attacker.example/x"_s}) {
            SignInRig rig;
            rig.provider.discovery.insert(QLatin1String(field), url);
            const auto session = rig.session();
            QVERIFY(!rig.signIn(*session));
            QCOMPARE(session->state().fault, SignInFault::IssuerInvalid);
            QVERIFY(rig.opened.isEmpty());
        }
    }
}

void TestSignIn::discoveryTooLong()
{
    SignInRig rig;
    rig.provider.discovery.insert(u"padding"_s, QString(300 * 1024, u'x'));
    const auto session = rig.session();
    QVERIFY(!rig.signIn(*session));
    QCOMPARE(session->state().fault, SignInFault::IssuerInvalid);
    QVERIFY(session->state().error->message.contains(u"256 KiB"_s));
}

void TestSignIn::discoveryNotThere()
{
    SignInRig rig;
    rig.settings.issuer += u"/realms/nowhere"_s;
    const auto session = rig.session();
    QVERIFY(!rig.signIn(*session));
    QCOMPARE(session->state().fault, SignInFault::IssuerInvalid);
    QVERIFY(session->state().error->message.contains(u"404"_s));
}

void TestSignIn::issuerDown()
{
    SignInRig rig;
    rig.provider.server.stopListening();
    const auto session = rig.session();
    QVERIFY(!rig.signIn(*session));
    QCOMPARE(session->state().fault, SignInFault::IssuerUnreachable);
    QVERIFY(!session->state().error->remedy.isEmpty());
    QVERIFY(rig.provider.server.listenAgain());
    QVERIFY(rig.signIn(*session));   // a failed discovery is not kept
}

void TestSignIn::untrustedCertificate()
{
    const support::TestPki pki;
    SignInRig rig(pki.serverConfiguration({}));
    const auto session = rig.session();
    QVERIFY(!rig.signIn(*session));
    QCOMPARE(session->state().fault, SignInFault::IssuerUnreachable);
    QVERIFY(session->state().error->remedy.contains(u"caFile"_s));
    rig.settings.caFile = rig.folder.filePath(u"ca.pem"_s);
    QFile file(rig.settings.caFile);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(pki.ca());
    file.close();
    const auto trusting = rig.session();
    QVERIFY2(rig.signIn(*trusting), trusting->state().error ? qPrintable(trusting->state().error->text()) : "");
    QCOMPARE(rig.opened.first().scheme(), u"https"_s);
}

void TestSignIn::clockOffByTenMinutes()
{
    for (const int ahead : {600, -600}) {
        SignInRig rig;
        rig.provider.now = [&] { return rig.clock->now().addSecs(-ahead); };
        rig.provider.dateHeader = [&] { return QLocale::c().toString(rig.provider.now(), u"ddd, dd MMM yyyy HH:mm:ss 'GMT'"_s).toLatin1(); };
        const auto session = rig.session();
        QVERIFY(!rig.signIn(*session));
        QCOMPARE(session->state().fault, SignInFault::ClockOff);
        QCOMPARE(session->state().clock->aheadSeconds(), ahead);
        QVERIFY(session->state().clock->tooFar());
        QVERIFY(session->state().error->message.contains(u"600"_s));
    }
}

void TestSignIn::personSaysNo()
{
    SignInRig rig;
    const auto session = rig.session();
    session->start(ports::SignInWay::Browser);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::WaitingForBrowser));
    QUrl back = rig.provider.agree(session->state().browserUrl);
    QUrlQuery query(back);
    query.removeQueryItem(u"code"_s);
    query.addQueryItem(u"error"_s, u"access_denied"_s);
    back.setQuery(query);
    SignInRig::visit(back);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::Failed));
    QCOMPARE(session->state().fault, SignInFault::Denied);
    QCOMPARE(rig.provider.tokenRequests(), 0);
}

void TestSignIn::wrongIssuerAnswers()
{
    SignInRig rig;
    const auto session = rig.session();
    session->start(ports::SignInWay::Browser);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::WaitingForBrowser));
    QUrl back = rig.provider.agree(session->state().browserUrl);
    QUrlQuery query(back);
    query.removeQueryItem(u"iss"_s);   // promised by discovery
    back.setQuery(query);
    SignInRig::visit(back);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::Failed));
    QCOMPARE(session->state().fault, SignInFault::IssuerInvalid);
    QCOMPARE(rig.provider.tokenRequests(), 0);
}

void TestSignIn::browserClosed()
{
    SignInRig rig;
    const auto session = rig.session();
    session->start(ports::SignInWay::Browser);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::WaitingForBrowser));
    // Nothing tells us; the link opens again, the same attempt goes on.
    session->openBrowserAgain();
    QCOMPARE(rig.opened.size(), 2);
    QCOMPARE(rig.opened.at(0), rig.opened.at(1));
    SignInRig::visit(rig.provider.agree(rig.opened.at(1)));
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
}

void TestSignIn::personWaitsFiveMinutes()
{
    SignInRig rig;
    const auto session = rig.session();
    session->start(ports::SignInWay::Browser);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::WaitingForBrowser));
    const QUrl back = rig.provider.agree(session->state().browserUrl);
    QCOMPARE(session->state().deadline, rig.clock->now().addSecs(300));
    rig.time.advance(299s);
    QCOMPARE(session->state().phase, SignInPhase::WaitingForBrowser);
    rig.time.advance(1s);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::Failed));
    QCOMPARE(session->state().fault, SignInFault::TimedOut);
    QTcpSocket socket;
    QTRY_VERIFY([&] {
        socket.abort();
        socket.connectToHost(QHostAddress::LocalHost, quint16(back.port()));
        return QTest::qWaitFor([&] { return socket.state() != QAbstractSocket::ConnectingState && socket.state() != QAbstractSocket::HostLookupState; })
            && socket.error() == QAbstractSocket::ConnectionRefusedError;
    }());
}

void TestSignIn::noBrowserLeavesTheLink()
{
    SignInRig rig;
    rig.browserWorks = false;
    const auto session = rig.session();
    session->start(ports::SignInWay::Browser);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::WaitingForBrowser));
    QVERIFY(!session->state().browserOpened);
    SignInRig::visit(rig.provider.agree(session->state().browserUrl));
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
}

void TestSignIn::cancelClosesThePort()
{
    SignInRig rig;
    const auto session = rig.session();
    session->start(ports::SignInWay::Browser);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::WaitingForBrowser));
    const QUrl back = rig.provider.agree(session->state().browserUrl);
    session->cancel();
    QCOMPARE(session->state().phase, SignInPhase::SignedOut);
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, quint16(back.port()));
    QTRY_COMPARE(socket.error(), QAbstractSocket::ConnectionRefusedError);
}

void TestSignIn::newAttemptEndsTheOldOne()
{
    SignInRig rig;
    const auto session = rig.session();
    session->start(ports::SignInWay::Browser);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::WaitingForBrowser));
    const QUrl old = rig.provider.agree(session->state().browserUrl);
    QVERIFY(rig.signIn(*session));
    QVERIFY(rig.opened.at(0) != rig.opened.at(1));
    QVERIFY(!SignInRig::visit(old).startsWith("HTTP/1.1 200"));
}

void TestSignIn::codeIsUsedOnce()
{
    // The answer to the code is lost: Qt must not send it a second time.
    SignInRig rig;
    rig.provider.failNext(FaultAnswer::silent().cut(), true);
    const auto session = rig.session();
    QVERIFY(!rig.signIn(*session));
    QCOMPARE(session->state().fault, SignInFault::ResponseLost);
    QCOMPARE(rig.provider.tokenRequests(), 1);
}

void TestSignIn::localhostName()
{
    SignInRig rig;
    rig.settings.localhostName = true;
    const auto session = rig.session();
    session->start(ports::SignInWay::Browser);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::WaitingForBrowser));
    const QUrlQuery query(session->state().browserUrl);
    QVERIFY(query.queryItemValue(u"redirect_uri"_s, QUrl::FullyDecoded).startsWith(u"http://localhost:"_s));
    SignInRig::visit(rig.provider.agree(session->state().browserUrl));
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
}

void TestSignIn::deviceCode()
{
    SignInRig rig;
    const auto session = rig.session();
    session->start(ports::SignInWay::DeviceCode);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::WaitingForDevice));
    QCOMPARE(session->state().userCode, u"KXBW-4TLN"_s);
    QVERIFY(session->state().verificationUrl.path().endsWith(u"/device"_s));
    QVERIFY(rig.opened.isEmpty());
    session->openBrowserAgain();   // the link of the card
    QCOMPARE(rig.opened, QList<QUrl>{session->state().verificationUrl});
    rig.time.advance(4s);
    QCOMPARE(rig.provider.tokenRequests(), 0);
    rig.time.advance(1s);
    QTRY_COMPARE(rig.provider.tokenRequests(), 1);
    QTRY_COMPARE(rig.time.waiting(), 2);   // the next question and the deadline
    rig.provider.deviceSays = u"slow_down"_s;
    rig.time.advance(5s);
    QTRY_COMPARE(rig.provider.tokenRequests(), 2);
    QTRY_COMPARE(rig.time.waiting(), 2);
    rig.provider.deviceSays.clear();
    rig.time.advance(9s);
    QCOMPARE(rig.provider.tokenRequests(), 2);   // five seconds more from now on
    rig.time.advance(1s);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
    QCOMPARE(rig.provider.tokenRequests(), 3);
}

void TestSignIn::deviceDenied()
{
    SignInRig rig;
    const auto session = rig.session();
    session->start(ports::SignInWay::DeviceCode);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::WaitingForDevice));
    rig.provider.deviceSays = u"access_denied"_s;
    rig.time.advance(5s);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::Failed));
    QCOMPARE(session->state().fault, SignInFault::Denied);
}

void TestSignIn::deviceExpired()
{
    SignInRig rig;
    const auto session = rig.session();
    session->start(ports::SignInWay::DeviceCode);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::WaitingForDevice));
    rig.provider.deviceSays = u"expired_token"_s;
    rig.time.advance(5s);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::Failed));
    QCOMPARE(session->state().fault, SignInFault::TimedOut);
}

void TestSignIn::deviceNotOffered()
{
    SignInRig rig;
    rig.provider.discovery.remove(u"device_authorization_endpoint"_s);
    const auto session = rig.session();
    session->start(ports::SignInWay::DeviceCode);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::Failed));
    QCOMPARE(session->state().fault, SignInFault::ClientRefused);
}

void TestSignIn::rolesFromUserinfoAndAccessToken()
{
    SignInRig rig;
    rig.provider.claimChanges = {{u"groups"_s, QJsonValue::Null}};
    rig.settings.roleClaims = {u"/groups"_s, u"/realm_access/roles"_s};
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    const QList<ports::RoleGrant> expected{{u"from-userinfo"_s, u"userinfo /groups"_s}, {u"from-access-token"_s, u"access token /realm_access/roles"_s}};
    QCOMPARE(session->state().identity->roles, expected);
}

void TestSignIn::tokensNotOfTypeBearer()
{
    SignInRig rig;
    rig.provider.answerChanges = {{u"token_type"_s, u"DPoP"_s}};
    const auto session = rig.session();
    QVERIFY(!rig.signIn(*session));
    QCOMPARE(session->state().fault, SignInFault::IssuerInvalid);
}

QTEST_GUILESS_MAIN(TestSignIn)
#include "tst_signinflow.moc"
