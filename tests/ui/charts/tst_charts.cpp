// SPDX-License-Identifier: GPL-3.0-or-later
// One chart and the charts of a page, by pixels, keys and the mouse.
#include "tests/support/ManualClock.h"
#include "tests/ui/charts/ChartWorld.h"
#include "tests/ui/support/UiTest.h"
#include "models/items/telemetry/ChartTable.h"
#include "ui/charts/ChartCard.h"
#include "ui/charts/ChartGroup.h"
#include "ui/charts/ChartLegend.h"
#include "ui/charts/ChartLegendModel.h"
#include "ui/charts/ChartView.h"
#include "ui/theme/SeriesStyle.h"
#include "ui/theme/Tokens.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QSignalSpy>
#include <QTableView>
#include <QWheelEvent>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::ui;

namespace {

/// Counts paintings of a widget.
class Paintings : public QObject {
public:
    explicit Paintings(QWidget *widget) { widget->installEventFilter(this); }
    bool eventFilter(QObject *, QEvent *event) override
    {
        count += event->type() == QEvent::Paint;
        return false;
    }
    int count = 0;
};

/// How many pixels of a column of the plot have about this colour.
int inked(const QImage &image, const QRectF &plot, double x, const QColor &color)
{
    const double ratio = image.devicePixelRatio();
    int found = 0;
    for (int y = int(plot.top() * ratio) + 2; y < int(plot.bottom() * ratio) - 2; ++y) {
        const QColor here = image.pixelColor(int(x * ratio), y);
        const int away = std::abs(here.red() - color.red()) + std::abs(here.green() - color.green()) + std::abs(here.blue() - color.blue());
        found += away < 120;
    }
    return found;
}

double xAt(const ChartView &view, double time)
{
    const QRectF plot = view.plotArea();
    return plot.left() + (time - view.from()) / (view.to() - view.from()) * plot.width();
}

QPoint pointAt(const ChartView &view, double time)
{
    return {int(std::lround(xAt(view, time))), int(view.plotArea().center().y())};
}

QWidget *overlay(ChartView &view)
{
    return view.childAt(view.rect().center());
}

/// A solid line in the middle, `step` seconds apart, nothing from minute 120 to 180.
items::ChartData gapped(double step)
{
    items::ChartData data = test::chart(u"Gapped"_s);
    data.step = step;
    data.softMax = 10;
    data.lines.append(test::line(u"node-solid"_s, [](double minute) { return minute > 120 && minute < 180 ? double(INFINITY) : 5.3; }, step));
    return data;
}

/// The pointer over it. QTest::mouseMove goes by the cursor, which the offscreen platform does not always move.
void move(QWidget *widget, const QPoint &at, Qt::MouseButtons buttons = Qt::NoButton)
{
    QMouseEvent event(QEvent::MouseMove, at, widget->mapToGlobal(at), Qt::NoButton, buttons, Qt::NoModifier);
    QCoreApplication::sendEvent(widget, &event);
}

void wheel(QWidget *widget, const QPoint &at, int delta, Qt::KeyboardModifiers modifiers)
{
    QWheelEvent event(at, widget->mapToGlobal(at), {}, {0, delta}, Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(widget, &event);
}

}

class TestCharts : public QObject {
    Q_OBJECT
private:
    Theme m_theme;
    static void show(QWidget &widget, const QSize &size = {600, 220})
    {
        widget.resize(size);
        widget.show();
        QVERIFY(QTest::qWaitForWindowExposed(&widget));
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_theme.apply(*qApp);
        m_theme.setMode(Theme::Mode::Light);
    }

    void gapsAreNotBridged_data()
    {
        QTest::addColumn<double>("step");
        QTest::newRow("by Qt Charts") << 60.0;
        QTest::newRow("in columns") << 2.0;
    }
    void gapsAreNotBridged()
    {
        QFETCH(double, step);
        ChartView view;
        view.setData(gapped(step));
        show(view);
        // In the one colour whose dash is none, so that every column counts.
        const QImage image = view.grab().toImage();
        const QColor color = seriesColor(view.number(u"node-solid"_s));
        const auto ink = [&](double minute) { return inked(image, view.plotArea(), xAt(view, view.from() + minute * 60), color); };
        int before = 0, inside = 0, after = 0;
        for (double minute = 20; minute < 110; minute += 3)
            before += ink(minute) > 0;
        for (double minute = 124; minute < 176; minute += 0.5)
            inside += ink(minute);
        for (double minute = 190; minute < 350; minute += 3)
            after += ink(minute) > 0;
        QVERIFY2(before > 12, qPrintable(QString::number(before)));
        QVERIFY2(after > 20, qPrintable(QString::number(after)));
        QCOMPARE(inside, 0);
        // The hatch is there, and only there.
        const QColor ground = tokens(&view)[Token::Base];
        const auto marked = [&](double minute) {
            const double ratio = image.devicePixelRatio();
            int found = 0;
            const QRectF plot = view.plotArea();
            for (int y = int((plot.top() + 26) * ratio); y < int((plot.center().y() - 10) * ratio); ++y)   // above the line
                found += image.pixelColor(int(xAt(view, view.from() + minute * 60) * ratio), y) != ground;
            return found;
        };
        QVERIFY(marked(150) > marked(200) + 5);
    }

    void linesLieOnTheGrid()
    {
        // What stands at a value is drawn at its height: by Qt Charts and in columns alike, at every scale.
        for (const double step : {60.0, 2.0}) {
            ChartView view;
            items::ChartData data = gapped(step);
            data.lines = {test::line(u"node-solid"_s, [](double) { return 5.0; }, step)};
            view.setData(data);
            show(view);
            const QImage image = view.grab().toImage();
            const QRectF plot = view.plotArea();
            const double ratio = image.devicePixelRatio(), x = plot.center().x() * ratio;
            double sum = 0, weight = 0;
            for (int shift = -40; shift < 40; ++shift) {
                for (int y = int(plot.top() * ratio); y < int(plot.bottom() * ratio); ++y) {
                    const QColor here = image.pixelColor(int(x) + shift, y), color = seriesColor(view.number(u"node-solid"_s));
                    const bool line = std::abs(here.red() - color.red()) + std::abs(here.green() - color.green()) + std::abs(here.blue() - color.blue()) < 120;
                    sum += line ? y + 0.5 : 0;
                    weight += line;
                }
            }
            QVERIFY(weight > 0);
            // softMax 10 and from zero: 5 is the middle.
            QVERIFY2(std::abs(sum / weight - plot.center().y() * ratio) < 1.1 * ratio,
                     qPrintable(u"%1 instead of %2 at step %3"_s.arg(sum / weight).arg(plot.center().y() * ratio).arg(step)));
        }
    }

    void mouseRepaintsNoLines()
    {
        ChartView view;
        view.setData(test::latency());
        show(view);
        (void)view.grab();
        const int drawn = view.drawn();
        QVERIFY(drawn > 0);
        QWidget *over = overlay(view);
        Paintings paintings(over);
        for (int x = 100; x < 500; x += 10)
            move(over, {x, 100});
        QTRY_VERIFY(paintings.count > 0);
        QCOMPARE(view.drawn(), drawn);
        QVERIFY(view.crosshair());
        // A new reading does.
        view.setData(test::latency());
        (void)view.grab();
        QCOMPARE(view.drawn(), drawn + 1);
    }

    void crosshairStandsOnSamples()
    {
        ChartView view;
        view.setUtc(true);
        view.setData(test::latency());
        show(view);
        QSignalSpy moved(&view, &ChartView::crosshairMoved);
        const double at = test::kNoon - 5880;
        move(overlay(view), pointAt(view, at + 7));
        QCOMPARE(view.crosshair(), std::optional(at));
        QVERIFY(!moved.isEmpty());
        // The line, from top to bottom of the plot.
        const QImage image = view.grab().toImage();
        QVERIFY(inked(image, view.plotArea(), xAt(view, at), tokens(&view)[Token::Text]) > view.plotArea().height() * 0.5);
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(overlay(view), &leave);
        QVERIFY(!view.crosshair());
    }

    void keys()
    {
        ChartView view;
        view.setData(test::latency());
        show(view);
        view.setFocus();
        QSignalSpy times(&view, &ChartView::timesWanted);
        QSignalSpy backs(&view, &ChartView::backWanted);
        QSignalSpy lives(&view, &ChartView::liveWanted);
        QSignalSpy marks(&view, &ChartView::markClicked);
        QTest::keyClick(&view, Qt::Key_Home);
        QCOMPARE(view.crosshair(), std::optional(view.from()));
        QTest::keyClick(&view, Qt::Key_Right);
        QCOMPARE(view.crosshair(), std::optional(view.from() + 60));
        QTest::keyClick(&view, Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(view.crosshair(), std::optional(view.from() + 660));
        QTest::keyClick(&view, Qt::Key_Left);
        QCOMPARE(view.crosshair(), std::optional(view.from() + 600));
        QTest::keyClick(&view, Qt::Key_End);
        QCOMPARE(view.crosshair(), std::optional(test::kNoon));
        QCOMPARE(lives.size(), 0);
        QTest::keyClick(&view, Qt::Key_End);
        QCOMPARE(lives.size(), 1);
        QTest::keyClick(&view, Qt::Key_M, Qt::ShiftModifier);
        QCOMPARE(view.crosshair(), std::optional(test::kNoon - 9800));
        QTest::keyClick(&view, Qt::Key_Return);
        QCOMPARE(marks.size(), 1);
        QCOMPARE(marks.first().first().value<items::ChartMark>().changeId, u"c-1"_s);
        QTest::keyClick(&view, Qt::Key_Plus);
        QCOMPARE(times.size(), 1);
        QVERIFY(times.at(0).at(0).toDouble() > view.from() && times.at(0).at(1).toDouble() < view.to());
        QTest::keyClick(&view, Qt::Key_Minus);
        QVERIFY(times.at(1).at(0).toDouble() < view.from());
        QTest::keyClick(&view, Qt::Key_Left, Qt::ControlModifier);
        QCOMPARE(times.at(2).at(0).toDouble(), view.from() - 5400);
        QTest::keyClick(&view, Qt::Key_Backspace);
        QCOMPARE(backs.size(), 1);
        QTest::keyClick(&view, Qt::Key_Escape);
        QVERIFY(!view.crosshair());
    }

    void dragZoomsAndShiftPans()
    {
        ChartView view;
        view.setData(test::latency());
        show(view);
        QWidget *over = overlay(view);
        QSignalSpy times(&view, &ChartView::timesWanted);
        QSignalSpy interacting(&view, &ChartView::interacting);
        const QPoint a = pointAt(view, test::kNoon - 7200), b = pointAt(view, test::kNoon - 3600);
        QTest::mousePress(over, Qt::LeftButton, {}, b);
        move(over, a, Qt::LeftButton);
        // What comes meanwhile waits.
        items::ChartData late = test::latency();
        late.title = u"Later"_s;
        view.setData(late);
        QVERIFY(view.data().title != u"Later"_s);
        QTest::mouseRelease(over, Qt::LeftButton, {}, a);
        QCOMPARE(view.data().title, u"Later"_s);
        QCOMPARE(interacting.size(), 2);
        QCOMPARE(times.size(), 1);
        QVERIFY(std::abs(times.at(0).at(0).toDouble() - (test::kNoon - 7200)) < 60);
        QVERIFY(std::abs(times.at(0).at(1).toDouble() - (test::kNoon - 3600)) < 60);
        // A click is no zoom, Esc ends a drag.
        QTest::mouseClick(over, Qt::LeftButton, {}, a);
        QTest::mousePress(over, Qt::LeftButton, {}, a);
        move(over, b, Qt::LeftButton);
        QTest::keyClick(&view, Qt::Key_Escape);
        QTest::mouseRelease(over, Qt::LeftButton, {}, b);
        QCOMPARE(times.size(), 1);
        QTest::mousePress(over, Qt::LeftButton, Qt::ShiftModifier, a);
        move(over, b, Qt::LeftButton);
        QVERIFY(std::abs(view.from() - (test::kNoon - test::kSixHours - 3600)) < 60);
        QTest::mouseRelease(over, Qt::LeftButton, Qt::ShiftModifier, b);
        QCOMPARE(times.size(), 2);
        // The page scrolls by the wheel; with Ctrl it zooms, around the pointer.
        wheel(over, a, 120, Qt::NoModifier);
        QCOMPARE(times.size(), 2);
        wheel(over, a, 120, Qt::ControlModifier);
        QCOMPARE(times.size(), 3);
        QVERIFY(times.at(2).at(0).toDouble() > view.from() && times.at(2).at(1).toDouble() < view.to());
    }

    void groupSharesTimeAndHistory()
    {
        test::ManualClock clock;
        clock.set(QDateTime::fromSecsSinceEpoch(qint64(test::kNoon), Qt::UTC));
        ChartGroup group(&clock);
        ChartView one, other;
        group.add(&one);
        group.add(&other);
        group.setRange({6 * 3600, 0, 0});
        one.setData(test::latency());
        other.setData(test::traffic());
        QSignalSpy wanted(&group, &ChartGroup::rangeWanted);
        one.setCrosshair(test::kNoon - 600);
        QCOMPARE(other.crosshair(), std::optional(test::kNoon - 600));
        QVERIFY(!group.canGoBack());
        Q_EMIT one.timesWanted(test::kNoon - 7200, test::kNoon - 3600);
        // At once, with the data that are there.
        QCOMPARE(other.from(), test::kNoon - 7200);
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(group.range(), (items::TimeRange{0, test::kNoon - 7200, test::kNoon - 3600}));
        clock.advance(std::chrono::seconds(5));
        Q_EMIT other.timesWanted(test::kNoon - 6000, test::kNoon - 5000);
        // Turns of the wheel that follow each other are one step.
        clock.advance(std::chrono::milliseconds(100));
        Q_EMIT other.timesWanted(test::kNoon - 5800, test::kNoon - 5200);
        Q_EMIT one.backWanted();
        QCOMPARE(group.range().from, test::kNoon - 7200);
        QVERIFY(group.canGoForward());
        group.forward();
        QCOMPARE(group.range().from, test::kNoon - 5800);
        group.back();
        group.back();
        QVERIFY(group.range().live());
        QCOMPARE(one.to(), test::kNoon + 5.1);
        QVERIFY(!group.canGoBack());
        group.back();
        QVERIFY(group.range().live());
        // No further than now; back to live from anywhere.
        Q_EMIT one.timesWanted(test::kNoon - 600, test::kNoon + 600);
        QCOMPARE(group.range().to, test::kNoon + 5.1);
        QVERIFY(!group.canGoForward());
        Q_EMIT one.liveWanted();
        QCOMPARE(group.range(), (items::TimeRange{6 * 3600, 0, 0}));
        // The page's own choice is a step too.
        group.setRange({3600, 0, 0});
        group.back();
        QCOMPARE(group.range().last, 6 * 3600);
        // A chart that goes is forgotten.
        {
            ChartView brief;
            group.add(&brief);
            QCOMPARE(group.views().size(), 3);
        }
        QCOMPARE(group.views().size(), 2);
        group.setCrosshair(std::nullopt);
        QVERIFY(!one.crosshair());
    }

    void coloursDoNotFollowTheOrder()
    {
        ChartGroup group;
        ChartView one, other;
        group.add(&one);
        group.add(&other);
        items::ChartData data = test::latency();
        one.setData(data);
        QHash<QString, int> before;
        for (const items::ChartLine &line : std::as_const(data.lines))
            before.insert(line.key, one.number(line.key));
        QCOMPARE(QSet<int>(before.begin(), before.end()).size(), 10);
        std::reverse(data.lines.begin(), data.lines.end());
        one.setData(data);
        for (const items::ChartLine &line : std::as_const(data.lines))
            QCOMPARE(one.number(line.key), before.value(line.key));
        data.lines.remove(2, 5);
        one.setData(data);
        for (const items::ChartLine &line : std::as_const(data.lines))
            QCOMPARE(one.number(line.key), before.value(line.key));
        // The same node has the same colour in the chart beside it.
        other.setData(test::traffic());
        QCOMPARE(other.number(u"harbor-bridge"_s), before.value(u"harbor-bridge"_s));
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

    void foreignTextStaysText()
    {
        ChartView view;
        items::ChartData data = test::chart(u"<b>T</b>"_s);
        data.lines.append(test::line(u"<img src=x>"_s, [](double) { return 1.0; }));
        data.marks.append({test::kNoon - 600, u"<b>deploy</b>"_s});
        view.setData(data);
        show(view);
        QCOMPARE(view.twin().rows.at(0).at(0), u"<img src=x>"_s);
        QVERIFY(view.accessibleName().contains(u"<img src=x>"_s));
    }

    void oneLineStandsOut()
    {
        ChartView view;
        items::ChartData data = gapped(60);
        data.lines = {test::line(u"a"_s, [](double) { return 3.0; }), test::line(u"node-solid"_s, [](double) { return 7.0; })};
        view.setData(data);
        show(view);
        const auto ink = [&](const QString &key) {
            const QImage image = view.grab().toImage();
            int found = 0;
            for (int x = 0; x < 60; ++x)
                found += inked(image, view.plotArea(), view.plotArea().center().x() + x, seriesColor(view.number(key)));
            return found;
        };
        const int before = ink(u"node-solid"_s), other = ink(u"a"_s);
        QVERIFY(before > 0 && other > 0);
        view.setSolo(u"a"_s);
        QVERIFY(ink(u"node-solid"_s) < before);
        QVERIFY(ink(u"a"_s) > other);
        view.setSolo({});
        view.setHidden({u"a"_s});
        QCOMPARE(ink(u"a"_s), 0);
        QCOMPARE(ink(u"node-solid"_s), before);
    }

    void hiddenWorksNothingOut()
    {
        ChartView view;
        view.resize(600, 220);
        for (int i = 0; i < 5; ++i)
            view.setData(test::latency());
        QCOMPARE(view.drawn(), 0);
        show(view);
        QTRY_COMPARE(view.drawn(), 1);
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

QTEST_MAIN(TestCharts)
#include "tst_charts.moc"
