// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/operator/World.h"

namespace qd::demo {

// What the reconcilers of nodes ask about recovery and upgrades; all pure functions of the World. `node` is the whole object.

/// The Restore that holds the node down now: from StopNode's begin to StartNode's. The node is in phase Restoring meanwhile, its
/// components are stopped. Empty when there is none.
[[nodiscard]] QJsonObject runningRestoreOf(const World &world, const QJsonObject &node);
/// The newest succeeded Backup or IdentityDump of the node, for status.lastBackup and status.lastIdentityDump; empty: none.
[[nodiscard]] QJsonObject lastBackupOf(const World &world, const QJsonObject &node);
[[nodiscard]] QJsonObject lastIdentityDumpOf(const World &world, const QJsonObject &node);
/// The Upgrade that has begun to change the node and has not ended (condition Upgrading); empty: none.
[[nodiscard]] QJsonObject upgradeUnderWayOf(const World &world, const QJsonObject &node);

}
