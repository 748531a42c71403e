// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/network/State.h"
#include "ui/theme/Tokens.h"

#include <QRectF>
#include <QSize>

class QPainter;

namespace qd::ui {

/// Colour, soft colour and shape of a state (look.md "State: colour, shape, word").
[[nodiscard]] Token stateToken(network::State state);
[[nodiscard]] Token stateSoftToken(network::State state);
/// The colour of its word: text for Ready and the quiet end states, else the state's own.
[[nodiscard]] Token stateWordToken(network::State state);
/// Abnormal words are written 600.
[[nodiscard]] bool stateIsLoud(network::State state);
/// Name of the icon that is its shape.
[[nodiscard]] QString stateIcon(network::State state);

/// Paints the glyph square into `rect`. `turn` (0 to 1) is the turn of the Progressing arc.
void paintState(QPainter *painter, const QRectF &rect, network::State state, const Tokens &tokens, qreal turn = 0);
/// The same with a colour of the caller's, for the light parts inside coloured fills.
void paintState(QPainter *painter, const QRectF &rect, network::State state, const QColor &color, const QColor &knockout, qreal turn = 0);

}
