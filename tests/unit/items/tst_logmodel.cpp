// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of logs: read, merged, bounded, searched, filtered; pods in words.
#include "models/items/LogBuckets.h"
#include "models/items/LogModel.h"
#include "models/items/PodList.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTest>

using namespace qd;
using namespace qd::items;
using namespace Qt::StringLiterals;

namespace {

QString stamped(int second, const QString &text)
{
    return u"2026-11-27T11:%1:%2.000000000Z %3"_s.arg(second / 60, 2, 10, QLatin1Char('0')).arg(second % 60, 2, 10, QLatin1Char('0')).arg(text);
}

QStringList shown(const LogModel &model)
{
    QStringList out;
    for (int row = 0; row < model.rowCount(); ++row)
        out.append(model.lineAt(row).message);
    return out;
}

QList<LogLine> linesOf(int source, std::initializer_list<std::pair<int, QString>> texts)
{
    QList<LogLine> out;
    for (const auto &[second, text] : texts)
        out.append(readLogLine(stamped(second, text), source));
    return out;
}

}

class LogModelTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// The id of a trace, whatever a log calls it; what is none is none.
    void tracesAreRead_data()
    {
        QTest::addColumn<QString>("raw");
        QTest::addColumn<QByteArray>("trace");
        QTest::newRow("canton") << uR"({"message":"x","trace-id":"7f1c09a6d2b44e0f9c1d03a2"})"_s << QByteArray("7f1c09a6d2b44e0f9c1d03a2");
        QTest::newRow("underscore") << uR"({"message":"x","trace_id":"7f1c09a6d2b44e0f"})"_s << QByteArray("7f1c09a6d2b44e0f");
        QTest::newRow("nested") << uR"({"message":"x","trace":{"id":"7f1c09a6d2b44e0f"}})"_s << QByteArray("7f1c09a6d2b44e0f");
        QTest::newRow("plain canton") << u"INFO c.d.Node tid:7f1c09a6d2b44e0f - started"_s << QByteArray("7f1c09a6d2b44e0f");
        QTest::newRow("none") << u"INFO started"_s << QByteArray();
        QTest::newRow("too short") << uR"({"message":"x","trace-id":"7f"})"_s << QByteArray();
        QTest::newRow("not an id") << uR"({"message":"x","trace-id":"<img src=x>"})"_s << QByteArray();
        QTest::newRow("inside a word") << u"INFO outid:7f1c09a6d2b44e0f"_s << QByteArray();
    }

    void tracesAreRead()
    {
        QFETCH(QString, raw);
        QFETCH(QByteArray, trace);
        QCOMPARE(readLogLine(stamped(1, raw), 0).trace, trace);
    }

    /// One trace through several logs: JSON of two makers and a plain one.
    void aTraceIsFollowedThroughLogs()
    {
        LogModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.append(linesOf(0, {{1, uR"({"message":"a","trace-id":"7f1c09a6d2b44e0f"})"_s}, {3, uR"({"message":"c","trace-id":"00000000d2b44e0f"})"_s}}));
        QVERIFY(model.hasTraces());
        model.append(linesOf(1, {{2, u"INFO x tid:7f1c09a6d2b44e0f b"_s}, {4, u"INFO d"_s}}));
        model.setFilters({{LogModel::kTraceKey, u"7f1c09a6d2b44e0f"_s, false}});
        QCOMPARE(shown(model), (QStringList{u"a"_s, u"INFO x tid:7f1c09a6d2b44e0f b"_s}));
        QCOMPARE(model.index(0, LogModel::Trace).data(Qt::ToolTipRole).toString(), u"7f1c09a6d2b44e0f"_s);
        QCOMPARE(model.index(0, LogModel::Trace).data().toString(), u"7f1c…4e0f"_s);
        model.setFilters({{LogModel::kTraceKey, u"7f1c09a6d2b44e0f"_s, true}});
        QCOMPARE(shown(model), (QStringList{u"c"_s, u"INFO d"_s}));
    }

    /// Taken out of the tree of sources: its lines go, the others keep their order, numbers and counts.
    void aSourceIsForgotten()
    {
        LogModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.append(linesOf(0, {{1, u"INFO a"_s}, {3, u"ERROR c"_s}}));
        model.append(linesOf(1, {{2, u"INFO b"_s}, {4, u"ERROR d"_s}}));
        model.setSearch(u"d"_s);
        const qsizetype before = model.bytes();
        model.forget({0});
        QCOMPARE(shown(model), (QStringList{u"INFO b"_s, u"ERROR d"_s}));
        QCOMPARE(model.count(LogLevel::Error), 1);
        QCOMPARE(model.matches(), 1);
        QVERIFY(model.bytes() < before);
        model.append(linesOf(0, {{2, u"INFO again"_s}}));
        QCOMPARE(shown(model), (QStringList{u"INFO b"_s, u"INFO again"_s, u"ERROR d"_s}));
        // several at once, in one go; one that has no line moves nothing
        QSignalSpy reset(&model, &LogModel::modelReset);
        model.append(linesOf(2, {{5, u"INFO e"_s}}));
        model.forget({0, 1});
        QCOMPARE(shown(model), QStringList{u"INFO e"_s});
        model.forget({7});
        QCOMPARE(reset.count(), 1);
    }

    /// Where lines are left out between those that come, the one before may be of something else.
    void furtherLinesOfAnException_data()
    {
        QTest::addColumn<bool>("thinned");
        QTest::addColumn<int>("second");
        QTest::addColumn<LogLevel>("level");
        QTest::newRow("all lines") << false << 9 << LogLevel::Error;
        QTest::newRow("some, at once") << true << 1 << LogLevel::Error;
        QTest::newRow("some, later") << true << 9 << LogLevel::None;
    }
    void furtherLinesOfAnException()
    {
        QFETCH(bool, thinned);
        QFETCH(int, second);
        LogModel model;
        model.setThinned(thinned);
        model.append(linesOf(0, {{1, u"ERROR a"_s}, {second, u"\tat x"_s}}));
        QTEST(model.lineAt(1).level, "level");
    }

    /// What is kept beside a plain line chooses as its fields do.
    void fieldsBesideAPlainLine()
    {
        LogModel model;
        QList<LogLine> lines = linesOf(0, {{1, u"INFO a"_s}, {2, u"INFO b"_s}, {3, u"INFO of 7"_s}});
        lines[0].metadata = R"({"span_id":"7"})";
        lines[1].metadata = R"({"span_id":"8"})";
        model.append(lines);
        model.setFilters({{u"span_id"_s, u"7"_s, false}});
        QCOMPARE(shown(model), (QStringList{u"INFO a"_s, u"INFO of 7"_s}));
        model.setFilters({{u"span_id"_s, u"7"_s, true}});
        QCOMPARE(shown(model), QStringList{u"INFO b"_s});
        // Of a field that is kept beside lines no text says anything, nor of one that the line has.
        QVERIFY(logFieldBeside(lines.first(), u"span_id"_s));
        model.setFilters({{u"span_id"_s, u"7"_s, false, true}});
        QCOMPARE(shown(model), QStringList{u"INFO a"_s});
        model.setFilters({{u"span_id"_s, u"7"_s, true, true}});
        QCOMPARE(shown(model), (QStringList{u"INFO b"_s, u"INFO of 7"_s}));
        lines = linesOf(0, {{4, u"INFO 7 of another"_s}, {5, uR"({"span_id":"7","message":"its own"})"_s}});
        lines[0].metadata = R"({"span_id":"9"})";
        lines[1].metadata = R"({"span_id":"7","user":"a"})";
        model.append(lines);
        QVERIFY(!logFieldBeside(lines.last(), u"span_id"_s) && logFieldBeside(lines.last(), u"user"_s));
        model.setFilters({{u"span_id"_s, u"7"_s, false}});
        QCOMPARE(shown(model), (QStringList{u"INFO a"_s, u"INFO of 7"_s, u"its own"_s}));
    }

    /// What no source says names none, to whoever copies or listens.
    void aGapOfNoSource()
    {
        LogModel model;
        model.setSources({u"northgate-1 participant"_s});
        model.append(linesOf(0, {{1, u"a"_s}}));
        model.addGap(readLogTime(u"2026-11-27T11:00:02Z"_s), -1, u"gone"_s, true);
        QCOMPARE(model.plainText(0), u"2026-11-27T11:00:01.000Z northgate-1 participant a"_s);
        QCOMPARE(model.plainText(1), u"2026-11-27T11:00:02.000Z --- gone"_s);
        QCOMPARE(model.index(1, LogModel::Source).data(Qt::AccessibleTextRole).toString().contains(u"northgate"_s), false);
    }

    void linesOverTime()
    {
        LogModel model;
        LogBuckets buckets;
        QAbstractItemModelTester tester(&buckets, QAbstractItemModelTester::FailureReportingMode::QtTest);
        buckets.read(model);
        QCOMPARE(buckets.rowCount(), 0);
        QCOMPARE(buckets.at(5), -1);
        model.append(linesOf(0, {{0, u"INFO a"_s}, {1, u"ERROR b"_s}, {1, u"plain"_s}, {599, u"WARN c"_s}, {600, u"DEBUG d"_s}}));
        model.addGap(model.lineAt(3).time, 0, u"lost"_s, true);
        buckets.read(model);
        QVERIFY(buckets.rowCount() <= LogBuckets::kMost);
        QCOMPARE(buckets.step(), qint64(10) * 1'000'000'000);
        QCOMPARE(buckets.rowCount(), 61);
        QCOMPARE(buckets.buckets().first().counts, (std::array<int, 4>{1, 0, 2, 0}));
        QCOMPARE(buckets.buckets().at(59).counts, (std::array<int, 4>{0, 1, 0, 0}));
        QVERIFY(buckets.buckets().at(59).missing && !buckets.buckets().at(60).missing);
        QCOMPARE(buckets.buckets().last().counts, (std::array<int, 4>{0, 0, 0, 1}));
        QCOMPARE(buckets.highest(), 3);
        QCOMPARE(buckets.at(model.lineAt(0).time), 0);
        QCOMPARE(model.lineAt(model.rowFrom(buckets.buckets().at(59).from)).message, u"WARN c"_s);
        QCOMPARE(buckets.index(0, LogBuckets::Error).data().toString(), u"1"_s);
        // What is hidden by its level is not drawn.
        model.setLevelShown(LogLevel::Error, false);
        buckets.read(model);
        QCOMPARE(buckets.buckets().first().counts, (std::array<int, 4>{0, 0, 2, 0}));
        // A day and a century find their step too.
        model.append(linesOf(0, {{3599, u"INFO late"_s}}));
        LogLine old = readLogLine(u"1971-01-01T00:00:00Z INFO long ago"_s, 0);
        model.append({old});
        buckets.read(model);
        QVERIFY(buckets.rowCount() <= LogBuckets::kMost + 1);
    }

    /// Ten times the limit goes through: lines, bytes and rows stay within it, and the gap at the top counts what went.
    void memoryIsBounded()
    {
        constexpr qsizetype kLines = 2000;
        constexpr qsizetype kBytes = 300'000;
        LogModel model;
        model.setLimits(kLines, kBytes);
        qint64 time = 1'790'000'000'000'000'000;
        for (int batch = 0; batch < 100; ++batch) {
            QList<LogLine> lines;
            for (int i = 0; i < 200; ++i) {
                LogLine line = readLogLine(u"INFO "_s + QString(batch % 3 == 0 ? 400 : 20, u'x'), i % 2);
                line.time = ++time;
                lines.append(line);
            }
            model.append(lines);
            QVERIFY(model.kept() <= kLines);
            QVERIFY2(model.bytes() <= kBytes, qPrintable(QString::number(model.bytes())));
            QVERIFY(model.rowCount() <= kLines);
        }
        QCOMPARE(qint64(model.dropped()) + model.count(LogLevel::Info), qint64(20'000));
        QCOMPARE(model.arrived(), quint64(20'000));
        QCOMPARE(model.lineAt(0).kind, LogLine::Kind::Gap);
    }

    void linesAreRead_data()
    {
        QTest::addColumn<QString>("raw");
        QTest::addColumn<int>("level");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *name, const QString &raw, LogLevel level, const QString &message) {
            QTest::addRow("%s", name) << raw << int(level) << message;
        };
        row("json", uR"({"level":"WARN","message":"late","x":1})"_s, LogLevel::Warn, u"late"_s);
        row("json msg", uR"({"severity":"error","msg":"gone"})"_s, LogLevel::Error, u"gone"_s);
        row("json without", uR"({"a":1})"_s, LogLevel::None, uR"({"a":1})"_s);
        row("broken json", uR"({"level":"ERROR","message":)"_s, LogLevel::Error, uR"({"level":"ERROR","message":)"_s);
        row("postgres", u"2026-11-27 11:00:00 UTC [1] PANIC:  could not write"_s, LogLevel::Error, u"2026-11-27 11:00:00 UTC [1] PANIC:  could not write"_s);
        row("postgres log", u"2026-11-27 11:00:00 UTC [1] LOG:  checkpoint"_s, LogLevel::Info, u"2026-11-27 11:00:00 UTC [1] LOG:  checkpoint"_s);
        row("cometbft", u"E[2026-11-27|11:00:00.000] peer gone"_s, LogLevel::Error, u"E[2026-11-27|11:00:00.000] peer gone"_s);
        row("klog", u"W1128 11:00:00 slow"_s, LogLevel::Warn, u"W1128 11:00:00 slow"_s);
        row("nginx", u"2026/11/27 11:00:00 [emerg] 1#1: bind"_s, LogLevel::Error, u"2026/11/27 11:00:00 [emerg] 1#1: bind"_s);
        row("key", u"ts=1 level=debug msg=x"_s, LogLevel::Debug, u"ts=1 level=debug msg=x"_s);
        row("a word in a sentence", u"finished without error in 3 ms"_s, LogLevel::None, u"finished without error in 3 ms"_s);
        row("escapes", u"\x1b[31mred\x07\r"_s, LogLevel::None, u"\u241b[31mred\u2407\u240d"_s);
        row("bidi", u"a\u202eb"_s, LogLevel::None, u"a<U+202E>b"_s);
        row("markup", u"<b>x</b>"_s, LogLevel::None, u"<b>x</b>"_s);
    }

    void linesAreRead()
    {
        QFETCH(QString, raw);
        QFETCH(int, level);
        QFETCH(QString, message);
        const LogLine line = readLogLine(stamped(5, raw), 0);
        QCOMPARE(int(line.level), level);
        QCOMPARE(line.message, message);
        QCOMPARE(QString::fromUtf8(line.raw), raw);
        QCOMPARE(logStamp(line.time), u"2026-11-27T11:00:05.000Z"_s);
        QCOMPARE(readLogLine(raw, 0).time, raw.contains("@timestamp"_L1) ? line.time : 0);
    }

    void timesHaveNanoseconds()
    {
        QCOMPARE(readLogTime(u"1970-01-01T00:00:01.000000002Z"_s), 1'000'000'002);
        QCOMPARE(readLogTime(u"1970-01-01T00:00:01.5Z"_s), 1'500'000'000);
        QCOMPARE(readLogTime(u"1970-01-01T01:00:00+01:00"_s), 0);
        QCOMPARE(readLogTime(u"2024-02-29T23:59:59.25+0230"_s), QDateTime({2024, 2, 29}, {21, 29, 59, 250}, Qt::UTC).toMSecsSinceEpoch() * 1'000'000);
        QCOMPARE(readLogTime(u"2024-02-29T23:59:59-02:30"_s), QDateTime({2024, 3, 1}, {2, 29, 59}, Qt::UTC).toMSecsSinceEpoch() * 1'000'000);
        for (const QString &none : {u"yesterday"_s, u"2023-02-29T00:00:00Z"_s, u"2024-01-01T24:00:00Z"_s, u"2024-01-01T00:60:00Z"_s, u"2024-01-01T00:00:00"_s,
                                    u"2024-01-01T00:00:00.5"_s, u"2024-01-01T00:00:00X"_s, u"2024-01-01T00:00:00+1:00"_s, u"2024-0a-01T00:00:00Z"_s})
            QVERIFY2(readLogTime(none) == 0, qPrintable(none));
    }

    void severalLogsAreMergedByTime()
    {
        LogModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.append(linesOf(0, {{1, u"a1"_s}, {3, u"a3"_s}, {5, u"a5"_s}}));
        model.append(linesOf(1, {{2, u"b2"_s}, {3, u"b3"_s}, {6, u"b6"_s}}));
        QCOMPARE(shown(model), (QStringList{u"a1"_s, u"b2"_s, u"a3"_s, u"b3"_s, u"a5"_s, u"b6"_s}));
        // One without a time stands behind its own log's last line.
        model.append({readLogLine(u"no time"_s, 0)});
        QCOMPARE(shown(model).last(), u"no time"_s);
        model.append(linesOf(1, {{0, u"first"_s}}));
        QCOMPARE(shown(model).first(), u"first"_s);
        QCOMPARE(model.rowCount(), 8);
    }

    void theOldestGoAndAreCounted()
    {
        LogModel model;
        model.setLimits(100, LogModel::kMostBytes);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QList<LogLine> lines;
        for (int i = 0; i < 250; ++i)
            lines.append(readLogLine(stamped(i, u"ERROR line %1"_s.arg(i)), 0));
        for (int i = 0; i < 250; i += 50)
            model.append(lines.mid(i, 50));
        QVERIFY(model.kept() <= 100);
        QCOMPARE(model.lineAt(0).kind, LogLine::Kind::Gap);
        QVERIFY2(model.lineAt(0).message.startsWith(u"%1 older"_s.arg(model.dropped())), qPrintable(model.lineAt(0).message));
        QCOMPARE(model.lineAt(model.rowCount() - 1).message, u"ERROR line 249"_s);
        QCOMPARE(qint64(model.dropped()) + model.rowCount() - 1, 250);
        QCOMPARE(model.count(LogLevel::Error), model.rowCount() - 1);
        // By size too: long lines leave fewer.
        LogModel small;
        small.setLimits(1000, 64 * 1024);
        for (int i = 0; i < 100; ++i)
            small.append({readLogLine(stamped(i, QString(2000, u'x')), 0)});
        QVERIFY(small.kept() < 20 && small.kept() > 2);
    }

    void levelsAndFieldsChoose()
    {
        LogModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.append(linesOf(0, {{1, uR"({"level":"INFO","message":"one","user":"a","in":{"er":"x"}})"_s},
                                 {2, uR"({"level":"ERROR","message":"two","user":"b"})"_s}, {3, u"plain WARN three"_s}, {4, u"\tat x"_s}}));
        QCOMPARE(model.count(LogLevel::Warn), 2);   // the trace belongs to the warning
        model.setLevelShown(LogLevel::Warn, false);
        QCOMPARE(shown(model), (QStringList{u"one"_s, u"two"_s}));
        model.setFilters({{u"user"_s, u"a"_s, false}});
        QCOMPARE(shown(model), QStringList{u"one"_s});
        model.setFilters({{u"in.er"_s, u"x"_s, true}});
        QCOMPARE(shown(model), QStringList{u"two"_s});
        // What comes is chosen alike, and gaps always stand.
        model.append(linesOf(0, {{5, uR"({"level":"INFO","message":"five","in":{"er":"x"}})"_s}}));
        model.addGap(readLogTime(u"2026-11-27T11:00:06Z"_s), 0, u"gone"_s, true);
        QCOMPARE(shown(model), (QStringList{u"two"_s, u"gone"_s}));
        model.setFilters({});
        model.setLevelShown(LogLevel::Warn, true);
        QCOMPARE(model.rowCount(), 6);
    }

    void theSearchCounts()
    {
        LogModel model;
        model.append(linesOf(0, {{1, u"a timeout"_s}, {2, u"ERROR b"_s}, {3, u"Timeout c"_s}}));
        model.setSearch(u"timeout"_s);
        QCOMPARE(model.matches(), 2);
        QCOMPARE(model.nextMatch(-1, true), 0);
        QCOMPARE(model.nextMatch(0, true), 2);
        QCOMPARE(model.nextMatch(2, true), 0);
        QCOMPARE(model.nextMatch(0, false), 2);
        QCOMPARE(model.nextMatch(-1, false), 2);
        QCOMPARE(model.matchNumber(2), 2);
        QCOMPARE(model.matchNumber(1), 0);
        model.append(linesOf(0, {{4, u"timeout d"_s}}));
        QCOMPARE(model.matches(), 3);
        QCOMPARE(model.nextError(-1, false), 1);
        model.setSearch(u"nowhere"_s);
        QCOMPARE(model.matches(), 0);
        QCOMPARE(model.nextMatch(0, true), -1);
    }

    /// 100,000 lines in: reading, merging and searching them stays far from a person's patience.
    void aHundredThousandLines()
    {
        LogModel model;
        QElapsedTimer timer;
        timer.start();
        qint64 worst = 0;
        for (int batch = 0; batch < 50; ++batch) {
            QElapsedTimer one;
            one.start();
            QList<LogLine> lines;
            for (int i = 0; i < 2000; ++i)
                lines.append(readLogLine(stamped((batch * 2000 + i) % 3600, uR"({"level":"INFO","message":"Commands completed: %1 succeeded"})"_s.arg(i)), 0));
            model.append(lines);
            worst = std::max(worst, one.elapsed());
        }
        const qint64 filled = timer.restart();
        model.setSearch(u"1999 succ"_s);
        const qint64 searched = timer.restart();
        model.setLevelShown(LogLevel::Debug, false);
        qInfo("100,000 lines: %lld ms, worst batch of 2,000 %lld ms; search %lld ms, level %lld ms", filled, worst, searched, timer.elapsed());
        QVERIFY(model.kept() <= LogModel::kMost);
        QCOMPARE(model.matches(), 50);
    }

    void podsInWords()
    {
        const QJsonObject crash = QJsonDocument::fromJson(R"({"metadata":{"name":"n-participant-0","uid":"u","namespace":"x",
            "labels":{"canton.quarterdeck.io/component":"participant"},"ownerReferences":[{"uid":"o"}]},
            "spec":{"nodeName":"w","containers":[{"name":"participant","image":"i","ports":[{"containerPort":5001}]}]},
            "status":{"phase":"Running","containerStatuses":[{"name":"participant","ready":false,"restartCount":7,
              "state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off"}},
              "lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled","finishedAt":"2026-11-27T11:00:00Z"}}}]}})").object();
        const PodFacts pod = podFacts(crash);
        QCOMPARE(pod.word, u"CrashLoopBackOff"_s);
        QCOMPARE(pod.state, network::State::Failed);
        QCOMPARE(pod.restarts, 7);
        QCOMPARE(pod.ready, 0);
        QCOMPARE(pod.component, u"participant"_s);
        QVERIFY(pod.containers.first().previous);
        QCOMPARE(lastExitText(pod.containers.first()), u"exit 137 (OOMKilled)"_s);
        QCOMPARE(pod.ports, QList<quint16>{5001});

        QJsonObject creating = crash;
        creating.insert("status"_L1, QJsonDocument::fromJson(R"({"phase":"Pending","containerStatuses":[{"name":"participant",
            "state":{"waiting":{"reason":"ContainerCreating"}}}]})").object());
        QVERIFY(podFacts(creating).waitsForNothingSaid);
        QVERIFY(!podFacts(crash).waitsForNothingSaid);

        const QJsonObject node = QJsonDocument::fromJson(R"({"metadata":{"name":"n"},"status":{"components":[
            {"name":"participant","desired":2,"ready":0},{"name":"postgres","desired":1,"ready":1}]}})").object();
        QCOMPARE(missingPods(node, {pod}), (QStringList{u"n-participant-1"_s, u"n-postgres-0"_s}));
    }
};

QTEST_GUILESS_MAIN(LogModelTest)
#include "tst_logmodel.moc"
