// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QList>
#include <QPen>

namespace qd::ui {

/// The ten lines of look.md "Charts", 0 to 9: valid on both themes.
[[nodiscard]] QColor seriesColor(int number);
/// Lengths of dash and space in turn, in pixels; empty: solid.
[[nodiscard]] const QList<double> &seriesDash(int number);
[[nodiscard]] QPen linePen(int number, double width = 1.5);

}
