// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/map/NetworkMap.h"
#include "ui/panes/map/MapLayout.h"
#include "ui/theme/Tokens.h"

#include <QPainter>

namespace qd::ui {

/// Line and colour of an edge (look.md "Map").
[[nodiscard]] QPen mapPen(items::MapEdge::Line line, const Tokens &tokens);
[[nodiscard]] Token mapToken(items::MapEdge::Line line);

/// Paints the parts of a map; coordinates are those of MapLayout.
class MapPainter {
public:
    MapPainter(QPainter *painter, const Tokens &tokens, const MapLayout &layout) : m_painter(painter), m_tokens(tokens), m_layout(layout) { }
    void zone(const items::MapZone &zone, const QRectF &box);
    void edge(const items::MapEdge &edge, const QLineF &line, bool current, bool focused);
    void label(const items::MapEdge &edge, const QRectF &box, bool current, bool hovered);
    void node(const items::MapNode &node, const QRectF &box, bool current, bool focused, bool hovered);
    [[nodiscard]] static QSizeF labelSize(const items::MapEdge &edge, qreal unit);

private:
    void outline(const items::MapNode &node, const QRectF &box, const QColor &fill, const QPen &pen);
    qreal verdict(const items::MapNode &node, const QRectF &line);
    [[nodiscard]] QPen nodePen(const items::MapNode &node, bool current) const;
    QPainter *m_painter;
    const Tokens &m_tokens;
    const MapLayout &m_layout;
};

}
