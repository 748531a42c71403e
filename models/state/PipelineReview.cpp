// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/ActionDrafts.h"
#include "models/state/PipelineRun.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QSet>

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(ChangePipeline)
};

/// Objects that were made with our annotations only: metadata.annotations appears as a whole.
bool onlyNotes(const JsonChange &change)
{
    if (change.label != "metadata.annotations"_L1 || !change.from.isUndefined())
        return false;
    const QStringList keys = change.to.toObject().keys();
    return std::all_of(keys.begin(), keys.end(),
        [](const QString &key) { return key == annotation::kRequestedBy || key == annotation::kChangeReason; });
}

/// What a patch sets, by field; the elements of a list map are fields of their own. Our notes apart.
QHash<QString, QJsonValue> fieldsSet(const QJsonObject &live, const QJsonObject &merged, const Edit &edit)
{
    QHash<QString, QJsonValue> out;
    for (const JsonChange &change : diffJson(withoutServerFields(live, edit.subresource.isEmpty()), merged)) {
        if (!PipelineRun::isBookkeeping(change.label) && !onlyNotes(change))
            out.insert(change.label.isEmpty() ? change.path : change.label, change.to);
    }
    return out;
}

}

// --- 4 review
// ----------------------------------------------------------------------------------------------------------

/// The first object Argo CD keeps, and how many it keeps.
void PipelineRun::ownedByArgo()
{
    Review &review = m_owner->m_review;
    review.argo = m_work.empty() ? ArgoOwner() : argoOwnerOf(m_work.front().live);
    review.argoEdit = 0;
    QSet<QString> owned;
    for (size_t i = 0; i < m_work.size(); ++i) {
        const ArgoOwner owner = argoOwnerOf(m_work[i].live);
        if (!owner.owned())
            continue;
        if (owned.isEmpty()) {
            review.argo = owner;
            review.argoEdit = int(i);
        }
        owned.insert(QString(m_work[i].given.object.ns + u'/' + nameOf(int(i))));
    }
    review.argoObjects = int(owned.size());
}

void PipelineRun::summarize()
{
    Review &review = m_owner->m_review;
    review.fieldsChanged = 0;
    review.fieldsRebased = 0;
    for (EditReview &view : review.edits) {
        view.changedFields.clear();
        for (const JsonChange &change : view.diff) {
            if (!isBookkeeping(change.label) && !onlyNotes(change))
                view.changedFields.append(change.label.isEmpty() ? change.path : change.label);
        }
        review.fieldsChanged += int(view.changedFields.size());
        review.fieldsRebased += int(view.rebasedFields.size());
    }
    ownedByArgo();
    review.consequences = consequencesOf(review.draft, review.edits);
}

bool PipelineRun::sameAsConfirmed() const
{
    for (int i = 0; size_t(i) < m_work.size(); ++i) {
        const Edit &edit = m_owner->m_review.edits.at(i).edit;
        const Work &work = m_work[size_t(i)];
        if (!openFor(i))
            continue;
        // A patch is the same when it sets the same fields: the list around an element may have changed meanwhile.
        if (isPatch(edit) ? fieldsSet(work.live, work.merged, edit) != work.confirmedFields : edit.body != work.confirmed)
            return false;
    }
    return true;
}

void PipelineRun::review()
{
    summarize();
    Q_EMIT m_owner->reviewChanged();
    if (m_over)
        return;
    if (m_options.dryRun)
        return finish(Kind::DryRun,
            Words::tr("Tried on the server: %1 would be possible. Nothing was changed.")
                .arg(m_owner->m_review.draft.title));
    if (m_confirmed && sameAsConfirmed())
        return beginApply();
    m_confirmed = false;
    m_owner->enter(Step::Review, StepState::Waiting);
    Q_EMIT m_owner->confirmationNeeded();
}

QString PipelineRun::confirm(const QString &reason, const QString &typedName)
{
    const bool waits = m_owner->m_step == Step::Review && m_owner->stepState(Step::Review) == StepState::Waiting;
    if (m_over || !waits)
        return Words::tr("There is nothing to confirm at this step.");
    Review &review = m_owner->m_review;
    if (review.needsTypedName && typedName != review.expectedName)
        return typedName.isEmpty() ? Words::tr("Type %1 to confirm.").arg(review.expectedName)
                                   : Words::tr("\"%1\" is not %2.").arg(typedName, review.expectedName);
    review.draft.reason = reason;
    for (int i = 0; size_t(i) < m_work.size(); ++i) {
        Work &work = m_work[size_t(i)];
        Edit &edit = review.edits[i].edit;
        if (!openFor(i))
            continue;
        if (isPatch(edit)) {
            bookkeeping(work.merged, work.given, work.live);
            const QJsonObject live = withoutServerFields(work.live, edit.subresource.isEmpty());
            edit.body = edit.verb == ports::Verb::JsonPatch ? QJsonValue(jsonPatchFor(live, work.merged))
                                                            : QJsonValue(mergePatchFor(live, work.merged));
        }
        work.confirmed = edit.body;
        work.confirmedFields = isPatch(edit) ? fieldsSet(work.live, work.merged, edit) : QHash<QString, QJsonValue>();
    }
    m_confirmed = true;
    m_intended = false;
    m_rounds = 0;
    m_owner->enter(Step::Review, StepState::Done);
    beginApply();
    return {};
}

// --- several objects
// ---------------------------------------------------------------------------------------------------------

/// One object that cannot be changed does not hide the others: all are looked at before it ends. False: it is the only one.
bool PipelineRun::setAside(int index, const Error &error)
{
    if (m_owner->m_review.objects() < 2)
        return false;
    m_owner->m_review.edits[index].outcome = {EditOutcome::Kind::Refused, error.message};
    if (m_refusal.message.isEmpty())
        m_refusal = error;
    return true;
}

QString PipelineRun::sentence(const QString &text)
{
    return text.isEmpty() || text.endsWith(u'.') || text.endsWith(u'!') || text.endsWith(u'?') ? text : QString(text + u'.');
}

bool PipelineRun::sameObject(const ObjectId &a, const ObjectId &b)
{
    return a.gvr == b.gvr && a.ns == b.ns && a.name == b.name;
}

bool PipelineRun::refusedObject(int index) const
{
    const QList<EditReview> &edits = m_owner->m_review.edits;
    const ObjectId &object = edits.at(index).edit.object;
    return std::any_of(edits.begin(), edits.end(), [&object](const EditReview &view) {
        return view.outcome.kind == EditOutcome::Kind::Refused && sameObject(view.edit.object, object);
    });
}

int PipelineRun::refusals() const
{
    const QList<EditReview> &edits = m_owner->m_review.edits;
    return int(std::count_if(edits.begin(), edits.end(),
        [](const EditReview &view) { return view.outcome.kind == EditOutcome::Kind::Refused; }));
}

void PipelineRun::endRefused()
{
    summarize();
    Q_EMIT m_owner->reviewChanged();
    if (m_over)
        return;
    QStringList names;
    for (int i = 0; size_t(i) < m_work.size(); ++i) {
        if (m_owner->m_review.edits.at(i).outcome.kind == EditOutcome::Kind::Refused && !names.contains(nameOf(i)))
            names.append(nameOf(i));
    }
    finish(Kind::Refused,
        Words::tr("%1 of %2 objects cannot be changed. %3: %4 %5")
            .arg(QString::number(names.size()), QString::number(m_owner->m_review.objects()), names.first(),
                sentence(m_refusal.message), doneSoFar())
            .trimmed(),
        m_refusal);
}

/// What is left when it ends half way: everything not applied, without what cannot be.
ChangeDraft PipelineRun::rest() const
{
    const Review &review = m_owner->m_review;
    ChangeDraft out = review.draft;
    out.id = newChangeId();
    out.edits.clear();
    out.unchanged.clear();
    for (int i = 0; size_t(i) < m_work.size(); ++i) {
        if (openFor(i) && !refusedObject(i))
            out.edits.append(review.draft.edits.at(i));
    }
    const QString title = actionTitle(out.actionId, review.draft.objectText());
    if (title != review.draft.title || out.edits.isEmpty())
        return out;
    out.title = actionTitle(out.actionId, out.objectText());
    if (out.verbText == title)
        out.verbText = out.title;
    return out;
}

/// Why the edit under way did not get through, or how the one followed has settled.
void PipelineRun::setOutcome(int index, EditOutcome::Kind kind, const QString &text)
{
    if (index < 0 || index >= m_owner->m_review.edits.size())
        return;
    m_owner->m_review.edits[index].outcome = {kind, text};
    Q_EMIT m_owner->outcomesChanged();
}

}
