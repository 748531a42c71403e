// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/CommandLine.h"

namespace qd::console {

/// The window, or with --tour its pictures. Makes the QApplication; returns the exit code.
[[nodiscard]] int runWindow(int argc, char *argv[], Invocation invocation);

}
