// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ChangeReview.h"

#include <functional>
#include <memory>
#include <stop_token>

class QObject;

namespace qd::state {

/// The Argo CD Application that keeps an object as Git says, as far as it can be read: what becomes of a direct edit, and
/// whether we may stop that.
struct ArgoApplication
{
    enum class Way : quint8 {
        Unknown, ///< not found where the tracking id points to, or not to be read; `problem` says why
        ByHand, ///< no automated sync
        Syncs, ///< syncs when Git changes, leaves direct edits alone until then
        Heals ///< undoes direct edits by itself
    };
    ObjectId id;
    Way way = Way::Unknown;
    QJsonObject object = {};
    bool mayPause = false; ///< patch of this Application is allowed (SelfSubjectAccessReview)
    QString missingRight = {}; ///< "patch applications.argoproj.io in argocd", when it is not
    QString problem = {};
    [[nodiscard]] static Way wayOf(const QJsonObject &application);
    /// Whether status.resources of the Application names the object: a namesake in the same namespace does not own it.
    [[nodiscard]] static bool keeps(const QJsonObject &application, const ObjectId &object, const QString &kind);
};

/// Reads the Application of `owner`: in the namespace its tracking id names ("team_app:…"), else in Argo CD's usual one.
/// `then` is called once on the thread of `context`, never after it or after a requested stop.
void readArgoApplication(const std::shared_ptr<ports::ResourceGateway> &gateway, const ArgoOwner &owner, const Edit &edit,
    QObject *context, std::stop_token stop, std::function<void(const ArgoApplication &)> then);

/// The reviewed edit spec.syncPolicy.automated.selfHeal: false.
[[nodiscard]] ChangeDraft pauseSelfHeal(const ArgoApplication &application);

}
