// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/ServiceHttp.h"

#include "app/kube/GatewayPaths.h"
#include "models/core/Async.h"

#include <QCoreApplication>

namespace qd::kube {

using namespace Qt::StringLiterals;

namespace {

struct Tr
{
    Q_DECLARE_TR_FUNCTIONS(ServiceHttp)
};

QString originOf(const QUrl &url)
{
    return url.adjusted(QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment).toString(QUrl::FullyEncoded);
}

}

HttpDispatcher *ServiceHttpWorker::direct(const QUrl &url, const QString &caFile)
{
    const QString origin = originOf(url);
    std::unique_ptr<HttpDispatcher> &dispatcher = m_direct[origin + u' ' + caFile];
    if (!dispatcher) {
        ClusterConfig config;
        config.context = m_context;
        config.clusterName = url.host();
        config.server = QUrl(origin);
        config.caFile = caFile;
        config.ofProfile = true;
        dispatcher = std::make_unique<HttpDispatcher>(HttpClient::make(config, {}), m_deadlineMs);
    }
    return dispatcher.get();
}

void ServiceHttpWorker::request(const ports::ServiceAddress &to, HttpCall call, Reply reply)
{
    call.lane = Lane::Service;
    call.plain = true;
    call.retry = call.request.method == "GET" || call.request.method == "HEAD" || call.request.harmless;
    const QString wanted = call.request.pathAndQuery;
    HttpDispatcher *dispatcher = m_cluster;
    if (!to.url.isEmpty()) {
        const QUrl url(to.url);
        if (!url.isValid() || url.host().isEmpty() || (url.scheme() != "http"_L1 && url.scheme() != "https"_L1))
            return reply(Error{ErrorKind::Invalid, Tr::tr("The service address “%1” is not a web address.").arg(to.url),
                Tr::tr("Write it as https://host:port.")});
        call.what = url.toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery);
        QString base = url.path(QUrl::FullyEncoded);
        if (base.endsWith(u'/'))
            base.chop(1);
        call.request.pathAndQuery
            = base + (wanted.startsWith(u'/') ? QString() : u"/"_s) + wanted;
        if (!url.userName().isEmpty() && url.scheme() == "https"_L1)
            call.request.headers.insert(
                "Authorization", "Basic " + url.userInfo(QUrl::FullyDecoded).toUtf8().toBase64());
        dispatcher = direct(url.adjusted(QUrl::RemoveUserInfo), to.caFile);
    } else {
        if (to.ns.isEmpty() || to.service.isEmpty())
            return reply(Error{
                ErrorKind::Invalid, Tr::tr("The service address names neither a URL nor a namespace and service.")});
        call.what = Tr::tr("Service %1 in %2").arg(to.service, to.ns);
        call.request.pathAndQuery = servicePath(to, wanted);
    }
    dispatcher->send(std::move(call), [reply](Result<HttpReply> answer) {
        if (!answer)
            return reply(answer.error());
        reply(ports::HttpAnswer{answer->head.status, answer->head.headers, std::move(answer->body)});
    });
}

QFuture<Result<ports::HttpAnswer>> ServiceHttp::request(const ports::ServiceAddress &to, const QByteArray &method,
    const QString &pathAndQuery, const QMap<QByteArray, QByteArray> &headers, const QByteArray &body,
    std::stop_token stop)
{
    return send({to, method, pathAndQuery, headers, body}, std::move(stop));
}

QFuture<Result<ports::HttpAnswer>> ServiceHttp::send(const ports::ServiceCall &call, std::stop_token stop)
{
    const SharedPromise<ports::HttpAnswer> promise;
    QFuture<Result<ports::HttpAnswer>> future = promise.future();
    HttpCall made;
    made.stop = std::move(stop);
    made.largest = call.largest;
    HttpRequest &http = made.request;
    http.method = call.method;
    http.pathAndQuery = call.pathAndQuery;
    http.headers = call.headers;
    http.accept = "*/*";
    http.body = call.body;
    http.harmless = call.harmless;
    http.deadlineMs = call.deadlineMs;
    for (auto it = call.headers.cbegin(); it != call.headers.cend(); ++it) {
        if (it.key().toLower() == "content-type")
            http.contentType = it.value();
        else if (it.key().toLower() == "accept")
            http.accept = it.value();
    }
    m_worker.post([object = m_object, to = call.to, made, promise] {
        object->request(to, made, [promise](Result<ports::HttpAnswer> answer) { promise.finish(std::move(answer)); });
    });
    return future;
}

}
