// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/LedgerParts.h"

#include "models/core/Json.h"

#include <QJsonArray>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr seconds kProbe{2};
constexpr seconds kCheck{1};
constexpr seconds kForget{1};

/// What an unreachable address leads to; true while it answers and has been asked.
bool answers(Look &look, const QString &field, const QString &address)
{
    if (neverAnswers(address)) {
        const QString message = u"%1: %2 cannot be resolved; correct the address."_s.arg(field, address);
        look.enter(
            look.draft.phase() == "Ready"_L1 || look.draft.phase() == "Degraded"_L1 ? u"Degraded"_s : u"Failed"_s,
            message);
        look.draft.set(u"/reachable"_s, false);
        look.turn(u"Ready"_s, false, u"Unreachable"_s, message);
        if (look.turn(u"Reachable"_s, false, u"Unreachable"_s, message))
            look.warn(u"Unreachable"_s, message);
        look.retry(message);
        return false;
    }
    const bool asked = look.edited || look.forced || !look.draft.openRequest(u"trigger"_s).isEmpty();
    if (!look.draft.openRequest(u"trigger"_s).isEmpty())
        look.draft.handled(u"trigger"_s);
    if (look.draft.conditionTrue(u"Reachable"_s) && !(asked && look.draft.conditionTrue(u"Ready"_s)))
        return true;
    if (look.draft.condition(u"Reachable"_s).value("reason"_L1).toString() != "Probing"_L1) {
        look.turnUnknown(u"Reachable"_s, u"Probing"_s);
        look.enter(
            look.draft.phase() == "Ready"_L1 ? u"Updating"_s : u"Pending"_s, u"It is asked whether it answers."_s);
    }
    if (!look.after(u"Reachable"_s, kProbe))
        return false;
    look.turn(u"Reachable"_s, true, u"Answered"_s);
    look.draft.set(u"/reachable"_s, true);
    look.draft.set(u"/retry"_s, QJsonValue::Null);
    look.say(u"Reachable"_s, u"%1 answers."_s.arg(address));
    return true;
}

/// True once a check that follows the probe is through.
bool checked(Look &look, const QString &condition, const QString &good)
{
    if (look.draft.conditionTrue(condition))
        return true;
    look.turn(condition, false, u"Checking"_s);
    if (!look.after(condition, kCheck))
        return false;
    look.turn(condition, true, good);
    return true;
}

QStringList keysOf(const QString &type)
{
    if (type == "Fireblocks"_L1)
        return {u"Ed25519"_s, u"EcdsaSecp256k1"_s};
    if (type == "Dfns"_L1 || type == "Generic"_L1)
        return {u"Ed25519"_s, u"EcdsaP256"_s, u"EcdsaSecp256k1"_s};
    return {u"Ed25519"_s, u"EcdsaP256"_s};
}

class WalletProviderReconciler : public Reconciler
{
public:
    [[nodiscard]] QString plural() const override { return u"walletproviders"_s; }
    [[nodiscard]] Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const override
    {
        Look look(plural(), object, world, moment);
        const QList<QJsonObject> bound
            = world.referring(u"parties"_s, u"/spec/external/walletProviderRef"_s, look.ns, {}, look.name);
        if (look.deleting())
            return end(look, bound);
        look.hold({QLatin1String(kLedgerFinalizer)});
        const QString algorithm = look.spec(u"/signing/keyAlgorithm"_s).toString(u"Ed25519"_s);
        if (!keysOf(look.text(u"/type"_s)).contains(algorithm)) {
            look.refuse({u"KeyNotSupported"_s,
                u"spec.signing.keyAlgorithm: %1 does not offer %2; choose one of %3."_s.arg(
                    look.text(u"/type"_s), algorithm, keysOf(look.text(u"/type"_s)).join(u", "_s))});
            return look.take();
        }
        look.accept();
        if (!networks(look) || !answers(look, u"spec.endpoint"_s, look.text(u"/endpoint"_s))
            || !checked(look, u"CredentialsValid"_s, u"Accepted"_s))
            return look.take();
        settle(look, bound);
        return look.take();
    }

private:
    static Plan end(Look &look, const QList<QJsonObject> &bound)
    {
        if (!look.held())
            return {};
        if (!bound.isEmpty()) {
            QStringList names;
            for (const QJsonObject &party : bound)
                names.append(textAt(party, u"/metadata/name"_s));
            names.sort();
            look.block({u"PartiesBound"_s,
                u"It signs for the parties %1; delete those objects or let another provider sign first."_s.arg(
                    names.mid(0, 10).join(u", "_s))});
            return look.take();
        }
        look.leave(kForget, u"The operator forgets the provider."_s);
        return look.take();
    }

    static bool networks(Look &look)
    {
        for (const QJsonValue &network : look.spec(u"/networkRefs"_s).toArray()) {
            const QString name = textAt(network, u"/name"_s);
            const QList<QJsonObject> all = look.world.all(u"cantonnetworks"_s);
            if (std::any_of(all.begin(), all.end(),
                    [&name](const QJsonObject &one) { return textAt(one, u"/metadata/name"_s) == name; }))
                continue;
            const Need need{u"CantonNetworkNotFound"_s,
                u"CantonNetwork %1 of spec.networkRefs does not exist; create it, or take it out."_s.arg(name)};
            if (!look.draft.conditionTrue(u"Ready"_s))
                look.enter(u"Pending"_s, need.message);
            look.waitFor(need);
            return false;
        }
        look.turn(u"DependenciesReady"_s, true, u"Ready"_s);
        return true;
    }

    static void settle(Look &look, const QList<QJsonObject> &bound)
    {
        look.ready();
        QStringList parties;
        QString signedLast = look.draft.at(u"/lastSignTime"_s).toString();
        for (const QJsonObject &party : bound) {
            parties.append(textAt(party, u"/metadata/name"_s));
            signedLast = std::max(signedLast, textAt(party, u"/status/effectiveSince"_s));
        }
        for (const QJsonValue &vault : look.spec(u"/vaults"_s).toArray()) {
            const QJsonValue ref = json::at(vault, u"/partyRef"_s);
            if (ref.isObject())
                parties.append(partyText(ref));
        }
        parties.removeDuplicates();
        look.draft.set(u"/supportedKeys"_s, QJsonArray::fromStringList(keysOf(look.text(u"/type"_s))));
        look.draft.set(u"/partiesBound"_s, int(parties.size()));
        if (!signedLast.isEmpty())
            look.draft.set(u"/lastSignTime"_s, signedLast);
        const bool enabled = look.spec(u"/enabled"_s).toBool(true);
        look.enter(u"Ready"_s, enabled ? QString() : u"Disabled: it signs nothing until spec.enabled is set."_s);
        if (look.turn(u"Ready"_s, enabled, enabled ? u"Signing"_s : u"Disabled"_s))
            look.say(enabled ? u"Ready"_s : u"Disabled"_s,
                enabled ? u"It can sign for parties."_s : u"It signs nothing, as spec.enabled asks."_s);
        // Parties that are bound later are counted at the next look.
        look.poll(seconds(30));
    }
};

/// Keys a node of the kind makes at its first start.
int keysMadeBy(const QString &kind)
{
    return kind == "SyncDomain"_L1 ? 5 : kind == "SuperValidator"_L1 ? 9 : 4;
}

class KmsReconciler : public Reconciler
{
public:
    [[nodiscard]] QString plural() const override { return u"kmsconfigs"_s; }
    [[nodiscard]] Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const override
    {
        Look look(plural(), object, world, moment);
        const QJsonArray users = usersOf(look);
        if (look.deleting())
            return end(look, users);
        look.hold({QLatin1String(kLedgerFinalizer)});
        look.accept();
        const QString address = look.text(u"/address"_s);
        const QString where = address.isEmpty()
            ? u"%1 %2"_s
                  .arg(look.text(u"/provider"_s),
                      look.text(look.text(u"/region"_s).isEmpty() ? u"/projectId"_s : u"/region"_s))
                  .trimmed()
            : address;
        if (!answers(look, u"spec.address"_s, where) || !checked(look, u"PermissionsOk"_s, u"Checked"_s))
            return look.take();
        look.ready();
        look.draft.set(u"/usedBy"_s, users);
        int keys = 0;
        for (const QJsonValue &user : users)
            keys += keysMadeBy(textAt(user, u"/kind"_s));
        // Keys are never taken back.
        look.draft.set(u"/keysCreated"_s, std::max(keys, look.draft.at(u"/keysCreated"_s).toInt()));
        look.enter(u"Ready"_s);
        if (look.turn(u"Ready"_s, true, u"Serving"_s))
            look.say(u"Ready"_s, u"New nodes can keep their keys there."_s);
        look.poll(seconds(30));
        return look.take();
    }

private:
    static QJsonArray usersOf(const Look &look)
    {
        QJsonArray users;
        for (const QString &kind : {u"SyncDomain"_s, u"Participant"_s, u"Validator"_s, u"SuperValidator"_s}) {
            QStringList names;
            for (const QJsonObject &node :
                look.world.referring(pluralOfKind(kind), u"/spec/kmsConfigRef"_s, look.ns, {}, look.name))
                names.append(textAt(node, u"/metadata/name"_s));
            names.sort();
            for (const QString &name : names) {
                if (users.size() < 64)
                    users.append(QJsonObject{{u"kind"_s, kind}, {u"name"_s, name}});
            }
        }
        return users;
    }

    static Plan end(Look &look, const QJsonArray &users)
    {
        if (!look.held())
            return {};
        look.draft.set(u"/usedBy"_s, users);
        if (!users.isEmpty()) {
            QStringList names;
            for (const QJsonValue &user : users)
                names.append(refText(user));
            look.block({u"NodesUseIt"_s,
                u"It holds the keys of %1; without it they cannot sign. Delete the nodes first."_s.arg(
                    names.mid(0, 10).join(u", "_s))});
            return look.take();
        }
        look.leave(kForget, u"The operator forgets the key management; the keys stay there."_s);
        return look.take();
    }
};

}

std::unique_ptr<Reconciler> makeWalletProviderReconciler()
{
    return std::make_unique<WalletProviderReconciler>();
}

std::unique_ptr<Reconciler> makeKmsReconciler()
{
    return std::make_unique<KmsReconciler>();
}

void addAccessReconcilers(std::vector<std::unique_ptr<Reconciler>> &to)
{
    to.push_back(makeIdentityReconciler());
    to.push_back(makeWalletProviderReconciler());
    to.push_back(makeKmsReconciler());
}

}
