// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Error.h"
#include "models/state/Environment.h"
#include "models/state/telemetry/MetricsLook.h"
#include "models/state/telemetry/NodeLabels.h"
#include "models/state/telemetry/Verdict.h"

#include <QSet>
#include <QTimer>

#include <stop_token>

namespace qd::state {

/// How available a node was in a stretch of time, cell by cell. Time without data is unknown: neither up nor down.
struct Availability {
    struct Cell {
        double known = 0;           ///< share of the cell's time that was measured, 0 to 1
        double up = 0;              ///< share of the measured time, 0 to 1
        friend bool operator==(const Cell &, const Cell &) = default;
    };
    double from = 0, to = 0;        ///< epoch seconds
    QList<Cell> cells;              ///< oldest first, of equal length
    double resolution = 0;          ///< seconds between the moments that were looked at
    [[nodiscard]] double seconds() const { return to - from; }
    [[nodiscard]] double knownSeconds() const;
    [[nodiscard]] double downSeconds() const;
    /// 0 to 1 of the measured time; empty: nothing was measured.
    [[nodiscard]] std::optional<double> share() const;
    /// Of what the target allows in the whole stretch, what is left; negative: overdrawn. Seconds.
    [[nodiscard]] double budgetLeft(double target = 0.999) const { return seconds() * (1 - target) - downSeconds(); }
    friend bool operator==(const Availability &, const Availability &) = default;
};

/// 1 while a node is available, 0 while not, nothing while it is not measured. Available is a moment in which
///  - every target of the node answers its scrape (up),
///  - every component calls itself healthy (daml_health_status),
///  - on a public network, which is never silent, no component is more than 6 m 30 s behind the clock on a synchronizer (the verdict's
///    level for stuck), of its replicas the best. On a private one silence proves nothing: what the node says of itself counts.
[[nodiscard]] QString availabilityQuery(const QString &matchers, bool busyNetwork);

/// Availability of the few nodes somebody looks at: two range queries for all of them, when they or the stretch are others and every five
/// minutes. The latest wins; what was read as somebody goes when they sign out. GUI thread; borrows the environment and the clock.
class AvailabilitySession : public QObject {
    Q_OBJECT
public:
    AvailabilitySession(Environment *environment, const Clock *clock, QObject *parent = nullptr);
    ~AvailabilitySession() override;
    /// What is looked at from now on; no nodes: nothing is asked any more.
    void show(const QList<ObjectId> &nodes, qint64 seconds, int cells);
    /// Empty: not asked, not answered, or not measured; error() says why, also where an answer was not whole.
    [[nodiscard]] std::optional<Availability> of(const ObjectId &node) const;
    [[nodiscard]] bool loading() const { return m_open > 0 || m_waits; }
    [[nodiscard]] const Error &error() const { return m_error; }
    static constexpr int kEveryMs = 300'000;
    /// Seconds between the looks at a stretch of so many cells.
    [[nodiscard]] static qint64 resolutionOf(qint64 cellSeconds);

Q_SIGNALS:
    void changed();

private:
    void ask();
    void arrived(bool counts, quint64 generation, const Result<network::SeriesAnswer> &answer);
    void finish();
    void fail(const Error &why);
    void telemetryChanged();
    void signInChanged();
    Environment *m_environment;
    const Clock *m_clock;
    QTimer m_timer{this};
    QList<ObjectId> m_nodes;
    qint64 m_seconds = 0;
    int m_cells = 0;
    double m_end = 0;
    int m_open = 0;
    bool m_waits = false;                       ///< for the telemetry to be found
    quint64 m_generation = 0;
    std::stop_source m_stop;
    network::SeriesAnswer m_means, m_counts;
    QHash<ObjectId, Availability> m_known;
    Error m_error{ErrorKind::Internal, {}};
    MetricsLook m_metrics;
    bool m_signedOut = false;
};

}
