// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Cron.h"
#include "app/demo/operator/Recovery.h"
#include "app/demo/operator/RecoveryParts.h"

#include "models/core/Json.h"

#include <algorithm>

namespace qd::demo::recovery {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

class PruningLook {
public:
    PruningLook(const QJsonObject &object, const World &world, const Moment &moment)
        : m_object(object), m_world(world), m_moment(moment), m_draft(object, moment), m_ref(json::at(object, u"/spec/nodeRef"_s).toObject())
    {
        const QString domain = text(object, u"/spec/syncDomainRef/name"_s);
        if (!domain.isEmpty())
            m_ref = {{u"kind"_s, u"SyncDomain"_s}, {u"name"_s, domain}};
        m_node = nodeOf(world, nsOf(object), m_ref);
    }

    Plan plan()
    {
        const bool edited = m_draft.newGeneration();
        observe(m_draft);
        if (!deleting(m_object) && accepted())
            work(edited);
        return m_draft.take();
    }

private:
    [[nodiscard]] QString target() const { return text(m_object, u"/spec/target"_s); }
    [[nodiscard]] bool suspended() const { return json::at(m_object, u"/spec/suspend"_s).toBool(); }
    [[nodiscard]] QString of(const QString &pointer) const { return text(m_object, pointer); }

    bool accepted()
    {
        if (target() == "Participant"_L1) {
            const Result<Cron> cron = Cron::parse(of(u"/spec/cron"_s), Cron::Dialect::Quartz);
            if (!cron) {
                refuse(m_draft, u"Failed"_s, u"BadSchedule"_s, cron.error().text());
                return false;
            }
            m_cron = *cron;
            if (!m_cron->next(m_moment.now).isValid()) {
                refuse(m_draft, u"Failed"_s, u"NeverRuns"_s, u"spec.cron: there is no such day: %1"_s.arg(of(u"/spec/cron"_s)));
                return false;
            }
        }
        const QString kind = m_ref.value("kind"_L1).toString();
        const bool sequences = kind == "SyncDomain"_L1 || kind == "SuperValidator"_L1;
        if (target() != "Participant"_L1 && (!sequences || (target() == "CometBFT"_L1 && kind != "SuperValidator"_L1))) {
            refuse(m_draft, u"Failed"_s, u"TargetNotThere"_s,
                u"spec.target: %1 has no %2; prune its Participant, or name a node that has one"_s.arg(nodeText(m_ref), target()));
            return false;
        }
        if (m_node.isEmpty()) {
            m_draft.again(10s);
            refuse(m_draft, u"Pending"_s, u"NodeNotFound"_s, u"there is no %1 in %2"_s.arg(nodeText(m_ref), nsOf(m_object)));
            return false;
        }
        const qint64 retention = secondsOf(of(u"/spec/retention"_s));
        const QString type = networkTypeOf(m_world, m_node);
        if (retention >= 0 && retention < 30 * 86400 && !type.isEmpty() && type != "Private"_L1) {
            const QString warning = u"spec.retention: %1 is less than the 30d a backup stays usable on %2"_s.arg(of(u"/spec/retention"_s), type);
            if (m_draft.condition(u"SpecAccepted"_s).value("reason"_L1).toString() != "ShortRetention"_L1)
                m_draft.event(u"Warning"_s, u"ShortRetention"_s, warning);
            m_draft.setCondition(u"SpecAccepted"_s, u"True"_s, u"ShortRetention"_s, warning);
        } else {
            accept(m_draft);
        }
        return true;
    }

    [[nodiscard]] QDateTime nextRun() const
    {
        if (m_cron)
            return m_cron->next(m_moment.now);
        const qint64 interval = secondsOf(of(u"/spec/pruningInterval"_s));
        return interval > 0 ? m_moment.now.addSecs(interval) : QDateTime();
    }

    void work(bool edited)
    {
        m_draft.setCondition(u"ScheduleApplied"_s, suspended() ? u"False"_s : u"True"_s, suspended() ? u"Suspended"_s : u"Applied"_s);
        const QString stale = tellBackup();
        const bool running = m_draft.conditionTrue(u"Progressing"_s);
        if (running)
            goOn();
        const QString trigger = m_draft.openRequest(u"trigger"_s);
        QDateTime next = QDateTime::fromString(m_draft.at(u"/nextRun"_s).toString(), Qt::ISODateWithMs);
        // Later than the next one would be, counted from now: the clock was set back.
        if (const QDateTime fromNow = nextRun(); edited || !next.isValid() || (fromNow.isValid() && next > fromNow))
            next = fromNow;
        const bool due = !suspended() && next.isValid() && next <= m_moment.now;
        if (!running && (due || !trigger.isEmpty())) {
            start(stale, !trigger.isEmpty());
            next = nextRun();
            if (!trigger.isEmpty())
                m_draft.handled(u"trigger"_s);
        }
        const bool waits = running && due;   // the run before takes longer than its interval
        if (suspended() || !next.isValid())
            m_draft.set(u"/nextRun"_s, {});
        else
            m_draft.set(u"/nextRun"_s, stampOf(next));
        if (next.isValid() && !suspended() && !waits)
            wakeAt(m_draft, m_moment, next);
        const bool blocked = !stale.isEmpty();
        m_draft.setPhase(suspended() ? u"Suspended"_s : blocked ? u"Degraded"_s : u"Ready"_s,
            blocked ? stale : m_draft.conditionTrue(u"Progressing"_s) ? u"Prunes %1."_s.arg(nodeText(m_ref)) : QString());
        m_draft.setCondition(u"Ready"_s, suspended() || blocked ? u"False"_s : u"True"_s,
            suspended() ? u"Suspended"_s : blocked ? u"BackupTooOld"_s : u"Scheduled"_s);
    }

    /// Why nothing may be pruned now; empty: a backup is fresh enough, or none is asked for.
    QString tellBackup()
    {
        const qint64 within = secondsOf(of(u"/spec/requireBackupWithin"_s));
        if (within < 0) {
            m_draft.setCondition(u"BackupFresh"_s, u"Unknown"_s, u"NotAskedFor"_s, u"spec.requireBackupWithin is not set."_s);
            return {};
        }
        const QJsonObject backup = lastBackupOf(m_world, m_node);
        const QDateTime completed = timeOf(backup, u"/status/completionTime"_s);
        const QDateTime limit = completed.isValid() ? completed.addSecs(within) : QDateTime();
        if (limit.isValid() && limit >= m_moment.now) {
            m_draft.setCondition(u"BackupFresh"_s, u"True"_s, u"Fresh"_s, u"Backup %1"_s.arg(nameOf(backup)));
            wakeAt(m_draft, m_moment, limit.addSecs(1));
            return {};
        }
        const QString why = backup.isEmpty()
            ? u"Nothing is pruned: %1 has no backup, spec.requireBackupWithin wants one of the last %2."_s.arg(nodeText(m_ref), of(u"/spec/requireBackupWithin"_s))
            : u"Nothing is pruned: the last backup, %1, is of %2, spec.requireBackupWithin wants one of the last %3."_s.arg(
                  nameOf(backup), stampOf(completed), of(u"/spec/requireBackupWithin"_s));
        m_draft.setCondition(u"BackupFresh"_s, u"False"_s, backup.isEmpty() ? u"NoBackup"_s : u"TooOld"_s, why);
        return why;
    }

    void start(const QString &stale, bool asked)
    {
        QString why = stale;
        if (why.isEmpty() && !serving(m_node))
            why = u"Nothing was pruned: %1 is %2."_s.arg(nodeText(m_ref), phaseOf(m_node));
        if (!why.isEmpty()) {
            m_draft.setCondition(u"Progressing"_s, u"False"_s, u"Blocked"_s, why);
            m_draft.event(u"Warning"_s, u"PruningBlocked"_s, why);
            return;
        }
        if (target() == "CometBFT"_L1 && !asked)
            return;   // CometBFT prunes by itself, block by block
        // The database has grown since the last run; the first time it is as large as the node is old.
        const int after = gibibytes(u"/dbSizeAfter"_s);
        const int before = after > 0 ? after + 1 : 40 + int(60 * m_moment.chance(m_node, u"database"_s));
        m_draft.set(u"/dbSizeBefore"_s, u"%1Gi"_s.arg(before));
        m_draft.set(u"/lastStart"_s, m_moment.stamp());
        m_draft.setCondition(u"Progressing"_s, u"True"_s, u"Pruning"_s);
        m_draft.event(u"Normal"_s, u"PruningStarted"_s, asked ? u"prunes %1, asked for"_s.arg(nodeText(m_ref)) : u"prunes %1"_s.arg(nodeText(m_ref)));
        m_draft.again(length());
    }

    /// 0 when it is not known.
    [[nodiscard]] int gibibytes(const QString &pointer) const
    {
        const QString size = m_draft.at(pointer).toString();
        return size.endsWith("Gi"_L1) ? size.chopped(2).toInt() : 0;
    }

    [[nodiscard]] std::chrono::milliseconds length() const
    {
        const auto wanted = 4min + std::chrono::seconds(int(720 * m_moment.chance(m_object, u"length"_s)));
        const qint64 most = secondsOf(of(u"/spec/maxDuration"_s));
        return most > 0 ? std::min<std::chrono::milliseconds>(wanted, std::chrono::seconds(most)) : wanted;
    }

    void goOn()
    {
        const auto whole = m_moment.real(length());
        const auto elapsed = m_draft.sinceCondition(u"Progressing"_s);
        if (elapsed < whole) {
            m_draft.again(std::chrono::milliseconds(qint64(double((whole - elapsed).count()) * m_moment.speed) + 1));
            return;
        }
        const int before = gibibytes(u"/dbSizeBefore"_s);
        m_draft.set(u"/dbSizeAfter"_s, u"%1Gi"_s.arg(std::max(1, before - 1)));
        m_draft.set(u"/lastEnd"_s, m_moment.stamp());
        const qint64 retention = secondsOf(of(u"/spec/retention"_s));
        const QDateTime upTo = m_moment.now.addSecs(-std::max<qint64>(0, retention));
        m_draft.set(u"/prunedUpTo/time"_s, stampOf(upTo));
        if (target() == "Participant"_L1)
            m_draft.set(u"/prunedUpTo/offset"_s, std::max<qint64>(0, (upTo.toSecsSinceEpoch() - 1600000000) * 5));
        m_draft.setCondition(u"Progressing"_s, u"False"_s, u"Finished"_s);
        m_draft.event(u"Normal"_s, u"PruningFinished"_s, u"pruned %1 up to %2"_s.arg(nodeText(m_ref), stampOf(upTo)));
    }

    QJsonObject m_object;
    const World &m_world;
    Moment m_moment;
    StatusDraft m_draft;
    QJsonObject m_ref;
    QJsonObject m_node;
    std::optional<Cron> m_cron;
};

class PruningReconciler final : public Reconciler {
public:
    QString plural() const override { return u"pruningschedules"_s; }

    Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const override
    {
        return PruningLook(object, world, moment).plan();
    }
};

}

std::unique_ptr<Reconciler> makePruningSchedule()
{
    return std::make_unique<PruningReconciler>();
}

}
