// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/CommandLine.h"
#include "ui/shell/help/HelpPages.h"

namespace qd::console {

/// A page of help for a terminal: its Markdown as plain text, lines of at most `width` characters where words allow it. Links
/// to other pages name the topic, links into the window the page.
[[nodiscard]] QString helpPageText(const ui::HelpPage &page, int width = 80);
/// `help [TOPIC]`: the list of topics, a topic, or what --help says of a command; prints, and gives the exit code. Needs neither
/// a cluster nor a display.
int runHelp(const Invocation &invocation);

}
