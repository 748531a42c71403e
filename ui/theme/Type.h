// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>

namespace qd::ui {

/// The type scale of look.md, from the body size.
enum class Type : quint8 { Micro, Caption, CaptionStrong, Body, Strong, Title, Heading, Figure, Mono };

/// The font of one step of the scale on top of a body font (a widget's font() or QApplication::font()).
[[nodiscard]] QFont typeFont(Type type, const QFont &body);
/// On top of the application's body font.
[[nodiscard]] QFont typeFont(Type type);

/// The body font: the desktop's UI font where a platform theme gives one, else Inter 13 px.
[[nodiscard]] QFont bodyFont();
/// The desktop's fixed font, else Hack, else DejaVu Sans Mono; body size less one pixel.
[[nodiscard]] QFont monoFont(const QFont &body);

}
