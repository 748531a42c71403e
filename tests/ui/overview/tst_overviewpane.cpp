// SPDX-License-Identifier: GPL-3.0-or-later
// The overview in the real window: every row leads to its thing, steps go through the change pipeline, what is acknowledged stays
// hidden, and nothing is clipped.
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/overview/OverviewPane.h"
#include "ui/panes/overview/ProblemCard.h"
#include "ui/panes/overview/SideCards.h"
#include "ui/panes/overview/StepTrack.h"
#include "ui/panes/resources/KindsPane.h"
#include "ui/panes/resources/ResourcePane.h"
#include "ui/shell/MainWindow.h"
#include "ui/shell/Navigation.h"
#include "ui/shell/PaneHost.h"
#include "ui/shell/tour/TourOverview.h"
#include "ui/widgets/StatePage.h"

#include <QClipboard>
#include <QComboBox>
#include <QElapsedTimer>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;
using items::overview::Problem;

namespace {

/// Notes what would be started instead of opening dialogs.
class Starter final : public ChangeStarter {
public:
    QStringList started;
    void startAction(const QString &actionId, const QList<ActionTarget> &targets, const QMap<QString, QString> &, QWidget *) override
    {
        started.append(actionId + u' ' + targets.value(0).row->name);
    }
    void editYaml(const ActionTarget &, QWidget *) override { }
};

struct Stage {
    explicit Stage(Theme *theme, const std::shared_ptr<const network::KindTable> &kinds, const std::function<void(TourWorld &)> &fill = fillOverview)
        : world(kinds, codec.get(), theme)
    {
        world.setStarter(&starter);
        world.settings().setValue(u"window/pane"_s, u"overview"_s);
        if (fill)
            fill(world);
        open();
    }
    void open(const QSize &size = {1440, 1000})
    {
        window = std::make_unique<MainWindow>(world.context());
        window->resize(size);
        window->show();
        QVERIFY(QTest::qWaitForWindowExposed(window.get()));
        window->activateWindow();
        fillTraffic(world, *window);
        pane = qobject_cast<OverviewPane *>(window->panes()->currentPane());
        QVERIFY(pane);
        pane->overview()->refresh();
    }
    [[nodiscard]] ProblemRow *row(const QString &cause) const
    {
        const QList<ProblemRow *> rows = pane->problems()->rows();
        for (ProblemRow *row : rows) {
            if (row->problem().cause == cause)
                return row;
        }
        return nullptr;
    }
    std::shared_ptr<ports::YamlCodec> codec = yaml::makeYamlCodec();
    Starter starter;
    TourWorld world;
    std::unique_ptr<MainWindow> window;
    OverviewPane *pane = nullptr;
};

}

class OverviewPaneTest : public QObject {
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

    void itIsTheFirstPage()
    {
        std::shared_ptr<ports::YamlCodec> codec = yaml::makeYamlCodec();
        TourWorld world(m_kinds, codec.get(), &m_theme);
        world.settings().setValue(u"window/pane"_s, QVariant());
        world.fillConsortium();
        MainWindow window(world.context());
        QCOMPARE(window.panes()->panes().first().id, u"overview"_s);
        QCOMPARE(window.panes()->panes().first().key, u"Alt+1"_s);
    }

    void problemsWorstFirst()
    {
        Stage stage(&m_theme, m_kinds);
        QStringList titles;
        for (const ProblemRow *row : stage.pane->problems()->rows())
            titles.append(row->problem().title);
        QCOMPARE(titles.value(0), u"Participant is down: 1 of 3 pods ready"_s);
        QCOMPARE(titles.value(1), u"Backup overdue by 5 h 51 m"_s);
        QVERIFY2(titles.contains(u"Traffic runs out in about 7 h"_s), qPrintable(titles.join(u'\n')));
        QVERIFY(titles.contains(u"Vetting drift: not vetted on every node"_s));
        QVERIFY(titles.contains(u"Certificate ends in 6 d"_s));
        QVERIFY(titles.contains(u"Cluster does not answer"_s));
        QVERIFY(titles.contains(u"State is not determined"_s));
        // As the navigation counts.
        QCOMPARE(stage.pane->attention().problems, stage.pane->overview()->report().problemCount);
        QVERIFY(stage.window->findChild<Navigation *>()->item(u"overview"_s)->accessibleName().contains(QString::number(stage.pane->attention().problems)));
    }

    void aNameLeadsToTheThing()
    {
        Stage stage(&m_theme, m_kinds);
        stage.pane->problems()->rows().first()->link()->click();
        QCOMPARE(stage.window->panes()->current(), u"nodes"_s);
        QCOMPARE(stage.window->nodes()->details()->target().row->name, u"bob-custody"_s);
        stage.window->panes()->back();
        QCOMPARE(stage.window->panes()->current(), u"overview"_s);
    }

    void theStepOpensTheLogs()
    {
        Stage stage(&m_theme, m_kinds);
        ProblemRow *row = stage.pane->problems()->rows().first();
        QCOMPARE(row->stepButton()->text(), u"Open logs"_s);
        QSignalSpy spy(stage.pane, &Pane::tabWanted);
        row->stepButton()->click();
        QCOMPARE(spy.value(0).value(1).toString(), u"logs"_s);
        QCOMPARE(stage.window->panes()->current(), u"nodes"_s);
        QCOMPARE(stage.window->nodes()->details()->target().row->name, u"bob-custody"_s);
    }

    void aVerbGoesThroughThePipeline()
    {
        Stage stage(&m_theme, m_kinds);
        ProblemRow *row = stage.row(u"overdue"_s);
        QVERIFY(row);
        QCOMPARE(row->stepButton()->text(), u"Back up now…"_s);
        QTRY_VERIFY2(row->stepButton()->isEnabled(), qPrintable(row->stepButton()->toolTip()));
        QTest::mouseClick(row->stepButton(), Qt::LeftButton);
        QCOMPARE(stage.starter.started, QStringList{u"trigger bob-custody-4h"_s});
    }

    void aVerbThatMayNotRunSaysWhy()
    {
        Stage stage(&m_theme, m_kinds);
        stage.window->toggleReadOnly();
        ProblemRow *row = stage.row(u"overdue"_s);
        QTRY_VERIFY(!row->stepButton()->isEnabled());
        QVERIFY(!row->stepButton()->toolTip().isEmpty());
        stage.pane->problems()->rows().first()->stepButton()->click();   // a jump changes nothing
        QCOMPARE(stage.window->panes()->current(), u"nodes"_s);
    }

    void acknowledgedStaysHidden()
    {
        Stage stage(&m_theme, m_kinds);
        const int before = stage.pane->attention().problems;
        const QString key = stage.row(u"overdue"_s)->problem().key;
        stage.row(u"overdue"_s)->acknowledgeButton()->click();
        QCOMPARE(stage.pane->attention().problems, before - 1);
        QVERIFY(!stage.row(u"overdue"_s));
        QVERIFY(stage.pane->problems()->acknowledgedLink()->isVisible());
        QCOMPARE(stage.pane->problems()->acknowledgedLink()->text(), u"1 acknowledged hidden"_s);
        // Settings hold nothing of a cluster.
        const QStringList kept = stage.world.settings().value(u"overview/acknowledged"_s, {}).toStringList();
        QCOMPARE(kept.size(), 1);
        QVERIFY(!kept.first().contains(u"bob"_s));
        stage.open();
        QVERIFY(!stage.row(u"overdue"_s));
        stage.pane->problems()->acknowledgedLink()->click();
        QVERIFY(stage.row(u"overdue"_s));
        QCOMPARE(stage.row(u"overdue"_s)->problem().key, key);
        stage.row(u"overdue"_s)->acknowledgeButton()->click();
        QCOMPARE(stage.pane->attention().problems, before);
    }

    void behindAnotherPageOnlyTheFigureIsKept()
    {
        Stage stage(&m_theme, m_kinds);
        const Problem problem = stage.row(u"overdue"_s)->problem();
        const int before = stage.pane->attention().problems;
        stage.window->panes()->show(u"nodes"_s);
        stage.pane->overview()->acknowledge(problem, true);
        QCOMPARE(stage.pane->attention().problems, before - 1);
        QVERIFY(stage.window->findChild<Navigation *>()->item(u"overview"_s)->accessibleName().contains(QString::number(before - 1)));
        QVERIFY(stage.row(u"overdue"_s));   // nobody sees the card
        stage.window->panes()->show(u"overview"_s);
        QVERIFY(!stage.row(u"overdue"_s));
    }

    void byKeyboard()
    {
        Stage stage(&m_theme, m_kinds);
        stage.pane->enter();
        QVERIFY(stage.pane->hasFocus());
        QTest::keyClick(stage.pane, Qt::Key_Down);
        QVERIFY(stage.pane->problems()->rows().first()->link()->hasFocus());
        const QList<ProblemRow *> rows = stage.pane->problems()->rows();
        QVERIFY(rows.size() > 2);
        // Down and Up by rows, Right and Left in one.
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
        QVERIFY(rows.at(1)->link()->hasFocus());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Right);
        QVERIFY(rows.at(1)->isAncestorOf(QApplication::focusWidget()) && !rows.at(1)->link()->hasFocus());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
        QVERIFY(rows.at(2)->link()->hasFocus());
        for (int up = 0; up < 2; ++up)
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Up);
        QVERIFY(rows.first()->link()->hasFocus());
        for (qsizetype down = 0; down < rows.size(); ++down)
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
        QVERIFY(!rows.last()->isAncestorOf(QApplication::focusWidget()));   // the page goes on
        const int before = stage.pane->attention().problems;
        QTest::keyClick(stage.pane->problems()->rows().first()->link(), Qt::Key_Delete);
        QCOMPARE(stage.pane->attention().problems, before - 1);
        QTest::keyClick(stage.pane->problems()->rows().first()->link(), Qt::Key_Return);
        QVERIFY(stage.window->panes()->current() != u"overview"_s);
        QTest::keyClick(stage.window.get(), Qt::Key_1, Qt::AltModifier);
        QTRY_COMPARE(stage.window->panes()->current(), u"overview"_s);
    }

    /// Another order comes while the keyboard is at a problem: it stays with it.
    void theKeyboardStaysWithTheProblem()
    {
        Stage stage(&m_theme, m_kinds);
        auto report = stage.pane->overview()->report();
        QVERIFY(report.problems.size() > 3);
        ProblemRow *row = stage.pane->problems()->rows().at(1);
        const QString key = row->problem().key;
        row->link()->setFocus();
        QVERIFY(row->link()->hasFocus());
        std::reverse(report.problems.begin(), report.problems.end());
        stage.pane->problems()->setReport(report, 0);
        const auto *at = qobject_cast<ProblemRow *>(QApplication::focusWidget()->parentWidget());
        QVERIFY(at && at != row);
        QCOMPARE(at->problem().key, key);
    }

    void cardsLeadToTheThing()
    {
        Stage stage(&m_theme, m_kinds);
        const auto &report = stage.pane->overview()->report();
        QCOMPARE(report.traffic.first().object.name, u"northgate-validator-2"_s);
        const auto clickFirst = [&](QWidget *card) {
            const QList<JumpRow *> rows = card->findChildren<JumpRow *>();
            QVERIFY(!rows.isEmpty());
            rows.first()->click();
        };
        clickFirst(stage.pane->findChild<TrafficCard *>());
        QCOMPARE(stage.window->nodes()->details()->target().row->name, u"northgate-validator-2"_s);
        stage.window->panes()->show(u"overview"_s);
        clickFirst(stage.pane->findChild<ProgressCard *>());
        QCOMPARE(stage.window->panes()->current(), u"upgrades"_s);
        stage.window->panes()->show(u"overview"_s);
        clickFirst(stage.pane->findChild<EndingsCard *>());
        QCOMPARE(stage.window->panes()->current(), u"identity"_s);
        stage.window->panes()->show(u"overview"_s);
        clickFirst(stage.pane->findChild<BackupsCard *>());
        QCOMPARE(stage.window->panes()->current(), u"backups"_s);
        stage.window->panes()->show(u"overview"_s);
        auto *changes = stage.pane->findChild<ChangesCard *>();
        QTRY_COMPARE(changes->findChildren<JumpRow *>().size(), 3);
        const auto links = [changes] {
            QStringList out;
            for (const LinkButton *link : changes->findChildren<LinkButton *>())
                out.append(link->text());
            return out;
        };
        QVERIFY2(links().contains(u"alice-bank"_s), qPrintable(links().join(u'\n')));
        clickFirst(changes);
        QCOMPARE(stage.window->panes()->current(), u"changes"_s);
    }

    /// Without the certificates of a cluster nothing is said to end there, and the card says why.
    void certificatesThatMayNotBeListed()
    {
        Stage stage(&m_theme, m_kinds);
        const auto *unknown = stage.pane->findChild<EndingsCard *>()->findChild<QLabel *>(u"endingsUnknown"_s);
        QVERIFY(unknown && !unknown->isVisible());
        LoadState state;
        state.phase = LoadState::Phase::Forbidden;
        stage.world.environment(1)->store(*m_kinds->find(u"certificates.cert-manager.io"_s))->setLoadState(state);
        stage.pane->overview()->refresh();
        QVERIFY(unknown->isVisible());
        QVERIFY2(unknown->text().contains(u"certificates in "_s + stage.world.environment(1)->name()), qPrintable(unknown->text()));
        QTRY_COMPARE(test::clipped(stage.pane), QStringList());
    }

    void whatIsNotShownIsCounted()
    {
        Stage stage(&m_theme, m_kinds, [](TourWorld &world) { world.fillMany(2000); });
        const auto &report = stage.pane->overview()->report();
        QVERIFY(report.problemCount > items::overview::Overview::kProblems);
        QCOMPARE(stage.pane->problems()->rows().size(), qsizetype(items::overview::Overview::kProblems));
        const QList<LinkButton *> links = stage.pane->problems()->findChildren<LinkButton *>();
        const auto more = std::find_if(links.begin(), links.end(), [](const LinkButton *l) { return l->text().startsWith(u"Validators ("_s); });
        QVERIFY(more != links.end());
        (*more)->click();
        QCOMPARE(stage.window->panes()->current(), u"nodes"_s);
        QVERIFY(stage.window->nodes()->model()->counts().shown < 2000);
    }

    /// 50,000 parties and 2,000 nodes: a change of one costs a report, its widgets and a paint. The time is told, not judged:
    /// machines differ; what is judged is that nothing grows with the objects.
    void manyObjects()
    {
        Stage stage(&m_theme, m_kinds, [](TourWorld &world) { world.fillMany(2000); });
        const network::KindInfo &kind = *stage.world.environment(0)->kinds().find(u"Party"_s);
        state::ResourceStore *store = stage.world.environment(0)->store(kind);
        network::RowBatch batch;
        for (int i = 0; i < 50000; ++i) {
            network::Row row;
            row.uid = u"party-%1"_s.arg(i);
            row.name = row.uid;
            row.resourceVersion = u"1"_s;
            row.state = i % 10 == 0 ? network::State::Failed : network::State::Ready;
            row.phase = network::stateWord(row.state);
            row.cells.resize(kind.columns.size());
            batch.upserts.append(row);
        }
        store->applyBatch(batch);
        stage.pane->overview()->refresh();
        const qsizetype widgets = stage.pane->findChildren<QWidget *>().size();
        qint64 worst = 0;
        for (int i = 0; i < 20; ++i) {
            network::Row row = batch.upserts.at(i);
            row.resourceVersion = QString::number(i + 2);
            row.state = row.state == network::State::Failed ? network::State::Ready : network::State::Failed;
            network::RowBatch change;
            change.upserts = {row};
            QElapsedTimer timer;
            timer.start();
            store->applyBatch(change);
            stage.pane->overview()->refresh();
            QCoreApplication::sendPostedEvents();
            stage.pane->repaint();
            worst = std::max(worst, timer.nsecsElapsed());
        }
        qInfo("worst turn of 20: %.1f ms", double(worst) / 1e6);
        QCOMPARE(stage.pane->findChildren<QWidget *>().size(), widgets);
        QCOMPARE(stage.pane->problems()->rows().size(), qsizetype(items::overview::Overview::kProblems));
    }

    void nothingWrong()
    {
        Stage stage(&m_theme, m_kinds, fillCalm);
        QCOMPARE(stage.pane->problems()->rows().size(), 0);
        QVERIFY(test::clipped(stage.pane).isEmpty());
        test::grab(stage.window.get(), u"overview-calm"_s);
        const QList<QLabel *> labels = stage.pane->problems()->findChildren<QLabel *>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel *l) { return l->isVisible() && l->text() == u"Nothing needs attention."_s; }));
    }

    void nothingIsCalledFineBeforeItIsKnown()
    {
        Stage stage(&m_theme, m_kinds, [](TourWorld &world) { world.setPhase(LoadState::Phase::Loading); });
        QVERIFY(stage.pane->problems()->findChild<Skeleton *>()->isVisible());
        const QList<QLabel *> labels = stage.pane->problems()->findChildren<QLabel *>();
        QVERIFY(std::none_of(labels.begin(), labels.end(), [](const QLabel *l) { return l->isVisible() && l->text().contains(u"Nothing needs"_s); }));
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel *l) { return l->isVisible() && l->text().startsWith(u"Waiting for infra-"_s); }));
    }

    void copiedAsReport()
    {
        Stage stage(&m_theme, m_kinds);
        const QList<QPushButton *> buttons = stage.pane->findChildren<QPushButton *>();
        const auto copy = std::find_if(buttons.begin(), buttons.end(), [](const QPushButton *b) { return b->text() == u"Copy as report"_s; });
        QVERIFY(copy != buttons.end());
        QTRY_VERIFY(stage.pane->asReport().contains(u"alice-bank (infra-prod): 99.97 %, 30 m of 43 m left"_s));
        (*copy)->click();
        const QString text = QGuiApplication::clipboard()->text();
        QVERIFY2(text.contains(u"- **Failed**: Participant is down: 1 of 3 pods ready, bob-custody (infra-prod), for 18 m."_s), qPrintable(text));
        QVERIFY(text.contains(u"Last 30 days. Available: scraped"_s));
        auto *window = stage.pane->findChild<QComboBox *>();
        window->setCurrentIndex(0);
        QTRY_VERIFY(stage.pane->asReport().contains(u"Last 24 hours. Available: scraped"_s));
        QCOMPARE(stage.world.settings().value(u"overview/window"_s, {}).toString(), u"24h"_s);
    }

    void pausedStaysAsItIs()
    {
        Stage stage(&m_theme, m_kinds);
        const int before = stage.pane->attention().problems;
        stage.window->setPaused(true);
        stage.world.makeStale(1);
        stage.pane->overview()->refresh();
        QCOMPARE(stage.pane->attention().problems, before);
        stage.window->setPaused(false);
        QCOMPARE(stage.pane->attention().problems, before + 1);
    }

    void everythingFits_data()
    {
        QTest::addColumn<int>("font");
        QTest::addColumn<QSize>("size");
        QTest::newRow("as drawn") << 13 << QSize(1440, 900);
        QTest::newRow("narrow") << 13 << QSize(1000, 700);
        QTest::newRow("font + 25 %") << 16 << QSize(1440, 900);
        QTest::newRow("font + 50 %") << 20 << QSize(1440, 900);
        QTest::newRow("smallest window, font + 50 %") << 20 << QSize(1000, 700);
    }

    void everythingFits()
    {
        QFETCH(int, font);
        QFETCH(QSize, size);
        m_theme.setBodySize(font);
        Stage stage(&m_theme, m_kinds);
        stage.window->resize(size);
        QTRY_COMPARE(stage.window->size(), size);
        QCoreApplication::sendPostedEvents();
        test::grab(stage.window.get(), u"overview-%1-%2"_s.arg(font).arg(size.width()));
        const QStringList clipped = test::clipped(stage.pane);
        QVERIFY2(clipped.isEmpty(), qPrintable(clipped.join(u'\n')));
        const QStringList unnamed = test::unnamed(stage.pane);
        QVERIFY2(unnamed.isEmpty(), qPrintable(unnamed.join(u'\n')));
        auto *scroll = stage.pane->findChild<QScrollArea *>();
        QVERIFY2(scroll->widget()->minimumSizeHint().width() <= scroll->viewport()->width(),
                 qPrintable(u"%1 of %2"_s.arg(scroll->widget()->minimumSizeHint().width()).arg(scroll->viewport()->width())));
        m_theme.setBodySize(13);
    }

    void cleanup() { m_theme.setBodySize(13); }
};

QTEST_MAIN(OverviewPaneTest)
#include "tst_overviewpane.moc"
