// SPDX-License-Identifier: GPL-3.0-or-later
// The map that is kept is the map made from nothing, whatever happened meanwhile, and reads no more rows than changed.
#include "models/state/telemetry/VerdictRules.h"
#include "models/state/telemetry/Verdicts.h"
#include "tests/support/FakeTelemetry.h"
#include "tests/unit/items/MapFixture.h"

#include <QRandomGenerator>
#include <QTest>

#include <numeric>

using namespace qd;
using namespace qd::test;
using items::MapEdge;
using items::MapNode;
using items::MapReader;
using items::MapWishes;
using items::NetworkMap;
using network::State;

namespace {

const MapEdge *edgeOf(const NetworkMap &map, const QString &name)
{
    const auto at = std::find_if(map.edges.begin(), map.edges.end(), [&name](const MapEdge &e) { return e.name == name; });
    return at == map.edges.end() ? nullptr : &*at;
}

QString said(const NetworkMap &map)
{
    QStringList out{u"%1 nodes, %2 edges, %3 problems"_s.arg(map.nodeCount).arg(map.edgeCount).arg(map.problems)};
    for (const items::MapZone &zone : map.zones)
        out.append(zone.key + u'|' + zone.title + u'|' + zone.detail);
    for (const MapNode &node : map.nodes)
        out.append(node.key + u'|' + node.name + u'|' + node.detail + u'|' + QString::number(node.count) + u'|' + QString::number(node.found) + u'|' + node.filter);
    for (const MapEdge &edge : map.edges)
        out.append(edge.key + u'|' + edge.name + u'|' + edge.label + u'|' + edge.detail + u'|' + QString::number(edge.count) + u'|' + QString::number(int(edge.line)));
    return out.join(u'\n');
}

/// A Prometheus that read these nodes' last events, so many seconds ago, and no other node.
std::shared_ptr<test::FakeTelemetry> measured(const FixedClock &clock, const QHash<QString, double> &ages)
{
    const auto metrics = std::make_shared<test::FakeMetrics>();
    metrics->onQuery = [ages, now = double(clock.at.toSecsSinceEpoch())](const QString &expr, double) {
        network::SeriesAnswer out{now, now, 0, {}, {}, {}};
        for (auto it = ages.cbegin(); it != ages.cend(); ++it) {
            network::Labels of{{u"namespace"_s, u"canton"_s}, {u"pod"_s, QString(it.key() + u"-participant-0"_s)}, {u"instance"_s, it.key()}};
            const auto add = [&](const QString &label, const QString &name, double value) {
                network::Labels labels = of;
                labels.insert(label, name);
                labels.insert(u"synchronizer"_s, u"global"_s);
                out.series.push_back({labels, {{now, value}}});
            };
            if (expr == state::verdictTargets())
                add(u"qd_signal"_s, u"up"_s, 1);
            if (expr != state::verdictGauges())
                continue;
            add(u"__name__"_s, QLatin1StringView(state::metric::kLastEvent), (now - *it) * 1e6);
            add(u"__name__"_s, QLatin1StringView(state::metric::kIngestion), (now - *it) * 1e3);
        }
        return Result<network::SeriesAnswer>(out);
    };
    const auto out = std::make_shared<test::FakeTelemetry>();
    out->metricsSource = metrics;
    return out;
}

const MapNode *nodeOf(const NetworkMap &map, const QString &name)
{
    const auto at = std::find_if(map.nodes.begin(), map.nodes.end(), [&name](const MapNode &n) { return n.name == name; });
    return at == map.nodes.end() ? nullptr : &*at;
}

/// Something that happens in a cluster.
class Happening {
public:
    explicit Happening(MapWorld &world) : m_world(world) { }
    QString next()
    {
        static const QStringList networks{u"mainnet"_s, u"harbor"_s, u"elsewhere"_s};
        static const QStringList phases{u"Ready"_s, u"Failed"_s, u"Updating"_s, u"Suspended"_s, u"Degraded"_s};
        FixtureEnvironment &where = m_random.bounded(3) == 0 ? m_world.dev : m_world.prod;
        const QString name = u"node-%1"_s.arg(m_random.bounded(40), 5, 10, QChar(u'0')), network = networks.at(m_random.bounded(3));
        const QString phase = phases.at(m_random.bounded(5)), of = where.environment.name() + u' ' + name;
        switch (m_random.bounded(8)) {
        case 0:
            m_world.remove(where, u"Validator"_s, {u"uid-validator-"_s + name});
            return of + u" goes"_s;
        case 1:
            m_world.remove(where, u"SyncDomainConnection"_s, {u"uid-syncdomainconnection-"_s + name + u"-to-mainnet"_s});
            return of + u" loses its connection"_s;
        case 2:
        case 3:
            m_world.add(where, u"SyncDomainConnection"_s, {m_world.edgeRow(name, u"mainnet"_s, m_random.bounded(2) == 0 ? u"Connected"_s : u"Failed"_s, m_random.bounded(2) == 0)});
            return of + u" connects"_s;
        case 4:
            m_world.add(where, u"CantonNetwork"_s, {m_world.networkRow(network, m_random.bounded(2) == 0 ? u"Private"_s : u"MainNet"_s)});
            return of + u" network "_s + network;
        case 5:
            m_world.setStale(where, m_random.bounded(2) == 0);
            return of + u" stale or fresh"_s;
        default:
            m_world.add(where, u"Validator"_s, {m_world.nodeRow(name, network, phase, m_random.bounded(100))});
            return of + u" is "_s + phase + u" in "_s + network;
        }
    }

private:
    MapWorld &m_world;
    QRandomGenerator m_random{20260301};
};

}

class NetworkMapTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keptIsTheSameAsMadeAnew()
    {
        MapWorld world;
        MapReader reader;
        reader.follow(world.environments());
        world.fill(30);
        Happening happening(world);
        const QList<MapWishes> wishes{{}, {true, true, {}}, {false, false, u"NODE-0000"_s}, {true, true, u"nobody"_s}};
        QStringList story;
        for (int i = 0; i < 400; ++i) {
            story.append(happening.next());
            const MapWishes &wish = wishes.at(i % wishes.size());
            const NetworkMap kept = reader.map(wish, world.clock.at), anew = items::networkMap(world.environments(), wish, world.clock.at);
            QVERIFY2(kept == anew, qPrintable(u"after \"%1\", kept:\n%2\nanew:\n%3"_s.arg(story.last(), said(kept), said(anew))));
        }
    }

    void onlyWhatChangedIsRead()
    {
        MapWorld world;
        world.fill(2000);
        MapReader reader;
        reader.follow(world.environments());
        (void)reader.map({}, world.clock.at);
        const qint64 all = reader.rowsRead();
        QCOMPARE(all, 2 * 2000 + 2);
        (void)reader.map({false, true, u"node-00042"_s}, world.clock.at);
        (void)reader.map({true, false, {}}, world.clock.at);
        world.clock.at = world.clock.at.addSecs(60);
        (void)reader.map({}, world.clock.at);
        QCOMPARE(reader.rowsRead() - all, 0);
        world.add(world.prod, u"Validator"_s, {world.nodeRow(u"node-00001"_s, u"mainnet"_s, u"Failed"_s)});
        world.add(world.prod, u"SyncDomainConnection"_s, {world.edgeRow(u"node-00002"_s, u"mainnet"_s, u"Failed"_s)});
        const NetworkMap map = reader.map({false, true, u"node-0000"_s}, world.clock.at);
        QCOMPARE(reader.rowsRead() - all, 2);
        const auto node = std::find_if(map.nodes.begin(), map.nodes.end(), [](const MapNode &n) { return n.name == "node-00001"_L1; });
        QVERIFY(node != map.nodes.end());
        QCOMPARE(node->state, State::Failed);
        QVERIFY(edgeOf(map, u"node-00002 to mainnet"_s));
        QCOMPARE(int(edgeOf(map, u"node-00002 to mainnet"_s)->line), int(MapEdge::Line::Failed));
    }

    /// Behind another page nobody asks for the map, and rows change all day.
    void whatIsKeptHoldsNoOldRow()
    {
        MapWorld world;
        world.fill(20);
        MapReader reader;
        reader.follow(world.environments());
        (void)reader.map({}, world.clock.at);
        const state::ResourceStore *store = world.prod.environment.known(world.kind(u"Validator"_s));
        QVERIFY(store);
        int version = 1;
        const auto change = [&](const QString &phase) {
            network::Row next = world.nodeRow(u"node-00001"_s, u"mainnet"_s, phase);
            next.resourceVersion = QString::number(++version);
            const std::weak_ptr<const network::Row> old = store->row(next.uid);
            world.add(world.prod, u"Validator"_s, {next});
            return old;
        };
        const auto changeEdge = [&] {
            network::Row next = world.edgeRow(u"node-00001"_s, u"mainnet"_s);
            next.resourceVersion = QString::number(++version);
            const std::weak_ptr<const network::Row> old = world.prod.store(u"SyncDomainConnection"_s)->row(next.uid);
            world.add(world.prod, u"SyncDomainConnection"_s, {next});
            return old;
        };
        QVERIFY(change(u"Failed"_s).expired());
        QVERIFY(change(u"Failed"_s).expired());     // it looks as before
        QVERIFY(changeEdge().expired());
        world.add(world.prod, u"Validator"_s, {world.nodeRow(u"new-one"_s, u"mainnet"_s)});   // all of it will be put together again
        QVERIFY(change(u"Ready"_s).expired());
        QVERIFY(change(u"Ready"_s).expired());
        QVERIFY(changeEdge().expired());
    }

    /// Rows stand in a hash: neither it nor the order they came in may show.
    void edgesHaveTheirOrder()
    {
        MapWorld one, other;
        for (MapWorld *world : {&one, &other}) {
            world->add(world->prod, u"CantonNetwork"_s, {world->networkRow(u"mainnet"_s)});
            QStringList names{u"erin"_s, u"alice"_s, u"dora"_s, u"bob"_s, u"carol"_s, u"node-10"_s, u"node-9"_s};
            if (world == &other)
                std::reverse(names.begin(), names.end());
            for (const QString &name : std::as_const(names)) {
                network::Row again = world->edgeRow(name, u"mainnet"_s);
                again.uid += u"-2"_s;
                again.name += u"-2"_s;
                world->add(world->prod, u"Validator"_s, {world->nodeRow(name, u"mainnet"_s)});
                world->add(world->prod, u"SyncDomainConnection"_s, {again, world->edgeRow(name, u"mainnet"_s)});
            }
        }
        const NetworkMap map = items::networkMap(one.environments(), {}, one.clock.at);
        QVERIFY(map == items::networkMap(other.environments(), {}, other.clock.at));
        QStringList order;
        for (const MapEdge &edge : map.edges)
            order.append(edge.object.name);
        QCOMPARE(order.size(), 14);
        QStringList wanted;
        for (const char *name : {"alice", "bob", "carol", "dora", "erin", "node-9", "node-10"})
            wanted << QLatin1StringView(name) + u"-to-mainnet"_s << QLatin1StringView(name) + u"-to-mainnet-2"_s;
        QCOMPARE(order, wanted);
    }

    void edgesOfAStaleClusterSayWhatTheyWere()
    {
        MapWorld world;
        world.add(world.prod, u"CantonNetwork"_s, {world.networkRow(u"mainnet"_s)});
        world.add(world.prod, u"Validator"_s, {world.nodeRow(u"alice"_s, u"mainnet"_s), world.nodeRow(u"bob"_s, u"mainnet"_s)});
        world.add(world.prod, u"SyncDomainConnection"_s, {world.edgeRow(u"alice"_s, u"mainnet"_s), world.edgeRow(u"bob"_s, u"mainnet"_s, u"Failed"_s)});
        MapReader reader;
        reader.follow(world.environments());
        QCOMPARE(edgeOf(reader.map({}, world.clock.at), u"alice to mainnet"_s)->label, u"9 ms"_s);
        world.setStale(world.prod, true);
        const NetworkMap map = reader.map({}, world.clock.at);
        const MapEdge *alice = edgeOf(map, u"alice to mainnet"_s), *bob = edgeOf(map, u"bob to mainnet"_s);
        QVERIFY(alice && bob);
        QCOMPARE(alice->label, u"was connected"_s);
        QCOMPARE(bob->label, u"was failed"_s);
        for (const MapEdge *edge : {alice, bob}) {
            QVERIFY2(edge->detail.startsWith(u"was "_s), qPrintable(edge->detail));
            QCOMPARE(int(edge->line), int(MapEdge::Line::Unknown));
            QCOMPARE(edge->state, State::Stale);
        }
        world.setStale(world.prod, false);
        QCOMPARE(edgeOf(reader.map({}, world.clock.at), u"bob to mainnet"_s)->label, u"failed"_s);
    }

    /// Many as one speak of what was, too, each sort for itself; the worst of them still stand alone.
    void groupsOfAStaleClusterSayWhatTheyWere()
    {
        MapWorld world;
        world.fill(2000);
        world.setStale(world.prod, true);
        const NetworkMap map = items::networkMap(world.environments(), {}, world.clock.at);
        QMap<QString, int> kinds;
        for (const MapEdge &edge : map.edges) {
            QCOMPARE(int(edge.line), int(MapEdge::Line::Unknown));
            QVERIFY2(edge.detail.startsWith(u"was "_s), qPrintable(edge.detail));
            const bool group = edge.object.name.isEmpty();
            QVERIFY2(edge.label.isEmpty() == (group && edge.detail.startsWith(u"was Connected"_s)), qPrintable(edge.detail + u" / "_s + edge.label));
            QVERIFY2(edge.count < 2 || edge.label.isEmpty() || edge.label.contains(u" were "_s), qPrintable(edge.label));
            kinds[edge.detail.section(u':', 0, 0)] += edge.count;
        }
        QCOMPARE(std::accumulate(kinds.begin(), kinds.end(), 0), 2000);
        QVERIFY(kinds.value(u"was Connected"_s) > 1500 && kinds.value(u"was Degraded"_s) > 10 && kinds.value(u"was Changing"_s) > 10);
        int alone = 0;
        for (const MapNode &node : map.nodes) {
            if (node.shape == MapNode::Shape::Domain || node.object.name.isEmpty())
                continue;
            QCOMPARE(node.detail, u"was Failed"_s);
            ++alone;
        }
        QCOMPARE(alone, 12);
    }

    /// Beside what a node reports stands whether it gets on; what nobody read is never taken for that.
    void verdictsBesideStates()
    {
        MapWorld world;
        world.add(world.prod, u"CantonNetwork"_s, {world.networkRow(u"mainnet"_s)});
        for (const QString &name : {u"moves"_s, u"stands"_s, u"unread"_s})
            world.add(world.prod, u"Validator"_s, {world.nodeRow(name, u"mainnet"_s)});
        world.add(world.prod, u"Validator"_s, {world.nodeRow(u"sleeps"_s, u"mainnet"_s, u"Suspended"_s)});
        world.prod.environment.setTelemetry(measured(world.clock, {{u"moves"_s, 2}, {u"stands"_s, 7200}}));
        state::Verdicts verdicts(&world.clock);
        verdicts.addEnvironment(&world.prod.environment);
        MapReader reader;
        reader.follow({&world.prod.environment});
        reader.setVerdicts(&verdicts);
        const MapWishes problems{true, true, {}};
        QCOMPARE(int(*nodeOf(reader.map({}, world.clock.at), u"moves"_s)->verdict), int(state::VerdictState::NotDetermined));    // nobody looked yet
        QCOMPARE(reader.map(problems, world.clock.at).problems, 0);
        QObject page;
        verdicts.look(&page);
        QTRY_COMPARE(verdicts.session(u"infra-prod"_s)->troubled().size(), 1);
        const qint64 read = reader.rowsRead();
        const NetworkMap map = reader.map({}, world.clock.at);
        QCOMPARE(reader.rowsRead(), read);
        QCOMPARE(map.problems, 1);
        QCOMPARE(int(*nodeOf(map, u"moves"_s)->verdict), int(state::VerdictState::Progressing));
        QCOMPARE(items::wholeText(*nodeOf(map, u"moves"_s)), u"Ready, 80 % left"_s);
        const MapNode *stands = nodeOf(map, u"stands"_s);
        QVERIFY(items::isTroubled(stands->verdict) && stands->state == State::Ready);
        QVERIFY2(items::wholeText(*stands).startsWith(u"Ready, 80 % left; Stuck: "_s) && !stands->why.isEmpty(), qPrintable(items::wholeText(*stands)));
        QCOMPARE(int(*nodeOf(map, u"unread"_s)->verdict), int(state::VerdictState::NotDetermined));
        QCOMPARE(items::wholeText(*nodeOf(map, u"unread"_s)), u"Ready, 80 % left; whether it progresses is not determined"_s);
        QVERIFY(!nodeOf(map, u"sleeps"_s)->verdict);
        // Only problems: the one that says it is fine and is not.
        const NetworkMap few = reader.map(problems, world.clock.at);
        QVERIFY(nodeOf(few, u"stands"_s) && !nodeOf(few, u"moves"_s) && !nodeOf(few, u"unread"_s));
        // A row that changed keeps its verdict; without verdicts nothing is said of them.
        world.add(world.prod, u"Validator"_s, {world.nodeRow(u"stands"_s, u"mainnet"_s, u"Ready"_s, 70)});
        QVERIFY(items::isTroubled(nodeOf(reader.map({}, world.clock.at), u"stands"_s)->verdict));
        QVERIFY(!nodeOf(items::networkMap({&world.prod.environment}, {}, world.clock.at), u"stands"_s)->verdict);
    }

    /// Among hundreds that report to be fine, those that do not get on stand for themselves, the others are told apart in groups.
    void stuckAmongMany()
    {
        MapWorld world;
        world.add(world.prod, u"CantonNetwork"_s, {world.networkRow(u"mainnet"_s)});
        QHash<QString, double> ages;
        QList<network::Row> rows;
        for (int i = 0; i < 60; ++i) {
            const QString name = u"node-%1"_s.arg(i);
            rows.append(world.nodeRow(name, u"mainnet"_s));
            if (i < 50)
                ages.insert(name, i < 10 ? 7200 : 2);
        }
        world.add(world.prod, u"Validator"_s, rows);
        world.prod.environment.setTelemetry(measured(world.clock, ages));
        state::Verdicts verdicts(&world.clock);
        verdicts.addEnvironment(&world.prod.environment);
        QObject page;
        verdicts.look(&page);
        QTRY_COMPARE(verdicts.session(u"infra-prod"_s)->troubled().size(), 10);
        const NetworkMap map = items::networkMap({&world.prod.environment}, {}, world.clock.at, &verdicts);
        QMap<int, int> groups;
        int alone = 0;
        for (const MapNode &node : map.nodes) {
            if (node.shape != MapNode::Shape::Domain)
                node.count > 1 ? groups[int(*node.verdict)] = node.count : alone += items::isTroubled(node.verdict);
        }
        QCOMPARE(alone, 6);
        QCOMPARE(groups, (QMap<int, int>{{int(state::VerdictState::NotDetermined), 10}, {int(state::VerdictState::Progressing), 40}, {int(state::VerdictState::Stuck), 4}}));
        QCOMPARE(map.problems, 10);
    }

    /// What is made later is heard of, and what is not followed any more is forgotten.
    void environmentsComeAndGo()
    {
        MapWorld world;
        MapReader reader;
        reader.follow({&world.prod.environment});
        QCOMPARE(reader.map({}, world.clock.at).nodeCount, 0);
        world.fill(5);   // the stores are made only now
        QCOMPARE(reader.map({}, world.clock.at).nodeCount, 5);
        world.add(world.dev, u"Validator"_s, {world.nodeRow(u"far"_s, u"devnet"_s)});
        QCOMPARE(reader.map({}, world.clock.at).nodeCount, 5);
        reader.follow(world.environments());
        QCOMPARE(reader.map({}, world.clock.at).nodeCount, 6);
        reader.follow({&world.dev.environment});
        world.add(world.prod, u"Validator"_s, {world.nodeRow(u"late"_s, u"mainnet"_s)});
        const NetworkMap map = reader.map({}, world.clock.at);
        QCOMPARE(map.nodeCount, 1);
        QCOMPARE(map.zones.size(), 1);
    }
};

QTEST_GUILESS_MAIN(NetworkMapTest)
#include "tst_networkmap.moc"
