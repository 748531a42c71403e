// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/RecoveryParts.h"

#include "models/core/Json.h"

#include <QJsonArray>

#include <algorithm>

namespace qd::demo::recovery {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QStringList kSteps{u"Validate"_s, u"StopNode"_s, u"RestoreAppDb"_s, u"RestoreParticipantDb"_s, u"ImportIdentity"_s,
    u"StartNode"_s, u"Reconnect"_s, u"Verify"_s};

/// What is wrong with one half: `final` when waiting does not help.
struct Problem {
    QString reason;
    QString message;
    bool final = true;
};

/// Whole seconds as "14m", "3h12m", "2d4h".
QString lossText(qint64 seconds)
{
    seconds = std::max<qint64>(0, seconds);
    if (seconds < 60)
        return u"%1s"_s.arg(seconds);
    const qint64 minutes = seconds / 60;
    if (minutes < 60)
        return u"%1m"_s.arg(minutes);
    if (minutes < 1440)
        return u"%1h%2m"_s.arg(minutes / 60).arg(minutes % 60);
    return u"%1d%2h"_s.arg(minutes / 1440).arg(minutes / 60 % 24);
}

class RestoreLook {
public:
    RestoreLook(const QJsonObject &object, const World &world, const Moment &moment)
        : m_object(object), m_world(world), m_moment(moment), m_draft(object, moment), m_ref(json::at(object, u"/spec/nodeRef"_s).toObject()),
          m_node(nodeOf(world, nsOf(object), m_ref)), m_mode(text(object, u"/spec/mode"_s)),
          m_backup(world.find(u"backups"_s, nsOf(object), text(object, u"/spec/backupRef/name"_s))),
          m_dump(world.find(u"identitydumps"_s, nsOf(object), text(object, u"/spec/identityDumpRef/name"_s))),
          m_job(object, m_node, u"restore"_s, world, moment, m_draft)
    {
    }

    Plan plan()
    {
        static const QStringList ends{u"Succeeded"_s, u"Failed"_s, u"RolledBack"_s, u"Cancelled"_s};
        observe(m_draft);
        const bool over = ends.contains(m_draft.phase());
        if (deleting(m_object) && !over) {
            cancel();
            return m_draft.take();
        }
        // The node is stopped by us: a restore under way cannot simply vanish.
        wantFinalizer(m_draft, m_object, QLatin1String(kTeardownFinalizer), !over);
        m_job.sweep();
        if (m_draft.phase() == "Running"_L1)
            run();
        else if (!over)
            begin();
        return m_draft.take();
    }

private:
    [[nodiscard]] bool dryRun() const { return json::at(m_object, u"/spec/dryRun"_s).toBool(); }
    [[nodiscard]] QString of(const QString &pointer) const { return text(m_object, pointer); }

    /// A restore is cancelled by deleting it, and only before the first database is overwritten.
    void cancel()
    {
        StepPlay play(m_draft, m_moment, kSteps);
        if (m_draft.phase() == "Running"_L1 && play.begun(u"RestoreAppDb"_s) && play.state(u"RestoreAppDb"_s) != "Skipped"_L1) {
            const QString why = u"Cannot be cancelled any more: the databases of %1 are being overwritten."_s.arg(nodeText(m_ref));
            if (m_draft.condition(u"SpecAccepted"_s).value("reason"_L1).toString() != "CancelRefused"_L1)
                m_draft.event(u"Warning"_s, u"CancelRefused"_s, why);
            m_draft.setCondition(u"SpecAccepted"_s, u"True"_s, u"CancelRefused"_s, why);
            run();
            return;
        }
        play.stop(u"cancelled"_s);
        m_job.end(false, u"cancelled"_s);
        m_draft.set(u"/completionTime"_s, m_moment.stamp());
        m_draft.setPhase(u"Cancelled"_s, u"Cancelled before anything was overwritten."_s);
        m_draft.event(u"Normal"_s, u"RestoreCancelled"_s, u"cancelled; %1 starts again"_s.arg(nodeText(m_ref)));
        wantFinalizer(m_draft, m_object, QLatin1String(kTeardownFinalizer), false);
    }

    /// `what` with its field, as a sentence begins.
    [[nodiscard]] static std::optional<Problem> notSucceeded(const QString &what, const QString &phase)
    {
        if (phase == "Succeeded"_L1)
            return std::nullopt;
        if (phase.isEmpty() || phase == "Pending"_L1 || phase == "Running"_L1)
            return Problem{u"NotFinished"_s, u"%1 is not finished yet"_s.arg(what), false};
        return Problem{u"NotFinished"_s, u"%1 is %2; take one that succeeded"_s.arg(what, phase)};
    }

    [[nodiscard]] std::optional<Problem> backupProblem() const
    {
        const QString name = of(u"/spec/backupRef/name"_s);
        if (m_backup.isEmpty())
            return Problem{u"BackupNotFound"_s, u"spec.backupRef: there is no Backup %1 in %2"_s.arg(name, nsOf(m_object)), false};
        if (const std::optional<Problem> unfinished = notSucceeded(u"spec.backupRef: Backup %1"_s.arg(name), phaseOf(m_backup)))
            return unfinished;
        if (deleting(m_backup))
            return Problem{u"BeingDeleted"_s, u"spec.backupRef: Backup %1 is being deleted"_s.arg(name)};
        if (text(m_backup, u"/spec/type"_s) == "IdentityDump"_L1)
            return Problem{u"NoDatabase"_s, u"spec.backupRef: Backup %1 holds no database, only an identity"_s.arg(name)};
        const QJsonObject from = json::at(m_backup, u"/spec/nodeRef"_s).toObject();
        if (from != m_ref && (from.value("kind"_L1) != m_ref.value("kind"_L1) || !nodeOf(m_world, nsOf(m_object), from).isEmpty()))
            return Problem{u"OtherNode"_s, u"spec.backupRef: Backup %1 is of %2, which is there: two nodes would have one identity"_s.arg(
                                               name, nodeText(from))};
        const QDateTime usable = timeOf(m_backup, u"/status/usableUntil"_s);
        if (usable.isValid() && usable < m_moment.now)
            return Problem{u"Expired"_s, u"spec.backupRef: Backup %1 was usable until %2 (30 days): the sequencer has pruned what it needs"_s.arg(
                                             name, stampOf(usable))};
        if (json::at(m_backup, u"/status/consistent"_s).isBool() && !json::at(m_backup, u"/status/consistent"_s).toBool())
            return Problem{u"Inconsistent"_s, u"spec.backupRef: the parts of Backup %1 do not fit together"_s.arg(name)};
        const std::optional<qint64> now = migrationOf(m_node);
        const QJsonValue then = json::at(m_backup, u"/status/migrationId"_s);
        if (now && then.isDouble() && then.toInteger() != *now)
            return Problem{u"OtherMigration"_s, u"spec.backupRef: Backup %1 is of migration %2, %3 is at %4"_s.arg(name).arg(then.toInteger())
                                                    .arg(nodeText(m_ref)).arg(*now)};
        if (m_mode == "PointInTime"_L1) {
            const QDateTime target = timeOf(m_object, u"/spec/targetTime"_s);
            if (target < timeOf(m_backup, u"/status/completionTime"_s) || target > m_moment.now)
                return Problem{u"TimeNotCovered"_s, u"spec.targetTime: %1 is not between the end of Backup %2 (%3) and now"_s.arg(
                                                        stampOf(target), name, text(m_backup, u"/status/completionTime"_s))};
        }
        return std::nullopt;
    }

    [[nodiscard]] std::optional<Problem> dumpProblem() const
    {
        const QString name = of(u"/spec/identityDumpRef/name"_s);
        if (m_dump.isEmpty())
            return Problem{u"DumpNotFound"_s, u"spec.identityDumpRef: there is no IdentityDump %1 in %2"_s.arg(name, nsOf(m_object)), false};
        if (const std::optional<Problem> unfinished = notSucceeded(u"spec.identityDumpRef: IdentityDump %1"_s.arg(name), phaseOf(m_dump)))
            return unfinished;
        const QJsonObject from = json::at(m_dump, u"/spec/nodeRef"_s).toObject();
        const bool moves = m_mode == "IdentityOnly"_L1;   // that is what it is for: another node takes the identity over
        if (!moves && from != m_ref && !nodeOf(m_world, nsOf(m_object), from).isEmpty())
            return Problem{u"OtherNode"_s, u"spec.identityDumpRef: IdentityDump %1 is of %2, not of %3"_s.arg(name, nodeText(from), nodeText(m_ref))};
        return std::nullopt;
    }

    /// Both halves, told as conditions; what keeps the restore from beginning.
    std::optional<Problem> check()
    {
        std::optional<Problem> found;
        if (m_node.isEmpty())
            found = Problem{u"NodeNotFound"_s, u"spec.nodeRef: there is no %1 in %2; create it first"_s.arg(nodeText(m_ref), nsOf(m_object)), false};
        if (!of(u"/spec/backupRef/name"_s).isEmpty()) {
            const std::optional<Problem> backup = backupProblem();
            m_draft.setCondition(u"BackupUsable"_s, backup ? u"False"_s : u"True"_s, backup ? backup->reason : u"Fresh"_s,
                backup ? backup->message : QString());
            if (backup && (!found || backup->final))
                found = backup;
        }
        if (!of(u"/spec/identityDumpRef/name"_s).isEmpty()) {
            const std::optional<Problem> dump = dumpProblem();
            m_draft.setCondition(u"IdentityAvailable"_s, dump ? u"False"_s : u"True"_s, dump ? dump->reason : u"Found"_s,
                dump ? dump->message : QString());
            if (dump && (!found || dump->final))
                found = dump;
        }
        if (m_mode == "FullFromBackup"_L1 && (of(u"/spec/backupRef/name"_s).isEmpty() || of(u"/spec/identityDumpRef/name"_s).isEmpty()))
            found = Problem{u"HalfMissing"_s, u"spec: FullFromBackup needs both halves, backupRef and identityDumpRef"_s};
        const QDateTime snapshot = timeOf(m_object, u"/spec/dataSnapshot/timestamp"_s);
        if (m_mode == "NetworkDisaster"_L1 && snapshot > m_moment.now)
            found = Problem{u"SnapshotInFuture"_s, u"spec.dataSnapshot.timestamp: %1 has not come yet"_s.arg(stampOf(snapshot))};
        return found;
    }

    void begin()
    {
        if (const std::optional<Problem> problem = check()) {
            if (problem->final)
                m_draft.set(u"/completionTime"_s, m_moment.stamp());
            else
                m_draft.again(10s);
            return refuse(m_draft, problem->final ? u"Failed"_s : u"Pending"_s, problem->reason, problem->message);
        }
        accept(m_draft);
        for (const QJsonObject &other : m_world.referring(u"restores"_s, u"/spec/nodeRef"_s, nsOf(m_object),
                 m_ref.value("kind"_L1).toString(), m_ref.value("name"_L1).toString())) {
            if (nameOf(other) == nameOf(m_object) || phaseOf(other) != "Running"_L1)
                continue;
            m_draft.setPhase(u"Pending"_s, u"Waits for Restore %1 of the same node."_s.arg(nameOf(other)));
            m_draft.again(10s);
            return;
        }
        tellLoss();
        if (of(u"/spec/confirm"_s) != m_ref.value("name"_L1).toString()) {
            m_draft.setPhase(u"AwaitingConfirmation"_s, u"Waits for spec.confirm to be %1."_s.arg(m_ref.value("name"_L1).toString()));
            return;
        }
        m_draft.set(u"/startTime"_s, m_moment.stamp());
        m_draft.event(u"Normal"_s, u"RestoreStarted"_s, dryRun() ? u"checks the restore of %1"_s.arg(nodeText(m_ref))
                                                                  : u"restores %1: %2"_s.arg(nodeText(m_ref), m_mode));
        run();
    }

    /// What happened after the state that is restored is lost.
    void tellLoss()
    {
        QDateTime state = timeOf(m_backup, u"/status/completionTime"_s);
        if (m_mode == "PointInTime"_L1)
            state = timeOf(m_object, u"/spec/targetTime"_s);
        else if (m_mode == "NetworkDisaster"_L1)
            state = timeOf(m_object, u"/spec/dataSnapshot/timestamp"_s);
        else if (m_mode == "IdentityOnly"_L1)
            state = {};
        if (!m_draft.at(u"/estimatedLoss"_s).isString())
            m_draft.set(u"/estimatedLoss"_s, state.isValid() ? lossText(state.secsTo(m_moment.now)) : u"history"_s);
    }

    void run()
    {
        StepPlay play(m_draft, m_moment, kSteps);
        m_job.run(u"%1 of %2: %3"_s.arg(dryRun() ? u"check of the restore"_s : u"restore"_s, nodeText(m_ref), m_mode));
        play.tellTo(m_job);
        QString problem;
        const StepResult result = play.play([this, &play, &problem](const QString &step) {
            const StepAnswer answer = ask(play, step);
            problem = answer.what == StepAnswer::What::Fail ? answer.message : QString();
            return answer;
        });
        if (result.failed)
            return fail(play, result.current, problem);
        if (!result.done) {
            m_draft.setPhase(u"Running"_s, u"%1."_s.arg(result.current));
            return;
        }
        m_draft.set(u"/completionTime"_s, m_moment.stamp());
        m_job.end(true, {});
        m_draft.setPhase(u"Succeeded"_s, dryRun() ? u"Only checked: nothing was changed."_s : QString());
        m_draft.setCondition(u"Verified"_s, dryRun() ? u"Unknown"_s : u"True"_s, dryRun() ? u"DryRun"_s : u"BalancesEqual"_s);
        m_draft.event(u"Normal"_s, u"RestoreSucceeded"_s, dryRun() ? u"the restore of %1 would work"_s.arg(nodeText(m_ref))
                                                                    : u"%1 is restored"_s.arg(nodeText(m_ref)));
        wantFinalizer(m_draft, m_object, QLatin1String(kTeardownFinalizer), false);
    }

    StepAnswer ask(const StepPlay &play, const QString &step)
    {
        using What = StepAnswer::What;
        if (step == "Validate"_L1)
            return play.timed(step, 10s);
        if (dryRun())
            return {What::Skip};
        if (m_node.isEmpty())
            return {What::Fail, u"%1 is gone"_s.arg(nodeText(m_ref))};
        if (step == "StopNode"_L1)
            return stopped(play);
        if (step == "RestoreAppDb"_L1 || step == "RestoreParticipantDb"_L1)
            return database(play, step);
        if (step == "ImportIdentity"_L1)
            return m_dump.isEmpty() ? StepAnswer{What::Skip} : play.timed(step, 30s);
        if (step == "StartNode"_L1)
            return started(play);
        if (step == "Reconnect"_L1)
            return play.timed(step, 45s);
        return play.timed(step, 30s);
    }

    StepAnswer stopped(const StepPlay &play)
    {
        const StepAnswer least = play.timed(u"StopNode"_s, 15s);
        if (least.what == StepAnswer::What::Wait)
            return least;
        const QJsonArray components = json::at(m_node, u"/status/components"_s).toArray();
        const bool down = std::all_of(components.begin(), components.end(),
            [](const QJsonValue &one) { return one.toObject().value("ready"_L1).toInteger() == 0; });
        const bool restoring = down && (phaseOf(m_node) == "Restoring"_L1 || phaseOf(m_node) == "Suspended"_L1);
        if (!restoring && play.elapsed(u"StopNode"_s) < 2min)
            return {StepAnswer::What::Wait, u"waits for the components of %1 to stop"_s.arg(nodeText(m_ref))};
        m_draft.setCondition(u"NodeStopped"_s, restoring ? u"True"_s : u"Unknown"_s, restoring ? u"Stopped"_s : u"NotTold"_s,
            restoring ? QString() : u"%1 does not say that it has stopped."_s.arg(nodeText(m_ref)));
        return {};
    }

    StepAnswer database(const StepPlay &play, const QString &step) const
    {
        using What = StepAnswer::What;
        if (m_mode == "IdentityOnly"_L1)
            return {What::Skip};
        if (m_mode != "NetworkDisaster"_L1) {
            const QString kind = m_ref.value("kind"_L1).toString();
            if (step == "RestoreAppDb"_L1 && kind == "Participant"_L1)
                return {What::Skip};
            if (step == "RestoreAppDb"_L1 && hasFault(m_node, m_moment, u"broken-backup"_s))
                return {What::Fail, u"%1: 403 AccessDenied: the artifact cannot be read, nothing was overwritten"_s.arg(
                                        text(m_backup, u"/status/artifacts/0/uri"_s))};
        }
        if (step == "RestoreParticipantDb"_L1 && hasFault(m_node, m_moment, u"broken-backup"_s) && play.state(u"RestoreAppDb"_s) == "Skipped"_L1)
            return {What::Fail, u"%1: 403 AccessDenied: the artifact cannot be read, nothing was overwritten"_s.arg(
                                    text(m_backup, u"/status/artifacts/0/uri"_s))};
        if (hasFault(m_node, m_moment, u"disk-full"_s)) {
            const StepAnswer tries = play.timed(step, 30s);
            return tries.what == What::Wait ? tries : StepAnswer{What::Fail, u"pg_restore: could not extend file: No space left on device; enlarge spec.storageSize"_s};
        }
        return play.timed(step, step == "RestoreAppDb"_L1 ? 60s : 240s);
    }

    StepAnswer started(const StepPlay &play) const
    {
        const StepAnswer least = play.timed(u"StartNode"_s, 30s);
        if (least.what == StepAnswer::What::Wait)
            return least;
        if (serving(m_node))
            return {};
        if (play.elapsed(u"StartNode"_s) > 15min)
            return {StepAnswer::What::Fail, u"%1 did not start within 15 minutes: it is %2"_s.arg(nodeText(m_ref), phaseOf(m_node))};
        return {StepAnswer::What::Wait, u"waits for %1 to be Ready: it is %2"_s.arg(nodeText(m_ref), phaseOf(m_node))};
    }

    void fail(StepPlay &play, const QString &step, const QString &problem)
    {
        // A download that fails and a node that does not stop leave the databases as they are.
        const bool first = step == "RestoreAppDb"_L1 || (step == "RestoreParticipantDb"_L1 && play.state(u"RestoreAppDb"_s) == "Skipped"_L1);
        const bool untouched = step == "Validate"_L1 || step == "StopNode"_L1 || (first && !hasFault(m_node, m_moment, u"disk-full"_s));
        play.stop(problem);
        m_draft.set(u"/completionTime"_s, m_moment.stamp());
        m_draft.setCondition(u"Verified"_s, u"False"_s, u"StepFailed"_s, u"%1: %2"_s.arg(step, problem));
        m_job.end(false, problem);
        m_draft.setPhase(untouched ? u"RolledBack"_s : u"Failed"_s, u"%1: %2"_s.arg(step, problem));
        m_draft.event(u"Warning"_s, untouched ? u"RestoreRolledBack"_s : u"RestoreFailed"_s, u"step %1: %2"_s.arg(step, problem));
        wantFinalizer(m_draft, m_object, QLatin1String(kTeardownFinalizer), false);
    }

    QJsonObject m_object;
    const World &m_world;
    Moment m_moment;
    StatusDraft m_draft;
    QJsonObject m_ref;
    QJsonObject m_node;
    QString m_mode;
    QJsonObject m_backup;
    QJsonObject m_dump;
    JobPod m_job;
};

class RestoreReconciler final : public Reconciler {
public:
    QString plural() const override { return u"restores"_s; }

    Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const override
    {
        return RestoreLook(object, world, moment).plan();
    }

    QList<std::pair<QString, QString>> touches(const QJsonObject &object, const World &) const override
    {
        const QString plural = pluralOfNode(text(object, u"/spec/nodeRef/kind"_s));
        if (plural.isEmpty())
            return {};
        return {{plural, QString(nsOf(object) + u'/' + text(object, u"/spec/nodeRef/name"_s))}};
    }
};

}

std::unique_ptr<Reconciler> makeRestore()
{
    return std::make_unique<RestoreReconciler>();
}

}
