// SPDX-License-Identifier: GPL-3.0-or-later
// A program that starts with a sign-in at rest: what is good serves, what is due is renewed, once by however many.
#include "app/login/tokens/Jws.h"
#include "tests/unit/login/SignInRig.h"

#include <QTest>

using namespace qd;
using namespace qd::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

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
};

void TestTakeUp::whatIsGoodServes()
{
    SignInRig rig;
    const auto first = rig.session();
    QVERIFY(rig.signIn(*first));
    const auto token = SignInRig::credential(*first->apiServerTokens());
    const QDateTime since = first->state().identity->signedInAt;
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

QTEST_GUILESS_MAIN(TestTakeUp)
#include "tst_takeup.moc"
