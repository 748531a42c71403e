// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/LedgerParts.h"

#include "models/core/Json.h"

#include <QJsonArray>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr seconds kPropose{3};
constexpr seconds kAnnounce{2};
constexpr seconds kActivate{2};
constexpr hours kPatience{24 * 7};
constexpr milliseconds kManagedSigns{2000};

/// spec.mapping's part that belongs to the type: PartyHosting, partyHosting.
QString partOf(const QString &type)
{
    return QString(type.left(1).toLower() + type.mid(1));
}

struct Signers
{
    QStringList keys; ///< fingerprints, the proposer's first when it is one of them
    qsizetype threshold = 0; ///< so many are enough
    QString own;
};

QStringList fingerprints(const QJsonValue &ids)
{
    QStringList keys;
    for (const QJsonValue &id : ids.toArray())
        keys.append(fingerprintOf(id.isObject() ? textAt(id, u"/participantId"_s) : id.toString()));
    return keys;
}

/// The private domain a change is for, by id, alias or the proposing node.
QJsonObject domainFor(const Look &look)
{
    const QString wanted = look.text(u"/synchronizer"_s);
    for (const QJsonObject &domain : look.world.all(u"syncdomains"_s, look.ns)) {
        const bool self = textAt(domain, u"/metadata/name"_s) == look.text(u"/nodeRef/name"_s)
            && look.text(u"/nodeRef/kind"_s) == "SyncDomain"_L1;
        if (wanted.isEmpty() ? self
                             : wanted == textAt(domain, u"/spec/alias"_s)
                    || textAt(domain, u"/status/domainId"_s).startsWith(wanted))
            return domain;
    }
    return {};
}

Signers signersOf(const Look &look, const QJsonValue &mapping)
{
    Signers signers;
    const QString type = look.text(u"/type"_s);
    const QJsonObject node = nodeAt(look, look.spec(u"/nodeRef"_s));
    const bool domain = look.text(u"/nodeRef/kind"_s) == "SyncDomain"_L1;
    signers.own = textAt(node, u"/status/uid"_s);
    if (signers.own.isEmpty())
        signers.own = fingerprintOf(textAt(node, domain ? u"/status/domainId"_s : u"/status/participantId"_s));
    if (type == "PartyHosting"_L1) {
        signers.keys = fingerprints(json::at(mapping, u"/participants"_s));
        signers.keys.prepend(fingerprintOf(textAt(mapping, u"/partyId"_s)));
    } else if (type == "NamespaceDelegation"_L1) {
        signers.keys = {textAt(mapping, u"/namespace"_s)};
    } else if (type == "KeyRotation"_L1) {
        signers.keys = {fingerprintOf(textAt(mapping, u"/member"_s))};
    } else if (type == "PackageVetting"_L1) {
        signers.keys = {fingerprintOf(textAt(mapping, u"/participantId"_s))};
    } else if (type == "OwnerChange"_L1) {
        signers.keys = fingerprints(json::at(mapping, u"/owners"_s));
    } else {
        const QJsonObject owner = domainFor(look);
        signers.keys = fingerprints(json::at(owner, u"/spec/owners/members"_s));
        signers.threshold = json::at(owner, u"/spec/owners/threshold"_s).toInt(1);
        // The operator of the domain signs with an owner's key.
        if (domain && !signers.keys.isEmpty() && !signers.keys.contains(signers.own))
            signers.own = signers.keys.first();
    }
    signers.keys.removeDuplicates();
    signers.keys.removeAll(QString());
    if (signers.keys.isEmpty())
        signers.keys = {signers.own};
    if (signers.keys.removeAll(signers.own) > 0)
        signers.keys.prepend(signers.own);
    if (signers.threshold == 0 || signers.threshold > signers.keys.size())
        signers.threshold = signers.keys.size();
    return signers;
}

std::optional<Need> refusal(const Look &look, const QJsonValue &mapping)
{
    if (look.text(u"/type"_s) == "KeyRotation"_L1 && textAt(mapping, u"/oldKey"_s) == textAt(mapping, u"/newKey"_s))
        return Need{u"SameKey"_s, u"spec.mapping.keyRotation.newKey: is the key it replaces; name another one."_s};
    return std::nullopt;
}

void setStep(Look &look, const QString &name, const QString &state, const QString &message = {})
{
    QJsonArray steps = look.draft.at(u"/steps"_s).toArray();
    const QStringList names{u"Propose"_s, u"CollectSignatures"_s, u"Activate"_s};
    while (steps.size() < names.size())
        steps.append(QJsonObject{{u"name"_s, names.at(steps.size())}, {u"state"_s, u"Pending"_s}});
    for (qsizetype i = 0; i < steps.size(); ++i) {
        QJsonObject step = steps.at(i).toObject();
        if (step.value("name"_L1).toString() != name)
            continue;
        if (step.value("state"_L1).toString() != state) {
            if (!step.contains("startTime"_L1))
                step.insert("startTime"_L1, look.moment.stamp());
            if (state != "Running"_L1)
                step.insert("endTime"_L1, look.moment.stamp());
        }
        step.insert("state"_L1, state);
        if (message.isEmpty())
            step.remove("message"_L1);
        else
            step.insert("message"_L1, message.left(1024));
        steps.replace(i, step);
    }
    look.draft.set(u"/steps"_s, steps);
}

class TopologyReconciler : public Reconciler
{
public:
    [[nodiscard]] QString plural() const override { return u"topologychanges"_s; }
    [[nodiscard]] Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const override
    {
        Look look(plural(), object, world, moment);
        const QString phase = look.draft.phase();
        // What is in force is undone by another change, never by deleting this one.
        if (look.deleting() || phase == "Effective"_L1 || phase == "Rejected"_L1 || phase == "Failed"_L1)
            return look.deleting() ? Plan() : look.take();
        const QJsonValue mapping = look.spec(QString(u"/mapping/"_s + partOf(look.text(u"/type"_s))));
        if (const auto why = refusal(look, mapping)) {
            // Not begun: its spec can still be corrected.
            look.refuse(*why, u"Pending"_s);
            return look.take();
        }
        look.accept();
        if (look.spec(u"/authorize/rejected"_s).toBool()) {
            reject(look);
            return look.take();
        }
        if (const auto need = nodeNeed(look, look.spec(u"/nodeRef"_s), u"spec.nodeRef"_s)) {
            if (phase.isEmpty())
                look.enter(u"Pending"_s, need->message);
            look.waitFor(*need);
            return look.take();
        }
        look.ready();
        if (proposed(look, mapping) && authorized(look, signersOf(look, mapping)))
            activate(look);
        return look.take();
    }
    [[nodiscard]] QList<std::pair<QString, QString>> touches(
        const QJsonObject &object, const World &world) const override
    {
        // A permission lets connections in, a hosting changes its party.
        QList<std::pair<QString, QString>> touched;
        if (textAt(object, u"/status/phase"_s) != "Effective"_L1)
            return touched;
        const auto touch = [&touched](const QString &plural, const QJsonObject &other) {
            touched.append(
                {plural, QString(textAt(other, u"/metadata/namespace"_s) + u'/' + textAt(other, u"/metadata/name"_s))});
        };
        if (textAt(object, u"/spec/type"_s) == "ParticipantPermission"_L1) {
            for (const QJsonObject &edge : world.all(u"syncdomainconnections"_s)) {
                if (textAt(edge, u"/status/phase"_s) == "AwaitingPermission"_L1)
                    touch(u"syncdomainconnections"_s, edge);
            }
        } else if (textAt(object, u"/spec/type"_s) == "PartyHosting"_L1) {
            const QString id = textAt(object, u"/spec/mapping/partyHosting/partyId"_s);
            for (const QJsonObject &party : world.all(u"parties"_s, textAt(object, u"/metadata/namespace"_s))) {
                if (textAt(party, u"/status/partyId"_s) == id)
                    touch(u"parties"_s, party);
            }
        }
        return touched;
    }

private:
    static void reject(Look &look)
    {
        const QString by = look.text(u"/authorize/by"_s);
        look.enter(u"Rejected"_s, by.isEmpty() ? u"Rejected."_s : u"Rejected by %1."_s.arg(by));
        look.turn(u"Effective"_s, false, u"Rejected"_s);
        setStep(look, u"CollectSignatures"_s, u"Failed"_s, u"Rejected."_s);
        setStep(look, u"Activate"_s, u"Skipped"_s);
        look.draft.set(u"/pendingSigners"_s, QJsonArray());
        look.warn(u"Rejected"_s, u"The change was rejected; create a new one to try again."_s);
    }

    /// True once the proposal is on the domain.
    static bool proposed(Look &look, const QJsonValue &mapping)
    {
        if (look.draft.conditionTrue(u"Proposed"_s))
            return true;
        look.enter(u"Pending"_s, u"The node submits the proposal."_s);
        look.turn(u"Proposed"_s, false, u"Submitting"_s);
        setStep(look, u"Propose"_s, u"Running"_s);
        if (!look.after(u"Proposed"_s, kPropose))
            return false;
        look.turn(u"Proposed"_s, true, u"Proposed"_s);
        look.turn(u"FullyAuthorized"_s, false, u"SignaturesMissing"_s);
        look.turn(u"Effective"_s, false, u"NotYet"_s);
        look.draft.set(u"/txHash"_s,
            fingerprintFor(QString(QString::fromUtf8(json::compact(mapping)) + look.ns + u'/' + look.name)));
        int serial = 1;
        for (const QJsonObject &other : look.world.all(look.plural(), look.ns)) {
            if (textAt(other, u"/spec/type"_s) == look.text(u"/type"_s)
                && json::at(other, u"/spec/nodeRef"_s) == look.spec(u"/nodeRef"_s)
                && textAt(other, u"/status/phase"_s) == "Effective"_L1)
                ++serial;
        }
        look.draft.set(u"/serial"_s, serial);
        const Signers signers = signersOf(look, mapping);
        look.draft.set(u"/signatures"_s, QJsonArray());
        look.draft.set(u"/pendingSigners"_s, QJsonArray::fromStringList(signers.keys));
        setStep(look, u"Propose"_s, u"Succeeded"_s);
        setStep(look, u"CollectSignatures"_s, u"Running"_s);
        look.enter(u"Proposed"_s, u"The proposal is on the domain."_s);
        look.say(
            u"Proposed"_s, u"Proposed with serial %1; %2 signatures are needed."_s.arg(serial).arg(signers.threshold));
        look.draft.again(kAnnounce);
        return false;
    }

    /// Signatures arrive one after another: the proposer's at once, those of other organisations when they get to it,
    /// those of the nodes that are run here when a person approves.
    static bool authorized(Look &look, const Signers &signers)
    {
        if (look.draft.conditionTrue(u"FullyAuthorized"_s))
            return true;
        if (look.draft.phase() == "Proposed"_L1 && !look.afterWrite(kAnnounce))
            return false;
        QJsonArray signatures = look.draft.at(u"/signatures"_s).toArray();
        QStringList pending = signers.keys;
        for (const QJsonValue &signature : signatures)
            pending.removeAll(textAt(signature, u"/signer"_s));
        if (signatures.size() < signers.threshold) {
            const QString key = nextSigner(look, signers, pending);
            if (!key.isEmpty()) {
                signatures.append(QJsonObject{{u"signer"_s, key}, {u"time"_s, look.moment.stamp()}});
                pending.removeAll(key);
                look.say(
                    u"Signed"_s, u"Signed by %1, %2 of %3."_s.arg(key).arg(signatures.size()).arg(signers.threshold));
                look.draft.set(u"/signatures"_s, signatures);
            }
        }
        if (signatures.size() >= signers.threshold) {
            look.draft.set(u"/pendingSigners"_s, QJsonArray());
            look.turn(u"FullyAuthorized"_s, true, u"AllSigned"_s);
            setStep(look, u"CollectSignatures"_s, u"Succeeded"_s);
            setStep(look, u"Activate"_s, u"Running"_s);
            return true;
        }
        look.draft.set(u"/pendingSigners"_s, QJsonArray::fromStringList(pending));
        waitForSigners(look, pending);
        return false;
    }

    /// Whose signature is here now; asks to be looked at again when the next one will be.
    static QString nextSigner(Look &look, const Signers &signers, const QStringList &pending)
    {
        if (pending.contains(signers.own))
            return signers.own;
        for (const QString &key : pending) {
            const bool here = managed(look, key);
            if (here && !look.spec(u"/authorize/approved"_s).toBool())
                continue;
            const milliseconds takes
                = here ? kManagedSigns : milliseconds(4000 + qint64(6000 * look.moment.chance(look.object, key)));
            return look.afterWrite(takes) ? key : QString();
        }
        return {};
    }

    /// The key of a node this operator runs.
    static bool managed(const Look &look, const QString &key)
    {
        for (const QString &plural : {u"validators"_s, u"participants"_s, u"supervalidators"_s, u"syncdomains"_s}) {
            for (const QJsonObject &node : look.world.all(plural)) {
                if (textAt(node, u"/status/uid"_s) == key)
                    return true;
            }
        }
        return false;
    }

    static void waitForSigners(Look &look, const QStringList &pending)
    {
        const bool person = !look.spec(u"/authorize/approved"_s).toBool()
            && std::any_of(pending.begin(), pending.end(), [&look](const QString &key) { return managed(look, key); });
        const QString message = person
            ? u"Waits for %1 signatures; nodes that are run here sign when spec.authorize.approved is set."_s.arg(
                pending.size())
            : u"Waits for the signatures of %1."_s.arg(pending.join(u", "_s));
        if (look.enter(u"AwaitingSignatures"_s, message) && person)
            look.say(u"AwaitingApproval"_s, u"Approve or reject it in spec.authorize."_s);
        look.turn(u"FullyAuthorized"_s, false, u"SignaturesMissing"_s, message);
        const bool strict = look.spec(u"/mustFullyAuthorize"_s).toBool(true);
        if (!strict || !look.after(u"FullyAuthorized"_s, kPatience))
            return;
        const QString late
            = u"Refused: after 7 days the signatures of %1 are missing; create the change anew when they can "
              "sign."_s.arg(pending.join(u", "_s));
        look.enter(u"Failed"_s, late);
        setStep(look, u"CollectSignatures"_s, u"Failed"_s, late);
        setStep(look, u"Activate"_s, u"Skipped"_s);
        look.warn(u"SignaturesMissing"_s, late);
    }

    static void activate(Look &look)
    {
        look.enter(look.draft.phase() == "Proposed"_L1 ? u"Proposed"_s : u"AwaitingSignatures"_s,
            u"All have signed; the domain puts the change in force."_s);
        if (!look.after(u"FullyAuthorized"_s, kActivate))
            return;
        look.enter(u"Effective"_s);
        look.turn(u"Effective"_s, true, u"InForce"_s);
        look.draft.set(u"/effectiveTime"_s, look.moment.stamp());
        setStep(look, u"Activate"_s, u"Succeeded"_s);
        look.say(u"Effective"_s, u"The change is in force."_s);
    }
};

}

std::unique_ptr<Reconciler> makeTopologyReconciler()
{
    return std::make_unique<TopologyReconciler>();
}

}
