// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFontMetrics>

namespace qd::ui {

/// How tall rows are (look.md "Heights").
enum class Density : quint8 { Comfortable, Compact };

/// Sizes of look.md in device-independent pixels; the grid is 4.
namespace metrics {

inline constexpr int kGap = 8;
inline constexpr int kPageEdge = 20;
inline constexpr int kCard = 16;
inline constexpr int kRadiusBadge = 3;
inline constexpr int kRadiusControl = 4;
inline constexpr int kRadiusCard = 6;
inline constexpr int kRadiusPopup = 8;
inline constexpr int kControl = 28;
inline constexpr int kGroupRow = 30;
inline constexpr int kTabs = 34;
inline constexpr int kPageBar = 52;
inline constexpr int kEnvironmentBar = 48;
inline constexpr int kStatusBar = 26;
inline constexpr int kNavigation = 192;
inline constexpr int kNavigationFolded = 48;
inline constexpr int kDetails = 408;
inline constexpr int kScrollBar = 12;
inline constexpr int kIcon = 16;
inline constexpr int kGlyph = 14;

/// A height of look.md that must grow with a larger font: never below the text and its 12 pixels.
[[nodiscard]] inline int atLeast(int height, const QFontMetrics &metrics)
{
    return qMax(height, metrics.height() + 12);
}
[[nodiscard]] inline int rowHeight(Density density, const QFontMetrics &metrics)
{
    return metrics.height() + (density == Density::Compact ? 12 : 20);
}
[[nodiscard]] inline int groupRowHeight(const QFontMetrics &metrics)
{
    return qMax(kGroupRow, metrics.height() + 14);
}

}

}
