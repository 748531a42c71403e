// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/SeriesStyle.h"

#include "models/items/telemetry/SeriesNumbers.h"

#include <array>

namespace qd::ui {

namespace {

struct Style {
    QRgb color;
    QList<double> dash;
};

const Style &styleOf(int number)
{
    static const std::array<Style, items::kSeriesStyles> kStyles{{{0xff2f7ed8, {}},
                                                                  {0xffd9711a, {6, 2.5}},
                                                                  {0xff1e9e78, {2, 2}},
                                                                  {0xffc8489a, {8, 2.5, 2, 2.5}},
                                                                  {0xff8a7a12, {}},
                                                                  {0xff7b68d4, {6, 2.5}},
                                                                  {0xff2a96b8, {8, 2.5, 2, 2.5}},
                                                                  {0xff6b8f23, {2, 2}},
                                                                  {0xff8c7b75, {10, 3, 2, 3, 2, 3}},
                                                                  {0xffd6453d, {10, 3}}}};
    return kStyles.at(size_t(number < 0 ? 0 : number) % kStyles.size());
}

}

QColor seriesColor(int number)
{
    return QColor::fromRgb(styleOf(number).color);
}

const QList<double> &seriesDash(int number)
{
    return styleOf(number).dash;
}

QPen linePen(int number, double width)
{
    const Style &style = styleOf(number);
    // Round joins cost half of a picture, and are not seen at this width.
    QPen pen(QColor::fromRgb(style.color), width, Qt::SolidLine, Qt::FlatCap, Qt::BevelJoin);
    if (!style.dash.isEmpty()) {
        // Qt counts dashes in widths of the pen.
        QList<qreal> pattern;
        for (const double length : style.dash)
            pattern.append(length / width);
        pen.setDashPattern(pattern);
    }
    return pen;
}

}
