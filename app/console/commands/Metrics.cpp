// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Output.h"
#include "app/console/Times.h"
#include "app/console/commands/Command.h"
#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/network/telemetry/Steps.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>

#include <cmath>
#include <optional>

namespace qd::console {

using namespace Qt::StringLiterals;

namespace {

constexpr int kPoints = 250;

/// 2026-01-31T12:00:00Z, seconds since 1970, now, now-6h.
Result<double> timeOf(const QString &option, const QString &text, const QDateTime &now)
{
    const auto none = [&option, &text] {
        return Error{ErrorKind::Invalid, Session::tr("%1 %2 is no time.").arg(option, text), Session::tr("For example 2026-01-31T12:00:00Z, now-6h, or seconds since 1970.")};
    };
    static const QRegularExpression pattern(u"\\Anow(?:-(\\S+))?\\z"_s);
    if (const QRegularExpressionMatch match = pattern.match(text); match.hasMatch()) {
        const qint64 ago = match.captured(1).isEmpty() ? 0 : parseDuration(match.captured(1));
        if (ago < 0)
            return none();
        return double(now.toMSecsSinceEpoch() - ago) / 1000;
    }
    bool number = false;
    const double seconds = text.toDouble(&number);
    if (number && std::isfinite(seconds) && seconds > 0)
        return seconds;
    if (number || !QDateTime::fromString(text, Qt::ISODateWithMs).isValid())
        return none();
    const Result<QDateTime> at = readTime(option, text);
    if (!at)
        return at.error();
    return double(at->toMSecsSinceEpoch()) / 1000;
}

QString valueText(double value)
{
    if (std::isnan(value))
        return u"NaN"_s;
    if (std::isinf(value))
        return value > 0 ? u"+Inf"_s : u"-Inf"_s;
    return QString::number(value, 'f', QLocale::FloatingPointShortest);
}

QString shortText(double value)
{
    return std::isfinite(value) ? QString::number(value, 'g', 8) : valueText(value);
}

QString seriesText(const network::Labels &labels)
{
    QStringList pairs;
    for (auto it = labels.begin(); it != labels.end(); ++it) {
        if (it.key() != "__name__"_L1)
            pairs.append(QString(it.key() + u'=' + network::promQuoted(it.value())));
    }
    const QString name = labels.value(u"__name__"_s);
    return pairs.isEmpty() && !name.isEmpty() ? name : QString(name + u'{' + pairs.join(u", "_s) + u'}');
}

/// `metrics query EXPR`.
class MetricsQuery final : public Command {
public:
    using Command::Command;

    void run() override
    {
        if (const Result<Done> read = readTimes(); !read) {
            sayError(read.error());
            return Q_EMIT finished(Usage);
        }
        m_telemetry = session().telemetryOf(session().cluster());
        connect(m_telemetry.get(), &ports::Telemetry::changed, this, &MetricsQuery::ask);
        m_telemetry->look();
        ask();
    }

    void interrupt() override
    {
        m_stop.request_stop();
        Command::interrupt();
    }

private:
    Result<Done> readTimes()
    {
        const QDateTime now = session().clock()->now();
        for (const auto &[flag, to] : {std::pair{u"start"_s, &m_start}, std::pair{u"end"_s, &m_end}}) {
            if (!invocation().has(flag))
                continue;
            const Result<double> at = timeOf(u"--"_s + flag, invocation().value(flag), now);
            if (!at)
                return at.error();
            *to = *at;
        }
        if (invocation().has(u"step"_s) && !m_start)
            return Error{ErrorKind::Invalid, Session::tr("--step needs --start."), {}};
        if (m_start && !m_end)
            m_end = double(now.toMSecsSinceEpoch()) / 1000;
        if (m_start && *m_end < *m_start)
            return Error{ErrorKind::Invalid, Session::tr("--end lies before --start."), {}};
        return Done{};
    }

    void ask()
    {
        const ports::TelemetryState state = m_telemetry->state(ports::TelemetryPart::Metrics);
        if (m_asked || state.phase == ports::TelemetryState::Phase::Looking)
            return;
        m_asked = true;
        if (state.phase == ports::TelemetryState::Phase::Missing)
            return fail(state.why);
        const QString expr = invocation().words.first();
        const auto answered = [this](const Result<network::SeriesAnswer> &answer) { answer ? show(*answer) : fail(answer.error()); };
        if (!m_start)
            return whenFinished(m_telemetry->metrics()->query(expr, m_end.value_or(0), m_stop.get_token()), this, answered);
        const double step = invocation().has(u"step"_s) ? double(parseDuration(invocation().value(u"step"_s))) / 1000 : network::chooseStep(*m_start, *m_end, kPoints);
        whenFinished(m_telemetry->metrics()->range({expr, *m_start, *m_end, step}, m_stop.get_token()), this, answered);
    }

    void show(const network::SeriesAnswer &answer)
    {
        if (invocation().json()) {
            printJson(document(answer));
        } else {
            for (const QString &warning : answer.warnings)
                say(Session::tr("Warning of the server: %1").arg(warning));
            for (const QString &info : answer.infos)
                say(info);
            answer.series.empty() ? say(Session::tr("No series answers this query.")) : table(answer);
        }
        Q_EMIT finished(Ok);
    }

    /// As Prometheus writes it: a number is one pair, all else a list of series.
    [[nodiscard]] QJsonArray result(const network::SeriesAnswer &answer) const
    {
        const auto pair = [](const network::Sample &sample) { return QJsonArray{sample.at, valueText(sample.value)}; };
        if (answer.type == "scalar"_L1 && answer.series.size() == 1 && answer.series.front().samples.size() == 1)
            return pair(answer.series.front().samples.front());
        QJsonArray out;
        for (const network::TimeSeries &series : answer.series) {
            QJsonObject metric;
            for (auto it = series.labels.begin(); it != series.labels.end(); ++it)
                metric.insert(it.key(), it.value());
            QJsonArray values;
            for (const network::Sample &sample : series.samples)
                values.append(pair(sample));
            out.append(m_start ? QJsonObject{{u"metric"_s, metric}, {u"values"_s, values}} : QJsonObject{{u"metric"_s, metric}, {u"value"_s, values.first()}});
        }
        return out;
    }

    [[nodiscard]] QJsonObject document(const network::SeriesAnswer &answer) const
    {
        return {{u"resultType"_s, !answer.type.isEmpty() ? answer.type : m_start ? u"matrix"_s : u"vector"_s}, {u"result"_s, result(answer)}, {u"warnings"_s, QJsonArray::fromStringList(answer.warnings)},
                {u"infos"_s, QJsonArray::fromStringList(answer.infos)}};
    }

    void table(const network::SeriesAnswer &answer) const
    {
        QList<QStringList> rows;
        for (const network::TimeSeries &series : answer.series) {
            if (series.samples.empty())
                continue;
            double least = std::nan(""), most = least;   // of what is a number
            for (const network::Sample &sample : series.samples) {
                least = std::fmin(least, sample.value);
                most = std::fmax(most, sample.value);
            }
            const QString last = shortText(series.samples.back().value);
            if (m_start)
                rows.append({last, shortText(least), shortText(most), QString::number(series.samples.size()), seriesText(series.labels)});
            else
                rows.append({last, seriesText(series.labels)});
        }
        printTable(m_start ? QStringList{u"LAST"_s, u"LEAST"_s, u"MOST"_s, u"READINGS"_s, u"SERIES"_s} : QStringList{u"VALUE"_s, u"SERIES"_s}, rows);
    }

    std::shared_ptr<ports::Telemetry> m_telemetry;
    std::stop_source m_stop;
    std::optional<double> m_start, m_end;
    bool m_asked = false;
};

}

std::unique_ptr<Command> makeMetricsQuery(const Invocation &invocation, Session *session)
{
    return std::make_unique<MetricsQuery>(invocation, session);
}

}
