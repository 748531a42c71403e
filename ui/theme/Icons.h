// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Tokens.h"

#include <QIcon>
#include <QRectF>
#include <QStringList>

class QPainter;

namespace qd::ui {

/// A single-colour icon of resources/icons by file name without suffix ("copy"). Painted in the colour of `token`, from the
/// application's palette at the moment of painting, so a theme change needs no new icons; disabled icons take text3.
/// Our style and our own painters colour it as the text beside it (paintIcon). Unknown names give a null icon.
[[nodiscard]] QIcon icon(const QString &name, Token token = Token::Text);

/// Paints an icon in one colour, sharp at the painter's device pixel ratio, cached. `knockout` replaces the white parts.
void paintIcon(QPainter *painter, const QRectF &rect, const QString &name, const QColor &color, const QColor &knockout = Qt::white);
/// Paints any QIcon: ours by paintIcon in `color`, others as they are.
void paintIcon(QPainter *painter, const QRect &rect, const QIcon &icon, const QColor &color, QIcon::Mode mode, QIcon::State state);

/// All names there are, sorted.
[[nodiscard]] QStringList iconNames();

}
