// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/demo/PlanPlayer.h"

#include "app/demo/operator/NodesLook.h"
#include "models/core/Json.h"
#include "models/core/JsonPatch.h"

#include <QJsonArray>
#include <QUuid>

#include <algorithm>

namespace qd::test {

using namespace Qt::StringLiterals;
using demo::Plan;
using ports::Verb;
using std::chrono::milliseconds;

namespace {

/// So often an object may be looked at in one instant before it counts as restless.
constexpr int kRestless = 50;

QString text(const QJsonObject &object, const QString &pointer)
{
    return json::at(object, pointer).toString();
}

}

PlanPlayer::PlanPlayer(std::vector<std::unique_ptr<demo::Reconciler>> reconcilers, double speed, quint64 seed)
    : m_reconcilers(std::move(reconcilers)), m_speed(speed), m_seed(seed)
{
    for (const auto &reconciler : m_reconcilers)
        m_byPlural.insert(reconciler->plural(), reconciler.get());
}

void PlanPlayer::create(const QString &plural, QJsonObject object)
{
    QJsonObject metadata = object.value("metadata"_L1).toObject();
    metadata.insert("uid"_L1,
        QUuid::createUuidV5(QUuid(), QString(plural + u'/' + metadata.value("namespace"_L1).toString() + u'/'
                                         + metadata.value("name"_L1).toString() + QString::number(++m_version)))
            .toString(QUuid::WithoutBraces));
    metadata.insert("generation"_L1, 1);
    if (!metadata.contains("creationTimestamp"_L1))
        metadata.insert("creationTimestamp"_L1, moment().stamp());
    object.insert("metadata"_L1, metadata);
    store(plural, object, {});
    settle();
}

bool PlanPlayer::patch(const QString &plural, const QString &ns, const QString &name, const QJsonObject &mergePatch)
{
    const QJsonObject old = world.find(plural, ns, name);
    if (old.isEmpty())
        return false;
    store(plural, json::mergePatch(old, mergePatch).toObject(), old);
    settle();
    return true;
}

bool PlanPlayer::annotate(
    const QString &plural, const QString &ns, const QString &name, const QString &key, const QJsonValue &value)
{
    return patch(plural, ns, name,
        {{u"metadata"_s, QJsonObject{{u"annotations"_s, QJsonObject{{key, value}}}}}});
}

void PlanPlayer::remove(const QString &plural, const QString &ns, const QString &name)
{
    erase(plural, ns, name);
    settle();
}

void PlanPlayer::run(milliseconds length)
{
    const QDateTime end = now.addMSecs(length.count());
    settle();
    while (!m_due.empty()) {
        const auto first = std::min_element(
            m_due.begin(), m_due.end(), [](const auto &a, const auto &b) { return a.second < b.second; });
        if (first->second > end)
            break;
        now = std::max(now, first->second);
        m_looks.clear();
        m_queue.push_back(first->first);
        m_due.erase(first);
        settle();
    }
    now = end;
    m_looks.clear();
}

bool PlanPlayer::runUntil(const std::function<bool()> &reached, milliseconds atMost)
{
    const QDateTime end = now.addMSecs(atMost.count());
    settle();
    while (!reached()) {
        const auto first = std::min_element(
            m_due.begin(), m_due.end(), [](const auto &a, const auto &b) { return a.second < b.second; });
        if (first == m_due.end() || first->second > end) {
            now = end;
            return false;
        }
        run(milliseconds(std::max<qint64>(1, now.msecsTo(first->second))));
    }
    return true;
}

bool PlanPlayer::runUntilPhase(
    const QString &plural, const QString &ns, const QString &name, const QString &wanted, milliseconds atMost)
{
    return runUntil([&] { return phase(plural, ns, name) == wanted; }, atMost);
}

QJsonObject PlanPlayer::object(const QString &plural, const QString &ns, const QString &name) const
{
    return world.find(plural, ns, name);
}

QJsonValue PlanPlayer::at(const QString &plural, const QString &ns, const QString &name, const QString &pointer) const
{
    return json::at(world.find(plural, ns, name), pointer);
}

QJsonObject PlanPlayer::condition(const QString &plural, const QString &ns, const QString &name, const QString &type) const
{
    for (const QJsonValue &one : at(plural, ns, name, u"/status/conditions"_s).toArray()) {
        if (one.toObject().value("type"_L1).toString() == type)
            return one.toObject();
    }
    return {};
}

QString PlanPlayer::phase(const QString &plural, const QString &ns, const QString &name) const
{
    return at(plural, ns, name, u"/status/phase"_s).toString();
}

Plan PlanPlayer::look(const QString &plural, const QString &ns, const QString &name) const
{
    const demo::Reconciler *reconciler = m_byPlural.value(plural);
    const QJsonObject object = world.find(plural, ns, name);
    return reconciler == nullptr || object.isEmpty() ? Plan() : reconciler->reconcile(object, world, moment());
}

QStringList PlanPlayer::phases(const QString &plural, const QString &ns, const QString &name) const
{
    const auto found = m_phases.find({plural, ns, name});
    return found == m_phases.end() ? QStringList() : found->second;
}

QStringList PlanPlayer::reasons(const QString &plural, const QString &ns, const QString &name) const
{
    QStringList all;
    for (const Event &event : events) {
        if (event.plural == plural && event.ns == ns && event.name == name)
            all.append(event.draft.reason);
    }
    return all;
}

void PlanPlayer::queue(const Key &key)
{
    if (!m_byPlural.contains(std::get<0>(key)))
        return;
    if (std::find(m_queue.begin(), m_queue.end(), key) == m_queue.end())
        m_queue.push_back(key);
}

void PlanPlayer::changed(const QString &plural, const QJsonObject &object)
{
    queue({plural, text(object, u"/metadata/namespace"_s), text(object, u"/metadata/name"_s)});
    for (const QJsonValue &owner : json::at(object, u"/metadata/ownerReferences"_s).toArray()) {
        const auto known = m_byUid.constFind(owner.toObject().value("uid"_L1).toString());
        if (known != m_byUid.constEnd())
            queue(*known);
    }
    // As the Engine does: what stands on a node is looked at by it.
    const QString nodes = demo::nodePlural(text(object, u"/spec/nodeRef/kind"_s));
    const Key node{nodes, text(object, u"/metadata/namespace"_s), text(object, u"/spec/nodeRef/name"_s)};
    if (!nodes.isEmpty() && !world.find(nodes, std::get<1>(node), std::get<2>(node)).isEmpty())
        queue(node);
    if (const demo::Reconciler *reconciler = m_byPlural.value(plural)) {
        for (const auto &[other, name] : reconciler->touches(object, world))
            queue({other, name.section(u'/', 0, 0), name.section(u'/', 1)});
    }
}

void PlanPlayer::store(const QString &plural, QJsonObject object, const QJsonObject &old)
{
    QJsonObject metadata = object.value("metadata"_L1).toObject();
    if (!old.isEmpty() && old.value("spec"_L1) != object.value("spec"_L1))
        metadata.insert("generation"_L1, metadata.value("generation"_L1).toInteger(1) + 1);
    metadata.insert("resourceVersion"_L1, QString::number(++m_version));
    object.insert("metadata"_L1, metadata);
    const QString ns = metadata.value("namespace"_L1).toString();
    const QString name = metadata.value("name"_L1).toString();
    if (metadata.contains("deletionTimestamp"_L1) && metadata.value("finalizers"_L1).toArray().isEmpty()) {
        world.put(plural, object);
        erase(plural, ns, name);
        return;
    }
    world.put(plural, object);
    m_byUid.insert(metadata.value("uid"_L1).toString(), {plural, ns, name});
    QStringList &phases = m_phases[{plural, ns, name}];
    const QString phase = text(object, u"/status/phase"_s);
    if (!phase.isEmpty() && (phases.isEmpty() || phases.last() != phase))
        phases.append(phase);
    if (check && object.contains("status"_L1)) {
        if (const QString wrong = check(plural, object); !wrong.isEmpty())
            problem({plural, ns, name}, wrong);
    }
    changed(plural, object);
}

void PlanPlayer::erase(const QString &plural, const QString &ns, const QString &name)
{
    QJsonObject last = world.find(plural, ns, name);
    if (last.isEmpty())
        return;
    QJsonObject metadata = last.value("metadata"_L1).toObject();
    if (!metadata.value("finalizers"_L1).toArray().isEmpty()) {
        if (metadata.contains("deletionTimestamp"_L1))
            return;
        metadata.insert("deletionTimestamp"_L1, moment().stamp());
        metadata.insert("generation"_L1, metadata.value("generation"_L1).toInteger(1) + 1);
        last.insert("metadata"_L1, metadata);
        store(plural, last, last);
        return;
    }
    const QString uid = metadata.value("uid"_L1).toString();
    world.remove(plural, ns, name);
    m_due.erase({plural, ns, name});
    changed(plural, last);
    m_byUid.remove(uid);
    const QHash<QString, Key> known = m_byUid;
    for (const Key &key : known) {
        const auto &[otherPlural, otherNs, otherName] = key;
        for (const QJsonValue &owner :
            json::at(world.find(otherPlural, otherNs, otherName), u"/metadata/ownerReferences"_s).toArray()) {
            if (owner.toObject().value("uid"_L1).toString() == uid)
                erase(otherPlural, otherNs, otherName);
        }
    }
}

void PlanPlayer::settle()
{
    while (!m_queue.empty()) {
        const Key key = m_queue.front();
        m_queue.pop_front();
        play(key);
    }
}

void PlanPlayer::play(const Key &key)
{
    const auto &[plural, ns, name] = key;
    if (world.find(plural, ns, name).isEmpty())
        return;
    if (++m_looks[key] > kRestless) {
        if (m_looks[key] == kRestless + 1)
            problem(key, u"never comes to rest: %1"_s.arg(QString::fromUtf8(json::compact(look(plural, ns, name).status))));
        return;
    }
    const Plan plan = look(plural, ns, name);
    if (plan.again)
        m_due[key] = now.addMSecs(std::max<qint64>(1, plan.again->count()));
    else
        m_due.erase(key);
    for (const ports::WriteRequest &request : plan.writes) {
        if (!write(request))
            problem(key, u"cannot write %1 %2/%3"_s.arg(request.gvr.resource, request.ns, request.name));
    }
    if (!plan.status.isEmpty()) {
        const QJsonObject old = world.find(plural, ns, name);
        ++writes;
        store(plural, json::mergePatch(old, QJsonObject{{u"status"_s, plan.status}}).toObject(), old);
    }
    if (!plan.metadata.isEmpty()) {
        const QJsonObject old = world.find(plural, ns, name);
        ++writes;
        store(plural, json::mergePatch(old, QJsonObject{{u"metadata"_s, plan.metadata}}).toObject(), old);
    }
    for (const demo::EventDraft &event : plan.events)
        events.append({event.pod.isEmpty() ? plural : QStringLiteral("pods"), ns, event.pod.isEmpty() ? name : event.pod, event, now});
    for (const QString &line : plan.logLines)
        logLines.append(QString(name + u'|' + line));
    if (!plan.nothing())
        queue(key);
}

bool PlanPlayer::write(const ports::WriteRequest &request)
{
    ++writes;
    const QString plural = request.gvr.resource;
    const QJsonObject body = request.body.toObject();
    if (request.verb == Verb::Create) {
        QJsonObject made = body;
        QJsonObject metadata = made.value("metadata"_L1).toObject();
        metadata.insert("namespace"_L1, request.ns);
        if (!world.find(plural, request.ns, metadata.value("name"_L1).toString()).isEmpty())
            return true;   // AlreadyExists is as good
        metadata.insert("uid"_L1, QString(plural + u'-' + QString::number(++m_version)));
        metadata.insert("generation"_L1, 1);
        metadata.insert("creationTimestamp"_L1, moment().stamp());
        made.insert("metadata"_L1, metadata);
        made.remove("status"_L1);
        if (plural == "pods"_L1)
            made.insert("status"_L1, QJsonObject{{u"phase"_s, u"Pending"_s}});
        store(plural, made, {});
        return true;
    }
    const QJsonObject old = world.find(plural, request.ns, request.name);
    if (request.verb == Verb::Delete) {
        erase(plural, request.ns, request.name);
        return true;
    }
    if (old.isEmpty())
        return false;
    QJsonObject next = old;
    if (request.verb == Verb::JsonPatch) {
        const auto patched = json::applyJsonPatch(old, request.body.toArray());
        if (!patched)
            return false;
        next = *patched;
    } else if (request.verb == Verb::Update) {
        next = body;
    } else {
        next = json::mergePatch(old, body).toObject();
    }
    // The main resource keeps the status, the status subresource everything else.
    const QJsonObject kept = request.subresource == "status"_L1 ? old : next;
    QJsonObject stored = kept;
    const QJsonValue status = request.subresource == "status"_L1 ? next.value("status"_L1) : old.value("status"_L1);
    if (status.isUndefined())
        stored.remove("status"_L1);
    else
        stored.insert("status"_L1, status);
    store(plural, stored, old);
    return true;
}

void PlanPlayer::problem(const Key &key, const QString &text)
{
    problems.append(QString(std::get<0>(key) + u' ' + std::get<1>(key) + u'/' + std::get<2>(key) + u": "_s + text));
}

}
