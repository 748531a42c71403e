// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/workload/Workload.h"
#include "models/core/Json.h"
#include "tests/support/ManualClock.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

namespace qd::test {

using namespace Qt::StringLiterals;

inline const QDateTime kStart = QDateTime::fromString(u"2026-11-28T10:00:00Z"_s, Qt::ISODate);

inline QJsonObject fromText(const QByteArray &text)
{
    return QJsonDocument::fromJson(text).object();
}

inline QString stamp(const QDateTime &time)
{
    return time.toUTC().toString(Qt::ISODateWithMs);
}

/// A validator as its operator has written it, with traffic and one synchronizer.
inline QJsonObject validator()
{
    return fromText(R"({"apiVersion":"canton.quarterdeck.io/v1alpha1","kind":"Validator",
        "metadata":{"name":"acme-1","namespace":"canton-dev","uid":"u-1"},"spec":{"walletUsers":["acme_wallet"],"networkRef":{"name":"devnet"}},
        "status":{"participantId":"PAR::acme-1::1220ab","ownerParty":"acme-1::1220ab","uid":"1220ab","version":"0.4.15",
        "balances":{"unlocked":"120.5000000000","locked":"3.0000000000","round":100},
        "traffic":{"limit":22000000,"purchased":20000000,"consumed":5000000},"counts":{"localParties":7},
        "connectedDomains":[{"alias":"global","healthy":true,"id":"global-domain::1220cd"}],
        "components":[{"name":"participant","ready":1,"desired":1},{"name":"postgres","ready":1,"desired":1}],
        "conditions":[{"type":"TrafficSufficient","status":"True","reason":"AboveTarget","lastTransitionTime":"2026-11-01T00:00:00Z"}]}})");
}

inline QJsonObject syncDomain()
{
    return fromText(R"({"apiVersion":"canton.quarterdeck.io/v1alpha1","kind":"SyncDomain",
        "metadata":{"name":"harbor","namespace":"canton-dev","uid":"u-2"},
        "spec":{"alias":"harbor","permissioned":{"members":[{"participantId":"PAR::a::1220a1"},{"participantId":"PAR::b::1220b1"}]}},
        "status":{"uid":"1220ef","domainId":"harbor::1220ef::34-0","connectedParticipants":3,
        "conditions":[{"type":"SequencerReady","status":"True","reason":"AllProbesPass","lastTransitionTime":"2026-11-01T00:00:00Z"}]}})");
}

inline QJsonObject connection(bool connected, bool healthy, const QDateTime &last)
{
    QJsonObject object = fromText(R"({"kind":"SyncDomainConnection","metadata":{"name":"acme-1-global","namespace":"canton-dev"},
        "spec":{"alias":"global","nodeRef":{"kind":"Validator","name":"acme-1"}},"status":{"domainId":"global-domain::1220cd"}})");
    QJsonObject status = object.value("status"_L1).toObject();
    status.insert("connected"_L1, connected);
    status.insert("healthy"_L1, healthy);
    status.insert("lastSequencedTime"_L1, stamp(last));
    object.insert("status"_L1, status);
    return object;
}

/// A pod NODE-COMPONENT-0 whose container runs since then.
inline QJsonObject pod(const QJsonObject &node, const QString &component, bool ready = true, const QDateTime &started = kStart)
{
    const QString name = json::at(node, u"/metadata/name"_s).toString();
    const QString now = stamp(started);
    return {{u"metadata"_s,
                QJsonObject{{u"name"_s, QString(name + u'-' + component + u"-0"_s)}, {u"namespace"_s, u"canton-dev"_s},
                    {u"labels"_s, QJsonObject{{u"canton.quarterdeck.io/component"_s, component}}},
                    {u"ownerReferences"_s, QJsonArray{QJsonObject{{u"kind"_s, node.value("kind"_L1)}, {u"name"_s, name}, {u"uid"_s, json::at(node, u"/metadata/uid"_s)}}}}}},
        {u"spec"_s,
            QJsonObject{{u"containers"_s, QJsonArray{QJsonObject{{u"name"_s, component}, {u"image"_s, u"registry.example/canton-participant:3.5.2"_s}}}}}},
        {u"status"_s,
            QJsonObject{{u"podIP"_s, u"10.244.0.9"_s},
                {u"containerStatuses"_s,
                    QJsonArray{QJsonObject{{u"name"_s, component}, {u"ready"_s, ready}, {u"state"_s, QJsonObject{{u"running"_s, QJsonObject{{u"startedAt"_s, now}}}}}}}},
                {u"conditions"_s, QJsonArray{QJsonObject{{u"type"_s, u"Ready"_s}, {u"status"_s, ready ? u"True"_s : u"False"_s}, {u"lastTransitionTime"_s, now}}}}}}};
}

inline QJsonObject with(QJsonObject object, const QByteArray &patch)
{
    return json::mergePatch(object, fromText(patch)).toObject();
}

/// The program's pods on a clock of the test's own.
struct Rig {
    ManualClock clock;
    demo::Workload workload;

    explicit Rig(quint64 seed = 1) : workload(clock, seed)
    {
        clock.set(kStart.addSecs(3600));
        workload.put(u"validators"_s, validator());
        workload.put(u"syncdomains"_s, syncDomain());
        for (const QString &component : {u"participant"_s, u"validator"_s, u"postgres"_s, u"wallet-ui"_s})
            workload.put(u"pods"_s, pod(validator(), component));
        for (const QString &component : {u"sequencer"_s, u"mediator"_s})
            workload.put(u"pods"_s, pod(syncDomain(), component));
    }

    [[nodiscard]] demo::Response get(const QString &name, quint16 port, const QByteArray &path, const QByteArray &method = "GET") const
    {
        demo::Request request;
        request.method = method;
        request.target = path;
        request.path = QString::fromLatin1(path).section(u'?', 0, 0);
        const auto answer = workload.answer(u"canton-dev"_s, name, port, request);
        return answer ? *answer : demo::Response{0};
    }

    [[nodiscard]] QByteArray metrics(const QString &name) const { return get(name, 10013, "/metrics").body; }
};

}
