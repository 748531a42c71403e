// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/workload/Metrics.h"

#include "app/demo/workload/Exposition.h"
#include "models/core/Json.h"

#include <QJsonArray>

#include <cmath>
#include <numbers>

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

class Writer {
public:
    explicit Writer(const Subject &subject) : m_subject(subject)
    {
        for (const QJsonValue &one : json::at(subject.pod, u"/spec/containers/0/env"_s).toArray())
            m_buckets = m_buckets || one.toObject().value("name"_L1).toString() == "ADDITIONAL_CONFIG_DISABLE_NATIVE_HISTOGRAMS"_L1;
        const double limit = bytesOf(json::at(subject.pod, u"/spec/containers/0/resources/limits/memory"_s).toString());
        m_heap = 0.75 * (limit > 0 ? limit : 2.0 * 1073741824.0);
    }

    QByteArray text(const QList<MetricRow> &table)
    {
        for (const MetricRow &row : table) {
            if (row.components.contains(m_subject.component))
                add(row);
        }
        return m_out;
    }

private:
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
                addSeries(row, labels, nullptr);
            else
                for (const SubjectDomain &domain : m_subject.domains)
                    addSeries(row, labels, &domain);
        }
    }

    void addSeries(const MetricRow &row, const Labels &given, const SubjectDomain *domain)
    {
        Labels labels;
        for (const auto &[name, value] : given) {
            QString told = value;
            if (value == "$domain"_L1 || value == "$domainId"_L1)
                told = value == "$domain"_L1 ? domain->alias : domain->id;
            else if (value.startsWith(u'$'))
                told = m_subject.word(value.mid(1));
            if (told.isEmpty())
                return;   // not known yet: a node that has no identity tells nothing about it
            labels.append({name, told});
        }
        QByteArray key = row.name;
        for (const auto &[name, value] : std::as_const(labels))
            key += '|' + name.toUtf8() + '=' + value.toUtf8();
        m_key = key;
        common(labels);
        // What counts the same thing counts alike, whatever it is called: requests begun, handled, timed.
        m_story = QByteArray::number(row.number) + '|' + row.clock.toUtf8();
        for (const auto &[name, value] : std::as_const(labels)) {
            if (name != "grpc_code"_L1)
                m_story += '|' + value.toUtf8();
        }
        const auto value = valueOf(row, domain);
        if (!value)
            return;
        head(row);
        const QByteArray text = labelText(labels);
        if (row.type == Type::Histogram)
            histogram(row, text, *value);
        else
            m_out += row.name + (text.isEmpty() ? QByteArray() : QByteArray('{' + text + '}')) + ' ' + numberText(*value) + '\n';
    }

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

    /// What every series of such a program carries.
    void common(Labels &labels) const
    {
        static const QStringList canton{u"participant"_s, u"sequencer"_s, u"mediator"_s};
        if (m_subject.component == "cometbft"_L1 || m_key.startsWith("target_info"))
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

    void histogram(const MetricRow &row, const QByteArray &labels, double count)
    {
        const QByteArray before = labels.isEmpty() ? QByteArray() : QByteArray(labels + ',');
        if (m_buckets) {
            const double middle = std::log(row.mean) - kSpread * kSpread / 2;
            for (const double bound : kBounds) {
                const double share = 0.5 * std::erfc(-(std::log(bound) - middle) / (kSpread * std::numbers::sqrt2));
                m_out += row.name + "_bucket{" + before + "le=\"" + QByteArray::number(bound) + "\"} " + numberText(std::floor(count * share)) + '\n';
            }
        }
        const QByteArray own = labels.isEmpty() ? QByteArray() : QByteArray('{' + labels + '}');
        const double sum = count * row.mean * (0.9 + 0.2 * chance("sum"));
        m_out += row.name + "_bucket{" + before + "le=\"+Inf\"} " + numberText(count) + '\n' + row.name + "_sum" + own + ' '
            + numberText(sum) + '\n' + row.name + "_count" + own + ' ' + numberText(count) + '\n';
    }

    [[nodiscard]] double chance(const char *salt) const { return m_subject.chance(QByteArray(m_key + '|' + salt)); }

    [[nodiscard]] std::optional<double> valueOf(const MetricRow &row, const SubjectDomain *domain) const
    {
        if (!row.condition.isEmpty() && !m_subject.holds(row.condition, domain))
            return row.instead;
        switch (row.value) {
        case Value::Const:
            return row.number;
        case Value::Path:
            return atPath(row);
        case Value::Heap:
            return std::floor(m_heap * row.number * swing(row));
        case Value::Wave:
            return wave(row, domain);
        case Value::Last:
        case Value::Lag:
            return moment(row, domain);
        case Value::Rate:
        case Value::Hist:
            break;
        }
        return counted(row, m_subject.clock(row.clock, domain));
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

    [[nodiscard]] double swing(const MetricRow &row) const
    {
        const double now = double(m_subject.now.toMSecsSinceEpoch()) / 1000;
        return std::max(0.0, 1 + row.amplitude * std::sin(kTurn * (std::fmod(now, row.period) / row.period + chance("phase"))));
    }

    [[nodiscard]] std::optional<double> wave(const MetricRow &row, const SubjectDomain *domain) const
    {
        if (m_subject.clock(row.clock, domain).still)
            return 0.0;
        const double value = row.number * (0.6 + 0.8 * chance("size")) * swing(row);
        // Loads and ratios are parts of one, everything else is counted.
        return row.name.endsWith("_load") || row.name.endsWith("_ratio") ? std::min(1.0, value) : std::round(value);
    }

    [[nodiscard]] std::optional<double> moment(const MetricRow &row, const SubjectDomain *domain) const
    {
        const Subject::Clock clock = m_subject.clock(row.clock, domain);
        if (!clock.at.isValid())
            return std::nullopt;
        double at = double(clock.at.toMSecsSinceEpoch()) / 1000;
        // The last event came a moment ago.
        if (!clock.still)
            at -= 0.15 + 0.1 * std::sin(kTurn * (std::fmod(at, 17.0) / 17 + chance("phase")));
        if (row.period > 0)
            at = std::floor(at / row.period) * row.period;
        const double seconds = row.value == Value::Lag ? double(m_subject.now.toMSecsSinceEpoch()) / 1000 - at : at;
        return std::floor(seconds * (row.unit == "us"_L1 ? 1e6 : row.unit == "ms"_L1 ? 1e3 : 1.0));
    }

    /// How much came so far at this rate, which swings about its mean and is never less than nothing.
    [[nodiscard]] double counted(const MetricRow &row, const Subject::Clock &clock) const
    {
        const bool steady = row.clock == "starved"_L1 || row.clock == "broken"_L1 || row.clock == "cut"_L1 || row.clock == "chain"_L1;
        double seconds = clock.seconds;
        if (!steady) {
            const double phase = kTurn * m_subject.chance(QByteArray(m_story + "|phase"));
            seconds -= kSwing * kSwingPeriod / kTurn * (std::sin(kTurn * seconds / kSwingPeriod + phase) - std::sin(phase));
        }
        const double size = row.clock == "chain"_L1 ? 1.0 : 0.6 + 0.8 * m_subject.chance(QByteArray(m_story + "|size"));
        const double all = std::max(0.0, row.number * size * seconds);
        return row.name.endsWith("_seconds_total") ? all : std::floor(all);
    }

    const Subject &m_subject;
    QByteArray m_out;
    QByteArray m_last;
    QByteArray m_key;                   ///< the series: name and own labels
    QByteArray m_story;                 ///< what it counts
    double m_heap = 0;
    bool m_buckets = false;
};

}

QByteArray metricsText(const QList<MetricRow> &table, const Subject &subject)
{
    return Writer(subject).text(table);
}

}
