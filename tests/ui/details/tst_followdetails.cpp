// SPDX-License-Identifier: GPL-3.0-or-later
// Details beside a list, on the map and in a window of their own stay with the object as it changes.
#include "tests/support/FakeGateway.h"
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "tests/unit/items/ItemsFixture.h"
#include "translations/Translations.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/details/DetailsWindow.h"
#include "ui/panes/details/EventsTab.h"
#include "ui/panes/details/KeptRows.h"
#include "ui/panes/map/MapPane.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/tour/TourObjects.h"
#include "ui/shell/tour/TourWorld.h"
#include "ui/widgets/Facts.h"
#include "ui/widgets/YamlView.h"

#include <QAbstractButton>
#include <QCheckBox>
#include <QJsonArray>
#include <QJsonDocument>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QTextBlock>
#include <QTreeWidget>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;

namespace {

/// Details of bob-custody in three places.
struct Stage {
    Stage(Theme *theme, const std::shared_ptr<const network::KindTable> &kinds)
        : world(kinds, codec.get(), theme)
    {
        world.fillConsortium();
        window = std::make_unique<MainWindow>(world.context());
        window->resize(1440, 900);
        window->show();
        (void)QTest::qWaitForWindowExposed(window.get());
    }
    [[nodiscard]] state::ResourceStore *store() { return world.environment(0)->store(*world.environment(0)->kinds().find(u"Participant"_s)); }
    [[nodiscard]] ObjectId object() { return store()->idOf(*store()->row(kUid)); }
    /// The phase, and the reason of the first condition.
    void change(const QString &phase, const QString &reason)
    {
        network::Row row = *store()->row(kUid);
        QJsonObject body = QJsonDocument::fromJson(row.body.bytes).object();
        QJsonObject status = body.value("status"_L1).toObject();
        QJsonArray conditions = status.value("conditions"_L1).toArray();
        QJsonObject first = conditions.first().toObject();
        first.insert(u"reason"_s, reason);
        conditions.replace(0, first);
        status.insert(u"conditions"_s, conditions);
        status.insert(u"phase"_s, phase);
        body.insert(u"status"_s, status);
        const QString now = QString::number(++version);
        QJsonObject metadata = body.value("metadata"_L1).toObject();
        metadata.insert(u"resourceVersion"_s, now);
        body.insert(u"metadata"_s, metadata);
        if (served)
            serve(status, now);
        row.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
        row.phase = phase;
        row.state = store()->kind().stateOf(phase);
        row.resourceVersion = now;
        network::RowBatch batch;
        batch.upserts = {row};
        store()->applyBatch(batch);
    }
    /// What a GET answers.
    void serve(const QJsonObject &status, const QString &now)
    {
        QJsonObject &live = world.gateway(0)->objects[u"participants/bob-custody"_s];
        live.insert(u"status"_s, status);
        QJsonObject metadata = live.value("metadata"_L1).toObject();
        metadata.insert(u"resourceVersion"_s, now);
        live.insert(u"metadata"_s, metadata);
    }
    DetailsPane *open(const QString &tab)
    {
        addTourOwned(world, 0, u"participants"_s, u"bob-custody"_s);
        window->nodes()->openObject(u"infra-prod"_s, kUid);
        window->nodes()->details()->setTab(tab);
        return window->nodes()->details();
    }
    static inline const QString kUid = u"tour-bob-custody"_s;
    std::shared_ptr<ports::YamlCodec> codec = yaml::makeYamlCodec();
    TourWorld world;
    std::unique_ptr<MainWindow> window;
    qint64 version = 88120418;
    bool served = true;   ///< a GET is answered with what the watch told
};

bool tells(const DetailsPane *details, const QString &reason)
{
    for (const ConditionList *list : details->findChildren<ConditionList *>()) {
        for (const QAbstractButton *row : list->findChildren<QAbstractButton *>()) {
            if (row->isVisible() && row->accessibleName().contains(reason))
                return true;
        }
    }
    return false;
}

}

class TestFollowDetails : public QObject {
    Q_OBJECT
    Theme m_theme;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();

    /// Also what no list shows is followed: a reason changes without the phase.
    static void follows(Stage &stage, const DetailsPane *details)
    {
        QVERIFY(details && details->isVisible());
        QVERIFY(details->accessibleName().contains(u"Failed"_s));
        stage.change(u"Failed"_s, u"OutOfPatience"_s);
        QTRY_VERIFY(tells(details, u"OutOfPatience"_s));
        stage.change(u"Ready"_s, u"AllIsWell"_s);
        QTRY_VERIFY2(details->accessibleName().contains(u"Ready"_s), qPrintable(details->accessibleName()));
        QVERIFY(tells(details, u"AllIsWell"_s));
        QCOMPARE(details->target().row, stage.store()->row(Stage::kUid));
    }

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
    }

    void besideTheList()
    {
        Stage stage(&m_theme, m_kinds);
        stage.window->nodes()->openObject(u"infra-prod"_s, Stage::kUid);
        follows(stage, stage.window->nodes()->details());
    }

    void onTheMap()
    {
        Stage stage(&m_theme, m_kinds);
        stage.window->panes()->show(u"map"_s);
        auto *map = stage.window->findChild<MapPane *>();
        QVERIFY(map && map->showsMap());
        QVERIFY(map->openObject(stage.object()));
        follows(stage, map->details());
        // F8 holds them with the map
        stage.window->actionRegistry()->action(u"view.pause"_s)->trigger();
        stage.change(u"Failed"_s, u"OutOfPatience"_s);
        QVERIFY(tells(map->details(), u"AllIsWell"_s));
        stage.window->actionRegistry()->action(u"view.pause"_s)->trigger();
        QVERIFY(tells(map->details(), u"OutOfPatience"_s));
    }

    void inAWindowOfItsOwn()
    {
        Stage stage(&m_theme, m_kinds);
        stage.window->nodes()->openObject(u"infra-prod"_s, Stage::kUid);
        stage.window->actionRegistry()->action(u"object.window"_s)->trigger();
        QCOMPARE(stage.window->detailsWindows()->windows().size(), 1);
        follows(stage, stage.window->detailsWindows()->windows().first()->details());
    }

    /// A node tells of itself each few seconds: who reads its YAML, or has a piece of it marked, goes on where they are.
    void theYamlStaysWhereItIsRead()
    {
        Stage stage(&m_theme, m_kinds);
        const DetailsPane *details = stage.open(u"yaml"_s);
        auto *view = details->findChild<YamlView *>();
        auto *managed = details->findChild<QCheckBox *>();
        const auto *compare = details->findChild<QPushButton *>(u"compareWithGit"_s);
        QTRY_VERIFY(view && managed && managed->isEnabled());
        const QString last = view->document()->lastBlock().previous().text();
        QTextCursor cursor(view->document()->lastBlock().previous());
        cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
        view->setTextCursor(cursor);
        view->verticalScrollBar()->setValue(view->verticalScrollBar()->maximum());
        const int scroll = view->verticalScrollBar()->value();
        QVERIFY(scroll > 0);
        const int asked = stage.world.gateway(0)->asked.value(u"get"_s);
        for (int i = 0; i < 20; ++i) {
            stage.change(u"Failed"_s, u"Reason%1"_s.arg(i));
            QVERIFY(view->toPlainText().contains(u"Reason%1"_s.arg(i)));
            QVERIFY(managed->isEnabled());
            QCOMPARE(compare->isEnabled(), true);
        }
        QCOMPARE(view->textCursor().selectedText(), last);
        QCOMPARE(view->verticalScrollBar()->value(), scroll);
        QVERIFY(stage.world.gateway(0)->asked.value(u"get"_s) <= asked + 1);
        // with managed fields it is the live object, read again a little later
        managed->setChecked(true);
        QVERIFY(view->toPlainText().contains(u"managedFields"_s));
        QTRY_VERIFY(view->toPlainText().contains(u"Reason19"_s));
        QVERIFY(view->toPlainText().contains(u"managedFields"_s));
    }

    void eventsAreNotAskedForAtEachChange()
    {
        for (const QString &tab : {u"events"_s, u"history"_s}) {
            Stage stage(&m_theme, m_kinds);
            stage.open(tab);
            int &asked = stage.world.gateway(0)->asked[u"events"_s];
            QTRY_COMPARE(asked, 1);
            for (int i = 0; i < 20; ++i)
                stage.change(u"Failed"_s, u"Reason%1"_s.arg(i));
            QCoreApplication::processEvents();
            QCOMPARE(asked, 1);
            QTRY_COMPARE(asked, 2);   // once for all of them
        }
    }

    /// What was asked for before an event of the watch came may be answered after it.
    void anOlderAnswerHidesNothing()
    {
        Stage stage(&m_theme, m_kinds);
        const DetailsPane *details = stage.open(u"yaml"_s);
        auto *view = details->findChild<YamlView *>();
        QTRY_VERIFY(view && view->toPlainText().contains(u"reason"_s));
        stage.served = false;
        const int asked = stage.world.gateway(0)->asked.value(u"get"_s);
        stage.change(u"Failed"_s, u"OutOfPatience"_s);
        QTRY_VERIFY(stage.world.gateway(0)->asked.value(u"get"_s) > asked);
        QCoreApplication::processEvents();
        QVERIFY(view->toPlainText().contains(u"OutOfPatience"_s));
    }

    /// An object changes faster than its events are listed: the answer under way is waited for, and then they are asked for once more.
    void aSlowAnswerIsWaitedFor()
    {
        test::FixedClock clock;
        const auto gateway = std::make_shared<test::FakeGateway>();
        gateway->hang(true);
        state::Environment environment({u"infra-prod"_s, state::Mark::Production}, m_kinds, gateway, nullptr, &clock);
        const network::KindInfo &kind = *m_kinds->find(u"Validator"_s);
        const auto row = std::make_shared<network::Row>(test::rowOf(kind, u"one"_s, u"mainnet"_s, u"Ready"_s));
        EventsTab tab(&clock);
        tab.show();
        const auto change = [&](int version) {
            tab.present({{&environment, kind, row}, {{u"metadata"_s, QJsonObject{{u"resourceVersion"_s, QString::number(version)}}}}, false, {}, std::nullopt, {}});
        };
        change(1);
        change(2);
        QVERIFY(!QTest::qWaitFor([&] { return gateway->count(u"events"_s) > 1; }, DetailsTab::kAgainMs + 500));
        gateway->release();
        QTRY_COMPARE(gateway->count(u"events"_s), 2);
        QTRY_VERIFY(test::texts(&tab).contains(u"No events."_s));
    }

    /// One request that failed is no end: it is asked again when there is news.
    void aFailedAnswerIsAskedForAgain()
    {
        Stage stage(&m_theme, m_kinds);
        DetailsPane *details = stage.open(u"yaml"_s);
        auto *managed = details->findChild<QCheckBox *>();
        QTRY_VERIFY(managed && managed->isEnabled());
        stage.world.gateway(0)->fails = Error{ErrorKind::Timeout, u"No answer within 30 s."_s};
        stage.change(u"Failed"_s, u"OutOfPatience"_s);
        QTRY_VERIFY(!managed->isEnabled());
        QVERIFY(test::texts(details).contains(u"No answer within 30 s."_s));
        stage.world.gateway(0)->fails.reset();
        stage.change(u"Failed"_s, u"Again"_s);
        QTRY_VERIFY(managed->isEnabled());
        QTRY_VERIFY(!test::texts(details).contains(u"No answer within 30 s."_s));
    }

    /// Who chose an event of the history stays with it, though it came once more and others came.
    void theChosenEntryOfTheHistoryStays()
    {
        Stage stage(&m_theme, m_kinds);
        DetailsPane *details = stage.open(u"history"_s);
        auto *tree = details->findChild<QTreeWidget *>();
        QTRY_VERIFY(tree && tree->topLevelItemCount() > 3);
        QTreeWidgetItem *chosen = nullptr;
        for (int i = 0; i < tree->topLevelItemCount(); ++i)
            chosen = tree->topLevelItem(i)->text(0).startsWith(u"Reconciled"_s) ? tree->topLevelItem(i) : chosen;
        QVERIFY(chosen);
        tree->setCurrentItem(chosen);
        const QString before = chosen->text(0);
        stage.world.gateway(0)->moreEvents = 5;
        stage.change(u"Failed"_s, u"OutOfPatience"_s);
        QTRY_VERIFY(tree->currentItem() && tree->currentItem()->text(0) != before);
        QVERIFY2(tree->currentItem()->text(0).startsWith(u"Reconciled"_s), qPrintable(tree->currentItem()->text(0)));
    }

    /// What was selected changes: what the verbs act on, and may do, is what it is now.
    void severalTargetsAreFollowed()
    {
        Stage stage(&m_theme, m_kinds);
        stage.window->nodes()->table()->selectAll();
        ui::ActionRegistry *registry = stage.window->actionRegistry();
        QTRY_VERIFY(registry->targets().size() > 3);
        const auto stale = [registry] {
            const QList<ui::ActionTarget> &all = registry->targets();
            return std::count_if(all.begin(), all.end(), [](const ui::ActionTarget &t) { return t.row != t.environment->store(t.kind)->row(t.row->uid); });
        };
        QCOMPARE(stale(), 0);
        QSignalSpy judged(registry, &ui::ActionRegistry::refreshed);
        stage.world.changeThree();
        QTRY_COMPARE(stale(), 0);
        QVERIFY(judged.size() >= 1);
        const qsizetype was = judged.size();
        const ui::ActionTarget first = registry->targets().first();
        for (int i = 1; i <= 20; ++i) {
            network::RowBatch batch;
            batch.upserts = {*first.row};
            batch.upserts.first().resourceVersion = QString::number(99000000 + i);
            first.environment->store(first.kind)->applyBatch(batch);
        }
        QCOMPARE(stale(), 1);
        QTRY_COMPARE(stale(), 0);
        QCOMPARE(judged.size(), was + 1);   // once for what came within a second
    }

    void rowsOfAListMadeAnewStayAsTheyWere()
    {
        QTreeWidget tree;
        tree.resize(200, 120);
        const auto fill = [&tree](int first) {
            const KeptRows kept(&tree, [](const QTreeWidgetItem *item) { return item->text(0); });
            tree.clear();
            for (int i = first; i < 60; ++i) {
                auto *item = new QTreeWidgetItem(&tree, {QString::number(i)});
                new QTreeWidgetItem(item, {u"below"_s});
            }
            kept.restore();
        };
        fill(1);
        tree.show();
        QVERIFY(QTest::qWaitForWindowExposed(&tree));
        tree.topLevelItem(4)->setExpanded(true);
        tree.setCurrentItem(tree.topLevelItem(4)->child(0));
        tree.verticalScrollBar()->setValue(30);
        const QString top = tree.itemAt(0, 0)->text(0);
        QVERIFY(top.toInt() > 10);
        fill(0);
        QVERIFY(tree.topLevelItem(5)->isExpanded());
        QVERIFY(!tree.topLevelItem(4)->isExpanded());
        QCOMPARE(tree.currentItem(), tree.topLevelItem(5)->child(0));
        QCOMPARE(tree.itemAt(0, 0)->text(0), top);
    }
};

QTEST_MAIN(TestFollowDetails)
#include "tst_followdetails.moc"
