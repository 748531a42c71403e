// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Async.h"
#include "models/state/Environment.h"
#include "tests/support/FakeGateway.h"
#include "tests/support/FakeSignIn.h"
#include "tests/support/ManualClock.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd::network;
using qd::LoadState;
using qd::state::Environment;
using qd::state::Mark;

namespace {
/// Notes what is watched; the test plays the server.
class ScriptedCluster final : public qd::ports::ClusterFeed {
public:
    class Feed final : public qd::ports::ResourceFeed {
    public:
        Feed(ScriptedCluster *cluster, QString watched) : m_cluster(cluster), m_watched(std::move(watched)) { }
        ~Feed() override
        {
            m_cluster->watched.removeOne(m_watched);
            m_cluster->feeds.removeOne(this);
        }
        void start() override { m_cluster->watched.append(m_watched); }
        void retryNow() override { m_cluster->retried.append(m_watched); }

    private:
        ScriptedCluster *m_cluster;
        QString m_watched;
    };

    std::unique_ptr<qd::ports::ResourceFeed> watch(const qd::ports::WatchRequest &request) override
    {
        auto feed = std::make_unique<Feed>(this, QString(request.kind.gvr.resource + u'@' + request.ns));
        feeds.append(feed.get());
        return feed;
    }
    qd::Freshness freshness() const override { return {}; }
    void resumed() override { }
    void say(LoadState::Phase phase)
    {
        for (Feed *feed : std::as_const(feeds))
            Q_EMIT feed->loadStateChanged(LoadState{phase});
    }
    void send(const RowBatch &batch) { Q_EMIT feeds.first()->batch(batch); }
    QStringList watched;   ///< "resource@namespace" of the feeds that live
    QStringList retried;
    QList<Feed *> feeds;
};
}

class EnvironmentTest : public QObject {
    Q_OBJECT
private:
    static std::shared_ptr<const KindTable> kinds()
    {
        const QJsonObject column{{u"id"_s, u"type"_s}, {u"title"_s, u"Type"_s}, {u"pointer"_s, u"/spec/type"_s}};
        const QJsonObject kind{{u"kind"_s, u"CantonNetwork"_s}, {u"group"_s, u"canton.quarterdeck.io"_s}, {u"version"_s, u"v1alpha1"_s},
                               {u"plural"_s, u"cantonnetworks"_s}, {u"columns"_s, QJsonArray{column}}};
        return std::make_shared<const KindTable>(*KindTable::fromJson({{u"schema"_s, 1}, {u"kinds"_s, QJsonArray{kind}}}));
    }

    /// Validators stand in the first pane, parties elsewhere.
    static std::shared_ptr<const KindTable> paneKinds()
    {
        const auto kind = [](const QString &name, const QString &plural, const QString &pane) {
            return QJsonObject{{u"kind"_s, name}, {u"group"_s, u"canton.quarterdeck.io"_s}, {u"version"_s, u"v1alpha1"_s},
                               {u"plural"_s, plural}, {u"pane"_s, pane}, {u"columns"_s, QJsonArray()}};
        };
        return std::make_shared<const KindTable>(*KindTable::fromJson(
            {{u"schema"_s, 1}, {u"kinds"_s, QJsonArray{kind(u"Validator"_s, u"validators"_s, u"nodes"_s), kind(u"Party"_s, u"parties"_s, u"parties"_s)}}}));
    }

    static RowBatch network(const QString &name, const QString &type)
    {
        Row row;
        row.uid = name;
        row.name = name;
        Cell cell;
        cell.is = Cell::Is::Text;
        cell.text = type;
        row.cells = {cell};
        RowBatch batch;
        batch.upserts = {row};
        return batch;
    }

private Q_SLOTS:
    void marksAreGuessedToTheCarefulSide()
    {
        QCOMPARE(qd::state::guessMark(u"eks-prod-eu"_s), Mark::Production);
        QCOMPARE(qd::state::guessMark(u"MainNet"_s), Mark::Production);
        QCOMPARE(qd::state::guessMark(u"infra-dev"_s), Mark::Dev);
        QCOMPARE(qd::state::guessMark(u"admin"_s), Mark::Plain);
    }

    /// A node of a MainNet asks for care whatever the context is called.
    void mainNetIsProductionInAnyCluster()
    {
        qd::test::ManualClock clock;
        Environment environment({u"admin"_s}, kinds(), std::make_shared<qd::test::FakeGateway>(), nullptr, &clock);
        QVERIFY(!environment.isProduction());
        QVERIFY(environment.isProductionFor(u"our-mainnet"_s));   // nothing is known of it yet: its name counts
        qd::state::ResourceStore *store = environment.store(environment.kinds().kinds().first());
        store->applyBatch(network(u"alpha"_s, u"MainNet"_s));
        store->applyBatch(network(u"mainnet-rehearsal"_s, u"DevNet"_s));
        QVERIFY(environment.isProductionFor(u"alpha"_s));
        QVERIFY(!environment.isProductionFor(u"mainnet-rehearsal"_s));
        QVERIFY(!environment.isProductionFor(QString()));
    }

    /// Rows of the first pane come without waiting for the access review.
    void firstPaneIsWatchedBeforeTheReviewIsAnswered()
    {
        qd::test::ManualClock clock;
        auto server = std::make_shared<qd::test::FakeGateway>();
        server->hang(true);
        ScriptedCluster cluster;
        Environment environment({u"admin"_s}, paneKinds(), server, &cluster, &clock);
        environment.start();
        QCOMPARE(cluster.watched, QStringList{u"validators@"_s});
        qd::state::ResourceStore *store = environment.store(environment.kinds().kinds().first());
        cluster.send(network(u"a"_s, {}));
        QCOMPARE(store->rows().size(), 1);
        server->hang(false);
        server->release();
        QTRY_COMPARE(cluster.watched, (QStringList{u"validators@"_s, u"parties@"_s}));
        QCOMPARE(store->rows().size(), 1);
    }

    /// Who may not see all namespaces sees that of the context, and no refusal flashes by before it is known.
    void restrictedPersonSeesTheNamespaceOfTheContext()
    {
        qd::test::ManualClock clock;
        auto server = std::make_shared<qd::test::FakeGateway>();
        server->deny(u"list"_s, u"validators"_s);
        server->hang(true);
        ScriptedCluster cluster;
        qd::state::EnvironmentInfo info{u"admin"_s};
        info.defaultNamespace = u"team"_s;
        Environment environment(info, paneKinds(), server, &cluster, &clock);
        environment.start();
        qd::state::ResourceStore *store = environment.store(environment.kinds().kinds().first());
        cluster.send(network(u"elsewhere"_s, {}));
        cluster.say(LoadState::Phase::Forbidden);
        QCOMPARE(store->loadState().phase, LoadState::Phase::Loading);
        server->hang(false);
        server->release();
        QTRY_COMPARE(cluster.watched.size(), 2);
        QVERIFY(cluster.watched.contains(u"validators@team"_s) && cluster.watched.contains(u"parties@team"_s));
        QVERIFY(store->rows().isEmpty());
        QCOMPARE(store->loadState().phase, LoadState::Phase::Loading);
        cluster.say(LoadState::Phase::Forbidden);   // now it counts
        QCOMPARE(store->loadState().phase, LoadState::Phase::Forbidden);
    }

    /// Without an answer a refusal held back is shown.
    void refusalIsShownWhenTheReviewFails()
    {
        qd::test::ManualClock clock;
        auto server = std::make_shared<qd::test::FakeGateway>();
        server->failNext(u"mayI"_s, {qd::ErrorKind::Network, u"gone"_s});
        server->hang(true);
        ScriptedCluster cluster;
        Environment environment({u"admin"_s}, paneKinds(), server, &cluster, &clock);
        environment.start();
        cluster.say(LoadState::Phase::Forbidden);
        qd::state::ResourceStore *store = environment.store(environment.kinds().kinds().first());
        QCOMPARE(store->loadState().phase, LoadState::Phase::Loading);
        server->hang(false);
        server->release();
        QTRY_COMPARE(store->loadState().phase, LoadState::Phase::Forbidden);
    }

    /// Nothing is asked of a server before somebody is signed in, and everything after.
    void nothingIsAskedBeforeTheSignIn()
    {
        qd::test::ManualClock clock;
        auto server = std::make_shared<qd::test::FakeGateway>();
        ScriptedCluster cluster;
        auto session = std::make_shared<qd::test::FakeSignIn>();
        Environment environment({u"prod"_s}, paneKinds(), server, &cluster, &clock);
        environment.setSignIn(session);
        environment.start();
        QVERIFY(environment.needsSignIn());
        QCOMPARE(server->calls.size(), 0);
        QCOMPARE(cluster.watched, QStringList());
        session->become(qd::ports::SignInPhase::WaitingForBrowser);
        QCOMPARE(server->calls.size(), 0);
        session->become(qd::ports::SignInPhase::SignedIn, u"olga"_s);
        QTRY_COMPARE(cluster.watched.size(), 2);
        QCOMPARE(server->count(u"whoAmI"_s), 1);
    }

    /// After an end and another sign-in of the same person everything that was refused meanwhile is asked again, rows stay.
    void theSamePersonGoesOnWithWhatWasShown()
    {
        qd::test::ManualClock clock;
        auto server = std::make_shared<qd::test::FakeGateway>();
        ScriptedCluster cluster;
        auto session = std::make_shared<qd::test::FakeSignIn>();
        session->become(qd::ports::SignInPhase::SignedIn, u"olga"_s);
        Environment environment({u"prod"_s}, paneKinds(), server, &cluster, &clock);
        environment.setSignIn(session);
        environment.start();
        QTRY_COMPARE(cluster.watched.size(), 2);
        qd::state::ResourceStore *store = environment.store(environment.kinds().kinds().first());
        cluster.send(network(u"a"_s, {}));
        session->become(qd::ports::SignInPhase::WaitingForBrowser, u"olga"_s);   // signs in again before the end
        QVERIFY(!environment.needsSignIn());
        session->become(qd::ports::SignInPhase::Expired, u"olga"_s);
        QVERIFY(environment.needsSignIn());
        QCOMPARE(cluster.retried, QStringList());
        session->become(qd::ports::SignInPhase::SignedIn, u"olga"_s);
        QCOMPARE(cluster.retried.size(), 2);
        QCOMPARE(server->count(u"whoAmI"_s), 2);
        QCOMPARE(store->rows().size(), 1);
    }

    /// A watch outlives its token: signing out ends it. And nobody sees what another person was shown.
    void signingOutEndsTheWatchesAndAnotherPersonStartsAnew()
    {
        qd::test::ManualClock clock;
        auto server = std::make_shared<qd::test::FakeGateway>();
        ScriptedCluster cluster;
        auto session = std::make_shared<qd::test::FakeSignIn>();
        session->become(qd::ports::SignInPhase::SignedIn, u"olga"_s);
        Environment environment({u"prod"_s}, paneKinds(), server, &cluster, &clock);
        environment.setSignIn(session);
        environment.start();
        QTRY_COMPARE(cluster.watched.size(), 2);
        qd::state::ResourceStore *store = environment.store(environment.kinds().kinds().first());
        cluster.send(network(u"a"_s, {}));
        session->become(qd::ports::SignInPhase::SignedOut);
        QCOMPARE(cluster.retried.size(), 2);
        session->become(qd::ports::SignInPhase::SignedIn, u"vera"_s);
        QVERIFY(store->rows().isEmpty());
        QTRY_COMPARE(cluster.watched.size(), 2);
        QCOMPARE(server->count(u"whoAmI"_s), 2);
    }

    void productionEnvironmentIsProductionForEveryNetwork()
    {
        qd::test::ManualClock clock;
        Environment environment({u"prod"_s, Mark::Production}, kinds(), std::make_shared<qd::test::FakeGateway>(), nullptr, &clock);
        QVERIFY(environment.isProductionFor(u"devnet"_s));
        QVERIFY(environment.isProductionFor(QString()));
    }
};

QTEST_GUILESS_MAIN(EnvironmentTest)
#include "tst_environment.moc"
