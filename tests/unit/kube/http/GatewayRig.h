// SPDX-License-Identifier: GPL-3.0-or-later
// A gateway on a scripted server, all on the test's thread.
#pragma once

#include "app/kube/Gateway.h"
#include "tests/unit/kube/http/HttpTest.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace qd::kube::test {

using ports::Verb;

inline const Gvr kValidators{u"canton.quarterdeck.io"_s, u"v1alpha1"_s, u"validators"_s};
inline const QString kList = u"/apis/canton.quarterdeck.io/v1alpha1/namespaces/main/validators"_s;
inline const QString kOne = kList + u"/northgate-1"_s;

struct Rig
{
    explicit Rig(int deadlineMs = 10000)
        : dispatcher(std::make_unique<HttpDispatcher>(HttpClient::make(configOf(server), {}), deadlineMs))
        , worker(dispatcher.get(), server.url().toString())
        , gateway(u"staging"_s, server.url().toString(), dispatcher->mailbox(), &worker)
    {
    }
    FaultServer server;
    std::unique_ptr<HttpDispatcher> dispatcher;
    GatewayWorker worker;
    Gateway gateway;
    auto get(std::stop_token stop = {}) { return gateway.get(kValidators, u"main"_s, u"northgate-1"_s, stop); }
};

inline ports::WriteRequest patch()
{
    ports::WriteRequest request;
    request.verb = Verb::MergePatch;
    request.gvr = kValidators;
    request.ns = u"main"_s;
    request.name = u"northgate-1"_s;
    request.body = QJsonObject{
        {u"spec"_s, QJsonObject{{u"suspend"_s, true}}}, {u"metadata"_s, QJsonObject{{u"resourceVersion"_s, u"7"_s}}}};
    return request;
}

inline QByteArray page(const QByteArray &names, const QByteArray &version, const QByteArray &more)
{
    QByteArray items;
    for (const QByteArray &name : names.split(' '))
        items += (items.isEmpty() ? "" : ",") + QByteArray("{\"metadata\":{\"name\":\"" + name + "\"}}");
    return "{\"kind\":\"ValidatorList\",\"metadata\":{\"resourceVersion\":\"" + version + "\",\"continue\":\"" + more
        + "\"},\"items\":[" + items + "]}";
}

inline QStringList names(const QJsonObject &list)
{
    QStringList found;
    for (const QJsonValue &item : list.value("items"_L1).toArray())
        found.append(item.toObject().value("metadata"_L1).toObject().value("name"_L1).toString());
    return found;
}

}
