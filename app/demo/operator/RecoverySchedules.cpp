// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Cron.h"
#include "app/demo/operator/Recovery.h"
#include "app/demo/operator/RecoveryParts.h"

#include "models/core/Json.h"

#include <QJsonArray>

#include <algorithm>

namespace qd::demo::recovery {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// A backup that is older than this is a finding (Splice's advice), whatever the schedule says.
constexpr qint64 kBackupAge = 4 * 3600;

/// What the two kinds of schedule call things.
struct Words {
    QString plural, childPlural, childKind, cron, node, last, next, keep;
    qint64 keepDefault = 7;
};

const Words kBackups{u"backupschedules"_s, u"backups"_s, u"Backup"_s, u"/spec/schedule"_s, u"/spec/template/nodeRef"_s,
    u"/lastScheduleTime"_s, u"/nextScheduleTime"_s, u"/spec/keepLast"_s, 42};
const Words kDumps{u"identitydumpschedules"_s, u"identitydumps"_s, u"IdentityDump"_s, u"/spec/cron"_s, u"/spec/nodeRef"_s,
    u"/lastRunTime"_s, u"/nextRunTime"_s, u"/spec/maxDumpNumber"_s, 7};

bool ended(const QJsonObject &child)
{
    static const QStringList ends{u"Succeeded"_s, u"Failed"_s, u"Cancelled"_s};
    return ends.contains(phaseOf(child));
}

class ScheduleLook {
public:
    ScheduleLook(const Words &words, const QJsonObject &object, const World &world, const Moment &moment)
        : m_words(words), m_backups(words.childKind == "Backup"_L1), m_object(object), m_world(world), m_moment(moment),
          m_draft(object, moment), m_ref(json::at(object, words.node).toObject()), m_node(nodeOf(world, nsOf(object), m_ref)),
          m_children(ownedBy(world, words.childPlural, object))
    {
    }

    Plan plan()
    {
        observe(m_draft);
        if (deleting(m_object)) {
            letGo();
            return m_draft.take();
        }
        wantFinalizer(m_draft, m_object, QLatin1String(kArtifactFinalizer), true);
        const Result<Cron> cron = Cron::parse(text(m_object, m_words.cron), Cron::Dialect::Unix);
        if (!cron) {
            refuse(m_draft, u"Failed"_s, u"BadSchedule"_s, cron.error().text());
        } else if (!zone().isValid()) {
            refuse(m_draft, u"Failed"_s, u"UnknownTimeZone"_s,
                u"spec.timeZone: %1 is no time zone of the tz database; for example Europe/Berlin or Etc/UTC"_s.arg(
                    text(m_object, u"/spec/timeZone"_s)));
        } else if (!cron->next(m_moment.now, zone()).isValid()) {
            refuse(m_draft, u"Failed"_s, u"NeverRuns"_s,
                u"%1: there is no such day: %2"_s.arg(m_words.cron.mid(1).replace(u'/', u'.'), text(m_object, m_words.cron)));
        } else if (m_node.isEmpty()) {
            m_draft.again(10s);
            refuse(m_draft, u"Pending"_s, u"NodeNotFound"_s, u"there is no %1 in %2"_s.arg(nodeText(m_ref), nsOf(m_object)));
        } else {
            accept(m_draft);
            work(*cron);
        }
        return m_draft.take();
    }

private:
    [[nodiscard]] QTimeZone zone() const
    {
        const QString id = text(m_object, u"/spec/timeZone"_s);
        return id.isEmpty() || id == "Etc/UTC"_L1 || id == "UTC"_L1 ? QTimeZone::utc() : QTimeZone(id.toLatin1());
    }

    [[nodiscard]] bool suspended() const { return json::at(m_object, u"/spec/suspend"_s).toBool(); }

    /// A deleted schedule keeps what it made: they belong to nobody from now on.
    void letGo()
    {
        const QString uid = text(m_object, u"/metadata/uid"_s);
        for (const QJsonObject &child : std::as_const(m_children)) {
            QJsonArray owners;
            for (const QJsonValue &owner : json::at(child, u"/metadata/ownerReferences"_s).toArray()) {
                if (owner.toObject().value("uid"_L1).toString() != uid)
                    owners.append(owner);
            }
            ports::WriteRequest request{ports::Verb::MergePatch, canton(m_words.childPlural), nsOf(child), nameOf(child)};
            request.body = QJsonObject{{u"metadata"_s, QJsonObject{{u"ownerReferences"_s, owners}}}};
            m_draft.write(request);
        }
        wantFinalizer(m_draft, m_object, QLatin1String(kArtifactFinalizer), false);
    }

    void work(const Cron &cron)
    {
        QStringList active;
        for (const QJsonObject &child : std::as_const(m_children)) {
            if (!ended(child))
                active.append(nameOf(child));
        }
        const QString waits = makeNext(cron, active);
        tellRuns(active);
        makeRoom();
        const bool onTime = !tellOnTime(cron, m_made || !active.isEmpty());
        const QString refused = tellStorage();
        const bool late = !onTime || !refused.isEmpty();
        if (suspended()) {
            m_draft.set(m_words.next, {});
            m_draft.setPhase(u"Suspended"_s, waits);
        } else {
            const QDateTime next = cron.next(m_moment.now, zone());
            m_draft.set(m_words.next, stampOf(next));
            wakeAt(m_draft, m_moment, next);
            m_draft.setPhase(late ? u"Degraded"_s : u"Ready"_s, 
                !refused.isEmpty() ? refused : late ? m_draft.condition(u"OnTime"_s).value("message"_L1).toString() : waits);
        }
        m_draft.setCondition(u"Ready"_s, suspended() || late ? u"False"_s : u"True"_s,
            suspended() ? u"Suspended"_s : !refused.isEmpty() ? u"StorageRefused"_s : late ? u"Late"_s : u"Scheduled"_s);
    }

    /// The storage is asked whether it takes what the next run will bring; what it says when it does not.
    QString tellStorage()
    {
        const QString type = u"StorageReachable"_s;
        const bool broken = m_backups && !suspended() && hasFault(m_node, m_moment, u"broken-backup"_s);
        const QString before = m_draft.condition(type).value("status"_L1).toString();
        if (!broken) {
            if (before == "False"_L1) {
                m_draft.setCondition(type, u"True"_s, u"Answered"_s);
                m_draft.event(u"Normal"_s, u"StorageReachable"_s, u"the storage takes backups again"_s);
            }
            return {};
        }
        const QString bucket = text(m_object, u"/spec/template/storage/s3/bucket"_s);
        const QString why = bucket.isEmpty()
            ? u"The snapshot class refuses backups of %1: PermissionDenied. Give the driver the right; until then every run fails."_s.arg(nodeText(m_ref))
            : u"s3://%1 refuses backups of %2: 403 AccessDenied for the credentials of Secret %3. Renew them; until then every run fails."_s.arg(
                bucket, nodeText(m_ref), text(m_object, u"/spec/template/storage/s3/secretRef/name"_s));
        if (before != "False"_L1)
            m_draft.event(u"Warning"_s, u"StorageRefused"_s, why);
        m_draft.setCondition(type, u"False"_s, u"AccessDenied"_s, why);
        m_draft.again(10s);
        return why;
    }

    /// Makes the one that was asked for or is due; says what it waits for.
    QString makeNext(const Cron &cron, const QStringList &active)
    {
        const QString trigger = m_draft.openRequest(u"trigger"_s);
        QDateTime base = QDateTime::fromString(m_draft.at(m_words.last).toString(), Qt::ISODateWithMs);
        if (!base.isValid())
            base = timeOf(m_object, u"/metadata/creationTimestamp"_s);
        // A last run ahead of the clock: it was set back since. The next ones count from now, or none would come for so long.
        if (base.isValid() && base > m_moment.now.addSecs(60)) {
            base = m_moment.now;
            m_draft.set(m_words.last, m_moment.stamp());
        }
        QDateTime due;
        if (!suspended() && base.isValid())
            due = cron.latest(base, m_moment.now, zone());
        const qint64 deadline = secondsOf(text(m_object, u"/spec/startingDeadline"_s));
        QString missed;
        if (due.isValid() && deadline >= 0 && due.secsTo(m_moment.now) > deadline) {
            missed = u"Missed the run of %1: its starting deadline of %2 is over."_s.arg(stampOf(due),
                text(m_object, u"/spec/startingDeadline"_s));
            due = {};
        }
        if (trigger.isEmpty() && !due.isValid())
            return missed;
        if (!active.isEmpty())
            return u"The next run waits for %1 (concurrencyPolicy Forbid)."_s.arg(active.join(u", "_s));
        const QString suffix = trigger.isEmpty() ? due.toUTC().toString(u"yyyyMMddHHmm"_s) : QString(u"manual-"_s + digest(trigger, 6));
        const QString name = derivedName(nameOf(m_object), suffix);
        m_draft.write(creation(m_words.childKind, m_words.childPlural, name, m_object, m_node, childSpec(name)));
        m_made = true;
        m_draft.set(m_words.last, trigger.isEmpty() ? stampOf(due) : m_moment.stamp());
        if (!trigger.isEmpty())
            m_draft.handled(u"trigger"_s);
        m_draft.event(u"Normal"_s, u"SuccessfulCreate"_s, trigger.isEmpty()
                ? u"created %1 %2"_s.arg(m_words.childKind, name) : u"created %1 %2, asked for"_s.arg(m_words.childKind, name));
        return {};
    }

    [[nodiscard]] QJsonObject childSpec(const QString &name) const
    {
        if (m_backups)
            return json::at(m_object, u"/spec/template"_s).toObject();
        const QString kind = m_ref.value("kind"_L1).toString();
        return {{u"nodeRef"_s, m_ref}, {u"kind"_s, kind == "SyncDomain"_L1 ? u"Participant"_s : kind},
            {u"destination"_s, QJsonObject{{u"secretName"_s, name}}}};
    }

    void tellRuns(const QStringList &active)
    {
        const QDateTime known = QDateTime::fromString(m_draft.at(u"/lastSuccessTime"_s).toString(), Qt::ISODateWithMs);
        QDateTime success = known;
        qint64 failures = 0;
        for (const QJsonObject &child : std::as_const(m_children)) {
            const QString phase = phaseOf(child);
            if (phase == "Succeeded"_L1) {
                const QDateTime completed = timeOf(child, u"/status/completionTime"_s);
                success = success.isValid() ? std::max(success, completed) : completed;
                failures = 0;
            } else if (phase == "Failed"_L1) {
                ++failures;
            }
        }
        if (!m_backups)
            return tellDumps();
        QJsonArray running;
        for (const QString &name : active)
            running.append(QJsonObject{{u"name"_s, name}});
        m_draft.set(u"/active"_s, running);
        // Failures whose objects are gone already still count until one succeeds.
        m_draft.set(u"/failures"_s, success == known ? std::max(failures, m_draft.at(u"/failures"_s).toInteger()) : failures);
        if (success.isValid())
            m_draft.set(u"/lastSuccessTime"_s, stampOf(success));
    }

    /// The node's dumps that are kept, whoever made them: one taken by hand is as good.
    void tellDumps()
    {
        qint64 kept = 0;
        const QJsonObject newest = lastIdentityDumpOf(m_world, m_node);
        for (const QJsonObject &dump : m_world.ofNode(
                 m_words.childPlural, nsOf(m_object), m_ref.value("kind"_L1).toString(), m_ref.value("name"_L1).toString()))
            kept += phaseOf(dump) == "Succeeded"_L1 && !deleting(dump) ? 1 : 0;
        m_draft.set(u"/dumpCount"_s, kept);
        if (!newest.isEmpty())
            m_draft.set(u"/lastDump"_s, nameOf(newest));
    }

    [[nodiscard]] bool mayGo(const QJsonObject &child, const QString &newestSuccess) const
    {
        if (deleting(child) || nameOf(child) == newestSuccess)
            return false;
        if (json::at(child, u"/spec/retention/hold"_s).toBool() || json::at(child, u"/spec/retain"_s).toBool())
            return false;
        const qint64 keepFor = secondsOf(text(child, u"/spec/retention/keepFor"_s));
        const QDateTime made = timeOf(child, u"/metadata/creationTimestamp"_s);
        if (phaseOf(child) == "Succeeded"_L1 && keepFor > 0 && made.secsTo(m_moment.now) < keepFor)
            return false;
        const QString pointer = m_backups ? u"/spec/backupRef"_s : u"/spec/identityDumpRef"_s;
        const auto restores = m_world.referring(u"restores"_s, pointer, nsOf(child), {}, nameOf(child));
        return std::all_of(restores.begin(), restores.end(), [](const QJsonObject &restore) {
            static const QStringList ends{u"Succeeded"_s, u"Failed"_s, u"RolledBack"_s, u"Cancelled"_s};
            return ends.contains(phaseOf(restore));
        });
    }

    /// Of the finished ones the newest are kept, so many as are wanted; of the older ones those that must not go, among them the
    /// newest that succeeded.
    void makeRoom()
    {
        QString newestSuccess;
        QList<QJsonObject> finished;
        for (const QJsonObject &child : std::as_const(m_children)) {
            if (phaseOf(child) == "Succeeded"_L1)
                newestSuccess = nameOf(child);
            if (ended(child) && !deleting(child))
                finished.append(child);
        }
        const qint64 keep = json::at(m_object, m_words.keep).toInteger(m_words.keepDefault);
        for (qsizetype i = 0; i + keep < finished.size(); ++i) {
            const QJsonObject &child = finished.at(i);
            if (!mayGo(child, newestSuccess))
                continue;
            m_draft.write(deletion(m_words.childPlural, child));
            m_draft.event(u"Normal"_s, u"SuccessfulDelete"_s, u"deleted %1 %2: %3 are kept"_s.arg(m_words.childKind, nameOf(child)).arg(keep));
        }
    }

    /// Whether the last success is too long ago.
    bool tellOnTime(const Cron &cron, bool active)
    {
        if (suspended()) {
            m_draft.setCondition(u"OnTime"_s, u"Unknown"_s, u"Suspended"_s);
            return false;
        }
        QDateTime success = QDateTime::fromString(
            m_draft.at(m_backups ? u"/lastSuccessTime"_s : u"/lastRunTime"_s).toString(), Qt::ISODateWithMs);
        if (!m_backups && !m_children.isEmpty()) {
            success = {};
            for (const QJsonObject &child : std::as_const(m_children)) {
                if (phaseOf(child) == "Succeeded"_L1)
                    success = timeOf(child, u"/status/completionTime"_s);
            }
        }
        const QDateTime from = success.isValid() ? success : timeOf(m_object, u"/metadata/creationTimestamp"_s);
        // One that is under way has an hour to end; a dump is late an hour after it was due.
        const QDateTime limit = m_backups ? from.addSecs(kBackupAge + (active ? 3600 : 0)) : cron.next(from, zone()).addSecs(3600);
        const bool late = limit < m_moment.now;
        if (!late)
            wakeAt(m_draft, m_moment, limit.addSecs(1));
        if (late && m_draft.condition(u"OnTime"_s).value("status"_L1).toString() != "False"_L1)
            m_draft.event(u"Warning"_s, u"Late"_s, u"no %1 of %2 succeeded since %3"_s.arg(m_words.childKind, nodeText(m_ref), stampOf(from)));
        m_draft.setCondition(u"OnTime"_s, late ? u"False"_s : u"True"_s, late ? u"TooOld"_s : u"Fresh"_s,
            !late ? QString()
                  : u"No %1 of %2 succeeded since %3%4."_s.arg(m_words.childKind, nodeText(m_ref), stampOf(from),
                        m_backups ? u"; one every 4 h is wanted"_s : QString()));
        return late;
    }

    const Words &m_words;
    bool m_backups;
    QJsonObject m_object;
    const World &m_world;
    Moment m_moment;
    StatusDraft m_draft;
    QJsonObject m_ref;
    QJsonObject m_node;
    QList<QJsonObject> m_children;
    bool m_made = false;
};

class ScheduleReconciler final : public Reconciler {
public:
    explicit ScheduleReconciler(const Words &words) : m_words(words) { }
    QString plural() const override { return m_words.plural; }

    Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const override
    {
        return ScheduleLook(m_words, object, world, moment).plan();
    }

private:
    const Words &m_words;
};

}

std::unique_ptr<Reconciler> makeBackupSchedule()
{
    return std::make_unique<ScheduleReconciler>(kBackups);
}

std::unique_ptr<Reconciler> makeIdentityDumpSchedule()
{
    return std::make_unique<ScheduleReconciler>(kDumps);
}

}
