// SPDX-License-Identifier: GPL-3.0-or-later
// Lines are read beside the GUI thread: in their order, in bounded pieces, and none after its source is not wanted any more.
#include "models/items/LogReader.h"

#include <QTest>
#include <QThreadPool>

#include <algorithm>

using namespace qd::items;
using namespace Qt::StringLiterals;

namespace {

QList<LogText> lines(int from, int count, int source = 0)
{
    QList<LogText> out;
    for (int i = from; i < from + count; ++i)
        out.append({u"2026-11-27T11:00:00.%1Z {\"message\":\"line %2\",\"level\":\"WARN\"}"_s.arg(i, 9, 10, QLatin1Char('0')).arg(i), source});
    return out;
}

}

class LogReaderTest : public QObject {
    Q_OBJECT
    QList<LogLine> m_came;
    QList<qsizetype> m_pieces;
    LogReader::Take take()
    {
        m_came.clear();
        m_pieces.clear();
        return [this](QList<LogLine> lines) {
            m_pieces.append(lines.size());
            m_came += lines;
        };
    }

private Q_SLOTS:
    /// What is kept beside a line waits with it.
    void metadataIsCounted()
    {
        LogReader reader(take());
        QList<LogText> some = lines(0, 10);
        reader.add(some);
        const qsizetype plain = reader.backlog().bytes;
        QVERIFY(plain > 0);
        for (LogText &line : some)
            line.metadata = {{u"severity_text"_s, QString(500, u'x')}, {u"trace_id"_s, QString(32, u'7')}};
        reader.add(some);
        QVERIFY2(reader.backlog().bytes >= 2 * plain + 10 * 2 * (500 + 32), qPrintable(QString::number(reader.backlog().bytes)));
        reader.forget(0);
        QCOMPARE(reader.backlog().bytes, 0);
    }

    void inTheirOrder()
    {
        LogReader reader(take());
        QList<qsizetype> called;
        const auto call = [&] { called.append(m_came.size()); };
        reader.then(call);
        QCOMPARE(called, QList<qsizetype>{0});   // nothing waits: at once
        reader.add(lines(0, 3000));
        reader.add(lines(3000, 9000, 1));
        reader.then(call);
        reader.add(lines(12'000, 10));
        reader.then(call);
        reader.then(call);
        QCOMPARE(reader.waiting(), 12'010);
        QVERIFY(m_came.isEmpty() && called.size() == 1);
        QTRY_COMPARE(called.size(), 4);
        QCOMPARE(called, (QList<qsizetype>{0, 12'000, 12'010, 12'010}));
        QCOMPARE(reader.waiting(), 0);
        for (int i = 0; i < m_came.size(); ++i) {
            QCOMPARE(m_came.at(i).message, u"line %1"_s.arg(i));
            QCOMPARE(m_came.at(i).level, LogLevel::Warn);
            QCOMPARE(m_came.at(i).source, i < 3000 || i >= 12'000 ? 0 : 1);
        }
        QVERIFY(*std::max_element(m_pieces.cbegin(), m_pieces.cend()) <= 5000);
        QVERIFY2(m_pieces.size() <= 5, qPrintable(QString::number(m_pieces.size())));   // together, not one by one
    }

    void aTimeAndATraceFromElsewhere()
    {
        LogReader reader(take());
        reader.add({{u"plain"_s, 0, 77, "7f1c09a6"}, {u"{\"message\":\"m\",\"trace-id\":\"0123456789abcdef\"}"_s, 0, 78, "7f1c09a6"}});
        QTRY_COMPARE(m_came.size(), 2);
        QCOMPARE(m_came.at(0).time, 77);
        QCOMPARE(m_came.at(0).trace, "7f1c09a6"_ba);
        QCOMPARE(m_came.at(1).trace, "0123456789abcdef"_ba);
    }

    /// What the line says itself and the level that was found are not kept once more.
    void whatStandsBesideALine()
    {
        LogReader reader(take());
        const qd::network::Labels beside{{u"detected_level"_s, u"info"_s}, {u"span_id"_s, u"<b>7"_s}, {u"user"_s, u"other"_s}};
        reader.add({{u"plain"_s, 0, 1, {}, LogLevel::Info, beside}, {u"{\"message\":\"m\",\"user\":\"own\"}"_s, 0, 2, {}, {}, beside},
                    {u"none"_s, 0, 3, {}, LogLevel::Info, {{u"detected_level"_s, u"info"_s}}}});
        QTRY_COMPARE(m_came.size(), 3);
        using Fields = QList<QPair<QString, QString>>;
        QCOMPARE(logFields(m_came.at(0)), (Fields{{u"span_id"_s, u"<b>7"_s}, {u"user"_s, u"other"_s}}));
        QCOMPARE(logFields(m_came.at(1)), (Fields{{u"message"_s, u"m"_s}, {u"user"_s, u"own"_s}, {u"span_id"_s, u"<b>7"_s}}));
        QVERIFY(m_came.at(2).metadata.isEmpty() && logFields(m_came.at(2)).isEmpty());
        QVERIFY(logLineCost(m_came.at(0)) > logLineCost(m_came.at(2)) + m_came.at(0).metadata.size());
    }

    /// In lines and bytes, wherever they wait.
    void whatWaitsIsCounted()
    {
        LogReader reader(take());
        reader.add({{QString(1000, u'a'), 0, 1}, {QString(500, u'b'), 1, 1}});
        reader.add({{QString(10, u'c'), 0, 1}});
        QCOMPARE(reader.backlog().lines, 3);
        QCOMPARE(reader.backlog().bytes, 2 * 1510);
        reader.forget(0);
        QCOMPARE(reader.backlog().lines, 1);
        QCOMPARE(reader.backlog().bytes, 2 * 500);
        QTRY_COMPARE(m_came.size(), 1);
        QCOMPARE(reader.backlog().lines, 0);
        QCOMPARE(reader.backlog().bytes, 0);
        reader.add({{QString(10, u'c'), 0, 1}});
        reader.clear();
        QCOMPARE(reader.backlog().bytes, 0);
    }

    void whoSendsWaits()
    {
        LogHold hold;
        QVERIFY(!hold.update({LogHold::kLines, LogHold::kBytes}) && !hold.held());
        QVERIFY(hold.update({0, LogHold::kBytes + 1}) && hold.held());
        QVERIFY(!hold.update({LogHold::kLines / 2 + 1, 0}));
        QVERIFY(!hold.update({0, LogHold::kBytes / 2 + 1}) && hold.held());
        QVERIFY(hold.update({LogHold::kLines / 2, LogHold::kBytes / 2}) && !hold.held());
        QVERIFY(hold.update({LogHold::kLines + 1, 0}) && hold.held());
    }

    /// Wherever they are by then: waiting, being read, or read and not given.
    void whatIsForgottenDoesNotCome()
    {
        LogReader reader(take());
        reader.add(lines(0, 5000, 0));
        reader.add(lines(5000, 5000, 0));
        reader.add(lines(10'000, 4000, 1));
        reader.add(lines(14'000, 6000, 0));
        QTRY_VERIFY(!m_came.isEmpty());
        const auto ofOne = [this] { return std::count_if(m_came.cbegin(), m_came.cend(), [](const LogLine &line) { return line.source == 1; }); };
        const qsizetype before = m_came.size(), rest = 4000 - ofOne();
        reader.forget(0);
        reader.add(lines(20'000, 5, 0));         // chosen again: these are new
        QTRY_COMPARE(reader.waiting(), 0);
        QCOMPARE(m_came.size(), before + rest + 5);
        QCOMPARE(ofOne(), 4000);
        for (qsizetype i = before; i < m_came.size(); ++i)
            QVERIFY(m_came.at(i).source == 1 || m_came.at(i).message.mid(5).toInt() >= 20'000);
    }

    void whatIsClearedDoesNotCome()
    {
        LogReader reader(take());
        bool called = false;
        reader.add(lines(0, 20'000));
        reader.then([&] {
            reader.clear();
            QCOMPARE(reader.waiting(), 0);
            reader.add(lines(50'000, 3));
        });
        reader.add(lines(20'000, 9000));
        reader.then([&called] { called = true; });
        QTRY_COMPARE(m_came.size(), 20'003);
        QCOMPARE(m_came.last().message, u"line 50002"_s);
        QCOMPARE(reader.waiting(), 0);
        // and while it is read
        m_came.clear();
        reader.add(lines(0, 20'000));
        QTRY_VERIFY(!m_came.isEmpty());
        reader.clear();
        const qsizetype before = m_came.size();
        reader.add(lines(30'000, 3));
        QTRY_COMPARE(m_came.size(), before + 3);
        QCOMPARE(m_came.at(before).message, u"line 30000"_s);
        QVERIFY(!called);
    }

    void itsEndWaitsForNothing()
    {
        auto reader = std::make_unique<LogReader>(take());
        reader->add(lines(0, 20'000));
        QTRY_VERIFY(!m_came.isEmpty());
        const qsizetype before = m_came.size();
        reader.reset();
        QVERIFY(QThreadPool::globalInstance()->waitForDone(10'000));
        QCoreApplication::processEvents();
        QCOMPARE(m_came.size(), before);
    }
};

QTEST_GUILESS_MAIN(LogReaderTest)
#include "tst_logreader.moc"
