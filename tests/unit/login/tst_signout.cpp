// SPDX-License-Identifier: GPL-3.0-or-later
// The end of a session: what stays nowhere, whatever other processes do meanwhile, and what the provider is told.
#include "tests/unit/login/SignInRig.h"

#include <QUrlQuery>

using namespace qd;
using namespace qd::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using support::FaultAnswer;

namespace {

/// Somebody has it and does not let go.
class HeldLock final : public ports::SessionLock
{
public:
    QFuture<Result<Guard>> acquire(const QString &, int, std::stop_token) override
    {
        return readyFuture<Guard>(Error{ErrorKind::Timeout, u"quarterdeck (process 4711) does not end."_s});
    }
};

Result<ports::SignOutEnd> wait(QFuture<Result<ports::SignOutEnd>> future)
{
    return QTest::qWaitFor([&] { return future.isFinished(); }, 20'000) ? future.result() : Result<ports::SignOutEnd>(Error{ErrorKind::Timeout, u"never answered"_s});
}

}

class TestSignOut : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void entryWrittenMeanwhileGoes();
    void newestTokenIsRevoked();
    void duringARenewal();
    void duringARenewalThatIsLost();
    void signedInAgainMeanwhile();
    void otherWindowsEnd();
    void otherPersonsEntryStays();
    void neverRestored();
    void holderThatDoesNotEnd();
    void keyringLocked();
    void revokedBeforeTheBrowser();
    void providerWithoutALogoutPage();
    void noBrowser();
    void whetherTheProviderWasTold();
    void anotherPersonEndsTheFirst();
    void anotherPersonWhoseTokenIsNotKept();
    void theSamePersonAnewEndsNothing();
    void nobodyWasSignedIn();
};

/// Another process renews while somebody signs out here: it has the lock, and writes after the entry was removed.
void TestSignOut::entryWrittenMeanwhileGoes()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    login::Vault other(u"prod"_s, rig.settings, rig.parts());
    std::optional<ports::SessionLock::Guard> guard;
    other.lock([&](const Result<ports::SessionLock::Guard> &held) { guard = held ? *held : nullptr; });
    QTRY_VERIFY(guard);
    login::StoredSignIn newer = *rig.stored();
    newer.refreshToken = "from the other process";
    QFuture<Result<ports::SignOutEnd>> out = session->signOut(false);
    QTRY_VERIFY(rig.secrets->entries.isEmpty());   // at once
    std::optional<Result<Done>> written;
    other.write(newer, [&](const Result<Done> &done) { written = done; });
    QTRY_VERIFY(written);
    QCOMPARE(rig.secrets->entries.size(), 1);
    QVERIFY(!out.isFinished());
    guard.reset();
    QVERIFY(wait(out).ok());
    QVERIFY(rig.secrets->entries.isEmpty());
    QVERIFY(!other.remembers());
    QCOMPARE(rig.provider.revoked, (QStringList{QString::fromLatin1(rig.provider.lastRefresh), u"from the other process"_s}));
}

void TestSignOut::newestTokenIsRevoked()
{
    SignInRig rig;
    const auto one = rig.session();
    QVERIFY(rig.signIn(*one));
    const QByteArray mine = rig.provider.lastRefresh;
    const auto two = rig.session();
    two->restore();
    QVERIFY(SignInRig::reaches(*two, SignInPhase::SignedIn));
    two->refresh();
    QTRY_VERIFY(rig.stored()->refreshToken != mine);
    QVERIFY(SignInRig::reaches(*two, SignInPhase::SignedIn));
    QVERIFY(wait(one->signOut(false)).ok());
    QVERIFY(rig.provider.revoked.contains(QString::fromLatin1(rig.provider.lastRefresh)));
    QVERIFY(rig.secrets->entries.isEmpty());
}

void TestSignOut::duringARenewal()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    std::optional<QFuture<Result<ports::SignOutEnd>>> out;
    rig.provider.atToken = [&] { out = session->signOut(false); };   // the answer with the new token is yet to come
    session->refresh();
    QTRY_VERIFY(out);
    QVERIFY(wait(*out).ok());
    QCOMPARE(rig.provider.tokenRequests(), 2);
    QVERIFY(rig.provider.revoked.contains(QString::fromLatin1(rig.provider.lastRefresh)));
    QVERIFY(rig.secrets->entries.isEmpty());
    QCOMPARE(session->state().phase, SignInPhase::SignedOut);
    QVERIFY(!SignInRig::credential(*session->apiServerTokens()).ok());
}

void TestSignOut::duringARenewalThatIsLost()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    rig.provider.failNext(FaultAnswer::silent().cut(), true);
    std::optional<QFuture<Result<ports::SignOutEnd>>> out;
    rig.provider.atToken = [&] { out = session->signOut(false); };
    session->refresh();
    QTRY_VERIFY(out);
    QVERIFY(wait(*out).ok());
    QVERIFY(rig.secrets->entries.isEmpty());
    QCOMPARE(session->state().phase, SignInPhase::SignedOut);
}

/// The lock comes late, and the person is in again by then: their new entry stays, and its token is not revoked.
void TestSignOut::signedInAgainMeanwhile()
{
    SignInRig rig;
    login::Vault other(u"prod"_s, rig.settings, rig.parts());
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    std::optional<ports::SessionLock::Guard> guard;
    other.lock([&](const Result<ports::SessionLock::Guard> &held) { guard = held ? *held : nullptr; });
    QTRY_VERIFY(guard);
    QFuture<Result<ports::SignOutEnd>> out = session->signOut(false);
    QTRY_COMPARE(rig.provider.revoked.size(), 1);
    session->start(ports::SignInWay::Browser);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::WaitingForBrowser));
    SignInRig::visit(rig.provider.agree(session->state().browserUrl));
    QVERIFY(SignInRig::reaches(*session, SignInPhase::Exchanging));
    QTRY_COMPARE(rig.provider.tokenRequests(), 2);
    guard.reset();
    QVERIFY(SignInRig::reaches(*session, SignInPhase::SignedIn));
    QVERIFY(wait(out).ok());
    QCOMPARE(rig.stored()->refreshToken, rig.provider.lastRefresh);
    QCOMPARE(rig.provider.revoked.size(), 1);
}

void TestSignOut::otherWindowsEnd()
{
    SignInRig rig;
    const auto one = rig.session();
    QVERIFY(rig.signIn(*one));
    const auto two = rig.session();
    two->restore();
    QVERIFY(SignInRig::reaches(*two, SignInPhase::SignedIn));
    rig.provider.discovery.remove(u"revocation_endpoint"_s);   // the provider would renew it all the same
    QVERIFY(wait(one->signOut(false)).ok());
    const int before = rig.provider.tokenRequests();
    two->refresh();
    QVERIFY(SignInRig::reaches(*two, SignInPhase::Expired));
    QCOMPARE(two->state().fault, SignInFault::SessionEnded);
    QVERIFY(two->state().error->message.contains(rig.settings.issuer));
    QVERIFY(rig.secrets->entries.isEmpty());
    QCOMPARE(rig.provider.tokenRequests(), before);
}

/// Two persons, one after the other, at one profile in two windows: the later one's entry is neither written over nor removed.
void TestSignOut::otherPersonsEntryStays()
{
    SignInRig rig;
    rig.provider.discovery.remove(u"revocation_endpoint"_s);   // or the first one's would be over
    const auto olga = rig.session();
    QVERIFY(rig.signIn(*olga));
    rig.provider.claimChanges = {{u"sub"_s, u"300"_s}, {u"preferred_username"_s, u"vera"_s}};
    const auto vera = rig.session();
    QVERIFY(rig.signIn(*vera));
    const login::StoredSignIn veras = *rig.stored();
    rig.provider.claimChanges = {};
    rig.provider.answerChanges = {{u"id_token"_s, QString::fromLatin1(rig.provider.idToken())}};
    for (int round = 0; round < 2; ++round) {
        olga->refresh();
        QTRY_COMPARE(rig.provider.tokenRequests(), 3 + round);
        QVERIFY(SignInRig::reaches(*olga, SignInPhase::SignedIn));
        QVERIFY(!olga->state().error && !olga->state().identity->remembered);
        QCOMPARE(rig.stored(), std::optional(veras));
    }
    QVERIFY(wait(olga->signOut(false)).ok());
    QCOMPARE(rig.stored(), std::optional(veras));
    QVERIFY(!rig.provider.revoked.contains(QString::fromLatin1(veras.refreshToken)));
}

/// A command that signs out need not take the session up first.
void TestSignOut::neverRestored()
{
    SignInRig rig;
    QVERIFY(rig.signIn(*rig.session()));
    const auto session = rig.session();
    QVERIFY(wait(session->signOut(false)).ok());
    QVERIFY(rig.secrets->entries.isEmpty());
    QVERIFY(rig.provider.revoked.contains(QString::fromLatin1(rig.provider.lastRefresh)));
}

void TestSignOut::holderThatDoesNotEnd()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    login::SessionParts parts = rig.parts();
    parts.lock = std::make_shared<HeldLock>();
    login::Session other(u"prod"_s, rig.settings, parts);
    const Result<ports::SignOutEnd> out = wait(other.signOut(false));
    QVERIFY(!out.ok());
    QVERIFY(out.error().message.contains(u"4711"_s));
    QVERIFY(!out.error().remedy.isEmpty());
    QVERIFY(rig.secrets->entries.isEmpty());
    QCOMPARE(rig.provider.revoked, QStringList{QString::fromLatin1(rig.provider.lastRefresh)});
}

void TestSignOut::keyringLocked()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    rig.secrets->lock();
    const Result<ports::SignOutEnd> out = wait(session->signOut(false));
    QCOMPARE(out.error().reason, QString::fromLatin1(ports::secret::kLocked));
    QCOMPARE(rig.provider.revoked, QStringList{QString::fromLatin1(rig.provider.lastRefresh)});
    QCOMPARE(session->state().phase, SignInPhase::SignedOut);
}

void TestSignOut::revokedBeforeTheBrowser()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    qsizetype revoked = -1;
    rig.atOpen = [&] { revoked = rig.provider.revoked.size(); };
    QVERIFY(wait(session->signOut(true)).ok());
    QCOMPARE(revoked, 1);
    const QUrlQuery query(rig.opened.last());
    QVERIFY(!query.hasQueryItem(u"id_token_hint"_s) && !query.hasQueryItem(u"post_logout_redirect_uri"_s));
}

void TestSignOut::providerWithoutALogoutPage()
{
    SignInRig rig;
    rig.provider.discovery.remove(u"end_session_endpoint"_s);
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    const Result<ports::SignOutEnd> out = wait(session->signOut(true));
    QVERIFY(!out.ok());
    QVERIFY(out.error().message.contains(rig.settings.issuer) && !out.error().remedy.isEmpty());
    QCOMPARE(rig.provider.revoked.size(), 1);
}

void TestSignOut::noBrowser()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    rig.browserWorks = false;
    const Result<ports::SignOutEnd> out = wait(session->signOut(true));
    QVERIFY(!out.ok());
    QCOMPARE(ports::faultOf(out.error()), SignInFault::NoBrowser);
    QVERIFY(out.error().remedy.contains(u"/end?client_id=quarterdeck"_s));
}

/// Her entry is written over, so nobody could end her sign-in any more: in the same window or in another process.
void TestSignOut::anotherPersonEndsTheFirst()
{
    for (const bool sameWindow : {true, false}) {
        for (const bool told : {true, false}) {
            SignInRig rig;
            const auto first = rig.session();
            QVERIFY(rig.signIn(*first));
            const QString olgas = QString::fromLatin1(rig.provider.lastRefresh);
            if (!told)
                rig.provider.server.handle(u"/revoke"_s, [](const support::FaultRequest &) { return FaultAnswer::json(503, "{}"); });
            rig.provider.claimChanges = {{u"sub"_s, u"300"_s}, {u"preferred_username"_s, u"vera"_s}};
            const auto second = sameWindow ? nullptr : rig.session();
            login::Session &session = sameWindow ? *first : *second;
            QVERIFY(rig.signIn(session));
            QCOMPARE(session.state().identity->user, u"vera"_s);
            QCOMPARE(rig.provider.revoked, told ? QStringList{olgas} : QStringList());
            const QString note = session.state().identity->notes.value(0);
            QVERIFY2(note.startsWith(u"olga was signed in before"_s) && note.contains(u"could not be told"_s) == !told, qPrintable(note));
            QCOMPARE(rig.stored()->refreshToken, rig.provider.lastRefresh);
            session.refresh();
            QTRY_COMPARE(rig.provider.tokenRequests(), 3);
            QVERIFY(SignInRig::reaches(session, SignInPhase::SignedIn));
            QVERIFY(session.state().identity->notes.isEmpty() && !session.state().error);
        }
    }
}

/// What the keychain has yet comes back with the next start: it is not ended at the provider.
void TestSignOut::anotherPersonWhoseTokenIsNotKept()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    rig.provider.claimChanges = {{u"sub"_s, u"300"_s}, {u"preferred_username"_s, u"vera"_s}};
    rig.secrets->lock();
    QVERIFY(rig.signIn(*session));
    QVERIFY(session->state().error);
    QCOMPARE(rig.provider.revoked, QStringList());
}

/// At Keycloak the old token's revocation would end the session that both are of.
void TestSignOut::theSamePersonAnewEndsNothing()
{
    SignInRig rig;
    QVERIFY(rig.signIn(*rig.session()));
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    QCOMPARE(rig.provider.revoked, QStringList());
    QVERIFY(session->state().identity->notes.isEmpty());
}

void TestSignOut::whetherTheProviderWasTold()
{
    for (const QString &how : {u"told"_s, u"refused"_s, u"no address"_s}) {
        SignInRig rig;
        if (how == "no address"_L1)
            rig.provider.discovery.remove(u"revocation_endpoint"_s);
        const auto session = rig.session();
        QVERIFY(rig.signIn(*session));
        if (how == "refused"_L1)
            rig.provider.server.handle(u"/revoke"_s, [](const support::FaultRequest &) { return FaultAnswer::json(503, "{}"); });
        const Result<ports::SignOutEnd> out = wait(session->signOut(false));
        QVERIFY(out.ok() && out->wasIn);
        QCOMPARE(out->told, how == "told"_L1);
        QCOMPARE(out->untold.has_value(), how != "told"_L1);
        QVERIFY(rig.secrets->entries.isEmpty());
        rig.provider.server.stopListening();   // once more: nothing is there to end, and nobody is asked
        rig.provider.server.dropAll();
        const Result<ports::SignOutEnd> again = wait(session->signOut(false));
        QVERIFY(again.ok() && !again->wasIn && !again->told && !again->untold);
    }
}

/// A keyring that is not there is not missed: whether it has something is known without it.
void TestSignOut::nobodyWasSignedIn()
{
    SignInRig rig;
    rig.secrets->lock();
    const Result<ports::SignOutEnd> out = wait(rig.session()->signOut(false));
    QVERIFY(out.ok() && !out->wasIn && !out->told && !out->untold);
    QCOMPARE(rig.provider.server.connections(), 0);
}

QTEST_GUILESS_MAIN(TestSignOut)
#include "tst_signout.moc"
