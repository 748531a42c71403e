// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/telemetry/NodeProgress.h"

#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/items/Roles.h"
#include "models/network/telemetry/Steps.h"
#include "models/state/telemetry/VerdictSubjects.h"

#include <cmath>
#include <limits>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::Cell;
using network::CellType;
using state::NodeVerdict;
using state::VerdictState;

namespace {

constexpr qsizetype kKept = 512;    ///< trends; more are forgotten but for those on screen

std::optional<double> momentOf(const NodeVerdict &verdict, const QString &column)
{
    return column == "progress"_L1 ? verdict.lastEvent : column == "ingestion"_L1 ? verdict.lastIngestion : verdict.lastCommitment;
}

bool applies(const ObjectId &object, const QString &column)
{
    const QString &kind = object.gvr.resource;
    return column == "progress"_L1 || kind == "validators"_L1 || kind == "supervalidators"_L1 || (column == "commitment"_L1 && kind == "participants"_L1);
}

QString evidenceText(const NodeVerdict &verdict)
{
    QStringList lines{NodeProgress::tr("%1.").arg(state::verdictWord(verdict.state))};
    for (const state::Evidence &evidence : verdict.evidence) {
        if (lines.size() == 5)
            break;
        if (evidence.argues == verdict.state || lines.size() < 3)
            lines.append(evidence.says);
    }
    return lines.join(u'\n');
}

}

NodeProgress::NodeProgress(state::Verdicts *verdicts, const Clock *clock, QObject *parent)
    : ObservedColumns(parent)
    , m_verdicts(verdicts)
    , m_clock(clock)
{
    connect(m_verdicts, &state::Verdicts::changed, this, [this](const QString &cluster) {
        const state::VerdictSession *session = m_verdicts->session(cluster);
        if (session && session->environment()->needsSignIn() && m_trends.removeIf([&cluster](const auto &known) { return known.key().cluster == cluster; }) > 0)
            ++m_generation;
        tell();
    });
    m_timer.setInterval(int(kFreshMs));
    m_timer.setTimerType(Qt::VeryCoarseTimer);
    connect(&m_timer, &QTimer::timeout, this, &NodeProgress::ask);
}

NodeProgress::~NodeProgress()
{
    m_stop.request_stop();
}

QList<TableColumn> NodeProgress::columns() const
{
    return {{u"progress"_s, tr("Last event"), CellType::Time, network::Source::Observed, false, 12},
            {u"ingestion"_s, tr("Ingestion"), CellType::Time, network::Source::Observed, false, 8},
            {u"commitment"_s, tr("Commitment"), CellType::Time, network::Source::Observed, false, 8}};
}

Cell NodeProgress::cell(const ObjectId &object, const QString &column) const
{
    Cell out;
    if (!applies(object, column))
        return out;
    const NodeVerdict verdict = m_verdicts->of(object);
    if (const std::optional<double> at = momentOf(verdict, column)) {
        out.is = Cell::Is::Integer;
        out.integer = qint64(*at);
        return out;
    }
    if (!verdict.evidence.isEmpty() && verdict.evidence.first().signal == "suspended"_L1)
        return out;
    out.is = Cell::Is::Unknown;
    out.text = verdict.evidence.isEmpty() ? tr("Not read yet") : verdict.why();
    return out;
}

QVariant NodeProgress::data(const ObjectId &object, const QString &column, int role) const
{
    if (column != "progress"_L1)
        return {};
    switch (role) {
    case CellPaintRole:
        return int(CellPaint::Trend);
    case TrendRole:
        return QVariant::fromValue(trend(object));
    case SeverityRole: {
        const NodeVerdict verdict = m_verdicts->of(object);
        return !verdict.stale && (verdict.state == VerdictState::Stuck || verdict.state == VerdictState::Degraded) ? QVariant(int(shapeOf(verdict.state))) : QVariant();
    }
    case MutedRole:
        return true;
    case Qt::ToolTipRole: {
        const NodeVerdict verdict = m_verdicts->of(object);
        if (verdict.evidence.isEmpty())
            return tr("Not read yet");
        QString text = evidenceText(verdict);
        if (verdict.stale)
            text += u'\n' + tr("As of %1: the last reading failed.").arg(formatRfc3339(QDateTime::fromSecsSinceEpoch(qint64(verdict.at), Qt::UTC)));
        return text;
    }
    case Qt::AccessibleTextRole: {
        const NodeVerdict verdict = m_verdicts->of(object);
        return verdict.evidence.isEmpty() ? tr("not read yet") : tr("%1: %2").arg(state::verdictWord(verdict.state), verdict.why());
    }
    default:
        return {};
    }
}

void NodeProgress::setTrend(const ObjectId &node, const QList<double> &values)
{
    m_trends.insert(node, {values, m_clock->monotonicMs()});
    tell();
}

/// All that the cells of the nodes on screen are made of; tooltips are asked for anew each time.
size_t NodeProgress::shown() const
{
    size_t out = 0;
    const auto add = [&out](const auto &...values) { out = qHashMulti(out, values...); };
    const auto at = [](const std::optional<double> &moment) { return qint64(moment.value_or(-1)); };
    for (const ObjectId &node : m_visible) {
        const NodeVerdict verdict = m_verdicts->of(node);
        add(node, int(verdict.state), verdict.stale, at(verdict.lastEvent), at(verdict.lastIngestion), at(verdict.lastCommitment), verdict.why());
        for (const double value : m_trends.value(node).values)
            add(std::isnan(value) ? -1.0 : value);
    }
    return out;
}

/// Thousands of nodes are read four times a minute: where none of those on screen says anything else, nothing is painted.
void NodeProgress::tell()
{
    Q_EMIT valuesChanged();
    if (const size_t now = shown(); std::exchange(m_shown, now) != now || m_visible.isEmpty())
        Q_EMIT changed();
}

void NodeProgress::setVisible(const QList<ObjectId> &nodes)
{
    if (nodes == m_visible)
        return;
    m_visible = nodes;
    if (nodes.isEmpty()) {
        m_timer.stop();
        m_stop.request_stop();
        ++m_generation;
        return;
    }
    m_timer.start();
    ask();
}

void NodeProgress::ask()
{
    QHash<QString, QList<ObjectId>> old;
    const qint64 now = m_clock->monotonicMs();
    for (const ObjectId &node : std::as_const(m_visible)) {
        const auto known = m_trends.constFind(node);
        if (known == m_trends.constEnd() || now - known->at >= kFreshMs)
            old[node.cluster].append(node);
    }
    if (old.isEmpty())
        return;
    m_stop.request_stop();
    m_stop = std::stop_source();
    ++m_generation;
    for (auto it = old.constBegin(); it != old.constEnd(); ++it)
        askCluster(it.key(), it.value());
}

void NodeProgress::askCluster(const QString &cluster, const QList<ObjectId> &nodes)
{
    const state::VerdictSession *session = m_verdicts->session(cluster);
    ports::Telemetry *telemetry = session && !session->environment()->needsSignIn() ? session->environment()->telemetry().get() : nullptr;
    const std::shared_ptr<ports::MetricsSource> source = telemetry ? telemetry->metrics() : nullptr;
    if (!source)
        return;
    QStringList spaces, pods;
    for (const ObjectId &node : nodes) {
        if (!spaces.contains(network::regexEscaped(node.ns)))
            spaces.append(network::regexEscaped(node.ns));
        pods.append(network::regexEscaped(node.name));
    }
    // Each metric by itself: a rate has no name, and a sequencer's pod has both.
    const QString expr = u"sum by (namespace, pod) (rate(daml_sequencer_block_height{namespace=~%1,pod=~%2}[5m]))"
                         " or sum by (namespace, pod) (rate(daml_sequencer_client_handler_sequencer_events{namespace=~%1,pod=~%2}[5m]))"_s
                             .arg(network::promQuoted(spaces.join(u'|')), network::promQuoted(u"(%1)-.*"_s.arg(pods.join(u'|'))));
    const double end = std::floor(double(m_clock->now().toSecsSinceEpoch()) / kStep) * kStep;
    whenFinished(source->range({expr, end - kSpan, end, kStep}, m_stop.get_token()), this,
                 [this, cluster, nodes, generation = m_generation](const Result<network::SeriesAnswer> &answer) {
                     if (answer && generation == m_generation)
                         adopt(cluster, nodes, *answer);
                 });
}

void NodeProgress::adopt(const QString &cluster, const QList<ObjectId> &nodes, const network::SeriesAnswer &answer)
{
    const state::VerdictSession *session = m_verdicts->session(cluster);
    if (!session)
        return;
    if (m_trends.size() > kKept)
        m_trends.removeIf([this](const auto &known) { return !m_visible.contains(known.key()); });
    const state::NodeLabels labels(state::nodesOf(*session->environment()));
    const qint64 now = m_clock->monotonicMs();
    constexpr auto kNone = std::numeric_limits<double>::quiet_NaN();
    for (const ObjectId &node : nodes)
        m_trends.insert(node, {{}, now});
    for (const network::TimeSeries &series : answer.series) {
        const state::NodeLabels::Match match = labels.find(series.labels);
        const auto known = match.found() ? m_trends.find(match.node) : m_trends.end();
        if (known == m_trends.end() || !nodes.contains(match.node))
            continue;
        if (known->values.isEmpty())
            known->values.fill(kNone, kSpan / kStep + 1);
        for (const network::Sample &sample : series.samples) {
            const auto place = qsizetype(std::llround((sample.at - answer.start) / double(kStep)));
            if (place < 0 || place >= known->values.size() || !std::isfinite(sample.value))
                continue;
            double &value = known->values[place];
            value = std::isnan(value) ? sample.value : value + sample.value;
        }
    }
    tell();
}

}
