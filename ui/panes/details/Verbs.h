// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/Row.h"
#include "ui/actions/ActionRegistry.h"

namespace qd::ui {

/// Which verbs of an object have a button: at most three, the first choice of its kind first; the rest is under "…". Verbs the
/// catalogue does not have for the kind are passed over.
[[nodiscard]] QList<QAction *> buttonVerbs(const QList<QAction *> &all, const network::KindInfo &kind, const network::Row &row);
/// True for a verb that may be the one filled button: those that write a label, open an editor or stop something are not.
[[nodiscard]] bool mayBePrimary(const QAction *verb);

}
