// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/workload/Workload.h"

#include "app/demo/workload/Pages.h"
#include "app/demo/workload/PortTable.h"
#include "models/core/Json.h"

#include <QJsonArray>
#include <QMap>

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

const QString kConnections = u"syncdomainconnections"_s;

/// The kind of a plural that has pods; empty for others.
QString nodeKindOf(const QString &plural)
{
    static const QHash<QString, QString> kinds{{u"validators"_s, u"Validator"_s}, {u"participants"_s, u"Participant"_s},
        {u"supervalidators"_s, u"SuperValidator"_s}, {u"syncdomains"_s, u"SyncDomain"_s}};
    return kinds.value(plural);
}

QString textAt(const QJsonObject &object, const QString &pointer)
{
    return json::at(object, pointer).toString();
}

QString placeOf(const QJsonObject &object)
{
    return QString(textAt(object, u"/metadata/namespace"_s) + u'/' + textAt(object, u"/metadata/name"_s));
}

bool isHealthy(const QJsonObject &connection)
{
    return json::at(connection, u"/status/connected"_s).toBool() && json::at(connection, u"/status/healthy"_s).toBool();
}

bool isConnected(const QJsonObject &connection)
{
    return json::at(connection, u"/status/connected"_s).toBool();
}

/// Since when a connection that is not healthy brings nothing.
QDateTime silentSince(const QJsonObject &connection)
{
    const QDateTime last = QDateTime::fromString(textAt(connection, u"/status/lastSequencedTime"_s), Qt::ISODateWithMs);
    if (last.isValid())
        return last;
    for (const QJsonValue &value : json::at(connection, u"/status/conditions"_s).toArray()) {
        if (value.toObject().value("type"_L1).toString() == "Connected"_L1)
            return QDateTime::fromString(value.toObject().value("lastTransitionTime"_L1).toString(), Qt::ISODateWithMs);
    }
    return {};
}

QDateTime dryOf(const QJsonObject &node)
{
    Subject subject;
    subject.node = node;
    return subject.starved();
}

}

void Workload::Past::add(const QDateTime &from, const QDateTime &to)
{
    if (!from.isValid() || from >= to)
        return;
    seconds += double(from.msecsTo(to)) / 1000;
    ended = to;
}

void Workload::put(const QString &plural, const QJsonObject &object)
{
    const QString place = placeOf(object);
    const QString kind = nodeKindOf(plural);
    const std::lock_guard lock(m_mutex);
    if (plural == "pods"_L1)
        m_pods.insert(place, object);
    else if (!kind.isEmpty())
        putNode(QString(kind + u'/' + place), object);
    else if (plural == kConnections)
        putConnection(place, object);
}

void Workload::putNode(const QString &key, const QJsonObject &object)
{
    const QDateTime before = dryOf(m_nodes.value(key));
    if (before.isValid() && !dryOf(object).isValid())
        m_starved[key].add(before, m_clock.now());
    m_nodes.insert(key, object);
}

void Workload::putConnection(const QString &key, const QJsonObject &object)
{
    const QJsonObject before = m_connections.value(key);
    if (!before.isEmpty() && !isHealthy(before) && isHealthy(object))
        m_silences[key].broken.add(silentSince(before), m_clock.now());
    if (!before.isEmpty() && !isConnected(before) && isConnected(object))
        m_silences[key].cut.add(silentSince(before), m_clock.now());
    const QString node = QString(textAt(object, u"/spec/nodeRef/kind"_s) + u'/' + textAt(object, u"/metadata/namespace"_s) + u'/'
        + textAt(object, u"/spec/nodeRef/name"_s));
    m_connectionsOf[node].insert(key);
    m_connections.insert(key, object);
}

void Workload::remove(const QString &plural, const QString &ns, const QString &name)
{
    const QString place = QString(ns + u'/' + name);
    const QString kind = nodeKindOf(plural);
    const std::lock_guard lock(m_mutex);
    if (plural == "pods"_L1)
        m_pods.remove(place);
    if (!kind.isEmpty()) {
        m_nodes.remove(QString(kind + u'/' + place));
        m_starved.remove(QString(kind + u'/' + place));
    }
    if (plural != kConnections)
        return;
    const QJsonObject connection = m_connections.take(place);
    m_silences.remove(place);
    const QString node = QString(textAt(connection, u"/spec/nodeRef/kind"_s) + u'/' + ns + u'/' + textAt(connection, u"/spec/nodeRef/name"_s));
    if (const auto found = m_connectionsOf.find(node); found != m_connectionsOf.end() && found->remove(place) && found->isEmpty())
        m_connectionsOf.erase(found);
}

void Workload::addDomains(Subject &subject, const QString &nodeKey) const
{
    const QJsonObject &node = subject.node;
    if (nodeKey.startsWith("SyncDomain/"_L1)) {
        if (const QString id = textAt(node, u"/status/domainId"_s); !id.isEmpty())
            subject.domains.append({textAt(node, u"/spec/alias"_s), id});
        return;
    }
    QMap<QString, SubjectDomain> found;
    // A super validator is one of those that make its synchronizer, and names no connection to it.
    if (const QString id = textAt(node, u"/status/traffic/domainId"_s); nodeKey.startsWith("SuperValidator/"_L1) && !id.isEmpty())
        found.insert(u"global"_s, {u"global"_s, id});
    for (const QJsonValue &value : json::at(node, u"/status/connectedDomains"_s).toArray()) {
        const QJsonObject domain = value.toObject();
        const QString alias = domain.value("alias"_L1).toString();
        found.insert(alias, {alias, domain.value("id"_L1).toString()});
    }
    for (const QString &key : m_connectionsOf.value(nodeKey)) {
        const QJsonObject connection = m_connections.value(key);
        const QString alias = textAt(connection, u"/spec/alias"_s);
        SubjectDomain &domain = found[alias];
        domain.alias = alias;
        if (const QString id = textAt(connection, u"/status/domainId"_s); !id.isEmpty())
            domain.id = id;
        domain.connected = isConnected(connection);
        domain.healthy = isHealthy(connection);
        domain.last = silentSince(connection);
        const Silence past = m_silences.value(key);
        domain.brokenBefore = past.broken.since(subject.started);
        domain.cutBefore = past.cut.since(subject.started);
    }
    for (const SubjectDomain &domain : std::as_const(found)) {
        // One it has never been connected to is none of its synchronizers yet.
        if (!domain.id.isEmpty() && (domain.healthy || domain.last.isValid()))
            subject.domains.append(domain);
    }
}

std::optional<Subject> Workload::subjectOf(const QString &ns, const QString &pod) const
{
    const std::lock_guard lock(m_mutex);
    return subjectOfPod(ns, m_pods.value(QString(ns + u'/' + pod)));
}

QList<Workload::Measured> Workload::measured() const
{
    const std::lock_guard lock(m_mutex);
    QStringList names = m_pods.keys();
    names.sort();
    QList<Measured> all;
    for (const QString &name : std::as_const(names)) {
        const QJsonObject pod = m_pods.value(name);
        Measured one{name.section(u'/', 0, 0), name.section(u'/', 1), textAt(pod, u"/status/podIP"_s), 0, {}};
        auto subject = subjectOfPod(one.ns, pod);
        if (!subject || metricsPort(subject->component) == 0)
            continue;
        one.port = metricsPort(subject->component);
        one.subject = std::move(*subject);
        all.append(one);
    }
    return all;
}

std::optional<Subject> Workload::subjectOfPod(const QString &ns, const QJsonObject &pod) const
{
    Subject subject;
    subject.pod = pod;
    const QJsonObject owner = json::at(subject.pod, u"/metadata/ownerReferences/0"_s).toObject();
    const QString key = QString(owner.value("kind"_L1).toString() + u'/' + ns + u'/' + owner.value("name"_L1).toString());
    subject.node = m_nodes.value(key);
    if (subject.node.isEmpty() || textAt(subject.node, u"/metadata/uid"_s) != owner.value("uid"_L1).toString())
        return std::nullopt;
    subject.component = json::at(subject.pod, u"/metadata/labels"_s).toObject().value("canton.quarterdeck.io/component"_L1).toString();
    subject.now = m_clock.now().toUTC();
    subject.seed = m_seed;
    subject.readPod();
    subject.starvedBefore = m_starved.value(key).since(subject.started);
    addDomains(subject, key);
    return subject;
}

namespace {

std::optional<PodPort> playedPort(const Subject &subject, quint16 number)
{
    if (!subject.running)
        return std::nullopt;
    for (const PodPort &port : podPorts(subject.component)) {
        if (port.number == number && port.played())
            return port;
    }
    return std::nullopt;
}

}

bool Workload::listens(const QString &ns, const QString &pod, quint16 port) const
{
    const auto subject = subjectOf(ns, pod);
    return subject && playedPort(*subject, port);
}

std::optional<Response> Workload::answer(const QString &ns, const QString &pod, quint16 port, const Request &request) const
{
    const auto subject = subjectOf(ns, pod);
    const auto found = subject ? playedPort(*subject, port) : std::nullopt;
    if (!found)
        return std::nullopt;
    return pageOf(*subject, *found, request);
}

}
