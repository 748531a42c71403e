// SPDX-License-Identifier: GPL-3.0-or-later
// Charts as a page shows them, to be looked at: QD_GRAB_DIR=DIR saves the pictures. What a picture cannot show alone is asserted.
#include "tests/ui/charts/ChartWorld.h"
#include "tests/ui/support/UiTest.h"
#include "ui/charts/ChartCard.h"
#include "ui/charts/ChartGroup.h"
#include "ui/charts/ChartView.h"

#include <QGridLayout>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::ui;

class TestChartScenes : public QObject {
    Q_OBJECT
private:
    Theme m_theme;
    /// Cards below each other, the first as wide as the page with its legend at the right.
    struct Page {
        QWidget window;
        ChartGroup group;
        QList<ChartCard *> cards;
    };
    void fill(Page &page, const QList<items::ChartData> &charts)
    {
        auto *grid = new QGridLayout(&page.window);
        grid->setContentsMargins(16, 16, 16, 16);
        grid->setSpacing(14);
        page.window.setAutoFillBackground(true);
        page.group.setUtc(true);
        for (const items::ChartData &data : charts) {
            auto *card = new ChartCard(&page.group);
            const int i = int(page.cards.size());
            card->setLegend(i == 0 ? ChartCard::Legend::Right : ChartCard::Legend::Below);
            if (i == 0)
                grid->addWidget(card, 0, 0, 1, 3);
            else
                grid->addWidget(card, 1 + (i - 1) / 3, (i - 1) % 3);
            card->setData(data);
            page.cards.append(card);
        }
        page.window.resize(1250, 620);
        page.window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page.window));
    }

private Q_SLOTS:
    void initTestCase() { m_theme.apply(*qApp); }

    void page_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void page()
    {
        QFETCH(bool, dark);
        m_theme.setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
        Page page;
        fill(page, {test::latency(), test::traffic(), test::coins(), test::events()});
        page.group.setCrosshair(test::kNoon - 5880);
        test::grab(&page.window, u"charts-"_s + QLatin1String(QTest::currentDataTag()));
        QCOMPARE(test::unnamed(&page.window), QStringList());
        QCOMPARE(test::clipped(&page.window), QStringList());
    }

    void tip_data() { page_data(); }
    /// What all lines say at the crosshair, over the chart whose crosshair is moved.
    void tip()
    {
        QFETCH(bool, dark);
        m_theme.setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
        Page page;
        items::ChartData wide = test::latency();
        for (int i = 0; i < 6; ++i)
            wide.lines.append(test::line(u"northgate-canton-mainnet-participant-with-a-long-name-%1"_s.arg(i), [i](double) { return 0.05 + 0.1 * i; }));
        fill(page, {wide, test::traffic(), test::coins(), test::events()});
        page.cards.at(0)->view()->setFocus(Qt::TabFocusReason);
        QTest::keyClick(page.cards.at(0)->view(), Qt::Key_M);
        test::grab(&page.window, u"charts-tip-"_s + QLatin1String(QTest::currentDataTag()));
        page.cards.at(3)->view()->setFocus(Qt::TabFocusReason);
        test::grab(&page.window, u"charts-tip-small-"_s + QLatin1String(QTest::currentDataTag()));
        QCOMPARE(test::unnamed(&page.window), QStringList());
    }

    void states()
    {
        m_theme.setMode(Theme::Mode::Dark);
        Page page;
        items::ChartData loading = test::chart(u"Loading"_s), missing = loading, none = loading, failed = loading, kept = test::traffic(), stale = test::events();
        loading.loading = true;
        missing.title = u"Sequencer lag"_s;
        missing.missing = u"The metric daml_sequencer_client_delay is not there: the participants of this network do not export it."_s;
        none.title = u"Commits"_s;
        failed.title = u"Sessions"_s;
        failed.error = Error{ErrorKind::Network, u"Prometheus of infra-prod did not answer: the connection was refused."_s, u"See whether its pod runs."_s};
        kept.error = failed.error;
        stale.stale = true;
        fill(page, {kept, loading, missing, none, failed, stale, test::coins()});
        page.window.resize(1250, 900);
        test::grab(&page.window, u"charts-states"_s);
        QVERIFY(test::texts(page.cards.at(2)).contains("is not there"_L1));
        QCOMPARE(test::clipped(&page.window), QStringList());
    }

    void odd()
    {
        m_theme.setMode(Theme::Mode::Dark);
        items::ChartData wide = test::latency(), log = test::coins(), words = test::chart(u"Leader"_s, items::ChartUnit::State), far = test::traffic(), marks = test::events(), one = test::chart(u"Heap"_s, items::ChartUnit::Bytes);
        wide.lines.clear();
        wide.lines.append(test::line(u"a line with a name that is far too long for any legend, whoever made it"_s, [](double minute) { return minute > 60 && minute < 61.5 ? double(NAN) : 0.2 + 0.05 * test::noise(4, minute); }));
        wide.spans.append({test::kNoon - 900, 0, u"still"_s, false});
        log.logarithmic = true;
        log.title = u"Log scale"_s;
        log.lines.append(test::line(u"zero"_s, [](double minute) { return minute < 200 ? 0.0 : 3 * minute; }));
        words.words = {{0, u"passive"_s}, {1, u"active"_s}};
        words.lines.append(test::line(u"participant-1"_s, [](double minute) { return minute > 90 && minute < 200 ? 0.0 : 1.0; }));
        words.lines.append(test::line(u"participant-2"_s, [](double minute) { return minute > 95 && minute < 195 ? 1.0 : 0.0; }));
        far.thresholds.append({5000, u"alert above 5,000 %, which is far"_s, false});
        for (int i = 0; i < 14; ++i)
            marks.marks.append({test::kNoon - 1000 - i * 900.0 * (i % 3), u"change %1 of somebody"_s.arg(i), i % 2 ? items::ChartMark::Kind::Event : items::ChartMark::Kind::Change});
        one.fromZero = false;
        one.lines.append(test::line(u"jvm"_s, [](double minute) { return 2.1e9 + 3e8 * std::fmod(minute / 40, 1); }));
        Page page;
        fill(page, {wide, log, words, far, marks, one});
        page.window.resize(1250, 860);
        page.cards.at(5)->view()->setFocus(Qt::TabFocusReason);
        test::grab(&page.window, u"charts-odd"_s);
        QCOMPARE(test::clipped(&page.window), QStringList());
    }

    void dense()
    {
        m_theme.setMode(Theme::Mode::Dark);
        Page page;
        fill(page, {test::latency(2), test::latency(), test::traffic()});
        page.cards.at(1)->view()->setSolo(u"northgate-validator-2"_s);
        page.cards.at(2)->showTable(true);
        test::grab(&page.window, u"charts-dense"_s);
    }
};

QTEST_MAIN(TestChartScenes)
#include "tst_chartscenes.moc"
