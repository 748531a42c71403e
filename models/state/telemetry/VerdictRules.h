// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/telemetry/Verdict.h"

#include <QCoreApplication>

namespace qd::state {

struct VerdictWords {
    Q_DECLARE_TR_FUNCTIONS(Verdict)
};

/// Ids of levels.
namespace levels {
inline constexpr auto kLastEvent = "last-event", kBehind = "behind", kIngestion = "ingestion", kCheckpoint = "checkpoint", kCommitment = "commitment",
                      kTraffic = "traffic", kPruning = "pruning", kQueue = "database-queue", kPending = "database-connections", kFailures = "automation",
                      kBlockDelay = "block-delay", kMediator = "mediator", kMissingPower = "missing-power", kUnmatched = "unmatched",
                      kCounterParticipant = "counter-participant", kVolume = "volume", kHeap = "heap", kRestarts = "restarts", kScan = "scan",
                      kWallets = "wallets", kLimited = "rate-limit";
}

/// Metrics that are named in more than one place.
namespace metric {
inline constexpr auto kLastEvent = "daml_sequencer_client_handler_last_sequencing_time_micros";
inline constexpr auto kSubscriptions = "daml_sequencer_client_sequencer_connection_pool_active_subscriptions";
inline constexpr auto kSubscriptionThreshold = "daml_sequencer_client_sequencer_connection_pool_subscription_threshold";
inline constexpr auto kCheckpoint = "daml_participant_sync_commitments_last_locally_checkpointed";
inline constexpr auto kCommitment = "daml_participant_sync_commitments_last_locally_completed";
inline constexpr auto kCheckpoint36 = "daml_participant_sync_commitments_checkpoint_watermark";
inline constexpr auto kCommitment36 = "daml_participant_sync_commitments_tick_watermark";
inline constexpr auto kIngestion = "splice_store_last_ingested_record_time_ms";
inline constexpr auto kBlockDelay = "daml_sequencer_block_delay";
inline constexpr auto kProcessed = "daml_participant_sync_commitments_last_incoming_processed";
inline constexpr auto kMatched36 = "daml_participant_sync_commitments_matching_watermark";
inline constexpr auto kCounterParticipant = "daml_participant_sync_commitments_largest_counter_participant_latency";
inline constexpr auto kVolumeFree = "kubelet_volume_stats_available_bytes";
inline constexpr auto kHeap = "jvm_memory_used_after_last_gc_bytes";
inline constexpr auto kRestarts = "kube_pod_container_status_restarts_total";
inline constexpr auto kWaiting = "kube_pod_container_status_waiting_reason";
inline constexpr auto kScan = "splice_validator_scan_bft_per_connection_consensus_total";
inline constexpr auto kLimited = "splice_rate_limiting_total";
inline constexpr auto kSuccessor = "daml_participant_lsu_status";
inline constexpr auto kSuccessorContact = "daml_sequencer_lsu_contact_successor_status";
}

/// What verdictRates() derives.
namespace derived {
inline constexpr auto kBlocks = "blocks", kComet = "comet", kRounds = "rounds", kAccepted = "accepted", kRejected = "rejected", kCatchUp = "catch-up",
                      kFailures = "failures", kRuns = "runs", kTopUps = "top-ups", kFatal = "fatal", kMediator = "mediator-ack",
                      kEvent20m = "event-20m", kEvent1h = "event-1h",    ///< the last event as it was so long ago
                      kUnmatched = "unmatched", kUnmatched36 = "unmatched-36", kHeap = "heap", kScan = "scan-disagrees", kLimited = "limited",
                      // Told by the cluster, not by the node: they are there also for one that is not scraped.
                      kVolume = "volume-free", kRestarts = "restarts", kCrashLoop = "crash-loop";
}

}
