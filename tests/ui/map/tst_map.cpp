// SPDX-License-Identifier: GPL-3.0-or-later
// The map: what is drawn of the rows, where it stands, and that keys reach all of it; its twin, its colours, its states.
#include "models/items/map/NetworkMap.h"
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/map/MapPainter.h"
#include "ui/panes/map/MapPane.h"
#include "ui/panes/map/MapView.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/tour/TourMap.h"
#include "ui/theme/Tokens.h"
#include "ui/widgets/StatePage.h"

#include <QClipboard>
#include <QElapsedTimer>
#include <QSet>
#include <QTest>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;
using items::MapEdge;
using items::MapNode;
using items::NetworkMap;
using network::State;

namespace {

struct Stage {
    Stage(Theme *theme, const std::shared_ptr<const network::KindTable> &kinds, const std::function<void(TourWorld &)> &fill, const QSize &size = {1440, 900})
        : world(kinds, codec.get(), theme)
    {
        world.settings().setValue(u"window/pane"_s, u"map"_s);
        fill(world);
        window = std::make_unique<MainWindow>(world.context());
        window->resize(size);
        window->show();
        (void)QTest::qWaitForWindowExposed(window.get());
        window->activateWindow();
        window->panes()->show(u"map"_s);
        pane = qobject_cast<MapPane *>(window->panes()->currentPane());
        view = pane ? pane->view() : nullptr;
    }
    void key(int key) const { QTest::keyClick(view, Qt::Key(key)); }
    [[nodiscard]] MapView::Item node(const QString &name) const
    {
        for (int i = 0; i < int(view->map().nodes.size()); ++i) {
            if (view->map().nodes.at(i).name == name)
                return {i, -1};
        }
        return {};
    }
    std::shared_ptr<ports::YamlCodec> codec = yaml::makeYamlCodec();
    TourWorld world;
    std::unique_ptr<MainWindow> window;
    MapPane *pane = nullptr;
    MapView *view = nullptr;
};

NetworkMap mapOf(const TourWorld &world, const items::MapWishes &wishes = {})
{
    return items::networkMap({world.environment(0), world.environment(1), world.environment(2)}, wishes, world.clock().now());
}

const MapNode *named(const NetworkMap &map, const QString &name)
{
    const auto at = std::find_if(map.nodes.begin(), map.nodes.end(), [&name](const MapNode &n) { return n.name == name; });
    return at == map.nodes.end() ? nullptr : &*at;
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
        QCOMPARE(edge(map, u"northgate-test-1 to TestNet"_s)->state, State::Stale);
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

    /// 10,000 nodes: the worst for themselves, the others by kind and phase, none lost.
    void manyAreGrouped()
    {
        TourWorld world(m_kinds, m_codec.get(), &m_theme);
        fillMapMany(world, 10000);
        QElapsedTimer timer;
        timer.start();
        const NetworkMap map = mapOf(world);
        const qint64 ms = timer.elapsed();
        int nodes = 0, edges = 0, drawn = 0;
        for (const MapNode &node : map.nodes) {
            nodes += node.shape == MapNode::Shape::Domain ? 0 : node.count;
            drawn += node.shape != MapNode::Shape::Domain;
        }
        for (const MapEdge &one : map.edges)
            edges += one.count;
        QCOMPARE(nodes, 10000);
        QCOMPARE(edges, 10000);
        QVERIFY2(drawn < 40, qPrintable(QString::number(drawn)));
        QVERIFY(std::any_of(map.nodes.begin(), map.nodes.end(), [](const MapNode &n) { return n.count == 1 && n.state == State::Failed; }));
        qInfo("10,000 nodes and connections: %lld ms", ms);
        QVERIFY2(ms < 30000, qPrintable(QString::number(ms)));   // told rather than judged: a sanitizer on a busy machine takes its time
        const NetworkMap found = mapOf(world, {false, true, u"validator-00042"_s});
        QVERIFY(named(found, u"validator-00042"_s));
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

    void aGroupLeadsToItsNodes()
    {
        Stage stage(&m_theme, m_kinds, [](TourWorld &w) { fillMapMany(w, 1000); });
        QTRY_VERIFY(stage.view->hasFocus());
        const auto &nodes = stage.view->map().nodes;
        const auto group = std::find_if(nodes.begin(), nodes.end(), [](const MapNode &n) { return n.count > 1; });
        QVERIFY(group != nodes.end());
        const int count = group->count;
        stage.view->setCurrent({int(group - nodes.begin()), -1});
        stage.key(Qt::Key_Return);
        QCOMPARE(stage.window->panes()->current(), u"nodes"_s);
        QTRY_COMPARE(stage.window->nodes()->model()->counts().shown, count + 0);
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

    void statesInPlaceOfTheMap()
    {
        const auto words = [](const Stage &stage) {
            QString out;
            for (const QLabel *label : stage.pane->findChildren<QLabel *>())
                out += label->isVisible() ? QString(label->text() + u'\n') : QString();
            return out;
        };
        const Error refused{ErrorKind::Forbidden, u"Listing validators is not allowed."_s, u"Missing right: list validators"_s};
        const QList<std::tuple<LoadState::Phase, Error, QString>> states{{LoadState::Phase::Ready, {}, u"No network yet."_s},
            {LoadState::Phase::Failed, {ErrorKind::Network, u"The connection was reset."_s}, u"The connection was reset."_s},
            {LoadState::Phase::Forbidden, refused, u"Missing right"_s}};
        for (const auto &state : states) {
            Stage stage(&m_theme, m_kinds, [&state](TourWorld &w) { setMapPhase(w, std::get<0>(state), std::get<1>(state)); });
            QVERIFY(!stage.view->isVisible());
            QVERIFY2(words(stage).contains(std::get<2>(state)), qPrintable(words(stage)));
            QCOMPARE(words(stage).contains(u"0 nodes"_s), std::get<0>(state) == LoadState::Phase::Ready);
            QCOMPARE(test::clipped(stage.pane), QStringList());
        }
        {
            Stage stage(&m_theme, m_kinds, [&refused](TourWorld &w) { setMapPhase(w, LoadState::Phase::Forbidden, refused); });
            QGuiApplication::clipboard()->clear();
            Q_EMIT stage.pane->statePage()->clicked(StatePage::Button::CopyRequest);
            QVERIFY(QGuiApplication::clipboard()->text().contains(u"list validators"_s));
        }
        {
            Stage stage(&m_theme, m_kinds, [](TourWorld &w) { setMapPhase(w, LoadState::Phase::Loading); });
            Q_EMIT stage.pane->statePage()->clicked(StatePage::Button::Cancel);
            QVERIFY2(words(stage).contains(u"Not waiting any more"_s), qPrintable(words(stage)));
            setMapPhase(stage.world, LoadState::Phase::Ready);
            fillMap(stage.world);
            QTRY_VERIFY(stage.view->isVisible());
        }
        Stage calm(&m_theme, m_kinds, [](TourWorld &w) { w.fillFew(); });
        QVERIFY(calm.view->isVisible());
        QCOMPARE(calm.view->map().nodeCount, 3);
        calm.pane->setProblemsOnly(true);
        QVERIFY(calm.view->isVisible());   // one of the three is degraded
        QVERIFY(calm.view->map().nodes.size() < 3 + 1);
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
