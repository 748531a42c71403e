// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ActionDrafts.h"

#include <utility>

/// What the builders of edits share (ActionDrafts.cpp, OwnVerbDrafts.cpp).
namespace qd::state::drafts {

/// "validators/north-1", for sentences.
[[nodiscard]] QString objectName(const DraftInput &in);
/// An error of the reason NothingToChange: the object is as asked already, or can never be.
[[nodiscard]] Error nothingToChange(const QString &sentence);
/// An edit of the live object, without a body.
[[nodiscard]] Edit editOf(const DraftInput &in);
/// A merge patch that sets the values at the pointers; an error when the object has them already.
[[nodiscard]] Result<QList<Edit>> setValues(
    const DraftInput &in, const QList<std::pair<QString, QJsonValue>> &values, FollowTarget follow);
/// A request by annotation: the value is the time, unique for the object; `name` as in status.handledRequests.
[[nodiscard]] Result<QList<Edit>> request(const DraftInput &in, QLatin1StringView annotation, const QString &name);
/// The base and five letters, as the API server would make of generateName.
[[nodiscard]] QString generatedName(const QString &base);

}
