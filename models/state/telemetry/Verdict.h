// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Ids.h"
#include "models/network/State.h"
#include "models/network/telemetry/TimeSeries.h"

#include <QHash>
#include <QJsonObject>
#include <QList>
#include <QStringList>

#include <optional>

namespace qd::state {

/// Whether a node gets on with its work. Up is not enough: what counts are the ages of what it last did (canton.md 6, pattern a).
enum class VerdictState : quint8 { NotDetermined, Progressing, Degraded, Stuck };

/// "progressing", "degraded", "stuck", "not-determined".
[[nodiscard]] QString verdictId(VerdictState state);
/// The word people read, translated: "Progressing".
[[nodiscard]] QString verdictWord(VerdictState state);
/// Worst first, as a person looks for them: 0 stuck, 1 degraded, 2 not determined, 3 progressing.
[[nodiscard]] int verdictRank(VerdictState state);
/// The state whose shape and colour it takes: Ready, Degraded, Failed, Unknown.
[[nodiscard]] network::State shapeOf(VerdictState state);

/// One thing that was read, or could not be, and what it says.
struct Evidence {
    QString signal;                     ///< what it is about: "last-event", "connection-pool", "traffic"; stable, not for people
    QString metric;                     ///< the metric it was read from, or would be
    std::optional<double> value = {};   ///< as read, in the unit of `signal` (ages in seconds); empty: not read
    double at = 0;                      ///< epoch seconds: when it was scraped; 0: never
    QString says;                       ///< a translated sentence
    VerdictState argues = VerdictState::Progressing;
    bool needed = false;                ///< without it nobody can say that the node progresses
    bool cause = false;                 ///< of the other evidence, however bad that is: it is said first
    friend bool operator==(const Evidence &, const Evidence &) = default;
};

struct NodeVerdict {
    VerdictState state = VerdictState::NotDetermined;
    QList<Evidence> evidence;           ///< worst first; never empty once judged
    double at = 0;                      ///< epoch seconds of the readings; 0: nothing was read
    bool stale = false;                 ///< the last reading failed; this is what was known before
    /// Epoch seconds of what it did last; empty: not read.
    std::optional<double> lastEvent, lastIngestion, lastCommitment;
    /// The first sentence that argues for the state, or says what is behind it.
    [[nodiscard]] QString why() const;
    friend bool operator==(const NodeVerdict &, const NodeVerdict &) = default;
};

/// As `verdicts` and `show` print it: {"state","evidence":[{"signal","value","at","says"}]}.
[[nodiscard]] QJsonObject verdictJson(const NodeVerdict &verdict);

/// A series' newest value and when its target was scraped.
struct Reading {
    network::Labels labels;
    double value = 0;
    double at = 0;                      ///< epoch seconds
};

/// What is known of a node besides its metrics.
struct VerdictSubject {
    ObjectId node;
    QString kind;                       ///< Validator, Participant, SuperValidator, SyncDomain
    QString network;
    bool busyNetwork = false;           ///< MainNet, TestNet, DevNet: never without events; a private one may be silent for days
    network::State reported = network::State::Unknown;
    QString phase;
    bool suspended = false;
    std::optional<int> podsReady, podsWanted;
    std::optional<int> wallets;         ///< parties with a wallet at this validator; empty: not known
    std::optional<double> retention;    ///< hours that its pruning schedule keeps; empty: no schedule is known
    /// By alias (label synchronizer): what it is, the same for all nodes of the synchronizer. Under "": that of aliases nobody declared.
    QHash<QString, QString> domains;
};

/// Everything read of a node at one moment.
struct NodeReadings {
    struct Target {
        QString pod, job;
        bool up = false;
        double at = 0;
    };
    QHash<QString, QList<Reading>> of;  ///< by metric, or the name of a derived signal
    QList<Target> targets;
    QHash<QString, double> seen;        ///< by metric: epoch seconds at which it was read last, before now
};

/// How a synchronizer stands, from all nodes that were read: what a node's silence is compared with.
struct DomainView {
    double newest = 0;                  ///< epoch seconds of the newest event any node saw
    QString by;                         ///< the node that saw it
    double second = 0;                  ///< the newest one that any other node saw
    int nodes = 0;                      ///< that were read
    bool sequencerRead = false;
    bool sequencerMoves = false;        ///< its blocks advance
    bool accepts = false;               ///< it sequenced something in the last minutes
    QStringList successors;             ///< physical synchronizers that any node of it knows as its next one
    [[nodiscard]] double newestBut(const QString &node) const { return by == node ? second : newest; }
};

/// What is wrong with all readings; empty texts: nothing.
struct VerdictSource {
    QString missing;                    ///< why nothing could be read at all: "No Prometheus was found in …"
    QString remedy;
    QString partial = {};               ///< "Not all readings arrived: …"
};

/// Levels from which on a reading argues for a worse verdict. Where each comes from stands beside the defaults.
struct VerdictLevels {
    struct Level {
        double degraded = 0, stuck = 0; ///< NaN: never
        friend bool operator==(const Level &, const Level &) = default;
    };
    QHash<QString, Level> of;           ///< by id
    [[nodiscard]] static const VerdictLevels &defaults();
    [[nodiscard]] Level at(const QString &id) const { return of.value(id, defaults().of.value(id)); }
};

/// What a verdict is made of, each an instant query for all nodes at once: a union of gauges, one of derived signals (their names in the
/// label qd_signal), and the targets (qd_signal "up" and "scraped").
[[nodiscard]] QString verdictGauges();
[[nodiscard]] QString verdictRates();
[[nodiscard]] QString verdictTargets();

/// All nodes of a moment, judged. Pure.
[[nodiscard]] QHash<ObjectId, NodeVerdict> judgeAll(const QList<VerdictSubject> &subjects, const QHash<ObjectId, NodeReadings> &readings,
                                                    double now, const VerdictSource &source, const VerdictLevels &levels = VerdictLevels::defaults());

}
