// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/actions/ActionRegistry.h"

class QMenu;

namespace qd::ui {

/// Registers what can be done with objects without changing them: copy as kubectl (name, get, describe, edit; for the context
/// and namespace of each), open in a new window. They act on the registry's targets and are enabled while there are some; the
/// window is asked for with ActionRegistry::windowWanted.
void registerObjectCommands(ActionRegistry *registry);
/// "Copy as kubectl" with its four commands, for a menu.
[[nodiscard]] QMenu *makeKubectlMenu(ActionRegistry *registry, QWidget *parent);

}
