// SPDX-License-Identifier: GPL-3.0-or-later
// A chart in its card: legend, table, what is copied, what is said in its place.
#include "tests/ui/charts/ChartHands.h"
#include "tests/ui/support/UiTest.h"
#include "ui/charts/ChartCard.h"
#include "ui/charts/ChartLegend.h"
#include "ui/charts/ChartLegendModel.h"
#include "ui/theme/Tokens.h"
#include "ui/theme/Type.h"
#include "ui/widgets/CellPainter.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QSignalSpy>
#include <QTableView>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::ui;
using namespace qd::test;

class TestChartCards : public QObject {
    Q_OBJECT
private:
    Theme m_theme;

private Q_SLOTS:
    void initTestCase()
    {
        m_theme.apply(*qApp);
        m_theme.setMode(Theme::Mode::Light);
    }

    /// The crosshair may find a gap where all values are shorter words.
    void noDataIsSaidInFull()
    {
        ChartCard card(nullptr);
        items::ChartData data = test::traffic();
        data.decimals = 0;
        card.setData(data);
        show(card, {380, 280});
        card.view()->setCrosshair(test::kNoon - test::kSixHours + 150 * 60);
        auto *rows = card.findChild<ChartLegendRows *>();
        QVERIFY(rows);
        QCOMPARE(rows->model()->index(1, ChartLegendModel::Value).data().toString(), u"no data"_s);
        QVERIFY(rows->columnWidth(ChartLegendModel::Value) >= tabularWidth(QFontMetrics(typeFont(Type::Strong)), u"no data"_s) + 6);
    }

    void legend()
    {
        ChartCard card(nullptr);
        card.setLegend(ChartCard::Legend::Right);
        card.setData(test::latency());
        show(card, {1100, 320});
        auto *rows = card.findChild<ChartLegendRows *>();
        QVERIFY(rows);
        auto *model = static_cast<ChartLegendModel *>(rows->model());
        const QAbstractItemModelTester tester(model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model->rowCount(), 10);
        const auto at = [&](int row) { return QPoint(30, rows->rowViewportPosition(row) + 5); };
        QTest::mouseClick(rows->viewport(), Qt::LeftButton, {}, at(1));
        QCOMPARE(card.view()->solo(), u"northgate-validator-2"_s);
        QTest::mouseClick(rows->viewport(), Qt::LeftButton, {}, at(1));
        QCOMPARE(card.view()->solo(), QString());
        QTest::mouseClick(rows->viewport(), Qt::LeftButton, Qt::ControlModifier, at(2));
        QCOMPARE(card.view()->hidden(), QSet<QString>{u"harbor-bridge"_s});
        QVERIFY(model->index(2, 0).data(Qt::AccessibleTextRole).toString().contains(u"hidden"_s));
        move(rows->viewport(), at(4));
        QCOMPARE(card.view()->highlighted(), u"bob-custody"_s);
        // By keys.
        rows->setFocus();
        rows->setCurrentIndex(model->index(3, 0));
        QTest::keyClick(rows, Qt::Key_Return);
        QCOMPARE(card.view()->solo(), u"alice-bank"_s);
        QTest::keyClick(rows, Qt::Key_Escape);
        QCOMPARE(card.view()->solo(), QString());
        QVERIFY(card.view()->hidden().isEmpty());
        QTest::keyClick(rows, Qt::Key_Space);
        QCOMPARE(card.view()->hidden().size(), 1);
        QTest::keyClick(rows, Qt::Key_Space);
        // What it says: newest, lowest, highest; at the crosshair the value there; "no data" is no zero.
        QCOMPARE(model->index(6, ChartLegendModel::Value).data().toString(), u"no data, 4 h"_s);
        card.view()->setCrosshair(test::kNoon - 18000);
        QVERIFY(model->index(6, ChartLegendModel::Value).data().toString().endsWith(u" ms"_s));
        QVERIFY(model->headerData(ChartLegendModel::Value, Qt::Horizontal).toString().startsWith(u"at "_s));
        // Sorted by the highest: who has the hill is first, and a new reading moves nobody else.
        model->sort(ChartLegendModel::High, Qt::DescendingOrder);
        QCOMPARE(model->keyAt(0), u"northgate-validator-2"_s);
        const QPersistentModelIndex kept(model->index(0, 0));
        card.setData(test::latency());
        QCOMPARE(kept.row(), 0);
        items::ChartData fewer = test::latency();
        fewer.lines.remove(3, 4);
        card.setData(fewer);
        QCOMPARE(model->rowCount(), 6);
        QCOMPARE(model->keyAt(kept.row()), u"northgate-validator-2"_s);
        card.setData(test::latency());
        QCOMPARE(model->rowCount(), 10);
        QCOMPARE(model->keyAt(0), u"northgate-validator-2"_s);
    }

    /// Whatever the crosshair finds.
    void valuesHaveRoom()
    {
        for (const items::ChartData &data : {test::traffic(), test::events(), test::coins(), test::latency()}) {
            ChartCard other(nullptr);
            other.setData(data);
            show(other, {400, 320});
            auto *values = other.findChild<ChartLegendRows *>();
            for (double at = data.from; at <= data.to; at += 300) {
                other.view()->setCrosshair(at);
                for (int row = 0; row < values->model()->rowCount(); ++row) {
                    const QString said = values->model()->index(row, ChartLegendModel::Value).data().toString();
                    QVERIFY2(tabularWidth(QFontMetrics(typeFont(Type::Strong)), said) + 6 <= values->columnWidth(ChartLegendModel::Value), qPrintable(said));
                }
            }
        }
    }

    void manySeries_data()
    {
        QTest::addColumn<int>("count");
        for (const int count : {0, 1, 200, 10000})
            QTest::newRow(qPrintable(QString::number(count))) << count;
    }

    void manySeries()
    {
        QFETCH(int, count);
        ChartCard card(nullptr);
        items::ChartData data = test::chart(u"Pods"_s);
        data.step = 1800;
        for (int i = 0; i < count; ++i)
            data.lines.append(test::line(u"pod-%1"_s.arg(i), [i](double minute) { return i % 100 + test::noise(i, minute); }, 1800));
        card.setData(data);
        show(card, {700, 420});
        (void)card.grab();
        test::grab(&card, u"charts-many-%1"_s.arg(count));
        const auto *search = card.findChild<QLineEdit *>();
        auto *rows = card.findChild<ChartLegendRows *>();
        QCOMPARE(search->isVisible(), count > 20);
        QCOMPARE(rows->model()->rowCount(), count);
        const QString said = test::texts(&card);
        QCOMPARE(said.contains(u"200 of 10,000 series are drawn"_s), count > 200);
        QCOMPARE(said.contains(u"No data in this time."_s), count == 0);
        if (count <= 200)
            return;
        QCOMPARE(card.view()->twin().rows.size(), 200);
        card.findChild<QLineEdit *>()->setText(u"pod-9999"_s);
        QCOMPARE(rows->model()->rowCount(), 1);
        QTest::mouseClick(rows->viewport(), Qt::LeftButton, {}, {30, 5});
        // One that was not among the 200 is drawn when it is chosen.
        QCOMPARE(card.view()->solo(), u"pod-9999"_s);
        const QImage image = card.view()->grab().toImage();
        int ink = 0;
        for (int x = 0; x < 60; ++x)
            ink += inked(image, card.view()->plotArea(), card.view()->plotArea().center().x() + x, seriesColor(card.view()->number(u"pod-9999"_s)));
        QVERIFY(ink > 0);
    }

    void twinsSayTheSame()
    {
        ChartCard card(nullptr);
        const items::ChartData data = test::traffic();
        card.setData(data);
        show(card, {700, 420});
        const TableTwin twin = card.view()->twin();
        QCOMPARE(twin.rows.size(), data.lines.size() + 1);   // and the threshold
        for (qsizetype i = 0; i < data.lines.size(); ++i)
            QCOMPARE(twin.rows.at(i).constFirst(), data.lines.at(i).name);
        QCOMPARE(twin.rows.at(0).at(1), u"71 %"_s);
        QCOMPARE(twin.rows.at(0).at(3), u"79 %"_s);
        QCOMPARE(twin.rows.at(1).at(4), u"no data 40 m"_s);
        QCOMPARE(twin.rows.at(3).at(0), u"alert below 10 %"_s);
        QVERIFY(card.view()->accessibleName().startsWith(u"Traffic left, 29 Nov, 06:00 to 12:00 UTC; newest: northgate-validator-1 71 %"_s));
        QVERIFY(card.view()->accessibleName().contains(u"northgate-validator-2 crosses: alert below 10 %"_s));
        card.showTable(true);
        QVERIFY(card.tableShown());
        const QAbstractItemModel *model = card.table()->model();
        QCOMPARE(model->columnCount(), 4);
        QCOMPARE(model->rowCount(), 361);
        for (int column = 1; column < 4; ++column) {
            const auto &samples = *data.lines.at(column - 1).samples;
            int found = 0;
            for (int row = 0; row < model->rowCount(); ++row) {
                const double at = model->index(row, 0).data(Qt::UserRole).toDouble();
                const QVariant value = model->index(row, column).data(Qt::UserRole);
                const auto sample = std::find_if(samples.begin(), samples.end(), [at](const network::Sample &one) { return one.at == at; });
                QCOMPARE(value.isValid(), sample != samples.end());
                if (value.isValid() && ++found)
                    QCOMPARE(value.toDouble(), sample->value);
            }
            QCOMPARE(found, int(samples.size()));
        }
        card.showTable(false);
        QVERIFY(!card.tableShown());
    }

    void copies()
    {
        ChartCard card(nullptr);
        card.setData(test::latency());
        show(card, {700, 420});
        card.copyQueries();
        QCOMPARE(QGuiApplication::clipboard()->text(), u"histogram_quantile(0.95, rate(latency_bucket[5m]))"_s);
        card.copyCsv();
        const QByteArray csv = QGuiApplication::clipboard()->mimeData()->data(u"text/csv"_s);
        QVERIFY(csv.startsWith("time,northgate-validator-1,"));
        QCOMPARE(csv.count('\n'), 362);
        card.copyPicture();
        QVERIFY(!QGuiApplication::clipboard()->image().isNull());
        // Grafana only where one is known.
        QSignalSpy wanted(&card, &ChartCard::grafanaWanted);
        QAction *grafana = nullptr;
        for (QAction *action : card.menu()->actions())
            grafana = action->text().contains(u"Grafana"_s) ? action : grafana;
        QVERIFY(grafana && !grafana->isVisible());
        card.setGrafana(true);
        QVERIFY(grafana->isVisible());
        grafana->trigger();
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted.first().at(0).toStringList(), test::latency().queries);
    }

    /// One sentence, and only while there is nothing worse to say.
    void infosAreSaid()
    {
        ChartCard card(nullptr);
        items::ChartData data = test::latency();
        data.infos = {u"metric might not be a counter: \"<b>x</b>\""_s, u"another"_s};
        card.setData(data);
        show(card, {700, 420});
        QVERIFY2(test::texts(&card).contains(data.infos.first()), qPrintable(test::texts(&card)));
        QVERIFY(!test::texts(&card).contains(u"another"_s));
        data.warnings = {u"one store is away"_s};
        card.setData(data);
        QVERIFY(test::texts(&card).contains(u"one store is away"_s));
        QVERIFY(!test::texts(&card).contains(data.infos.first()));
        data.warnings.clear();
        data.infos.clear();
        card.setData(data);
        QVERIFY(!test::texts(&card).contains(u"counter"_s));
    }

    void loadingIsQuietAtFirst()
    {
        ChartCard card(nullptr);
        card.setLegend(ChartCard::Legend::Right);
        items::ChartData data = test::chart(u"Delay"_s);
        data.loading = true;
        card.setData(data);
        card.setLegend(ChartCard::Legend::Below);
        show(card, {700, 420});
        QVERIFY(!card.findChild<ChartLegend *>()->isVisible());
        card.view()->setCrosshair(test::kNoon - 600);
        const auto grey = [&] {
            const QImage image = card.view()->grab().toImage();
            const QRgb ground = tokens(card.view())[Token::Base].rgb();
            int found = 0;
            for (int y = 0; y < image.height(); ++y)
                found += image.pixel(image.width() / 2, y) != ground;
            return found;
        };
        QTRY_VERIFY(grey() > 10);
        QVERIFY(card.view()->accessibleName().endsWith(u"loading"_s));
        // No crosshair over nothing.
        QCOMPARE(inked(card.view()->grab().toImage(), card.view()->plotArea(), xAt(*card.view(), test::kNoon - 600), tokens(card.view())[Token::Text]), 0);
    }

    void states()
    {
        ChartCard card(nullptr);
        QSignalSpy retries(&card, &ChartCard::retryWanted);
        items::ChartData data = test::chart(u"Delay"_s);
        data.missing = u"The metric daml_x is not there: no participant exports it."_s;
        card.setData(data);
        show(card, {700, 420});
        QVERIFY(test::texts(&card).contains(data.missing));
        // Zero is a reading and looks like one.
        items::ChartData zero = test::chart(u"Delay"_s);
        zero.lines.append(test::line(u"a"_s, [](double) { return 0.0; }));
        card.setData(zero);
        QVERIFY(!test::texts(&card).contains(u"is not there"_s));
        QVERIFY(card.view()->isVisible());
        const QImage fresh = card.view()->grab().toImage();
        zero.error = Error{ErrorKind::Network, u"Prometheus did not answer."_s};
        zero.softMax = 10;
        zero.lines = {test::line(u"a"_s, [](double) { return 5.0; })};
        card.setData(zero);
        QVERIFY(card.view()->isVisible());
        QVERIFY2(test::texts(&card).contains(u"Showing 12:00:00. Prometheus did not answer."_s), qPrintable(test::texts(&card)));
        QTest::mouseClick(test::button(&card, u"Try now"_s), Qt::LeftButton);
        QCOMPARE(retries.size(), 1);
        // Old data are pale.
        const QColor color = seriesColor(card.view()->number(u"a"_s));
        const auto ink = [&] {
            const QImage image = card.view()->grab().toImage();
            int found = 0;
            for (int x = 0; x < 60; ++x)
                found += inked(image, card.view()->plotArea(), card.view()->plotArea().center().x() + x, color);
            return found;
        };
        const int pale = ink();
        zero.error.reset();
        card.setData(zero);
        QVERIFY(ink() > pale);
        zero.lines.clear();
        zero.error = Error{ErrorKind::Network, u"Prometheus did not answer."_s, u"See whether it runs."_s};
        card.setData(zero);
        QVERIFY(!card.view()->isVisible());
        QVERIFY(test::texts(&card).contains(u"See whether it runs."_s));
    }

    void largerType()
    {
        const QFont before = QApplication::font();
        m_theme.setBodySize(20);
        ChartCard card(nullptr);
        card.setLegend(ChartCard::Legend::Right);
        card.setData(test::latency());
        show(card, {1100, 380});
        test::grab(&card, u"charts-large"_s);
        QCOMPARE(test::clipped(&card), QStringList());
        QCOMPARE(test::unnamed(&card), QStringList());
        QVERIFY(card.view()->plotArea().left() > 60);
        // Names stay readable: lowest and highest leave first.
        const auto *rows = card.findChild<ChartLegendRows *>();
        QVERIFY(rows->columnWidth(ChartLegendModel::Name) > 120);
        QVERIFY(rows->isColumnHidden(ChartLegendModel::High));
        QVERIFY(!rows->isColumnHidden(ChartLegendModel::Value));
        m_theme.setBodySize(0);
        QCOMPARE(QApplication::font().pixelSize(), before.pixelSize());
    }
};

QTEST_MAIN(TestChartCards)
#include "tst_chartcards.moc"
