// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/NodesLook.h"
#include "models/core/Json.h"

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

QString nameOf(const QJsonObject &object)
{
    return json::at(object, u"/metadata/name"_s).toString();
}

/// The object of a run-once kind that was finished last; its {name, time}.
QJsonValue newestOf(const QList<QJsonObject> &objects, const QString &timePointer)
{
    QString time;
    QString name;
    for (const QJsonObject &object : objects) {
        if (json::at(object, u"/status/phase"_s).toString() != "Succeeded"_L1)
            continue;
        QString own = json::at(object, timePointer).toString();
        if (own.isEmpty())
            own = json::at(object, u"/status/completionTime"_s).toString();
        if (own > time || (own == time && nameOf(object) > name)) {
            time = own;
            name = nameOf(object);
        }
    }
    return name.isEmpty() || time.isEmpty() ? QJsonValue()
                                            : QJsonValue(QJsonObject{{u"name"_s, name}, {u"time"_s, time}});
}

QString phaseOf(const ComponentState &state, bool suspended)
{
    if (suspended || state.component.desired == 0)
        return state.pods > 0 ? u"Stopping"_s : u"Stopped"_s;
    if (state.crashing && state.ready < state.component.desired)
        return u"CrashLoopBackOff"_s;
    if (state.ready >= state.component.desired)
        return state.outdated > 0 ? u"Updating"_s : u"Running"_s;
    return state.pods > 0 ? u"Starting"_s : u"Waiting"_s;
}

}

void NodeLook::components()
{
    if (m_adopting)
        return;
    QJsonArray list;
    const auto add = [&](bool databases) {
        for (const ComponentState &state : std::as_const(m_states)) {
            if (state.component.database != databases)
                continue;
            list.append(QJsonObject{{u"name"_s, state.component.name},
                {u"image"_s, state.image.isEmpty() ? state.component.image : state.image}, {u"ready"_s, state.ready},
                {u"desired"_s, state.component.desired}, {u"restarts"_s, state.restarts},
                {u"phase"_s, phaseOf(state, m_suspended || m_draft.phase() == "Deleting"_L1)}});
        }
    };
    add(false);
    add(true);
    m_draft.set(u"/components"_s, list);
    if (const ComponentState *main = stateOf(m_kind.mainComponent))
        m_draft.set(u"/replicas"_s, main->ready);
}

void NodeLook::identity()
{
    // Keys are made when the participant (or sequencer) starts for the first time; from then on they are the node.
    const QString keeper = m_kind.kind == "SyncDomain"_L1 ? u"sequencer"_s : u"participant"_s;
    const ComponentState *state = stateOf(keeper);
    if (uid().isEmpty()) {
        if (state == nullptr || state->ready == 0)
            return;
        QString own = fingerprintOf(QString(m_kind.kind + u'/' + m_ns + u'/' + m_name), m_moment.seed);
        for (const QString &pointer : {u"/restoreFrom/identityDumpRef/name"_s, u"/identity/identityDumpRef/name"_s}) {
            const QJsonObject dump = m_world.find(u"identitydumps"_s, m_ns, text(pointer));
            const QString kept = json::at(dump, u"/status/participantId"_s).toString().section(u"::"_s, -1);
            if (!kept.isEmpty())
                own = kept;
        }
        m_draft.set(u"/uid"_s, own);
        m_draft.event(u"Normal"_s, u"IdentityCreated"_s, u"The node's namespace is %1"_s.arg(own));
    }
    if (m_kind.kind == "SyncDomain"_L1) {
        setIfAbsent(u"/domainId"_s,
            QString(text(u"/alias"_s) + u"::"_s + uid() + u"::"_s
                + spec(u"/protocolVersion"_s).toString(u"34"_s) + u"-0"_s));
        return;
    }
    QString id = text(u"/identity/name"_s);
    if (id.isEmpty())
        id = text(u"/restoreFrom/newParticipantIdentifier"_s);
    if (id.isEmpty())
        id = spec(u"/nodeIdentifier"_s).toString(m_name);
    setIfAbsent(u"/participantId"_s, QString(u"PAR::"_s + id + u"::"_s + uid()));
}

void NodeLook::versionAndUptime()
{
    if (m_adopting)
        return;
    const ComponentState *main = stateOf(m_kind.mainComponent);
    if (main == nullptr)
        return;
    if (!main->image.isEmpty() && main->ready > 0)
        m_draft.set(u"/version"_s, main->image.section(u':', -1));
    const ComponentState *keeper
        = stateOf(m_kind.kind == "SyncDomain"_L1 ? u"sequencer"_s : u"participant"_s);
    if (joined() && keeper != nullptr && keeper->ready > 0 && keeper->startedAt.isValid())
        m_draft.set(u"/uptimeSince"_s, keeper->startedAt.toUTC().toString(Qt::ISODate));
    else if (m_suspended)
        m_draft.set(u"/uptimeSince"_s, QJsonValue::Null);
}

void NodeLook::newest()
{
    const QJsonValue backup
        = newestOf(m_world.ofNode(u"backups"_s, m_ns, m_kind.kind, m_name), u"/status/completionTime"_s);
    if (!backup.isNull())
        m_draft.set(u"/lastBackup"_s, backup);
    const QJsonValue dump
        = newestOf(m_world.ofNode(u"identitydumps"_s, m_ns, m_kind.kind, m_name), u"/status/time"_s);
    if (!dump.isNull())
        m_draft.set(u"/lastIdentityDump"_s, dump);
}

void NodeLook::counts()
{
    if (m_kind.kind == "SyncDomain"_L1 || uid().isEmpty())
        return;
    const auto count = [this](const QString &plural) {
        return m_world.countOfNode(plural, m_ns, m_kind.kind, m_name);
    };
    // Parties of the ledger cannot be deleted, and not every one is an object: the number only rises.
    const qint64 own = m_kind.kind == "Participant"_L1 ? 0 : 1;
    const qint64 parties = std::max(m_draft.at(u"/counts/localParties"_s).toInteger(0), count(u"parties"_s) + own);
    const qint64 users = count(u"ledgerusers"_s) + 1 + own;
    m_draft.set(u"/counts/localParties"_s, parties);
    m_draft.set(u"/counts/users"_s, users);
    setIfAbsent(u"/counts/packages"_s, m_kind.kind == "Participant"_L1 ? 31 : 64);
}

void NodeLook::domains()
{
    if (m_kind.kind == "SyncDomain"_L1 || m_adopting)
        return;
    QMap<QString, QJsonObject> found;
    const bool runs = joined() && readyCount() > 0 && !m_suspended;
    const ComponentState *participant = stateOf(u"participant"_s);
    const bool up = runs && participant != nullptr && participant->ready > 0;
    if (joined() && publicNetwork() && m_kind.kind != "Participant"_L1)
        found.insert(u"global"_s,
            {{u"alias"_s, u"global"_s}, {u"healthy"_s, up},
                {u"id"_s, m_draft.at(u"/traffic/domainId"_s).toString(globalDomain())}});
    for (const QJsonObject &edge : m_world.ofNode(u"syncdomainconnections"_s, m_ns, m_kind.kind, m_name)) {
        const QJsonObject status = edge.value("status"_L1).toObject();
        if (!status.value("connected"_L1).toBool())
            continue;
        const QString alias = json::at(edge, u"/spec/alias"_s).toString();
        QJsonObject domain{{u"alias"_s, alias}, {u"healthy"_s, up && status.value("healthy"_L1).toBool()}};
        if (status.contains("domainId"_L1))
            domain.insert("id"_L1, status.value("domainId"_L1));
        found.insert(alias, domain);
    }
    QJsonArray list;
    for (const QJsonObject &domain : std::as_const(found))
        list.append(domain);
    m_draft.set(u"/connectedDomains"_s, list);
}

void NodeLook::kindFacts()
{
    if (!uid().isEmpty() && m_kind.kind != "SyncDomain"_L1) {
        const QString host = QString(m_name + u"-participant."_s + m_ns + u".svc:"_s);
        setIfAbsent(u"/endpoints/ledgerApi"_s, QString(host + u"5001"_s));
        setIfAbsent(u"/endpoints/adminApi"_s, QString(host + u"5002"_s));
        setIfAbsent(u"/endpoints/jsonApi"_s, QString(host + u"7575"_s));
        setIfAbsent(u"/ports"_s, QJsonObject{{u"ledger"_s, 5001}, {u"admin"_s, 5002}, {u"json"_s, 7575}});
    }
    if (m_kind.kind == "Validator"_L1)
        validatorFacts();
    else if (m_kind.kind == "SuperValidator"_L1)
        superValidatorFacts();
    else if (m_kind.kind == "SyncDomain"_L1)
        syncDomainFacts();
    else if (!uid().isEmpty()) {
        const ComponentState *participant = stateOf(u"participant"_s);
        m_draft.set(u"/state"_s, participant != nullptr && participant->ready > 0 ? u"Active"_s : u"Passive"_s);
        setIfAbsent(u"/protocolVersions"_s, QJsonArray{u"33"_s, u"34"_s});
    }
}

void NodeLook::validatorFacts()
{
    if (uid().isEmpty())
        return;
    setIfAbsent(u"/ownerParty"_s, QString(text(u"/partyHint"_s) + u"::"_s + uid()));
    setIfAbsent(u"/endpoints/validatorApi"_s, QString(u"http://"_s + m_name + u"-validator."_s + m_ns + u".svc:5003"_s));
    const QString domain = json::at(network(), u"/spec/domainName"_s).toString(u"northgate.example"_s);
    const QString host = spec(u"/ingress/host"_s).toString(QString(m_name + u'.' + domain));
    m_draft.set(u"/endpoints/walletUi"_s, QString(u"https://wallet."_s + host));
    m_draft.set(u"/endpoints/cnsUi"_s, QString(u"https://cns."_s + host));
    m_draft.set(u"/sponsor"_s, text(u"/sponsorSvName"_s).isEmpty() ? QJsonValue() : QJsonValue(text(u"/sponsorSvName"_s)));
    const QString provider = text(u"/auth/identityProviderRef/name"_s);
    const QJsonObject idp = m_world.find(u"identityproviderconfigs"_s, m_ns, provider);
    QJsonObject identity{{u"authEnabled"_s, true}, {u"managed"_s, text(u"/auth/mode"_s) == "IntegratedKeycloak"_L1},
        {u"provisioned"_s, m_draft.conditionTrue(u"IdentityProvisioned"_s) || joined()},
        {u"ledgerApiClientId"_s, m_name}, {u"ledgerApiUser"_s, QString(u"service-account-"_s + m_name)}};
    const QString url = json::at(idp, u"/spec/issuer"_s).toString(json::at(network(), u"/spec/authUrl"_s).toString());
    if (!url.isEmpty())
        identity.insert("authUrl"_L1, url);
    const QString audience = spec(u"/participant/spec/auth/targetAudience"_s).toString(text(u"/auth/audience"_s));
    if (!audience.isEmpty())
        identity.insert("targetAudience"_L1, audience);
    m_draft.set(u"/identity"_s, identity);
    const QJsonObject kms = m_world.find(u"kmsconfigs"_s, m_ns, text(u"/participant/spec/kmsConfigRef/name"_s));
    QJsonObject keys{{u"enabled"_s, !kms.isEmpty()}};
    if (!kms.isEmpty())
        keys.insert("provider"_L1, json::at(kms, u"/spec/provider"_s));
    m_draft.set(u"/kms"_s, keys);
    if (!joined() && m_draft.phase() != "Ready"_L1) {
        setIfAbsent(u"/onboarded"_s, false);
        return;
    }
    m_draft.set(u"/onboarded"_s, true);
    setIfAbsent(u"/onboardedTime"_s, m_moment.stamp());
    m_draft.set(u"/currentMigrationId"_s,
        spec(u"/migrationId"_s).toInt(json::at(network(), u"/spec/migrationId"_s).toInt(0)));
}

void NodeLook::superValidatorFacts()
{
    if (uid().isEmpty())
        return;
    QString party = text(u"/onboarding/name"_s);
    party.replace(u' ', u'-');
    setIfAbsent(u"/svParty"_s, QString(party + u"::"_s + uid()));
    setIfAbsent(u"/dsoParty"_s,
        QString(u"DSO::"_s + fingerprintOf(QString(u"dso/"_s + text(u"/networkRef/name"_s)), m_moment.seed)));
    const QString host = spec(u"/ingress/host"_s).toString(
        QString(m_name + u'.' + json::at(network(), u"/spec/domainName"_s).toString(u"northgate.example"_s)));
    setIfAbsent(u"/sequencerUrl"_s, QString(u"https://sequencer."_s + host));
    m_draft.set(u"/endpoints/scan"_s, spec(u"/scan/spec/publicUrl"_s).toString(QString(u"https://scan."_s + host)));
    setIfAbsent(u"/endpoints/svApp"_s, QString(u"https://sv."_s + host));
    if (!joined() && m_draft.phase() != "Ready"_L1)
        return;
    setIfAbsent(u"/governance"_s,
        QJsonObject{{u"openVoteRequests"_s, int(m_moment.chance(m_object, u"votes"_s) * 4)}, {u"lastVote"_s, m_moment.stamp()}});
    setIfAbsent(u"/rewardWeightBps"_s, spec(u"/onboarding/foundingRewardWeightBps"_s).toInt(10000));
    m_draft.set(u"/currentMigrationId"_s,
        spec(u"/migrationId"_s).toInt(json::at(network(), u"/spec/migrationId"_s).toInt(0)));
    int connected = 0;
    for (const QJsonObject &node : m_world.all(u"validators"_s)) {
        // Another migration is another network, though its sponsor may be called the same.
        const QJsonValue migration = json::at(node, u"/status/currentMigrationId"_s);
        if (sponsors(node) && json::at(node, u"/status/onboarded"_s).toBool()
            && (migration.isUndefined() || migration == m_draft.at(u"/currentMigrationId"_s)))
            ++connected;
    }
    m_draft.set(u"/connectedValidators"_s, connected);
}

bool NodeLook::sponsors(const QJsonObject &validator) const
{
    const auto plain = [](QString name) { return name.replace(u' ', u'-'); };
    const QString sponsor = json::at(validator, u"/spec/sponsorSvName"_s).toString();
    return !sponsor.isEmpty() && plain(sponsor) == plain(text(u"/onboarding/name"_s));
}

void NodeLook::syncDomainFacts()
{
    const QString host = QString(u'.' + m_ns + u".svc:"_s);
    setIfAbsent(u"/endpoints/sequencerAdmin"_s, QString(m_name + u"-sequencer"_s + host + u"5009"_s));
    setIfAbsent(u"/endpoints/mediatorAdmin"_s, QString(m_name + u"-mediator"_s + host + u"5007"_s));
    const QString url = text(u"/sequencer/spec/publicUrl"_s);
    m_draft.set(u"/endpoints/publicApi"_s, url.isEmpty() ? QString(m_name + u"-sequencer"_s + host + u"5008"_s) : url);
    if (!joined() && m_draft.phase() != "Ready"_L1)
        return;
    QSet<QString> nodes;
    for (const QJsonObject &edge :
        m_world.referring(u"syncdomainconnections"_s, u"/spec/target/syncDomainRef"_s, {}, {}, m_name)) {
        const QString ns = json::at(edge, u"/metadata/namespace"_s).toString();
        if (json::at(edge, u"/spec/target/syncDomainRef/namespace"_s).toString(ns) == m_ns
            && json::at(edge, u"/status/connected"_s).toBool())
            nodes.insert(QString(ns + u'/' + json::at(edge, u"/spec/nodeRef/name"_s).toString()));
    }
    m_draft.set(u"/connectedParticipants"_s, qint64(nodes.size()));
    m_draft.set(u"/owners"_s,
        QJsonObject{{u"members"_s, qint64(spec(u"/owners/members"_s).toArray().size())},
            {u"threshold"_s, spec(u"/owners/threshold"_s).toInt(1)}});
    m_draft.set(u"/parametersApplied"_s, m_draft.phase() == "Ready"_L1);
}

}
