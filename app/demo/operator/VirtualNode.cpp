// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/VirtualNode.h"

#include "app/demo/operator/Pods.h"
#include "models/core/Async.h"
#include "models/core/Json.h"

#include <QJsonArray>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const Gvr kLeases{u"coordination.k8s.io"_s, u"v1"_s, u"leases"_s};
const QString kLeaseNamespace = u"kube-node-lease"_s;
constexpr qint64 kStatusEveryMs = 60000;

QString nodeName()
{
    return QString::fromLatin1(kVirtualNode);
}

ports::WriteRequest requestFor(ports::Verb verb, const Gvr &gvr, const QString &ns, const QString &name, const QJsonObject &body)
{
    ports::WriteRequest request;
    request.verb = verb;
    request.gvr = gvr;
    request.ns = ns;
    request.name = name;
    request.body = body;
    return request;
}

QJsonObject condition(const QString &type, bool holds, const QString &reason, const QString &message, const QString &now)
{
    return {{u"type"_s, type}, {u"status"_s, holds ? u"True"_s : u"False"_s}, {u"reason"_s, reason},
        {u"message"_s, message}, {u"lastHeartbeatTime"_s, now}, {u"lastTransitionTime"_s, now}};
}

}

VirtualNode::VirtualNode(
    std::shared_ptr<ports::ResourceGateway> gateway, const Clock &clock, quint16 kubeletPort, QObject *parent)
    : QObject(parent), m_gateway(std::move(gateway)), m_clock(clock), m_port(kubeletPort)
{
    m_timer.setInterval(10s);
    connect(&m_timer, &QTimer::timeout, this, &VirtualNode::beat);
}

void VirtualNode::start()
{
    if (m_running)
        return;
    m_running = true;
    m_statusAt = 0;
    m_timer.start();
    beat();
}

void VirtualNode::stop()
{
    m_running = false;
    m_timer.stop();
}

QJsonObject VirtualNode::nodeObject()
{
    const QJsonObject labels{{u"kubernetes.io/hostname"_s, nodeName()}, {u"kubernetes.io/os"_s, u"linux"_s},
        {u"kubernetes.io/arch"_s, u"amd64"_s}, {u"type"_s, u"virtual-kubelet"_s},
        {u"node.kubernetes.io/exclude-from-external-load-balancers"_s, u"true"_s}};
    const QJsonObject taint{{u"key"_s, QString::fromLatin1(kVirtualTaint)}, {u"value"_s, u"quarterdeck-demo"_s},
        {u"effect"_s, u"NoSchedule"_s}};
    return {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Node"_s},
        {u"metadata"_s, QJsonObject{{u"name"_s, nodeName()}, {u"labels"_s, labels}}},
        {u"spec"_s, QJsonObject{{u"taints"_s, QJsonArray{taint}}}}};
}

QJsonObject VirtualNode::statusObject() const
{
    const QString now = m_clock.now().toUTC().toString(u"yyyy-MM-ddTHH:mm:ssZ"_s);
    const QJsonObject room{{u"cpu"_s, u"4k"_s}, {u"memory"_s, u"64Ti"_s}, {u"pods"_s, u"50k"_s},
        {u"ephemeral-storage"_s, u"64Ti"_s}};
    const QJsonObject info{{u"machineID"_s, nodeName()}, {u"systemUUID"_s, nodeName()}, {u"bootID"_s, nodeName()},
        {u"kernelVersion"_s, u"virtual"_s}, {u"osImage"_s, u"Quarterdeck demo network"_s},
        {u"containerRuntimeVersion"_s, u"demo://1.0"_s}, {u"kubeletVersion"_s, u"v1.31.0-quarterdeck-demo"_s},
        {u"kubeProxyVersion"_s, QString()}, {u"operatingSystem"_s, u"linux"_s}, {u"architecture"_s, u"amd64"_s}};
    return {{u"capacity"_s, room}, {u"allocatable"_s, room}, {u"nodeInfo"_s, info},
        {u"addresses"_s,
            QJsonArray{QJsonObject{{u"type"_s, u"InternalIP"_s}, {u"address"_s, u"127.0.0.1"_s}},
                QJsonObject{{u"type"_s, u"Hostname"_s}, {u"address"_s, nodeName()}}}},
        {u"daemonEndpoints"_s, QJsonObject{{u"kubeletEndpoint"_s, QJsonObject{{u"Port"_s, int(m_port)}}}}},
        {u"conditions"_s,
            QJsonArray{condition(u"Ready"_s, true, u"KubeletReady"_s, u"the demo network plays its pods"_s, now),
                condition(u"MemoryPressure"_s, false, u"KubeletHasSufficientMemory"_s, u"enough memory"_s, now),
                condition(u"DiskPressure"_s, false, u"KubeletHasNoDiskPressure"_s, u"enough room"_s, now),
                condition(u"PIDPressure"_s, false, u"KubeletHasSufficientPID"_s, u"enough processes"_s, now)}}};
}

void VirtualNode::beat()
{
    if (m_statusAt == 0 || m_clock.monotonicMs() - m_statusAt >= kStatusEveryMs)
        writeNode();
    else
        renew();
}

void VirtualNode::writeNode()
{
    const ports::WriteRequest request = requestFor(ports::Verb::Create, core(u"nodes"_s), {}, {}, nodeObject());
    if (m_statusAt != 0) {
        writeStatus();
        return;
    }
    whenFinished(m_gateway->write(request), this, [this](const Result<ports::WriteOutcome> &outcome) {
        if (outcome || outcome.error().reason == "AlreadyExists"_L1)
            writeStatus();
        else
            Q_EMIT troubled(outcome.error());
    });
}

void VirtualNode::writeStatus()
{
    ports::WriteRequest request = requestFor(
        ports::Verb::MergePatch, core(u"nodes"_s), {}, nodeName(), {{u"status"_s, statusObject()}});
    request.subresource = u"status"_s;
    whenFinished(m_gateway->write(request), this, [this](const Result<ports::WriteOutcome> &outcome) {
        if (!m_running)
            return;
        if (!outcome) {
            m_statusAt = 0;   // perhaps it was deleted: registers again at the next beat
            Q_EMIT troubled(outcome.error());
            return;
        }
        m_statusAt = std::max<qint64>(1, m_clock.monotonicMs());
        m_uid = json::at(outcome->object, u"/metadata/uid"_s).toString();
        renew();
        if (!std::exchange(m_announced, true))
            Q_EMIT registered();
    });
}

QJsonObject VirtualNode::leaseSpec() const
{
    return {{u"holderIdentity"_s, nodeName()}, {u"leaseDurationSeconds"_s, 40},
        {u"renewTime"_s, m_clock.now().toUTC().toString(u"yyyy-MM-ddTHH:mm:ss.zzz000Z"_s)}};
}

void VirtualNode::renew()
{
    const ports::WriteRequest request = requestFor(
        ports::Verb::MergePatch, kLeases, kLeaseNamespace, nodeName(), {{u"spec"_s, leaseSpec()}});
    whenFinished(m_gateway->write(request), this, [this](const Result<ports::WriteOutcome> &outcome) {
        if (outcome || !m_running)
            return;
        if (outcome.error().kind == ErrorKind::NotFound)
            createLease();
        else
            Q_EMIT troubled(outcome.error());
    });
}

void VirtualNode::createLease()
{
    const QJsonObject owner{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Node"_s}, {u"name"_s, nodeName()}, {u"uid"_s, m_uid}};
    const QJsonObject lease{{u"apiVersion"_s, kLeases.apiVersion()}, {u"kind"_s, u"Lease"_s},
        {u"metadata"_s,
            QJsonObject{{u"name"_s, nodeName()}, {u"namespace"_s, kLeaseNamespace}, {u"ownerReferences"_s, QJsonArray{owner}}}},
        {u"spec"_s, leaseSpec()}};
    const ports::WriteRequest request = requestFor(ports::Verb::Create, kLeases, kLeaseNamespace, {}, lease);
    whenFinished(m_gateway->write(request), this, [this](const Result<ports::WriteOutcome> &outcome) {
        if (outcome || outcome.error().reason == "AlreadyExists"_L1)
            return;
        if (outcome.error().kind == ErrorKind::NotFound)
            createNamespace();
        else
            Q_EMIT troubled(outcome.error());
    });
}

void VirtualNode::createNamespace()
{
    const QJsonObject ns{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Namespace"_s},
        {u"metadata"_s, QJsonObject{{u"name"_s, kLeaseNamespace}}}};
    whenFinished(m_gateway->write(requestFor(ports::Verb::Create, core(u"namespaces"_s), {}, {}, ns)), this,
        [this](const Result<ports::WriteOutcome> &outcome) {
            // The next beat makes the Lease.
            if (!outcome && outcome.error().reason != "AlreadyExists"_L1)
                Q_EMIT troubled(outcome.error());
        });
}

}
