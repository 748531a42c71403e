// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ActionCatalogue.h"

namespace qd::state {

/// The part of ActionCatalogue that turns checked parameters into edits; params hold only known names and right types.
struct DraftInput
{
    const ActionInfo &action; ///< exact for the kind
    const network::KindInfo &kind;
    const QJsonObject &live;
    const QMap<QString, QString> &params;
    const DraftContext &context;
    const network::KindInfo *makes = nullptr; ///< the kind the action makes, kindMadeBy(); null: it changes the object
};

[[nodiscard]] Result<QList<Edit>> buildEdits(const DraftInput &input);
/// When a change of the spec of this kind has settled.
[[nodiscard]] FollowTarget followOf(const network::KindInfo &kind);
/// Verb and object, as drafts and dialogs are titled: "Change version of north-1"; empty for an unknown action.
[[nodiscard]] QString actionTitle(const QString &actionId, const QString &object);
/// Whether a text of a parameter means yes; nothing when it is neither true nor false.
[[nodiscard]] std::optional<bool> parseBoolean(const QString &text);
[[nodiscard]] Error paramError(const QString &param, const QString &sentence, const QString &remedy = {});

}
