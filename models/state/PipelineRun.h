// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state/ChangePipeline.h"

#include <memory>
#include <vector>

namespace qd::state {

/// The inside of ChangePipeline: one change on its way. Lives and dies with its pipeline; every answer comes back on
/// the pipeline's thread and is dropped once the change is over.
class PipelineRun
{
public:
    PipelineRun(ChangePipeline *owner, ChangePipeline::Environment environment);
    ~PipelineRun();

    void start(ChangeDraft draft, ChangePipeline::Options options);
    void resolve(const QMap<QString, MergeChoice> &choices);
    QString confirm(const QString &reason, const QString &typedName);
    void cancel();
    /// The program ends in the middle of it: no answer will be read, and the journal says so.
    void abandon();
    [[nodiscard]] ChangeDraft rest() const;
    /// A label of a diff that is one of our notes, requested-by or change-reason.
    [[nodiscard]] static bool isBookkeeping(const QString &label);

private:
    using Step = ChangePipeline::Step;
    using StepState = ChangePipeline::StepState;
    using Kind = ChangeOutcome::Kind;

    /// One edit on its way.
    struct Work
    {
        Edit given; ///< as in the draft
        QJsonObject live; ///< last read
        QJsonObject merged; ///< live with the person's changes, without the server's fields
        QJsonObject previewed;      ///< as the dry run answered, unmasked, without managedFields; empty: not previewed
        bool applied = false;
        QJsonObject result; ///< as the server answered the write
        QJsonValue confirmed = {}; ///< body the person confirmed
        QHash<QString, QJsonValue> confirmedFields = {}; ///< patches: what it sets, by field; undefined removes
        QMap<QString, std::pair<MergeChoice, QJsonValue>> decided
            = {}; ///< by path: choice, and their value it was made for
    };

    // steps 1 to 4, PipelineRun.cpp
    void askNext(int index);
    [[nodiscard]] Error deniedError(const ports::AccessQuestion &question, const ports::AccessAnswer &answer) const;
    void readNext(int index);
    void read(int index, const Result<QJsonObject> &object);
    [[nodiscard]] std::optional<Error> merge(int index);
    [[nodiscard]] Result<QJsonObject> mineOf(const Work &work, const QJsonObject &base) const;
    [[nodiscard]] bool confirmedStill();
    void rebased();
    void conflictEnds();
    void previewNext(int index);
    void previewed(int index, const Result<ports::WriteOutcome> &outcome);
    void show(int index, const QJsonObject &after);
    // step 4 and several objects, PipelineReview.cpp
    void review();
    void ownedByArgo();
    [[nodiscard]] bool setAside(int index, const Error &error);
    [[nodiscard]] bool refusedObject(int index) const;
    [[nodiscard]] int refusals() const;
    void endRefused();
    void setOutcome(int index, EditOutcome::Kind kind, const QString &text = {});
    [[nodiscard]] static QString sentence(const QString &text); ///< with a full stop
    [[nodiscard]] static bool sameObject(const ObjectId &a, const ObjectId &b);
    [[nodiscard]] static bool isPatch(const Edit &edit);
    [[nodiscard]] bool sameAsConfirmed() const;
    void summarize();
    // steps 5 to 7, PipelineApply.cpp
    void record(const QString &type, const ChangeOutcome *outcome, std::function<void(const Result<Done> &)> then);
    [[nodiscard]] QJsonArray recordedEdits() const;
    void beginApply();
    void applyNext(int index);
    void applied(int index, const QJsonObject &object, const QStringList &warnings);
    void applyFailed(int index, const Error &error);
    void readBack(int index, const Error &error, int attempt);
    void compareBack(int index, const Error &error, const Result<QJsonObject> &object);
    void again(int index);
    void endApply();
    void follow();
    void followed(int index, Follower::End end, const QString &message);
    void finish(Kind kind, const QString &message, const Error &error = {});
    void over(const ChangeOutcome &outcome);
    // shared
    [[nodiscard]] ports::WriteRequest requestOf(int index, bool dryRun) const;
    /// live: what it was, empty for what is made.
    void bookkeeping(QJsonObject &object, const Edit &edit, const QJsonObject &live) const;
    [[nodiscard]] QString nameOf(int index) const;
    [[nodiscard]] QString doneSoFar() const;
    [[nodiscard]] bool openFor(int index) const; ///< still to be written
    [[nodiscard]] std::stop_token token() const { return m_stop.get_token(); }

    ChangePipeline *m_owner;
    ChangePipeline::Environment m_env;
    ChangePipeline::Options m_options;
    std::vector<Work> m_work;
    std::stop_source m_stop;
    int m_at = -1; ///< the edit under way
    Error m_refusal; ///< the first of several
    int m_rounds = 0; ///< how often a conflict at apply sent it back
    bool m_confirmed = false;
    bool m_cancelled = false;
    bool m_recorded = false; ///< an intent is in the journal
    bool m_intended = false; ///< that of what was confirmed last
    bool m_over = false;
    int m_following = 0;
    Follower::End m_worst = Follower::End::Settled;
    QStringList m_followTexts;
    std::vector<std::unique_ptr<Follower>> m_followers;
};

}
