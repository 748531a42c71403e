// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/Async.h"
#include "models/core/Json.h"
#include "models/state/Journal.h"
#include "models/state/JournalChange.h"
#include "models/state/PipelineRun.h"
#include "models/state/Redaction.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QSysInfo>

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(ChangePipeline)
};

constexpr int kMaxRounds = 12; ///< kubectl's maxPatchRetry of 5 gave up beside one client that writes without pause (tst_interleave)
constexpr int kMaxPreviews = 40; ///< nothing is written yet: only the dry run met a newer version
constexpr int kReadBacks = 3;
constexpr std::chrono::milliseconds kReadBackDelay{2000};

QString verbId(ports::Verb verb)
{
    switch (verb) {
    case ports::Verb::Create:
        return u"create"_s;
    case ports::Verb::MergePatch:
        return u"merge patch"_s;
    case ports::Verb::JsonPatch:
        return u"json patch"_s;
    case ports::Verb::Update:
        return u"update"_s;
    case ports::Verb::Delete:
        break;
    }
    return u"delete"_s;
}

QJsonObject metadataOf(const QJsonObject &object)
{
    return object.value("metadata"_L1).toObject();
}

/// When it counts as settled, for who looks at the record after this program has ended.
QJsonObject recordedFollow(const FollowTarget &follow)
{
    static const QStringList kUntil{u"applied"_s, u"generation"_s, u"request"_s, u"gone"_s};
    QJsonObject out{{u"until"_s, kUntil.at(int(follow.until))}};
    if (!follow.request.isEmpty()) {
        out.insert("request"_L1, follow.request);
        out.insert("value"_L1, follow.requestValue);
    }
    for (const auto &[key, states] : {std::pair{"good"_L1, &follow.good}, std::pair{"bad"_L1, &follow.bad}}) {
        QStringList ids;
        for (const network::State state : *states)
            ids.append(network::stateId(state));
        ids.sort();
        if (!ids.isEmpty())
            out.insert(key, QJsonArray::fromStringList(ids));
    }
    return out;
}

/// The request may have reached the server although no answer came.
bool ambiguous(const Error &error)
{
    return error.kind == ErrorKind::Network || error.kind == ErrorKind::Timeout || error.kind == ErrorKind::Cancelled
        || (error.kind == ErrorKind::Internal && (error.httpStatus == 0 || error.httpStatus >= 500));
}

}

// --- 7 journal
// -----------------------------------------------------------------------------------------------------------

QJsonArray PipelineRun::recordedEdits() const
{
    QJsonArray out;
    for (int i = 0; size_t(i) < m_work.size(); ++i) {
        const EditReview &view = m_owner->m_review.edits.at(i);
        const ObjectId &object = view.edit.object;
        QJsonArray diff;
        for (const JsonChange &change : view.diff) {
            QJsonObject json = change.toJson();
            json.insert("label"_L1, change.label);
            // elements of lists move: who reads it later finds the field by the element's key
            const QString at = stablePath(QJsonValue(change.op == "remove"_L1 ? view.before : view.after), change.path);
            if (at != change.path)
                json.insert("at"_L1, at);
            diff.append(json);
        }
        QJsonObject edit{{u"resource"_s, QString(object.gvr.name() + u'/' + object.name)}, {u"kind"_s, view.edit.kind},
            {u"namespace"_s, object.ns}, {u"uid"_s, object.uid}, {u"verb"_s, verbId(view.edit.verb)},
            {u"resourceVersion"_s, view.liveVersion}, {u"applied"_s, m_work[size_t(i)].applied}, {u"diff"_s, diff}};
        if (!view.edit.subresource.isEmpty())
            edit.insert("subresource"_L1, view.edit.subresource);
        edit.insert("follow"_L1, recordedFollow(m_work[size_t(i)].given.follow));
        const QJsonValue generation = metadataOf(m_work[size_t(i)].result).value("generation"_L1);
        if (!generation.isUndefined())
            edit.insert("generation"_L1, generation);
        out.append(edit);
    }
    return out;
}

void PipelineRun::record(
    const QString &type, const ChangeOutcome *outcome, std::function<void(const Result<Done> &)> then)
{
    const Review &review = m_owner->m_review;
    if (!m_env.journal)
        return then(Error{
            ErrorKind::Storage, Words::tr("There is no journal."), Words::tr("Nothing is changed without a record.")});
    QJsonObject json{{u"type"_s, type}, {u"id"_s, review.draft.id}, {u"action"_s, review.draft.actionId},
        {u"title"_s, review.draft.title}, {u"user"_s, m_env.user}, {u"host"_s, QSysInfo::machineHostName()},
        {u"cluster"_s, m_env.gateway->cluster()}, {u"server"_s, m_env.gateway->serverUrl()},
        {u"profile"_s, m_env.profile}, {u"production"_s, m_env.production}, {u"danger"_s, dangerId(review.danger)},
        {u"reason"_s, review.draft.reason}, {u"edits"_s, recordedEdits()}};
    if (outcome) {
        json.insert("outcome"_L1, outcome->id());
        json.insert("message"_L1, outcome->message);
        json.insert("generation"_L1, outcome->generation);
    }
    whenFinished(m_env.journal->append(json), m_owner, std::move(then));
}

// --- 5 apply
// -------------------------------------------------------------------------------------------------------------

void PipelineRun::beginApply()
{
    m_owner->enter(Step::Apply, StepState::Running);
    if (m_intended)
        return applyNext(0);
    record(u"intent"_s, nullptr, [this](const Result<Done> &done) {
        if (m_over)
            return;
        if (!done)
            return finish(m_owner->m_outcome.editsApplied > 0 ? Kind::Failed : Kind::Refused,
                Words::tr("%1 %2").arg(done.error().message, doneSoFar()).trimmed(), done.error());
        m_recorded = true;
        m_intended = true;
        applyNext(0);
    });
}

void PipelineRun::applyNext(int index)
{
    while (size_t(index) < m_work.size() && !openFor(index))
        ++index;
    m_at = index;
    if (size_t(index) == m_work.size())
        return endApply();
    if (m_cancelled)
        return finish(Kind::Cancelled, Words::tr("Cancelled. %1").arg(doneSoFar()));
    EditReview &view = m_owner->m_review.edits[index];
    for (int earlier = 0; earlier < index; ++earlier) {
        const Work &before = m_work[size_t(earlier)];
        const bool same = before.applied && before.given.object.gvr == view.edit.object.gvr
            && before.given.object.ns == view.edit.object.ns && before.given.object.name == view.edit.object.name;
        if (!same || view.edit.verb == ports::Verb::Create || view.edit.verb == ports::Verb::Delete)
            continue;
        m_work[size_t(index)].live = before.result;
        view.liveVersion = metadataOf(before.result).value("resourceVersion"_L1).toString();
        if (const std::optional<Error> problem = merge(index); problem || !view.conflicts.isEmpty())
            return again(index);
    }
    whenFinished(m_env.gateway->write(requestOf(index, false), token()), m_owner,
        [this, index](const Result<ports::WriteOutcome> &outcome) {
            if (m_over)
                return;
            if (outcome)
                applied(index, outcome->object, outcome->warnings);
            else
                applyFailed(index, outcome.error());
        });
}

void PipelineRun::applied(int index, const QJsonObject &object, const QStringList &warnings)
{
    Work &work = m_work[size_t(index)];
    EditReview &view = m_owner->m_review.edits[index];
    work.applied = true;
    work.result = object;
    for (const QString &warning : warnings) {
        if (!view.warnings.contains(warning))
            view.warnings.append(warning);
    }
    if (view.edit.verb != ports::Verb::Delete) {
        const QJsonObject metadata = metadataOf(object);
        view.edit.object.name = metadata.value("name"_L1).toString(view.edit.object.name);
        view.edit.object.uid = metadata.value("uid"_L1).toString();
        work.given.object.name = view.edit.object.name;
        m_owner->m_outcome.generation = metadata.value("generation"_L1).toInteger();
    }
    ++m_owner->m_outcome.editsApplied;
    setOutcome(index,
        work.given.follow.until == FollowTarget::Until::Applied ? EditOutcome::Kind::Settled : EditOutcome::Kind::Applied);
    applyNext(index + 1);
}

void PipelineRun::applyFailed(int index, const Error &error)
{
    const Edit &edit = m_owner->m_review.edits.at(index).edit;
    const bool conflict = error.kind == ErrorKind::Conflict && error.reason != "AlreadyExists"_L1;
    if (conflict && (edit.verb == ports::Verb::MergePatch || edit.verb == ports::Verb::JsonPatch))
        return again(index);
    if (error.kind == ErrorKind::Invalid && edit.verb == ports::Verb::JsonPatch && m_rounds < kMaxRounds) {
        // a failed test operation is answered 422, not 409 (kubernetes.md 2.5): has the version moved?
        whenFinished(m_env.gateway->get(edit.object.gvr, edit.object.ns, edit.object.name, token()), m_owner,
            [this, index, error](const Result<QJsonObject> &live) {
                if (m_over)
                    return;
                const QString version = live ? metadataOf(*live).value("resourceVersion"_L1).toString() : QString();
                if (live && version != m_owner->m_review.edits.at(index).liveVersion)
                    return again(index);
                finish(Kind::Refused,
                    Words::tr("The server refuses it: %1 %2").arg(error.message, doneSoFar()).trimmed(), error);
            });
        return;
    }
    if (ambiguous(error))
        return readBack(index, error, 1);
    m_owner->m_review.edits[index].causes = error.causes;
    const bool refused = error.kind == ErrorKind::Forbidden || error.kind == ErrorKind::Invalid
        || error.kind == ErrorKind::Unauthenticated || error.kind == ErrorKind::Conflict;
    if (refused)
        return finish(conflict ? Kind::Conflict : Kind::Refused,
            Words::tr("The server refuses the change of %1: %2 %3")
                .arg(nameOf(index), m_work.size() > 1 ? sentence(error.message) : error.message, doneSoFar())
                .trimmed(),
            error);
    finish(Kind::Failed,
        Words::tr("%1 could not be changed: %2 %3").arg(nameOf(index), m_work.size() > 1 ? sentence(error.message) : error.message, doneSoFar()).trimmed(), error);
}

/// Somebody was faster: back to step 2 with the object as it is now.
void PipelineRun::again(int index)
{
    const int limit = m_confirmed ? kMaxRounds : kMaxPreviews;
    if (++m_rounds > limit) {
        const QString sentence
            = Words::tr("%1 changes faster than this change can follow: %2 attempts met a newer version. %3")
                  .arg(nameOf(index), QString::number(limit), doneSoFar())
                  .trimmed();
        return finish(Kind::Conflict, sentence,
            {ErrorKind::Conflict, sentence, Words::tr("Wait until it is quiet and try again.")});
    }
    m_owner->enter(Step::Rebase, StepState::Running);
    if (m_rounds == 1 || (!m_confirmed && m_rounds < 10))
        return readNext(0);
    m_env.scheduler(std::chrono::milliseconds(std::min(50 * m_rounds, 500)), m_owner, [this] {
        if (!m_over)
            readNext(0);
    });
}

/// No answer to a write: never sent again blindly; what is true now is read and said.
void PipelineRun::readBack(int index, const Error &error, int attempt)
{
    const ObjectId &written = m_owner->m_review.edits.at(index).edit.object;
    if (written.name.isEmpty())   // the server was to choose it: nothing to ask for
        return finish(Kind::Failed,
            Words::tr("No answer to the creation of a %1 whose name the server chooses: it is not known whether it was made. "
                      "Look at the newest of %2 before you try again. %3")
                .arg(m_owner->m_review.edits.at(index).edit.kind, written.gvr.name(), doneSoFar())
                .trimmed(),
            error);
    Q_EMIT m_owner->progress(Words::tr("%1: no answer, reading back what is true").arg(nameOf(index)));
    m_env.scheduler(
        attempt == 1 ? std::chrono::milliseconds(500) : kReadBackDelay, m_owner, [this, index, error, attempt] {
            const ObjectId object = m_owner->m_review.edits.at(index).edit.object;
            if (m_over)
                return;
            whenFinished(m_env.gateway->get(object.gvr, object.ns, object.name), m_owner,
                [this, index, error, attempt](const Result<QJsonObject> &now) {
                    if (m_over)
                        return;
                    const bool answered = now || now.error().kind == ErrorKind::NotFound;
                    if (answered || attempt >= kReadBacks)
                        return compareBack(index, error, now);
                    readBack(index, error, attempt + 1);
                });
        });
}

void PipelineRun::compareBack(int index, const Error &error, const Result<QJsonObject> &object)
{
    const EditReview &view = m_owner->m_review.edits.at(index);
    const Edit &edit = view.edit;
    const auto notDone = [&](const QString &what) {
        finish(m_cancelled ? Kind::Cancelled : Kind::Failed,
            Words::tr("No answer to the change of %1. Read back: %2 %3")
                .arg(nameOf(index), what, doneSoFar())
                .trimmed(),
            error);
    };
    if (!object && object.error().kind != ErrorKind::NotFound)
        return finish(Kind::Failed,
            Words::tr(
                "No answer to the change of %1, and it could not be read back: it is not known whether it was made. %2")
                .arg(nameOf(index), doneSoFar())
                .trimmed(),
            error);
    if (edit.verb == ports::Verb::Delete) {
        const bool done = !object || metadataOf(*object).contains("deletionTimestamp"_L1)
            || metadataOf(*object).value("uid"_L1).toString() != edit.object.uid;
        return done ? applied(index, object ? *object : QJsonObject(), {})
                    : notDone(Words::tr("it is still there, the deletion has not begun."));
    }
    if (!object)
        return notDone(edit.verb == ports::Verb::Create ? Words::tr("it was not created.")
                                                        : Words::tr("it is not there any more."));
    const QJsonObject now = withoutServerFields(*object, edit.subresource.isEmpty());
    // compared with what the dry run answered: the server fills in defaults that the request does not name
    const Work &work = m_work[size_t(index)];
    QJsonObject wanted = !work.previewed.isEmpty() ? work.previewed
        : edit.verb == ports::Verb::Create         ? work.given.body.toObject()
                                                   : work.merged;
    wanted = withoutServerFields(wanted, edit.subresource.isEmpty());
    bookkeeping(wanted, work.given, work.live);
    const QJsonObject patch = edit.verb == ports::Verb::Create
        ? wanted
        : mergePatchFor(withoutServerFields(work.live, edit.subresource.isEmpty()), wanted);
    if (json::mergePatch(now, patch) == QJsonValue(now))
        return applied(index, *object, {});
    const QString version = metadataOf(*object).value("resourceVersion"_L1).toString();
    if (edit.verb != ports::Verb::Create && version == view.liveVersion)
        return notDone(Words::tr("it is still at version %1, so nothing was changed so far.").arg(version));
    if (edit.verb == ports::Verb::Create)
        return notDone(Words::tr("an object of this name is there, but with another content."));
    notDone(Words::tr(
        "it is at version %1 now and does not hold the change: it was not made, or others have changed it since. "
        "It cannot arrive any more.")
                .arg(version));
}

QString PipelineRun::doneSoFar() const
{
    constexpr int kNamed = 6;
    QStringList done;
    for (int i = 0; size_t(i) < m_work.size(); ++i) {
        if (m_work[size_t(i)].applied)
            done.append(Words::tr("%1 of %2").arg(verbId(m_owner->m_review.edits.at(i).edit.verb), nameOf(i)));
    }
    if (done.isEmpty())
        return m_work.size() > 1 ? Words::tr("Nothing was changed.") : QString();
    if (done.size() > kNamed)
        return Words::tr("Done before it and not taken back: %1 and %2 more.")
            .arg(done.mid(0, kNamed).join(u", "_s), QString::number(done.size() - kNamed));
    return Words::tr("Done before it and not taken back: %1.").arg(done.join(u", "_s));
}

void PipelineRun::endApply()
{
    m_owner->enter(Step::Apply, StepState::Done);
    const bool any = m_owner->m_outcome.editsApplied > 0;
    const QString title = m_owner->m_review.draft.title;
    if (!any)
        return finish(Kind::Settled, Words::tr("%1: it is so already, nothing was sent.").arg(title));
    ChangeOutcome made = m_owner->m_outcome;
    made.kind = Kind::Applied;
    made.message = Words::tr("%1: applied.").arg(title);
    if (!m_options.follow || m_cancelled)
        return finish(made.kind, made.message);
    const bool immediate = std::all_of(m_work.begin(), m_work.end(),
        [](const Work &w) { return w.given.follow.until == FollowTarget::Until::Applied; });
    if (immediate)
        return finish(Kind::Settled, Words::tr("%1: done.").arg(title));
    m_owner->enter(Step::Follow, StepState::Running);
    record(u"result"_s, &made, [this](const Result<Done> &done) {
        if (!done)
            Q_EMIT m_owner->progress(done.error().message);
        if (!m_over)
            follow();
    });
}

// --- 6 follow
// ------------------------------------------------------------------------------------------------------------

void PipelineRun::follow()
{
    std::vector<Follower *> fresh;
    std::vector<int> indexes;
    for (int i = 0; size_t(i) < m_work.size(); ++i) {
        const Work &work = m_work[size_t(i)];
        if (!work.applied || work.given.follow.until == FollowTarget::Until::Applied)
            continue;
        auto watcher
            = m_env.watchers ? m_env.watchers() : std::make_unique<PollingWatcher>(m_env.gateway, m_env.scheduler);
        m_followers.push_back(std::make_unique<Follower>(std::move(watcher), m_env.scheduler));
        Follower *follower = m_followers.back().get();
        QObject::connect(follower, &Follower::progress, m_owner, &ChangePipeline::progress);
        if (m_work.size() == 1)
            QObject::connect(follower, &Follower::measured, m_owner, &ChangePipeline::measured);
        QObject::connect(follower, &Follower::finished, m_owner,
            [this, i](Follower::End end, const QString &text) { followed(i, end, text); });
        fresh.push_back(follower);
        indexes.push_back(i);
    }
    m_following = int(fresh.size());
    if (fresh.empty())
        return finish(Kind::Settled, Words::tr("%1: done.").arg(m_owner->m_review.draft.title));
    if (fresh.size() > 1)
        Q_EMIT m_owner->measured(0, m_following);
    for (size_t i = 0; i < fresh.size() && !m_over; ++i) {
        const Work &work = m_work[size_t(indexes[i])];
        fresh[i]->start(m_owner->m_review.edits.at(indexes[i]).edit.object, work.given.follow,
            metadataOf(work.result).value("generation"_L1).toInteger(), m_options.followTimeout);
    }
}

void PipelineRun::followed(int index, Follower::End end, const QString &message)
{
    if (m_over)
        return;
    setOutcome(index,
        end == Follower::End::Settled      ? EditOutcome::Kind::Settled
            : end == Follower::End::Failed ? EditOutcome::Kind::Failed
                                           : EditOutcome::Kind::Timeout,
        end == Follower::End::Settled ? QString() : message);
    if (end != Follower::End::Settled || m_work.size() == 1)
        m_followTexts.append(message);
    if (end == Follower::End::Failed || m_worst == Follower::End::Failed)
        m_worst = Follower::End::Failed;
    else if (end == Follower::End::Timeout)
        m_worst = Follower::End::Timeout;
    if (--m_following > 0) {
        Q_EMIT m_owner->measured(int(m_followers.size()) - m_following, int(m_followers.size()));
        return;
    }
    const Kind kind = m_worst == Follower::End::Settled ? Kind::Settled
        : m_worst == Follower::End::Failed              ? Kind::Failed
                                                        : Kind::Timeout;
    const QString title = m_owner->m_review.draft.title;
    QString text = m_followTexts.join(u"; "_s);
    // "Scale alice-bank: its phase is Ready": the title names a single object already.
    const QString named = m_owner->m_review.edits.first().edit.object.name + u": "_s;
    if (m_work.size() == 1 && text.startsWith(named) && title.contains(m_owner->m_review.edits.first().edit.object.name))
        text.remove(0, named.size());
    finish(kind, text.isEmpty() ? Words::tr("%1: settled.").arg(title) : Words::tr("%1: %2").arg(title, text));
}

void PipelineRun::finish(Kind kind, const QString &message, const Error &error)
{
    if (m_over)
        return;
    const bool bad = kind == Kind::Failed || kind == Kind::Refused || kind == Kind::Conflict;
    if (bad && m_at >= 0 && size_t(m_at) < m_work.size() && !m_work[size_t(m_at)].applied
        && m_owner->m_review.edits.at(m_at).outcome.kind == EditOutcome::Kind::Open)
        setOutcome(m_at, kind == Kind::Refused && m_owner->m_step != Step::Apply ? EditOutcome::Kind::Refused : EditOutcome::Kind::Failed,
            error.message.isEmpty() ? message : error.message);
    m_over = true;
    m_stop.request_stop();
    ChangeOutcome outcome = m_owner->m_outcome;
    outcome.kind = kind;
    outcome.message = message;
    outcome.error = error;
    if (!m_recorded)
        return over(outcome);
    record(u"result"_s, &outcome, [this, outcome](const Result<Done> &done) {
        ChangeOutcome said = outcome;
        if (!done)
            said.message += u' ' + done.error().message;
        over(said);
    });
}

void PipelineRun::abandon()
{
    if (m_over || !m_recorded || m_owner->m_step == Step::Follow) // what was applied is recorded before it is followed
        return;
    m_over = true;
    m_stop.request_stop();
    ChangeOutcome outcome = m_owner->m_outcome;
    outcome.kind = Kind::Failed;
    outcome.message = Words::tr("%1: ended before the answer came, it is not known whether it was made. %2")
                          .arg(m_owner->m_review.draft.title, doneSoFar())
                          .trimmed();
    record(u"result"_s, &outcome, [](const Result<Done> &) {});
}

void PipelineRun::over(const ChangeOutcome &outcome)
{
    const bool good = outcome.kind == Kind::Settled || outcome.kind == Kind::Applied || outcome.kind == Kind::DryRun;
    m_owner->m_outcome = outcome;
    m_owner->m_finished = true;
    m_owner->enter(m_owner->m_step, good ? StepState::Done : StepState::Failed);
    Q_EMIT m_owner->finished(outcome);
}

}
