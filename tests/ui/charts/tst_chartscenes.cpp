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
