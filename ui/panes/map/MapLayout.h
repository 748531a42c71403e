// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/map/NetworkMap.h"

#include <QLineF>
#include <QPolygonF>
#include <QRectF>

namespace qd::ui {

/// Where everything of a map stands: by name and kind, so that nothing moves when a state does. Private networks at the left with
/// their bridges on the right border, the others at the right; a network's domains in the middle, super validators above.
/// px at zoom 1; `unit` is 1 at a body font of 13 px.
struct MapLayout {
    QSizeF size;                 ///< at least `room`
    QList<QRectF> zones;         ///< as NetworkMap::zones
    QList<QRectF> nodes;         ///< as NetworkMap::nodes
    QList<QLineF> edges;         ///< as NetworkMap::edges: from the node's border to the domain's
    qreal unit = 1;

    [[nodiscard]] static MapLayout of(const items::NetworkMap &map, qreal unit, const QSizeF &room);
    /// Height of a zone's first line.
    [[nodiscard]] static qreal header(qreal unit) { return 36 * unit; }
    /// The outline of a node; a hexagon for a domain.
    [[nodiscard]] static QPolygonF outline(const QRectF &box, items::MapNode::Shape shape);
};

}
