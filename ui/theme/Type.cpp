// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/Type.h"

#include <QFontDatabase>
#include <QFontInfo>

namespace qd::ui {

using namespace Qt::StringLiterals;

namespace {

// Qt's own defaults when no platform theme answers.
bool isGeneric(const QString &family)
{
    static const QStringList generic{u"Sans Serif"_s, u"Sans"_s, u"sans-serif"_s, u"Helvetica"_s, u"monospace"_s,
                                     u"Monospace"_s, u"Courier"_s, u"Fixed"_s, QString()};
    return generic.contains(family);
}

QString firstInstalled(const QStringList &wanted)
{
    for (const QString &family : wanted) {
        if (QFontDatabase::hasFamily(family))
            return family;
    }
    return {};
}

int pixels(const QFont &font)
{
    return font.pixelSize() > 0 ? font.pixelSize() : QFontInfo(font).pixelSize();
}

}

QFont bodyFont()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    if (!isGeneric(font.family())) {
        font.setPixelSize(pixels(font));
        return font;
    }
    const QString family = firstInstalled({u"Inter"_s, u"Noto Sans"_s, u"DejaVu Sans"_s});
    if (!family.isEmpty())
        font = QFont(family);
    font.setPixelSize(13);
    return font;
}

QFont monoFont(const QFont &body)
{
    static const QString family = [] {
        const QString desktop = QFontDatabase::systemFont(QFontDatabase::FixedFont).family();
        if (!isGeneric(desktop) && !desktop.startsWith("JetBrains"_L1))
            return desktop;
        return firstInstalled({u"Hack"_s, u"DejaVu Sans Mono"_s});
    }();
    QFont font(family.isEmpty() ? u"monospace"_s : family);
    font.setStyleHint(QFont::Monospace);
    font.setPixelSize(pixels(body) - 1);
    return font;
}

QFont typeFont(Type type, const QFont &body)
{
    QFont font = body;
    const int b = pixels(body);
    font.setPixelSize(b);
    switch (type) {
    case Type::Micro:
        font.setPixelSize(b - 2);
        font.setWeight(QFont::Medium);
        break;
    case Type::Caption: font.setPixelSize(b - 1); break;
    case Type::CaptionStrong:
        font.setPixelSize(b - 1);
        font.setWeight(QFont::DemiBold);
        break;
    case Type::Body: break;
    case Type::Strong: font.setWeight(QFont::DemiBold); break;
    case Type::Title:
        font.setPixelSize(b + 2);
        font.setWeight(QFont::DemiBold);
        break;
    case Type::Heading:
        font.setPixelSize(b + 5);
        font.setWeight(QFont::DemiBold);
        break;
    case Type::Figure:
        font.setPixelSize(b + 9);
        font.setWeight(QFont::DemiBold);
        break;
    case Type::Mono: return monoFont(body);
    }
    return font;
}

QFont typeFont(Type type)
{
    return typeFont(type, QApplication::font());
}

}
