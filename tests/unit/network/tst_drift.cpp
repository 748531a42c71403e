// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/network/Drift.h"

#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd::network;

/// Declared against reported: one rule for the table, the details pane and `show`.
class DriftTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void truths_data()
    {
        QTest::addColumn<QJsonValue>("declared");
        QTest::addColumn<QJsonValue>("reported");
        QTest::addColumn<bool>("same");
        const QJsonValue nothing(QJsonValue::Undefined);
        QTest::newRow("equal texts") << QJsonValue(u"0.5.10"_s) << QJsonValue(u"0.5.10"_s) << true;
        QTest::newRow("other texts") << QJsonValue(u"0.5.11"_s) << QJsonValue(u"0.5.10"_s) << false;
        QTest::newRow("versions are no quantities") << QJsonValue(u"1.1"_s) << QJsonValue(u"1.10"_s) << false;
        QTest::newRow("quantities") << QJsonValue(u"500m"_s) << QJsonValue(u"0.5"_s) << true;
        QTest::newRow("binary quantities") << QJsonValue(u"1Gi"_s) << QJsonValue(u"1024Mi"_s) << true;
        QTest::newRow("other quantities") << QJsonValue(u"1Gi"_s) << QJsonValue(u"1G"_s) << false;
        QTest::newRow("number and quantity") << QJsonValue(0.5) << QJsonValue(u"500m"_s) << true;
        QTest::newRow("number as text") << QJsonValue(3) << QJsonValue(u"3"_s) << true;
        QTest::newRow("truth values") << QJsonValue(true) << QJsonValue(false) << false;
        QTest::newRow("not reported") << QJsonValue(u"a"_s) << nothing << true;
        QTest::newRow("reported null") << QJsonValue(u"a"_s) << QJsonValue() << true;
        QTest::newRow("not declared") << nothing << QJsonValue(u"a"_s) << true;
        QTest::newRow("lists") << QJsonValue(QJsonArray{1, 2}) << QJsonValue(QJsonArray{2, 1}) << false;
        QTest::newRow("objects") << QJsonValue(QJsonObject{{u"a"_s, 1}, {u"b"_s, 2}}) << QJsonValue(QJsonObject{{u"b"_s, 2}, {u"a"_s, 1}}) << true;
        QTest::newRow("list and text") << QJsonValue(QJsonArray{1}) << QJsonValue(u"[1]"_s) << false;
    }

    void truths()
    {
        QFETCH(QJsonValue, declared);
        QFETCH(QJsonValue, reported);
        QFETCH(bool, same);
        QCOMPARE(sameTruth(declared, reported), same);
        QCOMPARE(sameTruth(reported, declared), same);
    }

    void differences()
    {
        KindInfo kind;
        kind.comparisons = {{u"version"_s, u"Version"_s, u"/spec/tag"_s, u"/status/version"_s},
            {u"size"_s, u"Size"_s, u"/spec/size"_s, u"/status/size"_s}};
        QJsonObject object{{u"metadata"_s, QJsonObject{{u"generation"_s, 2}}},
            {u"spec"_s, QJsonObject{{u"tag"_s, u"2"_s}, {u"size"_s, u"1Gi"_s}}},
            {u"status"_s, QJsonObject{{u"version"_s, u"1"_s}, {u"size"_s, u"1024Mi"_s}, {u"observedGeneration"_s, 1}}}};
        QList<Difference> found = differencesOf(kind, object);
        QCOMPARE(found.size(), 1);
        QCOMPARE(found.first().pair->id, u"version"_s);
        QCOMPARE(found.first().declared, QJsonValue(u"2"_s));
        QCOMPARE(found.first().reported, QJsonValue(u"1"_s));
        QVERIFY2(!found.first().acted, "the operator has not seen generation 2");
        QJsonObject status = object.value("status"_L1).toObject();
        status.insert("observedGeneration"_L1, 2);
        object.insert("status"_L1, status);
        QVERIFY(differencesOf(kind, object).first().acted);
        object.remove("status"_L1);
        QVERIFY2(differencesOf(kind, object).isEmpty(), "nothing is reported: nothing differs");
    }
};

QTEST_GUILESS_MAIN(DriftTest)
#include "tst_drift.moc"
