// SPDX-License-Identifier: GPL-3.0-or-later
// The wall clock jumps: what was written by the other time holds nothing up, and nothing is made up for in a burst.
#include "tests/unit/demo/operator/RecoveryCase.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace qd;
using namespace qd::test;

namespace {

const QString kNs = u"canton-dev"_s;
const QByteArray kSpec = R"({"nodeRef":{"kind":"Validator","name":"v1"},"type":"Database","method":"PgDump",
    "storage":{"s3":{"bucket":"canton-backups","prefix":"db","secretRef":{"name":"backup-bucket"}}}})";

}

class TestClockJumps : public RecoveryCase {
    Q_OBJECT

    /// The clock is set, and the object is looked at (the Engine's timers do not follow the clock).
    void jump(const QString &plural, const QString &name, std::chrono::seconds by)
    {
        m_player->now = m_player->now.addSecs(by.count());
        m_player->annotate(plural, kNs, name, u"test/look"_s, m_player->now.toString(Qt::ISODate));
    }
    [[nodiscard]] qsizetype backups() const { return m_player->world.all(u"backups"_s, kNs).size(); }
    [[nodiscard]] QString stamp(const QString &plural, const QString &name, const QString &pointer) const
    {
        return m_player->at(plural, kNs, name, pointer).toString();
    }

private Q_SLOTS:
    void timePassed();
    void scheduleADayOnMakesOne();
    void scheduleADayBackGoesOn();
    void runUnderWayEnds_data();
    void runUnderWayEnds();
    void pruningADayBack();
};

void TestClockJumps::timePassed()
{
    const QDateTime now = QDateTime::fromString(u"2026-11-27T12:00:00Z"_s, Qt::ISODate);
    const demo::Moment moment{now};
    QCOMPARE(moment.passed({}), 0ms);
    QCOMPARE(moment.passed(now.addSecs(-5)), 5000ms);
    QCOMPARE(moment.passed(now.addSecs(30)), 0ms);      // another clock, a little ahead
    QVERIFY(moment.passed(now.addDays(1)) > 24h);       // set back since: not to be waited for
}

void TestClockJumps::scheduleADayOnMakesOne()
{
    m_player->create(u"backupschedules"_s, made(u"BackupSchedule"_s, u"s"_s, R"({"template":)" + kSpec + R"(,"schedule":"*/5 * * * *","keepLast":1000})"));
    m_player->run(16min);
    const qsizetype before = backups();
    QCOMPARE(before, 3);
    jump(u"backupschedules"_s, u"s"_s, 24h);
    // The one under way ends, one for the latest run that was missed follows it, and then each at its time: not 288 at once.
    m_player->run(11min);
    QVERIFY2(backups() > before && backups() <= before + 3, qPrintable(QString::number(backups())));
    QCOMPARE(m_player->problems, QStringList());
}

void TestClockJumps::scheduleADayBackGoesOn()
{
    m_player->create(u"backupschedules"_s, made(u"BackupSchedule"_s, u"s"_s, R"({"template":)" + kSpec + R"(,"schedule":"0 */4 * * *","keepLast":1000})"));
    m_player->run(4h + 10min);
    QCOMPARE(backups(), 1);
    jump(u"backupschedules"_s, u"s"_s, -24h);
    QCOMPARE(backups(), 1);
    QCOMPARE(stamp(u"backupschedules"_s, u"s"_s, u"/status/lastScheduleTime"_s), u"2026-11-26T16:10:00Z"_s);
    QCOMPARE(stamp(u"backupschedules"_s, u"s"_s, u"/status/nextScheduleTime"_s), u"2026-11-26T20:00:00Z"_s);
    m_player->run(4h);
    QCOMPARE(backups(), 2);
    QCOMPARE(m_player->problems, QStringList());
}

void TestClockJumps::runUnderWayEnds_data()
{
    QTest::addColumn<int>("hours");
    QTest::newRow("a day on") << 24;
    QTest::newRow("a day back") << -24;
    QTest::newRow("an hour back") << -1;
}

void TestClockJumps::runUnderWayEnds()
{
    QFETCH(int, hours);
    m_player->create(u"backups"_s, made(u"Backup"_s, u"b"_s, kSpec));
    m_player->run(20s);
    QVERIFY(m_player->phase(u"backups"_s, kNs, u"b"_s) != "Succeeded"_L1);
    jump(u"backups"_s, u"b"_s, std::chrono::hours(hours));
    QVERIFY2(m_player->runUntilPhase(u"backups"_s, kNs, u"b"_s, u"Succeeded"_s, 15min), qPrintable(m_player->phase(u"backups"_s, kNs, u"b"_s)));
    QCOMPARE(m_player->problems, QStringList());
}

void TestClockJumps::pruningADayBack()
{
    m_player->create(u"syncdomains"_s, servingNode(u"SyncDomain"_s, u"harbor"_s));
    m_player->create(u"pruningschedules"_s, made(u"PruningSchedule"_s, u"p"_s, R"({"syncDomainRef":{"name":"harbor"},"target":"Sequencer","pruningInterval":"1h","retention":"30d"})"));
    jump(u"pruningschedules"_s, u"p"_s, -24h);
    QCOMPARE(stamp(u"pruningschedules"_s, u"p"_s, u"/status/nextRun"_s), u"2026-11-26T13:00:00Z"_s);
    m_player->run(61min);
    QCOMPARE(m_player->reasons(u"pruningschedules"_s, kNs, u"p"_s).count(u"PruningStarted"_s), 1);
    QCOMPARE(m_player->problems, QStringList());
}

QTEST_GUILESS_MAIN(TestClockJumps)
#include "tst_clock.moc"
