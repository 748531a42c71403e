// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/State.h"
#include "ui/theme/Tokens.h"

#include <QList>
#include <QRect>
#include <QString>

class QFontMetrics;
class QPainter;

namespace qd::ui {

/// Width of a text whose digits all take the widest digit's width, so that columns of numbers line up (Inter's digits are
/// 6.0 to 8.3 px wide at 13, and Qt 6.4 has no font features).
[[nodiscard]] int tabularWidth(const QFontMetrics &metrics, const QString &text);
/// Draws such a text on one line, in the painter's font and pen; elided right when it does not fit.
void drawTabular(QPainter *painter, const QRect &rect, Qt::Alignment alignment, const QString &text);

/// The "drift" badge; returns its width. With `painter` null only measures.
int drawBadge(QPainter *painter, const QRect &rect, const QString &text, Token color, Token soft, const Tokens &tokens, const QFont &body);

/// A meter of 4 px: idle, warn below 25 %, bad below 10 %.
void drawMeter(QPainter *painter, const QRectF &rect, double percent, const Tokens &tokens);
[[nodiscard]] Token meterToken(double percent);

/// A line of evenly spaced values from nothing up to their highest; NaN leaves a gap.
void drawTrend(QPainter *painter, const QRectF &rect, const QList<double> &values, const QColor &color);

}
