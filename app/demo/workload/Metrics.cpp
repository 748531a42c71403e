// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/workload/Metrics.h"

#include "app/demo/workload/Exposition.h"
#include "models/core/Json.h"

#include <QJsonArray>

#include <cmath>
#include <numbers>
#include <optional>
#include <vector>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

using Type = MetricRow::Type;
using Value = MetricRow::Value;
using exposition::bytesOf;
using exposition::Labels;
using exposition::labelText;
using exposition::numberText;

constexpr double kTurn = 2 * std::numbers::pi;
/// The buckets of OpenTelemetry's histograms, in seconds.
constexpr double kBounds[] = {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10};
constexpr double kSpread = 0.8;         ///< sigma of the logarithms of durations
/// How a rate swings: by so much, in so many seconds.
constexpr double kSwing = 0.35;
constexpr double kSwingPeriod = 900;

double numberOf(const QJsonValue &value, bool *there)
{
    bool ok = value.isDouble();
    const double number = value.isString() ? value.toString().toDouble(&ok) : value.toDouble();
    *there = *there && ok;
    return number;
}

struct Bucket {
    QByteArray end;                     ///< of its name: the bound
    double share = 0;                   ///< of all, up to the bound
};

QList<Bucket> bucketsOf(double mean)
{
    QList<Bucket> all;
    const double middle = std::log(mean) - kSpread * kSpread / 2;
    for (const double bound : kBounds)
        all.append({QByteArray::number(bound) + "\"} ", 0.5 * std::erfc(-(std::log(bound) - middle) / (kSpread * std::numbers::sqrt2))});
    return all;
}

/// A series, and what of it never changes.
struct Series {
    const MetricRow *row = nullptr;
    int domain = -1;                    ///< of the subject's; -1: of none
    int clock = 0;                      ///< of the clocks asked for
    int condition = -1;
    QByteArray labels;
    double phase = 0, size = 0, sum = 0;
    double storyPhase = 0, storySize = 0;
    QList<Bucket> buckets;              ///< below +Inf
};

}

class MetricsTeller::Impl {
public:
    Impl(const QList<MetricRow> &table, const Subject &subject) : m_subject(subject)
    {
        for (const QJsonValue &one : json::at(subject.pod, u"/spec/containers/0/env"_s).toArray())
            m_buckets = m_buckets || one.toObject().value("name"_L1).toString() == "ADDITIONAL_CONFIG_DISABLE_NATIVE_HISTOGRAMS"_L1;
        const double limit = bytesOf(json::at(subject.pod, u"/spec/containers/0/resources/limits/memory"_s).toString());
        m_heap = 0.75 * (limit > 0 ? limit : 2.0 * 1073741824.0);
        for (const MetricRow &row : table) {
            if (row.components.contains(m_subject.component))
                add(row);
        }
    }

    QByteArray text(const Subject &subject);

private:
    friend class Telling;

    void add(const MetricRow &row)
    {
        QList<Labels> series{Labels()};
        bool ofDomain = false;
        for (const auto &[name, values] : row.labels) {
            QList<Labels> longer;
            for (const Labels &before : std::as_const(series)) {
                for (const QString &value : values) {
                    if (value == "$member"_L1) {
                        for (const QString &member : m_subject.members())
                            longer.append(before + Labels{{name, member}});
                    } else {
                        longer.append(before + Labels{{name, value}});
                    }
                }
            }
            ofDomain = ofDomain || values.first().startsWith("$domain"_L1);
            series = longer;
        }
        for (const Labels &labels : std::as_const(series)) {
            if (!ofDomain)
                addSeries(row, labels, -1);
            for (int i = 0; ofDomain && i < int(m_subject.domains.size()); ++i)
                addSeries(row, labels, i);
        }
    }

    void addSeries(const MetricRow &row, const Labels &given, int domain)
    {
        Labels labels;
        for (const auto &[name, value] : given) {
            QString told = value;
            if (value == "$domain"_L1 || value == "$domainId"_L1)
                told = value == "$domain"_L1 ? m_subject.domains.at(domain).alias : m_subject.domains.at(domain).id;
            else if (value.startsWith(u'$'))
                told = m_subject.word(value.mid(1));
            if (told.isEmpty())
                return;   // not known yet: a node that has no identity tells nothing about it
            labels.append({name, told});
        }
        QByteArray key = row.name;
        for (const auto &[name, value] : std::as_const(labels))
            key += '|' + name.toUtf8() + '=' + value.toUtf8();
        common(labels, key);
        // What counts the same thing counts alike, whatever it is called: requests begun, handled, timed.
        QByteArray story = QByteArray::number(row.number) + '|' + row.clock.toUtf8();
        for (const auto &[name, value] : std::as_const(labels)) {
            if (name != "grpc_code"_L1)
                story += '|' + value.toUtf8();
        }
        Series series{&row, domain, indexOf(m_clocks, row.clock), row.condition.isEmpty() ? -1 : indexOf(m_conditions, row.condition), labelText(labels)};
        series.phase = m_subject.chance(QByteArray(key + "|phase"));
        series.size = m_subject.chance(QByteArray(key + "|size"));
        series.sum = m_subject.chance(QByteArray(key + "|sum"));
        series.storyPhase = m_subject.chance(QByteArray(story + "|phase"));
        series.storySize = m_subject.chance(QByteArray(story + "|size"));
        if (m_buckets && row.type == Type::Histogram)
            series.buckets = bucketsOf(row.mean);
        m_series.append(series);
    }

    static int indexOf(QStringList &all, const QString &name)
    {
        if (!all.contains(name))
            all.append(name);
        return int(all.indexOf(name));
    }

    /// What every series of such a program carries.
    void common(Labels &labels, const QByteArray &key) const
    {
        static const QStringList canton{u"participant"_s, u"sequencer"_s, u"mediator"_s};
        if (m_subject.component == "cometbft"_L1 || key.startsWith("target_info"))
            return;
        const bool own = canton.contains(m_subject.component);
        addOnce(labels, own ? u"component"_s : u"node_type"_s, m_subject.component);
        addOnce(labels, own ? u"node"_s : u"node_name"_s, own ? m_subject.component : m_subject.name());
    }

    static void addOnce(Labels &labels, const QString &name, const QString &value)
    {
        for (const auto &[there, ignored] : std::as_const(labels)) {
            if (there == name)
                return;
        }
        labels.append({name, value});
    }

    const Subject m_subject;
    QList<Series> m_series;
    QStringList m_clocks, m_conditions;
    double m_heap = 0;
    bool m_buckets = false;
};

/// All series at one moment.
class Telling {
public:
    Telling(const MetricsTeller::Impl &what, const Subject &subject)
        : m_what(what), m_subject(subject), m_clocks(size_t(what.m_clocks.size() * (subject.domains.size() + 1))),
          m_holds(size_t(what.m_conditions.size() * (subject.domains.size() + 1)))
    {
    }

    QByteArray text()
    {
        for (const Series &series : m_what.m_series) {
            const auto value = valueOf(series);
            if (!value)
                continue;
            const MetricRow &row = *series.row;
            head(row);
            if (row.type == Type::Histogram)
                histogram(series, *value);
            else
                m_out += row.name + (series.labels.isEmpty() ? QByteArray() : QByteArray('{' + series.labels + '}')) + ' ' + numberText(*value) + '\n';
        }
        return m_out;
    }

private:
    void head(const MetricRow &row)
    {
        if (row.name == m_last)
            return;
        m_last = row.name;
        QByteArray help = row.help;
        help.replace('\\', "\\\\");
        const char *type = row.type == Type::Counter ? "counter" : row.type == Type::Gauge ? "gauge" : "histogram";
        m_out += "# HELP " + row.name + ' ' + help + "\n# TYPE " + row.name + ' ' + type + '\n';
    }

    void histogram(const Series &series, double count)
    {
        const MetricRow &row = *series.row;
        const QByteArray before = series.labels.isEmpty() ? QByteArray() : QByteArray(series.labels + ',');
        const QByteArray begun = row.name + "_bucket{" + before + "le=\"";
        for (const Bucket &bucket : series.buckets)
            m_out.append(begun).append(bucket.end).append(numberText(std::floor(count * bucket.share))).append('\n');
        const QByteArray own = series.labels.isEmpty() ? QByteArray() : QByteArray('{' + series.labels + '}');
        const double sum = count * row.mean * (0.9 + 0.2 * series.sum);
        m_out += begun + "+Inf\"} " + numberText(count) + '\n' + row.name + "_sum" + own + ' '
            + numberText(sum) + '\n' + row.name + "_count" + own + ' ' + numberText(count) + '\n';
    }

    [[nodiscard]] const SubjectDomain *domainOf(const Series &series) const
    {
        return series.domain < 0 ? nullptr : &m_subject.domains.at(series.domain);
    }

    const Subject::Clock &clockOf(const Series &series)
    {
        auto &clock = m_clocks[size_t(series.clock * (m_subject.domains.size() + 1) + series.domain + 1)];
        if (!clock)
            clock = m_subject.clock(m_what.m_clocks.at(series.clock), domainOf(series));
        return *clock;
    }

    bool holds(const Series &series)
    {
        auto &told = m_holds[size_t(series.condition * (m_subject.domains.size() + 1) + series.domain + 1)];
        if (!told)
            told = m_subject.holds(m_what.m_conditions.at(series.condition), domainOf(series));
        return *told;
    }

    std::optional<double> valueOf(const Series &series)
    {
        const MetricRow &row = *series.row;
        if (series.condition >= 0 && !holds(series))
            return row.instead;
        switch (row.value) {
        case Value::Const:
            return row.number;
        case Value::Path:
            return atPath(row);
        case Value::Heap:
            return std::floor(m_what.m_heap * row.number * swing(series));
        case Value::Wave:
            return wave(series);
        case Value::Last:
        case Value::Lag:
            return moment(series);
        case Value::Rate:
        case Value::Hist:
            break;
        }
        return counted(series);
    }

    [[nodiscard]] std::optional<double> atPath(const MetricRow &row) const
    {
        bool there = true;
        double sum = 0;
        for (qsizetype i = 0; i + 1 < row.path.size(); i += 2) {
            const QString &what = row.path.at(i + 1);
            const double number = what.startsWith(u'/') ? numberOf(json::at(m_subject.node, QString(u"/status"_s + what)), &there) : what.toDouble();
            sum += row.path.at(i) == "-"_L1 ? -number : number;
        }
        return there ? std::optional(std::max(0.0, sum)) : row.otherwise;
    }

    [[nodiscard]] double swing(const Series &series) const
    {
        const MetricRow &row = *series.row;
        const double now = double(m_subject.now.toMSecsSinceEpoch()) / 1000;
        return std::max(0.0, 1 + row.amplitude * std::sin(kTurn * (std::fmod(now, row.period) / row.period + series.phase)));
    }

    std::optional<double> wave(const Series &series)
    {
        const MetricRow &row = *series.row;
        if (clockOf(series).still)
            return 0.0;
        const double value = row.number * (0.6 + 0.8 * series.size) * swing(series);
        // Loads and ratios are parts of one, everything else is counted.
        return row.name.endsWith("_load") || row.name.endsWith("_ratio") ? std::min(1.0, value) : std::round(value);
    }

    std::optional<double> moment(const Series &series)
    {
        const MetricRow &row = *series.row;
        const Subject::Clock &clock = clockOf(series);
        if (!clock.at.isValid())
            return std::nullopt;
        double at = double(clock.at.toMSecsSinceEpoch()) / 1000;
        // The last event came a moment ago.
        if (!clock.still)
            at -= 0.15 + 0.1 * std::sin(kTurn * (std::fmod(at, 17.0) / 17 + series.phase));
        if (row.period > 0)
            at = std::floor(at / row.period) * row.period;
        const double seconds = row.value == Value::Lag ? double(m_subject.now.toMSecsSinceEpoch()) / 1000 - at : at;
        return std::floor(seconds * (row.unit == "us"_L1 ? 1e6 : row.unit == "ms"_L1 ? 1e3 : 1.0));
    }

    /// How much came so far at this rate, which swings about its mean and is never less than nothing.
    double counted(const Series &series)
    {
        const MetricRow &row = *series.row;
        const bool steady = row.clock == "starved"_L1 || row.clock == "broken"_L1 || row.clock == "cut"_L1 || row.clock == "chain"_L1;
        double seconds = clockOf(series).seconds;
        if (!steady) {
            const double phase = kTurn * series.storyPhase;
            seconds -= kSwing * kSwingPeriod / kTurn * (std::sin(kTurn * seconds / kSwingPeriod + phase) - std::sin(phase));
        }
        const double size = row.clock == "chain"_L1 ? 1.0 : 0.6 + 0.8 * series.storySize;
        const double all = std::max(0.0, row.number * size * seconds);
        return row.name.endsWith("_seconds_total") ? all : std::floor(all);
    }

    const MetricsTeller::Impl &m_what;
    const Subject &m_subject;
    std::vector<std::optional<Subject::Clock>> m_clocks;   // by clock and domain
    std::vector<std::optional<bool>> m_holds;              // by condition and domain
    QByteArray m_out;
    QByteArray m_last;
};

QByteArray MetricsTeller::Impl::text(const Subject &subject)
{
    return Telling(*this, subject).text();
}

MetricsTeller::MetricsTeller(const QList<MetricRow> &table, const Subject &subject) : m_impl(std::make_unique<Impl>(table, subject)) { }

MetricsTeller::~MetricsTeller() = default;
MetricsTeller::MetricsTeller(MetricsTeller &&) noexcept = default;

QByteArray MetricsTeller::text(const Subject &subject) const
{
    return m_impl->text(subject);
}

QByteArray metricsText(const QList<MetricRow> &table, const Subject &subject)
{
    return MetricsTeller(table, subject).text(subject);
}

}
