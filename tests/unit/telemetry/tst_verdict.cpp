// SPDX-License-Identifier: GPL-3.0-or-later
// Verdicts by tables: every pattern, the idle network, what is missing, and readings that contradict each other.
#include "tests/unit/telemetry/VerdictCase.h"

#include <QJsonArray>

using namespace qd;
using namespace qd::state;
using namespace qd::state::test;
using namespace Qt::StringLiterals;

class TstVerdict : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void well()
    {
        for (const QString &kind : {u"Participant"_s, u"Validator"_s, u"SuperValidator"_s, u"SyncDomain"_s}) {
            const NodeVerdict verdict = judged(Case(kind));
            QVERIFY2(verdict.state == VerdictState::Progressing, qPrintable(kind + u": "_s + said(verdict)));
            QVERIFY(!verdict.evidence.isEmpty());
            QCOMPARE(verdict.at, kNow);
        }
        const NodeVerdict verdict = judged(Case());
        QCOMPARE(verdict.lastEvent, std::optional(kNow - 2));
        QCOMPARE(verdict.lastCommitment, std::optional(kNow - 900));
    }

    void patterns_data()
    {
        const auto row = patternRows();
        const QString par = u"Participant"_s, val = u"Validator"_s, sv = u"SuperValidator"_s, domain = u"SyncDomain"_s;
        const QString stuck = u"stuck"_s, degraded = u"degraded"_s, fine = u"progressing"_s;
        row("A1 late on a busy network", val, [](Case &c) { c.subject.busyNetwork = true; c.event(100); }, degraded, u"last-event"_s, u"never silent"_s);
        row("A1 for 5 m", val, [](Case &c) { c.subject.busyNetwork = true; c.event(400); }, stuck, u"last-event"_s, u"6 m 40 s"_s);
        row("A1 at the level", val, [](Case &c) { c.subject.busyNetwork = true; c.event(90); }, fine, u"last-event"_s, u"1 m 30 s ago"_s);
        row("away for days", val, [](Case &c) { c.subject.busyNetwork = true; c.event(10 * 86400.0); }, stuck, u"last-event"_s, u"In 20 d the sequencers disable"_s);
        row("ingestion late", val, [](Case &c) { c.set(metric::kIngestion, (kNow - 400) * 1e3, {{u"store_name"_s, u"DbValidatorStore"_s}}); }, degraded, u"ingestion"_s, u"6 m 40 s"_s);
        row("ingestion stands", val, [](Case &c) { c.set(metric::kIngestion, (kNow - 1300) * 1e3, {{u"store_name"_s, u"DbValidatorStore"_s}}); }, stuck, u"ingestion"_s, u"DbValidatorStore"_s);
        row("one store of two stands", val, [](Case &c) { c.set(metric::kIngestion, (kNow - 1300) * 1e3, {{u"store_name"_s, u"DbUserWalletStore"_s}}); }, stuck, u"ingestion"_s, u"DbUserWalletStore"_s);
        row("A4 checkpoint", par, [](Case &c) { c.set(metric::kCheckpoint, (kNow - 1300) * 1e6); }, degraded, u"checkpoint"_s, u"21 m"_s);
        row("A5 commitment", par, [](Case &c) { c.set(metric::kCommitment, (kNow - 3700) * 1e6); }, degraded, u"commitment"_s, u"1 h 01 m"_s);
        row("A7 watermark of protocol 36", par, [](Case &c) { c.drop(metric::kCommitment); c.set(metric::kCommitment36, (kNow - 3700) * 1e6); }, degraded, u"commitment"_s, u"1 h 01 m"_s);
        row("A1 beside a sequencer that takes in nothing", sv, [](Case &c) { c.subject.busyNetwork = true; c.event(400); }, stuck, u"last-event"_s, u"never silent"_s);
        row("A7 matcher failed", par, [](Case &c) { c.set("daml_participant_sync_commitments_matcher_health", 1); }, degraded, u"commitment"_s, u"The matcher"_s);
        row("A7 matcher started", par, [](Case &c) { c.set("daml_participant_sync_commitments_matcher_health", 2); }, fine, u"last-event"_s, u"2 s ago"_s);
        row("A3 below the threshold", par, [](Case &c) { c.set(metric::kSubscriptions, 2); }, degraded, u"connection-pool"_s, u"Only 2 sequencers of harbor"_s);
        row("A3 not connected", par, [](Case &c) { c.set(metric::kSubscriptions, 0); }, stuck, u"connection-pool"_s, u"not connected to harbor"_s);
        row("catch-up", par, [](Case &c) { c.set(derived::kCatchUp, 1.02); }, degraded, u"catch-up"_s, u"2 times"_s);
        row("no catch-up, extrapolated", par, [](Case &c) { c.set(derived::kCatchUp, 0); }, fine, u"last-event"_s, u"2 s ago"_s);
        row("A8 pruning", par, [](Case &c) { c.subject.retention = 720; c.set("daml_pruning_max_event_age", 800); }, degraded, u"pruning"_s, u"Pruning does not keep up"_s);
        row("pruning within the schedule", par, [](Case &c) { c.subject.retention = 720; c.set("daml_pruning_max_event_age", 740); }, fine, u"last-event"_s, u"2 s ago"_s);
        row("pruning is off", par, [](Case &c) { c.set("daml_pruning_max_event_age", 9000); }, fine, u"last-event"_s, u"2 s ago"_s);
        row("database queue", par, [](Case &c) { c.set("daml_db_storage_write_executor_queued", 512); }, degraded, u"database"_s, u"512 tasks of alice-participant-0"_s);
        row("connections to the database", par, [](Case &c) { c.set("db_client_connections_pending_requests", 24); }, degraded, u"database"_s, u"24 requests"_s);
        row("back-pressure", par, [](Case &c) {
            c.set("daml_sequencer_client_handler_actual_in_flight_event_batches", 20);
            c.set("daml_sequencer_client_handler_max_in_flight_event_batches", 20);
        }, degraded, u"back-pressure"_s, u"all 20 batches"_s);
        row("health", par, [](Case &c) { c.set("daml_health_status", 0, {{u"component"_s, u"db-storage"_s}}); }, degraded, u"health"_s, u"db-storage"_s);
        row("A9 automation", val, [](Case &c) {
            c.set(derived::kRuns, 4, {{u"trigger_name"_s, u"ReceiveFaucetCouponTrigger"_s}});
            c.set(derived::kFailures, 3, {{u"trigger_name"_s, u"ReceiveFaucetCouponTrigger"_s}});
        }, degraded, u"automation"_s, u"ReceiveFaucetCouponTrigger failed in 75 %"_s);
        row("A9 below the level", val, [](Case &c) {
            c.set(derived::kRuns, 10, {{u"trigger_name"_s, u"ReceiveFaucetCouponTrigger"_s}});
            c.set(derived::kFailures, 3, {{u"trigger_name"_s, u"ReceiveFaucetCouponTrigger"_s}});
        }, fine, u"last-event"_s, u"2 s ago"_s);
        row("fatal retries", val, [](Case &c) { c.set(derived::kFatal, 1); }, degraded, u"automation"_s, u"gave up for good"_s);
        row("blocks stand", domain, [](Case &c) { c.set(derived::kBlocks, 0); }, stuck, u"blocks"_s, u"no block for 5 m"_s);
        row("block delay", domain, [](Case &c) { c.set(metric::kBlockDelay, 90'000); }, degraded, u"block-delay"_s, u"1 m 30 s after"_s);
        row("block delay, long", domain, [](Case &c) { c.set(metric::kBlockDelay, 700'000); }, stuck, u"block-delay"_s, u"11 m"_s);
        row("A17 mediator", domain, [](Case &c) { c.subject.busyNetwork = true; c.set(derived::kMediator, (kNow - 1000) * 1e6); }, degraded, u"mediator"_s, u"16 m"_s);
        row("A18 rounds", sv, [](Case &c) { c.set(derived::kRounds, 0); }, degraded, u"rounds"_s, u"30 m"_s);
        row("A24 CometBFT stands", sv, [](Case &c) { c.set(derived::kComet, 0); }, stuck, u"cometbft"_s, u"no block for 5 m"_s);
        row("A24 missing power", sv, [](Case &c) {
            c.set("cometbft_consensus_missing_validators_power", 1);
            c.set("cometbft_consensus_validators_power", 4);
        }, degraded, u"cometbft"_s, u"1 of 4 votes"_s);
        row("CometBFT catches up", sv, [](Case &c) { c.set("cometbft_consensus_block_syncing", 1); }, degraded, u"cometbft"_s, u"still reading"_s);
        row("participant crashed, its series are of before", val, [](Case &c) { c.read.targets[0].up = false; c.subject.podsReady = 1; }, stuck, u"target"_s, u"alice-participant-0 does not answer. Kubernetes agrees: 1 of 2 pods"_s);
        row("scan fails, its pod is down", sv, [](Case &c) { c.read.targets.append({u"alice-scan-0"_s, u"scan"_s, false, kNow}); c.subject.podsReady = 1; }, degraded, u"target"_s, u"alice-scan-0 does not answer"_s);
    }

    void patterns() { checkPattern(); }


    /// Each synchronizer by itself, and a private one may be silent for a night.
    void synchronizers_data()
    {
        const auto row = patternRows();
        const QString par = u"Participant"_s, domain = u"SyncDomain"_s, degraded = u"degraded"_s, fine = u"progressing"_s;
        // A second synchronizer that is well hides nothing of the first.
        const auto second = [](Case &c, const char *metric, double age) { c.set(metric, (kNow - age) * 1e6, {}, u"second"_s); };
        row("A5 of one synchronizer of two", par, [second](Case &c) {
            c.set(metric::kCommitment, (kNow - 86'400) * 1e6);
            second(c, metric::kCommitment, 240);
            second(c, metric::kLastEvent, 3);
        }, degraded, u"commitment"_s, u"harbor: The last commitment was completed 1 d"_s);
        row("A4 of one synchronizer of two", par, [second](Case &c) {
            c.set(metric::kCheckpoint, (kNow - 1300) * 1e6);
            second(c, metric::kCheckpoint, 60);
            second(c, metric::kLastEvent, 3);
        }, degraded, u"checkpoint"_s, u"harbor: The last checkpoint"_s);
        row("an idle synchronizer beside a busy one", par, [second](Case &c) {
            second(c, metric::kLastEvent, 80'000);
            second(c, metric::kCommitment, 80'100);
            second(c, metric::kCheckpoint, 80'100);
            second(c, derived::kBlocks, 150);
        }, fine, u"commitment"_s, u"second: The last commitment was completed 22 h"_s);
        row("the first event after a night", par, [](Case &c) {
            c.set(derived::kEvent1h, (kNow - 36'000) * 1e6);
            c.set(derived::kEvent20m, (kNow - 36'000) * 1e6);
            c.set(metric::kCommitment, (kNow - 36'900) * 1e6);
            c.set(metric::kCheckpoint, (kNow - 36'200) * 1e6);
        }, fine, u"commitment"_s, u"10 h"_s);
        row("an hour after the first event of the day", par, [](Case &c) {
            c.set(derived::kEvent1h, (kNow - 3601) * 1e6);
            c.set(metric::kCommitment, (kNow - 36'900) * 1e6);
        }, degraded, u"commitment"_s, u"10 h"_s);
        row("a public network has no night", par, [](Case &c) {
            c.subject.busyNetwork = true;
            c.set(derived::kEvent1h, (kNow - 36'000) * 1e6);
            c.set(metric::kCommitment, (kNow - 36'900) * 1e6);
        }, degraded, u"commitment"_s, u"10 h"_s);
        row("mediator of an idle network", domain, [](Case &c) { c.event(36'000); c.set(derived::kAccepted, 0); c.set(derived::kMediator, (kNow - 36'030) * 1e6); }, fine, u"mediator"_s, u"10 h ago; nothing came since"_s);
        row("mediator, the first event after a night", domain, [](Case &c) {
            c.event(5);
            c.set(derived::kEvent20m, (kNow - 36'000) * 1e6);
            c.set(derived::kMediator, (kNow - 36'030) * 1e6);
        }, fine, u"mediator"_s, u"is not known"_s);
        row("mediator, no events are read", domain, [](Case &c) { c.set(derived::kMediator, (kNow - 1000) * 1e6); }, fine, u"mediator"_s, u"is not known"_s);
        row("mediator, what came is not acknowledged", domain, [](Case &c) {
            c.event(5);
            c.set(derived::kEvent20m, (kNow - 1300) * 1e6);
            c.set(derived::kMediator, (kNow - 3000) * 1e6);
        }, degraded, u"mediator"_s, u"50 m ago, and not what came at least 20 m ago"_s);
    }

    void synchronizers() { patterns(); }

    void traffic_data()
    {
        QTest::addColumn<double>("extra");
        QTest::addColumn<double>("base");
        QTest::addColumn<double>("rejected");
        QTest::addColumn<QString>("state");
        QTest::addColumn<QString>("says");
        QTest::newRow("plenty") << 5e6 << 1e5 << 0.0 << u"progressing"_s << u"5.1 MB of traffic are left"_s;
        QTest::newRow("below the reserve") << 1e5 << 5e4 << 0.0 << u"degraded"_s << u"refuses commands"_s;
        QTest::newRow("the free part is above it") << 1e5 << 4e5 << 0.0 << u"progressing"_s << u"500 kB"_s;
        QTest::newRow("nothing left") << 0.0 << 0.0 << 0.0 << u"degraded"_s << u"will be rejected"_s;
        QTest::newRow("nothing left and rejected") << 0.0 << 0.0 << 3000.0 << u"stuck"_s << u"is rejected"_s;
    }

    void traffic()
    {
        QFETCH(double, extra);
        QFETCH(double, base);
        QFETCH(double, rejected);
        QFETCH(QString, state);
        QFETCH(QString, says);
        Case one(u"Validator"_s);
        one.set("daml_sequencer_client_traffic_control_extra_traffic_purchased", 20e6);
        one.set("daml_sequencer_client_traffic_control_extra_traffic_consumed", 20e6 - extra);
        one.set("daml_sequencer_client_traffic_control_base_traffic_remainder", base);
        one.set(derived::kRejected, rejected);
        one.set(derived::kTopUps, 1);
        const NodeVerdict verdict = judged(one);
        QVERIFY2(verdictId(verdict.state) == state, qPrintable(said(verdict)));
        QVERIFY2(said(verdict).contains(says), qPrintable(said(verdict)));
    }

    void topUpDoesNotHappen()
    {
        Case one(u"Validator"_s);
        one.set("daml_sequencer_client_traffic_control_extra_traffic_purchased", 20e6);
        one.set("daml_sequencer_client_traffic_control_extra_traffic_consumed", 19.95e6);
        one.set("splice_wallet_unlocked_amulet_balance", 812.4);
        QVERIFY(said(judged(one)).contains(u"No automatic top-up happened in the last hour with 50 kB left; its wallet holds 812.40 CC."_s));
        one.set(derived::kFailures, 2, {{u"trigger_name"_s, u"TopupMemberTrafficTrigger"_s}});
        QVERIFY2(said(judged(one)).contains(u"The automatic top-up fails"_s), qPrintable(said(judged(one))));
        one.drop("splice_wallet_unlocked_amulet_balance");
        QVERIFY(said(judged(one)).contains(u"its balance is not read"_s));
        // Its users pay no top-up: the wallet is that of its own store's party.
        one.set(metric::kIngestion, (kNow - 3) * 1e3, {{u"store_name"_s, u"DbValidatorStore"_s}, {u"store_party"_s, u"alice::1220"_s}});
        one.set("splice_wallet_unlocked_amulet_balance", 48'120, {{u"owner"_s, u"user::1220"_s}});
        QVERIFY2(said(judged(one)).contains(u"its balance is not read"_s), qPrintable(said(judged(one))));
        one.set("splice_wallet_unlocked_amulet_balance", 12.5, {{u"owner"_s, u"alice::1220"_s}});
        QVERIFY2(said(judged(one)).contains(u"its wallet holds 12.50 CC"_s), qPrintable(said(judged(one))));
    }

    /// The silence of an idle network is no fault; that of one node among others is.
    void silence_data()
    {
        QTest::addColumn<double>("own");
        QTest::addColumn<double>("peer");       // < 0: no other node is read
        QTest::addColumn<int>("blocks");        // < 0: the sequencer is not read
        QTest::addColumn<int>("accepted");
        QTest::addColumn<QString>("state");
        QTest::addColumn<QString>("says");
        QTest::newRow("idle, sequencer makes blocks") << 7200.0 << 7201.0 << 150 << 0 << u"progressing"_s << u"idle network is no fault"_s;
        QTest::newRow("idle, only this node") << 7200.0 << -1.0 << 150 << 0 << u"progressing"_s << u"idle network is no fault"_s;
        QTest::newRow("idle since a moment, still counted as accepted") << 200.0 << 200.0 << 150 << 40 << u"progressing"_s << u"idle network is no fault"_s;
        QTest::newRow("all silent, sequencer not read") << 7200.0 << 7195.0 << -1 << 0 << u"not-determined"_s << u"its sequencer is not measured here"_s;
        QTest::newRow("alone, sequencer not read") << 7200.0 << -1.0 << -1 << 0 << u"not-determined"_s << u"neither its sequencer nor another node"_s;
        QTest::newRow("another one is ahead") << 400.0 << 3.0 << 150 << 30 << u"degraded"_s << u"another node has seen one 3 s ago: this one is behind, or nothing was addressed"_s;
        QTest::newRow("another one is ahead, no sequencer") << 400.0 << 3.0 << -1 << 0 << u"degraded"_s << u"this one is behind, or"_s;
        QTest::newRow("a little behind") << 100.0 << 50.0 << 150 << 30 << u"progressing"_s << u"idle network is no fault"_s;
        QTest::newRow("another one is ahead of an idle network") << 7200.0 << 6900.0 << 150 << 0 << u"degraded"_s << u"this one is behind"_s;
        QTest::newRow("the sequencer stands") << 400.0 << 402.0 << 0 << 0 << u"stuck"_s << u"the synchronizer stands still"_s;
        QTest::newRow("accepted, for whom is not known") << 400.0 << 402.0 << 150 << 30 << u"not-determined"_s << u"Whether one was addressed to this node is not known"_s;
    }

    void silence()
    {
        QFETCH(double, own);
        QFETCH(double, peer);
        QFETCH(int, blocks);
        QFETCH(int, accepted);
        QFETCH(QString, state);
        QFETCH(QString, says);
        Case one;
        one.event(own);
        // What is late because there is nothing to see is no evidence of its own.
        one.set(metric::kCommitment, (kNow - own - 900) * 1e6);
        one.set(metric::kCheckpoint, (kNow - own - 300) * 1e6);
        QList<Case> others;
        if (peer >= 0) {
            others.append(Case(u"Participant"_s, u"bob"_s));
            others.last().event(peer);
        }
        if (blocks >= 0) {
            others.append(Case(u"SyncDomain"_s, u"harbor"_s));
            others.last().set(derived::kBlocks, blocks);
            others.last().set(derived::kAccepted, accepted);
        }
        const NodeVerdict verdict = judged(one, others);
        QVERIFY2(verdictId(verdict.state) == state, qPrintable(verdictId(verdict.state) + u'\n' + said(verdict)));
        QVERIFY2(said(verdict).contains(says), qPrintable(said(verdict)));
    }

    /// What is accepted has to reach the mediator, who is cut off by its own word, and on a public network everybody.
    void nobodyReceives_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<Break>("how");
        QTest::newRow("a mediator") << u"SyncDomain"_s << Break([](Case &c) { c.set(derived::kBlocks, 150); });
        QTest::newRow("not subscribed") << u"Participant"_s << Break([](Case &c) { c.set(metric::kSubscriptions, 2); });
        QTest::newRow("a public network") << u"Participant"_s << Break([](Case &c) { c.subject.busyNetwork = true; });
    }

    void nobodyReceives()
    {
        QFETCH(QString, kind);
        QFETCH(Break, how);
        Case one(kind, kind == "SyncDomain"_L1 ? u"harbor"_s : u"alice"_s);
        one.event(400);
        how(one);
        const NodeVerdict verdict = judged(one, kind == "SyncDomain"_L1 ? QList<Case>() : QList<Case>{Case(u"SyncDomain"_s, u"harbor"_s)});
        QVERIFY2(verdictId(verdict.state) == "stuck"_L1, qPrintable(said(verdict)));
        QVERIFY2(said(verdict).contains(u"nobody receives them"_s), qPrintable(said(verdict)));
    }

    /// A Prometheus that has stopped scraping answers with what was so up to five minutes ago.
    void notScrapedSince_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<double>("age");
        QTest::addColumn<QString>("state");
        QTest::newRow("a node") << u"Validator"_s << 240.0 << u"not-determined"_s;
        QTest::newRow("a node, one scrape failed") << u"Validator"_s << 120.0 << u"progressing"_s;
        QTest::newRow("a sync domain") << u"SyncDomain"_s << 240.0 << u"not-determined"_s;
        QTest::newRow("a sync domain, one scrape failed") << u"SyncDomain"_s << 120.0 << u"progressing"_s;
    }

    void notScrapedSince()
    {
        QFETCH(QString, kind);
        QFETCH(double, age);
        QFETCH(QString, state);
        const Case one(kind);
        const NodeVerdict verdict = judgeAll({one.subject}, {{one.subject.node, one.read}}, kNow + age, {}).value(one.subject.node);
        QVERIFY2(verdictId(verdict.state) == state, qPrintable(said(verdict)));
        QCOMPARE(said(verdict).contains(u"That was read 4 m ago: what the node does since is not known."_s), state == "not-determined"_L1);
        // What was bad then is not better by being old.
        Case bad(kind);
        bad.set(kind == "SyncDomain"_L1 ? derived::kBlocks : metric::kSubscriptions, 0);
        QCOMPARE(judgeAll({bad.subject}, {{bad.subject.node, bad.read}}, kNow + age, {}).value(bad.subject.node).state, VerdictState::Stuck);
    }

    /// What the cluster tells of pods and volumes counts also where the node is not scraped, and is no sign that it is.
    void ofTheCluster()
    {
        Case one(u"Validator"_s);
        one.read = {};
        one.set(derived::kVolume, 0.4, {{u"persistentvolumeclaim"_s, u"data-alice-postgres-0"_s}});
        one.set(derived::kRestarts, 1);
        QCOMPARE(judged(one).state, VerdictState::NotDetermined);
        QVERIFY2(judged(one).why().contains(u"Prometheus scrapes nothing of this node"_s), qPrintable(said(judged(one))));
        one.set(derived::kVolume, 0.02, {{u"persistentvolumeclaim"_s, u"data-alice-postgres-0"_s}});
        one.set(derived::kRestarts, 7);
        const NodeVerdict verdict = judged(one);
        QCOMPARE(verdict.state, VerdictState::Degraded);
        QCOMPARE(verdict.evidence.size(), 3);
        QVERIFY2(verdict.why().contains(u"2 % of the volume"_s), qPrintable(said(verdict)));
        QVERIFY(!said(verdict).contains(u"although the node is scraped"_s));
        // Nothing is expected of what is suspended.
        one.subject.suspended = true;
        QCOMPARE(judged(one).state, VerdictState::NotDetermined);
        QCOMPARE(judged(one).evidence.size(), 1);
    }

    /// Acknowledgements and time proofs are nobody else's events.
    void acceptedIsWhatMediatorsSee()
    {
        const QString rates = verdictRates();
        QVERIFY(rates.contains(u"increase(daml_sequencer_block_events_total{type=~\"send-confirmation-request|"_s));
        for (const QString &type : {u"|ack"_s, u"send-time-proof"_s, u"send-commitment"_s, u"send-topup"_s})
            QVERIFY2(!rates.contains(type), qPrintable(type));
    }

    /// Others are ahead, and the node itself says that nothing reaches it.
    void cutOff_data()
    {
        QTest::addColumn<Break>("how");
        QTest::addColumn<double>("own");
        QTest::addColumn<QString>("state");
        const Break health = [](Case &c) { c.set("daml_health_status", 0, {{u"component"_s, u"connected-synchronizer"_s}}); };
        const Break busy = [](Case &c) { c.subject.busyNetwork = true; };
        QTest::newRow("not healthy") << health << 400.0 << u"stuck"_s;
        QTest::newRow("not healthy, not long") << health << 100.0 << u"degraded"_s;
        QTest::newRow("a public network") << busy << 400.0 << u"stuck"_s;
        QTest::newRow("a public network, not long") << busy << 100.0 << u"degraded"_s;
    }

    void cutOff()
    {
        QFETCH(Break, how);
        QFETCH(double, own);
        QFETCH(QString, state);
        Case one;
        how(one);
        one.event(own);
        const NodeVerdict verdict = judged(one, {Case(u"Participant"_s, u"bob"_s), Case(u"SyncDomain"_s, u"harbor"_s)});
        QVERIFY2(verdictId(verdict.state) == state, qPrintable(said(verdict)));
        QVERIFY2(said(verdict).contains(u"another node has seen one 2 s ago: this one is behind."_s), qPrintable(said(verdict)));
    }

    /// Another synchronizer of the same name, of another network, is nothing to compare with.
    void otherNetworks()
    {
        Case one(u"Validator"_s, u"main-1"_s), other(u"Validator"_s, u"dev-1"_s);
        one.subject.network = u"mainnet"_s;
        one.subject.domains.clear();
        other.subject.network = u"devnet"_s;
        other.subject.domains.clear();
        one.event(7200);
        QVERIFY(!said(judged(one, {other})).contains(u"this one is behind"_s));
        other.subject.network = u"mainnet"_s;
        QVERIFY(said(judged(one, {other})).contains(u"this one is behind"_s));
    }

    /// Never healthy when unread: what is missing is named, and why.
    void missing_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<Break>("how");
        QTest::addColumn<QString>("state");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, const QString &kind, const Break &how, const QString &state, const QString &says) {
            QTest::newRow(name) << kind << how << state << says;
        };
        const QString unknown = u"not-determined"_s;
        row("nothing is scraped", u"Validator"_s, [](Case &c) { c.read = {}; }, unknown, u"metrics.enable: true"_s);
        row("nothing is scraped, failed", u"Participant"_s, [](Case &c) { c.read = {}; c.subject.reported = network::State::Failed; c.subject.podsReady = 1; }, u"stuck"_s, u"the operator reports Failed, and 1 of 2 pods are ready"_s);
        row("nothing is scraped, pods are down", u"Participant"_s, [](Case &c) { c.read = {}; c.subject.podsReady = 1; }, unknown, u"Prometheus scrapes nothing of this node"_s);
        row("was scraped once", u"Validator"_s, [](Case &c) { c.read = {}; c.read.seen.insert(u"up"_s, kNow - 600); }, unknown, u"10 m ago for the last time"_s);
        row("no last event", u"Participant"_s, [](Case &c) { c.drop(metric::kLastEvent); }, unknown, u"daml_sequencer_client_handler_last_sequencing_time_micros is not there although the node is scraped"_s);
        row("no ingestion", u"Validator"_s, [](Case &c) { c.drop(metric::kIngestion); }, unknown, u"splice_store_last_ingested_record_time_ms is not there"_s);
        row("no blocks", u"SyncDomain"_s, [](Case &c) { c.drop(derived::kBlocks); c.drop(metric::kBlockDelay); }, unknown, u"daml_sequencer_block_height is not there"_s);
        row("the series has ended", u"Participant"_s, [](Case &c) { c.drop(metric::kLastEvent); c.read.seen.insert(QLatin1StringView(metric::kLastEvent), kNow - 420); }, unknown, u"was read 7 m ago for the last time; its series has ended"_s);
        row("target down, pods ready", u"Participant"_s, [](Case &c) { c.read.of.clear(); c.read.targets[0].up = false; }, unknown, u"the last scrape of alice-participant-0 failed"_s);
        row("target down, pods not ready", u"Participant"_s, [](Case &c) { c.read.of.clear(); c.read.targets[0].up = false; c.subject.podsReady = 1; }, u"stuck"_s, u"Kubernetes agrees: 1 of 2 pods are ready"_s);
        row("never saw an event", u"Participant"_s, [](Case &c) { c.event(kNow); }, unknown, u"has seen no event of harbor since it started"_s);
        row("a needed one is missing, another is bad", u"Validator"_s, [](Case &c) { c.drop(metric::kIngestion); c.set(metric::kSubscriptions, 0); }, u"stuck"_s, u"not connected"_s);
        row("a secondary one is missing", u"Participant"_s, [](Case &c) { c.drop(metric::kCommitment); c.drop(metric::kCheckpoint); }, u"progressing"_s, u"last_locally_completed is not there"_s);
        row("suspended", u"Participant"_s, [](Case &c) { c.subject.suspended = true; c.read = {}; }, unknown, u"suspended: nothing is expected"_s);
    }

    void missing()
    {
        QFETCH(QString, kind);
        QFETCH(Break, how);
        QFETCH(QString, state);
        QFETCH(QString, says);
        Case one(kind);
        how(one);
        const NodeVerdict verdict = judged(one);
        QVERIFY2(verdictId(verdict.state) == state, qPrintable(verdictId(verdict.state) + u'\n' + said(verdict)));
        QVERIFY2(said(verdict).contains(says), qPrintable(said(verdict)));
    }

    void noPrometheus()
    {
        const NodeVerdict verdict = judged(Case(), {}, {u"No Prometheus was found in infra."_s, u"Name it in the profile."_s});
        QCOMPARE(verdict.state, VerdictState::NotDetermined);
        QCOMPARE(verdict.why(), u"No Prometheus was found in infra. Name it in the profile."_s);
        QVERIFY(!verdict.lastEvent);
    }

    void contradictions()
    {
        Case one;
        one.set(metric::kSubscriptions, 0);
        QVERIFY(said(judged(one)).contains(u"Contradiction: every component calls itself healthy."_s));
        QVERIFY(said(judged(one)).contains(u"Contradiction: the operator reports Ready."_s));
        Case other;
        other.subject.reported = network::State::Failed;
        QVERIFY(said(judged(other)).contains(u"Contradiction: the operator reports Failed."_s));
        QCOMPARE(judged(other).state, VerdictState::Progressing);
    }

    void replicas()
    {
        Case one;
        // The passive replica receives nothing; the active one counts.
        one.read.of[QLatin1StringView(metric::kLastEvent)].append({{{u"pod"_s, u"alice-participant-1"_s}, {u"synchronizer"_s, u"harbor"_s}}, (kNow - 9000) * 1e6, kNow});
        QCOMPARE(judged(one).state, VerdictState::Progressing);
    }

    /// A part of the readings tells neither that a node goes on nor why something is missing.
    void partialAnswers()
    {
        const VerdictSource part{{}, {}, u"Not all readings arrived: No StoreAPIs matched for this query"_s};
        Case one(u"Validator"_s);
        QCOMPARE(judged(one, {}, part).state, VerdictState::NotDetermined);
        QCOMPARE(judged(one, {}, part).why(), u"Not all readings arrived: No StoreAPIs matched for this query"_s);
        one.drop(metric::kIngestion);
        QVERIFY2(said(judged(one, {}, part)).contains(u"it may be in what did not answer"_s), qPrintable(said(judged(one, {}, part))));
        QVERIFY(!said(judged(one, {}, part)).contains(u"narrows the metrics"_s));
        // What is bad is so all the same.
        one.set(metric::kSubscriptions, 0);
        QCOMPARE(judged(one, {}, part).state, VerdictState::Stuck);
        Case none(u"Validator"_s);
        none.read = {};
        QCOMPARE(judged(none, {}, part).state, VerdictState::NotDetermined);
        QCOMPARE(judged(none, {}, part).evidence.size(), 1);
        QVERIFY(!said(judged(none, {}, part)).contains(u"metrics.enable"_s));
        none.subject.reported = network::State::Failed;
        none.subject.podsReady = 1;
        QCOMPARE(judged(none, {}, part).state, VerdictState::Stuck);
        QCOMPARE(judged(none, {}, part).why(), u"The operator reports Failed, and 1 of 2 pods are ready."_s);
        none.subject.suspended = true;
        QCOMPARE(judged(none, {}, part).why(), u"The node is suspended: nothing is expected of it."_s);
    }

    void levels()
    {
        Case one(u"Validator"_s);
        one.subject.busyNetwork = true;
        one.event(100);
        VerdictLevels levels = VerdictLevels::defaults();
        levels.of.insert(u"last-event"_s, {500, 1000});
        QCOMPARE(judgeAll({one.subject}, {{one.subject.node, one.read}}, kNow, {}, levels).value(one.subject.node).state, VerdictState::Progressing);
    }

    void json()
    {
        const QJsonObject out = verdictJson(judged(Case()));
        QCOMPARE(out.value(u"state"_s).toString(), u"progressing"_s);
        const QJsonObject first = out.value(u"evidence"_s)[0].toObject();
        QCOMPARE(first.value(u"signal"_s).toString(), u"last-event"_s);
        QCOMPARE(first.value(u"value"_s).toDouble(), 2.0);
        QCOMPARE(first.value(u"at"_s).toString(), u"2026-09-21T14:13:20Z"_s);
        QVERIFY(first.value(u"says"_s).toString().contains(u"harbor"_s));
        Case blind;
        blind.read = {};
        const QJsonObject none = verdictJson(judged(blind)).value(u"evidence"_s)[0].toObject();
        QVERIFY(none.value(u"value"_s).isNull() && none.value(u"at"_s).isNull());
    }
};

QTEST_APPLESS_MAIN(TstVerdict)
#include "tst_verdict.moc"
