// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Ids.h"

#include <QJsonObject>
#include <QList>

namespace qd::items {

/// A kind an operator makes for an object of ours.
struct OwnedKind {
    Gvr gvr;
    QString kind;                ///< Pod
};

/// Pods, sets, services, claims, config maps, jobs, and secrets; of all of them only metadata is asked for, never a value.
[[nodiscard]] const QList<OwnedKind> &ownedKinds();

/// What belongs to an object by metadata.ownerReferences, and what belongs to that.
struct OwnedObject {
    QString kind;
    ObjectId object;
    QList<OwnedObject> owned;    ///< by kind, then name
};

/// The metadata of one kind's objects, as a list request answered it.
struct OwnedList {
    OwnedKind kind;
    QJsonObject list;
};

/// The tree below the object of this uid. An ownership that goes round is cut.
[[nodiscard]] QList<OwnedObject> ownedBy(const QString &uid, const QString &cluster, const QList<OwnedList> &lists);

}
