// SPDX-License-Identifier: GPL-3.0-or-later
// The page of telemetry: tabs, one time for all charts, what stands in their place.
#include "tests/support/FakeSignIn.h"
#include "tests/support/FakeTelemetry.h"
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "tests/ui/telemetry/GrafanaLinks.h"
#include "tests/ui/telemetry/TelemetryStage.h"
#include "translations/Translations.h"
#include "ui/charts/ChartGroup.h"
#include "ui/panes/telemetry/AlertDetails.h"
#include "ui/panes/telemetry/AlertsPage.h"
#include "ui/panes/telemetry/LogNodes.h"
#include "ui/panes/telemetry/LogsPage.h"
#include "ui/panes/telemetry/RangeButton.h"
#include "ui/panes/telemetry/VariableButton.h"
#include "ui/shell/tour/TourAlerts.h"
#include "ui/widgets/StatePage.h"
#include "ui/widgets/Tabs.h"

#include <QDialog>
#include <QJsonArray>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QTreeWidget>

#include <ctime>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;
using test::Browser;
using test::explored;
using test::grafanaOf;
using test::words;
using Stage = test::TelemetryStage;
using Phase = ports::TelemetryState::Phase;

namespace {

/// The machine stands somewhere else for a while.
struct InBerlin {
    InBerlin() : before(qgetenv("TZ")) { move("Europe/Berlin"); }
    ~InBerlin() { move(before); }
    Q_DISABLE_COPY_MOVE(InBerlin)
    static void move(const QByteArray &zone)
    {
        zone.isEmpty() ? qunsetenv("TZ") : qputenv("TZ", zone);
        tzset();
    }
    QByteArray before;
};

}

class TelemetryPaneTest : public QObject {
    Q_OBJECT
    Theme m_theme;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
        m_theme.setReducedMotion(true);
    }

    void thePicture()
    {
        Stage stage(&m_theme, m_kinds);
        QVERIFY(stage.pane);
        QTRY_VERIFY(stage.page() && stage.data(u"confirmation-latency"_s).lines.size() == 10);
        const QStringList ids = stage.pane->tabs()->ids();
        QCOMPARE(ids.mid(0, 4), (QStringList{u"validator"_s, u"sync-domain"_s, u"database"_s, u"alerts"_s}));
        QCOMPARE(ids.last(), u"network"_s);
        QCOMPARE(stage.pane->tabs()->current(), u"validator"_s);
        // Of three clusters; the lines have the nodes' names.
        QStringList names;
        for (const items::ChartLine &line : stage.data(u"confirmation-latency"_s).lines)
            names.append(line.name);
        QVERIFY2(names.contains(u"northgate-dev-1"_s) && names.contains(u"northgate-validator-2"_s), qPrintable(names.join(u' ')));
        QTRY_COMPARE(stage.data(u"confirmation-latency"_s).spans.size(), 1);
        QVERIFY(stage.data(u"confirmation-latency"_s).note.endsWith(u", 10 series"_s));
        QCOMPARE(test::clipped(stage.pane), QStringList());
        QCOMPARE(test::unnamed(stage.pane), QStringList());
    }

    void otherTabs()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_VERIFY(stage.page());
        QVERIFY(stage.pane->showKind(u"database"_s));
        QCOMPARE(stage.pane->currentPage(), stage.page(u"database"_s));
        QTRY_VERIFY(!stage.page(u"database"_s)->card(u"db-wait"_s)->view()->data().lines.isEmpty());
        // A metric that answers nothing is said in its chart's place.
        QTRY_VERIFY(words(stage.page(u"database"_s)->card(u"backfilling"_s)).contains(u"The metric splice_history_backfilling_completed is not there"_s));
        QVERIFY(stage.pane->showKind(u"alerts"_s));
        QVERIFY(!stage.pane->showKind(u"nothing"_s));
        QVERIFY(stage.pane->currentPage() == stage.pane->page(u"alerts"_s));
    }

    /// What is below the fold asks nothing until it is seen.
    void onlyWhatIsSeenIsDrawn()
    {
        const auto fill = [](TourWorld &world) {
            fillTelemetry(world);
            network::Dashboard &board = static_cast<TourDashboards *>(world.dashboards())->files.dashboards.first();
            network::Panel below = board.rows.last().panels.last();
            for (int i = 0; i < 8; ++i) {
                below.id = u"below-%1"_s.arg(i);
                board.rows.append({{}, {below}});
            }
        };
        Stage stage(&m_theme, m_kinds, fill);
        QTRY_VERIFY(stage.page() && !stage.data(u"confirmation-latency"_s).lines.isEmpty());
        const auto asked = [&stage] { return !stage.page()->session()->data(u"below-7"_s).queries.isEmpty(); };
        QVERIFY(!asked());
        stage.pane->setRange({7200, 0, 0});
        QTRY_COMPARE(stage.data(u"confirmation-latency"_s).to - stage.data(u"confirmation-latency"_s).from, 7200.0);
        QVERIFY(!asked() && stage.data(u"below-7"_s).lines.isEmpty());
        auto *scroll = stage.page()->findChild<QScrollArea *>();
        scroll->verticalScrollBar()->setValue(scroll->verticalScrollBar()->maximum());
        QTRY_VERIFY(!stage.data(u"below-7"_s).lines.isEmpty());
        QVERIFY(asked());
    }

    void oneTimeForAll()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_VERIFY(stage.page() && !stage.data(u"coin"_s).lines.isEmpty());
        const double noon = stage.data(u"coin"_s).to;
        stage.page()->card(u"coin"_s)->view()->timesWanted(noon - 7200, noon - 3600);
        QTRY_COMPARE(stage.data(u"coin"_s).from, noon - 7200);
        QCOMPARE(stage.data(u"traffic-left"_s).to, noon - 3600);
        auto *range = stage.pane->findChild<RangeButton *>();
        QVERIFY2(range->text().contains(u"–"_s), qPrintable(range->text()));
        stage.pane->group()->back();
        QTRY_COMPARE(stage.data(u"coin"_s).to, noon);
        QCOMPARE(range->text(), u"Last 6 hours"_s);
        stage.pane->setRange({900, 0, 0});
        QTRY_COMPARE(stage.data(u"coin"_s).from, noon - 900);
        QCOMPARE(range->text(), u"Last 15 minutes"_s);
        stage.pane->setRange({7 * 86400, 0, 0});
        QCOMPARE(range->text(), u"Last 7 days"_s);
    }

    void narrowedToNodes()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_VERIFY(stage.page() && stage.data(u"confirmation-latency"_s).lines.size() == 10);
        QTRY_VERIFY(stage.page()->variable(u"node"_s));
        stage.page()->session()->choose(u"node"_s, {u"alice-bank"_s});
        QTRY_COMPARE(stage.data(u"confirmation-latency"_s).lines.size(), 1);
        QCOMPARE(stage.page()->variable(u"node"_s)->text(), u"Node: alice-bank"_s);
    }

    void oneClickChooses()
    {
        VariableButton button(u"Synchronizer"_s, false);
        button.setValues({u"global"_s, u"harbor"_s}, {u"global"_s});
        QSignalSpy chosen(&button, &VariableButton::chosenChanged);
        button.menu()->popup({0, 0});
        auto *list = button.menu()->findChild<QListWidget *>();
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualItemRect(list->item(1)).center());
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(button.chosen(), QStringList{u"harbor"_s});
        QVERIFY(!button.menu()->isVisible());
    }

    /// A click anywhere in its row ticks, and once, also on the box itself.
    void oneClickTicks()
    {
        VariableButton button(u"Node"_s, true);
        button.setValues({u"alice-bank"_s, u"bob-custody"_s}, {});
        QSignalSpy chosen(&button, &VariableButton::chosenChanged);
        button.menu()->popup({0, 0});
        auto *list = button.menu()->findChild<QListWidget *>();
        const QRect row = list->visualItemRect(list->item(1));
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, row.center());
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(button.chosen(), QStringList{u"bob-custody"_s});
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, QPoint(row.left() + 10, row.center().y()));
        QCOMPARE(chosen.size(), 2);
        QCOMPARE(button.chosen(), QStringList());
        QVERIFY(button.menu()->isVisible());
    }

    void whatIsGoneIsSaid()
    {
        VariableButton button(u"Node"_s, true);
        button.setValues({u"alice-bank"_s, u"bob-custody"_s}, {u"alice-bank"_s, u"old-node"_s});
        button.menu()->popup({0, 0});
        auto *list = button.menu()->findChild<QListWidget *>();
        QCOMPARE(list->count(), 3);
        QCOMPARE(list->item(2)->text(), u"old-node, not there now"_s);
        QVERIFY(list->item(2)->foreground().color() != list->item(0)->foreground().color());
        QVERIFY2(button.accessibleName().contains(u"not there now"_s), qPrintable(button.accessibleName()));
        QVERIFY(!button.icon().isNull());
        // Another one ticked keeps its value, not its words.
        list->item(1)->setCheckState(Qt::Checked);
        QCOMPARE(button.chosen(), (QStringList{u"alice-bank"_s, u"bob-custody"_s, u"old-node"_s}));
        list->item(2)->setCheckState(Qt::Unchecked);
        QCOMPARE(button.chosen(), (QStringList{u"alice-bank"_s, u"bob-custody"_s}));
        QVERIFY(button.icon().isNull());
        // Nothing is known yet: nothing is gone.
        button.setValues({}, {u"alice-bank"_s});
        QVERIFY(button.icon().isNull());
    }

    void fixedTimesSayTheirZone()
    {
        const InBerlin berlin;
        const double from = double(QDateTime({2026, 11, 28}, {10, 5}, Qt::UTC).toSecsSinceEpoch());
        QCOMPARE(RangeButton::textOf({0, from, from + 2400}, true, {2026, 11, 29}), u"28 Nov 10:05 – 10:45 UTC"_s);
        QCOMPARE(RangeButton::textOf({0, from, from + 2400}, false, {2026, 11, 29}), u"28 Nov 11:05 – 11:45 CET"_s);
        QCOMPARE(RangeButton::textOf({0, from, from + 2400}, true, {2027, 1, 2}), u"28 Nov 2026 10:05 – 10:45 UTC"_s);
    }

    /// Local or UTC is said, and everything on the page follows the switch at once.
    void theZoneIsFollowed()
    {
        const InBerlin berlin;
        Stage stage(&m_theme, m_kinds);
        QTRY_VERIFY(stage.page() && !stage.data(u"coin"_s).lines.isEmpty());
        auto *zone = stage.pane->findChild<QAbstractButton *>(u"zone"_s);
        QVERIFY(zone && zone->isVisible());
        QCOMPARE(zone->text(), u"UTC"_s);
        ChartCard *card = stage.page()->card(u"coin"_s);
        card->showTable(true);
        const auto header = [card] { return card->table()->model()->headerData(0, Qt::Horizontal).toString(); };
        const auto first = [card] { return card->table()->model()->index(0, 0).data().toString(); };
        QCOMPARE(header(), u"Time (UTC)"_s);
        const QString inUtc = first();
        stage.pane->setPaused(true);
        zone->click();
        QVERIFY2(zone->text().startsWith(u"CE"_s), qPrintable(zone->text()));
        QVERIFY(!card->view()->utc());
        QCOMPARE(header(), u"Time (%1)"_s.arg(zone->text()));
        QVERIFY2(first() != inUtc, qPrintable(first()));
        zone->click();
        QCOMPARE(first(), inUtc);
    }

    void notes()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_VERIFY(stage.page() && !stage.data(u"coin"_s).lines.isEmpty());
        stage.pane->addNote(stage.data(u"coin"_s).to - 60, u"<b>Switched</b> the sequencer"_s);
        QTRY_COMPARE(stage.data(u"coin"_s).marks.size(), 1);
        QCOMPARE(stage.data(u"coin"_s).marks.first().text, u"<b>Switched</b> the sequencer"_s);
    }

    /// What the cluster told of a node is a mark on its charts; all marks go and come with one action, which is kept.
    void eventsOfTheCluster()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_VERIFY(stage.page() && !stage.data(u"coin"_s).lines.isEmpty());
        const QString when = QDateTime::fromSecsSinceEpoch(qint64(stage.data(u"coin"_s).to) - 600, Qt::UTC).toString(Qt::ISODate);
        stage.world.gateway(0)->lists.insert(u"events"_s, QJsonObject{{u"items"_s, QJsonArray{QJsonObject{
            {u"metadata"_s, QJsonObject{{u"uid"_s, u"e1"_s}}}, {u"type"_s, u"Warning"_s}, {u"reason"_s, u"BackOff"_s}, {u"message"_s, u"<i>Back-off</i>"_s}, {u"lastTimestamp"_s, when},
            {u"involvedObject"_s, QJsonObject{{u"kind"_s, u"Pod"_s}, {u"namespace"_s, u"canton-mainnet"_s}, {u"name"_s, u"northgate-validator-2-participant-0"_s}}}}}}});
        stage.pane->tick();
        QTRY_COMPARE(stage.data(u"coin"_s).marks.size(), 1);
        QCOMPARE(stage.data(u"coin"_s).marks.first().text, u"BackOff on northgate-validator-2-participant-0"_s);
        stage.page()->session()->choose(u"node"_s, {u"alice-bank"_s});
        QTRY_COMPARE(stage.data(u"coin"_s).marks.size(), 0);
        stage.page()->session()->choose(u"node"_s, {u"northgate-validator-2"_s});
        QTRY_COMPARE(stage.data(u"coin"_s).marks.size(), 1);
        stage.pane->setMarksShown(false);
        QTRY_COMPARE(stage.data(u"coin"_s).marks.size(), 0);
        QCOMPARE(stage.world.context().settings->value(u"telemetry/marks"_s).toBool(), false);
        stage.pane->setMarksShown(true);
        QTRY_COMPARE(stage.data(u"coin"_s).marks.size(), 1);
        stage.pane->removeEnvironment(stage.world.environment(0));
        QTRY_COMPARE(stage.data(u"coin"_s).marks.size(), 0);
    }

    /// What was read as somebody goes with them, also of clusters that were there before this page; after a sign-in they are asked for at once.
    void marksGoWithWhoReadThem()
    {
        auto person = std::make_shared<test::FakeSignIn>();
        person->become(ports::SignInPhase::SignedIn, u"mira"_s);
        Stage stage(&m_theme, m_kinds, [&person](TourWorld &world) {
            fillTelemetry(world);
            world.environment(0)->setSignIn(person);
        });
        QTRY_VERIFY(stage.page() && !stage.data(u"coin"_s).lines.isEmpty());
        const auto tell = [&stage](const QString &uid, const QString &reason) {
            const QString when = QDateTime::fromSecsSinceEpoch(qint64(stage.data(u"coin"_s).to) - 600, Qt::UTC).toString(Qt::ISODate);
            stage.world.gateway(0)->lists.insert(u"events"_s, QJsonObject{{u"items"_s, QJsonArray{QJsonObject{
                {u"metadata"_s, QJsonObject{{u"uid"_s, uid}}}, {u"type"_s, u"Warning"_s}, {u"reason"_s, reason}, {u"lastTimestamp"_s, when},
                {u"involvedObject"_s, QJsonObject{{u"kind"_s, u"Pod"_s}, {u"namespace"_s, u"canton-mainnet"_s}, {u"name"_s, u"northgate-validator-2-participant-0"_s}}}}}}});
        };
        tell(u"e1"_s, u"BackOff"_s);
        stage.pane->tick();
        QTRY_COMPARE(stage.data(u"coin"_s).marks.size(), 1);
        tell(u"e2"_s, u"Unhealthy"_s);
        person->become(ports::SignInPhase::SignedOut);
        QTRY_COMPARE(stage.data(u"coin"_s).marks.size(), 0);
        person->become(ports::SignInPhase::SignedIn, u"mira"_s);
        QTRY_VERIFY(!stage.page()->session()->namespaces().isEmpty());
        stage.pane->tick();
        QTRY_COMPARE(stage.data(u"coin"_s).marks.size(), 1);
        QCOMPARE(stage.data(u"coin"_s).marks.first().text, u"Unhealthy on northgate-validator-2-participant-0"_s);
    }

    /// Every chart has the way to Grafana: its own queries, the time that is shown, the profile's address; which source is asked once, and can be changed.
    void aChartOpensInGrafana()
    {
        Browser browser;
        Stage stage(&m_theme, m_kinds, [](TourWorld &world) {
            fillTelemetry(world);
            tourTelemetry(world, 0)->grafanaUrl = u"https://grafana.example.com/sub"_s;
        });
        QTRY_VERIFY(stage.page() && !stage.data(u"coin"_s).lines.isEmpty());
        for (const QString &panel : {u"confirmation-latency"_s, u"coin"_s})
            QVERIFY(grafanaOf(stage.page()->card(panel)) && grafanaOf(stage.page()->card(panel))->isVisible());
        const auto asks = [&stage](const QString &address) {
            auto *edit = stage.window->findChild<QDialog *>()->findChild<QLineEdit *>();
            edit->setText(address);
            QTest::keyClick(edit, Qt::Key_Return);
        };
        grafanaOf(stage.page()->card(u"coin"_s))->trigger();
        QVERIFY(stage.window->findChild<QDialog *>() && browser.opened.isEmpty());
        asks(u"https://other.example.com/explore?panes={\"x\":{\"datasource\":\"first\"}}"_s);
        QTRY_COMPARE(browser.opened.size(), 1);
        QTRY_VERIFY(!stage.window->findChild<QDialog *>());
        QCOMPARE(browser.opened.last().adjusted(QUrl::RemoveQuery).toString(), u"https://grafana.example.com/sub/explore"_s);
        const QJsonObject pane = explored(browser.opened.last());
        QCOMPARE(pane.value("queries"_L1)[0]["expr"_L1].toString(), stage.data(u"coin"_s).queries.first());
        QCOMPARE(pane.value("datasource"_L1).toString(), u"first"_s);
        QCOMPARE(pane.value("range"_L1)["from"_L1].toString(), u"now-6h"_s);
        // A fixed time is that time there.
        const double noon = stage.data(u"coin"_s).to;
        stage.pane->setRange({0, noon - 7200, noon - 3600});
        QTRY_COMPARE(stage.data(u"coin"_s).to, noon - 3600);
        grafanaOf(stage.page()->card(u"confirmation-latency"_s))->trigger();
        QTRY_COMPARE(browser.opened.size(), 2);
        QCOMPARE(explored(browser.opened.last()).value("range"_L1)["to"_L1].toString(), QString::number(qint64(noon - 3600) * 1000));
        QCOMPARE(explored(browser.opened.last()).value("queries"_L1)[0]["expr"_L1].toString(), stage.data(u"confirmation-latency"_s).queries.first());
        // Another source.
        QAction *address = nullptr;
        for (QAction *action : stage.pane->findChildren<QAction *>())
            address = action->text() == u"Address of Grafana…"_s ? action : address;
        QVERIFY(address);
        address->trigger();
        QVERIFY(stage.window->findChild<QDialog *>());
        asks(u"https://other.example.com/explore?panes={\"x\":{\"datasource\":\"second\"}}"_s);
        QTRY_VERIFY(!stage.window->findChild<QDialog *>());
        QCOMPARE(browser.opened.size(), 2);
        grafanaOf(stage.page()->card(u"coin"_s))->trigger();
        QTRY_COMPARE(browser.opened.size(), 3);
        QCOMPARE(explored(browser.opened.last()).value("datasource"_L1).toString(), u"second"_s);
    }

    void statesInPlaceOfCharts_data()
    {
        QTest::addColumn<int>("found");
        QTest::addColumn<int>("missing");
        QTest::addColumn<QString>("said");
        QTest::newRow("none found") << 0 << 3 << u"No Prometheus was found in this cluster."_s;
        QTest::newRow("still looking") << 0 << 0 << QString();
        QTest::newRow("one is missing") << 2 << 1 << u"is not measured here: No Prometheus was found in this cluster."_s;
    }
    void statesInPlaceOfCharts()
    {
        QFETCH(int, found);
        QFETCH(int, missing);
        QFETCH(QString, said);
        Stage stage(&m_theme, m_kinds, [=](TourWorld &world) {
            fillTelemetry(world);
            for (int i = 0; i < 3; ++i) {
                ports::TelemetryState &state = tourTelemetry(world, i)->metricsState;
                state.phase = i < found ? Phase::Found : i < found + missing ? Phase::Missing : Phase::Looking;
                state.why = {ErrorKind::NotFound, u"No Prometheus was found in this cluster."_s, u"Install it."_s};
            }
        });
        QTRY_VERIFY(stage.page());
        QCOMPARE(stage.page()->statePage()->isVisible(), found == 0);
        QTRY_VERIFY2(words(stage.page()).contains(said), qPrintable(words(stage.page())));
        if (!said.isEmpty())
            QVERIFY(words(stage.page()).contains(u"Install it."_s));
        // It goes when one is found.
        for (int i = 0; i < 3; ++i) {
            tourTelemetry(stage.world, i)->metricsState.phase = Phase::Found;
            tourTelemetry(stage.world, i)->lookAgain();
        }
        QTRY_VERIFY(!stage.page()->statePage()->isVisible() && stage.data(u"confirmation-latency"_s).lines.size() == 10);
    }

    void failing()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_VERIFY(stage.page() && stage.data(u"confirmation-latency"_s).lines.size() == 10);
        for (int i = 0; i < 3; ++i)
            tourTelemetry(stage.world, i)->formulas()->setMood(TourMetrics::Mood::Failing);
        stage.page()->refresh();
        QTRY_VERIFY(stage.data(u"confirmation-latency"_s).error);
        QCOMPARE(stage.data(u"confirmation-latency"_s).lines.size(), 10);    // what was there stays
        QVERIFY(stage.data(u"confirmation-latency"_s).stale);
    }

    void clustersComeAndGo()
    {
        Stage stage(&m_theme, m_kinds);
        QTRY_VERIFY(stage.page() && stage.data(u"confirmation-latency"_s).lines.size() == 10);
        stage.page()->removeEnvironment(stage.world.environment(1));
        QTRY_COMPARE(stage.data(u"confirmation-latency"_s).lines.size(), 8);
        stage.page()->addEnvironment(stage.world.environment(1));
        QTRY_COMPARE(stage.data(u"confirmation-latency"_s).lines.size(), 10);
    }

    /// From an alert to the lines of its node around the time it began.
    void anAlertLeadsToItsLogs()
    {
        Stage stage(&m_theme, m_kinds, [](TourWorld &world) { (void)addTourLoki(world); });
        QVERIFY(stage.pane->showTab(u"alerts"_s));
        auto *alerts = qobject_cast<AlertsPage *>(stage.pane->page(u"alerts"_s));
        QVERIFY(alerts);
        QTRY_COMPARE(alerts->session()->counts().firing, 3);
        const auto &all = alerts->session()->alerts();
        const auto overdue = std::find_if(all.begin(), all.end(), [](const items::Alert &alert) { return alert.name == "BackupOverdue"_L1; });
        QVERIFY(overdue != all.end() && overdue->subject.text == "bob-custody"_L1);
        const double since = double(overdue->since.toSecsSinceEpoch());
        QVERIFY(alerts->showAlert(overdue->key));
        alerts->details()->logsButton()->click();
        QCOMPARE(stage.pane->tabs()->current(), u"logs"_s);
        auto *logs = qobject_cast<LogsPage *>(stage.pane->page(u"logs"_s));
        QVERIFY(logs);
        QCOMPARE(stage.pane->findChild<ChartGroup *>()->range(), (items::TimeRange{0, since - 900, since + 2700}));
        QCOMPARE(logs->nodes()->chosenNodes().size(), 1);
        QVERIFY2(logs->nodes()->tree()->findItems(u"bob-custody"_s, Qt::MatchExactly).value(0)->checkState(0) == Qt::Checked, "the node of the alert is read");
    }

    /// The page hides with its window, and makes nothing any more.
    void theWindowClosesWhileLogsAreRefused()
    {
        Stage stage(&m_theme, m_kinds, [](TourWorld &world) {
            addTourLoki(world)->refused = Error{ErrorKind::Forbidden, u"mira.koenig may not get services/proxy."_s, u"Ask for the role."_s, {}, {}, 403};
        });
        QVERIFY(stage.pane->showTab(u"logs"_s));
        auto *logs = qobject_cast<LogsPage *>(stage.pane->page(u"logs"_s));
        QVERIFY(logs);
        QTRY_VERIFY2(words(logs).contains(u"mira.koenig may not get services/proxy."_s), qPrintable(words(logs)));
        const QPointer<LogsPage> there = logs;
        stage.window.reset();
        QVERIFY(!there);
    }

    void filesWithErrorsAreSaid()
    {
        Stage stage(&m_theme, m_kinds, [](TourWorld &world) {
            fillTelemetry(world);
            static_cast<TourDashboards *>(world.dashboards())->files.errors.append({ErrorKind::Invalid, u"/home/mira/d.yaml:3:1: id: It is required."_s});
        });
        QTRY_VERIFY(words(stage.pane).contains(u"/home/mira/d.yaml:3:1: id: It is required."_s));
    }

    void fitsWhereThereIsLittleRoom()
    {
        for (const QSize &size : {QSize(1000, 700), QSize(800, 600)}) {
            Stage stage(&m_theme, m_kinds, fillTelemetry, size);
            QTRY_VERIFY(stage.page() && !stage.data(u"confirmation-latency"_s).lines.isEmpty());
            QCOMPARE(test::clipped(stage.pane), QStringList());
        }
    }
};

QTEST_MAIN(TelemetryPaneTest)
#include "tst_telemetrypane.moc"
