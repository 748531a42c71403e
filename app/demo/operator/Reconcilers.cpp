// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Reconciler.h"

namespace qd::demo {

std::vector<std::unique_ptr<Reconciler>> makeReconcilers()
{
    std::vector<std::unique_ptr<Reconciler>> all;
    addNodeReconcilers(all);
    addEdgeReconcilers(all);
    addLedgerReconcilers(all);
    addAccessReconcilers(all);
    addRecoveryReconcilers(all);
    addUpgradeReconcilers(all);
    return all;
}

}
