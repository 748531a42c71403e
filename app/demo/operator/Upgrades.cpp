// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/UpgradesChecks.h"

#include "models/core/Json.h"

#include <QJsonArray>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace recovery;
using namespace upgrades;

namespace {

using What = StepAnswer::What;
/// One look at an Upgrade. Nodes in rolling upgrades come one after the other: the first is changed and observed, the others
/// follow when it is promoted. On MainNet nothing is changed before the second person has spoken; elsewhere the observation of
/// the first node is what is approved.
class UpgradeLook {
public:
    UpgradeLook(const QJsonObject &object, const World &world, const Moment &moment)
        : m_object(object), m_world(world), m_moment(moment), m_draft(object, moment), m_targets(targetsOf(object, world)),
          m_to(of(u"/spec/toVersion"_s)), m_class(of(u"/spec/class"_s)), m_play(m_draft, moment, steps()),
          m_job(object, m_targets.value(0).node, u"upgrade"_s, world, moment, m_draft) { }

    Plan plan()
    {
        recovery::observe(m_draft);
        m_job.sweep();
        const QString phase = m_draft.phase();
        const bool over = phase == "RolledBack"_L1 || phase == "Aborted"_L1;
        if (!over && (rolling() || wantsBack())) {
            rollBack();
        } else if (phase.isEmpty() || phase == "Pending"_L1) {
            begin();
        } else if (!over && phase != "Succeeded"_L1 && phase != "Failed"_L1) {
            if (!aborted())
                run();
        }
        return m_draft.take();
    }

private:
    [[nodiscard]] QString of(const QString &pointer) const { return text(m_object, pointer); }
    [[nodiscard]] bool on(const QString &pointer, bool otherwise) const { return json::at(m_object, pointer).toBool(otherwise); }
    [[nodiscard]] bool approval() const { return on(u"/spec/promotion/requireApproval"_s, true); }
    [[nodiscard]] bool rollingStrategy() const { return of(u"/spec/strategy"_s) != "AllAtOnce"_L1; }

    [[nodiscard]] QStringList steps() const
    {
        QStringList names{u"PreCheck"_s, u"IdentityDump"_s, u"Backup"_s, u"ApplyVersion"_s, u"WaitReady"_s, u"Migrate"_s, u"Observe"_s,
            u"AwaitApproval"_s, u"Promote"_s, u"Announce"_s};
        if (approval() && onMainNet(m_targets, m_world))
            names.move(names.indexOf(u"AwaitApproval"_s), 1);
        return names;
    }

    /// Those that are changed before the promotion.
    [[nodiscard]] QList<Target> first() const { return rollingStrategy() ? m_targets.mid(0, 1) : m_targets; }
    [[nodiscard]] QList<Target> rest() const { return m_targets.mid(first().size()); }

    // --- status.perTarget ---
    [[nodiscard]] QJsonObject told(const Target &target) const
    {
        for (const QJsonValue &one : m_draft.at(u"/perTarget"_s).toArray()) {
            if (one.toObject().value("kind"_L1) == target.ref.value("kind"_L1) && one.toObject().value("name"_L1) == target.ref.value("name"_L1))
                return one.toObject();
        }
        return {};
    }

    void tell(const Target &target, const QJsonObject &fields)
    {
        QJsonArray list = m_draft.at(u"/perTarget"_s).toArray();
        QJsonObject entry = told(target);
        qsizetype at = list.size();
        for (qsizetype i = 0; i < list.size(); ++i) {
            if (list.at(i).toObject() == entry)
                at = i;
        }
        if (entry.isEmpty())
            entry = {{u"kind"_s, target.ref.value("kind"_L1)}, {u"name"_s, target.ref.value("name"_L1)}};
        entry.remove("message"_L1);
        for (auto field = fields.begin(); field != fields.end(); ++field)
            entry.insert(field.key(), *field);
        if (at == list.size())
            list.append(entry);
        else
            list.replace(at, entry);
        m_draft.set(u"/perTarget"_s, list);
    }

    [[nodiscard]] QString targetPhase(const Target &target) const { return told(target).value("phase"_L1).toString(); }
    [[nodiscard]] bool changed(const Target &target) const { return told(target).contains("startTime"_L1); }

    void patch(const Target &target, const QJsonObject &spec)
    {
        ports::WriteRequest request{ports::Verb::MergePatch, canton(pluralOfNode(target.ref.value("kind"_L1).toString())),
            nsOf(m_object), target.ref.value("name"_L1).toString()};
        request.body = QJsonObject{{u"spec"_s, spec}};
        m_draft.write(request);
    }

    // --- the beginning ---
    void begin()
    {
        for (const Target &target : std::as_const(m_targets)) {
            if (!target.node.isEmpty())
                continue;
            m_draft.again(10s);
            return refuse(m_draft, u"Pending"_s, u"NodeNotFound"_s, u"spec.targets: there is no %1 in %2"_s.arg(target.text(), nsOf(m_object)));
        }
        if (const std::optional<Finding> wrong = specProblem(m_object, m_targets))
            return refuse(m_draft, u"Failed"_s, wrong->reason, wrong->message);
        const std::optional<Finding> warning = warningOf(m_object, m_targets, m_world);
        if (warning && m_draft.condition(u"SpecAccepted"_s).value("reason"_L1).toString() != warning->reason)
            m_draft.event(u"Warning"_s, warning->reason, warning->message);
        m_draft.setCondition(u"SpecAccepted"_s, u"True"_s, warning ? warning->reason : u"Accepted"_s, warning ? warning->message : QString());
        if (on(u"/spec/abort"_s, false)) {
            m_draft.set(u"/completionTime"_s, m_moment.stamp());
            return m_draft.setPhase(u"Aborted"_s, u"Aborted before it began."_s);
        }
        if (waits())
            return;
        m_draft.set(u"/startTime"_s, m_moment.stamp());
        m_draft.set(u"/canRollback"_s, true);
        for (const Target &target : std::as_const(m_targets))
            tell(target, {{u"phase"_s, u"Pending"_s}, {u"from"_s, text(target.node, u"/spec/imageTag"_s)}, {u"to"_s, m_to}});
        m_draft.event(u"Normal"_s, u"UpgradeStarted"_s, u"%1 to %2"_s.arg(m_class, m_to));
        run();
    }

    /// For its time, or another one's end; a window that is over fails it.
    bool waits()
    {
        const auto wait = [this](const QString &message) {
            m_draft.setPhase(u"Pending"_s, message);
            m_draft.again(10s);
            return true;
        };
        const QDateTime notBefore = timeOf(m_object, u"/spec/schedule/notBefore"_s);
        if (notBefore > m_moment.now) {
            m_draft.setPhase(u"Pending"_s, u"Waits for spec.schedule.notBefore, %1."_s.arg(stampOf(notBefore)));
            wakeAt(m_draft, m_moment, notBefore);
            return true;
        }
        const qint64 window = secondsOf(of(u"/spec/schedule/window"_s));
        if (notBefore.isValid() && window >= 0 && notBefore.addSecs(window) < m_moment.now) {
            refuse(m_draft, u"Failed"_s, u"WindowMissed"_s, u"spec.schedule.window: it was over at %1; create the upgrade again with a later notBefore"_s.arg(
                stampOf(notBefore.addSecs(window))));
            return true;
        }
        if (on(u"/spec/paused"_s, false))
            return wait(u"Paused before PreCheck."_s);
        if (const QString other = otherWork(m_object, m_targets, m_world); !other.isEmpty())
            return wait(u"Waits for %1."_s.arg(other));
        return false;
    }

    // --- the steps ---
    void run()
    {
        m_job.run(u"upgrade %1 to %2"_s.arg(m_class, m_to));
        m_play.tellTo(m_job);
        QString problem;
        const bool hold = on(u"/spec/paused"_s, false);
        const StepResult result = m_play.play([this, &problem](const QString &step) {
            const StepAnswer answer = ask(step);
            problem = answer.what == What::Fail ? answer.message : QString();
            return answer;
        }, hold);
        if (result.failed)
            return fail(result.current, problem);
        if (result.done)
            return succeed();
        if (hold && !m_play.begun(result.current))
            return m_draft.setPhase(m_draft.phase(), u"Paused before %1."_s.arg(result.current));
        static const QHash<QString, QString> phases{{u"PreCheck"_s, u"PreChecking"_s}, {u"Observe"_s, u"Observing"_s},
            {u"AwaitApproval"_s, u"AwaitingApproval"_s}};
        const QString phase = phases.value(result.current, u"Running"_s);
        QString message = u"%1."_s.arg(result.current);
        if (result.current == "AwaitApproval"_L1) {
            const QJsonObject approved = m_draft.condition(u"Approved"_s);
            message = approved.value("reason"_L1).toString() == "SamePerson"_L1 ? approved.value("message"_L1).toString()
                                                                                 : u"Waits for a second person."_s;
        }
        m_draft.setPhase(phase, message);
    }

    StepAnswer ask(const QString &step)
    {
        for (const Target &target : std::as_const(m_targets)) {
            if (target.node.isEmpty())
                return {What::Fail, u"%1 is gone"_s.arg(target.text())};
        }
        if (step == "PreCheck"_L1)
            return preCheck();
        if (step == "IdentityDump"_L1)
            return children(step, u"/spec/preChecks/identityDumpRequired"_s, u"IdentityDump"_s, u"identitydumps"_s, u"identity"_s);
        if (step == "Backup"_L1)
            return children(step, u"/spec/preChecks/backupRequired"_s, u"Backup"_s, u"backups"_s, u"backup"_s);
        if (step == "ApplyVersion"_L1 || step == "WaitReady"_L1)
            return m_class == "CatBm"_L1 ? m_play.timed(step, 60s) : step == "WaitReady"_L1 ? waitReady() : apply();
        if (step == "Migrate"_L1)
            return migrate();
        if (step == "Observe"_L1)
            return observe();
        if (step == "AwaitApproval"_L1)
            return approve();
        if (step == "Promote"_L1)
            return promote();
        return announce();
    }

    StepAnswer preCheck()
    {
        const StepAnswer answer = m_play.timed(u"PreCheck"_s, 30s);
        if (answer.what != What::Done)
            return answer;
        const std::optional<Finding> problem = preCheckProblem(m_object, m_targets, m_world);
        m_draft.setCondition(u"PreChecksPassed"_s, problem ? u"False"_s : u"True"_s, problem ? problem->reason : u"Passed"_s,
            problem ? problem->message : QString());
        return problem ? StepAnswer{What::Fail, problem->message} : StepAnswer();
    }

    /// A dump or backup of each target, made by this upgrade and owned by it.
    StepAnswer children(const QString &step, const QString &wanted, const QString &kind, const QString &plural, const QString &suffix)
    {
        if (!on(wanted, true))
            return {What::Skip};
        const bool asked = !m_play.message(step).isEmpty();   // status tells that they were made
        QStringList waits;
        for (const Target &target : std::as_const(m_targets)) {
            if (kind == "IdentityDump"_L1 && target.ref.value("kind"_L1) == "SyncDomain"_L1)
                continue;   // has no participant; its keys are in its databases
            const QString name = derivedName(QString(nameOf(m_object) + u'-' + nameOf(target.node)), suffix);
            const QJsonObject child = m_world.find(plural, nsOf(m_object), name);
            const QString phase = phaseOf(child);
            if (child.isEmpty() && !asked) {
                const QString nodeKind = target.ref.value("kind"_L1).toString();
                const QJsonObject spec = kind == "Backup"_L1
                    ? backupSpecFor(target, m_world)
                    : QJsonObject{{u"nodeRef"_s, target.ref}, {u"kind"_s, nodeKind}, {u"destination"_s, QJsonObject{{u"secretName"_s, name}}}};
                m_draft.write(creation(kind, plural, name, m_object, target.node, spec));
            } else if (child.isEmpty() && m_play.elapsed(step) > 1min && m_moment.real(m_play.elapsed(step)) > 15s) {   // a watch is late in real time
                return {What::Fail, u"%1 %2 is gone"_s.arg(kind, name)};
            }
            if (phase == "Failed"_L1 || phase == "Cancelled"_L1)
                return {What::Fail, u"%1 %2: %3: %4"_s.arg(kind, name, phase, text(child, u"/status/message"_s))};
            if (phase != "Succeeded"_L1)
                waits.append(name);
        }
        if (waits.isEmpty())
            return {};
        return {What::Wait, u"waits for %1 %2"_s.arg(kind, waits.join(u", "_s))};
    }

    /// Changes the image tag once; who changes it back (a Git controller) makes the step fail.
    void change(const Target &target)
    {
        if (changed(target))
            return;
        tell(target, {{u"phase"_s, u"Running"_s}, {u"from"_s, text(target.node, u"/spec/imageTag"_s)}, {u"to"_s, m_to},
            {u"startTime"_s, m_moment.stamp()}});
        patch(target, {{u"imageTag"_s, m_to}});
        m_job.log(u"INFO"_s, u"%1: image tag %2"_s.arg(target.text(), m_to));
        m_draft.event(u"Normal"_s, u"VersionApplied"_s, u"%1: image tag %2"_s.arg(target.text(), m_to));
    }

    /// What the change of a target still waits for; a Fail after its time.
    StepAnswer arrived(const Target &target) const
    {
        // Real time: a limit on work guards against what does not come, and an upgrade taken over began before this clock.
        const std::chrono::milliseconds elapsed(timeOf(told(target), u"/startTime"_s).msecsTo(m_moment.now));
        const QString tag = text(target.node, u"/spec/imageTag"_s);
        if (tag != m_to) {
            if (elapsed < 2min)
                return {What::Wait, u"waits for the image tag of %1"_s.arg(target.text())};
            const QString url = of(u"/spec/gitops/pullRequestUrl"_s);
            return {What::Fail, u"%1 has image tag %2 again: it is managed elsewhere; change it %3"_s.arg(target.text(), tag,
                                    url.isEmpty() ? u"there"_s : u"by %1"_s.arg(url))};
        }
        if (readyWith(target.node, m_to))
            return {};
        if (elapsed > 20min)
            return {What::Fail, u"%1 was not Ready with %2 within 20 minutes: it is %3 with %4"_s.arg(
                                    target.text(), m_to, phaseOf(target.node), versionOf(target.node))};
        return {What::Wait, u"waits for %1 to be Ready with %2"_s.arg(target.text(), m_to)};
    }

    StepAnswer apply()
    {
        // Not before it is written that the checks passed: they would find the new version if that write failed.
        if (!m_checked)
            return {What::Wait, {}, 1ms};
        for (const Target &target : first())
            change(target);
        for (const Target &target : first()) {
            const bool there = text(target.node, u"/spec/imageTag"_s) == m_to;
            if (const StepAnswer answer = there ? StepAnswer() : arrived(target); answer.what != What::Done)
                return answer;
        }
        m_draft.setCondition(u"Applied"_s, u"True"_s, u"Passed"_s);
        return {};
    }

    StepAnswer waitReady()
    {
        // A node needs a moment to see its new spec.
        if (const StepAnswer least = m_play.timed(u"WaitReady"_s, 15s); least.what == What::Wait)
            return least;
        for (const Target &target : first()) {
            if (const StepAnswer answer = arrived(target); answer.what != What::Done)
                return answer;
        }
        return {};
    }

    [[nodiscard]] bool migrates(const Target &target) const
    {
        const QString kind = target.ref.value("kind"_L1).toString();
        return m_class == "MajorMigration"_L1 && (kind == "Validator"_L1 || kind == "SuperValidator"_L1);
    }

    StepAnswer migrate()
    {
        if (m_class == "DamlModel"_L1)
            return m_play.timed(u"Migrate"_s, 60s, u"vets the new packages"_s);
        if (m_class != "MajorMigration"_L1 && m_class != "LogicalSynchronizer"_L1)
            return {What::Skip};
        m_draft.set(u"/canRollback"_s, false);
        const QJsonValue wanted = json::at(m_object, u"/spec/toMigrationId"_s);
        for (const Target &target : first()) {
            if (migrates(target) && m_play.message(u"Migrate"_s).isEmpty())
                patch(target, {{u"migrationId"_s, wanted}});
        }
        const StepAnswer least = m_play.timed(u"Migrate"_s, 180s, m_class == "MajorMigration"_L1
                ? u"takes the snapshot of the old synchronizer over"_s : u"connects to the successor synchronizer"_s);
        if (least.what == What::Wait)
            return least;
        for (const Target &target : first()) {
            const QJsonValue now = json::at(target.node, u"/status/currentMigrationId"_s);
            if (!migrates(target) || now == wanted)
                continue;
            if (m_play.elapsed(u"Migrate"_s) > 30min)
                return {What::Fail, u"%1 did not come to migration %2 within 30 minutes"_s.arg(target.text()).arg(wanted.toInteger())};
            return {What::Wait, u"waits for %1 to be at migration %2"_s.arg(target.text()).arg(wanted.toInteger())};
        }
        return {};
    }

    StepAnswer observe()
    {
        const qint64 seconds = secondsOf(of(u"/spec/observation/duration"_s));
        const std::chrono::milliseconds whole = seconds >= 0 ? std::chrono::seconds(seconds) : std::chrono::seconds(3600);
        for (const Target &target : first()) {
            if (targetPhase(target) == "Running"_L1)
                tell(target, {{u"phase"_s, u"Observing"_s}});
            // The first fifth is left to the node to settle.
            const std::optional<Finding> problem = gateProblem(m_object, target, m_moment);
            if (problem && m_play.elapsed(u"Observe"_s) >= whole / 5) {
                const QString way = u"%1. Go back with spec.rollback.toRevision, or mend it and upgrade anew."_s.arg(problem->message);
                m_draft.setCondition(u"Observed"_s, u"False"_s, problem->reason, way);
                return {What::Fail, way};
            }
        }
        StepAnswer answer = m_play.timed(u"Observe"_s, whole);
        if (answer.what == What::Wait) {
            answer.again = std::min(answer.again, std::max<std::chrono::milliseconds>(whole / 20, 5s));
            return answer;
        }
        m_draft.setCondition(u"Observed"_s, u"True"_s, u"Passed"_s);
        for (const Target &target : first())
            tell(target, {{u"phase"_s, u"Succeeded"_s}, {u"endTime"_s, m_moment.stamp()}});
        return {};
    }

    StepAnswer approve()
    {
        if (!approval())
            return {What::Skip};
        const QString by = of(u"/spec/promotion/approvedBy"_s).trimmed();
        const QString requester = json::at(m_object, u"/metadata/annotations"_s).toObject().value("canton.quarterdeck.io/requested-by"_L1).toString().trimmed();
        if (by.isEmpty()) {
            m_draft.setCondition(u"Approved"_s, u"False"_s, u"Waiting"_s, u"spec.promotion.approvedBy is empty."_s);
            return {What::Wait, {}, 60s};
        }
        if (by.compare(requester, Qt::CaseInsensitive) == 0) {
            const QString why = u"spec.promotion.approvedBy: %1 has requested the upgrade; another person has to approve it"_s.arg(by);
            if (m_draft.condition(u"Approved"_s).value("reason"_L1).toString() != "SamePerson"_L1)
                m_draft.event(u"Warning"_s, u"ApprovalRefused"_s, why);
            m_draft.setCondition(u"Approved"_s, u"False"_s, u"SamePerson"_s, why);
            return {What::Wait, {}, 60s};
        }
        m_draft.setCondition(u"Approved"_s, u"True"_s, u"Approved"_s, u"by %1"_s.arg(by));
        m_draft.event(u"Normal"_s, u"Approved"_s, u"by %1"_s.arg(by));
        return {What::Done, u"approved by %1"_s.arg(by)};
    }

    /// The other nodes, one after the other.
    StepAnswer promote()
    {
        if (m_class == "CatBm"_L1)
            return {};
        for (const Target &target : rest()) {
            if (targetPhase(target) == "Succeeded"_L1)
                continue;
            if (!changed(target) && text(target.node, u"/spec/imageTag"_s) != m_to && on(u"/spec/paused"_s, false))
                return {What::Wait, u"paused before %1"_s.arg(target.text())};
            change(target);
            const StepAnswer answer = arrived(target);
            if (answer.what != What::Done)
                return answer;
            if (migrates(target) && json::at(target.node, u"/spec/migrationId"_s) != json::at(m_object, u"/spec/toMigrationId"_s)) {
                const QString message = u"migrates %1"_s.arg(target.text());
                if (m_play.message(u"Promote"_s) != message)
                    patch(target, {{u"migrationId"_s, json::at(m_object, u"/spec/toMigrationId"_s)}});
                return {What::Wait, message};
            }
            tell(target, {{u"phase"_s, u"Succeeded"_s}, {u"endTime"_s, m_moment.stamp()}});
        }
        return {};
    }

    StepAnswer announce()
    {
        const QString channel = of(u"/spec/announce/channel"_s);
        if (channel.isEmpty())
            return {What::Skip};
        const QString words = of(u"/spec/announce/template"_s);
        m_draft.event(u"Normal"_s, u"Announced"_s, u"%1: %2"_s.arg(channel, words.isEmpty() ? u"%1 is in use"_s.arg(m_to) : words.left(800)));
        return {What::Done, u"told %1"_s.arg(channel)};
    }

    // --- the ends ---
    void succeed()
    {
        if (m_class == "CatBm"_L1) {
            for (const Target &target : std::as_const(m_targets))
                tell(target, {{u"phase"_s, u"Succeeded"_s}, {u"endTime"_s, m_moment.stamp()}});
        }
        m_draft.set(u"/completionTime"_s, m_moment.stamp());
        m_job.end(true, {});
        m_draft.setPhase(u"Succeeded"_s);
        m_draft.event(u"Normal"_s, u"UpgradeSucceeded"_s, u"%1 nodes have %2"_s.arg(m_targets.size()).arg(m_to));
    }

    void fail(const QString &step, const QString &problem)
    {
        m_play.stop(problem);
        m_draft.set(u"/completionTime"_s, m_moment.stamp());
        if (step == "ApplyVersion"_L1 || step == "WaitReady"_L1 || step == "Promote"_L1 || step == "Migrate"_L1)
            m_draft.setCondition(u"Applied"_s, u"False"_s, u"StepFailed"_s, u"%1: %2"_s.arg(step, problem));
        bool any = false;
        for (const Target &target : std::as_const(m_targets)) {
            any = any || changed(target);
            if (targetPhase(target) == "Running"_L1 || targetPhase(target) == "Observing"_L1)
                tell(target, {{u"phase"_s, u"Failed"_s}, {u"endTime"_s, m_moment.stamp()}, {u"message"_s, problem.left(1024)}});
        }
        m_job.end(false, problem);
        m_draft.setPhase(u"Failed"_s, u"%1: %2"_s.arg(step, problem));
        m_draft.event(u"Warning"_s, step == "Observe"_L1 ? u"GateFailed"_s : u"UpgradeFailed"_s, u"step %1: %2"_s.arg(step, problem));
        if (any && on(u"/spec/rollback/auto"_s, false) && m_draft.at(u"/canRollback"_s).toBool())
            turnBack();
    }

    bool aborted()
    {
        if (!on(u"/spec/abort"_s, false))
            return false;
        if (m_play.begun(u"Migrate"_s)) {
            const QString why = u"spec.abort: too late, the step Migrate has begun; roll back with rollback.toRevision"_s;
            if (m_draft.condition(u"SpecAccepted"_s).value("reason"_L1).toString() != "TooLateToAbort"_L1)
                m_draft.event(u"Warning"_s, u"AbortRefused"_s, why);
            m_draft.setCondition(u"SpecAccepted"_s, u"False"_s, u"TooLateToAbort"_s, why);
            return false;
        }
        m_play.stop(u"aborted"_s);
        m_job.end(false, u"aborted by spec.abort"_s);
        for (const Target &target : std::as_const(m_targets)) {
            const QString from = told(target).value("from"_L1).toString();
            if (changed(target))
                patch(target, {{u"imageTag"_s, from}});
            tell(target, changed(target) ? QJsonObject{{u"phase"_s, u"Aborted"_s}, {u"endTime"_s, m_moment.stamp()},
                                               {u"message"_s, u"image tag set back to %1"_s.arg(from)}}
                                         : QJsonObject{{u"phase"_s, u"Aborted"_s}});
        }
        m_draft.set(u"/completionTime"_s, m_moment.stamp());
        m_draft.setPhase(u"Aborted"_s, u"Aborted by spec.abort."_s);
        m_draft.event(u"Normal"_s, u"UpgradeAborted"_s, u"aborted by spec.abort"_s);
        return true;
    }

    // --- the way back ---
    [[nodiscard]] bool rolling() const
    {
        return std::any_of(m_targets.begin(), m_targets.end(), [this](const Target &target) { return targetPhase(target) == "RollingBack"_L1; });
    }

    /// Somebody asks for it, and it is possible.
    bool wantsBack()
    {
        if (of(u"/spec/rollback/toRevision"_s).isEmpty() || m_draft.phase().isEmpty() || m_draft.phase() == "Pending"_L1)
            return false;
        if (m_draft.at(u"/canRollback"_s).toBool())
            return true;
        if (!std::any_of(m_targets.begin(), m_targets.end(), [this](const Target &target) { return changed(target); }))
            return false;
        const QString why = u"spec.rollback.toRevision: after a migration there is no way back but a Restore"_s;
        if (m_draft.condition(u"SpecAccepted"_s).value("reason"_L1).toString() != "CannotRollBack"_L1)
            m_draft.event(u"Warning"_s, u"RollbackRefused"_s, why);
        m_draft.setCondition(u"SpecAccepted"_s, u"False"_s, u"CannotRollBack"_s, why);
        return false;
    }

    void turnBack()
    {
        const QString revision = of(u"/spec/rollback/toRevision"_s);
        for (const Target &target : std::as_const(m_targets)) {
            if (!changed(target) || targetPhase(target) == "RollingBack"_L1 || targetPhase(target) == "RolledBack"_L1)
                continue;
            const QString back = revision.isEmpty() ? told(target).value("from"_L1).toString() : revision;
            patch(target, {{u"imageTag"_s, back}});
            tell(target, {{u"phase"_s, u"RollingBack"_s}, {u"message"_s, u"back to %1"_s.arg(back)}});
            m_job.log(u"WARN"_s, u"%1 goes back to %2"_s.arg(target.text(), back));
            m_draft.event(u"Warning"_s, u"RollingBack"_s, u"%1 goes back to %2"_s.arg(target.text(), back));
        }
        m_draft.set(u"/completionTime"_s, {});
        m_draft.setPhase(u"Running"_s, u"Rolling back."_s);
    }

    void rollBack()
    {
        if (!rolling()) {
            m_play.stop(u"rolled back"_s);
            turnBack();
        }
        const QString revision = of(u"/spec/rollback/toRevision"_s);
        for (const Target &target : std::as_const(m_targets)) {
            const QString back = revision.isEmpty() ? told(target).value("from"_L1).toString() : revision;
            if (targetPhase(target) == "RollingBack"_L1 && text(target.node, u"/spec/imageTag"_s) == back && readyWith(target.node, back))
                tell(target, {{u"phase"_s, u"RolledBack"_s}, {u"endTime"_s, m_moment.stamp()}, {u"message"_s, u"back to %1"_s.arg(back)}});
        }
        if (rolling()) {
            m_draft.setPhase(u"Running"_s, u"Rolling back."_s);
            m_draft.again(5s);
            return;
        }
        m_draft.set(u"/canRollback"_s, false);
        m_draft.set(u"/completionTime"_s, m_moment.stamp());
        m_job.end(false, u"rolled back"_s);
        m_draft.setPhase(u"RolledBack"_s);
        m_draft.event(u"Normal"_s, u"RolledBack"_s, u"every changed node is back"_s);
    }

    QJsonObject m_object;
    const World &m_world;
    Moment m_moment;
    StatusDraft m_draft;
    QList<Target> m_targets;
    QString m_to;
    QString m_class;
    StepPlay m_play;
    const bool m_checked = m_play.finished(u"PreCheck"_s);   // before this look
    JobPod m_job;
};

class UpgradeReconciler final : public Reconciler {
public:
    QString plural() const override { return u"upgrades"_s; }

    Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const override
    {
        return UpgradeLook(object, world, moment).plan();
    }

    QList<std::pair<QString, QString>> touches(const QJsonObject &object, const World &) const override
    {
        QList<std::pair<QString, QString>> all;
        for (const QJsonValue &value : json::at(object, u"/spec/targets"_s).toArray()) {
            const QString plural = pluralOfNode(value.toObject().value("kind"_L1).toString());
            if (!plural.isEmpty())
                all.append({plural, QString(nsOf(object) + u'/' + value.toObject().value("name"_L1).toString())});
        }
        return all;
    }
};

}

void addUpgradeReconcilers(std::vector<std::unique_ptr<Reconciler>> &to)
{
    to.push_back(std::make_unique<UpgradeReconciler>());
}

}
