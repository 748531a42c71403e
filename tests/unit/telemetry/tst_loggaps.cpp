// SPDX-License-Identifier: GPL-3.0-or-later
// Gaps in the logs of pods, and the lines Loki has of them: exactly theirs, in their places, once.
#include "models/core/Async.h"
#include "models/items/telemetry/LogGaps.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using items::LogGaps;
using items::LogLine;
using items::LogModel;
using items::LogSession;
using ports::LogEntry;

namespace {

constexpr qint64 kSecond = 1'000'000'000;
/// 2026-11-27T11:00:00Z
constexpr qint64 kStart = 1'795'777'200 * kSecond;

QString line(int second, const QString &text)
{
    return u"2026-11-27T11:%1:%2Z %3"_s.arg(second / 60, 2, 10, QLatin1Char('0')).arg(second % 60, 2, 10, QLatin1Char('0')).arg(text);
}

class FakeLog final : public ports::LogFeed {
public:
    using LogFeed::LogFeed;
    void start() override { }
    void setPaused(bool) override { }
};

/// Answers as Loki does: newest first, start inclusive, end exclusive, a page at a time.
class FakeLoki final : public ports::LogSearch {
public:
    QList<LogEntry> lines;
    std::optional<Error> refusal;
    QStringList warnings;
    QList<ports::LogQuery> asked;
    QFuture<Result<ports::LogPage>> page(const ports::LogQuery &query, const ports::LogPage &before, std::stop_token) override
    {
        asked.append(query);
        if (refusal)
            return readyFuture<ports::LogPage>(*refusal);
        ports::LogPage page;
        page.warnings = warnings;
        const qint64 end = before.next > 0 ? before.next : query.end;
        for (const LogEntry &one : lines) {
            if (one.at < query.start || one.at >= end)
                continue;
            page.rest = page.entries.size() == query.limit;
            if (page.rest)
                break;
            page.entries.append(one);
        }
        page.next = page.entries.isEmpty() ? 0 : page.entries.last().at;
        return readyFuture<ports::LogPage>(page);
    }
    QFuture<Result<QStringList>> labelValues(const QString &, qint64, qint64, std::stop_token) override { return readyFuture<QStringList>(QStringList()); }
    std::unique_ptr<ports::LogTail> tail(const QString &, qint64) override { return nullptr; }
    void add(int second, const QString &text, const QString &container = u"participant"_s)
    {
        lines.prepend({kStart + second * kSecond, text, {{u"pod"_s, u"n-participant-0"_s}, {u"container"_s, container}}, {}});
    }
};

struct Stage {
    Stage()
    {
        session.setOpener([this](const ports::LogRequest &) {
            auto made = std::make_unique<FakeLog>();
            log = made.get();
            return made;
        });
        session.setSources({source});
        gaps.setLogs(loki);
    }
    [[nodiscard]] QStringList shown() const
    {
        QStringList out;
        for (int row = 0; row < model.rowCount(); ++row)
            out.append(model.lineAt(row).message);
        return out;
    }
    [[nodiscard]] quint64 gap() const
    {
        for (int row = 0; row < model.rowCount(); ++row) {
            if (model.lineAt(row).kind == LogLine::Kind::Gap)
                return model.lineAt(row).id;
        }
        return 0;
    }
    [[nodiscard]] QString said() const { return gap() == 0 ? QString() : model.lineAt(model.rowOf(gap())).message; }
    /// Two lines, an end nobody wanted, and after twenty seconds its next run.
    void tear()
    {
        Q_EMIT log->lines({line(1, u"one"_s), line(2, u"two"_s)});
        Q_EMIT log->ended({ErrorKind::Network, u"the node is gone"_s});
        source.run = u"r2"_s;
        session.setSources({source});
        Q_EMIT log->lines({line(2, u"two"_s), line(22, u"three"_s)});
        QTRY_COMPARE(model.rowCount(), 4);
    }
    LogModel model;
    SystemClock clock;
    LogSession session{&model, &clock};
    LogGaps gaps{&model, &session, &clock};
    items::LogSource source{u"k"_s, u"participant-0"_s, {u"canton"_s, u"n-participant-0"_s, u"participant"_s}, u"r1"_s};
    FakeLog *log = nullptr;
    std::shared_ptr<FakeLoki> loki = std::make_shared<FakeLoki>();
};

}

class LogGapsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void itsLinesInPlaceAndOnce()
    {
        Stage stage;
        for (const int second : {1, 2})
            stage.loki->add(second, u"told"_s);
        stage.loki->add(5, u"ERROR a"_s);
        stage.loki->add(6, u"of a sidecar"_s, u"proxy"_s);
        stage.loki->add(9, u"b"_s);
        stage.loki->add(22, u"told"_s);
        stage.tear();
        const quint64 gap = stage.gap(), arrived = stage.model.arrived();
        QVERIFY(gap != 0 && stage.model.fillable() && stage.model.lineAt(2).fillable && stage.model.lineAt(2).loud);
        stage.gaps.load(gap);
        QTRY_COMPARE(stage.model.rowCount(), 6);
        QCOMPARE(stage.shown(), (QStringList{u"one"_s, u"two"_s, u"2 line(s) of 11:00:02.000 to 11:00:22.000 from Loki"_s, u"ERROR a"_s, u"b"_s, u"three"_s}));
        QCOMPARE(stage.model.lineAt(3).level, items::LogLevel::Error);
        QVERIFY(!stage.model.lineAt(2).fillable && !stage.model.lineAt(2).loud);
        QCOMPARE(stage.model.arrived(), arrived);   // no news
        QCOMPARE(stage.loki->asked.size(), 1);
        const ports::LogQuery query = stage.loki->asked.first();
        QCOMPARE(query.expr, u"{namespace=\"canton\", pod=\"n-participant-0\"}"_s);
        QCOMPARE(query.start, kStart + 2 * kSecond + 1);
        QCOMPARE(query.end, kStart + 22 * kSecond);
        stage.gaps.load(gap);
        QCOMPARE(stage.loki->asked.size(), 1);
    }

    /// What waits while the view is paused is not loaded once more.
    void whatWaitsIsNotLoaded()
    {
        Stage stage;
        stage.loki->add(5, u"a"_s);
        stage.loki->add(22, u"three"_s);
        Q_EMIT stage.log->lines({line(1, u"one"_s), line(2, u"two"_s)});
        Q_EMIT stage.log->ended({ErrorKind::Network, u"the node is gone"_s});
        QTRY_COMPARE(stage.model.rowCount(), 3);
        stage.session.setPaused(true);
        stage.source.run = u"r2"_s;
        stage.session.setSources({stage.source});
        Q_EMIT stage.log->lines({line(2, u"two"_s), line(22, u"three"_s)});
        QTRY_COMPARE(stage.session.waiting(), 1);
        stage.gaps.load(stage.gap());
        QTRY_COMPARE(stage.model.rowCount(), 4);
        QCOMPARE(stage.loki->asked.first().end, kStart + 22 * kSecond);
        stage.session.setPaused(false);
        QCOMPARE(stage.shown(), (QStringList{u"one"_s, u"two"_s, stage.said(), u"a"_s, u"three"_s}));
    }

    /// What was loaded up to now is not told once more by the log, whether it is opened again before or after.
    void whatWasLoadedIsNotToldAgain_data()
    {
        QTest::addColumn<bool>("meanwhile");
        QTest::newRow("it comes back later") << false;
        QTest::newRow("while Loki is asked") << true;
    }
    void whatWasLoadedIsNotToldAgain()
    {
        QFETCH(bool, meanwhile);
        Stage stage;
        stage.loki->add(5, u"a"_s);
        stage.loki->add(9, u"b"_s);
        Q_EMIT stage.log->lines({line(1, u"one"_s), line(2, u"two"_s)});
        Q_EMIT stage.log->ended({ErrorKind::Network, u"the node is gone"_s});
        QTRY_COMPARE(stage.model.rowCount(), 3);
        stage.gaps.load(stage.gap());
        if (!meanwhile)
            QTRY_COMPARE(stage.model.rowCount(), 5);
        stage.source.run = u"r2"_s;
        stage.session.setSources({stage.source});
        Q_EMIT stage.log->lines({line(2, u"two"_s), line(9, u"b"_s), line(12, u"c"_s)});
        QTRY_COMPARE(stage.model.rowCount(), 6);
        QTRY_VERIFY(!stage.said().contains(u"asked of Loki"_s));
        QCOMPARE(stage.shown(), (QStringList{u"one"_s, u"two"_s, stage.said(), u"a"_s, u"b"_s, u"c"_s}));
    }

    /// Where Loki's times are later than the log's: every line once, none is lost.
    void stampedLaterByLoki()
    {
        Stage stage;
        constexpr qint64 late = kSecond / 2;
        const auto has = [&stage](qint64 time, const QString &text) { stage.loki->lines.prepend({kStart + time, text, {}, {}}); };
        has(5 * kSecond + late, u"a"_s);
        for (const int second : {6, 7, 8})
            has(second * kSecond + late, u"tick"_s);
        has(9 * kSecond + late, u"b"_s);
        Q_EMIT stage.log->lines({line(1, u"one"_s), line(2, u"two"_s)});
        Q_EMIT stage.log->ended({ErrorKind::Network, u"the node is gone"_s});
        QTRY_COMPARE(stage.model.rowCount(), 3);
        stage.gaps.load(stage.gap());
        QTRY_COMPARE(stage.model.rowCount(), 8);
        stage.source.run = u"r2"_s;
        stage.session.setSources({stage.source});
        Q_EMIT stage.log->lines({line(2, u"two"_s), line(5, u"a"_s), line(6, u"tick"_s), line(7, u"tick"_s), line(8, u"tick"_s), line(9, u"b"_s),
                                 u"2026-11-27T11:00:09.300Z c"_s, u"2026-11-27T11:00:09.400Z tick"_s, line(12, u"d"_s)});
        QTRY_COMPARE(stage.model.rowCount(), 11);
        QStringList told = stage.shown();
        told.removeOne(stage.said());
        told.sort();
        QCOMPARE(told, (QStringList{u"a"_s, u"b"_s, u"c"_s, u"d"_s, u"one"_s, u"tick"_s, u"tick"_s, u"tick"_s, u"tick"_s, u"two"_s}));
        // what is written with the same words later is another line
        Q_EMIT stage.log->lines({line(14, u"a"_s), line(15, u"tick"_s)});
        QTRY_COMPARE(stage.model.rowCount(), 13);
    }

    /// The log begins behind what was loaded: a further gap is of the time behind that, and lines like those loaded are told.
    void aGapBehindWhatWasLoaded()
    {
        Stage stage;
        stage.loki->add(9, u"tick"_s);
        Q_EMIT stage.log->lines({line(1, u"one"_s), line(2, u"two"_s)});
        Q_EMIT stage.log->ended({ErrorKind::Network, u"the node is gone"_s});
        QTRY_COMPARE(stage.model.rowCount(), 3);
        stage.gaps.load(stage.gap());
        QTRY_COMPARE(stage.model.rowCount(), 4);
        stage.source.run = u"r2"_s;
        stage.session.setSources({stage.source});
        Q_EMIT stage.log->ended({ErrorKind::Network, u"the node is gone again"_s});
        QTRY_COMPARE(stage.model.rowCount(), 5);
        QCOMPARE(stage.model.lineAt(4).kind, LogLine::Kind::Gap);
        stage.gaps.load(stage.model.lineAt(4).id);
        QCOMPARE(stage.loki->asked.size(), 2);
        QCOMPARE(stage.loki->asked.last().start, kStart + 9 * kSecond + 1);
        stage.source.run = u"r3"_s;
        stage.session.setSources({stage.source});
        Q_EMIT stage.log->lines({line(10, u"tick"_s)});
        QTRY_COMPARE(stage.model.rowCount(), 6);
    }

    /// Of a log whose older lines were not read: the hour before, page by page, the newest of them.
    void theHourBefore()
    {
        Stage stage;
        for (int i = -3700; i <= 0; ++i)
            stage.loki->add(i, QString::number(i));
        QStringList lines;
        for (int i = 0; i < LogSession::kTail; ++i)
            lines.append(line(1, u"x"_s));
        Q_EMIT stage.log->lines(lines);
        QTRY_COMPARE(stage.model.kept(), LogSession::kTail + 1);
        stage.gaps.load(stage.gap());
        QTRY_COMPARE(stage.model.kept(), LogSession::kTail + 1 + 3600);
        QCOMPARE(stage.loki->asked.size(), 2);
        QCOMPARE(stage.loki->asked.first().start, kStart + kSecond - 3600 * kSecond);
        QCOMPARE(stage.shown().first(), u"-3599"_s);
        QVERIFY2(stage.said().startsWith(u"3600 line(s) of 10:00:01.000 to 11:00:01.000 from Loki"_s), qPrintable(stage.said()));
    }

    void moreThanSoManyAreNotRead()
    {
        Stage stage;
        for (int i = 0; i < 7000; ++i)
            stage.loki->lines.prepend({kStart + 3 * kSecond + i, QString::number(i), {}, {}});
        stage.tear();
        stage.gaps.load(stage.gap());
        QTRY_VERIFY(stage.model.kept() > 4);
        QVERIFY(stage.model.kept() <= 4 + LogGaps::kMost + 2000);
        QVERIFY2(stage.said().contains(u"older ones were left out"_s), qPrintable(stage.said()));
        QVERIFY(stage.model.lineAt(2).loud);      // some are missing still
        QCOMPARE(stage.shown().value(stage.model.rowCount() - 2), u"6999"_s);
    }

    /// Nor more than can be borne of long ones.
    void longLinesAreFewer_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<network::Labels>("beside");
        QTest::newRow("of long lines") << QString(20'000, u'x') << network::Labels{};
        QTest::newRow("of long metadata") << u"x"_s << network::Labels{{u"stack"_s, QString(20'000, u'x')}};
    }
    void longLinesAreFewer()
    {
        QFETCH(QString, text);
        QFETCH(network::Labels, beside);
        Stage stage;
        for (int i = 0; i < 4100; ++i)
            stage.loki->lines.prepend({kStart + 3 * kSecond + i, text, {}, beside});
        stage.tear();
        stage.gaps.load(stage.gap());
        QTRY_COMPARE_WITH_TIMEOUT(stage.model.kept(), 4 + 2000, 20'000);
        QCOMPARE(stage.loki->asked.size(), 1);
        QVERIFY2(stage.said().contains(u"older ones were left out"_s), qPrintable(stage.said()));
    }

    /// At the mark, which can be asked again.
    void whatKeepsItFromThatIsSaid()
    {
        Stage stage;
        stage.tear();
        const QString before = stage.said();
        stage.loki->refusal = Error{ErrorKind::Network, u"Loki is away."_s};
        stage.gaps.load(stage.gap());
        QTRY_VERIFY2(stage.said().contains(u"Loki is away."_s) && stage.said().startsWith(before), qPrintable(stage.said()));
        QVERIFY(stage.model.lineAt(2).fillable && stage.model.lineAt(2).loud);
        stage.loki->refusal.reset();
        stage.gaps.load(stage.gap());
        QTRY_VERIFY2(stage.said().contains(u"Loki has no line of 11:00:02.000 to 11:00:22.000 either."_s), qPrintable(stage.said()));
        QVERIFY2(stage.said().startsWith(before) && stage.said().count(u"Loki"_s) == 1, qPrintable(stage.said()));
        QVERIFY(!stage.model.lineAt(2).fillable && stage.model.lineAt(2).loud);   // they are missing for good
        QCOMPARE(stage.model.rowCount(), 4);
    }

    /// What Loki itself could not give is said with what it gave, and the gap stays one.
    void whatLokiCouldNotGiveIsSaid_data()
    {
        QTest::addColumn<bool>("some");
        QTest::newRow("some lines") << true;
        QTest::newRow("none") << false;
    }
    void whatLokiCouldNotGiveIsSaid()
    {
        QFETCH(bool, some);
        Stage stage;
        if (some)
            stage.loki->add(5, u"a"_s);
        stage.tear();
        stage.loki->warnings = QStringList{u"Not all of them could be read."_s};
        stage.gaps.load(stage.gap());
        QTRY_VERIFY2(stage.said().endsWith(u". Not all of them could be read."_s), qPrintable(stage.said()));
        QCOMPARE(stage.model.rowCount(), some ? 5 : 4);
        QVERIFY(stage.model.lineAt(2).loud);
    }

    void withoutLokiNothingIsOffered()
    {
        Stage stage;
        stage.tear();
        stage.gaps.setLogs(nullptr);
        QVERIFY(!stage.model.fillable());
        stage.gaps.load(stage.gap());
        QVERIFY(stage.loki->asked.isEmpty());
        // the log goes while it is asked: nothing comes of it
        stage.gaps.setLogs(stage.loki);
        stage.loki->add(9, u"b"_s);
        stage.gaps.load(stage.gap());
        stage.session.forget({u"k"_s});
        stage.source.key = u"other"_s;
        stage.session.setSources({stage.source});
        Q_EMIT stage.log->lines({line(30, u"of another"_s)});
        QTRY_COMPARE(stage.model.rowCount(), 1);
        QCOMPARE(stage.shown(), QStringList{u"of another"_s});
    }
};

QTEST_GUILESS_MAIN(LogGapsTest)
#include "tst_loggaps.moc"
