// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Pods.h"

#include "app/demo/operator/PodLines.h"
#include "app/demo/workload/PortTable.h"
#include "models/core/Json.h"

#include <QCryptographicHash>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

const char kVirtualNode[] = "canton-demo";
const char kVirtualTaint[] = "virtual-kubelet.io/provider";

namespace {

const QString kTemplate = u"demo.quarterdeck.io/template"_s;
const QString kRefused = u"demo.quarterdeck.io/ports-not-played"_s;
const QString kAdopted = u"demo.quarterdeck.io/adopted"_s;
const QString kStorage = u"canton.quarterdeck.io/storage-size"_s;
const QString kRestarted = u"canton.quarterdeck.io/restarted-at"_s;
/// The kubelet's back-off: doubled from 10 s to 5 min.
constexpr milliseconds kBackOff = 10s;
constexpr milliseconds kLongestBackOff = 300s;
/// So long a container that cannot live lives.
constexpr milliseconds kLastBreath = 5s;

/// As operators do whose Prometheus takes no native histograms: the nodes make buckets.
const QString kNoNativeHistograms = u"ADDITIONAL_CONFIG_DISABLE_NATIVE_HISTOGRAMS"_s;

bool tellsDurations(const QString &component)
{
    static const QStringList those{u"participant"_s, u"sequencer"_s, u"mediator"_s, u"validator"_s, u"sv"_s, u"scan"_s};
    return those.contains(component);
}

bool names(const QJsonArray &env, const QString &name)
{
    return std::any_of(env.begin(), env.end(), [&name](const QJsonValue &one) { return one.toObject().value("name"_L1).toString() == name; });
}

QString digest(const QByteArray &text)
{
    return QString::fromLatin1(QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex());
}

QString annotation(const QJsonObject &object, const QString &key)
{
    return json::at(object, u"/metadata/annotations"_s).toObject().value(key).toString();
}

QJsonObject containerStatus(const QJsonObject &pod)
{
    return json::at(pod, u"/status/containerStatuses"_s).toArray().at(0).toObject();
}

QString waitingFor(const QJsonObject &container)
{
    return json::at(container, u"/state/waiting/reason"_s).toString();
}

QString startedAt(const QJsonObject &container)
{
    return json::at(container, u"/state/running/startedAt"_s).toString();
}

ports::WriteRequest podRequest(ports::Verb verb, const QString &ns, const QString &name)
{
    ports::WriteRequest request;
    request.verb = verb;
    request.gvr = core(u"pods"_s);
    request.ns = ns;
    request.name = name;
    return request;
}

QJsonObject podCondition(const QString &type, bool holds, const QString &stamp)
{
    return {{u"type"_s, type}, {u"status"_s, holds ? u"True"_s : u"False"_s}, {u"lastTransitionTime"_s, stamp}};
}

void put(QJsonObject &to, const QString &key, const QJsonValue &value)
{
    if (!value.isUndefined() && !value.isNull() && value.toString(u"x"_s) != QString())
        to.insert(key, value);
}

/// Names of volumes are DNS labels, those of Secrets may have dots.
QString volumeOf(const QString &secret)
{
    return QString(secret).replace(u'.', u'-').left(63);
}

}

QString podName(const QString &node, const QString &component, int index)
{
    return QString(node + u'-' + component + u'-' + QString::number(index));
}

QString podAddress(const QString &ns, const QString &pod)
{
    const QString hash = digest(QString(ns + u'/' + pod).toUtf8());
    return u"10.244.%1.%2"_s.arg(
        QString::number(hash.left(2).toInt(nullptr, 16)), QString::number(2 + hash.mid(2, 2).toInt(nullptr, 16) % 250));
}

Pods::Pods(const QJsonObject &owner, const World &world, const Moment &moment, StatusDraft &draft)
    : m_owner(owner), m_world(world), m_moment(moment), m_draft(draft),
      m_ns(json::at(owner, u"/metadata/namespace"_s).toString()), m_node(json::at(owner, u"/metadata/name"_s).toString())
{
}

const Ailment *Pods::ailment(const QString &component) const
{
    const auto found = m_ailments.constFind(component);
    return found == m_ailments.constEnd() ? nullptr : &*found;
}

const Ailment *Pods::ailmentOf(const QString &component, int index) const
{
    const Ailment *ill = ailment(component);
    return ill != nullptr && index >= ill->from ? ill : nullptr;
}

QList<Pods::Pod> Pods::podsOf(const QString &component, int desired) const
{
    // Pods above the wanted number are there after scaling down; a gap among them is looked over.
    QList<Pod> found;
    int missing = 0;
    for (int index = 0; index < desired || missing < 4; ++index) {
        const QJsonObject pod = m_world.find(u"pods"_s, m_ns, podName(m_node, component, index));
        if (pod.isEmpty() || !json::at(pod, u"/metadata/deletionTimestamp"_s).isUndefined()) {
            missing += index >= desired ? 1 : 0;
            continue;
        }
        found.append({pod, index});
    }
    return found;
}

QString Pods::templateOf(const Component &component) const
{
    const QJsonObject all{{u"image"_s, component.image}, {u"resources"_s, component.resources},
        {u"env"_s, component.env}, {u"logLevel"_s, component.logLevel}, {u"pull"_s, component.pullPolicy},
        {u"restart"_s, component.database ? QString() : m_restart}};
    return digest(json::compact(all)).left(12);
}

bool Pods::passed(const QString &since, milliseconds nominal)
{
    const QDateTime then = QDateTime::fromString(since, Qt::ISODateWithMs);
    const milliseconds left = m_moment.real(nominal) - m_moment.passed(then);
    if (left.count() <= 0)
        return true;
    m_draft.again(milliseconds(qint64(double(left.count()) * m_moment.speed) + 1));
    return false;
}

QList<ComponentState> Pods::play(const QList<Component> &components, bool stopped, const QStringList &former)
{
    QList<ComponentState> states;
    for (const Component &component : components)
        states.append(look(component));
    for (const QString &name : former) {
        for (const Pod &pod : podsOf(name, 0))
            remove(podName(m_node, name, pod.index), u"the component is not wanted any more"_s);
    }
    if (stopped) {
        for (auto state = states.crbegin(); state != states.crend(); ++state) {
            for (const Pod &pod : podsOf(state->component.name, state->component.desired))
                remove(podName(m_node, state->component.name, pod.index), u"the node is stopped"_s);
        }
        return states;
    }
    for (const ComponentState &state : std::as_const(states)) {
        const Component &component = state.component;
        const bool before = std::all_of(states.cbegin(), states.cend(), [&component](const ComponentState &other) {
            return other.component.stage >= component.stage || other.ready >= other.component.desired;
        });
        QList<int> there;
        for (const Pod &pod : podsOf(component.name, component.desired)) {
            there.append(pod.index);
            if (pod.index >= component.desired)
                remove(podName(m_node, component.name, pod.index), u"fewer replicas are wanted"_s);
        }
        for (int index = 0; index < component.desired; ++index) {
            const bool adopted = index < m_adopted.value(component.name, 0);
            if (!there.contains(index) && (adopted || (before && component.stage <= m_lastStage)))
                create(component, index, adopted);
        }
    }
    replaceNext(states);
    return states;
}

ComponentState Pods::look(const Component &component)
{
    ComponentState state;
    state.component = component;
    const QString wanted = templateOf(component);
    for (const Pod &pod : podsOf(component.name, component.desired)) {
        if (pod.index >= component.desired)
            continue;
        const QJsonObject container = containerStatus(pod.object);
        ++state.pods;
        state.ready += container.value("ready"_L1).toBool() ? 1 : 0;
        state.restarts += container.value("restartCount"_L1).toInt();
        state.arriving += container.isEmpty() && annotation(pod.object, kAdopted) == "true"_L1 ? 1 : 0;
        state.outdated += annotation(pod.object, kTemplate) == wanted ? 0 : 1;
        state.crashing = state.crashing || waitingFor(container) == "CrashLoopBackOff"_L1
            || (container.value("restartCount"_L1).toInt() > 0 && !container.value("ready"_L1).toBool());
        if (state.pods == 1) {
            state.image = json::at(pod.object, u"/spec/containers/0/image"_s).toString();
            state.startedAt = QDateTime::fromString(startedAt(container), Qt::ISODate);
            state.storage = annotation(pod.object, kStorage);
        }
        advance(component, pod);
    }
    return state;
}

void Pods::resize(const QString &component, const QString &size)
{
    for (const Pod &pod : podsOf(component, 0)) {
        ports::WriteRequest request = podRequest(ports::Verb::MergePatch, m_ns, podName(m_node, component, pod.index));
        request.body = QJsonObject{
            {u"metadata"_s, QJsonObject{{u"annotations"_s, QJsonObject{{kStorage, size}}}}}};
        m_draft.write(request);
    }
}

void Pods::create(const Component &component, int index, bool adopted)
{
    ports::WriteRequest request = podRequest(ports::Verb::Create, m_ns, {});
    request.body = make(component, index, adopted);
    m_draft.write(request);
    if (!adopted)
        m_draft.event(u"Normal"_s, u"SuccessfulCreate"_s,
            u"Created pod %1 (%2)"_s.arg(podName(m_node, component.name, index), component.image));
}

void Pods::remove(const QString &pod, const QString &why)
{
    m_draft.write(podRequest(ports::Verb::Delete, m_ns, pod));
    m_draft.event(u"Normal"_s, u"SuccessfulDelete"_s, u"Deleted pod %1: %2"_s.arg(pod, why));
}

void Pods::replaceNext(const QList<ComponentState> &states)
{
    // One after the other: the next goes when all that were replaced are back.
    for (const ComponentState &state : states) {
        const Component &component = state.component;
        const QString wanted = templateOf(component);
        for (const Pod &pod : podsOf(component.name, component.desired)) {
            const bool ready = containerStatus(pod.object).value("ready"_L1).toBool();
            if (!ready && annotation(pod.object, kTemplate) == wanted)
                return;
        }
        if (state.pods < component.desired)
            return;
    }
    for (const ComponentState &state : states) {
        const QString wanted = templateOf(state.component);
        for (const Pod &pod : podsOf(state.component.name, state.component.desired)) {
            if (pod.index < state.component.desired && annotation(pod.object, kTemplate) != wanted) {
                remove(podName(m_node, state.component.name, pod.index), u"its template has changed"_s);
                return;
            }
        }
    }
}

QJsonObject Pods::container(const Component &component) const
{
    QJsonObject requests;
    put(requests, u"cpu"_s, component.resources.value("cpuRequested"_L1));
    put(requests, u"memory"_s, component.resources.value("memoryRequested"_L1));
    QJsonObject limits;
    put(limits, u"cpu"_s, component.resources.value("cpuLimit"_L1));
    put(limits, u"memory"_s, component.resources.value("memoryLimit"_L1));
    QJsonArray portList;
    for (const int port : component.ports) {
        QJsonObject one{{u"containerPort"_s, port}, {u"protocol"_s, u"TCP"_s}};
        for (const PodPort &known : podPorts(component.name)) {
            if (known.number == port)
                one.insert("name"_L1, known.name);
        }
        portList.append(one);
    }
    QJsonArray env = component.env;
    if (!component.logLevel.isEmpty() && !component.database)
        env.append(QJsonObject{{u"name"_s, u"LOG_LEVEL_CANTON"_s}, {u"value"_s, component.logLevel.toUpper()}});
    if (tellsDurations(component.name) && !names(env, kNoNativeHistograms))
        env.append(QJsonObject{{u"name"_s, kNoNativeHistograms}, {u"value"_s, u"canton.monitoring.metrics.histograms=[]"_s}});
    QJsonObject out{{u"name"_s, component.name}, {u"image"_s, component.image},
        {u"imagePullPolicy"_s, component.pullPolicy.isEmpty() ? u"IfNotPresent"_s : component.pullPolicy}};
    QJsonObject resources;
    if (!requests.isEmpty())
        resources.insert("requests"_L1, requests);
    if (!limits.isEmpty())
        resources.insert("limits"_L1, limits);
    out.insert("resources"_L1, resources);
    if (!portList.isEmpty())
        out.insert("ports"_L1, portList);
    if (!env.isEmpty())
        out.insert("env"_L1, env);
    QJsonArray mounts;
    for (const QString &secret : component.secrets)
        mounts.append(QJsonObject{{u"name"_s, volumeOf(secret)}, {u"mountPath"_s, QString(u"/etc/secrets/"_s + secret)}, {u"readOnly"_s, true}});
    if (!mounts.isEmpty())
        out.insert("volumeMounts"_L1, mounts);
    return out;
}

QJsonObject Pods::make(const Component &component, int index, bool adopted) const
{
    const QJsonObject owner = m_owner.value("metadata"_L1).toObject();
    const QString network = json::at(m_owner, u"/spec/networkRef/name"_s).toString();
    QJsonObject labels{{u"canton.quarterdeck.io/node"_s, m_node}, {u"canton.quarterdeck.io/component"_s, component.name},
        {u"app.kubernetes.io/managed-by"_s, u"canton-operator"_s}};
    put(labels, u"canton.quarterdeck.io/network"_s, network);
    QJsonObject annotations{{kTemplate, templateOf(component)}};
    put(annotations, kStorage, component.storage);
    // Said where the ports stand: what nobody plays refuses connections.
    QStringList refused;
    for (const PodPort &port : podPorts(component.name)) {
        if (component.ports.contains(int(port.number)) && !port.played())
            refused.append(QString::number(port.number));
    }
    put(annotations, kRefused, refused.join(u','));
    if (adopted) {
        annotations.insert(kAdopted, u"true"_s);
        put(annotations, u"demo.quarterdeck.io/created-at"_s, m_draft.at(u"/uptimeSince"_s));
    }
    if (!m_restart.isEmpty() && !component.database)
        annotations.insert(kRestarted, m_restart);
    const QJsonObject reference{{u"apiVersion"_s, m_owner.value("apiVersion"_L1)}, {u"kind"_s, m_owner.value("kind"_L1)},
        {u"name"_s, m_node}, {u"uid"_s, owner.value("uid"_L1)}, {u"controller"_s, true},
        {u"blockOwnerDeletion"_s, true}};
    const QJsonObject toleration{{u"key"_s, QString::fromLatin1(kVirtualTaint)}, {u"operator"_s, u"Equal"_s},
        {u"value"_s, u"quarterdeck-demo"_s}, {u"effect"_s, u"NoSchedule"_s}};
    // No grace: there is no kubelet that would say that a container has ended.
    QJsonObject spec{{u"nodeName"_s, QString::fromLatin1(kVirtualNode)}, {u"containers"_s, QJsonArray{container(component)}},
        {u"tolerations"_s, QJsonArray{toleration}}, {u"restartPolicy"_s, u"Always"_s},
        {u"terminationGracePeriodSeconds"_s, 0}, {u"automountServiceAccountToken"_s, false},
        {u"enableServiceLinks"_s, false}};
    QJsonArray volumes;
    for (const QString &secret : component.secrets)
        volumes.append(QJsonObject{{u"name"_s, volumeOf(secret)}, {u"secret"_s, QJsonObject{{u"secretName"_s, secret}}}});
    if (!volumes.isEmpty())
        spec.insert("volumes"_L1, volumes);
    const QString pull = component.resources.value("imagePullSecret"_L1).toString();
    if (!pull.isEmpty())
        spec.insert("imagePullSecrets"_L1, QJsonArray{QJsonObject{{u"name"_s, pull}}});
    return {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Pod"_s},
        {u"metadata"_s,
            QJsonObject{{u"name"_s, podName(m_node, component.name, index)}, {u"namespace"_s, m_ns},
                {u"labels"_s, labels}, {u"annotations"_s, annotations}, {u"ownerReferences"_s, QJsonArray{reference}}}},
        {u"spec"_s, spec}};
}

void Pods::advance(const Component &component, const Pod &pod)
{
    const QJsonObject container = containerStatus(pod.object);
    if (container.isEmpty()) {
        begin(component, pod);
        return;
    }
    const QString waiting = waitingFor(container);
    if (waiting == "ContainerCreating"_L1) {
        const milliseconds pull(1500 + qint64(2500 * m_moment.chance(m_owner, QString(u"pull"_s + component.name))));
        if (!passed(json::at(pod.object, u"/status/startTime"_s).toString(), pull))
            return;
        if (const Ailment *ill = ailmentOf(component.name, pod.index); ill == nullptr || ill->kind != Ailment::Kind::Unmounted)
            start(component, pod);
    } else if (waiting == "CrashLoopBackOff"_L1) {
        back(component, pod, container);
    } else {
        tend(component, pod, container);
    }
}

void Pods::start(const Component &component, const Pod &pod)
{
    const QString name = podName(m_node, component.name, pod.index);
    writeStatus(component, pod, false, {{u"running"_s, QJsonObject{{u"startedAt"_s, m_moment.stamp()}}}}, {}, 0);
    m_draft.podEvent(name, u"Normal"_s, u"Pulled"_s, u"Successfully pulled image \"%1\""_s.arg(component.image));
    m_draft.podEvent(name, u"Normal"_s, u"Started"_s, u"Started container %1"_s.arg(component.name));
    for (const QString &line : startLines(component.name, component.image.section(u':', -1)))
        log(component, pod, line.section(u'|', 0, 0), line.section(u'|', 1));
}

int Pods::toldRestarts(const QString &component) const
{
    for (const QJsonValue &one : m_draft.at(u"/components"_s).toArray()) {
        if (one.toObject().value("name"_L1).toString() == component)
            return one.toObject().value("restarts"_L1).toInt();
    }
    return 0;
}

void Pods::begin(const Component &component, const Pod &pod)
{
    if (annotation(pod.object, kAdopted) == "true"_L1) {
        // Was running before this operator came; what ailed it ails it still.
        const Ailment *ill = ailment(component.name);
        const int restarts = pod.index == (ill != nullptr ? ill->from : 0) ? toldRestarts(component.name) : 0;
        ill = ailmentOf(component.name, pod.index);
        if (ill != nullptr && ill->kind == Ailment::Kind::Crash) {
            crash(component, pod,
                {{u"restartCount"_s, restarts},
                    {u"state"_s, QJsonObject{{u"running"_s, QJsonObject{{u"startedAt"_s, m_moment.stamp()}}}}}},
                *ill);
            return;
        }
        const QString since = m_draft.at(u"/uptimeSince"_s).toString();
        const QJsonObject running{{u"startedAt"_s, since.isEmpty() ? m_moment.stamp() : since}};
        writeStatus(component, pod, true, {{u"running"_s, running}}, {}, restarts, QDateTime::fromString(since, Qt::ISODate));
        for (const QString &line : readyLines(component.name))
            log(component, pod, line.section(u'|', 0, 0), line.section(u'|', 1));
        return;
    }
    if (!passed(json::at(pod.object, u"/metadata/creationTimestamp"_s).toString(), 1s))
        return;
    writeStatus(component, pod, false, {{u"waiting"_s, QJsonObject{{u"reason"_s, u"ContainerCreating"_s}}}}, {}, 0);
    const Ailment *ill = ailmentOf(component.name, pod.index);
    if (ill == nullptr || ill->kind != Ailment::Kind::Unmounted)
        return;
    for (const QString &line : ill->lines)
        m_draft.podEvent(podName(m_node, component.name, pod.index), u"Warning"_s, u"FailedMount"_s, line);
}

void Pods::tend(const Component &component, const Pod &pod, const QJsonObject &container)
{
    const Ailment *ill = ailmentOf(component.name, pod.index);
    const bool ready = container.value("ready"_L1).toBool();
    const int restarts = container.value("restartCount"_L1).toInt();
    const QJsonObject state = container.value("state"_L1).toObject();
    const QJsonObject last = container.value("lastState"_L1).toObject();
    if (ill != nullptr && ill->kind == Ailment::Kind::Crash) {
        if (ready || passed(startedAt(container), kLastBreath))
            crash(component, pod, container, *ill);
        return;
    }
    if (ill != nullptr && ill->kind == Ailment::Kind::Unready) {
        if (!ready)
            return;
        writeStatus(component, pod, false, state, last, restarts);
        m_draft.podEvent(podName(m_node, component.name, pod.index), u"Warning"_s, u"Unhealthy"_s,
            QString(u"Readiness probe failed: "_s + ill->message));
        for (const QString &line : ill->lines)
            log(component, pod, line.section(u'|', 0, 0), line.section(u'|', 1));
        return;
    }
    if (ready)
        return;
    const double jitter = 0.8 + 0.4 * m_moment.chance(m_owner, QString(u"boot"_s + component.name));
    if (!passed(startedAt(container), milliseconds(qint64(double(component.boot.count()) * jitter))))
        return;
    writeStatus(component, pod, true, state, last, restarts);
    for (const QString &line : readyLines(component.name))
        log(component, pod, line.section(u'|', 0, 0), line.section(u'|', 1));
}

void Pods::crash(const Component &component, const Pod &pod, const QJsonObject &container, const Ailment &ailment)
{
    const QString name = podName(m_node, component.name, pod.index);
    const QJsonObject ended{{u"exitCode"_s, 1}, {u"reason"_s, u"Error"_s}, {u"startedAt"_s, startedAt(container)},
        {u"finishedAt"_s, m_moment.stamp()}, {u"message"_s, ailment.message}};
    const int restarts = container.value("restartCount"_L1).toInt();
    const milliseconds wait = std::min(kLongestBackOff, milliseconds(kBackOff.count() << std::min(restarts, 5)));
    const QString text = u"back-off %1s restarting failed container=%2 pod=%3"_s.arg(
        QString::number(wait.count() / 1000), component.name, QString(name + u'_' + m_ns));
    writeStatus(component, pod, false,
        {{u"waiting"_s, QJsonObject{{u"reason"_s, u"CrashLoopBackOff"_s}, {u"message"_s, text}}}},
        {{u"terminated"_s, ended}}, restarts);
    for (const QString &line : ailment.lines)
        log(component, pod, line.section(u'|', 0, 0), line.section(u'|', 1));
    m_draft.podEvent(name, u"Warning"_s, u"BackOff"_s,
        u"Back-off restarting failed container %1 in pod %2_%3: exit code 1, %4"_s.arg(component.name, name, m_ns, ailment.message));
}

void Pods::back(const Component &component, const Pod &pod, const QJsonObject &container)
{
    const int restarts = container.value("restartCount"_L1).toInt();
    milliseconds wait = std::min(kLongestBackOff, milliseconds(kBackOff.count() << std::min(restarts, 5)));
    if (ailmentOf(component.name, pod.index) == nullptr)
        wait = std::min(wait, kBackOff);
    const QJsonObject last = container.value("lastState"_L1).toObject();
    if (!passed(json::at(last, u"/terminated/finishedAt"_s).toString(), wait))
        return;
    m_draft.log(QString(component.name + u'#' + QString::number(pod.index)), u"RESTARTED"_s, {});
    writeStatus(
        component, pod, false, {{u"running"_s, QJsonObject{{u"startedAt"_s, m_moment.stamp()}}}}, last, restarts + 1);
    for (const QString &line : startLines(component.name, component.image.section(u':', -1)))
        log(component, pod, line.section(u'|', 0, 0), line.section(u'|', 1));
}

void Pods::writeStatus(const Component &component, const Pod &pod, bool ready, const QJsonObject &state,
    const QJsonObject &lastState, int restarts, const QDateTime &started)
{
    const QString name = podName(m_node, component.name, pod.index);
    const QString stamp = m_moment.stamp();
    const bool running = state.contains("running"_L1);
    QJsonObject containerState{{u"name"_s, component.name}, {u"image"_s, component.image}, {u"ready"_s, ready},
        {u"started"_s, running}, {u"restartCount"_s, restarts}, {u"state"_s, state}, {u"lastState"_s, lastState},
        {u"imageID"_s,
            running || restarts > 0
                ? QString(component.image.section(u':', 0, -2) + u"@sha256:"_s + digest(component.image.toUtf8()))
                : QString()}};
    const QJsonValue begun = json::at(pod.object, u"/status/startTime"_s);
    QJsonObject status{{u"phase"_s, running || !lastState.isEmpty() ? u"Running"_s : u"Pending"_s},
        {u"hostIP"_s, u"127.0.0.1"_s},
        {u"containerStatuses"_s, QJsonArray{containerState}},
        {u"conditions"_s,
            QJsonArray{podCondition(u"PodScheduled"_s, true, stamp), podCondition(u"Initialized"_s, true, stamp),
                podCondition(u"ContainersReady"_s, ready, stamp), podCondition(u"Ready"_s, ready, stamp)}}};
    if (running) {
        const QString ip = podAddress(m_ns, name);
        status.insert("podIP"_L1, ip);
        status.insert("podIPs"_L1, QJsonArray{QJsonObject{{u"ip"_s, ip}}});
    }
    if (!begun.isString())
        status.insert("startTime"_L1, started.isValid() ? started.toUTC().toString(Qt::ISODate) : stamp);
    ports::WriteRequest request = podRequest(ports::Verb::MergePatch, m_ns, name);
    request.subresource = u"status"_s;
    request.body = QJsonObject{{u"status"_s, status}};
    m_draft.write(request);
}

void Pods::log(const Component &component, const Pod &pod, const QString &level, const QString &text)
{
    m_draft.log(pod.index == 0 ? component.name : QString(component.name + u'#' + QString::number(pod.index)), level, text);
}

}
