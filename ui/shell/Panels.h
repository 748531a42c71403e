// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/ShellContext.h"

class QWidget;

namespace qd::ui {

class Popup;

/// What goes on, without the object's name in front: it stands in the title already.
[[nodiscard]] QString stepText(const state::Operation &operation);
/// An operation in one line, its object named once.
[[nodiscard]] QString operationText(const state::Operation &operation);
/// The list of changes under way, just finished, and put aside, each with its buttons; `open` shows an object's details,
/// `more` leads to a change, or to all of them (empty id). Ctrl+Z takes the last discarding of a draft back.
[[nodiscard]] Popup *makeOperationsPanel(const ShellContext &context, QWidget *parent,
                                         const std::function<void(const ObjectId &)> &open = {},
                                         const std::function<void(const QString &change)> &more = {});

}
