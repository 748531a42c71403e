// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Faults.h"

#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace qd::demo;

namespace {

QJsonObject with(const QString &annotation)
{
    return {{u"metadata"_s, QJsonObject{{u"annotations"_s, QJsonObject{{QLatin1String(kFaultAnnotation), annotation}}}}}};
}

const QDateTime kNow = QDateTime::fromString(u"2026-11-27T12:00:00Z"_s, Qt::ISODate);

}

class TestFaults : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theNineOfThem();
    void read_data();
    void read();
    void annotationAndBack();
    void refused_data();
    void refused();
};

void TestFaults::theNineOfThem()
{
    QStringList names;
    for (const FaultInfo &fault : faults()) {
        names.append(fault.name);
        QVERIFY(!fault.kinds.isEmpty());
        QVERIFY(!fault.summary.isEmpty());
    }
    QCOMPARE(names, QStringList({u"crash"_s, u"disk-full"_s, u"out-of-traffic"_s, u"stalled-sync"_s, u"expired-certificate"_s, u"broken-backup"_s,
                        u"disconnected-domain"_s, u"failed-gate"_s, u"few-connections"_s}));
}

void TestFaults::read_data()
{
    QTest::addColumn<QString>("annotation");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("component");
    QTest::newRow("plain") << u"disk-full"_s << u"disk-full"_s << QString();
    QTest::newRow("component") << u"crash:participant"_s << u"crash"_s << u"participant"_s;
    QTest::newRow("until later") << u"crash:participant until 2026-11-27T12:00:01Z"_s << u"crash"_s << u"participant"_s;
    QTest::newRow("over") << u"crash:participant until 2026-11-27T12:00:00Z"_s << QString() << QString();
    QTest::newRow("time nobody understands") << u"crash until tomorrow"_s << QString() << QString();
    QTest::newRow("unknown") << u"earthquake"_s << QString() << QString();
    QTest::newRow("empty") << QString() << QString() << QString();
}

void TestFaults::read()
{
    QFETCH(QString, annotation);
    QFETCH(QString, name);
    QFETCH(QString, component);
    const auto fault = faultOf(with(annotation), kNow);
    QCOMPARE(fault.has_value(), !name.isEmpty());
    if (fault) {
        QCOMPARE(fault->name, name);
        QCOMPARE(fault->component, component);
    }
    QVERIFY(!faultOf({}, kNow));
}

void TestFaults::annotationAndBack()
{
    for (const FaultInfo &info : faults()) {
        Fault fault{info.name, info.component ? u"participant"_s : QString(), kNow.addSecs(60)};
        const auto back = faultOf(with(fault.annotation()), kNow);
        QVERIFY(back);
        QCOMPARE(back->name, fault.name);
        QCOMPARE(back->component, fault.component);
        QCOMPARE(back->until, fault.until);
        fault.until = {};
        QVERIFY(!faultOf(with(fault.annotation()), kNow)->until.isValid());
        for (const QString &plural : info.kinds)
            QVERIFY(parseFault(info.name, plural).ok());
    }
}

void TestFaults::refused_data()
{
    QTest::addColumn<QString>("fault");
    QTest::addColumn<QString>("plural");
    QTest::addColumn<QString>("says");
    QTest::newRow("unknown, lists what is possible") << u"explode"_s << u"validators"_s << u"crash[:COMPONENT], disk-full, out-of-traffic, broken-backup"_s;
    QTest::newRow("wrong kind") << u"out-of-traffic"_s << u"participants"_s << u"crash[:COMPONENT]"_s;
    QTest::newRow("kind that cannot suffer") << u"crash"_s << u"parties"_s << u"Nothing can be broken on parties"_s;
    QTest::newRow("component where there is none") << u"disk-full:participant"_s << u"validators"_s << u"disk-full takes no component"_s;
    QTest::newRow("empty component") << u"crash:"_s << u"validators"_s << u"names no component"_s;
}

void TestFaults::refused()
{
    QFETCH(QString, fault);
    QFETCH(QString, plural);
    QFETCH(QString, says);
    const auto parsed = parseFault(fault, plural);
    QVERIFY(!parsed.ok());
    QVERIFY2(parsed.error().text().contains(says), qPrintable(parsed.error().text()));
}

QTEST_GUILESS_MAIN(TestFaults)
#include "tst_faults.moc"
