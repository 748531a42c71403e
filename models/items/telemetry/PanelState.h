// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/PanelSlot.h"
#include "models/network/telemetry/Dashboard.h"

#include <QHash>
#include <QStringList>

namespace qd::items {

/// A panel of a DashboardSession: its queries at every cluster, and whether what it needs is there.
struct PanelState {
    /// What a cluster said about the metrics the panel needs.
    struct Looked {
        quint64 number = 0;         ///< of the request
        bool answered = false;
        bool known = false;         ///< it could say
        QStringList names = {};
    };
    network::Panel panel;
    std::vector<std::unique_ptr<PanelSlot>> slots;
    QHash<QString, Looked> looked;  ///< by cluster, over the time that is seen

    /// Names of metrics, of a histogram without its parts.
    [[nodiscard]] QStringList needs() const;
    /// Those of them that no cluster has; empty too while it is not known.
    [[nodiscard]] QStringList missing() const;
};

}
