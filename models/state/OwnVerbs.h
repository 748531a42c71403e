// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/Row.h"
#include "models/state/ActionDrafts.h"

namespace qd::state {

/// The verbs that belong to single kinds (catbm.md 4.2 to 4.20 "Edits"): traffic, approval, verification, connections, what is
/// made for a node. ActionCatalogue shows them beside the general ones; their ids are as on the command line.
[[nodiscard]] bool isOwnVerb(const QString &id);
[[nodiscard]] QStringList kindsOfOwnVerb(const QString &id);
/// The kind of the object the verb makes for the one it acts on ("Backup"); empty: it changes that one itself.
[[nodiscard]] QString kindMadeBy(const QString &id);
[[nodiscard]] QList<ActionParam> paramsOfOwnVerb(const QString &id);
/// What the parameters stand at in `live`; what is not set there is absent.
[[nodiscard]] QMap<QString, QString> currentOfOwnVerb(const QString &id, const QJsonObject &live);
[[nodiscard]] Result<QList<Edit>> buildOwnVerb(const DraftInput &in);

/// Why any verb cannot act on an object as it stands ("north-1 is not suspended"), without a full stop; empty: it can, or what
/// is known does not tell. Several objects leave such a one out.
[[nodiscard]] QString whyNotNow(const QString &actionId, const network::KindInfo &kind, const network::Row &row);
[[nodiscard]] QString whyNotNow(const QString &actionId, const network::KindInfo &kind, const QJsonObject &live);

}
