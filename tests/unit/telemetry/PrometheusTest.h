// SPDX-License-Identifier: GPL-3.0-or-later
// A scripted Prometheus at a URL, and one behind a scripted API server's service proxy, with the real HTTP client in between.
#pragma once

#include "app/kube/ServiceHttp.h"
#include "app/telemetry/Prometheus.h"
#include "tests/unit/kube/http/HttpTest.h"

namespace qd::telemetry::test {

using namespace Qt::StringLiterals;
using kube::test::await;
using kube::test::configOf;
using kube::test::statusBody;
using kube::test::Tokens;
using support::FaultAnswer;
using support::FaultRequest;
using support::FaultServer;

struct Rig {
    explicit Rig(int deadlineMs = 15'000)
        : dispatcher(kube::HttpClient::make(configOf(cluster), {}), deadlineMs), worker(&dispatcher, u"staging"_s, deadlineMs),
          http(std::make_shared<kube::ServiceHttp>(dispatcher.mailbox(), &worker))
    {
    }
    [[nodiscard]] ServiceTarget byUrl(const QString &path = {}) const
    {
        ServiceTarget out{http, {}};
        out.address.url = QString(server.url().toString() + path);
        out.what = u"Prometheus"_s;
        return out;
    }
    [[nodiscard]] ServiceTarget byProxy() const
    {
        ServiceTarget out{http, {{}, u"monitoring"_s, u"prometheus-operated"_s, u"9090"_s, {}}};
        out.what = u"Prometheus"_s;
        return out;
    }
    static QString proxyPath(const QString &path) { return QString(u"/api/v1/namespaces/monitoring/services/prometheus-operated:9090/proxy"_s + path); }

    FaultServer server;
    FaultServer cluster;
    kube::HttpDispatcher dispatcher;
    kube::ServiceHttpWorker worker;
    std::shared_ptr<kube::ServiceHttp> http;
};

inline QByteArray vectorOf(const QByteArray &value)
{
    return R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","job":"a"},"value":[1700000000.5,")" + value + R"("]}]}})";
}

}
