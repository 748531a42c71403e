// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/PaneHost.h"

namespace qd::ui {

/// The pages of the window in the order of the navigation. A page that is not built yet is not here; a richer page takes the
/// place of a list here and nowhere else.
[[nodiscard]] QList<PaneInfo> paneList(const ShellContext &context, ActionRegistry *actions, const items::Attention *attention);

}
