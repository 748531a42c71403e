// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/LedgerParts.h"

#include "models/core/Json.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using std::chrono::seconds;

namespace {

constexpr seconds kOnboard{4};
constexpr seconds kInstall{2};
constexpr seconds kOffboard{2};

QJsonObject validatorRef(const Look &look)
{
    return {{u"kind"_s, u"Validator"_s}, {u"name"_s, look.text(u"/validatorRef/name"_s)}};
}

/// A provider the operator keeps itself: the validator's integrated Keycloak, or a managed provider that serves it.
bool managedProvider(const Look &look)
{
    const QString mode = textAt(nodeAt(look, validatorRef(look)), u"/spec/auth/mode"_s);
    if (mode == "IntegratedKeycloak"_L1)
        return true;
    const QList<QJsonObject> providers = look.world.all(u"identityproviderconfigs"_s, look.ns);
    return std::any_of(providers.begin(), providers.end(), [&look](const QJsonObject &provider) {
        if (!json::at(provider, u"/spec/managed"_s).toBool())
            return false;
        const QJsonArray nodes = json::at(provider, u"/spec/scope/nodeRefs"_s).toArray();
        return std::any_of(nodes.begin(), nodes.end(), [&look](const QJsonValue &node) {
            return textAt(node, u"/kind"_s) == "Validator"_L1
                && textAt(node, u"/name"_s) == look.text(u"/validatorRef/name"_s);
        });
    });
}

std::optional<Need> refusal(const Look &look)
{
    for (const QJsonObject &other : look.world.all(look.plural(), look.ns)) {
        const QString name = textAt(other, u"/metadata/name"_s);
        if (name != look.name && textAt(other, u"/spec/username"_s) == look.text(u"/username"_s)
            && json::at(other, u"/spec/validatorRef"_s) == look.spec(u"/validatorRef"_s)
            && olderThan(other, look.object))
            return Need{u"UsernameTaken"_s,
                u"spec.username: %1 is a wallet user of Validator %2 already (WalletUser %3); create this one anew "
                u"with another "
                "name."_s.arg(look.text(u"/username"_s), look.text(u"/validatorRef/name"_s), name)};
    }
    const bool known = !nodeAt(look, validatorRef(look)).isEmpty();
    if (known && look.spec(u"/createInIdp"_s).toBool() && !managedProvider(look))
        return Need{u"ProviderNotManaged"_s,
            u"spec.createInIdp: the identity provider of Validator %1 is not managed by the operator; make the user "
            u"there and set "
            "spec.createInIdp to false."_s.arg(look.text(u"/validatorRef/name"_s))};
    return std::nullopt;
}

/// Letters, digits, - and _: what a party hint may consist of.
QString hintOf(const Look &look)
{
    const QString hint = look.text(u"/party/hint"_s);
    if (!hint.isEmpty())
        return hint;
    static const QRegularExpression other(u"[^a-zA-Z0-9_-]"_s);
    return look.text(u"/username"_s).replace(other, u"_"_s);
}

class WalletUserReconciler : public Reconciler
{
public:
    [[nodiscard]] QString plural() const override { return u"walletusers"_s; }
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
        const bool onboarded = look.draft.conditionTrue(u"UserOnboarded"_s);
        if (!onboarded) {
            if (const auto need = needOf(look)) {
                look.enter(u"Pending"_s, need->message);
                look.draft.set(u"/status"_s, u"Pending"_s);
                look.waitFor(*need);
                return look.take();
            }
        }
        look.ready();
        if (!onboarded && !onboard(look))
            return look.take();
        install(look);
        return look.take();
    }

private:
    static std::optional<Need> needOf(const Look &look)
    {
        if (const auto need = nodeNeed(look, validatorRef(look), u"spec.validatorRef"_s))
            return need;
        const QString party = look.text(u"/party/partyRef/name"_s);
        if (party.isEmpty())
            return std::nullopt;
        return objectNeed(look, u"parties"_s, u"Party"_s, party, {u"Ready"_s, u"Updating"_s}, u"spec.party.partyRef"_s);
    }

    static Plan end(Look &look)
    {
        if (!look.held())
            return {};
        look.draft.set(u"/installed"_s, false);
        look.turn(u"UserOnboarded"_s, false, u"Offboarding"_s);
        if (look.leave(kOffboard, u"The user is offboarded; the party and its holdings stay on the ledger."_s))
            look.say(u"Offboarded"_s, u"User %1 is offboarded."_s.arg(look.text(u"/username"_s)));
        return look.take();
    }

    static bool onboard(Look &look)
    {
        const QString message = u"Validator %1 onboards the user."_s.arg(look.text(u"/validatorRef/name"_s));
        look.enter(u"Pending"_s, message);
        look.draft.set(u"/status"_s, u"Pending"_s);
        look.draft.set(u"/installed"_s, false);
        if (look.turn(u"UserOnboarded"_s, false, u"Onboarding"_s))
            look.say(u"Onboarding"_s, message);
        if (!look.after(u"UserOnboarded"_s, kOnboard))
            return false;
        const QJsonObject validator = nodeAt(look, validatorRef(look));
        QString id = partyIdOf(look, look.spec(u"/party/partyRef"_s));
        if (id.isEmpty()) {
            const QString uid = textAt(validator, u"/status/uid"_s);
            id = QString(hintOf(look) + u"::"_s
                + (uid.isEmpty() ? fingerprintOf(textAt(validator, u"/status/participantId"_s)) : uid));
        }
        look.draft.set(u"/partyId"_s, id);
        look.draft.set(u"/status"_s, u"Active"_s);
        look.turn(u"UserOnboarded"_s, true, u"Onboarded"_s);
        look.say(u"Onboarded"_s, u"User %1 is onboarded with party %2."_s.arg(look.text(u"/username"_s), id));
        look.enter(u"Updating"_s, u"The wallet is installed for the party."_s);
        look.draft.again(kInstall);
        return false;
    }

    static void install(Look &look)
    {
        if (!look.draft.at(u"/installed"_s).toBool()) {
            if (!look.after(u"UserOnboarded"_s, kInstall))
                return;
            look.draft.set(u"/installed"_s, true);
            look.say(u"WalletInstalled"_s, u"The wallet of %1 is installed."_s.arg(look.text(u"/username"_s)));
        }
        look.enter(u"Ready"_s);
    }
};

}

std::unique_ptr<Reconciler> makeWalletUserReconciler()
{
    return std::make_unique<WalletUserReconciler>();
}

}
