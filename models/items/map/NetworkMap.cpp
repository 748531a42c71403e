// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/map/NetworkMap.h"

#include "models/items/map/MapRows.h"

#include <QCoreApplication>
#include <QLocale>
#include <QSet>

#include <algorithm>
#include <map>
#include <tuple>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::State;
using Shape = MapNode::Shape;
using Line = MapEdge::Line;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(NetworkMap)
};

constexpr int kMostNodes = 12;     ///< of a zone, each for itself
constexpr int kMostWorst = 6;      ///< of a zone with more

/// Which nodes stand for themselves; of the others each group has a number.
class Grouping {
public:
    Grouping(const MapRows &rows, const MapWishes &wishes) : m_rows(rows), m_wishes(wishes), m_at(rows.nodes.size(), -1) { }

    void addTo(NetworkMap &map)
    {
        QList<QList<int>> byZone(map.zones.size());
        for (int i = 0; i < int(m_rows.nodes.size()); ++i)
            byZone[m_rows.nodes.at(i).node.zone].append(i);
        for (QList<int> &zone : byZone)
            addZone(map, zone);
    }
    [[nodiscard]] int of(int raw) const { return m_at.at(raw); }

private:
    /// Left out when only problems are wanted; a domain stays while an edge needs it.
    [[nodiscard]] bool wanted(const MapRows::Node &raw) const
    {
        return !m_wishes.problemsOnly || raw.node.shape == Shape::Domain || raw.troubled;
    }

    void addZone(NetworkMap &map, QList<int> &zone)
    {
        std::stable_sort(zone.begin(), zone.end(), [this](int a, int b) { return m_rows.before(a, b); });
        QList<int> alone;
        int nodes = 0;
        for (const int raw : std::as_const(zone))
            nodes += m_rows.nodes.at(raw).node.shape != Shape::Domain && wanted(m_rows.nodes.at(raw));
        const QSet<int> chosen = nodes > kMostNodes ? choose(zone) : QSet<int>(zone.begin(), zone.end());
        std::map<std::tuple<QString, QString, State>, int> groups;   // by kind, phase and state: a phase "Ready" may be degraded
        std::stable_partition(zone.begin(), zone.end(), [&](int raw) { return chosen.contains(raw) || m_rows.nodes.at(raw).node.shape == Shape::Domain; });
        for (const int raw : std::as_const(zone)) {
            const MapNode &node = m_rows.nodes.at(raw).node;
            if (!wanted(m_rows.nodes.at(raw)))
                continue;
            const std::tuple<QString, QString, State> what{node.kind, m_rows.nodes.at(raw).phase, node.state};
            if (node.shape == Shape::Domain || chosen.contains(raw)) {
                m_at[raw] = int(map.nodes.size());
                map.nodes.append(node);
                map.nodes.last().detail = m_rows.detailOf(m_rows.nodes.at(raw));
                continue;
            }
            const auto known = groups.find(what);
            if (known != groups.end()) {
                ++map.nodes[known->second].count;
                m_at[raw] = known->second;
                continue;
            }
            m_at[raw] = int(map.nodes.size());
            groups[what] = m_at.at(raw);
            map.nodes.append(groupOf(m_rows.nodes.at(raw), map.zones.at(node.zone)));
        }
        for (const auto &[kind, at] : groups)
            map.nodes[at].name = m_rows.counted(map.nodes.at(at).kind, map.nodes.at(at).count);
    }

    /// What the search names, else the worst.
    [[nodiscard]] QSet<int> choose(const QList<int> &zone) const
    {
        QList<int> out;
        for (const int raw : zone) {
            const MapNode &node = m_rows.nodes.at(raw).node;
            const bool worth = m_wishes.find.isEmpty() ? node.shape == Shape::Bridge || m_rows.nodes.at(raw).troubled : node.found;
            if (node.shape != Shape::Domain && worth && wanted(m_rows.nodes.at(raw)))
                out.append(raw);
        }
        std::stable_sort(out.begin(), out.end(), [this](int a, int b) { return m_rows.nodes.at(a).node.state < m_rows.nodes.at(b).node.state; });
        out = out.mid(0, m_wishes.find.isEmpty() ? kMostWorst : kMostNodes);
        return {out.begin(), out.end()};
    }

    [[nodiscard]] static MapNode groupOf(const MapRows::Node &first, const MapZone &zone)
    {
        MapNode out = first.node;
        out.key = u"group "_s + zone.key + out.kind + first.phase + network::stateId(out.state);
        out.object = {};
        out.shape = Shape::Node;
        out.detail = network::stateWord(out.state);
        out.filter = u"kind:"_s + out.kind.toLower();
        // Its conditions may say worse than its phase.
        const bool worse = first.info && (out.state == State::Failed || out.state == State::Degraded) && first.info->stateOf(first.phase) != out.state;
        if (worse)
            out.filter += u" phase:"_s + network::stateId(out.state).toLower();
        else if (!first.phase.isEmpty())
            out.filter += u" phase:"_s + first.phase.toLower();
        if (!zone.object.name.isEmpty())
            out.filter += u" net:"_s + zone.object.name;
        return out;
    }

    const MapRows &m_rows;
    const MapWishes &m_wishes;
    QList<int> m_at;
};

void addEdges(NetworkMap &map, const MapRows &rows, const Grouping &grouping, const MapWishes &wishes)
{
    std::map<std::tuple<int, int, Line>, int> merged;
    for (const MapRows::Edge &edge : rows.edges) {
        const int node = grouping.of(edge.edge.node), domain = grouping.of(edge.edge.domain);
        if (node < 0 || domain < 0)
            continue;
        const bool alone = map.nodes.at(node).count == 1;
        MapEdge out = alone ? rows.described(edge) : edge.edge;
        out.node = node;
        out.domain = domain;
        if (!wishes.latency && out.line == Line::Connected)
            out.label.clear();
        if (alone) {
            map.edges.append(out);
            continue;
        }
        const auto known = merged.find({out.node, out.domain, out.line});
        if (known != merged.end()) {
            ++map.edges[known->second].count;
            continue;
        }
        merged[{out.node, out.domain, out.line}] = int(map.edges.size());
        out.key = map.nodes.at(out.node).key + u' ' + map.nodes.at(out.domain).key + QString::number(int(out.line));
        out.object = {};
        map.edges.append(out);
    }
    for (const auto &[ends, at] : merged) {
        MapEdge &edge = map.edges[at];
        edge.name = Words::tr("%1 to %2").arg(map.nodes.at(edge.node).name, map.nodes.at(edge.domain).name);
        edge.detail = QString(lineWord(edge.line) + u": "_s + QLocale().toString(edge.count));
        if (edge.line != Line::Connected)
            edge.label = QString(QLocale().toString(edge.count) + u' ' + lineWord(edge.line).toLower());
    }
}

/// Domains and zones that nothing is left of when only problems are wanted.
void dropEmpty(NetworkMap &map)
{
    QList<bool> used(map.nodes.size(), false);
    for (int i = 0; i < int(map.nodes.size()); ++i)
        used[i] = map.nodes.at(i).shape != Shape::Domain || network::isProblem(map.nodes.at(i).state);
    for (const MapEdge &edge : std::as_const(map.edges))
        used[edge.domain] = true;
    QList<int> nodeAt(map.nodes.size(), -1), zoneAt(map.zones.size(), -1);
    NetworkMap out;
    for (int zone = 0; zone < int(map.zones.size()); ++zone) {
        for (int i = 0; i < int(map.nodes.size()); ++i) {
            if (!used.at(i) || map.nodes.at(i).zone != zone)
                continue;
            if (zoneAt.at(zone) < 0) {
                zoneAt[zone] = int(out.zones.size());
                out.zones.append(map.zones.at(zone));
            }
            nodeAt[i] = int(out.nodes.size());
            out.nodes.append(map.nodes.at(i));
            out.nodes.last().zone = zoneAt.at(zone);
        }
    }
    for (MapEdge edge : std::as_const(map.edges)) {
        edge.node = nodeAt.at(edge.node);
        edge.domain = nodeAt.at(edge.domain);
        out.edges.append(edge);
    }
    map.zones = out.zones;
    map.nodes = out.nodes;
    map.edges = out.edges;
}

}

QString lineWord(MapEdge::Line line)
{
    switch (line) {
    case Line::Connected: return Words::tr("Connected");
    case Line::Degraded: return Words::tr("Degraded");
    case Line::Failed: return Words::tr("Failed");
    case Line::Changing: return Words::tr("Changing");
    case Line::Off: return Words::tr("Off by declaration");
    case Line::Unknown: break;
    }
    return Words::tr("Not determined");
}

NetworkMap networkMap(const QList<state::Environment *> &environments, const MapWishes &wishes, const QDateTime &now)
{
    const MapRows rows(environments, wishes, now);
    NetworkMap map;
    map.zones = rows.zones;
    map.nodeCount = rows.objectCount;
    map.edgeCount = int(rows.edges.size());
    for (const MapRows::Node &node : rows.nodes)
        map.problems += node.counts && network::isProblem(node.node.state);
    for (const MapRows::Edge &raw : rows.edges) {
        const MapEdge &edge = raw.edge;
        map.problems += !edge.object.name.isEmpty() && (edge.line == Line::Failed || edge.line == Line::Degraded);
    }
    Grouping grouping(rows, wishes);
    grouping.addTo(map);
    addEdges(map, rows, grouping, wishes);
    if (wishes.problemsOnly)
        dropEmpty(map);
    for (MapNode &node : map.nodes) {
        if (node.shape != Shape::Bridge || node.state != State::Ready)
            continue;
        const auto own = std::count_if(map.edges.begin(), map.edges.end(), [&](const MapEdge &e) { return &map.nodes.at(e.node) == &node; });
        if (own > 0)
            node.detail = Words::tr("Ready, %n domain(s)", nullptr, int(own));
    }
    return map;
}

}
