// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/map/MapRows.h"

#include "models/core/Format.h"
#include "models/items/CellText.h"

#include <QLocale>

#include <algorithm>

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

Cell cellOf(const KindInfo &kind, const Row &row, QLatin1StringView id)
{
    for (qsizetype i = 0; i < kind.columns.size(); ++i) {
        if (kind.columns.at(i).id == id)
            return row.cells.value(i);
    }
    return {};
}

QString textOf(const KindInfo &kind, const Row &row, QLatin1StringView id)
{
    const Cell cell = cellOf(kind, row, id);
    return cell.is == Cell::Is::Text ? cell.text : QString();
}

QString key(const QString &cluster, const QString &ns, const QString &name)
{
    return cluster + u'\n' + ns + u'\n' + name;
}

/// "9ms" as the API writes durations: "9 ms".
QString spaced(const QString &duration)
{
    qsizetype digits = 0;
    while (digits < duration.size() && (duration.at(digits).isDigit() || duration.at(digits) == u'.'))
        ++digits;
    return digits == 0 || digits == duration.size() ? duration : QString(duration.left(digits) + u' ' + duration.mid(digits).trimmed());
}

/// "AwaitingPermission": "awaiting permission".
QString words(const QString &phase)
{
    QString out;
    for (const QChar c : phase) {
        if (c.isUpper() && !out.isEmpty())
            out += u' ';
        out += c.toLower();
    }
    return out;
}

Line lineOf(State state, bool healthy)
{
    switch (state) {
    case State::Ready: return healthy ? Line::Connected : Line::Degraded;
    case State::Failed: return Line::Failed;
    case State::Degraded: return Line::Degraded;
    case State::Suspended: return Line::Off;
    case State::Unknown:
    case State::Stale: return Line::Unknown;
    default: return Line::Changing;
    }
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

Shape shapeOf(const KindInfo &kind, const Row &row)
{
    if (kind.kind == "SyncDomain"_L1)
        return Shape::Domain;
    if (kind.kind == "SuperValidator"_L1)
        return Shape::Super;
    return textOf(kind, row, "role"_L1) == "Bridge"_L1 ? Shape::Bridge : Shape::Node;
}

}

MapRows::MapRows(const QList<state::Environment *> &environments, const MapWishes &wishes, const QDateTime &now)
    : m_wishes(wishes)
    , m_now(now)
{
    for (state::Environment *environment : environments)
        addNetworks(*environment);
    for (state::Environment *environment : environments)
        addNodes(*environment);
    objectCount = int(nodes.size());
    for (int zone = 0; zone < int(zones.size()); ++zone) {
        for (state::Environment *environment : environments) {
            if (environment->name() == zones.at(zone).object.cluster && m_networkType.contains(zone) && m_networkType.value(zone) != kPrivate)
                (void)globalDomain(*environment, zone);
        }
    }
    for (state::Environment *environment : environments)
        addEdges(*environment);
    for (state::Environment *environment : environments)
        addReported(*environment);
    for (Node &node : nodes)
        node.troubled = node.troubled || network::isProblem(node.node.state);
    for (const Edge &edge : std::as_const(edges))
        nodes[edge.edge.node].troubled = nodes.at(edge.edge.node).troubled || edge.edge.line == Line::Failed || edge.edge.line == Line::Degraded;
}

QString MapRows::counted(const QString &kind, int count)
{
    const QString number = QLocale().toString(count);
    const QString text = kind == "Validator"_L1   ? tr("%n validator(s)", nullptr, count)
        : kind == "Participant"_L1                ? tr("%n participant(s)", nullptr, count)
        : kind == "SuperValidator"_L1             ? tr("%n super validator(s)", nullptr, count)
                                                  : tr("%n node(s)", nullptr, count);
    return QString(text).replace(QString::number(count), number);
}

bool MapRows::before(int a, int b) const
{
    const MapNode &left = nodes.at(a).node, &right = nodes.at(b).node;
    if (left.shape != right.shape)
        return left.shape < right.shape;
    return nodes.at(a).order < nodes.at(b).order;
}

bool MapRows::finds(const QString &text) const
{
    return m_wishes.find.isEmpty() || text.contains(m_wishes.find, Qt::CaseInsensitive);
}

int MapRows::zoneOf(state::Environment &environment, const QString &network)
{
    const QString at = key(environment.name(), {}, network);
    if (const auto known = m_zoneAt.constFind(at); known != m_zoneAt.constEnd())
        return *known;
    MapZone zone;
    zone.key = at;
    zone.title = network.isEmpty() ? tr("No network") : network;
    zone.mark = state::markId(environment.info().mark);
    zone.detail = environment.name();
    zone.stale = environment.freshness().state == Freshness::State::Stale;
    if (zone.stale)
        zone.detail = tr("%1, last answer %2 ago").arg(environment.name(), formatAge(environment.freshness().lastAnswer, m_now));
    zone.object.cluster = environment.name();
    m_zoneAt.insert(at, int(zones.size()));
    zones.append(zone);
    return int(zones.size()) - 1;
}

void MapRows::addNetworks(state::Environment &environment)
{
    const KindInfo *kind = environment.kinds().find(u"CantonNetwork"_s);
    const Store *store = kind ? environment.known(*kind) : nullptr;
    if (!store)
        return;
    QList<state::RowPtr> rows = store->rows().values();
    std::sort(rows.begin(), rows.end(), [](const state::RowPtr &a, const state::RowPtr &b) { return naturalKey(a->name) < naturalKey(b->name); });
    // Private ones first: they stand at the left, their bridges lead to the others.
    std::stable_partition(rows.begin(), rows.end(), [&](const state::RowPtr &r) { return textOf(*kind, *r, "type"_L1) == kPrivate; });
    for (const state::RowPtr &row : std::as_const(rows)) {
        const int at = zoneOf(environment, row->name);
        MapZone &zone = zones[at];
        const QString type = textOf(*kind, *row, "type"_L1), title = textOf(*kind, *row, "displayName"_L1);
        m_networkType.insert(at, type);
        zone.object = {environment.name(), kind->gvr, row->ns, row->name, row->uid};
        zone.isPrivate = type == kPrivate;
        if (!title.isEmpty())
            zone.title = title;
        if (zone.isPrivate)
            zone.mark = u"private"_s;
        else if (zone.mark.isEmpty())
            zone.mark = type == "MainNet"_L1 ? u"production"_s : type == "DevNet"_L1 ? u"dev"_s : type == "TestNet"_L1 ? u"test"_s : QString();
        const Cell migration = cellOf(*kind, *row, "migration"_L1);
        if (!zone.isPrivate && !zone.stale && migration.is == Cell::Is::Integer)
            zone.detail = tr("%1, migration %2").arg(environment.name()).arg(migration.integer);
    }
}

void MapRows::addNodes(state::Environment &environment)
{
    for (const KindInfo &kind : environment.kinds().kinds()) {
        const Store *store = kind.own && kind.pane == "nodes"_L1 ? environment.known(kind) : nullptr;
        if (!store)
            continue;
        for (const state::RowPtr &row : store->rows())
            addNode(environment, kind, row);
    }
}

void MapRows::addNode(state::Environment &environment, const KindInfo &kind, const state::RowPtr &row)
{
    Node out;
    out.order = naturalKey(row->name);
    out.row = row;
    out.info = &kind;
    out.phase = row->phase;
    MapNode &node = out.node;
    node.key = environment.name() + u' ' + row->uid;
    node.object = {environment.name(), kind.gvr, row->ns, row->name, row->uid};
    node.kind = kind.kind;
    node.shape = shapeOf(kind, *row);
    node.icon = node.shape == Shape::Bridge ? u"bridge"_s : kind.icon;
    node.name = row->name;
    node.zone = zoneOf(environment, row->network);
    const bool stale = zones.at(node.zone).stale;
    node.state = stale ? State::Stale : row->state;
    node.found = finds(row->name);
    const int at = int(nodes.size());
    nodes.append(out);
    m_nodeAt.insert(key(environment.name(), row->ns, row->name), at);
    if (node.shape == Shape::Domain) {
        m_domainAt.insert(key(environment.name(), row->ns, row->name), at);
        return;
    }
    if (const QString aliases = textOf(kind, *row, "domains"_L1); !aliases.isEmpty())
        m_reported.insert(at, aliases.split(u", "_s));
    if (const Cell traffic = cellOf(kind, *row, "traffic"_L1); traffic.is == Cell::Is::Number)
        m_traffic.insert(at, traffic.number);
}

/// State, and the one number that says most: what is wrong first.
QString MapRows::detailOf(const Node &node) const
{
    if (!node.row)
        return node.node.detail;
    const KindInfo &kind = *node.info;
    const Row &row = *node.row;
    const bool stale = node.node.state == State::Stale;
    const bool strange = row.state == State::Unknown && !row.phase.isEmpty() && row.phase != "Unknown"_L1;
    const QString word = strange ? row.phase : network::stateWord(row.state);
    if (stale)
        return tr("was %1").arg(word);
    const Cell pods = cellOf(kind, row, "components"_L1), traffic = cellOf(kind, row, "traffic"_L1), parties = cellOf(kind, row, "parties"_L1);
    const bool few = pods.is == Cell::Is::Ratio && pods.integer < pods.whole;
    if (row.state == State::Suspended || row.state == State::Deleting)
        return word;
    if (few)
        return tr("%1, %2 of %3 pods").arg(word).arg(pods.integer).arg(pods.whole);
    if (traffic.is == Cell::Is::Number)
        return tr("%1, %2 % left").arg(word).arg(qRound(traffic.number));
    if (parties.is == Cell::Is::Integer)
        return word + u", "_s + tr("%n party(s)", nullptr, int(parties.integer));
    const QString version = textOf(kind, row, "version"_L1);
    return version.isEmpty() ? word : QString(word + u", "_s + version);
}

int MapRows::nodeNamed(const QString &cluster, const QString &ns, const QString &name) const
{
    return m_nodeAt.value(key(cluster, ns, name), -1);
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
    out.node.found = finds(name);
    out.order = naturalKey(name);
    nodes.append(out);
    return int(nodes.size()) - 1;
}

int MapRows::globalDomain(state::Environment &environment, int zone)
{
    const QString at = u"global "_s + zones.at(zone).key;
    if (const auto known = m_domainAt.constFind(at); known != m_domainAt.constEnd())
        return *known;
    const KindInfo *kind = environment.kinds().find(u"CantonNetwork"_s);
    const Store *store = kind ? environment.known(*kind) : nullptr;
    const state::RowPtr row = store ? store->row(zones.at(zone).object.uid) : nullptr;
    State state = row ? row->state : State::Unknown;
    QString detail = row ? network::stateWord(state) : tr("Not determined");
    const Cell supers = row ? cellOf(*kind, *row, "superValidators"_L1) : Cell();
    if (zones.at(zone).stale) {
        detail = tr("was %1").arg(detail);
        state = State::Stale;
    } else if (supers.is == Cell::Is::Integer) {
        detail += u", "_s + tr("%n SV(s)", nullptr, int(supers.integer));
    }
    const int out = placeholder(zone, at, tr("global domain"), Shape::Domain, detail, state);
    nodes[out].node.object = zones.at(zone).object;
    m_domainAt.insert(at, out);
    return out;
}

/// Where a connection leads: a sync domain here, the domain of a network, or an address outside.
int MapRows::domainOf(state::Environment &environment, int node, const KindInfo &kind, const Row &row)
{
    const QString domain = textOf(kind, row, "domain"_L1), network = textOf(kind, row, "toNetwork"_L1), alias = textOf(kind, row, "alias"_L1);
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
        const QString in = u"in "_s + zones.at(zone).key;
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
    const QString at = u"outside "_s + zones.at(zone).key + name;
    if (const auto known = m_domainAt.constFind(at); known != m_domainAt.constEnd())
        return *known;
    const int out = placeholder(zone, at, name, Shape::Domain, domain.isEmpty() ? tr("outside these clusters") : tr("not found here"), State::Unknown);
    m_domainAt.insert(at, out);
    return out;
}

/// As the connection itself says.
void MapRows::say(MapEdge &edge, const KindInfo &kind, const Row &row) const
{
    const Cell healthy = cellOf(kind, row, "healthy"_L1), last = cellOf(kind, row, "sequenced"_L1);
    edge.line = lineOf(row.state, healthy.is != Cell::Is::Boolean || healthy.integer != 0);
    const QString latency = spaced(textOf(kind, row, "latency"_L1)), message = textOf(kind, row, "message"_L1);
    const QString silent = last.is == Cell::Is::Integer ? formatAge(m_now.toSecsSinceEpoch() - last.integer) : QString();
    switch (edge.line) {
    case Line::Connected:
        edge.label = latency;
        break;
    case Line::Degraded:
        edge.label = latency.isEmpty() ? tr("not healthy") : latency;
        break;
    case Line::Failed:
        edge.label = silent.isEmpty() ? tr("failed") : tr("no event for %1").arg(silent);
        break;
    case Line::Off:
        edge.label = tr("disconnected");
        break;
    case Line::Changing:
        edge.label = words(row.phase);
        break;
    case Line::Unknown:
        edge.label = row.phase.isEmpty() ? tr("not reported yet") : tr("unknown");
        break;
    }
    QStringList parts{lineWord(edge.line)};
    if (!latency.isEmpty())
        parts.append(tr("latency %1").arg(latency));
    if (!silent.isEmpty())
        parts.append(tr("last event %1 ago").arg(silent));
    if (!message.isEmpty())
        parts.append(message);
    edge.detail = parts.join(u", "_s);
}

/// And as its node makes it: one that sleeps is off, one that is updated changes, one without traffic is not well.
MapEdge MapRows::described(const Edge &raw) const
{
    MapEdge edge = raw.edge;
    const MapNode &node = nodes.at(edge.node).node, &domain = nodes.at(edge.domain).node;
    edge.name = tr("%1 to %2").arg(node.name, isGlobal(edge.domain) ? zones.at(domain.zone).title : domain.name);
    if (!raw.row) {
        edge.detail = tr("%1, as the node reports it").arg(lineWord(edge.line));
    } else {
        MapEdge own = edge;
        say(own, *raw.info, *raw.row);
        edge.label = own.label;
        edge.detail = own.detail;
        if (own.line == edge.line)
            return edge;
        edge.detail = lineWord(edge.line) + u", "_s + own.detail;
    }
    if (edge.line == Line::Off)
        edge.label = tr("suspended");
    else if (edge.line == Line::Degraded)
        edge.label = tr("traffic %1 %").arg(qRound(m_traffic.value(edge.node)));
    return edge;
}

void MapRows::addEdges(state::Environment &environment)
{
    const KindInfo *kind = environment.kinds().find(u"SyncDomainConnection"_s);
    const Store *store = kind ? environment.known(*kind) : nullptr;
    if (!store)
        return;
    for (const state::RowPtr &row : store->rows())
        addEdge(environment, *store, row);
}

void MapRows::addEdge(state::Environment &environment, const Store &store, const state::RowPtr &row)
{
    const KindInfo &kind = store.kind();
    const QString name = textOf(kind, *row, "node"_L1);
    Edge raw;
    raw.row = row;
    raw.info = &kind;
    MapEdge &edge = raw.edge;
    edge.key = environment.name() + u' ' + row->uid;
    edge.object = store.idOf(*row);
    edge.node = nodeNamed(environment.name(), row->ns, name);
    if (edge.node < 0) {
        edge.node = placeholder(zoneOf(environment, row->network), u"missing "_s + key(environment.name(), row->ns, name), name, Shape::Node, tr("not found here"), State::Unknown);
        m_nodeAt.insert(key(environment.name(), row->ns, name), edge.node);
    }
    edge.domain = domainOf(environment, edge.node, kind, *row);
    const Cell healthy = cellOf(kind, *row, "healthy"_L1);
    edge.line = lineOf(row->state, healthy.is != Cell::Is::Boolean || healthy.integer != 0);
    const MapNode &node = nodes.at(edge.node).node;
    edge.found = node.found || finds(nodes.at(edge.domain).node.name);
    if (edge.line == Line::Connected && node.state == State::Suspended)
        edge.line = Line::Off;
    else if (edge.line == Line::Connected && (node.state == State::Updating || node.state == State::Provisioning))
        edge.line = Line::Changing;
    else if (edge.line == Line::Connected && m_traffic.value(edge.node, 100) < kWarnTraffic)
        edge.line = Line::Degraded;
    edge.state = zones.at(node.zone).stale ? State::Stale : edge.line == Line::Changing ? node.state == State::Updating ? State::Updating : row->state : stateOf(edge.line);
    edges.append(raw);
}

/// What nodes report without a connection of their own: nodes of a public network are joined to its domain when they are set up.
void MapRows::addReported(state::Environment &environment)
{
    QSet<QPair<int, int>> known;
    for (const Edge &edge : std::as_const(edges))
        known.insert({edge.edge.node, edge.edge.domain});
    QHash<int, QList<int>> domains;   // by zone
    for (int i = 0; i < int(nodes.size()); ++i) {
        if (nodes.at(i).node.shape == Shape::Domain)
            domains[nodes.at(i).node.zone].append(i);
    }
    for (auto it = m_reported.constBegin(); it != m_reported.constEnd(); ++it) {
        const MapNode &node = nodes.at(it.key()).node;
        if (node.object.cluster != environment.name())
            continue;
        for (const int domain : domains.value(node.zone)) {
            const bool says = it->contains(isGlobal(domain) ? u"global"_s : nodes.at(domain).node.name);
            if (!says || known.contains({it.key(), domain}))
                continue;
            Edge raw;
            raw.edge.key = node.key + u" reports "_s + nodes.at(domain).node.key;
            raw.edge.node = it.key();
            raw.edge.domain = domain;
            raw.edge.line = m_traffic.value(it.key(), 100) < kWarnTraffic ? Line::Degraded : Line::Connected;
            raw.edge.state = zones.at(node.zone).stale ? State::Stale : stateOf(raw.edge.line);
            raw.edge.found = node.found || finds(nodes.at(domain).node.name);
            edges.append(raw);
        }
    }
}

}
