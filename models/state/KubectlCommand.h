// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ChangeDraft.h"

namespace qd::state {

/// The kubectl command equal to an edit, quoted for a POSIX shell ("Copy as kubectl"). `context` empty: none is named.
[[nodiscard]] QString kubectlCommand(const Edit &edit, const QString &context);
/// All edits of a draft, one command after another.
[[nodiscard]] QString kubectlCommands(const ChangeDraft &draft, const QString &context);

}
