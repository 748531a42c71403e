// SPDX-License-Identifier: GPL-3.0-or-later
// The patterns of canton.md 6 that make a node worse although it still gets on: connections, traffic, top-ups, commitments,
// pruning, database, volumes, memory, automation, scans, rate limits, wallets, upgrades of the synchronizer.
#include "models/state/telemetry/VerdictJudge.h"

#include "models/core/Format.h"

#include <algorithm>
#include <cmath>

namespace qd::state {

using namespace Qt::StringLiterals;
using Words = VerdictWords;

namespace {

using Readings = QList<Reading>;

/// Seconds that what is acknowledged may be behind what was seen: members acknowledge about once a minute.
constexpr double kAcknowledged = 90;
constexpr double kYear = 365 * 86400.0;
/// Share that is free of a volume on which nothing can be written any more, give or take what is reserved.
constexpr double kFullVolume = 0.02;

std::optional<Reading> highest(const Readings &readings)
{
    const auto it = std::max_element(readings.begin(), readings.end(), [](const Reading &a, const Reading &b) { return a.value < b.value; });
    return it == readings.end() ? std::nullopt : std::optional(*it);
}

/// Of the same series of another metric: every label but the name is equal.
std::optional<Reading> partner(const Readings &readings, const Reading &of)
{
    network::Labels wanted = of.labels;
    wanted.remove(u"__name__"_s);
    for (const Reading &reading : readings) {
        network::Labels labels = reading.labels;
        labels.remove(u"__name__"_s);
        if (labels == wanted)
            return reading;
    }
    return std::nullopt;
}

double sum(const Readings &readings)
{
    double out = 0;
    for (const Reading &reading : readings)
        out += std::isfinite(reading.value) ? reading.value : 0;
    return out;
}

QString bytesText(double bytes)
{
    if (std::abs(bytes) < 1e6)
        return Words::tr("%1 kB").arg(formatNumber(bytes / 1e3, bytes != 0 && std::abs(bytes) < 1e4 ? 1 : 0));
    return Words::tr("%1 MB").arg(formatNumber(bytes / 1e6, 1));
}

/// The wallets that pay for top-ups: that of the validator's own party, which its store names, not those of its users. Any, where it does not.
Readings ownWallets(const Readings &wallets, const Readings &stores)
{
    QStringList own;
    for (const Reading &store : stores) {
        if (store.labels.value(u"store_name"_s) == "DbValidatorStore"_L1 && store.labels.contains(u"store_party"_s))
            own.append(store.labels.value(u"store_party"_s));
    }
    Readings out = wallets;
    if (!own.isEmpty())
        out.removeIf([&own](const Reading &wallet) { return !own.contains(wallet.labels.value(u"owner"_s)); });
    return out;
}

QString podOf(const Reading &reading)
{
    return reading.labels.value(u"pod"_s, reading.labels.value(u"job"_s));
}

}

/// #8, A3: of an active replica. One failed connection of many is no fault while the threshold holds.
void VerdictJudge::connections()
{
    QMap<QString, Reading> active;
    for (const Reading &reading : of(metric::kSubscriptions)) {
        const QString domain = reading.labels.value(u"synchronizer"_s);
        if (!active.contains(domain) || active.value(domain).value < reading.value)
            active.insert(domain, reading);
    }
    if (active.isEmpty())
        return m_subject.kind == "SyncDomain"_L1 ? void() : missing("connection-pool", metric::kSubscriptions, false);
    const Readings thresholds = of(metric::kSubscriptionThreshold);
    for (const Reading &reading : std::as_const(active)) {
        const std::optional<Reading> threshold = partner(thresholds, reading);
        if (!threshold)
            continue;
        const bool enough = reading.value >= threshold->value;
        const QString domain = reading.labels.value(u"synchronizer"_s);
        add("connection-pool", metric::kSubscriptions, reading, reading.value,
            enough ? VerdictState::Progressing : reading.value > 0 ? VerdictState::Degraded : VerdictState::Stuck,
            reading.value <= 0 ? Words::tr("The node is not connected to %1: no sequencer is subscribed to, %2 are needed.").arg(domain).arg(qint64(threshold->value))
                : enough ? Words::tr("%1 sequencers of %2 are subscribed to, %3 are needed.").arg(qint64(reading.value)).arg(domain).arg(qint64(threshold->value))
                         : Words::tr("Only %1 sequencers of %2 are subscribed to, %3 are needed.").arg(qint64(reading.value)).arg(domain).arg(qint64(threshold->value)));
    }
}

void VerdictJudge::backPressure()
{
    const char *actual = "daml_sequencer_client_handler_actual_in_flight_event_batches";
    const Readings limits = of("daml_sequencer_client_handler_max_in_flight_event_batches");
    for (const Reading &reading : of(actual)) {
        const std::optional<Reading> most = partner(limits, reading);
        if (most && most->value > 0 && reading.value >= most->value)
            add("back-pressure", actual, reading, reading.value, VerdictState::Degraded,
                Words::tr("%1 takes in no more events for now: all %2 batches are in work.").arg(podOf(reading)).arg(qint64(most->value)));
    }
}

/// #1: what is left is what was bought and not used, and the free part.
void VerdictJudge::traffic()
{
    const char *bought = "daml_sequencer_client_traffic_control_extra_traffic_purchased";
    const char *base = "daml_sequencer_client_traffic_control_base_traffic_remainder";
    const Readings consumed = of("daml_sequencer_client_traffic_control_extra_traffic_consumed"), free = of(base);
    const Readings purchased = of(bought);
    if (purchased.isEmpty())
        return m_subject.kind == "Validator"_L1 ? missing("traffic", bought, false) : void();
    const double rejected = sum(of(derived::kRejected));
    for (const Reading &reading : purchased) {
        const std::optional<Reading> used = partner(consumed, reading), remainder = partner(free, reading);
        if (!used)
            continue;
        const double extra = std::max(0.0, reading.value - used->value);
        const double left = extra + (remainder ? remainder->value : 0);
        const QString domain = reading.labels.value(u"synchronizer"_s);
        const bool none = left <= m_levels.at(QLatin1StringView(levels::kTraffic)).stuck;
        const bool low = left <= m_levels.at(QLatin1StringView(levels::kTraffic)).degraded;
        QString says = none ? Words::tr("No traffic is left at %1").arg(domain) : Words::tr("%1 of traffic are left at %2").arg(bytesText(left), domain);
        if (none && rejected > 0)
            says += Words::tr(": what the node submits is rejected.");
        else if (none)
            says += Words::tr(": the next thing it submits will be rejected.");
        else
            says += low ? Words::tr(": below the reserve its app refuses commands.") : u"."_s;
        add("traffic", bought, reading, left, none ? (rejected > 0 ? VerdictState::Stuck : VerdictState::Degraded) : low ? VerdictState::Degraded : VerdictState::Progressing, says);
        if (m_subject.kind == "Validator"_L1 && low)
            topUps(reading, left);
    }
}

/// #2: without coin the top-up silently does nothing.
void VerdictJudge::topUps(const Reading &extra, double left)
{
    const double done = sum(of(derived::kTopUps));
    double failed = 0;
    for (const Reading &reading : of(derived::kFailures)) {
        if (reading.labels.value(u"trigger_name"_s).startsWith("TopupMemberTraffic"_L1))
            failed += reading.value;
    }
    if (done > 0 && failed <= 0)
        return add("top-up", "splice_trigger_completed_total", extra, done, VerdictState::Progressing, Words::tr("The automatic top-up ran in the last hour."));
    const std::optional<Reading> coin = highest(ownWallets(of("splice_wallet_unlocked_amulet_balance"), of(metric::kIngestion)));
    const QString balance = coin ? Words::tr("its wallet holds %1 CC").arg(formatNumber(coin->value, 2)) : Words::tr("its balance is not read");
    add("top-up", "splice_trigger_completed_total", extra, done, VerdictState::Degraded,
        failed > 0 ? Words::tr("The automatic top-up fails with %1 left; %2.").arg(bytesText(left), balance)
                   : Words::tr("No automatic top-up happened in the last hour with %1 left; %2.").arg(bytesText(left), balance));
}

void VerdictJudge::catchUp()
{
    const std::optional<Reading> reading = highest(of(derived::kCatchUp));
    // A counter's increase is extrapolated: less than half a time is none.
    if (reading && reading->value >= 0.5)
        add("catch-up", "daml_participant_sync_commitments_catchup_mode_enabled_total", *reading, reading->value, VerdictState::Degraded,
            Words::tr("Commitments are being caught up: the mode was entered %1 times in the last hour.").arg(qint64(std::ceil(reading->value))));
}

void VerdictJudge::commitmentParts()
{
    const std::pair<const char *, QString> parts[]{{"daml_participant_sync_commitments_digest_processor_health", Words::tr("The digest processor")},
                                                   {"daml_participant_sync_commitments_matcher_health", Words::tr("The matcher")},
                                                   {"daml_participant_sync_commitments_tick_signaller_health", Words::tr("The tick signaller")}};
    for (const auto &[name, words] : parts) {
        const std::optional<Reading> reading = highest(of(name));
        // 2 is started (A7: the shipped rule has it the wrong way round).
        if (reading && reading->value != 2)
            add("commitment", name, *reading, reading->value, VerdictState::Degraded, Words::tr("%1 of the commitments does not run.").arg(words));
    }
}

/// #10: what others committed to is not what this node has, or it is far behind. Each synchronizer by itself.
void VerdictJudge::unmatched()
{
    const std::pair<const char *, const char *> both[]{{derived::kUnmatched, metric::kProcessed}, {derived::kUnmatched36, metric::kMatched36}};
    for (const auto &[signal, name] : both) {
        QMap<QString, Reading> most;
        for (const Reading &reading : of(signal)) {
            const QString domain = reading.labels.value(u"synchronizer"_s);
            if (!most.contains(domain) || reading.value > most.value(domain).value)
                most.insert(domain, reading);
        }
        for (auto it = most.constBegin(); it != most.constEnd(); ++it) {
            const VerdictState argues = against(levels::kUnmatched, it->value);
            if (argues == VerdictState::Progressing)
                continue;
            const QString domain = it.key().isEmpty() ? Words::tr("the synchronizer") : it.key();
            // Without any that was matched the difference is a moment, not a duration.
            const QString says = it->value > kYear ? Words::tr("Commitments of others at %1 are received, and none was ever matched.").arg(domain)
                                                   : Words::tr("Commitments of others at %1 are received, and those of the last %2 are not matched.").arg(domain, formatAge(qint64(it->value)));
            add("commitment-mismatch", name, *it, it->value, argues,
                says + u' ' + Words::tr("That is a fork with another participant, or this node lags far behind: ACS_COMMITMENT_MISMATCH in its log names the participant."));
        }
    }
}

/// #11: while another participant owes commitments, nothing later can be pruned.
void VerdictJudge::counterParticipants()
{
    const std::optional<Reading> worst = highest(of(metric::kCounterParticipant));
    const double lag = worst ? worst->value / 1e6 : 0;
    if (against(levels::kCounterParticipant, lag) != VerdictState::Progressing)
        add("counter-participant", metric::kCounterParticipant, *worst, lag, against(levels::kCounterParticipant, lag),
            Words::tr("Another participant owes commitments of %1: until it sends them, or is left out of waiting, nothing later is pruned.").arg(formatAge(qint64(lag))));
}

/// #12, A23: by the fullest of its volumes.
void VerdictJudge::volumes()
{
    const Readings all = of(derived::kVolume);
    const auto least = std::min_element(all.begin(), all.end(), [](const Reading &a, const Reading &b) { return a.value < b.value; });
    if (least == all.end() || least->value >= m_levels.at(QLatin1StringView(levels::kVolume)).degraded)
        return;
    add("volume", metric::kVolumeFree, *least, least->value, VerdictState::Degraded,
        Words::tr("%1 % of the volume %2 are free: a full one stops the database. Prune, or enlarge it.")
            .arg(formatNumber(100 * least->value, least->value < 0.01 ? 1 : 0), least->labels.value(u"persistentvolumeclaim"_s)));
    m_out.evidence.last().cause = least->value < kFullVolume;
}

/// #13: what no collection frees.
void VerdictJudge::heap()
{
    const std::optional<Reading> worst = highest(of(derived::kHeap));
    if (worst && against(levels::kHeap, worst->value) != VerdictState::Progressing)
        add("heap", metric::kHeap, *worst, worst->value, against(levels::kHeap, worst->value),
            Words::tr("%1 keeps %2 % of its heap after collection: give it more memory before it runs out.").arg(podOf(*worst), formatNumber(worst->value, 0)));
}

/// #13: a container that has crashed and waits, or pods that begin anew and again.
void VerdictJudge::restarts()
{
    const std::optional<Reading> loop = highest(of(derived::kCrashLoop));
    if (loop && loop->value > 0)
        add("restarts", metric::kWaiting, *loop, loop->value, VerdictState::Degraded,
            Words::tr("%1 of %2 crashes again and again (CrashLoopBackOff): its previous log says why.").arg(loop->labels.value(u"container"_s), podOf(*loop)));
    const std::optional<Reading> most = highest(of(derived::kRestarts));
    // A counter's increase is extrapolated: it is a whole number of times.
    const double times = most ? std::round(most->value) : 0;
    if (against(levels::kRestarts, times) != VerdictState::Progressing)
        add("restarts", metric::kRestarts, *most, times, against(levels::kRestarts, times),
            Words::tr("%1 was restarted %2 times in the last hour: its previous log says why.").arg(podOf(*most), formatNumber(times, 0)));
}

/// #19, A12.
void VerdictJudge::scans()
{
    const std::optional<Reading> worst = highest(of(derived::kScan));
    if (worst && against(levels::kScan, worst->value) != VerdictState::Progressing)
        add("scan", metric::kScan, *worst, worst->value, against(levels::kScan, worst->value),
            Words::tr("The scan %1 gives other answers than the other scans in %2 % of those to %3 in the last 30 m: ask who runs it.")
                .arg(worst->labels.value(u"scan_connection"_s), formatNumber(worst->value, 0), worst->labels.value(u"request"_s)));
}

/// #24: who is refused retries, or does without. Whoever calls is not the node: it is said, and makes it no worse.
void VerdictJudge::limits()
{
    const std::optional<Reading> worst = highest(of(derived::kLimited));
    if (worst && against(levels::kLimited, worst->value) != VerdictState::Progressing)
        add("rate-limit", metric::kLimited, *worst, worst->value, VerdictState::NotDetermined,
            Words::tr("%1 refused %2 calls in the last 10 m by its rate limit %3 (HTTP 429). Where they are your own, slow them down or raise the limit.")
                .arg(podOf(*worst), formatNumber(worst->value, 0), worst->labels.value(u"limiter"_s)));
}

/// #20: by the wallet users that are declared. Parties made through the Ledger API do not count.
void VerdictJudge::wallets()
{
    const double most = m_levels.at(QLatin1StringView(levels::kWallets)).degraded;
    if (m_subject.kind != "Validator"_L1 || !m_subject.wallets || *m_subject.wallets < 0.75 * most)
        return;
    const VerdictState argues = against(levels::kWallets, *m_subject.wallets);
    const QString says = Words::tr("%1 parties have a wallet here; a validator is made for %2.").arg(formatNumber(*m_subject.wallets, 0), formatNumber(most, 0));
    m_out.evidence.append({u"wallets"_s, {}, double(*m_subject.wallets), 0,
                           argues == VerdictState::Progressing ? says : says + u' ' + Words::tr("Its app becomes slow: give further parties a wallet at another validator."), argues, false});
}

/// #21: an upgrade of the synchronizer is announced by its topology; who restarts after the freeze does not hear of it any more. What
/// the values of the metrics mean is not documented: only that a successor is known is used.
void VerdictJudge::successors()
{
    QStringList known;
    for (const Reading &reading : of(metric::kSuccessor)) {
        const QString next = reading.labels.value(u"successor_psid"_s);
        if (!known.contains(next))
            add("synchronizer-upgrade", metric::kSuccessor, reading, reading.value, VerdictState::Progressing, Words::tr("The node knows of the upgrade of its synchronizer to %1.").arg(next));
        known.append(next);
    }
    // A node that is not read is no contradiction to those that are.
    if (m_subject.kind == "SyncDomain"_L1 || !has(metric::kLastEvent) || !m_source.partial.isEmpty())
        return;
    for (const QString &next : m_domains.value(domainOf(m_subject, {})).successors) {
        if (!known.contains(next))
            m_out.evidence.append({u"synchronizer-upgrade"_s, QLatin1StringView(metric::kSuccessor), {}, 0,
                                   Words::tr("Other nodes know of the upgrade of the synchronizer to %1, this one tells nothing of it: it was restarted since, after it has upgraded or after the topology freeze, is connected to another synchronizer, or is too old.").arg(next),
                                   VerdictState::NotDetermined, false});
    }
}

/// #11, #12, A8. Pruning is off until somebody configures it: without a schedule the age says nothing about health.
void VerdictJudge::pruning()
{
    if (!m_subject.retention)
        return;
    for (const char *name : {"daml_pruning_max_event_age", "daml_sequencer_max_event_age", "daml_mediator_max_event_age"}) {
        const std::optional<Reading> oldest = highest(of(name));
        if (!oldest)
            continue;
        const QString is = formatAge(qint64(oldest->value * 3600)), wanted = formatAge(qint64(*m_subject.retention * 3600));
        const VerdictState argues = against(levels::kPruning, oldest->value - *m_subject.retention);
        add("pruning", name, *oldest, oldest->value, argues,
            argues == VerdictState::Progressing ? Words::tr("The oldest event that is kept is %1 old; %2 are kept.").arg(is, wanted)
                                                : Words::tr("Pruning does not keep up: the oldest event is %1 old, %2 are to be kept.").arg(is, wanted));
    }
}

void VerdictJudge::database()
{
    for (const char *name : {"daml_db_storage_general_executor_queued", "daml_db_storage_write_executor_queued", "daml_sequencer_db_storage_general_executor_queued",
                             "daml_sequencer_db_storage_write_executor_queued", "splice_db_storage_general_executor_queued"}) {
        const std::optional<Reading> worst = highest(of(name));
        if (worst && against(levels::kQueue, worst->value) != VerdictState::Progressing)
            add("database", name, *worst, worst->value, against(levels::kQueue, worst->value),
                Words::tr("%1 tasks of %2 wait for the database.").arg(formatNumber(worst->value, 0), podOf(*worst)));
    }
    const char *pending = "db_client_connections_pending_requests";
    const std::optional<Reading> worst = highest(of(pending));
    if (worst && against(levels::kPending, worst->value) != VerdictState::Progressing)
        add("database", pending, *worst, worst->value, against(levels::kPending, worst->value),
            Words::tr("%1 requests of %2 wait for a connection to the database.").arg(formatNumber(worst->value, 0), podOf(*worst)));
}

void VerdictJudge::automation()
{
    QMap<QString, std::pair<double, double>> byTrigger;
    std::optional<Reading> any;
    for (const Reading &reading : of(derived::kRuns)) {
        byTrigger[reading.labels.value(u"trigger_name"_s)].second += reading.value;
        any = reading;
    }
    for (const Reading &reading : of(derived::kFailures))
        byTrigger[reading.labels.value(u"trigger_name"_s)].first += reading.value;
    for (auto it = byTrigger.constBegin(); any && it != byTrigger.constEnd(); ++it) {
        const double percent = it->second > 0 ? 100 * it->first / it->second : 0;
        // One of one in ten minutes is a coincidence.
        if (it->first >= 2 && against(levels::kFailures, percent) != VerdictState::Progressing)
            add("automation", "splice_trigger_completed_total", *any, percent, VerdictState::Degraded,
                Words::tr("%1 failed in %2 % of its runs in the last 10 m.").arg(it.key(), formatNumber(percent, 0)));
    }
    const std::optional<Reading> fatal = highest(of(derived::kFatal));
    if (fatal && fatal->value >= 0.5)
        add("automation", "splice_retries_failures", *fatal, fatal->value, VerdictState::Degraded,
            Words::tr("%1 attempts gave up for good in the last 10 m.").arg(formatNumber(std::ceil(fatal->value), 0)));
    const std::optional<Reading> rounds = highest(of(derived::kRounds));
    if (rounds && rounds->value <= 0)
        add("rounds", "splice_sv_dso_store_latest_open_mining_round", *rounds, rounds->value, VerdictState::Degraded, Words::tr("No mining round was opened in the last 30 m."));   // A18
}

/// A17 is a rule for a network that is never silent. On a private one the events tell: what was seen so long ago has to be acknowledged,
/// and where nothing more was seen there is nothing to acknowledge.
void VerdictJudge::mediator()
{
    const std::optional<Reading> last = highest(of(derived::kMediator));
    if (!last || last->value <= 0)
        return;
    const double at = last->value / 1e6, lag = last->at - at;
    const auto say = [&](VerdictState argues, const QString &says) { add("mediator", "daml_sequencer_block_acknowledgments_micros", *last, lag, argues, says.arg(age(at))); };
    const VerdictState late = against(levels::kMediator, lag);
    if (late == VerdictState::Progressing || m_subject.busyNetwork)
        return say(late, Words::tr("The mediator acknowledged %1 ago."));
    const std::optional<double> seen = newestEvent(metric::kLastEvent, {}), then = newestEvent(derived::kEvent20m, {});
    if (then && *then - at > kAcknowledged)
        return say(late, Words::tr("The mediator acknowledged %1 ago, and not what came at least 20 m ago."));
    if (seen && *seen - at <= kAcknowledged)
        return say(VerdictState::Progressing, Words::tr("The mediator acknowledged %1 ago; nothing came since."));
    say(VerdictState::NotDetermined, Words::tr("The mediator acknowledged %1 ago. Whether anything older was to be acknowledged is not known."));
}

void VerdictJudge::comet()
{
    if (const std::optional<Reading> moved = highest(of(derived::kComet)))
        add("cometbft", "cometbft_consensus_height", *moved, moved->value, moved->value > 0 ? VerdictState::Progressing : VerdictState::Stuck,
            moved->value > 0 ? Words::tr("CometBFT went on by %1 blocks in 5 m.").arg(formatNumber(moved->value, 0)) : Words::tr("CometBFT has made no block for 5 m."));
    if (const std::optional<Reading> syncing = highest(of("cometbft_consensus_block_syncing")); syncing && syncing->value > 0)
        add("cometbft", "cometbft_consensus_block_syncing", *syncing, syncing->value, VerdictState::Degraded, Words::tr("CometBFT is still reading blocks it missed."));
    const std::optional<Reading> gone = highest(of("cometbft_consensus_missing_validators_power")), all = highest(of("cometbft_consensus_validators_power"));
    if (gone && all && all->value > 0 && gone->value >= std::max(1.0, std::floor(all->value * m_levels.at(QLatin1StringView(levels::kMissingPower)).degraded)))
        add("cometbft", "cometbft_consensus_missing_validators_power", *gone, gone->value, VerdictState::Degraded,
            Words::tr("Validators with %1 of %2 votes are away: with a third of them nothing is decided.").arg(formatNumber(gone->value, 0), formatNumber(all->value, 0)));
}

void VerdictJudge::health()
{
    QStringList ill;
    std::optional<Reading> any;
    for (const Reading &reading : of("daml_health_status")) {
        any = reading;
        if (reading.value < 1) {
            const QString name = reading.labels.value(u"exported_component"_s, reading.labels.value(u"component"_s));
            ill.append(QString(podOf(reading) + u": "_s + name));
        }
    }
    ill.removeDuplicates();
    if (!ill.isEmpty())
        return add("health", "daml_health_status", *any, double(ill.size()), VerdictState::Degraded, Words::tr("Not healthy by its own word: %1.").arg(ill.mid(0, 4).join(u", "_s)));
    const bool worse = std::any_of(m_out.evidence.begin(), m_out.evidence.end(), [](const Evidence &e) { return e.argues == VerdictState::Stuck && e.value; });
    if (any && worse)
        add("health", "daml_health_status", *any, 0, VerdictState::Progressing, Words::tr("Contradiction: every component calls itself healthy. The ages count."));
}

void VerdictJudge::targets()
{
    for (const NodeReadings::Target &target : m_readings.targets) {
        m_out.at = std::max(m_out.at, target.up ? target.at : 0.0);
        if (target.up)
            continue;
        const QString name = target.pod.isEmpty() ? target.job : target.pod;
        // Without its participant, or a domain without its sequencer, a node does nothing; what its last series still say is of before.
        const QString core = m_subject.kind == "SyncDomain"_L1 ? u"-sequencer"_s : u"-participant"_s;
        const auto serves = [&core](const NodeReadings::Target &t) { return t.up && (t.pod.isEmpty() ? t.job : t.pod).contains(core); };
        const bool stuck = podsDown() && m_subject.podsReady && name.contains(core) && std::none_of(m_readings.targets.begin(), m_readings.targets.end(), serves);
        m_out.evidence.append({u"target"_s, u"up"_s, 0, target.at,
                               stuck ? Words::tr("%1 does not answer. Kubernetes agrees: %2 of %3 pods are ready.").arg(name).arg(*m_subject.podsReady).arg(m_subject.podsWanted.value_or(0))
                                   : podsDown() ? Words::tr("%1 does not answer.").arg(name)
                                          : Words::tr("%1 does not answer Prometheus, yet its pods are ready: what it does is not known.").arg(name),
                               stuck ? VerdictState::Stuck : podsDown() ? VerdictState::Degraded : VerdictState::NotDetermined, false});
    }
}

void VerdictJudge::reported()
{
    const auto argues = [this](VerdictState state) {
        return std::any_of(m_out.evidence.begin(), m_out.evidence.end(), [state](const Evidence &e) { return e.argues == state && e.value; });
    };
    const bool bad = argues(VerdictState::Stuck) || argues(VerdictState::Degraded);
    QString says;
    if (m_subject.reported == network::State::Ready && bad)
        says = Words::tr("Contradiction: the operator reports Ready.");
    else if ((m_subject.reported == network::State::Failed || m_subject.reported == network::State::Degraded) && !bad)
        says = Words::tr("Contradiction: the operator reports %1.").arg(network::stateWord(m_subject.reported));
    if (!says.isEmpty())
        m_out.evidence.append({u"reported"_s, {}, {}, 0, says, VerdictState::Progressing, false});
}

}
