// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/Decimate.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace qd::items {

using network::Sample;

namespace {

/// The column a sample falls into; what lies outside of the range falls into one of its own there.
class Columns {
public:
    Columns(double from, double to, int columns) : m_from(from), m_scale(to > from ? columns / (to - from) : 0), m_last(columns) { }
    [[nodiscard]] int of(double at) const { return int(std::clamp(std::floor((at - m_from) * m_scale), -1.0, double(m_last))); }

private:
    double m_from;
    double m_scale;
    int m_last;
};

/// Calls take(column, first, lowest, highest, last) for each column of a run; positions in the run.
template <typename Take>
void eachColumn(SampleRun run, const Columns &columns, Take take)
{
    for (size_t i = 0; i < run.size();) {
        const int column = columns.of(run[i].at);
        size_t low = i, high = i;
        const size_t first = i;
        for (++i; i < run.size() && columns.of(run[i].at) == column; ++i) {
            if (run[i].value < run[low].value)
                low = i;
            if (run[i].value > run[high].value)
                high = i;
        }
        take(column, first, low, high, i - 1);
    }
}

}

std::vector<SampleRun> runsOf(const std::vector<Sample> &samples, double step, double from, double to)
{
    std::vector<SampleRun> out;
    const auto before = [](const Sample &sample, double at) { return sample.at < at; };
    auto begin = std::lower_bound(samples.begin(), samples.end(), from, before);
    auto end = std::lower_bound(begin, samples.end(), to, before);
    if (begin != samples.begin())
        --begin;
    if (end != samples.end())
        ++end;
    for (auto it = begin; it != end;) {
        if (!std::isfinite(it->value)) {
            ++it;
            continue;
        }
        auto stop = it + 1;
        while (stop != end && std::isfinite(stop->value) && !network::isGap(*(stop - 1), *stop, step))
            ++stop;
        out.emplace_back(&*it, size_t(stop - it));
        it = stop;
    }
    // The neighbours outside are there for the line to the edge; alone they are out of sight.
    std::erase_if(out, [from, to](SampleRun run) { return run.back().at < from || run.front().at > to; });
    return out;
}

QList<QPointF> decimate(SampleRun run, double from, double to, int columns)
{
    QList<QPointF> out;
    const auto add = [&](const Sample &sample) { out.append({sample.at, sample.value}); };
    if (columns <= 0 || run.size() <= size_t(columns)) {
        out.reserve(qsizetype(run.size()));
        std::for_each(run.begin(), run.end(), add);
        return out;
    }
    out.reserve(std::min<qsizetype>(qsizetype(run.size()), 4 * (columns + 2)));
    eachColumn(run, Columns(from, to, columns), [&](int, size_t first, size_t low, size_t high, size_t last) {
        const std::array<size_t, 4> kept{first, std::min(low, high), std::max(low, high), last};
        for (size_t i = 0; i < kept.size(); ++i) {
            if (i == 0 || kept.at(i) != kept.at(i - 1))
                add(run[kept.at(i)]);
        }
    });
    return out;
}

std::vector<ColumnSpan> columnSpans(SampleRun run, double from, double to, int columns)
{
    std::vector<ColumnSpan> out;
    if (columns <= 0)
        return out;
    out.reserve(size_t(columns) + 2);
    int lastColumn = -2;
    double lastValue = 0;
    eachColumn(run, Columns(from, to, columns), [&](int column, size_t first, size_t low, size_t high, size_t last) {
        ColumnSpan span{column, run[low].value, run[high].value};
        if (lastColumn >= -1) {
            // Columns without a sample are crossed in a straight line.
            const double slope = (run[first].value - lastValue) / (column - lastColumn);
            for (int between = lastColumn + 1; between < column; ++between) {
                const double a = lastValue + slope * (between - lastColumn - 0.5), b = a + slope;
                out.push_back({between, std::min(a, b), std::max(a, b)});
            }
            const double reach = column - lastColumn > 1 ? run[first].value - slope / 2 : lastValue;
            span.low = std::min(span.low, reach);
            span.high = std::max(span.high, reach);
        }
        out.push_back(span);
        lastColumn = column;
        lastValue = run[last].value;
    });
    return out;
}

std::vector<DataGap> gapsOf(const std::vector<Sample> &samples, double step, double from, double to)
{
    std::vector<DataGap> out;
    if (step <= 0 || to <= from)
        return out;
    const auto add = [&](double a, double b) {
        a = std::max(a, from);
        b = std::min(b, to);
        if (b > a)
            out.push_back({a, b});
    };
    double reached = 0;
    bool any = false;
    for (const SampleRun run : runsOf(samples, step, from, to)) {
        if (any ? run.front().at > reached : run.front().at - from > 1.5 * step)
            add(any ? reached : from, run.front().at);
        reached = run.back().at;
        any = true;
    }
    if (!any)
        add(from, to);
    else if (to - reached > 1.5 * step)
        add(reached, to);
    return out;
}

}
