// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/Follower.h"
#include "tests/support/FakeGateway.h"
#include "tests/support/ManualClock.h"

#include <QJsonDocument>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::state;
using network::State;
using Is = FollowVerdict::Is;

namespace {

FollowTarget generationTarget()
{
    FollowTarget target;
    target.until = FollowTarget::Until::Generation;
    target.phases = {{u"Ready"_s, State::Ready}, {u"Updating"_s, State::Updating}, {u"Failed"_s, State::Failed},
        {u"Suspended"_s, State::Suspended}};
    target.good = {State::Ready};
    target.bad = {State::Failed};
    return target;
}

QJsonObject obj(const QByteArray &text)
{
    return QJsonDocument::fromJson(QByteArray(text).replace('\'', '"')).object();
}

}

class TestFollower : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void judges_data()
    {
        QTest::addColumn<QByteArray>("object");
        QTest::addColumn<int>("is");
        QTest::addColumn<QString>("says");
        QTest::newRow("no status") << QByteArray("{'spec':{}}") << int(Is::Waiting) << u"generation 3"_s;
        QTest::newRow("older") << QByteArray("{'status':{'observedGeneration':2,'phase':'Ready'}}") << int(Is::Waiting)
                               << u"generation 3"_s;
        QTest::newRow("updating") << QByteArray(
            "{'status':{'observedGeneration':3,'phase':'Updating','message':'1 of 2'}}")
                                  << int(Is::Waiting) << u"1 of 2"_s;
        QTest::newRow("pods of all components")
            << QByteArray("{'status':{'observedGeneration':3,'phase':'Updating','message':'Rolling out','components':[{'name':'a','ready':1,"
                          "'desired':2},{'name':'b','ready':3,'desired':1},{'name':'c'}]}}")
            << int(Is::Waiting) << u"Rolling out, 2 of 4 pods ready"_s;
        QTest::newRow("ready") << QByteArray("{'status':{'observedGeneration':3,'phase':'Ready'}}") << int(Is::Settled)
                               << u"Ready"_s;
        QTest::newRow("newer") << QByteArray("{'status':{'observedGeneration':5,'phase':'Ready'}}") << int(Is::Settled)
                               << u"Ready"_s;
        QTest::newRow("not ready") << QByteArray("{'status':{'observedGeneration':3,'phase':'Ready','conditions':[{'"
                                                 "type':'Ready','status':'False','reason':'PodsMissing'}]}}")
                                   << int(Is::Waiting) << u"PodsMissing"_s;
        QTest::newRow("ready of an older generation")
            << QByteArray("{'status':{'observedGeneration':3,'phase':'Ready','conditions':[{'type':'Ready','status':'"
                          "True','observedGeneration':2}]}}")
            << int(Is::Waiting) << QString();
        QTest::newRow("failed") << QByteArray(
            "{'status':{'observedGeneration':3,'phase':'Failed','message':'no disk'}}")
                                << int(Is::Failed) << u"no disk"_s;
        QTest::newRow("failed before") << QByteArray("{'status':{'observedGeneration':2,'phase':'Failed'}}")
                                       << int(Is::Waiting) << QString();
        QTest::newRow("suspended as declared")
            << QByteArray("{'spec':{'suspend':true},'status':{'observedGeneration':3,'phase':'Suspended'}}")
            << int(Is::Settled) << QString();
        QTest::newRow("suspended not declared")
            << QByteArray("{'status':{'observedGeneration':3,'phase':'Suspended'}}") << int(Is::Waiting) << QString();
        QTest::newRow("unknown phase") << QByteArray("{'status':{'observedGeneration':3,'phase':'Pondering'}}")
                                       << int(Is::Waiting) << u"Pondering"_s;
        QTest::newRow("refused") << QByteArray("{'status':{'observedGeneration':3,'phase':'Ready','conditions':[{'type'"
                                               ":'SpecAccepted','status':'False','message':'two bridges'}]}}")
                                 << int(Is::Failed) << u"two bridges"_s;
        QTest::newRow("refused before") << QByteArray("{'status':{'observedGeneration':2,'conditions':[{'type':'"
                                                      "SpecAccepted','status':'False','observedGeneration':2}]}}")
                                        << int(Is::Waiting) << QString();
        QTest::newRow("no phases") << QByteArray("{'status':{'observedGeneration':3}}") << int(Is::Settled)
                                   << QString();
    }

    void judges()
    {
        QFETCH(QByteArray, object);
        QFETCH(int, is);
        QFETCH(QString, says);
        const FollowVerdict verdict = judge(generationTarget(), obj(object), 3);
        QCOMPARE(int(verdict.is), is);
        QVERIFY2(verdict.message.contains(says), qPrintable(verdict.message));
    }

    void requestsSettleByEcho()
    {
        FollowTarget target;
        target.until = FollowTarget::Until::Request;
        target.request = u"restart"_s;
        target.requestValue = u"2026-03-01T12:00:00Z"_s;
        QCOMPARE(judge(target, obj("{'status':{}}"), 1).is, Is::Waiting);
        QCOMPARE(judge(target, obj("{'status':{'handledRequests':{'reconcile':'2026-03-01T12:00:00Z'}}}"), 1).is,
            Is::Waiting);
        QCOMPARE(
            judge(target, obj("{'status':{'handledRequests':{'restart':'2026-03-01T11:59:59Z'}}}"), 1).is, Is::Waiting);
        QCOMPARE(
            judge(target, obj("{'status':{'handledRequests':{'restart':'2026-03-01T12:00:00Z'}}}"), 1).is, Is::Settled);
        QCOMPARE(
            judge(target, obj("{'status':{'handledRequests':{'restart':'2026-03-01T12:10:00Z'}}}"), 1).is, Is::Settled);
    }

    void pollsEveryTwoSeconds()
    {
        auto server = std::make_shared<test::FakeGateway>();
        test::ManualClock clock;
        test::ManualScheduler time(&clock);
        server->put(test::makeValidator(u"a"_s));
        PollingWatcher watcher(server, time.scheduler());
        QSignalSpy updated(&watcher, &ObjectWatcher::updated);
        QSignalSpy gone(&watcher, &ObjectWatcher::gone);
        QSignalSpy trouble(&watcher, &ObjectWatcher::trouble);
        watcher.start(id());
        QTRY_COMPARE(updated.size(), 1);
        time.advance(std::chrono::milliseconds(1999));
        QCOMPARE(server->count(u"get"_s), 1);
        time.advance(std::chrono::milliseconds(1));
        QTRY_COMPARE(updated.size(), 2);
        server->failNext(u"get"_s, {ErrorKind::Timeout, u"slow"_s});
        time.advance(std::chrono::seconds(2));
        QTRY_COMPARE(trouble.size(), 1);
        server->erase(u"validators/a"_s);
        time.advance(std::chrono::seconds(2));
        QTRY_COMPARE(gone.size(), 1);
        server->put(test::makeValidator(u"a"_s)); // the name again, another object
        time.advance(std::chrono::seconds(2));
        QTRY_COMPARE(gone.size(), 2);
        QCOMPARE(updated.size(), 2);
    }

    void oneRequestAtATimeAndNoneAfterItsEnd()
    {
        auto server = std::make_shared<test::FakeGateway>();
        test::ManualClock clock;
        test::ManualScheduler time(&clock);
        server->hang(true);
        auto watcher = std::make_unique<PollingWatcher>(server, time.scheduler());
        watcher->start(id());
        time.advance(std::chrono::minutes(1));
        QCOMPARE(server->count(u"get"_s), 1);
        watcher.reset();
        server->release();
        time.advance(std::chrono::minutes(1));
        QCOMPARE(server->count(u"get"_s), 1);
    }

    void endsOnce()
    {
        auto server = std::make_shared<test::FakeGateway>();
        test::ManualClock clock;
        test::ManualScheduler time(&clock);
        server->put(test::makeValidator(u"a"_s));
        Follower follower(std::make_unique<PollingWatcher>(server, time.scheduler()), time.scheduler());
        QSignalSpy finished(&follower, &Follower::finished);
        QSignalSpy progress(&follower, &Follower::progress);
        follower.start(id(), generationTarget(), 2, std::chrono::seconds(30));
        QTRY_COMPARE(progress.size(), 1);
        for (int i = 0; i < 3; ++i) {
            QTRY_COMPARE(time.waiting(), 2); // the time limit and the next poll
            time.advance(std::chrono::seconds(2));
            QCOMPARE(server->count(u"get"_s), i + 2);
        }
        QCOMPARE(progress.size(), 1); // the same text is said once
        time.advance(std::chrono::seconds(60));
        QCOMPARE(finished.size(), 1);
        QCOMPARE(finished.first().first().value<Follower::End>(), Follower::End::Timeout);
        QVERIFY(finished.first().at(1).toString().contains(u"30 s"_s));
        server->patch(u"validators/a"_s, obj("{'status':{'observedGeneration':2}}"));
        time.advance(std::chrono::seconds(60));
        QCOMPARE(finished.size(), 1);
    }

    void goneIsGoodOnlyForADelete()
    {
        for (const bool removal : {true, false}) {
            auto server = std::make_shared<test::FakeGateway>();
            test::ManualClock clock;
            test::ManualScheduler time(&clock);
            Follower follower(std::make_unique<PollingWatcher>(server, time.scheduler()), time.scheduler());
            QSignalSpy finished(&follower, &Follower::finished);
            FollowTarget target = generationTarget();
            if (removal)
                target.until = FollowTarget::Until::Gone;
            follower.start(id(), target, 2, std::chrono::seconds(30));
            QTRY_COMPARE(finished.size(), 1);
            QCOMPARE(finished.first().first().value<Follower::End>(),
                removal ? Follower::End::Settled : Follower::End::Failed);
        }
    }

private:
    static ObjectId id()
    {
        return {
            u"test"_s, {u"canton.quarterdeck.io"_s, u"v1alpha1"_s, u"validators"_s}, u"canton"_s, u"a"_s, u"uid-1"_s};
    }
};

QTEST_GUILESS_MAIN(TestFollower)
#include "tst_follower.moc"
