// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions over hours: tokens at rest that ended, clocks that jump, servers that refuse, documents and keys that change.
#include "tests/unit/login/SignInRig.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace qd;
using namespace qd::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using support::FaultAnswer;

class TestSessionLife : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void idTokenAtRestHasEnded();
    void keyOfTheIdTokenAtRestIsGone();
    void idTokenAtRestOfAnotherKey();
    void idTokenThatEndedIsNoBearer();
    void afterHoursOfSleep();
    void clockSetBack();
    void clockSetBackAfterAFailure();
    void refusedAgainAndAgain();
    void refusedWithoutRenewal();
    void rolesOfAnotherPerson_data();
    void rolesOfAnotherPerson();
    void documentsHoldAnHour();
    void unreachableDocumentsHoldOn();
    void withdrawnKeyEnds();
    void nothingMovesATerminal();
    void whatIsCancelledGoesNoFurther();
    void whoIsGoneHearsNothing();

private:
    static int discoveries(const SignInRig &rig) { return rig.provider.server.count(u"/.well-known/openid-configuration"_s); }
};

/// The API server takes access tokens, and the provider gives no ID token with a renewal: a restart hours later needs no browser.
void TestSessionLife::idTokenAtRestHasEnded()
{
    SignInRig rig;
    rig.settings.bearer = ports::BearerToken::AccessToken;
    QVERIFY(rig.signIn(*rig.session()));
    rig.clock->advance(8h);
    rig.provider.answerChanges = {{u"id_token"_s, QJsonValue::Null}};
    const auto session = rig.session();
    const auto tokens = session->apiServerTokens();
    session->restore();
    QVERIFY(SignInRig::credential(*tokens).ok());
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
    QVERIFY(!session->state().error);
    QCOMPARE(session->state().identity->user, u"olga"_s);
    QCOMPARE(session->state().identity->expiresAt, rig.clock->now().addSecs(300));
    // And it goes on so.
    rig.time.advance(270s);
    QTRY_COMPARE(rig.provider.tokenRequests(), 3);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
    QCOMPARE(session->state().identity->user, u"olga"_s);
}

void TestSessionLife::keyOfTheIdTokenAtRestIsGone()
{
    SignInRig rig;
    rig.settings.bearer = ports::BearerToken::AccessToken;
    QVERIFY(rig.signIn(*rig.session()));
    rig.clock->advance(8h);
    rig.provider.rotateKey(u"two"_s);
    rig.provider.answerChanges = {{u"id_token"_s, QJsonValue::Null}};
    const auto session = rig.session();
    session->restore();
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
    QCOMPARE(session->state().identity->subject, u"248"_s);   // by userinfo
    QCOMPARE(session->state().identity->roles, (QList<ports::RoleGrant>{{u"from-userinfo"_s, u"userinfo /groups"_s}}));
    QVERIFY(SignInRig::credential(*session->apiServerTokens()).ok());
}

/// What is at rest is believed only with the provider's signature, and what userinfo says only of the person it was.
void TestSessionLife::idTokenAtRestOfAnotherKey()
{
    SignInRig rig;
    rig.settings.bearer = ports::BearerToken::AccessToken;
    QVERIFY(rig.signIn(*rig.session()));
    login::StoredSignIn stored = *rig.stored();
    const support::TestSigner stranger(support::TestSigner::Kind::P256, u"stranger"_s);
    stored.idToken = stranger.token(u"ES256"_s, {{u"iss"_s, rig.settings.issuer}, {u"sub"_s, u"248"_s}, {u"aud"_s, u"quarterdeck"_s},
        {u"iat"_s, 1.0}, {u"exp"_s, 2.0}, {u"preferred_username"_s, u"admin"_s}});
    rig.secrets->entries.first() = login::encodeStored(stored);
    rig.provider.answerChanges = {{u"id_token"_s, QJsonValue::Null}};
    const auto session = rig.session();
    session->restore();
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
    QVERIFY(session->state().identity->user != u"admin"_s);
    rig.provider.discovery.remove(u"userinfo_endpoint"_s);
    const auto without = rig.session();
    without->restore();
    QVERIFY(SignInRig::reaches(*without, SignInPhase::Failed));
    QCOMPARE(without->state().fault, SignInFault::TokenInvalid);
}

void TestSessionLife::idTokenThatEndedIsNoBearer()
{
    SignInRig rig;
    QVERIFY(rig.signIn(*rig.session()));
    rig.clock->advance(8h);
    rig.provider.answerChanges = {{u"id_token"_s, QJsonValue::Null}};
    const auto session = rig.session();
    session->restore();
    QVERIFY(SignInRig::reaches(*session, SignInPhase::Expired));
    QCOMPARE(session->state().fault, SignInFault::SessionEnded);
    QVERIFY(!SignInRig::credential(*session->apiServerTokens()).ok());
}

/// Timers stand still while a machine sleeps: the first request after it gets a new token all the same.
void TestSessionLife::afterHoursOfSleep()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    const QByteArray before = SignInRig::credential(*session->apiServerTokens())->bearer;
    rig.clock->set(rig.clock->now().addSecs(8 * 3600));
    const auto after = SignInRig::credential(*session->apiServerTokens());
    QVERIFY(after.ok() && after->bearer != before);
    QCOMPARE(rig.provider.tokenRequests(), 2);
}

void TestSessionLife::clockSetBack()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    const QByteArray before = SignInRig::credential(*session->apiServerTokens())->bearer;
    rig.clock->set(rig.clock->now().addSecs(-3600));
    // A server that refuses it is believed.
    rig.clock->advance(60s);
    session->apiServerTokens()->rejected(*SignInRig::credential(*session->apiServerTokens()));
    const auto second = SignInRig::credential(*session->apiServerTokens());
    QVERIFY(second.ok() && second->bearer != before);
    // And without one it ends when it ends.
    rig.clock->set(rig.clock->now().addSecs(-3600));
    rig.clock->advance(299s);
    const auto third = SignInRig::credential(*session->apiServerTokens());
    QVERIFY(third.ok() && third->bearer != second->bearer);
}

void TestSessionLife::clockSetBackAfterAFailure()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    rig.clock->advance(299s);
    rig.provider.failNext(FaultAnswer::text(503, ""), false);
    QVERIFY(!SignInRig::credential(*session->apiServerTokens()).ok());
    QVERIFY(!SignInRig::credential(*session->apiServerTokens()).ok());   // not asked again at once
    QCOMPARE(rig.provider.tokenRequests(), 2);
    rig.clock->set(rig.clock->now().addSecs(-3600));
    QVERIFY(SignInRig::credential(*session->apiServerTokens()).ok());
    QCOMPARE(rig.provider.tokenRequests(), 3);
}

/// A server that takes none of the tokens makes no storm of renewals.
void TestSessionLife::refusedAgainAndAgain()
{
    SignInRig rig;
    rig.provider.lifetime = 86'400;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    const auto tokens = session->apiServerTokens();
    for (int i = 0; i < 100; ++i) {   // 400 s
        const auto token = SignInRig::credential(*tokens);
        QVERIFY(token.ok());
        rig.clock->advance(4s);
        for (int n = 0; n < 5; ++n)
            tokens->rejected(*token);
    }
    QCOMPARE(rig.provider.tokenRequests(), 1 + 3);   // after 30, 60 and 120 s
}

void TestSessionLife::refusedWithoutRenewal()
{
    SignInRig rig;
    rig.provider.issueRefresh = false;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    rig.clock->advance(60s);
    const auto token = SignInRig::credential(*session->apiServerTokens());
    session->apiServerTokens()->rejected(*token);
    // There is no other: the server may take it the next time, and says why it does not.
    QCOMPARE(SignInRig::credential(*session->apiServerTokens())->bearer, token->bearer);
}

void TestSessionLife::rolesOfAnotherPerson_data()
{
    QTest::addColumn<QJsonObject>("access");
    QTest::addColumn<bool>("counts");
    QTest::addColumn<QString>("note");
    QTest::newRow("same") << QJsonObject() << true << QString();
    QTest::newRow("another") << QJsonObject{{u"sub"_s, u"admin"_s}} << false << u"another person"_s;
    QTest::newRow("nobody") << QJsonObject{{u"sub"_s, QJsonValue::Null}} << false << u"(sub)"_s;
    QTest::newRow("a number") << QJsonObject{{u"sub"_s, 248}} << false << u"another person"_s;
    QTest::newRow("another issuer") << QJsonObject{{u"iss"_s, u"https://other.example"_s}} << false << QString();
}

void TestSessionLife::rolesOfAnotherPerson()
{
    QFETCH(QJsonObject, access);
    QFETCH(bool, counts);
    QFETCH(QString, note);
    SignInRig rig;
    rig.provider.accessChanges = access;
    rig.settings.roleClaims = {u"/realm_access/roles"_s};
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    QCOMPARE(session->state().identity->roles.isEmpty(), !counts);
    QVERIFY(note.isEmpty() || session->state().identity->notes.join(u'\n').contains(note));
}

void TestSessionLife::documentsHoldAnHour()
{
    SignInRig rig;
    rig.provider.lifetime = 86'400;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    rig.clock->advance(59min);
    session->refresh();
    QTRY_COMPARE(rig.provider.tokenRequests(), 2);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
    QCOMPARE(discoveries(rig), 1);
    QCOMPARE(rig.provider.keyRequests(), 1);
    // It moved its token endpoint meanwhile.
    rig.provider.discovery.insert(u"revocation_endpoint"_s, QString(rig.settings.issuer + u"/moved"_s));
    rig.clock->set(rig.clock->now().addSecs(120));   // asleep
    session->refresh();
    QTRY_COMPARE(rig.provider.keyRequests(), 2);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
    QCOMPARE(discoveries(rig), 2);
    QFuture<Result<ports::SignOutEnd>> out = session->signOut(false);
    QTRY_VERIFY(out.isFinished());
    QCOMPARE(rig.provider.server.count(u"/moved"_s), 1);
}

void TestSessionLife::unreachableDocumentsHoldOn()
{
    SignInRig rig;
    rig.provider.lifetime = 86'400;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    rig.clock->advance(2h);
    for (const QString &path : {u"/.well-known/openid-configuration"_s, u"/keys"_s})
        rig.provider.server.handle(path, [](const support::FaultRequest &) { return FaultAnswer::text(503, ""); });
    session->refresh();
    QTRY_COMPARE(rig.provider.tokenRequests(), 2);
    QTRY_COMPARE(session->state().phase, SignInPhase::SignedIn);
    QVERIFY(!session->state().error);
    // What breaks the rules is no network that is down.
    rig.provider.discovery.insert(u"issuer"_s, u"https://other.example"_s);
    rig.provider.server.handle(u"/.well-known/openid-configuration"_s,
        [&rig](const support::FaultRequest &) { return FaultAnswer::json(200, QJsonDocument(rig.provider.discovery).toJson()); });
    session->refresh();
    QTRY_VERIFY(session->state().phase == SignInPhase::SignedIn && session->state().error);
    QCOMPARE(session->state().fault, SignInFault::IssuerInvalid);
    QCOMPARE(rig.provider.tokenRequests(), 2);
}

/// Whoever has a key the provider has taken back signs nothing any more, an hour later at the latest.
void TestSessionLife::withdrawnKeyEnds()
{
    SignInRig rig;
    rig.provider.lifetime = 86'400;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    const QString stolen = QString::fromLatin1(rig.provider.idToken());
    rig.provider.rotateKey(u"two"_s);
    rig.clock->advance(61min);
    rig.provider.answerChanges = {{u"id_token"_s, stolen}};
    session->refresh();
    QTRY_COMPARE(rig.provider.tokenRequests(), 2);
    QTRY_VERIFY(session->state().error);
    QCOMPARE(session->state().fault, SignInFault::TokenInvalid);
    QCOMPARE(rig.provider.keyRequests(), 2);   // not a third time: the set is fresh
}

/// Names and roles are shown by commands, on terminals; so are the words of an error.
void TestSessionLife::nothingMovesATerminal()
{
    SignInRig rig;
    rig.provider.claimChanges = {{u"preferred_username"_s, u"ol\u001b[2Jga"_s}, {u"name"_s, u"Olga\u0007 \u001b]0;root\u0007Operator"_s},
        {u"groups"_s, QJsonArray{u"\u001b[31mops"_s, u"\u001b[2J"_s}}};
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    QCOMPARE(session->state().identity->user, u"olga"_s);
    QCOMPARE(session->state().identity->name, u"Olga Operator"_s);
    QCOMPARE(session->state().identity->roles, (QList<ports::RoleGrant>{{u"ops"_s, u"ID token /groups"_s}}));
    const QByteArray header = support::base64Url("{\"alg\":\"\\u001b[2Jnone\"}");
    rig.provider.answerChanges = {{u"id_token"_s, QString::fromLatin1(header + ".e30.e30")}};
    session->refresh();
    QTRY_VERIFY(session->state().error);
    QVERIFY(session->state().error->message.contains(u"\"none\""_s));
    QVERIFY(!session->state().error->text().contains(u'\u001b'));
}

/// A browser's answer may be under way when nobody waits for it any more; its code is not redeemed, least of all by a session that is gone.
void TestSessionLife::whatIsCancelledGoesNoFurther()
{
    SignInRig rig;
    auto session = rig.session();
    session->start(ports::SignInWay::Browser);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::WaitingForBrowser));
    const QUrl back = rig.provider.agree(session->state().browserUrl);
    QTcpSocket browser;
    browser.connectToHost(QHostAddress::LocalHost, quint16(back.port()));
    QTRY_COMPARE(browser.state(), QAbstractSocket::ConnectedState);
    browser.write("GET " + back.path().toLatin1() + '?' + back.query(QUrl::FullyEncoded).toLatin1() + " HTTP/1.1\r\nHost: 127.0.0.1:" + QByteArray::number(back.port()) + "\r\n");
    browser.flush();
    bool turned = false;    // the listener has the first half
    QMetaObject::invokeMethod(&browser, [&turned] { turned = true; }, Qt::QueuedConnection);
    QTRY_VERIFY(turned);
    browser.write("Sec-Fetch-Mode: navigate\r\n\r\n");
    browser.flush();
    session->cancel();
    session.reset();
    QTRY_COMPARE(browser.state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(rig.provider.tokenRequests(), 0);
}

void TestSessionLife::whoIsGoneHearsNothing()
{
    SignInRig rig;
    auto client = std::make_unique<login::ProviderClient>(rig.settings, rig.parts());
    QObject context;
    bool known = false;
    client->metadata(&context, [&known](const Result<login::ProviderMetadata> &found) { known = found.ok(); });
    QTRY_VERIFY(known);
    int told = 0;
    client->metadata(&context, [&told](const Result<login::ProviderMetadata> &) { ++told; });
    client->keys(&context, [&told](const Result<login::JwkSet> &) { ++told; });
    client->userinfo("token", u"248"_s, &context, [&told](const Result<QJsonObject> &) { ++told; });
    client.reset();
    bool turned = false;
    QMetaObject::invokeMethod(&context, [&turned] { turned = true; }, Qt::QueuedConnection);
    QTRY_VERIFY(turned);
    QCOMPARE(told, 0);
    QCOMPARE(rig.provider.keyRequests(), 0);
}

QTEST_GUILESS_MAIN(TestSessionLife)
#include "tst_sessionlife.moc"
