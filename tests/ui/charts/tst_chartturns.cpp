// SPDX-License-Identifier: GPL-3.0-or-later
// Charts of a page are drawn a few in a turn of the event loop; pictures that somebody takes of them are whole.
#include "tests/support/ManualClock.h"
#include "tests/ui/charts/ChartHands.h"
#include "tests/ui/support/UiTest.h"
#include "ui/charts/ChartGroup.h"
#include "ui/charts/ChartTurns.h"
#include "ui/theme/Tokens.h"

#include <QVBoxLayout>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::ui;
using namespace qd::test;

namespace {

constexpr qint64 kLong = (ChartTurns::kBudgetMs + 1) * qint64(1'000'000);

/// Draws once it may, and counts.
class Canvas : public QWidget {
public:
    explicit Canvas(ChartTurns *turns) : m_turns(turns) { resize(40, 20); }
    int drawn = 0;

protected:
    void paintEvent(QPaintEvent *) override
    {
        if (drawn > 0 || !m_turns->mayDraw(this))
            return;
        ++drawn;
        m_turns->drew(kLong);
    }

private:
    ChartTurns *m_turns;
};

}

class TestChartTurns : public QObject {
    Q_OBJECT
    Theme m_theme;

private Q_SLOTS:
    void initTestCase()
    {
        m_theme.apply(*qApp);
        m_theme.setMode(Theme::Mode::Light);
    }

    void oneAfterTheOther()
    {
        ChartTurns turns;
        Canvas a(&turns), b(&turns), c(&turns);
        QVERIFY(turns.mayDraw(&a));
        turns.drew(kLong);
        QVERIFY(!turns.mayDraw(&b));
        QVERIFY(!turns.mayDraw(&c));
        QVERIFY(!turns.mayDraw(&b));
        QCOMPARE(turns.waiting(), 2);
        // Who is not on screen is left out, and stops nobody behind it.
        QTRY_COMPARE(turns.waiting(), 0);
        QVERIFY(turns.mayDraw(&b));
    }

    void shownTogetherAllAreDrawn()
    {
        ChartTurns turns;
        QWidget page;
        auto *column = new QVBoxLayout(&page);
        QList<Canvas *> all;
        for (int i = 0; i < 6; ++i) {
            all.append(new Canvas(&turns));
            column->addWidget(all.last());
        }
        page.resize(200, 300);
        page.show();
        QTRY_VERIFY(std::all_of(all.begin(), all.end(), [](const Canvas *one) { return one->drawn == 1; }));
        QCOMPARE(turns.waiting(), 0);
        // One that goes while it waits is forgotten.
        all.first()->drawn = 0;
        turns.drew(kLong);
        QVERIFY(!turns.mayDraw(all.first()));
        delete all.takeFirst();
        QTRY_COMPARE(turns.waiting(), 0);
    }

    void picturesAreWhole()
    {
        ChartView view;
        view.setData(gapped(60));
        show(view);
        const QImage before = view.grab().toImage();
        ChartTurns turns;
        view.setTurns(&turns);
        const int drawn = view.drawn();
        turns.drew(kLong);
        view.setTimes(view.from() + 600, view.to() - 600);
        const QImage taken = view.grab().toImage();     // no turn is left
        QVERIFY(view.drawn() > drawn);
        QVERIFY(taken != before);
        view.setTimes(view.from() - 600, view.to() + 600);
        QCOMPARE(view.grab().toImage(), before);
    }

    void aGroupGivesTurns()
    {
        ManualClock clock;
        ChartGroup group(&clock);
        QWidget page;
        auto *column = new QVBoxLayout(&page);
        QList<ChartView *> views;
        for (int i = 0; i < 8; ++i) {
            auto *view = new ChartView;
            view->setData(gapped(60));
            group.add(view);
            column->addWidget(view);
            views.append(view);
        }
        page.resize(600, 900);
        page.show();
        const auto all = [&views](int least) { return std::all_of(views.begin(), views.end(), [least](const ChartView *one) { return one->drawn() >= least; }); };
        QTRY_VERIFY(all(1));
        // While the turn is used up none of them draws another picture; each does in a later one.
        auto *turns = group.findChild<ChartTurns *>();
        QVERIFY(turns);
        QTRY_COMPARE(turns->waiting(), 0);
        QList<int> counts;
        for (const ChartView *view : std::as_const(views))
            counts.append(view->drawn());
        const double from = views.first()->from(), to = views.first()->to();
        turns->drew(kLong);
        group.setRange({0, from + 900, to - 900});
        page.repaint();
        QCOMPARE(turns->waiting(), views.size());
        QVERIFY(std::equal(views.begin(), views.end(), counts.begin(), [](const ChartView *view, int before) { return view->drawn() == before; }));
        QTRY_VERIFY(std::equal(views.begin(), views.end(), counts.begin(), [](const ChartView *view, int before) { return view->drawn() > before; }));
    }
};

QTEST_MAIN(TestChartTurns)
#include "tst_chartturns.moc"
