// SPDX-License-Identifier: GPL-3.0-or-later
// The journal as a live list: pages, what others write, export, verification; and that many records open at once.
#include "models/core/Async.h"
#include "models/state/JournalLog.h"
#include "tests/support/ManualClock.h"
#include "tests/unit/state/JournalTexts.h"

#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::state;
using test::JournalTexts;

class TestJournalLog : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void putsRecordsTogether()
    {
        Journal journal(path(), &m_clock);
        const QJsonObject first = JournalTexts::intent(u"1"_s);
        QVERIFY(journal.appendNow(first).ok());
        QVERIFY(journal.appendNow(JournalTexts::intent(u"2"_s, u"b"_s)).ok());
        m_clock.advance(std::chrono::seconds(3));
        QVERIFY(journal.appendNow(JournalTexts::result(first, u"settled"_s, u"a: its phase is Ready"_s)).ok());
        JournalLog log(&journal);
        log.start();
        QTRY_VERIFY(log.isLoaded());
        QCOMPARE(log.changes().size(), 2);
        QCOMPARE(log.changes().at(0)->id, u"2"_s); // newest by its beginning
        const ChangePtr one = log.find(u"1"_s);
        QCOMPARE(one->steps.size(), 2);
        QCOMPARE(one->outcome(), u"settled"_s);
        QCOMPARE(one->begun().secsTo(one->ended()), 3);
        QCOMPARE(one->onlyEdit()->shortName(), u"validators/a"_s);
        QVERIFY(!one->isOpen());
        QVERIFY(log.find(u"2"_s)->isOpen());
        QVERIFY(!log.hasOlder());
        QCOMPARE(log.of({u"test"_s, {u"canton.quarterdeck.io"_s, {}, u"validators"_s}, u"canton"_s, u"a"_s, {}}).size(), 1);
        QCOMPARE(log.of({u"other"_s, {u"canton.quarterdeck.io"_s, {}, u"validators"_s}, u"canton"_s, u"a"_s, {}}).size(), 0);
    }

    void goesOnByItself()
    {
        Journal journal(path(), &m_clock);
        JournalLog log(&journal);
        log.start(); // there is no file yet
        QTRY_VERIFY(log.isLoaded());
        QVERIFY(log.changes().isEmpty());
        Journal other(path(), &m_clock); // another console
        QVERIFY(other.appendNow(JournalTexts::intent(u"1"_s)).ok());
        QTRY_COMPARE(log.changes().size(), 1);
        QVERIFY(other.appendNow(JournalTexts::result(JournalTexts::intent(u"1"_s), u"failed"_s)).ok());
        QTRY_COMPARE(log.find(u"1"_s)->outcome(), u"failed"_s);
        QCOMPARE(log.changes().size(), 1);
    }

    void theFolderIsMadeByTheFirstChange()
    {
        Journal journal(m_dir->filePath(u"state/quarterdeck/journal.jsonl"_s), &m_clock);
        JournalLog log(&journal);
        log.start();
        QTRY_VERIFY(log.isLoaded());
        QVERIFY(!QFileInfo::exists(m_dir->filePath(u"state"_s)));
        QVERIFY(journal.appendNow(JournalTexts::intent(u"1"_s)).ok());
        QTRY_COMPARE(log.changes().size(), 1);
        QVERIFY(journal.appendNow(JournalTexts::intent(u"2"_s)).ok());
        QTRY_COMPARE(log.changes().size(), 2);
    }

    void readsAnotherFileFromTheStart()
    {
        Journal journal(path(), &m_clock);
        for (int i = 0; i < 5; ++i)
            QVERIFY(journal.appendNow(JournalTexts::intent(QString::number(i))).ok());
        JournalLog log(&journal);
        log.start();
        QTRY_COMPARE(log.changes().size(), 5);
        QVERIFY(QFile::remove(path()));
        QVERIFY(journal.appendNow(JournalTexts::intent(u"new"_s)).ok());
        log.refresh();
        QTRY_VERIFY(log.changes().size() == 1 && log.find(u"new"_s));
    }

    void saysWhatItCannotRead()
    {
        QVERIFY(QDir().mkdir(path())); // a folder where the file should be
        Journal journal(path(), &m_clock);
        JournalLog log(&journal);
        log.start();
        QTRY_VERIFY(!log.error().message.isEmpty());
        QVERIFY2(log.error().message.contains(path()), qPrintable(log.error().message));
        QCOMPARE(log.error().kind, ErrorKind::Storage);
    }

    void countsLinesThatAreNone()
    {
        Journal journal(path(), &m_clock);
        QVERIFY(journal.appendNow(JournalTexts::intent(u"1"_s)).ok());
        QFile file(path());
        QVERIFY(file.open(QIODevice::Append));
        file.write("scribble\n");
        file.close();
        QVERIFY(journal.appendNow(JournalTexts::intent(u"2"_s)).ok());
        JournalLog log(&journal);
        log.start();
        QTRY_COMPARE(log.changes().size(), 2);
        QCOMPARE(log.unreadable(), 1);
    }

    void exportsAllOrSome()
    {
        Journal journal(path(), &m_clock);
        for (int i = 0; i < 4; ++i)
            QVERIFY(journal.appendNow(JournalTexts::intent(QString::number(i))).ok());
        JournalLog log(&journal);
        log.start();
        const QString file = m_dir->filePath(u"out.jsonl"_s);
        QCOMPARE(*waited(log.exportTo(file, Journal::Format::Json)), 4);
        const QList<QByteArray> lines = contents(file).trimmed().split('\n');
        QCOMPARE(lines.size(), 4);
        const QJsonObject third = QJsonDocument::fromJson(lines.at(2)).object();
        QCOMPARE(third.value("id"_L1).toString(), u"2"_s);
        QCOMPARE(third.value("hash"_L1).toString().size(), 64);
        QCOMPARE(QFileInfo(file).permissions() & (QFileDevice::ReadOther | QFileDevice::ReadGroup), QFileDevice::Permissions());
        QCOMPARE(*waited(log.exportTo(file, Journal::Format::Cef, QSet<QString>{u"1"_s, u"3"_s})), 2);
        QCOMPARE(contents(file).count("CEF:0|Quarterdeck|"), 2);
        QCOMPARE(*waited(log.exportTo(file, Journal::Format::Syslog, QSet<QString>{u"1"_s})), 1);
        QVERIFY(contents(file).startsWith("<109>1 "));
        const auto refused = waited(log.exportTo(m_dir->filePath(u"none/here"_s), Journal::Format::Json));
        QVERIFY(!refused && refused.error().message.contains(u"none/here"_s));
        QVERIFY(!QFileInfo::exists(m_dir->filePath(u"none"_s)));
    }

    void verifiesOnItsThread()
    {
        Journal journal(path(), &m_clock);
        for (int i = 0; i < 3; ++i)
            QVERIFY(journal.appendNow(JournalTexts::intent(QString::number(i))).ok());
        JournalLog log(&journal);
        QCOMPARE(waited(log.verify())->records, 3);
        QByteArray text = contents(path());
        text.replace("\"id\":\"1\"", "\"id\":\"9\"");
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        file.close();
        const auto check = waited(log.verify());
        QVERIFY(!check->ok);
        QCOMPARE(check->brokenLine, 2);
    }

    /// The newest page of 12,000 records costs what a page costs, not what the file does; the rest comes in pages.
    void opensManyAtOnce()
    {
        constexpr int kChanges = 6000;
        QVERIFY(JournalTexts::writeMany(path(), m_clock.now(), kChanges));
        Journal journal(path(), &m_clock);
        QElapsedTimer timer;
        timer.start();
        const auto all = journal.read();
        const qint64 whole = timer.nsecsElapsed();
        QCOMPARE(all->size(), 2 * kChanges);
        JournalLog log(&journal);
        timer.restart();
        log.start();
        const qint64 returned = timer.nsecsElapsed();
        QTRY_VERIFY(log.isLoaded());
        const qint64 first = timer.nsecsElapsed();
        QVERIFY(log.hasOlder());
        QVERIFY(log.changes().size() > 100 && log.changes().size() < kChanges / 3);
        QCOMPARE(log.changes().first()->id, u"change-%1"_s.arg(kChanges - 1));
        log.loadAll();
        QTRY_VERIFY_WITH_TIMEOUT(!log.hasOlder() && !log.isLoading(), 30000);
        const qint64 done = timer.nsecsElapsed();
        QCOMPARE(log.changes().size(), kChanges);
        QCOMPARE(log.changes().last()->id, u"change-0"_s);
        for (const ChangePtr &change : log.changes())
            QCOMPARE(change->steps.size(), 2);
        qInfo("%lld bytes: read whole %.1f ms; start() %.3f ms, first page %.1f ms, all pages %.1f ms", QFileInfo(path()).size(),
            double(whole) / 1e6, double(returned) / 1e6, double(first) / 1e6, double(done) / 1e6);
        QVERIFY2(returned < whole / 10, "start() reads itself");
        QVERIFY2(first < whole, "the first page costs as much as the whole file");
    }

private:
    QString path() const { return m_dir->filePath(u"journal.jsonl"_s); }

    template <typename T> static Result<T> waited(const QFuture<Result<T>> &future)
    {
        QObject here;
        std::optional<Result<T>> out;
        whenFinished(future, &here, [&out](const Result<T> &result) { out = result; });
        (void)QTest::qWaitFor([&out] { return out.has_value(); }, 20000);
        return out.value_or(Result<T>(Error{ErrorKind::Timeout, u"no answer"_s}));
    }

    static QByteArray contents(const QString &name)
    {
        QFile file(name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    test::ManualClock m_clock;
    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(TestJournalLog)
#include "tst_journallog.moc"
