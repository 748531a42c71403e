// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Error.h"
#include "models/core/Result.h"
#include "models/state/Environment.h"
#include "models/state/telemetry/MetricsLook.h"
#include "models/state/telemetry/NodeLabels.h"
#include "models/state/telemetry/Verdict.h"

#include <QSet>
#include <QTimer>

#include <array>
#include <stop_token>

namespace qd::state {

/// The verdicts of all nodes of one cluster: three instant queries for all of them together, every 30 s while somebody looks: nodes are
/// scraped that seldom, and no rule goes by less than a minute. When a reading fails, the last verdicts stay as stale ones for five
/// minutes, then they are not determined. What was read as somebody goes when they sign out. GUI thread; borrows the environment, which
/// outlives it, and the clock.
class VerdictSession : public QObject {
    Q_OBJECT
public:
    VerdictSession(Environment *environment, const Clock *clock, QObject *parent = nullptr);
    ~VerdictSession() override;

    /// `who` looks from now on, until it leaves or dies. The first one makes it ask at once, and opens what tells of nodes and
    /// is not watched from the start.
    void look(QObject *who);
    void leave(QObject *who);
    /// Asks now; what is under way is dropped.
    void ask();

    /// Not determined, without evidence, until known().
    [[nodiscard]] NodeVerdict of(const ObjectId &node) const { return m_verdicts.value(node); }
    [[nodiscard]] const QHash<ObjectId, NodeVerdict> &all() const { return m_verdicts; }
    /// Those that are stuck or degraded.
    [[nodiscard]] const QList<ObjectId> &troubled() const { return m_troubled; }
    /// An answer came, or why none can.
    [[nodiscard]] bool known() const { return m_known; }
    /// Why the last reading failed; empty message: it did not.
    [[nodiscard]] const Error &error() const { return m_error; }
    [[nodiscard]] Environment *environment() const { return m_environment; }

    static constexpr int kEveryMs = 30'000;
    static constexpr qint64 kForgetMs = 300'000;

Q_SIGNALS:
    void changed();

private:
    enum Part { Gauges, Rates, Targets, Parts };
    void watch(const ResourceStore *store);
    void openKinds();
    void begin();
    void arrived(int part, quint64 generation, const Result<network::SeriesAnswer> &answer);
    void judge();
    void failed(const Error &error);
    void cannot(const Error &why);
    void tellCannot();
    void telemetryChanged();
    void signInChanged();
    void adopt(const QHash<ObjectId, NodeVerdict> &verdicts);
    [[nodiscard]] QHash<ObjectId, NodeReadings> readings(double *now);
    Environment *m_environment;
    const Clock *m_clock;
    QSet<QObject *> m_lookers;
    QTimer m_timer{this};
    std::stop_source m_stop;
    quint64 m_generation = 0;
    int m_open = 0;                                         ///< parts that have not arrived
    std::array<network::SeriesAnswer, Parts> m_answers;
    QHash<ObjectId, NodeVerdict> m_verdicts;
    QList<ObjectId> m_troubled;
    QHash<ObjectId, QHash<QString, double>> m_seen;         ///< NodeReadings::seen
    bool m_known = false;
    bool m_blind = false;                                   ///< the verdicts were told without any reading, for m_error
    bool m_moved = false;                                   ///< rows are other than when they were judged without a reading
    qint64 m_lastGood = -1;                                 ///< monotonic
    Error m_error{ErrorKind::Internal, {}};
    MetricsLook m_metrics;
    bool m_signedOut = false;
};

}
