// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ChangeReview.h"

namespace qd::state {

/// What the single fields lead to that the verbs of single kinds set (OwnVerbs.h): approval, connection, traffic, hold.
[[nodiscard]] QList<Consequence> fieldConsequences(const EditReview &review);
/// What the deletion of an object leads to beside that it is gone: a secret that is no longer good, a party that stays.
[[nodiscard]] QList<Consequence> deletionConsequences(const EditReview &review);

}
