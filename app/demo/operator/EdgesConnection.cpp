// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Faults.h"
#include "app/demo/operator/LedgerParts.h"

#include "models/core/Json.h"

#include <QJsonArray>
#include <QUrl>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr seconds kRegister{3};
constexpr seconds kConnect{2};
constexpr seconds kDisconnect{2};

/// The object the target names, in its namespace.
QJsonObject targetObject(const Look &look, const QString &part, const QString &plural)
{
    const QString ns = look.text(QString(u"/target/"_s + part + u"/namespace"_s));
    return look.world.find(plural, ns.isEmpty() ? look.ns : ns, look.text(QString(u"/target/"_s + part + u"/name"_s)));
}

QJsonObject domainOf(const Look &look)
{
    return targetObject(look, u"syncDomainRef"_s, u"syncdomains"_s);
}

QString targetText(const Look &look)
{
    const QString url = look.text(u"/target/url"_s);
    if (!url.isEmpty())
        return url;
    const QString domain = look.text(u"/target/syncDomainRef/name"_s);
    return domain.isEmpty() ? u"the global synchronizer of %1"_s.arg(look.text(u"/target/networkRef/name"_s))
                            : u"sync domain %1"_s.arg(domain);
}

/// Invariants that need another object.
std::optional<Need> refusal(const Look &look)
{
    // What is registered stood the test, and what it was tested for cannot be changed.
    if (look.draft.conditionTrue(u"Registered"_s))
        return std::nullopt;
    const QJsonValue node = look.spec(u"/nodeRef"_s);
    for (const QJsonObject &other : look.world.all(look.plural(), look.ns)) {
        if (textAt(other, u"/metadata/name"_s) == look.name || json::at(other, u"/spec/nodeRef"_s) != node
            || !olderThan(other, look.object))
            continue;
        const QString name = textAt(other, u"/metadata/name"_s);
        if (textAt(other, u"/spec/alias"_s) == look.text(u"/alias"_s))
            return Need{u"AliasTaken"_s,
                u"spec.alias: %1 already knows a domain by the alias %2 (SyncDomainConnection %3); create this one "
                u"anew with "
                "another alias."_s.arg(refText(node), look.text(u"/alias"_s), name)};
        if (json::at(other, u"/spec/target"_s) == look.spec(u"/target"_s))
            return Need{u"AlreadyRegistered"_s,
                u"spec.target: %1 is registered with %2 already, as %3 (SyncDomainConnection %4); delete one of the two."_s
                    .arg(refText(node), targetText(look), textAt(other, u"/spec/alias"_s), name)};
    }
    const QJsonObject network = targetObject(look, u"networkRef"_s, u"cantonnetworks"_s);
    if (textAt(network, u"/spec/type"_s) == "Private"_L1)
        return Need{u"NoGlobalSynchronizer"_s,
            u"spec.target.networkRef: %1 is a private network and has no global synchronizer; name one of its sync "
            u"domains in "
            "spec.target.syncDomainRef."_s.arg(textAt(network, u"/metadata/name"_s))};
    return std::nullopt;
}

std::optional<Need> targetNeed(const Look &look)
{
    if (look.spec(u"/target/url"_s).isString())
        return neverAnswers(look.text(u"/target/url"_s))
            ? std::optional(Need{u"SequencerUnreachable"_s,
                u"spec.target.url: %1 cannot be resolved; create the connection anew with an address that can."_s.arg(
                    look.text(u"/target/url"_s))})
            : std::nullopt;
    const bool isDomain = look.spec(u"/target/syncDomainRef"_s).isObject();
    const QJsonObject target = isDomain ? domainOf(look) : targetObject(look, u"networkRef"_s, u"cantonnetworks"_s);
    const QString field = isDomain ? u"spec.target.syncDomainRef"_s : u"spec.target.networkRef"_s;
    const QString what = isDomain ? u"SyncDomain"_s : u"CantonNetwork"_s;
    const QString called = look.text(isDomain ? u"/target/syncDomainRef/name"_s : u"/target/networkRef/name"_s);
    if (target.isEmpty())
        return Need{
            QString(what + u"NotFound"_s), u"%1: %2 %3 does not exist; create it first."_s.arg(field, what, called)};
    const QString phase = textAt(target, u"/status/phase"_s);
    const bool works = isDomain ? nodeWorks(target) && json::at(target, u"/status/domainId"_s).isString()
                                : phase == "Ready"_L1 || phase == "Degraded"_L1;
    if (!works)
        return Need{QString(what + u"NotReady"_s),
            u"%1: %2 %3 is %4; the connection goes on when it is Ready."_s.arg(
                field, what, called, phase.isEmpty() ? u"not looked at yet"_s : phase)};
    return std::nullopt;
}

QString domainIdOf(const Look &look)
{
    if (look.spec(u"/target/syncDomainRef"_s).isObject())
        return textAt(domainOf(look), u"/status/domainId"_s);
    if (look.spec(u"/target/url"_s).isString()) {
        const QString host = QUrl(look.text(u"/target/url"_s)).host();
        return QString(look.text(u"/alias"_s) + u"::"_s + fingerprintFor(host));
    }
    // A validator names the global synchronizer where it tells its traffic.
    const QString known = textAt(nodeAt(look, look.spec(u"/nodeRef"_s)), u"/status/traffic/domainId"_s);
    const QString network = look.text(u"/target/networkRef/name"_s);
    return known.isEmpty()
        ? QString(u"global-domain::"_s + fingerprintFor(u"global-domain/%1|%2"_s.arg(network).arg(look.moment.seed)))
        : known;
}

/// What people have broken on the edge or at the domain's end.
std::optional<Need> broken(const Look &look)
{
    const auto fault = faultOf(look.object, look.moment.now);
    if (fault && fault->name == "disconnected-domain"_L1)
        return Need{u"SequencerClosedConnection"_s,
            u"The sequencer of %1 closed the connection (UNAVAILABLE). The node tries again by itself; if it does not get "
            u"through, ask the operator of the sequencer."_s.arg(targetText(look))};
    const auto domainFault = faultOf(domainOf(look), look.moment.now);
    if (domainFault && domainFault->name == "expired-certificate"_L1)
        return Need{u"CertificateExpired"_s,
            u"The TLS certificate of the sequencer of %1 has expired; renew the Secret of spec.sequencer.tls.secretRef "
            u"of the "
            "SyncDomain."_s.arg(targetText(look))};
    return std::nullopt;
}

void disconnected(Look &look, const Need &why)
{
    // A node that was put to sleep is no failure of the edge.
    const bool asleep = textAt(nodeAt(look, look.spec(u"/nodeRef"_s)), u"/status/phase"_s) == "Suspended"_L1;
    look.enter(asleep ? u"Disconnected"_s : u"Failed"_s, why.message);
    look.draft.set(u"/connected"_s, false);
    look.draft.set(u"/healthy"_s, false);
    look.turn(u"Healthy"_s, false, u"NotConnected"_s, why.message);
    if (look.turn(u"Connected"_s, false, why.reason, why.message))
        look.warn(why.reason, why.message);
}

class ConnectionReconciler : public Reconciler
{
public:
    [[nodiscard]] QString plural() const override { return u"syncdomainconnections"_s; }
    [[nodiscard]] Plan reconcile(const QJsonObject &object, const World &world, const Moment &moment) const override
    {
        Look look(plural(), object, world, moment);
        if (look.deleting())
            return end(look);
        look.hold({QLatin1String(kLedgerFinalizer)});
        if (const auto why = refusal(look)) {
            look.draft.set(u"/connected"_s, false);
            look.refuse(*why);
            return look.take();
        }
        look.accept();
        if (look.text(u"/state"_s) == "Disconnected"_L1 && look.draft.conditionTrue(u"Registered"_s)) {
            rest(look);
            return look.take();
        }
        auto need = nodeNeed(look, look.spec(u"/nodeRef"_s), u"spec.nodeRef"_s);
        if (!need)
            need = targetNeed(look);
        if (need) {
            if (look.draft.conditionTrue(u"Registered"_s))
                disconnected(look, *need);
            else
                look.enter(u"Pending"_s, need->message);
            look.waitFor(*need);
            return look.take();
        }
        if (registered(look) && permitted(look))
            connect(look);
        return look.take();
    }
    [[nodiscard]] QList<std::pair<QString, QString>> touches(const QJsonObject &object, const World &) const override
    {
        // Node and domain tell who is connected.
        const QString ns = textAt(object, u"/metadata/namespace"_s);
        const QJsonValue node = json::at(object, u"/spec/nodeRef"_s);
        QList<std::pair<QString, QString>> touched{
            {pluralOfKind(textAt(node, u"/kind"_s)), QString(ns + u'/' + textAt(node, u"/name"_s))}};
        const QJsonValue domain = json::at(object, u"/spec/target/syncDomainRef"_s);
        if (domain.isObject()) {
            const QString other = textAt(domain, u"/namespace"_s);
            touched.append(
                {u"syncdomains"_s, QString((other.isEmpty() ? ns : other) + u'/' + textAt(domain, u"/name"_s))});
        }
        return touched;
    }

private:
    static Plan end(Look &look)
    {
        if (!look.held())
            return {};
        look.draft.set(u"/connected"_s, false);
        look.draft.set(u"/healthy"_s, false);
        look.turn(u"Connected"_s, false, u"Disconnecting"_s);
        if (look.leave(kDisconnect, u"The node is disconnected from %1."_s.arg(targetText(look))))
            look.say(u"Disconnected"_s, u"Disconnected from %1."_s.arg(targetText(look)));
        return look.take();
    }

    /// True once the node knows the domain.
    static bool registered(Look &look)
    {
        if (look.draft.conditionTrue(u"Registered"_s))
            return true;
        look.ready();
        if (look.turn(u"Registered"_s, false, u"Registering"_s))
            look.say(u"Registering"_s, u"Registering %1 as %2."_s.arg(targetText(look), look.text(u"/alias"_s)));
        look.enter(u"Registering"_s, u"The node registers %1 as %2."_s.arg(targetText(look), look.text(u"/alias"_s)));
        if (!look.after(u"Registered"_s, kRegister))
            return false;
        look.turn(u"Registered"_s, true, u"Registered"_s);
        look.turn(u"AgreementAccepted"_s, true, u"NotRequired"_s);
        look.draft.set(u"/registered"_s, true);
        look.draft.set(u"/domainId"_s, domainIdOf(look));
        look.say(u"Registered"_s, u"%1 is known as %2."_s.arg(targetText(look), look.text(u"/alias"_s)));
        return true;
    }

    /// True when the domain lets the participant in.
    static bool permitted(Look &look)
    {
        const QJsonObject domain = domainOf(look);
        const QString participant = textAt(nodeAt(look, look.spec(u"/nodeRef"_s)), u"/status/participantId"_s);
        const QString permission = domain.isEmpty() ? u"Submission"_s : permissionOn(look, domain, participant);
        look.draft.set(u"/permission"_s, permission.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(permission));
        if (!permission.isEmpty())
            return true;
        look.ready();
        const QString message
            = u"SyncDomain %1 lets only its members in, and %2 is none: add it to spec.permissioned.members of the SyncDomain."_s
                  .arg(textAt(domain, u"/metadata/name"_s), participant);
        look.enter(u"AwaitingPermission"_s, message);
        look.draft.set(u"/connected"_s, false);
        look.draft.set(u"/healthy"_s, false);
        look.turn(u"Healthy"_s, false, u"NotConnected"_s);
        if (look.turn(u"Connected"_s, false, u"AwaitingPermission"_s, message))
            look.warn(u"AwaitingPermission"_s, message);
        look.poll(seconds(5));
        return false;
    }

    /// Disconnected because people want it so.
    static void rest(Look &look)
    {
        look.ready();
        look.enter(u"Disconnected"_s, u"Disconnected, as spec.state asks."_s);
        look.draft.set(u"/connected"_s, false);
        look.draft.set(u"/healthy"_s, false);
        look.turnUnknown(u"Healthy"_s, u"NotConnected"_s);
        if (look.turn(u"Connected"_s, false, u"DisconnectedOnRequest"_s))
            look.say(u"Disconnected"_s, u"Disconnected from %1, as spec.state asks."_s.arg(targetText(look)));
    }

    static void connect(Look &look)
    {
        if (look.text(u"/state"_s) == "Disconnected"_L1) {
            rest(look);
            return;
        }
        if (const auto why = broken(look)) {
            disconnected(look, *why);
            look.retry(why->message);
            return;
        }
        if (!look.draft.conditionTrue(u"Connected"_s)) {
            look.ready();
            const QString reason = look.draft.condition(u"Connected"_s).value("reason"_L1).toString();
            // From another reason for being apart: the attempt begins now.
            if (reason != "Connecting"_L1) {
                look.turnUnknown(u"Connected"_s, u"Connecting"_s);
                look.say(u"Connecting"_s, u"Connecting to %1."_s.arg(targetText(look)));
            }
            if (look.draft.phase() != "Registering"_L1)
                look.enter(u"Registering"_s, u"The node connects to %1."_s.arg(targetText(look)));
            if (!look.after(u"Connected"_s, kConnect))
                return;
            look.draft.set(u"/connected"_s, true);
            look.turn(u"Connected"_s, true, u"Connected"_s);
            look.say(u"Connected"_s, u"Connected to %1."_s.arg(targetText(look)));
        } else if (look.edited && look.draft.phase() == "Connected"_L1) {
            look.say(
                u"ConnectionUpdated"_s, u"The settings of the connection to %1 are in force."_s.arg(targetText(look)));
        }
        live(look);
    }

    /// Who and what may use the edge: parties have to be hosted by the node, packages vetted on it.
    static void expose(Look &look)
    {
        const QString type = u"ExposureApplied"_s;
        const QJsonArray parties = look.spec(u"/exposure/parties"_s).toArray();
        const QJsonArray packages = look.spec(u"/exposure/packages"_s).toArray();
        if (parties.isEmpty() && packages.isEmpty()) {
            if (!look.draft.condition(type).isEmpty() && look.turn(type, true, u"Everything"_s, u"Every party and package of the node may use the edge."_s))
                look.say(u"ExposureLifted"_s, u"Every party and package of the node may use the edge."_s);
            return;
        }
        QStringList strangers;
        const QString participant = textAt(nodeAt(look, look.spec(u"/nodeRef"_s)), u"/status/participantId"_s);
        for (const QJsonValue &ref : parties) {
            if (!hostedHere(look, ref, participant))
                strangers.append(partyText(ref));
        }
        const QString message = strangers.isEmpty()
            ? u"%1 parties and %2 packages may use the edge, nothing else."_s.arg(parties.size()).arg(packages.size())
            : u"spec.exposure.parties: %1 does not host %2; host them there (spec.hosting of the Party), or take them out."_s.arg(
                refText(look.spec(u"/nodeRef"_s)), strangers.join(u", "_s));
        const QString before = look.draft.condition(type).value("message"_L1).toString();
        look.turn(type, strangers.isEmpty(), strangers.isEmpty() ? u"Restricted"_s : u"PartyNotHosted"_s, message);
        if (before == message)
            return;
        if (strangers.isEmpty())
            look.say(u"ExposureApplied"_s, message);
        else
            look.warn(u"PartyNotHosted"_s, message);
    }

    static bool hostedHere(const Look &look, const QJsonValue &ref, const QString &participant)
    {
        const QString id = partyIdOf(look, ref);
        for (const QJsonObject &party : look.world.all(u"parties"_s, look.ns)) {
            if (id.isEmpty() || textAt(party, u"/status/partyId"_s) != id)
                continue;
            for (const QJsonValue &host : json::at(party, u"/status/hostedOn"_s).toArray()) {
                if (memberOf(textAt(host, u"/participantId"_s)) == memberOf(participant))
                    return true;
            }
            return false;
        }
        return !id.isEmpty();   // a party of the ledger that nobody manages here
    }

    /// The connection stands: events come in, or they do not.
    static void live(Look &look)
    {
        look.ready();
        expose(look);
        const auto fault = faultOf(look.object, look.moment.now);
        if (fault && fault->name == "stalled-sync"_L1) {
            const QString last = look.draft.at(u"/lastSequencedTime"_s).toString();
            const QString message = u"Nothing has been sequenced since %1, though the connection to %2 stands. Look at the sequencer, or set spec.state "
                u"to Disconnected and back to connect anew."_s.arg(
                last.isEmpty() ? u"the beginning"_s : last, targetText(look));
            look.enter(u"Connected"_s, message);
            look.draft.set(u"/healthy"_s, false);
            look.draft.set(u"/latency"_s, QJsonValue::Null);
            if (look.turn(u"Healthy"_s, false, u"SequencerStalled"_s, message))
                look.warn(u"SequencerStalled"_s, message);
            look.poll(seconds(10));
            return;
        }
        look.enter(u"Connected"_s);
        look.draft.set(u"/healthy"_s, true);
        const bool was = look.draft.condition(u"Healthy"_s).value("reason"_L1).toString() == "SequencerStalled"_L1;
        look.turn(u"Healthy"_s, true, u"Sequencing"_s);
        if (was)
            look.say(u"Recovered"_s, u"Events of %1 arrive again."_s.arg(targetText(look)));
        // Follows real time, less often the more edges there are: at most some ten writes a second in all.
        const milliseconds every
            = std::max<milliseconds>(seconds(15), milliseconds(100) * look.world.count(u"syncdomainconnections"_s));
        const milliseconds since = look.draft.since(u"/lastSequencedTime"_s);
        if (!look.draft.at(u"/lastSequencedTime"_s).isString() || since >= every || was) {
            look.draft.set(u"/lastSequencedTime"_s, look.moment.stamp());
            const QString slot = QString::number(look.moment.now.toSecsSinceEpoch() / 15);
            const double base = 6 + 40 * look.moment.chance(look.object, u"distance"_s);
            const double wave = 0.85 + 0.4 * look.moment.chance(look.object, QString(u"latency"_s + slot));
            look.draft.set(u"/latency"_s, QString(QString::number(qRound(base * wave)) + u"ms"_s));
            look.againIn(every);
        } else {
            look.againIn(every - since);
        }
    }
};

}

QString permissionOn(const Look &look, const QJsonObject &domain, const QString &participantId)
{
    if (!json::at(domain, u"/spec/permissioned/enabled"_s).toBool())
        return u"Submission"_s;
    const auto granted = [](const QJsonValue &entry) {
        const QString permission = textAt(entry, u"/permission"_s);
        return permission.isEmpty() ? u"Submission"_s : permission;
    };
    for (const QJsonValue &member : json::at(domain, u"/spec/permissioned/members"_s).toArray()) {
        if (memberOf(textAt(member, u"/participantId"_s)) == memberOf(participantId))
            return granted(member);
    }
    QString permission;
    QString newest;
    const QString id = textAt(domain, u"/status/domainId"_s);
    const QString alias = textAt(domain, u"/spec/alias"_s);
    for (const QJsonObject &change : look.world.all(u"topologychanges"_s, textAt(domain, u"/metadata/namespace"_s))) {
        const QJsonValue mapping = json::at(change, u"/spec/mapping/participantPermission"_s);
        const QString where = textAt(change, u"/spec/synchronizer"_s);
        const QString time = textAt(change, u"/status/effectiveTime"_s);
        if (textAt(change, u"/status/phase"_s) != "Effective"_L1 || time < newest
            || memberOf(textAt(mapping, u"/participantId"_s)) != memberOf(participantId)
            || (where != alias && (where.isEmpty() || !id.startsWith(where))
                && (!where.isEmpty()
                    || json::at(change, u"/spec/nodeRef/name"_s) != json::at(domain, u"/metadata/name"_s))))
            continue;
        newest = time;
        permission = textAt(change, u"/spec/operation"_s) == "Remove"_L1 ? QString() : granted(mapping);
    }
    return permission;
}

std::unique_ptr<Reconciler> makeConnectionReconciler()
{
    return std::make_unique<ConnectionReconciler>();
}

}
