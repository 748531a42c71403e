// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/ports/YamlCodec.h"
#include "models/state/ChangeReview.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace qd::console {

/// The JSON of `do` (commands.md).
[[nodiscard]] QJsonObject reportJson(const state::Review &review, const state::ChangeOutcome &outcome);
/// Diff, warnings and consequences as text.
[[nodiscard]] QString reviewText(const state::Review &review, const ports::YamlCodec &yaml);
/// One line for each field both sides changed.
[[nodiscard]] QStringList conflictLines(const state::Review &review);

}
