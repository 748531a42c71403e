// SPDX-License-Identifier: GPL-3.0-or-later
// What is asked of Loki for a node, and how its past and its tail meet.
#include "models/core/Async.h"
#include "models/items/telemetry/LokiLog.h"

#include <QPointer>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using ports::LogEntry;

namespace {

constexpr qint64 kSecond = 1'000'000'000;
constexpr qint64 kNow = 10'000 * kSecond;

LogEntry entry(qint64 at, const QString &line)
{
    return {at, line, {{u"pod"_s, u"alice-participant-0"_s}}, {}};
}

class FakeTail final : public ports::LogTail {
public:
    using ports::LogTail::LogTail;
    void start() override { started = true; }
    void setPaused(bool) override { }
    bool started = false;
};

class FakeLogs final : public ports::LogSearch {
public:
    QList<LogEntry> lines;   ///< newest first
    bool rest = false;
    qint64 from = -1;        ///< of the tail
    QPointer<FakeTail> last;
    QFuture<Result<ports::LogPage>> page(const ports::LogQuery &, const ports::LogPage &, std::stop_token) override
    {
        ports::LogPage page;
        page.entries = lines;
        page.rest = rest;
        return readyFuture<ports::LogPage>(page);
    }
    QFuture<Result<QStringList>> labelValues(const QString &, qint64, qint64, std::stop_token) override { return readyFuture<QStringList>(QStringList()); }
    std::unique_ptr<ports::LogTail> tail(const QString &, qint64 start) override
    {
        from = start;
        auto tail = std::make_unique<FakeTail>();
        last = tail.get();
        return tail;
    }
};

struct Stage {
    std::shared_ptr<FakeLogs> logs = std::make_shared<FakeLogs>();
    std::unique_ptr<items::LokiLog> log;
    QStringList told;
    void start(qint64 since, int most = 20'000)
    {
        log = std::make_unique<items::LokiLog>(logs, items::LokiRequest{u"{}"_s, since, 0, most}, kNow);
        QObject::connect(log.get(), &items::LokiLog::entries, log.get(), [this](const QList<LogEntry> &entries) {
            for (const LogEntry &one : entries)
                told.append(one.line);
        });
        log->start();
    }
};

}

class LokiLogTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void thePodsOfANode_data()
    {
        QTest::addColumn<QString>("component");
        QTest::addColumn<QStringList>("others");
        QTest::addColumn<QString>("expr");
        QTest::newRow("alone") << QString() << QStringList() << u"{namespace=\"ns\", pod=~\"alice-.+\"}"_s;
        QTest::newRow("a component") << u"participant"_s << QStringList() << u"{namespace=\"ns\", pod=~\"alice-participant-.+\"}"_s;
        QTest::newRow("others that only begin alike") << QString() << QStringList{u"alice"_s, u"alicebank"_s, u"bob"_s, u"alic"_s} << u"{namespace=\"ns\", pod=~\"alice-.+\"}"_s;
        QTest::newRow("others whose pods are named alike") << QString() << QStringList{u"alice-bank"_s, u"bob"_s, u"alice-b.c"_s, u"alice-bank"_s}
                                                           << u"{namespace=\"ns\", pod=~\"alice-.+\", pod!~\"alice-b\\\\.c-.+|alice-bank-.+\"}"_s;
        QTest::newRow("and a component") << u"participant"_s << QStringList{u"alice-participant"_s}
                                         << u"{namespace=\"ns\", pod=~\"alice-participant-.+\", pod!~\"alice-participant-.+\"}"_s;
    }
    void thePodsOfANode()
    {
        QFETCH(QString, component);
        QFETCH(QStringList, others);
        QTEST(items::podLogsExpr(u"ns"_s, u"alice"_s, component, others), "expr");
    }

    void thePodsOfSeveralNodes()
    {
        using items::PodsOfNode;
        const QStringList others{u"alice"_s, u"alice-bank"_s, u"bob"_s, u"carol"_s};
        QCOMPARE(items::nodeLogsExpr({{u"ns"_s, u"alice"_s}, {u"ns"_s, u"bob"_s, {u"participant"_s}}}, others),
                 u"{namespace=\"ns\", pod=~\"alice-.+|bob-participant-.+\", pod!~\"alice-bank-.+\"}"_s);
        QCOMPARE(items::nodeLogsExpr({{u"b.c"_s, u"bob"_s, {u"participant"_s, u"postgres"_s}}, {u"a"_s, u"carol"_s}}, others),
                 u"{namespace=~\"a|b\\\\.c\", pod=~\"bob-(participant|postgres)-.+|carol-.+\"}"_s);
        // what is read itself is not left out
        QCOMPARE(items::nodeLogsExpr({{u"ns"_s, u"alice"_s}, {u"ns"_s, u"alice-bank"_s}}, others), u"{namespace=\"ns\", pod=~\"alice-.+|alice-bank-.+\"}"_s);
    }

    void onlyLinesWithAText()
    {
        QCOMPARE(items::logqlWith({}, false), QString());
        QCOMPARE(items::logqlWith(u"7f1c"_s, true), u" |= \"7f1c\""_s);
        QCOMPARE(items::logqlWith(u"a.b (c)"_s, false), QString::fromUtf8(R"x( |~ "(?i)a\\.b \\(c\\)")x"));
        // as JSON writes it, or as it is
        QCOMPARE(items::logqlWith(u"say \"a\\b\""_s, false), QString::fromUtf8(R"x( |~ "(?i)say \\\\?\"a\\\\\\\\?b\\\\?\"")x"));
        QVERIFY(items::looksLikeTrace(u"7f1c0a9b2e3d4c5f"_s) && !items::looksLikeTrace(u"7f1c"_s) && !items::looksLikeTrace(u"7f1c0a9b2e3d4c5f "_s));
        QCOMPARE(items::logqlFrom(items::LogLevel::Debug), QString());
        using items::LogLevel;
        QCOMPARE(items::logqlWithout({}), QString());
        QCOMPARE(items::logqlWithout({LogLevel::Info, LogLevel::Debug}), items::logqlFrom(LogLevel::Warn));
        QCOMPARE(items::logqlWithout({LogLevel::Debug, LogLevel::Info, LogLevel::Warn, LogLevel::Error}),
                 u" | detected_level!~\"(?i)(trace|debug|info|warn|warning|error|critical|fatal)\" | level!~\"(?i)(trace|debug|info|warn|warning|error|critical|fatal)\""_s);
    }

    /// Loki takes a line with an "info" anywhere for one of Info: what may be of another level here comes all the same.
    void linesOfAnotherLevelStay_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<bool>("stays");
        QTest::newRow("capitals") << u"2026-11-29 11:59:45 ERROR c.d.canton cannot read package information"_s << true;
        QTest::newRow("a thread") << u"[grpc-info-3] WARN late"_s << true;
        QTest::newRow("JSON") << u"{\"severity\":\"err\",\"message\":\"info\"}"_s << true;
        QTest::newRow("a letter") << u"E[2026-11-29] no info"_s << true;
        QTest::newRow("Kubernetes'") << u"F1129 11:59:45 no info"_s << true;
        QTest::newRow("INFO") << u"INFO all is well"_s << false;
        QTest::newRow("a letter of Info") << u"I1129 11:59:45 info"_s << false;
        QTest::newRow("part of a word") << u"INFO errorless, terror, warned"_s << false;
    }
    void linesOfAnotherLevelStay()
    {
        QFETCH(QString, line);
        QFETCH(bool, stays);
        const QString said = items::logqlWithout({items::LogLevel::Debug, items::LogLevel::Info});
        QVERIFY2(said.endsWith(u" | qd_level!=\"\" or (detected_level!~\"(?i)(trace|debug|info)\" and level!~\"(?i)(trace|debug|info)\") | drop qd_level"_s), qPrintable(said));
        const qsizetype from = said.indexOf(u'"') + 1;
        const QRegularExpression wanted(said.mid(from, said.indexOf(u'"', from) - from).replace(u"\\\\"_s, u"\\"_s));
        QVERIFY2(wanted.isValid(), qPrintable(wanted.errorString()));
        QCOMPARE(!wanted.match(line).captured(u"qd_level"_s).isEmpty(), stays);
        // and what it takes for a level here, it does not lose there
        const items::LogLevel level = items::readLogText(line, 1, 0).level;
        QVERIFY(stays || level <= items::LogLevel::Info);
    }

    /// The past is bounded by what its lines take up, too.
    void longLinesOfThePast_data()
    {
        QTest::addColumn<bool>("beside");
        QTest::newRow("in the text") << false;
        QTest::newRow("in what is kept beside it") << true;
    }
    void longLinesOfThePast()
    {
        QFETCH(bool, beside);
        Stage stage;
        for (int i = 1; i <= 2; ++i) {
            ports::LogEntry one = entry(kNow - i * kSecond, beside ? u"x"_s : QString(2000, u'x'));
            if (beside)
                one.metadata.insert(u"stack"_s, QString(2000, u'x'));
            stage.logs->lines.append(one);
        }
        stage.logs->rest = true;
        items::LokiRequest request{u"{}"_s, kNow - 60 * kSecond, 0, 1000};
        request.mostBytes = 10'000;
        items::LokiLog log(stage.logs, request, kNow);
        bool done = false;
        connect(&log, &items::LokiLog::caughtUp, this, [&done] { done = true; });
        log.start();
        QTRY_VERIFY(done);
        QVERIFY(log.cut());
        QCOMPARE(log.count(), 4);
    }

    /// A line that comes late, older than the newest one told, is told; what was told is not told again.
    void whereThePastMeetsTheTail()
    {
        Stage stage;
        stage.logs->lines = {entry(kNow - kSecond, u"c"_s), entry(kNow - 2 * kSecond, u"twice"_s), entry(kNow - 2 * kSecond, u"twice"_s), entry(kNow - 9 * kSecond, u"a"_s)};
        stage.start(kNow - 3600 * kSecond);
        QTRY_VERIFY(stage.logs->last && stage.logs->last->started);
        QCOMPARE(stage.told, (QStringList{u"a"_s, u"twice"_s, u"twice"_s, u"c"_s}));
        QCOMPARE(stage.logs->from, kNow - 76 * kSecond);
        Q_EMIT stage.logs->last->entries({entry(kNow - 3 * kSecond, u"late"_s), entry(kNow - 2 * kSecond, u"twice"_s), entry(kNow - 2 * kSecond, u"twice"_s),
                                          entry(kNow - 2 * kSecond, u"twice"_s), entry(kNow - kSecond, u"c"_s), entry(kNow + kSecond, u"new"_s)});
        QCOMPARE(stage.told.mid(4), (QStringList{u"late"_s, u"twice"_s, u"new"_s}));
    }

    /// What stands beside a line comes among its labels by another way: it is not told again. That lines are missing is passed on.
    void theSameLineByAnotherWay()
    {
        Stage stage;
        stage.logs->lines = {{kNow - kSecond, u"a"_s, {{u"pod"_s, u"p"_s}}, {{u"trace_id"_s, u"7f"_s}}}};
        stage.start(kNow - 3600 * kSecond);
        QTRY_VERIFY(stage.logs->last);
        QString warned;
        connect(stage.log.get(), &items::LokiLog::warned, this, [&warned](const QString &sentence) { warned = sentence; });
        Q_EMIT stage.logs->last->entries({{kNow - kSecond, u"a"_s, {{u"pod"_s, u"p"_s}, {u"trace_id"_s, u"7f"_s}}, {}}});
        Q_EMIT stage.logs->last->warned(u"Some are missing."_s);
        QCOMPARE(stage.told, QStringList{u"a"_s});
        QCOMPARE(warned, u"Some are missing."_s);
    }

    void whereTheTailBegins_data()
    {
        QTest::addColumn<QList<LogEntry>>("past");
        QTest::addColumn<qint64>("since");
        QTest::addColumn<bool>("cut");
        QTest::addColumn<qint64>("from");
        QTest::newRow("without a past") << QList<LogEntry>{} << kNow - 3600 * kSecond << false << kNow - 75 * kSecond;
        QTest::newRow("not before what is wanted") << QList<LogEntry>{} << kNow - kSecond << false << kNow - kSecond;
        QTest::newRow("the past is short") << QList<LogEntry>{entry(kNow - kSecond, u"a"_s)} << kNow - 2 * kSecond << false << kNow - 2 * kSecond;
        QTest::newRow("older lines were left out") << QList<LogEntry>{entry(kNow - kSecond, u"b"_s), entry(kNow - 2 * kSecond, u"a"_s)} << kNow - 60 * kSecond << true
                                                   << kNow - 2 * kSecond + 1;
    }
    void whereTheTailBegins()
    {
        QFETCH(QList<LogEntry>, past);
        QFETCH(qint64, since);
        QFETCH(bool, cut);
        Stage stage;
        stage.logs->lines = past;
        stage.logs->rest = cut;
        stage.start(since, 2);
        QTRY_VERIFY(stage.logs->last);
        QTEST(stage.logs->from, "from");
    }
};

QTEST_GUILESS_MAIN(LokiLogTest)
#include "tst_lokilog.moc"
