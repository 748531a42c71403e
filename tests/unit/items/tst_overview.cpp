// SPDX-License-Identifier: GPL-3.0-or-later
// What the overview decides: policies, forecasts, words of problems and their order. What it does not know is in tst_overviewlists.
#include "models/items/overview/LatestChanges.h"
#include "models/items/overview/ProblemWords.h"
#include "models/items/overview/TrafficForecast.h"
#include "tests/unit/items/OverviewFixture.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::items::overview;
using items::Readings;
using test::OverviewWorld;

namespace {
constexpr qint64 kHour = 3600;
constexpr qint64 kDay = 24 * kHour;
}

class OverviewTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cron_data()
    {
        QTest::addColumn<QString>("expression");
        QTest::addColumn<qint64>("usual");
        QTest::addColumn<qint64>("longest");
        QTest::newRow("every 4 h") << u"0 */4 * * *"_s << 4 * kHour << 4 * kHour;
        QTest::newRow("not on Saturdays") << u"15 */4 * * MON-FRI,SUN"_s << 4 * kHour << 28 * kHour;
        QTest::newRow("at night not") << u"0 8-20 * * *"_s << kHour << 12 * kHour;
        QTest::newRow("daily") << u"@daily"_s << kDay << kDay;
        QTest::newRow("weekly") << u"30 2 * * 7"_s << 7 * kDay << 7 * kDay;
        QTest::newRow("monthly") << u"0 0 1 * *"_s << 31 * kDay << 31 * kDay;
        QTest::newRow("day or weekday") << u"0 0 1 * MON"_s << 7 * kDay << 7 * kDay;
        QTest::newRow("every so often") << u"@every 90m"_s << 5400LL << 5400LL;
        QTest::newRow("by names") << u"0 3 * JAN-DEC WED"_s << 7 * kDay << 7 * kDay;
        QTest::newRow("each minute") << u"* * * * *"_s << 60LL << 60LL;
        QTest::newRow("four fields") << u"0 4 * *"_s << 0LL << 0LL;
        QTest::newRow("hour 24") << u"0 24 * * *"_s << 0LL << 0LL;
        QTest::newRow("step 0") << u"*/0 * * * *"_s << 0LL << 0LL;
        QTest::newRow("backwards") << u"0 9-8 * * *"_s << 0LL << 0LL;
        QTest::newRow("words") << u"at tea time, please"_s << 0LL << 0LL;
        QTest::newRow("never") << u"0 0 31 FEB *"_s << 0LL << 0LL;
    }

    void cron()
    {
        QFETCH(QString, expression);
        QFETCH(qint64, usual);
        QFETCH(qint64, longest);
        const std::optional<Rhythm> rhythm = cronRhythm(expression);
        QCOMPARE(rhythm.has_value(), usual > 0);
        if (rhythm) {
            QCOMPARE(rhythm->usual, usual);
            QCOMPARE(rhythm->longest, longest);
        }
    }

    void standing()
    {
        QCOMPARE(backupStanding(1000, 4 * kHour, 1000 + 4 * kHour), Standing::Within);
        QCOMPARE(backupStanding(1000, 4 * kHour, 1000 + 4 * kHour + 1800), Standing::Within);
        QCOMPARE(backupStanding(1000, 4 * kHour, 1000 + 4 * kHour + 1801), Standing::Overdue);
        QCOMPARE(backupStanding(1000, 600, 1000 + 751), Standing::Overdue);
        QCOMPARE(backupStanding(0, 4 * kHour, 1000), Standing::NotDetermined);
        QCOMPARE(backupStanding(1000, 0, 2000), Standing::NotDetermined);
    }

    void forecast_data()
    {
        QTest::addColumn<QList<double>>("left");    // ten minutes apart, the last one now; -1: not reported
        QTest::addColumn<qint64>("lasts");          // -1: not determined
        QTest::newRow("none") << QList<double>() << -1LL;
        QTest::newRow("one reading now") << QList<double>{50} << -1LL;
        QTest::newRow("steady use") << QList<double>{30, 25, 20} << 40LL * 60;
        QTest::newRow("since the top-up") << QList<double>{3, 2, 100, 95, 90} << 180LL * 60;
        QTest::newRow("just topped up") << QList<double>{3, 2, 100} << -1LL;
        QTest::newRow("no use") << QList<double>{50, 50, 50} << -1LL;
        QTest::newRow("all used") << QList<double>{10, 0} << 0LL;
        QTest::newRow("no longer reported") << QList<double>{30, 20, -1} << -1LL;
    }

    void forecast()
    {
        QFETCH(QList<double>, left);
        QFETCH(qint64, lasts);
        const qint64 now = 1'000'000;
        QList<Readings::Reading> readings;
        for (qsizetype i = 0; i < left.size(); ++i)
            readings.append({now - 600 * (left.size() - 1 - i), left.at(i) < 0 ? std::nullopt : std::optional(left.at(i))});
        const Forecast out = trafficForecast(readings, now);
        QCOMPARE(out.lasts.value_or(-1), lasts);
        QCOMPARE(out.text().isEmpty(), lasts >= 0);
    }

    void words_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("phase");
        QTest::addColumn<QJsonObject>("body");
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("detail");
        QTest::addColumn<QString>("step");
        const auto bad = [](const QString &type, const QString &reason, const QString &message, const QString &told = {}) {
            return test::statusJson({test::conditionJson(u"Ready"_s, u"False"_s, u"Late"_s, {}, u"2026-03-01T11:59:00Z"_s),
                                     test::conditionJson(type, u"False"_s, reason, message, u"2026-03-01T11:00:00Z"_s)}, told);
        };
        QTest::newRow("database") << u"Validator"_s << u"Failed"_s << bad(u"DatabaseReady"_s, u"Refused"_s, u"Connection refused."_s)
                                  << u"Database is not ready"_s << u"Connection refused"_s << u"Open logs"_s;
        QTest::newRow("full volume") << u"Validator"_s << u"Failed"_s << bad(u"DatabaseReady"_s, u"VolumeFull"_s, u"40Gi are full."_s)
                                     << u"Database is not ready"_s << u"40Gi are full"_s << u"Grow storage…"_s;
        QTest::newRow("traffic") << u"Validator"_s << u"Degraded"_s << bad(u"TrafficSufficient"_s, u"TopUpFailed"_s, {})
                                 << u"Traffic is running out"_s << u"Top up failed"_s << u"Top up traffic…"_s;
        QTest::newRow("unknown condition") << u"Validator"_s << u"Degraded"_s << bad(u"CNSUIReady"_s, u"X"_s, u"No answer."_s)
                                           << u"CNSUI is not ready"_s << u"No answer"_s << u"Open node"_s;
        QTest::newRow("late backups") << u"BackupSchedule"_s << u"Degraded"_s << bad(u"OnTime"_s, u"TooOld"_s, u"Too old."_s)
                                      << u"Backups are late"_s << u"Too old"_s << u"Back up now…"_s;
        QTest::newRow("no condition") << u"LedgerUser"_s << u"Failed"_s << QJsonObject() << u"Ledger user failed"_s << QString() << u"Open ledger user"_s;
        QTest::newRow("vetting") << u"DarDeployment"_s << u"PartiallyFailed"_s << bad(u"VettedEverywhere"_s, u"NodeDown"_s, u"2 of 3 nodes have it."_s)
                                 << u"Vetting drift: not vetted on every node"_s << u"2 of 3 nodes have it"_s << u"Open details"_s;
        QTest::newRow("approval") << u"Upgrade"_s << u"AwaitingApproval"_s << bad(u"Approved"_s, u"Waiting"_s, u"approvedBy is empty."_s)
                                  << u"Upgrade waits for approval"_s << u"approvedBy is empty"_s << u"Open upgrade"_s;
        QTest::newRow("no status") << u"Participant"_s << QString() << QJsonObject() << u"State is not determined"_s
                                   << u"the operator has not reported since it was made, 1 h ago"_s << u"Open node"_s;
        QTest::newRow("strange phase") << u"Participant"_s << u"Dreaming"_s << QJsonObject() << u"State is not determined"_s
                                       << u"this program does not know the phase Dreaming"_s << u"Open node"_s;
    }

    void words()
    {
        QFETCH(QString, kind);
        QFETCH(QString, phase);
        QFETCH(QJsonObject, body);
        QFETCH(QString, title);
        QFETCH(QString, detail);
        QFETCH(QString, step);
        OverviewWorld world;
        const network::KindInfo &info = *world.kinds->find(kind);
        const network::Row row = world.row(kind, u"one"_s, phase);
        QVERIFY(isProblemRow(info, row));
        const Problem problem = problemOf(info, row, body, {u"infra-prod"_s, info.gvr, row.ns, row.name, row.uid}, world.now);
        QCOMPARE(problem.title, title);
        QCOMPARE(problem.detail, detail);
        QCOMPARE(problem.step.text, step);
    }

    void podsSayMoreThanAGeneralCondition()
    {
        OverviewWorld world;
        const network::KindInfo &kind = *world.kinds->find(u"Participant"_s);
        network::Row row = world.row(u"Participant"_s, u"bob-custody"_s, u"Failed"_s,
                                     test::statusJson({test::conditionJson(u"Active"_s, u"False"_s, u"CrashLoop"_s, u"It crashes."_s, u"2026-03-01T11:42:00Z"_s)}));
        test::setCell(row, kind, u"components"_s, test::ratioCell(1, 3));
        test::setCell(row, kind, u"message"_s, test::textCell(u"participant-0 restarted 7 times."_s));
        world.add(u"Participant"_s, row);
        const Problem problem = world.report().problems.first();
        QCOMPARE(problem.title, u"Participant is down: 1 of 3 pods ready"_s);
        QCOMPARE(problem.detail, u"participant-0 restarted 7 times"_s);
        QCOMPARE(problem.since, world.now - 18 * 60);
        QCOMPARE(problem.step, (Step{Step::Does::Tab, u"Open logs"_s, u"logs"_s}));
        QCOMPARE(problem.object.name, u"bob-custody"_s);
    }

    void driftIsNamed()
    {
        OverviewWorld world;
        network::Row row = world.row(u"Validator"_s, u"one"_s, u"Ready"_s,
                                     {{u"metadata"_s, QJsonObject{{u"generation"_s, 2}}}, {u"spec"_s, QJsonObject{{u"imageTag"_s, u"0.4.16"_s}}},
                                      {u"status"_s, QJsonObject{{u"observedGeneration"_s, 2}, {u"version"_s, u"0.4.15"_s}}}});
        row.drift = true;
        test::setCell(row, *world.kinds->find(u"Validator"_s), u"backup"_s, test::integerCell(world.now - 60));
        world.add(u"Validator"_s, row);
        const Problem problem = world.report().problems.first();
        QCOMPARE(problem.title, u"Drift: version is not as declared"_s);
        QCOMPARE(problem.detail, u"version: declared 0.4.16, reported 0.4.15"_s);
        // Only its body changes: it looks the same in lists, and is another problem here.
        const std::weak_ptr<const network::Row> old = world.prod.store(u"Validator"_s)->row(row.uid);
        row.resourceVersion = u"2"_s;
        row.body.bytes.replace("0.4.15", "0.4.14");
        world.add(u"Validator"_s, row);
        QVERIFY(old.expired());
        QCOMPARE(world.report().problems.first().detail, u"version: declared 0.4.16, reported 0.4.14"_s);
        QCOMPARE(problem.step.text, u"Compare"_s);
        // One that is stopped is not as declared by design.
        row.phase = u"Suspended"_s;
        row.state = State::Suspended;
        world.add(u"Validator"_s, row);
        QCOMPARE(world.titles(), QStringList());
    }

    void worstFirst()
    {
        OverviewWorld world;
        world.addNode(u"degraded"_s, u"Degraded"_s);
        world.addNode(u"failed"_s, u"Failed"_s);
        world.addNode(u"fine"_s, u"Ready"_s);
        world.addNode(u"stopped"_s, u"Suspended"_s, 100000);
        world.add(u"Upgrade"_s, world.row(u"Upgrade"_s, u"next"_s, u"AwaitingApproval"_s));
        world.add(u"Participant"_s, world.row(u"Participant"_s, u"probe"_s, QString()));
        QStringList names;
        for (const Problem &problem : world.report().problems)
            names.append(problem.object.name);
        QCOMPARE(names, (QStringList{u"failed"_s, u"degraded"_s, u"probe"_s, u"next"_s}));
        QCOMPARE(world.overview.report().problemCount, 4);
        QCOMPARE(world.overview.report().worst, State::Failed);
        QCOMPARE(world.overview.report().nodes, 5);
    }

    void aConsequenceComesAfterItsCause()
    {
        OverviewWorld world;
        world.add(u"SyncDomainConnection"_s, world.row(u"SyncDomainConnection"_s, u"link"_s, u"Failed"_s,
                  test::statusJson({test::conditionJson(u"Connected"_s, u"False"_s, u"NodeNotReady"_s, u"Waits."_s, u"2026-03-01T11:59:00Z"_s),
                                    test::conditionJson(u"DependenciesReady"_s, u"False"_s, u"NodeNotReady"_s, {}, u"2026-03-01T11:59:00Z"_s)})));
        world.addNode(u"cause"_s, u"Failed"_s);
        QCOMPARE(world.report().problems.first().object.name, u"cause"_s);
        QCOMPARE(world.titles().last(), u"Not connected to the sync domain"_s);
    }

    void backups()
    {
        OverviewWorld world;
        world.addNode(u"within"_s, u"Ready"_s, 200);
        world.addNode(u"late"_s, u"Ready"_s, 591);
        world.addNode(u"never"_s, u"Ready"_s, -1);
        world.addNode(u"rare"_s, u"Ready"_s, 600);          // every 12 h
        world.addNode(u"new"_s, u"Provisioning"_s, -1);     // none is wanted yet
        world.addSchedule(u"within"_s, u"0 */4 * * *"_s);
        world.addSchedule(u"late"_s, u"0 */4 * * *"_s, 591, u"Degraded"_s);
        world.addSchedule(u"rare"_s, u"0 */12 * * *"_s);
        network::Row failed = world.row(u"Backup"_s, u"late-7"_s, u"Failed"_s);
        test::setCell(failed, *world.kinds->find(u"Backup"_s), u"node"_s, test::textCell(u"late"_s));
        test::setCell(failed, *world.kinds->find(u"Backup"_s), u"message"_s, test::textCell(u"pg_dump: connection refused"_s));
        world.add(u"Backup"_s, failed);
        const Report &report = world.report();
        QCOMPARE(report.backups.within, 2);
        QCOMPARE(report.backups.overdue, 1);
        QCOMPARE(report.backups.undetermined, 1);
        QCOMPARE(report.backups.every, 4 * kHour);
        QCOMPARE(report.backups.kept, u"30 d"_s);
        QCOMPARE(report.backups.undeterminedNames, QStringList{u"never"_s});
        // The node says it once, for its schedule and the run that failed too.
        QCOMPARE(world.titles(), QStringList{u"Backup overdue by 5 h 51 m"_s});
        const Problem &problem = report.problems.first();
        QCOMPARE(problem.detail, u"policy 4 h, last success 9 h 51 m ago, last try: pg_dump: connection refused"_s);
        QCOMPARE(problem.state, State::Failed);
        QCOMPARE(problem.step.id, u"trigger"_s);
        QCOMPARE(problem.step.target.name, u"late-every"_s);
    }

    /// What is kept of a node and of its schedule between two reports goes on with both.
    void nodesAndSchedulesComeAndGo()
    {
        OverviewWorld world;
        world.addNode(u"one"_s, u"Ready"_s, 300);
        world.addNode(u"two"_s, u"Ready"_s, 300);
        QCOMPARE(world.report().backups.overdue, 2);    // of what is common
        world.addSchedule(u"two"_s, u"0 */12 * * *"_s);
        QCOMPARE(world.report().backups.overdue, 0);    // its rhythm is the only one there is, so it is that of the others too
        world.addSchedule(u"one"_s, u"0 * * * *"_s);
        QCOMPARE(world.report().backups.overdueNames, QStringList{u"one"_s});
        QCOMPARE(world.overview.report().problems.first().step.target.name, u"one-every"_s);
        world.addSchedule(u"one"_s, u"0 * * * *"_s, 5);
        QCOMPARE(world.report().backups.overdue, 0);
        // Another node takes the first one's place; the schedule of its name is its own now.
        world.prod.store(u"Validator"_s)->applyBatch(test::batchOf({}, {u"uid-validator-one"_s}));
        QCOMPARE(world.report().nodes, 1);
        QCOMPARE(world.overview.report().backups.within, 1);
        world.addNode(u"three"_s, u"Ready"_s, 10);
        network::Row again = world.row(u"Validator"_s, u"one"_s, u"Ready"_s);
        again.uid = u"another"_s;
        test::setCell(again, *world.kinds->find(u"Validator"_s), u"backup"_s, test::integerCell(world.now - 300 * 60));
        world.add(u"Validator"_s, again);
        QCOMPARE(world.report().nodes, 3);
        QCOMPARE(world.overview.report().backups.within, 3);
        world.prod.store(u"BackupSchedule"_s)->applyBatch(test::batchOf({}, {u"uid-backupschedule-one-every"_s}));
        world.addSchedule(u"three"_s, u"0 */4 * * *"_s);
        world.addSchedule(u"two"_s, u"0 */4 * * *"_s);
        QCOMPARE(world.report().backups.every, 4 * kHour);
        QCOMPARE(world.overview.report().backups.overdueNames, (QStringList{u"one"_s, u"two"_s}));
        // Time goes on though nothing is reported.
        world.clock.at = world.clock.at.addSecs(5 * kHour);
        QCOMPARE(world.report().backups.overdue, 3);
    }

    void aRetentionThatChangesIsReadAgain()
    {
        OverviewWorld world;
        world.addNode(u"one"_s, u"Ready"_s);
        world.addSchedule(u"one"_s, u"0 */4 * * *"_s);
        QCOMPARE(world.report().backups.kept, u"30 d"_s);
        network::Row row = *world.prod.store(u"BackupSchedule"_s)->row(u"uid-backupschedule-one-every"_s);
        row.resourceVersion = u"2"_s;
        row.body = QByteArray(row.body.bytes).replace("30d", "90d");
        QSignalSpy spy(world.prod.store(u"BackupSchedule"_s), &state::ResourceStore::changed);
        world.add(u"BackupSchedule"_s, row);
        QCOMPARE(spy.size(), 0);   // no list shows it
        QCOMPARE(world.report().backups.kept, u"90 d"_s);
    }

    void aPaceIsLookedAtAgain()
    {
        OverviewWorld world;
        world.addNode(u"one"_s, u"Ready"_s, 10, 60);
        world.readings.add(u"infra-prod"_s, u"uid-validator-one"_s, u"traffic"_s, {world.now - kHour, 90.0});
        world.readings.add(u"infra-prod"_s, u"uid-validator-one"_s, u"traffic"_s, {world.now, 60.0});
        QCOMPARE(world.report().traffic.first().lasts, std::optional<qint64>(2 * kHour));
        // Nothing is used for an hour: at that pace it lasts longer.
        world.clock.at = world.clock.at.addSecs(kHour);
        QCOMPARE(world.report().traffic.first().lasts, std::optional<qint64>(4 * kHour));
        // It reports something else, within the minute.
        world.readings.add(u"infra-prod"_s, u"uid-validator-one"_s, u"traffic"_s, {world.now + kHour, 30.0});
        world.addNode(u"one"_s, u"Ready"_s, 10, 30);
        QCOMPARE(world.report().traffic.first().lasts, std::optional<qint64>(kHour));
        world.addNode(u"one"_s, u"Ready"_s, 10, 0);
        QCOMPARE(world.report().traffic.first().lasts, std::optional<qint64>(0));
    }

    void aFailedRunThatWasMadeGoodIsHistory()
    {
        OverviewWorld world;
        world.addNode(u"one"_s, u"Ready"_s, 10);
        network::Row failed = world.row(u"Backup"_s, u"one-1"_s, u"Failed"_s);
        test::setCell(failed, *world.kinds->find(u"Backup"_s), u"node"_s, test::textCell(u"one"_s));
        world.add(u"Backup"_s, failed);
        network::Row old = world.row(u"Upgrade"_s, u"old"_s, u"Failed"_s);
        old.created = world.now - 12 * kDay;
        world.add(u"Upgrade"_s, old);
        QCOMPARE(world.titles(), QStringList());
        world.add(u"Upgrade"_s, world.row(u"Upgrade"_s, u"today"_s, u"Failed"_s));
        QCOMPARE(world.report().problems.first().object.name, u"today"_s);
    }

    void trafficRunsOutFirst()
    {
        OverviewWorld world;
        world.addNode(u"low"_s, u"Ready"_s, 10, 6);
        world.addNode(u"plenty"_s, u"Ready"_s, 10, 92);
        world.addNode(u"fast"_s, u"Ready"_s, 10, 60);
        world.readings.add(u"infra-prod"_s, u"uid-validator-fast"_s, u"traffic"_s, {world.now - kHour, 90.0});
        world.readings.add(u"infra-prod"_s, u"uid-validator-fast"_s, u"traffic"_s, {world.now, 60.0});
        const Report &report = world.report();
        QStringList names;
        for (const TrafficLine &line : report.traffic)
            names.append(line.object.name);
        QCOMPARE(names, (QStringList{u"fast"_s, u"low"_s, u"plenty"_s}));
        QCOMPARE(report.traffic.first().lasts, std::optional<qint64>(2 * kHour));
        QVERIFY(!report.traffic.at(1).lasts);
        QVERIFY(!report.traffic.at(1).why.isEmpty());
        QCOMPARE(report.traffic.at(1).balance, std::optional(812.4));
        QCOMPARE(world.titles(), (QStringList{u"Traffic runs out in about 2 h"_s, u"Traffic is running out"_s}));
    }

    void anAcknowledgedProblemComesBackWhenItChanges()
    {
        OverviewWorld world;
        const auto body = [](const QString &since) {
            return test::statusJson({test::conditionJson(u"DatabaseReady"_s, u"False"_s, u"Refused"_s, u"No."_s, since)});
        };
        world.addNode(u"one"_s, u"Failed"_s, 10, 80, body(u"2026-03-01T11:00:00Z"_s));
        QSignalSpy spy(&world.overview, &Overview::acknowledgedChanged);
        world.overview.acknowledge(world.report().problems.first(), true);
        QCOMPARE(spy.size(), 1);
        QCOMPARE(world.report().problems.size(), 0);
        QCOMPARE(world.overview.report().acknowledged, 1);
        QCOMPARE(world.overview.report().problemCount, 0);
        world.overview.setShowAcknowledged(true);
        QVERIFY(world.report().problems.first().acknowledged);
        world.overview.setShowAcknowledged(false);
        Overview again(&world.clock, &world.bodies);
        again.setAcknowledged(world.overview.acknowledged());
        again.addEnvironment(&world.prod.environment);
        again.refresh();
        QCOMPARE(again.report().acknowledged, 1);
        network::Row changed = world.row(u"Validator"_s, u"one"_s, u"Failed"_s, body(u"2026-03-01T11:30:00Z"_s));
        changed.resourceVersion = u"2"_s;
        changed.labels = u"a=b"_s;
        world.add(u"Validator"_s, changed);
        QCOMPARE(world.titles(), QStringList{u"Database is not ready"_s});
        QCOMPARE(world.overview.report().acknowledged, 0);
    }

    void whatEndsSoon()
    {
        OverviewWorld world;
        world.overview.setActive(true);
        const network::KindInfo &kind = *world.kinds->find(u"certificates.cert-manager.io"_s);
        const auto certificate = [&](const QString &name, qint64 ends, qint64 renews, qint64 attempts) {
            network::Row row = test::rowOf(kind, name, {}, {});
            test::setCell(row, kind, u"names"_s, test::textCell(name + u".example, www.example"_s));
            test::setCell(row, kind, u"notAfter"_s, test::integerCell(world.now + ends));
            test::setCell(row, kind, u"renewal"_s, test::integerCell(world.now + renews));
            if (attempts > 0)
                test::setCell(row, kind, u"attempts"_s, test::integerCell(attempts));
            world.prod.environment.store(kind)->applyBatch(test::batchOf({row}));
        };
        certificate(u"wallet"_s, 6 * kDay, -kDay, 3);
        certificate(u"scan"_s, 18 * kDay, 3 * kDay, 0);
        certificate(u"later"_s, 60 * kDay, 40 * kDay, 0);
        network::Row secret = world.row(u"ValidatorOnboarding"_s, u"acme"_s, u"Issued"_s);
        test::setCell(secret, *world.kinds->find(u"ValidatorOnboarding"_s), u"validator"_s, test::textCell(u"acme-validator"_s));
        test::setCell(secret, *world.kinds->find(u"ValidatorOnboarding"_s), u"issued"_s, test::integerCell(world.now - 17 * kHour));
        test::setCell(secret, *world.kinds->find(u"ValidatorOnboarding"_s), u"expires"_s, test::integerCell(world.now + 31 * kHour));
        world.add(u"ValidatorOnboarding"_s, secret);
        const Report &report = world.report();
        QCOMPARE(report.endings.size(), 3);
        QCOMPARE(report.endings.at(0).name, u"Onboarding secret, acme-validator"_s);
        QCOMPARE(report.endings.at(0).remark, u"48 h, unused"_s);
        QCOMPARE(report.endings.at(1).name, u"wallet.example"_s);
        QCOMPARE(report.endings.at(1).remark, u"renewal failed"_s);
        QCOMPARE(report.endings.at(2).remark, u"renews in 3 d"_s);
        QCOMPARE(world.titles(), QStringList{u"Certificate ends in 6 d"_s});
    }

    void anUpgradeUnderWay()
    {
        OverviewWorld world;
        const auto step = [](const char *name, const char *state, const char *start = "") {
            return QJsonObject{{u"name"_s, QLatin1StringView(name)}, {u"state"_s, QLatin1StringView(state)}, {u"startTime"_s, QLatin1StringView(start)}};
        };
        const QJsonObject body{
            {u"spec"_s, QJsonObject{{u"order"_s, QJsonArray{u"carol"_s, u"alice"_s}}, {u"observation"_s, QJsonObject{{u"duration"_s, u"1h"_s}}},
                                    {u"targets"_s, QJsonArray{QJsonObject{{u"name"_s, u"carol"_s}}, QJsonObject{{u"name"_s, u"alice"_s}}}}}},
            {u"status"_s, QJsonObject{{u"message"_s, u"Observe."_s},
                                      {u"steps"_s, QJsonArray{step("PreCheck", "Succeeded"), step("Migrate", "Skipped"),
                                                              step("Observe", "Running", "2026-03-01T11:22:00Z"), step("Promote", "Pending")}}}}};
        network::Row row = world.row(u"Upgrade"_s, u"u"_s, u"Observing"_s, body);
        test::setCell(row, *world.kinds->find(u"Upgrade"_s), u"from"_s, test::textCell(u"3.5.2"_s));
        test::setCell(row, *world.kinds->find(u"Upgrade"_s), u"to"_s, test::textCell(u"3.5.3"_s));
        world.add(u"Upgrade"_s, row);
        const ProgressLine line = world.report().progress.value(0);
        QCOMPARE(line.title, u"Upgrade 3.5.2 to 3.5.3, carol first"_s);
        QCOMPARE(line.steps, (QList<ProgressStep>{{u"Checks"_s, State::Ready, false}, {u"Observe"_s, State::Progressing, true}, {u"Promote"_s, State::NotBegun, false}}));
        QCOMPARE(line.sentence, u"Observation ends in 22 m."_s);
    }

    void aStepThatOnlySaysItsName()
    {
        OverviewWorld world;
        const QJsonObject body{{u"status"_s, QJsonObject{{u"message"_s, u"WaitReady."_s},
                                                         {u"steps"_s, QJsonArray{QJsonObject{{u"name"_s, u"WaitReady"_s}, {u"state"_s, u"Running"_s},
                                                                                             {u"startTime"_s, u"2026-03-01T11:58:00Z"_s}}}}}}};
        world.add(u"Upgrade"_s, world.row(u"Upgrade"_s, u"u"_s, u"Running"_s, body));
        QCOMPARE(world.report().progress.value(0).sentence, u"Waits until the pods are ready, for 2 m."_s);
    }

    void roughTimes()
    {
        QCOMPARE(roughly(90), u"1 m 30 s"_s);
        QCOMPARE(roughly(3599), u"60 m"_s);
        QCOMPARE(roughly(7 * kHour + 180), u"7 h"_s);
        QCOMPARE(roughly(48 * kHour), u"48 h"_s);
        QCOMPARE(roughly(6 * kDay - 1), u"6 d"_s);
    }

    void aClusterThatDoesNotAnswerIsOneProblem()
    {
        OverviewWorld world;
        world.addNode(u"one"_s, u"Ready"_s);
        Freshness stale;
        stale.state = Freshness::State::Stale;
        stale.lastAnswer = world.clock.at.addSecs(-371);
        stale.reason = u"The connection was reset."_s;
        world.prod.environment.setFreshness(stale);
        const Problem problem = world.report().problems.value(0);
        QCOMPARE(world.overview.report().problemCount, 1);
        QCOMPARE(problem.title, u"Cluster does not answer"_s);
        QCOMPARE(problem.detail, u"The connection was reset, shown as of 11:53:49 UTC"_s);
        QCOMPARE(problem.step.does, Step::Does::AskAgain);
        QVERIFY(problem.object.name.isEmpty());
    }

    void anEnvironmentGoes()
    {
        OverviewWorld world;
        world.addNode(u"one"_s, u"Failed"_s);
        QCOMPARE(world.report().problemCount, 1);
        world.overview.removeEnvironment(&world.prod.environment);
        QCOMPARE(world.report().problemCount, 0);
        QCOMPARE(world.overview.report().environments, 0);
        world.addNode(u"two"_s, u"Failed"_s);
        QCOMPARE(world.report().problemCount, 0);
    }

    void changes()
    {
        const auto record = [](const QString &id, const char *type, int second, const QString &title, const char *outcome = "", const QString &message = {}) {
            const QDateTime time = QDateTime(QDate(2026, 3, 1), QTime(11, 0), Qt::UTC).addSecs(second);
            return state::JournalRecord{1, QString::number(second), {{u"seq"_s, second}, {u"id"_s, id}, {u"type"_s, QLatin1StringView(type)}, {u"time"_s, time.toString(Qt::ISODate)},
                                                {u"title"_s, title}, {u"user"_s, u"mira"_s}, {u"cluster"_s, u"infra-prod"_s},
                                                {u"outcome"_s, QLatin1StringView(outcome)}, {u"message"_s, message},
                                                {u"edits"_s, QJsonArray{QJsonObject{{u"resource"_s, u"validators.canton.quarterdeck.io/one"_s},
                                                                                    {u"namespace"_s, u"canton"_s}, {u"uid"_s, u"7"_s}}}}}};
        };
        const auto kinds = test::shippedKinds();
        const auto line = [&](const QList<state::JournalRecord> &records) {
            state::JournaledChange change;
            for (const state::JournalRecord &one : records)
                change.add(one);
            items::ChangesModel::Sources sources;
            sources.kinds = kinds.get();
            return changeLine(change, items::ChangesModel::standingOf(sources, change), *kinds);
        };
        const ChangeLine scale = line({record(u"a"_s, "intent", 0, u"Scale one"_s), record(u"a"_s, "result", 1, u"Scale one"_s, "applied"),
                                       record(u"a"_s, "result", 48, u"Scale one"_s, "settled", u"Scale one: settled."_s)});
        QCOMPARE(scale.title, u"Scale"_s);
        QCOMPARE(scale.outcome, u"done in 48 s"_s);
        QCOMPARE(scale.object.name, u"one"_s);
        QCOMPARE(scale.object.gvr, kinds->find(u"Validator"_s)->gvr);
        QCOMPARE(scale.user, u"mira"_s);
        const ChangeLine failed = line({record(u"b"_s, "intent", 10, u"Restart one"_s),
                                        record(u"b"_s, "result", 12, u"Restart one"_s, "failed", u"Restart one: no coin."_s)});
        QCOMPARE(failed.state, State::Failed);
        QVERIFY2(failed.outcome.endsWith(u": no coin"_s), qPrintable(failed.outcome));
        const ChangeLine open = line({record(u"c"_s, "intent", 20, u"Delete one"_s)});
        QVERIFY2(!open.outcome.startsWith(u"done"_s), qPrintable(open.outcome));
        QVERIFY(open.state != State::Succeeded);
    }

    void asMarkdown()
    {
        OverviewWorld world;
        world.addNode(u"one"_s, u"Failed"_s);
        const QString text = toMarkdown(world.report(), {}, u"Last 30 days"_s, world.clock.at);
        QVERIFY2(text.startsWith(u"# Overview, 2026-03-01 12:00:00 UTC"_s), qPrintable(text));
        QVERIFY(text.contains(u"- **Failed**: Validator is down, one (infra-prod)"_s));
        QVERIFY(text.contains(u"Last 30 days: not determined."_s));
        QVERIFY(text.contains(u"one (infra-prod): 80 % left, runs out: not determined, balance 812.40 CC"_s));
    }

    /// 50,000 failed parties and 2,000 nodes: few bodies are opened, a report is bounded, and a change of one costs no look at
    /// the others. The time is compared with that of walking over the rows once.
    void manyObjects()
    {
        OverviewWorld world;
        network::RowBatch parties, nodes, schedules;
        for (int i = 0; i < 50000; ++i) {
            network::Row row = world.row(u"Party"_s, u"party-%1"_s.arg(i), i % 5 == 0 ? u"Failed"_s : u"Ready"_s, {{u"status"_s, QJsonObject()}});
            parties.upserts.append(row);
        }
        const network::KindInfo &kind = *world.kinds->find(u"Validator"_s);
        for (int i = 0; i < 2000; ++i) {
            network::Row row = world.row(u"Validator"_s, u"node-%1"_s.arg(i), u"Ready"_s);
            test::setCell(row, kind, u"backup"_s, test::integerCell(world.now - 60 * (i % 600)));
            test::setCell(row, kind, u"traffic"_s, test::numberCell(i % 100));
            nodes.upserts.append(row);
        }
        QElapsedTimer timer;
        timer.start();
        world.prod.store(u"Party"_s)->applyBatch(parties);
        world.prod.store(u"Validator"_s)->applyBatch(nodes);
        const qint64 adopt = timer.nsecsElapsed();
        timer.restart();
        const Report &report = world.report();
        const qint64 first = timer.nsecsElapsed();
        QVERIFY(report.problemCount > 10000);
        QCOMPARE(report.problems.size(), qsizetype(Overview::kProblems));
        QVERIFY(world.bodies.opened <= Overview::kDetailed);
        QCOMPARE(report.more.value(0).kind, u"Party"_s);
        QVERIFY(report.traffic.size() <= Overview::kTraffic);
        const int opened = world.bodies.opened;
        timer.restart();
        world.overview.refresh();
        const qint64 again = timer.nsecsElapsed();
        QCOMPARE(world.bodies.opened, opened);
        qInfo("rows adopted in %.1f ms, first report %.1f ms, next %.1f ms", double(adopt) / 1e6, double(first) / 1e6, double(again) / 1e6);
    }
};

QTEST_GUILESS_MAIN(OverviewTest)
#include "tst_overview.moc"
