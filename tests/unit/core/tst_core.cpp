// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/core/Json.h"
#include "models/core/Quantity.h"
#include "models/core/ResourceVersion.h"

#include <QTest>

using namespace Qt::StringLiterals;

class CoreTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void ages_data()
    {
        QTest::addColumn<qint64>("seconds");
        QTest::addColumn<QString>("text");
        QTest::newRow("now") << qint64(0) << u"0 s"_s;
        QTest::newRow("clock behind") << qint64(-5) << u"0 s"_s;
        QTest::newRow("seconds") << qint64(59) << u"59 s"_s;
        QTest::newRow("minute") << qint64(60) << u"1 m"_s;
        QTest::newRow("minutes and seconds") << qint64(72) << u"1 m 12 s"_s;
        QTest::newRow("many minutes") << qint64(38 * 60 + 5) << u"38 m"_s;
        QTest::newRow("hours") << qint64(3600 + 12 * 60) << u"1 h 12 m"_s;
        QTest::newRow("hours, two digits") << qint64(3600 + 2 * 60) << u"1 h 02 m"_s;
        QTest::newRow("day and hours") << qint64(86400 + 7200) << u"1 d 2 h"_s;
        QTest::newRow("days") << qint64(214 * 86400 + 7200) << u"214 d"_s;
    }
    void ages()
    {
        QFETCH(qint64, seconds);
        QFETCH(QString, text);
        QCOMPARE(qd::formatAge(seconds), text);
    }

    void moments_data()
    {
        QTest::addColumn<qint64>("ago");
        QTest::addColumn<QString>("moment");
        QTest::addColumn<QString>("when");
        QTest::addColumn<QString>("end");
        QTest::newRow("past") << qint64(3 * 86400) << u"3 d"_s << u"3 d ago"_s << u"ended 3 d ago"_s;
        QTest::newRow("to come") << qint64(-28 * 86400) << u"in 28 d"_s << u"in 28 d"_s << u"in 28 d"_s;
        QTest::newRow("soon") << qint64(-72) << u"in 1 m 12 s"_s << u"in 1 m 12 s"_s << u"in 1 m 12 s"_s;
        QTest::newRow("now") << qint64(0) << u"0 s"_s << u"0 s ago"_s << u"ended 0 s ago"_s;
        QTest::newRow("another clock") << qint64(-2) << u"0 s"_s << u"0 s ago"_s << u"in 2 s"_s;
    }
    void moments()
    {
        QFETCH(qint64, ago);
        QTEST(qd::formatMoment(ago), "moment");
        QTEST(qd::formatWhen(ago), "when");
        QTEST(qd::formatEnd(ago), "end");
    }

    void durations_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("ms");
        QTest::newRow("plain") << u"30"_s << qint64(30000);
        QTest::newRow("seconds") << u"30s"_s << qint64(30000);
        QTest::newRow("mixed") << u"1h2m3s"_s << qint64(3723000);
        QTest::newRow("fraction") << u"1.5h"_s << qint64(5400000);
        QTest::newRow("ms") << u"500ms"_s << qint64(500);
        QTest::newRow("days") << u"2d"_s << qint64(172800000);
        QTest::newRow("empty") << u""_s << qint64(-1);
        QTest::newRow("rubbish") << u"5x"_s << qint64(-1);
        QTest::newRow("negative") << u"-5"_s << qint64(-1);
        QTest::newRow("tail") << u"5s "_s << qint64(-1);
    }
    void durations()
    {
        QFETCH(QString, text);
        QFETCH(qint64, ms);
        QCOMPARE(qd::parseDuration(text), ms);
    }

    void quantities()
    {
        QCOMPARE(qd::parseQuantity(u"500m"_s), std::optional<double>(0.5));
        QCOMPARE(qd::parseQuantity(u"4Gi"_s), std::optional<double>(4294967296.));
        QCOMPARE(qd::parseQuantity(u"1e3"_s), std::optional<double>(1000));
        QCOMPARE(qd::parseQuantity(u".5"_s), std::optional<double>(.5));
        QCOMPARE(qd::parseQuantity(u"5 Gi"_s), std::optional<double>());
        QCOMPARE(qd::parseQuantity(u""_s), std::optional<double>());
        QVERIFY(*qd::parseQuantity(u"1Gi"_s) > *qd::parseQuantity(u"1G"_s));
    }

    void pointers()
    {
        QJsonValue root = QJsonObject{{u"a"_s, QJsonObject{{u"x/y"_s, 1}}}, {u"list"_s, QJsonArray{1, 2}}};
        QCOMPARE(qd::json::at(root, u"/a/x~1y"_s).toInt(), 1);
        QCOMPARE(qd::json::at(root, u"/list/1"_s).toInt(), 2);
        QVERIFY(qd::json::at(root, u"/nothing/here"_s).isUndefined());
        QVERIFY(qd::json::set(root, u"/b/c/d"_s, true));
        QCOMPARE(qd::json::at(root, u"/b/c/d"_s).toBool(), true);
        QVERIFY(qd::json::set(root, u"/list/-"_s, 3));
        QCOMPARE(qd::json::at(root, u"/list/2"_s).toInt(), 3);
        QVERIFY(!qd::json::set(root, u"/list/9"_s, 3));
        QVERIFY(!qd::json::set(root, u"/a/x~1y/z"_s, 3));
        QVERIFY(qd::json::remove(root, u"/list/0"_s));
        QCOMPARE(qd::json::at(root, u"/list/0"_s).toInt(), 2);
        QVERIFY(!qd::json::remove(root, u"/list/7"_s));
        QVERIFY(!qd::json::remove(root, u"/no"_s));
        QCOMPARE(qd::json::join({u"a/b"_s, u"c~d"_s}), u"/a~1b/c~0d"_s);
        QCOMPARE(qd::json::split(u"/a~1b/c~0d"_s), (QStringList{u"a/b"_s, u"c~d"_s}));
    }

    // RFC 7386, appendix A
    void mergePatch_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("patch");
        QTest::addColumn<QByteArray>("result");
        const auto add = [](const char *t, const char *p, const char *r) {
            QTest::newRow(p) << QByteArray(t) << QByteArray(p) << QByteArray(r);
        };
        add(R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})");
        add(R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})");
        add(R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})");
        add(R"({"a":["b"]})", R"({"a":"d"})", R"({"a":"d"})");
        add(R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})");
        add(R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})");
        add(R"({"e":null})", R"({"a":1})", R"({"a":1,"e":null})");
        add(R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})");
    }
    void mergePatch()
    {
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, patch);
        QFETCH(QByteArray, result);
        const auto parse = [](const QByteArray &t) { return QJsonValue(QJsonDocument::fromJson(t).object()); };
        QCOMPARE(qd::json::mergePatch(parse(target), parse(patch)), parse(result));
    }

    void versionsAreComparedAsNumbersOfAnyLength()
    {
        QVERIFY(qd::olderVersion(u"9", u"10"));
        QVERIFY(qd::olderVersion(u"88120418", u"88120419"));
        QVERIFY(qd::olderVersion(u"99999999999999999999", u"100000000000000000000"));   // over 64 bits
        QVERIFY(!qd::olderVersion(u"10", u"9"));
        QVERIFY(!qd::olderVersion(u"10", u"10"));
        for (const QStringView strange : {QStringView(u""), QStringView(u"x1"), QStringView(u"010"), QStringView(u"-1"), QStringView(u"1.0")}) {
            QVERIFY(!qd::olderVersion(strange, u"99"));
            QVERIFY(!qd::olderVersion(u"1", strange));
        }
    }

    void futuresFinishOnceOnTheContext()
    {
        int calls = 0;
        QObject context;
        qd::SharedPromise<int> promise;
        qd::whenFinished(promise.future(), &context, [&calls](const qd::Result<int> &r) { calls += r ? *r : 100; });
        promise.finish(7);
        promise.finish(9);
        QTRY_COMPARE(calls, 7);
    }

    void deadContextIsNotCalled()
    {
        int calls = 0;
        qd::SharedPromise<int> promise;
        {
            QObject context;
            qd::whenFinished(promise.future(), &context, [&calls](const qd::Result<int> &) { ++calls; });
        }
        promise.finish(1);
        QCoreApplication::sendPostedEvents();
        QCOMPARE(calls, 0);
    }

    void abandonedPromiseIsCancelled()
    {
        std::optional<qd::ErrorKind> kind;
        QObject context;
        {
            QPromise<qd::Result<int>> promise;
            promise.start();
            qd::whenFinished(promise.future(), &context, [&kind](const qd::Result<int> &r) { kind = r.error().kind; });
        }
        QTRY_VERIFY(kind.has_value());
        QCOMPARE(*kind, qd::ErrorKind::Cancelled);
    }
};

QTEST_GUILESS_MAIN(CoreTest)
#include "tst_core.moc"
