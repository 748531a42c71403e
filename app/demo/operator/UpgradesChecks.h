// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/operator/RecoveryParts.h"

namespace qd::demo::upgrades {

/// A node of an Upgrade, as declared and as it is now.
struct Target {
    QJsonObject ref;
    QJsonObject node;                   ///< empty: not there
    [[nodiscard]] QString text() const { return recovery::nodeText(ref); }
};

/// The targets in spec.order, then the others as they stand in spec.targets.
[[nodiscard]] QList<Target> targetsOf(const QJsonObject &upgrade, const World &world);
[[nodiscard]] bool onMainNet(const QList<Target> &targets, const World &world);
/// Serves with that version, and has seen its whole spec.
[[nodiscard]] bool readyWith(const QJsonObject &node, const QString &version);

struct Finding {
    QString reason;
    QString message;
};
/// What keeps the upgrade from being changed into at all, and what the pre checks find. Empty: nothing.
[[nodiscard]] std::optional<Finding> specProblem(const QJsonObject &upgrade, const QList<Target> &targets);
[[nodiscard]] std::optional<Finding> preCheckProblem(const QJsonObject &upgrade, const QList<Target> &targets, const World &world);
/// Things that are worth a warning, but do not stop it: no success on DevNet, users without a party right.
[[nodiscard]] std::optional<Finding> warningOf(const QJsonObject &upgrade, const QList<Target> &targets, const World &world);
/// "Upgrade x of Validator y": what is under way on one of the targets, that this one has to wait for. Empty: nothing.
[[nodiscard]] QString otherWork(const QJsonObject &upgrade, const QList<Target> &targets, const World &world);
/// What the observation finds wrong with this node now: "PodsReady: …".
[[nodiscard]] std::optional<Finding> gateProblem(const QJsonObject &upgrade, const Target &target, const Moment &moment);
/// The spec of a Backup of this node: as its schedule makes them, else as its last one was made, else a volume snapshot.
[[nodiscard]] QJsonObject backupSpecFor(const Target &target, const World &world);

}
