// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/LedgerParts.h"

#include "models/core/Json.h"

#include <QJsonArray>

namespace qd::demo {

using namespace Qt::StringLiterals;
using std::chrono::seconds;

namespace {

constexpr seconds kCreate{1};
constexpr seconds kApply{1};
constexpr seconds kDelete{2};

/// The provider; "default" is Canton's own and has no object.
QString providerOf(const QJsonValue &spec)
{
    const QString name = textAt(spec, u"/identityProviderRef/name"_s);
    return name == "default"_L1 ? QString() : name;
}

std::optional<Need> refusal(const Look &look)
{
    const QList<QJsonObject> neighbours
        = look.world.ofNode(look.plural(), look.ns, look.text(u"/nodeRef/kind"_s), look.text(u"/nodeRef/name"_s));
    for (const QJsonObject &other : neighbours) {
        const QString name = textAt(other, u"/metadata/name"_s);
        if (name != look.name && textAt(other, u"/spec/userId"_s) == look.text(u"/userId"_s)
            && json::at(other, u"/spec/nodeRef"_s) == look.spec(u"/nodeRef"_s) && olderThan(other, look.object))
            return Need{u"UserIdTaken"_s,
                u"spec.userId: %1 has the user %2 already (LedgerUser %3); edit that one, or create this one anew with another id."_s
                    .arg(refText(look.spec(u"/nodeRef"_s)), look.text(u"/userId"_s), name)};
    }
    return std::nullopt;
}

/// What is to be granted, as status.appliedRights says it, and what cannot be.
struct Rights
{
    QJsonObject applied;
    QJsonArray drift;
    QStringList missing;
};

Rights rightsOf(const Look &look)
{
    Rights rights;
    for (const QString &flag :
        {u"participantAdmin"_s, u"identityProviderAdmin"_s, u"readAsAnyParty"_s, u"executeAsAnyParty"_s})
        rights.applied.insert(flag, look.spec(QString(u"/rights/"_s + flag)).toBool());
    for (const QString &right : {u"actAs"_s, u"readAs"_s, u"executeAs"_s}) {
        QStringList ids;
        for (const QJsonValue &ref : look.spec(QString(u"/rights/"_s + right)).toArray()) {
            const QString id = partyIdOf(look, ref);
            if (!id.isEmpty()) {
                ids.append(id);
                continue;
            }
            rights.missing.append(partyText(ref));
            if (rights.drift.size() < 128)
                rights.drift.append(QJsonObject{
                    {u"right"_s, right}, {u"party"_s, partyText(ref)}, {u"want"_s, true}, {u"have"_s, false}});
        }
        ids.removeDuplicates();
        rights.applied.insert(right, QJsonArray::fromStringList(ids));
    }
    rights.missing.removeDuplicates();
    return rights;
}

/// Rights that are not granted left out, as some tell them.
QJsonObject granted(const QJsonValue &rights)
{
    QJsonObject out = rights.toObject();
    for (const QString &key : out.keys()) {
        const QJsonValue value = out.value(key);
        if (value.isArray() ? value.toArray().isEmpty() : !value.toBool())
            out.remove(key);
    }
    return out;
}

class LedgerUserReconciler : public Reconciler
{
public:
    [[nodiscard]] QString plural() const override { return u"ledgerusers"_s; }
    [[nodiscard]] Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const override
    {
        Look look(plural(), object, world, moment);
        if (look.deleting())
            return end(look);
        look.hold({QLatin1String(kLedgerFinalizer)});
        if (const auto why = refusal(look)) {
            look.refuse(*why);
            return look.take();
        }
        look.accept();
        const Rights rights = rightsOf(look);
        const bool settled = look.draft.conditionTrue(u"Exists"_s)
            && granted(look.draft.at(u"/appliedRights"_s)) == granted(rights.applied) && !look.edited;
        // Who is there stays there while the node is down; only work needs the node.
        if (!settled) {
            if (const auto need = needOf(look)) {
                if (!look.draft.conditionTrue(u"Exists"_s))
                    look.enter(u"Pending"_s, need->message);
                look.waitFor(*need);
                return look.take();
            }
        }
        if (exists(look))
            apply(look, rights);
        return look.take();
    }
    [[nodiscard]] QList<std::pair<QString, QString>> touches(const QJsonObject &object, const World &) const override
    {
        // The provider counts its users, and may wait for the last one to go.
        const QString provider = providerOf(object.value("spec"_L1));
        if (provider.isEmpty())
            return {};
        return {{u"identityproviderconfigs"_s, QString(textAt(object, u"/metadata/namespace"_s) + u'/' + provider)}};
    }

private:
    static std::optional<Need> needOf(const Look &look)
    {
        if (const auto need = nodeNeed(look, look.spec(u"/nodeRef"_s), u"spec.nodeRef"_s))
            return need;
        const QString provider = providerOf(look.spec({}));
        if (provider.isEmpty())
            return std::nullopt;
        return objectNeed(look, u"identityproviderconfigs"_s, u"IdentityProviderConfig"_s, provider,
            {u"Ready"_s, u"Updating"_s, u"Degraded"_s}, u"spec.identityProviderRef"_s);
    }

    static Plan end(Look &look)
    {
        if (!look.held())
            return {};
        if (look.draft.at(u"/active"_s).toBool()) {
            look.draft.set(u"/active"_s, false);
            look.say(u"Deactivated"_s, u"User %1 can no longer sign in."_s.arg(look.text(u"/userId"_s)));
        }
        if (look.leave(kDelete, u"The user is removed from the participant."_s))
            look.say(u"Removed"_s,
                u"User %1 is removed from %2."_s.arg(look.text(u"/userId"_s), refText(look.spec(u"/nodeRef"_s))));
        return look.take();
    }

    static bool exists(Look &look)
    {
        if (look.draft.conditionTrue(u"Exists"_s))
            return true;
        look.ready();
        look.enter(u"Pending"_s, u"The participant makes the user."_s);
        look.turn(u"Exists"_s, false, u"Creating"_s);
        if (!look.after(u"Exists"_s, kCreate))
            return false;
        look.turn(u"Exists"_s, true, u"Created"_s);
        look.say(
            u"Created"_s, u"User %1 exists on %2."_s.arg(look.text(u"/userId"_s), refText(look.spec(u"/nodeRef"_s))));
        return true;
    }

    static void apply(Look &look, const Rights &rights)
    {
        const QJsonObject provider = look.world.find(u"identityproviderconfigs"_s, look.ns, providerOf(look.spec({})));
        const bool active
            = look.spec(u"/active"_s).toBool(true) && !json::at(provider, u"/spec/ledger/deactivated"_s).toBool();
        const QString primary = partyIdOf(look, look.spec(u"/primaryParty"_s));
        const QJsonValue primaryValue = primary.isEmpty() ? QJsonValue(QJsonValue::Undefined) : QJsonValue(primary);
        const bool same = granted(look.draft.at(u"/appliedRights"_s)) == granted(rights.applied)
            && look.draft.at(u"/active"_s) == QJsonValue(active) && look.draft.at(u"/primaryParty"_s) == primaryValue;
        if (!same) {
            const QString reason = look.draft.condition(u"RightsApplied"_s).value("reason"_L1).toString();
            if (reason != "Applying"_L1) {
                // The clock of the work starts anew even where parties were missing before.
                look.turnUnknown(u"RightsApplied"_s, u"Applying"_s);
                look.enter(u"Updating"_s, u"The participant applies rights, party and state of the user."_s);
                look.draft.again(kApply);
                return;
            }
            if (!look.after(u"RightsApplied"_s, kApply))
                return;
            if (look.draft.at(u"/active"_s).isBool() && look.draft.at(u"/active"_s).toBool() != active)
                look.say(active ? u"Activated"_s : u"Deactivated"_s,
                    active ? u"The user can sign in."_s : u"The user can no longer sign in."_s);
            look.draft.set(u"/appliedRights"_s, rights.applied);
            look.draft.set(u"/active"_s, active);
            look.draft.set(u"/primaryParty"_s, primary.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(primary));
            look.draft.set(u"/lastSync"_s, look.moment.stamp());
            look.say(u"RightsApplied"_s, u"The rights of %1 are in force."_s.arg(look.text(u"/userId"_s)));
        }
        if (look.forced)
            look.draft.set(u"/lastSync"_s, look.moment.stamp());
        conclude(look, rights);
    }

    static void conclude(Look &look, const Rights &rights)
    {
        QStringList missing = rights.missing;
        const QJsonValue primary = look.spec(u"/primaryParty"_s);
        if (primary.isObject() && partyIdOf(look, primary).isEmpty())
            missing.append(partyText(primary));
        missing.removeDuplicates();
        look.draft.set(u"/drift"_s, rights.drift.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(rights.drift));
        if (missing.isEmpty()) {
            look.turn(u"RightsApplied"_s, true, u"Applied"_s);
            look.ready();
            look.enter(u"Ready"_s);
            return;
        }
        const QString message
            = u"There is no party %1 in namespace %2 yet, or it is not allocated; create it, or take it out of "
              "spec.rights."_s.arg(missing.join(u", "_s), look.ns);
        if (look.turn(u"RightsApplied"_s, false, u"PartiesMissing"_s, message))
            look.warn(u"PartiesMissing"_s, message);
        look.enter(u"Updating"_s, message);
        look.waitFor({u"PartyNotReady"_s, message});
    }
};

}

std::unique_ptr<Reconciler> makeLedgerUserReconciler()
{
    return std::make_unique<LedgerUserReconciler>();
}

}
