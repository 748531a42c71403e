// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Cron.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd::demo;

namespace {

QDateTime utc(const QString &text)
{
    return QDateTime::fromString(QString(text + u'Z'), Qt::ISODate);
}

}

class TestCron : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void next_data();
    void next();
    void refused_data();
    void refused();
    void never();
    void latest();
};

void TestCron::next_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<bool>("quartz");
    QTest::addColumn<QString>("zone");
    QTest::addColumn<QString>("after");
    QTest::addColumn<QStringList>("fires");

    const auto unixCase = [](const char *name, const char *line, const char *zone, const char *after, const QStringList &fires) {
        QTest::newRow(name) << QString::fromLatin1(line) << false << QString::fromLatin1(zone) << QString::fromLatin1(after) << fires;
    };
    const auto quartzCase = [](const char *name, const char *line, const char *after, const QStringList &fires) {
        QTest::newRow(name) << QString::fromLatin1(line) << true << u"Etc/UTC"_s << QString::fromLatin1(after) << fires;
    };
    unixCase("every four hours", "0 */4 * * *", "Etc/UTC", "2026-11-27T12:00:00", {u"2026-11-27T16:00:00"_s, u"2026-11-27T20:00:00"_s, u"2026-11-28T00:00:00"_s});
    unixCase("an instant is not its own next", "0 12 * * *", "Etc/UTC", "2026-11-27T12:00:00", {u"2026-11-28T12:00:00"_s});
    unixCase("a second before", "0 12 * * *", "Etc/UTC", "2026-11-27T11:59:59", {u"2026-11-27T12:00:00"_s});
    unixCase("list, range, step, names", "15,45 9-17/4 * JAN-MAR MON-FRI", "Etc/UTC", "2026-01-02T13:46:00",
        {u"2026-01-02T17:15:00"_s, u"2026-01-02T17:45:00"_s, u"2026-01-05T09:15:00"_s});
    unixCase("start and step", "10/25 * * * *", "Etc/UTC", "2026-01-01T00:00:00", {u"2026-01-01T00:10:00"_s, u"2026-01-01T00:35:00"_s, u"2026-01-01T01:10:00"_s});
    unixCase("day or weekday", "0 0 13 * FRI", "Etc/UTC", "2026-02-10T00:00:00", {u"2026-02-13T00:00:00"_s, u"2026-02-20T00:00:00"_s});
    unixCase("any day and weekday", "0 0 */2 * MON", "Etc/UTC", "2026-02-01T00:00:00", {u"2026-02-02T00:00:00"_s, u"2026-02-03T00:00:00"_s});
    unixCase("seven is Sunday", "0 0 * * 7", "Etc/UTC", "2026-11-27T00:00:00", {u"2026-11-29T00:00:00"_s});
    unixCase("zero is Sunday", "0 0 * * 0", "Etc/UTC", "2026-11-27T00:00:00", {u"2026-11-29T00:00:00"_s});
    unixCase("leap day", "0 0 29 2 *", "Etc/UTC", "2025-03-01T00:00:00", {u"2028-02-29T00:00:00"_s});
    unixCase("leap day over 2100", "0 0 29 2 *", "Etc/UTC", "2096-03-01T00:00:00", {u"2104-02-29T00:00:00"_s});
    unixCase("year's end", "59 23 31 12 *", "Etc/UTC", "2026-12-31T23:59:00", {u"2027-12-31T23:59:00"_s});
    unixCase("zone east", "0 3 * * *", "Europe/Berlin", "2026-01-10T12:00:00", {u"2026-01-11T02:00:00"_s});
    unixCase("zone with quarters", "30 9 * * *", "Asia/Kathmandu", "2026-01-10T12:00:00", {u"2026-01-11T03:45:00"_s});
    // Europe/Berlin 2026: 29 March 02:00 becomes 03:00, 25 October 03:00 becomes 02:00.
    unixCase("spring: before the gap", "30 1 * * *", "Europe/Berlin", "2026-03-28T12:00:00", {u"2026-03-29T00:30:00"_s, u"2026-03-29T23:30:00"_s});
    unixCase("spring: in the gap is left out", "30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00", {u"2026-03-30T00:30:00"_s});
    unixCase("spring: after the gap", "0 3 * * *", "Europe/Berlin", "2026-03-28T12:00:00", {u"2026-03-29T01:00:00"_s});
    unixCase("spring: every hour", "0 * * * *", "Europe/Berlin", "2026-03-29T00:00:00", {u"2026-03-29T01:00:00"_s, u"2026-03-29T02:00:00"_s});
    unixCase("autumn: the doubled hour fires twice", "30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00",
        {u"2026-10-25T00:30:00"_s, u"2026-10-25T01:30:00"_s, u"2026-10-26T01:30:00"_s});
    unixCase("autumn: every hour, none lost", "0 * * * *", "Europe/Berlin", "2026-10-24T23:30:00",
        {u"2026-10-25T00:00:00"_s, u"2026-10-25T01:00:00"_s, u"2026-10-25T02:00:00"_s});
    unixCase("midnight that is not there", "0 0 * * *", "America/Santiago", "2026-09-05T12:00:00", {u"2026-09-07T03:00:00"_s});
    quartzCase("two at night", "0 0 2 * * ?", "2026-11-27T02:00:00", {u"2026-11-28T02:00:00"_s});
    quartzCase("seconds", "30 59 23 ? * SUN", "2026-11-27T00:00:00", {u"2026-11-29T23:59:30"_s});
    quartzCase("one is Sunday", "0 0 0 ? * 1", "2026-11-27T00:00:00", {u"2026-11-29T00:00:00"_s});
    quartzCase("bare step", "0 /10 2-4 ? * SAT,SUN", "2026-11-28T04:45:00", {u"2026-11-28T04:50:00"_s, u"2026-11-29T02:00:00"_s});
    quartzCase("last day", "0 0 0 L * ?", "2026-02-01T00:00:00", {u"2026-02-28T00:00:00"_s, u"2026-03-31T00:00:00"_s});
    quartzCase("last working day", "0 0 0 LW * ?", "2026-01-01T00:00:00", {u"2026-01-30T00:00:00"_s, u"2026-02-27T00:00:00"_s});
    quartzCase("last Friday", "0 0 0 ? * 6L", "2026-11-01T00:00:00", {u"2026-11-27T00:00:00"_s, u"2026-12-25T00:00:00"_s});
    quartzCase("second Monday", "0 0 0 ? * 2#2", "2026-11-01T00:00:00", {u"2026-11-09T00:00:00"_s, u"2026-12-14T00:00:00"_s});
    quartzCase("fifth Sunday", "0 0 0 ? * 1#5", "2026-11-01T00:00:00", {u"2026-11-29T00:00:00"_s, u"2027-01-31T00:00:00"_s});
}

void TestCron::next()
{
    QFETCH(QString, line);
    QFETCH(bool, quartz);
    QFETCH(QString, zone);
    QFETCH(QString, after);
    QFETCH(QStringList, fires);
    const auto cron = Cron::parse(line, quartz ? Cron::Dialect::Quartz : Cron::Dialect::Unix);
    QVERIFY2(cron.ok(), cron.ok() ? "" : qPrintable(cron.error().text()));
    const QTimeZone where(zone.toLatin1());
    QVERIFY(where.isValid());
    QDateTime at = utc(after);
    for (const QString &fire : fires) {
        at = cron->next(at, where);
        QCOMPARE(at.toString(u"yyyy-MM-ddTHH:mm:ss"_s), fire);
        QCOMPARE(at.timeSpec(), Qt::UTC);
    }
}

void TestCron::refused_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<bool>("quartz");
    QTest::addColumn<QString>("says");
    QTest::newRow("four fields") << u"0 * * *"_s << false << u"4 fields, not 5"_s;
    QTest::newRow("quartz in unix") << u"0 0 2 * * ?"_s << false << u"6 fields, not 5"_s;
    QTest::newRow("unix in quartz") << u"0 2 * * *"_s << true << u"5 fields, not 6"_s;
    QTest::newRow("hour 24") << u"0 24 * * *"_s << false << u"hour is 24"_s;
    QTest::newRow("minute 60") << u"60 * * * *"_s << false << u"minute is 60"_s;
    QTest::newRow("day 0") << u"0 0 0 * *"_s << false << u"day is 0"_s;
    QTest::newRow("month name") << u"0 0 1 JANUARY *"_s << false << u"month is JANUARY"_s;
    QTest::newRow("range backwards") << u"0 17-9 * * *"_s << false << u"hour is 17-9"_s;
    QTest::newRow("step 0") << u"*/0 * * * *"_s << false << u"minute is */0"_s;
    QTest::newRow("empty of a list") << u"1,,2 * * * *"_s << false << u"minute is "_s;
    QTest::newRow("weekday 8") << u"0 0 0 ? * 8"_s << true << u"weekday is 8"_s;
    QTest::newRow("weekday 0 in quartz") << u"0 0 0 ? * 0"_s << true << u"weekday is 0"_s;
}

void TestCron::refused()
{
    QFETCH(QString, line);
    QFETCH(bool, quartz);
    QFETCH(QString, says);
    const auto cron = Cron::parse(line, quartz ? Cron::Dialect::Quartz : Cron::Dialect::Unix);
    QVERIFY(!cron.ok());
    QVERIFY2(cron.error().message.contains(says), qPrintable(cron.error().message));
    QVERIFY(!cron.error().remedy.isEmpty());
}

void TestCron::never()
{
    QVERIFY(!Cron::parse(u"0 0 30 2 *"_s, Cron::Dialect::Unix)->next(utc(u"2026-01-01T00:00:00"_s)).isValid());
    QVERIFY(!Cron::parse(u"0 0 30 2 *"_s, Cron::Dialect::Unix)->latest(utc(u"2020-01-01T00:00:00"_s), utc(u"2026-01-01T00:00:00"_s)).isValid());
}

void TestCron::latest()
{
    const Cron cron = *Cron::parse(u"0 */4 * * *"_s, Cron::Dialect::Unix);
    const QDateTime noon = utc(u"2026-11-27T12:00:00"_s);
    QCOMPARE(cron.latest(noon.addDays(-30), noon), noon);                 // the upper end counts
    QCOMPARE(cron.latest(noon.addDays(-30), noon.addSecs(-1)), noon.addSecs(-4 * 3600));
    QVERIFY(!cron.latest(noon, noon.addSecs(4 * 3600 - 1)).isValid());    // the lower end does not
    const Cron yearly = *Cron::parse(u"0 0 1 1 *"_s, Cron::Dialect::Unix);
    QCOMPARE(yearly.latest(noon.addYears(-3), noon), utc(u"2026-01-01T00:00:00"_s));
}

QTEST_GUILESS_MAIN(TestCron)
#include "tst_cron.moc"
