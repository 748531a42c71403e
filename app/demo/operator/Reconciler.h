// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/operator/Plan.h"
#include "app/demo/operator/World.h"

#include <memory>
#include <vector>

namespace qd::demo {

/// The time and chance of one look. Durations are what they would be on a real network, divided by the speed; chance depends on the
/// seed and the object only, so that the same seed plays the same piece.
struct Moment {
    QDateTime now;                      ///< UTC, with milliseconds
    double speed = 1.0;
    quint64 seed = 1;
    /// So long on this network's clock.
    [[nodiscard]] std::chrono::milliseconds real(std::chrono::milliseconds nominal) const
    {
        return std::chrono::milliseconds(qint64(double(nominal.count()) / speed));
    }
    /// How long ago that was, by this network's clock; nothing for no time, and for one a little ahead (another clock wrote it).
    /// More than a minute ahead: the clock was set back since, and nobody can say; long ago, so that nothing waits for it again.
    [[nodiscard]] std::chrono::milliseconds passed(const QDateTime &since) const;
    /// 0 to 1, the same for the same object and salt.
    [[nodiscard]] double chance(const QJsonObject &object, const QString &salt) const;
    [[nodiscard]] QString stamp() const;   ///< RFC 3339, seconds, Z
};

/// The rules of one kind: a pure function from what is (object and world) to what is to be done. No clock, no network, no state of
/// its own: everything it must remember stands in status.
class Reconciler {
public:
    virtual ~Reconciler() = default;
    [[nodiscard]] virtual QString plural() const = 0;
    [[nodiscard]] virtual Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const = 0;
    /// Other objects to look at again when this one changed: {plural, "ns/name"}.
    [[nodiscard]] virtual QList<std::pair<QString, QString>> touches(const QJsonObject &object, const World &world) const;
};

/// All reconcilers, one a kind (all 24).
[[nodiscard]] std::vector<std::unique_ptr<Reconciler>> makeReconcilers();
// The parts makeReconcilers() is made of, each in its own file:
void addNodeReconcilers(std::vector<std::unique_ptr<Reconciler>> &to);        ///< Nodes*.cpp: networks, the four kinds of node
void addEdgeReconcilers(std::vector<std::unique_ptr<Reconciler>> &to);        ///< connections, topology changes, onboardings
void addLedgerReconcilers(std::vector<std::unique_ptr<Reconciler>> &to);      ///< parties, users, wallet users, DARs, deployments, applications
void addAccessReconcilers(std::vector<std::unique_ptr<Reconciler>> &to);      ///< identity providers, wallet providers, KMS
void addRecoveryReconcilers(std::vector<std::unique_ptr<Reconciler>> &to);    ///< backups, schedules, restores, dumps, pruning
void addUpgradeReconcilers(std::vector<std::unique_ptr<Reconciler>> &to);     ///< upgrades

}
