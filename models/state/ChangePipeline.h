// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/Clock.h"
#include "models/state/ChangeReview.h"
#include "models/state/Follower.h"
#include "models/state/Scheduler.h"

#include <QObject>

#include <array>
#include <memory>
#include <stop_token>

namespace qd::state {

class Journal;
class PipelineRun;

/// The one way a change reaches a cluster (architecture.md "The change pipeline"): allowed, rebased, previewed,
/// reviewed, applied with the version that was read, followed, journalled. GUI thread; one object a change, used once.
/// Failure stays where it happened: step() says where, outcome() why. Delete it with deleteLater, not within its
/// signals.
class ChangePipeline : public QObject
{
    Q_OBJECT
public:
    enum class Step : quint8 { Allowed, Rebase, Preview, Review, Apply, Follow };
    Q_ENUM(Step)
    enum class StepState : quint8 { NotBegun, Running, Waiting, Done, Failed };
    Q_ENUM(StepState)
    static constexpr int kSteps = 6;

    /// Where the change goes and on whose behalf. Gateway, journal and clock outlive the pipeline or are shared.
    struct Environment
    {
        std::shared_ptr<ports::ResourceGateway> gateway;
        Journal *journal = nullptr; ///< required: nothing is applied unjournaled
        const Clock *clock = nullptr;
        QString user; ///< identity, for requested-by and the journal
        QString profile = {};
        bool production = false;
        bool readOnly = false;
        WatcherFactory watchers = {}; ///< empty: GET every 2 s
        Scheduler scheduler = timerScheduler();
    };
    struct Options
    {
        bool dryRun = false; ///< end after the preview
        bool follow = true;
        bool interactive = true; ///< false: a conflict ends the change instead of waiting for resolve()
        std::chrono::milliseconds followTimeout = std::chrono::minutes(10);
    };

    explicit ChangePipeline(Environment environment, QObject *parent = nullptr);
    ~ChangePipeline() override;

    void start(ChangeDraft draft, Options options);
    /// The key of a conflict in a change of several objects: the same field may be in conflict on each.
    [[nodiscard]] static QString conflictKey(const ObjectId &object, const QString &path)
    {
        return QString(object.ns + u'/' + object.shortName() + u'#' + path);
    }
    /// Decides conflicts by MergeConflict::path, or by conflictKey for one object of several; goes on when none is left. Later calls may revise earlier ones.
    void resolve(const QMap<QString, MergeChoice> &choices);
    /// Applies. Empty when the confirmation is complete, else the sentence that says what is missing.
    QString confirm(const QString &reason, const QString &typedName);
    /// Before apply: ends as cancelled, nothing sent. During apply: the request under way is read back. During follow:
    /// stops watching.
    void cancel();

    [[nodiscard]] Step step() const { return m_step; }
    [[nodiscard]] StepState stepState(Step step) const { return m_states[size_t(step)]; }
    /// "Based on version 88120417", translated, for the row of steps.
    [[nodiscard]] QString stepText(Step step) const;
    [[nodiscard]] const Review &review() const { return m_review; }
    [[nodiscard]] bool isFinished() const { return m_finished; }
    [[nodiscard]] const ChangeOutcome &outcome() const { return m_outcome; }
    [[nodiscard]] const ChangeDraft &draft() const { return m_review.draft; }
    /// A new draft of what was not applied, without the objects that cannot be changed (EditOutcome Refused); no edits:
    /// nothing is left.
    [[nodiscard]] ChangeDraft rest() const;

Q_SIGNALS:
    void stepChanged(qd::state::ChangePipeline::Step step, qd::state::ChangePipeline::StepState state);
    /// review() is new: after rebase (conflicts), after preview, and when a 409 made another review necessary.
    void reviewChanged();
    /// An object of review() came further (EditReview::outcome) while it is applied and followed.
    void outcomesChanged();
    /// Step Rebase waits for resolve().
    void conflictsFound();
    /// Step Review waits for confirm().
    void confirmationNeeded();
    /// What is going on while following, for people.
    void progress(const QString &text);
    /// Parts of what is followed that are there: pods, steps of a run, or objects where several change; of 0: not known.
    void measured(int done, int of);
    void finished(const qd::state::ChangeOutcome &outcome);

private:
    friend class PipelineRun;
    void enter(Step step, StepState state);
    [[nodiscard]] QString basedOn() const;
    std::unique_ptr<PipelineRun> m_run;
    Step m_step = Step::Allowed;
    std::array<StepState, kSteps> m_states{};
    Review m_review;
    ChangeOutcome m_outcome;
    bool m_finished = false;
};

}
