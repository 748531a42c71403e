// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/NodesLook.h"
#include "models/core/Json.h"

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace {

QString created(const QJsonObject &object)
{
    return QString(json::at(object, u"/metadata/creationTimestamp"_s).toString() + u' '
        + json::at(object, u"/metadata/name"_s).toString());
}

}

void NodeLook::refuse(QList<Refusal> &to, const QString &reason, const QString &message, bool hard) const
{
    to.append({reason, message, hard});
}

QList<NodeLook::Refusal> NodeLook::refusals() const
{
    QList<Refusal> found;
    const QString wanted = text(u"/networkRef/name"_s);
    if (network().isEmpty())
        refuse(found, u"NetworkNotFound"_s,
            u"spec.networkRef: the namespace %1 has no CantonNetwork %2. Create it, or name one that is there."_s.arg(
                m_ns, wanted),
            true);
    checkReferences(found);
    checkAlias(found);
    checkBridge(found);
    return found;
}

void NodeLook::checkReferences(QList<Refusal> &to) const
{
    struct Reference {
        QString pointer, plural, kind;
    };
    const QList<Reference> references{{u"/kmsConfigRef"_s, u"kmsconfigs"_s, u"KmsConfig"_s},
        {u"/participant/spec/kmsConfigRef"_s, u"kmsconfigs"_s, u"KmsConfig"_s},
        {u"/restoreFrom/identityDumpRef"_s, u"identitydumps"_s, u"IdentityDump"_s},
        {u"/identity/identityDumpRef"_s, u"identitydumps"_s, u"IdentityDump"_s},
        {u"/auth/identityProviderRef"_s, u"identityproviderconfigs"_s, u"IdentityProviderConfig"_s}};
    for (const Reference &reference : references) {
        const QString name = text(QString(reference.pointer + u"/name"_s));
        const QJsonObject found = m_world.find(reference.plural, m_ns, name);
        const QString field = QString(u"spec"_s + reference.pointer).replace(u'/', u'.');
        const QString phase = json::at(found, u"/status/phase"_s).toString();
        if (!found.isEmpty() && reference.kind == "IdentityDump"_L1 && phase != "Succeeded"_L1 && !joined())
            refuse(to, u"IdentityDumpNotFinished"_s,
                u"%1: IdentityDump %2 is %3; wait until it has succeeded, or name one that has."_s.arg(
                    field, name, phase.isEmpty() ? u"not looked at yet"_s : phase),
                true);
        if (name.isEmpty() || !found.isEmpty())
            continue;
        refuse(to, QString(reference.kind + u"NotFound"_s),
            u"%1: the namespace %2 has no %3 %4. Create it, or name one that is there."_s.arg(
                field, m_ns, reference.kind, name),
            true);
    }
}

void NodeLook::checkAlias(QList<Refusal> &to) const
{
    if (m_kind.kind == "SyncDomain"_L1) {
        for (const QJsonObject &other : m_world.all(u"syncdomains"_s, m_ns)) {
            const QString name = json::at(other, u"/metadata/name"_s).toString();
            if (name != m_name && json::at(other, u"/spec/alias"_s).toString() == text(u"/alias"_s)
                && created(other) < created(m_object))
                refuse(to, u"AliasTaken"_s,
                    u"spec.alias: %1 is the alias of the SyncDomain %2 already. Create this one with another alias."_s.arg(
                        text(u"/alias"_s), name),
                    true);
        }
        return;
    }
    QHash<QString, QStringList> users;
    for (const QJsonObject &edge : m_world.ofNode(u"syncdomainconnections"_s, m_ns, m_kind.kind, m_name))
        users[json::at(edge, u"/spec/alias"_s).toString()].append(json::at(edge, u"/metadata/name"_s).toString());
    QStringList aliases = users.keys();
    aliases.sort();
    for (const QString &alias : std::as_const(aliases)) {
        QStringList names = users.value(alias);
        names.sort();
        if (names.size() > 1)
            refuse(to, u"AliasTaken"_s,
                u"The connections %1 have the same alias %2; a node knows a domain by one. Delete one of them."_s.arg(
                    names.join(u" and "_s), alias),
                false);
    }
}

void NodeLook::checkBridge(QList<Refusal> &to) const
{
    if (text(u"/role"_s) != "Bridge"_L1)
        return;
    // The node's own network counts: a validator of a public network is connected to it without a connection object.
    int open = publicNetwork() ? 1 : 0;
    int closed = 0;
    for (const QJsonObject &edge : m_world.ofNode(u"syncdomainconnections"_s, m_ns, m_kind.kind, m_name)) {
        const QJsonObject target = json::at(edge, u"/spec/target"_s).toObject();
        if (target.contains("syncDomainRef"_L1)) {
            ++closed;
        } else if (target.contains("networkRef"_L1)) {
            const QJsonObject ref = target.value("networkRef"_L1).toObject();
            const QString name = ref.value("name"_L1).toString();
            if (name == text(u"/networkRef/name"_s) && publicNetwork())
                continue;   // counted
            const QString type = json::at(
                m_world.find(u"cantonnetworks"_s, ref.value("namespace"_L1).toString(m_ns), name), u"/spec/type"_s)
                                     .toString(u"Private"_s);
            ++(type == "Private"_L1 ? closed : open);
        } else {
            ++open;
        }
    }
    if (open != 1 || closed < 1)
        refuse(to, u"BridgeIncomplete"_s,
            u"spec.role: a Bridge needs exactly one connection to a public network and at least one to a private one; it has "
            u"%1 and %2. Create the missing SyncDomainConnection."_s.arg(QString::number(open), QString::number(closed)),
            false);
}

bool NodeLook::acceptSpec()
{
    const QList<Refusal> found = refusals();
    if (found.isEmpty()) {
        m_draft.setCondition(u"SpecAccepted"_s, u"True"_s, u"Accepted"_s);
        return true;
    }
    QStringList messages;
    for (const Refusal &refusal : found)
        messages.append(refusal.message);
    const QString message = messages.join(u' ').left(4096);
    condition(u"SpecAccepted"_s, u"False"_s, found.first().reason, message,
        {u"Warning"_s, found.first().reason, message});
    return std::none_of(found.cbegin(), found.cend(), [](const Refusal &refusal) { return refusal.hard; });
}

QList<NeededSecret> NodeLook::missingSecrets() const
{
    QList<NeededSecret> missing;
    // A node that runs has what it needs; only what was missed from the start is still told.
    const QString told = m_draft.condition(u"DependenciesReady"_s).value("message"_L1).toString();
    for (NeededSecret needed : neededSecrets(m_object)) {
        const bool missed = told.contains(u"Secret %1 (%2)"_s.arg(needed.name, needed.field));
        if (joined() && (!missed || needed.field.startsWith("spec.onboarding"_L1)))
            continue;
        const QJsonObject secret = m_world.find(u"secrets"_s, m_ns, needed.name);
        const QJsonObject data = secret.value("data"_L1).toObject();
        needed.keys.removeIf([&](const QString &key) { return secret.isEmpty() || data.contains(key); });
        if (secret.isEmpty() || !needed.keys.isEmpty())
            missing.append(needed);
    }
    return missing;
}

void NodeLook::mountSecrets(QList<Component> &components)
{
    for (const NeededSecret &needed : neededSecrets(m_object)) {
        for (Component &component : components) {
            if (needed.components.contains(component.name) && !component.secrets.contains(needed.name))
                component.secrets.append(needed.name);
        }
    }
    for (const NeededSecret &missing : missingSecrets()) {
        Ailment ill{Ailment::Kind::Unmounted, u"FailedMount"_s, {}, {}};
        ill.message = missing.keys.isEmpty()
            ? u"The pod cannot be started: %1 names Secret %2, which is not there. Create it; the pod starts by itself then."_s.arg(
                missing.field, missing.name)
            : u"The pod cannot be started: Secret %2 of %1 lacks the key %3. Add it; the pod starts by itself then."_s.arg(
                missing.field, missing.name, missing.keys.join(u", "_s));
        ill.lines = {missing.keys.isEmpty()
                ? u"MountVolume.SetUp failed for volume \"%1\" : secret \"%1\" not found"_s.arg(missing.name)
                : u"MountVolume.SetUp failed for volume \"%1\" : references non-existent secret key: %2"_s.arg(
                    missing.name, missing.keys.first())};
        for (const Component &component : std::as_const(components)) {
            if (missing.components.contains(component.name) && m_pods.ailment(component.name) == nullptr)
                m_pods.ail(component.name, ill);
        }
    }
}

void NodeLook::dependencies()
{
    QStringList missing;
    for (const NeededSecret &secret : missingSecrets())
        missing.append(secret.keys.isEmpty()
                ? u"Secret %1 (%2)"_s.arg(secret.name, secret.field)
                : u"key %1 of Secret %2 (%3)"_s.arg(secret.keys.join(u", "_s), secret.name, secret.field));
    // Nobody tells whose a Secret is that a person makes: it is looked for, every two seconds of ours.
    if (!missing.isEmpty())
        m_draft.again(milliseconds(qint64(2000 * m_moment.speed)));
    for (const QJsonValue &dar : spec(u"/dars"_s).toArray()) {
        const QString name = dar.isString() ? dar.toString() : dar.toObject().value("name"_L1).toString();
        if (m_world.find(u"darpackages"_s, m_ns, name).isEmpty())
            missing.append(u"DarPackage %1 (spec.dars)"_s.arg(name));
    }
    const QString pruning = text(u"/pruningRef/name"_s);
    if (!pruning.isEmpty() && m_world.find(u"pruningschedules"_s, m_ns, pruning).isEmpty())
        missing.append(u"PruningSchedule %1 (spec.pruningRef)"_s.arg(pruning));
    const QString sponsor = text(u"/sponsorSvName"_s);
    const QJsonArray known = json::at(network(), u"/spec/sponsors"_s).toArray();
    if (!sponsor.isEmpty() && !known.isEmpty()
        && std::none_of(known.cbegin(), known.cend(), [&sponsor](const QJsonValue &value) {
               return value.toObject().value("name"_L1).toString() == sponsor;
           }))
        missing.append(u"sponsor %1 (spec.sponsorSvName) among those of the network"_s.arg(sponsor));
    if (missing.isEmpty()) {
        m_draft.setCondition(u"DependenciesReady"_s, u"True"_s, u"AllFound"_s);
        return;
    }
    const QString message = u"Missing in namespace %1: %2. Create it, or correct the reference."_s.arg(
        m_ns, missing.join(u", "_s));
    condition(u"DependenciesReady"_s, u"False"_s, u"NotFound"_s, message, {u"Warning"_s, u"DependencyNotFound"_s, message});
}

}
