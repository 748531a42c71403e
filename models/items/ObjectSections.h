// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/ObjectFacts.h"

namespace qd::items {

/// Steps, message and the sections of `out` from the columns and facts of the kinds table; the rest of it is read already.
/// What a comparison or another section shows is not shown twice, and what is not there takes no line.
void readSections(ObjectFacts &out, const QJsonObject &object, const network::KindInfo &kind, const QDateTime &now);

}
