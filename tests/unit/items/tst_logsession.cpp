// SPDX-License-Identifier: GPL-3.0-or-later
// The session that reads several logs: what waits is bounded, what comes back repeats nothing, and what is not read is known.
#include "models/items/LogSession.h"

#include <QPointer>
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

class FakeLog final : public ports::LogFeed {
    Q_OBJECT
public:
    using LogFeed::LogFeed;
    void start() override { started = true; }
    void setPaused(bool value) override { paused = value; }
    bool started = false;
    bool paused = false;
};

/// A session whose opened log the test holds.
struct OneLog {
    LogModel model;
    SystemClock clock;
    LogSession session{&model, &clock};
    FakeLog *log = nullptr;
    OneLog()
    {
        session.setOpener([this](const ports::LogRequest &) {
            auto made = std::make_unique<FakeLog>();
            log = made.get();
            return made;
        });
    }
};

}

class LogSessionTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aSessionReadsPausesAndSaysWhatHappens()
    {
        LogModel model;
        SystemClock clock;
        LogSession session(&model, &clock);
        QHash<QString, FakeLog *> logs;
        QList<ports::LogRequest> asked;
        session.setOpener([&](const ports::LogRequest &request) {
            auto log = std::make_unique<FakeLog>();
            logs.insert(request.pod, log.get());
            asked.append(request);
            return log;
        });
        const LogSource a{u"1/c"_s, u"a-0"_s, {u"ns"_s, u"a"_s, u"c"_s}, u"r1"_s};
        const LogSource b{u"2/c"_s, u"b-0"_s, {u"ns"_s, u"b"_s, u"c"_s}, u"r1"_s};
        session.setSources({a, b});
        QCOMPARE(session.awaited(), 2);
        QVERIFY(asked.first().stamps && logs.value(u"a"_s)->started);
        QCOMPARE(asked.first().tailLines, LogSession::kTail);
        Q_EMIT logs.value(u"a"_s)->lines({stamped(1, u"one"_s), stamped(3, u"ERROR three"_s)});
        Q_EMIT logs.value(u"b"_s)->lines({stamped(2, u"two"_s)});
        QTRY_COMPARE(shown(model), (QStringList{u"one"_s, u"two"_s, u"ERROR three"_s}));
        QCOMPARE(model.sources(), (QStringList{u"a-0"_s, u"b-0"_s}));

        session.setPaused(true);
        Q_EMIT logs.value(u"a"_s)->lines({stamped(4, u"ERROR four"_s)});
        QTRY_COMPARE(session.waiting(), 1);
        QCOMPARE(session.waitingErrors(), 1);
        QCOMPARE(model.rowCount(), 3);
        session.setPaused(false);
        QCOMPARE(model.rowCount(), 4);
        QCOMPARE(session.waiting(), 0);

        Q_EMIT logs.value(u"b"_s)->interrupted({ErrorKind::Network, u"the kubelet does not answer"_s});
        QCOMPARE(session.troubles().size(), 1);
        QVERIFY(session.troubles().first().contains("kubelet"_L1));
        Q_EMIT logs.value(u"b"_s)->resumed();
        QVERIFY(session.troubles().isEmpty());
        QVERIFY(shown(model).join(u'|').contains("b-0: connected again"_L1));

        Q_EMIT logs.value(u"a"_s)->ended({ErrorKind::Cancelled, u"The container has ended."_s});
        QCOMPARE(session.open(), 1);
        QVERIFY(shown(model).last().contains("The container has ended"_L1));
        session.setSources({a, b});                       // the same run: it stays ended
        QCOMPARE(session.open(), 1);
        LogSource again = a;
        again.run = u"r2"_s;
        session.setSources({again, b});
        QCOMPARE(session.open(), 2);
        const int rows = model.rowCount();
        Q_EMIT logs.value(u"a"_s)->lines({stamped(4, u"ERROR four"_s), stamped(9, u"nine"_s)});   // nothing comes twice
        QTRY_COMPARE(model.rowCount(), rows + 1);
        session.setSources({b});
        QCOMPARE(session.open(), 1);
    }

    /// Whether what a log writes is told: where it is not, nothing can be said of how much that is.
    void whichLogsAreRead()
    {
        OneLog read;
        auto &[model, clock, session, log] = read;
        QVERIFY(!session.reads(0).has_value());
        session.setSources({{u"k"_s, u"n"_s, {u"ns"_s, u"p"_s, u"c"_s}}});
        QCOMPARE(session.reads(0), std::optional(true));
        session.setPaused(true);
        QCOMPARE(session.reads(0), std::optional(false));
        session.setPaused(false);
        Q_EMIT log->interrupted({ErrorKind::Network, u"the kubelet does not answer"_s});
        QCOMPARE(session.reads(0), std::optional(false));
        Q_EMIT log->resumed();
        QCOMPARE(session.reads(0), std::optional(true));
        Q_EMIT log->ended({ErrorKind::Forbidden, u"no"_s});
        QCOMPARE(session.reads(0), std::optional(false));
        session.setSources({});
        QVERIFY(!session.reads(0).has_value());
    }

    /// A session closes them together, too.
    void logsAreForgottenTogether()
    {
        LogModel model;
        SystemClock clock;
        LogSession session(&model, &clock);
        QHash<QString, QPointer<FakeLog>> logs;
        session.setOpener([&](const ports::LogRequest &request) {
            auto log = std::make_unique<FakeLog>();
            logs.insert(request.pod, log.get());
            return log;
        });
        QList<LogSource> sources;
        for (const QString &name : {u"a"_s, u"b"_s, u"c"_s})
            sources.append({name, name, {u"ns"_s, name, u"c"_s}, u"r1"_s});
        session.setSources(sources);
        for (const QString &name : {u"a"_s, u"b"_s, u"c"_s})
            Q_EMIT logs.value(name)->lines({stamped(1, u"ERROR "_s + name)});
        QTRY_COMPARE(model.rowCount(), 3);
        session.setPaused(true);
        Q_EMIT logs.value(u"a"_s)->lines({stamped(2, u"ERROR a"_s)});
        Q_EMIT logs.value(u"c"_s)->lines({stamped(2, u"ERROR c"_s)});
        QTRY_COMPARE(session.waitingErrors(), 2);
        QSignalSpy reset(&model, &LogModel::modelReset), changed(&session, &LogSession::changed);
        session.forget({u"a"_s, u"b"_s, u"stranger"_s});
        QVERIFY(!logs.value(u"a"_s) && !logs.value(u"b"_s) && logs.value(u"c"_s));
        QCOMPARE(reset.count(), 1);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(session.waitingErrors(), 1);
        QCOMPARE(shown(model), QStringList{u"ERROR c"_s});
        session.forget({u"stranger"_s});
        QCOMPARE(changed.count(), 1);
    }

    void aFloodWhilePausedStopsTheServer()
    {
        OneLog read;
        auto &[model, clock, session, log] = read;
        session.setSources({{u"k"_s, u"n"_s, {u"ns"_s, u"p"_s, u"c"_s}}});
        session.setPaused(true);
        QStringList flood;
        for (int i = 0; i < LogHold::kLines + 10; ++i)
            flood.append(stamped(i % 3600, u"x"_s));
        Q_EMIT log->lines(flood);
        QVERIFY(session.held() && log->paused);
        session.setPaused(false);
        QTRY_VERIFY_WITH_TIMEOUT(!session.held() && !log->paused, 10000);
        QTRY_VERIFY_WITH_TIMEOUT(model.kept() > LogHold::kLines, 20000);
    }

    /// Few lines, but long ones.
    void longLinesWhilePausedStopTheServer()
    {
        OneLog read;
        auto &[model, clock, session, log] = read;
        session.setSources({{u"k"_s, u"n"_s, {u"ns"_s, u"p"_s, u"c"_s}}});
        session.setPaused(true);
        const QString longLine(1 << 20, u'x');
        QStringList lines;
        for (int i = 0; i < 40; ++i)
            lines.append(stamped(i, longLine));
        Q_EMIT log->lines(lines);
        QVERIFY(session.held() && log->paused);     // 80 MiB to be read
        QTRY_COMPARE_WITH_TIMEOUT(session.waiting(), 40, 20000);
        QVERIFY(session.held() && log->paused);     // 40 MiB to be shown
        session.setPaused(false);
        QVERIFY(!session.held() && !log->paused);
        QCOMPARE(model.rowCount(), 40);
    }

    /// Lines are still read when it ends and its next run begins: what is said stands behind them, and nothing comes twice.
    void aLogThatEndsUnderAFlood()
    {
        OneLog read;
        auto &[model, clock, session, log] = read;
        const auto line = [](int i) { return u"2026-11-27T11:00:00.%1Z line %2"_s.arg(i, 9, 10, QLatin1Char('0')).arg(i); };
        LogSource source{u"k"_s, u"n-0"_s, {u"ns"_s, u"p"_s, u"c"_s}, u"r1"_s};
        session.setSources({source});
        QStringList flood;
        for (int i = 1; i <= 12'000; ++i)
            flood.append(line(i));
        Q_EMIT log->lines(flood);
        Q_EMIT log->ended({ErrorKind::Cancelled, u"The container has ended."_s});
        QCOMPARE(session.open(), 0);
        QCOMPARE(model.rowCount(), 0);
        source.run = u"r2"_s;
        session.setSources({source});
        QCOMPARE(session.open(), 1);
        Q_EMIT log->lines({line(11'999), line(12'000), line(12'001), line(12'002)});
        const QString last = u"line 12002"_s;
        QTRY_VERIFY(model.rowCount() > 0 && model.lineAt(model.rowCount() - 1).message == last);
        const QStringList all = shown(model);
        const qsizetype end = all.indexOf(u"line 12000"_s);
        QVERIFY(end > 0);
        QVERIFY2(all.value(end + 1).contains("The container has ended"_L1), qPrintable(all.value(end + 1)));
        QCOMPARE(all.mid(end + 2), (QStringList{u"line 12001"_s, last}));
        QCOMPARE(model.kept(), 12'000 + 2 + 2);   // and that it ended, and that only so many were read
        // chosen no more while lines are under way: none of them comes
        Q_EMIT log->lines({line(12'003)});
        session.forget({u"k"_s});
        QCOMPARE(model.kept(), 0);
        session.setSources({source});
        Q_EMIT log->lines({line(12'004)});
        QTRY_COMPARE(model.rowCount(), 1);
        QCOMPARE(shown(model), QStringList{u"line 12004"_s});
    }

    /// One that fell out of those that are followed goes on behind what it told.
    void aLogThatComesBackRepeatsNothing()
    {
        OneLog read;
        auto &[model, clock, session, log] = read;
        const LogSource source{u"k"_s, u"n-0"_s, {u"ns"_s, u"p"_s, u"c"_s}, u"r1"_s};
        const QStringList told{stamped(1, u"one"_s), stamped(2, u"two"_s)};
        session.setSources({source});
        Q_EMIT log->lines(told);
        QTRY_COMPARE(model.kept(), 2);
        session.setSources({});
        session.setSources({source});
        Q_EMIT log->lines(told + QStringList{stamped(3, u"three"_s)});
        QTRY_COMPARE(model.kept(), 3);
        QCOMPARE(model.lineAt(2).message, u"three"_s);
    }

    void anEarlierRunThatIsGoneIsSaidInWords()
    {
        OneLog read;
        auto &[model, clock, session, log] = read;
        LogSource source{u"k"_s, u"n-0"_s, {u"ns"_s, u"p"_s, u"c"_s}};
        source.request.previous = true;
        session.setSources({source});
        Error error{ErrorKind::Invalid, u"previous terminated container \"c\" in pod \"p\" not found"_s};
        error.httpStatus = 400;
        Q_EMIT log->ended(error);
        QCOMPARE(session.endings(), QStringList{u"n-0: there is no earlier run, or its log is gone"_s});
    }
};

QTEST_GUILESS_MAIN(LogSessionTest)
#include "tst_logsession.moc"
