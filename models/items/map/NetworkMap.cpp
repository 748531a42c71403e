// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/map/NetworkMap.h"

#include "models/items/map/MapRows.h"
#include "models/state/telemetry/Verdicts.h"

#include <QCoreApplication>
#include <QHash>
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
    Grouping(const MapRows &rows, const MapWishes &wishes) : m_rows(rows), m_wishes(wishes), m_at(rows.nodes.size(), -1), m_found(rows.nodes.size(), true)
    {
        for (int i = 0; !wishes.find.isEmpty() && i < int(rows.nodes.size()); ++i)
            m_found[i] = rows.nodes.at(i).node.name.contains(wishes.find, Qt::CaseInsensitive);
    }

    void addTo(NetworkMap &map)
    {
        for (const QList<int> &zone : m_rows.drawn)
            addZone(map, zone);
    }
    [[nodiscard]] int of(int raw) const { return m_at.at(raw); }
    [[nodiscard]] bool found(int raw) const { return m_found.at(raw); }

private:
    /// Left out when only problems are wanted; a domain stays while an edge needs it.
    [[nodiscard]] bool wanted(const MapRows::Node &raw) const
    {
        return !m_wishes.problemsOnly || raw.node.shape == Shape::Domain || raw.troubled;
    }

    void addZone(NetworkMap &map, const QList<int> &zone)
    {
        QList<int> nodes;
        for (const int raw : zone) {
            if (m_rows.nodes.at(raw).node.shape == Shape::Domain)
                add(map, raw);
            else if (wanted(m_rows.nodes.at(raw)))
                nodes.append(raw);
        }
        const bool many = nodes.size() > kMostNodes;
        const QSet<int> chosen = many ? choose(nodes) : QSet<int>();
        for (const int raw : std::as_const(nodes)) {
            if (!many || chosen.contains(raw))
                add(map, raw);
        }
        // By what it reports and whether it gets on: one that is stuck is not hidden among those that are fine.
        QHash<std::pair<int, int>, int> groups;
        const auto kin = [this](int raw) {
            const MapRows::Node &node = m_rows.nodes.at(raw);
            return std::pair(node.alike, node.node.verdict ? int(*node.node.verdict) : -1);
        };
        for (const int raw : std::as_const(nodes)) {
            if (m_at.at(raw) >= 0)
                continue;
            const int known = groups.value(kin(raw), -1);
            if (known >= 0) {
                ++map.nodes[known].count;
                m_at[raw] = known;
                continue;
            }
            m_at[raw] = int(map.nodes.size());
            groups.insert(kin(raw), m_at.at(raw));
            map.nodes.append(groupOf(m_rows.nodes.at(raw), map.zones.at(m_rows.nodes.at(raw).node.zone)));
            map.nodes.last().found = m_found.at(raw);
        }
        for (const int at : std::as_const(groups))
            map.nodes[at].name = m_rows.counted(map.nodes.at(at).kind, map.nodes.at(at).count);
    }

    void add(NetworkMap &map, int raw)
    {
        m_at[raw] = int(map.nodes.size());
        map.nodes.append(m_rows.nodes.at(raw).node);
        map.nodes.last().detail = m_rows.detailOf(m_rows.nodes.at(raw));
        map.nodes.last().found = m_found.at(raw);
    }

    /// What the search names, else the worst.
    [[nodiscard]] QSet<int> choose(const QList<int> &zone) const
    {
        QList<int> out;
        for (const int raw : zone) {
            const MapNode &node = m_rows.nodes.at(raw).node;
            if (m_wishes.find.isEmpty() ? node.shape == Shape::Bridge || m_rows.nodes.at(raw).troubled : m_found.at(raw))
                out.append(raw);
        }
        // Of a cluster that does not answer, those that were worst.
        const auto bad = [this](int raw) {
            const MapRows::Node &node = m_rows.nodes.at(raw);
            const State worst = isTroubled(node.node.verdict) ? network::worse(node.node.state, state::shapeOf(*node.node.verdict)) : node.node.state;
            return std::pair(worst, node.row ? node.row->state : node.node.state);
        };
        std::stable_sort(out.begin(), out.end(), [&bad](int a, int b) { return bad(a) < bad(b); });
        out = out.mid(0, m_wishes.find.isEmpty() ? kMostWorst : kMostNodes);
        return {out.begin(), out.end()};
    }

    [[nodiscard]] static MapNode groupOf(const MapRows::Node &first, const MapZone &zone)
    {
        MapNode out = first.node;
        out.key = u"group "_s + zone.key + out.kind + first.phase + network::stateId(out.state);
        if (first.node.verdict)
            out.key += QString(u' ' + state::verdictId(*first.node.verdict));
        out.why.clear();    // of each of them another
        out.object = {};
        out.shape = Shape::Node;
        const QString word = network::stateWord(first.row ? first.row->state : out.state);
        out.detail = out.state == State::Stale ? Words::tr("was %1").arg(word) : network::stateWord(out.state);
        out.filter = u"cluster:="_s + quoted(zone.object.cluster) + u" kind:="_s + out.kind.toLower();
        // Its conditions may say worse than its phase.
        const bool worse = first.kind && (out.state == State::Failed || out.state == State::Degraded) && first.kind->info->stateOf(first.phase) != out.state;
        if (worse)
            out.filter += u" phase:="_s + network::stateId(out.state).toLower();
        else if (!first.phase.isEmpty())
            out.filter += u" phase:="_s + first.phase.toLower();
        if (!zone.network.isEmpty())
            out.filter += u" net:="_s + quoted(zone.network);
        return out;
    }

    [[nodiscard]] static QString quoted(const QString &name)
    {
        return name.contains(u' ') ? QString(u'"' + name + u'"') : name;
    }

    const MapRows &m_rows;
    const MapWishes &m_wishes;
    QList<int> m_at;
    QList<bool> m_found;
};

void addEdges(NetworkMap &map, const MapRows &rows, const Grouping &grouping, const MapWishes &wishes, const QDateTime &now)
{
    std::map<std::tuple<int, int, Line>, int> merged;
    for (const MapRows::Edge &edge : rows.edges) {
        const int node = grouping.of(edge.edge.node), domain = grouping.of(edge.edge.domain);
        if (node < 0 || domain < 0)
            continue;
        const bool alone = map.nodes.at(node).count == 1;
        if (!alone) {
            const auto [known, first] = merged.try_emplace({node, domain, edge.was}, int(map.edges.size()));
            if (!first) {
                ++map.edges[known->second].count;
                continue;
            }
        }
        MapEdge out = alone ? rows.described(edge, now) : edge.edge;
        out.node = node;
        out.domain = domain;
        out.found = grouping.found(edge.edge.node) || grouping.found(edge.edge.domain);
        if (!wishes.latency && out.line == Line::Connected)
            out.label.clear();
        if (!alone) {
            out.key = map.nodes.at(node).key + u' ' + map.nodes.at(domain).key + QString::number(int(edge.was));
            out.object = {};
        }
        map.edges.append(out);
    }
    for (const auto &[ends, at] : merged) {
        MapEdge &edge = map.edges[at];
        const Line was = std::get<Line>(ends);
        const QString count = QLocale().toString(edge.count);
        edge.name = Words::tr("%1 to %2").arg(map.nodes.at(edge.node).name, map.nodes.at(edge.domain).name);
        edge.detail = QString(lineWord(was) + u": "_s + count);
        const bool stale = edge.state == State::Stale;
        if (stale)
            edge.detail = Words::tr("was %1").arg(edge.detail);
        if (was != Line::Connected && stale)
            edge.label = (edge.count == 1 ? Words::tr("%1 was %2") : Words::tr("%1 were %2")).arg(count, lineWord(was).toLower());
        else if (was != Line::Connected)
            edge.label = QString(count + u' ' + lineWord(was).toLower());
    }
    std::stable_sort(map.edges.begin(), map.edges.end(), [](const MapEdge &a, const MapEdge &b) { return std::tie(a.node, a.domain) < std::tie(b.node, b.domain); });
}

/// Domains and zones that nothing is left of when only problems are wanted.
void dropEmpty(NetworkMap &map)
{
    QList<bool> used(map.nodes.size(), false);
    for (int i = 0; i < int(map.nodes.size()); ++i)
        used[i] = map.nodes.at(i).shape != Shape::Domain || network::isProblem(map.nodes.at(i).state) || isTroubled(map.nodes.at(i).verdict);
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

bool isTroubled(const std::optional<state::VerdictState> &verdict)
{
    return verdict == state::VerdictState::Stuck || verdict == state::VerdictState::Degraded;
}

QString wholeText(const MapNode &node)
{
    if (!node.verdict || *node.verdict == state::VerdictState::Progressing)
        return node.detail;
    if (*node.verdict == state::VerdictState::NotDetermined)
        return Words::tr("%1; whether it progresses is not determined").arg(node.detail);
    const QString word = state::verdictWord(*node.verdict);
    return node.why.isEmpty() ? Words::tr("%1; %2").arg(node.detail, word) : Words::tr("%1; %2: %3").arg(node.detail, word, node.why);
}

MapReader::MapReader() : m_rows(std::make_unique<MapRows>()) { }
MapReader::~MapReader() = default;

void MapReader::follow(const QList<state::Environment *> &environments)
{
    m_rows->follow(environments);
}

void MapReader::setVerdicts(const state::Verdicts *verdicts)
{
    m_rows->setVerdicts(verdicts);
}

qint64 MapReader::rowsRead() const
{
    return m_rows->rowsRead;
}

NetworkMap MapReader::map(const MapWishes &wishes, const QDateTime &now)
{
    m_rows->refresh();
    const MapRows &rows = *m_rows;
    NetworkMap map;
    for (int zone = 0; zone < int(rows.zones.size()); ++zone)
        map.zones.append(rows.zone(zone, now));
    map.nodeCount = rows.objectCount;
    map.edgeCount = int(rows.edges.size());
    for (const MapRows::Node &node : rows.nodes)
        map.problems += node.counts && (network::isProblem(node.node.state) || isTroubled(node.node.verdict));
    for (const MapRows::Edge &raw : rows.edges) {
        const MapEdge &edge = raw.edge;
        map.problems += !edge.object.name.isEmpty() && (edge.line == Line::Failed || edge.line == Line::Degraded);
    }
    Grouping grouping(rows, wishes);
    grouping.addTo(map);
    addEdges(map, rows, grouping, wishes, now);
    if (wishes.problemsOnly)
        dropEmpty(map);
    QHash<int, int> domains;
    for (const MapEdge &edge : std::as_const(map.edges))
        ++domains[edge.node];
    for (int i = 0; i < int(map.nodes.size()); ++i) {
        if (map.nodes.at(i).shape == Shape::Bridge && map.nodes.at(i).state == State::Ready && domains.contains(i))
            map.nodes[i].detail = Words::tr("Ready, %n domain(s)", nullptr, domains.value(i));
    }
    return map;
}

NetworkMap networkMap(const QList<state::Environment *> &environments, const MapWishes &wishes, const QDateTime &now, const state::Verdicts *verdicts)
{
    MapReader reader;
    reader.follow(environments);
    reader.setVerdicts(verdicts);
    return reader.map(wishes, now);
}

}
