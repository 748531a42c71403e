// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/operator/Reconciler.h"

namespace qd::demo {

/// Builds a Plan's status against the live one: only what differs goes into the patch. Knows what all kinds share: observedGeneration,
/// phase, message, conditions (lastTransitionTime moves only with the status), handledRequests, retry, steps of run-once kinds.
class StatusDraft {
public:
    StatusDraft(const QJsonObject &object, const Moment &moment);
    [[nodiscard]] QString phase() const;                     ///< live or as set here
    [[nodiscard]] bool newGeneration() const;                ///< the spec is newer than observedGeneration
    /// The request annotation (restart, reconcile, trigger) not yet echoed; empty when there is none.
    [[nodiscard]] QString openRequest(const QString &request) const;
    void handled(const QString &request);
    void observed();                                         ///< observedGeneration = generation
    /// An empty message removes the one that was there.
    void setPhase(const QString &phase, const QString &message = {});
    void setCondition(const QString &type, const QString &status, const QString &reason, const QString &message = {});
    [[nodiscard]] QJsonObject condition(const QString &type) const;
    [[nodiscard]] bool conditionTrue(const QString &type) const;
    void set(const QString &pointer, const QJsonValue &value);   ///< within status
    [[nodiscard]] QJsonValue at(const QString &pointer) const;
    /// Time since a condition took its present status, or since a time field in status.
    [[nodiscard]] std::chrono::milliseconds sinceCondition(const QString &type) const;
    [[nodiscard]] std::chrono::milliseconds since(const QString &pointer) const;
    void event(const QString &type, const QString &reason, const QString &message);
    void podEvent(const QString &pod, const QString &type, const QString &reason, const QString &message);
    void write(const ports::WriteRequest &request);
    void log(const QString &component, const QString &level, const QString &text);
    void setMetadata(const QString &pointer, const QJsonValue &value);
    void again(std::chrono::milliseconds nominal);           ///< the earliest of all asked
    [[nodiscard]] Plan take();

private:
    QJsonObject m_object;
    QJsonObject m_status;
    Plan m_plan;
    Moment m_moment;
};

/// Run-once kinds: named steps, one after the other, each with its nominal length; the status.steps list as resources have it.
struct Step {
    QString name;
    std::chrono::milliseconds nominal;
};
struct StepResult {
    bool done = false;
    bool failed = false;                ///< a step is Failed (set by the caller with failStep): nothing moves any more
    QString current;                    ///< name of the step under way or failed
};
/// Moves status.steps on: a step that is due ends and the next one begins; asks to be looked at again when the one under way ends.
[[nodiscard]] StepResult playSteps(StatusDraft &draft, const Moment &moment, const QList<Step> &steps);
void failStep(StatusDraft &draft, const Moment &moment, const QString &name, const QString &message);

}
