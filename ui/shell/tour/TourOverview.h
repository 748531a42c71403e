// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/tour/TourWorld.h"

namespace qd::ui {

class MainWindow;

/// The consortium of picture 03: what fails, is late, runs out and ends, an upgrade that is observed, three changes. Before the
/// window is made. Also used by tests/ui.
void fillOverview(TourWorld &world);
/// Three nodes with nothing wrong.
void fillCalm(TourWorld &world);
/// What the nodes reported of their traffic; once the window is made.
void fillTraffic(TourWorld &world, MainWindow &window);

}
