// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/ChartUnits.h"

#include "models/core/Format.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace qd::items {

using namespace Qt::StringLiterals;

namespace {

/// One size of a unit: values from `from` on are divided by `by` and followed by `word`.
struct Size {
    double from;
    double by;
    const char *word;
};

constexpr std::array<Size, 7> kSeconds{{{86400, 86400, QT_TRANSLATE_NOOP("ChartUnits", "%1 d")}, {3600, 3600, QT_TRANSLATE_NOOP("ChartUnits", "%1 h")},
                                        {60, 60, QT_TRANSLATE_NOOP("ChartUnits", "%1 m")}, {1, 1, QT_TRANSLATE_NOOP("ChartUnits", "%1 s")},
                                        {1e-3, 1e-3, QT_TRANSLATE_NOOP("ChartUnits", "%1 ms")}, {1e-6, 1e-6, QT_TRANSLATE_NOOP("ChartUnits", "%1 µs")},
                                        {0, 1e-9, QT_TRANSLATE_NOOP("ChartUnits", "%1 ns")}}};
constexpr std::array<Size, 6> kBytes{{{0x1p50, 0x1p50, "%1 PiB"}, {0x1p40, 0x1p40, "%1 TiB"}, {0x1p30, 0x1p30, "%1 GiB"},
                                      {0x1p20, 0x1p20, "%1 MiB"}, {0x1p10, 0x1p10, "%1 KiB"}, {0, 1, "%1 B"}}};
constexpr std::array<Size, 7> kSi{{{1e15, 1e15, "%1 P"}, {1e12, 1e12, "%1 T"}, {1e9, 1e9, "%1 G"}, {1e6, 1e6, "%1 M"},
                                   {1e3, 1e3, "%1 k"}, {1e-3, 1, "%1"}, {0, 1, "%1"}}};

std::span<const Size> sizesOf(ChartUnit unit)
{
    switch (unit) {
    case ChartUnit::Seconds: return kSeconds;
    case ChartUnit::Bytes:
    case ChartUnit::BytesPerSecond: return kBytes;
    default: return kSi;
    }
}

const Size &sizeOf(double value, ChartUnit unit)
{
    const std::span<const Size> sizes = sizesOf(unit);
    const double size = std::abs(value);
    // What rounds up to the next size is of the next size: 999.9996 k is 1 M.
    for (const Size &one : sizes) {
        if (size >= one.from * (1 - 5e-4))
            return one;
    }
    return sizes.back();
}

QString words(const char *text, const QString &number)
{
    return QCoreApplication::translate("ChartUnits", text).arg(number);
}

/// What follows the number beside its size: "GiB" and "/s".
QString after(ChartUnit unit, const QString &text)
{
    switch (unit) {
    case ChartUnit::Percent:
    case ChartUnit::Ratio: return QCoreApplication::translate("ChartUnits", "%1 %").arg(text);
    case ChartUnit::BytesPerSecond:
    case ChartUnit::PerSecond: return QCoreApplication::translate("ChartUnits", "%1 /s").arg(text);
    case ChartUnit::Coin: return QCoreApplication::translate("ChartUnits", "%1 CC").arg(text);
    case ChartUnit::Dollars: return QCoreApplication::translate("ChartUnits", "%1 $").arg(text);
    default: return text;
    }
}

/// As many digits after the point as three digits need, without zeros at the end.
QString threeDigits(double value)
{
    if (value == 0)
        return QLocale().toString(0);
    const int before = int(std::floor(std::log10(std::abs(value)))) + 1;
    if (before < -5)
        return QLocale().toString(value, 'g', 3);
    const int decimals = std::clamp(3 - before, 0, 8);
    const double scale = std::pow(10.0, decimals);
    const double rounded = std::round(value * scale) / scale;
    int needed = decimals;
    while (needed > 0 && std::abs(rounded * std::pow(10.0, needed - 1) - std::round(rounded * std::pow(10.0, needed - 1))) < 1e-6)
        --needed;
    return formatNumber(rounded, needed);
}

QString number(double value, int decimals)
{
    return decimals < 0 ? threeDigits(value) : formatNumber(value, decimals);
}

QString dateText(double seconds, bool utc)
{
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(qint64(seconds * 1000), utc ? Qt::UTC : Qt::LocalTime);
    return QLocale().toString(at, QCoreApplication::translate("ChartUnits", "d MMM yyyy HH:mm"));
}

/// Powers of ten and what lies between, for a log scale.
ValueScale logScale(ValueScale scale, double least, double most, const ChartData &data, bool utc)
{
    scale.logarithmic = true;
    if (!(least > 0)) {
        scale.low = 1;
        scale.high = 10;
        return scale;
    }
    const int first = int(std::floor(std::log10(least))), last = std::max(first + 1, int(std::ceil(std::log10(most))));
    scale.low = std::pow(10.0, first);
    scale.high = std::pow(10.0, last);
    const int stride = std::max(1, (last - first + 5) / 6);
    for (int power = first; power <= last; power += stride)
        scale.ticks.append({std::pow(10.0, power), valueText(std::pow(10.0, power), data.unit == ChartUnit::Coin ? ChartUnit::None : data.unit, -1, data.words, utc)});
    return scale;
}

/// A line for each word, with room above and below.
ValueScale wordScale(ValueScale scale, const ChartData &data)
{
    const double first = data.words.firstKey(), last = data.words.lastKey(), room = std::max(1.0, last - first) * 0.12;
    scale.low = first - room;
    scale.high = last + room;
    for (auto it = data.words.constBegin(); it != data.words.constEnd(); ++it)
        scale.ticks.append({it.key(), it.value()});
    return scale;
}

/// A round step: 1, 2, 2.5, 5 times a power of ten, of the unit the scale is written in; of seconds and bytes what people count in.
double niceStep(double rough, ChartUnit unit, double by)
{
    const double share = rough / by;
    if (unit == ChartUnit::Seconds && by >= 60) {
        for (const double step : {1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0}) {
            if (step >= share && by < 86400)
                return step * by;
        }
    }
    const double power = std::pow(10.0, std::floor(std::log10(share)));
    for (const double step : {1.0, 2.0, 2.5, 5.0, 10.0}) {
        if (step * power >= share * (1 - 1e-9))
            return step * power * by;
    }
    return 10 * power * by;
}

struct Ends {
    double least = std::numeric_limits<double>::infinity();
    double most = -std::numeric_limits<double>::infinity();
    bool hidden = false;
    void take(double value)
    {
        least = std::min(least, value);
        most = std::max(most, value);
    }
    [[nodiscard]] bool empty() const { return least > most; }
};

Ends endsOf(const ChartData &data, double from, double to, const QSet<QString> &hidden)
{
    Ends out;
    const auto before = [](const network::Sample &sample, double at) { return sample.at < at; };
    for (const ChartLine &line : data.lines) {
        if (!line.samples || hidden.contains(line.key))
            continue;
        auto it = std::lower_bound(line.samples->begin(), line.samples->end(), from, before);
        for (; it != line.samples->end() && it->at <= to; ++it) {
            if (data.logarithmic && it->value <= 0)
                out.hidden = true;
            else if (std::isfinite(it->value))
                out.take(it->value);
        }
    }
    return out;
}

/// What the axis must reach beside the values.
void widen(Ends &ends, const ChartData &data)
{
    if (data.unit == ChartUnit::State && !data.words.isEmpty()) {
        ends.take(data.words.firstKey());
        ends.take(data.words.lastKey());
    }
    if (data.softMin && (!data.logarithmic || *data.softMin > 0))
        ends.take(*data.softMin);
    if (data.softMax && (!data.logarithmic || *data.softMax > 0))
        ends.take(*data.softMax);
    if (data.fromZero && !data.logarithmic && data.unit != ChartUnit::DateTime)
        ends.take(0);
    // A threshold that is near belongs to the picture; one far above would press the lines flat.
    for (const ChartThreshold &threshold : data.thresholds) {
        const double room = std::max(ends.most - ends.least, std::abs(ends.most) / 4);
        if ((!data.logarithmic || threshold.value > 0) && threshold.value <= ends.most + room && threshold.value >= ends.least - room)
            ends.take(threshold.value);
    }
    if (ends.most - ends.least < std::max(std::abs(ends.most), std::abs(ends.least)) * 1e-9 || ends.most == ends.least) {
        const double room = ends.most == 0 ? 1 : std::abs(ends.most) * 0.05;
        ends.most += room;
        ends.least -= ends.least == 0 && data.fromZero ? 0 : room;
    }
}

/// Labels of one scale share size and decimals: "0, 0.5 s, 1 s, 1.5 s".
QString tickText(double at, double step, const Size &size, const ChartData &data, bool utc)
{
    if (data.unit == ChartUnit::State)
        return data.words.value(at, number(at, -1));
    if (data.unit == ChartUnit::DateTime)
        return dateText(at, utc);
    const double factor = data.unit == ChartUnit::Ratio ? 100 : 1;
    const double shown = at * factor / size.by, stride = step * factor / size.by;
    int decimals = 0;
    while (decimals < 8 && std::abs(stride * std::pow(10.0, decimals) - std::round(stride * std::pow(10.0, decimals))) > 1e-6 * stride * std::pow(10.0, decimals))
        ++decimals;
    // Zero is zero in every unit; only what is a share or a rate says so.
    if (std::abs(shown) < stride * 1e-6)
        return QLocale().toString(0);
    // What coins they are the title says.
    const QString text = words(size.word, formatNumber(shown, decimals));
    return data.unit == ChartUnit::Coin ? text : after(data.unit, text);
}

}

QString valueText(double value, ChartUnit unit, int decimals, const QMap<double, QString> &known, bool utc)
{
    if (std::isnan(value))
        return u"NaN"_s;
    if (std::isinf(value))
        return value > 0 ? u"+∞"_s : u"−∞"_s;
    if (value == 0)
        value = 0;   // not -0
    switch (unit) {
    case ChartUnit::State: return known.value(value, number(value, decimals));
    case ChartUnit::DateTime: return dateText(value, utc);
    case ChartUnit::Percent: return after(unit, number(value, decimals));
    case ChartUnit::Ratio: return after(unit, number(value * 100, decimals));
    case ChartUnit::Coin:
    case ChartUnit::Dollars: return after(unit, formatNumber(value, decimals < 0 ? 2 : decimals));
    case ChartUnit::Count:
        // Things are counted whole, until there are too many of them to read.
        if (std::abs(value) < 1e6 && decimals < 0 && std::abs(value - std::round(value)) < 1e-9)
            return formatNumber(value, 0);
        [[fallthrough]];
    default: {
        if (value == 0 && unit == ChartUnit::Seconds)
            return words(kSeconds.at(3).word, QLocale().toString(0));
        const Size &size = sizeOf(value, unit);
        return after(unit, words(size.word, number(value / size.by, decimals)));
    }
    }
}

QString valueText(double value, const ChartData &data, bool utc)
{
    return valueText(value, data.unit, data.decimals, data.words, utc);
}

double ValueScale::share(double value) const
{
    if (!logarithmic)
        return (value - low) / (high - low);
    return value > 0 ? (std::log10(value) - std::log10(low)) / (std::log10(high) - std::log10(low)) : std::nan("");
}

ValueScale valueScale(const ChartData &data, double from, double to, int lines, const QSet<QString> &hidden, bool utc)
{
    ValueScale out;
    Ends ends = endsOf(data, from, to, hidden);
    out.hidden = ends.hidden;
    out.empty = ends.empty();
    if (ends.empty() && !data.words.isEmpty())
        ends.take(data.words.firstKey());
    else if (ends.empty() && !data.softMax)
        ends.take(data.unit == ChartUnit::Percent ? 100 : data.logarithmic ? 10 : 1);
    if (data.logarithmic) {
        widen(ends, data);
        return logScale(out, ends.least, ends.most, data, utc);
    }
    if (data.unit == ChartUnit::State && !data.words.isEmpty() && ends.least >= data.words.firstKey() && ends.most <= data.words.lastKey())
        return wordScale(out, data);
    widen(ends, data);
    const double most = std::max(std::abs(ends.most), std::abs(ends.least));
    const bool whole = data.unit == ChartUnit::Percent || data.unit == ChartUnit::Ratio || data.unit == ChartUnit::State || data.unit == ChartUnit::DateTime;
    static constexpr Size kPlain{0, 1, "%1"};
    const Size &size = whole ? kPlain : sizeOf(most, data.unit);
    double step = niceStep((ends.most - ends.least) / std::max(1, lines), data.unit, size.by);
    if (data.unit == ChartUnit::Count || data.unit == ChartUnit::State)
        step = std::max(1.0, step);
    out.low = std::floor(ends.least / step + 1e-9) * step;
    out.high = std::ceil(ends.most / step - 1e-9) * step;
    if (out.high <= out.low)
        out.high = out.low + step;
    double first = out.low;
    // A little below zero does not take a whole step of the picture.
    if (ends.least < 0 && -ends.least < step / 4) {
        out.low = -step / 4;
        first = 0;
    }
    const int count = int(std::lround((out.high - first) / step));
    // 0, 0.5 s, 1 s: the highest says what all are written in.
    const Size &largest = sizeOf(std::max(std::abs(out.low), std::abs(out.high)), data.unit);
    const double share = std::fmod(step, largest.by);
    const bool quarters = data.unit == ChartUnit::Seconds && largest.by >= 60 && share > 0;   // of an hour are minutes
    const Size &shown = whole ? kPlain : quarters ? size : largest;
    for (int i = 0; i <= count; ++i) {
        const double at = first + step * i;
        out.ticks.append({std::abs(at) < step * 1e-6 ? 0 : at, tickText(at, step, shown, data, utc)});
    }
    return out;
}

}
