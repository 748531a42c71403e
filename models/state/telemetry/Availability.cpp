// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/telemetry/Availability.h"

#include "models/core/Async.h"
#include "models/state/telemetry/VerdictRules.h"
#include "models/state/telemetry/VerdictSubjects.h"

#include <algorithm>
#include <cmath>

namespace qd::state {

using namespace Qt::StringLiterals;
using network::SeriesAnswer;
using network::TimeSeries;

namespace {

/// So many looks make a cell: more would cost the server more than they tell.
constexpr qint64 kLooks = 288;
constexpr auto kLabel = "qd_node";

QString labelled(const QString &expr, qsizetype at)
{
    return u"label_replace(%1, \"%2\", \"%3\", \"\", \"\")"_s.arg(expr, QLatin1StringView(kLabel)).arg(at);
}

}

double Availability::knownSeconds() const
{
    double share = 0;
    for (const Cell &cell : cells)
        share += cell.known;
    return cells.isEmpty() ? 0 : share * seconds() / double(cells.size());
}

double Availability::downSeconds() const
{
    double share = 0;
    for (const Cell &cell : cells)
        share += cell.known * (1 - cell.up);
    return cells.isEmpty() ? 0 : share * seconds() / double(cells.size());
}

std::optional<double> Availability::share() const
{
    const double known = knownSeconds();
    return known > 0 ? std::optional(1 - downSeconds() / known) : std::nullopt;
}

QString availabilityQuery(const QString &matchers, bool busyNetwork)
{
    // A private network may be silent, and a member of it gets what is addressed to it: silence proves nothing there.
    if (!busyNetwork)
        return u"min(up{%1} or daml_health_status{%1})"_s.arg(matchers);
    const QString last = QLatin1StringView(metric::kLastEvent);
    const double level = VerdictLevels::defaults().at(QLatin1StringView(levels::kLastEvent)).stuck;
    // 0 is "none since the start". Of replicas only the active one receives; each component and synchronizer by itself.
    return u"min(up{%1} or daml_health_status{%1} or (time() - max by (component, synchronizer) (%2{%1} > 0) / 1e6 < bool %3))"_s.arg(matchers, last).arg(level);
}

AvailabilitySession::AvailabilitySession(Environment *environment, const Clock *clock, QObject *parent)
    : QObject(parent)
    , m_environment(environment)
    , m_clock(clock)
    , m_signedOut(environment->needsSignIn())
{
    m_timer.setInterval(kEveryMs);
    m_timer.setTimerType(Qt::VeryCoarseTimer);
    connect(&m_timer, &QTimer::timeout, this, &AvailabilitySession::ask);
    connect(m_environment, &Environment::signInChanged, this, &AvailabilitySession::signInChanged);
}

AvailabilitySession::~AvailabilitySession()
{
    m_stop.request_stop();
}

qint64 AvailabilitySession::resolutionOf(qint64 cellSeconds)
{
    return std::max<qint64>(60, cellSeconds / kLooks / 60 * 60);
}

std::optional<Availability> AvailabilitySession::of(const ObjectId &node) const
{
    const auto known = m_known.constFind(node);
    return known == m_known.constEnd() ? std::nullopt : std::optional(*known);
}

void AvailabilitySession::show(const QList<ObjectId> &nodes, qint64 seconds, int cells)
{
    if (nodes == m_nodes && seconds == m_seconds && cells == m_cells)
        return;
    if (seconds != m_seconds || cells != m_cells)
        m_known.clear();
    m_nodes = nodes;
    m_seconds = seconds;
    m_cells = cells;
    if (nodes.isEmpty() || cells <= 0) {
        m_timer.stop();
        m_stop.request_stop();
        ++m_generation;
        m_open = 0;
        m_waits = false;
        return;
    }
    if (ports::Telemetry *telemetry = m_environment->telemetry().get())
        connect(telemetry, &ports::Telemetry::changed, this, &AvailabilitySession::telemetryChanged, Qt::UniqueConnection);
    m_timer.start();
    ask();
}

/// News of Alertmanager or Loki are none for it: what is under way goes on.
void AvailabilitySession::telemetryChanged()
{
    if (m_metrics.moved(*m_environment))
        ask();
}

void AvailabilitySession::signInChanged()
{
    if (m_environment->needsSignIn() == m_signedOut)
        return;
    m_signedOut = !m_signedOut;
    m_stop.request_stop();
    ++m_generation;
    m_open = 0;
    m_known.clear();
    m_error.message.clear();
    ask();
    Q_EMIT changed();
}

void AvailabilitySession::ask()
{
    if (m_nodes.isEmpty())
        return;
    m_stop.request_stop();
    m_stop = std::stop_source();
    const quint64 mine = ++m_generation;
    m_open = 0;
    m_waits = false;
    const Result<std::shared_ptr<ports::MetricsSource>> found = m_metrics.look(*m_environment);
    if (mine != m_generation)
        return;     // changed() came from within, and asked
    if (!found)
        return fail(found.error());
    const std::shared_ptr<ports::MetricsSource> &source = *found;
    m_waits = !source;
    if (!source)
        return;
    const NodeLabels labels(nodesOf(*m_environment));
    QHash<ObjectId, bool> busy;
    for (const VerdictSubject &subject : verdictSubjects(*m_environment))
        busy.insert(subject.node, subject.busyNetwork);
    QStringList parts;
    for (qsizetype i = 0; i < m_nodes.size(); ++i)
        parts.append(labelled(availabilityQuery(labels.matchers(m_nodes.at(i)), busy.value(m_nodes.at(i))), i));
    const qint64 cell = m_seconds / m_cells;
    const QString inner = u"(%1)[%2s:%3s]"_s.arg(parts.join(u" or "_s)).arg(cell).arg(resolutionOf(cell));
    // Whole minutes, so that two questions of a minute are the same one.
    m_end = std::floor(double(m_clock->now().toSecsSinceEpoch()) / 60) * 60;
    ports::RangeQuery query{u"avg_over_time(%1)"_s.arg(inner), m_end - double(m_seconds - cell), m_end, double(cell)};
    m_open = 2;
    whenFinished(source->range(query, m_stop.get_token()), this, [this, mine](const auto &answer) { arrived(false, mine, answer); });
    query.expr = u"count_over_time(%1)"_s.arg(inner);
    whenFinished(source->range(query, m_stop.get_token()), this, [this, mine](const auto &answer) { arrived(true, mine, answer); });
}

void AvailabilitySession::arrived(bool counts, quint64 generation, const Result<SeriesAnswer> &answer)
{
    if (generation != m_generation || m_open == 0)
        return;
    if (!answer) {
        m_stop.request_stop();
        ++m_generation;
        m_open = 0;
        return fail(answer.error());
    }
    (counts ? m_counts : m_means) = *answer;
    if (--m_open == 0)
        finish();
}

void AvailabilitySession::finish()
{
    const qint64 cell = m_seconds / m_cells;
    const double first = m_end - double(m_seconds - cell);
    const double looks = double(cell) / double(resolutionOf(cell));
    m_known.clear();
    const auto take = [&](const SeriesAnswer &answer, auto adopt) {
        for (const TimeSeries &series : answer.series) {
            bool ok = false;
            const int at = series.labels.value(QLatin1StringView(kLabel)).toInt(&ok);
            if (!ok || at < 0 || at >= m_nodes.size())
                continue;
            Availability &node = m_known[m_nodes.at(at)];
            node.from = m_end - double(m_seconds);
            node.to = m_end;
            node.resolution = double(resolutionOf(cell));
            node.cells.resize(m_cells);
            for (const network::Sample &sample : series.samples) {
                const auto place = qsizetype(std::llround((sample.at - first) / double(cell)));
                if (place >= 0 && place < node.cells.size() && std::isfinite(sample.value))
                    adopt(node.cells[place], sample.value);
            }
        }
    };
    take(m_means, [](Availability::Cell &c, double value) { c.up = std::clamp(value, 0.0, 1.0); });
    take(m_counts, [looks](Availability::Cell &c, double value) { c.known = std::clamp(value / looks, 0.0, 1.0); });
    // Why a node may have no history in it.
    m_error = {ErrorKind::Network, partialOf(m_means)};
    m_means = {};
    m_counts = {};
    Q_EMIT changed();
}

void AvailabilitySession::fail(const Error &why)
{
    if (why.kind == ErrorKind::Cancelled)
        return;
    // What was known of a day stays true: only when it is of long ago does the card say so.
    m_error = why;
    Q_EMIT changed();
}

}
