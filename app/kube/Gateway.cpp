// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/kube/Gateway.h"

#include "app/kube/GatewayPaths.h"

#include <QCoreApplication>

namespace qd::kube {

using namespace Qt::StringLiterals;

Gateway::Gateway(const QString &cluster, const QString &serverUrl, HttpMailbox worker, GatewayWorker *object)
    : m_cluster(cluster)
    , m_serverUrl(serverUrl)
    , m_worker(std::move(worker))
    , m_object(object)
{
}

template <typename T>
QFuture<Result<T>> Gateway::call(std::function<void(GatewayWorker &, GatewayWorker::Reply<T>)> work)
{
    const SharedPromise<T> promise;
    // Not posted, or dropped with the box: the promise dies unfinished, which arrives as Cancelled.
    QFuture<Result<T>> future = promise.future();
    m_worker.post([object = m_object, work = std::move(work), promise] {
        work(*object, [promise](Result<T> result) { promise.finish(std::move(result)); });
    });
    return future;
}

QFuture<Result<ports::ServerVersion>> Gateway::version(std::stop_token stop)
{
    return call<ports::ServerVersion>([stop](GatewayWorker &w, auto reply) { w.version(stop, std::move(reply)); });
}

QFuture<Result<ports::Identity>> Gateway::whoAmI(std::stop_token stop)
{
    return call<ports::Identity>([stop](GatewayWorker &w, auto reply) { w.whoAmI(stop, std::move(reply)); });
}

QFuture<Result<QList<ports::ServedResource>>> Gateway::discover(std::stop_token stop)
{
    return call<QList<ports::ServedResource>>(
        [stop](GatewayWorker &w, auto reply) { w.discover(stop, std::move(reply)); });
}

QFuture<Result<QJsonObject>> Gateway::get(const Gvr &gvr, const QString &ns, const QString &name, std::stop_token stop)
{
    return call<QJsonObject>([=](GatewayWorker &w, auto reply) {
        w.get(resourcePath(gvr, ns, name), objectText(gvr, ns, name), stop, std::move(reply));
    });
}

QFuture<Result<QJsonObject>> Gateway::list(const Gvr &gvr, const ports::ListQuery &query, std::stop_token stop)
{
    return call<QJsonObject>([=](GatewayWorker &w, auto reply) {
        const QByteArray accept = query.metadataOnly
            ? "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json"
            : "application/json";
        w.list(gvr, query, accept, u"items"_s, stop, std::move(reply));
    });
}

QFuture<Result<QJsonObject>> Gateway::table(const Gvr &gvr, const ports::ListQuery &query, std::stop_token stop)
{
    return call<QJsonObject>([=](GatewayWorker &w, auto reply) { w.table(gvr, query, stop, std::move(reply)); });
}

QFuture<Result<ports::WriteOutcome>> Gateway::write(const ports::WriteRequest &request, std::stop_token stop)
{
    return call<ports::WriteOutcome>([=](GatewayWorker &w, auto reply) { w.write(request, stop, std::move(reply)); });
}

QFuture<Result<ports::AccessAnswer>> Gateway::mayI(const ports::AccessQuestion &question, std::stop_token stop)
{
    return call<ports::AccessAnswer>([=](GatewayWorker &w, auto reply) { w.mayI(question, stop, std::move(reply)); });
}

QFuture<Result<QJsonObject>> Gateway::rules(const QString &ns, std::stop_token stop)
{
    return call<QJsonObject>([=](GatewayWorker &w, auto reply) { w.rules(ns, stop, std::move(reply)); });
}

QFuture<Result<QJsonObject>> Gateway::events(const ObjectId &object, std::stop_token stop)
{
    return call<QJsonObject>([=](GatewayWorker &w, auto reply) { w.events(object, stop, std::move(reply)); });
}

QFuture<Result<QJsonObject>> Gateway::openApi(const Gvr &gvr, std::stop_token stop)
{
    return call<QJsonObject>([=](GatewayWorker &w, auto reply) { w.openApi(gvr, stop, std::move(reply)); });
}

QFuture<Result<QByteArray>> Gateway::podLog(
    const QString &ns, const QString &pod, const QString &container, int tailLines, bool previous, std::stop_token stop)
{
    const Gvr pods{{}, u"v1"_s, u"pods"_s};
    const QString path = withQuery(resourcePath(pods, ns, pod, u"log"_s),
        {{u"container"_s, container}, {u"tailLines"_s, tailLines >= 0 ? QString::number(tailLines) : QString()},
            {u"previous"_s, previous ? u"true"_s : QString()}});
    const QString what = QCoreApplication::translate("Gateway", "Log of %1").arg(objectText(pods, ns, pod));
    return call<QByteArray>([=](GatewayWorker &w, auto reply) { w.podLog(path, what, stop, std::move(reply)); });
}

}
