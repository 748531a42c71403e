// SPDX-License-Identifier: GPL-3.0-or-later
// Verdicts by tables: commitments, volumes, memory, scans, limits and upgrades of the synchronizer, by the patterns of canton.md 6.
#include "tests/unit/telemetry/VerdictCase.h"

using namespace qd;
using namespace qd::state;
using namespace qd::state::test;
using namespace Qt::StringLiterals;

class TstVerdictIncidents : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void patterns_data()
    {
        const auto row = patternRows();
        const QString par = u"Participant"_s, val = u"Validator"_s, domain = u"SyncDomain"_s, degraded = u"degraded"_s, fine = u"progressing"_s;
        row("#10 commitments are not matched", par, [](Case &c) { c.set(derived::kUnmatched, 1900); }, degraded, u"commitment-mismatch"_s, u"those of the last 31 m are not matched. That is a fork"_s);
        row("#10 as late as may be", par, [](Case &c) { c.set(derived::kUnmatched, 1800); }, fine, u"last-event"_s, u"2 s ago"_s);
        row("#10 of protocol 36", val, [](Case &c) { c.set(derived::kUnmatched, 0); c.set(derived::kUnmatched36, 7300); }, degraded, u"commitment-mismatch"_s, u"harbor"_s);
        row("#10 of one synchronizer of two", par, [](Case &c) { c.set(derived::kUnmatched, 7300); c.set(derived::kUnmatched, 0, {}, u"second"_s); }, degraded, u"commitment-mismatch"_s, u"at harbor are received"_s);
        row("#10 none was ever matched", par, [](Case &c) { c.set(derived::kUnmatched, kNow - 900); }, degraded, u"commitment-mismatch"_s, u"none was ever matched"_s);
        row("#11 a counter-participant owes", par, [](Case &c) { c.set(metric::kCounterParticipant, 7300e6); }, degraded, u"counter-participant"_s, u"owes commitments of 2 h 01 m"_s);
        row("#11 a counter-participant is late", par, [](Case &c) { c.set(metric::kCounterParticipant, 7200e6); }, fine, u"last-event"_s, u"2 s ago"_s);
        row("#12 a volume is nearly full", par, [](Case &c) {
            c.set(derived::kVolume, 0.4, {{u"persistentvolumeclaim"_s, u"data-alice-mediator-0"_s}});
            c.set(derived::kVolume, 0.1, {{u"persistentvolumeclaim"_s, u"data-alice-postgres-0"_s}});
        }, degraded, u"volume"_s, u"10 % of the volume data-alice-postgres-0 are free"_s);
        row("#12 a volume fills", par, [](Case &c) { c.set(derived::kVolume, 0.15); }, fine, u"last-event"_s, u"2 s ago"_s);
        row("#13 heap", val, [](Case &c) { c.set(derived::kHeap, 97); }, degraded, u"heap"_s, u"alice-participant-0 keeps 97 % of its heap"_s);
        row("#13 heap at the level", val, [](Case &c) { c.set(derived::kHeap, 90); }, fine, u"last-event"_s, u"2 s ago"_s);
        row("#13 restarted again and again", domain, [](Case &c) { c.set(derived::kRestarts, 3.05); }, degraded, u"restarts"_s, u"restarted 3 times in the last hour"_s);
        row("#13 restarted twice, extrapolated", domain, [](Case &c) { c.set(derived::kRestarts, 2.03); }, fine, u"blocks"_s, u"150 blocks"_s);
        row("#13 crash loop", par, [](Case &c) { c.set(derived::kCrashLoop, 1, {{u"container"_s, u"participant"_s}}); }, degraded, u"restarts"_s, u"participant of alice-participant-0 crashes again and again"_s);
        row("#19 a scan disagrees", val, [](Case &c) {
            c.set(derived::kScan, 2, {{u"scan_connection"_s, u"https://scan.sv-1"_s}, {u"request"_s, u"get_dso_info"_s}});
            c.set(derived::kScan, 40, {{u"scan_connection"_s, u"https://scan.sv-2"_s}, {u"request"_s, u"get_dso_info"_s}});
        }, degraded, u"scan"_s, u"The scan https://scan.sv-2 gives other answers than the other scans in 40 % of those to get_dso_info"_s);
        row("#19 a scan disagrees now and then", val, [](Case &c) { c.set(derived::kScan, 5); }, fine, u"last-event"_s, u"2 s ago"_s);
        row("#20 more wallets than a validator is made for", val, [](Case &c) { c.subject.wallets = 201; }, degraded, u"wallets"_s, u"201 parties have a wallet here; a validator is made for 200. Its app becomes slow"_s);
        row("#20 as many as it is made for", val, [](Case &c) { c.subject.wallets = 200; }, fine, u"wallets"_s, u"200 parties have a wallet here; a validator is made for 200."_s);
        row("#24 calls are refused", val, [](Case &c) {
            c.set(derived::kLimited, 12, {{u"limiter"_s, u"other"_s}});
            c.set(derived::kLimited, 340, {{u"limiter"_s, u"getDsoInfo"_s}});
        }, fine, u"rate-limit"_s, u"alice-participant-0 refused 340 calls in the last 10 m by its rate limit getDsoInfo"_s);
        row("#12 a full volume is told before what it does", par, [](Case &c) {
            c.set(derived::kVolume, 0.001, {{u"persistentvolumeclaim"_s, u"data-alice-postgres-0"_s}});
            c.set("daml_db_storage_write_executor_queued", 512);
        }, degraded, u"volume"_s, u"0.1 % of the volume"_s);
        row("#24 some calls are refused", val, [](Case &c) { c.set(derived::kLimited, 60); }, fine, u"last-event"_s, u"2 s ago"_s);
        row("#21 a successor is known", val, [](Case &c) { c.set(metric::kSuccessor, 1, {{u"successor_psid"_s, u"global::1220aa::35-1"_s}}); }, fine, u"synchronizer-upgrade"_s, u"knows of the upgrade of its synchronizer to global::1220aa::35-1"_s);
    }

    void patterns() { checkPattern(); }

    /// The first sentence is about what counts: not about what decides nothing, and the cause before what it does.
    void theFirstSentence()
    {
        Case limited(u"Validator"_s);
        limited.set(derived::kLimited, 340, {{u"limiter"_s, u"getDsoInfo"_s}});
        QVERIFY2(!judged(limited).why().contains(u"refused"_s), qPrintable(judged(limited).why()));
        Case full;
        full.set("daml_db_storage_write_executor_queued", 512);
        full.set(derived::kVolume, 0.001, {{u"persistentvolumeclaim"_s, u"data-alice-postgres-0"_s}});
        QVERIFY2(judged(full).why().contains(u"of the volume"_s), qPrintable(judged(full).why()));
        Case still(u"SyncDomain"_s);
        still.set(derived::kBlocks, 0);
        still.set(derived::kVolume, 0.1);
        QVERIFY2(judged(still).why().contains(u"no block"_s), qPrintable(judged(still).why()));
        still.set(derived::kVolume, 0.001);
        QCOMPARE(judged(still).state, VerdictState::Stuck);
        QVERIFY2(judged(still).why().contains(u"of the volume"_s), qPrintable(judged(still).why()));
    }

    /// #20: few wallets are no news, and a participant has none.
    void fewWallets()
    {
        Case few(u"Validator"_s);
        few.subject.wallets = 149;
        QVERIFY2(!said(judged(few)).contains(u"wallet"_s), qPrintable(said(judged(few))));
        Case participant;
        participant.subject.wallets = 500;
        QCOMPARE(judged(participant).state, VerdictState::Progressing);
    }

    /// #21: what others of its synchronizer know and this one does not is said, and decides nothing: its values are not documented.
    void aSuccessorThatOthersKnow()
    {
        const Case late(u"Validator"_s, u"late"_s);
        Case knows(u"Validator"_s, u"knows"_s);
        knows.set(metric::kSuccessor, 0, {{u"successor_psid"_s, u"global::1220aa::35-1"_s}});
        const NodeVerdict verdict = judged(late, {knows});
        QCOMPARE(verdict.state, VerdictState::Progressing);
        QVERIFY2(said(verdict).contains(u"Other nodes know of the upgrade of the synchronizer to global::1220aa::35-1"_s), qPrintable(said(verdict)));
        QVERIFY2(!said(judged(knows, {late})).contains(u"Other nodes"_s), qPrintable(said(judged(knows, {late}))));
        Case elsewhere(u"Validator"_s, u"elsewhere"_s);
        elsewhere.subject.domains = {{u"harbor"_s, u"domain/canton/other"_s}, {QString(), u"domain/canton/other"_s}};
        QVERIFY2(!said(judged(elsewhere, {knows})).contains(u"Other nodes"_s), qPrintable(said(judged(elsewhere, {knows}))));
        // Nothing of it is read: its silence says nothing.
        Case unread = late;
        unread.drop(metric::kLastEvent);
        QVERIFY2(!said(judged(unread, {knows})).contains(u"Other nodes"_s), qPrintable(said(judged(unread, {knows}))));
    }
};

QTEST_APPLESS_MAIN(TstVerdictIncidents)
#include "tst_verdictincidents.moc"
