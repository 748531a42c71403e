// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/ChartReadings.h"

#include "models/core/Format.h"
#include "models/items/telemetry/ChartUnits.h"

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>
#include <cmath>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::Sample;

namespace {

using Samples = std::vector<Sample>;

/// Gives lupdate the context of the texts here.
struct ChartReadings {
    Q_DECLARE_TR_FUNCTIONS(ChartReadings)
};

Samples::const_iterator firstFrom(const Samples &samples, double at)
{
    return std::lower_bound(samples.begin(), samples.end(), at, [](const Sample &sample, double time) { return sample.at < time; });
}

QString field(const QString &text)
{
    QString out = text;
    if (!out.isEmpty() && QStringView(u"=+-@\t\r").contains(out.front()))
        out.prepend(u'\'');
    if (out.contains(u',') || out.contains(u'"') || out.contains(u'\n') || out.contains(u'\r'))
        out = u'"' + out.replace(u'"', u"\"\""_s) + u'"';
    return out;
}

}

const Sample *sampleAt(const ChartLine &line, const ChartData &data, double time)
{
    if (!line.samples || line.samples->empty())
        return nullptr;
    const Samples &samples = *line.samples;
    auto it = firstFrom(samples, time);
    if (data.step <= 0) {
        if (it != samples.end() && it->at == time)
            return &*it;
        return it == samples.begin() ? nullptr : &*(it - 1);
    }
    if (it == samples.end() || (it != samples.begin() && time - (it - 1)->at < it->at - time))
        --it;
    return std::abs(it->at - time) <= data.step / 2 + 1e-6 ? &*it : nullptr;
}

LineReading readLine(const ChartLine &line, const ChartData &data, double from, double to, std::optional<double> time)
{
    LineReading out;
    if (!line.samples || line.samples->empty())
        return out;
    const Samples &samples = *line.samples;
    for (auto it = firstFrom(samples, from); it != samples.end() && it->at <= to; ++it) {
        if (!std::isfinite(it->value))
            continue;
        out.low = out.low ? std::min(*out.low, it->value) : it->value;
        out.high = out.high ? std::max(*out.high, it->value) : it->value;
    }
    auto end = std::upper_bound(samples.begin(), samples.end(), to, [](double at, const Sample &sample) { return at < sample.at; });
    const Sample *last = end == samples.begin() ? nullptr : &*(end - 1);
    if (last && data.step > 0 && to - last->at > 2 * data.step)
        out.silent = qint64(to - last->at);
    const Sample *one = time ? sampleAt(line, data, *time) : out.silent > 0 ? nullptr : last;
    if (!one)
        return out;
    out.at = one->at;
    out.nan = std::isnan(one->value);
    if (!out.nan)
        out.now = one->value;
    return out;
}

MomentReadings readMoment(const ChartData &data, const QList<qsizetype> &lines, double time, qsizetype most, const QString &strong)
{
    MomentReadings out;
    out.rows.reserve(lines.size());
    for (const qsizetype line : lines)
        out.rows.append({line, sampleAt(data.lines.at(line), data, time)});
    const auto rank = [](const MomentReadings::Row &row) { return !row.sample ? 2 : std::isnan(row.sample->value) ? 1 : 0; };
    std::stable_sort(out.rows.begin(), out.rows.end(), [&rank](const MomentReadings::Row &a, const MomentReadings::Row &b) {
        const int left = rank(a), right = rank(b);
        return left != right ? left < right : left == 0 && a.sample->value > b.sample->value;
    });
    if (out.rows.size() <= most)
        return out;
    const auto chosen = std::find_if(out.rows.cbegin(), out.rows.cend(), [&](const MomentReadings::Row &row) { return data.lines.at(row.line).key == strong; });
    if (!strong.isEmpty() && chosen != out.rows.cend() && chosen - out.rows.cbegin() >= most)
        out.rows[most - 1] = *chosen;
    out.left = out.rows.size() - most;
    out.rows.resize(most);
    return out;
}

std::optional<double> nearestSample(const ChartData &data, double time)
{
    std::optional<double> best;
    const auto take = [&](double at) {
        if (!best || std::abs(at - time) < std::abs(*best - time))
            best = at;
    };
    for (const ChartLine &line : data.lines) {
        if (!line.samples || line.samples->empty())
            continue;
        const auto it = firstFrom(*line.samples, time);
        if (it != line.samples->end())
            take(it->at);
        if (it != line.samples->begin())
            take((it - 1)->at);
    }
    return best;
}

double stepFrom(const ChartData &data, double time, int steps, double from, double to)
{
    if (data.step > 0)
        return std::clamp(nearestSample(data, time).value_or(time) + steps * data.step, from, to);
    for (int i = 0; i < std::abs(steps); ++i) {
        std::optional<double> next;
        for (const ChartLine &line : data.lines) {
            if (!line.samples || line.samples->empty())
                continue;
            auto it = firstFrom(*line.samples, time);
            if (steps > 0) {
                while (it != line.samples->end() && it->at <= time)
                    ++it;
                if (it != line.samples->end())
                    next = next ? std::min(*next, it->at) : it->at;
            } else if (it != line.samples->begin()) {
                next = next ? std::max(*next, (it - 1)->at) : (it - 1)->at;
            }
        }
        if (!next)
            break;
        time = *next;
    }
    return std::clamp(time, from, to);
}

QString spokenChart(const ChartData &data, double from, double to, bool utc)
{
    constexpr qsizetype kSaid = 5;
    QStringList out{u"%1, %2"_s.arg(data.title, rangeText(from, to, utc))};
    if (data.loading)
        return out.constFirst() + ": "_L1 + ChartReadings::tr("loading");
    if (!data.missing.isEmpty())
        return out.constFirst() + ": "_L1 + data.missing;
    if (data.error)
        out.append(data.error->message);
    else if (data.stale && data.asOf.isValid())
        out.append(ChartReadings::tr("stale, as of %1").arg(timeText(double(data.asOf.toSecsSinceEpoch()), to - from, utc)));
    QStringList values, worst;
    for (const ChartLine &line : data.lines) {
        const LineReading read = readLine(line, data, from, to, std::nullopt);
        if (values.size() < kSaid)
            values.append(u"%1 %2"_s.arg(line.name, read.now ? valueText(*read.now, data, utc) : read.nan ? u"NaN"_s : ChartReadings::tr("no data")));
        for (const ChartThreshold &threshold : data.thresholds) {
            // A threshold says by its words which side is bad; what has crossed it at some time is worth saying.
            if (read.low && read.high && *read.low <= threshold.value && *read.high >= threshold.value && worst.size() < kSaid)
                worst.append(ChartReadings::tr("%1 crosses: %2").arg(line.name, threshold.words));
        }
    }
    if (data.lines.isEmpty())
        values.append(ChartReadings::tr("no data in this time"));
    else if (data.lines.size() > kSaid)
        values.append(ChartReadings::tr("and %1 more").arg(data.lines.size() - kSaid));
    out.append(ChartReadings::tr("newest: %1").arg(values.join(u", "_s)));
    out.append(worst);
    for (const ChartSpan &span : data.spans) {
        if ((span.to == 0 || span.to >= from) && span.from <= to)
            out.append(span.text);
    }
    return out.join(u"; "_s);
}

QByteArray chartCsv(const ChartData &data)
{
    std::vector<double> times;
    QStringList head{u"time"_s};
    for (const ChartLine &line : data.lines) {
        head.append(field(line.name));
        if (line.samples) {
            for (const Sample &sample : *line.samples)
                times.push_back(sample.at);
        }
    }
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    QByteArray out = head.join(u',').toUtf8() + "\r\n";
    std::vector<size_t> next(size_t(data.lines.size()), 0);
    for (const double time : times) {
        const QDateTime at = QDateTime::fromMSecsSinceEpoch(std::llround(time * 1000), Qt::UTC);
        out += at.toString(at.time().msec() == 0 ? u"yyyy-MM-dd'T'HH:mm:ss'Z'"_s : u"yyyy-MM-dd'T'HH:mm:ss.zzz'Z'"_s).toLatin1();
        for (qsizetype i = 0; i < data.lines.size(); ++i) {
            out += ',';
            const auto &samples = data.lines.at(i).samples;
            size_t &position = next[size_t(i)];
            if (!samples || position >= samples->size() || (*samples)[position].at != time)
                continue;
            const double value = (*samples)[position++].value;
            out += std::isnan(value) ? QByteArray("NaN") : std::isinf(value) ? QByteArray(value > 0 ? "+Inf" : "-Inf") : QByteArray::number(value, 'g', 17);
        }
        out += "\r\n";
    }
    return out;
}

}
