// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a node gets on: events, ingestion, commitments, blocks; and how a verdict is made of all evidence. The other patterns are in VerdictPatterns.cpp.
#include "models/state/telemetry/VerdictJudge.h"

#include "models/core/Format.h"

#include <QDateTime>
#include <QJsonArray>

#include <algorithm>
#include <cmath>

namespace qd::state {

using namespace Qt::StringLiterals;
using Words = VerdictWords;

namespace {

/// A sequencer's counters look back so far: what came within is no sign of anything new.
constexpr double kAcceptedWindow = 300;
/// Seconds from a scrape to the next: one a minute, and one that failed.
constexpr double kFresh = 150;
/// A member that stays away for longer is disabled for good (canton.md 5.5).
constexpr double kOfflineDays = 30;

QString nameOf(const ObjectId &node)
{
    return node.ns.isEmpty() ? node.name : QString(node.ns + u'/' + node.name);
}

QHash<QString, DomainView> viewsOf(const QList<VerdictSubject> &subjects, const QHash<ObjectId, NodeReadings> &readings)
{
    QHash<QString, DomainView> out;
    for (const VerdictSubject &subject : subjects) {
        const auto read = readings.constFind(subject.node);
        if (read == readings.constEnd())
            continue;
        QHash<QString, double> own;
        for (const Reading &reading : read->of.value(QLatin1StringView(metric::kLastEvent))) {
            double &newest = own[VerdictJudge::domainOf(subject, reading.labels.value(u"synchronizer"_s))];
            newest = std::max(newest, reading.value / 1e6);
        }
        for (auto it = own.constBegin(); it != own.constEnd(); ++it) {
            DomainView &view = out[it.key()];
            ++view.nodes;
            const bool newer = it.value() > view.newest;
            view.second = newer ? view.newest : std::max(view.second, it.value());
            if (newer) {
                view.newest = it.value();
                view.by = nameOf(subject.node);
            }
        }
        for (const Reading &reading : read->of.value(QLatin1StringView(metric::kSuccessor))) {
            QStringList &known = out[VerdictJudge::domainOf(subject, {})].successors;
            if (const QString next = reading.labels.value(u"successor_psid"_s); !next.isEmpty() && !known.contains(next))
                known.append(next);
        }
        const QList<Reading> blocks = read->of.value(QLatin1StringView(derived::kBlocks));
        if (blocks.isEmpty())
            continue;
        DomainView &view = out[VerdictJudge::domainOf(subject, {})];
        view.sequencerRead = true;
        for (const Reading &reading : blocks)
            view.sequencerMoves = view.sequencerMoves || reading.value > 0;
        for (const Reading &reading : read->of.value(QLatin1StringView(derived::kAccepted)))
            view.accepts = view.accepts || reading.value > 0;
    }
    return out;
}

}

QString NodeVerdict::why() const
{
    return evidence.isEmpty() ? QString() : evidence.first().says;
}

QJsonObject verdictJson(const NodeVerdict &verdict)
{
    QJsonArray evidence;
    for (const Evidence &one : verdict.evidence) {
        const QJsonValue at = one.at > 0 ? QJsonValue(formatRfc3339(QDateTime::fromMSecsSinceEpoch(qint64(one.at * 1000), Qt::UTC))) : QJsonValue();
        evidence.append(QJsonObject{{u"signal"_s, one.signal}, {u"metric"_s, one.metric}, {u"value"_s, one.value ? QJsonValue(*one.value) : QJsonValue()},
                                    {u"at"_s, at}, {u"says"_s, one.says}});
    }
    return {{u"state"_s, verdictId(verdict.state)}, {u"evidence"_s, evidence}};
}

VerdictJudge::VerdictJudge(const VerdictSubject &subject, const NodeReadings &readings, const QHash<QString, DomainView> &domains, double now,
                           const VerdictSource &source, const VerdictLevels &levels)
    : m_subject(subject)
    , m_readings(readings)
    , m_domains(domains)
    , m_now(now)
    , m_source(source)
    , m_levels(levels)
{
}

/// A network has one synchronizer, whatever its nodes call it; a sync domain is one of its own.
QString VerdictJudge::domainOf(const VerdictSubject &subject, const QString &label)
{
    if (subject.kind == "SyncDomain"_L1)
        return u"domain/"_s + nameOf(subject.node);
    return subject.domains.value(label, subject.domains.value(QString(), u"network/"_s + subject.network));
}

VerdictState VerdictJudge::against(const char *level, double value) const
{
    const VerdictLevels::Level at = m_levels.at(QLatin1StringView(level));
    return value > at.stuck ? VerdictState::Stuck : value > at.degraded ? VerdictState::Degraded : VerdictState::Progressing;
}

QString VerdictJudge::age(double at) const
{
    return formatAge(qint64(std::max(0.0, m_now - at)));
}

void VerdictJudge::add(const char *signal, const char *metric, const Reading &reading, double value, VerdictState argues, const QString &says, bool needed)
{
    // An instant query gives what was scraped up to five minutes ago: that a node went on then says nothing of now.
    if (needed && argues == VerdictState::Progressing && m_now - reading.at > kFresh)
        m_out.evidence.append({QLatin1StringView(signal), QLatin1StringView(metric), value, reading.at,
                               Words::tr("%1 That was read %2 ago: what the node does since is not known.").arg(says, age(reading.at)), VerdictState::NotDetermined, true});
    else
        m_out.evidence.append({QLatin1StringView(signal), QLatin1StringView(metric), value, reading.at, says, argues, needed});
    m_out.at = std::max(m_out.at, reading.at);
}

bool VerdictJudge::podsDown() const
{
    return m_subject.reported == network::State::Failed
        || (m_subject.podsReady && m_subject.podsWanted && *m_subject.podsReady < *m_subject.podsWanted);
}

QString VerdictJudge::whyMissing(const QString &metric) const
{
    const auto seen = m_readings.seen.constFind(metric);
    QStringList down;
    for (const NodeReadings::Target &target : m_readings.targets) {
        if (!target.up)
            down.append(target.pod.isEmpty() ? target.job : target.pod);
    }
    down.sort();
    down.removeDuplicates();
    if (!down.isEmpty())
        return Words::tr("%1 is not read: the last scrape of %2 failed.").arg(metric, down.join(u", "_s));
    if (!m_source.partial.isEmpty())
        return Words::tr("%1 is not read: it may be in what did not answer.").arg(metric);
    if (seen != m_readings.seen.constEnd())
        return Words::tr("%1 was read %2 ago for the last time; its series has ended.").arg(metric, age(*seen));
    return Words::tr("%1 is not there although the node is scraped: its program narrows the metrics, or is of another version.").arg(metric);
}

void VerdictJudge::missing(const char *signal, const char *metric, bool needed)
{
    const QString name = QLatin1StringView(metric);
    const bool dead = needed && podsDown() && std::any_of(m_readings.targets.begin(), m_readings.targets.end(), [](const auto &target) { return !target.up; });
    QString says = whyMissing(name);
    if (dead && m_subject.podsReady)
        says += u' ' + Words::tr("Kubernetes agrees: %1 of %2 pods are ready.").arg(*m_subject.podsReady).arg(*m_subject.podsWanted);
    m_out.evidence.append({QLatin1StringView(signal), name, {}, 0, says, dead ? VerdictState::Stuck : VerdictState::NotDetermined, needed});
}

bool VerdictJudge::unscraped() const
{
    static const QStringList ofCluster{QLatin1StringView(derived::kVolume), QLatin1StringView(derived::kRestarts), QLatin1StringView(derived::kCrashLoop)};
    return m_readings.targets.isEmpty()
        && std::all_of(m_readings.of.keyBegin(), m_readings.of.keyEnd(), [](const QString &signal) { return ofCluster.contains(signal); });
}

/// Nothing can be read at all, or nothing is expected: said once instead of for each metric.
bool VerdictJudge::unreadable()
{
    const auto say = [this](const char *signal, const char *metric, const QString &says) {
        m_out.evidence.append({QLatin1StringView(signal), QLatin1StringView(metric), {}, 0, says, VerdictState::NotDetermined, true});
        return true;
    };
    if (m_subject.suspended || m_subject.reported == network::State::Suspended)
        return say("suspended", "", Words::tr("The node is suspended: nothing is expected of it."));
    if (!m_source.missing.isEmpty())
        return say("metrics", "", m_source.remedy.isEmpty() ? m_source.missing : m_source.missing + u' ' + m_source.remedy);
    // Neither that the node goes on nor why something is missing can be told by a part of the readings.
    const bool partial = !m_source.partial.isEmpty() && say("metrics", "", m_source.partial);
    if (unscraped()) {
        // A pod that has crashed is no target everywhere: what Kubernetes and the operator agree on is known all the same.
        if (m_subject.reported == network::State::Failed && m_subject.podsReady && m_subject.podsWanted && *m_subject.podsReady < *m_subject.podsWanted) {
            const QString says = partial ? Words::tr("The operator reports Failed, and %1 of %2 pods are ready.")
                                         : Words::tr("Nothing of this node can be scraped, the operator reports Failed, and %1 of %2 pods are ready.");
            m_out.evidence.append({u"target"_s, u"up"_s, {}, 0, says.arg(*m_subject.podsReady).arg(*m_subject.podsWanted), VerdictState::Stuck, true});
            return true;
        }
        if (partial)
            return true;
        if (const double seen = m_readings.seen.value(u"up"_s); seen > 0)
            return say("metrics", "up", Words::tr("The node was scraped %1 ago for the last time and is no target any more.").arg(age(seen)));
        return say("metrics", "up", Words::tr("Prometheus scrapes nothing of this node: the charts leave metrics off (set metrics.enable: true), or no monitor selects its pods."));
    }
    return false;
}

NodeVerdict VerdictJudge::judge()
{
    const bool read = !unreadable();
    // What may be the cause of the others comes first.
    if (!m_subject.suspended && m_subject.reported != network::State::Suspended) {
        volumes();
        restarts();
    }
    if (read) {
        progress();
        connections();
        backPressure();
        traffic();
        catchUp();
        pruning();
        database();
        automation();
        heap();
        scans();
        limits();
        wallets();
        successors();
        health();
        targets();
    }
    if (read)
        reported();
    decide();
    return m_out;
}

void VerdictJudge::progress()
{
    if (m_subject.kind == "SyncDomain"_L1 || m_subject.kind == "SuperValidator"_L1)
        blocks();
    lastEvents();
    if (m_subject.kind != "Participant"_L1 && m_subject.kind != "SyncDomain"_L1)
        ingestion();
    if (m_subject.kind != "SyncDomain"_L1)
        commitments();
    mediator();
    comet();
}

/// The newest of each synchronizer: of replicas only the active one receives.
void VerdictJudge::lastEvents()
{
    QMap<QString, Reading> newest;
    for (const Reading &reading : of(metric::kLastEvent)) {
        const auto there = newest.find(reading.labels.value(u"synchronizer"_s));
        if (there == newest.end())
            newest.insert(reading.labels.value(u"synchronizer"_s), reading);
        else if (reading.value > there->value)
            *there = reading;
    }
    const bool needed = m_subject.kind != "SyncDomain"_L1;
    if (newest.isEmpty())
        return missing("last-event", metric::kLastEvent, needed);
    for (auto it = newest.constBegin(); it != newest.constEnd(); ++it) {
        const Reading &reading = *it;
        const QString domain = it.key().isEmpty() ? Words::tr("the synchronizer") : it.key();
        const double last = reading.value / 1e6;
        if (last <= 0) {
            m_out.evidence.append({u"last-event"_s, QLatin1StringView(metric::kLastEvent), {}, reading.at,
                                   Words::tr("The node has seen no event of %1 since it started.").arg(domain), VerdictState::NotDetermined, needed});
            continue;
        }
        m_out.lastEvent = std::max(m_out.lastEvent.value_or(0), last);
        const double lag = std::max(0.0, reading.at - last);
        if (against(levels::kLastEvent, lag) == VerdictState::Progressing)
            add("last-event", metric::kLastEvent, reading, lag, VerdictState::Progressing, Words::tr("The last event of %1 came %2 ago.").arg(domain, age(last)), needed);
        else
            silent(domain, reading, lag);
    }
}

/// By its own word it does not receive: a health component of the way to the sequencers is down, or too few are subscribed to.
bool VerdictJudge::cutOff() const
{
    static const QStringList ways{u"connected-synchronizer"_s, u"sequencer-client"_s, u"sequencer-connection-pool"_s, u"sequencer-subscription-pool"_s};
    for (const Reading &reading : of("daml_health_status")) {
        if (reading.value < 1 && ways.contains(reading.labels.value(u"exported_component"_s, reading.labels.value(u"component"_s))))
            return true;
    }
    const Readings active = of(metric::kSubscriptions), wanted = of(metric::kSubscriptionThreshold);
    const auto less = [](const Reading &a, const Reading &b) { return a.value < b.value; };
    return !active.isEmpty() && !wanted.isEmpty()
        && std::max_element(active.begin(), active.end(), less)->value < std::max_element(wanted.begin(), wanted.end(), less)->value;
}

/// No event for a while: is it this node, its synchronizer, or is there simply nothing to see?
void VerdictJudge::silent(const QString &domain, const Reading &reading, double lag)
{
    const double last = reading.value / 1e6;
    const DomainView view = m_domains.value(domainOf(m_subject, reading.labels.value(u"synchronizer"_s)));
    const QString since = Words::tr("The last event of %1 came %2 ago").arg(domain, age(last));
    const double peer = view.newestBut(nameOf(m_subject.node));
    const auto say = [&](VerdictState argues, const QString &rest) {
        QString says = since + rest;
        const double days = kOfflineDays - lag / 86400;
        if (argues == VerdictState::Stuck && lag > 86400)
            says += u' ' + (days > 0 ? Words::tr("In %1 the sequencers disable this member for good.").arg(formatAge(qint64(days * 86400)))
                                     : Words::tr("Members away for 30 days are disabled for good."));
        add("last-event", metric::kLastEvent, reading, lag, argues, says, true);
    };
    if (const VerdictState behind = against(levels::kBehind, peer - last); peer > 0 && behind != VerdictState::Progressing) {
        // A member receives what is addressed to it: on a private synchronizer others may be ahead of a node that works.
        if (m_subject.busyNetwork || cutOff())
            return say(behind, Words::tr(", another node has seen one %1 ago: this one is behind.").arg(age(peer)));
        return say(VerdictState::Degraded, Words::tr(", another node has seen one %1 ago: this one is behind, or nothing was addressed to it.").arg(age(peer)));
    }
    const VerdictState late = against(levels::kLastEvent, lag);
    if (view.sequencerRead && !view.sequencerMoves)
        return say(late, Words::tr(", and its sequencer makes no blocks: the synchronizer stands still."));
    if (view.sequencerRead && view.accepts && lag > kAcceptedWindow + 30) {
        // The mediator has to see all of them, a member what is addressed to it.
        if (m_subject.busyNetwork || m_subject.kind == "SyncDomain"_L1 || cutOff())
            return say(late, Words::tr(", although its sequencer has accepted messages since: nobody receives them."));
        return say(VerdictState::NotDetermined, Words::tr(", and its sequencer has accepted messages since. Whether one was addressed to this node is not known."));
    }
    if (view.sequencerRead && !m_subject.busyNetwork)
        return say(VerdictState::Progressing, Words::tr(": nothing happens there, for nobody, while its sequencer goes on making blocks. An idle network is no fault."));
    if (m_subject.busyNetwork)
        return say(late, Words::tr(", and this network is never silent for so long."));
    say(VerdictState::NotDetermined, view.nodes > 1 ? Words::tr(", for every node that is measured. Whether it is idle or stands still is not known: its sequencer is not measured here.")
                                                    : Words::tr(". Whether it is idle or this node is behind is not known: neither its sequencer nor another node of it is measured here."));
}

void VerdictJudge::ingestion()
{
    // Each store by itself: one that stopped is not hidden by one that goes on.
    QMap<QString, Reading> stores;
    for (const Reading &reading : of(metric::kIngestion)) {
        const QString store = reading.labels.value(u"store_name"_s);
        const auto there = stores.constFind(store);
        if (there == stores.constEnd() || there->value < reading.value)
            stores.insert(store, reading);
    }
    if (stores.isEmpty())
        return missing("ingestion", metric::kIngestion, true);
    const auto oldest = std::min_element(stores.cbegin(), stores.cend(), [](const Reading &a, const Reading &b) { return a.value < b.value; });
    for (const Reading &reading : std::as_const(stores))
        m_out.lastIngestion = std::max(m_out.lastIngestion.value_or(0), reading.value / 1e3);
    const double last = oldest->value / 1e3;
    const double lag = std::max(0.0, oldest->at - last);
    // A store ingests what the participant has seen: it is late against that, not against the clock.
    const bool idle = m_out.lastEvent && *m_out.lastEvent - last < 30 && lag > 30
        && std::none_of(m_out.evidence.begin(), m_out.evidence.end(), [](const Evidence &e) { return e.signal == "last-event"_L1 && verdictRank(e.argues) < 2; });
    const QString store = oldest.key().isEmpty() ? Words::tr("The store") : oldest.key();
    add("ingestion", metric::kIngestion, *oldest, lag, idle ? VerdictState::Progressing : against(levels::kIngestion, lag),
        idle ? Words::tr("%1 has ingested all there is, %2 ago.").arg(store, age(last)) : Words::tr("%1 ingested its last transaction %2 ago.").arg(store, age(last)), true);
}

std::optional<double> VerdictJudge::newestEvent(const char *metric, const QString &synchronizer) const
{
    std::optional<double> newest;
    for (const Reading &reading : of(metric)) {
        if (reading.value > 0 && (synchronizer.isEmpty() || reading.labels.value(u"synchronizer"_s) == synchronizer))
            newest = std::max(newest.value_or(0), reading.value / 1e6);
    }
    return newest;
}

/// Without events there is nothing to commit to. The first one after a silence does not make up for it at once: what counts is whether
/// something had come by the moment from which on it would be late.
bool VerdictJudge::idleSince(const Reading &mark, const Watermark &of) const
{
    const double at = mark.value / 1e6, level = m_levels.at(QLatin1StringView(of.level)).degraded;
    const QString domain = mark.labels.value(u"synchronizer"_s);
    const auto covers = [at, level](const std::optional<double> &event, double moment) { return event && moment - *event > 90 && *event - at < level; };
    return covers(newestEvent(metric::kLastEvent, domain), mark.at) || (!m_subject.busyNetwork && covers(newestEvent(of.then, domain), mark.at - level));
}

std::optional<double> VerdictJudge::watermark(const Watermark &mark)
{
    const char *used = has(mark.metric) ? mark.metric : mark.later;
    // Of replicas the active one; each synchronizer by itself: one that stopped is not hidden by one that goes on.
    QMap<QString, Reading> newest;
    for (const Reading &reading : of(used)) {
        const QString domain = reading.labels.value(u"synchronizer"_s);
        if (reading.value > 0 && (!newest.contains(domain) || reading.value > newest.value(domain).value))
            newest.insert(domain, reading);
    }
    std::optional<double> out;
    VerdictState worst = VerdictState::Progressing;
    for (auto it = newest.constBegin(); it != newest.constEnd(); ++it) {
        const double at = it->value / 1e6, lag = it->at - at;
        const VerdictState argues = idleSince(*it, mark) ? VerdictState::Progressing : against(mark.level, lag);
        const QString says = mark.words.arg(age(at));
        add(mark.signal, used, *it, lag, argues, newest.size() > 1 && !it.key().isEmpty() ? Words::tr("%1: %2").arg(it.key(), says) : says);
        const bool worse = verdictRank(argues) < verdictRank(worst), same = verdictRank(argues) == verdictRank(worst);
        if (!out || worse || (same && (argues == VerdictState::Progressing ? at > *out : at < *out)))
            out = at;
        worst = worse ? argues : worst;
    }
    return out;
}

void VerdictJudge::commitments()
{
    m_out.lastCommitment = watermark({"commitment", metric::kCommitment, metric::kCommitment36, levels::kCommitment, derived::kEvent1h,
                                      Words::tr("The last commitment was completed %1 ago.")});
    if (!m_out.lastCommitment)
        missing("commitment", metric::kCommitment, false);
    watermark({"checkpoint", metric::kCheckpoint, metric::kCheckpoint36, levels::kCheckpoint, derived::kEvent20m,
               Words::tr("The last checkpoint of commitments was made %1 ago.")});
    commitmentParts();
    unmatched();
    counterParticipants();
}

void VerdictJudge::blocks()
{
    const Readings moved = of(derived::kBlocks);
    const Readings delays = of(metric::kBlockDelay);
    if (moved.isEmpty() && delays.isEmpty())
        return missing("blocks", "daml_sequencer_block_height", true);
    const auto most = std::max_element(moved.begin(), moved.end(), [](const Reading &a, const Reading &b) { return a.value < b.value; });
    if (most != moved.end())
        add("blocks", "daml_sequencer_block_height", *most, most->value, most->value > 0 ? VerdictState::Progressing : VerdictState::Stuck,
            most->value > 0 ? Words::tr("The sequencer went on by %1 blocks in 5 m.").arg(formatNumber(most->value, 0)) : Words::tr("The sequencer has made no block for 5 m."), true);
    const auto least = std::min_element(delays.begin(), delays.end(), [](const Reading &a, const Reading &b) { return a.value < b.value; });
    if (least != delays.end()) {
        const double delay = least->value / 1000;
        if (m_subject.kind == "SyncDomain"_L1)
            m_out.lastEvent = least->at - delay;
        add("block-delay", metric::kBlockDelay, *least, delay, against(levels::kBlockDelay, delay),
            Words::tr("The sequencer handles blocks %1 after they were made.").arg(delay < 1 ? Words::tr("%1 ms").arg(formatNumber(least->value, 0)) : formatAge(qint64(delay))), moved.isEmpty());
    }
}

void VerdictJudge::decide()
{
    QList<Evidence> &all = m_out.evidence;
    // What is behind the others comes before them, what decides nothing behind what does.
    const auto rank = [](const Evidence &e) { return e.cause ? -1 : e.argues == VerdictState::NotDetermined && !e.needed ? 4 : verdictRank(e.argues); };
    std::stable_sort(all.begin(), all.end(), [rank](const Evidence &a, const Evidence &b) { return rank(a) != rank(b) ? rank(a) < rank(b) : a.needed && !b.needed; });
    const auto any = [&all](VerdictState state, bool needed) {
        return std::any_of(all.begin(), all.end(), [state, needed](const Evidence &e) { return e.argues == state && (!needed || e.needed); });
    };
    m_out.state = any(VerdictState::Stuck, false)         ? VerdictState::Stuck
        : any(VerdictState::Degraded, false)              ? VerdictState::Degraded
        : any(VerdictState::NotDetermined, true)          ? VerdictState::NotDetermined
        : any(VerdictState::Progressing, true)            ? VerdictState::Progressing
                                                          : VerdictState::NotDetermined;
}

QHash<ObjectId, NodeVerdict> judgeAll(const QList<VerdictSubject> &subjects, const QHash<ObjectId, NodeReadings> &readings, double now,
                                      const VerdictSource &source, const VerdictLevels &levels)
{
    const QHash<QString, DomainView> domains = viewsOf(subjects, readings);
    static const NodeReadings nothing;
    QHash<ObjectId, NodeVerdict> out;
    for (const VerdictSubject &subject : subjects) {
        const auto read = readings.constFind(subject.node);
        out.insert(subject.node, VerdictJudge(subject, read == readings.constEnd() ? nothing : *read, domains, now, source, levels).judge());
    }
    return out;
}

}
