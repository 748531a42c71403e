// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/operator/Services.h"

#include "app/demo/workload/PortTable.h"
#include "models/core/Json.h"

#include <algorithm>

namespace qd::demo {

using namespace Qt::StringLiterals;

namespace {

QString text(const QJsonObject &object, const QString &pointer)
{
    return json::at(object, pointer).toString();
}

ports::WriteRequest requestFor(ports::Verb verb, const QJsonObject &node, const QString &name)
{
    ports::WriteRequest request;
    request.verb = verb;
    request.gvr = core(u"services"_s);
    request.ns = text(node, u"/metadata/namespace"_s);
    request.name = name;
    return request;
}

QJsonObject serviceOf(const QJsonObject &node, const Component &component, const QString &name)
{
    const QString owner = text(node, u"/metadata/name"_s);
    const QJsonObject selector{{u"canton.quarterdeck.io/node"_s, owner}, {u"canton.quarterdeck.io/component"_s, component.name}};
    QJsonObject labels = selector;
    labels.insert("app.kubernetes.io/managed-by"_L1, u"canton-operator"_s);
    if (const QString network = text(node, u"/spec/networkRef/name"_s); !network.isEmpty())
        labels.insert("canton.quarterdeck.io/network"_L1, network);
    QJsonArray ports;
    for (const PodPort &port : podPorts(component.name)) {
        if (component.ports.contains(int(port.number)))
            ports.append(QJsonObject{{u"name"_s, port.name}, {u"port"_s, int(port.number)}, {u"targetPort"_s, int(port.number)},
                {u"protocol"_s, u"TCP"_s}});
    }
    const QJsonObject reference{{u"apiVersion"_s, node.value("apiVersion"_L1)}, {u"kind"_s, node.value("kind"_L1)}, {u"name"_s, owner},
        {u"uid"_s, json::at(node, u"/metadata/uid"_s)}, {u"controller"_s, true}, {u"blockOwnerDeletion"_s, true}};
    return {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Service"_s},
        {u"metadata"_s,
            QJsonObject{{u"name"_s, name}, {u"namespace"_s, text(node, u"/metadata/namespace"_s)}, {u"labels"_s, labels},
                {u"ownerReferences"_s, QJsonArray{reference}}}},
        {u"spec"_s, QJsonObject{{u"type"_s, u"ClusterIP"_s}, {u"selector"_s, selector}, {u"ports"_s, ports}}}};
}

bool ownedBy(const QJsonObject &service, const QJsonObject &node)
{
    return text(service, u"/metadata/ownerReferences/0/uid"_s) == text(node, u"/metadata/uid"_s);
}

}

void keepServices(const QJsonObject &node, const QList<Component> &components, const World &world, StatusDraft &draft)
{
    const QString ns = text(node, u"/metadata/namespace"_s);
    const QString owner = text(node, u"/metadata/name"_s);
    for (const Component &component : components) {
        const QString name = QString(owner + u'-' + component.name);
        if (!hasService(component.name) || !world.find(u"services"_s, ns, name).isEmpty())
            continue;
        ports::WriteRequest request = requestFor(ports::Verb::Create, node, {});
        request.body = serviceOf(node, component, name);
        draft.write(request);
    }
    for (const QJsonValue &value : json::at(node, u"/status/components"_s).toArray()) {
        const QString former = value.toObject().value("name"_L1).toString();
        const bool wanted = std::any_of(components.cbegin(), components.cend(), [&former](const Component &one) { return one.name == former; });
        const QString name = QString(owner + u'-' + former);
        if (!wanted && ownedBy(world.find(u"services"_s, ns, name), node))
            draft.write(requestFor(ports::Verb::Delete, node, name));
    }
}

}
