// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Json.h"
#include "models/state/ArgoApplication.h"
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

}

class TestPipeline : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void wholeWay()
    {
        PipelineRig rig;
        ChangePipeline *pipeline = rig.start(rig.scale(2));
        QSignalSpy steps(pipeline, &ChangePipeline::stepChanged);
        QSignalSpy finished(pipeline, &ChangePipeline::finished);
        TRY_WAITS_AT(rig, Step::Review);
        const Review &review = pipeline->review();
        QCOMPARE(review.fieldsChanged, 1);
        QCOMPARE(review.fieldsRebased, 0);
        QVERIFY(!review.needsTypedName);
        QVERIFY(review.edits.first().previewed);
        QCOMPARE(json::at(review.edits.first().before, kReplicas), QJsonValue(1));
        QCOMPARE(json::at(review.edits.first().after, kReplicas), QJsonValue(2));
        QCOMPARE(review.consequences.first().headline, u"participant grows from 1 to 2 pods"_s);
        QCOMPARE(pipeline->stepText(Step::Rebase), u"Based on version 101"_s);
        QCOMPARE(rig.server->count(u"patch"_s), 0);
        QCOMPARE(json::at(rig.server->stored(kObject), kReplicas), QJsonValue(1));
        QCOMPARE(pipeline->confirm(u"CANTON-2291"_s, {}), QString());
        QTRY_COMPARE(pipeline->step(), Step::Follow);
        const QJsonObject stored = rig.server->stored(kObject);
        QCOMPARE(json::at(stored, kReplicas), QJsonValue(2));
        QCOMPARE(
            json::at(stored, u"/metadata/annotations/canton.quarterdeck.io~1requested-by"_s).toString(), u"mira"_s);
        QCOMPARE(json::at(stored, u"/metadata/annotations/canton.quarterdeck.io~1change-reason"_s).toString(),
            u"CANTON-2291"_s);
        QVERIFY(!rig.over());
        rig.operate(kObject, u"Updating"_s);
        QVERIFY(!rig.over());
        rig.operate();
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"settled"_s);
        QCOMPARE(pipeline->outcome().generation, 2);
        QCOMPARE(finished.size(), 1);
        QCOMPARE(rig.journalled(), (QStringList{u"intent"_s, u"result applied"_s, u"result settled"_s}));
        const QString &message = rig.pipeline->outcome().message; // the title names the object already
        QVERIFY2(message.startsWith(rig.pipeline->review().draft.title + u": its phase is"_s), qPrintable(message));
        QVERIFY(rig.journal->verify()->ok);
        const QJsonObject record = rig.journal->read()->first().json;
        QCOMPARE(record.value("user"_L1).toString(), u"mira"_s);
        QCOMPARE(record.value("reason"_L1).toString(), u"CANTON-2291"_s);
        QCOMPARE(json::at(record, u"/edits/0/diff/1/path"_s).toString(), kReplicas);
        QCOMPARE(steps.last().at(1).value<StepState>(), StepState::Done);
    }

    /// Of an upgrade whoever made it stays named: not even a change that says otherwise makes it somebody else's, and nobody becomes
    /// it by approving one that names nobody.
    void whoMadeAnUpgradeStaysNamed()
    {
        const QString pointer = u"/metadata/annotations/canton.quarterdeck.io~1requested-by"_s;
        for (const bool named : {true, false}) {
            PipelineRig rig;
            if (named)
                rig.server->patch(kObject, nested({u"metadata"_s, u"annotations"_s, u"canton.quarterdeck.io/requested-by"_s}, u"jonas"_s));
            ChangeDraft draft = rig.scale(2);
            draft.edits.first().kind = u"Upgrade"_s;
            QJsonValue body = draft.edits.first().body;
            json::set(body, pointer, u"eve"_s);
            draft.edits.first().body = body;
            rig.start(draft, {false, false});
            TRY_WAITS_AT(rig, Step::Review);
            QCOMPARE(rig.pipeline->confirm({}, {}), QString());
            TRY_OVER(rig);
            QCOMPARE(rig.outcome(), u"applied"_s);
            const QJsonObject stored = rig.server->stored(kObject);
            QCOMPARE(json::at(stored, kReplicas), QJsonValue(2));
            QCOMPARE(json::at(stored, pointer), named ? QJsonValue(u"jonas"_s) : QJsonValue(QJsonValue::Undefined));
        }
    }

    void everyWriteCarriesTheVersion()
    {
        PipelineRig rig;
        rig.start(rig.scale(2), {false, false});
        TRY_WAITS_AT(rig, Step::Review);
        rig.pipeline->confirm({}, {});
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"applied"_s);
        int writes = 0;
        for (const auto &call : rig.server->calls) {
            if (call.verb != "patch"_L1)
                continue;
            ++writes;
            QCOMPARE(json::at(call.body, u"/metadata/resourceVersion"_s).toString(), u"101"_s);
        }
        QCOMPARE(writes, 2);
        QVERIFY(!json::at(rig.pipeline->review().edits.first().edit.body, u"/metadata/resourceVersion"_s).isString());
    }

    void dryRunChangesNothing()
    {
        PipelineRig rig;
        rig.server->warnings = {u"imageTag: latest is not fixed"_s};
        rig.start(rig.scale(2), {true});
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"dry-run"_s);
        QCOMPARE(rig.server->count(u"patch"_s), 0);
        QCOMPARE(rig.server->count(u"patch"_s, true), 1);
        QCOMPARE(rig.pipeline->review().edits.first().warnings, QStringList{u"imageTag: latest is not fixed"_s});
        QVERIFY(rig.journalled().isEmpty());
        QVERIFY(!rig.pipeline->review().edits.first().diff.isEmpty());
    }

    void missingRightIsNamed()
    {
        PipelineRig rig;
        rig.server->deny(u"patch"_s, u"validators"_s);
        rig.start(rig.scale(2));
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"refused"_s);
        QVERIFY2(
            rig.message().contains(u"patch validators.canton.quarterdeck.io in canton"_s), qPrintable(rig.message()));
        QCOMPARE(rig.pipeline->outcome().error.kind, ErrorKind::Forbidden);
        QCOMPARE(rig.server->count(u"get"_s), 0);
        QCOMPARE(rig.pipeline->stepState(Step::Allowed), StepState::Failed);
    }

    void readOnlyRefuses()
    {
        PipelineRig rig;
        rig.readOnly = true;
        rig.start(rig.scale(2));
        QVERIFY(rig.pipeline->isFinished());
        QCOMPARE(rig.outcome(), u"refused"_s);
        QVERIFY(rig.server->calls.isEmpty());
    }

    void productionRaisesTheDanger()
    {
        PipelineRig rig;
        rig.production = true;
        rig.start(rig.scale(0));
        TRY_WAITS_AT(rig, Step::Review);
        QCOMPARE(rig.pipeline->review().danger, Danger::Destructive);
        QVERIFY(rig.pipeline->review().needsTypedName);
        QCOMPARE(rig.pipeline->review().expectedName, u"a"_s);
        QVERIFY(rig.pipeline->confirm({}, {}).contains(u"Type a"_s));
        QVERIFY(!rig.pipeline->confirm({}, u"b"_s).isEmpty());
        QCOMPARE(rig.server->count(u"patch"_s), 0);
        QCOMPARE(rig.pipeline->confirm({}, u"a"_s), QString());
        QTRY_COMPARE(rig.server->count(u"patch"_s), 1);
    }

    void confirmAtTheWrongTimeDoesNothing()
    {
        PipelineRig rig;
        rig.start(rig.scale(2));
        QVERIFY(!rig.pipeline->confirm({}, {}).isEmpty());
        TRY_WAITS_AT(rig, Step::Review);
        rig.pipeline->cancel();
        QVERIFY(!rig.pipeline->confirm({}, {}).isEmpty());
        QCOMPARE(rig.server->count(u"patch"_s), 0);
    }

    void othersFieldsAreRebasedSilently()
    {
        PipelineRig rig;
        rig.server->patch(
            kObject, nested({u"spec"_s, u"participant"_s, u"spec"_s, u"resources"_s, u"cpuLimit"_s}, u"3"_s));
        rig.start(rig.scale(2), {false, false});
        TRY_WAITS_AT(rig, Step::Review);
        const EditReview &view = rig.pipeline->review().edits.first();
        QCOMPARE(view.rebasedFields, QStringList{u"spec.participant.spec.resources.cpuLimit"_s});
        QCOMPARE(rig.pipeline->review().fieldsRebased, 1);
        QCOMPARE(rig.pipeline->review().fieldsChanged, 1);
        QCOMPARE(view.baseVersion, u"101"_s);
        QCOMPARE(view.liveVersion, u"102"_s);
        rig.pipeline->confirm({}, {});
        TRY_OVER(rig);
        const QJsonObject stored = rig.server->stored(kObject);
        QCOMPARE(json::at(stored, kReplicas), QJsonValue(2));
        QCOMPARE(json::at(stored, u"/spec/participant/spec/resources/cpuLimit"_s).toString(), u"3"_s);
    }

    void sameFieldOpensTheChooser()
    {
        PipelineRig rig;
        rig.server->patch(kObject, nested({u"spec"_s, u"participant"_s, u"spec"_s, u"resources"_s, u"replicas"_s}, 5));
        rig.start(rig.scale(2), {false, false});
        TRY_WAITS_AT(rig, Step::Rebase);
        QCOMPARE(rig.pipeline->review().edits.first().conflicts.size(), 1);
        const MergeConflict conflict = rig.pipeline->review().edits.first().conflicts.first();
        QCOMPARE(conflict.path, kReplicas);
        QCOMPARE(conflict.base, QJsonValue(1));
        QCOMPARE(conflict.theirs, QJsonValue(5));
        QCOMPARE(rig.server->count(u"patch"_s, true), 0);
        rig.pipeline->resolve({{kReplicas, {MergeChoice::Take::Value, 4}}});
        TRY_WAITS_AT(rig, Step::Review);
        QVERIFY(!rig.pipeline->review().hasConflicts());
        rig.pipeline->confirm({}, {});
        TRY_OVER(rig);
        QCOMPARE(json::at(rig.server->stored(kObject), kReplicas), QJsonValue(4));
    }

    void theirsLeavesNothingToDo()
    {
        PipelineRig rig;
        rig.server->patch(kObject, nested({u"spec"_s, u"participant"_s, u"spec"_s, u"resources"_s, u"replicas"_s}, 5));
        rig.start(rig.scale(2));
        TRY_WAITS_AT(rig, Step::Rebase);
        rig.pipeline->resolve({{kReplicas, {MergeChoice::Take::Theirs, {}}}});
        TRY_WAITS_AT(rig, Step::Review);
        QVERIFY(rig.pipeline->review().edits.first().nothingToDo);
        rig.pipeline->confirm({}, {});
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"settled"_s);
        QCOMPARE(rig.server->count(u"patch"_s), 0);
        QCOMPARE(json::at(rig.server->stored(kObject), kReplicas), QJsonValue(5));
    }

    void scriptsGetTheConflictAsOutcome()
    {
        PipelineRig rig;
        rig.server->patch(kObject, nested({u"spec"_s, u"participant"_s, u"spec"_s, u"resources"_s, u"replicas"_s}, 5));
        ChangePipeline::Options options;
        options.interactive = false;
        rig.start(rig.scale(2), options);
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"conflict"_s);
        QVERIFY(rig.message().contains(u"spec.participant.spec.resources.replicas"_s));
    }

    void aChoiceHoldsOnlyForTheValueThatWasSeen()
    {
        PipelineRig rig;
        const QStringList path{u"spec"_s, u"participant"_s, u"spec"_s, u"resources"_s, u"replicas"_s};
        rig.server->patch(kObject, nested(path, 5));
        rig.start(rig.scale(2));
        TRY_WAITS_AT(rig, Step::Rebase);
        rig.server->patch(kObject, nested(path, 6));
        rig.pipeline->resolve({{kReplicas, {MergeChoice::Take::Mine, {}}}});
        TRY_WAITS_AT(rig, Step::Rebase);
        QCOMPARE(rig.pipeline->review().edits.first().conflicts.first().theirs, QJsonValue(6));
        rig.pipeline->resolve({{kReplicas, {MergeChoice::Take::Mine, {}}}});
        TRY_WAITS_AT(rig, Step::Review);
    }

    void refusedPreviewShowsTheCauses()
    {
        PipelineRig rig;
        rig.server->validate = [](const QJsonObject &) -> std::optional<Error> {
            Error error{ErrorKind::Invalid, u"spec.participant is invalid"_s};
            error.causes = {{u"spec.participant.spec.resources.replicas"_s, u"FieldValueInvalid"_s, u"too many"_s}};
            return error;
        };
        rig.start(rig.scale(2));
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"refused"_s);
        QCOMPARE(rig.pipeline->step(), Step::Preview);
        QCOMPARE(rig.pipeline->review().edits.first().causes.first().message, u"too many"_s);
        QVERIFY(!rig.pipeline->review().edits.first().diff.isEmpty());
        QVERIFY(rig.journalled().isEmpty());
    }

    void deleteOfANode()
    {
        PipelineRig rig;
        rig.server->guardDeletes = true;
        rig.server->patch(
            kObject, nested({u"metadata"_s, u"finalizers"_s}, QJsonArray{u"canton.quarterdeck.io/teardown"_s}));
        rig.live = rig.server->stored(kObject);
        rig.start(rig.draft(u"delete"_s, {}));
        TRY_WAITS_AT(rig, Step::Review);
        const Review &review = rig.pipeline->review();
        QVERIFY(review.edits.first().previewed);
        QVERIFY(review.edits.at(1).notPreviewable);
        QVERIFY(review.needsTypedName);
        QCOMPARE(review.consequences.first().headline, u"a is deleted"_s);
        QCOMPARE(review.edits.size(), 2);   // the confirmation for the policy, and the deletion: of one version
        QCOMPARE(rig.pipeline->stepText(Step::Rebase), u"Based on version 102"_s);
        QSignalSpy progress(rig.pipeline.get(), &ChangePipeline::progress);
        rig.pipeline->confirm({}, u"a"_s);
        QTRY_COMPARE(rig.pipeline->step(), Step::Follow);
        QVERIFY(json::at(rig.server->stored(kObject), u"/metadata/deletionTimestamp"_s).isString());
        QTRY_VERIFY((rig.over(), !progress.isEmpty()));
        QVERIFY(progress.last().first().toString().contains(u"canton.quarterdeck.io/teardown"_s));
        QVERIFY(!rig.pipeline->isFinished());
        rig.server->finalize(kObject);
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"settled"_s);
        QVERIFY(rig.server->stored(kObject).isEmpty());
    }

    void anotherObjectOfTheNameIsNotTouched()
    {
        PipelineRig rig;
        const ChangeDraft draft = rig.draft(u"delete"_s, {});
        rig.server->erase(kObject);
        rig.server->put(test::makeValidator(u"a"_s));
        rig.start(draft);
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"conflict"_s);
        QCOMPARE(rig.server->count(u"delete"_s), 0);
        rig.server->erase(kObject);
        rig.start(rig.scale(2));
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"failed"_s);
        QVERIFY(rig.message().contains(u"validators/a"_s));
    }

    void secretsStayOutOfReviewAndJournal()
    {
        PipelineRig rig;
        rig.start(
            rig.draft(u"env"_s,
                {{u"component"_s, u"participant"_s}, {u"name"_s, u"DB_PASSWORD"_s}, {u"value"_s, u"correcthorse"_s}}),
            {false, false});
        TRY_WAITS_AT(rig, Step::Review);
        const EditReview &view = rig.pipeline->review().edits.first();
        const QByteArray shown = json::compact(view.before) + json::compact(view.after);
        QVERIFY(!shown.contains("hunter2") && !shown.contains("correcthorse"));
        QCOMPARE(rig.pipeline->review().fieldsChanged, 1);
        QVERIFY(std::any_of(rig.pipeline->review().consequences.begin(), rig.pipeline->review().consequences.end(),
            [](const Consequence &c) { return c.headline.contains(u"clear text"_s); }));
        rig.pipeline->confirm({}, {});
        TRY_OVER(rig);
        QCOMPARE(json::at(rig.server->stored(kObject), u"/spec/participant/spec/envVars/1/value"_s).toString(),
            u"correcthorse"_s);
        QFile file(rig.journal->path());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QVERIFY(text.contains("envVars"));
        QVERIFY(!text.contains("hunter2") && !text.contains("correcthorse"));
    }

    /// The pause of self-heal is a change like any other, on the Application.
    void selfHealIsPaused()
    {
        PipelineRig rig;
        rig.giveToArgo(u"northgate"_s, true);
        const ArgoOwner owner = argoOwnerOf(rig.live);
        const Edit edit = rig.scale(2).edits.first();
        QList<ArgoApplication> answers;
        QObject context;
        const auto read = [&](const Edit &of) {
            answers.clear();
            readArgoApplication(rig.server, owner, of, &context, {}, [&](const ArgoApplication &a) { answers.append(a); });
            return QTest::qWaitFor([&] { return answers.size() == 1; });
        };
        QVERIFY(read(edit));
        QCOMPARE(answers.first().way, ArgoApplication::Way::Heals);
        QVERIFY(answers.first().mayPause);
        QCOMPARE(answers.first().id.ns, u"argocd"_s);
        rig.start(pauseSelfHeal(answers.first()));
        TRY_WAITS_AT(rig, Step::Review);
        QCOMPARE(rig.pipeline->review().consequences.first().headline, u"northgate no longer undoes direct edits"_s);
        QCOMPARE(rig.pipeline->review().fieldsChanged, 1);
        rig.pipeline->confirm({}, {});
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"settled"_s);
        const QJsonObject stored = rig.server->stored(u"applications/northgate"_s);
        QCOMPARE(json::at(stored, u"/spec/syncPolicy/automated/selfHeal"_s), QJsonValue(false));
        QCOMPARE(json::at(stored, u"/spec/syncPolicy/automated/prune"_s), QJsonValue(true));
        QVERIFY(json::at(stored, u"/metadata/annotations"_s).isUndefined());   // not our kind: no notes of ours
        QVERIFY(read(edit));
        QCOMPARE(answers.first().way, ArgoApplication::Way::Syncs);
        // A namesake that keeps other objects is not the owner; nor is one that is not there.
        Edit other = edit;
        other.object.name = u"b"_s;
        QVERIFY(read(other));
        QCOMPARE(answers.first().way, ArgoApplication::Way::Unknown);
        QVERIFY(answers.first().problem.contains(u"does not list this object"_s));
        rig.server->deny(u"patch"_s, u"applications"_s);
        QVERIFY(read(edit));
        QVERIFY(!answers.first().mayPause);
        QCOMPARE(answers.first().missingRight, u"patch applications.argoproj.io in argocd"_s);
        rig.server->erase(u"applications/northgate"_s);
        QVERIFY(read(edit));
        QCOMPARE(answers.first().way, ArgoApplication::Way::Unknown);
        QVERIFY(answers.first().problem.contains(u"not found"_s));
    }

    void argoOwnershipIsSeen()
    {
        PipelineRig rig;
        rig.live = rig.server->patch(kObject,
            nested({u"metadata"_s, u"annotations"_s, u"argocd.argoproj.io/tracking-id"_s},
                u"northgate:canton.quarterdeck.io/Validator:canton/a"_s));
        rig.start(rig.scale(2));
        TRY_WAITS_AT(rig, Step::Review);
        QVERIFY(rig.pipeline->review().argo.owned());
        QCOMPARE(rig.pipeline->review().argo.application, u"northgate"_s);
        QCOMPARE(rig.pipeline->review().argo.ns, QString());
        const ArgoOwner elsewhere = argoOwnerOf(nested(
            {u"metadata"_s, u"annotations"_s, u"argocd.argoproj.io/tracking-id"_s}, u"team_northgate:apps/Deployment:x/y"_s));
        QCOMPARE(elsewhere.application, u"northgate"_s);
        QCOMPARE(elsewhere.ns, u"team"_s);
        QVERIFY(!argoOwnerOf(
            {{u"metadata"_s, QJsonObject{{u"labels"_s, QJsonObject{{u"app.kubernetes.io/instance"_s, u"helm"_s}}}}}})
                     .owned());
    }
};

QTEST_GUILESS_MAIN(TestPipeline)
#include "tst_pipeline.moc"
