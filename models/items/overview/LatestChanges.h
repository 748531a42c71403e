// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/ChangesModel.h"
#include "models/items/overview/OverviewReport.h"

namespace qd::items::overview {

/// A change of the journal as a line: what, where, who, how it ended. The object stands beside the title: "Scale one" is "Scale".
[[nodiscard]] ChangeLine changeLine(const state::JournaledChange &change, const ChangeStanding &standing, const network::KindTable &kinds);

struct LatestChanges {
    QList<ChangeLine> lines;         ///< newest first
    int more = 0;
    [[nodiscard]] static LatestChanges of(const ChangesModel::Sources &sources, qint64 now, int most);
};

}
