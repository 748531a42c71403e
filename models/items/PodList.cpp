// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/PodList.h"

#include "models/core/Json.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QSet>

#include <algorithm>

namespace qd::items {

using namespace Qt::StringLiterals;
using network::State;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(PodList)
};

const QString kNode = u"canton.quarterdeck.io/node"_s;
const QString kComponent = u"canton.quarterdeck.io/component"_s;

QDateTime timeOf(const QJsonValue &value)
{
    return QDateTime::fromString(value.toString(), Qt::ISODate);
}

bool arriving(const QString &reason)
{
    return reason.isEmpty() || reason == "ContainerCreating"_L1 || reason == "PodInitializing"_L1;
}

void readEnd(ContainerFacts &facts, const QJsonObject &terminated)
{
    if (terminated.isEmpty())
        return;
    facts.lastExit = terminated.value("exitCode"_L1).toInt();
    facts.lastReason = terminated.value("reason"_L1).toString();
    facts.lastMessage = terminated.value("message"_L1).toString();
    facts.lastEnded = timeOf(terminated.value("finishedAt"_L1));
}

void readState(ContainerFacts &facts, const QJsonObject &status)
{
    const QJsonObject state = status.value("state"_L1).toObject();
    readEnd(facts, status.value("lastState"_L1).toObject().value("terminated"_L1).toObject());
    facts.previous = facts.lastExit.has_value() || facts.restarts > 0;
    if (const QJsonObject waiting = state.value("waiting"_L1).toObject(); !waiting.isEmpty()) {
        const QString reason = waiting.value("reason"_L1).toString();
        facts.word = reason.isEmpty() ? Words::tr("Waiting") : reason;
        facts.message = waiting.value("message"_L1).toString();
        facts.state = arriving(reason) ? State::Progressing : State::Failed;
    } else if (const QJsonObject ended = state.value("terminated"_L1).toObject(); !ended.isEmpty()) {
        readEnd(facts, ended);
        facts.word = facts.lastReason.isEmpty() ? Words::tr("Ended") : facts.lastReason;
        facts.message = facts.lastMessage;
        facts.state = facts.lastExit == 0 ? State::Suspended : State::Failed;
    } else if (state.contains("running"_L1)) {
        facts.startedAt = timeOf(state.value("running"_L1).toObject().value("startedAt"_L1));
        facts.word = facts.ready ? Words::tr("Running") : Words::tr("Running, not ready");
        facts.state = facts.ready ? State::Ready : facts.restarts > 0 ? State::Degraded : State::Progressing;
    } else {
        facts.word = Words::tr("No state yet");
        facts.state = State::Progressing;
    }
}

void addContainers(PodFacts &pod, const QJsonObject &object, bool init)
{
    const QJsonArray specs = json::at(object, init ? u"/spec/initContainers"_s : u"/spec/containers"_s).toArray();
    const QJsonArray statuses = json::at(object, init ? u"/status/initContainerStatuses"_s : u"/status/containerStatuses"_s).toArray();
    for (const QJsonValue &spec : specs) {
        ContainerFacts facts;
        facts.name = spec["name"_L1].toString();
        facts.image = spec["image"_L1].toString();
        facts.init = init;
        QJsonObject status;
        for (const QJsonValue &one : statuses) {
            if (one["name"_L1].toString() == facts.name)
                status = one.toObject();
        }
        facts.ready = status.value("ready"_L1).toBool();
        facts.restarts = status.value("restartCount"_L1).toInt();
        readState(facts, status);
        const QJsonArray ports = spec["ports"_L1].toArray();
        for (const QJsonValue &port : ports)
            pod.ports.append(quint16(port["containerPort"_L1].toInt()));
        pod.restarts += facts.restarts;
        pod.ready += !init && facts.ready ? 1 : 0;
        pod.containers.append(facts);
    }
}

int badness(State state)
{
    static const QList<State> order{State::Suspended, State::Ready, State::Progressing, State::Degraded, State::Failed};
    return int(order.indexOf(state));
}

/// What is to be said of the pod: its end or eviction, else its worst container.
void readWord(PodFacts &pod, const QJsonObject &object)
{
    const QJsonObject status = object.value("status"_L1).toObject();
    const QString phase = status.value("phase"_L1).toString();
    const QString reason = status.value("reason"_L1).toString();
    if (!json::at(object, u"/metadata/deletionTimestamp"_s).isUndefined()) {
        pod.state = State::Deleting;
        pod.word = Words::tr("Terminating");
        return;
    }
    const ContainerFacts *worst = nullptr;
    for (const ContainerFacts &container : std::as_const(pod.containers)) {
        if (container.init && container.state == State::Suspended)
            continue;
        if (!worst || badness(container.state) > badness(worst->state))
            worst = &container;
    }
    pod.state = worst ? worst->state : State::Unknown;
    pod.word = worst ? worst->word : phase;
    pod.message = worst ? worst->message : QString();
    if (phase == "Pending"_L1 && pod.node.isEmpty()) {
        pod.state = State::Progressing;
        pod.word = Words::tr("Not scheduled");
        for (const QJsonValue &condition : status.value("conditions"_L1).toArray()) {
            if (condition["type"_L1].toString() == "PodScheduled"_L1)
                pod.message = condition["message"_L1].toString();
        }
    } else if (phase == "Failed"_L1 && !reason.isEmpty()) {
        pod.state = State::Failed;
        pod.word = reason;
        pod.message = status.value("message"_L1).toString();
    }
    pod.waitsForNothingSaid = pod.message.isEmpty() && pod.state == State::Progressing && (!worst || !worst->startedAt.isValid());
}

}

PodFacts podFacts(const QJsonObject &object)
{
    PodFacts pod;
    const QJsonObject meta = object.value("metadata"_L1).toObject();
    pod.uid = meta.value("uid"_L1).toString();
    pod.ns = meta.value("namespace"_L1).toString();
    pod.name = meta.value("name"_L1).toString();
    pod.component = meta.value("labels"_L1).toObject().value(kComponent).toString();
    pod.node = json::at(object, u"/spec/nodeName"_s).toString();
    pod.created = timeOf(meta.value("creationTimestamp"_L1));
    for (const QJsonValue &owner : meta.value("ownerReferences"_L1).toArray())
        pod.ownerUids.append(owner["uid"_L1].toString());
    addContainers(pod, object, true);
    addContainers(pod, object, false);
    readWord(pod, object);
    return pod;
}

QStringList missingPods(const QJsonObject &object, const QList<PodFacts> &pods)
{
    QStringList out;
    const QString name = json::at(object, u"/metadata/name"_s).toString();
    const QJsonArray components = json::at(object, u"/status/components"_s).toArray();
    for (const QJsonValue &component : components) {
        const QString id = component["name"_L1].toString();
        const int desired = component["desired"_L1].toInt();
        const auto there = std::count_if(pods.begin(), pods.end(), [&id](const PodFacts &pod) { return pod.component == id; });
        for (int i = 0, gone = desired - int(there); i < desired && gone > 0; ++i) {
            const QString pod = u"%1-%2-%3"_s.arg(name, id).arg(i);
            if (std::none_of(pods.begin(), pods.end(), [&pod](const PodFacts &p) { return p.name == pod; })) {
                out.append(pod);
                --gone;
            }
        }
    }
    return out;
}

QString lastExitText(const ContainerFacts &container)
{
    if (!container.lastExit)
        return {};
    const QString code = Words::tr("exit %1").arg(*container.lastExit);
    return container.lastReason.isEmpty() ? code : u"%1 (%2)"_s.arg(code, container.lastReason);
}

bool hasPods(const network::KindInfo &kind)
{
    return !podSelection(kind, u"x"_s, u"x"_s).isEmpty();
}

PodSelection podSelection(const network::KindInfo &kind, const QString &name, const QString &uid)
{
    static const QSet<QString> runs{u"Backup"_s, u"Restore"_s, u"Upgrade"_s};
    if (!kind.own)
        return {};
    if (kind.pane == "nodes"_L1 || kind.kind == "Application"_L1)
        return {kNode + u'=' + name};
    if (runs.contains(kind.kind))
        return {kComponent + u'=' + kind.kind.toLower(), uid};
    return {};
}

PodList::PodList(const ports::BodyCodec *bodies, QObject *parent)
    : QObject(parent)
    , m_bodies(bodies)
{
}

PodList::~PodList() = default;

void PodList::watch(ports::ClusterFeed *feed, const QString &ns, const PodSelection &selection)
{
    close();
    m_selection = selection;
    if (!feed || !m_bodies)
        return;
    ports::WatchRequest request;
    request.kind.kind = u"Pod"_s;
    request.kind.gvr = {{}, u"v1"_s, u"pods"_s};
    request.kind.singular = u"pod"_s;
    request.kind.title = Words::tr("Pods");
    request.kind.own = false;
    request.kind.phasePointer = u"/status/phase"_s;
    request.ns = ns;
    request.labelSelector = selection.labels;
    m_feed = feed->watch(request);
    connect(m_feed.get(), &ports::ResourceFeed::batch, this, &PodList::adopt);
    connect(m_feed.get(), &ports::ResourceFeed::loadStateChanged, this, [this](const LoadState &state) {
        m_state = state;
        Q_EMIT changed();
    });
    m_feed->start();
}

void PodList::close()
{
    m_feed.reset();
    m_pods.clear();
    m_state = {};
    m_complete = false;
}

void PodList::retry()
{
    if (m_feed)
        m_feed->retryNow();
}

void PodList::adopt(const network::RowBatch &batch)
{
    QSet<QString> seen;
    for (const network::Row &row : batch.upserts) {
        const Result<QJsonObject> body = m_bodies->open(row.body);
        if (!body)
            continue;
        PodFacts pod = podFacts(*body);
        seen.insert(pod.uid);
        if (m_selection.ownerUid.isEmpty() || pod.ownerUids.contains(m_selection.ownerUid))
            m_pods.insert(pod.uid, std::move(pod));
    }
    for (const QString &uid : batch.removedUids)
        m_pods.remove(uid);
    if (batch.sync == network::RowBatch::Sync::Complete) {
        m_complete = true;
        if (batch.replace)
            m_pods.removeIf([&seen](const auto &pod) { return !seen.contains(pod.key()); });
    }
    Q_EMIT changed();
}

QList<PodFacts> PodList::pods() const
{
    QList<PodFacts> out = m_pods.values();
    std::sort(out.begin(), out.end(), [](const PodFacts &a, const PodFacts &b) {
        return std::tie(a.component, a.name) < std::tie(b.component, b.name);
    });
    return out;
}

const PodFacts *PodList::find(const QString &name) const
{
    const auto found = std::find_if(m_pods.begin(), m_pods.end(), [&name](const PodFacts &pod) { return pod.name == name; });
    return found == m_pods.end() ? nullptr : &*found;
}

}
