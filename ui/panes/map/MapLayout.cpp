// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panes/map/MapLayout.h"

#include <QHash>

#include <algorithm>
#include <cmath>

namespace qd::ui {

using items::MapEdge;
using items::MapNode;
using items::NetworkMap;

namespace {

// px at unit 1
constexpr QSizeF kBox{196, 52}, kHex{200, 60};
constexpr qreal kPage = 14, kZoneGap = 12, kMargin = 13, kSlot = 20, kRowGap = 32, kEdgeGap = 37, kMostGap = 132, kHexCorner = 26;
constexpr qreal kBetween = 7;          ///< of several lines between the same two
constexpr qreal kTowardsOther = 0.65;  ///< a bridge stands nearer to the domain outside: its line is the one that crosses a network

/// A zone's nodes by where they stand.
struct Plan {
    QList<int> domains, above, below, bridges;
    int slots = 1;           ///< of a row
    QSizeF least;

    [[nodiscard]] int rows(const QList<int> &part) const { return part.isEmpty() ? 0 : (int(part.size()) + slots - 1) / slots; }
};

Plan planOf(const NetworkMap &map, int zone, qreal unit)
{
    Plan out;
    QList<int> nodes;
    for (int i = 0; i < int(map.nodes.size()); ++i) {
        const MapNode &node = map.nodes.at(i);
        if (node.zone != zone)
            continue;
        QList<int> &to = node.shape == MapNode::Shape::Domain ? out.domains
            : node.shape == MapNode::Shape::Super             ? out.above
            : node.shape == MapNode::Shape::Bridge            ? out.bridges
                                                              : nodes;
        to.append(i);
    }
    const bool split = !out.domains.isEmpty() && (map.zones.at(zone).isPrivate || (out.above.isEmpty() && nodes.size() > 2));
    const qsizetype half = (out.above.size() + nodes.size() + (map.zones.at(zone).isPrivate ? 1 : 0)) / 2;
    const qsizetype up = split ? std::max<qsizetype>(0, half - out.above.size()) : 0;
    out.above += nodes.mid(0, up);
    out.below = nodes.mid(up);
    const int most = int(std::max(out.above.size(), out.below.size()));
    out.slots = most <= 2 ? 2 : most <= 4 ? 2 : most <= 6 ? 3 : 4;
    out.slots = std::max(1, std::min(out.slots, most));
    const qreal bridge = out.bridges.isEmpty() ? 0 : kBox.width() / 2 + kSlot;
    const qreal wide = std::max(out.slots * (kBox.width() + kSlot), double(out.domains.size()) * (kHex.width() + kSlot));
    const auto block = [](int rows) { return rows == 0 ? 0.0 : rows * kBox.height() + (rows - 1) * kRowGap; };
    qreal high = block(out.rows(out.above)) + block(out.rows(out.below)) + (out.domains.isEmpty() ? 0 : kHex.height());
    high += ((out.above.isEmpty() ? 0 : 1) + (out.below.isEmpty() ? 0 : 1)) * kEdgeGap;
    high = std::max(high, double(out.bridges.size()) * (kBox.height() + kRowGap));
    out.least = QSizeF(wide + bridge + 2 * kMargin, MapLayout::header(1) + high + kMargin) * unit;
    out.least.setWidth(std::max(out.least.width(), 300 * unit));
    return out;
}

/// Fills one zone.
class Filler {
public:
    Filler(MapLayout &layout, const Plan &plan, const QRectF &zone) : m_layout(layout), m_plan(plan), m_unit(layout.unit)
    {
        m_inner = zone.adjusted(kMargin * m_unit, MapLayout::header(m_unit), -kMargin * m_unit, -kMargin * m_unit);
        if (!plan.bridges.isEmpty())
            m_inner.setRight(m_inner.right() - (kBox.width() / 2 + kSlot) * m_unit);
    }

    void fill(const QRectF &zone)
    {
        const qreal above = block(m_plan.above), below = block(m_plan.below), domain = m_plan.domains.isEmpty() ? 0 : kHex.height() * m_unit;
        const int gaps = (above > 0 && domain > 0 ? 1 : 0) + (below > 0 && domain > 0 ? 1 : 0) + (domain > 0 || above == 0 || below == 0 ? 0 : 1);
        const qreal left = m_inner.height() - above - below - domain;
        const qreal gap = gaps == 0 ? 0 : std::clamp(left / (gaps + 1), kEdgeGap * m_unit * 0.7, kMostGap * m_unit);
        qreal y = m_inner.top() + std::max(0.0, (left - gap * gaps) / 2);
        if (above > 0) {
            putRows(m_plan.above, y);
            y += above + (gaps > 0 ? gap : 0);
        }
        qreal middle = y + domain / 2;
        if (domain > 0) {
            putRow(m_plan.domains, 0, int(m_plan.domains.size()), int(m_plan.domains.size()), y, kHex, 0);
            y += domain + (below > 0 ? gap : 0);
        }
        if (below > 0)
            putRows(m_plan.below, y);
        const qreal pitch = (kBox.height() + kRowGap / 2) * m_unit;
        putBridges(zone, middle, pitch);
    }

    /// Around this height, one below the other.
    void putBridges(const QRectF &zone, qreal middle, qreal pitch)
    {
        const qreal half = pitch * double(m_plan.bridges.size() - 1) / 2, least = m_inner.top() + kBox.height() * m_unit / 2;
        middle = std::max(std::min(middle, m_inner.bottom() - kBox.height() * m_unit / 2 - half) - half, least);
        for (const int node : m_plan.bridges) {
            m_layout.nodes[node] = centred({zone.right(), middle}, kBox);
            middle += pitch;
        }
    }

private:
    [[nodiscard]] qreal block(const QList<int> &part) const
    {
        const int rows = m_plan.rows(part);
        return rows == 0 ? 0 : (rows * kBox.height() + (rows - 1) * kRowGap) * m_unit;
    }
    [[nodiscard]] QRectF centred(const QPointF &at, const QSizeF &size) const
    {
        const QSizeF own = size * m_unit;
        return {std::round(at.x() - own.width() / 2), std::round(at.y() - own.height() / 2), std::round(own.width()), std::round(own.height())};
    }
    void putRow(const QList<int> &part, int from, int count, int slots, qreal y, const QSizeF &size, qreal shift)
    {
        const qreal pitch = std::min(m_inner.width() / slots, (size.width() + kSlot) * m_unit * 1.5);
        const qreal first = m_inner.center().x() - pitch * (count - 1) / 2 + shift * pitch;
        for (int i = 0; i < count; ++i)
            m_layout.nodes[part.at(from + i)] = centred({first + i * pitch, y + size.height() * m_unit / 2}, size);
    }
    /// Rows stand a little beside each other, so that lines pass between the boxes.
    void putRows(const QList<int> &part, qreal y)
    {
        const int rows = m_plan.rows(part);
        for (int row = 0; row < rows; ++row) {
            const int from = row * m_plan.slots, count = std::min(m_plan.slots, int(part.size()) - from);
            const bool full = count == m_plan.slots;
            putRow(part, from, count, m_plan.slots, y, kBox, rows > 1 && full && m_plan.slots > 1 ? (row % 2 ? 0.08 : -0.08) : 0);
            y += (kBox.height() + kRowGap) * m_unit;
        }
    }
    MapLayout &m_layout;
    const Plan &m_plan;
    qreal m_unit;
    QRectF m_inner;
};

/// Zones by column.
QList<QList<int>> columnsOf(const NetworkMap &map, const QList<Plan> &plans, qreal room, qreal unit)
{
    QList<int> left, right;
    for (int i = 0; i < int(map.zones.size()); ++i)
        (map.zones.at(i).isPrivate ? left : right).append(i);
    const auto widest = [&plans](const QList<int> &zones) {
        qreal out = 0;
        for (const int zone : zones)
            out = std::max(out, plans.at(zone).least.width());
        return out;
    };
    const qreal between = (2 * kPage + kZoneGap + kBox.width()) * unit;
    if (!left.isEmpty() && !right.isEmpty())
        return widest(left) + widest(right) + between <= room ? QList<QList<int>>{left, right} : QList<QList<int>>{left + right};
    const QList<int> all = left + right;
    const int columns = std::clamp(int((room - 2 * kPage * unit) / std::max(1.0, widest(all) + kZoneGap * unit)), 1, std::max(1, int(all.size())));
    QList<QList<int>> out(columns);
    QList<qreal> high(columns, 0);
    for (const int zone : all) {
        const auto lowest = std::min_element(high.begin(), high.end()) - high.begin();
        out[lowest].append(zone);
        high[lowest] += plans.at(zone).least.height();
    }
    return out;
}

/// Bridges again, now that the domains outside stand.
void leanBridges(const NetworkMap &map, const QList<Plan> &plans, MapLayout &layout)
{
    for (int zone = 0; zone < int(map.zones.size()); ++zone) {
        qreal inside = 0, outside = 0;
        int in = 0, out = 0;
        for (const MapEdge &edge : map.edges) {
            if (!plans.at(zone).bridges.contains(edge.node))
                continue;
            const bool own = map.nodes.at(edge.domain).zone == zone;
            const QRectF other = layout.zones.at(map.nodes.at(edge.domain).zone);
            if (!own && other.left() < layout.zones.at(zone).right())
                continue;   // below it: nothing to lean to
            (own ? inside : outside) += layout.nodes.at(edge.domain).center().y();
            ++(own ? in : out);
        }
        if (out == 0)
            continue;
        const qreal to = outside / out, from = in > 0 ? inside / in : to;
        Filler(layout, plans.at(zone), layout.zones.at(zone)).putBridges(layout.zones.at(zone), from + (to - from) * kTowardsOther, (kBox.height() + kRowGap / 2) * layout.unit);
    }
}

QPointF meet(const QLineF &line, const QPolygonF &outline)
{
    for (int i = 0; i < int(outline.size()); ++i) {
        QPointF at;
        if (line.intersects(QLineF(outline.at(i), outline.at((i + 1) % outline.size())), &at) == QLineF::BoundedIntersection)
            return at;
    }
    return line.p2();
}

}

QPolygonF MapLayout::outline(const QRectF &box, MapNode::Shape shape)
{
    if (shape != MapNode::Shape::Domain)
        return QPolygonF({box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()});
    const qreal corner = kHexCorner * box.width() / kHex.width();
    return QPolygonF({{box.left(), box.center().y()}, {box.left() + corner, box.top()}, {box.right() - corner, box.top()},
                      {box.right(), box.center().y()}, {box.right() - corner, box.bottom()}, {box.left() + corner, box.bottom()}});
}

MapLayout MapLayout::of(const NetworkMap &map, qreal unit, const QSizeF &room)
{
    MapLayout out;
    out.unit = unit;
    out.zones.resize(map.zones.size());
    out.nodes.resize(map.nodes.size());
    QList<Plan> plans;
    for (int zone = 0; zone < int(map.zones.size()); ++zone)
        plans.append(planOf(map, zone, unit));
    const QList<QList<int>> columns = columnsOf(map, plans, room.width(), unit);
    const bool bridges = std::any_of(plans.begin(), plans.end(), [](const Plan &p) { return !p.bridges.isEmpty(); });
    const qreal page = kPage * unit, gap = kZoneGap * unit, beside = columns.size() > 1 && bridges ? (kBox.width() / 2 + 20) * unit : gap;
    const qreal after = bridges && columns.size() <= 1 ? kBox.width() / 2 * unit : 0;   // a bridge hangs over the last border
    QList<qreal> widths;
    qreal wide = 2 * page + after + beside * double(columns.size() - 1), high = 0;
    for (const QList<int> &column : columns) {
        qreal width = 0, height = 2 * page - gap;
        for (const int zone : column) {
            width = std::max(width, plans.at(zone).least.width());
            height += plans.at(zone).least.height() + gap;
        }
        widths.append(width);
        wide += width;
        high = std::max(high, height);
    }
    out.size = {std::max(wide, room.width()), std::max(high, room.height())};
    const qreal more = out.size.width() - wide;
    qreal x = page, all = 0;
    for (const qreal width : widths)
        all += width;
    for (int c = 0; c < int(columns.size()); ++c) {
        const qreal width = widths.at(c) + more * widths.at(c) / std::max(1.0, all);
        qreal least = 0;
        for (const int zone : columns.at(c))
            least += plans.at(zone).least.height();
        const qreal room2 = out.size.height() - 2 * page - gap * double(columns.at(c).size() - 1);
        qreal y = page;
        for (const int zone : columns.at(c)) {
            const qreal height = plans.at(zone).least.height() * std::max(1.0, room2 / std::max(1.0, least));
            out.zones[zone] = QRectF(std::round(x), std::round(y), std::round(width), std::round(height));
            Filler(out, plans.at(zone), out.zones.at(zone)).fill(out.zones.at(zone));
            y += height + gap;
        }
        x += width + beside;
    }
    leanBridges(map, plans, out);
    QHash<QPair<int, int>, int> drawn;
    for (const MapEdge &edge : map.edges) {
        const QRectF from = out.nodes.at(edge.node), to = out.nodes.at(edge.domain);
        QLineF line(from.center(), to.center());
        // From another network to the corner that looks there: the line stays clear of the nodes around the domain.
        if (map.nodes.at(edge.node).zone != map.nodes.at(edge.domain).zone)
            line.setP2({from.center().x() < to.center().x() ? to.left() + 1 : to.right() - 1, to.center().y()});
        const int times = drawn[{edge.node, edge.domain}]++;
        if (times > 0) {
            const QLineF aside = line.normalVector().unitVector();
            line.translate(aside.dx() * kBetween * times, aside.dy() * kBetween * times);
        }
        out.edges.append(QLineF(meet(line, outline(from, map.nodes.at(edge.node).shape)), meet(line, outline(to, MapNode::Shape::Domain))));
    }
    return out;
}

}
