// SPDX-License-Identifier: GPL-3.0-or-later
// What a console that starts finds out about changes of one that ended in the middle of them.
#include "models/core/Json.h"
#include "models/state/JournalSettling.h"
#include "tests/unit/state/JournalTexts.h"
#include "tests/unit/state/PipelineRig.h"

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::state;
using test::JournalTexts;
using test::kObject;
using test::PipelineRig;
using Is = JournalSettling::Verdict::Is;

namespace {

/// A console that starts later over the same journal and cluster.
struct Later
{
    explicit Later(PipelineRig &rig, bool open = true)
        : log(rig.journal.get())
        , operations(&rig.clock)
    {
        rig.clock.advance(std::chrono::minutes(5));
        JournalSettling::Context context;
        context.log = &log;
        context.journal = rig.journal.get();
        context.operations = &operations;
        context.kinds = rig.kinds.get();
        context.clock = &rig.clock;
        context.places = [this, &rig](const QString &) { return JournalSettling::Place{isOpen ? rig.server : nullptr, {}}; };
        context.scheduler = rig.time.scheduler();
        isOpen = open;
        settling = std::make_unique<JournalSettling>(context);
        log.start();
    }
    [[nodiscard]] Is is(const QString &id = u"1"_s) const
    {
        const auto verdict = settling->of(id);
        return verdict ? verdict->is : Is::Reading;
    }
    [[nodiscard]] QString text(const QString &id = u"1"_s) const
    {
        const auto verdict = settling->of(id);
        return verdict ? verdict->text : QString();
    }
    bool isOpen = true;
    JournalLog log;
    Operations operations;
    std::unique_ptr<JournalSettling> settling;
};

void write(PipelineRig &rig, const QJsonObject &record)
{
    QJsonObject json = record;
    QJsonArray edits = json.value("edits"_L1).toArray();
    QJsonObject edit = edits.first().toObject();
    const QJsonObject metadata = rig.live.value("metadata"_L1).toObject();
    edit.insert("uid"_L1, metadata.value("uid"_L1));
    edit.insert("resourceVersion"_L1, metadata.value("resourceVersion"_L1));
    edits.replace(0, edit);
    json.insert("edits"_L1, edits);
    QVERIFY(rig.journal->appendNow(json).ok());
}

QString lastOutcome(const PipelineRig &rig)
{
    const auto records = rig.journal->read();
    return QString(records->last().json.value("outcome"_L1).toString() + (records->last().json.value("readBack"_L1).toBool() ? u" read back"_s : QString()));
}

}

class TestJournalSettling : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void settledMeanwhile()
    {
        PipelineRig rig;
        scaled(rig, 2);
        write(rig, JournalTexts::intent(u"1"_s));
        write(rig, JournalTexts::result(JournalTexts::intent(u"1"_s), u"applied"_s));
        rig.operate();
        Later later(rig);
        QTRY_COMPARE(later.is(), Is::Settled);
        QTRY_COMPARE(lastOutcome(rig), u"settled read back"_s); // once and for all
        QTRY_COMPARE(later.log.find(u"1"_s)->outcome(), u"settled"_s);
        QCOMPARE(later.is(), Is::Settled);
        Later evenLater(rig);
        QTRY_VERIFY(evenLater.log.isLoaded());
        QVERIFY(!evenLater.settling->of(u"1"_s));
        QCOMPARE(rig.journal->read()->size(), 3);
        QVERIFY(rig.journal->verify()->ok);
    }

    void followedToItsEnd()
    {
        PipelineRig rig;
        scaled(rig, 2);
        write(rig, JournalTexts::intent(u"1"_s));
        write(rig, JournalTexts::result(JournalTexts::intent(u"1"_s), u"applied"_s));
        Later later(rig);
        QTRY_COMPARE(later.is(), Is::Settling);
        QVERIFY2(later.text().contains(u"generation 2"_s), qPrintable(later.text()));
        QCOMPARE(lastOutcome(rig), u"applied"_s);
        rig.operate({}, u"Ready"_s);
        QTRY_VERIFY((rig.time.advance(std::chrono::seconds(3)), later.is() == Is::Settled));
        QTRY_COMPARE(lastOutcome(rig), u"settled read back"_s);
    }

    void failedMeanwhile()
    {
        PipelineRig rig;
        scaled(rig, 2);
        write(rig, JournalTexts::result(JournalTexts::intent(u"1"_s), u"timeout"_s));
        rig.operate({}, u"Failed"_s);
        Later later(rig);
        QTRY_COMPARE(later.is(), Is::Failed);
        QTRY_COMPARE(lastOutcome(rig), u"failed read back"_s);
    }

    void endedBeforeTheAnswer_data()
    {
        QTest::addColumn<int>("replicas");
        QTest::addColumn<int>("verdict");
        QTest::newRow("it was made") << 2 << int(Is::Settled);
        QTest::newRow("it was not made") << 1 << int(Is::NotMade);
        QTest::newRow("something else is there") << 7 << int(Is::Unknown);
    }

    void endedBeforeTheAnswer()
    {
        QFETCH(int, replicas);
        QFETCH(int, verdict);
        PipelineRig rig;
        write(rig, JournalTexts::intent(u"1"_s));
        if (replicas != 1)
            rig.server->patch(kObject, test::nested(json::split(test::kReplicas), replicas));
        rig.operate({}, u"Ready"_s);
        Later later(rig);
        QTRY_COMPARE(int(later.is()), verdict);
        if (Is(verdict) == Is::Unknown) {
            QVERIFY2(later.text().startsWith("Not determined"_L1), qPrintable(later.text()));
            QCOMPARE(rig.journal->read()->size(), 1); // what is not known is not written down
        } else {
            QTRY_COMPARE(rig.journal->read()->size(), 2);
        }
    }

    void theObjectIsGone()
    {
        PipelineRig rig;
        write(rig, JournalTexts::result(JournalTexts::intent(u"1"_s), u"applied"_s));
        rig.server->erase(kObject);
        Later later(rig);
        QTRY_COMPARE(later.is(), Is::Unknown);
        QCOMPARE(later.text(), u"Not determined: the object is gone (validators/a)."_s);
        rig.server->put(test::makeValidator(u"a"_s));
        Later again(rig);
        QTRY_VERIFY(again.text().contains(u"another one has its name"_s));
    }

    void aDeletionIsOverWhenItIsGone()
    {
        PipelineRig rig;
        QJsonObject record = JournalTexts::result(JournalTexts::intent(u"1"_s), u"applied"_s);
        QJsonObject edit = record.value("edits"_L1).toArray().first().toObject();
        edit.insert("verb"_L1, u"delete"_s);
        edit.insert("follow"_L1, QJsonObject{{u"until"_s, u"gone"_s}});
        record.insert("edits"_L1, QJsonArray{edit});
        write(rig, record);
        rig.server->erase(kObject);
        Later later(rig);
        QTRY_COMPARE(later.is(), Is::Settled);
    }

    void waitsForTheEnvironment()
    {
        PipelineRig rig;
        scaled(rig, 2);
        write(rig, JournalTexts::result(JournalTexts::intent(u"1"_s), u"applied"_s));
        rig.operate();
        Later later(rig, false);
        QTRY_VERIFY2(later.text().contains(u"is not open"_s), qPrintable(later.text()));
        later.isOpen = true;
        later.settling->placesChanged();
        QTRY_COMPARE(later.is(), Is::Settled);
    }

    void triesAgainWhenNothingAnswers()
    {
        PipelineRig rig;
        scaled(rig, 2);
        write(rig, JournalTexts::result(JournalTexts::intent(u"1"_s), u"applied"_s));
        rig.operate();
        rig.server->failNext(u"get"_s, {ErrorKind::Network, u"reset"_s});
        Later later(rig);
        QTRY_VERIFY2(later.text().contains(u"trying again"_s), qPrintable(later.text()));
        QCOMPARE(later.is(), Is::Reading);
        rig.time.advance(std::chrono::seconds(11));
        QTRY_COMPARE(later.is(), Is::Settled);
    }

    void leavesWhatRunsHereToTheOperations()
    {
        PipelineRig rig;
        Later later(rig);
        ChangePipeline *pipeline = rig.start(rig.scale(2));
        const QString id = pipeline->draft().id;
        TRY_WAITS_AT(rig, PipelineRig::Step::Review);
        pipeline->confirm({}, {});
        later.operations.add(std::move(rig.pipeline));
        QTRY_VERIFY(later.log.find(id) && later.log.find(id)->outcome() == "applied"_L1);
        QVERIFY(!later.settling->of(id));
        rig.operate();
        QTRY_VERIFY((rig.time.advance(std::chrono::seconds(3)), later.operations.running() == 0));
        QTRY_COMPARE(later.log.find(id)->outcome(), u"settled"_s);
        QVERIFY(!later.settling->of(id));
        QCOMPARE(rig.journal->read()->size(), 3);
    }

private:
    static void scaled(PipelineRig &rig, int replicas)
    {
        rig.live = rig.server->patch(kObject, test::nested(json::split(test::kReplicas), replicas));
    }
};

QTEST_GUILESS_MAIN(TestJournalSettling)
#include "tst_journalsettling.moc"
