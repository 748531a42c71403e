// SPDX-License-Identifier: GPL-3.0-or-later
// One verb on several objects: asked for once, refusals found for each, applied in order, stopped at the first failure, and
// what is left as a new draft.
#include "models/core/Json.h"
#include "models/state/BulkDrafts.h"
#include "models/state/Operations.h"
#include "tests/unit/state/PipelineRig.h"

using namespace qd;
using namespace qd::state;
using namespace qd::test;
using namespace Qt::StringLiterals;
using Step = ChangePipeline::Step;
using Kind = EditOutcome::Kind;

namespace {

const QMap<QString, QString> kTwo{{u"component"_s, u"participant"_s}, {u"replicas"_s, u"2"_s}};

class BulkRig : public PipelineRig
{
public:
    explicit BulkRig(const QStringList &names = {u"a"_s, u"b"_s, u"c"_s})
    {
        for (const QString &name : names)
            objects.append({kind(), server->put(makeValidator(name)), server->cluster()});
    }
    [[nodiscard]] BulkDrafts bulk(const QString &action) const { return {catalogue.get(), action, objects}; }
    [[nodiscard]] ChangeDraft only(const QString &action, const QMap<QString, QString> &params = {}) const
    {
        const auto drafts = bulk(action).build(params, drafting());
        if (!drafts || drafts->size() != 1)
            qFatal("%s", drafts ? "several" : qPrintable(drafts.error().text()));
        return drafts->first();
    }
    [[nodiscard]] QList<Kind> outcomes() const
    {
        QList<Kind> out;
        for (const EditReview &edit : pipeline->review().edits)
            out.append(edit.outcome.kind);
        return out;
    }
    [[nodiscard]] int replicas(const QString &name) const { return json::at(server->stored(u"validators/"_s + name), kReplicas).toInt(); }
    [[nodiscard]] static QStringList names(const ChangeDraft &draft)
    {
        QStringList out;
        for (const Edit &edit : draft.edits)
            out.append(edit.object.name);
        return out;
    }
    void refuse(const QString &name)
    {
        Error refusal{ErrorKind::Invalid, u"more than the licence allows"_s};
        refusal.httpStatus = 422;
        server->validate = [refusal, name](const QJsonObject &object) -> std::optional<Error> {
            if (object["metadata"_L1]["name"_L1].toString() != name)
                return std::nullopt;
            return refusal;
        };
    }

    QList<BulkObject> objects;
};

}

class TestBulk : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void askedOnceAndSettled()
    {
        BulkRig rig;
        const ChangeDraft draft = rig.only(u"scale"_s, kTwo);
        QCOMPARE(draft.title, u"Scale 3 object(s)"_s);
        QCOMPARE(draft.verbText, draft.title);
        QCOMPARE(draft.objectCount(), 3);
        rig.start(draft);
        TRY_WAITS_AT(rig, Step::Review);
        QCOMPARE(rig.pipeline->review().expectedName, rig.server->cluster());
        // what happens to all alike is one line, with their names
        const QList<Consequence> consequences = rig.pipeline->review().consequences;
        QCOMPARE(consequences.size(), 1);
        QCOMPARE(consequences.first().objects, QStringList({u"a"_s, u"b"_s, u"c"_s}));
        QCOMPARE(rig.pipeline->confirm({}, {}), QString());
        QTRY_COMPARE(rig.pipeline->step(), Step::Follow);
        QCOMPARE(rig.outcomes(), QList<Kind>({Kind::Applied, Kind::Applied, Kind::Applied}));
        rig.operate(u"validators/a"_s);
        rig.operate(u"validators/b"_s);
        QTRY_VERIFY(rig.over() || rig.outcomes() == QList<Kind>({Kind::Settled, Kind::Settled, Kind::Applied}));
        rig.operate(u"validators/c"_s);
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"settled"_s);
        QCOMPARE(rig.outcomes(), QList<Kind>({Kind::Settled, Kind::Settled, Kind::Settled}));
        for (const QString &name : {u"a"_s, u"b"_s, u"c"_s})
            QCOMPARE(rig.replicas(name), 2);
        QVERIFY(rig.pipeline->rest().edits.isEmpty());
    }

    void soAlreadyIsLeftOutAndNamed()
    {
        BulkRig rig;
        QJsonValue b = rig.objects.at(1).live;
        json::set(b, kReplicas, 2);
        rig.objects[1].live = b.toObject();
        const ChangeDraft draft = rig.only(u"scale"_s, kTwo);
        QCOMPARE(draft.title, u"Scale 2 object(s)"_s);
        QCOMPARE(draft.unchanged, QStringList({u"b"_s}));
        for (BulkObject &object : rig.objects)
            object.live = b.toObject();
        const auto none = rig.bulk(u"scale"_s).build(kTwo, rig.drafting());
        QVERIFY(!none);
        QCOMPARE(none.error().reason, u"NothingToChange"_s);
        QVERIFY(none.error().message.contains(u"3 objects"_s));
    }

    void errorsNameObjectAndField()
    {
        BulkRig rig;
        QJsonValue b = rig.objects.at(1).live;
        json::set(b, u"/spec/storageSize"_s, u"300Gi"_s);
        rig.objects[1].live = b.toObject();
        const auto drafts = rig.bulk(u"storage"_s).build({{u"size"_s, u"200Gi"_s}}, rig.drafting());
        QVERIFY(!drafts);
        QVERIFY2(drafts.error().message.contains(u"validators/b"_s), qPrintable(drafts.error().message));
        QCOMPARE(drafts.error().causes.first().field, u"size"_s);
        QVERIFY(rig.bulk(u"storage"_s).current({}).isEmpty()); // they differ
        QCOMPARE(rig.bulk(u"version"_s).current({}).value(u"tag"_s), u"0.4.15"_s);
    }

    void mixedKinds()
    {
        BulkRig rig({u"a"_s});
        QJsonObject other = makeValidator(u"p"_s);
        other.insert(u"kind"_s, u"Participant"_s);
        rig.objects.append({rig.kind(u"participant"_s), rig.server->put(other), rig.server->cluster()});
        const auto scale = rig.bulk(u"scale"_s).action();
        QVERIFY(scale);
        QCOMPARE(scale->params.first().values, QStringList({u"participant"_s})); // in common
        const ChangeDraft draft = rig.only(u"restart"_s);
        QCOMPARE(BulkRig::names(draft), QStringList({u"a"_s, u"p"_s}));
        QCOMPARE(draft.title, u"Restart 2 object(s)"_s);
        // a verb not all of them have
        rig.objects.append({rig.kind(u"backup"_s), QJsonObject{{u"metadata"_s, QJsonObject{{u"name"_s, u"x"_s}}}}, rig.server->cluster()});
        QVERIFY(!rig.bulk(u"restart"_s).action());
        QVERIFY(rig.bulk(u"restart"_s).action().error().message.contains(u"Backup"_s));
        QVERIFY(rig.bulk(u"label"_s).action());
        QVERIFY(!rig.bulk(u"edit"_s).action());
    }

    /// The component of a super validator's storage is none of a validator's.
    void parametersOfOneKindOnly()
    {
        BulkRig rig({u"a"_s});
        QJsonValue sv = makeValidator(u"s"_s);
        json::set(sv, u"/kind"_s, u"SuperValidator"_s);
        json::set(sv, u"/spec/sequencer/spec/storageSize"_s, u"100Gi"_s);
        rig.objects.append({rig.kind(u"supervalidator"_s), rig.server->put(sv.toObject()), rig.server->cluster()});
        const auto action = rig.bulk(u"storage"_s).action();
        QVERIFY(action);
        QCOMPARE(action->params.size(), 2);
        const ChangeDraft draft = rig.only(u"storage"_s, {{u"component"_s, u"sequencer"_s}, {u"size"_s, u"200Gi"_s}});
        QCOMPARE(draft.edits.size(), 2);
        QVERIFY(json::at(draft.edits.at(1).body, u"/spec/sequencer/spec/storageSize"_s).isString());
    }

    void oneDraftForEachCluster()
    {
        BulkRig rig;
        rig.objects[2].cluster = u"other"_s;
        const auto drafts = rig.bulk(u"restart"_s).build({}, rig.drafting());
        QVERIFY(drafts);
        QCOMPARE(drafts->size(), 2);
        QCOMPARE(drafts->at(0).title, u"Restart 2 object(s)"_s);
        QCOMPARE(drafts->at(1).title, u"Restart c"_s);
        QCOMPARE(drafts->at(1).edits.first().object.cluster, u"other"_s);
    }

    /// What the server refuses is found for each before anything is sent; the others go on without it.
    void refusalsOfSomeAreAllFound()
    {
        BulkRig rig;
        rig.refuse(u"b"_s);
        rig.start(rig.only(u"scale"_s, kTwo));
        TRY_OVER(rig);
        QCOMPARE(rig.outcome(), u"refused"_s);
        QCOMPARE(rig.outcomes(), QList<Kind>({Kind::Open, Kind::Refused, Kind::Open}));
        QVERIFY2(rig.message().contains(u"1 of 3"_s) && rig.message().contains(u"validators/b"_s) && rig.message().contains(u"licence"_s),
            qPrintable(rig.message()));
        QVERIFY(rig.pipeline->review().edits.at(2).previewed);
        const ChangeDraft rest = rig.pipeline->rest();
        QCOMPARE(BulkRig::names(rest), QStringList({u"a"_s, u"c"_s}));
        QCOMPARE(rest.title, u"Scale 2 object(s)"_s);
        QVERIFY(rest.id != rig.pipeline->draft().id);
        rig.start(rest);
        TRY_WAITS_AT(rig, Step::Review);
    }

    void rightsAndVanishedObjectsLikewise()
    {
        BulkRig rig;
        const ChangeDraft draft = rig.only(u"scale"_s, kTwo);
        rig.server->erase(u"validators/c"_s);
        rig.start(draft);
        TRY_OVER(rig);
        QCOMPARE(rig.outcomes(), QList<Kind>({Kind::Open, Kind::Open, Kind::Refused}));
        QCOMPARE(BulkRig::names(rig.pipeline->rest()), QStringList({u"a"_s, u"b"_s}));
        rig.server->deny(u"patch"_s, u"validators"_s);
        rig.start(draft);
        TRY_OVER(rig);
        QCOMPARE(rig.outcomes(), QList<Kind>({Kind::Refused, Kind::Refused, Kind::Refused}));
        QVERIFY(rig.message().contains(u"patch"_s));
        QVERIFY(rig.pipeline->rest().edits.isEmpty());
        QCOMPARE(rig.server->count(u"patch"_s), 0);
    }

    /// Stops at the first failure, says what was done, and offers what was not.
    void stopsAtTheFirstFailure()
    {
        BulkRig rig;
        rig.start(rig.only(u"scale"_s, kTwo));
        TRY_WAITS_AT(rig, Step::Review);
        rig.refuse(u"b"_s); // since the dry run
        QCOMPARE(rig.pipeline->confirm(u"peak"_s, {}), QString());
        TRY_OVER(rig);
        QCOMPARE(rig.outcomes(), QList<Kind>({Kind::Applied, Kind::Failed, Kind::Open}));
        QVERIFY2(rig.message().contains(u"validators/b"_s) && rig.message().contains(u"merge patch of validators/a"_s), qPrintable(rig.message()));
        QVERIFY(rig.pipeline->review().edits.at(1).outcome.text.contains(u"licence"_s));
        QCOMPARE(rig.replicas(u"a"_s), 2);
        QCOMPARE(rig.replicas(u"c"_s), 1);
        const ChangeDraft rest = rig.pipeline->rest();
        QCOMPARE(BulkRig::names(rest), QStringList({u"b"_s, u"c"_s}));
        QCOMPARE(rest.reason, u"peak"_s);
    }

    /// The list of operations tries again what is left, not what was done.
    void operationsRetryTheRest()
    {
        BulkRig rig;
        Operations operations(&rig.clock);
        QSignalSpy again(&operations, &Operations::retryWanted);
        auto pipeline = std::make_unique<ChangePipeline>(rig.environment());
        ChangePipeline *running = pipeline.get();
        QSignalSpy ended(running, &ChangePipeline::finished);
        QSignalSpy waits(running, &ChangePipeline::confirmationNeeded);
        running->start(rig.only(u"scale"_s, kTwo), {});
        QTRY_COMPARE(waits.count(), 1);
        rig.refuse(u"c"_s);
        operations.add(std::move(pipeline));
        QCOMPARE(running->confirm({}, {}), QString());
        QTRY_COMPARE(ended.count(), 1);
        operations.retry(operations.list().first().id);
        QCOMPARE(again.count(), 1);
        const auto draft = again.first().first().value<ChangeDraft>();
        QCOMPARE(BulkRig::names(draft), QStringList({u"c"_s}));
        QCOMPARE(draft.title, u"Scale c"_s);
    }

    /// A guarded deletion is two edits of one object: the count is that of the objects, what is left keeps the pair.
    void guardedDeletes()
    {
        BulkRig rig;
        rig.server->guardDeletes = true;
        const ChangeDraft draft = rig.only(u"delete"_s);
        QCOMPARE(draft.edits.size(), 6);
        QCOMPARE(draft.title, u"Delete 3 object(s)"_s);
        rig.start(draft);
        TRY_WAITS_AT(rig, Step::Review);
        QVERIFY(rig.pipeline->review().needsTypedName);
        QVERIFY(!rig.pipeline->confirm({}, u"a"_s).isEmpty());
        rig.server->beforeWrite = [&rig](const ports::WriteRequest &request) {
            if (request.name == "b"_L1 && !request.dryRun)
                rig.refuse(u"b"_s);
        };
        QCOMPARE(rig.pipeline->confirm({}, rig.server->cluster()), QString());
        TRY_OVER(rig);
        QVERIFY(rig.server->stored(u"validators/a"_s).isEmpty());
        QVERIFY(!rig.server->stored(u"validators/b"_s).isEmpty());
        QCOMPARE(BulkRig::names(rig.pipeline->rest()), QStringList({u"b"_s, u"b"_s, u"c"_s, u"c"_s}));
        QCOMPARE(rig.pipeline->rest().title, u"Delete 2 object(s)"_s);
    }

    /// The same field in conflict on two objects is decided for each.
    void conflictsOfEachObject()
    {
        BulkRig rig;
        const ChangeDraft draft = rig.only(u"scale"_s, kTwo);
        for (const QString &name : {u"a"_s, u"b"_s})
            rig.server->patch(u"validators/"_s + name, nested({u"spec"_s, u"participant"_s, u"spec"_s, u"resources"_s, u"replicas"_s}, 5));
        rig.start(draft);
        TRY_WAITS_AT(rig, Step::Rebase);
        QCOMPARE(rig.pipeline->review().edits.at(0).conflicts.size(), 1);
        QCOMPARE(rig.pipeline->review().edits.at(1).conflicts.size(), 1);
        const auto key = [&rig](int at) {
            const EditReview &edit = rig.pipeline->review().edits.at(at);
            return ChangePipeline::conflictKey(edit.edit.object, edit.conflicts.first().path);
        };
        rig.pipeline->resolve({{key(0), {MergeChoice::Take::Mine, {}}}, {key(1), {MergeChoice::Take::Theirs, {}}}});
        TRY_WAITS_AT(rig, Step::Review);
        QVERIFY(!rig.pipeline->review().edits.at(0).nothingToDo);
        QVERIFY(rig.pipeline->review().edits.at(1).nothingToDo);
    }

    void argoOwnsSome()
    {
        BulkRig rig;
        rig.server->patch(u"validators/b"_s,
            nested({u"metadata"_s, u"annotations"_s, u"argocd.argoproj.io/tracking-id"_s}, u"nodes:canton.quarterdeck.io/Validator:canton/b"_s));
        rig.start(rig.only(u"scale"_s, kTwo));
        TRY_WAITS_AT(rig, Step::Review);
        QVERIFY(rig.pipeline->review().argo.owned());
        QCOMPARE(rig.pipeline->review().argoEdit, 1);
        QCOMPARE(rig.pipeline->review().argoObjects, 1);
    }
};

QTEST_GUILESS_MAIN(TestBulk)
#include "tst_bulk.moc"
