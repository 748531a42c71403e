// SPDX-License-Identifier: GPL-3.0-or-later
// bench_charts [POINTS]: a chart of 10 series x 11,000 points that gets new data and is painted, beside plain Qt Charts with the same
// points in the same run; a mouse move over it with the tip of all its values; and 50 charts of a dashboard that get new data, as share of a core when that happens
// every 5 s. CPU milliseconds of the GUI thread, so that what else runs does not count.
// Prints a table. Fails when a refresh costs more than a fifth of plain Qt Charts, when a mouse move costs more than a refresh, or draws
// lines again.
#include "tests/bench/ThreadTime.h"
#include "tests/ui/charts/ChartWorld.h"
#include "ui/charts/ChartCard.h"
#include "ui/charts/ChartGroup.h"
#include "ui/charts/ChartView.h"
#include "ui/theme/Theme.h"

#include <QApplication>
#include <QChart>
#include <QChartView>
#include <QLineSeries>
#include <QMouseEvent>
#include <QTextStream>
#include <QValueAxis>

#include <algorithm>

using namespace qd;
using namespace Qt::StringLiterals;
using bench::milliseconds;

namespace {

constexpr QSize kSize{1200, 400};
constexpr int kRounds = 7;
constexpr double kPart = 1.0 / 5;

double least(const QList<double> &times)
{
    return std::round(*std::min_element(times.begin(), times.end()) * 100) / 100;
}

/// Ten lines of noise, `shift` steps later than the first time: all points are others.
items::ChartData data(int points, int shift)
{
    items::ChartData out = test::chart(u"Latency"_s, items::ChartUnit::Seconds);
    out.step = test::kSixHours / (points - 1);
    for (int k = 0; k < 10; ++k)
        out.lines.append(test::line(u"node-%1"_s.arg(k), [k, shift](double minute) { return 0.1 + 0.06 * k + 0.03 * test::noise(k, minute + shift); }, out.step));
    return out;
}

QList<double> ours(int points, int *moves, QList<double> *mouse)
{
    ui::ChartView view;
    view.resize(kSize);
    view.setAttribute(Qt::WA_DontShowOnScreen);
    view.show();
    QList<double> out;
    for (int round = 0; round < kRounds; ++round) {
        const items::ChartData next = data(points, round);
        out.append(milliseconds([&] {
            view.setData(next);
            (void)view.grab();
        }));
    }
    const int drawn = view.drawn();
    for (int x = 0; x < 50; ++x) {
        view.setCrosshair(test::kNoon - 18000 + x * 60);
        (void)view.grab();
    }
    QWidget *over = view.childAt(view.rect().center());
    for (int x = 0; x < 200; ++x) {
        const QPoint at(int(view.plotArea().left()) + 100 + 4 * x, 200);
        QMouseEvent event(QEvent::MouseMove, at, view.mapToGlobal(at), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        mouse->append(milliseconds([&] {
            QCoreApplication::sendEvent(over, &event);
            QCoreApplication::sendPostedEvents();   // what it wants painted is painted
        }));
    }
    *moves = view.drawn() - drawn;
    return out;
}

QList<double> plain(int points)
{
    auto *chart = new QChart;
    chart->legend()->hide();
    auto *times = new QValueAxis;
    auto *values = new QValueAxis;
    chart->addAxis(times, Qt::AlignBottom);
    chart->addAxis(values, Qt::AlignLeft);
    times->setRange(test::kNoon - test::kSixHours, test::kNoon);
    values->setRange(0, 0.8);
    QList<QLineSeries *> series;
    for (int k = 0; k < 10; ++k) {
        auto *one = new QLineSeries;
        chart->addSeries(one);
        one->attachAxis(times);
        one->attachAxis(values);
        series.append(one);
    }
    QChartView view(chart);   // owns it
    view.resize(kSize);
    view.setAttribute(Qt::WA_DontShowOnScreen);
    view.show();
    QList<double> out;
    for (int round = 0; round < 3; ++round) {
        const items::ChartData next = data(points, round);
        out.append(milliseconds([&] {
            for (qsizetype k = 0; k < series.size(); ++k) {
                QList<QPointF> all;
                all.reserve(qsizetype(next.lines.at(k).samples->size()));
                for (const network::Sample &sample : *next.lines.at(k).samples)
                    all.append({sample.at, sample.value});
                series.at(k)->replace(all);
            }
            (void)view.grab();
        }));
    }
    return out;
}

/// 50 cards of 3 lines each, in one group, shown on one page: what new data for all of them cost, and a crosshair that moves in all of them.
QList<double> dashboard(QList<double> *moves)
{
    QWidget page;
    ui::ChartGroup group;
    QList<ui::ChartCard *> cards;
    for (int i = 0; i < 50; ++i) {
        auto *card = new ui::ChartCard(&group, &page);
        card->setGeometry(i % 5 * 400, i / 5 * 260, 390, 250);
        cards.append(card);
    }
    page.resize(2000, 2600);
    page.setAttribute(Qt::WA_DontShowOnScreen);
    page.show();
    QList<double> out;
    for (int round = 0; round < kRounds; ++round) {
        items::ChartData next = test::events();
        // As many points as the plot is wide: a step a pixel, as pages ask.
        const double step = test::kSixHours / 320;
        next.step = step;
        next.lines.clear();
        for (int k = 0; k < 3; ++k)
            next.lines.append(test::line(u"node-%1"_s.arg(k), [k, round](double minute) { return 20.0 * k + 9 * std::sin(minute / 8 + round) + 4 * test::noise(k, minute + round); }, step));
        out.append(milliseconds([&] {
            for (ui::ChartCard *card : std::as_const(cards))
                card->setData(next);
            (void)page.grab();
        }));
    }
    for (int x = 0; x < 50; ++x) {
        moves->append(milliseconds([&] {
            group.setCrosshair(test::kNoon - 18000 + x * 60);
            QCoreApplication::sendPostedEvents();
        }));
    }
    return out;
}

}

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    ui::Theme theme;
    theme.apply(app);
    const int points = app.arguments().size() > 1 ? app.arguments().at(1).toInt() : 11000;
    int moves = 0;
    QList<double> crosshair, mouse;
    const double own = least(ours(points, &moves, &mouse)), charts = least(plain(points)), page = least(dashboard(&crosshair));
    std::sort(crosshair.begin(), crosshair.end());
    std::sort(mouse.begin(), mouse.end());
    const double move = mouse.at(mouse.size() / 2);
    const auto number = [](double value) { return QString::number(value, 'f', 1); };
    QTextStream(stdout) << "| a chart of 10 series x " << points << " points, 1200 x 400, gets new data | CPU ms | beside Qt Charts |\n|---|--:|--:|\n"
                        << "| all points given to Qt Charts | " << number(charts) << " | 1.00 |\n"
                        << "| ours | " << number(own) << " | " << QString::number(own / charts, 'f', 2) << " |\n"
                        << "| a mouse move over it, with its tip, median | " << QString::number(move, 'f', 2) << " | " << QString::number(move / charts, 'f', 3) << " |\n"
                        << "| 50 charts of 3 series on a page, new data for all, painted | " << number(page) << " | every 5 s: " << number(page / 50) << " % of a core |\n"
                        << "| the crosshair moves in all of them, median | " << number(crosshair.at(crosshair.size() / 2)) << " | |\n";
    if (own <= charts * kPart && move <= own && moves == 0)
        return 0;
    QTextStream(stderr) << "bench_charts: a refresh costs " << own << " ms beside " << charts << " ms of plain Qt Charts, a mouse move " << move << " ms; mouse moves drew the lines " << moves << " times\n";
    return 1;
}
