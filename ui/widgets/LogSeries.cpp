// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/LogSeries.h"

#include <QPainter>

#include <array>

namespace qd::ui {

QPen seriesPen(int number)
{
    struct Series {
        QRgb color;
        std::initializer_list<qreal> dash;
    };
    static const std::array<Series, 10> kSeries{{{0xff2f7ed8, {}}, {0xffd9711a, {3, 1.5}}, {0xff1e9e78, {1, 1}}, {0xffc8489a, {4, 1.2, 1, 1.2}},
                                                 {0xff8a7a12, {}}, {0xff7b68d4, {3, 1.5}}, {0xff2a96b8, {4, 1.2, 1, 1.2}}, {0xff6b8f23, {1, 1}},
                                                 {0xff8c7b75, {5, 1.5, 1, 1.5, 1, 1.5}}, {0xffd6453d, {5, 1.5}}}};
    const Series &one = kSeries.at(size_t(number < 0 ? 0 : number) % kSeries.size());
    QPen pen(QColor::fromRgb(one.color), 2);
    pen.setCapStyle(Qt::FlatCap);
    if (one.dash.size() > 0)
        pen.setDashPattern(QList<qreal>(one.dash));
    return pen;
}

QIcon seriesIcon(int number)
{
    QIcon out;
    for (const int scale : {1, 2, 3}) {
        QPixmap pixmap(14 * scale, 14 * scale);
        pixmap.setDevicePixelRatio(scale);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setPen(seriesPen(number));
        painter.drawLine(QPointF(0, 7), QPointF(13, 7));
        painter.end();
        out.addPixmap(pixmap);
    }
    return out;
}

}
