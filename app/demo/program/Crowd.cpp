// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/program/Crowd.h"

#include "app/demo/operator/Ambient.h"
#include "app/demo/operator/PodLines.h"
#include "app/demo/seed/Scale.h"
#include "models/core/Json.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto kLookEvery = 200ms;
constexpr int kQuietLooks = 6;          ///< nothing changed for so many
constexpr int kLooks = 450;             ///< a minute and a half: the machine is busy with something else
constexpr qsizetype kSlice = 400;       ///< objects

const QString kValidators = u"validators.canton.quarterdeck.io"_s;
const QString kParties = u"parties.canton.quarterdeck.io"_s;

bool hasCondition(const QJsonObject &object, const QString &type)
{
    const QJsonArray conditions = json::at(object, u"/status/conditions"_s).toArray();
    return std::any_of(conditions.begin(), conditions.end(),
        [&type](const QJsonValue &one) { return one.toObject().value("type"_L1).toString() == type; });
}

qsizetype countOf(const QList<Kept> &family, const QString &resource)
{
    return std::count_if(family.begin(), family.end(), [&resource](const Kept &one) { return one.resource == resource; });
}

/// What the operator does with a node it takes over is done: accepted, every component's pod ready.
bool nodeSettled(const QList<Kept> &family)
{
    if (family.isEmpty())
        return false;
    const QJsonObject &node = family.first().object;
    const bool ready = json::at(node, u"/status/phase"_s).toString() == "Ready"_L1 && hasCondition(node, u"SpecAccepted"_s);
    const bool pods = std::all_of(family.begin(), family.end(), [](const Kept &one) {
        return one.resource != "pods"_L1 || json::at(one.object, u"/status/containerStatuses/0/ready"_s).toBool();
    });
    return ready && pods && countOf(family, u"pods"_s) >= json::at(node, u"/status/components"_s).toArray().size()
        && countOf(family, u"services"_s) > 0;
}

bool partySettled(const QList<Kept> &family)
{
    return !family.isEmpty() && json::at(family.first().object, u"/status/phase"_s).toString() == "Ready"_L1
        && json::at(family.first().object, u"/status/lastReconcileTime"_s).isString();
}

}

Crowd::Crowd(std::shared_ptr<ServeRig> rig, std::shared_ptr<Kubelet> kubelet, QString ns, const SeedOptions &options, QObject *parent)
    : QObject(parent), m_rig(std::move(rig)), m_kubelet(std::move(kubelet)), m_ns(std::move(ns)), m_options(options)
{
}

void Crowd::awaitModels()
{
    connect(&m_timer, &QTimer::timeout, this, &Crowd::look);
    m_timer.start(kLookEvery);
}

void Crowd::look()
{
    m_node = m_rig->family(kValidators, m_ns, scale::nodeName(1));
    m_party = m_rig->family(kParties, m_ns, scale::partyName(1));
    QStringList versions;
    for (const Kept &one : m_node + m_party)
        versions.append(json::at(one.object, u"/metadata/resourceVersion"_s).toString());
    m_quiet = versions == m_versions && nodeSettled(m_node) && partySettled(m_party) ? m_quiet + 1 : 0;
    m_versions = versions;
    if (m_quiet < kQuietLooks && ++m_looks < kLooks)
        return;
    m_timer.stop();
    if (m_quiet >= kQuietLooks) {
        Q_EMIT modelsSettled();
        return;
    }
    Q_EMIT failed({ErrorKind::Timeout,
        QCoreApplication::translate("qd::demo::Crowd", "The operator did not come to an end with validators/%1/%2 and parties/%1/%3 within %4 s.")
            .arg(m_ns, scale::nodeName(1), scale::partyName(1))
            .arg(kLooks * kLookEvery.count() / 1000),
        QCoreApplication::translate("qd::demo::Crowd", "Start it again when the machine is less busy, or with a smaller --scale.")});
}

void Crowd::make()
{
    const int nodes = scale::nodesFor(m_options.scale);
    m_options.now = QDateTime::currentDateTimeUtc();
    m_likeness = std::make_unique<Likeness>(std::exchange(m_node, {}), std::exchange(m_party, {}), m_options, ambientInterval(nodes));
    m_timer.disconnect(this);
    connect(&m_timer, &QTimer::timeout, this, &Crowd::slice);
    m_timer.start(0ms);
}

void Crowd::slice()
{
    QList<Kept> objects;
    while (m_nextNode <= m_likeness->nodes() && objects.size() < kSlice)
        objects += m_likeness->node(m_nextNode++);
    while (m_nextParty <= m_likeness->parties() && objects.size() < kSlice)
        objects += m_likeness->party(m_nextParty++);
    if (!objects.isEmpty()) {
        m_rig->restore(objects);
        tellKubelet(objects);
        return;
    }
    m_timer.stop();
    m_likeness.reset();
    Q_EMIT made();
}

void Crowd::tellKubelet(const QList<Kept> &objects)
{
    for (const Kept &one : objects) {
        if (one.resource != "pods"_L1 || !m_kubelet)
            continue;
        const QString pod = json::at(one.object, u"/metadata/name"_s).toString();
        const QString component = json::at(one.object, u"/spec/containers/0/name"_s).toString();
        m_kubelet->runs(m_ns, pod, {component});
        for (const QString &line : readyLines(component))
            m_kubelet->addLine(m_ns, pod, component,
                formatLine(component, line.section(u'|', 0, 0), line.section(u'|', 1), m_options.now));
    }
}

}
