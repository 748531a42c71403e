// SPDX-License-Identifier: GPL-3.0-or-later
// Who gets which token, when, on any thread.
#include "tests/unit/login/SignInRig.h"

#include <QThread>

using namespace qd;
using namespace qd::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using support::FaultAnswer;

class TestSessionTokens : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void wrongAudienceIsNotSent();
    void rejectedTokenIsRenewedOnce();
    void waitersGiveUp();
    void workWaitsForTheSignIn();
    void fromAnotherThread();
    void endedSessionAnswers();
    void singleFlight();
};

void TestSessionTokens::wrongAudienceIsNotSent()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    QVERIFY(SignInRig::credential(*session->accessTokens(u"https://canton.example"_s)).ok());
    const auto refused = SignInRig::credential(*session->accessTokens(u"https://other.example"_s));
    QVERIFY(!refused.ok());
    QCOMPARE(ports::faultOf(refused.error()), SignInFault::WrongAudience);
    QVERIFY(refused.error().message.contains(u"https://other.example"_s));
    QVERIFY(refused.error().message.contains(u"https://canton.example"_s));
    QCOMPARE(rig.provider.tokenRequests(), 1);
}

void TestSessionTokens::rejectedTokenIsRenewedOnce()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    const auto tokens = session->apiServerTokens();
    const ports::Credential first = *SignInRig::credential(*tokens);
    tokens->rejected(first);   // just obtained: another would be refused the same
    QCOMPARE(SignInRig::credential(*tokens)->bearer, first.bearer);
    QCOMPARE(rig.provider.tokenRequests(), 1);
    rig.clock->advance(60s);
    tokens->rejected(first);
    const ports::Credential second = *SignInRig::credential(*tokens);
    QVERIFY(second.bearer != first.bearer);
    tokens->rejected(second);
    QCOMPARE(SignInRig::credential(*tokens)->bearer, second.bearer);
    QCOMPARE(rig.provider.tokenRequests(), 2);
}

void TestSessionTokens::waitersGiveUp()
{
    SignInRig rig;
    const auto session = rig.session();
    session->start(ports::SignInWay::Browser);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::WaitingForBrowser));
    std::stop_source stop;
    QFuture<Result<ports::Credential>> future = session->apiServerTokens()->credential(stop.get_token());
    std::stop_source before;
    before.request_stop();
    QFuture<Result<ports::Credential>> never = session->apiServerTokens()->credential(before.get_token());
    QTRY_VERIFY(never.isFinished());
    QVERIFY(!future.isFinished());
    stop.request_stop();
    QTRY_VERIFY(future.isFinished());
    QCOMPARE(future.result().error().kind, ErrorKind::Cancelled);
}

void TestSessionTokens::workWaitsForTheSignIn()
{
    SignInRig rig;
    const auto session = rig.session();
    session->start(ports::SignInWay::Browser);
    QVERIFY(SignInRig::reaches(*session, SignInPhase::WaitingForBrowser));
    QFuture<Result<ports::Credential>> future = session->apiServerTokens()->credential();
    SignInRig::visit(rig.provider.agree(session->state().browserUrl));
    QTRY_VERIFY(future.isFinished());
    QVERIFY(future.result().ok());
}

void TestSessionTokens::fromAnotherThread()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    rig.clock->advance(299s);
    const auto tokens = session->apiServerTokens();
    std::atomic<int> good = 0;
    std::atomic<int> over = 0;
    std::vector<std::unique_ptr<QThread>> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back(QThread::create([&] {
            for (int n = 0; n < 200; ++n) {
                std::stop_source stop;
                QFuture<Result<ports::Credential>> future = tokens->credential(stop.get_token());
                if (n % 50 == 49)
                    stop.request_stop();
                future.waitForFinished();
                good += future.result().ok() ? 1 : 0;
            }
            ++over;
        }));
        threads.back()->start();
    }
    QTRY_COMPARE_WITH_TIMEOUT(over.load(), 4, 20'000);
    for (const auto &thread : threads)
        thread->wait();
    QVERIFY(good.load() >= 4 * 196);
    QCOMPARE(rig.provider.tokenRequests(), 2);
}

void TestSessionTokens::endedSessionAnswers()
{
    SignInRig rig;
    auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    const auto tokens = session->apiServerTokens();
    rig.clock->advance(299s);
    rig.provider.failNext(FaultAnswer::silent().hang(), false);
    QFuture<Result<ports::Credential>> waiting = tokens->credential();
    QTRY_COMPARE(rig.provider.tokenRequests(), 2);
    session.reset();
    QTRY_VERIFY(waiting.isFinished());
    QVERIFY(!waiting.result().ok());
    QCOMPARE(SignInRig::credential(*tokens).error().kind, ErrorKind::Unauthenticated);
}

void TestSessionTokens::singleFlight()
{
    SignInRig rig;
    const auto session = rig.session();
    QVERIFY(rig.signIn(*session));
    rig.clock->advance(299s);
    const auto tokens = session->apiServerTokens();
    QList<QFuture<Result<ports::Credential>>> all;
    for (int i = 0; i < 20; ++i)
        all.append(tokens->credential());
    for (const auto &future : all)
        QTRY_VERIFY(future.isFinished() && future.resultAt(0).ok());
    QCOMPARE(rig.provider.tokenRequests(), 2);
}

QTEST_GUILESS_MAIN(TestSessionTokens)
#include "tst_sessiontokens.moc"
