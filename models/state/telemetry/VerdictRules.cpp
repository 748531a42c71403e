// SPDX-License-Identifier: GPL-3.0-or-later
// What a verdict is read from, and from which level on a reading is bad: tables, each line with its source.
#include "models/state/telemetry/VerdictRules.h"

#include <limits>

namespace qd::state {

using namespace Qt::StringLiterals;

namespace {

constexpr double kNever = std::numeric_limits<double>::quiet_NaN();

struct LevelRow {
    const char *id;
    double degraded;
    double stuck;
};

/// A1 … A24 are the alert rules that Splice ships, by their number in canton.md 4.4.
constexpr LevelRow kLevels[] = {
    {levels::kLastEvent, 90, 390},              // s; A1: over 90 s, and that for 5 m
    {levels::kBehind, 60, 180},                 // s behind what another node of the synchronizer saw; ours: a comparison needs no 5 m
    {levels::kIngestion, 300, 1200},            // s; 20 minutes were the limit of the liveness rewards (canton.md 5.5), ours before it
    {levels::kCheckpoint, 1200, kNever},        // s; A4
    {levels::kCommitment, 3600, kNever},        // s; A5
    {levels::kTraffic, 200'000, 0},             // bytes, at or below; reservedTraffic of the validator's chart (canton.md 5.5)
    {levels::kPruning, 24, kNever},             // h over the retention; A8, and a day for the schedule to come round
    {levels::kQueue, 100, kNever},              // tasks that wait for the database; panel 35 of 4.5 has no level, ours
    {levels::kPending, 10, kNever},             // requests that wait for a connection; panel 37, ours
    {levels::kFailures, 50, kNever},            // % of the runs of an automation in 10 m; A9: critical above 50 %
    {levels::kBlockDelay, 60, 600},             // s; panel 31 has no level, ours: ten minutes are the round of the network
    {levels::kMediator, 900, kNever},           // s; A17
    {levels::kMissingPower, 1.0 / 3, kNever},   // share of the validators' power; A24
    {levels::kUnmatched, 1800, kNever},         // s, for 10 m; CommitmentMismatch of our rules
    {levels::kCounterParticipant, 7200, kNever},    // s; CounterParticipantLags of our rules
    {levels::kVolume, 0.15, kNever},            // share that is free, below; A23, VolumeNearlyFull of our rules
    {levels::kHeap, 90, kNever},                // % of the limit; panel 39 of 4.5 has no level, ours as in the dashboard
    {levels::kRestarts, 2, kNever},             // of a pod in 1 h; ours: a third time is no coincidence
    {levels::kWallets, 200, kNever},            // parties; what Splice is made for (canton.md 5.5, limits)
    {levels::kLimited, 60, kNever},             // refused calls in 10 m from which on it is said; ours: more than one in ten seconds is no stray retry
    {levels::kScan, 5, kNever},                 // % of its answers in 30 m; A12, ScanDisagreement of our rules
};

/// Gauges taken as they are.
constexpr const char *kGauges[] = {
    "daml_health_status",
    metric::kLastEvent,
    "daml_sequencer_client_handler_actual_in_flight_event_batches",
    "daml_sequencer_client_handler_max_in_flight_event_batches",
    "daml_sequencer_client_sequencer_connection_pool_validated_connections",
    "daml_sequencer_client_sequencer_connection_pool_trust_threshold",
    metric::kSubscriptions,
    metric::kSubscriptionThreshold,
    "daml_sequencer_client_traffic_control_extra_traffic_purchased",
    "daml_sequencer_client_traffic_control_extra_traffic_consumed",
    "daml_sequencer_client_traffic_control_base_traffic_remainder",
    metric::kCheckpoint,
    metric::kCommitment,
    metric::kCheckpoint36,
    metric::kCommitment36,
    metric::kCounterParticipant,
    "daml_participant_sync_commitments_digest_processor_health",
    "daml_participant_sync_commitments_matcher_health",
    "daml_participant_sync_commitments_tick_signaller_health",
    "daml_pruning_max_event_age",
    "daml_sequencer_max_event_age",
    "daml_mediator_max_event_age",
    "daml_db_storage_general_executor_queued",
    "daml_db_storage_write_executor_queued",
    "daml_sequencer_db_storage_general_executor_queued",
    "daml_sequencer_db_storage_write_executor_queued",
    "splice_db_storage_general_executor_queued",
    "db_client_connections_pending_requests",
    metric::kIngestion,
    "splice_wallet_unlocked_amulet_balance",
    metric::kBlockDelay,
    metric::kSuccessor,
    metric::kSuccessorContact,
    "cometbft_consensus_block_syncing",
    "cometbft_consensus_missing_validators_power",
    "cometbft_consensus_validators_power",
};

constexpr auto kBy = "namespace,pod,job,service,instance,node,node_name,node_type,component";

struct RateRow {
    const char *signal;
    const char *expr;   ///< %1: the labels a series is told by
};

constexpr RateRow kRates[] = {
    // Against the value of a while ago: of a series that is younger there is no answer, which is not the same as standing still.
    {derived::kBlocks, "daml_sequencer_block_height - daml_sequencer_block_height offset 5m"},
    {derived::kComet, "cometbft_consensus_height - cometbft_consensus_height offset 5m"},
    {derived::kRounds, "splice_sv_dso_store_latest_open_mining_round - splice_sv_dso_store_latest_open_mining_round offset 30m"},
    // What its mediator has to see: acknowledgements, time proofs and commitments of some to some are nobody else's events.
    {derived::kAccepted, "sum by (%1) (increase(daml_sequencer_block_events_total{type=~\"send-confirmation-request|send-confirmation-response|send-verdict|send-topology\",outcome!~\"(discard|reject|refuse|fail|invalid).*\"}[5m]))"},
    {derived::kRejected, "sum by (%1) (increase(daml_sequencer_client_traffic_control_event_rejected_cost_total[5m]))"},
    {derived::kCatchUp, "sum by (%1) (increase(daml_participant_sync_commitments_catchup_mode_enabled_total[1h]))"},
    {derived::kFailures, "sum by (%1,trigger_name) (increase(splice_trigger_completed_total{outcome=\"failure\"}[10m]))"},
    {derived::kRuns, "sum by (%1,trigger_name) (increase(splice_trigger_completed_total[10m]))"},
    {derived::kTopUps, "sum by (%1) (increase(splice_trigger_completed_total{trigger_name=~\"TopupMemberTraffic.*\",outcome=\"success\"}[1h]))"},
    {derived::kFatal, "sum by (%1) (increase(splice_retries_failures{error_kind=\"fatal\"}[10m]))"},
    {derived::kMediator, "max by (%1) (daml_sequencer_block_acknowledgments_micros{member=~\"MED::.*\"})"},
    {derived::kEvent20m, "max by (%1,synchronizer) (daml_sequencer_client_handler_last_sequencing_time_micros offset 20m)"},
    {derived::kEvent1h, "max by (%1,synchronizer) (daml_sequencer_client_handler_last_sequencing_time_micros offset 1h)"},
    // The least of ten minutes, and it ran before them: after a start nothing is matched for a while.
    {derived::kUnmatched, "max by (%1,synchronizer) (min_over_time(((daml_participant_sync_commitments_last_incoming_received > 0) - daml_participant_sync_commitments_last_incoming_processed)[10m:2m]) and daml_participant_sync_commitments_last_incoming_received offset 10m) / 1e6"},
    {derived::kUnmatched36, "max by (%1,synchronizer) (min_over_time(((daml_participant_sync_commitments_received_watermark > 0) - daml_participant_sync_commitments_matching_watermark)[10m:2m]) and daml_participant_sync_commitments_received_watermark offset 10m) / 1e6"},
    {derived::kHeap, "100 * sum by (%1) (jvm_memory_used_after_last_gc_bytes{jvm_memory_type=\"heap\"}) / (sum by (%1) (jvm_memory_limit_bytes{jvm_memory_type=\"heap\"}) > 0)"},
    {derived::kScan, "100 * sum by (%1,scan_connection,request) (increase(splice_validator_scan_bft_per_connection_consensus_total{consensus=\"disagree\",success=\"true\"}[30m])) / (sum by (%1,scan_connection,request) (increase(splice_validator_scan_bft_per_connection_consensus_total[30m])) > 0) > 0"},
    {derived::kLimited, "sum by (%1,limiter) (increase(splice_rate_limiting_total{result!~\"accepted|success\"}[10m])) > 0.5"},
    // Of the whole cluster's pods and volumes only those that may be bad.
    {derived::kVolume, "min by (namespace,persistentvolumeclaim) (kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes) < 0.5"},
    {derived::kRestarts, "sum by (namespace,pod) (increase(kube_pod_container_status_restarts_total[1h])) > 0.5"},
    {derived::kCrashLoop, "max by (namespace,pod,container) (kube_pod_container_status_waiting_reason{reason=\"CrashLoopBackOff\"}) == 1"},
};

QString signalled(const QString &expr, const QString &signal)
{
    return u"label_replace(%1, \"qd_signal\", \"%2\", \"\", \"\")"_s.arg(expr, signal);
}

}

const VerdictLevels &VerdictLevels::defaults()
{
    static const VerdictLevels levels = [] {
        VerdictLevels out;
        for (const LevelRow &row : kLevels)
            out.of.insert(QLatin1StringView(row.id), {row.degraded, row.stuck});
        return out;
    }();
    return levels;
}

QString verdictGauges()
{
    QStringList names;
    for (const char *name : kGauges)
        names.append(QLatin1StringView(name));
    return u"{__name__=~\"%1\"}"_s.arg(names.join(u'|'));
}

QString verdictRates()
{
    QStringList parts;
    for (const RateRow &row : kRates)
        parts.append(signalled(QString::fromLatin1(row.expr).replace("%1"_L1, QLatin1StringView(kBy)), QLatin1StringView(row.signal)));
    return parts.join(u" or "_s);
}

QString verdictTargets()
{
    return signalled(u"up"_s, u"up"_s) + u" or "_s + signalled(u"timestamp(up)"_s, u"scraped"_s);
}

QString verdictId(VerdictState state)
{
    switch (state) {
    case VerdictState::Progressing: return u"progressing"_s;
    case VerdictState::Degraded: return u"degraded"_s;
    case VerdictState::Stuck: return u"stuck"_s;
    case VerdictState::NotDetermined: break;
    }
    return u"not-determined"_s;
}

int verdictRank(VerdictState state)
{
    switch (state) {
    case VerdictState::Stuck: return 0;
    case VerdictState::Degraded: return 1;
    case VerdictState::NotDetermined: return 2;
    case VerdictState::Progressing: break;
    }
    return 3;
}

QString verdictWord(VerdictState state)
{
    switch (state) {
    case VerdictState::Progressing: return VerdictWords::tr("Progressing");
    case VerdictState::Degraded: return VerdictWords::tr("Degraded");
    case VerdictState::Stuck: return VerdictWords::tr("Stuck");
    case VerdictState::NotDetermined: break;
    }
    return VerdictWords::tr("Not determined");
}

network::State shapeOf(VerdictState state)
{
    switch (state) {
    case VerdictState::Progressing: return network::State::Ready;
    case VerdictState::Degraded: return network::State::Degraded;
    case VerdictState::Stuck: return network::State::Failed;
    case VerdictState::NotDetermined: break;
    }
    return network::State::Unknown;
}

}
