// SPDX-License-Identifier: GPL-3.0-or-later
// A program that starts with a sign-in at rest: what is good serves, what is due is renewed, once by however many.
#include "app/login/tokens/Jws.h"
#include "tests/support/TestPki.h"
#include "tests/unit/login/SignInRig.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTest>

using namespace qd;
using namespace qd::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

void goAway(SignInRig &rig)
{
    rig.provider.server.stopListening();
    rig.provider.server.dropAll();
}

}

class TestTakeUp : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatIsGoodServes();
    void whatIsDueIsRenewed();
    void manyAtOnceRenewOnce();
    void aCallerIsServedWhatIsAtRest();
    void theAccessTokenIsAskedForWhenWanted();
    void rolesThatItDoesNotSayAreFetched();
    void anAccessTokenAsBearerIsRenewed();
    void atRestOfAnotherKeyIsRenewed();
    void theApiServersNoRenewsIt();
    void signingOutRevokesWhatWasTakenUp();
    void servesWhileTheIssuerIsAway_data();
    void servesWhileTheIssuerIsAway();
    void notWhileTheIssuerAnswersWrongly_data();
    void notWhileTheIssuerAnswersWrongly();
    void notWhatNoKeyAtRestVerifies_data();
    void notWhatNoKeyAtRestVerifies();
    void aRenewedTokensKeyIsKept();
    void notBehindACertificateNobodyTrusts();
};

void TestTakeUp::whatIsGoodServes()
{
    SignInRig rig;
    auto first = rig.session();
    QVERIFY(rig.signIn(*first));
    const auto token = SignInRig::credential(*first->apiServerTokens());
    const QDateTime since = first->state().identity->signedInAt;
    first.reset();   // the program that ended: it would renew beside the next one
    rig.clock->advance(100s);
    const auto next = rig.session();
    next->restore();
    QVERIFY(SignInRig::reaches(*next, SignInPhase::SignedIn));
    QCOMPARE(rig.provider.tokenRequests(), 1);
    QCOMPARE(next->state().identity->user, u"olga"_s);
    QVERIFY(next->state().identity->remembered && next->state().identity->renews);
    QCOMPARE(next->state().identity->signedInAt.toSecsSinceEpoch(), since.toSecsSinceEpoch());
    QCOMPARE(SignInRig::credential(*next->apiServerTokens())->bearer, token->bearer);
    QCOMPARE(rig.stored()->refreshToken, rig.provider.lastRefresh);
    rig.time.advance(190s);   // and is renewed when it becomes due
    QTRY_COMPARE(rig.provider.tokenRequests(), 2);
    QVERIFY(SignInRig::reaches(*next, SignInPhase::SignedIn));
    QCOMPARE(rig.stored()->refreshToken, rig.provider.lastRefresh);
}

void TestTakeUp::whatIsDueIsRenewed()
{
    SignInRig rig;
    QVERIFY(rig.signIn(*rig.session()));
    rig.clock->advance(275s);   // of 300; a tenth before the end it is due
    const auto next = rig.session();
    next->restore();
    QVERIFY(SignInRig::reaches(*next, SignInPhase::SignedIn));
    QCOMPARE(rig.provider.tokenRequests(), 2);
}

void TestTakeUp::manyAtOnceRenewOnce()
{
    SignInRig rig;
    QVERIFY(rig.signIn(*rig.session()));
    rig.clock->advance(400s);
    std::vector<std::unique_ptr<login::Session>> many;
    for (int i = 0; i < 5; ++i) {
        many.push_back(rig.session());
        many.back()->restore();
    }
    for (const auto &one : many) {
        QVERIFY(SignInRig::reaches(*one, SignInPhase::SignedIn));
        QVERIFY(!one->state().error);
        QVERIFY(SignInRig::credential(*one->apiServerTokens()).ok());
    }
    QCOMPARE(rig.provider.tokenRequests(), 2);
    QCOMPARE(rig.stored()->refreshToken, rig.provider.lastRefresh);
}

/// A request that waits while the keychain and the issuer's keys are asked does not start a renewal of its own.
void TestTakeUp::aCallerIsServedWhatIsAtRest()
{
    SignInRig rig;
    QVERIFY(rig.signIn(*rig.session()));
    const auto next = rig.session();
    next->restore();
    QVERIFY(SignInRig::credential(*next->apiServerTokens()).ok());
    QCOMPARE(rig.provider.tokenRequests(), 1);
}

void TestTakeUp::theAccessTokenIsAskedForWhenWanted()
{
    SignInRig rig;
    QVERIFY(rig.signIn(*rig.session()));
    const auto next = rig.session();
    next->restore();
    QVERIFY(SignInRig::reaches(*next, SignInPhase::SignedIn));
    QVERIFY(SignInRig::credential(*next->accessTokens()).ok());
    QCOMPARE(rig.provider.tokenRequests(), 2);
    QCOMPARE(rig.stored()->refreshToken, rig.provider.lastRefresh);
}

void TestTakeUp::rolesThatItDoesNotSayAreFetched()
{
    SignInRig rig;
    QVERIFY(rig.signIn(*rig.session()));
    rig.settings.roleClaims.append(u"/realm_access/roles"_s);
    const auto next = rig.session();
    next->restore();
    QVERIFY(SignInRig::reaches(*next, SignInPhase::SignedIn));
    QCOMPARE(rig.provider.tokenRequests(), 2);
}

void TestTakeUp::anAccessTokenAsBearerIsRenewed()
{
    SignInRig rig;
    rig.settings.bearer = ports::BearerToken::AccessToken;
    QVERIFY(rig.signIn(*rig.session()));
    const auto next = rig.session();
    next->restore();
    QVERIFY(SignInRig::reaches(*next, SignInPhase::SignedIn));
    QCOMPARE(rig.provider.tokenRequests(), 2);
}

/// Whatever lies in the keychain is verified again: somebody else's signature is worth nothing.
void TestTakeUp::atRestOfAnotherKeyIsRenewed()
{
    SignInRig rig;
    QVERIFY(rig.signIn(*rig.session()));
    login::StoredSignIn stored = *rig.stored();
    const support::TestSigner stranger(support::TestSigner::Kind::P256, u"stranger"_s);
    stored.idToken = stranger.token(u"ES256"_s, login::unverifiedClaims(stored.idToken));
    rig.secrets->entries.first() = login::encodeStored(stored);
    const auto next = rig.session();
    next->restore();
    QVERIFY(SignInRig::reaches(*next, SignInPhase::SignedIn));
    QCOMPARE(rig.provider.tokenRequests(), 2);
    QVERIFY(SignInRig::credential(*next->apiServerTokens())->bearer != stored.idToken);
}

void TestTakeUp::theApiServersNoRenewsIt()
{
    SignInRig rig;
    QVERIFY(rig.signIn(*rig.session()));
    rig.clock->advance(60s);
    const auto next = rig.session();
    next->restore();
    QVERIFY(SignInRig::reaches(*next, SignInPhase::SignedIn));
    const auto tokens = next->apiServerTokens();
    const auto old = SignInRig::credential(*tokens);
    tokens->rejected(*old);
    const auto fresh = SignInRig::credential(*tokens);
    QVERIFY(fresh.ok() && fresh->bearer != old->bearer);
    QCOMPARE(rig.provider.tokenRequests(), 2);
}

void TestTakeUp::signingOutRevokesWhatWasTakenUp()
{
    SignInRig rig;
    QVERIFY(rig.signIn(*rig.session()));
    const QString refresh = QString::fromLatin1(rig.provider.lastRefresh);
    const auto next = rig.session();
    next->restore();
    QVERIFY(SignInRig::reaches(*next, SignInPhase::SignedIn));
    const auto done = next->signOut(false);
    QTRY_VERIFY(done.isFinished());
    QVERIFY(rig.secrets->entries.isEmpty());
    QVERIFY(rig.provider.revoked.contains(refresh));
}

void TestTakeUp::servesWhileTheIssuerIsAway_data()
{
    QTest::addColumn<QString>("how");
    for (const char *how : {"gone", "silent", "unwell", "no keys"})
        QTest::newRow(how) << QString::fromLatin1(how);
}

/// Until its end: what comes then is the provider's to say.
void TestTakeUp::servesWhileTheIssuerIsAway()
{
    QFETCH(QString, how);
    SignInRig rig;
    rig.timeoutMs = 60'000;
    QVERIFY(rig.signIn(*rig.session()));
    const QByteArray kept = rig.stored()->idToken;
    const auto unwell = [](const support::FaultRequest &) { return support::FaultAnswer::json(503, "{}"); };
    if (how == "gone"_L1)
        goAway(rig);
    else if (how == "silent"_L1)
        rig.provider.server.handle(u"/.well-known/openid-configuration"_s, [](const support::FaultRequest &) { return support::FaultAnswer::silent(); });
    else
        rig.provider.server.handle(how == "unwell"_L1 ? u"/.well-known/openid-configuration"_s : u"/keys"_s, unwell);
    rig.clock->advance(100s);
    const auto next = rig.session();
    QElapsedTimer took;
    took.start();
    next->restore();
    QVERIFY(SignInRig::reaches(*next, SignInPhase::SignedIn));   // within ten seconds, not sixty
    QVERIFY(how == "silent"_L1 || took.elapsed() < 4'000);
    QCOMPARE(next->state().identity->user, u"olga"_s);
    QVERIFY(next->state().identity->remembered && next->state().identity->renews && !next->state().error);
    const QString note = next->state().identity->notes.value(0);
    QVERIFY2(note.contains(rig.settings.issuer) && note.contains(u"could not be asked"_s), qPrintable(note));
    QCOMPARE(SignInRig::credential(*next->apiServerTokens())->bearer, kept);
    QCOMPARE(rig.provider.tokenRequests(), 1);
    if (how != "gone"_L1)
        return;
    rig.time.advance(300s);
    QVERIFY(SignInRig::reaches(*next, SignInPhase::Expired));
    QCOMPARE(next->state().fault, SignInFault::IssuerUnreachable);
    QVERIFY(!SignInRig::credential(*next->apiServerTokens()).ok());
}

void TestTakeUp::notWhileTheIssuerAnswersWrongly_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("no provider there") << u"/.well-known/openid-configuration"_s << 404 << QByteArray("{}");
    QTest::newRow("no document") << u"/.well-known/openid-configuration"_s << 200 << QByteArray("<html>");
    QTest::newRow("no keys there") << u"/keys"_s << 404 << QByteArray("{}");
    QTest::newRow("other keys") << u"/keys"_s << 200 << QByteArray("{\"keys\":[]}");
}

void TestTakeUp::notWhileTheIssuerAnswersWrongly()
{
    QFETCH(QString, path);
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    SignInRig rig;
    QVERIFY(rig.signIn(*rig.session()));
    rig.provider.server.handle(path, [status, body](const support::FaultRequest &) { return support::FaultAnswer::json(status, body); });
    const auto next = rig.session();
    next->restore();
    QVERIFY(SignInRig::reaches(*next, SignInPhase::Failed));
    QVERIFY(next->state().error && !next->state().identity);
    QVERIFY(!SignInRig::credential(*next->apiServerTokens()).ok());
}

void TestTakeUp::notWhatNoKeyAtRestVerifies_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : {"of a stranger", "of another person", "of another client", "without keys", "ended"})
        QTest::newRow(what) << QString::fromLatin1(what);
}

/// What lies in the keychain is verified while the issuer is away, too.
void TestTakeUp::notWhatNoKeyAtRestVerifies()
{
    QFETCH(QString, what);
    SignInRig rig;
    QVERIFY(rig.signIn(*rig.session()));
    login::StoredSignIn stored = *rig.stored();
    if (what == "of a stranger"_L1) {
        const support::TestSigner stranger(support::TestSigner::Kind::P256, u"stranger"_s);
        stored.idToken = stranger.token(u"ES256"_s, login::unverifiedClaims(stored.idToken));
    } else if (what == "of another person"_L1) {
        stored.idToken = rig.provider.idToken({{u"sub"_s, u"300"_s}});
    } else if (what == "of another client"_L1) {
        stored.idToken = rig.provider.idToken({{u"aud"_s, u"other"_s}});
    } else if (what == "without keys"_L1) {
        stored.keySet.clear();      // as the versions before wrote it
    }
    rig.secrets->entries.first() = login::encodeStored(stored);
    if (what == "ended"_L1)
        rig.clock->advance(301s);
    goAway(rig);
    const auto next = rig.session();
    next->restore();
    QVERIFY(SignInRig::reaches(*next, SignInPhase::Failed));
    QCOMPARE(next->state().fault, SignInFault::IssuerUnreachable);
    QVERIFY(!SignInRig::credential(*next->apiServerTokens()).ok());
    QCOMPARE(*rig.stored(), *login::decodeStored(login::encodeStored(stored)));   // and nothing is forgotten
}

/// The key of a token that was renewed by a process that had asked for no keys yet.
void TestTakeUp::aRenewedTokensKeyIsKept()
{
    SignInRig rig;
    QVERIFY(rig.signIn(*rig.session()));
    rig.provider.rotateKey(u"next"_s);
    rig.clock->advance(275s);
    {
        const auto renewing = rig.session();
        renewing->restore();
        QVERIFY(SignInRig::reaches(*renewing, SignInPhase::SignedIn));
        QCOMPARE(rig.provider.tokenRequests(), 2);
    }
    goAway(rig);
    const auto next = rig.session();
    next->restore();
    QVERIFY(SignInRig::reaches(*next, SignInPhase::SignedIn));
    QCOMPARE(next->state().identity->user, u"olga"_s);
}

/// Somebody answers, and who is not known: that is not away.
void TestTakeUp::notBehindACertificateNobodyTrusts()
{
    const support::TestPki pki;
    SignInRig rig(pki.serverConfiguration({}));
    rig.settings.caFile = rig.folder.filePath(u"ca.pem"_s);
    QFile file(rig.settings.caFile);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(pki.ca()) > 0);
    file.close();
    QVERIFY(rig.signIn(*rig.session()));
    for (const QString &ca : {QString(), rig.folder.filePath(u"gone.pem"_s)}) {
        rig.settings.caFile = ca;
        const auto next = rig.session();
        next->restore();
        QVERIFY(SignInRig::reaches(*next, SignInPhase::Failed));
        QVERIFY(!SignInRig::credential(*next->apiServerTokens()).ok());
    }
}

QTEST_GUILESS_MAIN(TestTakeUp)
#include "tst_takeup.moc"
