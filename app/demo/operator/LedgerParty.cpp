// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/LedgerParts.h"

#include "models/core/Json.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr seconds kAllocate{4};
constexpr seconds kSign{3};
constexpr seconds kProviderSign{120}; ///< people approve at the provider
constexpr seconds kHost{3};
constexpr milliseconds kMetadata{1500};

bool external(const Look &look)
{
    return look.text(u"/type"_s) == "External"_L1;
}

std::optional<Need> refusal(const Look &look)
{
    const QString hint = look.text(u"/hint"_s);
    const QList<QJsonObject> neighbours
        = look.world.ofNode(look.plural(), look.ns, look.text(u"/nodeRef/kind"_s), look.text(u"/nodeRef/name"_s));
    for (const QJsonObject &other : neighbours) {
        if (other.value("spec"_L1).toObject().value("hint"_L1).toString() != hint)
            continue;
        const QString name = textAt(other, u"/metadata/name"_s);
        if (name != look.name && json::at(other, u"/spec/nodeRef"_s) == look.spec(u"/nodeRef"_s)
            && olderThan(other, look.object))
            return Need{u"HintTaken"_s,
                u"spec.hint: %1 has a party with the hint %2 already (Party %3); create this one anew with another hint."_s
                    .arg(refText(look.spec(u"/nodeRef"_s)), hint, name)};
    }
    return std::nullopt;
}

std::optional<Need> needOf(const Look &look)
{
    if (const auto need = nodeNeed(look, look.spec(u"/nodeRef"_s), u"spec.nodeRef"_s))
        return need;
    const QString provider = look.text(u"/identityProviderRef/name"_s);
    if (!provider.isEmpty() && provider != "default"_L1) {
        if (const auto need = objectNeed(look, u"identityproviderconfigs"_s, u"IdentityProviderConfig"_s, provider,
                {u"Ready"_s, u"Updating"_s, u"Degraded"_s}, u"spec.identityProviderRef"_s))
            return need;
    }
    return synchronizerNeed(look, look.spec(u"/nodeRef"_s));
}

/// The key's fingerprint: the node's for local parties, the holder's for external ones.
QString keyOf(const Look &look)
{
    if (!external(look)) {
        const QJsonObject node = nodeAt(look, look.spec(u"/nodeRef"_s));
        const QString uid = textAt(node, u"/status/uid"_s);
        return uid.isEmpty() ? fingerprintOf(textAt(node, u"/status/participantId"_s)) : uid;
    }
    const QString named = look.text(u"/external/signingFingerprints/0"_s);
    if (named.startsWith("1220"_L1))
        return named;
    const QString key = look.text(u"/external/publicKeys/0"_s);
    return fingerprintFor(key.isEmpty() ? QString(u"external/"_s + look.ns + u'/' + look.name) : key);
}

/// Hosts that the newest TopologyChange in force has put in place beside the declared ones.
void addHostsOfTopology(const Look &look, QJsonArray &wanted)
{
    const QString id = look.draft.at(u"/partyId"_s).toString();
    QJsonObject newest;
    for (const QJsonObject &change : look.world.all(u"topologychanges"_s, look.ns)) {
        if (textAt(change, u"/spec/type"_s) == "PartyHosting"_L1 && textAt(change, u"/status/phase"_s) == "Effective"_L1
            && textAt(change, u"/spec/mapping/partyHosting/partyId"_s) == id
            && textAt(change, u"/status/effectiveTime"_s) >= textAt(newest, u"/status/effectiveTime"_s))
            newest = change;
    }
    if (id.isEmpty() || textAt(newest, u"/spec/operation"_s) == "Remove"_L1)
        return;
    for (const QJsonValue &host : json::at(newest, u"/spec/mapping/partyHosting/participants"_s).toArray()) {
        const QString participant = textAt(host, u"/participantId"_s);
        const bool known = std::any_of(wanted.begin(), wanted.end(), [&participant](const QJsonValue &one) {
            return memberOf(textAt(one, u"/participantId"_s)) == memberOf(participant);
        });
        if (!known)
            wanted.append(
                QJsonObject{{u"participantId"_s, participant}, {u"permission"_s, textAt(host, u"/permission"_s)}});
    }
}

/// {participantId, permission} of every node that is to host it and can, or does already; what is missing goes to
/// `need`.
QJsonArray wantedHosts(const Look &look, std::optional<Need> &need)
{
    QJsonArray wanted;
    QJsonArray hosting = look.spec(u"/hosting"_s).toArray();
    if (hosting.isEmpty())
        hosting = {QJsonObject{{u"nodeRef"_s, look.spec(u"/nodeRef"_s)}}};
    QStringList present;
    for (const QJsonValue &host : look.draft.at(u"/hostedOn"_s).toArray())
        present.append(textAt(host, u"/participantId"_s));
    for (qsizetype i = 0; i < hosting.size(); ++i) {
        const QJsonValue ref = json::at(hosting.at(i), u"/nodeRef"_s);
        const QString participant = textAt(nodeAt(look, ref), u"/status/participantId"_s);
        if (!present.contains(participant)) {
            if (const auto missing = nodeNeed(look, ref, u"spec.hosting[%1].nodeRef"_s.arg(i))) {
                if (!need)
                    need = missing;
                continue;
            }
        }
        const QString permission = textAt(hosting.at(i), u"/permission"_s);
        wanted.append(QJsonObject{
            {u"participantId"_s, participant}, {u"permission"_s, permission.isEmpty() ? u"Submission"_s : permission}});
    }
    addHostsOfTopology(look, wanted);
    return wanted;
}

class PartyReconciler : public Reconciler
{
public:
    [[nodiscard]] QString plural() const override { return u"parties"_s; }
    [[nodiscard]] Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const override
    {
        Look look(plural(), object, world, moment);
        // Parties stay on the ledger: the object just goes.
        if (look.deleting())
            return {};
        if (!look.draft.conditionTrue(u"Allocated"_s)) {
            if (const auto why = refusal(look)) {
                look.refuse(*why);
                return look.take();
            }
            look.accept();
            if (const auto need = needOf(look)) {
                look.enter(u"Pending"_s, need->message);
                look.waitFor(*need);
                return look.take();
            }
            look.ready();
            if (!allocated(look))
                return look.take();
        }
        if (hosted(look))
            settle(look);
        return look.take();
    }

private:
    static bool allocated(Look &look)
    {
        if (look.draft.phase() != "AwaitingExternalSignature"_L1) {
            const QString message = u"%1 allocates the party."_s.arg(refText(look.spec(u"/nodeRef"_s)));
            if (look.enter(u"Allocating"_s, message))
                look.say(u"Allocating"_s, message);
            look.turn(u"Allocated"_s, false, u"Allocating"_s);
            if (!look.after(u"Allocated"_s, kAllocate))
                return false;
        }
        if (external(look) && !signedByHolder(look))
            return false;
        const QString id = QString(look.text(u"/hint"_s) + u"::"_s + keyOf(look));
        look.draft.set(u"/partyId"_s, id);
        look.draft.set(u"/isLocal"_s, !external(look));
        look.draft.set(u"/hostedOn"_s,
            QJsonArray{QJsonObject{
                {u"participantId"_s, textAt(nodeAt(look, look.spec(u"/nodeRef"_s)), u"/status/participantId"_s)},
                {u"permission"_s, ownPermission(look)}}});
        look.turn(u"Allocated"_s, true, u"Allocated"_s);
        look.say(u"Allocated"_s, u"Allocated as %1."_s.arg(id));
        return true;
    }

    static QString ownPermission(const Look &look)
    {
        for (const QJsonValue &host : look.spec(u"/hosting"_s).toArray()) {
            if (json::at(host, u"/nodeRef"_s) == look.spec(u"/nodeRef"_s)
                && json::at(host, u"/permission"_s).isString())
                return textAt(host, u"/permission"_s);
        }
        return u"Submission"_s;
    }

    /// External parties sign their own topology: by their wallet provider, or by the keys that are named.
    static bool signedByHolder(Look &look)
    {
        const QString provider = look.text(u"/external/walletProviderRef/name"_s);
        std::optional<Need> need;
        if (!provider.isEmpty()) {
            need = objectNeed(look, u"walletproviders"_s, u"WalletProvider"_s, provider, {u"Ready"_s},
                u"spec.external.walletProviderRef"_s);
            const QJsonObject found = look.world.find(u"walletproviders"_s, look.ns, provider);
            if (!need && !json::at(found, u"/spec/enabled"_s).toBool(true))
                need = Need{u"WalletProviderDisabled"_s,
                    u"WalletProvider %1 of spec.external.walletProviderRef is disabled; set its spec.enabled."_s.arg(
                        provider)};
        } else if (look.spec(u"/external/signingFingerprints"_s).toArray().isEmpty()) {
            need = Need{u"NobodySigns"_s,
                u"The holder has to sign the topology of the party: name a WalletProvider in "
                u"spec.external.walletProviderRef, "
                "or the keys that signed in spec.external.signingFingerprints."_s};
        }
        const QString message = need ? need->message : u"The holder's keys sign the party's topology."_s;
        const bool first = look.enter(u"AwaitingExternalSignature"_s, message);
        if (first)
            look.say(u"AwaitingExternalSignature"_s, message);
        // Signing counts from the moment nothing is missing.
        const QJsonObject before = look.draft.condition(u"Allocated"_s);
        const bool begun = before.value("reason"_L1).toString() == "Signing"_L1;
        if (need || first || (!begun && before.value("status"_L1).toString() != "Unknown"_L1)) {
            look.turnUnknown(u"Allocated"_s, u"AwaitingSignature"_s, message);
            look.poll(seconds(5));
            return false;
        }
        look.turn(u"Allocated"_s, false, u"Signing"_s, message);
        return look.after(u"Allocated"_s, provider.isEmpty() ? kSign : kProviderSign);
    }

    /// True when it is hosted where it is to be; one participant after another.
    static bool hosted(Look &look)
    {
        std::optional<Need> need;
        const QJsonArray wanted = wantedHosts(look, need);
        QJsonArray hosts = look.draft.at(u"/hostedOn"_s).toArray();
        if (hosts == wanted && !need) {
            look.turn(u"HostedEverywhere"_s, true, u"Hosted"_s);
            if (!look.draft.at(u"/effectiveSince"_s).isString())
                look.draft.set(u"/effectiveSince"_s, look.moment.stamp());
            return true;
        }
        const bool first = look.turn(u"HostedEverywhere"_s, false, u"Hosting"_s, need ? need->message : QString());
        if (look.draft.conditionTrue(u"Synced"_s))
            look.enter(u"Updating"_s, need ? need->message : u"The participants that host it change."_s);
        if (hosts == wanted) {
            look.waitFor(*need);
            return false;
        }
        if (first || !look.afterWrite(kHost)) {
            if (first)
                look.draft.again(kHost);
            return false;
        }
        step(look, hosts, wanted);
        look.draft.set(u"/hostedOn"_s, hosts);
        look.draft.again(kHost);
        return false;
    }

    /// One host more, less or with another permission.
    static void step(Look &look, QJsonArray &hosts, const QJsonArray &wanted)
    {
        for (qsizetype i = 0; i < wanted.size(); ++i) {
            if (i < hosts.size() && hosts.at(i) == wanted.at(i))
                continue;
            const QString id = textAt(wanted.at(i), u"/participantId"_s);
            for (qsizetype k = hosts.size() - 1; k >= i; --k) {
                if (textAt(hosts.at(k), u"/participantId"_s) == id)
                    hosts.removeAt(k);
            }
            hosts.insert(i, wanted.at(i));
            look.say(u"Hosted"_s, u"Hosted on %1 with %2."_s.arg(id, textAt(wanted.at(i), u"/permission"_s)));
            return;
        }
        look.say(u"HostRemoved"_s, u"No longer hosted on %1."_s.arg(textAt(hosts.last(), u"/participantId"_s)));
        hosts.removeLast();
    }

    /// Its entry in the name service of the network, where its validator runs one.
    static QString ansName(const Look &look)
    {
        const QJsonValue ref = look.spec(u"/nodeRef"_s);
        const QJsonObject node = nodeAt(look, ref);
        if (external(look) || textAt(ref, u"/kind"_s) != "Validator"_L1
            || !json::at(node, u"/spec/applicationCantonNameServer/spec/enabled"_s).toBool(true))
            return {};
        const QJsonObject network
            = look.world.find(u"cantonnetworks"_s, look.ns, textAt(node, u"/spec/networkRef/name"_s));
        const QString acronym
            = json::at(network, u"/spec/instanceNames/nameServiceNameAcronym"_s).toString(u"ANS"_s).toLower();
        static const QRegularExpression other(u"[^a-z0-9_-]"_s);
        const QString label = look.text(u"/hint"_s).toLower().replace(other, u"_"_s).left(60);
        return QString(label + u".unverified."_s + acronym);
    }

    static void settle(Look &look)
    {
        if (const QString name = ansName(look); !name.isEmpty())
            look.draft.set(u"/ansName"_s, name);
        // The ledger's local metadata follows edits of displayName and annotations.
        if (look.draft.conditionTrue(u"Synced"_s) && look.edited) {
            look.turn(u"Synced"_s, false, u"Updating"_s);
            look.enter(u"Updating"_s, u"The party's metadata is written."_s);
            look.draft.again(kMetadata);
            return;
        }
        if (!look.draft.conditionTrue(u"Synced"_s)) {
            const bool fresh = look.draft.condition(u"Synced"_s).isEmpty();
            if (!fresh && !look.after(u"Synced"_s, kMetadata))
                return;
            look.turn(u"Synced"_s, true, u"InStep"_s);
            look.say(fresh ? u"Ready"_s : u"Synced"_s,
                fresh ? u"The party can be used."_s : u"The party's metadata is as declared."_s);
        }
        look.draft.set(u"/retry"_s, QJsonValue::Null);
        if (look.draft.condition(u"DependenciesReady"_s).value("status"_L1).toString() == "False"_L1)
            look.ready();
        look.enter(u"Ready"_s);
    }
};

}

std::unique_ptr<Reconciler> makePartyReconciler()
{
    return std::make_unique<PartyReconciler>();
}

}
