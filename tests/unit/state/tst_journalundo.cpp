// SPDX-License-Identifier: GPL-3.0-or-later
// Reverting and repeating what the journal says, through the normal pipeline.
#include "models/core/Json.h"
#include "models/state/JournalLog.h"
#include "models/state/JournalUndo.h"
#include "tests/unit/state/PipelineRig.h"

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::state;
using test::kObject;
using test::PipelineRig;
using Step = PipelineRig::Step;

class TestJournalUndo : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    /// Silences are in the journal, and no objects of Kubernetes: neither way back leads over the pipeline, and the command is amtool's.
    void silencesAreOfAnAlertmanager_data()
    {
        QTest::addColumn<QString>("verb");
        QTest::addColumn<QJsonArray>("diff");
        QTest::addColumn<QString>("command");
        const auto field = [](const QString &label, const QString &to, const QString &from = {}) {
            QJsonObject out{{u"op"_s, from.isEmpty() ? u"add"_s : u"replace"_s}, {u"path"_s, QString(u'/' + label)}, {u"label"_s, label}, {u"to"_s, to}};
            if (!from.isEmpty())
                out.insert("from"_L1, from);
            return out;
        };
        const QString end = u"2026-11-29T18:00:00Z"_s, begin = u"2026-11-29T16:00:00Z"_s;
        QTest::newRow("made") << u"create"_s
                              << QJsonArray{field(u"matchers"_s, u"alertname=\"Down\", node=~\"a, \\\"b\\\", c\", team!=\"it's\""_s), field(u"endsAt"_s, end), field(u"createdBy"_s, u"mira@example.com"_s), field(u"comment"_s, u"planned work"_s)}
                              << QString(u"amtool silence add --end="_s + end + u" --author='mira@example.com' --comment='planned work' 'alertname=\"Down\"' 'node=~\"a, \\\"b\\\", c\"' 'team!=\"it'\\''s\"'"_s);
        QTest::newRow("lasts longer") << u"update"_s << QJsonArray{field(u"endsAt"_s, end, begin)} << QString(u"amtool silence update --end="_s + end + u" 's1'"_s);
        QTest::newRow("another comment") << u"update"_s << QJsonArray{field(u"comment"_s, u"longer"_s, u"short"_s)} << u"amtool silence update --comment='longer' 's1'"_s;
        QTest::newRow("others") << u"update"_s << QJsonArray{field(u"matchers"_s, u"a=\"c\""_s, u"a=\"b\""_s)} << u"amtool silence add --author='u-1' --comment='why' 'a=\"c\"'"_s;
        QTest::newRow("ended") << u"delete"_s << QJsonArray() << u"amtool silence expire 's1'"_s;
    }
    void silencesAreOfAnAlertmanager()
    {
        QFETCH(QString, verb);
        QFETCH(QJsonArray, diff);
        PipelineRig rig;
        JournalRecord record;
        record.json = QJsonObject{{u"seq"_s, 1}, {u"type"_s, u"result"_s}, {u"id"_s, u"x"_s}, {u"action"_s, QString(u"silence."_s + (verb == "delete"_L1 ? u"expire"_s : verb == "update"_L1 ? u"extend"_s : u"create"_s))},
                       {u"user"_s, u"u-1"_s}, {u"reason"_s, u"why"_s}, {u"outcome"_s, u"settled"_s},
                       {u"edits"_s, QJsonArray{QJsonObject{{u"resource"_s, u"silences.alertmanager/s1"_s}, {u"kind"_s, u"Silence"_s}, {u"verb"_s, verb}, {u"uid"_s, u"s1"_s}, {u"applied"_s, true}, {u"diff"_s, diff}}}}};
        JournaledChange change;
        change.add(record);
        QCOMPARE(change.edits.size(), 1);
        QVERIFY2(whyNotRevert(change).contains(u"Telemetry, Alerts"_s), qPrintable(whyNotRevert(change)));
        QVERIFY2(whyNotRepeat(change).contains(u"Telemetry, Alerts"_s), qPrintable(whyNotRepeat(change)));
        const LiveObjects none{Result<QJsonObject>(Error{ErrorKind::NotFound, u"not found"_s})};
        QVERIFY(!revertDraft({change, none, *rig.kinds, *rig.catalogue, rig.drafting()}));
        QVERIFY(!repeatDraft({change, none, *rig.kinds, *rig.catalogue, rig.drafting()}));
        QTEST(journaledKubectl(change, *rig.kinds), "command");
    }

    void revertsAScale()
    {
        PipelineRig rig;
        QVERIFY(carryOut(rig, rig.scale(3)));
        const JournaledChange change = last(rig);
        QCOMPARE(whyNotRevert(change), QString());
        const auto draft = revert(rig, change);
        QVERIFY2(draft, qPrintable(draft ? QString() : draft.error().text()));
        QCOMPARE(draft->title, u"Revert: Scale a"_s);
        QCOMPARE(draft->actionId, u"revert"_s);
        QVERIFY(draft->reason.contains(u"record 1"_s));
        QCOMPARE(draft->danger, Danger::Disruptive);
        QVERIFY(carryOut(rig, *draft));
        QCOMPARE(json::at(rig.server->stored(kObject), test::kReplicas).toInt(), 1);
        QVERIFY(revert(rig, change).error().reason == "NothingToChange"_L1);
        // the revert itself is a change that can be reverted
        QVERIFY(carryOut(rig, *revert(rig, last(rig))));
        QCOMPARE(json::at(rig.server->stored(kObject), test::kReplicas).toInt(), 3);
    }

    void whatOthersChangedSinceIsAConflict()
    {
        PipelineRig rig;
        QVERIFY(carryOut(rig, rig.scale(3)));
        const JournaledChange change = last(rig);
        rig.server->patch(kObject, test::nested(test_path(), 7));
        const auto draft = revert(rig, change);
        QVERIFY(draft);
        rig.start(*draft);
        TRY_WAITS_AT(rig, Step::Rebase);
        const QList<MergeConflict> conflicts = rig.pipeline->review().edits.first().conflicts;
        QCOMPARE(conflicts.size(), 1);
        QCOMPARE(conflicts.first().mine.toInt(), 1);
        QCOMPARE(conflicts.first().theirs.toInt(), 7);
        QCOMPARE(conflicts.first().base.toInt(), 3);
        QCOMPARE(json::at(rig.server->stored(kObject), test::kReplicas).toInt(), 7);
    }

    void otherFieldsStayAsOthersLeftThem()
    {
        PipelineRig rig;
        QVERIFY(carryOut(rig, rig.scale(3)));
        const JournaledChange change = last(rig);
        rig.server->patch(kObject, {{u"metadata"_s, QJsonObject{{u"labels"_s, QJsonObject{{u"tier"_s, u"gold"_s}}}}}});
        QVERIFY(carryOut(rig, *revert(rig, change)));
        QCOMPARE(json::at(rig.server->stored(kObject), u"/metadata/labels/tier"_s).toString(), u"gold"_s);
        QCOMPARE(json::at(rig.server->stored(kObject), test::kReplicas).toInt(), 1);
    }

    void findsTheElementOfAListWhereItIsNow()
    {
        PipelineRig rig;
        const QString list = u"/spec/participant/spec/envVars"_s;
        rig.live = rig.server->patch(kObject, test::nested(json::split(list), QJsonArray{var(u"A"_s, u"1"_s), var(u"LOG_LEVEL"_s, u"INFO"_s)}));
        QVERIFY(carryOut(rig, edit(rig, list + u"/1/value"_s, u"DEBUG"_s)));
        const JournaledChange change = last(rig);
        QStringList places;
        for (const QJsonValue &field : change.edits.first().diff)
            places.append(field["at"_L1].toString());
        QVERIFY2(places.contains(list + u"/[name=LOG_LEVEL]/value"_s), qPrintable(places.join(u' ')));
        rig.server->patch(kObject, test::nested(json::split(list), QJsonArray{var(u"LOG_LEVEL"_s, u"DEBUG"_s), var(u"B"_s, u"2"_s)}));
        QVERIFY(carryOut(rig, *revert(rig, change)));
        const QJsonArray now = json::at(rig.server->stored(kObject), list).toArray();
        QCOMPARE(now, (QJsonArray{var(u"LOG_LEVEL"_s, u"INFO"_s), var(u"B"_s, u"2"_s)}));
        rig.server->patch(kObject, test::nested(json::split(list), QJsonArray{var(u"B"_s, u"2"_s)}));
        const auto gone = revert(rig, change);
        QVERIFY(!gone);
        QVERIFY2(gone.error().message.contains(u"LOG_LEVEL"_s), qPrintable(gone.error().message));
    }

    void aSecretWasNeverWrittenDown()
    {
        PipelineRig rig;
        const QString list = u"/spec/participant/spec/envVars"_s;
        rig.live = rig.server->patch(kObject, test::nested(json::split(list), QJsonArray{var(u"DB_PASSWORD"_s, u"old"_s)}));
        QVERIFY(carryOut(rig, edit(rig, list + u"/0/value"_s, u"new"_s)));
        const JournaledChange change = last(rig);
        QVERIFY2(whyNotRevert(change).contains(u"secret"_s), qPrintable(whyNotRevert(change)));
        QVERIFY(whyNotRevert(change).contains(u"DB_PASSWORD"_s));
        QVERIFY(!whyNotRepeat(change).isEmpty());
        QVERIFY(!revert(rig, change));
        QVERIFY(!journaledKubectl(change, *rig.kinds).contains(u"new"_s));
        QVERIFY(journaledKubectl(change, *rig.kinds).contains(u"***"_s));
    }

    void aRequestCannotBeTakenBackButMadeAgain()
    {
        PipelineRig rig;
        const ChangeDraft restart = rig.draft(u"restart"_s, {});
        rig.start(restart);
        TRY_WAITS_AT(rig, Step::Review);
        QVERIFY(rig.pipeline->confirm({}, rig.pipeline->review().expectedName).isEmpty());
        QTRY_COMPARE(rig.pipeline->step(), Step::Follow);
        rig.pipeline->cancel();
        QTRY_VERIFY(rig.pipeline->isFinished());
        const JournaledChange change = last(rig);
        QVERIFY2(whyNotRevert(change).contains(u"taken back"_s), qPrintable(whyNotRevert(change)));
        QCOMPARE(whyNotRepeat(change), QString());
        const auto again = repeat(rig, change);
        QVERIFY(again);
        const QString pointer = u"/metadata/annotations"_s + json::join({annotation::kRestart});
        QVERIFY(json::at(again->edits.first().body, pointer) != json::at(restart.edits.first().body, pointer));
        QCOMPARE(again->edits.first().follow.until, FollowTarget::Until::Request);
    }

    void repeatsAScaleOnTheObjectOfNow()
    {
        PipelineRig rig;
        QVERIFY(carryOut(rig, rig.scale(3)));
        const JournaledChange change = last(rig);
        QCOMPARE(repeat(rig, change).error().reason, u"NothingToChange"_s);
        rig.server->patch(kObject, test::nested(test_path(), 5));
        const auto again = repeat(rig, change);
        QVERIFY(again);
        QCOMPARE(again->title, change.title);
        QVERIFY(again->id != change.id);
        QVERIFY(carryOut(rig, *again));
        QCOMPARE(json::at(rig.server->stored(kObject), test::kReplicas).toInt(), 3);
    }

    void aDeletionComesBackAsACreation()
    {
        PipelineRig rig;
        rig.server->guardDeletes = true;
        rig.live = rig.server->patch(kObject, test::nested({u"spec"_s, u"participant"_s, u"spec"_s, u"envVars"_s}, QJsonValue::Null));
        QVERIFY(carryOut(rig, rig.draft(u"delete"_s, {})));
        QVERIFY(rig.server->stored(kObject).isEmpty());
        const JournaledChange change = last(rig);
        QCOMPARE(change.edits.size(), 2); // the confirmation for the policy and the deletion
        QCOMPARE(whyNotRevert(change), QString());
        const auto draft = revert(rig, change);
        QVERIFY2(draft, qPrintable(draft ? QString() : draft.error().text()));
        QCOMPARE(draft->edits.size(), 1);
        QCOMPARE(draft->edits.first().verb, ports::Verb::Create);
        const QJsonObject metadata = draft->edits.first().body.toObject().value("metadata"_L1).toObject();
        QVERIFY(!metadata.contains("uid"_L1));
        QVERIFY(!metadata.value("annotations"_L1).toObject().contains(annotation::kConfirmDelete));
        QVERIFY(carryOut(rig, *draft));
        QCOMPARE(json::at(rig.server->stored(kObject), test::kReplicas).toInt(), 1);
        const auto again = revert(rig, change);
        QVERIFY2(!again && again.error().message.contains(u"there again"_s), "it is there");
    }

    void aDeletionWithSecretsDoesNotComeBack()
    {
        PipelineRig rig;
        QVERIFY(carryOut(rig, rig.draft(u"delete"_s, {})));
        QVERIFY2(whyNotRevert(last(rig)).contains(u"secret"_s), qPrintable(whyNotRevert(last(rig))));
        QVERIFY(!revert(rig, last(rig)));
        QVERIFY(rig.server->stored(kObject).isEmpty());
    }

    void aCreationGoesAgainDestructively()
    {
        PipelineRig rig;
        const QString text = u"{apiVersion: canton.quarterdeck.io/v1alpha1, kind: Validator, metadata: {name: b, namespace: canton}, spec: {networkRef: {name: n}}}"_s;
        QVERIFY(carryOut(rig, rig.draft(u"create"_s, {{u"file"_s, text}}), u"validators/b"_s));
        const JournaledChange change = last(rig);
        const auto draft = revert(rig, change);
        QVERIFY2(draft, qPrintable(draft ? QString() : draft.error().text()));
        QCOMPARE(draft->danger, Danger::Destructive);
        QCOMPARE(draft->edits.last().verb, ports::Verb::Delete);
        QCOMPARE(draft->edits.last().object.uid, change.edits.first().uid);
        const auto object = journaledObject(change.edits.first());
        QVERIFY(object && object->value("kind"_L1).toString() == "Validator"_L1);
        QVERIFY(journaledKubectl(change, *rig.kinds).contains(u"kubectl --context test -n canton create"_s));
    }

    void anotherObjectOfTheNameIsNotTouched()
    {
        PipelineRig rig;
        QVERIFY(carryOut(rig, rig.scale(3)));
        const JournaledChange change = last(rig);
        rig.server->erase(kObject);
        QCOMPARE(revert(rig, change).error().kind, ErrorKind::NotFound);
        rig.server->put(test::makeValidator(u"a"_s));
        const auto other = revert(rig, change);
        QVERIFY2(!other && other.error().message.contains(u"made anew"_s), qPrintable(other ? QString() : other.error().message));
    }

    void whatWasNotMadeIsNotReverted()
    {
        PipelineRig rig;
        rig.start(rig.scale(3));
        TRY_WAITS_AT(rig, Step::Review);
        rig.server->failNext(u"patch"_s, {ErrorKind::Forbidden, u"no"_s});
        QVERIFY(rig.pipeline->confirm({}, {}).isEmpty());
        TRY_OVER(rig);
        const JournaledChange change = last(rig);
        QCOMPARE(change.outcome(), u"refused"_s);
        QVERIFY(whyNotRevert(change).contains(u"Nothing was changed"_s));
        QCOMPARE(whyNotRepeat(change), QString());
    }

    void recordsOfOldVersionsAreReverted()
    {
        PipelineRig rig;
        QVERIFY(carryOut(rig, rig.scale(3)));
        JournaledChange change = last(rig);
        QJsonArray diff;
        for (const QJsonValue &value : change.edits.first().diff) {
            QJsonObject bare = value.toObject();
            bare.remove("label"_L1);
            diff.append(bare);
        }
        change.edits.first().diff = diff;
        change.edits.first().follow = {};
        QVERIFY(carryOut(rig, *revert(rig, change)));
        QCOMPARE(json::at(rig.server->stored(kObject), test::kReplicas).toInt(), 1);
    }

    void kubectlSaysTheSame()
    {
        PipelineRig rig;
        QVERIFY(carryOut(rig, rig.scale(3)));
        const QString text = journaledKubectl(last(rig), *rig.kinds);
        QVERIFY2(text.startsWith("kubectl --context test -n canton patch validators.canton.quarterdeck.io a"_L1), qPrintable(text));
        QVERIFY2(text.contains(u"\"replicas\":3"_s) && text.contains(u"--type=merge"_s), qPrintable(text));
    }

private:
    static QStringList test_path() { return json::split(test::kReplicas); }

    static QJsonObject var(const QString &name, const QString &value) { return {{u"name"_s, name}, {u"value"_s, value}}; }

    static ChangeDraft edit(PipelineRig &rig, const QString &pointer, const QString &value)
    {
        QJsonValue wanted = rig.live;
        json::set(wanted, pointer, value);
        return rig.draft(u"edit"_s, {{u"file"_s, QString::fromUtf8(json::compact(wanted))}});
    }

    /// Confirmed, applied and settled.
    static bool carryOut(PipelineRig &rig, const ChangeDraft &draft, const QString &which = {})
    {
        rig.start(draft);
        if (!QTest::qWaitFor([&] { return rig.waitsAt(Step::Review) || rig.pipeline->isFinished(); }) || rig.pipeline->isFinished()) {
            qWarning("%s", qPrintable(rig.message()));
            return false;
        }
        const QString missing = rig.pipeline->confirm(draft.reason, rig.pipeline->review().expectedName);
        if (!missing.isEmpty())
            return false;
        const bool over = QTest::qWaitFor([&] {
            const QString key = which.isEmpty() ? kObject : which;
            if (!rig.server->stored(key).isEmpty())
                rig.operate(which);
            return rig.over(std::chrono::seconds(3));
        });
        if (!over || rig.outcome() != "settled"_L1)
            qWarning("%s: %s", qPrintable(rig.outcome()), qPrintable(rig.message()));
        return over && rig.outcome() == "settled"_L1;
    }

    static JournaledChange last(PipelineRig &rig)
    {
        const auto records = rig.journal->read();
        const QString id = records->last().json.value("id"_L1).toString();
        JournaledChange out;
        for (const JournalRecord &record : *records) {
            if (record.json.value("id"_L1).toString() == id)
                out.add(record);
        }
        return out;
    }

    static LiveObjects live(PipelineRig &rig, const JournaledChange &change)
    {
        LiveObjects out;
        for (const JournaledEdit &edit : change.edits) {
            const QJsonObject now = rig.server->stored(edit.shortName());
            out.append(now.isEmpty() ? Result<QJsonObject>(Error{ErrorKind::NotFound, u"not found"_s}) : Result<QJsonObject>(now));
        }
        return out;
    }

    static Result<ChangeDraft> revert(PipelineRig &rig, const JournaledChange &change)
    {
        const LiveObjects now = live(rig, change);
        return revertDraft({change, now, *rig.kinds, *rig.catalogue, rig.drafting()});
    }

    static Result<ChangeDraft> repeat(PipelineRig &rig, const JournaledChange &change)
    {
        rig.clock.advance(std::chrono::minutes(1));
        const LiveObjects now = live(rig, change);
        return repeatDraft({change, now, *rig.kinds, *rig.catalogue, rig.drafting()});
    }
};

QTEST_GUILESS_MAIN(TestJournalUndo)
#include "tst_journalundo.moc"
