// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/map/MapRows.h"

#include "models/items/CellText.h"
#include "models/state/telemetry/Verdicts.h"

#include <QSet>

#include <algorithm>
#include <tuple>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::Cell;
using network::KindInfo;
using network::Row;
using network::State;
using Shape = MapNode::Shape;
using Line = MapEdge::Line;

namespace {

constexpr double kWarnTraffic = 25;     ///< per cent left
constexpr auto kPrivate = "Private"_L1;

int columnOf(const KindInfo &kind, QLatin1StringView id)
{
    for (qsizetype i = 0; i < kind.columns.size(); ++i) {
        if (kind.columns.at(i).id == id)
            return int(i);
    }
    return -1;
}

/// The text of a column; null where it has none.
QString textOf(const Row &row, int column)
{
    if (column < 0 || column >= row.cells.size())
        return {};
    const Cell &cell = row.cells.at(column);
    return cell.is == Cell::Is::Text ? cell.text : QString();
}

QString key(const QString &cluster, const QString &ns, const QString &name)
{
    return cluster + u'\n' + ns + u'\n' + name;
}

QString keyOf(const state::Environment &environment, const QString &uid)
{
    return environment.name() + u' ' + uid;
}

State stateOf(Line line)
{
    switch (line) {
    case Line::Connected: return State::Ready;
    case Line::Degraded: return State::Degraded;
    case Line::Failed: return State::Failed;
    case Line::Changing: return State::Progressing;
    case Line::Off: return State::Suspended;
    case Line::Unknown: break;
    }
    return State::Unknown;
}

Shape shapeOf(const MapRows::Kind &kind, const Row &row)
{
    if (kind.info->kind == "SyncDomain"_L1)
        return Shape::Domain;
    if (kind.info->kind == "SuperValidator"_L1)
        return Shape::Super;
    return textOf(row, kind.role) == "Bridge"_L1 ? Shape::Bridge : Shape::Node;
}

/// By name: what is made on the way has the same order each time.
QList<state::RowPtr> sorted(const state::ResourceStore &store)
{
    QList<state::RowPtr> out = store.rows().values();
    std::sort(out.begin(), out.end(), [](const state::RowPtr &a, const state::RowPtr &b) {
        const int names = a->name.compare(b->name);   // almost always says it
        return names != 0 ? names < 0 : std::tie(a->ns, a->uid) < std::tie(b->ns, b->uid);
    });
    return out;
}

bool isStale(const state::Environment &environment)
{
    return environment.freshness().state == Freshness::State::Stale;
}

}

MapRows::Kind::Kind(const KindInfo &kind)
    : info(&kind)
    , role(columnOf(kind, "role"_L1))
    , domains(columnOf(kind, "domains"_L1))
    , traffic(columnOf(kind, "traffic"_L1))
    , components(columnOf(kind, "components"_L1))
    , parties(columnOf(kind, "parties"_L1))
    , version(columnOf(kind, "version"_L1))
    , superValidators(columnOf(kind, "superValidators"_L1))
    , type(columnOf(kind, "type"_L1))
    , displayName(columnOf(kind, "displayName"_L1))
    , migration(columnOf(kind, "migration"_L1))
    , node(columnOf(kind, "node"_L1))
    , domain(columnOf(kind, "domain"_L1))
    , toNetwork(columnOf(kind, "toNetwork"_L1))
    , alias(columnOf(kind, "alias"_L1))
    , healthy(columnOf(kind, "healthy"_L1))
    , sequenced(columnOf(kind, "sequenced"_L1))
    , latency(columnOf(kind, "latency"_L1))
    , message(columnOf(kind, "message"_L1))
{
}

MapRows::MapRows() = default;
MapRows::~MapRows() = default;

void MapRows::follow(const QList<state::Environment *> &environments)
{
    if (environments == m_environments)
        return;
    m_environments = environments;
    m_ears.reset();
    m_listens = false;
}

void MapRows::setVerdicts(const state::Verdicts *verdicts)
{
    m_verdicts = verdicts;
    m_verdictsOld = true;
    m_verdictEars = std::make_unique<QObject>();
    if (verdicts)
        QObject::connect(verdicts, &state::Verdicts::changed, m_verdictEars.get(), [this] { m_verdictsOld = true; });
}

/// What sleeps, goes or does not answer says so itself.
void MapRows::takeVerdict(Node &node) const
{
    static const QStringList judged{u"validators"_s, u"participants"_s, u"supervalidators"_s, u"syncdomains"_s};
    node.node.verdict.reset();
    node.node.why.clear();
    const State state = node.node.state;
    const state::VerdictSession *session = m_verdicts && node.row ? m_verdicts->session(node.node.object.cluster) : nullptr;
    if (!session || !judged.contains(node.node.object.gvr.resource) || state == State::Suspended || state == State::Deleting || state == State::Stale)
        return;
    const auto known = session->all().constFind(node.node.object);
    // What was not read since is nothing to go by on a map, which has no room to say as of when.
    node.node.verdict = known == session->all().constEnd() || known->stale ? state::VerdictState::NotDetermined : known->state;
    if (isTroubled(node.node.verdict))
        node.node.why = known->why();
}

/// The stores there are; nothing is watched because of it.
void MapRows::listen()
{
    m_ears = std::make_unique<QObject>();
    m_listens = m_all = true;
    m_subjects.clear();
    m_order.clear();
    m_kinds.clear();
    const auto add = [this](state::Environment *environment, const KindInfo &info, Subject::Is is) {
        Store *store = environment->known(info);
        if (!store)
            return;
        const Kind *kind = &m_kinds.try_emplace(&info, info).first->second;
        m_subjects.insert_or_assign(store, Subject{environment, store, kind, is});
        m_order.append(store);
        QObject::connect(store, &Store::changed, m_ears.get(), [this, store](const QStringList &upserted, const QStringList &removed) {
            hear(m_subjects.at(store), upserted, removed);
        });
        QObject::connect(store, &Store::renewed, m_ears.get(), [this, store](const QStringList &uids) { renew(m_subjects.at(store), uids); });
    };
    const auto shownAs = [](const state::Environment *environment, const KindInfo &info) -> std::optional<Subject::Is> {
        const auto is = [&](const QString &name) {
            const KindInfo *known = environment->kinds().find(name);
            return known && known->gvr == info.gvr;
        };
        if (info.own && info.pane == "nodes"_L1)
            return Subject::Is::Nodes;
        return is(u"CantonNetwork"_s) ? std::optional(Subject::Is::Networks) : is(u"SyncDomainConnection"_s) ? std::optional(Subject::Is::Edges) : std::nullopt;
    };
    for (state::Environment *environment : std::as_const(m_environments)) {
        for (const KindInfo &info : environment->kinds().kinds()) {
            if (const std::optional<Subject::Is> as = shownAs(environment, info))
                add(environment, info, *as);
        }
        QObject::connect(environment, &state::Environment::storeAdded, m_ears.get(), [this, environment, shownAs](const Store *store) {
            m_listens = m_listens && !shownAs(environment, store->kind());
        });
    }
}

/// At once, though nobody may look: what is kept of a row keeps the row, and there is no end to what changes behind another page.
void MapRows::hear(const Subject &subject, const QStringList &upserted, const QStringList &removed)
{
    if (!removed.isEmpty() || subject.is == Subject::Is::Networks || nodes.isEmpty())
        m_all = true;
    if (subject.is == Subject::Is::Networks || nodes.isEmpty())
        return;
    for (const QString &uid : upserted) {
        if (!patch(subject, uid))
            m_all = true;
    }
}

/// What looks as before is drawn as before; of what was not put together yet the old row is not kept.
void MapRows::renew(const Subject &subject, const QStringList &uids)
{
    for (const QString &uid : uids) {
        const state::RowPtr row = subject.store->row(uid);
        const QString at = keyOf(*subject.environment, uid);
        const int node = m_nodeOf.value(at, -1), edge = m_edgeOf.value(at, -1);
        if (row && node >= 0 && nodes.at(node).row)
            nodes[node].row = row;
        else if (row && edge >= 0 && edges.at(edge).row)
            edges[edge].row = row;
    }
}

void MapRows::refresh()
{
    if (!m_listens)
        listen();
    for (const state::Environment *environment : std::as_const(m_environments))
        m_all = m_all || m_stale.value(environment) != isStale(*environment);
    if (m_all)
        rebuild();
    m_all = false;
    for (qsizetype i = 0; m_verdictsOld && i < nodes.size(); ++i) {
        takeVerdict(nodes[i]);
        judgeNode(nodes[i]);
    }
    m_verdictsOld = false;
}

/// False: more than this row is different.
bool MapRows::patch(const Subject &subject, const QString &uid)
{
    const state::RowPtr row = subject.store->row(uid);
    const QString at = keyOf(*subject.environment, uid);
    if (subject.is == Subject::Is::Nodes) {
        const int node = m_nodeOf.value(at, -1);
        return row && node >= 0 && patchNode(nodes[node], subject, row);
    }
    const int edge = m_edgeOf.value(at, -1);
    return row && edge >= 0 && patchEdge(edges[edge], subject, row);
}

bool MapRows::patchNode(Node &node, const Subject &subject, const state::RowPtr &row)
{
    const Row &was = *node.row;
    if (row->ns != was.ns || row->name != was.name || row->network != was.network || shapeOf(*subject.kind, *row) != node.node.shape
        || (node.node.shape != Shape::Domain && textOf(*row, subject.kind->domains) != node.aliases))
        return false;
    read(node, row);
    for (const int edge : std::as_const(node.edges))
        judge(edges[edge]);
    judgeNode(node);
    return true;
}

bool MapRows::patchEdge(Edge &edge, const Subject &subject, const state::RowPtr &row)
{
    const Row &was = *edge.row;
    const Kind &kind = *subject.kind;
    const auto leads = [&](int column) { return textOf(*row, column) == textOf(was, column); };
    if (row->ns != was.ns || row->network != was.network || !leads(kind.node) || !leads(kind.domain) || !leads(kind.toNetwork) || !leads(kind.alias))
        return false;
    ++rowsRead;
    edge.row = row;
    judge(edge);
    judgeNode(nodes[edge.edge.node]);
    return true;
}

void MapRows::rebuild()
{
    zones.clear();
    nodes.clear();
    edges.clear();
    for (QHash<QString, int> *known : {&m_zoneAt, &m_nodeAt, &m_domainAt, &m_nodeOf, &m_edgeOf, &m_alike})
        known->clear();
    qsizetype rows = 0;
    for (const Store *store : std::as_const(m_order))
        rows += store->rows().size();
    nodes.reserve(rows);
    edges.reserve(rows);
    for (QHash<QString, int> *known : {&m_nodeAt, &m_nodeOf, &m_edgeOf})
        known->reserve(rows);
    m_stale.clear();
    for (const state::Environment *environment : std::as_const(m_environments))
        m_stale.insert(environment, isStale(*environment));
    const auto each = [this](Subject::Is is, auto call) {
        for (const Store *store : std::as_const(m_order)) {
            if (m_subjects.at(store).is == is)
                call(m_subjects.at(store));
        }
    };
    each(Subject::Is::Networks, [this](const Subject &subject) { addNetworks(subject); });
    each(Subject::Is::Nodes, [this](const Subject &subject) {
        for (const state::RowPtr &row : sorted(*subject.store))
            addNode(subject, row);
    });
    objectCount = int(nodes.size());
    for (int zone = 0; zone < int(zones.size()); ++zone) {
        if (!zones.at(zone).type.isNull() && zones.at(zone).type != kPrivate)
            (void)globalDomain(*zones.at(zone).environment, zone);
    }
    each(Subject::Is::Edges, [this](const Subject &subject) {
        for (const state::RowPtr &row : sorted(*subject.store))
            addEdge(subject, row);
    });
    addReported();
    putInOrder();
}

const MapRows::Subject *MapRows::subject(const state::Environment *environment, Subject::Is is) const
{
    for (const Store *store : m_order) {
        if (m_subjects.at(store).environment == environment && m_subjects.at(store).is == is)
            return &m_subjects.at(store);
    }
    return nullptr;
}

int MapRows::zoneOf(const state::Environment &environment, const QString &network)
{
    const QString at = key(environment.name(), {}, network);
    if (const auto known = m_zoneAt.constFind(at); known != m_zoneAt.constEnd())
        return *known;
    Zone out;
    out.environment = &environment;
    MapZone &zone = out.zone;
    zone.key = at;
    zone.network = network;
    zone.title = network.isEmpty() ? tr("No network") : network;
    zone.mark = state::markId(environment.info().mark);
    zone.stale = m_stale.value(&environment);
    zone.object.cluster = environment.name();
    m_zoneAt.insert(at, int(zones.size()));
    zones.append(out);
    return int(zones.size()) - 1;
}

void MapRows::addNetworks(const Subject &networks)
{
    const Kind &kind = *networks.kind;
    QList<state::RowPtr> rows = networks.store->rows().values();
    std::sort(rows.begin(), rows.end(), [](const state::RowPtr &a, const state::RowPtr &b) { return naturalKey(a->name) < naturalKey(b->name); });
    // Private ones first: they stand at the left, their bridges lead to the others.
    std::stable_partition(rows.begin(), rows.end(), [&](const state::RowPtr &r) { return textOf(*r, kind.type) == kPrivate; });
    for (const state::RowPtr &row : std::as_const(rows)) {
        ++rowsRead;
        Zone &known = zones[zoneOf(*networks.environment, row->name)];
        MapZone &zone = known.zone;
        const QString type = textOf(*row, kind.type), title = textOf(*row, kind.displayName);
        known.type = type.isNull() ? u""_s : type;
        zone.object = {networks.environment->name(), kind.info->gvr, row->ns, row->name, row->uid};
        zone.isPrivate = type == kPrivate;
        if (!title.isEmpty())
            zone.title = title;
        if (zone.isPrivate)
            zone.mark = u"private"_s;
        else if (zone.mark.isEmpty())
            zone.mark = type == "MainNet"_L1 ? u"production"_s : type == "DevNet"_L1 ? u"dev"_s : type == "TestNet"_L1 ? u"test"_s : QString();
        if (kind.migration >= 0 && row->cells.value(kind.migration).is == Cell::Is::Integer)
            known.migration = row->cells.at(kind.migration).integer;
    }
}

void MapRows::addNode(const Subject &subject, const state::RowPtr &row)
{
    Node out;
    out.order = naturalKey(row->name);
    out.kind = subject.kind;
    MapNode &node = out.node;
    node.key = keyOf(*subject.environment, row->uid);
    node.object = {subject.environment->name(), subject.kind->info->gvr, row->ns, row->name, row->uid};
    node.kind = subject.kind->info->kind;
    node.shape = shapeOf(*subject.kind, *row);
    node.icon = node.shape == Shape::Bridge ? u"bridge"_s : subject.kind->info->icon;
    node.name = row->name;
    node.zone = zoneOf(*subject.environment, row->network);
    read(out, row);
    const int at = int(nodes.size());
    m_nodeAt.insert(key(subject.environment->name(), row->ns, row->name), at);
    m_nodeOf.insert(node.key, at);
    if (node.shape == Shape::Domain)
        m_domainAt.insert(key(subject.environment->name(), row->ns, row->name), at);
    nodes.append(std::move(out));
}

/// What may change while it stays where it is.
void MapRows::read(Node &node, const state::RowPtr &row)
{
    ++rowsRead;
    node.row = row;
    node.phase = row->phase;
    node.node.state = zones.at(node.node.zone).zone.stale ? State::Stale : row->state;
    takeVerdict(node);
    const QString alike = node.node.kind + u'\n' + row->phase + u'\n' + QChar(u'a' + char16_t(node.node.state));
    const auto known = m_alike.constFind(alike);
    node.alike = known != m_alike.constEnd() ? *known : *m_alike.insert(alike, int(m_alike.size()));
    if (node.node.shape == Shape::Domain)
        return;
    node.aliases = textOf(*row, node.kind->domains);
    const Cell traffic = node.kind->traffic < 0 ? Cell() : row->cells.value(node.kind->traffic);
    node.traffic = traffic.is == Cell::Is::Number ? traffic.number : 100;
}

int MapRows::placeholder(int zone, const QString &at, const QString &name, Shape shape, const QString &detail, State state)
{
    Node out;
    out.counts = false;
    out.node.key = at;
    out.node.name = name;
    out.node.kind = shape == Shape::Domain ? u"SyncDomain"_s : u"Node"_s;
    out.node.icon = shape == Shape::Domain ? u"domain"_s : u"participant"_s;
    out.node.detail = detail;
    out.node.state = state;
    out.node.shape = shape;
    out.node.zone = zone;
    out.order = naturalKey(name);
    nodes.append(out);
    return int(nodes.size()) - 1;
}

int MapRows::globalDomain(const state::Environment &environment, int zone)
{
    const QString at = u"global "_s + zones.at(zone).zone.key;
    if (const auto known = m_domainAt.constFind(at); known != m_domainAt.constEnd())
        return *known;
    const Subject *networks = subject(&environment, Subject::Is::Networks);
    const state::RowPtr row = networks ? networks->store->row(zones.at(zone).zone.object.uid) : nullptr;
    State state = row ? row->state : State::Unknown;
    QString detail = row ? network::stateWord(state) : tr("Not determined");
    const Cell supers = row && networks->kind->superValidators >= 0 ? row->cells.value(networks->kind->superValidators) : Cell();
    if (zones.at(zone).zone.stale) {
        detail = tr("was %1").arg(detail);
        state = State::Stale;
    } else if (supers.is == Cell::Is::Integer) {
        detail += u", "_s + tr("%n SV(s)", nullptr, int(supers.integer));
    }
    const int out = placeholder(zone, at, tr("global domain"), Shape::Domain, detail, state);
    nodes[out].node.object = zones.at(zone).zone.object;
    m_domainAt.insert(at, out);
    return out;
}

/// Where a connection leads: a sync domain here, the domain of a network, or an address outside.
int MapRows::domainOf(const state::Environment &environment, int node, const Kind &kind, const Row &row)
{
    const QString domain = textOf(row, kind.domain), network = textOf(row, kind.toNetwork), alias = textOf(row, kind.alias);
    if (!domain.isEmpty()) {
        const int at = m_domainAt.value(key(environment.name(), row.ns, domain), -1);
        if (at >= 0)
            return at;
        // In another namespace; thousands may point to one that is nowhere, and all nodes are looked through once for it.
        const QString named = u"named "_s + key(environment.name(), {}, domain);
        const auto found = m_domainAt.constFind(named);
        int elsewhere = found == m_domainAt.constEnd() ? -1 : *found;
        for (int i = 0; found == m_domainAt.constEnd() && elsewhere < 0 && i < int(nodes.size()); ++i) {
            const MapNode &one = nodes.at(i).node;
            if (one.shape == Shape::Domain && one.name == domain && one.object.cluster == environment.name())
                elsewhere = i;
        }
        m_domainAt.insert(named, elsewhere);
        if (elsewhere >= 0)
            return elsewhere;
    } else if (!network.isEmpty()) {
        const int zone = zoneOf(environment, network);
        const QString in = u"in "_s + zones.at(zone).zone.key;
        if (const auto known = m_domainAt.constFind(in); known != m_domainAt.constEnd())
            return *known;
        int out = -1;
        for (int i = 0; i < int(nodes.size()) && out < 0; ++i) {
            if (nodes.at(i).node.zone == zone && nodes.at(i).node.shape == Shape::Domain)
                out = i;
        }
        out = out < 0 ? globalDomain(environment, zone) : out;
        m_domainAt.insert(in, out);
        return out;
    }
    const int zone = nodes.at(node).node.zone;
    const QString name = domain.isEmpty() ? alias : domain;
    const QString at = u"outside "_s + zones.at(zone).zone.key + name;
    if (const auto known = m_domainAt.constFind(at); known != m_domainAt.constEnd())
        return *known;
    const int out = placeholder(zone, at, name, Shape::Domain, domain.isEmpty() ? tr("outside these clusters") : tr("not found here"), State::Unknown);
    m_domainAt.insert(at, out);
    return out;
}

void MapRows::addEdge(const Subject &subject, const state::RowPtr &row)
{
    ++rowsRead;
    const state::Environment &environment = *subject.environment;
    const QString name = textOf(*row, subject.kind->node), at = key(environment.name(), row->ns, name);
    Edge raw;
    raw.row = row;
    raw.kind = subject.kind;
    MapEdge &edge = raw.edge;
    edge.key = keyOf(environment, row->uid);
    edge.object = subject.store->idOf(*row);
    edge.node = m_nodeAt.value(at, -1);
    if (edge.node < 0) {
        edge.node = placeholder(zoneOf(environment, row->network), u"missing "_s + at, name, Shape::Node, tr("not found here"), State::Unknown);
        m_nodeAt.insert(at, edge.node);
    }
    edge.domain = domainOf(environment, edge.node, *subject.kind, *row);
    edges.append(std::move(raw));
}

/// What it is by what it says itself and by how its node is.
void MapRows::judge(Edge &raw)
{
    MapEdge &edge = raw.edge;
    const Node &end = nodes.at(edge.node);
    const MapNode &node = end.node;
    Line line = Line::Connected;
    State own = State::Ready, nodeState = end.row ? end.row->state : node.state;
    if (raw.row) {
        const Cell healthy = raw.kind->healthy < 0 ? Cell() : raw.row->cells.value(raw.kind->healthy);
        own = raw.row->state;
        line = lineOf(own, healthy.is != Cell::Is::Boolean || healthy.integer != 0);
        if (line == Line::Connected && nodeState == State::Suspended)
            line = Line::Off;
        else if (line == Line::Connected && (nodeState == State::Updating || nodeState == State::Provisioning))
            line = Line::Changing;
    }
    if (line == Line::Connected && end.traffic < kWarnTraffic)
        line = Line::Degraded;
    raw.was = line;
    const bool stale = zones.at(node.zone).zone.stale;
    edge.line = stale ? Line::Unknown : line;
    edge.state = stale ? State::Stale : line == Line::Changing && raw.row ? nodeState == State::Updating ? State::Updating : own : stateOf(line);
}

void MapRows::judgeNode(Node &node) const
{
    node.troubled = network::isProblem(node.node.state) || isTroubled(node.node.verdict) || std::any_of(node.edges.begin(), node.edges.end(), [this](int edge) {
        return edges.at(edge).edge.line == Line::Failed || edges.at(edge).edge.line == Line::Degraded;
    });
}

/// What nodes report without a connection of their own: nodes of a public network are joined to its domain when they are set up.
void MapRows::addReported()
{
    QSet<QPair<int, int>> known;
    for (const Edge &edge : std::as_const(edges))
        known.insert({edge.edge.node, edge.edge.domain});
    QHash<int, QList<int>> domains;   // by zone
    for (int i = 0; i < int(nodes.size()); ++i) {
        if (nodes.at(i).node.shape == Shape::Domain)
            domains[nodes.at(i).node.zone].append(i);
    }
    for (int at = 0; at < int(nodes.size()); ++at) {
        if (nodes.at(at).aliases.isEmpty())
            continue;
        const MapNode &node = nodes.at(at).node;
        const QStringList aliases = nodes.at(at).aliases.split(u", "_s);
        for (const int domain : domains.value(node.zone)) {
            const bool says = aliases.contains(isGlobal(domain) ? u"global"_s : nodes.at(domain).node.name);
            if (!says || known.contains({at, domain}))
                continue;
            Edge raw;
            raw.edge.key = node.key + u" reports "_s + nodes.at(domain).node.key;
            raw.edge.node = at;
            raw.edge.domain = domain;
            edges.append(raw);
        }
    }
}

}
