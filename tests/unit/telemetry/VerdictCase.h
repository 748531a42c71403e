// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A node as it is when all is well, to be broken, and the table of patterns that break it.
#include "models/state/telemetry/VerdictRules.h"

#include <QTest>

#include <algorithm>
#include <functional>
#include <limits>

namespace qd::state::test {

using namespace Qt::StringLiterals;

inline constexpr double kNow = 1'790'000'000;

inline ObjectId node(const QString &kind, const QString &name, const QString &ns = u"canton"_s)
{
    return {u"infra"_s, {u"canton.quarterdeck.io"_s, u"v1alpha1"_s, kind.toLower() + u's'}, ns, name, u"uid-"_s + name};
}

/// A node as it is when all is well, to be broken.
struct Case {
    VerdictSubject subject;
    NodeReadings read;

    explicit Case(const QString &kind = u"Participant"_s, const QString &name = u"alice"_s)
    {
        subject.node = node(kind, name);
        subject.kind = kind;
        subject.network = u"harbor"_s;
        subject.reported = network::State::Ready;
        subject.podsReady = 2;
        subject.podsWanted = 2;
        subject.domains = {{u"harbor"_s, u"domain/canton/harbor"_s}, {QString(), u"domain/canton/harbor"_s}};
        read.targets = {{name + u"-participant-0"_s, u"participant"_s, true, kNow}};
        if (kind == "SyncDomain"_L1) {
            set(derived::kBlocks, 150);
            set(metric::kBlockDelay, 200);
            set(derived::kAccepted, 12);
            return;
        }
        event(2);
        set(metric::kSubscriptions, 3);
        set(metric::kSubscriptionThreshold, 3);
        set(metric::kCommitment, (kNow - 900) * 1e6);
        set(metric::kCheckpoint, (kNow - 300) * 1e6);
        if (kind == "Validator"_L1 || kind == "SuperValidator"_L1)
            set(metric::kIngestion, (kNow - 3) * 1e3, {{u"store_name"_s, u"DbValidatorStore"_s}});
        if (kind == "SuperValidator"_L1)
            set(derived::kBlocks, 150);
        set("daml_health_status", 1, {{u"component"_s, u"db-storage"_s}});
    }
    void set(const char *metric, double value, const network::Labels &more = {}, const QString &synchronizer = u"harbor"_s)
    {
        network::Labels labels = more;
        labels.insert(u"__name__"_s, QLatin1StringView(metric));
        labels.insert(u"pod"_s, subject.node.name + u"-participant-0"_s);
        labels.insert(u"synchronizer"_s, synchronizer);
        QList<Reading> &all = read.of[QLatin1StringView(metric)];
        all.removeIf([&labels](const Reading &r) { return r.labels == labels; });
        all.append({labels, value, kNow});
    }
    void event(double age) { set(metric::kLastEvent, (kNow - age) * 1e6); }
    void drop(const char *metric) { read.of.remove(QLatin1StringView(metric)); }
};

inline NodeVerdict judged(const Case &one, const QList<Case> &others = {}, const VerdictSource &source = {})
{
    QList<VerdictSubject> subjects{one.subject};
    QHash<ObjectId, NodeReadings> read{{one.subject.node, one.read}};
    for (const Case &other : others) {
        subjects.append(other.subject);
        read.insert(other.subject.node, other.read);
    }
    return judgeAll(subjects, read, kNow, source).value(one.subject.node);
}

inline QString said(const NodeVerdict &verdict)
{
    QStringList out;
    for (const Evidence &e : verdict.evidence)
        out.append(e.says);
    return out.join(u'\n');
}

using Break = std::function<void(Case &)>;

/// The columns of patterns(), and what adds a row.
inline auto patternRows()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<Break>("how");
    QTest::addColumn<QString>("state");
    QTest::addColumn<QString>("signal");
    QTest::addColumn<QString>("says");
    return [](const char *name, const QString &kind, const Break &how, const QString &state, const QString &signal, const QString &says) {
        QTest::newRow(name) << kind << how << state << signal << says;
    };
}

/// The row of patternRows() that is at work.
inline void checkPattern()
{
    QFETCH(QString, kind);
    QFETCH(Break, how);
    QFETCH(QString, state);
    QFETCH(QString, signal);
    QFETCH(QString, says);
    Case one(kind);
    how(one);
    const NodeVerdict verdict = judged(one);
    QVERIFY2(verdictId(verdict.state) == state, qPrintable(verdictId(verdict.state) + u'\n' + said(verdict)));
    if (state != "progressing"_L1)
        QCOMPARE(verdict.evidence.first().argues, verdict.state);
    const auto found = std::find_if(verdict.evidence.begin(), verdict.evidence.end(), [&](const Evidence &e) { return e.signal == signal && e.says.contains(says); });
    QVERIFY2(found != verdict.evidence.end(), qPrintable(said(verdict)));
    if (state != "progressing"_L1)
        QCOMPARE(found->argues, verdict.state);
}

}
