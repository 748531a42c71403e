// SPDX-License-Identifier: GPL-3.0-or-later
// What fires, told by the window, the desktop and the tray: once, many in one, not while silenced, and not what is switched off.
#include "tests/ui/telemetry/AlertStage.h"

#include "ui/actions/ActionRegistry.h"
#include "ui/shell/EnvironmentBar.h"
#include "ui/shell/Notices.h"
#include "ui/shell/TrayIcon.h"
#include "ui/shell/WindowAlerts.h"

#include <QMenu>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>
#include <QToolButton>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;
using test::AlertStage;

namespace {

class FakeDesktop final : public ports::DesktopNotices {
public:
    bool there = true;
    QList<ports::DesktopNotice> shown;
    QStringList withdrawn;
    [[nodiscard]] bool available() const override { return there; }
    void show(const ports::DesktopNotice &notice) override { shown.append(notice); }
    void withdraw(const QString &id) override { withdrawn.append(id); }
    void click(const QString &id) { Q_EMIT activated(id, {}); }
};

/// A window with notices, and a cluster that tells alerts.
struct Desk {
    explicit Desk(Theme *theme, bool looked = false, const std::function<void(SettingsStore &)> &settings = {})
        : stage(theme)
    {
        if (settings)
            settings(stage.settings);
        stage.context.desktopNotices = &desktop;
        window.resize(900, 600);
        notices = new Notices(&window);
        alerts = new WindowAlerts(stage.context, &window);
        alerts->setNotices(notices);
        alerts->looked = [looked] { return looked; };
        site = std::make_unique<AlertStage::Site>();
        site->gateway = std::make_shared<test::FakeGateway>(u"infra-prod"_s);
        site->environment = std::make_unique<state::Environment>(state::EnvironmentInfo{u"infra-prod"_s}, stage.kinds, site->gateway, nullptr, &stage.clock);
        site->telemetry->metricsSource = site->metrics;
        site->telemetry->alertsSource = site->alerts;
        site->environment->setTelemetry(site->telemetry);
    }
    ~Desk()
    {
        alerts->removeEnvironment(site->environment.get());
        delete alerts;
    }
    /// It is open, and has answered once.
    bool open(const QList<ports::ManagedAlert> &now = {})
    {
        site->managed = now;
        site->give();
        QSignalSpy looked(alerts->session(), &items::AlertsSession::looked);
        alerts->addEnvironment(site->environment.get());
        return QTest::qWaitFor([&looked] { return looked.count() > 0; });
    }
    bool look(const QList<ports::ManagedAlert> &now)
    {
        site->managed = now;
        site->give();
        QSignalSpy looked(alerts->session(), &items::AlertsSession::looked);
        alerts->session()->refresh();
        return QTest::qWaitFor([&looked] { return looked.count() > 0; });
    }
    [[nodiscard]] ports::ManagedAlert critical(const QString &name) const { return stage.alert(name, u"acme-1"_s, u"critical"_s, 60, u"it is down"_s); }

    AlertStage stage;
    FakeDesktop desktop;
    QWidget window;
    Notices *notices = nullptr;
    std::unique_ptr<AlertStage::Site> site;
    WindowAlerts *alerts = nullptr;
};

}

class TestWindowAlerts : public QObject {
    Q_OBJECT
    Theme m_theme;

private Q_SLOTS:
    void initTestCase() { m_theme.apply(*qApp); }

    void aSummaryThenEachOnce()
    {
        Desk desk(&m_theme);
        QVERIFY(desk.open({desk.critical(u"A"_s), desk.critical(u"B"_s)}));
        QCOMPARE(desk.desktop.shown.size(), 1);
        QVERIFY2(desk.desktop.shown.first().title == "2 critical alert(s) fire already"_L1, qPrintable(desk.desktop.shown.first().title));
        QVERIFY(desk.desktop.shown.first().critical);
        QCOMPARE(desk.notices->count(), 1);
        QVERIFY(desk.look({desk.critical(u"A"_s), desk.critical(u"B"_s)}));
        QCOMPARE(desk.desktop.shown.size(), 1);
        desk.stage.clock.advance(std::chrono::seconds(31));
        QVERIFY(desk.look({desk.critical(u"A"_s), desk.critical(u"B"_s), desk.critical(u"C"_s)}));
        QCOMPARE(desk.desktop.shown.size(), 2);
        QCOMPARE(desk.desktop.shown.last().title, u"C (acme-1)"_s);
        QVERIFY(desk.desktop.shown.last().text.startsWith(u"it is down"_s));
        // It is over: nothing calls for it any more.
        QVERIFY(desk.look({desk.critical(u"A"_s), desk.critical(u"B"_s)}));
        QCOMPARE(desk.desktop.withdrawn, QStringList{desk.desktop.shown.last().id});
        QCOMPARE(desk.notices->count(), 1);
        QCOMPARE(desk.alerts->attention().problems, 2);
        QCOMPARE(desk.alerts->attention().worst, network::State::Failed);
    }

    void silencedIsNotTold()
    {
        Desk desk(&m_theme);
        QVERIFY(desk.open());
        ports::ManagedAlert silenced = desk.critical(u"A"_s);
        silenced.silencedBy = QStringList{u"s"_s};
        QVERIFY(desk.look({silenced}));
        QVERIFY(desk.desktop.shown.isEmpty());
        QCOMPARE(desk.alerts->attention().problems, 0);
    }

    void onlyWhoDoesNotLookIsCalled()
    {
        Desk desk(&m_theme, true);
        QVERIFY(desk.open());
        QVERIFY(desk.look({desk.critical(u"A"_s)}));
        QVERIFY(desk.desktop.shown.isEmpty());
        QCOMPARE(desk.notices->count(), 1);
    }

    void switchedOff_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<int>("onDesktop");
        QTest::addColumn<int>("inWindow");
        QTest::newRow("nothing") << QString() << 1 << 1;
        QTest::newRow("the desktop") << u"alerts/desktop"_s << 0 << 1;
        QTest::newRow("the window") << u"alerts/notices"_s << 1 << 0;
    }
    void switchedOff()
    {
        QFETCH(QString, key);
        Desk desk(&m_theme, false, [&key](SettingsStore &settings) {
            if (!key.isEmpty())
                settings.setValue(key, false);
        });
        QVERIFY(desk.open());
        QVERIFY(desk.look({desk.critical(u"A"_s)}));
        QTEST(int(desk.desktop.shown.size()), "onDesktop");
        QTEST(desk.notices->count(), "inWindow");
    }

    void withoutAServiceTheWindowTells()
    {
        Desk desk(&m_theme);
        desk.desktop.there = false;
        QVERIFY(desk.open());
        QVERIFY(desk.look({desk.critical(u"A"_s)}));
        QVERIFY(desk.desktop.shown.isEmpty());
        QCOMPARE(desk.notices->count(), 1);
    }

    void pausedWaits()
    {
        Desk desk(&m_theme);
        QVERIFY(desk.open());
        desk.alerts->setPaused(true);
        QVERIFY(desk.look({desk.critical(u"A"_s)}));
        QVERIFY(desk.desktop.shown.isEmpty());
        desk.alerts->setPaused(false);
        QCOMPARE(desk.desktop.shown.size(), 1);
    }

    /// One truth about the pause, whoever set it.
    void thePauseIsTold()
    {
        Desk desk(&m_theme);
        QVERIFY(desk.open());
        QSignalSpy paused(desk.alerts, &WindowAlerts::pausedChanged);
        desk.alerts->setPaused(true);
        desk.alerts->setPaused(false);
        QCOMPARE(paused.count(), 2);
        QCOMPARE(paused.first().first().toBool(), true);
        QCOMPARE(paused.last().first().toBool(), false);
    }

    /// The bell says that nobody is called, until when, and of whom nothing is known.
    void theBellSaysThePause()
    {
        Desk desk(&m_theme);
        ActionRegistry actions(nullptr);
        EnvironmentBar bar(desk.stage.context, &actions);
        connect(desk.alerts, &WindowAlerts::pausedChanged, &bar, [&] { bar.setNoticesPaused(desk.alerts->pausedUntil()); });
        QVERIFY(bar.alertsButton()->isHidden());
        desk.alerts->setPaused(true);
        QVERIFY2(!bar.alertsButton()->isHidden(), "who pauses sees it, also where nothing answers");
        QVERIFY2(!bar.alertsButton()->accessibleName().contains(u"0 firing"_s), qPrintable(bar.alertsButton()->accessibleName()));
        const QString until = desk.stage.clock.now().addSecs(3600).toUTC().toString(u"HH:mm 'UTC'"_s);
        QVERIFY2(bar.alertsButton()->toolTip().contains(u"notices are paused until "_s + until), qPrintable(bar.alertsButton()->toolTip()));
        const qint64 paused = bar.alertsButton()->icon().cacheKey();
        QVERIFY(desk.open({desk.critical(u"A"_s)}));
        desk.alerts->setPaused(false);
        QVERIFY(!bar.alertsButton()->toolTip().contains(u"paused"_s));
        QVERIFY(bar.alertsButton()->icon().cacheKey() != paused);
        QVERIFY(!desk.alerts->pausedUntil().isValid());
    }

    /// What stands on the page or the card is not covered for long; elsewhere the notice stays.
    void whatIsSeenIsNotCovered_data()
    {
        QTest::addColumn<bool>("looked");
        QTest::addColumn<QString>("onScreen");      // the alert a page shows
        QTest::addColumn<QStringList>("fire");
        QTest::addColumn<bool>("goes");
        const QStringList one{u"A"_s};
        QTest::newRow("on screen, and somebody looks") << true << u"A"_s << one << true;
        QTest::newRow("no page") << true << QString() << one << false;
        QTest::newRow("a page that shows another") << true << u"B"_s << one << false;
        QTest::newRow("nobody looks") << false << u"A"_s << one << false;
        QTest::newRow("one of several") << true << u"A"_s << QStringList{u"A"_s, u"B"_s} << false;
    }
    void whatIsSeenIsNotCovered()
    {
        QFETCH(bool, looked);
        QFETCH(QString, onScreen);
        QFETCH(QStringList, fire);
        QFETCH(bool, goes);
        Desk desk(&m_theme, looked);
        desk.alerts->seenMs = 0;
        QList<ports::ManagedAlert> alerts;
        for (const QString &name : fire)
            alerts.append(desk.critical(name));
        QVERIFY(desk.open(alerts));
        QCOMPARE(desk.notices->count(), 1);
        QObject page;
        if (!onScreen.isEmpty())
            desk.alerts->session()->setWanted(&page, true, [&desk, &onScreen](const QString &key) {
                const QList<items::Alert> &all = desk.alerts->session()->alerts();
                return std::any_of(all.begin(), all.end(), [&key, &onScreen](const items::Alert &alert) { return alert.key == key && alert.name == onScreen; });
            });
        // Timers of no length are due before one that begins after them.
        bool later = false;
        QTimer::singleShot(1, this, [&later] { later = true; });
        QTRY_VERIFY(later);
        QCOMPARE(desk.notices->count(), goes ? 0 : 1);
        QVERIFY(desk.look(alerts));
        QCOMPARE(desk.notices->count(), goes ? 0 : 1);
    }

    /// The page and the card say themselves whether an alert stands on screen there.
    void theNoticeGoesWhenItsAlertIsSeen_data()
    {
        using Hide = std::function<void(AlertsPage *, FiringAlerts *, QScrollArea *)>;
        QTest::addColumn<bool>("card");
        QTest::addColumn<Hide>("hide");
        QTest::addColumn<bool>("goes");
        const Hide nothing = [](AlertsPage *, FiringAlerts *, QScrollArea *) {};
        QTest::newRow("on the page") << false << nothing << true;
        QTest::newRow("the filter leaves it out") << false << Hide([](AlertsPage *page, FiringAlerts *, QScrollArea *) { page->setFilterText(u"alert:=Other"_s); }) << false;
        QTest::newRow("silences are in front") << false << Hide([](AlertsPage *page, FiringAlerts *, QScrollArea *) { page->showSilences(true); }) << false;
        QTest::newRow("scrolled away") << false << Hide([](AlertsPage *page, FiringAlerts *, QScrollArea *) { page->table()->scrollToBottom(); }) << false;
        QTest::newRow("another page is in front") << false << Hide([](AlertsPage *page, FiringAlerts *, QScrollArea *) { page->setShown(false); }) << false;
        QTest::newRow("on the card") << true << nothing << true;
        QTest::newRow("the card is below") << true << Hide([](AlertsPage *, FiringAlerts *, QScrollArea *area) { area->verticalScrollBar()->setValue(0); }) << false;
        QTest::newRow("of another cluster") << true << Hide([](AlertsPage *, FiringAlerts *card, QScrollArea *) { card->setCluster(u"infra-dev"_s); }) << false;
        QTest::newRow("the card is hidden") << true << Hide([](AlertsPage *, FiringAlerts *card, QScrollArea *) { card->setShown(false); }) << false;
    }
    void theNoticeGoesWhenItsAlertIsSeen()
    {
        using Hide = std::function<void(AlertsPage *, FiringAlerts *, QScrollArea *)>;
        QFETCH(bool, card);
        QFETCH(Hide, hide);
        QFETCH(bool, goes);
        Desk desk(&m_theme);
        bool looks = false;
        desk.alerts->looked = [&looks] { return looks; };
        desk.alerts->seenMs = 0;
        QVERIFY(desk.open());
        ShellContext context = desk.stage.context;
        context.alerts = desk.alerts->session();
        AlertsPage *page = card ? nullptr : new AlertsPage(context, &desk.window);
        QScrollArea *area = card ? new QScrollArea(&desk.window) : nullptr;
        FiringAlerts *firing = nullptr;
        if (card) {
            auto *all = new QWidget;        // charts above it
            auto *column = new QVBoxLayout(all);
            column->addSpacing(2000);
            column->addWidget(firing = new FiringAlerts(context, all));
            area->setWidgetResizable(true);
            area->setWidget(all);
        }
        QWidget *place = card ? static_cast<QWidget *>(area) : page;
        const auto gone = qScopeGuard([place] { delete place; });
        place->setGeometry(desk.window.rect());
        desk.window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&desk.window));
        card ? firing->setShown(true) : page->setShown(true);
        QList<ports::ManagedAlert> alerts{desk.critical(u"A"_s)};
        for (int i = 0; i < 60; ++i)
            alerts.append(desk.stage.alert(u"W%1"_s.arg(i), u"acme-1"_s, u"warning"_s, 60));
        QVERIFY(desk.look(alerts));
        QCOMPARE(desk.notices->count(), 1);
        QTRY_VERIFY(card ? firing->rowCount() > 0 : page->model()->rowCount() > 60);
        if (card)
            QTRY_VERIFY(area->verticalScrollBar()->maximum() > 1500);
        if (card)
            area->verticalScrollBar()->setValue(area->verticalScrollBar()->maximum());
        hide(page, firing, area);
        looks = true;
        QVERIFY(desk.look(alerts));
        // Timers of no length are due before one that begins after them.
        bool later = false;
        QTimer::singleShot(1, this, [&later] { later = true; });
        QTRY_VERIFY(later);
        QCOMPARE(desk.notices->count(), goes ? 0 : 1);
    }

    /// Prometheus answers first, and its alert is silenced: nobody is called.
    void nobodyIsCalledBeforeSilencesAreKnown()
    {
        Desk desk(&m_theme);
        ports::ManagedAlert silenced = desk.critical(u"A"_s);
        silenced.silencedBy = QStringList{u"s"_s};
        ports::RuleAlert rule;
        rule.labels = silenced.labels;
        rule.state = u"firing"_s;
        desk.site->evaluated = {rule};
        desk.site->managed = {silenced};
        desk.site->give();
        desk.site->telemetry->alertsSource = nullptr;
        desk.alerts->addEnvironment(desk.site->environment.get());
        QTRY_COMPARE(desk.alerts->session()->alerts().size(), 1);
        QVERIFY(desk.desktop.shown.isEmpty());
        desk.site->telemetry->alertsSource = desk.site->alerts;
        QSignalSpy looked(desk.alerts->session(), &items::AlertsSession::looked);
        desk.site->telemetry->tell();
        QTRY_COMPARE(looked.count(), 1);
        QVERIFY(desk.desktop.shown.isEmpty());
        QCOMPARE(desk.notices->count(), 0);
    }

    void clicksLeadThere()
    {
        Desk desk(&m_theme);
        QVERIFY(desk.open());
        QVERIFY(desk.look({desk.critical(u"A"_s)}));
        QSignalSpy wanted(desk.alerts, &WindowAlerts::alertsWanted);
        desk.desktop.click(u"somebody else's"_s);
        QCOMPARE(wanted.count(), 0);
        desk.desktop.click(desk.desktop.shown.first().id);
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted.first().first().toString(), desk.alerts->session()->alerts().first().key);
        QVERIFY(desk.window.isVisible());
        desk.window.hide();
    }

    /// The worse of alerts and nodes, and never good while one of both is not known.
    void theTraySaysTheWorst_data()
    {
        QTest::addColumn<TrayReading>("reading");
        QTest::addColumn<network::State>("state");
        QTest::addColumn<QString>("text");
        using State = network::State;
        const items::AlertCounts none, critical{3, 0, 1, 0, State::Failed}, warning{1, 0, 0, 0, State::Degraded};
        const items::Attention::Count well, failed{2, State::Failed};
        QTest::newRow("nothing is known") << TrayReading() << State::Unknown << u"Quarterdeck: nodes are not known, alerts are not known"_s;
        QTest::newRow("good") << TrayReading{none, true, false, well, true} << State::Ready << u"Quarterdeck: nothing fires"_s;
        QTest::newRow("old") << TrayReading{none, true, true, well, true} << State::Stale << u"Quarterdeck: nothing fires, not up to date"_s;
        QTest::newRow("critical") << TrayReading{critical, true, false, well, true} << State::Failed << u"Quarterdeck: 3 alert(s) firing, 1 silenced"_s;
        QTest::newRow("a node is worse") << TrayReading{warning, true, false, failed, true} << State::Failed << u"Quarterdeck: 2 node(s) need attention, 1 alert(s) firing"_s;
        QTest::newRow("an alert is worse") << TrayReading{critical, true, false, {1, State::Degraded}, true} << State::Failed << u"Quarterdeck: 1 node(s) need attention, 3 alert(s) firing, 1 silenced"_s;
        QTest::newRow("no telemetry, a node has failed") << TrayReading{none, false, true, failed, true} << State::Failed << u"Quarterdeck: 2 node(s) need attention, alerts are not known"_s;
        QTest::newRow("no telemetry") << TrayReading{none, false, true, well, true} << State::Unknown << u"Quarterdeck: no node needs attention, alerts are not known"_s;
        QTest::newRow("no nodes yet") << TrayReading{none, true, false, well, false} << State::Unknown << u"Quarterdeck: nodes are not known, nothing fires"_s;
    }
    void theTraySaysTheWorst()
    {
        QFETCH(TrayReading, reading);
        TrayIcon tray;
        tray.setReading(reading);
        QTEST(tray.state(), "state");
        QTEST(tray.text(), "text");
        QSignalSpy open(&tray, &TrayIcon::openWanted), quit(&tray, &TrayIcon::quitWanted), pause(&tray, &TrayIcon::pauseWanted);
        for (QAction *action : tray.menu()->actions())
            action->trigger();
        QCOMPARE(open.count(), 1);
        QCOMPARE(quit.count(), 1);
        QCOMPARE(pause.count(), 1);
        for (const bool dark : {false, true}) {
            const QPixmap picture = TrayIcon::picture(tray.state(), 64, dark);
            const QPixmap good = TrayIcon::picture(network::State::Ready, 64, dark);
            QCOMPARE(picture.toImage() != good.toImage(), tray.state() != network::State::Ready);
            // Its own ground, so that it is seen on light trays and dark ones; between the corners nothing shines through.
            const QImage seen = picture.toImage();
            for (int at = 14; at < 50; ++at) {
                for (const QPoint &point : {QPoint(at, 1), QPoint(at, 32), QPoint(1, at), QPoint(62, at)})
                    QCOMPARE(seen.pixelColor(point).alpha(), 255);
            }
            const QString dir = qEnvironmentVariable("QD_GRAB_DIR");
            if (!dir.isEmpty())
                picture.save(QDir(dir).filePath(u"tray-%1-%2.png"_s.arg(int(tray.state())).arg(dark ? u"dark"_s : u"light"_s)));
        }
    }

    void theTrayKnowsTheNodes()
    {
        Desk desk(&m_theme);
        items::Attention nodes;
        nodes.addEnvironment(desk.site->environment.get());
        desk.alerts->setNodes(&nodes);
        QVERIFY(desk.open());
        QVERIFY(!desk.alerts->trayReading().nodesKnown);
        const network::KindInfo &kind = *desk.stage.kinds->find(u"Validator"_s);
        network::RowBatch batch = test::batchOf({test::rowOf(kind, u"acme-1"_s, {}, u"Ready"_s)});
        batch.sync = network::RowBatch::Sync::Provisional;
        desk.site->environment->store(kind)->applyBatch(batch);
        QVERIFY(!desk.alerts->trayReading().nodesKnown);
        batch.sync = network::RowBatch::Sync::Complete;
        desk.site->environment->store(kind)->applyBatch(batch);
        QVERIFY(desk.alerts->trayReading().nodesKnown);
        QCOMPARE(desk.alerts->trayReading().nodes.worst, network::State::Ready);
        desk.site->environment->store(kind)->applyBatch(test::batchOf({test::rowOf(kind, u"acme-2"_s, {}, u"Failed"_s)}));
        QTRY_COMPARE(desk.alerts->trayReading().nodes.worst, network::State::Failed);
        QVERIFY(desk.alerts->trayReading().alertsKnown);
        TrayIcon tray;
        tray.setReading(desk.alerts->trayReading());
        QCOMPARE(tray.text(), u"Quarterdeck: 1 node(s) need attention, nothing fires"_s);
    }
};

QTEST_MAIN(TestWindowAlerts)
#include "tst_windowalerts.moc"
