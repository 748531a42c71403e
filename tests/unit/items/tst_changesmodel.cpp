// SPDX-License-Identifier: GPL-3.0-or-later
// The table of changes: order and days, words of outcomes, the filter language, and that nothing jumps when one is added.
#include "models/items/ChangesModel.h"
#include "models/items/Roles.h"
#include "tests/support/ManualClock.h"
#include "tests/unit/state/JournalTexts.h"

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::items;
using test::JournalTexts;

namespace {

struct Desk
{
    Desk()
    {
        clock.set(QDateTime(QDate(2026, 3, 4), QTime(12, 0), Qt::LocalTime).toUTC());
    }
    void record(qint64 secondsAgo, const QString &id, const QString &outcome = {}, const QString &name = u"a"_s, const QString &user = u"mira"_s)
    {
        const QDateTime now = clock.now();
        const QJsonObject intent = JournalTexts::intent(id, name, user);
        clock.set(now.addSecs(-secondsAgo));
        QVERIFY(journal.appendNow(intent).ok());
        clock.set(now.addSecs(-secondsAgo + 20));
        if (!outcome.isEmpty())
            QVERIFY(journal.appendNow(JournalTexts::result(intent, outcome, u"how it went"_s)).ok());
        clock.set(now);
    }
    void open()
    {
        log = std::make_unique<state::JournalLog>(&journal);
        model = std::make_unique<ChangesModel>(ChangesModel::Sources{log.get(), nullptr, nullptr, &kinds, &clock});
        tester = std::make_unique<QAbstractItemModelTester>(model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        log->start();
        QTRY_VERIFY(log->isLoaded());
    }
    [[nodiscard]] QStringList rows() const
    {
        QStringList out;
        for (int row = 0; row < model->rowCount(); ++row) {
            const state::ChangePtr change = model->changeAt(row);
            out.append(change ? change->id : QString(u'[' + model->index(row, 0).data().toString() + u']'));
        }
        return out;
    }
    [[nodiscard]] QStringList filtered(const QString &text) const
    {
        const auto filter = ChangesFilter::parse(text);
        if (!filter)
            return {filter.error().message};
        model->setFilter(*filter);
        QStringList out = rows();
        out.removeIf([](const QString &row) { return row.startsWith(u'['); });
        return out;
    }
    [[nodiscard]] QString cell(const QString &id, int column) const { return model->index(model->rowOf(id), column).data().toString(); }

    QTemporaryDir folder;
    test::ManualClock clock;
    network::KindTable kinds;
    state::Journal journal{folder.filePath(u"journal.jsonl"_s), &clock};
    std::unique_ptr<state::JournalLog> log;
    std::unique_ptr<ChangesModel> model;
    std::unique_ptr<QAbstractItemModelTester> tester;
};

}

class TestChangesModel : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void newestFirstByDay()
    {
        Desk desk;
        desk.record(3 * 86400, u"old"_s, u"settled"_s);
        desk.record(86400, u"yesterday"_s, u"failed"_s);
        desk.record(3600, u"morning"_s, u"settled"_s);
        desk.record(60, u"now"_s, u"refused"_s);
        desk.open();
        QTRY_COMPARE(desk.rows().size(), 7);
        const QString day = QLocale().toString(QDate(2026, 3, 1), QLocale::LongFormat);
        QCOMPARE(desk.rows(), (QStringList{u"[Today]"_s, u"now"_s, u"morning"_s, u"[Yesterday]"_s, u"yesterday"_s, QString(u'[' + day + u']'), u"old"_s}));
        QVERIFY(desk.model->index(0, 0).data(GroupDetailRole).toString().contains(u", 1 failed or not settled"_s));
        QCOMPARE(desk.cell(u"now"_s, ChangesModel::Change), u"Scale a"_s);
        QCOMPARE(desk.cell(u"now"_s, ChangesModel::Outcome), u"Refused"_s);
        QCOMPARE(desk.cell(u"now"_s, ChangesModel::Took), u"20 s"_s);
        QCOMPARE(desk.cell(u"now"_s, ChangesModel::Who), u"mira"_s);
        QCOMPARE(desk.cell(u"now"_s, ChangesModel::Reason), u"peak load"_s);
        QCOMPARE(desk.cell(u"morning"_s, ChangesModel::Time), u"11:00:00"_s);
        QCOMPARE(desk.model->index(1, ChangesModel::Time).data(Qt::ToolTipRole).toString(), formatted(desk.clock.now().addSecs(-60)));
        QCOMPARE(desk.model->index(1, 0).data(StateRole).toInt(), int(network::State::Failed));
        QCOMPARE(desk.model->counts().problems, 1); // of today
        const auto today = ChangesModel::today({desk.log.get(), nullptr, nullptr, &desk.kinds, &desk.clock});
        QCOMPARE(today.problems, 1);
        QCOMPARE(today.worst, network::State::Failed);
        desk.model->setExpanded(0, false);
        QCOMPARE(desk.rows().first(), u"[Today]"_s);
        QCOMPARE(desk.rows().size(), 5);
        QCOMPARE(desk.model->counts().shown, 4);
    }

    void words_data()
    {
        QTest::addColumn<QString>("outcome");
        QTest::addColumn<QString>("word");
        QTest::addColumn<bool>("problem");
        QTest::newRow("settled") << u"settled"_s << u"Settled"_s << false;
        QTest::newRow("applied") << u"applied"_s << u"Applied"_s << false;
        QTest::newRow("refused") << u"refused"_s << u"Refused"_s << true;
        QTest::newRow("conflict") << u"conflict"_s << u"Conflict"_s << true;
        QTest::newRow("failed") << u"failed"_s << u"Failed"_s << true;
        QTest::newRow("timeout") << u"timeout"_s << u"Timed out"_s << true;
        QTest::newRow("cancelled") << u"cancelled"_s << u"Cancelled"_s << false;
        QTest::newRow("none") << QString() << u"Not determined"_s << true;
    }

    void words()
    {
        QFETCH(QString, outcome);
        QFETCH(QString, word);
        QFETCH(bool, problem);
        Desk desk;
        desk.record(60, u"1"_s, outcome);
        desk.open();
        QTRY_COMPARE(desk.cell(u"1"_s, ChangesModel::Outcome), word);
        const ChangeStanding standing = desk.model->standing(*desk.log->find(u"1"_s));
        QCOMPARE(standing.problem, problem);
        desk.model->setProblemsOnly(true); // the short cut says the same
        QCOMPARE(desk.model->counts().shown, problem ? 1 : 0);
    }

    void filters()
    {
        Desk desk;
        desk.record(4 * 86400, u"1"_s, u"settled"_s, u"northgate-1"_s, u"mira.koenig"_s);
        desk.record(7200, u"2"_s, u"failed"_s, u"northgate-2"_s, u"jonas.w"_s);
        desk.record(60, u"3"_s, u"refused"_s, u"alice-bank"_s, u"mira.koenig"_s);
        desk.open();
        QTRY_COMPARE(desk.model->counts().shown, 3);
        QCOMPARE(desk.filtered(u"user:mira"_s), (QStringList{u"3"_s, u"1"_s}));
        QCOMPARE(desk.filtered(u"object:northgate"_s), (QStringList{u"2"_s, u"1"_s}));
        QCOMPARE(desk.filtered(u"object:validators/alice"_s), (QStringList{u"3"_s}));
        QCOMPARE(desk.filtered(u"outcome:failed"_s), (QStringList{u"2"_s}));
        QCOMPARE(desk.filtered(u"!outcome:settled"_s), (QStringList{u"3"_s, u"2"_s}));
        QCOMPARE(desk.filtered(u"since:3h"_s), (QStringList{u"3"_s, u"2"_s}));
        QCOMPARE(desk.filtered(u"since:2026-03-04"_s), (QStringList{u"3"_s, u"2"_s}));
        QCOMPARE(desk.filtered(u"env:test user:jonas"_s), (QStringList{u"2"_s}));
        QCOMPARE(desk.filtered(u"env:prod"_s), QStringList());
        QCOMPARE(desk.filtered(u"ALICE"_s), (QStringList{u"3"_s}));
        QCOMPARE(desk.filtered(u"\"peak load\" since:2h"_s), (QStringList{u"3"_s, u"2"_s}));
        QCOMPARE(desk.filtered(u"took:>10s"_s).size(), 3);
        QCOMPARE(desk.filtered(u"took:>1m"_s).size(), 0);
        QVERIFY(desk.filtered(u"since:teatime"_s).first().contains(u"teatime"_s));
        QVERIFY(desk.filtered(u"colour:red"_s).first().contains(u"colour"_s));
        QCOMPARE(desk.filtered({}).size(), 3);
        (void)desk.filtered(u"user:jonas"_s);
        QCOMPARE(desk.model->shownIds(), QSet<QString>{u"2"_s});
    }

    void oneMoreMovesNothing()
    {
        Desk desk;
        desk.record(7200, u"1"_s, u"settled"_s);
        desk.record(60, u"2"_s, u"settled"_s);
        desk.open();
        QTRY_COMPARE(desk.model->rowCount(), 3);
        const QPersistentModelIndex second = desk.model->index(desk.model->rowOf(u"2"_s), 0);
        QSignalSpy resets(desk.model.get(), &QAbstractItemModel::modelReset);
        QSignalSpy removed(desk.model.get(), &QAbstractItemModel::rowsRemoved);
        desk.record(0, u"3"_s);
        QTRY_COMPARE(desk.model->rowCount(), 4);
        QCOMPARE(desk.rows(), (QStringList{u"[Today]"_s, u"3"_s, u"2"_s, u"1"_s}));
        QVERIFY(second.isValid());
        QCOMPARE(desk.model->changeAt(second.row())->id, u"2"_s);
        QCOMPARE(resets.size() + removed.size(), 0);
    }

    /// 12,000 records in the file: the table stands with the newest page, and a change that goes on costs no frame.
    void manyOpenFast()
    {
        Desk desk;
        QVERIFY(JournalTexts::writeMany(desk.journal.path(), desk.clock.now(), 6000));
        QElapsedTimer timer;
        timer.start();
        desk.log = std::make_unique<state::JournalLog>(&desk.journal);
        desk.model = std::make_unique<ChangesModel>(ChangesModel::Sources{desk.log.get(), nullptr, nullptr, &desk.kinds, &desk.clock});
        desk.log->start();
        QTRY_VERIFY(desk.model->rowCount() > 0);
        const double first = double(timer.nsecsElapsed()) / 1e6;
        QVERIFY(desk.model->canFetchMore({}));
        const int rows = desk.model->rowCount();
        desk.model->fetchMore({});
        QTRY_VERIFY(desk.model->rowCount() > rows);
        const auto filter = ChangesFilter::parse(u"outcome:failed"_s);
        timer.restart();
        desk.model->setFilter(*filter); // reads the rest
        QTRY_COMPARE(desk.model->counts().shown, 120);
        const double filtered = double(timer.nsecsElapsed()) / 1e6;
        desk.model->setFilter({});
        QCOMPARE(desk.model->counts().shown, 6000);
        timer.restart();
        desk.model->setProblemsOnly(false); // builds all rows anew
        const double rebuilt = double(timer.nsecsElapsed()) / 1e6;
        timer.restart();
        desk.model->setFilter(*ChangesFilter::parse(u"validator-7"_s));
        const double typed = double(timer.nsecsElapsed()) / 1e6;
        QCOMPARE(desk.model->counts().shown, 150);
        qInfo("first page shown after %.0f ms, all read and filtered after %.0f ms; rows built anew in %.1f ms, a text filter in %.1f ms", first,
            filtered, rebuilt, typed);
        QVERIFY(first < filtered);
    }

    void theDayGoesOn()
    {
        Desk desk;
        desk.record(60, u"1"_s, u"settled"_s);
        desk.open();
        QTRY_COMPARE(desk.rows(), (QStringList{u"[Today]"_s, u"1"_s}));
        desk.clock.advance(std::chrono::hours(24));
        desk.model->tick();
        QCOMPARE(desk.rows(), (QStringList{u"[Yesterday]"_s, u"1"_s}));
    }

private:
    static QString formatted(const QDateTime &time) { return time.toUTC().toString(u"yyyy-MM-ddTHH:mm:ss'Z'"_s); }
};

QTEST_GUILESS_MAIN(TestChangesModel)
#include "tst_changesmodel.moc"
