// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/CommandLine.h"
#include "models/ports/SignIn.h"

#include <functional>

namespace qd::console {

/// "firefox ended with 1", for people.
using BrowserEnded = std::function<void(const QString &how)>;

/// How a command opens a link: --browser, a program that gets the link as its last argument, else the desktop's own way; false where
/// there is no desktop. What it prints goes nowhere, standard output is the command's. The link stands in the program's command line, which
/// others on the machine can read: it holds no token, code or verifier (state and challenge are of use to this process only).
/// The program outlives this one. One that ends with an error is told to `ended`, on this thread, as long as the opener lives (Linux 5.3).
[[nodiscard]] ports::BrowserOpener browserOf(const Invocation &invocation, const BrowserEnded &ended = {});

}
