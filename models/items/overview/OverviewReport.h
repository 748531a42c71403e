// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Ids.h"
#include "models/network/State.h"
#include "models/state/telemetry/Availability.h"

#include <QStringList>

#include <optional>

namespace qd::items::overview {

using network::State;

/// The one next step of a problem.
struct Step {
    enum class Does : quint8 {
        Open,       ///< opens the object
        Tab,        ///< opens the object at a tab of its details; `id` names it
        Action,     ///< a verb of the catalogue; `id` names it
        AskAgain    ///< asks the cluster again now
    };
    Does does = Does::Open;
    QString text;            ///< translated: "Open logs", "Back up now…"
    QString id = {};
    ObjectId target = {};    ///< of an Action when it is another object than the problem's (the schedule of a node)
    friend bool operator==(const Step &, const Step &) = default;
};

/// Something that needs a person, in words. Plain value; every text is translated.
struct Problem {
    QString key;             ///< what it is about; the same one later has the same key
    QString mark;            ///< changes when the problem does: an acknowledged one comes back
    State state = State::Unknown;
    QString title;
    ObjectId object;         ///< no name: the cluster itself
    QString icon;            ///< of the kind
    QString detail;          ///< what and why
    qint64 since = 0;        ///< epoch seconds; 0: not known
    QString cause = {};      ///< condition type, or a word of ours ("overdue"); not for people
    bool consequence = false;    ///< of another object's problem
    bool acknowledged = false;
    Step step;
    friend bool operator==(const Problem &, const Problem &) = default;
};

struct AvailabilityLine {
    ObjectId object;
    bool target = true;      ///< false: nobody promised 99.9 % (not a MainNet, not production)
    std::optional<state::Availability> measured = {};
    QString why = {};        ///< without `measured`: why
    friend bool operator==(const AvailabilityLine &, const AvailabilityLine &) = default;
};

struct TrafficLine {
    ObjectId object;
    std::optional<double> left;      ///< per cent
    std::optional<qint64> lasts;     ///< seconds until nothing is left
    QString why;                     ///< of an empty `lasts`
    std::optional<double> balance;   ///< CC
    friend bool operator==(const TrafficLine &, const TrafficLine &) = default;
};

struct BackupFigures {
    int within = 0, overdue = 0, undetermined = 0;
    qint64 every = 0;                ///< seconds; the policy most schedules have
    QString kept;                    ///< "30 d"; empty: no schedule says
    bool fromSchedules = false;      ///< else `every` is what is common
    QStringList overdueNames, undeterminedNames;   ///< the first few
    friend bool operator==(const BackupFigures &, const BackupFigures &) = default;
};

struct EndingLine {
    ObjectId object;
    State state = State::Ready;
    QString name;
    QString remark;
    qint64 ends = 0;                 ///< epoch seconds
    qint64 since = 0;                ///< when its renewal was due; 0: not yet
    friend bool operator==(const EndingLine &, const EndingLine &) = default;
};

struct ProgressStep {
    QString text;
    State state = State::NotBegun;
    bool current = false;
    friend bool operator==(const ProgressStep &, const ProgressStep &) = default;
};

struct ProgressLine {
    ObjectId object;
    QString title;
    QList<ProgressStep> steps;
    QString sentence;
    friend bool operator==(const ProgressLine &, const ProgressLine &) = default;
};

struct ChangeLine {
    QString id;                      ///< of the change
    State state = State::Progressing;
    QString title;
    ObjectId object;                 ///< no name: several
    QString user;
    QString outcome;
    qint64 at = 0;                   ///< epoch seconds
    friend bool operator==(const ChangeLine &, const ChangeLine &) = default;
};

struct Caveat {
    State state = State::Unknown;
    QString text;
    friend bool operator==(const Caveat &, const Caveat &) = default;
};

/// How many of something are not shown, and the page that lists them.
struct More {
    QString pane;
    QString kind;
    QString title;           ///< "Parties"
    int count = 0;
    friend bool operator==(const More &, const More &) = default;
};

/// All the page shows. Lists are bounded; `…More` says how many are left out.
struct Report {
    int environments = 0, nodes = 0;
    bool loading = false;
    QString waitingFor;              ///< "infra-prod: validators"
    QList<Problem> problems;         ///< worst first
    int problemCount = 0;            ///< of all that are not acknowledged
    State worst = State::Ready;
    int acknowledged = 0;
    QList<More> more;                ///< problems that are not shown, by page
    QList<Caveat> caveats;
    bool ownMissing = false;         ///< a list of our own kinds is among the caveats
    QList<AvailabilityLine> availability;
    QList<TrafficLine> traffic;
    BackupFigures backups;
    QList<EndingLine> endings;
    QStringList endingsUnknown;      ///< sentences: of which of them it is not determined when they end, and why
    QList<ProgressLine> progress;
    int availabilityMore = 0, trafficMore = 0, endingsMore = 0, progressMore = 0;
    /// The lists of our own kinds are there: what is not in them does not exist.
    [[nodiscard]] bool known() const { return nodes > 0 || (!loading && !ownMissing); }
    friend bool operator==(const Report &, const Report &) = default;
};

}
