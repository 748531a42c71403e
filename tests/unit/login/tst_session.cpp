// SPDX-License-Identifier: GPL-3.0-or-later
// The life of a session: renewal, rotation, two processes at one keychain, sign-out.
#include "tests/unit/login/SignInRig.h"

#include <QDirIterator>
#include <QFile>
#include <QJsonArray>
#include <QSignalSpy>
#include <QUrlQuery>

using namespace qd;
using namespace qd::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using support::FaultAnswer;

class TestSession : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void renewsBeforeTheEnd();
    void keptBeforeItIsUsed();
    void withoutRotationTheOldTokenStays();
    void twoProcessesAtOnce();
    void reusedTokenEndsTheSession();
    void serverErrorKeepsTheSession();
    void lostAnswerIsNotSentAgain();
    void lostAnswerThatCountedEndsTheSession();
    void renewedTokenOfAnotherPerson();
    void keyRotation();
    void stormOfUnknownKeys();
    void renewalWithoutIdToken();
    void sleepIsNoticed();
    void withoutRefreshTokenTheEndIsAnnounced();
    void keyringLocked();
    void keyringHangs();
    void keyringVanishes();
    void keyringOpensAfterTheEnd();
    void memoryOnly();
    void signOutForgetsAndRevokes();
    void signOutWorksOffline();
    void signOutEverywhere();
    void failedSignInKeepsTheSession();
    void cancelWhileItRenews();
    void signInWhileTheKeychainIsAsked();
    void withoutRefreshTokenTheEarlierOneGoes();
    void clockAheadOfShortTokens();
    void severalProfiles();
    void nothingLeaks();
};

void TestSession::renewsBeforeTheEnd()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    const QByteArray first = SignInRig::credential(*session->apiServerTokens())->bearer;
    rig.time.advance(269s);
    QCOMPARE(rig.provider.tokenRequests(), 1);
    rig.time.advance(1s);   // a tenth before the end
    QTRY_COMPARE(rig.provider.tokenRequests(), 2);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
    const auto next = SignInRig::credential(*session->apiServerTokens());
    QVERIFY(next.ok() && next->bearer != first);
    QCOMPARE(session->state().identity->expiresAt, rig.clock->now().addSecs(300));
}

void TestSession::keptBeforeItIsUsed()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    QByteArray atChange;
    connect(session.get(), &ports::SignInSession::changed, session.get(), [&] {
        if (session->state().phase == SignInPhase::SignedIn)
            atChange = rig.stored()->refreshToken;
    });
    const QByteArray before = rig.provider.lastRefresh;
    session->refresh();
    QTRY_VERIFY(!atChange.isEmpty());
    QVERIFY(rig.provider.lastRefresh != before);
    QCOMPARE(atChange, rig.provider.lastRefresh);
}

void TestSession::withoutRotationTheOldTokenStays()
{
    SignInRig rig;
    rig.provider.rotate = false;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    const QByteArray token = rig.stored()->refreshToken;
    for (int i = 0; i < 3; ++i) {
        session->refresh();
        QTRY_COMPARE(rig.provider.tokenRequests(), i + 2);
        QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
    }
    QCOMPARE(rig.stored()->refreshToken, token);
}

void TestSession::twoProcessesAtOnce()
{
    SignInRig rig;
    const auto one = rig.session();
    QVERIFY(rig.signIn(*one));
    const auto two = rig.session();
    two->restore();
    QVERIFY(SignInRig::reaches(*two, SignInPhase::SignedIn));
    for (int round = 0; round < 5; ++round) {
        const int before = rig.provider.tokenRequests();
        one->refresh();
        two->refresh();
        QTRY_COMPARE(rig.provider.tokenRequests(), before + 2);
        QVERIFY(SignInRig::reaches(*one, SignInPhase::SignedIn));
        QVERIFY(SignInRig::reaches(*two, SignInPhase::SignedIn));
        QVERIFY(!one->state().error && !two->state().error);
        QCOMPARE(rig.stored()->refreshToken, rig.provider.lastRefresh);
    }
}

void TestSession::reusedTokenEndsTheSession()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    const QMap<QString, QByteArray> old = rig.secrets->entries;
    session->refresh();
    QTRY_COMPARE(rig.provider.tokenRequests(), 2);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
    rig.secrets->entries = old;   // a backup of the keychain was put back
    session->refresh();
    QVERIFY(SignInRig::reaches(*session, SignInPhase::Expired));
    QCOMPARE(session->state().fault, SignInFault::SessionEnded);
    QCOMPARE(session->state().identity->user, u"olga"_s);
    QVERIFY(rig.secrets->entries.isEmpty());
    const auto refused = SignInRig::credential(*session->apiServerTokens());
    QCOMPARE(refused.error().kind, ErrorKind::Unauthenticated);
    QVERIFY(rig.signIn(*session));
    QVERIFY(!session->state().error);
}

void TestSession::serverErrorKeepsTheSession()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    for (const int status : {500, 502, 503, 429}) {
        rig.provider.failNext(FaultAnswer::text(status, "<html>sorry"), false);
        session->refresh();
        QTRY_VERIFY(session->state().phase == SignInPhase::SignedIn && session->state().error);
        QCOMPARE(session->state().fault, SignInFault::IssuerUnreachable);
        QVERIFY(SignInRig::credential(*session->apiServerTokens()).ok());
        QCOMPARE(rig.secrets->entries.size(), 1);
        session->refresh();
        QTRY_VERIFY(session->state().phase == SignInPhase::SignedIn && !session->state().error);
    }
    // By itself it is tried again too.
    rig.provider.failNext(FaultAnswer::text(503, ""), false);
    const int before = rig.provider.tokenRequests();
    rig.time.advance(270s);
    QTRY_COMPARE(rig.provider.tokenRequests(), before + 1);
    QTRY_VERIFY(session->state().error);
    rig.time.advance(5s);
    QTRY_COMPARE(rig.provider.tokenRequests(), before + 2);
    QTRY_VERIFY(session->state().phase == SignInPhase::SignedIn && !session->state().error);
}

void TestSession::lostAnswerIsNotSentAgain()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    for (const FaultAnswer &fault : {FaultAnswer::silent().cut(), FaultAnswer::silent().reset(), FaultAnswer::silent().raw("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{").cut()}) {
        const int before = rig.provider.tokenRequests();
        rig.provider.failNext(fault, false);
        session->refresh();
        QTRY_VERIFY(session->state().phase == SignInPhase::SignedIn && session->state().error);
        QCOMPARE(session->state().fault, SignInFault::ResponseLost);
        QCOMPARE(rig.provider.tokenRequests(), before + 1);
        session->refresh();   // it had not counted
        QTRY_VERIFY(session->state().phase == SignInPhase::SignedIn && !session->state().error);
    }
    rig.timeoutMs = 1'500;   // of each request of the restoring too
    const auto impatient = rig.session();
    impatient->restore();
    QVERIFY(SignInRig::reaches(*impatient, SignInPhase::SignedIn));
    rig.provider.failNext(FaultAnswer::silent().hang(), false);
    impatient->refresh();
    QTRY_COMPARE(impatient->state().fault, SignInFault::ResponseLost);
}

void TestSession::lostAnswerThatCountedEndsTheSession()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    rig.provider.failNext(FaultAnswer::silent().cut(), true);
    session->refresh();
    QTRY_COMPARE(session->state().fault, SignInFault::ResponseLost);
    QVERIFY(session->state().error->remedy.contains(u"sign in again"_s));
    session->refresh();
    QVERIFY(SignInRig::reaches(*session, SignInPhase::Expired));
    QCOMPARE(session->state().fault, SignInFault::SessionEnded);
}

void TestSession::renewedTokenOfAnotherPerson()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    rig.provider.claimChanges = {{u"sub"_s, u"666"_s}};
    session->refresh();
    QVERIFY(SignInRig::reaches(*session, SignInPhase::Expired));
    QCOMPARE(session->state().fault, SignInFault::TokenInvalid);
    QVERIFY(!SignInRig::credential(*session->apiServerTokens()).ok());
}

void TestSession::keyRotation()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    QCOMPARE(rig.provider.keyRequests(), 1);
    rig.provider.rotateKey(u"two"_s);
    session->refresh();
    QTRY_COMPARE(rig.provider.keyRequests(), 2);
    QTRY_VERIFY(session->state().phase == SignInPhase::SignedIn && !session->state().error);
}

void TestSession::stormOfUnknownKeys()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    const support::TestSigner stranger(support::TestSigner::Kind::P256, u"stranger"_s);
    rig.provider.answerChanges = {{u"id_token"_s, QString::fromLatin1(stranger.token(u"ES256"_s, {{u"sub"_s, u"248"_s}}))}};
    for (int i = 0; i < 10; ++i) {
        const int before = rig.provider.tokenRequests();
        session->refresh();
        QTRY_COMPARE(rig.provider.tokenRequests(), before + 1);
        QTRY_VERIFY(session->state().phase == SignInPhase::SignedIn && session->state().error);
        QCOMPARE(session->state().fault, SignInFault::TokenInvalid);
    }
    QCOMPARE(rig.provider.keyRequests(), 2);   // one for the session, one for the storm
    rig.clock->advance(60s);
    session->refresh();
    QTRY_COMPARE(rig.provider.keyRequests(), 3);
}

void TestSession::renewalWithoutIdToken()
{
    SignInRig rig;
    rig.settings.bearer = ports::BearerToken::AccessToken;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    const QByteArray first = SignInRig::credential(*session->apiServerTokens())->bearer;
    rig.provider.answerChanges = {{u"id_token"_s, QJsonValue::Null}};
    rig.time.advance(270s);
    QTRY_VERIFY(SignInRig::credential(*session->apiServerTokens())->bearer != first);
    QVERIFY(!session->state().error);
    SignInRig byId;
    const auto other = byId.session();
    QVERIFY(byId.signIn(*other));
    byId.provider.answerChanges = {{u"id_token"_s, QJsonValue::Null}};
    byId.clock->advance(400s);
    other->refresh();
    QVERIFY(SignInRig::reaches(*other, SignInPhase::Expired));
    QVERIFY(other->state().error->remedy.contains(u"accessToken"_s));
}

void TestSession::sleepIsNoticed()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    rig.clock->set(rig.clock->now().addSecs(3600));   // the monotonic clock stood still
    QCOMPARE(rig.provider.tokenRequests(), 1);
    rig.time.advance(30s);
    QTRY_COMPARE(rig.provider.tokenRequests(), 2);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
}

void TestSession::withoutRefreshTokenTheEndIsAnnounced()
{
    SignInRig rig;
    rig.provider.issueRefresh = false;
    rig.provider.lifetime = 3600;
    const auto session = rig.session();
    QSignalSpy soon(session.get(), &ports::SignInSession::endsSoon);
    QVERIFY(rig.signIn(*session));
    QVERIFY(!session->state().identity->renews && !session->state().identity->remembered);
    QVERIFY(rig.secrets->entries.isEmpty());
    rig.time.advance(3290s);
    QCOMPARE(soon.count(), 0);
    rig.time.advance(60s);
    QCOMPARE(soon.count(), 1);
    rig.time.advance(250s);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::Expired));
    QCOMPARE(soon.count(), 1);
    QCOMPARE(session->state().fault, SignInFault::SessionEnded);
    QCOMPARE(session->state().identity->user, u"olga"_s);
}

void TestSession::keyringLocked()
{
    SignInRig rig;
    QVERIFY(rig.signIn(*rig.session()));
    rig.secrets->lock();
    const auto session = rig.session();
    session->restore();
    QVERIFY(SignInRig::reaches(*session, SignInPhase::Failed));
    QCOMPARE(session->state().fault, SignInFault::KeychainLocked);
    QCOMPARE(rig.secrets->entries.size(), 1);   // never read as "not signed in"
    QCOMPARE(rig.opened.size(), 1);
    rig.secrets->broken.reset();
    session->restore();
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
}

void TestSession::keyringHangs()
{
    SignInRig rig;
    QVERIFY(rig.signIn(*rig.session()));
    rig.secrets->hang = true;
    const auto session = rig.session();
    session->restore();
    QTRY_COMPARE(session->state().phase, SignInPhase::Restoring);
    session->cancel();
    QCOMPARE(session->state().phase, SignInPhase::SignedOut);
    QVERIFY(rig.signIn(*session));
}

void TestSession::keyringVanishes()
{
    SignInRig rig;
    rig.secrets->vanish();
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    QCOMPARE(session->state().fault, SignInFault::KeychainUnavailable);
    QVERIFY(session->state().identity->renews && !session->state().identity->remembered);
    QVERIFY(SignInRig::credential(*session->apiServerTokens()).ok());
    session->refresh();
    QTRY_COMPARE(rig.provider.tokenRequests(), 2);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
    rig.secrets->broken.reset();
    session->restore();   // "try again"
    QTRY_VERIFY(session->state().identity->remembered);
    QVERIFY(!session->state().error);
    QCOMPARE(rig.stored()->refreshToken, rig.provider.lastRefresh);
}

/// The keychain opens again when the session is over: it has a token that is used up, memory the one that is not.
void TestSession::keyringOpensAfterTheEnd()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    rig.secrets->vanish();
    session->refresh();
    QTRY_COMPARE(rig.provider.tokenRequests(), 2);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
    QVERIFY(rig.stored()->refreshToken != rig.provider.lastRefresh);
    rig.clock->advance(400s);
    rig.provider.failNext(FaultAnswer::text(503, ""), false);
    session->refresh();
    QVERIFY(SignInRig::reaches(*session, SignInPhase::Expired));
    rig.secrets->broken.reset();
    session->restore();
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
    QCOMPARE(rig.stored()->refreshToken, rig.provider.lastRefresh);
}

void TestSession::memoryOnly()
{
    SignInRig rig;
    const auto session = rig.session();
    session->keepInMemoryOnly(true);
    QVERIFY(rig.signIn(*session));
    QVERIFY(!session->state().identity->remembered && !session->state().error);
    QVERIFY(QDir(rig.folder.path()).entryList({u"*.subject"_s}).isEmpty());
}

void TestSession::signOutForgetsAndRevokes()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    const auto tokens = session->apiServerTokens();
    QFuture<Result<ports::SignOutEnd>> out = session->signOut(false);
    QCOMPARE(session->state().phase, SignInPhase::SignedOut);
    QVERIFY(!session->state().identity);
    QTRY_VERIFY(out.isFinished());
    QVERIFY(out.result().ok());
    QCOMPARE(rig.provider.revoked, QStringList{QString::fromLatin1(rig.provider.lastRefresh)});
    QVERIFY(rig.secrets->entries.isEmpty());
    QVERIFY(!SignInRig::credential(*tokens).ok());
    QCOMPARE(rig.opened.size(), 1);
    rig.time.advance(600s);
    QCOMPARE(rig.provider.tokenRequests(), 1);
}

void TestSession::signOutWorksOffline()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    rig.provider.server.stopListening();
    rig.provider.server.dropAll();
    QFuture<Result<ports::SignOutEnd>> out = session->signOut(false);
    QTRY_VERIFY(out.isFinished());
    QVERIFY(out.result().ok());
    QVERIFY(out.result()->wasIn && !out.result()->told);   // it is over here, and nobody says it is over there
    QCOMPARE(ports::faultOf(*out.result()->untold), SignInFault::IssuerUnreachable);
    QVERIFY(rig.secrets->entries.isEmpty());
}

void TestSession::signOutEverywhere()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    QFuture<Result<ports::SignOutEnd>> out = session->signOut(true);
    QTRY_VERIFY(out.isFinished());
    QVERIFY(out.result().ok());
    QCOMPARE(rig.opened.size(), 2);
    const QUrl url = rig.opened.last();
    QCOMPARE(url.path(), u"/end"_s);
    QCOMPARE(QUrlQuery(url).queryItemValue(u"client_id"_s), u"quarterdeck"_s);
    for (const QString &secret : rig.provider.secrets)
        QVERIFY(!url.toString().contains(secret));
}

void TestSession::failedSignInKeepsTheSession()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    session->start(ports::SignInWay::Browser);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::WaitingForBrowser));
    rig.time.advance(270s);   // renewal is due, but the person is at it
    QCOMPARE(session->state().phase, SignInPhase::WaitingForBrowser);
    session->cancel();
    QCOMPARE(session->state().phase, SignInPhase::SignedIn);
    rig.time.advance(1s);
    QTRY_COMPARE(rig.provider.tokenRequests(), 2);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
}

void TestSession::cancelWhileItRenews()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    rig.provider.failNext(FaultAnswer::silent().hang(), false);
    session->refresh();
    QCOMPARE(session->state().phase, SignInPhase::Refreshing);
    session->start(ports::SignInWay::Browser);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::WaitingForBrowser));
    session->cancel();
    QCOMPARE(session->state().phase, SignInPhase::Refreshing);   // not signed out
    QVERIFY(session->state().identity);
}

/// The person does not wait for the keychain: what it says later does not take the link away.
void TestSession::signInWhileTheKeychainIsAsked()
{
    SignInRig rig;
    const auto session = rig.session();
    session->restore();
    QCOMPARE(session->state().phase, SignInPhase::Restoring);
    QList<SignInPhase> phases;
    connect(session.get(), &ports::SignInSession::changed, session.get(), [&] { phases.append(session->state().phase); });
    QVERIFY(rig.signIn(*session));
    QVERIFY(!phases.contains(SignInPhase::SignedOut) && !phases.contains(SignInPhase::Failed));
}

void TestSession::withoutRefreshTokenTheEarlierOneGoes()
{
    SignInRig rig;
    QVERIFY(rig.signIn(*rig.session()));
    rig.provider.issueRefresh = false;
    rig.provider.claimChanges = {{u"sub"_s, u"300"_s}, {u"preferred_username"_s, u"vera"_s}};
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    QVERIFY(rig.secrets->entries.isEmpty());   // or the next start would be olga's
    const auto next = rig.session();
    next->restore();
    QCOMPARE(next->state().phase, SignInPhase::Restoring);
    QVERIFY(SignInRig::reaches(*next, SignInPhase::SignedOut));
}

/// Tokens shorter than the clock is wrong, and the clock within the skew: told, not asked for again and again.
void TestSession::clockAheadOfShortTokens()
{
    SignInRig rig;
    rig.provider.lifetime = 60;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    rig.provider.now = [&rig] { return rig.clock->now().addSecs(-90); };
    rig.time.advance(54s);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::Expired));
    QCOMPARE(session->state().fault, SignInFault::ClockOff);
    rig.time.advance(60s);
    QCOMPARE(session->state().phase, SignInPhase::Expired);
    QCOMPARE(rig.provider.tokenRequests(), 2);
}

void TestSession::severalProfiles()
{
    SignInRig rig;
    const auto prod = rig.session(u"prod"_s);
    QVERIFY(rig.signIn(*prod));
    rig.provider.claimChanges = {{u"sub"_s, u"300"_s}, {u"preferred_username"_s, u"vera"_s}};
    const auto dev = rig.session(u"dev"_s);
    QVERIFY(rig.signIn(*dev));
    QCOMPARE(prod->state().identity->user, u"olga"_s);
    QCOMPARE(dev->state().identity->user, u"vera"_s);
    QCOMPARE(rig.secrets->entries.size(), 2);
    QFuture<Result<ports::SignOutEnd>> out = dev->signOut(false);
    QTRY_VERIFY(out.isFinished());
    QCOMPARE(rig.secrets->entries.size(), 1);
    QVERIFY(SignInRig::credential(*prod->apiServerTokens()).ok());
}

static QStringList s_log;

void TestSession::nothingLeaks()
{
    // Every token, code, verifier and refresh token of good and bad sign-ins, looked for wherever something is written.
    const auto before = qInstallMessageHandler([](QtMsgType, const QMessageLogContext &, const QString &text) { s_log.append(text); });
    SignInRig rig;
    QStringList texts;
    {
        const auto session = rig.session();
        connect(session.get(), &ports::SignInSession::changed, session.get(), [&] {
            const ports::SignInState state = session->state();
            if (state.error)
                texts << state.error->text() << state.error->detail;
            texts << state.browserUrl.toString();
        });
        QVERIFY(rig.signIn(*session));
        rig.provider.failNext(FaultAnswer::json(400, "{\"error\":\"invalid_request\",\"error_description\":\"refresh_token=" + rig.provider.lastRefresh + "\"}"), false);
        session->refresh();
        QTRY_VERIFY(session->state().error);
        rig.provider.claimChanges = {{u"aud"_s, u"other"_s}};
        session->refresh();
        QTRY_COMPARE(session->state().fault, SignInFault::WrongAudience);
        rig.provider.failNext(FaultAnswer::silent().cut(), false);
        QVERIFY(rig.signIn(*session));   // the session there was stays
        QCOMPARE(session->state().fault, SignInFault::ResponseLost);
        QFuture<Result<ports::SignOutEnd>> out = session->signOut(true);
        QTRY_VERIFY(out.isFinished());
    }
    qInstallMessageHandler(before);
    for (const QUrl &url : rig.opened)
        texts << url.toString();   // what stands in the arguments of the browser
    QDirIterator files(rig.folder.path(), QDir::Files | QDir::Hidden);
    while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        texts << QString::fromUtf8(file.readAll()) << file.fileName();
    }
    texts += s_log;
    QVERIFY(rig.provider.secrets.size() >= 8);
    for (const QString &secret : rig.provider.secrets) {
        for (const QString &text : texts)
            QVERIFY2(!text.contains(secret), qPrintable(text.left(200)));
    }
}

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
