// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/LogSeries.h"

#include "ui/theme/SeriesStyle.h"

#include <QPainter>

namespace qd::ui {

QPen seriesPen(int number)
{
    return linePen(number, 2);
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
