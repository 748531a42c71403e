// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/ShellContext.h"

class QWidget;

namespace qd::ui {

class Popup;

/// The list of changes under way and just finished, each with Cancel or Retry.
[[nodiscard]] Popup *makeOperationsPanel(const ShellContext &context, QWidget *parent);
/// Who one is in each environment: way, groups, what one may do with the nodes.
[[nodiscard]] Popup *makeIdentityPanel(const ShellContext &context, QWidget *parent);
/// The keys that work here, made of the registry.
[[nodiscard]] Popup *makeKeysPanel(const ActionRegistry &actions, QWidget *parent);

}
