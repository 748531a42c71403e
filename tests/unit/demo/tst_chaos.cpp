// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/program/Chaos.h"
#include "models/core/Json.h"
#include "tests/support/ShippedFiles.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::demo;

namespace {

const QDateTime kNow = QDateTime::fromString(u"2026-11-27T12:00:00Z"_s, Qt::ISODate);

Result<ChaosOrder> order(const QStringList &typed)
{
    const auto arguments = parseArguments(QStringList{u"chaos"_s} + typed);
    return arguments ? chaosOrder(*arguments, *test::shippedKinds(), kNow) : Result<ChaosOrder>(arguments.error());
}

QJsonObject validator()
{
    return {{u"kind"_s, u"Validator"_s}, {u"metadata"_s, QJsonObject{{u"name"_s, u"v1"_s}, {u"namespace"_s, u"canton"_s}}},
        {u"spec"_s, QJsonObject{{u"imageTag"_s, u"0.4.15"_s}}}};
}

}

class TestChaos : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void understood_data();
    void understood();
    void refused_data();
    void refused();
    void list();
    void unknownComponent();
};

void TestChaos::understood_data()
{
    QTest::addColumn<QStringList>("typed");
    QTest::addColumn<QString>("plural");
    QTest::addColumn<QJsonValue>("annotation");
    QTest::newRow("until healed") << QStringList{u"validator/v1"_s, u"disk-full"_s} << u"validators"_s << QJsonValue(u"disk-full"_s);
    QTest::newRow("for a while") << QStringList{u"Validator/v1"_s, u"crash:participant"_s, u"--for"_s, u"10m"_s} << u"validators"_s
                                 << QJsonValue(u"crash:participant until 2026-11-27T12:10:00Z"_s);
    QTest::newRow("a word of the spec") << QStringList{u"validators/v1"_s, u"crash:walletUI"_s} << u"validators"_s << QJsonValue(u"crash:walletUI"_s);
    QTest::newRow("short name") << QStringList{u"upg/u"_s, u"failed-gate"_s, u"-n"_s, u"canton"_s} << u"upgrades"_s << QJsonValue(u"failed-gate"_s);
    QTest::newRow("healed") << QStringList{u"validator/v1"_s, u"none"_s} << u"validators"_s << QJsonValue(QJsonValue::Null);
}

void TestChaos::understood()
{
    QFETCH(QStringList, typed);
    QFETCH(QString, plural);
    QFETCH(QJsonValue, annotation);
    const auto given = order(typed);
    QVERIFY2(given.ok(), given.ok() ? "" : qPrintable(given.error().text()));
    QCOMPARE(given->kind.gvr.resource, plural);
    const auto request = chaosWrite(*given, validator());
    QVERIFY2(request.ok(), request.ok() ? "" : qPrintable(request.error().text()));
    QCOMPARE(request->verb, ports::Verb::MergePatch);
    QCOMPARE(request->ns, u"canton"_s);
    QCOMPARE(request->subresource, QString());
    QCOMPARE(json::compact(request->body),
        json::compact(QJsonObject{{u"metadata"_s, QJsonObject{{u"annotations"_s, QJsonObject{{u"demo.quarterdeck.io/fault"_s, annotation}}}}}}));
}

void TestChaos::refused_data()
{
    QTest::addColumn<QStringList>("typed");
    QTest::addColumn<QString>("says");
    QTest::newRow("nothing") << QStringList{} << u"An object and a fault are missing"_s;
    QTest::newRow("no fault") << QStringList{u"validator/v1"_s} << u"A fault is missing"_s;
    QTest::newRow("no name") << QStringList{u"validator"_s, u"crash"_s} << u"\"validator\" is no KIND/NAME"_s;
    QTest::newRow("empty name") << QStringList{u"validator/"_s, u"crash"_s} << u"is no KIND/NAME"_s;
    QTest::newRow("kind misspelt") << QStringList{u"validatr/v1"_s, u"crash"_s} << u"The nearest is "_s;
    QTest::newRow("fault of another kind") << QStringList{u"party/p"_s, u"crash"_s} << u"Nothing can be broken on parties"_s;
    QTest::newRow("unknown fault") << QStringList{u"validator/v1"_s, u"flood"_s} << u"Possible on validators: crash[:COMPONENT]"_s;
    QTest::newRow("no duration") << QStringList{u"validator/v1"_s, u"crash"_s, u"--for"_s, u"soon"_s} << u"\"soon\""_s;
    QTest::newRow("too short") << QStringList{u"validator/v1"_s, u"crash"_s, u"--for"_s, u"10ms"_s} << u"a second or more"_s;
    QTest::newRow("healing for a while") << QStringList{u"validator/v1"_s, u"none"_s, u"--for"_s, u"10m"_s} << u"heals at once"_s;
    QTest::newRow("one word more") << QStringList{u"validator/v1"_s, u"crash"_s, u"now"_s} << u"\"now\" is one word too many"_s;
}

void TestChaos::refused()
{
    QFETCH(QStringList, typed);
    QFETCH(QString, says);
    const auto given = order(typed);
    QVERIFY(!given.ok());
    QVERIFY2(given.error().text().contains(says), qPrintable(given.error().text()));
}

void TestChaos::list()
{
    const QString text = chaosList();
    for (const FaultInfo &fault : faults()) {
        QVERIFY(text.contains(fault.name));
        QVERIFY(text.contains(fault.summary));
    }
    QVERIFY(text.contains(u"crash[:COMPONENT]"_s));
    QVERIFY(text.contains(u"on upgrades\n"_s));
    QVERIFY(text.contains(u"none "_s));
    QVERIFY(parseArguments({u"chaos"_s, u"--list"_s}).ok());
}

void TestChaos::unknownComponent()
{
    const auto given = order({u"validator/v1"_s, u"crash:sequencer"_s});
    QVERIFY(given.ok());
    const auto request = chaosWrite(*given, validator());
    QVERIFY(!request.ok());
    QVERIFY2(request.error().text().contains(u"has no component sequencer"_s), qPrintable(request.error().text()));
    QVERIFY(request.error().text().contains(u"participant"_s));
}

QTEST_GUILESS_MAIN(TestChaos)
#include "tst_chaos.moc"
