// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Ids.h"
#include "models/network/State.h"
#include "models/state/telemetry/Verdict.h"

#include <QDateTime>
#include <QList>
#include <QString>

#include <memory>
#include <optional>

namespace qd::state {
class Environment;
class Verdicts;
}

namespace qd::items {

/// A network of an environment, drawn as a dashed zone.
struct MapZone {
    QString key;             ///< stable from one map to the next
    QString title;
    QString mark;            ///< see state::markId; "private" of a private network
    QString detail;          ///< "infra-prod, migration 4"
    ObjectId object;         ///< its CantonNetwork; name empty: it has none
    QString network;         ///< as nodes name it; empty: they name none
    bool isPrivate = false;
    bool stale = false;      ///< its cluster does not answer
    friend bool operator==(const MapZone &, const MapZone &) = default;
};

/// A node or a sync domain; or many nodes of one kind and state as one.
struct MapNode {
    enum class Shape : quint8 { Domain, Super, Node, Bridge };
    QString key;
    ObjectId object;         ///< name empty: nothing to open (a group, a domain outside)
    QString kind;            ///< "Participant"
    QString icon;
    QString name;
    QString detail;          ///< "Failed, 1 of 3 pods"
    network::State state = network::State::Unknown;
    Shape shape = Shape::Node;
    int zone = -1;
    int count = 1;           ///< of a group: how many it stands for
    QString filter = {};     ///< of a group: what the list of nodes shows them by
    bool found = true;       ///< the search names it, or there is no search
    /// Whether it gets on with its work, beside what it reports; empty: that is not asked of it (nobody runs it here, it sleeps, it is
    /// deleted, its cluster does not answer).
    std::optional<state::VerdictState> verdict = {};
    QString why = {};        ///< of a verdict that is bad, in words
    friend bool operator==(const MapNode &, const MapNode &) = default;
};

/// A node's connection to a domain.
struct MapEdge {
    enum class Line : quint8 { Connected, Degraded, Failed, Changing, Off, Unknown };
    QString key;
    ObjectId object;         ///< its SyncDomainConnection; name empty: only the node reports it, or several as one
    QString name;            ///< "bob-custody to harbor"
    QString label;           ///< "no event for 18 m"; empty when there is nothing to say
    QString detail;          ///< all of it in words
    network::State state = network::State::Unknown;
    Line line = Line::Unknown;   ///< of a cluster that does not answer nothing is determined; the words say what it was
    int node = -1;           ///< indexes of NetworkMap::nodes
    int domain = -1;
    int count = 1;
    bool found = true;
    friend bool operator==(const MapEdge &, const MapEdge &) = default;
};

struct NetworkMap {
    QList<MapZone> zones;    ///< private ones first, then by environment and name
    QList<MapNode> nodes;    ///< by zone, then in the order they are drawn: domains, super validators, nodes, bridges
    QList<MapEdge> edges;    ///< by node, then by domain: pictures and the way of the keyboard are the same each time
    int nodeCount = 0;       ///< objects, whatever is grouped or left out
    int edgeCount = 0;
    int problems = 0;        ///< of nodes and edges
    friend bool operator==(const NetworkMap &, const NetworkMap &) = default;
};

struct MapWishes {
    bool problemsOnly = false;
    bool latency = true;     ///< normal edges are labelled with it
    QString find = {};       ///< part of a name
};

/// How nodes belong together: networks, nodes, sync domains and their connections, from the rows the environments have (nothing
/// is watched because of it). A network with more than a dozen nodes shows the worst and groups the others by kind and state.
/// Plain values; call it on the GUI thread. Verdicts may be null: then nothing is said of them.
[[nodiscard]] NetworkMap networkMap(const QList<state::Environment *> &environments, const MapWishes &wishes, const QDateTime &now,
                                    const state::Verdicts *verdicts = nullptr);
/// It is stuck or degraded.
[[nodiscard]] bool isTroubled(const std::optional<state::VerdictState> &verdict);
/// "Ready, 71 % left; stuck: no event for 18 m", for tooltips and tables.
[[nodiscard]] QString wholeText(const MapNode &node);

class MapRows;

/// networkMap() for who asks again and again: what the rows say is kept, and of rows that changed since only they are read again;
/// a search, "problems only" and the age of a label read none. GUI thread.
class MapReader {
public:
    MapReader();
    ~MapReader();
    /// Borrows them: to be told before one of them ends.
    void follow(const QList<state::Environment *> &environments);
    /// Borrowed; they are looked up again when they changed. Who looks at them is the caller's affair.
    void setVerdicts(const state::Verdicts *verdicts);
    [[nodiscard]] NetworkMap map(const MapWishes &wishes, const QDateTime &now);
    /// Rows read so far, each time counted.
    [[nodiscard]] qint64 rowsRead() const;

private:
    std::unique_ptr<MapRows> m_rows;
};

/// "Connected", "Off by declaration"; for the legend and for tables.
[[nodiscard]] QString lineWord(MapEdge::Line line);

}
