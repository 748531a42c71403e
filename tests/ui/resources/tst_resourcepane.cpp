// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/Roles.h"
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/panes/resources/ResourceTable.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/StatusBar.h"
#include "ui/shell/tour/TourWorld.h"
#include "ui/widgets/Charts.h"
#include "ui/widgets/Facts.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/widgets/StatePage.h"

#include <QClipboard>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QMenu>
#include <QPushButton>
#include <QTabBar>
#include <QTest>
#include <QToolButton>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;
using Phase = LoadState::Phase;

namespace {

/// Notes what would be started instead of opening dialogs.
class Starter final : public ChangeStarter {
public:
    QStringList started;
    void startAction(const QString &actionId, const QList<ActionTarget> &targets, const QMap<QString, QString> &, QWidget *) override
    {
        QStringList names;
        for (const ActionTarget &target : targets)
            names.append(target.row ? target.row->name : target.kind.kind);
        started.append(actionId + u' ' + names.join(u','));
    }
    void editYaml(const ActionTarget &target, QWidget *) override { started.append(u"yaml "_s + target.row->name); }
};

struct Stage {
    Stage(Theme *theme, std::shared_ptr<const network::KindTable> kinds)
        : world(std::move(kinds), codec.get(), theme)
    {
        world.setStarter(&starter);
    }
    void open(const QSize &size = {1440, 900})
    {
        window = std::make_unique<MainWindow>(world.context());
        window->resize(size);
        window->show();
        QVERIFY(QTest::qWaitForWindowExposed(window.get()));
        window->activateWindow();
        pane = window->nodes();
        table = pane->table();
    }
    void select(const QString &name)
    {
        for (int row = 0; row < pane->model()->rowCount(); ++row) {
            if (pane->model()->index(row, 0).data().toString() == name)
                table->setCurrentIndex(pane->model()->index(row, 0));
        }
    }
    [[nodiscard]] QString currentName() const { return table->currentIndex().siblingAtColumn(0).data().toString(); }
    std::shared_ptr<ports::YamlCodec> codec = yaml::makeYamlCodec();
    Starter starter;
    TourWorld world;
    std::unique_ptr<MainWindow> window;
    ResourcePane *pane = nullptr;
    ResourceTable *table = nullptr;
};

}

class TestResourcePane : public QObject {
    Q_OBJECT
    Theme m_theme;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
        QVERIFY(m_kinds->kinds().size() >= 24);
    }

    void everythingByKeyboard()
    {
        Stage stage(&m_theme, m_kinds);
        stage.world.fillConsortium();
        stage.open();
        stage.table->setFocus();
        stage.table->setCurrentIndex(stage.pane->model()->index(0, 0));
        QTest::keyClick(stage.table, Qt::Key_Down);
        QTest::keyClick(stage.table, Qt::Key_Down);
        QCOMPARE(stage.currentName(), u"northgate-validator-2"_s);
        QTest::keyClick(stage.table, Qt::Key_Return);
        QVERIFY(stage.pane->details()->isVisible());
        QCOMPARE(stage.pane->details()->target().row->name, u"northgate-validator-2"_s);
        QTest::keyClick(stage.table, Qt::Key_Up);
        QCOMPARE(stage.pane->details()->target().row->name, u"northgate-validator-1"_s);
        QTest::keyClick(stage.table, Qt::Key_Escape);
        QVERIFY(!stage.pane->details()->isVisible());
        QVERIFY(stage.table->hasFocus());
        QTest::keyClick(stage.table, Qt::Key_Left);
        QCOMPARE(stage.currentName(), u"MainNet"_s);
        const int rows = stage.pane->model()->rowCount();
        QTest::keyClick(stage.table, Qt::Key_Left);
        QCOMPARE(stage.pane->model()->rowCount(), rows - 2);
        QTest::keyClick(stage.table, Qt::Key_Return);
        QCOMPARE(stage.pane->model()->rowCount(), rows);
    }

    void slashFiltersAndEscapeClears()
    {
        Stage stage(&m_theme, m_kinds);
        stage.world.fillConsortium();
        stage.open();
        stage.table->setFocus();
        QTest::keyClick(stage.table, Qt::Key_Slash);
        auto *field = stage.pane->findChild<FilterField *>();
        QTRY_VERIFY(field->hasFocus());
        QTest::keyClicks(field, u"phase:failed"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(stage.pane->model()->counts().shown, 1);
        QVERIFY(stage.table->hasFocus());
        QCOMPARE(stage.currentName(), u"bob-custody"_s);
        stage.pane->setFilterText(u"phse:failed"_s);
        QVERIFY(!field->toolTip().isEmpty());
        stage.pane->setFilterText(u"phase:failed"_s);
        stage.table->setFocus();
        QTest::keyClick(stage.table, Qt::Key_Escape);
        QCOMPARE(stage.pane->model()->counts().shown, 14);
        QVERIFY(stage.pane->filterText().isEmpty());
    }

    void filteredToNothingSaysWhatWouldShow()
    {
        Stage stage(&m_theme, m_kinds);
        stage.world.fillConsortium();
        stage.open();
        stage.pane->setFilterText(u"phase:failed net:mainnet"_s);
        StatePage *page = stage.pane->statePage();
        QTRY_VERIFY(page->isVisible());
        QString text;
        for (const QLabel *label : page->findChildren<QLabel *>())
            text += label->text() + u'\n';
        QVERIFY2(text.contains(u"No node matches phase:failed net:mainnet."_s), qPrintable(text));
        QVERIFY2(text.contains(u"phase:failed would show 1"_s), qPrintable(text));
        auto *button = page->findChild<QPushButton *>();
        QVERIFY(button);
        for (QPushButton *each : page->findChildren<QPushButton *>()) {
            if (each->isVisible())
                button = each;
        }
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(stage.pane->model()->counts().shown, 14);
    }

    void copiesRowsAsTsv()
    {
        Stage stage(&m_theme, m_kinds);
        stage.world.fillConsortium();
        stage.open();
        stage.select(u"bob-custody"_s);
        QTest::keyClick(stage.table, Qt::Key_C, Qt::ControlModifier);
        const QString text = QGuiApplication::clipboard()->text();
        QVERIFY2(text.startsWith(u"bob-custody\tFailed\t3.5.2\t\u2013\t"_s), qPrintable(text));
        QTest::keyClick(stage.table, Qt::Key_Down);
        QTest::keyClick(stage.table, Qt::Key_Space);
        QVERIFY(stage.table->selectedUids().isEmpty());
    }

    void verbsStartOnTheSelection()
    {
        Stage stage(&m_theme, m_kinds);
        stage.world.fillConsortium();
        stage.open();
        stage.select(u"alice-bank"_s);
        QAction *restart = stage.window->actionRegistry()->action(u"change.restart"_s);
        QVERIFY(restart);
        QTRY_VERIFY(restart->isEnabled());
        restart->trigger();
        QCOMPARE(stage.starter.started, QStringList{u"restart alice-bank"_s});
        QAction *resume = stage.window->actionRegistry()->action(u"change.resume"_s);
        QVERIFY(!resume->isEnabled());
        QCOMPARE(resume->toolTip(), u"alice-bank is not suspended"_s);
    }

    void threeVerbsHaveButtonsTheRestIsUnderMore()
    {
        Stage stage(&m_theme, m_kinds);
        stage.world.fillConsortium();
        stage.open();
        stage.pane->openObject(u"infra-prod"_s, u"tour-alice-bank"_s);
        const auto shown = [&] {
            QStringList out;
            const QList<QPushButton *> buttons = stage.pane->details()->findChildren<QPushButton *>();
            for (const QPushButton *button : buttons) {
                if (button->isVisible() && !button->text().isEmpty())
                    out.append(button->text());
            }
            return out;
        };
        QTRY_COMPARE(shown(), (QStringList{u"Scale\u2026"_s, u"Restart"_s, u"Suspend"_s}));
        const QStringList all = [&] {
            QStringList out;
            for (const QAction *action : stage.window->actionRegistry()->changesOf(*m_kinds->find(u"Participant"_s)))
                out.append(action->text());
            return out;
        }();
        QVERIFY(all.size() > 8);
    }

    /// Several objects, of two kinds: what applies to all of them, and whose missing right it is.
    void severalTargets()
    {
        Stage stage(&m_theme, m_kinds);
        stage.world.fillConsortium();
        stage.open();
        state::Environment *environment = stage.world.environment(0);
        QList<ui::ActionTarget> targets;
        for (const QString &kind : {u"Validator"_s, u"Participant"_s}) {
            const network::KindInfo *info = m_kinds->find(kind);
            QVERIFY(!environment->store(*info)->rows().isEmpty());
            targets.append({environment, *info, *environment->store(*info)->rows().constBegin()});
        }
        ui::ActionRegistry *registry = stage.window->actionRegistry();
        registry->setTargets(targets);
        const auto verb = [registry](const QString &id) { return registry->action(u"change."_s + id); };
        QTRY_VERIFY2(verb(u"restart"_s)->isEnabled(), qPrintable(verb(u"restart"_s)->toolTip()));
        QVERIFY(verb(u"label"_s)->isEnabled());
        QVERIFY(verb(u"scale"_s)->isEnabled());
        QVERIFY2(verb(u"edit"_s)->toolTip().contains(u"one object at a time"_s), qPrintable(verb(u"edit"_s)->toolTip()));
        QVERIFY(verb(u"trigger"_s)->toolTip().contains(u"Does not apply"_s));
        stage.world.gateway(0)->allowed = false;
        environment->permissions()->forgetAll();
        registry->setTargets(targets);
        const QString right = u"Missing right: patch validators.canton.quarterdeck.io"_s;
        QTRY_VERIFY2(verb(u"restart"_s)->toolTip().contains(right), qPrintable(verb(u"restart"_s)->toolTip()));
        QVERIFY(verb(u"restart"_s)->toolTip().startsWith(targets.first().row->name));
        QVERIFY(!verb(u"restart"_s)->isEnabled());
    }

    void disabledVerbsSayWhy()
    {
        Stage stage(&m_theme, m_kinds);
        stage.world.fillConsortium();
        stage.world.gateway(0)->allowed = false;
        stage.open();
        stage.select(u"alice-bank"_s);
        QAction *restart = stage.window->actionRegistry()->action(u"change.restart"_s);
        QTRY_VERIFY2(restart->toolTip().contains(u"Missing right: patch participants.canton.quarterdeck.io in canton-harbor"_s),
                     qPrintable(restart->toolTip()));
        QVERIFY(!restart->isEnabled());
        stage.world.gateway(0)->allowed = true;
        stage.world.environment(0)->permissions()->forgetAll();
        stage.select(u"bob-custody"_s);
        QTRY_VERIFY(restart->isEnabled());
        stage.window->toggleReadOnly();
        QVERIFY(!restart->isEnabled());
        QVERIFY(restart->toolTip().startsWith(u"Read-only"_s));
        stage.window->toggleReadOnly();
        QTRY_VERIFY(restart->isEnabled());
        stage.world.makeStale(0);
        QVERIFY(!restart->isEnabled());
        QVERIFY(restart->toolTip().contains(u"infra-prod"_s));
    }

    /// A bridge is a role and a connection: with the right to one of them it is not offered, and the other is named.
    void everyRightOfAVerbIsAskedFor()
    {
        Stage stage(&m_theme, m_kinds);
        stage.world.fillConsortium();
        stage.world.gateway(0)->withheld = {u"create syncdomainconnections"_s};
        stage.open();
        const auto select = [&stage] {
            stage.select(u"alice-bank"_s);   // the verbs are asked about anew
            stage.world.environment(0)->permissions()->forgetAll();
            stage.select(u"northgate-validator-1"_s);
        };
        select();
        QAction *bridge = stage.window->actionRegistry()->action(u"change.bridge"_s);
        QTRY_COMPARE(bridge->statusTip(), u"Not allowed\nMissing right: create syncdomainconnections.canton.quarterdeck.io in canton-mainnet"_s);
        QVERIFY(!bridge->isEnabled());
        stage.world.gateway(0)->withheld.append(u"patch validators"_s);
        select();
        QTRY_COMPARE(bridge->statusTip(), u"Not allowed\nMissing rights: patch validators.canton.quarterdeck.io in canton-mainnet, "
                                          "create syncdomainconnections.canton.quarterdeck.io in canton-mainnet"_s);
        stage.world.gateway(0)->withheld.clear();
        select();
        QTRY_VERIFY2(bridge->isEnabled(), qPrintable(bridge->statusTip()));
    }

    void everyFocusableWidgetIsNamed_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::newRow("wide") << QSize(1440, 900);
        QTest::newRow("narrow") << QSize(1000, 700);
    }
    void everyFocusableWidgetIsNamed()
    {
        QFETCH(QSize, size);
        Stage stage(&m_theme, m_kinds);
        stage.world.fillConsortium();
        stage.world.makeStale(2);
        stage.open(size);
        stage.pane->openObject(u"infra-prod"_s, u"tour-northgate-validator-2"_s);
        const QStringList tabs = stage.pane->details()->tabs();
        for (const QString &tab : tabs) {
            stage.pane->details()->setTab(tab);
            QCOMPARE(test::unnamed(stage.window.get()), QStringList());
        }
        QCOMPARE(test::clipped(stage.window.get()), QStringList());
    }

    void allTabsHaveRoomBelow()
    {
        Stage stage(&m_theme, m_kinds);
        stage.world.fillConsortium();
        stage.open({1000, 700});
        stage.pane->openObject(u"infra-prod"_s, u"tour-northgate-validator-2"_s);
        auto *bar = stage.pane->details()->findChild<QTabBar *>();
        const int tabs = int(stage.pane->details()->tabs().size());
        QVERIFY(tabs >= 7);
        QTRY_COMPARE(bar->count(), tabs);
        QTRY_VERIFY2(bar->width() >= bar->tabRect(tabs - 1).right(), qPrintable(u"%1 < %2"_s.arg(bar->width()).arg(bar->tabRect(tabs - 1).right())));
    }

    void statesAreShownInPlace_data()
    {
        QTest::addColumn<LoadState::Phase>("phase");
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << Phase::Ready << u"No validators yet."_s;
        QTest::newRow("error") << Phase::Failed << u"the connection was reset"_s;
        QTest::newRow("forbidden") << Phase::Forbidden << u"Missing right"_s;
        QTest::newRow("not served") << Phase::NotServed << u"does not serve"_s;
    }
    void statesAreShownInPlace()
    {
        QFETCH(LoadState::Phase, phase);
        QFETCH(QString, text);
        Stage stage(&m_theme, m_kinds);
        Error error;
        if (phase == Phase::Failed)
            error = {ErrorKind::Network, u"Nodes could not be listed: the connection was reset."_s};
        if (phase == Phase::Forbidden)
            error = {ErrorKind::Forbidden, u"Listing validators is not allowed."_s, u"Missing right: list validators"_s};
        stage.world.setPhase(phase, error);
        stage.open();
        QTRY_VERIFY(stage.pane->statePage()->isVisible());
        QString shown;
        for (const QLabel *label : stage.pane->statePage()->findChildren<QLabel *>())
            shown += label->text() + u'\n';
        QVERIFY2(shown.contains(text), qPrintable(shown));
        // None is a reading: it is said only where the clusters answered.
        const QList<QLabel *> labels = stage.pane->findChildren<QLabel *>();
        QCOMPARE(std::any_of(labels.begin(), labels.end(), [](const QLabel *l) { return l->text() == "0 nodes"_L1; }), phase == Phase::Ready);
        QCOMPARE(test::unnamed(stage.window.get()), QStringList());
        for (const QPushButton *button : stage.pane->findChildren<QPushButton *>()) {
            if (button->text() == u"Set up validator…"_s && !stage.pane->statePage()->isAncestorOf(button))
                QCOMPARE(button->isEnabled(), phase != Phase::Failed && phase != Phase::NotServed);
        }
    }

    void cancelStopsWaitingAndRowsStillCome()
    {
        Stage stage(&m_theme, m_kinds);
        stage.world.setPhase(Phase::Loading);
        stage.open();
        StatePage *page = stage.pane->statePage();
        page->showLoadingSince(u"infra-prod: validators"_s, 4000);
        Q_EMIT page->clicked(StatePage::Button::Cancel);
        QString shown;
        for (const QLabel *label : page->findChildren<QLabel *>())
            shown += label->text() + u'\n';
        QVERIFY2(shown.contains(u"Not waiting any more for infra-prod"_s), qPrintable(shown));
        stage.world.fillConsortium();
        QCOMPARE(stage.pane->model()->counts().total, 14);
        QVERIFY(!page->isVisible());
    }

    void aRefreshKeepsRowsAndABarSaysWhatFailed()
    {
        Stage stage(&m_theme, m_kinds);
        stage.world.fillConsortium();
        stage.open();
        QCOMPARE(stage.pane->findChildren<NoticeBar *>().size() > 0, true);
        stage.select(u"alice-bank"_s);
        LoadState failed;
        failed.phase = Phase::Failed;
        failed.error = {ErrorKind::Network, u"The connection was reset."_s};
        state::Environment *prod = stage.world.environment(0);
        prod->store(*prod->kinds().find(u"Participant"_s))->setLoadState(failed);
        QCOMPARE(stage.pane->model()->counts().total, 14);
        QCOMPARE(stage.currentName(), u"alice-bank"_s);
        QVERIFY(!stage.pane->statePage()->isVisible());
        const auto said = [&] {
            const QList<QLabel *> labels = stage.pane->findChildren<QLabel *>();
            return std::any_of(labels.begin(), labels.end(), [](const QLabel *label) {
                return label->isVisible() && label->text() == u"Participants in infra-prod could not be listed"_s;
            });
        };
        QTRY_VERIFY(said());
    }

    /// The headings say how old the rows of a cluster are; where a filter leaves it none, a bar does.
    void aFilterDoesNotHideThatAClusterIsOld()
    {
        Stage stage(&m_theme, m_kinds);
        stage.world.fillConsortium();
        stage.world.makeStale(2);
        stage.open();
        const auto bar = [&] {
            for (const QLabel *label : stage.pane->findChildren<QLabel *>()) {
                if (label->isVisible() && label->text().startsWith(u"Not connected to infra-test"_s))
                    return label->text();
            }
            return QString();
        };
        QCOMPARE(bar(), QString());
        stage.pane->setFilterText(u"alice"_s);
        QCOMPARE(stage.pane->model()->clustersShown(), QStringList{u"infra-prod"_s});
        QTRY_COMPARE(bar(), u"Not connected to infra-test, nothing matched there at 11:58:20"_s);
        stage.pane->setFilterText(u"cluster:infra-test"_s);
        QCOMPARE(stage.pane->model()->clustersShown(), QStringList{u"infra-test"_s});
        QTRY_COMPARE(bar(), QString());
        stage.pane->setFilterText(u"nobody-at-all"_s);
        QTRY_VERIFY(bar().contains(u"nothing matched there"_s));
    }

    void aPauseHoldsTheWindowUntilItGoesOn()
    {
        Stage stage(&m_theme, m_kinds);
        stage.world.fillConsortium();
        stage.open();
        auto *status = stage.window->findChild<StatusBar *>();
        const auto says = [status] {
            QStringList texts;
            for (const QLabel *label : status->findChildren<QLabel *>())
                texts.append(label->text());
            return texts.join(u'|');
        };
        const auto phase = [&stage](const QString &uid) {
            items::ResourceModel *model = stage.pane->model();
            return model->index(model->rowOf(u"infra-prod"_s, uid), model->columnOf(u"phase"_s)).data().toString();
        };
        QTest::keyClick(stage.table, Qt::Key_F8);
        QVERIFY2(says().contains(u"Paused, showing 12:04:31 UTC"_s), qPrintable(says()));
        QVERIFY(status->resumeButton()->isVisible());
        stage.world.changeThree();
        QVERIFY2(says().contains(u"3 changes waiting"_s), qPrintable(says()));
        QCOMPARE(phase(u"tour-alice-bank"_s), u"Ready"_s);
        QTest::mouseClick(status->resumeButton(), Qt::LeftButton);
        QCOMPARE(phase(u"tour-alice-bank"_s), u"Updating"_s);
        QVERIFY2(says().contains(u"Live, as of"_s) && !says().contains(u"waiting"_s), qPrintable(says()));
        QVERIFY(!status->resumeButton()->isVisible());
    }

    void theChartShowsOnlyWhatThisConsoleHasSeen()
    {
        Stage stage(&m_theme, m_kinds);
        stage.world.fillConsortium();
        stage.open();
        stage.pane->openObject(u"infra-prod"_s, u"tour-northgate-validator-2"_s);
        auto *chart = stage.pane->details()->findChild<Sparkline *>();
        QVERIFY(chart && chart->isVisibleTo(stage.pane->details()));
        QVERIFY(chart->hasData());
        QVERIFY2(chart->accessibleName().contains(u"now 6"_s), qPrintable(chart->accessibleName()));
        stage.pane->openObject(u"infra-prod"_s, u"tour-alice-bank"_s);   // a participant has no traffic
        QVERIFY(!chart->isVisibleTo(stage.pane->details()));
    }

    void labelsOfAllFactTablesTakeTheSameRoom()
    {
        Stage stage(&m_theme, m_kinds);
        stage.world.fillConsortium();
        stage.open();
        stage.pane->openObject(u"infra-prod"_s, u"tour-northgate-validator-2"_s);
        QTRY_VERIFY(stage.pane->details()->isVisible());
        QSet<int> left;
        const QStringList plain{u"Identity"_s, u"Balances"_s, u"Traffic"_s, u"Components"_s};
        for (const FactTable *table : stage.pane->details()->findChildren<FactTable *>()) {
            if (!plain.contains(table->accessibleName()))
                continue;
            for (const FactValue *value : table->findChildren<FactValue *>()) {
                if (value->isVisible())
                    left.insert(value->mapTo(stage.pane->details(), QPoint(0, 0)).x());
            }
        }
        QCOMPARE(left.size(), 1);
    }

    void stateIsRestored()
    {
        Stage stage(&m_theme, m_kinds);
        stage.world.fillConsortium();
        stage.open();
        stage.pane->setFilterText(u"net:harbor"_s);
        stage.table->setChosenColumns({u"name"_s, u"phase"_s, u"role"_s});
        stage.table->sortByColumn(stage.pane->model()->columnOf(u"parties"_s), Qt::DescendingOrder);
        stage.pane->openObject(u"infra-prod"_s, u"tour-carol-clearing"_s);
        stage.window->close();
        MainWindow again(stage.world.context());
        again.resize(1440, 900);
        again.show();
        QCOMPARE(again.nodes()->filterText(), u"net:harbor"_s);
        QCOMPARE(again.nodes()->table()->shownColumns(), (QStringList{u"name"_s, u"phase"_s, u"role"_s}));
        QCOMPARE(again.nodes()->model()->counts().shown, 7);
        QVERIFY(again.nodes()->details()->isVisible());
        QCOMPARE(again.nodes()->details()->target().row->name, u"carol-clearing"_s);
    }

    /// One key for every list, also of pages that are made later, and the next window has it again.
    void densityIsOfEveryListAndKept()
    {
        Stage stage(&m_theme, m_kinds);
        stage.world.fillConsortium();
        stage.open();
        const auto row = [](const ResourceTable *table) {
            for (int i = 0; i < table->model()->rowCount(); ++i) {
                if (!table->model()->index(i, 0).data(items::IsGroupRole).toBool())
                    return table->rowHeight(i) - table->fontMetrics().height();
            }
            return -1;
        };
        QCOMPARE(row(stage.table), 12);
        QTest::keyClick(stage.window.get(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(row(stage.table), 20);
        stage.window->panes()->show(u"parties"_s);
        const auto *parties = stage.window->panes()->currentPane()->findChild<ResourceTable *>();
        QVERIFY(parties && parties != stage.table);
        QCOMPARE(parties->verticalHeader()->defaultSectionSize(), parties->fontMetrics().height() + 20);
        stage.window->close();
        m_theme.setDensity(Density::Compact);
        MainWindow again(stage.world.context());
        again.show();
        again.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&again));
        QCOMPARE(row(again.nodes()->table()), 20);
        QTest::keyClick(&again, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(row(again.nodes()->table()), 12);
    }

    void tenThousandRowsFilterAndScrollQuickly()
    {
        Stage stage(&m_theme, m_kinds);
        stage.world.fillMany(10000);
        stage.open();
        QCOMPARE(stage.pane->model()->counts().total, 10000);
        QElapsedTimer timer;
        timer.start();
        stage.pane->setFilterText(u"validator-0999"_s);
        const qint64 keystroke = timer.restart();
        QVERIFY(test::texts(stage.pane).contains(u"10 of 10,000"_s));
        stage.pane->setFilterText({});
        const qint64 cleared = timer.restart();
        (void)stage.window->grab();
        const qint64 painted = timer.restart();
        qInfo("10,000 rows: keystroke %lld ms, clear %lld ms, whole window painted %lld ms", keystroke, cleared, painted);
        QVERIFY(keystroke < 400);
    }
};

QTEST_MAIN(TestResourcePane)
#include "tst_resourcepane.moc"
