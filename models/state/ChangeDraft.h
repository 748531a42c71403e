// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Ids.h"
#include "models/network/KindTable.h"
#include "models/ports/ResourceGateway.h"

#include <QHash>
#include <QJsonObject>
#include <QJsonValue>
#include <QList>
#include <QSet>
#include <QString>

namespace qd::state {

/// How much a change can hurt (architecture.md "The change pipeline"). Production raises it one step.
enum class Danger : quint8 { Routine, Disruptive, Destructive };

/// "routine", "disruptive", "destructive": the words of the command line's JSON.
[[nodiscard]] QString dangerId(Danger danger);
[[nodiscard]] Danger raised(Danger danger);

/// When an edit counts as settled (architecture.md, pipeline step 6).
struct FollowTarget
{
    enum class Until : quint8 {
        Applied, ///< settled as soon as the server took it (labels, kinds without a status)
        Generation, ///< status.observedGeneration reached it, and phase and Ready agree
        Request, ///< status.handledRequests.<request> echoes the value
        Gone ///< the uid is no longer there
    };
    Until until = Until::Applied;
    QString request = {}; ///< restart, reconcile or trigger
    QString requestValue = {};
    QString phasePointer = {};
    QHash<QString, network::State> phases = {};
    QSet<network::State> good = {}; ///< states that settle it
    QSet<network::State> bad = {}; ///< states that fail it
    friend bool operator==(const FollowTarget &, const FollowTarget &) = default;
};

/// One write of a draft. `body` holds what the person wants and never a precondition: the pipeline adds the version.
struct Edit
{
    ObjectId object; ///< uid as the person saw it; empty for create
    QString kind; ///< "Validator"
    bool own = true; ///< our group: gets the annotations requested-by and change-reason
    ports::Verb verb = ports::Verb::MergePatch;
    QString subresource = {};
    QJsonObject base = {}; ///< the object as read; empty: there is nothing to merge against
    QString baseVersion = {}; ///< its metadata.resourceVersion
    bool partialBase = false; ///< base holds only what the patch touches (KeptDrafts.h); the rest is as it is live
    QJsonValue body = {}; ///< Create: the object; MergePatch: the patch; JsonPatch: the operations; Delete: unused
    QString propagation = {}; ///< Delete: Background, Foreground or Orphan
    bool needsEarlier = false; ///< needs the result of an earlier edit: cannot be previewed
    FollowTarget follow = {};
};

/// What an edit begins with (`base`, where it is known) and what it makes of it, as far as that can be told without a server.
[[nodiscard]] QList<QJsonObject> statesOf(const QJsonObject &base, const Edit &edit);

/// What an action wants to do, as a plain value. Made by buildDraft (or by hand), carried out by ChangePipeline.
struct ChangeDraft
{
    QString id; ///< uuid, the key in the journal
    QString actionId; ///< "scale"
    QString title; ///< verb and object, translated: "Scale northgate-1"
    QString verbText; ///< text of the confirming button, translated
    QString reason = {}; ///< goes to the journal and the annotation change-reason
    Danger danger = Danger::Routine;
    QList<Edit> edits;
    QStringList unchanged = {}; ///< names of objects asked for that are so already; bulk changes only
    [[nodiscard]] int objectCount() const;
    /// "northgate-1", or the number of objects for a bulk change.
    [[nodiscard]] QString objectText() const;
};

[[nodiscard]] QString newChangeId();

namespace annotation {
inline constexpr QLatin1StringView kRequestedBy{"canton.quarterdeck.io/requested-by"};
inline constexpr QLatin1StringView kChangeReason{"canton.quarterdeck.io/change-reason"};
inline constexpr QLatin1StringView kRestart{"canton.quarterdeck.io/restart-requested-at"};
inline constexpr QLatin1StringView kReconcile{"canton.quarterdeck.io/reconcile-requested-at"};
inline constexpr QLatin1StringView kTrigger{"canton.quarterdeck.io/trigger-at"};
inline constexpr QLatin1StringView kConfirmDelete{"canton.quarterdeck.io/confirm-delete"};
}

}
