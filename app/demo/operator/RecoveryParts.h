// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/operator/JobPod.h"
#include "app/demo/operator/StatusDraft.h"

#include <QStringList>

#include <functional>

namespace qd::demo::recovery {

// What the reconcilers of recovery and upgrades share. Ages and dates that people read (30 days, 4 hours, cron) follow the wall
// clock; only how long work takes is divided by the speed.

[[nodiscard]] QString text(const QJsonObject &object, const QString &pointer);
[[nodiscard]] QDateTime timeOf(const QJsonObject &object, const QString &pointer);   ///< not valid when absent
[[nodiscard]] QString stampOf(const QDateTime &time);
[[nodiscard]] QString nameOf(const QJsonObject &object);
[[nodiscard]] QString nsOf(const QJsonObject &object);
[[nodiscard]] QString phaseOf(const QJsonObject &object);
[[nodiscard]] bool conditionTrue(const QJsonObject &object, const QString &type);
[[nodiscard]] bool deleting(const QJsonObject &object);
/// "30d", "4h", "15m", "20s" of our schemas; -1 when it is none.
[[nodiscard]] qint64 secondsOf(const QString &duration);
/// Look again when the wall clock says so.
void wakeAt(StatusDraft &draft, const Moment &moment, const QDateTime &time);

/// "validators" of "Validator"; empty for what is no node.
[[nodiscard]] QString pluralOfNode(const QString &kind);
/// The node a reference {kind, name} means; empty when it is not there.
[[nodiscard]] QJsonObject nodeOf(const World &world, const QString &ns, const QJsonObject &ref);
/// "Validator northgate-validator-1".
[[nodiscard]] QString nodeText(const QJsonObject &ref);
[[nodiscard]] bool refersTo(const QJsonObject &object, const QString &pointer, const QJsonObject &node);
/// Answers: phase Ready, or Degraded with its database up.
[[nodiscard]] bool serving(const QJsonObject &node);
[[nodiscard]] QString versionOf(const QJsonObject &node);
[[nodiscard]] std::optional<qint64> migrationOf(const QJsonObject &node);
[[nodiscard]] bool hasFault(const QJsonObject &node, const Moment &moment, const QString &fault);
/// DevNet, TestNet, MainNet, Private; empty when the network is not known.
[[nodiscard]] QString networkTypeOf(const World &world, const QJsonObject &node);

/// Objects that this one made (owner reference by uid), by creation.
[[nodiscard]] QList<QJsonObject> ownedBy(const World &world, const QString &plural, const QJsonObject &owner);
/// A new object of our group, owned by `owner`, labelled as the node is.
[[nodiscard]] ports::WriteRequest creation(const QString &kind, const QString &plural, const QString &name, const QJsonObject &owner,
                                           const QJsonObject &node, const QJsonObject &spec);
[[nodiscard]] ports::WriteRequest deletion(const QString &plural, const QJsonObject &object);
/// PREFIX-SUFFIX within the 63 characters of a name.
[[nodiscard]] QString derivedName(const QString &prefix, const QString &suffix);
/// The first digits of a SHA-256, hex: a number that is always the same for the same text.
[[nodiscard]] QString digest(const QString &text, int digits = 64);

void wantFinalizer(StatusDraft &draft, const QJsonObject &object, const QString &finalizer, bool wanted);
/// The Restore that reads it now, as the reason why its deletion waits; empty: none does. `reference` is the restore's pointer to it.
[[nodiscard]] QString readByRestore(const World &world, const QJsonObject &object, const QString &reference);
/// Lets a deleted object go with its artifacts, or says why that waits.
void releaseArtifacts(StatusDraft &draft, const QJsonObject &object, const QString &phase, const QString &why);
/// SpecAccepted=False: a wrong spec. Run-once kinds wait in Pending for what may still come, or fail.
void refuse(StatusDraft &draft, const QString &phase, const QString &reason, const QString &message);
void accept(StatusDraft &draft);
/// The spec is seen, and a look that was asked for by annotation is answered.
void observe(StatusDraft &draft);

extern const char kArtifactFinalizer[];
extern const char kTeardownFinalizer[];

/// What one step says when it is asked whether it is done.
struct StepAnswer {
    enum class What : quint8 { Wait, Done, Skip, Fail };
    What what = What::Done;
    QString message = {};
    std::chrono::milliseconds again = std::chrono::seconds(5);   ///< Wait: ask again then (nominal)
};

/// Steps whose end depends on more than time (playSteps is for those that do not): named, in order, each asked until it is done.
class StepPlay {
public:
    /// Steps of the live status keep their state, whatever their order; missing ones are Pending.
    StepPlay(StatusDraft &draft, const Moment &moment, const QStringList &names);
    [[nodiscard]] QString state(const QString &name) const;
    [[nodiscard]] QString message(const QString &name) const;
    [[nodiscard]] bool begun(const QString &name) const { return state(name) != QLatin1String("Pending"); }
    [[nodiscard]] bool finished(const QString &name) const;
    [[nodiscard]] QDateTime startOf(const QString &name) const;
    /// Nominal time since the step began.
    [[nodiscard]] std::chrono::milliseconds elapsed(const QString &name) const;
    /// Done after so long.
    [[nodiscard]] StepAnswer timed(const QString &name, std::chrono::milliseconds nominal, const QString &message = {}) const;
    void end(const QString &name, const QString &state, const QString &message = {});
    /// What runs is failed, what waits is skipped.
    void stop(const QString &message);
    /// What begins and ends is written to the log of the job's pod.
    void tellTo(JobPod &job) { m_job = &job; }
    /// Plays on; `hold`: no step begins any more.
    [[nodiscard]] StepResult play(const std::function<StepAnswer(const QString &)> &ask, bool hold = false);

private:
    void store();
    [[nodiscard]] qsizetype indexOf(const QString &name) const;
    StatusDraft &m_draft;
    Moment m_moment;
    QList<QJsonObject> m_steps;
    JobPod *m_job = nullptr;
};

// The reconcilers, each in its own file.
[[nodiscard]] std::unique_ptr<Reconciler> makeBackup();
[[nodiscard]] std::unique_ptr<Reconciler> makeBackupSchedule();
[[nodiscard]] std::unique_ptr<Reconciler> makeRestore();
[[nodiscard]] std::unique_ptr<Reconciler> makeIdentityDump();
[[nodiscard]] std::unique_ptr<Reconciler> makeIdentityDumpSchedule();
[[nodiscard]] std::unique_ptr<Reconciler> makePruningSchedule();

}
