// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/NodesLook.h"

#include "app/demo/operator/Recovery.h"
#include "app/demo/operator/Services.h"
#include "models/core/Json.h"

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

constexpr int kHopeless = 10;

}

NodeLook::NodeLook(const NodeKind &kind, const QJsonObject &object, const World &world, const Moment &moment)
    : m_kind(kind), m_object(object), m_world(world), m_moment(moment), m_draft(object, moment),
      m_pods(m_object, world, m_moment, m_draft), m_ns(json::at(object, u"/metadata/namespace"_s).toString()),
      m_name(json::at(object, u"/metadata/name"_s).toString()), m_fault(faultOf(object, moment.now)),
      m_restore(json::at(runningRestoreOf(world, object), u"/metadata/name"_s).toString()),
      m_suspended(json::at(object, u"/spec/suspend"_s).toBool() || !m_restore.isEmpty())
{
}

Plan NodeLook::run()
{
    if (json::at(m_object, u"/metadata/deletionTimestamp"_s).isString()) {
        teardown();
        return m_draft.take();
    }
    const QString before = m_draft.phase();
    // Somebody else's status: the network was there before this operator.
    m_adopting = !before.isEmpty() && before != "Pending"_L1 && m_draft.condition(u"SpecAccepted"_s).isEmpty();
    ensureFinalizers();
    const bool accepted = acceptSpec();
    if (!joined() && (before.isEmpty() || before == "Pending"_L1)) {
        const QString created = json::at(m_object, u"/metadata/creationTimestamp"_s).toString();
        const bool early = m_moment.passed(QDateTime::fromString(created, Qt::ISODate)) < m_moment.real(1500ms);
        if (!accepted || early) {
            const QString why = m_draft.condition(u"SpecAccepted"_s).value("message"_L1).toString();
            m_draft.setPhase(u"Pending"_s, accepted ? u"Waits for the operator to begin."_s : why);
            m_draft.setCondition(u"Ready"_s, u"False"_s, accepted ? u"Pending"_s : u"SpecRefused"_s, accepted ? QString() : why);
            m_draft.again(accepted ? milliseconds(1600) : milliseconds(15s));
            m_draft.observed();
            return m_draft.take();
        }
        m_draft.setPhase(u"Provisioning"_s);
        // Each sort of pods in its turn; the next look makes the first.
    }
    dependencies();
    play();
    // An edit that comes while the node is taken over is acted on afterwards, not forgotten.
    if (!m_adopting)
        m_draft.observed();
    decidePhase(before);
    storage();
    components();
    identity();
    versionAndUptime();
    newest();
    counts();
    domains();
    kindFacts();
    ambient();
    conditions();
    requests();
    tellPhase(before);
    return m_draft.take();
}

void NodeLook::ensureFinalizers()
{
    QJsonArray finalizers = json::at(m_object, u"/metadata/finalizers"_s).toArray();
    const qsizetype before = finalizers.size();
    for (const QString &wanted : m_kind.finalizers) {
        if (!finalizers.contains(wanted))
            finalizers.append(wanted);
    }
    if (finalizers.size() != before)
        m_draft.setMetadata(u"/finalizers"_s, finalizers);
}

void NodeLook::requests()
{
    if (!m_draft.openRequest(u"reconcile"_s).isEmpty()) {
        m_draft.handled(u"reconcile"_s);
        m_draft.event(u"Normal"_s, u"Reconciled"_s, u"Looked at everything again, as asked"_s);
    }
    if (m_draft.openRequest(u"restart"_s).isEmpty())
        return;
    // A node without pods has nothing to restart; otherwise every pod has to carry the request.
    if (!(m_suspended ? podCount() == 0 : complete()) || !joined())
        return;
    m_draft.handled(u"restart"_s);
    m_draft.event(u"Normal"_s, u"Restarted"_s,
        m_suspended ? u"Nothing to restart: the node is suspended"_s : u"Every component was restarted, one pod after the other"_s);
}

void NodeLook::adopt()
{
    QHash<QString, int> ready;
    const bool whole = joined() && !m_suspended;
    // What nobody told of was there too, or nothing would have run.
    for (const Component &component : nodeComponents(m_object)) {
        if (whole)
            ready.insert(component.name, component.desired);
    }
    for (const QJsonValue &value : m_draft.at(u"/components"_s).toArray()) {
        const QJsonObject component = value.toObject();
        const int count = component.value("ready"_L1).toInt();
        // A component that fails is there too; what ails it is played on.
        const bool failing = component.value("phase"_L1).toString() == "CrashLoopBackOff"_L1;
        const QString name = component.value("name"_L1).toString();
        if (whole && failing && count > 0)   // only the replicas behind the good ones fail
            ready.insert(name, std::max(count, component.value("desired"_L1).toInt()));
        else if (count > 0 || (whole && failing))
            ready.insert(name, std::max(count, 1));
        else
            ready.remove(name);
    }
    m_pods.adopt(ready);
}

void NodeLook::play()
{
    const QString asked = m_draft.openRequest(u"restart"_s);
    m_pods.setRestart(asked.isEmpty() ? m_draft.at(u"/handledRequests/restart"_s).toString() : asked);
    if (m_adopting)
        adopt();
    playFault();
    const bool waitsForIdentity = m_kind.kind == "Validator"_L1 && !joined() && !m_adopting
        && !m_draft.conditionTrue(u"IdentityProvisioned"_s);
    if (waitsForIdentity)
        m_pods.holdAt(0);
    QList<Component> components = nodeComponents(m_object);
    mountSecrets(components);
    QStringList former;
    for (const QJsonValue &value : m_draft.at(u"/components"_s).toArray()) {
        const QString name = value.toObject().value("name"_L1).toString();
        if (std::none_of(components.cbegin(), components.cend(), [&name](const Component &c) { return c.name == name; }))
            former.append(name);
    }
    m_states = m_pods.play(components, m_suspended, former);
    keepServices(m_object, components, m_world, m_draft);
    m_adopting = m_adopting || std::any_of(m_states.cbegin(), m_states.cend(), [](const ComponentState &state) {
        return state.arriving > 0;
    });
}

const ComponentState *NodeLook::stateOf(const QString &component) const
{
    const auto found = std::find_if(m_states.cbegin(), m_states.cend(),
        [&component](const ComponentState &state) { return state.component.name == component; });
    return found == m_states.cend() ? nullptr : &*found;
}

bool NodeLook::complete() const
{
    return std::all_of(m_states.cbegin(), m_states.cend(), [](const ComponentState &state) { return state.complete(); });
}

bool NodeLook::crashing() const
{
    return std::any_of(m_states.cbegin(), m_states.cend(), [](const ComponentState &state) { return state.crashing; });
}

int NodeLook::readyCount() const
{
    int count = 0;
    for (const ComponentState &state : m_states)
        count += state.ready;
    return count;
}

int NodeLook::podCount() const
{
    int count = 0;
    for (const ComponentState &state : m_states)
        count += state.pods;
    return count;
}

int NodeLook::wantedCount() const
{
    int count = 0;
    for (const ComponentState &state : m_states)
        count += state.component.desired;
    return count;
}

bool NodeLook::passedSince(const QString &condition, milliseconds nominal)
{
    const milliseconds left = m_moment.real(nominal) - m_draft.sinceCondition(condition);
    if (left.count() <= 0)
        return true;
    m_draft.again(milliseconds(qint64(double(left.count()) * m_moment.speed) + 1));
    return false;
}

void NodeLook::decidePhase(const QString &before)
{
    if (m_adopting) {
        // Stays what it was until its pods are there.
        m_draft.setPhase(before, m_draft.at(u"/message"_s).toString());
        return;
    }
    if (joined())
        decideRunning();
    else
        decideJoining();
}

void NodeLook::decideJoining()
{
    if (m_suspended) {
        m_draft.setPhase(podCount() == 0 ? u"Suspended"_s : u"Provisioning"_s, u"Suspended before it was set up."_s);
        return;
    }
    if (!complete() || m_draft.phase() == "Suspended"_L1) {
        QString waits;
        for (const ComponentState &state : std::as_const(m_states)) {
            if (waits.isEmpty() && !state.complete())
                waits = state.component.name;
        }
        // That people have to act is told even where other pods are still starting.
        for (const ComponentState &state : std::as_const(m_states)) {
            const Ailment *ill = state.pods > 0 ? m_pods.ailment(state.component.name) : nullptr;
            if (ill == nullptr || ill->kind != Ailment::Kind::Unmounted)
                continue;
            m_draft.setPhase(u"Provisioning"_s, ill->message);
            m_draft.setCondition(m_kind.joined, u"Unknown"_s, u"NotYet"_s);
            return;
        }
        const bool keys = m_kind.kind == "Validator"_L1 && waits != "postgres"_L1
            && !m_draft.conditionTrue(u"IdentityProvisioned"_s);
        m_draft.setPhase(u"Provisioning"_s,
            u"Waiting for %1: %2 of %3 pods ready."_s.arg(keys ? u"the clients of the identity provider"_s : waits,
                QString::number(readyCount()), QString::number(wantedCount())));
        m_draft.setCondition(m_kind.joined, u"Unknown"_s, u"NotYet"_s);
        return;
    }
    if (m_kind.joining.isEmpty()) {
        m_draft.setPhase(u"Ready"_s);
        return;
    }
    const bool begins = m_draft.condition(m_kind.joined).value("status"_L1).toString() != "False"_L1;
    if (begins)
        m_draft.setCondition(m_kind.joined, u"False"_s, m_kind.joining, u"All pods are ready; the network is asked."_s);
    m_draft.setPhase(m_kind.joining,
        m_kind.kind == "SyncDomain"_L1 ? u"The owners sign the domain's topology."_s
                                       : u"The sponsor is asked to onboard the node."_s);
    if (begins)
        m_draft.again(12s);
    if (begins || !passedSince(m_kind.joined, 12s))
        return;
    if (!network().isEmpty() || m_kind.kind == "SyncDomain"_L1)
        m_draft.setPhase(u"Ready"_s);
    else
        m_draft.again(15s);
}

void NodeLook::decideRunning()
{
    const QString old = m_draft.phase();
    if (!m_restore.isEmpty() && m_kind.kind != "SyncDomain"_L1) {
        m_draft.setPhase(u"Restoring"_s, podCount() == 0 ? u"Stopped: Restore %1 overwrites its databases."_s.arg(m_restore)
                                                         : u"Stopping every component for Restore %1."_s.arg(m_restore));
        return;
    }
    if (m_suspended) {
        m_draft.setPhase(podCount() == 0 ? u"Suspended"_s : u"Updating"_s,
            podCount() == 0 ? u"Suspended: every component is scaled to zero, data is kept."_s : u"Stopping every component."_s);
        return;
    }
    const bool outdated
        = std::any_of(m_states.cbegin(), m_states.cend(), [](const ComponentState &state) { return state.outdated > 0; });
    if (complete()) {
        m_draft.setPhase(u"Ready"_s);
        return;
    }
    const bool moving = outdated || old == "Updating"_L1 || old == "Suspended"_L1 || old == "Restoring"_L1
        || (old == "Ready"_L1
            && m_object.value("status"_L1).toObject().value("observedGeneration"_L1).toInteger()
                != json::at(m_object, u"/metadata/generation"_s).toInteger());
    const bool ill = std::any_of(m_states.cbegin(), m_states.cend(), [this](const ComponentState &state) {
        return m_pods.ailment(state.component.name) != nullptr;
    });
    if (moving && !crashing() && !ill) {
        m_draft.setPhase(u"Updating"_s,
            u"Rolling out: %1 of %2 pods ready."_s.arg(QString::number(readyCount()), QString::number(wantedCount())));
        return;
    }
    for (const ComponentState &state : std::as_const(m_states)) {
        if (state.ready >= state.component.desired)
            continue;
        const Ailment *ailment = m_pods.ailment(state.component.name);
        // After so many starts nobody waits any more: a person has to look at it.
        if (state.ready == 0 && state.crashing && state.restarts >= kHopeless && (state.component.name == "participant"_L1 || state.component.name == m_kind.mainComponent)) {
            retryLater(state.restarts);
            m_draft.setPhase(u"Failed"_s,
                old == "Failed"_L1 ? m_draft.at(u"/message"_s).toString()
                                   : u"%1 does not start: %2 restarts."_s.arg(state.component.name, QString::number(state.restarts)));
            return;
        }
        m_draft.setPhase(u"Degraded"_s,
            ailment != nullptr ? ailment->message
                           : u"%1 is not ready: %2 of %3 pods."_s.arg(state.component.name,
                               QString::number(state.ready), QString::number(state.component.desired)));
        return;
    }
    m_draft.setPhase(u"Updating"_s, u"Rolling out the new template."_s);
}

void NodeLook::retryLater(int restarts)
{
    // Told by who saw it fail; a kubelet's longest back-off is five minutes.
    const QDateTime next = QDateTime::fromString(m_draft.at(u"/retry/nextRetryTime"_s).toString(), Qt::ISODate);
    if (!next.isValid() || next > m_moment.now)
        return;
    m_draft.set(u"/retry/attempts"_s, restarts);
    m_draft.set(u"/retry/nextRetryTime"_s,
        m_moment.now.addMSecs(m_moment.real(5min).count()).toUTC().toString(u"yyyy-MM-ddTHH:mm:ssZ"_s));
}

void NodeLook::storage()
{
    const QString type = u"StorageResized"_s;
    for (const ComponentState &state : std::as_const(m_states)) {
        const QString wanted = state.component.storage;
        if (wanted.isEmpty() || state.storage.isEmpty() || state.storage == wanted)
            continue;
        const QString what = u"from %1 to %2"_s.arg(state.storage, wanted);
        if (m_draft.condition(type).value("reason"_L1).toString() != "Resizing"_L1) {
            m_draft.setCondition(type, u"Unknown"_s, u"Resizing"_s, u"The volume of %1 grows %2."_s.arg(state.component.name, what));
            m_draft.event(u"Normal"_s, u"Resizing"_s, u"Volume of %1 grows %2"_s.arg(state.component.name, what));
        }
        if (!passedSince(type, 15s))
            return;
        m_pods.resize(state.component.name, wanted);
        m_draft.setCondition(type, u"True"_s, u"Resized"_s, u"The volume of %1 has grown %2."_s.arg(state.component.name, what));
        m_draft.event(u"Normal"_s, u"FileSystemResizeSuccessful"_s,
            u"Volume of %1 has grown %2"_s.arg(state.component.name, what));
    }
}

void NodeLook::tellPhase(const QString &before)
{
    const QString now = m_draft.phase();
    if (before == now || m_adopting)
        return;
    const QString message = m_draft.at(u"/message"_s).toString();
    struct Word {
        const char *phase, *reason, *message;
    };
    static const Word words[]{{"Provisioning", "Provisioning", "Database, identity and components are set up"},
        {"Onboarding", "Onboarding", "Every pod is ready; onboarding begins"},
        {"Bootstrapping", "Bootstrapping", "Sequencer and mediator are ready; the domain is bootstrapped"},
        {"Updating", "RollingOut", "Pods are replaced"},
        {"Restoring", "Restoring", "Every component is stopped for a Restore"}, {"Suspended", "Suspended", "Every component is scaled to zero"},
        {"Restoring", "Restoring", "Every component is stopped for a restore"}};
    for (const Word &word : words) {
        if (now == QLatin1String(word.phase))
            m_draft.event(u"Normal"_s,
                m_suspended && now == "Updating"_L1 ? u"Stopping"_s : QString::fromLatin1(word.reason),
                message.isEmpty() ? QString::fromLatin1(word.message) : message);
    }
    const bool ill = before == "Degraded"_L1 || before == "Failed"_L1;
    if (now == "Degraded"_L1 || now == "Failed"_L1)
        m_draft.event(u"Warning"_s, now, message);
    else if (now == "Ready"_L1)
        m_draft.event(u"Normal"_s, ill ? u"Recovered"_s : u"Ready"_s,
            ill ? u"Every component is ready again"_s : u"Every component is ready"_s);
}

QJsonValue NodeLook::spec(const QString &pointer) const
{
    return json::at(m_object, QString(u"/spec"_s + pointer));
}

QString NodeLook::text(const QString &pointer) const
{
    return spec(pointer).toString();
}

QJsonObject NodeLook::network() const
{
    return m_world.find(u"cantonnetworks"_s, m_ns, text(u"/networkRef/name"_s));
}

bool NodeLook::publicNetwork() const
{
    return json::at(network(), u"/spec/type"_s).toString(u"Private"_s) != "Private"_L1;
}

QString NodeLook::uid() const
{
    return m_draft.at(u"/uid"_s).toString();
}

QString NodeLook::globalDomain() const
{
    return QString(u"global-domain::"_s
        + fingerprintOf(QString(u"global-domain/"_s + text(u"/networkRef/name"_s)), m_moment.seed));
}

void NodeLook::setIfAbsent(const QString &pointer, const QJsonValue &value)
{
    if (m_draft.at(pointer).isUndefined())
        m_draft.set(pointer, value);
}

void NodeLook::condition(const QString &type, const QString &status, const QString &reason, const QString &message,
    const EventDraft &onChange)
{
    const QString before = m_draft.condition(type).value("status"_L1).toString();
    m_draft.setCondition(type, status, reason, message);
    if (!onChange.reason.isEmpty() && before != status && !m_adopting)
        m_draft.event(onChange.type, onChange.reason, onChange.message);
}

}
