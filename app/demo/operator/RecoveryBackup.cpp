// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/RecoveryParts.h"

#include "models/core/Json.h"

#include <QJsonArray>

#include <algorithm>

namespace qd::demo::recovery {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Apps before the participant, the participant before what it is connected to: the order of a consistent backup.
const QStringList kOrder{u"sv"_s, u"scan"_s, u"validatorApp"_s, u"participant"_s, u"sequencer"_s, u"mediator"_s};

QStringList possible(const QString &kind)
{
    if (kind == "Validator"_L1)
        return {u"validatorApp"_s, u"participant"_s};
    if (kind == "SuperValidator"_L1)
        return kOrder;
    if (kind == "SyncDomain"_L1)
        return {u"sequencer"_s, u"mediator"_s};
    return {u"participant"_s};
}

QString stepOf(const QString &component)
{
    return QString(component.left(1).toUpper() + component.mid(1));
}

/// One look at a Backup.
class BackupLook {
public:
    BackupLook(const QJsonObject &object, const World &world, const Moment &moment)
        : m_object(object), m_world(world), m_moment(moment), m_draft(object, moment), m_ref(json::at(object, u"/spec/nodeRef"_s).toObject()),
          m_node(nodeOf(world, nsOf(object), m_ref)), m_job(object, m_node, u"backup"_s, world, moment, m_draft)
    {
        const QJsonArray wanted = json::at(object, u"/spec/components"_s).toArray();
        for (const QString &component : kOrder) {
            const bool all = wanted.isEmpty() && possible(m_ref.value("kind"_L1).toString()).contains(component);
            if (all || wanted.contains(component))
                m_components.append(component);
        }
        if (text(object, u"/spec/type"_s) == "IdentityDump"_L1)
            m_components = {u"participant"_s};
    }

    Plan plan()
    {
        observe(m_draft);
        const QString phase = m_draft.phase();
        if (deleting(m_object)) {
            end(phase);
            return m_draft.take();
        }
        wantFinalizer(m_draft, m_object, QLatin1String(kArtifactFinalizer), true);
        m_job.sweep();
        if (phase == "Succeeded"_L1)
            afterwards();
        else if (phase == "Running"_L1)
            run();
        else if (phase != "Failed"_L1 && phase != "Cancelled"_L1)
            begin();
        return m_draft.take();
    }

private:
    [[nodiscard]] bool on(const QString &pointer) const { return json::at(m_object, pointer).toBool(); }
    [[nodiscard]] bool external() const { return text(m_object, u"/spec/method"_s) == "External"_L1; }
    [[nodiscard]] QString bucket() const { return text(m_object, u"/spec/storage/s3/bucket"_s); }
    [[nodiscard]] QString lastStep() const { return bucket().isEmpty() ? u"ReadyToUse"_s : u"Upload"_s; }

    [[nodiscard]] QStringList steps() const
    {
        if (external())
            return {u"Record"_s};
        QStringList names;
        for (const QString &component : m_components)
            names.append(stepOf(component));
        return names + QStringList{lastStep()};
    }

    void cancelled()
    {
        StepPlay(m_draft, m_moment, steps()).stop(u"cancelled"_s);
        m_draft.set(u"/completionTime"_s, m_moment.stamp());
        m_job.log(u"WARN"_s, u"cancelled; what was written so far is deleted"_s);
        m_job.end(false, u"cancelled"_s);
        m_draft.setPhase(u"Cancelled"_s, u"Cancelled by spec.cancel; what was written so far was deleted."_s);
        m_draft.set(u"/artifacts"_s, {});
        m_draft.event(u"Normal"_s, u"BackupCancelled"_s, u"cancelled before it was finished"_s);
    }

    /// Pending: refused, waiting, or begun.
    void begin()
    {
        if (on(u"/spec/cancel"_s))
            return cancelled();
        for (const QString &component : std::as_const(m_components)) {
            const QStringList has = possible(m_ref.value("kind"_L1).toString());
            if (!has.contains(component))
                return refuse(m_draft, u"Failed"_s, u"ComponentNotThere"_s,
                    u"spec.components: %1 has no %2; it has %3"_s.arg(nodeText(m_ref), component, has.join(u", "_s)));
        }
        if (m_node.isEmpty()) {
            m_draft.again(10s);
            return refuse(m_draft, u"Pending"_s, u"NodeNotFound"_s,
                u"spec.nodeRef: there is no %1 in %2; it starts as soon as there is one"_s.arg(nodeText(m_ref), nsOf(m_object)));
        }
        const QString kms = text(m_object, u"/spec/encryption/kmsConfigRef/name"_s);
        if (!kms.isEmpty() && m_world.find(u"kmsconfigs"_s, nsOf(m_object), kms).isEmpty()) {
            m_draft.again(10s);
            return refuse(m_draft, u"Pending"_s, u"KmsConfigNotFound"_s,
                u"spec.encryption.kmsConfigRef: there is no KmsConfig %1 in %2"_s.arg(kms, nsOf(m_object)));
        }
        accept(m_draft);
        const QString node = phaseOf(m_node);
        if (node.isEmpty() || node == "Pending"_L1 || node == "Provisioning"_L1 || node == "Bootstrapping"_L1) {
            m_draft.setPhase(u"Pending"_s, u"Waits for %1, which is %2."_s.arg(nodeText(m_ref), node.isEmpty() ? u"not looked at yet"_s : node));
            m_draft.again(10s);
            return;
        }
        m_draft.set(u"/startTime"_s, m_moment.stamp());
        m_draft.event(u"Normal"_s, u"BackupStarted"_s, u"backs up %1 of %2"_s.arg(m_components.join(u", "_s), nodeText(m_ref)));
        run();
    }

    void run()
    {
        if (on(u"/spec/cancel"_s))
            return cancelled();
        StepPlay play(m_draft, m_moment, steps());
        if (!external()) {
            m_job.run(u"backup of %1, method %2"_s.arg(nodeText(m_ref), text(m_object, u"/spec/method"_s)));
            play.tellTo(m_job);
        }
        QString problem;
        const StepResult result = play.play([this, &play, &problem](const QString &step) {
            const StepAnswer answer = external() ? StepAnswer() : ask(play, step);
            problem = answer.what == StepAnswer::What::Fail ? answer.message : QString();
            return answer;
        });
        if (result.failed)
            return fail(result.current, problem);
        if (result.done)
            return succeed();
        m_draft.setPhase(u"Running"_s, result.current == lastStep()
                ? u"Uploading the artifacts."_s : u"Dumping %1."_s.arg(result.current));
    }

    StepAnswer ask(const StepPlay &play, const QString &step)
    {
        using What = StepAnswer::What;
        if (m_node.isEmpty())
            return {What::Fail, u"%1 is gone"_s.arg(nodeText(m_ref))};
        if (step == lastStep()) {
            if (hasFault(m_node, m_moment, u"broken-backup"_s)) {
                // A real client tries a few times before it gives up.
                const StepAnswer tries = play.timed(step, 20s, u"retrying: AccessDenied"_s);
                return tries.what == What::Wait ? tries : StepAnswer{What::Fail, refusal()};
            }
            return play.timed(step, 60s);
        }
        if (!serving(m_node))
            return {What::Fail, u"pg_dump: connection to server at \"%1-postgres\", port 5432 failed: Connection refused (%2 is %3)"_s.arg(
                                    nameOf(m_node), nodeText(m_ref), phaseOf(m_node))};
        const bool large = step == "Participant"_L1 || step == "Sequencer"_L1;
        const StepAnswer answer = play.timed(step, large ? 180s : 40s);
        if (answer.what == What::Done)
            addArtifact(play, step);
        return answer;
    }

    [[nodiscard]] QString refusal() const
    {
        return bucket().isEmpty() ? u"VolumeSnapshot: the driver reports PermissionDenied for the snapshot class: give it the right, then back up again"_s
                                  : u"s3://%1: 403 AccessDenied: the bucket refuses the credentials of Secret %2: renew them, then back up again"_s.arg(bucket(),
                                        text(m_object, u"/spec/storage/s3/secretRef/name"_s));
    }

    void addArtifact(const StepPlay &play, const QString &step)
    {
        QJsonArray artifacts = m_draft.at(u"/artifacts"_s).toArray();
        const QString component = m_components.at(std::max<qsizetype>(0, steps().indexOf(step)));
        for (const QJsonValue &one : std::as_const(artifacts)) {
            if (one.toObject().value("component"_L1).toString() == component)
                return;
        }
        const QString prefix = text(m_object, u"/spec/storage/s3/prefix"_s);
        const bool identity = text(m_object, u"/spec/type"_s) == "IdentityDump"_L1;
        QString path = QString(prefix + (prefix.isEmpty() || prefix.endsWith(u'/') ? u""_s : u"/"_s) + nameOf(m_object) + u'/'
            + component + (identity ? u".json"_s : u".dump"_s));
        const QString uri = bucket().isEmpty() ? u"volumesnapshot://%1/%2-%3"_s.arg(nsOf(m_object), nameOf(m_object), component)
                                               : u"s3://%1/%2"_s.arg(bucket(), path);
        // A participant's database is of some 18 GB, an app's of some megabytes, and each grows a little with time.
        const double chance = m_moment.chance(m_node, component);
        const bool large = component == "participant"_L1 || component == "sequencer"_L1;
        const qint64 age = m_moment.now.toSecsSinceEpoch() - 1790000000;
        const qint64 size = identity ? 18432 : large ? qint64(16e9 + 4e9 * chance) + age * 2100 : qint64(2e6 + 4e6 * chance) + age / 3;
        artifacts.append(QJsonObject{{u"component"_s, component}, {u"uri"_s, uri}, {u"size"_s, std::max<qint64>(size, 4096)},
            {u"sha256"_s, digest(QString(uri + u'|' + m_moment.stamp() + u'|' + QString::number(m_moment.seed)))},
            {u"start"_s, stampOf(play.startOf(step))}, {u"end"_s, m_moment.stamp()},
            {u"ledgerOffset"_s, (m_moment.now.toSecsSinceEpoch() - 1600000000) * 5}});
        m_job.log(u"INFO"_s, u"%1: %2 bytes to %3"_s.arg(component, QString::number(std::max<qint64>(size, 4096)), uri));
        m_draft.set(u"/artifacts"_s, artifacts);
    }

    void fail(const QString &step, const QString &problem)
    {
        StepPlay(m_draft, m_moment, steps()).stop(problem);
        m_draft.set(u"/completionTime"_s, m_moment.stamp());
        m_draft.set(u"/consistent"_s, false);
        m_draft.setCondition(u"Consistent"_s, u"False"_s, u"PartMissing"_s, problem);
        m_job.end(false, problem);
        m_draft.setPhase(u"Failed"_s, problem);
        m_draft.event(u"Warning"_s, u"BackupFailed"_s, u"step %1: %2"_s.arg(step, problem));
    }

    void succeed()
    {
        qint64 size = 0;
        const QJsonArray artifacts = m_draft.at(u"/artifacts"_s).toArray();
        for (const QJsonValue &one : artifacts)
            size += one.toObject().value("size"_L1).toInteger();
        m_draft.set(u"/completionTime"_s, m_moment.stamp());
        m_draft.set(u"/usableUntil"_s, stampOf(m_moment.now.addDays(30)));
        m_draft.set(u"/version"_s, versionOf(m_node));
        if (const std::optional<qint64> migration = migrationOf(m_node))
            m_draft.set(u"/migrationId"_s, *migration);
        if (external()) {
            m_draft.setCondition(u"Consistent"_s, u"Unknown"_s, u"NotChecked"_s, u"Taken by somebody else; only recorded here."_s);
        } else {
            m_draft.set(u"/size"_s, size);
            m_draft.set(u"/consistent"_s, true);
            m_draft.setCondition(u"OrderingRespected"_s, u"True"_s, u"InOrder"_s,
                u"%1 was finished before the next began"_s.arg(m_components.join(u", "_s)));
            m_draft.setCondition(u"Consistent"_s, u"True"_s, u"SameOffset"_s);
        }
        m_job.end(true, {});
        m_draft.setPhase(u"Succeeded"_s);
        m_draft.event(u"Normal"_s, u"BackupSucceeded"_s, u"%1 artifacts, %2 bytes, usable until %3"_s.arg(artifacts.size()).arg(size)
                .arg(stampOf(m_moment.now.addDays(30))));
        if (on(u"/spec/verify"_s))
            afterwards();
    }

    /// Verification when it is asked for, and what age does to it.
    void afterwards()
    {
        const QDateTime usable = QDateTime::fromString(m_draft.at(u"/usableUntil"_s).toString(), Qt::ISODate);
        const bool expired = usable.isValid() && m_moment.now >= usable;
        m_draft.setPhase(u"Succeeded"_s, expired
                ? u"Not usable since %1: the sequencer has pruned what it needs."_s.arg(stampOf(usable)) : QString());
        if (usable.isValid() && !expired)
            wakeAt(m_draft, m_moment, usable);
        if (!on(u"/spec/verify"_s) || external())
            return;
        const QJsonObject verified = m_draft.condition(u"Verified"_s);
        const qint64 generation = json::at(m_object, u"/metadata/generation"_s).toInteger();
        if (verified.isEmpty() || verified.value("observedGeneration"_L1).toInteger() != generation) {
            m_draft.setCondition(u"Verified"_s, u"Unknown"_s, u"Verifying"_s, u"Reads every artifact and compares its SHA-256."_s);
            m_draft.again(60s);
            return;
        }
        if (verified.value("reason"_L1).toString() != "Verifying"_L1)
            return;
        const auto elapsed = m_draft.sinceCondition(u"Verified"_s);
        const auto whole = m_moment.real(60s);
        if (elapsed < whole) {
            m_draft.again(std::chrono::milliseconds(qint64(double((whole - elapsed).count()) * m_moment.speed) + 1));
            return;
        }
        const bool broken = hasFault(m_node, m_moment, u"broken-backup"_s);
        m_draft.setCondition(u"Verified"_s, broken ? u"False"_s : u"True"_s, broken ? u"NotReadable"_s : u"ChecksumsMatch"_s,
            broken ? refusal() : u"%1 artifacts read"_s.arg(m_draft.at(u"/artifacts"_s).toArray().size()));
        m_draft.event(broken ? u"Warning"_s : u"Normal"_s, broken ? u"VerificationFailed"_s : u"BackupVerified"_s,
            broken ? refusal() : u"every artifact has its SHA-256"_s);
    }

    /// Deletes the artifacts, unless the backup is held or a restore reads it.
    void end(const QString &phase)
    {
        QString why = readByRestore(m_world, m_object, u"/spec/backupRef"_s);
        if (why.isEmpty() && json::at(m_object, u"/spec/retention/hold"_s).toBool())
            why = u"Deletion waits: spec.retention.hold is true; set it to false to let it go."_s;
        releaseArtifacts(m_draft, m_object, phase, why);
    }

    QJsonObject m_object;
    const World &m_world;
    Moment m_moment;
    StatusDraft m_draft;
    QJsonObject m_ref;
    QJsonObject m_node;
    QStringList m_components;
    JobPod m_job;
};

class BackupReconciler final : public Reconciler {
public:
    QString plural() const override { return u"backups"_s; }

    Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const override
    {
        return BackupLook(object, world, moment).plan();
    }

    /// The node tells its last backup, restores and pruning wait for it.
    QList<std::pair<QString, QString>> touches(const QJsonObject &object, const World &world) const override
    {
        const QString ns = nsOf(object);
        const QString node = text(object, u"/spec/nodeRef/name"_s);
        QList<std::pair<QString, QString>> all;
        const QString plural = pluralOfNode(text(object, u"/spec/nodeRef/kind"_s));
        if (!plural.isEmpty())
            all.append({plural, QString(ns + u'/' + node)});
        for (const QJsonObject &restore : world.referring(u"restores"_s, u"/spec/backupRef"_s, ns, {}, nameOf(object)))
            all.append({u"restores"_s, QString(ns + u'/' + nameOf(restore))});
        for (const QJsonObject &pruning : world.referring(u"pruningschedules"_s, u"/spec/nodeRef"_s, ns, {}, node))
            all.append({u"pruningschedules"_s, QString(ns + u'/' + nameOf(pruning))});
        return all;
    }
};

}

std::unique_ptr<Reconciler> makeBackup()
{
    return std::make_unique<BackupReconciler>();
}

}
