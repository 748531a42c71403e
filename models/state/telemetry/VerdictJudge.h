// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/telemetry/VerdictRules.h"

namespace qd::state {

/// One node being judged: collects evidence pattern by pattern (canton.md 6), then decides.
class VerdictJudge {
public:
    VerdictJudge(const VerdictSubject &subject, const NodeReadings &readings, const QHash<QString, DomainView> &domains, double now,
                 const VerdictSource &source, const VerdictLevels &levels);
    [[nodiscard]] NodeVerdict judge();
    /// The key of the synchronizer that a label names at this node.
    [[nodiscard]] static QString domainOf(const VerdictSubject &subject, const QString &label);

private:
    using Readings = QList<Reading>;
    [[nodiscard]] Readings of(const char *metric) const { return m_readings.of.value(QLatin1StringView(metric)); }
    [[nodiscard]] bool has(const char *metric) const { return m_readings.of.contains(QLatin1StringView(metric)); }
    /// `higher` is worse; NaN levels are never reached.
    [[nodiscard]] VerdictState against(const char *level, double value) const;
    [[nodiscard]] QString age(double at) const;
    void add(const char *signal, const char *metric, const Reading &reading, double value, VerdictState argues, const QString &says, bool needed = false);
    void missing(const char *signal, const char *metric, bool needed);
    [[nodiscard]] QString whyMissing(const QString &metric) const;
    [[nodiscard]] bool podsDown() const;
    [[nodiscard]] bool cutOff() const;
    [[nodiscard]] bool unreadable();
    /// Nothing but what the cluster tells of its pods and volumes.
    [[nodiscard]] bool unscraped() const;
    void progress();
    void lastEvents();
    void silent(const QString &domain, const Reading &reading, double lag);
    void ingestion();
    void commitments();
    struct Watermark {
        const char *signal, *metric, *later;    ///< `later`: its name from protocol 36 on
        const char *level;
        const char *then;                       ///< the last event as it was that level ago
        QString words;
    };
    /// When of each synchronizer, that of the worst or else the newest; empty: not read.
    std::optional<double> watermark(const Watermark &mark);
    /// Nothing came that it would be late for.
    [[nodiscard]] bool idleSince(const Reading &mark, const Watermark &of) const;
    /// Of a synchronizer; of all when no label tells it.
    [[nodiscard]] std::optional<double> newestEvent(const char *metric, const QString &synchronizer) const;
    void commitmentParts();
    void unmatched();
    void counterParticipants();
    void blocks();
    void mediator();
    void comet();
    void connections();
    void backPressure();
    void traffic();
    void topUps(const Reading &extra, double left);
    void catchUp();
    void pruning();
    void database();
    void volumes();
    void heap();
    void restarts();
    void scans();
    void limits();
    void wallets();
    void successors();
    void automation();
    void health();
    void targets();
    void reported();
    void decide();

    const VerdictSubject &m_subject;
    const NodeReadings &m_readings;
    const QHash<QString, DomainView> &m_domains;
    const double m_now;
    const VerdictSource &m_source;
    const VerdictLevels &m_levels;
    NodeVerdict m_out;
};

}
