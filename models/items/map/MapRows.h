// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/map/NetworkMap.h"
#include "models/state/Environment.h"

#include <QCoreApplication>
#include <QHash>

namespace qd::items {

/// What the rows say of networks, nodes, domains and connections, each for itself; NetworkMap makes of it what is drawn.
class MapRows {
    Q_DECLARE_TR_FUNCTIONS(MapRows)
public:
    struct Node {
        MapNode node;            ///< detail: see detailOf
        QByteArray order;        ///< of its name
        state::RowPtr row;       ///< null: a domain that nobody runs here, a node that is not found
        const network::KindInfo *info = nullptr;
        QString phase;           ///< as reported
        bool counts = true;      ///< it is an object of the list of nodes
        bool troubled = false;   ///< a problem itself, or one of its edges is
    };
    struct Edge {
        MapEdge edge;            ///< name, label and detail: see describe
        state::RowPtr row;       ///< null: only the node reports it
        const network::KindInfo *info = nullptr;
    };
    MapRows(const QList<state::Environment *> &environments, const MapWishes &wishes, const QDateTime &now);

    QList<MapZone> zones;
    QList<Node> nodes;
    QList<Edge> edges;           ///< indexes of nodes
    int objectCount = 0;

    /// The order they are drawn in.
    [[nodiscard]] bool before(int a, int b) const;
    /// "1,204 validators".
    [[nodiscard]] static QString counted(const QString &kind, int count);
    /// "Failed, 1 of 3 pods". Texts are made of what is drawn only: there may be 10,000 rows.
    [[nodiscard]] QString detailOf(const Node &node) const;
    /// Likewise an edge's name, label and detail.
    [[nodiscard]] MapEdge described(const Edge &edge) const;

private:
    using Store = state::ResourceStore;
    void addNetworks(state::Environment &environment);
    void addNodes(state::Environment &environment);
    void addNode(state::Environment &environment, const network::KindInfo &kind, const state::RowPtr &row);
    void addEdges(state::Environment &environment);
    void addEdge(state::Environment &environment, const Store &store, const state::RowPtr &row);
    void addReported(state::Environment &environment);
    [[nodiscard]] int zoneOf(state::Environment &environment, const QString &network);
    [[nodiscard]] int nodeNamed(const QString &cluster, const QString &ns, const QString &name) const;
    [[nodiscard]] int domainOf(state::Environment &environment, int node, const network::KindInfo &kind, const network::Row &row);
    /// The domain of a public network that nobody here runs: its super validators do.
    [[nodiscard]] int globalDomain(state::Environment &environment, int zone);
    [[nodiscard]] int placeholder(int zone, const QString &key, const QString &name, MapNode::Shape shape, const QString &detail, network::State state);
    void say(MapEdge &edge, const network::KindInfo &kind, const network::Row &row) const;
    [[nodiscard]] bool isGlobal(int domain) const { return nodes.at(domain).node.key.startsWith(QLatin1StringView("global ")); }
    [[nodiscard]] bool finds(const QString &text) const;

    const MapWishes &m_wishes;
    QDateTime m_now;
    QHash<QString, int> m_zoneAt;         ///< by cluster and network
    QHash<QString, int> m_nodeAt;         ///< by cluster, namespace and name
    QHash<QString, int> m_domainAt;       ///< by cluster, namespace and name, and the ones nobody runs
    QHash<int, QStringList> m_reported;   ///< of nodes: aliases they say they are connected to
    QHash<int, double> m_traffic;         ///< of nodes: per cent left
    QHash<int, QString> m_networkType;    ///< of zones
};

}
