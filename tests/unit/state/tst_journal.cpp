// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Async.h"
#include "models/state/Journal.h"
#include "tests/support/ManualClock.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QLockFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <thread>

#ifdef Q_OS_UNIX
#include <csignal>
#include <sys/resource.h>
#include <unistd.h>
#endif

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::state;

namespace {

QJsonObject intent(const QString &id)
{
    return {{u"type"_s, u"intent"_s}, {u"id"_s, id}, {u"action"_s, u"scale"_s}, {u"title"_s, u"Scale a"_s},
        {u"user"_s, u"mira"_s}, {u"cluster"_s, u"prod"_s}, {u"danger"_s, u"disruptive"_s},
        {u"reason"_s, u"load | a=b ] \"x\""_s},
        {u"edits"_s, QJsonArray{QJsonObject{{u"resource"_s, u"validators.canton.quarterdeck.io/a"_s}}}}};
}

}

class TestJournal : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_clock.set(QDateTime::fromString(u"2026-03-01T12:00:00Z"_s, Qt::ISODate));
    }

    void writesAndReadsBack()
    {
        Journal journal(path(), &m_clock);
        QVERIFY(journal.read()->isEmpty());
        QVERIFY(journal.appendNow(intent(u"1"_s)).ok());
        m_clock.advance(std::chrono::hours(1));
        QVERIFY(journal.appendNow(intent(u"2"_s)).ok());
        const auto all = journal.read();
        QCOMPARE(all->size(), 2);
        QCOMPARE(all->at(0).json.value("seq"_L1).toInt(), 1);
        QCOMPARE(all->at(0).json.value("prev"_L1).toString(), QString());
        QCOMPARE(all->at(1).json.value("prev"_L1).toString(), all->at(0).hash);
        QCOMPARE(all->at(0).hash.size(), 64);
        QCOMPARE(journal.read(m_clock.now().addSecs(-60))->size(), 1);
        QVERIFY(QFileInfo(path()).permission(QFileDevice::ReadOwner));
        QVERIFY(!QFileInfo(path()).permission(QFileDevice::ReadOther));
        const auto check = journal.verify();
        QVERIFY2(check->ok, qPrintable(check->message));
        QCOMPARE(check->records, 2);
    }

    void appendsInOrderOnItsOwnThread()
    {
        QObject here;
        QList<int> done;
        Journal journal(path(), &m_clock);
        for (int i = 0; i < 20; ++i)
            whenFinished(journal.append(intent(QString::number(i))), &here,
                [&done, i](const Result<Done> &r) { done.append(r ? i : -1); });
        QTRY_COMPARE(done.size(), 20);
        QVERIFY(!done.contains(-1));
        const auto all = journal.read();
        for (int i = 0; i < 20; ++i)
            QCOMPARE(all->at(i).json.value("id"_L1).toString(), QString::number(i));
    }

    /// Two programs (two journals on one file) writing at once: one unbroken chain.
    void twoWritersOneChain()
    {
        const auto write = [this](const QString &who) {
            Journal journal(path(), &m_clock);
            for (int i = 0; i < 50; ++i)
                QVERIFY(journal.appendNow(intent(who)).ok());
        };
        std::thread other(write, u"b"_s);
        write(u"a"_s);
        other.join();
        Journal journal(path(), &m_clock);
        const auto check = journal.verify();
        QVERIFY2(check->ok, qPrintable(check->message));
        QCOMPARE(check->records, 100);
    }

    void everyManipulationIsFound_data()
    {
        QTest::addColumn<QString>("how");
        QTest::addColumn<int>("line");
        QTest::newRow("a letter") << u"letter"_s << 2;
        QTest::newRow("a record out") << u"out"_s << 2;
        QTest::newRow("swapped") << u"swap"_s << 2;
        QTest::newRow("doubled") << u"double"_s << 3;
        QTest::newRow("the first out") << u"first"_s << 1;
        QTest::newRow("cut off") << u"cut"_s << 4;
        QTest::newRow("rubbish") << u"rubbish"_s << 3;
        QTest::newRow("a blank") << u"blank"_s << 2;
    }

    void everyManipulationIsFound()
    {
        QFETCH(QString, how);
        QFETCH(int, line);
        Journal journal(path(), &m_clock);
        for (int i = 0; i < 4; ++i)
            QVERIFY(journal.appendNow(intent(QString::number(i))).ok());
        QList<QByteArray> lines = content().split('\n');
        if (how == "letter"_L1)
            lines[1].replace("mira", "mirb");
        else if (how == "blank"_L1)
            lines[1].replace(",\"user\"", ", \"user\"");
        else if (how == "out"_L1)
            lines.removeAt(1);
        else if (how == "first"_L1)
            lines.removeAt(0);
        else if (how == "swap"_L1)
            lines.swapItemsAt(1, 2);
        else if (how == "double"_L1)
            lines.insert(2, lines.at(1));
        else if (how == "rubbish"_L1)
            lines[2] = "{}";
        QByteArray text = lines.join('\n');
        if (how == "cut"_L1)
            text.chop(20);
        setContent(text);
        const auto check = journal.verify();
        QVERIFY(!check->ok);
        QCOMPARE(check->brokenLine, line);
        QVERIFY2(check->message.contains(u"Record %1"_s.arg(line)) && check->message.contains(path()),
            qPrintable(check->message));
    }

    void goesOnAfterATornWrite()
    {
        Journal journal(path(), &m_clock);
        QVERIFY(journal.appendNow(intent(u"1"_s)).ok());
        QVERIFY(journal.appendNow(intent(u"2"_s)).ok());
        QByteArray text = content();
        text.chop(30);
        setContent(text);
        QVERIFY(journal.appendNow(intent(u"3"_s)).ok());
        const auto all = journal.read();
        QCOMPARE(all->size(), 2);
        QCOMPARE(all->at(1).json.value("id"_L1).toString(), u"3"_s);
        QCOMPARE(journal.verify()->brokenLine, 2);
    }

    void longRecordsChainToo()
    {
        Journal journal(path(), &m_clock);
        QJsonObject big = intent(u"big"_s);
        big.insert("message"_L1, QString(300000, u'x'));
        QVERIFY(journal.appendNow(big).ok());
        QVERIFY(journal.appendNow(big).ok());
        QVERIFY(journal.appendNow(intent(u"z"_s)).ok());
        QVERIFY(journal.verify()->ok);
    }

    void namesTheFileItCannotWrite()
    {
        Journal nowhere(u"/proc/nothing/journal.jsonl"_s, &m_clock);
        const auto missing = nowhere.appendNow(intent(u"1"_s));
        QVERIFY(!missing.ok());
        QCOMPARE(missing.error().kind, ErrorKind::Storage);
        QVERIFY(missing.error().message.contains(u"/proc/nothing/journal.jsonl"_s));
        QVERIFY(!missing.error().remedy.isEmpty());
        QVERIFY(QDir().mkpath(path())); // a folder where the file should be
        QVERIFY(Journal(path(), &m_clock).appendNow(intent(u"1"_s)).error().message.contains(path()));
    }

    void diskFullLeavesTheFileAsItWas()
    {
#ifdef Q_OS_UNIX
        Journal journal(path(), &m_clock);
        QVERIFY(journal.appendNow(intent(u"1"_s)).ok());
        const QByteArray before = content();
        rlimit old{};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &old), 0);
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        rlimit small = old;
        small.rlim_cur = rlim_t(before.size()) + 50;
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
        const auto full = journal.appendNow(intent(u"2"_s));
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &old), 0);
        std::signal(SIGXFSZ, handler);
        QVERIFY(!full.ok());
        QVERIFY(full.error().message.contains(path()));
        QCOMPARE(content(), before);
        QVERIFY(journal.appendNow(intent(u"3"_s)).ok());
        QVERIFY(journal.verify()->ok);
#else
        QSKIP("file size limits are a matter of Unix");
#endif
    }

    void exports()
    {
        Journal journal(path(), &m_clock);
        QJsonObject result = intent(u"1"_s);
        result.insert("type"_L1, u"result"_s);
        result.insert("outcome"_L1, u"failed"_s);
        result.insert("message"_L1, u"two\nlines"_s);
        result.insert("host"_L1, u"desk 1"_s);
        QVERIFY(journal.appendNow(result).ok());
        const JournalRecord record = journal.read()->first();
        const QJsonObject json = QJsonDocument::fromJson(Journal::exportLine(record, Journal::Format::Json)).object();
        QCOMPARE(json.value("hash"_L1).toString(), record.hash);
        const QString cef = QString::fromUtf8(Journal::exportLine(record, Journal::Format::Cef));
        QVERIFY2(
            cef.startsWith(
                u"CEF:0|Quarterdeck|quarterdeck|1|scale.result|Scale a|8|rt=1772366400000 externalId=1 suser=mira "_s),
            qPrintable(cef));
        QVERIFY(cef.contains(u"reason=load | a\\=b ] \"x\""_s));
        QVERIFY(cef.contains(u"msg=two\\nlines"_s));
        QVERIFY(!cef.contains(u'\n'));
        const QString syslog = QString::fromUtf8(Journal::exportLine(record, Journal::Format::Syslog));
        QVERIFY2(syslog.startsWith(
                     u"<108>1 2026-03-01T12:00:00Z desk1 quarterdeck - change-result [quarterdeck@32473 id=\"1\""_s),
            qPrintable(syslog));
        QVERIFY(syslog.contains(u"reason=\"load | a=b \\] \\\"x\\\"\""_s));
        QVERIFY(syslog.endsWith(u"\uFEFFScale a: two lines"_s));
    }

private:
    [[nodiscard]] QString path() const
    {
        return m_dir->filePath(u"sub/journal.jsonl"_s);
    }
    [[nodiscard]] QByteArray content() const
    {
        QFile file(path());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void setContent(const QByteArray &text) const
    {
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        QCOMPARE(file.write(text), text.size());
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    test::ManualClock m_clock;
};

QTEST_GUILESS_MAIN(TestJournal)
#include "tst_journal.moc"
