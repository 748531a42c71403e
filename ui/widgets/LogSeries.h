// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QPen>

namespace qd::ui {

/// The series of look.md "Charts": a colour and a dash each, the same for a source wherever it is drawn.
[[nodiscard]] QPen seriesPen(int number);
/// A short piece of its line.
[[nodiscard]] QIcon seriesIcon(int number);

}
