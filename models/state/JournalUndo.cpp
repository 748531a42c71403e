// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/JournalUndo.h"

#include "models/core/Format.h"
#include "models/core/Json.h"
#include "models/state/ActionDrafts.h"
#include "models/state/JsonDiff.h"
#include "models/state/KubectlCommand.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(JournalUndo)
};

/// A field of a record, taken apart.
struct Field
{
    QString at; ///< stable path
    QString label;
    QJsonValue from; ///< undefined: was not there
    QJsonValue to;
};

bool isNote(const QString &key)
{
    static const QStringList kNotes{QString(annotation::kRequestedBy), QString(annotation::kChangeReason),
        QString(annotation::kRestart), QString(annotation::kReconcile), QString(annotation::kTrigger),
        QString(annotation::kConfirmDelete)};
    return kNotes.contains(key);
}

QJsonValue memberOf(const QJsonObject &object, QLatin1StringView key)
{
    return object.contains(key) ? object.value(key) : QJsonValue(QJsonValue::Undefined);
}

/// What the change set, apart from notes and requests to the operator.
QList<Field> fieldsOf(const JournaledEdit &edit)
{
    QList<Field> out;
    for (const QJsonValue &value : edit.diff) {
        const QJsonObject change = value.toObject();
        const QString path = change.value("path"_L1).toString();
        const QString at = change.value("at"_L1).toString(path);
        const Field field{at, change.value("label"_L1).toString(path), memberOf(change, "from"_L1), memberOf(change, "to"_L1)};
        const QStringList steps = json::split(at);
        const bool annotations = steps.size() >= 2 && steps.at(0) == "metadata"_L1 && steps.at(1) == "annotations"_L1;
        if (annotations && steps.size() == 3 && isNote(steps.at(2)))
            continue;
        if (!annotations || steps.size() != 2) {
            out.append(field);
            continue;
        }
        // all annotations at once: the first one was a note of ours
        QStringList keys = field.from.toObject().keys() + field.to.toObject().keys();
        keys.removeDuplicates();
        for (const QString &key : std::as_const(keys)) {
            const auto of = [&key](const QJsonValue &all) {
                return all.toObject().contains(key) ? all.toObject().value(key) : QJsonValue(QJsonValue::Undefined);
            };
            if (!isNote(key) && of(field.from) != of(field.to))
                out.append({at + json::join({key}), QString(field.label + u'[' + key + u']'), of(field.from), of(field.to)});
        }
    }
    return out;
}

bool isRequest(const JournaledChange &change)
{
    static const QStringList kRequests{u"restart"_s, u"reconcile"_s, u"trigger"_s};
    return kRequests.contains(change.action);
}

bool removes(const JournaledEdit &edit)
{
    return edit.verb == "delete"_L1;
}

/// The annotation that lets a deletion pass is part of it, no change of its own.
bool isPartOfDeletion(const JournaledChange &change, const JournaledEdit &edit)
{
    return !removes(edit) && edit.verb != "create"_L1
        && std::any_of(change.edits.begin(), change.edits.end(), [&edit](const JournaledEdit &other) {
               return removes(other) && other.resource == edit.resource && other.ns == edit.ns && other.name == edit.name;
           });
}

Error refused(const QString &sentence, const QString &remedy = {})
{
    return {ErrorKind::Invalid, sentence, remedy};
}

Error hidden(const QString &label, const QString &object)
{
    return refused(Words::tr("%1 of %2 is a secret: its value was never written to the journal.").arg(label, object),
        Words::tr("Set it by hand in the YAML editor."));
}

Error gone(const JournaledEdit &edit)
{
    Error error = refused(Words::tr("%1 is gone: there is nothing the change could be made on.").arg(edit.shortName()));
    error.kind = ErrorKind::NotFound;
    return error;
}

/// The live object of an edit that must be there and be the one that was changed.
Result<QJsonObject> liveOf(const JournaledEdit &edit, const Result<QJsonObject> &live)
{
    if (!live)
        return live.error().kind == ErrorKind::NotFound ? gone(edit) : live.error();
    const QString uid = json::at(*live, u"/metadata/uid"_s).toString();
    if (!edit.uid.isEmpty() && uid != edit.uid)
        return refused(Words::tr("%1 was deleted and made anew since: what stands there now is another object.").arg(edit.shortName()),
            Words::tr("Look at the new object and change that."));
    return *live;
}

/// Sets a field by its stable path, undefined takes it away; false when its place is not there.
bool put(QJsonValue &object, const Field &field, const QJsonValue &value)
{
    const std::optional<QString> pointer = pointerIn(object, field.at);
    if (!pointer)
        return value.isUndefined();
    if (value.isUndefined()) {
        json::remove(object, *pointer);
        return true;
    }
    if (pointer->endsWith("/-"_L1)) { // a list that went with its last element comes back
        const QString list = pointer->chopped(2);
        if (!json::at(object, list).isArray() && !json::set(object, list, QJsonArray()))
            return false;
    }
    return json::set(object, *pointer, value);
}

/// A patch that leads the fields to `wanted`, based on what the change left: others' changes since are conflicts.
Result<std::optional<Edit>> patchOf(const UndoInput &in, const JournaledEdit &edit, const QJsonObject &live, bool back)
{
    QJsonValue base = live, wanted = live;
    bool spec = false;
    const QList<Field> fields = fieldsOf(edit);
    for (const Field &field : fields) {
        if (isMasked(field.from) || isMasked(field.to))
            return hidden(field.label, edit.shortName());
        const std::optional<QString> pointer = pointerIn(live, field.at);
        const QJsonValue now = pointer ? json::at(live, *pointer) : QJsonValue(QJsonValue::Undefined);
        const QJsonValue target = back ? field.from : field.to;
        if (now == target)
            continue; // somebody did it already
        if (!put(base, field, back ? field.to : now) || !put(wanted, field, target))
            return refused(Words::tr("%1 of %2 is not there any more: what it was part of was taken away.").arg(field.label, edit.shortName()),
                Words::tr("Change the object as it is now."));
        spec = spec || field.at.startsWith("/spec"_L1);
    }
    const QJsonObject body = mergePatchFor(base.toObject(), wanted.toObject());
    if (body.isEmpty())
        return std::optional<Edit>();
    const network::KindInfo *kind = in.kinds.find(edit.resource);
    Edit out;
    out.object = edit.object(in.context.cluster, in.kinds);
    out.object.uid = json::at(live, u"/metadata/uid"_s).toString();
    out.kind = edit.kind;
    out.own = kind->own;
    out.subresource = edit.subresource;
    out.base = base.toObject();
    out.baseVersion = json::at(live, u"/metadata/resourceVersion"_s).toString();
    out.body = body;
    if (spec)
        out.follow = followOf(*kind);
    return std::optional<Edit>(out);
}

Result<QList<Edit>> createAgain(const UndoInput &in, const JournaledEdit &edit, const Result<QJsonObject> &live)
{
    if (live)
        return refused(Words::tr("%1 is there again: it cannot be created a second time.").arg(edit.shortName()));
    if (live.error().kind != ErrorKind::NotFound)
        return live.error();
    const Result<QJsonObject> object = journaledObject(edit);
    if (!object)
        return object.error();
    Edit out;
    out.object = edit.object(in.context.cluster, in.kinds);
    out.object.uid.clear();
    out.kind = edit.kind;
    out.own = in.kinds.find(edit.resource)->own;
    out.verb = ports::Verb::Create;
    out.body = *object;
    out.follow = followOf(*in.kinds.find(edit.resource));
    return QList<Edit>{out};
}

/// The edits an action of the catalogue makes of an object as it is now.
Result<QList<Edit>> byAction(const UndoInput &in, const QString &action, const JournaledEdit &edit, const QJsonObject &live, Danger &danger)
{
    const Result<ChangeDraft> draft = in.catalogue.buildDraft(action, *in.kinds.find(edit.resource), live, {}, in.context);
    if (!draft)
        return draft.error();
    danger = std::max(danger, draft->danger);
    return draft->edits;
}

Result<QList<Edit>> editsFor(const UndoInput &in, qsizetype index, bool back, Danger &danger)
{
    const JournaledEdit &edit = in.change.edits.at(index);
    if (!in.kinds.find(edit.resource))
        return refused(Words::tr("%1 is not known here.").arg(edit.resource));
    const bool creates = edit.verb == "create"_L1;
    if (back ? removes(edit) : creates)
        return createAgain(in, edit, in.live.at(index));
    const Result<QJsonObject> live = liveOf(edit, in.live.at(index));
    if (!live)
        return live.error();
    if (creates || removes(edit))
        return byAction(in, u"delete"_s, edit, *live, danger);
    if (!back && isRequest(in.change))
        return byAction(in, in.change.action, edit, *live, danger);
    const Result<std::optional<Edit>> patch = patchOf(in, edit, *live, back);
    if (!patch)
        return patch.error();
    return *patch ? QList<Edit>{**patch} : QList<Edit>();
}

/// Of an Alertmanager, and no object of Kubernetes.
bool isSilence(const JournaledChange &change)
{
    return change.action.startsWith("silence."_L1);
}

QString quotedWord(QString word)
{
    return u"'"_s + word.replace(u'\'', u"'\\''"_s) + u"'"_s;
}

/// What amtool would have done; it has no way to change a silence but to make it anew.
QString amtoolCommand(const JournaledChange &change)
{
    const JournaledEdit *edit = change.onlyEdit();
    if (!edit)
        return {};
    if (removes(*edit))
        return u"amtool silence expire "_s + quotedWord(edit->name);
    const QJsonObject after = beforeAndAfter(*edit).second.toObject();
    const QString matchers = after.value("matchers"_L1).toString();
    const bool update = edit->verb == "update"_L1 && matchers.isEmpty();
    QStringList words{update ? u"amtool silence update"_s : u"amtool silence add"_s};
    if (after.contains("endsAt"_L1))
        words += u"--end="_s + after.value("endsAt"_L1).toString();
    if (!update)
        words += u"--author="_s + quotedWord(after.value("createdBy"_L1).toString(change.user));
    if (!update || after.contains("comment"_L1))
        words += u"--comment="_s + quotedWord(after.value("comment"_L1).toString(change.reason));
    if (update)
        words += quotedWord(edit->name);
    // Values are quoted, and may have commas and quotation marks of their own.
    static const QRegularExpression one(u"[a-zA-Z_:][a-zA-Z0-9_:]*(?:=~|!~|!=|=)\"(?:[^\"\\\\]|\\\\.)*\""_s, QRegularExpression::DotMatchesEverythingOption);
    for (auto matches = one.globalMatch(matchers); matches.hasNext();)
        words += quotedWord(matches.next().captured());
    return words.join(u' ');
}

Result<ChangeDraft> draftOf(const UndoInput &in, bool back)
{
    const QString why = back ? whyNotRevert(in.change) : whyNotRepeat(in.change);
    if (!why.isEmpty())
        return refused(why);
    ChangeDraft draft;
    draft.id = newChangeId();
    draft.actionId = back ? u"revert"_s : in.change.action;
    draft.title = back ? Words::tr("Revert: %1").arg(in.change.title) : in.change.title;
    draft.verbText = back ? Words::tr("Revert") : Words::tr("Repeat");
    draft.reason = back ? Words::tr("Reverts the change of %1 (record %2).")
                              .arg(in.change.begun().toUTC().toString(u"yyyy-MM-dd HH:mm 'UTC'"_s), QString::number(in.change.seq()))
                        : in.change.reason;
    if (const ActionInfo *action = in.catalogue.find(in.change.action))
        draft.danger = action->danger;
    for (qsizetype i = in.change.edits.size() - 1; i >= 0; --i) { // the last one first
        const JournaledEdit &edit = in.change.edits.at(i);
        if (isPartOfDeletion(in.change, edit) || (back && !edit.applied))
            continue;
        const Result<QList<Edit>> edits = editsFor(in, i, back, draft.danger);
        if (!edits)
            return edits.error();
        draft.edits = back ? draft.edits + *edits : *edits + draft.edits;
    }
    if (!draft.edits.isEmpty())
        return draft;
    Error error = refused(back ? Words::tr("It is already as it was before: there is nothing to revert.")
                               : Words::tr("It is so already: there is nothing to repeat."));
    error.reason = u"NothingToChange"_s;
    return error;
}

}

QString whyNotRevert(const JournaledChange &change)
{
    if (isSilence(change))
        return Words::tr("A silence is ended and made anew in Telemetry, Alerts.");
    if (std::none_of(change.edits.begin(), change.edits.end(), [](const JournaledEdit &e) { return e.applied; }))
        return change.outcome().isEmpty() ? Words::tr("It is not known whether it was made.") : Words::tr("Nothing was changed, so there is nothing to revert.");
    if (isRequest(change))
        return Words::tr("It asked the operator to act once: what was done cannot be taken back.");
    QString masked;
    bool any = false;
    for (const JournaledEdit &edit : change.edits) {
        if (!edit.applied || isPartOfDeletion(change, edit))
            continue;
        any = any || edit.verb == "create"_L1 || removes(edit);
        if (removes(edit)) {
            const Result<QJsonObject> object = journaledObject(edit);
            masked = object ? masked : object.error().message;
        }
        const QList<Field> fields = edit.verb == "create"_L1 || removes(edit) ? QList<Field>() : fieldsOf(edit);
        any = any || !fields.isEmpty();
        for (const Field &field : fields) {
            if (isMasked(field.from) || isMasked(field.to))
                masked = hidden(field.label, edit.shortName()).message;
        }
    }
    return !masked.isEmpty() ? masked : any ? QString() : Words::tr("The journal does not say what it was before.");
}

QString whyNotRepeat(const JournaledChange &change)
{
    if (isSilence(change))
        return Words::tr("A silence is ended and made anew in Telemetry, Alerts.");
    for (const JournaledEdit &edit : change.edits) {
        if (removes(edit) || isPartOfDeletion(change, edit) || isRequest(change))
            continue;
        if (edit.verb == "create"_L1) {
            const Result<QJsonObject> object = journaledObject(edit);
            if (!object)
                return object.error().message;
            continue;
        }
        const QList<Field> fields = fieldsOf(edit);
        if (fields.isEmpty())
            return Words::tr("The journal does not say what it changed.");
        for (const Field &field : fields) {
            if (isMasked(field.to))
                return hidden(field.label, edit.shortName()).message;
        }
    }
    return change.edits.isEmpty() ? Words::tr("The journal does not say what it changed.") : QString();
}

Result<ChangeDraft> revertDraft(const UndoInput &input)
{
    return draftOf(input, true);
}

Result<ChangeDraft> repeatDraft(const UndoInput &input)
{
    return draftOf(input, false);
}

QString journaledKubectl(const JournaledChange &change, const network::KindTable &kinds)
{
    if (isSilence(change))
        return amtoolCommand(change);
    QStringList out;
    for (const JournaledEdit &edit : change.edits) {
        Edit equal;
        equal.object = edit.object(change.cluster, kinds);
        if (equal.object.gvr.resource.isEmpty())
            equal.object.gvr = {edit.resource.section(u'.', 1), {}, edit.resource.section(u'.', 0, 0)};
        equal.subresource = edit.subresource;
        equal.verb = edit.verb == "create"_L1 ? ports::Verb::Create : removes(edit) ? ports::Verb::Delete : ports::Verb::MergePatch;
        if (equal.verb == ports::Verb::Create)
            equal.body = withoutServerFields(beforeAndAfter(edit).second.toObject(), true);
        QJsonValue patch = QJsonObject();
        QJsonArray operations;
        bool lists = false;
        for (const QJsonValue &value : edit.diff) {
            const QJsonObject recorded = value.toObject();
            const QString path = recorded.value("path"_L1).toString();
            const QJsonValue to = memberOf(recorded, "to"_L1);
            lists = lists || recorded.contains("at"_L1);
            json::set(patch, path, to.isUndefined() ? QJsonValue(QJsonValue::Null) : to);
            QJsonObject operation{{u"op"_s, recorded.value("op"_L1)}, {u"path"_s, path}};
            if (!to.isUndefined())
                operation.insert("value"_L1, to);
            operations.append(operation);
        }
        if (equal.verb == ports::Verb::MergePatch) {
            equal.verb = lists ? ports::Verb::JsonPatch : ports::Verb::MergePatch;
            equal.body = lists ? QJsonValue(operations) : patch;
        }
        out.append(kubectlCommand(equal, change.cluster));
    }
    return out.join(u'\n');
}

Result<QJsonObject> journaledObject(const JournaledEdit &edit)
{
    const auto [before, after] = beforeAndAfter(edit);
    QJsonObject object = withoutServerFields((removes(edit) ? before : after).toObject(), true);
    QJsonObject metadata = object.value("metadata"_L1).toObject();
    QJsonObject annotations = metadata.value("annotations"_L1).toObject();
    annotations.remove(u"kubectl.kubernetes.io/last-applied-configuration"_s);
    const QStringList keys = annotations.keys();
    for (const QString &key : keys) {
        if (isNote(key))
            annotations.remove(key);
    }
    annotations.isEmpty() ? metadata.remove("annotations"_L1) : void(metadata.insert("annotations"_L1, annotations));
    for (const auto key : {"ownerReferences"_L1, "finalizers"_L1})
        metadata.remove(key);
    object.insert("metadata"_L1, metadata);
    if (object.value("kind"_L1).toString().isEmpty())
        return refused(Words::tr("The journal does not hold the object %1 as a whole.").arg(edit.shortName()));
    if (isMasked(object))
        return refused(Words::tr("Parts of %1 are secret: their values were never written to the journal.").arg(edit.shortName()),
            Words::tr("Create it by hand and fill them in."));
    return object;
}

}
