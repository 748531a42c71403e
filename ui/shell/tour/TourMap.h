// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/tour/TourWorld.h"

namespace qd::ui {

/// The consortium with its connections: a bridge, one connection that failed, one that is slow, one that registers.
void fillMap(TourWorld &world);
/// Every kind of the map in every environment; refused, failed, loading.
void setMapPhase(TourWorld &world, LoadState::Phase phase, const Error &error = {});
/// So many validators of two networks, each with its connection.
void fillMapMany(TourWorld &world, int count);

}
