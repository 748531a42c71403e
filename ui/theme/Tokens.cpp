// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Tokens.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace qd::ui {

namespace {

struct Pair {
    QRgb light;
    QRgb dark;
};

// In the order of Token.
constexpr std::array<Pair, static_cast<size_t>(Token::Count)> kTable{{
    {0xffF3F4F6, 0xff14171B}, {0xffFFFFFF, 0xff1A1E23}, {0xffE9ECEF, 0xff0F1215}, {0xffFFFFFF, 0xff252B32},
    {0xffF1F4F8, 0xff2D343D}, {0xffE4E8ED, 0xff1E2329}, {0xffDCE0E5, 0xff2D333B}, {0xff848D99, 0xff727C89},
    {0xff191E25, 0xffE5E9EE}, {0xff545D69, 0xffA3ACB8}, {0xff838C98, 0xff6B7480}, {0xff1F5FC0, 0xff74ABF7},
    {0xffFFFFFF, 0xff0F1215}, {0xffDDE9FB, 0xff20385A}, {0xffE8EBEF, 0xff2A3038}, {0xffF1F4F8, 0xff20252B},
    {0xff191E25, 0xff2D333B}, {0xffFFFFFF, 0xffE5E9EE},
    {0xff0A7550, 0xff4FC28C}, {0xffE1F3EB, 0xff15302A}, {0xff0A6A86, 0xff52B9D6}, {0xffDFF1F6, 0xff143039},
    {0xff955600, 0xffEDAF45}, {0xffFCEFD8, 0xff372A12}, {0xffBE2530, 0xffFF8078}, {0xffFCE6E6, 0xff3B1F21},
    {0xff59636F, 0xffA0A9B4}, {0xffEBEEF1, 0xff262B32},
    {0xff74379B, 0xffC99BEC}, {0xff74379B, 0xff8A47B5}, {0xffFFFFFF, 0xffFFFFFF},
    {0xffDFF3E7, 0xff143325}, {0xffFBE3E3, 0xff3D2023},
}};

struct Stronger {
    Token token;
    Pair pair;
};

/// What high contrast changes: all of it has a role in the palette, so that every painter follows. 7 to 1 for what is read.
constexpr std::array kStronger{
    Stronger{Token::Line, {0xff848D99, 0xff727C89}}, Stronger{Token::Edge, {0xff3B434D, 0xffAAB3BE}},
    Stronger{Token::Text, {0xff000000, 0xffFFFFFF}}, Stronger{Token::Text2, {0xff2B3138, 0xffD2D8DF}},
    Stronger{Token::Text3, {0xff545D69, 0xffA3ACB8}}, Stronger{Token::Accent, {0xff0B3F8C, 0xffA9CCFF}},
};

double channel(double c)
{
    return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(const QColor &c)
{
    return 0.2126 * channel(c.redF()) + 0.7152 * channel(c.greenF()) + 0.0722 * channel(c.blueF());
}

}

QColor Tokens::value(Token token, bool dark)
{
    const Pair &pair = kTable[static_cast<size_t>(token)];
    return QColor::fromRgb(dark ? pair.dark : pair.light);
}

QPalette::ColorRole Tokens::paletteRole(Token token)
{
    switch (token) {
    case Token::Window: return QPalette::Window;
    case Token::Base: return QPalette::Base;
    case Token::Button: return QPalette::Button;
    case Token::Line: return QPalette::Mid;
    case Token::Edge: return QPalette::Dark;
    case Token::Text: return QPalette::WindowText;
    case Token::Text2: return QPalette::PlaceholderText;
    case Token::Accent: return QPalette::Link;
    case Token::Sel: return QPalette::Highlight;
    case Token::Hover: return QPalette::Midlight;
    case Token::Tooltip: return QPalette::ToolTipBase;
    case Token::TooltipText: return QPalette::ToolTipText;
    case Token::Bad: return QPalette::BrightText;
    default: return QPalette::NoRole;
    }
}

QPalette Tokens::makePalette(bool dark, bool highContrast)
{
    const auto v = [dark, highContrast](Token token) {
        const auto stronger = std::find_if(kStronger.begin(), kStronger.end(), [token](const Stronger &s) { return s.token == token; });
        return highContrast && stronger != kStronger.end() ? QColor::fromRgb(dark ? stronger->pair.dark : stronger->pair.light) : value(token, dark);
    };
    QPalette p;
    const std::initializer_list<std::pair<QPalette::ColorRole, Token>> roles{
        {QPalette::Window, Token::Window}, {QPalette::AlternateBase, Token::Window}, {QPalette::Base, Token::Base},
        {QPalette::Light, Token::Base}, {QPalette::Button, Token::Button}, {QPalette::Mid, Token::Line},
        {QPalette::Dark, Token::Edge}, {QPalette::Shadow, Token::Edge}, {QPalette::WindowText, Token::Text},
        {QPalette::Text, Token::Text}, {QPalette::ButtonText, Token::Text}, {QPalette::HighlightedText, Token::Text},
        {QPalette::PlaceholderText, Token::Text2}, {QPalette::Link, Token::Accent}, {QPalette::LinkVisited, Token::Accent},
        {QPalette::Highlight, Token::Sel}, {QPalette::Midlight, Token::Hover}, {QPalette::ToolTipBase, Token::Tooltip},
        {QPalette::ToolTipText, Token::TooltipText}, {QPalette::BrightText, Token::Bad}};
    for (const auto &[role, token] : roles)
        p.setColor(role, v(token));
    p.setColor(QPalette::Inactive, QPalette::Highlight, v(Token::Sel2));
    p.setColor(QPalette::Disabled, QPalette::Highlight, v(Token::Sel2));
    for (const QPalette::ColorRole role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText, QPalette::PlaceholderText})
        p.setColor(QPalette::Disabled, role, v(Token::Text3));
    return p;
}

Tokens::Tokens(const QPalette &palette)
    : m_palette(palette)
    , m_dark(palette.color(QPalette::Active, QPalette::Base).lightness() < 128)
{
}

QColor Tokens::operator[](Token token) const
{
    if (token == Token::Sel2)
        return m_palette.color(QPalette::Inactive, QPalette::Highlight);
    if (token == Token::Text3)
        return m_palette.color(QPalette::Disabled, QPalette::WindowText);
    const QPalette::ColorRole role = paletteRole(token);
    return role == QPalette::NoRole ? value(token, m_dark) : m_palette.color(QPalette::Active, role);
}

Tokens tokens(const QPalette &palette)
{
    return Tokens(palette);
}

Tokens tokens(const QWidget *widget)
{
    return Tokens(widget ? widget->palette() : QApplication::palette());
}

double contrast(const QColor &a, const QColor &b)
{
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

QColor mix(const QColor &under, const QColor &over, double opacity)
{
    const auto one = [opacity](int u, int o) { return static_cast<int>(std::lround(u + (o - u) * opacity)); };
    return QColor(one(under.red(), over.red()), one(under.green(), over.green()), one(under.blue(), over.blue()));
}

}
