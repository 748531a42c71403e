// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/Operations.h"
#include "tests/unit/state/PipelineRig.h"

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::state;
using network::State;
using test::PipelineRig;

class TestOperations : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void followsAChangeToItsEnd()
    {
        PipelineRig rig;
        Operations operations(&rig.clock);
        QSignalSpy changed(&operations, &Operations::changed);
        QSignalSpy ended(&operations, &Operations::operationFinished);
        ChangePipeline *pipeline = rig.start(rig.scale(2));
        QTRY_VERIFY(rig.waitsAt(PipelineRig::Step::Review));
        pipeline->confirm({}, {});
        operations.add(std::move(rig.pipeline));
        QCOMPARE(operations.running(), 1);
        QTRY_COMPARE(pipeline->step(), PipelineRig::Step::Follow);
        const QString id = operations.list().first().id;
        QCOMPARE(operations.list().first().title, u"Scale a"_s);
        QVERIFY(operations.list().first().canCancel);
        QCOMPARE(operations.list().first().state, State::Progressing);
        QTRY_VERIFY(operations.list().first().step.contains(u"generation 2"_s));
        rig.operate();
        rig.time.advance(std::chrono::seconds(5));
        QTRY_COMPARE(operations.running(), 0);
        QCOMPARE(operations.list().first().state, State::Succeeded);
        QVERIFY(!operations.list().first().canCancel);
        QVERIFY(!operations.list().first().canRetry);
        QCOMPARE(ended.size(), 1);
        QCOMPARE(operations.pipeline(id), nullptr);
        QVERIFY(changed.size() >= 3);
        operations.clearFinished();
        QVERIFY(operations.list().isEmpty());
    }

    void cancelAndRetry()
    {
        PipelineRig rig;
        Operations operations(&rig.clock);
        rig.server->hang(true);
        ChangePipeline *pipeline = rig.start(rig.scale(2));
        const QString id = pipeline->draft().id;
        operations.add(std::move(rig.pipeline));
        operations.cancel(id);
        QTRY_COMPARE(operations.running(), 0);
        QCOMPARE(operations.list().first().state, State::Cancelled);
        QVERIFY(operations.list().first().canRetry);
        QSignalSpy wanted(&operations, &Operations::retryWanted);
        operations.retry(id);
        QCOMPARE(wanted.size(), 1);
        const auto draft = wanted.first().first().value<ChangeDraft>();
        QVERIFY(draft.id != id);
        QCOMPARE(draft.edits.size(), 1);
        QVERIFY(!draft.edits.first().base.isEmpty());
        operations.retry(u"nobody"_s);
        QCOMPARE(wanted.size(), 1);
    }

    /// A draft is kept until it is confirmed or discarded; reviewed again it is judged against the object as it is then.
    void draftsAreKept()
    {
        PipelineRig rig;
        Operations operations(&rig.clock);
        QSignalSpy wanted(&operations, &Operations::reviewWanted);
        const ChangeDraft draft = rig.scale(2);
        operations.keep(draft);
        operations.keep(draft);
        QCOMPARE(operations.kept().size(), 1);
        operations.reviewKept(draft.id);
        operations.reviewKept(u"nobody"_s);
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(operations.kept().size(), 1);
        ChangePipeline *pipeline = rig.start(wanted.first().first().value<ChangeDraft>());
        QTRY_VERIFY(rig.waitsAt(PipelineRig::Step::Review));
        pipeline->confirm({}, {});
        operations.add(std::move(rig.pipeline));
        QVERIFY(operations.kept().isEmpty());
        // The same draft once more: the operation of that id is another change.
        operations.keep(draft);
        QCOMPARE(operations.kept().size(), 1);
        const QString id = operations.kept().first().draft.id;
        QVERIFY(id != draft.id);
        operations.clearFinished();
        QCOMPARE(operations.kept().size(), 1);
        QSignalSpy changed(&operations, &Operations::changed);
        operations.discardKept(id);
        operations.discardKept(id);
        QCOMPARE(changed.size(), 1);
        QVERIFY(operations.kept().isEmpty());
    }

    void takesOverWhatHasEndedAlready()
    {
        PipelineRig rig;
        rig.readOnly = true;
        Operations operations(&rig.clock);
        rig.start(rig.scale(2));
        operations.add(std::move(rig.pipeline));
        QCOMPARE(operations.running(), 0);
        QCOMPARE(operations.list().first().state, State::Failed);
        QVERIFY(operations.list().first().step.contains(u"read-only"_s));
    }

    void keepsTheLastFiftyFinished()
    {
        PipelineRig rig;
        rig.readOnly = true;
        Operations operations(&rig.clock);
        for (int i = 0; i < 60; ++i) {
            rig.start(rig.scale(2));
            operations.add(std::move(rig.pipeline));
        }
        QCOMPARE(operations.list().size(), 50);
    }
};

QTEST_GUILESS_MAIN(TestOperations)
#include "tst_operations.moc"
