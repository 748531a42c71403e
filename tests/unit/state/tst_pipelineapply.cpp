// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Json.h"
#include "tests/unit/state/PipelineRig.h"

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::state;
using test::kObject;
using test::kReplicas;
using test::nested;
using test::PipelineRig;
using Step = PipelineRig::Step;
using StepState = PipelineRig::StepState;

namespace {

Error networkError()
{
    return {ErrorKind::Network, u"connection reset"_s};
}

}

class TestPipelineApply : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    /// The operator writes status while the person reads the review: no question is asked twice.
    void aNewVersionAtApplyIsRebasedAndApplied()
    {
        PipelineRig rig;
        int races = 2;
        rig.server->beforeWrite = [&](const ports::WriteRequest &request) {
            if (!request.dryRun && races-- > 0)
                rig.server->patch(kObject, nested({u"status"_s, u"lag"_s}, races));
        };
        rig.start(rig.scale(2), {false, false});
        TRY_WAITS_AT(rig, Step::Review);
        QSignalSpy asked(rig.pipeline.get(), &ChangePipeline::confirmationNeeded);
        rig.pipeline->confirm(u"r"_s, {});
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"applied"_s);
        QCOMPARE(asked.size(), 0);
        QCOMPARE(rig.server->count(u"patch"_s), 3);
        QVERIFY(rig.server->count(u"patch"_s, true) >= 2);
        QCOMPARE(rig.journalled(), (QStringList{u"intent"_s, u"result applied"_s}));
    }

    void racesEndAtALimit()
    {
        PipelineRig rig;
        int writes = 0;
        rig.server->beforeWrite = [&](const ports::WriteRequest &request) {
            if (!request.dryRun)
                rig.server->patch(kObject, nested({u"status"_s, u"lag"_s}, ++writes));
        };
        rig.start(rig.scale(2), {false, false});
        TRY_WAITS_AT(rig, Step::Review);
        rig.pipeline->confirm({}, {});
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"conflict"_s);
        QVERIFY2(writes > 5 && writes < 20, qPrintable(QString::number(writes)));
        QCOMPARE(json::at(rig.server->stored(kObject), kReplicas), QJsonValue(1));
        QCOMPARE(rig.journalled(), (QStringList{u"intent"_s, u"result conflict"_s}));
    }

    void anOverlapAtApplyAsksAgain()
    {
        PipelineRig rig;
        bool once = true;
        rig.server->beforeWrite = [&](const ports::WriteRequest &request) {
            if (!request.dryRun && std::exchange(once, false))
                rig.server->patch(
                    kObject, nested({u"spec"_s, u"participant"_s, u"spec"_s, u"resources"_s, u"replicas"_s}, 7));
        };
        rig.start(rig.scale(2), {false, false});
        TRY_WAITS_AT(rig, Step::Review);
        rig.pipeline->confirm({}, {});
        TRY_WAITS_AT(rig, Step::Rebase);
        QCOMPARE(json::at(rig.server->stored(kObject), kReplicas), QJsonValue(7));
        rig.pipeline->resolve({{kReplicas, {MergeChoice::Take::Mine, {}}}});
        TRY_WAITS_AT(rig, Step::Review);
        rig.pipeline->confirm({}, {});
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"applied"_s);
        QCOMPARE(json::at(rig.server->stored(kObject), kReplicas), QJsonValue(2));
        // what was confirmed the second time is written down before it is sent
        QCOMPARE(rig.journalled(), (QStringList{u"intent"_s, u"intent"_s, u"result applied"_s}));
    }

    void lostAnswerIsReadBack_data()
    {
        QTest::addColumn<bool>("made");
        QTest::addColumn<bool>("othersToo");
        QTest::addColumn<QString>("outcome");
        QTest::addColumn<QString>("says");
        QTest::newRow("made") << true << false << u"settled"_s << QString();
        QTest::newRow("not made") << false << false << u"failed"_s << u"still at version 101"_s;
        QTest::newRow("not made, moved on") << false << true << u"failed"_s << u"It cannot arrive any more"_s;
    }

    void lostAnswerIsReadBack()
    {
        QFETCH(bool, made);
        QFETCH(bool, othersToo);
        QFETCH(QString, outcome);
        QFETCH(QString, says);
        PipelineRig rig;
        rig.start(rig.scale(2));
        TRY_WAITS_AT(rig, Step::Review);
        rig.server->failNext(u"patch"_s, networkError(), made);
        rig.server->failNext(u"get"_s, networkError());
        if (othersToo) {
            rig.server->beforeWrite = [&](const ports::WriteRequest &) {
                rig.server->patch(kObject, nested({u"metadata"_s, u"labels"_s, u"x"_s}, u"y"_s));
            };
        }
        rig.pipeline->confirm({}, {});
        if (made) {
            QTRY_VERIFY((rig.over(), rig.pipeline->step() == Step::Follow));
            rig.operate();
        }
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), outcome);
        QVERIFY2(rig.message().contains(says), qPrintable(rig.message()));
        QCOMPARE(rig.server->count(u"patch"_s), 1);
    }

    void lostAnswerAndNoReadBack()
    {
        PipelineRig rig;
        rig.start(rig.scale(2));
        TRY_WAITS_AT(rig, Step::Review);
        rig.server->failNext(u"patch"_s, networkError(), true);
        for (int i = 0; i < 3; ++i)
            rig.server->failNext(u"get"_s, networkError());
        rig.pipeline->confirm({}, {});
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"failed"_s);
        QVERIFY2(rig.message().contains(u"not known"_s), qPrintable(rig.message()));
        QCOMPARE(rig.journalled(), (QStringList{u"intent"_s, u"result failed"_s}));
    }

    void stopsAtTheFirstFailureAndSaysWhatWasDone()
    {
        PipelineRig rig;
        rig.server->put(test::makeValidator(u"b"_s));
        rig.server->put(test::makeValidator(u"c"_s));
        ChangeDraft bulk = rig.scale(2);
        for (const QString &name : {u"b"_s, u"c"_s}) {
            rig.live = rig.server->stored(u"validators/"_s + name);
            bulk.edits.append(rig.scale(2).edits);
        }
        bool refuse = false;
        rig.server->validate = [&](const QJsonObject &object) -> std::optional<Error> {
            if (refuse && json::at(object, u"/metadata/name"_s) == QJsonValue(u"b"_s))
                return Error{ErrorKind::Forbidden, u"quota"_s};
            return std::nullopt;
        };
        rig.start(bulk);
        TRY_WAITS_AT(rig, Step::Review);
        QCOMPARE(rig.pipeline->review().expectedName, u"test"_s);
        refuse = true;
        rig.pipeline->confirm({}, {});
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"refused"_s);
        QVERIFY2(rig.message().contains(u"quota"_s) && rig.message().contains(u"merge patch of validators/a"_s),
            qPrintable(rig.message()));
        QCOMPARE(rig.pipeline->outcome().editsApplied, 1);
        QCOMPARE(json::at(rig.server->stored(u"validators/a"_s), kReplicas), QJsonValue(2));
        QCOMPARE(json::at(rig.server->stored(u"validators/b"_s), kReplicas), QJsonValue(1));
        QCOMPARE(json::at(rig.server->stored(u"validators/c"_s), kReplicas), QJsonValue(1));
    }

    void nothingIsAppliedUnjournalled()
    {
        PipelineRig rig;
        rig.journal = std::make_unique<Journal>(u"/proc/no/journal.jsonl"_s, &rig.clock);
        rig.start(rig.scale(2));
        TRY_WAITS_AT(rig, Step::Review);
        rig.pipeline->confirm({}, {});
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"refused"_s);
        QVERIFY(rig.message().contains(u"/proc/no/journal.jsonl"_s));
        QCOMPARE(rig.server->count(u"patch"_s), 0);
    }

    void followEndsBadly_data()
    {
        QTest::addColumn<QString>("phase");
        QTest::addColumn<bool>("accepted");
        QTest::addColumn<QString>("outcome");
        QTest::newRow("failed") << u"Failed"_s << true << u"failed"_s;
        QTest::newRow("not accepted") << u"Ready"_s << false << u"failed"_s;
        QTest::newRow("degraded for ever") << u"Degraded"_s << true << u"timeout"_s;
        QTest::newRow("unknown phase") << u"Pondering"_s << true << u"timeout"_s;
    }

    void followEndsBadly()
    {
        QFETCH(QString, phase);
        QFETCH(bool, accepted);
        QFETCH(QString, outcome);
        PipelineRig rig;
        rig.start(rig.scale(2));
        TRY_WAITS_AT(rig, Step::Review);
        rig.pipeline->confirm({}, {});
        QTRY_COMPARE(rig.pipeline->step(), Step::Follow);
        if (!accepted)
            rig.server->patch(kObject,
                nested({u"status"_s, u"conditions"_s},
                    QJsonArray{QJsonObject{
                        {u"type"_s, u"SpecAccepted"_s}, {u"status"_s, u"False"_s}, {u"message"_s, u"no quota"_s}}}));
        rig.operate(kObject, phase);
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), outcome);
        QVERIFY2(rig.message().contains(accepted ? phase : u"no quota"_s), qPrintable(rig.message()));
        QCOMPARE(rig.journalled().last(), u"result "_s + outcome);
    }

    void followSurvivesSilence()
    {
        PipelineRig rig;
        rig.start(rig.scale(2));
        TRY_WAITS_AT(rig, Step::Review);
        rig.pipeline->confirm({}, {});
        QTRY_COMPARE(rig.pipeline->step(), Step::Follow);
        for (int i = 0; i < 5; ++i)
            rig.server->failNext(u"get"_s, networkError());
        QSignalSpy progress(rig.pipeline.get(), &ChangePipeline::progress);
        QTRY_VERIFY((rig.over(), progress.size() >= 5));
        rig.operate();
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"settled"_s);
    }

    void restartSettlesOnItsEcho()
    {
        PipelineRig rig;
        rig.start(rig.draft(u"restart"_s, {}));
        TRY_WAITS_AT(rig, Step::Review);
        QVERIFY(rig.pipeline->review().consequences.first().headline.contains(u"restarts"_s));
        rig.pipeline->confirm({}, {});
        QTRY_COMPARE(rig.pipeline->step(), Step::Follow);
        QCOMPARE(json::at(rig.server->stored(kObject), u"/metadata/generation"_s), QJsonValue(1));
        rig.server->patch(
            kObject, nested({u"status"_s, u"handledRequests"_s, u"restart"_s}, u"2026-02-01T00:00:00Z"_s));
        for (int i = 0; i < 20; ++i)
            QVERIFY(!rig.over());
        rig.server->patch(
            kObject, nested({u"status"_s, u"handledRequests"_s, u"restart"_s}, u"2026-03-01T12:00:00Z"_s));
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"settled"_s);
    }

    void labelsSettleAtApply()
    {
        PipelineRig rig;
        rig.start(rig.draft(u"label"_s, {{u"key"_s, u"team"_s}, {u"value"_s, u"infra"_s}}));
        TRY_WAITS_AT(rig, Step::Review);
        QCOMPARE(rig.pipeline->review().danger, Danger::Routine);
        QCOMPARE(rig.pipeline->review().consequences.first().headline, u"Nothing restarts"_s);
        rig.pipeline->confirm({}, {});
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"settled"_s);
        QCOMPARE(rig.journalled(), (QStringList{u"intent"_s, u"result settled"_s}));
    }

    void cancelBeforeApplySendsNothing()
    {
        PipelineRig rig;
        rig.server->hang(true);
        rig.start(rig.scale(2));
        rig.pipeline->cancel();
        QVERIFY(rig.pipeline->isFinished());
        QCOMPARE(rig.outcome(), u"cancelled"_s);
        rig.server->release();
        QVERIFY(rig.over());
        QCOMPARE(rig.server->calls.size(), 1);
    }

    void cancelDuringApplyReadsBack()
    {
        PipelineRig rig;
        rig.start(rig.scale(2));
        TRY_WAITS_AT(rig, Step::Review);
        rig.server->hang(true);
        rig.pipeline->confirm({}, {});
        QTRY_COMPARE(rig.server->count(u"patch"_s), 1);
        rig.pipeline->cancel();
        rig.server->hang(false);
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"cancelled"_s);
        QVERIFY2(rig.message().contains(u"101"_s), qPrintable(rig.message()));
        QCOMPARE(rig.journalled(), (QStringList{u"intent"_s, u"result cancelled"_s}));
    }

    void theProgramEndsDuringApply()
    {
        PipelineRig rig;
        rig.start(rig.scale(2));
        TRY_WAITS_AT(rig, Step::Review);
        rig.server->hang(true);
        rig.pipeline->confirm({}, {});
        QTRY_COMPARE(rig.server->count(u"patch"_s), 1);
        QCOMPARE(rig.journalled(), QStringList{u"intent"_s});
        rig.pipeline.reset();
        QTRY_COMPARE(rig.journalled(), (QStringList{u"intent"_s, u"result failed"_s}));
        rig.server->release();
    }

    void cancelWhileFollowingLeavesItApplied()
    {
        PipelineRig rig;
        rig.start(rig.scale(2));
        TRY_WAITS_AT(rig, Step::Review);
        rig.pipeline->confirm({}, {});
        QTRY_COMPARE(rig.pipeline->step(), Step::Follow);
        rig.pipeline->cancel();
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"applied"_s);
    }

    void jsonPatchMeetsANewVersion()
    {
        PipelineRig rig;
        ChangeDraft draft = rig.scale(2);
        Edit &edit = draft.edits.first();
        edit.verb = ports::Verb::JsonPatch;
        edit.body = QJsonArray{QJsonObject{{u"op"_s, u"replace"_s}, {u"path"_s, kReplicas}, {u"value"_s, 2}}};
        bool once = true;
        rig.server->beforeWrite = [&](const ports::WriteRequest &request) {
            if (!request.dryRun && std::exchange(once, false))
                rig.server->patch(kObject, nested({u"status"_s, u"lag"_s}, 1));
        };
        rig.start(draft, {false, false});
        TRY_WAITS_AT(rig, Step::Review);
        rig.pipeline->confirm({}, {});
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"applied"_s);
        QCOMPARE(rig.server->count(u"patch"_s), 2);
        QCOMPARE(json::at(rig.server->stored(kObject), kReplicas), QJsonValue(2));
        QCOMPARE(json::at(rig.server->calls.last().body, u"/0/op"_s).toString(), u"test"_s);
    }

    /// generateName: the console chooses the name, so that an answer that does not come can be read back.
    void lostAnswerToAGeneratedName_data()
    {
        QTest::addColumn<bool>("made");
        QTest::addColumn<QString>("outcome");
        QTest::newRow("made") << true << u"applied"_s;
        QTest::newRow("not made") << false << u"failed"_s;
    }

    void lostAnswerToAGeneratedName()
    {
        QFETCH(bool, made);
        QFETCH(QString, outcome);
        PipelineRig rig;
        QJsonObject wanted = test::makeValidator(u"x"_s);
        wanted.remove("status"_L1);
        QJsonObject metadata = wanted.value("metadata"_L1).toObject();
        metadata.remove("name"_L1);
        metadata.insert("generateName"_L1, u"new-"_s);
        wanted.insert("metadata"_L1, metadata);
        rig.start(rig.draft(u"create"_s, {{u"file"_s, QString::fromUtf8(json::compact(wanted))}}), {false, false});
        TRY_WAITS_AT(rig, Step::Review);
        const QString name = rig.pipeline->review().edits.first().edit.object.name;
        QVERIFY2(name.startsWith("new-"_L1) && name.size() == 9, qPrintable(name));
        rig.server->failNext(u"create"_s, networkError(), made);
        rig.pipeline->confirm({}, {});
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), outcome);
        QCOMPARE(rig.server->stored(QString(u"validators/"_s + name)).isEmpty(), !made);
        QVERIFY2(made || rig.message().contains(u"it was not created"_s), qPrintable(rig.message()));
    }

    /// A draft that leaves the name to the server: nothing false is said.
    void lostAnswerToANameOfTheServer()
    {
        PipelineRig rig;
        QJsonObject wanted = test::makeValidator(u"x"_s);
        wanted.remove("status"_L1);
        ChangeDraft draft = rig.draft(u"create"_s, {{u"file"_s, QString::fromUtf8(json::compact(wanted))}});
        QJsonObject metadata = wanted.value("metadata"_L1).toObject();
        metadata.remove("name"_L1);
        metadata.insert("generateName"_L1, u"new-"_s);
        wanted.insert("metadata"_L1, metadata);
        draft.edits.first().object.name.clear();
        draft.edits.first().body = wanted;
        rig.start(draft, {false, false});
        TRY_WAITS_AT(rig, Step::Review);
        rig.server->failNext(u"create"_s, networkError(), true);
        rig.pipeline->confirm({}, {});
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"failed"_s);
        QVERIFY2(rig.message().contains(u"not known whether it was made"_s), qPrintable(rig.message()));
    }

    void createAndFollow()
    {
        PipelineRig rig;
        QJsonObject wanted = test::makeValidator(u"new"_s);
        wanted.remove("status"_L1);
        rig.start(rig.draft(u"create"_s, {{u"file"_s, QString::fromUtf8(json::compact(wanted))}}));
        TRY_WAITS_AT(rig, Step::Review);
        QCOMPARE(rig.pipeline->review().edits.first().diff.first().op, u"add"_s);
        rig.pipeline->confirm(u"why"_s, {});
        QTRY_COMPARE(rig.pipeline->step(), Step::Follow);
        QCOMPARE(json::at(rig.server->stored(u"validators/new"_s),
                     u"/metadata/annotations/canton.quarterdeck.io~1change-reason"_s)
                     .toString(),
            u"why"_s);
        rig.operate(u"validators/new"_s);
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"settled"_s);
        rig.start(rig.draft(u"create"_s, {{u"file"_s, QString::fromUtf8(json::compact(wanted))}}));
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"refused"_s);
        QVERIFY(rig.message().contains(u"already exists"_s));
    }

    /// Two consoles at once on one object, every step of both interleaved: nothing lost, no question on different
    /// fields.
    void twoConsolesAtOnce()
    {
        PipelineRig rig;
        rig.server->put(test::makeValidator(u"a"_s));
        Journal second(rig.folder.filePath(u"second.jsonl"_s), &rig.clock);
        for (int round = 0; round < 40; ++round) {
            rig.live = rig.server->stored(kObject);
            const ChangeDraft mine
                = rig.draft(u"annotate"_s, {{u"key"_s, u"mine"_s}, {u"value"_s, u"m%1"_s.arg(round)}});
            const ChangeDraft theirs = rig.draft(u"env"_s,
                {{u"component"_s, u"participant"_s}, {u"name"_s, u"THEIRS"_s}, {u"value"_s, u"t%1"_s.arg(round)}});
            ChangePipeline::Environment other = rig.environment();
            other.journal = &second;
            other.user = u"otto"_s;
            ChangePipeline two(other);
            QSignalSpy conflicts(&two, &ChangePipeline::conflictsFound);
            connect(&two, &ChangePipeline::confirmationNeeded, &two, [&two] { two.confirm(u"t"_s, {}); });
            two.start(theirs, {false, false});
            rig.start(mine, {false, false});
            connect(rig.pipeline.get(), &ChangePipeline::confirmationNeeded, rig.pipeline.get(),
                [&rig] { rig.pipeline->confirm(u"m"_s, {}); });
            QTRY_VERIFY(rig.over() && two.isFinished());
            QCOMPARE(rig.outcome(), u"applied"_s);
            QCOMPARE(two.outcome().id(), u"applied"_s);
            QCOMPARE(conflicts.size(), 0);
            const QJsonObject stored = rig.server->stored(kObject);
            QCOMPARE(json::at(stored, u"/metadata/annotations/mine"_s).toString(), u"m%1"_s.arg(round));
            QCOMPARE(json::at(stored, u"/spec/participant/spec/envVars/2/value"_s).toString(), u"t%1"_s.arg(round));
        }
    }
};

QTEST_GUILESS_MAIN(TestPipelineApply)
#include "tst_pipelineapply.moc"
