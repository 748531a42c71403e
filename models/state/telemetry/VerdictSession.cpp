// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/state/telemetry/VerdictSession.h"

#include "models/core/Async.h"
#include "models/core/Format.h"
#include "models/state/telemetry/VerdictRules.h"
#include "models/state/telemetry/VerdictSubjects.h"

#include <algorithm>
#include <cmath>

namespace qd::state {

using namespace Qt::StringLiterals;
using network::Labels;
using network::SeriesAnswer;
using network::TimeSeries;
using Words = VerdictWords;

namespace {

/// Metrics whose end is told: "was read 7 m ago for the last time".
const QStringList &remembered()
{
    static const QStringList names{QLatin1StringView(metric::kLastEvent), QLatin1StringView(metric::kIngestion), QLatin1StringView(metric::kBlockDelay), u"up"_s};
    return names;
}

QString targetKey(const Labels &labels)
{
    return labels.value(u"namespace"_s) + u'\n' + labels.value(u"pod"_s) + u'\n' + labels.value(u"job"_s) + u'\n' + labels.value(u"instance"_s);
}

}

VerdictSession::VerdictSession(Environment *environment, const Clock *clock, QObject *parent)
    : QObject(parent)
    , m_environment(environment)
    , m_clock(clock)
    , m_signedOut(environment->needsSignIn())
{
    m_timer.setInterval(kEveryMs);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        // A slow server is not asked once more before it answered: the client's deadline ends it.
        if (m_open == 0)
            begin();
    });
    connect(m_environment, &Environment::signInChanged, this, &VerdictSession::signInChanged);
    connect(m_environment, &Environment::storeAdded, this, &VerdictSession::watch);
    connect(m_environment, &Environment::servedChanged, this, [this] {
        if (!m_lookers.isEmpty())
            openKinds();
    });
    const QList<ResourceStore *> stores = m_environment->stores();
    for (const ResourceStore *store : stores)
        watch(store);
}

void VerdictSession::watch(const ResourceStore *store)
{
    if (tellsOfNodes(store->kind()))
        connect(store, &ResourceStore::changed, this, [this] { m_moved = true; });
}

/// Of those that are not watched from the start: what is not read would pass for nothing wrong.
void VerdictSession::openKinds()
{
    for (const network::KindInfo &kind : m_environment->kinds().kinds()) {
        if (!kind.eager && tellsOfNodes(kind) && m_environment->serves(kind))
            (void)m_environment->store(kind);
    }
}

VerdictSession::~VerdictSession()
{
    m_stop.request_stop();
}

void VerdictSession::look(QObject *who)
{
    if (m_lookers.contains(who))
        return;
    m_lookers.insert(who);
    connect(who, &QObject::destroyed, this, &VerdictSession::leave);
    if (m_lookers.size() > 1)
        return;
    if (ports::Telemetry *telemetry = m_environment->telemetry().get())
        connect(telemetry, &ports::Telemetry::changed, this, &VerdictSession::telemetryChanged, Qt::UniqueConnection);
    openKinds();
    m_timer.start();
    ask();
}

void VerdictSession::leave(QObject *who)
{
    if (!m_lookers.remove(who))
        return;
    disconnect(who, &QObject::destroyed, this, &VerdictSession::leave);
    if (!m_lookers.isEmpty())
        return;
    m_timer.stop();
    m_stop.request_stop();
    ++m_generation;
    m_open = 0;
}

void VerdictSession::ask()
{
    m_stop.request_stop();
    begin();
}

/// News of Alertmanager or Loki are none for verdicts: what is under way goes on.
void VerdictSession::telemetryChanged()
{
    if (!m_lookers.isEmpty() && m_metrics.moved(*m_environment))
        ask();
}

void VerdictSession::signInChanged()
{
    if (m_environment->needsSignIn() == m_signedOut)
        return;
    m_signedOut = !m_signedOut;
    m_stop.request_stop();
    ++m_generation;
    m_open = 0;
    m_lastGood = -1;
    m_seen.clear();
    m_answers = {};
    m_error.message.clear();
    adopt({});
    m_blind = false;
    m_known = false;
    if (!m_lookers.isEmpty())
        ask();
    Q_EMIT changed();
}

void VerdictSession::begin()
{
    const quint64 mine = ++m_generation;
    m_open = 0;
    m_stop = std::stop_source();
    const Result<std::shared_ptr<ports::MetricsSource>> found = m_metrics.look(*m_environment);
    if (mine != m_generation)
        return;     // changed() came from within, and asked
    if (!found)
        return cannot(found.error());
    const std::shared_ptr<ports::MetricsSource> &source = *found;
    if (!source)
        return;     // it looks: changed() tells
    m_open = Parts;
    const std::array<QString, Parts> queries{verdictGauges(), verdictRates(), verdictTargets()};
    for (int part = 0; part < Parts; ++part) {
        whenFinished(source->query(queries.at(size_t(part)), 0, m_stop.get_token()), this,
                     [this, part, mine](const Result<SeriesAnswer> &answer) { arrived(part, mine, answer); });
    }
}

void VerdictSession::arrived(int part, quint64 generation, const Result<SeriesAnswer> &answer)
{
    if (generation != m_generation || m_open == 0)
        return;
    if (!answer)
        return failed(answer.error());
    m_answers.at(size_t(part)) = *answer;
    if (--m_open == 0)
        judge();
}

QHash<ObjectId, NodeReadings> VerdictSession::readings(double *now)
{
    const NodeLabels labels(nodesOf(*m_environment));
    const QString signal = u"qd_signal"_s, name = u"__name__"_s;
    QHash<QString, double> scraped;
    QHash<ObjectId, NodeReadings> out;
    for (const TimeSeries &series : m_answers[Targets].series) {
        if (!series.samples.empty() && series.labels.value(signal) == "scraped"_L1)
            scraped.insert(targetKey(series.labels), series.samples.back().value);
    }
    for (const SeriesAnswer &answer : m_answers) {
        for (const TimeSeries &series : answer.series) {
            const QString what = series.labels.value(series.labels.contains(signal) ? signal : name);
            if (series.samples.empty() || what == "scraped"_L1 || !std::isfinite(series.samples.back().value))
                continue;
            *now = std::max(*now, series.samples.back().at);
            const NodeLabels::Match match = labels.find(series.labels);
            if (!match.found())
                continue;
            NodeReadings &node = out[match.node];
            const double at = scraped.value(targetKey(series.labels), series.samples.back().at);
            if (what == "up"_L1)
                node.targets.append({series.labels.value(u"pod"_s), series.labels.value(u"job"_s), series.samples.back().value > 0, at});
            else
                node.of[what].append({series.labels, series.samples.back().value, at});
        }
    }
    return out;
}

void VerdictSession::judge()
{
    double now = 0;
    QHash<ObjectId, NodeReadings> read = readings(&now);
    VerdictSource source;
    for (const SeriesAnswer &answer : std::as_const(m_answers))
        source.partial = source.partial.isEmpty() ? partialOf(answer) : source.partial;
    m_answers = {};
    if (now <= 0)
        now = double(m_clock->now().toMSecsSinceEpoch()) / 1000;
    const QList<VerdictSubject> subjects = verdictSubjects(*m_environment);
    QHash<ObjectId, QHash<QString, double>> seen;
    for (const VerdictSubject &subject : subjects) {
        NodeReadings &readings = read[subject.node];
        readings.seen = m_seen.value(subject.node);
        QHash<QString, double> &newer = seen[subject.node];
        newer = readings.seen;
        for (const QString &name : remembered()) {
            if (readings.of.contains(name) || (name == "up"_L1 && !readings.targets.isEmpty()))
                newer.insert(name, now);
        }
    }
    m_seen = seen;
    adopt(judgeAll(subjects, read, now, source));
    m_blind = false;
    m_error.message.clear();
    m_lastGood = m_clock->monotonicMs();
    Q_EMIT changed();
}

void VerdictSession::adopt(const QHash<ObjectId, NodeVerdict> &verdicts)
{
    m_verdicts = verdicts;
    m_troubled.clear();
    for (auto it = m_verdicts.constBegin(); it != m_verdicts.constEnd(); ++it) {
        if (it->state == VerdictState::Stuck || it->state == VerdictState::Degraded)
            m_troubled.append(it.key());
    }
    m_known = true;
}

void VerdictSession::failed(const Error &error)
{
    m_stop.request_stop();
    ++m_generation;
    m_open = 0;
    if (error.kind != ErrorKind::Cancelled)
        cannot(error);
}

void VerdictSession::cannot(const Error &why)
{
    const bool told = m_known && why.message == m_error.message && why.remedy == m_error.remedy;
    m_error = why;
    if (!told) {
        m_blind = false;
        return tellCannot();
    }
    // Nothing new: of thousands of nodes it is worked out after whoever begins to look has been shown.
    QTimer::singleShot(0, this, [this, mine = m_generation] { mine == m_generation ? tellCannot() : void(); });
}

/// What was known stays for a while, marked as old; then it is nothing to go by. That is told once: where nothing measures, thousands of
/// nodes are not judged four times a minute for nothing.
void VerdictSession::tellCannot()
{
    const bool young = m_lastGood >= 0 && m_clock->monotonicMs() - m_lastGood < kForgetMs;
    if (std::exchange(m_blind, !young) && !young && !m_moved)
        return;
    m_moved = false;
    if (young) {
        for (NodeVerdict &verdict : m_verdicts)
            verdict.stale = true;
    } else {
        adopt(judgeAll(verdictSubjects(*m_environment), {}, double(m_clock->now().toMSecsSinceEpoch()) / 1000, {m_error.message, m_error.remedy, {}}));
    }
    m_known = true;
    Q_EMIT changed();
}

}
