// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/operator/LedgerLook.h"

namespace qd::demo {

// The reconcilers of edges, ledger and access, each in a file of its own.
[[nodiscard]] std::unique_ptr<Reconciler> makeConnectionReconciler(); ///< EdgesConnection.cpp
[[nodiscard]] std::unique_ptr<Reconciler> makeTopologyReconciler(); ///< EdgesTopology.cpp
[[nodiscard]] std::unique_ptr<Reconciler> makeOnboardingReconciler(); ///< EdgesOnboarding.cpp
[[nodiscard]] std::unique_ptr<Reconciler> makePartyReconciler(); ///< LedgerParty.cpp
[[nodiscard]] std::unique_ptr<Reconciler> makeLedgerUserReconciler(); ///< LedgerUser.cpp
[[nodiscard]] std::unique_ptr<Reconciler> makeWalletUserReconciler(); ///< LedgerWalletUser.cpp
[[nodiscard]] std::unique_ptr<Reconciler> makeDarPackageReconciler(); ///< LedgerDarPackage.cpp
[[nodiscard]] std::unique_ptr<Reconciler> makeDarDeploymentReconciler(); ///< LedgerDarDeployment.cpp
[[nodiscard]] std::unique_ptr<Reconciler> makeApplicationReconciler(); ///< LedgerApplication.cpp
[[nodiscard]] std::unique_ptr<Reconciler> makeIdentityReconciler(); ///< AccessIdentity.cpp
[[nodiscard]] std::unique_ptr<Reconciler> makeWalletProviderReconciler(); ///< AccessProviders.cpp
[[nodiscard]] std::unique_ptr<Reconciler> makeKmsReconciler(); ///< AccessProviders.cpp

/// A participant's permission on a private domain: of spec.permissioned.members or of an effective TopologyChange;
/// empty when it has none.
[[nodiscard]] QString permissionOn(const Look &look, const QJsonObject &domain, const QString &participantId);

}
