// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPalette>

class QWidget;

namespace qd::ui {

/// The colours of look.md "Tokens", by meaning.
enum class Token : quint8 {
    Window, Base, Sunken, Button, ButtonHover, ButtonDown, Line, Edge, Text, Text2, Text3, Accent, OnAccent,
    Sel, Sel2, Hover, Tooltip, TooltipText,
    Ok, OkSoft, Busy, BusySoft, Warn, WarnSoft, Bad, BadSoft, Idle, IdleSoft,
    Prod, ProdFill, OnProd, DiffAdded, DiffRemoved,
    Count
};

/// Colours for one palette. Tokens that have a QPalette role are read from the palette, so a widget with a palette of its own
/// (the time-travel page) is painted right; the others come from the light or dark table that fits the palette's Base.
/// The one way for every painter: `const Tokens t = tokens(this); painter.setPen(t[Token::Text2]);`. Cheap, make one a paint.
class Tokens {
public:
    explicit Tokens(const QPalette &palette);
    [[nodiscard]] QColor operator[](Token token) const;
    [[nodiscard]] bool dark() const { return m_dark; }
    [[nodiscard]] const QPalette &palette() const { return m_palette; }

    /// The table itself, light or dark.
    [[nodiscard]] static QColor value(Token token, bool dark);
    /// The whole palette of a theme, Active, Inactive and Disabled.
    /// High contrast: stronger texts, lines, accent and selection; states keep their colours.
    [[nodiscard]] static QPalette makePalette(bool dark, bool highContrast = false);
    /// The QPalette role a token has, or NoRole.
    [[nodiscard]] static QPalette::ColorRole paletteRole(Token token);

private:
    QPalette m_palette;
    bool m_dark;
};

[[nodiscard]] Tokens tokens(const QPalette &palette);
[[nodiscard]] Tokens tokens(const QWidget *widget);

/// WCAG 2 contrast of two opaque colours, 1 to 21.
[[nodiscard]] double contrast(const QColor &a, const QColor &b);
/// `over` laid on `under` with the given opacity; opaque.
[[nodiscard]] QColor mix(const QColor &under, const QColor &over, double opacity);

}
