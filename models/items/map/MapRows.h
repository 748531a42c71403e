// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/map/NetworkMap.h"
#include "models/state/Environment.h"

#include <QCoreApplication>
#include <QHash>

#include <map>

namespace qd::items {

/// What the rows say of networks, nodes, domains and connections, each for itself; NetworkMap makes of it what is drawn. Kept from
/// one map to the next: a row that changed is read again alone, unless it came, went or leads elsewhere. Nothing in it depends on
/// what somebody searches, or on the time. GUI thread; borrows the environments.
class MapRows {
    Q_DECLARE_TR_FUNCTIONS(MapRows)
public:
    /// A kind, and where the columns that the map reads stand in its rows; -1: it has no such column.
    struct Kind {
        explicit Kind(const network::KindInfo &kind);
        const network::KindInfo *info;
        int role, domains, traffic, components, parties, version, superValidators, type, displayName, migration;
        int node, domain, toNetwork, alias, healthy, sequenced, latency, message;
    };
    struct Zone {
        MapZone zone;            ///< detail: see zone()
        const state::Environment *environment = nullptr;
        QString type;            ///< of its CantonNetwork; null: it has none
        qint64 migration = -1;
    };
    struct Node {
        MapNode node;            ///< detail: see detailOf; found: nobody searched yet
        QByteArray order;        ///< of its name
        state::RowPtr row;       ///< null: a domain that nobody runs here, a node that is not found
        const Kind *kind = nullptr;
        QString phase;           ///< as reported
        int alike = -1;          ///< the same for nodes of one kind, phase and state
        bool counts = true;      ///< it is an object of the list of nodes
        bool troubled = false;   ///< a problem itself, or one of its edges is
        QString aliases;         ///< of domains it says it is connected to
        double traffic = 100;    ///< per cent left
        QList<int> edges;
    };
    struct Edge {
        MapEdge edge;            ///< name, label and detail: see described
        MapEdge::Line was = MapEdge::Line::Unknown;   ///< as last reported; edge.line is that while its cluster answers
        state::RowPtr row;       ///< null: only the node reports it
        const Kind *kind = nullptr;
    };
    MapRows();
    ~MapRows();
    void follow(const QList<state::Environment *> &environments);
    /// Puts everything together again where something came, went or leads elsewhere.
    void refresh();
    void setVerdicts(const state::Verdicts *verdicts);

    QList<Zone> zones;
    QList<Node> nodes;
    QList<Edge> edges;           ///< indexes of nodes; by node and domain as they are drawn
    QList<QList<int>> drawn;     ///< by zone: its nodes in the order they are drawn in
    int objectCount = 0;
    qint64 rowsRead = 0;

    /// "1,204 validators".
    [[nodiscard]] static QString counted(const QString &kind, int count);
    /// With its detail.
    [[nodiscard]] MapZone zone(int zone, const QDateTime &now) const;
    /// "Failed, 1 of 3 pods". Texts are made of what is drawn only: there may be 10,000 rows.
    [[nodiscard]] QString detailOf(const Node &node) const;
    /// Likewise an edge's name, label and detail.
    [[nodiscard]] MapEdge described(const Edge &edge, const QDateTime &now) const;

private:
    using Store = state::ResourceStore;
    struct Subject {             ///< a store that the map is made of
        state::Environment *environment;
        Store *store;
        const Kind *kind;
        enum class Is : quint8 { Networks, Nodes, Edges } is;
    };
    void listen();
    void hear(const Subject &subject, const QStringList &upserted, const QStringList &removed);
    void renew(const Subject &subject, const QStringList &uids);
    void rebuild();
    [[nodiscard]] bool patch(const Subject &subject, const QString &uid);
    [[nodiscard]] bool patchNode(Node &node, const Subject &subject, const state::RowPtr &row);
    [[nodiscard]] bool patchEdge(Edge &edge, const Subject &subject, const state::RowPtr &row);
    void addNetworks(const Subject &networks);
    void addNode(const Subject &subject, const state::RowPtr &row);
    void addEdge(const Subject &subject, const state::RowPtr &row);
    void addReported();
    void putInOrder();
    void read(Node &node, const state::RowPtr &row);
    void judge(Edge &edge);
    void judgeNode(Node &node) const;
    void takeVerdict(Node &node) const;
    [[nodiscard]] bool before(int a, int b) const;
    [[nodiscard]] const Subject *subject(const state::Environment *environment, Subject::Is is) const;
    [[nodiscard]] int zoneOf(const state::Environment &environment, const QString &network);
    [[nodiscard]] int domainOf(const state::Environment &environment, int node, const Kind &kind, const network::Row &row);
    /// The domain of a public network that nobody here runs: its super validators do.
    [[nodiscard]] int globalDomain(const state::Environment &environment, int zone);
    [[nodiscard]] int placeholder(int zone, const QString &key, const QString &name, MapNode::Shape shape, const QString &detail, network::State state);
    void say(MapEdge &edge, MapEdge::Line line, const Kind &kind, const network::Row &row, const QDateTime &now) const;
    [[nodiscard]] bool isGlobal(int domain) const { return nodes.at(domain).node.key.startsWith(QLatin1StringView("global ")); }

    QList<state::Environment *> m_environments;
    std::unique_ptr<QObject> m_ears;      ///< what is heard of them ends with it
    std::map<const network::KindInfo *, Kind> m_kinds;
    std::map<const Store *, Subject> m_subjects;
    QList<const Store *> m_order;         ///< of the subjects: by environment and kind
    QHash<const state::Environment *, bool> m_stale;   ///< as it was read
    const state::Verdicts *m_verdicts = nullptr;
    std::unique_ptr<QObject> m_verdictEars;
    bool m_verdictsOld = false;           ///< they changed since they were looked up
    bool m_listens = false;               ///< to every store there is
    bool m_all = true;                    ///< something came, went or leads elsewhere: everything is put together again
    QHash<QString, int> m_zoneAt;         ///< by cluster and network
    QHash<QString, int> m_nodeAt;         ///< by cluster, namespace and name
    QHash<QString, int> m_domainAt;       ///< by cluster, namespace and name, and the ones nobody runs
    QHash<QString, int> m_nodeOf;         ///< by MapNode::key
    QHash<QString, int> m_edgeOf;         ///< by MapEdge::key
    QHash<QString, int> m_alike;
};

[[nodiscard]] MapEdge::Line lineOf(network::State state, bool healthy);

}
