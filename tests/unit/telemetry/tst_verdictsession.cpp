// SPDX-License-Identifier: GPL-3.0-or-later
// Verdicts as a cluster's nodes get them: one question for all, who looks, what fails; and availability with what is not known.
#include "models/state/telemetry/VerdictSubjects.h"
#include "tests/support/FakeSignIn.h"
#include "tests/unit/telemetry/VerdictWorld.h"

#include <QSignalSpy>
#include <QTest>

using namespace qd;
using namespace qd::state;
using namespace Qt::StringLiterals;
using network::Labels;
using network::SeriesAnswer;
using World = qd::test::VerdictWorld;

namespace {

/// An overview that hears of the verdicts of a cluster.
struct OverviewStage {
    World world;
    Verdicts verdicts{&world.clock};
    test::PlainBodies bodies;
    items::overview::Overview overview{&world.clock, &bodies};

    OverviewStage()
    {
        verdicts.addEnvironment(&world.prod.environment);
        overview.setVerdicts(&verdicts);
        overview.addEnvironment(&world.prod.environment);
    }
};

}

class TstVerdictSession : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Wallets are counted by the parties that the wallet users of a validator have.
    void walletsOfAValidator()
    {
        World world;
        const network::KindInfo &kind = *world.kinds->find(u"WalletUser"_s);
        QList<network::Row> users;
        for (int i = 0; i < 206; ++i) {
            network::Row user = test::rowOf(kind, u"user-%1"_s.arg(i), u"mainnet"_s, u"Ready"_s);
            test::setCell(user, kind, u"validator"_s, test::textCell(i < 204 ? u"one"_s : u"two"_s));
            // Two users of one party, and one that has none yet.
            test::setCell(user, kind, u"partyId"_s, test::textCell(i == 203 ? QString() : u"party-%1::1220"_s.arg(i == 202 ? 0 : i)));
            // The last ones are being set up.
            test::setCell(user, kind, u"installed"_s, network::Cell{.is = network::Cell::Is::Boolean, .integer = i < 201 ? 1 : 0});
            users.append(user);
        }
        world.prod.store(u"WalletUser"_s)->applyBatch(test::batchOf(users));
        VerdictSession session(&world.prod.environment, &world.clock);
        QSignalSpy changed(&session, &VerdictSession::changed);
        QObject page;
        session.look(&page);
        QVERIFY(changed.wait());
        const NodeVerdict one = session.of(world.node(u"one"_s));
        QCOMPARE(one.state, VerdictState::Degraded);
        QVERIFY2(one.why().startsWith(u"201 parties have a wallet here"_s), qPrintable(one.why()));
        QCOMPARE(session.of(world.node(u"two"_s)).state, VerdictState::Progressing);
    }

    /// Not all kinds that tell of nodes are watched from the start: who judges opens the others.
    void opensWhatItNeeds()
    {
        World world;
        for (const QString &name : {u"Validator"_s, u"CantonNetwork"_s, u"SyncDomain"_s, u"SyncDomainConnection"_s, u"PruningSchedule"_s, u"WalletUser"_s})
            QVERIFY2(tellsOfNodes(*world.kinds->find(name)), qPrintable(name));
        QVERIFY(!tellsOfNodes(*world.kinds->find(u"Upgrade"_s)));
        const network::KindInfo &kind = *world.kinds->find(u"PruningSchedule"_s);
        world.metrics->onQuery = [&world](const QString &expr, double) {
            SeriesAnswer out = world.answer(expr);
            if (expr == verdictGauges())
                out.series.push_back({{{u"__name__"_s, u"daml_pruning_max_event_age"_s}, {u"namespace"_s, u"canton"_s}, {u"pod"_s, u"one-participant-0"_s}}, {{world.now(), 900}}});
            return Result<SeriesAnswer>(out);
        };
        VerdictSession session(&world.prod.environment, &world.clock);
        QVERIFY(!world.prod.environment.known(kind));
        QSignalSpy changed(&session, &VerdictSession::changed);
        QObject page;
        session.look(&page);
        for (const network::KindInfo &needed : world.kinds->kinds())
            QVERIFY2(needed.eager || !tellsOfNodes(needed) || world.prod.environment.known(needed), qPrintable(needed.kind));
        network::Row schedule = test::rowOf(kind, u"one-pruning"_s, u"mainnet"_s, u"Ready"_s);
        test::setCell(schedule, kind, u"node"_s, test::textCell(u"one"_s));
        test::setCell(schedule, kind, u"retention"_s, test::textCell(u"30d"_s));
        world.prod.environment.known(kind)->applyBatch(test::batchOf({schedule}));
        QVERIFY(changed.wait());
        QCOMPARE(session.of(world.node(u"one"_s)).state, VerdictState::Degraded);
        QVERIFY2(session.of(world.node(u"one"_s)).why().contains(u"Pruning does not keep up"_s), qPrintable(session.of(world.node(u"one"_s)).why()));
    }

    /// Of several stores behind one server one did not answer: it says so beside what it has. What it remarks about a query is none of it.
    void partOfAnAnswer()
    {
        World world;
        QStringList warnings{u"PromQL info: metric might not be a counter: \"splice_retries_failures\""_s};
        world.metrics->onQuery = [&](const QString &expr, double) {
            SeriesAnswer out = world.answer(expr);
            if (expr == verdictRates())
                out.warnings = warnings;
            return Result<SeriesAnswer>(out);
        };
        VerdictSession session(&world.prod.environment, &world.clock);
        QSignalSpy changed(&session, &VerdictSession::changed);
        QObject page;
        session.look(&page);
        QVERIFY(changed.wait());
        QCOMPARE(session.of(world.node(u"one"_s)).state, VerdictState::Progressing);
        warnings.append(u"receive series from thanos-store-1: connection refused"_s);
        session.ask();
        QVERIFY(changed.wait());
        QCOMPARE(session.of(world.node(u"one"_s)).state, VerdictState::NotDetermined);
        QCOMPARE(session.of(world.node(u"one"_s)).why(), u"Not all readings arrived: receive series from thanos-store-1: connection refused"_s);
        QVERIFY(!session.of(world.node(u"one"_s)).stale);
    }

    void oneQuestionForAll()
    {
        World world;
        VerdictSession session(&world.prod.environment, &world.clock);
        QSignalSpy changed(&session, &VerdictSession::changed);
        QVERIFY(!session.known());
        QObject page;
        session.look(&page);
        QVERIFY(changed.wait());
        QCOMPARE(world.metrics->askedFor(u"query"_s).size(), 3);
        QCOMPARE(session.of(world.node(u"one"_s)).state, VerdictState::Progressing);
        QCOMPARE(session.of(world.node(u"two"_s)).state, VerdictState::Progressing);
        QCOMPARE(session.all().size(), 2);
        QCOMPARE(session.of(world.node(u"one"_s)).lastEvent, std::optional(world.now() - 2));
        // As of the scrape, not of the question.
        QCOMPARE(session.of(world.node(u"one"_s)).at, world.now() - 5);
        // Another who looks asks nothing.
        QObject other;
        session.look(&other);
        QCOMPARE(world.metrics->askedFor(u"query"_s).size(), 3);
        world.eventAges[u"one"_s] = 600;
        session.ask();
        QVERIFY(changed.wait());
        QCOMPARE(session.of(world.node(u"one"_s)).state, VerdictState::Stuck);
        QVERIFY(session.of(world.node(u"one"_s)).why().contains(u"this one is behind"_s));
        QCOMPARE(session.of(world.node(u"two"_s)).state, VerdictState::Progressing);
    }

    /// What kubelets tell of volumes has no pod: their claims' names tell whose they are.
    void volumesAreOfTheirNodes()
    {
        World world;
        world.freeOf = {{u"data-one-postgres-0"_s, 0.04}, {u"data-two-postgres-0"_s, 0.4}, {u"data-grafana-0"_s, 0.01}};
        VerdictSession session(&world.prod.environment, &world.clock);
        QSignalSpy changed(&session, &VerdictSession::changed);
        QObject page;
        session.look(&page);
        QVERIFY(changed.wait());
        QCOMPARE(session.of(world.node(u"one"_s)).state, VerdictState::Degraded);
        QVERIFY2(session.of(world.node(u"one"_s)).why().contains(u"4 % of the volume data-one-postgres-0"_s), qPrintable(session.of(world.node(u"one"_s)).why()));
        QCOMPARE(session.of(world.node(u"two"_s)).state, VerdictState::Progressing);
    }

    void asksOnlyWhileSomebodyLooks()
    {
        World world;
        world.metrics->hold = true;
        VerdictSession session(&world.prod.environment, &world.clock);
        {
            QObject page;
            session.look(&page);
            QCOMPARE(world.metrics->asked.size(), 3);
        }
        // The page is gone: what was asked ends, and what comes all the same is not taken.
        QVERIFY(world.metrics->asked.first().stop.stop_requested());
        world.metrics->letAllGo();
        QCoreApplication::sendPostedEvents();
        QVERIFY(!session.known());
    }

    void latestWins()
    {
        World world;
        world.metrics->hold = true;
        VerdictSession session(&world.prod.environment, &world.clock);
        QSignalSpy changed(&session, &VerdictSession::changed);
        QObject page;
        session.look(&page);
        session.ask();
        QCOMPARE(world.metrics->held(), 6);
        QVERIFY(world.metrics->asked.first().stop.stop_requested());
        QVERIFY(!world.metrics->asked.last().stop.stop_requested());
        world.metrics->letAllGo();
        QVERIFY(changed.wait());
        QCOMPARE(changed.size(), 1);
        QCOMPARE(session.of(world.node(u"one"_s)).state, VerdictState::Progressing);
    }

    /// A failure keeps what was known, as old; after five minutes nothing is known.
    void failureAges()
    {
        World world;
        VerdictSession session(&world.prod.environment, &world.clock);
        QSignalSpy changed(&session, &VerdictSession::changed);
        QObject page;
        session.look(&page);
        QVERIFY(changed.wait());
        world.fails = Error{ErrorKind::Timeout, u"Prometheus did not answer within 10 s."_s, u"Look at its pod."_s};
        world.clock.at = world.clock.at.addSecs(60);
        session.ask();
        QVERIFY(changed.wait());
        QCOMPARE(session.of(world.node(u"one"_s)).state, VerdictState::Progressing);
        QVERIFY(session.of(world.node(u"one"_s)).stale);
        QCOMPARE(session.error().message, u"Prometheus did not answer within 10 s."_s);
        world.clock.at = world.clock.at.addSecs(300);
        session.ask();
        QVERIFY(changed.wait());
        QCOMPARE(session.of(world.node(u"one"_s)).state, VerdictState::NotDetermined);
        QCOMPARE(session.of(world.node(u"one"_s)).why(), u"Prometheus did not answer within 10 s. Look at its pod."_s);
        world.fails.reset();
        session.ask();
        QVERIFY(changed.wait());
        QCOMPARE(session.of(world.node(u"one"_s)).state, VerdictState::Progressing);
        QVERIFY(session.error().message.isEmpty());
    }

    void seriesEnds()
    {
        World world;
        VerdictSession session(&world.prod.environment, &world.clock);
        QSignalSpy changed(&session, &VerdictSession::changed);
        QObject page;
        session.look(&page);
        QVERIFY(changed.wait());
        world.clock.at = world.clock.at.addSecs(120);
        world.down = {u"one"_s};
        session.ask();
        QVERIFY(changed.wait());
        const NodeVerdict verdict = session.of(world.node(u"one"_s));
        QCOMPARE(verdict.state, VerdictState::NotDetermined);
        QVERIFY2(verdict.why().contains(u"the last scrape of one-participant-0 failed"_s), qPrintable(verdict.why()));
    }

    void noTelemetry()
    {
        World world;
        world.prod.environment.setTelemetry(nullptr);
        VerdictSession session(&world.prod.environment, &world.clock);
        QObject page;
        session.look(&page);
        QVERIFY(session.known());
        QCOMPARE(session.of(world.node(u"one"_s)).why(), u"Nothing measures this cluster here."_s);
    }

    /// Where nothing measures nothing is news, but that there are other nodes: thousands are not judged again each quarter of a minute.
    void whatCannotBeReadIsToldOnce()
    {
        World world;
        world.prod.environment.setTelemetry(nullptr);
        VerdictSession session(&world.prod.environment, &world.clock);
        QObject page;
        session.look(&page);
        QVERIFY(session.known());
        QSignalSpy changed(&session, &VerdictSession::changed);
        for (int i = 0; i < 3; ++i) {
            session.ask();
            QCoreApplication::processEvents();
        }
        QCOMPARE(changed.size(), 0);
        world.add(u"Validator"_s, u"three"_s);
        world.putLast(u"Validator"_s);
        session.ask();
        QVERIFY(changed.wait());
        QCOMPARE(session.of(world.node(u"three"_s)).why(), u"Nothing measures this cluster here."_s);
        session.ask();
        QCoreApplication::processEvents();
        QCOMPARE(changed.size(), 1);
    }

    void looksForTelemetry()
    {
        World world;
        world.telemetry->metricsSource.reset();
        VerdictSession session(&world.prod.environment, &world.clock);
        QSignalSpy changed(&session, &VerdictSession::changed);
        QObject page;
        session.look(&page);
        QVERIFY(!session.known());
        world.telemetry->setMissing(ports::TelemetryPart::Metrics, {ErrorKind::NotFound, u"No Prometheus was found in infra-prod."_s, u"Name it in the profile."_s});
        QVERIFY(session.known());
        QCOMPARE(session.of(world.node(u"one"_s)).why(), u"No Prometheus was found in infra-prod. Name it in the profile."_s);
        world.telemetry->states.clear();
        world.telemetry->metricsSource = world.metrics;
        world.telemetry->tell();
        QVERIFY(changed.wait());
        QCOMPARE(session.of(world.node(u"one"_s)).state, VerdictState::Progressing);
    }

    /// The first look() of a telemetry may tell something before it returns: the questions go out once all the same.
    void toldInTheMiddleOfAsking()
    {
        World world;
        world.metrics->hold = true;
        world.telemetry->tellsInLook = true;
        VerdictSession session(&world.prod.environment, &world.clock);
        QObject page;
        session.look(&page);
        QCOMPARE(world.telemetry->looks, 2);
        QCOMPARE(world.metrics->held(), 3);
        QSet<QString> texts;
        for (const test::FakeMetrics::Asked &asked : std::as_const(world.metrics->asked))
            texts.insert(asked.text);
        QCOMPARE(texts.size(), 3);
        AvailabilitySession availability(&world.prod.environment, &world.clock);
        world.telemetry->tellsInLook = true;
        availability.show({world.node(u"one"_s)}, 86400, 24);
        QCOMPARE(world.metrics->askedFor(u"range"_s).size(), 2);
    }

    /// That Loki was found, or is still missing, ends no question to Prometheus and asks none.
    void newsOfOtherParts()
    {
        World world;
        world.metrics->hold = true;
        VerdictSession session(&world.prod.environment, &world.clock);
        AvailabilitySession availability(&world.prod.environment, &world.clock);
        QSignalSpy changed(&session, &VerdictSession::changed);
        QSignalSpy available(&availability, &AvailabilitySession::changed);
        QObject page;
        session.look(&page);
        availability.show({world.node(u"one"_s)}, 86400, 24);
        world.telemetry->setMissing(ports::TelemetryPart::Logs, {ErrorKind::NotFound, u"No service of the cluster looks like Loki."_s});
        QCOMPARE(world.metrics->asked.size(), 5);
        for (const test::FakeMetrics::Asked &asked : std::as_const(world.metrics->asked))
            QVERIFY(!asked.stop.stop_requested());
        world.metrics->letAllGo();
        QTRY_COMPARE(changed.size(), 1);
        QTRY_COMPARE(available.size(), 1);
        world.telemetry->tell();
        QCOMPARE(world.metrics->asked.size(), 5);
        // Another Prometheus is asked at once.
        const auto other = std::make_shared<test::FakeMetrics>();
        other->hold = true;
        world.telemetry->metricsSource = other;
        world.telemetry->tell();
        QCOMPARE(other->asked.size(), 5);
    }

    /// What was read as somebody is shown to nobody else.
    void signedOut()
    {
        World world;
        const auto olga = std::make_shared<test::FakeSignIn>();
        olga->become(ports::SignInPhase::SignedIn, u"olga"_s);
        world.prod.environment.setSignIn(olga);
        VerdictSession session(&world.prod.environment, &world.clock);
        AvailabilitySession availability(&world.prod.environment, &world.clock);
        world.metrics->onRange = [](const ports::RangeQuery &query) {
            network::TimeSeries one{{{u"qd_node"_s, u"0"_s}}, {{query.end, 1}}};
            return Result<SeriesAnswer>(SeriesAnswer{query.start, query.end, query.step, {one}, {}, {}});
        };
        QObject page;
        session.look(&page);
        availability.show({world.node(u"one"_s)}, 86400, 24);
        QTRY_COMPARE(session.of(world.node(u"one"_s)).state, VerdictState::Progressing);
        QTRY_VERIFY(availability.of(world.node(u"one"_s)));
        const qsizetype before = world.metrics->asked.size();
        olga->become(ports::SignInPhase::SignedOut);
        QCOMPARE(session.of(world.node(u"one"_s)).state, VerdictState::NotDetermined);
        QCOMPARE(session.of(world.node(u"one"_s)).why(), u"Nobody is signed in to infra-prod."_s);
        QVERIFY(!session.of(world.node(u"one"_s)).lastEvent);
        QVERIFY(!availability.of(world.node(u"one"_s)));
        session.ask();
        world.telemetry->tell();
        QCOMPARE(world.metrics->asked.size(), before);
        // Whoever comes next is answered at once.
        const auto ivan = std::make_shared<test::FakeSignIn>();
        ivan->become(ports::SignInPhase::SignedIn, u"ivan"_s);
        world.prod.environment.setSignIn(ivan);
        QTRY_COMPARE(session.of(world.node(u"one"_s)).state, VerdictState::Progressing);
        QTRY_VERIFY(availability.of(world.node(u"one"_s)));
    }

    void ofAllClusters()
    {
        World world;
        Verdicts verdicts(&world.clock);
        QObject page;
        verdicts.look(&page);
        verdicts.addEnvironment(&world.prod.environment);
        QSignalSpy changed(&verdicts, &Verdicts::changed);
        QVERIFY(changed.wait());
        QCOMPARE(changed.first().first().toString(), u"infra-prod"_s);
        QCOMPARE(verdicts.of(world.node(u"one"_s)).state, VerdictState::Progressing);
        verdicts.removeEnvironment(&world.prod.environment);
        QCOMPARE(verdicts.of(world.node(u"one"_s)).state, VerdictState::NotDetermined);
        QVERIFY(!verdicts.session(u"infra-prod"_s));
    }

    /// A node that calls itself ready and stands still needs attention; one that the operator reports failed has its own words.
    void overviewTells()
    {
        OverviewStage stage;
        World &world = stage.world;
        Verdicts &verdicts = stage.verdicts;
        items::overview::Overview &overview = stage.overview;
        world.eventAges[u"one"_s] = 600;
        QCOMPARE(world.metrics->asked.size(), 0);
        overview.setActive(true);
        QTRY_COMPARE(verdicts.of(world.node(u"one"_s)).state, VerdictState::Stuck);
        const auto told = [&overview] {
            overview.refresh();
            const QList<items::overview::Problem> all = overview.report().problems;
            const auto it = std::find_if(all.begin(), all.end(), [](const items::overview::Problem &p) { return p.cause == "progress"_L1; });
            return it == all.end() ? items::overview::Problem() : *it;
        };
        QCOMPARE(told().title, u"The node does not progress"_s);
        QCOMPARE(told().object.name, u"one"_s);
        QCOMPARE(told().since, qint64(world.now()) - 600);
        QVERIFY(told().detail.contains(u"this one is behind"_s));
        QCOMPARE(told().step.does, items::overview::Step::Does::Tab);
        QCOMPARE(told().step.id, u"metrics"_s);
        // What was read long ago is nothing to alarm by.
        overview.setActive(false);
        world.clock.at = world.clock.at.addSecs(300);
        QVERIFY(told().title.isEmpty());
    }

    /// Behind another page the navigation's figure follows what the nodes' page reads: that one more is in trouble, and that it is worse.
    void overviewBehindAnotherPage()
    {
        OverviewStage stage;
        World &world = stage.world;
        Verdicts &verdicts = stage.verdicts;
        items::overview::Overview &overview = stage.overview;
        overview.refresh();
        QSignalSpy changed(&overview, &items::overview::Overview::changed);
        QObject page;
        verdicts.look(&page);
        QTRY_COMPARE(verdicts.of(world.node(u"one"_s)).state, VerdictState::Progressing);
        const int before = overview.report().problemCount;
        world.eventAges[u"one"_s] = 600;
        verdicts.session(u"infra-prod"_s)->ask();
        QTRY_COMPARE(overview.report().problemCount, before + 1);
        const qsizetype told = changed.size();
        verdicts.session(u"infra-prod"_s)->ask();
        QTRY_COMPARE(verdicts.of(world.node(u"one"_s)).state, VerdictState::Stuck);
        QCOMPARE(changed.size(), told);
        world.eventAges[u"one"_s] = 2;
        verdicts.session(u"infra-prod"_s)->ask();
        QTRY_COMPARE(overview.report().problemCount, before);
    }

    void availability()
    {
        World world;
        AvailabilitySession session(&world.prod.environment, &world.clock);
        QSignalSpy changed(&session, &AvailabilitySession::changed);
        const double end = world.now(), day = 86400;
        world.metrics->onRange = [&](const ports::RangeQuery &query) {
            SeriesAnswer out{query.start, query.end, query.step, {}, {}, {}};
            const bool counts = query.expr.startsWith(u"count"_s);
            network::TimeSeries one{{{u"qd_node"_s, u"0"_s}}, {}};
            // Of 30 days the last 10 were measured, an hour of the last one half the time; on the third last it was down for 10 %.
            for (int i = 20; i < 30; ++i)
                one.samples.push_back({end - (29 - i) * day, counts ? (i == 29 ? 144 : 288) : i == 27 ? 0.9 : 1.0});
            out.series = {one};
            return Result<SeriesAnswer>(out);
        };
        session.show({world.node(u"one"_s), world.node(u"two"_s)}, 30 * 86400, 30);
        QVERIFY(changed.wait());
        const std::optional<Availability> one = session.of(world.node(u"one"_s));
        QVERIFY(one);
        QCOMPARE(one->cells.size(), 30);
        QCOMPARE(one->cells.at(0).known, 0.0);
        QCOMPARE(one->cells.at(29).known, 0.5);
        QCOMPARE(one->cells.at(27).up, 0.9);
        QCOMPARE(one->knownSeconds(), 9.5 * day);
        QVERIFY(std::abs(one->downSeconds() - 0.1 * day) < 1e-6);
        QVERIFY(std::abs(*one->share() - (1 - 0.1 / 9.5)) < 1e-9);
        QVERIFY(std::abs(one->budgetLeft() - (2592 - 8640)) < 1e-6);
        QCOMPARE(one->resolution, 300.0);
        QVERIFY(!session.of(world.node(u"two"_s)));      // not measured: no word, neither up nor down
        // The same again asks nothing; a stretch of another length does.
        const qsizetype before = world.metrics->asked.size();
        session.show({world.node(u"one"_s), world.node(u"two"_s)}, 30 * 86400, 30);
        QCOMPARE(world.metrics->asked.size(), before);
        session.show({world.node(u"one"_s), world.node(u"two"_s)}, 86400, 24);
        QCOMPARE(world.metrics->asked.size(), before + 2);
        QCOMPARE(world.metrics->asked.last().step, 3600.0);
        QVERIFY(!session.of(world.node(u"one"_s)));
    }

    void availabilityFails()
    {
        World world;
        world.metrics->onRange = [](const ports::RangeQuery &) { return Result<SeriesAnswer>(Error{ErrorKind::TooMany, u"Too many samples."_s}); };
        AvailabilitySession session(&world.prod.environment, &world.clock);
        QSignalSpy changed(&session, &AvailabilitySession::changed);
        session.show({world.node(u"one"_s)}, 86400, 24);
        QVERIFY(changed.wait());
        QVERIFY(!session.of(world.node(u"one"_s)));
        QCOMPARE(session.error().message, u"Too many samples."_s);
        QVERIFY(!session.loading());
        session.show({}, 0, 0);
        const qsizetype before = world.metrics->asked.size();
        world.telemetry->tell();
        QCOMPARE(world.metrics->asked.size(), before);
    }

    /// Whose history is in what did not answer has one all the same.
    void partOfAHistory()
    {
        World world;
        world.metrics->onRange = [](const ports::RangeQuery &query) {
            return Result<SeriesAnswer>(SeriesAnswer{query.start, query.end, query.step, {{{{u"qd_node"_s, u"0"_s}}, {{query.end, 1}}}}, {u"store-1 is down"_s}, {}});
        };
        AvailabilitySession session(&world.prod.environment, &world.clock);
        QSignalSpy changed(&session, &AvailabilitySession::changed);
        session.show({world.node(u"one"_s), world.node(u"two"_s)}, 86400, 24);
        QVERIFY(changed.wait());
        QVERIFY(session.of(world.node(u"one"_s)));
        QVERIFY(!session.of(world.node(u"two"_s)));
        QCOMPARE(session.error().message, u"Not all readings arrived: store-1 is down"_s);
    }

    void nothingMeasured()
    {
        Availability none;
        none.to = 86400;
        none.cells.resize(24);
        QVERIFY(!none.share());
        QCOMPARE(none.downSeconds(), 0.0);
    }

    void availabilityQueries()
    {
        // Of replicas the newest counts, not each of them: a passive one receives nothing.
        QCOMPARE(availabilityQuery(u"namespace=\"a\""_s, true),
                 u"min(up{namespace=\"a\"} or daml_health_status{namespace=\"a\"} or (time() - max by (component, synchronizer) "
                 "(daml_sequencer_client_handler_last_sequencing_time_micros{namespace=\"a\"} > 0) / 1e6 < bool 390))"_s);
        // Where a network may be silent, who hears nothing is not down: neither clock nor neighbours, of whatever network, are compared with.
        QCOMPARE(availabilityQuery(u"namespace=\"a\""_s, false), u"min(up{namespace=\"a\"} or daml_health_status{namespace=\"a\"})"_s);
    }
};

QTEST_GUILESS_MAIN(TstVerdictSession)
#include "tst_verdictsession.moc"
