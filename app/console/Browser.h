// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/CommandLine.h"
#include "models/ports/SignIn.h"

namespace qd::console {

/// How a command opens a link: --browser, a program that gets the link as its last argument, else the desktop's own way; false where
/// there is no desktop. What it prints goes nowhere, standard output is the command's. The link stands in the program's command line, which
/// others on the machine can read: it holds no token, code or verifier (state and challenge are of use to this process only).
[[nodiscard]] ports::BrowserOpener browserOf(const Invocation &invocation);

}
