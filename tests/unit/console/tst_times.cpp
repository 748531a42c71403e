// SPDX-License-Identifier: GPL-3.0-or-later
// Times of the command line: with their zone, or not at all.
#include "app/console/Times.h"

#include <QTest>

using namespace qd;
using namespace Qt::StringLiterals;

class TestTimes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qputenv("TZ", "Asia/Tokyo"); }

    void times_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("utc");       // empty: refused
        QTest::addColumn<QString>("says");
        QTest::newRow("UTC") << u"2026-01-31T18:00:00Z"_s << u"2026-01-31T18:00:00.000Z"_s << QString();
        QTest::newRow("parts of a second") << u"2026-01-31T18:00:00.250Z"_s << u"2026-01-31T18:00:00.250Z"_s << QString();
        QTest::newRow("another zone") << u"2026-01-31T18:00:00+01:00"_s << u"2026-01-31T17:00:00.000Z"_s << QString();
        QTest::newRow("no seconds") << u"2026-01-31T18:00Z"_s << u"2026-01-31T18:00:00.000Z"_s << QString();
        QTest::newRow("no zone") << u"2026-01-31T18:00:00"_s << QString() << u"--until 2026-01-31T18:00:00 does not say its zone."_s;
        QTest::newRow("neither zone nor seconds") << u"2026-01-31T18:00"_s << QString() << u"does not say its zone."_s;
        QTest::newRow("a day") << u"2026-01-31"_s << QString() << u"does not say its zone."_s;
        QTest::newRow("no time") << u"soon"_s << QString() << u"--until soon is no time."_s;
        QTest::newRow("a day that is not") << u"2026-02-30T18:00:00Z"_s << QString() << u"is no time."_s;
    }
    void times()
    {
        QFETCH(QString, text);
        QFETCH(QString, utc);
        QFETCH(QString, says);
        const Result<QDateTime> read = console::readTime(u"--until"_s, text);
        QCOMPARE(bool(read), says.isEmpty());
        if (read)
            QCOMPARE(read->toString(Qt::ISODateWithMs), utc);
        else
            QVERIFY2(read.error().message.contains(says) && read.error().remedy.contains(u"Z"_s), qPrintable(read.error().text()));
    }

    /// What is said instead can be copied.
    void theRemedyIsATime()
    {
        const Result<QDateTime> read = console::readTime(u"--until"_s, u"2026-01-31T18:00"_s);
        QVERIFY(!read);
        QVERIFY2(read.error().remedy.contains(u"2026-01-31T18:00:00Z"_s), qPrintable(read.error().remedy));
        QVERIFY(console::readTime(u"--until"_s, u"2026-01-31T18:00:00Z"_s));
    }
};

QTEST_GUILESS_MAIN(TestTimes)
#include "tst_times.moc"
