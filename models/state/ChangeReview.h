// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/State.h"
#include "models/state/ChangeDraft.h"
#include "models/state/JsonDiff.h"
#include "models/state/ThreeWayMerge.h"

namespace qd::state {

/// One line of "What will happen": the state gives glyph and order (worst first).
struct Consequence
{
    network::State state = network::State::Ready;
    QString headline;
    QString detail = {};
    QStringList objects = {}; ///< whom it is about when several objects change; those it happens to alike share a line
    friend bool operator==(const Consequence &, const Consequence &) = default;
};

/// Whether Argo CD owns the object (catbm.md 4.0 "Who writes").
struct ArgoOwner
{
    QString application; ///< empty: nobody
    bool certain = false; ///< tracking id; otherwise only the instance label, which plain Helm sets too
    QString ns = {}; ///< of the Application, where the tracking id names it
    [[nodiscard]] bool owned() const { return !application.isEmpty() && certain; }
};

/// How far one edit came; while the change runs, and in the end.
struct EditOutcome
{
    enum class Kind : quint8 {
        Open, ///< not sent (yet)
        Refused, ///< found out before anything was sent: not allowed, not there, not valid
        Failed, ///< sent without success, or applied and then its phase says so
        Applied,
        Settled,
        Timeout ///< applied, but not settled in time
    };
    Kind kind = Kind::Open;
    QString text = {}; ///< why, or how it stands
    [[nodiscard]] QString id() const; ///< open, refused, failed, applied, settled, timeout
};

/// What the person sees of one edit. Values of secrets are already masked in before, after and diff.
struct EditReview
{
    Edit edit; ///< rebased on liveVersion
    QJsonObject before; ///< live, without managedFields
    QJsonObject after; ///< as the dry run answered; computed here when not previewable; empty for a delete
    QList<JsonChange> diff; ///< without the server's own fields
    QStringList warnings; ///< of the server
    QList<ErrorCause> causes; ///< why the server refuses it, by field
    bool previewed = false;
    bool notPreviewable = false;
    QString notPreviewableReason = {};
    QList<MergeConflict> conflicts; ///< to be decided with resolve()
    QString baseVersion;
    QString liveVersion;
    QStringList rebasedFields; ///< what others changed since base and the rebase took over
    bool nothingToDo = false; ///< the live object is already as asked
    QStringList changedFields = {}; ///< labels of diff, our own annotations apart
    EditOutcome outcome = {};
};

struct Review
{
    ChangeDraft draft;
    QList<EditReview> edits;
    QList<Consequence> consequences; ///< worst first
    ArgoOwner argo; ///< of the first object that has one
    int argoEdit = 0; ///< that object's edit
    int argoObjects = 0; ///< how many objects Argo CD owns
    Danger danger = Danger::Routine; ///< raised in production
    bool production = false;
    bool needsTypedName = false; ///< destructive
    QString expectedName; ///< what to type: the object's name, or the environment's for several objects
    int fieldsChanged = 0; ///< our own annotations apart
    int fieldsRebased = 0;
    [[nodiscard]] bool hasConflicts() const;
    /// Distinct objects: a guarded delete is two edits of one.
    [[nodiscard]] int objects() const { return draft.objectCount(); }
};

/// How a change ended; the words of `do` (commands.md).
struct ChangeOutcome
{
    enum class Kind : quint8 { Settled, Applied, Refused, Conflict, Failed, Timeout, DryRun, Cancelled };
    Kind kind = Kind::Failed;
    QString message; ///< a sentence that names the object
    qint64 generation = 0; ///< of the last object written; 0: none
    Error error = {}; ///< why, for Refused, Conflict and Failed
    int editsApplied = 0;
    [[nodiscard]] QString id() const; ///< settled, applied, refused, conflict, failed, timeout, dry-run, cancelled
};

[[nodiscard]] QList<Consequence> consequencesOf(const ChangeDraft &draft, const QList<EditReview> &edits);
[[nodiscard]] ArgoOwner argoOwnerOf(const QJsonObject &object);

}
