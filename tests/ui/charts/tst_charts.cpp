// SPDX-License-Identifier: GPL-3.0-or-later
// A chart and the charts of a page together, by pixels, keys and the mouse.
#include "tests/support/ManualClock.h"
#include "tests/ui/charts/ChartHands.h"
#include "tests/ui/support/UiTest.h"
#include "ui/charts/ChartGroup.h"
#include "ui/charts/ChartTip.h"
#include "ui/theme/Tokens.h"

#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::ui;
using namespace qd::test;

class TestCharts : public QObject {
    Q_OBJECT
private:
    Theme m_theme;
    /// The tip that is seen in a window; null: none.
    static ChartTip *tip(const QWidget &window)
    {
        ChartTip *out = nullptr;
        const QList<ChartTip *> all = window.findChildren<ChartTip *>();
        for (ChartTip *one : all) {
            if (!one->isVisible())
                continue;
            if (out)
                qFatal("two tips at once");
            out = one;
        }
        return out;
    }
    static QStringList names(const ChartTip *tip)
    {
        QStringList out;
        const TableTwin twin = tip->twin();
        for (const QStringList &row : twin.rows)
            out.append(row.first());
        return out;
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

    /// Largest first; what has no number there comes last; what is hidden is not there.
    void theTipHasAllValues()
    {
        ChartView view;
        view.setUtc(true);
        items::ChartData data = test::chart(u"Queue"_s, items::ChartUnit::Seconds);
        data.lines.append(test::line(u"low"_s, [](double) { return 0.2; }));
        data.lines.append(test::line(u"none"_s, [](double minute) { return minute > 100 ? double(INFINITY) : 9.0; }));
        data.lines.append(test::line(u"<b>high</b>"_s, [](double) { return 4.0; }));
        data.lines.append(test::line(u"nan"_s, [](double) { return double(NAN); }));
        data.lines.append(test::line(u"hidden"_s, [](double) { return 5.0; }));
        view.setHidden({u"hidden"_s});
        view.setData(data);
        show(view);
        QVERIFY(!tip(view));
        move(overlay(view), pointAt(view, test::kNoon - 5880));
        QVERIFY(tip(view));
        const QList<QStringList> wanted{{u"<b>high</b>"_s, u"4 s"_s}, {u"low"_s, u"200 ms"_s}, {u"nan"_s, u"NaN"_s}, {u"none"_s, u"no data"_s}};
        QCOMPARE(tip(view)->twin().rows, wanted);
        QCOMPARE(tip(view)->twin().name, u"10:22:00"_s);
        // Where there is one more value it is the largest; beside the crosshair, inside the window.
        move(overlay(view), pointAt(view, test::kNoon - 18000));
        QCOMPARE(names(tip(view)), (QStringList{u"none"_s, u"<b>high</b>"_s, u"low"_s, u"nan"_s}));
        const double x = xAt(view, test::kNoon - 18000);
        QVERIFY(tip(view)->x() > x && tip(view)->x() < x + 30);
        move(overlay(view), pointAt(view, test::kNoon - 60));
        QVERIFY(tip(view)->geometry().right() < xAt(view, test::kNoon - 60));
        QVERIFY(view.rect().contains(tip(view)->geometry()) || tip(view)->height() > view.height());
        // New readings are in it at once.
        data.lines[0] = test::line(u"low"_s, [](double) { return 7.0; });
        view.setData(data);
        QCOMPARE(names(tip(view)).first(), u"low"_s);
        view.setHidden({u"hidden"_s, u"low"_s});
        QCOMPARE(names(tip(view)).first(), u"<b>high</b>"_s);
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(overlay(view), &leave);
        QVERIFY(!tip(view));
    }

    void theTipSaysHowManyMore()
    {
        ChartView view;
        items::ChartData data = test::chart(u"Many"_s);
        for (int i = 0; i < 40; ++i)
            data.lines.append(test::line(u"node-%1"_s.arg(i), [i](double) { return double(i); }));
        view.setData(data);
        show(view);
        move(overlay(view), pointAt(view, test::kNoon - 3600));
        QStringList all = names(tip(view));
        QCOMPARE(all.size(), 13);
        QCOMPARE(all.first(), u"node-39"_s);
        QCOMPARE(all.last(), u"and 28 more"_s);
        // The one that was chosen is there, however small it is.
        view.setSolo(u"node-3"_s);
        all = names(tip(view));
        QCOMPARE(all.size(), 13);
        QCOMPARE(all.at(11), u"node-3"_s);
    }

    void theTipSaysWhatHappened()
    {
        ChartView view;
        view.setUtc(true);
        // Of two automations of one node: told once, with their number.
        items::ChartData data = test::latency();
        data.spans.append(data.spans.first());
        view.setData(data);
        show(view, {900, 300});
        move(overlay(view), pointAt(view, test::kNoon - 9800));
        QVERIFY2(names(tip(view)).contains(u"09:16:40: 0.4.16 on northgate-dev-1"_s), qPrintable(names(tip(view)).join(u'|')));
        move(overlay(view), pointAt(view, test::kNoon - 5400));
        QVERIFY2(names(tip(view)).contains(u"ConfirmationSlow on northgate-validator-2, for 30 m (2)"_s), qPrintable(names(tip(view)).join(u'|')));
        move(overlay(view), pointAt(view, test::kNoon - 3000));
        QVERIFY(!names(tip(view)).join(u'|').contains(u"ConfirmationSlow"_s));
    }

    /// One tip for all charts of a page: where the crosshair is moved, or where the keyboard is.
    void oneTipOfAGroup()
    {
        QWidget window;
        auto *column = new QVBoxLayout(&window);
        ChartGroup group;
        auto *one = new ChartView(&window), *other = new ChartView(&window);
        for (ChartView *view : {one, other}) {
            column->addWidget(view);
            group.add(view);
        }
        one->setData(test::latency());
        other->setData(test::traffic());
        show(window, {800, 600});
        one->setFocus(Qt::TabFocusReason);
        QVERIFY(!tip(window));
        for (int i = 0; i < 200; ++i)
            QTest::keyClick(one, Qt::Key_Right);
        QVERIFY(tip(window));
        QCOMPARE(names(tip(window)).first(), u"lighthouse-sv"_s);
        const double at = *one->crosshair();
        QVERIFY(other->crosshair() == at);
        // The keyboard goes on to the next chart: what that says there.
        other->setFocus(Qt::TabFocusReason);
        QCOMPARE(names(tip(window)).first(), u"northgate-validator-1"_s);
        QTest::keyClick(other, Qt::Key_Left);
        QCOMPARE(names(tip(window)).first(), u"northgate-validator-1"_s);
        QVERIFY(*one->crosshair() < at);
        // The mouse takes it over.
        move(overlay(*one), pointAt(*one, test::kNoon - 3600));
        QCOMPARE(names(tip(window)).size(), 10);
        QTest::keyClick(other, Qt::Key_Right);
        QCOMPARE(names(tip(window)).size(), 3);
        QTest::keyClick(other, Qt::Key_Escape);
        QVERIFY(!tip(window));
        // While somebody drags there is none.
        move(overlay(*one), pointAt(*one, test::kNoon - 3600));
        QVERIFY(tip(window));
        QTest::mousePress(overlay(*one), Qt::LeftButton, {}, pointAt(*one, test::kNoon - 3600));
        QVERIFY(!tip(window));
        QTest::mouseRelease(overlay(*one), Qt::LeftButton, {}, pointAt(*one, test::kNoon - 3600));
        QVERIFY(tip(window));
        one->hide();
        QVERIFY(!tip(window));
        delete one;
        delete other;
        QVERIFY(window.findChildren<ChartTip *>().isEmpty());
    }

    /// On a page that scrolls it goes with its chart, and is inside what is seen.
    void theTipScrollsWithThePage()
    {
        QScrollArea area;
        auto *page = new QWidget;
        page->setFixedSize(600, 2000);
        auto *view = new ChartView(page);
        view->setGeometry(0, 300, 600, 200);
        view->setData(test::latency());
        area.setWidget(page);
        show(area, {640, 400});
        move(overlay(*view), pointAt(*view, test::kNoon - 60));
        QVERIFY(tip(area));
        QCOMPARE(tip(area)->parentWidget(), page);
        QVERIFY(tip(area)->geometry().bottom() <= 400);
        const int before = tip(area)->mapTo(&area, QPoint()).y();
        area.verticalScrollBar()->setValue(50);
        QCOMPARE(tip(area)->mapTo(&area, QPoint()).y(), before - 50);
    }

    /// While data of another time are still there: what is read is in the picture.
    void theCrosshairStaysInThePicture()
    {
        ChartView view;
        view.setData(test::latency());
        show(view);
        view.setTimes(test::kNoon - 5870, test::kNoon - 5860);   // between two readings
        for (const Qt::Key key : {Qt::Key_Home, Qt::Key_End}) {
            QTest::keyClick(&view, key);
            QVERIFY(view.crosshair());
            QVERIFY2(*view.crosshair() >= view.from() && *view.crosshair() <= view.to(), qPrintable(QString::number(*view.crosshair() - view.from())));
        }
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

    /// A dialog takes the release, the page is left, or the chart goes: refreshes go on.
    void aDragThatNobodyEnds()
    {
        ChartGroup group;
        ChartView other;
        group.add(&other);
        auto view = std::make_unique<ChartView>();
        view->setData(test::latency());
        group.add(view.get());
        show(*view);
        QSignalSpy times(view.get(), &ChartView::timesWanted);
        const QPoint a = pointAt(*view, test::kNoon - 7200), b = pointAt(*view, test::kNoon - 3600);
        const auto press = [&] {
            QTest::mousePress(overlay(*view), Qt::LeftButton, {}, b);
            move(overlay(*view), a, Qt::LeftButton);
            QVERIFY(group.interacting());
        };
        press();
        move(overlay(*view), b, Qt::NoButton);
        QVERIFY(!group.interacting());
        press();
        view->hide();
        QVERIFY(!group.interacting());
        show(*view);
        press();
        group.remove(view.get());
        QVERIFY(!group.interacting());
        QCOMPARE(times.size(), 0);
        view->hide();
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
        // Around its own height: at its edges another colour is mixed with the ground, and may come near it.
        const auto ink = [&](const QString &key) {
            const QImage image = view.grab().toImage();
            const QRectF plot = view.plotArea();
            const double y = plot.bottom() - plot.height() * (key == "a"_L1 ? 0.3 : 0.7);
            int found = 0;
            for (int x = 0; x < 60; ++x)
                found += inked(image, QRectF(plot.left(), y - 10, plot.width(), 20), plot.center().x() + x, seriesColor(view.number(key)));
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
};

QTEST_MAIN(TestCharts)
#include "tst_charts.moc"
