// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/NodesLook.h"
#include "models/core/Json.h"

#include <QVersionNumber>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

void NodeLook::componentCondition(const QString &type, const QString &component, const QString &good)
{
    const ComponentState *state = stateOf(component);
    if (state == nullptr) {
        m_draft.setCondition(type, u"Unknown"_s, u"Disabled"_s, u"spec does not ask for %1."_s.arg(component));
        return;
    }
    if (m_suspended) {
        m_draft.setCondition(type, u"False"_s, m_restore.isEmpty() ? u"Suspended"_s : u"Restoring"_s,
            m_restore.isEmpty() ? u"The node is suspended."_s : u"The node is stopped for the Restore %1."_s.arg(m_restore));
        return;
    }
    if (state->ready >= state->component.desired && state->component.desired > 0) {
        m_draft.setCondition(type, u"True"_s, good);
        return;
    }
    const Ailment *ill = m_pods.ailment(component);
    if (ill != nullptr) {
        condition(type, u"False"_s, ill->reason, ill->message,
            {u"Warning"_s, QString(type + u"Lost"_s), ill->message});
        return;
    }
    const QString message = state->component.desired == 0 ? u"No replicas are wanted."_s
        : state->pods == 0                                ? u"%1 has not been started yet"_s.arg(component)
                           : u"%1 is starting, %2 of %3 pods ready"_s.arg(component, QString::number(state->ready),
                               QString::number(state->component.desired));
    m_draft.setCondition(type, u"False"_s,
        state->component.desired == 0 ? u"ScaledToZero"_s
            : state->crashing         ? u"CrashLoop"_s
            : state->pods == 0        ? u"Waiting"_s
                                      : u"Starting"_s,
        message);
}

void NodeLook::versionCondition()
{
    const QString type = u"VersionSupported"_s;
    const QString running = m_draft.at(u"/version"_s).toString();
    const QString tag = text(u"/imageTag"_s);
    if (tag == "latest"_L1) {
        condition(type, u"Unknown"_s, u"MutableTag"_s,
            u"imageTag latest says nothing about the version, and a restart may change it. Name a fixed tag."_s,
            {u"Warning"_s, u"MutableTag"_s, u"spec.imageTag is latest: a restart may change the version"_s});
        return;
    }
    if (running.isEmpty() || running != tag) {
        m_draft.setCondition(type, u"Unknown"_s, u"NotDetermined"_s,
            running.isEmpty() ? u"The node has not answered yet."_s
                              : u"The image tag is %1 but the node answers %2."_s.arg(tag, running));
        return;
    }
    const QString wanted = json::at(network(), u"/status/networkVersion"_s).toString();
    const QVersionNumber own = QVersionNumber::fromString(running);
    const QVersionNumber theirs = QVersionNumber::fromString(wanted);
    if (m_kind.kind == "Validator"_L1 && !own.isNull() && !theirs.isNull()
        && (own.majorVersion() != theirs.majorVersion() || own.minorVersion() < theirs.minorVersion())) {
        condition(type, u"False"_s, u"BehindNetwork"_s,
            u"The node runs %1, the network %2. Upgrade the node."_s.arg(running, wanted),
            {u"Warning"_s, u"VersionNotSupported"_s, u"The node runs %1, the network %2"_s.arg(running, wanted)});
        return;
    }
    m_draft.setCondition(type, u"True"_s, u"Listed"_s);
}

void NodeLook::upgradingCondition()
{
    QString upgrade;
    for (const QJsonObject &one : m_world.referring(u"upgrades"_s, u"/spec/targets"_s, m_ns, m_kind.kind, m_name)) {
        static const QStringList ended{
            u"Succeeded"_s, u"Failed"_s, u"RolledBack"_s, u"Aborted"_s, u"Cancelled"_s, u""_s};
        const QString name = json::at(one, u"/metadata/name"_s).toString();
        if (!ended.contains(json::at(one, u"/status/phase"_s).toString()) && (upgrade.isEmpty() || name < upgrade))
            upgrade = name;
    }
    const QString type = u"Upgrading"_s;
    if (!upgrade.isEmpty())
        m_draft.setCondition(type, u"True"_s, u"UpgradeRunning"_s, u"The Upgrade %1 is under way."_s.arg(upgrade));
    else if (!m_draft.condition(type).isEmpty() || joined())
        m_draft.setCondition(type, u"False"_s, u"NoUpgrade"_s);
}

namespace {

struct Shown {
    const char *type, *component, *good;
};

QList<Shown> shownConditions(const QString &kind)
{
    if (kind == "Validator"_L1)
        return {{"ParticipantReady", "participant", "AllProbesPass"}, {"WalletUIReady", "wallet-ui", "AllProbesPass"},
            {"CNSUIReady", "cns-ui", "AllProbesPass"}};
    if (kind == "Participant"_L1)
        return {{"Active", "participant", "Active"}};
    if (kind == "SuperValidator"_L1)
        return {{"SequencerReady", "sequencer", "AllProbesPass"}, {"MediatorReady", "mediator", "AllProbesPass"},
            {"ScanReady", "scan", "AllProbesPass"}, {"CometBftSynced", "cometbft", "CaughtUp"}};
    return {{"SequencerReady", "sequencer", "AllProbesPass"}, {"MediatorReady", "mediator", "AllProbesPass"}};
}

}

void NodeLook::databaseCondition()
{
    if (stateOf(u"postgres"_s) != nullptr) {
        componentCondition(u"DatabaseReady"_s, u"postgres"_s, u"Accepting"_s);
        return;
    }
    const QString host = spec(u"/database/host"_s).toString(u"the external server"_s);
    if (m_fault && m_fault->name == "disk-full"_L1)
        condition(u"DatabaseReady"_s, u"False"_s, u"DiskFull"_s, u"%1 refuses writes: its disk is full."_s.arg(host),
            {u"Warning"_s, u"DatabaseReadyLost"_s, u"%1 refuses writes: its disk is full"_s.arg(host)});
    else
        m_draft.setCondition(u"DatabaseReady"_s, u"True"_s, u"Accepting"_s, u"External server %1."_s.arg(host));
}

void NodeLook::identityConditions()
{
    const QString type = u"IdentityProvisioned"_s;
    if (m_kind.kind == "Validator"_L1 && !m_draft.conditionTrue(type)) {
        if (joined())
            m_draft.setCondition(type, u"True"_s, u"ClientsMade"_s);
        else if (!m_draft.conditionTrue(u"DatabaseReady"_s))
            m_draft.setCondition(type, u"False"_s, u"Waiting"_s, u"The database comes first."_s);
        else if (passedSince(u"DatabaseReady"_s, 3s))
            condition(type, u"True"_s, u"ClientsMade"_s, {},
                {u"Normal"_s, u"IdentityProvisioned"_s, u"Clients and users were made at the identity provider"_s});
    }
    if (uid().isEmpty())
        return;
    const QDateTime dumped
        = QDateTime::fromString(m_draft.at(u"/lastIdentityDump/time"_s).toString(), Qt::ISODateWithMs);
    const bool fresh = dumped.isValid() && dumped.secsTo(m_moment.now) < 7 * 86400;
    m_draft.setCondition(u"IdentityBackedUp"_s, fresh ? u"True"_s : u"False"_s,
        fresh ? u"DumpFresh"_s : dumped.isValid() ? u"DumpOld"_s : u"NoDump"_s,
        fresh             ? QString()
            : dumped.isValid() ? u"The newest identity dump is older than a week."_s
                               : u"There is no identity dump: without one a lost node cannot be brought back."_s);
}

void NodeLook::joinedCondition()
{
    if (joined() || m_draft.phase() != "Ready"_L1)
        return;
    static const QHash<QString, QString> reasons{{u"Onboarded"_s, u"LicenseActive"_s}, {u"Initialized"_s, u"IdentityLoaded"_s},
        {u"OnboardedToDso"_s, u"VoteAccepted"_s}, {u"Bootstrapped"_s, u"TopologyInPlace"_s}};
    m_draft.setCondition(m_kind.joined, u"True"_s, reasons.value(m_kind.joined));
    m_draft.event(u"Normal"_s, m_kind.joined,
        m_kind.kind == "Participant"_L1     ? u"The participant has its identity"_s
            : m_kind.kind == "SyncDomain"_L1 ? u"The domain's topology is in place: %1"_s.arg(m_draft.at(u"/domainId"_s).toString())
                                             : u"The node was onboarded to %1"_s.arg(text(u"/networkRef/name"_s)));
}

void NodeLook::certificateCondition()
{
    if (!m_fault || m_fault->name != "expired-certificate"_L1 || m_suspended)
        return;
    const QString secret = spec(u"/sequencer/spec/tls/secretRef/name"_s).toString(QString(m_name + u"-sequencer-tls"_s));
    const QString message
        = u"The certificate in Secret %1 has expired: whoever connects is refused. Renew it and restart the sequencer."_s.arg(secret);
    condition(u"SequencerReady"_s, u"False"_s, u"CertificateExpired"_s, message,
        {u"Warning"_s, u"CertificateExpired"_s, message});
}

void NodeLook::conditions()
{
    if (m_adopting)
        return;
    const QString certificate = m_draft.condition(u"SequencerReady"_s).value("reason"_L1).toString();
    if (m_kind.kind == "Validator"_L1 || m_kind.kind == "Participant"_L1)
        databaseCondition();
    identityConditions();
    const bool expired = m_fault && m_fault->name == "expired-certificate"_L1 && !m_suspended;
    for (const Shown &shown : shownConditions(m_kind.kind)) {
        const QString type = QString::fromLatin1(shown.type);
        if (!(expired && type == "SequencerReady"_L1))
            componentCondition(type, QString::fromLatin1(shown.component), QString::fromLatin1(shown.good));
    }
    certificateCondition();
    if (certificate == "CertificateExpired"_L1 && !expired)
        m_draft.event(u"Normal"_s, u"CertificateRenewed"_s, u"The certificate of the public API is valid again"_s);
    joinedCondition();
    if (m_kind.kind == "Validator"_L1) {
        bool connected = false;
        for (const QJsonValue &domain : m_draft.at(u"/connectedDomains"_s).toArray())
            connected = connected || domain.toObject().value("healthy"_L1).toBool();
        m_draft.setCondition(u"ConnectedToSynchronizer"_s, connected ? u"True"_s : u"False"_s,
            connected ? u"Connected"_s : joined() ? u"Disconnected"_s : u"NotYet"_s);
        versionCondition();
        upgradingCondition();
    }
    if (m_kind.kind == "SyncDomain"_L1)
        domainConditions();
    const bool serving = joined() && readyCount() > 0 && !expired
        && std::all_of(m_states.cbegin(), m_states.cend(),
            [](const ComponentState &state) { return state.ready >= state.component.desired; });
    degrade();
    const QString phase = m_draft.phase();
    m_draft.setCondition(u"Ready"_s, serving ? u"True"_s : u"False"_s,
        serving ? u"Serving"_s : phase == "Updating"_L1 ? u"RollingOut"_s : crashing() ? u"CrashLoop"_s : phase,
        serving ? QString() : m_draft.at(u"/message"_s).toString());
}

void NodeLook::domainConditions()
{
    const bool wanted = spec(u"/permissioned/enabled"_s).toBool(false);
    m_draft.setCondition(u"Permissioned"_s, wanted ? (joined() ? u"True"_s : u"False"_s) : u"False"_s,
        !wanted ? u"Open"_s : joined() ? u"PermissionsApplied"_s : u"Waiting"_s,
        wanted ? u"%1 participants have a permission."_s.arg(spec(u"/permissioned/members"_s).toArray().size())
               : u"Any participant may connect."_s);
    const QString blocked = blockedBy();
    m_draft.setCondition(u"DeletionBlocked"_s, blocked.isEmpty() ? u"False"_s : u"True"_s,
        blocked.isEmpty() ? u"Free"_s : u"Connections"_s, blocked);
}

void NodeLook::degrade()
{
    // Every pod is well, and yet the node does not do what it is for.
    if (m_draft.phase() != "Ready"_L1)
        return;
    for (const QString &type : {u"SequencerReady"_s, u"TrafficSufficient"_s, u"DatabaseReady"_s}) {
        const QJsonObject one = m_draft.condition(type);
        if (one.value("status"_L1).toString() == "False"_L1) {
            m_draft.setPhase(u"Degraded"_s, one.value("message"_L1).toString());
            return;
        }
    }
}

}
