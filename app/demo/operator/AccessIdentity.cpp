// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Faults.h"
#include "app/demo/operator/LedgerParts.h"

#include "models/core/Json.h"

#include <QJsonArray>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr seconds kDiscover{2};
constexpr seconds kProvision{2};
constexpr seconds kConfigure{1};
constexpr seconds kRemove{2};

bool nodesOverlap(const QJsonValue &left, const QJsonValue &right)
{
    const QJsonArray others = json::at(right, u"/spec/scope/nodeRefs"_s).toArray();
    const QJsonArray mine = json::at(left, u"/spec/scope/nodeRefs"_s).toArray();
    return std::any_of(mine.begin(), mine.end(), [&others](const QJsonValue &one) { return others.contains(one); });
}

std::optional<Need> refusal(const Look &look)
{
    for (const QJsonObject &other : look.world.all(look.plural(), look.ns)) {
        const QString name = textAt(other, u"/metadata/name"_s);
        if (name == look.name || !olderThan(other, look.object) || !nodesOverlap(look.object, other))
            continue;
        if (textAt(other, u"/spec/issuer"_s) == look.text(u"/issuer"_s))
            return Need{u"IssuerTaken"_s,
                u"spec.issuer: a node of spec.scope.nodeRefs knows this issuer already by IdentityProviderConfig %1; "
                u"edit that one, or "
                "take the node out."_s.arg(name)};
        const QString id = look.text(u"/ledger/identityProviderId"_s);
        if (!id.isEmpty() && textAt(other, u"/spec/ledger/identityProviderId"_s) == id)
            return Need{u"ProviderIdTaken"_s,
                u"spec.ledger.identityProviderId: %1 names IdentityProviderConfig %2 on a node of spec.scope.nodeRefs "
                u"already; choose "
                "another."_s.arg(id, name)};
    }
    return std::nullopt;
}

/// Endpoints as the provider's discovery document would name them, where the spec does not.
QJsonObject discovered(const Look &look)
{
    const QString issuer = look.text(u"/issuer"_s);
    const QString provider = look.text(u"/provider"_s);
    QString base = issuer;
    while (base.endsWith(u'/'))
        base.chop(1);
    QString authorize = u"/authorize"_s, token = u"/token"_s, keys = u"/jwks"_s, end = u"/logout"_s;
    if (provider == "Keycloak"_L1) {
        base += u"/protocol/openid-connect"_s;
        authorize = u"/auth"_s;
        keys = u"/certs"_s;
    } else if (provider == "Okta"_L1) {
        base += base.contains("/oauth2"_L1) ? u"/v1"_s : u"/oauth2/v1"_s;
        keys = u"/keys"_s;
    } else if (provider == "AzureAD"_L1) {
        base.remove("/v2.0"_L1);
        authorize = u"/oauth2/v2.0/authorize"_s;
        token = u"/oauth2/v2.0/token"_s;
        keys = u"/discovery/v2.0/keys"_s;
        end = u"/oauth2/v2.0/logout"_s;
    } else if (provider == "Auth0"_L1) {
        token = u"/oauth/token"_s;
        keys = u"/.well-known/jwks.json"_s;
        end = u"/oidc/logout"_s;
    } else if (provider == "Ping"_L1) {
        authorize = u"/as/authorization.oauth2"_s;
        token = u"/as/token.oauth2"_s;
        keys = u"/pf/JWKS"_s;
        end = u"/idp/startSLO.ping"_s;
    }
    const auto named = [&](const QString &pointer, const QString &path) {
        const QString told = look.text(pointer);
        return told.isEmpty() ? QString(base + path).left(512) : told;
    };
    return {{u"authorizeUrl"_s, named(u"/authorizeUrl"_s, authorize)}, {u"tokenUrl"_s, named(u"/tokenUrl"_s, token)},
        {u"jwksUrl"_s, named(u"/jwksUrl"_s, keys)}, {u"endSessionUrl"_s, QString(base + end).left(512)}};
}

QJsonArray clientsOf(const Look &look)
{
    QJsonArray ids;
    if (!look.spec(u"/managed"_s).toBool())
        return ids;
    for (const QString &client : {u"validator"_s, u"walletUi"_s, u"cns"_s, u"catbm"_s}) {
        const QString id = look.text(QString(u"/clients/"_s + client + u"/clientId"_s));
        if (!id.isEmpty())
            ids.append(id.left(253));
    }
    return ids;
}

class IdentityReconciler : public Reconciler
{
public:
    [[nodiscard]] QString plural() const override { return u"identityproviderconfigs"_s; }
    [[nodiscard]] Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const override
    {
        Look look(plural(), object, world, moment);
        const QList<QJsonObject> users
            = world.referring(u"ledgerusers"_s, u"/spec/identityProviderRef"_s, look.ns, {}, look.name);
        look.draft.set(u"/users"_s, int(users.size()));
        if (look.deleting())
            return end(look, users);
        look.hold({QLatin1String(kIdpFinalizer), QLatin1String(kLedgerFinalizer)});
        if (const auto why = refusal(look)) {
            look.refuse(*why);
            return look.take();
        }
        look.accept();
        if (!look.draft.openRequest(u"trigger"_s).isEmpty()) {
            look.draft.handled(u"trigger"_s);
            look.draft.set(u"/lastProbe"_s, look.moment.stamp());
        }
        if (reachable(look) && provisioned(look) && configured(look))
            settle(look);
        return look.take();
    }

    [[nodiscard]] QList<std::pair<QString, QString>> touches(
        const QJsonObject &object, const World &world) const override
    {
        // Users follow ledger.deactivated; a probe alone changes nothing for them.
        QList<std::pair<QString, QString>> touched;
        const QString ns = textAt(object, u"/metadata/namespace"_s);
        const bool deactivated = json::at(object, u"/spec/ledger/deactivated"_s).toBool();
        for (const QJsonObject &user : world.referring(
                 u"ledgerusers"_s, u"/spec/identityProviderRef"_s, ns, {}, textAt(object, u"/metadata/name"_s))) {
            const bool active = json::at(user, u"/status/active"_s).toBool();
            if (active == deactivated || textAt(user, u"/status/phase"_s) == "Pending"_L1)
                touched.append({u"ledgerusers"_s, QString(ns + u'/' + textAt(user, u"/metadata/name"_s))});
        }
        return touched;
    }

private:
    static Plan end(Look &look, const QList<QJsonObject> &users)
    {
        if (!look.held())
            return {};
        if (!users.isEmpty()) {
            QStringList names;
            for (const QJsonObject &user : users)
                names.append(textAt(user, u"/metadata/name"_s));
            names.sort();
            look.block({u"UsersRefer"_s,
                u"%1 ledger users belong to it (%2); delete them first, and this one goes by itself."_s
                    .arg(names.size())
                    .arg(names.mid(0, 10).join(u", "_s))});
            return look.take();
        }
        look.draft.set(u"/provisionedClients"_s, QJsonArray());
        if (look.leave(kRemove, u"Its clients are deleted and the participants forget it."_s))
            look.say(u"Removed"_s, u"Its clients are deleted and the participants have forgotten it."_s);
        return look.take();
    }

    /// Why its discovery document cannot be read.
    static std::optional<Need> trouble(const Look &look)
    {
        const auto fault = faultOf(look.object, look.moment.now);
        if (fault && fault->name == "expired-certificate"_L1)
            return Need{u"CertificateExpired"_s,
                u"The TLS certificate of %1 has expired; renew it there. Until then nobody can sign in."_s.arg(
                    look.text(u"/issuer"_s))};
        for (const QString &pointer : {u"/issuer"_s, u"/discoveryUrl"_s}) {
            if (neverAnswers(look.text(pointer)))
                return Need{u"Unreachable"_s,
                    u"spec%1: %2 cannot be resolved; correct the address."_s.arg(
                        QString(pointer).replace(u'/', u'.'), look.text(pointer))};
        }
        return std::nullopt;
    }

    static bool reachable(Look &look)
    {
        if (const auto why = trouble(look)) {
            const bool known = look.draft.at(u"/discovered"_s).isObject();
            look.enter(known ? u"Degraded"_s : u"Pending"_s, why->message);
            look.turn(u"Ready"_s, false, why->reason, why->message);
            if (look.turn(u"DiscoveryReachable"_s, false, why->reason, why->message))
                look.warn(why->reason, why->message);
            look.retry(why->message);
            return false;
        }
        if (look.draft.conditionTrue(u"DiscoveryReachable"_s))
            return true;
        look.draft.set(u"/retry"_s, QJsonValue::Null);
        if (look.draft.condition(u"DiscoveryReachable"_s).value("reason"_L1).toString() != "Probing"_L1) {
            // From a failure or from nothing: the probe begins now.
            look.turnUnknown(u"DiscoveryReachable"_s, u"Probing"_s);
            look.enter(look.draft.at(u"/discovered"_s).isObject() ? u"Degraded"_s : u"Pending"_s,
                u"The discovery document of %1 is read."_s.arg(look.text(u"/issuer"_s)));
        }
        if (!look.after(u"DiscoveryReachable"_s, kDiscover))
            return false;
        look.turn(u"DiscoveryReachable"_s, true, u"Answered"_s);
        look.draft.set(u"/discovered"_s, discovered(look));
        look.draft.set(u"/keys"_s, 2);
        look.draft.set(u"/lastProbe"_s, look.moment.stamp());
        look.say(u"Discovered"_s, u"%1 answers with 2 keys."_s.arg(look.text(u"/issuer"_s)));
        return true;
    }

    static bool provisioned(Look &look)
    {
        const QJsonArray clients = clientsOf(look);
        const bool managed = look.spec(u"/managed"_s).toBool();
        if (!managed) {
            look.turn(u"ClientsProvisioned"_s, true, u"NotManaged"_s, u"People keep the clients of this provider."_s);
            look.draft.set(u"/provisionedClients"_s, clients);
            return true;
        }
        if (look.draft.at(u"/provisionedClients"_s).toArray() == clients
            && look.draft.conditionTrue(u"ClientsProvisioned"_s))
            return true;
        look.enter(
            look.draft.conditionTrue(u"LedgerConfigured"_s) ? u"Updating"_s : u"Pending"_s, u"The clients are made."_s);
        look.turn(u"ClientsProvisioned"_s, false, u"Making"_s);
        if (!look.after(u"ClientsProvisioned"_s, kProvision))
            return false;
        look.turn(u"ClientsProvisioned"_s, true, u"Made"_s);
        look.draft.set(u"/provisionedClients"_s, clients);
        look.say(u"ClientsProvisioned"_s, u"%1 clients are in place."_s.arg(clients.size()));
        return true;
    }

    static bool configured(Look &look)
    {
        const QJsonArray nodes = look.spec(u"/scope/nodeRefs"_s).toArray();
        if (look.draft.conditionTrue(u"LedgerConfigured"_s) && !look.edited)
            return true;
        for (qsizetype i = 0; i < nodes.size(); ++i) {
            const auto need = nodeNeed(look, nodes.at(i), u"spec.scope.nodeRefs[%1]"_s.arg(i));
            if (!need)
                continue;
            look.turn(u"LedgerConfigured"_s, false, need->reason, need->message);
            look.enter(u"Updating"_s, need->message);
            look.turn(u"Ready"_s, false, need->reason, need->message);
            look.waitFor(*need);
            return false;
        }
        look.ready();
        look.enter(u"Updating"_s, u"The participants learn its settings."_s);
        if (look.draft.condition(u"LedgerConfigured"_s).value("reason"_L1).toString() != "Applying"_L1)
            look.turnUnknown(u"LedgerConfigured"_s, u"Applying"_s);
        if (!look.after(u"LedgerConfigured"_s, kConfigure))
            return false;
        look.turn(u"LedgerConfigured"_s, true, u"Applied"_s);
        look.say(u"LedgerConfigured"_s, u"%1 nodes know the provider."_s.arg(nodes.size()));
        return true;
    }

    static void settle(Look &look)
    {
        look.ready();
        const bool open = look.spec(u"/allowAllAudiences"_s).toBool() || look.text(u"/audience"_s).isEmpty();
        if (look.turn(u"AudienceRestricted"_s, !open, open ? u"AllAudiences"_s : u"Restricted"_s,
                open ? u"Tokens for any audience are taken; set spec.audience and spec.allowAllAudiences to false."_s
                     : QString())
            && open)
            look.warn(u"AllAudiences"_s, u"Tokens for any audience are taken."_s);
        const bool deactivated = look.spec(u"/ledger/deactivated"_s).toBool();
        look.enter(u"Ready"_s, deactivated ? u"Deactivated: its users are refused."_s : QString());
        if (look.turn(u"Ready"_s, true, deactivated ? u"Deactivated"_s : u"Serving"_s))
            look.say(deactivated ? u"Deactivated"_s : u"Ready"_s,
                deactivated ? u"Its users are refused, as spec.ledger.deactivated asks."_s
                            : u"Users can sign in by it."_s);
        // Follows real time: probed every minute, less often when there are many.
        const milliseconds every
            = std::max<milliseconds>(seconds(60), milliseconds(200) * look.world.count(u"identityproviderconfigs"_s));
        const milliseconds since = look.draft.since(u"/lastProbe"_s);
        if (since >= every || look.forced || !look.draft.at(u"/lastProbe"_s).isString()) {
            look.draft.set(u"/lastProbe"_s, look.moment.stamp());
            look.againIn(every);
        } else {
            look.againIn(every - since);
        }
    }
};

}

std::unique_ptr<Reconciler> makeIdentityReconciler()
{
    return std::make_unique<IdentityReconciler>();
}

}
