// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panes/details/DetailsTab.h"
#include "ui/shell/ShellContext.h"

#include <functional>

namespace qd::ui {

/// A tab the details may have: known by id, made when it is looked at first.
struct DetailsTabInfo {
    QString id;
    QString title;
    std::function<DetailsTab *(QWidget *parent)> make;
    std::function<bool(const network::KindInfo &)> applies = {};   ///< empty: every kind
};

/// Every tab there is; a new one is one entry here. `actions` are those of the pane's own object.
[[nodiscard]] QList<DetailsTabInfo> detailsTabs(const ShellContext &context, ActionRegistry *actions);
/// The order the tabs of a kind stand in.
[[nodiscard]] QStringList detailsTabOrder(const network::KindInfo &kind);

}
