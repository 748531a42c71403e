// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Recorder.h"

#include "app/demo/operator/Pods.h"
#include "models/core/Async.h"
#include "models/core/Json.h"

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

QString stamp(const Clock &clock)
{
    return clock.now().toUTC().toString(u"yyyy-MM-ddTHH:mm:ssZ"_s);
}

QString text(const QJsonObject &object, const char *pointer)
{
    return json::at(object, QLatin1String(pointer)).toString();
}

}

Recorder::Recorder(
    std::shared_ptr<ports::ResourceGateway> gateway, const Clock &clock, QString component, QObject *parent,
    qsizetype remembered)
    : QObject(parent), m_gateway(std::move(gateway)), m_clock(clock), m_component(std::move(component)), m_known(remembered)
{
}

void Recorder::record(const QJsonObject &object, const EventDraft &event)
{
    const QString key = QString(text(object, "/metadata/uid") + u'|' + event.type + u'|' + event.reason + u'|' + event.message);
    if (m_known.contains(key))
        raise(object, event, key);
    else
        create(object, event, key);
}

void Recorder::create(const QJsonObject &object, const EventDraft &event, const QString &key)
{
    const QString objectName = text(object, "/metadata/name");
    // As client-go: the object's name, a dot, and a number nobody else has.
    const QString name = QString(objectName.left(200) + u'.' + QString::number(m_clock.now().toMSecsSinceEpoch(), 16)
        + QString::number(++m_serial, 16));
    const QString ns = text(object, "/metadata/namespace");
    const QString now = stamp(m_clock);
    // What befalls a pod is told by the kubelet of its node.
    const QJsonObject source = event.pod.isEmpty()
        ? QJsonObject{{u"component"_s, m_component}}
        : QJsonObject{{u"component"_s, u"kubelet"_s}, {u"host"_s, QString::fromLatin1(kVirtualNode)}};
    ports::WriteRequest request;
    request.verb = ports::Verb::Create;
    request.gvr = core(u"events"_s);
    request.ns = ns.isEmpty() ? u"default"_s : ns;
    request.body = QJsonObject{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Event"_s},
        {u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, request.ns}}},
        {u"involvedObject"_s,
            QJsonObject{{u"apiVersion"_s, text(object, "/apiVersion")}, {u"kind"_s, text(object, "/kind")},
                {u"name"_s, objectName}, {u"namespace"_s, ns}, {u"uid"_s, text(object, "/metadata/uid")},
                {u"resourceVersion"_s, text(object, "/metadata/resourceVersion")}}},
        {u"type"_s, event.type}, {u"reason"_s, event.reason}, {u"message"_s, event.message}, {u"count"_s, 1},
        {u"firstTimestamp"_s, now}, {u"lastTimestamp"_s, now},
        {u"source"_s, source}, {u"reportingComponent"_s, source.value("component"_L1)},
        {u"reportingInstance"_s, source.value(event.pod.isEmpty() ? "component"_L1 : "host"_L1)}};
    m_known.insert(key, new Known{name, 1});
    whenFinished(m_gateway->write(request), this, [this, key](const Result<ports::WriteOutcome> &outcome) {
        if (!outcome)
            m_known.remove(key);
    });
}

void Recorder::raise(const QJsonObject &object, const EventDraft &event, const QString &key)
{
    Known &known = *m_known.object(key);
    const QString ns = text(object, "/metadata/namespace");
    ports::WriteRequest request;
    request.gvr = core(u"events"_s);
    request.ns = ns.isEmpty() ? u"default"_s : ns;
    request.name = known.name;
    request.body = QJsonObject{{u"count"_s, ++known.count}, {u"lastTimestamp"_s, stamp(m_clock)}};
    whenFinished(m_gateway->write(request), this, [this, object, event, key, name = known.name](const Result<ports::WriteOutcome> &outcome) {
        const Known *now = m_known.object(key);
        if (outcome || now == nullptr || now->name != name)
            return;
        m_known.remove(key);
        if (outcome.error().kind == ErrorKind::NotFound)
            create(object, event, key);   // the server forgets events after an hour
    });
}

}
