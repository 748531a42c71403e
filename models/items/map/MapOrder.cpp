// SPDX-License-Identifier: GPL-3.0-or-later
// In which order nodes and edges are drawn.
#include "models/items/map/MapRows.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace qd::items {

/// Nodes as they are drawn, edges after them.
void MapRows::putInOrder()
{
    drawn = QList<QList<int>>(zones.size());
    for (int i = 0; i < int(nodes.size()); ++i)
        drawn[nodes.at(i).node.zone].append(i);
    QList<int> rank(nodes.size());
    int next = 0;
    for (QList<int> &zone : drawn) {
        std::stable_sort(zone.begin(), zone.end(), [this](int a, int b) { return before(a, b); });
        for (const int node : std::as_const(zone))
            rank[node] = next++;
    }
    const auto place = [&](int edge) { return std::pair(rank.at(edges.at(edge).edge.node), rank.at(edges.at(edge).edge.domain)); };
    QList<int> order(edges.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](int a, int b) {
        const auto left = place(a), right = place(b);
        return left != right ? left < right : edges.at(a).edge.key < edges.at(b).edge.key;
    });
    QList<Edge> inOrder;
    inOrder.reserve(edges.size());
    for (const int edge : std::as_const(order))
        inOrder.append(std::move(edges[edge]));
    edges = std::move(inOrder);
    for (int i = 0; i < int(edges.size()); ++i) {
        judge(edges[i]);
        nodes[edges.at(i).edge.node].edges.append(i);
        if (edges.at(i).row)
            m_edgeOf.insert(edges.at(i).edge.key, i);
    }
    for (Node &node : nodes)
        judgeNode(node);
}

bool MapRows::before(int a, int b) const
{
    const MapNode &left = nodes.at(a).node, &right = nodes.at(b).node;
    if (left.shape != right.shape)
        return left.shape < right.shape;
    return std::tie(nodes.at(a).order, left.object.ns, left.key) < std::tie(nodes.at(b).order, right.object.ns, right.key);
}

}
