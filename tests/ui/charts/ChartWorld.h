// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/telemetry/ChartData.h"

#include <cmath>

namespace qd::test {

inline constexpr double kNoon = 1764417600;   ///< 2025-11-29 12:00 UTC
inline constexpr double kSixHours = 6 * 3600;

/// A line of one reading a minute over the six hours before noon, made of `value(minute)`; nothing where that is infinite.
template <typename Value>
items::ChartLine line(const QString &name, Value value, double step = 60)
{
    auto samples = std::make_shared<std::vector<network::Sample>>();
    const int count = int(kSixHours / step);
    samples->reserve(size_t(count) + 1);
    for (int i = 0; i <= count; ++i) {
        const double at = value(double(i) * step / 60);
        if (!std::isinf(at))
            samples->push_back({kNoon - kSixHours + i * step, at});
    }
    return {name, name, {{QStringLiteral("node"), name}}, samples};
}

inline items::ChartData chart(const QString &title, items::ChartUnit unit = items::ChartUnit::None)
{
    items::ChartData data;
    data.title = title;
    data.from = kNoon - kSixHours;
    data.to = kNoon;
    data.step = 60;
    data.unit = unit;
    data.asOf = QDateTime::fromSecsSinceEpoch(qint64(kNoon), Qt::UTC);
    return data;
}

/// Noise that is the same in every run.
inline double noise(int line, double minute)
{
    const double x = std::sin(minute * 12.9898 + line * 78.233) * 43758.5453;
    return 2 * (x - std::floor(x)) - 1;
}

/// The first card of picture 07: ten lines, a threshold that one crosses, a deployment, an alert.
inline items::ChartData latency(double step = 60)
{
    items::ChartData data = chart(QStringLiteral("Confirmation latency, 95th percentile"), items::ChartUnit::Seconds);
    data.note = QStringLiteral("step 1 m, 10 series");
    data.step = step;
    const QList<std::pair<QString, double>> nodes{{QStringLiteral("northgate-validator-1"), 0.19}, {QStringLiteral("northgate-validator-2"), 0.24},
        {QStringLiteral("harbor-bridge"), 0.32}, {QStringLiteral("alice-bank"), 0.12}, {QStringLiteral("bob-custody"), 0.15},
        {QStringLiteral("carol-clearing"), 0.095}, {QStringLiteral("dora-exchange"), 0.07}, {QStringLiteral("lighthouse-sv"), 0.41},
        {QStringLiteral("northgate-dev-1"), 0.27}, {QStringLiteral("northgate-dev-2"), 0.55}};
    int number = 0;
    for (const auto &node : nodes) {
        const int k = number++;
        const double base = node.second;
        data.lines.append(line(node.first, [k, base](double minute) {
            if ((k == 6 && minute > 120) || (k == 9 && minute < 250))
                return double(INFINITY);
            const double hill = k == 1 ? 0.5 * std::exp(-std::pow((minute - 272) / 26, 2)) : 0;
            return base + hill + 0.02 * std::sin(minute / 9 + k) + 0.018 * noise(k, minute);
        }, step));
    }
    data.thresholds.append({0.6, QStringLiteral("alert above 600 ms for 5 m")});
    data.marks.append({kNoon - 9800, QStringLiteral("0.4.16 on northgate-dev-1"), items::ChartMark::Kind::Deployment, QStringLiteral("c-1")});
    data.spans.append({kNoon - 6200, kNoon - 4400, QStringLiteral("ConfirmationSlow on northgate-validator-2")});
    data.queries.append(QStringLiteral("histogram_quantile(0.95, rate(latency_bucket[5m]))"));
    return data;
}

/// The second: three lines, one with a gap of 40 minutes, a threshold below.
inline items::ChartData traffic()
{
    items::ChartData data = chart(QStringLiteral("Traffic left"), items::ChartUnit::Percent);
    data.note = QStringLiteral("of purchased limit");
    data.softMax = 100;
    data.lines.append(line(QStringLiteral("northgate-validator-1"), [](double minute) { return 79 - minute / 45; }));
    data.lines.append(line(QStringLiteral("northgate-validator-2"), [](double minute) { return minute > 130 && minute < 170 ? double(INFINITY) : 46 - minute / 9; }));
    data.lines.append(line(QStringLiteral("harbor-bridge"), [](double minute) { return 52 - minute / 40; }));
    data.thresholds.append({10, QStringLiteral("alert below 10 %")});
    return data;
}

inline items::ChartData coins()
{
    items::ChartData data = chart(QStringLiteral("Canton Coin balance"), items::ChartUnit::Coin);
    data.note = QStringLiteral("unlocked");
    data.lines.append(line(QStringLiteral("northgate-validator-1"), [](double minute) { return 45000 + minute * 8.7; }));
    data.lines.append(line(QStringLiteral("northgate-validator-2"), [](double minute) { return minute > 322 ? 812.4 : 8800 + minute * 8; }));
    data.lines.append(line(QStringLiteral("harbor-bridge"), [](double minute) { return 6300 + minute * 0.28; }));
    return data;
}

/// The fourth: rates, one line ends an hour before noon.
inline items::ChartData events()
{
    items::ChartData data = chart(QStringLiteral("Ledger events"), items::ChartUnit::PerSecond);
    data.note = QStringLiteral("per second");
    data.softMax = 80;
    data.lines.append(line(QStringLiteral("alice-bank"), [](double minute) { return 38 + 9 * std::sin(minute / 4) + 5 * noise(1, minute); }));
    data.lines.append(line(QStringLiteral("bob-custody"), [](double minute) { return minute > 300 ? double(INFINITY) : 25 + 6 * noise(2, minute); }));
    data.lines.append(line(QStringLiteral("carol-clearing"), [](double minute) { return 12 + 3 * noise(3, minute); }));
    return data;
}

}
