// SPDX-License-Identifier: GPL-3.0-or-later
// What of a chart is no drawing: runs and gaps, decimation that loses no spike, scales, words, ticks of time, colours, CSV, table.
#include "models/items/telemetry/ChartReadings.h"
#include "models/items/telemetry/ChartTable.h"
#include "models/items/telemetry/ChartUnits.h"
#include "models/items/telemetry/Decimate.h"
#include "models/items/telemetry/SeriesNumbers.h"

#include <QAbstractItemModelTester>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>

using namespace Qt::StringLiterals;
using namespace qd;
using namespace qd::items;
using network::Sample;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

std::vector<Sample> noisy(int count)
{
    std::mt19937 generator(7);
    std::normal_distribution<double> normal;
    std::vector<Sample> out;
    double value = 100;
    for (int i = 0; i < count; ++i) {
        value += normal(generator) + (100 - value) * 0.01;
        out.push_back({double(i), i == 4321 ? 5000 : value});
    }
    return out;
}

ChartLine lineOf(const QString &name, std::vector<Sample> samples)
{
    return {name, name, {}, std::make_shared<const std::vector<Sample>>(std::move(samples))};
}

ChartData dataOf(QList<ChartLine> lines, double to, double step = 60)
{
    ChartData data;
    data.title = u"Chart"_s;
    data.to = to;
    data.step = step;
    data.lines = std::move(lines);
    return data;
}

/// What a line through the points covers in each pixel of a picture: the highest and lowest row in each column, at `columns` wide.
std::vector<std::pair<double, double>> covered(const QList<QPointF> &points, double to, int columns)
{
    std::vector<std::pair<double, double>> out(size_t(columns), {kInf, -kInf});
    const auto take = [&](double x, double y) {
        auto &[low, high] = out[size_t(std::clamp(int(x * (columns / to)), 0, columns - 1))];
        low = std::min(low, y);
        high = std::max(high, y);
    };
    for (const QPointF &point : points)
        take(point.x(), point.y());
    return out;
}

}

class TestChartMath : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void runs_data()
    {
        QTest::addColumn<QList<double>>("times");
        QTest::addColumn<QList<double>>("values");
        QTest::addColumn<double>("step");
        QTest::addColumn<QList<int>>("lengths");
        using T = QList<double>;
        QTest::newRow("whole") << T{0, 60, 120} << T{1, 2, 3} << 60.0 << QList<int>{3};
        QTest::newRow("one step late is no gap") << T{0, 60, 149} << T{1, 2, 3} << 60.0 << QList<int>{3};
        QTest::newRow("a step is missing") << T{0, 60, 180, 240} << T{1, 2, 3, 4} << 60.0 << QList<int>{2, 2};
        QTest::newRow("NaN parts") << T{0, 60, 120, 180} << T{1, kNaN, 3, 4} << 60.0 << QList<int>{1, 2};
        QTest::newRow("infinity parts") << T{0, 60, 120} << T{1, kInf, 3} << 60.0 << QList<int>{1, 1};
        QTest::newRow("all NaN") << T{0, 60} << T{kNaN, kNaN} << 60.0 << QList<int>{};
        QTest::newRow("no step, no gaps") << T{0, 60, 6000} << T{1, 2, 3} << 0.0 << QList<int>{3};
        QTest::newRow("none") << T{} << T{} << 60.0 << QList<int>{};
        QTest::newRow("one") << T{60} << T{1} << 60.0 << QList<int>{1};
    }
    void runs()
    {
        QFETCH(QList<double>, times);
        QFETCH(QList<double>, values);
        QFETCH(double, step);
        QFETCH(QList<int>, lengths);
        std::vector<Sample> samples;
        for (qsizetype i = 0; i < times.size(); ++i)
            samples.push_back({times.at(i), values.at(i)});
        QList<int> found;
        for (const SampleRun run : runsOf(samples, step, 0, 10000))
            found.append(int(run.size()));
        QCOMPARE(found, lengths);
    }

    void runsReachTheEdges()
    {
        const std::vector<Sample> samples{{0, 1}, {60, 2}, {120, 3}, {180, 4}, {240, 5}};
        const std::vector<SampleRun> runs = runsOf(samples, 60, 90, 150);
        QCOMPARE(runs.size(), 1U);
        QCOMPARE(runs.front().front().at, 60.0);
        QCOMPARE(runs.front().back().at, 180.0);
        // A neighbour outside alone, with a gap to the range, is out of sight.
        QVERIFY(runsOf({{0, 1}, {600, 2}}, 60, 100, 500).empty());
    }

    void decimationLosesNoSpike()
    {
        const std::vector<Sample> samples = noisy(11000);
        constexpr int kColumns = 700;
        const QList<QPointF> points = decimate(samples, 0, 11000, kColumns);
        QVERIFY2(points.size() <= 4 * kColumns, qPrintable(QString::number(points.size())));
        QVERIFY(points.size() < 11000);
        QVERIFY(std::is_sorted(points.begin(), points.end(), [](const QPointF &a, const QPointF &b) { return a.x() < b.x(); }));
        QCOMPARE(points.constFirst().x(), 0.0);
        QCOMPARE(points.constLast().x(), 10999.0);
        QVERIFY(std::any_of(points.begin(), points.end(), [](const QPointF &p) { return p.y() == 5000; }));
        QList<QPointF> all;
        for (const Sample &sample : samples)
            all.append({sample.at, sample.value});
        // Column by column the same extent as all of the points.
        QVERIFY(covered(points, 11000, kColumns) == covered(all, 11000, kColumns));
    }

    void decimationKeepsWhatIsFew()
    {
        const std::vector<Sample> samples = noisy(300);
        QCOMPARE(decimate(samples, 0, 300, 700).size(), 300);
        QCOMPARE(decimate({}, 0, 300, 700).size(), 0);
    }

    void spansCoverTheSame()
    {
        const std::vector<Sample> samples = noisy(11000);
        const std::vector<ColumnSpan> spans = columnSpans(samples, 0, 11000, 700);
        QCOMPARE(spans.size(), 700U);
        for (size_t i = 0; i < spans.size(); ++i)
            QCOMPARE(spans[i].column, int(i));
        QCOMPARE(std::max_element(spans.begin(), spans.end(), [](const auto &a, const auto &b) { return a.high < b.high; })->high, 5000.0);
        // No open place between two columns: each reaches what the one before ended with.
        for (size_t i = 1; i < spans.size(); ++i)
            QVERIFY(spans[i].low <= spans[i - 1].high && spans[i].high >= spans[i - 1].low);
    }

    void spansCrossEmptyColumns()
    {
        const std::vector<Sample> samples{{0, 0}, {100, 100}};
        const std::vector<ColumnSpan> spans = columnSpans(samples, 0, 100, 10);
        QVERIFY(spans.size() >= 10);
        for (size_t i = 1; i < spans.size(); ++i)
            QCOMPARE(spans[i].column, spans[i - 1].column + 1);
    }

    void gaps()
    {
        const std::vector<Sample> samples{{600, 1}, {660, 1}, {900, 1}, {960, kNaN}, {1020, 1}};
        const std::vector<DataGap> found = gapsOf(samples, 60, 0, 3600);
        const std::vector<DataGap> wanted{{0, 600}, {660, 900}, {900, 1020}, {1020, 3600}};
        QVERIFY(found == wanted);
        QVERIFY(gapsOf(samples, 0, 0, 3600).empty());
        QCOMPARE(gapsOf({}, 60, 0, 3600).size(), 1U);
        QVERIFY(gapsOf({{0, 1}, {60, 1}, {120, 1}}, 60, 0, 150).empty());
    }

    void values_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<int>("unit");
        QTest::addColumn<int>("decimals");
        QTest::addColumn<QString>("text");
        const auto row = [](double value, ChartUnit unit, const QString &text, int decimals = -1) { QTest::newRow(qPrintable(text + u' ' + QString::number(int(unit)))) << value << int(unit) << decimals << text; };
        row(0.682, ChartUnit::Seconds, u"682 ms"_s);
        row(0, ChartUnit::Seconds, u"0 s"_s);
        row(0.0000125, ChartUnit::Seconds, u"12.5 µs"_s);
        row(3e-9, ChartUnit::Seconds, u"3 ns"_s);
        row(1.5, ChartUnit::Seconds, u"1.5 s"_s);
        row(90, ChartUnit::Seconds, u"1.5 m"_s);
        row(5400, ChartUnit::Seconds, u"1.5 h"_s);
        row(172800, ChartUnit::Seconds, u"2 d"_s);
        row(71, ChartUnit::Percent, u"71 %"_s);
        row(0.7125, ChartUnit::Ratio, u"71.3 %"_s);
        row(48120.55, ChartUnit::Coin, u"48,120.55 CC"_s);
        row(812.4, ChartUnit::Coin, u"812.40 CC"_s);
        row(41.2, ChartUnit::PerSecond, u"41.2 /s"_s);
        row(1234, ChartUnit::PerSecond, u"1.23 k /s"_s);
        row(1288490188.8, ChartUnit::Bytes, u"1.2 GiB"_s);
        row(512, ChartUnit::Bytes, u"512 B"_s);
        row(2048, ChartUnit::BytesPerSecond, u"2 KiB /s"_s);
        row(12345, ChartUnit::Count, u"12,345"_s);
        row(2500000, ChartUnit::Count, u"2.5 M"_s);
        row(999.9996, ChartUnit::None, u"1 k"_s);
        row(-1500, ChartUnit::None, u"-1.5 k"_s);
        row(-0.0, ChartUnit::None, u"0"_s);
        row(0.00123, ChartUnit::None, u"0.00123"_s);
        row(3.14159, ChartUnit::None, u"3.1416"_s, 4);
        row(1764417600, ChartUnit::DateTime, u"29 Nov 2025 12:00"_s);
        row(kNaN, ChartUnit::Seconds, u"NaN"_s);
        row(kInf, ChartUnit::Seconds, u"+∞"_s);
    }
    void values()
    {
        QFETCH(double, value);
        QFETCH(int, unit);
        QFETCH(int, decimals);
        QFETCH(QString, text);
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        QCOMPARE(valueText(value, ChartUnit(unit), decimals), text);
    }
    void stateWords()
    {
        QCOMPARE(valueText(1, ChartUnit::State, -1, {{0, u"passive"_s}, {1, u"active"_s}}), u"active"_s);
        QCOMPARE(valueText(7, ChartUnit::State, -1, {{0, u"passive"_s}}), u"7"_s);
    }

    void scales_data()
    {
        QTest::addColumn<QList<double>>("values");
        QTest::addColumn<int>("unit");
        QTest::addColumn<bool>("zero");
        QTest::addColumn<QStringList>("ticks");
        using V = QList<double>;
        QTest::newRow("milliseconds") << V{0.1, 0.744} << int(ChartUnit::Seconds) << true << QStringList{u"0"_s, u"200 ms"_s, u"400 ms"_s, u"600 ms"_s, u"800 ms"_s};
        QTest::newRow("seconds from milliseconds") << V{0.1, 0.97} << int(ChartUnit::Seconds) << true << QStringList{u"0"_s, u"0.25 s"_s, u"0.50 s"_s, u"0.75 s"_s, u"1.00 s"_s};
        QTest::newRow("per cent") << V{3, 98} << int(ChartUnit::Percent) << true << QStringList{u"0"_s, u"25 %"_s, u"50 %"_s, u"75 %"_s, u"100 %"_s};
        QTest::newRow("ratio") << V{0.03, 0.98} << int(ChartUnit::Ratio) << true << QStringList{u"0"_s, u"25 %"_s, u"50 %"_s, u"75 %"_s, u"100 %"_s};
        QTest::newRow("coins") << V{812, 48000} << int(ChartUnit::Coin) << true << QStringList{u"0"_s, u"20 k"_s, u"40 k"_s, u"60 k"_s};
        QTest::newRow("bytes") << V{0, 3.1 * 1024 * 1024 * 1024} << int(ChartUnit::Bytes) << true << QStringList{u"0"_s, u"1 GiB"_s, u"2 GiB"_s, u"3 GiB"_s, u"4 GiB"_s};
        QTest::newRow("minutes") << V{0, 3000} << int(ChartUnit::Seconds) << true << QStringList{u"0"_s, u"15 m"_s, u"30 m"_s, u"45 m"_s, u"60 m"_s};
        QTest::newRow("follows the values") << V{1000, 1003} << int(ChartUnit::Count) << false << QStringList{u"1.000 k"_s, u"1.001 k"_s, u"1.002 k"_s, u"1.003 k"_s};
        QTest::newRow("a little below zero") << V{-0.2, 98} << int(ChartUnit::Count) << true << QStringList{u"0"_s, u"25"_s, u"50"_s, u"75"_s, u"100"_s};
        QTest::newRow("below zero") << V{-98, 98} << int(ChartUnit::Count) << true << QStringList{u"-100"_s, u"-50"_s, u"0"_s, u"50"_s, u"100"_s};
        QTest::newRow("nothing but zero") << V{0, 0} << int(ChartUnit::Count) << true << QStringList{u"0"_s, u"1"_s};
        QTest::newRow("nothing") << V{} << int(ChartUnit::Percent) << true << QStringList{u"0"_s, u"25 %"_s, u"50 %"_s, u"75 %"_s, u"100 %"_s};
    }
    void scales()
    {
        QFETCH(QList<double>, values);
        QFETCH(int, unit);
        QFETCH(bool, zero);
        QFETCH(QStringList, ticks);
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        std::vector<Sample> samples;
        for (qsizetype i = 0; i < values.size(); ++i)
            samples.push_back({double(i) * 60, values.at(i)});
        ChartData data = dataOf({lineOf(u"a"_s, samples)}, 3600);
        data.unit = ChartUnit(unit);
        data.fromZero = zero;
        const ValueScale scale = valueScale(data, 0, 3600, 4);
        QStringList found;
        for (const ChartTick &tick : scale.ticks)
            found.append(tick.text);
        QCOMPARE(found, ticks);
        QCOMPARE(scale.empty, values.isEmpty());
        for (const double value : std::as_const(values))
            QVERIFY(scale.share(value) >= 0 && scale.share(value) <= 1);
    }

    void scaleIsSoft()
    {
        ChartData data = dataOf({lineOf(u"blip"_s, {{0, 0.001}, {60, 0.002}})}, 3600);
        data.softMax = 1;
        QVERIFY(valueScale(data, 0, 3600, 4).high >= 1);
        data.thresholds.append({3, u"above 3"_s});
        data.softMax.reset();
        QVERIFY2(valueScale(data, 0, 3600, 4).high < 0.01, "a threshold far away presses the lines flat");
        data.thresholds.append({0.0025, u"near"_s});
        QVERIFY(valueScale(data, 0, 3600, 4).high >= 0.0025);
        // Only what is in sight, and only what is not hidden.
        data.lines.append(lineOf(u"big"_s, {{5000, 100}}));
        QVERIFY(valueScale(data, 0, 3600, 4).high < 1);
        QVERIFY(valueScale(data, 0, 6000, 4).high >= 100);
        QVERIFY(valueScale(data, 0, 6000, 4, {u"big"_s}).high < 1);
    }

    void logScale()
    {
        ChartData data = dataOf({lineOf(u"a"_s, {{0, 0}, {60, 5}, {120, 40000}})}, 3600);
        data.logarithmic = true;
        const ValueScale scale = valueScale(data, 0, 3600, 4);
        QVERIFY(scale.logarithmic && scale.hidden);
        QCOMPARE(scale.low, 1.0);
        QCOMPARE(scale.high, 100000.0);
        QVERIFY(std::isnan(scale.share(0)));
        QVERIFY(std::isnan(scale.share(-3)));
        QCOMPARE(scale.share(1), 0.0);
        QCOMPARE(scale.share(100000), 1.0);
    }

    void times_data()
    {
        QTest::addColumn<double>("from");
        QTest::addColumn<double>("to");
        QTest::addColumn<double>("least");
        QTest::addColumn<QStringList>("texts");
        constexpr double kNoon = 1764417600, kHour = 3600;
        QTest::newRow("six hours") << kNoon - 6 * kHour << kNoon << 3000.0
                                   << QStringList{u"06:00"_s, u"07:00"_s, u"08:00"_s, u"09:00"_s, u"10:00"_s, u"11:00"_s, u"12:00"_s};
        QTest::newRow("a minute") << kNoon << kNoon + 60 << 12.0 << QStringList{u"12:00:00"_s, u"12:00:15"_s, u"12:00:30"_s, u"12:00:45"_s, u"12:01:00"_s};
        QTest::newRow("over midnight") << kNoon + 10 * kHour << kNoon + 14 * kHour << kHour
                                       << QStringList{u"22:00"_s, u"23:00"_s, u"30 Nov"_s, u"01:00"_s, u"02:00"_s};
        QTest::newRow("a week") << kNoon << kNoon + 7 * 24 * kHour << 20 * kHour
                                << QStringList{u"30 Nov"_s, u"1 Dec"_s, u"2 Dec"_s, u"3 Dec"_s, u"4 Dec"_s, u"5 Dec"_s, u"6 Dec"_s};
        QTest::newRow("odd beginning") << kNoon + 1 << kNoon + 1200 << 300.0 << QStringList{u"12:05"_s, u"12:10"_s, u"12:15"_s, u"12:20"_s};
        QTest::newRow("backwards") << kNoon << kNoon - 1 << 300.0 << QStringList();
    }
    void times()
    {
        QFETCH(double, from);
        QFETCH(double, to);
        QFETCH(double, least);
        QFETCH(QStringList, texts);
        QLocale::setDefault(QLocale::c());
        QStringList found;
        for (const ChartTick &tick : timeTicks(from, to, least, true))
            found.append(tick.text);
        QCOMPARE(found, texts);
    }

    void numbersDoNotFollowTheOrder()
    {
        QStringList keys;
        for (int i = 0; i < 8; ++i)
            keys.append(u"node-%1"_s.arg(i));
        SeriesNumbers first, second;
        const QHash<QString, int> one = first.assign(keys);
        std::reverse(keys.begin(), keys.end());
        QCOMPARE(second.assign(keys), one);
        // Each its own while there are enough.
        QCOMPARE(QSet<int>(one.begin(), one.end()).size(), 8);
        // Others that come do not recolour them, and who comes back is who it was.
        QHash<QString, int> more = first.assign(QStringList{u"a"_s, u"b"_s} + keys);
        for (const QString &key : std::as_const(keys))
            QCOMPARE(more.value(key), one.value(key));
        QCOMPARE(QSet<int>(more.begin(), more.end()).size(), 10);
        (void)first.assign({u"node-3"_s});
        QCOMPARE(first.assign(keys), one);
        // 200 lines: every number about as often.
        QStringList many;
        for (int i = 0; i < 200; ++i)
            many.append(u"pod-%1"_s.arg(i));
        QHash<int, int> used;
        const QHash<QString, int> all = SeriesNumbers().assign(many);
        for (const int number : all)
            ++used[number];
        QCOMPARE(used.size(), 10);
        for (const int count : std::as_const(used))
            QCOMPARE(count, 20);
        QCOMPARE(SeriesNumbers::hashed(u"northgate-validator-1"_s), SeriesNumbers::hashed(u"northgate-validator-1"_s));
    }

    void readings()
    {
        const ChartLine line = lineOf(u"a"_s, {{0, 3}, {60, 1}, {120, kNaN}, {180, 9}});
        ChartData data = dataOf({line}, 200);
        LineReading read = readLine(line, data, 0, 200, std::nullopt);
        QCOMPARE(read.now, std::optional(9.0));
        QCOMPARE(read.low, std::optional(1.0));
        QCOMPARE(read.high, std::optional(9.0));
        QCOMPARE(read.silent, 0);
        read = readLine(line, data, 0, 100, std::nullopt);
        QCOMPARE(read.high, std::optional(3.0));
        read = readLine(line, data, 0, 200, 121);
        QVERIFY(read.nan && !read.now);
        QCOMPARE(readLine(line, data, 0, 200, 85).now, std::optional(1.0));
        // It ended: the newest value is not what is now.
        read = readLine(line, data, 0, 3780, std::nullopt);
        QVERIFY(!read.now);
        QCOMPARE(read.silent, 3600);
        QVERIFY(!readLine(line, data, 0, 3780, 2000).now);
        QVERIFY(!readLine(lineOf(u"b"_s, {}), data, 0, 200, std::nullopt).low);
    }

    void allOfAMoment()
    {
        ChartData data;
        data.step = 60;
        const auto add = [&data](const QString &key, double value) {
            data.lines.append({key, key, {}, std::make_shared<std::vector<Sample>>(std::vector<Sample>{{60, value}, {120, 1}})});
        };
        add(u"a"_s, 2);
        add(u"b"_s, NAN);
        add(u"c"_s, -1);
        add(u"d"_s, 9);
        add(u"e"_s, 9);
        data.lines.append({u"f"_s, u"f"_s, {}, nullptr});
        const auto keys = [&data](const MomentReadings &read) {
            QString out;
            for (const MomentReadings::Row &row : read.rows)
                out += data.lines.at(row.line).key;
            return out;
        };
        const QList<qsizetype> all{0, 1, 2, 3, 4, 5};
        QCOMPARE(keys(readMoment(data, all, 60, 10)), u"deacbf"_s);
        QCOMPARE(readMoment(data, all, 60, 10).left, 0);
        QVERIFY(!readMoment(data, all, 60, 10).rows.last().sample);
        QCOMPARE(keys(readMoment(data, {5, 2}, 60, 10)), u"cf"_s);
        QCOMPARE(keys(readMoment(data, all, 60, 3)), u"dea"_s);
        QCOMPARE(readMoment(data, all, 60, 3).left, 3);
        QCOMPARE(keys(readMoment(data, all, 60, 3, u"c"_s)), u"dec"_s);
        QCOMPARE(keys(readMoment(data, all, 60, 3, u"e"_s)), u"dea"_s);
        QCOMPARE(keys(readMoment(data, all, 300, 3, u"gone"_s)), u"abc"_s);      // nobody has anything there
        QVERIFY(!readMoment(data, all, 300, 3).rows.first().sample);
    }

    void steps()
    {
        ChartData data = dataOf({lineOf(u"a"_s, {{0, 1}, {60, 2}, {120, 3}})}, 120);
        QCOMPARE(stepFrom(data, 60, 1, 0, 120), 120.0);
        QCOMPARE(stepFrom(data, 120, 1, 0, 120), 120.0);
        QCOMPARE(stepFrom(data, 70, -1, 0, 120), 0.0);
        data.step = 0;
        data.lines = {lineOf(u"a"_s, {{3, 1}, {50, 2}}), lineOf(u"b"_s, {{20, 1}})};
        QCOMPARE(stepFrom(data, 3, 1, 0, 120), 20.0);
        QCOMPARE(stepFrom(data, 3, 2, 0, 120), 50.0);
        QCOMPARE(stepFrom(data, 50, -1, 0, 120), 20.0);
        QCOMPARE(nearestSample(data, 30), std::optional(20.0));
        QVERIFY(!nearestSample(dataOf({}, 1), 0));
    }

    void spoken()
    {
        QLocale::setDefault(QLocale::c());
        ChartData data = dataOf({lineOf(u"a"_s, {{0, 0.1}, {60, 0.7}, {120, 0.2}})}, 120);
        data.title = u"Latency"_s;
        data.unit = ChartUnit::Seconds;
        data.thresholds.append({0.6, u"alert above 600 ms"_s});
        QCOMPARE(spokenChart(data, 0, 120, true), u"Latency, 1 Jan, 00:00 to 00:02 UTC; newest: a 200 ms; a crosses: alert above 600 ms"_s);
        data.missing = u"The metric x is not there."_s;
        QVERIFY(spokenChart(data, 0, 120, true).endsWith(u": The metric x is not there."_s));
    }

    void csv()
    {
        const ChartData data = dataOf({lineOf(u"a"_s, {{0, 1.5}, {60, kNaN}}), lineOf(u"=SUM(A1,\"x\")"_s, {{60, kInf}, {90.5, 0.1}})}, 120);
        QCOMPARE(chartCsv(data), QByteArray("time,a,\"'=SUM(A1,\"\"x\"\")\"\r\n"
                                            "1970-01-01T00:00:00Z,1.5,\r\n"
                                            "1970-01-01T00:01:00Z,NaN,+Inf\r\n"
                                            "1970-01-01T00:01:30.500Z,,0.10000000000000001\r\n"));
    }

    void table()
    {
        ChartTable table;
        const QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
        table.setData(dataOf({lineOf(u"a"_s, {{0, 1}, {60, 2}}), lineOf(u"b"_s, {{60, kNaN}, {120, 3}})}, 120));
        QCOMPARE(table.rowCount(), 3);
        QCOMPARE(table.columnCount(), 3);
        QCOMPARE(table.headerData(2, Qt::Horizontal).toString(), u"b"_s);
        const auto cell = [&](int row, int column) { return table.index(row, column).data().toString(); };
        QCOMPARE(cell(0, 0), u"1970-01-01 00:02:00"_s);   // the newest first
        QCOMPARE(cell(0, 1), u"–"_s);
        QCOMPARE(cell(0, 2), u"3"_s);
        QCOMPARE(cell(1, 2), u"NaN"_s);
        QCOMPARE(cell(2, 1), u"1"_s);
        QCOMPARE(table.rowAt(70), 1);
        QCOMPARE(table.rowAt(-5), 2);
        table.setData(ChartData());
        QCOMPARE(table.rowCount(), 0);
        QCOMPARE(table.rowAt(0), -1);
    }
};

QTEST_GUILESS_MAIN(TestChartMath)
#include "tst_chartmath.moc"
