// SPDX-License-Identifier: GPL-3.0-or-later
// The map: what is drawn of the rows, where it stands, and that keys reach all of it; its twin, its colours, its states.
#include "models/items/map/NetworkMap.h"
#include "models/state/telemetry/Verdicts.h"
#include "tests/support/FakeTelemetry.h"
#include "tests/ui/map/MapStage.h"
#include "ui/panes/map/MapPainter.h"
#include "ui/theme/Tokens.h"
#include "ui/widgets/Charts.h"

#include <QSet>
#include <QTest>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;
using items::MapEdge;
using items::MapNode;
using items::NetworkMap;
using network::State;
using Stage = test::MapStage;
using test::named;

namespace {

NetworkMap mapOf(const TourWorld &world, const items::MapWishes &wishes = {})
{
    return items::networkMap({world.environment(0), world.environment(1), world.environment(2)}, wishes, world.clock().now());
}

const MapEdge *edge(const NetworkMap &map, const QString &name)
{
    const auto at = std::find_if(map.edges.begin(), map.edges.end(), [&name](const MapEdge &e) { return e.name == name; });
    return at == map.edges.end() ? nullptr : &*at;
}

}

class MapTest : public QObject {
    Q_OBJECT
    Theme m_theme;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();
    std::shared_ptr<ports::YamlCodec> m_codec = yaml::makeYamlCodec();

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
        m_theme.setReducedMotion(true);
    }
    void cleanup() { m_theme.setBodySize(13); }

    void whatConnectionsSay()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        fillMap(world);
        const NetworkMap map = mapOf(world);
        QCOMPARE(map.nodeCount, 14);
        QCOMPARE(map.edgeCount, 12);
        QVERIFY(map.zones.first().isPrivate);
        const auto check = [&](const QString &name, MapEdge::Line line, const QString &label) {
            const MapEdge *found = edge(map, name);
            QVERIFY2(found, qPrintable(name));
            QCOMPARE(int(found->line), int(line));
            QCOMPARE(found->label, label);
        };
        check(u"alice-bank to harbor"_s, MapEdge::Line::Connected, u"9 ms"_s);
        check(u"bob-custody to harbor"_s, MapEdge::Line::Failed, u"no event for 18 m"_s);
        check(u"carol-clearing to harbor"_s, MapEdge::Line::Changing, u"11 ms"_s);
        check(u"dora-exchange to harbor"_s, MapEdge::Line::Off, u"disconnected"_s);
        check(u"harbor-bridge to MainNet"_s, MapEdge::Line::Degraded, u"212 ms"_s);
        check(u"northgate-validator-2 to MainNet"_s, MapEdge::Line::Degraded, u"traffic 6 %"_s);
        check(u"northgate-dev-2 to DevNet"_s, MapEdge::Line::Changing, u"registering"_s);
        const MapNode *bridge = named(map, u"harbor-bridge"_s);
        QVERIFY(bridge && bridge->shape == MapNode::Shape::Bridge);
        QCOMPARE(bridge->detail, u"Ready, 2 domains"_s);
        QCOMPARE(named(map, u"bob-custody"_s)->detail, u"Failed, 1 of 3 pods"_s);
        QCOMPARE(named(map, u"legacy-probe"_s)->state, State::Unknown);
    }

    /// A node whose own connection nobody declared is joined as it reports; one that reports nothing is not drawn as connected.
    void nothingIsConnectedByGuess()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        world.fillConsortium();
        const NetworkMap map = mapOf(world);
        QCOMPARE(map.edges.size(), 0);
    }

    void aStaleClusterSaysWas()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        fillMap(world);
        world.makeStale(2);
        const NetworkMap map = mapOf(world);
        QCOMPARE(named(map, u"northgate-test-1"_s)->detail, u"was Ready"_s);
        QCOMPARE(named(map, u"northgate-test-1"_s)->state, State::Stale);
        QVERIFY(map.zones.last().stale && map.zones.last().detail.contains(u"last answer"_s));
        const MapEdge *was = edge(map, u"northgate-test-1 to TestNet"_s);
        QCOMPARE(was->state, State::Stale);
        QCOMPARE(was->label, u"was connected"_s);
        QVERIFY2(was->detail.startsWith(u"was Connected"_s), qPrintable(was->detail));
        const Tokens t(Tokens::makePalette(true));
        QCOMPARE(mapPen(was->line, t), mapPen(MapEdge::Line::Unknown, t));
        QVERIFY(mapPen(was->line, t) != mapPen(MapEdge::Line::Connected, t));
    }

    void onlyProblemsAndSearch()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        fillMap(world);
        const NetworkMap problems = mapOf(world, {true, true, {}});
        QVERIFY(named(problems, u"bob-custody"_s) && named(problems, u"harbor-bridge"_s));   // its connection is slow
        QVERIFY(!named(problems, u"alice-bank"_s) && !named(problems, u"northgate-test-1"_s));
        QVERIFY(named(problems, u"harbor"_s));   // a domain stays while an edge leads there
        const NetworkMap found = mapOf(world, {false, false, u"ALICE"_s});
        QVERIFY(named(found, u"alice-bank"_s)->found && !named(found, u"bob-custody"_s)->found);
        QVERIFY(edge(found, u"alice-bank to harbor"_s)->found);
        QCOMPARE(edge(found, u"alice-bank to harbor"_s)->label, QString());
    }

    /// 10,000 nodes: the worst for themselves, the others by kind and phase, each counted where it is and once.
    void manyAreGrouped()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        fillMapMany(world, 10000);
        QMap<QString, int> there, drawn;   // by network and state
        const state::ResourceStore *store = world.environment(0)->known(*m_kinds->find(u"Validator"_s));
        for (const state::RowPtr &row : store->rows())
            ++there[row->network + u' ' + network::stateId(row->state)];
        const NetworkMap map = mapOf(world);
        QCOMPARE(map.nodeCount, 10000);
        QCOMPARE(map.edgeCount, 10000);
        QSet<QString> keys;
        QMap<int, QList<State>> alone, grouped;   // by zone
        for (const MapNode &node : map.nodes) {
            QVERIFY2(!keys.contains(node.key), qPrintable(node.key));
            keys.insert(node.key);
            if (node.shape == MapNode::Shape::Domain)
                continue;
            drawn[map.zones.at(node.zone).network + u' ' + network::stateId(node.state)] += node.count;
            (node.object.name.isEmpty() ? grouped : alone)[node.zone].append(node.state);
            if (!node.object.name.isEmpty())
                continue;
            QCOMPARE(node.name, u"%1 validators"_s.arg(QLocale().toString(node.count)));
            QCOMPARE(node.detail, network::stateWord(node.state));
        }
        QCOMPARE(drawn, there);
        QCOMPARE(alone.size(), 2);
        for (auto zone = alone.begin(); zone != alone.end(); ++zone) {
            QCOMPARE(zone->size(), 6);
            const State best = *std::max_element(zone->begin(), zone->end());
            QCOMPARE(best, State::Failed);   // there are more than six of them
            for (const State state : grouped.value(zone.key()))
                QCOMPARE(grouped.value(zone.key()).count(state), 1);
        }
        int edges = 0;
        for (const MapEdge &one : map.edges) {
            edges += one.count;
            QVERIFY2(one.count == 1 || one.label.isEmpty() == (one.line == MapEdge::Line::Connected), qPrintable(one.name + u": "_s + one.label));
        }
        QCOMPARE(edges, 10000);
        QVERIFY2(map.nodes.size() < 24, qPrintable(QString::number(map.nodes.size())));
        // What is searched for stands alone, and it alone is not dimmed.
        const NetworkMap found = mapOf(world, {false, true, u"validator-00042"_s});
        const MapNode *one = named(found, u"validator-00042"_s);
        QVERIFY(one);
        QCOMPARE(one->count, 1);
        for (const MapNode &node : found.nodes)
            QCOMPARE(node.found, &node == one);
        const auto line = std::find_if(found.edges.begin(), found.edges.end(), [&](const MapEdge &e) { return &found.nodes.at(e.node) == one; });
        QVERIFY(line != found.edges.end());
        QVERIFY(line->found && line->count == 1);
    }

    void nothingOverlaps_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<qreal>("unit");
        QTest::addColumn<QSizeF>("room");
        for (const int count : {-1, 0, 3, 13, 10000}) {
            for (const qreal unit : {1.0, 1.5}) {
                for (const QSizeF &room : {QSizeF(1240, 760), QSizeF(832, 760), QSizeF(600, 400)})
                    QTest::addRow("%d nodes, %.1f, %.0f px", count, unit, room.width()) << count << unit << room;
            }
        }
    }

    void nothingOverlaps()
    {
        QFETCH(int, count);
        QFETCH(qreal, unit);
        QFETCH(QSizeF, room);
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        if (count < 0)
            fillMap(world);
        else if (count == 3)
            world.fillFew();
        else if (count > 0)
            fillMapMany(world, count);
        const NetworkMap map = mapOf(world);
        const MapLayout layout = MapLayout::of(map, unit, room);
        QVERIFY(layout.size.width() >= room.width() && layout.size.height() >= room.height());
        for (int i = 0; i < int(map.nodes.size()); ++i) {
            const QRectF box = layout.nodes.at(i);
            QVERIFY2(QRectF(QPointF(), layout.size).contains(box), qPrintable(map.nodes.at(i).name));
            const QRectF zone = layout.zones.at(map.nodes.at(i).zone);
            QVERIFY2(map.nodes.at(i).shape == MapNode::Shape::Bridge ? zone.intersects(box) : zone.contains(box), qPrintable(map.nodes.at(i).name));
            for (int j = 0; j < i; ++j)
                QVERIFY2(!box.intersects(layout.nodes.at(j)), qPrintable(map.nodes.at(i).name + u" over "_s + map.nodes.at(j).name));
        }
        for (int i = 0; i < int(map.zones.size()); ++i) {
            for (int j = 0; j < i; ++j)
                QVERIFY(!layout.zones.at(i).intersects(layout.zones.at(j)));
        }
    }

    /// Positions are by name: a state that changes moves nothing.
    void positionsAreStable()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        fillMap(world);
        const NetworkMap before = mapOf(world);
        const MapLayout was = MapLayout::of(before, 1, {1240, 760});
        world.changeThree();
        const NetworkMap after = mapOf(world);
        const MapLayout now = MapLayout::of(after, 1, {1240, 760});
        QCOMPARE(named(after, u"alice-bank"_s)->state, State::Updating);
        for (int i = 0; i < int(before.nodes.size()); ++i) {
            for (int j = 0; j < int(after.nodes.size()); ++j) {
                if (before.nodes.at(i).key == after.nodes.at(j).key)
                    QCOMPARE(now.nodes.at(j), was.nodes.at(i));
            }
        }
    }

    /// By arrows alone every node and every connection is reached, and Page Down reads all of them.
    void keysReachEverything()
    {
        Stage stage(&m_theme, m_kinds, fillMap);
        QVERIFY(stage.pane && stage.pane->showsMap());
        QTRY_VERIFY(stage.view->hasFocus());
        const int all = int(stage.view->map().nodes.size() + stage.view->map().edges.size());
        const auto number = [&](MapView::Item item) { return item.node >= 0 ? item.node : item.edge + int(stage.view->map().nodes.size()); };
        QList<MapView::Item> open{stage.view->current()};
        QVERIFY(open.first() != MapView::Item());
        QSet<int> seen{number(open.first())};
        while (!open.isEmpty()) {
            const MapView::Item from = open.takeLast();
            for (const Qt::Key key : {Qt::Key_Left, Qt::Key_Right, Qt::Key_Up, Qt::Key_Down}) {
                stage.view->setCurrent(from);
                stage.key(key);
                if (const int at = number(stage.view->current()); !seen.contains(at)) {
                    seen.insert(at);
                    open.append(stage.view->current());
                }
            }
        }
        QStringList missed;
        for (int i = 0; i < all; ++i) {
            const int nodes = int(stage.view->map().nodes.size());
            if (!seen.contains(i))
                missed.append(stage.view->textOf(i < nodes ? MapView::Item{i, -1} : MapView::Item{-1, i - nodes}));
        }
        QCOMPARE(missed, QStringList());
        stage.key(Qt::Key_Home);
        QSet<int> paged{number(stage.view->current())};
        for (int i = 1; i < all; ++i) {
            stage.key(Qt::Key_PageDown);
            paged.insert(number(stage.view->current()));
        }
        QCOMPARE(paged.size(), all);
    }

    /// Tab comes by everything of the page and back.
    void tabComesByAll()
    {
        Stage stage(&m_theme, m_kinds, fillMap);
        stage.view->setFocus();
        QTRY_COMPARE(QApplication::focusWidget(), stage.view);
        QSet<QWidget *> stops;
        for (QWidget *at = stage.view; at && !stops.contains(at); at = QApplication::focusWidget()) {
            stops.insert(at);
            QTest::keyClick(at, Qt::Key_Tab);
        }
        const QList<QWidget *> all = stage.pane->findChildren<QWidget *>();
        for (QWidget *widget : all) {
            if ((widget->focusPolicy() & Qt::TabFocus) && widget->isVisible() && widget->isEnabled() && !widget->focusProxy())
                QVERIFY2(stops.contains(widget), qPrintable(QString::fromLatin1(widget->metaObject()->className()) + u' ' + widget->accessibleName()));
        }
        QVERIFY(stops.size() >= 10);
    }

    void enterOpensAndEscapeCloses()
    {
        Stage stage(&m_theme, m_kinds, fillMap);
        QTRY_VERIFY(stage.view->hasFocus());
        stage.view->setCurrent(stage.node(u"bob-custody"_s));
        stage.key(Qt::Key_Return);
        QVERIFY(stage.pane->details()->isVisible());
        QCOMPARE(stage.pane->details()->target().row->name, u"bob-custody"_s);
        QCOMPARE(stage.window->actionRegistry()->targets().size(), 1);
        stage.key(Qt::Key_Escape);
        QVERIFY(!stage.pane->details()->isVisible());
        // A connection jumps here from anywhere.
        stage.window->panes()->show(u"nodes"_s);
        QVERIFY(stage.window->panes()->openObject({u"infra-prod"_s, {u"canton.quarterdeck.io"_s, u"v1alpha1"_s, u"syncdomainconnections"_s}, u"canton-harbor"_s, u"harbor-bridge-global"_s, {}}));
        QCOMPARE(stage.pane->details()->target().row->name, u"harbor-bridge-global"_s);
        QVERIFY(stage.view->current().edge >= 0);
        QCOMPARE(stage.view->map().edges.at(stage.view->current().edge).name, u"harbor-bridge to MainNet"_s);
    }

    /// The lists are one key away and one key back; verbs act on what is chosen there.
    void listsAreOneKeyAway()
    {
        Stage stage(&m_theme, m_kinds, fillMap);
        QTRY_VERIFY(stage.view->hasFocus());
        stage.key(Qt::Key_L);
        QVERIFY(!stage.pane->showsMap());
        QVERIFY(stage.pane->list()->isVisible() && !stage.view->isVisible());
        QTRY_VERIFY(stage.pane->list()->isAncestorOf(QApplication::focusWidget()));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_M);
        QVERIFY(stage.pane->showsMap() && stage.view->isVisible());
        // L means the lists also while a node with logs is chosen.
        stage.view->setCurrent(stage.node(u"alice-bank"_s));
        stage.key(Qt::Key_L);
        QVERIFY(!stage.pane->showsMap());
        QCOMPARE(stage.window->panes()->current(), u"map"_s);
        QVERIFY(stage.pane->showKind(u"SyncDomainConnection"_s));
        QVERIFY(!stage.pane->showsMap());
        QCOMPARE(stage.pane->list()->model()->counts().total, 12);
    }

    /// Its own nodes and no others: not those of a cluster that has a network of that name, nor of a network whose name begins so.
    void aGroupLeadsToItsNodes()
    {
        Stage stage(&m_theme, m_kinds, [](TourWorld &w) {
            fillMapMany(w, 1000);
            const network::KindInfo *kind = w.environment(0)->kinds().find(u"Validator"_s);
            network::RowBatch others, longer;
            for (const state::RowPtr &row : w.environment(0)->store(*kind)->rows()) {
                network::Row one = *row;
                one.uid += u"-other"_s;
                others.upserts.append(one);
                one.uid += u"-longer"_s;
                one.name += u"-2"_s;
                one.network += u"-2"_s;
                longer.upserts.append(one);
            }
            w.environment(1)->store(*kind)->applyBatch(others);
            w.environment(0)->store(*kind)->applyBatch(longer);
        });
        QTRY_VERIFY(stage.view->hasFocus());
        const auto &nodes = stage.view->map().nodes;
        const auto group = std::find_if(nodes.begin(), nodes.end(), [&stage](const MapNode &n) { return n.count > 1 && stage.view->map().zones.at(n.zone).network == "mainnet"_L1; });
        QVERIFY(group != nodes.end());
        const int count = group->count;
        QVERIFY(count > 100);
        const QString cluster = stage.view->map().zones.at(group->zone).object.cluster;
        stage.view->setCurrent({int(group - nodes.begin()), -1});
        stage.key(Qt::Key_Return);
        QCOMPARE(stage.window->panes()->current(), u"nodes"_s);
        const items::ResourceModel *model = stage.window->nodes()->model();
        // The few that stand for themselves on the map are of that phase too.
        QTRY_VERIFY2(model->counts().shown >= count && model->counts().shown <= count + 6, qPrintable(u"%1 of %2, wanted %3"_s.arg(model->counts().shown).arg(model->counts().total).arg(count)));
        QCOMPARE(model->clustersShown(), QStringList{cluster});
        QCOMPARE(model->groupRows().size(), 1);
    }

    /// As beside the list: what the console has seen of a node, and it goes on.
    void detailsHaveTheSmallChart()
    {
        Stage stage(&m_theme, m_kinds, fillMap);
        QTRY_VERIFY(stage.view->hasFocus());
        const qint64 now = stage.world.clock().now().toSecsSinceEpoch();
        items::Readings *readings = stage.window->nodes()->readings();
        readings->add(u"infra-prod"_s, u"tour-northgate-validator-2"_s, u"traffic"_s, {now - 1200, 40.0});
        stage.view->setCurrent(stage.node(u"northgate-validator-2"_s));
        stage.key(Qt::Key_Return);
        auto *chart = stage.pane->details()->findChild<Sparkline *>();
        QVERIFY(chart && chart->isVisible());
        QVERIFY(chart->hasData());
        QVERIFY2(chart->accessibleName().contains(u"now 6"_s), qPrintable(chart->accessibleName()));
        readings->add(u"infra-prod"_s, u"tour-northgate-validator-2"_s, u"traffic"_s, {now, 3.0});
        for (int i = 0; i < 15; ++i)
            stage.pane->tick();
        QVERIFY2(chart->accessibleName().contains(u"now 3"_s), qPrintable(chart->accessibleName()));
    }

    /// A map that says the same is not painted again.
    void nothingNewPaintsNothing()
    {
        struct Paints : QObject {
            int count = 0;
            bool eventFilter(QObject *, QEvent *event) override
            {
                count += event->type() == QEvent::Paint;
                return false;
            }
        } paints;
        Stage stage(&m_theme, m_kinds, fillMap);
        QTRY_VERIFY(stage.view->hasFocus());
        QTRY_VERIFY(items::isTroubled(named(stage.view->map(), u"northgate-validator-2"_s)->verdict));   // the verdicts came
        QCoreApplication::sendPostedEvents();
        stage.view->repaint();
        stage.view->installEventFilter(&paints);
        for (int i = 0; i < 3; ++i) {
            stage.pane->refresh();
            stage.pane->tick();
            QCoreApplication::sendPostedEvents();
        }
        QCOMPARE(paints.count, 0);
        stage.world.changeThree();
        stage.pane->refresh();
        QTRY_VERIFY(paints.count > 0);
    }

    void zoomScrollsAndFits()
    {
        Stage stage(&m_theme, m_kinds, fillMap);
        QTRY_VERIFY(stage.view->hasFocus());
        const QSize fit = stage.view->size();
        stage.key(Qt::Key_Plus);
        QVERIFY(stage.view->zoom() > 1);
        QVERIFY(stage.view->rectOf({0, -1}).width() > stage.view->layoutOfMap().nodes.at(0).width());
        stage.key(Qt::Key_Minus);
        stage.key(Qt::Key_Minus);
        QVERIFY(stage.view->zoom() < 1);
        stage.key(Qt::Key_0);
        QCOMPARE(stage.view->size(), fit);
        const QPointF at = stage.view->rectOf(stage.node(u"alice-bank"_s)).center();
        QVERIFY(stage.view->itemAt(at) == stage.node(u"alice-bank"_s));
    }

    /// A Prometheus that stops answering: what it said before is nothing to go by here.
    void oldVerdictsAreNone()
    {
        Stage stage(&m_theme, m_kinds, fillMap);
        const auto verdict = [&stage](const QString &name) { return named(stage.view->map(), name)->verdict; };
        QTRY_VERIFY(items::isTroubled(verdict(u"northgate-validator-2"_s)));
        const ObjectId node = named(stage.view->map(), u"northgate-validator-2"_s)->object;
        auto metrics = std::make_shared<test::FakeMetrics>();
        metrics->onQuery = [](const QString &, double) { return Error{ErrorKind::Timeout, u"Prometheus did not answer."_s}; };
        auto failing = std::make_shared<test::FakeTelemetry>();
        failing->metricsSource = metrics;
        for (int i = 0; i < 3; ++i)
            stage.world.environment(i)->setTelemetry(failing);
        auto *verdicts = stage.window->findChild<state::Verdicts *>();
        verdicts->session(node.cluster)->ask();
        QTRY_VERIFY(verdicts->of(node).stale);
        QVERIFY(items::isTroubled(verdicts->of(node).state));
        QTRY_COMPARE(int(*verdict(u"northgate-validator-2"_s)), int(state::VerdictState::NotDetermined));
        QVERIFY(named(stage.view->map(), u"northgate-validator-2"_s)->why.isEmpty());
    }

    /// The verdict stands beside the state, drawn and said; what is not read is drawn otherwise than what gets on.
    void verdictsAreDrawnAndSaid()
    {
        Stage stage(&m_theme, m_kinds, fillMap);
        const auto verdict = [&stage](const QString &name) { return named(stage.view->map(), name)->verdict; };
        QTRY_VERIFY(items::isTroubled(verdict(u"northgate-validator-2"_s)));
        QCOMPARE(int(*verdict(u"alice-bank"_s)), int(state::VerdictState::Progressing));
        stage.view->setCurrent(stage.node(u"northgate-validator-2"_s));
        QVERIFY2(stage.view->accessibleDescription().contains(u"; Degraded: "_s), qPrintable(stage.view->accessibleDescription()));
        // Two nodes that report the same: the right end of the second line is empty for the one, and drawn for the other.
        const auto ink = [&stage](const QString &name) {
            stage.view->setCurrent({});
            const QRect box = stage.view->rectOf(stage.node(name)).toRect();
            const QRect end(box.right() - 30, box.center().y() + 4, 20, 12);
            const QImage image = stage.view->grab(end).toImage();
            int found = 0;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x)
                    found += image.pixelColor(x, y) != image.pixelColor(0, 0);
            }
            return found;
        };
        QCOMPARE(ink(u"alice-bank"_s), 0);
        QVERIFY(ink(u"bob-custody"_s) > 20);    // it failed, and is stuck
        QCOMPARE(ink(u"northgate-validator-2"_s), 0);   // degraded, in both ways: said once
        QCOMPARE(int(*verdict(u"northgate-dev-2"_s)), int(state::VerdictState::NotDetermined));
        QVERIFY(ink(u"northgate-dev-2"_s) > 10);
    }

    void theTwinSaysAllOfIt()
    {
        Stage stage(&m_theme, m_kinds, fillMap);
        const TableTwin twin = stage.view->twin();
        QCOMPARE(twin.rows.size(), stage.view->map().nodes.size() + stage.view->map().edges.size());
        for (const QStringList &row : twin.rows) {
            QCOMPARE(row.size(), twin.columns.size());
            QVERIFY2(!row.contains(QString()), qPrintable(row.join(u'|')));
        }
        QAccessibleInterface *face = QAccessible::queryAccessibleInterface(stage.view);
        QCOMPARE(face->role(), QAccessible::Chart);
        stage.view->setCurrent(stage.node(u"bob-custody"_s));
        QVERIFY(face->text(QAccessible::Description).contains(u"bob-custody"_s));
        QVERIFY(face->text(QAccessible::Description).contains(u"Failed"_s));
    }

    /// Lines are graphics (3:1 on what is behind them), labels are text (4.5:1).
    void contrastOfLinesAndLabels()
    {
        for (const bool dark : {false, true}) {
            const Tokens t(Tokens::makePalette(dark));
            for (const MapEdge::Line line : {MapEdge::Line::Connected, MapEdge::Line::Degraded, MapEdge::Line::Failed, MapEdge::Line::Changing, MapEdge::Line::Off, MapEdge::Line::Unknown}) {
                const double on = contrast(mapPen(line, t).color(), t[Token::Window]);
                QVERIFY2(on >= 3.0, qPrintable(u"%1 %2 %3"_s.arg(items::lineWord(line)).arg(dark).arg(on)));
            }
            for (const Token text : {Token::Text, Token::Text2, Token::Bad, Token::Warn, Token::Busy}) {
                for (const Token under : {Token::Base, Token::Sel, Token::Sel2, Token::Hover})
                    QVERIFY(contrast(t[text], t[under]) >= 4.5);
            }
        }
    }

    void nothingIsClipped_data()
    {
        QTest::addColumn<int>("font");
        QTest::addColumn<QSize>("size");
        for (const int font : {13, 16, 20}) {
            for (const QSize &size : {QSize(1440, 900), QSize(1000, 700)})
                QTest::addRow("%d px, %d wide", font, size.width()) << font << size;
        }
    }

    void nothingIsClipped()
    {
        QFETCH(int, font);
        QFETCH(QSize, size);
        m_theme.setBodySize(font);
        Stage stage(&m_theme, m_kinds, fillMap, size);
        QTRY_COMPARE(stage.window->size(), size);
        stage.view->setCurrent(stage.node(u"bob-custody"_s));
        QCoreApplication::sendPostedEvents();
        test::grab(stage.window.get(), u"map-%1-%2"_s.arg(font).arg(size.width()));
        QCOMPARE(test::clipped(stage.pane), QStringList());
        QCOMPARE(test::unnamed(stage.pane), QStringList());
    }
};

QTEST_MAIN(MapTest)
#include "tst_map.moc"
