// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/JobPod.h"

#include "app/demo/operator/Pods.h"
#include "models/core/Json.h"

#include <QJsonArray>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::seconds kKept = 1h;

QString textAt(const QJsonObject &object, const QString &pointer)
{
    return json::at(object, pointer).toString();
}

}

JobPod::JobPod(const QJsonObject &owner, const QJsonObject &node, QString component, const World &world, const Moment &moment,
    StatusDraft &draft)
    : m_owner(owner), m_node(node), m_component(std::move(component)), m_world(world), m_moment(moment), m_draft(draft)
{
}

QString JobPod::name() const
{
    return podName(textAt(m_owner, u"/metadata/name"_s), m_component, 0);
}

QString JobPod::began() const
{
    return m_draft.at(u"/startTime"_s).toString(m_moment.stamp());
}

QJsonObject JobPod::find() const
{
    return m_world.find(u"pods"_s, textAt(m_owner, u"/metadata/namespace"_s), name());
}

void JobPod::log(const QString &level, const QString &text)
{
    if (m_begun || !find().isEmpty())
        m_draft.log(m_component, level, text);
}

QJsonObject JobPod::made() const
{
    const QString registry = textAt(m_node, u"/spec/imageRepo"_s).section(u'/', 0, 0);
    const QString image
        = QString((registry.isEmpty() ? u"registry.example.org"_s : registry) + u"/canton-operator/"_s + m_component + u":2.0.0"_s);
    QJsonObject labels{{u"canton.quarterdeck.io/component"_s, m_component}, {u"app.kubernetes.io/managed-by"_s, u"canton-operator"_s}};
    if (const QString node = textAt(m_node, u"/metadata/name"_s); !node.isEmpty())
        labels.insert("canton.quarterdeck.io/node"_L1, node);
    const QJsonObject reference{{u"apiVersion"_s, m_owner.value("apiVersion"_L1)}, {u"kind"_s, m_owner.value("kind"_L1)},
        {u"name"_s, textAt(m_owner, u"/metadata/name"_s)}, {u"uid"_s, textAt(m_owner, u"/metadata/uid"_s)}, {u"controller"_s, true}};
    const QJsonObject toleration{{u"key"_s, QString::fromLatin1(kVirtualTaint)}, {u"operator"_s, u"Equal"_s},
        {u"value"_s, u"quarterdeck-demo"_s}, {u"effect"_s, u"NoSchedule"_s}};
    return {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Pod"_s},
        {u"metadata"_s, QJsonObject{{u"name"_s, name()}, {u"namespace"_s, textAt(m_owner, u"/metadata/namespace"_s)},
            {u"labels"_s, labels}, {u"annotations"_s, QJsonObject{{u"demo.quarterdeck.io/created-at"_s, began()}}},
            {u"ownerReferences"_s, QJsonArray{reference}}}},
        {u"spec"_s, QJsonObject{{u"nodeName"_s, QString::fromLatin1(kVirtualNode)}, {u"restartPolicy"_s, u"Never"_s},
            {u"containers"_s, QJsonArray{QJsonObject{{u"name"_s, m_component}, {u"image"_s, image}}}},
            {u"tolerations"_s, QJsonArray{toleration}}, {u"terminationGracePeriodSeconds"_s, 0},
            {u"automountServiceAccountToken"_s, false}, {u"enableServiceLinks"_s, false}}}};
}

void JobPod::run(const QString &first)
{
    if (m_begun || !find().isEmpty())
        return;
    ports::WriteRequest request{ports::Verb::Create, core(u"pods"_s), textAt(m_owner, u"/metadata/namespace"_s), {}};
    request.body = made();
    m_draft.write(request);
    writeStatus(u"Running"_s, true, {{u"running"_s, QJsonObject{{u"startedAt"_s, began()}}}});
    m_draft.event(u"Normal"_s, u"SuccessfulCreate"_s, u"Created pod: %1"_s.arg(name()));
    m_begun = true;
    log(u"INFO"_s, first);
}

void JobPod::end(bool succeeded, const QString &message)
{
    const QJsonObject pod = find();
    if (!m_begun && (pod.isEmpty() || textAt(pod, u"/status/phase"_s) != "Running"_L1))
        return;
    log(succeeded ? u"INFO"_s : u"ERROR"_s, succeeded ? u"finished"_s : QString(u"ended: "_s + message));
    QJsonObject ended{{u"exitCode"_s, succeeded ? 0 : 1}, {u"reason"_s, succeeded ? u"Completed"_s : u"Error"_s},
        {u"startedAt"_s, began()}, {u"finishedAt"_s, m_moment.stamp()}};
    if (!message.isEmpty())
        ended.insert("message"_L1, message);
    writeStatus(succeeded ? u"Succeeded"_s : u"Failed"_s, false, {{u"terminated"_s, ended}});
}

void JobPod::sweep()
{
    const QJsonObject pod = find();
    const QDateTime ended = QDateTime::fromString(
        textAt(pod, u"/status/containerStatuses/0/state/terminated/finishedAt"_s), Qt::ISODate);
    if (textAt(pod, u"/status/phase"_s) != "Succeeded"_L1 || !ended.isValid())
        return;
    const std::chrono::milliseconds left = kKept - m_moment.passed(ended);
    if (left.count() > 0) {
        m_draft.again(std::chrono::milliseconds(qint64(double(left.count()) * m_moment.speed) + 1));
        return;
    }
    m_draft.write({ports::Verb::Delete, core(u"pods"_s), textAt(m_owner, u"/metadata/namespace"_s), name()});
}

void JobPod::writeStatus(const QString &phase, bool ready, const QJsonObject &state)
{
    const QJsonObject container{{u"name"_s, m_component}, {u"image"_s, json::at(made(), u"/spec/containers/0/image"_s)},
        {u"imageID"_s, QString()}, {u"ready"_s, ready}, {u"started"_s, ready}, {u"restartCount"_s, 0}, {u"state"_s, state}};
    const auto condition = [&](const QString &type, bool holds) {
        return QJsonObject{{u"type"_s, type}, {u"status"_s, holds ? u"True"_s : u"False"_s}, {u"lastTransitionTime"_s, m_moment.stamp()}};
    };
    QJsonObject status{{u"phase"_s, phase}, {u"hostIP"_s, u"127.0.0.1"_s},
        {u"containerStatuses"_s, QJsonArray{container}},
        {u"conditions"_s, QJsonArray{condition(u"PodScheduled"_s, true), condition(u"Initialized"_s, true),
            condition(u"ContainersReady"_s, ready), condition(u"Ready"_s, ready)}}};
    if (ready)
        status.insert("startTime"_L1, began());
    ports::WriteRequest request{ports::Verb::MergePatch, core(u"pods"_s), textAt(m_owner, u"/metadata/namespace"_s), name()};
    request.subresource = u"status"_s;
    request.body = QJsonObject{{u"status"_s, status}};
    m_draft.write(request);
}

}
