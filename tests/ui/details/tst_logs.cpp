// SPDX-License-Identifier: GPL-3.0-or-later
// Pods and logs of an object in its details, by keyboard.
#include "tests/support/ShippedFiles.h"
#include "tests/ui/support/UiTest.h"
#include "translations/Translations.h"
#include "ui/panes/details/DetailsPane.h"
#include "ui/panes/details/LogSources.h"
#include "ui/panes/details/LogsTab.h"
#include "ui/panes/details/PodsTab.h"
#include "ui/shell/tour/TourLogs.h"
#include "ui/widgets/Fields.h"
#include "ui/widgets/LogChip.h"
#include "ui/widgets/LogFields.h"
#include "ui/widgets/LogHistogram.h"
#include "ui/widgets/LogTable.h"
#include "ui/widgets/LogView.h"
#include "ui/widgets/StatePage.h"

#include <QAction>
#include <QClipboard>
#include <QElapsedTimer>
#include <QFileDialog>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeWidget>

using namespace qd;
using namespace qd::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView kNode{"northgate-validator-2"};

struct Rig {
    Rig(Theme *theme, std::shared_ptr<const network::KindTable> kinds)
        : world(std::move(kinds), codec.get(), theme)
        , context(world.context())
        , actions(context.catalogue)
    {
        world.fillConsortium();
        pods = addTourLogs(world, 0);
    }
    DetailsPane *open(const QSize &size = {408, 800})
    {
        state::Environment *environment = world.environment(0);
        const network::KindInfo *kind = environment->kinds().find(u"Validator"_s);
        for (const state::RowPtr &row : environment->store(*kind)->rows()) {
            if (row->name != kNode)
                continue;
            pane = std::make_unique<DetailsPane>(context, &actions);
            pane->resize(size);
            pane->setTarget({environment, *kind, row});
        }
        if (pane) {
            pane->show();
            pane->activateWindow();
            (void)QTest::qWaitForWindowActive(pane.get());
        }
        return pane.get();
    }
    LogsTab *logs() const { return pane->findChild<LogsTab *>(); }
    LogTable *table() const { return logs()->view()->table(); }
    items::LogModel *model() const { return logs()->model(); }
    std::shared_ptr<ports::YamlCodec> codec = yaml::makeYamlCodec();
    TourWorld world;
    TourPods *pods = nullptr;
    ShellContext context;
    ActionRegistry actions;
    std::unique_ptr<DetailsPane> pane;
};

QTreeWidgetItem *item(const QTreeWidget *tree, const QString &text)
{
    const QList<QTreeWidgetItem *> found = tree->findItems(text, Qt::MatchContains | Qt::MatchRecursive);
    return found.isEmpty() ? nullptr : found.first();
}

}

class LogsTest : public QObject {
    Q_OBJECT
    Theme m_theme;
    std::shared_ptr<const network::KindTable> m_kinds = test::shippedKinds();

    static QString line(int second, const QString &text)
    {
        return u"2026-11-27T12:30:%1.000000000Z %2"_s.arg(second, 2, 10, QLatin1Char('0')).arg(text);
    }

private Q_SLOTS:
    void initTestCase()
    {
        installTranslations(*qApp);
        m_theme.apply(*qApp);
    }

    void podsSayWhatAilsThem()
    {
        Rig rig(&m_theme, m_kinds);
        rig.world.gateway(0)->objects.insert(u"nodes/worker-3"_s, {{u"metadata"_s, QJsonObject{{u"labels"_s,
            QJsonObject{{u"topology.kubernetes.io/zone"_s, u"eu-central-1b"_s}}}}}});
        DetailsPane *pane = rig.open();
        QVERIFY(pane);
        QCOMPARE(rig.pods->watches, 0);   // nothing is watched that nobody looks at
        pane->setTab(u"pods"_s);
        QCOMPARE(rig.pods->watches, 1);
        auto *tab = pane->findChild<PodsTab *>();
        QTRY_VERIFY(item(tab->tree(), u"participant-0"_s));
        QCOMPARE(item(tab->tree(), u"participant-0"_s)->text(1), u"CrashLoopBackOff"_s);
        QCOMPARE(item(tab->tree(), u"participant-0"_s)->text(3), u"7"_s);
        QCOMPARE(item(tab->tree(), u"participant-0"_s)->text(4), u"exit 137 (OOMKilled)"_s);
        QCOMPARE(item(tab->tree(), u"postgres-0"_s)->text(2), u"1/1"_s);
        QTRY_COMPARE(item(tab->tree(), u"participant-0"_s)->text(5), u"worker-3, eu-central-1b"_s);
        tab->tree()->setCurrentItem(item(tab->tree(), u"participant-0"_s));
        test::grab(pane, u"details-pods"_s);
        QTRY_COMPARE(test::clipped(pane), QStringList());
        QCOMPARE(test::unnamed(pane), QStringList());
        // It heals while somebody looks.
        rig.pods->put(tourPod(kNode, u"participant"_s, {}, 8));
        QCOMPARE(item(tab->tree(), u"participant-0"_s)->text(1), u"Running"_s);
        rig.pods->remove(kNode + u"-validator-0"_s);
        QTreeWidgetItem *gone = item(tab->tree(), u"validator-0"_s);
        QVERIFY(!gone || gone->text(1) == "Missing"_L1);
        pane->setTab(u"overview"_s);
        QCOMPARE(rig.pods->watches, 0);
    }

    void aPodLeadsToItsLogAndTheRunBefore()
    {
        Rig rig(&m_theme, m_kinds);
        DetailsPane *pane = rig.open();
        pane->setTab(u"pods"_s);
        auto *tab = pane->findChild<PodsTab *>();
        QTRY_VERIFY(item(tab->tree(), u"participant-0"_s));
        tab->tree()->setCurrentItem(item(tab->tree(), u"participant-0"_s));
        const auto button = [tab](const QString &text) {
            for (QPushButton *one : tab->findChildren<QPushButton *>()) {
                if (one->text() == text)
                    return one;
            }
            return static_cast<QPushButton *>(nullptr);
        };
        QVERIFY(button(u"Previous run"_s)->isEnabled());
        button(u"Previous run"_s)->click();
        QCOMPARE(pane->tab(), u"logs"_s);
        QTRY_VERIFY(rig.pods->log(kNode + u"-participant-0"_s, true));
        QVERIFY(rig.logs()->previousButton()->isChecked());
        QTRY_VERIFY(rig.model()->rowCount() > 40);
        QTRY_VERIFY2(rig.model()->lineAt(rig.model()->rowCount() - 1).message.contains("The log of the run before ends here"_L1),
                     qPrintable(rig.model()->lineAt(rig.model()->rowCount() - 1).message));
        QVERIFY(rig.model()->lineAt(rig.model()->rowCount() - 2).message.contains("OutOfMemoryError"_L1));
        pane->setTab(u"pods"_s);
        QTRY_VERIFY(item(tab->tree(), u"postgres-0"_s));
        tab->tree()->setCurrentItem(item(tab->tree(), u"postgres-0"_s));
        QVERIFY(!button(u"Previous run"_s)->isEnabled());
        QVERIFY(button(u"Previous run"_s)->toolTip().contains("has not run before"_L1));
        tab->tree()->setFocus();
        QTest::keyClick(tab->tree(), Qt::Key_Return);
        QCOMPARE(pane->tab(), u"logs"_s);
        QTRY_COMPARE(rig.logs()->sources()->only(), u"postgres-0"_s);
        QCOMPARE(rig.logs()->sourcesButton()->text(), u"postgres-0"_s);
    }

    void everythingByKeyboard()
    {
        Rig rig(&m_theme, m_kinds);
        DetailsPane *pane = rig.open();
        QAction *open = pane->verbs()->action(u"object.logs"_s);
        QVERIFY(open && open->isEnabled());
        QCOMPARE(open->shortcut(), QKeySequence(Qt::Key_L));
        open->trigger();
        QCOMPARE(pane->tab(), u"logs"_s);
        QTRY_VERIFY(rig.model()->rowCount() >= 52);       // two pods that write, merged
        QTRY_VERIFY(rig.table()->hasFocus());
        for (int row = 1; row < rig.model()->rowCount(); ++row)
            QVERIFY(rig.model()->lineAt(row - 1).time <= rig.model()->lineAt(row).time);
        QVERIFY(rig.table()->follow());
        QCOMPARE(rig.table()->verticalScrollBar()->value(), rig.table()->verticalScrollBar()->maximum());
        test::grab(pane, u"details-logs"_s);

        QTest::keyClick(rig.table(), Qt::Key_N);          // the last error
        const int last = rig.model()->nextError(-1, false);
        QCOMPARE(rig.table()->currentRow(), last);
        QVERIFY(!rig.table()->follow());
        QTest::keyClick(rig.table(), Qt::Key_N, Qt::ShiftModifier);
        QVERIFY(rig.table()->currentRow() < last);
        QTest::keyClick(rig.table(), Qt::Key_Return);     // its fields
        QTRY_VERIFY(rig.table()->unfolded() && rig.table()->findChild<LogFields *>()->isVisible());
        test::grab(pane, u"details-logs-fields"_s);
        QTRY_COMPARE(test::clipped(pane), QStringList());
        QCOMPARE(test::unnamed(pane), QStringList());
        QToolButton *only = nullptr;
        for (QToolButton *one : rig.table()->findChildren<QToolButton *>()) {
            if (one->accessibleName().startsWith("Only lines with error.code"_L1))
                only = one;
        }
        QVERIFY(only);
        only->click();
        QTRY_COMPARE(rig.model()->filters().size(), 1);
        for (int row = 0; row < rig.model()->rowCount(); ++row)
            QCOMPARE(rig.model()->lineAt(row).level, items::LogLevel::Error);
        rig.logs()->view()->clearFilters();
        QTest::keyClick(rig.table(), Qt::Key_Escape);
        QTest::keyClick(rig.table(), Qt::Key_End);
        QVERIFY(rig.table()->follow());
        QTest::keyClick(rig.table(), Qt::Key_Home);
        QCOMPARE(rig.table()->currentRow(), 0);
        QTest::keyClick(rig.table(), Qt::Key_C, Qt::ControlModifier);
        QVERIFY2(QGuiApplication::clipboard()->text().startsWith("2026-11-27T11:34:"_L1), qPrintable(QGuiApplication::clipboard()->text()));
    }

    void spacePausesAndShowsWhatWaits()
    {
        Rig rig(&m_theme, m_kinds);
        DetailsPane *pane = rig.open();
        pane->setTab(u"logs"_s);
        // They are read a few milliseconds at a time; what is left would wait, too.
        const auto said = [&rig] {
            qsizetype lines = 0;
            for (const QPointer<TourLog> &log : std::as_const(rig.pods->logs))
                lines += log ? log->first.size() : 0;
            return int(lines);
        };
        QTRY_VERIFY2(said() >= 52 && rig.model()->rowCount() == said(), qPrintable(u"%1 of %2"_s.arg(rig.model()->rowCount()).arg(said())));
        const int rows = rig.model()->rowCount();
        rig.table()->setFocus();
        QTest::keyClick(rig.table(), Qt::Key_Space);
        QVERIFY(rig.logs()->session()->paused());
        TourLog *log = rig.pods->log(kNode + u"-participant-0"_s);
        QVERIFY(log);
        Q_EMIT log->lines({line(1, u"ERROR boom"_s), line(2, u"INFO fine"_s)});
        QTRY_COMPARE(rig.logs()->session()->waiting(), 2);
        QCOMPARE(rig.model()->rowCount(), rows);
        QPushButton *resume = nullptr;
        for (QPushButton *one : rig.logs()->view()->findChildren<QPushButton *>()) {
            if (one->text() == "Show 2 new lines"_L1)
                resume = one;
        }
        QVERIFY(resume && resume->isVisible());
        test::grab(pane, u"details-logs-paused"_s);
        QTRY_COMPARE(test::clipped(pane), QStringList());
        QTest::keyClick(rig.table(), Qt::Key_Space);
        QCOMPARE(rig.model()->rowCount(), rows + 2);
        QVERIFY(!resume->isVisible());
    }

    void levelsAndSearch()
    {
        Rig rig(&m_theme, m_kinds);
        DetailsPane *pane = rig.open({1100, 500});
        pane->setBelow(true);
        pane->setTab(u"logs"_s);
        QTRY_VERIFY(rig.model()->rowCount() >= 52);
        LogView *view = rig.logs()->view();
        const int errors = rig.model()->count(items::LogLevel::Error);
        QVERIFY(errors > 0);
        QCOMPARE(view->chip(items::LogLevel::Error)->count(), errors);
        QCOMPARE(view->chip(items::LogLevel::Error)->accessibleName(), u"Error: %1 lines"_s.arg(errors));
        view->chip(items::LogLevel::Info)->click();
        view->chip(items::LogLevel::Warn)->click();
        QCOMPARE(rig.model()->rowCount(), errors);
        view->chip(items::LogLevel::Error)->click();
        QCOMPARE(rig.model()->rowCount(), 0);
        QTRY_VERIFY(view->page()->isVisible());           // and a way out
        view->clearFilters();
        QVERIFY(rig.model()->rowCount() >= 52);
        auto *search = view->findChild<SearchField *>();
        rig.table()->setFocus();
        QTest::keyClick(rig.table(), Qt::Key_F, Qt::ControlModifier);
        QTRY_VERIFY(search->hasFocus());
        QTest::keyClicks(search, u"timeout"_s);
        const int matches = rig.model()->matches();
        QVERIFY(matches > 3);
        QCOMPARE(rig.model()->matchNumber(rig.table()->currentRow()), matches);   // the newest
        QTest::keyClick(search, Qt::Key_Return);
        QCOMPARE(rig.model()->matchNumber(rig.table()->currentRow()), 1);
        QTest::keyClick(rig.table(), Qt::Key_F3, Qt::ShiftModifier);
        QCOMPARE(rig.model()->matchNumber(rig.table()->currentRow()), matches);
        test::grab(pane, u"details-logs-wide"_s);
        QTRY_COMPARE(test::clipped(pane), QStringList());
    }

    void whatKeepsALogAwayIsSaid()
    {
        Rig rig(&m_theme, m_kinds);
        DetailsPane *pane = rig.open();
        pane->setTab(u"logs"_s);
        QTRY_VERIFY(rig.model()->rowCount() >= 52);
        TourLog *log = rig.pods->log(kNode + u"-participant-0"_s);
        Q_EMIT log->interrupted({ErrorKind::Network, u"the kubelet does not answer"_s});
        bool said = false;
        for (const QLabel *label : rig.logs()->findChildren<QLabel *>())
            said = said || (label->isVisible() && label->text().contains("the kubelet does not answer"_L1));
        QVERIFY(said);
        Q_EMIT log->resumed();
        QVERIFY(rig.model()->lineAt(rig.model()->rowCount() - 1).message.contains("nothing is missing"_L1)
                || rig.model()->nextMatch(0, true) == -1);
        // A pod that is made anew is read anew.
        const qsizetype before = rig.pods->logs.size();
        Q_EMIT log->ended({ErrorKind::Cancelled, u"The container has ended."_s});
        rig.pods->put(tourPod(kNode, u"participant"_s, {}, 9));
        QTRY_VERIFY(rig.pods->logs.size() > before);
        // Another object: nothing of this one goes on.
        pane->clearTarget();
        QCOMPARE(rig.pods->watches, 0);
        QCOMPARE(rig.logs()->session()->open(), 0);
        QCOMPARE(rig.model()->rowCount(), 0);
    }

    /// The tree of sources, by keyboard: what is taken out goes with its lines, what comes back is read from its end.
    void sourcesAreChosen()
    {
        Rig rig(&m_theme, m_kinds);
        DetailsPane *pane = rig.open();
        pane->setTab(u"logs"_s);
        QTRY_VERIFY(rig.model()->rowCount() >= 1000);
        LogSources *sources = rig.logs()->sources();
        QVERIFY(!sources->isVisible());                    // no room for it by itself
        QCOMPARE(rig.logs()->sourcesButton()->text(), u"Sources 3 of 3"_s);
        rig.logs()->sourcesButton()->click();
        QTRY_VERIFY(sources->isVisible() && sources->tree()->hasFocus());
        test::grab(pane, u"details-logs-sources"_s);
        QTRY_COMPARE(test::clipped(pane), QStringList());
        QCOMPARE(test::unnamed(pane), QStringList());
        QTreeWidgetItem *validator = item(sources->tree(), u"validator-0"_s);
        QVERIFY(validator);
        QTRY_VERIFY2(validator->text(2).endsWith(" /m"_L1) && validator->text(2) != "0 /m"_L1, qPrintable(validator->text(2)));
        const int rows = rig.model()->rowCount();
        const qsizetype opened = rig.pods->logs.size();
        sources->tree()->setCurrentItem(validator);
        QTest::keyClick(sources->tree(), Qt::Key_Space);
        QCOMPARE(sources->chosen(), 2);
        QCOMPARE(validator->text(2), u"?"_s);             // not read: not determined, and never zero
        QVERIFY(validator->toolTip(2).contains("Not determined"_L1));
        QVERIFY(rig.model()->rowCount() < rows);
        QTRY_VERIFY(!rig.pods->log(kNode + u"-validator-0"_s));   // closed
        QVERIFY(rig.pods->log(kNode + u"-participant-0"_s));
        for (int row = 0; row < rig.model()->rowCount(); ++row)
            QVERIFY(rig.model()->sources().at(rig.model()->lineAt(row).source) != "validator-0"_L1);
        QTest::keyClick(sources->tree(), Qt::Key_Space);
        QTRY_COMPARE(rig.model()->rowCount(), rows);
        QCOMPARE(rig.pods->logs.size(), opened + 1);
        // None at all: said, with the way back.
        for (const QString &name : {u"participant-0"_s, u"postgres-0"_s, u"validator-0"_s})
            item(sources->tree(), name)->setCheckState(0, Qt::Unchecked);
        QCOMPARE(rig.model()->rowCount(), 0);
        QTRY_VERIFY(rig.logs()->view()->page()->isVisible());
        QVERIFY(!rig.logs()->previousButton()->isEnabled());
        Q_EMIT rig.logs()->view()->page()->clicked(StatePage::Button::ClearFilter);
        QTRY_COMPARE(rig.model()->rowCount(), rows);
    }

    /// Lines over time: drawn, and as a table; keys and clicks go there.
    void linesOverTime()
    {
        Rig rig(&m_theme, m_kinds);
        DetailsPane *pane = rig.open({1300, 900});
        pane->setBelow(true);
        pane->setTab(u"logs"_s);
        QTRY_VERIFY(rig.model()->rowCount() >= 1000);
        LogView *view = rig.logs()->view();
        QTRY_VERIFY(view->histogram()->isVisible());
        QTRY_VERIFY(rig.logs()->sources()->isVisible());   // there is room
        view->countNow();
        QVERIFY2(view->histogram()->accessibleName().startsWith("Lines over time, 11:34"_L1), qPrintable(view->histogram()->accessibleName()));
        test::grab(pane, u"details-logs-times"_s);
        QTRY_COMPARE(test::clipped(pane), QStringList());
        QCOMPARE(test::unnamed(pane), QStringList());
        view->histogram()->setFocus();
        QTRY_VERIFY(view->histogram()->hasFocus());
        QTest::keyClick(view->histogram(), Qt::Key_Home);
        QTest::keyClick(view->histogram(), Qt::Key_Right);
        QCOMPARE(view->histogram()->chosen(), 1);
        QVERIFY2(view->histogram()->accessibleDescription().startsWith("11:35:00 to 11:35:30"_L1), qPrintable(view->histogram()->accessibleDescription()));
        QTest::keyClick(view->histogram(), Qt::Key_Return);
        QVERIFY(!rig.table()->follow());
        QCOMPARE(rig.table()->currentRow(), rig.table()->verticalScrollBar()->value());
        QVERIFY(items::logClock(rig.model()->lineAt(rig.table()->currentRow()).time, true, false) >= "11:35:00"_L1);
        QVERIFY(items::logClock(rig.model()->lineAt(rig.table()->currentRow() - 1).time, true, false) < "11:35:00"_L1);
        QTest::mouseClick(view->histogram(), Qt::LeftButton, {}, {view->histogram()->width() - 40, 30});
        QVERIFY(items::logClock(rig.model()->lineAt(rig.table()->currentRow()).time, true, false) > "12:02:00"_L1);
        view->action(u"timesTable"_s)->trigger();
        QTRY_VERIFY(view->histogramTable()->isVisible() && !view->histogram()->isVisible());
        QCOMPARE(view->histogramTable()->model()->rowCount(), 61);
        view->histogramTable()->setCurrentIndex(view->histogramTable()->model()->index(2, 0));
        Q_EMIT view->histogramTable()->activated(view->histogramTable()->currentIndex());
        QVERIFY(items::logClock(rig.model()->lineAt(rig.table()->currentRow()).time, true, false).startsWith("11:35:3"_L1));
    }

    void aTraceIsAFilter()
    {
        Rig rig(&m_theme, m_kinds);
        DetailsPane *pane = rig.open({1300, 900});
        pane->setBelow(true);
        pane->setTab(u"logs"_s);
        QTRY_VERIFY(rig.model()->rowCount() >= 1000);
        rig.table()->setFocus();
        QTest::keyClick(rig.table(), Qt::Key_N);
        const QByteArray trace = rig.model()->lineAt(rig.table()->currentRow()).trace;
        QCOMPARE(trace.size(), 32);
        QTest::keyClick(rig.table(), Qt::Key_T);
        QVERIFY(rig.model()->rowCount() > 0 && rig.model()->rowCount() < 20);
        for (int row = 0; row < rig.model()->rowCount(); ++row)
            QCOMPARE(rig.model()->lineAt(row).trace, trace);
        QPushButton *chip = nullptr;
        for (QPushButton *one : rig.logs()->view()->findChildren<QPushButton *>()) {
            if (one->accessibleName().startsWith("Take away: Trace = "_L1))
                chip = one;
        }
        QVERIFY(chip && chip->isVisible());
        chip->click();
        QTRY_VERIFY(rig.model()->rowCount() >= 1000);
        // By mouse, in its column.
        rig.table()->goTo(rig.table()->currentRow());
        QVERIFY(rig.table()->currentRow() >= 0);
        const QRect cell = rig.table()->visualRect(rig.model()->index(rig.table()->currentRow(), items::LogModel::Trace));
        QVERIFY(!cell.isEmpty());
        QTest::mouseClick(rig.table()->viewport(), Qt::LeftButton, {}, cell.center());
        QCOMPARE(rig.model()->filters().size(), 1);
    }

    /// Who reads above is told what came below, and nothing moves.
    void newLinesWhileReading()
    {
        Rig rig(&m_theme, m_kinds);
        DetailsPane *pane = rig.open();
        pane->setTab(u"logs"_s);
        QTRY_VERIFY(rig.model()->rowCount() >= 1000);
        LogView *view = rig.logs()->view();
        QVERIFY(!view->newLines()->isVisible());
        rig.table()->goTo(100);
        const int top = rig.table()->verticalScrollBar()->value();
        Q_EMIT rig.pods->log(kNode + u"-participant-0"_s)->lines({line(1, u"ERROR boom"_s), line(2, u"INFO fine"_s)});
        QTRY_VERIFY(view->newLines()->isVisible());
        QTRY_COMPARE(view->newLines()->text(), u"2 new lines, 1 error"_s);
        QCOMPARE(rig.table()->verticalScrollBar()->value(), top);
        QTRY_COMPARE(test::clipped(pane), QStringList());
        view->newLines()->click();
        QVERIFY(rig.table()->follow());
        QVERIFY(!view->newLines()->isVisible());
        QCOMPARE(rig.table()->verticalScrollBar()->value(), rig.table()->verticalScrollBar()->maximum());
    }

    /// What is shown, and only that, whole or not at all.
    void linesAreSaved()
    {
        Rig rig(&m_theme, m_kinds);
        DetailsPane *pane = rig.open();
        pane->setTab(u"logs"_s);
        QTRY_VERIFY(rig.model()->rowCount() >= 1000);
        for (const items::LogLevel level : {items::LogLevel::Warn, items::LogLevel::Info, items::LogLevel::Debug})
            rig.logs()->view()->chip(level)->click();
        rig.logs()->view()->action(u"save"_s)->trigger();
        auto *dialog = pane->findChild<QFileDialog *>();
        QVERIFY(dialog);
        QTemporaryDir folder;
        QSignalSpy noticed(rig.logs()->view(), &LogView::noticed);
        Q_EMIT dialog->fileSelected(folder.filePath(u"errors.log"_s));
        QCOMPARE(noticed.size(), 1);
        QFile file(folder.filePath(u"errors.log"_s));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
        QCOMPARE(lines.size(), rig.model()->rowCount());
        QVERIFY2(lines.first().contains(" participant-0 {") && lines.first().contains("\"level\":\"ERROR\""), lines.first().constData());
        Q_EMIT dialog->fileSelected(folder.filePath(u"no/such/folder.log"_s));
        QCOMPARE(noticed.size(), 2);
        QVERIFY(noticed.last().at(1).toBool());
        dialog->reject();
    }

    /// No permission, not begun: said as such, and no empty axes drawn.
    void whatIsNoLogIsSaid()
    {
        Rig rig(&m_theme, m_kinds);
        rig.pods->remove(kNode + u"-postgres-0"_s);
        rig.pods->remove(kNode + u"-validator-0"_s);
        rig.pods->refusals.insert(kNode + u"-participant-0"_s, {ErrorKind::Forbidden, u"Reading logs is not allowed."_s});
        DetailsPane *pane = rig.open({1300, 900});
        pane->setTab(u"logs"_s);
        LogView *view = rig.logs()->view();
        const auto says = [view](QLatin1StringView text) {
            for (const QLabel *label : view->page()->findChildren<QLabel *>()) {
                if (label->isVisible() && label->text().contains(text))
                    return true;
            }
            return false;
        };
        QTRY_VERIFY(says("Reading logs is not allowed."_L1));
        QVERIFY(!view->histogram()->isVisible());
        rig.pods->refusals.insert(kNode + u"-participant-0"_s, {ErrorKind::Invalid, u"waiting to start"_s});
        rig.pods->put(tourPod(kNode, u"participant"_s, tourWaiting(u"ImagePullBackOff"_s, u"Back-off pulling image \"x\""_s)));
        QTRY_VERIFY(says("1 container waiting to start."_L1));
        QVERIFY(says("ImagePullBackOff"_L1));
        rig.pods->refusals.clear();
        rig.pods->put(tourPod(kNode, u"participant"_s, {}, 2));
        QTRY_VERIFY(rig.model()->rowCount() > 100);       // followed from its first line on
        QTRY_VERIFY(view->histogram()->isVisible());
    }

    /// In a low pane some lines are seen all the same; the details alone on the page have all the room.
    void aLowPaneShowsLines()
    {
        Rig rig(&m_theme, m_kinds);
        DetailsPane *pane = rig.open({952, 315});
        pane->setBelow(true);
        pane->setTab(u"logs"_s);
        QTRY_VERIFY(rig.model()->rowCount() >= 1000);
        QTRY_VERIFY(rig.table()->seenRows().second - rig.table()->seenRows().first >= 3);
        test::grab(pane, u"details-logs-low"_s);
        QTRY_COMPARE(test::clipped(pane), QStringList());
        QSignalSpy alone(pane, &DetailsPane::maximizeToggled);
        QSignalSpy closed(pane, &DetailsPane::closeWanted);
        rig.table()->setFocus();
        QTest::keyClick(rig.table(), Qt::Key_F11);
        QCOMPARE(alone.size(), 1);
        QVERIFY(pane->maximized());
        QTest::keyClick(pane, Qt::Key_Escape);
        QVERIFY(!pane->maximized());
        QCOMPARE(closed.size(), 0);
        QTest::keyClick(pane, Qt::Key_Escape);
        QCOMPARE(closed.size(), 1);
        QSignalSpy window(&rig.actions, &ActionRegistry::windowWanted);
        for (QToolButton *one : rig.logs()->findChildren<QToolButton *>()) {
            if (one->accessibleName() == "Logs in a window of their own"_L1)
                one->click();
        }
        QCOMPARE(window.size(), 1);
        QCOMPARE(window.first().at(1).toString(), u"logs"_s);
    }

    /// Markup in a line is a line, in the view and in tooltips.
    void nothingIsRichText()
    {
        Rig rig(&m_theme, m_kinds);
        DetailsPane *pane = rig.open();
        pane->setTab(u"logs"_s);
        QTRY_VERIFY(rig.model()->rowCount() >= 52);
        TourLog *log = rig.pods->log(kNode + u"-postgres-0"_s);
        Q_EMIT log->lines({line(5, uR"({"level":"ERROR","message":"<h1>x</h1>","<b>k</b>":"<img src=x>"})"_s)});
        QTRY_COMPARE(rig.model()->lineAt(rig.model()->rowCount() - 1).message, u"<h1>x</h1>"_s);
        rig.table()->unfold(rig.model()->rowCount() - 1);
        for (const QWidget *part : rig.table()->findChildren<QWidget *>())
            QVERIFY2(!part->toolTip().contains("<img"_L1), qPrintable(part->toolTip()));
    }

    /// 100,000 lines in the view: a frame stays a frame.
    void aHundredThousandLinesAreFluid()
    {
        items::LogModel model;
        LogView view(&model);
        view.resize(1000, 700);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        QList<items::LogLine> lines;
        for (int i = 0; i < 100'000; ++i)
            lines.append(items::readLogLine(i % 7 ? u"INFO fine %1"_s.arg(i) : u"ERROR bad %1"_s.arg(i), 0));
        for (int i = 0; i < 100'000; ++i)
            lines[i].time = 1'790'000'000'000'000'000 + i;
        model.append(lines);
        QList<qint64> appends, frames;
        for (int i = 0; i < 60; ++i) {
            QElapsedTimer timer;
            timer.start();
            QList<items::LogLine> newer = lines.mid(i * 100, 100);
            for (items::LogLine &line : newer)
                line.time = lines.last().time + 1 + i;
            model.append(newer);
            appends.append(timer.restart());
            view.table()->verticalScrollBar()->setValue(i * 1600);
            view.table()->viewport()->repaint();
            frames.append(timer.elapsed());
        }
        view.table()->setWrap(true);
        QElapsedTimer timer;
        timer.start();
        view.table()->verticalScrollBar()->setValue(view.table()->verticalScrollBar()->maximum() / 2);
        view.table()->viewport()->repaint();
        // The middle one: a machine that is busy with something else has single slow frames.
        std::sort(appends.begin(), appends.end());
        std::sort(frames.begin(), frames.end());
        const qint64 append = appends.at(30), frame = frames.at(30);
        qInfo("100,000 lines: batch of 100 %lld ms (worst %lld), scrolled frame %lld ms (worst %lld), wrapped %lld ms", append, appends.last(),
              frame, frames.last(), timer.elapsed());
        QVERIFY(append + frame < 66);
    }
};

QTEST_MAIN(LogsTest)
#include "tst_logs.moc"
