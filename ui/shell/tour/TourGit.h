// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/tour/TourWorld.h"

namespace qd::ui {

/// The Argo CD Application that keeps northgate-validator-2: heals itself, with repository and revision.
void addTourApplication(TourWorld &world);
/// What Argo CD applied last of that node, in its annotation.
void addTourApplied(TourWorld &world);
/// What the server publishes of a Validator's fields.
[[nodiscard]] QJsonObject tourSchema();

}
