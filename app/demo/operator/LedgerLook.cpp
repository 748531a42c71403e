// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/LedgerLook.h"

#include "models/core/Json.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QUrl>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using std::chrono::seconds;

const char kLedgerFinalizer[] = "canton.quarterdeck.io/ledger";
const char kTeardownFinalizer[] = "canton.quarterdeck.io/teardown";
const char kIdpFinalizer[] = "canton.quarterdeck.io/idp";
const char kArtifactFinalizer[] = "canton.quarterdeck.io/artifact";

namespace {

constexpr milliseconds kLeast = seconds(2); ///< polls are not closer than that

bool ours(const QJsonValue &finalizer)
{
    return finalizer.toString().startsWith("canton.quarterdeck.io/"_L1);
}

QDateTime timeAt(const QJsonValue &object, const QString &pointer)
{
    return QDateTime::fromString(json::at(object, pointer).toString(), Qt::ISODateWithMs);
}

}

Look::Look(QString plural, const QJsonObject &seen, const World &all, const Moment &when)
    : object(seen)
    , world(all)
    , moment(when)
    , ns(json::at(seen, u"/metadata/namespace"_s).toString())
    , name(json::at(seen, u"/metadata/name"_s).toString())
    , draft(seen, when)
    , edited(draft.newGeneration())
    , forced(!draft.openRequest(u"reconcile"_s).isEmpty())
    , m_plural(std::move(plural))
{
    draft.observed();
    if (forced)
        draft.handled(u"reconcile"_s);
}

QJsonValue Look::spec(const QString &pointer) const
{
    return json::at(object, QString(u"/spec"_s + pointer));
}

QString Look::text(const QString &pointer) const
{
    return spec(pointer).toString();
}

QString Look::uid() const
{
    return json::at(object, u"/metadata/uid"_s).toString();
}

bool Look::deleting() const
{
    return json::at(object, u"/metadata/deletionTimestamp"_s).isString();
}

bool Look::held() const
{
    const QJsonArray finalizers = json::at(object, u"/metadata/finalizers"_s).toArray();
    return std::any_of(finalizers.begin(), finalizers.end(), [](const QJsonValue &one) { return ours(one); });
}

void Look::hold(const QStringList &finalizers)
{
    if (held() || deleting())
        return;
    QJsonArray all = json::at(object, u"/metadata/finalizers"_s).toArray();
    for (const QString &one : finalizers)
        all.append(one);
    draft.setMetadata(u"/finalizers"_s, all);
}

bool Look::leave(milliseconds nominal, const QString &message, const QString &phase)
{
    if (!held())
        return false;
    if (!draft.condition(u"DeletionBlocked"_s).isEmpty())
        turn(u"DeletionBlocked"_s, false, u"Released"_s);
    if (enter(phase, message) && phase == "Deleting"_L1)
        say(u"Deleting"_s, message);
    const QDateTime since = timeAt(object, u"/metadata/deletionTimestamp"_s);
    const milliseconds left = moment.real(nominal) - moment.passed(since);
    if (left.count() > 0) {
        passTime(left);
        return false;
    }
    QJsonArray kept;
    for (const QJsonValue &one : json::at(object, u"/metadata/finalizers"_s).toArray()) {
        if (!ours(one))
            kept.append(one);
    }
    draft.setMetadata(u"/finalizers"_s, kept);
    return true;
}

void Look::block(const Need &why)
{
    enter(u"Deleting"_s, why.message);
    if (turn(u"DeletionBlocked"_s, true, why.reason, why.message))
        warn(u"DeletionBlocked"_s, why.message);
    poll(seconds(10));
}

bool Look::enter(const QString &phase, const QString &message)
{
    const bool changed = draft.phase() != phase;
    draft.setPhase(phase, message.left(4096));
    return changed;
}

bool Look::turn(const QString &type, bool is, const QString &reason, const QString &message)
{
    const QJsonObject before = draft.condition(type);
    const QString status = is ? u"True"_s : u"False"_s;
    draft.setCondition(type, status, reason, message.left(4096));
    return before.value("status"_L1).toString() != status || before.value("reason"_L1).toString() != reason;
}

bool Look::turnUnknown(const QString &type, const QString &reason, const QString &message)
{
    const QJsonObject before = draft.condition(type);
    draft.setCondition(type, u"Unknown"_s, reason, message.left(4096));
    return before.value("status"_L1).toString() != "Unknown"_L1;
}

void Look::passTime(milliseconds left)
{
    draft.again(milliseconds(qint64(double(left.count()) * moment.speed) + 1));
}

bool Look::after(const QString &condition, milliseconds nominal)
{
    const milliseconds left = moment.real(nominal) - draft.sinceCondition(condition);
    if (left.count() <= 0)
        return true;
    passTime(left);
    return false;
}

bool Look::afterWrite(milliseconds nominal)
{
    const milliseconds left = moment.real(nominal) - draft.since(u"/lastReconcileTime"_s);
    if (left.count() <= 0)
        return true;
    passTime(left);
    return false;
}

void Look::poll(milliseconds nominal)
{
    passTime(std::max(kLeast, moment.real(nominal)));
}

void Look::againIn(milliseconds real)
{
    passTime(std::max(milliseconds(1), real));
}

void Look::accept()
{
    const QJsonObject before = draft.condition(u"SpecAccepted"_s);
    if (before.value("status"_L1).toString() == "False"_L1) {
        enter(u"Pending"_s);
        say(u"SpecAccepted"_s, u"What was refused is settled; work goes on."_s);
    }
    turn(u"SpecAccepted"_s, true, u"Accepted"_s);
}

void Look::refuse(const Need &why, const QString &phase)
{
    enter(phase, why.message);
    if (turn(u"SpecAccepted"_s, false, why.reason, why.message))
        warn(why.reason, why.message);
    // What it clashes with may go away.
    poll(seconds(30));
}

void Look::retry(const QString &error)
{
    const int attempts = draft.at(u"/retry/attempts"_s).toInt();
    const QDateTime next = QDateTime::fromString(draft.at(u"/retry/nextRetryTime"_s).toString(), Qt::ISODateWithMs);
    const int doubled = std::min(attempts, 4);
    const milliseconds wait = std::max(moment.real(seconds(5 << doubled)), milliseconds(seconds(2 << doubled)));
    // Further off than it can have been put: the clock was set back since.
    const bool due = next <= moment.now || moment.now.addMSecs(wait.count()) < next;
    if (attempts == 0 || forced || !next.isValid() || due) {
        const QString at = moment.now.addMSecs(wait.count()).toUTC().toString(u"yyyy-MM-ddTHH:mm:ssZ"_s);
        draft.set(u"/retry"_s,
            QJsonObject{{u"attempts"_s, attempts + 1}, {u"nextRetryTime"_s, at}, {u"lastError"_s, error.left(4096)}});
        passTime(std::max(kLeast, milliseconds(moment.now.msecsTo(QDateTime::fromString(at, Qt::ISODate)))));
    } else {
        passTime(std::max(milliseconds(1), milliseconds(moment.now.msecsTo(next))));
    }
    // What is waited for may be there sooner: a look costs nothing as long as nothing changed.
    poll(seconds(2));
}

void Look::waitFor(const Need &need)
{
    if (turn(u"DependenciesReady"_s, false, need.reason, need.message))
        warn(need.reason, need.message);
    retry(need.message);
}

void Look::ready()
{
    turn(u"DependenciesReady"_s, true, u"Ready"_s);
    draft.set(u"/retry"_s, QJsonValue::Null);
}

QString textAt(const QJsonValue &object, const QString &pointer)
{
    return json::at(object, pointer).toString();
}

QString pluralOfKind(const QString &kind)
{
    static const QHash<QString, QString> plurals{{u"Validator"_s, u"validators"_s},
        {u"Participant"_s, u"participants"_s}, {u"SuperValidator"_s, u"supervalidators"_s},
        {u"SyncDomain"_s, u"syncdomains"_s}};
    return plurals.value(kind);
}

QString refText(const QJsonValue &ref)
{
    return QString(json::at(ref, u"/kind"_s).toString() + u' ' + json::at(ref, u"/name"_s).toString());
}

QJsonObject nodeAt(const Look &look, const QJsonValue &ref)
{
    return look.world.find(
        pluralOfKind(json::at(ref, u"/kind"_s).toString()), look.ns, json::at(ref, u"/name"_s).toString());
}

bool deletionBlocked(const QJsonObject &object)
{
    for (const QJsonValue &one : json::at(object, u"/status/conditions"_s).toArray()) {
        if (json::at(one, u"/type"_s).toString() == "DeletionBlocked"_L1)
            return json::at(one, u"/status"_s).toString() == "True"_L1;
    }
    return false;
}

bool nodeWorks(const QJsonObject &node)
{
    const QString phase = json::at(node, u"/status/phase"_s).toString();
    if (phase == "Ready"_L1 || phase == "Updating"_L1 || (phase == "Deleting"_L1 && deletionBlocked(node)))
        return true;
    if (phase != "Degraded"_L1)
        return false;
    for (const QJsonValue &component : json::at(node, u"/status/components"_s).toArray()) {
        const QString name = json::at(component, u"/name"_s).toString();
        if ((name == "participant"_L1 || name == "sequencer"_L1) && json::at(component, u"/ready"_s).toInt() == 0)
            return false;
    }
    return true;
}

std::optional<Need> nodeNeed(const Look &look, const QJsonValue &ref, const QString &field)
{
    const QJsonObject node = nodeAt(look, ref);
    const QString who = refText(ref);
    if (node.isEmpty())
        return Need{u"NodeNotFound"_s,
            u"%1 of %2 does not exist in namespace %3; create it, or create this object anew with another node."_s.arg(
                who, field, look.ns)};
    if (json::at(node, u"/metadata/deletionTimestamp"_s).isString() && !deletionBlocked(node))
        return Need{u"NodeDeleting"_s, u"%1 of %2 is being deleted."_s.arg(who, field)};
    if (!nodeWorks(node)) {
        const QString phase = json::at(node, u"/status/phase"_s).toString();
        return Need{u"NodeNotReady"_s,
            u"%1 of %2 is %3; this goes on when it is Ready."_s.arg(
                who, field, phase.isEmpty() ? u"not looked at yet"_s : phase)};
    }
    const bool domain = json::at(ref, u"/kind"_s).toString() == "SyncDomain"_L1;
    if (json::at(node, domain ? u"/status/domainId"_s : u"/status/participantId"_s).toString().isEmpty())
        return Need{u"NodeNotReady"_s, u"%1 of %2 has no identity yet."_s.arg(who, field)};
    return std::nullopt;
}

std::optional<Need> objectNeed(const Look &look, const QString &plural, const QString &kind, const QString &name,
    const QStringList &phases, const QString &field)
{
    const QJsonObject other = look.world.find(plural, look.ns, name);
    if (other.isEmpty())
        return Need{QString(kind + u"NotFound"_s),
            u"%1 %2 of %3 does not exist in namespace %4; create it, or correct %3."_s.arg(kind, name, field, look.ns)};
    const QString phase = json::at(other, u"/status/phase"_s).toString();
    // What cannot go yet works as long as it is there.
    if (deletionBlocked(other) && phase == "Deleting"_L1)
        return std::nullopt;
    if (json::at(other, u"/metadata/deletionTimestamp"_s).isString())
        return Need{QString(kind + u"Deleting"_s),
            u"%1 %2 of %3 is being deleted; name another one, or wait until it can be made anew."_s.arg(
                kind, name, field)};
    if (!phases.contains(phase))
        return Need{QString(kind + u"NotReady"_s),
            u"%1 %2 of %3 is %4; this goes on when it is %5."_s.arg(
                kind, name, field, phase.isEmpty() ? u"not looked at yet"_s : phase, phases.first())};
    return std::nullopt;
}

QString partyIdOf(const Look &look, const QJsonValue &ref)
{
    const QString id = json::at(ref, u"/partyId"_s).toString();
    if (!id.isEmpty())
        return id;
    const QJsonObject party = look.world.find(u"parties"_s, look.ns, json::at(ref, u"/name"_s).toString());
    return json::at(party, u"/status/partyId"_s).toString();
}

QString partyText(const QJsonValue &ref)
{
    const QString id = json::at(ref, u"/partyId"_s).toString();
    return id.isEmpty() ? json::at(ref, u"/name"_s).toString() : id;
}

bool olderThan(const QJsonObject &other, const QJsonObject &object)
{
    const auto key = [](const QJsonObject &one) {
        return std::pair(
            json::at(one, u"/metadata/creationTimestamp"_s).toString(), json::at(one, u"/metadata/name"_s).toString());
    };
    return key(other) < key(object);
}

QString fingerprintFor(const QString &text)
{
    return QString(
        u"1220"_s + QLatin1String(QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256).toHex()));
}

QString fingerprintOf(const QString &id)
{
    const QStringList parts = memberOf(id).split(u"::"_s);
    return parts.size() > 1 ? parts.at(1) : parts.first();
}

QString memberOf(const QString &id)
{
    for (const QLatin1StringView prefix : {"PAR::"_L1, "SEQ::"_L1, "MED::"_L1}) {
        if (id.startsWith(prefix))
            return id.mid(prefix.size());
    }
    return id;
}

bool neverAnswers(const QString &address)
{
    QString host = QUrl(address).host();
    if (host.isEmpty())
        host = address.section(u'/', 0, 0).section(u':', 0, 0); // an image or OCI reference
    return host.endsWith(".invalid"_L1);
}

std::optional<Need> synchronizerNeed(const Look &look, const QJsonValue &node)
{
    for (const QJsonValue &value : look.spec(u"/synchronizers"_s).toArray()) {
        const QString wanted = value.toString();
        bool there = false;
        for (const QJsonValue &domain : json::at(nodeAt(look, node), u"/status/connectedDomains"_s).toArray())
            there = there || textAt(domain, u"/alias"_s) == wanted || textAt(domain, u"/id"_s) == wanted;
        const QString kind = textAt(node, u"/kind"_s);
        for (const QJsonObject &edge :
            look.world.ofNode(u"syncdomainconnections"_s, look.ns, kind, textAt(node, u"/name"_s))) {
            const bool named = textAt(edge, u"/spec/alias"_s) == wanted || textAt(edge, u"/status/domainId"_s) == wanted;
            there = there || (named && json::at(edge, u"/status/connected"_s).toBool());
        }
        if (!there)
            return Need{u"NotConnected"_s,
                u"%1 is not connected to %2 of spec.synchronizers: connect it by a SyncDomainConnection, or take the domain out."_s
                    .arg(refText(node), wanted)};
    }
    return std::nullopt;
}

}
