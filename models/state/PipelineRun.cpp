// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/PipelineRun.h"

#include "models/core/Async.h"
#include "models/core/Json.h"
#include "models/state/ComponentPaths.h"
#include "models/state/KeptDrafts.h"
#include "models/state/Redaction.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(ChangePipeline)
};

/// Annotations that are a note or a request: the last one counts, they are never a conflict.
const QStringList &noteAnnotations()
{
    static const QStringList kKeys{QString(annotation::kRequestedBy), QString(annotation::kChangeReason),
        QString(annotation::kRestart), QString(annotation::kReconcile), QString(annotation::kTrigger)};
    return kKeys;
}

QString annotationPath(const QString &key)
{
    return QString(u"/metadata/annotations"_s + json::join({key}));
}

QString verbOf(const Edit &edit)
{
    switch (edit.verb) {
    case ports::Verb::Create:
        return u"create"_s;
    case ports::Verb::Update:
        return u"update"_s;
    case ports::Verb::Delete:
        return u"delete"_s;
    default:
        return u"patch"_s;
    }
}

QString versionOf(const QJsonObject &object)
{
    return object.value("metadata"_L1).toObject().value("resourceVersion"_L1).toString();
}

QString uidOf(const QJsonObject &object)
{
    return object.value("metadata"_L1).toObject().value("uid"_L1).toString();
}

QJsonObject withoutManagedFields(QJsonObject object)
{
    QJsonObject metadata = object.value("metadata"_L1).toObject();
    metadata.remove("managedFields"_L1);
    object.insert("metadata"_L1, metadata);
    return object;
}

}

PipelineRun::PipelineRun(ChangePipeline *owner, ChangePipeline::Environment environment)
    : m_owner(owner)
    , m_env(std::move(environment))
{
}

PipelineRun::~PipelineRun()
{
    m_stop.request_stop();
}

bool PipelineRun::isPatch(const Edit &edit)
{
    return edit.verb == ports::Verb::MergePatch || edit.verb == ports::Verb::JsonPatch;
}

bool PipelineRun::isBookkeeping(const QString &label)
{
    return label == QString(u"metadata.annotations["_s + annotation::kRequestedBy + u']')
        || label == QString(u"metadata.annotations["_s + annotation::kChangeReason + u']');
}

QString PipelineRun::nameOf(int index) const
{
    return m_work[size_t(index)].given.object.shortName();
}

bool PipelineRun::openFor(int index) const
{
    return !m_work[size_t(index)].applied && !m_owner->m_review.edits.at(index).nothingToDo;
}

void PipelineRun::start(ChangeDraft draft, ChangePipeline::Options options)
{
    m_options = options;
    Review &review = m_owner->m_review;
    review.production = m_env.production;
    review.danger = m_env.production ? raised(draft.danger) : draft.danger;
    review.needsTypedName = review.danger == Danger::Destructive;
    for (const Edit &edit : draft.edits) {
        m_work.push_back({edit, {}, {}, {}, false, {}, {}, {}});
        EditReview view;
        view.edit = edit;
        view.baseVersion = edit.baseVersion;
        review.edits.append(view);
    }
    const QString only = draft.objectCount() == 1 ? draft.edits.first().object.name : QString();
    review.expectedName = only.isEmpty() ? m_env.gateway->cluster() : only;
    review.draft = std::move(draft);
    m_owner->enter(Step::Allowed, StepState::Running);
    if (m_env.readOnly)
        return finish(Kind::Refused,
            Words::tr("%1 is opened read-only: nothing is changed there.").arg(m_env.gateway->cluster()),
            {ErrorKind::Forbidden, Words::tr("The profile is read-only."), Words::tr("Switch to read-write first.")});
    for (const Edit &edit : review.draft.edits) {
        if (edit.object.cluster != m_env.gateway->cluster())
            return finish(Kind::Refused,
                Words::tr("%1 is in %2, not in %3.")
                    .arg(edit.object.shortName(), edit.object.cluster, m_env.gateway->cluster()));
    }
    if (m_work.empty())
        return finish(Kind::Refused, Words::tr("The change is empty: there is nothing to do."));
    askNext(0);
}

// --- 1 allowed
// ---------------------------------------------------------------------------------------------------------

void PipelineRun::askNext(int index)
{
    m_at = index;
    if (size_t(index) == m_work.size()) {
        if (refusals() > 0)
            return endRefused();
        m_owner->enter(Step::Allowed, StepState::Done);
        m_owner->enter(Step::Rebase, StepState::Running);
        return readNext(0);
    }
    const Edit &edit = m_work[size_t(index)].given;
    ports::AccessQuestion question{verbOf(edit), edit.object.gvr, edit.subresource, edit.object.ns, edit.object.name};
    if (edit.verb == ports::Verb::Create)
        question.name.clear();
    whenFinished(m_env.gateway->mayI(question, token()), m_owner,
        [this, index, question](const Result<ports::AccessAnswer> &answer) {
            if (m_over)
                return;
            if (!answer)
                return finish(Kind::Failed,
                    Words::tr("It could not be asked whether you may %1: %2")
                        .arg(question.text(), answer.error().message),
                    answer.error());
            if (!answer->allowed && !setAside(index, deniedError(question, *answer)))
                return finish(Kind::Refused, deniedError(question, *answer).message, deniedError(question, *answer));
            askNext(index + 1);
        });
}

Error PipelineRun::deniedError(const ports::AccessQuestion &question, const ports::AccessAnswer &answer) const
{
    return {ErrorKind::Forbidden, Words::tr("You may not do this: the right \"%1\" is missing.").arg(question.text()),
        Words::tr("Ask whoever gives out rights for the context %1.").arg(m_env.gateway->cluster()), answer.reason};
}

// --- 2 rebase
// ----------------------------------------------------------------------------------------------------------

void PipelineRun::readNext(int index)
{
    while (
        size_t(index) < m_work.size() && (m_work[size_t(index)].given.verb == ports::Verb::Create || !openFor(index)))
        ++index;
    m_at = index;
    if (size_t(index) == m_work.size())
        return refusals() > 0 ? endRefused() : rebased();
    const ObjectId object = m_work[size_t(index)].given.object;
    whenFinished(m_env.gateway->get(object.gvr, object.ns, object.name, token()), m_owner,
        [this, index](const Result<QJsonObject> &live) {
            if (!m_over)
                read(index, live);
        });
}

void PipelineRun::read(int index, const Result<QJsonObject> &object)
{
    Work &work = m_work[size_t(index)];
    EditReview &view = m_owner->m_review.edits[index];
    const bool removal = work.given.verb == ports::Verb::Delete;
    if (!object && object.error().kind == ErrorKind::NotFound && removal) {
        view.nothingToDo = true;
        return readNext(index + 1);
    }
    if (!object && object.error().kind == ErrorKind::NotFound) {
        const QString sentence = Words::tr("%1 is not there any more.").arg(nameOf(index));
        if (setAside(index, {ErrorKind::NotFound, sentence}))
            return readNext(index + 1);
        return finish(Kind::Failed, sentence, object.error());
    }
    if (!object)
        return finish(Kind::Failed, Words::tr("%1 could not be read: %2").arg(nameOf(index), object.error().message),
            object.error());
    work.live = withoutManagedFields(*object);
    const QString uid = uidOf(work.live);
    if (!work.given.object.uid.isEmpty() && uid != work.given.object.uid) {
        const QString sentence = Words::tr("%1 was deleted and made anew since it was read.").arg(nameOf(index));
        const Error error{ErrorKind::Conflict, sentence, Words::tr("Look at the new object before you change it.")};
        return setAside(index, error) ? readNext(index + 1) : finish(Kind::Conflict, sentence, error);
    }
    view.liveVersion = versionOf(work.live);
    view.edit.object.uid = uid;
    if (!removal) {
        if (const std::optional<Error> problem = merge(index); problem && !setAside(index, *problem))
            return finish(
                problem->kind == ErrorKind::Conflict ? Kind::Conflict : Kind::Refused, problem->message, *problem);
    }
    readNext(index + 1);
}

Result<QJsonObject> PipelineRun::mineOf(const Work &work, const QJsonObject &base) const
{
    if (work.given.verb == ports::Verb::JsonPatch)
        return applyJsonPatch(base, work.given.body.toArray());
    if (work.given.verb == ports::Verb::MergePatch)
        return json::mergePatch(base, work.given.body).toObject();
    return work.given.body.toObject();
}

void PipelineRun::bookkeeping(QJsonObject &object, const Edit &edit, const QJsonObject &live) const
{
    if (!edit.own || !edit.subresource.isEmpty())
        return;
    QJsonObject metadata = object.value("metadata"_L1).toObject();
    QJsonObject annotations = metadata.value("annotations"_L1).toObject();
    if (requesterStays(edit.kind) && edit.verb != ports::Verb::Create) {
        // Who made it stays named, whatever the text says; where nobody is, a later writer does not become it.
        const QJsonValue made = json::at(live, u"/metadata/annotations"_s + json::join({annotation::kRequestedBy}));
        if (made.isString())
            annotations.insert(annotation::kRequestedBy, made);
        else
            annotations.remove(annotation::kRequestedBy);
    } else if (!m_env.user.isEmpty()) {
        annotations.insert(annotation::kRequestedBy, m_env.user);
    }
    const QString reason = m_owner->m_review.draft.reason;
    if (reason.isEmpty())
        annotations.remove(annotation::kChangeReason);
    else
        annotations.insert(annotation::kChangeReason, reason);
    metadata.insert("annotations"_L1, annotations);
    object.insert("metadata"_L1, metadata);
}

std::optional<Error> PipelineRun::merge(int index)
{
    Work &work = m_work[size_t(index)];
    EditReview &view = m_owner->m_review.edits[index];
    const bool plain = work.given.subresource.isEmpty();
    const QJsonObject base = work.given.base.isEmpty() ? work.live
        : work.given.partialBase                     ? wholeBase(work.live, work.given.base, work.given.body.toObject())
                                                     : work.given.base;
    const Result<QJsonObject> mine = mineOf(work, base);
    if (!mine)
        return mine.error();
    QMap<QString, MergeChoice> choices;
    for (const QString &key : noteAnnotations())
        choices.insert(annotationPath(key), {MergeChoice::Take::Mine, {}});
    const QJsonObject live = withoutServerFields(work.live, plain);
    const QJsonObject old = withoutServerFields(base, plain);
    const QJsonObject wanted = withoutServerFields(*mine, plain);
    MergeResult result = mergeThreeWay(old, wanted, live, choices);
    for (const MergeConflict &conflict : qAsConst(result.conflicts)) {
        // a choice holds only for the value the person saw
        const auto decided = work.decided.constFind(conflict.path);
        if (decided != work.decided.constEnd() && decided->second == conflict.theirs)
            choices.insert(conflict.path, decided->first);
    }
    if (!result.conflicts.isEmpty())
        result = mergeThreeWay(old, wanted, live, choices);
    work.merged = result.merged.toObject();
    view.conflicts = result.conflicts;
    view.rebasedFields = result.theirChanges;
    view.rebasedFields.removeIf(isBookkeeping);
    view.nothingToDo = view.conflicts.isEmpty() && work.merged == live;
    if (!view.nothingToDo)
        bookkeeping(work.merged, work.given, work.live);
    view.edit.body = work.given.verb == ports::Verb::JsonPatch ? QJsonValue(jsonPatchFor(live, work.merged))
                                                               : QJsonValue(mergePatchFor(live, work.merged));
    view.edit.base = work.live;
    view.edit.baseVersion = view.liveVersion;
    return std::nullopt;
}

void PipelineRun::rebased()
{
    summarize();
    if (m_owner->m_review.hasConflicts()) {
        m_confirmed = false;
        m_owner->enter(Step::Rebase, StepState::Waiting);
        Q_EMIT m_owner->reviewChanged();
        if (m_over)
            return;
        if (!m_options.interactive)
            return conflictEnds();
        Q_EMIT m_owner->conflictsFound();
        return;
    }
    m_owner->enter(Step::Rebase, StepState::Done);
    if (m_confirmed && m_rounds > 1 && confirmedStill())
        return beginApply();
    m_owner->enter(Step::Preview, StepState::Running);
    previewNext(0);
}

/// A busy object: after the second newer version the confirmed change goes out right behind the read, without another dry
/// run in between (the apply is validated by the server all the same), so that others cannot slip in for ever.
bool PipelineRun::confirmedStill()
{
    for (int i = 0; size_t(i) < m_work.size(); ++i) {
        if (openFor(i) && !isPatch(m_owner->m_review.edits.at(i).edit))
            return false;
    }
    if (!sameAsConfirmed())
        return false;
    for (int i = 0; size_t(i) < m_work.size(); ++i) {
        if (openFor(i))
            show(i, m_work[size_t(i)].merged);
    }
    return true;
}

void PipelineRun::conflictEnds()
{
    QStringList fields;
    for (const EditReview &view : m_owner->m_review.edits) {
        for (const MergeConflict &conflict : view.conflicts)
            fields.append(conflict.label);
    }
    const QString sentence = Words::tr("Others changed the same fields of %1 meanwhile: %2. %3")
                                 .arg(m_owner->m_review.draft.objectText(), fields.join(u", "_s), doneSoFar())
                                 .trimmed();
    finish(Kind::Conflict, sentence,
        {ErrorKind::Conflict, sentence, Words::tr("Look at the object as it is now and say again what you want.")});
}

void PipelineRun::resolve(const QMap<QString, MergeChoice> &choices)
{
    const bool waits = m_owner->m_step == Step::Rebase && m_owner->stepState(Step::Rebase) == StepState::Waiting;
    if (m_over || !waits)
        return;
    for (int i = 0; size_t(i) < m_work.size(); ++i) {
        for (const MergeConflict &conflict : m_owner->m_review.edits.at(i).conflicts) {
            auto choice = choices.constFind(ChangePipeline::conflictKey(m_work[size_t(i)].given.object, conflict.path));
            if (choice == choices.constEnd())
                choice = choices.constFind(conflict.path);
            if (choice != choices.constEnd())
                m_work[size_t(i)].decided.insert(conflict.path, {*choice, conflict.theirs});
        }
    }
    m_owner->enter(Step::Rebase, StepState::Running);
    readNext(0);
}

// --- 3 preview
// ---------------------------------------------------------------------------------------------------------

ports::WriteRequest PipelineRun::requestOf(int index, bool dryRun) const
{
    const Work &work = m_work[size_t(index)];
    const EditReview &view = m_owner->m_review.edits.at(index);
    const Edit &edit = view.edit;
    ports::WriteRequest request{
        edit.verb, edit.object.gvr, edit.object.ns, edit.object.name, edit.subresource, edit.body};
    request.dryRun = dryRun;
    request.propagation = edit.propagation;
    if (edit.verb == ports::Verb::Delete) {
        request.uid = edit.object.uid;
        request.body = QJsonValue(QJsonValue::Undefined);
    } else if (edit.verb == ports::Verb::Create) {
        QJsonObject body = work.given.body.toObject();
        bookkeeping(body, work.given, {});
        request.body = body;
    } else if (edit.verb == ports::Verb::MergePatch) {
        QJsonValue body = edit.body;
        json::set(body, u"/metadata/resourceVersion"_s, view.liveVersion);
        request.body = body;
    } else {
        QJsonArray body = edit.body.toArray();
        body.prepend(QJsonObject{
            {u"op"_s, u"test"_s}, {u"path"_s, u"/metadata/resourceVersion"_s}, {u"value"_s, view.liveVersion}});
        request.body = body;
    }
    return request;
}

void PipelineRun::previewNext(int index)
{
    while (size_t(index) < m_work.size() && !openFor(index))
        ++index;
    m_at = index;
    if (size_t(index) == m_work.size()) {
        if (refusals() > 0)
            return endRefused();
        m_owner->enter(Step::Preview, StepState::Done);
        return review();
    }
    EditReview &view = m_owner->m_review.edits[index];
    view.causes.clear();
    view.outcome = {};
    if (view.edit.needsEarlier && index > 0 && openFor(index - 1)) {
        view.notPreviewable = true;
        view.notPreviewableReason = Words::tr("It needs the result of the step before it.");
        const Work &work = m_work[size_t(index)];
        show(index,
            view.edit.verb == ports::Verb::Delete       ? QJsonObject()
                : view.edit.verb == ports::Verb::Create ? work.given.body.toObject()
                                                        : work.merged);
        return previewNext(index + 1);
    }
    whenFinished(m_env.gateway->write(requestOf(index, true), token()), m_owner,
        [this, index](const Result<ports::WriteOutcome> &outcome) {
            if (!m_over)
                previewed(index, outcome);
        });
}

void PipelineRun::previewed(int index, const Result<ports::WriteOutcome> &outcome)
{
    EditReview &view = m_owner->m_review.edits[index];
    if (outcome) {
        view.previewed = true;
        m_work[size_t(index)].previewed = withoutManagedFields(outcome->object);
        view.warnings = outcome->warnings;
        show(index, view.edit.verb == ports::Verb::Delete ? QJsonObject() : withoutManagedFields(outcome->object));
        return previewNext(index + 1);
    }
    const Error &error = outcome.error();
    const bool moved = error.kind == ErrorKind::Conflict && error.reason != "AlreadyExists"_L1
        && view.edit.verb != ports::Verb::Create;
    if (moved)
        return again(index);
    view.causes = error.causes;
    show(index,
        view.edit.verb == ports::Verb::Create ? m_work[size_t(index)].given.body.toObject()
                                              : m_work[size_t(index)].merged);
    const bool refused = error.kind == ErrorKind::Invalid || error.kind == ErrorKind::Forbidden
        || error.kind == ErrorKind::Conflict || error.kind == ErrorKind::Unauthenticated
        || error.kind == ErrorKind::NotFound;
    if (refused && setAside(index, error))
        return previewNext(index + 1);
    summarize();
    Q_EMIT m_owner->reviewChanged();
    if (m_over)
        return;
    finish(refused ? Kind::Refused : Kind::Failed,
        refused ? Words::tr("The server refuses it: %1").arg(error.message)
                : Words::tr("%1 could not be previewed: %2").arg(nameOf(index), error.message),
        error);
}

void PipelineRun::show(int index, const QJsonObject &after)
{
    EditReview &view = m_owner->m_review.edits[index];
    const bool plain = view.edit.subresource.isEmpty();
    std::tie(view.before, view.after) = masked(m_work[size_t(index)].live, after);
    const auto own = [plain](const QJsonObject &object) {
        return object.isEmpty() ? QJsonValue(QJsonValue::Undefined) : QJsonValue(withoutServerFields(object, plain));
    };
    view.diff = diffJson(own(view.before), own(view.after));
}

void PipelineRun::cancel()
{
    if (m_over)
        return;
    m_cancelled = true;
    if (m_owner->m_step == Step::Follow) {
        for (auto &follower : m_followers)
            follower->disconnect(m_owner);
        return finish(
            Kind::Applied, Words::tr("%1: applied, not followed any more.").arg(m_owner->m_review.draft.title));
    }
    if (m_owner->m_step != Step::Apply)
        return finish(Kind::Cancelled,
            m_owner->m_outcome.editsApplied > 0 ? Words::tr("Cancelled. %1").arg(doneSoFar())
                                                : Words::tr("Cancelled: nothing was changed."));
    m_stop.request_stop(); // the request under way ends as Cancelled and is read back
}

}
