// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/workload/Subject.h"

#include "models/core/Json.h"

#include <QJsonArray>

#include <algorithm>
#include <cmath>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

QDateTime timeOf(const QJsonValue &value)
{
    return QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
}

double seconds(const QDateTime &from, const QDateTime &to)
{
    return from.isValid() && to.isValid() ? std::max(0.0, double(from.msecsTo(to)) / 1000) : 0.0;
}

QDateTime earlier(const QDateTime &one, const QDateTime &other)
{
    return other.isValid() && other < one ? other : one;
}

/// The domain of the CometBFT chain began when its height was 0: the blocks come every two seconds.
constexpr qint64 kChainBegan = 1'760'000'000;

}

void Subject::readPod()
{
    const QJsonObject container = json::at(pod, u"/status/containerStatuses/0"_s).toObject();
    const QJsonValue begun = json::at(container, u"/state/running/startedAt"_s);
    running = begun.isString() && !json::at(pod, u"/metadata/deletionTimestamp"_s).isString();
    ready = running && container.value("ready"_L1).toBool();
    started = timeOf(begun);
    if (ready)
        return;
    unready = started;
    for (const QJsonValue &one : json::at(pod, u"/status/conditions"_s).toArray()) {
        if (one.toObject().value("type"_L1).toString() != "Ready"_L1)
            continue;
        // Of a container that has never been ready the beginning counts.
        const QDateTime since = timeOf(one.toObject().value("lastTransitionTime"_L1));
        if (since.isValid() && since > unready && seconds(started, since) > 60)
            unready = since;
    }
}

QJsonObject Subject::condition(const QString &type) const
{
    for (const QJsonValue &one : json::at(node, u"/status/conditions"_s).toArray()) {
        if (one.toObject().value("type"_L1).toString() == type)
            return one.toObject();
    }
    return {};
}

QDateTime Subject::starved() const
{
    const QJsonObject traffic = condition(u"TrafficSufficient"_s);
    return traffic.value("reason"_L1).toString() == "OutOfTraffic"_L1 ? timeOf(traffic.value("lastTransitionTime"_L1)) : QDateTime();
}

Subject::Clock Subject::clock(const QString &clockName, const SubjectDomain *domain) const
{
    const auto running = [this](const QDateTime &at) {
        return Clock{seconds(started, at), at, at < now};
    };
    const QDateTime work = ready ? now : earlier(now, unready);
    if (clockName == "up"_L1)
        return running(now);
    if (clockName == "work"_L1)
        return running(work);
    if (clockName == "chain"_L1)
        return {double(work.toMSecsSinceEpoch()) / 1000 - double(kChainBegan), work, work < now};
    if (clockName == "serve"_L1) {
        const QJsonObject serving = condition(u"SequencerReady"_s);
        const bool expired = serving.value("reason"_L1).toString() == "CertificateExpired"_L1;
        return running(expired ? earlier(work, timeOf(serving.value("lastTransitionTime"_L1))) : work);
    }
    const QDateTime dry = starved();
    if (clockName == "starved"_L1)
        return {starvedBefore + seconds(std::max(dry, started), dry.isValid() ? now : dry), now, !dry.isValid()};
    if (domain == nullptr && !domains.isEmpty())
        domain = &domains.first();
    if (domain == nullptr)
        return {0, started, true};
    if (clockName == "broken"_L1 || clockName == "cut"_L1) {
        const bool cut = clockName == "cut"_L1;
        const bool runs = !domain->healthy && !(cut && domain->connected);
        return {(cut ? domain->cutBefore : domain->brokenBefore) + (runs ? seconds(std::max(domain->last, started), now) : 0.0), now, !runs};
    }
    const QDateTime sync = domain->healthy ? work : earlier(work, domain->last);
    if (clockName == "sync"_L1)
        return running(sync);
    Clock submit = running(earlier(sync, dry));
    submit.seconds = std::max(0.0, submit.seconds - starvedBefore);
    return submit;
}

bool Subject::holds(const QString &wanted, const SubjectDomain *domain) const
{
    if (domain == nullptr && !domains.isEmpty())
        domain = &domains.first();
    if (wanted == "ready"_L1)
        return ready;
    if (wanted == "sync"_L1)
        return ready && domain != nullptr && domain->healthy;
    if (wanted == "connected"_L1)
        return ready && domain != nullptr && domain->connected;
    if (wanted == "cert"_L1)
        return condition(u"SequencerReady"_s).value("reason"_L1).toString() != "CertificateExpired"_L1;
    // db
    for (const QJsonValue &value : json::at(node, u"/status/conditions"_s).toArray()) {
        const QJsonObject one = value.toObject();
        if (one.value("status"_L1).toString() == "False"_L1
            && (one.value("reason"_L1).toString() == "DiskFull"_L1 || one.value("type"_L1).toString() == "DatabaseReady"_L1))
            return false;
    }
    const QJsonArray components = json::at(node, u"/status/components"_s).toArray();
    return std::none_of(components.begin(), components.end(), [this](const QJsonValue &value) {
        const QJsonObject one = value.toObject();
        const QString name = one.value("name"_L1).toString();
        return (name == "postgres"_L1 || name == QString(component + u"-postgres"_s)) && one.value("ready"_L1).toInt() == 0;
    });
}

QString Subject::name() const
{
    return json::at(node, u"/metadata/name"_s).toString();
}

QString Subject::ns() const
{
    return json::at(node, u"/metadata/namespace"_s).toString();
}

QString Subject::word(const QString &wanted) const
{
    const auto status = [this](const QString &pointer) { return json::at(node, QString(u"/status"_s + pointer)).toString(); };
    const QString uid = status(u"/uid"_s);
    if (wanted == "component"_L1)
        return component;
    if (wanted == "node"_L1)
        return name();
    if (wanted == "participant"_L1)
        return status(u"/participantId"_s);
    if (wanted == "party"_L1)
        return status(u"/ownerParty"_s).isEmpty() ? status(u"/svParty"_s) : status(u"/ownerParty"_s);
    if (wanted == "dso"_L1)
        return status(u"/dsoParty"_s);
    if (wanted == "application"_L1) {
        const QString user = status(u"/identity/ledgerApiUser"_s);
        return user.isEmpty() ? QString(u"service-account-"_s + name()) : user;
    }
    if (wanted == "sequencer"_L1 && !uid.isEmpty())
        return QString(u"SEQ::"_s + name() + u"::"_s + uid);
    if (wanted == "chain"_L1)
        return json::at(node, u"/spec/networkRef/name"_s).toString();
    return {};
}

QStringList Subject::members() const
{
    constexpr qsizetype kMost = 50;
    QStringList all;
    for (const QJsonValue &one : json::at(node, u"/spec/permissioned/members"_s).toArray())
        all.append(one.toObject().value("participantId"_L1).toString());
    if (const QString own = word(u"participant"_s); !own.isEmpty())
        all.append(own);
    all.removeAll(QString());
    all.removeDuplicates();
    return all.mid(0, kMost);
}

namespace {

/// About what the operator's ambient life adds (operator/NodesAmbient.cpp): bytes and CC a second; a round takes ten minutes.
constexpr double kBytes = 283;
constexpr double kCoins = 0.027;
constexpr double kRound = 600;

constexpr double kTold = 6 * 3600;      ///< so long ago a part of it was there for sure

/// What was used or earned in the seconds since is not there yet; not more than that part of it in six hours, as nobody knows when it
/// was nothing.
double less(double value, double rate, double gone, double part)
{
    return value - std::min(rate * gone, part * value * std::min(1.0, gone / kTold));
}

QJsonObject statusBefore(QJsonObject status, double gone, double thirst)
{
    QJsonObject traffic = status.value("traffic"_L1).toObject();
    if (traffic.contains("consumed"_L1)) {
        const double consumed = traffic.value("consumed"_L1).toDouble();
        traffic.insert("consumed"_L1, std::floor(less(consumed, kBytes * thirst, gone, 0.8)));
        status.insert("traffic"_L1, traffic);
    }
    QJsonObject balances = status.value("balances"_L1).toObject();
    if (balances.contains("unlocked"_L1)) {
        const double unlocked = balances.value("unlocked"_L1).toString().toDouble();
        balances.insert("unlocked"_L1, QString::number(less(unlocked, kCoins, gone, 0.5), 'f', 10));
        status.insert("balances"_L1, balances);
    }
    if (balances.value("round"_L1).toDouble() > 0) {
        balances.insert("round"_L1, balances.value("round"_L1).toDouble() - std::floor(gone / kRound));
        status.insert("balances"_L1, balances);
    }
    return status;
}

}

Subject Subject::before(const QDateTime &moment) const
{
    Subject then = *this;
    then.now = moment;
    const double gone = seconds(moment, now);
    if (!ready && running && unready > moment) {
        then.ready = true;
        then.unready = {};
    }
    then.running = running && started <= moment;
    then.ready = then.ready && then.running;
    for (SubjectDomain &domain : then.domains) {
        if (!domain.healthy && domain.last > moment)
            domain.healthy = domain.connected = true;
    }
    QJsonObject status = node.value("status"_L1).toObject();
    const QDateTime dry = starved();
    QJsonArray conditions;
    for (const QJsonValue &one : status.value("conditions"_L1).toArray()) {
        if (timeOf(one.toObject().value("lastTransitionTime"_L1)) <= moment)
            conditions.append(one);
    }
    status.insert("conditions"_L1, conditions);
    // Who ran dry used up what was left, the faster the more it was; since then nothing moves.
    constexpr double kThirst = 4;
    if (!dry.isValid() || moment < dry)
        status = statusBefore(status, dry.isValid() ? seconds(moment, dry) : gone, dry.isValid() ? kThirst : 1.0);
    then.node.insert("status"_L1, status);
    return then;
}

double Subject::chance(const QByteArray &salt) const
{
    // FNV-1a: the same on every machine.
    quint64 hash = 14695981039346656037ULL ^ seed;
    for (const char c : QByteArray(ns().toUtf8() + '/' + name().toUtf8() + '/' + component.toUtf8() + '|' + salt))
        hash = (hash ^ quint8(c)) * 1099511628211ULL;
    hash ^= hash >> 29;
    hash *= 0xbf58476d1ce4e5b9ULL;
    hash ^= hash >> 32;
    return double(hash >> 11) / double(quint64(1) << 53);
}

}
